/* Parts of this file: what an INI file can say; the facts file; the preset; writing. */
#include "config/table_files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"
#include "base/text_file.h"
#include "base/utf8.h"
#include "config/preset.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/table_preset.h"
#include "config/table_sizes.h"
#include "facts/fact_set_load.h"
#include "facts/fact_table.h"
#include "facts/places.h"

enum { LINE_BYTES = 96, VALUE_BYTES = 150, SECTION_BYTES = 34 };

/* Files that are being made. */
struct maker {
    const struct paths *paths;
    struct preset preset;
    struct fact_set facts;
    char *name, *directory;
    struct table_files *files;
    struct text text[TABLE_FILES];
};

/* ---- what an INI file can say ---- */

/* Whether a value reads back as it is: no comment begins in it, and it is not too long. */
static bool is_writable(const char *value)
{
    size_t length = strlen(value);
    if (length == 0 || length > VALUE_BYTES || value[0] == ' ' || value[length - 1] == ' ')
        return false;
    for (const char *at = value; *at; at += utf8_length(at))
        if (utf8_length(at) == 0 || !utf8_is_shown_as_it_is(at) ||
            (strchr(";#", *at) && (at == value || at[-1] == ' ')))
            return false;
    return true;
}

/* The name of a section: without brackets and what begins a comment, cut where it is long. */
static void section_name(char name[SECTION_BYTES + 1], const char *attribute)
{
    size_t length = 0;
    for (const char *at = attribute; *at; at += utf8_length(at)) {
        size_t bytes = utf8_length(at);
        if (bytes == 0 || length + bytes > SECTION_BYTES)
            break;
        if (strchr("[];#", *at))
            continue;
        memcpy(name + length, at, bytes);
        length += bytes;
    }
    while (length > 0 && name[length - 1] == ' ')
        length--;
    name[length] = '\0';
}

/* A comment in lines that fit. */
static void add_comment(struct text *out, const char *sentence)
{
    size_t column = LINE_BYTES + 1;
    for (const char *word = sentence; *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        bool fits = column + 1 + length <= LINE_BYTES;
        text_add(out, fits ? " " : word == sentence ? "; " : "\n; ");
        text_add_bytes(out, word, length);
        column = fits ? column + 1 + length : 2 + length;
        word += length;
    }
    text_add(out, "\n");
}

/* ---- the facts file ---- */

static void add_head(struct maker *maker, struct text *out)
{
    char sentence[VALUE_BYTES];
    text_format(out, "; Facts of the table %s. mneme-preset(5) describes this file.\n\n[facts]\n",
                maker->name);
    add_comment(out, "What they are about, in a line.");
    text_format(out, "title = %s\n", maker->name);
    add_comment(out, "The table: the path from this file's directory.");
    char *directory = file_directory(maker->facts.table, NULL);
    char *own = file_resolve(maker->directory, ".", NULL);
    char *tables = directory ? file_resolve(directory, ".", NULL) : NULL;
    bool beside = own && tables && strcmp(own, tables) == 0;
    text_format(out, "table = %s\n",
                beside ? file_name(maker->facts.table) : maker->preset.facts.table);
    memory_free(directory);
    memory_free(own);
    memory_free(tables);
    add_comment(out, "The column with the names, by what it is called or by its number.");
    const char *names = maker->facts.pool[maker->facts.name_part[0]].name;
    text_format(out, "name = %s\n", is_writable(names) ? names : "1");
    add_comment(out, "What one row is called, in the singular.");
    text_format(out, "individual = %s\n",
                is_writable(maker->facts.individual) ? maker->facts.individual : "row");
    snprintf(sentence, sizeof sentence,
             "The file with the %zu templates of every attribute that has none of its own.",
             maker->facts.templates);
    add_comment(out, sentence);
    text_format(out, "templates = %s-templates.txt\n\n", maker->name);
}

static bool is_taken(const struct strings *taken, const char *name)
{
    for (size_t i = 0; i < taken->count; i++)
        if (utf8_equal_folded(taken->text[i], name))
            return true;
    return false;
}

/* The section of a column, counted from 0, whose lines begin with `front`. Sections of names that
 * are cut to the same have numbers. */
static bool add_attribute(const struct fact_set *facts, size_t column, const char *front,
                          struct strings *taken, struct text *out, struct error *err)
{
    char section[SECTION_BYTES + 1];
    const char *called = csv_column(&facts->csv, column);
    char *spoken = fact_table_spoken(called, err);
    if (!spoken)
        return false;
    section_name(section, spoken);
    memory_free(spoken);
    if (*section == '\0' || is_taken(taken, section))
        snprintf(section, sizeof section, "column %zu", column + 1);
    text_format(out, "%s\n%s[attribute %s]\n%scolumn = ", *front ? ";" : "", front, section, front);
    if (is_writable(called))
        text_format(out, "%s\n", called);
    else
        text_format(out, "%zu\n", column + 1);
    return strings_add(taken, section, err);
}

