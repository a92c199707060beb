/* Parts of this file: the table of keys; one value read from text and written to text; the pools'
 * limits; assignments. */
#include "config/preset_key.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/library.h"
#include "facts/sampling/keys.h"
#include "model/mixer.h"
#include "model/model_ops.h"

#define PIECE_MAX  150 /* bytes of a text without a blank to break at; libinih reads 197 */
#define COUNT_MAX  1e9
#define REAL_LEAST 1.17549435e-38 /* the smallest normal float: training counts less as 0 */
#define SEED_MAX   (0x1p53 - 1)   /* whole numbers up to here are exact in every JSON reader */

/* ---- the table ---- */

static const char *const norms[] = {[NORM_RMS] = "rms", [NORM_LAYER] = "layer", NULL};
static const char *const positions[] = {
    [POSITIONS_LEARNED] = "learned", [POSITIONS_RELATIVE] = "relative", NULL};

static const char *const tuned[] = {[TUNED_NEW] = "new", [TUNED_RARE] = "rare", NULL};
static const char *const spacings[] = {[SPACING_EVEN] = "even", [SPACING_LOG] = "log", NULL};
static const char *const keeps[] = {
    [KEEP_ALL] = "all", [KEEP_LAST] = "last", [KEEP_SPACED] = "spaced", NULL};
static const char *const growths[] = {
    [GROWTH_LINEAR] = "linear", [GROWTH_GEOMETRIC] = "geometric", NULL};

/* What each model.family stands for, in the order of its names. */
static const struct family {
    enum norm_kind norm;
    enum positions_kind positions;
    bool bias;
} family_model[] = {
    {NORM_RMS, POSITIONS_RELATIVE, false},
    {NORM_LAYER, POSITIONS_LEARNED, true},
};
static const char *const families[] = {"hoffmann", "gpt2", NULL};

#define FIELD(member)                                                                              \
    .offset = offsetof(struct preset, member), .size = sizeof((struct preset *)NULL)->member

/* Behind a row's text, for a key that can change between the steps of a run. */
#define CHANGES .changes = true

/* The same for a learning rate. */
#define IS_RATE .is_rate = true

#define TEXT(in, called, member, as, ...)                                                          \
    {                                                                                              \
        .section = in, .name = called, .type = as, FIELD(member), .standard = "", .unit = "",      \
        .text = __VA_ARGS__                                                                        \
    }
#define COUNT(in, called, member, from, to, usual, of, ...)                                        \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_COUNT, FIELD(member), .low = from, .high = to,  \
        .standard = usual, .unit = of, .text = __VA_ARGS__                                         \
    }
#define OPTIONAL(in, called, member, from, to, of, ...)                                            \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_OPTIONAL, FIELD(member), .low = from,           \
        .high = to, .standard = "", .unit = of, .text = __VA_ARGS__                                \
    }
#define NUMBER(in, called, member, from, to, usual, of, ...)                                       \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_NUMBER, FIELD(member), .low = from, .high = to, \
        .standard = usual, .unit = of, .text = __VA_ARGS__                                         \
    }
#define NEEDED(in, called, member, above, from, to, ...)                                           \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_OPTIONAL_NUMBER, FIELD(member), .low = from,    \
        .above_low = above, .high = to, .standard = "", .unit = "", .text = __VA_ARGS__            \
    }
#define POSITIVE(in, called, member, to, usual, of, ...)                                           \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_NUMBER, FIELD(member), .low = REAL_LEAST,       \
        .high = to, .standard = usual, .unit = of, .text = __VA_ARGS__                             \
    }
#define SWITCH(in, called, member, usual, ...)                                                     \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_SWITCH, FIELD(member), .standard = usual,       \
        .unit = "", .text = __VA_ARGS__                                                            \
    }
#define CHOICE(in, called, member, as, of, usual, ...)                                             \
    {                                                                                              \
        .section = in, .name = called, .type = as, FIELD(member), .choice = of, .standard = usual, \
        .unit = "", .text = __VA_ARGS__                                                            \
    }

