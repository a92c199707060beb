#include "record/run_facts.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/memory.h"
#include "base/text.h"
#include "record/lines.h"
#include "record/run_files.h"

/* What a byte can become in JSON, "\u0001"; what else is in lines is less than a text's own. */
#define ESCAPED_BYTES 6
#define COPY_BYTES    ((ESCAPED_BYTES + 1) * FACT_FILES_BYTES)

/* The fields of a line; `from` is for people alone. */
enum { FOLDER, NAME, FROM, TEXT, FIELDS };
static const char *const keys[FIELDS] = {"folder", "name", "path", "text"};

static void add_line(struct text *out, const struct fact_file *file)
{
    const char *const value[FIELDS] = {file->folder, file->name, file->path, file->text};
    for (int f = 0; f < FIELDS; f++) {
        text_format(out, "%s\"%s\": ", f == 0 ? "{" : ", ", keys[f]);
        json_write_string(out, value[f]);
    }
    text_add(out, "}\n");
}

bool run_facts_write(const char *directory, const struct fact_files *files, struct error *err)
{
    struct text lines = {0};
    for (size_t i = 0; i < files->count; i++)
        add_line(&lines, &files->file[i]);
    char *path = file_join(directory, RUN_FACTS, err);
    bool written =
        path && (!lines.failed || error_set(err, ERROR_MEMORY, "out of memory writing %s", path)) &&
        file_replace(path, lines.bytes, lines.length, err);
    memory_free(path);
    text_free(&lines);
    return written;
}

/* Adds the file of a line whose fields have been found. */
static bool take_file(struct fact_files *files, const char *const value[FIELDS], struct error *err)
{
    char *path = memory_string(value[FROM], err);
    char *text = path ? memory_string(value[TEXT], err) : NULL;
    if (text)
        return fact_files_take(files, value[FOLDER], value[NAME], path, text, err);
    memory_free(path);
    return false;
}

static bool take_line(void *context, const char *line, size_t length, struct error *err)
{
    const char *value[FIELDS];
    json_t *object = json_read(line, length, err);
    bool whole = object;
    for (int f = 0; whole && f < FIELDS; f++) {
        value[f] = json_string_value(json_object_get(object, keys[f]));
        whole = value[f] || error_set(err, ERROR_DATA, "no \"%s\" that is a string", keys[f]);
    }
    bool taken = whole && take_file(context, value, err);
    json_decref(object);
    return taken;
}

static bool check_size(const char *path, struct error *err)
{
    struct stat about;
    return lstat(path, &about) != 0 || (uint64_t)about.st_size <= COPY_BYTES ||
           error_set(err, ERROR_DATA, "%s is larger than the facts of any run", path);
}

bool run_facts_read(const char *directory, struct fact_files *files, struct error *err)
{
    struct record_lines lines = {0};
    *files = (struct fact_files){0};
    if (!run_files_hold(directory, RUN_FACTS))
        return true;
    char *path = file_join(directory, RUN_FACTS, err);
    bool read = path && check_size(path, err) && lines_read(&lines, path, err) &&
                lines_each(&lines, take_line, files, NULL, err) &&
                (files->count > 0 || error_set(err, ERROR_DATA, "%s is empty", path));
    lines_free(&lines);
    memory_free(path);
    if (!read)
        fact_files_free(files);
    return read;
}
