/* The workbench on a run that another process trains. */
#include <dirent.h>
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

#include "tests/screen/process.h"
#include "tests/screen/scene.h"

/* So many steps that the run does not end by itself, and few files of it. */
#define ENDLESS  "train.steps=100000000"
#define OF_STEPS "/100,000,000"
#define RARELY                                                                                     \
    "--set", "eval.every=100", "--set", "checkpoint.every=100", "--set", "checkpoint.keep=last"

enum { EXIT_BUSY = 75 };

struct fixture {
    struct scene scene;
    struct terminal *writer;
};

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && scene_open(&fixture->scene) ? 0 : -1;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->writer);
    scene_close(&fixture->scene);
    free(fixture);
    return 0;
}

static bool has_saved(const char *screen, void *context)
{
    struct scene *scene = context;
    char *path = sandbox_path(&scene->sandbox, "other/checkpoints");
    DIR *directory = path ? opendir(path) : NULL;
    bool saved = false;
    (void)screen;
    for (const struct dirent *entry; directory && (entry = readdir(directory));)
        saved = saved || (strncmp(entry->d_name, "step-", 5) == 0 &&
                          strtoull(entry->d_name + 5, NULL, 10) > 0);
    if (directory)
        closedir(directory);
    free(path);
    return saved;
}

/* A run in other/ that is trained by a process of its own, and has checkpoints. It says nothing,
 * since nobody reads what stands on its terminal. */
static void train_other(struct fixture *fixture)
{
    fixture->writer = terminal_start(
        &fixture->scene.sandbox,
        ARGUMENTS("train", "tiny", "--quiet", "--run", "other", "--set", ENDLESS, RARELY), 10, 100);
    assert_non_null(fixture->writer);
    assert_true(terminal_meets(fixture->writer, has_saved, &fixture->scene, "a checkpoint"));
}

static uint64_t step_of(const char *screen)
{
    const char *slash = strstr(screen, OF_STEPS), *digit = slash;
    uint64_t step = 0;
    if (!slash)
        return 0;
    while (digit > screen && strchr(",0123456789", digit[-1]))
        digit--;
    for (; digit < slash; digit++)
        if (*digit != ',')
            step = 10 * step + (uint64_t)(*digit - '0');
    return step;
}

static bool is_another(const char *screen, void *context)
{
    return strcmp(screen, context) != 0;
}

static bool is_past(const char *screen, void *context)
{
    return step_of(screen) > *(uint64_t *)context;
}

/* Twice, since what it shows at first was there when it was opened. */
static void draws_what_is_new(struct terminal *terminal)
{
    for (int more = 0; more < 2; more++) {
        uint64_t step = step_of(terminal_screen(terminal));
        char *screen = strdup(terminal_screen(terminal));
        if (step > 0)
            assert_true(terminal_meets(terminal, is_past, &step, "a later step"));
        else /* a small screen has no room for it */
            assert_true(terminal_meets(terminal, is_another, screen, "another screen"));
        free(screen);
    }
}

/* There is nothing to save. */
static bool quits_at_once(struct fixture *fixture)
{
    scene_quit(&fixture->scene);
    return !strstr(terminal_screen(fixture->scene.terminal), "open it again");
}

static void a_run_is_drawn_as_it_grows_on_any_screen(void **state)
{
    struct fixture *fixture = *state;
    train_other(fixture);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal = scene_start(&fixture->scene, scene_sizes[s].rows,
                                                scene_sizes[s].cols, ARGUMENTS("watch", "other"));
        assert_true(terminal_shows(terminal, "▶ following"));
        draws_what_is_new(terminal);
        terminal_type(terminal, " ");
        assert_true(terminal_shows(terminal, "it is only read here: process "));
        assert_true(quits_at_once(fixture));
    }
}

