#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/fixtures/cells_text.h"
#include "tests/float_equal.h"
#include "tests/within.h"
#include "ui/tui/widgets/chart.h"
#include "ui/tui/widgets/sparkline.h"

enum { POINTS = 101, ROWS = 20, COLS = 66, PLOT_ROWS = 18 };

static const double baseline = 4;

/* Falls to the baseline by step 300, waits until 600 and falls below. */
static double known_loss(double step)
{
    return step < 300 ? 12 - 8 * step / 300 : step < 600 ? 4 : 4 * exp(-(step - 600) / 100);
}

struct picture {
    struct chart_point known[POINTS], held_out[POINTS], baseline[2];
    struct chart chart;
    struct chart_places places;
    struct cells cells;
};

static struct chart_point point_at(const void *from, size_t at)
{
    return ((const struct chart_point *)from)[at];
}

static struct chart_series series(const struct chart_point *point, size_t count)
{
    return (struct chart_series){point, count, point_at, NULL};
}

static void make_picture(struct picture *picture)
{
    struct error err;
    *picture = (struct picture){0};
    for (int i = 0; i < POINTS; i++) {
        double step = 10 * i;
        picture->known[i] = (struct chart_point){step, known_loss(step)};
        picture->held_out[i] = (struct chart_point){step, step < 600 ? known_loss(step) : 6};
    }
    picture->baseline[0] = (struct chart_point){0, baseline};
    picture->chart = (struct chart){
        .curve = {{.series = series(picture->held_out, POINTS), .dashes = {1, 2, STYLE_NEW}},
                  {.series = series(picture->known, POINTS), .banded = true}},
        .curves = 2,
        .baseline = {series(picture->baseline, 1)},
        .baselines = 1,
        .uniform = NAN,
        .band = {{0, 300, STYLE_STATISTICS, "statistics"},
                 {300, 600, STYLE_PLATEAU, "plateau"},
                 {600, 1000, STYLE_KNOWLEDGE, "knowledge"}},
        .bands = 3,
        .mark = 600,
        .mark_label = "plateau ends at 600",
        .cut = NAN,
        .cursor = NAN,
        .span = {0, 1000, false},
    };
    picture->places = (struct chart_places){
        {0, 0, PLOT_ROWS, COLS}, {PLOT_ROWS, 0, 1, COLS}, {PLOT_ROWS + 1, 0, 1, COLS}};
    assert_true(cells_resize(&picture->cells, ROWS, COLS, &err));
}

static void draw(struct picture *picture)
{
    struct error err = {0};
    if (!chart_draw(&picture->chart, picture->places, &picture->cells, &err))
        fail_msg("%s", err.message);
}

static bool row_has(const struct picture *picture, int row, const char *what)
{
    return cells_row_has(&picture->cells, row, what);
}

static enum style style_at(const struct picture *picture, int row, int col)
{
    return (enum style)picture->cells.cell[row * COLS + col].style;
}

static bool is_braille(wchar_t glyph)
{
    return glyph > 0x2800 && glyph <= 0x28FF;
}

/* The row of the known curve in a column, from its style. */
static int curve_row(const struct picture *picture, int col, enum style style)
{
    for (int row = 0; row < PLOT_ROWS; row++)
        if (is_braille(cells_glyph(&picture->cells, row, col)) &&
            style_at(picture, row, col) == style)
            return row;
    return -1;
}

static int baseline_row(const struct picture *picture)
{
    for (int row = 0; row < PLOT_ROWS; row++)
        if (row_has(picture, row, " 4.00 "))
            return row;
    fail_msg("the baseline has no label");
    return -1;
}

static void the_curve_falls_waits_on_the_baseline_and_falls_again(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    draw(&picture);
    int row = baseline_row(&picture);
    assert_true(curve_row(&picture, CHART_GUTTER + 2, STYLE_STATISTICS) < row);
    for (int col = CHART_GUTTER + 20; col < CHART_GUTTER + 34; col++)
        assert_int_equal(curve_row(&picture, col, STYLE_PLATEAU), row);
    assert_true(curve_row(&picture, CHART_GUTTER + 50, STYLE_KNOWLEDGE) > row);
    cells_free(&picture.cells);
}

/* The row of a baseline in a column; -1 where there is none. */
static int glyph_row(const struct picture *picture, int col, wchar_t glyph)
{
    for (int row = 0; row < PLOT_ROWS; row++)
        if (cells_glyph(&picture->cells, row, col) == glyph)
            return row;
    return -1;
}

