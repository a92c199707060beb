/* Parts of this file: files; pools and templates; the keys of a facts file; tables; what has to be
 * there.
 */
#include "facts/fact_set_load.h"

#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/text_file.h"
#include "facts/fact_table.h"
#include "facts/places.h"

#define BLANKS            " \t"
#define FACTS             "facts"
#define POOLS             "pools"
#define TABLES            "tables"
#define TEMPLATES         "templates"
#define FACTS_SECTION     "facts"
#define ATTRIBUTE_SECTION "attribute"

/* Facts that are being read. */
struct loader {
    struct fact_set *facts;
    const struct facts_options *options;
    struct places places;
    bool is_kept;      /* the files are all there, none is looked for */
    size_t table;      /* of the files, where there is one */
    char *name_column; /* of the table; null: the first */
    char *templates;   /* of attributes without their own; null: general ones */
    /* Of attributes whose value depends on another's: that one, and which file has the pairs. */
    struct dependence {
        bool has_from, has_pairs;
        size_t from, pairs;
    } dependence[FACTS_MAX_ATTRIBUTES];
};

/* What may be written under a section, and what takes it. */
struct key {
    const char *name;
    bool (*set)(struct loader *loader, struct attribute *attribute, const char *value,
                struct error *err);
};

/* Files */

/* A pipe would be waited for, and empty when it is read again. */
static bool check_table(const char *path, struct error *err)
{
    struct stat about;
    bool other = stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
    return csv_check_ending(path, err) &&
           (!other ||
            error_set(err, ERROR_INPUT,
                      "%s is a pipe or a device, and a table is read more than once: save "
                      "it in a file that ends in .csv, and name that",
                      path));
}

/* Reads what was found, or null, at a path that this frees, for whoever asks for it again. */
static const struct fact_file *read_file(struct loader *loader, const char *folder,
                                         const char *name, char *path, struct error *err)
{
    struct fact_files *files = &loader->facts->files;
    bool readable = path && (strcmp(folder, TABLES) != 0 || check_table(path, err));
    char *text = readable ? text_file_read(path, NULL, err) : NULL;
    if (text)
        return fact_files_take(files, folder, name, path, text, err)
                   ? &files->file[files->count - 1]
                   : NULL;
    memory_free(path);
    return NULL;
}

/* The file of that name; without an ending it may also lie beside the facts file. It stays where it
 * is until the next one is used. */
static const struct fact_file *use_file(struct loader *loader, const char *folder, const char *name,
                                        const char *ending, struct error *err)
{
    const struct fact_set *facts = loader->facts;
    const struct fact_file *known = fact_files_find(&facts->files, folder, name);
    if (known)
        return known;
    if (loader->is_kept) {
        error_set(err, ERROR_DATA, "there is no %s/%s", folder, name);
        return NULL;
    }
    char *path = ending ? places_find(&loader->places, folder, name, ending, err)
                        : places_find_beside(&loader->places, facts->path, folder, name, err);
    return read_file(loader, folder, name, path, err);
}

/* Pools and templates */

/* How many entries of a pool are asked for; 0: all. */
static size_t limit_of(const struct facts_options *options, const char *pool)
{
    size_t count = 0;
    for (size_t i = 0; i < options->limits; i++)
        if (strcmp(options->limit[i].pool, pool) == 0)
            count = options->limit[i].count;
    return count;
}

/* Index of the pool, which is read when it is first met. */
static bool use_pool(struct loader *loader, const char *name, size_t *index, struct error *err)
{
    struct fact_set *facts = loader->facts;
    for (*index = 0; *index < facts->pools; (*index)++)
        if (strcmp(facts->pool[*index].name, name) == 0)
            return true;
    struct pool *pool = memory_resize(facts->pool, facts->pools + 1, sizeof *pool, err);
    if (!pool)
        return false;
    facts->pool = pool;
    const struct fact_file *file = use_file(loader, POOLS, name, ".txt", err);
    bool read = file && pool_read(&pool[facts->pools], name, file->path, file->text,
                                  limit_of(loader->options, name), err);
    facts->pools += read;
    return read;
}

