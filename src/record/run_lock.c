/* Parts of this file: locks; sightings of holders; a file in the place of a lock; taking both;
 * looking. */
#include "record/run_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/holder.h"
#include "record/local_locks.h"
#include "record/run_files.h"

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

/* What a call for a lock that failed with EACCES did so for. POSIX lets that mean, as EAGAIN, that
 * another holds it, and SMB's client in Linux says it so; a security policy means that nobody may.
 * The holder tells these apart, where he can be asked for. */
static int meaning_of_no_access(int descriptor)
{
    struct flock held = whole_file();
    if (file_lock(descriptor, F_OFD_GETLK, &held) != 0)
        return errno == EACCES ? EACCES : EAGAIN;
    return held.l_type == F_UNLCK ? EACCES : EAGAIN;
}

/* False with errno set: EAGAIN where another holds it. One who held it may have let go before he
 * was asked for, so it is tried again. */
static bool get_lock(int descriptor)
{
    enum { TRIES = 3 };
    int why = EACCES;
    for (int t = 0; why == EACCES && t < TRIES; t++) {
        struct flock wanted = whole_file();
        if (file_lock(descriptor, F_OFD_SETLK, &wanted) == 0)
            return true;
        why = errno == EACCES ? meaning_of_no_access(descriptor) : errno;
    }
    errno = why;
    return false;
}

/* A lock of the open file, not of the process: a second session in here is kept out too. Whoever
 * held it may have removed the file meanwhile; a lock of that one would keep nobody out. */
static enum result lock_file(int descriptor, const char *path, struct error *err)
{
    if (local_locks_only(descriptor))
        return NO_LOCKS;
    if (get_lock(descriptor))
        return is_there(descriptor, path) ? TAKEN : BUSY;
    if (errno == EAGAIN)
        return BUSY;
    if (knows_no_locks(errno))
        return NO_LOCKS;
    error_system(err, errno, "cannot lock %s", path);
    return FAILED;
}

/* ---- sightings of holders ---- */

/* What a file told of its holder when it was looked at. */
struct sighting {
    struct holder holder;
    struct stat about;
};

/* False where there is no file. One that cannot be read counts, but a place that cannot be entered
 * has none: who goes there is told why. */
static bool see(struct sighting *sighting, const char *path)
{
    *sighting = (struct sighting){.holder = {.text = "another process"}};
    if (lstat(path, &sighting->about) < 0)
        return false;
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    if (descriptor >= 0) {
        holder_read(&sighting->holder, descriptor);
        fstat(descriptor, &sighting->about);
        close(descriptor);
    }
    return true;
}

static bool is_same_sighting(const struct sighting *one, const struct sighting *other)
{
    return one->about.st_ino == other->about.st_ino &&
           one->about.st_mtim.tv_sec == other->about.st_mtim.tv_sec &&
           one->about.st_mtim.tv_nsec == other->about.st_mtim.tv_nsec &&
           holder_is_same(&one->holder, &other->holder);
}

/* Whether a holder who cannot be seen from here has given no sign of life for long. */
static bool is_silent(const struct sighting *sighting, const char *path)
{
    return holder_beats(&sighting->holder) && !holder_is_in_sight(&sighting->holder) &&
           heartbeat_is_silent(path);
}

/* The name that a file at the path is moved to, to be looked at again. */
static bool write_aside(char aside[PATH_MAX], const char *path)
{
    int length = snprintf(aside, PATH_MAX, "%.*s" RUN_LOCK_OWNER ".%ld-0.tmp",
                          (int)(file_name(path) - path), path, (long)getpid());
    return length > 0 && length < PATH_MAX;
}

/* Takes away a file that was left behind. Somebody else may have done so, and have one of his own
 * there by now: it may have been watched for long. Between this look and the move that can happen
 * still, so what was moved aside is looked at once more, and put back where it is another. */
static void remove_stale(const char *path, const struct sighting *stale)
{
    struct sighting now, moved;
    char aside[PATH_MAX];
    if (!see(&now, path) || !is_same_sighting(&now, stale))
        return;
    if (!write_aside(aside, path) || !file_rename(path, aside, NULL))
        return;
    if (see(&moved, aside) && is_same_sighting(&moved, stale))
        unlink(aside);
    else
        file_rename(aside, path, NULL);
}

static enum result busy(const struct holder *holder, const char *name, struct error *err)
{
    error_set(err, ERROR_BUSY, "run %s is being written by %s", name, holder->text);
    return BUSY;
}

