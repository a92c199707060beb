/* The likeliest values and their entropy, against hand-made distributions and against reading every
 * value there is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "measure/top_values.h"
#include "tests/fixtures/little_facts.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"

enum { DATE, TOWN, KIND, PLACE };
enum {
    FIRST_WORDS = 100,
    DAYS = 31,
    MONTHS = 12,
    YEARS = 10,
    DATES = DAYS * MONTHS * YEARS,
    PROMPT = 3
};

static struct little_directory directory;
static struct fact_set facts;
static struct vocabulary vocabulary;

static void write_numbers(const char *name, const char *before, int first, int count)
{
    struct text text = {0};
    for (int i = 0; i < count; i++)
        text_format(&text, "%s%d\n", before, first + i);
    little_write(&directory, name, text.bytes);
    text_free(&text);
}

static int set_up(void **state)
{
    (void)state;
    little_make(&directory);
    little_write(&directory, "facts/trees.ini",
                 "[facts]\ntitle = Trees\nname = givens\nindividual = person\n"
                 "[attribute date]\nvalue = days months years\ntemplates = date.txt\n"
                 "[attribute town]\nvalue = towns\ntemplates = town.txt\n"
                 "[attribute kind]\nvalue = kinds\ntemplates = kind.txt\n"
                 "[attribute place]\nvalue = places\ntemplates = place.txt\n");
    little_write(&directory, "pools/givens.txt", "Ada\nBen\n");
    write_numbers("pools/days.txt", "", 1, DAYS);
    write_numbers("pools/months.txt", "m", 1, MONTHS);
    write_numbers("pools/years.txt", "", 1900, YEARS);
    little_write(&directory, "pools/towns.txt",
                 "York\nLima\nYork City\nNew York\nYork City Hall\nNew Delhi\nOld Town Square\n");
    little_write(&directory, "pools/kinds.txt", "red\nblue\n");
    struct text places = {0};
    for (int i = 0; i < FIRST_WORDS; i++)
        text_format(&places, "p%d North\np%d South\np%d West\n", i, i, i);
    little_write(&directory, "pools/places.txt", places.bytes);
    text_free(&places);
    little_write(&directory, "templates/place.txt", "[X] went to [Y].\n[X] saw [Y].\n");
    little_write(&directory, "templates/date.txt", "[X] came on [Y].\nThe day of [X] is [Y].\n");
    little_write(&directory, "templates/town.txt", "[X] lives in [Y].\nHome of [X]: [Y].\n");
    little_write(&directory, "templates/kind.txt", "[X] is [Y].\nThe kind of [X] is [Y].\n");
    char file[] = "trees";
    struct facts_options options = {.file = file, .train_templates = 1};
    struct error err = {0};
    little_load(&facts, &directory, &options);
    assert_true(vocabulary_build(&vocabulary, &facts, &err));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
    little_remove(&directory);
    return 0;
}

/* A model and a decoder that has read a prompt. */
struct asked {
    struct model model;
    struct decoder *decoder;
    real *next; /* [vocab] */
};

static void ask_model(struct asked *asked)
{
    asked->decoder = decoder_new(&asked->model, NULL);
    asked->next = memory_new(asked->model.options.vocab, sizeof *asked->next, NULL);
    assert_true(asked->decoder && asked->next);
    const int32_t prompt[PROMPT] = {TOKEN_BEGIN, vocabulary_token(&vocabulary, "Ada"),
                                    vocabulary_token(&vocabulary, "lives")};
    assert_true(decoder_read(asked->decoder, prompt, PROMPT, 1, asked->next, NULL));
}

static void forget(struct asked *asked)
{
    decoder_free(asked->decoder);
    memory_free(asked->next);
    model_free(&asked->model);
}

static struct model_options model_shape(size_t max_length)
{
    return (struct model_options){
        .layers = 1,
        .heads = 2,
        .d_model = 16,
        .d_hidden = 20,
        .d_key = 4,
        .vocab = vocabulary.words + 5,
        .max_length = max_length,
        .norm = NORM_LAYER,
        .positions = POSITIONS_LEARNED,
        .bias = true,
    };
}

