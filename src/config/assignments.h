/* Several assignments in one line, as a person types them. */
#ifndef MNEME_CONFIG_ASSIGNMENTS_H
#define MNEME_CONFIG_ASSIGNMENTS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strings.h"

/* Splits "train.lr=1e-3 sampling.column=per head" into "train.lr=1e-3" and "sampling.column=per
 * head", which are added to assignments: a new one begins with every word that has an equals sign
 * behind a key's name, and behind the first word of a value that is no text. The first may do
 * without: "train.lr 1e-3". ERROR_MEMORY alone; what is no assignment is passed on for preset_set
 * to refuse. */
bool assignments_split(struct strings *assignments, const char *line, struct error *err);

#endif
