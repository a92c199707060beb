/* A thread that does what takes long, one task after the other, so that keys are always read. */
#ifndef MNEME_TUI_WORKER_H
#define MNEME_TUI_WORKER_H

#include "base/error.h"

/* The first member of a task's own struct. */
struct task {
    void (*work)(struct task *task); /* on the worker's thread */
    void (*done)(struct task *task); /* afterwards on the owner's thread; frees the task */
    struct task *next;
};

struct worker;

struct worker *worker_new(struct error *err);

/* Queues a task. */
void worker_add(struct worker *worker, struct task *task);

/* Calls done of every task that is finished; true when there was one. */
bool worker_finish(struct worker *worker);

/* Tasks that were added and whose done was not called yet. */
unsigned worker_tasks(const struct worker *worker);

/* A descriptor that can be read when a task is finished. */
int worker_descriptor(const struct worker *worker);

/* Waits until all tasks are worked on and done. */
void worker_drain(struct worker *worker);

/* Drains and ends the thread. null is allowed. */
void worker_free(struct worker *worker);

#endif
