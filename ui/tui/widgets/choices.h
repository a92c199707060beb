/* A list of things that can be chosen, of which those are shown that fit what was typed: drawn and
 * sorted without knowing what they are. */
#ifndef MNEME_TUI_CHOICES_H
#define MNEME_TUI_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "ui/tui/widgets/cells.h"
#include "ui/tui/widgets/typed.h"

struct choice {
    int kind; /* the caller's, with its number: */
    uint64_t number;
    char *name, *key, *note; /* key and note may be "" */
    int fit;                 /* as in base/fuzzy.h */
    size_t order;            /* as it was added */
};

enum { CHOICES_TYPED = 64 };

struct choices {
    char typed[CHOICES_TYPED];
    struct choice *choice; /* [count] best first, once they are sorted */
    size_t count, room, selected;
};

/* Adds one where its name fits what was typed, or its note has it; fit replaces that where it is
 * not negative. */
bool choices_add(struct choices *choices, int kind, uint64_t number, const char *name,
                 const char *key, const char *note, int fit, struct error *err);

/* Puts the best first, and selects it. */
void choices_sort(struct choices *choices);

/* Empties the list; what was typed stays. */
void choices_clear(struct choices *choices);
void choices_free(struct choices *choices);

enum typed_effect choices_take(struct choices *choices, int key);

void choices_move(struct choices *choices, int rows);

/* Selects what is drawn in a row of the rectangle; *again tells that it was selected already. False
 * where nothing is. */
bool choices_select_at(struct choices *choices, struct rect rect, int row, bool *again);

/* Null where nothing fits. */
const struct choice *choices_selected(const struct choices *choices);

/* kind are the words for kinds. Returns the column behind what was typed, in the first row. */
int choices_draw(const struct choices *choices, const char *const *kind, struct rect rect,
                 struct cells *cells);

#endif
