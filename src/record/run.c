/* Parts of this file: paths inside a run; making a run; opening one; checkpoints and snapshots. */
#include "record/run.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/shell.h"
#include "base/strings.h"
#include "base/suggest.h"
#include "config/preset_file.h"
#include "record/metrics.h"
#include "record/run_facts.h"
#include "record/run_files.h"
#include "record/run_names.h"
#include "record/run_renames.h"
#include "record/run_trash.h"

#define NAME_ATTEMPTS 1000

/* ---- paths ---- */

char *run_metrics_path(const struct run *run, struct error *err)
{
    return file_join(run->directory, RUN_METRICS, err);
}

static char *model_path(const struct run *run, const char *folder, uint64_t step, struct error *err)
{
    char *name = run_files_checkpoint(step, err);
    char *path = name ? memory_format(err, "%s/%s/%s", run->directory, folder, name) : NULL;
    memory_free(name);
    return path;
}

char *run_checkpoint_path(const struct run *run, uint64_t step, struct error *err)
{
    return model_path(run, RUN_CHECKPOINTS, step, err);
}

char *run_snapshot_path(const struct run *run, uint64_t step, struct error *err)
{
    return model_path(run, RUN_SNAPSHOTS, step, err);
}

/* ---- making a run ---- */

/* The directory's path from the root on, without slashes at its end. Its own name stays where that
 * is a link: the run is known by it. */
static char *own_path(const char *directory, struct error *err)
{
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    char *path = memory_format(err, "%.*s", (int)length, directory);
    const char *name = path ? file_name(path) : NULL;
    bool is_named = path && *name != '\0' && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
    char *parent = is_named ? file_directory(path, err) : NULL;
    char *place =
        path && (parent || !is_named) ? file_resolve(is_named ? parent : path, ".", err) : NULL;
    char *own = place && is_named
                    ? memory_format(err, "%s/%s", strcmp(place, "/") == 0 ? "" : place, name)
                    : place;
    if (own != place)
        memory_free(place);
    memory_free(parent);
    memory_free(path);
    return own;
}