/* A model whose words follow each other by chance; `size` makes it sure of itself. */
static void ask_random(struct asked *asked, double size, uint64_t stream)
{
    struct model_options shape = model_shape(PROMPT + 3);
    assert_true(model_init(&asked->model, &shape, NULL));
    fill_normal(asked->model.weight, asked->model.size, 0, size, stream);
    ask_model(asked);
}

struct word_weight {
    const char *word;
    double weight;
};

/* A model that gives every word the same probability everywhere, in proportion to these weights:
 * the last norm puts out a constant, and the embedding holds the logarithms. Words not named get
 * `rest` together. */
static void ask_constant(struct asked *asked, const struct word_weight *words, size_t count,
                         double rest, size_t max_length)
{
    struct model_options shape = model_shape(max_length);
    assert_true(model_init(&asked->model, &shape, NULL));
    real *weight = asked->model.weight;
    weight[model_parameter(&asked->model, "norm.bias")->offset] = 1;
    real *embedding = weight + model_parameter(&asked->model, "embedding")->offset;
    for (size_t t = 0; t < shape.vocab; t++)
        embedding[t * shape.d_model] = (real)log(rest / (double)(shape.vocab - count));
    for (size_t i = 0; i < count; i++) {
        int32_t token = vocabulary_token(&vocabulary, words[i].word);
        assert_int_not_equal(token, TOKEN_UNKNOWN);
        embedding[(size_t)token * shape.d_model] = (real)log(words[i].weight);
    }
    ask_model(asked);
}

static struct top_values find(struct asked *asked, size_t attribute,
                              struct continuation *continuation)
{
    struct top_values top_values;
    struct error err = {0};
    if (!top_values_find(&top_values, &vocabulary, attribute, asked->decoder, asked->next,
                         continuation, &err))
        fail_msg("%s", err.message);
    assert_int_equal(decoder_length(asked->decoder), PROMPT);
    return top_values;
}

static void assert_guess(const struct top_values *top_values, size_t place, const char *value,
                         double probability)
{
    const struct guess *guess = &top_values->guess[place];
    struct text text = {0};
    assert_true(place < top_values->guesses);
    vocabulary_text(&vocabulary, guess->token, guess->tokens, &text);
    assert_string_equal(text.bytes, value);
    assert_float_equal(guess->probability, probability, 1e-5 * probability);
    text_free(&text);
}

static const struct word_weight towns[] = {
    {"York", 0.2}, {"City", 0.4}, {"Hall", 0.1}, {"New", 0.1}, {"Lima", 0.05}, {"Delhi", 0.1},
};

/* York without City .2 .6 = .12; York City without Hall .2 .4 .9 = .072; Lima .05; New York .1 .2 =
 * .02; New Delhi .1 .1 = .01; York City Hall .2 .4 .1 = .008. */
static void values_that_begin_alike_are_weighed_word_by_word(void **state)
{
    (void)state;
    struct asked asked;
    ask_constant(&asked, towns, 6, 0.05, PROMPT + 3);
    struct top_values top_values = find(&asked, TOWN, NULL);
    assert_int_equal(top_values.guesses, 5);
    assert_true(top_values.exact);
    assert_guess(&top_values, 0, "York", 0.12);
    assert_guess(&top_values, 1, "York City", 0.072);
    assert_guess(&top_values, 2, "Lima", 0.05);
    assert_guess(&top_values, 3, "New York", 0.02);
    assert_guess(&top_values, 4, "New Delhi", 0.01);
    top_values_free(&top_values);
    forget(&asked);
}

static double plogp(double p)
{
    return p > 0 ? -p * log(p) : 0;
}

/* "York" ends with what "City" leaves, and so on; "Old Town Square" is rare enough to not matter.
 */
static void the_entropy_of_a_tree_is_that_of_its_branches(void **state)
{
    (void)state;
    struct asked asked;
    ask_constant(&asked, towns, 6, 0.05, PROMPT + 3);
    struct top_values top_values = find(&asked, TOWN, NULL);
    double old = 0.05 / (double)(asked.model.options.vocab - 6);
    double sum = 0.2 + 0.1 + 0.05 + old;
    double york = plogp(0.4) + plogp(0.6) + 0.4 * (plogp(0.1) + plogp(0.9));
    double new = plogp(0.2 / 0.3) + plogp(0.1 / 0.3);
    double expected = plogp(0.2 / sum) + plogp(0.1 / sum) + plogp(0.05 / sum) + plogp(old / sum) +
                      0.2 / sum * york + 0.1 / sum * new;
    assert_float_equal(top_values.entropy, expected, 1e-5);
    top_values_free(&top_values);
    forget(&asked);
}

