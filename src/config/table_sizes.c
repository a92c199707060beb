/* Parts of this file: a table counted; the rule; whether a plateau is to be expected. */
#include "config/table_sizes.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/dictionary.h"
#include "facts/population.h"
#include "facts/words.h"

/* ---- a table counted ---- */

enum { COUNTED_ENTRIES = 1000 }; /* of a pool, for what its entries are like */

static size_t entries_counted(const struct pool *pool)
{
    return pool->count < COUNTED_ENTRIES ? pool->count : COUNTED_ENTRIES;
}

static const struct pool *values_of(const struct fact_set *facts, size_t attribute)
{
    return &facts->pool[facts->attribute[attribute].part[0]];
}

static size_t rows_told(const struct fact_set *facts, size_t attribute)
{
    size_t told = 0;
    for (size_t row = 0; row < fact_set_rows(facts); row++)
        told += fact_set_cell(facts, row, attribute) != FACTS_NO_VALUE;
    return told;
}

uint64_t table_sizes_facts(const struct fact_set *facts)
{
    uint64_t told = 0;
    for (size_t a = 0; a < facts->attributes; a++)
        if (values_of(facts, a)->count > 1)
            told += rows_told(facts, a);
    return told;
}

/* Rows that are trained on; where what the preset holds back leaves none, all, since it is refused
 * later. */
static uint64_t rows_known(const struct preset *preset, const struct fact_set *facts)
{
    struct population_options size = preset->population;
    struct error ignored;
    return population_fit(&size, facts, &ignored) && size.known > 0 ? size.known
                                                                    : fact_set_rows(facts);
}

static size_t count_words(const char *text)
{
    struct word word;
    size_t count = 0;
    while (word_next(&text, &word))
        count++;
    return count;
}

static double words_of_entry(const struct pool *pool)
{
    size_t count = entries_counted(pool), words = 0;
    for (size_t i = 0; i < count; i++)
        words += count_words(pool->entry[i]);
    return count > 0 ? (double)words / (double)count : 0;
}

static double words_of_wording(const struct fact_set *facts, size_t attribute)
{
    size_t words = 0;
    for (size_t i = 0; i < facts->templates; i++) {
        const struct template *template = &facts->attribute[attribute].template[i];
        words += count_words(template->before_name) + count_words(template->before_value) +
                 count_words(template->after_value);
    }
    return (double)words / (double)facts->templates;
}

/* Of a row's biography, on the average. */
static double words_of_row(const struct fact_set *facts)
{
    double words = 0, rows = (double)fact_set_rows(facts);
    double name = words_of_entry(&facts->pool[facts->name_part[0]]);
    for (size_t a = 0; a < facts->attributes; a++)
        words += (words_of_wording(facts, a) + name + words_of_entry(values_of(facts, a))) *
                 (double)rows_told(facts, a) / rows;
    return words;
}

/* About as many as the vocabulary will have: an entry has one that is its own. */
static double count_vocabulary(const struct fact_set *facts)
{
    double words = 0;
    for (size_t i = 0; i < facts->pools; i++)
        words += (double)facts->pool[i].count;
    return words;
}

static void write_word(const struct word *word, char written[WORD_MAX_BYTES + 1])
{
    size_t count = word->count < WORD_MAX_BYTES ? word->count : WORD_MAX_BYTES;
    memcpy(written, word->bytes, count);
    written[count] = '\0';
}

/* Whether a word stands in the text before it, as the second one of "Bora Bora" does. */
static bool is_repeated(const char *text, const struct word *word)
{
    for (struct word other; word_next(&text, &other) && other.bytes < word->bytes;)
        if (other.count == word->count && memcmp(other.bytes, word->bytes, word->count) == 0)
            return true;
    return false;
}

/* In how many of the pool's entries each word stands; false where memory ran out. */
static bool count_entries(const struct pool *pool, struct dictionary *entries)
{
    struct error ignored;
    for (size_t i = 0; i < entries_counted(pool); i++) {
        const char *text = pool->entry[i];
        char written[WORD_MAX_BYTES + 1];
        for (struct word word; word_next(&text, &word);) {
            write_word(&word, written);
            const size_t *before = dictionary_get(entries, written);
            if (!is_repeated(pool->entry[i], &word) &&
                !dictionary_put(entries, written, before ? *before + 1 : 1, &ignored))
                return false;
        }
    }
    return true;
}

static bool has_own_word(const char *name, const struct dictionary *entries)
{
    char written[WORD_MAX_BYTES + 1];
    for (struct word word; word_next(&name, &word);) {
        write_word(&word, written);
        if (*dictionary_get(entries, written) == 1)
            return true;
    }
    return false;
}

/* The share of names of which every word stands in another one too. */
static double names_of_shared_words(const struct fact_set *facts)
{
    const struct pool *names = &facts->pool[facts->name_part[0]];
    size_t count = entries_counted(names), shared = 0;
    struct dictionary entries = {0};
    bool counted = count_entries(names, &entries);
    for (size_t i = 0; counted && i < count; i++)
        shared += !has_own_word(names->entry[i], &entries);
    dictionary_free(&entries);
    return count > 0 ? (double)shared / (double)count : 0;
}

/* ---- the rule ---- */

enum {
    LAYERS = 2,
    LEAST_BATCH = 4,
    FEW_ROWS_BATCH = 32,
    MOST_BATCH = 128,
    FIRST_STEPS = 400,
    EXPOSURES = 40,
    LEAST_ASKED = 128,
    MOST_ASKED = 512,
    EVALUATIONS = 40,
    CHECKPOINTS = 5,
    MOST_MINUTES = 600,
};

