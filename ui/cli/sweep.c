/* mneme sweep: many runs, side by side, and what came of them.
 *
 * Map of this file: one run told; the live block; training them; what came of them; lists; scripts;
 * the command line. */
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/processors.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/paths.h"
#include "config/preset_file.h"
#include "lab/estimate.h"
#include "lab/sweep_file.h"
#include "lab/sweep_result.h"
#include "ui/cli/batch_script.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/listing.h"
#include "ui/cli/output.h"
#include "ui/cli/progress.h"
#include "ui/cli/queued_run.h"
#include "ui/cli/sweep_cells.h"
#include "ui/cli/table.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/terminal.h"

enum { AT_ONCE = 'n', LIST = 'l', CHOSEN = 'c', WORKER = 'w', SLURM = CLI_LONG_ONLY, PARALLEL };

/* Seconds from one drawing of the live block to the next where nothing begins or ends. */
#define REDRAW 0.25

static const struct cli_option options[] = {
    {AT_ONCE, "jobs", "N", "train N runs at once; each gets its share of the threads"},
    {WORKER, "worker", NULL,
     "be one of several: take runs that no other process has, and wait for none"},
    {LIST, "list", NULL, "list what would be trained and what is done; train nothing"},
    {CHOSEN, "chosen", NULL,
     "print the directories of the chosen runs that are done, one per line"},
    {SLURM, "slurm", NULL, "print a script for sbatch that starts workers; train nothing"},
    {PARALLEL, "parallel", NULL, "the same for GNU parallel, as a command line"},
    {CLI_JSON, "json", NULL,
     "print a JSON object for each change of a run, and for each cell; or for each sweep"},
};

enum sweep_style { STYLE_LIVE, STYLE_LINES, STYLE_JSON };

struct sweep_arguments {
    uint64_t at_once; /* 0: as the file says */
    bool list, chosen, worker;
    batch_script_writer *script; /* to be printed; null: none */
    enum sweep_style style;
};

/* A sweep being shown. */
struct show {
    const struct sweep *sweep;
    const struct paths *paths;
    struct run_queue *queue;
    bool worker; /* one of several */
    enum sweep_style style;
    enum queued_state *shown; /* [runs] what was told of each */
    struct progress_block block;
    double drawn; /* clock_seconds when it was drawn */
    bool stopped;
};

static bool is_over(enum queued_state state)
{
    return state == QUEUED_DONE || state == QUEUED_INTERRUPTED || state == QUEUED_FAILED;
}

/* ---- one run told ---- */

/* What was interrupted before it was begun here may have been begun elsewhere, or earlier. */
static const char *state_name(const struct queued_status *s)
{
    if (s->state != QUEUED_INTERRUPTED || s->begun)
        return queued_state_name(s->state);
    return s->step > 0 ? "left" : "not begun";
}

static void print_state(const struct queued_status *s, const char *label)
{
    char loss[FORMAT_SIZE], accuracy[FORMAT_SIZE], time[FORMAT_SIZE];
    output_print("%-11s  %s", state_name(s), label);
    switch (s->state) {
    case QUEUED_DONE:
        printf("  loss %s  accuracy %s  %s\n", format_number(loss, s->attr_loss),
               format_percent(accuracy, s->attr_accuracy), format_duration(time, s->seconds));
        break;
    case QUEUED_FAILED:
    case QUEUED_HELD:
        printf("  %s\n", s->failure.message);
        break;
    default:
        printf("  step %" PRIu64 " of %" PRIu64 "\n", s->step, s->steps);
    }
}

static bool tell_as(const struct show *show, size_t run, const struct queued_status *s,
                    struct error *err)
{
    if (show->style == STYLE_JSON)
        return queued_run_print_json(&show->sweep->job[run], s, err);
    char *label = sweep_label_run(show->sweep, run, err);
    if (!label)
        return false;
    print_state(s, label);
    memory_free(label);
    return true;
}

static bool tell_run(const struct show *show, size_t run, struct error *err)
{
    return tell_as(show, run, run_queue_status(show->queue, run), err);
}

