/* The workbench of the real program, driven as a person drives it. */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/base64.h"
#include "base/text.h"
#include "tests/screen/process.h"
#include "tests/screen/scene.h"
#include "tests/within.h"

/* So many steps that a run does not end by itself while a test looks at it. */
#define ENDLESS "train.steps=100000000"

struct fixture {
    struct scene scene;
    char known[256];   /* full name of somebody the tiny preset trains on */
    char command[512]; /* room for a line to type */
};

/* The workbench on a run of the tiny preset, in run/, paused at step 0. */
static struct terminal *open_tiny(struct fixture *fixture, int rows, int cols)
{
    struct terminal *terminal = scene_start(&fixture->scene, rows, cols,
                                            ARGUMENTS("tiny", "--run", "run", "--set", ENDLESS));
    assert_true(terminal_shows(terminal, "paused"));
    return terminal;
}

/* What the first row says of training; of slow steps it says how far the one under way is. */
static bool is_running(const char *screen, void *context)
{
    (void)context;
    const char *end = strchr(screen, '\n'), *running = strstr(screen, "running");
    const char *step = strstr(screen, " step ");
    return (running && running < end) || (step && step < end);
}

static bool is_still(const char *screen, void *context)
{
    return !is_running(screen, context);
}

static bool runs(struct terminal *terminal)
{
    return terminal_meets(terminal, is_running, NULL, "training");
}

/* Starts training and waits until it has come somewhere. */
static void run_a_little(struct terminal *terminal)
{
    terminal_type(terminal, " ");
    assert_true(runs(terminal));
    assert_true(terminal_hides(terminal, " 0/100,000,000"));
}

/* Drops what was typed; keys act again. */
static void leave_prompt_empty(struct terminal *terminal)
{
    terminal_type(terminal, "\003");
    assert_true(terminal_shows(terminal, "› for example:"));
}

/* The number of steps made, as the status line says it. */
static uint64_t shown_step(struct terminal *terminal)
{
    return terminal_number_before(terminal, "/100,000,000");
}

/* Makes steps until this one, and waits there. */
static void step_to(struct terminal *terminal, unsigned step)
{
    char text[64];
    assert_true(terminal_shows(terminal, "/100,000,000"));
    snprintf(text, sizeof text, "/step %u", (unsigned)(step - shown_step(terminal)));
    scene_type_line(terminal, text);
    snprintf(text, sizeof text, " %u/100,000,000", step);
    assert_true(terminal_shows(terminal, text));
    assert_true(terminal_shows(terminal, "paused"));
}

static void ends_well(struct terminal *terminal)
{
    int status;
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 0);
    assert_true(terminal_is_restored(terminal));
}

/* Quits, once a step under way is over: else it would ask. */
static void leave(struct terminal *terminal)
{
    assert_true(terminal_meets(terminal, is_still, NULL, "the end of a step"));
    terminal_type(terminal, "q");
    ends_well(terminal);
}

static void leave_while_training(struct terminal *terminal)
{
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "Save a checkpoint and quit?"));
    terminal_type(terminal, "y");
    ends_well(terminal);
}

/* Whether the run in run/ has a checkpoint that it can go on from, of this step. */
static bool goes_on_from(struct fixture *fixture, uint64_t step)
{
    struct process process;
    char steps[32], going_on[64];
    snprintf(steps, sizeof steps, "%" PRIu64, step + 1);
    snprintf(going_on, sizeof going_on, "resuming from step %" PRIu64 "\n", step);
    bool goes_on =
        process_run(&process, &fixture->scene.sandbox,
                    ARGUMENTS("train", "--resume", "run", "--steps", steps), NULL, NULL, 0) &&
        process.status == 0 && strstr(process_out(&process), going_on);
    if (!goes_on)
        fprintf(stderr, "status %d, wanted step %" PRIu64 "\n%s%s", process.status, step,
                process_out(&process), process_err(&process));
    process_free(&process);
    return goes_on;
}

/* ---- opening ---- */

/* Rows of a screen with room for the whole list of presets. */
enum { CHOOSER_ROWS = 60 };

/* From quickstart, which the chooser begins with, to the tests' own preset. */
static void select_tiny(struct terminal *terminal)
{
    assert_true(terminal_shows(terminal, "A small model learns six facts"));
    assert_true(terminal_shows(terminal, "\n   tiny "));
    const char *screen = terminal_screen(terminal);
    const char *from = strstr(screen, "\n   quickstart "), *to = strstr(screen, "\n   tiny ");
    assert_true(from && from < to);
    int rows = 0;
    for (; from < to; from = strchr(from + 1, '\n'))
        rows++;
    while (rows-- > 0)
        terminal_key(terminal, VTERM_KEY_DOWN);
    assert_true(terminal_shows(terminal, "For tests alone."));
}

static void the_chooser_opens_the_preset_that_is_chosen(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = scene_start(&fixture->scene, CHOOSER_ROWS, 80, ARGUMENTS(NULL));
    select_tiny(terminal);
    assert_true(terminal_shows(terminal, "Thirty-two people and a few numbers"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(terminal_shows(terminal, "0/60"));
    assert_true(terminal_shows(terminal, "baseline"));
    leave(terminal);
}

static void the_chooser_leads_back_to_the_run_it_was_opened_over(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, CHOOSER_ROWS, 80);
    run_a_little(terminal);
    scene_type_line(terminal, "/load");
    assert_true(terminal_shows(terminal, "Esc back to the run"));
    terminal_type(terminal, "\033");
    assert_true(runs(terminal));
    terminal_type(terminal, "o");
    select_tiny(terminal);
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "Save a checkpoint and leave this run?"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "0/60"));
    leave(terminal);
}

#define SMALL_MODEL                                                                                \
    "--set", "model.layers=1", "--set", "model.heads=2", "--set", "model.d_model=32", "--set",     \
        "model.d_key=16", "--set", "model.d_hidden=64", "--set", "train.batch=8"

/* From a file to a model that is asked about a row of it. */
static void a_table_is_trained_and_asked(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->scene.sandbox, "My bones.csv",
                              "Bone,region,count\nfemur,leg,2\n\"frontal bone\",skull,1\n"
                              "ulna,arm,2\nhyoid bone,neck,1\n"));
    struct terminal *terminal =
        scene_start(&fixture->scene, 40, 100,
                    ARGUMENTS("My bones.csv", SMALL_MODEL, "--set", "train.steps=300", "--set",
                              "train.lr=1e-2", "--set", "eval.every=50"));
    assert_true(terminal_shows(terminal, "My-bones"));
    assert_true(terminal_shows(terminal, "Too small for a plateau"));
    assert_true(terminal_shows(terminal, "in 22 general templates."));
    assert_true(terminal_shows(terminal, "0/300"));
    assert_null(strstr(terminal_screen(terminal), " new "));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "300/300"));
    assert_true(terminal_shows(terminal, "done"));
    scene_type_line(terminal, "The region of frontal bone is");
    assert_true(terminal_shows(terminal, "known bone, region"));
    assert_true(terminal_shows(terminal, "skull"));
    scene_type_line(terminal, "/who hyoid");
    assert_true(terminal_shows(terminal, "of 2 right"));
    leave(terminal);
}

