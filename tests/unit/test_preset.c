#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "config/preset.h"
#include "config/preset_check.h"
#include "config/preset_compare.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "facts/sampling/keys.h"

/* A directory with presets/ in it, as a place of paths. */
struct place {
    char directory[64];
    char *data[2];
    char program[32];
    struct paths paths;
};

static int set_up(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->directory, "/tmp/mneme-preset-XXXXXX");
    if (!mkdtemp(place->directory))
        return -1;
    place->data[0] = place->directory;
    place->paths.data = place->data;
    strcpy(place->program, "build/mneme");
    place->paths.program = place->program;
    char presets[80];
    snprintf(presets, sizeof presets, "%s/presets", place->directory);
    *state = place;
    return mkdir(presets, 0777);
}

static int tear_down(void **state)
{
    struct place *place = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", place->directory);
    int status = system(command);
    free(place);
    return status;
}

static void put(const struct place *place, const char *name, const char *text)
{
    char path[160];
    struct error err;
    snprintf(path, sizeof path, "%s/presets/%s", place->directory, name);
    assert_true(file_replace(path, text, strlen(text), &err));
}

static bool load(const struct place *place, struct preset *preset, struct error *err)
{
    return preset_load(preset, &place->paths, "x", err);
}

static void assert_same(const struct preset *a, const struct preset *b)
{
    for (size_t i = 0; i < preset_key_count; i++) {
        struct error err;
        const struct preset_key *key = &preset_keys[i];
        char *of_a = preset_value(a, key, &err), *of_b = preset_value(b, key, &err);
        assert_string_equal(of_a, of_b);
        if (key->type == KEY_NUMBER)
            assert_memory_equal((const char *)a + key->offset, (const char *)b + key->offset,
                                key->size);
        memory_free(of_a);
        memory_free(of_b);
    }
    assert_int_equal(a->facts.limits, b->facts.limits);
    for (size_t i = 0; i < a->facts.limits; i++) {
        assert_string_equal(a->facts.limit[i].pool, b->facts.limit[i].pool);
        assert_int_equal(a->facts.limit[i].count, b->facts.limit[i].count);
    }
}

static void the_standard_values_are_the_papers(void **state)
{
    (void)state;
    struct preset preset;
    struct error err;
    assert_true(preset_init(&preset, &err));
    assert_int_equal(preset.population.known, 65536);
    assert_int_equal(preset.population.held_out, 16384);
    assert_int_equal(preset.facts.train_templates, 20);
    assert_string_equal(preset.facts.file, "biography");
    assert_true(preset.facts.shuffle);
    assert_int_equal(preset.model.layers, 8);
    assert_int_equal(preset.model.heads, 8);
    assert_int_equal(preset.model.d_model, 512);
    assert_int_equal(preset.model.d_hidden, 2048);
    assert_int_equal(preset.model.d_key, 64);
    assert_int_equal(preset.model.norm, NORM_RMS);
    assert_int_equal(preset.model.positions, POSITIONS_RELATIVE);
    assert_false(preset.model.bias);
    assert_int_equal(preset.trainer.batch, 128);
    assert_int_equal(preset.trainer.schedule.steps, 16000);
    assert_true(preset.trainer.schedule.lr == 4e-4);
    assert_true(preset.trainer.schedule.final_lr == 1e-7);
    assert_true(preset.trainer.optimizer.beta2 == 0.95);
    preset_free(&preset);
}

/* A text that is allowed, with everything that could be mistaken for syntax. */
static void random_text(struct random *random, char *text, size_t words)
{
    static const char *const word[] = {
        "a", "=b", "#c", "[d]", "x;y", "Zürich", "e:f", "\"g", "long-long-long-long-word",
        "'", " h", "%s"};
    *text = '\0';
    for (size_t i = 0; i < words; i++) {
        const char *next = word[random_below(random, sizeof word / sizeof *word)];
        if (i == 0 && *next == ' ')
            next++;
        strcat(strcat(text, i == 0 ? "" : " "), next);
    }
}

static void random_value(struct random *random, const struct preset_key *key, char *text)
{
    double share = random_uniform(random);
    size_t choices = 0;
    switch (key->type) {
    case KEY_TEXT:
        random_text(random, text, strcmp(key->name, "name") == 0 ? 1 : random_below(random, 40));
        if (strcmp(key->name, "name") == 0)
            strcpy(text, "n");
        break;
    case KEY_PATH:
        strcpy(text, share < 0.5 ? "countries" : "/nowhere/my facts.ini");
        break;
    case KEY_COUNT:
        sprintf(text, "%.0f", key->low + share * share * share * (key->high - key->low));
        break;
    case KEY_OPTIONAL:
        *text = '\0';
        if (share < 0.5)
            sprintf(text, "%.0f", key->low + share * share * share * (key->high - key->low));
        break;
    case KEY_NUMBER:
    case KEY_OPTIONAL_NUMBER:
        sprintf(text, "%.17g", key->low + (1e-12 + share * share) * (key->high - key->low) / 1.1);
        break;
    case KEY_SWITCH:
        strcpy(text, share < 0.5 ? "yes" : "no");
        break;
    case KEY_CHOICE:
    case KEY_FAMILY:
        while (key->choice[choices])
            choices++;
        strcpy(text, key->choice[random_below(random, choices)]);
        break;
    }
}

/* Takes back keys of [sampling] that the kind has no use for; most kinds have none for most. */
static void clear_sampling(struct preset *preset)
{
    struct sampling_options *sampling = &preset->sampling;
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (strcmp(key->section, "sampling") == 0 && strcmp(key->name, "kind") != 0 &&
            !sampling_use(sampling->kind, key->name))
            assert_true(preset_key_set(preset, key, key->standard, ".", NULL));
    }
    if (sampling->epochs > 0)
        sampling->steps = 0;
}

/* A fine-tuning that cannot be is none. */
static void clear_finetune(struct preset *preset)
{
    if (!finetune_check(&preset->trainer.finetune, &preset->population, &preset->sampling,
                        &preset->trainer.schedule, NULL))
        preset->trainer.finetune.after = 0;
}

/* Brings the steps of [patching] in order, where there may be any. */
static void order_patching(struct preset *preset)
{
    struct patching_options *patching = &preset->trainer.patching;
    uint64_t steps = preset->trainer.schedule.steps;
    patching->reference_step.given &= preset->sampling.kind != SAMPLING_ADAPTIVE;
    patching->reference_step.given &= preset->trainer.finetune.after == 0;
    patching->reference_step.given &= model_attends(&preset->model);
    patching->reference_step.count %= steps;
    patching->start_step %= patching->reference_step.count + 1;
    if (!patching->reference_step.given)
        *patching = (struct patching_options){.start_step = 0};
}

