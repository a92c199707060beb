/* Parts of this file: a preset's file read with what it includes; presets found and listed;
 * writing. */
#include "config/preset_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/dictionary.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/text_file.h"
#include "config/library.h"
#include "config/preset_check.h"
#include "config/preset_key.h"
#include "config/table_preset.h"

#define INCLUDE_DEPTH     16
#define PRESETS_DIRECTORY "presets"
#define LINE_WIDTH        96 /* bytes preset_write fills before it goes on in an indented line */

/* ---- reading ---- */

/* A file being read. */
struct preset_reader {
    struct preset *preset;
    const struct paths *paths;
    const char *origin;
    char *directory;                    /* of origin */
    const struct preset_reader *parent; /* the file that includes this one, or null */
    size_t depth;                       /* files around this one */
    struct stat identity;               /* of origin, where it is a file */
    bool is_file;
    const struct preset_key *last; /* the last setting's; null in [pools] */
    struct dictionary seen;        /* settings of this file: "train.lr", and their lines */
    struct text path;              /* the last setting where it is one, as it is written */
};

static bool read_text(struct preset_reader *reader, const char *text, struct error *err);

static bool is_being_read(const struct preset_reader *reader, const struct stat *identity)
{
    for (; reader; reader = reader->parent)
        if (reader->is_file && reader->identity.st_dev == identity->st_dev &&
            reader->identity.st_ino == identity->st_ino)
            return true;
    return false;
}

/* Takes the path if it is there and not one of the files that led here; frees it otherwise. */
static char *usable_include(const struct preset_reader *reader, char *path, bool *in_circle)
{
    struct stat identity;
    if (path && stat(path, &identity) == 0 && S_ISREG(identity.st_mode)) {
        if (!is_being_read(reader, &identity))
            return path;
        *in_circle = true;
    }
    memory_free(path);
    return NULL;
}

/* The included file: beside the including one, else in the places of presets. A file that is being
 * read is passed over, so that a user's quickstart.ini can include the shipped one. */
static char *find_include(const struct preset_reader *reader, const char *name, struct error *err)
{
    bool absolute = name[0] == '/', in_circle = false;
    struct error trouble = {ERROR_NONE, ""};
    char *beside =
        absolute ? memory_string(name, &trouble) : file_join(reader->directory, name, &trouble);
    if (beside)
        file_can_look(beside, &trouble);
    char *found = usable_include(reader, beside, &in_circle);
    char **data = absolute ? NULL : reader->paths->data;
    for (; data && *data && !found && !trouble.kind; data++) {
        char *path = memory_format(&trouble, "%s/" PRESETS_DIRECTORY "/%s", *data, name);
        found = usable_include(reader, path, &in_circle);
    }
    if (trouble.kind)
        error_set(err, trouble.kind, "%s", trouble.message);
    else if (!found && in_circle)
        error_set(err, ERROR_INPUT, "%s includes itself", name);
    else if (!found)
        error_set(err, ERROR_INPUT, "there is no %s to include", name);
    return found;
}

/* What a file says of the preset it makes is not true of one that is made from it. name: the file
 * as it is included. */
static bool forget_about(struct preset *preset, const char *name, struct error *err)
{
    char *nothing = memory_string("", err), *called = nothing ? library_name(name, err) : NULL;
    char *title = called ? memory_format(err, "%s with other settings", called) : NULL;
    memory_free(called);
    if (!title) {
        memory_free(nothing);
        return false;
    }
    memory_free(preset->title);
    memory_free(preset->description);
    preset->title = title;
    preset->description = nothing;
    preset->minutes = 0;
    return true;
}

