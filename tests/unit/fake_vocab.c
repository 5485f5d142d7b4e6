/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A vocabulary for tests of the parser, and trees as text. */
#include "fake_vocab.h"

#include <stdio.h>

#include "base/suggest.h"

/* ---- Commands ---- */

enum { PROT = 1, MAP }; /* params' kinds: which flags they take */

#define OPT PARAM_OPTIONAL
#define NEED(name, reads)                                                                          \
	{                                                                                          \
		name, reads, 0, 0, NULL, NULL                                                      \
	}
#define MAY(name, reads)                                                                           \
	{                                                                                          \
		name, reads, OPT, 0, NULL, NULL                                                    \
	}
#define FLAGS(name, flags, kind)                                                                   \
	{                                                                                          \
		name, READS_FLAGS, flags, kind, NULL, NULL                                         \
	}

static const struct param mmap_params[] = {{"ADDR", READS_EXPR, PARAM_ELIDED, 0, NULL, "0"},
	NEED("LEN", READS_EXPR), FLAGS("PROT", OPT, PROT), FLAGS("FLAGS", OPT, MAP),
	MAY("FD", READS_EXPR), MAY("OFFSET", READS_EXPR)};
static const struct param mprotect_params[] = {
	NEED("ADDR", READS_EXPR), NEED("LEN", READS_EXPR), FLAGS("PROT", 0, PROT)};
static const struct param munmap_params[] = {NEED("ADDR", READS_EXPR), NEED("LEN", READS_EXPR)};
static const struct param read_params[] = {NEED("ADDR", READS_EXPR), MAY("LEN", READS_EXPR)};
static const struct param write_params[] = {
	NEED("ADDR", READS_EXPR), {"BYTES", READS_EXPR, PARAM_REPEATS, 0, NULL, NULL}};
static const struct param x_params[] = {NEED("FMT", READS_WORD), MAY("ADDR", READS_EXPR)};
static const struct param maps_params[] = {
	{"WHICH", READS_OPERAND, OPT | PARAM_REPEATS, 0, NULL, NULL}};
static const struct param echo_params[] = {MAY("TEXT", READS_TEXT)};
static const struct param help_params[] = {MAY("TOPIC", READS_WORD)};
static const struct param time_params[] = {NEED("STATEMENT", READS_STATEMENT)};
static const struct param save_params[] = {
	NEED("ADDR", READS_EXPR), NEED("LEN", READS_EXPR), NEED("FILE", READS_WORD)};
static const struct param note_params[] = {NEED("ADDR", READS_EXPR), NEED("TEXT", READS_TEXT)};

#define BOTH (FORM_COMMAND | FORM_FUNCTION)
#define SHELL (FORM_COMMAND | FORM_SHELL)
#define ROW(name, params, flags)                                                                   \
	{                                                                                          \
		name, "", params, ARRAY_SIZE(params), flags                                        \
	}

static const struct form forms[] = {
	ROW("mmap", mmap_params, BOTH),
	ROW("mprotect", mprotect_params, BOTH),
	ROW("munmap", munmap_params, BOTH),
	ROW("read", read_params, SHELL),
	ROW("write", write_params, SHELL),
	ROW("x", x_params, SHELL | FORM_FORMAT),
	ROW("maps", maps_params, SHELL),
	ROW("echo", echo_params, SHELL),
	ROW("help", help_params, SHELL),
	ROW("time", time_params, SHELL),
	ROW("save", save_params, SHELL),
	ROW("note", note_params, SHELL),
	{"quit", "q bye", NULL, 0, SHELL},
	{"mapped", "", NULL, 0, FORM_FUNCTION},
};

static const struct form *command(void *ctx, struct str name)
{
	(void)ctx;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		if (str_is(name, forms[i].name))
			return &forms[i];
	return NULL;
}

static const struct form *abbreviation(void *ctx, struct str word, struct err *err)
{
	static const char *const short_for[][2] = {{"vmmap", "maps"}, {"q", "quit"},
		{"bye", "quit"}, {"ex", "x"}, {"rea", "read"}, {"pa", "maps"}};
	for (size_t i = 0; i < ARRAY_SIZE(short_for); i++)
		if (str_is(word, short_for[i][0]))
			return command(ctx, str_from(short_for[i][1]));
	if (str_is(word, "ma"))
		err_set(err, ERR_NAME, (struct span){0}, "ambiguous: ma could be mapped, maps");
	return NULL;
}

/* ---- Names ---- */

static bool among(struct str name, const char *const *names)
{
	for (; *names; names++)
		if (str_is(name, *names))
			return true;
	return false;
}

static bool variable(void *ctx, struct str name)
{
	static const char *const names[] = {"p", "q", "r", "i", "len", "prot", "rw", NULL};
	(void)ctx;
	return among(name, names);
}

static bool known(void *ctx, struct str name)
{
	static const char *const names[] = {"page", "NULL", "PROT_READ", "PROT_WRITE",
		"MAP_ANONYMOUS", "EINVAL", "mapped", "dup", "mlockall", "malloc", "mmap",
		"mprotect", "munmap", NULL};
	(void)ctx;
	return among(name, names);
}

static bool flag(const struct param *param, struct str word, uint64_t *value)
{
	static const struct {
		const char *name;
		unsigned kind;
		uint64_t value;
	} table[] = {
		{"none", PROT, 0},
		{"---", PROT, 0},
		{"rw", PROT, 3},
		{"r-x", PROT, 5},
		{"rwx", PROT, 7},
		{"PROT_READ", PROT, 1},
		{"PROT_WRITE", PROT, 2},
		{"shared", MAP, 1},
		{"private", MAP, 2},
		{"anon", MAP, 32},
		{"MAP_ANONYMOUS", MAP, 32},
		{"top", MAP, (uint64_t)1 << 63},
	};
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i].kind == param->kind && str_is(word, table[i].name)) {
			*value = table[i].value;
			return true;
		}
	}
	return false;
}

