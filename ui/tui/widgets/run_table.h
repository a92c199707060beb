/* All runs as a table: branches under their parents, sorted by a column, and those alone that hold
 * what was typed. */
#ifndef MNEME_TUI_RUN_TABLE_H
#define MNEME_TUI_RUN_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/error.h"
#include "base/strings.h"
#include "lab/run_catalog.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/typed.h"

enum run_column {
    RUN_COLUMN_NAME,
    RUN_COLUMN_STEP,
    RUN_COLUMN_PHASE,
    RUN_COLUMN_ACCURACY,
    RUN_COLUMN_DATE,
    RUN_COLUMN_PLATEAU,
    RUN_COLUMN_PRESET,
    RUN_COLUMNS,
};

enum { RUN_FILTER = 64 };

struct run_table {
    struct run_catalog catalog;
    struct run_table_row {
        size_t entry;
        int depth; /* below the run that it is a branch of, where that is shown */
    } * row;       /* [rows] of room for the whole catalog */
    size_t rows, selected;
    size_t *order; /* [catalog.count] entries as they are sorted */
    bool *shown;   /* [catalog.count] whether an entry has what was typed; until it has its row */
    enum run_column sort;
    bool reversed; /* from the column's own order: names and presets up, the others down */
    bool searches; /* what is typed is looked for, be it empty as yet */
    char filter[RUN_FILTER];
};

/* Moves a catalog into a table; the run that was selected stays selected where it is shown, or else
 * its row does. */
bool run_table_take(struct run_table *table, struct run_catalog *catalog, struct error *err);
void run_table_free(struct run_table *table);

/* Sorts by the column that is so many to the right, or the other way round. */
void run_table_sort(struct run_table *table, int columns);
void run_table_reverse(struct run_table *table);

/* What a key does to the filter. */
enum typed_effect run_table_key(struct run_table *table, int key);

/* Empties it, and searches no more; false where nothing was searched. */
bool run_table_clear(struct run_table *table);

void run_table_move(struct run_table *table, int rows);

/* Selects what is drawn in a row of the rectangle; *again tells that it was selected already. False
 * where nothing is. */
bool run_table_select_at(struct run_table *table, struct rect rect, int row, bool *again);

/* Null where no run is shown. */
const struct run_entry *run_table_selected(const struct run_table *table);

/* marked are directories of runs that get a sign. now is the time of day, for the age of runs. */
void run_table_draw(const struct run_table *table, const struct strings *marked, time_t now,
                    struct rect rect, struct cells *cells);

#endif
