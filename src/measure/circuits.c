/* Parts of this file: what was measured; a set and the roles of its tokens; rows of attention. */
#include "measure/circuits.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/multiversion.h"
#include "model/vector_math.h"

/* ---- what was measured ---- */

size_t circuits_size(const struct circuits *circuits)
{
    return CIRCUITS * circuits->layers * circuits->heads;
}

bool circuits_init(struct circuits *circuits, size_t layers, size_t heads, struct error *err)
{
    *circuits = (struct circuits){.layers = layers, .heads = heads};
    circuits->mean = memory_new(circuits_size(circuits), sizeof *circuits->mean, err);
    for (size_t i = 0; circuits->mean && i < circuits_size(circuits); i++)
        circuits->mean[i] = NAN;
    return circuits->mean != NULL;
}

void circuits_free(struct circuits *circuits)
{
    memory_free(circuits->mean);
    *circuits = (struct circuits){0};
}

double circuits_of_head(const struct circuits *circuits, enum circuit circuit, size_t layer,
                        size_t head)
{
    return circuits->mean[((size_t)circuit * circuits->layers + layer) * circuits->heads + head];
}

double circuits_of_layer(const struct circuits *circuits, enum circuit circuit, size_t layer)
{
    double sum = 0;
    for (size_t h = 0; h < circuits->heads; h++)
        sum += circuits_of_head(circuits, circuit, layer, h);
    return sum / (double)circuits->heads;
}

/* ---- a set ---- */

static void give_roles(struct circuits_set *set)
{
    static const unsigned char of_span[] = {[SPAN_NAME] = ROLE_NAME, [SPAN_VALUE] = ROLE_VALUE};
    const struct batch *batch = &set->batch;
    for (size_t i = 0; i < batch->biographies; i++) {
        unsigned char *role = set->role + batch->start[i];
        memset(role, ROLE_TEXT, batch->start[i + 1] - batch->start[i]);
        role[0] = ROLE_BEGIN;
        for (size_t s = batch->span_start[i]; s < batch->span_start[i + 1]; s++) {
            const struct span *span = &batch->span[s];
            memset(role + span->first, of_span[span->kind], span->count);
        }
    }
}

/* Numbers of set->sum for each biography. */
static size_t sums(const struct circuits_set *set)
{
    return set->layers * set->heads * CIRCUITS;
}

bool circuits_set_init(struct circuits_set *set, const struct population *population,
                       const struct vocabulary *vocabulary, const struct model_options *shape,
                       uint64_t first, uint64_t among, size_t count, struct error *err)
{
    *set = (struct circuits_set){.layers = shape->layers, .heads = shape->heads};
    if (first > population->names || among > population->names - first)
        return error_set(err, ERROR_INPUT,
                         "attention on %" PRIu64 " individuals from number %" PRIu64
                         " on cannot be measured: there are only %" PRIu64 " names",
                         among, first, population->names);
    if (!batch_init_with_spans(&set->batch, vocabulary, count, err))
        return false;
    batch_fill_evaluation(&set->batch, population, vocabulary, first, among);
    size_t tokens = set->batch.start[set->batch.biographies];
    bool made = (set->role = memory_new(tokens, sizeof *set->role, err)) &&
                (set->sum = memory_new(count, sums(set) * sizeof *set->sum, err));
    if (made)
        give_roles(set);
    else
        circuits_set_free(set);
    return made;
}

void circuits_set_free(struct circuits_set *set)
{
    batch_free(&set->batch);
    memory_free(set->role);
    memory_free(set->sum);
    *set = (struct circuits_set){0};
}

/* ---- rows of attention ---- */

/* What a row gives to tokens of a role among first .. end-1. */
static double share(const real *row, const unsigned char *role, size_t first, size_t end,
                    enum token_role to)
{
    double sum = 0;
    for (size_t j = first; j < end; j++)
        sum += role[j] == to ? (double)row[j] : 0;
    return sum;
}

/* -sum over j of p_j ln p_j; what is too small for single precision counts as nothing. */
MULTIVERSION
static real entropy(size_t count, const real *probability)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++)
        sum -= probability[j] * log_real(probability[j]);
    return sum;
}

