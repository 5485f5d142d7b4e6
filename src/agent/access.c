/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accesses to the explored memory: each is one instruction of access.S, which may be stopped. */
#include "agent/agent.h"

#pragma GCC visibility push(hidden)
struct access access_load2(uint64_t addr);
struct access access_load4(uint64_t addr);
struct access access_load8(uint64_t addr);
struct access access_store1(uint64_t addr, uint64_t value);
struct access access_store2(uint64_t addr, uint64_t value);
struct access access_store4(uint64_t addr, uint64_t value);
struct access access_store8(uint64_t addr, uint64_t value);
void access_recover(void);

extern const int32_t access_sites[];
extern const int32_t bulk_sites[];
#pragma GCC visibility pop

static bool is_listed(const int32_t *sites, uint64_t ip)
{
	for (const int32_t *site = sites; *site; site++)
		if ((uint64_t)sites + (uint64_t)(int64_t)*site == ip)
			return true;
	return false;
}

bool access_is_site(uint64_t ip)
{
	return is_listed(access_sites, ip) || is_listed(bulk_sites, ip);
}

uint64_t access_recovery(void)
{
	return (uint64_t)access_recover;
}

/* VALUE is the reply's value unless the access was stopped; then it is BYTES_DONE. */
static void finish(
	struct wire_reply *reply, struct access access, uint64_t value, uint64_t bytes_done)
{
	agent.state = AGENT_IDLE;
	if (!access.stopped) {
		reply->value = value;
		reply->outcome = WIRE_DONE;
		return;
	}
	reply->value = bytes_done;
	if (agent.trapped) {
		reply->fault = agent.fault;
		reply->outcome = WIRE_FAULT;
	} else {
		reply->outcome = WIRE_INTERRUPTED;
	}
}

void access_load(const struct wire_request *request, struct wire_reply *reply)
{
	struct access access;

	agent.state = AGENT_ACCESS;
	switch (request->width) {
	case 1:
		access = access_load1(request->a);
		break;
	case 2:
		access = access_load2(request->a);
		break;
	case 4:
		access = access_load4(request->a);
		break;
	case 8:
		access = access_load8(request->a);
		break;
	default:
		agent.state = AGENT_IDLE;
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	finish(reply, access, access.value, 0);
}

void access_store(const struct wire_request *request, struct wire_reply *reply)
{
	struct access access;

	agent.state = AGENT_ACCESS;
	switch (request->width) {
	case 1:
		access = access_store1(request->a, request->b);
		break;
	case 2:
		access = access_store2(request->a, request->b);
		break;
	case 4:
		access = access_store4(request->a, request->b);
		break;
	case 8:
		access = access_store8(request->a, request->b);
		break;
	default:
		agent.state = AGENT_IDLE;
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	finish(reply, access, 0, 0);
}

static void copy(uint64_t to, uint64_t from, uint64_t len, struct wire_reply *reply)
{
	if (len > WIRE_DATA_SIZE) {
		reply->outcome = WIRE_BAD_REQUEST;
		return;
	}
	agent.state = AGENT_ACCESS;
	struct access access = access_copy(to, from, len);
	finish(reply, access, len, len - access.value);
}

void access_read(const struct wire_request *request, struct wire_reply *reply)
{
	copy((uint64_t)agent.data, request->a, request->b, reply);
}

void access_write(const struct wire_request *request, struct wire_reply *reply)
{
	copy(request->a, (uint64_t)agent.data, request->b, reply);
}
