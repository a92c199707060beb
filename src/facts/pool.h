/* A pool: the entries one part of a name or value is drawn from, one a line in a text file. */
#ifndef MNEME_FACTS_POOL_H
#define MNEME_FACTS_POOL_H

#include <stddef.h>

#include "base/error.h"

struct pool {
    char *name;      /* "cities" */
    char *path;      /* the file it was read from */
    char **entry;    /* [count] */
    size_t count;    /* entries in use: the first `limit` of the file's */
    size_t left_out; /* those behind them */
};

/* Reads the first `limit` entries (all where 0) of a pool file, which holds `text`. Errors name
 * file and line: not UTF-8, an empty line, an entry twice, blanks at the ends, fewer entries than
 * asked for. */
bool pool_read(struct pool *pool, const char *name, const char *path, const char *text,
               size_t limit, struct error *err);

void pool_free(struct pool *pool);

#endif
