/* Answers where wordings and values share words: with which words the model goes on, and what a
 * value weighs that others begin with. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/answer.h"
#include "tests/fixtures/little_lands.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"

enum { LENGTH = 48, MOST_VALUES = 8 };
enum { CAPITAL, CURRENCY };

static struct little_lands lands;
static struct model model;
static struct decoder *decoder;
static const double nobody[] = {2, 2};
static const struct answer_scale scale = {nobody, nobody};

static int set_up(void **state)
{
    (void)state;
    little_lands_make(&lands);
    struct model_options shape = {
        .layers = 1,
        .heads = 2,
        .d_model = 16,
        .d_hidden = 20,
        .d_key = 4,
        .vocab = lands.vocabulary.words + 5,
        .max_length = LENGTH,
        .norm = NORM_LAYER,
        .positions = POSITIONS_LEARNED,
        .bias = true,
    };
    assert_true(model_init(&model, &shape, NULL));
    decoder = decoder_new(&model, NULL);
    assert_non_null(decoder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    decoder_free(decoder);
    model_free(&model);
    little_lands_remove(&lands);
    return 0;
}

/* The same probabilities everywhere: the last norm is a constant, the embedding holds logarithms.
 * Every word weighs 0.001 at first. */
static void make_constant(void)
{
    memset(model.weight, 0, model.size * sizeof *model.weight);
    model.weight[model_parameter(&model, "norm.bias")->offset] = 1;
    real *embedding = model.weight + model_parameter(&model, "embedding")->offset;
    for (size_t t = 0; t < model.options.vocab; t++)
        embedding[t * model.options.d_model] = (real)log(0.001);
}

static void set_weight(const char *word, double weight)
{
    int32_t token = vocabulary_token(&lands.vocabulary, word);
    real *embedding = model.weight + model_parameter(&model, "embedding")->offset;
    embedding[(size_t)token * model.options.d_model] = (real)log(weight);
}

static struct answer ask(const char *prompt)
{
    struct answer answer;
    struct error err = {0};
    if (!answer_prompt(&answer, &lands.population, &lands.vocabulary, decoder, &scale, prompt,
                       &err))
        fail_msg("%s", err.message);
    return answer;
}

/* ---- values that others begin with ---- */

/* What the value's tokens weigh behind a prompt, without what goes on to a longer value, each token
 * read alone. */
static double weigh(const char *prompt, const struct pool *pool, size_t entry)
{
    const struct vocabulary *vocabulary = &lands.vocabulary;
    int32_t token[LENGTH] = {TOKEN_BEGIN}, value[LENGTH];
    size_t count = 1 + vocabulary_tokenize(vocabulary, prompt, token + 1, LENGTH - 1, NULL);
    size_t tokens = vocabulary_tokenize(vocabulary, pool->entry[entry], value, LENGTH, NULL);
    size_t vocab = model.options.vocab, bytes = strlen(pool->entry[entry]);
    real *next = memory_new(vocab, sizeof *next, NULL);
    double product = 1, left = 1;
    assert_true(decoder_read(decoder, token, count, 1, next, NULL));
    for (size_t i = 0; i < tokens; i++) {
        product *= exp((double)next[value[i]]);
        assert_true(decoder_read(decoder, &value[i], 1, 1, next, NULL));
    }
    for (size_t t = TOKENS_RESERVED; t < vocabulary->words; t++) {
        bool goes_on = false;
        for (size_t e = 0; e < pool->count; e++) {
            const char *longer = pool->entry[e];
            const char *word = vocabulary->word[t];
            goes_on |= strncmp(longer, pool->entry[entry], bytes) == 0 && longer[bytes] == ' ' &&
                       strncmp(longer + bytes + 1, word, strlen(word)) == 0 &&
                       strchr(" ", longer[bytes + 1 + strlen(word)]);
        }
        left -= goes_on ? exp((double)next[t]) : 0;
    }
    decoder_rewind(decoder, 0);
    memory_free(next);
    return product * left;
}

static void a_value_weighs_what_no_longer_one_takes(void **state)
{
    (void)state;
    enum { MODELS = 4, PROMPTS = 2 * (LANDS - 1) };
    size_t right = 0, shared = 0;
    for (size_t stream = 0; stream < MODELS; stream++)
        for (size_t p = 0; p < PROMPTS; p++) {
            uint64_t individual = p / 2;
            size_t attribute = p % 2;
            struct text prompt = {0};
            text_add(&prompt, attribute == CAPITAL ? "The capital of " : "The currency of ");
            population_name_text(&lands.population, individual, &prompt);
            text_add(&prompt, attribute == CAPITAL ? " is" : " is the");
            randomize_strongly(&model, 3 + stream);
            struct answer answer = ask(prompt.bytes);
            const struct pool *pool = &lands.facts.pool[lands.facts.attribute[attribute].part[0]];
            double weight[MOST_VALUES], best = 0;
            const char *likeliest = NULL;
            assert_int_equal(answer.attribute, attribute);
            if (*answer.lead) { /* another wording */
                answer_free(&answer);
                text_free(&prompt);
                continue;
            }
            for (size_t e = 0; e < pool->count; e++) {
                weight[e] = weigh(prompt.bytes, pool, e);
                if (weight[e] > best) {
                    best = weight[e];
                    likeliest = pool->entry[e];
                }
            }
            assert_string_equal(answer.candidate[0].text, likeliest);
            for (size_t e = 0; e < pool->count; e++) {
                for (size_t c = 0; c < answer.candidates; c++)
                    if (strcmp(answer.candidate[c].text, pool->entry[e]) == 0)
                        assert_float_equal(answer.candidate[c].probability, weight[e],
                                           1e-4 * weight[e]);
                if (strcmp(answer.truth, pool->entry[e]) == 0)
                    assert_float_equal(answer.truth_probability, weight[e], 1e-4 * weight[e]);
            }
            assert_int_equal(answer.correct, strcmp(answer.truth, likeliest) == 0);
            right += answer.correct;
            shared += strcmp(answer.truth, "New York") == 0;
            answer_free(&answer);
            text_free(&prompt);
        }
    assert_true(right > 0 && shared > 0);
}

