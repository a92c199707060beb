/* The record of a run that is opened for writing; lines are added by what lab/run.h tells. */
#ifndef MNEME_RECORD_RUN_RECORD_H
#define MNEME_RECORD_RUN_RECORD_H

#include "record/run.h"

/* Makes the record of a new run, which has none. */
bool run_record_create(struct run *run, struct error *err);

/* Opens the record of a run that goes on, or an empty one, and cuts off a torn last line. */
bool run_record_open(struct run *run, struct error *err);

/* Writes what is pending, as far as that goes. */
void run_record_close(struct run *run);

#endif
