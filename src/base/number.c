#include "base/number.h"

#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLE_DIGITS 17     /* always enough to tell two doubles apart */
#define WHOLE_BELOW   0x1p53 /* here every whole number is a double */

/* Makes this thread write and read numbers with a decimal point until leave. */
static locale_t enter_c_locale(locale_t *before)
{
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    *before = uselocale(c);
    return c;
}

static void leave_c_locale(locale_t c, locale_t before)
{
    uselocale(before);
    if (c != (locale_t)0)
        freelocale(c);
}

/* "1e-07" to "1e-7", "1e+09" to "1e9". */
static void shorten_exponent(char *text)
{
    char *exponent = strchr(text, 'e');
    if (!exponent)
        return;
    char *to = exponent + 1;
    const char *from = to;
    if (*from == '-')
        to++;
    from++;
    while (*from == '0')
        from++;
    memmove(to, from, strlen(from) + 1);
}

void number_write(char text[NUMBER_TEXT], double number)
{
    locale_t before;
    locale_t c = enter_c_locale(&before);
    bool whole = trunc(number) == number && fabs(number) < WHOLE_BELOW;
    if (whole)
        snprintf(text, NUMBER_TEXT, "%.0f", number);
    for (int digits = 1; !whole && digits <= DOUBLE_DIGITS; digits++) {
        snprintf(text, NUMBER_TEXT, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    leave_c_locale(c, before);
    shorten_exponent(text);
}

void number_write_rounded(char text[NUMBER_TEXT], double number, int digits)
{
    locale_t before;
    locale_t c = enter_c_locale(&before);
    snprintf(text, NUMBER_TEXT, "%.*g", digits, number);
    double rounded = strtod(text, NULL);
    leave_c_locale(c, before);
    number_write(text, rounded);
}

void number_write_grouped(char text[NUMBER_TEXT], uint64_t count)
{
    char digits[NUMBER_TEXT];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    int written = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[written++] = ',';
        text[written++] = digits[i];
    }
    text[written] = '\0';
}

void number_write_bytes(char text[NUMBER_TEXT], double bytes)
{
    static const char *const unit[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    const double least_of_four_digits = 999.5;
    size_t u = 0;
    for (; bytes >= least_of_four_digits && u + 1 < sizeof unit / sizeof *unit; u++)
        bytes /= 1024;
    locale_t before;
    locale_t c = enter_c_locale(&before);
    snprintf(text, NUMBER_TEXT, bytes < least_of_four_digits ? "%.3g %s" : "%.0f %s", bytes,
             unit[u]);
    leave_c_locale(c, before);
}

static const char *skip_digits(const char *text)
{
    while (*text >= '0' && *text <= '9')
        text++;
    return text;
}

/* [sign] digits [. digits] [e [sign] digits], with a digit before the e. */
static bool is_decimal(const char *text)
{
    const char *whole = text + (*text == '-' || *text == '+');
    const char *end = skip_digits(whole);
    size_t digits = (size_t)(end - whole);
    if (*end == '.') {
        const char *fraction = end + 1;
        end = skip_digits(fraction);
        digits += (size_t)(end - fraction);
    }
    if (digits == 0)
        return false;
    if (*end == 'e' || *end == 'E') {
        const char *exponent = end + 1;
        exponent += *exponent == '-' || *exponent == '+';
        end = skip_digits(exponent);
        if (end == exponent)
            return false;
    }
    return *end == '\0';
}

bool number_read(const char *text, double *number)
{
    if (!is_decimal(text))
        return false;
    locale_t before;
    locale_t c = enter_c_locale(&before);
    double read = strtod(text, NULL);
    leave_c_locale(c, before);
    if (!isfinite(read))
        return false;
    *number = read;
    return true;
}

/* The first `length` bytes of a text. */
static bool read_digits(const char *text, size_t length, uint64_t *count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] < '0' || text[i] > '9' || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, (uint64_t)(text[i] - '0'), &sum))
            return false;
    if (length > 0)
        *count = sum;
    return length > 0;
}

bool number_read_count(const char *text, uint64_t *count)
{
    return read_digits(text, strlen(text), count);
}

bool number_read_range(const char *text, uint64_t *first, uint64_t *last)
{
    const char *dots = strstr(text, "..");
    uint64_t low, high;
    if (!read_digits(text, dots ? (size_t)(dots - text) : strlen(text), &low) ||
        !number_read_count(dots ? dots + 2 : text, &high) || low > high)
        return false;
    *first = low;
    *last = high;
    return true;
}
