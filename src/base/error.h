/* What went wrong, as one sentence for a person.
 *
 * A function that can fail returns bool and takes a struct error as its last argument: on false
 * the error is set, on true it is untouched. Nothing in the library prints or exits. The message
 * has no "mneme: " in front and no full stop or newline at its end. */
#ifndef MNEME_BASE_ERROR_H
#define MNEME_BASE_ERROR_H

#include <stdbool.h>

enum error_kind {
    ERROR_NONE,
    ERROR_INPUT,  /* something the user wrote is wrong: a key, a name, a value, a file of theirs */
    ERROR_DATA,   /* a file written by a program is truncated or altered */
    ERROR_SYSTEM, /* the operating system refused */
    ERROR_MEMORY, /* not enough memory */
    ERROR_BUSY,   /* somebody else holds it */
    ERROR_CANCELLED, /* whoever asked for it has taken that back */
};

struct error {
    enum error_kind kind;
    char message[1024];
};

/* Sets the error from a printf format; a longer message is cut at a whole character, and what a
 * terminal might obey is shown as utf8_show does (base/text.h). Returns
 * false, so that a caller can write `return error_set(...)`. A null err is allowed everywhere. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As error_set with ERROR_SYSTEM, followed by ": " and what errno_value means. */
bool error_system(struct error *err, int errno_value, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The message in a line that another process of this program has written, behind "mneme: "; null
 * where the line is none. */
const char *error_message_in(const char *line);

/* Puts text and ": " in front of the message, keeping the kind. Returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
