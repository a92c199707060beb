/* Turns: where a run began at a checkpoint of another, or its learning rate was set by hand. From
 * there on its curves are not those that its preset alone would make. */
#ifndef MNEME_TRAIN_TURNS_H
#define MNEME_TRAIN_TURNS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum turn_kind {
    TURN_BRANCH, /* the run, or the one it began in, began at another's checkpoint */
    TURN_RATE,   /* the learning rate was set by hand */
};

struct turn {
    enum turn_kind kind;
    uint64_t step;   /* steps made by then */
    double from, to; /* TURN_RATE: until then (NAN where nobody knows) and at the next step */
};

struct turns {
    struct turn *turn; /* [count] by step */
    size_t count, room;
};

/* Adds a turn behind those of its step. A rate that is set again at the same step is one turn. On
 * false they are as before. */
bool turns_add(struct turns *turns, const struct turn *turn, struct error *err);
void turns_free(struct turns *turns);

/* Forgets rates that were set after a step, which a run goes back to. */
void turns_forget_rates(struct turns *turns, uint64_t step);

/* Makes `to` the same as `from`. */
bool turns_copy(struct turns *to, const struct turns *from, struct error *err);

/* "lr .002 → .001 at 372", "branch at 531". */
enum { TURN_TEXT = 128 };
void turn_write(char text[TURN_TEXT], const struct turn *turn);

#endif
