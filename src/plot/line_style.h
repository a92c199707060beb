/* Colours and dashes. Those of neighbouring curves can be told apart by people who see no red or no
 * green, and on a page printed in grey: by lightness, and by dashes. */
#ifndef MNEME_PLOT_LINE_STYLE_H
#define MNEME_PLOT_LINE_STYLE_H

#include <stddef.h>

struct color {
    double red, green, blue; /* 0 .. 1 */
    double opacity;          /* 1: nothing shows through */
};

enum dash { DASH_NONE, DASH_LONG, DASH_DOTS, DASH_MIXED, DASH_SHORT, DASHES };

/* How a line looks. */
struct look {
    struct color color;
    enum dash dash;
    double width; /* points */
};

extern const struct color look_black, look_grey, look_pale, look_white;

/* The same colour, but for its opacity. */
struct color look_faded(struct color color, double opacity);

/* A curve of its own kind: the index-th of any number (colours of Okabe and Ito 2008). */
struct look look_distinct(size_t index);

/* One of `count` curves that have an order, dark to light. */
struct look look_ordered(size_t index, size_t count);

/* From dark (0) to light (1) through even steps of lightness (viridis, Smith and van der Walt
 * 2015). */
struct color look_shade(double share);

/* How light a colour is to the eye, 0 .. 1: the relative luminance of sRGB. */
double look_lightness(struct color color);

#endif
