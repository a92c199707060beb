#include "model/arena.h"

#include <string.h>

#include "base/memory.h"

/* Every buffer begins at a multiple of this many bytes. */
enum { ALIGNMENT = 64 };

bool arena_open(struct arena *arena, const struct arena *counted, struct error *err)
{
    *arena = (struct arena){.memory = memory_new_aligned(counted->used, 1, err)};
    return arena->memory;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    void *piece = arena->memory ? arena->memory + arena->used : NULL;
    size_t bytes = memory_product(count, size), rest = bytes % ALIGNMENT;
    arena->used = memory_sum(arena->used, memory_sum(bytes, rest > 0 ? ALIGNMENT - rest : 0));
    return piece;
}

real *arena_take_reals(struct arena *arena, size_t count)
{
    return arena_take(arena, count, sizeof(real));
}

void *arena_keep(struct arena *arena, const void *object, size_t size)
{
    void *copy = arena_take(arena, 1, size);
    return copy ? memcpy(copy, object, size) : NULL;
}
