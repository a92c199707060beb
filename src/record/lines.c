#include "record/lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

bool lines_begin(struct record_place *place, const char *path)
{
    struct stat about;
    bool there = lstat(path, &about) == 0;
    *place = (struct record_place){0};
    if (there)
        *place = (struct record_place){about.st_dev, about.st_ino, 0};
    return there;
}

/* Bytes from `from` to `to`, fewer where the file ends before. */
static bool read_part(struct record_lines *lines, int descriptor, size_t from, size_t to,
                      struct error *err)
{
    size_t got = 0, size = to - from;
    ssize_t more = 1;
    lines->text = memory_new(size + 1, 1, err);
    if (!lines->text)
        return false;
    while (got < size && more > 0) {
        more = pread(descriptor, lines->text + got, size - got, (off_t)(from + got));
        if (more < 0 && errno == EINTR)
            more = 1;
        else if (more > 0)
            got += (size_t)more;
    }
    lines->bytes = whole(lines->text, got);
    return more >= 0 || error_system(err, errno, "cannot read %s", lines->path);
}

bool lines_read_behind(struct record_lines *lines, const char *path, struct record_place *place,
                       bool *is_same, struct error *err)
{
    struct stat about;
    bool read = true;
    *lines = (struct record_lines){.path = path};
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, err);
    if (descriptor < 0)
        return false;
    bool known = fstat(descriptor, &about) == 0;
    size_t size = known ? (size_t)about.st_size : 0;
    *is_same = known && about.st_dev == place->device && about.st_ino == place->file &&
               size >= place->bytes;
    if (*is_same && size > place->bytes)
        read = read_part(lines, descriptor, place->bytes, size, err);
    close(descriptor);
    if (!read)
        lines_free(lines);
    place->bytes += lines->bytes;
    return read;
}

static void drop_first(struct record_lines *lines)
{
    const char *end = memchr(lines->text, '\n', lines->bytes);
    size_t bytes = end ? (size_t)(end - lines->text) + 1 : lines->bytes;
    memmove(lines->text, lines->text + bytes, lines->bytes - bytes);
    lines->bytes -= bytes;
}

bool lines_read_end(struct record_lines *lines, const char *path, size_t most, bool *all,
                    struct error *err)
{
    struct stat about;
    *lines = (struct record_lines){.path = path};
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, err);
    if (descriptor < 0)
        return false;
    bool known = fstat(descriptor, &about) == 0 || error_system(err, errno, "cannot read %s", path);
    size_t size = known ? (size_t)about.st_size : 0;
    *all = size <= most;
    bool read = known && read_part(lines, descriptor, *all ? 0 : size - most, size, err);
    close(descriptor);
    if (read && !*all)
        drop_first(lines);
    if (!read)
        lines_free(lines);
    return read;
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