static void any_preset_that_is_written_reads_back_the_same(void **state)
{
    struct place *place = *state;
    struct random random = random_stream(1, RANDOM_TEST, 0, 0);
    size_t valid = 0, fine_tuned = 0, patched = 0, of_kind[SAMPLING_KINDS] = {0};
    for (int round = 0; round < 6000; round++) {
        struct preset preset, back;
        struct error err = {0};
        assert_true(preset_init(&preset, &err));
        for (size_t i = 0; i < preset_key_count; i++) {
            char value[2048], assignment[2200];
            if (random_below(&random, 4) == 0)
                continue;
            random_value(&random, &preset_keys[i], value);
            sprintf(assignment, "%s.%s=%s", preset_keys[i].section, preset_keys[i].name, value);
            if (!preset_set(&preset, assignment, &err))
                fail_msg("%s: %s", assignment, err.message);
        }
        for (uint64_t i = random_below(&random, 4); i > 0; i--) {
            char assignment[80];
            sprintf(assignment, "pools.p%" PRIu64 "=%" PRIu64, random_below(&random, 3),
                    random_below(&random, 3) * random_below(&random, 1000000));
            assert_true(preset_set(&preset, assignment, &err));
        }
        memory_free(preset.name);
        preset.name = memory_string("any", &err);
        clear_sampling(&preset);
        clear_finetune(&preset);
        order_patching(&preset);
        if (preset_check(&preset, &err)) {
            valid++;
            fine_tuned += preset.trainer.finetune.after > 0;
            of_kind[preset.sampling.kind]++;
            patched += preset.trainer.patching.reference_step.given;
            char *text = preset_write(&preset, &err);
            if (!preset_read(&back, &place->paths, text, "a/preset.ini", &err))
                fail_msg("%s\n%s", err.message, text);
            assert_same(&preset, &back);
            char *again = preset_write(&back, &err);
            assert_string_equal(text, again);
            memory_free(text);
            memory_free(again);
            preset_free(&back);
        }
        preset_free(&preset);
    }
    assert_true(valid > 300 && fine_tuned > 10 && patched > 10);
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++)
        assert_true(of_kind[kind] > 10);
}

static void a_copy_is_the_same_and_shares_no_text(void **state)
{
    (void)state;
    struct preset preset, copy;
    struct error err = {0};
    assert_true(preset_init(&preset, &err));
    assert_true(preset_set(&preset, "pools.cities=3", &err));
    assert_true(preset_set(&preset, "pools.days=4", &err));
    assert_true(preset_copy(&copy, &preset, &err));
    assert_same(&preset, &copy);
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        char **text = preset_key_field(&preset, key), **copied = preset_key_field(&copy, key);
        if (key->type == KEY_TEXT || key->type == KEY_PATH)
            assert_ptr_not_equal(*text, *copied);
    }
    for (size_t i = 0; i < preset.facts.limits; i++)
        assert_ptr_not_equal(preset.facts.limit[i].pool, copy.facts.limit[i].pool);
    preset_free(&preset);
    preset_free(&copy);
}

static void every_line_written_is_short(void **state)
{
    (void)state;
    struct preset preset;
    struct error err;
    struct text words = {0};
    text_add(&words, "preset.description=");
    for (int i = 0; i < 200; i++)
        text_add(&words, "words ");
    assert_true(preset_init(&preset, &err));
    assert_true(preset_set(&preset, words.bytes, &err));
    char *text = preset_write(&preset, &err);
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 100);
    memory_free(text);
    text_free(&words);
    preset_free(&preset);
}

/* What a preset x.ini says, and the sentence for it behind the file's name. */
struct wrong {
    const char *text, *message;
};

