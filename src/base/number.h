/* Numbers as text: strict when read, exact when written, and the same in every locale. */
#ifndef MNEME_BASE_NUMBER_H
#define MNEME_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* A count that need not be there. */
struct optional_count {
    bool given;
    uint64_t count;
};

/* A number that need not be there. */
struct optional_number {
    bool given;
    double number;
};

/* Room for any text written here. */
enum { NUMBER_TEXT = 32 };

/* The shortest decimal text that reads back to the same bits: "0.0004", "1e-7"; whole numbers below
 * 2^53 without an exponent. The number must be finite. */
void number_write(char text[NUMBER_TEXT], double number);

/* The same after it was rounded to so many digits: "0.00097". */
void number_write_rounded(char text[NUMBER_TEXT], double number, int digits);

/* Digits in groups of three: "1,240". */
void number_write_grouped(char text[NUMBER_TEXT], uint64_t count);

/* So much memory, or of a file, with three digits at most: "278 MiB", "1.45 GiB", "90 KiB", and
 * "12 B". */
void number_write_bytes(char text[NUMBER_TEXT], double bytes);

/* Reads a decimal number that takes up the whole text ("-2", "0.0004", "1e-7"); false for anything
 * else: blanks, hexadecimal digits, "inf", "nan", a number too large for a double. */
bool number_read(const char *text, double *number);

/* Reads digits alone, up to UINT64_MAX. */
bool number_read_count(const char *text, uint64_t *count);

/* Reads "3" or "1..5", the first of which is not above the last; false for anything else. */
bool number_read_range(const char *text, uint64_t *first, uint64_t *last);

#endif
