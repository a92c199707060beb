#include "record/event_lines.h"

#include <string.h>

#include "base/json_read.h"
#include "record/lines.h"

struct event_reader {
    event_take *take;
    void *context;
};

static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    static const char front[] = "{\"event\"";
    const struct event_reader *reader = context;
    if (length < sizeof front - 1 || memcmp(bytes, front, sizeof front - 1) != 0)
        return true;
    json_t *line = json_read(bytes, length, err);
    bool taken = line && reader->take(reader->context, line, err);
    json_decref(line);
    return taken;
}

bool event_lines_each(const char *path, event_take *take, void *context, struct error *err)
{
    struct event_reader reader = {take, context};
    struct record_lines lines;
    struct error damage = {ERROR_NONE, ""};
    if (!lines_read(&lines, path, err))
        return false;
    bool read = lines_each(&lines, take_line, &reader, &damage, err);
    lines_free(&lines);
    return read;
}