static void fewer_values_than_guesses_are_all_of_them(void **state)
{
    (void)state;
    struct asked asked;
    const struct word_weight kinds[] = {{"red", 0.1}, {"blue", 0.3}};
    ask_constant(&asked, kinds, 2, 0.6, PROMPT + 3);
    struct top_values top_values = find(&asked, KIND, NULL);
    assert_int_equal(top_values.guesses, 2);
    assert_true(top_values.exact);
    assert_guess(&top_values, 0, "blue", 0.3);
    assert_guess(&top_values, 1, "red", 0.1);
    assert_float_equal(top_values.entropy, plogp(0.25) + plogp(0.75), 1e-5);
    top_values_free(&top_values);
    forget(&asked);
}

/* Every date's probability, read word by word, and the exact entropy by the chain rule. */
struct all_dates {
    double probability[DATES];
    double entropy;
};

static const struct tokens *date_part(size_t part, size_t entry)
{
    return &vocabulary.entry[facts.attribute[DATE].part[part]][entry];
}

static double entropy_of(const double *weight, size_t count, double *total)
{
    double entropy = 0;
    *total = 0;
    for (size_t i = 0; i < count; i++)
        *total += weight[i];
    for (size_t i = 0; i < count; i++)
        entropy += plogp(weight[i] / *total);
    return entropy;
}

static void read_behind(struct asked *asked, const int32_t *token, size_t count, real *next)
{
    decoder_rewind(asked->decoder, PROMPT);
    assert_true(decoder_read(asked->decoder, token, count, 1, next, NULL));
}

static void read_all_dates(struct asked *asked, struct all_dates *all)
{
    double day[DAYS], month[MONTHS], year[YEARS], total;
    real *next = memory_new(asked->model.options.vocab, sizeof *next, NULL);
    for (size_t d = 0; d < DAYS; d++)
        day[d] = exp((double)asked->next[date_part(0, d)->token[0]]);
    all->entropy = entropy_of(day, DAYS, &total);
    double total_day = total;
    for (size_t d = 0; d < DAYS; d++) {
        int32_t path[2] = {date_part(0, d)->token[0]};
        read_behind(asked, path, 1, next);
        for (size_t m = 0; m < MONTHS; m++)
            month[m] = exp((double)next[date_part(1, m)->token[0]]);
        double among_months = entropy_of(month, MONTHS, &total), total_month = total;
        for (size_t m = 0; m < MONTHS; m++) {
            path[1] = date_part(1, m)->token[0];
            read_behind(asked, path, 2, next);
            for (size_t y = 0; y < YEARS; y++) {
                year[y] = exp((double)next[date_part(2, y)->token[0]]);
                all->probability[(d * MONTHS + m) * YEARS + y] = day[d] * month[m] * year[y];
            }
            among_months += month[m] / total_month * entropy_of(year, YEARS, &total);
        }
        all->entropy += day[d] / total_day * among_months;
    }
    decoder_rewind(asked->decoder, PROMPT);
    memory_free(next);
}

static double probability_of(const struct all_dates *all, const struct guess *guess)
{
    size_t index = 0;
    assert_int_equal(guess->tokens, 3);
    for (size_t p = 0; p < 3; p++) {
        const size_t counts[] = {DAYS, MONTHS, YEARS};
        size_t entry = 0;
        while (entry < counts[p] && date_part(p, entry)->token[0] != guess->token[p])
            entry++;
        assert_true(entry < counts[p]);
        index = index * counts[p] + entry;
    }
    return all->probability[index];
}

static size_t likelier_than(const struct all_dates *all, double probability)
{
    size_t likelier = 0;
    for (size_t i = 0; i < DATES; i++)
        likelier += all->probability[i] > probability * (1 + 1e-4);
    return likelier;
}

