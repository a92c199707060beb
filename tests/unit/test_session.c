/* Sessions and the trainer inside them: what a run does, and that it can be gone on with. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/session.h"
#include "lab/session_ask.h"
#include "lab/session_fork.h"
#include "lab/session_open.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "record/metrics.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/tiny_session.h"
#include "tests/float_equal.h"
#include "tests/patience.h"
#include "train/checkpoint.h"

static void a_run_makes_its_steps_evaluates_and_saves(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "whole", NULL);
    struct trainer_status status = settle(&session);
    assert_int_equal(status.state, TRAINER_PAUSED);
    assert_int_equal(status.step, 0);
    status = send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_int_equal(status.state, TRAINER_FINISHED);
    struct history *history = trainer_history(session.trainer);
    history_hold(history);
    assert_int_equal(history->trainings, 12);
    assert_int_equal(history->evaluations, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(history->evaluation[i].step, 4 * i);
    /* Random weights give every word about the same probability. */
    double words = log((double)session.preset.model.vocab);
    assert_true(fabs(history->training[0].train_loss - words) < 0.05 * words);
    history_release(history);
    assert_done(session_close(&session, err));
    uint64_t *steps;
    size_t count;
    struct run run;
    char *directory = in_runs("whole");
    assert_done(run_open(&run, &tiny.paths, directory, err));
    assert_done(run_checkpoints(&run, &steps, &count, err));
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(steps[i], 6 * i);
    memory_free(steps);
    memory_free(directory);
    run_close(&run);
}

/* 12 steps at once against 5, a new session, and 7 more. */
static void check_resume(const char *const *more, const char *whole, const char *parts)
{
    struct session session;
    open_run(&session, whole, more);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));

    open_run(&session, parts, more);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 5}, 5);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, parts, 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));

    char *one =
        memory_format(NULL, "%s/%s/checkpoints/step-00000012.safetensors", tiny.directory, whole);
    char *two =
        memory_format(NULL, "%s/%s/checkpoints/step-00000012.safetensors", tiny.directory, parts);
    assert_same_tensors(one, two);
    memory_free(one);
    memory_free(two);
}

static void a_run_goes_on_bit_for_bit(void **state)
{
    (void)state;
    check_resume(NULL, "once", "twice");
}

/* The threads that work are no part of the run. */
static void a_run_on_fewer_threads_for_a_while_has_the_same_bits(void **state)
{
    (void)state;
    static const char *const threads[] = {"train.threads=2", NULL};
    struct session session;
    open_run(&session, "steady", threads);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    open_run(&session, "halved", threads);
    for (size_t steps = 4; steps <= 12; steps += 4) {
        const struct command some = {.kind = COMMAND_THREADS, .threads = steps == 8 ? 1 : 2};
        assert_done(trainer_send(session.trainer, some, err));
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 4}, steps);
        assert_int_equal(engine_thread_count(session.engine), some.threads);
    }
    assert_int_equal(session.preset.trainer.threads, 2);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("steady", "halved", 12);
}

static void a_run_of_the_other_family_goes_on_bit_for_bit(void **state)
{
    (void)state;
    const char *const gpt2[] = {"model.norm=layer", "model.positions=learned", "model.bias=yes",
                                NULL};
    check_resume(gpt2, "once-gpt2", "twice-gpt2");
}

static void a_recurrent_run_goes_on_bit_for_bit(void **state)
{
    (void)state;
    const char *const recurrent[] = {"model.mixer=rg-lru", NULL};
    check_resume(recurrent, "once-recurrent", "twice-recurrent");
}

static void a_run_sampled_by_a_column_goes_on_bit_for_bit(void **state)
{
    (void)state;
    check_resume(tiny_crowded, "once-crowded", "twice-crowded");
}

enum { MOST_WIDENINGS = 2 };

/* Steps at which the sampling was widened, as the evaluations after them tell; returns how many. */
static size_t find_widenings(struct session *session, uint64_t step[MOST_WIDENINGS])
{
    struct history *history = trainer_history(session->trainer);
    size_t widenings = 0;
    history_hold(history);
    for (size_t i = 1; i < history->evaluations; i++)
        if (history->evaluation[i].subset != history->evaluation[i - 1].subset) {
            assert_true(widenings < MOST_WIDENINGS);
            step[widenings++] = history->evaluation[i - 1].step;
        }
    history_release(history);
    return widenings;
}

static void assert_goes_on_as(const char *whole, const char *parts, uint64_t at,
                              const char *const *more)
{
    struct session session;
    open_run(&session, parts, more);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = at}, at);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, parts, 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    assert_done(session_close(&session, err));
    char *one =
        memory_format(NULL, "%s/%s/checkpoints/step-00000204.safetensors", tiny.directory, whole);
    char *two =
        memory_format(NULL, "%s/%s/checkpoints/step-00000204.safetensors", tiny.directory, parts);
    assert_same_tensors(one, two);
    memory_free(one);
    memory_free(two);
}

/* Interrupted before, at, just after and long after its widenings. */
static void an_adaptive_run_goes_on_bit_for_bit(void **state)
{
    (void)state;
    struct session session;
    uint64_t widened[MOST_WIDENINGS];
    open_run(&session, "adaptive", tiny_adaptive);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    size_t widenings = find_widenings(&session, widened);
    assert_done(session_close(&session, err));
    assert_int_equal(widenings, 2);
    const uint64_t at[] = {widened[0] - 6, widened[0], widened[0] + 1, widened[1] - 1, widened[1]};
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        char *parts = memory_format(NULL, "adaptive-%zu", i);
        assert_goes_on_as("adaptive", parts, at[i], tiny_adaptive);
        memory_free(parts);
    }
}

static size_t count_parts(const char *record, const char *part)
{
    size_t count = 0;
    for (; (record = strstr(record, part)); record++)
        count++;
    return count;
}

/* Whether a line tells of an evaluation. */
#define EVALUATED "\"attr_loss\""

/* Long enough for a plateau to be seen. */
enum { PLATEAU = 600 };
static const char *const with_plateau[] = {"train.steps=600",         "train.batch=16",
                                           "train.lr=3e-2",           "train.shards=1",
                                           "train.schedule=constant", "model.d_model=32",
                                           "eval.every=10",           "facts.train_templates=4",
                                           "checkpoint.every=0",      NULL};

#define PHASE_EVENT "{\"event\": \"phase\""

static void an_evaluation_whose_phase_could_not_be_told_counts(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "phase-told", with_plateau);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, PLATEAU);
    assert_done(session_close(&session, err));
    open_run(&session, "phase-untold", with_plateau);
    settle(&session);
    run_into_full_disk(&session, PHASE_EVENT);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, PLATEAU);
    assert_done(session_close(&session, err));
    char *told = read_record("phase-told"), *untold = read_record("phase-untold");
    assert_true(count_parts(told, PHASE_EVENT) > 0);
    assert_int_equal(count_parts(untold, PHASE_EVENT), count_parts(told, PHASE_EVENT));
    assert_int_equal(count_parts(untold, EVALUATED), count_parts(told, EVALUATED));
    assert_same_checkpoints("phase-untold", "phase-told", PLATEAU);
    memory_free(told);
    memory_free(untold);
}

