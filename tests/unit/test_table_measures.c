/* Measures of a table with empty cells and names of one to five words, against loops over what the
 * table says: nothing here asks a fact set, a span or a set for evaluation where a value stands. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/frequencies.h"
#include "lab/session_ask.h"
#include "measure/answer.h"
#include "measure/capacity.h"
#include "measure/circuits.h"
#include "measure/knowledge.h"
#include "measure/recall.h"
#include "measure/top_values.h"
#include "model/decoder.h"
#include "tests/fixtures/engine_like.h"
#include "tests/fixtures/little_table.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"

enum { HELD_OUT = 4, KNOWN = TABLE_ROWS - HELD_OUT, LAYERS = 2, LONGEST = 256 };

static struct little_table table;

static int set_up(void **state)
{
    (void)state;
    little_table_make(&table, HELD_OUT, LAYERS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    little_table_remove(&table);
    return 0;
}

/* ---- where a sentence stands ---- */

static const char *const attribute_name[TABLE_COLUMNS] = {"symbol", "kind", "home", "next to"};

/* The sentences of the fixture, cut at the name and the value. */
static const struct {
    const char *before_name, *before_attribute, *before_value, *after;
    bool attribute_first;
} wordings[] = {
    {"The ", " of ", " is ", ".", true},
    {"", "'s ", " is ", ".", false},
    {"", " has the ", " ", ".", false},
    {"As for ", ", its ", " is ", ", they say.", false},
};
enum { WORDINGS = sizeof wordings / sizeof *wordings };

struct place {
    size_t name, name_tokens;   /* of a biography's tokens */
    size_t value, value_tokens; /* which stand together */
};

struct piece {
    int32_t token[LONGEST];
    size_t tokens;
};

static struct piece read_text(const struct text *text)
{
    struct piece piece;
    piece.tokens = vocabulary_tokenize(&table.vocabulary, text->bytes ? text->bytes : "",
                                       piece.token, LONGEST, NULL);
    assert_true(piece.tokens <= LONGEST);
    return piece;
}

/* How many tokens lie before the name, to its end, before the value, to its end, and in all. */
static struct piece write_sentence(uint64_t individual, size_t attribute, size_t wording,
                                   struct place *place)
{
    const char *name = table_name[little_table_row(&table, individual)];
    struct text text = {0};
    text_add(&text, wordings[wording].before_name);
    if (wordings[wording].attribute_first)
        text_format(&text, "%s%s", attribute_name[attribute], wordings[wording].before_attribute);
    place->name = read_text(&text).tokens;
    text_add(&text, name);
    place->name_tokens = read_text(&text).tokens - place->name;
    if (!wordings[wording].attribute_first)
        text_format(&text, "%s%s", wordings[wording].before_attribute, attribute_name[attribute]);
    text_add(&text, wordings[wording].before_value);
    place->value = read_text(&text).tokens;
    text_add(&text, little_table_value(&table, individual, attribute));
    place->value_tokens = read_text(&text).tokens - place->value;
    text_add(&text, wordings[wording].after);
    struct piece piece = read_text(&text);
    text_free(&text);
    return piece;
}

/* How often one of the wordings of a fact stands in a biography, and where. */
static size_t find_sentence(uint64_t individual, size_t attribute, const int32_t *token,
                            size_t tokens, struct place *found)
{
    size_t times = 0;
    for (size_t w = 0; w < WORDINGS; w++) {
        struct place place = {0};
        struct piece piece = write_sentence(individual, attribute, w, &place);
        for (size_t at = 0; at + piece.tokens <= tokens; at++)
            if (memcmp(token + at, piece.token, piece.tokens * sizeof *token) == 0) {
                *found = (struct place){at + place.name, place.name_tokens, at + place.value,
                                        place.value_tokens};
                times++;
            }
    }
    return times;
}

/* The tokens of biography i, with its end. */
static size_t read_biography(const struct batch *batch, size_t i, int32_t token[LONGEST])
{
    size_t inputs = batch->start[i + 1] - batch->start[i];
    assert_true(inputs < LONGEST);
    memcpy(token, batch->token + batch->start[i], inputs * sizeof *token);
    token[inputs] = batch->target[batch->start[i + 1] - 1];
    return inputs + 1;
}

