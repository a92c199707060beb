/* The status line, the side panel and how a run is looked at, without a terminal or a trainer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "tests/fixtures/cells_text.h"
#include "tests/float_equal.h"
#include "ui/format.h"
#include "ui/tui/widgets/loss_chart.h"
#include "ui/tui/widgets/panel.h"
#include "ui/tui/widgets/view.h"

enum { EVALUATIONS = 60, EVERY = 20, STEP = 1180, ATTRIBUTES = 6 };

static char attribute_name[ATTRIBUTES][16] = {"birth date", "birth place", "university",
                                              "major",      "company",     "location"};

struct scene {
    struct attribute attribute[ATTRIBUTES];
    struct fact_set facts;
    struct evaluation_point evaluation[EVALUATIONS];
    struct training_point training[STEP];
    struct view view;
    struct cells cells;
};

static const struct patching_options no_patching = {.start_step = 0};

static void make_scene(struct scene *scene, int rows, int cols)
{
    struct error err;
    *scene = (struct scene){0};
    for (int a = 0; a < ATTRIBUTES; a++)
        scene->attribute[a].name = attribute_name[a];
    scene->facts = (struct fact_set){.attribute = scene->attribute, .attributes = ATTRIBUTES};
    for (int e = 0; e < EVALUATIONS; e++)
        scene->evaluation[e] = (struct evaluation_point){
            .step = (uint64_t)(EVERY * e),
            .known = {.loss = 4.5,
                      .accuracy = 0.031,
                      .max_probability = 0.08,
                      .entropy = 3.98,
                      .calibration_error = 0.123},
            .bits_per_parameter = -0.017,
            .held_out = {.loss = 4.6, .max_probability = 0.07, .entropy = 4.01},
            .phase = e < 16 ? PHASE_STATISTICS : PHASE_PLATEAU,
        };
    for (int t = 0; t < STEP; t++)
        scene->training[t] = (struct training_point){
            .step = (uint64_t)t + 1, .train_loss = 1.062, .grad_norm = 0.41};
    scene->view = (struct view){
        .preset = "quickstart",
        .patching = &no_patching,
        .facts = &scene->facts,
        .parameters = 512000,
        .individuals = 1024,
        .evaluate_every = EVERY,
        .baseline = 4.55,
        .status = {.state = TRAINER_RUNNING,
                   .step = STEP,
                   .steps = 3000,
                   .tokens_per_second = 24300,
                   .seconds_left = 72,
                   .lr = 1.6e-3,
                   .phase = {.baseline = 4.55,
                             .phase = PHASE_PLATEAU,
                             .plateau_start = 320,
                             .plateau_end = NAN}},
        .curves = {.evaluation = scene->evaluation,
                   .evaluations = EVALUATIONS,
                   .training = scene->training,
                   .trainings = STEP},
    };
    assert_true(cells_resize(&scene->cells, rows, cols, &err));
}

static bool shows(const struct scene *scene, const char *what)
{
    return cells_have(&scene->cells, what);
}

static void draw_status(struct scene *scene)
{
    cells_clear(&scene->cells);
    panel_draw_status(&scene->view, (struct rect){0, 0, 1, scene->cells.cols}, &scene->cells);
}

static void the_status_line_says_everything_at_80_columns(void **state)
{
    (void)state;
    static const char *const parts[] = {"quickstart",        "▶ running", "1,180/3,000",
                                        "PLATEAU since 320", "24.3k t/s", "1:12 left"};
    static struct scene scene;
    make_scene(&scene, 1, 80);
    draw_status(&scene);
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
        assert_true(shows(&scene, parts[p]));
    scene.view.status.seconds_left = 754;
    draw_status(&scene);
    assert_true(shows(&scene, "12:34 left"));
    cells_free(&scene.cells);
}

/* What is told of a run that another process trains. */
static void a_run_that_is_followed_says_how_its_writer_does(void **state)
{
    (void)state;
    static const struct {
        struct follower_report report;
        enum trainer_state state;
        const char *words;
    } cases[] = {{{.state = FOLLOWER_SEES_WRITER}, TRAINER_RUNNING, "▶ following"},
                 {{.state = FOLLOWER_SEES_WRITER, .rests = true}, TRAINER_PAUSED, "‖ following"},
                 {{.state = FOLLOWER_HEARS_NONE}, TRAINER_RUNNING, "‖ stalled"},
                 {{.state = FOLLOWER_LEFT}, TRAINER_PAUSED, "■ stopped"},
                 {{.state = FOLLOWER_LEFT}, TRAINER_FINISHED, "■ done"},
                 {{.state = FOLLOWER_ORPHANED}, TRAINER_PAUSED, "✗ abandoned"}};
    static struct scene scene;
    make_scene(&scene, 1, 80);
    scene.view.is_followed = true;
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        scene.view.followed = cases[c].report;
        scene.view.status.state = cases[c].state;
        draw_status(&scene);
        assert_true(shows(&scene, cases[c].words));
    }
    cells_free(&scene.cells);
}

