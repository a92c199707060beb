/* The wordings of attributes as people type them, and which of them was meant. */
#ifndef MNEME_FACTS_WORDINGS_H
#define MNEME_FACTS_WORDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "facts/fact_set.h"
#include "facts/vocabulary.h"

/* Stands for a name. */
#define WORDING_BLANK "..."

/* Adds a wording as it is typed, up to the value: "The capital of ... is". */
void wording_write(const struct template *template, const char *name, struct text *out);

enum { WORDINGS_NEAR = 3 };

struct near_wording {
    size_t attribute, template;
    double likeness; /* from above 0 to 1 */
};

/* The wordings most like the words of a text, which has no name in it: each of another attribute,
 * the likest first, those not three quarters as like as that one left out. *count receives how many
 * there are.
 *
 * A word counts for one over the number of attributes that it could be about: with it, or one near
 * it (base/suggest.h), in a wording or in their name. With T what all typed words count for, W what
 * all of a wording do, and S what typed ones do that are in it, half where they are only near or in
 * the attribute's name, likeness is 2 S / (T + W): Dice's coefficient. Marks are no words, and a
 * wording without words is like nothing. */
bool wordings_near(const struct vocabulary *vocabulary, const char *text,
                   struct near_wording near[WORDINGS_NEAR], size_t *count, struct error *err);

/* Adds them as people read them: "was born in, The home of ... is". */
void wordings_write_near(const struct fact_set *facts, const struct near_wording *near,
                         size_t count, struct text *out);

#endif
