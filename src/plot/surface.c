/* Map of this file: paths; with cairo: surfaces, shapes, text, files; without: nothing to draw on.
 */
#include "config.h"

#include "plot/surface.h"

#include <string.h>

#include <cairo-svg.h>
#include <cairo.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

/* Raised text, in parts of the font's size. */
#define RAISED_SIZE 0.72
#define RAISED_BY   0.38
#define MARK_LINE   1.2 /* points, of a ring */

struct surface {
    char *path;
    double width, height;
    cairo_surface_t *target;
    cairo_t *cairo;
    struct text svg;   /* what cairo made of it */
    struct text words; /* every line of text, for <desc> */
};

/* Paths */

static bool ends_with(const char *path, const char *end)
{
    size_t length = strlen(path), of_end = strlen(end);
    return length > of_end && strcmp(path + length - of_end, end) == 0;
}

bool surface_check_path(const char *path, struct error *err)
{
    if (ends_with(path, ".svg") || ends_with(path, ".png"))
        return true;
    return error_set(err, ERROR_INPUT, "%s ends neither in .svg nor in .png", path);
}

/* Surfaces */

static cairo_status_t take_bytes(void *context, const unsigned char *bytes, unsigned count)
{
    struct text *text = context;
    text_add_bytes(text, (const char *)bytes, count);
    return text->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *new_svg(struct surface *surface)
{
    cairo_surface_t *target = cairo_svg_surface_create_for_stream(take_bytes, &surface->svg,
                                                                  surface->width, surface->height);
    cairo_svg_surface_set_document_unit(target, CAIRO_SVG_UNIT_PT);
    return target;
}

static cairo_surface_t *new_image(const struct surface *surface)
{
    const double dots = SURFACE_DOTS_PER_INCH / 72.0;
    cairo_surface_t *target =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(surface->width * dots + 0.5),
                                   (int)(surface->height * dots + 0.5));
    cairo_surface_set_device_scale(target, dots, dots);
    return target;
}

/* Letters keep their shape and distance at every size. */
static void choose_letters(cairo_t *cairo)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
}

static void set_color(cairo_t *cairo, struct color color)
{
    cairo_set_source_rgba(cairo, color.red, color.green, color.blue, color.opacity);
}

static bool cairo_error(const struct surface *surface, cairo_status_t status, struct error *err)
{
    enum error_kind kind = status == CAIRO_STATUS_NO_MEMORY ? ERROR_MEMORY : ERROR_SYSTEM;
    return error_set(err, kind, "%s cannot be drawn: %s", surface->path,
                     cairo_status_to_string(status));
}

struct surface *surface_new(const char *path, double width, double height, struct error *err)
{
    struct surface *surface = memory_new(1, sizeof *surface, err);
    if (!surface)
        return NULL;
    *surface = (struct surface){.width = width, .height = height};
    surface->path = memory_string(path, err);
    if (!surface->path) {
        surface_free(surface);
        return NULL;
    }
    surface->target = ends_with(path, ".svg") ? new_svg(surface) : new_image(surface);
    surface->cairo = cairo_create(surface->target);
    if (cairo_status(surface->cairo) != CAIRO_STATUS_SUCCESS) {
        cairo_error(surface, cairo_status(surface->cairo), err);
        surface_free(surface);
        return NULL;
    }
    choose_letters(surface->cairo);
    set_color(surface->cairo, color_white);
    cairo_paint(surface->cairo);
    return surface;
}

void surface_free(struct surface *surface)
{
    if (!surface)
        return;
    if (surface->cairo)
        cairo_destroy(surface->cairo);
    if (surface->target)
        cairo_surface_destroy(surface->target);
    text_free(&surface->svg);
    text_free(&surface->words);
    memory_free(surface->path);
    memory_free(surface);
}

/* Shapes */

static void set_dash(cairo_t *cairo, const struct line_style *style)
{
    static const struct {
        double part[4]; /* drawn and not drawn, in line widths */
        int parts;
    } dashes[DASHES] = {
        [DASH_NONE] = {{0}, 0},         [DASH_LONG] = {{4.5, 2}, 2},
        [DASH_DOTS] = {{1.2, 1.6}, 2},  [DASH_MIXED] = {{5, 1.8, 1.2, 1.8}, 4},
        [DASH_SHORT] = {{2.6, 1.6}, 2},
    };
    double part[4];
    int parts = dashes[style->dash].parts;
    for (int i = 0; i < parts; i++)
        part[i] = dashes[style->dash].part[i] * style->width;
    cairo_set_dash(cairo, part, parts, 0);
}

