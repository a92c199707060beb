/* An axis: which numbers it spans, where each lies, and which are written beside it. Pure functions
 * of ranges; nothing is drawn here. */
#ifndef MNEME_PLOT_AXIS_H
#define MNEME_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum axis_scale { AXIS_LINEAR, AXIS_LOGARITHMIC };

struct axis {
    double low, high; /* low < high; above 0 where logarithmic */
    enum axis_scale scale;
};

/* From low to high, both of them points of a curve, exactly. Where the range is empty, or a
 * logarithm would not exist, it is widened until it is an axis; what is beyond ticks_keep_range is
 * beyond it. */
struct axis axis_exact(double low, double high, enum axis_scale scale);

/* The same with ends at round numbers: a curve of losses or shares. A linear axis of numbers that
 * are not negative begins at 0. */
struct axis axis_round(double low, double high, enum axis_scale scale);

/* Where a value lies: 0 at low, 1 at high, outside beyond them. On a logarithmic axis, what has no
 * logarithm lies far below 0. */
double axis_share(const struct axis *axis, double value);

enum { AXIS_TEXT = 40, AXIS_TICKS = 96 };

struct tick {
    double value;
    char text[AXIS_TEXT]; /* "1,000", "0.05", "10^{-7}"; empty for a small tick */
};

/* Ticks within the axis, ascending, at most `most` (at least 2) of them with text. */
size_t axis_ticks(const struct axis *axis, size_t most, struct tick tick[AXIS_TICKS]);

#endif
