#include "train/spacing.h"

#include <math.h>

static bool is_power_of_two(uint64_t step)
{
    return (step & (step - 1)) == 0;
}

bool spacing_is_due(uint64_t step)
{
    if (step <= SPACING_DENSE)
        return is_power_of_two(step);
    double k = round(SPACING_A_DOUBLING * log2((double)step));
    return (uint64_t)llround(exp2(k / SPACING_A_DOUBLING)) == step;
}

/* Whether the steps around place i grow by less than those around j; factors are compared as
 * products, which are exact. */
static bool grows_less(const uint64_t *step, size_t i, size_t j)
{
    return (step[i + 1] + 1) * (step[j - 1] + 1) < (step[j + 1] + 1) * (step[i - 1] + 1);
}

size_t spacing_least(const uint64_t *step, size_t count)
{
    size_t least = 1;
    for (size_t i = 2; i + 1 < count; i++)
        if (grows_less(step, i, least))
            least = i;
    return least;
}
