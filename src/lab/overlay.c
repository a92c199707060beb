/* Map of this file: runs; which are shown; a look at their records; what it found. */
#include "lab/overlay.h"

#include <math.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "lab/groups.h"
#include "lab/run_origin.h"
#include "record/curve_news.h"
#include "record/run.h"
#include "record/run_files.h"

/* Runs */

static void forget_run(struct overlay_run *run, size_t keys)
{
    for (size_t k = 0; run->curve && k < keys; k++) {
        series_free(&run->curve[k].series);
        envelope_free(&run->curve[k].kept);
    }
    memory_free(run->curve);
    memory_free(run->directory);
    memory_free(run->settings);
    memory_free(run->origin);
    series_free(&run->rates);
    *run = (struct overlay_run){.directory = NULL};
}

void overlay_free(struct overlay *overlay)
{
    for (size_t r = 0; overlay->run && r < overlay->runs; r++)
        forget_run(&overlay->run[r], overlay->key.count);
    memory_free(overlay->run);
    strings_free(&overlay->key);
    *overlay = (struct overlay){.runs = 0};
}

static bool init_run(struct overlay_run *run, const char *directory, size_t keys, struct error *err)
{
    run->directory = memory_string(directory, err);
    run->curve = run->directory ? memory_new(keys, sizeof *run->curve, err) : NULL;
    return run->curve != NULL;
}

/* Which are shown */

static bool copy_strings(struct strings *to, const struct strings *from, struct error *err)
{
    bool copied = true;
    for (size_t i = 0; copied && i < from->count; i++)
        copied = strings_add(to, from->text[i], err);
    return copied;
}

static bool is_same(const struct strings *a, const struct strings *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->text[i], b->text[i]) == 0;
    return same;
}

/* What is to be read once more is shown as it is until then. */
static void move_curves(const struct overlay *from, size_t known, const struct overlay *to,
                        struct overlay_run *run)
{
    for (size_t k = 0; k < to->key.count; k++) {
        struct overlay_curve *curve = overlay_curve(from, known, to->key.text[k]);
        if (!curve)
            continue;
        run->curve[k] = *curve;
        *curve = (struct overlay_curve){.room = 0};
    }
    struct overlay_run *other = &from->run[known];
    run->settings = other->settings;
    run->origin = other->origin;
    run->rates = other->rates;
    run->rates_room = other->rates_room;
    run->since = other->since;
    run->is_read = other->is_read;
    run->trouble = other->trouble;
    other->settings = other->origin = NULL;
    other->rates = (struct series){.count = 0};
}

/* What is known of the run of that directory. */
static void take_over(struct overlay *from, const struct overlay *to, struct overlay_run *run)
{
    size_t known = overlay_find(from, run->directory);
    if (known == from->runs)
        return;
    if (is_same(&to->key, &from->key)) {
        struct overlay_run other = from->run[known];
        from->run[known] = *run;
        *run = other;
    } else
        move_curves(from, known, to, run);
}

bool overlay_set(struct overlay *overlay, const struct strings *directories,
                 const struct strings *keys, struct error *err)
{
    struct overlay fresh = {.changes = overlay->changes + 1};
    fresh.run = memory_new(directories->count, sizeof *fresh.run, err);
    bool made = fresh.run && copy_strings(&fresh.key, keys, err);
    for (; made && fresh.runs < directories->count; fresh.runs++)
        made = init_run(&fresh.run[fresh.runs], directories->text[fresh.runs], keys->count, err);
    for (size_t r = 0; made && r < fresh.runs; r++)
        take_over(overlay, &fresh, &fresh.run[r]);
    if (made) {
        overlay_free(overlay);
        *overlay = fresh;
    } else
        overlay_free(&fresh);
    return made;
}

size_t overlay_find(const struct overlay *overlay, const char *directory)
{
    size_t r = 0;
    while (r < overlay->runs && strcmp(overlay->run[r].directory, directory) != 0)
        r++;
    return r;
}

struct overlay_curve *overlay_curve(const struct overlay *overlay, size_t run, const char *key)
{
    for (size_t k = 0; k < overlay->key.count; k++)
        if (strcmp(overlay->key.text[k], key) == 0)
            return &overlay->run[run].curve[k];
    return NULL;
}

bool overlay_alike(const char *settings, const struct series *rates, const char *other_settings,
                   const struct series *other_rates)
{
    size_t bytes = rates->count * sizeof *rates->x;
    return settings && other_settings && strcmp(settings, other_settings) == 0 &&
           rates->count == other_rates->count &&
           (bytes == 0 || (memcmp(rates->x, other_rates->x, bytes) == 0 &&
                           memcmp(rates->y, other_rates->y, bytes) == 0));
}

/* A look at their records */

struct overlay_finding {
    char *directory;
    bool needs_settings, was_read, is_read;
    struct record_place place;
    struct curve_news news;
    char *settings, *origin;
    struct error trouble;
};

struct overlay_look {
    const struct paths *paths;
    struct strings key;
    struct overlay_finding *finding; /* [runs] */
    size_t runs;
    uint64_t changes;
};

