/* Facts from a table: one row an individual, one column its name, others its attributes.
 *
 * White space within a cell counts as one blank, at its ends for nothing, and so does what stands
 * before punctuation (words_space in facts/words.h). */
#ifndef MNEME_FACTS_FACT_TABLE_H
#define MNEME_FACTS_FACT_TABLE_H

#include "base/error.h"
#include "facts/fact_set.h"

/* What a column is called within a sentence: "main language" of "Main_Language"; freed with
 * memory_free. */
char *fact_table_spoken(const char *column, struct error *err);

/* The first column that counts: 1 where column 0 has no name and holds whole numbers alone, as the
 * index that pandas and R write before a table's own columns; else 0. */
size_t fact_table_first(const struct csv *csv);

/* Gives a fact set with a table, without pools, its names, from the column `name` (null: the
 * first that counts), and the values of its attributes, each from the column it says. A set without
 * attributes gets one for each other column, called as the column is, with blanks in place of _ and
 * without the capitals that titles have. Columns are found as they are written, else folded
 * (base/utf8.h), else by their number, from 1. Where the attributes were there before, rows that
 * tell none of them are left out; so they are with `first`, which of more columns than there can be
 * attributes takes the first ones that have values and can be told.
 *
 * ERROR_INPUT, with line and column: a column without a name or with that of another; one that is
 * not there; a name that is empty or that of another row; a row that tells no fact; a cell that
 * words_check refuses; more columns or rows than there can be; a column without values. What was
 * taken before stays in the set. */
bool fact_table_take(struct fact_set *facts, const char *name, bool first, struct error *err);

/* The numbers of a column, whether it is told or not: [rows], freed with memory_free. Each cell is
 * a decimal number (base/number.h), not below 0.
 *
 * ERROR_INPUT where the facts have no table; with the nearest one where there is no such column;
 * with line and column for a cell that is empty, no number or below 0. */
double *fact_table_numbers(const struct fact_set *facts, const char *column, struct error *err);

/* A hash, as text, of those numbers; false as there. */
bool fact_table_fingerprint(const struct fact_set *facts, const char *column,
                            char text[FACTS_FINGERPRINT_SIZE], struct error *err);

#endif
