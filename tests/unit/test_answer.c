#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "facts/batch.h"
#include "facts/biography.h"
#include "measure/answer.h"
#include "tests/fixtures/little_world.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"

enum { KNOWN = 20, FRESH = 10, FINE_TUNING = 5, LENGTH = 48, VALUES = 15 };
enum { BIRTH_DATE, HOME, BIRTH_PLACE };

static struct little_world world;
static double baseline[FACTS_MAX_ATTRIBUTES], sampled[FACTS_MAX_ATTRIBUTES];
static const struct answer_scale scale = {baseline, sampled};

/* A model and what reads with it. */
static struct model model;
static struct decoder *decoder;

static void load_world(const char *homes)
{
    const struct population_options people = {
        .seed = 4, .known = KNOWN, .held_out = FRESH, .fine_tuning = FINE_TUNING};
    little_world_make(&world, &people, homes);
    for (size_t a = 0; a < world.facts.attributes; a++) {
        assert_true(population_entropy(&world.population, a, &baseline[a], NULL, NULL));
        sampled[a] = 0.5 * baseline[a];
    }
}

static int set_up(void **state)
{
    (void)state;
    load_world(NULL);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_world_remove(&world);
    return 0;
}

static void make_model(void)
{
    struct model_options shape = {
        .layers = 1,
        .heads = 2,
        .d_model = 16,
        .d_hidden = 20,
        .d_key = 4,
        .vocab = world.vocabulary.words + 5,
        .max_length = LENGTH,
        .norm = NORM_LAYER,
        .positions = POSITIONS_LEARNED,
        .bias = true,
    };
    assert_true(model_init(&model, &shape, NULL));
    decoder = decoder_new(&model, NULL);
    assert_non_null(decoder);
}

static int set_up_random(void **state)
{
    (void)state;
    make_model();
    randomize_strongly(&model, 3);
    return 0;
}

/* Puts out the same probabilities everywhere: the last norm is a constant, the embedding holds
 * logarithms. Every word weighs 0.001 at first. */
static int set_up_constant(void **state)
{
    (void)state;
    make_model();
    model.weight[model_parameter(&model, "norm.bias")->offset] = 1;
    real *embedding = model.weight + model_parameter(&model, "embedding")->offset;
    for (size_t t = 0; t < model.options.vocab; t++)
        embedding[t * model.options.d_model] = (real)log(0.001);
    return 0;
}

static int tear_down_model(void **state)
{
    (void)state;
    decoder_free(decoder);
    model_free(&model);
    return 0;
}

/* The same where one wording is the beginning of another. */
static int set_up_two_wordings(void **state)
{
    tear_down(state);
    load_world("[X] lives in [Y].\n"
               "[X] lives in sunny old [Y].\n"
               "[X] lives in merry [Y].\n"
               "[X] now resides in [Y].\n"
               "In the city of [X] they speak of [Y].\n");
    return set_up_constant(state);
}

static int tear_down_two_wordings(void **state)
{
    tear_down_model(state);
    tear_down(state);
    return set_up(state);
}

static void set_weight(const char *word, double weight)
{
    int32_t token = vocabulary_token(&world.vocabulary, word);
    real *embedding = model.weight + model_parameter(&model, "embedding")->offset;
    embedding[(size_t)token * model.options.d_model] = (real)log(weight);
}

static struct answer ask(const char *prompt)
{
    struct answer answer;
    struct error err = {0};
    if (!answer_prompt(&answer, &world.population, &world.vocabulary, decoder, &scale, prompt,
                       &err))
        fail_msg("%s", err.message);
    assert_int_equal(decoder_length(decoder), 0);
    return answer;
}

static struct answer ask_attribute(uint64_t individual, size_t attribute)
{
    struct answer answer;
    struct error err = {0};
    if (!answer_attribute(&answer, &world.population, &world.vocabulary, decoder, &scale,
                          individual, attribute, &err))
        fail_msg("%s", err.message);
    return answer;
}