/* Reads "days months years" into part[]. */
static bool use_pools(struct loader *loader, const char *names, size_t *part, size_t *parts,
                      struct error *err)
{
    while (*(names += strspn(names, BLANKS))) {
        size_t length = strcspn(names, BLANKS);
        if (*parts == FACTS_MAX_PARTS)
            return error_set(err, ERROR_INPUT, "more than %d parts", FACTS_MAX_PARTS);
        char *name = memory_format(err, "%.*s", (int)length, names);
        if (!name)
            return false;
        bool used = use_pool(loader, name, &part[*parts], err);
        memory_free(name);
        if (!used)
            return false;
        (*parts)++;
        names += length;
    }
    return *parts > 0 || error_set(err, ERROR_INPUT, "names no pool");
}

/* Reads the attribute's templates. */
static bool use_templates(struct loader *loader, struct attribute *attribute, const char *name,
                          struct error *err)
{
    struct fact_set *facts = loader->facts;
    bool is_general = strcmp(name, FACTS_GENERAL_TEMPLATES) == 0;
    const struct fact_file *file = use_file(loader, TEMPLATES, name, is_general ? "" : NULL, err);
    if (!file)
        return false;
    struct template *template;
    size_t count;
    bool read = templates_read(&template, &count, file->path, file->text, attribute->name,
                               loader->options->templates, err);
    if (read && facts->templates > 0 && count != facts->templates) {
        error_set(err, ERROR_INPUT,
                  "%s: %zu templates, but another attribute has %zu; facts.templates limits how "
                  "many are used",
                  file->path, count, facts->templates);
        templates_free(template, count);
        read = false;
    }
    if (!read)
        return false;
    attribute->template = template;
    facts->templates = count;
    return true;
}

/* The keys of a facts file */

static bool set_string(char **field, const char *value, struct error *err)
{
    if (*field)
        return error_set(err, ERROR_INPUT, "written twice");
    if (!*value)
        return error_set(err, ERROR_INPUT, "empty");
    *field = memory_string(value, err);
    return *field != NULL;
}

static bool set_title(struct loader *loader, struct attribute *attribute, const char *value,
                      struct error *err)
{
    (void)attribute;
    return set_string(&loader->facts->title, value, err);
}

static bool set_individual(struct loader *loader, struct attribute *attribute, const char *value,
                           struct error *err)
{
    (void)attribute;
    return set_string(&loader->facts->individual, value, err);
}

static bool set_table(struct loader *loader, struct attribute *attribute, const char *value,
                      struct error *err)
{
    (void)attribute;
    struct fact_set *facts = loader->facts;
    if (facts->table)
        return error_set(err, ERROR_INPUT, "written twice");
    if (facts->name_parts > 0 || facts->attributes > 0)
        return error_set(err, ERROR_INPUT, "comes behind a pool; a table comes before all columns");
    if (!*value)
        return error_set(err, ERROR_INPUT, "empty");
    const struct fact_file *file = use_file(loader, TABLES, value, NULL, err);
    if (!file)
        return false;
    loader->table = (size_t)(file - facts->files.file);
    return (facts->table = memory_string(file->path, err)) != NULL;
}

static bool set_name(struct loader *loader, struct attribute *attribute, const char *value,
                     struct error *err)
{
    (void)attribute;
    struct fact_set *facts = loader->facts;
    if (facts->table)
        return set_string(&loader->name_column, value, err);
    if (facts->name_parts > 0)
        return error_set(err, ERROR_INPUT, "written twice");
    return use_pools(loader, value, facts->name_part, &facts->name_parts, err);
}

static bool set_default_templates(struct loader *loader, struct attribute *attribute,
                                  const char *value, struct error *err)
{
    (void)attribute;
    return set_string(&loader->templates, value, err);
}

static bool set_value(struct loader *loader, struct attribute *attribute, const char *value,
                      struct error *err)
{
    if (loader->facts->table)
        return error_set(err, ERROR_INPUT, "values come from the table: column = NAME");
    if (attribute->parts > 0)
        return error_set(err, ERROR_INPUT, "written twice");
    return use_pools(loader, value, attribute->part, &attribute->parts, err);
}

static bool set_column(struct loader *loader, struct attribute *attribute, const char *value,
                       struct error *err)
{
    if (!loader->facts->table)
        return error_set(err, ERROR_INPUT, "there is no table = FILE in [facts] before it");
    return set_string(&attribute->column, value, err);
}

static struct dependence *dependence_of(struct loader *loader, const struct attribute *attribute)
{
    return &loader->dependence[attribute - loader->facts->attribute];
}

