#include "ui/cli/progress.h"

#include <langinfo.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utf8proc.h>

#include "base/utf8.h"
#include "ui/cli/output.h"
#include "ui/signals.h"
#include "ui/terminal.h"

static struct winsize size_of(FILE *stream)
{
    const struct winsize usual = {.ws_row = 24, .ws_col = 80};
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0)
        return usual;
    size.ws_row = size.ws_row > 0 ? size.ws_row : usual.ws_row;
    size.ws_col = size.ws_col > 0 ? size.ws_col : usual.ws_col;
    return size;
}

size_t progress_columns(void)
{
    return size_of(stdout).ws_col;
}

size_t progress_rows(void)
{
    return size_of(stdout).ws_row;
}

bool progress_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void progress_bar(struct text *out, size_t width, double share)
{
    bool utf8 = progress_utf8();
    size_t full = (size_t)((double)width * share);
    for (size_t i = 0; i < width; i++)
        text_add(out, i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "."));
}

/* The bytes of a line that fit into so many columns, and the columns they take. */
static size_t fitting(const char *line, size_t columns, size_t *taken)
{
    size_t bytes = 0, length;
    *taken = 0;
    while (line[bytes] && line[bytes] != '\n') {
        utf8proc_int32_t code;
        length = utf8_length(line + bytes);
        utf8proc_iterate((const utf8proc_uint8_t *)line + bytes,
                         length > 0 ? (utf8proc_ssize_t)length : 1, &code);
        int width = length > 0 ? utf8proc_charwidth(code) : 1;
        if (*taken + (size_t)width > columns)
            break;
        *taken += (size_t)width;
        bytes += length > 0 ? length : 1;
    }
    return bytes;
}

size_t progress_width(const char *line)
{
    size_t taken;
    fitting(line, SIZE_MAX, &taken);
    return taken;
}

void progress_add_cut(struct text *out, const char *line, size_t columns)
{
    size_t taken;
    text_add_bytes(out, line, fitting(line, columns, &taken));
    for (; taken < columns; taken++)
        text_add(out, " ");
}

/* To the beginning of the block. Where the terminal has become narrower it has broken longer rows
 * into several. */
static void go_to_first(const struct progress_block *block)
{
    size_t now = size_of(block->to).ws_col, above = 0;
    for (size_t i = 0; i < block->rows; i++)
        above += block->columns[i] > now ? (block->columns[i] + now - 1) / now : 1;
    fputc('\r', block->to);
    if (above > 1)
        fprintf(block->to, "\033[%zuA", above - 1);
}

/* A row that a narrower terminal broke goes on being one with the next, whatever is written over
 * it, until it is erased as a whole: the terminal would join them when it becomes wider. */
static void draw_rows(struct progress_block *block, const char *text)
{
    size_t columns = size_of(block->to).ws_col - 1;
    go_to_first(block);
    bool is_broken = block->rows > 0 && block->width != columns;
    block->width = columns;
    block->rows = 0;
    for (;;) {
        size_t bytes = fitting(text, columns, &block->columns[block->rows]);
        fputs(is_broken ? "\033[2K" : "", block->to);
        fwrite(text, 1, bytes, block->to);
        fputs("\033[K", block->to);
        block->rows++;
        text += strcspn(text, "\n");
        if (*text == '\0' || block->rows == PROGRESS_ROWS)
            break;
        text++;
        fputc('\n', block->to);
    }
    fputs("\033[J", block->to);
}

/* After a stop, and in the background, what was printed last is the shell's, and the block stays
 * above it as it was. */
static bool has_terminal(struct progress_block *block)
{
    bool ours = terminal_is_ours(fileno(block->to));
    if (signals_take(SIGNALS_RESUME) || !ours)
        block->rows = 0;
    return ours;
}

/* Labels have names in them. */
void progress_draw(struct progress_block *block, const char *text)
{
    struct text shown = {0};
    if (!has_terminal(block) || !output_takes(block->to))
        return;
    text_add_shown(&shown, text, "\n");
    if (shown.bytes)
        draw_rows(block, shown.bytes);
    text_free(&shown);
}

void progress_clear(struct progress_block *block)
{
    if (!has_terminal(block) || block->rows == 0)
        return;
    go_to_first(block);
    fputs("\033[J", block->to);
    block->rows = 0;
}
