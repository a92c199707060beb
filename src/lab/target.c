#include "lab/target.h"

#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/library.h"
#include "config/preset_file.h"
#include "config/table_preset.h"
#include "record/run.h"

/* Whatever run_open takes, or says best what is wrong with. */
static bool is_run(const struct paths *paths, const char *name)
{
    struct run run;
    if (run_open(&run, paths, name, NULL)) {
        run_close(&run);
        return true;
    }
    if (library_has_extension(name) || table_preset_is_path(name))
        return false;
    if (strchr(name, '/'))
        return true;
    char *directory = file_join(paths->runs, name, NULL);
    bool exists = directory && file_exists(directory);
    memory_free(directory);
    return exists;
}

bool target_is_run(const struct paths *paths, const char *name)
{
    return !preset_is_listed(paths, name) && is_run(paths, name);
}
