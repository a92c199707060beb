#include "record/measure_paths.h"

#include "base/memory.h"
#include "base/suggest.h"
#include "record/measure.h"

static bool add_attributes(const struct measured_shape *shape, const struct measure *measure,
                           struct strings *paths, struct error *err)
{
    bool added = true;
    for (size_t a = 0; added && a < shape->facts->attributes; a++)
        added = strings_take(
            paths,
            memory_format(err, "attributes.%s.%s", shape->facts->attribute[a].key, measure->key),
            err);
    return added;
}

static bool add_numbered(const struct measure *measure, size_t count, struct strings *paths,
                         struct error *err)
{
    bool added = true;
    for (size_t i = 0; added && i < count; i++)
        added = strings_take(paths, memory_format(err, "%s.%zu", measure->key, i), err);
    return added;
}

static bool add_measure(const struct measured_shape *shape, const struct measure *measure,
                        struct strings *paths, struct error *err)
{
    if (measure->is_of_new && !shape->asks_new)
        return true;
    switch (measure->set) {
    case MEASURE_ATTRIBUTE:
        return add_attributes(shape, measure, paths, err);
    case MEASURE_GROUP:
        return add_numbered(measure, shape->groups, paths, err);
    case MEASURE_CIRCUIT:
        return add_numbered(measure, shape->layers, paths, err);
    default:
        return strings_add(paths, measure->key, err);
    }
}

static bool add_heads(const struct measured_shape *shape, const struct measure *measure,
                      struct strings *paths, struct error *err)
{
    bool added = true;
    if (measure->set != MEASURE_CIRCUIT || (measure->is_of_new && !shape->asks_new))
        return true;
    for (size_t i = 0; added && i < shape->layers * shape->heads; i++)
        added = strings_take(paths,
                             memory_format(err, "heads.%s.%zu.%zu", measure->key, i / shape->heads,
                                           i % shape->heads),
                             err);
    return added;
}

bool measure_paths(const struct measured_shape *shape, struct strings *paths, struct error *err)
{
    bool added = true;
    for (size_t m = 0; added && m < measure_count; m++)
        added = add_measure(shape, &measures[m], paths, err);
    for (size_t m = 0; added && m < measure_count; m++)
        added = add_heads(shape, &measures[m], paths, err);
    if (!added)
        strings_free(paths);
    return added;
}

bool measure_path_check(const struct measured_shape *shape, const char *path, struct error *err)
{
    struct strings paths = {.count = 0};
    if (!measure_paths(shape, &paths, err))
        return false;
    bool known = strings_has(&paths, path) ||
                 suggest_refuse("this run has no measure", path, (const char *const *)paths.text,
                                paths.count, "p lists those that it has", err);
    strings_free(&paths);
    return known;
}
