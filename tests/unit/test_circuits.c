#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/circuits.h"
#include "tests/fixtures/engine_like.h"
#include "tests/fixtures/little_people.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"
#include "tests/larger.h"

static struct little_people people;

/* ---- attention made by hand ---- */

/* Two biographies of one layer with three heads. The first, with text (t), names and values:
 *   begin t Name Name t Value t Name Name t Value
 * the second, with a value straight behind the name:
 *   begin Name Value t */
enum { LONG = 11, SHORT = 4, TOKENS = LONG + SHORT, HEADS = 3 };

struct hand {
    size_t start[3], span_start[3];
    struct span span[6];
    unsigned char role[TOKENS];
    double sum[2 * HEADS * CIRCUITS];
    double mean[CIRCUITS * HEADS];
    real probability[HEADS * (LONG * LONG + SHORT * SHORT)];
    struct circuits_set set;
    struct circuits circuits;
};

static void make_hand(struct hand *hand)
{
    enum { B = ROLE_BEGIN, N = ROLE_NAME, V = ROLE_VALUE, T = ROLE_TEXT };
    *hand = (struct hand){
        .start = {0, LONG, TOKENS},
        .span_start = {0, 4, 6},
        .span = {{2, 2, SPAN_NAME, 0},
                 {5, 1, SPAN_VALUE, 0},
                 {7, 2, SPAN_NAME, 1},
                 {10, 1, SPAN_VALUE, 1},
                 {1, 1, SPAN_NAME, 0},
                 {2, 1, SPAN_VALUE, 0}},
        .role = {B, T, N, N, T, V, T, N, N, T, V, B, N, V, T},
    };
    hand->set = (struct circuits_set){
        .batch = {.biographies = 2,
                  .start = hand->start,
                  .span = hand->span,
                  .span_start = hand->span_start},
        .layers = 1,
        .heads = HEADS,
        .role = hand->role,
        .sum = hand->sum,
    };
    hand->circuits = (struct circuits){.layers = 1, .heads = HEADS, .mean = hand->mean};
}

/* All heads of one sequence: the first gives everything to the token itself, the second the same to
 * all, the third half to itself and half to the token before. */
static void fill_heads(size_t length, real *probability)
{
    for (size_t t = 0; t < length; t++)
        for (size_t j = 0; j <= t; j++) {
            real *at = probability + t * length + j;
            at[0] = j == t;
            at[length * length] = 1 / ((real)t + 1);
            at[2 * length * length] = (real)((j == t) + (j + 1 == t)) / (t == 0 ? 1 : 2);
        }
}

/* Shows the sequences one by one, the last one first. */
static void show_hand(struct hand *hand)
{
    struct attention_watcher watcher = circuits_watcher(&hand->set);
    real *second = hand->probability + HEADS * LONG * LONG;
    fill_heads(LONG, hand->probability);
    fill_heads(SHORT, second);
    struct sequences both = {.start = hand->start, .count = 2}, last = both;
    last.start++;
    last.count = 1;
    struct attention_view view = {0, HEADS, &last, second};
    for (size_t i = 0; i < 2 * HEADS * CIRCUITS; i++)
        hand->sum[i] = 7; /* of an earlier measurement */
    watcher.watch(watcher.context, &view);
    both.count = 1;
    view.sequences = &both;
    view.probability = hand->probability;
    watcher.watch(watcher.context, &view);
    circuits_score(&hand->set, &hand->circuits);
}

static void assert_circuits(const struct hand *hand, size_t head, double within_name,
                            double name_to_names, double attribute_to_name,
                            double attribute_to_text, double sharpness)
{
    const double expected[CIRCUITS] = {within_name, name_to_names, attribute_to_name,
                                       attribute_to_text, sharpness};
    for (enum circuit c = 0; c < CIRCUITS; c++)
        assert_float_equal(circuits_of_head(&hand->circuits, c, 0, head), expected[c], 1e-6);
}

static void a_token_that_sees_itself_alone_is_sharp_and_no_other(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    show_hand(&hand);
    /* Two values are predicted from text, one from a name. */
    assert_circuits(&hand, 0, 0, 0, 1.0 / 3, 2.0 / 3, 0);
}