/* Adds one head's attention over biography i, probability[length][length], to sum[CIRCUITS]. */
static void add_head(const struct circuits_set *set, size_t i, const real *probability, double *sum)
{
    const struct batch *batch = &set->batch;
    const unsigned char *role = set->role + batch->start[i];
    size_t length = batch->start[i + 1] - batch->start[i];
    for (size_t s = batch->span_start[i]; s < batch->span_start[i + 1]; s++) {
        const struct span *span = &batch->span[s];
        bool of_name = span->kind == SPAN_NAME;
        size_t at = of_name ? span->first + span->count - 1 : span->first - 1;
        const real *row = probability + at * length;
        if (of_name) {
            sum[CIRCUIT_WITHIN_NAME] += share(row, role, span->first, at, ROLE_NAME);
            sum[CIRCUIT_NAME_TO_NAMES] += share(row, role, 0, at, ROLE_NAME);
        } else {
            sum[CIRCUIT_ATTRIBUTE_TO_NAME] += share(row, role, 0, at + 1, ROLE_NAME);
            sum[CIRCUIT_ATTRIBUTE_TO_TEXT] += share(row, role, 0, at + 1, ROLE_TEXT);
        }
    }
    for (size_t t = 1; t < length; t++)
        sum[CIRCUIT_SHARPNESS] +=
            (double)entropy(t + 1, probability + t * length) / log((double)t + 1);
}

/* Every biography has sums of its own, so that threads change no order. */
static void watch(void *context, const struct attention_view *view)
{
    const struct circuits_set *set = context;
    const real *probability = view->probability;
    size_t first = (size_t)(view->sequences->start - set->batch.start);
    for (size_t i = first; i < first + view->sequences->count; i++) {
        double *sum = set->sum + i * sums(set) + view->layer * set->heads * CIRCUITS;
        size_t length = set->batch.start[i + 1] - set->batch.start[i];
        memset(sum, 0, set->heads * CIRCUITS * sizeof *sum);
        for (size_t h = 0; h < set->heads; h++, probability += length * length)
            add_head(set, i, probability, sum + h * CIRCUITS);
    }
}

struct attention_watcher circuits_watcher(struct circuits_set *set)
{
    return (struct attention_watcher){.context = set, .watch = watch};
}

/* Over how many rows each circuit is a mean. */
static void count_rows(const struct batch *batch, size_t rows[CIRCUITS])
{
    memset(rows, 0, CIRCUITS * sizeof *rows);
    for (size_t s = 0; s < batch->span_start[batch->biographies]; s++) {
        bool of_name = batch->span[s].kind == SPAN_NAME;
        rows[CIRCUIT_WITHIN_NAME] += of_name && batch->span[s].count > 1;
        rows[CIRCUIT_NAME_TO_NAMES] += of_name;
        rows[CIRCUIT_ATTRIBUTE_TO_NAME] += !of_name;
        rows[CIRCUIT_ATTRIBUTE_TO_TEXT] += !of_name;
    }
    rows[CIRCUIT_SHARPNESS] = batch->start[batch->biographies] - batch->biographies;
}

void circuits_score(const struct circuits_set *set, struct circuits *circuits)
{
    size_t rows[CIRCUITS], heads = set->layers * set->heads;
    count_rows(&set->batch, rows);
    for (enum circuit c = 0; c < CIRCUITS; c++)
        for (size_t h = 0; h < heads; h++) {
            double sum = 0;
            for (size_t i = 0; i < set->batch.biographies; i++)
                sum += set->sum[i * sums(set) + h * CIRCUITS + c];
            circuits->mean[c * heads + h] = sum / (double)rows[c]; /* 0 / 0 is NAN */
        }
}

bool circuits_measure(struct circuits_set *set, struct engine *engine, const atomic_bool *cancel,
                      struct circuits *circuits, struct error *err)
{
    struct sequences sequences = batch_sequences(&set->batch);
    struct attention_watcher watcher = circuits_watcher(set);
    if (!engine_watch_attention(engine, &sequences, cancel, &watcher, err))
        return false;
    circuits_score(set, circuits);
    return true;
}
