/* Parts of this file: a line; one number of it. */
#include "record/line_read.h"

#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/json_read.h"
#include "base/number.h"
#include "record/line_keys.h"
#include "record/measure.h"

/* ---- a line ---- */

static bool read_count(const json_t *object, const char *key, uint64_t *count, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return error_set(err, ERROR_DATA, "%s is missing or not a whole number", key);
    *count = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_number(const json_t *object, const char *key, double *number, struct error *err)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_number(value) && !json_is_null(value))
        return error_set(err, ERROR_DATA, "%s is missing or not a number", key);
    *number = json_is_null(value) ? NAN : json_number_value(value);
    return true;
}

/* A number that records of the first runs lack: NAN there. */
static bool read_late_number(const json_t *object, const char *key, double *number,
                             struct error *err)
{
    *number = NAN;
    return !json_object_get(object, key) || read_number(object, key, number, err);
}

/* The measures of a set into a point; index as in measure_offset. */
static bool read_measures(const json_t *object, enum measure_set set, void *point, size_t index,
                          struct error *err)
{
    bool ok = true;
    for (const struct measure *m = NULL; ok && (m = measure_next(set, m)) != NULL;) {
        void *number = (char *)point + measure_offset(m, index);
        ok = m->is_whole  ? read_count(object, m->key, number, err)
             : m->is_late ? read_late_number(object, m->key, number, err)
                          : read_number(object, m->key, number, err);
    }
    return ok;
}

static bool read_training(const json_t *object, struct training_point *point, struct error *err)
{
    return read_count(object, "step", &point->step, err) &&
           read_measures(object, MEASURE_PROGRESS, point, 0, err) &&
           read_number(object, "seconds", &point->seconds, err) &&
           read_measures(object, MEASURE_TRAINING, point, 0, err);
}

static bool read_phase(const json_t *object, enum phase *phase, struct error *err)
{
    const char *name = json_string_value(json_object_get(object, "phase"));
    for (enum phase p = PHASE_STATISTICS; name && p <= PHASE_KNOWLEDGE; p++)
        if (strcmp(phase_name(p), name) == 0) {
            *phase = p;
            return true;
        }
    return error_set(err, ERROR_DATA, "phase is missing or unknown");
}

static bool read_attributes(const json_t *object, struct evaluation_point *point,
                            const struct fact_set *facts, struct error *err)
{
    const json_t *attributes = json_object_get(object, "attributes");
    for (size_t a = 0; facts && a < facts->attributes; a++) {
        const char *key = facts->attribute[a].key;
        const json_t *attribute = json_object_get(attributes, key);
        if (!json_is_object(attribute))
            return error_set(err, ERROR_DATA, "attribute %s is missing", key);
        if (!read_measures(attribute, MEASURE_ATTRIBUTE, point, a, err))
            return error_prefix(err, "attribute %s", key);
    }
    return true;
}

/* What is told of a part of the individuals, where it is: how many they are, and their measures. */
static bool read_part(const json_t *object, const char *key, uint64_t *count, enum measure_set set,
                      struct evaluation_point *point, struct error *err)
{
    return !json_object_get(object, key) ||
           (read_count(object, key, count, err) && read_measures(object, set, point, 0, err));
}

static bool read_group_list(const json_t *list, const struct measure *measure,
                            struct evaluation_point *point)
{
    size_t index;
    const json_t *value;
    if (!json_is_array(list) || json_array_size(list) != point->groups)
        return false;
    json_array_foreach (list, index, value) {
        void *number = (char *)point + measure_offset(measure, index);
        if (!json_is_number(value) && !json_is_null(value))
            return false;
        *(double *)number = json_is_null(value) ? NAN : json_number_value(value);
    }
    return true;
}

static bool read_groups(const json_t *object, struct evaluation_point *point, struct error *err)
{
    const struct measure *m = measure_next(MEASURE_GROUP, NULL);
    const json_t *first = json_object_get(object, m->key);
    if (!first)
        return true;
    point->groups = json_array_size(first);
    if (point->groups > SAMPLING_MAX_GROUPS)
        return error_set(err, ERROR_DATA, "%s has more than %d numbers", m->key,
                         SAMPLING_MAX_GROUPS);
    for (; m; m = measure_next(MEASURE_GROUP, m))
        if (!read_group_list(json_object_get(object, m->key), m, point))
            return error_set(err, ERROR_DATA, "%s is not a list of a number for each group",
                             m->key);
    return true;
}

