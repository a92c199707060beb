#include "measure/calibration.h"

#include <math.h>

/* Rounding may leave a probability slightly outside 0 .. 1. */
static size_t find_bin(double confidence)
{
    double bin = ceil(confidence * CALIBRATION_BINS) - 1;
    return (size_t)fmax(fmin(bin, CALIBRATION_BINS - 1), 0);
}

void calibration_add_bin(struct calibration *calibration, size_t bin,
                         const struct calibration_bin *more)
{
    struct calibration_bin *have = &calibration->bin[bin];
    if (more->predictions == 0)
        return;
    have->predictions += more->predictions;
    double share = (double)more->predictions / (double)have->predictions;
    have->confidence += share * (more->confidence - have->confidence);
    have->accuracy += share * (more->accuracy - have->accuracy);
}

void calibration_add(struct calibration *calibration, double confidence, bool right)
{
    if (isnan(confidence))
        return;
    const struct calibration_bin one = {1, confidence, right};
    calibration_add_bin(calibration, find_bin(confidence), &one);
}

double calibration_error(const struct calibration *calibration)
{
    double sum = 0, predictions = 0;
    for (size_t m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &calibration->bin[m];
        sum += (double)bin->predictions * fabs(bin->accuracy - bin->confidence);
        predictions += (double)bin->predictions;
    }
    return predictions > 0 ? sum / predictions : NAN;
}
