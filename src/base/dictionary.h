/* Strings to numbers: an open-addressing hash table that copies its keys. */
#ifndef MNEME_BASE_DICTIONARY_H
#define MNEME_BASE_DICTIONARY_H

#include <stddef.h>

#include "base/error.h"

struct dictionary_slot {
    char *key; /* null where the slot is free */
    size_t value;
};

struct dictionary {
    struct dictionary_slot *slot;
    size_t slots; /* a power of two, or 0 before the first key */
    size_t count;
};

/* Adds or replaces a key. */
bool dictionary_put(struct dictionary *dictionary, const char *key, size_t value,
                    struct error *err);

/* The value's address, valid until the next put, or null. */
const size_t *dictionary_get(const struct dictionary *dictionary, const char *key);

void dictionary_free(struct dictionary *dictionary);

#endif