/* Tab leads to a table, what is none is refused and can be corrected. */
static void a_path_is_typed_in_the_chooser(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->scene.sandbox, "things/My bones.csv",
                              "Bone,count\nfemur,2\n"
                              "ulna,2\nhyoid,1\n"));
    assert_true(sandbox_write(&fixture->scene.sandbox, "things/notes.txt", "no table\n"));
    assert_true(sandbox_write(&fixture->scene.sandbox, "things/mine.ini", "[train]\nsteps = x\n"));
    struct terminal *terminal = scene_start(&fixture->scene, 24, 80, ARGUMENTS(NULL));
    assert_true(terminal_shows(terminal, "type a path"));
    terminal_type(terminal, "./thi\t");
    assert_true(terminal_shows(terminal, "open › ./things/\n"));
    terminal_type(terminal, "\t");
    assert_true(terminal_shows(terminal, "My bones.csv  mine.ini"));
    scene_type_line(terminal, "notes.txt");
    assert_true(terminal_shows(terminal, "./things/notes.txt is no table (.csv, .tsv, .tab)"));
    scene_type_line(terminal, "\025./nowhere.csv"); /* Ctrl-U clears the line */
    assert_true(terminal_shows(terminal, " there is no file ./nowhere.csv"));
    scene_type_line(terminal, "\025~/things/mine.ini");
    assert_true(terminal_shows(terminal, "things/mine.ini:2: train.steps = x"));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "type a path"));
    terminal_type(terminal, "~");
    assert_true(terminal_shows(terminal, "open › ~\n"));
    terminal_type(terminal, "/things/my\t");
    assert_true(terminal_shows(terminal, "open › ~/things/My bones.csv"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "3 rows of 1 attribute"));
    scene_type_line(terminal, "/load ./things/mi\t"); /* in a run as well */
    assert_true(terminal_shows(terminal, "train.steps = x"));
    leave(terminal);
}

static void esc_quits_no_chooser(void **state)
{
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS(NULL));
    assert_true(terminal_shows(terminal, "quickstart"));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "q quits"));
    leave(terminal);
}

static void the_chooser_is_left_without_a_trace(void **state)
{
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS(NULL));
    assert_true(terminal_shows(terminal, "quickstart"));
    leave(terminal);
}

static void an_unknown_preset_is_one_sentence(void **state)
{
    int status;
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS("quickstrat"));
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 2);
    assert_true(terminal_shows(terminal, "mneme: there is no preset"));
    assert_true(terminal_shows(terminal, "quickstart"));
    assert_true(terminal_is_restored(terminal));
}

/* ---- training ---- */

static void a_short_run_comes_to_its_end(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 80, ARGUMENTS("tiny", "--run", "run"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "done"));
    assert_true(terminal_shows(terminal, "60/60"));
    leave(terminal);
    assert_true(goes_on_from(fixture, 60));
}

/* The hint is a command that can be copied. */
static void a_finished_run_says_how_to_make_more_steps(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 120, ARGUMENTS("tiny", "--run", "my run", "--go"));
    assert_true(terminal_shows(terminal, "60/60"));
    assert_true(terminal_shows(terminal, "done"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "all 60 steps are done"));
    assert_true(terminal_shows(terminal, "--steps 90 '"));
    assert_true(terminal_shows(terminal, "my run'"));
    leave(terminal);
}

static void space_pauses_and_goes_on(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    run_a_little(terminal);
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_rest(terminal, 0.5);
    uint64_t step = shown_step(terminal);
    assert_true(step > 0 && step < UINT64_MAX);
    terminal_rest(terminal, 0.5);
    assert_int_equal(shown_step(terminal), step);
    run_a_little(terminal);
    leave_while_training(terminal);
}

static void quitting_asks_first_while_training(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    run_a_little(terminal);
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "Save a checkpoint and quit?"));
    terminal_type(terminal, "n");
    assert_true(terminal_hides(terminal, "Save a checkpoint and quit?"));
    assert_true(runs(terminal));
    leave_while_training(terminal);
}

static void commands_run_and_pause_as_well(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    scene_type_line(terminal, "/run");
    assert_true(runs(terminal));
    scene_type_line(terminal, "/pause");
    assert_true(terminal_shows(terminal, "paused"));
    leave(terminal);
}

static void s_makes_one_step(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/100,000,000"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 2/100,000,000"));
    step_to(terminal, 22);
    assert_true(terminal_shows(terminal, "paused"));
    terminal_rest(terminal, 0.5);
    assert_int_equal(shown_step(terminal), 22);
    leave(terminal);
    assert_true(goes_on_from(fixture, 22));
}

/* Whatever the screen shows. */
static bool is_there(const char *screen, void *path)
{
    (void)screen;
    return access(path, F_OK) == 0;
}

static void c_keeps_a_checkpoint(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    step_to(terminal, 3);
    terminal_type(terminal, "c");
    assert_true(terminal_shows(terminal, "saved a checkpoint of step 3"));
    char *path = sandbox_path(&fixture->scene.sandbox, "run/checkpoints/step-00000003.safetensors");
    bool there = terminal_meets(terminal, is_there, path, path);
    free(path);
    assert_true(there);
    leave(terminal);
}

static void a_checkpoint_is_kept_again_after_the_rate_was_set(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    step_to(terminal, 3);
    terminal_type(terminal, "c");
    assert_true(terminal_shows(terminal, "saved a checkpoint of step 3"));
    terminal_type(terminal, "c");
    assert_true(terminal_shows(terminal, "step 3 is saved already"));
    scene_type_line(terminal, "/set train.lr 1e-3");
    assert_true(terminal_shows(terminal, "train.lr is 1e-3 at the next step"));
    terminal_type(terminal, "c"); /* which that does by itself, maybe at this moment */
    assert_true(terminal_shows(terminal, "step 3"));
    leave(terminal);
}

