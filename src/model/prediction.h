/* What a model predicts at one position. */
#ifndef MNEME_MODEL_PREDICTION_H
#define MNEME_MODEL_PREDICTION_H

#include <stdint.h>

struct prediction {
    double loss; /* -ln p(target), nats */
    double max_probability;
    double entropy;    /* of the distribution over the whole vocabulary, nats */
    int32_t likeliest; /* token */
};

#endif
