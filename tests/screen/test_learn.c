/* The chart of a run: other runs over it, what is on it, and which steps it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/scene.h"

static void make_run(struct scene *scene, const char *name, const char *set)
{
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--run", name, "--set", set)));
}

static struct terminal *open_run(struct scene *scene, const char *name, size_t size, bool ascii)
{
    const char *const arguments[] = {sandbox_program(), name, ascii ? "--ascii" : NULL, NULL};
    struct terminal *terminal =
        scene_start(scene, scene_sizes[size].rows, scene_sizes[size].cols, arguments);
    assert_true(terminal_shows(terminal, "done"));
    return terminal;
}

/* ---- other runs ---- */

/* All runs, the newest first; the open one among them is not drawn twice. */
static void mark_three(struct terminal *terminal)
{
    terminal_type(terminal, "5");
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    terminal_type(terminal, "***");
    assert_true(terminal_shows(terminal, "3 marked"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "runs  3 of 3"));
}

static void make_three(struct scene *scene)
{
    make_run(scene, SCENE_RUNS "first", "train.seed=1");
    make_run(scene, SCENE_RUNS "second", "train.seed=2");
    make_run(scene, SCENE_RUNS "fast", "train.lr=6e-3");
}

static void marked_runs_are_drawn_over_the_open_one_at_every_size(void **state)
{
    struct scene *scene = *state;
    make_three(scene);
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_run(scene, "first", s, s % 2 == 1);
        mark_three(terminal);
        assert_true(terminal_shows(terminal, "1 fast"));
        if (s == 0) {
            assert_true(terminal_shows(terminal, "and 1 more"));
            scene_quit(scene);
            continue;
        }
        assert_true(terminal_shows(terminal, "2 second, 2 seeds"));
        VTermScreenCell fast, seeds;
        assert_true(terminal_find(terminal, "1 fast", &fast));
        assert_true(terminal_find(terminal, "2 second", &seeds));
        assert_false(vterm_color_is_equal(&fast.fg, &seeds.fg));
        terminal_type(terminal, "5"); /* the marks are taken away */
        assert_true(terminal_shows(terminal, "runs  3 of 3"));
        assert_true(terminal_hides(terminal, "attribute loss")); /* all of it is drawn */
        terminal_key(terminal, VTERM_KEY_HOME);
        terminal_type(terminal, "***");
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "attribute loss"));
        assert_true(terminal_hides(terminal, "1 fast"));
        scene_quit(scene);
    }
}

static void the_loss_of_one_run_less_anothers_is_drawn(void **state)
{
    struct scene *scene = *state;
    make_three(scene);
    for (size_t s = 1; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_run(scene, "first", s, s == 1);
        terminal_type(terminal, "d");
        assert_true(terminal_shows(terminal, "nothing to compare with"));
        terminal_type(terminal, "5");
        assert_true(terminal_shows(terminal, "runs  3 of 3"));
        terminal_type(terminal, "fast*");
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "runs  3 of 3  1 marked"));
        terminal_type(terminal, "second*");
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_shows(terminal, "runs  3 of 3  2 marked"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "runs  3 of 3"));
        terminal_type(terminal, "d");
        assert_true(terminal_shows(terminal, "loss: fast less second, nats: "));
        terminal_key(terminal, VTERM_KEY_LEFT);
        assert_true(terminal_shows(terminal, "step 50: fast less second, nats: "));
        terminal_type(terminal, "d");
        assert_true(terminal_hides(terminal, "fast less second"));
        scene_type_line(terminal, "/difference seco\t");
        assert_true(terminal_shows(terminal, "step 50: this run less second, nats: "));
        terminal_type(terminal, "d");
        assert_true(terminal_hides(terminal, "this run less"));
        scene_type_line(terminal, "/difference first");
        assert_true(terminal_shows(terminal, "it differs in nothing from itself"));
        scene_quit(scene);
    }
}

/* Marks a run on the page of runs, on which that many are marked then. */
static void mark_run(struct terminal *terminal, const char *name, int marked)
{
    char head[32];
    snprintf(head, sizeof head, "runs  3 of 3  %d marked", marked);
    terminal_type(terminal, "5");
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    terminal_type(terminal, name);
    terminal_type(terminal, "*");
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, head));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, head));
}

