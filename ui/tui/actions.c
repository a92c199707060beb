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
#include "ui/tui/bench.h"
#include "ui/tui/completion.h"

enum { CONTROL_C = 'c' & 0x1F, CONTROL_L = 'l' & 0x1F, CONTROL_Z = 'z' & 0x1F, ESCAPE = 27 };
enum { PEOPLE_SHOWN = 12, INVENTIONS_TRIED = 1000, COMPLETED_RUNS = 512 };

/* Pasted text comes in one go; where its end got lost on the way, keys are keys again after this
 * many seconds. */
enum { PASTE_SECONDS = 2 };

/* Puts a sentence under the line that was typed. */
static void reply(struct bench *bench, const char *line, enum entry_kind kind, const char *text)
{
    unsigned long entry;
    struct error err;
    if (transcript_add(&bench->transcript, line, clock_seconds(), &entry, &err))
        transcript_note(&bench->transcript, entry, kind, text);
    else
        bench_say(bench, true, "%s", err.message);
}

/* Targets and leaving */

static bool is_own(const struct bench *bench, const struct run *run)
{
    const char *open = bench->session ? bench->session->run.directory : NULL;
    return open && strcmp(open, run->directory) == 0;
}

/* A run or a preset whose files say what is wrong with it only when they are read. */
static bool can_read(const struct bench *bench, const struct run *run, const struct preset *preset,
                     struct error *err)
{
    struct session facts;
    struct error ignored;
    if (!bench->session || (run && is_own(bench, run))) /* nothing to lose, or the same one */
        return true;
    if (run)
        return session_can_resume(bench->paths, run->directory, err);
    bool read = session_open_facts(&facts, bench->paths, preset, err);
    if (read)
        session_close(&facts, &ignored);
    return read;
}

/* What is wrong with a target is said before anything is closed for it. */
static bool can_open(const struct bench *bench, const struct bench_target *target,
                     bool with_options, struct error *err)
{
    const struct workbench_options *options = bench->options;
    struct preset preset;
    struct run run;
    if (target->is_run && with_options &&
        (options->assignments > 0 || options->directory || options->from))
        return error_set(err, ERROR_INPUT,
                         "%s is a run, which goes on as it began: settings, a directory and "
                         "--from are for a preset",
                         target->name);
    if (!target->is_run) {
        if (!bench_load_preset(bench, target->name, with_options, &preset, err))
            return false;
        bool read = can_read(bench, NULL, &preset, err);
        preset_free(&preset);
        return read;
    }
    if (!run_open(&run, bench->paths, target->name, false, err))
        return false;
    bool can = (is_own(bench, &run) || run_lock_is_free(run.directory, run.name, err)) &&
               can_read(bench, &run, NULL, err);
    run_close(&run);
    return can;
}

bool bench_set_target(struct bench *bench, const char *name, bool with_options, struct error *err)
{
    struct bench_target target = {
        .name = memory_string(name, err),
        .is_run = target_is_run(bench->paths, name),
    };
    if (!target.name || !can_open(bench, &target, with_options, err)) {
        memory_free(target.name);
        return false;
    }
    memory_free(bench->target.name);
    bench->target = target;
    return true;
}