/* What an attribute is asked in is a sentence of the biography that evaluations read. */
static void attributes_are_asked_as_evaluations_ask(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < world.population.size.known; i++) {
        struct batch batch;
        struct text text = {0};
        assert_true(batch_init(&batch, &world.vocabulary, 1, NULL));
        batch_fill_evaluation(&batch, &world.population, &world.vocabulary, i, 1);
        vocabulary_text(&world.vocabulary, batch.token, batch.start[1], &text);
        for (size_t a = 0; a < world.facts.attributes; a++) {
            struct answer answer = ask_attribute(i, a);
            if (!strstr(text.bytes, answer.prompt))
                fail_msg("\"%s\" is not in \"%s\"", answer.prompt, text.bytes);
            answer_free(&answer);
        }
        text_free(&text);
        batch_free(&batch);
    }
}

static char *prompt_about(const char *before, uint64_t individual, const char *behind)
{
    struct text text = {0};
    text_add(&text, before);
    population_name_text(&world.population, individual, &text);
    text_add(&text, behind);
    return text_take(&text, NULL);
}

static struct answer ask_about(const char *before, uint64_t individual, const char *behind)
{
    char *prompt = prompt_about(before, individual, behind);
    struct answer answer = ask(prompt);
    memory_free(prompt);
    return answer;
}

/* All values of an attribute with their probabilities behind a prompt, read word by word. */
struct value {
    char *text;
    double probability;
};

static double read_value(const char *prompt, const int32_t *token, size_t tokens)
{
    int32_t read[LENGTH] = {TOKEN_BEGIN};
    size_t count = 1 + vocabulary_tokenize(&world.vocabulary, prompt, read + 1, LENGTH - 1, NULL);
    real *next = memory_new(model.options.vocab, sizeof *next, NULL);
    double sum = 0;
    decoder_rewind(decoder, 0);
    for (size_t i = 0; i < count; i++)
        assert_true(decoder_read(decoder, &read[i], 1, 1, next, NULL));
    for (size_t i = 0; i < tokens; i++) {
        sum += (double)next[token[i]];
        assert_true(decoder_read(decoder, &token[i], 1, 1, next, NULL));
    }
    memory_free(next);
    decoder_rewind(decoder, 0);
    return exp(sum);
}

static size_t read_values(const char *prompt, size_t attribute, struct value *value)
{
    const struct attribute *asked = &world.facts.attribute[attribute];
    size_t pool = asked->part[0], more = asked->parts > 1 ? asked->part[1] : 0, count = 0;
    for (size_t a = 0; a < world.facts.pool[pool].count; a++)
        for (size_t b = 0; b < (asked->parts > 1 ? world.facts.pool[more].count : 1); b++) {
            int32_t token[16];
            struct tokens first = world.vocabulary.entry[pool][a];
            memcpy(token, first.token, first.count * sizeof *token);
            size_t tokens = first.count;
            if (asked->parts > 1)
                token[tokens++] = world.vocabulary.entry[more][b].token[0];
            struct text text = {0};
            vocabulary_text(&world.vocabulary, token, tokens, &text);
            value[count].text = text_take(&text, NULL);
            value[count++].probability = read_value(prompt, token, tokens);
        }
    return count;
}

static double probability_of(const struct value *value, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(value[i].text, text) == 0)
            return value[i].probability;
    fail_msg("%s is no value", text);
    return 0;
}

static void assert_like_reading_all(const struct answer *answer)
{
    struct value value[VALUES];
    size_t count = read_values(answer->prompt, answer->attribute, value);
    assert_int_equal(answer->candidates, ANSWER_CANDIDATES);
    assert_true(answer->exact);
    for (size_t c = 0; c < answer->candidates; c++) {
        double probability = answer->candidate[c].probability;
        size_t above = 0;
        assert_float_equal(probability, probability_of(value, count, answer->candidate[c].text),
                           1e-4 * probability);
        for (size_t i = 0; i < count; i++)
            above += value[i].probability > probability * (1 + 1e-4);
        assert_true(above <= c);
    }
    assert_float_equal(answer->truth_probability, probability_of(value, count, answer->truth),
                       1e-4 * answer->truth_probability);
    assert_int_equal(answer->correct, strcmp(answer->candidate[0].text, answer->truth) == 0);
    for (size_t i = 0; i < count; i++)
        memory_free(value[i].text);
}

