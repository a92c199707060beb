/* Parts of this file: lines written; a line read; one number of it. Both ways go by the table of
 * measures. */
#include "record/metrics_line.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include "base/json_read.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "base/utf8.h"
#include "record/measure.h"

#define CIRCUIT_HEADS "heads" /* an object with the keys of circuits */

/* ---- writing ---- */

static const char *const event_names[] = {
    [EVENT_START] = "start",
    [EVENT_PAUSE] = "pause",
    [EVENT_RESUME] = "resume",
    [EVENT_SET] = "set",
    [EVENT_PHASE] = "phase",
    [EVENT_WIDEN] = "widen",
    [EVENT_FINE_TUNING] = "fine-tuning",
    [EVENT_PATCH] = "patch",
    [EVENT_FORK] = "fork",
    [EVENT_STOP] = "stop",
    [EVENT_CHECKPOINT] = "checkpoint",
};

/* A JSON string; bytes that are not UTF-8 become U+FFFD. */
static void add_string(struct text *out, const char *string)
{
    text_add(out, "\"");
    for (size_t length; *string != '\0'; string += length > 0 ? length : 1) {
        length = utf8_length(string);
        if (length == 0)
            text_add(out, "\xEF\xBF\xBD");
        else if ((unsigned char)*string < ' ')
            text_format(out, "\\u%04x", (unsigned)*string);
        else if (*string == '"' || *string == '\\')
            text_format(out, "\\%c", *string);
        else
            text_add_bytes(out, string, length);
    }
    text_add(out, "\"");
}

static void begin_object(struct text *out)
{
    text_add(out, "{");
}

/* Behind a comma, unless it is the object's first. */
static void add_key(struct text *out, const char *key)
{
    bool first = out->length > 0 && out->bytes[out->length - 1] == '{';
    if (!first)
        text_add(out, ", ");
    add_string(out, key);
    text_add(out, ": ");
}

static void end_object(struct text *out)
{
    text_add(out, "}");
}

static void end_line(struct text *out)
{
    end_object(out);
    text_add(out, "\n");
}

static void add_count(struct text *out, const char *key, uint64_t count)
{
    add_key(out, key);
    text_format(out, "%" PRIu64, count);
}

/* A number that a reader of JSON takes for a real one, also where it is whole. */
static void add_real(struct text *out, double number)
{
    char digits[NUMBER_TEXT];
    if (!isfinite(number)) {
        text_add(out, "null");
        return;
    }
    number_write(digits, number);
    text_format(out, "%s%s", digits, strpbrk(digits, ".e") ? "" : ".0");
}

static void add_number(struct text *out, const char *key, double number)
{
    add_key(out, key);
    add_real(out, number);
}

static void add_word(struct text *out, const char *key, const char *word)
{
    add_key(out, key);
    add_string(out, word);
}

/* The measures of a set in a point; index as in measure_offset. */
static void add_measures(struct text *out, enum measure_set set, const void *point, size_t index)
{
    for (const struct measure *m = NULL; (m = measure_next(set, m)) != NULL;) {
        const void *number = (const char *)point + measure_offset(m, index);
        if (m->is_whole)
            add_count(out, m->key, *(const uint64_t *)number);
        else
            add_number(out, m->key, *(const double *)number);
    }
}

void metrics_training_line(struct text *out, const struct training_point *point)
{
    begin_object(out);
    add_count(out, "step", point->step);
    add_measures(out, MEASURE_PROGRESS, point, 0);
    add_number(out, "seconds", point->seconds);
    add_measures(out, MEASURE_TRAINING, point, 0);
    end_line(out);
}

/* Bits as two hexadecimal digits a byte. */
static void add_known(struct text *out, const struct knowledge_snapshot *snapshot, size_t attribute)
{
    size_t bytes = knowledge_bytes(snapshot->asked);
    add_key(out, "known");
    text_add(out, "\"");
    for (size_t i = 0; i < bytes; i++)
        text_format(out, "%02x", snapshot->known[attribute * bytes + i]);
    text_add(out, "\"");
}

