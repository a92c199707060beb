#include "measure/sample.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

struct sample sample_of(const double *value, size_t count)
{
    struct sample sample = {count, NAN, NAN, NAN};
    if (count > 0)
        sample.mean = gsl_stats_mean(value, 1, count);
    if (count > 1) {
        sample.deviation = gsl_stats_sd_m(value, 1, count, sample.mean);
        sample.error = sample.deviation / sqrt((double)count);
    }
    return sample;
}

double sample_p_below(const struct sample *sample, double bound)
{
    if (sample->count < 2)
        return NAN;
    if (sample->error > 0)
        return gsl_cdf_tdist_P((sample->mean - bound) / sample->error, (double)sample->count - 1);
    return sample->mean < bound ? 0 : 1;
}

double sample_p_above(const struct sample *sample, double bound)
{
    if (sample->count < 2)
        return NAN;
    if (sample->error > 0)
        return gsl_cdf_tdist_Q((sample->mean - bound) / sample->error, (double)sample->count - 1);
    return sample->mean > bound ? 0 : 1;
}
