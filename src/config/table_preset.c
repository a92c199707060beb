/* Parts of this file: names; what a preset says of its table; fitting. */
#include "config/table_preset.h"

#include <dirent.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/preset_complete.h"
#include "config/preset_key.h"
#include "config/table_sizes.h"
#include "facts/fact_set_load.h"

#define TABLES_DIRECTORY "tables"
#define TABLES_ENDING    ".tsv" /* of tables that are called by their name alone */

/* Of a preset's name, with which that of a run's directory begins. */
enum { NAME_BYTES = 60 };

/* ---- names ---- */

bool table_preset_is_path(const char *name)
{
    return csv_has_extension(name);
}

char *table_preset_find(const struct paths *paths, const char *name, struct error *err)
{
    *err = (struct error){ERROR_NONE, ""};
    for (size_t i = 0; *name && !strchr(name, '/') && paths->data[i]; i++) {
        char *path =
            memory_format(err, "%s/" TABLES_DIRECTORY "/%s" TABLES_ENDING, paths->data[i], name);
        if (!path || file_is_regular(path))
            return path;
        memory_free(path);
    }
    return NULL;
}

/* What a file is called: by its name, or without its ending where that is the one of tables in the
 * places of data; null where it is no table that can be read. */
static char *listed_name(const char *directory, const char *file, bool in_place, struct error *err)
{
    size_t length = strlen(file), stem = length - strlen(TABLES_ENDING);
    bool fits = file[0] != '.' && csv_has_extension(file);
    if (fits && in_place)
        fits = length > strlen(TABLES_ENDING) && strcmp(file + stem, TABLES_ENDING) == 0;
    char *path = fits ? file_join(directory, file, err) : NULL;
    bool there = path && file_is_regular(path) && access(path, R_OK) == 0;
    memory_free(path);
    return there ? memory_format(err, "%.*s", (int)(in_place ? stem : length), file) : NULL;
}

/* A directory that is not there adds nothing. */
static bool list_directory(const char *directory, bool in_place, struct strings *names,
                           struct error *err)
{
    struct error trouble = {ERROR_NONE, ""};
    DIR *stream = opendir(directory);
    for (struct dirent *entry; !trouble.kind && stream && (entry = readdir(stream));) {
        char *name = listed_name(directory, entry->d_name, in_place, &trouble);
        if (name)
            strings_take(names, name, &trouble);
    }
    if (stream)
        closedir(stream);
    return !trouble.kind || error_set(err, trouble.kind, "%s", trouble.message);
}

char *table_preset_of_file(const char *name, struct error *err)
{
    struct strings files = {0};
    char *found = NULL;
    size_t length = strlen(name);
    *err = (struct error){ERROR_NONE, ""};
    if (length > 0 && list_directory(".", false, &files, err))
        strings_sort(&files);
    for (size_t f = 0; f < files.count && !found && !err->kind; f++)
        if (strncmp(files.text[f], name, length) == 0 &&
            strrchr(files.text[f], '.') == files.text[f] + length)
            found = memory_string(files.text[f], err);
    strings_free(&files);
    return found;
}

bool table_preset_list(const struct paths *paths, struct strings *names, struct error *err)
{
    *names = (struct strings){0};
    bool listed = list_directory(".", false, names, err);
    for (size_t i = 0; listed && paths->data[i]; i++) {
        char *directory = file_join(paths->data[i], TABLES_DIRECTORY, err);
        listed = directory && list_directory(directory, true, names, err);
        memory_free(directory);
    }
    if (!listed) {
        strings_free(names);
        return false;
    }
    strings_sort(names);
    strings_drop_repeated(names);
    return true;
}

const char *table_preset_of(const char *const *assignment, size_t assignments)
{
    static const char key[] = "facts.table";
    const char *preset = NULL;
    for (size_t i = 0; i < assignments; i++) {
        const char *name = assignment[i] + strspn(assignment[i], " \t");
        const char *equals = strchr(name, '=');
        size_t length = equals ? strcspn(name, " \t=") : 0;
        if (length == strlen(key) && strncmp(name, key, length) == 0)
            preset = equals[1 + strspn(equals + 1, " \t")] ? TABLE_PRESET : NULL;
    }
    return preset;
}

/* Bytes of the character at `text` that may stand in a name, which a shell takes as it is; 0 where
 * "-" takes its place. */
static size_t plain_bytes(const char *text)
{
    size_t length = utf8_length(text);
    if (length == 1)
        return ascii_is_alnum(*text) || strchr("._", *text) ? 1 : 0;
    return length > 0 && !utf8_blank(text) && utf8_is_shown_as_it_is(text) ? length : 0;
}