/* As if it had been stopped while the last step was evaluated. */
static void an_evaluation_that_is_missing_at_the_end_is_made(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "stopped-late", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    char *record = read_record("stopped-late");
    char *path = memory_format(NULL, "%s/stopped-late/metrics.jsonl", tiny.directory);
    size_t evaluations = count_parts(record, EVALUATED);
    char *last = strstr(record, "{\"step\": 12, \"seconds\"");
    assert_non_null(last);
    assert_non_null(strstr(last, EVALUATED));
    assert_done(file_replace(path, record, (size_t)(last - record), err));
    memory_free(record);
    assert_done(session_resume(&session, &tiny.paths, "stopped-late", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    wait_for_state(&session, TRAINER_FINISHED);
    assert_done(session_close(&session, err));
    record = read_record("stopped-late");
    assert_int_equal(count_parts(record, EVALUATED), evaluations);
    assert_non_null(strstr(record, "{\"step\": 12, \"seconds\""));
    memory_free(record);
    memory_free(path);
}

enum { TINY_KNOWN = 32, ASKED = 8 };

/* Who was in the batches that the record's evaluations lie between, the subset of an adaptive
 * sampling being what each of them says. */
static void count_batches(struct session *session, const struct metrics *metrics,
                          uint32_t count[TINY_KNOWN])
{
    const struct preset *preset = &session->preset;
    struct finetune finetune;
    struct batch batch;
    uint64_t step = 0;
    assert_done(finetune_init(&finetune, &preset->trainer.finetune, &preset->population,
                              &preset->sampling, &preset->trainer.schedule, err));
    assert_done(batch_init(&batch, &session->vocabulary, session->preset.trainer.batch, err));
    for (size_t e = 0; e < metrics->evaluations; e++) {
        if (session->sampling.options.kind == SAMPLING_ADAPTIVE)
            session->sampling.subset = metrics->evaluation[e].subset;
        for (; step < metrics->evaluation[e].step; step++) {
            batch_fill_training(&batch, &session->population, &session->vocabulary,
                                finetune_sampling(&finetune, &session->sampling, step), step);
            for (size_t i = 0; i < batch.biographies; i++)
                if (batch.individual[i] < TINY_KNOWN)
                    count[batch.individual[i]]++;
        }
    }
    batch_free(&batch);
    finetune_free(&finetune);
}

/* A run that is left at a step between two evaluations, and gone on with. */
static void check_facts(const char *const *more, const char *name, uint64_t at, uint64_t steps)
{
    struct session session;
    uint32_t count[TINY_KNOWN] = {0};
    open_run(&session, name, more);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = at}, at);
    assert_done(session_close(&session, err));
    char *directory = in_runs(name);
    assert_done(session_resume(&session, &tiny.paths, directory, 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, steps);
    struct metrics metrics = read_metrics(name, &session.facts);
    const struct knowledge *live = &trainer_history(session.trainer)->knowledge;
    struct knowledge rebuilt = {0};
    for (size_t e = 0; e < metrics.evaluations; e++)
        assert_done(knowledge_push(&rebuilt, metrics.evaluation[e].step,
                                   &metrics.evaluation[e].snapshot, err));
    size_t facts = rebuilt.asked * rebuilt.attributes;
    assert_int_equal(rebuilt.step, steps);
    assert_int_equal(rebuilt.asked, ASKED);
    assert_int_equal(live->asked, ASKED);
    assert_memory_equal(live->fact, rebuilt.fact, facts * sizeof *rebuilt.fact);
    assert_memory_equal(live->exposures, rebuilt.exposures, ASKED * sizeof *rebuilt.exposures);
    count_batches(&session, &metrics, count);
    uint64_t sum = 0;
    for (size_t i = 0; i < rebuilt.asked; i++) {
        assert_int_equal(rebuilt.exposures[i], count[knowledge_individual(&rebuilt, i)]);
        sum += rebuilt.exposures[i];
    }
    assert_true(sum > 0);
    knowledge_free(&rebuilt);
    metrics_free(&metrics);
    assert_done(session_close(&session, err));
    memory_free(directory);
}

static void exposures_are_exact_after_going_on(void **state)
{
    (void)state;
    static const char *const power_law[] = {"sampling.kind=power-law", "sampling.alpha=1", NULL};
    static const char *const warm_up[] = {"sampling.kind=warm-up", "sampling.subset=8",
                                          "sampling.steps=5", NULL};
    static const char *const tuned[] = {"population.fine_tuning=12", "fine-tuning.after=5",
                                        "fine-tuning.replay=1", NULL};
    check_facts(NULL, "facts-uniform", 6, 12);
    check_facts(tuned, "facts-tuned", 6, 12);
    check_facts(power_law, "facts-power-law", 6, 12);
    check_facts(tiny_crowded, "facts-crowded", 6, 12);
    check_facts(warm_up, "facts-warm-up", 6, 12);
    check_facts(tiny_adaptive, "facts-adaptive", 150, TINY_ADAPTIVE_STEPS);
}

static size_t count_passages(const char *text, const char *passage)
{
    size_t count = 0;
    for (; (text = strstr(text, passage)); text++)
        count++;
    return count;
}

static void a_widening_is_in_the_record_and_in_the_status(void **state)
{
    (void)state;
    struct session session;
    uint64_t widened[MOST_WIDENINGS];
    open_run(&session, "widened", tiny_adaptive);
    assert_int_equal(settle(&session).drawn, 8);
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    size_t widenings = find_widenings(&session, widened);
    assert_int_equal(status.widened, widened[widenings - 1]);
    assert_int_equal(status.drawn, session.sampling.subset);
    assert_done(session_close(&session, err));
    char *path = in_runs("widened/metrics.jsonl"), *record = file_read(path, NULL, NULL);
    assert_int_equal(count_passages(record, "\"event\": \"widen\""), widenings);
    char *first = memory_format(NULL, "{\"event\": \"widen\", \"step\": %d, ", (int)widened[0]);
    assert_non_null(strstr(record, first));
    assert_non_null(strstr(record, "\"from\": 8, \"to\": 16}"));
    assert_non_null(strstr(record, "\"from\": 16, \"to\": 32}"));
    memory_free(first);
    memory_free(record);
    memory_free(path);
}

static void looking_at_an_adaptive_run_does_not_change_it(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "looked-at", tiny_adaptive);
    settle(&session);
    for (uint64_t step = 1; step <= TINY_ADAPTIVE_STEPS; step++) {
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, step);
        assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_EVALUATE}, err));
    }
    assert_done(session_close(&session, err));
    open_run(&session, "not-looked-at", tiny_adaptive);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, TINY_ADAPTIVE_STEPS);
    assert_done(session_close(&session, err));
    char *one = in_runs("looked-at/checkpoints/step-00000204.safetensors");
    char *two = in_runs("not-looked-at/checkpoints/step-00000204.safetensors");
    assert_same_tensors(one, two);
    memory_free(one);
    memory_free(two);
}

static void a_warm_ups_end_is_told_once(void **state)
{
    (void)state;
    const char *const warm_up[] = {"sampling.kind=warm-up", "sampling.subset=5", "sampling.steps=6",
                                   NULL};
    struct session session;
    check_resume(warm_up, "warm-once", "warm-twice");
    open_run(&session, "warm", warm_up);
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 5}, 5);
    assert_int_equal(status.drawn, 5);
    assert_int_equal(status.widened, 0);
    status = send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_int_equal(status.drawn, 32);
    assert_int_equal(status.widened, 6);
    struct history *history = trainer_history(session.trainer);
    /* At step 4 those five alone had been drawn; at step 8 all had been. */
    assert_int_equal(history->evaluation[1].subset, 5);
    assert_int_equal(history->evaluation[2].subset, 32);
    assert_true(history->evaluation[1].of_subset.loss != history->evaluation[1].known.loss);
    assert_true(history->evaluation[2].of_subset.loss == history->evaluation[2].known.loss);
    assert_done(session_close(&session, err));
    char *path = in_runs("warm/metrics.jsonl"), *record = file_read(path, NULL, NULL);
    assert_int_equal(count_passages(record, "\"event\": \"widen\", \"step\": 6, "), 1);
    assert_int_equal(count_passages(record, "\"event\": \"widen\""), 1);
    memory_free(record);
    memory_free(path);
}

