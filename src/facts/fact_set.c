#include "facts/fact_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/text_file.h"

#define BLANKS            " \t"
#define FACTS_SECTION     "facts"
#define ATTRIBUTE_SECTION "attribute"

/* A facts file that is being read. */
struct loader {
    struct fact_set *facts;
    const struct facts_options *options;
    const char **place; /* [places] where pools and templates are looked for, the first first */
    size_t places;
    char *own[2]; /* of these, the ones a facts file given by path adds */
};

/* What may be written under a section, and what takes it. */
struct key {
    const char *name;
    bool (*set)(struct loader *loader, struct attribute *attribute, const char *value,
                struct error *err);
};

/* The first place/folder/name+ending that is a file, in a new string; with none ERROR_INPUT. */
static char *find_file(const char *const *place, size_t places, const char *folder,
                       const char *name, const char *ending, struct error *err)
{
    struct text tried = {0};
    for (size_t i = 0; i < places; i++) {
        char *path = memory_format(err, "%s/%s/%s%s", place[i], folder, name, ending);
        if (!path || file_is_regular(path)) {
            text_free(&tried);
            return path;
        }
        text_format(&tried, "%s%s", i ? ", " : "", place[i]);
        memory_free(path);
    }
    error_set(err, ERROR_INPUT, "there is no %s/%s%s in %s", folder, name, ending,
              tried.bytes ? tried.bytes : "any directory");
    text_free(&tried);
    return NULL;
}

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
    char *path = find_file(loader->place, loader->places, "pools", name, ".txt", err);
    if (!path)
        return false;
    bool loaded = pool_load(&pool[facts->pools], name, path, limit_of(loader->options, name), err);
    memory_free(path);
    facts->pools += loaded;
    return loaded;
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

static bool set_name(struct loader *loader, struct attribute *attribute, const char *value,
                     struct error *err)
{
    (void)attribute;
    struct fact_set *facts = loader->facts;
    if (facts->name_parts > 0)
        return error_set(err, ERROR_INPUT, "written twice");
    return use_pools(loader, value, facts->name_part, &facts->name_parts, err);
}

static bool set_value(struct loader *loader, struct attribute *attribute, const char *value,
                      struct error *err)
{
    if (attribute->parts > 0)
        return error_set(err, ERROR_INPUT, "written twice");
    return use_pools(loader, value, attribute->part, &attribute->parts, err);
}

static bool set_templates(struct loader *loader, struct attribute *attribute, const char *value,
                          struct error *err)
{
    struct fact_set *facts = loader->facts;
    if (attribute->template)
        return error_set(err, ERROR_INPUT, "written twice");
    char *path = find_file(loader->place, loader->places, "templates", value, "", err);
    if (!path)
        return false;
    struct template *template;
    size_t count;
    bool loaded = templates_load(&template, &count, path, loader->options->templates, err);
    if (loaded && facts->templates > 0 && count != facts->templates) {
        error_set(err, ERROR_INPUT,
                  "%s: %zu templates, but another attribute has %zu; facts.templates limits how "
                  "many are used",
                  path, count, facts->templates);
        templates_free(template, count);
        loaded = false;
    }
    memory_free(path);
    if (!loaded)
        return false;
    attribute->template = template;
    facts->templates = count;
    return true;
}

static const struct key facts_keys[] = {
    {"title", set_title},
    {"name", set_name},
    {"individual", set_individual},
};

static const struct key attribute_keys[] = {
    {"value", set_value},
    {"templates", set_templates},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Sets ERROR_INPUT for a word that is none of those there are, and names the one that was meant.
 * Returns false. */
static bool unknown(const char *what, const char *word, const char *const *known, size_t count,
                    struct error *err)
{
    const char *meant = suggest_of(word, known, count);
    if (meant)
        return error_set(err, ERROR_INPUT, "there is no %s \"%s\"; did you mean \"%s\"?", what,
                         word, meant);
    struct text all = {0};
    for (size_t i = 0; i < count; i++)
        text_format(&all, "%s%s", i ? ", " : "", known[i]);
    error_set(err, ERROR_INPUT, "there is no %s \"%s\"; there are: %s", what, word,
              all.bytes ? all.bytes : "none");
    text_free(&all);
    return false;
}

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
    return unknown("key", setting->key, names, count, err);
}

/* The attribute's name in JSON: lower case, with _ for what no identifier holds. */
static char *make_key(const char *name, struct error *err)
{
    char *key = memory_string(name, err);
    for (char *byte = key; byte && *byte; byte++) {
        bool lower = *byte >= 'a' && *byte <= 'z', digit = *byte >= '0' && *byte <= '9';
        if (*byte >= 'A' && *byte <= 'Z')
            *byte = (char)(*byte - 'A' + 'a');
        else if (!lower && !digit && !((unsigned char)*byte & 0x80))
            *byte = '_';
    }
    return key;
}

