/* The values that are drawn on a chart: of each of its curves and baselines those from its least to
 * its largest, and nothing between one and the next. */
#ifndef MNEME_TUI_CHART_REACH_H
#define MNEME_TUI_CHART_REACH_H

#include <stdbool.h>
#include <stddef.h>

enum { CHART_REACH_PARTS = 40 };

struct chart_reach {
    struct chart_reach_part {
        double low, high;
    } part[CHART_REACH_PARTS]; /* [parts] */
    size_t parts;
};

/* Adds those of a curve; what there is no room for is left out. */
void chart_reach_add(struct chart_reach *reach, double low, double high);

/* Whether any lie between two values, or at them. */
bool chart_reach_meets(const struct chart_reach *reach, double low, double high);

/* The nearest ones that are drawn on both sides of two values between which none are: -INFINITY
 * and INFINITY where there are none on that side. */
void chart_reach_around(const struct chart_reach *reach, double low, double high, double *below,
                        double *above);

/* The least and the largest of all; false where nothing is drawn. */
bool chart_reach_ends(const struct chart_reach *reach, double *least, double *most);

#endif
