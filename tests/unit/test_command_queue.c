#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "train/command_queue.h"

static void put(struct command_queue *queue, uint64_t steps)
{
    struct error err = {0};
    struct command command = {.kind = COMMAND_STEP, .steps = steps};
    assert_true(command_queue_put(queue, command, &err));
}

static void take(struct command_queue *queue, uint64_t steps)
{
    struct command command;
    assert_true(command_queue_take(queue, &command));
    assert_int_equal(command.kind, COMMAND_STEP);
    assert_int_equal(command.steps, steps);
}

static void nothing_comes_out_of_an_empty_queue(void **state)
{
    (void)state;
    struct command_queue queue = {0};
    struct command command;
    assert_false(command_queue_take(&queue, &command));
    put(&queue, 1);
    take(&queue, 1);
    assert_false(command_queue_take(&queue, &command));
    command_queue_free(&queue);
}

/* Three are put in for every two taken out, so that the ring turns and grows again and again. */
static void commands_come_out_in_the_order_they_were_put_in(void **state)
{
    (void)state;
    enum { ROUNDS = 200 };
    struct command_queue queue = {0};
    uint64_t in = 0, out = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 3; i++)
            put(&queue, in++);
        for (int i = 0; i < 2; i++)
            take(&queue, out++);
    }
    assert_int_equal(queue.count, ROUNDS);
    while (out < in)
        take(&queue, out++);
    assert_int_equal(queue.count, 0);
    command_queue_free(&queue);
}

static void a_full_queue_without_memory_keeps_what_it_has(void **state)
{
    (void)state;
    struct command_queue queue = {0};
    struct error err = {0};
    uint64_t in = 0;
    do
        put(&queue, in++);
    while (queue.count < queue.room);
    memory_fail_request(1);
    assert_false(command_queue_put(&queue, (struct command){.kind = COMMAND_RUN}, &err));
    assert_int_equal(err.kind, ERROR_MEMORY);
    put(&queue, in++);
    for (uint64_t out = 0; out < in; out++)
        take(&queue, out);
    command_queue_free(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_comes_out_of_an_empty_queue),
        cmocka_unit_test(commands_come_out_in_the_order_they_were_put_in),
        cmocka_unit_test(a_full_queue_without_memory_keeps_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
