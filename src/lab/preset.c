/* Parts of this file: the table of keys; one value read from text and written to text; the pools'
 * limits; a file with what it includes; checks; writing; finding and listing. */
#include "lab/preset.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/dictionary.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "base/settings.h"
#include "base/text.h"

#define LINE_WIDTH        96  /* bytes preset_write fills before it goes on in an indented line */
#define PIECE_MAX         150 /* bytes of a text without a blank to break at; libinih reads 197 */
#define INCLUDE_DEPTH     16
#define KEY_NAME_MAX      64
#define NAME_MAX_BYTES    100
#define COUNT_MAX         1e9
#define SEED_MAX          (0x1p53 - 1) /* whole numbers up to here are exact in every JSON reader */
#define EXTENSION         ".ini"
#define POOLS_SECTION     "pools"
#define PRESETS_DIRECTORY "presets"

/* ---- the table ---- */

static const char *const norms[] = {[NORM_RMS] = "rms", [NORM_LAYER] = "layer", NULL};
static const char *const positions[] = {
    [POSITIONS_LEARNED] = "learned", [POSITIONS_RELATIVE] = "relative", NULL};
static const char *const schedules[] = {
    [SCHEDULE_COSINE] = "cosine", [SCHEDULE_CONSTANT] = "constant", NULL};

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

#define TEXT(in, called, member, as, what)                                                         \
    {                                                                                              \
        .section = in, .name = called, .type = as, FIELD(member), .standard = "", .unit = "",      \
        .text = what                                                                               \
    }
#define COUNT(in, called, member, from, to, usual, of, what)                                       \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_COUNT, FIELD(member), .low = from, .high = to,  \
        .standard = usual, .unit = of, .text = what                                                \
    }
#define NUMBER(in, called, member, from, to, usual, of, what)                                      \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_NUMBER, FIELD(member), .low = from, .high = to, \
        .standard = usual, .unit = of, .text = what                                                \
    }
#define POSITIVE(in, called, member, to, usual, of, what)                                          \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_NUMBER, FIELD(member), .low = 0,                \
        .above_low = true, .high = to, .standard = usual, .unit = of, .text = what                 \
    }
#define SWITCH(in, called, member, usual, what)                                                    \
    {                                                                                              \
        .section = in, .name = called, .type = KEY_SWITCH, FIELD(member), .standard = usual,       \
        .unit = "", .text = what                                                                   \
    }
#define CHOICE(in, called, member, as, of, usual, what)                                            \
    {                                                                                              \
        .section = in, .name = called, .type = as, FIELD(member), .choice = of, .standard = usual, \
        .unit = "", .text = what                                                                   \
    }

