/* Keys that were pressed before what they are for is there: kept in their order, as many as a
 * person types meanwhile. {0} has none. */
#ifndef MNEME_TUI_TYPE_AHEAD_H
#define MNEME_TUI_TYPE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>

enum { TYPE_AHEAD_KEYS = 256 };

struct type_ahead {
    int key[TYPE_AHEAD_KEYS]; /* a ring of them, the oldest at first */
    size_t first, count;
};

/* False where there is no room. */
bool type_ahead_keep(struct type_ahead *typed, int key);

/* Takes out the oldest; SCREEN_NO_KEY where there is none. */
int type_ahead_take(struct type_ahead *typed);

/* Drops them; whether there were any. */
bool type_ahead_drop(struct type_ahead *typed);

#endif
