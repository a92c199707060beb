/* Map of this file: values; settings; a run; where runs begin; the steps of it. */
#include "paper/claim_runs.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/strings.h"
#include "config/library.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "paper/claim_value.h"
#include "paper/verdict.h"
#include "train/plan.h"

/* Values */

/* The value that goes before all others: the run's own, and those for one scale. */
static const struct claim_value *run_value(const struct claim_file *file,
                                           const struct claim_section *section, const char *key,
                                           enum scale scale)
{
    const struct claim_section *common = claim_file_next(file, "runs", NULL);
    const struct claim_section *place[] = {section, common};
    const struct claim_value *value = NULL;
    for (size_t i = 0; i < 2 && (!value || !value->text); i++) {
        if (place[i])
            value = claim_section_scaled(place[i], key, scale);
        if (place[i] && !value->text)
            value = claim_section_scaled(place[i], key, SCALES);
    }
    return value;
}

static const struct claim_value *run_own_value(const struct claim_file *file,
                                               const struct claim_section *section, const char *key)
{
    const struct claim_section *common = claim_file_next(file, "runs", NULL);
    const struct claim_value *value = claim_section_value(section, key);
    return value->text || !common ? value : claim_section_value(common, key);
}

/* Settings */

/* The key that a setting is of; null where there is none. */
static const struct preset_key *setting_key(const char *setting)
{
    char section[PRESET_NAME_ROOM] = "", name[PRESET_NAME_ROOM] = "";
    size_t length = strcspn(setting, "="), of_section = strcspn(setting, ".=");
    if (length < 2 * sizeof name && setting[of_section] == '.') {
        snprintf(section, sizeof section, "%.*s", (int)of_section, setting);
        snprintf(name, sizeof name, "%.*s", (int)(length - of_section - 1),
                 setting + of_section + 1);
    }
    return preset_key_find(section, name);
}

/* What decides how a run is repeated is not for settings to say. */
static bool check_setting(const struct preset_key *key, const char *setting, struct error *err)
{
    if (key && strcmp(key->name, "seed") == 0)
        return error_set(err, ERROR_INPUT, "%s: tried_seeds and replicates set the seeds", setting);
    if (key && strcmp(key->section, "train") == 0 && strcmp(key->name, "shards") == 0)
        return error_set(err, ERROR_INPUT, "%s: runs of a claim have train.shards = 1", setting);
    return true;
}

/* Adds a setting to out: a path in it, which starts at the file, as an absolute one. */
static bool add_setting(const struct claim_file *file, struct strings *out, const char *setting,
                        struct error *err)
{
    struct preset scratch;
    const struct preset_key *key = setting_key(setting);
    if (!check_setting(key, setting, err) || !preset_init(&scratch, err))
        return false;
    const char *value = setting + strcspn(setting, "=") + 1;
    bool is_path = key && key->type == KEY_PATH && strchr(setting, '=');
    bool ok = is_path ? preset_key_set(&scratch, key, value, file->directory, err)
                      : preset_set(&scratch, setting, err);
    char *absolute = ok && is_path ? preset_value(&scratch, key, err) : NULL;
    if (absolute)
        ok = strings_take(
            out, memory_format(err, "%.*s%s", (int)(value - setting), setting, absolute), err);
    else
        ok = ok && !is_path && strings_add(out, setting, err);
    memory_free(absolute);
    preset_free(&scratch);
    return ok;
}

static bool add_settings(const struct claim_file *file, const struct claim_section *section,
                         enum scale scale, struct strings *out, struct error *err)
{
    const struct claim_value *value =
        section ? claim_section_scaled(section, "settings", scale) : NULL;
    char *copy = value && value->text ? memory_string(value->text, err) : NULL, *rest = NULL;
    bool ok = copy || !value || !value->text;
    for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL; ok && word;
         word = strtok_r(NULL, " \t", &rest))
        ok = add_setting(file, out, word, err) || claim_file_blame(file, value->line, err);
    memory_free(copy);
    return ok;
}

/* All settings of a run, those of all runs first and those for one scale behind the others. */
static bool read_settings(const struct claim_file *file, const struct claim_section *section,
                          struct claim_run *run, struct error *err)
{
    const struct claim_section *common = claim_file_next(file, "runs", NULL);
    bool ok = true;
    for (enum scale scale = 0; ok && scale < SCALES; scale++) {
        struct strings *out = &run->settings[scale];
        ok = add_settings(file, common, SCALES, out, err) &&
             add_settings(file, common, scale, out, err) &&
             add_settings(file, section, SCALES, out, err) &&
             add_settings(file, section, scale, out, err);
    }
    return ok;
}

