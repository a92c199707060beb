/* Figures of what is shown: where they go, that none takes the place of another, and what is said
 * where there is none. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define RUN            "data/mneme/runs/first"
#define ENDLESS        "train.steps=100000000"

struct fixture {
    struct sandbox sandbox;
    struct terminal *terminal, *writer;
};

static bool train(struct fixture *fixture)
{
    struct process process;
    bool trained = process_run(&process, &fixture->sandbox,
                               ARGUMENTS("train", "tiny", "--run", RUN), NULL, NULL, 0) &&
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
    terminal_close(fixture->writer);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

static bool is_there(struct fixture *fixture, const char *path)
{
    char *full = sandbox_path(&fixture->sandbox, path);
    bool there = full && access(full, F_OK) == 0;
    free(full);
    return there;
}

static struct terminal *open_run(struct fixture *fixture, int rows, int cols, bool ascii)
{
    const char *const plain[] = {sandbox_program(), "first", NULL};
    const char *const bare[] = {sandbox_program(), "first", "--ascii", NULL};
    struct terminal *terminal = terminal_start(&fixture->sandbox, ascii ? bare : plain, rows, cols);
    assert_non_null(terminal);
    fixture->terminal = terminal;
    assert_true(terminal_shows(terminal, "60/60"));
    return terminal;
}

#ifdef HAVE_CAIRO

/* Whether a file begins with these bytes, and an SVG ends as one does. */
static bool is_figure(struct fixture *fixture, const char *path)
{
    char *full = sandbox_path(&fixture->sandbox, path), bytes[16] = "", end[8] = "";
    FILE *file = full ? fopen(full, "r") : NULL;
    bool svg = strstr(path, ".svg");
    bool read = file && fread(bytes, 1, 8, file) == 8 && fseek(file, -7, SEEK_END) == 0 &&
                fread(end, 1, 7, file) == 7;
    if (file)
        fclose(file);
    free(full);
    return read && (svg ? strncmp(bytes, "<?xml", 5) == 0 && strcmp(end, "</svg>\n") == 0
                        : memcmp(bytes, "\x89PNG", 4) == 0);
}

/* The end of the sentence, which a narrow screen cuts, is not waited for. */
static void assert_drawn(struct fixture *fixture, const char *path)
{
    assert_true(terminal_shows(fixture->terminal, "the figure is "));
    if (!is_figure(fixture, path))
        fail_msg("%s is no figure", path);
}

static void every_page_is_drawn_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        int rows, cols;
    } sizes[] = {{10, 40}, {24, 80}, {36, 120}, {60, 200}};
    static const struct {
        const char *keys, *name;
    } pages[] = {{"", "loss"}, {"v", "circuits"}, {"m", "map"}, {"\033", ""}, {"a", "heads"}};
    for (size_t s = 0; s < 2 * (sizeof sizes / sizeof *sizes); s++) {
        struct terminal *terminal = open_run(fixture, sizes[s / 2].rows, sizes[s / 2].cols, s % 2);
        for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
            char path[64], number[8] = "";
            if (s > 0)
                snprintf(number, sizeof number, "-%zu", s + 1);
            snprintf(path, sizeof path, RUN "/figures/%s%s.svg", pages[p].name, number);
            terminal_type(terminal, pages[p].keys);
            assert_true(terminal_hides(terminal, "the figure is "));
            if (!*pages[p].name)
                continue;
            terminal_type(terminal, "P");
            assert_drawn(fixture, path);
        }
        terminal_close(terminal);
        fixture->terminal = NULL;
    }
}

static void a_file_that_is_named_is_replaced_where_that_is_wanted(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    assert_true(sandbox_write(&fixture->sandbox, "mine.png", "mine"));
    terminal_type(terminal, "/figure my chart.svg\r");
    assert_drawn(fixture, "my chart.svg");
    assert_true(terminal_shows(terminal, "the figure is 'my chart.svg'"));
    terminal_type(terminal, "/figure mine.png\r");
    assert_true(terminal_shows(terminal, "There is a file mine.png. Put the figure in its place?"));
    terminal_type(terminal, "n");
    assert_true(terminal_hides(terminal, "in its place"));
    assert_false(is_figure(fixture, "mine.png"));
    terminal_type(terminal, "/figure mine.png\r");
    assert_true(terminal_shows(terminal, "in its place?"));
    terminal_type(terminal, "y");
    assert_drawn(fixture, "mine.png");
    terminal_type(terminal, "/figure chart.pdf\r");
    assert_true(terminal_shows(terminal, "chart.pdf ends neither in .svg nor in .png"));
    terminal_type(terminal, "/figure nowhere/chart.svg\r");
    assert_true(terminal_shows(terminal, "nowhere/chart.svg"));
    assert_true(terminal_hides(terminal, "the figure is"));
    assert_false(is_there(fixture, "nowhere") || is_there(fixture, "chart.pdf"));
}

/* Where a file has the name of the directory, nothing is written and nothing lost. */
static void what_cannot_be_written_is_said(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, RUN "/figures", "a file"));
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "/figures"));
    assert_true(terminal_hides(terminal, "the figure is"));
    assert_false(is_there(fixture, "first-loss.svg"));
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "scroll"));
}

static void a_run_that_is_followed_gets_nothing_into_its_directory(void **state)
{
    struct fixture *fixture = *state;
    fixture->writer = terminal_start(
        &fixture->sandbox, ARGUMENTS("train", "tiny", "--run", "other", "--set", ENDLESS), 10, 100);
    assert_non_null(fixture->writer);
    assert_true(terminal_shows(fixture->writer, "/100000000"));
    struct terminal *terminal =
        terminal_start(&fixture->sandbox, ARGUMENTS("watch", "other"), 24, 120);
    assert_non_null(terminal);
    fixture->terminal = terminal;
    assert_true(terminal_shows(terminal, "following"));
    assert_true(terminal_hides(terminal, "statistics 0"));
    terminal_type(terminal, "P");
    assert_drawn(fixture, "other-loss.svg");
    assert_false(is_there(fixture, "other/figures"));
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "other-loss-2.svg"));
}

static void before_a_run_has_a_directory_the_figure_is_here(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = terminal_start(&fixture->sandbox, ARGUMENTS("tiny"), 24, 120);
    assert_non_null(terminal);
    fixture->terminal = terminal;
    assert_true(terminal_shows(terminal, "0/60"));
    terminal_type(terminal, "P");
    assert_drawn(fixture, "tiny-loss.svg");
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  "));
}

#else

static void without_cairo_that_is_said(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "built without cairo"));
    assert_false(is_there(fixture, RUN "/figures"));
}

#endif

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
#ifdef HAVE_CAIRO
        IN_SANDBOX(every_page_is_drawn_on_any_screen),
        IN_SANDBOX(a_file_that_is_named_is_replaced_where_that_is_wanted),
        IN_SANDBOX(what_cannot_be_written_is_said),
        IN_SANDBOX(a_run_that_is_followed_gets_nothing_into_its_directory),
        IN_SANDBOX(before_a_run_has_a_directory_the_figure_is_here),
#else
        IN_SANDBOX(without_cairo_that_is_said),
#endif
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