static void every_group_has_a_curve_of_its_own(void **state)
{
    (void)state;
    const char *const sequential[] = {"sampling.kind=sequential", "sampling.groups=4", NULL};
    struct session session;
    check_resume(sequential, "groups-once", "groups-twice");
    open_run(&session, "groups", sequential);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    struct history *history = trainer_history(session.trainer);
    for (size_t e = 0; e < history->evaluations; e++) {
        const struct evaluation_point *point = &history->evaluation[e];
        double sum = 0;
        assert_int_equal(point->groups, 4);
        assert_int_equal(point->subset, 0);
        for (size_t g = 0; g < 4; g++)
            sum += point->of_group[g].loss;
        /* Of the 8 that are asked, two belong to each group. */
        assert_float_equal(sum / 4, point->known.loss, 1e-9);
    }
    assert_true(history->evaluation[3].of_group[0].loss != history->evaluation[3].of_group[1].loss);
    assert_done(session_close(&session, err));
}

static void a_resumed_run_remembers_its_curves(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "curves", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 9}, 9);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "curves", 0, err));
    struct history *history = trainer_history(session.trainer);
    assert_int_equal(history->trainings, 9);
    assert_int_equal(history->evaluations, 3);
    struct trainer_status status;
    trainer_status(session.trainer, &status);
    assert_int_equal(status.step, 9);
    assert_true(status.seconds > 0);
    assert_done(session_close(&session, err));
}

/* The circuits in the history, which stands still. */
static void copy_circuits(struct session *session, struct circuit_track *copy)
{
    struct history *history = trainer_history(session->trainer);
    history_hold(history);
    assert_true(circuit_track_copy(copy, &history->circuits, NULL));
    history_release(history);
}

static void every_evaluation_measures_circuits(void **state)
{
    (void)state;
    const char *const three[] = {"eval.circuits=3", "model.layers=2", NULL};
    struct session session;
    struct circuit_track before = {0}, after = {0};
    open_run(&session, "circuits", three);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 9}, 9);
    copy_circuits(&session, &before);
    assert_int_equal(before.points, 3);
    assert_int_equal(before.layers, 2);
    for (size_t i = 0; i < before.points; i++) {
        struct circuits_point point = circuit_track_point(&before, i);
        assert_int_equal(point.step, 4 * i);
        for (size_t k = 0; k < circuits_size(&point.known); k++) {
            assert_true(point.known.mean[k] > 0 && point.known.mean[k] < 1.00001);
            assert_true(point.held_out.mean[k] > 0 && point.held_out.mean[k] < 1.00001);
            assert_true(point.known.mean[k] != point.held_out.mean[k]);
        }
    }
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "circuits", 0, err));
    copy_circuits(&session, &after);
    assert_int_equal(after.points, 3);
    assert_memory_equal(after.mean, before.mean,
                        3 * 2 * CIRCUITS * 2 * after.heads * sizeof *after.mean);
    assert_done(session_close(&session, err));
    circuit_track_free(&before);
    circuit_track_free(&after);
}

static void a_model_without_attention_has_no_circuits(void **state)
{
    (void)state;
    const char *const recurrent[] = {"model.mixer=rg-lru", "eval.circuits=3", NULL};
    struct session session;
    struct circuit_track track = {0};
    open_run(&session, "recurrent-circuits", recurrent);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 5}, 5);
    copy_circuits(&session, &track);
    assert_int_equal(track.points, 0);
    assert_done(session_close(&session, err));
    char *path = in_runs("recurrent-circuits/metrics.jsonl"), *record = file_read(path, NULL, NULL);
    assert_true(count_passages(record, "\"attr_loss\"") > 0);
    assert_int_equal(count_passages(record, "\"name_name\""), 0);
    memory_free(record);
    memory_free(path);
    circuit_track_free(&track);
}

/* The set that the model is measured on after the fact is the same. */
static void circuits_are_those_of_the_models_checkpoint(void **state)
{
    (void)state;
    struct session session;
    struct circuit_track track = {0};
    struct circuits_set set;
    struct circuits circuits;
    open_run(&session, "circuits-end", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    copy_circuits(&session, &track);
    assert_done(session_close(&session, err));
    assert_done(session_open_model(&session, &tiny.paths, "circuits-end", NULL, err));
    const struct model_options *shape = &engine_model(session.engine)->options;
    assert_done(engine_make_ready(session.engine, 1, err));
    assert_done(circuits_init(&circuits, shape->layers, shape->heads, err));
    assert_done(circuits_set_init(&set, &session.population, &session.vocabulary, shape, 32, 8, 8,
                                  err)); /* the new ones of the tiny preset */
    assert_done(circuits_measure(&set, session.engine, NULL, &circuits, err));
    struct circuits_point newest = circuit_track_point(&track, track.points - 1);
    for (size_t k = 0; k < circuits_size(&circuits); k++)
        assert_float_equal(circuits.mean[k], newest.held_out.mean[k], 1e-6);
    circuits_set_free(&set);
    circuits_free(&circuits);
    circuit_track_free(&track);
    assert_done(session_close(&session, err));
}

static void circuits_are_measured_where_they_are_asked_for_alone(void **state)
{
    (void)state;
    const char *const none[] = {"eval.circuits=0", NULL};
    struct session session;
    struct circuit_track track = {0};
    open_run(&session, "no-circuits", none);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    copy_circuits(&session, &track);
    assert_int_equal(track.points, 0);
    assert_done(session_close(&session, err));
    char *path = in_runs("no-circuits/metrics.jsonl");
    char *record = file_read(path, NULL, NULL);
    assert_non_null(record);
    assert_null(strstr(record, "name_name"));
    memory_free(record);
    memory_free(path);
}

static void more_steps_stay_more_steps(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "more", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "more", 15, err));
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "more", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 15);
    assert_int_equal(status.steps, 15);
    assert_done(session_close(&session, err));
}

static void fewer_steps_than_were_made_are_refused(void **state)
{
    (void)state;
    struct session session;
    struct error refusal;
    open_run(&session, "fewer", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_false(session_resume(&session, &tiny.paths, "fewer", 7, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    assert_done(session_resume(&session, &tiny.paths, "fewer", 0, err));
    assert_int_equal(session.preset.trainer.schedule.steps, 12);
    assert_done(session_close(&session, err));
}

static void a_rate_set_at_a_saved_step_is_saved_too(void **state)
{
    (void)state;
    struct session session;
    struct trainer_status status;
    open_run(&session, "kept-rate", NULL);
    settle(&session);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 3e-3}, err));
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "kept-rate", 0, err));
    trainer_status(session.trainer, &status);
    assert_true(fabs(status.lr / 3e-3 - 1) < 1e-9);
    assert_false(status.unsaved);
    assert_done(session_close(&session, err));
}

/* Whoever asks for a checkpoint next must not be told that there is nothing to save. */
static void a_rate_is_unsaved_as_soon_as_it_is_asked_for(void **state)
{
    (void)state;
    struct session session;
    struct trainer_status status;
    open_run(&session, "asked-rate", NULL);
    status = settle(&session);
    assert_false(status.unsaved);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 3e-3}, err));
    trainer_status(session.trainer, &status);
    assert_true(status.unsaved);
    assert_done(session_close(&session, err));
}

static void stepping_after_running_leaves_a_pause_in_the_record(void **state)
{
    (void)state;
    const char *const longer[] = {"train.steps=100000", NULL};
    struct session session;
    struct trainer_status status;
    open_run(&session, "told", longer);
    settle(&session);
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_STEP, .steps = UINT64_MAX}, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_PAUSE}, err));
    uint64_t seen = 0;
    struct patience patience = patience_with(getpid());
    do {
        assert_true(patience_lasts(&patience));
        trainer_wait(session.trainer, 0.1, &seen);
        trainer_status(session.trainer, &status);
    } while (status.state != TRAINER_PAUSED || status.pausing);
    assert_done(session_close(&session, err));
    char *path = in_runs("told/metrics.jsonl");
    char *record = file_read(path, NULL, NULL);
    assert_non_null(strstr(record, "\"event\": \"pause\""));
    memory_free(record);
    memory_free(path);
}

