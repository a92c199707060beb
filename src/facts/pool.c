#include "facts/pool.h"

#include "base/dictionary.h"
#include "base/memory.h"
#include "facts/lines.h"

/* Adds the line to the pool's entries unless it is among the lines seen. */
static bool add_entry(struct pool *pool, const struct lines *lines, const char *line,
                      struct dictionary *seen, struct error *err)
{
    const size_t *first = dictionary_get(seen, line);
    if (first)
        return lines_error(lines, err, "\"%s\" is on line %zu already", line, *first);
    if (!dictionary_put(seen, line, lines->number, err))
        return false;
    pool->entry[pool->count] = memory_string(line, err);
    if (!pool->entry[pool->count])
        return false;
    pool->count++;
    return true;
}

static bool read_entries(struct pool *pool, struct lines *lines, size_t limit,
                         struct dictionary *seen, struct error *err)
{
    size_t left = lines_left(lines);
    if (left == 0)
        return error_set(err, ERROR_INPUT, "%s: no entries", lines->path);
    if (left < limit)
        return error_set(err, ERROR_INPUT, "%s: %zu entries, but %zu are needed", lines->path, left,
                         limit);
    size_t wanted = limit ? limit : left;
    pool->left_out = left - wanted;
    pool->entry = memory_new(wanted, sizeof *pool->entry, err);
    if (!pool->entry)
        return false;
    while (pool->count < wanted) {
        char *line;
        if (!lines_next(lines, &line, err) || !add_entry(pool, lines, line, seen, err))
            return false;
    }
    return true;
}

bool pool_read(struct pool *pool, const char *name, const char *path, const char *text,
               size_t limit, struct error *err)
{
    *pool = (struct pool){0};
    struct lines lines;
    if (!lines_open(&lines, path, text, err))
        return false;
    struct dictionary seen = {0};
    pool->name = memory_string(name, err);
    pool->path = pool->name ? memory_string(path, err) : NULL;
    bool loaded = pool->path && read_entries(pool, &lines, limit, &seen, err);
    dictionary_free(&seen);
    lines_close(&lines);
    if (!loaded)
        pool_free(pool);
    return loaded;
}

void pool_free(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        memory_free(pool->entry[i]);
    memory_free(pool->entry);
    memory_free(pool->path);
    memory_free(pool->name);
    *pool = (struct pool){0};
}
