/* The words the model knows: every word of the pools and templates of a fact set, and what turns
 * text into tokens and back.
 *
 * A text is split into words as facts/words.h says: the marks . , ; : ! ? ( ) and a closing 's
 * become tokens of their own. Values and names are put in after the templates were split, so that
 * their tokens hold nothing else. */
#ifndef MNEME_FACTS_VOCABULARY_H
#define MNEME_FACTS_VOCABULARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/dictionary.h"
#include "base/error.h"
#include "base/text.h"
#include "facts/bare_words.h"
#include "facts/fact_set.h"
#include "facts/words.h"

enum {
    TOKEN_UNKNOWN = 0, /* a word that is not in the vocabulary */
    TOKEN_BEGIN = 1,   /* before every sequence */
    TOKEN_END = 2,     /* after every sequence */
    TOKENS_RESERVED
};

/* A run of tokens that the vocabulary owns. */
struct tokens {
    const int32_t *token;
    size_t count;
};

/* An entry among those of its pool in the order of their words, which are told apart no more than a
 * reader does. */
struct sorted_entry {
    const int32_t *alike; /* [count] vocabulary.alike of the entry's tokens */
    uint32_t count, entry;
};

struct template_tokens {
    struct tokens before_name, before_value, after_value;
};

struct vocabulary {
    const struct fact_set *facts;
    char **word; /* [words] words_reserved, then others */
    size_t words;
    struct dictionary index;           /* word to token */
    struct dictionary folded;          /* folded word to the first token that folds so */
    int32_t *alike;                    /* [words] the first token that folds to the same */
    uint32_t *kin;                     /* [words] at such a first one: how many there are */
    struct bare_words bare;            /* [words] */
    struct tokens **entry;             /* [pools][pool.count] tokens of every pool entry */
    struct template_tokens **template; /* [attributes][templates] */
    struct sorted_entry **sorted;      /* [pools][pool.count] */
    int32_t *storage;                  /* what entry and template point into */
    int32_t *alike_storage;            /* and what sorted does */
};

/* Builds the vocabulary of a fact set, which must outlive it. The order of words is fixed by the
 * order of pools, entries, attributes and templates. */
bool vocabulary_build(struct vocabulary *vocabulary, const struct fact_set *facts,
                      struct error *err);

void vocabulary_free(struct vocabulary *vocabulary);

/* The token of a word: exactly so written, else the one word that folds to the same (base/utf8.h),
 * else TOKEN_UNKNOWN. */
int32_t vocabulary_token(const struct vocabulary *vocabulary, const char *word);

/* The first token that folds to the same as the word; TOKEN_UNKNOWN where none does. */
int32_t vocabulary_alike(const struct vocabulary *vocabulary, const struct word *word);

/* A run of vocabulary.sorted[pool]. */
struct entry_range {
    size_t first, end;
};

/* Those of a range that go on with the token, which is one of vocabulary.alike, behind `depth`
 * words that they have in common. */
struct entry_range vocabulary_narrow(const struct vocabulary *vocabulary, size_t pool,
                                     struct entry_range range, size_t depth, int32_t alike);

/* A typed text with plain blanks and apostrophes in place of those of typesetting, but for words
 * that are in the vocabulary as they are; the caller frees it with memory_free. Null with
 * ERROR_INPUT where the text is not UTF-8. */
char *vocabulary_tidy(const struct vocabulary *vocabulary, const char *text, struct error *err);

/* A word of a text that has no token. */
struct unknown_word {
    size_t first, count; /* its bytes in the text */
};

/* Splits a text into tokens: fills token[0..min(room, result)) and returns how many there are.
 * The first word without a token goes to *unknown (count 0 where every word has one; may be
 * null). */
size_t vocabulary_tokenize(const struct vocabulary *vocabulary, const char *text, int32_t *token,
                           size_t room, struct unknown_word *unknown);

/* Adds the tokens to out as text with blanks where they belong; reserved tokens but the unknown
 * one are left out. With out not empty, a blank goes between where one belongs. */
void vocabulary_text(const struct vocabulary *vocabulary, const int32_t *token, size_t count,
                     struct text *out);

/* The words that may have been meant by this one (base/suggest.h): at most `room` of them go to
 * nearest[], nearest first, those of equal distance in the vocabulary's order. Returns how many
 * there are there. */
size_t vocabulary_nearest(const struct vocabulary *vocabulary, const char *word,
                          const char **nearest, size_t room);

#endif
