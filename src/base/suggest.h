/* Which word was meant: edit distance between words, and the nearest of a list. */
#ifndef MNEME_BASE_SUGGEST_H
#define MNEME_BASE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Fewest insertions, removals, replacements and swaps of neighbours that turn one word into the
 * other (Damerau's distance, no character edited twice), counted in characters that
 * are folded (base/utf8.h), a letter with its marks being one. Of characters beyond the 64th only
 * the number is compared, and a word is read no further than its 256th: one of megabytes is
 * compared with many others in no time. */
size_t suggest_distance(const char *a, const char *b);

/* The largest distance at which another word may have been meant by this one: a third of its
 * characters and at least 1, but 0 for a single character. */
size_t suggest_limit(const char *word);

/* The nearest of list[0..count), the first of equals; null when none is within the limit. */
const char *suggest_of(const char *word, const char *const *list, size_t count);

/* Refuses a word that is not in the list, with ERROR_INPUT: "WHAT WORD; did you mean NEAREST?",
 * else "WHAT "WORD"; OTHERWISE", or "WHAT WORD" where that is null. Returns false. */
bool suggest_refuse(const char *what, const char *word, const char *const *list, size_t count,
                    const char *otherwise, struct error *err);

/* The same as "there is no WHAT "WORD"; did you mean "NEAREST"?", else with all there are. */
bool suggest_refuse_of_all(const char *what, const char *word, const char *const *list,
                           size_t count, struct error *err);

#endif