static void uniform_attention_gives_each_role_its_share_of_the_tokens(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    show_hand(&hand);
    double within_name = (1.0 / 4 + 1.0 / 9) / 2; /* the name of one token has no others */
    double name_to_names = (1.0 / 4 + 3.0 / 9 + 0.0 / 2) / 3;
    double attribute_to_name = (2.0 / 5 + 4.0 / 10 + 1.0 / 2) / 3;
    double attribute_to_text = (2.0 / 5 + 4.0 / 10 + 0.0 / 2) / 3;
    assert_circuits(&hand, 1, within_name, name_to_names, attribute_to_name, attribute_to_text, 1);
}

static void attention_to_the_token_before_is_told_from_that_to_itself(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    show_hand(&hand);
    double sharpness = 0; /* ln 2 in every row but the first */
    for (size_t t = 2; t <= LONG; t++)
        sharpness += log(2) / log((double)t);
    for (size_t t = 2; t <= SHORT; t++)
        sharpness += log(2) / log((double)t);
    sharpness /= LONG - 1 + SHORT - 1;
    assert_circuits(&hand, 2, (0.5 + 0.5) / 2, (0.5 + 0.5 + 0) / 3, (0.5 + 0.5 + 0.5) / 3,
                    (0.5 + 0.5 + 0) / 3, sharpness);
}

/* All attention of names to those of earlier sentences: none of it is within a name. */
static void names_of_earlier_sentences_are_not_within_a_name(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    struct sequences first = {.start = hand.start, .count = 1};
    struct attention_view view = {0, HEADS, &first, hand.probability};
    struct attention_watcher watcher = circuits_watcher(&hand.set);
    memset(hand.probability, 0, sizeof hand.probability);
    for (size_t h = 0; h < HEADS; h++) {
        real *row = hand.probability + (h * LONG + 8) * LONG; /* of the second name's last token */
        row[2] = (real)0.25;
        row[3] = (real)0.5;
        row[7] = (real)0.125;
    }
    hand.set.batch.biographies = 1;
    watcher.watch(watcher.context, &view);
    circuits_score(&hand.set, &hand.circuits);
    assert_float_equal(circuits_of_layer(&hand.circuits, CIRCUIT_WITHIN_NAME, 0), 0.125 / 2, 1e-9);
    assert_float_equal(circuits_of_layer(&hand.circuits, CIRCUIT_NAME_TO_NAMES, 0), 0.875 / 2,
                       1e-9);
}

static void names_of_one_token_have_nothing_within(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    show_hand(&hand);
    hand.span[0] = hand.span[2] = hand.span[4];
    circuits_score(&hand.set, &hand.circuits);
    assert_true(isnan(circuits_of_layer(&hand.circuits, CIRCUIT_WITHIN_NAME, 0)));
    assert_true(isfinite(circuits_of_layer(&hand.circuits, CIRCUIT_NAME_TO_NAMES, 0)));
}

static void a_layer_is_the_mean_of_its_heads(void **state)
{
    (void)state;
    struct hand hand;
    make_hand(&hand);
    show_hand(&hand);
    assert_float_equal(circuits_of_layer(&hand.circuits, CIRCUIT_ATTRIBUTE_TO_NAME, 0),
                       (1.0 / 3 + 1.3 / 3 + 1.5 / 3) / 3, 1e-6);
}

/* ---- biographies and models ---- */

enum { KNOWN = 30, FRESH = 10, COUNT = 7 };