/* ---- a file in the place of a lock ---- */

/* Whether there is one whose process may be there still, and who it says that is. What is silent is
 * watched, where there is time. */
static bool stands(const char *path, struct sighting *sighting, bool watch)
{
    if (!see(sighting, path))
        return false;
    return !holder_is_gone(&sighting->holder) &&
           !(is_silent(sighting, path) && (!watch || heartbeat_has_stopped(path)));
}

/* One who gives signs of life needs no help of people to be gone. */
static enum result busy_file(const char *path, const char *name, const struct holder *holder,
                             struct error *err)
{
    error_set(err, ERROR_BUSY, "run %s is being written by %s, says %s%s", name, holder->text, path,
              holder_beats(holder) ? "" : "; if that process is gone, remove that file");
    return BUSY;
}

/* Sets out to give signs of life on the open file, which says who holds. */
static bool begin_to_beat(struct run_lock *lock, int descriptor, const char *path,
                          struct error *err)
{
    struct holder own;
    holder_of_this_process(&own);
    lock->heartbeat = holder_write(&own, descriptor, path, err)
                          ? heartbeat_start(descriptor, path, &own, err)
                          : NULL;
    return lock->heartbeat != NULL;
}

/* Makes the file. */
static enum result stand_in(struct run_lock *lock, const char *path, const char *name,
                            struct error *err)
{
    struct sighting sighting;
    if (!stands(path, &sighting, true) && file_exists(path))
        remove_stale(path, &sighting);
    char *copy = memory_string(path, err);
    int descriptor = copy ? file_open(path, O_RDWR | O_CREAT | O_EXCL, FILE_OWN, err) : -1;
    if (descriptor < 0) {
        bool is_anothers = copy && errno == EEXIST;
        memory_free(copy);
        if (!is_anothers)
            return FAILED;
        see(&sighting, path);
        return busy_file(path, name, &sighting.holder, err);
    }
    if (begin_to_beat(lock, descriptor, path, err)) {
        lock->stands_in = copy;
        lock->stand_in = descriptor;
        return TAKEN;
    }
    unlink(path);
    close(descriptor);
    memory_free(copy);
    return FAILED;
}

/* ---- taking both ---- */

/* Whether somebody elsewhere, whose lock does not keep this machine out, gives signs of life. Who
 * gave his lock back has left no name; who died may have left it a moment ago. */
static bool is_held_elsewhere(const char *path, const char *name, struct error *err)
{
    struct sighting sighting;
    if (!see(&sighting, path) || !holder_is_elsewhere(&sighting.holder) ||
        heartbeat_has_stopped(path))
        return false;
    error_set(err, ERROR_BUSY,
              "run %s is being written by %s, whose lock does not reach this machine: the locks of "
              "%s do not work between machines",
              name, sighting.holder.text, path);
    return true;
}

/* Of a lock that was got: a process that gets none, on another machine say, may stand there. */
static enum result note_holder(struct run_lock *lock, const char *path, const char *owner,
                               const char *name, struct error *err)
{
    struct sighting sighting;
    if (is_held_elsewhere(path, name, err))
        return BUSY;
    if (stands(owner, &sighting, true))
        return busy_file(owner, name, &sighting.holder, err);
    if (file_exists(owner))
        remove_stale(owner, &sighting);
    return begin_to_beat(lock, lock->descriptor, path, err) ? TAKEN : FAILED;
}

static enum result take(struct run_lock *lock, const char *path, const char *owner,
                        const char *name, struct error *err)
{
    struct sighting sighting;
    enum result result = lock_file(lock->descriptor, path, err);
    if (result == TAKEN)
        return note_holder(lock, path, owner, name, err);
    if (result == NO_LOCKS)
        return is_held_elsewhere(path, name, err) ? BUSY : stand_in(lock, owner, name, err);
    if (result == BUSY) {
        see(&sighting, path);
        return busy(&sighting.holder, name, err);
    }
    return result;
}

/* Takes away the file of a lock whose machine is gone though a file server keeps the lock. */
static void remove_outlived(const char *path)
{
    struct sighting sighting;
    if (see(&sighting, path) && holder_is_elsewhere(&sighting.holder) &&
        heartbeat_is_silent(path) && heartbeat_has_stopped(path))
        remove_stale(path, &sighting);
}

