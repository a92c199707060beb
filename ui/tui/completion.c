/* Map of this file: the list of candidates; names; the wordings of attributes; commands. */
#include "ui/tui/completion.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/utf8.h"
#include "config/preferences.h"
#include "config/preset_key.h"
#include "facts/name_finder.h"
#include "facts/name_reader.h"
#include "facts/words.h"
#include "lab/branch.h"
#include "ui/requests.h"
#include "ui/tui/target_files.h"

/* Looking through more individuals than these would be felt at the keyboard. */
enum { INDIVIDUALS_TRIED = 20000, WHOLE_NAMES = 12 };

/* The list of candidates */

struct list {
    char **candidate;
    size_t count, room;
    struct dictionary seen;
};

static void list_add(struct list *list, const char *text)
{
    if (list->count == list->room || dictionary_get(&list->seen, text))
        return;
    char *copy = memory_string(text, NULL);
    if (copy && dictionary_put(&list->seen, text, 0, NULL))
        list->candidate[list->count++] = copy;
    else
        memory_free(copy);
}

/* The bytes of `text` that `start` stands for, both folded; 0 where it does not begin so and
 * *begins is false. Marks on letters may be left out. */
static size_t match_start(const char *text, const char *start, bool *begins)
{
    size_t bytes;
    *begins = utf8_begins(text, start, &bytes);
    return bytes;
}

static bool begins_with(const char *text, const char *start)
{
    bool begins;
    match_start(text, start, &begins);
    return begins;
}

/* Adds before + text up to its first blank at or behind byte `from`. */
static void add_to_word_end(struct list *list, const struct text *before, const char *text,
                            size_t from)
{
    struct text line = {0};
    size_t end = from + strcspn(text + from, " ");
    text_add_bytes(&line, before->bytes ? before->bytes : "", before->length);
    text_add_bytes(&line, text, end);
    if (!line.failed)
        list_add(list, line.bytes);
    text_free(&line);
}

static int compare_candidates(const void *a, const void *b)
{
    return strcoll(*(char *const *)a, *(char *const *)b);
}

static void sort_from(struct list *list, size_t first)
{
    qsort(list->candidate + first, list->count - first, sizeof *list->candidate,
          compare_candidates);
}

static void add_joined(struct list *list, const struct text *before, const char *text)
{
    add_to_word_end(list, before, text, strlen(text));
}

/* Adds text without blanks at its ends. */
static void add_trimmed(struct list *list, const char *text)
{
    struct text trimmed = {0};
    text_add_trimmed(&trimmed, text);
    if (!trimmed.failed)
        list_add(list, trimmed.bytes);
    text_free(&trimmed);
}

/* Names */

/* Adds a whole name, or only up to the end of the word that `start` leads to. */
static void add_begun_name(struct list *list, const struct text *before, const char *name,
                           const char *start, bool whole)
{
    bool begins;
    size_t matched = match_start(name, start, &begins);
    if (begins)
        add_to_word_end(list, before, name, whole ? strlen(name) : matched);
}

/* Names of individuals. */
struct name_list {
    char **name; /* [count] */
    size_t count;
};

static void free_names(struct name_list *names)
{
    for (size_t n = 0; n < names->count; n++)
        memory_free(names->name[n]);
    memory_free(names->name);
}

static void take_name(struct name_list *names, const struct population *population,
                      uint64_t individual)
{
    struct text name = {0};
    population_name_text(population, individual, &name);
    char *taken = text_take(&name, NULL);
    if (taken)
        names->name[names->count++] = taken;
}

/* The first that are known. */
static struct name_list first_names(const struct population *population)
{
    uint64_t known = population->size.known;
    size_t count = known < INDIVIDUALS_TRIED ? (size_t)known : INDIVIDUALS_TRIED;
    struct name_list names = {.name = memory_new(count, sizeof *names.name, NULL)};
    for (size_t n = 0; names.name && n < count; n++)
        take_name(&names, population, n);
    return names;
}

