/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synopses with an argument marked. */
#include "shell/signature.h"

#include <ctype.h>

#include "mem/flags.h"
#include "shell/complete_context.h"
#include "shell/out.h"
#include "shell/sysnames.h"

/* ---- Arguments ---- */

static const char *const kind_texts[] = {
	[KIND_ANY] = "a value",
	[KIND_ADDR] = "an address",
	[KIND_LEN] = "a length in bytes",
	[KIND_NUMBER] = "a number",
	[KIND_FLAGS] = "flags",
	[KIND_FD] = "a descriptor of the target",
	[KIND_DIRFD] = "a descriptor of a directory, or AT_FDCWD",
	[KIND_OFFSET] = "an offset in the file, in bytes",
	[KIND_MAP_OFFSET] = "an offset in the file, in bytes",
	[KIND_MODE] = "permission bits in octal, such as 0644",
	[KIND_PATH] = "a file's name in quotes, as the target sees it",
	[KIND_TEXT] = "a name in quotes",
	[KIND_INPUT] = "what the call reads: a string or an address",
	[KIND_OUTPUT] = "an address that the call writes to",
	[KIND_READS] = "the address of a structure that the call reads",
	[KIND_WRITES] = "the address of a structure that the call writes",
	[KIND_BITS] = "a number",
	[KIND_INT] = "a number",
	[KIND_BYTES] = "bytes: \"text\", numbers, hex\"90 c3\"",
	[KIND_MAPPING] = "an address, a mapping's name or permissions",
	[KIND_FILE] = "a file's name",
	[KIND_TOPIC] = "a name",
	[KIND_SETTING] = "a setting's name",
	[KIND_VALUE] = "one of the setting's values",
	[KIND_STATEMENT] = "a statement",
	[KIND_SYMBOL] = "a symbol's name in quotes",
	[KIND_FIELD] = "a field of smaps in quotes",
	[KIND_VMFLAG] = "two letters in quotes, as smaps shows them",
	[KIND_CHECKPOINT] = "a checkpoint's name",
	[KIND_WATCH] = "a number that watch lists",
	[KIND_ALIAS] = "a name that alias lists",
};

void param_describe(struct buf *b, const struct param *param)
{
	const struct flag_set *set =
		param->kind == KIND_FLAGS || param->reads == READS_FLAGS ? param->set : NULL;
	const char *text = param->kind < ARRAY_SIZE(kind_texts) ? kind_texts[param->kind] : NULL;

	if (set)
		buf_printf(b, "%s: %s", set->what, set->cure);
	else if (param->reads == READS_WORD &&
		 (param->kind == KIND_TEXT || param->kind == KIND_PATH))
		buf_puts(b, "a word");
	else if (param->reads == READS_TEXT)
		buf_puts(b, "text, to the line's end");
	else
		buf_puts(b, text ? text : "a value");
}

/* ---- The synopsis ---- */

/* Columns of B, whose only characters of several bytes are … */
static size_t columns(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += ((unsigned char)b->p[i] & 0xc0) != 0x80;
	return n;
}

static bool is_marked(const struct context *c, const struct param *p)
{
	return p == c->params[0] || p == c->params[1];
}

/* Adds one parameter as a synopsis or prototype shows it; where it is marked, carets to MARKS. */
static void add_param(
	struct buf *b, struct buf *marks, const char *name, bool optional, bool repeats, bool mark)
{
	buf_puts(b, optional ? "[" : "");
	size_t at = columns(b);
	buf_puts(b, name);
	if (mark) {
		buf_pad(marks, ' ', at - marks->len);
		buf_putc(marks, '^');
		buf_pad(marks, '~', strlen(name) - 1);
	}
	buf_puts(b, optional ? "]" : "");
	buf_puts(b, repeats ? "…" : "");
}

/* Ends a line of the synopsis, below it the carets under what is marked. */
static void end_line(struct buf *b, struct buf *line, struct buf *marks)
{
	buf_printf(b, "%s\n", buf_cstr(line));
	if (marks->len)
		buf_printf(b, "%s\n", buf_cstr(marks));
	buf_clear(line);
	buf_clear(marks);
}

