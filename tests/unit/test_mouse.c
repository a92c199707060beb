/* Reports of a mouse, and what they point at. */
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
#include "tests/fixtures/cells_text.h"
#include "ui/tui/widgets/mouse.h"
#include "ui/tui/widgets/run_table.h"
#include "ui/tui/widgets/target_list.h"
#include "ui/tui/widgets/view.h"

/* What is behind "\033[<"; all of it has to be read. */
static struct mouse_event read_report(const char *bytes)
{
    struct mouse_report report;
    struct mouse_event event = {.kind = MOUSE_DRAG};
    mouse_report_begin(&report);
    for (; bytes[1]; bytes++) {
        assert_true(report.is_open);
        assert_false(mouse_report_take(&report, *bytes, &event));
    }
    assert_true(mouse_report_take(&report, *bytes, &event));
    assert_false(report.is_open);
    return event;
}

static void reports_are_read(void **state)
{
    static const struct {
        const char *bytes;
        enum mouse_kind kind;
        int row, col;
    } cases[] = {
        {"0;10;5M", MOUSE_PRESS, 4, 9},        {"0;10;5m", MOUSE_RELEASE, 4, 9},
        {"32;300;200M", MOUSE_DRAG, 199, 299}, {"64;1;1M", MOUSE_WHEEL_UP, 0, 0},
        {"65;1;1M", MOUSE_WHEEL_DOWN, 0, 0},   {"16;2;3M", MOUSE_PRESS, 2, 1}, /* with Ctrl */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct mouse_event event = read_report(cases[i].bytes);
        assert_int_equal(event.kind, cases[i].kind);
        assert_int_equal(event.row, cases[i].row);
        assert_int_equal(event.col, cases[i].col);
    }
}

static void a_key_that_is_held_is_told(void **state)
{
    (void)state;
    assert_false(read_report("64;1;1M").is_modified);
    assert_true(read_report("68;1;1M").is_modified); /* Shift */
    assert_true(read_report("72;1;1M").is_modified); /* Alt */
    assert_true(read_report("81;1;1M").is_modified); /* Ctrl */
    assert_int_equal(read_report("81;1;1M").kind, MOUSE_WHEEL_DOWN);
}

static void what_is_of_no_use_says_nothing(void **state)
{
    static const char *const reports[] = {"1;10;5M", "2;10;5M",  "35;10;5M", "66;1;1M", "0;0;5M",
                                          "0;10M",   "0;1;0M",   "x",        "0;1;1x",  "0;1;1;",
                                          "123456",  "0;999999", "\033"};
    (void)state;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        assert_int_equal(read_report(reports[i]).kind, MOUSE_NOTHING);
}

/* Lists */

enum { PRESETS = 9, RUNS = 30 };

static char names[PRESETS + RUNS][16], empty[] = "";
static struct listed_preset presets[PRESETS];
static struct run_summary runs[RUNS];

static struct target_list make_list(void)
{
    for (int p = 0; p < PRESETS + RUNS; p++)
        snprintf(names[p], sizeof names[p], "thing-%02d", p);
    for (int p = 0; p < PRESETS; p++)
        presets[p] = (struct listed_preset){
            .name = names[p], .title = empty, .description = empty, .needs = {.seconds = NAN}};
    for (int r = 0; r < RUNS; r++)
        runs[r] = (struct run_summary){.name = names[PRESETS + r], .directory = empty};
    return (struct target_list){.preset = presets, .presets = PRESETS, .run = runs, .runs = RUNS};
}

/* The thing that a row names, -1 where it names none. */
static int thing_in(const struct cells *cells, int row)
{
    int thing = -1;
    char text[256] = "";
    for (int col = 0; col < cells->cols && col < 255; col++) {
        wchar_t glyph = cells_glyph(cells, row, col);
        text[col] = glyph < 128 ? (char)glyph : '?';
    }
    const char *found = strstr(text, "thing-");
    if (found)
        sscanf(found, "thing-%d", &thing);
    return thing;
}

