#include "tests/patience.h"

#include <dirent.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define INTERVAL 0.5 /* seconds from one look to the next */
#define GAP      2.0 /* seconds that are counted between two looks at most */
#define LEAST    0.1 /* share of the time that is counted at least */

/* $MNEME_TEST_PATIENCE, 1 where it says nothing of use. */
static double factor(void)
{
    const char *text = getenv("MNEME_TEST_PATIENCE");
    double number = text ? strtod(text, NULL) : 1;
    return number > 0 ? number : 1;
}

struct patience patience_with(pid_t program)
{
    return (struct patience){
        .program = program, .looked = clock_seconds(), .most = PATIENCE * factor()};
}

/* What /proc says of a process or thread; false where it is gone. */
static bool read_state(const char *path, char *state, pid_t *parent, pid_t *session)
{
    char line[1024];
    FILE *file = fopen(path, "re");
    size_t length = file ? fread(line, 1, sizeof line - 1, file) : 0;
    if (file)
        fclose(file);
    line[length] = '\0';
    const char *name_end = strrchr(line, ')');
    return name_end && sscanf(name_end, ") %c %d %*d %d", state, parent, session) == 3;
}

/* Seconds a thread was kept waiting for a processor so far; 0 where nobody counts. */
static double read_kept_waiting(const char *path)
{
    unsigned long long nanoseconds = 0;
    FILE *file = fopen(path, "re");
    if (file && fscanf(file, "%*u %llu", &nanoseconds) != 1)
        nanoseconds = 0;
    if (file)
        fclose(file);
    return 1e-9 * (double)nanoseconds;
}

static double seen_before(const struct patience *patience, pid_t thread)
{
    for (size_t t = 0; t < patience->threads; t++)
        if (patience->seen[t].thread == thread)
            return patience->seen[t].kept_waiting;
    return 0;
}

/* A thread into `now`. Returns for how much of the last `seconds` the machine kept it waiting. */
static double look_at_thread(const struct patience *before, struct patience *now,
                             const char *process, pid_t thread, double seconds)
{
    char path[NAME_MAX + 64], state;
    pid_t parent, session;
    snprintf(path, sizeof path, "/proc/%s/task/%d/schedstat", process, (int)thread);
    double kept_waiting = read_kept_waiting(path);
    snprintf(path, sizeof path, "/proc/%s/task/%d/stat", process, (int)thread);
    bool at_disk = read_state(path, &state, &parent, &session) && state == 'D';
    if (at_disk)
        return seconds;
    if (now->threads == PATIENCE_THREADS)
        return 0;
    now->seen[now->threads].thread = thread;
    now->seen[now->threads++].kept_waiting = kept_waiting;
    /* What it waited before the first look was not in this time. */
    return before->threads > 0 ? kept_waiting - seen_before(before, thread) : 0;
}

static bool is_watched(const struct patience *patience, const char *process)
{
    char path[NAME_MAX + 64], state;
    pid_t parent, session;
    snprintf(path, sizeof path, "/proc/%.16s/stat", process);
    return read_state(path, &state, &parent, &session) &&
           (atoi(process) == patience->program || parent == patience->program ||
            session == patience->program);
}

/* The entries of a directory whose names are numbers, one at a time; null behind the last. */
static const char *next_number(DIR *directory)
{
    const struct dirent *entry;
    while (directory && (entry = readdir(directory)))
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            return entry->d_name;
    return NULL;
}

/* The longest any thread was kept waiting since the last look. */
static double look(struct patience *patience, double seconds)
{
    struct patience now = {.threads = 0};
    double longest = 0;
    DIR *processes = opendir("/proc");
    for (const char *process; (process = next_number(processes));) {
        if (!is_watched(patience, process))
            continue;
        char path[64];
        snprintf(path, sizeof path, "/proc/%.16s/task", process);
        DIR *threads = opendir(path);
        for (const char *thread; (thread = next_number(threads));) {
            double waited = look_at_thread(patience, &now, process, atoi(thread), seconds);
            longest = waited > longest ? waited : longest;
        }
        if (threads)
            closedir(threads);
    }
    if (processes)
        closedir(processes);
    memcpy(patience->seen, now.seen, sizeof now.seen);
    patience->threads = now.threads;
    return longest;
}

bool patience_lasts(struct patience *patience)
{
    double seconds = clock_seconds() - patience->looked;
    if (seconds < INTERVAL)
        return true;
    patience->looked += seconds;
    /* Waiting is counted when it ends, so that a part of it can be from before the last look. */
    double own = fmax(seconds - look(patience, seconds), LEAST * seconds);
    patience->spent += fmin(own, GAP);
    return patience->spent < patience->most;
}
