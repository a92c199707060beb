#include "base/text_file.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

/* More than anybody writes by hand, or can be trained on here. */
#define MOST_BYTES ((size_t)1 << 30)

static size_t line_of(const char *text, const char *place)
{
    size_t line = 1;
    for (; text < place; text++)
        line += *text == '\n';
    return line;
}

/* What some programs call "Unicode text": two bytes a character. */
static bool is_utf16(const char *text, size_t length)
{
    return length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

char *text_file_read(const char *path, size_t *size, struct error *err)
{
    size_t length;
    char *text = file_read_most(path, MOST_BYTES, &length, err);
    if (!text) {
        file_can_be(path, "file", err);
        return NULL;
    }
    const char *end = text + strlen(text);
    bool wide = is_utf16(text, length);
    if (wide || end < text + length) {
        if (wide)
            error_set(err, ERROR_INPUT, "%s is UTF-16; save it as UTF-8", path);
        else
            error_set(err, ERROR_INPUT, "%s:%zu: a null byte, which a text cannot contain", path,
                      line_of(text, end));
        memory_free(text);
        return NULL;
    }
    if (size)
        *size = length;
    return text;
}
