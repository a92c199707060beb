/* JSON as programs write it, read from memory. */
#ifndef MNEME_BASE_JSON_READ_H
#define MNEME_BASE_JSON_READ_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

/* The value of so many bytes, to be given back with json_decref; a key that comes twice is refused.
 * Null with ERROR_DATA and jansson's sentence, or with ERROR_MEMORY. */
json_t *json_read(const char *bytes, size_t count, struct error *err);

#endif