/* Whether a column is that of an attribute; both come in the same order. */
static bool is_told(const struct fact_set *facts, size_t column, size_t attribute)
{
    return attribute < facts->attributes &&
           strcmp(facts->attribute[attribute].column, csv_column(&facts->csv, column)) == 0;
}

/* The first column has the names, and the others are attributes in their order, but for those that
 * are left out. */
static bool add_attributes(const struct fact_set *facts, bool told, struct strings *taken,
                           struct text *out, struct error *err)
{
    size_t attribute = 0;
    bool added = true;
    for (size_t c = fact_table_first(&facts->csv) + 1; added && c < facts->csv.columns; c++) {
        bool is_one = is_told(facts, c, attribute);
        attribute += is_one;
        if (is_one == told)
            added = add_attribute(facts, c, told ? "" : "; ", taken, out, err);
    }
    return added;
}

/* The columns that are told, and those that could be in their place. */
static bool add_columns(const struct maker *maker, struct text *out, struct error *err)
{
    struct strings taken = {0};
    const struct fact_set *facts = &maker->facts;
    size_t left_out = maker->files->left_out;
    bool added = add_attributes(facts, true, &taken, out, err);
    if (added && left_out > 0) {
        char sentence[VALUE_BYTES + LINE_BYTES];
        snprintf(sentence, sizeof sentence,
                 "These %zu columns are not told: no more than %d can be, the first ones with "
                 "values were chosen. To tell one, take off the ; of its two lines, and put them "
                 "before those of another.",
                 left_out, FACTS_MAX_ATTRIBUTES);
        text_add(out, "\n");
        add_comment(out, sentence);
        added = add_attributes(facts, false, &taken, out, err);
    }
    strings_free(&taken);
    return added;
}

static bool make_facts(struct maker *maker, struct error *err)
{
    struct text *out = &maker->text[TABLE_FILE_FACTS];
    add_head(maker, out);
    add_comment(out, "An attribute for each column that is told; without its section a column is "
                     "not. The name in [attribute NAME] is what sentences call it and what "
                     "[attribute] stands for in the templates; change it to what reads well. With "
                     "templates = FILE an attribute has templates of its own, as many as the "
                     "others.");
    return add_columns(maker, out, err);
}

/* ---- the preset ---- */

/* Whether the preset says the key: what it has otherwise than usual, and what is changed first. */
static bool is_said(const struct preset_key *key, const char *value)
{
    static const struct {
        const char *section, *name;
    } always[] = {
        {"facts", "train_templates"}, {"population", "seed"}, {"population", "new_share"},
        {"model", "layers"},          {"model", "d_model"},   {"train", "steps"},
        {"train", "batch"},           {"train", "lr"},        {"eval", "every"},
    };
    static const char *const never[] = {"preset", "facts.file", "facts.table", "facts.fingerprint"};
    char full[2 * PRESET_NAME_ROOM];
    snprintf(full, sizeof full, "%s.%s", key->section, key->name);
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strcmp(never[i], full) == 0 || strcmp(never[i], key->section) == 0)
            return false;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (strcmp(always[i].section, key->section) == 0 && strcmp(always[i].name, key->name) == 0)
            return true;
    return key->type != KEY_FAMILY && strcmp(value, key->standard) != 0;
}

static void begin_section(struct maker *maker, const char *section, struct text *out)
{
    text_format(out, "\n[%s]\n", section);
    if (strcmp(section, "facts") != 0)
        return;
    add_comment(out, "The facts file beside this one.");
    text_format(out, "file = %s-facts.ini\n", maker->name);
}

static bool make_preset(struct maker *maker, struct error *err)
{
    struct text *out = &maker->text[TABLE_FILE_PRESET];
    const char *section = "";
    add_comment(out, "What the facts of the table are trained with: sizes that fit their number. "
                     "mneme presets --keys describes all keys.");
    text_format(out, "\n[preset]\n; The preset in one line, as lists show it.\ntitle = %s\n",
                maker->preset.title);
    add_comment(out, "What it shows, in a sentence or more.");
    const char *no_plateau = table_sizes_no_plateau(&maker->preset, &maker->facts);
    text_format(out, "description = %s%sThe facts of the table %s, in templates of its own.\n",
                no_plateau ? no_plateau : "", no_plateau ? "\n    " : "", maker->name);
    for (size_t k = 0; k < preset_key_count; k++) {
        const struct preset_key *key = &preset_keys[k];
        char *value = preset_value(&maker->preset, key, err);
        char *what = value ? preset_key_text(key, err) : NULL;
        if (what && is_said(key, value)) {
            if (strcmp(section, key->section) != 0)
                begin_section(maker, section = key->section, out);
            add_comment(out, what);
            text_format(out, "%s = %s\n", key->name, value);
        }
        memory_free(value);
        memory_free(what);
        if (!what)
            return false;
    }
    return true;
}

/* ---- writing ---- */

static bool make_templates(struct maker *maker, struct error *err)
{
    struct places places;
    if (!places_init(&places, NULL, (const char *const *)maker->paths->data, err))
        return false;
    char *path = places_find(&places, "templates", FACTS_GENERAL_TEMPLATES, "", err);
    char *text = path ? text_file_read(path, NULL, err) : NULL;
    if (text)
        text_add(&maker->text[TABLE_FILE_TEMPLATES], text);
    memory_free(text);
    memory_free(path);
    places_free(&places);
    return text != NULL;
}