static bool is_told(uint64_t individual, size_t attribute)
{
    return *little_table_value(&table, individual, attribute) != '\0';
}

static void a_biography_tells_what_the_table_does_and_nothing_else(void **state)
{
    (void)state;
    struct recall_set set;
    assert_true(recall_set_init(&set, &table.population, &table.vocabulary, 0, TABLE_ROWS, NULL));
    for (size_t i = 0; i < TABLE_ROWS; i++) {
        int32_t token[LONGEST];
        size_t tokens = read_biography(&set.batch, i, token);
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            struct place place = {0};
            assert_int_equal(population_tells(&table.population, i, a), is_told(i, a));
            assert_int_equal(find_sentence(i, a, token, tokens, &place), is_told(i, a));
        }
    }
    recall_set_free(&set);
}

/* ---- recall and calibration ---- */

/* What reading word by word gives of the facts of some individuals. */
struct sums {
    double loss, right, max_probability, entropy;
    double attribute_loss[TABLE_COLUMNS], attribute_right[TABLE_COLUMNS];
    size_t facts, tokens, attribute_facts[TABLE_COLUMNS];
    double bin_confidence[CALIBRATION_BINS], bin_right[CALIBRATION_BINS];
    size_t bin_tokens[CALIBRATION_BINS];
};

/* One token whose log probabilities are next[]; its loss, and *right becomes false where another
 * is likelier. */
static double add_token(struct sums *sums, const real *next, int32_t target, bool *right)
{
    size_t best = 0, vocab = table.model.options.vocab;
    for (size_t w = 0; w < vocab; w++) {
        best = next[w] > next[best] ? w : best;
        sums->entropy -= exp((double)next[w]) * (double)next[w];
    }
    double confidence = exp((double)next[best]);
    bool likeliest = (int32_t)best == target;
    size_t bin = 0;
    while ((double)(bin + 1) / CALIBRATION_BINS < confidence)
        bin++;
    sums->bin_tokens[bin]++;
    sums->bin_confidence[bin] += confidence;
    sums->bin_right[bin] += likeliest;
    sums->max_probability += confidence;
    sums->tokens++;
    *right = *right && likeliest;
    return -(double)next[target];
}

/* Reads a biography as far as a value's last token. */
static void add_fact(struct sums *sums, struct decoder *decoder, const int32_t *token,
                     const struct place *place, size_t attribute)
{
    real *next = memory_new(table.model.options.vocab, sizeof *next, NULL);
    double loss = 0;
    bool right = true;
    decoder_rewind(decoder, 0);
    for (size_t t = 0; t + 1 < place->value + place->value_tokens; t++) {
        assert_true(decoder_read(decoder, token + t, 1, 1, next, NULL));
        if (t + 1 >= place->value)
            loss += add_token(sums, next, token[t + 1], &right);
    }
    sums->facts++;
    sums->loss += loss;
    sums->right += right;
    sums->attribute_facts[attribute]++;
    sums->attribute_loss[attribute] += loss;
    sums->attribute_right[attribute] += right;
    memory_free(next);
}

/* Of those of a set within first .. end-1. */
static struct sums add_up(const struct recall_set *set, uint64_t first, uint64_t end)
{
    struct sums sums = {0};
    struct decoder *decoder = decoder_new(&table.model, NULL);
    for (size_t i = 0; i < set->batch.biographies; i++) {
        uint64_t individual = set->batch.individual[i];
        int32_t token[LONGEST];
        size_t tokens = read_biography(&set->batch, i, token);
        for (size_t a = 0; individual >= first && individual < end && a < TABLE_COLUMNS; a++) {
            struct place place = {0};
            if (find_sentence(individual, a, token, tokens, &place) > 0)
                add_fact(&sums, decoder, token, &place, a);
        }
    }
    decoder_free(decoder);
    return sums;
}

static double ratio(double sum, size_t count)
{
    return sum / (double)count;
}

/* NAN where NAN is expected. */
static void assert_close(double number, double expected)
{
    if (isnan(expected) ? !isnan(number) : !(fabs(number - expected) < 1e-4))
        fail_msg("%g is not %g", number, expected);
}