static void the_time_left_is_whole_or_left_out(void **state)
{
    (void)state;
    static const double seconds[] = {7, 366, 683, 4523, 45296, 987654};
    static struct scene scene;
    for (int cols = LAYOUT_MIN_COLS; cols < 120; cols++)
        for (size_t s = 0; s < sizeof seconds / sizeof *seconds; s++) {
            make_scene(&scene, 1, cols);
            scene.view.is_followed = true;
            scene.view.followed.state = FOLLOWER_SEES_WRITER;
            scene.view.status.seconds_left = seconds[s];
            draw_status(&scene);
            char time[FORMAT_SIZE], words[2 * FORMAT_SIZE];
            snprintf(words, sizeof words, "%s left", format_duration(time, seconds[s]));
            assert_int_equal(shows(&scene, "…"), 0);
            assert_int_equal(shows(&scene, words), shows(&scene, " l"));
            cells_free(&scene.cells);
        }
}

static void the_phase_is_there_at_every_width(void **state)
{
    (void)state;
    static struct scene scene;
    for (int cols = LAYOUT_MIN_COLS; cols < 200; cols++) {
        make_scene(&scene, 1, cols);
        draw_status(&scene);
        assert_true(shows(&scene, "PLATEAU"));
        cells_free(&scene.cells);
    }
}

static void an_earlier_step_is_named_at_every_width(void **state)
{
    (void)state;
    static struct scene scene;
    for (int cols = LAYOUT_MIN_COLS; cols < 200; cols++) {
        make_scene(&scene, 1, cols);
        draw_status(&scene);
        assert_false(shows(&scene, "at step"));
        scene.view.is_at = true;
        scene.view.at = 600;
        draw_status(&scene);
        assert_true(shows(&scene, "at step 600"));
        assert_true(cols < 60 || shows(&scene, "PLATEAU"));
        cells_free(&scene.cells);
    }
}

static void a_run_that_goes_on_beside_is_named_at_usual_widths(void **state)
{
    (void)state;
    static struct scene scene;
    for (int cols = LAYOUT_MIN_COLS; cols < 200; cols++) {
        make_scene(&scene, 1, cols);
        draw_status(&scene);
        assert_false(shows(&scene, "parent") || shows(&scene, "beside"));
        scene.view.beside = (struct view_beside){true, true, 1940, 3000};
        draw_status(&scene);
        assert_true(cols < 70 || shows(&scene, "parent ▶ 1,940"));
        assert_true(cols < 60 || shows(&scene, "parent ▶"));
        assert_true(shows(&scene, "PLATEAU"));
        scene.view.beside.is_parent = false;
        draw_status(&scene);
        assert_true(cols < 70 || shows(&scene, "beside ▶ 1,940"));
        cells_free(&scene.cells);
    }
}

static void the_phase_is_in_capitals_in_any_locale(void **state)
{
    (void)state;
    static const char *const locales[] = {"C", "tr_TR.UTF-8"};
    static struct scene scene;
    char *before = memory_string(setlocale(LC_ALL, NULL), NULL);
    make_scene(&scene, 1, 100);
    scene.view.status.phase.phase = PHASE_STATISTICS;
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        if (!setlocale(LC_CTYPE, locales[i]))
            continue; /* not on this machine */
        draw_status(&scene);
        setlocale(LC_ALL, before);
        assert_true(shows(&scene, "STATISTICS"));
    }
    cells_free(&scene.cells);
    memory_free(before);
}