static bool name_run(struct run *run, const char *directory, struct error *err)
{
    *run = (struct run){0};
    run->directory = own_path(directory, err);
    run->name = run->directory ? memory_string(file_name(run->directory), err) : NULL;
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

/* The directory itself, not one that a link leads to. */
static bool make_folder(const struct run *run, const char *folder, struct error *err)
{
    char *path = file_join(run->directory, folder, err);
    int descriptor =
        path && file_make_directories(path, err) ? file_open_directory(path, FILE_OWN, err) : -1;
    if (descriptor >= 0)
        close(descriptor);
    memory_free(path);
    return descriptor >= 0;
}

bool run_make_snapshots(const struct run *run, struct error *err)
{
    return make_folder(run, RUN_SNAPSHOTS, err);
}

bool run_write_preset(const struct run *run, const struct preset *preset, struct error *err)
{
    char *path = file_join(run->directory, RUN_PRESET, err);
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

/* Whether the record tells of steps of the run's own: those up to where a fork began were made by
 * another run, which has them still. */
static bool has_trained(const char *directory, bool *trained, struct error *err)
{
    char *path = file_join(directory, RUN_METRICS, err);
    bool ok = path && metrics_has_own_steps(path, trained, err);
    memory_free(path);
    return ok;
}

/* Whether a directory can become a run: it is empty, or holds what is left of a run that ended
 * before its first checkpoint, and nothing else. */
static bool check_room(const char *directory, const struct run_files *files, struct error *err)
{
    bool trained = false;
    if (files->saved > 0)
        return error_set(err, ERROR_INPUT, "%s already holds a run%s", directory,
                         files->preset ? ""
                                       : ", whose " RUN_PRESET
                                         " is gone; delete it or choose another directory");
    if (files->strange[0] != '\0')
        return error_set(
            err, ERROR_INPUT,
            "%s is not a run and not empty: it holds %s; a run needs a directory of its own",
            directory, files->strange);
    if ((files->preset || files->facts) && !files->metrics)
        return error_set(err, ERROR_INPUT,
                         "%s holds a %s already; a run needs a directory of its own", directory,
                         files->preset ? RUN_PRESET : RUN_FACTS);
    if (files->metrics && !has_trained(directory, &trained, err))
        return false;
    return !trained || error_set(err, ERROR_INPUT,
                                 "%s already holds a run, whose checkpoints are gone; delete it or "
                                 "choose another directory",
                                 directory);
}

/* The record goes last: a directory with one and no checkpoint is still known for what it is. */
static void remove_remains(const struct run *run)
{
    run_files_remove_temporaries(run->directory);
    remove_inside(run, RUN_PRESET);
    remove_inside(run, RUN_FACTS);
    remove_inside(run, RUN_METRICS);
}

/* Fills the directory of a new run, which is locked; only what was made here is removed again.
 * preset.ini makes a directory a run, so it comes last. */
static bool fill_directory(struct run *run, const struct preset *preset,
                           const struct fact_files *facts, struct error *err)
{
    struct run_files files;
    if (!run_files_look(&files, run->directory, err) || !check_room(run->directory, &files, err))
        return false;
    if (files.metrics)
        remove_remains(run);
    if (!run_record_create(&run->record, run->directory, run->name, run->lock.heartbeat, err))
        return false;
    if (make_folder(run, RUN_CHECKPOINTS, err) &&
        (facts->count == 0 || run_facts_write(run->directory, facts, err)) &&
        run_write_preset(run, preset, err))
        return true;
    remove_inside(run, RUN_PRESET);
    remove_inside(run, RUN_FACTS);
    remove_inside(run, RUN_CHECKPOINTS);
    remove_inside(run, RUN_METRICS);
    return false;
}

/* What there was of the directory before anything is written into it; whether it can become a run.
 */
static bool look_before(const char *directory, bool *existed, struct run_files *files,
                        struct error *err)
{
    *files = (struct run_files){0};
    *existed = directory && *directory != '\0' && file_exists(directory);
    return !*existed ||
           (run_files_look(files, directory, err) && check_room(directory, files, err));
}

bool run_has_room(const char *directory, struct error *err)
{
    bool existed;
    struct run_files files;
    return look_before(directory, &existed, &files, err);
}

bool run_create(struct run *run, const struct paths *paths, const struct preset *preset,
                const struct fact_files *facts, const char *directory, struct error *err)
{
    bool existed;
    struct run_files before;
    *run = (struct run){0};
    if (!look_before(directory, &existed, &before, err))
        return false;
    char *made = make_directory(paths, preset, directory, err);
    bool ok = made && name_run(run, made, err) &&
              run_lock_take(&run->lock, run->directory, run->name, err) &&
              fill_directory(run, preset, facts, err);
    if (!ok && made && run->lock.held && !before.lock)
        remove_inside(run, RUN_LOCK);
    if (!ok && made && !existed)
        rmdir(made);
    memory_free(made);
    if (!ok)
        run_close(run);
    return ok;
}

/* ---- opening a run ---- */

/* Whether it can be the name of a run under paths->runs: "RUN", or "SWEEP/RUN". */
static bool is_name(const char *name)
{
    return *name != '\0' && *name != '/' && *name != '.';
}

/* The directory of that name, under paths->runs or by its path, that holds `file`; null where there
 * is none, and with the error set where memory ran out. */
static char *find_directory(const struct paths *paths, const char *name, const char *file,
                            struct error *err)
{
    if (is_name(name)) {
        char *path = file_join(paths->runs, name, err);
        if (!path || run_files_hold(path, file))
            return path;
        memory_free(path);
    }
    return *name != '\0' && run_files_hold(name, file) ? memory_string(name, err) : NULL;
}

/* The same of a name that a run had before it got another one. */
static char *find_renamed(const struct paths *paths, const char *name)
{
    char *path = is_name(name) ? file_join(paths->runs, name, NULL) : NULL;
    char *found = path ? run_renames_follow(path, RUN_RENAMES_LAST, NULL) : NULL;
    memory_free(path);
    return found || *name == '\0' ? found : run_renames_follow(name, RUN_RENAMES_LAST, NULL);
}

/* Why a run that was begun has nothing to go on from. */
static void nothing_saved(const char *directory, const char *name, struct error *err)
{
    struct run_files files;
    bool trained = false;
    if (!run_files_look(&files, directory, err) ||
        (files.metrics && !has_trained(directory, &trained, err)))
        return;
    if (files.saved > 0 && !files.preset)
        error_set(err, ERROR_INPUT, "the " RUN_PRESET " of run %s is gone", name);
    else if (trained || files.saved > 0)
        error_set(err, ERROR_INPUT, "the checkpoints of run %s are gone", name);
    else
        error_set(
            err, ERROR_INPUT,
            "run %s ended before its first checkpoint; it can be started again, with train --run",
            name);
}

/* Says how a step is named where the name is RUN@STEP of a run that there is, which --from takes
 * and nothing else; false where it is not. */
static bool refuse_step(const struct paths *paths, const char *name, struct error *err)
{
    uint64_t step;
    const char *at = strrchr(name, '@');
    char *run = at && number_read_count(at + 1, &step)
                    ? memory_format(NULL, "%.*s", (int)(at - name), name)
                    : NULL;
    char *directory = run ? find_directory(paths, run, RUN_PRESET, NULL) : NULL;
    if (directory)
        error_set(err, ERROR_INPUT,
                  "there is no run %s; for the model of one step, commands take %s --step %s", name,
                  run, at + 1);
    memory_free(run);
    memory_free(directory);
    return directory != NULL;
}

/* Says why the directory, which is there, cannot be looked into; false where it can. */
static bool refuse_hidden(const char *directory, struct error *err)
{
    struct error none;
    char *path = file_exists(directory) ? file_join(directory, RUN_PRESET, &none) : NULL;
    bool hidden = path && !file_can_look(path, err);
    memory_free(path);
    return hidden;
}

/* The same of the places that find_directory looks at. */
static bool refuse_hidden_run(const struct paths *paths, const char *name, struct error *err)
{
    struct error none;
    char *kept = is_name(name) ? file_join(paths->runs, name, &none) : NULL;
    bool hidden = (kept && refuse_hidden(kept, err)) || refuse_hidden(name, err);
    memory_free(kept);
    return hidden;
}

/* Says that it was deleted, and can be had again; false where it was not. */
static bool refuse_deleted(const struct paths *paths, const char *name, struct error *err)
{
    struct run_trash trash;
    struct text line = {0};
    struct error none;
    if (!run_trash_read(&trash, paths, &none))
        return false;
    bool is_there = run_trash_find(&trash, name) != NULL;
    if (is_there) {
        text_format(&line, "run %s is in the trash; bring it back with: %s runs --restore ", name,
                    paths->program);
        shell_add_operand(&line, name);
        error_set(err, ERROR_INPUT, "%s", line.failed ? "it is in the trash" : line.bytes);
    }
    text_free(&line);
    run_trash_free(&trash);
    return is_there;
}

/* What there is instead of a run of that name. */
static bool no_run(const struct paths *paths, const char *name, struct error *err)
{
    struct strings names = {0}; /* none where the place of runs cannot be read */
    struct error unread;
    char *begun = find_directory(paths, name, RUN_METRICS, NULL);
    if (!run_names_list(paths, &names, &unread) && unread.kind == ERROR_MEMORY) {
        memory_free(begun);
        return error_set(err, unread.kind, "%s", unread.message);
    }
    const char *near = suggest_of(name, (const char *const *)names.text, names.count);
    if (begun)
        nothing_saved(begun, begun, err);
    else if (refuse_hidden_run(paths, name, err) || refuse_step(paths, name, err) ||
             refuse_deleted(paths, name, err))
        near = NULL;
    else if (*name == '\0')
        error_set(err, ERROR_INPUT, "the name of a run is empty");
    else if (preset_is_listed(paths, name))
        error_set(err, ERROR_INPUT, "there is no run %s: it is a preset; %s runs lists the runs",
                  name, paths->program);
    else if (file_exists(name))
        error_set(err, ERROR_INPUT, "%s is not a run: it holds no " RUN_PRESET, name);
    else if (near)
        error_set(err, ERROR_INPUT, "there is no run %s; did you mean %s?", name, near);
    else if (strchr(name, '/'))
        error_set(err, ERROR_INPUT, "there is no run %s", name);
    else
        error_set(err, ERROR_INPUT, "there is no run %s; %s runs lists the runs", name,
                  paths->program);
    strings_free(&names);
    memory_free(begun);
    return false;
}

/* The directory of a run; null with the error set. */
static char *find_run(const struct paths *paths, const char *name, struct error *err)
{
    struct error why = {ERROR_NONE, ""};
    char *directory = find_directory(paths, name, RUN_PRESET, &why);
    if (!directory && why.kind == ERROR_NONE)
        directory = find_renamed(paths, name);
    if (!directory && why.kind != ERROR_NONE)
        error_set(err, why.kind, "%s", why.message);
    else if (!directory)
        no_run(paths, name, err);
    return directory;
}

bool run_begin_writing(struct run *run, struct error *err)
{
    if (!run_record_open(&run->record, run->directory, run->name, run->lock.heartbeat, err) ||
        !make_folder(run, RUN_CHECKPOINTS, err))
        return false;
    run_files_remove_temporaries(run->directory);
    return true;
}

bool run_is_writable(const char *directory)
{
    static const char *const names[] = {RUN_METRICS, RUN_CHECKPOINTS, RUN_LOCK};
    bool writable = access(directory, W_OK) == 0;
    for (size_t n = 0; writable && n < sizeof names / sizeof *names; n++) {
        char *path = file_join(directory, names[n], NULL);
        writable = !path || access(path, W_OK) == 0 || errno == ENOENT;
        memory_free(path);
    }
    return writable;
}

static bool open_run(struct run *run, const struct paths *paths, const char *name, bool hold,
                     struct error *err)
{
    *run = (struct run){0};
    char *directory = find_run(paths, name, err);
    bool ok = directory && name_run(run, directory, err) &&
              (!hold || run_lock_take(&run->lock, run->directory, run->name, err));
    memory_free(directory);
    if (!ok)
        run_close(run);
    return ok;
}

bool run_hold(struct run *run, const struct paths *paths, const char *name, struct error *err)
{
    return open_run(run, paths, name, true, err);
}

bool run_open(struct run *run, const struct paths *paths, const char *name, struct error *err)
{
    return open_run(run, paths, name, false, err);
}

/* Whether there is more in it than blanks, remarks and names of sections. */
static bool sets_anything(const char *text)
{
    while (*(text += strspn(text, " \t\r\n")) == ';' || *text == '#' || *text == '[')
        text += strcspn(text, "\n");
    return *text != '\0';
}

/* An empty preset would be one of other settings, those that presets leave out. */
static bool check_text(const char *text, size_t size, const char *path, struct error *err)
{
    if (strlen(text) < size)
        return error_set(err, ERROR_DATA, "%s is not a text: it holds a null byte", path);
    return sets_anything(text) ||
           error_set(err, ERROR_DATA, "%s is empty: what the run was is lost", path);
}

bool run_preset(const struct run *run, const struct paths *paths, struct preset *preset,
                struct error *err)
{
    size_t size;
    *preset = (struct preset){0};
    char *path = file_join(run->directory, RUN_PRESET, err);
    char *text = path ? file_read_own(path, &size, err) : NULL;
    bool ok =
        text && check_text(text, size, path, err) && preset_read(preset, paths, text, path, err);
    memory_free(text);
    memory_free(path);
    return ok;
}

void run_close(struct run *run)
{
    run_record_close(&run->record);
    run_lock_release(&run->lock);
    memory_free(run->directory);
    memory_free(run->name);
    *run = (struct run){0};
}

/* ---- checkpoints and snapshots ---- */

bool run_checkpoints(const struct run *run, uint64_t **step, size_t *count, struct error *err)
{
    return run_files_steps(run->directory, RUN_CHECKPOINTS, false, step, count, err);
}

bool run_snapshots(const struct run *run, uint64_t **step, size_t *count, struct error *err)
{
    return run_files_steps(run->directory, RUN_SNAPSHOTS, true, step, count, err);
}

/* Merges one[ones] and other[others], both ascending, into out[ones + others]; returns how many
 * steps there are in all. */
static size_t merge(const uint64_t *one, size_t ones, const uint64_t *other, size_t others,
                    uint64_t *out)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < ones || j < others;) {
        uint64_t next = j == others || (i < ones && one[i] < other[j]) ? one[i] : other[j];
        i += i < ones && one[i] == next;
        j += j < others && other[j] == next;
        out[count++] = next;
    }
    return count;
}

