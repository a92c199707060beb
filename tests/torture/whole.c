#include "tests/torture/whole.h"

#include <dirent.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "train/safetensors.h"

#define TEMPORARY_END ".tmp"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* ---- checkpoints ---- */

static char *model_path(const char *run, const char *folder, uint64_t step)
{
    return memory_format(NULL, "%s/%s/step-%08" PRIu64 ".safetensors", run, folder, step);
}

static void check_finite(const struct safetensors *file, const char *path, struct text *wrong)
{
    for (size_t t = 0; t < file->tensors; t++) {
        const struct safetensors_tensor *tensor = &file->tensor[t];
        for (size_t i = 0; i < tensor->rows * tensor->cols; i++)
            if (!isfinite(tensor->data[i])) {
                text_format(wrong, "%s: %s has a number that is not finite\n", path, tensor->name);
                return;
            }
    }
}

/* Calls take with the step and the path of every checkpoint, or snapshot, of a run. */
static void for_each_model(const char *run, const char *folder,
                           void (*take)(void *context, uint64_t step, const char *path),
                           void *context)
{
    char *directory = file_join(run, folder, NULL);
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        uint64_t step;
        if (!ends_with(entry->d_name, ".safetensors") ||
            sscanf(entry->d_name, "step-%" SCNu64, &step) != 1)
            continue;
        char *path = file_join(directory, entry->d_name, NULL);
        take(context, step, path);
        memory_free(path);
    }
    if (stream)
        closedir(stream);
    memory_free(directory);
}

struct search {
    struct whole_checkpoints found;
    struct text *wrong;
};

static void check_model(void *context, uint64_t step, const char *path)
{
    struct search *search = context;
    struct error err;
    struct safetensors file;
    if (safetensors_open(&file, path, &err)) {
        check_finite(&file, path, search->wrong);
        safetensors_close(&file);
    } else
        text_format(search->wrong, "a checkpoint is not whole: %s\n", err.message);
    search->found.count++;
    search->found.newest = step > search->found.newest ? step : search->found.newest;
}

struct whole_checkpoints whole_check_checkpoints(const char *run, struct text *wrong)
{
    struct search saved = {.wrong = wrong}, kept = {.wrong = wrong};
    for_each_model(run, "checkpoints", check_model, &saved);
    for_each_model(run, "snapshots", check_model, &kept);
    return saved.found;
}

static void compare_tensors(const struct safetensors *file, const struct safetensors *other,
                            struct text *wrong)
{
    if (file->tensors != other->tensors)
        text_format(wrong, "%s has %zu tensors, not %zu\n", file->path, file->tensors,
                    other->tensors);
    for (size_t t = 0; t < other->tensors; t++) {
        const struct safetensors_tensor *wanted = &other->tensor[t];
        const struct safetensors_tensor *have = safetensors_find(file, wanted->name);
        if (!have || have->rows != wanted->rows || have->cols != wanted->cols ||
            memcmp(have->data, wanted->data, wanted->rows * wanted->cols * sizeof *wanted->data))
            text_format(wrong, "%s: %s has other bits\n", file->path, wanted->name);
    }
}

static void compare_metadata(const struct safetensors *file, const struct safetensors *other,
                             struct text *wrong)
{
    for (size_t i = 0; i < other->strings; i++) {
        const struct safetensors_string *wanted = &other->metadata[i];
        const char *have = safetensors_metadata(file, wanted->key);
        if (strcmp(wanted->key, "seconds") != 0 && (!have || strcmp(have, wanted->value) != 0))
            text_format(wrong, "%s: %s is %s, not %s\n", file->path, wanted->key,
                        have ? have : "missing", wanted->value);
    }
}

/* Two files of the same step; the second has to be there. */
static void compare_models(const char *path, const char *wanted_path, struct text *wrong)
{
    struct error err;
    struct safetensors file, wanted;
    if (!safetensors_open(&wanted, wanted_path, &err))
        text_format(wrong, "there is nothing to compare with: %s\n", err.message);
    else {
        if (safetensors_open(&file, path, &err)) {
            compare_tensors(&file, &wanted, wrong);
            compare_metadata(&file, &wanted, wrong);
            safetensors_close(&file);
        } else
            text_format(wrong, "there is no whole checkpoint: %s\n", err.message);
        safetensors_close(&wanted);
    }
}

static void compare_checkpoints(const char *run, const char *other, uint64_t step,
                                struct text *wrong)
{
    char *path = model_path(run, "checkpoints", step);
    char *wanted_path = model_path(other, "checkpoints", step);
    compare_models(path, wanted_path, wrong);
    memory_free(path);
    memory_free(wanted_path);
}

struct comparison {
    const char *run;
    struct text *wrong;
};

static void compare_snapshot(void *context, uint64_t step, const char *wanted_path)
{
    const struct comparison *comparison = context;
    char *path = model_path(comparison->run, "snapshots", step);
    compare_models(path, wanted_path, comparison->wrong);
    memory_free(path);
}