static bool include(struct preset_reader *reader, const char *name, struct error *err)
{
    if (reader->depth + 1 == INCLUDE_DEPTH)
        return error_set(err, ERROR_INPUT, "includes are %d deep", INCLUDE_DEPTH);
    char *path = find_include(reader, name, err);
    char *text = path ? text_file_read(path, NULL, err) : NULL;
    struct preset_reader included = {
        .preset = reader->preset,
        .paths = reader->paths,
        .origin = path,
        .parent = reader,
        .depth = reader->depth + 1,
    };
    bool ok = text && read_text(&included, text, err) && forget_about(reader->preset, name, err);
    dictionary_free(&included.seen);
    text_free(&included.path);
    memory_free(text);
    memory_free(path);
    return ok;
}

/* A path goes on where it ended. */
static bool go_on_with_path(struct preset_reader *reader, const char *value, struct error *err)
{
    text_add(&reader->path, value);
    if (reader->path.failed)
        return error_set(err, ERROR_MEMORY, "out of memory reading a path");
    return preset_key_set(reader->preset, reader->last, reader->path.bytes, reader->directory, err);
}

static bool take_continuation(struct preset_reader *reader, const char *value, struct error *err)
{
    const struct preset_key *key = reader->last;
    if (key && key->type == KEY_PATH)
        return go_on_with_path(reader, value, err);
    if (!key || key->type != KEY_TEXT)
        return error_set(
            err, ERROR_INPUT,
            "an indented line continues the value above it, which must be on one line");
    const char *before = *(char **)preset_key_field(reader->preset, key);
    const char *blank = *before == '\0' ? "" : " ";
    char *whole = memory_format(err, "%s%s%s", before, blank, value);
    bool ok = whole && preset_key_set(reader->preset, key, whole, reader->directory, err);
    memory_free(whole);
    return ok;
}

/* The line this file has given the setting in, or null. */
static const size_t *seen_in(const struct preset_reader *reader, const char *section,
                             const char *name)
{
    char full[2 * PRESET_NAME_ROOM];
    snprintf(full, sizeof full, "%s.%s", section, name);
    return dictionary_get(&reader->seen, full);
}

static bool note_seen(struct preset_reader *reader, const struct setting *setting,
                      struct error *err)
{
    char full[2 * PRESET_NAME_ROOM];
    const size_t *before = seen_in(reader, setting->section, setting->key);
    if (before)
        return error_set(err, ERROR_INPUT, "%s.%s is given a second time; the first is in line %zu",
                         setting->section, setting->key, *before);
    snprintf(full, sizeof full, "%s.%s", setting->section, setting->key);
    return dictionary_put(&reader->seen, full, setting->line, err);
}

/* A family would undo what the same file said before about its keys. */
static bool check_family_first(const struct preset_reader *reader, const struct preset_key *key,
                               struct error *err)
{
    static const char *const later[] = {"norm", "positions", "bias"};
    for (size_t i = 0; key->type == KEY_FAMILY && i < sizeof later / sizeof *later; i++)
        if (seen_in(reader, key->section, later[i]))
            return error_set(err, ERROR_INPUT, "%s.%s must come before %s.%s, which it sets",
                             key->section, key->name, key->section, later[i]);
    return true;
}

static bool take_key(struct preset_reader *reader, const struct setting *setting, struct error *err)
{
    const struct preset_key *key = preset_key_find(setting->section, setting->key);
    reader->last = key;
    text_clear(&reader->path);
    text_add(&reader->path, setting->value);
    if (!key)
        return preset_key_unknown(setting->section, setting->key, err);
    return note_seen(reader, setting, err) && check_family_first(reader, key, err) &&
           preset_key_set(reader->preset, key, setting->value, reader->directory, err);
}

static bool take_pool(struct preset_reader *reader, const struct setting *setting,
                      struct error *err)
{
    reader->last = NULL;
    return note_seen(reader, setting, err) &&
           preset_pool_set(reader->preset, setting->key, setting->value, err);
}

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    struct preset_reader *reader = user;
    if (setting->continued)
        return take_continuation(reader, setting->value, err);
    if (*setting->section == '\0' && strcmp(setting->key, "include") == 0)
        return include(reader, setting->value, err);
    if (*setting->section == '\0')
        return error_set(err, ERROR_INPUT, "%s comes before the first [section]", setting->key);
    if (!preset_is_section(setting->section))
        return preset_section_unknown(setting->section, err);
    if (strcmp(setting->section, PRESET_POOLS) == 0)
        return take_pool(reader, setting, err);
    return take_key(reader, setting, err);
}

