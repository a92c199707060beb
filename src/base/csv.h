/* Tables as text: comma- or tab-separated values (RFC 4180).
 *
 * A cell that begins with a double quote ends at the next one; between them stand separators and
 * line breaks, and a double quote is written twice. Lines end in LF or CRLF; empty ones count for
 * nothing, nor do rows of empty cells and, at the end, columns of them; a byte order mark is passed
 * over. The first line names the columns. Cells are separated by what "sep=;" says, where that is
 * the first line, as spreadsheets write it; by a tab in a file that ends in .tsv or .tab; else by
 * commas, semicolons or tabs, what the first line has as many of as the second, or has most of. */
#ifndef MNEME_BASE_CSV_H
#define MNEME_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct csv {
    char *path;
    char *text;   /* the whole file, a copy; cells are cut out of it in place */
    char **cell;  /* [rows + 1][columns], the names of the columns first */
    size_t *line; /* [rows + 1] of the file, from 1, on which a row begins */
    size_t columns, rows;
    size_t cells; /* filled in so far, and room for these */
    size_t cell_room, line_room;
};

/* Whether a path ends as tables do: .csv, .tsv or .tab. */
bool csv_has_extension(const char *path);

/* Refuses, with ERROR_INPUT and how to save it as a table, the path of a spreadsheet or of another
 * file that holds a table, but not as text: by its ending. */
bool csv_check_ending(const char *path, struct error *err);

/* Reads a table whole, which is the text that a file holds. ERROR_INPUT "PATH:LINE: column C: …"
 * for a quote that is not closed or has something behind it, what is not UTF-8, and a row with more
 * or fewer cells than the first; and for a text without a first line or without a row. On false
 * *csv is empty. */
bool csv_read(struct csv *csv, const char *path, const char *text, struct error *err);

void csv_free(struct csv *csv);

/* Leaves the rows out, of row 0 .. rows-1, that `keep` does not say true of. */
void csv_keep_rows(struct csv *csv, const bool *keep);

/* A cell of row 0 .. rows-1. */
const char *csv_cell(const struct csv *csv, size_t row, size_t column);

/* What a column is called in the first line. */
const char *csv_column(const struct csv *csv, size_t column);

/* Sets ERROR_INPUT with "PATH:LINE: column C (NAME): " in front, of a row's cell. Returns false. */
bool csv_error(const struct csv *csv, size_t row, size_t column, struct error *err,
               const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif
