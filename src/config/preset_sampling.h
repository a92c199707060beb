/* The section [sampling] of a preset. */
#ifndef MNEME_CONFIG_PRESET_SAMPLING_H
#define MNEME_CONFIG_PRESET_SAMPLING_H

#include <stdbool.h>

#include "base/error.h"
#include "config/preset.h"
#include "facts/sampling.h"

/* What the sampling of this preset is for, without the individuals that its facts make. */
struct sampling_size preset_sampling_size(const struct preset *preset);

/* Checks the keys of [sampling] against each other and against the others; those that the kind has
 * no use for are at their defaults. */
bool preset_check_sampling(const struct preset *preset, struct error *err);

#endif
