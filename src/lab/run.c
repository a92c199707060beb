/* Parts of this file: paths inside a run; the lock; making a run; opening one; the record; what is
 * there. */
#include "lab/run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"

#define PRESET_FILE      "preset.ini"
#define METRICS_FILE     "metrics.jsonl"
#define LOCK_FILE        "lock"
#define CHECKPOINTS      "checkpoints"
#define CHECKPOINT_FRONT "step-"
#define CHECKPOINT_END   ".safetensors"
#define TEMPORARY_END    ".tmp"

#define HOST_MAX      256
#define NAME_ATTEMPTS 1000
#define PENDING_TIME  1.0 /* seconds of training that may be lost to a crash */

/* ---- paths ---- */

static char *checkpoint_name(uint64_t step, struct error *err)
{
    return memory_format(err, CHECKPOINT_FRONT "%08" PRIu64 CHECKPOINT_END, step);
}

char *run_metrics_path(const struct run *run, struct error *err)
{
    return file_join(run->directory, METRICS_FILE, err);
}

char *run_checkpoint_path(const struct run *run, uint64_t step, struct error *err)
{
    char *name = checkpoint_name(step, err);
    char *path = name ? memory_format(err, "%s/" CHECKPOINTS "/%s", run->directory, name) : NULL;
    memory_free(name);
    return path;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), of_end = strlen(end);
    return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

/* Whether directory/name exists. */
static bool holds(const char *directory, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    return length > 0 && (size_t)length < sizeof path && file_exists(path);
}

/* ---- the lock ---- */

static struct flock whole_file(void)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
}

/* "process 1234 on host", as the lock's holder wrote it. */
static void read_holder(int lock, char *holder, size_t size)
{
    ssize_t got = pread(lock, holder, size - 1, 0);
    holder[got > 0 ? got : 0] = '\0';
    holder[strcspn(holder, "\n")] = '\0';
    if (*holder == '\0')
        snprintf(holder, size, "another process");
}

static bool write_holder(int lock, const char *path, struct error *err)
{
    char host[HOST_MAX], holder[HOST_MAX + 64];
    if (gethostname(host, sizeof host) < 0)
        snprintf(host, sizeof host, "this machine");
    host[sizeof host - 1] = '\0';
    snprintf(holder, sizeof holder, "process %ld on %s\n", (long)getpid(), host);
    if (ftruncate(lock, 0) < 0)
        return error_system(err, errno, "cannot write %s", path);
    return file_write_all(lock, path, holder, strlen(holder), err);
}

static bool hold_lock(const struct run *run, const char *path, struct error *err)
{
    char holder[HOST_MAX + 64];
    struct flock wanted = whole_file();
    /* A lock of the open file, not of the process: a second session in here is kept out too. */
    if (fcntl(run->lock, F_OFD_SETLK, &wanted) == 0)
        return write_holder(run->lock, path, err);
    if (errno != EAGAIN && errno != EACCES)
        return error_system(err, errno, "cannot lock %s", path);
    read_holder(run->lock, holder, sizeof holder);
    return error_set(err, ERROR_BUSY, "run %s is being written by %s", run->name, holder);
}

static bool take_lock(struct run *run, struct error *err)
{
    char *path = file_join(run->directory, LOCK_FILE, err);
    if (!path)
        return false;
    run->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    bool ok = run->lock >= 0 ? hold_lock(run, path, err)
                             : error_system(err, errno, "cannot write %s", path);
    memory_free(path);
    return ok;
}

/* Looks without touching the lock, so that a writer who comes at this moment gets it. */
static bool is_busy(const char *directory, struct error *err)
{
    struct flock wanted = whole_file();
    char *path = file_join(directory, LOCK_FILE, err);
    int lock = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    bool busy = lock >= 0 && fcntl(lock, F_OFD_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
    if (lock >= 0)
        close(lock);
    memory_free(path);
    return busy;
}

/* ---- making a run ---- */

static const char *last_part(const char *directory)
{
    const char *slash = strrchr(directory, '/');
    return slash ? slash + 1 : directory;
}

/* Gives the run its directory, without slashes at the end, and its name. */
static bool name_run(struct run *run, const char *directory, struct error *err)
{
    *run = (struct run){.lock = -1, .metrics = -1};
    char *resolved = realpath(directory, NULL);
    run->directory = memory_string(resolved ? resolved : directory, err);
    free(resolved);
    run->name = run->directory ? memory_string(last_part(run->directory), err) : NULL;
    return run->name != NULL;
}

/* Makes PARENT/PRESET-YYYYMMDD-HHMMSS, with a number behind where that is taken. */
static char *make_fresh_directory(const char *parent, const char *preset, struct error *err)
{
    char stamp[64];
    time_t now = time(NULL);
    struct tm local;
    if (!localtime_r(&now, &local) || strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local) == 0)
        snprintf(stamp, sizeof stamp, "%jd", (intmax_t)now);
    for (int attempt = 1; attempt <= NAME_ATTEMPTS; attempt++) {
        char *path = attempt == 1
                         ? memory_format(err, "%s/%s-%s", parent, preset, stamp)
                         : memory_format(err, "%s/%s-%s-%d", parent, preset, stamp, attempt);
        if (!path || mkdir(path, 0777) == 0)
            return path;
        int why = errno;
        if (why != EEXIST || attempt == NAME_ATTEMPTS)
            error_system(err, why, "cannot make directory %s", path);
        memory_free(path);
        if (why != EEXIST)
            break;
    }
    return NULL;
}

