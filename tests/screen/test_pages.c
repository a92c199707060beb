/* The pages that number keys and names lead to. */
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

#include "tests/patience.h"
#include "tests/screen/scene.h"

static struct terminal *open_run(struct scene *scene, bool ascii, int rows, int cols)
{
    const char *const arguments[] = {sandbox_program(), "tiny", ascii ? "--ascii" : NULL, NULL};
    struct terminal *terminal = scene_start(scene, rows, cols, arguments);
    assert_true(terminal_shows(terminal, "paused"));
    return terminal;
}

static const struct {
    const char *key, *command, *sign, *present;
} pages[] = {
    {"4", "/circuits", "nam", "4 Circuits"},
    {"2", "/ask", "paused", "2 Ask"},
    {"3", "/map", "forgotten", "3 Map"},
    {"5", "/runs", "runs  ", "5 Runs"},
    {"6", "/presets", "choose  Enter open", "6 Presets"},
    {"1", "/learn", "loss", "1 Learn"},
};

/* "Circuits 1 2 3 4 5 6" of "4 Circuits". */
static bool names_present(const char *screen, void *context)
{
    char line[64];
    snprintf(line, sizeof line, " %s 1 2 3 4 5 6\n", pages[*(size_t *)context].present + 2);
    return strstr(screen, line);
}

static void numbers_lead_from_any_page_to_any_other(void **state)
{
    struct scene *scene = *state;
    static const struct {
        int rows, cols;
        bool ascii;
    } sizes[] = {{10, 40, false}, {24, 80, true}, {36, 120, false}, {60, 200, true}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_run(scene, sizes[s].ascii, sizes[s].rows, sizes[s].cols);
        for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
            terminal_type(terminal, pages[p].key);
            assert_true(terminal_shows(terminal, pages[p].sign));
            if (sizes[s].cols >= 200)
                assert_true(terminal_shows(terminal, pages[p].present));
            else if (sizes[s].cols >= 120)
                assert_true(
                    terminal_shows(terminal, " 1 Learn 2 Ask 3 Map 4 Circ 5 Runs 6 Pres\n"));
            else if (sizes[s].cols >= 80)
                assert_true(terminal_meets(terminal, names_present, &p, pages[p].present));
        }
    }
}

/* On any page of the run, and the page is there again behind it. */
static void a_branch_is_edited_over_any_page_of_the_run(void **state)
{
    static const struct {
        const char *key, *sign;
    } over[] = {{"m", "forgotten"}, {"a", "Circuits"}};
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, false, 24, 80);
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/60"));
    for (size_t p = 0; p < sizeof over / sizeof *over; p++) {
        terminal_type(terminal, "1");
        terminal_type(terminal, over[p].key);
        assert_true(terminal_shows(terminal, over[p].sign));
        terminal_type(terminal, "B");
        assert_true(terminal_shows(terminal, "branch of "));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "branch of "));
        assert_true(terminal_shows(terminal, over[p].sign));
    }
}

static void what_works_elsewhere_says_where(void **state)
{
    struct scene *scene = *state;
    const char *const chooser[] = {sandbox_program(), NULL};
    struct terminal *terminal = open_run(scene, false, 24, 80);
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "}");
    assert_true(terminal_shows(terminal, "/ahead works on the run's own page; 1 leads there"));
    terminal = scene_start(scene, 24, 80, chooser);
    assert_true(terminal_shows(terminal, "choose  Enter open"));
    terminal_type(terminal, "}");
    assert_true(terminal_shows(terminal, "/ahead is for a run that is open"));
}

static void names_stay_while_measures_are_picked(void **state)
{
    struct scene *scene = *state;
    static const struct {
        int rows, cols;
        const char *names, *click; /* on Runs, where its name is */
    } sizes[] = {{16, 130, " 1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets\n", "\033[<0;114;1M"},
                 {24, 80, "     Learn 1 2 3 4 5 6\n", "\033[<0;77;1M"},
                 {36, 104, " 1 Learn 2 Ask 3 Map 4 Circ 5 Runs 6 Pres\n", "\033[<0;92;1M"}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_run(scene, false, sizes[s].rows, sizes[s].cols);
        assert_true(terminal_shows(terminal, sizes[s].names));
        scene_type_line(terminal, "/mouse");
        assert_true(terminal_reports_mouse(terminal, true));
        terminal_type(terminal, "p");
        assert_true(terminal_shows(terminal, "what is on the chart"));
        assert_true(terminal_shows(terminal, sizes[s].names));
        terminal_type(terminal, sizes[s].click);
        assert_true(terminal_shows(terminal, "runs  "));
        assert_true(terminal_hides(terminal, "what is on the chart"));
    }
}

