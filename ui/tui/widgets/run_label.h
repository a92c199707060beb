/* What a run is called in the legend of a chart: by its name or, where names of runs differ in the
 * times that they were made at alone, by the settings that tell it from the others: those that its
 * preset has otherwise, where they do. */
#ifndef MNEME_TUI_RUN_LABEL_H
#define MNEME_TUI_RUN_LABEL_H

#include "ui/tui/widgets/view.h"

enum { RUN_LABEL = 256 };

struct run_label {
    char text[RUN_LABEL];
    bool is_name; /* cut in its middle where there is no room: the time is at its end */
};

/* Of a run of the view's overlay, among all of them and the one that is open; and beside one other
 * alone. */
struct run_label run_label_of(const struct view *view, size_t run);
struct run_label run_label_beside(const struct view *view, size_t run,
                                  const struct view_side *other);

/* Draws it in at most `width` columns, and returns those that it takes. */
int run_label_draw(const struct run_label *label, struct cells *cells, int row, int col, int width,
                   enum style style);

#endif
