/* What a figure of runs is to be. */
#ifndef MNEME_FIGURE_FIGURE_H
#define MNEME_FIGURE_FIGURE_H

#include <stdbool.h>

#include "config/preset_key.h"

enum figure_kind {
    FIGURE_CURVES,      /* attribute loss above, accuracy below, over steps */
    FIGURE_MEASURE,     /* any numbers of the record over steps */
    FIGURE_LAW,         /* the plateau's end over the known individuals */
    FIGURE_HEATMAP,     /* one number of each run over two settings */
    FIGURE_TRAJECTORY,  /* the loss of new individuals over that of known ones */
    FIGURE_CIRCUITS,    /* what attention is used for in the first and last layer, over steps */
    FIGURE_CALIBRATION, /* accuracy over confidence at the end */
};

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
