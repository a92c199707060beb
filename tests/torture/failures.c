/* Kills the program at its n-th system call, or makes that call fail, and looks at what is left:
 * only whole checkpoints and lines, one sentence about what went wrong, and a run that goes on to
 * the same bits as one that was left alone. Map of this file: what is run; what a call fails with;
 * the world of the trials; how programs end; the trials; the command line. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"
#include "tests/torture/failing_calls.h"
#include "tests/torture/whole.h"

#define SWEEP                                                                                      \
    "[sweep]\n"                                                                                    \
    "preset = tiny\n"                                                                              \
    "seeds = 1..2\n"                                                                               \
    "at_once = 2\n"                                                                                \
    "directory = ../../../kept/s\n"
#define SWEEP_RUNS "s/tiny,seed=1", "s/tiny,seed=2"

enum { STEPS = 60, EXIT_SAVED = 130, CALLS = 16, NAME = 24, COLUMNS = 100, ROWS = 30, WORDS = 10 };

/* ---- what is run ---- */

struct scenario {
    const char *name;
    unsigned weight;
    const char *first[WORDS],
        *again[WORDS]; /* without the program; the second where there is a run */
    bool trains, has_screen, is_one_process;
    const char *run[4];  /* the runs that it makes in kept/ */
    const char *file[6]; /* or the files */
};

/* clang-format off */
static const struct scenario scenarios[] = {
    {.name = "train", .weight = 10, .trains = true, .is_one_process = true,
     .first = {"train", "tiny", "--set", "checkpoint.keep=spaced", "--run", "kept/run"}, .again = {"train", "--resume", "kept/run"},
     .run = {"run"}},
    {.name = "sweep", .weight = 3, .trains = true,
     .first = {"sweep", "s"}, .again = {"sweep", "s"}, .run = {SWEEP_RUNS}},
    {.name = "workbench", .weight = 3, .trains = true, .has_screen = true, .is_one_process = true,
     .first = {"tiny", "--run", "kept/run", "--go"}, .again = {"kept/run", "--go"},
     .run = {"run"}},
    {.name = "export", .weight = 1, .is_one_process = true,
     .first = {"export", "./gpt2", "-o", "kept/model"},
     .again = {"export", "./gpt2", "-o", "kept/model"},
     .file = {"model/model.safetensors", "model/config.json", "model/tokenizer.json",
              "model/tokenizer_config.json"}},
    {.name = "plot", .weight = 1, .is_one_process = true,
     .first = {"plot", "./gpt2", "-o", "kept/figure.svg"},
     .again = {"plot", "./gpt2", "-o", "kept/figure.svg"}, .file = {"figure.svg"}},
};
/* clang-format on */

enum { SCENARIOS = sizeof scenarios / sizeof *scenarios };

/* ---- what a call fails with ---- */

/* What is right for a program to end with. */
enum right {
    RIGHT_EITHER, /* what it could not do it did another time, or it says so */
    RIGHT_DONE,   /* it does not mind */
    RIGHT_FAILED, /* what failed may not be passed over */
    RIGHT_KILLED,
    RIGHT_SAVED /* it was asked to end */
};

struct fault {
    const char *call, *how;
    unsigned weight;
    enum right right;
    bool lasts; /* also for all calls from then on */
};

