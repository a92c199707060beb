/* Map of this file: targets and leaving; training; looking; asking; commands; keys. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/random.h"
#include "base/shell.h"
#include "base/text.h"
#include "config/preset_key.h"
#include "facts/question.h"
#include "lab/target.h"
#include "ui/format.h"
#include "ui/tui/completion.h"
#include "ui/tui/state.h"

enum { CONTROL_C = 'c' & 0x1F, CONTROL_L = 'l' & 0x1F, CONTROL_Z = 'z' & 0x1F, ESCAPE = 27 };
enum { PEOPLE_SHOWN = 12, INVENTIONS_TRIED = 1000, COMPLETED_RUNS = 512 };

/* Pasted text comes in one go; where its end got lost on the way, keys are keys again after this
 * many seconds. */
enum { PASTE_SECONDS = 2 };

/* Puts a sentence under the line that was typed. */
static void reply(struct workbench *workbench, const char *line, enum entry_kind kind,
                  const char *text)
{
    unsigned long entry;
    struct error err;
    if (transcript_add(&workbench->transcript, line, clock_seconds(), &entry, &err))
        transcript_note(&workbench->transcript, entry, kind, text);
    else
        workbench_say(workbench, true, "%s", err.message);
}

/* Targets and leaving */

static bool is_own(const struct workbench *workbench, const struct run *run)
{
    const char *open = workbench->session ? workbench->session->run.directory : NULL;
    return open && strcmp(open, run->directory) == 0;
}

/* A run or a preset whose files say what is wrong with it only when they are read. */
static bool can_read(const struct workbench *workbench, const struct run *run,
                     const struct preset *preset, struct error *err)
{
    struct session facts;
    struct error ignored;
    if (!workbench->session ||
        (run && is_own(workbench, run))) /* nothing to lose, or the same one */
        return true;
    if (run)
        return session_can_resume(workbench->paths, run->directory, err);
    bool read = session_open_facts(&facts, workbench->paths, preset, err);
    if (read)
        session_close(&facts, &ignored);
    return read;
}

/* What is wrong with a target is said before anything is closed for it. */
static bool can_open(const struct workbench *workbench, const struct workbench_target *target,
                     bool with_options, struct error *err)
{
    const struct workbench_options *options = workbench->options;
    struct preset preset;
    struct run run;
    if (target->is_run && with_options &&
        (options->assignments > 0 || options->directory || options->from))
        return error_set(err, ERROR_INPUT,
                         "%s is a run, which goes on as it began: settings, a directory and "
                         "--from are for a preset",
                         target->name);
    if (!target->is_run) {
        if (!workbench_load_preset(workbench, target->name, with_options, &preset, err))
            return false;
        bool read = can_read(workbench, NULL, &preset, err);
        preset_free(&preset);
        return read;
    }
    if (!run_open(&run, workbench->paths, target->name, false, err))
        return false;
    bool can = (is_own(workbench, &run) || run_lock_is_free(run.directory, run.name, err)) &&
               can_read(workbench, &run, NULL, err);
    run_close(&run);
    return can;
}

bool workbench_set_target(struct workbench *workbench, const char *name, bool with_options,
                          struct error *err)
{
    struct workbench_target target = {
        .name = memory_string(name, err),
        .is_run = target_is_run(workbench->paths, name),
    };
    if (!target.name || !can_open(workbench, &target, with_options, err)) {
        memory_free(target.name);
        return false;
    }
    memory_free(workbench->target.name);
    workbench->target = target;
    return true;
}

static void leave_now(struct workbench *workbench, enum workbench_after after)
{
    if (workbench->session)
        workbench_close(workbench, after);
    else if (after == AFTER_QUIT)
        workbench->done = true;
    else
        workbench_open_target(workbench);
}

/* What a failed run loses: steps, or only what was set since its last checkpoint. */
static const char *name_lost(uint64_t steps, char *out, size_t size)
{
    char count[FORMAT_SIZE];
    if (steps == 0)
        return "its last changes are";
    snprintf(out, size, steps == 1 ? "%s step is" : "%s steps are", format_count(count, steps));
    return out;
}

