/* A program run for a test without a terminal: what it wrote and how it ended. */
#ifndef MNEME_TESTS_SCREEN_PROCESS_H
#define MNEME_TESTS_SCREEN_PROCESS_H

#include <stdbool.h>

#include "base/text.h"
#include "tests/screen/sandbox.h"

struct process {
    int status; /* exit status, or 128 plus the signal */
    struct text out, err;
};

/* Runs arguments[0] (looked for in PATH), in a session of its own and with `input` (may be null) on
 * its standard input, until it ends or patience with it does (tests/patience.h). With `until` not
 * null, `signal` is sent once, as soon as stdout or stderr holds that text. False, with a line on
 * stderr, where the program could not be started or did not end. */
bool process_run(struct process *process, const struct sandbox *sandbox,
                 const char *const *arguments, const char *input, const char *until, int signal);

/* What was written, "" where nothing was. */
const char *process_out(const struct process *process);
const char *process_err(const struct process *process);

void process_free(struct process *process);

#endif
