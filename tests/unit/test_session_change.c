#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/session_change.h"
#include "lab/session_past.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "record/settings.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/tiny_session.h"
#include "tests/float_equal.h"

enum { SOME = 4 };

struct change {
    const char *assignment[SOME]; /* null behind the last */
};

static size_t count_of(const struct change *change)
{
    size_t count = 0;
    while (count < SOME && change->assignment[count])
        count++;
    return count;
}

static void change_to(struct session *session, const struct change *wanted)
{
    struct session_change change;
    assert_done(session_change_read(session, wanted->assignment, count_of(wanted), &change, err));
    bool remade = change.others > 0;
    assert_done(session_change(session, &change, err));
    if (remade)
        assert_done(trainer_start(session->trainer, false, err));
    session_change_free(&change);
}

static void assert_refused(struct session *session, const char *const *assignment, size_t count,
                           const char *words)
{
    struct session_change change;
    struct error refusal = {0};
    assert_false(session_change_read(session, assignment, count, &change, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    if (!strstr(refusal.message, words))
        fail_msg("\"%s\" does not say \"%s\"", refusal.message, words);
}

static void make_steps(struct session *session, uint64_t steps)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = steps},
                    status.step + steps);
}

/* What a run that is killed now leaves. */
static void leave_as_killed(const char *run, const char *as)
{
    char *from = in_runs(run), *to = in_runs(as);
    char *command = memory_format(NULL, "cp -R '%s' '%s' && rm -f '%s/lock.owner'", from, to, to);
    assert_int_equal(system(command), 0);
    memory_free(command);
    memory_free(from);
    memory_free(to);
}

static void assert_same_numbers(double one, double two)
{
    assert_memory_equal(&one, &two, sizeof one);
}

static void assert_same_snapshots(const struct knowledge_snapshot *one,
                                  const struct knowledge_snapshot *two)
{
    assert_int_equal(one->asked, two->asked);
    assert_true(one->asked > 0);
    for (size_t i = 0; i < one->asked; i++)
        assert_int_equal(one->exposures[i], two->exposures[i]);
}

static void assert_same_curves(struct session *session, const char *one, const char *two)
{
    struct metrics a = read_metrics(one, &session->facts), b = read_metrics(two, &session->facts);
    assert_int_equal(a.trainings, b.trainings);
    for (size_t i = 0; i < a.trainings; i++) {
        assert_int_equal(a.training[i].step, b.training[i].step);
        assert_same_numbers(a.training[i].lr, b.training[i].lr);
        assert_same_numbers(a.training[i].train_loss, b.training[i].train_loss);
    }
    assert_int_equal(a.evaluations, b.evaluations);
    for (size_t i = 0; i < a.evaluations; i++) {
        assert_int_equal(a.evaluation[i].step, b.evaluation[i].step);
        assert_same_numbers(a.evaluation[i].known.loss, b.evaluation[i].known.loss);
        assert_same_snapshots(&a.evaluation[i].snapshot, &b.evaluation[i].snapshot);
    }
    metrics_free(&a);
    metrics_free(&b);
}

static void finish(struct session *session)
{
    struct trainer_status status;
    trainer_status(session->trainer, &status);
    send_until_step(session, (struct command){.kind = COMMAND_RUN}, status.steps);
}

/* A run whose rate is set at step 9, where its schedule is near its end, and `more` steps. */
static void open_with_late_rate(struct session *session, const char *name,
                                const char *const *settings, uint64_t more)
{
    static const struct change late = {{"train.lr=1e-3"}};
    open_run(session, name, settings);
    settle(session);
    make_steps(session, 9);
    change_to(session, &late);
    make_steps(session, more);
}

/* Makes the step behind `step`; its rate is such that the schedule goes through `set` at another.
 */
static void assert_goes_through(struct session *session, double set, uint64_t at, uint64_t step)
{
    struct trainer_status status;
    make_steps(session, 1);
    trainer_status(session->trainer, &status);
    const struct plan *plan = &session->plan;
    assert_int_equal(status.step, step);
    assert_float_equal(status.lr, set * plan_at(plan, step).lr / plan_at(plan, at).lr, 1e-12);
}