static void a_baseline_goes_with_what_is_sampled_beside_that_of_all_alike(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    picture.baseline[0] = (struct chart_point){500, 9};
    picture.baseline[1] = (struct chart_point){1000, baseline};
    picture.chart.baseline[0].count = 2;
    picture.chart.uniform = 2;
    picture.chart.curves = 0;
    picture.chart.linear = true;
    draw(&picture);
    int low = baseline_row(&picture), left = CHART_GUTTER + 5, right = COLS - 10;
    assert_int_equal(glyph_row(&picture, right, L'┄'), low);
    assert_true(glyph_row(&picture, left, L'┄') < low - 1);
    assert_true(glyph_row(&picture, left, L'┈') > low);
    assert_int_equal(glyph_row(&picture, left, L'┈'), glyph_row(&picture, right, L'┈'));
    cells_free(&picture.cells);
}

static void what_knowing_nobody_costs_for_new_individuals_is_a_line_too(void **state)
{
    (void)state;
    const struct chart_point above[] = {{0, 7}};
    const int col = CHART_GUTTER + 5;
    struct picture picture;
    for (int lines = 1; lines <= 2; lines++) {
        make_picture(&picture);
        if (lines > 1)
            chart_add_baseline(&picture.chart, series(above, 1));
        picture.chart.curves = 0;
        picture.chart.linear = true;
        draw(&picture);
        int rows = 0, others = 0;
        for (int row = 0; row < PLOT_ROWS; row++) {
            rows += cells_glyph(&picture.cells, row, col) == L'┄';
            others += cells_glyph(&picture.cells, row, col) == L'╴';
        }
        assert_int_equal(rows, 1);
        assert_int_equal(others, lines - 1);
        if (lines > 1)
            assert_true(glyph_row(&picture, col, L'╴') < baseline_row(&picture));
        cells_free(&picture.cells);
    }
}

static void the_curve_has_the_colour_of_its_phase(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    draw(&picture);
    assert_true(curve_row(&picture, CHART_GUTTER + 10, STYLE_STATISTICS) >= 0);
    assert_int_equal(curve_row(&picture, CHART_GUTTER + 10, STYLE_KNOWLEDGE), -1);
    assert_true(curve_row(&picture, CHART_GUTTER + 55, STYLE_KNOWLEDGE) >= 0);
    assert_int_equal(curve_row(&picture, CHART_GUTTER + 55, STYLE_STATISTICS), -1);
    cells_free(&picture.cells);
}

static void new_individuals_are_sparse_dots(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    draw(&picture);
    int dots = 0, cols = 0;
    for (int col = CHART_GUTTER + 40; col < COLS; col++, cols++)
        for (int row = 0; row < PLOT_ROWS; row++)
            if (style_at(&picture, row, col) == STYLE_NEW)
                dots += __builtin_popcount((unsigned)cells_glyph(&picture.cells, row, col) & 0xFF);
    /* A line would have two dots a column, these have two in three. */
    assert_within(dots, cols / 2, cols);
    cells_free(&picture.cells);
}

static void a_point_that_no_line_leads_to_is_a_dot(void **state)
{
    (void)state;
    struct picture picture;
    struct chart_point lone[POINTS];
    make_picture(&picture);
    for (int i = 0; i < POINTS; i++)
        lone[i] = (struct chart_point){10.0 * i, i == 20 || i == POINTS - 1 ? 30 : NAN};
    chart_add_curve(&picture.chart, (struct chart_curve){.series = series(lone, POINTS),
                                                         .dashes = {4, 2, STYLE_TUNED}});
    draw(&picture);
    int dots = 0;
    for (int col = CHART_GUTTER; col < COLS; col++)
        for (int row = 0; row < PLOT_ROWS; row++)
            if (style_at(&picture, row, col) == STYLE_TUNED)
                dots += __builtin_popcount((unsigned)cells_glyph(&picture.cells, row, col) & 0xFF);
    assert_int_equal(dots, 2);
    cells_free(&picture.cells);
}

