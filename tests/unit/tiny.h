/* A preset small enough for tests, and a place for its runs. */
#ifndef MNEME_TESTS_UNIT_TINY_H
#define MNEME_TESTS_UNIT_TINY_H

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/preset.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "config/preset_key.h"

/* Data of the source tree, runs in a fresh temporary directory. */
struct tiny {
    char directory[64];
    char *data[2];
    char program[sizeof "mneme"];
    struct paths paths;
};

static inline bool tiny_begin(struct tiny *tiny)
{
    const char *source = getenv("srcdir");
    *tiny = (struct tiny){.directory = "/tmp/mneme-test-XXXXXX", .program = "mneme"};
    if (!mkdtemp(tiny->directory))
        return false;
    tiny->data[0] = memory_string(source ? source : ".", NULL);
    tiny->paths = (struct paths){tiny->data, tiny->directory, tiny->directory, tiny->program};
    return tiny->data[0] != NULL;
}

static inline void tiny_end(struct tiny *tiny)
{
    char *command = memory_format(NULL, "rm -rf '%s'", tiny->directory);
    if (command && system(command) != 0)
        perror(tiny->directory);
    memory_free(command);
    memory_free(tiny->data[0]);
}

/* A model of a few thousand parameters on pools of a few entries; more assignments may follow. */
static inline bool tiny_preset(struct tiny *tiny, struct preset *preset, const char *const *more,
                               struct error *err)
{
    static const char text[] =
        "[preset]\ntitle = tiny\n"
        "[facts]\nfile = biography\ntrain_templates = 3\ntemplates = 5\n"
        "[pools]\ngiven-names = 6\nlast-names = 7\ncities = 5\nuniversities = 4\nmajors = 3\n"
        "companies = 5\ndays = 3\nmonths = 2\nyears = 4\n"
        "[population]\nknown = 32\nnew = 16\n"
        "[model]\nlayers = 1\nheads = 2\nd_model = 16\nd_hidden = 24\nd_key = 8\n"
        "[train]\nsteps = 12\nbatch = 6\nlr = 1e-2\nshards = 2\n"
        "[eval]\nevery = 4\nknown = 8\nnew = 8\n"
        "[checkpoint]\nevery = 6\n";
    if (!preset_read(preset, &tiny->paths, text, "tiny.ini", err))
        return false;
    for (; more && *more; more++)
        if (!preset_set(preset, *more, err))
            return false;
    return preset_check(preset, err);
}

#endif
