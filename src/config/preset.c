/* Parts of this file: a whole preset; checks; comparing; writing. Keys are in lab/preset_key.c,
 * checks of [sampling] in lab/preset_sampling.c, files in lab/preset_file.c. */
#include "config/preset.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "config/preset_key.h"

#define LINE_WIDTH     96 /* bytes preset_write fills before it goes on in an indented line */
#define NAME_MAX_BYTES 100

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

void preset_free(struct preset *preset)
{
    for (size_t i = 0; i < preset_key_count; i++)
        if (preset_keys[i].type == KEY_TEXT || preset_keys[i].type == KEY_PATH)
            memory_free(*(char **)preset_key_field(preset, &preset_keys[i]));
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
    char section[PRESET_NAME_ROOM] = "";
    const char *dot = strchr(full_name, '.');
    const char *name = dot ? dot + 1 : full_name;
    if (dot)
        snprintf(section, sizeof section, "%.*s", (int)(dot - full_name), full_name);
    if (strcmp(section, PRESET_POOLS) == 0)
        return preset_pool_set(preset, name, value, err);
    const struct preset_key *key = preset_key_find(section, name);
    return key ? preset_key_set(preset, key, value, ".", err)
               : preset_key_unknown(section, name, err);
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
    bool ok;
    if (equals) {
        *equals = '\0';
        ok = set_assigned(preset, trim(copy), trim(equals + 1), err);
    } else
        ok = error_set(err, ERROR_INPUT, "%s is not of the form section.key=value", assignment);
    memory_free(copy);
    return ok;
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

bool preset_check_unused(const struct preset *preset, const char *section, const char *name,
                         const char *nothing, const char *kind_of, struct error *err)
{
    const struct preset_key *key = preset_key_find(section, name);
    char *value = preset_value(preset, key, err);
    char *kind = value ? preset_value(preset, preset_key_find(kind_of, "kind"), err) : NULL;
    bool unused = kind && (strcmp(value, key->standard) == 0 || strcmp(value, nothing) == 0);
    if (kind && !unused)
        error_set(err, ERROR_INPUT, "%s.%s = %s means nothing to %s.kind = %s; %s takes it back",
                  section, name, value, kind_of, kind, nothing);
    memory_free(value);
    memory_free(kind);
    return unused;
}

/* What a memory has no use for says what it would say if it were not there. */
static bool check_model(const struct preset *preset, struct error *err)
{
    static const struct {
        const char *section, *name;
    } of_transformers[] = {
        {"model", "layers"},
        {"model", "heads"},
        {"model", "d_key"},
        {"model", "norm"},
        {"model", "positions"},
        {"fine-tuning", "freeze_embedding"},
        {"fine-tuning", "freeze_attention"},
        {"fine-tuning", "freeze_feed_forward"},
    };
    size_t keys = sizeof of_transformers / sizeof *of_transformers;
    for (size_t i = 0; preset->model.kind == MODEL_ASSOCIATIVE && i < keys; i++) {
        const char *section = of_transformers[i].section, *name = of_transformers[i].name;
        const char *standard = preset_key_find(section, name)->standard;
        if (!preset_check_unused(preset, section, name, standard, "model", err))
            return false;
    }
    return true;
}

/* Patching needs attention, and changes what the steps of a run are. */
static bool check_patching(const struct preset *preset, struct error *err)
{
    const struct trainer_options *trainer = &preset->trainer;
    const struct patching_options *patching = &trainer->patching;
    if (patching->reference_step.given && !model_attends(&preset->model))
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64
                         " needs a model with attention, whose patterns are taken over",
                         patching->reference_step.count);
    if (patching->reference_step.given && trainer->finetune.after > 0)
        return error_set(err, ERROR_INPUT,
                         "patching.reference_step = %" PRIu64 " and fine-tuning.after = %" PRIu64
                         " do not go together",
                         patching->reference_step.count, trainer->finetune.after);
    return patching_check(patching, &preset->sampling, &trainer->schedule, err);
}

bool preset_check(const struct preset *preset, struct error *err)
{
    const struct facts_options *facts = &preset->facts;
    const struct trainer_options *trainer = &preset->trainer;
    const struct schedule *schedule = &trainer->schedule;
    if (!check_name(preset->name, err))
        return false;
    bool one_wording = facts->templates == 1 && facts->train_templates == 1;
    if (facts->templates > 0 && facts->train_templates >= facts->templates && !one_wording)
        return error_set(err, ERROR_INPUT,
                         "facts.train_templates = %zu leaves none of facts.templates = %zu for "
                         "evaluation",
                         facts->train_templates, facts->templates);
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
    if (trainer->evaluate_new > preset->population.held_out)
        return error_set(err, ERROR_INPUT, "eval.new = %zu is above population.new = %" PRIu64,
                         trainer->evaluate_new, preset->population.held_out);
    return check_model(preset, err) && preset_check_sampling(preset, err) &&
           finetune_check(&trainer->finetune, &preset->population, &preset->sampling, schedule,
                          err) &&
           check_patching(preset, err);
}