static void why_marks_make_no_difference_is_said(void **state)
{
    struct scene *scene = *state;
    make_three(scene);
    struct terminal *terminal = open_run(scene, "first", 2, false);
    mark_run(terminal, "first", 1);
    terminal_type(terminal, "d");
    assert_true(terminal_shows(terminal, "the run that is marked is the open one: mark another"));
    mark_run(terminal, "fast", 2);
    mark_run(terminal, "second", 3);
    terminal_type(terminal, "d");
    assert_true(terminal_shows(terminal, "3 runs are marked, and a difference is of two"));
    scene_quit(scene);
}

static void select_run(struct terminal *terminal, const char *name)
{
    terminal_type(terminal, "5");
    assert_true(terminal_shows(terminal, "runs  3 of 3"));
    terminal_type(terminal, name);
    assert_true(terminal_shows(terminal, "runs  1 of 3"));
}

static void leave_runs(struct terminal *terminal, const char *head)
{
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, head));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, head));
}

static void a_difference_is_of_runs_by_their_newest_names(void **state)
{
    struct scene *scene = *state;
    make_three(scene);
    struct terminal *terminal = open_run(scene, "first", 2, false);
    scene_type_line(terminal, "/difference fast");
    assert_true(terminal_shows(terminal, "loss: this run less fast, nats: "));
    select_run(terminal, "fast");
    terminal_key(terminal, VTERM_KEY_FUNCTION(2));
    assert_true(terminal_shows(terminal, "new name › "));
    terminal_type(terminal, "\025quick\r"); /* Ctrl-U empties the line */
    assert_true(terminal_shows(terminal, "fast is called quick now"));
    leave_runs(terminal, "runs  3 of 3");
    assert_true(terminal_shows(terminal, "loss: this run less quick, nats: "));
    select_run(terminal, "quick");
    terminal_key(terminal, VTERM_KEY_DEL);
    assert_true(terminal_shows(terminal, "y / n"));
    terminal_type(terminal, "y");
    assert_true(terminal_shows(terminal, "quick is in the trash"));
    leave_runs(terminal, "runs  2 of 2");
    assert_true(terminal_shows(terminal, "attribute loss"));
    scene_quit(scene);
}

static void runs_without_a_step_in_common_have_no_difference(void **state)
{
    struct scene *scene = *state;
    make_run(scene, SCENE_RUNS "late", "train.seed=1");
    make_run(scene, SCENE_RUNS "short", "train.steps=10");
    assert_true(sandbox_write(&scene->sandbox, SCENE_RUNS "late/metrics.jsonl",
                              "{\"step\": 33, \"seconds\": 1, \"attr_loss\": 1.75}\n"));
    struct terminal *terminal = open_run(scene, "short", 1, false);
    scene_type_line(terminal, "/difference late");
    assert_true(terminal_shows(terminal, "have no evaluation at the same step"));
    assert_true(terminal_hides(terminal, " less "));
    scene_type_line(terminal, "/difference nobody");
    assert_true(terminal_shows(terminal, "nobody"));
    scene_quit(scene);
}

static void append(struct scene *scene, const char *name, const char *line)
{
    char *path = sandbox_path(&scene->sandbox, name);
    assert_non_null(path);
    FILE *record = fopen(path, "a");
    free(path);
    assert_non_null(record);
    fputs(line, record);
    fclose(record);
}

