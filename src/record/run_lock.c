/* Parts of this file: who holds; locks; a file in the place of a lock; taking both. */
#include "record/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/run_files.h"

enum { HOST_MAX = 256, HOLDER_MAX = HOST_MAX + 64 };

/* ---- who holds ---- */

struct holder {
    char text[HOLDER_MAX]; /* "process 1234 on host" */
};

#define HOLDER_FORMAT "process %ld on %s"

static void read_host(char host[HOST_MAX])
{
    if (gethostname(host, HOST_MAX) < 0)
        snprintf(host, HOST_MAX, "this machine");
    host[HOST_MAX - 1] = '\0';
}

static bool write_holder(int descriptor, const char *path, struct error *err)
{
    char host[HOST_MAX];
    struct holder own;
    read_host(host);
    snprintf(own.text, sizeof own.text, HOLDER_FORMAT "\n", (long)getpid(), host);
    return file_truncate(descriptor, 0, path, err) &&
           file_write_all(descriptor, path, own.text, strlen(own.text), err);
}

/* As its holder wrote it; "another process" where that cannot be read. */
static void read_holder(int descriptor, struct holder *holder)
{
    ssize_t got = pread(descriptor, holder->text, sizeof holder->text - 1, 0);
    holder->text[got > 0 ? got : 0] = '\0';
    holder->text[strcspn(holder->text, "\n")] = '\0';
    if (holder->text[0] == '\0')
        snprintf(holder->text, sizeof holder->text, "another process");
}

/* Whether it was a process of this machine, and is no more. */
static bool is_gone(const struct holder *holder)
{
    char host[HOST_MAX], own[HOST_MAX];
    long process;
    read_host(own);
    return sscanf(holder->text, "process %ld on %255s", &process, host) == 2 && process > 0 &&
           strcmp(host, own) == 0 && kill((pid_t)process, 0) < 0 && errno == ESRCH;
}

/* ---- locks ---- */

enum result { TAKEN, BUSY, NO_LOCKS, FAILED };

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* What the last call for a lock failed with: the file system has none, or the kernel. */
static bool knows_no_locks(int why)
{
    return why == ENOLCK || why == EINVAL || why == ENOSYS || why == ENOTSUP || why == EOPNOTSUPP;
}

/* Whether the open file is the one at the path still. */
static bool is_there(int descriptor, const char *path)
{
    struct stat own, there;
    return fstat(descriptor, &own) == 0 && lstat(path, &there) == 0 && own.st_dev == there.st_dev &&
           own.st_ino == there.st_ino;
}

/* A lock of the open file, not of the process: a second session in here is kept out too. Whoever
 * held it may have removed the file meanwhile; a lock of that one would keep nobody out. */
static enum result lock_file(int descriptor, const char *path, struct error *err)
{
    struct flock wanted = whole_file();
    if (file_lock(descriptor, F_OFD_SETLK, &wanted) == 0)
        return is_there(descriptor, path) ? TAKEN : BUSY;
    if (errno == EAGAIN || errno == EACCES)
        return BUSY;
    if (knows_no_locks(errno))
        return NO_LOCKS;
    error_system(err, errno, "cannot lock %s", path);
    return FAILED;
}

/* ---- a file in the place of a lock ---- */

/* Whether there is one whose process may be there still, and who it says that is. One that cannot
 * be read counts, but a place that cannot be entered has none: who goes there is told why. */
static bool stands(const char *path, struct holder *holder)
{
    struct stat there;
    if (lstat(path, &there) < 0)
        return false;
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    *holder = (struct holder){"another process"};
    if (descriptor >= 0) {
        read_holder(descriptor, holder);
        close(descriptor);
    }
    return !is_gone(holder);
}

/* Takes away one that was left behind. Somebody else may have done so, and have one of his own
 * there by now: what was moved aside is looked at again, and put back where it is another. */
static void remove_stale(const char *path)
{
    struct holder holder;
    char aside[PATH_MAX];
    int length = snprintf(aside, sizeof aside, "%s.%ld-0.tmp", path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof aside || !file_rename(path, aside, NULL))
        return;
    if (stands(aside, &holder))
        file_rename(aside, path, NULL);
    else
        unlink(aside);
}