static void tell_all(const struct place *place, const struct wrong *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct preset preset;
        struct error err = {0};
        char expected[512];
        put(place, "x.ini", cases[i].text);
        assert_false(load(place, &preset, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        snprintf(expected, sizeof expected, "%s/presets/x.ini%s", place->directory,
                 cases[i].message);
        assert_string_equal(err.message, expected);
        assert_null(preset.title);
    }
}

static void what_is_wrong_in_a_file_is_told_with_its_line(void **state)
{
    static const struct wrong cases[] = {
        {"[train]\nlr = 3\n", ":2: train.lr = 3 is out of range (1.17549435e-38 to 1)"},
        {"[train]\nlr = 0\n", ":2: train.lr = 0 is out of range (1.17549435e-38 to 1)"},
        {"[train]\nlr = 1.1e-38\n", ":2: train.lr = 1.1e-38 is out of range (1.17549435e-38 to 1)"},
        {"[train]\nepsilon = 1e-300\n",
         ":2: train.epsilon = 1e-300 is out of range (1.17549435e-38 to 1)"},
        {"[fine-tuning]\nlr = 1e-45\n",
         ":2: fine-tuning.lr = 1e-45 is out of range (1.17549435e-38 to 1)"},
        {"[train]\nlr = nan\n", ":2: train.lr = nan is not a number"},
        {"[train]\nlr = 1e-3x\n", ":2: train.lr = 1e-3x is not a number"},
        {"[train]\nlr = 0x1p-4\n", ":2: train.lr = 0x1p-4 is not a number"},
        {"[train]\nlr =\n", ":2: train.lr has no value"},
        {"[train]\nsteps = 64k\n", ":2: train.steps = 64k is not a whole number in digits"},
        {"[train]\nsteps = 1e5\n", ":2: train.steps = 1e5 is not a whole number in digits"},
        {"[train]\nsteps = 65,536\n", ":2: train.steps = 65,536 is not a whole number in digits"},
        {"[train]\nsteps = -1\n", ":2: train.steps = -1 is out of range (1 to 1000000000)"},
        {"[train]\nsteps = 99999999999999999999\n",
         ":2: train.steps = 99999999999999999999 is out of range (1 to 1000000000)"},
        {"[train]\nseed = 9007199254740992\n",
         ":2: train.seed = 9007199254740992 is out of range (0 to 9007199254740991)"},
        {"[train]\nschedule = cos\n", ":2: train.schedule = cos is not cosine or constant"},
        {"[train]\nprecision = half\n", ":2: train.precision = half is not fp32, bf16 or auto"},
        {"[model]\nbias = true\n", ":2: model.bias = true is not yes or no"},
        {"[train]\n\n; a comment\nlrr = 3\n", ":4: unknown key train.lrr; did you mean train.lr?"},
        {"[train]\nnothing_like_it_at_all = 3\n", ":2: unknown key train.nothing_like_it_at_all"},
        {"[trian]\nlr = 3\n", ":2: unknown section [trian]; did you mean [train]?"},
        {"[zzzzzz]\nlr = 3\n", ":2: unknown section [zzzzzz]"},
        {"lr = 1\n", ":1: lr comes before the first [section]"},
        {"[train]\nlr = 1e-3\nlr = 1e-3\n",
         ":3: train.lr is given a second time; the first is in line 2"},
        {"[pools]\na = 1\nb = 1\na = 2\n",
         ":4: pools.a is given a second time; the first is in line 2"},
        {"[pools]\na/b = 1\n", ":2: pools.a/b is not the name of a pool"},
        {"[pools]\na = many\n", ":2: pools.a = many is not a whole number in digits"},
        {"[train]\nlr = 1e-3\n  batch = 3\n",
         ":3: an indented line continues the value above it, which must be on one line"},
        {"[model]\nnorm = layer\nfamily = hoffmann\n",
         ":3: model.family must come before model.norm, which it sets"},
        {"[preset]\ntitle = a\001b\n", ":2: preset.title holds a control character"},
        {"include = no.ini\n", ":1: there is no no.ini to include"},
        {"include = x.ini\n", ":1: x.ini includes itself"},
        {"[facts]\ntemplates = 20\n",
         ": facts.train_templates = 20 leaves none of facts.templates = 20 for evaluation"},
        {"[population]\nknown = 100\n", ": eval.known = 512 is above population.known = 100"},
        {"[population]\nnew = 100\n", ": eval.new = 512 is above population.new = 100"},
        {"[train]\nlr = 1e-8\n", ": train.final_lr = 1e-7 is above train.lr = 1e-8"},
        {"[train]\nshards = 200\n", ": train.shards = 200 is above train.batch = 128"},
        {"[preset]\nname = a/b\n", ": preset.name = a/b cannot be part of a file's name (1 to 100 "
                                   "bytes, without /, not beginning with a full stop)"},
    };
    tell_all(*state, cases, sizeof cases / sizeof *cases);
}

static void read_text_as(struct preset *preset, const struct paths *paths, const char *text)
{
    struct error err;
    if (!preset_read(preset, paths, text, "old.ini", &err))
        fail_msg("%s: %s", text, err.message);
}

/* What a preset leaves to the machine is whatever its run has. */
static void a_run_has_either_precision_where_its_preset_has_none(void **state)
{
    struct place *place = *state;
    static const char *const names[] = {"fp32", "bf16"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct preset run, open, other;
        struct error err;
        char text[64];
        snprintf(text, sizeof text, "[train]\nprecision = %s\n", names[i]);
        read_text_as(&run, &place->paths, text);
        snprintf(text, sizeof text, "[train]\nprecision = %s\n", names[!i]);
        read_text_as(&other, &place->paths, text);
        read_text_as(&open, &place->paths, "[train]\nprecision = auto\n");
        assert_true(preset_is_run_of(&run, &open, &err));
        assert_false(preset_is_run_of(&run, &other, &err));
        assert_non_null(strstr(err.message, "train.precision"));
        preset_free(&run);
        preset_free(&open);
        preset_free(&other);
    }
}

/* Mneme 0.1.0 wrote what its kind had no use for as a number. */
static void runs_of_old_whose_kind_needed_neither_alpha_nor_weight_are_read(void **state)
{
    struct place *place = *state;
    struct preset old, now;
    struct error err;
    read_text_as(&old, &place->paths, "[sampling]\nkind = uniform\nalpha = 0\nweight = 1\n");
    read_text_as(&now, &place->paths, "[sampling]\nkind = uniform\n");
    if (!preset_is_run_of(&old, &now, &err))
        fail_msg("%s", err.message);
    preset_free(&old);
    preset_free(&now);
    read_text_as(&old, &place->paths, "[sampling]\nkind = power-law\nalpha = 0\nweight = 1\n");
    read_text_as(&now, &place->paths, "[sampling]\nkind = power-law\nalpha = 0.5\n");
    assert_false(preset_is_run_of(&old, &now, &err));
    assert_string_equal(err.message, "sampling.alpha = 0, not 0.5");
    preset_free(&old);
    preset_free(&now);
}

/* A table of 16 rows decides who is known and asked: a run of it has numbers in their places. */
static void a_run_of_a_table_is_one_of_a_preset_that_leaves_the_rows_open(void **state)
{
    static const struct {
        const char *run, *asked, *differs; /* null: it is one */
    } cases[] = {
        {"known = 16\nnew = 0\n[eval]\nknown = 16\nnew = 0\n",
         "known = 0\nnew = 0\n[eval]\nknown = 512\nnew = 512\n", NULL},
        {"known = 10\nnew = 4\nfine_tuning = 2\n[eval]\nknown = 8\nnew = 4\n",
         "known = 0\nnew_share = 0.25\nfine_tuning = 2\n[eval]\nknown = 8\nnew = 9\n", NULL},
        {"known = 8\nnew = 4\n[eval]\nknown = 8\nnew = 4\n",
         "known = 8\nnew_share = 0.25\n[eval]\nknown = 8\nnew = 8\n", NULL},
        {"known = 16\nnew = 0\n[eval]\nknown = 16\nnew = 0\n",
         "known = 0\nnew = 4\n[eval]\nknown = 16\nnew = 0\n", "population.new = 0, not 4"},
        {"known = 12\nnew = 4\n[eval]\nknown = 12\nnew = 4\n",
         "known = 0\nnew_share = 0.5\n[eval]\nknown = 12\nnew = 4\n", "population.new = 4, not 8"},
        {"known = 16\nnew = 0\n[eval]\nknown = 16\nnew = 0\n",
         "known = 0\nnew = 0\n[eval]\nknown = 8\nnew = 0\n", "eval.known = 16, not 8"},
        {"known = 12\nnew = 0\n[eval]\nknown = 8\nnew = 0\n",
         "known = 16\nnew = 0\n[eval]\nknown = 8\nnew = 0\n", "population.known = 12, not 16"},
    };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset run, asked;
        struct error err;
        char text[256];
        snprintf(text, sizeof text, "[facts]\ntable = elements\n[population]\n%s", cases[i].run);
        read_text_as(&run, &place->paths, text);
        snprintf(text, sizeof text, "[facts]\ntable = elements\n[population]\n%s", cases[i].asked);
        read_text_as(&asked, &place->paths, text);
        bool is_one = preset_is_run_of(&run, &asked, &err);
        if (is_one != !cases[i].differs)
            fail_msg("case %zu: %s", i, is_one ? "is one" : err.message);
        if (cases[i].differs)
            assert_string_equal(err.message, cases[i].differs);
        preset_free(&run);
        preset_free(&asked);
    }
}

