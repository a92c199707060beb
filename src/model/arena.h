/* Buffers that are made and freed together: one piece of memory, handed out from its beginning.
 *
 * What takes them is called twice: with an arena that only counts, which gives null, and then with
 * one of as many bytes. */
#ifndef MNEME_MODEL_ARENA_H
#define MNEME_MODEL_ARENA_H

#include <stddef.h>

#include "base/error.h"
#include "model/real.h"

struct arena {
    char *memory; /* null: only counts */
    size_t used;  /* bytes */
};

/* Zeroed room for what `counted` was asked for; free it with memory_free(arena->memory), which is
 * not null. */
bool arena_open(struct arena *arena, const struct arena *counted, struct error *err);

/* count * size bytes at a multiple of 64; 0 of them take no room. */
void *arena_take(struct arena *arena, size_t count, size_t size);
real *arena_take_reals(struct arena *arena, size_t count);

/* A copy of the struct. */
void *arena_keep(struct arena *arena, const void *object, size_t size);

#endif
