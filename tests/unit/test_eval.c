/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The evaluator on trees built by hand: the order of what happens, control flow, and how failures
 * end a statement. What each operator yields is in test_eval_text.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_host.h"

/* ---- Trees. Nodes live until the test ends. ---- */

static struct arena trees;

static struct node *node(enum node_kind kind, unsigned op, struct node *a, struct node *b)
{
	struct node *n = ARENA_NEW(&trees, struct node);
	n->kind = (uint8_t)kind;
	n->op = (uint8_t)op;
	n->a = a;
	n->b = b;
	n->span = (struct span){0, 1};
	return n;
}

static struct node *num(int64_t x)
{
	struct node *n = node(N_NUMBER, 0, NULL, NULL);
	n->value = value_int(x);
	return n;
}

static struct node *text(const char *s)
{
	struct node *n = node(N_STRING, 0, NULL, NULL);
	n->value = value_str(str_from(s));
	return n;
}

static struct node *named(enum node_kind kind, const char *name, struct node *a)
{
	struct node *n = node(kind, 0, a, NULL);
	n->name = str_from(name);
	return n;
}

static struct node *name(const char *s)
{
	return named(N_NAME, s, NULL);
}

static struct node *deref(struct node *a)
{
	return node(N_DEREF, 0, a, NULL);
}

static struct node *binary(enum binary_op op, struct node *a, struct node *b)
{
	return node(N_BINARY, op, a, b);
}

static struct node *assign(enum binary_op op, struct node *a, struct node *b)
{
	return node(N_ASSIGN, op, a, b);
}

static struct node *cast(uint8_t base, uint8_t depth, struct node *a)
{
	struct node *n = node(N_CAST, 0, a, NULL);
	n->type = (struct type){base, depth};
	return n;
}

static struct node *with_args(struct node *n, size_t count, struct node *const *args)
{
	n->args = arena_alloc(&trees, (count + 1) * sizeof(*args));
	for (size_t i = 0; i < count; i++)
		n->args[i] = args[i];
	n->n_args = count;
	return n;
}

/* clang-format off */
#define LIST(...) \
	sizeof((struct node *[]){__VA_ARGS__}) / sizeof(struct node *), \
	(struct node *[]){__VA_ARGS__}
/* clang-format on */
#define block(...) with_args(node(N_BLOCK, 0, NULL, NULL), LIST(__VA_ARGS__))
#define call(name, ...) with_args(named(N_CALL, name, NULL), LIST(__VA_ARGS__))

static struct node *call0(const char *name)
{
	return named(N_CALL, name, NULL);
}

static struct node *loop_for(
	struct node *init, struct node *condition, struct node *step, struct node *body)
{
	return with_args(node(N_FOR, 0, NULL, body), LIST(init, condition, step));
}

static struct node *branch(struct node *condition, struct node *then, struct node *otherwise)
{
	struct node *n = node(N_IF, 0, condition, then);
	n->c = otherwise;
	return n;
}

static const struct param params[] = {
	{.name = "first", .reads = READS_EXPR},
	{.name = "rest", .reads = READS_STATEMENT},
};

static struct node *command(const char *name, size_t n_args, struct node *const *args)
{
	struct form *form = ARENA_NEW(&trees, struct form);
	*form = (struct form){.name = name, .aliases = "", .params = params, .n_params = 2};
	struct node *n = with_args(node(N_COMMAND, 0, NULL, NULL), n_args, args);
	n->form = form;
	return n;
}

/* ---- Running ---- */

static int setup(void **state)
{
	*state = fake_create();
	return 0;
}

static int teardown(void **state)
{
	fake_destroy(*state);
	arena_deinit(&trees);
	return 0;
}

static void check(struct fake *fake, const struct node *n, const char *results, const char *events)
{
	assert_true(eval_run(&fake->ev, n));
	assert_string_equal(buf_cstr(&fake->results), results);
	if (events)
		assert_string_equal(buf_cstr(&fake->events), events);
}