/* Every snapshot that the other run has. */
static void compare_snapshots(const char *run, const char *other, struct text *wrong)
{
    struct comparison comparison = {run, wrong};
    for_each_model(other, "snapshots", compare_snapshot, &comparison);
}

/* ---- the record ---- */

/* The lines of a record that are no events, without seconds, under "KIND STEP": the last one of
 * each. Where the last line has no end, it is passed over if it may be torn. */
static json_t *read_record(const char *run, bool torn, struct text *wrong)
{
    static const struct {
        const char *key, *kind;
    } kinds[] = {{"train_loss", "training"}, {"attr_loss", "evaluation"}};
    struct error err;
    char *path = file_join(run, "metrics.jsonl", NULL);
    size_t size = 0;
    char *text = file_read(path, &size, &err);
    json_t *record = json_object();
    if (!text)
        text_format(wrong, "there is no record: %s\n", err.message);
    unsigned number = 1;
    for (char *line = text, *end; line && line < text + size; line = end + 1, number++) {
        end = memchr(line, '\n', (size_t)(text + size - line));
        size_t length = end ? (size_t)(end - line) : (size_t)(text + size - line);
        json_t *object = json_loadb(line, length, 0, NULL);
        if (!end && torn) {
            json_decref(object);
            break;
        }
        if (!end || !json_is_object(object))
            text_format(wrong, "%s:%u is no whole line: %.*s\n", path, number, (int)length, line);
        const char *kind = "circuits";
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (json_object_get(object, kinds[k].key))
                kind = kinds[k].kind;
        char name[64];
        snprintf(name, sizeof name, "%s %" JSON_INTEGER_FORMAT, kind,
                 json_integer_value(json_object_get(object, "step")));
        json_object_del(object, "seconds");
        if (object && !json_object_get(object, "event"))
            json_object_set(record, name, object);
        json_decref(object);
        if (!end)
            break;
    }
    memory_free(text);
    memory_free(path);
    return record;
}

static void check_steps(const json_t *record, const char *run, uint64_t until, struct text *wrong)
{
    uint64_t missing = 0, first = 0;
    for (uint64_t step = 1; step <= until; step++) {
        char name[64];
        snprintf(name, sizeof name, "training %" PRIu64, step);
        if (!json_object_get(record, name) && missing++ == 0)
            first = step;
    }
    if (missing > 0)
        text_format(wrong,
                    "%s: %" PRIu64 " training lines up to step %" PRIu64
                    " are missing, the first that of step %" PRIu64 "\n",
                    run, missing, until, first);
}

void whole_check_record(const char *run, uint64_t until, bool torn, struct text *wrong)
{
    json_t *record = read_record(run, torn, wrong);
    check_steps(record, run, until, wrong);
    json_decref(record);
}

static void compare_records(const char *run, const char *other, struct text *wrong)
{
    json_t *record = read_record(run, false, wrong), *wanted = read_record(other, false, wrong);
    const char *name;
    json_t *line;
    json_object_foreach (wanted, name, line) {
        json_t *have = json_object_get(record, name);
        if (!have)
            text_format(wrong, "%s: the line \"%s\" is missing\n", run, name);
        else if (!json_equal(have, line))
            text_format(wrong, "%s: the line \"%s\" says something else\n", run, name);
    }
    json_object_foreach (record, name, line)
        if (!json_object_get(wanted, name))
            text_format(wrong, "%s: the line \"%s\" is too much\n", run, name);
    json_decref(record);
    json_decref(wanted);
}

void whole_check_same(const char *run, const char *other, uint64_t step, struct text *wrong)
{
    compare_checkpoints(run, other, step, wrong);
    compare_snapshots(run, other, wrong);
    compare_records(run, other, wrong);
}

/* ---- files ---- */

void whole_check_no_temporaries(const char *directory, struct text *wrong)
{
    DIR *stream = opendir(directory);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        char *path = file_join(directory, entry->d_name, NULL);
        if (ends_with(entry->d_name, TEMPORARY_END))
            text_format(wrong, "a temporary file was left: %s\n", path);
        else if (strcmp(entry->d_name, "checkpoints") == 0 ||
                 strcmp(entry->d_name, "snapshots") == 0)
            whole_check_no_temporaries(path, wrong);
        memory_free(path);
    }
    if (stream)
        closedir(stream);
}

void whole_check_file(const char *directory, const char *other, const char *name, bool needed,
                      struct text *wrong)
{
    size_t size = 0, wanted_size = 0;
    char *path = file_join(directory, name, NULL), *wanted_path = file_join(other, name, NULL);
    char *bytes = file_read(path, &size, NULL);
    char *wanted = file_read(wanted_path, &wanted_size, NULL);
    if (!bytes && needed)
        text_format(wrong, "%s is missing\n", path);
    if (bytes && (!wanted || size != wanted_size || memcmp(bytes, wanted, size) != 0))
        text_format(wrong, "%s has other bytes\n", path);
    memory_free(bytes);
    memory_free(wanted);
    memory_free(path);
    memory_free(wanted_path);
}
