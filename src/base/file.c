#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/number.h"

#define READ_ROOM          65536
#define TEMPORARY_ATTEMPTS 100

static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int system_lock(int descriptor, int command, struct flock *lock)
{
    return fcntl(descriptor, command, lock);
}

static const struct file_calls system_calls = {
    .write = write,
    .fsync = fsync,
    .rename = rename,
    .open = system_open,
    .close = close,
    .ftruncate = ftruncate,
    .lock = system_lock,
};
static const struct file_calls *replaced_calls = &system_calls;

void file_set_calls(const struct file_calls *calls)
{
    replaced_calls = calls ? calls : &system_calls;
}

#define CALL(name) (replaced_calls->name ? replaced_calls->name : system_calls.name)

/* ---- opening ---- */

static const char *kind_of_file(mode_t mode)
{
    static const struct {
        mode_t type;
        const char *name;
    } kinds[] = {
        {S_IFLNK, "link"},    {S_IFIFO, "pipe"},   {S_IFDIR, "directory"},
        {S_IFSOCK, "socket"}, {S_IFCHR, "device"}, {S_IFBLK, "device"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((mode & S_IFMT) == kinds[i].type)
            return kinds[i].name;
    return "special file";
}

static bool is_strange(const struct stat *about, struct error *err, const char *path)
{
    if (S_ISREG(about->st_mode))
        return false;
    error_set(err, ERROR_DATA, "%s is a %s, not a file", path, kind_of_file(about->st_mode));
    return true;
}

static int open_again(const char *path, int flags)
{
    for (;;) {
        int descriptor = CALL(open)(path, flags | O_CLOEXEC, 0666);
        if (descriptor >= 0 || errno != EINTR)
            return descriptor;
    }
}

static int cannot_open(const char *path, int flags, int why, struct error *err)
{
    bool reads = (flags & O_ACCMODE) == O_RDONLY;
    error_system(err, why, "cannot %s %s", reads ? "read" : "write", path);
    errno = why;
    return -1;
}

/* O_NONBLOCK so that no pipe is waited for, O_NOCTTY so that no terminal becomes the process's. */
static int open_own(const char *path, int flags, struct error *err)
{
    struct stat about;
    int descriptor = open_again(path, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        int why = errno;
        if ((why == ELOOP || why == ENXIO || why == EISDIR) && lstat(path, &about) == 0 &&
            is_strange(&about, err, path))
            return -1;
        return cannot_open(path, flags, why, err);
    }
    if (fstat(descriptor, &about) == 0 && is_strange(&about, err, path)) {
        close(descriptor);
        return -1;
    }
    int status = fcntl(descriptor, F_GETFL);
    if (status >= 0)
        fcntl(descriptor, F_SETFL, status & ~O_NONBLOCK);
    return descriptor;
}

int file_open(const char *path, int flags, enum file_kind kind, struct error *err)
{
    if (kind == FILE_OWN)
        return open_own(path, flags, err);
    int descriptor = open_again(path, flags);
    return descriptor >= 0 ? descriptor : cannot_open(path, flags, errno, err);
}

int file_open_directory(const char *path, enum file_kind kind, struct error *err)
{
    struct stat about;
    int flags = O_RDONLY | O_DIRECTORY | (kind == FILE_OWN ? O_NOFOLLOW : 0);
    int descriptor = open_again(path, flags), why = errno;
    if (descriptor >= 0)
        return descriptor;
    if (kind == FILE_OWN && lstat(path, &about) == 0 && S_ISLNK(about.st_mode)) {
        error_set(err, ERROR_DATA, "%s is a link, not a directory", path);
        return -1;
    }
    return cannot_open(path, flags, why, err);
}

/* ---- calls on what is open ---- */

/* Linux has closed the descriptor whatever close returns, so it is never called again. */
bool file_close(int descriptor, const char *path, struct error *err)
{
    if (CALL(close)(descriptor) < 0 && errno != EINTR)
        return error_system(err, errno, "cannot write %s", path);
    return true;
}

/* 0, or an errno value. */
static int sync_again(int descriptor)
{
    while (CALL(fsync)(descriptor) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

bool file_sync(int descriptor, const char *path, struct error *err)
{
    int why = sync_again(descriptor);
    return why == 0 || error_system(err, why, "cannot write %s", path);
}

/* A directory whose file system knows nothing of it, as CIFS and some of FUSE, counts as synced:
 * there is nothing that could be waited for. */
static bool sync_directory(int descriptor, const char *path, struct error *err)
{
    int why = sync_again(descriptor);
    bool unknown = why == EINVAL || why == ENOTSUP || why == EOPNOTSUPP || why == ENOSYS;
    return why == 0 || unknown || error_system(err, why, "cannot write %s", path);
}

int file_lock(int descriptor, int command, struct flock *lock)
{
    for (;;) {
        int result = CALL(lock)(descriptor, command, lock);
        if (result >= 0 || errno != EINTR)
            return result;
    }
}

bool file_truncate(int descriptor, off_t length, const char *path, struct error *err)
{
    while (CALL(ftruncate)(descriptor, length) < 0)
        if (errno != EINTR)
            return error_system(err, errno, "cannot write %s", path);
    return true;
}

bool file_rename(const char *from, const char *to, struct error *err)
{
    while (CALL(rename)(from, to) < 0)
        if (errno != EINTR)
            return error_system(err, errno, "cannot write %s", to);
    return true;
}

/* ---- whole files ---- */

bool file_can_be(const char *path, const char *kind, struct error *err)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        return error_set(err, ERROR_INPUT, "%s is a directory, not a %s", path, kind);
    return there || (errno != ENOENT && errno != ENOTDIR) ||
           error_set(err, ERROR_INPUT, "there is no file %s", path);
}

/* Everything from a descriptor on; the size is not asked for, so that pipes can be read too. */
static char *read_all(int descriptor, const char *path, size_t most, size_t *size,
                      struct error *err)
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
        if (length > most) {
            char limit[NUMBER_TEXT];
            number_write_bytes(limit, (double)most);
            error_set(err, ERROR_INPUT, "%s is larger than %s", path, limit);
            break;
        }
    }
    memory_free(bytes);
    return NULL;
}

static char *read_kind(const char *path, size_t most, size_t *size, enum file_kind kind,
                       struct error *err)
{
    int descriptor = file_open(path, O_RDONLY, kind, err);
    if (descriptor < 0)
        return NULL;
    char *bytes = read_all(descriptor, path, most, size, err);
    close(descriptor);
    return bytes;
}

char *file_read(const char *path, size_t *size, struct error *err)
{
    return read_kind(path, SIZE_MAX, size, FILE_ANY, err);
}

char *file_read_most(const char *path, size_t most, size_t *size, struct error *err)
{
    return read_kind(path, most, size, FILE_ANY, err);
}

char *file_read_own(const char *path, size_t *size, struct error *err)
{
    return read_kind(path, SIZE_MAX, size, FILE_OWN, err);
}

bool file_write_all(int descriptor, const char *path, const void *bytes, size_t count,
                    struct error *err)
{
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = CALL(write)(descriptor, next, count);
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

/* Behind the name of a file; the process's number keeps writers of the same path apart. */
#define TEMPORARY_FORMAT ".%ld-%u" TEMPORARY_END
#define TEMPORARY_END    ".tmp"

static size_t digits_before(const char *name, size_t end)
{
    size_t digits = 0;
    while (digits < end && name[end - digits - 1] >= '0' && name[end - digits - 1] <= '9')
        digits++;
    return digits;
}

size_t file_temporary_stem(const char *name)
{
    static const char separators[] = {'-', '.'};
    size_t length = strlen(name), end = strlen(TEMPORARY_END);
    if (length < end || strcmp(name + length - end, TEMPORARY_END) != 0)
        return 0;
    length -= end;
    for (size_t i = 0; i < sizeof separators; i++) {
        size_t digits = digits_before(name, length);
        if (digits == 0 || length == digits || name[length - digits - 1] != separators[i])
            return 0;
        length -= digits + 1;
    }
    return length;
}

/* Bytes of a path whose temporary name a file system takes, however long its own is. */
static size_t fitting(const char *path)
{
    enum { TEMPORARY_MOST = 32 };
    size_t directory = (size_t)(file_name(path) - path), name = strlen(path) - directory;
    return directory + (name < NAME_MAX - TEMPORARY_MOST ? name : NAME_MAX - TEMPORARY_MOST);
}

/* Makes a file that was not there. */
static bool open_temporary(struct file_writer *writer, struct error *err)
{
    int why = EEXIST;
    for (unsigned attempt = 0; attempt < TEMPORARY_ATTEMPTS; attempt++) {
        writer->temporary = memory_format(err, "%.*s" TEMPORARY_FORMAT, (int)fitting(writer->path),
                                          writer->path, (long)getpid(), attempt);
        if (!writer->temporary)
            return false;
        writer->descriptor = open_again(writer->temporary, O_WRONLY | O_CREAT | O_EXCL);
        if (writer->descriptor >= 0)
            return true;
        why = errno;
        memory_free(writer->temporary);
        writer->temporary = NULL;
        if (why != EEXIST)
            break;
    }
    return error_system(err, why, "cannot write %s", writer->path);
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

/* Brings the bytes to the disk before the name leads to them. */
static bool finish_temporary(struct file_writer *writer, struct error *err)
{
    int descriptor = writer->descriptor;
    bool synced = file_sync(descriptor, writer->path, err);
    writer->descriptor = -1;
    return file_close(descriptor, writer->path, synced ? err : NULL) && synced;
}

static bool rename_temporary(struct file_writer *writer, struct error *err)
{
    if (!file_rename(writer->temporary, writer->path, err))
        return false;
    memory_free(writer->temporary);
    writer->temporary = NULL;
    return true;
}

static int open_directory_of(const char *path, struct error *err)
{
    char *directory = file_directory(path, err);
    int descriptor = directory ? open_again(directory, O_RDONLY | O_DIRECTORY) : -1;
    if (directory && descriptor < 0)
        error_system(err, errno, "cannot write %s", path);
    memory_free(directory);
    return descriptor;
}

bool file_writer_commit(struct file_writer *writer, struct error *err)
{
    int directory = open_directory_of(writer->path, err);
    bool ok = directory >= 0 && finish_temporary(writer, err) && rename_temporary(writer, err) &&
              sync_directory(directory, writer->path, err);
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

bool file_refuse(const char *cannot, const char *path, int reason, struct error *err)
{
    char target[PATH_MAX];
    struct stat about;
    bool leads = stat(path, &about) == 0 || errno != ENOENT;
    ssize_t length = leads ? -1 : readlink(path, target, sizeof target);
    if (length < 0)
        return error_system(err, reason, "%s %s", cannot, path);
    return error_set(err, ERROR_SYSTEM, "%s %s: it is a link to %.*s, which does not exist", cannot,
                     path, (int)length, target);
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
            ok = file_refuse("cannot make directory", part, refusal == EEXIST ? ENOTDIR : refusal,
                             err);
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
    bool complete = path[0] == '/' || (strcmp(directory, ".") == 0 && strncmp(path, "./", 2) == 0);
    char *joined = complete ? memory_string(path, err) : file_join(directory, path, err);
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

char *file_resolve_later(const char *path, const char *directory, struct error *err)
{
    char *known = file_resolve(path, directory, err);
    if (!known || file_exists(known))
        return known;
    char *parent = file_directory(known, err), *whole = NULL;
    if (parent && strcmp(parent, known) != 0 && *file_name(known) != '\0') {
        char *resolved = file_resolve_later(parent, ".", err);
        whole = resolved ? file_join(resolved, file_name(known), err) : NULL;
        memory_free(resolved);
    } else if (parent) {
        whole = memory_string(known, err);
    }
    memory_free(parent);
    memory_free(known);
    return whole;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool file_exists(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

bool file_can_look(const char *path, struct error *err)
{
    struct stat about;
    bool hidden = stat(path, &about) < 0 && (errno == EACCES || errno == ELOOP);
    return !hidden || error_system(err, errno, "cannot read %s", path);
}

bool file_is_regular(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}