const struct preset_key preset_keys[] = {
    TEXT("preset", "name", name, KEY_TEXT,
         "What the preset is called; the file's name where it is not said."),
    TEXT("preset", "title", title, KEY_TEXT, "The preset in one line."),
    TEXT("preset", "description", description, KEY_TEXT,
         "What the preset shows, in a sentence or more."),
    NUMBER("preset", "minutes", minutes, 0, 1e7, "0", "minutes",
           "About how long it takes on two cores; 0: not said."),

    {.section = "facts",
     .name = "file",
     .type = KEY_PATH,
     FIELD(facts.file),
     .standard = "biography",
     .unit = "",
     .text = "The facts file: which attributes there are and in which words they are told."},
    COUNT("facts", "templates", facts.templates, 0, FACTS_MAX_TEMPLATES, "0", "templates",
          "Templates of every attribute in use, the first of its file; 0: all there are."),
    COUNT("facts", "train_templates", facts.train_templates, 1, FACTS_MAX_TEMPLATES, "20",
          "templates",
          "Templates an individual's attribute is trained with; the others are for evaluation."),
    SWITCH("facts", "shuffle", facts.shuffle, "yes",
           "Whether the sentences of a biography come in random order."),

    COUNT("population", "seed", population.seed, 0, SEED_MAX, "1", "",
          "Decides names, values, which templates an individual is trained with, and every batch."),
    COUNT("population", "known", population.known, 1, POPULATION_MAX, "65536", "individuals",
          "Individuals the model is trained on."),
    COUNT("population", "new", population.fresh, 1, POPULATION_MAX, "16384", "individuals",
          "Individuals it is never trained on, to compare with."),
    COUNT("population", "fine_tuning", population.fine_tuning, 0, POPULATION_MAX, "0",
          "individuals", "Individuals kept apart for fine-tuning."),

    CHOICE("model", "family", model, KEY_FAMILY, families, "hoffmann",
           "Sets the three keys norm, positions and bias: hoffmann is rms, relative, no; gpt2 is "
           "layer, learned, yes. Goes before them."),
    COUNT("model", "layers", model.layers, 1, 1024, "8", "layers",
          "Blocks, each of an attention and a feed-forward layer."),
    COUNT("model", "heads", model.heads, 1, 1024, "8", "heads", "Attention heads in a block."),
    COUNT("model", "d_model", model.d_model, 1, 65536, "512", "numbers",
          "Width of the stream between blocks."),
    COUNT("model", "d_hidden", model.d_hidden, 1, 262144, "2048", "numbers",
          "Width of the feed-forward layer."),
    COUNT("model", "d_key", model.d_key, 1, 65536, "64", "numbers",
          "Width of one head's keys, queries and values."),
    COUNT("model", "vocab", model.vocab, 0, 16777216, "0", "tokens",
          "Rows of the embedding, at least the vocabulary's words; 0: exactly as many."),
    COUNT("model", "max_length", model.max_length, 0, 1048576, "0", "tokens",
          "Longest sequence; 0: as long as the longest biography."),
    CHOICE("model", "norm", model.norm, KEY_CHOICE, norms, "rms",
           "What normalises the stream before each layer: rms scales alone, layer also centres."),
    CHOICE("model", "positions", model.positions, KEY_CHOICE, positions, "relative",
           "How the model knows the order: relative distances in the attention, or learned vectors "
           "added to the input."),
    SWITCH("model", "bias", model.bias, "no", "Whether linear layers and layer norms add a bias."),

    COUNT("train", "seed", trainer.seed, 0, SEED_MAX, "1", "", "Decides the initial weights."),
    COUNT("train", "steps", trainer.schedule.steps, 1, COUNT_MAX, "16000", "steps",
          "Training steps in all."),
    COUNT("train", "batch", trainer.batch, 1, 1048576, "128", "biographies",
          "Biographies a step is made on."),
    POSITIVE("train", "lr", trainer.schedule.lr, 1, "4e-4", "", "Learning rate at the first step."),
    NUMBER("train", "final_lr", trainer.schedule.final_lr, 0, 1, "1e-7", "",
           "Learning rate the cosine ends at."),
    CHOICE("train", "schedule", trainer.schedule.kind, KEY_CHOICE, schedules, "cosine",
           "How the learning rate goes on from there, without warm-up: along a half cosine to "
           "final_lr, or constant."),
    NUMBER("train", "weight_decay", trainer.optimizer.weight_decay, 0, 10, "0.1", "",
           "Share of a matrix, times the learning rate, that every step takes away."),
    NUMBER("train", "beta1", trainer.optimizer.beta1, 0, 0.999999, "0.9", "",
           "How much of the gradients' running mean a step keeps."),
    NUMBER("train", "beta2", trainer.optimizer.beta2, 0, 0.999999, "0.95", "",
           "How much of the squared gradients' running mean a step keeps."),
    POSITIVE("train", "epsilon", trainer.optimizer.epsilon, 1, "1e-8", "",
             "Added to the root of the squared gradients' mean."),
    NUMBER("train", "clip", trainer.optimizer.clip, 0, 1e9, "0", "",
           "Longest gradient, which a longer one is scaled down to; 0: any."),
    COUNT("train", "shards", trainer.shards, 0, 4096, "0", "shards",
          "Parts a batch is cut into; the same number gives the same bits. 0: as many as the "
          "machine has threads, set when a run starts."),
    COUNT("train", "threads", trainer.threads, 0, 4096, "0", "threads",
          "Threads that train at most; 0: as many as shards."),

    COUNT("eval", "every", trainer.evaluate_every, 1, COUNT_MAX, "125", "steps",
          "Steps from one evaluation to the next."),
    COUNT("eval", "known", trainer.evaluate_known, 1, POPULATION_MAX, "512", "individuals",
          "Known individuals an evaluation asks about, in words never seen for them."),
    COUNT("eval", "new", trainer.evaluate_new, 1, POPULATION_MAX, "512", "individuals",
          "New individuals an evaluation asks about."),

    COUNT("checkpoint", "every", trainer.checkpoint_every, 0, COUNT_MAX, "0", "steps",
          "Steps from one checkpoint to the next; 0: only at the start and at the end."),
};

