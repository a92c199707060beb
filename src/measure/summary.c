#include "measure/summary.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct sample sample_of(const double *value, size_t count)
{
    struct sample sample = {0, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(value[i])) {
            sum += value[i];
            sample.count++;
        }
    if (sample.count > 0)
        sample.mean = sum / (double)sample.count;
    for (size_t i = 0; i < count; i++)
        squares += isfinite(value[i]) ? pow(value[i] - sample.mean, 2) : 0;
    if (sample.count > 1) {
        sample.deviation = sqrt(squares / (double)(sample.count - 1));
        sample.error = sample.deviation / sqrt((double)sample.count);
    }
    return sample;
}

double sample_p_below(const struct sample *sample, double bound)
{
    if (!(sample->error > 0))
        return NAN;
    return gsl_cdf_tdist_P((sample->mean - bound) / sample->error, (double)sample->count - 1);
}

double sample_p_above(const struct sample *sample, double bound)
{
    if (!(sample->error > 0))
        return NAN;
    return gsl_cdf_tdist_Q((sample->mean - bound) / sample->error, (double)sample->count - 1);
}
