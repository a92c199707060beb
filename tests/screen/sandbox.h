/* A world of its own for one test: a temporary home directory with the XDG directories in it, and
 * the whole environment that programs under test are started with. */
#ifndef MNEME_TESTS_SCREEN_SANDBOX_H
#define MNEME_TESTS_SCREEN_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

struct sandbox {
    char *home;         /* removed with everything in it by sandbox_close */
    char **environment; /* [variables + 1] "NAME=value", null-terminated */
    size_t variables;
};

/* HOME is the directory, XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME are config, data and
 * state in it; TERM is xterm-256color, LANG C.UTF-8. Of the tests' own environment only what finds
 * programs and libraries is handed on. False, with a line on stderr, where that cannot be had. */
bool sandbox_open(struct sandbox *sandbox);
void sandbox_close(struct sandbox *sandbox);

/* Sets a variable, or takes it away where value is null. */
bool sandbox_set(struct sandbox *sandbox, const char *name, const char *value);

/* Writes a file below home and makes the directories it needs. */
bool sandbox_write(const struct sandbox *sandbox, const char *path, const char *text);

/* Locks a file below home, as another process would that writes the run: a descriptor, which is
 * closed to let it go, or -1. */
int sandbox_lock(const struct sandbox *sandbox, const char *path);

/* A path below home in full; freed with free(). */
char *sandbox_path(const struct sandbox *sandbox, const char *path);

/* Becomes a program, looked for in PATH: started in home, with the sandbox's environment. For a
 * child process: it never comes back. */
void sandbox_execute(const struct sandbox *sandbox, const char *const *arguments)
    __attribute__((noreturn));

/* The program under test: $MNEME, else ./mneme, in full. */
const char *sandbox_program(void);

#endif