enum { KEYS = sizeof preset_keys / sizeof *preset_keys };
const size_t preset_key_count = KEYS;

static const struct preset_key *find_key(const char *section, const char *name)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(preset_keys[i].section, section) == 0 && strcmp(preset_keys[i].name, name) == 0)
            return &preset_keys[i];
    return NULL;
}

static bool is_section(const char *section)
{
    for (size_t i = 0; i < KEYS; i++)
        if (strcmp(preset_keys[i].section, section) == 0)
            return true;
    return strcmp(section, POOLS_SECTION) == 0;
}

/* The sentence for a key that is not in the table. section may be empty. */
static bool unknown_key(const char *section, const char *name, struct error *err)
{
    char full[KEYS][KEY_NAME_MAX];
    const char *list[KEYS];
    char asked[2 * KEY_NAME_MAX];
    const char *meant = NULL;
    snprintf(asked, sizeof asked, "%s%s%s", section, *section ? "." : "", name);
    for (size_t i = 0; i < KEYS; i++) {
        snprintf(full[i], sizeof full[i], "%s.%s", preset_keys[i].section, preset_keys[i].name);
        list[i] = full[i];
        if (!meant && !is_section(section) && strcmp(preset_keys[i].name, name) == 0)
            meant = full[i];
    }
    const char *near = nearest_of(asked, list, KEYS);
    meant = near ? near : meant;
    if (meant)
        return error_set(err, ERROR_INPUT, "unknown key %s; did you mean %s?", asked, meant);
    return error_set(err, ERROR_INPUT, "unknown key %s", asked);
}

/* ---- one value ---- */

static void *field(struct preset *preset, const struct preset_key *key)
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
    void *to = field(preset, key);
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

static bool set_count(struct preset *preset, const struct preset_key *key, const char *value,
                      struct error *err)
{
    uint64_t count;
    double number;
    if (!number_read_count(value, &count))
        return number_read(value, &number) && !in_range(key, number)
                   ? out_of_range(key, value, err)
                   : expected(key, value, "a whole number in digits", err);
    if (!in_range(key, (double)count))
        return out_of_range(key, value, err);
    write_count(preset, key, count);
    return true;
}

static bool set_number(struct preset *preset, const struct preset_key *key, const char *value,
                       struct error *err)
{
    double number;
    if (!number_read(value, &number))
        return expected(key, value, "a number", err);
    if (!in_range(key, number))
        return out_of_range(key, value, err);
    *(double *)field(preset, key) = number;
    return true;
}

static bool set_switch(struct preset *preset, const struct preset_key *key, const char *value,
                       struct error *err)
{
    bool yes = strcmp(value, "yes") == 0;
    if (!yes && strcmp(value, "no") != 0)
        return expected(key, value, "yes or no", err);
    *(bool *)field(preset, key) = yes;
    return true;
}

static bool not_a_choice(const struct preset_key *key, const char *value, struct error *err)
{
    struct text all = {0};
    for (size_t i = 0; key->choice[i]; i++)
        text_format(&all, "%s%s", i > 0 ? " or " : "", key->choice[i]);
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
        memcpy(field(preset, key), &i, sizeof i);
        return true;
    }
    preset->model.norm = family_model[i].norm;
    preset->model.positions = family_model[i].positions;
    preset->model.bias = family_model[i].bias;
    return true;
}

/* Bytes up to the next blank at which preset_write may break a line: one blank alone, with nothing
 * behind it that would begin a comment. */