void workbench_leave(struct workbench *workbench, enum workbench_after after)
{
    const struct trainer_status *status = &workbench->view.status;
    const char *what = after == AFTER_QUIT ? "quit" : "leave this run";
    char lost[2 * FORMAT_SIZE];
    bool open = workbench->session != NULL;
    bool running = open && status->state == TRAINER_RUNNING && !status->pausing;
    bool failed = open && status->state == TRAINER_FAILED && status->unsaved;
    if (!running && !failed) {
        leave_now(workbench, after);
        return;
    }
    workbench->question.open = true;
    workbench->question.after = after;
    if (running)
        snprintf(workbench->question.text, sizeof workbench->question.text,
                 "Training is under way. Save a checkpoint and %s?", what);
    else
        snprintf(workbench->question.text, sizeof workbench->question.text,
                 "The run has failed and %s not saved. Really %s?",
                 name_lost(status->step - status->saved_step, lost, sizeof lost), what);
}

/* The run stays open behind the list, and goes on, until another is chosen. */
static void open_chooser(struct workbench *workbench)
{
    workbench->mode = WORKBENCH_CHOOSER;
    workbench_list(workbench);
}

static void load(struct workbench *workbench, const char *name, const char *line)
{
    struct error err;
    if (!*name)
        open_chooser(workbench);
    else if (workbench_set_target(workbench, name, false, &err))
        workbench_leave(workbench, AFTER_OPEN);
    else
        reply(workbench, line, ENTRY_ERROR, err.message);
}

/* Training */

/* What a command takes for this run: its name where that finds it. */
static void add_run(struct text *command, const struct workbench *workbench)
{
    const struct run *run = &workbench->session->run;
    char *found = run->name ? file_join(workbench->paths->runs, run->name, NULL) : NULL;
    bool by_name = found && run->directory && strcmp(found, run->directory) == 0;
    shell_add_operand(command, by_name ? run->name : run->directory ? run->directory : "RUN");
    memory_free(found);
}

/* A line that can be copied: half as many steps again. */
static void say_finished(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    uint64_t schedule = workbench->session->preset.trainer.schedule.steps;
    char steps[FORMAT_SIZE];
    struct text command = {0};
    text_format(&command, "%s --steps %" PRIu64 " ", workbench->paths->program,
                schedule + (schedule + 1) / 2);
    add_run(&command, workbench);
    workbench_say(workbench, false, "all %s steps are made; more with: %s",
                  format_count(steps, status->steps), command.failed ? "--steps" : command.bytes);
    text_free(&command);
}

static void send(struct workbench *workbench, struct command command)
{
    struct error err;
    const struct trainer_status *status = &workbench->view.status;
    bool trains = command.kind == COMMAND_RUN || command.kind == COMMAND_STEP;
    bool failed = status->state == TRAINER_FAILED;
    if (trains && status->state == TRAINER_FINISHED)
        say_finished(workbench);
    else if (!trainer_send(workbench->session->trainer, command, &err))
        workbench_say(workbench, true, "%s", err.message);
    else if (trains && failed)
        workbench_say(workbench, false, "trying again what failed");
}

static void run_or_pause(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    bool runs = status->state == TRAINER_RUNNING && !status->pausing;
    send(workbench, (struct command){.kind = runs ? COMMAND_PAUSE : COMMAND_RUN});
}

static void step(struct workbench *workbench, const char *argument, const char *line)
{
    uint64_t steps = 1;
    if (*argument && (!number_read_count(argument, &steps) || steps == 0)) {
        reply(workbench, line, ENTRY_ERROR,
              "a number of steps is a whole number above 0: /step 20");
        return;
    }
    send(workbench, (struct command){.kind = COMMAND_STEP, .steps = steps});
}

void workbench_save(struct workbench *workbench)
{
    struct trainer_status *status = &workbench->view.status;
    trainer_status(workbench->session->trainer, status);
    if (status->has_saved && !status->unsaved) {
        char step[FORMAT_SIZE];
        workbench_say(workbench, false, "step %s is saved already",
                      format_count(step, status->step));
        return;
    }
    workbench->saves = status->saves;
    workbench->awaits_save = true;
    send(workbench, (struct command){.kind = COMMAND_CHECKPOINT});
    workbench_say(workbench, false, "saving a checkpoint");
}

static void refuse_setting(struct workbench *workbench, const char *line)
{
    struct text why = {0};
    text_format(&why,
                "only train.lr can be changed while a run goes on; everything else is decided "
                "when it starts: %s --set KEY=VALUE PRESET",
                workbench->paths->program);
    reply(workbench, line, ENTRY_ERROR, why.failed ? "out of memory" : why.bytes);
    text_free(&why);
}