/* Renames a checkpoint, and notes in *unrecorded how many of the steps before it the record of the
 * run lacks at this moment, or has not been synced since. */
static size_t *unrecorded(void)
{
    static size_t steps;
    return &steps;
}

static bool *record_is_synced(void)
{
    static bool synced;
    return &synced;
}

static ssize_t write_and_note(int descriptor, const void *bytes, size_t count)
{
    if (memmem(bytes, count, "\"train_loss\"", strlen("\"train_loss\"")))
        *record_is_synced() = false;
    return write(descriptor, bytes, count);
}

static int sync_and_note(int descriptor)
{
    char link[64], path[TEMPORARY_PATH];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    *record_is_synced() |= strstr(path, "metrics.jsonl") != NULL;
    return fsync(descriptor);
}

static int rename_and_look(const char *from, const char *to)
{
    const char *step = strstr(to, "/checkpoints/step-");
    if (step) {
        char *directory = memory_format(NULL, "%.*s/metrics.jsonl", (int)(step - to), to);
        char *record = file_read(directory, NULL, NULL);
        size_t lines = 0, wanted = strtoul(step + strlen("/checkpoints/step-"), NULL, 10);
        for (const char *c = record; c && (c = strstr(c, "\"train_loss\"")); c++)
            lines++;
        *unrecorded() += wanted - lines + (wanted > 0 && !*record_is_synced());
        memory_free(record);
        memory_free(directory);
    }
    return rename(from, to);
}

/* Whatever ends the program when the file has appeared, nothing is missing before it. */
static void a_checkpoint_appears_behind_the_record_of_its_steps(void **state)
{
    (void)state;
    static const struct file_calls calls = {
        .write = write_and_note, .fsync = sync_and_note, .rename = rename_and_look};
    struct session session;
    *unrecorded() = 0;
    open_run(&session, "order", NULL);
    settle(&session);
    file_set_calls(&calls);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    file_set_calls(NULL);
    assert_int_equal(*unrecorded(), 0);
    assert_done(session_close(&session, err));
}

/* The command to run waits already when the record's first line cannot be written. */
static void a_run_that_fails_at_its_start_does_not_run(void **state)
{
    (void)state;
    struct session session;
    struct error why;
    char *directory = in_runs("start");
    open_preset(&session, NULL);
    assert_done(session_keep(&session, directory, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    fill_disk("{\"event\": \"start\"");
    assert_done(trainer_start(session.trainer, false, err));
    free_disk(&session);
    assert_false(session_close(&session, &why));
    assert_int_equal(why.kind, ERROR_SYSTEM);
    memory_free(directory);
}

static void a_run_whose_facts_have_changed_is_refused(void **state)
{
    (void)state;
    struct session session;
    struct error refusal;
    open_run(&session, "facts", NULL);
    settle(&session);
    assert_true(strlen(session.preset.facts.fingerprint) == FACTS_FINGERPRINT_SIZE - 1);
    assert_done(session_close(&session, err));
    char *preset = memory_format(NULL, "%s/facts/preset.ini", tiny.directory);
    char *command = memory_format(NULL, "sed -i 's/^majors = 3/majors = 4/' '%s'", preset);
    assert_int_equal(system(command), 0);
    assert_false(session_resume(&session, &tiny.paths, "facts", 0, &refusal));
    assert_non_null(strstr(refusal.message, "have changed"));
    assert_false(session_open_model(&session, &tiny.paths, "facts", NULL, &refusal));
    memory_free(command);
    memory_free(preset);
}

/* A table in the directory of the runs, of which a facts file tells one column. */
static void write_sizes(const char *last)
{
    char path[TEMPORARY_PATH];
    struct text table = {0};
    static const char facts[] = "[facts]\ntitle = Sizes\nindividual = thing\ntable = sizes.csv\n"
                                "[attribute colour]\ncolumn = colour\n";
    temporary_path(path, tiny.directory, "sizes.ini");
    assert_done(file_replace(path, facts, strlen(facts), err));
    text_add(&table, "name,colour,size,weight\n");
    for (int i = 0; i < 48; i++)
        text_format(&table, "Thing %d,%s,%d,%d\n", i, i % 3 ? "red" : "blue", i + 1, i);
    text_format(&table, "Thing 48,red,%s\n", last);
    temporary_path(path, tiny.directory, "sizes.csv");
    assert_done(file_replace(path, table.bytes, table.length, err));
    text_free(&table);
}

/* As runs of earlier versions are: without a copy of their facts. */
static void remove_copy(const char *run)
{
    char *path = memory_format(NULL, "%s/%s/facts.jsonl", tiny.directory, run);
    assert_int_equal(remove(path), 0);
    memory_free(path);
}

static void assert_branch_refused(const char *from, const char *const *more, const char *words)
{
    struct session session;
    struct preset preset;
    struct error refusal = {ERROR_NONE, ""};
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_false(session_open_fork(&session, &tiny.paths, &preset, from, NULL, &refusal));
    assert_int_equal(refusal.kind, ERROR_DATA);
    assert_non_null(strstr(refusal.message, words));
    preset_free(&preset);
}

static void assert_sizes_refused(const char *words)
{
    struct session session;
    struct error refusal = {ERROR_NONE, ""};
    assert_false(session_resume(&session, &tiny.paths, "sizes", 0, &refusal));
    assert_int_equal(refusal.kind, ERROR_DATA);
    assert_non_null(strstr(refusal.message, words));
}

static void a_run_whose_column_of_numbers_has_changed_is_refused(void **state)
{
    char setting[TEMPORARY_PATH];
    const char *by_size[] = {tiny_countries[1],
                             tiny_countries[2],
                             tiny_countries[3],
                             tiny_countries[4],
                             tiny_countries[5],
                             tiny_countries[6],
                             tiny_countries[7],
                             tiny_countries[8],
                             tiny_countries[9],
                             setting,
                             "sampling.kind=column",
                             "sampling.column=size",
                             NULL};
    struct session session;
    (void)state;
    snprintf(setting, sizeof setting, "facts.file=%s/sizes.ini", tiny.directory);
    write_sizes("9,9");
    open_run(&session, "sizes", by_size);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 1);
    assert_done(session_close(&session, err));
    remove_copy("sizes");
    write_sizes("9,10"); /* a column that nobody asks for */
    assert_done(session_resume(&session, &tiny.paths, "sizes", 0, err));
    assert_done(session_close(&session, err));
    write_sizes("9.5,9");
    assert_sizes_refused("the numbers in column size of ");
    assert_sizes_refused("sizes.csv have changed since ");
    const char *even[] = {by_size[0], by_size[1], by_size[2], by_size[3], by_size[4], by_size[5],
                          by_size[6], by_size[7], by_size[8], setting,    NULL};
    assert_branch_refused("sizes@1", even, "the numbers in column size of ");
    write_sizes("9,9\nThing 49,green,1,1");
    assert_sizes_refused("the rows or templates of ");
    write_sizes("9,9");
    assert_done(session_resume(&session, &tiny.paths, "sizes", 0, err));
    assert_done(session_close(&session, err));
}

static void a_run_whose_table_has_moved_says_how_it_is_found(void **state)
{
    char setting[TEMPORARY_PATH + 16], table[TEMPORARY_PATH], moved[TEMPORARY_PATH];
    const char *settings[] = {tiny_countries[1],
                              tiny_countries[2],
                              tiny_countries[3],
                              tiny_countries[4],
                              tiny_countries[5],
                              tiny_countries[6],
                              tiny_countries[7],
                              tiny_countries[8],
                              tiny_countries[9],
                              setting,
                              NULL};
    struct session session;
    struct preset preset;
    struct error refusal = {ERROR_NONE, ""};
    (void)state;
    temporary_path(table, tiny.directory, "sizes.csv");
    temporary_path(moved, tiny.directory, "moved.csv");
    snprintf(setting, sizeof setting, "facts.table=%s", table);
    write_sizes("9,9");
    open_run(&session, "moves", settings);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 1);
    assert_done(session_close(&session, err));
    remove_copy("moves");
    assert_int_equal(rename(table, moved), 0);
    assert_false(session_resume(&session, &tiny.paths, "moves", 0, &refusal));
    assert_non_null(strstr(refusal.message, "there is no file "));
    assert_non_null(strstr(refusal.message, "sizes.csv"));
    assert_non_null(strstr(refusal.message, "facts.table in the run's preset.ini"));
    snprintf(setting, sizeof setting, "facts.table=%s", moved);
    assert_done(tiny_preset(&tiny, &preset, settings, err));
    assert_done(session_open_fork(&session, &tiny.paths, &preset, "moves@1", NULL, err));
    assert_done(session_close(&session, err));
    preset_free(&preset);
    char *written = memory_format(NULL, "%s/moves/preset.ini", tiny.directory);
    char *command = memory_format(NULL, "sed -i 's|^table = .*|table = %s|' '%s'", moved, written);
    assert_int_equal(system(command), 0);
    assert_done(session_resume(&session, &tiny.paths, "moves", 0, err));
    assert_done(session_close(&session, err));
    memory_free(command);
    memory_free(written);
}

