#include "ui/cli/columns.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

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
