#include "plot/ticks.h"

#include <math.h>
#include <stddef.h>

void ticks_keep_range(double *low, double *high, bool logarithmic)
{
    const double most = 1e300, least = 1e-300, least_share = 1e-9, decade = 10;
    *low = fmin(fmax(*low, logarithmic ? least : -most), most / decade);
    *high = fmax(fmin(*high, most), logarithmic ? least * decade : -most / decade);
    if (!(*low < *high)) /* so small that rounding took it */
        *high = *low + fmax(least, least_share * fabs(*low));
}

double ticks_round_down(double value)
{
    double power = pow(10, floor(log10(value) + 1e-9));
    double digit = value / power;
    return power * (digit >= 5 - 1e-9 ? 5 : digit >= 2 - 1e-9 ? 2 : 1);
}

double ticks_round_up(double value)
{
    static const double handsome[] = {1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double power = pow(10, floor(log10(value) + 1e-9));
    for (size_t i = 0; i < sizeof handsome / sizeof handsome[0]; i++)
        if (value <= handsome[i] * power * (1 + 1e-9))
            return handsome[i] * power;
    return 10 * power;
}

double ticks_distance(double span, int most)
{
    if (!(span > 0) || most < 1)
        return 1;
    double tick = ticks_round_down(span / most);
    while (span / tick > most) /* 1 -> 2 -> 5 -> 10 */
        tick = ticks_round_down(tick * 2.5 + 1e-12 * tick);
    return tick;
}
