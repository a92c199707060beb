/* The whole lines of a record; a last one without its newline is torn and none of them. */
#ifndef MNEME_RECORD_LINES_H
#define MNEME_RECORD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct record_lines {
    const char *path; /* the caller's */
    char *text;
    size_t bytes; /* of the text, up to the end of its last whole line */
};

/* A link or what is no file is ERROR_DATA. On false the lines are empty. */
bool lines_read(struct record_lines *lines, const char *path, struct error *err);
void lines_free(struct record_lines *lines);

/* Those among the last `most` bytes; *all where there are none before them. Errors as of
 * lines_read. */
bool lines_read_end(struct record_lines *lines, const char *path, size_t most, bool *all,
                    struct error *err);

/* How far a record was read that grows; all zero before that is begun. */
struct record_place {
    dev_t device;
    ino_t file;
    size_t bytes; /* up to the end of a line */
};

/* Begins at the record that is there now, none of it read. False where there is none. */
bool lines_begin(struct record_place *place, const char *path);

/* Reads the whole lines that came behind the place, which moves behind them. *is_same is false, and
 * there are no lines, where the file is not the one that was read, or has become shorter. Errors as
 * of lines_read. */
bool lines_read_behind(struct record_lines *lines, const char *path, struct record_place *place,
                       bool *is_same, struct error *err);

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
