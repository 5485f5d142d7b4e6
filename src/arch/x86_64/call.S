/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calling code of the explored program as the System V ABI wants it, and coming back from it with
 * nothing but what lies in the agent's own memory.
 */
#define CALL_INTEGERS 0 /* offsets in struct wire_call, checked in call.c */
#define CALL_REALS 48
#define CALL_STACK 112
#define CALL_N_REALS 240
#define CALL_N_STACK 244
#define EFLAGS_SANE 0x202
#define PKRU_OWN 3	/* the bits of key 0 */

	.text

/*
 * struct machine_result machine_call(const struct wire_call *call, uint64_t address, unsigned char
 * *stack_end, uint64_t keys)
 */
	.globl	machine_call
	.hidden	machine_call
	.type	machine_call, @function
machine_call:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, call_stack(%rip)
	mov	%rdi, %rax
	mov	%rsi, %r11
	mov	%rcx, %r10
	mov	%rdx, %rsp

	/* An odd number of words would leave the stack at no multiple of 16. */
	mov	CALL_N_STACK(%rax), %ecx
	mov	%ecx, %edx
	and	$1, %edx
	shl	$3, %edx
	sub	%rdx, %rsp
1:	test	%ecx, %ecx
	jz	2f
	pushq	CALL_STACK-8(%rax,%rcx,8)
	dec	%ecx
	jmp	1b

2:	movsd	CALL_REALS(%rax), %xmm0
	movsd	CALL_REALS+8(%rax), %xmm1
	movsd	CALL_REALS+16(%rax), %xmm2
	movsd	CALL_REALS+24(%rax), %xmm3
	movsd	CALL_REALS+32(%rax), %xmm4
	movsd	CALL_REALS+40(%rax), %xmm5
	movsd	CALL_REALS+48(%rax), %xmm6
	movsd	CALL_REALS+56(%rax), %xmm7
	mov	CALL_INTEGERS(%rax), %rdi
	mov	CALL_INTEGERS+8(%rax), %rsi
	mov	CALL_INTEGERS+16(%rax), %rdx
	mov	CALL_INTEGERS+24(%rax), %rcx
	mov	CALL_INTEGERS+32(%rax), %r8
	mov	CALL_INTEGERS+40(%rax), %r9
	mov	CALL_N_REALS(%rax), %eax	/* al: how many, for variadic functions */
	xor	%ebx, %ebx
	xor	%ebp, %ebp	/* the outermost frame */
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	test	%r10d, %r10d
	jnz	3f
	call	*%r11
	jmp	5f

	/* The code may have closed key 0: until it is open no memory can be touched. */
3:	xor	%r10d, %r10d
	call	*%r11
	mov	%rax, %r8
	xor	%ecx, %ecx
	rdpkru
	test	$PKRU_OWN, %eax
	jz	4f
	and	$~PKRU_OWN, %eax
	wrpkru
4:	mov	%r8, %rax

	/* No register is to be trusted, and no stack but the one noted above. */
5:	mov	call_stack(%rip), %rsp
	pushq	$EFLAGS_SANE
	popfq
	movq	%xmm0, %rdx
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	machine_call, . - machine_call

	.bss
	.balign	8
call_stack:
	.skip	8

	.section .note.GNU-stack, "", @progbits