/* A rate that is set near the end of the schedule is many times what that had there. */
static void more_steps_do_not_multiply_a_rate_that_was_set(void **state)
{
    (void)state;
    static const struct change clip = {{"train.clip=.5"}}, longer = {{"train.steps=48"}};
    struct session session;
    struct trainer_status status;
    open_with_late_rate(&session, "late", NULL, 2);
    trainer_status(session.trainer, &status);
    const double before = status.lr;
    change_to(&session, &clip);
    trainer_status(session.trainer, &status);
    assert_float_equal(status.lr, before, 1e-12);
    change_to(&session, &longer);
    assert_goes_through(&session, 1e-3, 9, 12);
    const struct turns *turns = &trainer_history(session.trainer)->turns;
    assert_int_equal(turns->count, 2);
    assert_float_equal(turns->turn[1].from, before, 1e-12);
    make_steps(&session, 2);
    trainer_status(session.trainer, &status);
    assert_true(status.lr < 1e-3);
    assert_done(session_close(&session, err));
}

/* The same where the steps are given when the run is resumed. */
static void a_resumed_run_keeps_a_rate_that_was_set(void **state)
{
    (void)state;
    struct session session;
    open_with_late_rate(&session, "late-resumed", NULL, 2);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "late-resumed", 48, err));
    assert_non_null(strstr(session.remark, "the schedule goes through it where it was set"));
    assert_done(trainer_start(session.trainer, false, err));
    assert_goes_through(&session, 1e-3, 9, 12);
    assert_done(session_close(&session, err));
    char *path = in_runs("late-resumed/metrics.jsonl"), *record = file_read(path, NULL, NULL);
    assert_non_null(strstr(record, "\"key\": \"train.steps\", \"before\": 12, \"value\": 48}"));
    memory_free(record);
    memory_free(path);
}

/* And where another key is set at once. */
static void a_resumed_run_keeps_its_rate_whatever_else_is_set(void **state)
{
    (void)state;
    static const char *const other[] = {"eval.every=3"}, *const rate[] = {"train.lr=2e-3"};
    struct session session;
    open_with_late_rate(&session, "late-and-other", NULL, 2);
    assert_done(session_close(&session, err));
    assert_done(session_resume_changed(&session, &tiny.paths, "late-and-other", 48, other, 1, err));
    assert_non_null(strstr(session.remark, "the schedule goes through it where it was set"));
    assert_done(trainer_start(session.trainer, false, err));
    assert_goes_through(&session, 1e-3, 9, 12);
    assert_done(session_close(&session, err));

    /* What is set wins, and is told alone. */
    assert_done(session_resume_changed(&session, &tiny.paths, "late-and-other", 96, rate, 1, err));
    assert_null(strstr(session.remark ? session.remark : "", "goes through it"));
    assert_done(trainer_start(session.trainer, false, err));
    assert_goes_through(&session, 2e-3, 12, 13);
    assert_done(session_close(&session, err));
}

/* Behind the end of a schedule that falls to 0 there is no rate that it could be compared with. */
static void a_schedule_that_ends_at_nothing_keeps_a_rate_as_well(void **state)
{
    (void)state;
    static const char *const nothing[] = {"train.final_lr=0", NULL};
    static const struct change longer = {{"train.steps=48"}};
    struct session session;
    open_with_late_rate(&session, "nothing-set", nothing, 3);
    change_to(&session, &longer);
    assert_goes_through(&session, 1e-3, 9, 13);
    assert_done(session_close(&session, err));
    open_with_late_rate(&session, "nothing-resumed", nothing, 3);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "nothing-resumed", 48, err));
    assert_done(trainer_start(session.trainer, false, err));
    assert_goes_through(&session, 1e-3, 9, 13);
    assert_done(session_close(&session, err));
}

static const struct change changes[] = {
    {{"train.clip=.1"}},
    {{"train.weight_decay=1"}},
    {{"train.steps=19"}},
    {{"train.final_lr=5e-3", "train.steps=15"}},
    {{"train.lr=3e-3"}},
    {{"train.lr=3e-3", "train.beta1=.5"}},
    {{"train.batch=3"}},
    {{"eval.every=3"}},
    {{"checkpoint.every=2"}},
    {{"sampling.kind=power-law", "sampling.alpha=1.5"}},
    {{"sampling.kind=adaptive", "sampling.subset=4", "sampling.factor=2"}},
};

