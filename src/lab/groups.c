/* Map of this file: which keys are settings; values; the table of runs and settings; groups; their
 * names. */
#include "lab/groups.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "lab/preset_key.h"

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

/* The table of runs and settings */

struct setting {
    const struct preset_key *key; /* null for a pool */
    const char *name;
};

struct table {
    struct setting *setting; /* [settings] */
    size_t settings;
    char **value; /* [runs][settings] */
    size_t runs;
    bool *differs; /* [settings] between groups */
};

static const char *value_at(const struct table *table, size_t run, size_t setting)
{
    return table->value[run * table->settings + setting];
}

static void table_free(struct table *table)
{
    for (size_t i = 0; table->value && i < table->runs * table->settings; i++)
        memory_free(table->value[i]);
    memory_free(table->value);
    memory_free(table->setting);
    memory_free(table->differs);
}

static void add_pool(struct table *table, const char *pool)
{
    for (size_t i = 0; i < table->settings; i++)
        if (!table->setting[i].key && strcmp(table->setting[i].name, pool) == 0)
            return;
    table->setting[table->settings++] = (struct setting){NULL, pool};
}

/* Keys in their own order, then pools as runs limit them. */
static bool list_settings(struct table *table, const struct outcome *outcome, size_t count,
                          struct error *err)
{
    size_t most = preset_key_count;
    for (size_t i = 0; i < count; i++)
        most += outcome[i].preset.facts.limits;
    table->setting = memory_new(most, sizeof *table->setting, err);
    if (!table->setting)
        return false;
    for (size_t i = 0; i < preset_key_count; i++)
        if (is_setting(&preset_keys[i]))
            table->setting[table->settings++] =
                (struct setting){&preset_keys[i], preset_keys[i].name};
    for (size_t i = 0; i < count; i++)
        for (size_t p = 0; p < outcome[i].preset.facts.limits; p++)
            add_pool(table, outcome[i].preset.facts.limit[p].pool);
    return true;
}

static char *read_value(const struct preset *preset, const struct setting *setting,
                        struct error *err)
{
    if (setting->key)
        return preset_value(preset, setting->key, err);
    for (size_t p = 0; p < preset->facts.limits; p++)
        if (strcmp(preset->facts.limit[p].pool, setting->name) == 0)
            return memory_format(err, "%zu", preset->facts.limit[p].count);
    return memory_string("all", err);
}

static bool table_init(struct table *table, const struct outcome *outcome, size_t count,
                       struct error *err)
{
    *table = (struct table){.runs = count};
    bool ok = list_settings(table, outcome, count, err);
    table->value = ok ? memory_new(count * table->settings, sizeof *table->value, err) : NULL;
    table->differs = table->value ? memory_new(table->settings, sizeof *table->differs, err) : NULL;
    ok = table->differs != NULL;
    for (size_t i = 0; ok && i < count * table->settings; i++) {
        table->value[i] = read_value(&outcome[i / table->settings].preset,
                                     &table->setting[i % table->settings], err);
        ok = table->value[i] != NULL;
    }
    if (!ok)
        table_free(table);
    return ok;
}

/* The first setting in which two runs differ; as many as there are where they are equal. */
static size_t first_difference(const struct table *table, size_t a, size_t b)
{
    size_t setting = 0;
    while (setting < table->settings &&
           strcmp(value_at(table, a, setting), value_at(table, b, setting)) == 0)
        setting++;
    return setting;
}

/* Groups */

/* A run of each group, ascending by its settings. */
static size_t find_groups(const struct table *table, size_t *first)
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

static bool fill_group(struct group *group, const struct table *table,
                       const struct outcome *outcome, size_t first, struct error *err)
{
    group->run = memory_new(table->runs, sizeof *group->run, err);
    if (!group->run)
        return false;
    for (size_t run = 0; run < table->runs; run++)
        if (first_difference(table, run, first) == table->settings)
            group->run[group->runs++] = &outcome[run];
    return true;
}

/* Their names */

static void find_differences(struct table *table, const size_t *first, size_t groups)
{
    for (size_t s = 0; s < table->settings; s++)
        for (size_t g = 1; g < groups; g++)
            table->differs[s] = table->differs[s] || strcmp(value_at(table, first[g], s),
                                                            value_at(table, first[0], s)) != 0;
}

/* Whether no two groups have the same name. */
static bool are_told_apart(const struct table *table, const size_t *first, size_t groups)
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

/* How a run is looked at is no name for it where others tell it apart. */
static void leave_out_looks(struct table *table, const size_t *first, size_t groups)
{
    for (size_t s = 0; s < table->settings; s++) {
        const struct preset_key *key = table->setting[s].key;
        if (!table->differs[s] || !key || strcmp(key->section, "eval") != 0)
            continue;
        table->differs[s] = false;
        table->differs[s] = !are_told_apart(table, first, groups);
    }
}

static bool is_ordered(const struct table *table, const size_t *first, size_t groups)
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

static char *name_group(const struct table *table, size_t run, struct error *err)
{
    struct text out = {0};
    for (size_t s = 0; s < table->settings; s++) {
        const struct setting *setting = &table->setting[s];
        if (!table->differs[s])
            continue;
        char *key = groups_key_name(setting->key ? setting->key->section : PRESET_POOLS,
                                    setting->name, err);
        char *value = key ? shown(value_at(table, run, s), err) : NULL;
        if (value)
            text_format(&out, "%s%s = %s", out.length > 0 ? ", " : "", key, value);
        out.failed = out.failed || !value;
        memory_free(key);
        memory_free(value);
    }
    return text_take(&out, err);
}

static bool make_groups(struct groups *groups, struct table *table, const struct outcome *outcome,
                        size_t *first, struct error *err)
{
    size_t count = find_groups(table, first);
    find_differences(table, first, count);
    leave_out_looks(table, first, count);
    groups->ordered = is_ordered(table, first, count);
    groups->group = memory_new(count, sizeof *groups->group, err);
    bool ok = groups->group != NULL;
    for (size_t g = 0; ok && g < count; g++) {
        groups->count++;
        ok = fill_group(&groups->group[g], table, outcome, first[g], err);
        groups->group[g].name = ok ? name_group(table, first[g], err) : NULL;
        ok = groups->group[g].name != NULL;
    }
    return ok;
}

bool groups_init(struct groups *groups, const struct outcome *outcome, size_t count,
                 struct error *err)
{
    struct table table;
    *groups = (struct groups){0};
    if (!table_init(&table, outcome, count, err))
        return false;
    size_t *first = memory_new(count, sizeof *first, err);
    bool ok = first && make_groups(groups, &table, outcome, first, err);
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
