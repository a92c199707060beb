/* Characters of UTF-8, how they are shown, and texts compared as a reader would: by Unicode's case
 * folding and canonical equivalence (utf8proc), whatever the locale. "BOGOTÁ" equals "bogotá", its
 * accent within the letter or behind it; a typographic apostrophe is a plain one, and what is
 * invisible (a byte order mark, a soft hyphen) does not count. */
#ifndef MNEME_BASE_UTF8_H
#define MNEME_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MOST = 4 }; /* bytes of a character */

/* Bytes of the UTF-8 character that begins at `string` (at least 1), or 0 where the bytes are not
 * well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates) or the string ends. */
size_t utf8_length(const char *string);

/* The code of the well-formed character of `length` bytes at `string`. */
uint32_t utf8_code(const char *string, size_t length);

enum { UTF8_SHOWN = 4 * UTF8_MOST + 1 };

/* Writes what the character at `string`, which is not its end, is shown as: itself, or "\x1b" for
 * each byte where it is no UTF-8 or a terminal might obey it (control characters, C1 among them,
 * and what turns the direction of text), "\n", "\t" and "\r" for these. Gives its bytes in the
 * string. */
size_t utf8_show(const char *string, char shown[UTF8_SHOWN]);

/* Whether that is the character itself. */
bool utf8_is_shown_as_it_is(const char *string);

/* Whether count bytes are well-formed UTF-8 without a null. */
bool utf8_is_valid(const char *bytes, size_t count);

/* Code points of the longest run of marks behind a character that are put in order. */
enum { UTF8_MARKS = 30 };

/* A text that is read folded. A reader begins as {.next = text}. */
struct folded {
    const char *next; /* what was not read yet; behind it marks that belong to what was */
    uint32_t code[8 + UTF8_MARKS];
    size_t count, taken;
};

/* The next code point, folded and decomposed; 0 at the end. A byte that is not well-formed UTF-8 is
 * a character of its own that equals no other. */
uint32_t utf8_next_folded(struct folded *text);

/* Whether a code point is a mark on the one before it, as an accent is. */
bool utf8_is_mark(uint32_t code);

/* Whether a text begins with what `start` stands for, both folded; marks on letters may be left out
 * of it. *bytes gets the bytes of the text that it stands for. */
bool utf8_begins(const char *text, const char *start, size_t *bytes);

/* Where a text has `part` first, in the same sense; null where it has not, or part is empty. */
const char *utf8_find(const char *text, const char *part, size_t *bytes);

/* Whether two texts fold to the same. */
bool utf8_equal_folded(const char *a, const char *b);

/* Writes the folded text into folded[0..room), null-terminated and cut at a whole code point; room
 * is at least 1. A text has at most UTF8_GROWTH times as many bytes folded. Returns false where it
 * was cut. */
enum { UTF8_GROWTH = 4 };
bool utf8_fold(const char *text, char *folded, size_t room);

/* The same without the marks on letters: "Bogotá" and "bogota" are one. */
bool utf8_fold_bare(const char *text, char *folded, size_t room);

/* Bytes of the white space of any script, or of the byte order mark, that begins at `text`; 0 where
 * something else does. */
size_t utf8_blank(const char *text);

/* Bytes of the typographic apostrophe that begins at `text`; 0 where none does. */
size_t utf8_apostrophe(const char *text);

/* Turns every run of white space into one blank and drops those at the ends, in place. */
void utf8_squeeze(char *text);

#endif
