#include "facts/fact_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

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

bool fact_set_add_attribute(struct fact_set *facts, const char *name, struct error *err)
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

void fact_set_free(struct fact_set *facts)
{
    for (size_t i = 0; i < facts->attributes; i++) {
        memory_free(facts->attribute[i].name);
        memory_free(facts->attribute[i].key);
        memory_free(facts->attribute[i].column);
        if (facts->attribute[i].pairs)
            pairs_free(facts->attribute[i].pairs);
        memory_free(facts->attribute[i].pairs);
        templates_free(facts->attribute[i].template, facts->templates);
    }
    for (size_t i = 0; i < facts->pools; i++)
        pool_free(&facts->pool[i]);
    memory_free(facts->attribute);
    memory_free(facts->pool);
    memory_free(facts->cell);
    fact_files_free(&facts->files);
    csv_free(&facts->csv);
    memory_free(facts->table);
    memory_free(facts->individual);
    memory_free(facts->title);
    memory_free(facts->path);
    *facts = (struct fact_set){0};
}

size_t fact_set_rows(const struct fact_set *facts)
{
    return facts->cell ? facts->pool[facts->name_part[0]].count : 0;
}

uint32_t fact_set_cell(const struct fact_set *facts, size_t row, size_t attribute)
{
    return facts->cell[row * facts->attributes + attribute];
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

static uint64_t hash_cells(const struct fact_set *facts, uint64_t hash)
{
    size_t cells = fact_set_rows(facts) * facts->attributes;
    return hash_u64(hash ^ hash_u32_list(facts->cell, cells));
}

static uint64_t hash_pairs(const struct pairs *pairs, uint64_t hash)
{
    size_t count = pairs->start[pairs->keys];
    hash = hash_u64(hash ^ pairs->from);
    for (size_t k = 0; k <= pairs->keys; k++)
        hash = hash_u64(hash ^ pairs->start[k]);
    return hash_u64(hash ^ hash_u32_list(pairs->entry, count));
}

void fact_set_fingerprint(const struct fact_set *facts, char text[FACTS_FINGERPRINT_SIZE])
{
    uint64_t hash = 0;
    for (size_t p = 0; p < facts->pools; p++)
        for (size_t i = 0; i < facts->pool[p].count; i++)
            hash = hash_on(hash, facts->pool[p].entry[i]);
    for (size_t a = 0; a < facts->attributes; a++) {
        hash = hash_on(hash, facts->attribute[a].name);
        if (facts->attribute[a].pairs)
            hash = hash_pairs(facts->attribute[a].pairs, hash);
        for (size_t t = 0; t < facts->templates; t++) {
            const struct template *template = &facts->attribute[a].template[t];
            hash = hash_on(hash, template->before_name);
            hash = hash_on(hash, template->before_value);
            hash = hash_on(hash, template->after_value);
        }
    }
    if (facts->cell)
        hash = hash_cells(facts, hash);
    snprintf(text, FACTS_FINGERPRINT_SIZE, "%016" PRIx64, hash);
}
