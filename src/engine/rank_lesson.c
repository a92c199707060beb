#include "engine/rank_lesson.h"

#include "base/memory.h"
#include "engine/rank_messages.h"

void rank_lesson_free(struct lesson *lesson)
{
    memory_free(lesson->start);
    memory_free(lesson->token);
    memory_free(lesson->target);
    memory_free(lesson->position);
}

bool rank_lesson_receive(struct lesson *lesson, const struct order *order, struct error *err)
{
    *lesson =
        (struct lesson){.start = memory_new(order->sequences + 1, sizeof *lesson->start, err)};
    lesson->token =
        lesson->start ? memory_new(order->tokens + 1, sizeof *lesson->token, err) : NULL;
    lesson->target =
        lesson->token ? memory_new(order->tokens + 1, sizeof *lesson->target, err) : NULL;
    lesson->position =
        lesson->target ? memory_new(order->positions + 1, sizeof *lesson->position, err) : NULL;
    if (lesson->position &&
        messages_broadcast(lesson->start, (order->sequences + 1) * sizeof *lesson->start, err) &&
        messages_broadcast(lesson->token, order->tokens * sizeof *lesson->token, err) &&
        messages_broadcast(lesson->target, order->tokens * sizeof *lesson->target, err) &&
        messages_broadcast(lesson->position, order->positions * sizeof *lesson->position, err)) {
        lesson->sequences =
            (struct sequences){lesson->token, lesson->target, lesson->start, order->sequences};
        return true;
    }
    rank_lesson_free(lesson);
    return false;
}

/* What starts[], tokens and positions count from differs: at the other ranks they begin at 0. */
bool rank_lesson_send(struct order *order, const struct sequences *sequences,
                      const size_t *position, size_t positions, struct error *err)
{
    size_t count = sequences->count, first = sequences->start[0];
    order->sequences = count;
    order->tokens = sequences->start[count] - first;
    order->positions = positions;
    size_t *number = memory_new(count + 1 + positions, sizeof *number, err);
    if (!number)
        return false;
    for (size_t s = 0; s <= count; s++)
        number[s] = sequences->start[s] - first;
    for (size_t k = 0; k < positions; k++)
        number[count + 1 + k] = position[k] - first;
    size_t bytes = order->tokens * sizeof(int32_t);
    bool sent = messages_send_order(order, err) &&
                messages_broadcast(number, (count + 1) * sizeof *number, err) &&
                messages_broadcast((void *)(uintptr_t)(sequences->token + first), bytes, err) &&
                messages_broadcast((void *)(uintptr_t)(sequences->target + first), bytes, err) &&
                messages_broadcast(number + count + 1, positions * sizeof *number, err);
    memory_free(number);
    return sent;
}
