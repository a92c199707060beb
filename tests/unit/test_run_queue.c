#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "facts/fact_set_load.h"
#include "lab/conclusion.h"
#include "lab/phase_command.h"
#include "lab/run_queue.h"
#include "model/precision.h"
#include "record/run.h"
#include "tests/fixtures/run_to_write.h"
#include "tests/fixtures/tiny.h"
#include "tests/patience.h"
#include "ui/cli/queued_run.h"

/* Stands for the program: it behaves as the name of its run says, and notes in the file `log` when
 * it begins and ends, with what it was told. */
static const char stand_in[] =
    "#!/bin/sh\n"
    "home=${0%/*}\n"
    "for argument; do\n"
    "  case $argument in --run=*|--resume=*) directory=${argument#*=} ;; esac\n"
    "done\n"
    "name=${directory##*/}\n"
    "echo \"begin $name threads $OMP_NUM_THREADS: $*\" >>\"$home/log\"\n"
    "line() {\n"
    "  echo \"{\\\"step\\\":$1,\\\"tokens\\\":1,\\\"seconds\\\":$2,\\\"lr\\\":1,"
    "\\\"train_loss\\\":$3,\\\"grad_norm\\\":1}\"\n"
    "}\n"
    "case $name in\n"
    "  crash*) kill -9 $$ ;;\n"
    "  beaten*) trap '' INT; : >\"$home/$name.up\"\n"
    "    while [ ! -e \"$home/leave\" ]; do sleep 0.02; done\n"
    "    echo 'mneme: too late' >&2; exit 75 ;;\n"
    "  refused*) echo 'mneme: another writes it' >&2; exit 75 ;;\n"
    "  gone*) if [ ! -e \"$home/$name.up\" ]; then\n"
    "    : >\"$home/$name.up\"; echo 'mneme: another writes it' >&2; exit 75; fi ;;\n"
    "  left*) if [ ! -e \"$directory/checkpoints\" ]; then\n"
    "    cp -r \"$home/made\" \"$directory\"; echo 'mneme: there is a run' >&2; exit 2; fi ;;\n"
    "  stuck*) if [ ! -e \"$directory/checkpoints\" ]; then\n"
    "    cp -r \"$home/made\" \"$directory\"; fi; echo 'mneme: no luck' >&2; exit 1 ;;\n"
    "  late*) cp -r \"$home/made\" \"$directory\"; echo 'mneme: too late' >&2; exit 1 ;;\n"
    "  hold*) echo \"process $$ on $(uname -n)\" >\"$directory/lock.owner\"\n"
    "    while [ ! -e \"$home/leave\" ]; do sleep 0.02; done; rm \"$directory/lock.owner\" ;;\n"
    "  ended*) trap 'exit 130' TERM; line 4 1 2.5; echo $$ >\"$home/ended.pid\"\n"
    "    while :; do sleep 0.02; done ;;\n"
    "  untold*) echo $$ >\"$home/ended.pid\"; while :; do sleep 0.02; done ;;\n"
    "  lose*) echo nothing >&2; echo 'mneme: no luck' >&2; exit 1 ;;\n"
    "  stay*) trap 'echo saved >&2; exit 130' INT; line 4 1 2.5; line 8 3 1.5; : "
    ">\"$home/$name.up\"\n"
    "    while :; do sleep 0.02; done ;;\n"
    "  kept*) trap 'cp -r \"$home/made\" \"$directory\"; exit 130' INT; line 4 1 2.5\n"
    "    : >\"$home/$name.up\"; while :; do sleep 0.02; done ;;\n"
    "  fall*) trap 'echo mneme: crashed >&2; kill -ABRT $$' INT; : >\"$home/$name.up\"\n"
    "    while :; do sleep 0.02; done ;;\n"
    "  deaf*) trap '' INT; : >\"$home/$name.up\"\n"
    "    while [ ! -e \"$home/leave\" ]; do sleep 0.02; done ;;\n"
    "  *) line 6 1 2; sleep 0.05; printf '{\"step\":12,\"tokens\"'; sleep 0.05\n"
    "    line 12 2 0.25 | cut -c20- ;;\n"
    "esac\n"
    "echo \"end $name\" >>\"$home/log\"\n";

enum { JOBS_MOST = 8 };

struct lab {
    struct tiny tiny;
    char *program, *preset;
    char *directory[JOBS_MOST]; /* [count] */
    struct queued_run job[JOBS_MOST];
    size_t count;
};

/* Path of a file in the lab, freed with memory_free. */
static char *place(const struct lab *lab, const char *name)
{
    return memory_format(NULL, "%s/%s", lab->tiny.directory, name);
}

static void touch(const struct lab *lab, const char *name)
{
    char *path = place(lab, name);
    assert_true(file_replace(path, "", 0, NULL));
    memory_free(path);
}

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);
    struct preset preset;
    *state = lab;
    if (!tiny_begin(&lab->tiny) || !tiny_preset(&lab->tiny, &preset, NULL, NULL))
        return -1;
    lab->program = place(lab, "program");
    lab->preset = place(lab, "tiny.ini");
    char *text = preset_write(&preset, NULL);
    bool ok = text && file_replace(lab->preset, text, strlen(text), NULL) &&
              file_replace(lab->program, stand_in, strlen(stand_in), NULL) &&
              chmod(lab->program, 0755) == 0;
    memory_free(text);
    preset_free(&preset);
    return ok ? 0 : -1;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;
    tiny_end(&lab->tiny);
    for (size_t i = 0; i < JOBS_MOST; i++)
        memory_free(lab->directory[i]);
    memory_free(lab->program);
    memory_free(lab->preset);
    free(lab);
    return 0;
}

static struct queued_run *add(struct lab *lab, const char *name)
{
    struct queued_run *job = &lab->job[lab->count];
    char *directory = lab->directory[lab->count++] = place(lab, name);
    *job = (struct queued_run){.directory = directory, .preset = lab->preset};
    return job;
}

