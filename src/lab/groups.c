/* Map of this file: which keys are settings; values; the table of runs and settings; groups; their
 * names. */
#include "lab/groups.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "config/preset_key.h"

/* Which keys are settings */

static bool is_setting(const struct preset_key *key)
{
    static const struct {
        const char *section, *name; /* null name: the whole section */
    } others[] = {
        {"preset", NULL},  {"checkpoint", NULL}, {"facts", "fingerprint"}, {"population", "seed"},
        {"train", "seed"}, {"train", "shards"},  {"train", "threads"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i].section, key->section) == 0 &&
            (!others[i].name || strcmp(others[i].name, key->name) == 0))
            return false;
    return key->type != KEY_FAMILY; /* which says the same as others */
}

static size_t keys_called(const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < preset_key_count; i++)
        count += strcmp(preset_keys[i].name, name) == 0;
    return count;
}

char *groups_key_name(const char *section, const char *name, struct error *err)
{
    if (strcmp(section, "population") == 0 && strcmp(name, "known") == 0)
        return memory_string("N", err);
    bool alone = strcmp(section, "train") == 0 ||
                 keys_called(name) == (strcmp(section, PRESET_POOLS) == 0 ? 0 : 1);
    return alone ? memory_string(name, err) : memory_format(err, "%s.%s", section, name);
}

/* Values */

static char *shown(const char *value, struct error *err)
{
    uint64_t count;
    char grouped[NUMBER_TEXT];
    if (!number_read_count(value, &count))
        return memory_string(*value ? value : "none", err);
    number_write_grouped(grouped, count);
    return memory_string(grouped, err);
}

char *groups_key_value(const struct preset *preset, const struct preset_key *key, struct error *err)
{
    char *value = preset_value(preset, key, err);
    char *text = value ? shown(value, err) : NULL;
    memory_free(value);
    return text;
}

int groups_compare_values(const char *a, const char *b)
{
    double left, right;
    bool left_is_number = number_read(a, &left), right_is_number = number_read(b, &right);
    if (left_is_number && right_is_number)
        return (left > right) - (left < right);
    if (left_is_number != right_is_number)
        return left_is_number ? -1 : 1;
    return strcmp(a, b);
}

static bool add_setting(struct text *out, const struct preset *preset, const struct preset_key *key,
                        struct error *err)
{
    char *value = preset_value(preset, key, err);
    if (!value)
        return false;
    text_format(out, "%s.%s=%s\n", key->section, key->name, value);
    memory_free(value);
    return true;
}

char *groups_settings(const struct preset *preset, struct error *err)
{
    struct text out = {0};
    bool added = true;
    for (size_t k = 0; added && k < preset_key_count; k++)
        added = !is_setting(&preset_keys[k]) || add_setting(&out, preset, &preset_keys[k], err);
    for (size_t l = 0; l < preset->facts.limits; l++)
        text_format(&out, PRESET_POOLS ".%s=%zu\n", preset->facts.limit[l].pool,
                    preset->facts.limit[l].count);
    text_add(&out, "");
    char *text = added ? text_take(&out, err) : NULL;
    text_free(&out);
    return text;
}

/* The table of runs and settings */

enum setting_kind {
    SETTING_KEY,
    SETTING_POOL,
    SETTING_RATES,    /* learning rates that were set by hand */
    SETTING_BRANCHES, /* where it began at a checkpoint of another run */
};

struct group_setting {
    enum setting_kind kind;
    const struct preset_key *key; /* SETTING_KEY */
    const char *name;             /* of that, or of the pool */
};

struct group_table {
    struct group_setting *setting; /* [settings] */
    size_t settings;
    char **value; /* [runs][settings] */
    size_t runs;
    bool *differs; /* [settings] between groups */
};

static const char *value_at(const struct group_table *table, size_t run, size_t setting)
{
    return table->value[run * table->settings + setting];
}

static void table_free(struct group_table *table)
{
    for (size_t i = 0; table->value && i < table->runs * table->settings; i++)
        memory_free(table->value[i]);
    memory_free(table->value);
    memory_free(table->setting);
    memory_free(table->differs);
}

static void add_pool(struct group_table *table, const char *pool)
{
    for (size_t i = 0; i < table->settings; i++)
        if (table->setting[i].kind == SETTING_POOL && strcmp(table->setting[i].name, pool) == 0)
            return;
    table->setting[table->settings++] = (struct group_setting){SETTING_POOL, NULL, pool};
}

