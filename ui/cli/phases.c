/* mneme phases: where a run's plateau begins and ends, and how the end grows with the people. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "lab/run_result.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/phase_words.h"
#include "ui/cli/result_notes.h"
#include "ui/format.h"

enum { FIT = 'f' };

static const struct cli_option options[] = {
    {FIT, "fit", NULL, "fit the law plateau end = a N^b to all runs (N: known individuals)"},
    {CLI_JSON, "json", NULL, "print a JSON object for each run, and one for the law"},
};

static json_t *json_phases(const struct phase_report *r)
{
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "phase", phase_name(r->phase), "remark",
        phase_remark_text(r->remark), "eval_every", json_number(r->every), "plateau_start",
        json_number(r->plateau_start), "plateau_end", json_number(r->plateau_end),
        "plateau_end_low", json_number(r->plateau_end_low), "plateau_end_high",
        json_number(r->plateau_end_high), "plateau_level", json_number(r->plateau_level));
}

static bool print_run_json(const struct run_result *result, struct error *err)
{
    json_t *phases = json_phases(&result->phase);
    json_t *object = json_pack("{s:o, s:I, s:o, s:o, s:o}", "run", json_text(result->name), "known",
                               (json_int_t)result->preset.population.known, "baseline",
                               json_number(result->phase.baseline), "uniform_baseline",
                               json_number(result->uniform_baseline), "baseline_pools",
                               json_number(result->baseline_pools));
    json_object_update(object, phases);
    json_decref(phases);
    if (result->patched) {
        const struct patching_options *patching = &result->preset.trainer.patching;
        json_object_set_new(object, "patched_at",
                            json_integer((json_int_t)patching->reference_step.count));
        json_object_set_new(object, "reference", json_phases(&result->reference_phase));
    }
    return json_print(object, err);
}

static void print_phase(const struct phase_report *r)
{
    char text[PHASE_REMARK_TEXT];
    const char *remark = phase_say_remark(r, text);
    printf("%s", phase_name(r->phase));
    if (remark[0])
        printf(" (%s)", remark);
    printf("\n");
}

static void print_plateau(const struct phase_report *r)
{
    char words[PHASE_WORDS], start[FORMAT_SIZE];
    if (isfinite(r->plateau_start))
        printf("  plateau start  step %s\n",
               format_count(start, (uint64_t)llround(r->plateau_start)));
    if (isfinite(r->plateau_end))
        printf("  plateau end    %s\n", phase_words_end(r, words));
    if (isfinite(r->plateau_start))
        printf("  plateau level  %s\n", phase_words_level(r, words));
}

/* What a patched model's reference went through before it. */
static void print_reference(const struct run_result *result)
{
    const struct patching_options *patching = &result->preset.trainer.patching;
    output_print("%s, its reference up to step %" PRIu64 ": ", result->name,
                 patching->reference_step.count);
    print_phase(&result->reference_phase);
    print_plateau(&result->reference_phase);
}

static void print_run_lines(const struct run_result *result)
{
    const struct patching_options *patching = &result->preset.trainer.patching;
    output_print("%s", result->name);
    if (result->patched)
        printf(", patched from step %" PRIu64 " on", patching->reference_step.count);
    printf(": ");
    print_phase(&result->phase);
    printf("  baseline       %.3f nats for knowing only how common values are\n                 "
           "%.3f nats the same for all individuals, sampled uniformly\n                 %.3f nats "
           "for a blind guess, all values equally likely\n",
           result->phase.baseline, result->uniform_baseline, result->baseline_pools);
    print_plateau(&result->phase);
    if (result->patched)
        print_reference(result);
}

static bool print_law_json(const struct scaling_law *law, struct error *err)
{
    const struct {
        const char *key;
        double value;
    } numbers[] = {
        {"a", law->a},
        {"a_error", law->a_error},
        {"a_low", law->a_low},
        {"a_high", law->a_high},
        {"b", law->b},
        {"b_error", law->b_error},
        {"b_low", law->b_low},
        {"b_high", law->b_high},
        {"scatter", law->scatter},
        {"r_squared", law->r_squared},
    };
    json_t *object = json_pack("{s:s}", "law", "plateau_end = a N^b");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_object_set_new(object, numbers[i].key, json_number(numbers[i].value));
    json_object_set_new(object, "runs", json_integer((json_int_t)law->points));
    return json_print(object, err);
}

static void print_law_lines(const struct scaling_law *law)
{
    printf("plateau end = a N^b over %zu runs\n", law->points);
    printf("  a              %.3g, standard error %.2g, 95 %% between %.3g and %.3g\n", law->a,
           law->a_error, law->a_low, law->a_high);
    printf("  b              %.3f, standard error %.2g, 95 %% between %.3f and %.3f\n", law->b,
           law->b_error, law->b_low, law->b_high);
    printf("  scatter        %.1f %% beyond the ends' own intervals\n", 100 * law->scatter);
    if (isfinite(law->r_squared))
        printf("  R^2            %.4f\n", law->r_squared);
}

static bool print_law(const struct run_result *result, size_t count, bool json, struct error *err)
{
    struct scaling_law law;
    if (!run_result_fit_law(result, count, &law, err))
        return false;
    if (json)
        return print_law_json(&law, err);
    print_law_lines(&law);
    return true;
}

struct phases_arguments {
    bool json, fit;
};

/* Reads and prints run after run; those that were read are kept for a law, each once. */
static int print_runs(const struct paths *paths, char **run, size_t count,
                      const struct phases_arguments *a, struct run_result *result, size_t *results)
{
    struct error err;
    int status = EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        if (!run_result_read(&result[*results], paths, run[i], &err)) {
            status = cli_fail(&err);
            continue;
        }
        struct run_result *read = &result[*results];
        if (!a->json)
            print_run_lines(read);
        else if (!print_run_json(read, &err))
            status = cli_fail(&err);
        if (a->fit && note_same_run(result, *results, read, run[i]))
            run_result_free(read);
        else
            ++*results;
    }
    return status;
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct phases_arguments *a = arguments;
    (void)value;
    (void)err;
    *(option == FIT ? &a->fit : &a->json) = true;
    return true;
}

static int phases(const struct cli_command *command, const struct paths *paths, int argc,
                  char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct error err;
    struct phases_arguments a = {0};
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, argc))
        return line.status;
    size_t results = 0;
    struct run_result *result = memory_new((size_t)line.operands, sizeof *result, &err);
    if (!result)
        return cli_fail(&err);
    int status = print_runs(paths, line.operand, (size_t)line.operands, &a, result, &results);
    if (a.fit)
        note_without_end(result, results);
    if (a.fit && !print_law(result, results, a.json, &err))
        status = cli_fail(&err);
    for (size_t i = 0; i < results; i++)
        run_result_free(&result[i]);
    memory_free(result);
    return status;
}

const struct cli_command cli_phases = {
    .name = "phases",
    .operands = "RUN...",
    .summary = "Show where the plateau of each run starts and ends; fit its law.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = phases,
};
