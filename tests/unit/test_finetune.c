/* Fine-tuning: who is drawn from its step on, what moves, and that a run of both parts, a fork and
 * a run that was interrupted are the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "base/file.h"
#include "base/memory.h"
#include "facts/batch.h"
#include "lab/session.h"
#include "lab/session_fork.h"
#include "lab/session_open.h"
#include "lab/session_resume.h"
#include "measure/recall.h"
#include "record/metrics.h"
#include "tests/fixtures/tiny_session.h"
#include "tests/float_equal.h"
#include "train/finetune.h"
#include "train/plan.h"
#include "train/safetensors.h"

enum { KNOWN = 32, FRESH = 16, TUNED = 12, AFTER = 6, STEPS = 12 };

/* ---- who is drawn ---- */

static const struct population_options people = {
    .seed = 1, .known = KNOWN, .held_out = FRESH, .fine_tuning = TUNED};
static const struct sampling_options uniform = {.kind = SAMPLING_UNIFORM};
static const struct sampling_options stars = {
    .kind = SAMPLING_CELEBRITIES, .celebrities = 8, .weight = {true, 4}};
static const struct schedule cosine = {
    .kind = SCHEDULE_COSINE, .lr = 1e-2, .final_lr = 1e-4, .steps = STEPS};

/* The facts of the tiny preset, with those of `people`. */
static void open_people(struct session *session)
{
    const char *const more[] = {"population.fine_tuning=12", NULL};
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(session_open_facts(session, &tiny.paths, &preset, err));
    preset_free(&preset);
    assert_memory_equal(&session->population.size, &people, sizeof people);
}

/* How often each individual comes in the batches of fine-tuning, drawn as training draws them. */
static void count_draws(const struct session *session, const struct finetune *finetune,
                        double *count, size_t steps, size_t batch_size)
{
    struct batch batch;
    assert_done(batch_init(&batch, &session->vocabulary, batch_size, err));
    memset(count, 0, (KNOWN + FRESH + TUNED) * sizeof *count);
    for (size_t step = AFTER; step < AFTER + steps; step++) {
        const struct sampling *sampling = finetune_sampling(finetune, &session->sampling, step);
        batch_fill_training(&batch, &session->population, &session->vocabulary, sampling, step);
        for (size_t i = 0; i < batch.biographies; i++) {
            assert_true(batch.individual[i] < KNOWN + FRESH + TUNED);
            count[batch.individual[i]]++;
        }
    }
    batch_free(&batch);
}

/* Chi-square of the draws against the weight that every individual was asked to have. */
static void check_draws(const struct finetune_options *options,
                        const struct sampling_options *sampling, double replay)
{
    enum { BATCH = 60, DRAWS_STEPS = 300, PEOPLE = KNOWN + FRESH + TUNED };
    struct session session;
    struct finetune finetune;
    double count[PEOPLE], weight[PEOPLE], all = 0, squares = 0, cells = 0;
    bool rare = options->who == TUNED_RARE;
    open_people(&session);
    assert_done(finetune_init(&finetune, options, &people, sampling, &cosine, err));
    count_draws(&session, &finetune, count, DRAWS_STEPS, BATCH);
    for (size_t i = 0; i < PEOPLE; i++) {
        bool old = i < (rare ? 8 : KNOWN), tuned = rare ? i >= 8 && i < KNOWN : i >= KNOWN + FRESH;
        weight[i] = old ? replay : tuned ? 1 : 0;
        all += weight[i];
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        double expected = (double)BATCH * DRAWS_STEPS * weight[i] / all;
        if (expected == 0) {
            assert_true(count[i] == 0);
            continue;
        }
        squares += pow(count[i] - expected, 2) / expected;
        cells++;
    }
    double tail = gsl_cdf_chisq_Q(squares, cells - 1);
    print_message("replay %g: chi-square %.1f in %.0f cells, tail %.3f\n", replay, squares, cells,
                  tail);
    assert_true(tail > 1e-3 && tail < 1 - 1e-3);
    finetune_free(&finetune);
    session_close(&session, NULL);
}