/* From step 700 on, well above everything else. */
static void fine_tuned_individuals_are_dashes_from_where_they_begin(void **state)
{
    (void)state;
    struct picture picture;
    struct chart_point tuned[POINTS];
    double low, high;
    make_picture(&picture);
    for (int i = 0; i < POINTS; i++)
        tuned[i] = (struct chart_point){10.0 * i, i < 70 ? NAN : 30};
    chart_add_curve(&picture.chart, (struct chart_curve){.series = series(tuned, POINTS),
                                                         .dashes = {4, 2, STYLE_TUNED}});
    chart_range(&picture.chart, &low, &high);
    assert_true(high > 30);
    draw(&picture);
    int dots = 0, first = COLS;
    for (int col = COLS - 1; col >= CHART_GUTTER; col--)
        for (int row = 0; row < PLOT_ROWS; row++)
            if (style_at(&picture, row, col) == STYLE_TUNED) {
                dots += __builtin_popcount((unsigned)cells_glyph(&picture.cells, row, col) & 0xFF);
                first = col;
            }
    int begins = CHART_GUTTER + (COLS - CHART_GUTTER) * 7 / 10;
    assert_within(first, begins - 1, begins + 2);
    /* A line would have two dots a column, these have two thirds of that. */
    assert_within(dots, (COLS - begins) * 4 / 3 - 4, (COLS - begins) * 4 / 3 + 4);
    cells_free(&picture.cells);
}

static void ribbon_and_axis_say_what_and_when(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    draw(&picture);
    assert_true(row_has(&picture, PLOT_ROWS, " statistics "));
    assert_true(row_has(&picture, PLOT_ROWS, " plateau "));
    assert_true(row_has(&picture, PLOT_ROWS, " knowledge "));
    assert_int_equal(style_at(&picture, PLOT_ROWS, CHART_GUTTER + 1), STYLE_STATISTICS);
    assert_int_equal(style_at(&picture, PLOT_ROWS, CHART_GUTTER + 20), STYLE_PLATEAU);
    assert_int_equal(style_at(&picture, PLOT_ROWS, COLS - 1), STYLE_KNOWLEDGE);
    assert_true(row_has(&picture, PLOT_ROWS + 1, "0"));
    assert_true(row_has(&picture, PLOT_ROWS + 1, " 400 "));
    assert_true(row_has(&picture, PLOT_ROWS + 1, "1,000"));
    cells_free(&picture.cells);
}

/* A word in a band too narrow for it loses its end, or is not there if too little would be left. */
static void a_phase_in_a_narrow_band_is_recognized_or_left_out(void **state)
{
    (void)state;
    bool shortened = false, left_out = false;
    for (double end = 10; end < 300; end += 10) {
        struct picture picture;
        make_picture(&picture);
        picture.chart.band[0].to = picture.chart.band[1].from = end;
        draw(&picture);
        bool recognized = row_has(&picture, PLOT_ROWS, "stati");
        shortened = shortened || row_has(&picture, PLOT_ROWS, "stati…");
        left_out = left_out || !recognized;
        assert_true(recognized || !row_has(&picture, PLOT_ROWS, "s"));
        cells_free(&picture.cells);
    }
    assert_true(shortened && left_out);
}

static void the_end_of_the_plateau_is_marked_with_its_step(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    draw(&picture);
    assert_true(row_has(&picture, PLOT_ROWS - 1, "plateau ends at 600 ┊"));
    cells_free(&picture.cells);
    make_picture(&picture);
    picture.chart.mark = NAN;
    draw(&picture);
    for (int row = 0; row < PLOT_ROWS; row++)
        assert_false(row_has(&picture, row, "┊"));
    cells_free(&picture.cells);
}

/* Cells of the known curve in a column. */
static int curve_cells(const struct picture *picture, int col)
{
    int cells = 0;
    for (int row = 0; row < PLOT_ROWS; row++)
        cells += is_braille(cells_glyph(&picture->cells, row, col));
    return cells;
}

static void turns_are_marked_at_the_head_one_under_the_other(void **state)
{
    (void)state;
    static const struct chart_turn turn[] = {
        {200, "branch at 200"}, {400, "lr .002 > .001 at 400"}, {1200, "not shown"}};
    struct picture picture;
    make_picture(&picture);
    picture.chart.turn = turn;
    picture.chart.turns = 3;
    draw(&picture);
    assert_true(row_has(&picture, 0, "branch at 200"));
    assert_true(row_has(&picture, 1, "lr .002 > .001 at 400"));
    for (int row = 0; row < PLOT_ROWS; row++)
        assert_false(row_has(&picture, row, "not shown"));
    /* Steps 0 to 1,000 across 60 columns behind the gutter. */
    assert_int_equal(cells_glyph(&picture.cells, PLOT_ROWS - 2, CHART_GUTTER + 12), L'┊');
    assert_int_equal(cells_glyph(&picture.cells, PLOT_ROWS - 2, CHART_GUTTER + 24), L'┊');
    cells_free(&picture.cells);
}

