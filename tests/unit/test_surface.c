/* Files that are drawn, and how a plot puts its labels. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/utf8.h"
#include "plot/heatmap.h"
#include "plot/plot.h"
#include "plot/surface.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/xml.h"
#include "tests/float_equal.h"

static void labels_apart_stay_where_they_are(void **state)
{
    (void)state;
    double centre[] = {10, 30, 80};
    const double width[] = {10, 10, 20};
    assert_true(plot_space_labels(centre, width, 3, 0, 100, 2));
    assert_float_equal(centre[0], 10, 0);
    assert_float_equal(centre[1], 30, 0);
    assert_float_equal(centre[2], 80, 0);
}

static void labels_that_do_not_fit_are_left_alone(void **state)
{
    (void)state;
    double centre[] = {10, 30};
    const double width[] = {50, 50};
    assert_false(plot_space_labels(centre, width, 2, 0, 101, 2));
    assert_float_equal(centre[0], 10, 0);
    assert_true(plot_space_labels(centre, width, 2, 0, 102, 2));
    assert_float_equal(centre[0], 25, 1e-12);
    assert_float_equal(centre[1], 77, 1e-12);
}

static void labels_never_touch_nor_leave(void **state)
{
    (void)state;
    enum { LABELS = 5 };
    const double gap = 3, low = 10, high = 250;
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    for (int time = 0; time < 1000; time++) {
        double centre[LABELS], width[LABELS], from = low;
        for (size_t i = 0; i < LABELS; i++) {
            from += (high - from) * random_uniform(&random);
            centre[i] = from;
            width[i] = 1 + 40 * random_uniform(&random);
        }
        if (!plot_space_labels(centre, width, LABELS, low, high, gap))
            continue;
        assert_true(centre[0] - width[0] / 2 >= low - 1e-9);
        assert_true(centre[LABELS - 1] + width[LABELS - 1] / 2 <= high + 1e-9);
        for (size_t i = 1; i < LABELS; i++)
            assert_true(centre[i] - width[i] / 2 - centre[i - 1] - width[i - 1] / 2 >= gap - 1e-9);
    }
}

static bool lighter(struct color a, struct color b)
{
    return color_lightness(a) > color_lightness(b) + 0.01;
}

static void shades_and_ordered_curves_get_lighter(void **state)
{
    (void)state;
    for (int i = 1; i <= 9; i++)
        assert_true(lighter(color_shade(i / 9.0), color_shade((i - 1) / 9.0)));
    for (size_t count = 2; count < 7; count++)
        for (size_t i = 1; i < count; i++)
            assert_true(lighter(line_style_ordered(i, count).color,
                                line_style_ordered(i - 1, count).color));
    assert_true(lighter(color_shade(2), color_shade(-1)));
    assert_float_equal(color_lightness(color_white), 1, 1e-9);
}

static void neighbouring_curves_differ_in_colour_and_dash(void **state)
{
    (void)state;
    for (size_t i = 1; i < 12; i++) {
        struct line_style a = line_style_distinct(i - 1), b = line_style_distinct(i);
        assert_memory_not_equal(&a.color, &b.color, sizeof a.color);
        assert_int_not_equal(a.dash, b.dash);
    }
}

#ifdef HAVE_CAIRO

static double x[] = {0, 1000, 2000}, y[] = {9, 4.5, 0.3};
static const struct series line = {x, y, 3};

/* A plot with one of everything. */
static struct surface *draw_page(const char *path)
{
    static const double deviation[] = {0.5, 0.5, 0.1};
    static const struct plot_level level = {
        "baseline 4.50", {{0.4, 0.4, 0.4, 1}, DASH_SHORT, 1}, 4.5, NULL};
    static const struct plot_span span[] = {{"early", {0.9, 0.9, 1, 1}, 0, 900},
                                            {"late", {0.9, 1, 0.9, 1}, 900, 2000}};
    static const struct plot_marker marker = {900, 800, 1100, {"leaves at 900", "(or so)"}};
    static const struct plot_point point = {
        "a <point> & more", MARK_RING, {0, 0, 0, 1}, 1000, 4.5, 4, 5};
    const struct plot_curve curve = {"a curve", line_style_distinct(0), &line, deviation};
    const struct plot_panel panel = {.label = "loss (nats)",
                                     .y = {0.1, 10, AXIS_LOGARITHMIC},
                                     .share = 1,
                                     .curve = &curve,
                                     .curves = 1,
                                     .level = &level,
                                     .levels = 1,
                                     .point = &point,
                                     .points = 1,
                                     .note = {"y = N^{0.81}"},
                                     .has_marker_text = true};
    const struct plot plot = {.title = "A title",
                              .label = "step",
                              .remark = "(of 3 runs)",
                              .x = {0, 2000, AXIS_LINEAR},
                              .panel = &panel,
                              .panels = 1,
                              .span = span,
                              .spans = 2,
                              .marker = &marker};
    struct error err = {0};
    struct surface *surface = surface_new(path, 360, 252, &err);
    if (!surface || !plot_draw(&plot, surface, 360, 252, &err))
        fail_msg("%s", err.message);
    return surface;
}

