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
#include "tests/screen/scene.h"

static int set_up(void **state)
{
    return scene_set_up(state) == 0 &&
                   scene_run(*state, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first",
                                               "--set", "model.layers=2"))
               ? 0
               : -1;
}

static void heads_are_told_on_any_screen(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 0; s < 2 * SCENE_SIZES; s++) {
        bool ascii = s % 2;
        const char *const plain[] = {sandbox_program(), "first", NULL};
        const char *const bare[] = {sandbox_program(), "first", "--ascii", NULL};
        struct terminal *terminal = scene_start(scene, scene_sizes[s / 2].rows,
                                                scene_sizes[s / 2].cols, ascii ? bare : plain);
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
    }
}

static void heads_are_sorted_and_the_step_stays(void **state)
{
    const char *const arguments[] = {sandbox_program(), "first", NULL};
    struct terminal *terminal = scene_start(*state, 24, 80, arguments);
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
#define IN_RUN(test) cmocka_unit_test_setup_teardown(test, set_up, scene_tear_down)
    const struct CMUnitTest tests[] = {
        IN_RUN(heads_are_told_on_any_screen),
        IN_RUN(heads_are_sorted_and_the_step_stays),
    };
    return cmocka_run_group_tests_name("circuits", tests, NULL, NULL);
}