static int set_up(void **state)
{
    (void)state;
    little_people_make(&people, KNOWN, FRESH, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_people_remove(&people);
    return 0;
}

static struct circuits_set draw(uint64_t first, size_t count)
{
    struct circuits_set set;
    struct error err = {0};
    if (!circuits_set_init(&set, &people.population, &people.vocabulary, &people.model.options,
                           first, count, count, &err))
        fail_msg("%s", err.message);
    return set;
}

static struct circuits measure(struct circuits_set *set, size_t shards, size_t threads)
{
    struct circuits circuits;
    assert_true(
        circuits_init(&circuits, people.model.options.layers, people.model.options.heads, NULL));
    struct engine *engine = engine_like(&people.model, shards, threads);
    assert_true(circuits_measure(set, engine, NULL, &circuits, NULL));
    engine_free(engine);
    return circuits;
}

/* The tokens of a pool's entries, in a row; how many there are. */
static size_t write_parts(const size_t *pool, const uint32_t *part, size_t parts, int32_t *token)
{
    size_t count = 0;
    for (size_t p = 0; p < parts; p++) {
        const struct tokens *entry = &people.vocabulary.entry[pool[p]][part[p]];
        memcpy(token + count, entry->token, entry->count * sizeof *token);
        count += entry->count;
    }
    return count;
}

/* The run of tokens with this role that begins at *at, which moves behind it, is `expected`. */
static void assert_run(const struct circuits_set *set, enum token_role role, size_t *at,
                       const int32_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++, ++*at) {
        assert_int_equal(set->role[*at], role);
        assert_int_equal(set->batch.token[*at], expected[i]);
    }
}

/* Every sentence has the individual's name and its own value, in this order, and all else is
 * text. */
static void roles_are_what_the_tokens_are(void **state)
{
    (void)state;
    struct circuits_set set = draw(KNOWN - 3, COUNT);
    const struct batch *batch = &set.batch;
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t part[FACTS_MAX_PARTS];
        int32_t expected[64];
        size_t at = batch->start[i], sentence = batch->span_start[i];
        assert_int_equal(set.role[at], ROLE_BEGIN);
        assert_int_equal(batch->token[at++], TOKEN_BEGIN);
        for (; sentence < batch->span_start[i + 1]; sentence += 2) {
            size_t attribute = batch->span[sentence].attribute;
            while (set.role[at] == ROLE_TEXT)
                at++;
            population_name(&people.population, KNOWN - 3 + i, part);
            size_t count =
                write_parts(people.facts.name_part, part, people.facts.name_parts, expected);
            assert_run(&set, ROLE_NAME, &at, expected, count);
            while (set.role[at] == ROLE_TEXT)
                at++;
            population_value(&people.population, KNOWN - 3 + i, attribute, part);
            count = write_parts(people.facts.attribute[attribute].part, part,
                                people.facts.attribute[attribute].parts, expected);
            assert_run(&set, ROLE_VALUE, &at, expected, count);
        }
        while (at < batch->start[i + 1])
            assert_int_equal(set.role[at++], ROLE_TEXT);
    }
    circuits_set_free(&set);
}

/* All circuits of one head and biography by plain loops: sums over rows, and how many rows. */
static void add_by_hand(const struct circuits_set *set, size_t i, const double *probability,
                        double sum[CIRCUITS], size_t rows[CIRCUITS])
{
    const struct batch *batch = &set->batch;
    size_t start = batch->start[i], length = batch->start[i + 1] - start;
    for (size_t t = 0; t < length; t++) {
        bool ends_name = set->role[start + t] == ROLE_NAME &&
                         (t + 1 == length || set->role[start + t + 1] != ROLE_NAME);
        bool before_value = t + 1 < length && set->role[start + t + 1] == ROLE_VALUE &&
                            set->role[start + t] != ROLE_VALUE;
        double names = 0, within = 0, text = 0, entropy = 0;
        size_t begin = t; /* of the run of name tokens that ends here */
        while (ends_name && begin > 0 && set->role[start + begin - 1] == ROLE_NAME)
            begin--;
        for (size_t j = begin; j < t; j++)
            within += probability[t * length + j];
        for (size_t j = 0; j <= t; j++) {
            double p = probability[t * length + j];
            names += set->role[start + j] == ROLE_NAME ? p : 0;
            text += set->role[start + j] == ROLE_TEXT ? p : 0;
            entropy -= p * log(p);
        }
        sum[CIRCUIT_WITHIN_NAME] += within;
        sum[CIRCUIT_NAME_TO_NAMES] += ends_name ? names - probability[t * length + t] : 0;
        sum[CIRCUIT_ATTRIBUTE_TO_NAME] += before_value ? names : 0;
        sum[CIRCUIT_ATTRIBUTE_TO_TEXT] += before_value ? text : 0;
        sum[CIRCUIT_SHARPNESS] += t > 0 ? entropy / log((double)t + 1) : 0;
        rows[CIRCUIT_WITHIN_NAME] += begin < t;
        rows[CIRCUIT_NAME_TO_NAMES] += ends_name;
        rows[CIRCUIT_ATTRIBUTE_TO_NAME] += before_value;
        rows[CIRCUIT_ATTRIBUTE_TO_TEXT] += before_value;
        rows[CIRCUIT_SHARPNESS] += t > 0;
    }
}

