/* mneme train: a run without a screen. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/preferences.h"
#include "config/table_preset.h"
#include "lab/phase_command.h"
#include "lab/run_queue.h"
#include "lab/run_result.h"
#include "lab/session_change.h"
#include "lab/session_request.h"
#include "lab/session_resume.h"
#include "lab/speeds.h"
#include "model/precision.h"
#include "record/line_write.h"
#include "ui/cli/cli.h"
#include "ui/cli/columns.h"
#include "ui/cli/output.h"
#include "ui/cli/phase_words.h"
#include "ui/cli/progress.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/terminal.h"

enum { RESUME = CLI_LONG_ONLY, FROM = 'f', RUN = 'r', STEPS = 'n', QUIET = 'q' };

static const struct cli_option options[] = {
    {RUN, "run", "DIR", "save the run in DIR, which holds no run yet"},
    {STEPS, "steps", "N", "make N steps in total"},
    {CLI_SET, "set", "KEY=VALUE",
     "change a key of the preset, or of a run that is resumed, as in train.lr=1e-3"},
    {FROM, "from", "RUN[@STEP]", "start from another run, at its newest checkpoint or at STEP"},
    {RESUME, "resume", "RUN", "resume a run from its newest checkpoint"},
    {CLI_JSON, "json", NULL,
     "print the record's training and evaluation lines, one JSON object each"},
    {QUIET, "quiet", NULL, "print nothing but errors"},
};

enum train_style { STYLE_BAR, STYLE_LINES, STYLE_JSON, STYLE_QUIET };

struct train_arguments {
    const char *directory, *resume, *from, *preset;
    uint64_t steps;
    struct strings settings;
    enum train_style style;
};

/* How much of the history was shown. */
struct train_progress {
    enum train_style style;
    size_t trainings, evaluations;
    bool has_recall;
    struct recall known, held_out;
    bool awaits_save; /* a signal asked for a checkpoint that is not written yet */
    uint64_t saves;   /* checkpoints there were then */
    bool can_go_on;   /* a checkpoint is there, which was made known for a crash */
    bool is_tuned;    /* the newest evaluation asked those that are fine-tuned on */
    struct part_recall tuned;
    struct progress_block bar;
    char *on_phase; /* the user's command */
    struct phase_watch phase;
    struct phase_commands commands;
};

static void clear_bar(struct train_progress *p)
{
    progress_clear(&p->bar);
    output_flush(); /* before anything on stderr */
}

/* What stands behind the bar. */
enum train_part {
    PART_STEPS,
    PART_PHASE,
    PART_LOSS,
    PART_ACCURACY,
    PART_TUNED,
    PART_SPEED,
    PART_LEFT,
    PARTS
};
enum { PART_SIZE = 64 };

static void write_parts(const struct train_progress *p, const struct trainer_status *s,
                        char part[PARTS][PART_SIZE])
{
    char number[FORMAT_SIZE];
    snprintf(part[PART_STEPS], PART_SIZE, " %7" PRIu64 "/%" PRIu64, s->step, s->steps);
    snprintf(part[PART_PHASE], PART_SIZE, "  %-10s", phase_name(s->phase.phase));
    if (p->has_recall) {
        snprintf(part[PART_LOSS], PART_SIZE, "  loss %6s", format_loss(number, p->known.loss));
        snprintf(part[PART_ACCURACY], PART_SIZE, "  accuracy %3.0f %%", 100 * p->known.accuracy);
    } else {
        snprintf(part[PART_LOSS], PART_SIZE, "  loss %6s", "-");
        snprintf(part[PART_ACCURACY], PART_SIZE, "  accuracy %3s %%", "-");
    }
    if (p->is_tuned)
        snprintf(part[PART_TUNED], PART_SIZE, "  tuned %3.0f %%", 100 * p->tuned.accuracy);
    snprintf(part[PART_SPEED], PART_SIZE, "  %s tok/s", format_short(number, s->tokens_per_second));
    snprintf(part[PART_LEFT], PART_SIZE, "  %s left", format_duration(number, s->seconds_left));
}

/* On one row of the terminal, whose last column stays free: what is least needed goes first, and
 * then the name. */
