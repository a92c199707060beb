/* The circuits on the screen, without a terminal or a trainer. */
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
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/circuits_chart.h"

enum { LAYERS = 3, HEADS = 2, EVALUATIONS = 3, EVERY = 100 };

struct scene {
    struct evaluation_point evaluation[EVALUATIONS];
    struct view view;
    struct cells cells;
};

/* Every head of layer l has circuit c at 0.1 (c + 1) + 0.1 l + 0.01 h, new individuals half of it;
 * all grow by 0.001 with every evaluation. */
static void add_point(struct circuit_track *track, uint64_t evaluation)
{
    double known[CIRCUITS * LAYERS * HEADS], held_out[CIRCUITS * LAYERS * HEADS];
    for (size_t i = 0; i < CIRCUITS * LAYERS * HEADS; i++) {
        size_t c = i / (LAYERS * HEADS), l = i / HEADS % LAYERS, h = i % HEADS;
        known[i] =
            0.1 * (double)(c + 1) + 0.1 * (double)l + 0.01 * (double)h + 0.001 * (double)evaluation;
        held_out[i] = known[i] / 2;
    }
    const struct circuits_point point = {.step = EVERY * evaluation,
                                         .known = {LAYERS, HEADS, known},
                                         .held_out = {LAYERS, HEADS, held_out}};
    assert_true(circuit_track_add(track, &point, NULL));
}

static void make_scene(struct scene *scene, int rows, int cols)
{
    static const struct fact_set facts;
    *scene = (struct scene){.view = {.facts = &facts,
                                     .evaluate_every = EVERY,
                                     .status = {.step = EVERY * (EVALUATIONS - 1),
                                                .steps = 1000,
                                                .phase = {.plateau_end = NAN}}}};
    for (uint64_t e = 0; e < EVALUATIONS; e++) {
        scene->evaluation[e].step = EVERY * e;
        add_point(&scene->view.curves.circuits, e);
    }
    scene->view.curves.evaluation = scene->evaluation;
    scene->view.curves.evaluations = EVALUATIONS;
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void free_scene(struct scene *scene)
{
    circuit_track_free(&scene->view.curves.circuits);
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
    assert_true(circuits_chart.draw(&scene->view, &layout, &scene->cells, NULL));
    if (side.rows > 0)
        assert_true(circuits_chart.draw_side(&scene->view, side, &scene->cells, NULL));
}

static bool shows(const struct scene *scene, const char *what)
{
    return cells_have(&scene->cells, what);
}

static void the_legend_has_the_first_and_the_last_layer(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 36, 120);
    draw(&scene);
    assert_true(shows(&scene, "within a name L1 .107"));
    assert_true(shows(&scene, "attribute→name L3 .507"));
    assert_true(shows(&scene, "attribute→text L3 .607"));
    free_scene(&scene);
    make_scene(&scene, 24, 80);
    draw(&scene);
    assert_true(shows(&scene, "attr→name .507"));
    free_scene(&scene);
}

static void the_table_compares_known_and_new(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 24, 80);
    draw(&scene);
    assert_true(shows(&scene, "layer 1    known    new"));
    assert_true(shows(&scene, "layer 3    known    new"));
    assert_true(shows(&scene, "in a name   .107   .054"));
    assert_true(shows(&scene, "name→all    .207   .104"));
    assert_true(shows(&scene, "sharpness   .707   .354"));
    scene.view.all_known = true;
    draw(&scene);
    assert_true(shows(&scene, "sharpness          .707"));
    assert_false(shows(&scene, "new") || shows(&scene, ".354"));
    free_scene(&scene);
}

static void heads_are_shown_where_there_is_room(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 24, 80);
    draw(&scene);
    assert_false(shows(&scene, "heads"));
    free_scene(&scene);
    make_scene(&scene, 50, 120);
    draw(&scene);
    assert_true(shows(&scene, "attribute→name, heads, %"));
    assert_true(shows(&scene, "2    40  41")); /* 0.3 + 0.1 + 0.002, and 0.01 more */
    free_scene(&scene);
}

static void the_cursor_reads_an_earlier_evaluation(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 36, 120);
    scene.view.has_cursor = true;
    scene.view.cursor = EVERY;
    draw(&scene);
    assert_true(shows(&scene, "step 100"));
    assert_true(shows(&scene, "within a name L1 .106"));
    scene.view.cursor = 0;
    draw(&scene);
    assert_true(shows(&scene, "within a name L1 .105"));
    free_scene(&scene);
}

/* As records of the first version are read. */
static void a_run_that_did_not_record_it_shows_attention_to_all_names(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 36, 120);
    struct circuit_track *track = &scene.view.curves.circuits;
    for (size_t i = 0; i < track->points; i++) {
        struct circuits_point point = circuit_track_point(track, i);
        for (size_t k = 0; k < LAYERS * HEADS; k++)
            point.known.mean[CIRCUIT_WITHIN_NAME * LAYERS * HEADS + k] = NAN;
    }
    draw(&scene);
    assert_true(shows(&scene, "name→all names L1 .207"));
    assert_false(shows(&scene, "within a name L1"));
    free_scene(&scene);
}

static void a_run_without_circuits_says_why(void **state)
{
    (void)state;
    struct scene scene;
    make_scene(&scene, 36, 120);
    circuit_track_free(&scene.view.curves.circuits);
    draw(&scene);
    assert_true(shows(&scene, "eval.circuits is 0"));
    free_scene(&scene);
}

/* With sanitizers this also says that nothing is written outside the grid. */
static void every_size_can_be_drawn(void **state)
{
    (void)state;
    struct scene scene;
    for (int rows = 1; rows < 60; rows += 3)
        for (int cols = 1; cols < 160; cols += 7) {
            make_scene(&scene, rows, cols);
            draw(&scene);
            free_scene(&scene);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_legend_has_the_first_and_the_last_layer),
        cmocka_unit_test(the_table_compares_known_and_new),
        cmocka_unit_test(heads_are_shown_where_there_is_room),
        cmocka_unit_test(the_cursor_reads_an_earlier_evaluation),
        cmocka_unit_test(a_run_that_did_not_record_it_shows_attention_to_all_names),
        cmocka_unit_test(a_run_without_circuits_says_why),
        cmocka_unit_test(every_size_can_be_drawn),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
