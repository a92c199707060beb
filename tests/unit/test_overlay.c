/* Other runs beside one, and what is drawn of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <locale.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/overlay.h"
#include "lab/parent_curve.h"
#include "record/run_renames.h"
#include "tests/fixtures/cells_text.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/tiny_session.h"
#include "ui/tui/widgets/loss_chart.h"

static char loss_name[] = "attr_loss", *key_list[] = {loss_name};
static const struct strings loss_key = {key_list, 1, 1};

static void look_among(struct overlay *overlay, const struct paths *paths)
{
    bool changed;
    struct overlay_look *looked = overlay_look_new(overlay, paths, NULL);
    assert_non_null(looked);
    overlay_look_read(looked, SIZE_MAX);
    assert_true(overlay_take(overlay, looked, &changed, NULL));
    overlay_look_free(looked);
}

static void look(struct overlay *overlay)
{
    look_among(overlay, &tiny.paths);
}

static void make_run(const char *name, const char *seed, const char *lr)
{
    struct session session;
    open_run(&session, name, (const char *const[]){"train.steps=24", seed, lr, NULL});
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 12}, 12);
    assert_done(session_close(&session, err));
}

static void add_directory(struct strings *directories, const char *name)
{
    assert_true(
        strings_take(directories, memory_format(NULL, "%s/%s", tiny.directory, name), NULL));
}

static bool alike(const struct overlay *overlay, size_t a, size_t b)
{
    return overlay_alike(overlay->run[a].settings, &overlay->run[a].rates, overlay->run[b].settings,
                         &overlay->run[b].rates);
}

static void runs_that_differ_in_seeds_alone_are_alike(void **state)
{
    (void)state;
    struct overlay overlay = {.runs = 0};
    struct strings directories = {.count = 0};
    make_run("one", "train.seed=1", "train.lr=0.001");
    make_run("two", "train.seed=2", "train.lr=0.001");
    make_run("fast", "train.seed=1", "train.lr=0.002");
    add_directory(&directories, "one");
    add_directory(&directories, "two");
    add_directory(&directories, "fast");
    assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
    assert_false(alike(&overlay, 0, 1)); /* nothing is known of them yet */
    look(&overlay);
    for (size_t r = 0; r < overlay.runs; r++) {
        assert_int_equal(overlay.run[r].trouble.kind, ERROR_NONE);
        assert_true(overlay_curve(&overlay, r, "attr_loss")->series.count > 1);
    }
    assert_true(alike(&overlay, 0, 1));
    assert_false(alike(&overlay, 0, 2));
    assert_null(overlay_curve(&overlay, 0, "entropy"));
    overlay_free(&overlay);
    strings_free(&directories);
}

static void what_is_known_of_a_run_stays_with_it(void **state)
{
    (void)state;
    struct overlay overlay = {.runs = 0};
    struct strings directories = {.count = 0}, others = {.count = 0};
    add_directory(&directories, "one");
    assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
    struct overlay_look *late = overlay_look_new(&overlay, &tiny.paths, NULL);
    overlay_look_read(late, SIZE_MAX);
    look(&overlay);
    size_t points = overlay.run[0].curve[0].series.count;
    add_directory(&others, "nobody");
    add_directory(&others, "one");
    assert_true(overlay_set(&overlay, &others, &loss_key, NULL));
    assert_int_equal(overlay.run[1].curve[0].series.count, points);
    assert_int_equal(overlay.run[0].curve[0].series.count, 0);
    bool changed;
    assert_true(overlay_take(&overlay, late, &changed, NULL)); /* of before: it is not taken */
    assert_false(changed);
    overlay_look_free(late);
    look(&overlay);
    assert_int_equal(overlay.run[1].curve[0].series.count, points);
    assert_int_not_equal(overlay.run[0].trouble.kind, ERROR_NONE);
    overlay_free(&overlay);
    strings_free(&directories);
    strings_free(&others);
}

