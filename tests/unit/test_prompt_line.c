#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <curses.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/fixtures/temporary.h"
#include "ui/tui/screen.h"
#include "ui/tui/widgets/prompt_line.h"

enum {
    CONTROL_P = 'p' & 0x1F,
    CONTROL_R = 'r' & 0x1F,
    CONTROL_S = 's' & 0x1F,
    CONTROL_X = 'x' & 0x1F,
    CONTROL_UNDERSCORE = '_' & 0x1F,
    ESCAPE = 27
};

static void accept(void *context, const char *line)
{
    (void)context;
    (void)line;
}

static size_t complete(void *context, const char *line, char **candidate, size_t room,
                       bool *goes_on)
{
    static const char *const found[] = {"/who Hassan Vega", "/who Minh Vega"};
    size_t count = 0;
    (void)context;
    *goes_on = false;
    for (; strcmp(line, "/who vega") == 0 && count < 2 && count < room; count++)
        candidate[count] = memory_string(found[count], NULL);
    return count;
}

static int start(void **state)
{
    struct prompt_events events = {NULL, accept, complete};
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    *state = setlocale(LC_CTYPE, "C.UTF-8") ? prompt_line_new(NULL, &events, NULL) : NULL;
    rl_variable_bind("editing-mode", "emacs");
    return *state ? 0 : -1;
}

static int end(void **state)
{
    prompt_line_free(*state);
    return 0;
}

static void type(struct prompt_line *line, const char *bytes)
{
    for (; *bytes; bytes++)
        prompt_line_key(line, (unsigned char)*bytes);
}

static void candidates_that_begin_otherwise_are_shown_and_the_line_stays(void **state)
{
    struct prompt_line *line = *state;
    size_t count;
    prompt_line_set(line, "");
    type(line, "/who vega\t");
    assert_string_equal(prompt_line_text(line), "/who vega");
    char *const *match = prompt_line_matches(line, &count);
    assert_int_equal(count, 2);
    assert_string_equal(match[0], "Hassan Vega");
    assert_string_equal(match[1], "Minh Vega");
}

static void a_search_that_a_prefix_ends_keeps_what_it_found(void **state)
{
    static const int search[] = {CONTROL_R, CONTROL_S};
    struct prompt_line *line = *state;
    type(line, "Paris\rRome\rOslo\r");
    for (size_t s = 0; s < sizeof search / sizeof *search; s++) {
        prompt_line_set(line, "");
        prompt_line_key(line, KEY_UP); /* to Rome, which lies between */
        prompt_line_key(line, KEY_UP);
        prompt_line_key(line, search[s]);
        type(line, search[s] == CONTROL_R ? "Pa" : "Os");
        assert_true(prompt_line_searches(line));
        prompt_line_key(line, CONTROL_X);
        prompt_line_key(line, 'a'); /* which begins nothing that there is */
        assert_false(prompt_line_searches(line));
        assert_string_equal(prompt_line_text(line), search[s] == CONTROL_R ? "Paris" : "Oslo");
    }
}

static void an_arrow_ends_a_search_and_moves(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rRome\r");
    prompt_line_key(line, CONTROL_R);
    type(line, "P");
    prompt_line_key(line, KEY_RIGHT);
    type(line, "x");
    assert_string_equal(prompt_line_text(line), "Pxaris");
}

static void escape_alone_ends_a_search(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\r");
    prompt_line_key(line, CONTROL_R);
    type(line, "P");
    prompt_line_key(line, ESCAPE);
    assert_false(prompt_line_searches(line));
    type(line, "b"); /* which would move by a word if Esc still waited */
    assert_string_equal(prompt_line_text(line), "bParis");
}

