#include "measure/recall.h"

#include <inttypes.h>
#include <math.h>

#include "base/memory.h"

/* Counts the values of the batch and their tokens. */
static void count_values(struct recall_set *set)
{
    const struct batch *batch = &set->batch;
    for (size_t s = 0; s < batch->span_start[batch->biographies]; s++) {
        const struct span *span = &batch->span[s];
        set->values += span->kind == SPAN_VALUE;
        set->positions += span->kind == SPAN_VALUE ? span->count : 0;
    }
}

/* Lists a value's tokens: each is predicted at the input before it. */
static void add_value(struct recall_set *set, const struct span *span, size_t slot)
{
    size_t *end = &set->value_start[set->values + 1];
    *end = set->value_start[set->values];
    for (size_t i = 0; i < span->count; i++)
        set->position[(*end)++] = set->batch.start[slot] + span->first + i - 1;
    set->value_slot[set->values] = slot;
    set->value_attribute[set->values++] = span->attribute;
}

static void list_values(struct recall_set *set)
{
    const struct batch *batch = &set->batch;
    set->values = 0;
    for (size_t i = 0; i < batch->biographies; i++)
        for (size_t s = batch->span_start[i]; s < batch->span_start[i + 1]; s++)
            if (batch->span[s].kind == SPAN_VALUE)
                add_value(set, &batch->span[s], i);
}

bool recall_set_init(struct recall_set *set, const struct population *population,
                     const struct vocabulary *vocabulary, uint64_t first, size_t count,
                     struct error *err)
{
    return recall_set_init_spread(set, population, vocabulary, first, count, count, err);
}

bool recall_set_init_spread(struct recall_set *set, const struct population *population,
                            const struct vocabulary *vocabulary, uint64_t first, uint64_t among,
                            size_t count, struct error *err)
{
    *set = (struct recall_set){.attributes = population->facts->attributes};
    if (first > population->names || among > population->names - first)
        return error_set(err, ERROR_INPUT,
                         "%" PRIu64 " individuals from number %" PRIu64 " on cannot be evaluated: "
                         "there are only %" PRIu64 " names",
                         among, first, population->names);
    if (!batch_init_with_spans(&set->batch, vocabulary, count, err))
        return false;
    batch_fill_evaluation(&set->batch, population, vocabulary, first, among);
    count_values(set);
    bool made =
        (set->position = memory_new(set->positions, sizeof *set->position, err)) &&
        (set->value_start = memory_new(set->values + 1, sizeof *set->value_start, err)) &&
        (set->value_slot = memory_new(set->values, sizeof *set->value_slot, err)) &&
        (set->value_attribute = memory_new(set->values, sizeof *set->value_attribute, err)) &&
        (set->prediction = memory_new(set->positions, sizeof *set->prediction, err));
    if (made)
        list_values(set);
    else
        recall_set_free(set);
    return made;
}

void recall_set_free(struct recall_set *set)
{
    batch_free(&set->batch);
    memory_free(set->position);
    memory_free(set->value_start);
    memory_free(set->value_slot);
    memory_free(set->value_attribute);
    memory_free(set->prediction);
    *set = (struct recall_set){0};
}

bool recall_measure(struct recall_set *set, struct engine *engine, const atomic_bool *cancel,
                    struct recall *recall, struct error *err)
{
    struct sequences sequences = batch_sequences(&set->batch);
    if (!engine_predict(engine, &sequences, set->position, set->positions, cancel, set->prediction,
                        err))
        return false;
    recall_score(set, recall);
    return true;
}

/* 0 / 0, the mean of nothing, is NAN. */
static double mean(double sum, size_t count)
{
    return sum / (double)count;
}

/* Scores the values first .. end-1. */
static void score_values(const struct recall_set *set, size_t first, size_t end,
                         struct recall *recall)
{
    size_t asked[FACTS_MAX_ATTRIBUTES] = {0};
    size_t positions = set->value_start[end] - set->value_start[first];
    *recall = (struct recall){0};
    for (size_t v = first; v < end; v++) {
        double loss = 0;
        bool right = true;
        for (size_t i = set->value_start[v]; i < set->value_start[v + 1]; i++) {
            const struct prediction *prediction = &set->prediction[i];
            loss += prediction->loss;
            bool likeliest = prediction->likeliest == set->batch.target[set->position[i]];
            right &= likeliest;
            calibration_add(&recall->calibration, prediction->max_probability, likeliest);
            recall->max_probability += prediction->max_probability;
            recall->entropy += prediction->entropy;
        }
        size_t attribute = set->value_attribute[v];
        recall->attribute_loss[attribute] += loss;
        recall->attribute_accuracy[attribute] += right;
        asked[attribute]++;
    }
    for (size_t a = 0; a < set->attributes; a++) {
        recall->loss += recall->attribute_loss[a];
        recall->accuracy += recall->attribute_accuracy[a];
        recall->attribute_loss[a] = mean(recall->attribute_loss[a], asked[a]);
        recall->attribute_accuracy[a] = mean(recall->attribute_accuracy[a], asked[a]);
    }
    recall->loss = mean(recall->loss, end - first);
    recall->accuracy = mean(recall->accuracy, end - first);
    recall->max_probability = mean(recall->max_probability, positions);
    recall->entropy = mean(recall->entropy, positions);
    recall->calibration_error = calibration_error(&recall->calibration);
}

void recall_score(const struct recall_set *set, struct recall *recall)
{
    score_values(set, 0, set->values, recall);
}

void recall_score_within(const struct recall_set *set, uint64_t first, uint64_t count,
                         struct recall *recall)
{
    size_t before = 0, within = 0; /* values; individuals ascend */
    for (size_t v = 0; v < set->values; v++) {
        uint64_t individual = set->batch.individual[set->value_slot[v]];
        before += individual < first;
        within += individual >= first && individual - first < count;
    }
    score_values(set, before, before + within, recall);
}

bool recall_baseline(const struct population *population, double *baseline, double *pools,
                     struct error *err)
{
    size_t attributes = population->facts->attributes;
    double sum = 0, sum_pools = 0, told = 0;
    for (size_t a = 0; a < attributes; a++) {
        double entropy, endless;
        if (!population_entropy(population, a, &entropy, &endless, err))
            return false;
        double share = (double)population_told(population, a) / (double)population->size.known;
        sum += share * entropy;
        sum_pools += share * endless;
        told += share;
    }
    *baseline = sum / told;
    if (pools)
        *pools = sum_pools / told;
    return true;
}
