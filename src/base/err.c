/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors as values. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

bool err_set(struct err *err, enum err_code code, struct span span, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	err->code = code;
	err->span = span;
	vsnprintf(err->text, sizeof(err->text), fmt, args);
	va_end(args);
	return false;
}
