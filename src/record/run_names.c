#include "record/run_names.h"

#include <dirent.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run_files.h"

static bool add_if_run(const char *parent, const char *name, struct strings *names,
                       struct error *err)
{
    char *directory = file_join(parent, name, err);
    if (!directory)
        return false;
    bool wanted = run_files_is_run(directory);
    memory_free(directory);
    return !wanted || strings_add(names, name, err);
}

bool run_names_list(const char *directory, struct strings *names, struct error *err)
{
    bool ok = true;
    *names = (struct strings){0};
    DIR *stream = opendir(directory);
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));)
        if (entry->d_name[0] != '.')
            ok = add_if_run(directory, entry->d_name, names, err);
    if (stream)
        closedir(stream);
    if (!ok)
        strings_free(names);
    return ok;
}