static struct run_queue *begin_as(const struct lab *lab, size_t at_once, bool leaves_held)
{
    struct run_queue_options options = {
        .program = lab->program, .at_once = at_once, .threads = 4, .leaves_held = leaves_held};
    struct error err;
    struct run_queue *queue = run_queue_new(lab->job, lab->count, &lab->tiny.paths, &options, &err);
    if (!queue)
        fail_msg("%s", err.message);
    return queue;
}

static struct run_queue *begin(const struct lab *lab, size_t at_once)
{
    return begin_as(lab, at_once, false);
}

static void run_to_the_end(struct run_queue *queue, size_t at_once)
{
    struct patience patience = patience_with(getpid());
    while (run_queue_turn(queue, 1)) {
        assert_true(run_queue_count(queue, QUEUED_RUNNING) <= at_once);
        assert_true(patience_lasts(&patience));
    }
}

static struct run_queue *run_all(const struct lab *lab, size_t at_once)
{
    struct run_queue *queue = begin(lab, at_once);
    run_to_the_end(queue, at_once);
    return queue;
}

static char *read_log(const struct lab *lab)
{
    char *path = place(lab, "log");
    char *text = file_read(path, NULL, NULL);
    memory_free(path);
    return text ? text : memory_string("", NULL);
}

static void assert_log_has(const struct lab *lab, const char *part)
{
    char *log = read_log(lab);
    if (!strstr(log, part))
        fail_msg("\"%s\" is not in the log:\n%s", part, log);
    memory_free(log);
}

static void wait_for_file(const struct lab *lab, struct run_queue *queue, const char *name)
{
    char *path = place(lab, name);
    struct patience patience = patience_with(getpid());
    while (!file_exists(path))
        assert_true(run_queue_turn(queue, 0.02) && patience_lasts(&patience));
    memory_free(path);
}

/* A run of the tiny preset as it is left behind: with a checkpoint of these steps each (0 ends the
 * list), and the last of them the end of its record. */
static void leave_run_of(const struct lab *lab, const char *name, const char *const *settings,
                         const uint64_t *saved)
{
    char *directory = place(lab, name);
    struct preset preset;
    struct run run;
    assert_true(tiny_preset((struct tiny *)(uintptr_t)&lab->tiny, &preset, settings, NULL));
    assert_true(run_create(&run, &lab->tiny.paths, &preset, &(const struct fact_files){0},
                           directory, NULL));
    for (; *saved > 0; saved++) {
        char *path = run_checkpoint_path(&run, *saved, NULL);
        const struct training_point point = {.step = *saved, .train_loss = 1, .lr = 0.01};
        struct event event = {.kind = EVENT_CHECKPOINT, .step = *saved, .path = path};
        assert_true(file_replace(path, "", 0, NULL));
        assert_true(run_record_add_training(&run.record, &point, NULL));
        assert_true(run_record_add_event(&run.record, &event, NULL));
        memory_free(path);
    }
    run_close(&run);
    preset_free(&preset);
    memory_free(directory);
}

static void leave_run(const struct lab *lab, const char *name, const char *setting,
                      const uint64_t *saved)
{
    leave_run_of(lab, name, (const char *const[]){setting, NULL}, saved);
}

/* Its record ends with an evaluation of this step. */
static void leave_evaluation(const struct lab *lab, const char *name, int step)
{
    char *path = memory_format(NULL, "%s/%s/metrics.jsonl", lab->tiny.directory, name);
    FILE *record = fopen(path, "a");
    assert_non_null(record);
    fprintf(
        record,
        "{\"step\": %d, \"seconds\": 1, \"attr_loss\": 1, \"new_attr_loss\": 1, \"attr_acc\": 1, "
        "\"new_attr_acc\": 1, \"max_prob\": 1, \"new_max_prob\": 1, \"entropy\": 1, "
        "\"new_entropy\": 1, \"phase\": \"plateau\"}\n",
        step);
    assert_int_equal(fclose(record), 0);
    memory_free(path);
}

#define STEPS(...) ((const uint64_t[]){__VA_ARGS__ __VA_OPT__(, ) 0})

static void leave_done(struct lab *lab, const char *name)
{
    leave_run(lab, name, NULL, STEPS(12));
    leave_evaluation(lab, name, 12);
}

/* ---- starting ---- */

/* Several machines may share a queue. */
static void what_is_left_to_the_machine_is_the_same_on_all(void **state)
{
    struct lab *lab = *state;
    static const char *const left[] = {"train.precision=auto"};
    struct queued_run *job = add(lab, "left");
    job->setting = left;
    job->settings = 1;
    run_queue_free(run_all(lab, 1));
    char *line = memory_format(
        NULL, "--run=%s --set=train.precision=auto --set=train.precision=fp32 -- %s\n",
        lab->directory[0], lab->preset);
    assert_log_has(lab, line);
    memory_free(line);
    struct preset preset;
    assert_true(queued_run_preset(&lab->job[0], &lab->tiny.paths, &preset, NULL));
    assert_int_equal(preset.model.precision, PRECISION_FP32);
    preset_free(&preset);
}

static void a_precision_is_made_or_the_run_fails(void **state)
{
    struct lab *lab = *state;
    static const char *const told[] = {"train.precision=bf16"};
    struct queued_run *job = add(lab, "told");
    job->setting = told;
    job->settings = 1;
    struct run_queue *queue = run_all(lab, 1);
    const struct queued_status *status = run_queue_status(queue, 0);
    if (precision_in_use(PRECISION_BF16, NULL) == PRECISION_BF16) {
        char *line = memory_format(NULL, "--run=%s --set=train.precision=bf16 -- %s\n",
                                   lab->directory[0], lab->preset);
        assert_log_has(lab, line);
        memory_free(line);
        assert_int_equal(status->state, QUEUED_DONE);
    } else {
        char *log = read_log(lab);
        assert_string_equal(log, "");
        memory_free(log);
        assert_int_equal(status->state, QUEUED_FAILED);
        assert_non_null(strstr(status->failure.message, "train.precision = bf16 cannot be had"));
    }
    run_queue_free(queue);
}