static void draw_bar(struct train_progress *p, const struct session *session,
                     const struct trainer_status *s)
{
    enum { MOST_BAR = 40 };
    static const enum train_part least_needed[] = {PART_SPEED,    PART_PHASE, PART_LOSS,
                                                   PART_ACCURACY, PART_TUNED, PART_LEFT};
    char part[PARTS][PART_SIZE] = {{0}};
    struct text row = {0};
    size_t columns = progress_columns() - 1;
    size_t used = progress_width(session->preset.name) + 1;
    write_parts(p, s, part);
    for (size_t i = 0; i < PARTS; i++)
        used += strlen(part[i]);
    for (size_t i = 0; i < sizeof least_needed / sizeof *least_needed && used > columns; i++) {
        used -= strlen(part[least_needed[i]]);
        part[least_needed[i]][0] = '\0';
    }
    size_t room = columns > used ? columns - used : 0;
    if (used <= columns)
        text_format(&row, "%s ", session->preset.name);
    progress_bar(&row, room < MOST_BAR ? room : MOST_BAR,
                 s->steps ? (double)s->step / (double)s->steps : 0);
    for (size_t i = 0; i < PARTS; i++)
        text_add(&row, part[i]);
    if (!row.failed)
        progress_draw(&p->bar, row.bytes + (used <= columns ? 0 : strspn(row.bytes, " ")));
    output_flush();
    text_free(&row);
}

static void show_training(const struct train_progress *p, const struct training_point *point)
{
    if (p->style != STYLE_JSON)
        return;
    struct text line = {0};
    line_write_training(&line, point);
    fwrite(line.bytes, 1, line.length, stdout);
    text_free(&line);
}

static void show_line(const struct evaluation_point *point, const struct session *session)
{
    char known[FORMAT_SIZE], held_out[FORMAT_SIZE], part[FORMAT_SIZE];
    printf("step %" PRIu64 "  loss %s  accuracy %.1f %%", point->step,
           format_loss(known, point->known.loss), 100 * point->known.accuracy);
    if (session->preset.trainer.evaluate_new > 0)
        printf("  %s loss %s", individual_status_shown(INDIVIDUAL_NEW, &session->facts),
               format_loss(held_out, point->held_out.loss));
    printf("  %s  %.0f s", phase_name(point->phase), point->seconds);
    if (point->subset > 0 && point->subset < session->population.size.known)
        printf("  %" PRIu64 " of them: loss %s", point->subset,
               format_loss(part, point->of_subset.loss));
    if (point->tuned > 0)
        printf("  fine-tuned: loss %s, %.1f %%", format_loss(part, point->of_tuned.loss),
               100 * point->of_tuned.accuracy);
    for (size_t g = 0; g < point->groups; g++)
        printf("%s%s", g == 0 ? "  groups: loss " : " ",
               format_loss(part, point->of_group[g].loss));
    printf("\n");
}

/* Where a patched model sets out. */
static void show_patching(const struct patching_options *patching, uint64_t step)
{
    if (patching->reference_step.given && patching->reference_step.count == step)
        printf("step %" PRIu64 "  the model becomes the reference; its attention, and the weights "
               "of step %" PRIu64 ", from here on\n",
               step, patching->start_step);
}

static void take_recall(struct train_progress *p, const struct evaluation_point *point)
{
    p->has_recall = true;
    p->known = point->known;
    p->held_out = point->held_out;
    p->is_tuned = point->tuned > 0;
    p->tuned = point->of_tuned;
}

static void show_evaluation(struct train_progress *p, const struct session *session,
                            const struct evaluation_point *point)
{
    take_recall(p, point);
    if (p->style == STYLE_LINES) {
        show_patching(&session->preset.trainer.patching, point->step);
        show_line(point, session);
    }
    if (p->style != STYLE_JSON)
        return;
    struct text line = {0};
    line_write_evaluation(&line, point, &session->facts);
    fwrite(line.bytes, 1, line.length, stdout);
    text_free(&line);
}

/* The next point of the history that was not shown yet, in the order of steps. */
static bool next_point(struct train_progress *p, struct history *h, struct training_point *training,
                       struct evaluation_point *evaluation, bool *is_training)
{
    history_hold(h);
    bool has_training = p->trainings < h->trainings;
    bool has_evaluation = p->evaluations < h->evaluations;
    if (has_training)
        *training = h->training[p->trainings];
    if (has_evaluation)
        *evaluation = h->evaluation[p->evaluations];
    history_release(h);
    *is_training = has_training && (!has_evaluation || training->step <= evaluation->step);
    if (*is_training)
        p->trainings++;
    else if (has_evaluation)
        p->evaluations++;
    return has_training || has_evaluation;
}

