/* Parts of this file: a whole record; its end; one measure of it. */
#include "record/metrics.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "record/line_read.h"
#include "record/lines.h"

/* ---- a whole record ---- */

/* Metrics with the room of their arrays. */
struct builder {
    struct metrics *metrics;
    const struct fact_set *facts;
    size_t training_room, evaluation_room;
};

static void drop_evaluation(struct metrics *metrics)
{
    knowledge_snapshot_free(&metrics->evaluation[--metrics->evaluations].snapshot);
}

static void forget_after(struct metrics *metrics, uint64_t step)
{
    while (metrics->trainings > 0 && metrics->training[metrics->trainings - 1].step > step)
        metrics->trainings--;
    while (metrics->evaluations > 0 && metrics->evaluation[metrics->evaluations - 1].step > step)
        drop_evaluation(metrics);
    circuit_track_forget(&metrics->circuits, step);
    turns_forget_rates(&metrics->turns, step);
}

static bool add_training(struct builder *builder, const struct training_point *point,
                         struct error *err)
{
    struct metrics *metrics = builder->metrics;
    void *points = metrics->training;
    if (!memory_make_room(&points, metrics->trainings, &builder->training_room, sizeof *point, err))
        return false;
    metrics->training = points;
    while (metrics->trainings > 0 && metrics->training[metrics->trainings - 1].step >= point->step)
        metrics->trainings--;
    metrics->training[metrics->trainings++] = *point;
    return true;
}

static bool add_evaluation(struct builder *builder, const struct evaluation_point *point,
                           struct error *err)
{
    struct metrics *metrics = builder->metrics;
    void *points = metrics->evaluation;
    if (!memory_make_room(&points, metrics->evaluations, &builder->evaluation_room, sizeof *point,
                          err))
        return false;
    metrics->evaluation = points;
    while (metrics->evaluations > 0 &&
           metrics->evaluation[metrics->evaluations - 1].step >= point->step)
        drop_evaluation(metrics);
    metrics->evaluation[metrics->evaluations++] = *point;
    return true;
}

/* Where a line does not say what the rate was, the last step does. */
static bool add_rate(struct metrics *metrics, const struct record_line *line, struct error *err)
{
    struct turn turn = {TURN_RATE, line->step, line->rate_before, line->rate, NAN};
    if (!isfinite(turn.from) && metrics->trainings > 0)
        turn.from = metrics->training[metrics->trainings - 1].lr;
    return turns_add(&metrics->turns, &turn, err);
}

static bool add_line(struct builder *builder, const struct record_line *line,
                     const struct circuits_point *circuits, struct error *err)
{
    switch (line->kind) {
    case LINE_TRAINING:
        return add_training(builder, &line->training, err);
    case LINE_EVALUATION:
        return add_evaluation(builder, &line->evaluation, err);
    case LINE_CIRCUITS:
        return circuit_track_add(&builder->metrics->circuits, circuits, err);
    case LINE_EVENT:
        break;
    }
    if (line->starts)
        forget_after(builder->metrics, line->step);
    if (line->saves)
        turns_save(&builder->metrics->turns, line->step);
    if (line->forks)
        return turns_add(&builder->metrics->turns,
                         &(struct turn){TURN_BRANCH, line->step, NAN, NAN, NAN}, err);
    return !line->sets_rate || add_rate(builder->metrics, line, err);
}

static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct builder *builder = context;
    struct record_line line;
    struct circuits_point circuits = {0};
    bool added = line_read(&line, bytes, length, builder->facts, &circuits, err) &&
                 add_line(builder, &line, &circuits, err);
    if (!added)
        knowledge_snapshot_free(&line.evaluation.snapshot);
    circuits_free(&circuits.known);
    circuits_free(&circuits.held_out);
    return added;
}

static bool read_record(struct metrics *metrics, const char *path, const struct fact_set *facts,
                        struct error *damage, struct error *err)
{
    *metrics = (struct metrics){0};
    struct record_lines lines;
    if (!lines_read(&lines, path, err))
        return false;
    struct builder builder = {.metrics = metrics, .facts = facts};
    metrics->whole_bytes = lines.bytes;
    bool ok = lines_each(&lines, take_line, &builder, damage, err);
    lines_free(&lines);
    if (!ok)
        metrics_free(metrics);
    return ok;
}

bool metrics_read(struct metrics *metrics, const char *path, const struct fact_set *facts,
                  struct error *err)
{
    return read_record(metrics, path, facts, NULL, err);
}

bool metrics_read_past_damage(struct metrics *metrics, const char *path,
                              const struct fact_set *facts, struct error *damage, struct error *err)
{
    *damage = (struct error){ERROR_NONE, ""};
    return read_record(metrics, path, facts, damage, err);
}

size_t metrics_first_patched(const struct metrics *metrics, const struct patching_options *patching)
{
    size_t first = 0;
    while (first < metrics->evaluations &&
           !patching_holds(patching, metrics->evaluation[first].step))
        first++;
    return first;
}

void metrics_free(struct metrics *metrics)
{
    while (metrics->evaluations > 0)
        drop_evaluation(metrics);
    memory_free(metrics->training);
    memory_free(metrics->evaluation);
    circuit_track_free(&metrics->circuits);
    turns_free(&metrics->turns);
    *metrics = (struct metrics){0};
}

struct copier {
    struct text *out;
    uint64_t step;
    size_t savings; /* checkpoints of the step, in the lines that are still to come */
    bool is_saved;  /* there was one */
};

