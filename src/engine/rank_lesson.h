/* The sequences that rank 0 has an engine compute with, at every rank. */
#ifndef MNEME_ENGINE_RANK_LESSON_H
#define MNEME_ENGINE_RANK_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sequences.h"
#include "engine/rank_order.h"

struct lesson {
    struct sequences sequences;
    size_t *start;           /* [count + 1] */
    int32_t *token, *target; /* [tokens] */
    size_t *position;        /* [positions] */
};

/* From rank 0: the order, which is given their counts, the sequences, and position[positions], of
 * tokens in them, in ascending order. */
bool rank_lesson_send(struct order *order, const struct sequences *sequences,
                      const size_t *position, size_t positions, struct error *err);

/* What rank 0 has sent behind the order, at another. On false *lesson holds nothing. */
bool rank_lesson_receive(struct lesson *lesson, const struct order *order, struct error *err);

void rank_lesson_free(struct lesson *lesson);

#endif
