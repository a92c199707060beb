/* Map of this file: messages; following the trainer; signals; the loop; start and end. */
#include "ui/tui/workbench.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/shell.h"
#include "ui/format.h"
#include "ui/signals.h"
#include "ui/terminal.h"
#include "ui/tui/bench.h"

/* How often the trainer is looked at, and what moves without it (the share of a long step). */
enum { FRAME_MS = 100, SLOW_FRAMES = 5 };

void bench_say(struct bench *bench, bool is_error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bench->message.text, sizeof bench->message.text, format, arguments);
    va_end(arguments);
    bench->message.is_error = is_error;
    bench->changed = true;
}

/* Following the trainer */

/* Tells once that more individuals are drawn than before. */
static void tell_widening(struct bench *bench)
{
    const struct trainer_status *status = &bench->view.status;
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE], all[FORMAT_SIZE];
    if (status->widened == bench->widened)
        return;
    bench->widened = status->widened;
    bench_say(bench, false, "step %s: training on %s of %s from here on",
              format_count(step, status->widened), format_count(drawn, status->drawn),
              format_count(all, bench->view.individuals));
}

static void tell_tuning(struct bench *bench)
{
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE];
    if (bench->told_tuning || !view_is_tuned(&bench->view))
        return;
    bench->told_tuning = true;
    bench_say(bench, false, "step %s: fine-tuning from here on, on batches drawn from %s",
              format_count(step, bench->view.tuned_after),
              format_count(drawn, bench->view.status.drawn));
}

/* Tells once that a patched model sets out. */
static void tell_patching(struct bench *bench)
{
    const struct trainer_status *status = &bench->view.status;
    const struct patching_options *patching = &bench->session->preset.trainer.patching;
    char step[FORMAT_SIZE], start[FORMAT_SIZE];
    if (status->patched == bench->patched)
        return;
    bench->patched = status->patched;
    if (status->step < status->patched_at + bench->view.evaluate_every)
        bench_say(bench, false,
                  "step %s: the model becomes the reference; its attention, and the weights of "
                  "step %s, from here on",
                  format_count(step, status->patched_at),
                  format_count(start, patching->start_step));
}

/* Tells of a plateau's end that was estimated once more. */
static void tell_plateau(struct bench *bench)
{
    char sentence[VIEW_SENTENCE];
    if (view_follow_plateau(&bench->view, sentence))
        bench_say(bench, false, "%s", sentence);
}

/* Should the program crash, it says how the run can be opened again. */
static void prepare_for_crash(struct bench *bench)
{
    struct text sentence = {0};
    if (bench->can_go_on || !bench->view.status.has_saved || !bench->session->run.directory)
        return;
    bench->can_go_on = true;
    text_format(&sentence, "go on with: %s ", bench->paths->program);
    shell_add_word(&sentence, bench->session->run.directory);
    signals_on_crash_say(sentence.failed ? NULL : sentence.bytes);
    text_free(&sentence);
}

static void follow_trainer(struct bench *bench)
{
    struct error err;
    struct history *history = trainer_history(bench->session->trainer);
    if (!trainer_wait(bench->session->trainer, 0, &bench->seen))
        return;
    bench->changed = true;
    trainer_status(bench->session->trainer, &bench->view.status);
    if (!curves_update(&bench->view.curves, history, &err) ||
        !map_update(&bench->map, history, &err))
        bench_say(bench, true, "%s", err.message);
    const struct trainer_status *status = &bench->view.status;
    prepare_for_crash(bench);
    tell_widening(bench);
    tell_tuning(bench);
    tell_patching(bench);
    tell_plateau(bench);
    if (bench->awaits_save && status->saves > bench->saves) {
        char step[FORMAT_SIZE];
        bench->awaits_save = false;
        bench_say(bench, false, "saved a checkpoint of step %s in %s",
                  format_count(step, status->saved_step), bench->session->run.name);
    }
    if (status->failures > bench->failures) { /* in place of what was promised */
        bench->failures = status->failures;
        bench->awaits_save = false;
        bench_say(bench, true, "%s", status->failure.message);
    }
}

/* What changes though the trainer has said nothing: a long step, an answer that is waited for. */
static void follow_time(struct bench *bench, unsigned long frame)
{
    if (frame % SLOW_FRAMES != 0)
        return;
    if (bench->session && bench->view.status.state == TRAINER_RUNNING) {
        trainer_status(bench->session->trainer, &bench->view.status);
        bench->changed = true;
    }
    if (worker_jobs(bench->worker) > 0)
        bench->changed = true;
}

/* Signals */