static void leave_now(struct bench *bench, enum bench_after after)
{
    if (bench->session)
        bench_close(bench, after);
    else if (after == AFTER_QUIT)
        bench->done = true;
    else
        bench_open_target(bench);
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

void bench_leave(struct bench *bench, enum bench_after after)
{
    const struct trainer_status *status = &bench->view.status;
    const char *what = after == AFTER_QUIT ? "quit" : "leave this run";
    char lost[2 * FORMAT_SIZE];
    bool open = bench->session != NULL;
    bool running = open && status->state == TRAINER_RUNNING && !status->pausing;
    bool failed = open && status->state == TRAINER_FAILED && status->unsaved;
    if (!running && !failed) {
        leave_now(bench, after);
        return;
    }
    bench->question.open = true;
    bench->question.after = after;
    if (running)
        snprintf(bench->question.text, sizeof bench->question.text,
                 "Training is under way. Save a checkpoint and %s?", what);
    else
        snprintf(bench->question.text, sizeof bench->question.text,
                 "The run has failed and %s not saved. Really %s?",
                 name_lost(status->step - status->saved_step, lost, sizeof lost), what);
}

/* The run stays open behind the list, and goes on, until another is chosen. */
static void open_chooser(struct bench *bench)
{
    bench->mode = BENCH_CHOOSER;
    bench_list(bench);
}

static void load(struct bench *bench, const char *name, const char *line)
{
    struct error err;
    if (!*name)
        open_chooser(bench);
    else if (bench_set_target(bench, name, false, &err))
        bench_leave(bench, AFTER_OPEN);
    else
        reply(bench, line, ENTRY_ERROR, err.message);
}

/* Training */

/* What a command takes for this run: its name where that finds it. */
static void add_run(struct text *command, const struct bench *bench)
{
    const struct run *run = &bench->session->run;
    char *found = run->name ? file_join(bench->paths->runs, run->name, NULL) : NULL;
    bool by_name = found && run->directory && strcmp(found, run->directory) == 0;
    shell_add_operand(command, by_name ? run->name : run->directory ? run->directory : "RUN");
    memory_free(found);
}

/* A line that can be copied: half as many steps again. */
static void say_finished(struct bench *bench)
{
    const struct trainer_status *status = &bench->view.status;
    uint64_t schedule = bench->session->preset.trainer.schedule.steps;
    char steps[FORMAT_SIZE];
    struct text command = {0};
    text_format(&command, "%s --steps %" PRIu64 " ", bench->paths->program,
                schedule + (schedule + 1) / 2);
    add_run(&command, bench);
    bench_say(bench, false, "all %s steps are made; more with: %s",
              format_count(steps, status->steps), command.failed ? "--steps" : command.bytes);
    text_free(&command);
}

static void send(struct bench *bench, struct command command)
{
    struct error err;
    const struct trainer_status *status = &bench->view.status;
    bool trains = command.kind == COMMAND_RUN || command.kind == COMMAND_STEP;
    bool failed = status->state == TRAINER_FAILED;
    if (trains && status->state == TRAINER_FINISHED)
        say_finished(bench);
    else if (!trainer_send(bench->session->trainer, command, &err))
        bench_say(bench, true, "%s", err.message);
    else if (trains && failed)
        bench_say(bench, false, "trying again what failed");
}

static void run_or_pause(struct bench *bench)
{
    const struct trainer_status *status = &bench->view.status;
    bool runs = status->state == TRAINER_RUNNING && !status->pausing;
    send(bench, (struct command){.kind = runs ? COMMAND_PAUSE : COMMAND_RUN});
}

static void step(struct bench *bench, const char *argument, const char *line)
{
    uint64_t steps = 1;
    if (*argument && (!number_read_count(argument, &steps) || steps == 0)) {
        reply(bench, line, ENTRY_ERROR, "a number of steps is a whole number above 0: /step 20");
        return;
    }
    send(bench, (struct command){.kind = COMMAND_STEP, .steps = steps});
}

void bench_save(struct bench *bench)
{
    struct trainer_status *status = &bench->view.status;
    trainer_status(bench->session->trainer, status);
    if (status->has_saved && !status->unsaved) {
        char step[FORMAT_SIZE];
        bench_say(bench, false, "step %s is saved already", format_count(step, status->step));
        return;
    }
    bench->saves = status->saves;
    bench->awaits_save = true;
    send(bench, (struct command){.kind = COMMAND_CHECKPOINT});
    bench_say(bench, false, "saving a checkpoint");
}

static void refuse_setting(struct bench *bench, const char *line)
{
    struct text why = {0};
    text_format(&why,
                "only train.lr can be changed while a run goes on; everything else is decided "
                "when it starts: %s --set KEY=VALUE PRESET",
                bench->paths->program);
    reply(bench, line, ENTRY_ERROR, why.failed ? "out of memory" : why.bytes);
    text_free(&why);
}

/* "train.lr 1e-3" or "train.lr=1e-3" */
static void set(struct bench *bench, const char *argument, const char *line)
{
    static const char lr[] = "train.lr";
    char text[256];
    double value;
    const char *behind = argument + strcspn(argument, " =");
    const char *number = behind + strspn(behind, " =");
    const struct preset_key *key = preset_key_find("train", "lr");
    if (strlen(lr) != (size_t)(behind - argument) || strncmp(argument, lr, strlen(lr)) != 0)
        refuse_setting(bench, line);
    else if (!number_read(number, &value) || !(value >= key->low && value <= key->high))
        reply(bench, line, ENTRY_ERROR,
              "a learning rate is a number above 0 and up to 1: "
              "/set train.lr 1e-3");
    else if (bench->view.status.state == TRAINER_FINISHED)
        reply(bench, line, ENTRY_ERROR, "all steps are made: there is no next step to set it for");
    else {
        char rate[FORMAT_SIZE];
        send(bench, (struct command){.kind = COMMAND_SET_LR, .value = value});
        snprintf(text, sizeof text,
                 "train.lr is %s at the next step; the schedule goes on from there",
                 format_rate(rate, value));
        reply(bench, line, ENTRY_NOTE, text);
    }
}

/* Looking */

static void zoom(struct bench *bench, int by)
{
    int wanted = bench->view.zoom + by;
    bench->view.zoom = wanted < ZOOM_PLANNED ? ZOOM_PLANNED
                       : wanted > ZOOM_MOST  ? ZOOM_MOST
                                             : wanted;
}

static void scroll_page(struct bench *bench, int direction)
{
    int rows = layout_make(bench->cells.rows, bench->cells.cols, bench->wish).talk.rows;
    transcript_scroll(&bench->transcript, direction * (rows > 1 ? rows - 1 : 1));
}

static void open_map(struct bench *bench)
{
    struct error err;
    bench->map.open = true;
    if (!map_update(&bench->map, trainer_history(bench->session->trainer), &err))
        bench_say(bench, true, "%s", err.message);
}

/* Asking */

static void who_tidy(struct bench *bench, const char *name, const char *line)
{
    const struct session *session = bench->session;
    uint64_t individual;
    size_t bytes;
    struct error err;
    struct question question;
    char text[512];
    if (question_find_name(&session->population, &session->vocabulary, name, &individual, &bytes)) {
        bench_who(bench, line, individual);
        return;
    }
    /* Where a word is unknown the question's reader knows better what is wrong. */
    if (question_read(&question, &session->population, &session->vocabulary, name,
                      session->preset.model.max_length, &err)) {
        question_free(&question);
        snprintf(text, sizeof text, "%.200s is not a full name; /people shows some", name);
        reply(bench, line, ENTRY_ERROR, text);
    } else
        reply(bench, line, ENTRY_ERROR, err.message);
}

static void who(struct bench *bench, const char *name, const char *line)
{
    struct error err;
    char *tidy = vocabulary_tidy(&bench->session->vocabulary, name, &err);
    if (tidy)
        who_tidy(bench, tidy, line);
    else
        reply(bench, line, ENTRY_ERROR, err.message);
    memory_free(tidy);
}

static struct random fresh_random(struct bench *bench)
{
    uint64_t seed = (uint64_t)(clock_seconds() * 1e6);
    return random_stream(seed, RANDOM_SCREEN, ++bench->people_shown, 0);
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
    } crowds[] = {{"known", size->known}, {"new", size->fresh}, {"fine-tuned", size->fine_tuning}};
    uint64_t first = 0;
    for (size_t i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        *crowd = (struct crowd){first, crowds[i].count, 1};
        if (crowd->count > 0 && (!*word || strcmp(word, crowds[i].word) == 0))
            return true;
        first += crowd->count;
    }
    return false;
}

