/* Round numbers for axes. */
#ifndef MNEME_PLOT_TICKS_H
#define MNEME_PLOT_TICKS_H

#include <stdbool.h>

/* Brings the ends of an axis, low below high, to where there are round numbers beside each of them
 * and their distance is a number: within 1e300 and, where it is logarithmic, from 1e-300 on. */
void ticks_keep_range(double *low, double *high, bool logarithmic);

/* The distance between the labels of a linear axis of this span with at most `most` of them: 1, 2
 * or 5 times a power of ten. */
double ticks_distance(double span, int most);

/* The largest of 1, 2, 5 times a power of ten that is at most value, which is above 0. */
double ticks_round_down(double value);

/* The smallest of some handsome numbers (1, 1.2, 1.5, 2, 2.5, 3 ... times a power of ten) that is
 * at least value, which is above 0: an axis that ends there stands still while a curve grows. */
double ticks_round_up(double value);

#endif
