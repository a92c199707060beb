/* What the themes promise: colours that can be told apart, also by whoever sees no red or no green,
 * and that stand out from the background they are for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "ui/tui/theme.h"

enum { CHANNELS = 3, BLACK = 0x000000, WHITE = 0xFFFFFF };

/* Of how much there is of red, green and blue light, what an eye takes in; of all, without the
 * cones for red and without those for green: Machado, Oliveira and Fernandes, "A
 * Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1. */
enum eye { EYE_OF_MOST, EYE_WITHOUT_RED, EYE_WITHOUT_GREEN, EYES };
static const double eyes[EYES][CHANNELS][CHANNELS] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868},
     {0.114503, 0.786281, 0.099216},
     {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968},
     {0.280085, 0.672501, 0.047413},
     {-0.011820, 0.042940, 0.968881}},
};

/* What xterm's number stands for, by its manual: a cube, and greys. */
static int rgb_of_number(int number)
{
    static const int level[] = {0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF};
    if (number >= 232)
        return (8 + 10 * (number - 232)) * 0x010101;
    int at = number - 16;
    return level[at / 36] << 16 | level[at / 6 % 6] << 8 | level[at % 6];
}

static int rgb_shown(int colour, enum colour_depth depth)
{
    return depth == COLOURS_256 ? rgb_of_number(colour) : colour;
}

static void light_of(int rgb, double light[CHANNELS])
{
    for (int c = 0; c < CHANNELS; c++) {
        double value = (rgb >> 8 * (CHANNELS - 1 - c) & 0xFF) / 255.0;
        light[c] = value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
    }
}

/* As the Web Content Accessibility Guidelines define it: from 1 to 21. */
static double contrast(int a, int b)
{
    double light[CHANNELS], bright[2];
    const int both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        light_of(both[i], light);
        bright[i] = 0.05 + 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
    }
    return bright[0] > bright[1] ? bright[0] / bright[1] : bright[1] / bright[0];
}

static double lab_part(double t)
{
    return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116;
}

static void lab_of(int rgb, enum eye eye, double lab[CHANNELS])
{
    double light[CHANNELS], seen[CHANNELS];
    light_of(rgb, light);
    for (int c = 0; c < CHANNELS; c++) {
        seen[c] = 0;
        for (int k = 0; k < CHANNELS; k++)
            seen[c] += eyes[eye][c][k] * light[k];
        seen[c] = fmin(1, fmax(0, seen[c]));
    }
    double x = lab_part((0.4124 * seen[0] + 0.3576 * seen[1] + 0.1805 * seen[2]) / 0.9505);
    double y = lab_part(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2]);
    double z = lab_part((0.0193 * seen[0] + 0.1192 * seen[1] + 0.9505 * seen[2]) / 1.089);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

/* How far two colours are apart (CIE 1976); one just sees 2. */
static double apart(int a, int b, enum eye eye)
{
    double of_a[CHANNELS], of_b[CHANNELS], sum = 0;
    lab_of(a, eye, of_a);
    lab_of(b, eye, of_b);
    for (int c = 0; c < CHANNELS; c++)
        sum += (of_a[c] - of_b[c]) * (of_a[c] - of_b[c]);
    return sqrt(sum);
}

static bool is_same(struct look a, struct look b)
{
    return a.colour == b.colour && a.ground == b.ground && a.attributes == b.attributes;
}

static void the_nearest_of_xterms_colours_is_found(void **state)
{
    (void)state;
    assert_int_equal(theme_nearest(0x5F87D7), 68); /* 16 + 36 + 2 * 6 + 4 */
    assert_int_equal(theme_nearest(0x6088D6), 68);
    assert_int_equal(theme_nearest(WHITE), 231);
    assert_int_equal(theme_nearest(BLACK), 16);
    assert_int_equal(theme_nearest(0x080808), 232);
    assert_int_equal(theme_nearest(0xEDEFEE), 255);
}

static void without_colours_there_are_attributes_alone(void **state)
{
    (void)state;
    for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
        for (enum style style = 0; style < STYLES; style++) {
            struct look look = theme_look(theme, style, COLOURS_NONE);
            assert_int_equal(look.colour, -1);
            assert_int_equal(look.ground, -1);
        }
    struct look right = theme_look(THEME_TERMINAL, STYLE_RIGHT, COLOURS_NONE);
    struct look wrong = theme_look(THEME_TERMINAL, STYLE_WRONG, COLOURS_NONE);
    assert_int_not_equal(right.attributes, wrong.attributes);
    assert_int_equal(theme_look(THEME_LIGHT, STYLE_SELECTED, COLOURS_NONE).attributes, A_REVERSE);
}