static void check_int(struct fake *fake, const char *name, int64_t x)
{
	const struct var *var = vars_find(fake->ev.vars, str_from(name));
	assert_non_null(var);
	assert_int_equal((int64_t)var->value.bits, x);
}

/* ---- Order ---- */

static void test_right_side_first(void **state)
{
	/* *id(0x1000) = sum(1, 2) */
	check(*state, assign(BOP_NONE, deref(call("id", num(0x1000))), call("sum", num(1), num(2))),
		"quiet", "sum(1, 2); id(4096 (0x1000)); store 0x1000/8 0x3");
}

static void test_compound_order(void **state)
{
	/* *(u8 *)id(0x1002) += id(5): right side, address, load, store */
	struct node *left = deref(cast(T_U8, 1, call("id", num(0x1002))));
	check(*state, assign(BOP_ADD, left, call("id", num(5))), "quiet",
		"id(5); id(4098 (0x1002)); load 0x1002/1; store 0x1002/1 0x7");
}

static void test_address_is_evaluated_once(void **state)
{
	struct node *step =
		node(N_STEP, STEP_POST_INC, deref(cast(T_U8, 1, call("id", num(0x1003)))), NULL);
	check(*state, step, "quiet", "id(4099 (0x1003)); load 0x1003/1; store 0x1003/1 0x4");
}

static void test_operands_left_to_right(void **state)
{
	check(*state, binary(BOP_ADD, call("id", num(1)), call("id", num(2))), "= 3",
		"id(1); id(2)");
}

static void test_short_circuit(void **state)
{
	struct fake *fake = *state;
	check(fake, binary(BOP_LAND, num(0), call0("fault")), "= 0", "");
	buf_clear(&fake->results);
	check(fake, binary(BOP_LOR, num(7), call0("fault")), "= 1", "");
	buf_clear(&fake->results);
	struct node *n = node(N_COND, 0, num(1), num(2));
	n->c = call0("fault");
	check(fake, n, "= 2", "");
}

static void test_variable_changed_in_the_same_expression(void **state)
{
	struct fake *fake = *state;
	vars_set(fake->ev.vars, STR("s"), value_str(STR("old")), false);
	check(fake, binary(BOP_EQ, name("s"), assign(BOP_NONE, name("s"), text("new"))), "= 0", "");
	assert_true(str_is(vars_find(fake->ev.vars, STR("s"))->value.str, "new"));
}

/* ---- Failure ---- */

static void test_fault_assigns_nothing(void **state)
{
	struct fake *fake = *state;
	vars_set(fake->ev.vars, STR("x"), value_int(3), false);
	check(fake, assign(BOP_NONE, name("x"), deref(num(0))), "fault", "load 0x0/8");
	check_int(fake, "x", 3);
	buf_clear(&fake->events);
	check(fake, assign(BOP_NONE, name("y"), binary(BOP_ADD, call0("fault"), call0("id"))),
		"fault; fault", "fault()");
	assert_null(vars_find(fake->ev.vars, STR("y")));
}

static void test_failed_call_is_the_right_side(void **state)
{
	struct fake *fake = *state;
	check(fake, assign(BOP_NONE, name("x"), cast(T_U8, 1, call0("fail"))), "errno 22", NULL);
	check_int(fake, "x", -1);
	struct node *both = assign(BOP_NONE, name("y"), assign(BOP_NONE, name("z"), call0("fail")));
	check(fake, both, "errno 22; errno 22", NULL);
	check_int(fake, "y", -1);
	check_int(fake, "z", -1);
}

static void test_failed_call_inside_goes_on(void **state)
{
	struct fake *fake = *state;
	check(fake, assign(BOP_NONE, name("x"), binary(BOP_ADD, call0("fail"), num(3))), "quiet",
		NULL);
	check_int(fake, "x", 2);
	/* The argument fails, the call that is the whole statement does not. */
	check(fake, call("id", call0("fail")), "quiet; = -1 (0xffffffffffffffff)", NULL);
}

