/* A thread that does what takes long, one job after the other, so that keys are always read. */
#ifndef MNEME_TUI_WORKER_H
#define MNEME_TUI_WORKER_H

#include "base/error.h"

/* The first member of a job's own struct. */
struct job {
    void (*work)(struct job *job); /* on the worker's thread */
    void (*done)(struct job *job); /* afterwards on the owner's thread; frees the job */
    struct job *next;
};

struct worker;

struct worker *worker_new(struct error *err);

/* Queues a job. */
void worker_add(struct worker *worker, struct job *job);

/* Calls done of every job that is finished; true when there was one. */
bool worker_finish(struct worker *worker);

/* Jobs that were added and whose done was not called yet. */
unsigned worker_jobs(const struct worker *worker);

/* A descriptor that can be read when a job is finished. */
int worker_descriptor(const struct worker *worker);

/* Waits until all jobs are worked on and done. */
void worker_drain(struct worker *worker);

/* Drains and ends the thread. null is allowed. */
void worker_free(struct worker *worker);

#endif
