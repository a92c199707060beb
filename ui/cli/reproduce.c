/* mneme reproduce: the paper's claims at a small size, with a verdict on each. */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/processors.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/paths.h"
#include "paper/claim_set.h"
#include "paper/report.h"
#include "paper/reproduction.h"
#include "record/run_names.h"
#include "ui/cli/cli.h"
#include "ui/cli/columns.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"
#include "ui/cli/queued_run.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/terminal.h"

enum {
    FAST = 'f',
    OUTPUT = 'o',
    ONLY = 'e',
    LIST = 'l',
    AT_ONCE = 'n',
    WORKER = 'w',
    SEEDS = CLI_LONG_ONLY
};

enum { MOST_AT_ONCE = 256, TABLE_LEAST = 72, TABLE_MOST = 132 };

static const struct cli_option options[] = {
    {FAST, "fast", NULL, "use smaller runs: less than an hour on two cores"},
    {OUTPUT, "output", "DIR",
     "save runs, figures and the report in DIR (default " RUN_REPRODUCTION ")"},
    {ONLY, "only", "ID,...", "judge only these claims"},
    {SEEDS, "seeds", "A..B", "use seeds A to B instead of those of the claims"},
    {WORKER, "worker", NULL,
     "be one of several: take runs that no other process has, and wait for none"},
    {LIST, "list", NULL, "list what would be run, and the criteria; run nothing"},
    {AT_ONCE, "jobs", "N", "make N runs at once (default: the number of processors)"},
    {CLI_JSON, "json", NULL, "print a JSON object for each claim"},
};

struct reproduce_arguments {
    struct reproduction_options options;
    struct seed_range seeds;
    const char *const *claim; /* [claims] names and paths; none: all shipped ones */
    size_t claims;
    uint64_t at_once;
    bool list, json, worker;
};

/* What would be run */

static bool print_json(const struct reproduction *r, bool judged, struct error *err)
{
    struct text out = {0};
    bool ok = report_add_json(&out, r, judged, err);
    if (ok)
        fputs(out.bytes, stdout);
    text_free(&out);
    return ok;
}

static void say_check(FILE *to, const struct check *check, size_t number, size_t width)
{
    struct text words = {0};
    char place[32];
    snprintf(place, sizeof place, "%zu", number);
    check_write_text(&words, check);
    const struct column columns[] = {
        {"", 2}, {place, 1}, {words.failed ? "" : words.bytes, width - 7}};
    columns_print(to, columns, 3);
    text_free(&words);
}

static void list_claim(const struct claim *claim, size_t width)
{
    const struct column said[] = {{"", 2}, {claim->text, width - 4}};
    const struct column paper[] = {{"", 2}, {claim->paper, width - 4}};
    printf("%s: %s\n", claim->id, claim->title);
    columns_print(stdout, said, 2);
    columns_print(stdout, paper, 2);
    printf("    seen if\n");
    for (size_t i = 0; i < claim_checks(claim); i++)
        say_check(stdout, &claim->check[i], i + 1, width);
    if (claim->watch[0])
        printf("    presets: %s\n", claim->watch);
    printf("\n");
}

/* A run's name, how often it is made, how long that takes on one core. */
static void list_run(const struct reproduction *r, size_t first, size_t seeds)
{
    const struct replicate *replicate = &r->replicates.replicate[first];
    const char *source = replicate->run->source[r->options.scale];
    char minutes[FORMAT_SIZE];
    double seconds = 0;
    for (size_t i = 0; i < seeds; i++)
        seconds += r->job[first + i].work;
    printf("  %-20s %2zu x  %-18s %6s%s%s\n", replicate->run->name, seeds, replicate->run->preset,
           format_about(minutes, seconds), source ? "  from " : "", source ? source : "");
}

/* A line on the seeds that were given. */
static void say_seeds(const struct reproduction *r)
{
    struct text words = {0};
    reproduction_say_seeds(r, &words);
    if (words.length > 0 && !words.failed)
        printf("%s\n", words.bytes);
    text_free(&words);
}

