#include "record/run_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

#define CHECKPOINT_FRONT "step-"
#define CHECKPOINT_END   ".safetensors"

char *run_files_checkpoint(uint64_t step, struct error *err)
{
    return memory_format(err, CHECKPOINT_FRONT "%08" PRIu64 CHECKPOINT_END, step);
}

static bool ends_with(const char *text, size_t length, const char *end)
{
    size_t of_end = strlen(end);
    return length >= of_end && memcmp(text + length - of_end, end, of_end) == 0;
}

/* Of the first `length` bytes of a name. */
static bool read_checkpoint_step(const char *name, size_t length, uint64_t *step)
{
    char digits[32];
    size_t front = strlen(CHECKPOINT_FRONT), end = strlen(CHECKPOINT_END);
    if (strncmp(name, CHECKPOINT_FRONT, front) != 0 || !ends_with(name, length, CHECKPOINT_END) ||
        length < front + end || length - front - end >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)(length - front - end), name + front);
    char *wanted = number_read_count(digits, step) ? run_files_checkpoint(*step, NULL) : NULL;
    bool same = wanted && strlen(wanted) == length && memcmp(wanted, name, length) == 0;
    memory_free(wanted);
    return same;
}

bool run_files_checkpoint_step(const char *name, uint64_t *step)
{
    return read_checkpoint_step(name, strlen(name), step);
}

/* ---- steps ---- */

static int compare_steps(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool collect_steps(DIR *stream, uint64_t **step, size_t *count, struct error *err)
{
    for (struct dirent *entry; (entry = readdir(stream));) {
        uint64_t found;
        if (!run_files_checkpoint_step(entry->d_name, &found))
            continue;
        uint64_t *grown = memory_resize(*step, *count + 1, sizeof *grown, err);
        if (!grown)
            return false;
        *step = grown;
        grown[(*count)++] = found;
    }
    return true;
}

static bool read_steps(const char *path, uint64_t **step, size_t *count, struct error *err)
{
    int descriptor = file_open_directory(path, FILE_OWN, err);
    DIR *stream = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    bool ok = descriptor >= 0 && (stream || error_system(err, errno, "cannot read %s", path)) &&
              collect_steps(stream, step, count, err);
    if (stream)
        closedir(stream);
    else if (descriptor >= 0)
        close(descriptor);
    return ok;
}

bool run_files_steps(const char *directory, const char *folder, bool may_lack, uint64_t **step,
                     size_t *count, struct error *err)
{
    char *path = file_join(directory, folder, err);
    *step = path ? memory_new(0, sizeof **step, err) : NULL;
    *count = 0;
    bool ok = *step && ((may_lack && !file_exists(path)) || read_steps(path, step, count, err));
    if (ok)
        qsort(*step, *count, sizeof **step, compare_steps);
    else {
        memory_free(*step);
        *step = NULL;
        *count = 0;
    }
    memory_free(path);
    return ok;
}

/* ---- what there is ---- */

bool run_files_hold(const char *directory, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    return length > 0 && (size_t)length < sizeof path && file_exists(path);
}

bool run_files_is_run(const char *directory)
{
    return run_files_hold(directory, RUN_PRESET);
}

/* Whether it is the temporary name of a file of a run. */
static bool is_temporary(const char *name)
{
    static const char *const replaced[] = {RUN_PRESET, RUN_FACTS, RUN_LOCK_OWNER};
    size_t stem = file_temporary_stem(name);
    uint64_t step;
    for (size_t i = 0; stem > 0 && i < sizeof replaced / sizeof *replaced; i++)
        if (strlen(replaced[i]) == stem && strncmp(name, replaced[i], stem) == 0)
            return true;
    return stem > 0 && read_checkpoint_step(name, stem, &step);
}

/* ---- looking ---- */

static void note_strange(struct run_files *files, const char *name)
{
    if (files->strange[0] == '\0')
        snprintf(files->strange, sizeof files->strange, "%s", name);
}

static void take_entry(struct run_files *files, const char *name)
{
    files->preset |= strcmp(name, RUN_PRESET) == 0;
    files->facts |= strcmp(name, RUN_FACTS) == 0;
    files->metrics |= strcmp(name, RUN_METRICS) == 0;
    files->lock |= strcmp(name, RUN_LOCK) == 0;
    static const char *const known[] = {RUN_PRESET,      RUN_FACTS,     RUN_METRICS,
                                        RUN_CHECKPOINTS, RUN_SNAPSHOTS, RUN_LOCK,
                                        RUN_LOCK_OWNER,  RUN_ON_PHASE,  RUN_FIGURES};
    bool is_known = is_temporary(name);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        is_known |= strcmp(name, known[i]) == 0;
    if (!is_known)
        note_strange(files, name);
}

/* Of a checkpoint or a snapshot. */
static void take_saved(struct run_files *files, const char *name)
{
    uint64_t step;
    if (run_files_checkpoint_step(name, &step))
        files->saved++;
    else if (!is_temporary(name))
        note_strange(files, name);
}

static bool look_at(struct run_files *files, const char *directory,
                    void (*take)(struct run_files *files, const char *name), struct error *err)
{
    DIR *stream = opendir(directory);
    if (!stream)
        return file_refuse("cannot read", directory, errno, err);
    for (struct dirent *entry; (entry = readdir(stream));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            take(files, entry->d_name);
    closedir(stream);
    return true;
}

/* A folder of the run, where it is there. */
static bool look_into(struct run_files *files, const char *directory, const char *folder,
                      struct error *err)
{
    char *path = file_join(directory, folder, err);
    bool ok = path && (!file_exists(path) || look_at(files, path, take_saved, err));
    memory_free(path);
    return ok;
}

bool run_files_look(struct run_files *files, const char *directory, struct error *err)
{
    *files = (struct run_files){0};
    return look_at(files, directory, take_entry, err) &&
           look_into(files, directory, RUN_CHECKPOINTS, err) &&
           look_into(files, directory, RUN_SNAPSHOTS, err);
}

/* ---- removing ---- */

static void remove_temporaries_in(const char *directory)
{
    struct stat about;
    int descriptor = file_open_directory(directory, FILE_OWN, NULL);
    DIR *stream = descriptor >= 0 ? fdopendir(descriptor) : NULL;
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (is_temporary(entry->d_name) &&
            fstatat(descriptor, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(about.st_mode))
            unlinkat(descriptor, entry->d_name, 0);
    if (stream)
        closedir(stream);
    else if (descriptor >= 0)
        close(descriptor);
}

void run_files_remove_temporaries(const char *directory)
{
    static const char *const folders[] = {RUN_CHECKPOINTS, RUN_SNAPSHOTS};
    remove_temporaries_in(directory);
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = file_join(directory, folders[i], NULL);
        if (path)
            remove_temporaries_in(path);
        memory_free(path);
    }
}
