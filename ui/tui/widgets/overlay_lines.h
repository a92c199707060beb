/* Other runs over the chart of one: a curve each, in a colour of its own, with a number at its end
 * that the legend has too. Of runs that differ in their seeds alone the mean is drawn, over all
 * from the least to the largest; the run that is open is one of them where it is like them. */
#ifndef MNEME_TUI_OVERLAY_LINES_H
#define MNEME_TUI_OVERLAY_LINES_H

#include "ui/tui/widgets/run_label.h"
#include "ui/tui/widgets/view.h"

enum { OVERLAY_LINES = 16, OVERLAY_TAG = 3, OVERLAY_NAME = 96 };

struct overlay_lines {
    const struct view *view;
    size_t *line; /* [view->overlay->runs] that a run is in; SIZE_MAX: in none, for want of room */
    struct overlay_line {
        size_t first, runs; /* the first run, and how many there are with the open one */
        bool has_open;      /* the open run is one of them */
        char tag[OVERLAY_TAG];
        struct run_label label;  /* of the first run */
        char name[OVERLAY_NAME]; /* in the legend of a figure: that, and how many seeds */
        enum style style;
    } of[OVERLAY_LINES]; /* [count] in the order in which runs were marked */
    size_t count, left_out;
    struct envelope joint[OVERLAY_LINES], open; /* of the chart that was drawn last */
};

/* Sorts the runs of a view, which may have none. */
bool overlay_lines_init(struct overlay_lines *lines, const struct view *view, struct error *err);
void overlay_lines_free(struct overlay_lines *lines);

/* Adds the curves of a number to a chart of so many columns (chart_columns) that has its span; open
 * is the same number of the open run. The lines have to be there until it is drawn. Once a chart.
 */
bool overlay_lines_add(struct overlay_lines *lines, const char *key,
                       const struct chart_series *open, struct chart *chart, size_t columns,
                       struct error *err);

/* Writes which curve is whose, with its value at the cursor or its newest one, on the upper rows of
 * a rectangle, at most a third of it; these are taken off. */
void overlay_lines_legend(const struct overlay_lines *lines, const char *key,
                          const struct chart_series *open, struct rect *rect, struct cells *cells);

#endif
