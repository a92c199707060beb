/* The files that facts are read from, with what they held when they were read: facts file, table,
 * pools, pairs and templates. Whoever keeps them can read the same facts again, whatever has become
 * of the files. */
#ifndef MNEME_FACTS_FACT_FILES_H
#define MNEME_FACTS_FACT_FILES_H

#include <stddef.h>

#include "base/error.h"

/* All files of a set of facts together. */
#define FACT_FILES_BYTES ((size_t)512 << 20)

struct fact_file {
    char *folder; /* of places of data, in which such files are looked for: "pools" */
    char *name;   /* what names it there, or a path: "cities", "../my.csv" */
    char *path;   /* where it was */
    char *text;   /* what it held */
};

struct fact_files {
    struct fact_file *file; /* [count] in the order in which they are asked for: the facts file, or
                               the table in its place, is the first */
    size_t count, room;
    size_t bytes; /* of all texts */
};

/* The file, or null. */
const struct fact_file *fact_files_find(const struct fact_files *files, const char *folder,
                                        const char *name);

/* Adds a file, and takes its path and text, which are freed on false. ERROR_INPUT where all texts
 * would be more than FACT_FILES_BYTES. */
bool fact_files_take(struct fact_files *files, const char *folder, const char *name, char *path,
                     char *text, struct error *err);

void fact_files_free(struct fact_files *files);

#endif
