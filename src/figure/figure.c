#include "figure/figure.h"

#include <stddef.h>

const char *const figure_kinds[] = {
    [FIGURE_CURVES] = "curves",
    [FIGURE_MEASURE] = "measure",
    [FIGURE_LAW] = "law",
    [FIGURE_HEATMAP] = "heatmap",
    [FIGURE_TRAJECTORY] = "trajectory",
    [FIGURE_CIRCUITS] = "circuits",
    [FIGURE_CALIBRATION] = "calibration",
    NULL,
};

const char *const figure_values[] = {
    [FIGURE_FINAL_LOSS] = "final_attr_loss",
    [FIGURE_FINAL_ACCURACY] = "attr_acc",
    [FIGURE_PLATEAU_END] = "plateau_end",
    NULL,
};
