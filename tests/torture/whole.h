/* What has to hold of a run's directory after whatever was done to the program that writes it. Each
 * function adds a line to *wrong for each thing that is not so. */
#ifndef MNEME_TESTS_TORTURE_WHOLE_H
#define MNEME_TESTS_TORTURE_WHOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Every checkpoint and snapshot can be read, and all their numbers are finite. How many checkpoints
 * there are, and the step of the newest. */
struct whole_checkpoints {
    unsigned count;
    uint64_t newest;
};
struct whole_checkpoints whole_check_checkpoints(const char *run, struct text *wrong);

/* Every line of the record is a JSON object, where `torn` says so but for the last one that has no
 * end; and there is a training line of each step up to `until`. */
void whole_check_record(const char *run, uint64_t until, bool torn, struct text *wrong);

/* The run is what another run of the same preset is: the same weights, moments and numbers in the
 * checkpoint of this step, the same weights in every snapshot, and the same lines of the record,
 * but for events and seconds. Where a step is there more than once, the last counts. */
void whole_check_same(const char *run, const char *other, uint64_t step, struct text *wrong);

/* There are no temporary files in the directory, its checkpoints or its snapshots. */
void whole_check_no_temporaries(const char *directory, struct text *wrong);

/* A file that is also in the other directory has the same bytes. */
void whole_check_file(const char *directory, const char *other, const char *name, bool needed,
                      struct text *wrong);

#endif