static void every_job_is_trained_as_its_settings_say(void **state)
{
    struct lab *lab = *state;
    static const char *const settings[] = {"train.lr=1e-3", "population.known=24"};
    struct queued_run *job = add(lab, "a");
    job->setting = settings;
    job->settings = 2;
    job->from = "other@6";
    add(lab, "b");
    struct run_queue *queue = run_all(lab, 2);
    char *line =
        memory_format(NULL,
                      "begin a threads 2: train --json --run=%s --from=other@6 --set=train.lr=1e-3 "
                      "--set=population.known=24 -- %s\n",
                      lab->directory[0], lab->preset);
    assert_log_has(lab, line);
    memory_free(line);
    assert_log_has(lab, "end b\n");
    assert_int_equal(run_queue_count(queue, QUEUED_DONE), 2);
    assert_false(run_queue_status(queue, 0)->before);
    run_queue_free(queue);
}

static void no_more_run_at_once_than_asked_for(void **state)
{
    struct lab *lab = *state;
    const char *const names[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++)
        add(lab, names[i]);
    run_queue_free(run_all(lab, 1));
    char *log = read_log(lab), *line = log;
    for (size_t i = 0; i < 3; i++) {
        assert_memory_equal(line, "begin", 5);
        line = strchr(line, '\n') + 1;
        assert_memory_equal(line, "end", 3);
        line = strchr(line, '\n') + 1;
    }
    assert_string_equal(line, "");
    memory_free(log);
}

static void a_job_waits_for_those_it_needs(void **state)
{
    struct lab *lab = *state;
    static const size_t first[] = {0};
    add(lab, "a");
    struct queued_run *second = add(lab, "b");
    second->after = first;
    second->afters = 1;
    run_queue_free(run_all(lab, 2));
    char *log = read_log(lab);
    const char *ended = strstr(log, "end a"), *begun = strstr(log, "begin b");
    assert_true(ended && begun && ended < begun);
    memory_free(log);
}

static void a_child_tells_its_steps_and_the_time_left(void **state)
{
    struct lab *lab = *state;
    add(lab, "stay");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "stay.up");
    struct patience patience = patience_with(getpid());
    while (run_queue_status(queue, 0)->step < 8)
        assert_true(run_queue_turn(queue, 0.02) && patience_lasts(&patience));
    const struct queued_status *status = run_queue_status(queue, 0);
    assert_int_equal(status->state, QUEUED_RUNNING);
    assert_int_equal(status->steps, 12);
    assert_true(status->train_loss == 1.5);
    assert_true(status->seconds == 3);
    assert_true(status->seconds_left == 2); /* 4 steps of half a second */
    assert_true(run_queue_seconds_left(queue) == 3.0 / 8 * 4);
    run_queue_free(queue);
}

static void a_line_in_two_pieces_is_one(void **state)
{
    struct lab *lab = *state;
    add(lab, "a");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->step, 12);
    assert_true(run_queue_status(queue, 0)->train_loss == 0.25);
    run_queue_free(queue);
}

static void phases_of_children_are_announced_where_that_is_wanted(void **state)
{
    struct lab *lab = *state;
    add(lab, "a");
    for (int announces = 1; announces >= 0; announces--) {
        const struct run_queue_options options = {
            .program = lab->program, .at_once = 1, .threads = 1, .announces = announces};
        unsetenv("MNEME_ON_PHASE");
        struct run_queue *queue = run_queue_new(lab->job, 1, &lab->tiny.paths, &options, NULL);
        assert_non_null(queue);
        assert_int_equal(phase_commands_are_forbidden(), !announces);
        run_queue_free(queue);
    }
}

/* ---- failing ---- */

static void one_that_fails_is_told_and_the_others_go_on(void **state)
{
    struct lab *lab = *state;
    static const size_t first[] = {0};
    add(lab, "lose");
    add(lab, "crash");
    add(lab, "a");
    struct queued_run *needs = add(lab, "b");
    needs->after = first;
    needs->afters = 1;
    struct run_queue *queue = run_all(lab, 2);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_string_equal(run_queue_status(queue, 0)->failure.message, "no luck");
    assert_non_null(strstr(run_queue_status(queue, 1)->failure.message, "signal 9"));
    assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_DONE);
    assert_int_equal(run_queue_status(queue, 3)->state, QUEUED_FAILED);
    assert_non_null(strstr(run_queue_status(queue, 3)->failure.message, "which failed"));
    run_queue_free(queue);
}

static void a_program_that_is_not_there_fails_its_jobs(void **state)
{
    struct lab *lab = *state;
    add(lab, "a");
    memory_free(lab->program);
    lab->program = place(lab, "nothing");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_non_null(strstr(run_queue_status(queue, 0)->failure.message, lab->program));
    run_queue_free(queue);
}

static void a_preset_that_is_wrong_fails_before_anything_runs(void **state)
{
    struct lab *lab = *state;
    static const char *const setting[] = {"train.lt=1"};
    struct queued_run *job = add(lab, "a");
    job->setting = setting;
    job->settings = 1;
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_non_null(strstr(run_queue_status(queue, 0)->failure.message, "train.lr"));
    assert_false(run_queue_turn(queue, 0));
    char *log = read_log(lab);
    assert_string_equal(log, "");
    memory_free(log);
    run_queue_free(queue);
}

/* ---- going on ---- */

static void a_run_that_is_done_is_not_repeated(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", NULL, STEPS(6, 12));
    leave_evaluation(lab, "a", 12);
    add(lab, "a");
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    assert_true(run_queue_status(queue, 0)->before);
    assert_false(run_queue_turn(queue, 0));
    char *log = read_log(lab);
    assert_string_equal(log, "");
    memory_free(log);
    run_queue_free(queue);
}

static void a_run_that_lacks_its_last_evaluation_goes_on(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", NULL, STEPS(6, 12));
    add(lab, "a");
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_WAITING);
    run_queue_free(queue);
}