/* Whatever is selected, what is clicked is what stands there. */
static void a_click_selects_what_stands_there(void **state)
{
    (void)state;
    static const int sizes[][2] = {{5, 40}, {10, 60}, {24, 80}, {60, 200}};
    for (size_t s = 0; s < 4; s++)
        for (size_t selected = 0; selected < PRESETS + RUNS; selected += 3) {
            struct cells cells = {0};
            struct target_list list = make_list();
            struct rect rect = {0, 0, sizes[s][0], sizes[s][1]};
            int seen = 0;
            assert_true(cells_resize(&cells, rect.rows, rect.cols, NULL));
            list.selected = selected;
            target_list_draw(&list, 0, rect, &cells);
            for (int row = -1; row <= rect.rows; row++) {
                bool again;
                struct target_list clicked = list;
                bool taken = target_list_select_at(&clicked, rect, row, &again);
                int thing = row >= 0 && row < rect.rows ? thing_in(&cells, row) : -1;
                if (taken) {
                    assert_int_equal(clicked.selected, thing);
                    assert_int_equal(again, clicked.selected == selected);
                    seen++;
                } else if (thing >= 0) /* the description names what is selected */
                    assert_int_equal(thing, selected);
            }
            assert_true(seen > 0);
            cells_free(&cells);
        }
}

static void a_click_selects_a_run_of_the_table(void **state)
{
    (void)state;
    struct run_table table = {.rows = RUNS};
    struct rect rect = {0, 0, 8, 80};
    bool again;
    assert_false(run_table_select_at(&table, rect, 1, &again)); /* the heads of columns */
    assert_true(run_table_select_at(&table, rect, 2, &again));
    assert_true(again);
    assert_true(run_table_select_at(&table, rect, 7, &again));
    assert_false(again);
    assert_int_equal(table.selected, 5);
    assert_false(run_table_select_at(&table, rect, 8, &again));
    table.selected = RUNS - 1; /* the last of the six that are shown */
    assert_true(run_table_select_at(&table, rect, 2, &again));
    assert_int_equal(table.selected, RUNS - 6);
    table.rows = 3;
    table.selected = 0;
    assert_false(run_table_select_at(&table, rect, 5, &again));
    assert_true(run_table_select_at(&table, rect, 4, &again));
    assert_int_equal(table.selected, 2);
}

/* Charts */

static void the_cursor_goes_to_the_nearest_evaluation(void **state)
{
    (void)state;
    struct evaluation_point point[] = {{.step = 0}, {.step = 100}, {.step = 700}, {.step = 1000}};
    struct view view = {
        .status = {.step = 1000, .steps = 1000},
        .curves = {.evaluation = point, .evaluations = 4},
        .window = WINDOW_PLANNED,
    };
    static const struct {
        double share;
        uint64_t step;
    } cases[] = {{0, 0}, {0.04, 0}, {0.06, 100}, {0.39, 100}, {0.41, 700}, {0.9, 1000}, {2, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        view_point_at(&view, cases[i].share);
        assert_true(view.has_cursor);
        assert_int_equal(view.cursor, cases[i].step);
    }
    view = (struct view){.status = {.step = 0, .steps = 1000}};
    view_point_at(&view, 0.5);
    assert_false(view.has_cursor);
}

/* What lies under the pointer stays there. */
static void the_wheel_zooms_around_the_pointer(void **state)
{
    (void)state;
    struct view view = {.status = {.step = 1000, .steps = 1000}, .evaluate_every = 10};
    view_zoom_in_at(&view, 0.25);
    struct step_span span = view_span(&view);
    assert_true(fabs(span.first - 125) < 1e-9 && fabs(span.last - 625) < 1e-9);
    view_pan_by(&view, 0.1);
    span = view_span(&view);
    assert_true(fabs(span.first - 175) < 1e-9 && fabs(span.last - 675) < 1e-9);
    view_zoom_out_at(&view, 0);
    span = view_span(&view);
    assert_true(span.last - span.first > 800);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_are_read),
        cmocka_unit_test(a_key_that_is_held_is_told),
        cmocka_unit_test(what_is_of_no_use_says_nothing),
        cmocka_unit_test(a_click_selects_what_stands_there),
        cmocka_unit_test(a_click_selects_a_run_of_the_table),
        cmocka_unit_test(the_cursor_goes_to_the_nearest_evaluation),
        cmocka_unit_test(the_wheel_zooms_around_the_pointer),
    };
    return cmocka_run_group_tests_name("mouse", tests, NULL, NULL);
}
