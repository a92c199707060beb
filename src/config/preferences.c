/* Map of this file: the table; one value; all of them; the keys of requests; reading; setting;
 * editing a text; loading and saving. */
#include "config/preferences.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/text_file.h"

#define FILE_NAME "config.ini"

/* The table */

#define NAME(constant, name, text) name,
static const char *const theme_names[] = {THEMES(NAME) NULL};
#undef NAME
static const char *const axis_names[] = {"log", "linear", NULL};
static const char *const step_axis_names[] = {"linear", "log", NULL};
static const char *const steps_names[] = {"made", "planned", NULL};
static const char *const first_names[] = {"loss", "circuits", NULL};
static const char *const switch_names[] = {"no", "yes", NULL};

#define FIELD(member)                    offsetof(struct preferences, member)
#define THEME_TEXT(constant, name, text) " " name ", " text ";"

const struct preference_key preference_keys[PREFERENCE_KEYS] = {
    {"", "theme", PREFERENCE_CHOICE, FIELD(theme), theme_names, "terminal",
     "The colours of the screen:" THEMES(
         THEME_TEXT) " all of them in 8, 256 or 16 million colours, "
                     "as the terminal's description says."},
    {"", "ascii", PREFERENCE_SWITCH, FIELD(ascii), NULL, "no",
     "Use ASCII characters only, as for a font that lacks others."},
    {"", "mouse", PREFERENCE_SWITCH, FIELD(mouse), NULL, "no",
     "Let the mouse act on the screen; the terminal then selects text while Shift is held."},
    {"", "bell", PREFERENCE_SWITCH, FIELD(bell), NULL, "no",
     "Ring the terminal's bell when a phase begins and when training ends."},
    {"", "on_phase", PREFERENCE_TEXT, FIELD(on_phase), NULL, "",
     "A command that is run by sh when a phase of a run begins; see PHASES."},
    {"chart", "axis", PREFERENCE_CHOICE, FIELD(chart.axis), axis_names, "log",
     "The axis of losses when a run is opened first."},
    {"chart", "step_axis", PREFERENCE_CHOICE, FIELD(chart.step_axis), step_axis_names, "linear",
     "The axis of steps then."},
    {"chart", "steps", PREFERENCE_CHOICE, FIELD(chart.steps), steps_names, "made",
     "The steps that the chart shows then: all that were made, or all that are planned."},
    {"chart", "first", PREFERENCE_CHOICE, FIELD(chart.first), first_names, "loss",
     "The chart that is shown then: the attribute loss, or the circuits."},
    {"chart", "picks", PREFERENCE_TEXT, FIELD(chart.picks), NULL, "",
     "Measures that are shown in place of the attribute loss from the start, as "
     "attr_acc,new_entropy; p lists them."},
    {"chart", "smooth", PREFERENCE_SWITCH, FIELD(chart.smooth), NULL, "no",
     "Smooth curves, over what they hide."},
};

#undef FIELD

static const struct preference_key *find_key(const char *section, const char *name)
{
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (strcmp(preference_keys[k].section, section) == 0 &&
            strcmp(preference_keys[k].name, name) == 0)
            return &preference_keys[k];
    return NULL;
}

char *preference_key_name(const struct preference_key *key, struct error *err)
{
    return memory_format(err, "%s%s%s", key->section, *key->section ? "." : "", key->name);
}

/* One value */

static const char *const *choice_of(const struct preference_key *key)
{
    return key->type == PREFERENCE_SWITCH ? switch_names : key->choice;
}

static size_t count_names(const char *const *name)
{
    size_t count = 0;
    while (name[count])
        count++;
    return count;
}

/* What has its field at this offset in memory that is not const. */
static void *field_of(struct preferences *settings, const struct preference_key *key)
{
    return (char *)settings + key->offset;
}

static const char *text_of(const struct preferences *settings, const struct preference_key *key)
{
    return *(char *const *)(const void *)((const char *)settings + key->offset);
}

