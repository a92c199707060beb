/* Knowledge: which facts a model knows, since when, which it has forgotten, and how often training
 * had shown each before it was known. A fact is the value of an individual's attribute.
 *
 * A fact is known where the model, teacher forced in words that it has not seen about this
 * individual, is right (every token of the value is the likeliest one, as attribute accuracy has
 * it) and the value's loss is below half of the attribute's baseline: of what there is to learn,
 * more than half is. Where all values are the same there is nothing to learn, and being right is
 * enough. Accuracy alone would count guesses: a model that knows nobody is right about
 * whoever has the value that it holds for the most frequent one, which is another at every
 * evaluation, and would seem to learn and forget. */
#ifndef MNEME_MEASURE_KNOWLEDGE_H
#define MNEME_MEASURE_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "facts/exposures.h"
#include "measure/recall.h"

/* What one evaluation found. The individuals asked about are those that a batch asks when it is
 * spread over the first `among` (batch_fill_evaluation). */
struct knowledge_snapshot {
    uint64_t among;
    size_t asked, attributes;
    unsigned char *known; /* [attributes][knowledge_bytes(asked)] individual i is bit i % 8, the
                             lowest first, of byte i / 8 */
    unsigned char *told;  /* the same, of facts that there are: all but a table's empty cells */
    uint32_t *exposures;  /* [asked] until then */
};

/* Bytes of one attribute's bits. */
size_t knowledge_bytes(size_t asked);

/* All of it told, unknown and unseen. */
bool knowledge_snapshot_init(struct knowledge_snapshot *snapshot, uint64_t among, size_t asked,
                             size_t attributes, struct error *err);
bool knowledge_snapshot_copy(struct knowledge_snapshot *to, const struct knowledge_snapshot *from,
                             struct error *err);
void knowledge_snapshot_free(struct knowledge_snapshot *snapshot);

/* Whether there is such a fact, and whether it is known. */
bool knowledge_snapshot_tells(const struct knowledge_snapshot *snapshot, size_t asked,
                              size_t attribute);
bool knowledge_snapshot_knows(const struct knowledge_snapshot *snapshot, size_t asked,
                              size_t attribute);
void knowledge_snapshot_set(struct knowledge_snapshot *snapshot, size_t asked, size_t attribute,
                            bool known);

/* Takes what the predictions of the set say, which asks snapshot->asked individuals, and their
 * exposures. baseline[attributes] in nats (population_entropy). */
void knowledge_look(struct knowledge_snapshot *snapshot, const struct recall_set *set,
                    const double *baseline, const struct exposures *exposures);

/* Counts on from what a snapshot says of the individuals it asked about, at its step. */
void knowledge_restore_exposures(const struct knowledge_snapshot *snapshot, uint64_t step,
                                 struct exposures *exposures);

/* One fact, over all evaluations so far. */
struct fact {
    bool told;          /* otherwise there is no such fact, and nothing below says anything */
    bool known;         /* at the last one */
    bool ever;          /* at any; otherwise nothing below says anything */
    uint32_t exposures; /* of its individual, when it was first found known */
    uint32_t losses;    /* times it was known and then was not */
    uint64_t first;     /* step of the evaluation that first found it known */
    uint64_t lost;      /* step of the last that found it lost; if it ever was */
};

struct knowledge {
    uint64_t among;
    size_t asked, attributes;
    uint64_t step;       /* of the last evaluation */
    uint32_t *exposures; /* [asked] until then */
    struct fact *fact;   /* [asked][attributes] */
};

/* Takes an evaluation, after those of earlier steps. One that asks about others than the last did
 * begins anew. All-zero knowledge has seen none. On false nothing has changed. */
bool knowledge_push(struct knowledge *knowledge, uint64_t step,
                    const struct knowledge_snapshot *snapshot, struct error *err);
bool knowledge_copy(struct knowledge *to, const struct knowledge *from, struct error *err);
void knowledge_free(struct knowledge *knowledge);

/* The number of the i-th individual asked about. */
uint64_t knowledge_individual(const struct knowledge *knowledge, size_t asked);

/* All facts of one attribute, or of all together. Shares are of all facts asked about that there
 * are; forgotten ones were known once and are not now. Medians are over facts that were ever known.
 * NAN where there is none to speak of. */
struct knowledge_summary {
    double known, ever, forgotten;
    double first;     /* median step of the evaluation that first found a fact known */
    double exposures; /* median exposures it took until then */
};

/* attribute is one below knowledge->attributes, or knowledge->attributes for all. */
bool knowledge_summarize(const struct knowledge *knowledge, size_t attribute,
                         struct knowledge_summary *summary, struct error *err);

#endif
