#include "base/text_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

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

/* That the user named the wrong thing, where it is that by which a file cannot be read. */
static void blame_path(const char *path, struct error *err)
{
    struct stat about;
    bool there = stat(path, &about) == 0;
    if (there && S_ISDIR(about.st_mode))
        error_set(err, ERROR_INPUT, "%s is a directory, not a file", path);
    else if (!there && (errno == ENOENT || errno == ENOTDIR))
        error_set(err, ERROR_INPUT, "there is no file %s", path);
}

char *text_file_read(const char *path, size_t *size, struct error *err)
{
    size_t length;
    char *text = file_read_most(path, MOST_BYTES, &length, err);
    if (!text) {
        blame_path(path, err);
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
