#include "measure/summary.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

struct summary summary_of_each(size_t count, double (*value)(const void *context, size_t i),
                               const void *context)
{
    struct summary summary = {0, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        if (isfinite(value(context, i))) {
            sum += value(context, i);
            summary.count++;
        }
    if (summary.count > 0)
        summary.mean = sum / (double)summary.count;
    for (size_t i = 0; i < count; i++)
        squares += isfinite(value(context, i)) ? pow(value(context, i) - summary.mean, 2) : 0;
    if (summary.count > 1) {
        summary.deviation = sqrt(squares / (double)(summary.count - 1));
        summary.error = summary.deviation / sqrt((double)summary.count);
    }
    return summary;
}

static double value_at(const void *values, size_t i)
{
    return ((const double *)values)[i];
}

struct summary summary_of(const double *value, size_t count)
{
    return summary_of_each(count, value_at, value);
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
