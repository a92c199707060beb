#include "figure/figure_ops.h"

#define ROW(constant, name) [FIGURE_##constant] = &figure_##name,
const struct figure_ops *const figure_ops[] = {FIGURES(ROW)};