static bool print_json_runs(const struct reproduction *r, struct run_queue *queue,
                            struct error *err)
{
    bool ok = true;
    run_queue_look(queue);
    for (size_t i = 0; ok && i < r->replicates.count; i++)
        ok = queued_run_print_json(&r->job[i], run_queue_status(queue, i), err);
    return ok;
}

/* For programs: the claims, then the runs and what there is of each. */
static int list_json(const struct reproduction *r)
{
    struct error err;
    const struct run_queue_options how = {.program = "", .at_once = 1, .threads = 1};
    struct run_queue *queue = run_queue_new(r->job, r->replicates.count, r->paths, &how, &err);
    bool ok = queue && print_json(r, false, &err) && print_json_runs(r, queue, &err);
    run_queue_free(queue);
    return ok ? EXIT_DONE : cli_fail(&err);
}

static int list(const struct reproduction *r, const struct reproduce_arguments *a)
{
    if (a->json)
        return list_json(r);
    char whole[FORMAT_SIZE];
    size_t width = progress_columns();
    width = width > TABLE_MOST ? TABLE_MOST : width < TABLE_LEAST ? TABLE_LEAST : width;
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i])
            list_claim(&r->table->claim[i], width);
    const struct column rule[] = {{verdict_rule, width}};
    columns_print(stdout, rule, 1);
    printf("\nRuns, with the number of seeds, the preset, and the time on one core:\n");
    for (size_t i = 0, seeds; i < r->replicates.count; i += seeds) {
        seeds = 1;
        while (i + seeds < r->replicates.count &&
               r->replicates.replicate[i + seeds].run == r->replicates.replicate[i].run)
            seeds++;
        list_run(r, i, seeds);
    }
    size_t cores = processors_threads();
    double abreast = (double)(a->at_once < cores ? a->at_once : cores);
    say_seeds(r);
    printf("%zu run%s, about %s with %" PRIu64 " at once\n", r->replicates.count,
           r->replicates.count == 1 ? "" : "s",
           format_about(whole, reproduction_seconds(r) / abreast), a->at_once);
    return EXIT_DONE;
}

/* While it runs */

struct reproduce_progress {
    FILE *to;   /* null: nothing is shown */
    bool moves; /* one line that changes, otherwise a line for each run */
    struct progress_block bar;
    bool *told;    /* [jobs] whose end was shown */
    size_t before; /* jobs that were done when it began, */
    size_t ended;  /* and since, as shown */
};

static void clear_bar(struct reproduce_progress *p)
{
    progress_clear(&p->bar);
    fflush(p->to); /* before anything on stderr */
}

static void tell_end(struct reproduce_progress *p, const struct reproduction *r,
                     const struct run_queue *queue, size_t index)
{
    const struct queued_status *s = run_queue_status(queue, index);
    char spent[FORMAT_SIZE];
    p->ended++;
    clear_bar(p);
    output_print_to(p->to, "%3zu/%zu  %-22s ", p->before + p->ended, r->replicates.count,
                    file_name(r->job[index].directory));
    if (s->state == QUEUED_FAILED)
        fprintf(p->to, "failed: %s\n", s->failure.message);
    else if (s->state == QUEUED_INTERRUPTED)
        fprintf(p->to, "interrupted at step %" PRIu64 " of %" PRIu64 "\n", s->step, s->steps);
    else
        fprintf(p->to, "loss %5.3f  accuracy %5.1f %%  %s\n", s->attr_loss, 100 * s->attr_accuracy,
                format_duration(spent, s->seconds));
    fflush(p->to);
}

/* All of them, or what is taken. */
static void tell_ends(struct reproduce_progress *p, const struct reproduction *r,
                      const struct run_queue *queue, bool waits)
{
    for (size_t i = 0; i < r->replicates.count; i++) {
        const struct queued_status *s = run_queue_status(queue, i);
        bool ended = (s->state == QUEUED_DONE && !s->before) || s->state == QUEUED_FAILED ||
                     (s->state == QUEUED_INTERRUPTED && s->begun);
        if (p->to && !waits && !output_takes(p->to))
            return;
        if (ended && !p->told[i] && p->to)
            tell_end(p, r, queue, i);
        p->told[i] = p->told[i] || ended;
    }
}

