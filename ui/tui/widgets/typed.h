/* What is typed to find something in a list: bytes of UTF-8, as keys bring them, in an array of the
 * caller's that ends with a zero. */
#ifndef MNEME_TUI_TYPED_H
#define MNEME_TUI_TYPED_H

#include <stdbool.h>
#include <stddef.h>

/* Adds a byte; false where there is no room. */
bool typed_add(char *typed, size_t size, char byte);

/* Takes off the last character; false where there is none. */
bool typed_erase(char *typed);

/* Whether every word of it is part of a line, as utf8_find finds parts. */
bool typed_is_in(const char *typed, const char *line);

#endif
