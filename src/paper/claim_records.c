/* Map of this file: a measure, by its set; steps; laws; a list of runs; numbers; figures; all of a
 * claim. */
#include "paper/claim_records.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "config/preset.h"
#include "facts/fact_set_load.h"
#include "figure/figure_ops.h"
#include "measure/scaling_law.h"
#include "model/model.h"
#include "paper/claim_runs.h"
#include "paper/statistic.h"
#include "record/measure.h"

/* A run that will be made. */
struct planned_run {
    const struct claim_run *run;
    enum scale scale;
    const struct paths *paths;
    struct preset preset;
};

/* What is asked of each run of a list, at each scale. */
struct demand {
    const char *path; /* of a measure; null: none */
    bool has_steps;   /* the measure that many `steps` after its first number */
    double steps;
    bool needs_law;      /* of all runs of the list together, */
    bool leaves_patched; /* patched ones left out */
};

/* A measure, by its set */

/* Says why the record of a run will lack the measure; false. */
static bool lacks(const struct planned_run *of, const char *path, struct error *err,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

static bool lacks(const struct planned_run *of, const char *path, struct error *err,
                  const char *format, ...)
{
    char why[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_INPUT, "[run %s] does not record %s (%s): %s", of->run->name, path,
                     claim_scales[of->scale], why);
}

static bool has_subset(const struct planned_run *of, const char *path, struct error *err)
{
    enum sampling_kind kind = of->preset.sampling.kind;
    return sampling_kinds[kind]->subset ||
           lacks(of, path, err, "sampling.kind = %s has no subset", sampling_names[kind]);
}

static bool has_tuned(const struct planned_run *of, const char *path, struct error *err)
{
    return of->preset.trainer.finetune.after > 0 || lacks(of, path, err, "it has no fine-tuning");
}

static bool has_group(const struct planned_run *of, const char *path, struct error *err)
{
    const struct sampling_options *sampling = &of->preset.sampling;
    uint64_t index[MEASURE_INDICES] = {0};
    measure_indices(path, index);
    if (!sampling_kinds[sampling->kind]->group)
        return lacks(of, path, err, "sampling.kind = %s has no groups",
                     sampling_names[sampling->kind]);
    return index[0] < sampling->groups ||
           lacks(of, path, err, "it has groups 0 to %" PRIu64, sampling->groups - 1);
}

static bool has_circuit(const struct planned_run *of, const char *path, struct error *err)
{
    const struct model_options *model = &of->preset.model;
    uint64_t index[MEASURE_INDICES] = {0};
    measure_indices(path, index);
    if (!model_attends(model))
        return lacks(of, path, err, "its model has no attention");
    if (of->preset.trainer.evaluate_circuits == 0)
        return lacks(of, path, err, "eval.circuits is 0");
    if (index[0] >= model->layers)
        return lacks(of, path, err, "its model has layers 0 to %zu", model->layers - 1);
    return index[1] < model->heads ||
           lacks(of, path, err, "its model has heads 0 to %zu", model->heads - 1);
}

static bool find_attribute(const struct planned_run *of, const struct fact_set *facts,
                           const char *key, struct error *err)
{
    const char *keys[FACTS_MAX_ATTRIBUTES];
    for (size_t i = 0; i < facts->attributes; i++) {
        keys[i] = facts->attribute[i].key;
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    char *what = memory_format(err, "the facts of [run %s] have no attribute", of->run->name);
    if (what)
        suggest_refuse(what, key, keys, facts->attributes, NULL, err);
    memory_free(what);
    return false;
}

static bool has_attribute(const struct planned_run *of, const char *path, struct error *err)
{
    struct fact_set facts;
    size_t length = 0;
    const char *begin = measure_attribute(path, &length);
    char *key = memory_format(err, "%.*s", (int)length, begin);
    if (!key)
        return false;
    const char *const *data = (const char *const *)of->paths->data;
    bool loaded = fact_set_load(&facts, &of->preset.facts, data, err);
    bool ok = loaded ? find_attribute(of, &facts, key, err) : err->kind != ERROR_MEMORY;
    if (loaded)
        fact_set_free(&facts);
    memory_free(key);
    return ok;
}

/* Of a table whose rows are not counted yet, population.new alone says that nobody is new. */
static bool has_new(const struct planned_run *of, const char *path, struct error *err)
{
    const struct population_options *population = &of->preset.population;
    if (of->preset.trainer.evaluate_new == 0)
        return lacks(of, path, err, "eval.new is 0");
    return population->held_out > 0 || population->held_out_share > 0 ||
           lacks(of, path, err, "population.new is 0");
}

/* Sets that are not here are recorded by every run. */
static bool (*const has_measure[MEASURE_SETS])(const struct planned_run *of, const char *path,
                                               struct error *err) = {
    [MEASURE_SUBSET] = has_subset,       [MEASURE_TUNED] = has_tuned,
    [MEASURE_GROUP] = has_group,         [MEASURE_CIRCUIT] = has_circuit,
    [MEASURE_ATTRIBUTE] = has_attribute,
};

static bool check_measure(const struct planned_run *of, const char *path, struct error *err)
{
    const struct measure *measure = measure_find(path);
    return (!has_measure[measure->set] || has_measure[measure->set](of, path, err)) &&
           (!measure->is_of_new || has_new(of, path, err));
}

/* Steps */

/* Those of a run that follow on the first number of a measure that is read: at the first evaluation
 * of a run, of its fine-tuning or of its patched model. A step of training has its numbers only
 * when it is made. */
static uint64_t steps_behind_first(const struct trainer_options *options,
                                   const struct measure *measure)
{
    const struct patching_options *patching = &options->patching;
    if (options->finetune.after > 0)
        return options->schedule.steps - options->finetune.after;
    uint64_t before = patching->reference_step.given ? patching->start_step : 0;
    return options->schedule.steps - before - measure_is_of_training(measure);
}

static bool check_steps(const struct planned_run *of, const struct demand *demand,
                        struct error *err)
{
    uint64_t steps = steps_behind_first(&of->preset.trainer, measure_find(demand->path));
    return demand->steps <= (double)steps ||
           error_set(err, ERROR_INPUT,
                     "[run %s] ends %" PRIu64 " steps after the first %s (%s); there is none "
                     "after %.17g steps",
                     of->run->name, steps, demand->path, claim_scales[of->scale], demand->steps);
}

/* Laws */

/* The numbers of individuals of runs, each once. */
struct sizes {
    uint64_t *known; /* [count] */
    size_t count;
};

static void add_size(struct sizes *sizes, uint64_t known)
{
    for (size_t i = 0; i < sizes->count; i++)
        if (sizes->known[i] == known)
            return;
    sizes->known[sizes->count++] = known;
}

static bool check_law(const struct sizes *sizes, enum scale scale, struct error *err)
{
    return sizes->count >= SCALING_LAW_LEAST ||
           error_set(err, ERROR_INPUT,
                     "a law needs runs with at least %d different population.known; these have %zu "
                     "(%s)",
                     SCALING_LAW_LEAST, sizes->count, claim_scales[scale]);
}

/* A list of runs */

static bool check_run(const struct paths *paths, const struct claim_run *run, enum scale scale,
                      const struct demand *demand, struct sizes *sizes, struct error *err)
{
    struct planned_run of = {.run = run, .scale = scale, .paths = paths};
    if (!claim_run_preset(&of.preset, paths, run, scale, err))
        return false;
    bool ok = (!demand->path || check_measure(&of, demand->path, err)) &&
              (!demand->has_steps || check_steps(&of, demand, err));
    bool counts = !demand->leaves_patched || !of.preset.trainer.patching.reference_step.given;
    if (counts)
        add_size(sizes, of.preset.population.known);
    preset_free(&of.preset);
    return ok;
}

static bool check_runs(const struct claim_reading *reading, const struct paths *paths,
                       const char *runs, const struct demand *demand, struct error *err)
{
    const struct claim_table table = {.run = reading->run, .runs = reading->runs};
    struct sizes sizes = {.known = memory_new(reading->runs, sizeof *sizes.known, err)};
    bool ok = sizes.known != NULL;
    for (enum scale scale = 0; ok && scale < SCALES; scale++) {
        size_t length = 0;
        sizes.count = 0;
        for (const char *name = runs; ok && (name = claim_next_name(name + length, &length));)
            ok = check_run(paths, claim_run_find(&table, name, length), scale, demand, &sizes, err);
        ok = ok && (!demand->needs_law || check_law(&sizes, scale, err));
    }
    memory_free(sizes.known);
    return ok;
}

/* Numbers */

static bool check_statistic(const struct claim_reading *reading, const struct paths *paths,
                            const struct statistic *statistic, size_t line, struct error *err)
{
    const struct demand demand = {
        .path = statistic->measure,
        .has_steps =
            statistic->reduction != REDUCTION_NONE && reductions[statistic->reduction].has_steps,
        .steps = statistic->at,
        .needs_law = statistic->reduction == REDUCTION_LAW_EXPONENT,
    };
    return statistic->reduction == REDUCTION_NONE ||
           check_runs(reading, paths, statistic->run, &demand, err) ||
           claim_file_blame(&reading->file, line, err);
}

static bool check_checks(const struct claim_reading *reading, const struct paths *paths,
                         struct error *err)
{
    const struct claim_section *section = NULL;
    const struct check *check = reading->claim.check;
    for (; (section = claim_file_next(&reading->file, "check", section)); check++) {
        const char *other = check->comparison == COMPARISON_RATIO ? "over" : "minus";
        if (!check_statistic(reading, paths, &check->statistic,
                             claim_section_value(section, "value")->line, err) ||
            !check_statistic(reading, paths, &check->other,
                             claim_section_value(section, other)->line, err))
            return false;
    }
    return true;
}

/* Figures */

static bool check_measures(const struct claim_reading *reading, const struct paths *paths,
                           const struct claim_figure *figure, struct error *err)
{
    char *copy = memory_string(figure->measures, err), *rest = NULL;
    bool ok = copy != NULL;
    for (char *path = copy ? strtok_r(copy, ",", &rest) : NULL; ok && path;
         path = strtok_r(NULL, ",", &rest))
        ok = check_runs(reading, paths, figure->runs, &(struct demand){.path = path}, err);
    memory_free(copy);
    return ok;
}

static bool check_figure(const struct claim_reading *reading, const struct paths *paths,
                         const struct claim_section *section, const struct claim_figure *figure,
                         struct error *err)
{
    const struct figure_ops *ops = figure_ops[figure->kind];
    const struct demand demand = {
        .path = ops->measure, .needs_law = ops->fits_law, .leaves_patched = ops->fits_law};
    size_t line = claim_section_value(section, figure->measures ? "measures" : "kind")->line;
    bool ok = figure->measures ? check_measures(reading, paths, figure, err)
                               : check_runs(reading, paths, figure->runs, &demand, err);
    return ok || claim_file_blame(&reading->file, line, err);
}

/* All of a claim */

bool claim_reading_check_records(const struct claim_reading *reading, const struct paths *paths,
                                 struct error *err)
{
    const struct claim_section *section = NULL;
    const struct claim_figure *figure = reading->claim.figure;
    bool ok = check_checks(reading, paths, err);
    for (; ok && (section = claim_file_next(&reading->file, "figure", section)); figure++)
        ok = check_figure(reading, paths, section, figure, err);
    return ok;
}