/* The other attribute stands in the file before this one, so that there are no circles. */
static bool set_from(struct loader *loader, struct attribute *attribute, const char *value,
                     struct error *err)
{
    struct dependence *dependence = dependence_of(loader, attribute);
    size_t before = (size_t)(attribute - loader->facts->attribute);
    const char *names[FACTS_MAX_ATTRIBUTES];
    if (loader->facts->table)
        return error_set(err, ERROR_INPUT, "values come from the table: column = NAME");
    if (dependence->has_from)
        return error_set(err, ERROR_INPUT, "written twice");
    dependence->from = fact_set_attribute(loader->facts, value);
    dependence->has_from = dependence->from < before;
    for (size_t i = 0; i < before; i++)
        names[i] = loader->facts->attribute[i].name;
    if (!dependence->has_from && before == 0)
        return error_set(err, ERROR_INPUT, "there is no attribute before this one");
    return dependence->has_from ||
           suggest_refuse_of_all("attribute before this one", value, names, before, err);
}

static bool set_pairs(struct loader *loader, struct attribute *attribute, const char *value,
                      struct error *err)
{
    struct dependence *dependence = dependence_of(loader, attribute);
    if (dependence->has_pairs)
        return error_set(err, ERROR_INPUT, "written twice");
    if (!*value)
        return error_set(err, ERROR_INPUT, "empty");
    const struct fact_file *file = use_file(loader, TABLES, value, NULL, err);
    if (file)
        dependence->pairs = (size_t)(file - loader->facts->files.file);
    return dependence->has_pairs = file;
}

static bool set_templates(struct loader *loader, struct attribute *attribute, const char *value,
                          struct error *err)
{
    if (attribute->template)
        return error_set(err, ERROR_INPUT, "written twice");
    return use_templates(loader, attribute, value, err);
}

static const struct key facts_keys[] = {
    {"title", set_title},
    {"table", set_table},
    {"name", set_name},
    {"individual", set_individual},
    {"templates", set_default_templates},
};

static const struct key attribute_keys[] = {
    {"value", set_value}, {"column", set_column},       {"from", set_from},
    {"pairs", set_pairs}, {"templates", set_templates},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool set_key(struct loader *loader, struct attribute *attribute, const struct key *keys,
                    size_t count, const struct setting *setting, struct error *err)
{
    const char *names[COUNT(facts_keys) + COUNT(attribute_keys)];
    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
        if (strcmp(setting->key, keys[i].name) == 0)
            return keys[i].set(loader, attribute, setting->value, err) ||
                   error_prefix(err, "%s", setting->key);
    }
    return suggest_refuse_of_all("key", setting->key, names, count, err);
}

/* The attribute of the section "attribute NAME", added when it is first met. */
static struct attribute *attribute_of_section(struct fact_set *facts, const char *section,
                                              struct error *err)
{
    const char *name = section + strlen(ATTRIBUTE_SECTION);
    name += strspn(name, BLANKS);
    if (!*name) {
        error_set(err, ERROR_INPUT, "the attribute has no name: [attribute NAME]");
        return NULL;
    }
    for (size_t i = 0; i < facts->attributes; i++)
        if (strcmp(facts->attribute[i].name, name) == 0)
            return &facts->attribute[i];
    return fact_set_add_attribute(facts, name, err) ? &facts->attribute[facts->attributes - 1]
                                                    : NULL;
}

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    static const char *const sections[] = {FACTS_SECTION, ATTRIBUTE_SECTION};
    struct loader *loader = user;
    if (strcmp(setting->section, FACTS_SECTION) == 0)
        return set_key(loader, NULL, facts_keys, COUNT(facts_keys), setting, err);
    if (!*setting->section)
        return error_set(err, ERROR_INPUT, "%s comes before the first section", setting->key);
    size_t word = strcspn(setting->section, BLANKS);
    if (word != strlen(ATTRIBUTE_SECTION) ||
        strncmp(setting->section, ATTRIBUTE_SECTION, word) != 0)
        return suggest_refuse_of_all("section", setting->section, sections, COUNT(sections), err);
    struct attribute *attribute = attribute_of_section(loader->facts, setting->section, err);
    return attribute &&
           set_key(loader, attribute, attribute_keys, COUNT(attribute_keys), setting, err);
}

/* Tables */

/* What a table without a facts file is about: its name without directory and ending, and what the
 * column of its names is called. */