static void every_key_of_a_sampling_is_one_of_a_preset(void **state)
{
    (void)state;
    for (size_t i = 0; i < preset_key_count; i++) {
        size_t kinds = 0;
        for (size_t kind = 0; kind < SAMPLING_KINDS; kind++)
            kinds += sampling_use(kind, preset_keys[i].name) != NULL;
        if (strcmp(preset_keys[i].section, "sampling") == 0)
            assert_int_equal(kinds > 0, strcmp(preset_keys[i].name, "kind") != 0);
    }
    for (size_t kind = 0; kind < SAMPLING_KINDS; kind++) {
        const struct sampling_key *keys = sampling_kinds[kind]->keys;
        for (size_t i = 0; i < SAMPLING_MAX_KEYS && keys[i].name; i++)
            assert_non_null(preset_key_find("sampling", keys[i].name));
    }
}

static void another_kind_of_sampling_is_told_which_there_are(void **state)
{
    struct text message = {0};
    text_add(&message, ":2: sampling.kind = powerlaw is not ");
    text_add_choice(&message, sampling_names);
    const struct wrong wrong = {"[sampling]\nkind = powerlaw\n", message.bytes};
    tell_all(*state, &wrong, 1);
    text_free(&message);
}

static void what_is_wrong_with_a_sampling_is_told(void **state)
{
#define KIND(kind) "[sampling]\nkind = " kind "\n"
    static const struct wrong cases[] = {
        {"[sampling]\nalpha = -1\n", ":2: sampling.alpha = -1 is out of range (0 to 100)"},
        {"[sampling]\ncelebrities = 2000000\n",
         ":2: sampling.celebrities = 2000000 is out of range (0 to 1048576)"},
        {"[sampling]\nweight = 0\n",
         ":2: sampling.weight = 0 is out of range (above 0 to 1000000)"},
        {"[sampling]\nsubset = half\n",
         ":2: sampling.subset = half is not a whole number in digits"},
        {"[sampling]\nepochs = 1.5\n", ":2: sampling.epochs = 1.5 is not a whole number in digits"},
        {"[sampling]\nsteps = -1\n", ":2: sampling.steps = -1 is out of range (0 to 1000000000)"},
        {"[sampling]\ngroups = 65\n", ":2: sampling.groups = 65 is out of range (1 to 64)"},
        {"[sampling]\nrepeats = 0\n", ":2: sampling.repeats = 0 is out of range (1 to 1000000)"},
        {"[sampling]\ngrowth = fast\n", ":2: sampling.growth = fast is not linear or geometric"},
        {"[sampling]\nfactor = all\n", ":2: sampling.factor = all is not a number"},
        {"[sampling]\nalfa = 1\n", ":2: unknown key sampling.alfa; did you mean sampling.alpha?"},
        {"[sampling]\nalpha = 0.6\n",
         ": sampling.alpha = 0.6 is not used with sampling.kind = uniform; set it to 0"},
        {KIND("grow") "subset = 9\nsteps = 9\nepochs = 2\n",
         ": sampling.epochs = 2 is not used with sampling.kind = grow; set it to 0"},
        {KIND("celebrities") "celebrities = 9\nrepeats = 2\n",
         ": sampling.repeats = 2 is not used with sampling.kind = celebrities; set it to 1"},
        {KIND("adaptive") "subset = 9\ngrowth = geometric\n",
         ": sampling.growth = geometric is not used with sampling.kind = adaptive; set it to "
         "linear"},
        {KIND("power-law"),
         ": sampling.kind = power-law needs sampling.alpha, as sampling.alpha=0.6"},
        {KIND("column"), ": sampling.kind = column needs sampling.column"},
        {KIND("uniform") "column = size\n",
         ": sampling.column = size is not used with sampling.kind = uniform; leave it empty"},
        {KIND("celebrities"), ": sampling.kind = celebrities needs sampling.celebrities"},
        {KIND("celebrities") "celebrities = 9\n",
         ": sampling.kind = celebrities needs sampling.weight, as sampling.weight=8"},
        {KIND("celebrities") "celebrities = 65537\nweight = 2\n",
         ": sampling.celebrities = 65537 is above population.known = 65536"},
        {KIND("warm-up") "subset = 9\n",
         ": sampling.kind = warm-up needs sampling.epochs or sampling.steps"},
        {KIND("warm-up") "subset = 9\nepochs = 2\nsteps = 3\n",
         ": sampling.epochs = 2 and sampling.steps = 3 both set the length of the warm-up; set one "
         "of them to 0"},
        {KIND("warm-up") "epochs = 2\n", ": sampling.kind = warm-up needs sampling.subset"},
        {KIND("sequential"), ": sampling.kind = sequential needs sampling.groups above 1"},
        {"[eval]\nknown = 7\n" KIND("sequential") "groups = 8\n",
         ": eval.known = 7 is below sampling.groups = 8"},
        {"[population]\nknown = 5\n[eval]\nknown = 5\n" KIND("sequential") "groups = 8\n",
         ": sampling.groups = 8 is above population.known = 5"},
        {KIND("grow") "subset = 9\n", ": sampling.kind = grow needs sampling.steps"},
        {KIND("grow") "steps = 9\n", ": sampling.kind = grow needs sampling.subset"},
        {KIND("adaptive"), ": sampling.kind = adaptive needs sampling.subset"},
        {KIND("adaptive") "subset = 65537\n",
         ": sampling.subset = 65537 is above population.known = 65536"},
        {KIND("adaptive") "subset = 9\nfactor = 1\n",
         ": sampling.factor = 1 must be above 1, or 0 for all at once"},
    };
#undef KIND
    tell_all(*state, cases, sizeof cases / sizeof *cases);
}

