/* Map of this file: [claim]; [figure]; a whole file. */
#include "paper/claim_reader.h"

#include <limits.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/library.h"
#include "figure/figure_measure.h"
#include "figure/figure_ops.h"
#include "paper/claim_checks.h"
#include "paper/claim_records.h"
#include "paper/claim_runs.h"
#include "paper/claim_value.h"

/* [claim] */

/* Files that are equal but for their names are other claims. */
static bool name_claim(struct claim_reading *reading, struct error *err)
{
    const char *name = claim_reading_keep(reading, library_name(reading->file.path, err), err);
    reading->claim.id = name;
    return name && (claim_is_name(name) ||
                    error_set(err, ERROR_INPUT, "%s: a claim's file needs a name " CLAIM_NAME_RULE,
                              reading->file.path));
}

static bool read_claim(struct claim_reading *reading, const struct paths *paths, struct error *err)
{
    struct claim *claim = &reading->claim;
    const struct claim_file *file = &reading->file;
    const struct claim_section *section = claim_file_next(file, "claim", NULL);
    if (!name_claim(reading, err))
        return false;
    claim->title = claim_section_text(section, "title", claim->id);
    claim->text = claim_section_text(section, "text", "");
    claim->paper = claim_section_text(section, "paper", "");
    claim->watch = claim_section_text(section, "presets", "");
    claim->file = file->path;
    claim->hash = file->hash;
    return claim_value_words(reading, paths, claim_section_value(section, "presets"),
                             claim_word_is_preset, err) &&
           claim_value_count(file, "order", claim_section_value(section, "order"), 0, INT_MAX,
                             &claim->order, err) &&
           claim_value_count(file, "tried_seeds", claim_section_value(section, "tried_seeds"), 0,
                             INT_MAX, &claim->tried_seeds, err);
}

/* [figure] */

/* One that shows runs and asks for nothing else. */
static bool find_figure_kind(const char *name, enum figure_kind *kind)
{
    for (size_t i = 0; figure_kinds[i]; i++)
        if (!figure_ops[i]->takes_keys && strcmp(figure_kinds[i], name) == 0) {
            *kind = (enum figure_kind)i;
            return true;
        }
    return false;
}

/* Measures, with the commas between that figures have. */
static bool read_measures(struct claim_reading *reading, const struct claim_section *section,
                          struct claim_figure *figure, struct error *err)
{
    const struct claim_file *file = &reading->file;
    const struct claim_value *value = claim_section_value(section, "measures");
    bool has_measures = figure_ops[figure->kind]->takes_measures;
    if (has_measures && !value->text)
        return claim_file_refuse(file, section->line, err, "[figure] of kind = %s has no measures",
                                 figure_kinds[figure->kind]);
    if (!has_measures && value->text)
        return claim_file_refuse(file, value->line, err, "[figure] of kind = %s takes no measures",
                                 figure_kinds[figure->kind]);
    if (!has_measures)
        return true;
    size_t words = 0, length = 0;
    struct text list = {0};
    for (const char *word = value->text; (word = claim_next_name(word + length, &length)); words++)
        text_format(&list, "%s%.*s", words > 0 ? "," : "", (int)length, word);
    figure->measures = claim_reading_keep(reading, text_take(&list, err), err);
    if (words > FIGURE_MEASURES_MOST)
        return claim_file_refuse(file, value->line, err, "more than %d measures",
                                 FIGURE_MEASURES_MOST);
    return figure->measures && claim_value_words(reading, NULL, value, claim_word_is_measure, err);
}

static bool read_figure(struct claim_reading *reading, const struct claim_section *section,
                        struct claim_figure *figure, struct error *err)
{
    const struct claim_value *kind = claim_section_value(section, "kind");
    figure->title = claim_section_text(section, "title", "");
    figure->runs = claim_section_text(section, "runs", "");
    if (!find_figure_kind(kind->text, &figure->kind))
        return claim_file_refuse(&reading->file, kind->line, err,
                                 "kind = %s is not a kind of figure that a claim can have",
                                 kind->text);
    return claim_value_words(reading, NULL, claim_section_value(section, "runs"), claim_word_is_run,
                             err) &&
           read_measures(reading, section, figure, err);
}

static bool read_figures(struct claim_reading *reading, struct error *err)
{
    const struct claim_file *file = &reading->file;
    const struct claim_section *section = NULL;
    for (size_t i = 0; (section = claim_file_next(file, "figure", section)); i++) {
        if (i == CLAIM_FIGURES)
            return claim_file_refuse(file, section->line, err, "a claim has %d figures at most",
                                     CLAIM_FIGURES);
        if (!read_figure(reading, section, &reading->claim.figure[i], err))
            return false;
    }
    return true;
}

/* A whole file */

/* A run that nobody reads would be described and never made. */
static bool check_needed(const struct claim_reading *reading, struct error *err)
{
    const struct claim_table table = {&reading->claim, 1, reading->run, reading->runs};
    bool *needed = memory_new(table.runs, sizeof *needed, err);
    bool ok = needed != NULL;
    for (enum scale scale = 0; ok && scale < SCALES; scale++)
        claim_mark_runs(&table, &reading->claim, scale, needed);
    for (size_t i = 0; ok && i < table.runs; i++)
        ok = needed[i] ||
             claim_file_refuse(&reading->file, table.run[i].line, err,
                               "no check, figure or other run uses [run %s]", table.run[i].name);
    memory_free(needed);
    return ok;
}

bool claim_read(struct claim_reading *reading, const struct paths *paths, const char *path,
                struct error *err)
{
    *reading = (struct claim_reading){0};
    bool ok = claim_file_read(&reading->file, path, err) && read_claim(reading, paths, err) &&
              claim_reading_runs(reading, paths, err) && claim_reading_checks(reading, err) &&
              read_figures(reading, err) && check_needed(reading, err) &&
              claim_reading_check_records(reading, paths, err);
    if (!ok)
        claim_reading_free(reading);
    return ok;
}
