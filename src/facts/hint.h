/* What may have been meant by a prompt that asks for nothing. */
#ifndef MNEME_FACTS_HINT_H
#define MNEME_FACTS_HINT_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

/* Adds "try: was born in, The home of ... is", the wordings near the words around a name, behind a
 * semicolon where something is there already; nothing where none is near. */
bool hint_wordings(const struct vocabulary *vocabulary, const char *around, struct text *hint,
                   struct error *err);

/* Adds "South" could be any of 3: South Africa, South Korea, ...: individuals in whose names are
 * the words of the prompt's longest run that names begin with, the last of equally long ones, and
 * those behind it that are in names too, the best first (facts/name_finder.h); without the latter
 * where nobody has them all, and nothing where there is nobody. */
bool hint_names(const struct population *population, const struct vocabulary *vocabulary,
                const char *prompt, struct text *hint, struct error *err);

#endif
