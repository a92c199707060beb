/* A template: one sentence that tells one attribute of one individual, "[X] was born in [Y]." */
#ifndef MNEME_FACTS_TEMPLATE_H
#define MNEME_FACTS_TEMPLATE_H

#include <stddef.h>

#include "base/error.h"

/* The three pieces with [X] and [Y] put back between them are the line as it was written, so they
 * begin and end with a blank where one stands. */
struct template
{
    char *before_name;  /* what stands before [X]; may be empty */
    char *before_value; /* between [X] and [Y] */
    char *after_value;  /* after [Y]; "." at least */
};

/* Reads the first `limit` templates of a file (all where 0), which holds `text`, one a line, with
 * the name of the attribute they tell in the place of [attribute]. Errors name file and line: not
 * UTF-8, no [X], no [Y], one of them twice or grown together with a word, [Y] before [X], no
 * sentence end, the same words up to [Y] as another line (the sentence would not be a wording of
 * its own), fewer than asked for. *templates is an array of *count that the caller frees with
 * templates_free. */
bool templates_read(struct template **templates, size_t *count, const char *path, const char *text,
                    const char *attribute, size_t limit, struct error *err);

/* templates may be null. */
void templates_free(struct template *templates, size_t count);

#endif
