/* mneme presets: what can be run. */
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/estimate.h"
#include "lab/session.h"
#include "lab/session_open.h"
#include "ui/cli/cli.h"
#include "ui/cli/columns.h"
#include "ui/cli/json.h"
#include "ui/cli/listing.h"
#include "ui/cli/output.h"
#include "ui/cli/table.h"
#include "ui/format.h"

enum { SHOW = 'w', KEYS = 'k' };

static const struct cli_option options[] = {
    {SHOW, "show", "PRESET", "the same as PRESET: show its size and all its keys"},
    {CLI_SET, "set", "KEY=VALUE", "change a key of the preset that is shown"},
    {KEYS, "keys", NULL, "list all keys of presets, with ranges and meanings"},
    {CLI_JSON, "json", NULL, "print a JSON object for each preset"},
};

struct presets_arguments {
    const char *show;
    bool keys, json;
    struct strings settings;
};

static json_t *json_preset(const struct preset *preset)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:I}", "name", preset->name, "title",
                     preset->title, "description", preset->description, "minutes",
                     preset->minutes > 0 ? json_real(preset->minutes) : json_null(), "individuals",
                     (json_int_t)preset->population.known, "steps",
                     (json_int_t)trainer_steps(&preset->trainer), "batch",
                     (json_int_t)preset->trainer.batch);
}

/* What the sizes come to, once the facts are known. */
static void print_sizes(const struct session *session)
{
    const struct model_options *model = &session->preset.model;
    char parameters[FORMAT_SIZE], memory[FORMAT_SIZE];
    printf("%s parameters, %zu words, uniform baseline %.3f nats, %s of memory\n",
           format_short(parameters, (double)model_count_parameters(model)),
           session->vocabulary.words, session->baseline,
           format_bytes(memory, (double)estimate_bytes(session)));
}

static json_t *json_sizes(const struct session *session)
{
    const struct model_options *model = &session->preset.model;
    json_t *object = json_preset(&session->preset);
    json_object_set_new(object, "parameters",
                        json_integer((json_int_t)model_count_parameters(model)));
    json_object_set_new(object, "words", json_integer((json_int_t)session->vocabulary.words));
    json_object_set_new(object, "uniform_baseline", json_number(session->baseline));
    json_object_set_new(object, "bytes", json_integer((json_int_t)estimate_bytes(session)));
    return object;
}

/* With the precision that is asked for, which is not this machine's alone. */
static bool print_preset(const struct session *session, enum precision asked, struct error *err)
{
    struct preset written = session->preset;
    const struct preset *preset = &session->preset;
    written.model.precision = asked;
    char *text = preset_write(&written, err);
    if (!text)
        return false;
    output_print("%s: %s\n", preset->name, preset->title);
    if (preset->description[0])
        columns_print_text(0, preset->description);
    print_sizes(session);
    output_print("\n%s", text);
    memory_free(text);
    return true;
}

static bool show(const struct presets_arguments *a, const struct paths *paths, struct error *err)
{
    struct preset preset;
    struct session session;
    if (!cli_load_preset(&preset, paths, a->show, &a->settings, err))
        return false;
    enum precision asked = preset.model.precision;
    bool opened = session_open_facts(&session, paths, &preset, err);
    preset_free(&preset);
    if (!opened)
        return false;
    bool shown =
        recall_baseline(&session.population, &session.baseline, &session.baseline_pools, err) &&
        (a->json ? json_print(json_sizes(&session), err) : print_preset(&session, asked, err));
    session_close(&session, NULL);
    return shown;
}

static bool print_keys(struct error *err)
{
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        printf("%s.%s", key->section, key->name);
        if (key->standard[0])
            printf(" = %s", key->standard);
        if (key->unit[0])
            printf(" %s", key->unit);
        if (key->type == KEY_COUNT || key->type == KEY_OPTIONAL || key->type == KEY_NUMBER ||
            key->type == KEY_OPTIONAL_NUMBER)
            printf("  (%s%.16g to %.16g)", key->above_low ? "above " : "", key->low, key->high);
        for (size_t c = 0; key->type == KEY_CHOICE && key->choice[c]; c++)
            printf("%s%s", c ? "|" : "  (", key->choice[c]);
        printf("%s\n", key->type == KEY_CHOICE ? ")" : "");
        char *text = preset_key_text(key, err);
        if (!text)
            return false;
        columns_print_text(4, text);
        memory_free(text);
    }
    return true;
}

static bool add_row(const struct preset *preset, const char *name, struct table *table,
                    struct error *err)
{
    char time[FORMAT_SIZE];
    if (!table_add(table, err, "%s", name))
        return false;
    return preset->minutes > 0 ? table_add(table, err, "%s (%s on 2 cores)", preset->title,
                                           format_about(time, 60 * preset->minutes))
                               : table_add(table, err, "%s", preset->title);
}

/* One row of the list, or with JSON the object itself. */
static bool list_preset(const struct paths *paths, const char *name, bool json, struct table *table,
                        struct error *err)
{
    struct preset preset;
    if (!preset_load(&preset, paths, name, err))
        return false;
    bool listed = json ? json_print(json_preset(&preset), err) : add_row(&preset, name, table, err);
    preset_free(&preset);
    return listed;
}

static const struct listing listing = {.names = preset_list, .row = list_preset, .columns = 2};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct presets_arguments *a = arguments;
    switch (option) {
    case SHOW:
        a->show = value;
        return true;
    case CLI_SET:
        return strings_add(&a->settings, value, err);
    case KEYS:
        a->keys = true;
        return true;
    default:
        a->json = true;
        return true;
    }
}

static int refuse(const char *why)
{
    struct error err;
    error_set(&err, ERROR_INPUT, "%s", why);
    return cli_fail(&err);
}

static int presets(const struct cli_command *command, const struct paths *paths, int argc,
                   char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct presets_arguments a = {0};
    struct error err;
    int status = EXIT_DONE;
    bool read = cli_options(&line, take_option, &a) && cli_operands(&line, 0, 1);
    bool twice = read && line.operands > 0 && a.show;
    if (read && line.operands > 0)
        a.show = line.operand[0];
    if (!read)
        status = line.status;
    else if (twice)
        status = refuse("--show PRESET and PRESET are the same: name one");
    else if (a.settings.count > 0 && !a.show)
        status = refuse("--set changes a preset that is shown; name one");
    else if (a.keys && (a.json || a.show))
        status =
            refuse(a.json ? "--keys has no JSON form" : "--keys and --show cannot be combined");
    else if (a.keys)
        status = print_keys(&err) ? EXIT_DONE : cli_fail(&err);
    else if (a.show)
        status = show(&a, paths, &err) ? EXIT_DONE : cli_fail(&err);
    else
        status = listing_print(&listing, paths, a.json);
    strings_free(&a.settings);
    return status;
}

const struct cli_command cli_presets = {
    .name = "presets",
    .operands = "[PRESET]",
    .summary = "List presets, or show one.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = presets,
};
