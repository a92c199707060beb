#include "facts/pairs.h"

#include <string.h>

#include "base/csv.h"
#include "base/dictionary.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { KEY, VALUE, COLUMNS };

/* A file of pairs that is being read. */
struct pairs_reader {
    struct csv csv;
    const struct pool *pool[COLUMNS];
    struct dictionary known[COLUMNS]; /* entries of the pools, and their numbers */
    struct dictionary seen;           /* pairs, and their rows */
    size_t *entry;                    /* [csv.rows][COLUMNS] */
};

static void reader_free(struct pairs_reader *reader)
{
    for (size_t c = 0; c < COLUMNS; c++)
        dictionary_free(&reader->known[c]);
    dictionary_free(&reader->seen);
    memory_free(reader->entry);
    csv_free(&reader->csv);
}

static bool know_entries(struct pairs_reader *reader, struct error *err)
{
    for (size_t c = 0; c < COLUMNS; c++)
        for (size_t i = 0; i < reader->pool[c]->count; i++)
            if (!dictionary_put(&reader->known[c], reader->pool[c]->entry[i], i, err))
                return false;
    return true;
}

static bool refuse_entry(const struct pairs_reader *reader, size_t row, size_t column,
                         struct error *err)
{
    const struct csv *csv = &reader->csv;
    const struct pool *pool = reader->pool[column];
    const char *cell = csv_cell(csv, row, column);
    if (pool->left_out > 0)
        return csv_error(csv, row, column, err,
                         "\"%s\" is not among the first %zu entries of pool %s, which are all that "
                         "pools.%s lets in",
                         cell, pool->count, pool->name, pool->name);
    return csv_error(csv, row, column, err, "\"%s\" is not in pool %s", cell, pool->name);
}

/* Whether the pair was on no row before. */
static bool note_pair(struct pairs_reader *reader, size_t row, struct error *err)
{
    const struct csv *csv = &reader->csv;
    const size_t *entry = reader->entry + row * COLUMNS;
    char *both = memory_format(err, "%zu %zu", entry[KEY], entry[VALUE]);
    const size_t *before = both ? dictionary_get(&reader->seen, both) : NULL;
    bool noted = both && !before && dictionary_put(&reader->seen, both, row, err);
    if (before)
        csv_error(csv, row, VALUE, err, "\"%s\" and \"%s\" are on line %zu already",
                  csv_cell(csv, row, KEY), csv_cell(csv, row, VALUE), csv->line[*before + 1]);
    memory_free(both);
    return noted;
}

static bool read_rows(struct pairs_reader *reader, struct error *err)
{
    const struct csv *csv = &reader->csv;
    if (csv->columns != COLUMNS)
        return error_set(err, ERROR_INPUT, "%s:%zu: %zu columns; pairs are a table of two",
                         csv->path, csv->line[0], csv->columns);
    reader->entry = memory_new(csv->rows, COLUMNS * sizeof *reader->entry, err);
    for (size_t row = 0; reader->entry && row < csv->rows; row++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            utf8_squeeze(csv->cell[(row + 1) * COLUMNS + c]);
            const size_t *entry = dictionary_get(&reader->known[c], csv_cell(csv, row, c));
            if (!entry)
                return refuse_entry(reader, row, c, err);
            reader->entry[row * COLUMNS + c] = *entry;
        }
        if (!note_pair(reader, row, err))
            return false;
    }
    return reader->entry != NULL;
}

/* Sorts the rows by their key, those of one in their order. */
static bool take_rows(struct pairs *pairs, const struct pairs_reader *reader, struct error *err)
{
    size_t keys = reader->pool[KEY]->count, rows = reader->csv.rows;
    pairs->keys = keys;
    pairs->start = memory_new(keys + 1, sizeof *pairs->start, err);
    pairs->entry = pairs->start ? memory_new(rows, sizeof *pairs->entry, err) : NULL;
    if (!pairs->entry)
        return false;
    for (size_t row = 0; row < rows; row++)
        pairs->start[reader->entry[row * COLUMNS + KEY] + 1]++;
    for (size_t key = 0; key < keys; key++) {
        if (pairs->start[key + 1] == 0)
            return error_set(err, ERROR_INPUT, "%s: no row begins with \"%s\" of pool %s",
                             reader->csv.path, reader->pool[KEY]->entry[key],
                             reader->pool[KEY]->name);
        pairs->start[key + 1] += pairs->start[key];
    }
    for (size_t row = rows;
         row-- > 0;) { /* from the end, so that start[key + 1] comes to start[key] */
        const size_t *entry = reader->entry + row * COLUMNS;
        pairs->entry[--pairs->start[entry[KEY] + 1]] = (uint32_t)entry[VALUE];
    }
    memmove(pairs->start, pairs->start + 1, keys * sizeof *pairs->start);
    pairs->start[keys] = rows;
    return true;
}

bool pairs_read(struct pairs *pairs, const char *path, const char *text, const struct pool *key,
                const struct pool *value, struct error *err)
{
    struct pairs_reader reader = {.pool = {[KEY] = key, [VALUE] = value}};
    *pairs = (struct pairs){0};
    bool loaded = csv_read(&reader.csv, path, text, err) && know_entries(&reader, err) &&
                  read_rows(&reader, err) && take_rows(pairs, &reader, err);
    reader_free(&reader);
    if (!loaded)
        pairs_free(pairs);
    return loaded;
}

void pairs_free(struct pairs *pairs)
{
    memory_free(pairs->start);
    memory_free(pairs->entry);
    *pairs = (struct pairs){0};
}

size_t pairs_count(const struct pairs *pairs, size_t key)
{
    return pairs->start[key + 1] - pairs->start[key];
}

uint32_t pairs_draw(const struct pairs *pairs, size_t key, struct random *random)
{
    return pairs->entry[pairs->start[key] + random_below(random, pairs_count(pairs, key))];
}
