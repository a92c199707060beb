/* Whole names in a text. Reading one takes no time that is felt, however many entries a name's
 * pools have. */
#ifndef MNEME_FACTS_NAME_READER_H
#define MNEME_FACTS_NAME_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "facts/population.h"
#include "facts/vocabulary.h"

/* Reads a full name at the start of a text, folded unless two names fold to the same: true with the
 * individual and the bytes it took. The longest name counts ("South Africa", not "South"), and of
 * equally long ones the individual with the lowest number. */
bool name_read(const struct population *population, const struct vocabulary *vocabulary,
               const char *text, uint64_t *individual, size_t *bytes);

/* The same of names with fewer bytes than `below`: "John" where "John's" is a name, too. */
bool name_read_below(const struct population *population, const struct vocabulary *vocabulary,
                     const char *text, size_t below, uint64_t *individual, size_t *bytes);

/* How many words at the start of a text are the beginning of a name, or a whole one; *bytes
 * receives theirs. Every word is whole: nothing begins with "Sou". */
size_t name_begun(const struct population *population, const struct vocabulary *vocabulary,
                  const char *text, size_t *bytes);

#endif
