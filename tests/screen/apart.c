#include "tests/screen/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_END, WRITE_END };

/* Others than those with which programs and sanitizers end. */
enum { EXIT_WORKED = 40, EXIT_IN_VAIN };

static void write_all(int to, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(to, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        count -= (size_t)written;
    }
}

static void read_all(int from, struct text *said)
{
    char bytes[4096];
    ssize_t count;
    while ((count = read(from, bytes, sizeof bytes)) > 0 || (count < 0 && errno == EINTR))
        if (count > 0)
            text_add_bytes(said, bytes, (size_t)count);
}

/* Ends as programs do, so that sanitizers look for leaks. */
static void work_and_end(apart_work work, void *context, int to)
{
    struct text said = {0};
    bool worked = work(context, &said);
    write_all(to, said.bytes, said.length);
    text_free(&said);
    exit(worked ? EXIT_WORKED : EXIT_IN_VAIN);
}

struct apart apart_do(apart_work work, void *context, struct text *said)
{
    struct apart apart = {.done = false};
    int pipe_ends[2], status = 0;
    if (pipe2(pipe_ends, O_CLOEXEC) != 0) {
        text_format(said, "no pipe: %s\n", strerror(errno));
        return apart;
    }
    fflush(NULL); /* or the child would write it once more */
    pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[READ_END]);
        work_and_end(work, context, pipe_ends[WRITE_END]);
    }
    close(pipe_ends[WRITE_END]);
    if (child > 0)
        read_all(pipe_ends[READ_END], said);
    else
        text_format(said, "no process: %s\n", strerror(errno));
    close(pipe_ends[READ_END]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    apart.worked = code == EXIT_WORKED;
    apart.done = apart.worked || code == EXIT_IN_VAIN;
    apart.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return apart;
}
