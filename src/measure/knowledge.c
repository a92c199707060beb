/* Map of this file: snapshots; facts over evaluations; summaries. */
#include "measure/knowledge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "facts/batch.h"

/* Snapshots */

size_t knowledge_bytes(size_t asked)
{
    return (asked + 7) / 8;
}

/* The bit of a fact in known or told. */
static bool get_bit(const struct knowledge_snapshot *snapshot, const unsigned char *bits,
                    size_t asked, size_t attribute)
{
    return bits[attribute * knowledge_bytes(snapshot->asked) + asked / 8] >> asked % 8 & 1;
}

static void set_bit(const struct knowledge_snapshot *snapshot, unsigned char *bits, size_t asked,
                    size_t attribute, bool on)
{
    unsigned char *byte = &bits[attribute * knowledge_bytes(snapshot->asked) + asked / 8];
    unsigned bit = 1U << asked % 8;
    *byte = (unsigned char)(on ? *byte | bit : *byte & ~bit);
}

bool knowledge_snapshot_init(struct knowledge_snapshot *snapshot, uint64_t among, size_t asked,
                             size_t attributes, struct error *err)
{
    *snapshot =
        (struct knowledge_snapshot){.among = among, .asked = asked, .attributes = attributes};
    if ((snapshot->known = memory_new(attributes, knowledge_bytes(asked), err)) &&
        (snapshot->told = memory_new(attributes, knowledge_bytes(asked), err)) &&
        (snapshot->exposures = memory_new(asked, sizeof *snapshot->exposures, err))) {
        for (size_t a = 0; a < attributes; a++)
            for (size_t i = 0; i < asked; i++)
                set_bit(snapshot, snapshot->told, i, a, true);
        return true;
    }
    knowledge_snapshot_free(snapshot);
    return false;
}

bool knowledge_snapshot_copy(struct knowledge_snapshot *to, const struct knowledge_snapshot *from,
                             struct error *err)
{
    if (!knowledge_snapshot_init(to, from->among, from->asked, from->attributes, err))
        return false;
    memcpy(to->known, from->known, from->attributes * knowledge_bytes(from->asked));
    memcpy(to->told, from->told, from->attributes * knowledge_bytes(from->asked));
    memcpy(to->exposures, from->exposures, from->asked * sizeof *from->exposures);
    return true;
}

void knowledge_snapshot_free(struct knowledge_snapshot *snapshot)
{
    memory_free(snapshot->known);
    memory_free(snapshot->told);
    memory_free(snapshot->exposures);
    *snapshot = (struct knowledge_snapshot){0};
}

bool knowledge_snapshot_tells(const struct knowledge_snapshot *snapshot, size_t asked,
                              size_t attribute)
{
    return get_bit(snapshot, snapshot->told, asked, attribute);
}

bool knowledge_snapshot_knows(const struct knowledge_snapshot *snapshot, size_t asked,
                              size_t attribute)
{
    return get_bit(snapshot, snapshot->known, asked, attribute);
}

void knowledge_snapshot_set(struct knowledge_snapshot *snapshot, size_t asked, size_t attribute,
                            bool known)
{
    set_bit(snapshot, snapshot->known, asked, attribute, known);
}

static bool knows(const struct recall_set *set, size_t value, double baseline)
{
    const double enough = 0.5; /* of the baseline */
    double loss = 0;
    bool right = true;
    for (size_t i = set->value_start[value]; i < set->value_start[value + 1]; i++) {
        loss += set->prediction[i].loss;
        right &= set->prediction[i].likeliest == set->batch.target[set->position[i]];
    }
    return right && (loss < enough * baseline || baseline <= 0);
}

void knowledge_look(struct knowledge_snapshot *snapshot, const struct recall_set *set,
                    const double *baseline, const struct exposures *exposures)
{
    size_t bytes = snapshot->attributes * knowledge_bytes(snapshot->asked);
    memset(snapshot->told, 0, bytes);
    memset(snapshot->known, 0, bytes);
    for (size_t v = 0; v < set->values; v++) {
        size_t attribute = set->value_attribute[v], asked = set->value_slot[v];
        set_bit(snapshot, snapshot->told, asked, attribute, true);
        set_bit(snapshot, snapshot->known, asked, attribute, knows(set, v, baseline[attribute]));
    }
    for (size_t i = 0; i < snapshot->asked; i++)
        snapshot->exposures[i] = exposures->count[set->batch.individual[i]];
}

void knowledge_restore_exposures(const struct knowledge_snapshot *snapshot, uint64_t step,
                                 struct exposures *exposures)
{
    for (size_t i = 0; i < snapshot->asked; i++) {
        uint64_t individual = batch_spread(0, snapshot->among, i, snapshot->asked);
        if (individual < exposures->known)
            exposures->count[individual] = snapshot->exposures[i];
    }
    exposures->steps = step;
}

/* Facts over evaluations */

