/* Presets: everything that decides a run, as INI files of typed keys.
 *
 * One table (preset_keys) holds each key's section, name, type, range, default and description: it
 * reads, checks, writes, completes and documents. `include = other.ini` in front of the first
 * section takes another preset's values first. Unknown keys are errors with file, line and the
 * nearest key. See mneme-preset(5). */
#ifndef MNEME_CONFIG_PRESET_H
#define MNEME_CONFIG_PRESET_H

#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "facts/fact_set.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "model/model.h"
#include "train/trainer_options.h"

struct preset {
    char *name;        /* "quickstart": [preset] name, else the file's name without .ini */
    char *title;       /* [preset] title: one line */
    char *description; /* [preset] description: a sentence or more */
    double minutes;    /* [preset] minutes: what it takes on 2 cores; 0: not said */
    struct facts_options facts;
    struct population_options population;
    struct sampling_options sampling;
    struct model_options model;     /* vocab 0: as many rows as the vocabulary has words;
                                       max_length 0: as long as the longest biography */
    struct trainer_options trainer; /* shards 0: as many as this machine has threads */
};

enum key_type {
    KEY_TEXT,
    KEY_PATH, /* a shipped file's name, or a path (has a "/" or ends in .ini), kept absolute: in a
                 file it starts from that file's directory */
    KEY_COUNT,
    KEY_OPTIONAL, /* a count or nothing, the field a struct optional_count */
    KEY_NUMBER,
    KEY_OPTIONAL_NUMBER, /* a number or nothing, the field a struct optional_number */
    KEY_SWITCH,
    KEY_CHOICE,
    KEY_FAMILY, /* a choice that sets [model] norm, positions and bias; not written itself */
};

/* One key of a preset. */
struct preset_key {
    const char *section, *name;
    enum key_type type;
    size_t offset, size;       /* of the field in struct preset */
    double low, high;          /* range of counts and numbers */
    bool above_low;            /* the range leaves out low itself */
    const char *const *choice; /* KEY_CHOICE, KEY_FAMILY: null-terminated; the field is an enum */
    const char *standard;      /* the value where a preset says nothing, as text */
    const char *unit;          /* "steps", "" */
    const char *text;          /* what it is: one sentence */
};

/* All keys, in the order they are written. [pools] has one key a pool instead and is not here: how
 * many of its first entries are used, 0 for all. */
extern const struct preset_key preset_keys[];
extern const size_t preset_key_count;

/* Every key at its standard value. This, preset_load and preset_read overwrite *preset; on false
 * it is empty. */
bool preset_init(struct preset *preset, struct error *err);
void preset_free(struct preset *preset);

/* Reads a preset by name (looked for in paths->data[]/presets/NAME.ini) or by a path (has a "/" or
 * ends in .ini). ERROR_INPUT "FILE:LINE: ..." for what is wrong in a file; for a name that is not
 * there, the nearest one is named. Values that do not fit together (train templates not fewer than
 * templates, ...) are errors as well. */
bool preset_load(struct preset *preset, const struct paths *paths, const char *name,
                 struct error *err);

/* The same with assignments ("train.lr=1e-3"), in order, before values are checked together. */
bool preset_load_with(struct preset *preset, const struct paths *paths, const char *name,
                      const char *const *assignment, size_t assignments, struct error *err);

/* train.steps = steps, in its range; values are not checked together. */
bool preset_set_steps(struct preset *preset, uint64_t steps, struct error *err);

/* Reads preset text (a run's preset.ini) that came from `origin`. */
bool preset_read(struct preset *preset, const struct paths *paths, const char *text,
                 const char *origin, struct error *err);

/* "train.lr=1e-3": sets one key; on false nothing has changed. */
bool preset_set(struct preset *preset, const char *assignment, struct error *err);

/* Whether `run`, the preset of a run, is what a run of `asked` has. [preset] and train.threads may
 * differ, and so may what `asked` leaves open and the start of a run fills in. On false the error
 * is ERROR_INPUT "train.lr = 0.001, not 0.002" with the first key that differs. */
bool preset_is_run_of(const struct preset *run, const struct preset *asked, struct error *err);

/* What the sampling of this preset is for. */
struct sampling_size preset_sampling_size(const struct preset *preset);

/* Checks what no single key can. Called by load and read; call it after the last preset_set. */
bool preset_check(const struct preset *preset, struct error *err);

/* The complete preset as INI text that reads back to the same values; freed with memory_free. */
char *preset_write(const struct preset *preset, struct error *err);

/* One key's value as text, "" where a text is empty or a model is of no family; freed with
 * memory_free. */
char *preset_value(const struct preset *preset, const struct preset_key *key, struct error *err);

/* Names of all presets in all places, each once, sorted; hidden and unreadable files are passed
 * over. The caller frees each and the list with memory_free. */
bool preset_list(const struct paths *paths, char ***names, size_t *count, struct error *err);

/* Whether that is the name of one of them; of none where memory ran out. */
bool preset_is_listed(const struct paths *paths, const char *name);

#endif