const struct preset_key preset_keys[] = {
    TEXT("preset", "name", name, KEY_TEXT, "Name of the preset; by default the name of its file."),
    TEXT("preset", "title", title, KEY_TEXT, "The preset in one line."),
    TEXT("preset", "description", description, KEY_TEXT,
         "What the preset shows, in a sentence or more."),
    NUMBER("preset", "minutes", minutes, 0, 1e7, "0", "minutes",
           "Approximate run time on two cores, in fp32 where train.precision = auto; 0: unknown."),

    {.section = "facts",
     .name = "file",
     .type = KEY_PATH,
     FIELD(facts.file),
     .standard = "biography",
     .unit = "",
     .text = "The facts file, which defines the attributes, their pools and their templates."},
    TEXT("facts", "table", facts.table, KEY_PATH,
         "A table whose rows are the individuals, in place of facts.file: comma- or tab-separated, "
         "names in the first column, an attribute in each other."),
    COUNT("facts", "templates", facts.templates, 0, FACTS_MAX_TEMPLATES, "0", "templates",
          "Number of templates used for each attribute, the first of its file; 0: all."),
    COUNT("facts", "train_templates", facts.train_templates, 1, FACTS_MAX_TEMPLATES, "20",
          "templates",
          "Number of templates that each individual's attribute is trained with; the others are "
          "held out for evaluation. If there is only one, it serves for both."),
    SWITCH("facts", "shuffle", facts.shuffle, "yes",
           "Whether the sentences of a biography come in random order."),
    TEXT("facts", "fingerprint", facts.fingerprint, KEY_TEXT,
         "Identifies the pools and templates of a run, and the numbers that it is sampled by: set "
         "when the run starts, checked when it is resumed."),

    COUNT("population", "seed", population.seed, 0, SEED_MAX, "1", "",
          "Seed for names, values, the templates that each individual is trained with, and every "
          "batch."),
    COUNT("population", "known", population.known, 0, POPULATION_MAX, "65536", "individuals",
          "Individuals the model is trained on. 0, for facts from a table: all rows that the other "
          "keys leave; then eval.known and eval.new are lowered to what there is."),
    COUNT("population", "new", population.held_out, 0, POPULATION_MAX, "16384", "individuals",
          "Individuals the model is never trained on, for comparison."),
    NUMBER("population", "new_share", population.held_out_share, 0, 0.9, "0", "",
           "Share of a table's rows that are held back, in place of population.new; 0: as "
           "population.new says."),
    COUNT("population", "fine_tuning", population.fine_tuning, 0, POPULATION_MAX, "0",
          "individuals",
          "Individuals reserved for fine-tuning, numbered after the known and the new ones."),

    CHOICE("sampling", "kind", sampling.kind, KEY_CHOICE, sampling_names, "uniform", NULL, CHANGES),
    NEEDED("sampling", "alpha", sampling.alpha, false, 0, 100, NULL, CHANGES),
    TEXT("sampling", "column", sampling.column, KEY_TEXT, NULL, CHANGES),
    COUNT("sampling", "celebrities", sampling.celebrities, 0, POPULATION_MAX, "0", "individuals",
          NULL, CHANGES),
    NEEDED("sampling", "weight", sampling.weight, true, 0, 1e6, NULL, CHANGES),
    COUNT("sampling", "subset", sampling.subset, 0, POPULATION_MAX, "0", "individuals", NULL,
          CHANGES),
    COUNT("sampling", "epochs", sampling.epochs, 0, 1000000, "0", "epochs", NULL, CHANGES),
    COUNT("sampling", "steps", sampling.steps, 0, COUNT_MAX, "0", "steps", NULL, CHANGES),
    COUNT("sampling", "groups", sampling.groups, 1, SAMPLING_MAX_GROUPS, "1", "groups", NULL,
          CHANGES),
    COUNT("sampling", "repeats", sampling.repeats, 1, 1000000, "1", "rounds", NULL, CHANGES),
    CHOICE("sampling", "growth", sampling.growth, KEY_CHOICE, growths, "linear", NULL, CHANGES),
    NUMBER("sampling", "factor", sampling.factor, 0, 1e6, "0", "", NULL, CHANGES),

    CHOICE("model", "kind", model.kind, KEY_CHOICE, model_kind_names, "transformer",
           "A transformer, or an associative memory without attention: one hidden layer of ReLU "
           "units that maps a random key to a value. A memory needs facts of one attribute with "
           "one template, and does not use family, layers, heads, d_key, norm and positions, which "
           "must keep their default."),
    CHOICE("model", "family", model, KEY_FAMILY, families, "hoffmann",
           "Sets the three keys norm, positions and bias: hoffmann means rms, relative, no; gpt2 "
           "means layer, learned, yes. Must come before them."),
    CHOICE("model", "mixer", model.mixer, KEY_CHOICE, mixer_names, "attention",
           "How information moves from earlier tokens to later ones: by attention, or by the gated "
           "linear recurrence of Griffin and Hawk (De et al. 2024), with a short convolution "
           "before it."),
    COUNT("model", "layers", model.layers, 1, 1024, "8", "layers",
          "Number of blocks, each with a mixer and a feed-forward layer."),
    COUNT("model", "heads", model.heads, 1, 1024, "8", "heads",
          "Attention heads per block; with rg-lru, diagonal blocks in the matrices of the gates."),
    COUNT("model", "d_model", model.d_model, 1, 65536, "512", "numbers",
          "Width of the residual stream; for a memory, of its keys."),
    COUNT("model", "d_hidden", model.d_hidden, 1, 262144, "2048", "numbers",
          "Width of the feed-forward layer; for a memory, of its hidden layer."),
    COUNT("model", "d_key", model.d_key, 1, 65536, "64", "numbers",
          "Width of each head's queries, keys and values; with rg-lru, channels per head."),
    COUNT("model", "vocab", model.vocab, 0, 16777216, "0", "tokens",
          "Rows of the embedding, at least the size of the vocabulary; 0: exactly that."),
    COUNT("model", "max_length", model.max_length, 0, 1048576, "0", "tokens",
          "Maximum sequence length; 0: the length of the longest biography."),
    CHOICE("model", "norm", model.norm, KEY_CHOICE, norms, "rms",
           "Normalisation before each layer: rms only scales, layer also centres."),
    CHOICE("model", "positions", model.positions, KEY_CHOICE, positions, "relative",
           "How positions are represented: relative distances in the attention, or learned vectors "
           "added to the input. A recurrence needs neither: with rg-lru, relative adds nothing."),
    SWITCH("model", "bias", model.bias, "no", "Whether linear layers and layer norms have a bias."),

    COUNT("train", "seed", trainer.seed, 0, SEED_MAX, "1", "", "Seed for the initial weights."),
    COUNT("train", "steps", trainer.schedule.steps, 1, COUNT_MAX, "16000", "steps",
          "Total number of training steps; with [patching], that of a single model: the run makes "
          "reference_step - start_step more.",
          CHANGES),
    COUNT("train", "batch", trainer.batch, 1, 1048576, "128", "biographies",
          "Biographies per step.", CHANGES),
    POSITIVE("train", "lr", trainer.schedule.lr, 1, "4e-4", "", "Learning rate at the first step.",
             CHANGES, IS_RATE),
    NUMBER("train", "final_lr", trainer.schedule.final_lr, 0, 1, "1e-7", "",
           "Learning rate at the end of the cosine, which a step after the last one would have; "
           "that of the last step is slightly higher.",
           CHANGES),
    CHOICE("train", "schedule", trainer.schedule.kind, KEY_CHOICE, schedule_names, "cosine",
           "Schedule of the learning rate, which starts at lr without warm-up: half a cosine down "
           "to final_lr, or constant.",
           CHANGES),
    NUMBER("train", "weight_decay", trainer.optimizer.weight_decay, 0, 10, "0.1", "",
           "AdamW's weight decay: every step subtracts this share of each matrix, times the "
           "learning rate.",
           CHANGES),
    NUMBER("train", "beta1", trainer.optimizer.beta1, 0, 0.999999, "0.9", "",
           "AdamW's beta1: decay of the running mean of the gradient.", CHANGES),
    NUMBER("train", "beta2", trainer.optimizer.beta2, 0, 0.999999, "0.95", "",
           "AdamW's beta2: decay of the running mean of the squared gradient.", CHANGES),
    POSITIVE("train", "epsilon", trainer.optimizer.epsilon, 1, "1e-8", "",
             "AdamW's epsilon: added to the square root of the mean squared gradient.", CHANGES),
    NUMBER("train", "clip", trainer.optimizer.clip, 0, 1e9, "0", "",
           "Maximum norm of the gradient, which a longer one is scaled down to; 0: no clipping.",
           CHANGES),
    COUNT("train", "shards", trainer.shards, 0, 4096, "0", "shards",
          "Number of parts that a batch is divided into, which can be worked on at the same time; "
          "the same number gives the same bits. 0: 8, or the batch where that is smaller."),
    COUNT("train", "threads", trainer.threads, 0, 4096, "0", "threads",
          "Maximum number of threads for training; 0: those that the machine has. No more than "
          "there are shards are used.",
          CHANGES),
    CHOICE(
        "train", "precision", model.precision, KEY_CHOICE, precision_names, "fp32",
        "What linear layers and the output multiply: fp32; bf16, rounded to 8 binary digits, with "
        "sums in fp32, where oneDNN and the processor make such products (fp32 elsewhere); or "
        "auto: bf16 where they do and fp32 elsewhere, what the other run has where a run begins "
        "with its weights, and fp32 in sweeps and reproductions, so that their runs compare. "
        "Weights, optimizer, norms, attention between tokens, loss and all sums stay fp32. A run "
        "is recorded with what it was."),

    COUNT("fine-tuning", "after", trainer.finetune.after, 0, COUNT_MAX, "0", "steps",
          "Steps of training before fine-tuning starts, which is where a cosine schedule ends; "
          "from then on, training is on other individuals, with a fresh optimizer. 0: no "
          "fine-tuning, and the keys below are ignored."),
    CHOICE("fine-tuning", "who", trainer.finetune.who, KEY_CHOICE, tuned, "new",
           "Which individuals to fine-tune on: new, the population.fine_tuning individuals that "
           "were never seen before, or rare, all known ones except the celebrities. All other "
           "known individuals are called old."),
    POSITIVE("fine-tuning", "lr", trainer.finetune.lr, 1, "3e-5", "",
             "Learning rate of fine-tuning, constant, and not affected by a learning rate that was "
             "set by hand before.",
             IS_RATE),
    NUMBER(
        "fine-tuning", "replay", trainer.finetune.replay, 0, 1e6, "0", "",
        "How often an old individual is sampled, relative to one that is fine-tuned on; 0: never."),
    SWITCH("fine-tuning", "freeze_embedding", trainer.finetune.freeze_embedding, "no",
           "Whether the embedding and learned positions are frozen during fine-tuning."),
    SWITCH("fine-tuning", "freeze_attention", trainer.finetune.freeze_attention, "no",
           "Whether the attention layers, or the recurrences in their place, and the norms before "
           "them are frozen during fine-tuning."),
    SWITCH(
        "fine-tuning", "freeze_feed_forward", trainer.finetune.freeze_feed_forward, "no",
        "Whether the feed-forward layers and the norms before them are frozen during fine-tuning."),

    OPTIONAL(
        "patching", "reference_step", trainer.patching.reference_step, 0, COUNT_MAX, "steps",
        "Step after which the model becomes the reference. A second model, the patched one, then "
        "starts from the weights of start_step and uses the reference's attention patterns in "
        "place of its own; the weights behind its own patterns are frozen. Empty: no patching."),
    COUNT("patching", "start_step", trainer.patching.start_step, 0, COUNT_MAX, "0", "steps",
          "Step whose weights, batches and learning rate the patched model starts from, with a "
          "fresh optimizer; if it equals reference_step, attention is only frozen."),

    COUNT("eval", "every", trainer.evaluate_every, 1, COUNT_MAX, "125", "steps",
          "Steps between evaluations.", CHANGES),
    COUNT("eval", "known", trainer.evaluate_known, 1, POPULATION_MAX, "512", "individuals",
          "Known individuals in an evaluation, which uses templates that they were not trained "
          "with."),
    COUNT("eval", "new", trainer.evaluate_new, 0, POPULATION_MAX, "512", "individuals",
          "New individuals in an evaluation."),
    COUNT("eval", "circuits", trainer.evaluate_circuits, 0, POPULATION_MAX, "8", "individuals",
          "Maximum number of known and of new individuals whose biographies an evaluation measures "
          "attention on, if the model has attention; 0: none."),
    CHOICE(
        "eval", "spacing", trainer.evaluate_spacing, KEY_CHOICE, spacings, "even",
        "Even: an evaluation every eval.every steps. Log: besides these, at steps 1, 2, 4, 8, 16, "
        "and from there on at twelve for each doubling of the steps; with a large eval.every at "
        "these alone.",
        CHANGES),

    COUNT("checkpoint", "every", trainer.checkpoint_every, 0, COUNT_MAX, "0", "steps",
          "Steps between checkpoints; 0: only at the start and at the end.", CHANGES),
    CHOICE(
        "checkpoint", "keep", trainer.checkpoint_keep, KEY_CHOICE, keeps, "all",
        "All: every checkpoint. Last: only that of the first step and the newest. Spaced: every "
        "checkpoint and, between them, snapshots: the weights alone, at steps 1, 2, 4, 8, 16, and "
        "from there on at twelve for each doubling of the steps.",
        CHANGES),
    COUNT("checkpoint", "budget", trainer.snapshot_budget, 1, 1e6, "256", "MiB",
          "Disk space for the snapshots of a run. If they need more, they are thinned out evenly "
          "over the logarithm of the step.",
          CHANGES),
};

