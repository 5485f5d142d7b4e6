/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * readline, loaded before the first line is read: linked, it would take half of a script's start.
 * Only line_*.c include this, in place of readline's own headers. Readline's names stand for what
 * was loaded: a function's for the function, a variable's for the variable.
 */
#ifndef SHELL_LINE_LIB_H
#define SHELL_LINE_LIB_H

#include <stdbool.h>
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

/* clang-format off */
#define LINE_LIB_NAMES(X)                                                               \
	X(add_history) X(clear_history) X(free_history_entry) X(history_base)           \
	X(history_get) X(history_length) X(remove_history) X(rl_add_defun)              \
	X(rl_attempted_completion_function) X(rl_attempted_completion_over)             \
	X(rl_bind_keyseq_in_map) X(rl_callback_handler_install)                         \
	X(rl_callback_handler_remove) X(rl_callback_read_char)                          \
	X(rl_callback_sigcleanup) X(rl_catch_signals) X(rl_catch_sigwinch)              \
	X(rl_change_environment) X(rl_check_signals) X(rl_completer_quote_characters)   \
	X(rl_completion_append_character) X(rl_completion_display_matches_hook)         \
	X(rl_completion_matches) X(rl_completion_query_items)                           \
	X(rl_completion_suppress_append) X(rl_completion_word_break_hook) X(rl_crlf)    \
	X(rl_deprep_terminal) X(rl_display_match_list) X(rl_end) X(rl_execute_next)      \
	X(rl_filename_completion_desired) X(rl_filename_completion_function)            \
	X(rl_filename_quote_characters) X(rl_forced_update_display)                     \
	X(rl_free_line_state) X(rl_get_keymap_by_name) X(rl_getc_function)              \
	X(rl_initialize) X(rl_insert_text) X(rl_instream) X(rl_line_buffer)             \
	X(rl_on_new_line) X(rl_outstream) X(rl_point) X(rl_prep_terminal)               \
	X(rl_read_key) X(rl_readline_name) X(rl_redisplay) X(rl_replace_line)           \
	X(rl_reset_screen_size) X(rl_variable_bind) X(rl_variable_value)                \
	X(stifle_history) X(using_history)
/* clang-format on */

/* Where each of them lies; all NULL before line_lib_load(). */
struct line_lib {
#define MEMBER(name) __typeof__(name) *name;
	LINE_LIB_NAMES(MEMBER)
#undef MEMBER
};

extern struct line_lib line_lib;

/* False where the library cannot be loaded; then none of the names may be used. */
bool line_lib_load(void);

#ifndef LINE_LIB_OWN_NAMES /* for line_lib.c, which looks for them */
#define add_history (*line_lib.add_history)
#define clear_history (*line_lib.clear_history)
#define free_history_entry (*line_lib.free_history_entry)
#define history_base (*line_lib.history_base)
#define history_get (*line_lib.history_get)
#define history_length (*line_lib.history_length)
#define remove_history (*line_lib.remove_history)
#define rl_add_defun (*line_lib.rl_add_defun)
#define rl_attempted_completion_function (*line_lib.rl_attempted_completion_function)
#define rl_attempted_completion_over (*line_lib.rl_attempted_completion_over)
#define rl_bind_keyseq_in_map (*line_lib.rl_bind_keyseq_in_map)
#define rl_callback_handler_install (*line_lib.rl_callback_handler_install)
#define rl_callback_handler_remove (*line_lib.rl_callback_handler_remove)
#define rl_callback_read_char (*line_lib.rl_callback_read_char)
#define rl_callback_sigcleanup (*line_lib.rl_callback_sigcleanup)
#define rl_catch_signals (*line_lib.rl_catch_signals)
#define rl_catch_sigwinch (*line_lib.rl_catch_sigwinch)
#define rl_change_environment (*line_lib.rl_change_environment)
#define rl_check_signals (*line_lib.rl_check_signals)
#define rl_completer_quote_characters (*line_lib.rl_completer_quote_characters)
#define rl_completion_append_character (*line_lib.rl_completion_append_character)
#define rl_completion_display_matches_hook (*line_lib.rl_completion_display_matches_hook)
#define rl_completion_matches (*line_lib.rl_completion_matches)
#define rl_completion_query_items (*line_lib.rl_completion_query_items)
#define rl_completion_suppress_append (*line_lib.rl_completion_suppress_append)
#define rl_completion_word_break_hook (*line_lib.rl_completion_word_break_hook)
#define rl_crlf (*line_lib.rl_crlf)
#define rl_deprep_terminal (*line_lib.rl_deprep_terminal)
#define rl_display_match_list (*line_lib.rl_display_match_list)
#define rl_end (*line_lib.rl_end)
#define rl_execute_next (*line_lib.rl_execute_next)
#define rl_filename_completion_desired (*line_lib.rl_filename_completion_desired)
#define rl_filename_completion_function (*line_lib.rl_filename_completion_function)
#define rl_filename_quote_characters (*line_lib.rl_filename_quote_characters)
#define rl_forced_update_display (*line_lib.rl_forced_update_display)
#define rl_free_line_state (*line_lib.rl_free_line_state)
#define rl_get_keymap_by_name (*line_lib.rl_get_keymap_by_name)
#define rl_getc_function (*line_lib.rl_getc_function)
#define rl_initialize (*line_lib.rl_initialize)
#define rl_insert_text (*line_lib.rl_insert_text)
#define rl_instream (*line_lib.rl_instream)
#define rl_line_buffer (*line_lib.rl_line_buffer)
#define rl_on_new_line (*line_lib.rl_on_new_line)
#define rl_outstream (*line_lib.rl_outstream)
#define rl_point (*line_lib.rl_point)
#define rl_prep_terminal (*line_lib.rl_prep_terminal)
#define rl_read_key (*line_lib.rl_read_key)
#define rl_readline_name (*line_lib.rl_readline_name)
#define rl_redisplay (*line_lib.rl_redisplay)
#define rl_replace_line (*line_lib.rl_replace_line)
#define rl_reset_screen_size (*line_lib.rl_reset_screen_size)
#define rl_variable_bind (*line_lib.rl_variable_bind)
#define rl_variable_value (*line_lib.rl_variable_value)
#define stifle_history (*line_lib.stifle_history)
#define using_history (*line_lib.using_history)
#endif

#endif