static void people(struct bench *bench, const char *group, const char *line)
{
    const struct population *population = &bench->session->population;
    struct crowd crowd;
    uint64_t number[PEOPLE_SHOWN];
    unsigned long entry;
    struct error err;
    if (!find_crowd(population, group, &crowd)) {
        reply(bench, line, ENTRY_ERROR,
              population->size.fine_tuning > 0
                  ? "there are known, new and fine-tuned individuals: /people new"
                  : "there are known and new individuals: /people new");
        return;
    }
    struct random random = fresh_random(bench);
    size_t count = draw_numbers(&random, crowd.count, number, PEOPLE_SHOWN);
    char **name = memory_new(count, sizeof *name, &err);
    if (!name || !transcript_add(&bench->transcript, line, clock_seconds(), &entry, &err)) {
        memory_free(name);
        bench_say(bench, true, "%s", err.message);
        return;
    }
    size_t named = 0;
    for (size_t n = 0; n < count; n++) {
        name[named] = name_of(population, crowd.first + number[n]);
        named += name[named] != NULL;
    }
    transcript_names(&bench->transcript, entry, name, named);
}

/* Draws names until one belongs to nobody. */
static bool invent_name(struct bench *bench, struct text *name)
{
    const struct population *population = &bench->session->population;
    const struct fact_set *facts = population->facts;
    struct random random = fresh_random(bench);
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
static void invent(struct bench *bench, const char *line)
{
    struct text name = {0}, note = {0};
    if (!invent_name(bench, &name)) {
        reply(bench, line, ENTRY_ERROR, "every name belongs to somebody in this population");
        text_free(&name);
        return;
    }
    text_format(&note, "%s is nobody's name: ask what is believed (Tab shows how)", name.bytes);
    if (!note.failed)
        reply(bench, line, ENTRY_NOTE, note.bytes);
    text_add(&name, " ");
    if (!name.failed)
        prompt_line_set(bench->line, name.bytes);
    bench->typing = true;
    text_free(&name);
    text_free(&note);
}

/* Requests: argument is "" and line null for those that come from a key. */

static void start_typing(struct bench *bench, const char *text)
{
    bench->typing = true;
    bench->transcript.scrolled = 0;
    if (text)
        prompt_line_set(bench->line, text);
}

/* Requests that need a run. */
static void do_with_session(struct bench *bench, enum request request, const char *argument,
                            const char *line)
{
    switch (request) {
    case REQUEST_RUN_OR_PAUSE:
        run_or_pause(bench);
        break;
    case REQUEST_RUN:
        send(bench, (struct command){.kind = COMMAND_RUN});
        break;
    case REQUEST_PAUSE:
        send(bench, (struct command){.kind = COMMAND_PAUSE});
        break;
    case REQUEST_STEP:
        step(bench, argument, line);
        break;
    case REQUEST_ASK_STEPS:
        start_typing(bench, "/step ");
        break;
    case REQUEST_EVALUATE:
        send(bench, (struct command){.kind = COMMAND_EVALUATE});
        break;
    case REQUEST_SAVE:
        bench_save(bench);
        break;
    case REQUEST_SET:
        set(bench, argument, line);
        break;
    case REQUEST_TYPE:
        start_typing(bench, NULL);
        break;
    case REQUEST_TYPE_COMMAND:
        start_typing(bench, "/");
        break;
    case REQUEST_WHO:
        who(bench, argument, line);
        break;
    case REQUEST_PEOPLE:
        people(bench, argument, line);
        break;
    case REQUEST_INVENT:
        invent(bench, line);
        break;
    case REQUEST_EARLIER:
        start_typing(bench, NULL);
        prompt_line_key(bench->line, KEY_UP);
        break;
    case REQUEST_SCROLL_UP:
        scroll_page(bench, 1);
        break;
    case REQUEST_SCROLL_DOWN:
        scroll_page(bench, -1);
        break;
    case REQUEST_MORE_TALK:
        bench->wish.large_talk = !bench->wish.large_talk;
        break;
    case REQUEST_MAP:
        open_map(bench);
        break;
    case REQUEST_CIRCUITS:
        bench->view.circuits = !bench->view.circuits;
        break;
    case REQUEST_LINEAR:
        bench->view.linear = !bench->view.linear;
        break;
    case REQUEST_ZOOM_IN:
        zoom(bench, 1);
        break;
    case REQUEST_ZOOM_OUT:
        zoom(bench, -1);
        break;
    case REQUEST_CURSOR_LEFT:
        view_move_cursor(&bench->view, -1);
        break;
    case REQUEST_CURSOR_RIGHT:
        view_move_cursor(&bench->view, 1);
        break;
    case REQUEST_NO_CURSOR:
        bench->view.has_cursor = false;
        bench->transcript.scrolled = 0;
        break;
    case REQUEST_LOAD:
        load(bench, argument, line);
        break;
    case REQUEST_HELP:
    case REQUEST_REDRAW:
    case REQUEST_SUSPEND:
    case REQUEST_QUIT:
        break;
    }
}

static void do_request(struct bench *bench, enum request request, const char *argument,
                       const char *line)
{
    if (request == REQUEST_HELP) {
        bench->help.open = true;
        bench->help.first = 0;
    } else if (request == REQUEST_REDRAW)
        screen_forget();
    else if (request == REQUEST_SUSPEND)
        bench->suspends = true;
    else if (request == REQUEST_QUIT)
        bench_leave(bench, AFTER_QUIT);
    else if (bench->mode == BENCH_OPEN)
        do_with_session(bench, request, argument, line);
}

void bench_accept(void *context, const char *typed)
{
    struct bench *bench = context;
    struct error err;
    const struct request_info *info;
    const char *argument;
    struct text line = {0};
    text_add(&line, typed + strspn(typed, " "));
    while (line.length > 0 && line.bytes[line.length - 1] == ' ')
        line.bytes[--line.length] = '\0';
    bench->typing = false;
    if (line.length > 0 && !line.failed && bench->session) {
        if (line.bytes[0] != '/')
            bench_ask(bench, line.bytes);
        else if (request_parse(line.bytes, &info, &argument, &err))
            do_request(bench, info->request, argument, line.bytes);
        else
            reply(bench, line.bytes, ENTRY_ERROR, err.message);
    }
    text_free(&line);
}

size_t bench_complete(void *context, const char *line, char **candidate, size_t room)
{
    const struct bench *bench = context;
    const struct chooser *chooser = &bench->chooser;
    const char *run[COMPLETED_RUNS];
    struct completion completion = {.run = run};
    for (size_t p = 0; p < chooser->presets && completion.runs < COMPLETED_RUNS; p++)
        run[completion.runs++] = chooser->preset[p].name;
    for (size_t r = 0; r < chooser->runs && completion.runs < COMPLETED_RUNS; r++)
        run[completion.runs++] = chooser->run[r].name;
    if (bench->session) {
        completion.population = &bench->session->population;
        completion.vocabulary = &bench->session->vocabulary;
    }
    return completion_lines(&completion, line, candidate, room);
}

/* Keys */

static void question_key(struct bench *bench, int key)
{
    bool yes = key == 'y' || key == 'Y', no = key == 'n' || key == 'N' || key == 'q';
    if (yes || no || key == ESCAPE || key == CONTROL_C)
        bench->question.open = false;
    if (yes)
        leave_now(bench, bench->question.after);
}

static void help_key(struct bench *bench, int key)
{
    int page = bench->cells.rows - 2, all = bench->help.rows;
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
            bench->help.first += moves[i].by;
    for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
        if (closing[i] == key)
            bench->help.open = false;
}

/* Leaves the map with what is believed about the individual that is selected. */
static void ask_selected(struct bench *bench)
{
    const struct population *population = &bench->session->population;
    const struct knowledge *knowledge = &bench->map.knowledge;
    struct text line = {0};
    if (knowledge->asked == 0)
        return;
    uint64_t individual = knowledge_individual(knowledge, bench->map.selected);
    text_add(&line, "/who ");
    population_name_text(population, individual, &line);
    if (!line.failed)
        bench_who(bench, line.bytes, individual);
    text_free(&line);
    bench->map.open = false;
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
static void map_key(struct bench *bench, int key)
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
            map_move(&bench->map, moves[m].move, moves[m].count, bench_map_rect(&bench->cells));
            return;
        }
    if (key == '\r' || key == '\n' || key == KEY_ENTER)
        ask_selected(bench);
    else if (key == ESCAPE || key == 'q' || key == CONTROL_C ||
             (info && info->request == REQUEST_MAP))
        bench->map.open = false;
    else if (info && works_over_map(info->request))
        do_request(bench, info->request, "", NULL);
}

