/* Branches: runs that begin at a step of the run that is open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strings.h"
#include "base/text.h"
#include "config/assignments.h"
#include "lab/branch.h"
#include "lab/session_change.h"
#include "lab/session_resume.h"
#include "record/line_write.h"
#include "record/parent.h"
#include "tests/fixtures/tiny_session.h"

static void make_steps(struct session *session, uint64_t steps)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = steps},
                    status.step + steps);
}

/* Closes the run and opens a branch of it in its place, with the directory `name`. */
static void branch_off(struct session *session, const char *name, const uint64_t *step,
                       const char *const *assignment, size_t assignments)
{
    struct branch branch;
    assert_done(branch_read(&branch, session, step, assignment, assignments, err));
    assert_done(session_close(session, err));
    assert_done(branch_open(&branch, &tiny.paths, NULL, session, err));
    branch_free(&branch);
    assert_done(trainer_start(session->trainer, false, err));
    settle(session);
    char *from = memory_string(session->run.directory, NULL), *to = in_runs(name);
    assert_done(session_close(session, err));
    assert_int_equal(rename(from, to), 0);
    assert_done(session_resume(session, &tiny.paths, name, 0, err));
    assert_done(trainer_start(session->trainer, false, err));
    memory_free(from);
    memory_free(to);
}

static void finish(struct session *session)
{
    send_until_step(session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(session, err));
}

static void a_branch_of_a_branch_that_is_killed_ends_as_one_that_is_not(void **state)
{
    (void)state;
    static const char *const first[] = {"train.lr=5e-3", "sampling.kind=power-law",
                                        "sampling.alpha=1"};
    static const char *const second[] = {"train.clip=.2"};
    struct session session;
    open_run(&session, "root", NULL);
    settle(&session);
    make_steps(&session, 3);
    branch_off(&session, "first", NULL, first, 3);
    make_steps(&session, 2);
    branch_off(&session, "second", NULL, second, 1);
    make_steps(&session, 4);
    char *from = in_runs("second"), *to = in_runs("killed");
    char *command = memory_format(NULL, "cp -R '%s' '%s'", from, to);
    assert_int_equal(system(command), 0);
    finish(&session);
    assert_done(session_resume(&session, &tiny.paths, "killed", 0, err));
    assert_true(session.checkpoint_step < 9);
    assert_true(session.preset.trainer.schedule.lr == 5e-3);
    assert_true(session.preset.trainer.optimizer.clip == .2);
    assert_done(trainer_start(session.trainer, false, err));
    finish(&session);
    assert_same_checkpoints("second", "killed", 12);
    memory_free(command);
    memory_free(from);
    memory_free(to);
}

/* Without another value a branch is its parent over again. */
static void a_branch_without_changes_has_the_bits_of_its_parent(void **state)
{
    (void)state;
    const uint64_t step = 6;
    struct session session;
    open_run(&session, "parent", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    branch_off(&session, "again", &step, NULL, 0);
    finish(&session);
    assert_same_checkpoints("parent", "again", 12);
}

static void a_branch_knows_its_parent(void **state)
{
    (void)state;
    struct parent parent;
    char *again = in_runs("again"), *root = in_runs("root"), *above = in_runs("parent");
    assert_done(parent_read(&parent, again, err));
    assert_string_equal(parent.run, above);
    assert_int_equal(parent.step, 6);
    parent_free(&parent);
    assert_done(parent_read(&parent, root, err));
    assert_null(parent.run);
    memory_free(again);
    memory_free(root);
    memory_free(above);
}

static void make_bare_run(const char *name)
{
    char *directory = in_runs(name), *preset = file_join(directory, "preset.ini", NULL);
    assert_done(file_make_directories(directory, err));
    assert_done(file_replace(preset, "", 0, err));
    memory_free(preset);
    memory_free(directory);
}

static void write_fork(const char *name, const char *of)
{
    struct text line = {0};
    char *directory = in_runs(name), *record = file_join(directory, "metrics.jsonl", NULL);
    const struct event fork = {.kind = EVENT_FORK, .step = 6, .run = "parent", .directory = of};
    line_write_event(&line, &fork);
    assert_done(file_replace(record, line.bytes, line.length, err));
    memory_free(record);
    memory_free(directory);
    text_free(&line);
}

/* A run of a sweep lies elsewhere, and another run may have its name; one that was moved with its
 * branch is found beside that, as it is where the record does not say. */
static void a_parent_is_found_where_it_was_or_beside_its_branch(void **state)
{
    (void)state;
    static const struct {
        const char *was, *found;
    } rows[] = {{"deep/parent", "deep/parent"}, {"gone/parent", "parent"}, {NULL, "parent"}};
    make_bare_run("deep/parent");
    make_bare_run("kid");
    char *kid = in_runs("kid");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parent parent;
        char *was = rows[i].was ? in_runs(rows[i].was) : NULL, *found = in_runs(rows[i].found);
        write_fork("kid", was);
        assert_done(parent_read(&parent, kid, err));
        assert_string_equal(parent.run, found);
        parent_free(&parent);
        memory_free(found);
        memory_free(was);
    }
    memory_free(kid);
}