/* Predictions whose confidence is no number belong to no bin. */
static bool read_bin(json_t *list, struct calibration *calibration)
{
    json_int_t number, predictions;
    json_t *confidence;
    double accuracy;
    if (json_unpack(list, "[IIoF!]", &number, &predictions, &confidence, &accuracy) != 0 ||
        number < 0 || number >= CALIBRATION_BINS || predictions < 0 ||
        !(json_is_number(confidence) || json_is_null(confidence)))
        return false;
    const struct calibration_bin bin = {(uint64_t)predictions, json_number_value(confidence),
                                        accuracy};
    if (json_is_number(confidence))
        calibration_add_bin(calibration, (size_t)number, &bin);
    return true;
}

static bool read_calibration(const json_t *object, const char *key, struct calibration *calibration,
                             struct error *err)
{
    size_t index;
    json_t *bin, *bins = json_object_get(object, key);
    bool ok = !bins || json_is_array(bins);
    json_array_foreach (bins, index, bin) {
        ok = ok && read_bin(bin, calibration);
    }
    return ok || error_set(err, ERROR_DATA, "%s is not a list of bins", key);
}

static bool read_digit(char digit, unsigned *value)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit) : NULL;
    *value = found ? (unsigned)(found - digits) : 0;
    return found != NULL;
}

/* Two digits a byte, no more and no fewer; bits that stand for nobody are 0. */
static bool read_bits(const char *text, const struct knowledge_snapshot *snapshot,
                      unsigned char *bits, size_t attribute)
{
    size_t bytes = knowledge_bytes(snapshot->asked);
    unsigned char *to = &bits[attribute * bytes];
    unsigned high, low, unused = (unsigned)(8 * bytes - snapshot->asked);
    if (!text || strlen(text) != 2 * bytes)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        if (!read_digit(text[2 * i], &high) || !read_digit(text[2 * i + 1], &low))
            return false;
        to[i] = (unsigned char)(16 * high + low);
    }
    return unused == 0 || to[bytes - 1] >> (8 - unused) == 0;
}

static bool read_exposures(const json_t *list, struct knowledge_snapshot *snapshot)
{
    size_t index;
    const json_t *value;
    json_array_foreach (list, index, value) {
        json_int_t count = json_integer_value(value);
        if (!json_is_integer(value) || count < 0 || count > UINT32_MAX)
            return false;
        snapshot->exposures[index] = (uint32_t)count;
    }
    return true;
}

static bool read_snapshot(const json_t *object, struct knowledge_snapshot *snapshot,
                          const struct fact_set *facts, struct error *err)
{
    const json_t *attributes = json_object_get(object, "attributes");
    if (!read_exposures(json_object_get(object, "exposures"), snapshot))
        return error_set(err, ERROR_DATA, "exposures is not a list of counts");
    for (size_t a = 0; a < facts->attributes; a++) {
        const json_t *attribute = json_object_get(attributes, facts->attribute[a].key);
        const json_t *told = json_object_get(attribute, "told");
        if (!read_bits(json_string_value(json_object_get(attribute, "known")), snapshot,
                       snapshot->known, a))
            return error_set(err, ERROR_DATA,
                             "attribute %s: known is not a bit for each individual",
                             facts->attribute[a].key);
        if (told && !read_bits(json_string_value(told), snapshot, snapshot->told, a))
            return error_set(err, ERROR_DATA, "attribute %s: told is not a bit for each individual",
                             facts->attribute[a].key);
    }
    return true;
}

/* Who was asked about and what each knew, which records of the first runs lack. */
static bool read_asked(const json_t *object, struct evaluation_point *point,
                       const struct fact_set *facts, struct error *err)
{
    const json_t *exposures = json_object_get(object, "exposures");
    uint64_t among = 0;
    if (!exposures || !facts)
        return true;
    if (!json_is_array(exposures))
        return error_set(err, ERROR_DATA, "exposures is not a list of counts");
    if (!read_count(object, "asked_among", &among, err) ||
        !knowledge_snapshot_init(&point->snapshot, among, json_array_size(exposures),
                                 facts->attributes, err))
        return false;
    bool read = read_snapshot(object, &point->snapshot, facts, err);
    if (!read)
        knowledge_snapshot_free(&point->snapshot);
    return read;
}

