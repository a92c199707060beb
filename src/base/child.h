/* Another program run as a child process: what it prints comes back line by line. */
#ifndef MNEME_BASE_CHILD_H
#define MNEME_BASE_CHILD_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/text.h"

enum { CHILD_STREAMS = 2 };

struct child {
    pid_t process;
    int stream[CHILD_STREAMS]; /* its stdout and stderr, to be read; -1 once they have ended */
    struct text waiting[CHILD_STREAMS]; /* what came of a line that is not whole yet */
};

/* Called for a line without its newline, null-terminated; of_err: it came from stderr. */
typedef void child_line(void *context, const char *line, size_t length, bool of_err);

/* Starts argument[0], a path or a name to be looked for in PATH, with null-terminated arguments and
 * this program's environment, in which `variable` ("NAME=value") is set. Its standard input is
 * empty. It is a process group of its own, so that keys pressed on the terminal do not reach it,
 * and SIGINT and SIGTERM end it even where this program ignores them; SIGUSR1 and SIGUSR2 are held
 * back until it lets them through, so that none comes before it has begun. ERROR_SYSTEM where it
 * cannot be started; on false there is nothing to end. */
bool child_start(struct child *child, const char *const *argument, const char *variable,
                 struct error *err);

/* Fills in what poll has to watch of it; returns how many, 0 once both streams have ended. */
size_t child_watch(const struct child *child, struct pollfd watch[CHILD_STREAMS]);

/* Hands over the whole lines there are, without waiting; a last one without its newline as well
 * once the stream has ended. False when both streams have ended: time for child_end. */
bool child_read(struct child *child, child_line *take, void *context);

void child_signal(const struct child *child, int signal);

/* It comes after this process where there are fewer processors than threads. */
void child_yield(const struct child *child);

/* Waits for it to end and gives everything back; *status is waitpid's. */
void child_end(struct child *child, int *status);

#endif
