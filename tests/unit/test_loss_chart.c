/* A branch beside its parent, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "lab/parent_curve.h"
#include "tests/fixtures/cells_text.h"
#include "tests/float_equal.h"
#include "ui/tui/widgets/difference_chart.h"
#include "ui/tui/widgets/loss_chart.h"
#include "ui/tui/widgets/view_values.h"

enum { EVALUATIONS = 5, EVERY = 100, BRANCHED = 200 };

/* The branch loses 6, 5, 4, 3, 2 nats; its parent from step 200 on 4, 3.5 and 2.25. */
struct scene {
    struct evaluation_point evaluation[EVALUATIONS];
    double x[3], y[3];
    struct overlay_curve curve;
    struct overlay_run run;
    struct parent_curve parent;
    struct view view;
    struct cells cells;
};

static char parents[] = "/runs/parent", key[] = "attr_loss";
static char *keys[] = {key};

static void free_scene(struct scene *scene)
{
    envelope_free(&scene->curve.kept);
    cells_free(&scene->cells);
}

static void make_scene(struct scene *scene, int rows, int cols)
{
    static const struct fact_set facts;
    *scene = (struct scene){.x = {200, 300, 400},
                            .y = {4, 3.5, 2.25},
                            .view = {.facts = &facts,
                                     .evaluate_every = EVERY,
                                     .baseline = 4.5,
                                     .status = {.step = EVERY * (EVALUATIONS - 1),
                                                .steps = 1000,
                                                .phase = {.plateau_end = NAN}}}};
    for (int e = 0; e < EVALUATIONS; e++) {
        scene->evaluation[e].step = (uint64_t)e * EVERY;
        scene->evaluation[e].known.loss = 6 - e;
        scene->evaluation[e].held_out.loss = 6;
        scene->evaluation[e].baseline = (struct baseline){4.5, 4.5, 4.5};
    }
    scene->view.curves.evaluation = scene->evaluation;
    scene->view.curves.evaluations = EVALUATIONS;
    scene->curve.series = (struct series){scene->x, scene->y, 3};
    scene->run = (struct overlay_run){.directory = parents, .curve = &scene->curve};
    scene->parent = (struct parent_curve){
        .overlay = {.key = {keys, 1, 1}, .run = &scene->run, .runs = 1}, .step = BRANCHED};
    scene->view.parent = &scene->parent;
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void draw(struct scene *scene)
{
    struct layout layout = layout_make(scene->cells.rows, scene->cells.cols,
                                       (struct layout_wish){.large_talk = false});
    cells_clear(&scene->cells);
    assert_true(loss_chart.draw(&scene->view, &layout, &scene->cells, NULL));
}

static const struct {
    int rows, cols;
} sizes[] = {{24, 80}, {36, 120}, {60, 200}};

enum { SIZES = sizeof sizes / sizeof *sizes };

static void the_parents_loss_stands_in_the_legend(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        draw(&scene);
        assert_true(cells_have(&scene.cells, "parent 2.25"));
        scene.view.has_cursor = true;
        scene.view.cursor = 300;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "parent 3.50"));
        scene.view.cursor = 100;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "parent    -"));
        scene.view.cursor = 400;
        scene.curve.series.count = 2; /* up to step 300 */
        draw(&scene);
        assert_true(cells_have(&scene.cells, "parent    -"));
        scene.curve.series.count = 0;
        draw(&scene);
        assert_false(cells_have(&scene.cells, "parent"));
        free_scene(&scene);
    }
}

/* The parent went up to step 900, the branch up to 400, as its difference does; a run that is
 * marked up to 950, one that is there for a difference alone counts where that is drawn. */
static void all_steps_of_the_runs_on_the_chart_are_shown(void **state)
{
    static double x[] = {100, 300, 950}, y[] = {4.5, 3.25, 1};
    static char directory[] = "/runs/other";
    struct overlay_curve curve = {.series = {x, y, 3}};
    struct overlay_run run = {.directory = directory, .curve = &curve, .is_read = true};
    const struct overlay overlay = {.key = {keys, 1, 1}, .run = &run, .runs = 1};
    struct scene scene;
    (void)state;
    make_scene(&scene, 24, 80);
    assert_true(loss_chart.reach(&scene.view) == 400);
    scene.x[2] = 900;
    scene.view.reach = loss_chart.reach(&scene.view);
    assert_true(scene.view.reach == 900);
    assert_true(view_span(&scene.view).last >= 900);
    scene.view.difference = true;
    assert_true(loss_chart.reach(&scene.view) == 0);
    scene.view.difference = false;
    scene.view.overlay = &overlay;
    assert_true(loss_chart.reach(&scene.view) == 950);
    run.is_hidden = true;
    assert_true(loss_chart.reach(&scene.view) == 900);
    scene.view.pair = (struct view_pair){true, {true, 0}, {false, 0}};
    assert_true(loss_chart.reach(&scene.view) == 300);
    scene.view.reach = 5000; /* beyond what is planned, too */
    assert_true(view_span(&scene.view).last >= 5000);
    free_scene(&scene);
}

