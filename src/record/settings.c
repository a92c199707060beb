#include "record/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "config/preset_key.h"
#include "record/event_lines.h"
#include "record/line_keys.h"

static void set_value_free(struct set_value *setting)
{
    memory_free(setting->key);
    memory_free(setting->before);
    memory_free(setting->value);
}

void settings_free(struct settings *settings)
{
    while (settings->count > 0)
        set_value_free(&settings->setting[--settings->count]);
    memory_free(settings->setting);
    *settings = (struct settings){0};
}

static void forget_after(struct settings *settings, uint64_t step)
{
    while (settings->count > 0 && settings->setting[settings->count - 1].step > step)
        set_value_free(&settings->setting[--settings->count]);
}

/* A value as a preset has it; null where the line does not say. */
static char *value_text(const json_t *value, struct error *err)
{
    const char *word = json_string_value(value);
    if (word)
        return memory_string(word, err);
    char *number = json_is_number(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    char *text = number ? memory_string(number, err) : NULL;
    if (!number)
        error_set(err, ERROR_DATA, "the event does not say what was set");
    free(number);
    return text;
}

static bool add(struct settings *settings, uint64_t step, const json_t *line, struct error *err)
{
    void *array = settings->setting;
    if (!memory_make_room(&array, settings->count, &settings->room, sizeof *settings->setting, err))
        return false;
    settings->setting = array;
    struct set_value setting = {
        .step = step,
        .key = memory_string(json_string_value(json_object_get(line, "key")), err),
        .before = value_text(json_object_get(line, "before"), err),
        .value = value_text(json_object_get(line, "value"), err),
    };
    if (!setting.key || !setting.before || !setting.value) {
        set_value_free(&setting);
        return false;
    }
    settings->setting[settings->count++] = setting;
    return true;
}

static bool take_event(void *context, const json_t *line, struct error *err)
{
    struct settings *settings = context;
    const char *event = json_string_value(json_object_get(line, "event"));
    const char *key = json_string_value(json_object_get(line, "key"));
    json_int_t step = json_integer_value(json_object_get(line, "step"));
    if (!event || step < 0)
        return true;
    if (strcmp(event, line_event_name(EVENT_START)) == 0)
        forget_after(settings, (uint64_t)step);
    bool sets = strcmp(event, line_event_name(EVENT_SET)) == 0 && key;
    if (sets) /* of a run that had gone back and was killed before it started */
        forget_after(settings, (uint64_t)step);
    return !sets || strcmp(key, "train.lr") == 0 || add(settings, (uint64_t)step, line, err);
}

bool settings_read(struct settings *settings, const char *path, struct error *err)
{
    *settings = (struct settings){0};
    bool read = event_lines_each(path, take_event, settings, err);
    if (!read)
        settings_free(settings);
    return read;
}

static bool undo(const struct set_value *setting, struct preset *preset, struct error *err)
{
    struct error why;
    char *assignment = memory_format(err, "%s=%s", setting->key, setting->before);
    bool set = assignment && (preset_set(preset, assignment, &why) ||
                              error_set(err, why.kind == ERROR_INPUT ? ERROR_DATA : why.kind,
                                        "the record's event set: %s", why.message));
    memory_free(assignment);
    return set;
}

bool settings_undo(const struct settings *settings, uint64_t step, struct preset *preset,
                   bool *undone, struct error *err)
{
    *undone = false;
    for (size_t i = settings->count; i > 0 && settings->setting[i - 1].step > step; i--) {
        if (!undo(&settings->setting[i - 1], preset, err))
            return false;
        *undone = true;
    }
    return true;
}
