/* The page of all runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define RUNS           "data/mneme/runs/"

struct fixture {
    struct sandbox sandbox;
    struct terminal *terminal;
};

static bool train(struct fixture *fixture, const char *const *arguments)
{
    struct process process;
    bool trained =
        process_run(&process, &fixture->sandbox, arguments, NULL, NULL, 0) && process.status == 0;
    if (!trained)
        fprintf(stderr, "%s\n", process_err(&process));
    process_free(&process);
    return trained;
}

/* A run, a branch of it, a branch of that, and one with another number of steps. */
static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) &&
                   sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET) &&
                   train(fixture, ARGUMENTS("train", "tiny", "--run", RUNS "first")) &&
                   train(fixture, ARGUMENTS("train", "tiny", "--run", RUNS "child", "--from",
                                            "first@20", "--set", "train.lr=1e-3")) &&
                   train(fixture, ARGUMENTS("train", "tiny", "--run", RUNS "grandchild", "--from",
                                            "child@40", "--set", "train.clip=0.5")) &&
                   train(fixture, ARGUMENTS("train", "tiny", "--run", RUNS "other", "--set",
                                            "train.steps=40"))
               ? 0
               : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->terminal);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

static struct terminal *open_page(struct fixture *fixture, int rows, int cols)
{
    const char *const arguments[] = {sandbox_program(), NULL};
    struct terminal *terminal = terminal_start(&fixture->sandbox, arguments, rows, cols);
    assert_non_null(terminal);
    fixture->terminal = terminal;
    assert_true(terminal_shows(terminal, "run")); /* the list is there */
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  4 of 4"));
    return terminal;
}

static void runs_are_searched_and_sorted_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int rows, cols;
    } sizes[] = {{10, 40}, {24, 80}, {36, 120}, {60, 200}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_page(fixture, sizes[s].rows, sizes[s].cols);
        assert_true(terminal_shows(terminal, "\n   └ child @20"));
        assert_true(terminal_shows(terminal, "\n     └ grandchild @40"));
        terminal_type(terminal, "tiny clip");
        assert_true(terminal_shows(terminal, "runs  1 of 4  with: tiny clip"));
        assert_true(terminal_shows(terminal, "\n   grandchild"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "runs  4 of 4"));
        terminal_key(terminal, VTERM_KEY_RIGHT);
        terminal_key(terminal, VTERM_KEY_RIGHT);
        terminal_key(terminal, VTERM_KEY_RIGHT);
        assert_true(terminal_shows(terminal, "run↓"));
        terminal_key(terminal, VTERM_KEY_TAB);
        assert_true(terminal_shows(terminal, "run↑"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "runs  4 of 4"));
        terminal_close(terminal);
        fixture->terminal = NULL;
    }
}

static void runs_are_marked_and_stay_so(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_page(fixture, 24, 80);
    terminal_type(terminal, "grand*");
    assert_true(terminal_shows(terminal, "runs  1 of 4  1 marked  with: grand"));
    assert_true(terminal_shows(terminal, "\n * grandchild"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "runs  4 of 4  1 marked"));
    terminal_key(terminal, VTERM_KEY_HOME);
    terminal_type(terminal, " *");
    assert_true(terminal_shows(terminal, "3 marked"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "3 marked"));
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  4 of 4  3 marked"));
    terminal_key(terminal, VTERM_KEY_HOME);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "2 marked"));
}

/* On a screen of any size. */
static void a_run_gets_another_name_and_is_still_a_parent(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int rows, cols;
    } sizes[] = {{10, 40}, {24, 80}, {36, 120}, {60, 200}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_page(fixture, sizes[s].rows, sizes[s].cols);
        terminal_type(terminal, s == 0 ? "first" : "renamed");
        assert_true(terminal_shows(terminal, "runs  1 of 4"));
        terminal_key(terminal, VTERM_KEY_FUNCTION(2));
        assert_true(terminal_shows(terminal, "new name › "));
        terminal_type(terminal, "\025other\r"); /* Ctrl-U empties the line */
        assert_true(terminal_shows(terminal, "there is a other"));
        terminal_key(terminal, VTERM_KEY_FUNCTION(2));
        assert_true(terminal_shows(terminal, "new name › "));
        terminal_type(terminal, s % 2 == 0 ? "\025renamed-1\r" : "\025renamed-2\r");
        assert_true(terminal_shows(terminal, " is called "));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "\n   renamed-"));
        assert_true(terminal_shows(terminal, "\n   └ child @20"));
        terminal_close(terminal);
        fixture->terminal = NULL;
    }
}