static void trace(cairo_t *cairo, const struct place *place, size_t count)
{
    cairo_new_path(cairo);
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cairo, place[i].x, place[i].y);
}

void surface_line(struct surface *surface, const struct line_style *style,
                  const struct place *place, size_t count)
{
    set_color(surface->cairo, style->color);
    set_dash(surface->cairo, style);
    cairo_set_line_width(surface->cairo, style->width);
    cairo_set_line_join(surface->cairo, CAIRO_LINE_JOIN_ROUND);
    trace(surface->cairo, place, count);
    cairo_stroke(surface->cairo);
}

void surface_area(struct surface *surface, struct color color, const struct place *place,
                  size_t count)
{
    set_color(surface->cairo, color);
    trace(surface->cairo, place, count);
    cairo_close_path(surface->cairo);
    cairo_fill(surface->cairo);
}

void surface_box(struct surface *surface, struct color color, const struct box *box)
{
    set_color(surface->cairo, color);
    cairo_rectangle(surface->cairo, box->left, box->top, box->right - box->left,
                    box->bottom - box->top);
    cairo_fill(surface->cairo);
}

static void trace_mark(cairo_t *cairo, enum mark mark, struct place at, double size)
{
    const double half = size / 2, full_turn = 6.283185307179586;
    cairo_new_path(cairo);
    switch (mark) {
    case MARK_DISC:
    case MARK_RING:
        cairo_arc(cairo, at.x, at.y, half, 0, full_turn);
        break;
    case MARK_SQUARE:
        cairo_rectangle(cairo, at.x - half, at.y - half, size, size);
        break;
    case MARK_TRIANGLE:
        cairo_move_to(cairo, at.x - half, at.y + half);
        cairo_line_to(cairo, at.x + half, at.y + half);
        cairo_line_to(cairo, at.x, at.y - half);
        break;
    }
    cairo_close_path(cairo);
}

void surface_mark(struct surface *surface, enum mark mark, struct color color, struct place centre,
                  double size)
{
    trace_mark(surface->cairo, mark, centre, size);
    set_color(surface->cairo, mark == MARK_RING ? color_white : color);
    cairo_fill_preserve(surface->cairo);
    set_color(surface->cairo, color);
    cairo_set_dash(surface->cairo, NULL, 0, 0);
    cairo_set_line_width(surface->cairo, MARK_LINE);
    cairo_stroke(surface->cairo);
}

void surface_clip(struct surface *surface, const struct box *box)
{
    cairo_save(surface->cairo);
    cairo_rectangle(surface->cairo, box->left, box->top, box->right - box->left,
                    box->bottom - box->top);
    cairo_clip(surface->cairo);
}

void surface_unclip(struct surface *surface)
{
    cairo_restore(surface->cairo);
}

/* Text */

/* A span of text that is all raised or all not. */
struct text_span {
    char text[256];
    bool raised;
};

/* As much of `length` bytes as fits whole, shown as utf8_show does: cairo draws nothing of what is
 * no UTF-8, and XML has no control characters. Gives the bytes it took. */
static size_t fill_span(struct text_span *span, const char *from, size_t length)
{
    char shown[UTF8_SHOWN];
    size_t used = 0, kept = 0;
    while (used < length) {
        size_t bytes = utf8_show(from + used, shown);
        if (kept + strlen(shown) >= sizeof span->text)
            break;
        memcpy(span->text + kept, shown, strlen(shown));
        kept += strlen(shown);
        used += bytes;
    }
    span->text[kept] = '\0';
    return used;
}

/* The next span, and where the one after it begins; false at the end. */
static bool next_span(const char **text, struct text_span *span)
{
    const char *from = *text;
    if (*from == '\0')
        return false;
    span->raised = strncmp(from, "^{", 2) == 0;
    from += span->raised ? 2 : 0;
    const char *end = strstr(from, span->raised ? "}" : "^{");
    size_t length = end ? (size_t)(end - from) : strlen(from);
    size_t used = fill_span(span, from, length);
    *text = from + used + (span->raised && end && used == length ? 1 : 0);
    return true;
}

static void choose_font(cairo_t *cairo, const struct font *font, bool raised)
{
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           font->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, font->size * (raised ? RAISED_SIZE : 1));
}