static bool count_saving(void *context, const char *bytes, size_t length, struct error *err)
{
    struct copier *copier = context;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    copier->savings += line.saves && line.step == copier->step;
    return true;
}

/* Whether a rate was set when the checkpoint of the step had been written for the last time. */
static bool is_set_too_late(const struct copier *copier, const struct record_line *line)
{
    return line->sets_rate && line->step == copier->step && copier->is_saved &&
           copier->savings == 0;
}

static bool copy_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct copier *copier = context;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    if (line.saves && line.step == copier->step) {
        copier->is_saved = true;
        copier->savings--;
    }
    bool measured = line.kind == LINE_EVALUATION || line.kind == LINE_CIRCUITS || line.asks;
    bool anew = measured && line.step == copier->step;
    bool of_other = line.saves || line.watches;
    if (line.step > copier->step || anew || of_other || is_set_too_late(copier, &line))
        return true;
    text_add_bytes(copier->out, bytes, length);
    text_add(copier->out, "\n");
    return !copier->out->failed || error_set(err, ERROR_MEMORY, "out of memory");
}

bool metrics_copy(struct text *out, const char *path, uint64_t step, struct error *err)
{
    struct record_lines lines;
    struct copier copier = {.out = out, .step = step};
    struct error damage = {ERROR_NONE, ""};
    bool copied = lines_read(&lines, path, err) &&
                  lines_each(&lines, count_saving, &copier, &damage, err) &&
                  lines_each(&lines, copy_line, &copier, &damage, err);
    lines_free(&lines);
    return copied;
}

struct own_steps {
    uint64_t first; /* step that the run began at */
    bool has, begun;
};

static bool look_for_steps(void *context, const char *bytes, size_t length, struct error *err)
{
    struct own_steps *own = context;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    if (!own->begun && line.forks)
        own->first = line.step;
    own->begun = true;
    own->has |= line.kind == LINE_TRAINING && line.step > own->first;
    return true;
}

bool metrics_has_own_steps(const char *path, bool *has, struct error *err)
{
    struct record_lines lines;
    struct own_steps own = {0};
    struct error damage = {ERROR_NONE, ""};
    bool looked =
        lines_read(&lines, path, err) && lines_each(&lines, look_for_steps, &own, &damage, err);
    lines_free(&lines);
    *has = own.has;
    return looked;
}

/* ---- the end of a record ---- */

/* From the last line on; *why is what is wrong with the one that was looked at last, if any. */
static void look_back(struct metrics_end *end, const struct record_lines *lines, struct error *why)
{
    bool has_step = false;
    *end = (struct metrics_end){0};
    for (size_t left = lines->bytes;
         left > 0 && !(end->has_evaluation && end->has_training) && why->kind != ERROR_MEMORY;) {
        struct record_line line;
        size_t begin = lines_last(lines, left);
        bool valid = line_read(&line, lines->text + begin, left - 1 - begin, NULL, NULL, why);
        bool tells = valid && !line.asks;
        if (tells && !has_step)
            end->step = line.step;
        has_step |= tells;
        if (valid && line.kind == LINE_EVALUATION && !end->has_evaluation) {
            end->evaluation = line.evaluation;
            end->has_evaluation = true;
        }
        if (valid && line.kind == LINE_TRAINING && !end->has_training) {
            end->training = line.training;
            end->has_training = true;
        }
        left = begin;
    }
}

/* As little of it as has both; records become large. */
bool metrics_read_end(struct metrics_end *end, const char *path, struct error *err)
{
    enum { FIRST_BYTES = 1 << 16, TIMES = 16 };
    struct error why = {ERROR_NONE, ""};
    bool all = false;
    *end = (struct metrics_end){0};
    for (size_t most = FIRST_BYTES;
         !all && !(end->has_evaluation && end->has_training) && why.kind != ERROR_MEMORY;
         most *= TIMES) {
        struct record_lines lines;
        if (!lines_read_end(&lines, path, most, &all, err))
            return false;
        look_back(end, &lines, &why);
        lines_free(&lines);
    }
    return why.kind != ERROR_MEMORY || error_set(err, why.kind, "%s: %s", path, why.message);
}

/* ---- one measure ---- */

struct measure_reader {
    struct series *series;
    size_t room;
    const char *key;
};

static bool add_measured(struct measure_reader *reader, double step, double value,
                         struct error *err)
{
    struct series *series = reader->series;
    while (series->count > 0 && series->x[series->count - 1] >= step)
        series->count--;
    return !isfinite(value) || series_add(series, &reader->room, step, value, err);
}

static bool take_measure(void *context, const char *bytes, size_t length, struct error *err)
{
    struct measure_reader *reader = context;
    struct line_number number;
    if (!line_read_number(&number, bytes, length, reader->key, err))
        return false;
    if (number.starts)
        while (reader->series->count > 0 &&
               reader->series->x[reader->series->count - 1] > (double)number.step)
            reader->series->count--;
    return !number.is_there || add_measured(reader, (double)number.step, number.value, err);
}

bool metrics_read_measure(struct series *series, const char *path, const char *key,
                          struct error *err)
{
    *series = (struct series){0};
    struct record_lines lines;
    struct measure_reader reader = {.series = series, .key = key};
    bool ok = lines_read(&lines, path, err) && lines_each(&lines, take_measure, &reader, NULL, err);
    lines_free(&lines);
    if (!ok)
        series_free(series);
    return ok;
}