/* The column of a text in the status line. */
static size_t place_of(const struct scene *scene, const char *what)
{
    struct text text = {0};
    cells_row_text(&scene->cells, 0, &text);
    const char *found = strstr(text.bytes, what);
    assert_non_null(found);
    size_t place = (size_t)text_columns_of(text.bytes, (size_t)(found - text.bytes));
    text_free(&text);
    return place;
}

static void numbers_keep_their_place_while_they_grow(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 120);
    draw_status(&scene);
    size_t total = place_of(&scene, "/3,000"), speed = place_of(&scene, " tok/s");
    size_t lr = place_of(&scene, "lr ");
    scene.view.status.step = 7;
    scene.view.status.tokens_per_second = 987;
    scene.view.status.state = TRAINER_PAUSED;
    scene.view.status.phase.phase = PHASE_STATISTICS;
    draw_status(&scene);
    assert_int_equal(place_of(&scene, "/3,000"), total);
    assert_int_equal(place_of(&scene, " tok/s"), speed);
    assert_int_equal(place_of(&scene, "lr "), lr);
    cells_free(&scene.cells);
}

/* As long as no step was made since the run was opened. */
static void what_is_not_known_yet_keeps_its_place_free(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 120);
    draw_status(&scene);
    size_t lr = place_of(&scene, "lr ");
    scene.view.status.state = TRAINER_PAUSED;
    scene.view.status.seconds_left = NAN;
    scene.view.status.tokens_per_second = 0;
    draw_status(&scene);
    assert_false(shows(&scene, "left"));
    assert_false(shows(&scene, "tok/s"));
    assert_int_equal(place_of(&scene, "lr "), lr);
    cells_free(&scene.cells);
}

static void every_state_has_its_word(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 100);
    scene.view.status.state = TRAINER_PAUSED;
    draw_status(&scene);
    assert_true(shows(&scene, "paused"));
    scene.view.status.state = TRAINER_FINISHED;
    draw_status(&scene);
    assert_true(shows(&scene, "done"));
    scene.view.status.state = TRAINER_FAILED;
    draw_status(&scene);
    assert_true(shows(&scene, "failed"));
    scene.view.status.state = TRAINER_RUNNING;
    scene.view.status.pausing = true;
    draw_status(&scene);
    assert_true(shows(&scene, "pausing"));
    scene.view.status.pausing = false;
    scene.view.status.step = 2000;
    scene.view.status.seconds_left = 20.0 * (3000 - 2000); /* steps of 20 seconds */
    scene.view.status.step_share = 0.43;
    draw_status(&scene);
    assert_true(shows(&scene, "step 43% "));
    cells_free(&scene.cells);
}

static void the_panel_shows_its_numbers(void **state)
{
    (void)state;
    static const char *const parts[] = {"3.1 %", "1.06",   ".080", ".070",  "3.98",
                                        "4.01",  "1.6e-3", ".410", "0.51M", "1,024"};
    static struct scene scene;
    struct error err;
    make_scene(&scene, 14, 23);
    assert_true(panel_draw_side(&scene.view, (struct rect){0, 0, 14, 23}, &scene.cells, &err));
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++)
        if (!shows(&scene, parts[p]))
            fail_msg("%s is missing", parts[p]);
    assert_false(shows(&scene, "by attribute"));
    cells_free(&scene.cells);
}

static void bits_and_calibration_are_there_where_the_curves_have_room(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    for (int rows = 12; rows <= 13; rows++) {
        make_scene(&scene, rows, 23);
        assert_true(
            panel_draw_side(&scene.view, (struct rect){0, 0, rows, 23}, &scene.cells, &err));
        assert_int_equal(shows(&scene, "bits/p"), rows == 13);
        assert_int_equal(shows(&scene, "-.017"), rows == 13);
        assert_int_equal(shows(&scene, ".123"), rows == 13);
        cells_free(&scene.cells);
    }
}

