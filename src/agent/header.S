/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blob's header: struct blob_header of blob.h. Differences of symbols, so that nothing is
 * relocated.
 */
	.section .header, "a", @progbits
header:
	.long	0x626f6c62
	.long	blob_text_end - header
	.long	blob_file_end - header
	.long	blob_end - header
	.long	agent_entry - header

	.section .note.GNU-stack, "", @progbits
