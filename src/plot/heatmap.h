/* A heat map: a number for every pair of two settings, as a colour and as text. */
#ifndef MNEME_PLOT_HEATMAP_H
#define MNEME_PLOT_HEATMAP_H

#include <stddef.h>

#include "plot/axis.h"
#include "plot/surface.h"

struct heatmap {
    const char *title; /* null: none */
    const char *x_label, *y_label, *value_label;
    const char *const *column; /* [columns] left to right */
    size_t columns;
    const char *const *row; /* [rows] from the foot up, as on an axis */
    size_t rows;
    const double *value;   /* [rows][columns]; NAN where there is none */
    enum axis_scale scale; /* of the colours */
    void (*write)(char text[AXIS_TEXT], double value); /* in a cell */
};

/* Draws it on all of a surface of that size. At least one value is finite. */
void heatmap_draw(const struct heatmap *map, struct surface *surface, double width, double height);

#endif
