/* A biography: every attribute that is told of one individual, each by one template, with spans
 * that say where the names and values are. */
#ifndef MNEME_FACTS_BIOGRAPHY_H
#define MNEME_FACTS_BIOGRAPHY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "facts/population.h"
#include "facts/vocabulary.h"

enum span_kind { SPAN_NAME, SPAN_VALUE };

/* A run of tokens: the name in a sentence, or the value it ends in. */
struct span {
    size_t first, count; /* tokens, counted from the start of the sequence */
    enum span_kind kind;
    size_t attribute; /* the attribute the sentence tells */
};

/* What a biography is for, which decides its templates. */
enum biography_purpose { BIOGRAPHY_TRAINING, BIOGRAPHY_EVALUATION };

struct biography {
    uint64_t individual;
    int32_t *token; /* [tokens] TOKEN_BEGIN, the sentences, TOKEN_END */
    size_t tokens;
    struct span *span; /* [spans] in order: a name and a value a sentence; null: not wanted */
    size_t spans;
};

/* Most tokens a biography of this vocabulary can have, TOKEN_BEGIN and TOKEN_END counted. */
size_t biography_max_tokens(const struct vocabulary *vocabulary);

/* Writes a biography into token[] and, unless it is null, span[] (room for biography_max_tokens and
 * 2 * attributes), drawing templates and the order of sentences from random. */
void biography_write(struct biography *biography, const struct population *population,
                     const struct vocabulary *vocabulary, uint64_t individual,
                     enum biography_purpose purpose, struct random *random);

/* What the biographies that evaluations ask are drawn with. */
struct random biography_evaluation_random(const struct population *population, uint64_t individual);

/* The template in which evaluations ask for an attribute of an individual; where the attribute is
 * not told, the first of those that they may draw. */
size_t biography_asked_template(const struct population *population, uint64_t individual,
                                size_t attribute);

#endif
