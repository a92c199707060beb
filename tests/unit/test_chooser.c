/* The chooser and the help page, drawn without a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/precision.h"
#include "tests/fixtures/cells_text.h"
#include "tests/within.h"
#include "ui/requests.h"
#include "ui/tui/pages/help.h"
#include "ui/tui/pages/runs.h"
#include "ui/tui/widgets/target_list.h"

static char quickstart[] = "quickstart", paper[] = "paper", broken[] = "broken";
static char title[] = "Three phases", description[] = "A small model learns facts.";
static char complaint[] = "broken.ini:3: unknown key trian.lr; the nearest is train.lr";
static char run_name[] = "quickstart-20240501-120000", directory[] = "/runs/quickstart-1";

enum { PRESETS = 3, RUNS = 30 };

struct lists {
    struct listed_preset preset[PRESETS];
    struct run_summary run[RUNS];
    struct target_list chooser;
};

static void make_lists(struct lists *lists)
{
    *lists = (struct lists){
        .preset =
            {{.name = quickstart,
              .title = title,
              .description = description,
              .needs = {.seconds = 230}},
             {.name = paper, .title = title, .description = description, .needs = {.seconds = NAN}},
             {.name = broken, .complaint = complaint, .needs = {.seconds = NAN}}},
    };
    for (int r = 0; r < RUNS; r++)
        lists->run[r] = (struct run_summary){.name = run_name,
                                             .directory = directory,
                                             .step = (uint64_t)r,
                                             .steps = 3000,
                                             .modified = {.tv_sec = 1000000 - 3600 * r},
                                             .has_recall = true,
                                             .accuracy = 0.5,
                                             .phase = PHASE_PLATEAU};
    lists->chooser = (struct target_list){
        .preset = lists->preset, .presets = PRESETS, .run = lists->run, .runs = RUNS};
}

static void draw(const struct lists *lists, struct cells *cells)
{
    cells_clear(cells);
    target_list_draw(&lists->chooser, 1000000, (struct rect){0, 0, cells->rows, cells->cols},
                     cells);
}

/* The lists as they are at first, and a page of that size for them. */
static void open_page(struct lists *lists, struct cells *cells, int rows, int cols)
{
    make_lists(lists);
    assert_true(cells_resize(cells, rows, cols, NULL));
}

static void presets_are_shown_with_their_time_and_runs_with_their_state(void **state)
{
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    open_page(&lists, &cells, 30, 100);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "quickstart      4 min  Three phases"));
    assert_true(cells_have(&cells, "unknown key trian.lr"));
    assert_true(cells_have(&cells, "A small model learns facts."));
    assert_true(cells_have(
        &cells, "quickstart-20240501-120000   2/3,000  plateau      50.0 %     2 h ago"));
    cells_free(&cells);
}

static void a_long_name_leaves_the_other_columns_their_room(void **state)
{
    static char preset[] = "a-preset-of-mine-that-has-a-name-as-long-as-this-one-at-half-the-rate";
    static char run[] = "a-run-of-mine-that-has-a-name-as-long-as-this-one-too-at-half-the-rate";
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    for (int cols = 60; cols <= 80; cols += 20) {
        open_page(&lists, &cells, 30, cols);
        lists.preset[1].name = preset;
        lists.preset[1].needs.seconds = 3600;
        lists.run[0].name = run;
        draw(&lists, &cells);
        assert_true(cells_have(&cells, "  4 min  Three phases"));
        assert_true(cells_have(&cells, "  60 min  Three phases"));
        assert_true(cells_have(&cells, "a-prese"));
        assert_true(cells_have(&cells, "a-run-o"));
        assert_true(cells_have(&cells, "…"));
        assert_true(cells_have(&cells, "-rate "));
        assert_true(cells_have(&cells, "0/3,000  plateau      50.0 %"));
    }
    cells_free(&cells);
}