static void assert_recall(const struct recall *recall, const struct sums *sums)
{
    double error = 0;
    assert_close(recall->loss, ratio(sums->loss, sums->facts));
    assert_close(recall->accuracy, ratio(sums->right, sums->facts));
    assert_close(recall->max_probability, ratio(sums->max_probability, sums->tokens));
    assert_close(recall->entropy, ratio(sums->entropy, sums->tokens));
    for (size_t a = 0; a < TABLE_COLUMNS; a++) {
        size_t facts = sums->attribute_facts[a];
        assert_close(recall->attribute_loss[a], ratio(sums->attribute_loss[a], facts));
        assert_close(recall->attribute_accuracy[a], ratio(sums->attribute_right[a], facts));
    }
    for (size_t b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &recall->calibration.bin[b];
        assert_int_equal(bin->predictions, sums->bin_tokens[b]);
        if (sums->bin_tokens[b] == 0)
            continue;
        assert_close(bin->confidence, ratio(sums->bin_confidence[b], sums->bin_tokens[b]));
        assert_close(bin->accuracy, ratio(sums->bin_right[b], sums->bin_tokens[b]));
        error += fabs(sums->bin_right[b] - sums->bin_confidence[b]);
    }
    assert_close(recall->calibration_error, ratio(error, sums->tokens));
}

static struct recall measure(struct recall_set *set)
{
    struct recall recall;
    struct engine *engine = engine_like(&table.model, 3, 2);
    assert_true(recall_measure(set, engine, NULL, &recall, NULL));
    engine_free(engine);
    return recall;
}

static void recall_is_that_of_reading_word_by_word(void **state)
{
    (void)state;
    static const struct {
        uint64_t first, among;
        size_t asked;
    } sets[] = {
        {0, KNOWN, KNOWN}, {0, KNOWN, 5}, {KNOWN, HELD_OUT, HELD_OUT}, {2, 1, 1}, {0, KNOWN, 0}};
    size_t facts = 0, untold = 0;
    for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
        struct recall_set set;
        assert_true(recall_set_init_spread(&set, &table.population, &table.vocabulary,
                                           sets[s].first, sets[s].among, sets[s].asked, NULL));
        struct recall recall = measure(&set);
        struct sums sums = add_up(&set, 0, TABLE_ROWS);
        assert_int_equal(set.values, sums.facts);
        assert_int_equal(set.positions, sums.tokens);
        assert_recall(&recall, &sums);
        facts += sums.facts;
        for (size_t a = 0; a < TABLE_COLUMNS; a++)
            untold += sums.attribute_facts[a] == 0 && sums.facts > 0;
        recall_set_free(&set);
    }
    assert_true(facts > 40);
    assert_true(untold > 0); /* an attribute that nobody of a set has */
}

static void parts_of_a_set_are_scored_by_themselves(void **state)
{
    (void)state;
    struct recall_set set;
    assert_true(recall_set_init(&set, &table.population, &table.vocabulary, 0, KNOWN, NULL));
    measure(&set);
    for (uint64_t first = 0; first < KNOWN; first += 3) {
        struct recall recall;
        struct sums sums = add_up(&set, first, first + 3);
        recall_score_within(&set, first, 3, &recall);
        assert_recall(&recall, &sums);
    }
    recall_set_free(&set);
}

/* ---- entropies, baselines, capacity ---- */

/* How often the known individuals have a row's value of an attribute; of how many it is told. */
static size_t count_alike(size_t row, size_t attribute, size_t *told)
{
    size_t alike = 0;
    *told = 0;
    for (uint64_t i = 0; i < KNOWN; i++) {
        const char *value = little_table_value(&table, i, attribute);
        *told += *value != '\0';
        alike += *value && strcmp(value, table_value[row][attribute]) == 0;
    }
    return alike;
}

/* - sum p ln p as the mean of - ln p over those who have one. */
static double entropy_of(size_t attribute)
{
    double sum = 0;
    size_t told = 0;
    for (uint64_t i = 0; i < KNOWN; i++)
        if (is_told(i, attribute)) {
            size_t alike = count_alike(little_table_row(&table, i), attribute, &told);
            sum -= log((double)alike / (double)told);
        }
    return sum / (double)told;
}