/* clang-format off */
static const struct fault faults[] = {
    {"any", "KILL", 20, RIGHT_KILLED, false}, {"any", "KILL+", 20, RIGHT_KILLED, false},
    {"rename", "KILL", 3, RIGHT_KILLED, false}, {"rename", "KILL+", 3, RIGHT_KILLED, false},
    {"ftruncate", "KILL+", 3, RIGHT_KILLED, false}, {"open", "KILL+", 3, RIGHT_KILLED, false},
    {"any", "TERM", 6, RIGHT_SAVED, false}, {"any", "TERM+", 6, RIGHT_SAVED, false},
    {"any", "INT", 2, RIGHT_SAVED, false}, {"any", "HUP", 2, RIGHT_SAVED, false},
    {"any", "XCPU", 3, RIGHT_SAVED, false}, {"any", "PWR", 3, RIGHT_SAVED, false},
    {"any", "USR1", 6, RIGHT_DONE, false}, {"any", "USR1+", 3, RIGHT_DONE, false},
    {"lock", "ENOLCK", 4, RIGHT_DONE, true}, {"memory", "ENOMEM", 30, RIGHT_EITHER, true},
    {"write", "ENOSPC", 6, RIGHT_EITHER, true}, {"write", "EDQUOT", 3, RIGHT_EITHER, true},
    {"write", "EIO", 6, RIGHT_EITHER, true}, {"write", "EINTR", 6, RIGHT_DONE, false},
    {"write", "short", 6, RIGHT_DONE, false},
    {"fsync", "EIO", 6, RIGHT_FAILED, true}, {"fsync", "ENOSPC", 3, RIGHT_FAILED, true},
    {"fsync", "EINTR", 4, RIGHT_DONE, false},
    {"fsync-directory", "EIO", 3, RIGHT_FAILED, true},
    {"fsync-directory", "EINVAL", 3, RIGHT_DONE, true},
    {"fsync-directory", "ENOTSUP", 3, RIGHT_DONE, true},
    {"rename", "EIO", 4, RIGHT_EITHER, true}, {"rename", "ENOSPC", 4, RIGHT_EITHER, true},
    {"rename", "EACCES", 2, RIGHT_EITHER, true}, {"rename", "EINTR", 4, RIGHT_DONE, false},
    {"open", "EMFILE", 3, RIGHT_EITHER, true}, {"open", "ENOSPC", 3, RIGHT_EITHER, true},
    {"open", "EIO", 3, RIGHT_EITHER, true}, {"open", "EACCES", 3, RIGHT_EITHER, true},
    {"open", "EINTR", 4, RIGHT_DONE, false},
    {"ftruncate", "EIO", 4, RIGHT_EITHER, true}, {"ftruncate", "EINTR", 4, RIGHT_DONE, false},
    {"close", "EIO", 4, RIGHT_EITHER, true}, {"close", "ENOSPC", 3, RIGHT_EITHER, true},
    {"close", "EINTR", 4, RIGHT_DONE, false},
    {"mkdir", "ENOSPC", 3, RIGHT_EITHER, true}, {"unlink", "EIO", 2, RIGHT_EITHER, true},
    {"read", "EIO", 3, RIGHT_EITHER, true}, {"read", "EINTR", 3, RIGHT_DONE, false},
    {"opendir", "EIO", 2, RIGHT_EITHER, true},
};
/* clang-format on */

enum { FAULTS = sizeof faults / sizeof *faults, ALL_FROM_THEN_ON = 1000000 };

/* ---- the world of the trials ---- */

struct world {
    struct sandbox sandbox;
    char *kept, *count, *log;
    uint64_t seed;
    /* How often each scenario makes each call; [CALLS] names are empty behind the last. */
    struct {
        char name[NAME];
        uint64_t calls;
    } seen[SCENARIOS][CALLS];
    const char *library;
    uint64_t hits; /* of all trials */
    bool killed;   /* in this chain, and nothing was done well since that cleaned up */
};

static char *path_in(const struct world *world, const char *directory, const char *name)
{
    char *below = memory_format(NULL, "%s/%s", directory, name);
    char *path = sandbox_path(&world->sandbox, below);
    memory_free(below);
    return path;
}

static bool set_number(struct world *world, const char *name, uint64_t number)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRIu64, number);
    return sandbox_set(&world->sandbox, name, digits);
}

static bool empty_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "w");
    bool ok = file && ftruncate(fileno(file), (off_t)size) == 0;
    return file && fclose(file) == 0 && ok;
}

