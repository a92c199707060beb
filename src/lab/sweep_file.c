/* Map of this file: lists of words; [sweep]; [grid]; [tune]; a whole file; finding and listing. */
#include "lab/sweep_file.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/suggest.h"
#include "base/text_file.h"
#include "config/library.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/table_preset.h"
#include "lab/groups.h"
#include "model/precision.h"

static const struct library sweeps = {.directory = "sweeps", .kind = "sweep", .lister = "sweep"};

/* A file being read. */
struct sweep_reader {
    struct sweep *sweep;
    const struct paths *paths;
    char *directory;        /* of the file */
    struct preset scratch;  /* takes each value of [grid], to see whether a preset does */
    struct dictionary seen; /* "train.lr", and its line */
    char *tuned;            /* [tune] key, and its line */
    size_t tuned_line;
};

/* ---- lists of words ---- */

typedef bool take_word(struct sweep_reader *reader, const char *word, struct error *err);

/* Hands over every word between blanks; one at least. */
static bool each_word(struct sweep_reader *reader, const struct setting *setting, take_word *take,
                      struct error *err)
{
    char *copy = memory_string(setting->value, err), *rest = NULL;
    bool ok = copy != NULL;
    size_t words = 0;
    for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL; ok && word;
         word = strtok_r(NULL, " \t", &rest), words++)
        ok = take(reader, word, err);
    if (ok && words == 0)
        ok = error_set(err, ERROR_INPUT, "%s has no value", setting->key);
    memory_free(copy);
    return ok;
}

static bool add_once(struct strings *list, const char *text, struct error *err)
{
    return strings_has(list, text) ? error_set(err, ERROR_INPUT, "%s is given twice", text)
                                   : strings_add(list, text, err);
}

/* ---- [sweep] ---- */

static bool take_preset(struct sweep_reader *reader, const char *word, struct error *err)
{
    struct sweep *sweep = reader->sweep;
    struct preset preset;
    bool is_path = library_is_path(word) || table_preset_is_path(word);
    char *name = is_path ? file_resolve(word, reader->directory, err) : memory_string(word, err);
    bool ok = name && preset_load(&preset, reader->paths, name, err);
    if (ok) {
        preset_free(&preset);
        ok = add_once(&sweep->presets, name, err);
    }
    memory_free(name);
    return ok;
}

static bool take_presets(struct sweep_reader *reader, const struct setting *setting,
                         struct error *err)
{
    return each_word(reader, setting, take_preset, err);
}

static bool add_seed(struct sweep *sweep, uint64_t seed, struct error *err)
{
    for (size_t i = 0; i < sweep->seeds; i++)
        if (sweep->seed[i] == seed)
            return error_set(err, ERROR_INPUT, "seed %" PRIu64 " is given twice", seed);
    uint64_t *grown = memory_resize(sweep->seed, sweep->seeds + 1, sizeof *grown, err);
    if (!grown)
        return false;
    sweep->seed = grown;
    grown[sweep->seeds++] = seed;
    return true;
}

/* "3", or "1..5". */
static bool take_seed(struct sweep_reader *reader, const char *word, struct error *err)
{
    uint64_t low, high;
    if (!number_read_range(word, &low, &high))
        return error_set(err, ERROR_INPUT,
                         "seeds = %s is neither a whole number nor a range such as 1..5", word);
    const struct preset_key *key = preset_key_find("population", "seed");
    if ((double)high > key->high)
        return error_set(err, ERROR_INPUT, "seeds = %s is above %.0f, the largest seed", word,
                         key->high);
    if (high - low >= SWEEP_RUNS_MOST)
        return error_set(err, ERROR_INPUT, "seeds = %s needs more than %d runs", word,
                         SWEEP_RUNS_MOST);
    for (uint64_t seed = low; seed <= high; seed++)
        if (!add_seed(reader->sweep, seed, err))
            return false;
    return true;
}

static bool take_seeds(struct sweep_reader *reader, const struct setting *setting,
                       struct error *err)
{
    return each_word(reader, setting, take_seed, err);
}

