/* Scripts by which others start workers: an array of Slurm, a command line of GNU parallel. They
 * are printed and never handed to these programs. */
#ifndef MNEME_UI_CLI_BATCH_SCRIPT_H
#define MNEME_UI_CLI_BATCH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

struct batch_script {
    const char *name;      /* of the sweep, in any bytes */
    const char *directory; /* that the workers share */
    const char *place;     /* where the workers are started, */
    const char *command;   /* by this, as a shell takes it; it makes one run at a time */
    size_t runs;           /* that are left, at least 1 */
    size_t threads;        /* of a worker, */
    size_t abreast;        /* of which this machine has room for so many */
    size_t bytes;          /* of memory that one takes */
    double seconds;        /* that the longest run takes on its threads */
};

/* Errors: what the script cannot have, with ERROR_INPUT. */
typedef bool batch_script_writer(struct text *out, const struct batch_script *batch,
                                 struct error *err);

/* sbatch(1) takes it: as many tasks as runs, each a worker. Where its time is almost over, or it is
 * told to by USR1, it saves, ends and is queued again. */
batch_script_writer batch_script_slurm;

/* A line for parallel(1), behind a comment. No name may have a brace, which parallel(1) replaces
 * however it is quoted. */
batch_script_writer batch_script_parallel;

#endif
