/* Calibration: whether a model is right as often as it is sure.
 *
 * A prediction's confidence is the probability of the likeliest token, and it is right where that
 * token is the true one. Predictions are put into M bins of equal width by their confidence, bin m
 * = 0, 1, ... being (m/M, (m+1)/M]; the expected calibration error is how far confidence and
 * accuracy are apart in a bin, averaged over predictions:
 *
 *   ECE = sum over m of n_m / n |accuracy_m - confidence_m|
 *
 * (Guo et al. 2017, "On Calibration of Modern Neural Networks", equation 3, with their M = 15.)
 * Where recall is measured the predictions are those of value tokens, teacher forced, and not whole
 * values: each is one classification by a softmax, as there, and they are the predictions whose
 * mean confidence is recall's max_probability. */
#ifndef MNEME_MEASURE_CALIBRATION_H
#define MNEME_MEASURE_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALIBRATION_BINS = 15 };

struct calibration_bin {
    uint64_t predictions;
    double confidence, accuracy; /* means over them; 0 where there are none */
};

struct calibration {
    struct calibration_bin bin[CALIBRATION_BINS];
};

/* Adds a prediction to all-zero bins or to those that have some; one without a confidence (NAN)
 * belongs to none. */
void calibration_add(struct calibration *calibration, double confidence, bool right);

/* Adds predictions that share a bin, by their means. bin is below CALIBRATION_BINS. */
void calibration_add_bin(struct calibration *calibration, size_t bin,
                         const struct calibration_bin *more);

/* ECE; NAN without predictions. */
double calibration_error(const struct calibration *calibration);

#endif
