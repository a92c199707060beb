/* Numbers as a screen shows them: short, and as wide as their place. */
#ifndef MNEME_UI_FORMAT_H
#define MNEME_UI_FORMAT_H

#include <stdint.h>

#include "base/number.h"

/* Room for any text below. */
enum { FORMAT_SIZE = NUMBER_TEXT };

/* "1,240". */
const char *format_count(char text[FORMAT_SIZE], uint64_t count);

/* "278 MiB". */
const char *format_bytes(char text[FORMAT_SIZE], double bytes);

/* Three digits and a unit, 5 columns at most: "987", "1.24k", "24.3k", "0.51M"; "-" for NAN. */
const char *format_short(char text[FORMAT_SIZE], double number);

/* Three digits in 4 columns: ".041", "4.55", "12.3", "1234"; larger ones take more, NAN is "-". */
const char *format_number(char text[FORMAT_SIZE], double number);

/* A loss where there is room: "4.549"; "-" where it is not finite. */
const char *format_loss(char text[FORMAT_SIZE], double loss);

/* A small number with an exponent where it is needed: "0.41", "1.6e-3", "1e-7". */
const char *format_rate(char text[FORMAT_SIZE], double number);

/* A number of any size, as measures of the record are: "24.3k", "12.3", ".107", "4.72e-4". */
const char *format_measured(char text[FORMAT_SIZE], double number);

/* "0:07", "1:12", "2 h 05", "3 d 04 h"; "-" for NAN. */
const char *format_duration(char text[FORMAT_SIZE], double seconds);

/* About how long: "20 s", "4 min", "3 h", "2 days". */
const char *format_about(char text[FORMAT_SIZE], double seconds);

/* 4 columns at most: ".07", "1.0"; "<.01" for what would be ".00". */
const char *format_probability(char text[FORMAT_SIZE], double probability);

/* A probability in percent: "93.42 %"; "<0.01 %" for what would be "0.00 %". */
const char *format_chance(char text[FORMAT_SIZE], double probability);

/* "3.1 %", always a digit behind the point. */
const char *format_percent(char text[FORMAT_SIZE], double share);

/* A bar of at most `width` columns, FORMAT_BAR at most, for a share of 0 .. 1, to half a column: a
 * thin line, so that bars under each other stay apart. As UTF-8. */
enum { FORMAT_BAR = 64, FORMAT_BAR_SIZE = 3 * FORMAT_BAR + 1 };
const char *format_bar(char text[FORMAT_BAR_SIZE], int width, double share);

#endif