static bool read_evaluation(const json_t *object, struct evaluation_point *point,
                            const struct fact_set *facts, struct error *err)
{
    return read_count(object, "step", &point->step, err) &&
           read_number(object, "seconds", &point->seconds, err) &&
           read_measures(object, MEASURE_RECALL, point, 0, err) &&
           read_measures(object, MEASURE_BASELINE, point, 0, err) &&
           read_measures(object, MEASURE_CAPACITY, point, 0, err) &&
           read_phase(object, &point->phase, err) &&
           read_part(object, "subset", &point->subset, MEASURE_SUBSET, point, err) &&
           read_part(object, "tuned", &point->tuned, MEASURE_TUNED, point, err) &&
           read_groups(object, point, err) &&
           read_calibration(object, "calibration", &point->known.calibration, err) &&
           read_calibration(object, "new_calibration", &point->held_out.calibration, err) &&
           read_attributes(object, point, facts, err) &&
           read_measures(object, MEASURE_FACTS, point, 0, err) &&
           read_asked(object, point, facts, err);
}

/* The heads of one layer. */
static bool read_layer(const json_t *list, size_t heads, double *number)
{
    size_t index;
    const json_t *value;
    if (!json_is_array(list) || json_array_size(list) != heads)
        return false;
    json_array_foreach (list, index, value) {
        if (!json_is_number(value) && !json_is_null(value))
            return false;
        number[index] = json_is_null(value) ? NAN : json_number_value(value);
    }
    return true;
}

static bool read_heads(const json_t *object, const char *key, struct circuits *circuits,
                       enum circuit circuit, struct error *err)
{
    const json_t *list = json_object_get(object, key);
    double *number = circuits->mean + (size_t)circuit * circuits->layers * circuits->heads;
    bool ok = json_array_size(list) == circuits->layers;
    for (size_t l = 0; ok && l < circuits->layers; l++, number += circuits->heads)
        ok = read_layer(json_array_get(list, l), circuits->heads, number);
    return ok || error_set(err, ERROR_DATA,
                           LINE_HEADS ".%s is not a list of %zu layers with %zu numbers each", key,
                           circuits->layers, circuits->heads);
}

/* The circuits stay NAN that an old record lacks. */
static bool read_all_heads(const json_t *all, struct circuits_point *point, struct error *err)
{
    bool ok = true;
    for (const struct measure *m = NULL; ok && (m = measure_next(MEASURE_CIRCUIT, m)) != NULL;) {
        struct circuits *circuits = m->is_of_new ? &point->held_out : &point->known;
        bool lacks = m->is_late && !json_object_get(all, m->key);
        ok = lacks || read_heads(all, m->key, circuits, m->circuit, err);
    }
    return ok;
}

static bool read_circuits(const json_t *object, struct circuits_point *point, struct error *err)
{
    const char *always = measure_of_circuit(CIRCUIT_NAME_TO_NAMES, false)->key;
    const json_t *all = json_object_get(object, LINE_HEADS);
    const json_t *first = json_object_get(all, always);
    size_t layers = json_array_size(first), heads = json_array_size(json_array_get(first, 0));
    if (heads == 0)
        return error_set(err, ERROR_DATA, LINE_HEADS ".%s is missing or empty", always);
    return read_count(object, "step", &point->step, err) &&
           read_number(object, "seconds", &point->seconds, err) &&
           circuits_init(&point->known, layers, heads, err) &&
           circuits_init(&point->held_out, layers, heads, err) && read_all_heads(all, point, err);
}

/* What records of the first version lack is NAN. */
static bool read_rate(const json_t *object, struct record_line *line, struct error *err)
{
    line->sets_rate = true;
    return read_late_number(object, "before", &line->rate_before, err) &&
           read_number(object, "value", &line->rate, err);
}

static bool is_event(const char *event, enum event_kind kind)
{
    return strcmp(event, line_event_name(kind)) == 0;
}

