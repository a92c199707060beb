#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

enum { READ_END, WRITE_END, ENDS };

static const int child_descriptor[CHILD_STREAMS] = {STDOUT_FILENO, STDERR_FILENO};

static void close_all(int (*pipes)[ENDS], int end)
{
    for (int s = 0; s < CHILD_STREAMS; s++)
        if (pipes[s][end] >= 0)
            close(pipes[s][end]);
}

static bool open_pipes(int (*pipes)[ENDS], struct error *err)
{
    memset(pipes, -1, CHILD_STREAMS * sizeof *pipes);
    for (int s = 0; s < CHILD_STREAMS; s++)
        if (pipe2(pipes[s], O_CLOEXEC) != 0 ||
            fcntl(pipes[s][READ_END], F_SETFL, O_NONBLOCK) != 0) {
            int why = errno;
            close_all(pipes, READ_END);
            close_all(pipes, WRITE_END);
            return error_system(err, why, "cannot open a pipe");
        }
    return true;
}

/* This program's environment with one variable set; the strings are not copied. */
static const char **make_environment(const char *variable, struct error *err)
{
    size_t count = 0, kept = 0, name = strcspn(variable, "=") + 1;
    while (environ[count])
        count++;
    const char **environment = memory_new(count + 2, sizeof *environment, err);
    if (!environment)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], variable, name) != 0)
            environment[kept++] = environ[i];
    environment[kept] = variable;
    return environment;
}

static int set_streams(posix_spawn_file_actions_t *actions, int (*pipes)[ENDS])
{
    int why = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (int s = 0; s < CHILD_STREAMS && why == 0; s++)
        why = posix_spawn_file_actions_adddup2(actions, pipes[s][WRITE_END], child_descriptor[s]);
    return why;
}

static int set_signals(posix_spawnattr_t *attributes)
{
    static const int own[] = {SIGINT, SIGTERM, SIGPIPE,
                              SIGXFSZ}; /* this program's, not a child's */
    sigset_t changed, held; /* what it would die of before it has begun, which lets it through */
    sigemptyset(&held);
    sigaddset(&held, SIGUSR1);
    sigaddset(&held, SIGUSR2);
    sigemptyset(&changed);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        sigaddset(&changed, own[i]);
    int why = posix_spawnattr_setsigdefault(attributes, &changed);
    if (why == 0)
        why = posix_spawnattr_setsigmask(attributes, &held);
    if (why == 0)
        why = posix_spawnattr_setpgroup(attributes, 0);
    const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
    return why ? why : posix_spawnattr_setflags(attributes, (short)flags);
}

/* 0, or an errno value. posix_spawn takes strings that it does not change as char *. */
static int spawn(pid_t *process, const char *const *argument, const char *const *environment,
                 int (*pipes)[ENDS])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    union {
        const char *const *constant;
        char *const *plain;
    } arguments = {argument}, variables = {environment};
    int why = posix_spawn_file_actions_init(&actions);
    if (why != 0)
        return why;
    why = posix_spawnattr_init(&attributes);
    if (why == 0) {
        why = set_streams(&actions, pipes);
        if (why == 0)
            why = set_signals(&attributes);
        if (why == 0)
            why = posix_spawnp(process, argument[0], &actions, &attributes, arguments.plain,
                               variables.plain);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

bool child_start(struct child *child, const char *const *argument, const char *variable,
                 struct error *err)
{
    int pipes[CHILD_STREAMS][ENDS];
    *child = (struct child){.stream = {-1, -1}};
    const char **environment = make_environment(variable, err);
    if (!environment || !open_pipes(pipes, err)) {
        memory_free(environment);
        return false;
    }
    int why = spawn(&child->process, argument, environment, pipes);
    memory_free(environment);
    close_all(pipes, WRITE_END);
    if (why != 0) {
        close_all(pipes, READ_END);
        return error_system(err, why, "cannot start %s", argument[0]);
    }
    for (int s = 0; s < CHILD_STREAMS; s++)
        child->stream[s] = pipes[s][READ_END];
    return true;
}

size_t child_watch(const struct child *child, struct pollfd watch[CHILD_STREAMS])
{
    size_t count = 0;
    for (int s = 0; s < CHILD_STREAMS; s++)
        if (child->stream[s] >= 0)
            watch[count++] = (struct pollfd){.fd = child->stream[s], .events = POLLIN};
    return count;
}

/* Hands over whole lines and keeps what stands behind the last. */
static void take_lines(struct text *waiting, bool of_err, child_line *take, void *context)
{
    char *begin = waiting->bytes, *end;
    size_t left = waiting->length;
    while (left > 0 && (end = memchr(begin, '\n', left))) {
        size_t length = (size_t)(end - begin);
        *end = '\0';
        take(context, begin, length, of_err);
        begin = end + 1;
        left -= length + 1;
    }
    if (waiting->length == left)
        return;
    memmove(waiting->bytes, begin, left + 1);
    waiting->length = left;
}

static void end_stream(struct child *child, int stream, child_line *take, void *context)
{
    struct text *waiting = &child->waiting[stream];
    if (waiting->length > 0)
        take(context, waiting->bytes, waiting->length, stream == 1);
    text_free(waiting);
    close(child->stream[stream]);
    child->stream[stream] = -1;
}

static void read_stream(struct child *child, int stream, child_line *take, void *context)
{
    char bytes[4096];
    while (child->stream[stream] >= 0) {
        ssize_t count = read(child->stream[stream], bytes, sizeof bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (count <= 0) {
            end_stream(child, stream, take, context);
            return;
        }
        text_add_bytes(&child->waiting[stream], bytes, (size_t)count);
        take_lines(&child->waiting[stream], stream == 1, take, context);
    }
}

bool child_read(struct child *child, child_line *take, void *context)
{
    bool open = false;
    for (int s = 0; s < CHILD_STREAMS; s++) {
        read_stream(child, s, take, context);
        open = open || child->stream[s] >= 0;
    }
    return open;
}

void child_signal(const struct child *child, int signal)
{
    kill(child->process, signal);
}

void child_yield(const struct child *child)
{
    enum { NICE = 10 };
    id_t process = (id_t)child->process;
    setpriority(PRIO_PROCESS, process, getpriority(PRIO_PROCESS, process) + NICE);
}

void child_end(struct child *child, int *status)
{
    for (int s = 0; s < CHILD_STREAMS; s++) {
        if (child->stream[s] >= 0)
            close(child->stream[s]);
        text_free(&child->waiting[s]);
    }
    while (waitpid(child->process, status, 0) < 0 && errno == EINTR)
        ;
    *child = (struct child){.stream = {-1, -1}};
}