static void what_is_out_of_sight_is_counted(void **state)
{
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    open_page(&lists, &cells, 40, 100);
    draw(&lists, &cells); /* all presets, and 25 runs */
    assert_true(cells_have(&cells, "↓ 5 more"));
    assert_false(cells_have(&cells, "↑"));
    target_list_move(&lists.chooser, PRESETS + 27); /* the 28th run is the last one shown */
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "↑ 3  ↓ 2"));
    target_list_move(&lists.chooser, RUNS);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "↑ 5 more"));
    assert_false(cells_have(&cells, "↓"));
    cells_free(&cells);
}

/* Where there is no room for two lists, the other one counts as out of sight. */
static void a_low_page_has_one_list_at_a_time(void **state)
{
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    open_page(&lists, &cells, 3, 20);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "presets"));
    assert_true(cells_have(&cells, "↓ 31"));
    assert_true(cells_have(&cells, "paper"));
    target_list_move(&lists.chooser, PRESETS);
    draw(&lists, &cells);
    assert_false(cells_have(&cells, "presets"));
    assert_true(cells_have(&cells, "↑ 3  ↓ 28"));
    cells_free(&cells);
}

/* The rows in reverse are those that Enter acts on. */
static int selected_rows(const struct cells *cells)
{
    int rows = 0;
    for (int row = 0; row < cells->rows; row++)
        rows += cells->cell[row * cells->cols + 1].style == STYLE_SELECTED;
    return rows;
}

static void exactly_one_row_is_selected_wherever_one_goes(void **state)
{
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    struct error err;
    for (int rows = 3; rows < 50; rows++) {
        make_lists(&lists);
        assert_true(cells_resize(&cells, rows, 90, &err));
        for (int step = 0; step < PRESETS + RUNS + 2; step++) {
            draw(&lists, &cells);
            if (selected_rows(&cells) != 1)
                fail_msg("%d rows, selection %zu: %d rows are selected", rows,
                         lists.chooser.selected, selected_rows(&cells));
            target_list_move(&lists.chooser, 1);
        }
    }
    cells_free(&cells);
}

static void the_selection_stays_within_the_lists(void **state)
{
    (void)state;
    static struct lists lists;
    bool is_run;
    make_lists(&lists);
    target_list_move(&lists.chooser, -5);
    assert_string_equal(target_list_selected(&lists.chooser, &is_run), "quickstart");
    assert_false(is_run);
    target_list_move(&lists.chooser, PRESETS);
    assert_string_equal(target_list_selected(&lists.chooser, &is_run), run_name);
    assert_true(is_run);
    target_list_move(&lists.chooser, 1000);
    assert_int_equal(lists.chooser.selected, PRESETS + RUNS - 1);
    struct target_list empty = {0};
    target_list_move(&empty, 1);
    assert_null(target_list_selected(&empty, &is_run));
}

static void a_chooser_of_any_size_can_be_drawn(void **state)
{
    (void)state;
    static struct lists lists;
    struct target_list empty = {0};
    struct cells cells = {0};
    struct error err;
    make_lists(&lists);
    for (int rows = 1; rows < 60; rows += 2)
        for (int cols = 1; cols < 180; cols += 7) {
            assert_true(cells_resize(&cells, rows, cols, &err));
            draw(&lists, &cells);
            target_list_draw(&empty, 0, (struct rect){0, 0, rows, cols}, &cells);
        }
    cells_free(&cells);
}

static void what_is_selected_and_known_outlives_reading_the_lists_anew(void **state)
{
    (void)state;
    struct error err;
    struct target_list shown = {.preset = memory_new(1, sizeof *shown.preset, &err), .presets = 1};
    struct target_list held_out = {.preset = memory_new(2, sizeof *held_out.preset, &err),
                                   .presets = 2};
    shown.preset[0] =
        (struct listed_preset){.name = memory_string(paper, &err), .needs = {.seconds = 60}};
    held_out.preset[0] =
        (struct listed_preset){.name = memory_string(broken, &err), .needs = {.seconds = NAN}};
    held_out.preset[1] =
        (struct listed_preset){.name = memory_string(paper, &err), .needs = {.seconds = NAN}};
    target_list_take(&shown, &held_out);
    assert_int_equal(shown.presets, 2);
    assert_int_equal(shown.selected, 1);
    assert_true(shown.preset[1].needs.seconds == 60);
    assert_true(isnan(shown.preset[0].needs.seconds));
    target_list_free(&shown);
}

