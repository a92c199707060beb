/* Measures that were picked, in panels. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lab/parent_curve.h"
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/picked_chart.h"

enum { EVALUATIONS = 11, TRAININGS = 1001 };

static struct attribute attribute[] = {{.key = NULL}, {.key = NULL}};
static char born[] = "born", major[] = "major";
static const struct fact_set facts = {.attributes = 2, .attribute = attribute};

/* Accuracy rises from 0 to 1 and entropy falls from 5 to 0, evaluation by evaluation. */
struct scene {
    struct evaluation_point evaluation[EVALUATIONS];
    struct training_point training[TRAININGS];
    struct strings picked;
    struct view view;
    struct cells cells;
};

static void make_scene(struct scene *scene, int rows, int cols, const char *const *picked)
{
    attribute[0].key = born;
    attribute[1].key = major;
    *scene = (struct scene){
        .view = {.facts = &facts,
                 .evaluate_every = 100,
                 .baseline = 4.5,
                 .status = {.step = 1000, .steps = 1000, .phase = {.plateau_end = NAN}}}};
    for (int e = 0; e < EVALUATIONS; e++) {
        struct evaluation_point *point = &scene->evaluation[e];
        point->step = 100 * (uint64_t)e;
        point->known.accuracy = e / 10.0;
        point->held_out.accuracy = 0;
        point->known.entropy = 5 - e / 2.0;
        point->known.attribute_loss[0] = 9;
        point->known.attribute_loss[1] = 3;
    }
    for (size_t t = 0; t < TRAININGS; t++)
        scene->training[t] = (struct training_point){.step = t, .train_loss = t == 500 ? 8 : 2};
    for (; *picked; picked++)
        assert_true(strings_add(&scene->picked, *picked, NULL));
    scene->view.curves.evaluation = scene->evaluation;
    scene->view.curves.evaluations = EVALUATIONS;
    scene->view.curves.training = scene->training;
    scene->view.curves.trainings = TRAININGS;
    scene->view.picked = &scene->picked;
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void draw(struct scene *scene)
{
    struct layout layout = layout_make(scene->cells.rows, scene->cells.cols,
                                       (struct layout_wish){.large_talk = false});
    cells_clear(&scene->cells);
    assert_true(picked_chart.draw(&scene->view, &layout, &scene->cells, NULL));
}

static void free_scene(struct scene *scene)
{
    strings_free(&scene->picked);
    cells_free(&scene->cells);
}

static int row_with(const struct cells *cells, const char *words)
{
    for (int row = 0; row < cells->rows; row++)
        if (cells_row_has(cells, row, words))
            return row;
    return -1;
}

static void measures_that_share_an_axis_share_a_panel(void **state)
{
    (void)state;
    static const char *const picked[] = {"attr_acc", "entropy", "new_attr_acc", NULL};
    static struct scene scene;
    make_scene(&scene, 36, 120, picked);
    scene.view.has_cursor = true;
    scene.view.cursor = 700;
    draw(&scene);
    int above = row_with(&scene.cells, "━ attr_acc .700  · new_attr_acc .000");
    int below = row_with(&scene.cells, "━ entropy 1.50");
    assert_true(above >= 0 && below > above + 4);
    int panels = 0;
    for (int row = 0; row < scene.cells.rows; row++)
        panels += cells_row_has(&scene.cells, row, " attr_acc ");
    assert_int_equal(panels, 1);
    assert_true(cells_row_has(&scene.cells, above, "step 700"));
    assert_true(cells_row_has(&scene.cells, above + 1, " 1 "));  /* accuracy ends at 1, */
    assert_true(cells_row_has(&scene.cells, below + 1, " 5 ") || /* entropy at 5 or above */
                cells_row_has(&scene.cells, below + 1, " 6 "));
    scene.view.cursor = 749; /* between two evaluations: the one before it */
    draw(&scene);
    assert_true(row_with(&scene.cells, "━ attr_acc .700") >= 0);
    free_scene(&scene);
}

static void a_small_screen_has_the_panels_it_has_room_for(void **state)
{
    (void)state;
    static const char *const picked[] = {"attr_acc", "entropy", "train_loss", NULL};
    static struct scene scene;
    make_scene(&scene, 10, 40, picked);
    draw(&scene);
    assert_true(row_with(&scene.cells, "━ attr_acc 1.00") >= 0);
    assert_true(row_with(&scene.cells, "and 2 more") >= 0);
    assert_int_equal(row_with(&scene.cells, "entropy"), -1);
    free_scene(&scene);
}

static void numbers_of_training_and_of_attributes_are_found_by_their_paths(void **state)
{
    (void)state;
    static const char *const picked[] = {"train_loss", "attributes.major.loss",
                                         "attributes.born.loss", NULL};
    static struct scene scene;
    make_scene(&scene, 60, 200, picked);
    draw(&scene);
    assert_true(row_with(&scene.cells, "━ train_loss 2.00") >= 0);
    assert_true(
        row_with(&scene.cells, "━ attributes.major.loss 3.00  ╍ attributes.born.loss 9.00") >= 0);
    free_scene(&scene);
}

static void small_and_large_numbers_have_their_digits(void **state)
{
    (void)state;
    static const char *const picked[] = {"lr", "tokens", NULL};
    static struct scene scene;
    make_scene(&scene, 60, 200, picked);
    scene.training[TRAININGS - 1].lr = 4.72e-4;
    scene.training[TRAININGS - 1].tokens = 104321;
    draw(&scene);
    assert_true(row_with(&scene.cells, "━ lr 4.72e-4") >= 0);
    assert_true(row_with(&scene.cells, "━ tokens 104k") >= 0);
    free_scene(&scene);
}

/* By the first measure of a panel, at the step that is looked at. */
static void a_branch_has_its_parent_behind_it(void **state)
{
    (void)state;
    static const char *const picked[] = {"entropy", "new_entropy", "attr_acc", NULL};
    static char directory[] = "/runs/parent", entropy[] = "entropy", accuracy[] = "attr_acc";
    static double x[] = {200, 300, 2000}, y[] = {4.5, 3.25, 1.5}, share[] = {.25, .5, .75};
    char *keys[] = {entropy, accuracy};
    struct overlay_curve curve[] = {{.series = {x, y, 3}}, {.series = {x, share, 3}}};
    struct overlay_run run = {.directory = directory, .curve = curve};
    const struct parent_curve parent = {.overlay = {.key = {keys, 2, 2}, .run = &run, .runs = 1}};
    static struct scene scene;
    make_scene(&scene, 36, 120, picked);
    scene.view.parent = &parent;
    scene.view.has_cursor = true;
    scene.view.cursor = 300;
    draw(&scene);
    assert_true(row_with(&scene.cells, "╌ parent's entropy 3.25") >= 0);
    int row = row_with(&scene.cells, "╌ parent .500");
    assert_true(row >= 0 && cells_row_has(&scene.cells, row, "━ attr_acc .300"));
    int dimmed = 0;
    for (int i = 0; i < 36 * 120; i++)
        dimmed += scene.cells.cell[i].style == STYLE_PARENT && scene.cells.cell[i].glyph >= 0x2800;
    assert_true(dimmed > 10);
    scene.view.cursor = 100;
    draw(&scene);
    assert_true(row_with(&scene.cells, "╌ parent    -") >= 0);
    for (size_t c = 0; c < 2; c++)
        envelope_free(&curve[c].kept);
    free_scene(&scene);
}

static void items_without_room_are_cut_in_the_name_or_counted(void **state)
{
    (void)state;
    static const char *const losses[] = {"attr_loss", "new_attr_loss", "train_loss",
                                         "entropy",   "new_entropy",   NULL};
    static const char *const accuracies[] = {"attr_acc", "new_attr_acc", "max_prob", NULL};
    static const struct {
        int rows, cols;
        const char *const *picked, *shown, *more;
    } cases[] = {
        {24, 80, losses, "━ attr_loss .000  · new_attr_loss .000  ", "  and 3 more"},
        {60, 200, accuracies, "· new_attr_acc .000  ╌ parent's attr_acc .250", ""},
        {24, 80, accuracies, "· new_attr_acc .000  ╌ parent… .250", ""},
        {20, 60, accuracies, "━ attr_acc 1.00  · new_attr_acc .000  ", "  and 2 more"},
        {10, 40, accuracies, "━ attr_acc 1.00  ", "  and 3 more"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        static char directory[] = "/runs/parent", loss[] = "attr_loss", accuracy[] = "attr_acc";
        static double x[] = {1000}, y[] = {.25};
        static struct scene scene;
        char *keys[] = {accuracy, loss};
        struct overlay_curve curve[] = {{.series = {x, y, 1}}, {.series = {x, y, 1}}};
        struct overlay_run run = {.directory = directory, .curve = curve};
        const struct parent_curve parent = {
            .overlay = {.key = {keys, 2, 2}, .run = &run, .runs = 1}};
        make_scene(&scene, cases[c].rows, cases[c].cols, cases[c].picked);
        scene.view.parent = &parent;
        draw(&scene);
        int row = row_with(&scene.cells, "━ attr_");
        assert_true(cells_row_has(&scene.cells, row, cases[c].shown));
        assert_true(cells_row_has(&scene.cells, row, cases[c].more));
        for (size_t k = 0; k < 2; k++)
            envelope_free(&curve[k].kept);
        free_scene(&scene);
    }
}

/* Every size, in ASCII too, and measures that the run does not have. */
static void every_size_can_be_drawn(void **state)
{
    (void)state;
    static const char *const picked[] = {
        "attr_acc",    "heads.name_name.0.1",     "group_attr_loss.9",
        "new_entropy", "attributes.nothing.loss", NULL};
    static struct scene scene;
    for (int ascii = 0; ascii < 2; ascii++)
        for (int rows = 5; rows < 40; rows++)
            for (int cols = 20; cols < 100; cols += 7) {
                make_scene(&scene, rows, cols, picked);
                scene.cells.ascii = ascii;
                draw(&scene);
                for (int i = 0; ascii && i < rows * cols; i++)
                    assert_true(scene.cells.cell[i].glyph < 0x80);
                free_scene(&scene);
            }
}

static void no_two_curves_of_a_panel_look_the_same(void **state)
{
    (void)state;
    static const char *const picked[] = {"attr_acc", "new_attr_acc", "subset_attr_acc",
                                         "tuned_attr_acc", NULL};
    static struct scene scene;
    make_scene(&scene, 36, 160, picked);
    draw(&scene);
    int row = row_with(&scene.cells, "attr_acc");
    enum style style[4];
    wchar_t sign[4];
    int found = 0;
    for (int col = 0; col < 110 && found < 4; col++)
        if (wcschr(L"━·╍╌┄", cells_glyph(&scene.cells, row, col)) &&
            cells_glyph(&scene.cells, row, col + 1) == L' ') {
            sign[found] = cells_glyph(&scene.cells, row, col);
            style[found++] = scene.cells.cell[row * 160 + col].style;
        }
    assert_int_equal(found, 4);
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < a; b++)
            assert_true(style[a] != style[b] && sign[a] != sign[b]);
    free_scene(&scene);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(measures_that_share_an_axis_share_a_panel),
        cmocka_unit_test(a_small_screen_has_the_panels_it_has_room_for),
        cmocka_unit_test(numbers_of_training_and_of_attributes_are_found_by_their_paths),
        cmocka_unit_test(small_and_large_numbers_have_their_digits),
        cmocka_unit_test(a_branch_has_its_parent_behind_it),
        cmocka_unit_test(items_without_room_are_cut_in_the_name_or_counted),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(no_two_curves_of_a_panel_look_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
