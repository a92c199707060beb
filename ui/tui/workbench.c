/* Map of this file: keys and lines; signals; the loop; start and end.
 *
 * What goes on with a session (enum workbench_state), and the pages that lie on the chooser:
 *
 *     EMPTY     none; or help_page, form_page
 *     OPENING   opening_page, or changing_page where the run that was open gets other values
 *     OPEN      learn_page; on it prompt_page, map_page, help_page, yes_or_no_page, form_page, or
 *               the chooser once more, under which the run goes on; on a chooser path_page, or
 *               form_page
 *     CLOSING   closing_page
 *
 *                  opening_fail
 *               +------------------+
 *               v                  |
 *           +-------+ open_now +---------+ show_session +------+
 *     ----> | EMPTY |--------->| OPENING |------------->| OPEN |
 *           +-------+          +---------+              +------+
 *            |  ^                |     ^                   |
 *   quit_now |  | no memory      |     | close_done        | opening_close
 *            v  |                v     |                   v
 *           end |               end   +---------+          |
 *               +---------------------| CLOSING |<---------+
 *                                     +---------+-----> end
 *
 *     from      to        made by                        when
 *     EMPTY     OPENING   opening_start, of open_now     a target was chosen, or named at once
 *     OPENING   OPEN      opening_show, of open_done     it is read, its trainer is started
 *     OPENING   EMPTY     opening_fail, of open_done   it cannot be opened
 *     OPEN      CLOSING   opening_close, of open_now,    another target or the shell is wanted;
 *                         quit_now, open_done and        where a run is training, leave asks
 *                         obey_signals                   first
 *     CLOSING   OPENING   opening_start, of close_done   it is closed for another target
 *     CLOSING   EMPTY     close_done                     and there is no memory to open that
 *     EMPTY     end       quit_now, obey_signals
 *     OPENING   end       opening_fail                   what the command line names is not there
 *     CLOSING   end       close_done                     it is closed for the shell
 *
 * All of these but obey_signals are in opening.c. In every state another run may go on beside, in a
 * process of its own (beside.h). */
#include "ui/tui/workbench.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "lab/watches.h"
#include "ui/requests.h"
#include "ui/signals.h"
#include "ui/tui/ask.h"
#include "ui/tui/beside.h"
#include "ui/tui/comparing.h"
#include "ui/tui/completion.h"
#include "ui/tui/configuring.h"
#include "ui/tui/follow.h"
#include "ui/tui/frame.h"
#include "ui/tui/greeting.h"
#include "ui/tui/listing.h"
#include "ui/tui/looking.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/chooser.h"
#include "ui/tui/pages/form.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/path.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/pages/text_entry.h"
#include "ui/tui/past.h"
#include "ui/tui/performing.h"
#include "ui/tui/picking.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/tabs.h"
#include "ui/tui/targets.h"
#include "ui/tui/training.h"

enum { COMPLETED_RUNS = 512 };

enum { FRAME_MS = 100 }; /* how often the trainer is looked at */

/* Pasted text comes in one go; where its end got lost on the way, keys are keys again after this
 * many seconds. */
enum { PASTE_SECONDS = 2 };

/* How long a capital letter that is a key waits for a small one, which makes both the beginning of
 * a name that is typed. */
static const double held_seconds = 0.25;

/* Keys and lines */

/* Whether a key belongs to pasted text, its marks included. */
static bool is_pasted(struct workbench *workbench, int key)
{
    double now = clock_seconds();
    bool goes_on = workbench->pasting && now - workbench->pasted < PASTE_SECONDS;
    bool mark = key == SCREEN_PASTE_BEGIN || key == SCREEN_PASTE_END;
    workbench->pasting = mark ? key == SCREEN_PASTE_BEGIN : goes_on;
    workbench->pasted = now;
    return mark || goes_on;
}

/* Whether a request comes before the page on top, and leaves a message there: one that works also
 * where all keys are the page's, by a key that is not typed there. */
static bool comes_first(const struct request_info *info, int key)
{
    return info && info->on & PAGE_PASSING && !key_writes(key);
}

/* What is pasted is text, and not keys; without an Esc before it. */
static void take_pasted(struct workbench *workbench, int key)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    workbench->message.text[0] = '\0';
    if (top->key_pasted)
        top->key_pasted(workbench, key & ~SCREEN_META);
}

/* What is not for the page on which a run is opened or closed waits for that run. */
static void press_ahead(struct workbench *workbench, const struct request_info *info, int key)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    bool pasted = is_pasted(workbench, key), works = info && info->on & top->place;
    if (!works)
        workbench->message.text[0] = '\0';
    if (!pasted && works)
        performing_do(workbench, info, "", NULL);
    else if ((pasted || !top->key_pressed(workbench, key)) &&
             !type_ahead_keep(&workbench->typed, key))
        workbench_say(workbench, true, "no more keys are taken before the run is open");
}