struct overlay_look *overlay_look_new(const struct overlay *overlay, const struct paths *paths,
                                      struct error *err)
{
    struct overlay_look *look = memory_new(1, sizeof *look, err);
    if (!look)
        return NULL;
    *look = (struct overlay_look){.paths = paths, .changes = overlay->changes};
    look->finding = memory_new(overlay->runs, sizeof *look->finding, err);
    bool made = look->finding && copy_strings(&look->key, &overlay->key, err);
    for (; made && look->runs < overlay->runs; look->runs++) {
        const struct overlay_run *run = &overlay->run[look->runs];
        struct overlay_finding *finding = &look->finding[look->runs];
        finding->directory = memory_string(run->directory, err);
        finding->needs_settings = !run->settings;
        finding->was_read = run->is_read;
        finding->place = run->place;
        made = finding->directory != NULL;
    }
    if (made)
        return look;
    overlay_look_free(look);
    return NULL;
}

void overlay_look_free(struct overlay_look *look)
{
    if (!look)
        return;
    for (size_t r = 0; r < look->runs; r++) {
        memory_free(look->finding[r].directory);
        memory_free(look->finding[r].settings);
        memory_free(look->finding[r].origin);
        curve_news_free(&look->finding[r].news);
    }
    memory_free(look->finding);
    strings_free(&look->key);
    memory_free(look);
}

static char *read_origin(const struct preset *of_run, const struct paths *paths)
{
    struct preset preset;
    char *settings = NULL;
    const char *name = run_origin(paths, of_run);
    if (name && preset_load(&preset, paths, name, NULL)) {
        settings = groups_settings(&preset, NULL);
        preset_free(&preset);
    }
    return settings;
}

/* Where the preset cannot be read the run is like no other. */
static void read_settings(struct overlay_finding *finding, const struct paths *paths)
{
    struct run run;
    struct preset preset;
    if (!run_open(&run, paths, finding->directory, NULL))
        return;
    if (run_preset(&run, paths, &preset, NULL)) {
        finding->settings = groups_settings(&preset, NULL);
        finding->origin = read_origin(&preset, paths);
        preset_free(&preset);
    }
    run_close(&run);
}

/* Returns the bytes that came. */
static size_t read_run(struct overlay_look *look, struct overlay_finding *finding)
{
    char *path = file_join(finding->directory, RUN_METRICS, &finding->trouble);
    bool read = path && curve_news_read(&finding->news, path, &look->key, &finding->place,
                                        &finding->trouble);
    if (finding->needs_settings)
        read_settings(finding, look->paths);
    finding->is_read = true;
    memory_free(path);
    size_t before = read && !finding->news.is_anew ? finding->place.bytes : 0;
    return read ? finding->news.place.bytes - before : 0;
}

void overlay_look_read(struct overlay_look *look, size_t bytes)
{
    size_t read = 0;
    for (int again = 0; again < 2; again++)
        for (size_t r = 0; r < look->runs && read < bytes; r++)
            if (look->finding[r].was_read == (again > 0))
                read += read_run(look, &look->finding[r]);
}

/* What it found */

static void leave_out_before(struct series *series, double step)
{
    size_t early = 0;
    while (early < series->count && series->x[early] < step)
        early++;
    if (early == 0)
        return;
    series->count -= early;
    memmove(series->x, series->x + early, series->count * sizeof *series->x);
    memmove(series->y, series->y + early, series->count * sizeof *series->y);
}

static bool apply(struct overlay_run *run, const struct curve_news *news, bool *changed,
                  struct error *err)
{
    bool applied = true, went_back = false;
    for (size_t k = 0; applied && k < news->keys; k++) {
        struct overlay_curve *curve = &run->curve[k];
        size_t before = curve->series.count;
        applied =
            curve_addition_apply(&news->addition[k], &curve->series, &curve->room, &went_back, err);
        leave_out_before(&curve->series, run->since);
        if (went_back)
            envelope_forget(&curve->kept);
        *changed = *changed || went_back || curve->series.count != before;
    }
    return applied &&
           curve_addition_apply(&news->rates, &run->rates, &run->rates_room, &went_back, err);
}

static void begin_anew(struct overlay_run *run, size_t keys)
{
    for (size_t k = 0; k < keys; k++) {
        run->curve[k].series.count = 0;
        envelope_forget(&run->curve[k].kept);
    }
    run->rates.count = 0;
}

static bool take_finding(struct overlay_run *run, struct overlay_finding *finding, size_t keys,
                         bool *changed, struct error *err)
{
    *changed = *changed || !run->is_read || run->trouble.kind != finding->trouble.kind;
    run->trouble = finding->trouble;
    run->is_read = true;
    if (finding->settings && !run->settings) {
        run->settings = finding->settings;
        run->origin = finding->origin;
        finding->settings = finding->origin = NULL;
    }
    if (finding->trouble.kind != ERROR_NONE)
        return true;
    if (finding->news.is_anew || finding->place.bytes == 0)
        begin_anew(run, keys);
    if (!apply(run, &finding->news, changed, err))
        return false; /* the same news are read again */
    run->place = finding->news.place;
    return true;
}

bool overlay_take(struct overlay *overlay, struct overlay_look *look, bool *changed,
                  struct error *err)
{
    bool taken = true;
    *changed = false;
    for (size_t r = 0; taken && overlay->changes == look->changes && r < overlay->runs; r++)
        taken = !look->finding[r].is_read ||
                take_finding(&overlay->run[r], &look->finding[r], overlay->key.count, changed, err);
    return taken;
}

bool overlay_waits(const struct overlay *overlay)
{
    size_t r = 0;
    while (r < overlay->runs && overlay->run[r].is_read)
        r++;
    return r < overlay->runs;
}
