#include "tests/screen/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/patience.h"

enum { READ_END, WRITE_END };

static void become_program(const struct sandbox *sandbox, const char *const *arguments, int in,
                           int out, int err)
{
    setsid();
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    sandbox_execute(sandbox, arguments);
}

/* A file without a name that holds the program's input. */
static int open_input(const char *input)
{
    FILE *file = tmpfile();
    if (!file)
        return -1;
    bool ok = fputs(input ? input : "", file) >= 0 && fflush(file) == 0;
    int descriptor = ok ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
    fclose(file);
    if (descriptor >= 0)
        lseek(descriptor, 0, SEEK_SET);
    return descriptor;
}

/* Adds what there is to read; false once the other side is closed. */
static bool take(int descriptor, struct text *text)
{
    char bytes[65536];
    ssize_t count = read(descriptor, bytes, sizeof bytes);
    if (count < 0)
        return errno == EINTR;
    text_add_bytes(text, bytes, (size_t)count);
    return count > 0;
}

const char *process_out(const struct process *process)
{
    return process->out.bytes ? process->out.bytes : "";
}

const char *process_err(const struct process *process)
{
    return process->err.bytes ? process->err.bytes : "";
}

/* Reads both streams to their ends; false where patience ended before. */
static bool collect(struct process *process, int out, int err, pid_t program, const char *until,
                    int signal)
{
    struct pollfd stream[] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    struct patience patience = patience_with(program);
    while (stream[0].fd >= 0 || stream[1].fd >= 0) {
        if (!patience_lasts(&patience))
            return false;
        if (poll(stream, 2, 200) <= 0)
            continue;
        if (stream[0].revents && !take(out, &process->out))
            stream[0].fd = -1;
        if (stream[1].revents && !take(err, &process->err))
            stream[1].fd = -1;
        if (until && (strstr(process_out(process), until) || strstr(process_err(process), until))) {
            kill(program, signal);
            until = NULL;
        }
    }
    return true;
}

/* Waits for the end of a program; false where patience ended before. */
static bool reap(pid_t program, int *status)
{
    struct patience patience = patience_with(program);
    while (waitpid(program, status, WNOHANG) == 0) {
        if (!patience_lasts(&patience))
            return false;
        poll(NULL, 0, 1);
    }
    return true;
}

static pid_t start(const struct sandbox *sandbox, const char *const *arguments, const char *input,
                   int out[2], int err[2])
{
    int in = open_input(input);
    pid_t program = in < 0 ? -1 : fork();
    if (program == 0)
        become_program(sandbox, arguments, in, out[WRITE_END], err[WRITE_END]);
    if (in >= 0)
        close(in);
    close(out[WRITE_END]);
    close(err[WRITE_END]);
    return program;
}

bool process_run(struct process *process, const struct sandbox *sandbox,
                 const char *const *arguments, const char *input, const char *until, int signal)
{
    *process = (struct process){0};
    int out[2], err[2], status = 0;
    if (pipe2(out, O_CLOEXEC) != 0)
        return false;
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[READ_END]);
        close(out[WRITE_END]);
        return false;
    }
    pid_t program = start(sandbox, arguments, input, out, err);
    bool ok = program > 0 &&
              collect(process, out[READ_END], err[READ_END], program, until, signal) &&
              reap(program, &status);
    if (!ok)
        fprintf(stderr, "process: %s did not end; it wrote:\n%s%s", arguments[0],
                process_out(process), process_err(process));
    if (program > 0 && !ok) {
        kill(-program, SIGKILL);
        waitpid(program, &status, 0);
    }
    process->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    close(out[READ_END]);
    close(err[READ_END]);
    return ok;
}

void process_free(struct process *process)
{
    text_free(&process->out);
    text_free(&process->err);
}