static void entropies_and_capacity_count_what_is_told(void **state)
{
    (void)state;
    double baseline, sum = 0;
    uint64_t facts = 0;
    for (size_t a = 0; a < TABLE_COLUMNS; a++) {
        double entropy;
        size_t told;
        count_alike(0, a, &told);
        assert_true(population_entropy(&table.population, a, &entropy, NULL, NULL));
        assert_float_equal(entropy, entropy_of(a), 1e-12);
        assert_int_equal(population_told(&table.population, a), told);
        sum += (double)told * entropy;
        facts += told;
    }
    assert_float_equal(entropy_of(TABLE_KIND), 0, 1e-12); /* one value */
    assert_int_equal(population_facts(&table.population), facts);
    assert_true(recall_baseline(&table.population, &baseline, NULL, NULL));
    assert_float_equal(baseline, sum / (double)facts, 1e-12);
    /* Nothing lost: all there is to know of every fact. */
    assert_float_equal(capacity_bits(facts, baseline, 0), sum / log(2), 1e-9);
}

/* How many different values a column has, in all rows. */
static size_t count_values(size_t attribute)
{
    size_t values = 0;
    for (size_t r = 0; r < TABLE_ROWS; r++) {
        size_t earlier = 0;
        while (earlier < r &&
               strcmp(table_value[earlier][attribute], table_value[r][attribute]) != 0)
            earlier++;
        values += *table_value[r][attribute] && earlier == r;
    }
    return values;
}

static double weight_of(uint64_t individual)
{
    return individual < 3 ? 4 : 1; /* as with celebrities */
}

/* What the value of one individual costs who has seen n weighted draws of the known ones. */
static double cost_of(uint64_t asked, size_t attribute, double n)
{
    const char *value = little_table_value(&table, asked, attribute);
    double alike = 0, told = 0, total = 0;
    for (uint64_t i = 0; i < KNOWN; i++) {
        const char *other = little_table_value(&table, i, attribute);
        total += weight_of(i);
        told += *other ? weight_of(i) : 0;
        alike += strcmp(value, other) == 0 ? weight_of(i) : 0;
    }
    double draws = n * told / total, values = (double)count_values(attribute);
    return -log((draws * alike / told + 0.5) / (draws + 0.5 * values));
}

/* Of the individuals first .. end-1, in all or of one attribute. */
static double mean_cost(uint64_t first, uint64_t end, size_t attribute, double n)
{
    double sum = 0;
    size_t facts = 0;
    for (uint64_t i = first; i < end; i++)
        for (size_t a = 0; a < TABLE_COLUMNS; a++)
            if (is_told(i, a) && (attribute == TABLE_COLUMNS || attribute == a)) {
                sum += cost_of(i, a, n);
                facts++;
            }
    return ratio(sum, facts);
}

static void fill(struct frequencies *frequencies, uint64_t first, uint64_t end, bool weighted)
{
    assert_true(frequencies_init(frequencies, &table.population, NULL));
    for (uint64_t i = first; i < end; i++)
        frequencies_add(frequencies, i, weighted ? weight_of(i) : 1);
}

static void sampled_baselines_are_sums_over_rows(void **state)
{
    (void)state;
    struct frequencies drawn, known, held_out, nobody;
    fill(&drawn, 0, KNOWN, true);
    fill(&known, 0, KNOWN, false);
    fill(&held_out, KNOWN, TABLE_ROWS, false);
    fill(&nobody, 0, 0, false);
    for (double n = 3; n < 1e4; n *= 20) {
        assert_float_equal(frequencies_mean_cost(&known, &drawn, n),
                           mean_cost(0, KNOWN, TABLE_COLUMNS, n), 1e-9);
        assert_float_equal(frequencies_mean_cost(&held_out, &drawn, n),
                           mean_cost(KNOWN, TABLE_ROWS, TABLE_COLUMNS, n), 1e-9);
        for (size_t a = 0; a < TABLE_COLUMNS; a++)
            assert_close(frequencies_cost(&held_out, &drawn, n, a),
                         mean_cost(KNOWN, TABLE_ROWS, a, n));
        assert_true(isnan(frequencies_mean_cost(&nobody, &drawn, n)));
    }
    frequencies_free(&drawn);
    frequencies_free(&known);
    frequencies_free(&held_out);
    frequencies_free(&nobody);
}