static void old_individuals_are_replayed_as_often_as_asked(void **state)
{
    (void)state;
    static const double replay[] = {0, 0.25, 2};
    for (size_t i = 0; i < sizeof replay / sizeof *replay; i++) {
        struct finetune_options options = {.after = AFTER, .lr = 1e-3, .replay = replay[i]};
        options.who = TUNED_NEW;
        check_draws(&options, &uniform, replay[i]);
        options.who = TUNED_RARE;
        check_draws(&options, &stars, replay[i]);
    }
}

/* Those kept for fine-tuning are neither known nor asked about as new, and have names of their
 * own. */
static void those_kept_for_it_are_nobody_else(void **state)
{
    (void)state;
    struct session session;
    struct finetune finetune;
    struct finetune_options options = {.after = AFTER, .who = TUNED_NEW, .lr = 1e-3};
    uint32_t mine[FACTS_MAX_PARTS], other[FACTS_MAX_PARTS];
    open_people(&session);
    const struct population *population = &session.population;
    size_t bytes = population->facts->name_parts * sizeof *mine;
    assert_done(finetune_init(&finetune, &options, &people, &uniform, &cosine, err));
    assert_int_equal(finetune.tuned.count, TUNED);
    assert_int_equal(finetune.tuned.first, KNOWN + FRESH);
    for (uint64_t i = 0; i < TUNED; i++) {
        uint64_t individual = finetune.tuned.first + i;
        assert_int_equal(population_status(population, individual), INDIVIDUAL_FINE_TUNING);
        population_name(population, individual, mine);
        for (uint64_t j = 0; j < individual; j++) {
            population_name(population, j, other);
            assert_memory_not_equal(mine, other, bytes);
        }
    }
    finetune_free(&finetune);
    session_close(&session, NULL);
}

static void a_cosine_ends_where_a_constant_rate_begins(void **state)
{
    (void)state;
    struct plan plan;
    const struct sampling_size size = {.known = KNOWN};
    struct sampling sampling;
    struct trainer_options options = {
        .schedule = cosine,
        .finetune = {.after = AFTER, .who = TUNED_NEW, .lr = 3e-5, .replay = 0.5},
    };
    assert_done(sampling_init(&sampling, &uniform, &size, err));
    assert_done(plan_init(&plan, &options, &people, &sampling, err));
    assert_true(plan_at(&plan, 0).lr == 1e-2);
    /* Half way: (1 + cos(pi / 2)) / 2 of the way down is left. */
    assert_float_equal(plan_at(&plan, AFTER / 2).lr, (1e-2 + 1e-4) / 2, 1e-12);
    assert_true(plan_at(&plan, AFTER).lr == 3e-5 && plan_at(&plan, STEPS - 1).lr == 3e-5);
    assert_false(plan_at(&plan, AFTER - 1).starts || plan_at(&plan, AFTER).fine_tuned);
    assert_true(plan_at(&plan, AFTER).starts && plan_at(&plan, AFTER + 1).fine_tuned);
    assert_int_equal(plan_at(&plan, AFTER - 1).drawn, KNOWN);
    assert_int_equal(plan_at(&plan, AFTER).drawn, KNOWN + TUNED);
    plan_free(&plan);
    sampling_free(&sampling);
}