static bool take_at_once(struct sweep_reader *reader, const struct setting *setting,
                         struct error *err)
{
    uint64_t *at_once = &reader->sweep->at_once;
    if (number_read_count(setting->value, at_once) && *at_once >= 1 &&
        *at_once <= SWEEP_AT_ONCE_MOST)
        return true;
    return error_set(err, ERROR_INPUT, "at_once = %s is not a whole number from 1 to %d",
                     setting->value, SWEEP_AT_ONCE_MOST);
}

static bool take_directory(struct sweep_reader *reader, const struct setting *setting,
                           struct error *err)
{
    if (*setting->value == '\0')
        return error_set(err, ERROR_INPUT, "directory has no value");
    reader->sweep->directory = file_resolve_later(setting->value, reader->directory, err);
    return reader->sweep->directory != NULL;
}

static bool take_title(struct sweep_reader *reader, const struct setting *setting,
                       struct error *err)
{
    memory_free(reader->sweep->title);
    reader->sweep->title = memory_string(setting->value, err);
    return reader->sweep->title != NULL;
}

/* ---- [grid] ---- */

/* Finds the key, or the pool (null), that a line of [grid] sets. */
static bool find_key(const char *full, const struct preset_key **key, struct error *err)
{
    char section[PRESET_NAME_ROOM] = "";
    const char *dot = strchr(full, '.');
    if (dot)
        snprintf(section, sizeof section, "%.*s", (int)(dot - full), full);
    *key = preset_key_find(section, dot ? dot + 1 : full);
    if (*key || strcmp(section, PRESET_POOLS) == 0)
        return true;
    return preset_key_unknown(section, dot ? dot + 1 : full, err);
}

static bool check_key(const char *full, const struct preset_key *key, struct error *err)
{
    if (key && strcmp(key->name, "seed") == 0)
        return error_set(err, ERROR_INPUT, "%s is set by seeds in [sweep]", full);
    if (key && key->type == KEY_TEXT && strcmp(key->section, "sampling") != 0)
        return error_set(err, ERROR_INPUT, "%s is a text without effect on training", full);
    return true;
}

/* Takes one more value of the key that was added last. */
static bool take_value(struct sweep_reader *reader, const char *word, struct error *err)
{
    struct sweep_key *to = &reader->sweep->key[reader->sweep->keys - 1];
    const struct preset_key *key;
    char *value;
    if (!find_key(to->name, &key, err))
        return false;
    if (key && key->choice == precision_names && strcmp(word, precision_names[PRECISION_AUTO]) == 0)
        return error_set(err, ERROR_INPUT,
                         "%s = %s in [grid] would be %s, which a sweep takes where the precision "
                         "is open",
                         to->name, word, precision_names[PRECISION_FP32]);
    if (key) {
        value = preset_key_set(&reader->scratch, key, word, reader->directory, err)
                    ? preset_value(&reader->scratch, key, err)
                    : NULL;
    } else {
        const char *pool = strchr(to->name, '.') + 1;
        value =
            preset_pool_set(&reader->scratch, pool, word, err) ? memory_string(word, err) : NULL;
    }
    bool ok = value && add_once(&to->values, value, err);
    memory_free(value);
    return ok;
}

static bool add_key(struct sweep *sweep, const char *full, struct error *err)
{
    const char *dot = strchr(full, '.');
    char section[PRESET_NAME_ROOM];
    struct sweep_key *grown = memory_resize(sweep->key, sweep->keys + 1, sizeof *grown, err);
    if (!grown)
        return false;
    sweep->key = grown;
    grown[sweep->keys] = (struct sweep_key){0};
    struct sweep_key *key = &grown[sweep->keys++];
    snprintf(section, sizeof section, "%.*s", (int)(dot - full), full);
    key->name = memory_string(full, err);
    key->label = key->name ? groups_key_name(section, dot + 1, err) : NULL;
    return key->label != NULL;
}

