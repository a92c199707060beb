/* Reads fact sets from facts files (see mneme-preset(5)),
 *
 *   [facts]                                    [facts]
 *   title = Biographies of people              title = Chemical elements
 *   name = given-names given-names last-names  table = elements.tsv
 *   individual = person                        individual = element
 *   [attribute birth date]                     [attribute symbol]
 *   value = days months years                  column = symbol
 *   templates = biography/birth-date.txt
 *
 * and from tables without one. Without templates of their own, attributes of a table are told in
 * general ones, templates/general.txt. */
#ifndef MNEME_FACTS_FACT_SET_LOAD_H
#define MNEME_FACTS_FACT_SET_LOAD_H

#include "base/error.h"
#include "facts/fact_set.h"

/* Templates that serve any column. */
#define FACTS_GENERAL_TEMPLATES "general.txt"

/* Reads a facts file with its pools, its templates and its table, or the table of the options.
 * directories is a null-terminated list of places that may hold facts/NAME.ini, pools/NAME.txt,
 * tables/NAME and templates/PATH, the first that has a file wins; the directory of a facts file or
 * table given by path and the one above it are looked at before them, and a table or templates may
 * lie beside the facts file. Errors name file and line; an unknown key or a limit for a pool that
 * is not used names the nearest that is. On false the set is empty. */
bool fact_set_load(struct fact_set *facts, const struct facts_options *options,
                   const char *const *directories, struct error *err);

/* The same facts from files that were kept when they were loaded, fact_set.files, which it takes:
 * of the options, names of files do not count. ERROR_DATA where one is not among them. */
bool fact_set_load_kept(struct fact_set *facts, const struct facts_options *options,
                        struct fact_files *files, struct error *err);

#endif
