/* How long a person waits, measured on the real program in a pseudo-terminal:
 *
 *   interactive [TRAINED [PRESET [PART]]]
 *
 * prompts and keys while the preset TRAINED (paper) trains on every core (waiting); keys over the
 * curves of ten long runs while PRESET (quickstart) trains (overlaid); from Enter behind /at until
 * an earlier step's model answers, while PRESET trains and in a run that has ended (at); a part of
 * a name, looked for among a million on the map (search); the first frame (start); a large
 * population (population); a checkpoint of TRAINED against the time of writing as many bytes
 * (checkpoint); what the screen costs training with PRESET (cost). All of it, or one part. Prints
 * figures and judges nothing: machines differ. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <gsl/gsl_sort_double.h>
#include <gsl/gsl_statistics_double.h>
#include <jansson.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"

enum { ROWS = 36, COLS = 120, PROMPTS = 100, KEYS = 200, STARTS = 10, ROUNDS = 5, CHECKPOINTS = 7 };

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})

/* Of each run that is overlaid. */
#define EVALUATIONS "10000"

static struct sandbox sandbox;

static void die(const char *what)
{
    fprintf(stderr, "interactive: %s\n", what);
    sandbox_close(&sandbox);
    exit(EXIT_FAILURE);
}

static void need(bool condition, const char *what)
{
    if (!condition)
        die(what);
}

static void print_times(const char *name, double *seconds, size_t count)
{
    gsl_sort(seconds, 1, count);
    printf("%-44s median %6.1f ms   99 %% below %6.1f ms   most %6.1f ms   (%zu)\n", name,
           1e3 * gsl_stats_median_from_sorted_data(seconds, 1, count),
           1e3 * gsl_stats_quantile_from_sorted_data(seconds, 1, count, 0.99),
           1e3 * seconds[count - 1], count);
}

/* JSON objects, one a line; the caller gives the array back. */
static json_t *read_lines(const char *text)
{
    json_t *lines = json_array();
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
        json_array_append_new(lines, json_loadb(line, (size_t)(end - line), 0, NULL));
    return lines;
}

/* What a program prints. */
static json_t *run_json(const char *const *arguments)
{
    struct process process = {0};
    need(process_run(&process, &sandbox, arguments, NULL, NULL, 0) && process.status == 0,
         "a command failed");
    json_t *lines = read_lines(process_out(&process));
    process_free(&process);
    return lines;
}

/* The record of a run in the sandbox. */
static json_t *read_record(const char *run)
{
    struct error err;
    char *path = NULL;
    need(asprintf(&path, "%s/%s/metrics.jsonl", sandbox.home, run) > 0, "out of memory");
    char *text = file_read(path, NULL, &err);
    need(text, "a run has no record");
    json_t *lines = read_lines(text);
    memory_free(text);
    free(path);
    return lines;
}

static double time_command(const char *const *arguments)
{
    struct process process = {0};
    double began = clock_seconds();
    need(process_run(&process, &sandbox, arguments, NULL, NULL, 0) && process.status == 0,
         "a command failed");
    double seconds = clock_seconds() - began;
    process_free(&process);
    return seconds;
}

/* ---- prompts and keys ---- */

struct awaited {
    const char *prompt;
    double at; /* clock when it was first seen */
};

/* Whether the prompt is answered: how undecided the model is stands below it. */
static bool is_answered(const char *screen, void *context)
{
    struct awaited *awaited = context;
    const char *at = strstr(screen, awaited->prompt);
    if (!at || !strstr(at, "entropy"))
        return false;
    awaited->at = clock_seconds();
    return true;
}

static bool is_shown(const char *screen, void *context)
{
    struct awaited *awaited = context;
    if (!strstr(screen, awaited->prompt))
        return false;
    awaited->at = clock_seconds();
    return true;
}

/* Types bytes and waits for what they bring about; the seconds between. */
static double time_typing(struct terminal *terminal, const char *bytes,
                          terminal_condition condition, const char *text)
{
    struct awaited awaited = {.prompt = text};
    double typed = clock_seconds();
    terminal_type(terminal, bytes);
    need(terminal_meets(terminal, condition, &awaited, text), "no answer came");
    return awaited.at - typed;
}