static enum result busy_file(const char *path, const char *name, const struct holder *holder,
                             struct error *err)
{
    error_set(err, ERROR_BUSY,
              "run %s is being written by %s, says %s; if that process is gone, remove that file",
              name, holder->text, path);
    return BUSY;
}

/* Makes the file. */
static enum result stand_in(struct run_lock *lock, const char *path, const char *name,
                            struct error *err)
{
    struct holder holder = {"another process"};
    if (!stands(path, &holder) && file_exists(path))
        remove_stale(path);
    int descriptor = file_open(path, O_WRONLY | O_CREAT | O_EXCL, FILE_OWN, err);
    if (descriptor < 0) {
        if (errno != EEXIST)
            return FAILED;
        stands(path, &holder);
        return busy_file(path, name, &holder, err);
    }
    bool written = write_holder(descriptor, path, err);
    written = file_close(descriptor, path, written ? err : NULL) && written;
    lock->stands_in = written ? memory_string(path, err) : NULL;
    if (!lock->stands_in)
        unlink(path);
    return lock->stands_in ? TAKEN : FAILED;
}

/* ---- taking both ---- */

static enum result busy(int descriptor, const char *name, struct error *err)
{
    struct holder holder;
    read_holder(descriptor, &holder);
    error_set(err, ERROR_BUSY, "run %s is being written by %s", name, holder.text);
    return BUSY;
}

/* Of a lock that was got: a process that gets none, on another machine say, may stand there. */
static enum result note_holder(int descriptor, const char *path, const char *owner,
                               const char *name, struct error *err)
{
    struct holder holder;
    if (stands(owner, &holder))
        return busy_file(owner, name, &holder, err);
    if (file_exists(owner))
        remove_stale(owner);
    return write_holder(descriptor, path, err) ? TAKEN : FAILED;
}

static enum result take(struct run_lock *lock, const char *path, const char *owner,
                        const char *name, struct error *err)
{
    enum result result = lock_file(lock->descriptor, path, err);
    if (result == TAKEN)
        return note_holder(lock->descriptor, path, owner, name, err);
    if (result == BUSY)
        return busy(lock->descriptor, name, err);
    return result == NO_LOCKS ? stand_in(lock, owner, name, err) : result;
}

bool run_lock_take(struct run_lock *lock, const char *directory, const char *name,
                   struct error *err)
{
    enum result result = FAILED;
    *lock = (struct run_lock){0};
    char *path = file_join(directory, RUN_LOCK, err);
    char *owner = path ? file_join(directory, RUN_LOCK_OWNER, err) : NULL;
    bool made = owner && !file_exists(path);
    lock->descriptor = owner ? file_open(path, O_RDWR | O_CREAT, FILE_OWN, err) : -1;
    lock->held = lock->descriptor >= 0;
    if (lock->held)
        result = take(lock, path, owner, name, err);
    if (result == FAILED && made)
        unlink(path);
    if (result != TAKEN)
        run_lock_release(lock);
    memory_free(owner);
    memory_free(path);
    return result == TAKEN;
}

void run_lock_release(struct run_lock *lock)
{
    if (lock->stands_in)
        unlink(lock->stands_in);
    if (lock->held)
        close(lock->descriptor);
    memory_free(lock->stands_in);
    *lock = (struct run_lock){0};
}

/* directory/name; false where that is longer than any path. */
static bool write_path(char path[PATH_MAX], const char *directory, const char *name)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    return length > 0 && length < PATH_MAX;
}

static bool is_locked(const char *path, const char *name, struct error *err)
{
    struct flock wanted = whole_file();
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    if (descriptor < 0)
        return false;
    bool locked = file_lock(descriptor, F_OFD_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
    if (locked)
        busy(descriptor, name, err);
    close(descriptor);
    return locked;
}

bool run_lock_is_free(const char *directory, const char *name, struct error *err)
{
    struct holder holder;
    char path[PATH_MAX], owner[PATH_MAX];
    if (!write_path(path, directory, RUN_LOCK) || !write_path(owner, directory, RUN_LOCK_OWNER))
        return true;
    if (is_locked(path, name, err))
        return false;
    if (!stands(owner, &holder))
        return true;
    busy_file(owner, name, &holder, err);
    return false;
}
