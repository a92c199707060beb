/* The presets and runs there are to open, one of them selected, and how they are shown. */
#ifndef MNEME_TUI_TARGET_LIST_H
#define MNEME_TUI_TARGET_LIST_H

#include <stddef.h>

#include "config/paths.h"
#include "lab/estimate.h"
#include "record/run_list.h"
#include "ui/tui/widgets/cells.h"

/* How far it is known what a preset needs. */
enum needs_found {
    NEEDS_UNKNOWN,
    NEEDS_PROVISIONAL, /* as far as it can be known while a run is trained */
    NEEDS_FOUND,
};

struct listed_preset {
    char *name, *title, *description;
    bool is_table;             /* a table of facts */
    char *complaint;           /* what is wrong with its file; null where nothing is */
    char *content;             /* all that what it needs depends on, to be compared; may be null */
    double minutes;            /* it says that it takes; 0 where it does not */
    struct preset_needs needs; /* here, as they were known last */
    enum needs_found found;
};

struct target_list {
    struct listed_preset *preset; /* [presets] by name, tables behind them, and last those that take
                                     days */
    size_t presets;
    struct run_summary *run; /* [runs] newest first */
    size_t runs;
    size_t selected; /* a preset, or behind them a run */
    size_t readings; /* how often it was read anew */
};

/* Reads presets, tables and runs; what takes each preset is not known then. */
bool target_list_load(struct target_list *list, const struct paths *paths, struct error *err);
void target_list_free(struct target_list *list);

/* Moves what was read anew into a list that was shown: what was selected stays selected, and what
 * presets need stays known where they are what they were. */
void target_list_take(struct target_list *list, struct target_list *fresh);

/* Moves the selection; it stays within the list. */
void target_list_move(struct target_list *list, int rows);

/* Selects what is drawn in a row of the rectangle; *again tells that it was selected already. False
 * where nothing is. */
bool target_list_select_at(struct target_list *list, struct rect rect, int row, bool *again);

/* The name of what is selected; *is_run says which kind. Null where there is nothing. */
const char *target_list_selected(const struct target_list *list, bool *is_run);

/* The run that is selected; null where that is a preset. */
const struct run_summary *target_list_selected_run(const struct target_list *list);

/* The preset of which is to be found next what it needs, the selected one first; null: of none. Of
 * those that are known for the time being where that may end. */
const struct listed_preset *target_list_unfound(const struct target_list *list,
                                                bool ends_provisional);

/* What the preset of that name and content needs; content may be null. */
void target_list_set_needs(struct target_list *list, const char *name, const char *content,
                           const struct preset_needs *needs, enum needs_found found);

/* Some may take another time than is known. */
void target_list_doubt_needs(struct target_list *list);

/* Draws the list as a page; now is the time of day, for the age of runs. */
void target_list_draw(const struct target_list *list, time_t now, struct rect rect,
                      struct cells *cells);

#endif