/* Whether the run that is selected is the one that is open. */
static bool is_open(const struct bench *bench)
{
    const struct run_summary *run = chooser_selected_run(&bench->chooser);
    return run && bench->session && bench->view.status.has_saved &&
           strcmp(bench->session->run.directory, run->directory) == 0;
}

static void choose(struct bench *bench)
{
    struct error err;
    struct bench_target target = {0};
    const char *name = chooser_selected(&bench->chooser, &target.is_run);
    if (!name)
        return;
    if (is_open(bench)) {
        bench->mode = BENCH_OPEN;
        return;
    }
    target.name = memory_string(name, &err);
    if (!target.name || !can_open(bench, &target, !bench->opened_any, &err)) {
        bench_say(bench, true, "%s", err.message);
        memory_free(target.name);
        return;
    }
    memory_free(bench->target.name);
    bench->target = target;
    bench_leave(bench, AFTER_OPEN);
}

/* Esc leads back to the run that was left for the list, never out of the program. */
static void leave_chooser(struct bench *bench)
{
    if (bench->session)
        bench->mode = BENCH_OPEN;
    else
        bench_say(bench, false, "q quits");
}

static void chooser_key(struct bench *bench, int key)
{
    const int page = 10, all = 1 << 20;
    if (key == KEY_DOWN || key == 'j')
        chooser_move(&bench->chooser, 1);
    else if (key == KEY_UP || key == 'k')
        chooser_move(&bench->chooser, -1);
    else if (key == KEY_NPAGE)
        chooser_move(&bench->chooser, page);
    else if (key == KEY_PPAGE)
        chooser_move(&bench->chooser, -page);
    else if (key == KEY_HOME || key == 'g')
        chooser_move(&bench->chooser, -all);
    else if (key == KEY_END || key == 'G')
        chooser_move(&bench->chooser, all);
    else if (key == '\r' || key == '\n' || key == KEY_ENTER)
        choose(bench);
    else if (key == ESCAPE || key == CONTROL_C)
        leave_chooser(bench);
    else {
        const struct request_info *info = request_of_key(key);
        if (info)
            do_request(bench, info->request, "", NULL);
    }
}

