/* The time that only ever goes forward. */
#ifndef MNEME_BASE_CLOCK_H
#define MNEME_BASE_CLOCK_H

/* Seconds since some moment before the program began. */
double clock_seconds(void);

#endif
