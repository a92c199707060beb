#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/arena.h"

struct buffers {
    real *first, *none, *last;
    char *byte;
};

static struct buffers *take(struct arena *arena)
{
    struct buffers buffers;
    buffers.first = arena_take_reals(arena, 3);
    buffers.none = arena_take_reals(arena, 0);
    buffers.byte = arena_take(arena, 1, 1);
    buffers.last = arena_take_reals(arena, 100);
    return arena_keep(arena, &buffers, sizeof buffers);
}

static void an_arena_that_only_counts_gives_nothing(void **state)
{
    (void)state;
    struct arena counted = {.memory = NULL};
    assert_null(take(&counted));
    size_t reals = 100 * sizeof(real), rounded = (reals + 63) / 64 * 64;
    assert_int_equal(counted.used, 64 + 64 + rounded + 64);
}

static void what_was_counted_is_handed_out(void **state)
{
    (void)state;
    struct arena arena, counted = {.memory = NULL};
    take(&counted);
    assert_true(arena_open(&arena, &counted, NULL));
    struct buffers *buffers = take(&arena);
    assert_int_equal(arena.used, counted.used);
    char *const piece[] = {(char *)buffers->first, buffers->byte, (char *)buffers->last,
                           (char *)buffers, arena.memory + arena.used};
    size_t count = sizeof piece / sizeof *piece;
    assert_ptr_equal(piece[0], arena.memory);
    for (size_t i = 0; i + 1 < count; i++) {
        assert_int_equal((uintptr_t)piece[i] % 64, 0);
        assert_true(piece[i] < piece[i + 1]);
    }
    assert_true(buffers->last + 100 <= (real *)(void *)buffers);
    for (size_t i = 0; i < 100; i++)
        assert_true(buffers->last[i] == 0);
    memory_free(arena.memory);
}

static void memory_that_is_refused_is_an_error(void **state)
{
    (void)state;
    struct arena arena, counted = {.used = 64};
    struct error err = {.kind = ERROR_NONE};
    memory_fail_request(1);
    assert_false(arena_open(&arena, &counted, &err));
    memory_fail_request(0);
    assert_int_equal(err.kind, ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_that_only_counts_gives_nothing),
        cmocka_unit_test(what_was_counted_is_handed_out),
        cmocka_unit_test(memory_that_is_refused_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
