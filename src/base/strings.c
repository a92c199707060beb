#include "base/strings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool make_room(struct strings *strings, struct error *err)
{
    if (strings->count + 1 < strings->room)
        return true;
    size_t room = strings->room > 0 ? 2 * strings->room : 4;
    char **grown = memory_resize(strings->text, room, sizeof *grown, err);
    if (!grown)
        return false;
    strings->text = grown;
    strings->room = room;
    return true;
}

bool strings_take(struct strings *strings, char *text, struct error *err)
{
    if (!text || !make_room(strings, err)) {
        memory_free(text);
        return false;
    }
    strings->text[strings->count++] = text;
    strings->text[strings->count] = NULL;
    return true;
}

bool strings_add(struct strings *strings, const char *text, struct error *err)
{
    return strings_take(strings, memory_string(text, err), err);
}

bool strings_has(const struct strings *strings, const char *text)
{
    for (size_t i = 0; i < strings->count; i++)
        if (strcmp(strings->text[i], text) == 0)
            return true;
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *strings)
{
    if (strings->count > 0)
        qsort(strings->text, strings->count, sizeof *strings->text, compare);
}

void strings_drop_repeated(struct strings *strings)
{
    size_t kept = 0;
    for (size_t i = 0; i < strings->count; i++) {
        if (kept > 0 && strcmp(strings->text[kept - 1], strings->text[i]) == 0)
            memory_free(strings->text[i]);
        else
            strings->text[kept++] = strings->text[i];
    }
    strings->count = kept;
    if (strings->text)
        strings->text[kept] = NULL;
}

void strings_remove(struct strings *strings, const char *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < strings->count; i++)
        if (strcmp(strings->text[i], text) != 0)
            strings->text[kept++] = strings->text[i];
        else
            memory_free(strings->text[i]);
    if (kept < strings->count)
        strings->text[kept] = NULL;
    strings->count = kept;
}

bool strings_replace(struct strings *strings, const char *text, const char *other,
                     struct error *err)
{
    for (size_t i = 0; i < strings->count; i++)
        if (strcmp(strings->text[i], text) == 0) {
            char *copy = memory_string(other, err);
            if (!copy)
                return false;
            memory_free(strings->text[i]);
            strings->text[i] = copy;
        }
    return true;
}

void strings_free(struct strings *strings)
{
    for (size_t i = 0; i < strings->count; i++)
        memory_free(strings->text[i]);
    memory_free(strings->text);
    *strings = (struct strings){0};
}