/* As many turns as there are rows, and then others that would be in their way. */
static void no_label_covers_another(void **state)
{
    (void)state;
    enum { TURNS = 2 * PLOT_ROWS };
    struct chart_turn turn[TURNS];
    struct picture picture;
    for (int i = 0; i < TURNS; i++)
        turn[i] = i < PLOT_ROWS ? (struct chart_turn){200, "branch at 200"}
                                : (struct chart_turn){220, "LR"};
    make_picture(&picture);
    picture.chart.turn = turn;
    picture.chart.turns = TURNS;
    draw(&picture);
    for (int row = 0; row < PLOT_ROWS - 1; row++) /* the plateau's end has the foot */
        assert_true(row_has(&picture, row, "branch at 200"));
    cells_free(&picture.cells);
}

/* The second line stands just before the end of the first one's label. */
static void labels_do_not_run_together(void **state)
{
    (void)state;
    static const struct chart_turn turn[] = {{200, "branch at 80"}, {400, "branch at 130"}};
    struct picture picture;
    make_picture(&picture);
    picture.chart.turn = turn;
    picture.chart.turns = 2;
    draw(&picture);
    assert_true(row_has(&picture, 0, "┊ branch at 80"));
    assert_false(row_has(&picture, 0, "branch at 130"));
    assert_true(row_has(&picture, 1, "┊ branch at 130"));
    cells_free(&picture.cells);
}

static void labels_are_whole_over_lines_and_beside_curves(void **state)
{
    (void)state;
    static const struct chart_turn turn[] = {{500, "branch at 500"}};
    struct picture picture;
    make_picture(&picture);
    picture.chart.turn = turn;
    picture.chart.turns = 1;
    draw(&picture);
    assert_true(row_has(&picture, PLOT_ROWS - 1, "plateau ends at 600 ┊"));
    cells_free(&picture.cells);
    make_picture(&picture);
    for (int i = 0; i < POINTS; i++)
        picture.known[i].y = picture.known[i].x < 640 ? 0 : 10; /* along the foot */
    picture.chart.linear = true;
    draw(&picture);
    assert_false(row_has(&picture, PLOT_ROWS - 1, "plateau"));
    assert_true(row_has(&picture, PLOT_ROWS - 2, "plateau ends at 600 ┊"));
    cells_free(&picture.cells);
}

/* From far below the baseline to the top within ten steps: a line, unless it is cut there. */
static void a_cut_is_marked_and_parts_the_curve(void **state)
{
    (void)state;
    enum { CUT = 500 };
    int most[2] = {0};
    for (int cut = 0; cut < 2; cut++) {
        struct picture picture;
        make_picture(&picture);
        picture.chart.curve[0].series.count = 0;
        picture.chart.mark = NAN;
        for (int i = 0; i < POINTS; i++)
            picture.known[i].y = picture.known[i].x < CUT ? 1 : 10;
        picture.chart.cut = cut ? CUT : NAN;
        picture.chart.cut_label = "patched";
        draw(&picture);
        for (int col = CHART_GUTTER; col < COLS; col++)
            most[cut] =
                curve_cells(&picture, col) > most[cut] ? curve_cells(&picture, col) : most[cut];
        assert_int_equal(row_has(&picture, PLOT_ROWS - 2, "patched ┊"), cut);
        cells_free(&picture.cells);
    }
    assert_true(most[0] > PLOT_ROWS / 2);
    assert_true(most[1] <= 2);
}

static void the_range_holds_the_points_and_stays_round(void **state)
{
    (void)state;
    struct picture picture;
    double low, high;
    make_picture(&picture);
    chart_range(&picture.chart, &low, &high);
    assert_float_equal(high, 15, 1e-9);
    assert_float_equal(low, 0.05, 1e-9); /* 4 exp(-4) = .073 */
    picture.chart.linear = true;
    chart_range(&picture.chart, &low, &high);
    assert_float_equal(low, 0, 1e-9);
    picture.chart.closely = true; /* 12 down to 4 exp(-4), and a margin */
    chart_range(&picture.chart, &low, &high);
    assert_true(low < 0.073 && low > -0.6 && high > 12 && high < 12.6);
    picture.chart.closely = false;
    picture.chart.linear = false;
    picture.chart.span.last = 200; /* only what is shown counts, and the baseline */
    chart_range(&picture.chart, &low, &high);
    assert_float_equal(low, 2, 1e-9);
    cells_free(&picture.cells);
}