static void a_longer_value_is_judged_where_the_model_goes_on_to_it(void **state)
{
    (void)state;
    make_constant();
    set_weight("New", 0.3);
    set_weight("York", 0.25);
    set_weight("City", 0.8);
    struct answer answer = ask("The capital of Gold is");
    /* York .25; New York .3 .25 .2; New York City .3 .25 .8 */
    const struct answer *got = &answer;
    assert_string_equal(got->candidate[0].text, "York");
    assert_string_equal(got->candidate[1].text, "New York City");
    assert_string_equal(got->candidate[2].text, "New York");
    double total = 0.3 + 0.25 + 0.8 + 0.001 * (double)(model.options.vocab - 3);
    double left = 1 - 0.8 / total;
    assert_float_equal(got->candidate[1].probability, 0.3 * 0.25 * 0.8 / (total * total * total),
                       1e-5);
    assert_float_equal(got->candidate[2].probability, 0.3 * 0.25 * left / (total * total), 1e-5);
    answer_free(&answer);
}

/* ---- with which words the model goes on ---- */

static void a_prompt_that_begins_a_wording_is_judged_behind_its_end(void **state)
{
    (void)state;
    make_constant();
    set_weight("from", 0.5);
    set_weight("Rome", 0.3);
    struct answer answer = ask("Gold is governed");
    assert_true(answer.has_attribute);
    assert_int_equal(answer.attribute, CAPITAL);
    assert_string_equal(answer.prompt, "Gold is governed");
    assert_string_equal(answer.lead, "from");
    assert_string_equal(answer.candidate[0].text, "Rome");
    assert_int_equal(strncmp(answer.completion, "from Rome", 9), 0);
    assert_true(answer.has_truth);
    assert_int_equal(answer.correct, strcmp(answer.truth, "Rome") == 0);
    assert_null(answer.hint);
    answer_free(&answer);
    answer = ask("Those who rule Gold do so"); /* "from" leads nowhere here */
    assert_string_equal(answer.lead, "");
    assert_false(answer.has_attribute);
    answer_free(&answer);
}

static void what_the_model_would_rather_say_than_a_value_is_told(void **state)
{
    (void)state;
    make_constant();
    set_weight("money", 0.5);
    set_weight("Rome", 0.3);
    struct answer answer = ask("The capital of Gold is");
    double total = 0.8 + 0.001 * (double)(model.options.vocab - 2);
    assert_string_equal(answer.lead, "");
    assert_string_equal(answer.other, "money");
    assert_float_equal(answer.other_probability, 0.5 / total, 1e-5);
    assert_string_equal(answer.candidate[0].text, "Rome");
    assert_int_equal(strncmp(answer.completion, "Rome", 4), 0);
    answer_free(&answer);
    set_weight("Rome", 0.6);
    answer = ask("The capital of Gold is");
    assert_null(answer.other);
    answer_free(&answer);
}

static void a_hint_comes_with_what_asks_for_nothing(void **state)
{
    (void)state;
    make_constant();
    struct answer answer = ask("Gold is governed in");
    assert_string_equal(answer.hint, "no wording it was trained on; try: is governed from");
    answer_free(&answer);
    answer = ask("The capital of Papua is");
    assert_string_equal(answer.hint, "\"Papua\" could be Papua New Guinea");
    assert_false(answer.has_individual);
    answer_free(&answer);
    answer = ask("The capital of Papua Zealand is"); /* nobody has both */
    assert_string_equal(answer.hint, "\"Papua\" could be Papua New Guinea");
    answer_free(&answer);
    answer = ask("The capital of Papua Grenadines is");
    assert_string_equal(answer.hint, "\"Papua\" could be Papua New Guinea");
    answer_free(&answer);
    answer = ask("The capital of Saint Grenadines is");
    assert_string_equal(answer.hint,
                        "\"Saint Grenadines\" could be Saint Vincent and the Grenadines");
    answer_free(&answer);
    answer = ask("The capital of Gold is");
    assert_null(answer.hint);
    answer_free(&answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_weighs_what_no_longer_one_takes),
        cmocka_unit_test(a_longer_value_is_judged_where_the_model_goes_on_to_it),
        cmocka_unit_test(a_prompt_that_begins_a_wording_is_judged_behind_its_end),
        cmocka_unit_test(what_the_model_would_rather_say_than_a_value_is_told),
        cmocka_unit_test(a_hint_comes_with_what_asks_for_nothing),
    };
    return cmocka_run_group_tests_name("answer_words", tests, set_up, tear_down);
}
