#include "measure/capacity.h"

#include <math.h>

double capacity_bits(uint64_t individuals, size_t attributes, double baseline, double loss)
{
    return (double)individuals * (double)attributes * (baseline - loss) / M_LN2;
}
