/* Map of this file: pace; the thread; what it finds; looking at others. */
#include "record/heartbeat.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/condition.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/thread.h"
#include "record/run_files.h"

/* ---- pace ---- */

/* Two minutes are longer than file servers take to come back; attributes of a file that is opened
 * anew are the server's, however long they are kept otherwise. */
static const struct heartbeat_pace usual = {.beat = 5, .silent = 120, .watched = 15};
static struct heartbeat_pace pace = {.beat = 5, .silent = 120, .watched = 15};

void heartbeat_set_pace(const struct heartbeat_pace *other)
{
    pace = other ? *other : usual;
}

/* Counts while the process or the machine sleeps. */
#ifdef CLOCK_BOOTTIME
#define CLOCK_THROUGH_SLEEP CLOCK_BOOTTIME
#else
#define CLOCK_THROUGH_SLEEP CLOCK_MONOTONIC
#endif

static double seconds_of(const struct timespec *time)
{
    return (double)time->tv_sec + 1e-9 * (double)time->tv_nsec;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THROUGH_SLEEP, &now);
    return seconds_of(&now);
}

static struct timespec time_of(double seconds)
{
    time_t whole = (time_t)seconds;
    return (struct timespec){.tv_sec = whole, .tv_nsec = (long)(1e9 * (seconds - (double)whole))};
}

/* ---- the thread ---- */

struct heartbeat {
    pthread_t thread;
    pthread_mutex_t mutex; /* of all below */
    pthread_cond_t wake;
    bool stops;
    bool lost;           /* another has the file */
    struct holder other; /* who, then */
    double looked;       /* seconds_now of the last look at the file */
    int descriptor;
    char *path;
    struct holder own;
};

/* Opened anew: only so does a client of a file server ask it what there is. A file that is not
 * there, or out of reach, is nobody else's. */
static void look(struct heartbeat *heartbeat)
{
    struct stat own, there;
    struct holder holder;
    heartbeat->looked = seconds_now();
    int descriptor = file_open(heartbeat->path, O_RDONLY, FILE_OWN, NULL);
    if (descriptor < 0)
        return;
    holder_read(&holder, descriptor);
    bool known = fstat(descriptor, &there) == 0 && fstat(heartbeat->descriptor, &own) == 0;
    close(descriptor);
    if (!known || (own.st_dev == there.st_dev && own.st_ino == there.st_ino &&
                   holder_is_same(&holder, &heartbeat->own)))
        return;
    heartbeat->lost = true;
    heartbeat->other = holder;
}

static void *beat(void *context)
{
    struct heartbeat *heartbeat = context;
    pthread_mutex_lock(&heartbeat->mutex);
    while (!heartbeat->stops && !heartbeat->lost) {
        const struct timespec until = condition_moment(pace.beat);
        pthread_cond_timedwait(&heartbeat->wake, &heartbeat->mutex, &until);
        if (!heartbeat->stops)
            look(heartbeat);
        if (!heartbeat->stops && !heartbeat->lost)
            futimens(heartbeat->descriptor, NULL);
    }
    pthread_mutex_unlock(&heartbeat->mutex);
    return NULL;
}

static void free_heartbeat(struct heartbeat *heartbeat)
{
    pthread_cond_destroy(&heartbeat->wake);
    pthread_mutex_destroy(&heartbeat->mutex);
    memory_free(heartbeat->path);
    memory_free(heartbeat);
}

struct heartbeat *heartbeat_start(int descriptor, const char *path, const struct holder *own,
                                  struct error *err)
{
    struct heartbeat *heartbeat = memory_new(1, sizeof *heartbeat, err);
    char *copy = heartbeat ? memory_string(path, err) : NULL;
    if (!copy) {
        memory_free(heartbeat);
        return NULL;
    }
    *heartbeat = (struct heartbeat){
        .descriptor = descriptor, .path = copy, .own = *own, .looked = seconds_now()};
    pthread_mutex_init(&heartbeat->mutex, NULL);
    condition_init(&heartbeat->wake);
    int why = thread_start(&heartbeat->thread, beat, heartbeat);
    if (why == 0)
        return heartbeat;
    error_system(err, why, "cannot start a thread for %s", path);
    free_heartbeat(heartbeat);
    return NULL;
}

/* ---- what it finds ---- */

bool heartbeat_check(struct heartbeat *heartbeat, const char *name, struct error *err)
{
    if (!heartbeat)
        return true;
    pthread_mutex_lock(&heartbeat->mutex);
    if (!heartbeat->lost && seconds_now() - heartbeat->looked > 2 * pace.beat)
        look(heartbeat);
    bool lost = heartbeat->lost;
    struct holder other = heartbeat->other;
    pthread_mutex_unlock(&heartbeat->mutex);
    return !lost || error_set(err, ERROR_BUSY,
                              "run %s was taken over by %s, since this process gave no sign of "
                              "life; it goes on there from what was saved",
                              name, other.text);
}

bool heartbeat_stop(struct heartbeat *heartbeat)
{
    if (!heartbeat)
        return true;
    pthread_mutex_lock(&heartbeat->mutex);
    heartbeat->stops = true;
    if (!heartbeat->lost)
        look(heartbeat);
    bool ours = !heartbeat->lost;
    pthread_cond_signal(&heartbeat->wake);
    pthread_mutex_unlock(&heartbeat->mutex);
    pthread_join(heartbeat->thread, NULL);
    free_heartbeat(heartbeat);
    return ours;
}

/* ---- looking at others ---- */

/* What is there, opened anew as above. */
static bool read_file(const char *path, struct stat *about, struct holder *holder)
{
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    bool known = descriptor >= 0 && fstat(descriptor, about) == 0;
    if (known)
        holder_read(holder, descriptor);
    if (descriptor >= 0)
        close(descriptor);
    return known;
}

/* The time that the file system has, in the directory of the file at the path. */
static bool read_clock(const char *path, struct timespec *now)
{
    char probe[PATH_MAX];
    struct stat about;
    int length = snprintf(probe, sizeof probe, "%.*s" RUN_LOCK_OWNER ".%ld-1.tmp",
                          (int)(file_name(path) - path), path, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof probe)
        return false;
    int descriptor = file_open(probe, O_WRONLY | O_CREAT | O_TRUNC, FILE_OWN, NULL);
    if (descriptor < 0)
        return false;
    bool read = futimens(descriptor, NULL) == 0 && fstat(descriptor, &about) == 0;
    close(descriptor);
    unlink(probe);
    if (read)
        *now = about.st_mtim;
    return read;
}

bool heartbeat_is_silent(const char *path)
{
    struct stat about;
    struct holder holder;
    struct timespec now;
    if (!read_file(path, &about, &holder) || !read_clock(path, &now))
        return false;
    double age = seconds_of(&now) - seconds_of(&about.st_mtim);
    return age >= pace.silent || age < -pace.beat;
}

static bool is_unchanged(const struct stat *one, const struct stat *other)
{
    return one->st_dev == other->st_dev && one->st_ino == other->st_ino &&
           one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

bool heartbeat_has_stopped(const char *path)
{
    struct stat first, about;
    struct holder holder, other;
    double until = seconds_now() + pace.watched;
    if (!read_file(path, &first, &holder))
        return false;
    while (seconds_now() < until) {
        const struct timespec little = time_of(pace.beat / 5);
        nanosleep(&little, NULL);
        if (!read_file(path, &about, &other) || !is_unchanged(&first, &about) ||
            !holder_is_same(&holder, &other))
            return false;
    }
    return true;
}
