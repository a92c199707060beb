/* What knowing nobody costs, against sums over everybody. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "facts/batch.h"
#include "measure/recall.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/little_rows.h"
#include "train/baselines.h"
#include "train/sampled_entropy.h"

/* More than the little facts have pool entries, so that all are met, or fewer. */
enum { KNOWN = 99, FRESH = 20, TUNED = 20, ASKED = 30, BATCH = 7, STEPS = 400, AFTER = 300 };
enum { SUBSET = 3 };

static struct little_directory directory;
static struct fact_set facts;
static struct population population;

static int set_up(void **state)
{
    (void)state;
    struct facts_options options = little_options();
    const struct population_options people = {
        .seed = 4, .known = KNOWN, .held_out = FRESH, .fine_tuning = TUNED};
    struct error err = {0};
    little_make(&directory);
    little_fill(&directory);
    little_load(&facts, &directory, &options);
    if (!population_init(&population, &facts, &people, &err))
        fail_msg("%s", err.message);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fact_set_free(&facts);
    little_remove(&directory);
    return 0;
}

/* A training and its baselines. */
struct life {
    struct sampling sampling;
    struct finetune finetune;
    struct baselines baselines;
};

static void begin(struct life *life, const struct sampling_options *options, double replay)
{
    const struct sampling_size size = {.known = KNOWN, .batch = BATCH, .steps = STEPS};
    const struct finetune_options finetune = {
        .after = replay < 0 ? 0 : AFTER, .who = TUNED_NEW, .lr = 1e-3, .replay = replay};
    const struct schedule schedule = {.lr = 1e-3, .steps = STEPS};
    struct error err = {0};
    if (!sampling_init(&life->sampling, options, &size, &err) ||
        !finetune_init(&life->finetune, &finetune, &population.size, options, &schedule, &err))
        fail_msg("%s", err.message);
    const struct baselines_subject subject = {.population = &population,
                                              .sampling = &life->sampling,
                                              .finetune = &life->finetune,
                                              .batch = BATCH,
                                              .known = ASKED,
                                              .held_out = FRESH,
                                              .uniform = 1};
    assert_true(baselines_init(&life->baselines, &subject, &err));
}

static void end(struct life *life)
{
    baselines_free(&life->baselines);
    finetune_free(&life->finetune);
    sampling_free(&life->sampling);
}

/* How often individuals are drawn, for the sums below; each test says it in its own words. */
typedef double weight_of(uint64_t individual);

/* Weight of those whose part of an attribute is this entry. */
static double weight_with(weight_of *weight, size_t attribute, size_t part, uint32_t entry)
{
    double sum = 0;
    for (uint64_t i = 0; i < KNOWN + FRESH + TUNED; i++) {
        uint32_t value[FACTS_MAX_PARTS];
        population_value(&population, i, attribute, value);
        sum += value[part] == entry ? weight(i) : 0;
    }
    return sum;
}

/* -ln of what somebody is given by who has counted n draws. */
static double cost_of(uint64_t individual, weight_of *weight, double n)
{
    double all = 0, cost = 0;
    for (uint64_t i = 0; i < KNOWN + FRESH + TUNED; i++)
        all += weight(i);
    for (size_t a = 0; a < facts.attributes; a++)
        for (size_t p = 0; p < facts.attribute[a].parts; p++) {
            uint32_t value[FACTS_MAX_PARTS];
            population_value(&population, individual, a, value);
            double entries = (double)facts.pool[facts.attribute[a].part[p]].count;
            double share = weight_with(weight, a, p, value[p]) / all;
            cost -= log((n * share + 0.5) / (n + entries / 2)) / (double)facts.attributes;
        }
    return cost;
}

static void assert_baseline(struct life *life, uint64_t step, uint64_t subset, uint64_t among,
                            weight_of *weight)
{
    double known = 0, held_out = 0, n = (double)step * BATCH;
    for (uint64_t i = 0; i < ASKED; i++)
        known += cost_of(batch_spread(0, among, i, ASKED), weight, n) / ASKED;
    for (uint64_t i = 0; i < FRESH; i++)
        held_out += cost_of(KNOWN + i, weight, n) / FRESH;
    baselines_move(&life->baselines, step, subset);
    struct baseline now = baselines_now(&life->baselines);
    assert_true(fabs(now.known - known) < 1e-9);
    assert_true(fabs(now.held_out - held_out) < 1e-9);
    assert_true(now.uniform == 1);
}