/* Those in which `part` is found, best first. */
static struct name_list find_names(const struct completion *completion, const char *part)
{
    const struct population *population = completion->population;
    struct found_names found;
    if (!names_find(&found, population, completion->vocabulary, part, INDIVIDUALS_TRIED, NULL))
        return (struct name_list){0};
    struct name_list names = {.name = memory_new(found.count, sizeof *names.name, NULL)};
    for (size_t n = 0; names.name && n < found.count; n++)
        take_name(&names, population, found.name[n].individual);
    found_names_free(&found);
    return names;
}

/* Adds names that begin with `start`: whole where there are only a few, else the next word of each.
 * Returns how many there are. */
static size_t add_begun(struct list *list, const struct name_list *names, const struct text *before,
                        const char *start)
{
    size_t fitting = 0;
    for (size_t n = 0; n < names->count; n++)
        fitting += begins_with(names->name[n], start);
    for (size_t n = 0; n < names->count; n++)
        add_begun_name(list, before, names->name[n], start, fitting <= WHOLE_NAMES);
    return fitting;
}

/* A name that nobody need have: its parts from their pools, the last one open. */
static void add_parts(struct list *list, const struct fact_set *facts, const struct text *before,
                      const char *start)
{
    struct text settled = {0};
    if (before->length > 0)
        text_add(&settled, before->bytes);
    for (size_t part = 0; part < facts->name_parts; part++) {
        const struct pool *pool = &facts->pool[facts->name_part[part]];
        const char *next = NULL;
        size_t longest = 0;
        for (size_t e = 0; e < pool->count; e++) {
            bool begins;
            size_t length = match_start(start, pool->entry[e], &begins);
            if (begins && start[length] == ' ' && length > longest) {
                longest = length;
                next = pool->entry[e];
            }
        }
        if (!next) {
            for (size_t e = 0; e < pool->count; e++)
                if (begins_with(pool->entry[e], start))
                    add_joined(list, &settled, pool->entry[e]);
            break;
        }
        text_format(&settled, "%s ", next);
        start += longest + 1;
    }
    text_free(&settled);
}

/* Names that begin with `start`. */
static void add_names(struct list *list, const struct completion *completion,
                      const struct text *before, const char *start)
{
    const struct population *population = completion->population;
    struct name_list names = *start ? find_names(completion, start) : first_names(population);
    size_t first = list->count;
    if (add_begun(list, &names, before, start) == 0)
        add_parts(list, population->facts, before, start);
    sort_from(list, first);
    free_names(&names);
}

/* Names that begin with `start`, which goes on behind a name itself: "South Af" behind "South". */
static void add_longer_names(struct list *list, const struct completion *completion,
                             const struct text *before, const char *start)
{
    struct name_list names = find_names(completion, start);
    size_t first = list->count;
    add_begun(list, &names, before, start);
    sort_from(list, first);
    free_names(&names);
}

/* Names that have `part`, or something near it, anywhere. */
static void add_found(struct list *list, const struct completion *completion,
                      const struct text *before, const char *part)
{
    struct name_list names = find_names(completion, part);
    for (size_t n = 0; n < names.count; n++)
        add_joined(list, before, names.name[n]);
    free_names(&names);
}

/* The wordings of attributes */

/* before_name NAME before_value */
static void write_wording(struct text *out, const struct template *template, const char *name,
                          size_t name_bytes)
{
    text_clear(out);
    text_add(out, template->before_name);
    text_add_bytes(out, name, name_bytes);
    text_add(out, template->before_value);
}

/* line begins with before_name[before] and a full name of `bytes` bytes; adds the wordings that
 * continue it. */