/* ---- facts known ---- */

/* Whether the model is made to know a fact at an evaluation. */
static bool is_made_known(uint64_t individual, size_t attribute, size_t evaluation)
{
    return (individual * 7 + attribute * 3 + evaluation * evaluation * 5) % 11 < 4 + evaluation;
}

/* Predictions as of a model that knows just these facts. */
static void make_predictions(struct recall_set *set, size_t evaluation)
{
    for (size_t v = 0; v < set->values; v++) {
        uint64_t individual = set->batch.individual[set->value_slot[v]];
        bool known = is_made_known(individual, set->value_attribute[v], evaluation);
        for (size_t p = set->value_start[v]; p < set->value_start[v + 1]; p++) {
            int32_t target = set->batch.target[set->position[p]];
            set->prediction[p] = (struct prediction){.loss = known ? 0.01F : 3,
                                                     .likeliest = known ? target : target + 1};
        }
    }
}

struct told_counts {
    double facts, known, ever, forgotten;
};

static struct told_counts count_told(size_t attribute, size_t evaluations)
{
    struct told_counts counts = {0};
    for (uint64_t i = 0; i < KNOWN; i++)
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            if (!is_told(i, a) || (attribute < TABLE_COLUMNS && a != attribute))
                continue;
            bool ever = false, known = is_made_known(i, a, evaluations - 1);
            for (size_t e = 0; e < evaluations; e++)
                ever = ever || is_made_known(i, a, e);
            counts.facts++;
            counts.known += known;
            counts.ever += ever;
            counts.forgotten += ever && !known;
        }
    return counts;
}

static void shares_of_facts_are_of_those_that_are_told(void **state)
{
    (void)state;
    enum { EVALUATIONS = 3 };
    struct recall_set set;
    struct knowledge knowledge = {0};
    struct knowledge_snapshot snapshot;
    double baseline[TABLE_COLUMNS];
    uint32_t count[TABLE_ROWS] = {0};
    struct exposures exposures = {.count = count, .known = KNOWN};
    assert_true(recall_set_init(&set, &table.population, &table.vocabulary, 0, KNOWN, NULL));
    assert_true(knowledge_snapshot_init(&snapshot, KNOWN, KNOWN, TABLE_COLUMNS, NULL));
    for (size_t a = 0; a < TABLE_COLUMNS; a++)
        baseline[a] = entropy_of(a);
    for (size_t e = 0; e < EVALUATIONS; e++) {
        make_predictions(&set, e);
        knowledge_look(&snapshot, &set, baseline, &exposures);
        assert_true(knowledge_push(&knowledge, 10 * e, &snapshot, NULL));
    }
    for (size_t a = 0; a <= TABLE_COLUMNS; a++) {
        struct knowledge_summary summary;
        struct told_counts counts = count_told(a, EVALUATIONS);
        assert_true(knowledge_summarize(&knowledge, a, &summary, NULL));
        assert_float_equal(summary.known, counts.known / counts.facts, 1e-12);
        assert_float_equal(summary.ever, counts.ever / counts.facts, 1e-12);
        assert_float_equal(summary.forgotten, counts.forgotten / counts.facts, 1e-12);
    }
    assert_true(count_told(TABLE_COLUMNS, EVALUATIONS).forgotten > 0);
    for (uint64_t i = 0; i < KNOWN; i++)
        for (size_t a = 0; a < TABLE_COLUMNS; a++)
            assert_int_equal(knowledge.fact[i * TABLE_COLUMNS + a].told, is_told(i, a));
    knowledge_snapshot_free(&snapshot);
    knowledge_free(&knowledge);
    recall_set_free(&set);
}

/* ---- circuits ---- */

enum { ROLE_OF_BEGIN, ROLE_OF_TEXT, ROLE_OF_NAME, ROLE_OF_VALUE };