static bool take_grid(struct sweep_reader *reader, const struct setting *setting, struct error *err)
{
    const struct preset_key *key;
    return find_key(setting->key, &key, err) && check_key(setting->key, key, err) &&
           (setting->continued || add_key(reader->sweep, setting->key, err)) &&
           each_word(reader, setting, take_value, err);
}

/* ---- [tune] ---- */

static bool take_tuned(struct sweep_reader *reader, const struct setting *setting,
                       struct error *err)
{
    reader->tuned_line = setting->line;
    reader->tuned = memory_string(setting->value, err);
    return reader->tuned != NULL;
}

/* Puts the tuned key behind all others. */
static bool move_tuned(struct sweep *sweep, const char *tuned, struct error *err)
{
    size_t at = 0;
    while (at < sweep->keys && strcmp(sweep->key[at].name, tuned) != 0)
        at++;
    if (at == sweep->keys)
        return error_set(err, ERROR_INPUT, "key = %s is not a key of [grid]", tuned);
    struct sweep_key key = sweep->key[at];
    for (; at + 1 < sweep->keys; at++)
        sweep->key[at] = sweep->key[at + 1];
    sweep->key[at] = key;
    return sweep->tunes = true;
}

/* ---- a whole file ---- */

typedef bool take_entry(struct sweep_reader *reader, const struct setting *setting,
                        struct error *err);

struct sweep_entry {
    const char *section, *key; /* null key: those of a preset */
    take_entry *take;
    bool list; /* goes on in indented lines */
};

static const struct sweep_entry entries[] = {
    {"sweep", "title", take_title, false},
    {"sweep", "preset", take_presets, true},
    {"sweep", "seeds", take_seeds, true},
    {"sweep", "at_once", take_at_once, false},
    {"sweep", "directory", take_directory, false},
    {"grid", NULL, take_grid, true},
    {"tune", "key", take_tuned, false},
};

enum { ENTRIES = sizeof entries / sizeof *entries };

static bool unknown_key(const struct setting *setting, struct error *err)
{
    static const char *const sections[] = {"sweep", "grid", "tune"};
    const char *name[ENTRIES];
    size_t names = 0;
    for (size_t i = 0; i < ENTRIES; i++)
        if (strcmp(entries[i].section, setting->section) == 0)
            name[names++] = entries[i].key;
    return names > 0 ? suggest_refuse("unknown key", setting->key, name, names, NULL, err)
                     : suggest_refuse("unknown section", setting->section, sections,
                                      sizeof sections / sizeof *sections,
                                      "a sweep has sweep, grid and tune", err);
}

static const struct sweep_entry *find_entry(const struct setting *setting)
{
    for (size_t i = 0; i < ENTRIES; i++)
        if (strcmp(entries[i].section, setting->section) == 0 &&
            (!entries[i].key || strcmp(entries[i].key, setting->key) == 0))
            return &entries[i];
    return NULL;
}

static bool note_seen(struct sweep_reader *reader, const struct setting *setting, struct error *err)
{
    char full[2 * PRESET_NAME_ROOM];
    snprintf(full, sizeof full, "%s.%s", setting->section, setting->key);
    const size_t *before = dictionary_get(&reader->seen, full);
    if (before)
        return error_set(err, ERROR_INPUT, "%s is given a second time; the first is in line %zu",
                         setting->key, *before);
    return dictionary_put(&reader->seen, full, setting->line, err);
}

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    struct sweep_reader *reader = user;
    if (*setting->section == '\0')
        return error_set(err, ERROR_INPUT, "%s comes before the first [section]", setting->key);
    const struct sweep_entry *entry = find_entry(setting);
    if (!entry)
        return unknown_key(setting, err);
    if (setting->continued && !entry->list)
        return error_set(
            err, ERROR_INPUT,
            "an indented line continues the value above it, which must be on one line");
    return (setting->continued || note_seen(reader, setting, err)) &&
           entry->take(reader, setting, err);
}

