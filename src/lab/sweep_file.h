/* Between lab/sweep_file.c, which reads a sweep's file, and lab/sweep.c. */
#ifndef MNEME_LAB_SWEEP_FILE_H
#define MNEME_LAB_SWEEP_FILE_H

#include "lab/sweep.h"

enum { SWEEP_SEED_KEYS = 2 }; /* of individuals and of weights */

/* Fills in cells and jobs of a sweep that is complete otherwise; what was made is the sweep's also
 * on false. */
bool sweep_make_jobs(struct sweep *sweep, struct error *err);

#endif
