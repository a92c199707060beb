/* Whole files read and written safely. System calls go through a table, so that a test can make
 * the n-th write fail. */
#ifndef MNEME_BASE_FILE_H
#define MNEME_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

/* The calls that can lose data; tests replace them. */
struct file_calls {
    ssize_t (*write)(int descriptor, const void *bytes, size_t count);
    int (*fsync)(int descriptor);
    int (*rename)(const char *from, const char *to);
};

/* The calls in use; never null. Setting null brings the system's own back. */
const struct file_calls *file_calls(void);
void file_set_calls(const struct file_calls *calls);

/* Reads a whole file into memory with a terminating null behind it; the caller frees with
 * memory_free. size may be null. */
char *file_read(const char *path, size_t *size, struct error *err);

/* Writes all bytes to a descriptor, going on after short writes and EINTR; path is for errors. */
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

/* The three above in one go. */
bool file_replace(const char *path, const void *bytes, size_t count, struct error *err);

/* Makes a directory and those above it where they are missing. */
bool file_make_directories(const char *path, struct error *err);

/* directory + "/" + name in a new string. */
char *file_join(const char *directory, const char *name, struct error *err);

/* A path as seen from a directory, in a new string; where it leads to a file, absolute and without
 * links. */
char *file_resolve(const char *path, const char *directory, struct error *err);

/* The path up to its last "/", "." where there is none, in a new string. */
char *file_directory(const char *path, struct error *err);

/* Whether something exists at the path. */
bool file_exists(const char *path);

#endif