static void candidates_and_truth_weigh_what_reading_all_values_gives(void **state)
{
    (void)state;
    size_t right = 0;
    for (uint64_t individual = 0; individual < KNOWN; individual++) {
        static const struct {
            const char *before, *behind;
            size_t attribute;
        } prompts[] = {
            {"", " was born on", BIRTH_DATE},
            {"", " was born in", BIRTH_PLACE},
            {"The home of ", " is", HOME},
        };
        for (size_t p = 0; p < 3; p++) {
            struct answer answer = ask_about(prompts[p].before, individual, prompts[p].behind);
            struct text truth = {0};
            assert_true(answer.has_attribute && answer.has_individual && answer.has_truth);
            assert_int_equal(answer.attribute, prompts[p].attribute);
            assert_int_equal(answer.status, INDIVIDUAL_KNOWN);
            assert_float_equal(answer.nobody.uniform, baseline[prompts[p].attribute], 0);
            assert_float_equal(answer.nobody.sampled, sampled[prompts[p].attribute], 0);
            assert_true(answer.entropy >= 0 && answer.entropy <= log(VALUES));
            population_value_text(&world.population, answer.individual, answer.attribute, &truth);
            assert_string_equal(answer.truth, truth.bytes);
            assert_like_reading_all(&answer);
            right += answer.correct;
            text_free(&truth);
            answer_free(&answer);
        }
    }
    assert_true(right > 0 && right < 3 * KNOWN); /* both were seen */
}

static void an_attribute_is_asked_in_the_first_evaluation_wording(void **state)
{
    (void)state;
    for (uint64_t individual = 0; individual < KNOWN + FRESH; individual++)
        for (size_t attribute = 0; attribute < world.facts.attributes; attribute++) {
            size_t asked = biography_asked_template(&world.population, individual, attribute);
            const struct template *wording = &world.facts.attribute[attribute].template[asked];
            char *prompt = prompt_about(wording->before_name, individual, wording->before_value);
            size_t length = strlen(prompt);
            while (length > 0 && prompt[length - 1] == ' ')
                prompt[--length] = '\0';
            struct answer answer = ask_attribute(individual, attribute);
            assert_string_equal(answer.prompt, prompt);
            assert_int_equal(answer.individual, individual);
            assert_int_equal(answer.attribute, attribute);
            assert_like_reading_all(&answer);
            answer_free(&answer);
            memory_free(prompt);
        }
}

/* Adds what the model says behind a text, its likeliest word again and again. */
static void add_likeliest(const char *behind, size_t words, struct text *out)
{
    real *next = memory_new(model.options.vocab, sizeof *next, NULL);
    int32_t token[LENGTH] = {TOKEN_BEGIN};
    size_t count = 1 + vocabulary_tokenize(&world.vocabulary, behind, token + 1, LENGTH, NULL);
    assert_true(decoder_read(decoder, token, count, 1, next, NULL));
    for (size_t i = 0; i < words; i++) {
        size_t best = TOKEN_END;
        for (size_t t = TOKEN_END; t < world.vocabulary.words; t++)
            best = next[t] > next[best] ? t : best;
        token[0] = (int32_t)best;
        if (best == TOKEN_END)
            break;
        vocabulary_text(&world.vocabulary, token, 1, out);
        if (strchr(".!?", world.vocabulary.word[best][0]) || decoder_length(decoder) == LENGTH)
            break;
        assert_true(decoder_read(decoder, token, 1, 1, next, NULL));
    }
    decoder_rewind(decoder, 0);
    memory_free(next);
}

static void the_completion_takes_the_likeliest_word_each_time(void **state)
{
    (void)state;
    for (uint64_t individual = 0; individual < 5; individual++) {
        struct answer answer = ask_about("", individual, " into");
        struct text expected = {0};
        assert_false(answer.has_attribute);
        add_likeliest(answer.prompt, 40, &expected);
        assert_string_equal(answer.completion, expected.bytes ? expected.bytes : "");
        assert_string_equal(answer.lead, "");
        text_free(&expected);
        answer_free(&answer);
    }
}

