#include "ui/tui/widgets/list_row.h"

#include <math.h>
#include <stdio.h>

int list_wider(int columns, const char *text)
{
    int of_text = text_columns(text);
    return of_text > columns ? of_text : columns;
}

void list_row_field(struct list_row *row, int width, enum style style, const char *text)
{
    if (row->col + width <= row->end)
        cells_text(row->cells, row->at, row->col, width, style, text);
    row->col += width + LIST_GAP;
}

void list_row_name(struct list_row *row, int width, enum style style, const char *text)
{
    if (row->col + width <= row->end)
        cells_text_ends(row->cells, row->at, row->col, width, style, text);
    row->col += width + LIST_GAP;
}

void list_row_number(struct list_row *row, int width, enum style style, const char *text)
{
    if (row->col + width <= row->end)
        cells_right(row->cells, row->at, row->col + width, width, style, text);
    row->col += width + LIST_GAP;
}

void list_row_rest(struct list_row *row, enum style style, const char *text)
{
    enum { LEAST_COLS = 8 };
    if (row->col + LEAST_COLS <= row->end)
        cells_text(row->cells, row->at, row->col, row->end - row->col, style, text);
}

struct list_row list_row_begin(struct cells *cells, struct rect rect, int row)
{
    return (struct list_row){cells, row, rect.col + LIST_INDENT,
                             rect.col + rect.cols - LIST_INDENT};
}

void list_row_select(struct cells *cells, struct rect rect, int row)
{
    cells_restyle(cells, (struct rect){row, rect.col + 1, 1, rect.cols - 2}, STYLE_SELECTED);
}

static const double minute = 60, hour = 3600, day = 86400; /* seconds */

const char *list_brief_age(char text[FORMAT_SIZE], time_t now, time_t then)
{
    double seconds = difftime(now, then);
    if (seconds < minute)
        snprintf(text, FORMAT_SIZE, "now");
    else if (seconds < hour)
        snprintf(text, FORMAT_SIZE, "%.0f min", floor(seconds / minute));
    else if (seconds < day)
        snprintf(text, FORMAT_SIZE, "%.0f h", floor(seconds / hour));
    else
        snprintf(text, FORMAT_SIZE, "%.0f d", floor(seconds / day));
    return text;
}

const char *list_age(char text[FORMAT_SIZE], time_t now, time_t then)
{
    char age[FORMAT_SIZE];
    double seconds = difftime(now, then);
    struct tm date;
    if (seconds < minute)
        snprintf(text, FORMAT_SIZE, "just now");
    else if (seconds < day)
        snprintf(text, FORMAT_SIZE, "%.*s ago", FORMAT_SIZE - 5, list_brief_age(age, now, then));
    else if (localtime_r(&then, &date))
        strftime(text, FORMAT_SIZE, "%Y-%m-%d", &date);
    return text;
}

const char *list_steps(char text[2 * FORMAT_SIZE], const struct run_summary *run)
{
    char step[FORMAT_SIZE], steps[FORMAT_SIZE];
    snprintf(text, 2 * FORMAT_SIZE, "%s/%s", format_count(step, run->step),
             run->steps > 0 ? format_count(steps, run->steps) : "-");
    return text;
}
