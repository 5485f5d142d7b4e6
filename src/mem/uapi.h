/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's own headers, and the names that they lacked in Linux 6.1 (Debian 12). Not for
 * glibc's headers: <sys/mman.h> and <fcntl.h> spell some of these differently.
 */
#ifndef MEM_UAPI_H
#define MEM_UAPI_H

#include <linux/falloc.h>
#include <linux/fadvise.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/mman.h>
#include <linux/openat2.h>
#include <linux/personality.h>
#include <linux/prctl.h>
#include <linux/shm.h>
#include <linux/userfaultfd.h>
#include <sys/stat.h> /* the S_ names, which the kernel leaves to the C library */

/* include/uapi/linux/mman.h, 6.11 */
#ifndef MAP_DROPPABLE
#define MAP_DROPPABLE 0x08
#endif
/* arch/x86/include/uapi/asm/mman.h, 6.6; the machines that have MAP_32BIT have it too */
#if defined(MAP_32BIT) && !defined(MAP_ABOVE4G)
#define MAP_ABOVE4G 0x80
#endif
#ifndef MAP_HUGE_16KB
#define MAP_HUGE_16KB (14U << MAP_HUGE_SHIFT)
#endif
/* include/uapi/asm-generic/mman-common.h, 6.13 */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif
/* include/uapi/asm-generic/mman-common.h, 6.15 */
#ifndef PKEY_UNRESTRICTED
#define PKEY_UNRESTRICTED 0x0
#endif
/* include/uapi/asm-generic/mman.h, 6.6 and 6.13 */
#ifndef SHADOW_STACK_SET_TOKEN
#define SHADOW_STACK_SET_TOKEN (1ULL << 0)
#endif
#ifndef SHADOW_STACK_SET_MARKER
#define SHADOW_STACK_SET_MARKER (1ULL << 1)
#endif
/* include/uapi/linux/memfd.h, 6.3 */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#define MFD_EXEC 0x0010U
#endif
/* include/uapi/linux/fcntl.h, 6.3, 6.10, 6.13, 6.16 */
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x0020
#endif
#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY (F_LINUX_SPECIFIC_BASE + 3)
#endif
#ifndef F_CREATED_QUERY
#define F_CREATED_QUERY (F_LINUX_SPECIFIC_BASE + 4)
#endif
#ifndef AT_HANDLE_FID
#define AT_HANDLE_FID 0x200
#endif
#ifndef AT_HANDLE_MNT_ID_UNIQUE
#define AT_HANDLE_MNT_ID_UNIQUE 0x001
#endif
#ifndef AT_EXECVE_CHECK
#define AT_EXECVE_CHECK 0x10000
#endif
/* include/uapi/linux/falloc.h, 6.17 */
#ifndef FALLOC_FL_ALLOCATE_RANGE
#define FALLOC_FL_ALLOCATE_RANGE 0x00
#endif
#ifndef FALLOC_FL_WRITE_ZEROES
#define FALLOC_FL_WRITE_ZEROES 0x80
#endif
/* include/uapi/linux/fs.h, 6.9, 6.11, 6.14 */
#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND 0x20
#endif
#ifndef RWF_ATOMIC
#define RWF_ATOMIC 0x40
#endif
#ifndef RWF_DONTCACHE
#define RWF_DONTCACHE 0x80
#endif
#ifndef RWF_NOSIGNAL /* 6.18 */
#define RWF_NOSIGNAL 0x100
#endif

/* include/uapi/linux/userfaultfd.h, 6.4, 6.6, 6.7, 6.8 */
#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED (1 << 13)
#define UFFDIO_CONTINUE_MODE_WP (1 << 1)
#endif
#ifndef UFFD_FEATURE_POISON
#define UFFD_FEATURE_POISON (1 << 14)
#define UFFDIO_POISON_MODE_DONTWAKE (1 << 0)
#define UFFDIO_POISON _IOC(_IOC_READ | _IOC_WRITE, UFFDIO, 0x08, 32)
#endif
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC (1 << 15)
#endif
#ifndef UFFD_FEATURE_MOVE
#define UFFD_FEATURE_MOVE (1 << 16)
#define UFFDIO_MOVE_MODE_DONTWAKE (1 << 0)
#define UFFDIO_MOVE_MODE_ALLOW_SRC_HOLES (1 << 1)
#define UFFDIO_MOVE _IOC(_IOC_READ | _IOC_WRITE, UFFDIO, 0x05, 40)
#endif

/* include/uapi/linux/prctl.h, 6.3 to 6.7 */
#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#define PR_GET_MDWE 66
#endif
#ifndef PR_MDWE_REFUSE_EXEC_GAIN
#define PR_MDWE_REFUSE_EXEC_GAIN (1UL << 0)
#endif
#ifndef PR_MDWE_NO_INHERIT
#define PR_MDWE_NO_INHERIT (1UL << 1)
#endif
#ifndef PR_SET_MEMORY_MERGE
#define PR_SET_MEMORY_MERGE 67
#define PR_GET_MEMORY_MERGE 68
#endif
#ifndef PR_GET_AUXV
#define PR_GET_AUXV 0x41555856
#endif
/* include/uapi/linux/prctl.h, 6.18 */
#ifndef PR_THP_DISABLE_EXCEPT_ADVISED
#define PR_THP_DISABLE_EXCEPT_ADVISED (1 << 1)
#endif

#endif