/* A curve that is asked for beside others stays while the record is read once more. */
static void curves_stay_while_others_are_asked_for(void **state)
{
    (void)state;
    static char accuracy[] = "attr_acc";
    char *two[] = {accuracy, loss_name};
    struct overlay overlay = {.runs = 0};
    struct strings directories = {.count = 0};
    add_directory(&directories, "one");
    assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
    overlay.run[0].since = 1; /* without the evaluation of step 0 */
    look(&overlay);
    size_t points = overlay.run[0].curve[0].series.count;
    assert_true(points > 0 && overlay.run[0].curve[0].series.x[0] >= 1);
    assert_true(overlay_set(&overlay, &directories, &(struct strings){two, 2, 2}, NULL));
    assert_int_equal(overlay_curve(&overlay, 0, loss_name)->series.count, points);
    assert_true(overlay.run[0].is_read);
    look(&overlay);
    look(&overlay);
    for (size_t k = 0; k < 2; k++) {
        const struct series *series = &overlay.run[0].curve[k].series;
        assert_int_equal(series->count, points);
        for (size_t i = 1; i < points; i++)
            assert_true(series->x[i] > series->x[i - 1]);
        assert_true(series->x[0] >= 1);
    }
    overlay_free(&overlay);
    strings_free(&directories);
}

/* A byte at a time: a record each, and then what has come since. */
static void records_are_read_one_after_the_other(void **state)
{
    (void)state;
    struct overlay overlay = {.runs = 0};
    struct strings directories = {.count = 0};
    add_directory(&directories, "one");
    add_directory(&directories, "two");
    add_directory(&directories, "fast");
    assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
    for (size_t read = 0; read < 4; read++) {
        bool changed;
        for (size_t r = 0; r < overlay.runs; r++)
            assert_int_equal(overlay.run[r].is_read, r < read);
        assert_int_equal(overlay_waits(&overlay), read < 3);
        struct overlay_look *looked = overlay_look_new(&overlay, &tiny.paths, NULL);
        overlay_look_read(looked, 1);
        assert_true(overlay_take(&overlay, looked, &changed, NULL));
        assert_int_equal(changed, read < 3);
        overlay_look_free(looked);
    }
    overlay_free(&overlay);
    strings_free(&directories);
}

static void news_that_no_memory_was_left_for_are_read_again(void **state)
{
    (void)state;
    struct overlay whole = {.runs = 0};
    struct strings directories = {.count = 0};
    bool taken = false;
    add_directory(&directories, "one");
    assert_true(overlay_set(&whole, &directories, &loss_key, NULL));
    look(&whole);
    assert_true(whole.run[0].curve[0].series.count > 1);
    for (size_t n = 1; !taken; n++) {
        bool changed;
        struct overlay overlay = {.runs = 0};
        assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
        struct overlay_look *looked = overlay_look_new(&overlay, &tiny.paths, NULL);
        overlay_look_read(looked, 1);
        memory_fail_request(n);
        taken = overlay_take(&overlay, looked, &changed, NULL);
        memory_fail_request(0);
        overlay_look_free(looked);
        look(&overlay);
        assert_int_equal(overlay.run[0].curve[0].series.count, whole.run[0].curve[0].series.count);
        overlay_free(&overlay);
    }
    overlay_free(&whole);
    strings_free(&directories);
}

/* What is drawn */

enum { EVALUATIONS = 11 };

/* A run that loses 8 nats all the time, beside others: 6, and 2 and 4, which are alike. */
struct scene {
    struct evaluation_point evaluation[EVALUATIONS];
    struct overlay overlay;
    struct overlay_run run[3];
    struct overlay_curve curve[3];
    struct view view;
    struct cells cells;
};

static void make_scene(struct scene *scene, int rows, int cols)
{
    static const struct fact_set facts;
    static const double loss[] = {6, 2, 4};
    static char alone[] = "/runs/alone", left[] = "/runs/left", right[] = "/runs/right";
    static char *const names[] = {alone, left, right};
    static char a[] = "a", b[] = "b", *const settings[] = {a, b, b};
    *scene = (struct scene){
        .overlay = {.key = loss_key, .run = scene->run, .runs = 3},
        .view = {.facts = &facts,
                 .evaluate_every = 100,
                 .baseline = 4.5,
                 .status = {.step = 1000, .steps = 1000, .phase = {.plateau_end = NAN}}}};
    for (int e = 0; e < EVALUATIONS; e++) {
        scene->evaluation[e].step = 100 * (uint64_t)e;
        scene->evaluation[e].known.loss = scene->evaluation[e].held_out.loss = 8;
        scene->evaluation[e].baseline = (struct baseline){4.5, 4.5, 4.5};
    }
    for (size_t r = 0; r < 3; r++) {
        scene->run[r] = (struct overlay_run){.directory = names[r],
                                             .settings = settings[r],
                                             .curve = &scene->curve[r],
                                             .is_read = true};
        for (int e = 0; e < (r == 2 ? 6 : EVALUATIONS); e++) /* the last one up to step 500 */
            assert_true(series_add(&scene->curve[r].series, &scene->curve[r].room, 100.0 * e,
                                   loss[r], NULL));
    }
    scene->view.curves.evaluation = scene->evaluation;
    scene->view.curves.evaluations = EVALUATIONS;
    scene->view.overlay = &scene->overlay;
    scene->view.settings = "c";
    assert_true(cells_resize(&scene->cells, rows, cols, NULL));
}