/* "mprotect ADDR LEN PROT", in as many lines as the screen's width needs. */
static void add_synopsis(struct buf *b, const struct context *c, bool call)
{
	const struct form *form = &c->row->form;
	struct buf line = BUF_INIT, marks = BUF_INIT;
	unsigned n = form->n_params;
	const struct param *params = call ? row_c_params(c->row, NULL, &n) : form->params;

	buf_printf(&line, "  %s%s", form->name, call ? "(" : "");
	for (unsigned i = 0; i < n; i++) {
		const struct param *p = &params[i];
		bool format = i == 0 && form->flags & FORM_FORMAT;
		bool optional =
			p->flags & (call ? PARAM_C_OPTIONAL : PARAM_OPTIONAL | PARAM_ELIDED);
		if (!format)
			buf_puts(&line, call ? (i ? ", " : "") : " ");
		if (columns(&line) + strlen(p->name) + 4 > out_width()) {
			end_line(b, &line, &marks);
			buf_pad(&line, ' ', 6);
		}
		add_param(&line, &marks, p->name, optional || format, p->flags & PARAM_REPEATS,
			is_marked(c, p));
	}
	buf_puts(&line, call ? ")" : "");
	end_line(b, &line, &marks);
	buf_deinit(&line);
	buf_deinit(&marks);
}

static void add_arguments(struct buf *b, const struct context *c, bool call)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->params); i++) {
		const struct param *p = c->params[i];
		if (!p || (i && p == c->params[0]))
			continue;
		buf_printf(b, "  %s: ", p->name);
		param_describe(b, p);
		if (!call && p->dflt)
			buf_printf(b, "; left out: %s", p->dflt);
		buf_putc(b, '\n');
	}
}

static void add_row(struct buf *b, const struct context *c, bool call)
{
	buf_printf(b, "  %s: %s\n", c->row->form.name, c->row->summary);
	add_synopsis(b, c, call);
	add_arguments(b, c, call);
}

/* ---- The place ---- */

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The name that byte AT of LINE touches. */
static struct str word_at(struct str line, size_t at)
{
	size_t start = at, end = at;

	while (start && is_name(line.p[start - 1]))
		start--;
	while (end < line.n && is_name(line.p[end]))
		end++;
	return (struct str){line.p + start, end - start};
}

/* The name before the bracket that is open at the end of LINE. */
static struct str callee(struct str line)
{
	size_t depth = 0;

	for (size_t i = line.n; i > 0; i--) {
		char c = line.p[i - 1];
		depth += c == ')';
		if (c == '(' && depth-- == 0)
			return word_at(line, i - 1);
	}
	return (struct str){line.p, 0};
}

static const struct row *row_named(struct str word)
{
	const struct row *row = row_find(word, FORM_COMMAND);

	if (!row)
		row = row_find(word, FORM_FUNCTION);
	return row ? row : row_by_alias(word);
}

static void add_raw_call(struct buf *b, const struct sysname *call)
{
	buf_printf(b, "  %s(…): system call number %ld, up to six raw arguments; see man 2 %s\n",
		call->name, call->nr, call->name);
}

void signature_print(struct buf *b, struct str line, size_t at)
{
	struct context c = context_find(line, at);
	struct str word = word_at(line, MIN(at, line.n));
	struct str name = callee((struct str){line.p, MIN(at, line.n)});
	bool in_call = c.row && c.spot != SPOT_PARAMS;

	if (!c.row && row_named(word)) {
		c = (struct context){.row = row_named(word)};
		in_call = !(c.row->form.flags & FORM_COMMAND);
	}
	const struct sysname *raw = c.row ? NULL : sysname_find(name.n ? name : word);
	if (c.row)
		add_row(b, &c, in_call);
	else if (raw)
		add_raw_call(b, raw);
	else
		buf_puts(
			b, "  no call or command stands here: TAB lists what can, help explains\n");
}