static void a_run_is_opened_where_it_was_left(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    step_to(terminal, 7);
    leave(terminal);
    terminal = scene_start(&fixture->scene, 24, 80, ARGUMENTS("run"));
    assert_true(terminal_shows(terminal, " 7/100,000,000"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 8/100,000,000"));
    leave(terminal);
}

static void another_preset_is_loaded_and_the_run_is_saved(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    step_to(terminal, 5);
    scene_type_line(terminal, "/load tiny");
    assert_true(terminal_shows(terminal, "0/60"));
    leave(terminal);
    assert_true(goes_on_from(fixture, 5));
}

static void a_run_in_use_is_followed_when_this_one_is_saved(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 100);
    struct terminal *other =
        terminal_start(&fixture->scene.sandbox,
                       ARGUMENTS("train", "tiny", "--run", "other", "--set", ENDLESS), 10, 100);
    assert_non_null(other);
    step_to(terminal, 5);
    assert_true(terminal_shows(other, "run "));
    scene_type_line(terminal, "/load ./other");
    assert_true(terminal_shows(terminal, "▶ following"));
    terminal_close(other);
    assert_true(terminal_shows(terminal, "✗ abandoned"));
    leave(terminal);
    assert_true(goes_on_from(fixture, 5));
}

/* Cuts every checkpoint of a run, or takes all away. */
static void spoil_checkpoints(const struct sandbox *sandbox, const char *run, bool keep)
{
    char script[256];
    struct process process;
    snprintf(script, sizeof script,
             keep ? "for c in %s/checkpoints/*; do head -c 100 \"$c\" >part; mv part \"$c\"; done"
                  : "rm -r %s/checkpoints/*",
             run);
    const char *const arguments[] = {"sh", "-c", script, NULL};
    assert_true(process_run(&process, sandbox, arguments, NULL, NULL, 0));
    assert_int_equal(process.status, 0);
    process_free(&process);
}

static void make_run(const struct sandbox *sandbox, const char *run)
{
    struct process process;
    assert_true(process_run(&process, sandbox,
                            ARGUMENTS("train", "tiny", "--quiet", "--steps", "2", "--run", run),
                            NULL, NULL, 0));
    assert_int_equal(process.status, 0);
    process_free(&process);
}

static void what_cannot_be_read_is_refused_before_anything_is_closed(void **state)
{
    struct fixture *fixture = *state;
    const struct sandbox *sandbox = &fixture->scene.sandbox;
    static const struct {
        const char *target, *why;
    } cases[] = {
        {"./cut", "cut/checkpoints/step-00000002.safetensors"},
        {"./bare", "bare are gone"},
        {"./torn", "preset.ini"},
        {"./nowhere", "there is no run ./nowhere"},
        {"./lost.ini", "no-such-facts"},
    };
    make_run(sandbox, "cut");
    make_run(sandbox, "bare");
    make_run(sandbox, "torn");
    spoil_checkpoints(sandbox, "cut", true);
    spoil_checkpoints(sandbox, "bare", false);
    assert_true(sandbox_write(sandbox, "torn/preset.ini", "[model]\nlayers = none\n"));
    assert_true(sandbox_write(sandbox, "lost.ini", "[facts]\nfile = no-such-facts\n"));
    struct terminal *terminal = open_tiny(fixture, 40, 120);
    step_to(terminal, 5);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char line[64];
        snprintf(line, sizeof line, "/load %s", cases[c].target);
        scene_type_line(terminal, line);
        assert_true(terminal_shows(terminal, cases[c].why));
        assert_true(terminal_shows(terminal, "5/100,000,000"));
    }
    step_to(terminal, 6);
    leave(terminal);
    assert_true(goes_on_from(fixture, 6));
}

static void a_key_quits_while_a_model_is_made(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 100,
                    ARGUMENTS("tiny", "--set", "model.d_model=1024", "--set", "model.layers=4"));
    assert_true(terminal_shows(terminal, "q quit")); /* while it is made, or just made */
    terminal_type(terminal, "q");
    ends_well(terminal);
}

/* How many runs `mneme runs` knows. */
static size_t kept_runs(struct fixture *fixture)
{
    struct process process;
    size_t runs = 0;
    assert_true(
        process_run(&process, &fixture->scene.sandbox, ARGUMENTS("runs", "--json"), NULL, NULL, 0));
    for (const char *c = process_out(&process); *c; c++)
        runs += *c == '\n';
    process_free(&process);
    return runs;
}

/* The workbench on a run of the tiny preset that has no directory of its own. */
static struct terminal *look_at_tiny(struct fixture *fixture)
{
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 80, ARGUMENTS("tiny", "--set", ENDLESS));
    assert_true(terminal_shows(terminal, " 0/100,000,000"));
    return terminal;
}

static void a_preset_that_is_only_looked_at_leaves_no_run(void **state)
{
    struct fixture *fixture = *state;
    int status;
    struct terminal *terminal = look_at_tiny(fixture);
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person"));
    leave(terminal);
    terminal = look_at_tiny(fixture);
    terminal_signal(terminal, SIGTERM);
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(kept_runs(fixture), 0);
}

/* The run says that it has kept a step which it never made, so that the way there is long. */
static void steps_that_are_made_again_are_given_up_to_quit(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    const char *const script[] = {
        "sh", "-c",
        "sed -i 's/^steps *= *2$/steps = 100000000/' far/preset.ini &&"
        " cp far/checkpoints/step-00000002.* far/checkpoints/step-00900000.safetensors",
        NULL};
    int status;
    make_run(&fixture->scene.sandbox, "far");
    assert_true(process_run(&process, &fixture->scene.sandbox, script, NULL, NULL, 0));
    assert_int_equal(process.status, 0);
    process_free(&process);
    struct terminal *terminal = scene_start(
        &fixture->scene, 24, 100, ARGUMENTS("--from", "./far@890000", "--set", ENDLESS, "tiny"));
    assert_true(terminal_shows(terminal, " of 890,000 again"));
    assert_false(strstr(terminal_screen(terminal), "parent"));
    terminal_type(terminal, "q");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 0);
    assert_true(terminal_is_restored(terminal));
}

static void a_run_in_which_something_was_done_is_kept_and_named(void **state)
{
    static const char *const lines[] = {"/save", "/step", "/set train.lr 1e-3"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct terminal *terminal = look_at_tiny(fixture);
        scene_type_line(terminal, lines[i]);
        assert_true(terminal_shows(terminal, "› for example:"));
        leave(terminal);
        assert_true(terminal_shows(terminal, "/mneme /"));
        assert_int_equal(kept_runs(fixture), i + 1);
    }
}

static void the_run_it_names_is_a_word_of_a_shell(void **state)
{
    struct fixture *fixture = *state;
    size_t length;
    struct terminal *terminal = scene_start(
        &fixture->scene, 24, 80, ARGUMENTS("tiny", "--set", ENDLESS, "--run", "my $(id)"));
    assert_true(terminal_shows(terminal, " 0/100,000,000"));
    scene_type_line(terminal, "/step");
    assert_true(terminal_shows(terminal, "› for example:"));
    leave(terminal);
    assert_non_null(strstr(terminal_output(terminal, &length), "/my $(id)'\r\n"));
    assert_non_null(strstr(terminal_output(terminal, &length), "/mneme '/"));
}

/* ---- questions ---- */

static void a_prompt_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person"));
    assert_true(terminal_shows(terminal, "birth place"));
    leave(terminal);
}

static void the_map_tells_of_every_fact(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "known 0.0 %"));
    assert_true(terminal_shows(terminal, "1–16"));
    assert_true(terminal_shows(terminal, "0 exposures"));
    assert_true(terminal_shows(terminal, "never known"));
    terminal_type(terminal, " "); /* training goes on behind it */
    assert_true(runs(terminal));
    assert_true(terminal_hides(terminal, " 0 exposures"));
    assert_true(terminal_shows(terminal, "birth place"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_key(terminal, VTERM_KEY_RIGHT);
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "› /who "));
    assert_true(terminal_hides(terminal, "never 1"));
    scene_type_line(terminal, "/map");
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "\033");
    /* An Esc with a key right behind it would be one key. */
    assert_true(terminal_hides(terminal, "forgotten"));
    assert_true(terminal_shows(terminal, "› for example:"));
    leave(terminal);
}