enum { CHANGES = sizeof changes / sizeof *changes };

static void assert_checkpoints_agree(const char *one, const char *two, int first)
{
    int there = 0;
    for (int step = first; step < 32; step++) {
        char *path = checkpoint_of(one, step);
        if (file_exists(path)) {
            assert_same_checkpoints(one, two, step);
            there++;
        }
        memory_free(path);
    }
    assert_true(there >= 2);
}

/* Killed two steps behind the change, which no checkpoint of the plan has seen yet. */
static void a_run_that_is_killed_goes_on_with_what_was_set(void **state)
{
    (void)state;
    for (size_t c = 0; c < CHANGES; c++) {
        struct session whole, rest;
        char name[32], killed[32];
        snprintf(name, sizeof name, "whole-%zu", c);
        snprintf(killed, sizeof killed, "killed-%zu", c);
        open_run(&whole, name, NULL);
        settle(&whole);
        make_steps(&whole, 7);
        change_to(&whole, &changes[c]);
        make_steps(&whole, 2);
        leave_as_killed(name, killed);
        finish(&whole);
        assert_done(session_resume(&rest, &tiny.paths, killed, 0, err));
        assert_int_equal(rest.checkpoint_step >= 7, true);
        assert_done(trainer_start(rest.trainer, false, err));
        finish(&rest);
        assert_checkpoints_agree(name, killed, 7);
        assert_same_curves(&whole, name, killed);
        assert_done(session_close(&whole, err));
        assert_done(session_close(&rest, err));
    }
}

/* Each of them does something: the weights at the end are others than without. */
static void what_was_set_counts(void **state)
{
    (void)state;
    struct session plain;
    open_run(&plain, "plain", NULL);
    settle(&plain);
    finish(&plain);
    for (size_t c = 0; c < CHANGES; c++) {
        const char *first = changes[c].assignment[0];
        bool of_looks = strncmp(first, "eval.", 5) == 0 || strncmp(first, "checkpoint.", 11) == 0;
        char name[32];
        snprintf(name, sizeof name, "whole-%zu", c);
        struct metrics with = read_metrics(name, NULL), without = read_metrics("plain", NULL);
        bool same = true;
        for (size_t i = 0; i < without.trainings; i++) {
            assert_int_equal(with.training[i].step, without.training[i].step);
            bool equal = with.training[i].train_loss == without.training[i].train_loss;
            assert_true(equal || i >= 7);
            same &= equal;
        }
        assert_int_equal(same, of_looks);
        metrics_free(&with);
        metrics_free(&without);
    }
    assert_done(session_close(&plain, err));
}

static void a_finished_run_takes_more_steps(void **state)
{
    (void)state;
    const struct change more = {{"train.steps=16"}};
    struct session session;
    open_run(&session, "given-more", NULL);
    settle(&session);
    finish(&session);
    change_to(&session, &more);
    struct trainer_status status = settle(&session);
    assert_int_equal(status.state, TRAINER_PAUSED);
    assert_int_equal(status.steps, 16);
    finish(&session);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "given-more", 0, err));
    trainer_status(session.trainer, &status);
    assert_int_equal(status.step, 16);
    assert_done(session_close(&session, err));
}

/* As `mneme train --steps`, which the bits of earlier versions hold to. */
static void more_steps_are_those_of_a_resumed_run(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "resumed-for-more", NULL);
    settle(&session);
    finish(&session);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "resumed-for-more", 16, err));
    assert_done(trainer_start(session.trainer, false, err));
    finish(&session);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("given-more", "resumed-for-more", 16);
}

static void the_record_tells_what_was_set(void **state)
{
    (void)state;
    struct settings settings;
    char *path = in_runs("whole-9/metrics.jsonl");
    assert_done(settings_read(&settings, path, err));
    assert_int_equal(settings.count, 2);
    assert_int_equal(settings.setting[0].step, 7);
    assert_string_equal(settings.setting[0].key, "sampling.kind");
    assert_string_equal(settings.setting[0].before, "uniform");
    assert_string_equal(settings.setting[0].value, "power-law");
    assert_string_equal(settings.setting[1].before, "");
    assert_string_equal(settings.setting[1].value, "1.5");
    settings_free(&settings);
    memory_free(path);
}

