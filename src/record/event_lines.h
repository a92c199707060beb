/* The events of a record, as JSON. They are few among its lines, and the others are not read. */
#ifndef MNEME_RECORD_EVENT_LINES_H
#define MNEME_RECORD_EVENT_LINES_H

#include <stdbool.h>

#include <jansson.h>

#include "base/error.h"

typedef bool event_take(void *context, const json_t *line, struct error *err);

/* Hands every event of the record to take, in order. Lines that are not valid are passed over;
 * errors as of lines_read (record/lines.h), and of take. */
bool event_lines_each(const char *path, event_take *take, void *context, struct error *err);

#endif