static void the_precision_is_there_where_more_rows_are(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    for (int rows = 13; rows <= 30; rows++) {
        make_scene(&scene, rows, 23);
        scene.view.precision = "bf16";
        assert_true(
            panel_draw_side(&scene.view, (struct rect){0, 0, rows, 23}, &scene.cells, &err));
        assert_int_equal(shows(&scene, "products in        bf16"), rows >= 17);
        assert_true(rows < 17 || shows(&scene, "bits/p"));
        cells_free(&scene.cells);
    }
}

static void a_large_panel_has_every_attribute(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    make_scene(&scene, 30, 42);
    assert_true(panel_draw_side(&scene.view, (struct rect){0, 0, 30, 42}, &scene.cells, &err));
    for (int a = 0; a < ATTRIBUTES; a++)
        assert_true(shows(&scene, attribute_name[a]));
    cells_free(&scene.cells);
}

static void a_panel_of_any_size_stays_within_its_rectangle(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    for (int rows = 1; rows < 50; rows++)
        for (int cols = 12; cols < 50; cols += 5) {
            make_scene(&scene, rows + 2, cols + 2);
            assert_true(
                panel_draw_side(&scene.view, (struct rect){1, 1, rows, cols}, &scene.cells, &err));
            for (int row = 0; row < rows + 2; row++)
                for (int col = 0; col < cols + 2; col++)
                    if (row == 0 || col == 0 || row == rows + 1 || col == cols + 1)
                        assert_int_equal(cells_glyph(&scene.cells, row, col), L' ');
            cells_free(&scene.cells);
        }
}

static void the_cursor_goes_from_evaluation_to_evaluation(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 1);
    struct view *view = &scene.view;
    assert_int_equal(view_evaluation(view)->step, EVERY * (EVALUATIONS - 1));
    view_move_cursor(view, -1);
    assert_int_equal(view_evaluation(view)->step, EVERY * (EVALUATIONS - 2));
    view_move_cursor(view, -1000);
    assert_int_equal(view_evaluation(view)->step, 0);
    view_move_cursor(view, 3);
    assert_int_equal(view_evaluation(view)->step, 3 * EVERY);
    /* Between two, it has the values of the earlier one. */
    view->cursor = 7 * EVERY + 1;
    assert_int_equal(view_evaluation(view)->step, 7 * EVERY);
    view_move_cursor(view, -1);
    assert_int_equal(view->cursor, 7 * EVERY);
    view->cursor++;
    view_move_cursor(view, 1);
    assert_int_equal(view->cursor, 8 * EVERY);
    view->curves.evaluations = 0;
    view->has_cursor = false;
    view_move_cursor(view, 1);
    assert_null(view_evaluation(view));
    cells_free(&scene.cells);
}

/* As evaluations have, which stand beside it. */
static void a_step_has_the_values_under_the_cursor(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    make_scene(&scene, 30, 40);
    struct view *view = &scene.view;
    scene.training[99].train_loss = 2.75;
    scene.training[99].grad_norm = 0.777;
    scene.training[99].lr = 5.25e-4;
    scene.training[99].seconds = 61;
    assert_int_equal(view_training(view)->step, STEP);
    view->has_cursor = true;
    view->cursor = 100;
    assert_int_equal(view_training(view)->step, 100);
    assert_true(panel_draw_side(view, (struct rect){0, 0, 30, 40}, &scene.cells, &err));
    static const char *const shown[] = {"2.75", ".777", "5.25e-4", "1:01"};
    for (size_t s = 0; s < sizeof shown / sizeof *shown; s++)
        assert_true(cells_have(&scene.cells, shown[s]));
    view->cursor = 0;
    assert_null(view_training(view));
    cells_free(&scene.cells);
}

static void the_window_holds_the_newest_step(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 1);
    for (int planned = 0; planned < 2; planned++)
        for (uint64_t step = 0; step <= 3000; step += 7) {
            scene.view.window = planned ? WINDOW_PLANNED : WINDOW_FIT;
            scene.view.status.step = step;
            struct step_span span = view_span(&scene.view);
            assert_true(span.first >= 0 && span.first < span.last && span.last <= 3000);
            assert_true(step_span_holds(&span, (double)step));
            if (planned)
                assert_float_equal(span.last, 3000, 1e-9);
        }
    cells_free(&scene.cells);
}