/* Its steps are made, and what they gave is lost: none is left that could fill the record again. */
static void a_run_whose_record_was_lost_is_not_done(void **state)
{
    struct lab *lab = *state;
    leave_done(lab, "emptied");
    leave_done(lab, "removed");
    leave_run(lab, "half", NULL, STEPS(6));
    char *emptied = place(lab, "emptied/metrics.jsonl"), *half = place(lab, "half/metrics.jsonl");
    char *removed = place(lab, "removed/metrics.jsonl");
    assert_true(file_replace(emptied, "", 0, NULL));
    assert_true(file_replace(half, "", 0, NULL));
    assert_int_equal(unlink(removed), 0);
    leave_evaluation(lab, "emptied", 12); /* as an older version made it */
    add(lab, "emptied");
    add(lab, "removed");
    add(lab, "half");
    struct run_queue *queue = run_all(lab, 1);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(run_queue_status(queue, i)->state, QUEUED_FAILED);
        assert_non_null(strstr(run_queue_status(queue, i)->failure.message,
                               "has none of its 12 steps; delete the run to have it made again"));
    }
    assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_DONE);
    run_queue_free(queue);
    memory_free(emptied);
    memory_free(removed);
    memory_free(half);
}

static void assert_cannot_begin(const struct run_queue *queue, size_t index, const char *why)
{
    assert_int_equal(run_queue_status(queue, index)->state, QUEUED_FAILED);
    assert_non_null(strstr(run_queue_status(queue, index)->failure.message, why));
}

/* What is there is told before a child is tried. */
static void a_directory_that_no_run_can_be_made_in_fails_at_once(void **state)
{
    struct lab *lab = *state;
    leave_done(lab, "preset");
    leave_done(lab, "checkpoints");
    leave_done(lab, "folder");
    char *preset = place(lab, "preset/preset.ini");
    char *checkpoint = place(lab, "checkpoints/checkpoints/step-00000012.safetensors");
    char *in_folder = place(lab, "folder/checkpoints/step-00000012.safetensors");
    char *folder = place(lab, "folder/checkpoints");
    assert_int_equal(unlink(preset), 0);
    assert_int_equal(unlink(checkpoint), 0);
    assert_int_equal(unlink(in_folder), 0);
    assert_int_equal(rmdir(folder), 0);
    touch(lab, "file");
    add(lab, "preset");
    add(lab, "checkpoints");
    add(lab, "folder");
    add(lab, "file");
    struct run_queue *queue = begin(lab, 1);
    assert_cannot_begin(queue, 0, "already holds a run, whose preset.ini is gone; delete it");
    assert_cannot_begin(queue, 1, "already holds a run, whose checkpoints are gone; delete it");
    assert_cannot_begin(queue, 2, "already holds a run, whose checkpoints are gone; delete it");
    assert_cannot_begin(queue, 3, "Not a directory");
    run_queue_free(queue);
    memory_free(preset);
    memory_free(checkpoint);
    memory_free(in_folder);
    memory_free(folder);
}

/* It removes what was left and writes a preset last: in between it looks like no run. */
static void a_run_that_another_is_beginning_again_is_no_failure(void **state)
{
    struct lab *lab = *state;
    struct run held;
    leave_done(lab, "a");
    assert_true(run_open_to_write(&held, &lab->tiny.paths, "a", NULL));
    char *preset = place(lab, "a/preset.ini");
    assert_int_equal(unlink(preset), 0);
    add(lab, "a");
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_WAITING);
    assert_true(run_queue_turn(queue, 0.01));
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    run_close(&held);
    run_to_the_end(queue, 1);
    assert_cannot_begin(queue, 0, "already holds a run");
    run_queue_free(queue);
    memory_free(preset);
}

static void a_run_that_was_interrupted_goes_on(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", NULL, STEPS(6));
    add(lab, "a");
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_WAITING);
    assert_int_equal(run_queue_status(queue, 0)->step, 6);
    run_to_the_end(queue, 1);
    char *line =
        memory_format(NULL, "begin a threads 4: train --json --resume=%s\n", lab->directory[0]);
    assert_log_has(lab, line);
    memory_free(line);
    run_queue_free(queue);
}

/* Without a preset there is nothing that it could differ from, and without its facts nothing that
 * would have to be read. */
static void a_run_alone_goes_on_as_it_is(void **state)
{
    struct lab *lab = *state;
    static const char *const elsewhere[] = {"train.lr=0.02", NULL};
    leave_run_of(lab, "a", elsewhere, STEPS(6));
    leave_run_of(lab, "b", elsewhere, STEPS(6, 12));
    leave_evaluation(lab, "b", 12);
    add(lab, "a")->preset = NULL;
    add(lab, "b")->preset = NULL;
    struct run_queue *queue = begin(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_WAITING);
    assert_int_equal(run_queue_status(queue, 0)->steps, 12);
    run_to_the_end(queue, 1);
    char *line =
        memory_format(NULL, "begin a threads 4: train --json --resume=%s\n", lab->directory[0]);
    assert_log_has(lab, line);
    memory_free(line);
    assert_int_equal(run_queue_count(queue, QUEUED_DONE), 2);
    run_queue_free(queue);
}

static void a_run_killed_before_its_first_checkpoint_begins_again(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", NULL, STEPS());
    add(lab, "a");
    run_queue_free(run_all(lab, 1));
    assert_log_has(lab, "--run=");
}

static void a_run_of_other_settings_is_refused(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", "train.lr=0.02", STEPS(12));
    leave_run(lab, "b", "pools.cities=4", STEPS(12));
    leave_run(lab, "c", "train.threads=7", STEPS(12)); /* decides nothing */
    add(lab, "a");
    add(lab, "b");
    add(lab, "c");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_non_null(
        strstr(run_queue_status(queue, 0)->failure.message,
               "other settings: train.lr = 0.02, not 0.01; delete it or choose another directory"));
    assert_non_null(strstr(run_queue_status(queue, 1)->failure.message, "pools.cities = 4, not 5"));
    assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_DONE);
    run_queue_free(queue);
}