static void eight_colours_are_those_of_the_palette(void **state)
{
    (void)state;
    for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
        for (enum style style = 0; style < STYLES; style++) {
            struct look look = theme_look(theme, style, COLOURS_8);
            assert_true(look.colour >= -1 && look.colour < 8);
            assert_true(look.ground >= -1 && look.ground < 8);
            if (look.ground >= 0)
                assert_int_not_equal(look.colour, look.ground);
        }
}

static void the_terminals_theme_has_its_colours_at_any_depth(void **state)
{
    (void)state;
    for (enum style style = 0; style < STYLE_SERIES; style++)
        assert_true(is_same(theme_look(THEME_TERMINAL, style, COLOURS_8),
                            theme_look(THEME_TERMINAL, style, COLOURS_TRUE)));
    assert_int_equal(theme_look(THEME_TERMINAL, STYLE_PLAIN, COLOURS_256).colour, -1);
    assert_int_equal(theme_look(THEME_TERMINAL, STYLE_PLATEAU, COLOURS_256).colour, COLOR_YELLOW);
}

/* Whether every two of these differ in look. */
static void assert_all_differ(const enum style *style, size_t count)
{
    for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
        for (enum colour_depth depth = COLOURS_8; depth < COLOUR_DEPTHS; depth++)
            for (size_t a = 0; a < count; a++)
                for (size_t b = 0; b < a; b++)
                    if (is_same(theme_look(theme, style[a], depth),
                                theme_look(theme, style[b], depth)))
                        fail_msg("theme %d, depth %d: styles %d and %d look the same", (int)theme,
                                 (int)depth, (int)style[a], (int)style[b]);
}

static void what_is_drawn_together_differs(void **state)
{
    (void)state;
    static const enum style phases[] = {STYLE_STATISTICS, STYLE_PLATEAU, STYLE_KNOWLEDGE,
                                        STYLE_NEW,        STYLE_TUNED,   STYLE_BASELINE};
    static const enum style circuits[] = {STYLE_WITHIN_NAME, STYLE_TO_NAME, STYLE_TO_TEXT,
                                          STYLE_TO_NAMES, STYLE_SHARPNESS};
    static const enum style answers[] = {STYLE_RIGHT, STYLE_WRONG, STYLE_PLAIN};
    static const enum style states[] = {STYLE_RUNNING, STYLE_PAUSED, STYLE_ERROR};
    static const enum style kinds[] = {STYLE_KNOWN, STYLE_NEW, STYLE_TUNED};
    enum style series[SERIES_STYLES + 2] = {STYLE_KNOWN, STYLE_NEW};
    for (size_t i = 0; i < SERIES_STYLES; i++)
        series[2 + i] = style_of_series(i);
    assert_all_differ(phases, sizeof phases / sizeof *phases);
    assert_all_differ(circuits, sizeof circuits / sizeof *circuits);
    assert_all_differ(answers, sizeof answers / sizeof *answers);
    assert_all_differ(kinds, sizeof kinds / sizeof *kinds);
    assert_all_differ(series, SERIES_STYLES + 2);
    assert_int_equal(style_of_series(SERIES_STYLES), style_of_series(0));
    for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
        assert_false(is_same(theme_look(theme, states[0], COLOURS_8),
                             theme_look(theme, states[1], COLOURS_8)));
}

/* In the hue that the style has, not plain. */
static void a_shade_is_fainter_than_its_style(void **state)
{
    (void)state;
    for (enum theme_kind theme = 0; theme < THEME_KINDS; theme++)
        for (enum colour_depth depth = COLOURS_NONE; depth < COLOUR_DEPTHS; depth++)
            for (enum style style = STYLE_KNOWN; style <= STYLE_SHARPNESS; style++) {
                struct look full = theme_look(theme, style, depth),
                            shade = theme_look(theme, style_shade(style), depth);
                bool is_dim = shade.attributes & A_DIM;
                assert_int_equal(shade.attributes & A_BOLD, 0);
                assert_true(is_dim != (shade.colour != full.colour));
            }
    assert_int_equal(theme_look(THEME_LIGHT, style_shade(STYLE_NEW), COLOURS_TRUE).colour,
                     0xCC96CC);
    assert_int_equal(theme_look(THEME_HIGH_CONTRAST, style_shade(STYLE_NEW), COLOURS_TRUE).colour,
                     0x7F437F);
    assert_int_equal(theme_look(THEME_TERMINAL, style_shade(STYLE_NEW), COLOURS_TRUE).colour,
                     COLOR_MAGENTA);
}

static void the_series_are_seen_on_black_and_on_white(void **state)
{
    (void)state;
    for (enum colour_depth depth = COLOURS_256; depth <= COLOURS_TRUE; depth++)
        for (size_t i = 0; i < SERIES_STYLES; i++) {
            int rgb =
                rgb_shown(theme_look(THEME_TERMINAL, style_of_series(i), depth).colour, depth);
            assert_true(contrast(rgb, BLACK) > 2.7);
            assert_true(contrast(rgb, WHITE) > 2.7);
        }
}