static void assert_shown(const struct view *view, double first, double last)
{
    struct step_span span = view_span(view);
    assert_float_equal(span.first, first, 1e-6);
    assert_float_equal(span.last, last, 1e-6);
}

/* All 1,000 steps that were made, then 500 and 250 around step 400, where the cursor is. */
static void a_window_stays_where_it_was_put(void **state)
{
    (void)state;
    static struct scene scene;
    struct view *view = &scene.view;
    make_scene(&scene, 1, 1);
    view->status.step = 1000;
    view->has_cursor = true;
    view->cursor = 400;
    assert_shown(view, 0, 1000);
    view_zoom_in(view);
    assert_shown(view, 200, 700);
    view_zoom_in(view);
    assert_shown(view, 300, 550);
    view->status.step = 2900;
    assert_shown(view, 300, 550);
    view_pan(view, 2);
    assert_shown(view, 425, 675);
    view_pan(view, -100);
    assert_shown(view, 0, 250);
    view_pan(view, 100);
    assert_shown(view, 2750, 3000);
    view->cursor = 2000; /* a tenth of the window from its edge */
    view_show_cursor(view);
    assert_shown(view, 1975, 2225);
    cells_free(&scene.cells);
}

/* 8 halvings, and back; beyond all steps that were made are those that are planned. */
static void zooming_out_leads_back_to_where_zooming_in_began(void **state)
{
    (void)state;
    static struct scene scene;
    struct view *view = &scene.view;
    make_scene(&scene, 1, 1);
    view->status.step = 1000;
    for (int logarithmic = 0; logarithmic < 2; logarithmic++) {
        view->log_steps = logarithmic;
        for (int i = 0; i < 20; i++) {
            view_zoom_in(view);
            struct step_span span = view_span(view);
            assert_true(step_span_holds(&span, 1000) && span.last - span.first > 4 - 1e-6);
        }
        assert_int_equal(view->window, WINDOW_SET);
        for (int i = 0; i < 30 && view->window == WINDOW_SET; i++)
            view_zoom_out(view);
        assert_shown(view, 0, 1000);
        view_zoom_out(view);
        assert_shown(view, 0, 3000);
        view_zoom_in(view);
        assert_shown(view, 0, 1000);
    }
    cells_free(&scene.cells);
}

/* Gives the scene the curve of a loss that falls to the baseline, waits there up to step 500 and
 * falls again; the detector reads as many evaluations as were drawn. */
static void evaluate(struct scene *scene, struct phase_detector *detector, size_t evaluations)
{
    struct error err;
    bool changed;
    for (size_t e = scene->view.curves.evaluations; e < evaluations; e++) {
        const double step = EVERY * (double)e, noise = 0.01 * ((double)(e * 7 % 11) / 5 - 1);
        const double falls = 0.3 * fmax(0, log(300 / fmax(step, 1)));
        const double loss = 4.55 * exp(falls - 2 * fmax(0, log(fmax(step, 1) / 500)) + noise);
        const struct phase_point point = {step, loss, 4.55};
        scene->evaluation[e].known.loss = loss;
        scene->evaluation[e].baseline.known = 4.55;
        assert_true(phase_detector_push(detector, &point, &changed, &err));
    }
    scene->view.curves.evaluations = evaluations;
    scene->view.status.step = EVERY * (evaluations - 1);
    phase_detector_report(detector, &scene->view.status.phase);
}

