#include "record/local_locks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static bool is_word(const char *word, size_t length, const char *wanted)
{
    return strlen(wanted) == length && strncmp(word, wanted, length) == 0;
}

/* Of one line: options stand in two of its fields, with commas between them. */
static bool tells_of_local(const char *line, size_t length)
{
    static const char *const options[] = {"nolock", "local_lock=all", "local_lock=posix",
                                          "localflock", "localflocks"};
    const char *end = line + length;
    for (const char *word = line; word < end; word++) {
        size_t of_word = strcspn(word, ", \n");
        for (size_t i = 0; i < sizeof options / sizeof *options; i++)
            if (is_word(word, of_word, options[i]))
                return true;
        word += of_word;
    }
    return false;
}

bool local_locks_told(const char *mountinfo, dev_t device)
{
    for (const char *line = mountinfo; *line;) {
        unsigned first, second;
        size_t length = strcspn(line, "\n");
        if (sscanf(line, "%*d %*d %u:%u", &first, &second) == 2 && first == major(device) &&
            second == minor(device) && tells_of_local(line, length))
            return true;
        line += length + (line[length] == '\n');
    }
    return false;
}

/* Line by line: a machine may have thousands of mounts. */
bool local_locks_only(int descriptor)
{
    struct stat about;
    char *line = NULL;
    size_t room = 0;
    bool only = false;
    FILE *mounts = fstat(descriptor, &about) == 0 ? fopen("/proc/self/mountinfo", "re") : NULL;
    while (mounts && !only && getline(&line, &room, mounts) > 0)
        only = local_locks_told(line, about.st_dev);
    free(line);
    if (mounts)
        fclose(mounts);
    return only;
}