bool claim_run_preset(struct preset *preset, const struct paths *paths, const struct claim_run *run,
                      enum scale scale, struct error *err)
{
    const struct strings *settings = &run->settings[scale];
    return preset_load_with(preset, paths, run->preset, (const char *const *)settings->text,
                            settings->count, err);
}

/* Whether the preset takes all settings together. */
static bool check_together(const struct paths *paths, const struct claim_run *run, enum scale scale,
                           struct error *err)
{
    struct preset preset;
    bool ok = claim_run_preset(&preset, paths, run, scale, err);
    if (ok)
        preset_free(&preset);
    return ok || error_prefix(err, "%s:%zu: [run %s], %s", run->file, run->line, run->name,
                              claim_scales[scale]);
}

/* A run */

static bool read_preset(struct claim_reading *reading, const struct paths *paths,
                        const struct claim_section *section, struct claim_run *run,
                        struct error *err)
{
    const struct claim_file *file = &reading->file;
    const struct claim_value *value = run_own_value(file, section, "preset");
    run->preset = claim_reading_keep(reading,
                                     library_is_path(value->text)
                                         ? file_resolve(value->text, file->directory, err)
                                         : memory_string(value->text, err),
                                     err);
    return run->preset && (claim_word_is_preset(reading, paths, run->preset, err) ||
                           claim_file_blame(file, value->line, err));
}

static bool read_run(struct claim_reading *reading, const struct paths *paths,
                     const struct claim_section *section, struct error *err)
{
    const struct claim_file *file = &reading->file;
    struct claim_run *grown = memory_resize(reading->run, reading->runs + 1, sizeof *grown, err);
    if (!grown)
        return false;
    reading->run = grown;
    struct claim_run *run = &grown[reading->runs++];
    *run = (struct claim_run){.name = section->name,
                              .tried_seeds = reading->claim.tried_seeds,
                              .file = file->path,
                              .line = section->line};
    for (enum scale scale = 0; scale < SCALES; scale++) {
        run->source[scale] = run_value(file, section, "from", scale)->text;
        if (!claim_value_count(file, "replicates", run_value(file, section, "replicates", scale), 1,
                               VERDICT_SEEDS, &run->seeds[scale], err))
            return false;
    }
    bool ok = claim_value_count(file, "order", run_own_value(file, section, "order"), 0, INT_MAX,
                                &run->order, err) &&
              read_preset(reading, paths, section, run, err) &&
              read_settings(file, section, run, err);
    for (enum scale scale = 0; ok && scale < SCALES; scale++)
        ok = check_together(paths, run, scale, err);
    return ok;
}

static bool read_runs(struct claim_reading *reading, const struct paths *paths, struct error *err)
{
    const struct claim_section *section = NULL;
    while ((section = claim_file_next(&reading->file, "run", section)))
        if (!read_run(reading, paths, section, err))
            return false;
    return true;
}

/* Where runs begin */

/* The run that one begins at; null where it begins at none. */
static const struct claim_run *source_of(const struct claim_reading *reading,
                                         const struct claim_run *run, enum scale scale)
{
    const struct claim_table table = {.run = reading->run, .runs = reading->runs};
    const char *source = run->source[scale];
    return source ? claim_run_find(&table, source, strcspn(source, "@")) : NULL;
}

/* The line that says what a run begins at. */
static size_t source_line(const struct claim_reading *reading, const struct claim_run *run,
                          enum scale scale)
{
    const struct claim_section *section =
        claim_file_run(&reading->file, run->name, strlen(run->name));
    return run_value(&reading->file, section, "from", scale)->line;
}

/* Every replicate begins at the one of its own seed. */
static bool check_replicates(const struct claim_run *run, const struct claim_run *source,
                             enum scale scale, struct error *err)
{
    return run->seeds[scale] <= source->seeds[scale] ||
           error_set(err, ERROR_INPUT,
                     "[run %s] has %u replicates (%s), but [run %s], which it is started from, "
                     "has only %u",
                     run->name, run->seeds[scale], claim_scales[scale], source->name,
                     source->seeds[scale]);
}

/* Whether there is such a run, and a step that can be one. */
static bool check_source(const struct claim_reading *reading, const struct claim_run *run,
                         enum scale scale, struct error *err)
{
    const char *source = run->source[scale];
    size_t length = source ? strcspn(source, "@") : 0;
    uint64_t step;
    if (!source)
        return true;
    if (source[length] == '@' && !number_read_count(source + length + 1, &step))
        return error_set(err, ERROR_INPUT, "from = %s is neither NAME nor NAME@STEP", source);
    const struct claim_run *before = source_of(reading, run, scale);
    if (before)
        return check_replicates(run, before, scale, err);
    char *name = memory_format(err, "%.*s", (int)length, source);
    if (name)
        claim_run_unknown(&reading->file, name, err);
    memory_free(name);
    return false;
}