static enum result open_and_take(struct run_lock *lock, const char *path, const char *owner,
                                 const char *name, struct error *err)
{
    enum result result = FAILED;
    bool made = !file_exists(path);
    lock->descriptor = file_open(path, O_RDWR | O_CREAT, FILE_OWN, err);
    lock->held = lock->descriptor >= 0;
    if (lock->held)
        result = take(lock, path, owner, name, err);
    if (result == FAILED && made)
        unlink(path);
    if (result != TAKEN)
        run_lock_release(lock);
    return result;
}

bool run_lock_take(struct run_lock *lock, const char *directory, const char *name,
                   struct error *err)
{
    enum result result = FAILED;
    *lock = (struct run_lock){0};
    char *path = file_join(directory, RUN_LOCK, err);
    char *owner = path ? file_join(directory, RUN_LOCK_OWNER, err) : NULL;
    if (owner) {
        remove_outlived(path);
        result = open_and_take(lock, path, owner, name, err);
    }
    memory_free(owner);
    memory_free(path);
    return result == TAKEN;
}

/* A name that is left in the file of a lock says that its holder did not give it back. */
void run_lock_release(struct run_lock *lock)
{
    bool beats = lock->heartbeat != NULL, ours = heartbeat_stop(lock->heartbeat) && beats;
    if (lock->stands_in) {
        if (ours)
            unlink(lock->stands_in);
        close(lock->stand_in);
    } else if (ours)
        file_truncate(lock->descriptor, 0, RUN_LOCK, NULL);
    if (lock->held)
        close(lock->descriptor);
    memory_free(lock->stands_in);
    *lock = (struct run_lock){0};
}

/* What stands in for the lock went with the directory, to be removed there. */
void run_lock_moved(struct run_lock *lock, const char *directory)
{
    char *path = lock->stands_in ? file_join(directory, RUN_LOCK_OWNER, NULL) : NULL;
    if (!path)
        return;
    memory_free(lock->stands_in);
    lock->stands_in = path;
}

/* ---- looking ---- */

/* directory/name; false where that is longer than any path. */
static bool write_path(char path[PATH_MAX], const char *directory, const char *name)
{
    int length = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    return length > 0 && length < PATH_MAX;
}

/* Whether the kernel keeps others from the file at the path. */
static bool is_kept(const char *path)
{
    struct flock wanted = whole_file();
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    bool kept = descriptor >= 0 && file_lock(descriptor, F_OFD_GETLK, &wanted) == 0 &&
                wanted.l_type != F_UNLCK;
    if (descriptor >= 0)
        close(descriptor);
    return kept;
}

/* By somebody who is not silent on another machine. */
static bool is_locked(const char *path, const char *name, struct error *err)
{
    struct sighting sighting;
    if (!is_kept(path) || (see(&sighting, path) && holder_is_elsewhere(&sighting.holder) &&
                           heartbeat_is_silent(path)))
        return false;
    busy(&sighting.holder, name, err);
    return true;
}

bool run_lock_is_free(const char *directory, const char *name, struct error *err)
{
    struct sighting sighting;
    char path[PATH_MAX], owner[PATH_MAX];
    if (!write_path(path, directory, RUN_LOCK) || !write_path(owner, directory, RUN_LOCK_OWNER))
        return true;
    if (is_locked(path, name, err))
        return false;
    if (!stands(owner, &sighting, false))
        return true;
    busy_file(owner, name, &sighting.holder, err);
    return false;
}

static void tell(struct run_lock_sight *sight, const struct sighting *sighting)
{
    if (sighting->about.st_size > 0)
        sight->holder = sighting->holder;
    sight->is_elsewhere = holder_beats(&sighting->holder) && !holder_is_in_sight(&sighting->holder);
    sight->beat = sighting->about.st_mtim;
}

void run_lock_look(const char *directory, struct run_lock_sight *sight)
{
    struct sighting lock, owner;
    char path[PATH_MAX], stand_in[PATH_MAX];
    *sight = (struct run_lock_sight){.held = false};
    if (!write_path(path, directory, RUN_LOCK) || !write_path(stand_in, directory, RUN_LOCK_OWNER))
        return;
    bool kept = is_kept(path), named = see(&lock, path) && lock.about.st_size > 0;
    if (!kept && see(&owner, stand_in)) {
        sight->held = !holder_is_gone(&owner.holder);
        sight->left = !sight->held;
        tell(sight, &owner);
    } else if (kept || named) { /* where locks do not reach here, a name is all there is */
        sight->held = kept || holder_is_elsewhere(&lock.holder);
        sight->left = !sight->held;
        tell(sight, &lock);
    }
}