static void trash_is(struct fixture *fixture, const char *option, const char *words)
{
    struct process process;
    assert_true(process_run(&process, &fixture->sandbox, ARGUMENTS("runs", option, "--yes"), NULL,
                            NULL, 0));
    assert_int_equal(process.status, 0);
    assert_non_null(strstr(process_out(&process), words));
    process_free(&process);
}

static void deleted_runs_come_back(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_page(fixture, 24, 80);
    terminal_type(terminal, "other");
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(terminal, "Move other to the trash?"));
    terminal_type(terminal, "n");
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_key(terminal, VTERM_KEY_DEL);
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "other is in the trash"));
    assert_true(terminal_shows(terminal, "runs  0 of 3"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    terminal_key(terminal, VTERM_KEY_HOME);
    terminal_type(terminal, "**"); /* the parent, and its branch */
    assert_true(terminal_shows(terminal, "2 marked"));
    terminal_type(terminal, "\004y");
    assert_true(terminal_shows(terminal, "2 runs are in the trash"));
    assert_true(terminal_shows(terminal, "runs  1 of 1"));
    for (int runs = 2; runs <= 4; runs++) {
        char count[32];
        snprintf(count, sizeof count, "runs  %d of %d", runs, runs);
        terminal_type(terminal, "\025");
        assert_true(terminal_shows(terminal, count));
    }
    terminal_type(terminal, "\025");
    assert_true(terminal_shows(terminal, "nothing is in the trash"));
    assert_true(terminal_shows(terminal, "\n     └ grandchild @40"));
    terminal_type(terminal, "other\004y");
    assert_true(terminal_shows(terminal, "other is in the trash"));
    trash_is(fixture, "--trash", RUNS "other");
    trash_is(fixture, "--restore=other", "");
    trash_is(fixture, "--trash", "");
    terminal_type(terminal, "\025");
    assert_true(terminal_shows(terminal, "nothing is in the trash"));
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_type(terminal, "\004y");
    assert_true(terminal_shows(terminal, "other is in the trash"));
    trash_is(fixture, "--empty-trash", "");
    terminal_type(terminal, "\025");
    assert_true(terminal_shows(terminal, "nothing is in the trash"));
}

static void a_run_that_is_open_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_page(fixture, 24, 80);
    terminal_type(terminal, "other\r");
    assert_true(terminal_shows(terminal, "done"));
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_key(terminal, VTERM_KEY_FUNCTION(2));
    assert_true(terminal_shows(terminal, "other is open here"));
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(terminal, "and delete it then"));
}

static void what_differs_is_told_and_enter_opens(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_page(fixture, 24, 130);
    assert_true(terminal_shows(terminal, "train.lr=0.001"));
    assert_true(terminal_shows(terminal, "train.clip=0.5"));
    assert_true(terminal_shows(terminal, "train.steps=40"));
    terminal_type(terminal, "other");
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "■ done"));
    assert_true(terminal_shows(terminal, " 40/40"));
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  1 of 4")); /* as it was left */
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "■ done"));
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(runs_are_searched_and_sorted_on_any_screen),
        IN_SANDBOX(runs_are_marked_and_stay_so),
        IN_SANDBOX(a_run_gets_another_name_and_is_still_a_parent),
        IN_SANDBOX(deleted_runs_come_back),
        IN_SANDBOX(a_run_that_is_open_is_left_alone),
        IN_SANDBOX(what_differs_is_told_and_enter_opens),
    };
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
