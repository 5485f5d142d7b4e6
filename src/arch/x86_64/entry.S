/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the agent is entered: from the target's main, from the kernel with a signal, and again
 * after it was thrown off its path.
 */
#define EFLAGS_AC (1 << 18)
#define EFLAGS_DF (1 << 10)

	.macro	ROUTINE name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.endm

	.text

/* blob_entry (agent/blob.h): called on any stack, leaves it for good. */
ROUTINE agent_entry
	cld
	lea	agent_stack_end(%rip), %rsp
	xor	%ebp, %ebp
	call	agent_main
	ud2

/*
 * The trap handler sends the agent here when a system call threw it off its path. The stack is
 * empty again.
 */
ROUTINE agent_derailed
	cld
	xor	%ebp, %ebp
	call	agent_resume
	ud2

/*
 * The signal handler that the kernel calls: C may rely on a clear direction flag, and the handler's
 * own accesses must not raise #AC, which an explored program may have switched on.
 */
ROUTINE trap_entry
	pushfq
	andq	$~(EFLAGS_AC | EFLAGS_DF), (%rsp)
	popfq
	jmp	trap_handler

/* Where a signal handler returns to. */
ROUTINE trap_return
	mov	$15, %eax	/* rt_sigreturn */
	syscall
	ud2

	.bss
	.balign	64
	.skip	16 * 1024
	.globl	agent_stack_end
	.hidden	agent_stack_end
agent_stack_end:
	/* Zeros, for a signal return without a frame: see machine_syscall_any(). */
	.skip	1024

	.section .note.GNU-stack, "", @progbits
