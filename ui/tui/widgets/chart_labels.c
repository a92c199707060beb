#include "ui/tui/widgets/chart_labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/ticks.h"
#include "ui/format.h"

/* Columns that stay free beside a step. */
enum { MIN_LABEL_GAP = 2 };

/* Whether the row, or one beside it, has its label already. */
static bool has_label(const struct cells *cells, const struct rect *plot, int row)
{
    for (int near = row - 1; near <= row + 1; near++)
        if (near >= plot->row && near < plot->row + plot->rows &&
            cells_glyph(cells, near, plot->col + CHART_GUTTER - 2) != L' ')
            return true;
    return false;
}

/* .5 and -.5, as everywhere. */
static void drop_zero(char *number)
{
    char *digits = number + (*number == '-');
    if (digits[0] == '0' && digits[1] == '.')
        memmove(digits, digits + 1, strlen(digits));
}

/* 1.5e5, not 1.5e+05. */
static void shorten_exponent(char *number)
{
    char *exponent = strchr(number, 'e');
    if (!exponent)
        return;
    char *digits = exponent + 1 + (exponent[1] == '-' || exponent[1] == '+');
    char *kept = exponent + 1 + (exponent[1] == '-');
    while (*digits == '0' && digits[1])
        digits++;
    memmove(kept, digits, strlen(digits) + 1);
}

/* Writes a loss in front of its row where there is room for all of it. */
static void label_text(struct cells *cells, const struct rect *plot, int row, char *text,
                       enum style style)
{
    if (row < plot->row || row >= plot->row + plot->rows || has_label(cells, plot, row))
        return;
    drop_zero(text);
    shorten_exponent(text);
    int columns = text_columns(text), end = columns < CHART_GUTTER ? CHART_GUTTER - 1 : columns;
    if (columns <= CHART_GUTTER) /* up to the plot, where it is a long one */
        cells_right(cells, row, plot->col + end, end, style, text);
}

static void label_loss(struct cells *cells, const struct rect *plot, int row, double loss,
                       enum style style)
{
    char text[FORMAT_SIZE];
    snprintf(text, sizeof text, style == STYLE_BASELINE ? "%.2f" : "%.3g", loss);
    label_text(cells, plot, row, text, style);
}

void chart_label_baseline(const struct chart_scale *scale, struct cells *cells,
                          const struct rect *plot, double baseline)
{
    if (isfinite(baseline))
        label_loss(cells, plot, chart_row_of(scale, plot, baseline), baseline, STYLE_BASELINE);
}

/* Significant digits that tell multiples of a tick apart; with all of those before the point while
 * they have room. */
static int digits_of(const struct chart_scale *scale, double tick)
{
    const int least = 3, most = 15;
    int before = (int)floor(log10(fmax(fabs(scale->low), fabs(scale->high)))) + 1;
    int digits = before - (int)floor(log10(tick) + 1e-9);
    if (before < CHART_GUTTER)
        digits = digits > before ? digits : before;
    return digits < least ? least : digits > most ? most : digits;
}

static void label_evenly(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot)
{
    double tick =
        ticks_distance(scale->high - scale->low, plot->rows > 2 ? (plot->rows - 1) / 2 : 1);
    int digits = digits_of(scale, tick);
    for (double loss = ceil(scale->low / tick) * tick; loss <= scale->high + tick / 2;
         loss += tick) {
        char text[FORMAT_SIZE];
        snprintf(text, sizeof text, "%.*g", digits, fabs(loss) < tick / 2 ? 0 : loss);
        label_text(cells, plot, chart_row_of(scale, plot, loss), text, STYLE_FAINT);
    }
}

void chart_label_losses(const struct chart_scale *scale, struct cells *cells,
                        const struct rect *plot)
{
    /* Digits in the order in which they are worth a label. */
    static const double digits[] = {1, 5, 2, 3, 7, 4, 6, 8}, few = 3;
    if (scale->linear || scale->high < few * scale->low) {
        label_evenly(scale, cells, plot);
        return;
    }
    for (size_t d = 0; d < sizeof digits / sizeof digits[0]; d++)
        for (double power = pow(10, floor(log10(scale->low) + 1e-9)); power <= scale->high;
             power *= 10) {
            double loss = digits[d] * power;
            if (loss >= scale->low * (1 - 1e-9) && loss <= scale->high * (1 + 1e-9))
                label_loss(cells, plot, chart_row_of(scale, plot, loss), loss, STYLE_FAINT);
        }
}

/* Writes a step under its column, where nothing stands within a gap of it. */
static void label_step(const struct chart_scale *scale, struct cells *cells,
                       const struct rect *plot, const struct rect *axis, double step)
{
    char text[FORMAT_SIZE];
    format_count(text, (uint64_t)llround(step));
    int columns = text_columns(text);
    int col = chart_col_of(scale, plot, step) - (columns - 1) / 2;
    if (col + columns > axis->col + axis->cols)
        col = axis->col + axis->cols - columns;
    for (int c = col - MIN_LABEL_GAP; c < col + columns + MIN_LABEL_GAP; c++)
        if (cells_glyph(cells, axis->row, c) != L' ')
            return;
    if (col >= axis->col)
        cells_text(cells, axis->row, col, columns, STYLE_FAINT, text);
}

/* 0 and powers of ten, then, where there is room, what is between them. */
static void label_powers(const struct chart_scale *scale, struct cells *cells,
                         const struct rect *plot, const struct rect *axis)
{
    static const double digits[] = {1, 3, 2, 5, 7};
    if (step_span_holds(&scale->span, 0))
        label_step(scale, cells, plot, axis, 0);
    for (size_t d = 0; d < sizeof digits / sizeof digits[0]; d++)
        for (double power = 1; power <= scale->span.last; power *= 10)
            if (step_span_holds(&scale->span, digits[d] * power))
                label_step(scale, cells, plot, axis, digits[d] * power);
}

void chart_label_steps(const struct chart_scale *scale, struct cells *cells,
                       const struct rect *plot, const struct rect *axis)
{
    const double decade = 10;
    const struct step_span *span = &scale->span;
    int cols = plot->cols - CHART_GUTTER;
    double tick = fmax(ticks_distance(span->last - span->first, cols / 10 > 0 ? cols / 10 : 1), 1);
    if (span->logarithmic && span->last + 1 > decade * (span->first + 1)) {
        label_powers(scale, cells, plot, axis);
        return;
    }
    double least = ceil(span->first / tick), most = floor(span->last / tick + 1e-9);
    for (int n = 0; n <= most - least; n++) /* a tick is lost beside steps beyond 2^53 */
        label_step(scale, cells, plot, axis, (least + n) * tick);
}
