/* What commands print with --json. */
#ifndef MNEME_UI_CLI_JSON_H
#define MNEME_UI_CLI_JSON_H

#include <jansson.h>

#include "base/error.h"
#include "facts/fact_set.h"
#include "measure/answer.h"
#include "ui/inquiry.h"

/* A finite number, or null. */
json_t *json_number(double number);

/* A string, or null; bytes that are no UTF-8, as names of directories may have them, become U+FFFD,
 * without which jansson takes none. Null where memory ran out. */
json_t *json_text(const char *text);

/* Prints the object on a line of its own, flushed, and gives it back. ERROR_MEMORY where it could
 * not be built. */
bool json_print(json_t *object, struct error *err);

/* An answer, with the attribute's key from the facts. */
json_t *json_answer(const struct answer *answer, const struct fact_set *facts);

/* A list: {"title": ..., "count": ..., "items": [...]}. */
json_t *json_listed(const struct listed *list);

#endif