/* The last points are .073 and 6, those at 500 and 510 both 4. */
static void steps_without_points_have_the_values_beside_them(void **state)
{
    (void)state;
    struct picture picture;
    double low, high;
    make_picture(&picture);
    picture.chart.closely = true;
    picture.chart.span = (struct step_span){1500, 2000, false};
    chart_range(&picture.chart, &low, &high);
    assert_true(low < 0.0733 && low > 0.06 && high > 6 && high < 6.5);
    draw(&picture);
    assert_true(cells_have(&picture.cells, "nothing was measured at these steps"));
    picture.chart.span = (struct step_span){501, 509, false};
    chart_range(&picture.chart, &low, &high);
    assert_true(low < 4 && low > 3.7 && high > 4 && high < 4.3);
    cells_clear(&picture.cells);
    draw(&picture);
    assert_false(cells_have(&picture.cells, "nothing was measured"));
    cells_free(&picture.cells);
}

static void a_closely_fitted_range_of_zeros_has_a_length(void **state)
{
    (void)state;
    for (int linear = 0; linear < 2; linear++) {
        struct picture picture;
        double low, high;
        make_picture(&picture);
        picture.chart.linear = linear;
        picture.chart.closely = true;
        for (int i = 0; i < POINTS; i++)
            picture.known[i].y = picture.held_out[i].y = 0;
        chart_range(&picture.chart, &low, &high);
        assert_true(low < high);
        assert_true(linear ? low < 0 && high > 0 : low > 0);
        draw(&picture);
        assert_int_equal(curve_row(&picture, COLS / 2, STYLE_PLATEAU) >= 0, linear);
        cells_free(&picture.cells);
    }
}

static double label_at(const struct picture *picture, int row)
{
    char text[CHART_GUTTER + 1] = "";
    for (int c = 0; c < CHART_GUTTER; c++)
        text[c] = (char)cells_glyph(&picture->cells, row, c); /* which are all ASCII */
    char *end;
    double number = strtod(text, &end);
    return end == text || end[strspn(end, " ")] ? NAN : number;
}

static void labels_are_whole_numbers_that_can_be_told_apart(void **state)
{
    (void)state;
    static const double ranges[][2] = {{4.385, 4.394}, {0.9971, 0.9979}, {0, 66000},
                                       {0, 1.4e6},     {-0.02, 0.03},    {1.2e299, 9e299}};
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        struct picture picture;
        int labels = 0;
        double low, high, before = INFINITY;
        make_picture(&picture);
        picture.chart.linear = picture.chart.closely = true;
        picture.chart.baselines = 0;
        for (int i = 0; i < POINTS; i++)
            picture.known[i].y = picture.held_out[i].y = ranges[r][i % 2];
        chart_range(&picture.chart, &low, &high);
        draw(&picture);
        for (int row = 0; row < PLOT_ROWS; row++) {
            double label = label_at(&picture, row);
            double there = high - (high - low) * row / (PLOT_ROWS - 1);
            if (isnan(label))
                continue;
            assert_true(label < before);
            assert_true(fabs(label - there) <= (high - low) / (PLOT_ROWS - 1));
            before = label;
            labels++;
        }
        assert_true(labels >= 2);
        cells_free(&picture.cells);
    }
}

static void numbers_of_every_size_can_be_drawn(void **state)
{
    (void)state;
    static const double sizes[] = {5e-324, 1e-310, 1e-300, 1, 1e300, 1.7e308, -1.7e308};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int way = 0; way < 4; way++) {
            struct picture picture;
            double low, high;
            make_picture(&picture);
            picture.chart.linear = way % 2 == 0;
            picture.chart.closely = way < 2;
            for (int i = 0; i < POINTS; i++)
                picture.known[i].y = i % 2 ? sizes[s] : 0;
            picture.chart.curve[0] = picture.chart.curve[1];
            picture.chart.curves = 1;
            picture.chart.baselines = 0;
            chart_range(&picture.chart, &low, &high);
            assert_true(isfinite(low) && isfinite(high) && isfinite(high - low) && low < high);
            assert_true(picture.chart.linear || (low > 0 && isfinite(1 / low)));
            draw(&picture);
            cells_free(&picture.cells);
        }
}

static void steps_of_every_size_can_be_drawn(void **state)
{
    (void)state;
    const double far = 9223372036854775807.0;
    const struct step_span spans[] = {{far, far + 4096, false}, {far, far + 4096, true},
                                      {0, far, false},          {0, far, true},
                                      {1e16, 1e16 + 2, false},  {0, 1, false}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        struct picture picture;
        make_picture(&picture);
        picture.chart.span = spans[s];
        draw(&picture);
        cells_free(&picture.cells);
    }
}

