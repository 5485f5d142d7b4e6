/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two C library functions that a compiler may call of its own accord, for the blob, which has
 * no library.
 */
	.text

	.globl	memcpy
	.hidden	memcpy
	.type	memcpy, @function
memcpy:
	mov	%rdi, %rax
	mov	%rdx, %rcx
	rep movsb
	ret

	.globl	memset
	.hidden	memset
	.type	memset, @function
memset:
	mov	%rdi, %r8
	mov	%esi, %eax
	mov	%rdx, %rcx
	rep stosb
	mov	%r8, %rax
	ret

	.section .note.GNU-stack, "", @progbits