/* What a file says nothing of. */
static bool fill_in(struct sweep_reader *reader, const char *path, struct error *err)
{
    struct sweep *sweep = reader->sweep;
    sweep->name = library_name(path, err);
    if (!sweep->name)
        return false;
    if (!sweep->title && !(sweep->title = memory_string("", err)))
        return false;
    if (!sweep->directory && !(sweep->directory = file_join(reader->paths->runs, sweep->name, err)))
        return false;
    if (sweep->seeds == 0 && !add_seed(sweep, 1, err))
        return false;
    if (sweep->at_once == 0)
        sweep->at_once = 1;
    if (sweep->presets.count == 0)
        return error_set(err, ERROR_INPUT, "%s names no preset in [sweep]", path);
    if (reader->tuned && !move_tuned(sweep, reader->tuned, err))
        return error_prefix(err, "%s:%zu", path, reader->tuned_line);
    return true;
}

static bool check_size(const struct sweep *sweep, const char *path, struct error *err)
{
    double runs = (double)sweep->presets.count * (double)sweep->seeds;
    for (size_t k = 0; k < sweep->keys; k++)
        runs *= (double)sweep->key[k].values.count;
    return runs <= SWEEP_RUNS_MOST ||
           error_set(err, ERROR_INPUT, "%s needs %.0f runs; the maximum is %d", path, runs,
                     SWEEP_RUNS_MOST);
}

/* Whether presets take the values of every cell together. */
static bool check_cells(const struct sweep *sweep, const struct paths *paths, const char *path,
                        struct error *err)
{
    for (size_t cell = 0; cell < sweep->cells; cell++) {
        const struct queued_run *job = &sweep->job[cell];
        struct preset preset;
        if (!preset_load_with(&preset, paths, job->preset, job->setting, job->settings, err))
            return error_prefix(err, "%s: %s", path, sweep_run_name(sweep, cell));
        preset_free(&preset);
    }
    return true;
}

/* A path as a value is but its last part in a run's name, so that two can come out the same. */
static bool check_names(const struct sweep *sweep, const char *path, struct error *err)
{
    struct dictionary names = {0};
    bool ok = true;
    for (size_t run = 0; ok && run < sweep->cells; run++) {
        const char *name = sweep_run_name(sweep, run);
        ok = (strlen(name) <= NAME_MAX ||
              error_set(err, ERROR_INPUT,
                        "%s has a run whose name would be %zu bytes long, but a file system allows "
                        "%d: %.40s...; fewer keys, or shorter values, make shorter names, and what "
                        "all runs share can stand in their preset",
                        path, strlen(name), NAME_MAX, name)) &&
             (!dictionary_get(&names, name) ||
              error_set(err, ERROR_INPUT, "%s has two runs that would have the name %s", path,
                        name)) &&
             dictionary_put(&names, name, run, err);
    }
    dictionary_free(&names);
    return ok;
}

static bool read_text(struct sweep_reader *reader, const char *text, const char *path,
                      struct error *err)
{
    reader->directory = file_directory(path, err);
    bool ok = reader->directory && preset_init(&reader->scratch, err) &&
              ini_read(text, path, take_setting, reader, err) && fill_in(reader, path, err) &&
              check_size(reader->sweep, path, err) && sweep_make_runs(reader->sweep, err) &&
              check_names(reader->sweep, path, err) &&
              check_cells(reader->sweep, reader->paths, path, err);
    preset_free(&reader->scratch);
    dictionary_free(&reader->seen);
    memory_free(reader->directory);
    memory_free(reader->tuned);
    return ok;
}

bool sweep_load(struct sweep *sweep, const struct paths *paths, const char *name, struct error *err)
{
    *sweep = (struct sweep){0};
    struct sweep_reader reader = {.sweep = sweep, .paths = paths};
    char *path = library_find(&sweeps, paths, name, err);
    char *text = path ? text_file_read(path, NULL, err) : NULL;
    bool ok = text && read_text(&reader, text, path, err);
    memory_free(text);
    memory_free(path);
    if (!ok)
        sweep_free(sweep);
    return ok;
}

/* ---- finding and listing ---- */

bool sweep_list(const struct paths *paths, struct strings *names, struct error *err)
{
    return library_list(&sweeps, paths, names, err);
}
