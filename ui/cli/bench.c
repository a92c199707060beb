/* mneme bench: how fast a preset trains here, measured against the machine's matrix products. */
#include <stdio.h>

#include "lab/benchmark.h"
#include "ui/cli/bench_ranks.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"
#include "ui/format.h"
#include "ui/terminal.h"

enum { ROUNDS = 'n', SECONDS = 't', RANKS = 'k' };

static const struct cli_option options[] = {
    {ROUNDS, "rounds", "N", "measure N times and print the medians (default 3)"},
    {SECONDS, "seconds", "S", "train for S seconds each time, but at least one step (default 3)"},
    {RANKS, "ranks", "N", "compare N ranks of one thread with N threads of one process (Open MPI)"},
    {CLI_SET, "set", "KEY=VALUE", "change a key of the preset, as in train.batch=8"},
    {CLI_JSON, "json", NULL, "print one JSON object"},
};

/* What a part of a step is called, in a table and in JSON. */
static const struct {
    const char *name, *key;
} parts[STEP_PARTS] = {
    [STEP_BATCH] = {"generating the batch", "batch"},
    [STEP_EMBEDDING] = {"embedding", "embedding"},
    [STEP_NORM] = {"norms", "norms"},
    [STEP_PROJECTION] = {"mixer, projections", "mixer_projections"},
    [STEP_MIXER] = {"mixer, between tokens", "mixer"},
    [STEP_FEED_FORWARD] = {"feed-forward", "feed_forward"},
    [STEP_OUTPUT] = {"output and loss", "output"},
    [STEP_OPTIMIZER] = {"optimizer", "optimizer"},
};

/* The share of a step in which threads wait for each other. */
static double share_of_waiting(const struct benchmark *b)
{
    double rest = 1;
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        rest -= b->part_share[p];
    return rest > 0 ? rest : 0;
}

static json_t *json_parts(const struct benchmark *b)
{
    json_t *shares = json_object();
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        json_object_set_new(shares, parts[p].key, json_number(b->part_share[p]));
    json_object_set_new(shares, "waiting", json_number(share_of_waiting(b)));
    return shares;
}

static const char *products(const struct benchmark *b)
{
    return *b->identity.products == '\0' ? "fp32, OpenBLAS" : b->identity.products;
}

static bool print_json(const char *preset, const struct benchmark *b, struct error *err)
{
    const double giga = 1e9;
    return json_print(
        json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, "
                  "s:s, s:s, s:s, s:s, s:s, s:s, s:o}",
                  "preset", preset, "threads", (json_int_t)b->threads, "shards",
                  (json_int_t)b->shards, "parameters", (json_int_t)b->parameters, "tokens_per_step",
                  json_number(b->tokens_per_step), "seconds_per_step",
                  json_number(b->seconds_per_step), "tokens_per_s", json_number(b->tokens_rate),
                  "gflops", json_number(b->operations_rate / giga), "product_gflops",
                  json_number(b->product_rate / giga), "product_own_shapes_gflops",
                  json_number(b->own_product_rate / giga), "ratio", json_number(b->ratio),
                  "eval_tokens_per_s", json_number(b->evaluation_rate), "eval_ratio",
                  json_number(b->evaluation_rate / b->tokens_rate), "peak_memory_bytes",
                  (json_int_t)b->peak_memory, "shares", json_parts(b), "blas", b->blas_config,
                  "kernel", b->blas.kernel, "kernel_instructions",
                  instruction_set_name(b->blas.needs), "kernel_chosen_by",
                  blas_reason_name(b->blas.reason), "processor_instructions",
                  instruction_set_name(b->blas.processor), "products", products(b), "why_not_bf16",
                  json_text(b->remark)),
        err);
}