static void draw(struct scene *scene)
{
    struct layout layout = layout_make(scene->cells.rows, scene->cells.cols,
                                       (struct layout_wish){.large_talk = false});
    cells_clear(&scene->cells);
    assert_true(loss_chart.draw(&scene->view, &layout, &scene->cells, NULL));
}

static void free_scene(struct scene *scene)
{
    for (size_t r = 0; r < 3; r++) {
        series_free(&scene->curve[r].series);
        envelope_free(&scene->curve[r].kept);
    }
    cells_free(&scene->cells);
}

static const struct {
    int rows, cols;
    bool ascii;
} sizes[] = {{24, 80, false}, {36, 120, false}, {36, 120, true}, {60, 200, false}};

enum { SIZES = sizeof sizes / sizeof *sizes };

static void the_legend_says_whose_curve_is_which_and_what_it_is_at_the_cursor(void **state)
{
    (void)state;
    for (size_t s = 0; s < SIZES; s++) {
        static struct scene scene;
        make_scene(&scene, sizes[s].rows, sizes[s].cols);
        scene.cells.ascii = sizes[s].ascii;
        scene.view.has_cursor = true;
        scene.view.cursor = 500;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "1 alone: 6.00"));
        assert_true(cells_have(&scene.cells, "2 left, 2 seeds: 3.00 (2.00-4.00)"));
        scene.view.cursor = 600;
        draw(&scene);
        assert_true(cells_have(&scene.cells, "2 left, 1 of 2 seeds: 2.00"));
        free_scene(&scene);
    }
}

/* By times alone: the settings tell them apart, from the open run as well. A long name is cut, and
 * keeps both of its ends. */
static void a_run_is_called_by_what_tells_it_from_the_others(void **state)
{
    static char first[] = "/runs/tiny-20260131-120000", second[] = "/runs/tiny-20260131-120001-2",
                third[] = "/runs/"
                          "a-name-that-is-longer-than-the-room-for-it-even-where-it-has-a-row-of-"
                          "its-own-in-any-legend",
                slow[] = "a=1\ntrain.steps=100\ntrain.lr=0.001\nb=2\n",
                fast[] = "a=1\ntrain.steps=200\ntrain.lr=0.002\nb=2\n";
    static struct scene scene;
    (void)state;
    make_scene(&scene, 36, 120);
    scene.run[0].directory = first;
    scene.run[1].directory = second;
    scene.run[2].directory = third;
    scene.run[0].settings = slow;
    scene.run[1].settings = fast;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 train.lr=0.001, train.steps=100: 6.00"));
    assert_true(cells_have(&scene.cells, "2 train.lr=0.002, train.steps=200: 2.00"));
    assert_true(cells_have(&scene.cells, "3 a-name-that-is-longer-than"));
    assert_true(cells_have(&scene.cells, "…"));
    assert_true(cells_have(&scene.cells, "in-any-legend: 4.00"));
    scene.run[1].settings = slow; /* nothing but the times */
    scene.view.preset = "tiny";
    scene.view.settings = "a=1\ntrain.steps=100\ntrain.lr=0.001\nb=3\n";
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 b=2, 2 seeds: 4.00"));
    scene.view.preset = "other";
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 tiny-20260131-120000, 2 seeds: 4.00"));
    free_scene(&scene);
}

/* What the open run has set is no name for another one, as long as that has set something. */
static void a_run_is_called_by_what_it_has_set_itself(void **state)
{
    static char branch[] = "/runs/tiny-20260131-120000", mere[] = "/runs/tiny-20260131-120001",
                preset[] = "train.lr=0.002\nsampling.kind=uniform\nsampling.alpha=\n",
                slow[] = "train.lr=0.001\nsampling.kind=uniform\nsampling.alpha=\n";
    static struct scene scene;
    (void)state;
    make_scene(&scene, 24, 80);
    scene.overlay.runs = 2;
    scene.view.preset = "tiny";
    scene.view.settings = "train.lr=0.002\nsampling.kind=power-law\nsampling.alpha=1\n";
    scene.run[0].directory = branch;
    scene.run[0].settings = slow;
    scene.run[1].directory = mere;
    scene.run[1].settings = preset;
    scene.run[0].origin = scene.run[1].origin = preset;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 train.lr=0.001: 6.00"));
    assert_true(cells_have(&scene.cells, "2 train.lr=0.002, sampling.kind=uniform: 2.00"));
    free_scene(&scene);
}