/* It has a copy of its facts, and would go on with them. */
static void a_run_of_other_facts_is_refused(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "a", "facts.fingerprint=0123456789abcdef", STEPS(12));
    add(lab, "a");
    struct run_queue *queue = run_all(lab, 1);
    const struct queued_status *status = run_queue_status(queue, 0);
    assert_int_equal(status->state, QUEUED_FAILED);
    assert_non_null(strstr(status->failure.message, "holds a run of other facts: the pools or "));
    run_queue_free(queue);
}

/* "facts.fingerprint=" of the facts that the lab's preset finds. */
static char *fingerprint_setting(const struct lab *lab)
{
    struct preset preset;
    struct fact_set facts;
    char words[FACTS_FINGERPRINT_SIZE];
    assert_true(tiny_preset((struct tiny *)(uintptr_t)&lab->tiny, &preset, NULL, NULL));
    assert_true(
        fact_set_load(&facts, &preset.facts, (const char *const *)lab->tiny.paths.data, NULL));
    fact_set_fingerprint(&facts, words);
    fact_set_free(&facts);
    preset_free(&preset);
    return memory_format(NULL, "facts.fingerprint=%s", words);
}

/* As where a file of a user's own stood before the shipped one, and is gone now. */
static void a_run_of_the_same_facts_by_another_name_goes_on(void **state)
{
    struct lab *lab = *state;
    char *path = file_resolve("facts/biography.ini", lab->tiny.data[0], NULL);
    char *file = memory_format(NULL, "facts.file=%s", path), *same = fingerprint_setting(lab);
    leave_run_of(lab, "a", (const char *const[]){file, same, NULL}, STEPS(12));
    leave_run_of(lab, "b", (const char *const[]){file, "facts.fingerprint=0123456789abcdef", NULL},
                 STEPS(12));
    leave_run_of(lab, "c", (const char *const[]){file, NULL}, STEPS(12)); /* nobody knows */
    add(lab, "a");
    add(lab, "b");
    add(lab, "c");
    struct run_queue *queue = run_all(lab, 1);
    char *refusal = memory_format(NULL, "other settings: facts.file = %s, not biography", path);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(run_queue_status(queue, i)->state, QUEUED_FAILED);
        if (!strstr(run_queue_status(queue, i)->failure.message, refusal))
            fail_msg("%s\n%s", run_queue_status(queue, i)->failure.message, refusal);
    }
    run_queue_free(queue);
    memory_free(refusal);
    memory_free(same);
    memory_free(file);
    memory_free(path);
}

/* Which is behind the last step that it told. */
static void an_interrupted_run_is_told_of_as_it_was_saved(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "made", NULL, STEPS(6));
    add(lab, "kept");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "kept.up");
    struct patience patience = patience_with(getpid());
    while (run_queue_status(queue, 0)->step < 4)
        assert_true(run_queue_turn(queue, 0.02) && patience_lasts(&patience));
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_INTERRUPTED);
    assert_int_equal(run_queue_status(queue, 0)->step, 6);
    run_queue_free(queue);
}

static void a_run_that_somebody_holds_is_tried_last(void **state)
{
    struct lab *lab = *state;
    struct run held;
    leave_run(lab, "a", NULL, STEPS(6));
    add(lab, "a");
    add(lab, "stay");
    assert_true(run_open_to_write(&held, &lab->tiny.paths, lab->directory[0], NULL));
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "stay.up");
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    run_close(&held);
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    run_queue_free(queue);

    /* With nothing else to do it is waited for. */
    assert_true(run_open_to_write(&held, &lab->tiny.paths, lab->directory[0], NULL));
    lab->count = 1;
    queue = begin(lab, 1);
    for (int turns = 0; turns < 5; turns++)
        assert_true(run_queue_turn(queue, 0.01));
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    assert_int_equal(run_queue_status(queue, 0)->failure.kind, ERROR_BUSY);
    run_close(&held);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    assert_log_has(lab, "end a\n");
    run_queue_free(queue);
}

static void wait_for_hold(struct run_queue *queue)
{
    struct patience patience = patience_with(getpid());
    while (run_queue_status(queue, 0)->state != QUEUED_HELD)
        assert_true(run_queue_turn(queue, 0.02) && patience_lasts(&patience));
}

/* Another process took the run before the child got to it, and makes it. */
static void a_run_that_another_has_taken_counts_by_what_it_becomes(void **state)
{
    struct lab *lab = *state;
    struct run other;
    leave_run(lab, "beaten", NULL, STEPS(6));
    add(lab, "beaten");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "beaten.up");
    assert_true(run_open_to_write(&other, &lab->tiny.paths, lab->directory[0], NULL));
    assert_true(run_queue_turn(queue, 0.02));
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_RUNNING);
    assert_false(
        run_queue_status(queue, 0)->has_it); /* its child was started, and comes too late */
    touch(lab, "leave");
    wait_for_hold(queue);
    assert_false(run_queue_status(queue, 0)->has_it);
    char *path = run_checkpoint_path(&other, 12, NULL);
    assert_true(file_replace(path, "", 0, NULL));
    memory_free(path);
    run_close(&other);
    leave_evaluation(lab, "beaten", 12);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    char *log = read_log(lab);
    assert_null(strstr(strstr(log, "begin beaten") + 1, "begin beaten"));
    memory_free(log);
    run_queue_free(queue);
}

/* Before it has told of a step. */
static void a_child_that_holds_its_run_has_it(void **state)
{
    struct lab *lab = *state;
    struct patience patience = patience_with(getpid());
    leave_run(lab, "hold", NULL, STEPS(6));
    add(lab, "hold");
    struct run_queue *queue = begin(lab, 1);
    assert_false(run_queue_status(queue, 0)->has_it);
    while (!run_queue_status(queue, 0)->has_it)
        assert_true(run_queue_turn(queue, 0.02) && patience_lasts(&patience));
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_RUNNING);
    touch(lab, "leave");
    run_to_the_end(queue, 1);
    run_queue_free(queue);
}