static void test_command_as_right_side(void **state)
{
	struct fake *fake = *state;
	check(fake, assign(BOP_NONE, name("p"), command("id", LIST(num(4)))), "quiet", NULL);
	check_int(fake, "p", 4);
	check(fake, assign(BOP_NONE, name("p"), command("fail", 0, NULL)), "quiet; errno 22", NULL);
	check_int(fake, "p", -1);
	buf_clear(&fake->results);
	check(fake, assign(BOP_NONE, name("p"), command("none", 0, NULL)),
		"0+1: the command none yields no value", NULL);
	check_int(fake, "p", -1);
}

static void test_command_arguments(void **state)
{
	/* What is left out is T_NONE; a statement is the host's to run. */
	struct node *n = command("sum", LIST(NULL, call0("fault")));
	check(*state, n, "= 0", "sum(no value, no value)");
}

static void test_many_arguments(void **state)
{
	struct node *n =
		call("sum", num(1), num(2), num(3), num(4), num(5), num(6), num(7), num(8), num(9),
			call("sum", num(1), num(1), num(1), num(1), num(1), num(1), num(1), num(1),
				num(1)));
	check(*state, n, "= 54 (0x36)", NULL);
}

static void test_deep_expression_is_an_error(void **state)
{
	struct node *n = num(1);
	for (int i = 0; i < 100000; i++)
		n = binary(BOP_ADD, n, num(1));
	check(*state, n, "0+1: the expression is nested more than 1000 deep: split it", "");
}

static void test_variables_have_no_address(void **state)
{
	struct fake *fake = *state;
	vars_set(fake->ev.vars, STR("x"), value_int(3), false);
	check(fake, node(N_ADDRESS, 0, name("x"), NULL),
		"0+1: x has no address: variables live in the shell, not in the target", "");
	check(fake, assign(BOP_NONE, num(1), call0("id")),
		"0+1: x has no address: variables live in the shell, not in the target; "
		"0+1: only a variable or memory (*p, p[i]) can be assigned",
		"");
}

/* ---- Control flow ---- */

static struct node *log_i(void)
{
	return call("id", name("i"));
}

static struct node *set_i(int64_t x)
{
	return assign(BOP_NONE, name("i"), num(x));
}

static struct node *step_i(void)
{
	return node(N_STEP, STEP_POST_INC, name("i"), NULL);
}

static struct node *i_is(int64_t x)
{
	return binary(BOP_EQ, name("i"), num(x));
}

static struct node *i_below(int64_t x)
{
	return binary(BOP_LT, name("i"), num(x));
}

static void test_for(void **state)
{
	check(*state, loop_for(set_i(0), i_below(3), step_i(), log_i()), "= 0; = 1; = 2", NULL);
	check_int(*state, "i", 3);
}

static void test_while_break_continue(void **state)
{
	struct fake *fake = *state;
	vars_set(fake->ev.vars, STR("i"), value_int(0), false);
	struct node *body = block(step_i(), branch(i_is(2), node(N_CONTINUE, 0, NULL, NULL), NULL),
		branch(i_is(4), block(node(N_BREAK, 0, NULL, NULL)), NULL), log_i());
	check(fake, block(node(N_WHILE, 0, num(1), body), log_i()),
		"quiet; = 1; quiet; quiet; = 3; quiet; = 4", NULL);
}

static void test_continue_in_for_takes_the_step(void **state)
{
	struct node *body = block(branch(i_is(1), node(N_CONTINUE, 0, NULL, NULL), NULL), log_i());
	check(*state, loop_for(set_i(0), i_below(3), step_i(), body), "= 0; = 2", NULL);
}

static void test_break_leaves_the_inner_loop(void **state)
{
	struct node *inner = loop_for(NULL, NULL, NULL, node(N_BREAK, 0, NULL, NULL));
	check(*state, loop_for(set_i(0), i_below(2), step_i(), block(inner, log_i())), "= 0; = 1",
		NULL);
}

static void test_break_outside(void **state)
{
	check(*state, block(node(N_BREAK, 0, NULL, NULL), node(N_CONTINUE, 0, NULL, NULL), num(5)),
		"0+1: break outside a loop; 0+1: continue outside a loop; = 5", NULL);
}