/* The least contrast of a theme's colours with a background. */
static double least_contrast(enum theme_kind theme, enum colour_depth depth, int ground)
{
    double least = 21;
    for (enum style style = 0; style < STYLES; style++) {
        int colour = theme_look(theme, style, depth).colour;
        if (colour >= 0)
            least = fmin(least, contrast(rgb_shown(colour, depth), ground));
    }
    return least;
}

static void the_light_theme_can_be_read_on_white(void **state)
{
    (void)state;
    assert_true(least_contrast(THEME_LIGHT, COLOURS_256, WHITE) >= 4.5);
    assert_true(least_contrast(THEME_LIGHT, COLOURS_TRUE, WHITE) >= 4.5);
}

static void high_contrast_is_high(void **state)
{
    (void)state;
    for (enum colour_depth depth = COLOURS_256; depth <= COLOURS_TRUE; depth++) {
        assert_true(least_contrast(THEME_HIGH_CONTRAST, depth, BLACK) >= 7);
        for (enum style style = 0; style < STYLES; style++) {
            struct look look = theme_look(THEME_HIGH_CONTRAST, style, depth);
            assert_true(look.colour >= 0);
            assert_int_equal(rgb_shown(look.ground, depth), BLACK);
            assert_int_equal(look.attributes & A_DIM, 0);
        }
    }
}

static void assert_apart(enum style a, enum style b, double least)
{
    for (enum colour_depth depth = COLOURS_256; depth <= COLOURS_TRUE; depth++)
        for (enum eye eye = 0; eye < EYES; eye++) {
            int of_a = rgb_shown(theme_look(THEME_COLOUR_BLIND, a, depth).colour, depth);
            int of_b = rgb_shown(theme_look(THEME_COLOUR_BLIND, b, depth).colour, depth);
            double found = apart(of_a, of_b, eye);
            if (found < least)
                fail_msg("styles %d and %d are %.1f apart for eye %d", (int)a, (int)b, found,
                         (int)eye);
        }
}

static void the_colour_blind_tell_colours_apart(void **state)
{
    (void)state;
    assert_apart(STYLE_RIGHT, STYLE_WRONG, 40);
    assert_apart(STYLE_RUNNING, STYLE_PAUSED, 40);
    assert_apart(STYLE_STATISTICS, STYLE_PLATEAU, 40);
    assert_apart(STYLE_PLATEAU, STYLE_KNOWLEDGE, 40);
    assert_apart(STYLE_STATISTICS, STYLE_KNOWLEDGE, 20);
    assert_apart(STYLE_WITHIN_NAME, STYLE_TO_NAME, 12);
    assert_apart(STYLE_WITHIN_NAME, STYLE_TO_TEXT, 12);
    assert_apart(STYLE_TO_NAME, STYLE_TO_TEXT, 12);
    assert_apart(STYLE_TO_NAMES, STYLE_WITHIN_NAME, 12);
    assert_apart(STYLE_TO_NAMES, STYLE_TO_NAME, 12);
    assert_apart(STYLE_TO_NAMES, STYLE_TO_TEXT, 12);
    for (size_t a = 0; a < SERIES_STYLES; a++)
        for (size_t b = 0; b < a; b++)
            assert_apart(style_of_series(a), style_of_series(b), 12);
}

static void the_colour_blind_never_get_red_against_green(void **state)
{
    (void)state;
    static const enum style styles[] = {
        STYLE_RIGHT, STYLE_WRONG, STYLE_RUNNING,    STYLE_PAUSED,  STYLE_ERROR,
        STYLE_NEW,   STYLE_TUNED, STYLE_STATISTICS, STYLE_PLATEAU, STYLE_KNOWLEDGE};
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        int colour = theme_look(THEME_COLOUR_BLIND, styles[i], COLOURS_8).colour;
        assert_true(colour != COLOR_RED && colour != COLOR_GREEN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_of_xterms_colours_is_found),
        cmocka_unit_test(without_colours_there_are_attributes_alone),
        cmocka_unit_test(eight_colours_are_those_of_the_palette),
        cmocka_unit_test(the_terminals_theme_has_its_colours_at_any_depth),
        cmocka_unit_test(what_is_drawn_together_differs),
        cmocka_unit_test(a_shade_is_fainter_than_its_style),
        cmocka_unit_test(the_series_are_seen_on_black_and_on_white),
        cmocka_unit_test(the_light_theme_can_be_read_on_white),
        cmocka_unit_test(high_contrast_is_high),
        cmocka_unit_test(the_colour_blind_tell_colours_apart),
        cmocka_unit_test(the_colour_blind_never_get_red_against_green),
    };
    return cmocka_run_group_tests_name("theme", tests, NULL, NULL);
}