/* Makes steps of a run that is open, and closes it. */
static void train_to(struct session *session, uint64_t from, uint64_t to)
{
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = to - from}, to);
    assert_done(session_close(session, err));
}

/* A branch of a run by that run's own preset. */
static void open_branch(struct session *session, const char *run, uint64_t at, const char *name)
{
    struct preset preset;
    char *path = memory_format(NULL, "%s/%s/preset.ini", tiny.directory, run);
    char *from = memory_format(NULL, "%s@%d", run, (int)at), *directory = in_runs(name);
    assert_done(preset_load(&preset, &tiny.paths, path, err));
    assert_done(session_open_fork(session, &tiny.paths, &preset, from, NULL, err));
    assert_done(session_keep(session, directory, err));
    assert_done(trainer_start(session->trainer, false, err));
    preset_free(&preset);
    memory_free(directory);
    memory_free(from);
    memory_free(path);
}

static void a_run_needs_no_file_of_its_facts_any_more(void **state)
{
    char by_table[TEMPORARY_PATH + 16], by_file[TEMPORARY_PATH + 16], path[TEMPORARY_PATH];
    const char *const setting[] = {by_table, by_file};
    struct session session;
    struct error refusal;
    (void)state;
    snprintf(by_table, sizeof by_table, "facts.table=%s",
             temporary_path(path, tiny.directory, "sizes.csv"));
    snprintf(by_file, sizeof by_file, "facts.file=%s",
             temporary_path(path, tiny.directory, "sizes.ini"));
    for (size_t i = 0; i < sizeof setting / sizeof *setting; i++) {
        const char *settings[] = {tiny_countries[1],
                                  tiny_countries[2],
                                  tiny_countries[3],
                                  tiny_countries[4],
                                  tiny_countries[5],
                                  tiny_countries[6],
                                  tiny_countries[7],
                                  tiny_countries[8],
                                  tiny_countries[9],
                                  setting[i],
                                  NULL};
        const char *const whole[] = {"whole-0", "whole-1"}, *const cut[] = {"cut-0", "cut-1"};
        const char *const branch[] = {"branch-0", "branch-1"};
        write_sizes("9,9");
        open_run(&session, whole[i], settings);
        train_to(&session, 0, 4);
        open_run(&session, cut[i], settings);
        train_to(&session, 0, 2);
        if (i == 0)
            assert_int_equal(remove(temporary_path(path, tiny.directory, "sizes.csv")), 0);
        else { /* another table, and no facts file */
            write_sizes("9,9\nThing 49,green,1,1");
            assert_int_equal(remove(temporary_path(path, tiny.directory, "sizes.ini")), 0);
        }
        assert_done(session_resume(&session, &tiny.paths, cut[i], 0, err));
        assert_done(trainer_start(session.trainer, false, err));
        train_to(&session, 2, 4);
        assert_same_checkpoints(whole[i], cut[i], 4);
        assert_done(session_open_model(&session, &tiny.paths, cut[i], NULL, err));
        assert_int_equal(fact_set_rows(&session.facts), 49);
        assert_non_null(strstr(session.facts.table, "/sizes.csv"));
        assert_done(session_close(&session, err));
        open_branch(&session, cut[i], 2, branch[i]);
        train_to(&session, 2, 3);
        assert_done(session_resume(&session, &tiny.paths, branch[i], 0, err));
        assert_done(trainer_start(session.trainer, false, err));
        train_to(&session, 3, 4);
        assert_same_checkpoints(whole[i], branch[i], 4);
        remove_copy(branch[i]);
        assert_false(session_resume(&session, &tiny.paths, branch[i], 0, &refusal));
    }
}

static void a_damaged_copy_of_facts_says_how_to_do_without(void **state)
{
    struct session session;
    struct error refusal;
    char *path = memory_format(NULL, "%s/damaged/facts.jsonl", tiny.directory);
    (void)state;
    open_run(&session, "damaged", NULL);
    train_to(&session, 0, 1);
    char *text = file_read(path, NULL, NULL), *last = strstr(text, "{\"folder\": \"templates\"");
    assert_non_null(last);
    assert_done(file_replace(path, text, (size_t)(last - text), err));
    assert_false(session_open_model(&session, &tiny.paths, "damaged", NULL, &refusal));
    assert_int_equal(refusal.kind, ERROR_DATA);
    assert_non_null(strstr(refusal.message, "damaged/facts.jsonl: "));
    assert_non_null(strstr(refusal.message, "there is no templates/"));
    assert_non_null(strstr(refusal.message, "; without this file the facts are read from where"));
    remove_copy("damaged");
    assert_done(session_open_model(&session, &tiny.paths, "damaged", NULL, err));
    assert_done(session_close(&session, err));
    memory_free(text);
    memory_free(path);
}

/* A preset as version 0.1.0 wrote it into its runs, which called the invented countries so. */
static void open_countries(struct session *session, struct paths *paths, const char *fingerprint,
                           struct error *why)
{
    static const char *const settings[] = {"facts.file=countries",
                                           "facts.templates=4",
                                           "facts.train_templates=3",
                                           "pools.given-names=0",
                                           "pools.last-names=0",
                                           "pools.universities=0",
                                           "pools.majors=0",
                                           "pools.companies=0",
                                           "pools.days=0",
                                           "pools.months=0",
                                           "pools.years=0",
                                           "pools.cities=40",
                                           NULL};
    struct preset preset;
    char *setting = memory_format(NULL, "facts.fingerprint=%s", fingerprint);
    assert_done(tiny_preset(&tiny, &preset, settings, err));
    assert_done(preset_set(&preset, setting, err));
    bool opened = session_open_facts(session, paths, &preset, why);
    assert_int_equal(opened, !why->kind);
    memory_free(setting);
    preset_free(&preset);
}