/* A label of 72 columns beside nothing else, and beside another one. */
static void a_label_is_cut_only_where_there_is_no_room(void **state)
{
    static char name[] =
        "/runs/a-name-that-is-much-longer-than-any-that-it-is-beside-and-fits-a-row-all-"
        "alone";
    static struct scene scene;
    (void)state;
    make_scene(&scene, 36, 120);
    scene.overlay.runs = 1;
    scene.run[0].directory = name;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "beside-and-fits-a-row-all-alone: 6.00"));
    assert_false(cells_have(&scene.cells, "…"));
    scene.overlay.runs = 2;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "all-alone: 6.00   2 left: 2.00"));
    free_scene(&scene);
}

static void write_preset(const char *name, const char *text)
{
    char *directory = memory_format(NULL, "%s/presets", tiny.directory),
         *path = memory_format(NULL, "%s/%s.ini", directory, name);
    struct file_writer writer;
    assert_int_equal(mkdir(directory, 0700), 0);
    assert_true(file_writer_begin(&writer, path, NULL) &&
                file_writer_add(&writer, text, strlen(text), NULL) &&
                file_writer_commit(&writer, NULL));
    memory_free(directory);
    memory_free(path);
}

static void the_settings_of_its_preset_are_known_beside_a_runs_own(void **state)
{
    char *data[] = {tiny.directory, tiny.paths.data[0], NULL};
    struct paths paths = tiny.paths;
    struct overlay overlay = {.runs = 0};
    struct strings directories = {.count = 0};
    (void)state;
    paths.data = data;
    write_preset("tiny", "[facts]\nfile = biography\n[train]\nlr = 0.004\n");
    make_run("own", "train.seed=1", "train.lr=0.003");
    add_directory(&directories, "own");
    assert_true(overlay_set(&overlay, &directories, &loss_key, NULL));
    look_among(&overlay, &paths);
    assert_non_null(strstr(overlay.run[0].settings, "train.lr=0.003\n"));
    assert_non_null(overlay.run[0].origin);
    assert_non_null(strstr(overlay.run[0].origin, "train.lr=0.004\n"));
    overlay_free(&overlay);
    strings_free(&directories);
}

/* One of two seeds has come to step 500, the other one beyond, where it loses less. */
static void a_mean_is_of_one_step(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 36, 120);
    struct overlay_curve *first = &scene.curve[1], *second = &scene.curve[2];
    struct series *further =
        first->series.count > second->series.count ? &first->series : &second->series;
    assert_int_not_equal(first->series.count, second->series.count);
    for (size_t i = 0; i < further->count; i++)
        if (further->x[i] > 500)
            further->y[i] = 1;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "2 left, 2 seeds: 3.00 (2.00-4.00)"));
    free_scene(&scene);
}

/* A run that is open and like others is one of them. */
static void the_open_run_is_one_of_those_it_is_like(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 36, 120);
    scene.view.settings = "b";
    scene.view.has_cursor = true;
    scene.view.cursor = 300;
    draw(&scene);
    assert_true(cells_have(&scene.cells, "2 left, 3 seeds: 4.67 (2.00-8.00)"));
    scene.view.settings = "a";
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 alone, 2 seeds: 7.00 (6.00-8.00)"));
    free_scene(&scene);
}

static int count_style(const struct cells *cells, enum style style, int first, int last)
{
    int count = 0;
    for (int row = 4; row < 20; row++)
        for (int col = first; col <= last; col++)
            count += cells->cell[row * cells->cols + col].style == style &&
                     cells_glyph(cells, row, col) > 0x2800;
    return count;
}