static char *value_in(const struct session *session, const char *section, const char *name)
{
    return preset_value(&session->preset, preset_key_find(section, name), NULL);
}

static void the_runs_preset_has_what_was_set(void **state)
{
    (void)state;
    struct session session;
    assert_done(session_open_model(&session, &tiny.paths, "whole-0", NULL, err));
    char *clip = value_in(&session, "train", "clip");
    assert_string_equal(clip, "0.1");
    memory_free(clip);
    assert_done(session_close(&session, err));
}

/* Asked at a step before the change, the run is what it was then. */
static void an_earlier_step_has_what_held_then(void **state)
{
    (void)state;
    struct session session;
    uint64_t step = 6;
    assert_done(session_open_model(&session, &tiny.paths, "whole-9", &step, err));
    char *kind = value_in(&session, "sampling", "kind");
    assert_string_equal(kind, "uniform");
    memory_free(kind);
    assert_done(session_close(&session, err));
    step = 7;
    assert_done(session_open_model(&session, &tiny.paths, "whole-9", &step, err));
    kind = value_in(&session, "sampling", "kind");
    assert_string_equal(kind, "power-law");
    memory_free(kind);
    assert_done(session_close(&session, err));
}

/* Where the checkpoints behind the change cannot be read, the run goes back to what it was before,
 * and stays there. */
static void going_back_before_a_change_takes_it_back(void **state)
{
    (void)state;
    struct session session;
    leave_as_killed("whole-0", "damaged");
    for (int step = 7; step <= 12; step++) {
        char *path = checkpoint_of("damaged", step);
        if (file_exists(path))
            assert_int_equal(file_replace(path, "x", 1, NULL), true);
        memory_free(path);
    }
    for (int life = 0; life < 2; life++) {
        assert_done(session_resume(&session, &tiny.paths, "damaged", 0, err));
        assert_int_equal(session.checkpoint_step, 6);
        char *clip = value_in(&session, "train", "clip");
        assert_string_equal(clip, "0");
        memory_free(clip);
        if (life == 1) {
            assert_done(trainer_start(session.trainer, false, err));
            finish(&session);
        }
        assert_done(session_close(&session, err));
    }
    assert_same_checkpoints("damaged", "plain", 12);
    struct settings settings;
    char *path = in_runs("damaged/metrics.jsonl");
    assert_done(settings_read(&settings, path, err));
    assert_int_equal(settings.count, 0);
    settings_free(&settings);
    memory_free(path);
}

static void changes_follow_one_another(void **state)
{
    (void)state;
    const struct change first = {{"train.clip=1"}}, second = {{"train.clip=.5", "train.batch=4"}};
    struct session session;
    open_run(&session, "twice", NULL);
    settle(&session);
    make_steps(&session, 2);
    change_to(&session, &first);
    make_steps(&session, 3);
    change_to(&session, &second);
    make_steps(&session, 1);
    struct settings settings;
    struct preset preset;
    bool undone;
    char *path = in_runs("twice/metrics.jsonl");
    assert_done(settings_read(&settings, path, err));
    assert_int_equal(settings.count, 3);
    static const struct {
        uint64_t step;
        double clip;
        size_t batch;
    } then[] = {{1, 0, 6}, {2, 1, 6}, {4, 1, 6}, {5, .5, 4}, {12, .5, 4}};
    for (size_t i = 0; i < sizeof then / sizeof *then; i++) {
        assert_done(preset_copy(&preset, &session.preset, err));
        assert_done(settings_undo(&settings, then[i].step, &preset, &undone, err));
        assert_int_equal(undone, then[i].step < 5);
        assert_true(preset.trainer.optimizer.clip == then[i].clip);
        assert_int_equal(preset.trainer.batch, then[i].batch);
        preset_free(&preset);
    }
    settings_free(&settings);
    memory_free(path);
    assert_done(session_close(&session, err));
}

/* Questions go to the model that goes on, whomever they went to before. */
static void a_change_leads_back_to_the_live_model(void **state)
{
    (void)state;
    const struct change change = {{"train.clip=1"}};
    uint64_t step;
    struct session session;
    open_run(&session, "looked-back", NULL);
    settle(&session);
    make_steps(&session, 2);
    assert_done(session_go_to(&session, 0, err));
    assert_true(session_is_at(&session, &step));
    change_to(&session, &change);
    assert_false(session_is_at(&session, &step));
    assert_done(session_close(&session, err));
}