static bool add_attribute(struct fact_set *facts, const char *name, struct error *err)
{
    if (facts->attributes == FACTS_MAX_ATTRIBUTES)
        return error_set(err, ERROR_INPUT, "more than %d attributes", FACTS_MAX_ATTRIBUTES);
    char *key = make_key(name, err);
    if (!key)
        return false;
    size_t same = fact_set_attribute(facts, key);
    if (same < facts->attributes) {
        memory_free(key);
        return error_set(err, ERROR_INPUT, "the attributes \"%s\" and \"%s\" have the same key %s",
                         facts->attribute[same].name, name, facts->attribute[same].key);
    }
    struct attribute *attribute =
        memory_resize(facts->attribute, facts->attributes + 1, sizeof *attribute, err);
    if (attribute) {
        facts->attribute = attribute;
        attribute += facts->attributes;
        *attribute = (struct attribute){.name = memory_string(name, err), .key = key};
    }
    if (!attribute || !attribute->name) {
        memory_free(key);
        return false;
    }
    facts->attributes++;
    return true;
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
    return add_attribute(facts, name, err) ? &facts->attribute[facts->attributes - 1] : NULL;
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
        return unknown("section", setting->section, sections, COUNT(sections), err);
    struct attribute *attribute = attribute_of_section(loader->facts, setting->section, err);
    return attribute &&
           set_key(loader, attribute, attribute_keys, COUNT(attribute_keys), setting, err);
}

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
            unknown("pool", options->limit[i].pool, names, facts->pools, err);
    }
    memory_free(names);
    return known;
}

static bool is_path(const char *file)
{
    size_t length = strlen(file), ending = strlen(".ini");
    return strchr(file, '/') || (length > ending && strcmp(file + length - ending, ".ini") == 0);
}

/* Finds the facts file and where its pools and templates may be. */
static bool find_places(struct loader *loader, const char *const *directories, struct error *err)
{
    const char *file = loader->options->file;
    size_t directory_count = 0;
    while (directories[directory_count])
        directory_count++;
    loader->place = memory_new(directory_count + COUNT(loader->own), sizeof *loader->place, err);
    if (!loader->place)
        return false;
    if (is_path(file)) {
        const char *slash = strrchr(file, '/');
        int length = slash ? (int)(slash - file) : 1;
        const char *directory = slash ? file : ".";
        for (size_t i = 0; i < COUNT(loader->own); i++) {
            loader->own[i] = memory_format(err, "%.*s%s", length, directory, i ? "/.." : "");
            if (!loader->own[i])
                return false;
            loader->place[loader->places++] = loader->own[i];
        }
    }
    for (size_t i = 0; i < directory_count; i++)
        loader->place[loader->places++] = directories[i];
    loader->facts->path = is_path(file)
                              ? memory_string(file, err)
                              : find_file(directories, directory_count, "facts", file, ".ini", err);
    return loader->facts->path != NULL;
}

static bool load(struct loader *loader, const char *const *directories, struct error *err)
{
    struct fact_set *facts = loader->facts;
    if (!find_places(loader, directories, err))
        return false;
    char *text = text_file_read(facts->path, NULL, err);
    if (!text)
        return false;
    bool read = ini_read(text, facts->path, take_setting, loader, err);
    memory_free(text);
    return read && check_complete(facts, err) && check_options(facts, loader->options, err);
}

bool fact_set_load(struct fact_set *facts, const struct facts_options *options,
                   const char *const *directories, struct error *err)
{
    *facts = (struct fact_set){
        .train_templates = options->train_templates,
        .shuffle = options->shuffle,
    };
    struct loader loader = {.facts = facts, .options = options};
    bool loaded = load(&loader, directories, err);
    memory_free(loader.place);
    for (size_t i = 0; i < COUNT(loader.own); i++)
        memory_free(loader.own[i]);
    if (!loaded)
        fact_set_free(facts);
    return loaded;
}

void fact_set_free(struct fact_set *facts)
{
    for (size_t i = 0; i < facts->attributes; i++) {
        memory_free(facts->attribute[i].name);
        memory_free(facts->attribute[i].key);
        templates_free(facts->attribute[i].template, facts->templates);
    }
    for (size_t i = 0; i < facts->pools; i++)
        pool_free(&facts->pool[i]);
    memory_free(facts->attribute);
    memory_free(facts->pool);
    memory_free(facts->individual);
    memory_free(facts->title);
    memory_free(facts->path);
    *facts = (struct fact_set){0};
}

size_t fact_set_first_evaluation(const struct fact_set *facts)
{
    return facts->templates > 1 ? facts->train_templates : 0;
}

size_t fact_set_attribute(const struct fact_set *facts, const char *name)
{
    size_t i = 0;
    while (i < facts->attributes && strcmp(facts->attribute[i].name, name) != 0 &&
           strcmp(facts->attribute[i].key, name) != 0)
        i++;
    return i;
}

/* The hash so far with one more string, whose end counts too. */
static uint64_t hash_on(uint64_t hash, const char *string)
{
    return hash_u64(hash ^ hash_bytes(string, strlen(string) + 1));
}

void fact_set_fingerprint(const struct fact_set *facts, char text[FACTS_FINGERPRINT_SIZE])
{
    uint64_t hash = 0;
    for (size_t p = 0; p < facts->pools; p++)
        for (size_t i = 0; i < facts->pool[p].count; i++)
            hash = hash_on(hash, facts->pool[p].entry[i]);
    for (size_t a = 0; a < facts->attributes; a++) {
        hash = hash_on(hash, facts->attribute[a].name);
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template *template = &facts->attribute[a].template[t];
            hash = hash_on(hash, template->before_name);
            hash = hash_on(hash, template->before_value);
            hash = hash_on(hash, template->after_value);
        }
    }
    snprintf(text, FACTS_FINGERPRINT_SIZE, "%016" PRIx64, hash);
}