static void what_would_change_it_is_refused_in_a_sentence(void **state)
{
    struct fixture *fixture = *state;
    static const char *const lines[] = {
        "/run", "/pause", "/step 3", "/save", "/evaluate", "/set train.lr=1e-3", "/watch Who"};
    train_other(fixture);
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 100, ARGUMENTS("watch", "other", "--ascii"));
    assert_true(terminal_shows(terminal, "> following"));
    for (size_t l = 0; l < sizeof lines / sizeof *lines; l++) {
        scene_type_line(terminal, lines[l]);
        assert_true(terminal_shows(terminal, lines[l]));
        assert_true(terminal_shows(terminal, "it is only read here: process "));
        scene_type_line(terminal, "/values nothing"); /* something else is answered */
        terminal_type(terminal, "\003");
    }
    scene_type_line(terminal, "/watch");
    assert_true(terminal_shows(terminal, "no question is watched"));
    static const char *const keys[] = {" ", "s", "n", "e", "c", "w"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        terminal_type(terminal, "l"); /* the message goes */
        assert_true(terminal_shows(terminal, "/ command"));
        assert_null(strstr(terminal_screen(terminal), "run/pause")); /* which would be refused */
        terminal_type(terminal, keys[k]);
        assert_true(terminal_shows(terminal, "it is only read here"));
    }
    draws_what_is_new(terminal);
    assert_true(quits_at_once(fixture));
}

/* Whether two answers are of different steps. */
static bool has_two_steps(const char *screen, void *context)
{
    static const char at[] = " at step ";
    const char *one = strstr(screen, at), *two = one ? strstr(one + 1, at) : NULL;
    (void)context;
    return two && strncmp(one, two, strcspn(one, "\n")) != 0;
}

static void its_newest_model_is_asked_and_says_of_which_step(void **state)
{
    struct fixture *fixture = *state;
    train_other(fixture);
    struct terminal *terminal = scene_start(&fixture->scene, 36, 120, ARGUMENTS("watch", "other"));
    assert_true(terminal_shows(terminal, "▶ following"));
    scene_type_line(terminal, "/invent");
    assert_true(terminal_shows(terminal, "Tab shows how"));
    terminal_type(terminal, " was born on");
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, " at step "));
    uint64_t step = step_of(terminal_screen(terminal)) + 250;
    assert_true(terminal_meets(terminal, is_past, &step, "two checkpoints more"));
    terminal_type(terminal, "k");
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_meets(terminal, has_two_steps, NULL, "an answer of another step"));
    terminal_type(terminal, "m");
    assert_true(terminal_shows(terminal, "forgotten"));
    terminal_type(terminal, "q");
    assert_true(terminal_hides(terminal, "forgotten"));
    assert_true(quits_at_once(fixture));
}

/* Killed, it leaves its name in the lock. */
static void a_run_whose_writer_dies_can_be_gone_on_with(void **state)
{
    struct fixture *fixture = *state;
    train_other(fixture);
    struct terminal *terminal = scene_start(&fixture->scene, 24, 80, ARGUMENTS("watch", "other"));
    assert_true(terminal_shows(terminal, "▶ following"));
    terminal_signal(fixture->writer, SIGKILL);
    assert_true(terminal_shows(terminal, "✗ abandoned"));
    terminal_type(terminal, "l");
    assert_true(terminal_shows(terminal, "space opens this run to go on: process "));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "Nobody trains this run. Open it here"));
    terminal_type(terminal, "n");
    assert_true(terminal_shows(terminal, "✗ abandoned"));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "Nobody trains this run. Open it here"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "‖ paused"));
    uint64_t step = step_of(terminal_screen(terminal));
    terminal_type(terminal, "s");
    assert_true(terminal_meets(terminal, is_past, &step, "a step"));
}

static void a_run_that_was_given_back_says_so(void **state)
{
    struct fixture *fixture = *state;
    train_other(fixture);
    struct terminal *terminal = scene_start(&fixture->scene, 24, 80, ARGUMENTS("watch", "other"));
    assert_true(terminal_shows(terminal, "▶ following"));
    terminal_signal(fixture->writer, SIGTERM);
    assert_true(terminal_shows(terminal, "■ stopped"));
    terminal_type(terminal, "l");
    assert_true(terminal_shows(terminal, "space opens this run to go on: nobody trains it"));
    assert_true(quits_at_once(fixture));
}

static void a_branch_of_it_is_trained_here(void **state)
{
    struct fixture *fixture = *state;
    train_other(fixture);
    struct terminal *terminal = scene_start(&fixture->scene, 24, 100, ARGUMENTS("watch", "other"));
    assert_true(terminal_shows(terminal, "▶ following"));
    scene_type_line(terminal, "/branch train.lr=1e-3");
    assert_true(terminal_shows(terminal, "branch at step "));
    assert_true(terminal_shows(terminal, "▶ running"));
    scene_type_line(terminal, "/parent");
    assert_true(terminal_shows(terminal, "▶ following"));
    assert_false(quits_at_once(fixture)); /* but for the branch */
}

