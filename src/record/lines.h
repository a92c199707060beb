/* The whole lines of a record; a last one without its newline is torn and none of them. */
#ifndef MNEME_RECORD_LINES_H
#define MNEME_RECORD_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct record_lines {
    const char *path; /* the caller's */
    char *text;
    size_t bytes; /* of the text, up to the end of its last whole line */
};

/* A link or what is no file is ERROR_DATA. On false the lines are empty. */
bool lines_read(struct record_lines *lines, const char *path, struct error *err);
void lines_free(struct record_lines *lines);

/* Takes a line, without its newline. */
typedef bool lines_take(void *context, const char *line, size_t length, struct error *err);

/* Hands every line to take; what that finds wrong comes back with file and line. Where damage is
 * not null lines that are not valid, ERROR_DATA, are passed over, and it gets what is wrong with
 * the first. */
bool lines_each(const struct record_lines *lines, lines_take *take, void *context,
                struct error *damage, struct error *err);

/* Where the last line begins of the first `bytes` bytes, which end with a line. */
size_t lines_last(const struct record_lines *lines, size_t bytes);

#endif