static void add_wordings(struct list *list, const struct fact_set *facts, const char *line,
                         size_t before, size_t bytes)
{
    const char *behind = line + before + bytes;
    bool open = behind[strspn(behind, " ")] == '\0' && before == 0;
    struct text wording = {0};
    for (size_t a = 0; a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template *template = &facts->attribute[a].template[t];
            bool begins;
            if (open && *template->before_name)
                continue;
            if (match_start(line, template->before_name, &begins) != before || !begins)
                continue;
            write_wording(&wording, template, line + before, bytes);
            if (wording.failed || !begins_with(wording.bytes, line))
                continue;
            add_trimmed(list, wording.bytes);
            if (open)
                break;
        }
    text_free(&wording);
}

/* The wordings behind every name that the line has there: behind "John's", those of John and those
 * of John's. False where it has none with anything behind it. */
static bool add_wordings_of_names(struct list *list, const struct completion *completion,
                                  const char *line, size_t before)
{
    const struct population *population = completion->population;
    const char *rest = line + before;
    uint64_t individual;
    size_t bytes, below = SIZE_MAX;
    bool any = false;
    for (; name_read_below(population, completion->vocabulary, rest, below, &individual, &bytes);
         below = bytes)
        if (rest[bytes] == ' ' || rest[bytes] == *WORD_POSSESSIVE) {
            add_wordings(list, population->facts, line, before, bytes);
            any = true;
        }
    return any;
}

/* What stands before the name in some template: where the line has it, the name follows; where the
 * line is its beginning, it is a candidate. */
static void add_prompts_from(struct list *list, const struct completion *completion,
                             const char *line, const char *before_name)
{
    bool begins;
    size_t before = match_start(line, before_name, &begins);
    if (!begins) {
        if (*line && begins_with(before_name, line))
            add_trimmed(list, before_name);
        return;
    }
    struct text settled = {0};
    text_add_bytes(&settled, line, before);
    bool named = add_wordings_of_names(list, completion, line, before);
    if (!settled.failed)
        (named ? add_longer_names : add_names)(list, completion, &settled, line + before);
    text_free(&settled);
}

/* Where nothing goes on with the line: names found by what stands behind the words of a template.
 */
static void add_found_behind(struct list *list, const struct completion *completion,
                             const char *line)
{
    const struct fact_set *facts = completion->population->facts;
    size_t longest = 0;
    for (size_t a = 0; a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            bool begins;
            size_t before = match_start(line, facts->attribute[a].template[t].before_name, &begins);
            longest = before > longest ? before : longest;
        }
    struct text before = {0};
    text_add_bytes(&before, line, longest);
    if (!before.failed)
        add_found(list, completion, &before, line + longest);
    text_free(&before);
}

static void add_prompts(struct list *list, const struct completion *completion, const char *line)
{
    const struct fact_set *facts = completion->population->facts;
    struct dictionary tried = {0};
    add_prompts_from(list, completion, line, "");
    for (size_t a = 0; a < facts->attributes; a++)
        for (size_t t = 0; t < facts->templates; t++) {
            const char *before = facts->attribute[a].template[t].before_name;
            if (!*before || dictionary_get(&tried, before))
                continue;
            if (dictionary_put(&tried, before, 0, NULL))
                add_prompts_from(list, completion, line, before);
        }
    dictionary_free(&tried);
    if (list->count == 0 && *line)
        add_found_behind(list, completion, line);
}

/* Commands */

static void add_words(struct list *list, const struct text *before, const char *start,
                      const char *const *word, size_t count)
{
    for (size_t w = 0; w < count; w++)
        if (begins_with(word[w], start))
            add_joined(list, before, word[w]);
}

/* Adds what can stand behind a command, which `before` ends in, where that begins with `start`. */
typedef void add_argument(struct list *list, const struct completion *completion,
                          const struct text *before, const char *start);

static void add_name(struct list *list, const struct completion *completion,
                     const struct text *before, const char *start)
{
    size_t first = list->count;
    if (!completion->population)
        return;
    add_names(list, completion, before, start);
    if (list->count == first)
        add_found(list, completion, before, start);
}