void knowledge_free(struct knowledge *knowledge)
{
    memory_free(knowledge->exposures);
    memory_free(knowledge->fact);
    *knowledge = (struct knowledge){0};
}

static bool asks_the_same(const struct knowledge *knowledge,
                          const struct knowledge_snapshot *snapshot)
{
    return knowledge->fact && knowledge->among == snapshot->among &&
           knowledge->asked == snapshot->asked && knowledge->attributes == snapshot->attributes;
}

/* Room for facts, all of them unknown. */
static bool make(struct knowledge *knowledge, uint64_t among, size_t asked, size_t attributes,
                 struct error *err)
{
    *knowledge = (struct knowledge){.among = among, .asked = asked, .attributes = attributes};
    if ((knowledge->exposures = memory_new(asked, sizeof *knowledge->exposures, err)) &&
        (knowledge->fact = memory_new(asked, attributes * sizeof *knowledge->fact, err)))
        return true;
    knowledge_free(knowledge);
    return false;
}

bool knowledge_copy(struct knowledge *to, const struct knowledge *from, struct error *err)
{
    if (!make(to, from->among, from->asked, from->attributes, err))
        return false;
    to->step = from->step;
    memcpy(to->exposures, from->exposures, from->asked * sizeof *from->exposures);
    memcpy(to->fact, from->fact, from->asked * from->attributes * sizeof *from->fact);
    return true;
}

static bool begin(struct knowledge *knowledge, const struct knowledge_snapshot *snapshot,
                  struct error *err)
{
    struct knowledge fresh;
    if (!make(&fresh, snapshot->among, snapshot->asked, snapshot->attributes, err))
        return false;
    knowledge_free(knowledge);
    *knowledge = fresh;
    return true;
}

static void look_at_fact(struct fact *fact, uint64_t step, bool known, uint32_t exposures)
{
    if (known && !fact->ever) {
        fact->ever = true;
        fact->first = step;
        fact->exposures = exposures;
    }
    if (!known && fact->known) {
        fact->losses++;
        fact->lost = step;
    }
    fact->known = known;
}

bool knowledge_push(struct knowledge *knowledge, uint64_t step,
                    const struct knowledge_snapshot *snapshot, struct error *err)
{
    if (!asks_the_same(knowledge, snapshot) && !begin(knowledge, snapshot, err))
        return false;
    knowledge->step = step;
    for (size_t i = 0; i < knowledge->asked; i++) {
        knowledge->exposures[i] = snapshot->exposures[i];
        for (size_t a = 0; a < knowledge->attributes; a++) {
            struct fact *fact = &knowledge->fact[i * knowledge->attributes + a];
            fact->told = knowledge_snapshot_tells(snapshot, i, a);
            look_at_fact(fact, step, knowledge_snapshot_knows(snapshot, i, a),
                         snapshot->exposures[i]);
        }
    }
    return true;
}

uint64_t knowledge_individual(const struct knowledge *knowledge, size_t asked)
{
    return batch_spread(0, knowledge->among, asked, knowledge->asked);
}

/* Summaries */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of value[count], which gets sorted; NAN of none. */
static double median(double *value, size_t count)
{
    if (count == 0)
        return NAN;
    qsort(value, count, sizeof *value, compare);
    return (value[(count - 1) / 2] + value[count / 2]) / 2;
}

/* Counts the facts of some attributes; what it took to learn those that were ever known goes to
 * first and exposures. */
static void count_facts(const struct knowledge *knowledge, size_t attribute, size_t end,
                        struct knowledge_summary *summary, double *first, double *exposures)
{
    size_t facts = 0, known = 0, ever = 0, forgotten = 0;
    for (size_t i = 0; i < knowledge->asked; i++)
        for (size_t a = attribute; a < end; a++) {
            const struct fact *fact = &knowledge->fact[i * knowledge->attributes + a];
            facts += fact->told;
            known += fact->known;
            forgotten += fact->ever && !fact->known;
            if (!fact->ever)
                continue;
            first[ever] = (double)fact->first;
            exposures[ever++] = fact->exposures;
        }
    *summary = (struct knowledge_summary){
        .known = (double)known / (double)facts,
        .ever = (double)ever / (double)facts,
        .forgotten = (double)forgotten / (double)facts,
        .first = median(first, ever),
        .exposures = median(exposures, ever),
    };
}

bool knowledge_summarize(const struct knowledge *knowledge, size_t attribute,
                         struct knowledge_summary *summary, struct error *err)
{
    bool all = attribute == knowledge->attributes;
    size_t from = all ? 0 : attribute, end = all ? knowledge->attributes : attribute + 1;
    size_t most = knowledge->asked * (end - from);
    double *first = memory_new(most, sizeof *first, err);
    double *exposures = first ? memory_new(most, sizeof *exposures, err) : NULL;
    if (exposures)
        count_facts(knowledge, from, end, summary, first, exposures);
    memory_free(first);
    memory_free(exposures);
    return exposures != NULL;
}