static bool check_sources(const struct claim_reading *reading, struct error *err)
{
    for (size_t i = 0; i < reading->runs; i++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            if (!check_source(reading, &reading->run[i], scale, err))
                return claim_file_blame(&reading->file,
                                        source_line(reading, &reading->run[i], scale), err);
    return true;
}

/* What a run begins at that cannot be made; SCALES where all can. */
static enum scale find_stuck(const struct claim_reading *reading, const struct claim_run *run,
                             const bool *can)
{
    enum scale scale = 0;
    for (; scale < SCALES; scale++) {
        const struct claim_run *source = source_of(reading, run, scale);
        if (source && !can[source - reading->run])
            break;
    }
    return scale;
}

/* Refuses a run that cannot be made: from it, as many sources back as there are runs, is one that
 * begins at itself. */
static bool refuse_circle(const struct claim_reading *reading, const struct claim_run *run,
                          const bool *can, struct error *err)
{
    for (size_t i = 0; i < reading->runs; i++)
        run = source_of(reading, run, find_stuck(reading, run, can));
    enum scale scale = find_stuck(reading, run, can);
    return claim_file_refuse(&reading->file, source_line(reading, run, scale), err,
                             "[run %s] is started from itself, by way of %s", run->name,
                             run->source[scale]);
}

/* Whether all can be made, one after another. */
static bool check_circles(const struct claim_reading *reading, struct error *err)
{
    bool *can = memory_new(reading->runs, sizeof *can, err);
    bool ok = can != NULL;
    for (size_t turn = 0; ok && turn < reading->runs; turn++)
        for (size_t i = 0; i < reading->runs; i++)
            can[i] = can[i] || find_stuck(reading, &reading->run[i], can) == SCALES;
    for (size_t i = 0; ok && i < reading->runs; i++)
        ok = can[i] || refuse_circle(reading, &reading->run[i], can, err);
    memory_free(can);
    return ok;
}

/* Steps that runs begin at */

/* The step that a run begins at: 0, that of the checkpoint, or its source's last one. */
static bool find_first(const struct claim_reading *reading, const struct paths *paths,
                       const struct claim_run *run, enum scale scale, uint64_t *first,
                       struct error *err)
{
    const struct claim_run *source = source_of(reading, run, scale);
    const char *at = source ? strchr(run->source[scale], '@') : NULL;
    struct preset preset;
    *first = 0;
    if (!source || (at && number_read_count(at + 1, first)))
        return true;
    if (!claim_run_preset(&preset, paths, source, scale, err))
        return false;
    *first = trainer_steps(&preset.trainer);
    preset_free(&preset);
    return true;
}

/* Whether the source of a run leaves a checkpoint of the step that the run begins at. */
static bool check_step(const struct claim_reading *reading, const struct paths *paths,
                       const struct claim_run *run, enum scale scale, struct error *err)
{
    const struct claim_run *source = source_of(reading, run, scale);
    uint64_t step, first;
    struct preset preset;
    if (!source || !strchr(run->source[scale], '@'))
        return true;
    if (!find_first(reading, paths, run, scale, &step, err) ||
        !find_first(reading, paths, source, scale, &first, err) ||
        !claim_run_preset(&preset, paths, source, scale, err))
        return false;
    bool ok = plan_leaves_checkpoint(&preset.trainer, first, step) ||
              error_set(err, ERROR_INPUT,
                        "[run %s] has no checkpoint of step %" PRIu64 " (%s): its checkpoint.every "
                        "is %" PRIu64 ", and its last step is %" PRIu64,
                        source->name, step, claim_scales[scale], preset.trainer.checkpoint_every,
                        trainer_steps(&preset.trainer));
    preset_free(&preset);
    return ok;
}

static bool check_steps(const struct claim_reading *reading, const struct paths *paths,
                        struct error *err)
{
    for (size_t i = 0; i < reading->runs; i++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            if (!check_step(reading, paths, &reading->run[i], scale, err))
                return claim_file_blame(&reading->file,
                                        source_line(reading, &reading->run[i], scale), err);
    return true;
}

bool claim_reading_runs(struct claim_reading *reading, const struct paths *paths, struct error *err)
{
    return read_runs(reading, paths, err) && check_sources(reading, err) &&
           check_circles(reading, err) && check_steps(reading, paths, err);
}
