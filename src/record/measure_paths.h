/* The paths of all numbers that the record of a run has: see measure_find. */
#ifndef MNEME_RECORD_MEASURE_PATHS_H
#define MNEME_RECORD_MEASURE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "facts/fact_set.h"

/* What a run has of what can be measured. */
struct measured_shape {
    const struct fact_set *facts;
    bool asks_new;        /* evaluations ask about new individuals too */
    size_t groups;        /* of the sampling */
    size_t layers, heads; /* whose circuits are measured; 0 where none are */
};

/* "attr_loss", "attributes.major.loss", "group_attr_loss.1", "name_name.0", "heads.name_name.0.3":
 * each once, in the order of the table of measures, those of heads behind all others. */
bool measure_paths(const struct measured_shape *shape, struct strings *paths, struct error *err);

/* Whether a path is of one number that such a record can have; refuses it with the nearest. */
bool measure_path_check(const struct measured_shape *shape, const char *path, struct error *err);

#endif
