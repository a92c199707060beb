/* A list of texts that grows. {0} is an empty one. */
#ifndef MNEME_BASE_STRINGS_H
#define MNEME_BASE_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct strings {
    char **text; /* [count], and a null behind them; null while nothing was added */
    size_t count, room;
};

/* Adds a copy. */
bool strings_add(struct strings *strings, const char *text, struct error *err);

/* Adds the text itself, which is freed where that fails. Null is a text that could not be made: the
 * error is set already. */
bool strings_take(struct strings *strings, char *text, struct error *err);

bool strings_has(const struct strings *strings, const char *text);

/* Sorts them as strcmp does. */
void strings_sort(struct strings *strings);

/* Of a sorted list: leaves each text once. */
void strings_drop_repeated(struct strings *strings);

/* Removes each that is this text. */
void strings_remove(struct strings *strings, const char *text);

/* Puts a copy of another in the place of each that is this text. */
bool strings_replace(struct strings *strings, const char *text, const char *other,
                     struct error *err);

void strings_free(struct strings *strings);

#endif