static void points_that_are_not_numbers_are_passed_over(void **state)
{
    (void)state;
    struct picture picture;
    double low, high;
    make_picture(&picture);
    picture.known[50].y = NAN;
    picture.known[51].y = INFINITY;
    picture.held_out[70].y = NAN;
    chart_range(&picture.chart, &low, &high);
    assert_float_equal(high, 15, 1e-9);
    draw(&picture);
    assert_true(curve_row(&picture, CHART_GUTTER + 55, STYLE_KNOWLEDGE) >= 0);
    cells_free(&picture.cells);
}

static void what_a_chart_has_no_room_for_is_left_out(void **state)
{
    (void)state;
    struct chart chart = {.bands = 0};
    for (int i = 0; i < 2 * CHART_CURVES; i++) {
        chart_add_band(&chart, (struct chart_band){i, 100, STYLE_PLAIN, ""});
        chart_add_curve(&chart, (struct chart_curve){.banded = true});
        chart_add_baseline(&chart, (struct chart_series){0});
    }
    assert_int_equal(chart.bands, CHART_BANDS);
    assert_int_equal(chart.curves, CHART_CURVES);
    assert_int_equal(chart.baselines, CHART_BASELINES);
    assert_float_equal(chart.band[CHART_BANDS - 1].from, CHART_BANDS - 1, 0);
}

static void a_chart_without_points_has_axes(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    picture.chart.curves = picture.chart.bands = 0;
    picture.chart.mark = NAN;
    draw(&picture);
    baseline_row(&picture);
    assert_true(row_has(&picture, PLOT_ROWS + 1, "1,000"));
    cells_free(&picture.cells);
}

static void every_size_can_be_drawn(void **state)
{
    (void)state;
    struct picture picture;
    struct error err;
    make_picture(&picture);
    for (int ascii = 0; ascii < 2; ascii++)
        for (int rows = 0; rows <= 40; rows++)
            for (int cols = 0; cols <= 40; cols++) {
                assert_true(cells_resize(&picture.cells, rows + 2, cols, &err));
                picture.cells.ascii = ascii;
                picture.places = (struct chart_places){
                    {0, 0, rows, cols}, {rows, 0, 1, cols}, {rows + 1, 0, 1, cols}};
                draw(&picture);
            }
    cells_free(&picture.cells);
}

static void an_ascii_chart_has_ascii_alone(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    picture.cells.ascii = true;
    draw(&picture);
    for (int i = 0; i < ROWS * COLS; i++)
        assert_within(picture.cells.cell[i].glyph, ' ', '~');
    assert_true(row_has(&picture, PLOT_ROWS, "= statistics ="));
    cells_free(&picture.cells);
}

static void sparklines_rise_from_foot_to_top(void **state)
{
    (void)state;
    static const double value[] = {0, 0.25, 0.5, 0.75, 1};
    struct cells cells = {0};
    struct error err;
    assert_true(cells_resize(&cells, 2, 10, &err));
    assert_true(
        sparkline_draw(value, 5, 0, 1, (struct rect){0, 0, 2, 10}, STYLE_KNOWN, &cells, &err));
    assert_true(is_braille(cells_glyph(&cells, 1, 0)));
    assert_false(is_braille(cells_glyph(&cells, 0, 0)));
    assert_true(is_braille(cells_glyph(&cells, 0, 9)));
    assert_false(is_braille(cells_glyph(&cells, 1, 9)));
    cells_free(&cells);
}

/* Cells of a style, as one number a row and column. */
static void assert_same_picture(const struct picture *a, const struct picture *b)
{
    for (int i = 0; i < ROWS * COLS; i++) {
        assert_int_equal(a->cells.cell[i].glyph, b->cells.cell[i].glyph);
        assert_int_equal(a->cells.cell[i].style, b->cells.cell[i].style);
    }
}