static void add_group(struct list *list, const struct completion *completion,
                      const struct text *before, const char *start)
{
    bool table = completion->population && completion->population->facts->table;
    const char *const groups[] = {"fine-tuned", "known", table ? "held-out" : "new"};
    size_t first = list->count;
    add_words(list, before, start, groups, 3);
    if (!completion->population || !*start)
        return;
    add_names(list, completion, before, start);
    if (list->count == first)
        add_found(list, completion, before, start);
}

static void add_attribute(struct list *list, const struct completion *completion,
                          const struct text *before, const char *start)
{
    const struct fact_set *facts = completion->population ? completion->population->facts : NULL;
    for (size_t a = 0; facts && a < facts->attributes; a++)
        if (begins_with(facts->attribute[a].name, start))
            add_joined(list, before, facts->attribute[a].name);
}

/* Which keys are offered, and with which values: those of the run's preset, or those that hold for
 * its next step. */
struct offered_keys {
    bool (*accepts)(const struct preset_key *key);
    bool of_next_step;
};

/* Null where there is none. */
static char *present_value(const struct completion *completion, const struct offered_keys *offered,
                           const struct preset_key *key)
{
    char rate[NUMBER_TEXT];
    if (offered->of_next_step && key->is_rate && completion->rate > 0) {
        number_write_rounded(rate, completion->rate, 3);
        return memory_string(rate, NULL);
    }
    return completion->preset ? preset_value(completion->preset, key, NULL) : NULL;
}

/* The values that a key can be given, where that is one of a few; else the one that it has. */
static void add_values(struct list *list, const struct preset_key *key, const char *value,
                       const struct text *before, const char *start)
{
    static const char *const switches[] = {"no", "yes", NULL};
    const char *const *choice = key->type == KEY_SWITCH ? switches : key->choice;
    const char *const only[] = {value, NULL};
    for (choice = choice ? choice : only; *choice; choice++) {
        char *word = memory_format(NULL, "%s.%s=%s", key->section, key->name, *choice);
        if (word && begins_with(word, start))
            add_joined(list, before, word);
        memory_free(word);
    }
}

/* A key with the value that it has, to be changed. */
static void add_key(struct list *list, const struct preset_key *key, const char *value,
                    const struct text *before, const char *start)
{
    char *word = memory_format(NULL, "%s.%s=%s", key->section, key->name, value ? value : "");
    const char *equals = strchr(start, '=');
    if (word && equals && strncmp(word, start, (size_t)(equals - start) + 1) == 0)
        add_values(list, key, value, before, start);
    else if (word && begins_with(word, start))
        add_joined(list, before, word);
    memory_free(word);
}

/* Completes the last of several assignments. */
static void add_keys(struct list *list, const struct completion *completion,
                     const struct text *before, const char *start,
                     const struct offered_keys *offered)
{
    const char *blank = strrchr(start, ' ');
    struct text settled = {0};
    text_add(&settled, before->bytes);
    if (blank)
        text_add_bytes(&settled, start, (size_t)(blank + 1 - start));
    for (size_t i = 0; !settled.failed && i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (!offered->accepts(key))
            continue;
        char *value = present_value(completion, offered, key);
        add_key(list, key, value, &settled, blank ? blank + 1 : start);
        memory_free(value);
    }
    text_free(&settled);
}

static bool can_change(const struct preset_key *key)
{
    return key->changes;
}

static void add_setting(struct list *list, const struct completion *completion,
                        const struct text *before, const char *start)
{
    static const struct offered_keys keys = {can_change, true};
    add_keys(list, completion, before, start, &keys);
}

/* The latest first. */
static void add_steps(struct list *list, const struct completion *completion,
                      const struct text *before, const char *sign, const char *start)
{
    for (size_t s = completion->steps; s-- > 0;) {
        char word[32];
        snprintf(word, sizeof word, "%s%" PRIu64, sign, completion->step[s]);
        if (strncmp(word, start, strlen(start)) == 0)
            add_joined(list, before, word);
    }
}