/* From now on calls are counted anew, and fail as is said. */
static bool set_fault(struct world *world, const struct fault *fault, uint64_t at, uint64_t times)
{
    return empty_file(world->count, sizeof(struct failing_count)) && empty_file(world->log, 0) &&
           sandbox_set(&world->sandbox, "LD_PRELOAD", world->library) &&
           sandbox_set(&world->sandbox, FAILING_CALL, fault ? fault->call : NULL) &&
           sandbox_set(&world->sandbox, FAILING_HOW, fault ? fault->how : NULL) &&
           set_number(world, FAILING_AT, at) && set_number(world, FAILING_TIMES, times);
}

static bool set_no_fault(struct world *world)
{
    return set_fault(world, NULL, 0, 0);
}

/* Whether what was asked for was done to any call. */
static bool was_hit(const struct world *world, const struct fault *fault)
{
    char *log = file_read(world->log, NULL, NULL);
    char *end = memory_format(NULL, " %s\n", fault->how);
    bool hit = log && strstr(log, end);
    memory_free(log);
    memory_free(end);
    return hit;
}

/* ---- how programs end ---- */

struct ending {
    int status;
    bool hung, raw;
    struct text out, err;
};

static void free_ending(struct ending *ending)
{
    text_free(&ending->out);
    text_free(&ending->err);
}