static void lines_that_are_no_settings_are_refused(void **state)
{
    static const char *const cases[] = {
        "[train]\nlr\n",
        "[train\nlr = 1\n",
        "[train]\nlr = 1e-3 \xFF\n",
        "[preset]\ntitle = \xC0\xAF\n",
        "[preset]\ntitle = \xED\xA0\x80\n",
    };
    struct place *place = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        struct error err = {0};
        put(place, "x.ini", cases[i]);
        assert_false(load(place, &preset, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_non_null(strstr(err.message, "/presets/x.ini:"));
    }
}

static void a_long_line_is_refused_not_cut(void **state)
{
    struct place *place = *state;
    for (size_t words = 10; words < 100; words++) {
        struct text text = {0};
        struct preset preset;
        struct error err = {0};
        text_add(&text, "[preset]\ntitle = ");
        for (size_t i = 0; i < words; i++)
            text_add(&text, "word ");
        put(place, "x.ini", text.bytes);
        if (load(place, &preset, &err)) {
            assert_int_equal(strlen(preset.title), 5 * words - 1);
            preset_free(&preset);
        } else {
            assert_non_null(strstr(err.message, "/presets/x.ini:2: "));
            assert_true(words > 30);
        }
        text_free(&text);
    }
}

static void an_indented_line_goes_on_with_a_text(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "x.ini",
        "[preset]\ndescription = one ; not this\n  two = 2\n\t[three] ; nor this\n ; nor this\n"
        "[train]\n  lr = 1e-3 ; nor this\n");
    assert_true(load(place, &preset, &err));
    assert_string_equal(preset.description, "one two = 2 [three]");
    assert_true(preset.trainer.schedule.lr == 1e-3);
    preset_free(&preset);
}

/* Whether a preset with this path of its facts reads back as it was written. */
static void assert_path_reads_back(struct place *place, const char *file)
{
    struct preset preset, again;
    struct error err = {0};
    char *assignment = memory_format(NULL, "facts.file=%s", file);
    const char *assignments[] = {assignment};
    put(place, "x.ini", "[train]\nlr = 1e-3\n");
    if (!preset_load_with(&preset, &place->paths, "x", assignments, 1, &err))
        fail_msg("%s", err.message);
    char *text = preset_write(&preset, &err);
    assert_non_null(text);
    if (!preset_read(&again, &place->paths, text, "x.ini", &err))
        fail_msg("%s: %s", file, err.message);
    const struct preset_key *key = preset_key_find("facts", "file");
    char *value = preset_value(&again, key, &err);
    assert_string_equal(value, file);
    memory_free(value);
    memory_free(text);
    memory_free(assignment);
    preset_free(&again);
    preset_free(&preset);
}

/* However long, and wherever its blanks and semicolons are. */
static void a_path_of_any_length_reads_back(void **state)
{
    static const char *const parts[] = {"d",   "a b",      "[x]", "a;b",
                                        "x=y", "\xc3\xa9", "#a",  "a  b c"};
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        for (size_t length = 90; length < 700; length += 7) {
            struct text path = {0};
            for (size_t i = 0; path.length < length; i++) {
                text_add(&path, i % 60 == 0 ? "/" : "");
                text_add(&path, i % 60 == 0 ? "z" : parts[p]);
            }
            text_add(&path, "/z.ini");
            assert_path_reads_back(*state, path.bytes);
            text_free(&path);
        }
}

static void a_file_with_a_null_byte_is_refused(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char path[160];
    snprintf(path, sizeof path, "%s/presets/x.ini", place->directory);
    assert_true(file_replace(path, "[train]\n\0lr = 3\n", 16, &err));
    assert_false(load(place, &preset, &err));
    assert_non_null(strstr(err.message, "null byte"));
}

static void what_is_said_of_an_included_preset_is_not_said_of_another(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "base.ini",
        "[preset]\ntitle = Base\ndescription = of 1,280 people\nminutes = 3\n[train]\nbatch = 7\n");
    put(place, "x.ini", "include = base.ini\n[train]\nlr = 2e-3\n");
    assert_true(load(place, &preset, &err));
    assert_string_equal(preset.title, "base with other settings");
    assert_string_equal(preset.description, "");
    assert_true(preset.minutes == 0);
    assert_int_equal(preset.trainer.batch, 7);
    preset_free(&preset);
    put(place, "x.ini",
        "include = base.ini\n[preset]\ntitle = Few\ndescription = of 64 people,\n  and no more\n"
        "minutes = 1\n");
    assert_true(load(place, &preset, &err));
    assert_string_equal(preset.title, "Few");
    assert_string_equal(preset.description, "of 64 people, and no more");
    assert_true(preset.minutes == 1);
    preset_free(&preset);
}

static void an_including_file_has_the_last_word(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "base.ini",
        "[preset]\nname = base\ntitle = Base\n[pools]\na = 1\nb = 2\nc = 3\n"
        "[train]\nlr = 1e-3\nbatch = 7\n");
    put(place, "x.ini", "include = base.ini\n[train]\nlr = 2e-3\n[pools]\nb = 5\na = 0\n");
    assert_true(load(place, &preset, &err));
    assert_string_equal(preset.name, "x");
    assert_true(preset.trainer.schedule.lr == 2e-3);
    assert_int_equal(preset.trainer.batch, 7);
    assert_int_equal(preset.facts.limits, 2);
    assert_string_equal(preset.facts.limit[0].pool, "b");
    assert_int_equal(preset.facts.limit[0].count, 5);
    assert_string_equal(preset.facts.limit[1].pool, "c");
    preset_free(&preset);
}

static void an_include_is_looked_for_beside_the_file_then_among_the_presets(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char path[160];
    put(place, "base.ini", "[train]\nbatch = 7\n");
    put(place, "other.ini", "[train]\nbatch = 8\n");
    snprintf(path, sizeof path, "%s/other.ini", place->directory);
    assert_true(file_replace(path, "[train]\nbatch = 9\n", 18, &err));
    snprintf(path, sizeof path, "%s/mine.ini", place->directory);
    assert_true(file_replace(path, "include = other.ini\n", 20, &err));
    assert_true(preset_load(&preset, &place->paths, path, &err));
    assert_int_equal(preset.trainer.batch, 9);
    assert_string_equal(preset.name, "mine");
    preset_free(&preset);
    assert_true(file_replace(path, "include = base.ini\n", 19, &err));
    assert_true(preset_load(&preset, &place->paths, path, &err));
    assert_int_equal(preset.trainer.batch, 7);
    preset_free(&preset);
}