static double all_alike(uint64_t i)
{
    return i < KNOWN;
}

static void of_all_alike_it_is_what_their_values_cost(void **state)
{
    (void)state;
    struct life life;
    double entropy;
    const struct sampling_options uniform = {.kind = SAMPLING_UNIFORM};
    begin(&life, &uniform, -1);
    assert_baseline(&life, 1, 0, ASKED, all_alike);
    assert_baseline(&life, STEPS, 0, ASKED, all_alike);
    /* Of everybody, after many draws, it is their entropy. */
    frequencies_clear(&life.baselines.known);
    for (uint64_t i = 0; i < KNOWN; i++)
        frequencies_add(&life.baselines.known, i, 1);
    assert_true(recall_baseline(&population, &entropy, NULL, NULL));
    baselines_move(&life.baselines, 100000000, 0);
    assert_true(fabs(baselines_now(&life.baselines).known / entropy - 1) < 1e-6);
    end(&life);
}

static void before_the_first_step_nothing_is_told_apart(void **state)
{
    (void)state;
    struct life life;
    double entropy, pools;
    const struct sampling_options law = {.kind = SAMPLING_POWER_LAW, .alpha = {true, 1}};
    begin(&life, &law, -1);
    assert_true(recall_baseline(&population, &entropy, &pools, NULL));
    baselines_move(&life.baselines, 0, 0);
    assert_true(fabs(baselines_now(&life.baselines).known - pools) < 1e-9);
    assert_true(fabs(baselines_now(&life.baselines).held_out - pools) < 1e-9);
    end(&life);
}

static double by_power_law(uint64_t i)
{
    return i < KNOWN ? 1 / (double)(i + 1) : 0;
}

static double celebrities(uint64_t i)
{
    return i < 9 ? 8 : i < KNOWN;
}

static void those_who_come_often_count_as_often(void **state)
{
    (void)state;
    struct life life;
    const struct sampling_options law = {.kind = SAMPLING_POWER_LAW, .alpha = {true, 1}};
    const struct sampling_options famous = {
        .kind = SAMPLING_CELEBRITIES, .celebrities = 9, .weight = {true, 8}};
    begin(&life, &law, -1);
    assert_baseline(&life, STEPS, 0, KNOWN, by_power_law);
    struct baseline skewed = baselines_now(&life.baselines);
    end(&life);
    begin(&life, &famous, -1);
    assert_baseline(&life, STEPS, 0, KNOWN, celebrities);
    end(&life);
    begin(&life, &(struct sampling_options){.kind = SAMPLING_POWER_LAW, .alpha = {true, 0}}, -1);
    baselines_move(&life.baselines, STEPS, 0);
    assert_true(skewed.known > baselines_now(&life.baselines).known); /* a distance is above 0 */
    end(&life);
}

/* What a known or new row costs a model that has counted n draws of rows by their number. */
static double row_cost(const struct population *of, uint64_t individual, double n)
{
    double cost = 0;
    for (size_t a = 0; a < of->facts->attributes; a++) {
        double with = 0, all = 0,
               entries = (double)of->facts->pool[of->facts->attribute[a].part[0]].count;
        uint32_t value, other;
        population_value(of, individual, a, &value);
        for (uint64_t i = 0; i < ROWS_KNOWN; i++) {
            population_value(of, i, a, &other);
            with += other == value ? little_rows_people(of, i) : 0;
            all += little_rows_people(of, i);
        }
        cost -= log((n * with / all + 0.5) / (n + entries / 2)) / (double)of->facts->attributes;
    }
    return cost;
}