/* Keys in their own order, pools as runs limit them, and what is in no preset. */
static bool list_settings(struct group_table *table, const struct run_result *result, size_t count,
                          struct error *err)
{
    size_t most = preset_key_count + 2;
    for (size_t i = 0; i < count; i++)
        most += result[i].preset.facts.limits;
    table->setting = memory_new(most, sizeof *table->setting, err);
    if (!table->setting)
        return false;
    for (size_t i = 0; i < preset_key_count; i++)
        if (is_setting(&preset_keys[i]))
            table->setting[table->settings++] =
                (struct group_setting){SETTING_KEY, &preset_keys[i], preset_keys[i].name};
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < result[i].preset.facts.limits; p++)
            add_pool(table, result[i].preset.facts.limit[p].pool);
    table->setting[table->settings++] = (struct group_setting){.kind = SETTING_RATES};
    table->setting[table->settings++] = (struct group_setting){.kind = SETTING_BRANCHES};
    return true;
}

/* A run's turns of one kind, or what there is to say of one that has none. */
static char *write_turns(const struct run_result *result, enum turn_kind kind, const char *none,
                         struct error *err)
{
    struct text out = {0};
    for (size_t i = 0; i < result->turns.count; i++) {
        char text[TURN_TEXT];
        if (result->turns.turn[i].kind != kind)
            continue;
        turn_write(text, &result->turns.turn[i]);
        text_format(&out, "%s%s", out.length > 0 ? ", " : "", text);
    }
    if (out.length == 0)
        text_add(&out, none);
    return text_take(&out, err);
}

static char *read_limit(const struct preset *preset, const char *pool, struct error *err)
{
    for (size_t p = 0; p < preset->facts.limits; p++)
        if (strcmp(preset->facts.limit[p].pool, pool) == 0)
            return memory_format(err, "%zu", preset->facts.limit[p].count);
    return memory_string("all", err);
}

static char *read_value(const struct run_result *result, const struct group_setting *setting,
                        struct error *err)
{
    switch (setting->kind) {
    case SETTING_POOL:
        return read_limit(&result->preset, setting->name, err);
    case SETTING_RATES:
        return write_turns(result, TURN_RATE, "lr as scheduled", err);
    case SETTING_BRANCHES:
        return write_turns(result, TURN_BRANCH, "no branch", err);
    case SETTING_KEY:
        break;
    }
    return preset_value(&result->preset, setting->key, err);
}

static bool table_init(struct group_table *table, const struct run_result *result, size_t count,
                       struct error *err)
{
    *table = (struct group_table){.runs = count};
    bool ok = list_settings(table, result, count, err);
    table->value = ok ? memory_new(count * table->settings, sizeof *table->value, err) : NULL;
    table->differs = table->value ? memory_new(table->settings, sizeof *table->differs, err) : NULL;
    ok = table->differs != NULL;
    for (size_t i = 0; ok && i < count * table->settings; i++) {
        table->value[i] =
            read_value(&result[i / table->settings], &table->setting[i % table->settings], err);
        ok = table->value[i] != NULL;
    }
    if (!ok)
        table_free(table);
    return ok;
}

/* The first setting in which two runs differ; as many as there are where they are equal. */
static size_t first_difference(const struct group_table *table, size_t a, size_t b)
{
    size_t setting = 0;
    while (setting < table->settings &&
           strcmp(value_at(table, a, setting), value_at(table, b, setting)) == 0)
        setting++;
    return setting;
}

/* Groups */

/* A run of each group, ascending by its settings. */
static size_t find_groups(const struct group_table *table, size_t *first)
{
    size_t groups = 0;
    for (size_t run = 0; run < table->runs; run++) {
        size_t at = 0;
        for (; at < groups; at++) {
            size_t s = first_difference(table, run, first[at]);
            if (s == table->settings ||
                groups_compare_values(value_at(table, run, s), value_at(table, first[at], s)) < 0)
                break;
        }
        if (at < groups && first_difference(table, run, first[at]) == table->settings)
            continue;
        memmove(&first[at + 1], &first[at], (groups - at) * sizeof *first);
        first[at] = run;
        groups++;
    }
    return groups;
}

static bool fill_group(struct group *group, const struct group_table *table,
                       const struct run_result *result, size_t first, struct error *err)
{
    group->run = memory_new(table->runs, sizeof *group->run, err);
    if (!group->run)
        return false;
    for (size_t run = 0; run < table->runs; run++)
        if (first_difference(table, run, first) == table->settings)
            group->run[group->runs++] = &result[run];
    return true;
}

/* Their names */

static void find_differences(struct group_table *table, const size_t *first, size_t groups)
{
    for (size_t s = 0; s < table->settings; s++)
        for (size_t g = 1; g < groups; g++)
            table->differs[s] = table->differs[s] || strcmp(value_at(table, first[g], s),
                                                            value_at(table, first[0], s)) != 0;
}

