/* Map of this file: what differs from the preset; the plateau's end; parents; the catalog. */
#include "lab/run_catalog.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "record/lines.h"
#include "record/parent.h"
#include "record/run.h"
#include "record/run_files.h"

/* What differs from the preset */

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

static bool add_difference(struct text *out, const struct preset *preset, const struct preset *run,
                           const struct preset_key *key, struct error *err)
{
    if (!is_told(key) || key->type == KEY_FAMILY)
        return true;
    char *was = preset_value(preset, key, err), *is = was ? preset_value(run, key, err) : NULL;
    bool read = is != NULL;
    if (read && strcmp(was, is) != 0 && !is_filled_in(key, was))
        text_format(out, "%s%s.%s=%s", out->length > 0 ? " " : "", key->section, key->name, is);
    memory_free(was);
    memory_free(is);
    return read;
}

/* "" where either cannot be read. */
static char *find_differences(const struct paths *paths, const struct run_summary *summary,
                              struct error *err)
{
    struct text out = {0};
    struct run run;
    struct preset preset = {0}, own = {0};
    bool read = true, can = preset_is_listed(paths, summary->preset) &&
                            preset_load(&preset, paths, summary->preset, NULL);
    can = can && run_open(&run, paths, summary->directory, false, NULL);
    if (can) {
        can = run_preset(&run, paths, &own, NULL);
        run_close(&run);
    }
    text_add(&out, "");
    for (size_t k = 0; can && read && k < preset_key_count; k++)
        read = add_difference(&out, &preset, &own, &preset_keys[k], err);
    preset_free(&preset);
    preset_free(&own);
    if (read && out.length > 0)
        return text_take(&out, err);
    text_free(&out);
    return read ? memory_string("", err) : NULL;
}

/* The plateau's end */

/* Of a line that tells of a phase; any other leaves it as it is. */
static bool take_phase(void *context, const char *bytes, size_t length, struct error *err)
{
    static const char sign[] = "\"event\": \"phase\"";
    double *end = context;
    (void)err;
    size_t looked = length < 64 ? length : 64;
    char front[65];
    memcpy(front, bytes, looked);
    front[looked] = '\0';
    if (!strstr(front, sign))
        return true;
    json_t *object = json_loadb(bytes, length, 0, NULL);
    const json_t *step = json_object_get(object, "plateau_end");
    *end = json_is_number(step) ? json_number_value(step) : NAN;
    json_decref(object);
    return true;
}

static double find_plateau_end(const char *directory)
{
    double end = NAN;
    struct record_lines lines;
    char *path = file_join(directory, RUN_METRICS, NULL);
    if (path && lines_read(&lines, path, NULL)) {
        lines_each(&lines, take_phase, &end, NULL, NULL);
        lines_free(&lines);
    }
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
        entry->differs = find_differences(paths, entry->run, err);
        entry->plateau_end = find_plateau_end(entry->run->directory);
        find_parent(catalog, entry);
        read = entry->differs != NULL;
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