double surface_text_width(struct surface *surface, const struct font *font, const char *text)
{
    double width = 0;
    for (struct text_span span; next_span(&text, &span);) {
        cairo_text_extents_t extents;
        choose_font(surface->cairo, font, span.raised);
        cairo_text_extents(surface->cairo, span.text, &extents);
        width += extents.x_advance;
    }
    return width;
}

/* Writes from the current origin on. */
static void write_spans(struct surface *surface, const struct font *font, double x,
                        const char *text)
{
    if (*text == '\0')
        return;
    set_color(surface->cairo, font->color);
    for (struct text_span span; next_span(&text, &span);) {
        cairo_text_extents_t extents;
        choose_font(surface->cairo, font, span.raised);
        cairo_text_extents(surface->cairo, span.text, &extents);
        cairo_move_to(surface->cairo, x, span.raised ? -RAISED_BY * font->size : 0);
        cairo_show_text(surface->cairo, span.text);
        x += extents.x_advance;
        text_add(&surface->words, span.raised ? "^" : "");
        text_add(&surface->words, span.text);
    }
    text_add(&surface->words, "\n");
}

void surface_text(struct surface *surface, const struct font *font, enum align align,
                  struct place place, const char *text)
{
    double width = align == ALIGN_LEFT ? 0 : surface_text_width(surface, font, text);
    cairo_save(surface->cairo);
    cairo_translate(surface->cairo, place.x, place.y);
    write_spans(surface, font, align == ALIGN_MIDDLE ? -width / 2 : -width, text);
    cairo_restore(surface->cairo);
}

void surface_text_upright(struct surface *surface, const struct font *font, struct place place,
                          const char *text)
{
    const double quarter_turn = 1.5707963267948966;
    cairo_save(surface->cairo);
    cairo_translate(surface->cairo, place.x, place.y);
    cairo_rotate(surface->cairo, -quarter_turn);
    write_spans(surface, font, -surface_text_width(surface, font, text) / 2, text);
    cairo_restore(surface->cairo);
}

/* Files */

static void add_escaped(struct text *out, const char *text)
{
    for (; text && *text; text++)
        if (*text == '&')
            text_add(out, "&amp;");
        else if (*text == '<')
            text_add(out, "&lt;");
        else if (*text == '>') /* as in "]]>", which may not stand in a text */
            text_add(out, "&gt;");
        else
            text_add_bytes(out, text, 1);
}

/* Cairo counts its surfaces through the life of a process and writes the number down; nothing else
 * refers to it. */
static void add_unnumbered(struct text *out, const char *svg)
{
    static const char group[] = "<g id=\"surface";
    const char *numbered = strstr(svg, group);
    const char *end = numbered ? strchr(numbered + strlen(group), '"') : NULL;
    if (end) {
        text_add_bytes(out, svg, (size_t)(numbered - svg));
        text_add(out, "<g");
        svg = end + 1;
    }
    text_add(out, svg);
}

/* The SVG with its words as text, right behind the tag that opens it. */
static bool describe(struct surface *surface, struct text *out, struct error *err)
{
    text_add(&surface->svg, "");
    const char *svg = surface->svg.bytes ? strstr(surface->svg.bytes, "<svg") : NULL;
    const char *body = svg ? strchr(svg, '>') : NULL;
    if (!body)
        return cairo_error(surface, CAIRO_STATUS_WRITE_ERROR, err);
    body++;
    text_add_bytes(out, surface->svg.bytes, (size_t)(body - surface->svg.bytes));
    text_add(out, "\n<desc>\n");
    add_escaped(out, surface->words.bytes);
    text_add(out, "</desc>");
    add_unnumbered(out, body);
    return true;
}

static bool render(struct surface *surface, struct text *out, struct error *err)
{
    bool svg = cairo_surface_get_type(surface->target) == CAIRO_SURFACE_TYPE_SVG;
    cairo_status_t status = cairo_status(surface->cairo);
    cairo_surface_flush(surface->target);
    if (svg)
        cairo_surface_finish(surface->target);
    else if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(surface->target, take_bytes, out);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface->target);
    if (status != CAIRO_STATUS_SUCCESS)
        return cairo_error(surface, status, err);
    return !svg || describe(surface, out, err);
}

bool surface_write(struct surface *surface, struct error *err)
{
    struct text out = {0};
    bool ok = render(surface, &out, err);
    if (ok && (out.failed || surface->words.failed))
        ok = error_set(err, ERROR_MEMORY, "out of memory drawing %s", surface->path);
    ok = ok && file_replace(surface->path, out.bytes, out.length, err);
    text_free(&out);
    return ok;
}