static bool is_waiting(const struct workbench *workbench)
{
    return pages_top(&workbench->pages)->place == PAGE_WAITING;
}

static void press(struct workbench *workbench, int key)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    const struct request_info *info = request_of_key(&workbench->keys, key);
    workbench->changed = true;
    if (key == KEY_RESIZE)
        return;
    if (is_waiting(workbench)) {
        press_ahead(workbench, info, key);
        return;
    }
    if (is_pasted(workbench, key)) {
        take_pasted(workbench, key);
        return;
    }
    bool first = comes_first(info, key);
    if (!first)
        workbench->message.text[0] = '\0';
    if (!first && top->key_pressed && top->key_pressed(workbench, key))
        return;
    if (info)
        performing_do(workbench, info, "", NULL);
}

/* Whether a key may be the first letter of a name, though it is a request's. */
static bool may_begin_name(const struct workbench *workbench, int key)
{
    return key >= 'A' && key <= 'Z' && !workbench->pasting &&
           pages_top(&workbench->pages) == &learn_page && request_of_key(&workbench->keys, key);
}

/* The key that waits is one after all. */
static void press_held(struct workbench *workbench)
{
    int key = workbench->held_key;
    workbench->held_key = 0;
    if (key)
        press(workbench, key);
}

/* A prompt begins with the key that waits. */
static void begin_name(struct workbench *workbench, int next)
{
    int first = workbench->held_key;
    workbench->held_key = 0;
    workbench->changed = true;
    workbench->message.text[0] = '\0';
    prompt_open(workbench, "");
    prompt_line_key(workbench->line, first);
    prompt_line_key(workbench->line, next);
}

static void take_key(struct workbench *workbench, int key)
{
    bool goes_on = (key >= 'a' && key <= 'z') || (key >= 0x80 && key <= 0xFF);
    if (workbench->held_key && goes_on && pages_top(&workbench->pages) == &learn_page) {
        begin_name(workbench, key);
        return;
    }
    press_held(workbench);
    if (may_begin_name(workbench, key)) {
        workbench->held_key = key;
        workbench->held_since = clock_seconds();
    } else
        press(workbench, key);
}

/* The page that a mouse points at: what lies below one that draws nothing, but for one that passes
 * over others, which has to be answered first. */
static const struct page_ops *pointed_at(const struct workbench *workbench)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    return top->draw || top->place == PAGE_PASSING ? top : pages_drawn(&workbench->pages);
}

/* A click, where nothing lies over the page that could take the key. */
static void select_at(struct workbench *workbench, const struct mouse_event *event)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    bool again = false;
    if (top->select_at && top->select_at(workbench, event->row, event->col, &again) && again)
        take_key(workbench, KEY_RETURN);
}

static void take_mouse(struct workbench *workbench, const struct mouse_event *event)
{
    enum { WHEEL_ROWS = 3 };
    const struct page_ops *page = pointed_at(workbench);
    bool is_up = event->kind == MOUSE_WHEEL_UP, is_wheel = is_up || event->kind == MOUSE_WHEEL_DOWN;
    press_held(workbench);
    workbench->changed = true;
    if (is_waiting(workbench))
        return;
    if (is_wheel || event->kind == MOUSE_PRESS)
        workbench->message.text[0] = '\0';
    if (event->kind == MOUSE_PRESS && page->draw && tabs_show_at(workbench, event->row, event->col))
        return;
    if (page->mouse_used && page->mouse_used(workbench, event))
        return;
    if (event->kind == MOUSE_PRESS)
        select_at(workbench, event);
    for (int row = 0; is_wheel && row < WHEEL_ROWS; row++)
        take_key(workbench, is_up ? KEY_UP : KEY_DOWN);
}

/* A command or a prompt, which is not empty. */
static void take_prompt(struct workbench *workbench, const char *line)
{
    struct error err;
    const struct request_info *info;
    const char *argument;
    workbench->greets = false;
    if (line[0] != '/')
        ask_prompt(workbench, line);
    else if (request_parse(line, &info, &argument, &err))
        performing_do(workbench, info, argument, line);
    else
        workbench_reply(workbench, line, ENTRY_ERROR, err.message);
}

/* A line was typed. */
static void take_line(void *context, const char *typed)
{
    struct workbench *workbench = context;
    const struct page_ops *top = pages_top(&workbench->pages);
    struct text line = {0};
    text_add_trimmed(&line, typed);
    if (line.failed)
        workbench_say(workbench, true, "out of memory");
    else if (top->line_taken)
        top->line_taken(workbench, line.bytes);
    else {
        prompt_close(workbench);
        if (line.length > 0 && workbench->session)
            take_prompt(workbench, line.bytes);
    }
    text_free(&line);
}