/* Of two cores, as quickstart's steps reach it. */
static const double operations_per_minute = 130e9 * 60;

enum { HARD_WIDTH = 128, HEAD_WIDTH = 32, WIDE_HEADS_FROM = 384 };

static const double hard_rate = 2e-3;  /* of learning, of HARD_WIDTH */
static const double most_shared = 0.1; /* of all names, to be easy */

static const size_t widths[] = {96, HARD_WIDTH, 192, 256, 384, 512};
enum { WIDTHS = sizeof widths / sizeof *widths };

static uint64_t within(uint64_t count, uint64_t least, uint64_t most)
{
    return count < least ? least : count > most ? most : count;
}

/* The largest of 1, 2 and 5 times a power of ten that is not above the count. */
static uint64_t round_down(uint64_t count)
{
    uint64_t power = 1;
    while (count / 10 >= power)
        power *= 10;
    return count >= 5 * power ? 5 * power : count >= 2 * power ? 2 * power : power;
}

/* Smaller batches are noisier, and names of shared words take a narrower model much longer. */
static size_t least_width(size_t batch, const struct fact_set *facts)
{
    bool is_hard = batch < FEW_ROWS_BATCH || names_of_shared_words(facts) > most_shared;
    return is_hard ? HARD_WIDTH : widths[0];
}

static size_t choose_width(uint64_t told, size_t least)
{
    size_t at = 0;
    while (widths[at] < least || (at + 1 < WIDTHS && told > 2 * (uint64_t)widths[at] * widths[at]))
        at++;
    return widths[at];
}

static void choose_model(struct preset *preset, size_t width)
{
    struct model_options *model = &preset->model;
    model->layers = LAYERS;
    model->d_model = width;
    model->d_hidden = 4 * width;
    model->d_key = width < WIDE_HEADS_FROM ? HEAD_WIDTH : 2 * HEAD_WIDTH;
    model->heads = width / model->d_key;
    preset->trainer.schedule.lr = hard_rate * (double)HARD_WIDTH / (double)width;
}

/* Of a row until it is known; it takes twice as many to learn which words make up a name. */
static double exposures(const struct fact_set *facts)
{
    return EXPOSURES * (1 + names_of_shared_words(facts));
}

static uint64_t choose_batch(uint64_t rows)
{
    uint64_t few = within(rows / 16, LEAST_BATCH, FEW_ROWS_BATCH);
    return few < FEW_ROWS_BATCH ? few : within(rows / 64, FEW_ROWS_BATCH, MOST_BATCH);
}

static double minutes_of_step(const struct preset *preset, const struct fact_set *facts)
{
    double width = (double)preset->model.d_model;
    double parameters = 12 * LAYERS * width * width + count_vocabulary(facts) * width;
    return 6 * parameters * words_of_row(facts) * (double)preset->trainer.batch /
           operations_per_minute;
}

void table_sizes_choose(struct preset *preset, const struct fact_set *facts)
{
    struct trainer_options *trainer = &preset->trainer;
    uint64_t rows = rows_known(preset, facts), asked = within(rows / 8, LEAST_ASKED, MOST_ASKED);
    trainer->batch = (size_t)choose_batch(rows);
    choose_model(preset,
                 choose_width(table_sizes_facts(facts), least_width(trainer->batch, facts)));
    double step = minutes_of_step(preset, facts);
    double met = exposures(facts) * (double)rows / (double)trainer->batch;
    uint64_t steps = FIRST_STEPS + (uint64_t)met;
    steps = within(steps, 1, (uint64_t)fmax(1, MOST_MINUTES / step));
    trainer->schedule.steps = steps;
    trainer->evaluate_every = round_down(steps / EVALUATIONS);
    trainer->evaluate_known = trainer->evaluate_new = (size_t)asked;
    trainer->checkpoint_every = round_down(steps / CHECKPOINTS);
    preset->minutes = fmax(0.1, round(10 * step * (double)steps) / 10);
}

bool table_sizes_are_short(const struct preset *preset, const struct fact_set *facts, double *met,
                           double *needed)
{
    const struct trainer_options *trainer = &preset->trainer;
    double shown = (double)trainer->schedule.steps * (double)trainer->batch;
    *met = shown / (double)rows_known(preset, facts);
    *needed = exposures(facts);
    return *met < *needed;
}

/* ---- whether a plateau is to be expected ---- */

static const uint64_t least_rows = 200;
static const double least_sharing = 2.5; /* rows a value, of a column whose values are shared */
static const double most_unshared = 0.1; /* of all nats there are to learn */

/* The part of what is to be learned, in nats of equally likely values, that lies in columns of
 * which hardly two rows share a value. */
static double unshared(const struct fact_set *facts)
{
    double all = 0, own = 0;
    for (size_t a = 0; a < facts->attributes; a++) {
        double told = (double)rows_told(facts, a), values = (double)values_of(facts, a)->count;
        double nats = told * log(values);
        all += nats;
        own += told < least_sharing * values ? nats : 0;
    }
    return all > 0 ? own / all : 0;
}

const char *table_sizes_no_plateau(const struct preset *preset, const struct fact_set *facts)
{
    if (rows_known(preset, facts) < least_rows)
        return "Too small for a plateau: with so few rows, facts are learned as early as the "
               "frequencies of values.";
    if (unshared(facts) > most_unshared)
        return "No plateau is to be expected: values that are nearly unique are learned together "
               "with their rows.";
    return NULL;
}