enum { KEYS = sizeof preset_keys / sizeof *preset_keys };
const size_t preset_key_count = KEYS;

const struct preset_key *preset_key_find(const char *section, const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(preset_keys[i].section, section) == 0 && strcmp(preset_keys[i].name, name) == 0)
            return &preset_keys[i];
    return NULL;
}

char *preset_key_text(const struct preset_key *key, struct error *err)
{
    struct text text = {0};
    if (key->text)
        text_add(&text, key->text);
    else
        sampling_describe(key->name, &text);
    return text_take(&text, err);
}

bool preset_is_section(const char *section)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(preset_keys[i].section, section) == 0)
            return true;
    return strcmp(section, PRESET_POOLS) == 0;
}

/* The sentence for a key that is not in the table. section may be empty. */
bool preset_key_unknown(const char *section, const char *name, struct error *err)
{
    char full[KEYS][PRESET_NAME_ROOM];
    const char *list[KEYS];
    char asked[2 * PRESET_NAME_ROOM];
    const char *meant = NULL;
    snprintf(asked, sizeof asked, "%s%s%s", section, *section ? "." : "", name);
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(full[i], sizeof full[i], "%s.%s", preset_keys[i].section, preset_keys[i].name);
        list[i] = full[i];
        if (!meant && !preset_is_section(section) && strcmp(preset_keys[i].name, name) == 0)
            meant = full[i];
    }
    const char *near = suggest_of(asked, list, KEYS);
    meant = near ? near : meant;
    if (meant)
        return error_set(err, ERROR_INPUT, "unknown key %s; did you mean %s?", asked, meant);
    return error_set(err, ERROR_INPUT, "unknown key %s", asked);
}

