/* The terminal the screen tests look through, tried on programs whose behaviour is known. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/screen/apart.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"

struct fixture {
    struct sandbox sandbox;
    struct terminal *terminal;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) ? 0 : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->terminal);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

/* Runs a shell script on a terminal of 10 rows and 30 columns. */
static struct terminal *shell(struct fixture *fixture, const char *script)
{
    const char *const arguments[] = {"sh", "-c", script, NULL};
    fixture->terminal = terminal_start(&fixture->sandbox, arguments, 10, 30);
    assert_non_null(fixture->terminal);
    return fixture->terminal;
}

static void what_is_typed_is_echoed_and_read(void **state)
{
    struct terminal *terminal = shell(*state, "read line; echo \"<$line>\"; exit 3");
    int status;
    terminal_type(terminal, "müde\n");
    assert_true(terminal_shows(terminal, "müde\n<müde>\n"));
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 3);
    assert_true(terminal_is_restored(terminal));
}

static void text_is_where_the_program_puts_it(void **state)
{
    struct terminal *terminal =
        shell(*state, "tput cup 2 5; printf '%s' '漢字⠑x'; tput cup 0 0; printf '     a'");
    int status;
    assert_true(terminal_ends(terminal, &status));
    static const char expected[] = "     a\n\n     漢字⠑x\n\n";
    assert_memory_equal(terminal_screen(terminal), expected, sizeof expected - 1);
}

static void a_new_size_reaches_the_program(void **state)
{
    struct terminal *terminal =
        shell(*state, "trap 'stty size; exit 0' WINCH; stty size; while :; do sleep 0.05; done");
    assert_true(terminal_shows(terminal, "10 30"));
    terminal_resize(terminal, 24, 80);
    assert_true(terminal_shows(terminal, "24 80"));
}

/* The main screen's rows below the cursor are scrolled away where it becomes lower. */
static void a_cursor_above_rows_that_go_stays_on_the_screen(void **state)
{
    struct terminal *terminal =
        shell(*state, "tput cup 9 0; printf below; tput cup 1 0; printf there; read x; tput el1;"
                      "tput el; printf here");
    assert_true(terminal_shows(terminal, "there"));
    terminal_resize(terminal, 2, 10);
    terminal_type(terminal, "\n");
    assert_true(terminal_shows(terminal, "here"));
}

static void a_column_has_no_room_for_a_wide_character_and_takes_no_harm(void **state)
{
    struct terminal *terminal = shell(*state, "echo a; read x; printf '漢\\nb'");
    assert_true(terminal_shows(terminal, "a"));
    terminal_resize(terminal, 10, 1);
    terminal_type(terminal, "\n");
    assert_true(terminal_shows(terminal, "b"));
}

static void questions_to_the_terminal_are_answered(void **state)
{
    struct terminal *terminal =
        shell(*state, "stty -icanon -echo; tput cup 3 4; printf '\\033[6n';"
                      "answer=$(dd bs=1 count=6 2>/dev/null | tr '\\033' E); echo \"$answer\"");
    assert_true(terminal_shows(terminal, "E[4;5R"));
}

static void keys_send_what_a_terminal_sends(void **state)
{
    struct terminal *terminal = shell(*state, "stty -icanon -echo; echo ready;"
                                              "dd bs=1 count=3 2>/dev/null | tr '\\033' E");
    assert_true(terminal_shows(terminal, "ready"));
    terminal_key(terminal, VTERM_KEY_UP);
    assert_true(terminal_shows(terminal, "E[A"));
}

static void colour_is_seen(void **state)
{
    struct terminal *terminal = shell(*state, "echo plain; read x; tput setaf 1; echo red");
    assert_true(terminal_shows(terminal, "plain"));
    assert_false(terminal_has_colour(terminal));
    terminal_type(terminal, "\n");
    assert_true(terminal_shows(terminal, "red"));
    assert_true(terminal_has_colour(terminal));
}

static void a_signal_shows_in_the_status(void **state)
{
    struct terminal *terminal = shell(*state, "echo ready; exec cat");
    int status;
    assert_true(terminal_shows(terminal, "ready"));
    terminal_signal(terminal, SIGTERM);
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 128 + SIGTERM);
}

static void control_c_interrupts(void **state)
{
    struct terminal *terminal =
        shell(*state, "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.05; done");
    int status;
    assert_true(terminal_shows(terminal, "ready"));
    terminal_type(terminal, "\x03");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 7);
}

static void waiting_is_over_when_the_program_is(void **state)
{
    struct terminal *terminal = shell(*state, "echo something else");
    assert_false(terminal_shows(terminal, "what never comes"));
    assert_true(terminal_shows(terminal, "something else"));
    assert_true(terminal_hides(terminal, "what never comes"));
}

