#include "record/run_names.h"

#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run_files.h"

/* Directories inside each other that runs are looked for in. */
enum { DEPTH = 3 };

static bool add_all(const char *top, const char *below, int depth, struct strings *names,
                    struct error *err);

/* The run top/name, or the runs inside it where it is none. */
static bool add_entry(const char *top, const char *name, int depth, struct strings *names,
                      struct error *err)
{
    char *directory = file_join(top, name, err);
    if (!directory)
        return false;
    bool is_run = run_files_is_run(directory);
    memory_free(directory);
    return is_run ? strings_add(names, name, err)
                  : depth <= 1 || add_all(top, name, depth - 1, names, err);
}

/* Those in top/below, or in top where below is null. What is no directory has none. */
static bool add_all(const char *top, const char *below, int depth, struct strings *names,
                    struct error *err)
{
    char *path = below ? file_join(top, below, err) : memory_string(top, err);
    bool ok = path != NULL;
    DIR *stream = ok ? opendir(path) : NULL;
    if (ok && !stream && !below && errno != ENOENT)
        ok = error_system(err, errno, "cannot read %s", path);
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));) {
        if (entry->d_name[0] == '.')
            continue;
        char *name =
            below ? file_join(below, entry->d_name, err) : memory_string(entry->d_name, err);
        ok = name && add_entry(top, name, depth, names, err);
        memory_free(name);
    }
    if (stream)
        closedir(stream);
    memory_free(path);
    return ok;
}

/* Whether the names that begin so are those of another directory. */
static bool is_hidden(const struct paths *paths, const char *name)
{
    char *there = file_join(paths->runs, name, NULL);
    bool hidden = !there || file_exists(there);
    memory_free(there);
    return hidden;
}

bool run_names_list(const struct paths *paths, struct strings *names, struct error *err)
{
    *names = (struct strings){0};
    bool ok = add_all(paths->runs, NULL, DEPTH, names, err) &&
              (is_hidden(paths, RUN_REPRODUCTION) ||
               add_all(".", RUN_REPRODUCTION, DEPTH - 1, names, err));
    if (!ok)
        strings_free(names);
    return ok;
}