/* ---- the live block ---- */

/* The rest of a row behind its label and bar: as many figures as have room, the first always. */
static void write_figures(struct text *out, const struct queued_status *s, size_t room)
{
    enum { FIGURES = 4 };
    char loss[FORMAT_SIZE], accuracy[FORMAT_SIZE], left[FORMAT_SIZE], figure[FIGURES][64];
    snprintf(figure[0], sizeof *figure, " %6" PRIu64 "/%" PRIu64, s->step, s->steps);
    snprintf(figure[1], sizeof *figure, "  loss %4s", format_number(loss, s->train_loss));
    snprintf(figure[2], sizeof *figure, "  accuracy %7s",
             format_percent(accuracy, s->attr_accuracy));
    snprintf(figure[3], sizeof *figure, "  %5s left", format_duration(left, s->seconds_left));
    for (size_t i = 0; i < FIGURES && (i == 0 || out->length + strlen(figure[i]) <= room); i++)
        text_add(out, figure[i]);
}

/* A row of the block: the label as wide as the widest, a bar where there is room for one. Where
 * there is little, figures give way to the beginning of the label. */
static void add_row(struct text *out, const struct queued_status *s, const char *label,
                    size_t widest, size_t columns)
{
    enum { LEAST_BAR = 6, MOST_BAR = 40, LEAST_LABEL = 16 };
    struct text figures = {0};
    size_t kept = (widest < LEAST_LABEL ? widest : LEAST_LABEL) + 1;
    write_figures(&figures, s, columns > kept ? columns - kept : 0);
    size_t room = columns > figures.length + 1 ? columns - figures.length - 1 : 0;
    size_t width = widest < room ? widest : room;
    size_t bar = room > width + 1 ? room - width - 1 : 0;
    progress_add_cut(out, label, width);
    if (bar >= LEAST_BAR) {
        text_add(out, " ");
        progress_bar(out, bar < MOST_BAR ? bar : MOST_BAR, (double)s->step / (double)s->steps);
    }
    text_format(out, "%s\n", figures.failed ? "" : figures.bytes);
    text_free(&figures);
}

static char *sums(const struct show *show, struct error *err)
{
    static const enum queued_state told[] = {QUEUED_RUNNING, QUEUED_WAITING, QUEUED_HELD,
                                             QUEUED_INTERRUPTED, QUEUED_FAILED};
    char left[FORMAT_SIZE];
    struct text out = {0};
    text_format(&out, "%zu of %zu done", run_queue_count(show->queue, QUEUED_DONE),
                sweep_runs(show->sweep));
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        size_t count = run_queue_count(show->queue, told[i]);
        if (count > 0)
            text_format(&out, ", %zu %s", count, queued_state_name(told[i]));
    }
    if (show->stopped)
        text_add(&out, "; saving");
    else
        text_format(&out, "; %s left", format_duration(left, run_queue_seconds_left(show->queue)));
    return text_take(&out, err);
}

/* The runs under way, as far as there is room for them above one line more. */
static size_t list_running(const struct show *show, size_t *running)
{
    size_t most = progress_rows() > 2 ? progress_rows() - 2 : 0, count = 0;
    most = most < PROGRESS_ROWS ? most : PROGRESS_ROWS - 1;
    for (size_t run = 0; run < sweep_runs(show->sweep) && count < most; run++)
        if (run_queue_status(show->queue, run)->state == QUEUED_RUNNING)
            running[count++] = run;
    return count;
}

static void add_rows(struct text *out, const struct show *show, const size_t *running,
                     char *const *label, size_t count)
{
    size_t columns = progress_columns(), widest = 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = progress_width(label[i]);
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < count; i++)
        add_row(out, run_queue_status(show->queue, running[i]), label[i], widest, columns);
}

