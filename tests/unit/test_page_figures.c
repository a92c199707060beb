/* Figures of what pages show: that they hold what is on the screen, and are files that programs can
 * read. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/fixtures/little_people.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/xml.h"
#include "tests/float_equal.h"
#include "ui/tui/widgets/answer_figure.h"
#include "ui/tui/widgets/chart_figure.h"
#include "ui/tui/widgets/heads_figure.h"
#include "ui/tui/widgets/map_figure.h"

enum { POINTS = 50, EVERY = 10, WIDTH = 400, HEIGHT = 300 };

/* ---- charts ---- */

/* Any numbers, with a hole at every 17th point. */
static double value_at(size_t at)
{
    return at % 17 == 16 ? NAN : 1 + (double)(at * 7 % 11) / 4;
}

static struct chart_point point_at(const void *from, size_t at)
{
    (void)from;
    return (struct chart_point){(double)(EVERY * at), value_at(at)};
}

static struct chart_point level_at(const void *from, size_t at)
{
    (void)from;
    return (struct chart_point){(double)(EVERY * at), 3};
}

static struct chart make_chart(double first, double last)
{
    struct chart chart = {.uniform = 2.5,
                          .mark = 200,
                          .mark_label = "plateau ends at 200",
                          .cut = NAN,
                          .cursor = NAN,
                          .span = {first, last, false},
                          .label = "loss <of them> & more"};
    chart_add_curve(&chart, (struct chart_curve){.series = {NULL, POINTS, point_at, NULL},
                                                 .banded = true,
                                                 .name = "known"});
    chart_add_curve(&chart,
                    (struct chart_curve){.series = {NULL, 0, point_at, NULL}, .tag = "none"});
    chart_add_baseline(&chart, (struct chart_series){NULL, POINTS, level_at, NULL});
    chart_add_band(&chart, (struct chart_band){0, 200, STYLE_PLATEAU, "plateau"});
    chart_add_band(&chart, (struct chart_band){200, 600, STYLE_KNOWLEDGE, "knowledge"});
    return chart;
}

/* Whether a figure's line has a point. */
static size_t count_points(const struct chart_figure *figure, const char *name, double x)
{
    size_t count = 0;
    for (size_t l = 0; l < figure->lines; l++)
        for (size_t i = 0; i < figure->line[l].series.count; i++)
            count += strcmp(figure->line[l].name, name) == 0 && figure->line[l].series.x[i] == x;
    return count;
}

/* Every point that is shown is in one line, with the neighbour of the first and of the last; a line
 * has no hole. */
static void a_chart_is_taken_point_for_point(void **state)
{
    (void)state;
    static const double spans[][2] = {{0, 490}, {95, 300}, {160, 170}, {400, 900}};
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        double first = spans[s][0], last = spans[s][1];
        struct chart chart = make_chart(first, last);
        struct chart_figure figure = {0};
        chart_figure_take(&figure, &chart);
        assert_false(figure.failed);
        for (size_t at = 0; at < POINTS; at++) {
            double x = EVERY * (double)at;
            bool shown = isfinite(value_at(at)) && x > first - EVERY && x < last + EVERY;
            size_t count = count_points(&figure, "known", x);
            if (shown)
                assert_int_equal(count, 1);
            else
                assert_true(count == 0 || x < first || x > last);
            if (x >= first && x <= last)
                assert_int_equal(count_points(&figure, "baseline", x), 1);
        }
        for (size_t l = 0; l < figure.lines; l++)
            for (size_t i = 1; i < figure.line[l].series.count; i++)
                assert_float_equal(figure.line[l].series.x[i] - figure.line[l].series.x[i - 1],
                                   EVERY, 0);
        assert_float_equal(figure.x.low, first, 0);
        assert_float_equal(figure.x.high, last, 0);
        assert_int_equal(figure.panel[0].y.scale, AXIS_LOGARITHMIC);
        assert_int_equal(figure.spans, 1 + (first < 200 && last > 200));
        chart_figure_free(&figure);
    }
}