/* What was set behind the step that the branch begins at does not hold there. */
static void a_branch_begins_with_what_held_at_its_step(void **state)
{
    (void)state;
    const char *const clip[] = {"train.clip=.5"};
    const uint64_t before = 0;
    struct session_change change;
    struct session session;
    struct branch branch;
    open_run(&session, "set", NULL);
    settle(&session);
    make_steps(&session, 4);
    assert_done(session_change_read(&session, clip, 1, &change, err));
    assert_done(session_change(&session, &change, err));
    session_change_free(&change);
    assert_done(trainer_start(session.trainer, false, err));
    settle(&session);
    assert_done(branch_read(&branch, &session, NULL, NULL, 0, err));
    assert_true(branch.preset.trainer.optimizer.clip == .5);
    assert_string_equal(branch.changes, "");
    branch_free(&branch);
    const char *const decay[] = {"train.weight_decay=0"};
    assert_done(branch_read(&branch, &session, &before, decay, 1, err));
    assert_true(branch.preset.trainer.optimizer.clip == 0);
    assert_string_equal(branch.changes, "train.weight_decay 0.1 \u2192 0");
    branch_free(&branch);
    const char *const left[] = {"train.precision=auto"}; /* the parent's, whatever that is */
    assert_done(branch_read(&branch, &session, NULL, left, 1, err));
    assert_string_equal(branch.changes, "");
    branch_free(&branch);
    assert_done(session_close(&session, err));
}

static void where_nothing_is_saved_yet_a_branch_begins_at_the_step_it_stands_at(void **state)
{
    (void)state;
    const uint64_t one = 1, two = 2;
    static const char *const slower[] = {"train.lr=1e-3"};
    struct session session;
    struct branch branch;
    struct error refusal;
    struct trainer_status status;
    open_run(&session, "stem", NULL);
    settle(&session);
    make_steps(&session, 2);
    assert_done(branch_read(&branch, &session, &two, NULL, 0, err));
    assert_done(session_close(&session, err));
    assert_done(branch_open(&branch, &tiny.paths, NULL, &session, err));
    branch_free(&branch);
    assert_done(trainer_start(session.trainer, false, err));
    settle(&session);
    assert_done(branch_read(&branch, &session, &two, slower, 1, err));
    assert_done(session_save(&session, err));
    assert_done(session_close(&session, err));
    assert_done(branch_open(&branch, &tiny.paths, NULL, &session, err));
    branch_free(&branch);
    assert_done(trainer_start(session.trainer, false, err));
    settle(&session);
    trainer_status(session.trainer, &status);
    assert_int_equal(status.step, 2);
    assert_false(branch_read(&branch, &session, &one, slower, 1, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    assert_done(session_close(&session, err));
}

static void what_no_branch_can_have_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *words;
    } wrong[] = {
        {"model.layers=2", "model, facts and individuals must be the same"},
        {"population.known=30", "model, facts and individuals must be the same"},
        {"facts.file=elements", "facts.file cannot be another in a branch"},
        {"facts.table=nosuch.csv", "facts.table cannot be another in a branch"},
        {"preset.title=x", "preset.title cannot be another in a branch"},
        {"train.clop=1", "did you mean train.clip?"},
        {"train.final_lr=1", "train.final_lr = 1 is above"},
        {"train.steps=4", "leaves no steps after step 4"},
    };
    struct session session;
    struct branch branch;
    struct error refusal;
    const uint64_t none = 5;
    open_run(&session, "strict", NULL);
    settle(&session);
    make_steps(&session, 4);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(branch_read(&branch, &session, NULL, &wrong[i].assignment, 1, &refusal));
        assert_int_equal(refusal.kind, ERROR_INPUT);
        if (!strstr(refusal.message, wrong[i].words))
            fail_msg("\"%s\" does not say \"%s\"", refusal.message, wrong[i].words);
    }
    assert_false(branch_read(&branch, &session, &none, NULL, 0, &refusal));
    assert_string_equal(refusal.message, "step 5 is not made yet: the run is at step 4");
    assert_done(session_close(&session, err));
    open_preset(&session, NULL);
    assert_false(branch_read(&branch, &session, NULL, NULL, 0, &refusal));
    assert_non_null(strstr(refusal.message, "/set"));
    assert_done(session_close(&session, err));
}

