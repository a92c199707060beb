#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* Cuts a message that filled its buffer before the first byte of a torn UTF-8 character. */
static void end_at_character(char *message, size_t size, int wanted)
{
    if (wanted < 0 || (size_t)wanted < size)
        return;
    size_t end = size - 1;
    while (end > 0 && ((unsigned char)message[end - 1] & 0xC0) == 0x80)
        end--;
    if (end > 0 && ((unsigned char)message[end - 1] & 0x80))
        end--;
    message[end] = '\0';
}

/* Names in a message may have anything in them; what it was made of ends before `size` bytes. */
static void show(char *message, size_t size, const char *made)
{
    char shown[UTF8_SHOWN];
    size_t length = 0;
    while (*made != '\0') {
        made += utf8_show(made, shown);
        if (length + strlen(shown) >= size)
            break;
        strcpy(message + length, shown);
        length += strlen(shown);
    }
    message[length] = '\0';
}

__attribute__((format(printf, 2, 0))) static void
write_message(struct error *err, const char *format, va_list arguments)
{
    char made[sizeof err->message];
    int wanted = vsnprintf(made, sizeof made, format, arguments);
    end_at_character(made, sizeof made, wanted);
    show(err->message, sizeof err->message, made);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    if (!err)
        return false;
    va_list arguments;
    va_start(arguments, format);
    err->kind = kind;
    write_message(err, format, arguments);
    va_end(arguments);
    return false;
}

bool error_system(struct error *err, int errno_value, const char *format, ...)
{
    if (!err)
        return false;
    struct error what;
    va_list arguments;
    va_start(arguments, format);
    write_message(&what, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_SYSTEM, "%s: %s", what.message, strerror(errno_value));
}

bool error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return false;
    struct error front;
    va_list arguments;
    va_start(arguments, format);
    write_message(&front, format, arguments);
    va_end(arguments);
    struct error old = *err;
    return error_set(err, old.kind, "%s: %s", front.message, old.message);
}

const char *error_message_in(const char *line)
{
    static const char front[] = "mneme: ";
    return strncmp(line, front, sizeof front - 1) == 0 ? line + sizeof front - 1 : NULL;
}
