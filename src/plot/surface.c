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

/* Raised text, in parts of the font's size. */
#define RAISED_SIZE 0.72
#define RAISED_BY   0.38
#define MARK_LINE   1.2 /* points, of a ring */

struct sheet {
    char *path;
    double width, height;
    cairo_surface_t *surface;
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

bool sheet_check_path(const char *path, struct error *err)
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

static cairo_surface_t *new_svg(struct sheet *sheet)
{
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(take_bytes, &sheet->svg, sheet->width, sheet->height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PT);
    return surface;
}

static cairo_surface_t *new_image(const struct sheet *sheet)
{
    const double dots = SHEET_DOTS_PER_INCH / 72.0;
    cairo_surface_t *surface = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)(sheet->width * dots + 0.5), (int)(sheet->height * dots + 0.5));
    cairo_surface_set_device_scale(surface, dots, dots);
    return surface;
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

static bool cairo_error(const struct sheet *sheet, cairo_status_t status, struct error *err)
{
    enum error_kind kind = status == CAIRO_STATUS_NO_MEMORY ? ERROR_MEMORY : ERROR_SYSTEM;
    return error_set(err, kind, "%s cannot be drawn: %s", sheet->path,
                     cairo_status_to_string(status));
}

struct sheet *sheet_new(const char *path, double width, double height, struct error *err)
{
    struct sheet *sheet = memory_new(1, sizeof *sheet, err);
    if (!sheet)
        return NULL;
    *sheet = (struct sheet){.width = width, .height = height};
    sheet->path = memory_string(path, err);
    if (!sheet->path) {
        sheet_free(sheet);
        return NULL;
    }
    sheet->surface = ends_with(path, ".svg") ? new_svg(sheet) : new_image(sheet);
    sheet->cairo = cairo_create(sheet->surface);
    if (cairo_status(sheet->cairo) != CAIRO_STATUS_SUCCESS) {
        cairo_error(sheet, cairo_status(sheet->cairo), err);
        sheet_free(sheet);
        return NULL;
    }
    choose_letters(sheet->cairo);
    set_color(sheet->cairo, look_white);
    cairo_paint(sheet->cairo);
    return sheet;
}

void sheet_free(struct sheet *sheet)
{
    if (!sheet)
        return;
    if (sheet->cairo)
        cairo_destroy(sheet->cairo);
    if (sheet->surface)
        cairo_surface_destroy(sheet->surface);
    text_free(&sheet->svg);
    text_free(&sheet->words);
    memory_free(sheet->path);
    memory_free(sheet);
}

/* Shapes */

static void set_dash(cairo_t *cairo, const struct look *look)
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
    int parts = dashes[look->dash].parts;
    for (int i = 0; i < parts; i++)
        part[i] = dashes[look->dash].part[i] * look->width;
    cairo_set_dash(cairo, part, parts, 0);
}

static void trace(cairo_t *cairo, const struct place *place, size_t count)
{
    cairo_new_path(cairo);
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cairo, place[i].x, place[i].y);
}

void sheet_line(struct sheet *sheet, const struct look *look, const struct place *place,
                size_t count)
{
    set_color(sheet->cairo, look->color);
    set_dash(sheet->cairo, look);
    cairo_set_line_width(sheet->cairo, look->width);
    cairo_set_line_join(sheet->cairo, CAIRO_LINE_JOIN_ROUND);
    trace(sheet->cairo, place, count);
    cairo_stroke(sheet->cairo);
}

void sheet_area(struct sheet *sheet, struct color color, const struct place *place, size_t count)
{
    set_color(sheet->cairo, color);
    trace(sheet->cairo, place, count);
    cairo_close_path(sheet->cairo);
    cairo_fill(sheet->cairo);
}

void sheet_box(struct sheet *sheet, struct color color, const struct box *box)
{
    set_color(sheet->cairo, color);
    cairo_rectangle(sheet->cairo, box->left, box->top, box->right - box->left,
                    box->bottom - box->top);
    cairo_fill(sheet->cairo);
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

void sheet_mark(struct sheet *sheet, enum mark mark, struct color color, struct place centre,
                double size)
{
    trace_mark(sheet->cairo, mark, centre, size);
    set_color(sheet->cairo, mark == MARK_RING ? look_white : color);
    cairo_fill_preserve(sheet->cairo);
    set_color(sheet->cairo, color);
    cairo_set_dash(sheet->cairo, NULL, 0, 0);
    cairo_set_line_width(sheet->cairo, MARK_LINE);
    cairo_stroke(sheet->cairo);
}

void sheet_clip(struct sheet *sheet, const struct box *box)
{
    cairo_save(sheet->cairo);
    cairo_rectangle(sheet->cairo, box->left, box->top, box->right - box->left,
                    box->bottom - box->top);
    cairo_clip(sheet->cairo);
}

void sheet_unclip(struct sheet *sheet)
{
    cairo_restore(sheet->cairo);
}

/* Text */

/* A stretch of text that is all raised or all not. */
struct stretch {
    char text[256];
    bool raised;
};

/* As much of `length` bytes as fits whole, shown as text_show does: cairo draws nothing of what is
 * no UTF-8, and XML has no control characters. Gives the bytes it took. */
static size_t fill_stretch(struct stretch *stretch, const char *from, size_t length)
{
    char shown[TEXT_SHOWN];
    size_t used = 0, kept = 0;
    while (used < length) {
        size_t bytes = text_show(from + used, shown);
        if (kept + strlen(shown) >= sizeof stretch->text)
            break;
        memcpy(stretch->text + kept, shown, strlen(shown));
        kept += strlen(shown);
        used += bytes;
    }
    stretch->text[kept] = '\0';
    return used;
}

/* The next stretch, and where the one after it begins; false at the end. */
static bool next_stretch(const char **text, struct stretch *stretch)
{
    const char *from = *text;
    if (*from == '\0')
        return false;
    stretch->raised = strncmp(from, "^{", 2) == 0;
    from += stretch->raised ? 2 : 0;
    const char *end = strstr(from, stretch->raised ? "}" : "^{");
    size_t length = end ? (size_t)(end - from) : strlen(from);
    size_t used = fill_stretch(stretch, from, length);
    *text = from + used + (stretch->raised && end && used == length ? 1 : 0);
    return true;
}

static void choose_font(cairo_t *cairo, const struct font *font, bool raised)
{
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           font->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, font->size * (raised ? RAISED_SIZE : 1));
}

