/* The map of facts: orders, filters and a search, on screens of every size. */
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
#include "tests/screen/scene.h"

struct fixture {
    struct scene scene;
    char name[64], last[64]; /* of the third individual that is asked about; its last word */
};

static bool succeeds(struct fixture *fixture, const char *const *arguments, char *output,
                     size_t size)
{
    struct process process;
    bool done = process_run(&process, &fixture->scene.sandbox, arguments, NULL, NULL, 0) &&
                process.status == 0;
    if (done)
        snprintf(output, size, "%s", process_out(&process));
    else
        fprintf(stderr, "%s\n", process_err(&process));
    process_free(&process);
    return done;
}

/* The individuals that are listed are those on the map, in the order of their numbers. */
static bool find_name(struct fixture *fixture)
{
    char output[8192], *at;
    if (!succeeds(fixture, ARGUMENTS("facts", "first", "--each", "--json"), output, sizeof output))
        return false;
    at = output;
    for (int i = 0; at && i < 3; i++)
        at = strstr(at + 1, "\"name\"");
    at = at ? strchr(at + 7, '"') : NULL;
    if (!at)
        return false;
    snprintf(fixture->name, sizeof fixture->name, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
    snprintf(fixture->last, sizeof fixture->last, "%s", strrchr(fixture->name, ' ') + 1);
    return true;
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    char output[8192];
    *state = fixture;
    return fixture && scene_open(&fixture->scene) &&
                   succeeds(fixture, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first"),
                            output, sizeof output) &&
                   find_name(fixture)
               ? 0
               : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    scene_close(&fixture->scene);
    free(fixture);
    return 0;
}

static struct terminal *open_map(struct fixture *fixture, int rows, int cols, bool ascii)
{
    const char *const plain[] = {sandbox_program(), "first", NULL};
    const char *const bare[] = {sandbox_program(), "first", "--ascii", NULL};
    struct terminal *terminal = scene_start(&fixture->scene, rows, cols, ascii ? bare : plain);
    assert_true(terminal_shows(terminal, "60/60"));
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "known "));
    return terminal;
}

static void orders_filters_and_a_search_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    for (size_t s = 0; s < 2 * SCENE_SIZES; s++) {
        bool ascii = s % 2;
        struct terminal *terminal =
            open_map(fixture, scene_sizes[s / 2].rows, scene_sizes[s / 2].cols, ascii);
        bool is_low = scene_sizes[s / 2].rows < 20;
        assert_true(
            terminal_shows(terminal, ascii ? "\n all 16 . by number" : "\n all 16 · by number"));
        terminal_type(terminal, "o");
        assert_true(terminal_shows(terminal, "most often drawn first"));
        terminal_type(terminal, "o");
        assert_true(terminal_shows(terminal, "first learned first"));
        terminal_type(terminal, "o\t");
        assert_true(terminal_shows(terminal, " of 16 with all facts known"));
        terminal_type(terminal, "\t");
        assert_true(terminal_shows(terminal, " of 16 with a fact forgotten"));
        terminal_type(terminal, "\t");
        assert_true(terminal_shows(terminal, " of 16 most confused"));
        terminal_type(terminal, "\t");
        assert_true(terminal_shows(terminal, "all 16"));
        terminal_type(terminal, "/");
        terminal_type(terminal, fixture->name);
        assert_true(terminal_shows(terminal, "name: "));
        if (!is_low)
            assert_true(terminal_shows(terminal, "1 of 16"));
        terminal_key(terminal, VTERM_KEY_ENTER);
        assert_true(terminal_hides(terminal, "name: "));
        terminal_key(terminal, VTERM_KEY_ENTER);
        assert_true(terminal_hides(terminal, " of 16"));
        if (!is_low) { /* there is hardly room for an answer */
            assert_true(terminal_shows(terminal, "/who "));
            assert_true(terminal_shows(terminal, fixture->name));
        }
    }
}

