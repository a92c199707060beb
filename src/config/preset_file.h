/* Presets as INI files of typed keys. `include = other.ini` in front of the first section takes
 * another preset's values first. Unknown keys are errors with file, line and the nearest key. See
 * mneme-preset(5). */
#ifndef MNEME_CONFIG_PRESET_FILE_H
#define MNEME_CONFIG_PRESET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "config/preset.h"

/* Reads a preset by name (looked for in paths->data[]/presets/NAME.ini) or by a path (has a "/" or
 * ends in .ini), or makes that of a table, by its path (ends as tables do) or by its name where no
 * preset has it; see config/table_preset.h. This and preset_read overwrite *preset; on false it is
 * empty. ERROR_INPUT "FILE:LINE: ..." for what is wrong in a file; for a name that is not there,
 * the nearest one is named. Values that do not fit together (train templates not fewer than
 * templates, ...) are errors as well. */
bool preset_load(struct preset *preset, const struct paths *paths, const char *name,
                 struct error *err);

/* The same with assignments ("train.lr=1e-3"), in order, before values are checked together. They
 * win over what is chosen after a table. */
bool preset_load_with(struct preset *preset, const struct paths *paths, const char *name,
                      const char *const *assignment, size_t assignments, struct error *err);

/* Reads preset text (a run's preset.ini) that came from `origin`. */
bool preset_read(struct preset *preset, const struct paths *paths, const char *text,
                 const char *origin, struct error *err);

/* The complete preset as INI text that reads back to the same values; freed with memory_free. */
char *preset_write(const struct preset *preset, struct error *err);

/* Names of all presets in all places but that of tables, as library_list gives them. */
bool preset_list(const struct paths *paths, struct strings *names, struct error *err);

/* Path of the file that preset_load reads, as library_find gives it. */
char *preset_find(const struct paths *paths, const char *name, struct error *err);

/* Whether that is the name of one of them; of none where memory ran out. */
bool preset_is_listed(const struct paths *paths, const char *name);

#endif