static void facts_that_were_renamed_are_found_by_what_they_are(void **state)
{
    static const char fingerprint[] = "1f933054adf6ba96"; /* of tests/golden/runs/old-countries */
    (void)state;
    char *other = in_runs("other"), path[TEMPORARY_PATH];
    char *data[] = {other, tiny.data[0], NULL};
    struct paths with_other = tiny.paths;
    with_other.data = data;
    temporary_path(path, other, "facts");
    assert_done(file_make_directories(path, err));
    temporary_path(path, other, "facts/countries.ini");
    static const char facts[] = "[facts]\ntitle = Cities\nname = cities cities\nindividual = city\n"
                                "[attribute capital]\nvalue = cities\n"
                                "templates = countries/capital.txt\n";
    assert_done(file_replace(path, facts, strlen(facts), err));
    struct paths *places[] = {&tiny.paths, &with_other};
    for (size_t i = 0; i < 2; i++) {
        struct session session;
        struct error why = {ERROR_NONE, ""};
        open_countries(&session, places[i], fingerprint, &why);
        assert_int_equal(why.kind, ERROR_NONE);
        assert_string_equal(session.facts.title, "Facts about invented countries");
        assert_done(session_close(&session, err));
        open_countries(&session, places[i], "1f933054adf6ba97", &why);
        assert_int_not_equal(why.kind, ERROR_NONE);
        assert_non_null(strstr(why.message, "countries"));
        assert_null(strstr(why.message, "invented-countries"));
    }
    /* One that begins now takes what has the name now. */
    struct session session;
    struct error why = {ERROR_NONE, ""};
    open_countries(&session, &with_other, "", &why);
    assert_int_equal(why.kind, ERROR_NONE);
    assert_string_equal(session.facts.title, "Cities");
    assert_done(session_close(&session, err));
    memory_free(other);
}

static void a_run_in_use_is_refused(void **state)
{
    (void)state;
    struct session session, second;
    struct error refusal;
    open_run(&session, "busy", NULL);
    settle(&session);
    assert_false(session_resume(&second, &tiny.paths, "busy", 0, &refusal));
    assert_int_equal(refusal.kind, ERROR_BUSY);
    assert_done(session_close(&session, err));
}

static void steps_are_counted_and_pauses_kept(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "steps", NULL);
    settle(&session);
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 3}, 3);
    assert_int_equal(status.step, 3);
    assert_int_equal(status.state, TRAINER_PAUSED);
    status = send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 99}, 12);
    assert_int_equal(status.state, TRAINER_FINISHED);
    assert_done(session_close(&session, err));
}

static void the_learning_rate_can_be_set(void **state)
{
    (void)state;
    struct session session;
    open_run(&session, "rate", NULL);
    settle(&session);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 3e-3}, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 1);
    struct history *history = trainer_history(session.trainer);
    assert_true(fabs(history->training[0].lr - 3e-3) < 1e-15);
    assert_done(session_close(&session, err));
    /* The change survives in the checkpoint. */
    assert_done(session_resume(&session, &tiny.paths, "rate", 0, err));
    struct trainer_status status;
    trainer_status(session.trainer, &status);
    double expected = schedule_lr(&session.preset.trainer.schedule, 1) * 0.3;
    assert_true(fabs(status.lr / expected - 1) < 1e-9);
    assert_done(session_close(&session, err));
}

static void a_loss_that_is_not_a_number_stops_training_with_a_sentence(void **state)
{
    (void)state;
    const char *const wild[] = {"train.lr=1", "train.final_lr=1", NULL};
    struct session session;
    open_run(&session, "wild", wild);
    settle(&session);
    assert_done(trainer_send(session.trainer,
                             (struct command){.kind = COMMAND_SET_LR, .value = 1e38}, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    struct trainer_status status;
    uint64_t seen = 0;
    struct patience patience = patience_with(getpid());
    do {
        assert_true(patience_lasts(&patience));
        trainer_wait(session.trainer, 0.1, &seen);
        trainer_status(session.trainer, &status);
    } while (status.state != TRAINER_FAILED && status.state != TRAINER_FINISHED);
    assert_int_equal(status.state, TRAINER_FAILED);
    assert_non_null(strstr(status.failure.message, "not a number"));
    struct error refusal;
    assert_false(session_close(&session, &refusal));
    assert_non_null(strstr(refusal.message, "not a number"));
    assert_non_null(strstr(refusal.message, "step 1 is not saved"));
    /* What it left is what it had before. */
    assert_done(session_resume(&session, &tiny.paths, "wild", 0, err));
    assert_int_equal(session.checkpoint_step, 0);
    assert_string_equal(session.remark, "from the checkpoint of step 0, 1 step again");
    assert_done(session_close(&session, err));
}

/* Makes a weight of a checkpoint no number. */
static void damage_checkpoint(const char *run, int step)
{
    static const unsigned char nan_bytes[] = {0xFF, 0xFF, 0xFF, 0xFF};
    size_t size;
    char *path = checkpoint_of(run, step);
    char *bytes = file_read(path, &size, NULL);
    memcpy(bytes + size - sizeof nan_bytes, nan_bytes, sizeof nan_bytes);
    assert_done(file_replace(path, bytes, size, err));
    memory_free(bytes);
    memory_free(path);
}

static void a_run_goes_on_from_the_newest_checkpoint_that_can_be_read(void **state)
{
    (void)state;
    struct session session;
    struct error refusal;
    open_run(&session, "hurt", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    damage_checkpoint("hurt", 12);
    assert_done(session_resume(&session, &tiny.paths, "hurt", 0, err));
    assert_int_equal(session.checkpoint_step, 6);
    assert_non_null(strstr(session.remark, "step-00000012.safetensors: tensor "));
    assert_non_null(strstr(session.remark, "; resuming from step 6"));
    assert_non_null(strstr(session.remark, "from the checkpoint of step 6, 6 steps again"));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("hurt", "whole", 12);
    /* Where all are damaged it is the newest that is told of. */
    for (int step = 0; step <= 12; step += 6)
        damage_checkpoint("hurt", step);
    assert_false(session_resume(&session, &tiny.paths, "hurt", 0, &refusal));
    assert_int_equal(refusal.kind, ERROR_DATA);
    assert_non_null(strstr(refusal.message, "step-00000012.safetensors: tensor "));
}

static size_t writes_of_the_record;

/* The first write of an evaluation fails, and no other. */
static ssize_t write_but_once(int descriptor, const void *bytes, size_t count)
{
    if (!memmem(bytes, count, "\"new_attr_loss\"", 15) || writes_of_the_record++ > 0)
        return write(descriptor, bytes, count);
    errno = ENOSPC;
    return -1;
}

static void wait_for_failure(struct session *session)
{
    struct trainer_status status;
    uint64_t seen = 0;
    struct patience patience = patience_with(getpid());
    do {
        assert_true(patience_lasts(&patience));
        trainer_wait(session->trainer, 0.1, &seen);
        trainer_status(session->trainer, &status);
    } while (status.failures == 0);
}

/* Whatever was asked for beforehand, and though the next write would do. */
static void a_record_that_could_not_be_written_is_not_called_saved(void **state)
{
    (void)state;
    static const struct file_calls calls = {.write = write_but_once};
    static const enum command_kind asked[] = {COMMAND_CHECKPOINT, COMMAND_EVALUATE, COMMAND_RUN};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        struct session session;
        struct error refusal;
        char name[] = "once-0";
        name[5] = (char)('0' + i);
        open_preset(&session, NULL);
        char *directory = in_runs(name);
        assert_done(session_keep(&session, directory, err));
        assert_done(trainer_send(session.trainer, (struct command){.kind = asked[i]}, err));
        writes_of_the_record = 0;
        file_set_calls(&calls);
        assert_done(trainer_start(session.trainer, false, err));
        wait_for_failure(&session);
        bool closed = session_close(&session, &refusal);
        file_set_calls(NULL);
        assert_true(writes_of_the_record > 0);
        assert_false(closed);
        assert_non_null(strstr(refusal.message, strerror(ENOSPC)));
        memory_free(directory);
    }
}

static bool disk_is_full;

static ssize_t write_where_there_is_room(int descriptor, const void *bytes, size_t count)
{
    if (!disk_is_full)
        return write(descriptor, bytes, count);
    errno = ENOSPC;
    return -1;
}

static void what_could_not_be_saved_is_saved_later(void **state)
{
    (void)state;
    static const struct file_calls calls = {.write = write_where_there_is_room};
    struct session session;
    struct error refusal;
    struct trainer_status status;
    open_preset(&session, NULL);
    char *directory = in_runs("full");
    assert_done(session_keep(&session, directory, err));
    file_set_calls(&calls);
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 3}, 3);
    disk_is_full = true;
    bool saved = session_save(&session, &refusal);
    disk_is_full = false;
    assert_false(saved);
    assert_non_null(strstr(refusal.message, strerror(ENOSPC)));
    trainer_status(session.trainer, &status);
    assert_true(status.unsaved);
    assert_int_equal(status.step, 3);
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 4);
    assert_done(session_save(&session, err));
    trainer_status(session.trainer, &status);
    file_set_calls(NULL);
    assert_int_not_equal(status.state, TRAINER_FAILED);
    assert_int_not_equal(status.state, TRAINER_RUNNING);
    assert_false(status.unsaved);
    assert_true(status.saved_step >= 4);
    assert_done(session_close(&session, err));
    memory_free(directory);
}

