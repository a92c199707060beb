#include "record/parent.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "record/line_keys.h"
#include "record/lines.h"
#include "record/run_files.h"
#include "record/run_renames.h"

/* When the run was begun, in seconds since 1970: its first checkpoint is written once, and stays.
 */
static double time_of_birth(const char *directory)
{
    struct stat about;
    uint64_t *step = NULL;
    size_t count = 0;
    double born = 0;
    char *name = run_files_steps(directory, RUN_CHECKPOINTS, true, &step, &count, NULL) && count > 0
                     ? run_files_checkpoint(step[0], NULL)
                     : NULL;
    char *path = name ? memory_format(NULL, "%s/" RUN_CHECKPOINTS "/%s", directory, name) : NULL;
    if (path && lstat(path, &about) == 0)
        born = (double)about.st_mtim.tv_sec + 1e-9 * (double)about.st_mtim.tv_nsec;
    memory_free(path);
    memory_free(name);
    memory_free(step);
    return born;
}

/* The run that was in a directory when this one began, which may have another name by now, and
 * another run its old one. Null where there is none. */
static char *find_there(const char *directory, const char *there, struct error *err)
{
    char *now = run_renames_follow(there, time_of_birth(directory), NULL);
    return now || !run_files_is_run(there) ? now : memory_string(there, err);
}

/* Where the run is said to be or, since the directory that both lie in may have been moved as a
 * whole, beside the run's own. Records of earlier versions do not say where. */
static char *find_run(const char *directory, const char *there, const char *name, struct error *err)
{
    char *found = there ? find_there(directory, there, err) : NULL;
    if (found)
        return found;
    char *around = file_directory(directory, err);
    char *beside = around ? file_join(around, name, err) : NULL;
    found = beside ? find_there(directory, beside, err) : NULL;
    memory_free(around);
    if (found || !beside || file_exists(beside)) {
        if (found)
            memory_free(beside);
        return found ? found : beside;
    }
    memory_free(beside);
    return memory_string(name, err);
}

static bool take_line(struct parent *parent, const char *directory, const json_t *line,
                      struct error *err)
{
    const char *event = json_string_value(json_object_get(line, "event"));
    const char *name = json_string_value(json_object_get(line, "run"));
    const char *there = json_string_value(json_object_get(line, "directory"));
    json_int_t step = json_integer_value(json_object_get(line, "step"));
    if (!event || !name || step < 0 || strcmp(event, line_event_name(EVENT_FORK)) != 0)
        return true;
    parent->step = (uint64_t)step;
    parent->run = find_run(directory, there, name, err);
    return parent->run != NULL;
}

/* Reads the line at *at, and moves on to the next; a run that began at its own first step is no
 * error. */
static bool read_line(struct parent *parent, const char *directory,
                      const struct record_lines *lines, size_t *at, struct error *err)
{
    const char *line = lines->text + *at;
    const char *end = *at < lines->bytes ? memchr(line, '\n', lines->bytes - *at) : NULL;
    *parent = (struct parent){.run = NULL};
    if (!end)
        return true;
    json_t *value = json_read(line, (size_t)(end - line), err);
    bool read = value && take_line(parent, directory, value, err);
    json_decref(value);
    *at += (size_t)(end - line) + 1;
    return read;
}

static bool read_record(struct record_lines *lines, const char *directory, struct error *err)
{
    *lines = (struct record_lines){.text = NULL};
    char *path = file_join(directory, RUN_METRICS, err);
    bool read = path && lines_read(lines, path, err);
    memory_free(path);
    return read;
}

bool parent_read(struct parent *parent, const char *directory, struct error *err)
{
    struct record_lines lines;
    size_t at = 0;
    *parent = (struct parent){.run = NULL};
    bool read =
        read_record(&lines, directory, err) && read_line(parent, directory, &lines, &at, err);
    lines_free(&lines);
    return read;
}

void parent_free(struct parent *parent)
{
    memory_free(parent->run);
    *parent = (struct parent){.run = NULL};
}

static bool add(struct parents *parents, const struct parent *parent, struct error *err)
{
    struct parent *larger = memory_resize(parents->parent, parents->count + 1, sizeof *larger, err);
    if (!larger)
        return false;
    parents->parent = larger;
    larger[parents->count++] = *parent;
    return true;
}

bool parents_read(struct parents *parents, const char *directory, struct error *err)
{
    struct record_lines lines;
    struct parent parent = {.run = NULL};
    size_t at = 0;
    *parents = (struct parents){.count = 0};
    bool read = read_record(&lines, directory, err);
    while (read && (read = read_line(&parent, directory, &lines, &at, err)) && parent.run)
        if (!(read = add(parents, &parent, err)))
            parent_free(&parent);
    lines_free(&lines);
    if (!read)
        parents_free(parents);
    return read;
}

void parents_free(struct parents *parents)
{
    for (size_t p = 0; p < parents->count; p++)
        parent_free(&parents->parent[p]);
    memory_free(parents->parent);
    *parents = (struct parents){.count = 0};
}
