/* Map of this file: texts; words. */
#include "paper/claim_value.h"

#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "base/suggest.h"
#include "config/preset_file.h"
#include "record/measure.h"

/* Texts */

const char *claim_section_text(const struct claim_section *section, const char *key,
                               const char *otherwise)
{
    const struct claim_value *value = claim_section_value(section, key);
    return value->text ? value->text : otherwise;
}

bool claim_value_count(const struct claim_file *file, const char *key,
                       const struct claim_value *value, unsigned least, unsigned most,
                       unsigned *number, struct error *err)
{
    uint64_t count;
    if (!value->text)
        return true;
    if (!number_read_count(value->text, &count) || count < least || count > most)
        return claim_file_refuse(file, value->line, err,
                                 "%s = %s is not a whole number from %u to %u", key, value->text,
                                 least, most);
    *number = (unsigned)count;
    return true;
}

/* Words */

bool claim_value_words(struct claim_reading *reading, const struct paths *paths,
                       const struct claim_value *value, claim_take_word *take, struct error *err)
{
    char *copy = memory_string(value->text ? value->text : "", err), *rest = NULL;
    bool ok = copy != NULL;
    for (char *word = copy ? strtok_r(copy, " \t", &rest) : NULL; ok && word;
         word = strtok_r(NULL, " \t", &rest))
        ok = take(reading, paths, word, err) || claim_file_blame(&reading->file, value->line, err);
    memory_free(copy);
    return ok;
}

bool claim_word_is_preset(struct claim_reading *reading, const struct paths *paths,
                          const char *name, struct error *err)
{
    struct preset preset;
    (void)reading;
    bool ok = preset_load(&preset, paths, name, err);
    if (ok)
        preset_free(&preset);
    return ok;
}

bool claim_run_unknown(const struct claim_file *file, const char *name, struct error *err)
{
    const char **names = memory_new(file->sections, sizeof *names, err);
    if (!names)
        return false;
    size_t count = 0;
    const struct claim_section *run = NULL;
    while ((run = claim_file_next(file, "run", run)))
        names[count++] = run->name;
    const char *near = suggest_of(name, names, count);
    memory_free(names);
    return near ? error_set(err, ERROR_INPUT, "there is no [run %s]; did you mean %s?", name, near)
                : error_set(err, ERROR_INPUT, "there is no [run %s]", name);
}

bool claim_word_is_run(struct claim_reading *reading, const struct paths *paths, const char *name,
                       struct error *err)
{
    (void)paths;
    return claim_file_run(&reading->file, name, strlen(name)) ||
           claim_run_unknown(&reading->file, name, err);
}

static bool unknown_measure(const char *key, struct error *err)
{
    const char **keys = memory_new(measure_count, sizeof *keys, err);
    if (!keys)
        return false;
    for (size_t i = 0; i < measure_count; i++)
        keys[i] = measures[i].key;
    suggest_refuse("there is no measure", key, keys, measure_count, "mneme-run(5) lists them", err);
    memory_free(keys);
    return false;
}

static bool incomplete_measure(const struct measure *measure, const char *path, struct error *err)
{
    const char *key = measure->key;
    switch (measure->set) {
    case MEASURE_ATTRIBUTE:
        return error_set(err, ERROR_INPUT,
                         "%s is not one number of the record: expected attributes.NAME.%s", path,
                         key);
    case MEASURE_CIRCUIT:
        return error_set(
            err, ERROR_INPUT,
            "%s is not one number of the record: expected %s.LAYER or heads.%s.LAYER.HEAD", path,
            key, key);
    case MEASURE_GROUP:
        return error_set(err, ERROR_INPUT, "%s is not one number of the record: expected %s.GROUP",
                         path, key);
    default:
        return error_set(err, ERROR_INPUT, "%s is not one number of the record: expected %s", path,
                         key);
    }
}

bool claim_word_is_measure(struct claim_reading *reading, const struct paths *paths,
                           const char *key, struct error *err)
{
    const struct measure *measure = measure_find(key);
    (void)reading;
    (void)paths;
    if (!measure)
        return unknown_measure(key, err);
    return measure_is_one_number(measure, key) || incomplete_measure(measure, key, err);
}