static void measure_prompts(struct terminal *terminal, const json_t *people)
{
    static const char *const wordings[] = {"was born on", "was born in", "works for",
                                           "lives in",    "majored in",  "studied at"};
    double seconds[PROMPTS];
    char prompt[512];
    for (size_t i = 0; i < PROMPTS; i++) {
        const json_t *person = json_array_get(people, i);
        snprintf(prompt, sizeof prompt, "%s %s", json_string_value(json_object_get(person, "name")),
                 wordings[i % (sizeof wordings / sizeof *wordings)]);
        terminal_type(terminal, "i"); /* some capital letters are keys */
        time_typing(terminal, prompt, is_shown, prompt);
        seconds[i] = time_typing(terminal, "\r", is_answered, prompt);
    }
    print_times("a prompt, from Enter to the answer", seconds, PROMPTS);
}

static void measure_keys(struct terminal *terminal)
{
    enum { LINE = 20 };
    double seconds[KEYS];
    char line[LINE + 2];
    for (size_t i = 0; i < KEYS; i++) {
        size_t at = i % LINE;
        const char key[2] = {(char)(at == 0 ? 'Q' : 'a' + at), '\0'};
        if (at == 0) {
            terminal_type(terminal, "\025"); /* the line is empty again */
            need(terminal_hides(terminal, "Qbc"), "the line was not cleared");
        }
        memcpy(line + at, key, 2);
        seconds[i] = time_typing(terminal, key, is_shown, line);
    }
    print_times("a key, until it shows on the line", seconds, KEYS);
}

static struct terminal *start_at(int rows, int cols, const char *const *arguments,
                                 const char *shows)
{
    struct terminal *terminal = terminal_start(&sandbox, arguments, rows, cols);
    need(terminal && terminal_shows(terminal, shows), "the workbench did not open");
    return terminal;
}

static struct terminal *start(const char *const *arguments, const char *shows)
{
    return start_at(ROWS, COLS, arguments, shows);
}

static void measure_waiting(const char *trained)
{
    char number[16];
    snprintf(number, sizeof number, "%d", PROMPTS);
    json_t *people = run_json(ARGUMENTS("sample", trained, "--json", "-n", number));
    struct terminal *terminal = start(ARGUMENTS(trained, "--go"), "running");
    terminal_rest(terminal, 3); /* past the first evaluation */
    measure_prompts(terminal, people);
    measure_keys(terminal);
    terminal_close(terminal);
    json_decref(people);
}

/* ---- many curves on a large screen ---- */

#define OVERLAID "data/mneme/runs/overlaid-"

/* A run of so many evaluations, and others of the same curve under other learning rates, since
 * those that differ in their seed alone are drawn as one band. */
static void make_runs(const char *preset)
{
    static const char copies[] =
        "for i in 1 2 3 4 5 6 7 8 9; do cp -r " OVERLAID "0 " OVERLAID "$i &&"
        " sed -i \"s/^lr = .*/lr = ${i}e-5/\" " OVERLAID "$i/preset.ini || exit 1; done";
    static const char *const set[] = {"model.layers=1", "model.heads=1",       "model.d_model=16",
                                      "model.d_key=16", "model.d_hidden=16",   "train.batch=1",
                                      "train.shards=1", "eval.every=1",        "eval.known=1",
                                      "eval.new=1",     "checkpoint.keep=last"};
    enum { SETTINGS = sizeof set / sizeof *set };
    const char *arguments[2 * SETTINGS + 16] = {sandbox_program(), "train", preset, "-q"};
    size_t count = 4;
    for (size_t i = 0; i < SETTINGS; i++) {
        arguments[count++] = "--set";
        arguments[count++] = set[i];
    }
    arguments[count++] = "--steps=" EVALUATIONS;
    arguments[count++] = "--run=" OVERLAID "0";
    time_command(arguments);
    time_command((const char *const[]){"sh", "-c", copies, NULL});
}

