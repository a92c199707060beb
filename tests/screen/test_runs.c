/* The page of all runs. */
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
#include "tests/screen/scene.h"

/* A run, a branch of it, a branch of that, and one with another number of steps. */
static int set_up(void **state)
{
    return scene_set_up(state) == 0 &&
                   scene_run(*state, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first")) &&
                   scene_run(*state, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "child",
                                               "--from", "first@20", "--set", "train.lr=1e-3")) &&
                   scene_run(*state, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "grandchild",
                                               "--from", "child@40", "--set", "train.clip=0.5")) &&
                   scene_run(*state, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "other",
                                               "--set", "train.steps=40"))
               ? 0
               : -1;
}

static struct terminal *open_page(struct scene *scene, int rows, int cols)
{
    const char *const arguments[] = {sandbox_program(), NULL};
    struct terminal *terminal = scene_start(scene, rows, cols, arguments);
    assert_true(terminal_shows(terminal, "run")); /* the list is there */
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  4 of 4"));
    return terminal;
}

static void runs_are_searched_and_sorted_on_any_screen(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_page(scene, scene_sizes[s].rows, scene_sizes[s].cols);
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
    }
}

/* By the key that the last line names, and by the sign, until something is searched. */
static void help_is_a_key_away_where_letters_search(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
    assert_true(terminal_shows(terminal, "F1 help"));
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "search by name, preset"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "runs  4 of 4"));
    terminal_key(terminal, VTERM_KEY_FUNCTION(1));
    assert_true(terminal_shows(terminal, "search by name, preset"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "runs  4 of 4"));
    terminal_type(terminal, "h?");
    assert_true(terminal_shows(terminal, "runs  0 of 4  with: h?"));
}

static void runs_are_marked_and_stay_so(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
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

/* Searches for a run, and opens it. */
static void open_run(struct terminal *terminal, const char *name)
{
    terminal_type(terminal, name);
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_hides(terminal, "runs  1 of 4"));
}

/* One after another, so that each is where the one before it was in memory. */
static void runs_that_are_marked_are_beside_the_one_that_is_open(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
    terminal_type(terminal, "other*");
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "runs  4 of 4  1 marked"));
    terminal_type(terminal, "first*");
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "runs  4 of 4  2 marked"));
    for (int turn = 0; turn < 8; turn++) {
        open_run(terminal, turn % 2 == 0 ? "first" : "other");
        assert_true(terminal_shows(terminal, turn % 2 == 0 ? " 1 other: " : " 1 first: "));
        terminal_type(terminal, "r");
        assert_true(terminal_shows(terminal, " with: "));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "runs  4 of 4  2 marked"));
    }
}

/* On a screen of any size. */
static void a_run_gets_another_name_and_is_still_a_parent(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_page(scene, scene_sizes[s].rows, scene_sizes[s].cols);
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
    }
}

/* It says which values the run has, by which the sweep finds it. */
static void a_run_of_a_sweep_keeps_its_name(void **state)
{
    struct scene *scene = *state;
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "lr/seed=1")));
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal =
            scene_start(scene, scene_sizes[s].rows, scene_sizes[s].cols, ARGUMENTS("tiny"));
        assert_true(terminal_shows(terminal, "paused"));
        terminal_type(terminal, "5");
        assert_true(terminal_shows(terminal, "\n   lr/seed=1"));
        terminal_key(terminal, VTERM_KEY_FUNCTION(2));
        assert_true(terminal_shows(terminal, "a sweep finds its runs by their names"));
        assert_true(terminal_hides(terminal, "new name"));
    }
}

static void trash_is(struct scene *scene, const char *option, const char *words)
{
    struct process process;
    assert_true(
        process_run(&process, &scene->sandbox, ARGUMENTS("runs", option, "--yes"), NULL, NULL, 0));
    assert_int_equal(process.status, 0);
    assert_non_null(strstr(process_out(&process), words));
    process_free(&process);
}

static void what_does_not_go_together_is_refused(void **state)
{
    static const char *const pairs[][2] = {{"--json", "--trash"},
                                           {"--empty-trash", "--restore=first"},
                                           {"--json", "--empty-trash"},
                                           {"--trash", "--empty-trash"}};
    struct scene *scene = *state;
    for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
        struct process process;
        assert_true(process_run(&process, &scene->sandbox,
                                ARGUMENTS("runs", pairs[p][0], pairs[p][1], "--yes"), NULL, NULL,
                                0));
        assert_int_equal(process.status, 2);
        assert_non_null(strstr(process_err(&process), pairs[p][0]));
        process_free(&process);
    }
}

static void deleted_runs_come_back(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
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
    trash_is(scene, "--trash", SCENE_RUNS "other");
    trash_is(scene, "--restore=other", "");
    trash_is(scene, "--trash", "");
    terminal_type(terminal, "\025");
    assert_true(terminal_shows(terminal, "nothing is in the trash"));
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_type(terminal, "\004y");
    assert_true(terminal_shows(terminal, "other is in the trash"));
    trash_is(scene, "--empty-trash", "");
    terminal_type(terminal, "\025");
    assert_true(terminal_shows(terminal, "nothing is in the trash"));
}

