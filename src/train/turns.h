/* Turns: where a run began at a checkpoint of another, or its learning rate was set by hand. From
 * there on its curves are not those that its preset alone would make. */
#ifndef MNEME_TRAIN_TURNS_H
#define MNEME_TRAIN_TURNS_H

#include <stdbool.h>
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
    double saved;    /* TURN_RATE: the `to` that the checkpoint of its step has; NAN where that has
                        none. turns_add sees to it. */
};

struct turns {
    struct turn *turn; /* [count] by step */
    size_t count, room;
    bool has_saved;
    uint64_t saved; /* the step of the checkpoint that was told of last */
};

/* Adds a turn behind those of its step. A rate that is set again at the same step is one turn, and
 * so is a branch of a branch. On false they are as before. */
bool turns_add(struct turns *turns, const struct turn *turn, struct error *err);
void turns_free(struct turns *turns);

/* A checkpoint of a step has what was set until then. */
void turns_save(struct turns *turns, uint64_t step);

/* Forgets rates that were set after the checkpoint of a step, which a run goes back to. Where that
 * checkpoint was not told of, it has all that was set at its step. */
void turns_forget_rates(struct turns *turns, uint64_t step);

/* Makes `to` the same as `from`. */
bool turns_copy(struct turns *to, const struct turns *from, struct error *err);

/* "lr .002 → .001 at 372", "branch at 531". */
enum { TURN_TEXT = 128 };
void turn_write(char text[TURN_TEXT], const struct turn *turn);

#endif
