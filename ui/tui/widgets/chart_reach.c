#include "ui/tui/widgets/chart_reach.h"

#include <math.h>

void chart_reach_add(struct chart_reach *reach, double low, double high)
{
    if (reach->parts < CHART_REACH_PARTS)
        reach->part[reach->parts++] = (struct chart_reach_part){low, high};
}

bool chart_reach_meets(const struct chart_reach *reach, double low, double high)
{
    for (size_t p = 0; p < reach->parts; p++)
        if (reach->part[p].low <= high && reach->part[p].high >= low)
            return true;
    return false;
}

void chart_reach_around(const struct chart_reach *reach, double low, double high, double *below,
                        double *above)
{
    *below = -INFINITY;
    *above = INFINITY;
    for (size_t p = 0; p < reach->parts; p++) {
        const struct chart_reach_part *part = &reach->part[p];
        if (part->high < low)
            *below = fmax(*below, part->high);
        if (part->low > high)
            *above = fmin(*above, part->low);
    }
}

bool chart_reach_ends(const struct chart_reach *reach, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (size_t p = 0; p < reach->parts; p++) {
        *least = fmin(*least, reach->part[p].low);
        *most = fmax(*most, reach->part[p].high);
    }
    return reach->parts > 0;
}
