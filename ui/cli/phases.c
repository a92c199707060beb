/* mneme phases: where a run's plateau begins and ends. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "lab/session.h"
#include "measure/phase.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"

static const struct cli_option options[] = {
    {CLI_JSON, "json", NULL, "print a JSON object for each run"},
};

/* The record's curve of known individuals. */
struct curve {
    double *step, *loss; /* [count] */
    size_t count;
};

static void curve_free(struct curve *curve)
{
    memory_free(curve->step);
    memory_free(curve->loss);
}

static bool read_curve(const struct run *run, const struct fact_set *facts, struct curve *curve,
                       struct error *err)
{
    struct metrics metrics = {0};
    char *path = run_metrics_path(run, err);
    bool read = path && metrics_read(&metrics, path, facts, err);
    memory_free(path);
    if (!read)
        return false;
    *curve = (struct curve){.count = metrics.evaluations};
    curve->step = memory_new(curve->count, sizeof *curve->step, err);
    curve->loss = memory_new(curve->count, sizeof *curve->loss, err);
    for (size_t i = 0; curve->step && curve->loss && i < curve->count; i++) {
        curve->step[i] = (double)metrics.evaluation[i].step;
        curve->loss[i] = metrics.evaluation[i].known.loss;
    }
    metrics_free(&metrics);
    if (curve->step && curve->loss)
        return true;
    curve_free(curve);
    return false;
}

static bool print_json(const char *run, const struct session *session, const struct phase_report *r,
                       struct error *err)
{
    json_t *object =
        json_pack("{s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o}", "run", run, "baseline",
                  json_number(r->baseline), "baseline_pools", json_number(session->baseline_pools),
                  "phase", phase_name(r->phase), "remark", phase_remark_text(r->remark),
                  "plateau_start", json_number(r->plateau_start), "plateau_end",
                  json_number(r->plateau_end), "plateau_end_low", json_number(r->plateau_end_low),
                  "plateau_end_high", json_number(r->plateau_end_high));
    return json_print(object, err);
}

static void print_lines(const char *run, const struct session *session,
                        const struct phase_report *r)
{
    printf("%s: %s", run, phase_name(r->phase));
    if (phase_remark_text(r->remark)[0])
        printf(" (%s)", phase_remark_text(r->remark));
    printf("\n  baseline       %.3f nats (%.3f with an endless population)\n", r->baseline,
           session->baseline_pools);
    if (isfinite(r->plateau_start))
        printf("  plateau start  step %.0f\n", r->plateau_start);
    if (isfinite(r->plateau_end))
        printf("  plateau end    step %.0f, 95 %% between %.0f and %.0f\n", r->plateau_end,
               r->plateau_end_low, r->plateau_end_high);
}

static bool report(const struct paths *paths, const char *name, bool json, struct error *err)
{
    struct run run;
    struct preset preset;
    if (!run_open(&run, paths, name, false, err))
        return false;
    struct session session;
    bool has_preset = run_preset(&run, paths, &preset, err);
    bool opened = has_preset && session_open_facts(&session, paths, &preset, err);
    if (has_preset)
        preset_free(&preset);
    bool done = false;
    if (opened) {
        struct curve curve = {0};
        struct phase_report fitted;
        done =
            recall_baseline(&session.population, &session.baseline, &session.baseline_pools, err) &&
            read_curve(&run, &session.facts, &curve, err) &&
            phase_fit(curve.step, curve.loss, curve.count, session.baseline, &fitted, err);
        if (done && json)
            done = print_json(run.name, &session, &fitted, err);
        else if (done)
            print_lines(run.name, &session, &fitted);
        curve_free(&curve);
        session_close(&session, NULL);
    }
    run_close(&run);
    return done;
}

static int phases(const struct cli_command *command, const struct paths *paths, int argc,
                  char **argv)
{
    struct cli_arguments line = {.command = command, .argc = argc, .argv = argv};
    struct error err;
    bool json = false;
    int option, operands, status = EXIT_DONE;
    char **operand;
    while ((option = cli_next(&line)) >= 0)
        json = true;
    if (option == CLI_LEAVE || !cli_operands(&line, 1, argc, &operand, &operands))
        return line.status;
    for (int i = 0; i < operands; i++)
        if (!report(paths, operand[i], json, &err))
            status = cli_fail(&err);
    return status;
}

const struct cli_command cli_phases = {
    .name = "phases",
    .operands = "RUN...",
    .summary = "Say where the plateau of each run begins and ends.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = phases,
};
