#include "config/renamed.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *before, *now;
} facts_files[] = {
    {"countries", "invented-countries"},
};

const char *renamed_facts(const char *name)
{
    for (size_t i = 0; i < sizeof facts_files / sizeof *facts_files; i++)
        if (strcmp(facts_files[i].before, name) == 0)
            return facts_files[i].now;
    return NULL;
}