/* The directory of a new run, made where it is missing. */
static char *make_directory(const struct paths *paths, const struct preset *preset,
                            const char *directory, struct error *err)
{
    if (!directory)
        return file_make_directories(paths->runs, err)
                   ? make_fresh_directory(paths->runs, preset->name, err)
                   : NULL;
    if (*directory == '\0') {
        error_set(err, ERROR_INPUT, "the name of the run's directory is empty");
        return NULL;
    }
    char *copy = memory_string(directory, err);
    if (!copy || file_make_directories(copy, err))
        return copy;
    memory_free(copy);
    return NULL;
}

static bool open_record(struct run *run, int flags, struct error *err)
{
    char *path = run_metrics_path(run, err);
    if (!path)
        return false;
    run->metrics = open(path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0666);
    if (run->metrics < 0)
        error_system(err, errno, "cannot write %s", path);
    memory_free(path);
    return run->metrics >= 0;
}

static bool make_checkpoints(const struct run *run, struct error *err)
{
    char *path = file_join(run->directory, CHECKPOINTS, err);
    bool ok = path && file_make_directories(path, err);
    memory_free(path);
    return ok;
}

/* preset.ini makes a directory a run, so it comes last. */
bool run_write_preset(const struct run *run, const struct preset *preset, struct error *err)
{
    char *path = file_join(run->directory, PRESET_FILE, err);
    char *text = path ? preset_write(preset, err) : NULL;
    bool ok = text && file_replace(path, text, strlen(text), err);
    memory_free(text);
    memory_free(path);
    return ok;
}

static void remove_inside(const struct run *run, const char *name)
{
    char *path = file_join(run->directory, name, NULL);
    if (path)
        remove(path);
    memory_free(path);
}

/* Fills the directory of a new run, which is locked; only what was made here is removed again. */
static bool fill_directory(struct run *run, const struct preset *preset, struct error *err)
{
    if (holds(run->directory, PRESET_FILE) || holds(run->directory, METRICS_FILE))
        return error_set(err, ERROR_INPUT, "%s already holds a run", run->directory);
    if (!open_record(run, O_CREAT | O_EXCL, err))
        return false;
    if (make_checkpoints(run, err) && run_write_preset(run, preset, err))
        return true;
    remove_inside(run, PRESET_FILE);
    remove_inside(run, CHECKPOINTS);
    remove_inside(run, METRICS_FILE);
    return false;
}

bool run_create(struct run *run, const struct paths *paths, const struct preset *preset,
                const char *directory, struct error *err)
{
    *run = (struct run){.lock = -1, .metrics = -1};
    bool existed = directory && file_exists(directory);
    char *made = make_directory(paths, preset, directory, err);
    bool ok =
        made && name_run(run, made, err) && take_lock(run, err) && fill_directory(run, preset, err);
    if (!ok && made && !existed) {
        if (run->lock >= 0)
            remove_inside(run, LOCK_FILE);
        rmdir(made);
    }
    memory_free(made);
    if (!ok)
        run_close(run);
    return ok;
}

/* ---- opening a run ---- */

bool run_is_there(const char *directory)
{
    return holds(directory, PRESET_FILE);
}

/* Directories under paths->runs that are runs. */
static bool list_names(const char *runs, char ***names, size_t *count, struct error *err);

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memory_free(names[i]);
    memory_free(names);
}