static void a_run_that_another_has_made_meanwhile_is_done(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "made", NULL, STEPS(6, 12));
    leave_evaluation(lab, "made", 12);
    add(lab, "late");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    run_queue_free(queue);
}

/* How often its child was started. */
static size_t starts(const struct lab *lab, const char *name)
{
    size_t count = 0;
    char *log = read_log(lab), *begin = memory_format(NULL, "begin %s ", name);
    for (const char *at = log; (at = strstr(at, begin)); at++)
        count++;
    memory_free(begin);
    memory_free(log);
    return count;
}

/* Another process takes the run before the child gets to it, and is interrupted at once: it has
 * let go of the run by the time that the child has ended, and left it as it was. */
static void a_run_is_made_here_whose_taker_has_left_it_at_once(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "gone", NULL, STEPS(6));
    add(lab, "gone");
    add(lab, "gone-anew");
    struct run_queue *queue = run_all(lab, 2);
    assert_int_equal(run_queue_count(queue, QUEUED_DONE), 2);
    assert_int_equal(starts(lab, "gone"), 2);
    assert_int_equal(starts(lab, "gone-anew"), 2);
    run_queue_free(queue);
}

/* The same where that process had begun the run, and has saved its first steps: it holds a run by
 * the time that the child would begin it. */
static void a_run_that_another_has_begun_and_left_goes_on(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "made", NULL, STEPS(6));
    add(lab, "left");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_DONE);
    assert_int_equal(starts(lab, "left"), 2);
    char *line = memory_format(NULL, "--resume=%s\n", lab->directory[0]);
    assert_log_has(lab, line);
    memory_free(line);
    run_queue_free(queue);
}

static void a_run_of_other_settings_that_another_has_begun_is_named(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "made", "train.lr=0.02", STEPS(6));
    add(lab, "left");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_non_null(
        strstr(run_queue_status(queue, 0)->failure.message, "other settings: train.lr = 0.02"));
    assert_int_equal(starts(lab, "left"), 1);
    run_queue_free(queue);
}

/* One whose child fails for a reason of its own fails, and is not tried without end. */
static void a_run_that_goes_on_no_better_than_it_began_fails(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "made", NULL, STEPS(6));
    add(lab, "stuck");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_string_equal(run_queue_status(queue, 0)->failure.message, "no luck");
    assert_int_equal(starts(lab, "stuck"), 2);
    run_queue_free(queue);
}

/* ---- stopping ---- */

static void stopping_does_not_wait_for_a_run_that_another_has_taken(void **state)
{
    struct lab *lab = *state;
    leave_run(lab, "beaten", NULL, STEPS(6));
    add(lab, "beaten");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "beaten.up");
    run_queue_stop(queue);
    touch(lab, "leave");
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_INTERRUPTED);
    run_queue_free(queue);
}

static void stopping_ends_children_and_starts_no_more(void **state)
{
    struct lab *lab = *state;
    add(lab, "stay");
    add(lab, "a");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "stay.up");
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_INTERRUPTED);
    assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_INTERRUPTED);
    char *log = read_log(lab);
    assert_null(strstr(log, "begin a"));
    memory_free(log);
    run_queue_free(queue);
}

static void what_others_made_until_it_stops_is_told(void **state)
{
    struct lab *lab = *state;
    add(lab, "stay");
    add(lab, "a");
    add(lab, "b");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "stay.up");
    leave_done(lab, "a");
    leave_run(lab, "b", NULL, STEPS(6));
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    assert_true(run_queue_status(queue, 0)->begun);
    assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_DONE);
    assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_INTERRUPTED);
    assert_int_equal(run_queue_status(queue, 2)->step, 6);
    assert_false(run_queue_status(queue, 2)->begun);
    run_queue_free(queue);
}

static void send_to_child(const struct lab *lab, int signal)
{
    char *path = place(lab, "ended.pid"), *text = NULL;
    struct patience patience = patience_with(getpid());
    while (!text || !strchr(text, '\n')) {
        assert_true(patience_lasts(&patience));
        memory_free(text);
        text = file_read(path, NULL, NULL);
    }
    assert_int_equal(kill((pid_t)strtol(text, NULL, 10), signal), 0);
    memory_free(text);
    memory_free(path);
}

/* By somebody else than the queue, whether it has saved, or was not ready to. */
static void a_child_that_is_told_to_end_is_interrupted_alone(void **state)
{
    static const char *const names[] = {"ended", "untold"};
    static const size_t first[] = {0};
    struct lab *lab = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        lab->count = 0;
        add(lab, names[i]);
        struct queued_run *needs = add(lab, "needs");
        needs->after = first;
        needs->afters = 1;
        add(lab, "a");
        struct run_queue *queue = begin(lab, 1);
        wait_for_file(lab, queue, "ended.pid");
        send_to_child(lab, SIGTERM);
        run_to_the_end(queue, 1);
        assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_INTERRUPTED);
        assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_INTERRUPTED);
        assert_false(run_queue_status(queue, 1)->begun);
        assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_DONE);
        assert_int_equal(starts(lab, names[i]), 1);
        run_queue_free(queue);
        for (size_t j = 0; j < lab->count; j++)
            memory_free(lab->directory[j]);
        memset(lab->directory, 0, sizeof lab->directory);
        char *path = place(lab, "ended.pid");
        unlink(path);
        memory_free(path);
    }
}

static void stopping_ends_children_that_are_halted(void **state)
{
    struct lab *lab = *state;
    add(lab, "stay");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "stay.up");
    run_queue_halt(queue);
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_INTERRUPTED);
    run_queue_free(queue);
}

