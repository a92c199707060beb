/* Base 64 (RFC 4648): bytes as letters, digits, + and /. */
#ifndef MNEME_BASE_BASE64_H
#define MNEME_BASE_BASE64_H

#include <stddef.h>

#include "base/text.h"

/* Adds so many bytes, filled up with = to a multiple of four letters. */
void base64_add(struct text *out, const char *bytes, size_t count);

#endif