static void what_is_shown_is_what_is_judged(void **state)
{
    (void)state;
    size_t other = 0;
    for (uint64_t individual = 0; individual < KNOWN; individual++) {
        static const char *const behind[] = {" lives in", " was born on", " was born in"};
        for (size_t b = 0; b < 3; b++) {
            struct answer answer = ask_about("", individual, behind[b]);
            struct text read = {0}, expected = {0}, likeliest = {0};
            const char *value = answer.candidate[0].text;
            text_format(&read, "%s %s", answer.prompt, value);
            text_add(&expected, value);
            size_t words = vocabulary_tokenize(&world.vocabulary, value, NULL, 0, NULL);
            add_likeliest(read.bytes, 40 - words, &expected);
            assert_string_equal(answer.completion, expected.bytes);
            add_likeliest(answer.prompt, 40, &likeliest);
            other += strcmp(likeliest.bytes ? likeliest.bytes : "", expected.bytes) != 0;
            text_free(&likeliest);
            text_free(&read);
            text_free(&expected);
            answer_free(&answer);
        }
    }
    assert_true(other > 0); /* where the likeliest words alone are no value, or another one */
}

static void words_that_lead_to_no_wording_are_not_followed(void **state)
{
    (void)state;
    set_weight("Lima", 0.3);
    struct answer plain = ask("Ada Ben Zhu lives in");
    assert_string_equal(plain.lead, "");
    assert_int_equal(strncmp(plain.completion, "Lima", 4), 0);
    answer_free(&plain);
    set_weight("sunny", 0.5);
    plain = ask("Ada Ben Zhu lives in"); /* "sunny sunny" is no wording */
    assert_string_equal(plain.lead, "");
    assert_int_equal(strncmp(plain.completion, "Lima", 4), 0);
    answer_free(&plain);
    plain = ask("Ada Ben Zhu lives in sunny"); /* nor is this, and a word comes next */
    assert_false(plain.has_attribute);
    answer_free(&plain);
}

static void a_wording_of_one_more_word_is_followed(void **state)
{
    (void)state;
    set_weight("Lima", 0.3);
    set_weight("merry", 0.5);
    struct answer answer = ask("Ada Ben Zhu lives in");
    assert_true(answer.has_attribute);
    assert_int_equal(answer.attribute, HOME);
    assert_string_equal(answer.prompt, "Ada Ben Zhu lives in");
    assert_string_equal(answer.lead, "merry");
    assert_string_equal(answer.candidate[0].text, "Lima");
    assert_int_equal(strncmp(answer.completion, "merry Lima merry", 16), 0);
    if (answer.has_truth)
        assert_int_equal(answer.correct, strcmp(answer.truth, "Lima") == 0);
    answer_free(&answer);
    struct answer table = ask_attribute(0, HOME); /* as evaluations ask, and no other way */
    assert_string_equal(table.lead, "");
    answer_free(&table);
}

static void the_new_have_a_truth_and_the_invented_have_none(void **state)
{
    (void)state;
    const struct {
        uint64_t individual;
        enum individual_status status;
    } people[] = {
        {0, INDIVIDUAL_KNOWN},
        {KNOWN, INDIVIDUAL_NEW},
        {KNOWN + FRESH, INDIVIDUAL_FINE_TUNING},
        {KNOWN + FRESH + FINE_TUNING, INDIVIDUAL_INVENTED},
    };
    for (size_t i = 0; i < 4; i++) {
        struct answer answer = ask_attribute(people[i].individual, HOME);
        struct text name = {0};
        population_name_text(&world.population, people[i].individual, &name);
        assert_true(answer.has_individual);
        assert_int_equal(answer.status, people[i].status);
        assert_string_equal(answer.name, name.bytes);
        assert_int_equal(answer.has_truth, people[i].status != INDIVIDUAL_INVENTED);
        assert_int_equal(answer.truth != NULL, answer.has_truth);
        assert_int_equal(answer.candidates, 5);
        if (!answer.has_truth)
            assert_false(answer.correct);
        text_free(&name);
        answer_free(&answer);
    }
}