/* The axis' name says which key was pressed last; with the key every curve is drawn anew. */
static void measure_overlaid(const char *preset)
{
    enum { OVERLAID_ROWS = 60, OVERLAID_COLS = 200, RUNS = 10 };
    double seconds[KEYS];
    make_runs(preset);
    struct terminal *terminal =
        start_at(OVERLAID_ROWS, OVERLAID_COLS, ARGUMENTS(preset, "--go"), "running");
    terminal_type(terminal, "r");
    need(terminal_shows(terminal, "overlaid-9"), "the runs are not listed");
    terminal_type(terminal, "overlaid");
    need(terminal_hides(terminal, "quickstart-"), "the runs were not found");
    for (int i = 0; i < RUNS; i++)
        terminal_type(terminal, "*");
    terminal_type(terminal, "\033");
    terminal_rest(terminal, 1);
    terminal_type(terminal, "\033");
    need(terminal_shows(terminal, "(log)"), "the chart did not come back");
    need(terminal_shows(terminal, "overlaid-9"), "the runs are not drawn");
    for (size_t i = 0; i < KEYS; i++)
        seconds[i] = time_typing(terminal, "l", is_shown, i % 2 ? "(log)" : "(linear)");
    print_times("a key over ten runs of " EVALUATIONS " evaluations", seconds, KEYS);
    terminal_close(terminal);
}

/* ---- an earlier step ---- */

/* Goes to one of two snapshots after the other. */
static void measure_goings(struct terminal *terminal, const char *name)
{
    static const struct {
        const char *line, *told;
    } goings[] = {{"/at 8", "at step 8: its model is asked"},
                  {"/at 16", "at step 16: its model is asked"}};
    double seconds[KEYS];
    for (size_t i = 0; i < KEYS; i++) {
        terminal_type(terminal, "/");
        time_typing(terminal, goings[i % 2].line + 1, is_shown, goings[i % 2].line);
        seconds[i] = time_typing(terminal, "\r", is_shown, goings[i % 2].told);
    }
    print_times(name, seconds, KEYS);
}

static bool is_kept(const char *screen, void *context)
{
    char *path = sandbox_path(&sandbox, context);
    bool kept = path && file_exists(path);
    (void)screen;
    free(path);
    return kept;
}

static void measure_at(const char *preset)
{
    static char snapshot[] = "trained/snapshots/step-00000016.safetensors";
    struct terminal *terminal = start(ARGUMENTS(preset, "--go", "--run", "trained"), "running");
    need(terminal_meets(terminal, is_kept, snapshot, "a snapshot"), "nothing was kept");
    measure_goings(terminal, "/at STEP while it trains, until that answers");
    terminal_close(terminal);
    time_command(ARGUMENTS("train", preset, "-q", "--steps", "32", "--run", "ended"));
    terminal = start(ARGUMENTS("./ended"), "done");
    measure_goings(terminal, "/at STEP of a run that has ended");
    terminal_close(terminal);
}

/* ---- a search ---- */

#define MILLION "1000000"

/* A million, all of whom are asked about: a fact each, so that asking takes no time. */
static void make_million(void)
{
    static const char *const set[] = {
        "pools.given-names=100",    "pools.last-names=110", "population.known=" MILLION,
        "eval.known=" MILLION,      "population.new=1",     "eval.new=1",
        "population.fine_tuning=0", "fine-tuning.after=0",  "model.d_model=16",
        "model.d_hidden=16",        "train.batch=1",        "checkpoint.keep=last"};
    enum { SETTINGS = sizeof set / sizeof *set };
    const char *arguments[2 * SETTINGS + 16] = {sandbox_program(), "train", "toy-memory", "-q"};
    size_t count = 4;
    for (size_t i = 0; i < SETTINGS; i++) {
        arguments[count++] = "--set";
        arguments[count++] = set[i];
    }
    arguments[count++] = "--steps=1";
    arguments[count++] = "--run=million";
    time_command(arguments);
}

/* Whether the letters that were typed are shown, and nobody is looked for any more. */
static bool is_found(const char *screen, void *context)
{
    return !strstr(screen, "looking") && is_shown(screen, context);
}

static void need_everybody(struct terminal *terminal)
{
    need(terminal_meets(terminal, is_found, &(struct awaited){.prompt = "all 1,000,000"}, "all"),
         "the map is not whole");
}

/* Each key until its letter is shown, and until all are found who have what was typed in their
 * names. */