/* All of it, or what standard output takes. */
static void show_history(struct train_progress *p, const struct session *session, bool waits)
{
    struct history *h = trainer_history(session->trainer);
    struct training_point training;
    struct evaluation_point evaluation;
    bool is_training;
    while ((waits || output_takes(stdout)) &&
           next_point(p, h, &training, &evaluation, &is_training))
        if (is_training)
            show_training(p, &training);
        else
            show_evaluation(p, session, &evaluation);
    if (p->style == STYLE_JSON || p->style == STYLE_LINES)
        output_flush();
}

/* What an earlier life of the run has shown is not shown again, but the newest recall. */
static void skip_history(struct train_progress *p, const struct session *session)
{
    struct history *h = trainer_history(session->trainer);
    history_hold(h);
    p->trainings = h->trainings;
    p->evaluations = h->evaluations;
    if (h->evaluations > 0)
        take_recall(p, &h->evaluation[h->evaluations - 1]);
    history_release(h);
}

/* Sentences behind a label: on a terminal as wide as that is, elsewhere in a line. */
static void say_sentences(const char *label, const char *sentences)
{
    char *text = memory_format(NULL, "%s: %s", label, sentences);
    if (text && output_is_terminal())
        columns_print_text(0, text);
    else if (text)
        output_print("%s\n", text);
    memory_free(text);
}

/* What the model is to learn, where that is a table. */
static void say_table(const struct session *session)
{
    const struct fact_set *facts = &session->facts;
    char *text = facts->table ? table_preset_describe(&session->preset, facts, NULL) : NULL;
    if (text)
        say_sentences(session->preset.name, text);
    memory_free(text);
}

static void say_start(const struct train_progress *p, const struct session *session, uint64_t step)
{
    if (p->style == STYLE_JSON && session->remark)
        output_print_to(stderr, RUN_QUEUE_NOTE "%s: %s\n", session->run.name, session->remark);
    if (p->style != STYLE_BAR && p->style != STYLE_LINES)
        return;
    say_table(session);
    char parameters[FORMAT_SIZE];
    size_t count = model_count_parameters(&session->preset.model);
    bool rounds = precision_in_use(session->preset.model.precision, NULL) == PRECISION_BF16;
    output_print("%s: %s parameters%s, %" PRIu64
                 " individuals, uniform baseline %.3f nats\nrun %s\n",
                 session->preset.name, format_short(parameters, (double)count),
                 rounds ? ", products in bf16" : "", session->preset.population.known,
                 session->baseline, session->run.directory);
    if (step > 0)
        printf("resuming from step %" PRIu64 "\n", step);
    if (session->remark)
        say_sentences("note", session->remark);
    output_flush();
}

/* What the record says of the phases, as `mneme phases` does. */
static void say_phases(const struct paths *paths, const char *directory)
{
    struct run_result result;
    struct error ignored;
    if (!run_result_read(&result, paths, directory, &ignored))
        return;
    if (result.patched)
        phase_words_print("reference: ", &result.reference_phase);
    phase_words_print(result.patched ? "patched: " : "", &result.phase);
    run_result_free(&result);
}

/* How the run stands when it is left. */
static void say_end(struct train_progress *p, const struct session *session,
                    const struct paths *paths, const struct trainer_status *s)
{
    clear_bar(p);
    if ((p->style != STYLE_BAR && p->style != STYLE_LINES) || !p->has_recall)
        return;
    char spent[FORMAT_SIZE], loss[FORMAT_SIZE];
    printf("step %" PRIu64 " of %" PRIu64 " after %s: loss %s, accuracy %.1f %%\n", s->step,
           s->steps, format_duration(spent, s->seconds), format_loss(loss, p->known.loss),
           100 * p->known.accuracy);
    if (p->is_tuned)
        printf("fine-tuned individuals: loss %s, accuracy %.1f %%\n",
               format_loss(loss, p->tuned.loss), 100 * p->tuned.accuracy);
    say_phases(paths, session->run.directory);
}

/* Saves where a signal asks for it, and says so once it is done. */
static bool save_if_asked(struct train_progress *p, struct session *session,
                          const struct trainer_status *s, struct error *err)
{
    if (p->awaits_save && s->saves > p->saves && output_takes(stdout)) {
        p->awaits_save = false;
        clear_bar(p);
        if (p->style == STYLE_BAR || p->style == STYLE_LINES)
            printf("step %" PRIu64 "  saved on a signal\n", s->saved_step);
    }
    if (!signals_take(SIGNALS_SAVE))
        return true;
    p->awaits_save = true;
    p->saves = s->saves;
    return trainer_send(session->trainer, (struct command){.kind = COMMAND_CHECKPOINT}, err);
}

