#include "train/command_queue.h"

#include "base/memory.h"

enum { FIRST_ROOM = 16 };

void command_queue_free(struct command_queue *queue)
{
    memory_free(queue->command);
    *queue = (struct command_queue){0};
}

/* A ring twice as large, with all that was in it at its front. */
static bool grow(struct command_queue *queue, struct error *err)
{
    struct command_queue larger = {.room = queue->room ? 2 * queue->room : FIRST_ROOM};
    larger.command = memory_new(larger.room, sizeof *larger.command, err);
    if (!larger.command)
        return false;
    while (command_queue_take(queue, &larger.command[larger.count]))
        larger.count++;
    command_queue_free(queue);
    *queue = larger;
    return true;
}

bool command_queue_put(struct command_queue *queue, struct command command, struct error *err)
{
    if (queue->count == queue->room && !grow(queue, err))
        return false;
    queue->command[(queue->first + queue->count++) % queue->room] = command;
    return true;
}

bool command_queue_take(struct command_queue *queue, struct command *command)
{
    if (queue->count == 0)
        return false;
    *command = queue->command[queue->first];
    queue->first = (queue->first + 1) % queue->room;
    queue->count--;
    return true;
}