/* What is kept grows with the curve, and is made anew for another span. */
static void a_picture_of_what_was_kept_is_the_same(void **state)
{
    (void)state;
    static const struct step_span spans[] = {
        {0, 1000, false}, {200, 700, false}, {200, 700, true}, {0, 1000, true}};
    struct envelope kept[2] = {{.columns = 0}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
        for (size_t points = 1; points <= POINTS; points += 10) {
            struct picture whole, grown;
            make_picture(&whole);
            make_picture(&grown);
            for (size_t c = 0; c < 2; c++) {
                whole.chart.curve[c].series.count = grown.chart.curve[c].series.count = points;
                grown.chart.curve[c].series.kept = &kept[c];
            }
            whole.chart.span = grown.chart.span = spans[s];
            draw(&whole);
            draw(&grown);
            assert_same_picture(&whole, &grown);
            cells_free(&whole.cells);
            cells_free(&grown.cells);
        }
    envelope_free(&kept[0]);
    envelope_free(&kept[1]);
}

enum { MANY = 100000, SPIKE = 43210 };

/* Every look of a line. */
static const struct chart_dashes looks[] = {
    {1, 0, STYLE_TUNED}, {4, 2, STYLE_TUNED}, {1, 2, STYLE_TUNED}};

enum { LOOKS = sizeof looks / sizeof *looks };

/* Without a curve yet. */
static void make_bare_picture(struct picture *picture, bool smooth)
{
    make_picture(picture);
    picture->chart.curves = picture->chart.baselines = 0;
    picture->chart.mark = NAN;
    picture->chart.smooth = smooth;
}

static struct chart_point spike_at(const void *from, size_t at)
{
    (void)from;
    return (struct chart_point){(double)at / MANY * 1000, at == SPIKE ? 30 : 3};
}

/* One point among as many as lie in a hundred columns of dots. */
static void no_spike_is_hidden(void **state)
{
    (void)state;
    const int col = CHART_GUTTER + (COLS - CHART_GUTTER) * SPIKE / MANY;
    for (size_t look = 0; look < LOOKS; look++)
        for (int smooth = 0; smooth < 2; smooth++) {
            struct picture picture;
            make_bare_picture(&picture, smooth);
            chart_add_curve(&picture.chart,
                            (struct chart_curve){.series = {NULL, MANY, spike_at, NULL},
                                                 .dashes = looks[look]});
            draw(&picture);
            int cells = 0;
            for (int c = col - 1; c <= col + 1; c++)
                cells += curve_cells(&picture, c);
            assert_true(cells > PLOT_ROWS * 2 / 3);
            assert_true(curve_cells(&picture, col + 5) <= 1);
            cells_free(&picture.cells);
        }
}

static struct chart_point noise_at(const void *from, size_t at)
{
    (void)from;
    return (struct chart_point){(double)at, 5 + (double)(at * 7919 % 101) / 25};
}

static struct chart_point level_at(const void *from, size_t at)
{
    (void)from;
    return (struct chart_point){(double)at, 8.5};
}

/* The first curve lies within what the second spans, and not at its mean. */
static void no_mean_is_hidden_below_what_another_spans(void **state)
{
    (void)state;
    struct picture picture;
    make_bare_picture(&picture, true);
    chart_add_curve(&picture.chart, (struct chart_curve){.series = {NULL, 1000, level_at, NULL},
                                                         .dashes = {1, 0, STYLE_TUNED}});
    chart_add_curve(&picture.chart, (struct chart_curve){.series = {NULL, 1000, noise_at, NULL},
                                                         .dashes = {1, 0, STYLE_NEW}});
    draw(&picture);
    for (int col = CHART_GUTTER; col < COLS; col++) {
        assert_true(curve_row(&picture, col, STYLE_TUNED) >= 0);
        assert_true(curve_row(&picture, col, STYLE_NEW) > curve_row(&picture, col, STYLE_TUNED));
        assert_true(curve_row(&picture, col, style_shade(STYLE_NEW)) >= 0);
    }
    cells_free(&picture.cells);
}

/* Of every look of a line: it stays near the mean, in its colour, over its own faint shade. */
static void every_curve_is_smoothed_over_a_shade_of_itself(void **state)
{
    (void)state;
    for (size_t look = 0; look < LOOKS; look++) {
        int rows[2] = {0, 0}, shaded = 0;
        for (int smooth = 0; smooth < 2; smooth++) {
            struct picture picture;
            make_bare_picture(&picture, smooth);
            chart_add_curve(&picture.chart,
                            (struct chart_curve){.series = {NULL, 1000, noise_at, NULL},
                                                 .dashes = looks[look]});
            draw(&picture);
            for (int row = 0; row < PLOT_ROWS; row++) {
                bool has = false;
                for (int col = CHART_GUTTER + 3; col < COLS - 3; col++) {
                    enum style style = style_at(&picture, row, col);
                    bool is_dot = cells_glyph(&picture.cells, row, col) > 0x2800;
                    has |= is_dot && style == STYLE_TUNED;
                    shaded += is_dot && style == style_shade(STYLE_TUNED);
                }
                rows[smooth] += has;
            }
            cells_free(&picture.cells);
        }
        assert_true(rows[1] >= 1 && rows[1] <= 3);
        assert_true(rows[0] > rows[1] + 2);
        assert_true(shaded > COLS / 3);
    }
}

/* Steps 0, 9 and 99 lie at even distances. */
static void steps_can_be_logarithmic(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    picture.chart.span = (struct step_span){0, 999, true};
    draw(&picture);
    assert_true(row_has(&picture, PLOT_ROWS + 1, "0 "));
    assert_true(row_has(&picture, PLOT_ROWS + 1, " 10 "));
    assert_true(row_has(&picture, PLOT_ROWS + 1, " 100 "));
    assert_true(curve_row(&picture, CHART_GUTTER + 45, STYLE_STATISTICS) >= 0); /* step 176 */
    assert_int_equal(curve_row(&picture, CHART_GUTTER + 45, STYLE_PLATEAU), -1);
    cells_free(&picture.cells);
}

static void a_tag_stands_at_the_end_of_its_curve(void **state)
{
    (void)state;
    struct picture picture;
    make_picture(&picture);
    picture.chart.curve[0].series.count = POINTS / 2; /* up to step 490 */
    picture.chart.curve[0].tag = "1";
    picture.chart.curve[1].tag = "2";
    draw(&picture);
    int found = -1, other = -1;
    for (int row = 0; row < PLOT_ROWS; row++) {
        for (int col = CHART_GUTTER + 28; col < CHART_GUTTER + 32; col++)
            found = cells_glyph(&picture.cells, row, col) == L'1' ? col : found;
        other = cells_glyph(&picture.cells, row, COLS - 1) == L'2' ? row : other;
    }
    assert_int_equal(found, CHART_GUTTER + 30);
    assert_true(other > PLOT_ROWS / 2);
    cells_free(&picture.cells);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_falls_waits_on_the_baseline_and_falls_again),
        cmocka_unit_test(a_baseline_goes_with_what_is_sampled_beside_that_of_all_alike),
        cmocka_unit_test(what_knowing_nobody_costs_for_new_individuals_is_a_line_too),
        cmocka_unit_test(the_curve_has_the_colour_of_its_phase),
        cmocka_unit_test(new_individuals_are_sparse_dots),
        cmocka_unit_test(a_point_that_no_line_leads_to_is_a_dot),
        cmocka_unit_test(fine_tuned_individuals_are_dashes_from_where_they_begin),
        cmocka_unit_test(ribbon_and_axis_say_what_and_when),
        cmocka_unit_test(a_phase_in_a_narrow_band_is_recognized_or_left_out),
        cmocka_unit_test(the_end_of_the_plateau_is_marked_with_its_step),
        cmocka_unit_test(turns_are_marked_at_the_head_one_under_the_other),
        cmocka_unit_test(no_label_covers_another),
        cmocka_unit_test(labels_do_not_run_together),
        cmocka_unit_test(labels_are_whole_over_lines_and_beside_curves),
        cmocka_unit_test(a_cut_is_marked_and_parts_the_curve),
        cmocka_unit_test(the_range_holds_the_points_and_stays_round),
        cmocka_unit_test(steps_without_points_have_the_values_beside_them),
        cmocka_unit_test(a_closely_fitted_range_of_zeros_has_a_length),
        cmocka_unit_test(labels_are_whole_numbers_that_can_be_told_apart),
        cmocka_unit_test(numbers_of_every_size_can_be_drawn),
        cmocka_unit_test(steps_of_every_size_can_be_drawn),
        cmocka_unit_test(points_that_are_not_numbers_are_passed_over),
        cmocka_unit_test(what_a_chart_has_no_room_for_is_left_out),
        cmocka_unit_test(a_chart_without_points_has_axes),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(an_ascii_chart_has_ascii_alone),
        cmocka_unit_test(sparklines_rise_from_foot_to_top),
        cmocka_unit_test(a_picture_of_what_was_kept_is_the_same),
        cmocka_unit_test(no_spike_is_hidden),
        cmocka_unit_test(no_mean_is_hidden_below_what_another_spans),
        cmocka_unit_test(every_curve_is_smoothed_over_a_shade_of_itself),
        cmocka_unit_test(steps_can_be_logarithmic),
        cmocka_unit_test(a_tag_stands_at_the_end_of_its_curve),
    };
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