/* By their names: presets, and behind them runs. */
static void add_targets(struct completion *completion, const char **name,
                        const struct workbench *workbench)
{
    const struct target_list *list = &workbench->listed;
    const char *open = workbench_run_directory(workbench);
    for (size_t p = 0; p < list->presets && completion->runs < COMPLETED_RUNS; p++)
        name[completion->runs++] = list->preset[p].name;
    completion->presets = completion->runs;
    for (size_t r = 0; r < list->runs && completion->runs < COMPLETED_RUNS; r++) {
        if (open && strcmp(open, list->run[r].directory) == 0)
            completion->open = list->run[r].name;
        name[completion->runs++] = list->run[r].name;
    }
    completion->run = name;
}

/* What could continue the line, or take its place. */
static size_t complete_line(void *context, const char *line, char **candidate, size_t room,
                            bool *goes_on)
{
    struct workbench *workbench = context;
    const char *name[COMPLETED_RUNS];
    struct completion completion = {.opens = pages_top(&workbench->pages) == &path_page};
    add_targets(&completion, name, workbench);
    if (workbench->session) {
        completion.population = &workbench->session->population;
        completion.vocabulary = &workbench->session->vocabulary;
        completion.preset = &workbench->session->preset;
        completion.rate = workbench->view.status.lr;
    }
    const struct page_ops *top = pages_top(&workbench->pages);
    if (top == &form_page || top == &text_entry_page) /* a key's value, or a new name */
        return 0;
    struct strings watched = {0};
    if (workbench->session && watches_list(workbench->session->watches, &watched, NULL)) {
        completion.watched = watched.text;
        completion.questions = watched.count;
    }
    struct strings measures = {0};
    const struct measured_shape shape =
        workbench->session ? picking_shape(workbench) : (struct measured_shape){.groups = 0};
    if (workbench->session && measure_paths(&shape, &measures, NULL)) {
        completion.measure = measures.text;
        completion.measures = measures.count;
    }
    char range[LOOKING_RANGE];
    completion.range = workbench->session ? looking_write_range(workbench, range) : NULL;
    uint64_t *step;
    completion.steps = past_steps(workbench, &step);
    completion.step = step;
    size_t count = completion_lines(&completion, line, candidate, room);
    memory_free(step);
    strings_free(&watched);
    strings_free(&measures);
    *goes_on = completion_goes_on(line, candidate, count);
    return count;
}

/* Signals */

/* The terminal is given to the shell at Ctrl-Z, and left to others in the background. */
static void obey_stops(struct workbench *workbench)
{
    if (signals_take(SIGNALS_SUSPEND) || workbench->suspends) {
        if (workbench->beside)
            run_child_halt(workbench->beside);
        screen_suspend(&workbench->screen);
        if (workbench->beside)
            run_child_go_on(workbench->beside);
    }
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
    obey_stops(workbench);
    if (signals_take(SIGNALS_RESIZE)) {
        screen_fit();
        workbench->changed = true;
    }
    if (signals_take(SIGNALS_INTERRUPT))
        take_key(workbench, KEY_CONTROL('c'));
    if (signals_take(SIGNALS_SAVE)) {
        if (workbench->beside)
            run_child_save(workbench->beside);
        if (workbench->session && !workbench->view.is_followed)
            training_save_now(workbench);
    }
    if (signals_take(SIGNALS_END))
        workbench->terminated = true;
    if (!workbench->terminated || workbench->state == WORKBENCH_CLOSING)
        return;
    atomic_store(&workbench->replay.cancel, true);
    if (workbench->session)
        opening_close(workbench, AFTER_QUIT);
    else
        workbench->done = workbench->state == WORKBENCH_EMPTY;
}

/* The loop */

/* Whether the page on top had something to do, and may have more. */
static bool go_on(struct workbench *workbench)
{
    const struct page_ops *top = pages_top(&workbench->pages);
    bool did = top->go_on && top->go_on(workbench);
    workbench->changed |= did;
    return did;
}

/* Waits for a key, a task or the time of the next frame; only looks whether there is one where
 * something is to be done meanwhile. */
static void wait_for_something(struct workbench *workbench)
{
    int patience = go_on(workbench) ? 0 : FRAME_MS;
    struct pollfd wait[] = {
        {.fd = workbench->terminated || workbench->behind ? -1 : STDIN_FILENO, .events = POLLIN},
        {.fd = worker_descriptor(workbench->worker), .events = POLLIN},
    };
    if (poll(wait, 2, patience) > 0 && wait[0].revents & (POLLHUP | POLLERR | POLLNVAL))
        workbench->terminated = true; /* the terminal has gone */
}