/* "12/58 runs  about 23 min left  power-law-2 412/800  grow-1 33/800", as far as it fits. */
static void draw_bar(struct reproduce_progress *p, const struct reproduction *r,
                     const struct run_queue *queue)
{
    char left[FORMAT_SIZE];
    struct text line = {0};
    double seconds = run_queue_seconds_left(queue);
    text_format(&line, "%zu/%zu runs", run_queue_count(queue, QUEUED_DONE), r->replicates.count);
    if (isfinite(seconds))
        text_format(&line, "  about %s left", format_about(left, seconds));
    for (size_t i = 0; i < r->replicates.count; i++) {
        const struct queued_status *s = run_queue_status(queue, i);
        if (s->state == QUEUED_RUNNING)
            text_format(&line, "  %s %" PRIu64 "/%" PRIu64, file_name(r->job[i].directory), s->step,
                        s->steps);
    }
    if (!line.failed)
        progress_draw(&p->bar, line.bytes);
    fflush(p->to);
    text_free(&line);
}

/* Makes the runs; false when a signal ended it, or the child of one of them. */
static bool make_runs(struct reproduce_progress *p, const struct reproduction *r,
                      struct run_queue *queue)
{
    if (p->to && p->before > 0)
        fprintf(p->to, "%zu of %zu runs are done already\n", p->before, r->replicates.count);
    signals_on_crash_say("the same command resumes");
    for (bool more = true; more;) {
        if (signals_ended())
            run_queue_stop(queue);
        more = run_queue_turn(queue, 0.5);
        cli_obey_for_queue(queue);
        tell_ends(p, r, queue, !more);
        if (p->moves && more)
            draw_bar(p, r, queue);
    }
    if (p->to) {
        clear_bar(p);
        cli_say_note(queue, p->to);
    }
    return run_queue_count(queue, QUEUED_INTERRUPTED) == 0;
}

/* What came out */

static void add_measured(struct text *out, const struct claim *claim, const struct verdict *verdict)
{
    if (verdict->state == VERDICT_FAILED)
        text_format(out, "%s", verdict->failure.message);
    for (size_t i = 0; verdict->state != VERDICT_FAILED && i < verdict->checks; i++) {
        text_add(out, i == 0 ? "" : "\n");
        check_write_text(out, &claim->check[i]);
        text_add(out, ": ");
        check_write_result(out, &claim->check[i], &verdict->result[i]);
        text_add(out, verdict->result[i].holds ? " (yes)" : " (no)");
    }
}

struct widths {
    size_t claim, measured, paper, verdict;
};

/* The verdict keeps its width; what is left is shared out. */
static struct widths share_width(size_t width)
{
    struct widths w = {.verdict = 8};
    size_t rest = width - w.verdict - 3 * COLUMNS_GAP;
    w.claim = rest * 33 / 100;
    w.paper = rest * 21 / 100;
    w.measured = rest - w.claim - w.paper;
    return w;
}

static void print_row(const struct widths *w, const char *claim, const char *measured,
                      const char *paper, const char *verdict)
{
    const struct column columns[] = {
        {claim, w->claim}, {measured, w->measured}, {paper, w->paper}, {verdict, w->verdict}};
    columns_print(stdout, columns, 4);
}

static void print_claim(const struct widths *w, const struct claim *claim,
                        const struct verdict *verdict)
{
    struct text said = {0}, measured = {0}, state = {0};
    text_format(&said, "%s\n%s", claim->id, claim->text);
    add_measured(&measured, claim, verdict);
    text_add(&state, verdict_state_name(verdict->state));
    if (verdict->state == VERDICT_NOT_SEEN && verdict->holding > 0)
        text_format(&state, "\n%zu of %zu", verdict->holding, verdict->checks);
    if (!said.failed && !measured.failed && !state.failed)
        print_row(w, said.bytes, measured.bytes, claim->paper, state.bytes);
    printf("\n");
    text_free(&said);
    text_free(&measured);
    text_free(&state);
}

