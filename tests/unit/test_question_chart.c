/* A watched question on the chart, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "lab/watches.h"
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/question_chart.h"

enum { EVERY = 100 };

struct scene {
    struct view view;
    struct cells cells;
};

/* The truth, Oslo, rises from .01 to .9 while Lima and Rome come and go. */
static void add_answers(struct watches *watches, const char *prompt, const char *truth)
{
    const struct question_answer answer[] = {
        {.step = 0, .truth = truth, .truth_probability = .01, .value = {{"Lima", .3}}, .values = 1},
        {.step = EVERY,
         .truth = truth,
         .truth_probability = .25,
         .value = {{"Rome", .5}, {"Lima", .375}, {"Oslo", .25}},
         .values = 3},
        {.step = 2 * EVERY,
         .truth = truth,
         .truth_probability = .875,
         .value = {{"Oslo", .875}, {"Rome", .0625}},
         .values = 2},
    };
    assert_true(watches_add(watches, prompt, NULL));
    for (size_t a = 0; a < sizeof answer / sizeof *answer; a++)
        assert_true(watches_answer(watches, prompt, &answer[a], NULL));
}

static void make_scene(struct scene *scene, size_t index, int rows, int cols)
{
    static const struct fact_set facts;
    struct watches *watches = watches_new(NULL);
    *scene = (struct scene){
        .view = {.facts = &facts,
                 .evaluate_every = EVERY,
                 .status = {.step = 2 * EVERY, .steps = 1000, .phase = {.plateau_end = NAN}},
                 .question = {.index = index}}};
    add_answers(watches, "Ada Abel was born in", "Oslo");
    add_answers(watches, "Somebody was born in", NULL);
    assert_true(watches_add(watches, "not asked", NULL));
    assert_true(view_take_question(&scene->view, watches, NULL));
    watches_free(watches);
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void free_scene(struct scene *scene)
{
    question_track_free(&scene->view.question.track);
    cells_free(&scene->cells);
}

static void draw(struct scene *scene)
{
    struct layout layout = layout_make(scene->cells.rows, scene->cells.cols,
                                       (struct layout_wish){.large_talk = false});
    struct rect side = layout.side;
    side.col += 1;
    side.cols -= 2;
    cells_clear(&scene->cells);
    if (layout.too_small)
        return;
    assert_true(question_chart.draw(&scene->view, &layout, &scene->cells, NULL));
    if (side.rows > 0)
        assert_true(question_chart.draw_side(&scene->view, side, &scene->cells, NULL));
}

static bool shows(const struct scene *scene, const char *what)
{
    return cells_have(&scene->cells, what);
}

static void the_legend_has_the_truth_and_its_rivals(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 0, 36, 130);
    draw(&scene);
    assert_true(shows(&scene, "Ada Abel was born in"));
    assert_true(shows(&scene, "━ Oslo ✓  .88"));
    assert_true(shows(&scene, "╍ Rome  .06"));
    assert_true(shows(&scene, "╌ Lima    -")); /* not among the likeliest any more */
    free_scene(&scene);
}

/* The 30 bytes that there are would end within the last letter. */
static void a_long_name_is_cut_between_letters(void **state)
{
    (void)state;
    static const struct fact_set facts;
    struct watches *watches = watches_new(NULL);
    struct scene scene = {
        .view = {.facts = &facts,
                 .evaluate_every = EVERY,
                 .status = {.step = 2 * EVERY, .steps = 1000, .phase = {.plateau_end = NAN}}}};
    add_answers(watches, "Ada", "abcdefghijklmnopqrstuvwxyzabcé");
    assert_true(view_take_question(&scene.view, watches, NULL));
    watches_free(watches);
    assert_true(cells_resize(&scene.cells, 36, 130, NULL));
    draw(&scene);
    assert_true(shows(&scene, "━ abcdefghijklmnopqrstuvwxyzabc… ✓  .88"));
    free_scene(&scene);
}

static void the_cursor_reads_an_earlier_answer(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 0, 36, 130);
    scene.view.has_cursor = true;
    scene.view.cursor = 2 * EVERY - 1;
    draw(&scene);
    assert_true(shows(&scene, "step 199 (as of 100): Ada Abel was born in"));
    assert_true(shows(&scene, "━ Oslo ✓  .25"));
    assert_true(shows(&scene, "╍ Rome  .50"));
    assert_true(shows(&scene, "╌ Lima  .38"));
    assert_true(shows(&scene, "at step 100"));
    free_scene(&scene);
}

static void beside_it_stands_what_was_answered(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 0, 36, 130);
    scene.view.has_cursor = true;
    draw(&scene);
    assert_true(shows(&scene, "question 1 of 3"));
    assert_true(shows(&scene, "at step 0"));
    int lima = 0;
    while (!cells_row_has(&scene.cells, lima, "  Lima  "))
        lima++;
    assert_true(cells_row_has(&scene.cells, lima, ".30"));
    assert_true(cells_row_has(&scene.cells, lima + 1, "✓ Oslo")); /* behind the likeliest */
    assert_true(cells_row_has(&scene.cells, lima + 1, ".01"));
    free_scene(&scene);
}

static void a_question_without_a_truth_has_its_likeliest_values(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 1, 36, 130);
    draw(&scene);
    assert_true(shows(&scene, "question 2 of 3"));
    assert_false(shows(&scene, "✓"));
    assert_true(shows(&scene, "╍ Oslo  .88"));
    assert_true(shows(&scene, "╌ Rome  .06"));
    free_scene(&scene);
}

static void what_was_not_asked_yet_says_so(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 2, 36, 130);
    draw(&scene);
    assert_true(shows(&scene, "not asked yet"));
    free_scene(&scene);
}

/* The last there is, where there are fewer. */
static void the_number_of_a_question_that_was_ended_is_another_ones(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 7, 36, 130);
    assert_int_equal(scene.view.question.index, 2);
    assert_string_equal(scene.view.question.track.prompt, "not asked");
    free_scene(&scene);
}

static void the_axis_goes_from_nothing_or_a_power_of_ten_to_one(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 0, 36, 130);
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 2, "    1"));
    assert_true(shows(&scene, "  .01")); /* the least is .01 */
    assert_false(shows(&scene, " .001"));
    scene.view.linear = true;
    draw(&scene);
    assert_true(cells_row_has(&scene.cells, 2, "    1"));
    assert_true(shows(&scene, "   .6"));
    assert_true(shows(&scene, "    0"));
    assert_false(shows(&scene, "   .1"));
    free_scene(&scene);
}

/* With sanitizers this also says that nothing is written outside the grid. */
static void every_size_can_be_drawn(void **state)
{
    (void)state;
    struct scene scene;
    for (int rows = 1; rows < 60; rows += 3)
        for (int cols = 1; cols < 160; cols += 7)
            for (size_t index = 0; index < 3; index++) {
                make_scene(&scene, index, rows, cols);
                draw(&scene);
                free_scene(&scene);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_legend_has_the_truth_and_its_rivals),
        cmocka_unit_test(a_long_name_is_cut_between_letters),
        cmocka_unit_test(the_cursor_reads_an_earlier_answer),
        cmocka_unit_test(beside_it_stands_what_was_answered),
        cmocka_unit_test(a_question_without_a_truth_has_its_likeliest_values),
        cmocka_unit_test(what_was_not_asked_yet_says_so),
        cmocka_unit_test(the_number_of_a_question_that_was_ended_is_another_ones),
        cmocka_unit_test(the_axis_goes_from_nothing_or_a_power_of_ten_to_one),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
