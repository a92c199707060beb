/* Map of this file: reading UTF-8; ASCII in place of other characters; the grid; text. */
#include "ui/tui/widgets/cells.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

/* Reading UTF-8 */

/* The character at `text` and its bytes (at least 1); bytes that are not UTF-8 give U+FFFD. */
static size_t read_character(const char *text, wchar_t *character)
{
    static const unsigned char lead_mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = utf8_length(text);
    if (length == 0) {
        *character = 0xFFFD;
        return 1;
    }
    uint32_t code = (unsigned char)text[0] & lead_mask[length];
    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    *character = (wchar_t)code;
    return length;
}

/* Columns of a character: 0 for a combining one. What cannot be shown takes one. */
static int character_columns(wchar_t character)
{
    if (character < 0x20 || character == 0x7F)
        return 1;
    int columns = character < 0x7F ? 1 : wcwidth(character);
    return columns >= 0 ? columns : 1;
}

static void write_character(struct text *out, wchar_t character)
{
    uint32_t code = (uint32_t)character;
    char bytes[4];
    size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
    for (size_t i = length - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    bytes[0] = (char)(lead[length] | code);
    text_add_bytes(out, bytes, length);
}

/* ASCII in place of other characters */

/* Letters U+00C0 .. U+017F without their marks; '?' where there is no letter. */
static const char latin_letters[] =
    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
    "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlL"
    "lLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static const struct {
    wchar_t glyph;
    char ascii;
} look_alikes[] = {
    {L'─', '-'}, {L'│', '|'}, {L'┄', '-'},  {L'┈', '*'},  {L'╌', '_'}, {L'╴', '+'}, {L'╍', '~'},
    {L'┊', ':'}, {L'━', '='}, {L'╸', '='},  {L'▶', '>'},  {L'‖', '|'}, {L'■', '#'}, {L'✓', '+'},
    {L'✗', 'x'}, {L'…', '~'}, {L'·', '.'},  {L'›', '>'},  {L'→', '>'}, {L'↓', 'v'}, {L'↑', '^'},
    {L'–', '-'}, {L'—', '-'}, {L'‘', '\''}, {L'’', '\''}, {L'“', '"'}, {L'”', '"'}, {L'┃', '|'},
    {L'Ș', 'S'}, {L'ș', 's'}, {L'Ț', 'T'},  {L'ț', 't'},  {L'└', '`'},
};

/* The character that stands for another where only ASCII is shown; '?' where none does. */
static char ascii_for(wchar_t glyph)
{
    if (glyph < 0x80)
        return (char)glyph;
    for (size_t i = 0; i < sizeof look_alikes / sizeof look_alikes[0]; i++)
        if (look_alikes[i].glyph == glyph)
            return look_alikes[i].ascii;
    if (glyph >= 0xC0 && glyph <= 0x17F)
        return latin_letters[glyph - 0xC0];
    return '?';
}

/* The grid */

enum style style_of_series(size_t i)
{
    return STYLE_SERIES + (enum style)(i % SERIES_STYLES);
}

enum style style_shade(enum style style)
{
    return style_is_shade(style) ? style : style + STYLES;
}

bool style_is_shade(enum style style)
{
    return style >= STYLES;
}

bool cells_resize(struct cells *cells, int rows, int cols, struct error *err)
{
    size_t count = (size_t)rows * (size_t)cols;
    struct cell *cell = memory_resize(cells->cell, count ? count : 1, sizeof *cell, err);
    if (!cell)
        return false;
    cells->cell = cell;
    cells->rows = rows;
    cells->cols = cols;
    cells_clear(cells);
    return true;
}

void cells_free(struct cells *cells)
{
    memory_free(cells->cell);
    *cells = (struct cells){0};
}

void cells_clear(struct cells *cells)
{
    cells_fill(cells, (struct rect){0, 0, cells->rows, cells->cols}, L' ', STYLE_PLAIN);
}

static struct cell *cell_at(const struct cells *cells, int row, int col)
{
    if (row < 0 || col < 0 || row >= cells->rows || col >= cells->cols)
        return NULL;
    return &cells->cell[(size_t)row * (size_t)cells->cols + (size_t)col];
}

void cells_put(struct cells *cells, int row, int col, wchar_t glyph, enum style style)
{
    struct cell *cell = cell_at(cells, row, col);
    if (!cell)
        return;
    if (glyph != 0 && (glyph < 0x20 || glyph == 0x7F || (glyph >= 0x80 && glyph < 0xA0)))
        glyph = L'?';
    *cell = (struct cell){cells->ascii ? ascii_for(glyph) : glyph, 0, (unsigned char)style};
}

wchar_t cells_glyph(const struct cells *cells, int row, int col)
{
    const struct cell *cell = cell_at(cells, row, col);
    return cell ? cell->glyph : L' ';
}