static void a_run_that_cannot_be_deleted_keeps_no_other(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
    int lock = sandbox_lock(&scene->sandbox, SCENE_RUNS "first/lock");
    assert_true(lock >= 0);
    terminal_key(terminal, VTERM_KEY_HOME);
    terminal_type(terminal, "****");
    assert_true(terminal_shows(terminal, "4 marked"));
    terminal_type(terminal, "\004");
    assert_true(terminal_shows(terminal, "Move the 4 marked runs to the trash: "));
    assert_true(terminal_shows(terminal, "grandchild"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "3 of 4 runs are in the trash: run first is being "));
    assert_true(terminal_shows(terminal, "runs  1 of 1"));
    close(lock);
}

/* The list is read anew while it is asked, without the run that it is asked about. */
static void what_is_asked_about_is_what_is_deleted(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
    terminal_key(terminal, VTERM_KEY_DOWN);
    terminal_key(terminal, VTERM_KEY_HOME);
    terminal_type(terminal, "\004y\004"); /* Ctrl-D, in one go */
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    assert_true(terminal_shows(terminal, "Move other to the trash?"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "No such file"));
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    assert_true(terminal_shows(terminal, "\n   first"));
}

static void a_run_that_is_open_is_left_alone(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 80);
    terminal_type(terminal, "other\r");
    assert_true(terminal_shows(terminal, "done"));
    terminal_type(terminal, "r");
    assert_true(terminal_shows(terminal, "runs  1 of 4"));
    terminal_key(terminal, VTERM_KEY_FUNCTION(2));
    assert_true(terminal_shows(terminal, "other is open here"));
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(terminal, "and delete it then"));
    terminal_type(terminal, "*");
    assert_true(terminal_shows(terminal, "1 marked"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "runs  4 of 4"));
    terminal_type(terminal, "first");
    assert_true(terminal_shows(terminal, "with: first"));
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(terminal, "the marked run is meant, other, and it is open here"));
    terminal_type(terminal, "*");
    assert_true(terminal_shows(terminal, "2 marked"));
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(
        terminal, "the 2 marked runs are meant, and one of them, other, is open here: take"));
}

static void a_branch_says_where_its_past_is(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_page(scene, 24, 100);
    terminal_type(terminal, "grandchild\r");
    assert_true(terminal_shows(terminal, "done"));
    scene_type_line(terminal, "/at 10");
    assert_true(
        terminal_shows(terminal, "at step 40, where this branch begins; /parent leads to step 10"));
}

/* Searches for the one run that has this, and leaves all of them on the page. */
static void finds(struct terminal *terminal, const char *words, const char *row)
{
    char count[64];
    snprintf(count, sizeof count, "1 of 4  with: %s", words);
    terminal_type(terminal, words);
    assert_true(terminal_shows(terminal, count));
    terminal_key(terminal, VTERM_KEY_HOME);
    assert_true(terminal_shows(terminal, row));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, count));
    assert_true(terminal_shows(terminal, "  train.steps=40\n"));
}

static void what_differs_is_told_and_enter_opens(void **state)
{
    struct scene *scene = *state;
    static const struct scene_size sizes[] = {{24, 80}, {36, 120}, {60, 200}};
    struct terminal *terminal = NULL;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        terminal = open_page(scene, sizes[s].rows, sizes[s].cols);
        assert_true(terminal_shows(terminal, "other values\n"));
        assert_true(terminal_shows(terminal, "  train.lr=0.001\n"));
        assert_true(terminal_shows(terminal, "  train.lr=0.00")); /* 3, from 0.001 */
        assert_true(terminal_shows(terminal, "  train.steps=40\n"));
        finds(terminal, "lr=0.001", "\n   child, branch of first at step 20: train.lr=0.001\n");
        finds(terminal, "clip",
              "\n   grandchild, branch of child at step 40: train.lr=0.003 train.clip=0.5\n");
    }
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
#define IN_RUNS(test) cmocka_unit_test_setup_teardown(test, set_up, scene_tear_down)
    const struct CMUnitTest tests[] = {
        IN_RUNS(runs_are_searched_and_sorted_on_any_screen),
        IN_RUNS(help_is_a_key_away_where_letters_search),
        IN_RUNS(runs_are_marked_and_stay_so),
        IN_RUNS(runs_that_are_marked_are_beside_the_one_that_is_open),
        IN_RUNS(a_run_gets_another_name_and_is_still_a_parent),
        SCENE_TEST(a_run_of_a_sweep_keeps_its_name),
        SCENE_TEST(what_does_not_go_together_is_refused),
        IN_RUNS(deleted_runs_come_back),
        IN_RUNS(a_run_that_cannot_be_deleted_keeps_no_other),
        IN_RUNS(what_is_asked_about_is_what_is_deleted),
        IN_RUNS(a_run_that_is_open_is_left_alone),
        IN_RUNS(a_branch_says_where_its_past_is),
        IN_RUNS(what_differs_is_told_and_enter_opens),
    };
    return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}
