/* The lines of a pool or template file, checked as they are read: UTF-8, no empty line, blanks
 * only where the words need them (facts/words.h), no reserved word, no word longer than
 * WORD_MAX_BYTES. */
#ifndef MNEME_FACTS_LINES_H
#define MNEME_FACTS_LINES_H

#include <stddef.h>

#include "base/error.h"

struct lines {
    const char *path; /* the caller's */
    char *text;       /* the whole file, a copy; lines are cut out of it in place */
    char *next;
    char *end;
    size_t number; /* of the line read last, from 1 */
};

/* Begins at the first line of a copy of `text`, which the file at `path` held. */
bool lines_open(struct lines *lines, const char *path, const char *text, struct error *err);
void lines_close(struct lines *lines);

/* Lines that are left to read. */
size_t lines_left(const struct lines *lines);

/* Reads a line: *line lives until lines_close and is null behind the last one. */
bool lines_next(struct lines *lines, char **line, struct error *err);

/* Sets ERROR_INPUT with "PATH:LINE: " in front. Returns false. */
bool lines_error(const struct lines *lines, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
