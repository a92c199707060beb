/* An answer: what the model believes comes after a typed prompt. */
#ifndef MNEME_MEASURE_ANSWER_H
#define MNEME_MEASURE_ANSWER_H

#include <stddef.h>

#include "base/error.h"
#include "facts/question.h"
#include "model/decoder.h"

enum { ANSWER_CANDIDATES = 5 };

struct candidate {
    char *text;
    double probability; /* the product over its tokens, each after those before it */
};

/* The entropy of a model that knows nobody, in nats. */
struct answer_ignorance {
    double uniform; /* were all drawn alike: population_entropy */
    double sampled; /* as values are sampled now: sampled_entropy_at */
};

struct answer {
    char *prompt;     /* as the model read it */
    char *completion; /* to the end of the sentence: the lead, the likeliest candidate, and
                         the likeliest word again and again */
    char *lead;       /* words with which the model goes on between the prompt and a value: those
                         of a longer wording ("written as" behind "is"); else "" */
    char *other;      /* the likeliest word behind the lead where no value begins so, and with what
                         probability; else null */
    double other_probability;
    char *hint; /* what may have been meant by a prompt that is no wording or has no full name
                   (facts/hint.h); null where there is nothing to say */
    struct candidate candidate[ANSWER_CANDIDATES]; /* behind the lead, likeliest first */
    size_t candidates;
    bool exact;         /* nothing else is likelier; see struct top_values */
    bool has_attribute; /* a value comes next, and of this attribute; else candidates are words,
                           marks and "(end)" */
    size_t attribute;
    bool has_individual;
    uint64_t individual;
    char *name; /* of the individual, null without one */
    enum individual_status status;
    bool has_truth; /* individual and attribute are there, the individual is not invented and the
                       attribute is told of it */
    bool is_untold; /* the same but the last: a table's cell is empty */
    char *truth;
    double truth_probability;
    bool correct;   /* the likeliest candidate is the truth */
    double entropy; /* nats, of the attribute's values as the model weighs them, at most; see
                       struct top_values. Of the next token where no value comes next */
    struct answer_ignorance nobody; /* NAN where no value comes next */
};

/* What each attribute is asked with. */
struct answer_scale {
    const double *uniform, *sampled; /* [attributes] of struct answer_ignorance */
};

/* Answers a prompt with the decoder's model. A value comes next where the words around the name are
 * a template's, or else where the first words of one attribute's values, and of no other, have half
 * of the probability. ERROR_INPUT as question_read, and where the prompt leaves no room for a
 * value. On false the answer is empty. Leaves the decoder empty. */
bool answer_prompt(struct answer *answer, const struct population *population,
                   const struct vocabulary *vocabulary, struct decoder *decoder,
                   const struct answer_scale *scale, const char *prompt, struct error *err);

/* What is believed about one attribute of an individual: the same for the words in which
 * evaluations ask for it, without the sentences that stand before them in a biography. */
bool answer_attribute(struct answer *answer, const struct population *population,
                      const struct vocabulary *vocabulary, struct decoder *decoder,
                      const struct answer_scale *scale, uint64_t individual, size_t attribute,
                      struct error *err);

void answer_free(struct answer *answer);

#endif
