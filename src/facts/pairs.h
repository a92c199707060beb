/* Pairs: which entries of one pool go with each entry of another, as companies with the cities in
 * which they are.
 *
 * A file of pairs is a table (base/csv.h) of two columns, an entry of the first pool and one of the
 * second; several rows of one entry mean that it goes with each of them as often. */
#ifndef MNEME_FACTS_PAIRS_H
#define MNEME_FACTS_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/random.h"
#include "facts/pool.h"

struct pairs {
    size_t from;     /* the attribute whose value decides, of one part */
    size_t keys;     /* entries of its pool */
    size_t *start;   /* [keys + 1] */
    uint32_t *entry; /* [start[keys]] those of the second pool that go with key k are
                        entry[start[k]..start[k + 1]) */
};

/* Reads a file, which holds `text`, of pairs of entries of the two pools that are in use; `from` is
 * left to the caller.
 *
 * ERROR_INPUT, with line and column: a table of other than two columns; what is in no pool, or
 * behind the entries in use; a pair twice. And where an entry of the first pool has no pair. */
bool pairs_read(struct pairs *pairs, const char *path, const char *text, const struct pool *key,
                const struct pool *value, struct error *err);
void pairs_free(struct pairs *pairs);

/* How many entries go with a key. */
size_t pairs_count(const struct pairs *pairs, size_t key);

/* One of them, all alike. */
uint32_t pairs_draw(const struct pairs *pairs, size_t key, struct random *random);

#endif