static void a_plateaus_end_that_is_estimated_anew_is_told(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    struct phase_detector *detector = phase_detector_new(4.55, &err);
    assert_non_null(detector);
    make_scene(&scene, 30, 100);
    scene.view.curves.evaluations = 0;
    double before = NAN, told = 0, low = 0, high = 0;
    for (size_t e = 2; e <= EVALUATIONS; e++) {
        char sentence[VIEW_SENTENCE], wanted[VIEW_SENTENCE];
        evaluate(&scene, detector, e);
        double end = scene.view.status.phase.plateau_end;
        const char *said = view_follow_plateau(&scene.view, sentence);
        assert_int_equal(scene.view.plateau.has_end, isfinite(end));
        assert_int_equal(said != NULL, isfinite(before) && end != before);
        if (said) {
            struct phase_point point[EVALUATIONS];
            struct phase_report fit;
            for (size_t i = 0; i < e; i++)
                point[i] =
                    (struct phase_point){EVERY * (double)i, scene.evaluation[i].known.loss, 4.55};
            assert_true(phase_fit(point, e, 4.55, &fit, &err));
            told = round(end), low = round(fit.plateau_end_low), high = round(fit.plateau_end_high);
            snprintf(wanted, sizeof wanted, "%.0f (%.0f to %.0f), no longer %.0f", told, low, high,
                     round(before));
            if (!strstr(said, wanted))
                fail_msg("\"%s\" does not say \"%s\"", said, wanted);
            assert_true(low < 500 && 500 < high);
        }
        before = end;
    }
    assert_true(told > 0);
    char label[64];
    snprintf(label, sizeof label, "plateau ends at %.0f (%.0f-%.0f)", told, low, high);
    struct layout layout = layout_make(30, 100, (struct layout_wish){.large_talk = false});
    cells_clear(&scene.cells);
    assert_true(loss_chart.draw(&scene.view, &layout, &scene.cells, &err));
    assert_true(shows(&scene, label));
    phase_detector_free(detector);
    cells_free(&scene.cells);
}

static void phases_begin_where_the_report_says(void **state)
{
    (void)state;
    static struct scene scene;
    make_scene(&scene, 1, 1);
    struct phase_report *report = &scene.view.status.phase;
    assert_float_equal(view_phase_start(&scene.view, PHASE_STATISTICS), 0, 0);
    assert_float_equal(view_phase_start(&scene.view, PHASE_PLATEAU), 320, 0);
    assert_true(isnan(view_phase_start(&scene.view, PHASE_KNOWLEDGE)));
    report->phase = PHASE_KNOWLEDGE;
    report->plateau_end = 900;
    assert_float_equal(view_phase_start(&scene.view, PHASE_KNOWLEDGE), 900, 0);
    /* Knowledge without a plateau begins where it was first seen. */
    report->plateau_start = report->plateau_end = NAN;
    for (int e = 40; e < EVALUATIONS; e++)
        scene.evaluation[e].phase = PHASE_KNOWLEDGE;
    assert_float_equal(view_phase_start(&scene.view, PHASE_KNOWLEDGE), 40 * EVERY, 0);
    cells_free(&scene.cells);
}

static void a_part_that_is_drawn_is_shown_in_place_of_all(void **state)
{
    static const struct {
        uint64_t drawn, known;
        const char *shown;
    } cases[] = {
        {0, 2048, "N     2,048"},
        {512, 2048, "drawn   512"},
        {2048, 2048, "N     2,048"},
        {16384, 131072, "drawn 16.4k"},
    };
    (void)state;
    static struct scene scene;
    struct error err;
    make_scene(&scene, 20, 24);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scene.view.individuals = cases[i].known;
        scene.view.status.drawn = cases[i].drawn;
        cells_clear(&scene.cells);
        assert_true(panel_draw_side(&scene.view, (struct rect){0, 0, 20, 24}, &scene.cells, &err));
        if (!shows(&scene, cases[i].shown))
            fail_msg("%s is not shown", cases[i].shown);
    }
    cells_free(&scene.cells);
}

static void the_history_is_copied_as_it_grows(void **state)
{
    (void)state;
    struct history history;
    struct curves curves = {0};
    struct error err;
    assert_true(history_init(&history, &err));
    for (uint64_t step = 0; step < 1000; step++) {
        struct training_point training = {.step = step};
        struct evaluation_point evaluation = {.step = step};
        assert_true(history_add_training(&history, &training, &err));
        if (step % 10 == 0)
            assert_true(history_add_evaluation(&history, &evaluation, &err));
        if (step % 7 == 0)
            assert_true(curves_update(&curves, &history, &err));
    }
    assert_true(curves_update(&curves, &history, &err));
    assert_int_equal(curves.trainings, 1000);
    assert_int_equal(curves.evaluations, 100);
    for (size_t t = 0; t < curves.trainings; t++)
        assert_int_equal(curves.training[t].step, t);
    for (size_t e = 0; e < curves.evaluations; e++)
        assert_int_equal(curves.evaluation[e].step, 10 * e);
    curves_free(&curves);
    history_free(&history);
}

