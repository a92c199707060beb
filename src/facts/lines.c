#include "facts/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "facts/words.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

bool lines_open(struct lines *lines, const char *path, const char *text, struct error *err)
{
    char *copy = memory_string(text, err);
    if (!copy)
        return false;
    *lines = (struct lines){.path = path, .text = copy, .next = copy, .end = copy + strlen(copy)};
    if (strncmp(copy, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0)
        lines->next += strlen(BYTE_ORDER_MARK);
    return true;
}

void lines_close(struct lines *lines)
{
    memory_free(lines->text);
    *lines = (struct lines){0};
}

size_t lines_left(const struct lines *lines)
{
    size_t count = 0;
    for (const char *byte = lines->next; byte < lines->end; byte++)
        count += *byte == '\n';
    return count + (lines->next < lines->end && lines->end[-1] != '\n');
}

bool lines_error(const struct lines *lines, struct error *err, const char *format, ...)
{
    char what[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_INPUT, "%s:%zu: %s", lines->path, lines->number, what);
}

static bool check(const struct lines *lines, const char *line, size_t count, struct error *err)
{
    if (count == 0)
        return lines_error(lines, err, "an empty line");
    if (strchr(" \t", line[0]) || strchr(" \t", line[count - 1]))
        return lines_error(lines, err, "a space at the %s of the line",
                           strchr(" \t", line[0]) ? "beginning" : "end");
    return words_check(line, err) || error_prefix(err, "%s:%zu", lines->path, lines->number);
}

bool lines_next(struct lines *lines, char **line, struct error *err)
{
    *line = NULL;
    if (lines->next == lines->end)
        return true;
    char *begin = lines->next;
    char *end = memchr(begin, '\n', (size_t)(lines->end - begin));
    lines->next = end ? end + 1 : lines->end;
    if (!end)
        end = lines->end;
    if (end > begin && end[-1] == '\r')
        end--;
    *end = '\0';
    lines->number++;
    if (!check(lines, begin, (size_t)(end - begin), err))
        return false;
    *line = begin;
    return true;
}