static void who_is_selected_stays_so(void **state)
{
    struct fixture *fixture = *state;
    char row[128];
    snprintf(row, sizeof row, "\n %s  ", fixture->name);
    struct terminal *terminal = open_map(fixture, 30, 90, false);
    terminal_key(terminal, VTERM_KEY_RIGHT);
    terminal_key(terminal, VTERM_KEY_RIGHT);
    assert_true(terminal_shows(terminal, row));
    for (int order = 0; order < 3; order++) {
        terminal_type(terminal, "o");
        assert_true(terminal_shows(terminal, order == 0   ? "most often"
                                             : order == 1 ? "learned"
                                                          : "by number"));
        assert_true(terminal_shows(terminal, row));
    }
    terminal_type(terminal, "+");
    assert_true(terminal_shows(terminal, "two facts a character"));
    terminal_type(terminal, "+");
    assert_true(terminal_shows(terminal, "four facts a character"));
    assert_true(terminal_shows(terminal, row));
    terminal_type(terminal, "--/qqqqqq");
    assert_true(terminal_shows(terminal, "nobody of those asked about"));
    assert_true(terminal_hides(terminal, row));
    terminal_key(terminal, VTERM_KEY_BACKSPACE);
    assert_true(terminal_shows(terminal, "near: qqqqq_"));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "all 16"));
    assert_true(terminal_shows(terminal, row));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "all 16"));
}

/* At step 0 nobody had been drawn; afterwards everybody was, and counts say how often. */
static void the_map_is_that_of_the_step_that_is_asked(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_map(fixture, 30, 90, false);
    terminal_type(terminal, "o");
    assert_true(terminal_shows(terminal, "most often drawn first"));
    assert_true(terminal_hides(terminal, "  0 exposures"));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "most often"));
    scene_type_line(terminal, "/at 0");
    assert_true(terminal_shows(terminal, "at step 0"));
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "  0 exposures"));
    assert_true(terminal_shows(terminal, "all 16 · most often drawn first")); /* as it was left */
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "most often"));
    terminal_type(terminal, "\033"); /* back to now */
    assert_true(terminal_hides(terminal, "at step 0"));
    terminal_type(terminal, "m");
    assert_true(terminal_hides(terminal, "  0 exposures"));
}

static bool is_whole(const char *screen, void *context)
{
    return strstr(screen, context) && !strstr(screen, "looking");
}

/* More than are looked at in one go: the last of them are drawn, too. */
static void a_list_that_is_made_in_pieces_is_drawn_to_its_end(void **state)
{
    static char all[] = "all 100,000", some[] = "name: a_";
    static const char *const command[] = {NULL,
                                          "train",
                                          "toy-memory",
                                          "--quiet",
                                          "--steps=1",
                                          "--run=" SCENE_RUNS "many",
                                          "--set=pools.given-names=50",
                                          "--set=pools.last-names=50",
                                          "--set=population.known=100000",
                                          "--set=eval.known=100000",
                                          "--set=population.new=1",
                                          "--set=eval.new=1",
                                          "--set=population.fine_tuning=0",
                                          "--set=fine-tuning.after=0",
                                          "--set=model.d_model=16",
                                          "--set=model.d_hidden=16",
                                          "--set=train.batch=1"};
    enum { WORDS = sizeof command / sizeof *command };
    struct fixture *fixture = *state;
    const char *arguments[WORDS + 1] = {sandbox_program()};
    char output[8192];
    for (size_t w = 1; w < WORDS; w++)
        arguments[w] = command[w];
    assert_true(succeeds(fixture, arguments, output, sizeof output));
    struct terminal *terminal = scene_start(&fixture->scene, 24, 100, ARGUMENTS("many"));
    assert_true(terminal_shows(terminal, "1/1"));
    terminal_type(terminal, "m");
    assert_true(terminal_meets(terminal, is_whole, all, all));
    terminal_type(terminal, "/a");
    assert_true(terminal_meets(terminal, is_whole, some, some));
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(orders_filters_and_a_search_on_any_screen),
        IN_SANDBOX(who_is_selected_stays_so),
        IN_SANDBOX(a_list_that_is_made_in_pieces_is_drawn_to_its_end),
        IN_SANDBOX(the_map_is_that_of_the_step_that_is_asked),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