/* What it made since its last checkpoint is nowhere that a branch could begin. */
static void a_branch_of_a_failed_run_begins_where_that_is_saved(void **state)
{
    (void)state;
    static const char *const wild[] = {"train.lr=1", "train.final_lr=1", NULL};
    struct session session;
    struct branch branch;
    struct error refusal;
    const uint64_t none = 0, two = 2;
    open_run(&session, "wild", wild);
    settle(&session);
    make_steps(&session, 2);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 1e38}, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    wait_for_state(&session, TRAINER_FAILED);
    assert_false(branch_read(&branch, &session, NULL, NULL, 0, &refusal));
    assert_string_equal(refusal.message, "the run has failed, and its last saved step is 0: a "
                                         "branch can begin there or before");
    assert_false(branch_read(&branch, &session, &two, NULL, 0, &refusal));
    assert_done(branch_read(&branch, &session, &none, NULL, 0, err));
    branch_free(&branch);
    assert_false(session_close(&session, &refusal));
}

static void a_line_is_split_into_assignments(void **state)
{
    (void)state;
    static const struct {
        const char *line, *assignment[4];
    } lines[] = {
        {"", {NULL}},
        {"  ", {NULL}},
        {"train.lr=1e-3", {"train.lr=1e-3"}},
        {"train.lr 1e-3", {"train.lr=1e-3"}},
        {" train.lr = 1e-3 ", {"train.lr=1e-3"}},
        {"train.lr", {"train.lr"}},
        {"train.lr=", {"train.lr="}},
        {"train.lr 1 train.clip=2", {"train.lr=1", "train.clip=2"}},
        {"a.b=1  c.d=2 e.f=", {"a.b=1", "c.d=2", "e.f="}},
        {"train.lr = 1e-3 foo=3", {"train.lr=1e-3", "foo=3"}},
        {"train.lr=1e-3 x", {"train.lr=1e-3", "x"}},
        {"train.lr train.clip=2", {"train.lr", "train.clip=2"}},
        {"train.lr = ", {"train.lr="}},
        {"train.lr = train.clip=2", {"train.lr=", "train.clip=2"}},
        {"sampling.column=per head a=b x.y=1", {"sampling.column=per head a=b", "x.y=1"}},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct strings split = {0};
        size_t wanted = 0;
        assert_done(assignments_split(&split, lines[i].line, err));
        for (; lines[i].assignment[wanted]; wanted++) {
            assert_true(wanted < split.count);
            assert_string_equal(split.text[wanted], lines[i].assignment[wanted]);
        }
        assert_int_equal(split.count, wanted);
        strings_free(&split);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_branch_of_a_branch_that_is_killed_ends_as_one_that_is_not),
        cmocka_unit_test(a_branch_without_changes_has_the_bits_of_its_parent),
        cmocka_unit_test(a_branch_knows_its_parent),
        cmocka_unit_test(a_parent_is_found_where_it_was_or_beside_its_branch),
        cmocka_unit_test(a_branch_begins_with_what_held_at_its_step),
        cmocka_unit_test(where_nothing_is_saved_yet_a_branch_begins_at_the_step_it_stands_at),
        cmocka_unit_test(what_no_branch_can_have_is_refused),
        cmocka_unit_test(a_branch_of_a_failed_run_begins_where_that_is_saved),
        cmocka_unit_test(a_line_is_split_into_assignments),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
