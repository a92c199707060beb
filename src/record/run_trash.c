/* Map of this file: putting in; reading; taking out; removing. */
#include "record/run_trash.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "record/run_files.h"
#include "record/run_lock.h"

/* In a directory of the trash. */
#define ORIGIN "origin"
#define RUN    "run"

/* Putting in */

/* Makes TRASH/YYYYMMDD-HHMMSS-000, or the first number behind that is free: by their names they are
 * sorted by age. */
static char *make_entry(const struct paths *paths, struct error *err)
{
    enum { ATTEMPTS = 1000 };
    char stamp[32] = "0";
    time_t now = time(NULL);
    struct tm date;
    if (gmtime_r(&now, &date))
        strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &date);
    char *trash = file_join(paths->runs, RUN_TRASH, err), *entry = NULL;
    bool made = false, taken = trash && file_make_directories(trash, err);
    for (int attempt = 0; taken && attempt < ATTEMPTS; attempt++) {
        memory_free(entry);
        entry = memory_format(err, "%s/%s-%03d", trash, stamp, attempt);
        made = entry && mkdir(entry, 0777) == 0;
        taken = entry && !made && errno == EEXIST;
        if (entry && !made && !taken)
            error_system(err, errno, "cannot make directory %s", entry);
    }
    memory_free(trash);
    if (made)
        return entry;
    if (taken)
        error_set(err, ERROR_SYSTEM, "too many runs were deleted within a second");
    memory_free(entry);
    return NULL;
}

static void remove_entry(const char *entry)
{
    char *origin = file_join(entry, ORIGIN, NULL);
    if (origin)
        unlink(origin);
    rmdir(entry);
    memory_free(origin);
}

/* Where the run was is written before it is moved. */
static bool move_into(const char *entry, const char *directory, struct run_lock *lock,
                      struct error *err)
{
    char *origin = file_join(entry, ORIGIN, err), *run = file_join(entry, RUN, err);
    bool moved = origin && run && file_replace(origin, directory, strlen(directory), err) &&
                 file_rename(directory, run, err);
    if (moved)
        run_lock_moved(lock, run);
    else
        remove_entry(entry);
    memory_free(origin);
    memory_free(run);
    return moved;
}

bool run_trash_put(const struct paths *paths, const char *directory, struct error *err)
{
    struct run_lock lock;
    if (!run_lock_take(&lock, directory, file_name(directory), err))
        return false;
    char *entry = make_entry(paths, err);
    bool put = entry && move_into(entry, directory, &lock, err);
    run_lock_release(&lock);
    memory_free(entry);
    return put;
}

/* Reading */

/* False without an error for what is none: a run on its way in or out. */
static bool read_entry(struct trashed_run *run, const char *trash, const char *name,
                       struct error *err)
{
    struct stat about;
    char *directory = file_join(trash, name, err);
    char *path = directory ? file_join(directory, ORIGIN, err) : NULL;
    char *inside = path ? file_join(directory, RUN, err) : NULL;
    *run = (struct trashed_run){.directory = directory};
    if (inside && file_exists(inside) && lstat(path, &about) == 0)
        run->origin = file_read_own(path, NULL, NULL);
    if (run->origin)
        run->when = about.st_mtime;
    else
        memory_free(directory);
    memory_free(inside);
    memory_free(path);
    return run->origin != NULL;
}

static bool list_entries(struct strings *names, const char *trash, struct error *err)
{
    DIR *stream = opendir(trash);
    bool listed = stream || errno == ENOENT || error_system(err, errno, "cannot read %s", trash);
    for (struct dirent *entry; listed && stream && (entry = readdir(stream));)
        listed = entry->d_name[0] == '.' || strings_add(names, entry->d_name, err);
    if (stream)
        closedir(stream);
    strings_sort(names);
    return listed;
}

bool run_trash_read(struct run_trash *trash, const struct paths *paths, struct error *err)
{
    struct strings names = {0};
    *trash = (struct run_trash){.count = 0};
    char *path = file_join(paths->runs, RUN_TRASH, err);
    bool read = path && list_entries(&names, path, err);
    trash->run = read ? memory_new(names.count + 1, sizeof *trash->run, err) : NULL;
    for (size_t i = names.count; trash->run && i > 0; i--)
        trash->count +=
            read_entry(&trash->run[trash->count], path, names.text[i - 1], NULL) ? 1 : 0;
    strings_free(&names);
    memory_free(path);
    return trash->run != NULL;
}

void run_trash_free(struct run_trash *trash)
{
    for (size_t r = 0; r < trash->count; r++) {
        memory_free(trash->run[r].directory);
        memory_free(trash->run[r].origin);
    }
    memory_free(trash->run);
    *trash = (struct run_trash){.count = 0};
}

/* Taking out */

const struct trashed_run *run_trash_find(const struct run_trash *trash, const char *name)
{
    for (size_t r = 0; r < trash->count; r++)
        if (strcmp(trash->run[r].origin, name) == 0 ||
            strcmp(file_name(trash->run[r].origin), name) == 0)
            return &trash->run[r];
    return NULL;
}

bool run_trash_restore(const struct trashed_run *run, struct error *err)
{
    if (file_exists(run->origin))
        return error_set(err, ERROR_INPUT, "%s is something else by now; rename that first",
                         run->origin);
    char *inside = file_join(run->directory, RUN, err);
    char *around = inside ? file_directory(run->origin, err) : NULL;
    bool back =
        around && file_make_directories(around, err) && file_rename(inside, run->origin, err);
    if (back)
        remove_entry(run->directory);
    memory_free(around);
    memory_free(inside);
    return back;
}

/* Removing */

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about, (void)type, (void)place;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

/* Links are removed, never followed. Where it was goes last: what is left is still in the list. */
bool run_trash_remove(const struct trashed_run *run, struct error *err)
{
    enum { OPEN_DIRECTORIES = 16 };
    char *inside = file_join(run->directory, RUN, err);
    bool removed = inside != NULL;
    if (removed && nftw(inside, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) != 0)
        removed = error_system(err, errno, "cannot remove %s", inside);
    if (removed)
        remove_entry(run->directory);
    memory_free(inside);
    return removed;
}
