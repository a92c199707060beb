#include "base/background.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

static bool is_replaced(const struct background *background, const char *variable)
{
    size_t name = strcspn(variable, "=");
    for (size_t v = 0; v < background->variables; v++)
        if (strncmp(background->variable[v], variable, name + 1) == 0)
            return true;
    return false;
}

/* This program's environment with the variables; the strings are not copied. */
static const char **make_environment(const struct background *background, struct error *err)
{
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    const char **environment =
        memory_new(count + background->variables + 1, sizeof *environment, err);
    if (!environment)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (!is_replaced(background, environ[i]))
            environment[kept++] = environ[i];
    for (size_t v = 0; v < background->variables; v++)
        environment[kept++] = background->variable[v];
    environment[kept] = NULL;
    return environment;
}

static int set_streams(posix_spawn_file_actions_t *actions, int output)
{
    int why = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (why == 0)
        why = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    return why ? why : posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO);
}

/* Nothing of this program's ways with signals is handed on. */
static int set_signals(posix_spawnattr_t *attributes)
{
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    int why = posix_spawnattr_setsigdefault(attributes, &all);
    if (why == 0)
        why = posix_spawnattr_setsigmask(attributes, &none);
    const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID;
    return why ? why : posix_spawnattr_setflags(attributes, (short)flags);
}

/* 0, or an errno value. posix_spawn takes strings that it does not change as char *. */
static int spawn(const struct background *background, const char *const *environment,
                 pid_t *process)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    const char *const words[] = {"sh", "-c", background->command, NULL};
    union {
        const char *const *constant;
        char *const *plain;
    } arguments = {words}, variables = {environment};
    int why = posix_spawn_file_actions_init(&actions);
    if (why != 0)
        return why;
    why = posix_spawnattr_init(&attributes);
    if (why == 0) {
        why = set_streams(&actions, background->output);
        if (why == 0)
            why = set_signals(&attributes);
        if (why == 0)
            why = posix_spawn(process, "/bin/sh", &actions, &attributes, arguments.plain,
                              variables.plain);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

bool background_start(const struct background *background, pid_t *process, struct error *err)
{
    const char **environment = make_environment(background, err);
    if (!environment)
        return false;
    int why = spawn(background, environment, process);
    memory_free(environment);
    return why == 0 || error_system(err, why, "cannot start /bin/sh");
}

bool background_has_ended(pid_t process, int *status)
{
    pid_t ended = waitpid(process, status, WNOHANG);
    return ended == process || (ended < 0 && errno == ECHILD);
}