/* What a biography's tokens are, and where its sentences stand; returns how many there are. */
static size_t take_apart(const struct batch *batch, size_t i, int role[LONGEST],
                         struct place place[TABLE_COLUMNS])
{
    int32_t token[LONGEST];
    size_t tokens = read_biography(batch, i, token), sentences = 0;
    for (size_t t = 0; t < tokens; t++)
        role[t] = t == 0 ? ROLE_OF_BEGIN : ROLE_OF_TEXT;
    for (size_t a = 0; a < TABLE_COLUMNS; a++) {
        struct place *at = &place[sentences];
        if (find_sentence(batch->individual[i], a, token, tokens, at) == 0)
            continue;
        for (size_t t = 0; t < at->name_tokens; t++)
            role[at->name + t] = ROLE_OF_NAME;
        for (size_t t = 0; t < at->value_tokens; t++)
            role[at->value + t] = ROLE_OF_VALUE;
        sentences++;
    }
    return sentences;
}

struct circuit_sums {
    double sum[CIRCUITS];
    size_t rows[CIRCUITS];
};

static void add_row(struct circuit_sums *sums, enum circuit circuit, const double *row,
                    const int *role, size_t first, size_t end, int to)
{
    for (size_t j = first; j < end; j++)
        sums->sum[circuit] += role[j] == to ? row[j] : 0;
    sums->rows[circuit]++;
}

/* One head over one biography: attention[length][length]. */
static void add_attention(struct circuit_sums *sums, const struct batch *batch, size_t i,
                          const double *attention)
{
    int role[LONGEST];
    struct place place[TABLE_COLUMNS];
    size_t sentences = take_apart(batch, i, role, place);
    size_t length = batch->start[i + 1] - batch->start[i];
    for (size_t s = 0; s < sentences; s++) {
        size_t last = place[s].name + place[s].name_tokens - 1, before = place[s].value - 1;
        const double *of_name = attention + last * length, *of_value = attention + before * length;
        if (place[s].name_tokens > 1)
            add_row(sums, CIRCUIT_WITHIN_NAME, of_name, role, place[s].name, last, ROLE_OF_NAME);
        add_row(sums, CIRCUIT_NAME_TO_NAMES, of_name, role, 0, last, ROLE_OF_NAME);
        add_row(sums, CIRCUIT_ATTRIBUTE_TO_NAME, of_value, role, 0, before + 1, ROLE_OF_NAME);
        add_row(sums, CIRCUIT_ATTRIBUTE_TO_TEXT, of_value, role, 0, before + 1, ROLE_OF_TEXT);
    }
    for (size_t t = 1; t < length; t++) {
        double entropy = 0;
        for (size_t j = 0; j <= t; j++)
            entropy -= attention[t * length + j] * log(attention[t * length + j]);
        sums->sum[CIRCUIT_SHARPNESS] += entropy / log((double)t + 1);
        sums->rows[CIRCUIT_SHARPNESS]++;
    }
}

/* By the formulas of attention alone. */
static void expect_circuits(const struct batch *batch, size_t layer, size_t head,
                            double mean[CIRCUITS])
{
    const struct model_options *o = &table.model.options;
    double *weight = to_double(table.model.weight, table.model.size);
    struct circuit_sums sums = {0};
    for (size_t i = 0; i < batch->biographies; i++) {
        size_t length = batch->start[i + 1] - batch->start[i], square = length * length;
        double *x = calloc(length * o->d_model, sizeof *x);
        double *attention = calloc(o->layers * o->heads * square, sizeof *attention);
        reference_stream(&table.model, weight, batch->token + batch->start[i], length, x,
                         attention);
        add_attention(&sums, batch, i, attention + (layer * o->heads + head) * square);
        free(x);
        free(attention);
    }
    for (enum circuit c = 0; c < CIRCUITS; c++)
        mean[c] = ratio(sums.sum[c], sums.rows[c]);
    free(weight);
}