static void an_earlier_line_that_is_given_up_is_as_it_was(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\r");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, KEY_DOWN);
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Parisa");
    prompt_line_key(line, KEY_HOME);
    type(line, "b");
    prompt_line_set(line, "");
    assert_string_equal(prompt_line_text(line), "");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
    type(line, "c\r");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Parisc");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

static void an_earlier_line_that_is_given_up_while_searching_is_as_it_was(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rOslo\r");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, CONTROL_R);
    type(line, "ar");
    prompt_line_set(line, "x");
    assert_string_equal(prompt_line_text(line), "x");
    prompt_line_set(line, "");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Oslo");
}

static void earlier_lines_are_as_they_were_once_another_is_accepted(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rOslo\r");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, KEY_UP);
    type(line, "b");
    prompt_line_key(line, KEY_DOWN);
    assert_string_equal(prompt_line_text(line), "Osloa");
    prompt_line_key(line, KEY_DOWN);
    type(line, "Rome\r");
    prompt_line_key(line, KEY_UP);
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Oslo");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

static void a_change_that_was_undone_does_not_come_back(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\r");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, KEY_DOWN);
    prompt_line_key(line, KEY_UP);
    prompt_line_key(line, CONTROL_UNDERSCORE);
    assert_string_equal(prompt_line_text(line), "Paris");
    prompt_line_key(line, KEY_DOWN);
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

/* In vi's mode a search that fails forgets the newest line; what readline then keeps in its place
 * has the list of changes of the line under edit. */
static void a_search_that_fails_leaves_a_line_its_changes(void **state)
{
    struct prompt_line *line = *state;
    rl_variable_bind("editing-mode", "vi");
    type(line, "Rome\rOslo\r\033");
    prompt_line_key(line, CONTROL_P);
    type(line, "/z\ra");
    prompt_line_key(line, CONTROL_R);
    type(line, "R\033\033");
    assert_string_equal(prompt_line_text(line), "Rome");
    type(line, "/");
    prompt_line_set(line, "Paris");
    type(line, "k");
    assert_string_equal(prompt_line_text(line), "Oslo");
    prompt_line_set(line, "");
    type(line, "k");
    assert_string_equal(prompt_line_text(line), "Oslo");
}

static void a_macro_changes_earlier_lines_and_leaves_them(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rOslo\r");
    rl_generic_bind(ISMACR, "\\C-xm", strdup("\020a\020b\016c\025\020\013\016"), rl_get_keymap());
    for (size_t round = 0; round < 3; round++) {
        prompt_line_key(line, CONTROL_X);
        type(line, "m");
    }
    prompt_line_set(line, "");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Oslo");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

/* Readline jumps there into a function that has ended, where it runs a macro by itself. */
static void a_macro_may_hold_a_sequence_that_means_nothing(void **state)
{
    struct prompt_line *line = *state;
    prompt_line_key(line, CONTROL_X);
    type(line, "(");
    prompt_line_key(line, SCREEN_META | '[');
    type(line, "Mx"); /* M is no part of what is recorded */
    prompt_line_key(line, CONTROL_X);
    type(line, ")");
    assert_string_equal(prompt_line_text(line), "x");
    prompt_line_key(line, CONTROL_X);
    type(line, "ey"); /* in which x is what follows Esc [ */
    assert_string_equal(prompt_line_text(line), "xy");
}

static void a_macro_is_repeated_as_it_was_typed(void **state)
{
    struct prompt_line *line = *state;
    prompt_line_key(line, CONTROL_X);
    type(line, "(ab");
    prompt_line_key(line, CONTROL_X);
    type(line, ")");
    prompt_line_key(line, SCREEN_META | '3');
    prompt_line_key(line, CONTROL_X);
    type(line, "e!");
    assert_string_equal(prompt_line_text(line), "abababab!");
}

static void a_macro_that_names_itself_ends(void **state)
{
    enum { MOST = 4096, ITS_BYTES = 3 };
    struct prompt_line *line = *state;
    rl_generic_bind(ISMACR, "\\C-xr", strdup("q\030r"), rl_get_keymap());
    prompt_line_key(line, CONTROL_X);
    type(line, "r");
    size_t length = strlen(prompt_line_text(line));
    assert_true(length >= MOST / ITS_BYTES && length <= MOST);
    assert_int_equal(strspn(prompt_line_text(line), "q"), length);
}

static void count(void *context, const char *line)
{
    size_t *lines = context;
    *lines += *line != '\0';
}

static void each_line_of_a_macro_is_accepted(void **state)
{
    size_t lines = 0;
    struct prompt_events events = {&lines, count, complete};
    (void)state;
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    struct prompt_line *line = prompt_line_new(NULL, &events, NULL);
    assert_non_null(line);
    rl_generic_bind(ISMACR, "\\C-xl", strdup("Paris\rOslo\rR"), rl_get_keymap());
    prompt_line_key(line, CONTROL_X);
    type(line, "l");
    assert_int_equal(lines, 2);
    assert_string_equal(prompt_line_text(line), "R");
    prompt_line_free(line);
}

static void a_search_ends_at_the_line_that_is_written(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris Rome Oslo\rOs");
    prompt_line_key(line, CONTROL_R);
    type(line, "Oslo");
    assert_string_equal(prompt_line_text(line), "Paris Rome Oslo");
    prompt_line_key(line, CONTROL_S);
    prompt_line_key(line, CONTROL_S); /* nothing */
    prompt_line_key(line, KEY_BACKSPACE);
    prompt_line_key(line, KEY_BACKSPACE);
    assert_string_equal(prompt_line_text(line), "Os");
    assert_int_equal(rl_end, 2);
    prompt_line_key(line, ESCAPE);
    type(line, "x");
    assert_string_equal(prompt_line_text(line), "xOs");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris Rome Oslo");
    prompt_line_key(line, KEY_DOWN);
    assert_string_equal(prompt_line_text(line), "xOs");
}

static void enter_behind_a_count_ends_the_line(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris");
    prompt_line_key(line, SCREEN_META | '2');
    type(line, "\r");
    assert_string_equal(prompt_line_text(line), "");
    type(line, "x");
    assert_string_equal(prompt_line_text(line), "x");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

static void what_was_typed_comes_back_from_earlier_lines(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rwas");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
    prompt_line_key(line, KEY_DOWN);
    assert_string_equal(prompt_line_text(line), "was");
}

/* Whatever a search has made of the line meanwhile. */
static void what_was_typed_comes_back_after_searches(void **state)
{
    static const char *const search[] = {"\033pPar\r", "\033p\007", "\022ar\033", "\022ar\007",
                                         "\033pnothing\r"};
    struct prompt_line *line = *state;
    type(line, "Paris\rRome\r");
    for (size_t s = 0; s < sizeof search / sizeof *search; s++) {
        prompt_line_set(line, "");
        type(line, "was");
        prompt_line_key(line, KEY_UP);
        type(line, search[s]);
        for (size_t i = 0; i < 3; i++)
            prompt_line_key(line, KEY_DOWN);
        assert_string_equal(prompt_line_text(line), "was");
        prompt_line_key(line, CONTROL_UNDERSCORE);
        assert_string_equal(prompt_line_text(line), "");
    }
}

/* Such a search seeks nothing at the beginning of a line, and turns to the next one instead. */
static void what_was_typed_comes_back_after_a_search_for_nothing(void **state)
{
    struct prompt_line *line = *state;
    rl_bind_keyseq("\\C-xn", rl_history_search_forward);
    type(line, "Paris\rwas");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, KEY_HOME);
    prompt_line_key(line, CONTROL_X);
    type(line, "n");
    assert_string_equal(prompt_line_text(line), "was");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Parisa");
    prompt_line_set(line, "");
    prompt_line_key(line, KEY_UP);
    assert_string_equal(prompt_line_text(line), "Paris");
}

/* Emacs' M-p asks what is to be sought. */
static void a_search_that_is_given_up_leaves_the_earlier_line(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\rwas");
    prompt_line_key(line, KEY_UP);
    type(line, "\033p\007");
    assert_string_equal(prompt_line_text(line), "Paris");
    type(line, "\033pnothing\r");
    assert_string_equal(prompt_line_text(line), "Paris");
}

static void changes_of_a_line_are_undone_one_by_one(void **state)
{
    struct prompt_line *line = *state;
    type(line, "Paris\r");
    prompt_line_key(line, KEY_UP);
    type(line, "a");
    prompt_line_key(line, KEY_DOWN);
    prompt_line_key(line, KEY_UP);
    prompt_line_key(line, KEY_HOME);
    type(line, "b");
    assert_string_equal(prompt_line_text(line), "bParisa");
    prompt_line_key(line, CONTROL_UNDERSCORE);
    assert_string_equal(prompt_line_text(line), "Parisa");
    prompt_line_key(line, CONTROL_UNDERSCORE);
    assert_string_equal(prompt_line_text(line), "Paris");
}

static void whole_characters_alone_are_written(void **state)
{
    struct prompt_line *line = *state;
    type(line, "a\xC3\xA9\xFF\xC3\xC3\xA9\x80\xE2\x82\xAC\xC2\x9A\xED\xA0\x80z");
    assert_string_equal(prompt_line_text(line), "a\xC3\xA9\xC3\xA9\xE2\x82\xACz");
}

static void a_count_repeats_a_thousand_times_at_most(void **state)
{
    struct prompt_line *line = *state;
    prompt_line_key(line, SCREEN_META | '1');
    type(line, "2a");
    assert_string_equal(prompt_line_text(line), "aaaaaaaaaaaa");
    prompt_line_set(line, "");
    prompt_line_key(line, SCREEN_META | '9');
    type(line, "99999a");
    assert_int_equal(strlen(prompt_line_text(line)), 1000);
}

/* Three lines in a file that is no history, which the name of one leads to. */
static void a_history_that_is_a_link_or_a_pipe_is_left_alone(void **state)
{
    static const char outside[] = "one\ntwo\nthree\n";
    const struct prompt_events events = {NULL, accept, complete};
    char path[3][TEMPORARY_PATH];
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    temporary_path(path[0], *state, "link");
    temporary_path(path[1], *state, "pipe");
    temporary_path(path[2], *state, "outside");
    assert_true(file_replace(path[2], outside, strlen(outside), NULL));
    assert_int_equal(symlink("outside", path[0]), 0);
    assert_int_equal(mkfifo(path[1], 0600), 0);
    for (size_t i = 0; i < 2; i++) {
        struct prompt_line *line = prompt_line_new(path[i], &events, NULL);
        assert_non_null(line);
        prompt_line_key(line, KEY_UP);
        assert_string_equal(prompt_line_text(line), "");
        type(line, "four\r");
        prompt_line_free(line);
    }
    char *left = file_read(path[2], NULL, NULL);
    assert_string_equal(left, outside);
    memory_free(left);
    assert_int_equal(temporary_count(*state), 3);
}

static void a_history_is_kept_in_a_plain_file(void **state)
{
    const struct prompt_events events = {NULL, accept, complete};
    char path[TEMPORARY_PATH];
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    temporary_path(path, *state, "history");
    for (size_t i = 0; i < 2; i++) {
        struct prompt_line *line = prompt_line_new(path, &events, NULL);
        assert_non_null(line);
        prompt_line_key(line, KEY_UP);
        assert_string_equal(prompt_line_text(line), i == 0 ? "" : "four");
        prompt_line_set(line, "");
        type(line, "four\r");
        prompt_line_free(line);
    }
}

/* Each character of what is sought is a search, and a drawing, of its own. */
static void what_is_sought_is_no_longer_than_a_line(void **state)
{
    enum { PASTED = 1000, SOUGHT = 256 };
    struct prompt_line *line = *state;
    char earlier[PASTED + 1];
    memset(earlier, 'x', PASTED);
    earlier[SOUGHT] = '\0';
    type(line, earlier);
    type(line, "\r");
    prompt_line_key(line, CONTROL_R);
    for (size_t i = 0; i < PASTED; i++)
        prompt_line_paste(line, 'x');
    assert_true(prompt_line_searches(line));
    assert_string_equal(prompt_line_text(line), earlier);
    assert_null(strstr(rl_display_prompt, "failed")); /* one more would not be found */
    prompt_line_key(line, ESCAPE);
    type(line, "y");
    assert_int_equal(strlen(prompt_line_text(line)), SOUGHT + 1);
}

/* Vi's commands are text to a search that begins among them. */
static void what_is_sought_from_vis_commands_is_no_longer(void **state)
{
    enum { PASTED = 1000, SOUGHT = 256 };
    struct prompt_line *line = *state;
    rl_variable_bind("editing-mode", "vi");
    prompt_line_set(line, "");
    type(line, "\033");
    prompt_line_key(line, CONTROL_R);
    for (size_t i = 0; i < PASTED; i++)
        prompt_line_paste(line, "iA"[i % 2]);
    assert_true(prompt_line_searches(line));
    size_t letters = 0;
    for (const char *byte = rl_display_prompt; *byte; byte++)
        letters += *byte == 'A';
    assert_int_equal(letters, SOUGHT / 2);
    prompt_line_set(line, "");
    rl_variable_bind("editing-mode", "emacs");
}

/* In vi's mode readline takes back what is no key, and one of it may be a count. */
static void a_key_that_is_none_is_passed_over(void **state)
{
    struct prompt_line *line = *state;
    type(line, "\033\n"); /* to vi's mode */
    for (size_t round = 0; round < 3; round++) {
        type(line, "abc\033"
                   "0\033[1");
        prompt_line_key(line, CONTROL_X);
        type(line, "ix");
    }
    assert_string_equal(prompt_line_text(line), "xxabcxabcabc");
    type(line, "\033\n");
}

static void a_line_is_no_longer_than_any_prompt(void **state)
{
    enum { PASTED = 10000, MOST = 4096 };
    struct prompt_line *line = *state;
    for (size_t i = 0; i < PASTED; i++)
        prompt_line_paste(line, 'x');
    assert_int_equal(strlen(prompt_line_text(line)), MOST);
    type(line, "\177\xC3\xA9\xC3\xA9");
    assert_int_equal(strlen(prompt_line_text(line)), MOST + 1);
    assert_string_equal(prompt_line_text(line) + MOST - 2, "x\xC3\xA9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_history_that_is_a_link_or_a_pipe_is_left_alone,
                                        temporary_set_up, temporary_tear_down),
        cmocka_unit_test_setup_teardown(a_history_is_kept_in_a_plain_file, temporary_set_up,
                                        temporary_tear_down),
        cmocka_unit_test_setup_teardown(
            candidates_that_begin_otherwise_are_shown_and_the_line_stays, start, end),
        cmocka_unit_test_setup_teardown(a_search_that_a_prefix_ends_keeps_what_it_found, start,
                                        end),
        cmocka_unit_test_setup_teardown(an_arrow_ends_a_search_and_moves, start, end),
        cmocka_unit_test_setup_teardown(escape_alone_ends_a_search, start, end),
        cmocka_unit_test_setup_teardown(an_earlier_line_that_is_given_up_is_as_it_was, start, end),
        cmocka_unit_test_setup_teardown(
            an_earlier_line_that_is_given_up_while_searching_is_as_it_was, start, end),
        cmocka_unit_test_setup_teardown(earlier_lines_are_as_they_were_once_another_is_accepted,
                                        start, end),
        cmocka_unit_test_setup_teardown(a_change_that_was_undone_does_not_come_back, start, end),
        cmocka_unit_test_setup_teardown(a_search_that_fails_leaves_a_line_its_changes, start, end),
        cmocka_unit_test_setup_teardown(a_macro_changes_earlier_lines_and_leaves_them, start, end),
        cmocka_unit_test_setup_teardown(a_macro_may_hold_a_sequence_that_means_nothing, start, end),
        cmocka_unit_test_setup_teardown(a_macro_is_repeated_as_it_was_typed, start, end),
        cmocka_unit_test_setup_teardown(a_macro_that_names_itself_ends, start, end),
        cmocka_unit_test(each_line_of_a_macro_is_accepted),
        cmocka_unit_test_setup_teardown(a_search_ends_at_the_line_that_is_written, start, end),
        cmocka_unit_test_setup_teardown(enter_behind_a_count_ends_the_line, start, end),
        cmocka_unit_test_setup_teardown(what_was_typed_comes_back_from_earlier_lines, start, end),
        cmocka_unit_test_setup_teardown(what_was_typed_comes_back_after_searches, start, end),
        cmocka_unit_test_setup_teardown(a_search_that_is_given_up_leaves_the_earlier_line, start,
                                        end),
        cmocka_unit_test_setup_teardown(what_was_typed_comes_back_after_a_search_for_nothing, start,
                                        end),
        cmocka_unit_test_setup_teardown(changes_of_a_line_are_undone_one_by_one, start, end),
        cmocka_unit_test_setup_teardown(whole_characters_alone_are_written, start, end),
        cmocka_unit_test_setup_teardown(a_count_repeats_a_thousand_times_at_most, start, end),
        cmocka_unit_test_setup_teardown(a_key_that_is_none_is_passed_over, start, end),
        cmocka_unit_test_setup_teardown(a_line_is_no_longer_than_any_prompt, start, end),
        cmocka_unit_test_setup_teardown(what_is_sought_is_no_longer_than_a_line, start, end),
        cmocka_unit_test_setup_teardown(what_is_sought_from_vis_commands_is_no_longer, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