double sheet_text_width(struct sheet *sheet, const struct font *font, const char *text)
{
    double width = 0;
    for (struct stretch stretch; next_stretch(&text, &stretch);) {
        cairo_text_extents_t extents;
        choose_font(sheet->cairo, font, stretch.raised);
        cairo_text_extents(sheet->cairo, stretch.text, &extents);
        width += extents.x_advance;
    }
    return width;
}

/* Writes from the current origin on. */
static void write_stretches(struct sheet *sheet, const struct font *font, double x,
                            const char *text)
{
    if (*text == '\0')
        return;
    set_color(sheet->cairo, font->color);
    for (struct stretch stretch; next_stretch(&text, &stretch);) {
        cairo_text_extents_t extents;
        choose_font(sheet->cairo, font, stretch.raised);
        cairo_text_extents(sheet->cairo, stretch.text, &extents);
        cairo_move_to(sheet->cairo, x, stretch.raised ? -RAISED_BY * font->size : 0);
        cairo_show_text(sheet->cairo, stretch.text);
        x += extents.x_advance;
        text_add(&sheet->words, stretch.raised ? "^" : "");
        text_add(&sheet->words, stretch.text);
    }
    text_add(&sheet->words, "\n");
}

void sheet_text(struct sheet *sheet, const struct font *font, enum align align, struct place place,
                const char *text)
{
    double width = align == ALIGN_LEFT ? 0 : sheet_text_width(sheet, font, text);
    cairo_save(sheet->cairo);
    cairo_translate(sheet->cairo, place.x, place.y);
    write_stretches(sheet, font, align == ALIGN_MIDDLE ? -width / 2 : -width, text);
    cairo_restore(sheet->cairo);
}

void sheet_text_upright(struct sheet *sheet, const struct font *font, struct place place,
                        const char *text)
{
    const double quarter_turn = 1.5707963267948966;
    cairo_save(sheet->cairo);
    cairo_translate(sheet->cairo, place.x, place.y);
    cairo_rotate(sheet->cairo, -quarter_turn);
    write_stretches(sheet, font, -sheet_text_width(sheet, font, text) / 2, text);
    cairo_restore(sheet->cairo);
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
static bool describe(struct sheet *sheet, struct text *out, struct error *err)
{
    text_add(&sheet->svg, "");
    const char *svg = sheet->svg.bytes ? strstr(sheet->svg.bytes, "<svg") : NULL;
    const char *body = svg ? strchr(svg, '>') : NULL;
    if (!body)
        return cairo_error(sheet, CAIRO_STATUS_WRITE_ERROR, err);
    body++;
    text_add_bytes(out, sheet->svg.bytes, (size_t)(body - sheet->svg.bytes));
    text_add(out, "\n<desc>\n");
    add_escaped(out, sheet->words.bytes);
    text_add(out, "</desc>");
    add_unnumbered(out, body);
    return true;
}

static bool render(struct sheet *sheet, struct text *out, struct error *err)
{
    bool svg = cairo_surface_get_type(sheet->surface) == CAIRO_SURFACE_TYPE_SVG;
    cairo_status_t status = cairo_status(sheet->cairo);
    cairo_surface_flush(sheet->surface);
    if (svg)
        cairo_surface_finish(sheet->surface);
    else if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_write_to_png_stream(sheet->surface, take_bytes, out);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(sheet->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return cairo_error(sheet, status, err);
    return !svg || describe(sheet, out, err);
}

bool sheet_write(struct sheet *sheet, struct error *err)
{
    struct text out = {0};
    bool ok = render(sheet, &out, err);
    if (ok && (out.failed || sheet->words.failed))
        ok = error_set(err, ERROR_MEMORY, "out of memory drawing %s", sheet->path);
    ok = ok && file_replace(sheet->path, out.bytes, out.length, err);
    text_free(&out);
    return ok;
}