static void circuits_are_those_of_names_of_any_length(void **state)
{
    (void)state;
    const struct model_options *o = &table.model.options;
    for (size_t part = 0; part < 2; part++) {
        struct circuits_set set;
        struct circuits circuits;
        uint64_t first = part == 0 ? 0 : KNOWN, among = part == 0 ? KNOWN : HELD_OUT;
        assert_true(circuits_set_init(&set, &table.population, &table.vocabulary, o, first, among,
                                      among, NULL));
        assert_true(circuits_init(&circuits, o->layers, o->heads, NULL));
        struct engine *engine = engine_like(&table.model, 2, 2);
        assert_true(circuits_measure(&set, engine, NULL, &circuits, NULL));
        for (size_t l = 0; l < o->layers; l++)
            for (size_t h = 0; h < o->heads; h++) {
                double expected[CIRCUITS];
                expect_circuits(&set.batch, l, h, expected);
                for (enum circuit c = 0; c < CIRCUITS; c++)
                    assert_close(circuits_of_head(&circuits, c, l, h), expected[c]);
            }
        engine_free(engine);
        circuits_free(&circuits);
        circuits_set_free(&set);
    }
}

/* ---- answers ---- */

/* A question about an individual in the first wording, read up to the value. */
static void ask(struct decoder *decoder, uint64_t individual, size_t attribute, real *next)
{
    struct place place = {0};
    int32_t token[LONGEST] = {TOKEN_BEGIN};
    struct piece piece = write_sentence(individual, attribute, 0, &place);
    memcpy(token + 1, piece.token, place.value * sizeof *token);
    decoder_rewind(decoder, 0);
    assert_true(decoder_read(decoder, token, place.value + 1, 1, next, NULL));
}

static struct piece read_value(const char *value)
{
    struct text text = {0};
    text_add(&text, value);
    struct piece piece = read_text(&text);
    text_free(&text);
    return piece;
}

/* What is left of the probability behind a value where others go on. */
static double share_of_end(const struct piece *piece, size_t attribute, const real *next)
{
    double left = 1;
    bool *counted = memory_new(table.model.options.vocab, sizeof *counted, NULL);
    for (size_t r = 0; r < TABLE_ROWS; r++) {
        struct piece other = read_value(table_value[r][attribute]);
        if (other.tokens <= piece->tokens ||
            memcmp(other.token, piece->token, piece->tokens * sizeof *piece->token) != 0 ||
            counted[other.token[piece->tokens]])
            continue;
        counted[other.token[piece->tokens]] = true;
        left -= exp((double)next[other.token[piece->tokens]]);
    }
    memory_free(counted);
    return left;
}

/* Read word by word behind what the decoder has read, where it stays. */
static double probability_of(struct decoder *decoder, const real *first, const char *value,
                             size_t attribute)
{
    struct piece piece = read_value(value);
    size_t vocab = table.model.options.vocab, length = decoder_length(decoder);
    real *next = memory_new(vocab, sizeof *next, NULL);
    double probability = 1;
    memcpy(next, first, vocab * sizeof *next);
    for (size_t t = 0; t < piece.tokens; t++) {
        probability *= exp((double)next[piece.token[t]]);
        assert_true(decoder_read(decoder, &piece.token[t], 1, 1, next, NULL));
    }
    probability *= share_of_end(&piece, attribute, next);
    decoder_rewind(decoder, length);
    memory_free(next);
    return probability;
}

/* Whether a row is the first with its value. */
static bool is_first(size_t row, size_t attribute)
{
    size_t r = 0;
    while (strcmp(table_value[r][attribute], table_value[row][attribute]) != 0)
        r++;
    return *table_value[row][attribute] && r == row;
}

/* A guess is a value of the column with its probability, and as many are likelier as stand before
 * it; all values together are one distribution at most. */
static void assert_guesses(const struct top_values *found, struct decoder *decoder,
                           const real *next, size_t attribute)
{
    double sum = 0;
    for (size_t g = 0; g < found->guesses; g++) {
        struct text text = {0};
        size_t likelier = 0, row = TABLE_ROWS;
        double own = found->guess[g].probability;
        vocabulary_text(&table.vocabulary, found->guess[g].token, found->guess[g].tokens, &text);
        for (size_t r = 0; r < TABLE_ROWS; r++) {
            if (!is_first(r, attribute))
                continue;
            double probability =
                probability_of(decoder, next, table_value[r][attribute], attribute);
            sum += g == 0 ? probability : 0;
            likelier += probability > own * (1 + 1e-4);
            row = strcmp(table_value[r][attribute], text.bytes) == 0 ? r : row;
        }
        assert_true(row < TABLE_ROWS);
        assert_float_equal(own, probability_of(decoder, next, text.bytes, attribute), 1e-4 * own);
        assert_int_equal(likelier, g);
        text_free(&text);
    }
    assert_true(sum > 0 && sum < 1 + 1e-4);
}

