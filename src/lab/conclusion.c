#include "lab/conclusion.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "record/metrics.h"
#include "record/run_files.h"

/* What a file's name begins with: CONCLUSION_FRONT, and which runs it is about. */
enum { FRONT = sizeof CONCLUSION_FRONT - 1 + 16 };

/* A run by what nobody else's is: how long it took, to the last digit. */
static bool add_run(struct text *out, const struct queued_run *job,
                    const struct queued_status *status, struct error *err)
{
    struct metrics_end end = {0};
    char *record = file_join(job->directory, RUN_METRICS, err);
    bool ok = record && (status->state != QUEUED_DONE || metrics_read_end(&end, record, err));
    memory_free(record);
    text_format(out, "%s %s %" PRIu64 " %a\n", file_name(job->directory),
                queued_state_name(status->state), end.step, end.evaluation.seconds);
    return ok;
}

/* The name of the file, freed with memory_free. */
static char *name_file(const struct queued_run *job, size_t count, const struct run_queue *queue,
                       struct error *err)
{
    struct text names = {0}, states = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        text_format(&names, "%s\n", file_name(job[i].directory));
        ok = add_run(&states, &job[i], run_queue_status(queue, i), err);
    }
    char *runs = ok ? text_take(&names, err) : NULL, *came = runs ? text_take(&states, err) : NULL;
    char *name = came
                     ? memory_format(err, CONCLUSION_FRONT "%016" PRIx64 "-%016" PRIx64,
                                     hash_bytes(runs, strlen(runs)), hash_bytes(came, strlen(came)))
                     : NULL;
    memory_free(runs);
    memory_free(came);
    text_free(&names);
    text_free(&states);
    return name;
}

/* Those of what the same runs were before. */
static void remove_others(const char *directory, const char *name)
{
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (strncmp(entry->d_name, name, FRONT) == 0 && strcmp(entry->d_name, name) != 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
}

static bool make_file(const char *path, bool *mine, struct error *err)
{
    int descriptor = file_open(path, O_WRONLY | O_CREAT | O_EXCL, FILE_OWN, err);
    *mine = descriptor >= 0;
    if (!*mine)
        return errno == EEXIST;
    if (file_close(descriptor, path, err))
        return true;
    unlink(path);
    return false;
}

bool conclusion_take(const char *directory, const struct queued_run *job, size_t count,
                     const struct run_queue *queue, bool *mine, struct error *err)
{
    *mine = false;
    char *name = name_file(job, count, queue, err);
    char *path = name ? file_join(directory, name, err) : NULL;
    bool ok = path && file_make_directories(directory, err) && make_file(path, mine, err);
    if (ok && *mine)
        remove_others(directory, name);
    memory_free(path);
    memory_free(name);
    return ok;
}

void conclusion_give_back(const char *directory, const struct queued_run *job, size_t count,
                          const struct run_queue *queue)
{
    char *name = name_file(job, count, queue, NULL);
    char *path = name ? file_join(directory, name, NULL) : NULL;
    if (path)
        unlink(path);
    memory_free(path);
    memory_free(name);
}