static void add_attribute(struct text *out, const struct evaluation_point *point, size_t attribute)
{
    begin_object(out);
    add_measures(out, MEASURE_ATTRIBUTE, point, attribute);
    if (point->snapshot.known)
        add_known(out, &point->snapshot, attribute);
    end_object(out);
}

/* Who was asked about, and how often training had shown them. */
static void add_asked(struct text *out, const struct knowledge_snapshot *snapshot)
{
    add_count(out, "asked_among", snapshot->among);
    add_key(out, "exposures");
    for (size_t i = 0; i < snapshot->asked; i++)
        text_format(out, "%s%" PRIu32, i == 0 ? "[" : ", ", snapshot->exposures[i]);
    text_add(out, snapshot->asked == 0 ? "[]" : "]");
}

static void add_groups(struct text *out, const struct evaluation_point *point)
{
    for (const struct measure *m = NULL; (m = measure_next(MEASURE_GROUP, m)) != NULL;) {
        add_key(out, m->key);
        text_add(out, "[");
        for (size_t i = 0; i < point->groups; i++) {
            text_add(out, i == 0 ? "" : ", ");
            add_real(out, measure_of(m, point, i));
        }
        text_add(out, "]");
    }
}

/* A list for each bin that has predictions: its number, theirs, their confidence and accuracy. */
static void add_calibration(struct text *out, const char *key,
                            const struct calibration *calibration)
{
    const char *comma = "";
    add_key(out, key);
    text_add(out, "[");
    for (size_t m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &calibration->bin[m];
        if (bin->predictions == 0)
            continue;
        text_format(out, "%s[%zu, %" PRIu64 ", ", comma, m, bin->predictions);
        add_real(out, bin->confidence);
        text_add(out, ", ");
        add_real(out, bin->accuracy);
        text_add(out, "]");
        comma = ", ";
    }
    text_add(out, "]");
}

/* What the sampling's subset and groups, and fine-tuning, add. */
static void add_parts(struct text *out, const struct evaluation_point *point)
{
    if (point->subset > 0) {
        add_count(out, "subset", point->subset);
        add_measures(out, MEASURE_SUBSET, point, 0);
    }
    if (point->tuned > 0) {
        add_count(out, "tuned", point->tuned);
        add_measures(out, MEASURE_TUNED, point, 0);
    }
    if (point->groups > 0)
        add_groups(out, point);
}

static void add_attributes(struct text *out, const struct evaluation_point *point,
                           const struct fact_set *facts)
{
    add_key(out, "attributes");
    begin_object(out);
    for (size_t a = 0; a < facts->attributes; a++) {
        add_key(out, facts->attribute[a].key);
        add_attribute(out, point, a);
    }
    end_object(out);
}

void metrics_evaluation_line(struct text *out, const struct evaluation_point *point,
                             const struct fact_set *facts)
{
    begin_object(out);
    add_count(out, "step", point->step);
    add_number(out, "seconds", point->seconds);
    add_measures(out, MEASURE_RECALL, point, 0);
    add_measures(out, MEASURE_BASELINE, point, 0);
    add_measures(out, MEASURE_CAPACITY, point, 0);
    add_word(out, "phase", phase_name(point->phase));
    add_parts(out, point);
    add_measures(out, MEASURE_FACTS, point, 0);
    if (point->snapshot.known)
        add_asked(out, &point->snapshot);
    add_calibration(out, "calibration", &point->known.calibration);
    add_calibration(out, "new_calibration", &point->held_out.calibration);
    add_attributes(out, point, facts);
    end_line(out);
}

/* A number for each layer, the mean of its heads. */
static void add_layers(struct text *out, const struct circuits *circuits, enum circuit circuit)
{
    for (size_t l = 0; l < circuits->layers; l++) {
        text_add(out, l == 0 ? "[" : ", ");
        add_real(out, circuits_of_layer(circuits, circuit, l));
    }
    text_add(out, "]");
}

