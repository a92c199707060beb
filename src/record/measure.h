/* The measures: every number that a record tells of a run, a row each. Who writes, reads, draws or
 * prints them goes by this table; what they are is told in mneme-run(5), in the order of the rows.
 */
#ifndef MNEME_RECORD_MEASURE_H
#define MNEME_RECORD_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/circuits.h"
#include "plot/axis.h"

/* Which stand together, in lines of which kind. */
enum measure_set {
    MEASURE_PROGRESS, /* training lines, whose points are a struct training_point */
    MEASURE_TRAINING,
    MEASURE_RECALL, /* evaluation lines, whose points are a struct evaluation_point */
    MEASURE_BASELINE,
    MEASURE_CAPACITY,
    MEASURE_SUBSET, /* where the sampling singles individuals out */
    MEASURE_TUNED,  /* where some are fine-tuned on */
    MEASURE_GROUP,  /* a list with a number for each of the sampling's groups, where it has any */
    MEASURE_FACTS,
    MEASURE_ATTRIBUTE, /* in an object for each attribute */
    MEASURE_CIRCUIT,   /* circuit lines, struct circuits_point: a list with a number for each layer,
                          and one with a list for each layer with a number for each head */
    MEASURE_SETS,
};

/* How figures draw measures. Those that share an axis share a panel. */
struct measure_axis {
    const char *label;
    enum axis_scale scale;
    double factor; /* from the record to the figure */
    double top;    /* where the axis ends; 0: above the curves */
};

struct measure {
    const char *key; /* a promise to other programs */
    enum measure_set set;
    size_t offset;        /* of the number, or the first of several, in a point; not of a circuit */
    bool is_whole;        /* a uint64_t and not a double */
    bool is_late;         /* records of the first runs lack it: NAN there */
    bool is_of_new;       /* of new individuals; it follows the same measure of known ones */
    enum circuit circuit; /* MEASURE_CIRCUIT */
    const struct measure_axis *axis;
    const char *name;  /* beside others on its axis; null: the key */
    const char *label; /* in the table of `mneme eval`; null: it has a column there, or none. Of a
                          circuit in that of `mneme circuits`, two lines */
    const char *chart_label; /* of a circuit, in the legend of the chart, */
    const char *short_label; /* beside a chart, or where there is little room; null: not there */
    const char *eval_key;    /* in the object of `mneme eval --json`; null: the key */
};

extern const struct measure measures[];
extern const size_t measure_count;

/* The axis of what nothing is known of, "value". */
extern const struct measure_axis measure_any_axis;

#define MEASURE_KNOWN       "known individuals"
#define MEASURE_NEW         "new individuals"
#define MEASURE_FINE_TUNED  "fine-tuned individuals"
#define MEASURE_SINGLED_OUT "those singled out"

/* The measure of a number's path: "attr_loss", "attributes.major.loss" of one attribute, "name.2"
 * of one group or layer, "heads.name.2.0" of one head; a key alone is of its measure in
 * all of these. Null where there is none. */
const struct measure *measure_find(const char *path);

/* Whether the path at which the measure was found is that of one number in a line, and not of a
 * list or of nothing. */
bool measure_is_one_number(const struct measure *measure, const char *path);

enum { MEASURE_INDICES = 2 };

/* The numbers at the end of a path that is of one number: none, that of a group or layer, or a
 * layer's and a head's. What is larger than the type is its largest. Returns how many there are. */
size_t measure_indices(const char *path, uint64_t index[MEASURE_INDICES]);

/* The attribute's key in "attributes.major.loss", with its length; null where the path has none. */
const char *measure_attribute(const char *path, size_t *length);

/* Those of a set one after another: the first after null, null after the last. */
const struct measure *measure_next(enum measure_set set, const struct measure *after);

/* That of a circuit, of known or of new individuals. */
const struct measure *measure_of_circuit(enum circuit circuit, bool of_new);

/* The same measure of new individuals; null for one that is not told of them too. */
const struct measure *measure_of_new(const struct measure *known);

/* Whether it is told after a step of training, of that step. */
bool measure_is_of_training(const struct measure *measure);

/* Bytes from a point's begin to the number; index is of the group or attribute, else 0. Not for
 * MEASURE_CIRCUIT. */
size_t measure_offset(const struct measure *measure, size_t index);

/* The number in a point. */
double measure_number(const struct measure *measure, const void *point, size_t index);

#endif
