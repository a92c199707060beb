#include "record/run_names.h"

#include <dirent.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run_files.h"

static bool add_if_run(const char *parent, const char *name, char ***names, size_t *count,
                       struct error *err)
{
    char *directory = file_join(parent, name, err);
    if (!directory)
        return false;
    bool wanted = run_files_is_run(directory);
    memory_free(directory);
    if (!wanted)
        return true;
    char **grown = memory_resize(*names, *count + 1, sizeof *grown, err);
    if (!grown)
        return false;
    *names = grown;
    char *copy = memory_string(name, err);
    if (copy)
        grown[(*count)++] = copy;
    return copy != NULL;
}

bool run_names_list(const char *directory, char ***names, size_t *count, struct error *err)
{
    *count = 0;
    *names = memory_new(0, sizeof **names, err);
    bool ok = *names != NULL;
    DIR *stream = ok ? opendir(directory) : NULL;
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));)
        if (entry->d_name[0] != '.')
            ok = add_if_run(directory, entry->d_name, names, count, err);
    if (stream)
        closedir(stream);
    if (!ok)
        run_names_free(*names, *count);
    return ok;
}

void run_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memory_free(names[i]);
    memory_free(names);
}
