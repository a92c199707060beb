/* What is typed to find something in a list: bytes of UTF-8, as keys bring them, in an array of the
 * caller's that ends with a zero. */
#ifndef MNEME_TUI_TYPED_H
#define MNEME_TUI_TYPED_H

#include <stdbool.h>
#include <stddef.h>

/* What a key did to it: nothing, since it is for something else, or since there is no room, or
 * nothing to take off; or it changed. */
enum typed_effect { TYPED_NOT, TYPED_SAME, TYPED_CHANGED };

/* Blanks and keys that write are added, Backspace takes off the last character, and Ctrl-U all. */
enum typed_effect typed_take(char *typed, size_t size, int key);

/* Whether every word of it is part of a line, as utf8_find finds parts. */
bool typed_is_in(const char *typed, const char *line);

#endif