/* "train.lr 1e-3" or "train.lr=1e-3" */
static void set(struct workbench *workbench, const char *argument, const char *line)
{
    static const char lr[] = "train.lr";
    char text[256];
    double value;
    const char *behind = argument + strcspn(argument, " =");
    const char *number = behind + strspn(behind, " =");
    const struct preset_key *key = preset_key_find("train", "lr");
    if (strlen(lr) != (size_t)(behind - argument) || strncmp(argument, lr, strlen(lr)) != 0)
        refuse_setting(workbench, line);
    else if (!number_read(number, &value) || !(value >= key->low && value <= key->high))
        reply(workbench, line, ENTRY_ERROR,
              "a learning rate is a number above 0 and up to 1: "
              "/set train.lr 1e-3");
    else if (workbench->view.status.state == TRAINER_FINISHED)
        reply(workbench, line, ENTRY_ERROR,
              "all steps are made: there is no next step to set it for");
    else {
        char rate[FORMAT_SIZE];
        send(workbench, (struct command){.kind = COMMAND_SET_LR, .value = value});
        snprintf(text, sizeof text,
                 "train.lr is %s at the next step; the schedule goes on from there",
                 format_rate(rate, value));
        reply(workbench, line, ENTRY_NOTE, text);
    }
}

/* Looking */

static void zoom(struct workbench *workbench, int by)
{
    int wanted = workbench->view.zoom + by;
    workbench->view.zoom = wanted < ZOOM_PLANNED ? ZOOM_PLANNED
                           : wanted > ZOOM_MOST  ? ZOOM_MOST
                                                 : wanted;
}

static void scroll_page(struct workbench *workbench, int direction)
{
    int rows = layout_make(workbench->cells.rows, workbench->cells.cols, workbench->wish).talk.rows;
    transcript_scroll(&workbench->transcript, direction * (rows > 1 ? rows - 1 : 1));
}

static void open_map(struct workbench *workbench)
{
    struct error err;
    workbench->map.open = true;
    if (!map_update(&workbench->map, trainer_history(workbench->session->trainer), &err))
        workbench_say(workbench, true, "%s", err.message);
}

/* Asking */

static void who_tidy(struct workbench *workbench, const char *name, const char *line)
{
    const struct session *session = workbench->session;
    uint64_t individual;
    size_t bytes;
    struct error err;
    struct question question;
    char text[512];
    if (question_find_name(&session->population, &session->vocabulary, name, &individual, &bytes)) {
        workbench_who(workbench, line, individual);
        return;
    }
    /* Where a word is unknown the question's reader knows better what is wrong. */
    if (question_read(&question, &session->population, &session->vocabulary, name,
                      session->preset.model.max_length, &err)) {
        question_free(&question);
        snprintf(text, sizeof text, "%.200s is not a full name; /people shows some", name);
        reply(workbench, line, ENTRY_ERROR, text);
    } else
        reply(workbench, line, ENTRY_ERROR, err.message);
}

static void who(struct workbench *workbench, const char *name, const char *line)
{
    struct error err;
    char *tidy = vocabulary_tidy(&workbench->session->vocabulary, name, &err);
    if (tidy)
        who_tidy(workbench, tidy, line);
    else
        reply(workbench, line, ENTRY_ERROR, err.message);
    memory_free(tidy);
}

static struct random fresh_random(struct workbench *workbench)
{
    uint64_t seed = (uint64_t)(clock_seconds() * 1e6);
    return random_stream(seed, RANDOM_SCREEN, ++workbench->people_shown, 0);
}

static char *name_of(const struct population *population, uint64_t individual)
{
    struct text name = {0};
    population_name_text(population, individual, &name);
    return text_take(&name, NULL);
}

/* Different numbers below count, at most `wanted`; returns how many. */
static size_t draw_numbers(struct random *random, uint64_t count, uint64_t *number, size_t wanted)
{
    size_t drawn = 0;
    if (count < wanted)
        wanted = (size_t)count;
    while (drawn < wanted) {
        uint64_t candidate = random_below(random, count);
        size_t same = 0;
        while (same < drawn && number[same] != candidate)
            same++;
        if (same == drawn)
            number[drawn++] = candidate;
    }
    return drawn;
}