static void commands_lead_there_as_well(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, false, 36, 200);
    for (size_t p = 0; p < sizeof pages / sizeof *pages; p++) {
        terminal_type(terminal, pages[p].command);
        terminal_key(terminal, VTERM_KEY_ENTER);
        assert_true(terminal_shows(terminal, pages[p].sign));
        assert_true(terminal_shows(terminal, "1 Learn 2 Ask 3 Map 4 Circuits 5 Runs 6 Presets"));
        if (p < 2 || p == 5)
            continue;
        terminal_key(terminal, VTERM_KEY_ESCAPE); /* back to the run, where / is a command */
        assert_true(terminal_hides(terminal, pages[p].sign));
    }
}

static void the_palette_finds_and_does(void **state)
{
    struct scene *scene = *state;
    static const struct {
        int rows, cols;
        bool ascii;
    } sizes[] = {{10, 40, true}, {24, 80, false}, {36, 120, true}, {60, 200, false}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_run(scene, sizes[s].ascii, sizes[s].rows, sizes[s].cols);
        terminal_type(terminal, "\013"); /* Ctrl-K */
        assert_true(terminal_shows(terminal, "toggle"));
        terminal_type(terminal, "zzzz");
        assert_true(terminal_shows(terminal, "nothing fits"));
        terminal_type(terminal, "\025mpa"); /* letters of "map" in another order */
        assert_true(terminal_hides(terminal, "forgotten"));
        terminal_type(terminal, "\025map\r");
        assert_true(terminal_shows(terminal, "forgotten"));
        terminal_type(terminal, "\013frida"); /* from any page */
        assert_true(terminal_shows(terminal, " Frida"));
        terminal_type(terminal, "\r");
        assert_true(terminal_shows(terminal, "for example"));
        assert_true(terminal_shows(terminal, "location")); /* asked of her */
        terminal_type(terminal, "\013peo\r");
        assert_true(terminal_shows(terminal, "/people")); /* to be completed */
        terminal_type(terminal, "new\025x");              /* what readline does with Ctrl-U */
        terminal_key(terminal, VTERM_KEY_FUNCTION(12));
        terminal_type(terminal, "elements");
        assert_true(terminal_shows(terminal, "chemical"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "chemical"));
    }
}

static void the_palette_opens_runs_and_presets(void **state)
{
    struct scene *scene = *state;
    const char *const arguments[] = {sandbox_program(), NULL};
    struct terminal *terminal = scene_start(scene, 24, 80, arguments);
    terminal_type(terminal, "\013"); /* before the list is there */
    assert_true(terminal_shows(terminal, "presets"));
    assert_true(terminal_hides(terminal, "toggle")); /* needs a run */
    terminal_type(terminal, "tiny");
    assert_true(terminal_shows(terminal, "Thirty-two people"));
    terminal_type(terminal, "\r");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/60"));
    terminal_type(terminal, "c");
    assert_true(terminal_shows(terminal, "saved a checkpoint"));
    terminal_type(terminal, "\013tiny-2"); /* the list of runs is read anew */
    assert_true(terminal_shows(terminal, "run      tiny-"));
    terminal_type(terminal, "\r");
    assert_true(terminal_shows(terminal, " 1/60"));
}

/* Tab is pressed until the list of runs was read. */
static void runs_that_were_made_since_are_completed(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = scene_start(scene, 24, 100, ARGUMENTS("tiny"));
    struct patience patience = patience_with(getpid());
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/60"));
    scene_type_line(terminal, "/branch train.lr=1e-3");
    assert_true(terminal_shows(terminal, "/parent goes back"));
    terminal_type(terminal, "/difference tiny-");
    while (!strstr(terminal_screen(terminal), "/difference tiny-2")) {
        assert_true(patience_lasts(&patience));
        terminal_type(terminal, "\t");
        terminal_rest(terminal, 0.1);
    }
    terminal_type(terminal, "\r");
    assert_true(terminal_shows(terminal, "loss: this run less train.lr=0.003"));
}

/* It has no title, but a reason. */
static void the_palette_lists_a_preset_that_cannot_be_read(void **state)
{
    struct scene *scene = *state;
    assert_true(sandbox_write(&scene->sandbox, "config/mneme/presets/broken.ini",
                              "[train]\nsteps = many\n"));
    struct terminal *terminal = scene_start(scene, 24, 80, ARGUMENTS(NULL));
    assert_true(terminal_shows(terminal, "quickstart"));
    terminal_type(terminal, "\013broken");
    assert_true(terminal_shows(terminal, "preset   broken"));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "preset   broken"));
}

static void help_is_of_the_page_and_searched(void **state)
{
    struct scene *scene = *state;
    static const struct {
        int rows, cols;
        bool ascii;
    } sizes[] = {{10, 40, true}, {24, 80, false}, {36, 120, true}, {60, 200, false}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct terminal *terminal = open_run(scene, sizes[s].ascii, sizes[s].rows, sizes[s].cols);
        terminal_type(terminal, "3?/another order");
        assert_true(terminal_shows(terminal, "by number, by how"));
        terminal_type(terminal, "\r");
        assert_true(terminal_shows(terminal, "all lines"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "all lines"));
        terminal_type(terminal, "q");
        assert_true(terminal_shows(terminal, "forgotten"));
        terminal_type(terminal, "1?/often drawn");
        assert_true(terminal_shows(terminal, "On page Map"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "On page Map"));
        terminal_type(terminal, "/quit");
        assert_true(terminal_shows(terminal, "save and quit"));
    }
}

