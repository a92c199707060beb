/* Where the files that facts are made of are looked for: beside the file that names them, then in
 * the places of data. */
#ifndef MNEME_FACTS_PLACES_H
#define MNEME_FACTS_PLACES_H

#include <stddef.h>

#include "base/error.h"

struct places {
    const char **directory; /* [count] the first one that has a file wins */
    size_t count;
    char *own[2]; /* of these, the ones that a file given by path adds in front: its directory and
                     the one above it */
};

/* directories is a null-terminated list that must outlive *places; file is a path, or null. On
 * false *places is empty. */
bool places_init(struct places *places, const char *file, const char *const *directories,
                 struct error *err);
void places_free(struct places *places);

/* The first DIRECTORY/folder/name+ending that is a file; freed with memory_free. ERROR_INPUT where
 * there is none, and names the directories. */
char *places_find(const struct places *places, const char *folder, const char *name,
                  const char *ending, struct error *err);

/* The same of a file that may also lie beside the one that names it, `file`, or be a path from
 * there. */
char *places_find_beside(const struct places *places, const char *file, const char *folder,
                         const char *name, struct error *err);

#endif