/* What the other's trainer would write comes on the chart. */
static void a_run_that_is_trained_meanwhile_goes_on_growing(void **state)
{
    struct scene *scene = *state;
    make_three(scene);
    struct terminal *terminal = open_run(scene, "first", 2, false);
    mark_three(terminal);
    assert_true(terminal_shows(terminal, "1 fast"));
    append(scene, SCENE_RUNS "fast/metrics.jsonl",
           "{\"step\": 64, \"seconds\": 1, \"attr_loss\": 1.75}\n");
    assert_true(terminal_shows(terminal, "1 fast: 1.75"));
    terminal_key(terminal, VTERM_KEY_LEFT); /* step 50: what it was then */
    assert_true(terminal_hides(terminal, "1 fast: 1.75"));
    assert_true(terminal_shows(terminal, "step 50"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_shows(terminal, "1 fast: 1.75"));
    scene_quit(scene);
}

/* What the parent's trainer would write is drawn behind the branch, though nobody marked it. */
static void a_parent_that_is_trained_meanwhile_goes_on_growing(void **state)
{
    struct scene *scene = *state;
    make_run(scene, SCENE_RUNS "first", "train.steps=40");
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "child", "--from",
                                           "first@20", "--set", "train.lr=1e-3")));
    struct terminal *terminal = open_run(scene, "child", 2, false);
    assert_true(terminal_shows(terminal, "parent    - "));
    append(scene, SCENE_RUNS "first/metrics.jsonl",
           "{\"step\": 60, \"seconds\": 1, \"attr_loss\": 1.75}\n");
    assert_true(terminal_shows(terminal, "parent 1.75 "));
    assert_true(terminal_hides(terminal, "1 first"));
    terminal_type(terminal, "d");
    assert_true(terminal_shows(terminal, "less the parent's, nats: +"));
    scene_type_line(terminal, "/range -.9,-.7"); /* the difference goes up */
    assert_true(terminal_shows(terminal, "nothing is drawn there: this chart goes from "));
    terminal_type(terminal, "d");
    assert_true(terminal_shows(terminal, "parent 1.75 "));
    append(scene, SCENE_RUNS "first/metrics.jsonl",
           "{\"step\": 400, \"seconds\": 1, \"attr_loss\": 1.5, \"attr_acc\": 0.25}\n");
    assert_true(
        terminal_shows(terminal, " 400")); /* all of it, behind the last step of the branch */
    scene_type_line(terminal, "/plot attr_acc,new_entropy");
    assert_true(terminal_shows(terminal, "╌ parent "));
    assert_true(terminal_shows(terminal, " 400"));
    scene_quit(scene);
}

/* ---- what is on the chart ---- */

static void measures_are_picked_from_a_list_at_every_size(void **state)
{
    struct scene *scene = *state;
    make_run(scene, SCENE_RUNS "first", "train.seed=1");
    for (size_t s = 0; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_run(scene, "first", s, s % 2 == 0);
        terminal_type(terminal, "p");
        assert_true(terminal_shows(terminal, "what is on the chart"));
        terminal_type(terminal, "attr_acc\r");
        assert_true(terminal_shows(terminal, "with: attr_acc"));
        terminal_key(terminal, VTERM_KEY_ESCAPE); /* what was typed, then the list */
        assert_true(terminal_hides(terminal, "with: attr_acc"));
        assert_true(terminal_shows(terminal, "what is on the chart"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "what is on the chart"));
        assert_true(terminal_shows(terminal, " attr_acc "));
        assert_true(terminal_hides(terminal, "attribute loss"));
        terminal_type(terminal, "v"); /* circuits, and by the loss to it again */
        assert_true(terminal_hides(terminal, " attr_acc "));
        terminal_type(terminal, "v");
        assert_true(terminal_shows(terminal, "attribute loss"));
        terminal_type(terminal, "v");
        assert_true(terminal_shows(terminal, " attr_acc "));
        scene_quit(scene);
    }
}

static void measures_are_picked_by_name_and_unknown_ones_refused(void **state)
{
    struct scene *scene = *state;
    make_run(scene, SCENE_RUNS "first", "train.seed=1");
    for (size_t s = 1; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_run(scene, "first", s, s == 1);
        scene_type_line(terminal, "/plot attr_acc,entrpy");
        assert_true(terminal_shows(terminal, "did you mean entropy?"));
        assert_true(terminal_shows(terminal, "attribute loss"));
        terminal_type(terminal, "/plot attr_acc,new_ent\t");
        assert_true(terminal_shows(terminal, "/plot attr_acc,new_entropy"));
        terminal_key(terminal, VTERM_KEY_ENTER);
        assert_true(terminal_hides(terminal, "attribute loss"));
        assert_true(terminal_shows(terminal, "1 leads back to the loss, and here again"));
        terminal_type(terminal, "1");
        assert_true(terminal_shows(terminal, "attribute loss"));
        terminal_type(terminal, "1");
        assert_true(terminal_hides(terminal, "attribute loss"));
        assert_true(terminal_shows(terminal, " attr_acc "));
        if (s > 1) /* a panel each */
            assert_true(terminal_shows(terminal, " new_entropy "));
        scene_quit(scene);
    }
}

