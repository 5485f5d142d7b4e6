/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where called code was stopped. */
#include "shell/code_fault.h"

#include "shell/facts.h"

void code_fault(struct session *s, const struct wire_fault *wire)
{
	struct fault f = fault_of_code(wire);
	facts_fault(s, f.kind, f.addr, f.len, false, wire);
}

void code_interrupted(struct session *s, const struct wire_fault *wire)
{
	(void)s, (void)wire;
}
