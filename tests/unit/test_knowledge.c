/* Facts known, forgotten and learned again, and what they took, against loops over everything that
 * was seen. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "facts/batch.h"
#include "measure/knowledge.h"
#include "tests/fixtures/little_world.h"
#include "tests/float_equal.h"

/* ---- exposures ---- */

enum { KNOWN = 40, BATCH = 6, STEPS = 90 };

static struct little_world world;

static int set_up(void **state)
{
    (void)state;
    const struct population_options people = {.seed = 4, .known = KNOWN, .held_out = 10};
    little_world_make(&world, &people, NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_world_remove(&world);
    return 0;
}

static struct sampling make_sampling(const struct sampling_options *options)
{
    const struct sampling_size size = {.known = KNOWN, .batch = BATCH, .steps = STEPS};
    struct sampling sampling;
    struct error err = {0};
    if (!sampling_init(&sampling, options, &size, &err))
        fail_msg("%s", err.message);
    return sampling;
}

/* Adds up who is in the batches that training would see. */
static void count_batches(const struct sampling *sampling, uint64_t from, uint64_t to,
                          uint32_t count[KNOWN])
{
    struct batch batch;
    assert_true(batch_init(&batch, &world.vocabulary, BATCH, NULL));
    for (uint64_t step = from; step < to; step++) {
        batch_fill_training(&batch, &world.population, &world.vocabulary, sampling, step);
        for (size_t i = 0; i < batch.biographies; i++)
            count[batch.individual[i]]++;
    }
    batch_free(&batch);
}

static struct exposures count_none(void)
{
    struct exposures exposures;
    assert_true(exposures_init(&exposures, world.population.size.seed, KNOWN, NULL));
    return exposures;
}

static void exposures_are_those_of_the_batches(void **state)
{
    (void)state;
    static const struct sampling_options options[] = {
        {.kind = SAMPLING_UNIFORM},
        {.kind = SAMPLING_POWER_LAW, .alpha = {true, 0.8}},
        {.kind = SAMPLING_CELEBRITIES, .celebrities = 5, .weight = {true, 8}},
        {.kind = SAMPLING_WARM_UP, .subset = 7, .steps = 30},
        {.kind = SAMPLING_SEQUENTIAL, .groups = 4, .repeats = 2},
        {.kind = SAMPLING_GROW, .subset = 7, .steps = 50, .growth = GROWTH_GEOMETRIC},
    };
    for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
        struct sampling sampling = make_sampling(&options[o]);
        struct exposures exposures = count_none();
        uint32_t expected[KNOWN] = {0};
        uint64_t sum = 0;
        for (uint64_t to = 0; to <= STEPS; to += 15) /* piece by piece as all at once */
            exposures_advance(&exposures, &sampling, BATCH, to);
        exposures_advance(&exposures, &sampling, BATCH, STEPS / 2); /* is counted already */
        count_batches(&sampling, 0, STEPS, expected);
        assert_memory_equal(exposures.count, expected, sizeof expected);
        for (size_t i = 0; i < KNOWN; i++)
            sum += expected[i];
        assert_int_equal(sum, STEPS * BATCH);
        exposures_free(&exposures);
        sampling_free(&sampling);
    }
}

static void exposures_follow_a_sampling_that_widens(void **state)
{
    (void)state;
    struct sampling sampling = make_sampling(
        &(struct sampling_options){.kind = SAMPLING_ADAPTIVE, .subset = 5, .factor = 2});
    struct exposures exposures = count_none();
    uint32_t expected[KNOWN] = {0};
    for (uint64_t step = 0; step < STEPS; step += 30) {
        exposures_advance(&exposures, &sampling, BATCH, step + 30);
        count_batches(&sampling, step, step + 30, expected);
        assert_memory_equal(exposures.count, expected, sizeof expected);
        sampling_widen(&sampling);
    }
    assert_true(expected[4] > 0 && expected[9] > 0 && expected[19] > 0 && expected[20] == 0);
    exposures_free(&exposures);
    sampling_free(&sampling);
}