/* The branch has 2 - 2.25 at the newest step that both were evaluated at. */
static void the_difference_stands_in_place_of_both(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        scene.view.difference = true;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "less the parent's, nats: -.250"));
        assert_false(cells_have(&scene.cells, "known"));
        assert_true(cells_have(&scene.cells, ".00"));
        assert_true(cells_have(&scene.cells, "-.") || cells_have(&scene.cells, "-0."));
        scene.view.has_cursor = true;
        scene.view.cursor = 300;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "step 300: loss, less the parent's, nats: -.500"));
        scene.view.cursor = 200;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "nats: +.000"));
        scene.view.cursor = 100;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "nats: -"));
        assert_false(cells_have(&scene.cells, "nats: -0"));
        free_scene(&scene);
    }
}

/* Another run, evaluated at steps 100, 250 and 300. */
static void the_difference_of_two_runs_is_at_steps_of_both(void **state)
{
    static double x[] = {100, 250, 300}, y[] = {4.5, 1, 3.25};
    static char directory[] = "/runs/other";
    struct overlay_curve curve = {.series = {x, y, 3}};
    struct overlay_run run = {.directory = directory, .curve = &curve, .is_read = true};
    const struct overlay overlay = {.key = {keys, 1, 1}, .run = &run, .runs = 1};
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        scene.view.overlay = &overlay;
        scene.view.pair = (struct view_pair){true, {true, 0}, {false, 0}};
        assert_true(difference_has_common(&scene.view));
        draw(&scene);
        assert_true(cells_have(&scene.cells, "loss: this run less other, nats: -.250"));
        assert_false(cells_have(&scene.cells, "known"));
        scene.view.has_cursor = true;
        scene.view.cursor = 200;
        draw(&scene);
        assert_true(cells_have(&scene.cells, s == 0 ? "step 100: this run less other"
                                                    : "step 200 (measured at 100): this run"));
        assert_true(cells_have(&scene.cells, ", nats: +.500"));
        scene.view.pair = (struct view_pair){true, {false, 0}, {true, 0}};
        draw(&scene);
        assert_true(cells_have(&scene.cells, "other less this run, nats: -.500"));
        curve.series.count = 0;
        assert_false(difference_has_common(&scene.view));
        curve.series.count = 3;
        free_scene(&scene);
    }
}

static void a_difference_has_its_number_where_names_have_little_room(void **state)
{
    static double x[] = {100}, y[] = {4.5};
    static char directory[] = "/runs/other";
    struct overlay_curve curve = {.series = {x, y, 1}};
    struct overlay_run run = {.directory = directory, .curve = &curve, .is_read = true};
    const struct overlay overlay = {.key = {keys, 1, 1}, .run = &run, .runs = 1};
    struct scene scene;
    (void)state;
    make_scene(&scene, 24, 40);
    scene.view.overlay = &overlay;
    scene.view.pair = (struct view_pair){true, {true, 0}, {false, 0}};
    scene.view.has_cursor = true;
    scene.view.cursor = 200;
    draw(&scene);
    assert_true(cells_have(&scene.cells, " less other, nats: +.500"));
    free_scene(&scene);
}

/* Knowing nobody costs more for new individuals. */
static void every_baseline_is_in_the_legend(void **state)
{
    static const char *const said[SIZES] = {"┄╴ baselines", "┄ baseline 4.50  ╴ of new 5.50",
                                            "┄ baseline 4.50  ╴ of new 5.50"};
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        scene.curve.series.count = 0; /* no parent */
        for (int e = 0; e < EVALUATIONS; e++)
            scene.evaluation[e].baseline.held_out = 5.5;
        draw(&scene);
        assert_true(cells_have(&scene.cells, said[s]));
        assert_true(cells_have(&scene.cells, "attribute loss"));
        assert_true(cells_have(&scene.cells, s == 0 ? "━ known 2.00 · new 6.00 ┄╴"
                                                    : "━ known 2.00  · new 6.00  ┄"));
        free_scene(&scene);
    }
}

/* In ASCII too, in the legend as on the chart. */
static void every_line_has_a_sign_of_its_own(void **state)
{
    enum { SIGNS = 6, LINES = 3 };
    static const char *const said[][SIGNS] = {
        {"┄ baseline 4.00", "╴ of new 5.50", "┈ uniform 4.50", "· new", "╌ parent", "━ known"},
        {"- baseline 4.00", "+ of new 5.50", "* uniform 4.50", ". new", "_ parent", "= known"}};
    static const char *const drawn[][LINES] = {{"┄┄┄", "╴╴╴", "┈┈┈"}, {"- - -", "+ + +", "* * *"}};
    (void)state;
    for (int ascii = 0; ascii < 2; ascii++) {
        struct scene scene;
        make_scene(&scene, 36, 200);
        scene.cells.ascii = ascii;
        for (int e = 0; e < EVALUATIONS; e++)
            scene.evaluation[e].baseline = (struct baseline){4, 5.5, 4.5};
        draw(&scene);
        for (size_t s = 0; s < SIGNS; s++)
            assert_true(cells_have(&scene.cells, said[ascii][s]));
        for (size_t l = 0; l < LINES; l++)
            assert_true(cells_have(&scene.cells, drawn[ascii][l]));
        free_scene(&scene);
    }
}