/* ---- which steps it shows ---- */

struct axis_row {
    char text[512];
};

/* The row above the rule holds the steps. */
static void read_axis(struct terminal *terminal, struct axis_row *axis)
{
    const char *screen = terminal_screen(terminal), *rule = strstr(screen, "────────");
    axis->text[0] = '\0';
    assert_non_null(rule);
    const char *end = rule - 1, *begin = end;
    while (begin > screen && begin[-1] != '\n')
        begin--;
    const char *panel = strstr(begin, "│");
    end = panel && panel < end ? panel : end;
    snprintf(axis->text, sizeof axis->text, "%.*s", (int)(end - begin), begin);
}

static bool is_other_axis(const char *screen, void *context)
{
    return strstr(screen, ((struct axis_row *)context)->text) == NULL;
}

static bool is_axis(const char *screen, void *context)
{
    return !is_other_axis(screen, context);
}

static void steps_that_were_chosen_stay_while_training_goes_on(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 2; s < SCENE_SIZES; s++) {
        struct axis_row whole, chosen;
        struct terminal *terminal =
            scene_start(scene, scene_sizes[s].rows, scene_sizes[s].cols,
                        ARGUMENTS("tiny", "--set", "train.steps=100000000"));
        assert_true(terminal_shows(terminal, "paused"));
        scene_type_line(terminal, "/step 100");
        assert_true(terminal_shows(terminal, " 100/100,000,000"));
        assert_true(terminal_shows(terminal, "paused"));
        read_axis(terminal, &whole);
        terminal_type(terminal, "++");
        assert_true(terminal_meets(terminal, is_other_axis, &whole, "fewer steps"));
        terminal_type(terminal, "{");
        assert_true(terminal_shows(terminal, "all steps")); /* of the hints: what Esc does */
        terminal_rest(terminal, 0.3);
        read_axis(terminal, &chosen);
        scene_type_line(terminal, "/step 50");
        assert_true(terminal_shows(terminal, " 150/100,000,000"));
        assert_true(terminal_meets(terminal, is_axis, &chosen, "the same steps"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_meets(terminal, is_other_axis, &chosen, "all steps"));
        terminal_type(terminal, "x");
        assert_true(terminal_shows(terminal, " 10 ")); /* powers of ten */
        terminal_type(terminal, "xj");
        assert_true(terminal_meets(terminal, is_other_axis, &chosen, "all steps, evenly"));
    }
}

/* Snapshots are kept at other steps than evaluations are made at. */
static void the_step_that_is_asked_is_named_alike_everywhere(void **state)
{
    struct scene *scene = *state;
    assert_true(scene_run(scene, ARGUMENTS("train", "tiny", "--run", SCENE_RUNS "first", "--set",
                                           "checkpoint.keep=spaced")));
    for (size_t s = 1; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_run(scene, "first", s, false);
        scene_type_line(terminal, "/at 15");
        assert_true(terminal_shows(terminal, "at step 16"));
        assert_true(terminal_shows(terminal, s == 1 ? "\n step 16 (as of 10) "
                                                    : "\n step 16 (measured at 10) "));
        terminal_key(terminal, VTERM_KEY_RIGHT);
        assert_true(terminal_shows(terminal, "\n step 20 "));
        scene_quit(scene);
    }
}

/* ---- which values it shows ---- */

/* What stands before the chart's columns, from the first row of values down to the ribbon. */
struct gutter {
    char text[512];
};