static void print_table(const struct reproduction *r)
{
    size_t width = progress_columns();
    width = width > TABLE_MOST ? TABLE_MOST : width < TABLE_LEAST ? TABLE_LEAST : width;
    struct widths w = share_width(width);
    print_row(&w, reproduction_is_of_paper(r) ? "the paper's claim" : "the claim",
              "criterion: what was measured", "the paper", "verdict");
    printf("\n");
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i])
            print_claim(&w, &r->table->claim[i], &r->verdict[i]);
    const struct column rule[] = {{verdict_rule, width}};
    columns_print(stdout, rule, 1);
    say_seeds(r);
    printf("\n%zu seen, %zu not seen, %zu failed\n", reproduction_count(r, VERDICT_SEEN),
           reproduction_count(r, VERDICT_NOT_SEEN), reproduction_count(r, VERDICT_FAILED));
}

static bool print_verdicts(struct reproduction *r, const struct run_queue *queue, bool json,
                           struct error *err)
{
    if (!reproduction_judge(r, queue, err) || (json && !print_json(r, true, err)))
        return false;
    if (!json)
        print_table(r);
    return true;
}

/* Verdicts are told first: what keeps the report from being written does not keep them. */
static int conclude(struct reproduction *r, const struct run_queue *queue, bool json, bool worker)
{
    struct error err, undrawn;
    bool printed = print_verdicts(r, queue, json, &err);
    if (worker)
        queued_runs_have_told(r->options.directory, r->job, r->replicates.count, queue, printed);
    if (!printed)
        return cli_fail(&err);
    if (!report_write(r, &undrawn, &err))
        return cli_fail(&err);
    if (undrawn.kind != ERROR_NONE)
        fprintf(stderr, CLI_NOTE "not every figure was drawn: %s\n", undrawn.message);
    if (!json)
        output_print("the report is %s/%s\n", r->options.directory, r->report);
    return reproduction_count(r, VERDICT_FAILED) > 0 ? EXIT_FAILED : EXIT_DONE;
}

/* A worker that is not the last leaves that to another. */
static int conclude_as_worker(struct reproduction *r, const struct run_queue *queue, bool json)
{
    struct error why;
    if (queued_runs_conclude(r->options.directory, r->job, r->replicates.count, queue, &why))
        return conclude(r, queue, json, true);
    output_print_to(json ? stderr : stdout, "%s\nsee them with the same command without --worker\n",
                    why.message);
    return run_queue_count(queue, QUEUED_FAILED) > 0 ? EXIT_FAILED : EXIT_DONE;
}

/* The command */

static void init_progress(struct reproduce_progress *p, bool json, const struct run_queue *queue)
{
    FILE *to = json ? stderr : stdout;
    p->moves = terminal_obeys(to);
    p->bar.to = to;
    p->to = p->moves || !json ? to : NULL;
    p->before = run_queue_count(queue, QUEUED_DONE);
}

static int make_and_conclude(struct reproduction *r, const struct reproduce_arguments *a,
                             struct run_queue *queue)
{
    struct error err;
    struct reproduce_progress progress = {
        .told = memory_new(r->replicates.count, sizeof *progress.told, &err)};
    if (!progress.told)
        return cli_fail(&err);
    init_progress(&progress, a->json, queue);
    bool made = make_runs(&progress, r, queue);
    memory_free(progress.told);
    if (made)
        return a->worker ? conclude_as_worker(r, queue, a->json)
                         : conclude(r, queue, a->json, false);
    output_print_to(stderr, "mneme: interrupted; the same command resumes %s\n",
                    r->options.directory);
    return EXIT_INTERRUPTED;
}