static void exposures_go_on_from_a_snapshot(void **state)
{
    (void)state;
    enum { ASKED = 10, UNTIL = 40 };
    struct sampling sampling =
        make_sampling(&(struct sampling_options){.kind = SAMPLING_POWER_LAW, .alpha = {true, 0.5}});
    struct exposures exposures = count_none();
    struct knowledge_snapshot snapshot;
    uint32_t expected[KNOWN] = {0};
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, ASKED, 1, NULL));
    count_batches(&sampling, 0, UNTIL, expected);
    for (size_t i = 0; i < ASKED; i++)
        snapshot.exposures[i] = expected[batch_spread(0, KNOWN, i, ASKED)];
    knowledge_restore_exposures(&snapshot, UNTIL, &exposures);
    exposures_advance(&exposures, &sampling, BATCH, STEPS);
    count_batches(&sampling, UNTIL, STEPS, expected);
    for (size_t i = 0; i < ASKED; i++) {
        uint64_t individual = batch_spread(0, KNOWN, i, ASKED);
        assert_int_equal(exposures.count[individual], expected[individual]);
    }
    knowledge_snapshot_free(&snapshot);
    exposures_free(&exposures);
    sampling_free(&sampling);
}

/* ---- what a look sees ---- */

static void what_is_right_and_half_learned_is_known(void **state)
{
    (void)state;
    /* Individuals 3 and 9; values of one and of two tokens, all of them 5. */
    uint64_t individual[] = {3, 9};
    int32_t target[] = {5, 5, 5, 5, 5, 5};
    size_t position[] = {0, 1, 2, 3, 4, 5};
    size_t value_start[] = {0, 1, 3, 5, 6}, value_attribute[] = {1, 0, 0, 1};
    size_t value_slot[] = {0, 0, 1, 1};
    const double baseline[] = {3, 2};
    struct prediction prediction[] = {
        {.loss = 0.99, .likeliest = 5}, {.loss = 0.7, .likeliest = 5},
        {.loss = 0.7, .likeliest = 5},  {.loss = 0.1, .likeliest = 5},
        {.loss = 0.8, .likeliest = 6},  /* one wrong token is a wrong value */
        {.loss = 1.01, .likeliest = 5}, /* right, but hardly more than guessed */
    };
    struct recall_set set = {
        .batch = {.biographies = 2, .individual = individual, .target = target},
        .attributes = 2,
        .position = position,
        .value_start = value_start,
        .value_slot = value_slot,
        .value_attribute = value_attribute,
        .values = 4,
        .positions = 6,
        .prediction = prediction,
    };
    struct knowledge_snapshot snapshot;
    struct exposures exposures = count_none();
    exposures.count[3] = 5;
    exposures.count[9] = 7;
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, 2, 2, NULL));
    knowledge_look(&snapshot, &set, baseline, &exposures);
    assert_true(knowledge_snapshot_knows(&snapshot, 0, 0));
    assert_true(knowledge_snapshot_knows(&snapshot, 0, 1));
    assert_false(knowledge_snapshot_knows(&snapshot, 1, 0));
    assert_false(knowledge_snapshot_knows(&snapshot, 1, 1));
    assert_int_equal(snapshot.exposures[0], 5);
    assert_int_equal(snapshot.exposures[1], 7);
    prediction[1].loss = 0.9; /* 1.6 of 3 nats: taken back at the next look */
    knowledge_look(&snapshot, &set, baseline, &exposures);
    assert_false(knowledge_snapshot_knows(&snapshot, 0, 0));
    knowledge_snapshot_free(&snapshot);
    exposures_free(&exposures);
}

/* ---- facts over evaluations ---- */

static void push(struct knowledge *knowledge, uint64_t step, bool known, uint32_t exposures)
{
    struct knowledge_snapshot snapshot;
    assert_true(knowledge_snapshot_init(&snapshot, 1, 1, 1, NULL));
    knowledge_snapshot_set(&snapshot, 0, 0, known);
    snapshot.exposures[0] = exposures;
    assert_true(knowledge_push(knowledge, step, &snapshot, NULL));
    knowledge_snapshot_free(&snapshot);
}

