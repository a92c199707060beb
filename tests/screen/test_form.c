/* Forms of keys on the screen: of a branch, and of a preset before it is started. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/process.h"
#include "tests/screen/scene.h"

/* Selects a key of the form by its name. */
static void find(struct terminal *terminal, const char *name)
{
    terminal_type(terminal, "/");
    assert_true(terminal_shows(terminal, "next key that has it"));
    scene_type_line(terminal, name);
    assert_true(terminal_hides(terminal, "next key that has it"));
}

/* Types a value in place of that which the selected key has. */
static void give(struct terminal *terminal, const char *value)
{
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "take it"));
    terminal_type(terminal, "\025");
    scene_type_line(terminal, value);
}

static void a_branch_is_made_with_a_form(void **state, int rows, int cols, bool ascii)
{
    struct terminal *terminal =
        scene_start(*state, rows, cols,
                    ARGUMENTS("tiny", "--run", "run", "--set", "train.steps=100000000",
                              ascii ? "--ascii" : NULL));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "B");
    assert_true(terminal_shows(terminal, ascii ? "branch of run at" : "branch of run at"));
    find(terminal, "train.clip");
    give(terminal, "-3");
    assert_true(terminal_shows(terminal, "train.clip = -3 is out of range"));
    terminal_type(terminal, "\025");
    scene_type_line(terminal, ".5");
    assert_true(terminal_hides(terminal, "out of range"));
    assert_true(terminal_shows(terminal, "1 changed"));
    find(terminal, "final_lr");
    give(terminal, "1");
    assert_true(terminal_shows(terminal, "2 changed"));
    terminal_type(terminal, "s"); /* its error leads there */
    assert_true(terminal_shows(terminal, "! final_lr"));
    terminal_type(terminal, "u");
    assert_true(terminal_hides(terminal, "! final_lr"));
    assert_true(terminal_shows(terminal, "1 changed"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, "running"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_resize(terminal, 24, 80);
    assert_true(terminal_shows(terminal, "train.clip 0"));
    assert_true(terminal_shows(terminal, "/parent goes back"));
    scene_quit(*state);
}

static void a_branch_is_made_with_a_form_on_a_usual_screen(void **state)
{
    a_branch_is_made_with_a_form(state, 24, 80, false);
}

static void a_branch_is_made_with_a_form_on_a_small_screen(void **state)
{
    a_branch_is_made_with_a_form(state, 10, 40, false);
}

static void a_branch_is_made_with_a_form_in_ascii(void **state)
{
    a_branch_is_made_with_a_form(state, 24, 80, true);
}

static void a_form_is_left_as_it_was_opened(void **state)
{
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS("tiny"));
    assert_true(terminal_shows(terminal, "paused"));
    scene_type_line(terminal, "/edit");
    assert_true(terminal_shows(terminal, "a branch begins at a step that was made"));
    scene_type_line(terminal, "/step 2");
    assert_true(terminal_shows(terminal, "2/60"));
    terminal_type(terminal, "c");
    assert_true(terminal_shows(terminal, "saved"));
    scene_type_line(terminal, "/edit");
    assert_true(terminal_shows(terminal, "at the step that it has reached"));
    find(terminal, "train.lr");
    give(terminal, "1e-4");
    assert_true(terminal_shows(terminal, "was 0.003"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "take it"));
    terminal_type(terminal, "9\033");
    assert_true(terminal_hides(terminal, "take it"));
    assert_true(terminal_shows(terminal, "0.0001 "));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "2/60"));
    terminal_type(terminal, "B");
    assert_true(terminal_shows(terminal, "at the step that it has reached"));
    assert_true(terminal_hides(terminal, "changed"));
    scene_quit(*state);
}

/* The tests' own preset, which the list has among the others. */
static void select_tiny(struct terminal *terminal)
{
    assert_true(terminal_shows(terminal, "A small model learns six facts"));
    assert_true(terminal_shows(terminal, "\n   tiny "));
    const char *screen = terminal_screen(terminal);
    const char *from = strstr(screen, "\n   quickstart "), *to = strstr(screen, "\n   tiny ");
    int rows = 0;
    assert_true(from && from < to);
    for (; from < to; from = strchr(from + 1, '\n'))
        rows++;
    while (rows-- > 0)
        terminal_key(terminal, VTERM_KEY_DOWN);
    assert_true(terminal_shows(terminal, "For tests alone."));
}

static void a_preset_is_edited_saved_and_started(void **state)
{
    struct scene *scene = *state;
    struct process shown;
    struct terminal *terminal = scene_start(scene, 60, 80, ARGUMENTS(NULL));
    select_tiny(terminal);
    terminal_type(terminal, "e");
    assert_true(terminal_shows(terminal, "preset tiny"));
    find(terminal, "train.steps");
    give(terminal, "77");
    find(terminal, "model.mixer");
    terminal_key(terminal, VTERM_KEY_RIGHT);
    assert_true(terminal_shows(terminal, "was attention"));
    terminal_key(terminal, VTERM_KEY_LEFT);
    assert_true(terminal_shows(terminal, "1 changed"));
    terminal_type(terminal, "w");
    scene_type_line(terminal, "a b");
    assert_true(terminal_shows(terminal, "and no blanks"));
    terminal_type(terminal, "\025");
    scene_type_line(terminal, "tiny"); /* is there */
    assert_true(
        terminal_shows(terminal, "There is a preset tiny. Put this one in its place? y / n"));
    terminal_type(terminal, "n");
    terminal_type(terminal, "w");
    scene_type_line(terminal, "longer");
    assert_true(terminal_shows(terminal, "saved as preset longer: "));
    find(terminal, "train.batch");
    give(terminal, "4");
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, "0/77"));
    assert_true(terminal_shows(terminal, "with train.batch=4"));
    scene_quit(*state);
    assert_true(
        process_run(&shown, &scene->sandbox, ARGUMENTS("presets", "longer"), NULL, NULL, 0));
    assert_int_equal(shown.status, 0);
    assert_non_null(strstr(process_out(&shown), "steps = 77"));
    assert_non_null(strstr(process_out(&shown), "batch = 8"));
    process_free(&shown);
    assert_true(process_run(&shown, &scene->sandbox, ARGUMENTS("presets", "tiny"), NULL, NULL, 0));
    assert_non_null(strstr(process_out(&shown), "steps = 60"));
    process_free(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_branch_is_made_with_a_form_on_a_usual_screen),
        SCENE_TEST(a_branch_is_made_with_a_form_on_a_small_screen),
        SCENE_TEST(a_branch_is_made_with_a_form_in_ascii),
        SCENE_TEST(a_form_is_left_as_it_was_opened),
        SCENE_TEST(a_preset_is_edited_saved_and_started),
    };
    return cmocka_run_group_tests_name("form", tests, NULL, NULL);
}