static void add_branch(struct list *list, const struct completion *completion,
                       const struct text *before, const char *start)
{
    static const char both[] = "--both";
    static const struct offered_keys keys = {branch_can_change, false};
    const char *blank = strrchr(start, ' '), *word = blank ? blank + 1 : start;
    struct text settled = {0};
    text_add(&settled, before->bytes);
    text_add_bytes(&settled, start, (size_t)(word - start));
    if (!settled.failed && begins_with(both, word))
        add_joined(list, &settled, both);
    text_free(&settled);
    if (*start == '@')
        add_steps(list, completion, before, "@", start);
    add_keys(list, completion, before, start, &keys);
}

/* The values that a setting can be given; a text, up to where it begins. */
static void add_setting_values(struct list *list, const struct text *before,
                               const struct preference_key *key, const char *name,
                               const char *start)
{
    static const char *const switches[] = {"no", "yes", NULL};
    static const char *const any[] = {"", NULL};
    const char *const *choice = key->type == PREFERENCE_SWITCH   ? switches
                                : key->type == PREFERENCE_CHOICE ? key->choice
                                                                 : any;
    for (; *choice; choice++) {
        char *word = memory_format(NULL, "%s=%s", name, *choice);
        if (word && begins_with(word, start))
            add_joined(list, before, word);
        memory_free(word);
    }
}

/* "keys." first, and then the requests that can be given others. */
static void add_bindings(struct list *list, const struct text *before, const char *start)
{
    static const char section[] = PREFERENCES_BINDINGS ".";
    bool goes_on = strncmp(start, section, strlen(section)) == 0;
    if (!goes_on && begins_with(section, start))
        add_joined(list, before, section);
    for (size_t r = 0; goes_on && r < request_count; r++) {
        char *word = request_table[r].command
                         ? memory_format(NULL, "%s%s=", section, request_table[r].command)
                         : NULL;
        if (word && begins_with(word, start))
            add_joined(list, before, word);
        memory_free(word);
    }
}

/* Names first, and the values of one behind its sign. */
static void add_config(struct list *list, const struct completion *completion,
                       const struct text *before, const char *start)
{
    static const char *const words[] = {"save"};
    (void)completion;
    size_t named = strcspn(start, "=");
    add_words(list, before, start, words, 1);
    for (size_t k = 0; k < PREFERENCE_KEYS; k++) {
        char *name = preference_key_name(&preference_keys[k], NULL);
        char *word = name ? memory_format(NULL, "%s=", name) : NULL;
        if (word && start[named] && strncmp(word, start, named + 1) == 0)
            add_setting_values(list, before, &preference_keys[k], name, start);
        else if (word && begins_with(word, start))
            add_joined(list, before, word);
        memory_free(word);
        memory_free(name);
    }
    add_bindings(list, before, start);
}

static void add_range(struct list *list, const struct completion *completion,
                      const struct text *before, const char *start)
{
    if (completion->range && begins_with(completion->range, start))
        add_joined(list, before, completion->range);
}

static void add_step(struct list *list, const struct completion *completion,
                     const struct text *before, const char *start)
{
    add_steps(list, completion, before, "", start);
}

/* Prompts as they are completed alone, behind the command. */
static void add_prompt(struct list *list, const struct completion *completion,
                       const struct text *before, const char *start)
{
    struct list alone = {.room = list->room};
    if (!completion->population || list->room == 0)
        return;
    alone.candidate = memory_new(alone.room, sizeof *alone.candidate, NULL);
    if (alone.candidate)
        add_prompts(&alone, completion, start);
    for (size_t c = 0; c < alone.count; c++) {
        add_joined(list, before, alone.candidate[c]);
        memory_free(alone.candidate[c]);
    }
    memory_free(alone.candidate);
    dictionary_free(&alone.seen);
}

static void add_watched(struct list *list, const struct completion *completion,
                        const struct text *before, const char *start)
{
    for (size_t q = 0; q < completion->questions; q++)
        if (begins_with(completion->watched[q], start))
            add_joined(list, before, completion->watched[q]);
}

