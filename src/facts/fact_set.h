/* A fact set: which attributes an individual has, from which pools their values are drawn and in
 * which words they are told. Read from a facts file (see mneme-preset(5)):
 *
 *   [facts]
 *   title = Biographies of people
 *   name = given-names given-names last-names
 *   individual = person
 *   [attribute birth date]
 *   value = days months years
 *   templates = biography/birth-date.txt
 *
 * Nothing else in the program knows an attribute by its name. */
#ifndef MNEME_FACTS_FACT_SET_H
#define MNEME_FACTS_FACT_SET_H

#include <stddef.h>

#include "base/error.h"
#include "facts/pool.h"
#include "facts/template.h"

/* Bounds that let small arrays live on the stack; a facts file beyond them is refused. */
enum { FACTS_MAX_PARTS = 8, FACTS_MAX_ATTRIBUTES = 32, FACTS_MAX_TEMPLATES = 1024 };

struct attribute {
    char *name;                   /* "birth date" */
    char *key;                    /* "birth_date": its name in JSON */
    size_t part[FACTS_MAX_PARTS]; /* [parts] pools the value's parts are drawn from, in order */
    size_t parts;
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
    size_t templates;       /* templates of every attribute */
    size_t train_templates; /* of these, how many an individual is trained with */
    bool shuffle;           /* sentences of a biography in random order */
};

/* "[pools] cities = 40": only the first entries of a pool are used. */
struct pool_limit {
    char *pool;
    size_t count;
};

/* What a preset says about the facts. */
struct facts_options {
    char *file;             /* "biography", or a path to a facts file */
    size_t templates;       /* templates of every attribute in use; 0: all there are,
                                       which must be as many for each */
    size_t train_templates; /* at least 1 and fewer than templates, or the only one */
    bool shuffle;
    struct pool_limit *limit; /* [limits] */
    size_t limits;
    char *fingerprint; /* what fact_set_fingerprint must say; empty: nothing is expected */
};

enum { FACTS_FINGERPRINT_SIZE = 17 }; /* hexadecimal digits and a terminator */

/* Reads a facts file with its pools and templates.
 * directories is a null-terminated list of places that may hold facts/NAME.ini, pools/NAME.txt and
 * templates/PATH, the first that has a file wins; the directory of a facts file given by path and
 * the one above it are looked at before them. Errors name file and line; an unknown key or a limit
 * for a pool that is not used names the nearest that is. On false the set is empty. */
bool fact_set_load(struct fact_set *facts, const struct facts_options *options,
                   const char *const *directories, struct error *err);

void fact_set_free(struct fact_set *facts);

/* Index of the attribute with this name or key, or facts->attributes where there is none. */
size_t fact_set_attribute(const struct fact_set *facts, const char *name);

/* Where the evaluation templates begin in an individual's own order of an attribute's templates:
 * behind those for training, but facts that are told in one wording alone are asked in it too. */
size_t fact_set_first_evaluation(const struct fact_set *facts);

/* A hash, as text, of all that decides the words of biographies: the entries in use of every pool
 * and every template. A model can only be asked with the facts it was trained on. */
void fact_set_fingerprint(const struct fact_set *facts, char text[FACTS_FINGERPRINT_SIZE]);

#endif