bool preset_section_unknown(const char *section, struct error *err)
{
    const char *list[KEYS + 1] = {PRESET_POOLS};
    for (size_t i = 0; i < KEYS; i++)
        list[i + 1] = preset_keys[i].section;
    const char *near = suggest_of(section, list, KEYS + 1);
    if (near)
        return error_set(err, ERROR_INPUT, "unknown section [%s]; did you mean [%s]?", section,
                         near);
    return error_set(err, ERROR_INPUT, "unknown section [%s]", section);
}

/* ---- one value ---- */

void *preset_key_field(struct preset *preset, const struct preset_key *key)
{
    return (char *)preset + key->offset;
}

static const void *field_read(const struct preset *preset, const struct preset_key *key)
{
    return (const char *)preset + key->offset;
}

static uint64_t read_count(const struct preset *preset, const struct preset_key *key)
{
    const void *from = field_read(preset, key);
    return key->size == sizeof(uint64_t) ? *(const uint64_t *)from : *(const uint32_t *)from;
}

static void write_count(struct preset *preset, const struct preset_key *key, uint64_t count)
{
    void *to = preset_key_field(preset, key);
    if (key->size == sizeof(uint64_t))
        *(uint64_t *)to = count;
    else
        *(uint32_t *)to = (uint32_t)count;
}