/* The k-th guess has k values above it, among all there are. */
static void guesses_are_the_likeliest_of_all_values(void **state)
{
    (void)state;
    struct all_dates *all = memory_new(1, sizeof *all, NULL);
    size_t exact = 0;
    for (uint64_t stream = 0; stream < 12; stream++) {
        struct asked asked;
        ask_random(&asked, 1, stream);
        read_all_dates(&asked, all);
        struct top_values top_values = find(&asked, DATE, NULL);
        assert_int_equal(top_values.guesses, TOP_VALUES_GUESSES);
        exact += top_values.exact;
        for (size_t i = 0; i < top_values.guesses; i++) {
            double probability = top_values.guess[i].probability;
            assert_float_equal(probability, probability_of(all, &top_values.guess[i]),
                               1e-4 * probability);
            assert_true(i == 0 || probability <= top_values.guess[i - 1].probability);
            if (top_values.exact)
                assert_true(likelier_than(all, probability) <= i);
        }
        assert_true(top_values.entropy >= all->entropy - 1e-4);
        assert_true(top_values.entropy <= log(DATES) + 1e-9);
        top_values_free(&top_values);
        forget(&asked);
    }
    assert_true(exact >= 6); /* the others were cut short, and said so */
    memory_free(all);
}

/* A model that has learned nothing finds all dates alike: no search could tell the likeliest from
 * the others without reading hundreds of beginnings. */
static void a_search_that_is_cut_short_says_so(void **state)
{
    (void)state;
    struct asked asked;
    struct all_dates *all = memory_new(1, sizeof *all, NULL);
    ask_random(&asked, 0.02, 1);
    read_all_dates(&asked, all);
    struct top_values top_values = find(&asked, DATE, NULL);
    assert_int_equal(top_values.guesses, TOP_VALUES_GUESSES);
    assert_false(top_values.exact);
    for (size_t i = 0; i < top_values.guesses; i++)
        assert_float_equal(top_values.guess[i].probability,
                           probability_of(all, &top_values.guess[i]),
                           1e-4 * top_values.guess[i].probability);
    assert_float_equal(top_values.entropy, all->entropy, 0.01);
    assert_float_equal(top_values.entropy, log(DATES), 0.01);
    top_values_free(&top_values);
    forget(&asked);
    memory_free(all);
}

/* A sure model: one date has nearly everything. */
static void the_entropy_of_a_sure_model_is_exact(void **state)
{
    (void)state;
    struct asked asked;
    struct all_dates *all = memory_new(1, sizeof *all, NULL);
    const struct word_weight words[] = {
        {"7", 0.3}, {"8", 0.003}, {"m3", 0.3}, {"m5", 0.002}, {"1904", 0.3}};
    ask_constant(&asked, words, 5, 1e-9, PROMPT + 3);
    read_all_dates(&asked, all);
    struct top_values top_values = find(&asked, DATE, NULL);
    assert_guess(&top_values, 0, "7 m3 1904", pow(0.3 / 0.905, 3));
    assert_float_equal(top_values.entropy, all->entropy, 1e-4);
    assert_float_equal(
        top_values.entropy,
        plogp(1 / 1.01) + plogp(0.01 / 1.01) + plogp(0.3 / 0.302) + plogp(0.002 / 0.302), 1e-4);
    top_values_free(&top_values);
    forget(&asked);
    memory_free(all);
}

/* 100 first words alike, and what follows them nearly sure. 64 are read for the guesses and 16 more
 * for the entropy; behind the other 20 the three values count as equally likely. */
static void what_was_not_read_counts_as_undecided(void **state)
{
    (void)state;
    struct asked asked;
    struct word_weight words[FIRST_WORDS + 3] = {{"North", 0.36}, {"South", 0.02}, {"West", 0.02}};
    char name[FIRST_WORDS][8];
    for (int i = 0; i < FIRST_WORDS; i++) {
        snprintf(name[i], sizeof name[i], "p%d", i);
        words[3 + i] = (struct word_weight){name[i], 0.005};
    }
    ask_constant(&asked, words, FIRST_WORDS + 3, 0.1, PROMPT + 3);
    struct top_values top_values = find(&asked, PLACE, NULL);
    assert_int_equal(top_values.guesses, TOP_VALUES_GUESSES);
    assert_false(top_values.exact);
    assert_float_equal(top_values.guess[4].probability, 0.005 * 0.36, 1e-7);
    double read = TOP_VALUES_READS + TOP_VALUES_ENTROPY_READS;
    double second = plogp(0.9) + 2 * plogp(0.05);
    assert_float_equal(
        top_values.entropy,
        log(FIRST_WORDS) + (read * second + (FIRST_WORDS - read) * log(3)) / FIRST_WORDS, 1e-4);
    top_values_free(&top_values);
    forget(&asked);
}