static bool check_text(const char *what, const char *value, struct error *err)
{
    for (const char *c = value; *c; c++) {
        if (ascii_is_control(*c))
            return error_set(err, ERROR_INPUT, "%s holds a control character", what);
        if (*c == ';' && (c == value || c[-1] == ' '))
            return error_set(err, ERROR_INPUT, "%s has a ; after a blank, which begins a comment",
                             what);
    }
    return true;
}

static bool replace_text(char **text, const char *value, struct error *err)
{
    char *copy = memory_string(value, err);
    if (!copy)
        return false;
    memory_free(*text);
    *text = copy;
    return true;
}

static bool set_one_of(struct preferences *settings, const struct preference_key *key,
                       const char *value, struct error *err)
{
    const char *const *name = choice_of(key);
    size_t count = count_names(name), at = 0;
    while (at < count && strcmp(name[at], value) != 0)
        at++;
    if (at == count) {
        char *what = preference_key_name(key, err);
        bool refused = what && suggest_refuse_of_all(what, value, name, count, err);
        memory_free(what);
        return refused;
    }
    if (key->type == PREFERENCE_SWITCH)
        *(bool *)field_of(settings, key) = at == 1;
    else
        *(unsigned *)field_of(settings, key) = (unsigned)at;
    return true;
}

static bool set_value(struct preferences *settings, const struct preference_key *key,
                      const char *value, struct error *err)
{
    if (key->type != PREFERENCE_TEXT)
        return set_one_of(settings, key, value, err);
    return check_text(key->name, value, err) && replace_text(field_of(settings, key), value, err);
}

char *preferences_value(const struct preferences *settings, const struct preference_key *key,
                        struct error *err)
{
    const char *field = (const char *)settings + key->offset;
    if (key->type == PREFERENCE_TEXT)
        return memory_string(text_of(settings, key), err);
    if (key->type == PREFERENCE_SWITCH)
        return memory_string(switch_names[*(const bool *)(const void *)field], err);
    return memory_string(key->choice[*(const unsigned *)(const void *)field], err);
}

bool preference_differs(const struct preferences *settings, const struct preferences *others,
                        const struct preference_key *key)
{
    const char *field = (const char *)settings + key->offset;
    const char *other = (const char *)others + key->offset;
    if (key->type == PREFERENCE_TEXT)
        return strcmp(text_of(settings, key), text_of(others, key)) != 0;
    return memcmp(field, other, key->type == PREFERENCE_SWITCH ? sizeof(bool) : sizeof(unsigned)) !=
           0;
}

static void say_origin(struct preferences *settings, const struct preference_key *key,
                       enum preference_origin origin, size_t line)
{
    settings->origin[key - preference_keys] = origin;
    settings->line[key - preference_keys] = line;
}

/* All of them */

bool preferences_init(struct preferences *settings, struct error *err)
{
    *settings = (struct preferences){0};
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (!set_value(settings, &preference_keys[k], preference_keys[k].standard, err)) {
            preferences_free(settings);
            return false;
        }
    return true;
}

static void free_binding(struct binding *binding)
{
    memory_free(binding->request);
    memory_free(binding->keys);
}

void preferences_free(struct preferences *settings)
{
    for (size_t b = 0; b < settings->bindings; b++)
        free_binding(&settings->binding[b]);
    memory_free(settings->binding);
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (preference_keys[k].type == PREFERENCE_TEXT)
            memory_free(*(char **)field_of(settings, &preference_keys[k]));
    *settings = (struct preferences){0};
}

static struct binding *find_binding(const struct preferences *settings, const char *request)
{
    for (size_t b = 0; b < settings->bindings; b++)
        if (strcmp(settings->binding[b].request, request) == 0)
            return &settings->binding[b];
    return NULL;
}

/* The keys of requests */

static bool add_binding(struct preferences *settings, struct binding binding, struct error *err)
{
    struct binding *grown =
        memory_resize(settings->binding, settings->bindings + 1, sizeof *grown, err);
    if (!grown)
        return false;
    settings->binding = grown;
    struct binding *added = &grown[settings->bindings];
    *added = (struct binding){
        .request = memory_string(binding.request, err),
        .keys = memory_string(binding.keys, err),
        .origin = binding.origin,
        .line = binding.line,
    };
    if (added->request && added->keys) {
        settings->bindings++;
        return true;
    }
    free_binding(added);
    return false;
}

