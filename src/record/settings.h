/* What was set by hand while a run was trained, of the keys that can change between its steps
 * (preset_key.changes), but for a learning rate, which checkpoints hold (train/turns.h).
 *
 * A run's preset.ini says what holds at its end, the record what there was before: what holds at an
 * earlier step is found by taking back what was set behind it. */
#ifndef MNEME_RECORD_SETTINGS_H
#define MNEME_RECORD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/preset.h"

struct set_value {
    uint64_t step; /* steps made by then: it holds from the next one on */
    char *key;     /* "train.clip" */
    char *before, *value;
};

struct settings {
    struct set_value *setting; /* [count] as they were set */
    size_t count, room;
};

/* Reads them from a record. Where a run went back, what it had set behind that step is forgotten;
 * lines that are not valid are passed over. */
bool settings_read(struct settings *settings, const char *path, struct error *err);
void settings_free(struct settings *settings);

/* Gives a preset the values that held at a step; *undone tells whether they were others. ERROR_DATA
 * where the record has a key or a value that no preset has. */
bool settings_undo(const struct settings *settings, uint64_t step, struct preset *preset,
                   bool *undone, struct error *err);

#endif