static void assert_same_continuation(const struct continuation *a, const struct continuation *b)
{
    assert_int_equal(a->tokens, b->tokens);
    assert_memory_equal(a->token, b->token, a->tokens * sizeof *a->token);
}

/* What is read along with beginnings is what would have been read alone. */
static void a_continuation_comes_along(void **state)
{
    (void)state;
    size_t along = 0;
    for (uint64_t stream = 0; stream < 20; stream++) {
        struct asked asked;
        struct continuation alone, continuation;
        ask_random(&asked, 0.5, stream);
        continuation_begin(&alone, &vocabulary, asked.decoder, asked.next);
        continuation = alone;
        struct top_values without = find(&asked, DATE, NULL);
        struct top_values with = find(&asked, DATE, &continuation);
        assert_int_equal(with.guesses, without.guesses);
        assert_true(fabs(with.entropy - without.entropy) < 1e-5);
        along += continuation.tokens > 1;
        assert_true(continuation_finish(&continuation, asked.decoder, asked.next, NULL));
        decoder_rewind(asked.decoder, PROMPT);
        continuation_follow(&alone, with.guess[0].token, with.guess[0].tokens);
        assert_true(continuation_finish(&alone, asked.decoder, asked.next, NULL));
        assert_same_continuation(&alone, &continuation);
        top_values_free(&without);
        top_values_free(&with);
        forget(&asked);
    }
    assert_true(along > 0);
}

static void a_value_that_does_not_fit_is_an_error(void **state)
{
    (void)state;
    struct asked asked;
    struct top_values top_values;
    struct error err = {0};
    ask_constant(&asked, towns, 6, 0.05, PROMPT + 1); /* one more token can be read */
    assert_false(
        top_values_find(&top_values, &vocabulary, TOWN, asked.decoder, asked.next, NULL, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_int_equal(top_values.guesses, 0);
    assert_int_equal(decoder_length(asked.decoder), PROMPT);
    forget(&asked);
}

static void memory_that_runs_out_leaves_nothing(void **state)
{
    (void)state;
    struct asked asked;
    ask_constant(&asked, towns, 6, 0.05, PROMPT + 3);
    bool found = false;
    size_t refused = 0;
    for (size_t n = 1; !found; n++) {
        struct top_values top_values;
        struct error err = {0};
        memory_fail_request(n);
        found =
            top_values_find(&top_values, &vocabulary, TOWN, asked.decoder, asked.next, NULL, &err);
        memory_fail_request(0);
        refused += !found;
        assert_int_equal(top_values.guesses, found ? 5 : 0);
        assert_int_equal(err.kind, found ? ERROR_NONE : ERROR_MEMORY);
        assert_int_equal(decoder_length(asked.decoder), PROMPT);
        top_values_free(&top_values);
    }
    assert_true(refused >= 9); /* three arrays, the tree, five guesses, the sums */
    forget(&asked);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_that_begin_alike_are_weighed_word_by_word),
        cmocka_unit_test(the_entropy_of_a_tree_is_that_of_its_branches),
        cmocka_unit_test(fewer_values_than_guesses_are_all_of_them),
        cmocka_unit_test(guesses_are_the_likeliest_of_all_values),
        cmocka_unit_test(a_search_that_is_cut_short_says_so),
        cmocka_unit_test(the_entropy_of_a_sure_model_is_exact),
        cmocka_unit_test(what_was_not_read_counts_as_undecided),
        cmocka_unit_test(a_continuation_comes_along),
        cmocka_unit_test(a_value_that_does_not_fit_is_an_error),
        cmocka_unit_test(memory_that_runs_out_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
