/* INI text (by libinih) handed over entry by entry with its line, for files that people write. */
#ifndef MNEME_BASE_INI_H
#define MNEME_BASE_INI_H

#include <stddef.h>

#include "base/error.h"

/* One `key = value` line, without a comment behind; the strings are gone after the call. */
struct setting {
    const char *section;     /* "" before the first */
    const char *key, *value; /* both null where a section begins */
    size_t line;
    size_t section_line; /* 0 before the first section */
    bool continued;      /* an indented line that goes on with the value of the key above it */
};

/* Takes one setting; on false the reading ends. */
typedef bool ini_take_setting(void *user, const struct setting *setting, struct error *err);

/* Reads text that came from the file `origin`, calling handle for every setting in order. Errors,
 * the handler's as well, begin with "ORIGIN:LINE: ": a line that is neither a section nor a
 * setting nor a comment, not UTF-8, longer than libinih takes, a section with nothing in it. */
bool ini_read(const char *text, const char *origin, ini_take_setting *handle, void *user,
              struct error *err);

/* The same, but handle is also called where a section begins, which may have nothing in it. */
bool ini_read_sections(const char *text, const char *origin, ini_take_setting *handle, void *user,
                       struct error *err);

#endif
