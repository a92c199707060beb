/* Map of this file: from the settings to the screen and to keys; beginning; listing; changing;
 * saving. */
#include "ui/tui/configuring.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preferences.h"
#include "ui/terminal.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/picking.h"
#include "ui/tui/state.h"

#define SAVE "save"

/* From the settings to the screen and to keys */

struct screen_wish configuring_screen(const struct workbench *workbench, bool utf8)
{
    return (struct screen_wish){
        .utf8 = utf8,
        .ascii = !utf8 || workbench->options->ascii || workbench->preferences.ascii ||
                 !terminal_has_font(),
        .points = workbench->preferences.mouse,
        .theme = workbench->preferences.theme,
    };
}

/* What a run does not have is told. */
static void look_at_picks(struct workbench *workbench)
{
    struct error err;
    if (!picking_take(workbench, workbench->preferences.chart.picks, &err))
        workbench_say(workbench, true, "chart.picks: %s", err.message);
}

void configuring_look(struct workbench *workbench)
{
    struct view *view = &workbench->view;
    const struct preferences *settings = &workbench->preferences;
    view->linear = settings->chart.axis == CHART_AXIS_LINEAR;
    view->log_steps = settings->chart.step_axis == CHART_STEP_AXIS_LOG;
    view->smooth = settings->chart.smooth;
    view->window = settings->chart.steps == CHART_STEPS_PLANNED ? WINDOW_PLANNED : WINDOW_FIT;
    if (workbench->picks.changes == 0 && *settings->chart.picks)
        look_at_picks(workbench);
    if (settings->chart.first == CHART_FIRST_CIRCUITS)
        learn_show_circuits(view);
    else
        learn_show_loss(view);
}

static bool charts_differ(const struct preferences *now, const struct preferences *before)
{
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (strcmp(preference_keys[k].section, "chart") == 0 &&
            preference_differs(now, before, &preference_keys[k]))
            return true;
    return false;
}

/* Everything that differs from before. */
static void apply(struct workbench *workbench, const struct preferences *before)
{
    const struct preferences *now = &workbench->preferences;
    struct screen *screen = &workbench->screen;
    screen->ascii = configuring_screen(workbench, screen->utf8).ascii;
    if (now->theme != before->theme)
        screen_dress(screen, now->theme);
    if (now->mouse != before->mouse)
        screen_point(screen, now->mouse);
    if (workbench->session && strcmp(now->chart.picks, before->chart.picks) != 0)
        look_at_picks(workbench);
    if (workbench->session && charts_differ(now, before))
        configuring_look(workbench);
    workbench->changed = true;
}

/* The keys that requests have; what is wrong with one is told with its line of the file. */
static bool make_keys(const struct workbench *workbench, const struct preferences *settings,
                      struct request_keys *keys, struct error *err)
{
    size_t wrong;
    if (request_keys_make(keys, settings->binding, settings->bindings, &wrong, err))
        return true;
    size_t line = wrong < settings->bindings ? settings->binding[wrong].line : 0;
    char *path = line > 0 ? preferences_path(workbench->paths, NULL) : NULL;
    if (path)
        error_prefix(err, "%s:%zu", path, line);
    memory_free(path);
    return false;
}

/* Beginning */

/* Nothing of a file is taken in which something is wrong. */
static bool forget_file(struct workbench *workbench, struct error *err)
{
    preferences_free(&workbench->preferences);
    return preferences_init(&workbench->preferences, err);
}

bool configuring_begin(struct workbench *workbench, struct error *err)
{
    struct preferences *settings = &workbench->preferences;
    struct error *fault = &workbench->preferences_fault;
    if (preferences_load(settings, workbench->paths, fault) &&
        make_keys(workbench, settings, &workbench->keys, fault)) {
        *fault = (struct error){0};
        return true;
    }
    return forget_file(workbench, err);
}

void configuring_tell(struct workbench *workbench)
{
    if (workbench->preferences_fault.kind)
        workbench_say(workbench, true, "%s; settings are as without the file",
                      workbench->preferences_fault.message);
}

/* Listing */

/* "config.ini, line 3" */
static void write_origin(struct text *out, enum preference_origin origin, size_t line)
{
    if (origin == PREFERENCE_OF_FILE)
        text_format(out, "config.ini, line %zu", line);
    else
        text_add(out, origin == PREFERENCE_OF_NOW ? "changed now, not saved" : "standard");
}

/* "theme = light            config.ini, line 3" */
static char *write_item(const char *name, const char *value, const char *origin, struct error *err)
{
    enum { COLUMNS = 24 };
    struct text pair = {0};
    text_format(&pair, "%s = %s", name, value);
    char *item = pair.failed ? NULL : memory_format(err, "%-*s  %s", COLUMNS, pair.bytes, origin);
    text_free(&pair);
    return item;
}

