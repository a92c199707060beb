/* The ranks that a program was started as, by mpirun or a scheduler's command: processes, on one
 * machine or several, that work on one run (engine kind "ranks").
 *
 * Rank 0 leads: it does everything that the program does, and has the others help with what an
 * engine computes. Those serve it, and nothing else: no files, no terminal. What the process is
 * started as belongs to the process; there is one set of ranks. */
#ifndef MNEME_ENGINE_RANKS_H
#define MNEME_ENGINE_RANKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Joins the ranks: from here on this process is one of them. ERROR_INPUT in a build without MPI,
 * where ranks are of different builds, or compute with different libraries, kernels or loops. False
 * at every rank or at none; rank 0 is to say why. */
bool ranks_begin(struct error *err);

/* What they send messages with: "Open MPI v4.1.4"; null in a build without. */
const char *ranks_library(void);

/* How many there are and which this is; 1 and 0 without. */
size_t ranks_count(void);
size_t ranks_own(void);

/* Those on this machine, this one included. */
size_t ranks_here(void);

/* Threads for this rank, of those the machine gives its ranks together. */
size_t ranks_threads(void);

/* ERROR_SYSTEM where one on this machine is no longer there. */
bool ranks_are_there(struct error *err);

/* Whether rank 0 is another one on this machine, and no longer there. */
bool ranks_first_has_ended(void);

/* Leaves the ranks where there are any; all do at the same time. */
void ranks_end(void);

#endif
