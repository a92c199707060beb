/* The workbench with a run that goes on beside the one that is open. */
#include <inttypes.h>
#include <omp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/processors.h"
#include "base/text.h"
#include "tests/screen/process.h"
#include "tests/screen/scene.h"

/* So many steps that no run ends by itself, and few files of them. */
#define ENDLESS                                                                                    \
    "--set", "train.steps=10000000", "--set", "eval.every=100", "--set", "checkpoint.every=100",   \
        "--set", "checkpoint.keep=last"

/* The number behind a text, or 0. */
static uint64_t number_behind(const char *screen, const char *text)
{
    const char *found = strstr(screen, text);
    uint64_t number = 0;
    for (found = found ? found + strlen(text) : ""; *found && strchr(",0123456789", *found);
         found++)
        if (*found != ',')
            number = 10 * number + (uint64_t)(*found - '0');
    return number;
}

struct growth {
    const char *text;
    uint64_t before;
};

static bool has_grown(const char *screen, void *context)
{
    const struct growth *growth = context;
    return number_behind(screen, growth->text) > growth->before;
}

/* Twice, since what is shown at first was so before. */
static void grows(struct terminal *terminal, const char *text)
{
    for (int more = 0; more < 2; more++) {
        struct growth growth = {text, number_behind(terminal_screen(terminal), text)};
        assert_true(terminal_meets(terminal, has_grown, &growth, text));
    }
}

/* The line with an answer, as is there once it was given. */
static void says(struct terminal *terminal, const char *line, const char *answer)
{
    scene_type_line(terminal, line);
    assert_true(terminal_shows(terminal, answer));
}

/* A run in parent/ that is trained, and has made steps. */
static struct terminal *train_parent(struct scene *scene, int rows, int cols, const char *option)
{
    struct terminal *terminal = scene_start(
        scene, rows, cols, ARGUMENTS("tiny", "--run", "parent", "--go", ENDLESS, option));
    assert_true(terminal_shows(terminal, option ? "> running" : "▶ running"));
    assert_true(terminal_hides(terminal, " 0/10,000,000"));
    return terminal;
}

static void branch_off(struct terminal *terminal)
{
    scene_type_line(terminal, "/branch train.lr=1e-3 --both");
    assert_true(terminal_shows(terminal, "the parent goes on beside it"));
    assert_true(terminal_shows(terminal, "▶ running"));
    grows(terminal, "parent ▶ ");
}

/* Whether the run that is open has made enough steps since it was branched off to have been
 * evaluated: "N/10,000,000". */
static bool has_made_steps(const char *screen, void *context)
{
    const char *steps = strstr(screen, "/10,000,000"), *from = steps;
    (void)context;
    while (from && from > screen && strchr(",0123456789", from[-1]))
        from--;
    return from && number_behind(from, "") > 200;
}

/* Whether the legend has a value of the parent at the branch's newest evaluation. */
static bool parent_has_value(const char *screen, void *context)
{
    static const char name[] = "╌ parent";
    const char *parent = strstr(screen, name);
    (void)context;
    parent = parent ? parent + strlen(name) : "";
    return strspn(parent, " ") < 4 && strchr(".0123456789", parent[strspn(parent, " ")]);
}

static void both_go_on(struct scene *scene, int rows, int cols)
{
    struct terminal *terminal = train_parent(scene, rows, cols, NULL);
    branch_off(terminal);
    assert_true(terminal_shows(terminal, "▶ running"));
    says(terminal, "/branch --both", "parent goes on beside this run already");
    assert_true(terminal_meets(terminal, has_made_steps, NULL, "an evaluation of the branch"));
    terminal_type(terminal, " "); /* the parent comes by where the branch rests */
    assert_true(terminal_shows(terminal, "‖ paused"));
    assert_true(terminal_meets(terminal, parent_has_value, NULL, "the parent's curve"));
    grows(terminal, "parent ▶ ");
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "▶ running"));
    scene_type_line(terminal, "/parent");
    grows(terminal, "beside ▶ ");
    assert_true(terminal_shows(terminal, "▶ running"));
    scene_type_line(terminal, "/beside");
    grows(terminal, "parent ▶ ");
    says(terminal, "/alone", "parent is saved, and goes on no longer");
    assert_true(terminal_hides(terminal, "parent ▶ "));
    terminal_type(terminal, "l "); /* the message goes */
    assert_true(terminal_shows(terminal, "‖ paused"));
    says(terminal, "/alone", "no run goes on beside this one");
    scene_quit(scene);
}

