#include "record/lines.h"

#include <string.h>

#include "base/file.h"
#include "base/memory.h"

/* Bytes up to the end of the last whole line. */
static size_t whole(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] != '\n')
        size--;
    return size;
}

bool lines_read(struct record_lines *lines, const char *path, struct error *err)
{
    size_t size;
    *lines = (struct record_lines){.path = path};
    lines->text = file_read_own(path, &size, err);
    lines->bytes = lines->text ? whole(lines->text, size) : 0;
    return lines->text != NULL;
}

void lines_free(struct record_lines *lines)
{
    memory_free(lines->text);
    *lines = (struct record_lines){0};
}

bool lines_each(const struct record_lines *lines, lines_take *take, void *context,
                struct error *damage, struct error *err)
{
    const char *text = lines->text, *end = text + lines->bytes;
    for (size_t number = 1; text < end; number++) {
        struct error why = {ERROR_NONE, ""};
        size_t length = (size_t)((const char *)memchr(text, '\n', (size_t)(end - text)) - text);
        if (!take(context, text, length, &why)) {
            error_prefix(&why, "%s:%zu", lines->path, number);
            if (!damage || why.kind != ERROR_DATA)
                return error_set(err, why.kind, "%s", why.message);
            if (damage->kind == ERROR_NONE)
                *damage = why;
        }
        text += length + 1;
    }
    return true;
}

size_t lines_last(const struct record_lines *lines, size_t bytes)
{
    return whole(lines->text, bytes - 1);
}