static void test_else_if(void **state)
{
	struct node *chain = branch(num(0), num(1), branch(num(0), num(2), num(3)));
	check(*state, chain, "= 3", NULL);
	check(*state, branch(num(0), num(1), NULL), "= 3", NULL);
	check(*state, branch(text("x"), num(4), num(5)), "= 3; = 4", NULL);
}

static void test_long_else_if_chain(void **state)
{
	struct node *n = num(7);
	for (int i = 0; i < 200000; i++)
		n = branch(num(0), num(1), n);
	check(*state, n, "= 7", NULL);
}

static void test_failure_in_a_loop_goes_on(void **state)
{
	struct node *body = block(branch(i_is(1), deref(num(0)), NULL), log_i());
	check(*state, loop_for(set_i(0), i_below(3), step_i(), body), "= 0; fault; = 1; = 2", NULL);
}

static void test_failed_condition_ends_its_statement(void **state)
{
	struct fake *fake = *state;
	struct node *bad_if = branch(deref(num(0)), num(1), num(2));
	struct node *bad_while = node(N_WHILE, 0, call0("error"), num(3));
	check(fake, block(bad_if, bad_while, num(4)), "fault; 0+1: the host says no; = 4", NULL);
	buf_clear(&fake->results);
	check(fake, branch(call0("none"), num(1), num(2)), "0+1: none() yields no value", NULL);
}

static void test_errno_in_a_condition_is_minus_one(void **state)
{
	check(*state, branch(call0("fail"), num(1), num(2)), "= 1", NULL);
}

static void test_failing_heads(void **state)
{
	struct fake *fake = *state;
	check(fake, block(loop_for(deref(num(0)), NULL, NULL, num(1)), num(2)), "fault; = 2", NULL);
	buf_clear(&fake->results);
	check(fake, block(loop_for(set_i(0), NULL, deref(num(0)), num(1)), num(2)),
		"= 1; fault; = 2", NULL);
	buf_clear(&fake->results);
	struct node *init = assign(BOP_NONE, name("i"), call0("fail"));
	check(fake, loop_for(init, i_below(1), step_i(), log_i()),
		"errno 22; = -1 (0xffffffffffffffff); = 0", NULL);
}

static void test_finish_stops_everything(void **state)
{
	struct fake *fake = *state;
	fake->stop_after = 2;
	struct node *n = block(loop_for(set_i(0), NULL, step_i(), log_i()), num(9));
	assert_false(eval_run(&fake->ev, n));
	assert_string_equal(buf_cstr(&fake->results), "= 0; = 1");
}

static void test_interrupted_between_turns(void **state)
{
	struct fake *fake = *state;
	fake->turns = 2;
	struct node *inner = loop_for(NULL, NULL, NULL, num(1));
	check(fake, block(loop_for(NULL, NULL, NULL, inner), num(9)), "= 1; interrupted", NULL);
}

static void test_interrupted_statement_ends_the_loop(void **state)
{
	struct fake *fake = *state;
	check(fake, block(loop_for(NULL, NULL, NULL, deref(num(0x5000))), num(9)), "interrupted",
		NULL);
	buf_clear(&fake->results);
	/* Where it was expected it is no reason to end. */
	struct node *wanted = named(N_EXPECT, "interrupted", deref(num(0x5000)));
	check(fake, block(wanted, num(9)), "[interrupted] interrupted; = 9", NULL);
}

static void test_empty_bodies(void **state)
{
	check(*state, loop_for(set_i(0), i_below(2), step_i(), NULL), "", NULL);
	check(*state, with_args(node(N_BLOCK, 0, NULL, NULL), 0, NULL), "", NULL);
}

static void test_loop_gives_memory_back(void **state)
{
	struct fake *fake = *state;
	vars_set(fake->ev.vars, STR("s"), value_str(STR("rw-p")), false);
	struct node *body = branch(binary(BOP_NE, name("s"), text("rw-p")), num(1), NULL);
	check(fake, loop_for(set_i(0), i_below(100000), step_i(), body), "", NULL);
	assert_ptr_equal(fake->arena.first, fake->arena.last);
}