/* Where a name is searched, a number is a part of it. */
static void numbers_are_searched_behind_a_slash(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = open_run(scene, false, 24, 80);
    terminal_type(terminal, "5/3");
    assert_true(terminal_shows(terminal, "with: 3"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "with:"));
    terminal_type(terminal, "3");
    assert_true(terminal_shows(terminal, "forgotten"));
}

static void there_is_no_page_of_a_run_before_one_is_open(void **state)
{
    struct scene *scene = *state;
    const char *const arguments[] = {sandbox_program(), NULL};
    struct terminal *terminal = scene_start(scene, 24, 80, arguments);
    assert_true(terminal_shows(terminal, "how does a"));
    for (const char *key = "1234"; *key; key++) {
        const char typed[] = {*key, '\0'};
        terminal_type(terminal, typed);
        assert_true(terminal_shows(terminal, "no run is open yet"));
        terminal_key(terminal, VTERM_KEY_DOWN);
        assert_true(terminal_hides(terminal, "no run is open yet"));
    }
    terminal_type(terminal, "5");
    assert_true(terminal_shows(terminal, "runs  0 of 0"));
    terminal_type(terminal, "6");
    assert_true(terminal_shows(terminal, "how does a"));
}

/* On a narrow screen on more than one row, with the page above. */
static void a_question_is_read_whole_on_any_screen(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal =
            scene_start(scene, scene_sizes[s].rows, scene_sizes[s].cols,
                        ARGUMENTS("tiny", "--go", "--set", "train.steps=100000000"));
        assert_true(terminal_shows(terminal, "running"));
        terminal_type(terminal, "q");
        assert_true(terminal_shows(terminal, "Training is under way. Save a"));
        assert_true(terminal_shows(terminal, "checkpoint and quit? y / n"));
        terminal_type(terminal, "n");
        assert_true(terminal_hides(terminal, "checkpoint and quit? y / n"));
        terminal_type(terminal, "q");
        assert_true(terminal_shows(terminal, "checkpoint and quit? y / n"));
        terminal_type(terminal, "y");
        int status;
        assert_true(terminal_ends(terminal, &status));
        assert_int_equal(status, 0);
    }
}

/* A run that never ends; the list of presets is behind 6. */
static struct terminal *train_for_ever(struct scene *scene)
{
    struct terminal *terminal = scene_start(
        scene, 36, 120,
        ARGUMENTS("tiny", "--set", "train.steps=100000000", "--set", "eval.every=1000"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "running"));
    terminal_type(terminal, "6");
    assert_true(terminal_shows(terminal, " MiB · "));
    return terminal;
}

/* A machine's speed is measured while nothing is trained, and is known from then on. */
static void presets_tell_what_they_take_while_a_run_trains(void **state)
{
    struct scene *scene = *state;
    int status;
    struct terminal *terminal = train_for_ever(scene);
    assert_true(terminal_shows(terminal, "how long it takes is found once nothing trains"));
    terminal_type(terminal, "1 ");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "6");
    assert_true(terminal_shows(terminal, "here, estimated\n"));
    terminal_type(terminal, "1 ");
    assert_true(terminal_shows(terminal, "running"));
    terminal_type(terminal, "6");
    assert_true(terminal_shows(terminal, "here, estimated\n"));
    terminal_type(terminal, "qy");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 0);
    terminal = train_for_ever(scene);
    assert_true(terminal_shows(terminal, "here, estimated from an earlier speed\n"));
    assert_true(terminal_hides(terminal, "finding"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(numbers_lead_from_any_page_to_any_other),
        SCENE_TEST(a_branch_is_edited_over_any_page_of_the_run),
        SCENE_TEST(what_works_elsewhere_says_where),
        SCENE_TEST(names_stay_while_measures_are_picked),
        SCENE_TEST(commands_lead_there_as_well),
        SCENE_TEST(the_palette_finds_and_does),
        SCENE_TEST(the_palette_opens_runs_and_presets),
        SCENE_TEST(runs_that_were_made_since_are_completed),
        SCENE_TEST(the_palette_lists_a_preset_that_cannot_be_read),
        SCENE_TEST(help_is_of_the_page_and_searched),
        SCENE_TEST(numbers_are_searched_behind_a_slash),
        SCENE_TEST(a_question_is_read_whole_on_any_screen),
        SCENE_TEST(there_is_no_page_of_a_run_before_one_is_open),
        SCENE_TEST(presets_tell_what_they_take_while_a_run_trains),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
