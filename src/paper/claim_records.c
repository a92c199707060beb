/* Map of this file: an attribute; all of a claim. */
#include "paper/claim_records.h"

#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "config/preset.h"
#include "facts/fact_set.h"
#include "paper/claim_runs.h"
#include "record/measure.h"

/* An attribute */

static bool check_key(const struct fact_set *facts, const struct claim_run *run, const char *key,
                      struct error *err)
{
    const char *keys[FACTS_MAX_ATTRIBUTES];
    for (size_t i = 0; i < facts->attributes; i++) {
        keys[i] = facts->attribute[i].key;
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    char *what = memory_format(err, "the facts of [run %s] have no attribute", run->name);
    if (what)
        suggest_refuse(what, key, keys, facts->attributes, NULL, err);
    memory_free(what);
    return false;
}

static bool check_run(const struct paths *paths, const struct claim_run *run, enum scale scale,
                      const char *key, struct error *err)
{
    struct preset preset;
    struct fact_set facts;
    if (!claim_run_preset(&preset, paths, run, scale, err))
        return false;
    bool loaded = fact_set_load(&facts, &preset.facts, (const char *const *)paths->data, err);
    bool ok = loaded ? check_key(&facts, run, key, err) : err->kind != ERROR_MEMORY;
    if (loaded)
        fact_set_free(&facts);
    preset_free(&preset);
    return ok;
}

/* The attribute of a measure, which ends in front of a comma, in all runs of a list. */
static bool check_measure(const struct claim_reading *reading, const struct paths *paths,
                          const char *measure, const char *runs, struct error *err)
{
    const struct claim_table table = {.run = reading->run, .runs = reading->runs};
    size_t length = 0;
    const char *begin = measure ? measure_attribute(measure, &length) : NULL;
    if (!begin)
        return true;
    char *key = memory_format(err, "%.*s", (int)length, begin);
    bool ok = key != NULL;
    length = 0;
    for (const char *name = runs; ok && (name = claim_next_name(name + length, &length));) {
        const struct claim_run *run = claim_run_find(&table, name, length);
        for (enum scale scale = 0; ok && scale < SCALES; scale++)
            ok = check_run(paths, run, scale, key, err);
    }
    memory_free(key);
    return ok;
}

/* All of a claim */

static bool check_checks(const struct claim_reading *reading, const struct paths *paths,
                         struct error *err)
{
    const struct claim_section *section = NULL;
    const struct check *check = reading->claim.check;
    for (; (section = claim_file_next(&reading->file, "check", section)); check++) {
        const struct statistic *other = &check->other;
        size_t line = claim_section_value(section, "value")->line;
        if (!check_measure(reading, paths, check->statistic.measure, check->statistic.run, err))
            return claim_file_blame(&reading->file, line, err);
        line =
            claim_section_value(section, check->comparison == COMPARISON_RATIO ? "over" : "minus")
                ->line;
        if (!check_measure(reading, paths, other->measure, other->run, err))
            return claim_file_blame(&reading->file, line, err);
    }
    return true;
}

static bool check_figure(const struct claim_reading *reading, const struct paths *paths,
                         const struct claim_figure *figure, struct error *err)
{
    bool ok = true;
    for (const char *measure = figure->measures; ok && measure;) {
        const char *comma = strchr(measure, ',');
        ok = check_measure(reading, paths, measure, figure->runs, err);
        measure = comma ? comma + 1 : NULL;
    }
    return ok;
}

bool claim_reading_check_attributes(const struct claim_reading *reading, const struct paths *paths,
                                    struct error *err)
{
    const struct claim_section *section = NULL;
    const struct claim_figure *figure = reading->claim.figure;
    bool ok = check_checks(reading, paths, err);
    for (; ok && (section = claim_file_next(&reading->file, "figure", section)); figure++)
        ok = check_figure(reading, paths, figure, err) ||
             claim_file_blame(&reading->file, claim_section_value(section, "measures")->line, err);
    return ok;
}
