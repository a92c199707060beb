/* The preset of a table: the shipped one called "table" with facts.table, named after the file and
 * of a size that fits what the table holds. */
#ifndef MNEME_CONFIG_TABLE_PRESET_H
#define MNEME_CONFIG_TABLE_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "config/preset.h"

/* The preset that all tables are trained with, the only one that nothing can be done with alone. */
#define TABLE_PRESET "table"

/* Whether a path where a preset's name is expected means a table: it ends as tables do. */
bool table_preset_is_path(const char *name);

/* Path of the table that has this name in one of the places of data ("elements" of
 * tables/elements.tsv); freed with memory_free. Null where there is none, with err->kind ERROR_NONE
 * unless memory ran out. */
char *table_preset_find(const struct paths *paths, const char *name, struct error *err);

/* The table of the working directory whose file has this name before its ending ("rivers.csv" of
 * "rivers"), of several the first; freed with memory_free. Null where there is none, with err->kind
 * ERROR_NONE unless memory ran out. */
char *table_preset_of_file(const char *name, struct error *err);

/* What the tables at hand can be called where a preset's name is expected, sorted: those of the
 * places of data by name, those of the working directory by their file's. Overwrites *names; on
 * false it is empty. */
bool table_preset_list(const struct paths *paths, struct strings *names, struct error *err);

/* TABLE_PRESET where assignments name a table, for who names no preset; null where none does. */
const char *table_preset_of(const char *const *assignment, size_t assignments);

/* A name that can be a preset's and a part of a run's: the file's without its ending, where "-"
 * stands for blanks and for whatever a shell or a terminal might obey; freed with memory_free. */
char *table_preset_name(const char *path, struct error *err);

/* What a table holds and what can be learned of it, in a sentence or more, the first of which says
 * so where it is too small for a plateau; freed with memory_free. */
char *table_preset_describe(const struct preset *preset, const struct fact_set *facts,
                            struct error *err);

/* Reads the table of the preset, which has one, names the preset after it, says in the description
 * what it holds, and chooses sizes. Errors as fact_set_load; on false *preset is to be freed. */
bool table_preset_fit(struct preset *preset, const struct paths *paths, struct error *err);

/* ERROR_INPUT with what to type where the preset is TABLE_PRESET without facts of a table. */
bool table_preset_check(const struct preset *preset, const struct paths *paths, struct error *err);

#endif
