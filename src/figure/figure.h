/* What a figure of runs is to be. */
#ifndef MNEME_FIGURE_FIGURE_H
#define MNEME_FIGURE_FIGURE_H

#include <stdbool.h>

#include "config/preset_key.h"

/* Kinds: ROW(constant, name), in the order that help has. The name is that of the command line and
 * of its ops, see figure_ops.h. */
#define FIGURES(ROW)                                                                               \
    ROW(CURVES, curves)           /* attribute loss above, accuracy below, over steps */           \
    ROW(MEASURE, measure)         /* any numbers of the record over steps */                       \
    ROW(LAW, law)                 /* the plateau's end over the known individuals */               \
    ROW(HEATMAP, heatmap)         /* one number of each run over two settings */                   \
    ROW(TRAJECTORY, trajectory)   /* the loss of new individuals over that of known ones */        \
    ROW(CIRCUITS, circuits)       /* what attention is used for in the first and last layer */     \
    ROW(CALIBRATION, calibration) /* accuracy over confidence at the end */

#define CONSTANT(constant, name) FIGURE_##constant,
enum figure_kind { FIGURES(CONSTANT) FIGURE_KINDS };
#undef CONSTANT

/* What a heat map shows of a run. */
enum figure_value {
    FIGURE_FINAL_LOSS,
    FIGURE_FINAL_ACCURACY,
    FIGURE_PLATEAU_END,
};

/* Their names on the command line, null-terminated, in the order of the constants. */
extern const char *const figure_kinds[], *const figure_values[];

/* Millimetres. */
enum { FIGURE_WIDTH = 140, FIGURE_HEIGHT = 95, FIGURE_LEAST = 40, FIGURE_MOST = 1000 };

struct figure_options {
    enum figure_kind kind;
    const char *measures;           /* FIGURE_MEASURE: keys of the record, with commas between */
    const struct preset_key *x, *y; /* FIGURE_HEATMAP: which settings, */
    enum figure_value value;        /* and which number */
    double width, height;           /* millimetres */
    bool log_x;                     /* steps on a logarithmic axis */
    const char *title;              /* null: none */
};

#endif