static void guesses_are_the_likeliest_values_of_the_column(void **state)
{
    (void)state;
    real *next = memory_new(table.model.options.vocab, sizeof *next, NULL);
    struct decoder *decoder = decoder_new(&table.model, NULL);
    for (uint64_t i = 0; i < TABLE_ROWS; i += 3)
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            struct top_values found;
            ask(decoder, i, a, next);
            assert_true(top_values_find(&found, &table.vocabulary, a, decoder, next, NULL, NULL));
            assert_true(found.exact);
            size_t values = count_values(a);
            assert_int_equal(found.guesses,
                             values < TOP_VALUES_GUESSES ? values : TOP_VALUES_GUESSES);
            assert_guesses(&found, decoder, next, a);
            top_values_free(&found);
        }
    decoder_free(decoder);
    memory_free(next);
}

static void answers_are_judged_by_the_table_alone(void **state)
{
    (void)state;
    double ignorance[TABLE_COLUMNS] = {1, 1, 1, 1};
    const struct answer_scale scale = {ignorance, ignorance};
    struct decoder *decoder = decoder_new(&table.model, NULL);
    for (uint64_t i = 0; i < TABLE_ROWS; i++)
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            struct answer answer;
            struct error err = {0};
            if (!answer_attribute(&answer, &table.population, &table.vocabulary, decoder, &scale, i,
                                  a, &err))
                fail_msg("%s", err.message);
            assert_true(answer.has_attribute && answer.attribute == a);
            assert_string_equal(answer.name, table_name[little_table_row(&table, i)]);
            assert_int_equal(answer.has_truth, is_told(i, a));
            assert_int_equal(answer.is_untold, !is_told(i, a));
            assert_true(is_told(i, a) || (!answer.truth && !answer.correct));
            if (is_told(i, a)) {
                assert_string_equal(answer.truth, little_table_value(&table, i, a));
                assert_int_equal(answer.correct,
                                 strcmp(answer.candidate[0].text, answer.truth) == 0);
            }
            answer_free(&answer);
        }
    decoder_free(decoder);
}

/* A prompt that is shown as an example asks what the table says. */
static void examples_ask_for_facts_that_there_are(void **state)
{
    (void)state;
    struct session session = {.facts = table.facts, .population = table.population};
    for (uint64_t number = 0; number < 5 * KNOWN; number++) {
        char *example = session_example(&session, number, NULL);
        uint64_t individual = number % KNOWN;
        size_t fitting = 0;
        for (size_t a = 0; a < TABLE_COLUMNS; a++) {
            struct text text = {0};
            text_format(&text, "The %s of %s is", attribute_name[a],
                        table_name[little_table_row(&table, individual)]);
            fitting += is_told(individual, a) && strcmp(example, text.bytes) == 0;
            text_free(&text);
        }
        assert_int_equal(fitting, 1);
        memory_free(example);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_biography_tells_what_the_table_does_and_nothing_else),
        cmocka_unit_test(recall_is_that_of_reading_word_by_word),
        cmocka_unit_test(parts_of_a_set_are_scored_by_themselves),
        cmocka_unit_test(entropies_and_capacity_count_what_is_told),
        cmocka_unit_test(sampled_baselines_are_sums_over_rows),
        cmocka_unit_test(shares_of_facts_are_of_those_that_are_told),
        cmocka_unit_test(circuits_are_those_of_names_of_any_length),
        cmocka_unit_test(guesses_are_the_likeliest_values_of_the_column),
        cmocka_unit_test(examples_ask_for_facts_that_there_are),
        cmocka_unit_test(answers_are_judged_by_the_table_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