/* A file of settings in which something is wrong ends no run. */
static void read_settings(struct train_progress *p, const struct paths *paths,
                          const struct trainer_status *status)
{
    struct preferences settings;
    struct error err;
    if (phase_commands_are_forbidden())
        return;
    if (!preferences_load(&settings, paths, &err))
        output_print_to(stderr, RUN_QUEUE_NOTE "%s; settings are as without the file\n",
                        err.message);
    phase_watch_begin(&p->phase, status);
    p->on_phase = settings.on_phase;
    settings.on_phase = NULL;
    preferences_free(&settings);
}

static void say_trouble(struct train_progress *p, const struct error *err)
{
    clear_bar(p);
    output_print_to(stderr, RUN_QUEUE_NOTE "%s\n", err->message);
}

/* Runs the user's command where a phase begins. */
static void announce_phase(struct train_progress *p, const struct session *session,
                           const struct trainer_status *status)
{
    struct error err;
    bool begins = phase_watch_follow(&p->phase, status);
    if (begins && p->on_phase &&
        !phase_command_run(&p->commands, p->on_phase, session, status, &err))
        say_trouble(p, &err);
    if (!phase_commands_follow(&p->commands, &err))
        say_trouble(p, &err);
}

static void prepare_for_crash(struct train_progress *p, const struct session *session,
                              const struct paths *paths, const struct trainer_status *s)
{
    if (p->can_go_on || !s->has_saved)
        return;
    p->can_go_on = true;
    cli_on_crash_say(paths, "train --resume", session->run.directory);
}

/* Trains until the end, a failure or a signal, and saves, whether or not anybody reads what is said
 * of it; *last is how it stands then. */
static bool watch_with(struct train_progress *p, struct session *session, const struct paths *paths,
                       struct trainer_status *last, struct error *err)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    skip_history(p, session);
    read_settings(p, paths, &status);
    say_start(p, session, status.step);
    if (!trainer_send(session->trainer, (struct command){.kind = COMMAND_RUN}, err) ||
        !trainer_start(session->trainer, false, err))
        return false;
    uint64_t seen = 0;
    do {
        trainer_wait(session->trainer, 0.2, &seen);
        show_history(p, session, false);
        trainer_status(session->trainer, &status);
        prepare_for_crash(p, session, paths, &status);
        announce_phase(p, session, &status);
        if (!save_if_asked(p, session, &status, err))
            return false;
        if (p->style == STYLE_BAR)
            draw_bar(p, session, &status);
    } while (!signals_ended() && output_flush() && status.state != TRAINER_FINISHED &&
             status.state != TRAINER_FAILED);
    trainer_end(session->trainer, NULL); /* whoever closes the session hears of its failure */
    show_history(p, session, true);
    say_end(p, session, paths, &status);
    *last = status;
    return true;
}

static bool watch(struct session *session, const struct paths *paths, enum train_style style,
                  struct trainer_status *last, struct error *err)
{
    struct train_progress progress = {.style = style, .bar = {.to = stdout}};
    bool watched = watch_with(&progress, session, paths, last, err);
    phase_commands_forget(&progress.commands);
    memory_free(progress.on_phase);
    return watched;
}

/* The newest checkpoint that there is: one may have been saved since, or all may be gone. */
static bool find_newest(const struct session *session, uint64_t *step)
{
    struct error ignored;
    uint64_t *saved = NULL;
    size_t count = 0;
    bool found = run_checkpoints(&session->run, &saved, &count, &ignored) && count > 0;
    if (found)
        *step = saved[count - 1];
    memory_free(saved);
    return found;
}

/* Adds to what has ended a run from outside how it goes on. */
static void add_last_checkpoint(const struct paths *paths, const char *directory, uint64_t step,
                                struct error *err)
{
    struct text line = {0};
    if (err->kind != ERROR_SYSTEM)
        return;
    text_format(&line,
                "%s; the newest checkpoint is that of step %" PRIu64
                "; resume with: %s train --resume ",
                err->message, step, paths->program);
    shell_add_operand(&line, directory);
    if (!line.failed)
        error_set(err, err->kind, "%s", line.bytes);
    text_free(&line);
}

