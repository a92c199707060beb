#include "record/run_tidy.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "train/spacing.h"

static bool remove_path(char *path, struct error *err)
{
    bool removed = path && (unlink(path) == 0 || errno == ENOENT ||
                            error_system(err, errno, "cannot remove %s", path));
    memory_free(path);
    return removed;
}

bool run_tidy_checkpoints(const struct run *run, uint64_t newest, struct error *err)
{
    uint64_t *step;
    size_t count;
    if (!run_checkpoints(run, &step, &count, err))
        return false;
    bool done = true;
    for (size_t i = 1; done && i < count && step[i] < newest; i++)
        done = remove_path(run_checkpoint_path(run, step[i], err), err);
    memory_free(step);
    return done;
}

/* Bytes of a snapshot's file; 0 where it has none any more. */
static bool measure(const struct run *run, uint64_t step, uint64_t *bytes, struct error *err)
{
    struct stat about = {0};
    char *path = run_snapshot_path(run, step, err);
    bool ok = path && (lstat(path, &about) == 0 || errno == ENOENT ||
                       error_system(err, errno, "cannot look at %s", path));
    *bytes = (uint64_t)about.st_size;
    memory_free(path);
    return ok;
}

static bool measure_all(const struct run *run, const uint64_t *step, size_t count, uint64_t *total,
                        struct error *err)
{
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t bytes;
        if (!measure(run, step[i], &bytes, err))
            return false;
        *total += bytes;
    }
    return true;
}

/* Takes away what has to go of step[count]. */
static bool thin(const struct run *run, uint64_t *step, size_t count, uint64_t budget,
                 struct error *err)
{
    uint64_t total, bytes;
    if (!measure_all(run, step, count, &total, err))
        return false;
    while (total > budget && count > 2) {
        size_t least = spacing_least(step, count);
        if (!measure(run, step[least], &bytes, err) ||
            !remove_path(run_snapshot_path(run, step[least], err), err))
            return false;
        memmove(&step[least], &step[least + 1], (count - least - 1) * sizeof *step);
        count--;
        total -= bytes;
    }
    return true;
}

bool run_tidy_snapshots(const struct run *run, uint64_t newest, uint64_t budget, struct error *err)
{
    uint64_t *step;
    size_t count;
    if (!run_snapshots(run, &step, &count, err))
        return false;
    bool done = true;
    for (; done && count > 0 && step[count - 1] > newest; count--)
        done = remove_path(run_snapshot_path(run, step[count - 1], err), err);
    done = done && thin(run, step, count, budget, err);
    memory_free(step);
    return done;
}