static bool draw_block(struct show *show, struct error *err)
{
    size_t count = 0, most = sweep_runs(show->sweep);
    size_t *running = memory_new(most, sizeof *running, err);
    char **label = running ? memory_new(most, sizeof *label, err) : NULL;
    char *line = label ? sums(show, err) : NULL;
    bool ok = line != NULL;
    if (ok)
        count = list_running(show, running);
    for (size_t i = 0; ok && i < count; i++)
        ok = (label[i] = sweep_label_run(show->sweep, running[i], err)) != NULL;
    if (ok) {
        struct text block = {0};
        add_rows(&block, show, running, label, count);
        text_add(&block, line);
        if (!block.failed)
            progress_draw(&show->block, block.bytes);
        output_flush();
        text_free(&block);
    }
    for (size_t i = 0; i < count; i++)
        memory_free(label[i]);
    memory_free(label);
    memory_free(running);
    memory_free(line);
    return ok;
}

/* ---- training them ---- */

/* A child that was started runs once it has the run, and not where another process took that. */
static enum queued_state state_to_tell(const struct show *show, size_t run)
{
    const struct queued_status *s = run_queue_status(show->queue, run);
    return s->state == QUEUED_RUNNING && !s->has_it ? show->shown[run] : s->state;
}

/* Of one that has ended it is told that it ran. */
static bool tell_beginning(const struct show *show, size_t run, struct error *err)
{
    struct queued_status then = *run_queue_status(show->queue, run);
    if (!is_over(then.state) || !then.has_it || show->shown[run] == QUEUED_RUNNING)
        return true;
    then.state = QUEUED_RUNNING;
    return tell_as(show, run, &then, err);
}

/* Tells what has changed; on a terminal only ends, since the block shows the rest. */
static bool tell_changes(struct show *show, struct error *err)
{
    bool live = show->style == STYLE_LIVE;
    for (size_t run = 0; run < sweep_runs(show->sweep); run++) {
        enum queued_state state = state_to_tell(show, run);
        if (state != show->shown[run] && (!live || is_over(state)) &&
            ((!live && !tell_beginning(show, run, err)) || !tell_run(show, run, err)))
            return false;
        show->shown[run] = state;
    }
    output_flush();
    return true;
}

static bool has_changes(const struct show *show)
{
    for (size_t run = 0; run < sweep_runs(show->sweep); run++)
        if (state_to_tell(show, run) != show->shown[run])
            return true;
    return false;
}

static bool show_news(struct show *show, bool more, struct error *err)
{
    bool live = show->style == STYLE_LIVE, due = clock_seconds() - show->drawn >= REDRAW;
    bool news = has_changes(show) || (live && (due || !more));
    if (!news || (more && !output_takes(stdout)))
        return true;
    if (has_changes(show) || !more)
        progress_clear(&show->block);
    if (!tell_changes(show, err))
        return false;
    show->drawn = clock_seconds();
    return !live || !more || draw_block(show, err);
}

static void say_start(const struct show *show)
{
    const struct sweep *sweep = show->sweep;
    if (show->style == STYLE_JSON)
        return;
    output_print("%s%s%s: %zu run%s, %" PRIu64 " at once\nruns in %s\n", sweep->name,
                 *sweep->title ? ": " : "", sweep->title, sweep_runs(sweep),
                 sweep_runs(sweep) == 1 ? "" : "s", sweep->at_once, sweep->directory);
    size_t done = run_queue_count(show->queue, QUEUED_DONE);
    if (done > 0)
        printf("done before: %zu\n", done);
}

static bool train_all(struct show *show, struct error *err)
{
    for (size_t run = 0; run < sweep_runs(show->sweep); run++) {
        const struct queued_status *s = run_queue_status(show->queue, run);
        show->shown[run] = s->state == QUEUED_FAILED ? QUEUED_WAITING : s->state;
    }
    bool ok = true, more = true;
    while (ok && more) {
        if (!show->stopped && (signals_ended() || !output_flush())) {
            show->stopped = true;
            run_queue_stop(show->queue);
        }
        more = run_queue_turn(show->queue, 0.5);
        cli_obey_for_queue(show->queue);
        ok = show_news(show, more, err);
    }
    return ok;
}

