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

#include "tests/screen/scene.h"

#define RUN     SCENE_RUNS "first"
#define ENDLESS "train.steps=100000000"

struct fixture {
    struct scene scene;
    struct terminal *writer;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && scene_open(&fixture->scene) &&
                   scene_run(&fixture->scene, ARGUMENTS("train", "tiny", "--run", RUN))
               ? 0
               : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->writer);
    scene_close(&fixture->scene);
    free(fixture);
    return 0;
}

static bool is_there(struct fixture *fixture, const char *path)
{
    char *full = sandbox_path(&fixture->scene.sandbox, path);
    bool there = full && access(full, F_OK) == 0;
    free(full);
    return there;
}

static struct terminal *open_run(struct fixture *fixture, int rows, int cols, bool ascii)
{
    struct terminal *terminal =
        scene_start(&fixture->scene, rows, cols, ARGUMENTS("first", ascii ? "--ascii" : NULL));
    assert_true(terminal_shows(terminal, "60/60"));
    return terminal;
}

#ifdef HAVE_CAIRO

/* Whether a file begins with these bytes, and an SVG ends as one does. */
static bool is_figure(struct fixture *fixture, const char *path)
{
    char *full = sandbox_path(&fixture->scene.sandbox, path), bytes[16] = "", end[8] = "";
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

struct awaited_figure {
    struct fixture *fixture;
    const char *path;
};

static bool is_written(const char *screen, void *context)
{
    const struct awaited_figure *awaited = context;
    (void)screen;
    return is_figure(awaited->fixture, awaited->path);
}

/* The end of the sentence, which a narrow screen breaks, is not waited for, and one of a figure
 * before may still be there. */
static void assert_drawn(struct fixture *fixture, const char *path)
{
    struct awaited_figure awaited = {fixture, path};
    assert_true(terminal_shows(fixture->scene.terminal, "the figure is"));
    assert_true(terminal_meets(fixture->scene.terminal, is_written, &awaited, path));
}

static void every_page_is_drawn_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *keys, *name;
    } pages[] = {{"", "loss"}, {"v", "circuits"}, {"m", "map"}, {"\033", ""}, {"a", "heads"}};
    for (size_t s = 0; s < 2 * SCENE_SIZES; s++) {
        struct terminal *terminal =
            open_run(fixture, scene_sizes[s / 2].rows, scene_sizes[s / 2].cols, s % 2);
        for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
            char path[64], number[8] = "";
            if (s > 0)
                snprintf(number, sizeof number, "-%zu", s + 1);
            snprintf(path, sizeof path, RUN "/figures/%s%s.svg", pages[p].name, number);
            terminal_type(terminal, pages[p].keys);
            assert_true(terminal_hides(terminal, "the figure is"));
            if (!*pages[p].name)
                continue;
            terminal_type(terminal, "P");
            assert_drawn(fixture, path);
        }
    }
}

/* Until it was asked over what was kept. */
static void watch_example(struct terminal *terminal)
{
    char line[160];
    const char *example = strstr(terminal_screen(terminal), "for example: ");
    assert_non_null(example);
    example += strlen("for example: ");
    snprintf(line, sizeof line, "/watch %.*s", (int)strcspn(example, "\n"), example);
    scene_type_line(terminal, line);
    assert_true(terminal_shows(terminal, "question 1 of 1"));
    assert_true(terminal_shows(terminal, "at step 60"));
}

/* A question that is watched, and a branch beside its parent: what is drawn of the loss. */
static void every_chart_has_a_figure_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    assert_true(
        scene_run(&fixture->scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "child", "--from",
                                             "first@20", "--set", "train.lr=1e-3")));
    struct terminal *terminal = scene_start(&fixture->scene, 30, 120, ARGUMENTS("child"));
    assert_true(terminal_shows(terminal, "parent"));
    terminal_type(terminal, "d");
    assert_true(terminal_shows(terminal, "less the parent's"));
    terminal_type(terminal, "P");
    assert_drawn(fixture, SCENE_RUNS "child/figures/difference.svg");
    terminal_type(terminal, "d");
    scene_type_line(terminal, "/plot attr_acc,entropy");
    assert_true(terminal_shows(terminal, "━ entropy "));
    terminal_type(terminal, "P");
    assert_drawn(fixture, SCENE_RUNS "child/figures/measures.svg");
    watch_example(terminal);
    terminal_type(terminal, "P");
    assert_drawn(fixture, SCENE_RUNS "child/figures/question.svg");
}

/* On the page of questions and answers: the last answer whatever the chart is, but for that of a
 * question. */
static void answers_have_a_figure_where_they_have_the_screen(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 30, 120, false);
    terminal_type(terminal, "42P");
    assert_true(terminal_shows(terminal, "there is no answer to draw yet"));
    assert_false(is_there(fixture, RUN "/figures"));
    terminal_type(terminal, "i");
    scene_type_line(terminal, "/who Frida Wei Rossi");
    assert_true(terminal_shows(terminal, "of 6 right"));
    terminal_type(terminal, "P");
    assert_drawn(fixture, RUN "/figures/answer.svg");
    assert_false(is_there(fixture, RUN "/figures/circuits.svg"));
    watch_example(terminal);
    terminal_type(terminal, "P");
    assert_drawn(fixture, RUN "/figures/question.svg");
    terminal_type(terminal, "1P");
    assert_drawn(fixture, RUN "/figures/loss.svg");
}

