/* The runs that are marked, to be looked at together. */
#ifndef MNEME_TUI_MARKS_H
#define MNEME_TUI_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"

/* {0}: none is marked. */
struct marks {
    struct strings run; /* directories, in the order in which they were marked */
    uint64_t changes;   /* how often this list became another one */
};

bool marks_have(const struct marks *marks, const char *directory);

/* Marks a run, or takes its mark away. */
bool marks_toggle(struct marks *marks, const char *directory, struct error *err);

/* The run is no longer there; or it is in another directory, where it keeps its place. */
void marks_drop(struct marks *marks, const char *directory);
bool marks_move(struct marks *marks, const char *from, const char *to, struct error *err);

void marks_clear(struct marks *marks);
void marks_free(struct marks *marks);

#endif