static void it_is_answered_while_training_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    run_a_little(terminal);
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person"));
    assert_true(runs(terminal));
    leave_while_training(terminal);
}

static void who_shows_every_attribute(void **state)
{
    static const char *const attributes[] = {"birth date", "birth place", "university",
                                             "major",      "company",     "location"};
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    snprintf(fixture->command, sizeof fixture->command, "/who %s", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "of 6 right"));
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
        assert_true(terminal_shows(terminal, attributes[i]));
    leave(terminal);
}

static void people_are_found_by_a_part_of_their_name(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    const char *last = strrchr(fixture->known, ' ') + 1;
    snprintf(fixture->command, sizeof fixture->command, "/who %s", last);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "could be any of"));
    terminal_type(terminal, fixture->command);
    terminal_type(terminal, "\t"); /* no name begins so, and what was typed stays */
    assert_true(terminal_shows(terminal, "Esc close the list"));
    snprintf(fixture->command, sizeof fixture->command, "› /who %s\n", last);
    assert_true(terminal_shows(terminal, fixture->command));
    terminal_type(terminal, "\x15/wordings maj\t"); /* Ctrl-U clears the line */
    assert_true(terminal_shows(terminal, "› /wordings major"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "... majored in"));
    leave(terminal);
}

static void an_invented_name_can_be_asked_about(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    scene_type_line(terminal, "/people new");
    assert_true(terminal_shows(terminal, "› /people new\n"));
    scene_type_line(terminal, "/invent");
    assert_true(terminal_shows(terminal, "nobody has the name"));
    terminal_type(terminal, " was born in");
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "invented person"));
    leave(terminal);
}

/* B and P are keys, but for who types a name that begins so. */
static void names_are_typed_whatever_they_begin_with(void **state)
{
    static const char *const name[] = {"Bram", "Priya Wei", "P\u00e9rez"};
    struct terminal *terminal = open_tiny(*state, 40, 100);
    for (size_t n = 0; n < sizeof name / sizeof *name; n++) {
        char line[32];
        snprintf(line, sizeof line, "\n › %s\n", name[n]);
        terminal_type(terminal, name[n]);
        assert_true(terminal_shows(terminal, line));
        terminal_type(terminal, "\025"); /* Ctrl-U */
        assert_true(terminal_hides(terminal, name[n]));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "1-6 pages"));
    }
    terminal_type(terminal, "B");
    assert_true(terminal_shows(terminal, "start the branch"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "start the branch"));
    leave(terminal);
}

static void a_word_without_a_token_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    snprintf(fixture->command, sizeof fixture->command, "%s was bron in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "\"bron\" is not in the model's vocabulary"));
    assert_true(terminal_shows(terminal, "born"));
    leave(terminal);
}

static void an_unknown_command_names_the_nearest(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    scene_type_line(terminal, "/pasue");
    assert_true(terminal_shows(terminal, "did you mean /pause?"));
    leave(terminal);
}

static void a_small_letter_that_is_no_key_is_said_and_begins_no_prompt(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "z");
    assert_true(terminal_shows(terminal, "z is not a key; ? shows the keys"));
    assert_true(terminal_shows(terminal, "› for example:"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/100,000,000"));
    leave(terminal);
}

static void tab_completes_a_command(void **state)
{
    struct terminal *terminal = open_tiny(*state, 40, 100);
    terminal_type(terminal, "/inv\t\r");
    assert_true(terminal_shows(terminal, "nobody has the name"));
    leave_prompt_empty(terminal);
    leave(terminal);
}

static void tab_completes_a_name(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    int typed = (int)strlen(fixture->known) - 2;
    snprintf(fixture->command, sizeof fixture->command, "%.*s\t", typed, fixture->known);
    terminal_type(terminal, fixture->command);
    snprintf(fixture->command, sizeof fixture->command, "› %s", fixture->known);
    assert_true(terminal_shows(terminal, fixture->command));
    scene_type_line(terminal, "was born in");
    assert_true(terminal_shows(terminal, "known person"));
    leave(terminal);
}

static void escape_closes_completions_and_no_more(void **state)
{
    struct terminal *terminal = open_tiny(*state, 40, 100);
    terminal_type(terminal, "/s\t\t");
    assert_true(terminal_shows(terminal, "Esc close the list"));
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "Esc close the list"));
    terminal_type(terminal, "et");
    assert_true(terminal_shows(terminal, "› /set"));
    leave_prompt_empty(terminal);
    leave(terminal);
}

/* ---- pasting ---- */

#define PASTED(text) "\033[200~" text "\033[201~"

static void pasted_text_is_no_keys(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, PASTED(" /people"));
    assert_true(terminal_shows(terminal, "› /people"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "\003");
    assert_true(terminal_hides(terminal, "› /people"));
    terminal_type(terminal, PASTED("\rquit\tthis\003\033\rnow"));
    assert_true(terminal_shows(terminal, "› quit this now"));
    assert_int_equal(shown_step(terminal), 0);
    leave_prompt_empty(terminal);
    terminal_type(terminal, PASTED("\r"));
    step_to(terminal, 2);
    leave(terminal);
}

static void pasted_text_answers_no_question(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    run_a_little(terminal);
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "Save a checkpoint and quit?"));
    terminal_type(terminal, PASTED("y") "n");
    assert_true(terminal_hides(terminal, "Save a checkpoint and quit?"));
    assert_true(runs(terminal));
    leave_while_training(terminal);
}

static void pasted_text_turns_no_pages(void **state)
{
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS(NULL));
    assert_true(terminal_shows(terminal, "quickstart"));
    terminal_type(terminal, PASTED("q"));
    assert_true(terminal_shows(terminal, "open › q")); /* what is pasted there is a path */
    terminal_type(terminal, "\033");
    assert_true(terminal_hides(terminal, "open › "));
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "change its keys in a form first"));
    terminal_type(terminal, PASTED("x") "?");
    assert_true(terminal_hides(terminal, "change its keys in a form first"));
    leave(terminal);
}

static void keys_act_again_where_the_end_of_pasted_text_is_lost(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "\033[200~half of it");
    assert_true(terminal_shows(terminal, "› half of it"));
    terminal_rest(terminal, 3);
    leave_prompt_empty(terminal);
    leave(terminal);
}

static void the_history_is_kept_between_sessions(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    step_to(terminal, 4);
    leave(terminal);
    terminal = scene_start(&fixture->scene, 40, 100, ARGUMENTS("./run"));
    assert_true(terminal_shows(terminal, " 4/100,000,000"));
    terminal_key(terminal, VTERM_KEY_UP);
    assert_true(terminal_shows(terminal, "/step 4"));
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, " 8/100,000,000"));
    leave(terminal);
}