static struct target_list list_of(const char *first, const char *second)
{
    struct target_list list = {.preset = memory_new(2, sizeof *list.preset, NULL), .presets = 2};
    list.preset[0] = (struct listed_preset){.name = memory_string("a", NULL),
                                            .content = memory_string(first, NULL),
                                            .needs = {.seconds = NAN}};
    list.preset[1] = (struct listed_preset){.name = memory_string("b", NULL),
                                            .content = memory_string(second, NULL),
                                            .needs = {.seconds = NAN}};
    return list;
}

static void what_a_preset_takes_is_known_as_long_as_it_is_the_same(void **state)
{
    const struct preset_needs needs = {.seconds = 60};
    struct target_list list = list_of("one", "two"), fresh;
    (void)state;
    list.selected = 1;
    assert_string_equal(target_list_unfound(&list, false)->name, "b");
    target_list_set_needs(&list, "b", "two", &needs, NEEDS_FOUND);
    target_list_set_needs(&list, "a", "three", &needs, NEEDS_FOUND); /* as it was once */
    assert_string_equal(target_list_unfound(&list, false)->name, "a");
    target_list_set_needs(&list, "a", "one", &needs, NEEDS_PROVISIONAL);
    assert_null(target_list_unfound(&list, false));
    assert_string_equal(target_list_unfound(&list, true)->name, "a");
    fresh = list_of("one", "another");
    target_list_take(&list, &fresh);
    assert_true(list.preset[0].needs.seconds == 60);
    assert_int_equal(list.preset[0].found, NEEDS_PROVISIONAL);
    assert_true(isnan(list.preset[1].needs.seconds));
    assert_string_equal(target_list_unfound(&list, false)->name, "b");
    target_list_doubt_needs(&list);
    assert_true(list.preset[0].needs.seconds == 60);
    assert_int_equal(list.preset[0].found, NEEDS_UNKNOWN);
    target_list_free(&list);
}

static void a_time_that_becomes_known_is_shown(void **state)
{
    (void)state;
    static struct lists lists;
    struct cells cells = {0};
    open_page(&lists, &cells, 30, 100);
    struct preset_needs needs = {.seconds = 3 * 3600, .parameters = 512000, .bytes = 96 << 20};
    target_list_set_needs(&lists.chooser, "paper", NULL, &needs, NEEDS_FOUND);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "3 h  Three phases"));
    target_list_move(&lists.chooser, 1);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "0.51M parameters · 96 MiB · about 3 h here, estimated"));
    needs.is_measured = true;
    target_list_set_needs(&lists.chooser, "paper", NULL, &needs, NEEDS_FOUND);
    draw(&lists, &cells);
    assert_true(cells_have(&cells, "about 3 h here, measured"));
    cells_free(&cells);
}

static const struct help_subject all_help = {.place = PAGE_OF_RUN, .typed = ""};

static void the_help_page_has_every_request(void **state)
{
    (void)state;
    struct cells cells = {0};
    struct error err;
    const int most = 400; /* rows */
    for (int cols = 40; cols <= 120; cols += 80) {
        assert_true(cells_resize(&cells, most, cols, &err));
        int rows = help_draw(&cells, (struct rect){0, 0, most, cols}, 0, &all_help);
        assert_within(rows, (int)request_count, most);
        for (size_t r = 0; r < request_count; r++)
            if (request_table[r].command)
                assert_true(cells_have(&cells, request_table[r].command));
    }
    assert_true(cells_have(&cells, "space, F5"));
    assert_true(cells_have(&cells, "start or pause training"));
    cells_free(&cells);
}