static bool read_event(const json_t *object, const char *event, struct record_line *line,
                       struct error *err)
{
    const char *key = json_string_value(json_object_get(object, "key"));
    line->kind = LINE_EVENT;
    line->starts = is_event(event, EVENT_START);
    line->rests = is_event(event, EVENT_PAUSE) || is_event(event, EVENT_STOP);
    line->goes_on = is_event(event, EVENT_START) || is_event(event, EVENT_RESUME);
    line->saves = is_event(event, EVENT_CHECKPOINT);
    line->forks = is_event(event, EVENT_FORK);
    line->watches = is_event(event, EVENT_WATCH) || is_event(event, EVENT_UNWATCH);
    line->asks = is_event(event, EVENT_QUESTION);
    if (is_event(event, EVENT_SET) && key && strcmp(key, "train.lr") == 0)
        return read_rate(object, line, err);
    return !is_event(event, EVENT_WIDEN) || read_count(object, "to", &line->widened_to, err);
}

/* Circuits are read where there is room for them. */
static bool read_object(const json_t *object, struct record_line *line,
                        const struct fact_set *facts, struct circuits_point *circuits,
                        struct error *err)
{
    const char *event = json_string_value(json_object_get(object, "event"));
    if (!read_count(object, "step", &line->step, err))
        return false;
    if (event)
        return read_event(object, event, line, err);
    if (json_object_get(object, "train_loss")) {
        line->kind = LINE_TRAINING;
        line->goes_on = true;
        return read_training(object, &line->training, err);
    }
    if (json_object_get(object, "attr_loss")) {
        line->kind = LINE_EVALUATION;
        return read_evaluation(object, &line->evaluation, facts, err);
    }
    if (json_object_get(object, LINE_HEADS)) {
        line->kind = LINE_CIRCUITS;
        return !circuits || read_circuits(object, circuits, err);
    }
    return error_set(err, ERROR_DATA, "not a line of training, evaluation, circuits or an event");
}

bool line_read(struct record_line *line, const char *bytes, size_t count,
               const struct fact_set *facts, struct circuits_point *circuits, struct error *err)
{
    *line = (struct record_line){0};
    json_t *object = json_read(bytes, count, err);
    bool ok = object && read_object(object, line, facts, circuits, err);
    json_decref(object);
    return ok;
}

/* ---- one number ---- */

enum { KEY_ROOM = 64 }; /* longer names of keys are nobody's */

/* The value under a key, "attributes.major.loss" being one in an object in an object and "name.2"
 * one in an array; null where there is none. */
static const json_t *find_value(const json_t *object, const char *key)
{
    while (object && *key) {
        char name[KEY_ROOM];
        size_t length = strcspn(key, ".");
        uint64_t index;
        if (length >= sizeof name)
            return NULL;
        memcpy(name, key, length);
        name[length] = '\0';
        object = json_is_array(object) && number_read_count(name, &index)
                     ? json_array_get(object, (size_t)index)
                     : json_object_get(object, name);
        key += length + (key[length] == '.');
    }
    return object;
}

/* A number under a key of a line; none of an event. */
static void read_one(const json_t *object, const char *key, const struct line_number *line,
                     struct line_number *number)
{
    const json_t *value = line->is_event ? NULL : find_value(object, key);
    *number = *line;
    number->is_there = json_is_number(value) || json_is_null(value);
    number->value = json_is_number(value) ? json_number_value(value) : NAN;
}

/* What the line says of itself. */
static bool read_front(const json_t *object, struct line_number *line, struct error *err)
{
    *line = (struct line_number){.value = NAN};
    if (!read_count(object, "step", &line->step, err))
        return false;
    const char *event = json_string_value(json_object_get(object, "event"));
    line->is_event = event != NULL;
    line->starts = event && is_event(event, EVENT_START);
    return true;
}

bool line_read_numbers(struct line_number *number, const char *bytes, size_t count,
                       char *const *key, size_t keys, struct error *err)
{
    struct line_number line;
    json_t *object = json_read(bytes, count, err);
    bool ok = object && read_front(object, &line, err);
    for (size_t k = 0; ok && k < keys; k++)
        read_one(object, key[k], &line, &number[k]);
    json_decref(object);
    return ok;
}

bool line_read_number(struct line_number *number, const char *bytes, size_t count, const char *key,
                      struct error *err)
{
    struct line_number line;
    json_t *object = json_read(bytes, count, err);
    bool ok = object && read_front(object, &line, err);
    *number = (struct line_number){.value = NAN};
    if (ok)
        read_one(object, key, &line, number);
    json_decref(object);
    return ok;
}