/* Reads the text of reader->origin into reader->preset. The caller frees what was
 * seen. */
static bool read_text(struct preset_reader *reader, const char *text, struct error *err)
{
    reader->is_file = stat(reader->origin, &reader->identity) == 0;
    reader->directory = file_directory(reader->origin, err);
    bool ok = reader->directory && ini_read(text, reader->origin, take_setting, reader, err);
    memory_free(reader->directory);
    return ok;
}

/* The file's name without directory and extension. */
static bool name_after_file(struct preset *preset, const char *path, struct error *err)
{
    char *copy = library_name(path, err);
    bool ok = copy && preset_key_set(preset, preset_key_find("preset", "name"), copy, ".", err);
    memory_free(copy);
    return ok;
}

static bool read_preset(struct preset_reader *reader, const char *text, struct error *err)
{
    if (!read_text(reader, text, err))
        return false;
    bool named = seen_in(reader, "preset", "name");
    return ((named || name_after_file(reader->preset, reader->origin, err)) &&
            preset_check(reader->preset, err)) ||
           error_prefix(err, "%s", reader->origin);
}

bool preset_read(struct preset *preset, const struct paths *paths, const char *text,
                 const char *origin, struct error *err)
{
    if (!preset_init(preset, err))
        return false;
    struct preset_reader reader = {.preset = preset, .paths = paths, .origin = origin};
    bool ok = read_preset(&reader, text, err);
    dictionary_free(&reader.seen);
    text_free(&reader.path);
    if (!ok)
        preset_free(preset);
    return ok;
}

/* ---- finding and listing ---- */

static const struct library presets = {
    .directory = PRESETS_DIRECTORY,
    .kind = "preset",
    .lister = "presets",
    .other = "table",
    .other_ending = ".csv",
    .find_other = table_preset_of_file,
};

char *preset_find(const struct paths *paths, const char *name, struct error *err)
{
    return library_find(&presets, paths, name, err);
}

/* The preset of tables is not listed: alone there is nothing to be done with it. */
bool preset_list(const struct paths *paths, struct strings *names, struct error *err)
{
    if (!library_list(&presets, paths, names, err))
        return false;
    strings_remove(names, TABLE_PRESET);
    return true;
}

bool preset_is_listed(const struct paths *paths, const char *name)
{
    return strcmp(name, TABLE_PRESET) != 0 && library_has(&presets, paths, name);
}

static bool load_file(struct preset *preset, const struct paths *paths, const char *name,
                      struct error *err)
{
    *preset = (struct preset){0};
    char *path = preset_find(paths, name, err);
    char *text = path ? text_file_read(path, NULL, err) : NULL;
    struct error why = {ERROR_NONE, ""};
    bool ok = text && preset_read(preset, paths, text, path, &why);
    if (text && !ok && why.kind == ERROR_INPUT && !library_has_extension(path))
        error_set(err, why.kind, "%s; a table is a file that ends in .csv, .tsv or .tab",
                  why.message);
    else if (text && !ok)
        error_set(err, why.kind, "%s", why.message);
    memory_free(text);
    memory_free(path);
    return ok;
}

/* The table that stands where a preset's name does; null where there is none, with err->kind
 * ERROR_NONE unless memory ran out or the file is of another kind. What is a preset's name is no
 * table's. */
static char *table_in_place(const struct paths *paths, const char *name, struct error *err)
{
    *err = (struct error){ERROR_NONE, ""};
    if (!csv_check_ending(name, err))
        return NULL;
    if (table_preset_is_path(name))
        return memory_string(name, err);
    return library_is_path(name) || preset_is_listed(paths, name)
               ? NULL
               : table_preset_find(paths, name, err);
}