static void what_is_left_behind_is_told(void **state)
{
    static const char *const careless[] = {
        "tput smcup", "tput civis", "stty -echo", "stty -icanon", "printf '\\033[?1000h'",
    };
    for (size_t i = 0; i < sizeof careless / sizeof *careless; i++) {
        struct fixture *fixture = *state;
        struct terminal *terminal = shell(fixture, careless[i]);
        int status;
        assert_true(terminal_ends(terminal, &status));
        assert_false(terminal_is_restored(terminal));
        terminal_close(terminal);
        fixture->terminal = NULL;
    }
}

static void a_terminal_that_cannot_be_had_is_null(void **state)
{
    struct fixture *fixture = *state;
    const char *const arguments[] = {"true", NULL};
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    struct terminal *terminal = terminal_start(&fixture->sandbox, arguments, 10, 30);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_null(terminal);
}

static bool say_and_crash(void *context, struct text *said)
{
    const int *signal = context;
    text_add(said, "said");
    return *signal == 0 || raise(*signal) != 0;
}

static bool say_in_vain(void *context, struct text *said)
{
    text_add(said, context);
    return false;
}

static bool leave_early(void *context, struct text *said)
{
    (void)said;
    exit(*(int *)context);
}

static void what_is_done_apart_says_how_it_ended(void **state)
{
    (void)state;
    int no_signal = 0, crash = SIGKILL, status = EXIT_SUCCESS;
    char vain[] = "vain";
    struct text said = {0};
    struct apart apart = apart_do(say_and_crash, &no_signal, &said);
    assert_true(apart.done && apart.worked && apart.signal == 0);
    assert_string_equal(said.bytes, "said");
    apart = apart_do(say_and_crash, &crash, &said);
    assert_true(!apart.done && !apart.worked && apart.signal == SIGKILL);
    apart = apart_do(leave_early, &status, &said);
    assert_true(!apart.done && !apart.worked && apart.signal == 0);
    assert_string_equal(said.bytes, "said");
    apart = apart_do(say_in_vain, vain, &said);
    assert_true(apart.done && !apart.worked);
    assert_string_equal(said.bytes, "saidvain");
    text_free(&said);
}

static void a_process_has_its_two_streams_and_status(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    const char *const arguments[] = {"sh", "-c", "cat; echo $VALUE >&2; exit 2", NULL};
    assert_true(sandbox_set(&fixture->sandbox, "VALUE", "one"));
    assert_true(sandbox_set(&fixture->sandbox, "VALUE", "two"));
    assert_true(process_run(&process, &fixture->sandbox, arguments, "in\n", NULL, 0));
    assert_string_equal(process_out(&process), "in\n");
    assert_string_equal(process_err(&process), "two\n");
    assert_int_equal(process.status, 2);
    process_free(&process);
}

static void a_process_is_signalled_when_it_says_the_word(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    const char *const arguments[] = {
        "sh", "-c", "trap 'echo bye; exit 4' INT; echo now; while :; do sleep 0.05; done", NULL};
    assert_true(process_run(&process, &fixture->sandbox, arguments, NULL, "now", SIGINT));
    assert_string_equal(process_out(&process), "now\nbye\n");
    assert_int_equal(process.status, 4);
    process_free(&process);
}

static void a_sandbox_takes_everything_with_it(void **state)
{
    (void)state;
    struct sandbox sandbox;
    struct process process;
    assert_true(sandbox_open(&sandbox));
    assert_true(sandbox_write(&sandbox, "config/deep/file", "text\n"));
    char *home = strdup(sandbox.home);
    const char *const show[] = {"sh", "-c", "cat $XDG_CONFIG_HOME/deep/file", NULL};
    assert_true(process_run(&process, &sandbox, show, NULL, NULL, 0));
    assert_string_equal(process_out(&process), "text\n");
    process_free(&process);
    sandbox_close(&sandbox);
    assert_int_not_equal(access(home, F_OK), 0);
    free(home);
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(what_is_typed_is_echoed_and_read),
        IN_SANDBOX(text_is_where_the_program_puts_it),
        IN_SANDBOX(a_new_size_reaches_the_program),
        IN_SANDBOX(a_cursor_above_rows_that_go_stays_on_the_screen),
        IN_SANDBOX(a_column_has_no_room_for_a_wide_character_and_takes_no_harm),
        IN_SANDBOX(questions_to_the_terminal_are_answered),
        IN_SANDBOX(keys_send_what_a_terminal_sends),
        IN_SANDBOX(colour_is_seen),
        IN_SANDBOX(a_signal_shows_in_the_status),
        IN_SANDBOX(control_c_interrupts),
        IN_SANDBOX(waiting_is_over_when_the_program_is),
        IN_SANDBOX(what_is_left_behind_is_told),
        IN_SANDBOX(a_terminal_that_cannot_be_had_is_null),
        IN_SANDBOX(a_process_has_its_two_streams_and_status),
        IN_SANDBOX(a_process_is_signalled_when_it_says_the_word),
        cmocka_unit_test(what_is_done_apart_says_how_it_ended),
        cmocka_unit_test(a_sandbox_takes_everything_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
