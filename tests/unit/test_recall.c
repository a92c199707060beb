#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/recall.h"
#include "model/decoder.h"
#include "tests/fixtures/engine_like.h"
#include "tests/fixtures/little_people.h"
#include "tests/float_equal.h"

static struct little_people people;

enum { KNOWN = 30, FRESH = 10, COUNT = 7, FIRST = 28 }; /* known and new ones */

static int set_up(void **state)
{
    (void)state;
    little_people_make(&people, KNOWN, FRESH, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_people_remove(&people);
    return 0;
}

static struct recall_set draw(uint64_t first, size_t count)
{
    struct recall_set set;
    struct error err = {0};
    if (!recall_set_init(&set, &people.population, &people.vocabulary, first, count, &err))
        fail_msg("%s", err.message);
    return set;
}

static struct recall measure(struct recall_set *set)
{
    struct recall recall;
    struct engine *engine = engine_like(&people.model, 3, 2);
    assert_true(recall_measure(set, engine, NULL, &recall, NULL));
    engine_free(engine);
    return recall;
}

/* The target at each listed position, read value by value, is the individual's own value. */
static void positions_are_those_that_predict_values(void **state)
{
    (void)state;
    struct recall_set set = draw(FIRST, COUNT);
    assert_int_equal(set.attributes, people.facts.attributes);
    assert_int_equal(set.values, COUNT * people.facts.attributes);
    assert_int_equal(set.value_start[0], 0);
    assert_int_equal(set.value_start[set.values], set.positions);
    for (size_t v = 0; v < set.values; v++) {
        uint64_t individual = FIRST + v / people.facts.attributes;
        size_t attribute = set.value_attribute[v], at = set.value_start[v];
        uint32_t part[FACTS_MAX_PARTS];
        population_value(&people.population, individual, attribute, part);
        for (size_t p = 0; p < people.facts.attribute[attribute].parts; p++) {
            const struct tokens *entry =
                &people.vocabulary.entry[people.facts.attribute[attribute].part[p]][part[p]];
            for (size_t i = 0; i < entry->count; i++, at++)
                assert_int_equal(set.batch.target[set.position[at]], entry->token[i]);
        }
        assert_int_equal(at, set.value_start[v + 1]);
    }
    for (size_t i = 1; i < set.positions; i++)
        assert_true(set.position[i - 1] < set.position[i]);
    recall_set_free(&set);
}

static void the_same_individuals_are_asked_in_the_same_words(void **state)
{
    (void)state;
    struct recall_set set = draw(FIRST, COUNT), again = draw(FIRST, COUNT);
    size_t tokens = set.batch.start[COUNT];
    assert_int_equal(again.batch.start[COUNT], tokens);
    assert_memory_equal(set.batch.token, again.batch.token, tokens * sizeof *set.batch.token);
    recall_set_free(&set);
    recall_set_free(&again);
}

/* Two values of attribute 0 with 2 tokens and 1, one of attribute 1 with 1 token. */
static void scores_follow_from_the_predictions(void **state)
{
    (void)state;
    int32_t target[] = {9, 5, 6, 7, 8};
    size_t position[] = {1, 2, 3, 4};
    size_t value_start[] = {0, 2, 3, 4};
    size_t value_attribute[] = {0, 1, 0};
    struct prediction prediction[] = {
        {.loss = 0.25, .max_probability = 0.5, .entropy = 1, .likeliest = 5},
        {.loss = 0.5, .max_probability = 0.25, .entropy = 2, .likeliest = 6},
        {.loss = 3, .max_probability = 0.75, .entropy = 0.5, .likeliest = 7},
        {.loss = 1.25, .max_probability = 0.5, .entropy = 0.5, .likeliest = 4},
    };
    struct recall_set set = {
        .batch.target = target,
        .attributes = 2,
        .position = position,
        .positions = 4,
        .value_start = value_start,
        .value_attribute = value_attribute,
        .values = 3,
        .prediction = prediction,
    };
    struct recall recall;
    recall_score(&set, &recall);
    assert_float_equal(recall.loss, (0.75 + 3 + 1.25) / 3, 1e-12);
    assert_float_equal(recall.accuracy, 2.0 / 3, 1e-12);
    assert_float_equal(recall.max_probability, 0.5, 1e-12);
    assert_float_equal(recall.entropy, 1, 1e-12);
    assert_float_equal(recall.attribute_loss[0], (0.75 + 1.25) / 2, 1e-12);
    assert_float_equal(recall.attribute_accuracy[0], 0.5, 1e-12);
    assert_float_equal(recall.attribute_loss[1], 3, 1e-12);
    assert_float_equal(recall.attribute_accuracy[1], 1, 1e-12);
    /* three right tokens of confidence 0.5, 0.25 and 0.75, a wrong one of 0.5 */
    assert_float_equal(recall.calibration_error, (2 * 0 + 0.75 + 0.25) / 4, 1e-12);
    prediction[0].likeliest = 6; /* one wrong token is a wrong value */
    recall_score(&set, &recall);
    assert_float_equal(recall.accuracy, 1.0 / 3, 1e-12);
    assert_float_equal(recall.attribute_accuracy[0], 0, 1e-12);
}

/* Reads every biography token by token and sums up by hand. */
static struct recall brute_force(const struct recall_set *set)
{
    const struct batch *batch = &set->batch;
    size_t vocab = people.model.options.vocab, values = 0, tokens = 0;
    struct recall recall = {0};
    struct decoder *decoder = decoder_new(&people.model, NULL);
    real *next = memory_new(vocab, sizeof *next, NULL);
    assert_true(decoder && next);
    for (size_t i = 0; i < batch->biographies; i++) {
        const int32_t *token = batch->token + batch->start[i];
        for (size_t s = batch->span_start[i]; s < batch->span_start[i + 1]; s++) {
            const struct span *span = &batch->span[s];
            if (span->kind != SPAN_VALUE)
                continue;
            bool right = true;
            decoder_rewind(decoder, 0);
            for (size_t t = 0; t < span->first + span->count - 1; t++) {
                assert_true(decoder_read(decoder, token + t, 1, 1, next, NULL));
                if (t + 1 < span->first)
                    continue;
                size_t best = 0;
                for (size_t w = 0; w < vocab; w++) {
                    best = next[w] > next[best] ? w : best;
                    recall.entropy -= exp((double)next[w]) * (double)next[w];
                }
                right &= (int32_t)best == token[t + 1];
                recall.loss -= (double)next[token[t + 1]];
                recall.attribute_loss[span->attribute] -= (double)next[token[t + 1]];
                recall.max_probability += exp((double)next[best]);
                tokens++;
            }
            recall.accuracy += right;
            values++;
        }
    }
    recall.loss /= (double)values;
    recall.accuracy /= (double)values;
    recall.entropy /= (double)tokens;
    recall.max_probability /= (double)tokens;
    memory_free(next);
    decoder_free(decoder);
    return recall;
}

static void a_measurement_is_what_reading_word_by_word_gives(void **state)
{
    (void)state;
    struct recall_set set = draw(FIRST, COUNT);
    struct recall recall = measure(&set), expected = brute_force(&set);
    assert_float_equal(recall.loss, expected.loss, 1e-4);
    assert_float_equal(recall.accuracy, expected.accuracy, 1e-12);
    assert_float_equal(recall.entropy, expected.entropy, 1e-4);
    assert_float_equal(recall.max_probability, expected.max_probability, 1e-5);
    double sum = 0;
    for (size_t a = 0; a < people.facts.attributes; a++) {
        assert_float_equal(recall.attribute_loss[a], expected.attribute_loss[a] / COUNT, 1e-4);
        sum += recall.attribute_loss[a];
    }
    assert_float_equal(recall.loss, sum / (double)people.facts.attributes, 1e-9);
    recall_set_free(&set);
}

static void nobody_asked_is_nothing_known(void **state)
{
    (void)state;
    struct recall_set set = draw(3, 0);
    struct recall recall = measure(&set);
    assert_int_equal(set.values, 0);
    assert_true(isnan(recall.loss) && isnan(recall.accuracy) && isnan(recall.entropy));
    assert_true(isnan(recall.max_probability) && isnan(recall.attribute_loss[1]));
    recall_set_free(&set);
}

static void a_part_of_a_set_scores_as_a_set_of_its_own(void **state)
{
    (void)state;
    struct recall_set whole = draw(0, 10), part = draw(3, 4);
    struct recall of_part, within, of_whole = measure(&whole);
    of_part = measure(&part);
    recall_score_within(&whole, 3, 4, &within);
    assert_memory_equal(&within, &of_part, sizeof within);
    recall_score_within(&whole, 0, 10, &within);
    assert_memory_equal(&within, &of_whole, sizeof within);
    recall_score_within(&whole, 10, 5, &within);
    assert_true(isnan(within.loss) && isnan(within.accuracy));
    recall_set_free(&whole);
    recall_set_free(&part);
}

static void a_spread_set_asks_the_middles_of_equal_parts(void **state)
{
    static const uint64_t middles[] = {2, 7, 12};
    (void)state;
    struct recall_set set;
    struct error err = {0};
    assert_true(
        recall_set_init_spread(&set, &people.population, &people.vocabulary, 0, 15, 3, &err));
    assert_memory_equal(set.batch.individual, middles, sizeof middles);
    assert_int_equal(set.values, 3 * people.facts.attributes);
    recall_set_free(&set);
    assert_false(recall_set_init_spread(&set, &people.population, &people.vocabulary,
                                        people.population.names - 2, 3, 1, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
}

static void more_individuals_than_names_are_refused(void **state)
{
    (void)state;
    struct error err = {0};
    struct recall_set set = draw(people.population.names - 2, 2);
    assert_int_equal(set.values, 2 * people.facts.attributes);
    recall_set_free(&set);
    assert_false(recall_set_init(&set, &people.population, &people.vocabulary,
                                 people.population.names - 2, 3, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "there are only 180 names")); /* 6 * 6 * 5 */
    assert_false(
        recall_set_init(&set, &people.population, &people.vocabulary, UINT64_MAX, SIZE_MAX, &err));
}

static void the_baseline_is_the_mean_over_attributes(void **state)
{
    (void)state;
    double baseline, pools, sum = 0, entropy;
    assert_true(recall_baseline(&people.population, &baseline, &pools, NULL));
    /* 5 days and 3 months, 5 towns twice */
    assert_float_equal(pools, (log(15) + log(5) + log(5)) / 3, 1e-12);
    for (size_t a = 0; a < people.facts.attributes; a++) {
        assert_true(population_entropy(&people.population, a, &entropy, NULL, NULL));
        sum += entropy;
    }
    assert_float_equal(baseline, sum / 3, 1e-12);
    assert_true(baseline < pools);
    assert_true(recall_baseline(&people.population, &entropy, NULL, NULL));
    assert_float_equal(entropy, baseline, 0);
}

static void memory_that_runs_out_leaves_an_empty_set(void **state)
{
    (void)state;
    bool made = false;
    size_t refused = 0;
    for (size_t n = 1; !made; n++) {
        struct recall_set set;
        struct error err = {0};
        memory_fail_request(n);
        made = recall_set_init(&set, &people.population, &people.vocabulary, 0, 3, &err);
        memory_fail_request(0);
        if (made) {
            recall_set_free(&set);
            continue;
        }
        refused++;
        assert_int_equal(err.kind, ERROR_MEMORY);
        assert_null(set.position);
        assert_null(set.batch.token);
    }
    assert_true(refused >= 5);
    double baseline;
    struct error err = {0};
    memory_fail_request(2);
    assert_false(recall_baseline(&people.population, &baseline, NULL, &err));
    memory_fail_request(0);
    assert_int_equal(err.kind, ERROR_MEMORY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_those_that_predict_values),
        cmocka_unit_test(the_same_individuals_are_asked_in_the_same_words),
        cmocka_unit_test(scores_follow_from_the_predictions),
        cmocka_unit_test(a_measurement_is_what_reading_word_by_word_gives),
        cmocka_unit_test(nobody_asked_is_nothing_known),
        cmocka_unit_test(a_part_of_a_set_scores_as_a_set_of_its_own),
        cmocka_unit_test(a_spread_set_asks_the_middles_of_equal_parts),
        cmocka_unit_test(more_individuals_than_names_are_refused),
        cmocka_unit_test(the_baseline_is_the_mean_over_attributes),
        cmocka_unit_test(memory_that_runs_out_leaves_an_empty_set),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