static void capitals_do_not_matter(void **state)
{
    (void)state;
    struct answer answer = ask("Ada Ben Zhu was born in"), small = ask("ada BEN zhu was born in");
    assert_string_equal(small.prompt, "Ada Ben Zhu was born in");
    assert_int_equal(small.individual, answer.individual);
    assert_string_equal(small.completion, answer.completion);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(small.candidate[i].text, answer.candidate[i].text);
        assert_float_equal(small.candidate[i].probability, answer.candidate[i].probability, 0);
    }
    answer_free(&answer);
    answer_free(&small);
}

static void assert_refused(const char *prompt, const char *says)
{
    struct answer answer;
    struct error err = {0};
    assert_false(answer_prompt(&answer, &world.population, &world.vocabulary, decoder, &scale,
                               prompt, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, says))
        fail_msg("%s", err.message);
    assert_null(answer.prompt);
    assert_int_equal(answer.candidates, 0);
    assert_int_equal(decoder_length(decoder), 0);
}

static void what_the_model_cannot_read_is_said(void **state)
{
    (void)state;
    struct text text = {0};
    assert_refused("Ada Ben Zhu was borm in", "\"borm\" is not in the model's vocabulary");
    for (int i = 0; i < LENGTH; i++)
        text_add(&text, "is ");
    assert_refused(text.bytes, "the prompt has 49 tokens, more than the model's maximum of 48");
    text_free(&text);
    for (int i = 0; i < LENGTH - 6; i++) /* a full decoder, and a value of two words to come */
        text_add(&text, ", ");
    text_add(&text, "Ada Ben Zhu lives in");
    assert_refused(text.bytes, "the prompt leaves no room for a value: ");
    text_free(&text);
}

static void a_prompt_that_fills_the_model_is_completed_as_far_as_it_goes(void **state)
{
    (void)state;
    struct text text = {0};
    for (int i = 0; i < LENGTH - 1; i++)
        text_add(&text, "is ");
    struct answer answer = ask(text.bytes); /* one word can still be named, none read */
    int32_t token[4];
    assert_true(vocabulary_tokenize(&world.vocabulary, answer.completion, token, 4, NULL) <= 1);
    assert_int_equal(answer.candidates, 5);
    answer_free(&answer);
    text_free(&text);
}

static void without_an_attribute_the_likeliest_words_are_shown(void **state)
{
    (void)state;
    set_weight("is", 0.4);
    set_weight(".", 0.2);
    set_weight("birthday", 0.1);
    set_weight("Zhu", 0.05);
    real *embedding = model.weight + model_parameter(&model, "embedding")->offset;
    size_t width = model.options.d_model;
    embedding[TOKEN_END * width] = (real)log(0.07);
    embedding[TOKEN_BEGIN * width] = (real)log(0.3);
    embedding[TOKEN_UNKNOWN * width] = (real)log(0.3);
    embedding[(model.options.vocab - 1) * width] = (real)log(0.5); /* a row without a word */
    double sum =
        0.4 + 0.2 + 0.1 + 0.05 + 0.07 + 0.3 + 0.3 + 0.5 + 0.001 * ((double)model.options.vocab - 8);
    struct answer answer = ask("the town");
    static const struct {
        const char *word;
        double weight;
    } expected[] = {{"is", 0.4}, {".", 0.2}, {"birthday", 0.1}, {"(end)", 0.07}, {"Zhu", 0.05}};
    assert_false(answer.has_attribute || answer.has_individual || answer.has_truth);
    assert_null(answer.name);
    assert_int_equal(answer.candidates, 5);
    double entropy = 0.001 * ((double)model.options.vocab - 8) / sum * -log(0.001 / sum);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(answer.candidate[i].text, expected[i].word);
        assert_float_equal(answer.candidate[i].probability, expected[i].weight / sum, 1e-5);
        entropy -= expected[i].weight / sum * log(expected[i].weight / sum);
    }
    entropy -= 2 * 0.3 / sum * log(0.3 / sum) + 0.5 / sum * log(0.5 / sum);
    assert_float_equal(answer.entropy, entropy, 1e-4);
    assert_true(isnan(answer.nobody.uniform) && isnan(answer.nobody.sampled));
    answer_free(&answer);
}

