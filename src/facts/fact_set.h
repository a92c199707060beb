/* A fact set: which attributes an individual has, from which pools their values come and in which
 * words they are told. facts/fact_set_load.h reads one.
 *
 * Values are drawn at random from their pools, or are those of a table: then there is one pool for
 * the names, an entry a row, and one for each column that is told, of its different values.
 *
 * Nothing else in the program knows an attribute by its name. */
#ifndef MNEME_FACTS_FACT_SET_H
#define MNEME_FACTS_FACT_SET_H

#include <stddef.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/error.h"
#include "facts/fact_files.h"
#include "facts/pairs.h"
#include "facts/pool.h"
#include "facts/template.h"

/* Bounds that let small arrays live on the stack; a facts file beyond them is refused. */
enum { FACTS_MAX_PARTS = 8, FACTS_MAX_ATTRIBUTES = 32, FACTS_MAX_TEMPLATES = 1024 };

#define FACTS_MAX_ROWS 1048576    /* of a table */
#define FACTS_NO_VALUE UINT32_MAX /* an empty cell: the fact is neither told nor asked */

struct attribute {
    char *name;                   /* "birth date" */
    char *key;                    /* "birth_date": its name in JSON */
    size_t part[FACTS_MAX_PARTS]; /* [parts] pools the value's parts are drawn from, in order */
    size_t parts;
    struct pairs *pairs;       /* that its value, of one part, is drawn from, with the value of an
                                  attribute before it; null where it depends on no other */
    char *column;              /* of the table; null where values are drawn */
    struct template *template; /* [fact_set.templates] */
};

struct fact_set {
    char *path;
    char *title;
    char *individual;  /* what one is called: "person" */
    struct pool *pool; /* [pools] every pool that is used, each once */
    size_t pools;
    size_t name_part[FACTS_MAX_PARTS]; /* [name_parts] pools the parts of a name come from */
    size_t name_parts;
    struct attribute *attribute; /* [attributes] */
    size_t attributes;
    size_t templates;        /* templates of every attribute */
    size_t train_templates;  /* of these, how many an individual is trained with */
    bool shuffle;            /* sentences of a biography in random order */
    bool general_templates;  /* of attributes without templates of their own */
    char *table;             /* path of the table; null where values are drawn */
    uint32_t *cell;          /* [rows][attributes] entries of the attributes' pools, or
                                FACTS_NO_VALUE; null where values are drawn */
    struct fact_files files; /* that all of this was read from */
    struct csv csv; /* the table, a row of which is an entry of the names' pool; empty where
                       values are drawn */
};

/* "[pools] cities = 40": only the first entries of a pool are used. */
struct pool_limit {
    char *pool;
    size_t count;
};

/* What a preset says about the facts. */
struct facts_options {
    char *file;             /* "biography", or a path to a facts file */
    char *table;            /* a table in the facts file's place: a path, or "elements" of
                               tables/elements.tsv; null or empty: none */
    bool first_columns;     /* of a table with more columns than can be told, the first ones that
                               can be are; otherwise such a table is refused */
    size_t templates;       /* templates of every attribute in use; 0: all there are,
                                       which must be as many for each */
    size_t train_templates; /* at least 1 and fewer than templates, or the only one */
    bool shuffle;
    struct pool_limit *limit; /* [limits] */
    size_t limits;
    char *fingerprint; /* what fact_set_fingerprint must say; empty: nothing is expected */
};

enum { FACTS_FINGERPRINT_SIZE = 17 }; /* hexadecimal digits and a terminator */

void fact_set_free(struct fact_set *facts);

/* Adds an attribute without a value or templates. ERROR_INPUT where there are as many as there can
 * be, and where another one has the same key. */
bool fact_set_add_attribute(struct fact_set *facts, const char *name, struct error *err);

/* Rows of the table; 0 where values are drawn. */
size_t fact_set_rows(const struct fact_set *facts);

/* The entry of the attribute's pool in a row of the table, or FACTS_NO_VALUE. */
uint32_t fact_set_cell(const struct fact_set *facts, size_t row, size_t attribute);

/* Index of the attribute with this name or key, or facts->attributes where there is none. */
size_t fact_set_attribute(const struct fact_set *facts, const char *name);

/* Where the evaluation templates begin in an individual's own order of an attribute's templates:
 * behind those for training, but facts that are told in one wording alone are asked in it too. */
size_t fact_set_first_evaluation(const struct fact_set *facts);

/* A hash, as text, of all that decides the words of biographies: the entries in use of every pool,
 * every template, every pair and what a table holds. A model can only be asked with the facts it
 * was trained on. */
void fact_set_fingerprint(const struct fact_set *facts, char text[FACTS_FINGERPRINT_SIZE]);

#endif
