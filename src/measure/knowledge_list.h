/* Those whose facts are asked about, in an order and by what is known of them. */
#ifndef MNEME_MEASURE_KNOWLEDGE_LIST_H
#define MNEME_MEASURE_KNOWLEDGE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "measure/knowledge.h"

enum knowledge_order {
    KNOWLEDGE_BY_NUMBER,  /* as they are asked */
    KNOWLEDGE_BY_DRAWS,   /* who is drawn most often first; of equal ones who was until now */
    KNOWLEDGE_BY_LEARNED, /* of whom all facts were known at once or after another first, by the
                             evaluation that first found the last of them known; then who lacks one
                             fact that was ever known, and so on */
    KNOWLEDGE_ORDERS
};

/* Fills sorted[knowledge->asked] with all individuals asked about, of equal ones the lower number
 * first. weight[asked], by draws: how often each is drawn, relative to others; may be null, which
 * is all alike. On false sorted is as it was. */
bool knowledge_sort(const struct knowledge *knowledge, enum knowledge_order order,
                    const double *weight, uint32_t *sorted, struct error *err);

enum knowledge_filter {
    KNOWLEDGE_ALL,
    KNOWLEDGE_KNOWN,     /* all facts are known, and there is one */
    KNOWLEDGE_FORGOTTEN, /* a fact was known and is not now */
    KNOWLEDGE_CONFUSED,  /* facts were lost most often */
    KNOWLEDGE_FILTERS
};

/* Losses, in all, of an individual's facts from which on they count as confused most: those of the
 * last one among the tenth of individuals, one at least, who have the most; at least 1. */
bool knowledge_losses_of_most(const struct knowledge *knowledge, uint64_t *losses,
                              struct error *err);

/* Whether an individual is among those; losses, of confused ones, as above. */
bool knowledge_passes(const struct knowledge *knowledge, size_t asked, enum knowledge_filter filter,
                      uint64_t losses);

#endif
