/* Parts of this file: pairs of an object; lines of training, of evaluations, of circuits and of
 * events. */
#include "record/line_write.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "base/number.h"
#include "base/text.h"
#include "record/line_keys.h"
#include "record/measure.h"

/* ---- pairs of an object ---- */

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
    json_write_string(out, key);
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
    json_write_string(out, word);
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

/* ---- training ---- */

void line_write_training(struct text *out, const struct training_point *point)
{
    begin_object(out);
    add_count(out, "step", point->step);
    add_measures(out, MEASURE_PROGRESS, point, 0);
    add_number(out, "seconds", point->seconds);
    add_measures(out, MEASURE_TRAINING, point, 0);
    end_line(out);
}

/* ---- evaluations ---- */

/* The bits of one attribute, two digits a byte. */
static void add_bits(struct text *out, const char *key, const struct knowledge_snapshot *snapshot,
                     const unsigned char *bits, size_t attribute)
{
    size_t bytes = knowledge_bytes(snapshot->asked);
    add_key(out, key);
    text_add(out, "\"");
    for (size_t i = 0; i < bytes; i++)
        text_format(out, "%02x", bits[attribute * bytes + i]);
    text_add(out, "\"");
}

static bool tells_all(const struct knowledge_snapshot *snapshot, size_t attribute)
{
    size_t i = 0;
    while (i < snapshot->asked && knowledge_snapshot_tells(snapshot, i, attribute))
        i++;
    return i == snapshot->asked;
}

/* What is known and, where that are not all, which facts there are. */
static void add_known(struct text *out, const struct knowledge_snapshot *snapshot, size_t attribute)
{
    add_bits(out, "known", snapshot, snapshot->known, attribute);
    if (!tells_all(snapshot, attribute))
        add_bits(out, "told", snapshot, snapshot->told, attribute);
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
            add_real(out, measure_number(m, point, i));
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

void line_write_evaluation(struct text *out, const struct evaluation_point *point,
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

/* ---- circuits ---- */

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

void line_write_circuits(struct text *out, const struct circuits_point *point)
{
    begin_object(out);
    add_count(out, "step", point->step);
    add_number(out, "seconds", point->seconds);
    add_circuits(out, point, add_layers);
    add_key(out, LINE_HEADS);
    begin_object(out);
    add_circuits(out, point, add_heads);
    end_object(out);
    end_line(out);
}

/* ---- events ---- */

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
        json_write_string(out, phase_say_remark(report, text));
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
    if (*blas->products != '\0')
        add_word(out, "products", blas->products);
}

/* A value of a preset's key: as a number where it is one. */
static void add_value(struct text *out, const char *key, const char *value)
{
    double number;
    char text[NUMBER_TEXT] = "";
    if (number_read(value, &number))
        number_write(text, number);
    add_key(out, key);
    if (strcmp(text, value) == 0 && *text)
        text_add(out, value);
    else
        json_write_string(out, value);
}

static void add_setting(struct text *out, const struct event *event)
{
    add_word(out, "key", event->key);
    if (event->is) {
        add_value(out, "before", event->was);
        add_value(out, "value", event->is);
        return;
    }
    add_number(out, "before", event->before);
    add_number(out, "value", event->value);
}

static void add_parent(struct text *out, const struct event *event)
{
    add_word(out, "run", event->run);
    if (event->directory)
        add_word(out, "directory", event->directory);
}

/* The likeliest values, a list of each with its probability. */
static void add_values(struct text *out, const struct question_track *asked,
                       const struct question_point *point)
{
    add_key(out, LINE_VALUES);
    text_add(out, "[");
    for (size_t v = 0; v < point->values; v++) {
        text_add(out, v == 0 ? "[" : ", [");
        json_write_string(out, asked->value.text[point->value[v]]);
        text_add(out, ", ");
        add_real(out, point->probability[v]);
        text_add(out, "]");
    }
    text_add(out, "]");
}

static void add_answer(struct text *out, const struct event *event)
{
    const struct question_track *asked = event->asked;
    const struct question_point *point = &asked->point[event->point];
    add_word(out, LINE_PROMPT, asked->prompt);
    if (asked->truth) {
        add_word(out, LINE_TRUTH, asked->truth);
        add_number(out, LINE_TRUTH_PROBABILITY, point->truth);
    }
    add_values(out, asked, point);
}

void line_write_event(struct text *out, const struct event *event)
{
    begin_object(out);
    add_word(out, "event", line_event_name(event->kind));
    add_count(out, "step", event->step);
    add_number(out, "seconds", event->seconds);
    if (event->kind == EVENT_START && event->blas)
        add_identity(out, event->blas);
    if (event->kind == EVENT_SET)
        add_setting(out, event);
    if (event->kind == EVENT_WIDEN) {
        add_count(out, "from", event->from);
        add_count(out, "to", event->to);
    }
    if (event->kind == EVENT_FINE_TUNING)
        add_finetune(out, event->finetune);
    if (event->kind == EVENT_PATCH)
        add_count(out, "start_step", event->start_step);
    if (event->kind == EVENT_FORK)
        add_parent(out, event);
    if (event->kind == EVENT_CHECKPOINT)
        add_word(out, "path", event->path);
    if (event->kind == EVENT_PHASE)
        add_phase(out, event->phase);
    if (event->kind == EVENT_WATCH || event->kind == EVENT_UNWATCH)
        add_word(out, LINE_PROMPT, event->prompt);
    if (event->kind == EVENT_QUESTION)
        add_answer(out, event);
    end_line(out);
}
