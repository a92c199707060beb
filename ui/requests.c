#include "ui/requests.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"

static const struct {
    const char *text; /* as written in a help text */
    bool is_needed;
} arguments[ARGUMENT_KINDS] = {
    [ARGUMENT_NONE] = {"", false},
    [ARGUMENT_COUNT] = {"[N]", false},
    [ARGUMENT_RANGE] = {"[LOW,HIGH]", false},
    [ARGUMENT_STEP] = {"[STEP]", false},
    [ARGUMENT_NAME] = {"NAME", true},
    [ARGUMENT_GROUP] = {"[GROUP|NAME]", false},
    [ARGUMENT_ATTRIBUTE] = {"[ATTRIBUTE]", false},
    [ARGUMENT_SETTING] = {"KEY=VALUE ...", true},
    [ARGUMENT_BRANCH] = {"[@STEP] [KEY=VALUE ...] [--both]", false},
    [ARGUMENT_PROMPT] = {"[PROMPT|N]", false},
    [ARGUMENT_WATCHED] = {"N|PROMPT", true},
    [ARGUMENT_MEASURES] = {"[MEASURE,...]", false},
    [ARGUMENT_TEXT] = {"[TEXT]", false},
    [ARGUMENT_CONFIG] = {"[KEY=VALUE|save]", false},
    [ARGUMENT_FIGURE] = {"[FILE]", false},
    [ARGUMENT_OTHER] = {"[RUN]", false},
    [ARGUMENT_RUN] = {"[PRESET|RUN]", false},
};

static const struct request_info *find_command(const char *name)
{
    for (size_t r = 0; r < request_count; r++)
        if (request_table[r].command && strcmp(request_table[r].command, name) == 0)
            return &request_table[r];
    return NULL;
}

static bool unknown_command(const char *name, struct error *err)
{
    const char **command = memory_new(request_count, sizeof *command, err);
    if (!command)
        return false;
    size_t count = 0;
    for (size_t r = 0; r < request_count; r++)
        if (request_table[r].command)
            command[count++] = request_table[r].command;
    const char *nearest = suggest_of(name, command, count);
    memory_free(command);
    if (nearest)
        return error_set(err, ERROR_INPUT, "there is no /%s; did you mean /%s?", name, nearest);
    return error_set(err, ERROR_INPUT, "there is no /%s; /help lists the commands", name);
}

bool request_needs_argument(const struct request_info *info)
{
    return arguments[info->argument].is_needed;
}

static bool check_argument(const struct request_info *info, const char *argument, struct error *err)
{
    if (info->argument == ARGUMENT_NONE && *argument)
        return error_set(err, ERROR_INPUT, "/%s takes no argument", info->command);
    if (request_needs_argument(info) && !*argument)
        return error_set(err, ERROR_INPUT, "an argument is missing: /%s %s", info->command,
                         request_argument_text(info->argument));
    return true;
}

bool request_parse(const char *line, const struct request_info **info, const char **argument,
                   struct error *err)
{
    char name[64];
    const char *word = line + 1;
    size_t length = strcspn(word, " ");
    if (length == 0)
        return error_set(err, ERROR_INPUT, "a command is missing; /help lists them");
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
             word);
    const char *behind = word + length + strspn(word + length, " ");
    *info = find_command(name);
    if (!*info)
        return unknown_command(name, err);
    *argument = behind;
    return check_argument(*info, behind, err);
}

const char *request_argument_text(enum argument_kind argument)
{
    return arguments[argument].text;
}

/* "/who NAME" */
static char *command_text(const struct request_info *info, struct error *err)
{
    const char *argument = request_argument_text(info->argument);
    return memory_format(err, "/%s%s%s", info->command, *argument ? " " : "", argument);
}

bool request_list_inquiries(const struct inquiry *inquiry, struct finding *finding,
                            struct error *err)
{
    (void)inquiry;
    *finding = (struct finding){0};
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        if (!info->inquire || info->page)
            continue;
        char *command = command_text(info, err);
        char *item = command ? memory_format(err, "%-24s %s", command, info->help) : NULL;
        memory_free(command);
        if (!item || !finding_list_item(finding, item, err)) {
            finding_free(finding);
            return false;
        }
    }
    return true;
}
