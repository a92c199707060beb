#include "lab/run_child.h"

#include "base/file.h"
#include "base/memory.h"

struct run_child {
    const struct paths *paths;
    char *directory, *program;
    struct queued_run job;
    struct run_queue *queue; /* of this one run */
    size_t threads;          /* that it has */
    size_t wanted;           /* that it is to have */
    bool stops;              /* it was asked to end, for whatever reason, */
    bool ends;               /* and not to go on with others */
    bool noted;              /* what it had to note was told */
};

static struct run_queue *make_queue(const struct run_child *child, size_t threads,
                                    struct error *err)
{
    const struct run_queue_options options = {
        .program = child->program,
        .at_once = 1,
        .threads = threads,
        .leaves_held = true,
        .yields = true,
        .announces = true,
    };
    return run_queue_new(&child->job, 1, child->paths, &options, err);
}

struct run_child *run_child_new(const struct paths *paths, const char *directory, size_t threads,
                                struct error *err)
{
    struct run_child *child = memory_new(1, sizeof *child, err);
    if (!child)
        return NULL;
    *child = (struct run_child){.paths = paths, .threads = threads, .wanted = threads};
    child->directory = memory_string(directory, err);
    child->program = child->directory ? paths_own_program(err) : NULL;
    child->job.directory = child->directory;
    child->queue = child->program ? make_queue(child, threads, err) : NULL;
    if (child->queue)
        return child;
    run_child_free(child);
    return NULL;
}

void run_child_free(struct run_child *child)
{
    if (!child)
        return;
    run_queue_free(child->queue);
    memory_free(child->directory);
    memory_free(child->program);
    memory_free(child);
}

const char *run_child_run(const struct run_child *child)
{
    return child ? child->directory : NULL;
}

/* Whether another process goes on with it, on other threads. Without memory for that it has been
 * saved, at least. */
static bool begin_again(struct run_child *child)
{
    bool was_stopped = child->stops && run_child_status(child)->state == QUEUED_INTERRUPTED;
    struct run_queue *queue =
        was_stopped && !child->ends ? make_queue(child, child->wanted, NULL) : NULL;
    if (!queue)
        return false;
    run_queue_free(child->queue);
    child->queue = queue;
    child->threads = child->wanted;
    child->stops = false;
    return run_queue_turn(queue, 0);
}

bool run_child_turn(struct run_child *child)
{
    return run_queue_turn(child->queue, 0) || begin_again(child);
}

const struct queued_status *run_child_status(const struct run_child *child)
{
    return run_queue_status(child->queue, 0);
}

const char *run_child_note(struct run_child *child)
{
    const char *note = child->noted ? NULL : run_queue_note(child->queue);
    child->noted |= note != NULL;
    return note;
}

void run_child_use_threads(struct run_child *child, size_t threads)
{
    child->wanted = threads;
    if (child->stops || child->threads == threads)
        return;
    child->stops = true;
    run_queue_stop(child->queue);
}

void run_child_stop(struct run_child *child)
{
    child->stops = child->ends = true;
    run_queue_stop(child->queue);
}

bool run_child_end(struct run_child *child, struct error *err)
{
    const double patience = 1; /* seconds; then it is looked at again */
    run_child_stop(child);
    while (run_queue_turn(child->queue, patience))
        ;
    const struct queued_status *status = run_child_status(child);
    return status->state != QUEUED_FAILED ||
           error_set(err, status->failure.kind, "%s: %s", file_name(child->directory),
                     status->failure.message);
}

void run_child_halt(const struct run_child *child)
{
    run_queue_halt(child->queue);
}

void run_child_go_on(const struct run_child *child)
{
    run_queue_go_on(child->queue);
}

void run_child_save(const struct run_child *child)
{
    run_queue_save(child->queue);
}
