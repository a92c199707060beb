#include "measure/summary.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct summary summary_of(const double *value, size_t count)
{
    struct summary summary = {0, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(value[i])) {
            sum += value[i];
            summary.count++;
        }
    if (summary.count > 0)
        summary.mean = sum / (double)summary.count;
    for (size_t i = 0; i < count; i++)
        squares += isfinite(value[i]) ? pow(value[i] - summary.mean, 2) : 0;
    if (summary.count > 1) {
        summary.deviation = sqrt(squares / (double)(summary.count - 1));
        summary.error = summary.deviation / sqrt((double)summary.count);
    }
    return summary;
}

double summary_p_below(const struct summary *summary, double bound)
{
    if (!(summary->error > 0))
        return NAN;
    return gsl_cdf_tdist_P((summary->mean - bound) / summary->error, (double)summary->count - 1);
}

double summary_p_above(const struct summary *summary, double bound)
{
    if (!(summary->error > 0))
        return NAN;
    return gsl_cdf_tdist_Q((summary->mean - bound) / summary->error, (double)summary->count - 1);
}