static size_t piece_length(const char *text)
{
    size_t length = 0;
    while (text[length] != '\0' && !(length > 0 && text[length] == ' ' && text[length - 1] != ' ' &&
                                     text[length + 1] != '\0' && !strchr(" ;#", text[length + 1])))
        length++;
    return length;
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
    for (const char *piece = text; *piece != '\0';) {
        size_t length = piece_length(piece);
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
    char **to = field(preset, key);
    memory_free(*to);
    *to = copy;
    return true;
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), of_end = strlen(end);
    return length >= of_end && strcmp(text + length - of_end, end) == 0;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') || ends_with(name, EXTENSION);
}

/* The path seen from a directory; where it leads to a file, absolute and without links. */
static char *absolute_path(const char *path, const char *directory, struct error *err)
{
    char *joined = path[0] == '/' ? memory_string(path, err) : file_join(directory, path, err);
    char *resolved = joined ? realpath(joined, NULL) : NULL;
    if (!resolved)
        return joined;
    memory_free(joined);
    char *copy = memory_string(resolved, err);
    free(resolved);
    return copy;
}

static bool set_path(struct preset *preset, const struct preset_key *key, const char *value,
                     const char *directory, struct error *err)
{
    if (*value == '\0')
        return error_set(err, ERROR_INPUT, "%s.%s is empty", key->section, key->name);
    if (!is_path(value))
        return set_text(preset, key, value, err);
    char *path = absolute_path(value, directory, err);
    bool ok = path && set_text(preset, key, path, err);
    memory_free(path);
    return ok;
}

