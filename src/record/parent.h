/* The run at whose checkpoint another one began. */
#ifndef MNEME_RECORD_PARENT_H
#define MNEME_RECORD_PARENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct parent {
    char *run; /* its directory: the one it had, or one of its name beside the run's own; if neither
                  is there its name. Null: the run began at its own first step */
    uint64_t step;
};

/* What the record in a run's directory says of it, in its first line. A record that cannot be read
 * is ERROR_DATA or ERROR_SYSTEM. */
bool parent_read(struct parent *parent, const char *directory, struct error *err);
void parent_free(struct parent *parent);

/* The run in which a run began, that in which this one had begun itself, and so on: the record of a
 * branch has them all, so that those are known whose own records are gone. */
struct parents {
    struct parent *parent; /* [count] */
    size_t count;
};

bool parents_read(struct parents *parents, const char *directory, struct error *err);
void parents_free(struct parents *parents);

#endif
