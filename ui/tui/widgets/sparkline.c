#include "ui/tui/widgets/sparkline.h"

#include <math.h>

#include "ui/tui/widgets/canvas.h"

static void find_range(const double *value, size_t count, double *low, double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++)
        if (isfinite(value[i])) {
            *low = fmin(*low, value[i]);
            *high = fmax(*high, value[i]);
        }
    if (!(*high > *low))
        *high = *low + 1;
}

bool sparkline_draw(const double *value, size_t count, double low, double high, struct rect rect,
                    enum style style, struct cells *cells, struct error *err)
{
    struct canvas canvas;
    if (rect.rows <= 0 || rect.cols <= 0 || count == 0)
        return true;
    if (low == 0 && high == 0)
        find_range(value, count, &low, &high);
    if (!canvas_init(&canvas, rect.rows, rect.cols, cells->ascii, err))
        return false;
    int before_x = -1, before_y = -1;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(value[i]))
            continue;
        double across = count > 1 ? (double)i / (double)(count - 1) : 0;
        double up = fmin(fmax((value[i] - low) / (high - low), 0), 1);
        int x = (int)lround(across * (canvas.width - 1));
        int y = (int)lround((1 - up) * (canvas.height - 1));
        canvas_line(&canvas, before_x < 0 ? x : before_x, before_x < 0 ? y : before_y, x, y, style);
        before_x = x;
        before_y = y;
    }
    canvas_draw(&canvas, cells, rect.row, rect.col);
    canvas_free(&canvas);
    return true;
}
