/* Parts of this file: the file; lines. */
#include "record/run_record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/line_write.h"
#include "record/lines.h"
#include "record/run_files.h"

#define PENDING_TIME 1.0 /* seconds of training that may be lost to a crash */

/* ---- the file ---- */

static char *path_of(const struct run_record *record, struct error *err)
{
    return file_join(record->directory, RUN_METRICS, err);
}

static bool open_file(struct run_record *record, const char *directory, const char *name,
                      struct heartbeat *heartbeat, int flags, struct error *err)
{
    record->directory = directory;
    record->name = name;
    record->heartbeat = heartbeat;
    char *path = path_of(record, err);
    if (!path)
        return false;
    record->descriptor = file_open(path, O_RDWR | O_APPEND | flags, FILE_OWN, err);
    record->is_open = record->descriptor >= 0;
    memory_free(path);
    return record->is_open;
}

bool run_record_create(struct run_record *record, const char *directory, const char *name,
                       struct heartbeat *heartbeat, struct error *err)
{
    return open_file(record, directory, name, heartbeat, O_CREAT | O_EXCL, err);
}

/* Bytes up to the end of the last whole line. */
static bool find_whole(struct run_record *record, const char *path, struct error *err)
{
    struct record_lines lines;
    bool read = lines_read(&lines, path, err);
    record->whole = (off_t)lines.bytes;
    lines_free(&lines);
    return read;
}

bool run_record_open(struct run_record *record, const char *directory, const char *name,
                     struct heartbeat *heartbeat, struct error *err)
{
    if (!open_file(record, directory, name, heartbeat, O_CREAT, err))
        return false;
    char *path = path_of(record, err);
    bool ok = path && find_whole(record, path, err) &&
              file_truncate(record->descriptor, record->whole, path, err);
    memory_free(path);
    return ok;
}

static bool altered(const char *path, const char *what, struct error *err)
{
    return error_set(err, ERROR_DATA,
                     "the record %s was %s by another process while it was written", path, what);
}

/* Whether the record is still the file that it was, as long as it was: what is cut off from outside
 * cannot be known, and lines behind a file's end would have zeros before them. */
static bool check_record(const struct run_record *record, const char *path, struct error *err)
{
    struct stat own, there;
    if (fstat(record->descriptor, &own) < 0)
        return error_system(err, errno, "cannot read %s", path);
    int why = lstat(path, &there) < 0 ? errno : 0;
    if (why != 0 && why != ENOENT && why != ENOTDIR)
        return error_system(err, why, "cannot read %s", path);
    if (why != 0 || there.st_dev != own.st_dev || there.st_ino != own.st_ino)
        return altered(path, "moved or deleted", err);
    if (own.st_size < record->whole)
        return altered(path, "cut", err);
    return own.st_size == record->whole || record->spilled || altered(path, "added to", err);
}

/* ---- lines ---- */

/* Writes the pending lines, all or none; should a failed write leave some bytes that cannot be cut
 * off again, the next call begins with them. */
static bool flush_to(struct run_record *record, const char *path, double seconds, struct error *err)
{
    const struct text *pending = &record->pending;
    if (!heartbeat_check(record->heartbeat, record->name, err) || !check_record(record, path, err))
        return false;
    if (record->spilled && !file_truncate(record->descriptor, record->whole, path, err))
        return false;
    record->spilled =
        !file_write_all(record->descriptor, path, pending->bytes, pending->length, err);
    if (record->spilled) {
        record->spilled = !file_truncate(record->descriptor, record->whole, path, NULL);
        return false;
    }
    record->whole += (off_t)pending->length;
    record->written = seconds;
    text_clear(&record->pending);
    return true;
}

static bool flush(struct run_record *record, double seconds, struct error *err)
{
    if (record->pending.length == 0 || !record->is_open)
        return true;
    char *path = path_of(record, err);
    bool flushed = path && flush_to(record, path, seconds, err);
    memory_free(path);
    return flushed;
}

/* Takes back what a line that memory ran out in has added since `length`. */
static bool check_line(struct run_record *record, size_t length, struct error *err)
{
    if (!record->pending.failed)
        return true;
    record->pending.failed = false;
    record->pending.length = length;
    if (record->pending.bytes)
        record->pending.bytes[length] = '\0';
    return error_set(err, ERROR_MEMORY, "out of memory recording run %s", record->name);
}

bool run_record_add_training(struct run_record *record, const struct training_point *point,
                             struct error *err)
{
    size_t length = record->pending.length;
    line_write_training(&record->pending, point);
    if (!check_line(record, length, err))
        return false;
    bool soon =
        point->seconds >= record->written && point->seconds < record->written + PENDING_TIME;
    return soon || flush(record, point->seconds, err);
}

bool run_record_add_evaluation(struct run_record *record, const struct evaluation_point *point,
                               const struct fact_set *facts, struct error *err)
{
    size_t length = record->pending.length;
    line_write_evaluation(&record->pending, point, facts);
    return check_line(record, length, err) && flush(record, point->seconds, err);
}

bool run_record_add_circuits(struct run_record *record, const struct circuits_point *point,
                             struct error *err)
{
    size_t length = record->pending.length;
    line_write_circuits(&record->pending, point);
    return check_line(record, length, err) && flush(record, point->seconds, err);
}

/* The part of the path behind the run's directory. */
static const char *relative_path(const struct run_record *record, const char *path)
{
    size_t length = strlen(record->directory);
    bool inside = strncmp(path, record->directory, length) == 0 && path[length] == '/';
    return inside ? path + length + 1 : path;
}

/* Where nothing waits to be written the record is looked at all the same. */
static bool sync_record(struct run_record *record, double seconds, struct error *err)
{
    char *path = path_of(record, err);
    bool synced = path && flush(record, seconds, err) && check_record(record, path, err) &&
                  file_sync(record->descriptor, path, err);
    memory_free(path);
    return synced;
}

bool run_record_sync(struct run_record *record, double seconds, struct error *err)
{
    return !record->is_open || (heartbeat_check(record->heartbeat, record->name, err) &&
                                sync_record(record, seconds, err));
}

bool run_record_add_event(struct run_record *record, const struct event *event, struct error *err)
{
    size_t length = record->pending.length;
    struct event relative = *event;
    if (event->kind == EVENT_CHECKPOINT)
        relative.path = relative_path(record, event->path);
    line_write_event(&record->pending, &relative);
    return check_line(record, length, err) && flush(record, event->seconds, err) &&
           (event->kind != EVENT_CHECKPOINT || run_record_sync(record, event->seconds, err));
}

static bool cut(struct run_record *record, off_t whole, const char *path, struct error *err)
{
    if (!heartbeat_check(record->heartbeat, record->name, err) ||
        !check_record(record, path, err) || !file_truncate(record->descriptor, whole, path, err))
        return false;
    record->whole = whole;
    record->spilled = false;
    return true;
}

bool run_record_take_back(struct run_record *record, off_t whole, struct error *err)
{
    text_clear(&record->pending);
    if (!record->is_open)
        return true;
    char *path = path_of(record, err);
    bool taken = path && cut(record, whole, path, err);
    memory_free(path);
    return taken;
}

void run_record_close(struct run_record *record)
{
    flush(record, record->written, NULL);
    if (record->is_open)
        close(record->descriptor);
    record->is_open = false;
    text_free(&record->pending);
}