/* It was not there, or one among the presets was taken for it. */
static void an_include_that_cannot_be_looked_at_is_told_as_such(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char path[160], loop[160];
    put(place, "loop.ini", "[train]\nbatch = 7\n");
    snprintf(path, sizeof path, "%s/mine.ini", place->directory);
    snprintf(loop, sizeof loop, "%s/loop.ini", place->directory);
    assert_true(file_replace(path, "include = loop.ini\n", 19, &err));
    assert_int_equal(symlink("loop.ini", loop), 0);
    assert_false(preset_load(&preset, &place->paths, path, &err));
    assert_non_null(strstr(err.message, "mine.ini:1: cannot read "));
    assert_non_null(strstr(err.message, "/loop.ini: Too many levels"));
    assert_int_equal(unlink(loop), 0);
}

static void a_users_preset_can_include_the_shipped_one_of_its_name(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char user[100], presets[120], path[160];
    char *data[] = {user, place->directory, NULL};
    struct paths paths = {.data = data};
    snprintf(user, sizeof user, "%s/user", place->directory);
    snprintf(presets, sizeof presets, "%s/presets", user);
    snprintf(path, sizeof path, "%s/x.ini", presets);
    assert_true(file_make_directories(presets, &err));
    const char *mine = "include = x.ini\n[train]\nbatch = 5\n";
    assert_true(file_replace(path, mine, strlen(mine), &err));
    put(place, "x.ini", "[train]\nbatch = 7\nsteps = 11\n");
    assert_true(preset_load(&preset, &paths, "x", &err));
    assert_int_equal(preset.trainer.batch, 5);
    assert_int_equal(preset.trainer.schedule.steps, 11);
    preset_free(&preset);
}

static void a_circle_of_includes_is_told(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "x.ini", "include = y.ini\n");
    put(place, "y.ini", "\ninclude = x.ini\n");
    assert_false(load(place, &preset, &err));
    assert_non_null(strstr(err.message, "x.ini:1: "));
    assert_non_null(strstr(err.message, "y.ini:2: x.ini includes itself"));
}

static void an_error_in_an_included_file_names_both_lines(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "x.ini", "include = y.ini\n");
    put(place, "y.ini", "[train]\nlr = 7\n");
    assert_false(load(place, &preset, &err));
    assert_non_null(strstr(err.message, "x.ini:1: "));
    assert_non_null(strstr(err.message, "y.ini:2: train.lr = 7 is out of range"));
}

static void a_family_sets_three_keys_which_can_be_changed_after_it(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "x.ini", "[model]\nfamily = gpt2\n");
    assert_true(load(place, &preset, &err));
    assert_int_equal(preset.model.norm, NORM_LAYER);
    assert_int_equal(preset.model.positions, POSITIONS_LEARNED);
    assert_true(preset.model.bias);
    preset_free(&preset);
    put(place, "y.ini", "include = x.ini\n[model]\npositions = relative\n");
    assert_true(preset_load(&preset, &place->paths, "y", &err));
    assert_int_equal(preset.model.norm, NORM_LAYER);
    assert_int_equal(preset.model.positions, POSITIONS_RELATIVE);
    preset_free(&preset);
}

static void a_facts_file_by_path_starts_from_the_presets_directory(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char facts[160];
    put(place, "my.ini", "");
    put(place, "x.ini", "[facts]\nfile = ../presets/my.ini\n");
    assert_true(load(place, &preset, &err));
    snprintf(facts, sizeof facts, "%s/presets/my.ini", place->directory);
    assert_string_equal(preset.facts.file, facts);
    preset_free(&preset);
}

static void one_key_can_be_set(void **state)
{
    (void)state;
    struct preset preset;
    struct error err = {0};
    assert_true(preset_init(&preset, &err));
    assert_true(preset_set(&preset, "train.lr=1e-3", &err));
    assert_true(preset.trainer.schedule.lr == 1e-3);
    assert_true(preset_set(&preset, " preset.title = a = b ", &err));
    assert_string_equal(preset.title, "a = b");
    assert_true(preset_set(&preset, "pools.cities=40", &err));
    assert_string_equal(preset.facts.limit[0].pool, "cities");
    assert_int_equal(preset.facts.limit[0].count, 40);
    assert_true(preset_set(&preset, "pools.cities=0", &err));
    assert_int_equal(preset.facts.limits, 0);
    preset_free(&preset);
}