/* The formulas' attention of one head, and what follows from it. */
static void circuits_by_hand(const struct circuits_set *set, size_t layer, size_t head,
                             double mean[CIRCUITS])
{
    const struct model_options *o = &people.model.options;
    const struct batch *batch = &set->batch;
    double *weight = to_double(people.model.weight, people.model.size);
    size_t rows[CIRCUITS] = {0};
    memset(mean, 0, CIRCUITS * sizeof *mean);
    for (size_t i = 0; i < batch->biographies; i++) {
        size_t length = batch->start[i + 1] - batch->start[i], square = length * length;
        double *x = calloc(length * o->d_model, sizeof *x);
        double *attention = calloc(o->layers * o->heads * square, sizeof *attention);
        reference_stream(&people.model, weight, batch->token + batch->start[i], length, x,
                         attention);
        add_by_hand(set, i, attention + (layer * o->heads + head) * square, mean, rows);
        free(x);
        free(attention);
    }
    for (enum circuit c = 0; c < CIRCUITS; c++)
        mean[c] /= (double)rows[c];
    free(weight);
}

static void a_measurement_is_what_queries_and_keys_give(void **state)
{
    (void)state;
    struct circuits_set set = draw(KNOWN - 3, COUNT);
    struct circuits circuits = measure(&set, 3, 2);
    double worst = 0;
    for (size_t l = 0; l < people.model.options.layers; l++)
        for (size_t h = 0; h < people.model.options.heads; h++) {
            double expected[CIRCUITS];
            circuits_by_hand(&set, l, h, expected);
            for (enum circuit c = 0; c < CIRCUITS; c++)
                worst = larger(worst, fabs(circuits_of_head(&circuits, c, l, h) - expected[c]));
        }
    print_message("    circuits: largest error %.1e\n", worst);
    assert_true(worst < 2e-5);
    circuits_free(&circuits);
    circuits_set_free(&set);
}

static void threads_and_shards_change_no_bit(void **state)
{
    (void)state;
    struct circuits_set set = draw(0, KNOWN);
    struct circuits one = measure(&set, 1, 1);
    for (size_t n = 2; n < 8; n += 3) {
        struct circuits several = measure(&set, n, n);
        assert_memory_equal(several.mean, one.mean, circuits_size(&one) * sizeof *one.mean);
        circuits_free(&several);
    }
    circuits_free(&one);
    circuits_set_free(&set);
}

/* With equal queries and keys for all tokens attention is uniform, in every head of every layer. */
static void a_model_that_tells_no_tokens_apart_is_uniform(void **state)
{
    (void)state;
    real *kept = malloc(people.model.size * sizeof *kept);
    memcpy(kept, people.model.weight, people.model.size * sizeof *kept);
    memset(people.model.weight, 0, people.model.size * sizeof *kept);
    struct circuits_set set = draw(0, COUNT);
    struct circuits circuits = measure(&set, 2, 2);
    for (size_t l = 0; l < people.model.options.layers; l++) {
        assert_float_equal(circuits_of_layer(&circuits, CIRCUIT_SHARPNESS, l), 1, 1e-6);
        assert_true(circuits_of_layer(&circuits, CIRCUIT_NAME_TO_NAMES, l) > 0.1);
    }
    memcpy(people.model.weight, kept, people.model.size * sizeof *kept);
    circuits_free(&circuits);
    circuits_set_free(&set);
    free(kept);
}

