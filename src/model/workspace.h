/* The buffers of one pass forward and backward, in one piece of memory: one thread's, with a clock
 * for the parts of the pass. */
#ifndef MNEME_MODEL_WORKSPACE_H
#define MNEME_MODEL_WORKSPACE_H

#include <stddef.h>

#include "base/error.h"
#include "model/options.h"
#include "model/step_part.h"

struct workspace {
    void *buffers;              /* activations and their gradients, as the kind of model has them */
    void *memory;               /* holds them */
    double seconds[STEP_PARTS]; /* spent on each part since its owner set them to 0 */
    double lap;                 /* clock when the part under way began */
};

/* For passes of up to `tokens` tokens. */
struct workspace *workspace_new(const struct model_options *options, size_t tokens,
                                struct error *err);
void workspace_free(struct workspace *workspace);
size_t workspace_bytes(const struct model_options *options, size_t tokens);

/* The time since the last lap, or since the laps began, was spent on this part. */
void workspace_begin_laps(struct workspace *workspace);
void workspace_lap(struct workspace *workspace, enum step_part part);

#endif