static char *draw_file(const void *directory, const char *name, size_t *size)
{
    char path[TEMPORARY_PATH];
    struct error err = {0};
    temporary_path(path, directory, name);
    struct surface *surface = draw_page(path);
    if (!surface_write(surface, &err))
        fail_msg("%s", err.message);
    surface_free(surface);
    char *bytes = file_read(path, size, &err);
    assert_non_null(bytes);
    return bytes;
}

static void an_svg_holds_all_of_its_words(void **state)
{
    static const char *const words[] = {
        "A title\n",     "a curve\n",    "baseline 4.50\n", "a &lt;point&gt; &amp; more\n",
        "(of 3 runs)\n", "early\n",      "late\n",          "leaves at 900\n",
        "(or so)\n",     "y = N^0.81\n", "\n0.1\n",         "\n10\n",
        "loss (nats)\n", "\n1,000\n",    "step\n",
    };
    size_t size;
    char *svg = draw_file(*state, "a.svg", &size);
    const char *description = strstr(svg, "<desc>\n"), *end = strstr(svg, "</desc>");
    assert_int_equal(strncmp(svg, "<?xml", 5), 0);
    assert_non_null(strstr(svg, "width=\"360pt\" height=\"252pt\""));
    assert_true(description && end && description < end);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *found = strstr(description, words[i]);
        if (!found || found > end)
            fail_msg("%s is not in %.*s", words[i], (int)(end - description), description);
    }
    assert_string_equal(svg + size - strlen("</svg>\n"), "</svg>\n");
    memory_free(svg);
}

/* The SVG of a surface, which is given back. */
static char *svg_of(struct surface *surface, const char *path, size_t *size)
{
    struct error err = {0};
    if (!surface_write(surface, &err))
        fail_msg("%s", err.message);
    surface_free(surface);
    char *svg = file_read(path, size, &err);
    assert_non_null(svg);
    return svg;
}