static bool writes(int key)
{
    return key > ' ' && key < KEY_MIN && key != 127;
}

static void chart_key(struct bench *bench, int key)
{
    const struct request_info *info = request_of_key(key);
    if (info)
        do_request(bench, info->request, "", NULL);
    else if (request_key_writes(key)) {
        start_typing(bench, "");
        prompt_line_key(bench->line, key);
    } else if (key == CONTROL_C)
        bench_say(bench, false, "q quits");
    else if (writes(key))
        bench_say(bench, false, "%c is no key; ? shows them, Enter begins a prompt", key);
}

static bool is_for_screen(int key)
{
    return (key >= KEY_F(1) && key <= KEY_F(12)) || key == KEY_PPAGE || key == KEY_NPAGE ||
           key == CONTROL_L || key == CONTROL_Z;
}

static void typing_key(struct bench *bench, int key)
{
    size_t matches;
    bool empty = *prompt_line_text(bench->line) == '\0' && !prompt_line_searches(bench->line);
    bool enter = key == '\r' || key == '\n' || key == KEY_ENTER;
    prompt_line_matches(bench->line, &matches);
    if (is_for_screen(key)) {
        const struct request_info *info = request_of_key(key);
        if (info)
            do_request(bench, info->request, "", NULL);
    } else if (key == ESCAPE && matches > 0)
        prompt_line_close_matches(bench->line);
    else if (key == ESCAPE && !prompt_line_wants_escape(bench->line))
        bench->typing = false;
    else if (key == CONTROL_C) {
        prompt_line_set(bench->line, "");
        bench->typing = false;
    } else if (empty && key == '\t')
        prompt_line_set(bench->line, bench->example ? bench->example : "/help");
    else if (empty && enter)
        bench->typing = false;
    else if (empty && key == ' ')
        run_or_pause(bench);
    else
        prompt_line_key(bench->line, key);
}