/* ---- expect, ! and | ---- */

static void test_expect_outcome(void **state)
{
	struct fake *fake = *state;
	check(fake, named(N_EXPECT, "EINVAL", call0("fail")), "[EINVAL] errno 22", NULL);
	buf_clear(&fake->results);
	check(fake, named(N_EXPECT, "ok", block(num(1))),
		"0+1: expect takes a single expression, command or assignment", NULL);
}

static void test_expect_truth(void **state)
{
	struct fake *fake = *state;
	check(fake, named(N_EXPECT, "", i_is(3)), "[] 0+1: no variable or constant \"i\"", NULL);
	vars_set(fake->ev.vars, STR("i"), value_int(3), false);
	buf_clear(&fake->results);
	check(fake, named(N_EXPECT, "", i_is(3)), "[] quiet", NULL);
	buf_clear(&fake->results);
	check(fake, named(N_EXPECT, "", i_is(4)), "[] false: 3 and 4", NULL);
	buf_clear(&fake->results);
	check(fake, named(N_EXPECT, "", binary(BOP_LAND, i_is(4), num(1))), "[] false", NULL);
	buf_clear(&fake->results);
	check(fake, named(N_EXPECT, "", call0("none")), "[] 0+1: none() yields no value", NULL);
}

static void test_bang_and_pipe(void **state)
{
	struct fake *fake = *state;
	check(fake, named(N_BANG, "ls", NULL), "nothing", "!ls");
	check(fake, named(N_PIPE, "cat", num(3)), "nothing; = 3; nothing", "!ls; |cat");
	buf_clear(&fake->results);
	check(fake, named(N_BANG, "error", NULL), "0+1: the host says no", NULL);
}

static void test_eval_expr(void **state)
{
	struct fake *fake = *state;
	struct result r;
	assert_int_equal(eval_expr(&fake->ev, binary(BOP_ADD, num(1), num(2)), &r), ST_OK);
	assert_int_equal(r.value.bits, 3);
	assert_int_equal(eval_expr(&fake->ev, deref(num(0)), &r), ST_FAULT);
	assert_int_equal(r.status, ST_FAULT);
	assert_int_equal(r.value.type.base, T_NONE);
	assert_int_equal(eval_expr(&fake->ev, name("nope"), &r), ST_ERROR);
	assert_int_equal(r.err.code, ERR_NAME);
	assert_int_equal(fake->finished, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_right_side_first),
		TEST(test_compound_order),
		TEST(test_address_is_evaluated_once),
		TEST(test_operands_left_to_right),
		TEST(test_short_circuit),
		TEST(test_variable_changed_in_the_same_expression),
		TEST(test_fault_assigns_nothing),
		TEST(test_failed_call_is_the_right_side),
		TEST(test_failed_call_inside_goes_on),
		TEST(test_command_as_right_side),
		TEST(test_command_arguments),
		TEST(test_many_arguments),
		TEST(test_deep_expression_is_an_error),
		TEST(test_variables_have_no_address),
		TEST(test_for),
		TEST(test_while_break_continue),
		TEST(test_continue_in_for_takes_the_step),
		TEST(test_break_leaves_the_inner_loop),
		TEST(test_break_outside),
		TEST(test_else_if),
		TEST(test_long_else_if_chain),
		TEST(test_failure_in_a_loop_goes_on),
		TEST(test_failed_condition_ends_its_statement),
		TEST(test_errno_in_a_condition_is_minus_one),
		TEST(test_failing_heads),
		TEST(test_finish_stops_everything),
		TEST(test_interrupted_between_turns),
		TEST(test_interrupted_statement_ends_the_loop),
		TEST(test_empty_bodies),
		TEST(test_loop_gives_memory_back),
		TEST(test_expect_outcome),
		TEST(test_expect_truth),
		TEST(test_bang_and_pipe),
		TEST(test_eval_expr),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
