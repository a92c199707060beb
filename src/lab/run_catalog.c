/* Map of this file: what differs from the parent or the preset; the plateau's end; parents; the
 * catalog. */
#include "lab/run_catalog.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preset_compare.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "record/event_lines.h"
#include "record/line_keys.h"
#include "record/parent.h"
#include "record/run.h"
#include "record/run_files.h"

/* What differs from the parent or the preset */

/* Sizes that a preset leaves open are filled in where a run begins. */
static bool is_filled_in(const struct preset_key *key, const char *was)
{
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
    if (read && strcmp(was, is) != 0 && (from_run || !is_filled_in(key, was)))
        text_format(out, "%s%s.%s=%s", out->length > 0 ? " " : "", key->section, key->name, is);
    memory_free(was);
    memory_free(is);
    return read;
}

static bool read_run_preset(const struct paths *paths, const char *directory, struct preset *preset)
{
    struct run run;
    if (!run_open(&run, paths, directory, false, NULL))
        return false;
    bool read = run_preset(&run, paths, preset, NULL);
    run_close(&run);
    return read;
}

/* What the run is compared with. */
static bool read_origin(const struct paths *paths, const struct run_catalog *catalog,
                        struct run_entry *entry, struct preset *origin)
{
    const struct run_summary *run = entry->run;
    entry->from_parent = entry->parent != SIZE_MAX &&
                         read_run_preset(paths, catalog->run[entry->parent].directory, origin);
    return entry->from_parent ||
           (preset_is_listed(paths, run->preset) && preset_load(origin, paths, run->preset, NULL));
}

/* "" where either cannot be read. */
static bool find_differences(const struct paths *paths, const struct run_catalog *catalog,
                             struct run_entry *entry, struct error *err)
{
    struct text out = {0};
    struct preset origin = {0}, own = {0};
    bool read = true, can = read_origin(paths, catalog, entry, &origin) &&
                            read_run_preset(paths, entry->run->directory, &own);
    const struct preset fitted = can ? preset_fitted(&origin, &own) : origin;
    text_add(&out, "");
    for (size_t k = 0; can && read && k < preset_key_count; k++)
        read = add_difference(&out, &fitted, entry->from_parent, &own, &preset_keys[k], err);
    preset_free(&origin);
    preset_free(&own);
    entry->differs = !read ? NULL : out.length > 0 ? text_take(&out, err) : memory_string("", err);
    text_free(&out);
    return entry->differs != NULL;
}

/* The plateau's end */

/* What the record told of phases, in the order of its steps. */
struct phases_told {
    struct {
        uint64_t step;
        double plateau_end; /* NAN where it had not ended */
    } * phase;              /* [count] */
    size_t count, room;
};

/* A run that goes back tells of the steps behind that place anew. */
static bool take_phase(void *context, const json_t *line, struct error *err)
{
    struct phases_told *told = context;
    const char *event = json_string_value(json_object_get(line, "event"));
    const json_t *end = json_object_get(line, "plateau_end");
    json_int_t step = json_integer_value(json_object_get(line, "step"));
    bool is_start = event && strcmp(event, line_event_name(EVENT_START)) == 0;
    while (is_start && told->count > 0 && told->phase[told->count - 1].step > (uint64_t)step)
        told->count--;
    if (!event || strcmp(event, line_event_name(EVENT_PHASE)) != 0)
        return true;
    void *array = told->phase;
    if (!memory_make_room(&array, told->count, &told->room, sizeof *told->phase, err))
        return false;
    told->phase = array;
    told->phase[told->count].step = (uint64_t)step;
    told->phase[told->count++].plateau_end = json_is_number(end) ? json_number_value(end) : NAN;
    return true;
}

static double find_plateau_end(const char *directory)
{
    struct phases_told told = {.phase = NULL};
    struct error why;
    char *path = file_join(directory, RUN_METRICS, NULL);
    bool read = path && event_lines_each(path, take_phase, &told, &why);
    double end = read && told.count > 0 ? told.phase[told.count - 1].plateau_end : NAN;
    memory_free(told.phase);
    memory_free(path);
    return end;
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

bool run_catalog_read(struct run_catalog *catalog, const struct paths *paths, struct error *err)
{
    *catalog = (struct run_catalog){0};
    if (!run_list(paths, &catalog->run, &catalog->count, err))
        return false;
    catalog->entry = memory_new(catalog->count, sizeof *catalog->entry, err);
    bool read = catalog->entry != NULL;
    for (size_t r = 0; read && r < catalog->count; r++) {
        struct run_entry *entry = &catalog->entry[r];
        entry->run = &catalog->run[r];
        entry->plateau_end = find_plateau_end(entry->run->directory);
        find_parent(catalog, entry);
        read = find_differences(paths, catalog, entry, err);
    }
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