/* Writes over a line of a record, counted from 1; "" with its newline takes it out. */
static void replace_line(const char *run, int number, const char *line)
{
    char *path = memory_format(NULL, "%s/%s/metrics.jsonl", tiny.directory, run);
    char *record = read_record(run), *begin = record;
    for (int i = 1; i < number; i++)
        begin = strchr(begin, '\n') + 1;
    const char *rest = strchr(begin, '\n') + 1;
    char *text = memory_format(NULL, "%.*s%s%s", (int)(begin - record), record, line, rest);
    assert_done(file_replace(path, text, strlen(text), err));
    memory_free(text);
    memory_free(record);
    memory_free(path);
}

/* The first line of a training step, counted from 1. */
static int first_training_line(const char *run)
{
    int number = 1;
    char *record = read_record(run);
    for (const char *c = record; c < strstr(record, "\"train_loss\""); c++)
        number += *c == '\n';
    memory_free(record);
    return number;
}

static void a_damaged_line_of_the_record_keeps_no_run_from_going_on(void **state)
{
    (void)state;
    struct session session;
    char place[64];
    open_run(&session, "torn", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 6}, 6);
    assert_done(session_close(&session, err));
    int line = first_training_line("torn");
    replace_line("torn", line, "{\"step\": nonsense\n");
    snprintf(place, sizeof place, "/torn/metrics.jsonl:%d: ", line);
    assert_done(session_resume(&session, &tiny.paths, "torn", 0, err));
    assert_non_null(strstr(session.remark, place));
    assert_non_null(strstr(session.remark, "the record lacks 1 of the 6 steps"));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("torn", "whole", 12);
    open_fork(&session, "of-torn", "torn@6", NULL);
    assert_non_null(strstr(session.remark, place));
    assert_done(session_close(&session, err));
    struct metrics metrics = read_metrics("of-torn", NULL); /* without that line */
    assert_int_equal(metrics.trainings, 5);
    metrics_free(&metrics);
}

/* Waits until the record says that it pauses at step 2. */
static void wait_for_pause(const char *record)
{
    bool is_told = false;
    for (struct patience patience = patience_with(getpid());
         !is_told && patience_lasts(&patience);) {
        char *text = file_read(record, NULL, NULL);
        is_told = text && strstr(text, "\"event\": \"pause\", \"step\": 2,");
        memory_free(text);
    }
    assert_true(is_told);
}

static void a_run_whose_record_is_cut_fails_and_is_saved(void **state)
{
    (void)state;
    struct session session;
    struct error failure;
    char *record = memory_format(NULL, "%s/cut-off/metrics.jsonl", tiny.directory);
    open_run(&session, "cut-off", NULL);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 2}, 2);
    wait_for_pause(record);
    assert_int_equal(truncate(record, 0), 0);
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    wait_for_state(&session, TRAINER_FAILED);
    assert_false(session_close(&session, &failure));
    assert_int_equal(failure.kind, ERROR_DATA);
    assert_non_null(strstr(failure.message, "/cut-off/metrics.jsonl was cut by another process"));
    assert_non_null(strstr(failure.message, " is saved nevertheless"));
    assert_null(strstr(strstr(failure.message, "was cut") + 1, "was cut"));
    assert_done(session_resume(&session, &tiny.paths, "cut-off", 0, err));
    assert_true(session.checkpoint_step >= 2);
    assert_non_null(strstr(session.remark, "the record lacks "));
    assert_done(trainer_start(session.trainer, false, err));
    send_until_step(&session, (struct command){.kind = COMMAND_RUN}, 12);
    assert_done(session_close(&session, err));
    assert_same_checkpoints("cut-off", "whole", 12);
    memory_free(record);
}

static int refuse_locks(int descriptor, int command, struct flock *lock)
{
    (void)descriptor, (void)command, (void)lock;
    errno = ENOTSUP;
    return -1;
}

static void a_file_system_without_locks_is_told_of(void **state)
{
    (void)state;
    static const struct file_calls calls = {.lock = refuse_locks};
    struct session session;
    file_set_calls(&calls);
    open_run(&session, "lockless", NULL);
    assert_non_null(strstr(session.remark, "has no locks"));
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "lockless", 0, err));
    assert_non_null(strstr(session.remark, "has no locks"));
    assert_done(session_close(&session, err));
    file_set_calls(NULL);
}

static void questions_are_answered_while_it_trains(void **state)
{
    (void)state;
    const char *const longer[] = {"train.steps=400", "eval.every=100", NULL};
    struct session session;
    open_run(&session, "asked", longer);
    settle(&session);
    struct text name = {0};
    population_name_text(&session.population, 3, &name);
    char *prompt = memory_format(NULL, "%s was born in", name.bytes);
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_RUN}, err));
    for (int i = 0; i < 50; i++) {
        struct answer answer;
        assert_done(session_ask(&session, prompt, &answer, err));
        assert_true(answer.has_individual && answer.has_attribute && answer.has_truth);
        assert_int_equal(answer.individual, 3);
        assert_int_equal(answer.status, INDIVIDUAL_KNOWN);
        assert_true(answer.candidates == ANSWER_CANDIDATES);
        answer_free(&answer);
    }
    memory_free(prompt);
    text_free(&name);
    assert_done(session_close(&session, err));
}

/* -Σ q ln q of what batches of so many steps teach of one attribute's values, individual i being
 * drawn as often as 1 / (i + 1) says; see frequencies_cost. */
static double entropy_by_power_law(const struct session *session, size_t attribute, uint64_t steps)
{
    const struct population *population = &session->population;
    const struct attribute *asked = &session->facts.attribute[attribute];
    double n = (double)(steps * session->preset.trainer.batch), all = 0, sum = 0;
    for (uint64_t i = 0; i < population->size.known; i++)
        all += 1 / (double)(i + 1);
    for (size_t p = 0; p < asked->parts; p++) {
        size_t entries = session->facts.pool[asked->part[p]].count;
        for (uint32_t e = 0; e < entries; e++) {
            double weight = 0;
            for (uint64_t i = 0; i < population->size.known; i++) {
                uint32_t part[FACTS_MAX_PARTS];
                population_value(population, i, attribute, part);
                weight += part[p] == e ? 1 / (double)(i + 1) : 0;
            }
            double q = (n * weight / all + 0.5) / (n + (double)entries / 2);
            sum -= q * log(q);
        }
    }
    return sum;
}

