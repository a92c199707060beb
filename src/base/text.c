#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

static bool make_room(struct text *text, size_t more)
{
    if (text->failed)
        return false;
    if (more < text->room - text->length && text->room > 0)
        return true;
    size_t room = text->room ? text->room : 64;
    while (room - text->length <= more) {
        if (room > SIZE_MAX / 2) {
            text->failed = true;
            return false;
        }
        room *= 2;
    }
    char *bytes = memory_resize(text->bytes, room, 1, NULL);
    if (!bytes) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
    if (!make_room(text, count))
        return;
    memcpy(text->bytes + text->length, bytes, count);
    text->length += count;
    text->bytes[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_format_list(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0)
        text->failed = true;
    else if (make_room(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_format_list(text, format, arguments);
    va_end(arguments);
}

void text_add_trimmed(struct text *text, const char *string)
{
    string += strspn(string, " ");
    size_t length = strlen(string);
    while (length > 0 && string[length - 1] == ' ')
        length--;
    text_add_bytes(text, string, length);
}

void text_add_choice(struct text *text, const char *const *word)
{
    for (size_t i = 0; word[i]; i++)
        text_format(text, "%s%s", i == 0 ? "" : word[i + 1] ? ", " : " or ", word[i]);
}

void text_clear(struct text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->bytes)
        text->bytes[0] = '\0';
}

void text_free(struct text *text)
{
    memory_free(text->bytes);
    *text = (struct text){0};
}

char *text_take(struct text *text, struct error *err)
{
    text_add_bytes(text, "", 0);
    if (text->failed) {
        error_set(err, ERROR_MEMORY, "out of memory building a text");
        text_free(text);
        return NULL;
    }
    char *bytes = text->bytes;
    *text = (struct text){0};
    return bytes;
}

void text_add_shown(struct text *text, const char *string, const char *kept)
{
    char shown[UTF8_SHOWN];
    while (*string != '\0') {
        size_t bytes = utf8_show(string, shown);
        if (bytes == 1 && strchr(kept, *string))
            text_add_bytes(text, string, 1);
        else
            text_add(text, shown);
        string += bytes;
    }
}

bool text_is_printable(const char *string)
{
    while (*string >= ' ' && *string <= '~')
        string++;
    return *string == '\0';
}
