#include "measure/capacity.h"

#include <math.h>

double capacity_bits(uint64_t facts, double baseline, double loss)
{
    return (double)facts * (baseline - loss) / M_LN2;
}
