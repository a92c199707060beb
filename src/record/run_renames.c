/* Map of this file: the list of names; following it; giving another name. */
#include "record/run_renames.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "record/lines.h"
#include "record/run_files.h"
#include "record/run_lock.h"

/* The list of names */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* In one write, behind what others have added. */
static bool append(const char *path, const struct text *line, struct error *err)
{
    int descriptor = file_open(path, O_WRONLY | O_APPEND | O_CREAT, FILE_OWN, err);
    if (descriptor < 0)
        return false;
    bool written = file_write_all(descriptor, path, line->bytes, line->length, err) &&
                   file_sync(descriptor, path, err);
    return file_close(descriptor, path, written ? err : NULL) && written;
}

/* Whether the last line has no end. */
static bool is_torn(const char *path)
{
    size_t size = 0;
    char *all = file_exists(path) ? file_read_own(path, &size, NULL) : NULL;
    bool torn = all && size > 0 && all[size - 1] != '\n';
    memory_free(all);
    return torn;
}

/* A line that was torn gets its end, so that this one begins anew. */
static bool add_rename(const char *around, const char *from, const char *to, struct error *err)
{
    struct text line = {0};
    char *path = file_join(around, RUN_RENAMES, err);
    text_format(&line, "%s{\"time\": %.6f, \"from\": ", path && is_torn(path) ? "\n" : "",
                seconds_now());
    json_write_string(&line, from);
    text_add(&line, ", \"to\": ");
    json_write_string(&line, to);
    text_add(&line, "}\n");
    bool added = path && (!line.failed || error_set(err, ERROR_MEMORY, "out of memory")) &&
                 append(path, &line, err);
    text_free(&line);
    memory_free(path);
    return added;
}

/* Following it */

/* Looks for what a name became. */
struct search {
    const char *name; /* that is looked for */
    double when;      /* not before this */
    bool last;        /* the last one that there is */
    char *to;         /* found; null before */
    double time;
};

/* A line that cannot be read tells of nobody. */
static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct search *search = context;
    json_t *line = json_read(bytes, length, NULL);
    const char *from = json_string_value(json_object_get(line, "from"));
    const char *to = json_string_value(json_object_get(line, "to"));
    double time = json_number_value(json_object_get(line, "time"));
    bool is_wanted = from && to && strcmp(from, search->name) == 0 && time >= search->when &&
                     (search->last || !search->to);
    char *copy = is_wanted ? memory_string(to, err) : NULL;
    if (copy) {
        memory_free(search->to);
        search->to = copy;
        search->time = time;
    }
    json_decref(line);
    return !is_wanted || copy;
}

/* Each step is to a later line, so that names that went round lead nowhere twice. */
static char *follow(const struct record_lines *lines, const char *name, double when,
                    struct error *err)
{
    enum { MOST = 1000 };
    struct search search = {.name = name, .when = when, .last = when == RUN_RENAMES_LAST};
    char *now = NULL;
    for (int hops = 0; hops < MOST; hops++) {
        search.to = NULL;
        if (!lines_each(lines, take_line, &search, NULL, err)) {
            memory_free(search.to);
            memory_free(now);
            return NULL;
        }
        if (!search.to)
            break;
        memory_free(now);
        search.name = now = search.to;
        search.when = search.time + 1e-6; /* times are written that exactly */
        search.last = false;
    }
    return now;
}

char *run_renames_follow(const char *directory, double when, struct error *err)
{
    struct record_lines lines = {0};
    char *around = file_directory(directory, err);
    char *path = around ? file_join(around, RUN_RENAMES, err) : NULL;
    char *name = NULL, *found = NULL;
    if (path && file_exists(path) && lines_read(&lines, path, err))
        name = follow(&lines, file_name(directory), when, err);
    if (name)
        found = file_join(around, name, err);
    if (found && !run_files_is_run(found)) {
        memory_free(found);
        found = NULL;
    }
    lines_free(&lines);
    memory_free(name);
    memory_free(path);
    memory_free(around);
    return found;
}

/* Giving another name */

static bool can_be_shown(const char *name)
{
    bool can = utf8_is_valid(name, strlen(name));
    for (size_t length; can && *name; name += length) {
        length = utf8_length(name);
        can = length > 0 && utf8_is_shown_as_it_is(name);
        length += length == 0;
    }
    return can;
}

static bool check_name(const char *name, struct error *err)
{
    enum { LONGEST = 200 };
    const char *wrong = !*name                         ? "is empty"
                        : strchr(name, '/')            ? "has a / in it"
                        : *name == '.' || *name == '-' ? "begins with a dot or a dash"
                        : strlen(name) > LONGEST       ? "is too long"
                        : !can_be_shown(name)          ? "has signs in it that cannot be shown"
                                                       : NULL;
    return !wrong || error_set(err, ERROR_INPUT, "that can be no name of a run: it %s", wrong);
}

/* With the lock of the run. The list says it first: were the run renamed and that not written, its
 * branches would not find it; a line about what then did not happen leads nowhere. */
static bool rename_locked(const char *directory, const char *to, struct error *err)
{
    char *around = file_directory(directory, err);
    bool listed = around && add_rename(around, file_name(directory), file_name(to), err);
    bool renamed = listed && file_rename(directory, to, err);
    if (listed && !renamed)
        add_rename(around, file_name(to), file_name(directory), NULL);
    memory_free(around);
    return renamed;
}

bool run_rename(const char *directory, const char *name, char **renamed, struct error *err)
{
    struct run_lock lock;
    *renamed = NULL;
    if (!check_name(name, err))
        return false;
    char *around = file_directory(directory, err);
    char *to = around ? file_join(around, name, err) : NULL;
    bool can = to != NULL;
    if (can && file_exists(to))
        can = error_set(err, ERROR_INPUT, "there is a %s already", name);
    can = can && run_lock_take(&lock, directory, file_name(directory), err);
    if (can) {
        can = rename_locked(directory, to, err);
        if (can)
            run_lock_moved(&lock, to);
        run_lock_release(&lock);
    }
    if (!can) {
        memory_free(to);
        to = NULL;
    }
    memory_free(around);
    *renamed = to;
    return can;
}
