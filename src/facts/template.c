#include "facts/template.h"

#include <string.h>

#include "base/dictionary.h"
#include "base/memory.h"
#include "base/text.h"
#include "facts/lines.h"
#include "facts/words.h"

#define NAME_MARK      "[X]"
#define VALUE_MARK     "[Y]"
#define ATTRIBUTE_MARK "[attribute]"

/* Finds the mark, which must be a word of its own and there once. */
static bool find_mark(const struct lines *lines, char *line, const char *mark, char **found,
                      struct error *err)
{
    *found = strstr(line, mark);
    if (!*found)
        return lines_error(lines, err, "there is no %s", mark);
    if (strstr(*found + 1, mark))
        return lines_error(lines, err, "%s occurs twice", mark);
    const char *cursor = line;
    struct word word;
    while (word_next(&cursor, &word))
        if (word_is(&word, mark))
            return true;
    return lines_error(lines, err, "%s must be separated from words", mark);
}

static bool ends_sentence(const char *line)
{
    struct word word, last = {0};
    while (word_next(&line, &word))
        last = word;
    return last.count == 1 && word_ends_sentence(last.bytes);
}

static bool take_pieces(struct template *template, char *name, char *value, char *line,
                        struct error *err)
{
    *name = '\0';
    template->before_name = memory_string(line, err);
    *value = '\0';
    template->before_value =
        template->before_name ? memory_string(name + strlen(NAME_MARK), err) : NULL;
    template->after_value =
        template->before_value ? memory_string(value + strlen(VALUE_MARK), err) : NULL;
    return template->after_value != NULL;
}

/* The line with the attribute's name in the place of its mark. */
static char *put_attribute(const char *line, const char *attribute, struct error *err)
{
    struct text out = {0};
    for (const char *mark; (mark = strstr(line, ATTRIBUTE_MARK));) {
        text_add_bytes(&out, line, (size_t)(mark - line));
        text_add(&out, attribute);
        line = mark + strlen(ATTRIBUTE_MARK);
    }
    text_add(&out, line);
    return text_take(&out, err);
}

/* Reads one line; seen holds all lines so far up to [Y], with their numbers. */
static bool read_template(struct template *template, const struct lines *lines, char *line,
                          struct dictionary *seen, struct error *err)
{
    char *name, *value;
    if (!find_mark(lines, line, NAME_MARK, &name, err) ||
        !find_mark(lines, line, VALUE_MARK, &value, err))
        return false;
    if (value < name)
        return lines_error(lines, err, VALUE_MARK " comes before " NAME_MARK);
    if (!ends_sentence(line))
        return lines_error(lines, err, "the sentence does not end in . ! or ?");
    *value = '\0';
    const size_t *first = dictionary_get(seen, line);
    if (first)
        return lines_error(lines, err, "the same words up to " VALUE_MARK " as line %zu", *first);
    return dictionary_put(seen, line, lines->number, err) &&
           take_pieces(template, name, value, line, err);
}

static bool read_line(struct template *template, struct lines *lines, const char *attribute,
                      struct dictionary *seen, struct error *err)
{
    char *line;
    if (!lines_next(lines, &line, err))
        return false;
    char *told = put_attribute(line, attribute, err);
    bool read = told && read_template(template, lines, told, seen, err);
    memory_free(told);
    return read;
}

static bool read_templates(struct template **templates, size_t *count, struct lines *lines,
                           const char *attribute, size_t limit, struct error *err)
{
    size_t left = lines_left(lines);
    if (left == 0)
        return error_set(err, ERROR_INPUT, "%s: no templates", lines->path);
    if (left < limit)
        return error_set(err, ERROR_INPUT, "%s: %zu templates, but %zu are needed", lines->path,
                         left, limit);
    size_t wanted = limit ? limit : left;
    *templates = memory_new(wanted, sizeof **templates, err);
    if (!*templates)
        return false;
    *count = wanted;
    struct dictionary seen = {0};
    bool read = true;
    for (size_t i = 0; read && i < wanted; i++)
        read = read_line(&(*templates)[i], lines, attribute, &seen, err);
    dictionary_free(&seen);
    return read;
}

bool templates_read(struct template **templates, size_t *count, const char *path, const char *text,
                    const char *attribute, size_t limit, struct error *err)
{
    *templates = NULL;
    *count = 0;
    struct lines lines;
    if (!lines_open(&lines, path, text, err))
        return false;
    bool read = read_templates(templates, count, &lines, attribute, limit, err);
    lines_close(&lines);
    if (!read) {
        templates_free(*templates, *count);
        *templates = NULL;
        *count = 0;
    }
    return read;
}

void templates_free(struct template *templates, size_t count)
{
    for (size_t i = 0; i < count && templates; i++) {
        memory_free(templates[i].before_name);
        memory_free(templates[i].before_value);
        memory_free(templates[i].after_value);
    }
    memory_free(templates);
}