/* Charts that are drawn one after the other, as of measures with axes of their own. */
static void every_chart_has_its_panel(void **state)
{
    (void)state;
    struct chart_figure figure = {0};
    struct chart loss = make_chart(0, 490), share = make_chart(0, 490);
    loss.mark_label = "";
    share.linear = true;
    share.top = 1;
    share.factor = 100;
    share.label = "share (%)";
    chart_figure_take(&figure, &loss);
    size_t lines = figure.lines;
    chart_figure_take(&figure, &share);
    assert_int_equal(figure.panels, 2);
    assert_int_equal(figure.panel[0].end, lines);
    assert_int_equal(figure.panel[1].end, figure.lines);
    assert_int_equal(figure.lines, 2 * lines);
    assert_int_equal(figure.panel[0].y.scale, AXIS_LOGARITHMIC);
    assert_int_equal(figure.panel[1].y.scale, AXIS_LINEAR);
    assert_float_equal(figure.panel[1].y.high, 100, 0);
    assert_string_equal(figure.panel[1].label, "share (%)");
    assert_string_equal(figure.mark_text, "plateau ends at 200");
    for (size_t l = 0; l < lines; l++)
        for (size_t i = 0; i < figure.line[l].series.count; i++)
            assert_float_equal(figure.line[lines + l].series.y[i], 100 * figure.line[l].series.y[i],
                               1e-9);
    share.curve[0].name = "another";
    chart_figure_take(&figure, &share);
    for (size_t a = 0; a < figure.lines; a++)
        for (size_t b = 0; b < a; b++) {
            const struct figure_line *one = &figure.line[a], *other = &figure.line[b];
            bool is_same = one->style.color.red == other->style.color.red &&
                           one->style.color.green == other->style.color.green;
            if (!one->is_level && !other->is_level)
                assert_int_equal(is_same, strcmp(one->name, other->name) == 0);
        }
    for (size_t c = 3; c < 20; c++)
        chart_figure_take(&figure, &share);
    assert_int_equal(figure.panels, CHART_FIGURE_PANELS);
    assert_int_equal(figure.spans, 2);
    chart_figure_free(&figure);
}

#ifdef HAVE_CAIRO

/* The file of a surface, which is given back: of an SVG, parsed. */
static void assert_written(const void *directory, struct surface *surface, const char *name,
                           const char *const *words)
{
    char path[TEMPORARY_PATH];
    struct error err = {0};
    size_t size;
    if (!surface_write(surface, &err))
        fail_msg("%s", err.message);
    surface_free(surface);
    char *bytes = file_read(temporary_path(path, directory, name), &size, &err);
    assert_non_null(bytes);
    if (strstr(name, ".svg")) {
        assert_true(xml_is_well_formed(bytes));
        for (; *words; words++)
            if (!strstr(bytes, *words))
                fail_msg("%s is not in %s", *words, name);
    } else
        assert_memory_equal(bytes, "\x89PNG", 4);
    memory_free(bytes);
}

static struct surface *new_surface(const void *directory, const char *name, double width,
                                   double height)
{
    char path[TEMPORARY_PATH];
    struct error err = {0};
    struct surface *surface =
        surface_new(temporary_path(path, directory, name), width, height, &err);
    if (!surface)
        fail_msg("%s", err.message);
    return surface;
}

static const char *const files[] = {"figure.svg", "figure.png"};

static void what_lies_between_seeds_is_a_band(void **state)
{
    enum { COLUMNS = 40 };
    struct step_span span = {0, 490, false};
    struct envelope made = {0};
    struct chart chart = make_chart(0, 490);
    struct chart_figure figure = {0};
    assert_true(envelope_fit(&made, &span, COLUMNS, NULL));
    for (size_t at = 0; at < POINTS; at++)
        envelope_add(&made, EVERY * (double)at, value_at(at));
    chart.curve[0] = (struct chart_curve){.made = &made, .hazy = true, .tag = "three seeds"};
    chart_figure_take(&figure, &chart);
    const struct figure_line *band = NULL, *mean = NULL;
    for (size_t l = 0; l < figure.lines; l++) {
        band = figure.line[l].deviation ? &figure.line[l] : band;
        mean = strcmp(figure.line[l].name, "three seeds") == 0 ? &figure.line[l] : mean;
    }
    assert_true(band && mean && band->series.count == mean->series.count);
    for (size_t i = 0, c = 0; i < band->series.count; i++, c++) {
        while (made.column[c].points == 0)
            c++;
        assert_float_equal(band->series.y[i] - band->deviation[i], made.column[c].least, 1e-9);
        assert_float_equal(band->series.y[i] + band->deviation[i], made.column[c].most, 1e-9);
        assert_float_equal(mean->series.x[i], 490.0 * (double)c / (COLUMNS - 1), 1e-9);
        assert_float_equal(band->series.x[i], mean->series.x[i], 0);
        assert_float_equal(mean->series.y[i], made.column[c].sum / (double)made.column[c].points,
                           1e-9);
    }
    static const char *const words[] = {"three seeds\n", NULL};
    struct surface *surface = new_surface(*state, files[0], WIDTH, HEIGHT);
    assert_true(chart_figure_draw(&figure, surface, WIDTH, HEIGHT, NULL));
    assert_written(*state, surface, files[0], words);
    chart_figure_free(&figure);
    envelope_free(&made);
}