/* ---- what came of them ---- */

static bool varies_population(const struct sweep *sweep)
{
    for (size_t k = 0; k < sweep->keys; k++)
        if (strcmp(sweep->key[k].name, "population.known") == 0 && sweep->key[k].values.count > 2)
            return true;
    return false;
}

/* A command on the chosen runs. What $( ) holds is taken apart at blanks, so that directories which
 * need quotes go through a pipe. */
static void say_on_chosen(const char *what, const struct show *show, const char *command,
                          const char *chosen)
{
    const char *program = show->paths->program;
    if (shell_is_plain(show->sweep->directory))
        output_print("%s%s %s $(%s)\n", what, program, command, chosen);
    else
        output_print("%s%s | tr '\\n' '\\0' | xargs -0 %s %s\n", what, chosen, program, command);
}

/* What to do with the runs. */
static void say_how_to_go_on(const struct show *show, const char *file)
{
    const struct sweep *sweep = show->sweep;
    struct text chosen = {0}, plot = {0};
    printf("\n");
    if (sweep->tunes)
        output_print("* the %s with the smallest training loss at the end\n",
                     sweep->key[sweep->keys - 1].label);
    text_format(&chosen, "%s sweep --chosen ", show->paths->program);
    shell_add_operand(&chosen, file);
    text_add(&plot, "plot -o ");
    shell_add_word(&plot, sweep->name);
    text_add(&plot, ".svg");
    if (!chosen.failed && !plot.failed) {
        say_on_chosen("draw them with: ", show, plot.bytes, chosen.bytes);
        if (varies_population(sweep))
            say_on_chosen("fit their law:  ", show, "phases --fit", chosen.bytes);
    }
    text_free(&chosen);
    text_free(&plot);
}

/* The results of the runs that are done; freed with memory_free. *unread as of sweep_measure. */
static struct sweep_result *measure(const struct show *show, struct error *unread,
                                    struct error *err)
{
    const struct sweep *sweep = show->sweep;
    bool *done = memory_new(sweep_runs(sweep), sizeof *done, err);
    struct sweep_result *result = done ? memory_new(sweep->cells, sizeof *result, err) : NULL;
    for (size_t run = 0; result && run < sweep_runs(sweep); run++)
        done[run] = run_queue_status(show->queue, run)->state == QUEUED_DONE;
    bool ok = result && sweep_measure(sweep, show->paths, done, result, unread, err);
    memory_free(done);
    if (ok)
        return result;
    memory_free(result);
    return NULL;
}

static bool print_results(const struct show *show, struct error *unread, struct error *err)
{
    struct sweep_result *result = measure(show, unread, err);
    bool ok = result != NULL;
    if (ok && show->style != STYLE_JSON)
        ok = sweep_print_table(show->sweep, result, err);
    for (size_t c = 0; ok && show->style == STYLE_JSON && c < show->sweep->cells; c++)
        ok = sweep_print_cell(show->sweep, c, &result[c], err);
    memory_free(result);
    return ok;
}

/* Whether the results are told here: not by a worker that is not the last. */
static bool tells_results(const struct show *show, const char *file)
{
    const struct sweep *sweep = show->sweep;
    struct error why;
    if (!show->worker ||
        queued_runs_conclude(sweep->directory, sweep->job, sweep_runs(sweep), show->queue, &why))
        return true;
    if (show->style != STYLE_JSON) {
        output_print("%s\n", why.message);
        cli_say_command(stdout, "see them with", show->paths, "sweep", file);
    }
    return false;
}

/* The exit status. */
static int say_failed(const struct show *show)
{
    struct error err;
    size_t failed = run_queue_count(show->queue, QUEUED_FAILED);
    if (failed == 0)
        return EXIT_DONE;
    error_set(&err, ERROR_SYSTEM, "%zu of %zu runs failed", failed, sweep_runs(show->sweep));
    return cli_fail(&err);
}

