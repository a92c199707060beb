#include "base/text_file.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static size_t line_of(const char *text, const char *place)
{
    size_t line = 1;
    for (; text < place; text++)
        line += *text == '\n';
    return line;
}

char *text_file_read(const char *path, size_t *size, struct error *err)
{
    size_t length;
    char *text = file_read(path, &length, err);
    if (!text)
        return NULL;
    const char *end = text + strlen(text);
    if (end < text + length) {
        error_set(err, ERROR_INPUT, "%s:%zu: a null byte, which a text cannot contain", path,
                  line_of(text, end));
        memory_free(text);
        return NULL;
    }
    if (size)
        *size = length;
    return text;
}