/* Opened to be trained it is refused, and opened to be looked at it is followed. */
static void a_run_in_use_is_followed_unless_it_is_to_be_trained(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    train_other(fixture);
    assert_true(process_run(&process, &fixture->scene.sandbox, ARGUMENTS("./other", "--go"), NULL,
                            NULL, 0));
    assert_int_equal(process.status, EXIT_BUSY);
    assert_non_null(strstr(process_err(&process), "run other is being written by process "));
    process_free(&process);
    struct terminal *terminal = scene_start(&fixture->scene, 24, 80, ARGUMENTS("./other"));
    assert_true(terminal_shows(terminal, "▶ following"));
    assert_true(quits_at_once(fixture));
}

/* Who may write everywhere gives that up for a program. */
#define POWERLESS "setpriv", "--bounding-set=-dac_override,-dac_read_search"

static bool can_be_powerless(const struct sandbox *sandbox)
{
    struct process process;
    bool can = process_run(&process, sandbox, (const char *const[]){POWERLESS, "true", NULL}, NULL,
                           NULL, 0);
    can = can && process.status == 0;
    process_free(&process);
    return can;
}

static void change_modes(struct fixture *fixture, const char *modes)
{
    assert_true(
        scene_run(&fixture->scene, (const char *const[]){"chmod", "-R", modes, "other", NULL}));
}

/* Nobody trains it, and it cannot be trained here: that is said once, and it is asked. */
static void a_run_that_cannot_be_written_is_only_read(void **state)
{
    static const char shut[] = "it is only read here, since its directory cannot be written";
    struct fixture *fixture = *state;
    const char *const powerless[] = {POWERLESS, sandbox_program(), "./other", NULL};
    bool is_root = geteuid() == 0;
    if (is_root && !can_be_powerless(&fixture->scene.sandbox))
        skip();
    assert_true(
        scene_run(&fixture->scene, ARGUMENTS("train", "tiny", "--quiet", "--run", "other")));
    change_modes(fixture, "a-w");
    struct terminal *terminal =
        scene_start(&fixture->scene, 24, 100, is_root ? powerless : ARGUMENTS("./other"));
    assert_true(terminal_shows(terminal, shut));
    terminal_type(terminal, "v");
    assert_true(terminal_hides(terminal, shut));
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, shut));
    scene_type_line(terminal, "/invent");
    assert_true(terminal_shows(terminal, "Tab shows how"));
    terminal_type(terminal, " was born on");
    terminal_key(terminal, VTERM_KEY_ENTER);
    assert_true(terminal_shows(terminal, " at step 60"));
    scene_type_line(terminal, "/branch @20 train.lr=1e-3");
    assert_true(terminal_shows(terminal, "branch at step 20"));
    scene_type_line(terminal, "/parent");
    assert_true(terminal_shows(terminal, shut));
    change_modes(fixture, "u+w");
    assert_true(terminal_shows(terminal, "space opens this run"));
    assert_false(quits_at_once(fixture)); /* but for the branch */
}

static void what_is_no_run_is_not_watched(void **state)
{
    struct fixture *fixture = *state;
    struct process process;
    assert_true(process_run(&process, &fixture->scene.sandbox, ARGUMENTS("watch", "nobody"), NULL,
                            NULL, 0));
    assert_int_equal(process.status, 2);
    assert_non_null(strstr(process_err(&process), "there is no run nobody"));
    process_free(&process);
}

int main(void)
{
#define IN_SANDBOX(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)
    const struct CMUnitTest tests[] = {
        IN_SANDBOX(a_run_is_drawn_as_it_grows_on_any_screen),
        IN_SANDBOX(what_would_change_it_is_refused_in_a_sentence),
        IN_SANDBOX(its_newest_model_is_asked_and_says_of_which_step),
        IN_SANDBOX(a_run_whose_writer_dies_can_be_gone_on_with),
        IN_SANDBOX(a_run_that_was_given_back_says_so),
        IN_SANDBOX(a_branch_of_it_is_trained_here),
        IN_SANDBOX(a_run_in_use_is_followed_unless_it_is_to_be_trained),
        IN_SANDBOX(a_run_that_cannot_be_written_is_only_read),
        IN_SANDBOX(what_is_no_run_is_not_watched),
    };
    return cmocka_run_group_tests_name("following", tests, NULL, NULL);
}