static bool assign(struct preset *preset, const char *const *assignment, size_t assignments,
                   struct error *err)
{
    for (size_t i = 0; i < assignments; i++)
        if (!preset_set(preset, assignment[i], err))
            return false;
    return true;
}

/* What is chosen after a table gives way to what is assigned, on which it may depend. */
static bool assign_and_fit(struct preset *preset, const struct paths *paths, const char *table,
                           const char *const *assignment, size_t assignments, struct error *err)
{
    bool is_tables = strcmp(preset->name, TABLE_PRESET) == 0;
    const struct preset_key *key = preset_key_find("facts", "table");
    if ((table && !preset_key_set(preset, key, table, ".", err)) ||
        !assign(preset, assignment, assignments, err))
        return false;
    if (!is_tables || *preset->facts.table == '\0')
        return true;
    return table_preset_fit(preset, paths, err) && assign(preset, assignment, assignments, err);
}

bool preset_load(struct preset *preset, const struct paths *paths, const char *name,
                 struct error *err)
{
    return preset_load_with(preset, paths, name, NULL, 0, err);
}

bool preset_load_with(struct preset *preset, const struct paths *paths, const char *name,
                      const char *const *assignment, size_t assignments, struct error *err)
{
    struct error trouble;
    *preset = (struct preset){0};
    char *table = table_in_place(paths, name, &trouble);
    if (!table && trouble.kind)
        return error_set(err, trouble.kind, "%s", trouble.message);
    bool loaded = load_file(preset, paths, table ? TABLE_PRESET : name, err);
    bool ok = loaded && assign_and_fit(preset, paths, table, assignment, assignments, err) &&
              preset_check(preset, err);
    memory_free(table);
    if (loaded && !ok)
        preset_free(preset);
    return ok;
}

/* ---- writing ---- */

/* "name = value", going on in indented lines where it is long. */
static void write_pair(struct text *out, const char *name, const char *value)
{
    static const char indent[] = "\n   ";
    text_format(out, "%s =", name);
    size_t column = strlen(name) + strlen(" =");
    for (bool first = true; *value != '\0'; first = false) {
        size_t length = preset_text_piece(value);
        if (!first && column + 1 + length > LINE_WIDTH) {
            text_add(out, indent);
            column = strlen(indent) - 1;
        }
        text_add(out, " ");
        text_add_bytes(out, value, length);
        column += 1 + length;
        value += length;
        value += *value == ' ';
    }
    text_add(out, "\n");
}

/* The same for a path, which is put together again without blanks between its lines. */
static void write_path(struct text *out, const char *name, const char *path)
{
    text_format(out, "%s =", name);
    for (bool first = true; *path != '\0'; first = false) {
        size_t length = preset_path_piece(path);
        text_add(out, first ? " " : "\n    ");
        text_add_bytes(out, path, length);
        path += length;
    }
    text_add(out, "\n");
}

static void write_pools(struct text *out, const struct facts_options *facts)
{
    if (facts->limits > 0)
        text_format(out, "\n[%s]\n", PRESET_POOLS);
    for (size_t i = 0; i < facts->limits; i++)
        text_format(out, "%s = %zu\n", facts->limit[i].pool, facts->limit[i].count);
}

char *preset_write(const struct preset *preset, struct error *err)
{
    struct text out = {0};
    const char *section = "";
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (strcmp(section, key->section) != 0)
            text_format(&out, "%s[%s]\n", i == 0 ? "" : "\n", key->section);
        section = key->section;
        if (key->type != KEY_FAMILY) {
            char *value = preset_value(preset, key, err);
            if (!value) {
                text_free(&out);
                return NULL;
            }
            (key->type == KEY_PATH ? write_path : write_pair)(&out, key->name, value);
            memory_free(value);
        }
    }
    write_pools(&out, &preset->facts);
    return text_take(&out, err);
}