static int conclude(struct show *show, const char *file)
{
    struct error err, unread = {ERROR_NONE, ""};
    bool tells = tells_results(show, file);
    bool printed = !tells || run_queue_count(show->queue, QUEUED_DONE) == 0 ||
                   print_results(show, &unread, &err);
    if (tells && show->worker)
        queued_runs_have_told(show->sweep->directory, show->sweep->job, sweep_runs(show->sweep),
                              show->queue, printed);
    if (!printed)
        return cli_fail(&err);
    int status = say_failed(show);
    if (unread.kind != ERROR_NONE)
        status = cli_fail(&unread);
    if (status == EXIT_DONE && tells && show->style != STYLE_JSON)
        say_how_to_go_on(show, file);
    return status;
}

/* Trains what is not done, and says what came of it. */
static int run_sweep(struct show *show, const char *file)
{
    struct error err;
    const char *command = show->worker ? "sweep --worker" : "sweep";
    say_start(show);
    cli_on_crash_say(show->paths, command, file);
    if (!train_all(show, &err))
        return cli_fail(&err);
    cli_say_note(show->queue, show->style == STYLE_JSON ? stderr : stdout);
    if (!show->stopped && run_queue_count(show->queue, QUEUED_INTERRUPTED) == 0)
        return conclude(show, file);
    say_failed(show);
    bool readable = show->style != STYLE_JSON && output_flush();
    cli_say_command(readable ? stdout : stderr, "saved; resume with", show->paths, command, file);
    return EXIT_INTERRUPTED;
}

/* ---- lists ---- */

static int list_runs(struct show *show)
{
    struct error err;
    run_queue_look(show->queue);
    say_start(show);
    for (size_t run = 0; run < sweep_runs(show->sweep); run++)
        if (!tell_run(show, run, &err))
            return cli_fail(&err);
    return EXIT_DONE;
}

/* For a shell that takes what is printed it is the directory's name whatever is in it. */
static void print_directory(const char *directory)
{
    if (output_is_terminal())
        output_print("%s\n", directory);
    else
        printf("%s\n", directory);
}

static int list_chosen(const struct show *show)
{
    struct error err, unread;
    const struct sweep *sweep = show->sweep;
    struct sweep_result *result = measure(show, &unread, &err);
    if (!result)
        return cli_fail(&err);
    for (size_t run = 0; run < sweep_runs(sweep); run++)
        if (result[run % sweep->cells].chosen)
            print_directory(sweep->job[run].directory);
    memory_free(result);
    size_t left = sweep_runs(sweep) - run_queue_count(show->queue, QUEUED_DONE);
    if (left == 0)
        return unread.kind == ERROR_NONE ? EXIT_DONE : cli_fail(&unread);
    error_set(&err, ERROR_SYSTEM,
              "%zu of %zu runs are not done; only finished cells were considered", left,
              sweep_runs(sweep));
    return cli_fail(&err);
}

/* ---- scripts ---- */

static bool is_left(const struct show *show, size_t run)
{
    return run_queue_status(show->queue, run)->state != QUEUED_DONE;
}

static bool cell_is_left(const struct show *show, size_t cell)
{
    for (size_t run = cell; run < sweep_runs(show->sweep); run += show->sweep->cells)
        if (is_left(show, run))
            return true;
    return false;
}

/* The largest needs of the runs that are left, to which seeds make no difference, and how many
 * these are. */
static bool find_needs(const struct show *show, struct run_needs *most, size_t *left,
                       struct error *err)
{
    const struct sweep *sweep = show->sweep;
    double rate = estimate_machine_rate();
    *most = (struct run_needs){.threads = 1};
    *left = 0;
    for (size_t run = 0; run < sweep_runs(sweep); run++) {
        const struct queued_status *status = run_queue_status(show->queue, run);
        if (status->state == QUEUED_FAILED)
            return error_set(err, status->failure.kind, "%s", status->failure.message);
        *left += is_left(show, run);
    }
    for (size_t cell = 0; cell < sweep->cells; cell++) {
        const struct queued_run *job = &sweep->job[cell];
        struct preset preset;
        struct run_needs needs;
        if (!cell_is_left(show, cell))
            continue;
        if (!queued_run_preset(job, show->paths, &preset, err))
            return false;
        bool known = estimate_needs(show->paths, &preset, rate, &needs, err);
        preset_free(&preset);
        if (!known)
            return false;
        most->seconds = fmax(most->seconds, needs.seconds);
        most->bytes = needs.bytes > most->bytes ? needs.bytes : most->bytes;
        most->threads = needs.threads > most->threads ? needs.threads : most->threads;
    }
    return true;
}