static bool set_binding(struct preferences *settings, struct binding binding, struct error *err)
{
    struct binding *there = find_binding(settings, binding.request);
    if (!*binding.request)
        return error_set(err, ERROR_INPUT, "the name of a request is missing");
    if (!check_text(binding.request, binding.keys, err))
        return false;
    if (!there)
        return add_binding(settings, binding, err);
    if (!replace_text(&there->keys, binding.keys, err))
        return false;
    there->origin = binding.origin;
    there->line = binding.line;
    return true;
}

/* In place of those that *settings shares with the others. */
static bool copy_texts(struct preferences *settings, const struct preferences *from,
                       struct error *err)
{
    bool copied = true;
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (preference_keys[k].type == PREFERENCE_TEXT) {
            char **text = field_of(settings, &preference_keys[k]);
            *text = copied ? memory_string(text_of(from, &preference_keys[k]), err) : NULL;
            copied = *text != NULL;
        }
    return copied;
}

bool preferences_copy(struct preferences *settings, const struct preferences *from,
                      struct error *err)
{
    *settings = *from;
    settings->binding = NULL;
    settings->bindings = 0;
    bool copied = copy_texts(settings, from, err);
    for (size_t b = 0; b < from->bindings && copied; b++)
        copied = add_binding(settings, from->binding[b], err);
    if (!copied)
        preferences_free(settings);
    return copied;
}

/* Reading */

static bool refuse_key(const char *section, const char *name, struct error *err)
{
    const char *known[PREFERENCE_KEYS + 1];
    size_t count = 0;
    char *full = memory_format(err, "%s%s%s", section, *section ? "." : "", name);
    char *names[PREFERENCE_KEYS] = {0};
    for (size_t k = 0; full && k < PREFERENCE_KEYS; k++)
        if ((names[k] = preference_key_name(&preference_keys[k], err)) != NULL)
            known[count++] = names[k];
    if (full && count == PREFERENCE_KEYS)
        suggest_refuse("there is no setting", full, known, count, "/config lists them", err);
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        memory_free(names[k]);
    memory_free(full);
    return false;
}

static bool is_section(const char *name)
{
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        if (strcmp(preference_keys[k].section, name) == 0)
            return true;
    return strcmp(name, PREFERENCES_BINDINGS) == 0;
}

static bool refuse_section(const char *name, struct error *err)
{
    static const char *const sections[] = {"chart", PREFERENCES_BINDINGS};
    return suggest_refuse("there is no section", name, sections, sizeof sections / sizeof *sections,
                          "there are chart and keys", err);
}

static bool refuse_again(const char *name, size_t first, struct error *err)
{
    return error_set(err, ERROR_INPUT, "%s was set in line %zu already", name, first);
}

static bool take_binding(struct preferences *settings, const struct setting *setting,
                         struct error *err)
{
    const struct binding *there = find_binding(settings, setting->key);
    char *request = memory_string(setting->key, err), *keys = memory_string(setting->value, err);
    bool taken =
        request && keys && (!there || refuse_again(setting->key, there->line, err)) &&
        set_binding(settings, (struct binding){request, keys, PREFERENCE_OF_FILE, setting->line},
                    err);
    memory_free(request);
    memory_free(keys);
    return taken;
}

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    struct preferences *settings = user;
    if (!setting->key) /* a section begins, which may have nothing in it */
        return is_section(setting->section) || refuse_section(setting->section, err);
    if (setting->continued)
        return error_set(err, ERROR_INPUT, "a setting takes one line");
    if (strcmp(setting->section, PREFERENCES_BINDINGS) == 0)
        return take_binding(settings, setting, err);
    const struct preference_key *key = find_key(setting->section, setting->key);
    if (!key)
        return refuse_key(setting->section, setting->key, err);
    if (settings->origin[key - preference_keys] == PREFERENCE_OF_FILE)
        return refuse_again(key->name, settings->line[key - preference_keys], err);
    if (!set_value(settings, key, setting->value, err))
        return false;
    say_origin(settings, key, PREFERENCE_OF_FILE, setting->line);
    return true;
}

