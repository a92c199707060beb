/* A string that grows. Out of memory is remembered and reported once, at the end. */
#ifndef MNEME_BASE_TEXT_H
#define MNEME_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct text {
    char *bytes;   /* null-terminated once anything was added; null before */
    size_t length; /* bytes, without the terminator */
    size_t room;
    bool failed; /* memory ran out: nothing more is added */
};

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_format_list(struct text *text, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
/* Adds a string without the spaces at its ends. */
void text_add_trimmed(struct text *text, const char *string);
/* Adds words, of which the last is null, as a choice of one: "a, b or c". */
void text_add_choice(struct text *text, const char *const *word);
void text_clear(struct text *text);
void text_free(struct text *text);

/* Hands over the finished string (never null on success), which the caller frees with
 * memory_free, and leaves the text empty; null with ERROR_MEMORY when anything was lost. */
char *text_take(struct text *text, struct error *err);

/* Adds a string as it is shown. Characters that are in `kept` stay. */
void text_add_shown(struct text *text, const char *string, const char *kept);

/* Whether all of a string is printable ASCII, so that it can go to any terminal as it is. */
bool text_is_printable(const char *string);

#endif
