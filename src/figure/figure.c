#include "figure/figure.h"

#include <stddef.h>

#define NAME(constant, name) [FIGURE_##constant] = #name,
const char *const figure_kinds[] = {FIGURES(NAME) NULL};

const char *const figure_values[] = {
    [FIGURE_FINAL_LOSS] = "final_attr_loss",
    [FIGURE_FINAL_ACCURACY] = "attr_acc",
    [FIGURE_PLATEAU_END] = "plateau_end",
    NULL,
};