static bool name_table(struct fact_set *facts, struct error *err)
{
    const struct csv *csv = &facts->csv;
    const char *file = file_name(facts->table), *column = csv_column(csv, fact_table_first(csv));
    const char *dot = strrchr(file, '.');
    int length = dot && dot > file ? (int)(dot - file) : (int)strlen(file);
    facts->title = memory_format(err, "%.*s", length, file);
    facts->individual = !facts->title                     ? NULL
                        : strcasecmp(column, "name") == 0 ? memory_string("row", err)
                                                          : fact_table_spoken(column, err);
    return facts->individual != NULL;
}

/* Names and values of the table, where there is one. */
static bool take_table(struct loader *loader, struct error *err)
{
    struct fact_set *facts = loader->facts;
    if (!facts->table)
        return true;
    if (loader->options->limits > 0)
        return error_set(err, ERROR_INPUT,
                         "pools.%s: the facts of %s come from a table and have no pools to shorten",
                         loader->options->limit[0].pool, facts->path);
    return csv_read(&facts->csv, facts->table, facts->files.file[loader->table].text, err) &&
           fact_table_take(facts, loader->name_column, loader->options->first_columns, err) &&
           (facts->title || name_table(facts, err));
}

/* Pairs */

static bool is_single(const struct attribute *attribute, struct error *err)
{
    return attribute->parts == 1 ||
           error_set(err, ERROR_INPUT, "[attribute %s] has a value of %zu parts; pairs need one",
                     attribute->name, attribute->parts);
}

static bool load_pairs(struct fact_set *facts, struct attribute *attribute,
                       const struct dependence *dependence, struct error *err)
{
    const struct attribute *from = &facts->attribute[dependence->from];
    const struct fact_file *file = &facts->files.file[dependence->pairs];
    if (!dependence->has_from || !dependence->has_pairs)
        return error_set(err, ERROR_INPUT, "%s needs %s", dependence->has_from ? "from" : "pairs",
                         dependence->has_from ? "pairs = FILE" : "from = ATTRIBUTE");
    if (!is_single(attribute, err) || !is_single(from, err))
        return false;
    attribute->pairs = memory_new(1, sizeof *attribute->pairs, err);
    if (!attribute->pairs ||
        !pairs_read(attribute->pairs, file->path, file->text, &facts->pool[from->part[0]],
                    &facts->pool[attribute->part[0]], err))
        return false;
    attribute->pairs->from = dependence->from;
    return true;
}

static bool take_pairs(struct loader *loader, struct error *err)
{
    struct fact_set *facts = loader->facts;
    for (size_t i = 0; i < facts->attributes; i++) {
        const struct dependence *dependence = &loader->dependence[i];
        bool depends = dependence->has_from || dependence->has_pairs;
        if (depends && !load_pairs(facts, &facts->attribute[i], dependence, err))
            return error_prefix(err, "%s: [attribute %s]", facts->path, facts->attribute[i].name);
    }
    return true;
}

/* Templates of attributes that have none of their own. */
static bool take_templates(struct loader *loader, struct error *err)
{
    struct fact_set *facts = loader->facts;
    const char *file = loader->templates ? loader->templates : FACTS_GENERAL_TEMPLATES;
    for (size_t i = 0; i < facts->attributes; i++) {
        bool general = !facts->attribute[i].template && (facts->table || loader->templates);
        if (general && !use_templates(loader, &facts->attribute[i], file, err))
            return error_prefix(err, "[attribute %s]", facts->attribute[i].name);
        facts->general_templates |= general;
    }
    return true;
}

/* What has to be there */

/* What a facts file must say. */
static bool check_complete(const struct fact_set *facts, struct error *err)
{
    const char *lacking = !facts->title        ? "title"
                          : !facts->name_parts ? "name"
                          : !facts->individual ? "individual"
                                               : NULL;
    if (lacking)
        return error_set(err, ERROR_INPUT, "%s: [facts] has no %s", facts->path, lacking);
    if (facts->attributes == 0)
        return error_set(err, ERROR_INPUT, "%s: there is no [attribute NAME]", facts->path);
    for (size_t i = 0; i < facts->attributes; i++) {
        const struct attribute *attribute = &facts->attribute[i];
        if (!attribute->parts || !attribute->template)
            return error_set(err, ERROR_INPUT, "%s: [attribute %s] has no %s", facts->path,
                             attribute->name, attribute->parts ? "templates" : "value");
    }
    return true;
}