static void a_parent_goes_on_beside_its_branch_on_a_usual_screen(void **state)
{
    both_go_on(*state, 24, 100); /* its steps are eight digits */
}

static void a_parent_goes_on_beside_its_branch_on_a_large_screen(void **state)
{
    both_go_on(*state, 50, 160);
}

/* Once nobody trains it. */
static void is_given_back(struct scene *scene)
{
    struct terminal *terminal = scene_start(scene, 24, 100, ARGUMENTS("watch", "parent"));
    assert_true(terminal_shows(terminal, "■ stopped"));
    scene_quit(scene);
}

static size_t count_of(const char *screen, const char *text)
{
    size_t count = 0;
    for (; (screen = strstr(screen, text)); screen += strlen(text))
        count++;
    return count;
}

static void leaving_asks_and_saves_both(void **state)
{
    struct scene *scene = *state;
    int status;
    struct terminal *terminal = train_parent(scene, 24, 100, NULL);
    branch_off(terminal);
    terminal_type(terminal, "q");
    assert_true(terminal_shows(
        terminal, "Training is under way, and parent goes on beside. Save both and quit?"));
    terminal_type(terminal, "n");
    grows(terminal, "parent ▶ ");
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "‖ paused"));
    terminal_type(terminal, "q");
    assert_true(terminal_shows(terminal, "parent goes on beside. Save it and quit?"));
    terminal_type(terminal, "y");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 0);
    assert_int_equal(count_of(terminal_screen(terminal), "open it again"), 2);
    is_given_back(scene);
}

/* TERM has both saved by the workbench, and where that is killed the other one sees it. */
static void a_workbench_that_is_ended_leaves_nothing_running(void **state)
{
    struct scene *scene = *state;
    static const int signals[] = {SIGTERM, SIGHUP, SIGKILL};
    for (size_t s = 0; s < sizeof signals / sizeof *signals; s++) {
        int status;
        struct terminal *terminal =
            s == 0 ? train_parent(scene, 24, 100, NULL)
                   : scene_start(scene, 24, 100, ARGUMENTS("./parent", "--go"));
        assert_true(terminal_shows(terminal, "▶ running"));
        branch_off(terminal);
        terminal_signal(terminal, signals[s]);
        assert_true(terminal_ends(terminal, &status));
        is_given_back(scene);
    }
}

/* What stands behind the header: numbers alone. */
static char *read_numbers(const struct scene *scene, const char *path, size_t *length)
{
    enum { PREFIX = 8 };
    char *whole = sandbox_path(&scene->sandbox, path), *bytes = file_read(whole, length, NULL);
    uint64_t header = 0;
    assert_non_null(bytes);
    assert_true(*length > PREFIX);
    for (int b = PREFIX; b-- > 0;)
        header = 256 * header + (unsigned char)bytes[b];
    assert_true(header + PREFIX < *length);
    *length -= header + PREFIX;
    memmove(bytes, bytes + header + PREFIX, *length);
    free(whole);
    return bytes;
}

static void a_parent_whose_workbench_is_killed_resumes_with_the_same_bits(void **state)
{
    struct scene *scene = *state;
    int status;
    size_t length, other;
    struct process process;
#define LONG                                                                                       \
    "--set", "train.steps=4000", "--set", "eval.every=500", "--set", "checkpoint.every=1000"
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--quiet", "--run", "alone", LONG)));
    struct terminal *terminal =
        scene_start(scene, 24, 100, ARGUMENTS("tiny", "--run", "parent", LONG));
    assert_true(terminal_shows(terminal, "‖ paused"));
    scene_type_line(terminal, "/step 25");
    assert_true(terminal_shows(terminal, "   25/4,000"));
    assert_true(terminal_shows(terminal, "‖ paused"));
    branch_off(terminal);
    terminal_signal(terminal, SIGKILL);
    assert_true(terminal_ends(terminal, &status));
    is_given_back(scene);
    assert_true(process_run(&process, &scene->sandbox,
                            ARGUMENTS("train", "--quiet", "--resume", "./parent"), NULL, NULL, 0));
    assert_int_equal(process.status, 0);
    process_free(&process);
#define LAST "/checkpoints/step-00004000.safetensors"
    char *alone = read_numbers(scene, "alone" LAST, &length);
    char *parent = read_numbers(scene, "parent" LAST, &other);
    assert_int_equal(length, other);
    assert_memory_equal(alone, parent, length);
    memory_free(alone);
    memory_free(parent);
}