static bool no_run(const struct paths *paths, const char *name, struct error *err)
{
    char **names;
    size_t count;
    if (!list_names(paths->runs, &names, &count, err))
        return false;
    const char *near = nearest_of(name, (const char *const *)names, count);
    if (file_exists(name))
        error_set(err, ERROR_INPUT, "%s is no run: it holds no " PRESET_FILE, name);
    else if (near)
        error_set(err, ERROR_INPUT, "there is no run %s; did you mean %s?", name, near);
    else
        error_set(err, ERROR_INPUT, "there is no run %s", name);
    free_names(names, count);
    return false;
}

/* The directory of a run; null with the error set. */
static char *find_run(const struct paths *paths, const char *name, struct error *err)
{
    if (*name != '\0' && !strchr(name, '/')) {
        char *path = file_join(paths->runs, name, err);
        if (!path || run_is_there(path))
            return path;
        memory_free(path);
    }
    if (*name != '\0' && run_is_there(name))
        return memory_string(name, err);
    no_run(paths, name, err);
    return NULL;
}

/* Removes files that a writer was killed over; the lock is held, so nobody writes them now. */
static void remove_temporaries(const char *directory)
{
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (ends_with(entry->d_name, TEMPORARY_END))
            unlinkat(dirfd(stream), entry->d_name, 0);
    if (stream)
        closedir(stream);
}

/* Cuts off what stands behind the last whole line. */
static bool cut_record(const struct run *run, struct error *err)
{
    return ftruncate(run->metrics, run->whole) == 0 ||
           error_system(err, errno, "cannot write %s/" METRICS_FILE, run->directory);
}

static bool cut_torn_line(struct run *run, struct error *err)
{
    size_t size;
    char *path = run_metrics_path(run, err);
    char *text = path ? file_read(path, &size, err) : NULL;
    memory_free(path);
    if (!text)
        return false;
    while (size > 0 && text[size - 1] != '\n')
        size--;
    memory_free(text);
    run->whole = (off_t)size;
    return cut_record(run, err);
}

static bool open_for_writing(struct run *run, struct error *err)
{
    if (!take_lock(run, err) || !open_record(run, O_CREAT, err) || !make_checkpoints(run, err) ||
        !cut_torn_line(run, err))
        return false;
    char *checkpoints = file_join(run->directory, CHECKPOINTS, err);
    if (!checkpoints)
        return false;
    remove_temporaries(run->directory);
    remove_temporaries(checkpoints);
    memory_free(checkpoints);
    return true;
}

bool run_open(struct run *run, const struct paths *paths, const char *name, bool write,
              struct error *err)
{
    *run = (struct run){.lock = -1, .metrics = -1};
    char *directory = find_run(paths, name, err);
    bool ok = directory && name_run(run, directory, err) && (!write || open_for_writing(run, err));
    memory_free(directory);
    if (!ok)
        run_close(run);
    return ok;
}

bool run_preset(const struct run *run, const struct paths *paths, struct preset *preset,
                struct error *err)
{
    *preset = (struct preset){0};
    char *path = file_join(run->directory, PRESET_FILE, err);
    bool ok = path && preset_load(preset, paths, path, err);
    memory_free(path);
    return ok;
}

bool run_take_back(const struct run *run, struct error *err)
{
    uint64_t *steps;
    size_t count;
    if (!run_checkpoints(run, &steps, &count, err))
        return false;
    memory_free(steps);
    if (count > 0)
        return error_set(err, ERROR_INPUT, "run %s has checkpoints", run->name);
    remove_inside(run, METRICS_FILE); /* the preset comes last: without it this is no run */
    remove_inside(run, PRESET_FILE);
    return true;
}

/* ---- the record ---- */

/* Writes the pending lines, all or none; should a failed write leave some bytes that cannot be cut
 * off again, the next call begins with them. */
static bool flush(struct run *run, double seconds, struct error *err)
{
    const struct text *pending = &run->pending;
    if (pending->length == 0 || run->metrics < 0)
        return true;
    if (!cut_record(run, err))
        return false;
    if (!file_write_all(run->metrics, METRICS_FILE, pending->bytes, pending->length, err)) {
        cut_record(run, NULL);
        return error_prefix(err, "run %s", run->name);
    }
    run->whole += (off_t)pending->length;
    run->written = seconds;
    text_clear(&run->pending);
    return true;
}

/* Takes back what a line that memory ran out in has added since `length`. */
static bool check_line(struct run *run, size_t length, struct error *err)
{
    if (!run->pending.failed)
        return true;
    run->pending.failed = false;
    run->pending.length = length;
    if (run->pending.bytes)
        run->pending.bytes[length] = '\0';
    return error_set(err, ERROR_MEMORY, "out of memory recording run %s", run->name);
}