/* Individuals that /people can name, by the word for them. */
static bool find_crowd(const struct population *population, const char *word, struct crowd *crowd)
{
    const struct population_options *size = &population->size;
    const struct {
        const char *word;
        uint64_t count;
    } crowds[] = {
        {"known", size->known}, {"new", size->held_out}, {"fine-tuned", size->fine_tuning}};
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        *crowd = (struct crowd){first, crowds[i].count, 1};
        if (crowd->count > 0 && (!*word || strcmp(word, crowds[i].word) == 0))
            return true;
        first += crowd->count;
    }
    return false;
}

static void people(struct workbench *workbench, const char *group, const char *line)
{
    const struct population *population = &workbench->session->population;
    struct crowd crowd;
    uint64_t number[PEOPLE_SHOWN];
    unsigned long entry;
    struct error err;
    if (!find_crowd(population, group, &crowd)) {
        reply(workbench, line, ENTRY_ERROR,
              population->size.fine_tuning > 0
                  ? "there are known, new and fine-tuned individuals: /people new"
                  : "there are known and new individuals: /people new");
        return;
    }
    struct random random = fresh_random(workbench);
    size_t count = draw_numbers(&random, crowd.count, number, PEOPLE_SHOWN);
    char **name = memory_new(count, sizeof *name, &err);
    if (!name || !transcript_add(&workbench->transcript, line, clock_seconds(), &entry, &err)) {
        memory_free(name);
        workbench_say(workbench, true, "%s", err.message);
        return;
    }
    size_t named = 0;
    for (size_t n = 0; n < count; n++) {
        name[named] = name_of(population, crowd.first + number[n]);
        named += name[named] != NULL;
    }
    transcript_names(&workbench->transcript, entry, name, named);
}

/* Draws names until one belongs to nobody. */
static bool invent_name(struct workbench *workbench, struct text *name)
{
    const struct population *population = &workbench->session->population;
    const struct fact_set *facts = population->facts;
    struct random random = fresh_random(workbench);
    for (int try = 0; try < INVENTIONS_TRIED; try++) {
        uint32_t part[FACTS_MAX_PARTS];
        for (size_t p = 0; p < facts->name_parts; p++)
            part[p] = (uint32_t)random_below(&random, facts->pool[facts->name_part[p]].count);
        uint64_t individual = population_find(population, part);
        if (population_status(population, individual) != INDIVIDUAL_INVENTED)
            continue;
        population_name_text(population, individual, name);
        return !name->failed;
    }
    return false;
}

/* The name is put on the prompt, ready to be asked about. */
static void invent(struct workbench *workbench, const char *line)
{
    struct text name = {0}, note = {0};
    if (!invent_name(workbench, &name)) {
        reply(workbench, line, ENTRY_ERROR, "every name belongs to somebody in this population");
        text_free(&name);
        return;
    }
    text_format(&note, "%s is nobody's name: ask what is believed (Tab shows how)", name.bytes);
    if (!note.failed)
        reply(workbench, line, ENTRY_NOTE, note.bytes);
    text_add(&name, " ");
    if (!name.failed)
        prompt_line_set(workbench->line, name.bytes);
    workbench->typing = true;
    text_free(&name);
    text_free(&note);
}

/* Requests: argument is "" and line null for those that come from a key. */

static void start_typing(struct workbench *workbench, const char *text)
{
    workbench->typing = true;
    workbench->transcript.scrolled = 0;
    if (text)
        prompt_line_set(workbench->line, text);
}