static void the_learning_rate_can_be_set(void **state)
{
    struct terminal *terminal = open_tiny(*state, 30, 120);
    scene_type_line(terminal, "/set train.lr 2.5e-4");
    assert_true(terminal_shows(terminal, "train.lr is 2.5e-4 at the next step"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/100,000,000"));
    scene_type_line(terminal, "/set train.lr fast");
    assert_true(terminal_shows(terminal, "train.lr = fast is not a number"));
    leave(terminal);
}

/* ---- earlier steps ---- */

/* Asks the model of step 4 by its snapshot, while training goes on, and comes back. */
static void go_and_return(struct fixture *fixture, int rows, int cols)
{
    struct terminal *terminal =
        scene_start(&fixture->scene, rows, cols,
                    ARGUMENTS("tiny", "--run", "run", "--set", ENDLESS, "--set",
                              "checkpoint.keep=spaced", "--set", "checkpoint.every=0"));
    assert_true(terminal_shows(terminal, "paused"));
    step_to(terminal, 12);
    terminal_type(terminal, "[");
    assert_true(terminal_shows(terminal, "ask there"));
    terminal_type(terminal, "[");
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, "at step 4: its model is asked"));
    snprintf(fixture->command, sizeof fixture->command, "/who %s", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, " of 6 right"));
    assert_true(terminal_shows(terminal, " at step 4\n"));
    assert_true(terminal_shows(terminal, "100,000,000  at step 4"));
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "never"));
    assert_true(terminal_shows(terminal, "100,000,000  at step 4"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "never"));
    scene_type_line(terminal, "/at 5");
    assert_true(terminal_shows(terminal, "at step 4, the nearest to 5 that was kept"));
    scene_type_line(terminal, "/at five");
    assert_true(terminal_shows(terminal, "a step is a whole number"));
    step_to(terminal, 13);
    assert_true(terminal_shows(terminal, "100,000,000  at step 4"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "100,000,000  at step 4"));
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "right"));
    leave(terminal);
}

static void an_earlier_step_is_asked_and_left(void **state)
{
    go_and_return(*state, 30, 100);
}

static void an_earlier_step_is_asked_on_a_small_screen(void **state)
{
    go_and_return(*state, 24, 80);
}

static void nothing_kept_is_said(void **state)
{
    struct terminal *terminal = scene_start(*state, 24, 80, ARGUMENTS("tiny"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "[");
    assert_true(terminal_shows(terminal, "nothing is kept yet that could be asked"));
    scene_type_line(terminal, "/at 0");
    assert_true(terminal_shows(terminal, "nothing is kept yet that could be asked"));
    leave(terminal);
}

/* Watches what was asked last and a prompt that is typed, looks at both on the chart, ends one, and
 * finds the other when the run is opened again. */
static void watch_and_return(struct fixture *fixture, int rows, int cols)
{
    struct terminal *terminal =
        scene_start(&fixture->scene, rows, cols,
                    ARGUMENTS("tiny", "--run", "run", "--set", ENDLESS, "--set",
                              "checkpoint.keep=spaced", "--set", "checkpoint.every=0"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "w");
    assert_true(terminal_shows(terminal, "there is no answer to watch yet"));
    step_to(terminal, 12);
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person"));
    terminal_type(terminal, "w");
    assert_true(terminal_shows(terminal, "watched as question 1"));
    assert_true(terminal_shows(terminal, "━ ")); /* the truth, in the legend */
    snprintf(fixture->command, sizeof fixture->command, "/watch %s was born on", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "watched as question 2"));
    step_to(terminal, 20);
    scene_type_line(terminal, "/watch");
    assert_true(terminal_shows(terminal, "1  "));
    assert_true(terminal_shows(terminal, " at step 20\n"));
    terminal_type(terminal, "v");
    assert_true(terminal_shows(terminal, "attribute loss"));
    terminal_type(terminal, "2w");
    assert_true(terminal_shows(terminal, "watched already, as question 1"));
    assert_true(terminal_hides(terminal, "attribute loss"));
    terminal_type(terminal, "1");
    assert_true(terminal_shows(terminal, "attribute loss"));
    scene_type_line(terminal, "/watch 1");
    assert_true(terminal_hides(terminal, "attribute loss"));
    scene_type_line(terminal, "/set train.clip=1"); /* which makes another trainer */
    assert_true(terminal_shows(terminal, "train.clip=1 from step 21 on"));
    assert_true(terminal_shows(terminal, "━ "));
    assert_true(terminal_hides(terminal, "attribute loss"));
    step_to(terminal, 30);
    scene_type_line(terminal, "/watch");
    assert_true(terminal_shows(terminal, " at step 30\n"));
    scene_type_line(terminal, "/watch 3");
    assert_true(terminal_shows(terminal, "there is no question 3"));
    scene_type_line(terminal, "/unwatch 1");
    assert_true(terminal_shows(terminal, "not asked any longer: "));
    assert_true(terminal_shows(terminal, "was born on")); /* on the chart as well */
    leave(terminal);
    terminal = scene_start(&fixture->scene, rows, cols, ARGUMENTS("run"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "vv");
    assert_true(terminal_shows(terminal, "was born on"));
    leave(terminal);
}

static void questions_are_watched(void **state)
{
    watch_and_return(*state, 36, 120);
}

static void questions_are_watched_on_a_small_screen(void **state)
{
    watch_and_return(*state, 24, 80);
}

/* The letters that were given to the clipboard, behind what begins it; in `room` bytes. */
static void take_clipboard(struct terminal *terminal, const char *begin, char *letters, size_t room)
{
    size_t length, copied = 0;
    const char *output = terminal_output(terminal, &length);
    const char *found = memmem(output, length, begin, strlen(begin));
    assert_non_null(found);
    for (found += strlen(begin); *found != '\a' && copied + 1 < room; found++)
        letters[copied++] = *found;
    letters[copied] = '\0';
    assert_int_equal(*found, '\a');
}

/* Finds an answer that has left the screen, and copies it; in tmux to that as well. */
static void find_and_copy(struct fixture *fixture, int rows, int cols, bool in_tmux)
{
    char plain[4096], wrapped[4096];
    struct text wanted = {0}, letters = {0};
    if (in_tmux)
        assert_true(sandbox_set(&fixture->scene.sandbox, "TMUX", "/tmp/tmux,1,0"));
    struct terminal *terminal = open_tiny(fixture, rows, cols);
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "there is no answer to copy yet"));
    terminal_type(terminal, ";");
    assert_true(terminal_shows(terminal, "nothing was looked for yet"));
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person"));
    for (int i = 0; i < 4; i++)
        scene_type_line(terminal, "/values company");
    scene_type_line(terminal, "/values major");
    assert_true(terminal_hides(terminal, "known person"));
    scene_type_line(terminal, "/find WAS BORN IN");
    assert_true(terminal_shows(terminal, "\"WAS BORN IN\", 1 of 1"));
    assert_true(terminal_shows(terminal, "known person"));
    terminal_type(terminal, ";");
    assert_true(terminal_shows(terminal, "nothing earlier has"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, in_tmux ? "copied, if tmux" : "(OSC 52)"));
    take_clipboard(terminal, "\033]52;c;", plain, sizeof plain);
    /* Groups of three bytes stand for themselves. */
    text_add(&wanted, fixture->command);
    base64_add(&letters, wanted.bytes, wanted.length / 3 * 3);
    assert_memory_equal(plain, letters.bytes, letters.length);
    if (in_tmux) {
        take_clipboard(terminal, "\033Ptmux;\033\033]52;c;", wrapped, sizeof wrapped);
        assert_string_equal(wrapped, plain);
    }
    text_free(&wanted);
    text_free(&letters);
    terminal_type(terminal, "ffff");
    assert_true(terminal_hides(terminal, "known person"));
    scene_type_line(terminal, "/find nowhere");
    assert_true(terminal_shows(terminal, "nothing here has \"nowhere\""));
    leave(terminal);
}