static void the_help_page_scrolls(void **state)
{
    (void)state;
    struct cells cells = {0};
    struct error err;
    assert_true(cells_resize(&cells, 10, 90, &err));
    int rows = help_draw(&cells, (struct rect){0, 0, 10, 90}, 0, &all_help);
    assert_false(cells_have(&cells, "auto"));
    cells_clear(&cells);
    help_draw(&cells, (struct rect){0, 0, 10, 90}, rows - 10, &all_help);
    assert_true(cells_have(&cells, "auto"));
    cells_free(&cells);
}

static int count_rows(const char *typed, unsigned place, const struct hint *own, const char *has,
                      const char *lacks)
{
    const struct help_subject subject = {.own = own, .place = place, .typed = typed};
    struct cells cells = {0};
    assert_true(cells_resize(&cells, 200, 100, NULL));
    int rows = help_draw(&cells, (struct rect){0, 0, 200, 100}, 0, &subject);
    assert_true(cells_have(&cells, has));
    assert_false(cells_have(&cells, lacks));
    cells_free(&cells);
    return rows;
}

/* Of capitals and of the order of words nothing is asked. A line has a heading and a blank above.
 */
static void the_help_page_is_searched(void **state)
{
    (void)state;
    assert_int_equal(count_rows("Quit SAVE", PAGE_OF_RUN, NULL, "save and quit", "/pause"), 3);
    assert_int_equal(count_rows("f10", PAGE_OF_RUN, NULL, "save and quit", "/pause"), 3);
    assert_int_equal(count_rows("zzz", PAGE_OF_RUN, NULL, "no line has", "/pause"), 1);
    assert_true(count_rows("", PAGE_OF_RUN, NULL, "/pause", "no line has") > 30);
}

static void the_help_page_says_what_precision_is(void **state)
{
    struct help_subject subject = {.place = PAGE_OF_RUN, .precision = "bf16", .typed = ""};
    struct cells cells = {0};
    (void)state;
    assert_true(cells_resize(&cells, 200, 80, NULL));
    help_draw(&cells, (struct rect){0, 0, 200, 80}, 0, &subject);
    assert_true(cells_have(&cells, "train.precision: this run is in bf16"));
    for (size_t p = 0; precision_names[p]; p++)
        assert_true(cells_have(&cells, precision_names[p]));
    cells_free(&cells);
    count_rows("precision", PAGE_OF_TARGETS, NULL, "rounded to 8 binary digits", "this run");
    count_rows("", PAGE_OF_TARGETS, NULL, "/palette", "rounded to 8 binary digits");
}

static void the_help_page_finds_keys_of_other_pages(void **state)
{
    (void)state;
    assert_int_equal(count_rows("trash", PAGE_OF_RUN, NULL, "On page Runs", "This page"), 3);
    assert_int_equal(
        count_rows("del ctrl-d", PAGE_OF_RUN, NULL, "or all marked ones, to the trash", "F10"), 3);
    assert_int_equal(count_rows("trash", PAGE_OF_TARGETS, runs_page.keys, "This page", "On page"),
                     3);
}

/* What the page has comes first, then what works there, then what does not. */
static void the_help_page_begins_with_the_page_below(void **state)
{
    static const struct hint own[] = {{"Q", "a quokka of its own"}, {0}};
    struct cells cells = {0};
    int first[3] = {0};
    static const char *const words[] = {"a quokka of its own", "/palette", "/unwatch"};
    const struct help_subject subject = {.own = own, .place = PAGE_OF_TARGETS, .typed = ""};
    (void)state;
    assert_true(cells_resize(&cells, 200, 100, NULL));
    help_draw(&cells, (struct rect){0, 0, 200, 100}, 0, &subject);
    for (int w = 0; w < 3; w++)
        while (first[w] < 200 && !cells_row_has(&cells, first[w], words[w]))
            first[w]++;
    assert_true(first[0] > 0 && first[0] < first[1] && first[1] < first[2] && first[2] < 200);
    assert_int_equal(count_rows("quokka", PAGE_OF_TARGETS, own, "This page", "/palette"), 3);
    cells_free(&cells);
}

