#include "tests/screen/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(const char *what)
{
    fprintf(stderr, "sandbox: %s: %s\n", what, strerror(errno));
    return false;
}

char *sandbox_path(const struct sandbox *sandbox, const char *path)
{
    char *full;
    if (asprintf(&full, "%s/%s", sandbox->home, path) < 0)
        return NULL;
    return full;
}

int sandbox_lock(const struct sandbox *sandbox, const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char *full = sandbox_path(sandbox, path);
    int file = full ? open(full, O_RDWR | O_CLOEXEC) : -1;
    free(full);
    if (file >= 0 && fcntl(file, F_OFD_SETLK, &whole) == 0)
        return file;
    complain(path);
    if (file >= 0)
        close(file);
    return -1;
}

bool sandbox_set(struct sandbox *sandbox, const char *name, const char *value)
{
    size_t length = strlen(name), i = 0;
    while (i < sandbox->variables && (strncmp(sandbox->environment[i], name, length) != 0 ||
                                      sandbox->environment[i][length] != '='))
        i++;
    if (i < sandbox->variables) {
        free(sandbox->environment[i]);
        sandbox->environment[i] = sandbox->environment[--sandbox->variables];
        sandbox->environment[sandbox->variables] = NULL;
    }
    if (!value)
        return true;
    char **grown =
        realloc(sandbox->environment, (sandbox->variables + 2) * sizeof *sandbox->environment);
    if (!grown)
        return complain(name);
    sandbox->environment = grown;
    grown[sandbox->variables] = grown[sandbox->variables + 1] = NULL;
    if (asprintf(&grown[sandbox->variables], "%s=%s", name, value) < 0)
        return complain(name);
    sandbox->variables++;
    return true;
}

static bool set_path(struct sandbox *sandbox, const char *name, const char *path)
{
    char *full = sandbox_path(sandbox, path);
    bool ok = full && sandbox_set(sandbox, name, full);
    free(full);
    return ok;
}

bool sandbox_open(struct sandbox *sandbox)
{
    static const char *const kept[] = {
        "PATH",          "LD_LIBRARY_PATH", "ASAN_OPTIONS",     "LSAN_OPTIONS",
        "UBSAN_OPTIONS", "OMP_NUM_THREADS", "OPENBLAS_CORETYPE"};
    *sandbox = (struct sandbox){0};
    const char *temporary = getenv("TMPDIR");
    if (asprintf(&sandbox->home, "%s/mneme-test-XXXXXX", temporary ? temporary : "/tmp") < 0)
        return complain("no memory");
    if (!mkdtemp(sandbox->home))
        return complain(sandbox->home);
    bool ok = true;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (getenv(kept[i]))
            ok = ok && sandbox_set(sandbox, kept[i], getenv(kept[i]));
    return ok && sandbox_set(sandbox, "HOME", sandbox->home) &&
           sandbox_set(sandbox, "TERM", "xterm-256color") &&
           sandbox_set(sandbox, "LANG", "C.UTF-8") &&
           set_path(sandbox, "XDG_CONFIG_HOME", "config") &&
           set_path(sandbox, "XDG_DATA_HOME", "data") &&
           set_path(sandbox, "XDG_STATE_HOME", "state");
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status, (void)kind, (void)place;
    return remove(path);
}

void sandbox_close(struct sandbox *sandbox)
{
    if (sandbox->home)
        nftw(sandbox->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    for (size_t i = 0; i < sandbox->variables; i++)
        free(sandbox->environment[i]);
    free(sandbox->environment);
    free(sandbox->home);
    *sandbox = (struct sandbox){0};
}

static bool make_directories(char *path)
{
    for (size_t i = 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        bool ok = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!ok)
            complain(path);
        path[i] = '/';
        if (!ok)
            return false;
    }
    return true;
}

bool sandbox_write(const struct sandbox *sandbox, const char *path, const char *text)
{
    char *full = sandbox_path(sandbox, path);
    FILE *file = full && make_directories(full) ? fopen(full, "w") : NULL;
    bool ok = file && fputs(text, file) >= 0;
    if (file && fclose(file) != 0)
        ok = false;
    if (!ok)
        complain(path);
    free(full);
    return ok;
}

/* A program inherits what its parent ignores, and a shell's background jobs ignore SIGINT. */
static void reset_signals(void)
{
    static const int signals[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE, SIGTSTP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
}

void sandbox_execute(const struct sandbox *sandbox, const char *const *arguments)
{
    reset_signals();
    if (chdir(sandbox->home) == 0)
        execvpe(arguments[0], (char *const *)(uintptr_t)arguments, sandbox->environment);
    complain(arguments[0]);
    _exit(127);
}

const char *sandbox_program(void)
{
    static char program[PATH_MAX];
    const char *name = getenv("MNEME");
    if (program[0] == '\0' && !realpath(name ? name : "./mneme", program))
        snprintf(program, sizeof program, "%s", name ? name : "./mneme");
    return program;
}