/* What is pasted is text: it goes to the prompt, from its first letter on, or nowhere. */
static void pasted_key(struct bench *bench, int key)
{
    bool shown =
        bench->mode == BENCH_OPEN && !bench->question.open && !bench->help.open && !bench->map.open;
    key &= ~SCREEN_META; /* an Esc before it */
    bool empty = !bench->typing || *prompt_line_text(bench->line) == '\0';
    if (!shown || (empty && !writes(key)))
        return;
    if (!bench->typing)
        start_typing(bench, "");
    prompt_line_paste(bench->line, key);
}

/* Whether a key belongs to pasted text, its marks included. */
static bool is_pasted(struct bench *bench, int key)
{
    double now = clock_seconds();
    bool goes_on = bench->pasting && now - bench->pasted < PASTE_SECONDS;
    bool mark = key == SCREEN_PASTE_BEGIN || key == SCREEN_PASTE_END;
    bench->pasting = mark ? key == SCREEN_PASTE_BEGIN : goes_on;
    bench->pasted = now;
    return mark || goes_on;
}

void bench_key(struct bench *bench, int key)
{
    bench->changed = true;
    if (key == KEY_RESIZE)
        return;
    bench->message.text[0] = '\0';
    if (is_pasted(bench, key))
        pasted_key(bench, key);
    else if (bench->question.open)
        question_key(bench, key);
    else if (bench->help.open)
        help_key(bench, key);
    else if (bench->mode == BENCH_CHOOSER)
        chooser_key(bench, key);
    else if (bench->mode == BENCH_OPENING)
        bench->leaving = bench->leaving || key == 'q' || key == CONTROL_C;
    else if (bench->mode != BENCH_OPEN)
        return;
    else if (bench->map.open)
        map_key(bench, key);
    else if (bench->typing)
        typing_key(bench, key);
    else
        chart_key(bench, key);
}
