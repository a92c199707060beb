/* The record of a run, metrics.jsonl, as it is written. */
#include "record/run_record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/line_write.h"
#include "record/run_files.h"

#define PENDING_TIME 1.0 /* seconds of training that may be lost to a crash */

/* ---- the file ---- */

static bool open_file(struct run *run, int flags, struct error *err)
{
    char *path = run_metrics_path(run, err);
    if (!path)
        return false;
    run->metrics = file_open(path, O_RDWR | O_APPEND | flags, FILE_OWN, err);
    run->records = run->metrics >= 0;
    memory_free(path);
    return run->records;
}

bool run_record_create(struct run *run, struct error *err)
{
    return open_file(run, O_CREAT | O_EXCL, err);
}

/* Bytes up to the end of the last whole line. */
static bool find_whole(struct run *run, const char *path, struct error *err)
{
    size_t size;
    char *text = file_read_own(path, &size, err);
    while (text && size > 0 && text[size - 1] != '\n')
        size--;
    memory_free(text);
    run->whole = (off_t)size;
    return text != NULL;
}

bool run_record_open(struct run *run, struct error *err)
{
    char *path = run_metrics_path(run, err);
    bool ok = path && open_file(run, O_CREAT, err) && find_whole(run, path, err) &&
              file_truncate(run->metrics, run->whole, path, err);
    memory_free(path);
    return ok;
}

static bool altered(const char *path, const char *what, struct error *err)
{
    return error_set(err, ERROR_DATA, "the record %s was %s by somebody else while it was written",
                     path, what);
}

/* Whether the record is still the file that it was, as long as it was: what is cut off from outside
 * cannot be known, and lines behind a file's end would have zeros before them. */
static bool check_record(const struct run *run, const char *path, struct error *err)
{
    struct stat own, there;
    if (fstat(run->metrics, &own) < 0)
        return error_system(err, errno, "cannot read %s", path);
    int why = lstat(path, &there) < 0 ? errno : 0;
    if (why != 0 && why != ENOENT && why != ENOTDIR)
        return error_system(err, why, "cannot read %s", path);
    if (why != 0 || there.st_dev != own.st_dev || there.st_ino != own.st_ino)
        return altered(path, "moved or deleted", err);
    if (own.st_size < run->whole)
        return altered(path, "cut", err);
    return own.st_size == run->whole || run->spilled || altered(path, "added to", err);
}

/* ---- lines ---- */

/* Writes the pending lines, all or none; should a failed write leave some bytes that cannot be cut
 * off again, the next call begins with them. */
static bool flush_to(struct run *run, const char *path, double seconds, struct error *err)
{
    const struct text *pending = &run->pending;
    if (!check_record(run, path, err))
        return false;
    if (run->spilled && !file_truncate(run->metrics, run->whole, path, err))
        return false;
    run->spilled = !file_write_all(run->metrics, path, pending->bytes, pending->length, err);
    if (run->spilled) {
        run->spilled = !file_truncate(run->metrics, run->whole, path, NULL);
        return false;
    }
    run->whole += (off_t)pending->length;
    run->written = seconds;
    text_clear(&run->pending);
    return true;
}

static bool flush(struct run *run, double seconds, struct error *err)
{
    if (run->pending.length == 0 || !run->records)
        return true;
    char *path = run_metrics_path(run, err);
    bool flushed = path && flush_to(run, path, seconds, err);
    memory_free(path);
    return flushed;
}

/* Takes back what a line that memory ran out in has added since `length`. */
static bool check_line(struct run *run, size_t length, struct error *err)
{
    if (!run->pending.failed)
        return true;
    run->pending.failed = false;
    run->pending.length = length;
    if (run->pending.bytes)
        run->pending.bytes[length] = '\0';
    return error_set(err, ERROR_MEMORY, "out of memory recording run %s", run->name);
}

bool run_add_training(struct run *run, const struct training_point *point, struct error *err)
{
    size_t length = run->pending.length;
    line_write_training(&run->pending, point);
    if (!check_line(run, length, err))
        return false;
    bool soon = point->seconds >= run->written && point->seconds < run->written + PENDING_TIME;
    return soon || flush(run, point->seconds, err);
}

bool run_add_evaluation(struct run *run, const struct evaluation_point *point,
                        const struct fact_set *facts, struct error *err)
{
    size_t length = run->pending.length;
    line_write_evaluation(&run->pending, point, facts);
    return check_line(run, length, err) && flush(run, point->seconds, err);
}

bool run_add_circuits(struct run *run, const struct circuits_point *point, struct error *err)
{
    size_t length = run->pending.length;
    line_write_circuits(&run->pending, point);
    return check_line(run, length, err) && flush(run, point->seconds, err);
}

/* The part of the path behind the run's directory. */
static const char *relative_path(const struct run *run, const char *path)
{
    size_t length = strlen(run->directory);
    bool inside = strncmp(path, run->directory, length) == 0 && path[length] == '/';
    return inside ? path + length + 1 : path;
}

/* Where nothing waits to be written the record is looked at all the same. */
static bool sync_record(struct run *run, double seconds, struct error *err)
{
    char *path = run_metrics_path(run, err);
    bool synced = path && flush(run, seconds, err) && check_record(run, path, err) &&
                  file_sync(run->metrics, path, err);
    memory_free(path);
    return synced;
}

bool run_sync(struct run *run, double seconds, struct error *err)
{
    return !run->records || sync_record(run, seconds, err);
}

bool run_add_event(struct run *run, const struct event *event, struct error *err)
{
    size_t length = run->pending.length;
    struct event relative = *event;
    if (event->kind == EVENT_CHECKPOINT)
        relative.path = relative_path(run, event->path);
    line_write_event(&run->pending, &relative);
    return check_line(run, length, err) && flush(run, event->seconds, err) &&
           (event->kind != EVENT_CHECKPOINT || run_sync(run, event->seconds, err));
}

void run_record_close(struct run *run)
{
    flush(run, run->written, NULL);
    if (run->records)
        close(run->metrics);
    run->records = false;
    text_free(&run->pending);
}