/* A list for each layer, with a number for each head. */
static void add_heads(struct text *out, const struct circuits *circuits, enum circuit circuit)
{
    for (size_t l = 0; l < circuits->layers; l++) {
        text_add(out, l == 0 ? "[" : ", ");
        for (size_t h = 0; h < circuits->heads; h++) {
            text_add(out, h == 0 ? "[" : ", ");
            add_real(out, circuits_of_head(circuits, circuit, l, h));
        }
        text_add(out, "]");
    }
    text_add(out, "]");
}

/* Every circuit under its key. */
static void add_circuits(struct text *out, const struct circuits_point *point,
                         void (*add)(struct text *out, const struct circuits *circuits,
                                     enum circuit circuit))
{
    for (const struct measure *m = NULL; (m = measure_next(MEASURE_CIRCUIT, m)) != NULL;) {
        add_key(out, m->key);
        add(out, m->is_of_new ? &point->held_out : &point->known, m->circuit);
    }
}

void metrics_circuits_line(struct text *out, const struct circuits_point *point)
{
    begin_object(out);
    add_count(out, "step", point->step);
    add_number(out, "seconds", point->seconds);
    add_circuits(out, point, add_layers);
    add_key(out, CIRCUIT_HEADS);
    begin_object(out);
    add_circuits(out, point, add_heads);
    end_object(out);
    end_line(out);
}

static void add_phase(struct text *out, const struct phase_report *report)
{
    char text[PHASE_REMARK_TEXT];
    add_word(out, "phase", phase_name(report->phase));
    add_number(out, "baseline", report->baseline);
    add_number(out, "plateau_start", report->plateau_start);
    add_number(out, "plateau_end", report->plateau_end);
    add_key(out, "remark");
    if (report->remark == PHASE_REMARK_NONE)
        text_add(out, "null");
    else
        add_string(out, phase_say_remark(report, text));
}

static void add_finetune(struct text *out, const struct finetune *finetune)
{
    add_count(out, "individuals", finetune->tuned.count);
    add_number(out, "lr", finetune->options.lr);
    add_count(out, "old", finetune->old.count);
    add_number(out, "replay", finetune->options.replay);
}

static void add_identity(struct text *out, const struct blas_identity *blas)
{
    add_word(out, "library", blas->library);
    add_word(out, "kernel", blas->kernel);
    add_word(out, "loops", blas->loops);
}

void metrics_event_line(struct text *out, const struct event *event)
{
    begin_object(out);
    add_word(out, "event", event_names[event->kind]);
    add_count(out, "step", event->step);
    add_number(out, "seconds", event->seconds);
    if (event->kind == EVENT_START && event->blas)
        add_identity(out, event->blas);
    if (event->kind == EVENT_SET) {
        add_word(out, "key", event->key);
        add_number(out, "before", event->before);
        add_number(out, "value", event->value);
    }
    if (event->kind == EVENT_WIDEN) {
        add_count(out, "from", event->from);
        add_count(out, "to", event->to);
    }
    if (event->kind == EVENT_FINE_TUNING)
        add_finetune(out, event->finetune);
    if (event->kind == EVENT_PATCH)
        add_count(out, "start_step", event->start_step);
    if (event->kind == EVENT_FORK)
        add_word(out, "run", event->run);
    if (event->kind == EVENT_CHECKPOINT)
        add_word(out, "path", event->path);
    if (event->kind == EVENT_PHASE)
        add_phase(out, event->phase);
    end_line(out);
}