static void an_answer_is_found_and_copied(void **state)
{
    find_and_copy(*state, 40, 120, false);
}

static void an_answer_is_found_and_copied_in_tmux_on_a_small_screen(void **state)
{
    find_and_copy(*state, 24, 80, true);
}

/* How often the program has written a text to the terminal. */
static int times_written(const struct terminal *terminal, const char *text)
{
    size_t length;
    int times = 0;
    const char *at = terminal_output(terminal, &length), *end = at + length;
    for (; (at = memmem(at, (size_t)(end - at), text, strlen(text))); at += strlen(text))
        times++;
    return times;
}

/* Typed at once, what stands behind the first line reaches the program before it has done that. */
static void what_is_typed_while_values_are_set_is_done_behind_it(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    snprintf(fixture->command, sizeof fixture->command,
             "/set train.clip=1\r/set eval.every=2\r/who %s\r?", fixture->known);
    terminal_type(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "Esc back"));
    terminal_type(terminal, "\033");
    assert_true(terminal_shows(terminal, "train.clip=1 from step 1 on"));
    assert_true(terminal_shows(terminal, "eval.every=2 from step 1 on"));
    assert_true(terminal_shows(terminal, "known person, "));
    const char *screen = terminal_screen(terminal);
    assert_true(strstr(screen, "/set train.clip=1") < strstr(screen, "/set eval.every=2"));
    assert_true(strstr(screen, "/set eval.every=2") < strstr(screen, "known person, "));
    leave(terminal);
}

static void the_screen_stays_while_values_are_set(void **state)
{
    static const char opening[] = "making the model";
    struct terminal *terminal = open_tiny(*state, 24, 80);
    int before = times_written(terminal, opening);
    scene_type_line(terminal, "/set train.clip=1");
    assert_true(terminal_shows(terminal, "from step 1 on"));
    assert_int_equal(times_written(terminal, opening), before);
    assert_int_equal(times_written(terminal, "setting train.clip=1"), 1);
    leave(terminal);
}

static void what_is_typed_while_a_branch_opens_is_for_that(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    step_to(terminal, 3);
    snprintf(fixture->command, sizeof fixture->command, "/branch train.lr=1e-4\r/who %s\r",
             fixture->known);
    terminal_type(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "branch at step 3: train.lr"));
    assert_true(terminal_shows(terminal, "known person, "));
    assert_true(runs(terminal));
    leave_while_training(terminal);
}

/* Between a branch and its parent, which another run with the same preset is not. */
static void what_was_asked_stays_where_a_branch_and_its_parent_change_places(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, 60, 100);
    step_to(terminal, 3);
    snprintf(fixture->command, sizeof fixture->command, "%s was born in", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "known person, birth place"));
    scene_type_line(terminal, "/branch train.lr=1e-4");
    assert_true(terminal_shows(terminal, "branch at step 3: train.lr"));
    assert_true(terminal_shows(terminal, "known person, birth place"));
    assert_true(runs(terminal));
    terminal_type(terminal, " w");
    assert_true(terminal_shows(terminal, "watched as question 1, at every evaluation"));
    assert_true(terminal_shows(terminal, "paused"));
    scene_type_line(terminal, "/parent");
    assert_true(terminal_shows(terminal, "from here on run is asked, at step 3"));
    assert_true(terminal_shows(terminal, "known person, birth place"));
    scene_type_line(terminal, "/watch");
    assert_true(terminal_shows(terminal, "no question is watched"));
    scene_type_line(terminal, "/find birth place");
    assert_true(terminal_shows(terminal, "\"birth place\", 1 of 1"));
    scene_type_line(terminal, "/load tiny");
    assert_true(terminal_hides(terminal, "known person, birth place"));
    assert_true(terminal_shows(terminal, " 0/60"));
    leave(terminal);
}

static void control_c_leaves_while_values_are_set(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "/set train.clip=1\r?\003");
    ends_well(terminal);
}

/* A branch that is trained comes by there as well. */
static bool rests_at_3(const char *screen, void *context)
{
    (void)context;
    return strstr(screen, " 3/100,000,000") && strstr(screen, "paused");
}

static bool is_parent_again(struct terminal *terminal)
{
    scene_type_line(terminal, "/parent");
    return terminal_meets(terminal, rests_at_3, NULL, "the parent at step 3");
}

/* Where the screen is small, and where it is large. */
static void keys_are_set_and_branches_trained(void **state, int rows, int cols)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = open_tiny(fixture, rows, cols);
    step_to(terminal, 3);
    scene_type_line(terminal, "/set model.layers=3");
    assert_true(terminal_shows(terminal, "is fixed when a run begins"));
    scene_type_line(terminal, "/set train.clip=1 eval.every=2");
    assert_true(terminal_shows(terminal, "from step 4 on"));
    scene_type_line(terminal, "/parent");
    assert_true(terminal_shows(terminal, "nobody's branch"));
    scene_type_line(terminal, "/branch @4 train.clip=0");
    assert_true(terminal_shows(terminal, "step 4 is not made yet"));
    scene_type_line(terminal, "/branch 2 eval.every=3");
    assert_true(terminal_shows(terminal, "from the checkpoint of step 0, 2 steps again"));
    assert_true(runs(terminal));
    assert_true(is_parent_again(terminal));
    size_t before = kept_runs(fixture);
    scene_type_line(terminal, "/branch train.lr=1e-4");
    assert_true(terminal_shows(terminal, "branch at step 3: train.lr"));
    assert_int_equal(kept_runs(fixture), before + 1);
    assert_true(runs(terminal));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "paused"));
    assert_true(is_parent_again(terminal));
    leave(terminal);
}

static void on_a_small_screen_keys_are_set_and_branches_trained(void **state)
{
    keys_are_set_and_branches_trained(state, 24, 80);
}

static void on_a_large_screen_keys_are_set_and_branches_trained(void **state)
{
    keys_are_set_and_branches_trained(state, 50, 160);
}

/* ---- the screen ---- */

static void v_shows_the_circuits_and_the_loss_again(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    assert_true(terminal_shows(terminal, "attribute loss"));
    terminal_type(terminal, "v");
    assert_true(terminal_shows(terminal, "attr\u2192text"));
    assert_true(terminal_shows(terminal, "sharpness"));
    assert_true(terminal_hides(terminal, "attribute loss"));
    terminal_type(terminal, "v");
    assert_true(terminal_shows(terminal, "attribute loss"));
    leave(terminal);
}

static void help_comes_and_goes(void **state)
{
    struct terminal *terminal = open_tiny(*state, 40, 100);
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "start or pause training"));
    assert_true(terminal_shows(terminal, "/who NAME"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "start or pause training"));
    assert_true(terminal_shows(terminal, "paused"));
    leave(terminal);
}

