/* Where things are: shipped data, the user's own, run directories, and the program itself. */
#ifndef MNEME_CONFIG_PATHS_H
#define MNEME_CONFIG_PATHS_H

#include <stddef.h>

#include "base/error.h"

struct paths {
    char **data;   /* null-terminated: places with presets/, claims/, facts/, ...; the user's
                      ($XDG_CONFIG_HOME/mneme) first, then the shipped ones */
    char *runs;    /* $XDG_DATA_HOME/mneme/runs */
    char *state;   /* $XDG_STATE_HOME/mneme: the prompt's history */
    char *program; /* what starts this program, as a shell takes it: "mneme", "build/mneme" */
};

/* The variables of the environment that the user's base directories are found by, and what one of
 * them says: an absolute path; null where it says nothing. */
enum { PATHS_BASES = 3 };
extern const char *const paths_base_variable[PATHS_BASES];
const char *paths_base(size_t which);

/* Shipped data is the source tree's for a program that lies in its build tree, otherwise
 * ../share/mneme beside the program, otherwise where it was installed to. `typed` is the word that
 * the program was started with; empty or null where that is not known. */
bool paths_find(struct paths *paths, const char *typed, struct error *err);
void paths_free(struct paths *paths);

/* Path of this program, to start it again; freed with memory_free. */
char *paths_own_program(struct error *err);

/* A path as a shell would take it: ~ and what begins with ~/ is in the user's own directory; freed
 * with memory_free. */
char *paths_expand(const char *path, struct error *err);

#endif