/* Where a model was kept, but nothing measured. */
static void the_legend_names_the_cursors_step_and_the_measured_one(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        scene.view.has_cursor = true;
        scene.view.cursor = 350;
        draw(&scene);
        assert_true(cells_have(&scene.cells,
                               s == 0 ? "step 350 (as of 300)" : "step 350 (measured at 300)"));
        assert_true(cells_have(&scene.cells, "known 3.00"));
        scene.view.difference = true;
        draw(&scene);
        assert_true(cells_have(&scene.cells,
                               s == 0 ? "step 350 (as of 300)" : "step 350 (measured at 300)"));
        assert_true(cells_have(&scene.cells, "less the parent's, nats: -.500"));
        scene.view.cursor = 300;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "step 300: loss"));
        free_scene(&scene);
    }
}

/* The chart that the mouse drags can give way to another one under it. */
static void only_an_axis_that_is_on_the_screen_moves(void **state)
{
    (void)state;
    struct chart_drawn drawn[VIEW_AXES] = {{.plot = {.rows = 0}}};
    struct scene scene;
    make_scene(&scene, sizes[0].rows, sizes[0].cols);
    view_values_pan_by_rows(&scene.view, VIEW_LOSS, 2); /* nothing was drawn yet */
    scene.view.drawn = drawn;
    draw(&scene);
    view_values_pan_by_rows(&scene.view, VIEW_DIFFERENCE, 2);
    assert_false(view_values_are_set(&scene.view));
    assert_false(scene.view.values[VIEW_DIFFERENCE].are_set);
    view_values_pan_by_rows(&scene.view, VIEW_LOSS, 2);
    assert_true(view_values_are_set(&scene.view));
    free_scene(&scene);
}

/* -.5 and -.25 on an axis that goes as far up, and the line at 0. */
static void an_axis_knows_the_values_that_are_drawn_on_it(void **state)
{
    (void)state;
    struct chart_drawn drawn[VIEW_AXES] = {{.plot = {.rows = 0}}};
    const struct chart_reach *reach = &drawn[VIEW_DIFFERENCE].reach;
    double below, above;
    struct scene scene;
    make_scene(&scene, sizes[0].rows, sizes[0].cols);
    scene.y[0] = 4.25;
    scene.view.drawn = drawn;
    scene.view.difference = true;
    draw(&scene);
    assert_true(drawn[VIEW_DIFFERENCE].whole.high > 0.3);
    assert_false(chart_reach_meets(reach, 0.1, 0.3));
    assert_false(chart_reach_meets(reach, -0.2, -0.1));
    assert_true(chart_reach_meets(reach, -0.4, -0.3));
    assert_true(chart_reach_meets(reach, -0.1, 0.1));
    chart_reach_around(reach, -0.2, -0.1, &below, &above);
    assert_float_equal(below, -0.25, 0);
    assert_float_equal(above, 0, 0);
    free_scene(&scene);
}

/* Moved down or up, or zoomed in around the head of the chart, where nothing is drawn. */
static void what_is_shown_of_an_axis_has_something_drawn(void **state)
{
    (void)state;
    for (int way = -1; way <= 1; way++) {
        struct chart_drawn drawn[VIEW_AXES] = {{.plot = {.rows = 0}}};
        const struct value_span *shown = &drawn[VIEW_LOSS].shown;
        struct scene scene;
        make_scene(&scene, sizes[0].rows, sizes[0].cols);
        scene.view.drawn = drawn;
        draw(&scene);
        for (int i = 0; i < 40; i++) {
            if (way != 0)
                view_values_pan(&scene.view, way);
            else
                view_values_zoom_in_at(&scene.view, VIEW_LOSS, drawn[VIEW_LOSS].plot.row);
            draw(&scene);
            assert_true(chart_reach_meets(&drawn[VIEW_LOSS].reach, shown->low, shown->high));
        }
        free_scene(&scene);
    }
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_legend_names_the_cursors_step_and_the_measured_one),
        cmocka_unit_test(the_difference_of_two_runs_is_at_steps_of_both),
        cmocka_unit_test(a_difference_has_its_number_where_names_have_little_room),
        cmocka_unit_test(every_baseline_is_in_the_legend),
        cmocka_unit_test(every_line_has_a_sign_of_its_own),
        cmocka_unit_test(all_steps_of_the_runs_on_the_chart_are_shown),
        cmocka_unit_test(the_parents_loss_stands_in_the_legend),
        cmocka_unit_test(the_difference_stands_in_place_of_both),
        cmocka_unit_test(only_an_axis_that_is_on_the_screen_moves),
        cmocka_unit_test(an_axis_knows_the_values_that_are_drawn_on_it),
        cmocka_unit_test(what_is_shown_of_an_axis_has_something_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
