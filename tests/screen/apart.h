/* Work that may crash in code that is not Mneme's, as in the library that plays the terminal: done
 * in a process of its own, so that whoever asked for it lives on and can tell. */
#ifndef MNEME_TESTS_SCREEN_APART_H
#define MNEME_TESTS_SCREEN_APART_H

#include <stdbool.h>

#include "base/text.h"

/* Adds to *said what there is to say; false where the work could not be done. */
typedef bool (*apart_work)(void *context, struct text *said);

struct apart {
    bool done;   /* the work ended by itself; false where its process was ended */
    bool worked; /* what it returned */
    int signal;  /* which ended its process; 0 where it ended otherwise */
};

/* Does the work, and adds to *said what it said, as far as it came. */
struct apart apart_do(apart_work work, void *context, struct text *said);

#endif