static void a_fact_is_learned_forgotten_and_learned_again(void **state)
{
    (void)state;
    struct knowledge knowledge = {0};
    struct knowledge_summary summary;
    push(&knowledge, 0, false, 0);
    const struct fact *fact = &knowledge.fact[0];
    assert_false(fact->ever);
    push(&knowledge, 10, true, 3);
    assert_true(fact->known && fact->ever);
    push(&knowledge, 20, true, 6);
    assert_int_equal(fact->first, 10);
    assert_int_equal(fact->exposures, 3);
    push(&knowledge, 30, false, 9);
    assert_true(!fact->known && fact->ever);
    assert_int_equal(fact->lost, 30);
    assert_int_equal(fact->losses, 1);
    assert_true(knowledge_summarize(&knowledge, 0, &summary, NULL));
    assert_float_equal(summary.forgotten, 1, 0);
    assert_float_equal(summary.known, 0, 0);
    push(&knowledge, 40, true, 12);
    assert_true(fact->known);
    assert_int_equal(fact->first, 10); /* when it was first known stays */
    assert_int_equal(fact->exposures, 3);
    assert_true(knowledge_summarize(&knowledge, 0, &summary, NULL));
    assert_float_equal(summary.forgotten, 0, 0);
    knowledge_free(&knowledge);
}

enum { ASKED = 13, ATTRIBUTES = 3, LOOKS = 9 };

static bool seen[LOOKS][ASKED][ATTRIBUTES];
static uint32_t shown[LOOKS][ASKED];

static double step_of(size_t look)
{
    return 20 * (double)look;
}

/* All that was seen of a fact, looked through from the start: the first look that knew it, or
 * LOOKS. */
static size_t first_look(size_t i, size_t a)
{
    size_t look = 0;
    while (look < LOOKS && !seen[look][i][a])
        look++;
    return look;
}

/* Half of the facts have a number at most as large, and half one at least as large. */
static bool is_median(double candidate, const double *value, size_t count)
{
    size_t below = 0, above = 0;
    for (size_t i = 0; i < count; i++) {
        below += value[i] <= candidate;
        above += value[i] >= candidate;
    }
    return 2 * below >= count && 2 * above >= count;
}

static void check_summary(const struct knowledge *knowledge, size_t attribute)
{
    struct knowledge_summary summary;
    double first[ASKED * ATTRIBUTES], exposures[ASKED * ATTRIBUTES];
    size_t known = 0, ever = 0, forgotten = 0, all = 0;
    for (size_t i = 0; i < ASKED; i++)
        for (size_t a = 0; a < ATTRIBUTES; a++) {
            if (attribute < ATTRIBUTES && a != attribute)
                continue;
            size_t look = first_look(i, a);
            all++;
            known += seen[LOOKS - 1][i][a];
            forgotten += look < LOOKS && !seen[LOOKS - 1][i][a];
            if (look == LOOKS)
                continue;
            first[ever] = step_of(look);
            exposures[ever++] = shown[look][i];
        }
    assert_true(ever > 0 && forgotten > 0);
    assert_true(knowledge_summarize(knowledge, attribute, &summary, NULL));
    assert_float_equal(summary.known, (double)known / (double)all, 1e-12);
    assert_float_equal(summary.ever, (double)ever / (double)all, 1e-12);
    assert_float_equal(summary.forgotten, (double)forgotten / (double)all, 1e-12);
    assert_true(is_median(summary.first, first, ever));
    assert_true(is_median(summary.exposures, exposures, ever));
}

