/* What a command finds out about a run, the same on the screen and outside it: who somebody is, and
 * which names, wordings and values there are. */
#ifndef MNEME_UI_INQUIRY_H
#define MNEME_UI_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "lab/session.h"
#include "measure/answer.h"

/* Things of one kind, or the first of them. */
struct listed {
    char *title; /* null: they need none */
    struct strings item;
    uint64_t count; /* how many there are */
};

struct finding {
    char *note;            /* a sentence about it; or null */
    bool undecided;        /* the argument fits several, which are listed */
    char *asked;           /* whom it is about, where that is not what was typed; or null */
    struct answer *answer; /* [answers] of an individual's attributes */
    size_t answers;
    struct listed *list; /* [lists] */
    size_t lists, room;
    char *prompt; /* to go on with on a prompt; or null */
};

struct inquiry {
    struct session *session;
    const char *argument; /* what stands behind the command; "" where nothing does */
    uint64_t most;        /* items of a list that are wanted, at least 1 */
    uint64_t seed;        /* of what is drawn */
};

/* Finds it out. ERROR_INPUT where nothing is as the argument says; then, as where memory runs out,
 * the finding is empty. May be called on any thread. */
typedef bool inquiry_find(const struct inquiry *inquiry, struct finding *finding,
                          struct error *err);

inquiry_find inquiry_who;
inquiry_find inquiry_people;
inquiry_find inquiry_invent;
inquiry_find inquiry_wordings;
inquiry_find inquiry_values;

/* All attributes of an individual. */
bool inquiry_individual(struct session *session, uint64_t individual, struct finding *finding,
                        struct error *err);

/* Adds an item, which is taken over, to the only list. */
bool finding_list_item(struct finding *finding, char *item, struct error *err);

void finding_free(struct finding *finding);

#endif
