/* UTF-8 characters, and texts compared without regard to capitals. Characters are decoded here and
 * lower-cased by the C library: with its LC_CTYPE still "C" only A-Z have a lower case. */
#ifndef MNEME_BASE_FOLD_H
#define MNEME_BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether count bytes are well-formed UTF-8 without a null. */
bool fold_readable(const char *bytes, size_t count);

/* The character at *cursor, lower-cased, and moves the cursor behind it; 0 at the end, where the
 * cursor stays. A byte that is not well-formed UTF-8 is a character of its own that equals no
 * other. */
uint32_t fold_next(const char **cursor);

/* Whether two texts differ in nothing but capitals. */
bool fold_equal(const char *a, const char *b);

/* Writes the text lower-cased into folded[0..room), null-terminated and cut at a whole character;
 * room is at least 1. Returns false where it was cut. */
bool fold_write(const char *text, char *folded, size_t room);

#endif