/* A run that nothing was trained of begins with what was set. */
static void what_is_set_before_the_first_step_holds_from_there(void **state)
{
    (void)state;
    const struct change change = {{"sampling.kind=power-law", "sampling.alpha=1.5"}};
    const char *const at_once[] = {"sampling.kind=power-law", "sampling.alpha=1.5", NULL};
    struct session session;
    open_run(&session, "set-first", NULL);
    settle(&session);
    change_to(&session, &change);
    finish(&session);
    assert_done(session_close(&session, err));
    open_run(&session, "had-first", at_once);
    finish(&session);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("set-first", "had-first", 12);
}

static void what_cannot_be_set_is_refused_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *words;
    } wrong[] = {
        {"model.layers=2", "model.layers is fixed when a run begins, for its branches as well"},
        {"population.known=3", "population.known is fixed when a run begins, for its branches"},
        {"train.shards=1", "train.shards is fixed when a run begins; a branch can have another"},
        {"facts.file=x", "facts.file is fixed when a run begins, for its branches as well"},
        {"train.clop=1", "did you mean train.clip?"},
        {"train.clip=much", "train.clip = much is not a number"},
        {"train.clip", "not of the form"},
        {"train.final_lr=1", "train.final_lr = 1 is above train.lr"},
        {"train.batch=1", "train.shards = 2 is above train.batch = 1"},
        {"train.steps=3", "5 steps are made already; the run cannot end at step 3"},
        {"train.steps=5", "all steps are done"},
        {"sampling.alpha=1", "sampling.alpha = 1 is not used with sampling.kind = uniform"},
        {"sampling.kind=power-law", "sampling.alpha"},
        {"pools.cities=3", "cannot be set while a run is trained"},
    };
    struct session session;
    open_run(&session, "refusing", NULL);
    settle(&session);
    make_steps(&session, 5);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_refused(&session, &wrong[i].assignment, 1, wrong[i].words);
    finish(&session);
    const char *clip = "train.clip=1";
    assert_refused(&session, &clip, 1, "train.steps=N gives the run more");
    assert_done(session_close(&session, err));
}

static char *read_of(const char *run, const char *file)
{
    char *path = memory_format(NULL, "%s/%s/%s", tiny.directory, run, file);
    char *text = file_read(path, NULL, NULL);
    assert_non_null(text);
    memory_free(path);
    return text;
}

/* More steps and a value that cannot be set, in one. */
static void a_run_that_is_not_resumed_is_as_it_was(void **state)
{
    static const char *const wrong[] = {"train.seed=9", "train.clip=-1", "train.batch=0",
                                        "train.steps=3", "model.layers=3"};
    (void)state;
    struct session session;
    open_run(&session, "untouched", NULL);
    settle(&session);
    make_steps(&session, 5);
    assert_done(session_close(&session, err));
    char *preset = read_of("untouched", "preset.ini");
    char *record = read_of("untouched", "metrics.jsonl");
    char *directory = in_runs("untouched");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error refusal = {0};
        assert_false(
            session_resume_changed(&session, &tiny.paths, directory, 77, &wrong[i], 1, &refusal));
        assert_int_equal(refusal.kind, ERROR_INPUT);
        char *preset_then = read_of("untouched", "preset.ini");
        char *record_then = read_of("untouched", "metrics.jsonl");
        assert_string_equal(preset_then, preset);
        assert_string_equal(record_then, record);
        memory_free(preset_then);
        memory_free(record_then);
    }
    const char *clip = "train.clip=.5";
    assert_done(session_resume_changed(&session, &tiny.paths, directory, 77, &clip, 1, err));
    assert_done(session_close(&session, err));
    char *preset_then = read_of("untouched", "preset.ini");
    assert_non_null(strstr(preset_then, "steps = 77"));
    assert_non_null(strstr(preset_then, "clip = 0.5"));
    memory_free(preset_then);
    memory_free(directory);
    memory_free(record);
    memory_free(preset);
}

/* Of a run that was killed: neither a line that is not whole nor what was being written is touched
 * where it is refused, and no record is made where it is gone. */