static void a_page_without_a_figure_says_so(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    terminal_type(terminal, "6");
    assert_true(terminal_shows(terminal, "start a preset"));
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "this page has no figure: "));
    terminal_type(terminal, "5");
    assert_true(terminal_shows(terminal, "runs  1 of 1"));
    assert_true(terminal_hides(terminal, "this page has no figure: "));
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "this page has no figure: "));
    assert_true(terminal_shows(terminal, "runs  1 of 1"));
    terminal_type(terminal, "fP");
    assert_true(terminal_shows(terminal, "with: fP"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "with: fP"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "runs  1 of 1"));
    terminal_type(terminal, "B");
    assert_true(terminal_shows(terminal, "start the branch"));
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "this page has no figure: "));
}

static void a_file_that_is_named_is_replaced_where_that_is_wanted(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    assert_true(sandbox_write(&fixture->scene.sandbox, "mine.png", "mine"));
    scene_type_line(terminal, "/figure my chart.svg");
    assert_drawn(fixture, "my chart.svg");
    char *path = sandbox_path(&fixture->scene.sandbox, "my chart.svg");
    char *whole = path ? realpath(path, NULL) : NULL;
    assert_non_null(whole);
    assert_true(terminal_shows(terminal, "/my chart.svg'"));
    assert_true(terminal_shows(terminal, whole));
    free(whole);
    free(path);
    scene_type_line(terminal, "/figure mine.png");
    assert_true(terminal_shows(terminal, "There is a file mine.png. Put the figure in its place?"));
    terminal_type(terminal, "n");
    assert_true(terminal_hides(terminal, "in its place"));
    assert_false(is_figure(fixture, "mine.png"));
    scene_type_line(terminal, "/figure mine.png");
    assert_true(terminal_shows(terminal, "in its place?"));
    terminal_type(terminal, "y");
    assert_drawn(fixture, "mine.png");
    scene_type_line(terminal, "/figure chart.pdf");
    assert_true(terminal_shows(terminal, "chart.pdf ends neither in .svg nor in .png"));
    scene_type_line(terminal, "/figure nowhere/chart.svg");
    assert_true(terminal_shows(terminal, "nowhere/chart.svg"));
    assert_true(terminal_hides(terminal, "the figure is"));
    assert_false(is_there(fixture, "nowhere") || is_there(fixture, "chart.pdf"));
}

/* Where a file has the name of the directory, nothing is written and nothing lost. */
static void what_cannot_be_written_is_said(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->scene.sandbox, RUN "/figures", "a file"));
    struct terminal *terminal = open_run(fixture, 24, 120, false);
    terminal_type(terminal, "P");
    assert_true(terminal_shows(terminal, "/figures"));
    assert_true(terminal_hides(terminal, "the figure is"));
    assert_false(is_there(fixture, "first-loss.svg"));
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "scroll"));
}

/* On the rows above, too, but for the one where somebody writes. */
static void a_long_sentence_is_there_to_its_end(void **state)
{
    static const char line[] = "/figure there/is/no/such/directory/for/a/figure/of/a/chart.svg";
    static const char end[] = "such file or directory";
    struct fixture *fixture = *state;
    struct terminal *terminal = open_run(fixture, 24, 60, false);
    scene_type_line(terminal, line);
    assert_true(terminal_shows(terminal, end));
    assert_true(terminal_hides(terminal, "for example"));
    terminal_type(terminal, "i");
    assert_true(terminal_shows(terminal, "for example"));
}

static void a_run_that_is_followed_gets_nothing_into_its_directory(void **state)
{
    struct fixture *fixture = *state;
    fixture->writer =
        terminal_start(&fixture->scene.sandbox,
                       ARGUMENTS("train", "tiny", "--run", "other", "--set", ENDLESS), 10, 100);
    assert_non_null(fixture->writer);
    assert_true(terminal_shows(fixture->writer, "/100000000"));
    struct terminal *terminal = scene_start(&fixture->scene, 24, 120, ARGUMENTS("watch", "other"));
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
    struct terminal *terminal = scene_start(&fixture->scene, 24, 120, ARGUMENTS("tiny"));
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
        IN_SANDBOX(every_chart_has_a_figure_of_its_own),
        IN_SANDBOX(answers_have_a_figure_where_they_have_the_screen),
        IN_SANDBOX(a_page_without_a_figure_says_so),
        IN_SANDBOX(a_file_that_is_named_is_replaced_where_that_is_wanted),
        IN_SANDBOX(what_cannot_be_written_is_said),
        IN_SANDBOX(a_long_sentence_is_there_to_its_end),
        IN_SANDBOX(a_run_that_is_followed_gets_nothing_into_its_directory),
        IN_SANDBOX(before_a_run_has_a_directory_the_figure_is_here),
#else
        IN_SANDBOX(without_cairo_that_is_said),
#endif
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