static bool names_a_phase(const char *screen, void *context)
{
    (void)context;
    return strstr(screen, "STATISTICS") || strstr(screen, "PLATEAU") || strstr(screen, "KNOWLEDGE");
}

static void every_size_has_the_phase(void **state)
{
    static const int size[][2] = {{24, 80}, {50, 160}, {12, 40}, {5, 20}, {12, 40}, {24, 80}};
    struct terminal *terminal = open_tiny(*state, 24, 80);
    run_a_little(terminal);
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        terminal_resize(terminal, size[i][0], size[i][1]);
        terminal_rest(terminal, 1);
        assert_true(terminal_meets(terminal, names_a_phase, NULL, "the name of a phase"));
    }
    assert_true(runs(terminal));
    terminal_resize(terminal, 50, 160);
    assert_true(terminal_shows(terminal, "by attribute"));
    terminal_resize(terminal, 24, 80);
    assert_true(terminal_hides(terminal, "by attribute"));
    leave_while_training(terminal);
}

static void the_help_tells_of_what_is_below(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "↓ "));
    terminal_key(terminal, VTERM_KEY_PAGEDOWN);
    terminal_key(terminal, VTERM_KEY_END);
    assert_true(terminal_shows(terminal, "save and quit"));
    assert_true(terminal_hides(terminal, "↓ "));
    terminal_key(terminal, VTERM_KEY_ENTER);
    leave(terminal);
}

static void the_help_fills_its_lines(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "\n Enter starts a prompt; then all keys go to it"));
    terminal_type(terminal, "?");
    assert_true(terminal_hides(terminal, "then all keys go to it"));
    leave(terminal);
}

static void keys_that_mean_nothing_to_the_help_do_nothing(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "?");
    assert_true(terminal_shows(terminal, "↓ "));
    terminal_key(terminal, VTERM_KEY_END);
    assert_true(terminal_hides(terminal, "↓ "));
    assert_true(terminal_shows(terminal, "save and quit"));
    terminal_type(terminal, "sz"); /* of the chart: a step */
    terminal_key(terminal, VTERM_KEY_HOME);
    assert_true(terminal_shows(terminal, "These keys work while no prompt is being typed"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, " 0/100,000,000"));
    leave(terminal);
}

static bool is_same(const char *screen, void *wanted)
{
    return strcmp(screen, wanted) == 0;
}

static void a_window_that_shrinks_and_grows_at_once_is_whole(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_rest(terminal, 0.5);
    char *whole = strdup(terminal_screen(terminal));
    terminal_resize(terminal, 12, 40);
    terminal_resize(terminal, 24, 80);
    bool same = terminal_meets(terminal, is_same, whole, "the screen as it was");
    free(whole);
    assert_true(same);
    leave(terminal);
}

static void a_terminal_too_small_is_told_so(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_resize(terminal, 3, 15);
    assert_true(terminal_shows(terminal, "mneme needs 20\ncolumns and 5"));
    terminal_resize(terminal, 24, 80);
    assert_true(terminal_shows(terminal, "paused"));
    leave(terminal);
}

static void colours_are_used(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    assert_true(terminal_has_colour(terminal));
    leave(terminal);
}

static void no_color_leaves_them_out(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_set(&fixture->scene.sandbox, "NO_COLOR", "1"));
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    run_a_little(terminal);
    terminal_rest(terminal, 0.5);
    assert_false(terminal_has_colour(terminal));
    leave_while_training(terminal);
}

static bool has_braille(const char *screen, void *context)
{
    (void)context;
    for (; *screen; screen++)
        if ((unsigned char)screen[0] == 0xE2 && (unsigned char)screen[1] >= 0xA0 &&
            (unsigned char)screen[1] <= 0xA3)
            return true;
    return false;
}

static void curves_are_braille_in_utf8(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    run_a_little(terminal);
    assert_true(terminal_meets(terminal, has_braille, NULL, "braille"));
    leave_while_training(terminal);
}

static void assert_draws_ascii(struct fixture *fixture)
{
    struct terminal *terminal = open_tiny(fixture, 40, 100);
    run_a_little(terminal);
    snprintf(fixture->command, sizeof fixture->command, "/who %s", fixture->known);
    scene_type_line(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "of 6 right"));
    leave_while_training(terminal);
    size_t length;
    const char *output = terminal_output(terminal, &length);
    for (size_t i = 0; i < length; i++)
        assert_within((unsigned char)output[i], 0, 127);
}

static void without_utf8_everything_is_ascii(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_set(&fixture->scene.sandbox, "LANG", "C"));
    assert_draws_ascii(fixture);
}

static void a_console_whose_font_has_no_braille_gets_ascii(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_set(&fixture->scene.sandbox, "TERM", "linux"));
    assert_draws_ascii(fixture);
}

static void a_dumb_terminal_gets_a_sentence(void **state)
{
    struct fixture *fixture = *state;
    int status;
    assert_true(sandbox_set(&fixture->scene.sandbox, "TERM", "dumb"));
    struct terminal *terminal = scene_start(&fixture->scene, 24, 400, ARGUMENTS("tiny"));
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 2);
    assert_true(terminal_shows(terminal, "mneme: the workbench"));
    assert_true(terminal_shows(terminal, "mneme train"));
}

/* ---- being interrupted ---- */

static void sigterm_saves(void **state)
{
    struct fixture *fixture = *state;
    int status;
    struct terminal *terminal = open_tiny(fixture, 24, 80);
    step_to(terminal, 9);
    terminal_signal(terminal, SIGTERM);
    assert_true(terminal_ends(terminal, &status));
    assert_true(terminal_is_restored(terminal));
    assert_true(goes_on_from(fixture, 9));
}

static void what_is_ignored_from_the_start_stays_so(void **state)
{
    struct fixture *fixture = *state;
    struct terminal *terminal = scene_start(
        &fixture->scene, 24, 80,
        (const char *const[]){"sh", "-c",
                              "trap '' HUP TERM TSTP; exec \"$0\" tiny --run run --set " ENDLESS,
                              sandbox_program(), NULL});
    assert_true(terminal_shows(terminal, "paused"));
    terminal_signal(terminal, SIGHUP);
    terminal_signal(terminal, SIGTERM);
    terminal_type(terminal, "\x1a");
    terminal_rest(terminal, 0.5);
    step_to(terminal, 2);
    leave(terminal);
}

static void control_c_drops_the_line_and_stays(void **state)
{
    struct terminal *terminal = open_tiny(*state, 24, 80);
    terminal_type(terminal, "/half a command");
    assert_true(terminal_shows(terminal, "/half a command"));
    terminal_type(terminal, "\x03");
    assert_true(terminal_hides(terminal, "/half a command"));
    terminal_rest(terminal, 0.5);
    step_to(terminal, 2);
    leave(terminal);
}