static void a_chart_is_drawn(void **state)
{
    static const char *const words[] = {"known\n",
                                        "baseline\n",
                                        "uniform\n",
                                        "plateau\n",
                                        "plateau ends at 200\n",
                                        "training step\n",
                                        "run &amp; seed\n",
                                        "loss &lt;of them&gt; &amp; more\n",
                                        NULL};
    struct chart chart = make_chart(0, 490);
    struct chart_figure figure = {0};
    chart_figure_take(&figure, &chart);
    snprintf(figure.title, sizeof figure.title, "run & seed");
    for (size_t f = 0; f < 2; f++) {
        struct surface *surface = new_surface(*state, files[f], WIDTH, HEIGHT);
        assert_true(chart_figure_draw(&figure, surface, WIDTH, HEIGHT, NULL));
        assert_written(*state, surface, files[f], words);
    }
    chart_figure_take(&figure, &chart); /* one more panel */
    struct surface *surface = new_surface(*state, files[0], WIDTH, HEIGHT);
    assert_true(chart_figure_draw(&figure, surface, WIDTH, HEIGHT, NULL));
    assert_written(*state, surface, files[0], words);
    chart_figure_free(&figure);
}

/* ---- the map ---- */

enum { KNOWN = 40, ATTRIBUTES = 3 };

static bool is_known(size_t i, size_t a, uint64_t step)
{
    return (i * 5 + a * 3 + step / 10) % 4 == 0;
}

static void make_map(struct fact_map *map)
{
    struct knowledge knowledge = {0};
    struct knowledge_snapshot snapshot;
    *map = (struct fact_map){.sharing = 0};
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, KNOWN, ATTRIBUTES, NULL));
    for (uint64_t step = 0; step <= 20; step += 10) {
        for (size_t i = 0; i < KNOWN; i++)
            for (size_t a = 0; a < ATTRIBUTES; a++)
                knowledge_snapshot_set(&snapshot, i, a, is_known(i, a, step));
        assert_true(knowledge_push(&knowledge, step, &snapshot, NULL));
    }
    assert_true(fact_map_take(map, &knowledge, NULL));
    knowledge_snapshot_free(&snapshot);
    knowledge_free(&knowledge);
}

static void the_map_is_that_of_the_screen(void **state)
{
    static const char *const words[] = {"run: facts at step 20\n", "known\n", "forgotten\n",
                                        "never known\n",           "all 40",  NULL};
    struct little_people people;
    struct fact_map map;
    struct map_figure figure;
    little_people_make(&people, KNOWN, 10, 1);
    make_map(&map);
    for (enum knowledge_order order = 0; order < KNOWLEDGE_ORDERS; order++) {
        assert_true(fact_map_sort(&map, order, NULL));
        assert_true(map_figure_take(&figure, &map, &people.facts, WIDTH, NULL));
        assert_int_equal(figure.individuals, KNOWN);
        for (size_t at = 0; at < KNOWN; at++)
            for (size_t a = 0; a < ATTRIBUTES; a++) {
                size_t i = map.list.shown[at];
                bool known = is_known(i, a, 20);
                bool ever = known || is_known(i, a, 10) || is_known(i, a, 0);
                assert_int_equal(figure.state[at * ATTRIBUTES + a], known  ? FACT_KNOWN
                                                                    : ever ? FACT_FORGOTTEN
                                                                           : FACT_NEVER);
            }
        map_figure_free(&figure);
    }
    assert_true(fact_map_sort(&map, KNOWLEDGE_BY_NUMBER, NULL));
    assert_true(map_figure_take(&figure, &map, &people.facts, WIDTH, NULL));
    snprintf(figure.title, sizeof figure.title, "run: facts at step 20");
    assert_true(figure.across * figure.bands >= KNOWN &&
                figure.across * (figure.bands - 1) < KNOWN);
    for (size_t f = 0; f < 2; f++) {
        struct surface *surface = new_surface(*state, files[f], figure.width, figure.height);
        map_figure_draw(&figure, surface);
        assert_written(*state, surface, files[f], words);
    }
    map_figure_free(&figure);
    fact_map_free(&map);
    little_people_remove(&people);
}