static void a_run_that_is_not_resumed_keeps_what_is_torn(void **state)
{
    static const char torn[] = "{\"step\":6,\"trai";
    (void)state;
    struct session session;
    struct error refusal = {0};
    const char *seed = "train.seed=9";
    char path[TEMPORARY_PATH];
    open_run(&session, "torn", NULL);
    settle(&session);
    make_steps(&session, 5);
    assert_done(session_close(&session, err));
    char *directory = in_runs("torn");
    char *whole = read_of("torn", "metrics.jsonl");
    char *record = memory_format(NULL, "%s%s", whole, torn);
    temporary_put(path, directory, "metrics.jsonl", record);
    temporary_put(path, directory, "preset.ini.1-0.tmp", "[pre");
    for (int gone = 0; gone < 2; gone++) {
        assert_false(
            session_resume_changed(&session, &tiny.paths, directory, 77, &seed, 1, &refusal));
        assert_int_equal(refusal.kind, ERROR_INPUT);
        assert_false(session_resume(&session, &tiny.paths, directory, 3, &refusal));
        assert_int_equal(refusal.kind, ERROR_INPUT);
        assert_true(file_exists(path));
        temporary_path(path, directory, "metrics.jsonl");
        assert_int_equal(file_exists(path), !gone);
        if (!gone) {
            char *then = read_of("torn", "metrics.jsonl");
            assert_string_equal(then, record);
            memory_free(then);
            unlink(path);
        }
        temporary_path(path, directory, "preset.ini.1-0.tmp");
    }
    assert_done(session_resume(&session, &tiny.paths, directory, 0, err));
    assert_false(file_exists(path));
    assert_non_null(strstr(session.remark, "the record lacks 5 of the 5 steps"));
    assert_done(session_close(&session, err));
    temporary_put(path, directory, "metrics.jsonl", record);
    assert_done(session_resume(&session, &tiny.paths, directory, 0, err));
    assert_done(session_close(&session, err));
    char *then = read_of("torn", "metrics.jsonl");
    assert_string_equal(then, whole);
    memory_free(then);
    memory_free(record);
    memory_free(whole);
    memory_free(directory);
}

static void assert_untouched(const char *run, const char *preset, const char *record, size_t files)
{
    char *directory = in_runs(run);
    char *preset_then = read_of(run, "preset.ini");
    char *record_then = read_of(run, "metrics.jsonl");
    assert_string_equal(preset_then, preset);
    assert_string_equal(record_then, record);
    assert_int_equal(temporary_count(directory), files);
    memory_free(directory);
    memory_free(preset_then);
    memory_free(record_then);
}

/* The disk fills before the checkpoint, before what is recorded, and before the preset. */
static void a_run_that_cannot_be_changed_is_as_it_was(void **state)
{
    static const struct {
        const char *assignment[2], *part;
    } failing[] = {
        {{"train.lr=3e-3"}, "__metadata__"},
        {{"train.clip=.5", "train.lr=3e-3"}, "__metadata__"},
        {{"train.clip=.5", "train.lr=3e-3"}, "\"train.clip\""},
        {{"train.clip=.5", "train.lr=3e-3"}, "\"train.lr\""},
        {{"train.clip=.5"}, "\"train.clip\""},
        {{"train.clip=.5"}, "clip = 0.5"},
        {{"train.lr=3e-3"}, "steps = 77"},
    };
    (void)state;
    struct session session;
    open_run(&session, "unchanged", NULL);
    settle(&session);
    make_steps(&session, 5);
    assert_done(session_close(&session, err));
    char *preset = read_of("unchanged", "preset.ini");
    char *record = read_of("unchanged", "metrics.jsonl");
    char *directory = in_runs("unchanged");
    size_t files = temporary_count(directory);
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        struct error failure = {0};
        size_t count = failing[i].assignment[1] ? 2 : 1;
        fill_disk(failing[i].part);
        if (session_resume_changed(&session, &tiny.paths, directory, 77, failing[i].assignment,
                                   count, &failure)) {
            assert_done(trainer_start(session.trainer, false, err));
            wait_for_state(&session, TRAINER_FAILED);
            assert_false(session_close(&session, &failure));
        }
        file_set_calls(NULL);
        assert_int_equal(failure.kind, ERROR_SYSTEM);
        assert_untouched("unchanged", preset, record, files);
    }
    const char *rate = "train.lr=3e-3";
    assert_done(session_resume_changed(&session, &tiny.paths, directory, 77, &rate, 1, err));
    assert_done(trainer_start(session.trainer, false, err));
    make_steps(&session, 1);
    assert_done(session_close(&session, err));
    assert_int_equal(temporary_count(directory), files);
    char *preset_then = read_of("unchanged", "preset.ini");
    char *record_then = read_of("unchanged", "metrics.jsonl");
    assert_non_null(strstr(preset_then, "steps = 77"));
    assert_non_null(strstr(record_then, "\"train.lr\""));
    memory_free(preset_then);
    memory_free(record_then);
    memory_free(directory);
    memory_free(record);
    memory_free(preset);
}

