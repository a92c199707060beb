#include "plot/line_style.h"

#include <math.h>

#define LINE_WIDTH     1.4
#define LIGHTEST_CURVE 0.75 /* of the shades: lighter ones are lost on white */

#define COLOR(hex)                                                                                 \
    {                                                                                              \
        ((hex) >> 16 & 0xFF) / 255.0, ((hex) >> 8 & 0xFF) / 255.0, ((hex)&0xFF) / 255.0, 1         \
    }

const struct color color_black = COLOR(0x1A1A1A), color_grey = COLOR(0x6E6E6E),
                   color_pale = COLOR(0xE4E4E4), color_white = COLOR(0xFFFFFF);

struct color color_faded(struct color color, double opacity)
{
    color.opacity = opacity;
    return color;
}

struct line_style line_style_distinct(size_t index)
{
    static const struct color colors[] = {
        COLOR(0x0072B2), COLOR(0xD55E00), COLOR(0x009E73), COLOR(0x1A1A1A),
        COLOR(0xCC79A7), COLOR(0xE69F00), COLOR(0x56B4E9),
    };
    return (struct line_style){colors[index % (sizeof colors / sizeof *colors)], index % DASHES,
                               LINE_WIDTH};
}

struct line_style line_style_ordered(size_t index, size_t count)
{
    double share = count > 1 ? (double)index / (double)(count - 1) : 0;
    return (struct line_style){color_shade(LIGHTEST_CURVE * share), index % DASHES, LINE_WIDTH};
}

struct color color_shade(double share)
{
    static const struct color viridis[] = {
        COLOR(0x440154), COLOR(0x482878), COLOR(0x3E4A89), COLOR(0x31688E), COLOR(0x26828E),
        COLOR(0x1F9E89), COLOR(0x35B779), COLOR(0x6DCD59), COLOR(0xB4DE2C), COLOR(0xFDE725),
    };
    const size_t last = sizeof viridis / sizeof *viridis - 1;
    double at = fmin(fmax(share, 0), 1) * (double)last;
    size_t below = at < (double)last ? (size_t)at : last - 1;
    double part = at - (double)below;
    const struct color *from = &viridis[below], *to = from + 1;
    return (struct color){from->red + part * (to->red - from->red),
                          from->green + part * (to->green - from->green),
                          from->blue + part * (to->blue - from->blue), 1};
}

static double linear(double part)
{
    return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4);
}

double color_lightness(struct color color)
{
    return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}