bool run_add_training(struct run *run, const struct training_point *point, struct error *err)
{
    size_t length = run->pending.length;
    metrics_training_line(&run->pending, point);
    if (!check_line(run, length, err))
        return false;
    bool soon = point->seconds >= run->written && point->seconds < run->written + PENDING_TIME;
    return soon || flush(run, point->seconds, err);
}

bool run_add_evaluation(struct run *run, const struct evaluation_point *point,
                        const struct fact_set *facts, struct error *err)
{
    size_t length = run->pending.length;
    metrics_evaluation_line(&run->pending, point, facts);
    return check_line(run, length, err) && flush(run, point->seconds, err);
}

bool run_add_circuits(struct run *run, const struct circuits_point *point, struct error *err)
{
    size_t length = run->pending.length;
    metrics_circuits_line(&run->pending, point);
    return check_line(run, length, err) && flush(run, point->seconds, err);
}

/* The part of the path behind the run's directory. */
static const char *relative_path(const struct run *run, const char *path)
{
    size_t length = strlen(run->directory);
    bool inside = strncmp(path, run->directory, length) == 0 && path[length] == '/';
    return inside ? path + length + 1 : path;
}

static bool sync_record(const struct run *run, struct error *err)
{
    char *path = run_metrics_path(run, err);
    bool ok = path && file_sync(run->metrics, path, err);
    memory_free(path);
    return ok;
}

bool run_sync(struct run *run, double seconds, struct error *err)
{
    return run->metrics < 0 || (flush(run, seconds, err) && sync_record(run, err));
}

bool run_add_event(struct run *run, const struct event *event, struct error *err)
{
    size_t length = run->pending.length;
    struct event relative = *event;
    if (event->kind == EVENT_CHECKPOINT)
        relative.path = relative_path(run, event->path);
    metrics_event_line(&run->pending, &relative);
    return check_line(run, length, err) && flush(run, event->seconds, err) &&
           (event->kind != EVENT_CHECKPOINT || sync_record(run, err));
}

void run_close(struct run *run)
{
    if (run->metrics >= 0) {
        flush(run, run->written, NULL);
        close(run->metrics);
    }
    if (run->lock >= 0)
        close(run->lock);
    text_free(&run->pending);
    memory_free(run->directory);
    memory_free(run->name);
    *run = (struct run){.lock = -1, .metrics = -1};
}

/* ---- what is there ---- */

static int compare_steps(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The step of a checkpoint's file; false for any other file. */
static bool checkpoint_step(const char *file, uint64_t *step)
{
    char digits[32];
    size_t front = strlen(CHECKPOINT_FRONT), end = strlen(CHECKPOINT_END), length = strlen(file);
    if (strncmp(file, CHECKPOINT_FRONT, front) != 0 || !ends_with(file, CHECKPOINT_END) ||
        length < front + end || length - front - end >= sizeof digits)
        return false;
    snprintf(digits, sizeof digits, "%.*s", (int)(length - front - end), file + front);
    char *name = number_read_count(digits, step) ? checkpoint_name(*step, NULL) : NULL;
    bool same = name && strcmp(name, file) == 0;
    memory_free(name);
    return same;
}

static bool collect_steps(DIR *stream, uint64_t **step, size_t *count, struct error *err)
{
    for (struct dirent *entry; (entry = readdir(stream));) {
        uint64_t found;
        if (!checkpoint_step(entry->d_name, &found))
            continue;
        uint64_t *grown = memory_resize(*step, *count + 1, sizeof *grown, err);
        if (!grown)
            return false;
        *step = grown;
        grown[(*count)++] = found;
    }
    return true;
}

bool run_checkpoints(const struct run *run, uint64_t **step, size_t *count, struct error *err)
{
    char *path = file_join(run->directory, CHECKPOINTS, err);
    DIR *stream = path ? opendir(path) : NULL;
    bool ok = path && (stream || error_system(err, errno, "cannot read %s", path));
    *step = ok ? memory_new(0, sizeof **step, err) : NULL;
    *count = 0;
    ok = *step && collect_steps(stream, step, count, err);
    if (ok)
        qsort(*step, *count, sizeof **step, compare_steps);
    else {
        memory_free(*step);
        *step = NULL;
        *count = 0;
    }
    if (stream)
        closedir(stream);
    memory_free(path);
    return ok;
}

bool run_find_checkpoint(const struct run *run, const uint64_t *wanted, uint64_t *step,
                         struct error *err)
{
    uint64_t *steps = NULL;
    size_t count = 0;
    if (!run_checkpoints(run, &steps, &count, err))
        return false;
    bool found = false;
    for (size_t i = 0; i < count; i++)
        if (!wanted || steps[i] == *wanted) {
            *step = steps[i];
            found = true;
        }
    memory_free(steps);
    if (found)
        return true;
    if (wanted)
        return error_set(err, ERROR_INPUT, "run %s has no checkpoint of step %" PRIu64, run->name,
                         *wanted);
    return error_set(err, ERROR_INPUT, "run %s has no checkpoint to go on from", run->name);
}

static bool add_if_run(const char *runs, const char *name, char ***names, size_t *count,
                       struct error *err)
{
    char *directory = file_join(runs, name, err);
    if (!directory)
        return false;
    bool wanted = run_is_there(directory);
    memory_free(directory);
    if (!wanted)
        return true;
    char **grown = memory_resize(*names, *count + 1, sizeof *grown, err);
    if (!grown)
        return false;
    *names = grown;
    char *copy = memory_string(name, err);
    if (copy)
        grown[(*count)++] = copy;
    return copy != NULL;
}

static bool list_names(const char *runs, char ***names, size_t *count, struct error *err)
{
    *count = 0;
    *names = memory_new(0, sizeof **names, err);
    bool ok = *names != NULL;
    DIR *stream = ok ? opendir(runs) : NULL;
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));)
        if (entry->d_name[0] != '.')
            ok = add_if_run(runs, entry->d_name, names, count, err);
    if (stream)
        closedir(stream);
    if (!ok)
        free_names(*names, *count);
    return ok;
}