/* A worker as a shell takes it. */
static char *worker_command(const char *program, const char *file, struct error *err)
{
    struct text out = {0};
    shell_add_word(&out, program);
    text_add(&out, " sweep --worker --jobs=1 ");
    shell_add_operand(&out, file);
    return text_take(&out, err);
}

/* A worker has as many threads as a run of this sweep gets here. */
static int print_script(const struct show *show, const char *file, const char *program,
                        const struct sweep_arguments *a)
{
    struct error err;
    struct run_needs needs;
    struct text out = {0};
    char place[PATH_MAX];
    size_t left, here = processors_threads(), share = here / show->sweep->at_once;
    if (!find_needs(show, &needs, &left, &err))
        return cli_fail(&err);
    if (left == 0) {
        error_set(&err, ERROR_INPUT, "every run of sweep %s is done", show->sweep->name);
        return cli_fail(&err);
    }
    size_t threads = share < 1 ? 1 : share < needs.threads ? share : needs.threads;
    char *command = worker_command(program, file, &err);
    const struct batch_script batch = {
        .name = show->sweep->name,
        .directory = show->sweep->directory,
        .place = getcwd(place, sizeof place) ? place : ".",
        .command = command,
        .runs = left,
        .threads = threads,
        .abreast = here / threads,
        .bytes = needs.bytes,
        .seconds = needs.seconds * (double)here / (double)threads,
    };
    bool written = command && a->script(&out, &batch, &err);
    memory_free(command);
    char *script = written ? text_take(&out, &err) : NULL;
    text_free(&out);
    if (!script)
        return cli_fail(&err);
    fputs(script, stdout);
    memory_free(script);
    return EXIT_DONE;
}

static json_t *json_sweep(const struct sweep *sweep, const char *name)
{
    return json_pack("{s:s, s:s, s:I}", "name", name, "title", sweep->title, "runs",
                     (json_int_t)sweep_runs(sweep));
}

/* One row of the list, or with JSON the object itself. */
static bool list_sweep(const struct paths *paths, const char *name, bool json, struct table *table,
                       struct error *err)
{
    struct sweep sweep;
    if (!sweep_load(&sweep, paths, name, err))
        return false;
    if (json) {
        bool printed = json_print(json_sweep(&sweep, name), err);
        sweep_free(&sweep);
        return printed;
    }
    bool ok = table_add(table, err, "%s", name) &&
              table_add(table, err, "%zu run%s", sweep_runs(&sweep),
                        sweep_runs(&sweep) == 1 ? "" : "s") &&
              table_add(table, err, "%s", sweep.title);
    sweep_free(&sweep);
    return ok;
}

static const struct listing listing = {.names = sweep_list, .row = list_sweep, .columns = 3};

/* ---- the command line ---- */

static int open_and_do(const struct paths *paths, const char *file, const struct sweep_arguments *a,
                       struct sweep *sweep, const char *program)
{
    struct error err;
    if (a->at_once > 0)
        sweep->at_once = a->at_once;
    struct run_queue_options queue = {.program = program,
                                      .at_once = sweep->at_once,
                                      .threads = processors_threads(),
                                      .leaves_held = a->worker};
    struct show show = {.sweep = sweep,
                        .paths = paths,
                        .worker = a->worker,
                        .style = a->style,
                        .block = {.to = stdout}};
    bool trains = !a->list && !a->chosen && !a->script;
    if (trains && !file_make_directories(sweep->directory, &err))
        return cli_fail(&err);
    if (trains)
        signals_catch(SIGNALS_RUN_QUEUE); /* what is there takes a while to read */
    show.shown = memory_new(sweep_runs(sweep), sizeof *show.shown, &err);
    show.queue =
        show.shown ? run_queue_new(sweep->job, sweep_runs(sweep), paths, &queue, &err) : NULL;
    int status = !show.queue ? cli_fail(&err)
                 : a->list   ? list_runs(&show)
                 : a->chosen ? list_chosen(&show)
                 : a->script ? print_script(&show, file, program, a)
                             : run_sweep(&show, file);
    run_queue_free(show.queue);
    memory_free(show.shown);
    return status;
}