static void numbers_of_a_column_count_as_often(void **state)
{
    (void)state;
    enum { STEP = 40 };
    static char people[] = "people";
    struct little_rows rows;
    struct life life = {0};
    struct error err = {0};
    double known = 0, held_out = 0;
    little_rows_make(&rows);
    const struct sampling_options options = {.kind = SAMPLING_COLUMN, .column = people};
    const struct sampling_size size = {
        .known = ROWS_KNOWN, .batch = BATCH, .steps = STEPS, .population = &rows.population};
    assert_true(sampling_init(&life.sampling, &options, &size, &err));
    const struct baselines_subject subject = {.population = &rows.population,
                                              .sampling = &life.sampling,
                                              .finetune = &life.finetune,
                                              .batch = BATCH,
                                              .known = ASKED,
                                              .held_out = ROWS_NEW,
                                              .uniform = 1};
    assert_true(baselines_init(&life.baselines, &subject, &err));
    baselines_move(&life.baselines, STEP, 0);
    struct baseline now = baselines_now(&life.baselines);
    for (uint64_t i = 0; i < ASKED; i++)
        known += row_cost(&rows.population, batch_spread(0, ROWS_KNOWN, i, ASKED), STEP * BATCH);
    for (uint64_t i = 0; i < ROWS_NEW; i++)
        held_out += row_cost(&rows.population, ROWS_KNOWN + i, STEP * BATCH);
    assert_true(fabs(now.known - known / ASKED) < 1e-9);
    assert_true(fabs(now.held_out - held_out / ROWS_NEW) < 1e-9);
    end(&life);
    little_rows_remove(&rows);
}

static double subset(uint64_t i)
{
    return i < SUBSET;
}

static double twice_the_subset(uint64_t i)
{
    return i < 2 * SUBSET;
}

/* Three people have few of the towns: what nobody has costs ln 2n, and is finite. */
static void it_goes_with_what_the_last_step_drew(void **state)
{
    (void)state;
    struct life life;
    const struct sampling_options warm_up = {
        .kind = SAMPLING_WARM_UP, .subset = SUBSET, .steps = 100};
    begin(&life, &warm_up, -1);
    assert_baseline(&life, 1, 0, KNOWN, subset);
    assert_baseline(&life, 100, 0, KNOWN, subset); /* the first of all is drawn from now on */
    double before = baselines_now(&life.baselines).known;
    assert_baseline(&life, 101, 0, KNOWN, all_alike);
    assert_true(baselines_now(&life.baselines).known < before);
    end(&life);
    const struct sampling_options adaptive = {.kind = SAMPLING_ADAPTIVE, .subset = SUBSET};
    begin(&life, &adaptive, -1);
    assert_baseline(&life, 50, 0, KNOWN, subset);
    assert_baseline(&life, 60, 2 * SUBSET, KNOWN, twice_the_subset);
    assert_baseline(&life, 60, 0, KNOWN, subset);
    sampling_widen(&life.sampling);
    assert_baseline(&life, 70, 0, KNOWN, all_alike);
    end(&life);
}

static double second_third(uint64_t i)
{
    return i >= 33 && i < 66;
}

static double last_third(uint64_t i)
{
    return i >= 66 && i < KNOWN;
}

static double tuned(uint64_t i)
{
    return i >= KNOWN + FRESH;
}

static double tuned_and_half_of_the_old(uint64_t i)
{
    return i < KNOWN ? 0.5 : tuned(i);
}

static void groups_and_fine_tuning_follow_each_other(void **state)
{
    (void)state;
    struct life life;
    const struct sampling_options sequential = {
        .kind = SAMPLING_SEQUENTIAL, .groups = 3, .repeats = 1};
    begin(&life, &sequential, 0);
    assert_baseline(&life, 200, 0, KNOWN, second_third);
    assert_baseline(&life, AFTER, 0, KNOWN, last_third);
    assert_baseline(&life, AFTER + 1, 0, KNOWN, tuned);
    assert_baseline(&life, 200, 0, KNOWN, second_third);
    end(&life);
    begin(&life, &sequential, 0.5);
    assert_baseline(&life, AFTER + 1, 0, KNOWN, tuned_and_half_of_the_old);
    end(&life);
}

/* The entropy of what is learned of an attribute's values, from counts over everybody. */
static double entropy_of(weight_of *weight, double n, size_t attribute)
{
    double all = 0, sum = 0;
    for (uint64_t i = 0; i < KNOWN + FRESH + TUNED; i++)
        all += weight(i);
    for (size_t p = 0; p < facts.attribute[attribute].parts; p++) {
        size_t entries = facts.pool[facts.attribute[attribute].part[p]].count;
        for (uint32_t e = 0; e < entries; e++) {
            double share = weight_with(weight, attribute, p, e) / all;
            double learned = (n * share + 0.5) / (n + (double)entries / 2);
            sum -= learned * log(learned);
        }
    }
    return sum;
}