static bool list_key(const struct workbench *workbench, size_t k, struct finding *finding,
                     struct error *err)
{
    const struct preferences *settings = &workbench->preferences;
    const struct preference_key *key = &preference_keys[k];
    char *name = preference_key_name(key, err), *value = preferences_value(settings, key, err);
    bool of_line = workbench->options->ascii && strcmp(key->name, "ascii") == 0;
    struct text origin = {0};
    write_origin(&origin, settings->origin[k], settings->line[k]);
    if (of_line)
        text_add(&origin, "; the command line says yes");
    bool listed = name && value && !origin.failed &&
                  finding_list_item(finding, write_item(name, value, origin.bytes, err), err);
    text_free(&origin);
    memory_free(name);
    memory_free(value);
    return listed;
}

static bool list_binding(const struct binding *binding, struct finding *finding, struct error *err)
{
    struct text origin = {0};
    char *name = memory_format(err, PREFERENCES_BINDINGS ".%s", binding->request);
    write_origin(&origin, binding->origin, binding->line);
    bool listed =
        name && !origin.failed &&
        finding_list_item(finding, write_item(name, binding->keys, origin.bytes, err), err);
    text_free(&origin);
    memory_free(name);
    return listed;
}

/* All settings; of keys, those that were given other ones. */
static bool find_all(const struct workbench *workbench, struct finding *finding, struct error *err)
{
    const struct preferences *settings = &workbench->preferences;
    bool listed = true;
    *finding = (struct finding){0};
    for (size_t k = 0; k < PREFERENCE_KEYS && listed; k++)
        listed = list_key(workbench, k, finding, err);
    for (size_t b = 0; b < settings->bindings && listed; b++)
        listed = list_binding(&settings->binding[b], finding, err);
    if (listed && workbench->preferences_fault.kind)
        listed = (finding->note =
                      memory_format(err, "not read: %s", workbench->preferences_fault.message));
    if (!listed)
        finding_free(finding);
    return listed;
}

/* A command that came from no line is told under its own name. */
static const char *line_of(const struct request_call *call)
{
    return call->line ? call->line : "/config";
}

static void list(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct finding finding;
    unsigned long entry;
    struct error err;
    if (find_all(workbench, &finding, &err) &&
        transcript_add(&workbench->transcript, line_of(call), clock_seconds(), &entry, &err))
        transcript_finding(&workbench->transcript, entry, &finding);
    else
        workbench_say(workbench, true, "%s", err.message);
}

/* Changing */

/* What was set becomes what holds; on false nothing has changed. */
static bool take_over(struct workbench *workbench, struct preferences *settings, struct error *err)
{
    struct preferences before = workbench->preferences;
    struct request_keys keys;
    if (!make_keys(workbench, settings, &keys, err))
        return false;
    request_keys_free(&workbench->keys);
    workbench->keys = keys;
    workbench->preferences = *settings;
    apply(workbench, &before);
    preferences_free(&before);
    return true;
}

static bool set(struct workbench *workbench, const char *assignment, struct error *err)
{
    struct preferences settings;
    if (!preferences_copy(&settings, &workbench->preferences, err))
        return false;
    if (preferences_set(&settings, assignment, err) && take_over(workbench, &settings, err))
        return true;
    preferences_free(&settings);
    return false;
}

void configuring_mouse(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    char word[REQUEST_WORD];
    bool on = !workbench->preferences.mouse;
    if (!set(workbench, on ? "mouse=yes" : "mouse=no", &err))
        workbench_say(workbench, true, "%s", err.message);
    else if (on)
        workbench_say(workbench, false,
                      "the mouse acts on the screen, with Shift on the terminal; %s ends that",
                      request_word(&workbench->keys, "mouse", word));
    else
        workbench_say(workbench, false, "the mouse is the terminal's again");
}

static void change(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    bool changed = set(workbench, call->argument, &err);
    workbench_reply(workbench, line_of(call), changed ? ENTRY_NOTE : ENTRY_ERROR,
                    changed ? "until the program ends; /config save keeps it" : err.message);
}

/* Saving */

static void save(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct preferences settings = {0};
    struct error err;
    char *path = preferences_path(workbench->paths, &err);
    bool saved = path && preferences_copy(&settings, &workbench->preferences, &err) &&
                 preferences_save(&settings, workbench->paths, &err);
    bool taken = saved && take_over(workbench, &settings, &err);
    if (taken)
        workbench->preferences_fault = (struct error){0};
    else
        preferences_free(&settings);
    char *sentence = taken ? memory_format(&err, "saved in %s", path) : NULL;
    workbench_reply(workbench, line_of(call), sentence ? ENTRY_NOTE : ENTRY_ERROR,
                    sentence ? sentence : err.message);
    memory_free(sentence);
    memory_free(path);
}

void configuring_config(const struct request_call *call)
{
    if (!*call->argument)
        list(call);
    else if (strcmp(call->argument, SAVE) == 0)
        save(call);
    else
        change(call);
}