static void a_parent_that_is_finished_is_said_to_be(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal =
        scene_start(scene, 24, 100, ARGUMENTS("tiny", "--run", "parent", "--go"));
    assert_true(terminal_shows(terminal, "■ done"));
    says(terminal, "/branch @20 --both train.lr=1e-4", "the parent is finished, and");
    assert_true(terminal_hides(terminal, "parent ▶"));
    assert_true(terminal_shows(terminal, "■ done"));
    scene_quit(scene);
}

static size_t count_in(const struct scene *scene, const char *path, const char *text)
{
    char *whole = sandbox_path(&scene->sandbox, path), *bytes = file_read(whole, NULL, NULL);
    size_t count = bytes ? count_of(bytes, text) : 0;
    memory_free(bytes);
    free(whole);
    return count;
}

struct stops {
    const struct scene *scene;
    size_t least;
};

static bool has_stopped(const char *screen, void *context)
{
    const struct stops *stops = context;
    (void)screen;
    return count_in(stops->scene, "parent/metrics.jsonl", "\"event\": \"stop\"") >= stops->least;
}

/* It has all threads then, for which its process is another one: the workbench gave it back once,
 * and the first process, which has begun by then, another time. */
static void a_parent_goes_on_when_its_branch_is_finished(void **state)
{
    struct scene *scene = *state;
    char line[64];
    struct terminal *terminal = train_parent(scene, 24, 100, "--ascii");
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "| paused"));
    scene_type_line(terminal, "/branch @0 --both");
    grows(terminal, "parent > ");
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, "| paused"));
    snprintf(line, sizeof line, "/set train.steps=%" PRIu64,
             terminal_number_before(terminal, "/10,000,000") + 40);
    says(terminal, line, "the run is saved with it");
    terminal_type(terminal, " ");
    assert_true(terminal_shows(terminal, " done"));
    const bool is_one = omp_get_num_procs() == 1 || processors_quota("") == 1;
    struct stops stops = {scene, is_one ? 1 : 2};
    assert_true(terminal_meets(terminal, has_stopped, &stops, "another process"));
    grows(terminal, "parent > ");
    scene_type_line(terminal, "/alone");
    assert_true(terminal_shows(terminal, "goes on no longer"));
    scene_quit(scene);
}

static void the_form_of_a_branch_can_let_its_parent_go_on(void **state)
{
    struct scene *scene = *state;
    struct terminal *terminal = train_parent(scene, 24, 100, NULL);
    terminal_type(terminal, "B");
    assert_true(terminal_shows(terminal, "b beside its parent"));
    terminal_type(terminal, "b");
    assert_true(terminal_shows(terminal, "the parent goes on beside it"));
    grows(terminal, "parent ▶ ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(a_parent_goes_on_beside_its_branch_on_a_usual_screen),
        SCENE_TEST(a_parent_goes_on_beside_its_branch_on_a_large_screen),
        SCENE_TEST(leaving_asks_and_saves_both),
        SCENE_TEST(a_workbench_that_is_ended_leaves_nothing_running),
        SCENE_TEST(a_parent_whose_workbench_is_killed_resumes_with_the_same_bits),
        SCENE_TEST(a_parent_that_is_finished_is_said_to_be),
        SCENE_TEST(a_parent_goes_on_when_its_branch_is_finished),
        SCENE_TEST(the_form_of_a_branch_can_let_its_parent_go_on),
    };
    return cmocka_run_group_tests_name("beside", tests, NULL, NULL);
}
