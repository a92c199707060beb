#include "ui/cli/columns.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/cli/progress.h"

/* Bytes of the character at `text`, which is not its end. */
static size_t character(const char *text)
{
    size_t length = utf8_length(text);
    return length > 0 ? length : 1;
}

/* The line that begins at `text`: its bytes and characters; where the next one begins. */
static const char *next_line(const char *text, size_t width, size_t *bytes, size_t *characters)
{
    size_t at = 0, seen = 0;
    bool broken = false;
    *bytes = *characters = 0;
    while (text[at] != '\0' && text[at] != '\n' && seen < width) {
        at += character(text + at);
        seen++;
        if (text[at] == ' ' || text[at] == '\n' || text[at] == '\0') {
            *bytes = at;
            *characters = seen;
            broken = true;
        }
    }
    if (!broken) {
        *bytes = at;
        *characters = seen;
    }
    text += *bytes;
    if (*text == '\n')
        return text + 1;
    return text + strspn(text, " ");
}

static void print_blanks(FILE *to, size_t count)
{
    while (count-- > 0)
        putc(' ', to);
}

/* Prints one line of every column and moves on; false where there was nothing left. */
static bool print_line(FILE *to, struct column *column, size_t count)
{
    size_t blanks = 0;
    bool more = false;
    for (size_t i = 0; i < count; i++)
        more = more || column[i].text[0] != '\0';
    if (!more)
        return false;
    for (size_t i = 0; i < count; i++) {
        size_t bytes, characters;
        const char *line = column[i].text;
        column[i].text = next_line(line, column[i].width, &bytes, &characters);
        if (bytes > 0) {
            print_blanks(to, blanks);
            fwrite(line, 1, bytes, to);
            blanks = 0;
        }
        blanks += column[i].width - characters + COLUMNS_GAP;
    }
    putc('\n', to);
    return true;
}

void columns_print(FILE *to, const struct column *column, size_t count)
{
    enum { MOST = 8 };
    struct column rest[MOST];
    count = count < MOST ? count : MOST;
    memcpy(rest, column, count * sizeof *rest);
    while (print_line(to, rest, count))
        ;
}

/* What a terminal might obey is shown, as output_print does. */
static const char *shown(struct text *out, const char *text)
{
    text_add_shown(out, text, "\n");
    return out->bytes && !out->failed ? out->bytes : "";
}

void columns_print_item(const char *item, size_t margin, const char *text)
{
    const size_t least = 20;
    size_t columns = progress_columns();
    size_t width = columns > margin + least ? columns - margin : strlen(text) + 1;
    size_t item_width = margin > COLUMNS_GAP ? margin - COLUMNS_GAP : 0;
    struct text left = {0}, right = {0};
    const struct column both[] = {{shown(&left, item), item_width}, {shown(&right, text), width}};
    columns_print(stdout, both, 2);
    text_free(&left);
    text_free(&right);
}

void columns_print_text(size_t margin, const char *text)
{
    struct text out = {0};
    if (margin > 0)
        columns_print_item("", margin, text);
    else
        columns_print(stdout, &(struct column){shown(&out, text), progress_columns()}, 1);
    text_free(&out);
}
