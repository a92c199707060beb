/* A temporary directory for a test's files, and a file that fails at its n-th call. */
#ifndef MNEME_TESTS_UNIT_TEMPORARY_H
#define MNEME_TESTS_UNIT_TEMPORARY_H

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

enum { TEMPORARY_PATH = 512 };

/* A fresh directory as a cmocka test's state: a char array. */
static inline int temporary_set_up(void **state)
{
    char *directory = strdup("/tmp/mneme-test-XXXXXX");
    *state = directory;
    return directory && mkdtemp(directory) ? 0 : -1;
}

static inline int temporary_remove_one(const char *path, const struct stat *about, int kind,
                                       struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    return remove(path);
}

static inline int temporary_tear_down(void **state)
{
    int result = nftw(*state, temporary_remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return result;
}

/* directory/name; good until the next call with the same buffer. */
static inline const char *temporary_path(char path[TEMPORARY_PATH], const void *directory,
                                         const char *name)
{
    int length = snprintf(path, TEMPORARY_PATH, "%s/%s", (const char *)directory, name);
    assert_true(length < TEMPORARY_PATH);
    return path;
}

/* Entries of a directory, "." and ".." not counted. */
static inline size_t temporary_count(const char *directory)
{
    size_t count = 0;
    DIR *stream = opendir(directory);
    for (const struct dirent *entry; stream && (entry = readdir(stream));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    if (stream)
        closedir(stream);
    return count;
}

/* Calls left until one fails; 0: none does. Half of a write that fails gets through. */
static size_t calls_until_failure;

static inline bool call_fails(void)
{
    return calls_until_failure > 0 && --calls_until_failure == 0;
}

static inline ssize_t failing_write(int descriptor, const void *bytes, size_t count)
{
    if (!call_fails())
        return write(descriptor, bytes, count);
    if (count > 1 && write(descriptor, bytes, count / 2) < 0)
        return -1;
    errno = ENOSPC;
    return -1;
}

static inline int failing_fsync(int descriptor)
{
    errno = EIO;
    return call_fails() ? -1 : fsync(descriptor);
}

static inline int failing_rename(const char *from, const char *to)
{
    errno = EROFS;
    return call_fails() ? -1 : rename(from, to);
}

static const struct file_calls failing_calls = {
    .write = failing_write, .fsync = failing_fsync, .rename = failing_rename};

/* Something that can fail, tried with its n-th call and with its n-th request for memory failing,
 * for n = 1, 2, ... until it gets through. prepare comes before each attempt and check after each
 * failure. Returns the failures. */
struct failing {
    void *context;
    void (*prepare)(void *context);
    bool (*attempt)(void *context, struct error *err);
    void (*check)(void *context, const struct error *err, bool of_memory);
};

static inline size_t fail_everywhere(const struct failing *failing)
{
    size_t failures = 0;
    for (int of_memory = 0; of_memory < 2; of_memory++) {
        bool ok = false;
        for (size_t n = 1; !ok && n < 10000; n++) {
            struct error err = {ERROR_NONE, ""};
            failing->prepare(failing->context);
            calls_until_failure = of_memory ? 0 : n;
            file_set_calls(&failing_calls);
            memory_fail_request(of_memory ? n : 0);
            ok = failing->attempt(failing->context, &err);
            memory_fail_request(0);
            file_set_calls(NULL);
            failures += !ok;
            if (!ok)
                failing->check(failing->context, &err, of_memory);
        }
        assert_true(ok);
    }
    return failures;
}

#endif