/* directory: where relative paths start. */
static bool set_key(struct preset *preset, const struct preset_key *key, const char *value,
                    const char *directory, struct error *err)
{
    switch (key->type) {
    case KEY_TEXT:
        return set_text(preset, key, value, err);
    case KEY_PATH:
        return set_path(preset, key, value, directory, err);
    case KEY_COUNT:
        return set_count(preset, key, value, err);
    case KEY_NUMBER:
        return set_number(preset, key, value, err);
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
    char number[NUMBER_TEXT];
    int choice;
    switch (key->type) {
    case KEY_TEXT:
    case KEY_PATH:
        return memory_string(*(char *const *)from, err);
    case KEY_COUNT:
        return memory_format(err, "%" PRIu64, read_count(preset, key));
    case KEY_NUMBER:
        number_write(number, *(const double *)from);
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

/* ---- pools ---- */

static bool is_pool_name(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length >= KEY_NAME_MAX)
        return false;
    for (; *name != '\0'; name++)
        if (!isalnum((unsigned char)*name) && !strchr("-_.", *name))
            return false;
    return true;
}

static bool set_pool(struct preset *preset, const char *pool, const char *value, struct error *err)
{
    const struct preset_key key = {
        .section = POOLS_SECTION, .name = pool, .type = KEY_COUNT, .low = 0, .high = UINT32_MAX};
    uint64_t count;
    if (!is_pool_name(pool))
        return error_set(err, ERROR_INPUT, "%s.%s is not the name of a pool", POOLS_SECTION, pool);
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

/* ---- the whole ---- */

bool preset_init(struct preset *preset, struct error *err)
{
    *preset = (struct preset){0};
    for (size_t i = 0; i < KEYS; i++)
        if (!set_key(preset, &preset_keys[i], preset_keys[i].standard, ".", err)) {
            preset_free(preset);
            return false;
        }
    return true;
}

void preset_free(struct preset *preset)
{
    for (size_t i = 0; i < KEYS; i++)
        if (preset_keys[i].type == KEY_TEXT || preset_keys[i].type == KEY_PATH)
            memory_free(*(char **)field(preset, &preset_keys[i]));
    for (size_t i = 0; i < preset->facts.limits; i++)
        memory_free(preset->facts.limit[i].pool);
    memory_free(preset->facts.limit);
    *preset = (struct preset){0};
}

/* Removes blanks at both ends, in place. */
static char *trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

static bool set_assigned(struct preset *preset, const char *full_name, const char *value,
                         struct error *err)
{
    char section[KEY_NAME_MAX] = "";
    const char *dot = strchr(full_name, '.');
    const char *name = dot ? dot + 1 : full_name;
    if (dot)
        snprintf(section, sizeof section, "%.*s", (int)(dot - full_name), full_name);
    if (strcmp(section, POOLS_SECTION) == 0)
        return set_pool(preset, name, value, err);
    const struct preset_key *key = find_key(section, name);
    return key ? set_key(preset, key, value, ".", err) : unknown_key(section, name, err);
}

bool preset_set(struct preset *preset, const char *assignment, struct error *err)
{
    char *copy = memory_string(assignment, err);
    if (!copy)
        return false;
    char *equals = strchr(copy, '=');
    bool ok;
    if (equals) {
        *equals = '\0';
        ok = set_assigned(preset, trim(copy), trim(equals + 1), err);
    } else
        ok = error_set(err, ERROR_INPUT, "%s is not of the form section.key=value", assignment);
    memory_free(copy);
    return ok;
}

/* ---- a file ---- */

/* A file being read. */
struct reader {
    struct preset *preset;
    const struct paths *paths;
    const char *origin;
    char *directory;             /* of origin */
    const struct reader *parent; /* the file that includes this one, or null */
    size_t depth;                /* files around this one */
    struct stat identity;        /* of origin, where it is a file */
    bool is_file;
    const struct preset_key *last; /* the last setting's; null in [pools] */
    bool seen[KEYS];
    struct dictionary pools_seen;
};

static bool read_text(struct reader *reader, const char *text, struct error *err);

static char *read_file(const char *path, struct error *err)
{
    size_t size;
    char *text = file_read(path, &size, err);
    if (!text || strlen(text) == size)
        return text;
    error_set(err, ERROR_INPUT, "%s is no text: it holds a null byte", path);
    memory_free(text);
    return NULL;
}

static bool is_being_read(const struct reader *reader, const struct stat *identity)
{
    for (; reader; reader = reader->parent)
        if (reader->is_file && reader->identity.st_dev == identity->st_dev &&
            reader->identity.st_ino == identity->st_ino)
            return true;
    return false;
}

/* Takes the path if it is there and not one of the files that led here; frees it otherwise. */
static char *usable_include(const struct reader *reader, char *path, bool *in_circle)
{
    struct stat identity;
    if (path && stat(path, &identity) == 0) {
        if (!is_being_read(reader, &identity))
            return path;
        *in_circle = true;
    }
    memory_free(path);
    return NULL;
}

/* The included file: beside the including one, else in the places of presets. A file that is being
 * read is passed over, so that a user's quickstart.ini can include the shipped one. */
static char *find_include(const struct reader *reader, const char *name, struct error *err)
{
    bool absolute = name[0] == '/', in_circle = false;
    struct error trouble = {ERROR_NONE, ""};
    char *beside =
        absolute ? memory_string(name, &trouble) : file_join(reader->directory, name, &trouble);
    char *found = usable_include(reader, beside, &in_circle);
    char **data = absolute ? NULL : reader->paths->data;
    for (; data && *data && !found && !trouble.kind; data++) {
        char *path = memory_format(&trouble, "%s/" PRESETS_DIRECTORY "/%s", *data, name);
        found = usable_include(reader, path, &in_circle);
    }
    if (trouble.kind)
        error_set(err, trouble.kind, "%s", trouble.message);
    else if (!found && in_circle)
        error_set(err, ERROR_INPUT, "%s includes itself", name);
    else if (!found)
        error_set(err, ERROR_INPUT, "there is no %s to include", name);
    return found;
}

static bool include(struct reader *reader, const char *name, struct error *err)
{
    if (reader->depth + 1 == INCLUDE_DEPTH)
        return error_set(err, ERROR_INPUT, "includes are %d deep", INCLUDE_DEPTH);
    char *path = find_include(reader, name, err);
    char *text = path ? read_file(path, err) : NULL;
    struct reader included = {
        .preset = reader->preset,
        .paths = reader->paths,
        .origin = path,
        .parent = reader,
        .depth = reader->depth + 1,
    };
    bool ok = text && read_text(&included, text, err);
    memory_free(text);
    memory_free(path);
    return ok;
}

static bool take_continuation(struct reader *reader, const char *value, struct error *err)
{
    const struct preset_key *key = reader->last;
    if (!key || key->type != KEY_TEXT)
        return error_set(err, ERROR_INPUT,
                         "an indented line goes on with the value above it, which has one line");
    /* Newer versions of libinih remove a comment here, older ones do not. */
    size_t length = strlen(value);
    for (size_t i = 1; i < length; i++)
        if (value[i] == ';' && isspace((unsigned char)value[i - 1]))
            length = i;
    while (length > 0 && isspace((unsigned char)value[length - 1]))
        length--;
    const char *before = *(char **)field(reader->preset, key);
    const char *blank = *before == '\0' ? "" : " ";
    char *whole = memory_format(err, "%s%s%.*s", before, blank, (int)length, value);
    bool ok = whole && set_text(reader->preset, key, whole, err);
    memory_free(whole);
    return ok;
}

/* A family would undo what the same file said before about its keys. */
static bool check_family_first(const struct reader *reader, const struct preset_key *key,
                               struct error *err)
{
    static const char *const later[] = {"norm", "positions", "bias"};
    for (size_t i = 0; key->type == KEY_FAMILY && i < sizeof later / sizeof *later; i++)
        if (reader->seen[find_key(key->section, later[i]) - preset_keys])
            return error_set(err, ERROR_INPUT, "%s.%s goes before %s.%s, which it sets",
                             key->section, key->name, key->section, later[i]);
    return true;
}

static bool given_twice(const char *section, const char *name, struct error *err)
{
    return error_set(err, ERROR_INPUT, "%s.%s is given a second time", section, name);
}

static bool take_pool(struct reader *reader, const struct setting *setting, struct error *err)
{
    reader->last = NULL;
    if (dictionary_get(&reader->pools_seen, setting->key))
        return given_twice(POOLS_SECTION, setting->key, err);
    return dictionary_put(&reader->pools_seen, setting->key, setting->line, err) &&
           set_pool(reader->preset, setting->key, setting->value, err);
}

static bool unknown_section(const char *section, struct error *err)
{
    const char *list[KEYS + 1] = {POOLS_SECTION};
    for (size_t i = 0; i < KEYS; i++)
        list[i + 1] = preset_keys[i].section;
    const char *near = nearest_of(section, list, KEYS + 1);
    if (near)
        return error_set(err, ERROR_INPUT, "unknown section [%s]; did you mean [%s]?", section,
                         near);
    return error_set(err, ERROR_INPUT, "unknown section [%s]", section);
}

static bool take_key(struct reader *reader, const struct setting *setting, struct error *err)
{
    const struct preset_key *key = find_key(setting->section, setting->key);
    if (!key)
        return unknown_key(setting->section, setting->key, err);
    if (reader->seen[key - preset_keys])
        return given_twice(setting->section, setting->key, err);
    reader->seen[key - preset_keys] = true;
    reader->last = key;
    return check_family_first(reader, key, err) &&
           set_key(reader->preset, key, setting->value, reader->directory, err);
}

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    struct reader *reader = user;
    if (setting->continued)
        return take_continuation(reader, setting->value, err);
    if (*setting->section == '\0' && strcmp(setting->key, "include") == 0)
        return include(reader, setting->value, err);
    if (*setting->section == '\0')
        return error_set(err, ERROR_INPUT, "%s stands before the first [section]", setting->key);
    if (!is_section(setting->section))
        return unknown_section(setting->section, err);
    if (strcmp(setting->section, POOLS_SECTION) == 0)
        return take_pool(reader, setting, err);
    return take_key(reader, setting, err);
}

/* Reads the text of reader->origin into reader->preset. */
static bool read_text(struct reader *reader, const char *text, struct error *err)
{
    reader->is_file = stat(reader->origin, &reader->identity) == 0;
    reader->directory = file_directory(reader->origin, err);
    bool ok = reader->directory && settings_read(text, reader->origin, take_setting, reader, err);
    dictionary_free(&reader->pools_seen);
    memory_free(reader->directory);
    return ok;
}

/* The file's name without directory and extension. */
static bool name_after_file(struct preset *preset, const char *path, struct error *err)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = strlen(name) - (ends_with(name, EXTENSION) ? strlen(EXTENSION) : 0);
    char *copy = memory_format(err, "%.*s", (int)length, name);
    bool ok = copy && set_text(preset, find_key("preset", "name"), copy, err);
    memory_free(copy);
    return ok;
}

static bool read_preset(struct reader *reader, const char *text, struct error *err)
{
    if (!read_text(reader, text, err))
        return false;
    bool named = reader->seen[find_key("preset", "name") - preset_keys];
    return ((named || name_after_file(reader->preset, reader->origin, err)) &&
            preset_check(reader->preset, err)) ||
           error_prefix(err, "%s", reader->origin);
}

bool preset_read(struct preset *preset, const struct paths *paths, const char *text,
                 const char *origin, struct error *err)
{
    if (!preset_init(preset, err))
        return false;
    struct reader reader = {.preset = preset, .paths = paths, .origin = origin};
    if (read_preset(&reader, text, err))
        return true;
    preset_free(preset);
    return false;
}

/* ---- checks ---- */

static bool check_name(const char *name, struct error *err)
{
    if (*name == '\0' || *name == '.' || strchr(name, '/') || strlen(name) > NAME_MAX_BYTES)
        return error_set(
            err, ERROR_INPUT,
            "preset.name = %s cannot be part of a file's name (1 to %d bytes, no /, no "
            "full stop in front)",
            name, NAME_MAX_BYTES);
    return true;
}

bool preset_check(const struct preset *preset, struct error *err)
{
    const struct facts_options *facts = &preset->facts;
    const struct model_options *model = &preset->model;
    const struct trainer_options *trainer = &preset->trainer;
    const struct schedule *schedule = &trainer->schedule;
    if (!check_name(preset->name, err))
        return false;
    if (facts->templates > 0 && facts->train_templates >= facts->templates)
        return error_set(err, ERROR_INPUT,
                         "facts.train_templates = %zu leaves none of facts.templates = %zu for "
                         "evaluation",
                         facts->train_templates, facts->templates);
    if (model->positions == POSITIONS_RELATIVE && model->d_model % 2 != 0)
        return error_set(err, ERROR_INPUT,
                         "model.d_model = %zu is odd; relative positions need an even one",
                         model->d_model);
    if (schedule->kind == SCHEDULE_COSINE && schedule->final_lr > schedule->lr) {
        char lr[NUMBER_TEXT], final_lr[NUMBER_TEXT];
        number_write(lr, schedule->lr);
        number_write(final_lr, schedule->final_lr);
        return error_set(err, ERROR_INPUT, "train.final_lr = %s is above train.lr = %s", final_lr,
                         lr);
    }
    if (trainer->shards > trainer->batch)
        return error_set(err, ERROR_INPUT, "train.shards = %zu is above train.batch = %zu",
                         trainer->shards, trainer->batch);
    if (trainer->evaluate_known > preset->population.known)
        return error_set(err, ERROR_INPUT, "eval.known = %zu is above population.known = %" PRIu64,
                         trainer->evaluate_known, preset->population.known);
    if (trainer->evaluate_new > preset->population.fresh)
        return error_set(err, ERROR_INPUT, "eval.new = %zu is above population.new = %" PRIu64,
                         trainer->evaluate_new, preset->population.fresh);
    return true;
}

/* ---- writing ---- */

/* "name = value", going on in indented lines where it is long. */
static void write_pair(struct text *out, const char *name, const char *value)
{
    static const char indent[] = "\n   ";
    text_format(out, "%s =", name);
    size_t column = strlen(name) + strlen(" =");
    for (bool first = true; *value != '\0'; first = false) {
        size_t length = piece_length(value);
        if (!first && column + 1 + length > LINE_WIDTH) {
            text_add(out, indent);
            column = strlen(indent) - 1;
        }
        text_add(out, " ");
        text_add_bytes(out, value, length);
        column += 1 + length;
        value += length;
        value += *value == ' ';
    }
    text_add(out, "\n");
}

static void write_pools(struct text *out, const struct facts_options *facts)
{
    if (facts->limits > 0)
        text_format(out, "\n[%s]\n", POOLS_SECTION);
    for (size_t i = 0; i < facts->limits; i++)
        text_format(out, "%s = %zu\n", facts->limit[i].pool, facts->limit[i].count);
}

char *preset_write(const struct preset *preset, struct error *err)
{
    struct text out = {0};
    const char *section = "";
    for (size_t i = 0; i < KEYS; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (strcmp(section, key->section) != 0)
            text_format(&out, "%s[%s]\n", i == 0 ? "" : "\n", key->section);
        section = key->section;
        if (key->type != KEY_FAMILY) {
            char *value = preset_value(preset, key, err);
            if (!value) {
                text_free(&out);
                return NULL;
            }
            write_pair(&out, key->name, value);
            memory_free(value);
        }
    }
    write_pools(&out, &preset->facts);
    return text_take(&out, err);
}

/* ---- finding and listing ---- */

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memory_free(names[i]);
    memory_free(names);
}

