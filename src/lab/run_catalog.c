/* Map of this file: what the record tells; what differs from the parent or the preset; parents; the
 * catalog. */
#include "lab/run_catalog.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "config/preset_compare.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/run_origin.h"
#include "model/precision.h"
#include "record/event_lines.h"
#include "record/line_keys.h"
#include "record/parent.h"
#include "record/run.h"
#include "record/run_files.h"
#include "record/settings.h"

/* What the record tells */

/* One number, in the order of the record's steps. */
struct told_numbers {
    struct told_at {
        uint64_t step;
        double value;
    } * at; /* [count] */
    size_t count, room;
};

struct record_told {
    struct told_numbers plateau_end; /* NAN where it had not ended */
    struct told_numbers rate;        /* learning rates that were set by hand */
};

/* A run that goes back tells of the steps behind that place anew. */
static void go_back(struct told_numbers *told, uint64_t step)
{
    while (told->count > 0 && told->at[told->count - 1].step > step)
        told->count--;
}

static bool add_told(struct told_numbers *told, uint64_t step, double value, struct error *err)
{
    void *array = told->at;
    if (!memory_make_room(&array, told->count, &told->room, sizeof *told->at, err))
        return false;
    told->at = array;
    told->at[told->count++] = (struct told_at){step, value};
    return true;
}

static double last_told(const struct told_numbers *told)
{
    return told->count > 0 ? told->at[told->count - 1].value : NAN;
}

static bool is_event(const json_t *line, enum event_kind kind)
{
    const char *event = json_string_value(json_object_get(line, "event"));
    return event && strcmp(event, line_event_name(kind)) == 0;
}

static bool sets_rate(const json_t *line)
{
    const char *key = json_string_value(json_object_get(line, "key"));
    return is_event(line, EVENT_SET) && key && strcmp(key, "train.lr") == 0;
}

static bool take_event(void *context, const json_t *line, struct error *err)
{
    struct record_told *told = context;
    const json_t *end = json_object_get(line, "plateau_end"),
                 *rate = json_object_get(line, "value");
    uint64_t step = (uint64_t)json_integer_value(json_object_get(line, "step"));
    if (is_event(line, EVENT_START)) {
        go_back(&told->plateau_end, step);
        go_back(&told->rate, step);
    }
    if (is_event(line, EVENT_PHASE))
        return add_told(&told->plateau_end, step,
                        json_is_number(end) ? json_number_value(end) : NAN, err);
    return !sets_rate(line) || !json_is_number(rate) ||
           add_told(&told->rate, step, json_number_value(rate), err);
}

static void told_free(struct record_told *told)
{
    memory_free(told->plateau_end.at);
    memory_free(told->rate.at);
    *told = (struct record_told){0};
}

/* Nothing of a record that cannot be read. */
static void read_record(struct record_told *told, const char *directory)
{
    struct error why;
    char *path = file_join(directory, RUN_METRICS, NULL);
    *told = (struct record_told){0};
    if (!path || !event_lines_each(path, take_event, told, &why))
        told_free(told);
    memory_free(path);
}

/* What differs from the parent or the preset */

/* What a preset leaves open is filled in where a run begins; a precision that this machine would
 * not take is a difference all the same. */
static bool is_filled_in(const struct preset_key *key, const char *was, const char *is)
{
    if (strcmp(key->name, "precision") == 0)
        return strcmp(was, precision_names[PRECISION_AUTO]) == 0 &&
               strcmp(is, precision_names[precision_in_use(PRECISION_AUTO, NULL)]) == 0;
    return strcmp(was, "0") == 0 &&
           (strcmp(key->section, "model") == 0 || strcmp(key->section, "population") == 0 ||
            strcmp(key->name, "shards") == 0);
}

static bool is_told(const struct preset_key *key)
{
    return strcmp(key->section, "preset") != 0 && strcmp(key->name, "fingerprint") != 0;
}

static bool add_difference(struct text *out, const struct preset *from, bool from_run,
                           const struct preset *run, const struct preset_key *key,
                           struct error *err)
{
    if (!is_told(key) || key->type == KEY_FAMILY)
        return true;
    char *was = preset_value(from, key, err), *is = was ? preset_value(run, key, err) : NULL;
    bool read = is != NULL;
    if (read && strcmp(was, is) != 0 && (from_run || !is_filled_in(key, was, is)))
        text_format(out, "%s%s.%s=%s", out->length > 0 ? " " : "", key->section, key->name, is);
    memory_free(was);
    memory_free(is);
    return read;
}

static bool read_run_preset(const struct paths *paths, const char *directory, struct preset *preset)
{
    struct run run;
    if (!run_open(&run, paths, directory, NULL))
        return false;
    bool read = run_preset(&run, paths, preset, NULL);
    run_close(&run);
    return read;
}

/* What held there at a step, where the record tells it. */
static void take_back(const struct run *run, uint64_t step, struct preset *preset)
{
    struct settings settings;
    bool undone;
    char *path = run_metrics_path(run, NULL);
    if (path && settings_read(&settings, path, NULL)) {
        settings_undo(&settings, step, preset, &undone, NULL);
        settings_free(&settings);
    }
    memory_free(path);
}

/* The parent's, at the step at which the branch began. */
static bool read_parent_preset(const struct paths *paths, const char *directory, uint64_t step,
                               struct preset *preset)
{
    struct run run;
    if (!run_open(&run, paths, directory, NULL))
        return false;
    bool read = run_preset(&run, paths, preset, NULL);
    if (read)
        take_back(&run, step, preset);
    run_close(&run);
    return read;
}