static void what_leaves_nothing_to_do_is_refused(void **state)
{
    (void)state;
    struct population_options nobody = people;
    struct sampling_options all = stars;
    nobody.fine_tuning = 0;
    all.celebrities = KNOWN;
    const struct {
        struct finetune_options options;
        const struct population_options *population;
        const struct sampling_options *sampling;
        const char *words;
    } cases[] = {
        {{.after = STEPS}, &people, &uniform, "is not below train.steps = 12"},
        {{.after = AFTER}, &nobody, &uniform, "population.fine_tuning"},
        {{.after = AFTER, .who = TUNED_RARE}, &people, &uniform, "sampling.kind = celebrities"},
        {{.after = AFTER, .who = TUNED_RARE}, &people, &all, "known individuals besides them"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error refusal;
        assert_false(finetune_check(&cases[i].options, cases[i].population, cases[i].sampling,
                                    &cosine, &refusal));
        assert_int_equal(refusal.kind, ERROR_INPUT);
        assert_non_null(strstr(refusal.message, cases[i].words));
    }
    struct finetune_options never = {.after = 0, .who = TUNED_RARE};
    assert_true(finetune_check(&never, &nobody, &uniform, &cosine, NULL));
}

/* ---- runs ---- */

/* 6 steps on the known, 6 on others with the old ones among them, of a model that is partly
 * frozen. */
static const char *const tuned[] = {"population.fine_tuning=12",
                                    "fine-tuning.after=6",
                                    "fine-tuning.lr=3e-3",
                                    "fine-tuning.replay=0.5",
                                    "fine-tuning.freeze_attention=yes",
                                    "checkpoint.every=1",
                                    NULL};

static void assert_same_end(const char *one, const char *two)
{
    assert_same_checkpoints(one, two, STEPS);
}

static void finish(struct session *session)
{
    send_until_step(session, (struct command){.kind = COMMAND_RUN}, STEPS);
    assert_done(session_close(session, err));
}

static void make_run(const char *name, const char *const *more)
{
    struct session session;
    open_run(&session, name, more);
    finish(&session);
}

static void a_fork_that_is_fine_tuned_ends_as_one_run_of_both(void **state)
{
    (void)state;
    static const char *const before[] = {"train.steps=6", NULL};
    struct session session;
    make_run("both", tuned);
    open_run(&session, "before", before);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, AFTER);
    assert_done(session_close(&session, err));
    open_fork(&session, "after", "before@6", tuned);
    finish(&session);
    assert_same_end("both", "after");
    /* From the checkpoint that the run of both kept at that step, too. */
    open_fork(&session, "again", "both@6", tuned);
    finish(&session);
    assert_same_end("both", "again");
}

static void an_interrupted_fine_tuning_goes_on_bit_for_bit(void **state)
{
    (void)state;
    struct session session;
    make_run("whole", tuned);
    for (uint64_t at = AFTER - 1; at <= AFTER + 2; at++) {
        char *name = memory_format(NULL, "parts-%d", (int)at);
        open_run(&session, name, tuned);
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = at}, at);
        assert_done(session_close(&session, err));
        assert_done(session_resume(&session, &tiny.paths, name, 0, err));
        assert_done(trainer_start(session.trainer, false, err));
        finish(&session);
        assert_same_end("whole", name);
        memory_free(name);
    }
}

static bool begins_with(const char *text, const char *front)
{
    return strncmp(text, front, strlen(front)) == 0;
}

/* Whether all numbers of two tensors are the same, and whether all of one are 0. */
static bool same_numbers(const struct safetensors_tensor *a, const struct safetensors_tensor *b)
{
    return memcmp(a->data, b->data, a->rows * a->cols * sizeof *a->data) == 0;
}

static bool all_zero(const struct safetensors_tensor *tensor)
{
    for (size_t i = 0; i < tensor->rows * tensor->cols; i++)
        if (tensor->data[i] != 0)
            return false;
    return true;
}

