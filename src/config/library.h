/* Files of one kind that people write and call by name: presets, sweeps. They end in .ini and lie
 * in a directory of their kind in each of the places of data. */
#ifndef MNEME_CONFIG_LIBRARY_H
#define MNEME_CONFIG_LIBRARY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"

#define LIBRARY_EXTENSION ".ini"

struct library {
    const char *directory; /* "presets" */
    const char *kind;      /* "preset", as errors call one */
    const char *lister;    /* "presets", the command that lists them */
    /* What takes the place of one, but is named by its file, "table", with an ending such a file
     * can have, ".csv", and who finds one by its name without it, as a text to be freed with
     * memory_free: null where there is none, with err->kind ERROR_NONE unless memory ran out. Null:
     * nothing does. */
    const char *other, *other_ending;
    char *(*find_other)(const char *name, struct error *err);
};

/* Whether a name ends in .ini. */
bool library_has_extension(const char *name);

/* Whether a name means a file by its path: it has a "/" or ends in .ini. */
bool library_is_path(const char *name);

/* Path of the file that a name or a path means; freed with memory_free. ERROR_INPUT for a path of
 * no file, and for a name that is in no place, with the nearest one that is. */
char *library_find(const struct library *library, const struct paths *paths, const char *name,
                   struct error *err);

/* Names of all files in all places, each once, sorted; hidden and unreadable ones are passed over.
 * Overwrites *names; on false it is empty. */
bool library_list(const struct library *library, const struct paths *paths, struct strings *names,
                  struct error *err);

/* Whether a name is one of those, as far as there was memory; no directory is read for it. */
bool library_has(const struct library *library, const struct paths *paths, const char *name);

/* A file's name without directory and extension; freed with memory_free. */
char *library_name(const char *path, struct error *err);

#endif