bool run_models(const struct run *run, uint64_t **step, size_t *count, struct error *err)
{
    uint64_t *saved, *kept = NULL;
    size_t saves, keeps = 0;
    *step = NULL;
    *count = 0;
    if (run_checkpoints(run, &saved, &saves, err) && run_snapshots(run, &kept, &keeps, err))
        *step = memory_new(saves + keeps, sizeof **step, err);
    if (*step)
        *count = merge(saved, saves, kept, keeps, *step);
    memory_free(saved);
    memory_free(kept);
    return *step != NULL;
}

/* Names the steps that there are, of many those at both ends. */
static void no_such_step(const struct run *run, const char *what, uint64_t wanted,
                         const uint64_t *steps, size_t count, struct error *err)
{
    enum { MOST = 12, ENDS = 4 };
    struct text there = {0};
    text_format(&there, "run %s has no %s of step %" PRIu64, run->name, what, wanted);
    for (size_t i = 0; i < count; i++) {
        bool gap = count > MOST && i == ENDS;
        const char *front = i == 0           ? (count == 1 ? "; there is " : "; there are ")
                            : gap            ? " ... "
                            : i + 1 == count ? " and "
                                             : ", ";
        if (gap)
            i = count - ENDS;
        text_format(&there, "%s%" PRIu64, front, steps[i]);
    }
    if (there.failed)
        error_set(err, ERROR_MEMORY, "out of memory");
    else
        error_set(err, ERROR_INPUT, "%s", there.bytes);
    text_free(&there);
}

