/* All runs with what tells them apart, and which began at whose checkpoint. */
#ifndef MNEME_LAB_RUN_CATALOG_H
#define MNEME_LAB_RUN_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/paths.h"
#include "record/run_list.h"

struct run_entry {
    struct run_summary *run; /* of the catalog's list */
    char *differs;        /* "train.lr=0.001 sampling.kind=power-law": keys that have another value
                             than in the parent at parent_step, or else in the preset of that name,
                             or of that table, as it is now; and "train.lr=0.001@600", the learning
                             rate that was set by hand last, and when. "" where none has, or where
                             there is no such preset */
    bool from_parent;     /* rather than from the preset */
    double plateau_end;   /* step, as the record told it last; NAN where it has not ended */
    size_t parent;        /* index of the run that it is a branch of; SIZE_MAX without */
    uint64_t parent_step; /* at which it began there */
};

struct run_catalog {
    struct run_summary *run; /* [count] newest first */
    struct run_entry *entry; /* [count] in the same order */
    size_t count;
};

/* Reads every record once; what of a run cannot be read is left out. */
bool run_catalog_read(struct run_catalog *catalog, const struct paths *paths, struct error *err);
void run_catalog_free(struct run_catalog *catalog);

#endif