static bool out_of_range(const struct preset_key *key, const char *value, struct error *err)
{
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    number_write(low, key->low);
    number_write(high, key->high);
    return error_set(err, ERROR_INPUT, "%s.%s = %s is out of range (%s%s to %s)", key->section,
                     key->name, value, key->above_low ? "above " : "", low, high);
}

static bool expected(const struct preset_key *key, const char *value, const char *what,
                     struct error *err)
{
    if (*value == '\0')
        return error_set(err, ERROR_INPUT, "%s.%s has no value", key->section, key->name);
    return error_set(err, ERROR_INPUT, "%s.%s = %s is not %s", key->section, key->name, value,
                     what);
}

static bool in_range(const struct preset_key *key, double number)
{
    return number <= key->high && (key->above_low ? number > key->low : number >= key->low);
}

static bool parse_count(const struct preset_key *key, const char *value, uint64_t *count,
                        struct error *err)
{
    double number;
    if (!number_read_count(value, count))
        return number_read(value, &number) && !in_range(key, number)
                   ? out_of_range(key, value, err)
                   : expected(key, value, "a whole number in digits", err);
    return in_range(key, (double)*count) || out_of_range(key, value, err);
}

static bool set_count(struct preset *preset, const struct preset_key *key, const char *value,
                      struct error *err)
{
    uint64_t count;
    if (!parse_count(key, value, &count, err))
        return false;
    write_count(preset, key, count);
    return true;
}