bool run_find_checkpoint(const struct run *run, const uint64_t *last, uint64_t *step,
                         struct error *err)
{
    uint64_t *steps;
    size_t count;
    if (!run_checkpoints(run, &steps, &count, err))
        return false;
    size_t up_to = count;
    while (last && up_to > 0 && steps[up_to - 1] > *last)
        up_to--;
    if (count == 0)
        nothing_saved(run->directory, run->name, err);
    else if (up_to == 0)
        error_set(err, ERROR_INPUT,
                  "run %s has no checkpoint up to step %" PRIu64 "; its first is of step %" PRIu64,
                  run->name, *last, steps[0]);
    else
        *step = steps[up_to - 1];
    memory_free(steps);
    return up_to > 0;
}

bool run_find_model(const struct run *run, const uint64_t *wanted, uint64_t *step,
                    struct error *err)
{
    uint64_t *steps, *kept;
    size_t count, keeps;
    if (!wanted)
        return run_find_checkpoint(run, NULL, step, err);
    if (!run_snapshots(run, &kept, &keeps, err))
        return false;
    memory_free(kept);
    if (!run_models(run, &steps, &count, err))
        return false;
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= steps[i] == *wanted;
    if (found)
        *step = *wanted;
    else
        no_such_step(run, keeps > 0 ? "checkpoint or snapshot" : "checkpoint", *wanted, steps,
                     count, err);
    memory_free(steps);
    return found;
}

char *run_model_path(const struct run *run, uint64_t step, struct error *err)
{
    char *path = run_checkpoint_path(run, step, err);
    if (!path || file_exists(path))
        return path;
    char *other = run_snapshot_path(run, step, err);
    bool is_there = other && file_exists(other);
    memory_free(is_there ? path : other);
    return is_there ? other : path;
}
