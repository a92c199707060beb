#include "config/paths.h"

#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"

#define OURS    "/mneme"
#define PRESETS "/presets"

enum { PLACES = 2 }; /* the user's and the shipped one */

/* What HOME says, or the system's list of users; null where neither does. */
static const char *home_directory(void)
{
    const char *home = getenv("HOME");
    const struct passwd *user = home && home[0] == '/' ? NULL : getpwuid(getuid());
    return user ? user->pw_dir : home;
}

char *paths_expand(const char *path, struct error *err)
{
    const char *home = *path == '~' && (path[1] == '/' || !path[1]) ? home_directory() : NULL;
    return memory_format(err, "%s%s", home ? home : "", home ? path + 1 : path);
}

enum { CONFIG, DATA, STATE };

const char *const paths_base_variable[PATHS_BASES] = {
    [CONFIG] = "XDG_CONFIG_HOME", [DATA] = "XDG_DATA_HOME", [STATE] = "XDG_STATE_HOME"};

/* $variable/mneme, or HOME/fallback/mneme where the variable is not an absolute path, as the XDG
 * base directory specification says. */
static char *user_directory(size_t which, const char *fallback, struct error *err)
{
    const char *variable = paths_base_variable[which], *base = paths_base(which);
    if (base)
        return memory_format(err, "%s" OURS, base);
    const char *home = home_directory();
    if (home && home[0] == '/')
        return memory_format(err, "%s/%s" OURS, home, fallback);
    error_set(err, ERROR_INPUT, "neither %s nor HOME is an absolute path", variable);
    return NULL;
}

const char *paths_base(size_t which)
{
    const char *base = getenv(paths_base_variable[which]);
    return base && base[0] == '/' ? base : NULL;
}

/* Whether path lies in directory, both absolute and without links. */
static bool is_below(const char *path, const char *directory)
{
    size_t length = strlen(directory);
    return strncmp(path, directory, length) == 0 && path[length] == '/';
}

/* Where the source tree is, for a program at this place in its build tree; null otherwise. */
static const char *source_of(const char *program)
{
    char build[PATH_MAX];
    bool in_build_tree = realpath(MNEME_BUILDDIR, build) && is_below(program, build);
    return in_build_tree && file_exists(MNEME_SOURCEDIR PRESETS) ? MNEME_SOURCEDIR : NULL;
}

/* The data directory beside the program's, where a whole installation was moved to; null where
 * there is none. */
static char *data_beside(const char *program, struct error *err)
{
    char found[PATH_MAX];
    char *directory = file_directory(program, err);
    char *beside = directory ? memory_format(err, "%s/../share" OURS, directory) : NULL;
    bool there = beside && realpath(beside, found);
    memory_free(directory);
    memory_free(beside);
    return there ? memory_string(found, err) : NULL;
}

static char *shipped_directory(struct error *err)
{
    char program[PATH_MAX];
    struct error trouble = {ERROR_NONE, ""};
    if (!realpath("/proc/self/exe", program))
        return memory_string(MNEME_DATADIR, err);
    const char *source = source_of(program);
    if (source)
        return memory_string(source, err);
    char *beside = data_beside(program, &trouble);
    if (beside)
        return beside;
    if (trouble.kind) {
        error_set(err, trouble.kind, "%s", trouble.message);
        return NULL;
    }
    return memory_string(MNEME_DATADIR, err);
}

static char *program_of(const char *typed, struct error *err)
{
    struct text program = {0};
    shell_add_word(&program, typed && *typed ? typed : "mneme");
    return text_take(&program, err);
}

char *paths_own_program(struct error *err)
{
    char path[PATH_MAX];
    return memory_string(realpath("/proc/self/exe", path) ? path : "mneme", err);
}

bool paths_find(struct paths *paths, const char *typed, struct error *err)
{
    *paths = (struct paths){0};
    paths->data = memory_new(PLACES + 1, sizeof *paths->data, err);
    if (paths->data && (paths->data[0] = user_directory(CONFIG, ".config", err)) &&
        (paths->data[1] = shipped_directory(err)) &&
        (paths->state = user_directory(STATE, ".local/state", err)) &&
        (paths->program = program_of(typed, err))) {
        char *own = user_directory(DATA, ".local/share", err);
        paths->runs = own ? file_join(own, "runs", err) : NULL;
        memory_free(own);
    }
    if (paths->runs)
        return true;
    paths_free(paths);
    return false;
}

void paths_free(struct paths *paths)
{
    for (size_t i = 0; paths->data && paths->data[i]; i++)
        memory_free(paths->data[i]);
    memory_free(paths->data);
    memory_free(paths->runs);
    memory_free(paths->state);
    memory_free(paths->program);
    *paths = (struct paths){0};
}