static void measure_search(void)
{
    enum { SEARCHES = 40 };
    static const char name[] = "diego sa";
    const size_t letters = sizeof name - 1;
    double shown[SEARCHES], found[SEARCHES];
    char text[sizeof name + 4];
    make_million();
    struct terminal *terminal = start(ARGUMENTS("./million"), "done");
    terminal_type(terminal, "m");
    for (size_t i = 0; i < SEARCHES; i++) {
        size_t at = i % letters;
        const char key[2] = {name[at], '\0'};
        struct awaited awaited = {.prompt = text};
        if (at == 0) {
            need_everybody(terminal);
            terminal_type(terminal, "/");
            need(terminal_shows(terminal, "name: _"), "no search began");
        }
        snprintf(text, sizeof text, ": %.*s_", (int)at + 1, name);
        double typed = clock_seconds();
        terminal_type(terminal, key);
        need(terminal_meets(terminal, is_shown, &awaited, text), "a letter is not shown");
        shown[i] = awaited.at - typed;
        need(terminal_meets(terminal, is_found, &awaited, text), "the search did not end");
        found[i] = awaited.at - typed;
        if (at + 1 == letters)
            terminal_key(terminal, VTERM_KEY_ESCAPE);
    }
    print_times("a letter of a name among 1,000,000", shown, SEARCHES);
    print_times("until all who have it are found", found, SEARCHES);
    terminal_close(terminal);
}

/* ---- starting ---- */

static bool is_drawn(const char *screen, void *context)
{
    struct awaited *awaited = context;
    if (screen[strspn(screen, " \n")] == '\0')
        return false;
    awaited->at = clock_seconds();
    return true;
}

static void measure_start(const char *preset)
{
    double seconds[STARTS];
    for (size_t i = 0; i < STARTS; i++) {
        struct awaited awaited = {0};
        double began = clock_seconds();
        struct terminal *terminal = terminal_start(&sandbox, ARGUMENTS(preset), ROWS, COLS);
        need(terminal && terminal_meets(terminal, is_drawn, &awaited, "a frame"),
             "the workbench did not open");
        seconds[i] = awaited.at - began;
        terminal_close(terminal);
    }
    char name[128];
    snprintf(name, sizeof name, "the first frame of mneme %s", preset);
    print_times(name, seconds, STARTS);
}

/* ---- what the screen costs ---- */

/* Seconds of training in a run's record, of its last line of training. */
static double trained_seconds(const char *run)
{
    json_t *lines = read_record(run), *line;
    double seconds = NAN;
    size_t i;
    json_array_foreach (lines, i, line) {
        if (json_object_get(line, "train_loss"))
            seconds = json_number_value(json_object_get(line, "seconds"));
    }
    json_decref(lines);
    return seconds;
}

static void measure_screen_cost(const char *preset)
{
    double ratio[ROUNDS];
    const char *steps = "200";
    for (int i = 0; i < ROUNDS; i++) {
        char with[32], without[32];
        struct process process = {0};
        snprintf(with, sizeof with, "with-%d", i);
        snprintf(without, sizeof without, "without-%d", i);
        need(process_run(&process, &sandbox,
                         ARGUMENTS("train", preset, "-q", "--steps", steps, "--run", without), NULL,
                         NULL, 0) &&
                 process.status == 0,
             "training failed");
        process_free(&process);
        struct terminal *terminal =
            start(ARGUMENTS(preset, "--go", "--steps", steps, "--run", with), "done");
        terminal_close(terminal);
        ratio[i] = trained_seconds(with) / trained_seconds(without);
    }
    gsl_sort(ratio, 1, ROUNDS);
    printf("%-44s %+.1f %% (median of %d; %+.1f to %+.1f)\n", "training's time with the screen",
           100 * (gsl_stats_median_from_sorted_data(ratio, 1, ROUNDS) - 1), ROUNDS,
           100 * (ratio[0] - 1), 100 * (ratio[ROUNDS - 1] - 1));
}

/* ---- population and checkpoint ---- */

static void measure_population(void)
{
    double seconds[STARTS];
    for (size_t i = 0; i < STARTS; i++)
        seconds[i] = time_command(
            ARGUMENTS("sample", "paper", "-n", "1", "--set", "population.known=262144"));
    print_times("a population of 262,144, and a biography", seconds, STARTS);
}