static bool is_readable_file(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && access(path, R_OK) == 0;
}

static bool add_name(char ***names, size_t *count, const char *file, struct error *err)
{
    char **grown = memory_resize(*names, *count + 1, sizeof *grown, err);
    if (!grown)
        return false;
    *names = grown;
    grown[*count] = memory_format(err, "%.*s", (int)(strlen(file) - strlen(EXTENSION)), file);
    if (!grown[*count])
        return false;
    ++*count;
    return true;
}

/* Adds the presets of one place; a place without any adds none. */
static bool list_directory(const char *data, char ***names, size_t *count, struct error *err)
{
    char *directory = file_join(data, PRESETS_DIRECTORY, err);
    if (!directory)
        return false;
    DIR *stream = opendir(directory);
    bool ok = true;
    for (struct dirent *entry; ok && stream && (entry = readdir(stream));) {
        if (entry->d_name[0] == '.' || !ends_with(entry->d_name, EXTENSION))
            continue;
        char *path = file_join(directory, entry->d_name, err);
        ok = path && (!is_readable_file(path) || add_name(names, count, entry->d_name, err));
        memory_free(path);
    }
    if (stream)
        closedir(stream);
    memory_free(directory);
    return ok;
}

bool preset_list(const struct paths *paths, char ***names, size_t *count, struct error *err)
{
    char **list = memory_new(0, sizeof *list, err);
    size_t listed = 0;
    bool ok = list != NULL;
    for (size_t i = 0; ok && paths->data[i]; i++)
        ok = list_directory(paths->data[i], &list, &listed, err);
    if (!ok) {
        free_names(list, listed);
        return false;
    }
    qsort(list, listed, sizeof *list, compare_names);
    size_t kept = 0;
    for (size_t i = 0; i < listed; i++) {
        if (kept > 0 && strcmp(list[kept - 1], list[i]) == 0)
            memory_free(list[i]);
        else
            list[kept++] = list[i];
    }
    *names = list;
    *count = kept;
    return true;
}