static void one_that_crashes_when_it_is_stopped_is_told_of(void **state)
{
    struct lab *lab = *state;
    add(lab, "fall");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "fall.up");
    run_queue_stop(queue);
    run_to_the_end(queue, 1);
    const struct queued_status *status = run_queue_status(queue, 0);
    assert_int_equal(status->state, QUEUED_FAILED);
    assert_non_null(strstr(status->failure.message, "signal 6"));
    assert_non_null(strstr(status->failure.message, ": crashed"));
    run_queue_free(queue);
}

static void stopping_waits_for_one_that_takes_its_time(void **state)
{
    struct lab *lab = *state;
    add(lab, "deaf");
    struct run_queue *queue = begin(lab, 1);
    wait_for_file(lab, queue, "deaf.up");
    run_queue_stop(queue);
    assert_true(run_queue_turn(queue, 0.1));
    touch(lab, "leave");
    run_to_the_end(queue, 1);
    assert_log_has(lab, "end deaf\n");
    run_queue_free(queue);
}

/* ---- one of several workers ---- */

static struct run held_by_another(struct lab *lab, const char *name)
{
    struct run held;
    leave_run(lab, name, NULL, STEPS(6));
    add(lab, name);
    assert_true(run_open_to_write(&held, &lab->tiny.paths, lab->directory[lab->count - 1], NULL));
    return held;
}

static void a_worker_waits_for_nobody(void **state)
{
    static const size_t first[] = {0};
    struct lab *lab = *state;
    struct run held = held_by_another(lab, "a");
    struct queued_run *needs = add(lab, "b");
    needs->after = first;
    needs->afters = 1;
    add(lab, "c");
    struct run_queue *queue = begin_as(lab, 1, true);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_WAITING);
    assert_int_equal(run_queue_status(queue, 2)->state, QUEUED_DONE);
    assert_int_equal(run_queue_left(queue), 2);
    run_queue_free(queue);
    run_close(&held);
    char *log = read_log(lab);
    assert_null(strstr(log, "begin a"));
    assert_null(strstr(log, "begin b"));
    memory_free(log);
}

static void a_worker_takes_what_another_gave_back_meanwhile(void **state)
{
    struct lab *lab = *state;
    struct run held = held_by_another(lab, "a");
    add(lab, "deaf");
    struct run_queue *queue = begin_as(lab, 1, true);
    wait_for_file(lab, queue, "deaf.up");
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    run_close(&held);
    touch(lab, "leave");
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_left(queue), 0);
    assert_log_has(lab, "end deaf\nbegin a ");
    run_queue_free(queue);
}

/* Where its lock seems free, since locks do not work, and every child is refused. */
static void a_worker_does_not_try_for_ever_what_refuses_it(void **state)
{
    struct lab *lab = *state;
    add(lab, "refused");
    add(lab, "b");
    struct run_queue *queue = begin_as(lab, 1, true);
    run_to_the_end(queue, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_DONE);
    assert_log_has(lab, "end b\n");
    run_queue_free(queue);
}

static void a_look_tells_what_others_have(void **state)
{
    struct lab *lab = *state;
    struct run held = held_by_another(lab, "a");
    add(lab, "b");
    struct run_queue *queue = begin(lab, 1);
    run_queue_look(queue);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_HELD);
    assert_int_equal(run_queue_status(queue, 1)->state, QUEUED_WAITING);
    run_queue_free(queue);
    run_close(&held);
    char *log = read_log(lab);
    assert_string_equal(log, "");
    memory_free(log);
}

/* ---- who concludes ---- */

static bool concludes(const struct lab *lab)
{
    struct run_queue *queue = begin(lab, 1);
    struct error err;
    bool mine;
    if (!conclusion_take(lab->tiny.directory, lab->job, lab->count, queue, &mine, &err))
        fail_msg("%s", err.message);
    run_queue_free(queue);
    return mine;
}

/* How many files of conclusions there are. */
static size_t count_conclusions(const struct lab *lab)
{
    size_t found = 0;
    DIR *stream = opendir(lab->tiny.directory);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream));)
        found += strncmp(entry->d_name, CONCLUSION_FRONT, strlen(CONCLUSION_FRONT)) == 0;
    closedir(stream);
    return found;
}

static void one_of_many_concludes_and_again_when_there_is_more(void **state)
{
    struct lab *lab = *state;
    leave_done(lab, "a");
    add(lab, "a");
    assert_true(concludes(lab));
    assert_false(concludes(lab));
    leave_done(lab, "b");
    add(lab, "b");
    assert_true(concludes(lab));
    assert_false(concludes(lab));
    assert_int_equal(count_conclusions(lab), 2);
    lab->count--; /* as another sweep has it, with the same runs but one */
    assert_false(concludes(lab));
    lab->count++;
    assert_false(concludes(lab));
}

/* As if made anew: other seconds are another run. */
static void a_run_that_was_made_anew_is_told_again(void **state)
{
    struct lab *lab = *state;
    leave_done(lab, "a");
    add(lab, "a");
    assert_true(concludes(lab));
    char *record = memory_format(NULL, "%s/a/metrics.jsonl", lab->tiny.directory);
    char *text = file_read(record, NULL, NULL);
    char *seconds = strstr(text, "\"seconds\": 1,");
    assert_non_null(seconds);
    seconds[strlen("\"seconds\": ")] = '2';
    assert_true(file_replace(record, text, strlen(text), NULL));
    memory_free(text);
    memory_free(record);
    assert_true(concludes(lab));
    assert_int_equal(count_conclusions(lab), 1); /* the one before is gone */
}