/* The event of a checkpoint and the line before it tell how long it took. */
static size_t read_checkpoints(double seconds[CHECKPOINTS])
{
    json_t *lines = read_record("saved"), *line;
    size_t i, count = 0;
    double before = 0;
    json_array_foreach (lines, i, line) {
        const char *event = json_string_value(json_object_get(line, "event"));
        double now = json_number_value(json_object_get(line, "seconds"));
        if (event && strcmp(event, "checkpoint") == 0 && count < CHECKPOINTS)
            seconds[count++] = now - before;
        before = now;
    }
    json_decref(lines);
    return count;
}

/* dd writes as much as often, to fresh files as well. */
static void time_copies(const char *path, double seconds[CHECKPOINTS])
{
    char *from = NULL, *to = NULL;
    need(asprintf(&from, "if=%s", path) > 0, "out of memory");
    for (size_t i = 0; i < CHECKPOINTS; i++) {
        need(asprintf(&to, "of=%s/copy-%zu", sandbox.home, i) > 0, "out of memory");
        const char *const dd[] = {"dd", from, to, "bs=1M", "conv=fsync", NULL};
        seconds[i] = time_command(dd);
        free(to);
    }
    free(from);
}

static void measure_checkpoint(const char *trained)
{
    double wrote[CHECKPOINTS], copied[CHECKPOINTS];
    char steps[16];
    snprintf(steps, sizeof steps, "%d", CHECKPOINTS - 1);
    time_command(ARGUMENTS("train", trained, "-q", "--steps", steps, "--run", "saved", "--set",
                           "checkpoint.every=1", "--set", "train.batch=2", "--set", "eval.known=1",
                           "--set", "eval.new=1"));
    char *path = sandbox_path(&sandbox, "saved/checkpoints/step-00000001.safetensors");
    struct stat file;
    need(path && stat(path, &file) == 0, "there is no checkpoint");
    need(read_checkpoints(wrote) == CHECKPOINTS, "checkpoints are missing");
    time_copies(path, copied);
    double ours = gsl_stats_median(wrote, 1, CHECKPOINTS);
    double plain = gsl_stats_median(copied, 1, CHECKPOINTS);
    printf("%-44s %.2f s for %.0f MB; dd %.2f s; ratio %.2f (medians of %d)\n", "a checkpoint",
           ours, (double)file.st_size / 1e6, plain, ours / plain, CHECKPOINTS);
    free(path);
}

struct presets {
    const char *trained, *other;
};

static void waiting(const struct presets *presets)
{
    printf("while %s trains:\n", presets->trained);
    measure_waiting(presets->trained);
}

static void overlaid(const struct presets *presets)
{
    printf("while %s trains, on a screen of 200 x 60:\n", presets->other);
    measure_overlaid(presets->other);
}

static void at(const struct presets *presets)
{
    printf("snapshots of %s:\n", presets->other);
    measure_at(presets->other);
}

static void search(const struct presets *presets)
{
    (void)presets;
    printf("on the map:\n");
    measure_search();
}

static void beginnings(const struct presets *presets)
{
    printf("otherwise:\n");
    measure_start("quickstart");
    measure_start(presets->trained);
}

static void population(const struct presets *presets)
{
    (void)presets;
    measure_population();
}

static void checkpoint(const struct presets *presets)
{
    measure_checkpoint(presets->trained);
}

static void cost(const struct presets *presets)
{
    measure_screen_cost(presets->other);
}

static const struct {
    const char *name;
    void (*measure)(const struct presets *presets);
} parts[] = {{"waiting", waiting},       {"overlaid", overlaid}, {"at", at},
             {"search", search},         {"start", beginnings},  {"population", population},
             {"checkpoint", checkpoint}, {"cost", cost}};

int main(int argc, char **argv)
{
    const struct presets presets = {argc > 1 ? argv[1] : "paper",
                                    argc > 2 ? argv[2] : "quickstart"};
    const char *part = argc > 3 ? argv[3] : NULL;
    bool measured = false;
    need(sandbox_open(&sandbox), "no place for runs");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
        if (!part || strcmp(part, parts[p].name) == 0) {
            parts[p].measure(&presets);
            measured = true;
        }
    need(measured, "there is no such part");
    sandbox_close(&sandbox);
    return EXIT_SUCCESS;
}