static void read_gutter(const char *screen, struct gutter *gutter)
{
    enum { COLS = 5, ABOVE = 2 };
    size_t used = 0;
    const char *line = screen;
    for (int row = 0; *line && strncmp(line, "────", strlen("────")) != 0; row++) {
        int cols = (int)strcspn(line, "\n");
        if (row >= ABOVE)
            used += (size_t)snprintf(gutter->text + used, sizeof gutter->text - used, "%.*s|",
                                     cols < COLS ? cols : COLS, line);
        line += cols + (line[cols] != '\0');
    }
}

static bool is_gutter(const char *screen, void *context)
{
    struct gutter gutter = {""};
    read_gutter(screen, &gutter);
    return strcmp(gutter.text, ((struct gutter *)context)->text) == 0;
}

static bool is_other_gutter(const char *screen, void *context)
{
    return !is_gutter(screen, context);
}

static struct terminal *open_endless(struct scene *scene, size_t size, bool ascii)
{
    const char *const arguments[] = {
        sandbox_program(),        "tiny", "--set", "train.steps=100000000",
        ascii ? "--ascii" : NULL, NULL};
    struct terminal *terminal =
        scene_start(scene, scene_sizes[size].rows, scene_sizes[size].cols, arguments);
    assert_true(terminal_shows(terminal, "paused"));
    scene_type_line(terminal, "/step 100");
    assert_true(terminal_shows(terminal, " 100/100,000,000"));
    assert_true(terminal_shows(terminal, "paused"));
    terminal_key(terminal, VTERM_KEY_LEFT); /* the one before the last is read: all are there */
    assert_true(terminal_shows(terminal, "step 90"));
    terminal_key(terminal, VTERM_KEY_ESCAPE);
    assert_true(terminal_hides(terminal, "step 90"));
    return terminal;
}

static void values_that_were_chosen_stay_while_training_goes_on(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 1; s < SCENE_SIZES; s++) {
        struct gutter whole = {""}, chosen = {""};
        struct terminal *terminal = open_endless(scene, s, false);
        read_gutter(terminal_screen(terminal), &whole);
        terminal_type(terminal, "**");
        assert_true(terminal_meets(terminal, is_other_gutter, &whole, "fewer values"));
        assert_true(terminal_shows(terminal, "all values")); /* of the hints: what Esc does */
        terminal_rest(terminal, 0.3);
        read_gutter(terminal_screen(terminal), &chosen);
        scene_type_line(terminal, "/step 50");
        assert_true(terminal_shows(terminal, " 150/100,000,000"));
        assert_true(terminal_meets(terminal, is_gutter, &chosen, "the same values"));
        terminal_type(terminal, ".");
        assert_true(terminal_meets(terminal, is_other_gutter, &chosen, "smaller values"));
        terminal_type(terminal, "\033[1;2A"); /* Shift-Up */
        assert_true(terminal_meets(terminal, is_gutter, &chosen, "larger ones again"));
        terminal_type(terminal, "__");
        assert_true(terminal_meets(terminal, is_gutter, &whole, "all values"));
        assert_true(terminal_hides(terminal, "all values"));
        terminal_type(terminal, "*");
        assert_true(terminal_shows(terminal, "all values"));
        terminal_key(terminal, VTERM_KEY_ESCAPE);
        assert_true(terminal_hides(terminal, "all values"));
        assert_true(terminal_meets(terminal, is_gutter, &whole, "all values"));
    }
}

static void values_are_chosen_by_two_numbers(void **state)
{
    struct scene *scene = *state;
    for (size_t s = 1; s < SCENE_SIZES; s++) {
        struct terminal *terminal = open_endless(scene, s, true);
        scene_type_line(terminal, "/range 100,400");
        assert_true(terminal_shows(terminal, "nothing is drawn there: this chart goes from "));
        scene_type_line(terminal, "/range 2,400");
        assert_true(terminal_shows(terminal, "\n  100 "));
        scene_type_line(terminal, "/range 4,1");
        assert_true(terminal_shows(terminal, "the first value has to be below the second"));
        scene_type_line(terminal, "/range 0,4");
        assert_true(terminal_shows(terminal, "a logarithmic axis has no 0"));
        scene_type_line(terminal, "/range four");
        assert_true(terminal_shows(terminal, "values are two numbers"));
        assert_true(terminal_shows(terminal, "\n  100 "));
        terminal_type(terminal, "/range \t");
        assert_true(terminal_shows(terminal, "/range 2,400"));
        terminal_type(terminal, "\003");
        scene_type_line(terminal, "/range");
        assert_true(terminal_hides(terminal, "\n  100 "));
        assert_true(terminal_hides(terminal, "all values"));
    }
}