static void the_whole_chart_is_drawn_at_every_size(void **state)
{
    (void)state;
    static struct scene scene;
    struct error err;
    for (int rows = LAYOUT_MIN_ROWS; rows < 60; rows += 3)
        for (int cols = LAYOUT_MIN_COLS; cols < 170; cols += 7) {
            make_scene(&scene, rows, cols);
            struct layout layout =
                layout_make(rows, cols, (struct layout_wish){.large_talk = false});
            view_move_cursor(&scene.view, -5);
            assert_true(loss_chart.draw(&scene.view, &layout, &scene.cells, &err));
            assert_true(layout.legend.rows == 0 || shows(&scene, "step 1,080"));
            cells_free(&scene.cells);
        }
}

static void draw_both(struct scene *scene)
{
    struct error err;
    struct layout layout = layout_make(30, 120, (struct layout_wish){.large_talk = false});
    cells_clear(&scene->cells);
    assert_true(loss_chart.draw(&scene->view, &layout, &scene->cells, &err));
    assert_true(panel_draw_side(&scene->view, layout.side, &scene->cells, &err));
}

/* Of rows of a table nobody says that they are new, and of nobody nothing is said. */
static void who_is_held_out_is_called_what_it_is(void **state)
{
    (void)state;
    static char table[] = "bones.csv";
    static struct scene scene;
    make_scene(&scene, 30, 120);
    draw_both(&scene);
    assert_true(shows(&scene, "· new 4.60") && shows(&scene, "known    new"));
    scene.facts.table = table;
    draw_both(&scene);
    assert_true(shows(&scene, "· held-out 4.60") && shows(&scene, "known   held"));
    assert_false(shows(&scene, "new"));
    scene.view.all_known = true;
    draw_both(&scene);
    assert_true(shows(&scene, "known 4.50") && shows(&scene, "3.98"));
    assert_false(shows(&scene, "held") || shows(&scene, "4.01"));
    cells_free(&scene.cells);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_line_says_everything_at_80_columns),
        cmocka_unit_test(who_is_held_out_is_called_what_it_is),
        cmocka_unit_test(a_run_that_is_followed_says_how_its_writer_does),
        cmocka_unit_test(the_time_left_is_whole_or_left_out),
        cmocka_unit_test(the_phase_is_there_at_every_width),
        cmocka_unit_test(an_earlier_step_is_named_at_every_width),
        cmocka_unit_test(a_run_that_goes_on_beside_is_named_at_usual_widths),
        cmocka_unit_test(the_phase_is_in_capitals_in_any_locale),
        cmocka_unit_test(numbers_keep_their_place_while_they_grow),
        cmocka_unit_test(what_is_not_known_yet_keeps_its_place_free),
        cmocka_unit_test(every_state_has_its_word),
        cmocka_unit_test(the_panel_shows_its_numbers),
        cmocka_unit_test(bits_and_calibration_are_there_where_the_curves_have_room),
        cmocka_unit_test(the_precision_is_there_where_more_rows_are),
        cmocka_unit_test(a_large_panel_has_every_attribute),
        cmocka_unit_test(a_panel_of_any_size_stays_within_its_rectangle),
        cmocka_unit_test(the_cursor_goes_from_evaluation_to_evaluation),
        cmocka_unit_test(a_step_has_the_values_under_the_cursor),
        cmocka_unit_test(the_window_holds_the_newest_step),
        cmocka_unit_test(a_window_stays_where_it_was_put),
        cmocka_unit_test(zooming_out_leads_back_to_where_zooming_in_began),
        cmocka_unit_test(a_plateaus_end_that_is_estimated_anew_is_told),
        cmocka_unit_test(phases_begin_where_the_report_says),
        cmocka_unit_test(a_part_that_is_drawn_is_shown_in_place_of_all),
        cmocka_unit_test(the_history_is_copied_as_it_grows),
        cmocka_unit_test(the_whole_chart_is_drawn_at_every_size),
    };
    return cmocka_run_group_tests_name("panel", tests, NULL, NULL);
}
