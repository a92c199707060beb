#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

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

uint32_t utf8_code(const char *string, size_t length)
{
    const unsigned char *byte = (const unsigned char *)string;
    uint32_t code = length == 1 ? byte[0] : byte[0] & (0xFF >> (length + 1));
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (byte[i] & 0x3F);
    return code;
}

size_t utf8_length(const char *string)
{
    const unsigned char *byte = (const unsigned char *)string;
    if (byte[0] == 0)
        return 0;
    if (byte[0] < 0x80)
        return 1;
    size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    if (byte[0] < 0xC2 || byte[0] > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((byte[i] & 0xC0) != 0x80)
            return 0;
    uint32_t code = utf8_code(string, length);
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

/* Embeddings, overrides and isolates let a line read as another one than it is. */
static bool is_obeyed(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

size_t text_show(const char *string, char shown[TEXT_SHOWN])
{
    static const char letters[] = "\nn\tt\rr"; /* in pairs */
    size_t length = utf8_length(string), bytes = length ? length : 1;
    if (length > 0 && !is_obeyed(utf8_code(string, length))) {
        memcpy(shown, string, length);
        shown[length] = '\0';
        return length;
    }
    for (size_t i = 0; letters[i]; i += 2)
        if (*string == letters[i]) {
            snprintf(shown, TEXT_SHOWN, "\\%c", letters[i + 1]);
            return 1;
        }
    for (size_t i = 0; i < bytes; i++)
        snprintf(shown + 4 * i, TEXT_SHOWN - 4 * i, "\\x%02x", (unsigned char)string[i]);
    return bytes;
}

bool text_is_shown_as_it_is(const char *string)
{
    char shown[TEXT_SHOWN];
    size_t bytes = text_show(string, shown);
    return strncmp(string, shown, bytes) == 0 && shown[bytes] == '\0';
}

void text_add_shown(struct text *text, const char *string, const char *kept)
{
    char shown[TEXT_SHOWN];
    while (*string != '\0') {
        size_t bytes = text_show(string, shown);
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
