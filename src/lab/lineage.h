/* The models that led to a run's: those that it has kept itself and, of steps before it began,
 * those that the run has kept in which it began, and so on. */
#ifndef MNEME_LAB_LINEAGE_H
#define MNEME_LAB_LINEAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct lineage_model {
    char *directory; /* of the run that has it */
    uint64_t step;
};

struct lineage {
    struct lineage_model *model; /* [count] ascending */
    size_t count, room;
};

/* Those up to a step, that one included. Where a run is there no longer its steps are left out; one
 * that cannot be read ends the line. Errors are those of the run's own models. */
bool lineage_read(struct lineage *lineage, const char *directory, uint64_t last, struct error *err);
void lineage_free(struct lineage *lineage);

#endif
