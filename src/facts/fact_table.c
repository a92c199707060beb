#include "facts/fact_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/dictionary.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "facts/words.h"

size_t fact_table_first(const struct csv *csv)
{
    uint64_t number;
    if (csv->columns == 0 || *csv_column(csv, 0) != '\0')
        return 0;
    for (size_t row = 0; row < csv->rows; row++)
        if (!number_read_count(csv_cell(csv, row, 0), &number))
            return 0;
    return 1;
}

/* Names of the columns; repeated ones are a fault of the file. */
static bool check_columns(const struct csv *csv, struct error *err)
{
    for (size_t c = fact_table_first(csv); c < csv->columns; c++) {
        if (*csv_column(csv, c) == '\0')
            return error_set(err, ERROR_INPUT,
                             "%s:%zu: column %zu has no name; the first line names the columns%s",
                             csv->path, csv->line[0], c + 1,
                             c > 0 ? ""
                                   : ": write name there if the column has the names, and leave "
                                     "it out if it is an index");
        for (size_t other = 0; other < c; other++)
            if (strcmp(csv_column(csv, c), csv_column(csv, other)) == 0)
                return error_set(err, ERROR_INPUT, "%s:%zu: columns %zu and %zu are both called %s",
                                 csv->path, csv->line[0], other + 1, c + 1, csv_column(csv, c));
    }
    return true;
}

static bool check_size(const struct csv *csv, struct error *err)
{
    if (csv->rows > FACTS_MAX_ROWS)
        return error_set(err, ERROR_INPUT, "%s: %zu rows are more than %d", csv->path, csv->rows,
                         FACTS_MAX_ROWS);
    return csv->columns > 1 + fact_table_first(csv) ||
           error_set(err, ERROR_INPUT,
                     "%s:%zu: there is one column alone; a table needs one with names and at least "
                     "one with what is true of them",
                     csv->path, csv->line[0]);
}

static bool find_column(const struct csv *csv, const char *name, size_t *column, struct error *err)
{
    for (*column = 0; *column < csv->columns; (*column)++)
        if (strcmp(csv_column(csv, *column), name) == 0)
            return true;
    for (*column = 0; *column < csv->columns; (*column)++)
        if (utf8_equal_folded(csv_column(csv, *column), name))
            return true;
    uint64_t number;
    if (number_read_count(name, &number) && number >= 1 && number <= csv->columns) {
        *column = (size_t)number - 1;
        return true;
    }
    return suggest_refuse_of_all("column", name, (const char *const *)csv->cell, csv->columns,
                                 err) ||
           error_prefix(err, "%s", csv->path);
}