/* The band from 2 to 4 is as wide as both are known; behind step 500 there is a line. */
static void each_curve_has_its_colour_and_its_number_at_its_end(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 36, 120);
    draw(&scene);
    enum { LEFT = CHART_GUTTER, RIGHT = 89, MIDDLE = (LEFT + RIGHT) / 2 };
    int alone = count_style(&scene.cells, style_of_series(0), LEFT, RIGHT);
    int band = count_style(&scene.cells, style_of_series(1), LEFT, MIDDLE - 1);
    int line = count_style(&scene.cells, style_of_series(1), MIDDLE + 2, RIGHT);
    assert_true(alone >= RIGHT - LEFT - 2 && alone <= RIGHT - LEFT + 1);
    assert_true(band > 3 * (MIDDLE - LEFT));
    assert_true(line <= RIGHT - MIDDLE);
    bool tags[2] = {false, false};
    for (int row = 4; row < 20; row++)
        for (int t = 0; t < 2; t++)
            tags[t] |= cells_glyph(&scene.cells, row, 89) == L'1' + t &&
                       scene.cells.cell[row * 120 + 89].style == style_of_series((size_t)t);
    assert_true(tags[0] && tags[1]);
    free_scene(&scene);
}

static bool has_curve_at(const struct cells *cells, enum style style, int col)
{
    for (int row = 4; row < 20; row++)
        if (cells->cell[row * cells->cols + col].style == style &&
            cells_glyph(cells, row, col) > 0x2800)
            return true;
    return false;
}

/* Of a run that loses a thousandth of what the open one does, and less. */
static void the_axis_holds_the_curves_of_other_runs(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 36, 120);
    for (size_t i = 5; i < EVALUATIONS; i++)
        scene.curve[0].series.y[i] = 0.002;
    draw(&scene);
    for (int col = 60; col < 86; col++)
        assert_true(has_curve_at(&scene.cells, style_of_series(0), col));
    scene.view.values[VIEW_LOSS] =
        (struct view_values){true, {.low = 1, .high = 10, .logarithmic = true}};
    draw(&scene); /* those that were zoomed to stay */
    assert_false(cells_have(&scene.cells, ".002"));
    free_scene(&scene);
}

static void what_there_is_no_room_for_is_counted(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 10, 40);
    draw(&scene);
    assert_true(cells_have(&scene.cells, "1 alone: 6.00"));
    assert_true(cells_have(&scene.cells, "and 1 more"));
    free_scene(&scene);
}

static void a_parent_that_was_renamed_is_found_for_other_curves(void **state)
{
    (void)state;
    static char train_name[] = "train_loss", *train_list[] = {train_name};
    const struct strings train_key = {train_list, 1, 1};
    struct parent_curve curve = {.step = 0};
    struct strings directory = {.count = 0};
    char *now;
    make_run("parent", "train.seed=1", "train.lr=0.001");
    add_directory(&directory, "parent");
    assert_done(overlay_set(&curve.overlay, &directory, &loss_key, err));
    look(&curve.overlay);
    assert_done(run_rename(directory.text[0], "renamed", &now, err));
    assert_done(parent_curve_ask(&curve, &train_key, err));
    look(&curve.overlay);
    assert_string_equal(parent_curve_run(&curve), now);
    assert_true(overlay_curve(&curve.overlay, 0, train_name)->series.count > 0);
    parent_curve_free(&curve);
    strings_free(&directory);
    memory_free(now);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_that_differ_in_seeds_alone_are_alike),
        cmocka_unit_test(what_is_known_of_a_run_stays_with_it),
        cmocka_unit_test(curves_stay_while_others_are_asked_for),
        cmocka_unit_test(a_parent_that_was_renamed_is_found_for_other_curves),
        cmocka_unit_test(records_are_read_one_after_the_other),
        cmocka_unit_test(news_that_no_memory_was_left_for_are_read_again),
        cmocka_unit_test(the_legend_says_whose_curve_is_which_and_what_it_is_at_the_cursor),
        cmocka_unit_test(a_run_is_called_by_what_tells_it_from_the_others),
        cmocka_unit_test(a_run_is_called_by_what_it_has_set_itself),
        cmocka_unit_test(a_label_is_cut_only_where_there_is_no_room),
        cmocka_unit_test(the_settings_of_its_preset_are_known_beside_a_runs_own),
        cmocka_unit_test(the_axis_holds_the_curves_of_other_runs),
        cmocka_unit_test(a_mean_is_of_one_step),
        cmocka_unit_test(the_open_run_is_one_of_those_it_is_like),
        cmocka_unit_test(each_curve_has_its_colour_and_its_number_at_its_end),
        cmocka_unit_test(what_there_is_no_room_for_is_counted),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