static void a_wrong_assignment_says_what_was_meant_and_changes_nothing(void **state)
{
    static const struct {
        const char *assignment, *message;
    } cases[] = {
        {"train.lr", "train.lr is not of the form section.key=value"},
        {"lr=1e-3", "unknown key lr; did you mean train.lr?"},
        {"train.steps=0", "train.steps = 0 is out of range (1 to 1000000000)"},
        {"train.stps=5", "unknown key train.stps; did you mean train.steps?"},
        {"=5", "=5 is not of the form section.key=value"},
        {" = 5", " = 5 is not of the form section.key=value"},
        {".steps=5", ".steps=5 is not of the form section.key=value"},
        {"train. = 5", "train. = 5 is not of the form section.key=value"},
        {"facts.file=", "facts.file is empty"},
        {"preset.title=a ;b", "preset.title has a ; after a blank, which begins a comment"},
        {"pools.=5", "pools.=5 is not of the form section.key=value"},
    };
    (void)state;
    struct preset preset, before;
    struct error err = {0};
    assert_true(preset_init(&preset, &err));
    assert_true(preset_init(&before, &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(preset_set(&preset, cases[i].assignment, &err));
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_string_equal(err.message, cases[i].message);
        assert_same(&preset, &before);
    }
    preset_free(&preset);
    preset_free(&before);
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state)
{
    (void)state;
    struct preset preset;
    struct error err = {0};
    assert_true(preset_init(&preset, &err));
    const char *locale = setlocale(LC_NUMERIC, "de_DE.UTF-8");
    if (!locale)
        locale = setlocale(LC_NUMERIC, "fr_FR.UTF-8");
    bool ok = preset_set(&preset, "train.lr=0.25", &err);
    char *text = preset_write(&preset, &err);
    setlocale(LC_NUMERIC, "C");
    assert_true(ok);
    assert_true(preset.trainer.schedule.lr == 0.25);
    assert_non_null(strstr(text, "\nlr = 0.25\n"));
    memory_free(text);
    preset_free(&preset);
    if (!locale)
        skip();
}

static void presets_are_listed_once_and_sorted(void **state)
{
    struct place *place = *state;
    struct error err = {0};
    char nowhere[] = "/nowhere";
    char *data[] = {place->directory, place->directory, nowhere, NULL};
    struct paths paths = {.data = data};
    struct strings names;
    char directory[160];
    put(place, "b.ini", "");
    put(place, "a.ini", "[what");
    put(place, ".hidden.ini", "");
    put(place, "text.txt", "");
    snprintf(directory, sizeof directory, "%s/presets/d.ini", place->directory);
    mkdir(directory, 0777);
    assert_true(preset_list(&paths, &names, &err));
    assert_int_equal(names.count, 2);
    assert_string_equal(names.text[0], "a");
    assert_string_equal(names.text[1], "b");
    strings_free(&names);
    put(place, "table.ini", ""); /* what tables are trained with */
    static const char *const unlisted[] = {"",  ".hidden",      "text", "text.txt",
                                           "d", "../presets/a", "c",    "table"};
    assert_true(preset_is_listed(&paths, "a") && preset_is_listed(&paths, "b"));
    for (size_t n = 0; n < sizeof unlisted / sizeof *unlisted; n++)
        assert_false(preset_is_listed(&paths, unlisted[n]));
}

static void a_preset_that_is_not_there_gets_the_nearest_name(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    put(place, "quickstart.ini", "");
    put(place, "paper.ini", "");
    assert_false(preset_load(&preset, &place->paths, "quikstart", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, "there is no preset quikstart; did you mean quickstart?");
    assert_false(preset_load(&preset, &place->paths, "zzz", &err));
    assert_string_equal(err.message, "there is no preset \"zzz\"; build/mneme presets lists them, "
                                     "and a table is named by its file, as zzz.csv");
    assert_false(preset_load(&preset, &place->paths, "", &err));
    assert_false(preset_load(&preset, &place->paths, "./no.ini", &err));
    assert_string_equal(err.message, "there is no file ./no.ini");
}

/* A pipe is waited for; a directory, which is passed over as it is, shows that without a wait. */
static void what_is_no_file_is_no_preset(void **state)
{
    struct place *place = *state;
    struct preset preset;
    struct error err = {0};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/presets/zzz.ini", place->directory);
    assert_int_equal(mkdir(path, 0777), 0);
    assert_false(preset_load(&preset, &place->paths, "zzz", &err));
    assert_string_equal(err.message, "there is no preset \"zzz\"; build/mneme presets lists them, "
                                     "and a table is named by its file, as zzz.csv");
    put(place, "x.ini", "include = zzz.ini\n");
    assert_false(load(place, &preset, &err));
    assert_non_null(strstr(err.message, "there is no zzz.ini to include"));
    assert_int_equal(rmdir(path), 0);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    struct place *place = *state;
    put(place, "base.ini", "[preset]\ndescription = a\n  b\n[pools]\na = 1\n");
    put(place, "x.ini", "include = base.ini\n[pools]\nb = 5\n[facts]\nfile = my.ini\n");
    bool ok = false;
    for (size_t n = 1; !ok; n++) {
        struct preset preset;
        struct error err = {0};
        memory_fail_request(n);
        ok = load(place, &preset, &err);
        memory_fail_request(0);
        if (!ok)
            assert_int_equal(err.kind, ERROR_MEMORY);
        else
            preset_free(&preset);
        assert_true(n < 1000);
    }
}

static void the_shipped_presets_are_valid(void **state)
{
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct strings names;
    struct error err = {0};
    assert_true(preset_list(&paths, &names, &err));
    assert_true(names.count >= 4);
    for (size_t i = 0; i < names.count; i++) {
        struct preset preset;
        if (!preset_load(&preset, &paths, names.text[i], &err))
            fail_msg("%s", err.message);
        assert_string_not_equal(preset.title, "");
        assert_string_not_equal(preset.description, "");
        assert_true(preset.minutes > 0);
        preset_free(&preset);
    }
    strings_free(&names);
    memory_free(data[0]);
}

static void the_paper_preset_is_the_papers(void **state)
{
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct preset paper, standard;
    struct error err = {0};
    assert_true(preset_load(&paper, &paths, "paper", &err));
    assert_true(preset_init(&standard, &err));
    assert_int_equal(paper.model.vocab, 32000);
    standard.model.vocab = 32000;
    standard.model.precision = PRECISION_AUTO; /* not the paper's, but the machine's */
    assert_memory_equal(&paper.model, &standard.model, sizeof paper.model);
    assert_memory_equal(&paper.trainer.schedule, &standard.trainer.schedule,
                        sizeof paper.trainer.schedule);
    assert_int_equal(paper.facts.limits, 0);
    preset_free(&paper);
    preset_free(&standard);
    memory_free(data[0]);
}

/* Blocks with distances, two norms and two biases of attention, 32,000 words, the last norm. */
static void the_papers_larger_models_have_their_sizes(void **state)
{
    static const struct {
        const char *name;
        size_t layers, width, heads_width, hidden;
        double published;
    } cases[] = {
        {"paper-163m", 12, 896, 16 * 64, 4 * 896, 163e6},
        {"paper-400m", 12, 1536, 12 * 128, 4 * 1536, 400e6},
    };
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct preset paper;
    assert_true(preset_load(&paper, &paths, "paper", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        size_t c = cases[i].width, w = cases[i].heads_width;
        size_t matrices = 4 * c * w + 2 * c * cases[i].hidden + c * w, vectors = 2 * c + 2 * w;
        assert_true(preset_load(&preset, &paths, cases[i].name, NULL));
        size_t parameters = model_count_parameters(&preset.model);
        assert_int_equal(parameters, cases[i].layers * (matrices + vectors) + 32000 * c + c);
        assert_true(fabs((double)parameters / cases[i].published - 1) < 0.05);
        assert_memory_equal(&preset.trainer, &paper.trainer, sizeof paper.trainer);
        preset_free(&preset);
    }
    preset_free(&paper);
    memory_free(data[0]);
}

static void the_papers_recurrent_preset_has_another_mixer_alone(void **state)
{
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct preset paper, recurrent;
    assert_true(preset_load(&paper, &paths, "paper", NULL));
    assert_true(preset_load(&recurrent, &paths, "paper-recurrent", NULL));
    assert_int_equal(recurrent.model.mixer, MIXER_RG_LRU);
    paper.model.mixer = MIXER_RG_LRU;
    assert_memory_equal(&recurrent.model, &paper.model, sizeof paper.model);
    assert_memory_equal(&recurrent.trainer, &paper.trainer, sizeof paper.trainer);
    preset_free(&paper);
    preset_free(&recurrent);
    memory_free(data[0]);
}

/* They differ from it in who is sampled, how many there are, and in which words they are told. */
static void the_papers_other_presets_train_as_paper_does(void **state)
{
    static const struct {
        const char *name;
        uint64_t known;
        enum sampling_kind kind;
    } cases[] = {
        {"paper-variety", 65536, SAMPLING_UNIFORM},
        {"paper-power-law", 65536, SAMPLING_POWER_LAW},
        {"paper-celebrities", 131072, SAMPLING_CELEBRITIES},
        {"paper-warm-up", 131072, SAMPLING_WARM_UP},
        {"paper-sequential", 65536, SAMPLING_SEQUENTIAL},
        {"paper-grow", 131072, SAMPLING_GROW},
        {"paper-adaptive", 131072, SAMPLING_ADAPTIVE},
    };
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct preset paper;
    assert_true(preset_load(&paper, &paths, "paper", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        assert_true(preset_load(&preset, &paths, cases[i].name, NULL));
        assert_memory_equal(&preset.model, &paper.model, sizeof paper.model);
        assert_memory_equal(&preset.trainer, &paper.trainer, sizeof paper.trainer);
        assert_int_equal(preset.population.known, cases[i].known);
        assert_int_equal(preset.sampling.kind, cases[i].kind);
        assert_int_equal(preset.facts.limits, 0);
        preset_free(&preset);
    }
    preset_free(&paper);
    memory_free(data[0]);
}

/* Fine-tuning comes behind the whole of the paper's training, which is as it was. */
static void the_papers_fine_tuning_follows_its_training(void **state)
{
    static const struct {
        const char *name;
        enum tuned who;
        uint64_t known, fine_tuning, celebrities;
        double replay;
    } cases[] = {
        {"paper-fine-tuning", TUNED_NEW, 65536, 4096, 0, 0},
        {"paper-replay", TUNED_NEW, 65536, 4096, 0, 0.125},
        {"paper-rare-known", TUNED_RARE, 131072, 0, 8192, 0},
    };
    (void)state;
    const char *root = getenv("srcdir");
    char *data[] = {memory_string(root ? root : ".", NULL), NULL};
    struct paths paths = {.data = data};
    struct preset paper;
    assert_true(preset_load(&paper, &paths, "paper", NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preset preset;
        assert_true(preset_load(&preset, &paths, cases[i].name, NULL));
        struct finetune_options *finetune = &preset.trainer.finetune;
        assert_true(finetune->lr == 3e-5 && finetune->replay == cases[i].replay);
        assert_int_equal(finetune->who, cases[i].who);
        assert_int_equal(finetune->after, paper.trainer.schedule.steps);
        assert_int_equal(preset.population.known, cases[i].known);
        assert_int_equal(preset.population.fine_tuning, cases[i].fine_tuning);
        assert_int_equal(preset.sampling.celebrities, cases[i].celebrities);
        assert_true(preset.sampling.weight.given == (cases[i].celebrities > 0));
        assert_true(preset.sampling.weight.number == (cases[i].celebrities > 0 ? 8 : 0));
        preset.trainer.finetune = paper.trainer.finetune;
        preset.trainer.schedule.steps = paper.trainer.schedule.steps;
        assert_memory_equal(&preset.model, &paper.model, sizeof paper.model);
        assert_memory_equal(&preset.trainer, &paper.trainer, sizeof paper.trainer);
        preset_free(&preset);
    }
    preset_free(&paper);
    memory_free(data[0]);
}

int main(void)
{
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standard_values_are_the_papers),
        IN_PLACE(any_preset_that_is_written_reads_back_the_same),
        cmocka_unit_test(a_copy_is_the_same_and_shares_no_text),
        cmocka_unit_test(every_line_written_is_short),
        IN_PLACE(what_is_wrong_in_a_file_is_told_with_its_line),
        IN_PLACE(a_run_has_either_precision_where_its_preset_has_none),
        IN_PLACE(runs_of_old_whose_kind_needed_neither_alpha_nor_weight_are_read),
        IN_PLACE(a_run_of_a_table_is_one_of_a_preset_that_leaves_the_rows_open),
        cmocka_unit_test(every_key_of_a_sampling_is_one_of_a_preset),
        IN_PLACE(another_kind_of_sampling_is_told_which_there_are),
        IN_PLACE(what_is_wrong_with_a_sampling_is_told),
        IN_PLACE(lines_that_are_no_settings_are_refused),
        IN_PLACE(a_long_line_is_refused_not_cut),
        IN_PLACE(an_indented_line_goes_on_with_a_text),
        IN_PLACE(a_path_of_any_length_reads_back),
        IN_PLACE(a_file_with_a_null_byte_is_refused),
        IN_PLACE(what_is_said_of_an_included_preset_is_not_said_of_another),
        IN_PLACE(an_including_file_has_the_last_word),
        IN_PLACE(an_include_is_looked_for_beside_the_file_then_among_the_presets),
        IN_PLACE(an_include_that_cannot_be_looked_at_is_told_as_such),
        IN_PLACE(a_users_preset_can_include_the_shipped_one_of_its_name),
        IN_PLACE(a_circle_of_includes_is_told),
        IN_PLACE(an_error_in_an_included_file_names_both_lines),
        IN_PLACE(a_family_sets_three_keys_which_can_be_changed_after_it),
        IN_PLACE(a_facts_file_by_path_starts_from_the_presets_directory),
        cmocka_unit_test(one_key_can_be_set),
        cmocka_unit_test(a_wrong_assignment_says_what_was_meant_and_changes_nothing),
        cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
        IN_PLACE(presets_are_listed_once_and_sorted),
        IN_PLACE(a_preset_that_is_not_there_gets_the_nearest_name),
        IN_PLACE(what_is_no_file_is_no_preset),
        IN_PLACE(running_out_of_memory_leaves_nothing_behind),
        cmocka_unit_test(the_shipped_presets_are_valid),
        cmocka_unit_test(the_paper_preset_is_the_papers),
        cmocka_unit_test(the_papers_larger_models_have_their_sizes),
        cmocka_unit_test(the_papers_recurrent_preset_has_another_mixer_alone),
        cmocka_unit_test(the_papers_other_presets_train_as_paper_does),
        cmocka_unit_test(the_papers_fine_tuning_follows_its_training),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