bool preferences_read(struct preferences *settings, const char *text, const char *origin,
                      struct error *err)
{
    return ini_read_sections(text, origin, take_setting, settings, err);
}

/* Setting */

/* A name with a section in front, or none. */
static bool set_named(struct preferences *settings, char *name, char *value, struct error *err)
{
    char *dot = strchr(name, '.');
    const char *section = dot ? name : "";
    char *key_name = dot ? dot + 1 : name;
    if (dot)
        *dot = '\0';
    if (strcmp(section, PREFERENCES_BINDINGS) == 0)
        return set_binding(settings, (struct binding){key_name, value, PREFERENCE_OF_NOW, 0}, err);
    const struct preference_key *key = find_key(section, key_name);
    if (!key)
        return refuse_key(section, key_name, err);
    if (!set_value(settings, key, value, err))
        return false;
    say_origin(settings, key, PREFERENCE_OF_NOW, 0);
    return true;
}

bool preferences_set(struct preferences *settings, const char *assignment, struct error *err)
{
    const char *equals = strchr(assignment, '=');
    if (!equals)
        return error_set(err, ERROR_INPUT, "\"%s\" is not KEY=VALUE", assignment);
    struct text name = {0}, value = {0};
    char *before = memory_format(err, "%.*s", (int)(equals - assignment), assignment);
    if (!before)
        return false;
    text_add_trimmed(&name, before);
    text_add_trimmed(&value, equals + 1);
    memory_free(before);
    char *of_name = text_take(&name, err), *of_value = text_take(&value, err);
    bool set = of_name && of_value && set_named(settings, of_name, of_value, err);
    memory_free(of_name);
    memory_free(of_value);
    return set;
}

/* Editing a text */

/* Where a key is in a text, and where it would go; lines count from 1. */
struct key_place {
    const char *section, *name;
    size_t line;         /* of the key; 0: it is not there */
    size_t last;         /* of the last key of its section, or else of the section; 0: none */
    size_t first_header; /* of the first section; 0: none */
};

static bool find_place(void *user, const struct setting *setting, struct error *err)
{
    (void)err;
    struct key_place *place = user;
    if (!setting->key && place->first_header == 0)
        place->first_header = setting->line;
    if (strcmp(setting->section, place->section) != 0)
        return true;
    place->last = setting->line;
    if (setting->key && strcmp(setting->key, place->name) == 0)
        place->line = setting->line;
    return true;
}