static bool name_files(struct maker *maker, struct error *err)
{
    static const char *const endings[TABLE_FILES] = {
        [TABLE_FILE_FACTS] = "-facts.ini",
        [TABLE_FILE_TEMPLATES] = "-templates.txt",
        [TABLE_FILE_PRESET] = ".ini",
    };
    for (int f = 0; f < TABLE_FILES; f++) {
        char **path = &maker->files->path[f];
        *path = memory_format(err, "%s/%s%s", maker->directory, maker->name, endings[f]);
        if (!*path)
            return false;
        if (file_exists(*path))
            return error_set(err, ERROR_INPUT,
                             "%s is there already, and nothing is written over it; name another "
                             "directory",
                             *path);
    }
    return true;
}

static bool write_files(struct maker *maker, struct error *err)
{
    if (!file_make_directories(maker->directory, err))
        return false;
    for (int f = 0; f < TABLE_FILES; f++) {
        const struct text *text = &maker->text[f];
        if ((!text->failed || error_set(err, ERROR_MEMORY, "out of memory")) &&
            file_replace(maker->files->path[f], text->bytes, text->length, err))
            continue;
        for (; f >= 0; f--) /* the last one may be there as well, see file_writer */
            unlink(maker->files->path[f]);
        return false;
    }
    return true;
}

static bool check_table(const struct maker *maker, struct error *err)
{
    return is_writable(maker->preset.facts.table) ||
           error_set(err, ERROR_INPUT,
                     "no facts file can say the path %s: it is long, or a ; or # in it would begin "
                     "a comment; rename the table",
                     maker->preset.facts.table);
}

static bool make(struct maker *maker, const char *table, const char *directory, struct error *err)
{
    bool named = !directory && !table_preset_is_path(table);
    maker->directory = directory ? memory_string(directory, err)
                       : named   ? memory_string(".", err)
                                 : file_directory(table, err);
    maker->name = maker->directory ? table_preset_name(maker->facts.table, err) : NULL;
    if (!maker->name || !check_table(maker, err) || !name_files(maker, err))
        return false;
    const struct csv *csv = &maker->facts.csv;
    maker->files->left_out = csv->columns - fact_table_first(csv) - 1 - maker->facts.attributes;
    return make_facts(maker, err) && make_templates(maker, err) && make_preset(maker, err) &&
           write_files(maker, err);
}

/* What no table is called so, but perhaps a preset. */
static bool refuse_name(const struct maker *maker, const char *name, struct error *err)
{
    struct preset other;
    if (!preset_load(&other, maker->paths, name, err))
        return false;
    preset_free(&other);
    return error_set(err, ERROR_INPUT, "%s is a preset, not a table", name);
}

/* The preset of a table at a path. Of more columns than can be told the first ones are. */
static bool fit_preset(struct maker *maker, const char *path, struct error *err)
{
    struct preset *preset = &maker->preset;
    const struct preset_key *key = preset_key_find("facts", "table");
    char *of_tables = preset_find(maker->paths, TABLE_PRESET, err);
    bool loaded = of_tables && preset_load(preset, maker->paths, of_tables, err);
    memory_free(of_tables);
    if (!loaded)
        return false;
    preset->facts.first_columns = true;
    if (preset_key_set(preset, key, path, ".", err) &&
        table_preset_fit(preset, maker->paths, err) && preset_check(preset, err))
        return true;
    preset_free(preset);
    return false;
}

/* What is a preset's name may be a table's too, and only that is meant. */
static bool load_preset(struct maker *maker, const char *table, struct error *err)
{
    struct error trouble;
    char *found = table_preset_find(maker->paths, table, &trouble);
    if (!found && trouble.kind)
        return error_set(err, trouble.kind, "%s", trouble.message);
    bool is_table = found || table_preset_is_path(table);
    bool loaded =
        is_table ? fit_preset(maker, found ? found : table, err) : refuse_name(maker, table, err);
    memory_free(found);
    return loaded;
}

bool table_files_write(struct table_files *files, const struct paths *paths, const char *table,
                       const char *directory, struct error *err)
{
    struct maker maker = {.paths = paths, .files = files};
    *files = (struct table_files){.left_out = 0};
    if (!load_preset(&maker, table, err))
        return false;
    bool made =
        fact_set_load(&maker.facts, &maker.preset.facts, (const char *const *)paths->data, err);
    if (made) {
        made = make(&maker, table, directory, err);
        fact_set_free(&maker.facts);
    }
    for (int f = 0; f < TABLE_FILES; f++)
        text_free(&maker.text[f]);
    memory_free(maker.name);
    memory_free(maker.directory);
    preset_free(&maker.preset);
    if (!made)
        table_files_free(files);
    return made;
}

void table_files_free(struct table_files *files)
{
    for (int f = 0; f < TABLE_FILES; f++)
        memory_free(files->path[f]);
    *files = (struct table_files){.left_out = 0};
}
