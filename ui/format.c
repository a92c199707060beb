#include "ui/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *format_count(char text[FORMAT_SIZE], uint64_t count)
{
    number_write_grouped(text, count);
    return text;
}

/* Three significant digits of a number from 0 to 999. */
static int digits_behind_point(double number)
{
    return number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
}

const char *format_bytes(char text[FORMAT_SIZE], double bytes)
{
    number_write_bytes(text, bytes);
    return text;
}

const char *format_short(char text[FORMAT_SIZE], double number)
{
    static const char *const unit[] = {"", "k", "M", "G", "T"};
    if (!isfinite(number) || number < 0) {
        snprintf(text, FORMAT_SIZE, "-");
        return text;
    }
    if (number < 999.5) {
        snprintf(text, FORMAT_SIZE, "%.0f", number);
        return text;
    }
    size_t u = 0;
    while (number >= 999.5 && u + 1 < sizeof unit / sizeof unit[0]) {
        number /= 1000;
        u++;
    }
    if (u == 1 && number >= 499.5) { /* 0.51M reads better than 512k beside other millions */
        number /= 1000;
        u++;
    }
    snprintf(text, FORMAT_SIZE, "%.*f%s", digits_behind_point(number), number, unit[u]);
    return text;
}

const char *format_number(char text[FORMAT_SIZE], double number)
{
    if (!isfinite(number))
        snprintf(text, FORMAT_SIZE, "-");
    else if (fabs(number) < 0.9995)
        snprintf(text, FORMAT_SIZE, "%s.%03.0f", number < 0 ? "-" : "", 1000 * fabs(number));
    else if (fabs(number) < 99999.5)
        snprintf(text, FORMAT_SIZE, "%.*f", digits_behind_point(fabs(number)), number);
    else
        snprintf(text, FORMAT_SIZE, "%.0e", number);
    return text;
}

const char *format_rate(char text[FORMAT_SIZE], double number)
{
    if (!isfinite(number)) {
        snprintf(text, FORMAT_SIZE, "-");
        return text;
    }
    if (number == 0 || (number >= 0.01 && number < 1000)) {
        snprintf(text, FORMAT_SIZE, "%.3g", number);
        return text;
    }
    char digits[FORMAT_SIZE];
    snprintf(digits, sizeof digits, "%.2e", number);
    char *exponent = strchr(digits, 'e');
    char *end = exponent;
    while (end > digits && end[-1] == '0')
        end--;
    if (end > digits && end[-1] == '.')
        end--;
    *end = '\0';
    int power = 0;
    sscanf(exponent + 1, "%d", &power);
    snprintf(text, FORMAT_SIZE, "%.12se%d", digits, power);
    return text;
}

const char *format_measured(char text[FORMAT_SIZE], double number)
{
    const double large = 1e4, largest = 1e15, small = 1e-2;
    if (number >= large && number < largest)
        return format_short(text, number);
    if (number != 0 && fabs(number) < small)
        return format_rate(text, number);
    return format_number(text, number);
}

const char *format_duration(char text[FORMAT_SIZE], double seconds)
{
    const double day = 86400;
    if (!isfinite(seconds) || seconds < 0 || seconds > 1000 * day) {
        snprintf(text, FORMAT_SIZE, "-");
        return text;
    }
    unsigned long whole = (unsigned long)(seconds + 0.5);
    if (whole < 3600)
        snprintf(text, FORMAT_SIZE, "%lu:%02lu", whole / 60, whole % 60);
    else if (whole < 86400)
        snprintf(text, FORMAT_SIZE, "%lu h %02lu", whole / 3600, whole / 60 % 60);
    else
        snprintf(text, FORMAT_SIZE, "%lu d %02lu h", whole / 86400, whole / 3600 % 24);
    return text;
}

const char *format_about(char text[FORMAT_SIZE], double seconds)
{
    const double minute = 60, hour = 3600, day = 86400;
    if (!isfinite(seconds) || seconds < 0)
        snprintf(text, FORMAT_SIZE, "-");
    else if (seconds < 1.5 * minute)
        snprintf(text, FORMAT_SIZE, "%.0f s", fmax(10, 10 * round(seconds / 10)));
    else if (seconds < 1.5 * hour)
        snprintf(text, FORMAT_SIZE, "%.0f min", round(seconds / minute));
    else if (seconds < 1.5 * day)
        snprintf(text, FORMAT_SIZE, "%.0f h", round(seconds / hour));
    else
        snprintf(text, FORMAT_SIZE, "%.0f days", round(seconds / day));
    return text;
}

const char *format_probability(char text[FORMAT_SIZE], double probability)
{
    if (!isfinite(probability))
        snprintf(text, FORMAT_SIZE, " - ");
    else if (probability >= 0.995)
        snprintf(text, FORMAT_SIZE, "1.0");
    else if (probability < 0.005)
        snprintf(text, FORMAT_SIZE, "<.01");
    else
        snprintf(text, FORMAT_SIZE, ".%02d", (int)(100 * probability + 0.5));
    return text;
}

const char *format_chance(char text[FORMAT_SIZE], double probability)
{
    if (!isfinite(probability))
        snprintf(text, FORMAT_SIZE, "- %%");
    else if (probability < 0.00005)
        snprintf(text, FORMAT_SIZE, "<0.01 %%");
    else
        snprintf(text, FORMAT_SIZE, "%.2f %%", 100 * probability);
    return text;
}

const char *format_loss(char text[FORMAT_SIZE], double loss)
{
    if (isfinite(loss))
        snprintf(text, FORMAT_SIZE, "%.3f", loss);
    else
        snprintf(text, FORMAT_SIZE, "-");
    return text;
}

const char *format_percent(char text[FORMAT_SIZE], double share)
{
    if (isfinite(share))
        snprintf(text, FORMAT_SIZE, "%.1f %%", 100 * share);
    else
        snprintf(text, FORMAT_SIZE, "- %%");
    return text;
}

const char *format_bar(char text[FORMAT_BAR_SIZE], int width, double share)
{
    static const char whole[] = "━", half[] = "╸";
    width = width < 0 ? 0 : width > FORMAT_BAR ? FORMAT_BAR : width;
    int halves = share > 0 ? (int)(fmin(share, 1) * 2 * width + 0.5) : 0;
    char *end = text;
    for (int i = 0; i < halves / 2; i++, end += strlen(whole))
        memcpy(end, whole, strlen(whole));
    strcpy(end, halves % 2 ? half : "");
    return text;
}
