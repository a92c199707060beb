/* A shell command of the user's that goes on beside the program: no terminal, not waited for. */
#ifndef MNEME_BASE_BACKGROUND_H
#define MNEME_BASE_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct background {
    const char *command;         /* run by sh */
    const char *const *variable; /* [variables] "NAME=value", set in this program's environment */
    size_t variables;
    int output; /* a descriptor for its standard output and errors */
};

/* Starts it in a session of its own, with standard input from /dev/null; what signals do is as in
 * any program. It is never ended by this one. ERROR_SYSTEM where it cannot be started. */
bool background_start(const struct background *background, pid_t *process, struct error *err);

/* Whether it has ended, without waiting; *status is waitpid's then, and nothing is left of it. */
bool background_has_ended(pid_t process, int *status);

#endif
