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
#include "ui/tui/state.h"

/* How often the trainer is looked at, and what moves without it (the share of a long step). */
enum { FRAME_MS = 100, SLOW_FRAMES = 5 };

void workbench_say(struct workbench *workbench, bool is_error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(workbench->message.text, sizeof workbench->message.text, format, arguments);
    va_end(arguments);
    workbench->message.is_error = is_error;
    workbench->changed = true;
}

/* Following the trainer */

/* Tells once that more individuals are drawn than before. */
static void tell_widening(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE], all[FORMAT_SIZE];
    if (status->widened == workbench->widened)
        return;
    workbench->widened = status->widened;
    workbench_say(workbench, false, "step %s: training on %s of %s from here on",
                  format_count(step, status->widened), format_count(drawn, status->drawn),
                  format_count(all, workbench->view.individuals));
}

static void tell_finetune(struct workbench *workbench)
{
    char step[FORMAT_SIZE], drawn[FORMAT_SIZE];
    if (workbench->told_finetune || !view_is_tuned(&workbench->view))
        return;
    workbench->told_finetune = true;
    workbench_say(workbench, false, "step %s: fine-tuning from here on, on batches drawn from %s",
                  format_count(step, workbench->view.tuned_after),
                  format_count(drawn, workbench->view.status.drawn));
}

/* Tells once that a patched model sets out. */
static void tell_patching(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    const struct patching_options *patching = &workbench->session->preset.trainer.patching;
    char step[FORMAT_SIZE], start[FORMAT_SIZE];
    if (status->patched == workbench->patched)
        return;
    workbench->patched = status->patched;
    if (status->step < status->patched_at + workbench->view.evaluate_every)
        workbench_say(workbench, false,
                      "step %s: the model becomes the reference; its attention, and the weights of "
                      "step %s, from here on",
                      format_count(step, status->patched_at),
                      format_count(start, patching->start_step));
}

/* Tells of a plateau's end that was estimated once more. */
static void tell_plateau(struct workbench *workbench)
{
    char sentence[VIEW_SENTENCE];
    if (view_follow_plateau(&workbench->view, sentence))
        workbench_say(workbench, false, "%s", sentence);
}

/* Should the program crash, it says how the run can be opened again. */
static void prepare_for_crash(struct workbench *workbench)
{
    struct text sentence = {0};
    if (workbench->can_go_on || !workbench->view.status.has_saved ||
        !workbench->session->run.directory)
        return;
    workbench->can_go_on = true;
    text_format(&sentence, "go on with: %s ", workbench->paths->program);
    shell_add_word(&sentence, workbench->session->run.directory);
    signals_on_crash_say(sentence.failed ? NULL : sentence.bytes);
    text_free(&sentence);
}

static void follow_trainer(struct workbench *workbench)
{
    struct error err;
    struct history *history = trainer_history(workbench->session->trainer);
    if (!trainer_wait(workbench->session->trainer, 0, &workbench->seen))
        return;
    workbench->changed = true;
    trainer_status(workbench->session->trainer, &workbench->view.status);
    if (!curves_update(&workbench->view.curves, history, &err) ||
        !map_update(&workbench->map, history, &err))
        workbench_say(workbench, true, "%s", err.message);
    const struct trainer_status *status = &workbench->view.status;
    prepare_for_crash(workbench);
    tell_widening(workbench);
    tell_finetune(workbench);
    tell_patching(workbench);
    tell_plateau(workbench);
    if (workbench->awaits_save && status->saves > workbench->saves) {
        char step[FORMAT_SIZE];
        workbench->awaits_save = false;
        workbench_say(workbench, false, "saved a checkpoint of step %s in %s",
                      format_count(step, status->saved_step), workbench->session->run.name);
    }
    if (status->failures > workbench->failures) { /* in place of what was promised */
        workbench->failures = status->failures;
        workbench->awaits_save = false;
        workbench_say(workbench, true, "%s", status->failure.message);
    }
}

/* What changes though the trainer has said nothing: a long step, an answer that is waited for. */
static void follow_time(struct workbench *workbench, unsigned long frame)
{
    if (frame % SLOW_FRAMES != 0)
        return;
    if (workbench->session && workbench->view.status.state == TRAINER_RUNNING) {
        trainer_status(workbench->session->trainer, &workbench->view.status);
        workbench->changed = true;
    }
    if (worker_tasks(workbench->worker) > 0)
        workbench->changed = true;
}

/* Signals */

/* The terminal is given to the shell at Ctrl-Z, and left to others in the background. */
static void obey_stops(struct workbench *workbench)
{
    if (signals_take(SIGNALS_SUSPEND) || workbench->suspends)
        screen_suspend();
    workbench->suspends = false;
    bool resumed = signals_take(SIGNALS_RESUME), behind = !screen_has_terminal();
    if (!behind && (resumed || workbench->behind)) {
        screen_resume(&workbench->screen);
        workbench->changed = true;
    }
    workbench->behind = behind;
}

