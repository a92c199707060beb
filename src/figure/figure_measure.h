/* The numbers of a record as figures show them: what they are called, and on which axis. For
 * lab/figure*.c. */
#ifndef MNEME_FIGURE_FIGURE_MEASURE_H
#define MNEME_FIGURE_FIGURE_MEASURE_H

#include <stddef.h>

#include "base/error.h"
#include "plot/axis.h"

struct measure {
    const char *key;  /* of the record; its last part where it is one of an attribute, without the
                         numbers of a layer and a head */
    const char *name; /* beside others on its axis */
    const char *axis; /* measures with the same share a panel */
    enum axis_scale scale;
    double factor; /* from the record to the figure */
    double top;    /* where the axis ends; 0: above the curves */
};

#define MEASURE_KNOWN  "known individuals"
#define MEASURE_NEW    "new individuals"
#define MEASURE_TUNED  "fine-tuned individuals"
#define MEASURE_SUBSET "those singled out"
#define MEASURE_ANY    "value" /* the axis of a measure that nothing is known of */

enum { MEASURES_MOST = 12 };

/* What is known of a key of the record. One of an attribute, a layer or a head is named by its key,
 * and so is one that nothing is known of, on the axis MEASURE_ANY: name is then the argument
 * itself. */
struct measure measure_find(const char *key);

/* Keys with commas between; the text is cut into pieces in place. ERROR_INPUT for an empty key, and
 * for more than MEASURES_MOST. */
bool measure_split(char *text, const char *key[MEASURES_MOST], size_t *keys, struct error *err);

#endif