static void the_mouse_zooms_and_moves_values(void **state)
{
    struct scene *scene = *state;
    struct gutter whole = {""}, turned = {""};
    struct terminal *terminal = open_endless(scene, 2, false);
    read_gutter(terminal_screen(terminal), &whole);
    scene_type_line(terminal, "/mouse");
    assert_true(terminal_reports_mouse(terminal, true));
    terminal_type(terminal, "\033[<68;40;9M"); /* the wheel, with Shift */
    assert_true(terminal_meets(terminal, is_other_gutter, &whole, "fewer values"));
    terminal_type(terminal, "\033[<85;40;9M"); /* and back, with Ctrl */
    assert_true(terminal_meets(terminal, is_gutter, &whole, "all values"));
    assert_true(terminal_hides(terminal, "all values"));
    terminal_type(terminal, "\033[<64;3;9M"); /* beside the axis */
    assert_true(terminal_shows(terminal, "all values"));
    terminal_rest(terminal, 0.3);
    read_gutter(terminal_screen(terminal), &turned);
    terminal_type(terminal, "\033[<0;40;9M\033[<32;40;12M\033[<32;48;12M\033[<0;48;12m");
    assert_true(terminal_meets(terminal, is_other_gutter, &turned, "larger values"));
    assert_true(terminal_shows(terminal, "all values")); /* steps are as they were */
}

static int rule_row(const char *screen)
{
    int row = 0;
    for (const char *rule = strstr(screen, "────────"); rule && screen < rule; screen++)
        row += *screen == '\n';
    return row;
}

static bool is_mostly_chart(const char *screen, void *context)
{
    const int most = 45; /* of 60 */
    (void)context;
    return rule_row(screen) >= most;
}

static bool has_grown(const char *screen, void *context)
{
    return rule_row(screen) < *(int *)context;
}

/* Room for one answer at first; then what was asked has what it needs. */
static void a_large_screen_is_the_charts_until_something_was_asked(void **state)
{
    struct scene *scene = *state;
    make_run(scene, SCENE_RUNS "first", "train.seed=1");
    struct terminal *terminal = open_run(scene, "first", 3, false);
    assert_true(terminal_meets(terminal, is_mostly_chart, NULL, "a large chart"));
    int before = rule_row(terminal_screen(terminal));
    for (int times = 0; times < 4; times++)
        scene_type_line(terminal, "/people known");
    assert_true(terminal_meets(terminal, has_grown, &before, "more rows for the talk"));
    scene_quit(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SCENE_TEST(marked_runs_are_drawn_over_the_open_one_at_every_size),
        SCENE_TEST(a_run_that_is_trained_meanwhile_goes_on_growing),
        SCENE_TEST(the_loss_of_one_run_less_anothers_is_drawn),
        SCENE_TEST(why_marks_make_no_difference_is_said),
        SCENE_TEST(a_difference_is_of_runs_by_their_newest_names),
        SCENE_TEST(runs_without_a_step_in_common_have_no_difference),
        SCENE_TEST(a_parent_that_is_trained_meanwhile_goes_on_growing),
        SCENE_TEST(measures_are_picked_from_a_list_at_every_size),
        SCENE_TEST(measures_are_picked_by_name_and_unknown_ones_refused),
        SCENE_TEST(steps_that_were_chosen_stay_while_training_goes_on),
        SCENE_TEST(the_step_that_is_asked_is_named_alike_everywhere),
        SCENE_TEST(values_that_were_chosen_stay_while_training_goes_on),
        SCENE_TEST(values_are_chosen_by_two_numbers),
        SCENE_TEST(the_mouse_zooms_and_moves_values),
        SCENE_TEST(a_large_screen_is_the_charts_until_something_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
