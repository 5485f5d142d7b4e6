#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the table of this machine's system calls (see sysnames.h) as a C file.

usage: gen_syscalls.py OUTPUT COMPILER [ARGUMENT…]

The numbers come from the kernel's headers, through the compiler. The headers may be older than the running
kernel: calls that they lack are added from NEWER, whose numbers the kernel has fixed for good.
"""

import re
import subprocess
import sys

# The release that brought a call, for those since 5.0. With a number: also when the headers lack the call.
# From 424 on a number is the same on every machine; the others here are x86-64's, see MACHINE.
NEWER = """
    pidfd_send_signal 424 5.1    io_uring_setup 425 5.1       io_uring_enter 426 5.1
    io_uring_register 427 5.1    open_tree 428 5.2            move_mount 429 5.2
    fsopen 430 5.2               fsconfig 431 5.2             fsmount 432 5.2
    fspick 433 5.2               pidfd_open 434 5.3           clone3 435 5.3
    close_range 436 5.9          openat2 437 5.6              pidfd_getfd 438 5.6
    faccessat2 439 5.8           process_madvise 440 5.10     epoll_pwait2 441 5.11
    mount_setattr 442 5.12       quotactl_fd 443 5.14         landlock_create_ruleset 444 5.13
    landlock_add_rule 445 5.13   landlock_restrict_self 446 5.13
    memfd_secret 447 5.14        process_mrelease 448 5.15    futex_waitv 449 5.16
    set_mempolicy_home_node 450 5.17
    cachestat 451 6.5            fchmodat2 452 6.6            map_shadow_stack 453 6.6
    futex_wake 454 6.7           futex_wait 455 6.7           futex_requeue 456 6.7
    statmount 457 6.8            listmount 458 6.8            lsm_get_self_attr 459 6.8
    lsm_set_self_attr 460 6.8    lsm_list_modules 461 6.8     mseal 462 6.10
    setxattrat 463 6.13          getxattrat 464 6.13          listxattrat 465 6.13
    removexattrat 466 6.13       open_tree_attr 467 6.15      file_getattr 468 6.17
    file_setattr 469 6.17        listns 470 6.19              rseq_slice_yield 471 7.0
"""

# By the macro that the compiler defines for the machine.
MACHINE = {
    "__x86_64__": """
        uretprobe 335 6.11       uprobe 336 6.18
    """,
}


def preprocess(compiler):
    """Every macro that <sys/syscall.h> defines, and the compiler's own."""
    done = subprocess.run(
        [*compiler, "-E", "-dM", "-include", "sys/syscall.h", "-x", "c", "/dev/null"],
        check=True, stdout=subprocess.PIPE, text=True)
    return dict(re.findall(r"^#define (\w+) (.*)$", done.stdout, re.MULTILINE))


def entries(text):
    words = text.split()
    for name, number, since in zip(words[::3], words[1::3], words[2::3]):
        yield name, int(number), since


def collect(macros):
    """The calls: name → (number, the release that brought it or None)."""
    calls = {}
    for macro, value in macros.items():
        if macro.startswith("__NR_") and value.isdigit():
            calls[macro[len("__NR_"):]] = (int(value), None)
    newer = list(entries(NEWER))
    for machine, text in MACHINE.items():
        if machine in macros:
            newer += entries(text)
    for name, number, since in newer:
        if name in calls and calls[name][0] != number:
            sys.exit(f"gen_syscalls.py: {name} is {calls[name][0]} in the headers, {number} here")
        calls[name] = (number, since)
    return calls


def main():
    output, *compiler = sys.argv[1:]
    calls = collect(preprocess(compiler))
    if len(calls) < 200:
        sys.exit("gen_syscalls.py: the kernel's headers name hardly any system call")
    with open(output, "w", encoding="utf-8") as file:
        file.write("/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
                   "/* This machine's system calls in order of their names. Written by gen_syscalls.py. */\n"
                   '#include "shell/sysnames_table.h"\n\n'
                   "const struct sysname sysname_table[] = {\n")
        for name, (number, since) in sorted(calls.items()):
            quoted = f'"{since}"' if since else "NULL"
            file.write(f'\t{{"{name}", {number}, {quoted}}},\n')
        file.write("};\n\n"
                   f"const size_t sysname_count = {len(calls)};\n")


main()
