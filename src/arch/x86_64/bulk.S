/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Loops over the explored memory: searching, comparing, touching. They read 64 bytes a turn with
 * SSE2, which every x86-64 has.
 *
 * As in access.S every instruction that touches the explored memory has a label in the table at the
 * end, no frame and no push precedes it, and rcx tells how far the loop has come when it is stopped.
 * A wide load that is stopped may have reached past the first byte that cannot be read: each loop
 * has a sibling that goes byte by byte, for the caller to find the exact place. xmm0 to xmm9 are
 * overwritten.
 */
	.text

	.macro	ROUTINE name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.endm

	/* Fills XMM with the low byte of REG. */
	.macro	BROADCAST reg, xmm
	movd	\reg, \xmm
	punpcklbw \xmm, \xmm
	punpcklwd \xmm, \xmm
	pshufd	$0, \xmm, \xmm
	.endm

	/* Marks in HIT the positions at AT(rcx) with the first byte there and the second rdx on. */
	.macro	CANDIDATES n, at, hit
site_scan_first\n:
	movdqu	\at(%rcx), \hit
site_scan_second\n:
	movdqu	\at(%rcx,%rdx), %xmm9
	pcmpeqb	%xmm0, \hit
	pcmpeqb	%xmm1, %xmm9
	pand	%xmm9, \hit
	.endm

/*
 * struct access bulk_scan(uint64_t from, uint64_t end, uint64_t distance, uint32_t first,
 * uint32_t second): the lowest x in [from, end) with byte FIRST at x and SECOND at x + DISTANCE,
 * else END.
 */
ROUTINE bulk_scan
	BROADCAST %ecx, %xmm0
	BROADCAST %r8d, %xmm1
	mov	%ecx, %r9d
	mov	%rdi, %rcx
scan_block:
	mov	%rsi, %rax
	sub	%rcx, %rax
	jbe	scan_bytes
	cmp	$64, %rax
	jb	scan_bytes
	CANDIDATES 0, 0, %xmm2
	CANDIDATES 1, 16, %xmm3
	CANDIDATES 2, 32, %xmm4
	CANDIDATES 3, 48, %xmm5
	movdqa	%xmm2, %xmm6
	movdqa	%xmm4, %xmm7
	por	%xmm3, %xmm6
	por	%xmm5, %xmm7
	por	%xmm7, %xmm6
	pmovmskb %xmm6, %eax
	test	%eax, %eax
	jnz	scan_found
	add	$64, %rcx
	jmp	scan_block
scan_found:
	pmovmskb %xmm2, %eax
	pmovmskb %xmm3, %edx
	shl	$16, %rdx
	or	%rdx, %rax
	pmovmskb %xmm4, %edx
	shl	$32, %rdx
	or	%rdx, %rax
	pmovmskb %xmm5, %edx
	shl	$48, %rdx
	or	%rdx, %rax
	bsf	%rax, %rax
	add	%rcx, %rax
	xor	%edx, %edx
	ret

/* The same byte by byte. */
ROUTINE bulk_scan_bytes
	mov	%ecx, %r9d
	mov	%rdi, %rcx
scan_bytes:
	cmp	%rsi, %rcx
	jae	scan_end
site_scan_byte_first:
	movb	(%rcx), %al
	cmp	%r9b, %al
	jne	scan_next
site_scan_byte_second:
	movb	(%rcx,%rdx), %al
	cmp	%r8b, %al
	je	scan_end
scan_next:
	inc	%rcx
	jmp	scan_bytes
scan_end:
	mov	%rcx, %rax
	xor	%edx, %edx
	ret

/*
 * struct access bulk_scan_words(uint64_t from, uint64_t end, uint64_t low, uint64_t span): the
 * lowest x = from + 8 i in [from, end) whose word lies in [low, low + span), else END or the first x
 * past it.
 */
ROUTINE bulk_scan_words
	mov	%rcx, %r8
	mov	%rdi, %rcx
