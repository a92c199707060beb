/* Map of this file: presets; facts; all of a claim. */
#include "paper/claim_pins.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset.h"
#include "config/preset_file.h"
#include "facts/fact_set_load.h"
#include "paper/claim_runs.h"

/* Presets */

static bool pin_preset(struct claim_reading *reading, struct claim_run *run,
                       const struct paths *shipped, const struct paths *paths, struct error *err)
{
    char *found = preset_find(paths, run->preset, err);
    char *meant = found ? preset_find(shipped, run->preset, err) : NULL;
    bool same = meant && strcmp(found, meant) == 0;
    memory_free(found);
    if (meant && !same)
        return (run->preset = claim_reading_keep(reading, meant, err)) != NULL;
    memory_free(meant);
    return same;
}

/* Facts */

/* Whether the places before the shipped ones have anything that could stand for shipped facts. */
static bool have_facts(const struct paths *paths, const struct paths *shipped)
{
    static const char *const directories[] = {"facts", "pools", "templates"};
    bool have = false;
    for (char **place = paths->data; place < shipped->data; place++)
        for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
            char *path = file_join(*place, directories[i], NULL);
            have |= !path || file_exists(path);
            memory_free(path);
        }
    return have;
}

/* Whether the names lead to the same facts file, and that to the same words, from all places. Files
 * of a user's own that cannot be read are others. */
static bool find_same(const struct facts_options *options, const struct fact_set *meant,
                      const struct paths *paths, bool *same, struct error *err)
{
    struct fact_set found;
    char words[FACTS_FINGERPRINT_SIZE], meant_words[FACTS_FINGERPRINT_SIZE];
    *same = false;
    if (!fact_set_load(&found, options, (const char *const *)paths->data, err))
        return err->kind != ERROR_MEMORY;
    fact_set_fingerprint(&found, words);
    fact_set_fingerprint(meant, meant_words);
    *same = strcmp(found.path, meant->path) == 0 && strcmp(words, meant_words) == 0;
    fact_set_free(&found);
    return true;
}

/* A facts file that is given by its path has pools and templates of its own place first. */
static bool pin_to(struct strings *settings, const char *key, const char *path, struct error *err)
{
    char *absolute = file_resolve(path, ".", err);
    bool pinned =
        absolute && strings_take(settings, memory_format(err, "facts.%s=%s", key, absolute), err);
    memory_free(absolute);
    return pinned;
}

static bool pin_facts(struct claim_run *run, enum scale scale, const struct paths *shipped,
                      const struct paths *paths, struct error *err)
{
    struct preset preset;
    struct fact_set meant;
    bool same;
    if (!claim_run_preset(&preset, shipped, run, scale, err))
        return false;
    bool loaded = fact_set_load(&meant, &preset.facts, (const char *const *)shipped->data, err);
    bool pinned = loaded && find_same(&preset.facts, &meant, paths, &same, err) &&
                  (same || pin_to(&run->settings[scale], *preset.facts.table ? "table" : "file",
                                  meant.path, err));
    if (loaded)
        fact_set_free(&meant);
    preset_free(&preset);
    return pinned;
}

/* All of a claim */

bool claim_reading_pin(struct claim_reading *reading, const struct paths *shipped,
                       const struct paths *paths, struct error *err)
{
    bool with_facts = have_facts(paths, shipped), ok = true;
    for (size_t i = 0; ok && i < reading->runs; i++) {
        ok = pin_preset(reading, &reading->run[i], shipped, paths, err);
        for (enum scale scale = 0; ok && with_facts && scale < SCALES; scale++)
            ok = pin_facts(&reading->run[i], scale, shipped, paths, err);
    }
    return ok;
}
