/* JSON, written piece by piece. */
#ifndef MNEME_BASE_JSON_WRITE_H
#define MNEME_BASE_JSON_WRITE_H

#include "base/text.h"

/* Adds a string with its quotes; bytes that are not UTF-8 become U+FFFD. */
void json_write_string(struct text *out, const char *string);

#endif