/* ---- heads ---- */

static double share_of(size_t circuit, size_t head, size_t evaluation)
{
    return (double)((circuit * 5 + head * 7 + evaluation * (head + 1)) % 9) / 10;
}

static void heads_are_those_of_the_record(void **state)
{
    static const char *const few[] = {"L1 H1\n",          "L2 H3\n", "sharpness\n",
                                      "attr\u2192name\n", "run\n",   NULL};
    static const char *const many[] = {"layer 1\n", "layer 5\n", NULL};
    static const struct {
        size_t layers, heads;
        const char *const *words;
    } shapes[] = {{2, 3, few}, {5, 4, many}};
    for (size_t s = 0; s < 2; s++) {
        size_t all = shapes[s].layers * shapes[s].heads;
        struct view view = {.status = {.step = EVERY * (POINTS - 1), .phase = {.plateau_end = NAN}},
                            .evaluate_every = EVERY};
        struct heads_table table = {.order = HEADS_BY_LAYER};
        struct heads_figure figure;
        struct error err = {0};
        assert_false(heads_figure_take(&figure, &table, &view, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        for (size_t e = 0; e < POINTS; e++) {
            double share[CIRCUITS * 20];
            for (size_t i = 0; i < CIRCUITS * all; i++)
                share[i] = share_of(i / all, i % all, e);
            const struct circuits_point point = {
                .step = EVERY * e,
                .known = {shapes[s].layers, shapes[s].heads, share},
                .held_out = {shapes[s].layers, shapes[s].heads, share}};
            assert_true(circuit_track_add(&view.curves.circuits, &point, NULL));
        }
        assert_true(heads_figure_take(&figure, &table, &view, &err));
        snprintf(figure.title, sizeof figure.title, "run");
        for (size_t i = 0; i < CIRCUITS * all; i++) {
            assert_int_equal(figure.line[i].count, POINTS);
            for (size_t e = 0; e < POINTS; e++)
                assert_float_equal(figure.line[i].y[e], share_of(i / all, i % all, e), 0);
        }
        for (size_t f = 0; f < 2; f++) {
            struct surface *surface = new_surface(*state, files[f], WIDTH, 2 * HEIGHT);
            assert_true(heads_figure_draw(&figure, surface, WIDTH, 2 * HEIGHT, &err));
            assert_written(*state, surface, files[f], shapes[s].words);
        }
        heads_figure_free(&figure);
        circuit_track_free(&view.curves.circuits);
    }
}

/* ---- answers ---- */

static char prompt[] = "Ada & Abel was born in", kyoto[] = "Kyoto", lima[] = "Lima",
            rome[] = "Rome";

/* Two candidates of a birth place; the truth is the second, or none of them. */
static struct answer make_answer(char *truth)
{
    return (struct answer){.prompt = prompt,
                           .candidate = {{kyoto, 0.5}, {lima, 0.25}},
                           .candidates = 2,
                           .has_individual = true,
                           .status = INDIVIDUAL_KNOWN,
                           .has_attribute = true,
                           .attribute = 0,
                           .has_truth = true,
                           .truth = truth,
                           .truth_probability = 0.125,
                           .entropy = 1.5,
                           .nobody = {2, 2}};
}

static void bars_are_the_likeliest_values_and_the_truth(void **state)
{
    static const char *const words[] = {"run at step 600\n",
                                        "Ada &amp; Abel was born in\n",
                                        "Kyoto\n",
                                        "Rome\n",
                                        "has an idea: entropy 1.50 of 2.00 nats",
                                        "truth\n",
                                        "probability\n",
                                        NULL};
    struct little_people people;
    little_people_make(&people, KNOWN, 10, 1);
    const struct answer answer[] = {make_answer(lima), make_answer(rome)};
    const struct answers none = {.answer = NULL},
                         both = {.answer = answer, .count = 2, .at = {true, 600}};
    struct answer_figure figure;
    struct error err = {0};
    assert_false(answer_figure_take(&figure, &none, &people.facts, WIDTH, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_true(answer_figure_take(&figure, &both, &people.facts, WIDTH, &err));
    assert_int_equal(figure.blocks, 2);
    assert_int_equal(figure.block[0].bars, 2);
    assert_true(figure.block[0].bar[1].is_true && !figure.block[0].bar[0].is_true);
    assert_int_equal(figure.block[1].bars, 3);
    assert_string_equal(figure.block[1].bar[2].value, "Rome");
    assert_float_equal(figure.block[1].bar[2].probability, 0.125, 0);
    assert_true(figure.block[1].bar[2].is_true && !figure.block[1].bar[1].is_true);
    snprintf(figure.title, sizeof figure.title, "run at step 600");
    for (size_t f = 0; f < 2; f++) {
        struct surface *surface = new_surface(*state, files[f], figure.width, figure.height);
        answer_figure_draw(&figure, surface);
        assert_written(*state, surface, files[f], words);
    }
    answer_figure_free(&figure);
    little_people_remove(&people);
}

/* A prompt takes the lines that it needs, and a value one. */
static void long_prompts_and_values_find_room(void **state)
{
    (void)state;
    struct little_people people;
    little_people_make(&people, KNOWN, 10, 1);
    struct answer answer = make_answer(rome);
    const struct answers one = {.answer = &answer, .count = 1};
    struct answer_figure small, large;
    char line[200], value[100];
    memset(line, 'a', sizeof line);
    memset(value, 'b', sizeof value);
    line[sizeof line - 1] = value[sizeof value - 1] = '\0';
    assert_true(answer_figure_take(&small, &one, &people.facts, WIDTH, NULL));
    answer.prompt = line;
    answer.candidate[0].text = value;
    assert_true(answer_figure_take(&large, &one, &people.facts, WIDTH, NULL));
    assert_int_equal(small.block[0].lines, 1);
    assert_int_equal(large.block[0].lines, 3);
    assert_true(large.height > small.height);
    assert_true(strlen(large.block[0].bar[0].value) < sizeof value / 2);
    assert_non_null(strstr(large.block[0].bar[0].value, "…"));
    answer_figure_free(&small);
    answer_figure_free(&large);
    little_people_remove(&people);
}

#endif

/* ---- without memory ---- */

static void without_memory_nothing_is_left(void **state)
{
    (void)state;
    struct chart chart = make_chart(0, 490);
    chart_add_curve(
        &chart, (struct chart_curve){.series = {NULL, POINTS, level_at, NULL}, .name = "another"});
    size_t n = 1;
    for (bool done = false; !done; n++) {
        struct chart_figure figure = {0};
        memory_fail_request(n);
        chart_figure_take(&figure, &chart);
        memory_fail_request(0);
        done = !figure.failed;
        chart_figure_free(&figure);
    }
    assert_true(n > 4);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
#define IN_TEMPORARY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_is_taken_point_for_point),
        cmocka_unit_test(every_chart_has_its_panel),
        cmocka_unit_test(without_memory_nothing_is_left),
#ifdef HAVE_CAIRO
        IN_TEMPORARY(what_lies_between_seeds_is_a_band),
        IN_TEMPORARY(a_chart_is_drawn),
        IN_TEMPORARY(the_map_is_that_of_the_screen),
        IN_TEMPORARY(heads_are_those_of_the_record),
        IN_TEMPORARY(bars_are_the_likeliest_values_and_the_truth),
        cmocka_unit_test(long_prompts_and_values_find_room),
#endif
    };
    return cmocka_run_group_tests_name("page figures", tests, NULL, NULL);
}
