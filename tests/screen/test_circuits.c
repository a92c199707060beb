/* What attention does, layer by layer and head by head, on screens of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define RUN            "data/mneme/runs/first"

struct fixture {
    struct sandbox sandbox;
    struct terminal *terminal;
};

static bool train(struct fixture *fixture)
{
    struct process process;
    bool trained = process_run(&process, &fixture->sandbox,
                               ARGUMENTS("train", "tiny", "--run", RUN, "--set", "model.layers=2"),
                               NULL, NULL, 0) &&
                   process.status == 0;
    if (!trained)
        fprintf(stderr, "%s\n", process_err(&process));
    process_free(&process);
    return trained;
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) &&
                   sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET) && train(fixture)
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

static void heads_are_told_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int rows, cols;
    } sizes[] = {{10, 40}, {24, 80}, {36, 120}, {60, 200}};
    for (size_t s = 0; s < 2 * (sizeof sizes / sizeof *sizes); s++) {
        bool ascii = s % 2;
        const char *const plain[] = {sandbox_program(), "first", NULL};
        const char *const bare[] = {sandbox_program(), "first", "--ascii", NULL};
        struct terminal *terminal = terminal_start(&fixture->sandbox, ascii ? bare : plain,
                                                   sizes[s / 2].rows, sizes[s / 2].cols);
        assert_non_null(terminal);
        fixture->terminal = terminal;
        assert_true(terminal_shows(terminal, "60/60"));
        terminal_type(terminal, "a");
        assert_true(terminal_shows(terminal, ascii ? "\n step 60 . known individuals"
                                                   : "\n step 60 · known individuals"));
        for (int head = 1; head <= 4; head++) { /* two of each of two layers */
            char label[16];
            snprintf(label, sizeof label, "L%d H%d ", (head + 1) / 2, 2 - head % 2);
            assert_true(terminal_shows(terminal, label));
        }
        terminal_key(terminal, VTERM_KEY_LEFT);
        assert_true(terminal_shows(terminal, "\n step 50 "));
        terminal_type(terminal, "\t");
        assert_true(terminal_shows(terminal, "new individuals"));
        terminal_type(terminal, "\033");
        assert_true(terminal_hides(terminal, "new individuals"));
        terminal_close(terminal);
        fixture->terminal = NULL;
    }
}

static void heads_are_sorted_and_the_step_stays(void **state)
{
    struct fixture *fixture = *state;
    const char *const arguments[] = {sandbox_program(), "first", NULL};
    struct terminal *terminal = terminal_start(&fixture->sandbox, arguments, 24, 80);
    assert_non_null(terminal);
    fixture->terminal = terminal;
    assert_true(terminal_shows(terminal, "60/60"));
    terminal_type(terminal, "v");
    assert_true(terminal_shows(terminal, "attr→name"));
    terminal_type(terminal, "/heads\r");
    assert_true(terminal_shows(terminal, "known individuals · by layer"));
    terminal_type(terminal, "o");
    assert_true(terminal_shows(terminal, "known individuals · most in a name first"));
    terminal_key(terminal, VTERM_KEY_LEFT);
    terminal_key(terminal, VTERM_KEY_LEFT);
    assert_true(terminal_shows(terminal, "\n step 40 "));
    terminal_type(terminal, "a");
    assert_true(terminal_shows(terminal, "step 40")); /* the chart's cursor */
    assert_true(terminal_hides(terminal, "known individuals"));
    terminal_type(terminal, "a");
    assert_true(terminal_shows(terminal, "most in a name first"));
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(heads_are_told_on_any_screen),
        IN_SANDBOX(heads_are_sorted_and_the_step_stays),
    };
    return cmocka_run_group_tests_name("circuits", tests, NULL, NULL);
}