static bool flags(void *ctx, const struct param *param, struct str word, uint64_t *value)
{
	uint64_t all = 0, one;
	(void)ctx;
	for (size_t at = 0, end; at <= word.n; at = end + 1) {
		const char *bar = memchr(word.p + at, '|', word.n - at);
		end = bar ? (size_t)(bar - word.p) : word.n;
		if (!flag(param, (struct str){word.p + at, end - at}, &one))
			return false;
		all |= one;
	}
	*value = all;
	return true;
}

static const char *flags_cure(void *ctx, const struct param *param)
{
	(void)ctx;
	return param->kind == PROT ? "not a protection" : "not a mapping flag";
}

static bool outcome(void *ctx, struct str word)
{
	static const char *const names[] = {
		"EINVAL", "ENOMEM", "SEGV_ACCERR", "SEGV_MAPERR", "SIGBUS", "ok", "lost", NULL};
	(void)ctx;
	return among(word, names);
}

static const char *advice(void *ctx, struct str word)
{
	static char text[80];
	struct suggest s = suggest_start(word);
	(void)ctx;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
		suggest_offer(&s, forms[i].name);
	snprintf(text, sizeof(text), "did you mean %s?", s.best ? s.best : "");
	return s.best ? text : NULL;
}

const struct vocab fake_vocab = {
	.command = command,
	.abbreviation = abbreviation,
	.variable = variable,
	.known = known,
	.flags = flags,
	.flags_cure = flags_cure,
	.outcome = outcome,
	.advice = advice,
};

/* ---- Trees as text ---- */

static const char *const binary_names[] = {"=", "*", "/", "%", "+", "-", "<<", ">>", "<", ">",
	"<=", ">=", "==", "!=", "&", "^", "|", "&&", "||"};
static const char *const unary_names[] = {"+", "-", "!", "~"};
static const char *const step_names[] = {"++pre", "--pre", "post++", "post--"};

static void print_list(struct buf *b, struct node *const *items, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_putc(b, ' ');
		fake_print(b, items[i]);
	}
}

static void print_name(struct buf *b, const char *before, struct str name)
{
	buf_puts(b, before);
	buf_str(b, name);
}

static void print_number(struct buf *b, struct value v)
{
	if (type_is_real(v.type)) {
		buf_printf(b, "%g%s", v.real, v.type.base == T_F32 ? "f" : "");
		return;
	}
	bool negative = type_is_signed(v.type) && (int64_t)v.bits < 0;
	buf_puts(b, negative ? "-" : "");
	buf_dec(b, negative ? 0 - v.bits : v.bits);
	buf_puts(b, type_is_signed(v.type) ? "" : "u");
}

/* The kind's head: what stands behind the opening parenthesis. */
static void print_head(struct buf *b, const struct node *n)
{
	static const char *const heads[] = {[N_COND] = "?:",
		[N_DEREF] = "*",
		[N_INDEX] = "[]",
		[N_ADDRESS] = "&",
		[N_BLOCK] = "block",
		[N_IF] = "if",
		[N_WHILE] = "while",
		[N_FOR] = "for",
		[N_BREAK] = "break",
		[N_CONTINUE] = "continue",
		[N_EXPECT] = "expect ",
		[N_BANG] = "!",
		[N_PIPE] = "pipe ",
		[N_CAST] = "cast ",
		[N_SIZEOF] = "sizeof ",
		[N_DECLARE] = "declare ",
		[N_CALL] = "call "};
	switch (n->kind) {
	case N_UNARY:
		buf_puts(b, unary_names[n->op]);
		break;
	case N_BINARY:
		buf_puts(b, binary_names[n->op]);
		break;
	case N_ASSIGN:
		buf_puts(b, n->op ? binary_names[n->op] : "");
		buf_putc(b, '=');
		break;
	case N_STEP:
		buf_puts(b, step_names[n->op]);
		break;
	case N_COMMAND:
		buf_puts(b, n->form->name);
		break;
	default:
		buf_puts(b, heads[n->kind]);
	}
	if (n->kind == N_CAST || n->kind == N_DECLARE || (n->kind == N_SIZEOF && !n->a))
		type_print(b, n->type);
	if (n->kind == N_DECLARE)
		buf_putc(b, ' ');
	if (n->kind == N_EXPECT && !n->name.n)
		buf_puts(b, "true");
	else if (n->kind != N_COMMAND)
		buf_str(b, n->name);
}

void fake_print(struct buf *b, const struct node *n)
{
	if (!n) {
		buf_putc(b, '_');
	} else if (n->kind == N_NUMBER) {
		print_number(b, n->value);
	} else if (n->kind == N_STRING) {
		value_print(b, n->value);
	} else if (n->kind == N_NAME || n->kind == N_DOLLAR) {
		print_name(b, n->kind == N_DOLLAR ? "$" : "", n->name);
	} else {
		struct node *const parts[] = {n->a, n->b, n->c};
		buf_putc(b, '(');
		print_head(b, n);
		if (n->kind == N_FOR) {
			print_list(b, n->args, n->n_args);
			print_list(b, &n->b, 1);
		} else {
			print_list(b, parts, n->c ? 3 : n->b ? 2 : n->a ? 1 : 0);
			print_list(b, n->args, n->n_args);
		}
		buf_putc(b, ')');
	}
}
