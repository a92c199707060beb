/* Steps made again from the last checkpoint before one that a fork is to begin at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "lab/session_change.h"
#include "lab/session_fork.h"
#include "lab/session_resume.h"
#include "tests/fixtures/tiny_session.h"

enum { MOST = 24 };

/* One kind's settings, with another spacing of its checkpoints behind them. */
struct settings_of {
    const char *all[MOST];
};

static struct settings_of with(const char *const *more, const char *spacing)
{
    struct settings_of settings = {{NULL}};
    size_t count = 0;
    for (; more && more[count]; count++)
        settings.all[count] = more[count];
    settings.all[count] = spacing;
    return settings;
}

static void make_run(const char *name, const char *const *more, const char *spacing, uint64_t steps)
{
    struct session session;
    const struct settings_of settings = with(more, spacing);
    open_run(&session, name, settings.all);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = steps}, steps);
    assert_done(session_close(&session, err));
}

/* A fork at a step without a checkpoint ends as the run that it is of. */
static void check_fork(const char *of, const char *whole, const char *const *more,
                       const char *spacing, uint64_t step, uint64_t end)
{
    struct session session;
    const struct settings_of settings = with(more, spacing);
    char *from = memory_format(NULL, "%s@%d", of, (int)step);
    char *name = memory_format(NULL, "%s-from-%d", of, (int)step);
    open_fork(&session, name, from, settings.all);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, end);
    assert_done(session_close(&session, err));
    assert_same_checkpoints(whole, name, (int)step);
    assert_same_checkpoints(whole, name, (int)end);
    memory_free(from);
    memory_free(name);
}

static void every_kind_of_run_passes_the_same_bits_again(void **state)
{
    (void)state;
    static const char *const tuned[] = {"population.fine_tuning=12", "fine-tuning.after=5",
                                        "fine-tuning.replay=.5", NULL};
    static const char *const patched[] = {"train.steps=8", "patching.reference_step=4",
                                          "patching.start_step=2", NULL};
    static const struct {
        const char *name, *whole;
        const char *const *more;
        uint64_t step[3], end; /* 0 behind the last */
    } rows[] = {
        {"plain", "plain-whole", NULL, {1, 5, 11}, 12},
        {"tuned", "tuned-whole", tuned, {3, 8}, 12},
        {"patched", "patched-whole", patched, {3, 6}, 10},
        {"adaptive", "adaptive-whole", tiny_adaptive, {97, 202}, TINY_ADAPTIVE_STEPS},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        make_run(rows[r].whole, rows[r].more, "checkpoint.every=1", rows[r].end);
        make_run(rows[r].name, rows[r].more, "checkpoint.every=0", rows[r].end);
        for (size_t s = 0; s < 3 && rows[r].step[s] > 0; s++)
            check_fork(rows[r].name, rows[r].whole, rows[r].more, "checkpoint.every=0",
                       rows[r].step[s], rows[r].end);
    }
}

/* Steps, a rate by hand, steps. */
static void make_rated_run(const char *name, const char *spacing)
{
    struct session session;
    const struct settings_of settings = with(NULL, spacing);
    open_run(&session, name, settings.all);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 7}, 7);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = .1 / 3}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 2}, 9);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 1e-3}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
}

static void a_rate_that_was_set_by_hand_is_set_again(void **state)
{
    (void)state;
    make_rated_run("rated", "checkpoint.every=6");
    make_rated_run("rated-whole", "checkpoint.every=1");
    check_fork("rated", "rated-whole", NULL, "checkpoint.every=6", 9, 12);
    check_fork("rated", "rated-whole", NULL, "checkpoint.every=6", 11, 12);
}

struct watched {
    uint64_t calls, from, to, last, stop_at;
};

static bool watch(void *context, const struct replay_span *span)
{
    struct watched *watched = context;
    assert_true(span->step >= watched->last && span->step <= span->to);
    watched->calls++;
    watched->from = span->from;
    watched->to = span->to;
    watched->last = span->step;
    assert_true(span->step > span->from ? span->seconds_left >= 0 : isnan(span->seconds_left));
    return watched->calls <= watched->stop_at;
}

static bool open_watched(struct session *session, const char *from, struct watched *watched,
                         struct error *refusal)
{
    struct preset preset;
    const struct replay_watch watch_of = {.context = watched, .go_on = watch};
    assert_done(tiny_preset(&tiny, &preset, NULL, err));
    bool opened = session_open_fork(session, &tiny.paths, &preset, from, &watch_of, refusal);
    preset_free(&preset);
    return opened;
}

static void whoever_waits_is_told_and_can_give_up(void **state)
{
    (void)state;
    struct session session;
    struct error refusal;
    struct watched told = {.stop_at = UINT64_MAX}, none = {.stop_at = UINT64_MAX};
    make_run("waited", NULL, "checkpoint.every=6", 12);
    assert_true(open_watched(&session, "waited@9", &told, &refusal));
    assert_true(told.calls > 0);
    assert_int_equal(told.from, 6);
    assert_int_equal(told.to, 9);
    assert_done(session_close(&session, err));
    assert_true(open_watched(&session, "waited@6", &none, &refusal));
    assert_int_equal(none.calls, 0);
    assert_done(session_close(&session, err));
    for (uint64_t calls = 0; calls < 2; calls++) {
        struct watched impatient = {.stop_at = calls};
        assert_false(open_watched(&session, "waited@11", &impatient, &refusal));
        assert_int_equal(refusal.kind, ERROR_CANCELLED);
    }
}

/* With checkpoint.keep = last the checkpoint that was written for it is gone later. */
static void keys_that_were_set_between_are_named(void **state)
{
    (void)state;
    const char *const last[] = {"checkpoint.keep=last", NULL}, *const clip[] = {"train.clip=.5"};
    struct session_change change;
    struct session session;
    open_run(&session, "set", last);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 4}, 4);
    assert_done(session_change_read(&session, clip, 1, &change, err));
    assert_done(session_change(&session, &change, err));
    session_change_free(&change);
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_fork_refused("set@7", last, "train.clip was set at step 4 of run set");
    open_fork(&session, "before-it", "set@3", last);
    assert_done(session_close(&session, err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_run_passes_the_same_bits_again),
        cmocka_unit_test(a_rate_that_was_set_by_hand_is_set_again),
        cmocka_unit_test(whoever_waits_is_told_and_can_give_up),
        cmocka_unit_test(keys_that_were_set_between_are_named),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