static void obey_signals(struct workbench *workbench)
{
    enum { INTERRUPT_KEY = 'c' & 0x1F };
    obey_stops(workbench);
    if (signals_take(SIGNALS_RESIZE)) {
        screen_fit();
        workbench->changed = true;
    }
    if (signals_take(SIGNALS_INTERRUPT))
        workbench_key(workbench, INTERRUPT_KEY);
    if (signals_take(SIGNALS_SAVE) && workbench->session && workbench->mode != WORKBENCH_CLOSING)
        workbench_save(workbench);
    if (signals_take(SIGNALS_END))
        workbench->terminated = true;
    if (!workbench->terminated || workbench->mode == WORKBENCH_CLOSING)
        return;
    if (workbench->session)
        workbench_close(workbench, AFTER_QUIT);
    else
        workbench->done = workbench->mode == WORKBENCH_CHOOSER;
}

/* The loop */

/* Waits for a key, a task or the time of the next frame. */
static void wait_for_something(struct workbench *workbench)
{
    struct pollfd wait[] = {
        {.fd = workbench->terminated || workbench->behind ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = worker_descriptor(workbench->worker), .events = POLLIN},
    };
    if (poll(wait, 2, FRAME_MS) > 0 && wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        workbench->terminated = true; /* the terminal has gone */
}

static void read_keys(struct workbench *workbench)
{
    if (workbench->behind)
        return;
    for (int key = screen_key(&workbench->screen);
         key != SCREEN_NO_KEY && !workbench->done && !workbench->suspends;
         key = screen_key(&workbench->screen))
        workbench_key(workbench, key);
}

static bool loop(struct workbench *workbench, struct error *err)
{
    workbench->changed = true;
    for (unsigned long frame = 0; !workbench->done; frame++) {
        if (workbench->changed && !workbench->behind) {
            workbench->changed = false;
            if (!workbench_draw(workbench, err))
                return false;
        }
        wait_for_something(workbench);
        read_keys(workbench);
        workbench->changed |= worker_finish(workbench->worker);
        if (workbench->session)
            follow_trainer(workbench);
        follow_time(workbench, frame);
        obey_signals(workbench);
    }
    return true;
}

/* Start and end */

/* What the command line says to open. What is wrong with it is said before the screen changes. */
static bool name_target(struct workbench *workbench, const char *target, struct error *err)
{
    workbench->named = workbench_set_target(workbench, target, true, err);
    return workbench->named;
}

static bool start(struct workbench *workbench, const char *target, struct error *err)
{
    bool ascii = !screen_choose_encoding() || workbench->options->ascii || !terminal_has_font();
    struct prompt_events events = {workbench, workbench_accept, workbench_complete};
    char *history =
        workbench->paths->state ? file_join(workbench->paths->state, "history", err) : NULL;
    if (workbench->paths->state && !history)
        return false;
    /* readline looks at the terminal's description when it starts, curses has to come after it. */
    workbench->line = prompt_line_new(history, &events, err);
    memory_free(history);
    workbench->worker = workbench->line ? worker_new(err) : NULL;
    if (!workbench->worker || (target && !name_target(workbench, target, err)) ||
        !screen_start(&workbench->screen, ascii, workbench->paths->program, err))
        return false;
    if (!target)
        workbench->mode = WORKBENCH_CHOOSER;
    else if (!workbench_open_target(workbench))
        return error_set(err, ERROR_MEMORY, "%s", workbench->message.text);
    workbench_list(workbench);
    return true;
}

/* Gives everything back; a session that an error left open is saved. */
static bool end(struct workbench *workbench, struct error *err)
{
    bool closed = true;
    if (workbench->worker)
        worker_drain(workbench->worker);
    screen_stop(&workbench->screen);
    struct session *session = workbench->session;
    workbench_forget_session(workbench);
    if (session)
        closed = session_close(session, err);
    memory_free(session);
    worker_free(workbench->worker);
    prompt_line_free(workbench->line);
    transcript_free(&workbench->transcript);
    target_list_free(&workbench->chooser);
    cells_free(&workbench->cells);
    memory_free(workbench->target.name);
    return closed;
}

bool workbench_run(const struct paths *paths, const char *target,
                   const struct workbench_options *options, bool *interrupted, struct error *err)
{
    struct workbench workbench = {.paths = paths, .options = options};
    bool shown = start(&workbench, target, err) && loop(&workbench, err);
    bool ended = end(&workbench, shown ? err : NULL);
    if (workbench.kept.length > 0 && !workbench.kept.failed &&
        isatty(STDOUT_FILENO)) /* still there */
        fputs(workbench.kept.bytes, stdout);
    text_free(&workbench.kept);
    *interrupted = workbench.terminated;
    if (shown && workbench.failed && err)
        *err = workbench.failure;
    return shown && ended && !workbench.failed;
}
