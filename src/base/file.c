#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define READ_ROOM          65536
#define TEMPORARY_ATTEMPTS 100

static const struct file_calls system_calls = {.write = write, .fsync = fsync, .rename = rename};
static const struct file_calls *calls_in_use = &system_calls;

const struct file_calls *file_calls(void)
{
    return calls_in_use;
}

void file_set_calls(const struct file_calls *calls)
{
    calls_in_use = calls ? calls : &system_calls;
}

/* Everything from a descriptor on; the size is not asked for, so that pipes can be read too. */
static char *read_all(int descriptor, const char *path, size_t *size, struct error *err)
{
    char *bytes = NULL;
    size_t length = 0, room = 0;
    for (;;) {
        if (room - length < READ_ROOM) {
            size_t wanted = room + room / 2 + 2 * READ_ROOM;
            char *grown = memory_resize(bytes, wanted, 1, err);
            if (!grown) {
                error_prefix(err, "cannot read %s", path);
                break;
            }
            bytes = grown;
            room = wanted;
        }
        ssize_t got = read(descriptor, bytes + length, room - length - 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            error_system(err, errno, "cannot read %s", path);
            break;
        }
        if (got == 0) {
            bytes[length] = '\0';
            if (size)
                *size = length;
            return bytes;
        }
        length += (size_t)got;
    }
    memory_free(bytes);
    return NULL;
}

char *file_read(const char *path, size_t *size, struct error *err)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        error_system(err, errno, "cannot read %s", path);
        return NULL;
    }
    char *bytes = read_all(descriptor, path, size, err);
    close(descriptor);
    return bytes;
}

bool file_write_all(int descriptor, const char *path, const void *bytes, size_t count,
                    struct error *err)
{
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = calls_in_use->write(descriptor, next, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return error_system(err, errno, "cannot write %s", path);
        if (written == 0)
            return error_system(err, ENOSPC, "cannot write %s", path);
        next += written;
        count -= (size_t)written;
    }
    return true;
}

/* Makes a file that was not there; the process's number keeps writers of the same path apart. */
static bool open_temporary(struct file_writer *writer, struct error *err)
{
    for (unsigned attempt = 0; attempt < TEMPORARY_ATTEMPTS; attempt++) {
        writer->temporary =
            memory_format(err, "%s.%ld-%u.tmp", writer->path, (long)getpid(), attempt);
        if (!writer->temporary)
            return false;
        writer->descriptor = open(writer->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (writer->descriptor >= 0)
            return true;
        memory_free(writer->temporary);
        writer->temporary = NULL;
        if (errno != EEXIST)
            break;
    }
    return error_system(err, errno, "cannot write %s", writer->path);
}

bool file_writer_begin(struct file_writer *writer, const char *path, struct error *err)
{
    *writer = (struct file_writer){.descriptor = -1};
    writer->path = memory_string(path, err);
    if (!writer->path || !open_temporary(writer, err)) {
        file_writer_abandon(writer);
        return false;
    }
    return true;
}

bool file_writer_add(struct file_writer *writer, const void *bytes, size_t count, struct error *err)
{
    return file_write_all(writer->descriptor, writer->path, bytes, count, err);
}

static bool sync_descriptor(int descriptor, const char *path, struct error *err)
{
    while (calls_in_use->fsync(descriptor) < 0)
        if (errno != EINTR)
            return error_system(err, errno, "cannot write %s", path);
    return true;
}

static int open_directory_of(const char *path, struct error *err)
{
    char *directory = file_directory(path, err);
    if (!directory)
        return -1;
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        error_system(err, errno, "cannot write %s", path);
    memory_free(directory);
    return descriptor;
}

/* Brings the bytes to the disk before the name leads to them. */
static bool finish_temporary(struct file_writer *writer, struct error *err)
{
    bool ok = sync_descriptor(writer->descriptor, writer->path, err);
    int closed = close(writer->descriptor);
    writer->descriptor = -1;
    if (ok && closed < 0)
        ok = error_system(err, errno, "cannot write %s", writer->path);
    return ok;
}

static bool rename_temporary(struct file_writer *writer, struct error *err)
{
    if (calls_in_use->rename(writer->temporary, writer->path) < 0)
        return error_system(err, errno, "cannot write %s", writer->path);
    memory_free(writer->temporary);
    writer->temporary = NULL;
    return true;
}

bool file_writer_commit(struct file_writer *writer, struct error *err)
{
    int directory = open_directory_of(writer->path, err);
    bool ok = directory >= 0 && finish_temporary(writer, err) && rename_temporary(writer, err) &&
              sync_descriptor(directory, writer->path, err);
    if (directory >= 0)
        close(directory);
    file_writer_abandon(writer);
    return ok;
}

void file_writer_abandon(struct file_writer *writer)
{
    if (writer->descriptor >= 0)
        close(writer->descriptor);
    if (writer->temporary)
        unlink(writer->temporary);
    memory_free(writer->temporary);
    memory_free(writer->path);
    *writer = (struct file_writer){.descriptor = -1};
}

bool file_replace(const char *path, const void *bytes, size_t count, struct error *err)
{
    struct file_writer writer;
    if (!file_writer_begin(&writer, path, err))
        return false;
    if (!file_writer_add(&writer, bytes, count, err)) {
        file_writer_abandon(&writer);
        return false;
    }
    return file_writer_commit(&writer, err);
}

static bool is_directory(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool file_make_directories(const char *path, struct error *err)
{
    char *part = memory_string(path, err);
    if (!part)
        return false;
    bool ok = true;
    for (char *end = part; ok && *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char separator = *end;
        *end = '\0';
        int refusal = mkdir(part, 0777) < 0 ? errno : 0;
        if (refusal && !is_directory(part))
            ok = error_system(err, refusal == EEXIST ? ENOTDIR : refusal,
                              "cannot make directory %s", part);
        *end = separator;
    }
    memory_free(part);
    return ok;
}

char *file_join(const char *directory, const char *name, struct error *err)
{
    return memory_format(err, "%s/%s", directory, name);
}

char *file_resolve(const char *path, const char *directory, struct error *err)
{
    char *joined = path[0] == '/' ? memory_string(path, err) : file_join(directory, path, err);
    char *resolved = joined ? realpath(joined, NULL) : NULL;
    if (!resolved)
        return joined;
    memory_free(joined);
    char *copy = memory_string(resolved, err);
    free(resolved);
    return copy;
}

char *file_directory(const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return memory_string(".", err);
    return memory_format(err, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

bool file_exists(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}