static void known_and_new_individuals_are_others_and_so_are_their_circuits(void **state)
{
    (void)state;
    struct circuits_set known, held_out = draw(KNOWN, COUNT);
    assert_true(circuits_set_init(&known, &people.population, &people.vocabulary,
                                  &people.model.options, 0, KNOWN, COUNT, NULL));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(known.batch.individual[i] < KNOWN);
        assert_int_equal(held_out.batch.individual[i], KNOWN + i);
    }
    assert_int_equal(known.batch.individual[COUNT - 1], (2 * COUNT - 1) * KNOWN / (2 * COUNT));
    struct circuits of_known = measure(&known, 1, 1), of_held_out = measure(&held_out, 1, 1);
    for (size_t i = 0; i < circuits_size(&of_known); i++)
        assert_true(of_known.mean[i] != of_held_out.mean[i]);
    circuits_free(&of_known);
    circuits_free(&of_held_out);
    circuits_set_free(&known);
    circuits_set_free(&held_out);
}

/* ---- what can go wrong ---- */

static void a_cancelled_measurement_changes_nothing(void **state)
{
    (void)state;
    struct circuits_set set = draw(0, COUNT);
    struct circuits circuits = measure(&set, 1, 1);
    atomic_bool cancel = true;
    double before = circuits.mean[0];
    struct engine *engine = engine_like(&people.model, 2, 2);
    struct error err;
    assert_false(circuits_measure(&set, engine, &cancel, &circuits, &err));
    assert_int_equal(err.kind, ERROR_CANCELLED);
    assert_true(circuits.mean[0] == before);
    engine_free(engine);
    circuits_free(&circuits);
    circuits_set_free(&set);
}

static void nobody_asked_is_nothing_measured(void **state)
{
    (void)state;
    struct circuits_set set = draw(3, 0);
    struct circuits circuits = measure(&set, 2, 2);
    for (size_t i = 0; i < circuits_size(&circuits); i++)
        assert_true(isnan(circuits.mean[i]));
    circuits_free(&circuits);
    circuits_set_free(&set);
}

static void more_individuals_than_names_are_refused(void **state)
{
    (void)state;
    struct circuits_set set;
    struct error err = {0};
    assert_false(circuits_set_init(&set, &people.population, &people.vocabulary,
                                   &people.model.options, people.population.names - 2, 3, 3, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "there are only 180 names")); /* 6 * 6 * 5 */
}

static void memory_that_runs_out_leaves_an_empty_set(void **state)
{
    (void)state;
    size_t n = 1;
    for (bool made = false; !made; n++) {
        struct circuits_set set;
        struct error err = {0};
        memory_fail_request(n);
        made = circuits_set_init(&set, &people.population, &people.vocabulary,
                                 &people.model.options, 0, 3, 3, &err);
        memory_fail_request(0);
        if (!made) {
            assert_int_equal(err.kind, ERROR_MEMORY);
            assert_null(set.role);
            assert_null(set.batch.token);
        }
        circuits_set_free(&set);
    }
    assert_true(n > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_that_sees_itself_alone_is_sharp_and_no_other),
        cmocka_unit_test(uniform_attention_gives_each_role_its_share_of_the_tokens),
        cmocka_unit_test(attention_to_the_token_before_is_told_from_that_to_itself),
        cmocka_unit_test(names_of_earlier_sentences_are_not_within_a_name),
        cmocka_unit_test(names_of_one_token_have_nothing_within),
        cmocka_unit_test(a_layer_is_the_mean_of_its_heads),
        cmocka_unit_test(roles_are_what_the_tokens_are),
        cmocka_unit_test(a_measurement_is_what_queries_and_keys_give),
        cmocka_unit_test(threads_and_shards_change_no_bit),
        cmocka_unit_test(a_model_that_tells_no_tokens_apart_is_uniform),
        cmocka_unit_test(known_and_new_individuals_are_others_and_so_are_their_circuits),
        cmocka_unit_test(a_cancelled_measurement_changes_nothing),
        cmocka_unit_test(nobody_asked_is_nothing_measured),
        cmocka_unit_test(more_individuals_than_names_are_refused),
        cmocka_unit_test(memory_that_runs_out_leaves_an_empty_set),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
