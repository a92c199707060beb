/* A run that a process of its own goes on with, from its newest checkpoint on, while this one does
 * something else: `mneme train --resume`. Its record can be looked at as that of any other run.
 * Should this process die, that one saves and ends at its next step. */
#ifndef MNEME_LAB_RUN_CHILD_H
#define MNEME_LAB_RUN_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "lab/run_queue.h"

struct run_child;

/* Of a run that nobody trains; the first turn starts it. paths must outlive it. */
struct run_child *run_child_new(const struct paths *paths, const char *directory, size_t threads,
                                struct error *err);

/* Ends it where that was not done, and waits for that. Null is allowed. */
void run_child_free(struct run_child *child);

/* The run's directory; null where there is none. */
const char *run_child_run(const struct run_child *child);

/* Starts it, and takes news without waiting. False once it has ended, for whatever reason. */
bool run_child_turn(struct run_child *child);

const struct queued_status *run_child_status(const struct run_child *child);

/* What it had to note, once; null otherwise. */
const char *run_child_note(struct run_child *child);

/* Has it train on so many threads, for which another process goes on where this one was saved. */
void run_child_use_threads(struct run_child *child, size_t threads);

/* Asks it to save and to end. */
void run_child_stop(struct run_child *child);

/* The same, and waits until it has; false, with the reason, where it had failed. */
bool run_child_end(struct run_child *child, struct error *err);

/* It stops where it is, and goes on; it saves, and goes on. */
void run_child_halt(const struct run_child *child);
void run_child_go_on(const struct run_child *child);
void run_child_save(const struct run_child *child);

#endif