/* "is is is ..." would go on for ever. */
static void a_completion_without_an_end_is_cut(void **state)
{
    (void)state;
    set_weight("is", 0.9);
    struct answer answer = ask("the");
    int32_t token[LENGTH];
    assert_int_equal(vocabulary_tokenize(&world.vocabulary, answer.completion, token, LENGTH, NULL),
                     40);
    answer_free(&answer);
    set_weight(".", 5);
    answer = ask("the");
    assert_string_equal(answer.completion, ".");
    answer_free(&answer);
}

/* No template fits, but the model expects a day: it must be a birth date. A town could be the place
 * of birth or the home. */
static void a_model_that_expects_one_attributes_values_gives_them(void **state)
{
    (void)state;
    char *prompt = prompt_about("", 2, " is known");
    struct answer answer = ask(prompt);
    assert_false(answer.has_attribute);
    assert_true(answer.has_individual);
    answer_free(&answer);
    set_weight("3", 0.7);
    set_weight("4", 0.3);
    answer = ask(prompt);
    assert_true(answer.has_attribute);
    assert_int_equal(answer.attribute, BIRTH_DATE);
    assert_true(answer.has_truth);
    assert_true(strncmp(answer.candidate[0].text, "3 ", 2) == 0);
    answer_free(&answer);
    set_weight("Lima", 20);
    answer = ask(prompt);
    assert_false(answer.has_attribute);
    assert_string_equal(answer.candidate[0].text, "Lima");
    answer_free(&answer);
    memory_free(prompt);
}

static void memory_that_runs_out_leaves_an_empty_answer(void **state)
{
    (void)state;
    static const char *const prompts[] = {"Ada Ben Zhu was born in", "the town"};
    for (size_t p = 0; p < 2; p++) {
        bool answered = false;
        size_t refused = 0;
        for (size_t n = 1; !answered; n++) {
            struct answer answer;
            struct error err = {0};
            memory_fail_request(n);
            answered = answer_prompt(&answer, &world.population, &world.vocabulary, decoder, &scale,
                                     prompts[p], &err);
            memory_fail_request(0);
            assert_int_equal(decoder_length(decoder), 0);
            refused += !answered;
            if (!answered) {
                assert_int_equal(err.kind, ERROR_MEMORY);
                assert_null(answer.prompt);
                assert_null(answer.candidate[0].text);
            }
            answer_free(&answer);
        }
        assert_true(refused > 8);
    }
}

#define WITH_RANDOM(test)   cmocka_unit_test_setup_teardown(test, set_up_random, tear_down_model)
#define WITH_CONSTANT(test) cmocka_unit_test_setup_teardown(test, set_up_constant, tear_down_model)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RANDOM(attributes_are_asked_as_evaluations_ask),
        WITH_RANDOM(candidates_and_truth_weigh_what_reading_all_values_gives),
        WITH_RANDOM(an_attribute_is_asked_in_the_first_evaluation_wording),
        WITH_RANDOM(the_completion_takes_the_likeliest_word_each_time),
        WITH_RANDOM(what_is_shown_is_what_is_judged),
        cmocka_unit_test_setup_teardown(words_that_lead_to_no_wording_are_not_followed,
                                        set_up_two_wordings, tear_down_two_wordings),
        cmocka_unit_test_setup_teardown(a_wording_of_one_more_word_is_followed, set_up_two_wordings,
                                        tear_down_two_wordings),
        WITH_RANDOM(the_new_have_a_truth_and_the_invented_have_none),
        WITH_RANDOM(capitals_do_not_matter),
        WITH_RANDOM(what_the_model_cannot_read_is_said),
        WITH_RANDOM(a_prompt_that_fills_the_model_is_completed_as_far_as_it_goes),
        WITH_CONSTANT(without_an_attribute_the_likeliest_words_are_shown),
        WITH_CONSTANT(a_completion_without_an_end_is_cut),
        WITH_CONSTANT(a_model_that_expects_one_attributes_values_gives_them),
        WITH_RANDOM(memory_that_runs_out_leaves_an_empty_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