static bool set_optional(struct preset *preset, const struct preset_key *key, const char *value,
                         struct error *err)
{
    struct optional_count optional = {.given = *value != '\0'};
    if (optional.given && !parse_count(key, value, &optional.count, err))
        return false;
    *(struct optional_count *)preset_key_field(preset, key) = optional;
    return true;
}

static bool parse_number(const struct preset_key *key, const char *value, double *number,
                         struct error *err)
{
    if (!number_read(value, number))
        return expected(key, value, "a number", err);
    return in_range(key, *number) || out_of_range(key, value, err);
}

static bool set_number(struct preset *preset, const struct preset_key *key, const char *value,
                       struct error *err)
{
    double number;
    if (!parse_number(key, value, &number, err))
        return false;
    *(double *)preset_key_field(preset, key) = number;
    return true;
}

static bool set_optional_number(struct preset *preset, const struct preset_key *key,
                                const char *value, struct error *err)
{
    struct optional_number optional = {.given = *value != '\0'};
    if (optional.given && !parse_number(key, value, &optional.number, err))
        return false;
    *(struct optional_number *)preset_key_field(preset, key) = optional;
    return true;
}

static bool set_switch(struct preset *preset, const struct preset_key *key, const char *value,
                       struct error *err)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return expected(key, value, "yes or no", err);
    *(bool *)preset_key_field(preset, key) = yes;
    return true;
}

static bool not_a_choice(const struct preset_key *key, const char *value, struct error *err)
{
    struct text all = {0};
    text_add_choice(&all, key->choice);
    char *names = text_take(&all, err);
    if (names)
        expected(key, value, names, err);
    memory_free(names);
    return false;
}

static bool set_choice(struct preset *preset, const struct preset_key *key, const char *value,
                       struct error *err)
{
    int i = 0;
    while (key->choice[i] && strcmp(key->choice[i], value) != 0)
        i++;
    if (!key->choice[i])
        return not_a_choice(key, value, err);
    if (key->type == KEY_CHOICE) {
        memcpy(preset_key_field(preset, key), &i, sizeof i);
        return true;
    }
    preset->model.norm = family_model[i].norm;
    preset->model.positions = family_model[i].positions;
    preset->model.bias = family_model[i].bias;
    return true;
}

size_t preset_text_piece(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0' && !(length > 0 && text[length] == ' ' && text[length - 1] != ' ' &&
                                     text[length + 1] != '\0' && !strchr(" ;#", text[length + 1])))
        length++;
    return length;
}

size_t preset_path_piece(const char *path)
{
    size_t best = 0;
    for (size_t at = 0; path[at] != '\0';) {
        size_t before = at;
        at += utf8_length(path + at);
        bool breaks = !strchr(" ;#", path[before]) && !strchr(" ;#", path[at]);
        if (at > PIECE_MAX && best > 0)
            return best;
        best = breaks ? at : best;
        if (path[at] == '\0' && at <= PIECE_MAX)
            best = at;
    }
    return best > 0 ? best : strlen(path);
}

/* Whether libinih gives the text back as it is written. */
static bool check_text(const struct preset_key *key, const char *text, struct error *err)
{
    for (const char *c = text; *c != '\0'; c += utf8_length(c)) {
        if (utf8_length(c) == 0)
            return error_set(err, ERROR_INPUT, "%s.%s is not UTF-8", key->section, key->name);
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return error_set(err, ERROR_INPUT, "%s.%s holds a control character", key->section,
                             key->name);
        if (*c == ';' && (c == text || c[-1] == ' '))
            return error_set(err, ERROR_INPUT,
                             "%s.%s has a ; after a blank, which begins a comment", key->section,
                             key->name);
    }
    for (const char *piece = text; key->type != KEY_PATH && *piece != '\0';) {
        size_t length = preset_text_piece(piece);
        if (length > PIECE_MAX)
            return error_set(err, ERROR_INPUT,
                             "%s.%s has %zu bytes without a blank between; at most %d fit a line",
                             key->section, key->name, length, PIECE_MAX);
        piece += length;
        piece += *piece == ' ';
    }
    return true;
}