static const char *string_of(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

static void arguments_of(const char *const *words, const char *arguments[WORDS + 2])
{
    arguments[0] = sandbox_program();
    for (size_t i = 0; i < WORDS; i++)
        arguments[i + 1] = words[i];
    arguments[WORDS + 1] = NULL;
}

static struct ending run_process(struct world *world, const char *const *words)
{
    const char *arguments[WORDS + 2];
    struct process process;
    struct ending ending = {0};
    arguments_of(words, arguments);
    ending.hung = !process_run(&process, &world->sandbox, arguments, NULL, NULL, 0);
    ending.status = process.status;
    ending.out = process.out;
    ending.err = process.err;
    return ending;
}

/* Whether there is nothing more to come: training is over, or something is wrong. */
static bool is_over(const char *screen, void *terminal)
{
    static const char *const words[] = {"done ", "failed", "cannot"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(screen, words[i]))
            return true;
    return terminal_has_ended(terminal);
}

/* Waits until training is over, and quits; what is asked then is confirmed. */
static struct ending run_screen(struct world *world, const char *const *words)
{
    const char *arguments[WORDS + 2];
    struct ending ending = {0};
    size_t length;
    arguments_of(words, arguments);
    struct terminal *terminal = terminal_start(&world->sandbox, arguments, ROWS, COLUMNS);
    ending.hung = !terminal || !terminal_meets(terminal, is_over, terminal, "the end of training");
    if (!terminal)
        return ending;
    for (unsigned tries = 0; tries < 20 && !terminal_has_ended(terminal); tries++) {
        terminal_type(terminal, tries == 0 ? "q" : "y");
        terminal_rest(terminal, .1);
    }
    ending.hung |= !terminal_ends(terminal, &ending.status);
    ending.raw = ending.status < 128 && !terminal_is_restored(terminal);
    text_add(&ending.err, terminal_screen(terminal));
    text_add_bytes(&ending.out, terminal_output(terminal, &length), length);
    terminal_close(terminal);
    return ending;
}

static struct ending run(struct world *world, const struct scenario *scenario, bool again)
{
    const char *const *words = again ? scenario->again : scenario->first;
    return scenario->has_screen ? run_screen(world, words) : run_process(world, words);
}

/* ---- what has to hold ---- */

static void check_made(struct world *world, const struct scenario *scenario, bool needed,
                       struct text *wrong)
{
    char *reference = path_in(world, "reference", scenario->name);
    for (size_t i = 0; scenario->run[i]; i++) {
        char *made = path_in(world, "kept", scenario->run[i]);
        char *other = file_join(reference, scenario->run[i], NULL);
        if (needed)
            whole_check_same(made, other, STEPS, wrong);
        memory_free(other);
        free(made);
    }
    for (size_t i = 0; scenario->file[i]; i++)
        whole_check_file(world->kept, reference, scenario->file[i], needed, wrong);
    free(reference);
}

/* What holds at any time: what is there is whole. Only one that was killed leaves a torn line. */
static void check_left(struct world *world, const struct scenario *scenario, bool killed,
                       struct text *wrong)
{
    for (size_t i = 0; scenario->run[i]; i++) {
        char *made = path_in(world, "kept", scenario->run[i]);
        struct whole_checkpoints checkpoints = whole_check_checkpoints(made, wrong);
        if (checkpoints.count > 0)
            whole_check_record(made, checkpoints.newest, killed, wrong);
        if (!world->killed)
            whole_check_no_temporaries(made, wrong);
        free(made);
    }
    check_made(world, scenario, false, wrong);
}

static size_t lines_of(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* A program that failed says so in one sentence, and never that anything was saved. */
static void check_sentence(const struct scenario *scenario, const struct ending *ending,
                           struct text *wrong)
{
    const char *err = string_of(&ending->err);
    if (scenario->has_screen)
        return;
    bool is_one = strncmp(err, "mneme: ", strlen("mneme: ")) == 0 && lines_of(err) == 1;
    if (scenario->is_one_process && !is_one)
        text_format(wrong, "it failed and did not say so in one sentence\n");
    if (!scenario->is_one_process && *err == '\0')
        text_format(wrong, "it failed without a word\n");
    if (scenario->is_one_process && strstr(string_of(&ending->out), "saved"))
        text_format(wrong, "it failed and says that something was saved\n");
}

static bool is_among(int status, const int *wanted)
{
    for (; *wanted >= 0; wanted++)
        if (status == *wanted)
            return true;
    return false;
}

/* The statuses that are right where the fault came up; in a program of several processes one of
 * the others may have been killed. Ends with -1. */
static const int *right_statuses(const struct scenario *scenario, enum right right)
{
    static const int done[] = {0, -1}, failed[] = {1, -1}, either[] = {0, 1, -1};
    static const int killed[] = {128 + SIGKILL, -1}, some_killed[] = {128 + SIGKILL, 0, 1, -1};
    static const int saved[] = {EXIT_SAVED, 0, -1}, some_saved[] = {EXIT_SAVED, 0, 1, -1};
    static const int ended[] = {
        0, 128 + SIGTERM, 128 + SIGINT, 128 + SIGHUP, 128 + SIGXCPU, 128 + SIGPWR, -1};
    switch (right) {
    case RIGHT_DONE:
        return done;
    case RIGHT_FAILED:
        return scenario->trains ? failed : either;
    case RIGHT_KILLED:
        return scenario->is_one_process ? killed : some_killed;
    case RIGHT_SAVED:
        if (!scenario->trains)
            return ended;
        return scenario->is_one_process ? saved : some_saved;
    default:
        return either;
    }
}

static void check_ending(struct world *world, const struct scenario *scenario,
                         const struct fault *fault, const struct ending *ending, struct text *wrong)
{
    static const int done[] = {0, -1};
    bool hit = fault && was_hit(world, fault);
    world->hits += hit;
    const int *wanted = hit ? right_statuses(scenario, fault->right) : done;
    if (ending->hung)
        text_format(wrong, "it did not end\n");
    else if (!is_among(ending->status, wanted))
        text_format(wrong, "its exit status is %d\n", ending->status);
    if (ending->raw)
        text_format(wrong, "the terminal was left in another state\n");
    if (ending->status == 1)
        check_sentence(scenario, ending, wrong);
    bool killed = hit && fault->right == RIGHT_KILLED;
    world->killed = killed || (world->killed && ending->status != 0);
    check_left(world, scenario, killed, wrong);
    /* The workbench that is quit saves and says well done, wherever training is. */
    if (ending->status == 0 && !(scenario->has_screen && hit))
        check_made(world, scenario, true, wrong);
}

/* ---- the trials ---- */

static void say_what_it_wrote(const struct scenario *scenario, const struct ending *ending)
{
    if (!scenario->has_screen)
        printf("    stdout: %s\n", string_of(&ending->out));
    printf("    %s: %s\n", scenario->has_screen ? "screen" : "stderr", string_of(&ending->err));
}

static void say_where(const struct world *world)
{
    char *log = file_read(world->log, NULL, NULL);
    for (char *line = log, *end; line && *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            break;
        const char *space = line;
        unsigned spaces = 0;
        for (; space < end; space++)
            spaces += *space == ' ';
        if (spaces > 2)
            printf("    the call: %.*s\n", (int)(end - line), line);
    }
    memory_free(log);
}

/* Runs a scenario once under a fault (null for none) and says what is wrong; false where anything
 * was. */
static bool try_once(struct world *world, const struct scenario *scenario,
                     const struct fault *fault, uint64_t at, uint64_t times, bool again)
{
    struct text wrong = {0};
    if (!set_fault(world, fault, at, times))
        text_format(&wrong, "the fault cannot be set: %s\n", strerror(errno));
    struct ending ending = run(world, scenario, again);
    check_ending(world, scenario, fault, &ending, &wrong);
    if (wrong.length > 0) {
        if (fault)
            printf("  %s%s, %s from the %" PRIu64 ". %s on, %" PRIu64 " times:\n", scenario->name,
                   again ? " again" : "", fault->how, at, fault->call, times);
        else
            printf("  %s%s, left alone:\n", scenario->name, again ? " again" : "");
        say_where(world);
        printf("    WRONG: %s    status %d\n", wrong.bytes, ending.status);
        say_what_it_wrote(scenario, &ending);
    }
    bool ok = wrong.length == 0;
    text_free(&wrong);
    free_ending(&ending);
    return ok;
}

static bool has_checkpoint(const struct world *world, const struct scenario *scenario)
{
    struct text ignored = {0};
    char *made = path_in(world, "kept", scenario->run[0] ? scenario->run[0] : "none");
    bool has = whole_check_checkpoints(made, &ignored).count > 0;
    text_free(&ignored);
    free(made);
    return has;
}

/* How many calls a fault can come to; 0 where the scenario makes none such. */
static uint64_t calls_of(const struct world *world, size_t scenario, const char *call)
{
    for (size_t i = 0; i < CALLS && world->seen[scenario][i].calls > 0; i++)
        if (strcmp(world->seen[scenario][i].name, call) == 0)
            return world->seen[scenario][i].calls;
    return 0;
}

static size_t choose_scenario(struct random *random, const char *only)
{
    unsigned sum = 0;
    for (size_t s = 0; s < SCENARIOS; s++)
        if (only && strcmp(scenarios[s].name, only) == 0)
            return s;
        else
            sum += scenarios[s].weight;
    uint64_t at = random_below(random, sum);
    size_t s = 0;
    while (at >= scenarios[s].weight)
        at -= scenarios[s++].weight;
    return s;
}

static const struct fault *choose_fault(const struct world *world, size_t scenario,
                                        struct random *random)
{
    unsigned sum = 0;
    for (size_t f = 0; f < FAULTS; f++)
        if (calls_of(world, scenario, faults[f].call) > 0)
            sum += faults[f].weight;
    uint64_t at = random_below(random, sum);
    for (size_t f = 0;; f++) {
        if (calls_of(world, scenario, faults[f].call) == 0)
            continue;
        if (at < faults[f].weight)
            return &faults[f];
        at -= faults[f].weight;
    }
}

static uint64_t choose_times(const struct fault *fault, struct random *random)
{
    if (fault->lasts)
        return random_below(random, 3) == 0 ? ALL_FROM_THEN_ON : 1;
    bool repeats = fault->right == RIGHT_DONE;
    return repeats ? 1 + random_below(random, 3) : 1;
}

/* One to three faults one after the other, and then what has to work: to go on. */
static bool try_chain(struct world *world, size_t s, struct random *random)
{
    const struct scenario *scenario = &scenarios[s];
    uint64_t links = 1 + random_below(random, 3);
    bool ok = true;
    world->killed = false;
    for (uint64_t link = 0; ok && link < links; link++) {
        const struct fault *fault = choose_fault(world, s, random);
        uint64_t at = 1 + random_below(random, calls_of(world, s, fault->call));
        uint64_t times = choose_times(fault, random);
        bool again = has_checkpoint(world, scenario);
        ok = try_once(world, scenario, fault, at, times, again);
    }
    return ok && try_once(world, scenario, NULL, 0, 0, has_checkpoint(world, scenario));
}

static bool empty_work(struct world *world)
{
    const char *const remove[] = {"rm", "-rf", world->kept, NULL};
    struct process process;
    bool ok = sandbox_set(&world->sandbox, "LD_PRELOAD", NULL) &&
              process_run(&process, &world->sandbox, remove, NULL, NULL, 0) && process.status == 0;
    process_free(&process);
    return ok && mkdir(world->kept, 0777) == 0;
}

/* ---- the start ---- */

static void count_call(struct world *world, size_t scenario, const char *name, uint64_t times)
{
    for (size_t i = 0; i < CALLS; i++) {
        if (world->seen[scenario][i].calls > 0 && strcmp(world->seen[scenario][i].name, name) != 0)
            continue;
        snprintf(world->seen[scenario][i].name, NAME, "%s", name);
        world->seen[scenario][i].calls += times;
        return;
    }
}

static uint64_t requests_of(const struct world *world)
{
    size_t size;
    char *bytes = file_read(world->count, &size, NULL);
    struct failing_count count = {0};
    if (bytes && size == sizeof count)
        memcpy(&count, bytes, sizeof count);
    memory_free(bytes);
    return count.requests;
}

static void count_calls(struct world *world, size_t scenario)
{
    char *log = file_read(world->log, NULL, NULL);
    for (char *line = log; line && *line; line = strchr(line, '\n') + 1) {
        char name[NAME];
        if (sscanf(line, "%*u %23s", name) != 1)
            break;
        count_call(world, scenario, name, 1);
        count_call(world, scenario, "any", 1);
    }
    count_call(world, scenario, "memory", requests_of(world));
    memory_free(log);
}

/* Runs a scenario undisturbed: what it makes then is the reference. */
static bool make_reference(struct world *world, size_t s)
{
    const struct scenario *scenario = &scenarios[s];
    if (!empty_work(world) || !set_no_fault(world))
        return false;
    struct ending ending = run(world, scenario, false);
    count_calls(world, s);
    bool ok = !ending.hung && ending.status == 0 && calls_of(world, s, "any") > 0;
    if (!ok) {
        printf("%s cannot be run even undisturbed: status %d\n", scenario->name, ending.status);
        say_what_it_wrote(scenario, &ending);
    }
    char *reference = path_in(world, "reference", scenario->name);
    ok = ok && rename(world->kept, reference) == 0;
    free(reference);
    free_ending(&ending);
    return ok;
}

/* A run whose model can be exported. */
static bool make_exportable(struct world *world)
{
    static const char *const words[WORDS] = {"train", "tiny",  "--run",
                                             "gpt2",  "--set", "model.family=gpt2"};
    struct ending ending = run_process(world, words);
    bool ok = !ending.hung && ending.status == 0;
    if (!ok)
        printf("a run to export cannot be made: %s\n", string_of(&ending.err));
    free_ending(&ending);
    return ok;
}

static bool open_world(struct world *world, uint64_t seed)
{
    *world = (struct world){.seed = seed, .library = getenv("MNEME_FAILING_CALLS")};
    if (!world->library)
        puts("MNEME_FAILING_CALLS has to name the library that makes calls fail");
    if (!world->library || !sandbox_open(&world->sandbox))
        return false;
    world->kept = sandbox_path(&world->sandbox, "kept");
    world->count = sandbox_path(&world->sandbox, "count");
    world->log = sandbox_path(&world->sandbox, "log");
    char *reference = sandbox_path(&world->sandbox, "reference");
    bool ok = mkdir(world->kept, 0777) == 0 && mkdir(reference, 0777) == 0 &&
              sandbox_write(&world->sandbox, TINY_PATH, TINY_PRESET) &&
              sandbox_write(&world->sandbox, "config/mneme/sweeps/s.ini", SWEEP) &&
              sandbox_set(&world->sandbox, "OMP_NUM_THREADS", "1") &&
              sandbox_set(&world->sandbox, FAILING_BELOW, world->kept) &&
              sandbox_set(&world->sandbox, FAILING_COUNT, world->count) &&
              sandbox_set(&world->sandbox, FAILING_LOG, world->log) && make_exportable(world);
    free(reference);
    for (size_t s = 0; ok && s < SCENARIOS; s++)
        ok = make_reference(world, s);
    return ok;
}

static void close_world(struct world *world)
{
    free(world->kept);
    free(world->count);
    free(world->log);
    sandbox_close(&world->sandbox);
}

/* ---- the command line ---- */

struct wishes {
    uint64_t seed, trials, first;
    double seconds;
    const char *scenario;
};

static bool take_word(struct wishes *wishes, const char *word)
{
    static const char usage[] =
        "Usage: failures [--seed=S] [--trials=N] [--first=K] [--scenario=NAME]\n"
        "Kills mneme at its n-th system call, or makes that call fail, N times.\n"
        "Trial K of a seed is always the same: --seed=S --first=K --trials=1 repeats it.\n";
    const char *value = strchr(word, '=');
    value = value ? value + 1 : "";
    if (strncmp(word, "--seed=", 7) == 0)
        wishes->seed = strtoull(value, NULL, 10);
    else if (strncmp(word, "--trials=", 9) == 0)
        wishes->trials = strtoull(value, NULL, 10);
    else if (strncmp(word, "--first=", 8) == 0)
        wishes->first = strtoull(value, NULL, 10);
    else if (strncmp(word, "--scenario=", 11) == 0)
        wishes->scenario = value;
    else {
        fputs(usage, stderr);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct wishes wishes = {.seed = 1, .trials = 16};
    for (int i = 1; i < argc; i++)
        if (!take_word(&wishes, argv[i]))
            return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct world world;
    uint64_t failures = 0, tried = 0;
    bool ok = open_world(&world, wishes.seed);
    for (uint64_t trial = wishes.first; ok && trial < wishes.first + wishes.trials; trial++) {
        struct random random = random_stream(wishes.seed, RANDOM_TEST, trial, 0);
        size_t scenario = choose_scenario(&random, wishes.scenario);
        ok = empty_work(&world);
        tried += ok;
        if (ok && !try_chain(&world, scenario, &random)) {
            failures++;
            printf("  that was --seed=%" PRIu64 " --first=%" PRIu64 " --trials=1%s%s\n\n",
                   wishes.seed, trial, wishes.scenario ? " --scenario=" : "",
                   wishes.scenario ? wishes.scenario : "");
        }
    }
    close_world(&world);
    printf("failures: %" PRIu64 " trials with %" PRIu64 " kills and failed calls, %" PRIu64
           " failures, seed %" PRIu64 "\n",
           tried, world.hits, failures, wishes.seed);
    return ok && failures == 0 ? 0 : 1;
}
