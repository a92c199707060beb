/* What every head of every layer does: a row for each, with each circuit's share as a number, at
 * the step that is looked at, and as a small curve over evaluations. */
#ifndef MNEME_TUI_HEADS_TABLE_H
#define MNEME_TUI_HEADS_TABLE_H

#include "ui/tui/widgets/view.h"

enum { HEADS_BY_LAYER = CIRCUITS }; /* an order; others are a circuit, the largest first */

struct heads_table {
    bool is_of_new; /* on individuals that are not trained on */
    int order;
    size_t selected; /* layer * heads + head */
    size_t first;    /* row shown at the top */
};

/* Selects the head so many rows down; stops at the first and at the last. */
void heads_table_move(struct heads_table *table, const struct view *view, int rows);

/* Selects the head that is drawn in a row of the rectangle; *again tells that it was selected
 * already. False where none is. */
bool heads_table_select_at(struct heads_table *table, const struct view *view, struct rect rect,
                           int row, bool *again);

/* The next order; the selected head stays that. */
void heads_table_sort(struct heads_table *table);

/* Fills head[layers * heads] of the track with the heads in the order at the step that is looked
 * at, of equal ones the lower first, and those without a number last; returns how many there are.
 */
size_t heads_table_order(const struct heads_table *table, const struct view *view, size_t *head);

/* A head's share of a circuit at a point of the track. */
double heads_table_share(const struct heads_table *table, const struct circuit_track *track,
                         size_t at, enum circuit circuit, size_t head);

bool heads_table_draw(struct heads_table *table, const struct view *view, struct rect rect,
                      struct cells *cells, struct error *err);

#endif