/* What is said of a frozen part holds from the step on at which it is frozen, not before. */
static void check_frozen(const char *name, const char *assignment, const char *const *fronts)
{
    const char *const more[] = {"population.fine_tuning=12",
                                "fine-tuning.after=6",
                                "fine-tuning.lr=3e-3",
                                "checkpoint.every=3",
                                assignment,
                                NULL};
    struct safetensors file[3];
    size_t frozen = 0, moved = 0;
    make_run(name, more);
    for (int i = 0; i < 3; i++) {
        char *path = checkpoint_of(name, i < 2 ? AFTER * i : STEPS);
        assert_done(safetensors_open(&file[i], path, err));
        memory_free(path);
    }
    for (size_t t = 0; t < file[0].tensors; t++) {
        const char *tensor = file[0].tensor[t].name, *of = strstr(tensor, "optimizer.") ? "" : NULL;
        bool in_part = false;
        for (size_t f = 0; fronts[f]; f++)
            in_part |= begins_with(tensor + (of ? strlen("optimizer.first.") : 0), fronts[f]);
        if (of && strstr(tensor, "optimizer.second."))
            continue;
        const struct safetensors_tensor *before = safetensors_find(&file[1], tensor);
        const struct safetensors_tensor *after = safetensors_find(&file[2], tensor);
        assert_false(same_numbers(&file[0].tensor[t], before));
        if (of)
            assert_true(all_zero(after) == in_part);
        else
            assert_true(same_numbers(before, after) == in_part);
        frozen += in_part;
        moved += !in_part;
    }
    assert_true(frozen > 0 && moved > 0);
    for (int i = 0; i < 3; i++)
        safetensors_close(&file[i]);
}

static void frozen_parts_do_not_move_by_a_bit(void **state)
{
    (void)state;
    static const char *const attention[] = {"blocks.0.norm1", "blocks.0.attention", NULL};
    static const char *const feed_forward[] = {"blocks.0.norm2", "blocks.0.feed_forward", NULL};
    static const char *const embedding[] = {"embedding", NULL};
    check_frozen("attention", "fine-tuning.freeze_attention=yes", attention);
    check_frozen("feed-forward", "fine-tuning.freeze_feed_forward=yes", feed_forward);
    check_frozen("embedding", "fine-tuning.freeze_embedding=yes", embedding);
}

static void a_rate_set_before_does_not_change_that_of_fine_tuning(void **state)
{
    (void)state;
    struct session session;
    struct trainer_status status;
    open_run(&session, "rate", tuned);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 1);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 5e-4}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = AFTER - 1}, AFTER);
    trainer_status(session.trainer, &status);
    assert_true(status.lr == 3e-3);
    /* There it is the rate of fine-tuning that is set. */
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 1e-3}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 2}, AFTER + 2);
    trainer_status(session.trainer, &status);
    assert_true(fabs(status.lr / 1e-3 - 1) < 1e-12);
    assert_done(session_close(&session, err));
}

/* After one update from nothing, m = (1 - b1) g and v = (1 - b2) g^2. */
static void the_optimizer_starts_from_nothing(void **state)
{
    (void)state;
    struct safetensors file;
    size_t compared = 0;
    make_run("anew", tuned);
    for (int step = AFTER; step <= AFTER + 1; step++) {
        char *path = checkpoint_of("anew", step);
        assert_done(safetensors_open(&file, path, err));
        memory_free(path);
        assert_string_equal(safetensors_metadata(&file, "updates"), step == AFTER ? "6" : "1");
        if (step == AFTER)
            safetensors_close(&file);
    }
    for (size_t t = 0; t < file.tensors; t++) {
        const struct safetensors_tensor *first = &file.tensor[t];
        if (!begins_with(first->name, "optimizer.first."))
            continue;
        char *name =
            memory_format(NULL, "optimizer.second.%s", first->name + strlen("optimizer.first."));
        const struct safetensors_tensor *second = safetensors_find(&file, name);
        for (size_t i = 0; i < first->rows * first->cols; i++) {
            double g = (double)first->data[i] / 0.1, expected = 0.05 * g * g;
            if (expected < 1e-30)
                continue;
            assert_true(fabs((double)second->data[i] / expected - 1) < 1e-5);
            compared++;
        }
        memory_free(name);
    }
    assert_true(compared > 1000);
    safetensors_close(&file);
}

