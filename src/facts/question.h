/* What a typed prompt asks: about whom, about which attribute, and what the truth is. */
#ifndef MNEME_FACTS_QUESTION_H
#define MNEME_FACTS_QUESTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

struct question {
    int32_t *token; /* [tokens] TOKEN_BEGIN and the prompt's tokens */
    size_t tokens;
    bool has_individual; /* the prompt holds a full name; the last one counts that is not within
                            another */
    uint64_t individual;
    enum individual_status status;
    size_t attribute;   /* what the words around the name ask for when a value comes next, by a
                           template's wording; facts->attributes where no template fits */
    size_t name_first;  /* the name's first token */
    size_t behind_name; /* the first token behind the name; 0 where none was read */
    char *hint;         /* what may have been meant where no wording or no name was read
                           (facts/hint.h); or null */
};

/* Reads a prompt. ERROR_INPUT where a word has no token (the sentence names it, the nearest words,
 * and wordings near those around a full name), where the prompt is not UTF-8, or where it has more
 * than max_tokens tokens, TOKEN_BEGIN counted. The prompt is tidied (vocabulary_tidy) and its words
 * are folded (base/utf8.h): the last name, and the words of a template around it, get the tokens
 * they have in a biography. On false the question is empty. */
bool question_read(struct question *question, const struct population *population,
                   const struct vocabulary *vocabulary, const char *prompt, size_t max_tokens,
                   struct error *err);

/* How many of token[0..count), put behind the question, bring it to a wording: to another one of
 * the attribute it asks for ("is" to "is written as"), or where it asks for none, to one of any
 * ("was" to "was born in"), which *attribute receives. The longest wording counts; 0 where they
 * lead to none, or to that of several attributes. */
size_t question_lead(const struct question *question, const struct vocabulary *vocabulary,
                     const int32_t *token, size_t count, size_t *attribute);

/* Whether a lead may begin with the token. */
bool question_may_lead(const struct question *question, const struct vocabulary *vocabulary,
                       int32_t token);

/* Sets ERROR_INPUT for a word of a text that has no token, naming the nearest that have one.
 * Returns false. */
bool question_unknown_word(const struct vocabulary *vocabulary, const char *text,
                           const struct unknown_word *unknown, struct error *err);

void question_free(struct question *question);

#endif