static bool out_of_memory(const struct error *trouble, struct error *err)
{
    if (trouble->kind != ERROR_MEMORY)
        return false;
    error_set(err, trouble->kind, "%s", trouble->message);
    return true;
}

static bool summarize_preset(struct run_summary *summary, const struct run *run,
                             const struct paths *paths, struct error *err)
{
    struct preset preset;
    struct error trouble = {ERROR_NONE, ""};
    bool readable = run_preset(run, paths, &preset, &trouble);
    if (out_of_memory(&trouble, err))
        return false;
    summary->preset = memory_string(readable ? preset.name : "", err);
    if (readable) {
        summary->steps = trainer_steps(&preset.trainer);
        preset_free(&preset);
    }
    return summary->preset != NULL;
}

static bool summarize_record(struct run_summary *summary, const struct run *run, struct error *err)
{
    struct metrics_end end;
    struct stat about;
    struct error trouble = {ERROR_NONE, ""};
    char *path = run_metrics_path(run, err);
    if (!path)
        return false;
    if (stat(path, &about) == 0)
        summary->modified = about.st_mtime;
    if (metrics_read_end(&end, path, &trouble)) {
        summary->step = end.step;
        summary->has_recall = end.has_evaluation;
        summary->loss = end.evaluation.known.loss;
        summary->accuracy = end.evaluation.known.accuracy;
        summary->phase = end.evaluation.phase;
    }
    memory_free(path);
    return !out_of_memory(&trouble, err);
}

static bool summarize(struct run_summary *summary, const struct paths *paths, const char *name,
                      struct error *err)
{
    struct run run;
    *summary = (struct run_summary){0};
    if (!run_open(&run, paths, name, false, err))
        return false;
    struct error trouble = {ERROR_NONE, ""};
    summary->busy = is_busy(run.directory, &trouble);
    summary->name = out_of_memory(&trouble, err) ? NULL : memory_string(run.name, err);
    summary->directory = summary->name ? memory_string(run.directory, err) : NULL;
    bool ok = summary->directory && summarize_preset(summary, &run, paths, err) &&
              summarize_record(summary, &run, err);
    run_close(&run);
    return ok;
}

static int compare_ages(const void *a, const void *b)
{
    const struct run_summary *left = a, *right = b;
    if (left->modified != right->modified)
        return left->modified < right->modified ? 1 : -1;
    return strcmp(left->name, right->name);
}

bool run_list(const struct paths *paths, struct run_summary **runs, size_t *count,
              struct error *err)
{
    char **names;
    size_t named;
    if (!list_names(paths->runs, &names, &named, err))
        return false;
    struct run_summary *list = memory_new(named, sizeof *list, err);
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < named; i++)
        ok = summarize(&list[i], paths, names[i], err);
    if (ok) {
        qsort(list, named, sizeof *list, compare_ages);
        *runs = list;
        *count = named;
    } else if (list)
        run_list_free(list, named);
    free_names(names, named);
    return ok;
}

void run_list_free(struct run_summary *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        memory_free(runs[i].name);
        memory_free(runs[i].directory);
        memory_free(runs[i].preset);
    }
    memory_free(runs);
}