static void spoil_checkpoint(const char *run, const char *step)
{
    char *path =
        memory_format(NULL, "%s/%s/checkpoints/step-%s.safetensors", tiny.directory, run, step);
    assert_done(file_replace(path, "", 0, err));
    memory_free(path);
}

/* Set at step 6, and gone on with from step 4, since what came behind cannot be read: what is set
 * there holds, and not what held before step 6, also where the run is killed before or after. */
static void what_is_set_further_back_holds(void **state)
{
    (void)state;
    const char *more[] = {"checkpoint.every=4", "checkpoint.keep=all", NULL};
    const struct change later = {{"train.batch=3"}};
    const char *batch = "train.batch=5";
    struct session session;
    open_run(&session, "further-back", more);
    settle(&session);
    make_steps(&session, 6);
    change_to(&session, &later);
    make_steps(&session, 3);
    assert_done(session_close(&session, err));
    spoil_checkpoint("further-back", "00000006");
    spoil_checkpoint("further-back", "00000008");
    spoil_checkpoint("further-back", "00000009");
    char *directory = in_runs("further-back");
    assert_done(session_resume_changed(&session, &tiny.paths, directory, 0, &batch, 1, err));
    assert_int_equal(session.checkpoint_step, 4);
    assert_int_equal(session.preset.trainer.batch, 5);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, directory, 0, err));
    assert_int_equal(session.preset.trainer.batch, 5);
    assert_done(trainer_start(session.trainer, false, err));
    make_steps(&session, 4);
    assert_done(session_close(&session, err));
    spoil_checkpoint("further-back", "00000008");
    assert_done(session_resume(&session, &tiny.paths, directory, 0, err));
    assert_int_equal(session.checkpoint_step, 4);
    assert_int_equal(session.preset.trainer.batch, 5);
    assert_done(session_close(&session, err));
    memory_free(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_is_killed_goes_on_with_what_was_set),
        cmocka_unit_test(what_was_set_counts),
        cmocka_unit_test(a_finished_run_takes_more_steps),
        cmocka_unit_test(more_steps_are_those_of_a_resumed_run),
        cmocka_unit_test(the_record_tells_what_was_set),
        cmocka_unit_test(the_runs_preset_has_what_was_set),
        cmocka_unit_test(an_earlier_step_has_what_held_then),
        cmocka_unit_test(going_back_before_a_change_takes_it_back),
        cmocka_unit_test(changes_follow_one_another),
        cmocka_unit_test(more_steps_do_not_multiply_a_rate_that_was_set),
        cmocka_unit_test(a_resumed_run_keeps_a_rate_that_was_set),
        cmocka_unit_test(a_resumed_run_keeps_its_rate_whatever_else_is_set),
        cmocka_unit_test(a_schedule_that_ends_at_nothing_keeps_a_rate_as_well),
        cmocka_unit_test(a_change_leads_back_to_the_live_model),
        cmocka_unit_test(what_is_set_before_the_first_step_holds_from_there),
        cmocka_unit_test(what_cannot_be_set_is_refused_with_a_sentence),
        cmocka_unit_test(a_run_that_is_not_resumed_is_as_it_was),
        cmocka_unit_test(a_run_that_is_not_resumed_keeps_what_is_torn),
        cmocka_unit_test(a_run_that_cannot_be_changed_is_as_it_was),
        cmocka_unit_test(what_is_set_further_back_holds),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