/* Rather twice than never. */
static void who_cannot_say_that_it_has_told_tells(void **state)
{
    struct lab *lab = *state;
    leave_done(lab, "a");
    add(lab, "a");
    touch(lab, "file");
    char *there = place(lab, "there"), *nowhere = place(lab, "file/directory");
    struct run_queue *queue = begin(lab, 1);
    struct error why;
    assert_true(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    assert_false(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    assert_string_equal(why.message, "another worker has told the results");
    assert_true(queued_runs_conclude(nowhere, lab->job, lab->count, queue, &why));
    assert_true(queued_runs_conclude(nowhere, lab->job, lab->count, queue, &why));

    /* What was not printed to its end another tells. */
    queued_runs_have_told(there, lab->job, lab->count, queue, true);
    assert_false(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    queued_runs_have_told(there, lab->job, lab->count, queue, false);
    assert_true(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    run_queue_free(queue);
    memory_free(there);
    memory_free(nowhere);
}

/* It failed here, and may do better there: who has it tells. */
static void what_failed_and_another_tries_again_is_left_to_that(void **state)
{
    struct lab *lab = *state;
    struct run held;
    struct error why;
    leave_run(lab, "crash", NULL, STEPS(6));
    leave_done(lab, "a");
    add(lab, "crash");
    add(lab, "a");
    char *there = place(lab, "there");
    struct run_queue *queue = run_all(lab, 1);
    assert_int_equal(run_queue_status(queue, 0)->state, QUEUED_FAILED);
    assert_true(run_open_to_write(&held, &lab->tiny.paths, lab->directory[0], NULL));
    assert_int_equal(run_queue_retaken(queue), 1);
    assert_false(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    assert_string_equal(why.message, "1 of 2 runs is left to other workers, the last of which "
                                     "tells the results");
    run_close(&held);
    assert_true(queued_runs_conclude(there, lab->job, lab->count, queue, &why));
    run_queue_free(queue);
    memory_free(there);
}

static void of_processes_that_end_together_one_concludes(void **state)
{
    enum { PROCESSES = 8, ROUNDS = 5 };
    struct lab *lab = *state;
    for (int round = 0; round < ROUNDS; round++) {
        char name[] = {(char)('a' + round), '\0'};
        pid_t process[PROCESSES];
        int all = 0, status;
        leave_done(lab, name);
        add(lab, name);
        for (int i = 0; i < PROCESSES; i++)
            if ((process[i] = fork()) == 0)
                _exit(concludes(lab));
        for (int i = 0; i < PROCESSES; i++) {
            assert_int_equal(waitpid(process[i], &status, 0), process[i]);
            assert_true(WIFEXITED(status));
            all += WEXITSTATUS(status);
        }
        assert_int_equal(all, 1);
    }
}

#define JOBS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOBS_TEST(every_job_is_trained_as_its_settings_say),
        JOBS_TEST(what_is_left_to_the_machine_is_the_same_on_all),
        JOBS_TEST(a_precision_is_made_or_the_run_fails),
        JOBS_TEST(no_more_run_at_once_than_asked_for),
        JOBS_TEST(a_job_waits_for_those_it_needs),
        JOBS_TEST(a_child_tells_its_steps_and_the_time_left),
        JOBS_TEST(a_line_in_two_pieces_is_one),
        JOBS_TEST(one_that_fails_is_told_and_the_others_go_on),
        JOBS_TEST(a_program_that_is_not_there_fails_its_jobs),
        JOBS_TEST(a_preset_that_is_wrong_fails_before_anything_runs),
        JOBS_TEST(a_run_that_is_done_is_not_repeated),
        JOBS_TEST(a_run_that_lacks_its_last_evaluation_goes_on),
        JOBS_TEST(a_run_whose_record_was_lost_is_not_done),
        JOBS_TEST(a_directory_that_no_run_can_be_made_in_fails_at_once),
        JOBS_TEST(a_run_that_another_is_beginning_again_is_no_failure),
        JOBS_TEST(a_run_that_was_interrupted_goes_on),
        JOBS_TEST(phases_of_children_are_announced_where_that_is_wanted),
        JOBS_TEST(a_run_alone_goes_on_as_it_is),
        JOBS_TEST(a_run_killed_before_its_first_checkpoint_begins_again),
        JOBS_TEST(a_run_of_other_settings_is_refused),
        JOBS_TEST(a_run_of_other_facts_is_refused),
        JOBS_TEST(a_run_of_the_same_facts_by_another_name_goes_on),
        JOBS_TEST(an_interrupted_run_is_told_of_as_it_was_saved),
        JOBS_TEST(a_run_that_somebody_holds_is_tried_last),
        JOBS_TEST(a_run_that_another_has_taken_counts_by_what_it_becomes),
        JOBS_TEST(a_child_that_holds_its_run_has_it),
        JOBS_TEST(a_run_that_another_has_made_meanwhile_is_done),
        JOBS_TEST(a_run_is_made_here_whose_taker_has_left_it_at_once),
        JOBS_TEST(a_run_that_another_has_begun_and_left_goes_on),
        JOBS_TEST(a_run_of_other_settings_that_another_has_begun_is_named),
        JOBS_TEST(a_run_that_goes_on_no_better_than_it_began_fails),
        JOBS_TEST(stopping_does_not_wait_for_a_run_that_another_has_taken),
        JOBS_TEST(stopping_ends_children_and_starts_no_more),
        JOBS_TEST(a_child_that_is_told_to_end_is_interrupted_alone),
        JOBS_TEST(stopping_ends_children_that_are_halted),
        JOBS_TEST(what_others_made_until_it_stops_is_told),
        JOBS_TEST(one_that_crashes_when_it_is_stopped_is_told_of),
        JOBS_TEST(stopping_waits_for_one_that_takes_its_time),
        JOBS_TEST(a_worker_waits_for_nobody),
        JOBS_TEST(a_worker_takes_what_another_gave_back_meanwhile),
        JOBS_TEST(a_worker_does_not_try_for_ever_what_refuses_it),
        JOBS_TEST(a_look_tells_what_others_have),
        JOBS_TEST(one_of_many_concludes_and_again_when_there_is_more),
        JOBS_TEST(a_run_that_was_made_anew_is_told_again),
        JOBS_TEST(who_cannot_say_that_it_has_told_tells),
        JOBS_TEST(what_failed_and_another_tries_again_is_left_to_that),
        JOBS_TEST(of_processes_that_end_together_one_concludes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