static int run_all(struct reproduction *r, const struct reproduce_arguments *a)
{
    struct error err;
    char *program = paths_own_program(&err);
    const struct run_queue_options how = {.program = program,
                                          .at_once = a->at_once,
                                          .threads = processors_threads(),
                                          .leaves_held = a->worker};
    signals_catch(SIGNALS_RUN_QUEUE); /* what is there takes a while to read */
    bool has_place = program && file_make_directories(r->options.directory, &err);
    struct run_queue *queue =
        has_place ? run_queue_new(r->job, r->replicates.count, r->paths, &how, &err) : NULL;
    int status = queue ? make_and_conclude(r, a, queue) : cli_fail(&err);
    run_queue_free(queue);
    memory_free(program);
    return status;
}

/* "41..46". */
static bool take_seeds(struct reproduce_arguments *a, const char *value, struct error *err)
{
    uint64_t first, last;
    if (!number_read_range(value, &first, &last) || first < 1 || last > INT_MAX ||
        last - first >= VERDICT_SEEDS)
        return error_set(err, ERROR_INPUT,
                         "--seeds %s is not a range of at most %d seeds, such as 41..46", value,
                         VERDICT_SEEDS);
    a->seeds = (struct seed_range){(unsigned)first, (unsigned)last};
    a->options.seeds = &a->seeds;
    return true;
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct reproduce_arguments *a = arguments;
    switch (option) {
    case FAST:
        a->options.scale = SCALE_FAST;
        return true;
    case OUTPUT:
        a->options.directory = value;
        return true;
    case ONLY:
        a->options.only = value;
        return true;
    case SEEDS:
        return take_seeds(a, value, err);
    case LIST:
        return a->list = true;
    case WORKER:
        return a->worker = true;
    case AT_ONCE:
        return cli_number("jobs", value, 1, MOST_AT_ONCE, &a->at_once, err);
    default:
        return a->json = true;
    }
}

static int judge_claims(const struct claim_table *table, const struct paths *paths,
                        const struct reproduce_arguments *a)
{
    struct error err;
    struct reproduction r;
    if (!reproduction_init(&r, table, &a->options, paths, &err))
        return cli_fail(&err);
    int status = a->list ? list(&r, a) : run_all(&r, a);
    reproduction_free(&r);
    return status;
}

/* The claims that were named, as a shell takes them; null where none were. */
static char *say_claims(const struct reproduce_arguments *a, struct error *err)
{
    struct text out = {0};
    for (size_t i = 0; i < a->claims; i++) {
        text_add(&out, i > 0 ? " " : "");
        shell_add_word(&out, a->claim[i]);
    }
    return text_take(&out, err);
}

static int start(const struct paths *paths, struct reproduce_arguments *a)
{
    struct error err;
    struct claim_set claims;
    char here[PATH_MAX];
    const char *parent = a->options.directory[0] == '/' || !getcwd(here, sizeof here) ? "" : here;
    char *directory =
        memory_format(&err, "%s%s%s", parent, *parent ? "/" : "", a->options.directory);
    char *named = directory ? say_claims(a, &err) : NULL;
    a->options.directory = directory;
    a->options.claims = a->claims > 0 ? named : NULL;
    int status = EXIT_FAILED;
    if (!named || !claim_set_load(&claims, paths, a->claim, a->claims, &err))
        status = cli_fail(&err);
    else {
        status = judge_claims(&claims.table, paths, a);
        claim_set_free(&claims);
    }
    memory_free(named);
    memory_free(directory);
    return status;
}

static int reproduce(const struct cli_command *command, const struct paths *paths, int argc,
                     char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct reproduce_arguments a = {.options = {.scale = SCALE_FULL, .directory = RUN_REPRODUCTION},
                                    .at_once = processors_threads()};
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 0, INT_MAX))
        return line.status;
    a.claim = (const char *const *)line.operand;
    a.claims = (size_t)line.operands;
    if (a.worker && a.list) {
        struct error err;
        error_set(&err, ERROR_INPUT, "--worker trains; it cannot be combined with --list");
        return cli_fail(&err);
    }
    return start(paths, &a);
}

const struct cli_command cli_reproduce = {
    .name = "reproduce",
    .operands = "[CLAIM...]",
    .summary = "Judge the paper's claims, or yours, by runs of a small size.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = reproduce,
};
