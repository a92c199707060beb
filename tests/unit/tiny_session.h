/* Sessions of a tiny preset, driven step by step. */
#ifndef MNEME_TESTS_UNIT_TINY_SESSION_H
#define MNEME_TESTS_UNIT_TINY_SESSION_H

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "config/preset.h"
#include "lab/session.h"
#include "record/metrics.h"
#include "tests/patience.h"
#include "tests/unit/tiny.h"
#include "train/safetensors.h"

/* What the tests of a program share, made before and removed after them: begin_tiny and end_tiny
 * are for cmocka_run_group_tests. */
static struct tiny tiny;

static inline int begin_tiny(void **state)
{
    (void)state;
    return tiny_begin(&tiny) ? 0 : -1;
}

static inline int end_tiny(void **state)
{
    (void)state;
    tiny_end(&tiny);
    return 0;
}

#define assert_done(call)                                                                          \
    do {                                                                                           \
        struct error done_err = {0};                                                               \
        struct error *err = &done_err;                                                             \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, err->message);                                               \
    } while (0)

static inline char *in_runs(const char *name)
{
    return memory_format(NULL, "%s/%s", tiny.directory, name);
}

/* A fresh run, kept nowhere yet. */
static inline void open_preset(struct session *session, const char *const *more)
{
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(session_open_preset(session, &tiny.paths, &preset, err));
    preset_free(&preset);
}

/* A fresh run in the directory `name`, started. */
static inline void open_run(struct session *session, const char *name, const char *const *more)
{
    char *directory = in_runs(name);
    open_preset(session, more);
    assert_done(session_keep(session, directory, err));
    assert_done(trainer_start(session->trainer, false, err));
    memory_free(directory);
}

/* The same from a checkpoint of another run. */
static inline void open_fork(struct session *session, const char *name, const char *from,
                             const char *const *more)
{
    struct preset preset;
    char *directory = in_runs(name);
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(session_open_fork(session, &tiny.paths, &preset, from, err));
    preset_free(&preset);
    assert_done(session_keep(session, directory, err));
    assert_done(trainer_start(session->trainer, false, err));
    memory_free(directory);
}

/* Waits until the trainer has nothing to do, and gives its status. */
static inline struct trainer_status settle(struct session *session)
{
    struct trainer_status status;
    uint64_t seen = 0;
    for (struct patience patience = patience_with(getpid()); patience_lasts(&patience);) {
        trainer_wait(session->trainer, 0.1, &seen);
        trainer_status(session->trainer, &status);
        struct history *history = trainer_history(session->trainer);
        history_hold(history);
        bool evaluated = history->evaluations > 0;
        history_release(history);
        if (evaluated && !status.evaluating && status.state != TRAINER_RUNNING)
            return status;
    }
    fail_msg("the trainer did not settle");
    return status;
}

/* Sends a command and waits until a condition on the status holds. */
static inline struct trainer_status send_until_step(struct session *session, struct command command,
                                                    uint64_t step)
{
    struct trainer_status status;
    uint64_t seen = 0;
    assert_done(trainer_send(session->trainer, command, err));
    for (struct patience patience = patience_with(getpid()); patience_lasts(&patience);) {
        trainer_wait(session->trainer, 0.1, &seen);
        trainer_status(session->trainer, &status);
        if (status.step >= step && status.state != TRAINER_RUNNING)
            return status;
    }
    fail_msg("step %llu was not reached", (unsigned long long)step);
    return status;
}

static inline struct trainer_status wait_for_state(struct session *session,
                                                   enum trainer_state state)
{
    struct trainer_status status;
    uint64_t seen = 0;
    for (struct patience patience = patience_with(getpid()); patience_lasts(&patience);) {
        trainer_wait(session->trainer, 0.1, &seen);
        trainer_status(session->trainer, &status);
        if (status.state == state)
            return status;
    }
    fail_msg("the trainer did not get into state %d", state);
    return status;
}

/* What a disk without room refuses: whatever has this part in it. Null refuses nothing. */
static inline const char **refused_part(void)
{
    static const char *part;
    return &part;
}

static inline ssize_t write_unless_refused(int descriptor, const void *bytes, size_t count)
{
    const char *part = *refused_part();
    if (!part || !memmem(bytes, count, part, strlen(part)))
        return write(descriptor, bytes, count);
    errno = ENOSPC;
    return -1;
}

/* Until free_disk no part of a file that holds this can be written. */
static inline void fill_disk(const char *part)
{
    static const struct file_calls calls = {.write = write_unless_refused};
    *refused_part() = part;
    file_set_calls(&calls);
}

static inline void free_disk(struct session *session)
{
    assert_int_equal(wait_for_state(session, TRAINER_FAILED).failure.kind, ERROR_SYSTEM);
    *refused_part() = NULL;
    file_set_calls(NULL);
}

/* Lets the trainer run until it fails for a part of the record that cannot be written. */
static inline void run_into_full_disk(struct session *session, const char *part)
{
    fill_disk(part);
    assert_done(trainer_send(session->trainer, (struct command){.kind = COMMAND_RUN}, err));
    free_disk(session);
}

static inline void assert_same_tensors(const char *one, const char *two)
{
    struct safetensors a, b;
    assert_done(safetensors_open(&a, one, err));
    assert_done(safetensors_open(&b, two, err));
    assert_true(a.tensors > 0);
    assert_int_equal(a.tensors, b.tensors);
    for (size_t i = 0; i < a.tensors; i++) {
        const struct safetensors_tensor *other = safetensors_find(&b, a.tensor[i].name);
        assert_non_null(other);
        assert_int_equal(a.tensor[i].rows * a.tensor[i].cols, other->rows * other->cols);
        assert_memory_equal(a.tensor[i].data, other->data,
                            a.tensor[i].rows * a.tensor[i].cols * sizeof(float));
    }
    safetensors_close(&a);
    safetensors_close(&b);
}

static inline char *checkpoint_of(const char *run, int step)
{
    return memory_format(NULL, "%s/%s/checkpoints/step-%08d.safetensors", tiny.directory, run,
                         step);
}

static inline void assert_same_checkpoints(const char *one, const char *two, int step)
{
    char *a = checkpoint_of(one, step), *b = checkpoint_of(two, step);
    assert_same_tensors(a, b);
    memory_free(a);
    memory_free(b);
}

static inline char *read_record(const char *run)
{
    char *path = memory_format(NULL, "%s/%s/metrics.jsonl", tiny.directory, run);
    char *record = file_read(path, NULL, NULL);
    memory_free(path);
    assert_non_null(record);
    return record;
}

static inline struct metrics read_metrics(const char *run, const struct fact_set *facts)
{
    struct metrics metrics;
    char *path = memory_format(NULL, "%s/%s/metrics.jsonl", tiny.directory, run);
    assert_done(metrics_read(&metrics, path, facts, err));
    memory_free(path);
    return metrics;
}

static inline void assert_fork_refused(const char *from, const char *const *more, const char *words)
{
    struct preset preset;
    struct session session;
    struct error refusal;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_false(session_open_fork(&session, &tiny.paths, &preset, from, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    if (!strstr(refusal.message, words))
        fail_msg("%s does not say %s", refusal.message, words);
    preset_free(&preset);
}

#endif
