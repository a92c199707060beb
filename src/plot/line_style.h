/* Colours and dashes. Those of neighbouring curves can be told apart by people who see no red or no
 * green, and on a plot printed in grey: by lightness, and by dashes. */
#ifndef MNEME_PLOT_LINE_STYLE_H
#define MNEME_PLOT_LINE_STYLE_H

#include <stddef.h>

struct color {
    double red, green, blue; /* 0 .. 1 */
    double opacity;          /* 1: nothing shows through */
};

enum dash { DASH_NONE, DASH_LONG, DASH_DOTS, DASH_MIXED, DASH_SHORT, DASHES };

/* How a line looks. */
struct line_style {
    struct color color;
    enum dash dash;
    double width; /* points */
};

extern const struct color color_black, color_grey, color_pale, color_white;

/* The same colour, but for its opacity. */
struct color color_faded(struct color color, double opacity);

/* A curve of its own kind: the index-th of any number (colours of Okabe and Ito 2008). */
struct line_style line_style_distinct(size_t index);

/* One of `count` curves that have an order, dark to light. */
struct line_style line_style_ordered(size_t index, size_t count);

/* From dark (0) to light (1) through even steps of lightness (viridis, Smith and van der Walt
 * 2015). */
struct color color_shade(double share);

/* How light a colour is to the eye, 0 .. 1: the relative luminance of sRGB. */
double color_lightness(struct color color);

#endif