/* Requests that need a run. */
static void do_with_session(struct workbench *workbench, enum request request, const char *argument,
                            const char *line)
{
    switch (request) {
    case REQUEST_RUN_OR_PAUSE:
        run_or_pause(workbench);
        break;
    case REQUEST_RUN:
        send(workbench, (struct command){.kind = COMMAND_RUN});
        break;
    case REQUEST_PAUSE:
        send(workbench, (struct command){.kind = COMMAND_PAUSE});
        break;
    case REQUEST_STEP:
        step(workbench, argument, line);
        break;
    case REQUEST_ASK_STEPS:
        start_typing(workbench, "/step ");
        break;
    case REQUEST_EVALUATE:
        send(workbench, (struct command){.kind = COMMAND_EVALUATE});
        break;
    case REQUEST_SAVE:
        workbench_save(workbench);
        break;
    case REQUEST_SET:
        set(workbench, argument, line);
        break;
    case REQUEST_TYPE:
        start_typing(workbench, NULL);
        break;
    case REQUEST_TYPE_COMMAND:
        start_typing(workbench, "/");
        break;
    case REQUEST_WHO:
        who(workbench, argument, line);
        break;
    case REQUEST_PEOPLE:
        people(workbench, argument, line);
        break;
    case REQUEST_INVENT:
        invent(workbench, line);
        break;
    case REQUEST_EARLIER:
        start_typing(workbench, NULL);
        prompt_line_key(workbench->line, KEY_UP);
        break;
    case REQUEST_SCROLL_UP:
        scroll_page(workbench, 1);
        break;
    case REQUEST_SCROLL_DOWN:
        scroll_page(workbench, -1);
        break;
    case REQUEST_MORE_TALK:
        workbench->wish.large_talk = !workbench->wish.large_talk;
        break;
    case REQUEST_MAP:
        open_map(workbench);
        break;
    case REQUEST_CIRCUITS:
        workbench->view.circuits = !workbench->view.circuits;
        break;
    case REQUEST_LINEAR:
        workbench->view.linear = !workbench->view.linear;
        break;
    case REQUEST_ZOOM_IN:
        zoom(workbench, 1);
        break;
    case REQUEST_ZOOM_OUT:
        zoom(workbench, -1);
        break;
    case REQUEST_CURSOR_LEFT:
        view_move_cursor(&workbench->view, -1);
        break;
    case REQUEST_CURSOR_RIGHT:
        view_move_cursor(&workbench->view, 1);
        break;
    case REQUEST_NO_CURSOR:
        workbench->view.has_cursor = false;
        workbench->transcript.scrolled = 0;
        break;
    case REQUEST_LOAD:
        load(workbench, argument, line);
        break;
    case REQUEST_HELP:
    case REQUEST_REDRAW:
    case REQUEST_SUSPEND:
    case REQUEST_QUIT:
        break;
    }
}

static void do_request(struct workbench *workbench, enum request request, const char *argument,
                       const char *line)
{
    if (request == REQUEST_HELP) {
        workbench->help.open = true;
        workbench->help.first = 0;
    } else if (request == REQUEST_REDRAW)
        screen_forget();
    else if (request == REQUEST_SUSPEND)
        workbench->suspends = true;
    else if (request == REQUEST_QUIT)
        workbench_leave(workbench, AFTER_QUIT);
    else if (workbench->mode == WORKBENCH_OPEN)
        do_with_session(workbench, request, argument, line);
}

void workbench_accept(void *context, const char *typed)
{
    struct workbench *workbench = context;
    struct error err;
    const struct request_info *info;
    const char *argument;
    struct text line = {0};
    text_add(&line, typed + strspn(typed, " "));
    while (line.length > 0 && line.bytes[line.length - 1] == ' ')
        line.bytes[--line.length] = '\0';
    workbench->typing = false;
    if (line.length > 0 && !line.failed && workbench->session) {
        if (line.bytes[0] != '/')
            workbench_ask(workbench, line.bytes);
        else if (request_parse(line.bytes, &info, &argument, &err))
            do_request(workbench, info->request, argument, line.bytes);
        else
            reply(workbench, line.bytes, ENTRY_ERROR, err.message);
    }
    text_free(&line);
}

size_t workbench_complete(void *context, const char *line, char **candidate, size_t room)
{
    const struct workbench *workbench = context;
    const struct target_list *chooser = &workbench->chooser;
    const char *run[COMPLETED_RUNS];
    struct completion completion = {.run = run};
    for (size_t p = 0; p < chooser->presets && completion.runs < COMPLETED_RUNS; p++)
        run[completion.runs++] = chooser->preset[p].name;
    for (size_t r = 0; r < chooser->runs && completion.runs < COMPLETED_RUNS; r++)
        run[completion.runs++] = chooser->run[r].name;
    if (workbench->session) {
        completion.population = &workbench->session->population;
        completion.vocabulary = &workbench->session->vocabulary;
    }
    return completion_lines(&completion, line, candidate, room);
}

/* Keys */

static void question_key(struct workbench *workbench, int key)
{
    bool yes = key == 'y' || key == 'Y', no = key == 'n' || key == 'N' || key == 'q';
    if (yes || no || key == ESCAPE || key == CONTROL_C)
        workbench->question.open = false;
    if (yes)
        leave_now(workbench, workbench->question.after);
}