void cells_fill(struct cells *cells, struct rect rect, wchar_t glyph, enum style style)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++)
        for (int col = rect.col; col < rect.col + rect.cols; col++)
            cells_put(cells, row, col, glyph, style);
}

void cells_restyle(struct cells *cells, struct rect rect, enum style style)
{
    for (int row = rect.row; row < rect.row + rect.rows; row++)
        for (int col = rect.col; col < rect.col + rect.cols; col++) {
            struct cell *cell = cell_at(cells, row, col);
            if (cell)
                cell->style = (unsigned char)style;
        }
}

void cells_copy(struct cells *cells, struct rect to, const struct cells *from, int first)
{
    for (int row = 0; row < to.rows; row++)
        for (int col = 0; col < to.cols; col++) {
            const struct cell *source = cell_at(from, first + row, col);
            struct cell *target = cell_at(cells, to.row + row, to.col + col);
            if (source && target)
                *target = *source;
        }
}

/* Text */

/* Draws one character of `columns` columns at a place that has room for it. */
static void put_character(struct cells *cells, int row, int col, wchar_t character, int columns,
                          enum style style)
{
    if (columns == 0) {
        struct cell *under = cell_at(cells, row, col - 1);
        if (under && !cells->ascii)
            under->mark = character;
        return;
    }
    cells_put(cells, row, col, character, style);
    if (columns == 2)
        cells_put(cells, row, col + 1, cells->ascii ? L'?' : 0, style);
}

int cells_text(struct cells *cells, int row, int col, int width, enum style style, const char *text)
{
    if (width <= 0)
        return 0;
    bool cut = text_columns(text) > width;
    int room = cut ? width - 1 : width, used = 0;
    while (*text) {
        wchar_t character;
        text += read_character(text, &character);
        int columns = character_columns(character);
        if (used + columns > room)
            break;
        put_character(cells, row, col + used, character, columns, style);
        used += columns;
    }
    if (cut)
        cells_put(cells, row, col + used++, L'…', style);
    return used;
}

/* The end of a text, of at most `width` columns; no mark without its character. */
static const char *last_columns(const char *text, int width)
{
    int left = text_columns(text);
    while (*text) {
        wchar_t character;
        size_t length = read_character(text, &character);
        int columns = character_columns(character);
        if (left <= width && columns > 0)
            break;
        text += length;
        left -= columns;
    }
    return text;
}

int cells_text_ends(struct cells *cells, int row, int col, int width, enum style style,
                    const char *text)
{
    bool cut = width > 0 && text_columns(text) > width;
    int behind = cut ? width / 2 : 0;
    int used = cells_text(cells, row, col, width - behind, style, text);
    return used + cells_text(cells, row, col + used, behind, style, last_columns(text, behind));
}

int cells_format(struct cells *cells, int row, int col, int width, enum style style,
                 const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return cells_text(cells, row, col, width, style, text);
}

void cells_right(struct cells *cells, int row, int end, int width, enum style style,
                 const char *text)
{
    int columns = text_columns(text);
    if (columns > width)
        columns = width;
    cells_text(cells, row, end - columns, columns, style, text);
}

int text_columns(const char *text)
{
    return text_columns_of(text, strlen(text));
}

int text_columns_of(const char *text, size_t bytes)
{
    int columns = 0;
    const char *end = text + bytes;
    while (text < end && *text) {
        wchar_t character;
        text += read_character(text, &character);
        columns += character_columns(character);
    }
    return columns;
}

/* Bytes of the longest beginning of the text that takes at most `width` columns. */
static size_t text_fit(const char *text, int width)
{
    size_t fits = 0;
    int columns = 0;
    while (text[fits]) {
        wchar_t character;
        size_t length = read_character(text + fits, &character);
        columns += character_columns(character);
        if (columns > width)
            break;
        fits += length;
    }
    return fits;
}

size_t text_wrap(const char *text, int width, size_t *next)
{
    size_t fits = text_fit(text, width);
    size_t end = fits;
    if (text[fits] && text[fits] != ' ') {
        while (end > 0 && text[end - 1] != ' ')
            end--;
        if (end == 0) {
            wchar_t ignored;
            end = fits > 0 ? fits : read_character(text, &ignored);
        }
    }
    *next = end;
    while (text[*next] == ' ')
        ++*next;
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}

void cells_row_text(const struct cells *cells, int row, struct text *out)
{
    int last = cells->cols - 1;
    while (last >= 0 && cell_at(cells, row, last)->glyph == L' ')
        last--;
    for (int col = 0; col <= last; col++) {
        const struct cell *cell = cell_at(cells, row, col);
        if (cell->glyph)
            write_character(out, cell->glyph);
        if (cell->mark)
            write_character(out, cell->mark);
    }
    text_add_bytes(out, "", 0);
}