static size_t directories_read;

/* In place of that of the C library, to count what it is called for. */
DIR *opendir(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    directories_read++;
    return descriptor < 0 ? NULL : fdopendir(descriptor);
}

/* Those that are shipped. */
static void load_list(struct target_list *chooser)
{
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL}, runs[] = "/nonexistent";
    struct paths paths = {.data = data, .runs = runs};
    struct error err = {0};
    if (!target_list_load(chooser, &paths, &err))
        fail_msg("%s", err.message);
    memory_free(data[0]);
}

/* Of presets, tables and runs one each, whatever there is in them. */
static void a_list_is_read_without_looking_for_each_preset_in_all(void **state)
{
    struct target_list chooser;
    (void)state;
    directories_read = 0;
    load_list(&chooser);
    assert_true(chooser.presets > 20);
    assert_within(directories_read, 2, 8);
    target_list_free(&chooser);
}

static void tables_come_behind_presets_and_what_takes_days_last(void **state)
{
    struct target_list chooser;
    (void)state;
    load_list(&chooser);
    size_t quick = 0, quick_behind = 0;
    while (quick < chooser.presets && chooser.preset[quick].minutes < 24 * 60)
        quick++;
    for (size_t p = quick; p < chooser.presets; p++)
        quick_behind += chooser.preset[p].minutes < 24 * 60;
    assert_within(quick, 1, chooser.presets - 1);
    assert_int_equal(quick_behind, 0);
    size_t tables = 0;
    for (size_t p = 0; p < chooser.presets; p++) {
        const struct listed_preset *before = &chooser.preset[p > 0 ? p - 1 : 0];
        bool begins = p == 0 || p == quick || before->is_table != chooser.preset[p].is_table;
        assert_true(begins || strcmp(before->name, chooser.preset[p].name) < 0);
        tables += chooser.preset[p].is_table;
    }
    assert_true(tables > 0 && tables < quick);
    for (size_t p = quick - tables; p < quick; p++)
        assert_true(chooser.preset[p].is_table);
    assert_string_equal(chooser.preset[chooser.selected].name, "quickstart");
    target_list_free(&chooser);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_are_shown_with_their_time_and_runs_with_their_state),
        cmocka_unit_test(a_long_name_leaves_the_other_columns_their_room),
        cmocka_unit_test(what_is_out_of_sight_is_counted),
        cmocka_unit_test(a_low_page_has_one_list_at_a_time),
        cmocka_unit_test(exactly_one_row_is_selected_wherever_one_goes),
        cmocka_unit_test(the_selection_stays_within_the_lists),
        cmocka_unit_test(a_chooser_of_any_size_can_be_drawn),
        cmocka_unit_test(what_is_selected_and_known_outlives_reading_the_lists_anew),
        cmocka_unit_test(what_a_preset_takes_is_known_as_long_as_it_is_the_same),
        cmocka_unit_test(a_time_that_becomes_known_is_shown),
        cmocka_unit_test(a_list_is_read_without_looking_for_each_preset_in_all),
        cmocka_unit_test(tables_come_behind_presets_and_what_takes_days_last),
        cmocka_unit_test(the_help_page_has_every_request),
        cmocka_unit_test(the_help_page_scrolls),
        cmocka_unit_test(the_help_page_is_searched),
        cmocka_unit_test(the_help_page_says_what_precision_is),
        cmocka_unit_test(the_help_page_finds_keys_of_other_pages),
        cmocka_unit_test(the_help_page_begins_with_the_page_below),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