static int do_file(const struct paths *paths, const char *file, const struct sweep_arguments *a)
{
    struct sweep sweep;
    struct error err;
    char *program = paths_own_program(&err);
    if (!program || !sweep_load(&sweep, paths, file, &err)) {
        memory_free(program);
        return cli_fail(&err);
    }
    int status = open_and_do(paths, file, a, &sweep, program);
    sweep_free(&sweep);
    memory_free(program);
    return status;
}

static bool take_script(struct sweep_arguments *a, batch_script_writer *script, struct error *err)
{
    if (a->script && a->script != script)
        return error_set(err, ERROR_INPUT, "--slurm and --parallel cannot be combined");
    a->script = script;
    return true;
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct sweep_arguments *a = arguments;
    switch (option) {
    case AT_ONCE:
        return cli_number("jobs", value, 1, SWEEP_AT_ONCE_MOST, &a->at_once, err);
    case LIST:
        return a->list = true;
    case CHOSEN:
        return a->chosen = true;
    case WORKER:
        return a->worker = true;
    case SLURM:
        return take_script(a, batch_script_slurm, err);
    case PARALLEL:
        return take_script(a, batch_script_parallel, err);
    default:
        a->style = STYLE_JSON;
        return true;
    }
}

static const char *script_option(const struct sweep_arguments *a)
{
    return a->script == batch_script_slurm ? "--slurm" : "--parallel";
}

/* The option that was given and wants a sweep; null where none was. */
static const char *wants_sweep(const struct sweep_arguments *a)
{
    return a->at_once > 0 ? "--jobs"
           : a->list      ? "--list"
           : a->chosen    ? "--chosen"
           : a->worker    ? "--worker"
           : a->script    ? script_option(a)
                          : NULL;
}

static bool check_together(const struct sweep_arguments *a, bool names_one, struct error *err)
{
    const char *wants = wants_sweep(a);
    if (!names_one && wants)
        return error_set(err, ERROR_INPUT, "%s needs the name of a sweep", wants);
    if (a->chosen && (a->list || a->style == STYLE_JSON))
        return error_set(
            err, ERROR_INPUT,
            "--chosen prints directories; it cannot be combined with --list or --json");
    if (a->worker && (a->list || a->chosen))
        return error_set(err, ERROR_INPUT, "--worker trains; it cannot be combined with %s",
                         a->list ? "--list" : "--chosen");
    if (a->script && (a->list || a->chosen || a->worker || a->style == STYLE_JSON))
        return error_set(err, ERROR_INPUT,
                         "%s prints a script; it can be combined with --jobs alone",
                         script_option(a));
    return true;
}

static int sweep(const struct cli_command *command, const struct paths *paths, int argc,
                 char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct sweep_arguments a = {.style = terminal_obeys(stdout) ? STYLE_LIVE : STYLE_LINES};
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 0, 1))
        return line.status;
    struct error err;
    if (!check_together(&a, line.operands > 0, &err))
        return cli_fail(&err);
    return line.operands > 0 ? do_file(paths, line.operand[0], &a)
                             : listing_print(&listing, paths, a.style == STYLE_JSON);
}

const struct cli_command cli_sweep = {
    .name = "sweep",
    .operands = "[SWEEP]",
    .summary = "Train many runs that differ in settings and seeds, and compare them.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = sweep,
};
