#include "base/process.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "base/file.h"
#include "base/memory.h"

/* Its state is the letter behind the name, which is in brackets and may have some in it. Without
 * Linux's /proc such a process cannot be told from one that runs. */
static bool waits_for_parent(long process)
{
    char *path = memory_format(NULL, "/proc/%ld/stat", process);
    char *text = path ? file_read(path, NULL, NULL) : NULL;
    const char *name_end = text ? strrchr(text, ')') : NULL;
    bool waits = name_end && (strncmp(name_end, ") Z", 3) == 0 || strncmp(name_end, ") X", 3) == 0);
    memory_free(text);
    memory_free(path);
    return waits;
}

bool process_has_ended(long process)
{
    return (kill((pid_t)process, 0) != 0 && errno == ESRCH) || waits_for_parent(process);
}