static void summaries_are_what_counting_everything_gives(void **state)
{
    (void)state;
    struct random random = random_stream(5, RANDOM_TEST, 0, 0);
    struct knowledge knowledge = {0};
    struct knowledge_snapshot snapshot;
    assert_true(knowledge_snapshot_init(&snapshot, 5 * ASKED, ASKED, ATTRIBUTES, NULL));
    for (size_t look = 0; look < LOOKS; look++) {
        for (size_t i = 0; i < ASKED; i++) {
            shown[look][i] =
                (look > 0 ? shown[look - 1][i] : 0) + (uint32_t)random_below(&random, 5);
            snapshot.exposures[i] = shown[look][i];
            for (size_t a = 0; a < ATTRIBUTES; a++) {
                seen[look][i][a] = random_below(&random, LOOKS + 3) < look;
                knowledge_snapshot_set(&snapshot, i, a, seen[look][i][a]);
            }
        }
        assert_true(knowledge_push(&knowledge, 20 * look, &snapshot, NULL));
    }
    for (size_t attribute = 0; attribute <= ATTRIBUTES; attribute++)
        check_summary(&knowledge, attribute);
    for (size_t i = 0; i < ASKED; i++) {
        assert_int_equal(knowledge_individual(&knowledge, i), 5 * i + 2); /* middles of fives */
        assert_int_equal(knowledge.exposures[i], shown[LOOKS - 1][i]);
        for (size_t a = 0; a < ATTRIBUTES; a++) {
            const struct fact *fact = &knowledge.fact[i * ATTRIBUTES + a];
            uint32_t losses = 0;
            for (size_t look = 1; look < LOOKS; look++)
                losses += seen[look - 1][i][a] && !seen[look][i][a];
            assert_int_equal(fact->losses, losses);
        }
    }
    knowledge_snapshot_free(&snapshot);
    knowledge_free(&knowledge);
}

static void nothing_learned_has_no_median(void **state)
{
    (void)state;
    struct knowledge knowledge = {0};
    struct knowledge_summary summary;
    push(&knowledge, 0, false, 4);
    assert_true(knowledge_summarize(&knowledge, 1, &summary, NULL));
    assert_float_equal(summary.known, 0, 0);
    assert_true(isnan(summary.first) && isnan(summary.exposures));
    knowledge_free(&knowledge);
}

static void other_individuals_begin_anew(void **state)
{
    (void)state;
    struct knowledge knowledge = {0};
    struct knowledge_snapshot snapshot;
    push(&knowledge, 10, true, 3);
    assert_true(knowledge_snapshot_init(&snapshot, 2, 1, 1, NULL));
    assert_true(knowledge_push(&knowledge, 20, &snapshot, NULL));
    assert_false(knowledge.fact[0].ever);
    knowledge_snapshot_free(&snapshot);
    knowledge_free(&knowledge);
}

static void memory_that_runs_out_changes_nothing(void **state)
{
    (void)state;
    struct knowledge knowledge = {0};
    struct knowledge_snapshot snapshot, other;
    struct error err = {0};
    push(&knowledge, 10, true, 3);
    assert_true(knowledge_snapshot_init(&snapshot, 2, 2, 1, NULL));
    for (size_t n = 1; n <= 2; n++) {
        memory_fail_request(n);
        assert_false(knowledge_push(&knowledge, 20, &snapshot, &err));
        memory_fail_request(n);
        assert_false(knowledge_snapshot_init(&other, 2, 2, 1, &err));
        memory_fail_request(0);
        assert_int_equal(err.kind, ERROR_MEMORY);
        assert_true(knowledge.fact[0].known && knowledge.step == 10);
    }
    knowledge_snapshot_free(&snapshot);
    knowledge_free(&knowledge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exposures_are_those_of_the_batches),
        cmocka_unit_test(exposures_follow_a_sampling_that_widens),
        cmocka_unit_test(exposures_go_on_from_a_snapshot),
        cmocka_unit_test(what_is_right_and_half_learned_is_known),
        cmocka_unit_test(a_fact_is_learned_forgotten_and_learned_again),
        cmocka_unit_test(summaries_are_what_counting_everything_gives),
        cmocka_unit_test(nothing_learned_has_no_median),
        cmocka_unit_test(other_individuals_begin_anew),
        cmocka_unit_test(memory_that_runs_out_changes_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