static void help_key(struct workbench *workbench, int key)
{
    int page = workbench->cells.rows - 2, all = workbench->help.rows;
    const struct {
        int key, by; /* rows */
    } moves[] = {
        {KEY_DOWN, 1}, {'j', 1},         {KEY_UP, -1},       {'k', -1},    {KEY_NPAGE, page},
        {' ', page},   {'f', page},      {KEY_PPAGE, -page}, {'b', -page}, {KEY_END, all},
        {'G', all},    {KEY_HOME, -all}, {'g', -all},
    };
    static const int closing[] = {ESCAPE, CONTROL_C, 'q', '?', '\r', '\n', KEY_ENTER, KEY_F(1)};
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].key == key)
            workbench->help.first += moves[i].by;
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (closing[i] == key)
            workbench->help.open = false;
}

/* Leaves the map with what is believed about the individual that is selected. */
static void ask_selected(struct workbench *workbench)
{
    const struct population *population = &workbench->session->population;
    const struct knowledge *knowledge = &workbench->map.knowledge;
    struct text line = {0};
    if (knowledge->asked == 0)
        return;
    uint64_t individual = knowledge_individual(knowledge, workbench->map.selected);
    text_add(&line, "/who ");
    population_name_text(population, individual, &line);
    if (!line.failed)
        workbench_who(workbench, line.bytes, individual);
    text_free(&line);
    workbench->map.open = false;
}

static bool works_over_map(enum request request)
{
    static const enum request requests[] = {
        REQUEST_RUN_OR_PAUSE, REQUEST_STEP,   REQUEST_EVALUATE, REQUEST_SAVE,
        REQUEST_HELP,         REQUEST_REDRAW, REQUEST_SUSPEND,
    };
    for (size_t r = 0; r < sizeof requests / sizeof *requests; r++)
        if (requests[r] == request)
            return true;
    return false;
}

/* Training goes on behind the map and can be started and paused from there. */
static void map_key(struct workbench *workbench, int key)
{
    static const struct {
        int key, vi;
        enum map_move move;
        int count;
    } moves[] = {
        {KEY_LEFT, 'h', MAP_INDIVIDUAL, -1}, {KEY_RIGHT, 'l', MAP_INDIVIDUAL, 1},
        {KEY_UP, 'k', MAP_BAND, -1},         {KEY_DOWN, 'j', MAP_BAND, 1},
        {KEY_PPAGE, 'b', MAP_PAGE, -1},      {KEY_NPAGE, 'f', MAP_PAGE, 1},
        {KEY_HOME, 'g', MAP_ALL, -1},        {KEY_END, 'G', MAP_ALL, 1},
    };
    const struct request_info *info = request_of_key(key);
    for (size_t m = 0; m < sizeof moves / sizeof *moves; m++)
        if (key == moves[m].key || key == moves[m].vi) {
            map_move(&workbench->map, moves[m].move, moves[m].count,
                     workbench_map_rect(&workbench->cells));
            return;
        }
    if (key == '\r' || key == '\n' || key == KEY_ENTER)
        ask_selected(workbench);
    else if (key == ESCAPE || key == 'q' || key == CONTROL_C ||
             (info && info->request == REQUEST_MAP))
        workbench->map.open = false;
    else if (info && works_over_map(info->request))
        do_request(workbench, info->request, "", NULL);
}

/* Whether the run that is selected is the one that is open. */
static bool is_open(const struct workbench *workbench)
{
    const struct run_summary *run = target_list_selected_run(&workbench->chooser);
    return run && workbench->session && workbench->view.status.has_saved &&
           strcmp(workbench->session->run.directory, run->directory) == 0;
}

