#include "base/csv.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/utf8.h"

/* What "sep=" may say. */
#define SAID_SEPARATORS ",;\t|:"

/* How a table is made of what is none. */
#define SAVE_AS "save it so, in Excel or LibreOffice by Save As"
#define EXPORT  "export it as CSV, as to_csv of pandas does"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* A table that is being read. */
struct csv_reader {
    struct csv *csv;
    char separator;
    char *next;
    size_t line; /* on which `next` stands */
};

static bool ends_in(const char *path, const char *ending)
{
    size_t length = strlen(path), of_ending = strlen(ending);
    return length >= of_ending && strcasecmp(path + length - of_ending, ending) == 0;
}

bool csv_has_extension(const char *path)
{
    return ends_in(path, ".csv") || ends_in(path, ".tsv") || ends_in(path, ".tab");
}

bool csv_check_ending(const char *path, struct error *err)
{
    static const char spreadsheet[] = "a spreadsheet", packed[] = "packed",
                      other[] = "no CSV or TSV";
    static const struct {
        const char *ending, *what, *how;
    } others[] = {
        {".xlsx", spreadsheet, SAVE_AS},    {".xls", spreadsheet, SAVE_AS},
        {".xlsm", spreadsheet, SAVE_AS},    {".xlsb", spreadsheet, SAVE_AS},
        {".ods", spreadsheet, SAVE_AS},     {".numbers", spreadsheet, SAVE_AS},
        {".json", other, EXPORT},           {".jsonl", other, EXPORT},
        {".parquet", other, EXPORT},        {".feather", other, EXPORT},
        {".sqlite", other, EXPORT},         {".db", other, EXPORT},
        {".gz", packed, "unpack it first"}, {".zip", packed, "unpack it first"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ends_in(path, others[i].ending))
            return error_set(err, ERROR_INPUT, "%s is %s; a table is text, CSV or TSV in UTF-8: %s",
                             path, others[i].what, others[i].how);
    return true;
}

/* In this order where nothing tells them apart: a comma is what names of columns have most. */
static const char separators[] = "\t;,";
enum { SEPARATORS = sizeof separators - 1 };

/* Counts the separators of a line outside quotes, and gives what comes behind it. */
static const char *count_separators(const char *text, size_t count[SEPARATORS])
{
    bool quoted = false;
    memset(count, 0, SEPARATORS * sizeof *count);
    for (; *text && (quoted || *text != '\n'); text++) {
        const char *found = strchr(separators, *text);
        quoted ^= *text == '"';
        if (found && !quoted)
            count[found - separators]++;
    }
    return *text ? text + 1 : text;
}

/* What the first two lines have as many of, else what the first has most of; a comma where it has
 * none. */
static char find_separator(const char *path, const char *text)
{
    size_t first[SEPARATORS], second[SEPARATORS], most = SEPARATORS - 1;
    bool most_agrees = false;
    if (ends_in(path, ".tsv") || ends_in(path, ".tab"))
        return '\t';
    count_separators(count_separators(text, first), second);
    for (size_t i = 0; i < SEPARATORS; i++) {
        bool agrees = first[i] > 0 && first[i] == second[i];
        bool better = agrees == most_agrees ? first[i] > first[most] : agrees;
        if (!better)
            continue;
        most = i;
        most_agrees = agrees;
    }
    return separators[most];
}

/* Goes over a first line "sep=;", and gives what it says; '\0' where there is none. */
static char read_separator(struct csv_reader *reader)
{
    static const char front[] = "sep=";
    size_t length = strlen(front);
    if (strncasecmp(reader->next, front, length) != 0)
        return '\0';
    char separator = reader->next[length];
    const char *end = reader->next + length + (separator != '\0');
    bool fits = separator != '\0' && strchr(SAID_SEPARATORS, separator);
    if (!fits || !(*end == '\n' || (end[0] == '\r' && end[1] == '\n')))
        return '\0';
    reader->next += length + 1;
    return separator;
}

/* Sets ERROR_INPUT at a place in the file. Returns false. */
static bool error_at(const struct csv *csv, size_t line, size_t column, struct error *err,
                     const char *what)
{
    return error_set(err, ERROR_INPUT, "%s:%zu: column %zu: %s", csv->path, line, column + 1, what);
}

/* Whether a cell ends here. */
static bool at_end(const struct csv_reader *reader, const char *byte)
{
    return *byte == '\0' || *byte == '\n' || *byte == reader->separator ||
           (byte[0] == '\r' && (byte[1] == '\n' || byte[1] == '\0'));
}

/* Moves a quoted cell's text to its beginning, *end being what comes behind it; `next` goes behind
 * the closing quote. */
static bool read_quoted(struct csv_reader *reader, size_t column, char **end, struct error *err)
{
    size_t opened = reader->line;
    char *to = reader->next, *from = reader->next + 1;
    for (; *from && !(from[0] == '"' && from[1] != '"'); from++) {
        from += from[0] == '"'; /* the first of two */
        reader->line += *from == '\n';
        *to++ = *from;
    }
    if (!*from)
        return error_at(reader->csv, opened, column, err,
                        "the quote that begins the cell is not closed");
    reader->next = from + 1;
    *end = to;
    return at_end(reader, reader->next) ||
           error_at(reader->csv, reader->line, column, err,
                    "text behind the closing quote; a quote inside a quoted cell is written twice");
}

/* Reads the cell at `next`, which goes to what separates it from the next one. The byte at *end is
 * the caller's to overwrite once that was looked at. */
static bool read_cell(struct csv_reader *reader, size_t column, char **cell, char **end,
                      struct error *err)
{
    *cell = *end = reader->next;
    if (**cell == '"') {
        if (!read_quoted(reader, column, end, err))
            return false;
    } else {
        while (!at_end(reader, reader->next))
            reader->next++;
        *end = reader->next;
    }
    return utf8_is_valid(*cell, (size_t)(*end - *cell)) ||
           error_at(reader->csv, reader->line, column, err, "not UTF-8");
}

static bool add_cell(struct csv *csv, char *cell, struct error *err)
{
    void *cells = csv->cell;
    bool room = memory_make_room(&cells, csv->cells, &csv->cell_room, sizeof *csv->cell, err);
    csv->cell = cells;
    if (room)
        csv->cell[csv->cells++] = cell;
    return room;
}

/* Goes over a line break, or stays at the end of the file. */
static void skip_line_break(struct csv_reader *reader)
{
    reader->next += *reader->next == '\r';
    if (*reader->next == '\n') {
        reader->next++;
        reader->line++;
    }
}

/* Whether cells hold nothing but blanks. */
static bool is_empty(const struct csv *csv, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        for (const char *at = csv->cell[i]; *at;) {
            size_t blank = utf8_blank(at);
            if (blank == 0)
                return false;
            at += blank;
        }
    return true;
}

/* Adds a row that begins at `next`, in no empty line, to those there are, the one with the names
 * among them; none where all its cells are empty. */
static bool read_row(struct csv_reader *reader, size_t *rows, struct error *err)
{
    struct csv *csv = reader->csv;
    size_t row = *rows, count = 0;
    void *lines = csv->line;
    bool room = memory_make_room(&lines, row, &csv->line_room, sizeof *csv->line, err);
    csv->line = lines;
    if (!room)
        return false;
    csv->line[row] = reader->line;
    for (bool more = true; more; count++) {
        char *cell, *end;
        if (!read_cell(reader, count, &cell, &end, err) || !add_cell(csv, cell, err))
            return false;
        more = *reader->next == reader->separator;
        if (more)
            reader->next++;
        else
            skip_line_break(reader);
        *end = '\0';
    }
    if (row == 0)
        csv->columns = count;
    if (count > 1 && is_empty(csv, csv->cells - count, count)) { /* spreadsheets leave such rows */
        csv->cells -= count;
        return true;
    }
    (*rows)++;
    return count == csv->columns ||
           error_set(err, ERROR_INPUT, "%s:%zu: %zu cell%s, but the first line names %zu columns",
                     csv->path, csv->line[row], count, count == 1 ? "" : "s", csv->columns);
}

/* Whether the last column has neither a name nor a value. */
static bool ends_in_nothing(const struct csv *csv)
{
    for (size_t i = csv->columns; i <= csv->cells; i += csv->columns)
        if (!is_empty(csv, i - 1, 1))
            return false;
    return csv->columns > 1;
}

/* Leaves out empty columns at the end, as of lines that all end in a separator. */
static void drop_empty_columns(struct csv *csv)
{
    while (ends_in_nothing(csv)) {
        size_t kept = 0;
        for (size_t i = 0; i < csv->cells; i++)
            if ((i + 1) % csv->columns != 0)
                csv->cell[kept++] = csv->cell[i];
        csv->cells = kept;
        csv->columns--;
    }
}

static void skip_empty_lines(struct csv_reader *reader)
{
    while (*reader->next == '\n' || (*reader->next == '\r' && at_end(reader, reader->next)))
        skip_line_break(reader);
}

static bool read_rows(struct csv *csv, struct error *err)
{
    bool marked = strncmp(csv->text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0;
    struct csv_reader reader = {
        .csv = csv,
        .next = csv->text + (marked ? strlen(BYTE_ORDER_MARK) : 0),
        .line = 1,
    };
    skip_empty_lines(&reader);
    reader.separator = read_separator(&reader);
    skip_empty_lines(&reader);
    if (reader.separator == '\0')
        reader.separator = find_separator(csv->path, reader.next);
    size_t rows = 0;
    while (*reader.next) {
        if (!read_row(&reader, &rows, err))
            return false;
        skip_empty_lines(&reader);
    }
    if (rows < 2)
        return error_set(err, ERROR_INPUT, "%s: %s", csv->path,
                         rows ? "there is no row below the line that names the columns"
                              : "an empty table; its first line names the columns, and each "
                                "other is a row");
    csv->rows = rows - 1;
    drop_empty_columns(csv);
    return true;
}

bool csv_read(struct csv *csv, const char *path, const char *text, struct error *err)
{
    *csv = (struct csv){0};
    bool read = (csv->path = memory_string(path, err)) && (csv->text = memory_string(text, err)) &&
                read_rows(csv, err);
    if (!read)
        csv_free(csv);
    return read;
}

void csv_free(struct csv *csv)
{
    memory_free(csv->path);
    memory_free(csv->text);
    memory_free(csv->cell);
    memory_free(csv->line);
    *csv = (struct csv){0};
}

void csv_keep_rows(struct csv *csv, const bool *keep)
{
    size_t kept = 0, size = csv->columns * sizeof *csv->cell;
    for (size_t row = 0; row < csv->rows; row++) {
        if (!keep[row])
            continue;
        kept++;
        memmove(csv->cell + kept * csv->columns, csv->cell + (row + 1) * csv->columns, size);
        csv->line[kept] = csv->line[row + 1];
    }
    csv->rows = kept;
    csv->cells = (kept + 1) * csv->columns;
}

const char *csv_column(const struct csv *csv, size_t column)
{
    return csv->cell[column];
}

const char *csv_cell(const struct csv *csv, size_t row, size_t column)
{
    return csv->cell[(row + 1) * csv->columns + column];
}

bool csv_error(const struct csv *csv, size_t row, size_t column, struct error *err,
               const char *format, ...)
{
    char what[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_INPUT, "%s:%zu: column %zu (%s): %s", csv->path, csv->line[row + 1],
                     column + 1, csv_column(csv, column), what);
}
