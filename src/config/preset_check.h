/* What the values of a preset have to be together. */
#ifndef MNEME_CONFIG_PRESET_CHECK_H
#define MNEME_CONFIG_PRESET_CHECK_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"

/* Checks what no single key can. Called by preset_load and preset_read; call it after the last
 * preset_set. ERROR_INPUT with the keys that do not fit together. */
bool preset_check(const struct preset *preset, struct error *err);

#endif