/* The terminal is given to the shell at Ctrl-Z, and left to others in the background. */
static void obey_stops(struct bench *bench)
{
    if (signals_take(SIGNALS_SUSPEND) || bench->suspends)
        screen_suspend();
    bench->suspends = false;
    bool resumed = signals_take(SIGNALS_RESUME), behind = !screen_has_terminal();
    if (!behind && (resumed || bench->behind)) {
        screen_resume(&bench->screen);
        bench->changed = true;
    }
    bench->behind = behind;
}

static void obey_signals(struct bench *bench)
{
    enum { INTERRUPT_KEY = 'c' & 0x1F };
    obey_stops(bench);
    if (signals_take(SIGNALS_RESIZE)) {
        screen_fit();
        bench->changed = true;
    }
    if (signals_take(SIGNALS_INTERRUPT))
        bench_key(bench, INTERRUPT_KEY);
    if (signals_take(SIGNALS_SAVE) && bench->session && bench->mode != BENCH_CLOSING)
        bench_save(bench);
    if (signals_take(SIGNALS_END))
        bench->terminated = true;
    if (!bench->terminated || bench->mode == BENCH_CLOSING)
        return;
    if (bench->session)
        bench_close(bench, AFTER_QUIT);
    else
        bench->done = bench->mode == BENCH_CHOOSER;
}

/* The loop */

/* Waits for a key, a job or the time of the next frame. */
static void wait_for_something(struct bench *bench)
{
    struct pollfd wait[] = {
        {.fd = bench->terminated || bench->behind ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = worker_descriptor(bench->worker), .events = POLLIN},
    };
    if (poll(wait, 2, FRAME_MS) > 0 && wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        bench->terminated = true; /* the terminal has gone */
}

static void read_keys(struct bench *bench)
{
    if (bench->behind)
        return;
    for (int key = screen_key(&bench->screen);
         key != SCREEN_NO_KEY && !bench->done && !bench->suspends; key = screen_key(&bench->screen))
        bench_key(bench, key);
}

static bool loop(struct bench *bench, struct error *err)
{
    bench->changed = true;
    for (unsigned long frame = 0; !bench->done; frame++) {
        if (bench->changed && !bench->behind) {
            bench->changed = false;
            if (!bench_draw(bench, err))
                return false;
        }
        wait_for_something(bench);
        read_keys(bench);
        bench->changed |= worker_finish(bench->worker);
        if (bench->session)
            follow_trainer(bench);
        follow_time(bench, frame);
        obey_signals(bench);
    }
    return true;
}

/* Start and end */

/* What the command line says to open. What is wrong with it is said before the screen changes. */
static bool name_target(struct bench *bench, const char *target, struct error *err)
{
    bench->named = bench_set_target(bench, target, true, err);
    return bench->named;
}

static bool start(struct bench *bench, const char *target, struct error *err)
{
    bool ascii = !screen_choose_encoding() || bench->options->ascii || !terminal_has_font();
    struct prompt_events events = {bench, bench_accept, bench_complete};
    char *history = bench->paths->state ? file_join(bench->paths->state, "history", err) : NULL;
    if (bench->paths->state && !history)
        return false;
    /* readline looks at the terminal's description when it starts, curses has to come after it. */
    bench->line = prompt_line_new(history, &events, err);
    memory_free(history);
    bench->worker = bench->line ? worker_new(err) : NULL;
    if (!bench->worker || (target && !name_target(bench, target, err)) ||
        !screen_start(&bench->screen, ascii, bench->paths->program, err))
        return false;
    if (!target)
        bench->mode = BENCH_CHOOSER;
    else if (!bench_open_target(bench))
        return error_set(err, ERROR_MEMORY, "%s", bench->message.text);
    bench_list(bench);
    return true;
}

/* Gives everything back; a session that an error left open is saved. */
static bool end(struct bench *bench, struct error *err)
{
    bool closed = true;
    if (bench->worker)
        worker_drain(bench->worker);
    screen_stop(&bench->screen);
    struct session *session = bench->session;
    bench_forget_session(bench);
    if (session)
        closed = session_close(session, err);
    memory_free(session);
    worker_free(bench->worker);
    prompt_line_free(bench->line);
    transcript_free(&bench->transcript);
    chooser_free(&bench->chooser);
    cells_free(&bench->cells);
    memory_free(bench->target.name);
    return closed;
}

bool workbench_run(const struct paths *paths, const char *target,
                   const struct workbench_options *options, bool *interrupted, struct error *err)
{
    struct bench bench = {.paths = paths, .options = options};
    bool shown = start(&bench, target, err) && loop(&bench, err);
    bool ended = end(&bench, shown ? err : NULL);
    if (bench.kept.length > 0 && !bench.kept.failed && isatty(STDOUT_FILENO)) /* still there */
        fputs(bench.kept.bytes, stdout);
    text_free(&bench.kept);
    *interrupted = bench.terminated;
    if (shown && bench.failed && err)
        *err = bench.failure;
    return shown && ended && !bench.failed;
}