static bool check_options(const struct fact_set *facts, const struct facts_options *options,
                          struct error *err)
{
    if (facts->templates > FACTS_MAX_TEMPLATES)
        return error_set(err, ERROR_INPUT, "%s: %zu templates of an attribute are more than %d",
                         facts->path, facts->templates, FACTS_MAX_TEMPLATES);
    if (facts->train_templates == 0 || facts->train_templates > facts->templates ||
        (facts->train_templates == facts->templates && facts->templates > 1))
        return error_set(err, ERROR_INPUT,
                         "%s: of %zu templates, %zu for training do not leave at least one for "
                         "training and one for evaluation",
                         facts->path, facts->templates, facts->train_templates);
    const char **names = memory_new(facts->pools, sizeof *names, err);
    if (!names)
        return false;
    for (size_t i = 0; i < facts->pools; i++)
        names[i] = facts->pool[i].name;
    bool known = true;
    for (size_t i = 0; known && i < options->limits; i++) {
        known = false;
        for (size_t j = 0; !known && j < facts->pools; j++)
            known = strcmp(options->limit[i].pool, names[j]) == 0;
        if (!known)
            suggest_refuse_of_all("pool", options->limit[i].pool, names, facts->pools, err);
    }
    memory_free(names);
    return known;
}

static bool is_path(const char *file)
{
    size_t length = strlen(file), ending = strlen(".ini");
    return strchr(file, '/') || (length > ending && strcmp(file + length - ending, ".ini") == 0);
}

/* The facts file, or the table in its place, and where what belongs to it may be. */

static bool find_table(struct loader *loader, const char *table, const char *const *directories,
                       struct error *err)
{
    bool is_file = strchr(table, '/') || csv_has_extension(table);
    if (!places_init(&loader->places, is_file ? table : NULL, directories, err))
        return false;
    if (!csv_check_ending(table, err))
        return false;
    char *path = is_file ? memory_string(table, err)
                         : places_find(&loader->places, TABLES, table, ".tsv", err);
    return read_file(loader, TABLES, table, path, err);
}

static bool find_facts(struct loader *loader, const char *file, const char *const *directories,
                       struct error *err)
{
    if (!places_init(&loader->places, is_path(file) ? file : NULL, directories, err))
        return false;
    char *path = is_path(file) ? memory_string(file, err)
                               : places_find(&loader->places, FACTS, file, ".ini", err);
    return read_file(loader, FACTS, file, path, err);
}

/* The first of the files says what the others are for. */
static bool read_first(struct loader *loader, struct error *err)
{
    struct fact_set *facts = loader->facts;
    const struct fact_file first = facts->files.file[0];
    if (!(facts->path = memory_string(first.path, err)))
        return false;
    if (strcmp(first.folder, TABLES) == 0)
        return (facts->table = memory_string(first.path, err)) != NULL;
    return ini_read(first.text, first.path, take_setting, loader, err);
}

static bool take(struct loader *loader, struct error *err)
{
    struct fact_set *facts = loader->facts;
    return read_first(loader, err) && take_table(loader, err) && take_templates(loader, err) &&
           check_complete(facts, err) && check_options(facts, loader->options, err) &&
           take_pairs(loader, err);
}

/* Frees the loader, and the facts where they are not whole. */
static bool end(struct loader *loader, bool loaded)
{
    places_free(&loader->places);
    memory_free(loader->name_column);
    memory_free(loader->templates);
    if (!loaded)
        fact_set_free(loader->facts);
    return loaded;
}

static struct loader begin(struct fact_set *facts, const struct facts_options *options)
{
    *facts = (struct fact_set){
        .train_templates = options->train_templates,
        .shuffle = options->shuffle,
    };
    return (struct loader){.facts = facts, .options = options};
}

bool fact_set_load(struct fact_set *facts, const struct facts_options *options,
                   const char *const *directories, struct error *err)
{
    struct loader loader = begin(facts, options);
    bool found = options->table && *options->table
                     ? find_table(&loader, options->table, directories, err)
                     : find_facts(&loader, options->file, directories, err);
    return end(&loader, found && take(&loader, err));
}

bool fact_set_load_kept(struct fact_set *facts, const struct facts_options *options,
                        struct fact_files *files, struct error *err)
{
    struct loader loader = begin(facts, options);
    loader.is_kept = true;
    facts->files = *files;
    *files = (struct fact_files){0};
    return end(&loader, (facts->files.count > 0 ||
                         error_set(err, ERROR_DATA, "there is no facts file, and no table")) &&
                            take(&loader, err));
}