/* ---- comparing ---- */

/* What a run may have otherwise than the preset it was asked for. */
static bool may_differ(const struct preset_key *key, const char *asked)
{
    static const struct {
        const char *section, *name; /* null name: the whole section */
        bool filled_in;             /* only where the standard value was asked for */
    } others[] = {
        {"preset", NULL, false},
        {"train", "threads", false},
        {"facts", "fingerprint", true},
        {"model", "vocab", true},
        {"model", "max_length", true},
        {"train", "shards", true},
        /* Of kinds that have no use for them Mneme 0.1.0 wrote these all the same. */
        {"sampling", "alpha", true},
        {"sampling", "weight", true},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].section, key->section) == 0 &&
            (!others[i].name || strcmp(others[i].name, key->name) == 0))
            return !others[i].filled_in || strcmp(asked, key->standard) == 0;
    return false;
}

static bool compare_key(const struct preset *run, const struct preset *asked,
                        const struct preset_key *key, struct error *err)
{
    char *has = preset_value(run, key, err), *wanted = has ? preset_value(asked, key, err) : NULL;
    bool ok = wanted && (strcmp(has, wanted) == 0 || may_differ(key, wanted) ||
                         error_set(err, ERROR_INPUT, "%s.%s = %s, not %s", key->section, key->name,
                                   has, wanted));
    memory_free(has);
    memory_free(wanted);
    return ok;
}

/* Entries of a pool that are used; 0 for all. */
static size_t pool_limit(const struct facts_options *facts, const char *pool)
{
    for (size_t i = 0; i < facts->limits; i++)
        if (strcmp(facts->limit[i].pool, pool) == 0)
            return facts->limit[i].count;
    return 0;
}

/* Compares those pools that `listed` limits. */
static bool compare_pools(const struct preset *run, const struct preset *asked,
                          const struct facts_options *listed, struct error *err)
{
    for (size_t i = 0; i < listed->limits; i++) {
        const char *pool = listed->limit[i].pool;
        size_t has = pool_limit(&run->facts, pool), wanted = pool_limit(&asked->facts, pool);
        if (has != wanted)
            return error_set(err, ERROR_INPUT, PRESET_POOLS ".%s = %zu, not %zu", pool, has,
                             wanted);
    }
    return true;
}

bool preset_is_run_of(const struct preset *run, const struct preset *asked, struct error *err)
{
    for (size_t i = 0; i < preset_key_count; i++)
        if (!compare_key(run, asked, &preset_keys[i], err))
            return false;
    return compare_pools(run, asked, &run->facts, err) &&
           compare_pools(run, asked, &asked->facts, err);
}

/* ---- writing ---- */

/* "name = value", going on in indented lines where it is long. */
static void write_pair(struct text *out, const char *name, const char *value)
{
    static const char indent[] = "\n   ";
    text_format(out, "%s =", name);
    size_t column = strlen(name) + strlen(" =");
    for (bool first = true; *value != '\0'; first = false) {
        size_t length = preset_text_piece(value);
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

/* The same for a path, which is put together again without blanks between its lines. */
static void write_path(struct text *out, const char *name, const char *path)
{
    text_format(out, "%s =", name);
    for (bool first = true; *path != '\0'; first = false) {
        size_t length = preset_path_piece(path);
        text_add(out, first ? " " : "\n    ");
        text_add_bytes(out, path, length);
        path += length;
    }
    text_add(out, "\n");
}

static void write_pools(struct text *out, const struct facts_options *facts)
{
    if (facts->limits > 0)
        text_format(out, "\n[%s]\n", PRESET_POOLS);
    for (size_t i = 0; i < facts->limits; i++)
        text_format(out, "%s = %zu\n", facts->limit[i].pool, facts->limit[i].count);
}

char *preset_write(const struct preset *preset, struct error *err)
{
    struct text out = {0};
    const char *section = "";
    for (size_t i = 0; i < preset_key_count; i++) {
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
            (key->type == KEY_PATH ? write_path : write_pair)(&out, key->name, value);
            memory_free(value);
        }
    }
    write_pools(&out, &preset->facts);
    return text_take(&out, err);
}