/* The beginning of a line that counts from 1; the text's end where it has fewer. */
static const char *line_at(const char *text, size_t line)
{
    for (; line > 1 && *text; line--) {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text;
}

/* The comment behind a value, with the blanks before it and what ends the line. */
static const char *behind_value(const char *line)
{
    size_t length = strcspn(line, "\n");
    const char *end = line + length;
    for (const char *c = line + 1; c < end; c++)
        if (*c == ';' && ascii_is_space(c[-1])) {
            while (ascii_is_space(c[-1]))
                c--;
            return c;
        }
    return end > line && end[-1] == '\r' ? end - 1 : end;
}

static void add_pair(struct text *out, const char *name, const char *value)
{
    text_format(out, "%s =%s%s", name, *value ? " " : "", value);
}

static void add_line(struct text *out, const char *name, const char *value)
{
    if (out->length > 0 && out->bytes[out->length - 1] != '\n')
        text_add(out, "\n");
    add_pair(out, name, value);
    text_add(out, "\n");
}

static void add_section(struct text *out, const char *section)
{
    if (out->length > 0 && out->bytes[out->length - 1] != '\n')
        text_add(out, "\n");
    text_format(out, "%s[%s]\n", out->length > 0 ? "\n" : "", section);
}

/* The text with one key set; null with the error set. */
static char *edit_one(const char *text, const char *section, const char *name, const char *value,
                      struct error *err)
{
    struct key_place place = {.section = section, .name = name};
    struct text out = {0};
    if (!ini_read_sections(text, FILE_NAME, find_place, &place, err))
        return NULL;
    bool is_first = place.last == 0 && !*section && place.first_header > 0;
    const char *at = place.line > 0   ? line_at(text, place.line)
                     : place.last > 0 ? line_at(text, place.last + 1)
                     : is_first       ? text
                                      : text + strlen(text);
    text_add_bytes(&out, text, (size_t)(at - text));
    if (place.line > 0) {
        add_pair(&out, name, value);
        at = behind_value(at);
    } else {
        if (place.last == 0 && *section)
            add_section(&out, section);
        add_line(&out, name, value);
    }
    text_add(&out, at);
    return text_take(&out, err);
}

/* Puts the edited text in place of the text. */
static bool edit(char **text, const char *section, const char *name, const char *value,
                 struct error *err)
{
    char *edited = value ? edit_one(*text, section, name, value, err) : NULL;
    if (!edited)
        return false;
    memory_free(*text);
    *text = edited;
    return true;
}

char *preferences_edit(const struct preferences *settings, const char *text, struct error *err)
{
    char *edited = memory_string(text, err);
    bool ok = edited != NULL;
    for (size_t k = 0; k < PREFERENCE_KEYS && ok; k++) {
        const struct preference_key *key = &preference_keys[k];
        if (settings->origin[k] != PREFERENCE_OF_NOW)
            continue;
        char *value = preferences_value(settings, key, err);
        ok = edit(&edited, key->section, key->name, value, err);
        memory_free(value);
    }
    for (size_t b = 0; b < settings->bindings && ok; b++) {
        const struct binding *binding = &settings->binding[b];
        if (binding->origin == PREFERENCE_OF_NOW)
            ok = edit(&edited, PREFERENCES_BINDINGS, binding->request, binding->keys, err);
    }
    if (ok)
        return edited;
    memory_free(edited);
    return NULL;
}

/* Loading and saving */

char *preferences_path(const struct paths *paths, struct error *err)
{
    return file_join(paths->data[0], FILE_NAME, err);
}

/* Its text, "" where there is none; null with the error set. A pipe would be waited for. */
static char *read_file(const char *path, struct error *err)
{
    if (!file_can_look(path, err))
        return NULL;
    if (!file_exists(path))
        return memory_string("", err);
    if (file_is_regular(path))
        return text_file_read(path, NULL, err);
    error_set(err, ERROR_INPUT, "%s is not a file", path);
    return NULL;
}

bool preferences_load(struct preferences *settings, const struct paths *paths, struct error *err)
{
    if (!preferences_init(settings, err))
        return false;
    char *path = preferences_path(paths, err), *text = path ? read_file(path, err) : NULL;
    bool read = text && preferences_read(settings, text, path, err);
    memory_free(text);
    memory_free(path);
    if (!read) {
        preferences_free(settings);
        preferences_init(settings, NULL);
    }
    return read;
}

/* Whether a text says what is set: a value may be longer than a line can be. */
static bool check_edited(const char *text, const char *path, struct preferences *found,
                         struct error *err)
{
    return preferences_init(found, err) &&
           (preferences_read(found, text, path, err) || (preferences_free(found), false));
}

/* Replaces the file, or the one that it is a link to. */
static bool write_file(const char *path, const char *text, struct error *err)
{
    char found[PATH_MAX];
    char *directory = file_directory(path, err);
    bool made = directory && file_make_directories(directory, err);
    memory_free(directory);
    return made && file_replace(realpath(path, found) ? found : path, text, strlen(text), err);
}

bool preferences_save(struct preferences *settings, const struct paths *paths, struct error *err)
{
    struct preferences before = {0}, after = {0};
    char *path = preferences_path(paths, err);
    char *text = path ? read_file(path, err) : NULL;
    char *edited = text && check_edited(text, path, &before, err)
                       ? preferences_edit(settings, text, err)
                       : NULL;
    bool saved = edited && check_edited(edited, path, &after, err) && write_file(path, edited, err);
    if (saved) {
        preferences_free(settings);
        *settings = after;
        after = (struct preferences){0};
    }
    preferences_free(&before);
    preferences_free(&after);
    memory_free(edited);
    memory_free(text);
    memory_free(path);
    return saved;
}
