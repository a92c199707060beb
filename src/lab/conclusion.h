/* Of processes that share a directory of runs, which one tells what came of them: the first that
 * finds nothing left to do, and none after it. What it was about is in the name of a file that one
 * process alone can make: which runs, and how they ended; where one is made anew that is another
 * name. Sweeps that share a directory have a file each. */
#ifndef MNEME_LAB_CONCLUSION_H
#define MNEME_LAB_CONCLUSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lab/run_queue.h"

/* Begins the name of that file. */
#define CONCLUSION_FRONT "concluded-"

/* Whether it is this process's to tell of all jobs of the queue, of which none is left to another;
 * the directory is there, or is made. */
bool conclusion_take(const char *directory, const struct queued_run *job, size_t count,
                     const struct run_queue *queue, bool *mine, struct error *err);

/* Leaves it to another process after all. */
void conclusion_give_back(const char *directory, const struct queued_run *job, size_t count,
                          const struct run_queue *queue);

#endif
