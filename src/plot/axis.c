#include "plot/axis.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "plot/ticks.h"

#define NO_LOGARITHM  -1e3 /* a share: as far below as a surface will ever clip */
#define SLACK         1e-9 /* relative: rounding does not lose a tick at an end */
#define GROUPED_FROM  1e3  /* numbers with a separator */
#define GROUPED_BELOW 1e15 /* where a number still counts in ones */
#define POWERS_FROM   1e7  /* and from where they are written as powers of ten */
#define POWERS_BELOW  1e-4

enum { LEAST_TICKS = 3, DECADES_WITH_SMALL_TICKS = 5, MOST_DECIMALS = 12 };

/* Ranges */

struct axis axis_exact(double low, double high, enum axis_scale scale)
{
    if (scale == AXIS_LOGARITHMIC) {
        if (!(high > 0))
            high = 1;
        if (!(low > 0))
            low = high / 10;
        if (!(low < high)) {
            high = 2 * low;
            low /= 2;
        }
    } else if (!(low < high)) {
        double room = low != 0 ? fabs(low) / 2 : 1;
        high = low + room;
        low -= room;
    }
    ticks_keep_range(&low, &high, scale == AXIS_LOGARITHMIC);
    return (struct axis){low, high, scale};
}

struct axis axis_round(double low, double high, enum axis_scale scale)
{
    struct axis axis = axis_exact(low, high, scale);
    if (scale == AXIS_LOGARITHMIC)
        return axis_exact(ticks_round_down(axis.low), ticks_round_up(axis.high), scale);
    if (low >= 0)
        return axis_exact(0, ticks_round_up(axis.high), scale);
    double tick = ticks_distance(axis.high - axis.low, 5);
    return axis_exact(tick * floor(axis.low / tick + SLACK), tick * ceil(axis.high / tick - SLACK),
                      scale);
}

/* Where a value lies */

double axis_share(const struct axis *axis, double value)
{
    if (axis->scale == AXIS_LINEAR)
        return (value - axis->low) / (axis->high - axis->low);
    return value > 0 ? log(value / axis->low) / log(axis->high / axis->low) : NO_LOGARITHM;
}

/* Ticks */

static bool within(const struct axis *axis, double value)
{
    double slack = SLACK * (axis->scale == AXIS_LINEAR ? axis->high - axis->low : value);
    return value >= axis->low - slack && value <= axis->high + slack;
}

/* Digits behind the point that tell multiples of a distance apart. */
static int decimals(double distance)
{
    return distance < 1 ? (int)ceil(-log10(distance) - SLACK) : 0;
}

static void write_tick(char text[AXIS_TEXT], double value, int behind)
{
    char digits[NUMBER_TEXT];
    double size = fabs(value);
    const char *sign = value < 0 ? "\u2212" : "";
    if (size >= GROUPED_BELOW || behind > MOST_DECIMALS)
        snprintf(digits, sizeof digits, "%.6g", size);
    else if (size >= GROUPED_FROM && behind == 0)
        number_write_grouped(digits, (uint64_t)llround(size));
    else
        snprintf(digits, sizeof digits, "%.*f", behind, size);
    snprintf(text, AXIS_TEXT, "%s%s", sign, digits);
}

static size_t add_tick(struct tick *tick, size_t ticks, double value)
{
    if (ticks < AXIS_TICKS)
        tick[ticks++] = (struct tick){.value = value};
    return ticks;
}

static double multiples_within(const struct axis *axis, double distance)
{
    return floor(axis->high / distance + SLACK) - ceil(axis->low / distance - SLACK) + 1;
}

/* `most` distances have one tick more than that at their ends, where the axis ends at ticks. */
static double linear_distance(const struct axis *axis, size_t most)
{
    double span = axis->high - axis->low, distance = ticks_distance(span, (int)most);
    return multiples_within(axis, distance) > (double)most ? ticks_distance(span, (int)most - 1)
                                                           : distance;
}

static size_t linear_ticks(const struct axis *axis, size_t most, struct tick *tick)
{
    double distance = linear_distance(axis, most);
    int behind = decimals(distance);
    size_t ticks = 0;
    for (double n = ceil(axis->low / distance - SLACK); within(axis, n * distance); n++) {
        double value = n == 0 ? 0 : n * distance;
        size_t next = add_tick(tick, ticks, value);
        if (next == ticks)
            break;
        write_tick(tick[ticks].text, value, behind);
        ticks = next;
    }
    return ticks;
}

/* Which multiples of a power of ten have text, the sparsest first. */
static const char *const digit_sets[] = {"1", "13", "125", "123456789"};

static size_t count_digits(const struct axis *axis, const char *set)
{
    size_t count = 0;
    for (double power = floor(log10(axis->low) + SLACK); pow(10, power) <= axis->high * (1 + SLACK);
         power++)
        for (const char *digit = set; *digit; digit++)
            count += within(axis, (*digit - '0') * pow(10, power));
    return count;
}

/* The densest set that is not too many; null where a logarithmic axis is so short that it has too
 * few of them. */
static const char *choose_digits(const struct axis *axis, size_t most)
{
    const char *chosen = digit_sets[0];
    for (size_t i = 1; i < sizeof digit_sets / sizeof *digit_sets; i++)
        if (count_digits(axis, digit_sets[i]) <= most)
            chosen = digit_sets[i];
    return count_digits(axis, chosen) >= LEAST_TICKS || axis->high / axis->low > 10 ? chosen : NULL;
}

static void write_power(struct tick *tick, double power, int digit)
{
    char factor[NUMBER_TEXT] = "";
    if (digit > 1)
        snprintf(factor, sizeof factor, "%d\u00b7", digit);
    if (tick->value >= POWERS_BELOW && tick->value < POWERS_FROM)
        write_tick(tick->text, tick->value, power < 0 ? (int)-power : 0);
    else
        snprintf(tick->text, sizeof tick->text, "%s10^{%s%.0f}", factor, power < 0 ? "\u2212" : "",
                 fabs(power));
}

static size_t logarithmic_ticks(const struct axis *axis, size_t most, struct tick *tick)
{
    double first = floor(log10(axis->low) + SLACK), last = ceil(log10(axis->high) - SLACK);
    const char *set = choose_digits(axis, most);
    if (!set)
        return linear_ticks(axis, most, tick);
    /* So many decades that not even their own ticks all have room for text. */
    double skip = ceil((last - first + 1) / (double)most);
    size_t ticks = 0;
    for (double power = first; power <= last; power++)
        for (int digit = 1; digit < 10; digit++) {
            double value = digit * pow(10, power);
            bool small = digit > 1 && last - first > DECADES_WITH_SMALL_TICKS;
            if (!within(axis, value) || small)
                continue;
            size_t next = add_tick(tick, ticks, value);
            if (next > ticks && strchr(set, '0' + digit) && fmod(power, skip) == 0)
                write_power(&tick[ticks], power, digit);
            ticks = next;
        }
    return ticks;
}

size_t axis_ticks(const struct axis *axis, size_t most, struct tick tick[AXIS_TICKS])
{
    return axis->scale == AXIS_LINEAR ? linear_ticks(axis, most, tick)
                                      : logarithmic_ticks(axis, most, tick);
}