words_next:
	cmp	%rsi, %rcx
	jae	words_end
site_scan_word:
	movq	(%rcx), %rax
	sub	%rdx, %rax
	cmp	%r8, %rax
	jb	words_end
	add	$8, %rcx
	jmp	words_next
words_end:
	mov	%rcx, %rax
	xor	%edx, %edx
	ret

/*
 * struct access bulk_match(uint64_t addr, const void *pattern, const void *mask, uint64_t len):
 * value is 0 if the LEN bytes at ADDR are those of PATTERN where MASK has ones.
 */
ROUTINE bulk_match
	test	%rcx, %rcx
	jz	match_end
site_match:
	movb	(%rdi), %al
	xorb	(%rsi), %al
	andb	(%rdx), %al
	jnz	match_end
	inc	%rdi
	inc	%rsi
	inc	%rdx
	dec	%rcx
	jmp	bulk_match
match_end:
	mov	%rcx, %rax
	xor	%edx, %edx
	ret

	/* Marks in EQUAL the bytes at AT that are the same in both. */
	.macro	EQUALS n, at, equal
site_compare_one\n:
	movdqu	\at(%rdi), \equal
site_compare_two\n:
	movdqu	\at(%rsi), %xmm9
	pcmpeqb	%xmm9, \equal
	.endm

/*
 * struct access bulk_compare(uint64_t a, uint64_t b, uint64_t len): value is how many bytes remained
 * when they differed, 0 if they are equal.
 */
ROUTINE bulk_compare
	mov	%rdx, %rcx
compare_block:
	cmp	$64, %rcx
	jb	compare_bytes
	EQUALS	0, 0, %xmm0
	EQUALS	1, 16, %xmm1
	EQUALS	2, 32, %xmm2
	EQUALS	3, 48, %xmm3
	pand	%xmm1, %xmm0
	pand	%xmm3, %xmm2
	pand	%xmm2, %xmm0
	pmovmskb %xmm0, %eax
	cmp	$0xffff, %eax
	jne	compare_bytes
	add	$64, %rdi
	add	$64, %rsi
	sub	$64, %rcx
	jmp	compare_block

/* The same byte by byte. */
ROUTINE bulk_compare_bytes
	mov	%rdx, %rcx
compare_bytes:
	test	%rcx, %rcx
	jz	compare_end
site_compare_byte_one:
	movb	(%rdi), %al
site_compare_byte_two:
	cmpb	(%rsi), %al
	jne	compare_end
	inc	%rdi
	inc	%rsi
	dec	%rcx
	jmp	compare_bytes
compare_end:
	mov	%rcx, %rax
	xor	%edx, %edx
	ret

/* struct access bulk_rewrite(uint64_t addr): a store that leaves the byte as it is */
ROUTINE bulk_rewrite
site_rewrite:
	lock orb $0, (%rdi)
	xor	%edx, %edx
	ret

/* Distances from bulk_sites to the instructions that may be stopped; 0 ends them. */
	.section .rodata
	.balign	4
	.globl	bulk_sites
	.hidden	bulk_sites
	.type	bulk_sites, @object
bulk_sites:
	.irp	n, 0, 1, 2, 3
	.long	site_scan_first\n - bulk_sites
	.long	site_scan_second\n - bulk_sites
	.long	site_compare_one\n - bulk_sites
	.long	site_compare_two\n - bulk_sites
	.endr
	.long	site_scan_byte_first - bulk_sites
	.long	site_scan_byte_second - bulk_sites
	.long	site_scan_word - bulk_sites
	.long	site_match - bulk_sites
	.long	site_compare_byte_one - bulk_sites
	.long	site_compare_byte_two - bulk_sites
	.long	site_rewrite - bulk_sites
	.long	0
	.size	bulk_sites, . - bulk_sites

	.section .note.GNU-stack, "", @progbits