/* ---- one line read ---- */

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
    json_array_foreach(list, index, value)
    {
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
    json_array_foreach(bins, index, bin)
    {
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
static bool read_known(const char *text, struct knowledge_snapshot *snapshot, size_t attribute)
{
    size_t bytes = knowledge_bytes(snapshot->asked);
    unsigned char *known = &snapshot->known[attribute * bytes];
    unsigned high, low, unused = (unsigned)(8 * bytes - snapshot->asked);
    if (!text || strlen(text) != 2 * bytes)
        return false;
    for (size_t i = 0; i < bytes; i++) {
        if (!read_digit(text[2 * i], &high) || !read_digit(text[2 * i + 1], &low))
            return false;
        known[i] = (unsigned char)(16 * high + low);
    }
    return unused == 0 || known[bytes - 1] >> (8 - unused) == 0;
}

static bool read_exposures(const json_t *list, struct knowledge_snapshot *snapshot)
{
    size_t index;
    const json_t *value;
    json_array_foreach(list, index, value)
    {
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
        if (!read_known(json_string_value(json_object_get(attribute, "known")), snapshot, a))
            return error_set(err, ERROR_DATA,
                             "attribute %s: known is not a bit for each individual",
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
    json_array_foreach(list, index, value)
    {
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
                           CIRCUIT_HEADS ".%s is not a list of %zu layers with %zu numbers each",
                           key, circuits->layers, circuits->heads);
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
    const json_t *all = json_object_get(object, CIRCUIT_HEADS);
    const json_t *first = json_object_get(all, always);
    size_t layers = json_array_size(first), heads = json_array_size(json_array_get(first, 0));
    if (heads == 0)
        return error_set(err, ERROR_DATA, CIRCUIT_HEADS ".%s is missing or empty", always);
    return read_count(object, "step", &point->step, err) &&
           read_number(object, "seconds", &point->seconds, err) &&
           circuits_init(&point->known, layers, heads, err) &&
           circuits_init(&point->held_out, layers, heads, err) && read_all_heads(all, point, err);
}

/* What records of the first version lack is NAN. */
static bool read_rate(const json_t *object, struct metrics_line *line, struct error *err)
{
    line->sets_rate = true;
    return read_late_number(object, "before", &line->rate_before, err) &&
           read_number(object, "value", &line->rate, err);
}

static bool read_event(const json_t *object, const char *event, struct metrics_line *line,
                       struct error *err)
{
    const char *key = json_string_value(json_object_get(object, "key"));
    line->kind = METRICS_EVENT;
    line->starts = strcmp(event, event_names[EVENT_START]) == 0;
    line->saves = strcmp(event, event_names[EVENT_CHECKPOINT]) == 0;
    line->forks = strcmp(event, event_names[EVENT_FORK]) == 0;
    if (strcmp(event, event_names[EVENT_SET]) == 0 && key && strcmp(key, "train.lr") == 0)
        return read_rate(object, line, err);
    return strcmp(event, event_names[EVENT_WIDEN]) != 0 ||
           read_count(object, "to", &line->widened_to, err);
}

/* Circuits are read where there is room for them. */
static bool read_object(const json_t *object, struct metrics_line *line,
                        const struct fact_set *facts, struct circuits_point *circuits,
                        struct error *err)
{
    const char *event = json_string_value(json_object_get(object, "event"));
    if (!read_count(object, "step", &line->step, err))
        return false;
    if (event)
        return read_event(object, event, line, err);
    if (json_object_get(object, "train_loss")) {
        line->kind = METRICS_TRAINING;
        return read_training(object, &line->training, err);
    }
    if (json_object_get(object, "attr_loss")) {
        line->kind = METRICS_EVALUATION;
        return read_evaluation(object, &line->evaluation, facts, err);
    }
    if (json_object_get(object, CIRCUIT_HEADS)) {
        line->kind = METRICS_CIRCUITS;
        return !circuits || read_circuits(object, circuits, err);
    }
    return error_set(err, ERROR_DATA, "neither training, evaluation, circuits nor event");
}

bool metrics_read_line(struct metrics_line *line, const char *bytes, size_t count,
                       const struct fact_set *facts, struct circuits_point *circuits,
                       struct error *err)
{
    *line = (struct metrics_line){0};
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

bool metrics_read_number(struct metrics_number *number, const char *bytes, size_t count,
                         const char *key, struct error *err)
{
    json_t *object = json_read(bytes, count, err);
    *number = (struct metrics_number){0};
    bool ok = object && read_count(object, "step", &number->step, err);
    const char *event = ok ? json_string_value(json_object_get(object, "event")) : NULL;
    const json_t *value = ok && !event ? find_value(object, key) : NULL;
    number->starts = event && strcmp(event, event_names[EVENT_START]) == 0;
    number->is_there = json_is_number(value) || json_is_null(value);
    number->value = json_is_number(value) ? json_number_value(value) : NAN;
    json_decref(object);
    return ok;
}