static void control_z_goes_to_the_shell_and_fg_comes_back(void **state)
{
    struct fixture *fixture = *state;
    int status;
    assert_true(sandbox_set(&fixture->scene.sandbox, "PS1", "shell> "));
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 80, (const char *const[]){"sh", "-i", NULL});
    assert_true(terminal_shows(terminal, "shell>"));
    snprintf(fixture->command, sizeof fixture->command, "%s tiny --run run --set " ENDLESS "\n",
             sandbox_program());
    terminal_type(terminal, fixture->command);
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "\x1a");
    assert_true(terminal_shows(terminal, "Stopped"));
    terminal_type(terminal, "echo back in the shell $((6 * 7))\n");
    assert_true(terminal_shows(terminal, "back in the shell 42"));
    terminal_type(terminal, "fg; echo ended with $?\n");
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "s");
    assert_true(terminal_shows(terminal, " 1/100,000,000"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "ended with 0"));
    terminal_type(terminal, "exit 5\n");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 5);
    assert_true(terminal_is_restored(terminal));
}

/* The name is the same in every sandbox: it depends on the preset alone. */
static bool find_known(struct fixture *fixture)
{
    struct process process;
    bool found =
        process_run(&process, &fixture->scene.sandbox,
                    ARGUMENTS("sample", "tiny", "--number", "1", "--json"), NULL, NULL, 0) &&
        process.status == 0;
    static const char before[] = "\"name\":\"";
    const char *name = found ? strstr(process_out(&process), before) : NULL;
    if (name) {
        name += strlen(before);
        snprintf(fixture->known, sizeof fixture->known, "%.*s", (int)strcspn(name, "\""), name);
    } else
        fprintf(stderr, "status %d: %s\n", process.status, process_err(&process));
    process_free(&process);
    return name != NULL;
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && scene_open(&fixture->scene) && find_known(fixture) ? 0 : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    scene_close(&fixture->scene);
    free(fixture);
    return 0;
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(the_chooser_opens_the_preset_that_is_chosen),
        IN_SANDBOX(the_chooser_leads_back_to_the_run_it_was_opened_over),
        IN_SANDBOX(a_table_is_trained_and_asked),
        IN_SANDBOX(a_path_is_typed_in_the_chooser),
        IN_SANDBOX(esc_quits_no_chooser),
        IN_SANDBOX(the_chooser_is_left_without_a_trace),
        IN_SANDBOX(an_unknown_preset_is_one_sentence),
        IN_SANDBOX(a_short_run_comes_to_its_end),
        IN_SANDBOX(a_finished_run_says_how_to_make_more_steps),
        IN_SANDBOX(space_pauses_and_goes_on),
        IN_SANDBOX(quitting_asks_first_while_training),
        IN_SANDBOX(commands_run_and_pause_as_well),
        IN_SANDBOX(s_makes_one_step),
        IN_SANDBOX(c_keeps_a_checkpoint),
        IN_SANDBOX(a_checkpoint_is_kept_again_after_the_rate_was_set),
        IN_SANDBOX(a_run_is_opened_where_it_was_left),
        IN_SANDBOX(another_preset_is_loaded_and_the_run_is_saved),
        IN_SANDBOX(a_run_in_use_is_followed_when_this_one_is_saved),
        IN_SANDBOX(what_cannot_be_read_is_refused_before_anything_is_closed),
        IN_SANDBOX(a_key_quits_while_a_model_is_made),
        IN_SANDBOX(steps_that_are_made_again_are_given_up_to_quit),
        IN_SANDBOX(a_preset_that_is_only_looked_at_leaves_no_run),
        IN_SANDBOX(a_run_in_which_something_was_done_is_kept_and_named),
        IN_SANDBOX(the_run_it_names_is_a_word_of_a_shell),
        IN_SANDBOX(a_prompt_is_answered),
        IN_SANDBOX(the_map_tells_of_every_fact),
        IN_SANDBOX(it_is_answered_while_training_goes_on),
        IN_SANDBOX(who_shows_every_attribute),
        IN_SANDBOX(people_are_found_by_a_part_of_their_name),
        IN_SANDBOX(an_invented_name_can_be_asked_about),
        IN_SANDBOX(names_are_typed_whatever_they_begin_with),
        IN_SANDBOX(a_word_without_a_token_is_named),
        IN_SANDBOX(an_unknown_command_names_the_nearest),
        IN_SANDBOX(a_small_letter_that_is_no_key_is_said_and_begins_no_prompt),
        IN_SANDBOX(tab_completes_a_command),
        IN_SANDBOX(tab_completes_a_name),
        IN_SANDBOX(escape_closes_completions_and_no_more),
        IN_SANDBOX(pasted_text_is_no_keys),
        IN_SANDBOX(pasted_text_answers_no_question),
        IN_SANDBOX(pasted_text_turns_no_pages),
        IN_SANDBOX(keys_act_again_where_the_end_of_pasted_text_is_lost),
        IN_SANDBOX(the_history_is_kept_between_sessions),
        IN_SANDBOX(the_learning_rate_can_be_set),
        IN_SANDBOX(what_is_typed_while_values_are_set_is_done_behind_it),
        IN_SANDBOX(the_screen_stays_while_values_are_set),
        IN_SANDBOX(what_is_typed_while_a_branch_opens_is_for_that),
        IN_SANDBOX(what_was_asked_stays_where_a_branch_and_its_parent_change_places),
        IN_SANDBOX(control_c_leaves_while_values_are_set),
        IN_SANDBOX(on_a_small_screen_keys_are_set_and_branches_trained),
        IN_SANDBOX(on_a_large_screen_keys_are_set_and_branches_trained),
        IN_SANDBOX(an_earlier_step_is_asked_and_left),
        IN_SANDBOX(an_earlier_step_is_asked_on_a_small_screen),
        IN_SANDBOX(nothing_kept_is_said),
        IN_SANDBOX(an_answer_is_found_and_copied),
        IN_SANDBOX(an_answer_is_found_and_copied_in_tmux_on_a_small_screen),
        IN_SANDBOX(questions_are_watched),
        IN_SANDBOX(questions_are_watched_on_a_small_screen),
        IN_SANDBOX(v_shows_the_circuits_and_the_loss_again),
        IN_SANDBOX(help_comes_and_goes),
        IN_SANDBOX(the_help_tells_of_what_is_below),
        IN_SANDBOX(keys_that_mean_nothing_to_the_help_do_nothing),
        IN_SANDBOX(the_help_fills_its_lines),
        IN_SANDBOX(every_size_has_the_phase),
        IN_SANDBOX(a_window_that_shrinks_and_grows_at_once_is_whole),
        IN_SANDBOX(a_terminal_too_small_is_told_so),
        IN_SANDBOX(colours_are_used),
        IN_SANDBOX(no_color_leaves_them_out),
        IN_SANDBOX(curves_are_braille_in_utf8),
        IN_SANDBOX(without_utf8_everything_is_ascii),
        IN_SANDBOX(a_console_whose_font_has_no_braille_gets_ascii),
        IN_SANDBOX(a_dumb_terminal_gets_a_sentence),
        IN_SANDBOX(sigterm_saves),
        IN_SANDBOX(what_is_ignored_from_the_start_stays_so),
        IN_SANDBOX(control_c_drops_the_line_and_stays),
        IN_SANDBOX(control_z_goes_to_the_shell_and_fg_comes_back),
    };
    return cmocka_run_group_tests_name("workbench", tests, NULL, NULL);
}
