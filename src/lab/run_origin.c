#include "lab/run_origin.h"

#include <string.h>

#include "base/memory.h"
#include "config/preset_file.h"
#include "config/table_preset.h"

/* Whether the run's preset was that of a table, and is called after it. */
static bool is_of_table(const struct preset *run)
{
    const char *path = run->facts.table;
    char *name = path && table_preset_is_path(path) ? table_preset_name(path, NULL) : NULL;
    bool is = name && strcmp(name, run->name) == 0;
    memory_free(name);
    return is;
}

static bool have_same_table(const struct preset *one, const struct preset *other)
{
    const char *a = one->facts.table, *b = other->facts.table;
    return a && b ? strcmp(a, b) == 0 : !a && !b;
}

static bool is_of_listed(const struct paths *paths, const struct preset *run)
{
    struct preset listed;
    if (!preset_load(&listed, paths, run->name, NULL))
        return false;
    bool is = have_same_table(&listed, run);
    preset_free(&listed);
    return is;
}

const char *run_origin(const struct paths *paths, const struct preset *run)
{
    bool is_listed = preset_is_listed(paths, run->name);
    if (is_of_table(run) && !(is_listed && is_of_listed(paths, run)))
        return run->facts.table;
    return is_listed ? run->name : NULL;
}