static void print_text(const char *preset, const struct benchmark *b)
{
    const double giga = 1e9;
    char tokens[FORMAT_SIZE], asked[FORMAT_SIZE], size[FORMAT_SIZE], peak[FORMAT_SIZE],
        blas[BLAS_SENTENCE];
    output_print("%s: %s parameters, %.0f tokens per step, %zu thread%s\n\n", preset,
                 format_short(size, (double)b->parameters), b->tokens_per_step, b->threads,
                 b->threads == 1 ? "" : "s");
    printf("training     %6s tokens/s  %6.1f GFLOP/s (6 x parameters x tokens)\n",
           format_short(tokens, b->tokens_rate), b->operations_rate / giga);
    printf("evaluation   %6s tokens/s  %6.1f times as fast\n",
           format_short(asked, b->evaluation_rate), b->evaluation_rate / b->tokens_rate);
    printf("products in %-18s%6.1f GFLOP/s  ratio %.2f\n", precision_names[b->precision],
           b->product_rate / giga, b->ratio);
    printf("  in the model's shapes       %6.1f GFLOP/s\n", b->own_product_rate / giga);
    printf("peak memory                 %12s\n\n", format_bytes(peak, (double)b->peak_memory));
    printf("A step takes %.4g s:\n", b->seconds_per_step);
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        printf("  %-28s %5.1f %%\n", parts[p].name, 100 * b->part_share[p]);
    blas_explain(&b->blas, blas);
    printf("  %-28s %5.1f %%\n\n%s\nproducts of layers in %s\n", "threads waiting",
           100 * share_of_waiting(b), blas, products(b));
    if (b->remark)
        output_print("not in bf16, as train.precision asks: %s\n", b->remark);
}

static void show_progress(void *context, size_t piece, size_t pieces, const char *name)
{
    struct text row = {0};
    text_format(&row, "%zu/%zu %s", piece + 1, pieces, name);
    if (!row.failed)
        progress_draw(context, row.bytes);
    text_free(&row);
}

struct bench_arguments {
    uint64_t rounds, seconds, ranks; /* ranks 0: not compared */
    bool json;
    struct strings settings;
};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct bench_arguments *a = arguments;
    switch (option) {
    case ROUNDS:
        return cli_number("rounds", value, 1, 1000, &a->rounds, err);
    case SECONDS:
        return cli_number("seconds", value, 0, 3600, &a->seconds, err);
    case RANKS:
        return cli_number("ranks", value, 1, 64, &a->ranks, err);
    case CLI_SET:
        return strings_add(&a->settings, value, err);
    default:
        return a->json = true;
    }
}

static bool bench_preset(const struct bench_arguments *a, const struct paths *paths,
                         const char *name, struct error *err)
{
    struct preset preset;
    struct benchmark benchmark;
    struct progress_block bar = {.to = stderr};
    struct benchmark_options wanted = {
        .rounds = (size_t)a->rounds,
        .seconds = (double)a->seconds,
        .progress = terminal_obeys(stderr) ? show_progress : NULL,
        .context = &bar,
    };
    if (!cli_load_preset(&preset, paths, name, &a->settings, err))
        return false;
    bool measured = benchmark_run(&benchmark, paths, &preset, &wanted, err);
    progress_clear(&bar);
    if (measured && a->json)
        measured = print_json(preset.name, &benchmark, err);
    else if (measured)
        print_text(preset.name, &benchmark);
    preset_free(&preset);
    return measured;
}

static bool compare_ranks(const struct bench_arguments *a, const char *name, struct error *err)
{
    const struct bench_ranks wanted = {name,       a->ranks,     a->rounds,
                                       a->seconds, &a->settings, a->json};
    return bench_ranks_print(&wanted, err);
}

static int bench(const struct cli_command *command, const struct paths *paths, int argc,
                 char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct bench_arguments a = {.rounds = 3, .seconds = 3};
    struct error err;
    int status = EXIT_DONE;
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 0, 1))
        status = line.status;
    else {
        const char *name = line.operands ? line.operand[0] : "quickstart";
        bool done =
            a.ranks > 0 ? compare_ranks(&a, name, &err) : bench_preset(&a, paths, name, &err);
        status = done ? EXIT_DONE : err.kind == ERROR_CANCELLED ? EXIT_INTERRUPTED : cli_fail(&err);
    }
    strings_free(&a.settings);
    return status;
}

const struct cli_command cli_bench = {
    .name = "bench",
    .operands = "[PRESET]",
    .summary = "Measure how fast a preset trains on this machine.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = bench,
    .uses_ranks = true,
};