/* Trains, saves, and says how to go on. */
static int run_session(struct session *session, const struct paths *paths, enum train_style style)
{
    struct error err;
    struct trainer_status last = {.state = TRAINER_FAILED};
    char *directory = memory_string(session->run.directory, &err);
    bool watched = directory && watch(session, paths, style, &last, &err);
    struct error *first = watched ? &err : NULL;
    speeds_note(paths, session);
    uint64_t newest;
    bool has_newest = find_newest(session, &newest);
    bool closed = session_close(session, first);
    int status = EXIT_DONE;
    if (watched && !closed && has_newest)
        add_last_checkpoint(paths, directory, newest, &err);
    if (!watched || !closed)
        status = cli_fail(&err);
    else if (last.state != TRAINER_FINISHED)
        status = EXIT_INTERRUPTED;
    if (status == EXIT_INTERRUPTED && style != STYLE_QUIET)
        cli_say_command(style == STYLE_JSON || !output_flush() ? stderr : stdout,
                        "saved; resume with", paths, "train --resume", directory);
    else if (status == EXIT_DONE && (style == STYLE_BAR || style == STYLE_LINES))
        cli_say_command(stdout, "ask it with", paths, "ask", directory);
    memory_free(directory);
    return status;
}

static void catch_signals(void)
{
    signals_catch(SIGNALS_RUN);
}

/* Says once that steps are made again, which may take a while. */
struct replay_words {
    enum train_style style;
    bool said;
};

static bool say_replay(void *context, const struct replay_span *span)
{
    struct replay_words *words = context;
    if (!words->said && words->style != STYLE_QUIET)
        output_print_to(words->style == STYLE_JSON ? stderr : stdout,
                        RUN_QUEUE_NOTE "step %" PRIu64 " from the checkpoint of step %" PRIu64
                                       ", %" PRIu64 " step%s again\n",
                        span->to, span->from, span->to - span->from,
                        span->to - span->from == 1 ? "" : "s");
    if (!words->said)
        output_flush();
    words->said = true;
    return true;
}

/* Signals are caught before there is a directory, which a checkpoint has to follow, and not before
 * what the preset names is read: a pipe may be waited for without end. */
static bool open_session(const struct train_arguments *a, const struct paths *paths,
                         struct session *session, struct error *err)
{
    struct replay_words words = {.style = a->style};
    const struct replay_watch watch = {.context = &words, .go_on = say_replay};
    const struct session_request request = {
        .preset = a->preset,
        .assignment = (const char *const *)a->settings.text,
        .assignments = a->settings.count,
        .steps = a->steps,
        .from = a->from,
        .directory = a->directory,
        .keep = true,
        .watch = &watch,
        .was_read = catch_signals,
    };
    if (!a->resume)
        return session_request_open(&request, paths, session, err);
    catch_signals();
    return a->settings.count == 0
               ? session_resume(session, paths, a->resume, a->steps, err)
               : session_resume_changed(session, paths, a->resume, a->steps, request.assignment,
                                        request.assignments, err);
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct train_arguments *a = arguments;
    switch (option) {
    case RUN:
        a->directory = value;
        return true;
    case FROM:
        a->from = value;
        return true;
    case RESUME:
        a->resume = value;
        return true;
    case STEPS:
        return cli_number("steps", value, 1, UINT32_MAX, &a->steps, err);
    case CLI_SET:
        return strings_add(&a->settings, value, err);
    case CLI_JSON:
        a->style = STYLE_JSON;
        return true;
    default:
        a->style = STYLE_QUIET;
        return true;
    }
}

static bool check_together(const struct train_arguments *a, struct error *err)
{
    if (a->resume && (a->preset || a->directory || a->from))
        return error_set(err, ERROR_INPUT,
                         "--resume continues a run; it takes no preset, no --run and no --from");
    return true;
}

static int train(const struct cli_command *command, const struct paths *paths, int argc,
                 char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct train_arguments a = {.style = terminal_obeys(stdout) ? STYLE_BAR : STYLE_LINES};
    struct error err;
    int status;
    struct session session;
    bool read = cli_options(&line, take_option, &a);
    const char *const *setting = (const char *const *)a.settings.text;
    const char *preset = read ? table_preset_of(setting, a.settings.count) : NULL;
    if (!read || !cli_operands(&line, !a.resume && !preset, 1))
        status = line.status;
    else {
        a.preset = line.operands > 0 ? line.operand[0] : preset;
        if (!check_together(&a, &err) || !open_session(&a, paths, &session, &err))
            status = cli_fail(&err);
        else
            status = run_session(&session, paths, a.style);
    }
    strings_free(&a.settings);
    return status;
}

const struct cli_command cli_train = {
    .name = "train",
    .operands = "PRESET|TABLE",
    .summary = "Train a preset, or the facts of a table, without the workbench.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = train,
    .uses_ranks = true,
};
