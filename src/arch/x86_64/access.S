/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The instructions that touch the explored memory: one load or store of each width, one copy.
 *
 * They are called as C functions that return struct access {value, stopped} in rax and rdx. When
 * one of the instructions at a numbered label faults, the trap handler finds its address in
 * access_sites and moves the instruction pointer to access_recover; nothing else may be at these
 * labels. No frame and no push precedes them, so that the recovery can return for all.
 */
	.text

	.macro	ROUTINE name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.endm

/* struct access access_load1(uint64_t addr) and its siblings */
ROUTINE access_load1
site_load1:
	movzbl	(%rdi), %eax
	xor	%edx, %edx
	ret

ROUTINE access_load2
site_load2:
	movzwl	(%rdi), %eax
	xor	%edx, %edx
	ret

ROUTINE access_load4
site_load4:
	movl	(%rdi), %eax
	xor	%edx, %edx
	ret

ROUTINE access_load8
site_load8:
	movq	(%rdi), %rax
	xor	%edx, %edx
	ret

/* struct access access_store1(uint64_t addr, uint64_t value) and its siblings */
ROUTINE access_store1
site_store1:
	movb	%sil, (%rdi)
	xor	%edx, %edx
	ret

ROUTINE access_store2
site_store2:
	movw	%si, (%rdi)
	xor	%edx, %edx
	ret

ROUTINE access_store4
site_store4:
	movl	%esi, (%rdi)
	xor	%edx, %edx
	ret

ROUTINE access_store8
site_store8:
	movq	%rsi, (%rdi)
	xor	%edx, %edx
	ret

/* struct access access_copy(uint64_t to, uint64_t from, uint64_t len): value is what remained */
ROUTINE access_copy
	mov	%rdx, %rcx
	cld
site_copy:
	rep movsb
	mov	%rcx, %rax
	xor	%edx, %edx
	ret

/* Where a stopped access goes on. Only a copy's count of what remained means anything. */
ROUTINE access_recover
	mov	%rcx, %rax
	mov	$1, %edx
	ret

/* Distances from access_sites to the instructions that may be stopped; 0 ends them. */
	.section .rodata
	.balign	4
	.globl	access_sites
	.hidden	access_sites
	.type	access_sites, @object
access_sites:
	.long	site_load1 - access_sites
	.long	site_load2 - access_sites
	.long	site_load4 - access_sites
	.long	site_load8 - access_sites
	.long	site_store1 - access_sites
	.long	site_store2 - access_sites
	.long	site_store4 - access_sites
	.long	site_store8 - access_sites
	.long	site_copy - access_sites
	.long	0
	.size	access_sites, . - access_sites

	.section .note.GNU-stack, "", @progbits