static bool is_capital(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

/* Whether all letters of an ASCII word but the first are small, whatever the locale: what a column
 * is called goes into the vocabulary. */
static bool is_title(const char *word, size_t count)
{
    size_t i = 1;
    if (count == 0 || !is_capital(*word))
        return false;
    while (i < count && word[i] >= 'a' && word[i] <= 'z')
        i++;
    return i == count && count > 1;
}

char *fact_table_spoken(const char *column, struct error *err)
{
    char *name = memory_string(column, err);
    if (!name)
        return NULL;
    for (char *byte = name; *byte; byte++)
        if (*byte == '_')
            *byte = ' ';
    utf8_squeeze(name);
    for (char *word = name; *word; word += strspn(word, " ")) {
        size_t count = strcspn(word, " ");
        if (is_title(word, count))
            *word = (char)(*word - 'A' + 'a');
        word += count;
    }
    return name;
}

/* More than can be attributes. */
static bool has_too_many(const struct csv *csv)
{
    return csv->columns - fact_table_first(csv) - 1 > FACTS_MAX_ATTRIBUTES;
}

static bool add_attribute(struct fact_set *facts, const char *column, struct error *err)
{
    char *name = fact_table_spoken(column, err);
    bool added = name && fact_set_add_attribute(facts, name, err);
    memory_free(name);
    return added && (facts->attribute[facts->attributes - 1].column = memory_string(column, err));
}

/* Every column but that of the names. */
static bool add_attributes(struct fact_set *facts, const struct csv *csv, size_t names,
                           struct error *err)
{
    struct error why = {ERROR_NONE, ""};
    if (has_too_many(csv))
        return error_set(err, ERROR_INPUT,
                         "%s: %zu columns besides the names are more than %d; in a facts file, as "
                         "mneme facts-init writes one, those that are told have an [attribute "
                         "NAME] each",
                         csv->path, csv->columns - fact_table_first(csv) - 1, FACTS_MAX_ATTRIBUTES);
    for (size_t c = fact_table_first(csv); c < csv->columns; c++)
        if (c != names && !add_attribute(facts, csv_column(csv, c), &why))
            return error_set(err, why.kind, "%s:%zu: column %zu: %s%s", csv->path, csv->line[0],
                             c + 1, why.message,
                             why.kind == ERROR_INPUT ? "; rename one of the two columns" : "");
    return true;
}

/* Whether a column has a value, and words_check refuses none; *told, unless memory runs out. */
static bool can_be_told(const struct csv *csv, size_t column, bool *told, struct error *err)
{
    bool any = false, all = true;
    for (size_t row = 0; all && row < csv->rows; row++) {
        char *text = words_space(csv_cell(csv, row, column), err);
        if (!text)
            return false;
        any |= *text != '\0';
        all = *text == '\0' || words_check(text, NULL);
        memory_free(text);
    }
    *told = any && all;
    return true;
}

/* The first columns that can be told, as many as there can be attributes. */
static bool add_first_attributes(struct fact_set *facts, const struct csv *csv, size_t names,
                                 struct error *err)
{
    size_t first = fact_table_first(csv);
    for (size_t c = first; c < csv->columns && facts->attributes < FACTS_MAX_ATTRIBUTES; c++) {
        struct error why = {ERROR_NONE, ""};
        bool told = false;
        if (c != names && !can_be_told(csv, c, &told, err))
            return false;
        if (told && !add_attribute(facts, csv_column(csv, c), &why) && why.kind == ERROR_MEMORY)
            return error_set(err, why.kind, "%s", why.message);
    }
    return facts->attributes > 0 ||
           error_set(err, ERROR_INPUT, "%s: no column besides the names can be told", csv->path);
}

/* Leaves out the rows that have none of the attributes' values. */
static bool leave_out_rows(const struct fact_set *facts, struct csv *csv, struct error *err)
{
    bool *tells = memory_new(csv->rows, sizeof *tells, err), found = tells, any = false;
    for (size_t a = 0; found && a < facts->attributes; a++) {
        size_t column;
        found = find_column(csv, facts->attribute[a].column, &column, err);
        for (size_t row = 0; found && row < csv->rows; row++) {
            tells[row] |= *csv_cell(csv, row, column) != '\0';
            any |= tells[row];
        }
    }
    if (any)
        csv_keep_rows(csv, tells);
    memory_free(tells);
    return found;
}

/* The columns that are told where nobody says which. */
static bool choose_attributes(struct fact_set *facts, struct csv *csv, size_t names, bool first,
                              struct error *err)
{
    if (!first || !has_too_many(csv))
        return add_attributes(facts, csv, names, err);
    return add_first_attributes(facts, csv, names, err) && leave_out_rows(facts, csv, err);
}

/* The text of a cell that is told, spaced as sentences are; freed with memory_free. */
static char *read_cell(const struct csv *csv, size_t row, size_t column, struct error *err)
{
    struct error why;
    char *text = words_space(csv_cell(csv, row, column), err);
    if (!text || words_check(text, &why))
        return text;
    csv_error(csv, row, column, err, "%s", why.message);
    memory_free(text);
    return NULL;
}

/* A new pool, of a column, with room for an entry a row. */
static struct pool *add_pool(struct fact_set *facts, const struct csv *csv, size_t column,
                             struct error *err)
{
    struct pool *pool = memory_resize(facts->pool, facts->pools + 1, sizeof *pool, err);
    if (!pool)
        return NULL;
    facts->pool = pool;
    pool += facts->pools++;
    *pool = (struct pool){
        .name = memory_string(csv_column(csv, column), err),
        .path = memory_string(csv->path, err),
        .entry = memory_new(csv->rows, sizeof *pool->entry, err),
    };
    return pool->name && pool->path && pool->entry ? pool : NULL;
}

static bool add_entry(struct pool *pool, const char *text, struct dictionary *seen, size_t value,
                      struct error *err)
{
    pool->entry[pool->count] = memory_string(text, err);
    if (!pool->entry[pool->count])
        return false;
    pool->count++;
    return dictionary_put(seen, text, value, err);
}

/* Adds a name to the pool unless it is empty or that of another row. */
static bool take_name(struct pool *pool, const struct csv *csv, size_t row, size_t column,
                      const char *name, struct dictionary *seen, struct error *err)
{
    const size_t *other = dictionary_get(seen, name);
    if (*name == '\0')
        return csv_error(csv, row, column, err, "the row has no name");
    if (other)
        return csv_error(csv, row, column, err, "\"%s\" is on line %zu already", name,
                         csv->line[*other + 1]);
    return add_entry(pool, name, seen, row, err);
}

static bool take_names(struct fact_set *facts, const struct csv *csv, size_t column,
                       struct dictionary *seen, struct error *err)
{
    facts->name_part[0] = facts->pools;
    struct pool *pool = add_pool(facts, csv, column, err);
    bool taken = pool;
    for (size_t row = 0; taken && row < csv->rows; row++) {
        char *name = read_cell(csv, row, column, err);
        taken = name && take_name(pool, csv, row, column, name, seen, err);
        memory_free(name);
    }
    facts->name_parts = taken;
    return taken;
}

/* The value's entry in the pool, where it is added when it is first met. */
static bool take_value(struct pool *pool, const char *value, uint32_t *entry,
                       struct dictionary *seen, struct error *err)
{
    const size_t *known = dictionary_get(seen, value);
    *entry = *value == '\0' ? FACTS_NO_VALUE : known ? (uint32_t)*known : (uint32_t)pool->count;
    return *value == '\0' || known || add_entry(pool, value, seen, pool->count, err);
}

/* The different values of a column, in the order in which they occur, and who has which. */
static bool take_values(struct fact_set *facts, const struct csv *csv, size_t attribute,
                        struct dictionary *seen, struct error *err)
{
    size_t column;
    if (!find_column(csv, facts->attribute[attribute].column, &column, err))
        return false;
    facts->attribute[attribute].part[0] = facts->pools;
    struct pool *pool = add_pool(facts, csv, column, err);
    bool taken = pool;
    for (size_t row = 0; taken && row < csv->rows; row++) {
        char *value = read_cell(csv, row, column, err);
        taken = value && take_value(pool, value, &facts->cell[row * facts->attributes + attribute],
                                    seen, err);
        memory_free(value);
    }
    if (taken && pool->count == 0)
        return error_set(err, ERROR_INPUT, "%s: column %zu (%s) has no value in any row", csv->path,
                         column + 1, csv_column(csv, column));
    facts->attribute[attribute].parts = taken;
    return taken;
}

static bool take_all_values(struct fact_set *facts, const struct csv *csv, struct error *err)
{
    facts->cell = memory_new(csv->rows, facts->attributes * sizeof *facts->cell, err);
    if (!facts->cell)
        return false;
    for (size_t a = 0; a < facts->attributes; a++) {
        struct dictionary seen = {0};
        bool taken = take_values(facts, csv, a, &seen, err);
        dictionary_free(&seen);
        if (!taken)
            return false;
    }
    return true;
}

static bool check_rows(const struct fact_set *facts, const struct csv *csv, size_t names,
                       struct error *err)
{
    for (size_t row = 0; row < csv->rows; row++) {
        size_t a = 0;
        while (a < facts->attributes && fact_set_cell(facts, row, a) == FACTS_NO_VALUE)
            a++;
        if (a == facts->attributes)
            return csv_error(csv, row, names, err, "the row of \"%s\" tells nothing about it",
                             csv_cell(csv, row, names));
    }
    return true;
}

bool fact_table_take(struct fact_set *facts, const char *name, bool first, struct error *err)
{
    struct csv *csv = &facts->csv;
    bool chosen = facts->attributes > 0;
    for (size_t i = 0; i < csv->cells; i++)
        utf8_squeeze(csv->cell[i]);
    size_t names = fact_table_first(csv);
    if (!check_columns(csv, err) || !check_size(csv, err) ||
        (name && !find_column(csv, name, &names, err)) ||
        !(chosen ? leave_out_rows(facts, csv, err)
                 : choose_attributes(facts, csv, names, first, err)))
        return false;
    struct dictionary seen = {0};
    bool taken = take_names(facts, csv, names, &seen, err);
    dictionary_free(&seen);
    return taken && take_all_values(facts, csv, err) && check_rows(facts, csv, names, err);
}

static bool read_number(const struct csv *csv, size_t row, size_t column, double *number,
                        struct error *err)
{
    const char *cell = csv_cell(csv, row, column);
    if (*cell == '\0')
        return csv_error(csv, row, column, err, "an empty cell in place of a number");
    if (!number_read(cell, number))
        return csv_error(csv, row, column, err,
                         "\"%s\" is not a number; one is written as 1200000, 0.5 or 1.2e6", cell);
    return *number >= 0 || csv_error(csv, row, column, err, "%s is below 0", cell);
}

double *fact_table_numbers(const struct fact_set *facts, const char *column, struct error *err)
{
    const struct csv *csv = &facts->csv;
    size_t found;
    if (!facts->table)
        error_set(err, ERROR_INPUT, "%s has no table, and so no column %s", facts->path, column);
    if (!facts->table || !find_column(csv, column, &found, err))
        return NULL;
    double *number = memory_new(csv->rows, sizeof *number, err);
    for (size_t row = 0; number && row < csv->rows; row++)
        if (!read_number(csv, row, found, &number[row], err)) {
            memory_free(number);
            return NULL;
        }
    return number;
}

bool fact_table_fingerprint(const struct fact_set *facts, const char *column,
                            char text[FACTS_FINGERPRINT_SIZE], struct error *err)
{
    double *number = fact_table_numbers(facts, column, err);
    if (number)
        snprintf(text, FACTS_FINGERPRINT_SIZE, "%016" PRIx64,
                 hash_double_list(number, facts->csv.rows));
    memory_free(number);
    return number != NULL;
}
