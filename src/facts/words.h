/* How a text is split into words and put together again.
 *
 * A text is split at blanks (ASCII white space). Marks (. , ; : ! ? ( and ')') at the ends of what
 * stands between blanks become words of their own, and so does a closing 's; marks inside a word
 * stay in it ("U.S" of "U.S."), and so does a full stop that a word follows at once (".NET"). Put
 * together, a blank stands between two words except before a closing mark or 's and after an
 * opening parenthesis. */
#ifndef MNEME_FACTS_WORDS_H
#define MNEME_FACTS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What separates words, and what is a word of its own at their ends. */
#define WORD_BLANKS        " \t\n\v\f\r"
#define WORD_CLOSING_MARKS ".,;:!?)"
#define WORD_OPENING_MARKS "("
#define WORD_MARKS         WORD_CLOSING_MARKS WORD_OPENING_MARKS
#define WORD_LEADING_MARKS "." /* unless a word follows at once */
#define WORD_POSSESSIVE    "'s"

/* Bytes of the longest word in a pool or template. */
enum { WORD_MAX_BYTES = 127 };

/* What tokens that stand for no word of a text are called, null-terminated; in the order of
 * TOKEN_UNKNOWN and the others of facts/vocabulary.h. */
extern const char *const words_reserved[];

/* One of these that is somewhere in the text; null where none is. Programs that take a tokenizer
 * look for them before anything else, within words too. */
const char *words_find_reserved(const char *text);

/* A word within a text, not null-terminated. */
struct word {
    const char *bytes;
    size_t count;
};

/* The next word of the text at *cursor, which moves behind it; false at the end of the text. */
bool word_next(const char **cursor, struct word *word);

/* Whether it is a mark by itself. */
bool word_is_mark(const struct word *word);

/* Whether the word is written as `string`. */
bool word_is(const struct word *word, const char *string);

/* Whether a blank stands between a text of `length` bytes and the word that comes after it. */
bool word_after_blank(const char *text, size_t length, const char *word);

/* Whether one stands between a text and what its next words are; false where there are none. */
bool words_blank_between(const char *text, const char *next);

/* Whether the text's blanks are where putting its words together would set them. */
bool words_well_spaced(const char *text);

/* The text with one blank where putting its words together sets one and none elsewhere: "a, b (c)"
 * of "a ,b ( c )"; freed with memory_free. */
char *words_space(const char *text, struct error *err);

/* Refuses, with ERROR_INPUT, what no name, value or template may hold: what is not UTF-8, a
 * reserved word, a word that is too long, blanks elsewhere than in words_well_spaced. */
bool words_check(const char *text, struct error *err);

/* Whether the word ends a sentence. */
bool word_ends_sentence(const char *word);

#endif