static bool set_text(struct preset *preset, const struct preset_key *key, const char *value,
                     struct error *err)
{
    if (!check_text(key, value, err))
        return false;
    char *copy = memory_string(value, err);
    if (!copy)
        return false;
    char **to = preset_key_field(preset, key);
    memory_free(*to);
    *to = copy;
    return true;
}

static bool set_path(struct preset *preset, const struct preset_key *key, const char *value,
                     const char *directory, struct error *err)
{
    if (*value == '\0' && *key->standard != '\0')
        return error_set(err, ERROR_INPUT, "%s.%s is empty", key->section, key->name);
    if (!library_is_path(value) && !csv_has_extension(value))
        return set_text(preset, key, value, err);
    char *path = file_resolve(value, directory, err);
    bool ok = path && set_text(preset, key, path, err);
    memory_free(path);
    return ok;
}

/* directory: where relative paths start. */
bool preset_key_set(struct preset *preset, const struct preset_key *key, const char *value,
                    const char *directory, struct error *err)
{
    switch (key->type) {
    case KEY_TEXT:
        return set_text(preset, key, value, err);
    case KEY_PATH:
        return set_path(preset, key, value, directory, err);
    case KEY_COUNT:
        return set_count(preset, key, value, err);
    case KEY_OPTIONAL:
        return set_optional(preset, key, value, err);
    case KEY_NUMBER:
        return set_number(preset, key, value, err);
    case KEY_OPTIONAL_NUMBER:
        return set_optional_number(preset, key, value, err);
    case KEY_SWITCH:
        return set_switch(preset, key, value, err);
    case KEY_CHOICE:
    case KEY_FAMILY:
        return set_choice(preset, key, value, err);
    }
    return false;
}

static const char *family_name(const struct model_options *model)
{
    for (size_t i = 0; families[i]; i++)
        if (family_model[i].norm == model->norm && family_model[i].positions == model->positions &&
            family_model[i].bias == model->bias)
            return families[i];
    return "";
}

char *preset_value(const struct preset *preset, const struct preset_key *key, struct error *err)
{
    const void *from = field_read(preset, key);
    const struct optional_count *optional = from;
    const struct optional_number *optional_number = from;
    char number[NUMBER_TEXT];
    int choice;
    switch (key->type) {
    case KEY_TEXT:
    case KEY_PATH:
        return memory_string(*(char *const *)from, err);
    case KEY_COUNT:
        return memory_format(err, "%" PRIu64, read_count(preset, key));
    case KEY_OPTIONAL:
        return optional->given ? memory_format(err, "%" PRIu64, optional->count)
                               : memory_string("", err);
    case KEY_NUMBER:
        number_write(number, *(const double *)from);
        return memory_string(number, err);
    case KEY_OPTIONAL_NUMBER:
        if (!optional_number->given)
            return memory_string("", err);
        number_write(number, optional_number->number);
        return memory_string(number, err);
    case KEY_SWITCH:
        return memory_string(*(const bool *)from ? "yes" : "no", err);
    case KEY_CHOICE:
        memcpy(&choice, from, sizeof choice);
        return memory_string(key->choice[choice], err);
    case KEY_FAMILY:
        return memory_string(family_name(&preset->model), err);
    }
    return NULL;
}

bool preset_check_unused(const struct preset *preset, const char *section, const char *name,
                         const char *nothing, const char *kind_of, struct error *err)
{
    const struct preset_key *key = preset_key_find(section, name);
    char *value = preset_value(preset, key, err);
    char *kind = value ? preset_value(preset, preset_key_find(kind_of, "kind"), err) : NULL;
    bool unused = kind && (strcmp(value, key->standard) == 0 || strcmp(value, nothing) == 0);
    if (kind && !unused)
        error_set(err, ERROR_INPUT, "%s.%s = %s is not used with %s.kind = %s; %s%s", section, name,
                  value, kind_of, kind, *nothing ? "set it to " : "leave it empty", nothing);
    memory_free(value);
    memory_free(kind);
    return unused;
}

/* ---- pools ---- */

