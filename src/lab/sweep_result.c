#include "lab/sweep_result.h"

#include <math.h>

#include "base/memory.h"
#include "base/series.h"
#include "lab/run_result.h"

enum measured { TRAIN_LOSS, ATTR_LOSS, ATTR_ACCURACY, PLATEAU_END, MEASURED };

/* The mean over the last twentieth of steps, where single batches differ and the learning rate is
 * near its end. */
static bool final_train_loss(const struct run_result *result, double *loss, struct error *err)
{
    const double share = 0.05;
    struct series series;
    if (!run_result_measure(result, "train_loss", &series, err))
        return false;
    double last = series.x[series.count - 1], sum = 0;
    size_t first = series.count - 1;
    while (first > 0 && series.x[first - 1] > (1 - share) * last)
        first--;
    for (size_t i = first; i < series.count; i++)
        sum += series.y[i];
    *loss = sum / (double)(series.count - first);
    series_free(&series);
    return true;
}

static bool last_of(const struct run_result *result, const char *key, double *value,
                    struct error *err)
{
    struct series series;
    if (!run_result_measure(result, key, &series, err))
        return false;
    *value = series.y[series.count - 1];
    series_free(&series);
    return true;
}

static bool measure_run(const struct paths *paths, const char *directory, double value[MEASURED],
                        struct error *err)
{
    struct run_result result;
    if (!run_result_read(&result, paths, directory, err))
        return false;
    bool ok = final_train_loss(&result, &value[TRAIN_LOSS], err) &&
              last_of(&result, "attr_loss", &value[ATTR_LOSS], err) &&
              last_of(&result, "attr_acc", &value[ATTR_ACCURACY], err);
    value[PLATEAU_END] = result.phase.plateau_end;
    run_result_free(&result);
    return ok;
}

/* All of its numbers, or none where the record has not all. */
static bool measure_if_read(const struct paths *paths, const char *directory,
                            double value[MEASURED], bool *read, struct error *unread,
                            struct error *err)
{
    struct error why;
    *read = measure_run(paths, directory, value, &why);
    if (*read)
        return true;
    for (size_t m = 0; m < MEASURED; m++)
        value[m] = NAN;
    if (why.kind != ERROR_DATA && why.kind != ERROR_INPUT)
        return error_set(err, why.kind, "%s", why.message);
    if (unread->kind == ERROR_NONE)
        error_set(unread, ERROR_DATA,
                  "%s; this run does not count: delete it to have it made again", why.message);
    return true;
}

/* value: [MEASURED][seeds], room for one cell. */
static bool measure_cell(const struct sweep *sweep, const struct paths *paths, const bool *done,
                         size_t cell, double *value, struct sweep_result *result,
                         struct error *unread, struct error *err)
{
    struct summary *number[MEASURED] = {&result->train_loss, &result->attr_loss,
                                        &result->attr_accuracy, &result->plateau_end};
    *result = (struct sweep_result){0};
    for (size_t s = 0; s < sweep->seeds; s++) {
        size_t run = s * sweep->cells + cell;
        double of_run[MEASURED] = {NAN, NAN, NAN, NAN};
        bool read = false;
        if (done[run] &&
            !measure_if_read(paths, sweep->job[run].directory, of_run, &read, unread, err))
            return false;
        result->done += read;
        for (size_t m = 0; m < MEASURED; m++)
            value[m * sweep->seeds + s] = of_run[m];
    }
    for (size_t m = 0; m < MEASURED; m++)
        *number[m] = summary_of(value + m * sweep->seeds, sweep->seeds);
    return true;
}

bool sweep_measure(const struct sweep *sweep, const struct paths *paths, const bool *done,
                   struct sweep_result *result, struct error *unread, struct error *err)
{
    *unread = (struct error){.kind = ERROR_NONE};
    double *value = memory_new(MEASURED * sweep->seeds, sizeof *value, err);
    bool ok = value != NULL;
    for (size_t c = 0; ok && c < sweep->cells; c++)
        ok = measure_cell(sweep, paths, done, c, value, &result[c], unread, err);
    memory_free(value);
    if (ok)
        sweep_choose(sweep, result);
    return ok;
}

void sweep_choose(const struct sweep *sweep, struct sweep_result *result)
{
    size_t competing = sweep->tunes ? sweep->key[sweep->keys - 1].values.count : 1;
    for (size_t first = 0; first < sweep->cells; first += competing) {
        struct sweep_result *best = NULL;
        for (size_t c = first; c < first + competing; c++) {
            const struct summary *loss = &result[c].train_loss;
            result[c].chosen = false;
            if (result[c].done == sweep->seeds && loss->count == sweep->seeds &&
                (!best || loss->mean < best->train_loss.mean))
                best = &result[c];
        }
        if (best)
            best->chosen = true;
    }
}