/* Whether no two groups have the same name. */
static bool are_told_apart(const struct group_table *table, const size_t *first, size_t groups)
{
    for (size_t a = 0; a < groups; a++)
        for (size_t b = a + 1; b < groups; b++) {
            bool apart = false;
            for (size_t s = 0; s < table->settings; s++)
                apart = apart || (table->differs[s] && strcmp(value_at(table, first[a], s),
                                                              value_at(table, first[b], s)) != 0);
            if (!apart)
                return false;
        }
    return true;
}

/* How a run is looked at, and where it began, is no name for it where others tell it apart. */
static bool is_minor(const struct group_setting *setting)
{
    return setting->kind == SETTING_BRANCHES ||
           (setting->key && strcmp(setting->key->section, "eval") == 0);
}

static void leave_out_minor(struct group_table *table, const size_t *first, size_t groups)
{
    for (size_t s = 0; s < table->settings; s++) {
        if (!table->differs[s] || !is_minor(&table->setting[s]))
            continue;
        table->differs[s] = false;
        table->differs[s] = !are_told_apart(table, first, groups);
    }
}

static bool is_ordered(const struct group_table *table, const size_t *first, size_t groups)
{
    size_t differing = 0;
    double number;
    bool numbers = groups > 1;
    for (size_t s = 0; s < table->settings; s++) {
        differing += table->differs[s];
        for (size_t g = 0; table->differs[s] && g < groups; g++)
            numbers = numbers && number_read(value_at(table, first[g], s), &number);
    }
    return numbers && differing == 1;
}

/* "N = 512"; what is in no preset says itself what it is. */
static bool add_name(struct text *out, const struct group_setting *setting, const char *value,
                     struct error *err)
{
    const char *comma = out->length > 0 ? ", " : "";
    if (setting->kind == SETTING_RATES || setting->kind == SETTING_BRANCHES) {
        text_format(out, "%s%s", comma, value);
        return true;
    }
    char *key =
        groups_key_name(setting->key ? setting->key->section : PRESET_POOLS, setting->name, err);
    char *text = key ? shown(value, err) : NULL;
    if (text)
        text_format(out, "%s%s = %s", comma, key, text);
    bool added = text != NULL;
    memory_free(text);
    memory_free(key);
    return added;
}

static char *name_group(const struct group_table *table, size_t run, struct error *err)
{
    struct text out = {0};
    for (size_t s = 0; s < table->settings; s++)
        if (table->differs[s])
            out.failed |= !add_name(&out, &table->setting[s], value_at(table, run, s), err);
    return text_take(&out, err);
}

static bool make_groups(struct groups *groups, struct group_table *table,
                        const struct run_result *result, size_t *first, struct error *err)
{
    size_t count = find_groups(table, first);
    find_differences(table, first, count);
    leave_out_minor(table, first, count);
    groups->ordered = is_ordered(table, first, count);
    groups->group = memory_new(count, sizeof *groups->group, err);
    bool ok = groups->group != NULL;
    for (size_t g = 0; ok && g < count; g++) {
        groups->count++;
        ok = fill_group(&groups->group[g], table, result, first[g], err);
        groups->group[g].name = ok ? name_group(table, first[g], err) : NULL;
        ok = groups->group[g].name != NULL;
    }
    return ok;
}

bool groups_init(struct groups *groups, const struct run_result *result, size_t count,
                 struct error *err)
{
    struct group_table table;
    *groups = (struct groups){.result = result, .runs = count};
    if (!table_init(&table, result, count, err))
        return false;
    size_t *first = memory_new(count, sizeof *first, err);
    bool ok = first && make_groups(groups, &table, result, first, err);
    memory_free(first);
    table_free(&table);
    for (size_t g = 0; ok && g < groups->count; g++)
        groups->group[g].own_steps = groups->count > 1;
    if (!ok)
        groups_free(groups);
    return ok;
}

void groups_free(struct groups *groups)
{
    for (size_t g = 0; g < groups->count; g++) {
        memory_free(groups->group[g].run);
        memory_free(groups->group[g].name);
    }
    memory_free(groups->group);
    *groups = (struct groups){0};
}

/* A number of each run. */
struct group_numbers {
    const struct group *group;
    double (*number)(const struct run_result *result);
};

static double number_of(const void *context, size_t run)
{
    const struct group_numbers *of = context;
    return of->number(of->group->run[run]);
}

struct summary group_summary(const struct group *group,
                             double (*number)(const struct run_result *result))
{
    const struct group_numbers of = {group, number};
    return summary_of_each(group->runs, number_of, &of);
}

bool groups_are_finetuned(const struct groups *groups)
{
    bool tuned = true;
    for (size_t i = 0; i < groups->runs; i++)
        tuned = tuned && run_result_is_finetuned(&groups->result[i]);
    return tuned;
}

bool groups_ask_new(const struct groups *groups)
{
    bool ask = true;
    for (size_t i = 0; i < groups->runs; i++)
        ask = ask && run_result_asks_new(&groups->result[i]);
    return ask;
}