/* The last of several between commas. */
static void add_measure(struct list *list, const struct completion *completion,
                        const struct text *before, const char *start)
{
    const char *comma = strrchr(start, ',');
    struct text settled = {0};
    text_add(&settled, before->bytes);
    if (comma)
        text_add_bytes(&settled, start, (size_t)(comma + 1 - start));
    for (size_t m = 0; !settled.failed && m < completion->measures; m++)
        if (begins_with(completion->measure[m], comma ? comma + 1 : start))
            add_joined(list, &settled, completion->measure[m]);
    text_free(&settled);
}

/* What a name may be of, and the files that a path may lead to. */
static void add_run(struct list *list, const struct completion *completion,
                    const struct text *before, const char *start)
{
    struct strings files;
    add_words(list, before, start, completion->run, completion->runs);
    if (!target_files_list(&files, start, NULL))
        return;
    for (size_t f = 0; f < files.count; f++)
        add_joined(list, before, files.text[f]);
    strings_free(&files);
}

static void add_other(struct list *list, const struct completion *completion,
                      const struct text *before, const char *start)
{
    for (size_t r = completion->presets; r < completion->runs; r++)
        if (!completion->open || strcmp(completion->run[r], completion->open) != 0)
            add_words(list, before, start, &completion->run[r], 1);
}

/* Null where nothing is proposed. */
static add_argument *const add_arguments[ARGUMENT_KINDS] = {
    [ARGUMENT_STEP] = add_step,        [ARGUMENT_NAME] = add_name,
    [ARGUMENT_GROUP] = add_group,      [ARGUMENT_ATTRIBUTE] = add_attribute,
    [ARGUMENT_SETTING] = add_setting,  [ARGUMENT_BRANCH] = add_branch,
    [ARGUMENT_PROMPT] = add_prompt,    [ARGUMENT_WATCHED] = add_watched,
    [ARGUMENT_MEASURES] = add_measure, [ARGUMENT_CONFIG] = add_config,
    [ARGUMENT_RUN] = add_run,          [ARGUMENT_RANGE] = add_range,
    [ARGUMENT_OTHER] = add_other,
};

static void add_commands(struct list *list, const struct completion *completion, const char *line)
{
    const char *argument = strchr(line, ' ');
    for (size_t r = 0; r < request_count; r++) {
        const struct request_info *info = &request_table[r];
        struct text command = {0};
        if (!info->command)
            continue;
        text_format(&command, "/%s", info->command);
        if (!argument && !command.failed && begins_with(command.bytes, line))
            list_add(list, command.bytes);
        add_argument *add = add_arguments[info->argument];
        if (add && argument && !command.failed && command.length == (size_t)(argument - line) &&
            begins_with(line, command.bytes)) {
            text_add(&command, " ");
            add(list, completion, &command, argument + strspn(argument, " "));
        }
        text_free(&command);
    }
}

size_t completion_lines(const struct completion *completion, const char *line, char **candidate,
                        size_t room)
{
    struct list list = {.candidate = candidate, .room = room};
    if (completion->opens)
        add_run(&list, completion, &(const struct text){0}, line);
    else if (line[0] == '/')
        add_commands(&list, completion, line);
    else if (completion->population)
        add_prompts(&list, completion, line);
    dictionary_free(&list.seen);
    return list.count;
}

bool completion_goes_on(const char *line, char *const *candidate, size_t count)
{
    size_t shared = count > 0 ? strlen(candidate[0]) : 0;
    for (size_t c = 1; c < count; c++) {
        size_t same = 0;
        while (same < shared && candidate[c][same] == candidate[0][same])
            same++;
        shared = same;
    }
    struct text start = {0};
    text_add_bytes(&start, count > 0 ? candidate[0] : "", shared);
    bool goes_on = !start.failed && begins_with(start.bytes, line);
    text_free(&start);
    return goes_on;
}