/* While it trains, and of a checkpoint. */
static void an_answer_is_compared_with_who_knows_nobody_as_values_are_sampled(void **state)
{
    (void)state;
    const char *const skewed[] = {"sampling.kind=power-law", "sampling.alpha=1", NULL};
    const uint64_t step[] = {0, 12};
    struct session session;
    struct answer answer;
    open_run(&session, "asked-skewed", skewed);
    for (size_t i = 0; i < 2; i++) {
        const struct command on = {.kind = COMMAND_STEP, .steps = step[i]};
        if (step[i] > 0)
            send_until_step(&session, on, step[i]);
        for (size_t a = 0; a < session.facts.attributes; a++) {
            assert_done(session_ask_attribute(&session, 3, a, &answer, err));
            double expected = entropy_by_power_law(&session, a, step[i]);
            assert_float_equal(answer.nobody.sampled, expected, 1e-9);
            assert_float_equal(answer.nobody.uniform, session.attribute_baseline[a], 0);
            answer_free(&answer);
        }
    }
    settle(&session);
    assert_done(session_close(&session, err));
    assert_done(session_open_model(&session, &tiny.paths, "asked-skewed", NULL, err));
    assert_done(session_ask_attribute(&session, 3, 0, &answer, err));
    double expected = entropy_by_power_law(&session, 0, 12);
    assert_float_equal(answer.nobody.sampled, expected, 1e-9);
    answer_free(&answer);
    assert_done(session_close(&session, err));
}

/* Entries of the directory that fresh runs go to. */
static int runs_there(void)
{
    return temporary_count(tiny.paths.runs);
}

static void a_run_in_which_nothing_was_done_leaves_nothing(void **state)
{
    (void)state;
    struct session session;
    int before = runs_there();
    open_preset(&session, NULL);
    assert_done(trainer_start(session.trainer, false, err));
    settle(&session);
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_PAUSE}, err));
    assert_done(trainer_send(session.trainer, (struct command){.kind = COMMAND_EVALUATE}, err));
    assert_done(session_stop(&session, err));
    assert_null(session.run.directory);
    assert_done(session_close(&session, err));
    assert_int_equal(runs_there(), before);
}

/* Whatever is the first thing done makes the run, with what came before it. */
static void the_first_thing_done_makes_the_run(void **state)
{
    (void)state;
    static const struct command first[] = {
        {.kind = COMMAND_STEP, .steps = 1},
        {.kind = COMMAND_RUN},
        {.kind = COMMAND_SET_LR, .value = 3e-3},
        {.kind = COMMAND_CHECKPOINT},
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        struct session session;
        int before = runs_there();
        open_preset(&session, NULL);
        assert_done(trainer_start(session.trainer, false, err));
        settle(&session);
        assert_int_equal(runs_there(), before);
        assert_done(trainer_send(session.trainer, first[i], err));
        assert_done(session_stop(&session, err));
        assert_int_equal(runs_there(), before + 1);
        char *name = memory_string(session.run.name, NULL);
        assert_done(session_close(&session, err));
        assert_done(session_resume(&session, &tiny.paths, name, 0, err));
        struct history *history = trainer_history(session.trainer);
        assert_true(history->evaluations > 0);
        assert_int_equal(history->evaluation[0].step, 0);
        assert_done(session_close(&session, err));
        memory_free(name);
    }
}

/* The initial weights are safe before they change, however rarely the preset saves. */
static void the_first_step_comes_after_the_checkpoint_of_step_0(void **state)
{
    (void)state;
    const char *const rarely[] = {"checkpoint.every=0", NULL};
    struct session session;
    open_preset(&session, rarely);
    assert_done(trainer_start(session.trainer, false, err));
    struct trainer_status status =
        send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 1}, 1);
    assert_int_equal(status.saves, 1);
    assert_int_equal(status.saved_step, 0);
    assert_true(status.unsaved);
    assert_done(session_close(&session, err));
}

static void a_preset_too_large_for_memory_gets_both_numbers(void **state)
{
    (void)state;
    const char *const huge[] = {"model.d_model=16384", "model.d_hidden=65536", "model.heads=64",
                                "model.d_key=256",     "model.layers=96",      NULL};
    struct preset preset;
    struct session session;
    struct error refusal;
    assert_done(tiny_preset(&tiny, &preset, huge, err));
    assert_false(session_open_preset(&session, &tiny.paths, &preset, &refusal));
    assert_int_equal(refusal.kind, ERROR_MEMORY);
    assert_non_null(strstr(refusal.message, "GiB"));
    preset_free(&preset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_makes_its_steps_evaluates_and_saves),
        cmocka_unit_test(a_run_goes_on_bit_for_bit),
        cmocka_unit_test(a_run_on_fewer_threads_for_a_while_has_the_same_bits),
        cmocka_unit_test(a_run_of_the_other_family_goes_on_bit_for_bit),
        cmocka_unit_test(a_recurrent_run_goes_on_bit_for_bit),
        cmocka_unit_test(a_run_sampled_by_a_column_goes_on_bit_for_bit),
        cmocka_unit_test(an_adaptive_run_goes_on_bit_for_bit),
        cmocka_unit_test(an_evaluation_whose_phase_could_not_be_told_counts),
        cmocka_unit_test(an_evaluation_that_is_missing_at_the_end_is_made),
        cmocka_unit_test(exposures_are_exact_after_going_on),
        cmocka_unit_test(a_widening_is_in_the_record_and_in_the_status),
        cmocka_unit_test(looking_at_an_adaptive_run_does_not_change_it),
        cmocka_unit_test(a_warm_ups_end_is_told_once),
        cmocka_unit_test(every_group_has_a_curve_of_its_own),
        cmocka_unit_test(a_resumed_run_remembers_its_curves),
        cmocka_unit_test(every_evaluation_measures_circuits),
        cmocka_unit_test(a_model_without_attention_has_no_circuits),
        cmocka_unit_test(circuits_are_those_of_the_models_checkpoint),
        cmocka_unit_test(circuits_are_measured_where_they_are_asked_for_alone),
        cmocka_unit_test(more_steps_stay_more_steps),
        cmocka_unit_test(fewer_steps_than_were_made_are_refused),
        cmocka_unit_test(a_rate_set_at_a_saved_step_is_saved_too),
        cmocka_unit_test(a_rate_is_unsaved_as_soon_as_it_is_asked_for),
        cmocka_unit_test(stepping_after_running_leaves_a_pause_in_the_record),
        cmocka_unit_test(a_checkpoint_appears_behind_the_record_of_its_steps),
        cmocka_unit_test(a_run_that_fails_at_its_start_does_not_run),
        cmocka_unit_test(a_run_whose_facts_have_changed_is_refused),
        cmocka_unit_test(a_run_whose_column_of_numbers_has_changed_is_refused),
        cmocka_unit_test(a_run_whose_table_has_moved_says_how_it_is_found),
        cmocka_unit_test(a_run_needs_no_file_of_its_facts_any_more),
        cmocka_unit_test(a_damaged_copy_of_facts_says_how_to_do_without),
        cmocka_unit_test(facts_that_were_renamed_are_found_by_what_they_are),
        cmocka_unit_test(a_run_in_use_is_refused),
        cmocka_unit_test(steps_are_counted_and_pauses_kept),
        cmocka_unit_test(the_learning_rate_can_be_set),
        cmocka_unit_test(a_loss_that_is_not_a_number_stops_training_with_a_sentence),
        cmocka_unit_test(a_run_goes_on_from_the_newest_checkpoint_that_can_be_read),
        cmocka_unit_test(a_record_that_could_not_be_written_is_not_called_saved),
        cmocka_unit_test(what_could_not_be_saved_is_saved_later),
        cmocka_unit_test(a_damaged_line_of_the_record_keeps_no_run_from_going_on),
        cmocka_unit_test(a_run_whose_record_is_cut_fails_and_is_saved),
        cmocka_unit_test(a_file_system_without_locks_is_told_of),
        cmocka_unit_test(questions_are_answered_while_it_trains),
        cmocka_unit_test(an_answer_is_compared_with_who_knows_nobody_as_values_are_sampled),
        cmocka_unit_test(a_run_in_which_nothing_was_done_leaves_nothing),
        cmocka_unit_test(the_first_thing_done_makes_the_run),
        cmocka_unit_test(the_first_step_comes_after_the_checkpoint_of_step_0),
        cmocka_unit_test(a_preset_too_large_for_memory_gets_both_numbers),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
