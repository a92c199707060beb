/* The page on which a preset or a run is chosen. */
#ifndef MNEME_TUI_CHOOSER_H
#define MNEME_TUI_CHOOSER_H

#include <stddef.h>

#include "config/paths.h"
#include "record/run_list.h"
#include "ui/tui/widgets/cells.h"

struct chooser_preset {
    char *name, *title, *description;
    char *complaint; /* what is wrong with its file; null where nothing is */
    double minutes;  /* it says that it takes; 0 where it does not */
    double seconds;  /* it takes here; NAN where that is not known (yet) */
};

struct chooser {
    struct chooser_preset *preset; /* [presets] by name, those that take days behind the others */
    size_t presets;
    struct run_summary *run; /* [runs] newest first */
    size_t runs;
    size_t selected; /* a preset, or behind them a run */
};

/* Reads presets and runs; what takes each preset is not known then. */
bool chooser_load(struct chooser *chooser, const struct paths *paths, struct error *err);
void chooser_free(struct chooser *chooser);

/* Moves what was read anew into a chooser that was shown: what was selected stays selected, and
 * times stay known. */
void chooser_take(struct chooser *chooser, struct chooser *fresh);

/* Moves the selection; it stays within the list. */
void chooser_move(struct chooser *chooser, int rows);

/* The name of what is selected; *is_run says which kind. Null where there is nothing. */
const char *chooser_selected(const struct chooser *chooser, bool *is_run);

/* The run that is selected; null where that is a preset. */
const struct run_summary *chooser_selected_run(const struct chooser *chooser);

/* How long a preset takes. */
void chooser_set_seconds(struct chooser *chooser, const char *name, double seconds);

/* Draws the page; now is the time of day, for the age of runs. */
void chooser_draw(const struct chooser *chooser, time_t now, struct rect rect, struct cells *cells);

#endif