static void those_who_are_fine_tuned_have_a_curve_of_their_own(void **state)
{
    (void)state;
    struct session session;
    struct recall_set set;
    struct recall recall;
    open_run(&session, "curve", tuned);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, STEPS);
    struct history *history = trainer_history(session.trainer);
    assert_int_equal(history->evaluations, 5); /* of steps 0, 4, 6, 8, 12 */
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(history->evaluation[i].tuned, i < 2 ? 0 : TUNED);
    /* eval.known = 8 of those 12, spread evenly. */
    assert_done(recall_set_init_spread(&set, &session.population, &session.vocabulary,
                                       KNOWN + FRESH, TUNED, 8, err));
    assert_done(recall_measure(&set, session.engine, NULL, &recall, err));
    assert_float_equal(history->evaluation[4].of_tuned.loss, recall.loss, 1e-5);
    assert_true(history->evaluation[4].of_tuned.loss != history->evaluation[4].held_out.loss);
    recall_set_free(&set);
    assert_done(session_close(&session, err));
    char *path = in_runs("curve/metrics.jsonl"), *record = file_read(path, NULL, NULL);
    const char *event = strstr(record, "{\"event\": \"fine-tuning\", \"step\": 6, ");
    assert_non_null(event);
    assert_non_null(
        strstr(event, "\"individuals\": 12, \"lr\": 0.003, \"old\": 32, \"replay\": 0.5}"));
    assert_null(strstr(event + strlen("{\"event\": \"fine-tuning\""), "fine-tuning"));
    /* What the record says is what the history said. */
    struct metrics metrics;
    assert_done(metrics_read(&metrics, path, NULL, err));
    assert_int_equal(metrics.evaluations, 5);
    assert_true(metrics.evaluation[4].of_tuned.loss > 0);
    assert_int_equal(metrics.evaluation[1].tuned, 0);
    assert_int_equal(metrics.evaluation[2].tuned, TUNED);
    metrics_free(&metrics);
    memory_free(record);
    memory_free(path);
}

static void a_fine_tuning_cannot_begin_before_the_fork(void **state)
{
    (void)state;
    static const char *const early[] = {"population.fine_tuning=12", "fine-tuning.after=3", NULL};
    struct preset preset;
    struct session session;
    struct error refusal;
    make_run("plain", NULL);
    make_run("early", early);
    assert_done(tiny_preset(&tiny, &preset, early, err));
    assert_false(session_open_fork(&session, &tiny.paths, &preset, "plain@6", NULL, &refusal));
    assert_non_null(strstr(refusal.message, "--set fine-tuning.after=6"));
    /* Another run of the same fine-tuning is well past its beginning. */
    assert_done(session_open_fork(&session, &tiny.paths, &preset, "early@6", NULL, err));
    assert_done(session_close(&session, err));
    preset_free(&preset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(old_individuals_are_replayed_as_often_as_asked),
        cmocka_unit_test(those_kept_for_it_are_nobody_else),
        cmocka_unit_test(a_cosine_ends_where_a_constant_rate_begins),
        cmocka_unit_test(what_leaves_nothing_to_do_is_refused),
        cmocka_unit_test(a_fork_that_is_fine_tuned_ends_as_one_run_of_both),
        cmocka_unit_test(an_interrupted_fine_tuning_goes_on_bit_for_bit),
        cmocka_unit_test(frozen_parts_do_not_move_by_a_bit),
        cmocka_unit_test(a_rate_set_before_does_not_change_that_of_fine_tuning),
        cmocka_unit_test(the_optimizer_starts_from_nothing),
        cmocka_unit_test(those_who_are_fine_tuned_have_a_curve_of_their_own),
        cmocka_unit_test(a_fine_tuning_cannot_begin_before_the_fork),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