static bool is_pool_name(const char *name)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_.";
    size_t length = strlen(name);
    return length > 0 && length < PRESET_NAME_ROOM && strspn(name, characters) == length;
}

bool preset_pool_set(struct preset *preset, const char *pool, const char *value, struct error *err)
{
    const struct preset_key key = {
        .section = PRESET_POOLS, .name = pool, .type = KEY_COUNT, .low = 0, .high = UINT32_MAX};
    uint64_t count;
    if (!is_pool_name(pool))
        return error_set(err, ERROR_INPUT, "%s.%s is not the name of a pool", PRESET_POOLS, pool);
    if (!number_read_count(value, &count))
        return expected(&key, value, "a whole number in digits", err);
    if (!in_range(&key, (double)count))
        return out_of_range(&key, value, err);

    struct facts_options *facts = &preset->facts;
    size_t i = 0;
    while (i < facts->limits && strcmp(facts->limit[i].pool, pool) != 0)
        i++;
    if (count == 0 && i == facts->limits)
        return true;
    if (count == 0) {
        memory_free(facts->limit[i].pool);
        facts->limits--;
        memmove(&facts->limit[i], &facts->limit[i + 1], (facts->limits - i) * sizeof *facts->limit);
        return true;
    }
    if (i == facts->limits) {
        struct pool_limit *grown =
            memory_resize(facts->limit, facts->limits + 1, sizeof *grown, err);
        if (!grown)
            return false;
        facts->limit = grown;
        char *copy = memory_string(pool, err);
        if (!copy)
            return false;
        grown[facts->limits++] = (struct pool_limit){.pool = copy};
    }
    facts->limit[i].count = (size_t)count;
    return true;
}

/* ---- assignments ---- */

bool preset_init(struct preset *preset, struct error *err)
{
    *preset = (struct preset){0};
    for (size_t i = 0; i < preset_key_count; i++)
        if (!preset_key_set(preset, &preset_keys[i], preset_keys[i].standard, ".", err)) {
            preset_free(preset);
            return false;
        }
    return true;
}

/* Removes blanks at both ends, in place. */
static char *trim(char *text)
{
    while (ascii_is_space(*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && ascii_is_space(text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

/* Whether there is something on either side of the dot; a key alone is for the suggestion. */
static bool is_full_name(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && name[0] != '.' && name[length - 1] != '.';
}

static bool set_assigned(struct preset *preset, const char *full_name, const char *value,
                         struct error *err)
{
    char section[PRESET_NAME_ROOM] = "";
    const char *dot = strchr(full_name, '.');
    const char *name = dot ? dot + 1 : full_name;
    if (dot)
        snprintf(section, sizeof section, "%.*s", (int)(dot - full_name), full_name);
    if (strcmp(section, PRESET_POOLS) == 0)
        return preset_pool_set(preset, name, value, err);
    const struct preset_key *key = preset_key_find(section, name);
    if (!key)
        return preset_key_unknown(section, name, err);
    if (!preset_key_set(preset, key, value, ".", err))
        return false;
    preset->names_rate = preset->names_rate || key->is_rate;
    return true;
}

const struct preset_key *preset_key_assigned(const char *assignment)
{
    char section[PRESET_NAME_ROOM], name[PRESET_NAME_ROOM];
    size_t length = strcspn(assignment, " ="), dot = strcspn(assignment, ". =");
    if (dot >= length || dot >= sizeof section || length - dot > sizeof name)
        return NULL;
    snprintf(section, sizeof section, "%.*s", (int)dot, assignment);
    snprintf(name, sizeof name, "%.*s", (int)(length - dot - 1), assignment + dot + 1);
    return preset_key_find(section, name);
}

bool preset_set_steps(struct preset *preset, uint64_t steps, struct error *err)
{
    char assignment[64];
    snprintf(assignment, sizeof assignment, "train.steps=%" PRIu64, steps);
    return preset_set(preset, assignment, err);
}

bool preset_set(struct preset *preset, const char *assignment, struct error *err)
{
    char *copy = memory_string(assignment, err);
    if (!copy)
        return false;
    char *equals = strchr(copy, '=');
    if (equals)
        *equals = '\0';
    char *name = trim(copy);
    bool ok =
        equals && is_full_name(name)
            ? set_assigned(preset, name, trim(equals + 1), err)
            : error_set(err, ERROR_INPUT, "%s is not of the form section.key=value", assignment);
    memory_free(copy);
    return ok;
}