static void choose(struct workbench *workbench)
{
    struct error err;
    struct workbench_target target = {0};
    const char *name = target_list_selected(&workbench->chooser, &target.is_run);
    if (!name)
        return;
    if (is_open(workbench)) {
        workbench->mode = WORKBENCH_OPEN;
        return;
    }
    target.name = memory_string(name, &err);
    if (!target.name || !can_open(workbench, &target, !workbench->opened_any, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        memory_free(target.name);
        return;
    }
    memory_free(workbench->target.name);
    workbench->target = target;
    workbench_leave(workbench, AFTER_OPEN);
}

/* Esc leads back to the run that was left for the list, never out of the program. */
static void leave_chooser(struct workbench *workbench)
{
    if (workbench->session)
        workbench->mode = WORKBENCH_OPEN;
    else
        workbench_say(workbench, false, "q quits");
}

static void chooser_key(struct workbench *workbench, int key)
{
    const int page = 10, all = 1 << 20;
    if (key == KEY_DOWN || key == 'j')
        target_list_move(&workbench->chooser, 1);
    else if (key == KEY_UP || key == 'k')
        target_list_move(&workbench->chooser, -1);
    else if (key == KEY_NPAGE)
        target_list_move(&workbench->chooser, page);
    else if (key == KEY_PPAGE)
        target_list_move(&workbench->chooser, -page);
    else if (key == KEY_HOME || key == 'g')
        target_list_move(&workbench->chooser, -all);
    else if (key == KEY_END || key == 'G')
        target_list_move(&workbench->chooser, all);
    else if (key == '\r' || key == '\n' || key == KEY_ENTER)
        choose(workbench);
    else if (key == ESCAPE || key == CONTROL_C)
        leave_chooser(workbench);
    else {
        const struct request_info *info = request_of_key(key);
        if (info)
            do_request(workbench, info->request, "", NULL);
    }
}

static bool writes(int key)
{
    return key > ' ' && key < KEY_MIN && key != 127;
}

static void chart_key(struct workbench *workbench, int key)
{
    const struct request_info *info = request_of_key(key);
    if (info)
        do_request(workbench, info->request, "", NULL);
    else if (request_key_writes(key)) {
        start_typing(workbench, "");
        prompt_line_key(workbench->line, key);
    } else if (key == CONTROL_C)
        workbench_say(workbench, false, "q quits");
    else if (writes(key))
        workbench_say(workbench, false, "%c is no key; ? shows them, Enter begins a prompt", key);
}

static bool is_for_screen(int key)
{
    return (key >= KEY_F(1) && key <= KEY_F(12)) || key == KEY_PPAGE || key == KEY_NPAGE ||
           key == CONTROL_L || key == CONTROL_Z;
}

static void typing_key(struct workbench *workbench, int key)
{
    size_t matches;
    bool empty =
        *prompt_line_text(workbench->line) == '\0' && !prompt_line_searches(workbench->line);
    bool enter = key == '\r' || key == '\n' || key == KEY_ENTER;
    prompt_line_matches(workbench->line, &matches);
    if (is_for_screen(key)) {
        const struct request_info *info = request_of_key(key);
        if (info)
            do_request(workbench, info->request, "", NULL);
    } else if (key == ESCAPE && matches > 0)
        prompt_line_close_matches(workbench->line);
    else if (key == ESCAPE && !prompt_line_wants_escape(workbench->line))
        workbench->typing = false;
    else if (key == CONTROL_C) {
        prompt_line_set(workbench->line, "");
        workbench->typing = false;
    } else if (empty && key == '\t')
        prompt_line_set(workbench->line, workbench->example ? workbench->example : "/help");
    else if (empty && enter)
        workbench->typing = false;
    else if (empty && key == ' ')
        run_or_pause(workbench);
    else
        prompt_line_key(workbench->line, key);
}

/* What is pasted is text: it goes to the prompt, from its first letter on, or nowhere. */
static void pasted_key(struct workbench *workbench, int key)
{
    bool shown = workbench->mode == WORKBENCH_OPEN && !workbench->question.open &&
                 !workbench->help.open && !workbench->map.open;
    key &= ~SCREEN_META; /* an Esc before it */
    bool empty = !workbench->typing || *prompt_line_text(workbench->line) == '\0';
    if (!shown || (empty && !writes(key)))
        return;
    if (!workbench->typing)
        start_typing(workbench, "");
    prompt_line_paste(workbench->line, key);
}

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

void workbench_key(struct workbench *workbench, int key)
{
    workbench->changed = true;
    if (key == KEY_RESIZE)
        return;
    workbench->message.text[0] = '\0';
    if (is_pasted(workbench, key))
        pasted_key(workbench, key);
    else if (workbench->question.open)
        question_key(workbench, key);
    else if (workbench->help.open)
        help_key(workbench, key);
    else if (workbench->mode == WORKBENCH_CHOOSER)
        chooser_key(workbench, key);
    else if (workbench->mode == WORKBENCH_OPENING)
        workbench->leaving = workbench->leaving || key == 'q' || key == CONTROL_C;
    else if (workbench->mode != WORKBENCH_OPEN)
        return;
    else if (workbench->map.open)
        map_key(workbench, key);
    else if (workbench->typing)
        typing_key(workbench, key);
    else
        chart_key(workbench, key);
}