static bool no_preset(const struct paths *paths, const char *name, struct error *err)
{
    char **names;
    size_t count;
    if (!preset_list(paths, &names, &count, err))
        return false;
    const char *near = nearest_of(name, (const char *const *)names, count);
    struct text all = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&all, "%s%s", i == 0 ? "; there are " : ", ", names[i]);
    if (near)
        error_set(err, ERROR_INPUT, "there is no preset %s; did you mean %s?", name, near);
    else
        error_set(err, ERROR_INPUT, "there is no preset %s%s", name, all.bytes ? all.bytes : "");
    text_free(&all);
    free_names(names, count);
    return false;
}

/* Path of the preset's file; null with the error set. */
static char *find_preset(const struct paths *paths, const char *name, struct error *err)
{
    if (is_path(name))
        return memory_string(name, err);
    for (size_t i = 0; *name != '\0' && paths->data[i]; i++) {
        char *path =
            memory_format(err, "%s/" PRESETS_DIRECTORY "/%s" EXTENSION, paths->data[i], name);
        if (!path || file_exists(path))
            return path;
        memory_free(path);
    }
    no_preset(paths, name, err);
    return NULL;
}

bool preset_load(struct preset *preset, const struct paths *paths, const char *name,
                 struct error *err)
{
    *preset = (struct preset){0};
    char *path = find_preset(paths, name, err);
    char *text = path ? read_file(path, err) : NULL;
    bool ok = text && preset_read(preset, paths, text, path, err);
    memory_free(text);
    memory_free(path);
    return ok;
}