static void what_is_no_xml_is_told_from_what_is(void **state)
{
    (void)state;
    static const char *const good[] = {
        "<a/>", "<?xml version=\"1.0\"?>\n<a b='c'><d>x &amp; y</d><!-- < --></a>\n",
        "<a><![CDATA[<b>&]]></a>"};
    static const char *const bad[] = {"",
                                      "a",
                                      "<a>",
                                      "<a></b>",
                                      "<a/><b/>",
                                      "<a b=c/>",
                                      "<a>&</a>",
                                      "<a>x & y</a>",
                                      "<a b='<'/>",
                                      "</a>",
                                      "<a><b></a></b>",
                                      "x<a/>",
                                      "<a>&lt</a>"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(xml_is_well_formed(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(xml_is_well_formed(bad[i]));
}

static void whatever_is_written_the_svg_is_valid(void **state)
{
    static const char *const hard[] = {"]]>",          "a\033[31mb\a", "\x7f\b\f",      "caf\xe9",
                                       "\xc2\x9b[31m", "<b>&amp;</b>", "--> <![CDATA[", "^{]]>}"};
    char path[TEMPORARY_PATH];
    size_t size;
    struct surface *surface = surface_new(temporary_path(path, *state, "a.svg"), 360, 252, NULL);
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
        surface_text(surface, &plot_title_font, ALIGN_MIDDLE, (struct place){180, 20}, hard[i]);
    char *svg = svg_of(surface, path, &size);
    assert_int_equal(strlen(svg), size);
    assert_null(strstr(svg, "]]>"));
    for (const char *at = svg; *at != '\0'; at += utf8_length(at)) {
        assert_true(utf8_length(at) > 0);
        assert_true((unsigned char)*at >= ' ' || *at == '\n');
    }
    assert_true(xml_is_well_formed(svg));
    assert_non_null(strstr(svg, "a\\x1b[31mb\\x07\n"));
    assert_non_null(strstr(svg, "caf\\xe9\n"));
    memory_free(svg);
}

static void a_long_title_is_cut_nowhere(void **state)
{
    enum { LETTERS = 600 };
    char path[TEMPORARY_PATH], title[3 + 2 * LETTERS + 2];
    size_t size;
    for (size_t shift = 0; shift < 3; shift++) {
        memset(title, 'x', shift);
        for (size_t i = 0; i < LETTERS; i++)
            memcpy(title + shift + 2 * i, "\xc3\xa9", 2);
        strcpy(title + shift + 2 * LETTERS, "\n");
        title[shift + 2 * LETTERS] = '\0';
        struct surface *surface =
            surface_new(temporary_path(path, *state, "a.svg"), 360, 252, NULL);
        surface_text(surface, &plot_title_font, ALIGN_LEFT, (struct place){0, 20}, title);
        char *svg = svg_of(surface, path, &size);
        assert_non_null(strstr(svg, title));
        memory_free(svg);
    }
}

/* Whether every letter of an SVG is drawn at a place on the surface. */
static void assert_letters_within(const char *svg, double width, double height)
{
    size_t letters = 0;
    for (const char *at = svg; (at = strstr(at, "<use ")); at++, letters++) {
        double across, down;
        const char *place = strstr(at, " x=\"");
        assert_non_null(place);
        assert_int_equal(sscanf(place, " x=\"%lf\" y=\"%lf\"", &across, &down), 2);
        if (across < 0 || across > width || down < 0 || down > height)
            fail_msg("a letter at %g, %g", across, down);
    }
    assert_true(letters > 0);
}

/* However many curves there are, and however long their names. */
static void a_legend_stays_within_the_figure(void **state)
{
    enum { CURVES = 60, NAME = 400 };
    static const size_t lengths[] = {5, 60, 399};
    static const size_t counts[] = {1, 3, CURVES};
    static char name[CURVES][NAME];
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
        for (size_t blanks = 0; blanks < 2; blanks++)
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
                char path[TEMPORARY_PATH];
                size_t size;
                struct error err = {0};
                struct plot_curve curve[CURVES];
                for (size_t i = 0; i < counts[c]; i++) {
                    snprintf(name[i], NAME, "n%zu", i);
                    for (size_t at = strlen(name[i]); at < lengths[l]; at++)
                        name[i][at] = blanks && at % 9 == 0 ? ' ' : 'w';
                    name[i][lengths[l]] = '\0';
                    curve[i] = (struct plot_curve){
                        .name = name[i], .style = line_style_distinct(i), .line = &line};
                }
                const struct plot_panel panel = {.label = "loss (nats)",
                                                 .y = {0.1, 10, AXIS_LOGARITHMIC},
                                                 .share = 1,
                                                 .curve = curve,
                                                 .curves = counts[c]};
                const struct plot plot = {
                    .label = "step", .x = {0, 2000, AXIS_LINEAR}, .panel = &panel, .panels = 1};
                struct surface *surface =
                    surface_new(temporary_path(path, *state, "a.svg"), 360, 252, &err);
                assert_true(plot_draw(&plot, surface, 360, 252, &err));
                char *svg = svg_of(surface, path, &size);
                assert_letters_within(svg, 360, 252);
                assert_true(counts[c] < CURVES || strstr(svg, " more\n"));
                memory_free(svg);
            }
}

static uint32_t big_endian(const char *bytes)
{
    const unsigned char *byte = (const unsigned char *)bytes;
    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

static void a_png_has_300_dots_an_inch(void **state)
{
    size_t size;
    char *png = draw_file(*state, "a.png", &size);
    assert_memory_equal(png, "\x89PNG\r\n\x1a\n", 8);
    assert_memory_equal(png + 12, "IHDR", 4);
    assert_int_equal(big_endian(png + 16), 360 * 300 / 72);
    assert_int_equal(big_endian(png + 20), 252 * 300 / 72);
    memory_free(png);
}

static void the_same_drawing_gives_the_same_bytes(void **state)
{
    static const char *const names[] = {"a.svg", "a.png"};
    for (size_t i = 0; i < 2; i++) {
        size_t first_size, second_size;
        char *first = draw_file(*state, names[i], &first_size);
        char *second = draw_file(*state, names[i], &second_size);
        assert_int_equal(first_size, second_size);
        assert_memory_equal(first, second, first_size);
        memory_free(first);
        memory_free(second);
    }
    assert_int_equal(temporary_count(*state), 2);
}

static void a_file_that_cannot_be_written_is_said_and_leaves_the_old(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err = {0};
    temporary_path(path, *state, "a.svg");
    assert_true(file_replace(path, "old", 3, &err));
    for (size_t n = 1; n <= 3; n++) { /* write, fsync, rename */
        struct surface *surface = draw_page(path);
        temporary_fail_call(n);
        assert_false(surface_write(surface, &err));
        temporary_fail_call(0);
        surface_free(surface);
        assert_int_equal(err.kind, ERROR_SYSTEM);
        assert_non_null(strstr(err.message, "a.svg"));
        char *old = file_read(path, NULL, &err);
        assert_string_equal(old, "old");
        memory_free(old);
    }
    assert_int_equal(temporary_count(*state), 1);
}

static void write_value(char text[AXIS_TEXT], double value)
{
    snprintf(text, AXIS_TEXT, "%.0f", value);
}

static void every_size_can_be_drawn(void **state)
{
    char path[TEMPORARY_PATH];
    static const double value[] = {1, 2, 3, 4};
    static const char *const text[] = {"short", "a very long name of a setting"};
    temporary_path(path, *state, "a.png");
    for (double width = 20; width < 1000; width *= 2.3)
        for (double height = 20; height < 1000; height *= 2.3) {
            const struct plot_curve curve = {"a curve with a long name", line_style_distinct(0),
                                             &line, NULL};
            struct plot_panel panel[3];
            for (size_t i = 0; i < 3; i++)
                panel[i] = (struct plot_panel){.label = "a long label (nats)",
                                               .y = {0, 10, AXIS_LINEAR},
                                               .share = 1 / 3.0,
                                               .curve = &curve,
                                               .curves = 1};
            const struct plot plot = {
                .label = "x", .x = {1, 2000, AXIS_LOGARITHMIC}, .panel = panel, .panels = 3};
            const struct heatmap map = {.x_label = "x",
                                        .y_label = "y",
                                        .value_label = "value",
                                        .column = text,
                                        .columns = 2,
                                        .row = text,
                                        .rows = 2,
                                        .value = value,
                                        .write = write_value};
            struct error err = {0};
            struct surface *surface = surface_new(path, width, height, &err);
            assert_non_null(surface);
            assert_true(plot_draw(&plot, surface, width, height, &err));
            heatmap_draw(&map, surface, width, height);
            assert_true(surface_write(surface, &err));
            surface_free(surface);
        }
}

static void other_endings_are_refused(void **state)
{
    static const char *const good[] = {"a.svg", "./b.png", "a.svg.png"};
    static const char *const bad[] = {"a.pdf", "a", ".svg", "svg", "a.svg.gz", "", "a.SVG"};
    struct error err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(surface_check_path(good[i], &err));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(surface_check_path(bad[i], &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_non_null(strstr(err.message, ".svg"));
    }
}

#else

static void without_cairo_nothing_is_promised(void **state)
{
    struct error err = {0};
    (void)state;
    assert_false(surface_check_path("a.svg", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "without cairo"));
    assert_null(surface_new("a.svg", 100, 100, &err));
}

#endif

int main(void)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_apart_stay_where_they_are),
        cmocka_unit_test(labels_that_do_not_fit_are_left_alone),
        cmocka_unit_test(labels_never_touch_nor_leave),
        cmocka_unit_test(shades_and_ordered_curves_get_lighter),
        cmocka_unit_test(neighbouring_curves_differ_in_colour_and_dash),
#ifdef HAVE_CAIRO
        cmocka_unit_test(what_is_no_xml_is_told_from_what_is),
        IN_DIRECTORY(an_svg_holds_all_of_its_words),
        IN_DIRECTORY(whatever_is_written_the_svg_is_valid),
        IN_DIRECTORY(a_long_title_is_cut_nowhere),
        IN_DIRECTORY(a_legend_stays_within_the_figure),
        IN_DIRECTORY(a_png_has_300_dots_an_inch),
        IN_DIRECTORY(the_same_drawing_gives_the_same_bytes),
        IN_DIRECTORY(a_file_that_cannot_be_written_is_said_and_leaves_the_old),
        IN_DIRECTORY(every_size_can_be_drawn),
        cmocka_unit_test(other_endings_are_refused),
#else
        cmocka_unit_test(without_cairo_nothing_is_promised),
#endif
    };
    return cmocka_run_group_tests_name("sheet", tests, NULL, NULL);
}
