/* The keys of [sampling] in a preset: which kinds use them, and what for. */
#ifndef MNEME_FACTS_SAMPLING_KEYS_H
#define MNEME_FACTS_SAMPLING_KEYS_H

#include "base/text.h"
#include "facts/sampling.h"

/* What a kind does with a key; null where it has no use for it. */
const char *sampling_use(enum sampling_kind kind, const char *key);

/* Adds to out what a key is, in sentences: of kind, how each samples and which keys it needs; of
 * the others, what those kinds that use it do with it. */
void sampling_describe(const char *key, struct text *out);

#endif