/* The preset that was read last for a table: many runs are of the same one. */
struct table_memo {
    char *path;
    struct preset preset; /* empty where it cannot be read */
    bool is_read;
};

static void forget_table(struct table_memo *memo)
{
    memory_free(memo->path);
    if (memo->is_read)
        preset_free(&memo->preset);
    *memo = (struct table_memo){.path = NULL};
}

/* Null where it cannot be read. */
static const struct preset *preset_of_table(const struct paths *paths, const char *path,
                                            struct table_memo *memo)
{
    if (!memo->path || strcmp(memo->path, path) != 0) {
        forget_table(memo);
        memo->path = memory_string(path, NULL);
        memo->is_read = memo->path && preset_load(&memo->preset, paths, path, NULL);
    }
    return memo->is_read ? &memo->preset : NULL;
}

static bool add_differences(const struct preset *origin, const struct preset *own, bool from_parent,
                            struct text *out, struct error *err)
{
    const struct preset fitted = preset_fitted(origin, own);
    bool read = true;
    for (size_t k = 0; read && k < preset_key_count; k++)
        read = add_difference(out, &fitted, from_parent, own, &preset_keys[k], err);
    return read;
}

/* What the run was made from, a library's preset being read into *listed; null where there is none,
 * or it cannot be read. */
static const struct preset *find_preset(const struct paths *paths, const struct preset *run,
                                        struct table_memo *memo, struct preset *listed)
{
    const char *name = run_origin(paths, run);
    if (name && name == run->facts.table)
        return preset_of_table(paths, name, memo);
    return name && preset_load(listed, paths, name, NULL) ? listed : NULL;
}

/* From what the run is compared with: nothing where that cannot be read. */
static bool tell_differences(const struct paths *paths, const struct run_catalog *catalog,
                             struct run_entry *entry, const struct preset *own,
                             struct table_memo *memo, struct text *out, struct error *err)
{
    struct preset read = {0};
    const struct preset *origin = &read;
    entry->from_parent =
        entry->parent != SIZE_MAX &&
        read_parent_preset(paths, catalog->run[entry->parent].directory, entry->parent_step, &read);
    if (!entry->from_parent)
        origin = find_preset(paths, own, memo, &read);
    bool told = !origin || add_differences(origin, own, entry->from_parent, out, err);
    preset_free(&read);
    return told;
}

/* "train.lr=0.001@600": the last rate that was set by hand, unless the parent's record had it. */
static void add_rate(struct text *out, const struct run_entry *entry,
                     const struct told_numbers *rate)
{
    char number[NUMBER_TEXT];
    const struct told_at *last = rate->count > 0 ? &rate->at[rate->count - 1] : NULL;
    if (!last || (entry->from_parent && last->step < entry->parent_step))
        return;
    number_write(number, last->value);
    text_format(out, "%strain.lr=%s@%" PRIu64, out->length > 0 ? " " : "", number, last->step);
}

/* "" where the run's own preset cannot be read either. */
static bool find_differences(const struct paths *paths, const struct run_catalog *catalog,
                             struct run_entry *entry, const struct told_numbers *rate,
                             struct table_memo *memo, struct error *err)
{
    struct text out = {0};
    struct preset own = {0};
    bool told = !read_run_preset(paths, entry->run->directory, &own) ||
                tell_differences(paths, catalog, entry, &own, memo, &out, err);
    preset_free(&own);
    add_rate(&out, entry, rate);
    text_add(&out, "");
    entry->differs = told ? text_take(&out, err) : NULL;
    text_free(&out);
    return entry->differs != NULL;
}

/* Parents */

static void find_parent(const struct run_catalog *catalog, struct run_entry *entry)
{
    struct parent parent = {.run = NULL};
    entry->parent = SIZE_MAX;
    if (!parent_read(&parent, entry->run->directory, NULL) || !parent.run)
        return;
    for (size_t r = 0; r < catalog->count; r++)
        if (&catalog->run[r] != entry->run && strcmp(catalog->run[r].directory, parent.run) == 0)
            entry->parent = r;
    entry->parent_step = parent.step;
    parent_free(&parent);
}

/* The catalog */

static bool read_entry(const struct paths *paths, const struct run_catalog *catalog,
                       struct run_entry *entry, struct table_memo *memo, struct error *err)
{
    struct record_told told;
    read_record(&told, entry->run->directory);
    entry->plateau_end = last_told(&told.plateau_end);
    find_parent(catalog, entry);
    bool read = find_differences(paths, catalog, entry, &told.rate, memo, err);
    told_free(&told);
    return read;
}

bool run_catalog_read(struct run_catalog *catalog, const struct paths *paths, struct error *err)
{
    struct table_memo memo = {.path = NULL};
    *catalog = (struct run_catalog){0};
    if (!run_list(paths, &catalog->run, &catalog->count, err))
        return false;
    catalog->entry = memory_new(catalog->count, sizeof *catalog->entry, err);
    bool read = catalog->entry != NULL;
    for (size_t r = 0; read && r < catalog->count; r++) {
        catalog->entry[r].run = &catalog->run[r];
        read = read_entry(paths, catalog, &catalog->entry[r], &memo, err);
    }
    forget_table(&memo);
    if (!read)
        run_catalog_free(catalog);
    return read;
}

void run_catalog_free(struct run_catalog *catalog)
{
    for (size_t r = 0; catalog->entry && r < catalog->count; r++)
        memory_free(catalog->entry[r].differs);
    memory_free(catalog->entry);
    if (catalog->run)
        run_list_free(catalog->run, catalog->count);
    *catalog = (struct run_catalog){0};
}
