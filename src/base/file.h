/* Files opened, read and written safely. System calls go through a table, so that a test can make
 * the n-th of them fail; what a signal interrupts is done again. */
#ifndef MNEME_BASE_FILE_H
#define MNEME_BASE_FILE_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* The calls that can lose data; tests replace them. One that is null is the system's own. */
struct file_calls {
    ssize_t (*write)(int descriptor, const void *bytes, size_t count);
    int (*fsync)(int descriptor);
    int (*rename)(const char *from, const char *to);
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int descriptor);
    int (*ftruncate)(int descriptor, off_t length);
    int (*lock)(int descriptor, int command, struct flock *lock);
};

/* Replaces the calls; null brings the system's own back. */
void file_set_calls(const struct file_calls *calls);

/* What is taken where a file is opened. */
enum file_kind {
    FILE_ANY, /* what the user names: links are followed, pipes and devices are read */
    FILE_OWN, /* what the program keeps: a regular file of this very name, no link, pipe or device,
                 none of which is waited for or changed */
};

/* open(2) with O_CLOEXEC, for flags as O_RDWR | O_APPEND | O_CREAT; what it makes has the rights
 * that the umask leaves. -1 with the error set: ERROR_DATA where FILE_OWN met what is no file, else
 * ERROR_SYSTEM, and errno says why. */
int file_open(const char *path, int flags, enum file_kind kind, struct error *err);

/* A directory for fsync, unlinkat and the like; FILE_OWN refuses a link to one. -1 with the error
 * set. */
int file_open_directory(const char *path, enum file_kind kind, struct error *err);

/* Closes a descriptor that was written to, and says what only the close found out; path is for
 * errors, here and below. */
bool file_close(int descriptor, const char *path, struct error *err);

/* fsync(2). */
bool file_sync(int descriptor, const char *path, struct error *err);

/* fcntl(2) with F_OFD_SETLK or F_OFD_GETLK: -1 with errno set where that fails. */
int file_lock(int descriptor, int command, struct flock *lock);

/* ftruncate(2) and rename(2). */
bool file_truncate(int descriptor, off_t length, const char *path, struct error *err);
bool file_rename(const char *from, const char *to, struct error *err);

/* False where a path that the user named as a file of a kind ("table") is a directory or is not
 * there, which is ERROR_INPUT; what else may keep it from being read is seen when it is. */
bool file_can_be(const char *path, const char *kind, struct error *err);

/* Reads a whole file into memory with a terminating null behind it; the caller frees with
 * memory_free. size may be null. The first takes what the user names (FILE_ANY), the second what
 * the program keeps (FILE_OWN). */
char *file_read(const char *path, size_t *size, struct error *err);
char *file_read_own(const char *path, size_t *size, struct error *err);

/* file_read of at most so many bytes: a device may have no end. ERROR_INPUT where it has more. */
char *file_read_most(const char *path, size_t most, size_t *size, struct error *err);

/* Writes all bytes to a descriptor, going on after short writes. */
bool file_write_all(int descriptor, const char *path, const void *bytes, size_t count,
                    struct error *err);

/* A file that appears whole or not at all: begun under a temporary name in the same directory,
 * written piece by piece, then fsynced, renamed and its directory fsynced by the commit. On any
 * failure, and on abandon, the temporary file is removed and what was there before stays; only when
 * the directory's fsync is what fails is the new file there already. The commit ends the writer
 * whether it succeeds or not. */
struct file_writer {
    int descriptor;
    char *path;
    char *temporary;
};
bool file_writer_begin(struct file_writer *writer, const char *path, struct error *err);
bool file_writer_add(struct file_writer *writer, const void *bytes, size_t count,
                     struct error *err);
bool file_writer_commit(struct file_writer *writer, struct error *err);
void file_writer_abandon(struct file_writer *writer);

/* How much of a name is that of the file it was the temporary one of; 0 where it is no temporary
 * name. */
size_t file_temporary_stem(const char *name);

/* Begin, add and commit in one go. */
bool file_replace(const char *path, const void *bytes, size_t count, struct error *err);

/* "cannot read PATH: REASON", where `cannot` is "cannot read" and `reason` an errno; of a link that
 * leads nowhere it says that instead. Returns false. */
bool file_refuse(const char *cannot, const char *path, int reason, struct error *err);

/* Makes a directory and those above it where they are missing. */
bool file_make_directories(const char *path, struct error *err);

/* directory + "/" + name in a new string. */
char *file_join(const char *directory, const char *name, struct error *err);

/* A path as seen from a directory, in a new string; where it leads to a file, absolute and without
 * links. */
char *file_resolve(const char *path, const char *directory, struct error *err);

/* The same of what may be made later: as far as it is there, resolved, and complete. */
char *file_resolve_later(const char *path, const char *directory, struct error *err);

/* The path up to its last "/", "." where there is none, in a new string. */
char *file_directory(const char *path, struct error *err);

/* The last part of a path: what is behind its last "/", all of it where there is none. */
const char *file_name(const char *path);

/* Whether something exists at the path. */
bool file_exists(const char *path);

/* Whether it can be told what is at the path, if anything; ERROR_SYSTEM where there is no
 * permission to look, or links lead in a circle. */
bool file_can_look(const char *path, struct error *err);

/* Whether that is a regular file, or a link to one: what can be read without waiting. */
bool file_is_regular(const char *path);

#endif