char *table_preset_name(const char *path, struct error *err)
{
    const char *file = file_name(path), *dot = strrchr(file, '.');
    const char *end = dot && csv_has_extension(file) ? dot : file + strlen(file);
    struct text name = {0};
    bool gap = false;
    for (const char *next = file; next < end;) {
        size_t length = plain_bytes(next);
        bool leading = name.length == 0 && *next == '.';
        if (name.length + length + 1 > NAME_BYTES)
            break;
        if (length > 0 && !leading) {
            text_add(&name, gap && name.length > 0 ? "-" : "");
            text_add_bytes(&name, next, length);
        }
        gap = length == 0;
        next += length > 0 ? length : utf8_length(next) > 0 ? utf8_length(next) : 1;
    }
    if (name.length == 0)
        text_add(&name, TABLE_PRESET);
    return text_take(&name, err);
}

/* ---- what a preset says of its table ---- */

/* Columns that hold one value alone. */
static size_t count_constant(const struct fact_set *facts)
{
    size_t count = 0;
    for (size_t a = 0; a < facts->attributes; a++)
        count += facts->pool[facts->attribute[a].part[0]].count == 1;
    return count;
}

/* Rows that are not trained on; 0 where they cannot be counted. */
static uint64_t count_held_out(const struct preset *preset, const struct fact_set *facts)
{
    struct population_options size = preset->population;
    struct population population;
    return population_fit(&size, facts, NULL) && population_init(&population, facts, &size, NULL)
               ? population_count(&population, INDIVIDUAL_NEW)
               : 0;
}

char *table_preset_describe(const struct preset *preset, const struct fact_set *facts,
                            struct error *err)
{
    struct text text = {0};
    size_t rows = fact_set_rows(facts), constant = count_constant(facts);
    uint64_t held_out = count_held_out(preset, facts);
    const char *no_plateau = table_sizes_no_plateau(preset, facts);
    if (no_plateau)
        text_format(&text, "%s ", no_plateau);
    double met, needed;
    if (table_sizes_are_short(preset, facts, &met, &needed))
        text_format(&text,
                    "Too few steps to learn all of it: each row is met %.1f times, and it takes "
                    "about %.0f to know one. ",
                    met, needed);
    text_format(&text, "%zu row%s of %zu attribute%s, told in %zu %s.", rows, rows == 1 ? "" : "s",
                facts->attributes, facts->attributes == 1 ? "" : "s", facts->templates,
                facts->general_templates ? "general templates" : "templates of their own");
    if (held_out > 0)
        text_format(&text,
                    " %" PRIu64 " row%s held out: facts that the model is not told, not invented "
                    "ones.",
                    held_out, held_out == 1 ? " is" : "s are");
    if (constant > 0)
        text_format(&text, " %zu column%s the same value in every row: nothing to learn there.",
                    constant, constant == 1 ? " has" : "s have");
    return text_take(&text, err);
}

static bool set_text(struct preset *preset, const char *key, char *value, struct error *err)
{
    bool set = value && preset_key_set(preset, preset_key_find("preset", key), value, ".", err);
    memory_free(value);
    return set;
}

/* ---- fitting ---- */

static bool fit_to(struct preset *preset, const struct fact_set *facts, struct error *err)
{
    char *name = table_preset_name(facts->table, err);
    char *title = name ? memory_format(err, "Facts from the table %s", name) : NULL;
    table_sizes_choose(preset, facts);
    if (!population_is_open(&preset->population))
        preset_lower_asked(preset);
    bool named = set_text(preset, "name", name, err);
    bool titled = named ? set_text(preset, "title", title, err) : (memory_free(title), false);
    return titled &&
           set_text(preset, "description", table_preset_describe(preset, facts, err), err);
}

bool table_preset_fit(struct preset *preset, const struct paths *paths, struct error *err)
{
    struct fact_set facts;
    const char *table = preset->facts.table; /* a name is looked for elsewhere */
    if ((strchr(table, '/') && !file_can_be(table, "table", err)) ||
        !fact_set_load(&facts, &preset->facts, (const char *const *)paths->data, err))
        return false;
    bool fitted = fit_to(preset, &facts, err);
    fact_set_free(&facts);
    return fitted;
}

bool table_preset_check(const struct preset *preset, const struct paths *paths, struct error *err)
{
    const char *standard = preset_key_find("facts", "file")->standard;
    bool has_facts = *preset->facts.table || strcmp(preset->facts.file, standard) != 0;
    return strcmp(preset->name, TABLE_PRESET) != 0 || has_facts || preset->population.known > 0 ||
           error_set(err, ERROR_INPUT,
                     "the preset " TABLE_PRESET " trains the facts of a table: name one in its "
                     "place, as in %s my-table.csv",
                     paths->program);
}