static void assert_entropy(struct sampled_entropy *sampled, uint64_t step, uint64_t subset,
                           weight_of *weight)
{
    const double *entropy = sampled_entropy_at(sampled, step, subset);
    for (size_t a = 0; a < facts.attributes; a++)
        assert_true(fabs(entropy[a] - entropy_of(weight, (double)step * BATCH, a)) < 1e-9);
}

static struct sampled_entropy *sampled_in(const struct life *life)
{
    struct sampled_entropy *sampled =
        sampled_entropy_new(&population, &life->sampling, &life->finetune, BATCH, NULL);
    assert_non_null(sampled);
    return sampled;
}

static void the_entropy_of_sampled_values_goes_with_the_sampling(void **state)
{
    (void)state;
    struct life life;
    const struct sampling_options law = {.kind = SAMPLING_POWER_LAW, .alpha = {true, 1}};
    const struct sampling_options adaptive = {.kind = SAMPLING_ADAPTIVE, .subset = SUBSET};
    begin(&life, &law, 0);
    struct sampled_entropy *sampled = sampled_in(&life);
    assert_entropy(sampled, 1, 0, by_power_law);
    assert_entropy(sampled, AFTER, 0, by_power_law);
    assert_entropy(sampled, AFTER + 1, 0, tuned);
    /* Skewed values are less uncertain, whatever they cost those who are asked. */
    for (size_t a = 0; a < facts.attributes; a++) {
        double uniform;
        assert_true(population_entropy(&population, a, &uniform, NULL, NULL));
        assert_true(sampled_entropy_at(sampled, AFTER, 0)[a] < 0.99 * uniform);
    }
    sampled_entropy_free(sampled);
    end(&life);
    /* A trainer that widens its sampling meanwhile decides nothing but by the number. */
    begin(&life, &adaptive, -1);
    sampled = sampled_in(&life);
    sampling_widen(&life.sampling);
    assert_entropy(sampled, 50, SUBSET, subset);
    assert_entropy(sampled, 60, 2 * SUBSET, twice_the_subset);
    sampled_entropy_free(sampled);
    end(&life);
}

static void a_record_without_a_baseline_gets_the_one_it_had(void **state)
{
    (void)state;
    struct life life;
    struct evaluation_point point = {.step = 50, .subset = 2 * SUBSET, .baseline = {NAN, NAN, NAN}};
    const struct sampling_options adaptive = {.kind = SAMPLING_ADAPTIVE, .subset = SUBSET};
    begin(&life, &adaptive, -1);
    baselines_restore(&life.baselines, 50, &point);
    assert_baseline(&life, 50, 2 * SUBSET, KNOWN, twice_the_subset);
    assert_true(point.baseline.known == baselines_now(&life.baselines).known);
    point.baseline = (struct baseline){3, 4, 5};
    baselines_restore(&life.baselines, 50, &point);
    assert_true(point.baseline.known == 3 && point.baseline.held_out == 4);
    end(&life);
}

static void those_within_a_hundredth_share_a_line(void **state)
{
    (void)state;
    assert_false(baselines_differ(4, 4.03));
    assert_false(baselines_differ(4.03, 4));
    assert_true(baselines_differ(4, 4.05));
    assert_true(baselines_differ(4.05, 4));
    assert_false(baselines_differ(NAN, 4));
    assert_false(baselines_differ(4, NAN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_all_alike_it_is_what_their_values_cost),
        cmocka_unit_test(before_the_first_step_nothing_is_told_apart),
        cmocka_unit_test(those_who_come_often_count_as_often),
        cmocka_unit_test(numbers_of_a_column_count_as_often),
        cmocka_unit_test(it_goes_with_what_the_last_step_drew),
        cmocka_unit_test(groups_and_fine_tuning_follow_each_other),
        cmocka_unit_test(the_entropy_of_sampled_values_goes_with_the_sampling),
        cmocka_unit_test(a_record_without_a_baseline_gets_the_one_it_had),
        cmocka_unit_test(those_within_a_hundredth_share_a_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