/* Until what they ask for is to be waited for once more. */
static void take_typed_ahead(struct workbench *workbench)
{
    while (workbench->typed.count > 0 && !is_waiting(workbench) && !workbench->done &&
           !workbench->suspends)
        take_key(workbench, type_ahead_take(&workbench->typed));
}

static void read_keys(struct workbench *workbench)
{
    if (workbench->behind)
        return;
    struct mouse_event event;
    take_typed_ahead(workbench);
    for (int key = screen_key(&workbench->screen, &event);
         key != SCREEN_NO_KEY && !workbench->done && !workbench->suspends;
         key = screen_key(&workbench->screen, &event))
        if (key == SCREEN_MOUSE)
            take_mouse(workbench, &event);
        else
            take_key(workbench, key);
    if (workbench->held_key && clock_seconds() - workbench->held_since > held_seconds)
        press_held(workbench);
}

static bool loop(struct workbench *workbench, struct error *err)
{
    workbench->changed = true;
    for (unsigned long frame = 0; !workbench->done; frame++) {
        if (workbench->changed && !workbench->behind) {
            workbench->changed = false;
            if (!frame_draw(workbench, err))
                return false;
        }
        wait_for_something(workbench);
        workbench->changed |= worker_finish(workbench->worker);
        read_keys(workbench);
        if (workbench->session)
            follow_trainer(workbench);
        beside_follow(workbench);
        follow_time(workbench, frame);
        obey_signals(workbench);
    }
    return true;
}

/* Start and end */

/* What the command line says to open. What is wrong with it is said before the screen changes. */
static bool name_target(struct workbench *workbench, const char *target, struct error *err)
{
    workbench->named = workbench->options->watch ? targets_watch(workbench, target, err)
                                                 : targets_find(workbench, target, true, err);
    return workbench->named;
}

static bool start(struct workbench *workbench, const char *target, struct error *err)
{
    if (!configuring_begin(workbench, err))
        return false;
    const struct screen_wish wish = configuring_screen(workbench, screen_choose_encoding());
    struct prompt_events events = {workbench, take_line, complete_line};
    char *history =
        workbench->paths->state ? file_join(workbench->paths->state, "history", err) : NULL;
    if (workbench->paths->state && !history)
        return false;
    /* readline looks at the terminal's description when it starts, curses has to come after it. */
    greeting_begin(workbench, history);
    workbench->line = prompt_line_new(history, &events, err);
    memory_free(history);
    workbench->worker = workbench->line ? worker_new(err) : NULL;
    if (!workbench->worker || !pages_push(&workbench->pages, &chooser_page, err) ||
        (target && !name_target(workbench, target, err)) ||
        !screen_start(&workbench->screen, &wish, workbench->paths->program, err))
        return false;
    if (target && !opening_start(workbench))
        return error_set(err, ERROR_MEMORY, "%s", workbench->message.text);
    listing_read(workbench);
    configuring_tell(workbench);
    return true;
}

/* What no session was closed with. */
static bool end_beside(struct workbench *workbench, struct error *err)
{
    struct run_child *beside = workbench->beside;
    bool ended = !beside || run_child_end(beside, err);
    if (beside && ended)
        workbench_add_farewell(workbench, run_child_run(beside));
    run_child_free(beside);
    return ended;
}

/* Gives everything back; a session that an error left open is saved. */
static bool end(struct workbench *workbench, struct error *err)
{
    bool closed = true;
    atomic_store(&workbench->replay.cancel, true);
    if (workbench->worker)
        worker_drain(workbench->worker);
    screen_stop(&workbench->screen);
    struct session *session = workbench->session;
    opening_forget_session(workbench);
    if (session)
        closed = session_close(session, err);
    closed = end_beside(workbench, closed ? err : NULL) && closed;
    memory_free(session);
    worker_free(workbench->worker);
    prompt_line_free(workbench->line);
    transcript_free(&workbench->transcript);
    pages_free(&workbench->pages);
    cells_free(&workbench->cells);
    targets_free(&workbench->target);
    preferences_free(&workbench->preferences);
    phase_commands_forget(&workbench->announced.commands);
    request_keys_free(&workbench->keys);
    target_list_free(&workbench->listed);
    marks_free(&workbench->marks);
    comparing_free(&workbench->comparing);
    strings_free(&workbench->picks.path);
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
    memory_free(workbench.figure_path);
    *interrupted = workbench.terminated;
    if (shown && workbench.failed && err)
        *err = workbench.failure;
    return shown && ended && !workbench.failed;
}
