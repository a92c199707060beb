/* What a table is trained with, written down to be edited: a facts file, its templates and a preset
 * of one's own, with comments that say what each line is for. */
#ifndef MNEME_CONFIG_TABLE_FILES_H
#define MNEME_CONFIG_TABLE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"

enum table_file { TABLE_FILE_FACTS, TABLE_FILE_TEMPLATES, TABLE_FILE_PRESET, TABLE_FILES };

/* What was written. */
struct table_files {
    char *path[TABLE_FILES];
    size_t left_out; /* columns that are not told, since there are more than can be */
};

/* Writes DIRECTORY/NAME-facts.ini, NAME-templates.txt and NAME.ini for a table, given by its path
 * or by its name as preset_load takes it; NAME is table_preset_name's. directory is made where it
 * is missing; null: that of the table, or the working directory where it was given by name. The
 * preset is the one that preset_load makes of the table; of one with more columns than can be told
 * the first ones are, and the others are comments of the facts file.
 *
 * Errors as preset_load and fact_set_load; ERROR_INPUT where one of the files is there already, and
 * for a table whose path no facts file can say. On false nothing was written, and *files is empty.
 */
bool table_files_write(struct table_files *files, const struct paths *paths, const char *table,
                       const char *directory, struct error *err);
void table_files_free(struct table_files *files);

#endif
