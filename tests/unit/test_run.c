#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "record/metrics.h"
#include "record/run.h"
#include "record/run_facts.h"
#include "record/run_list.h"
#include "record/run_lock.h"
#include "tests/fixtures/run_to_write.h"
#include "tests/fixtures/temporary.h"
#include "tests/patience.h"

static const struct fact_set no_facts = {0};

/* What the facts of all these runs were read from. */
static char little_folder[] = "facts", little_name[] = "little", little_path[] = "/x/little.ini",
            little_text[] = "[facts]\n";
static struct fact_file little_file = {little_folder, little_name, little_path, little_text};
static const struct fact_files facts_files = {.file = &little_file, .count = 1};

/* A place for runs, and the standard preset under a name of its own. */
struct lab {
    char directory[64], runs[128], program[sizeof "mneme"];
    char *data[2];
    struct paths paths;
    struct preset preset;
};

static int set_up(void **state)
{
    struct lab *lab = calloc(1, sizeof *lab);
    struct error err;
    *state = lab;
    strcpy(lab->directory, "/tmp/mneme-run-XXXXXX");
    if (!mkdtemp(lab->directory) || !preset_init(&lab->preset, &err) ||
        !preset_set(&lab->preset, "preset.name=little", &err))
        return -1;
    snprintf(lab->runs, sizeof lab->runs, "%s/deep/runs", lab->directory);
    lab->data[0] = lab->directory;
    strcpy(lab->program, "mneme");
    lab->paths = (struct paths){.data = lab->data, .runs = lab->runs, .program = lab->program};
    return 0;
}

static int tear_down(void **state)
{
    struct lab *lab = *state;
    int result = temporary_remove(lab->directory);
    preset_free(&lab->preset);
    free(lab);
    return result;
}

static void create(struct lab *lab, struct run *run, const char *name)
{
    char directory[TEMPORARY_PATH];
    struct error err;
    temporary_path(directory, lab->runs, name);
    if (!run_create(run, &lab->paths, &lab->preset, &facts_files, directory, &err))
        fail_msg("%s", err.message);
}

static char *record_of(const struct run *run)
{
    char *path = run_metrics_path(run, NULL);
    char *text = file_read(path, NULL, NULL);
    memory_free(path);
    return text;
}

static size_t lines_of(const struct run *run)
{
    char *text = record_of(run);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    memory_free(text);
    return lines;
}

static void put_file(const char *directory, const char *name, const char *text)
{
    char path[TEMPORARY_PATH];
    assert_true(file_replace(temporary_path(path, directory, name), text, strlen(text), NULL));
}

static void a_fresh_run_is_named_after_preset_and_time(void **state)
{
    struct lab *lab = *state;
    struct run first, second;
    struct error err;
    unsigned date, time_of_day;
    char rest;
    assert_true(run_create(&first, &lab->paths, &lab->preset, &facts_files, NULL, &err));
    assert_true(run_create(&second, &lab->paths, &lab->preset, &facts_files, NULL, &err));
    assert_int_equal(sscanf(first.name, "little-%8u-%6u%c", &date, &time_of_day, &rest), 2);
    assert_string_not_equal(first.name, second.name);
    assert_int_equal(temporary_count(first.directory), 5);
    run_close(&first);
    run_close(&second);
}

static void names_of_the_same_second_get_a_number(void **state)
{
    struct lab *lab = *state;
    struct run run[5];
    struct error err;
    bool numbered = false;
    for (size_t i = 0; i < 5; i++) {
        assert_true(run_create(&run[i], &lab->paths, &lab->preset, &facts_files, NULL, &err));
        numbered = numbered || strlen(run[i].name) == strlen("little-YYYYMMDD-HHMMSS-2");
    }
    assert_true(numbered);
    for (size_t i = 0; i < 5; i++)
        run_close(&run[i]);
}

static void a_run_keeps_its_complete_preset(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct preset back;
    struct error err;
    assert_true(preset_set(&lab->preset, "train.lr=0.00123", &err));
    create(lab, &run, "a");
    assert_true(run_preset(&run, &lab->paths, &back, &err));
    assert_string_equal(back.name, "little");
    char *before = preset_write(&lab->preset, &err), *after = preset_write(&back, &err);
    assert_string_equal(before, after);
    memory_free(before);
    memory_free(after);
    preset_free(&back);
    run_close(&run);
}

/* Whether a run is made in lab->runs/name; *err says why not. */
static bool try_to_create(struct lab *lab, const char *name, struct error *err)
{
    struct run run;
    char directory[TEMPORARY_PATH];
    bool made = run_create(&run, &lab->paths, &lab->preset, &facts_files,
                           temporary_path(directory, lab->runs, name), err);
    if (made)
        run_close(&run);
    return made;
}

static void assert_refused(struct lab *lab, const char *name, const char *words)
{
    struct error err = {ERROR_NONE, ""};
    assert_false(try_to_create(lab, name, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, words))
        fail_msg("%s does not say %s", err.message, words);
}

static void put_checkpoint(const struct run *run, uint64_t step)
{
    char *path = run_checkpoint_path(run, step, NULL);
    assert_true(file_replace(path, "", 0, NULL));
    memory_free(path);
}

static void a_directory_with_a_run_is_not_used_again(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    struct event start = {.kind = EVENT_START};
    create(lab, &run, "a");
    assert_true(run_record_add_event(&run.record, &start, &err));
    put_checkpoint(&run, 0);
    run_close(&run);
    assert_refused(lab, "a", "/deep/runs/a already holds a run");
    assert_true(run_open(&run, &lab->paths, "a", &err));
    assert_int_equal(lines_of(&run), 1);
    run_close(&run);
}

/* Ended at any moment before its first checkpoint, by whatever means. */
static void what_is_left_of_a_run_without_a_checkpoint_makes_room(void **state)
{
    static const char *const lost[] = {NULL, "preset.ini", "facts.jsonl", "checkpoints", "lock"};
    struct lab *lab = *state;
    struct run run, other;
    struct error err;
    const struct event start = {.kind = EVENT_START};
    const struct evaluation_point evaluation = {.step = 0};
    create(lab, &run, "a");
    run_close(&run);
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        char path[TEMPORARY_PATH];
        assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
        assert_true(run_record_add_event(&run.record, &start, &err));
        assert_true(run_record_add_evaluation(&run.record, &evaluation, &no_facts, &err));
        put_file(run.directory, "preset.ini.12-0.tmp", "x");
        if (lost[i])
            assert_int_equal(remove(temporary_path(path, run.directory, lost[i])), 0);
        if (!lost[i] || strcmp(lost[i], "lock") != 0) { /* by who writes it still */
            assert_false(
                run_create(&other, &lab->paths, &lab->preset, &facts_files, run.directory, &err));
            assert_int_equal(err.kind, ERROR_BUSY);
        }
        run_close(&run);
        create(lab, &run, "a");
        assert_int_equal(lines_of(&run), 0);
        assert_int_equal(temporary_count(run.directory), 5);
        run_close(&run);
    }
}

/* A fork's record begins with what another run made, which is not lost with it. */
static void steps_that_were_made_are_not_thrown_away(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    const struct event fork = {.kind = EVENT_FORK, .step = 7, .run = "other"};
    struct training_point point = {.step = 7};
    create(lab, &run, "a");
    assert_true(run_record_add_event(&run.record, &fork, &err));
    assert_true(run_record_add_training(&run.record, &point, &err));
    run_close(&run);
    create(lab, &run, "a");
    assert_true(run_record_add_event(&run.record, &fork, &err));
    point.step = 8;
    assert_true(run_record_add_training(&run.record, &point, &err));
    run_close(&run);
    assert_refused(lab, "a", "already holds a run, whose checkpoints are gone");
    create(lab, &run, "b");
    point.step = 1;
    assert_true(run_record_add_training(&run.record, &point, &err));
    run_close(&run);
    assert_refused(lab, "b", "already holds a run, whose checkpoints are gone");
}

static void a_directory_with_anything_else_in_it_is_left_alone(void **state)
{
    static const char *const strange[] = {
        "notes", "preset.ini", "facts.jsonl", "metrics.jsonl.1-0.tmp", "step-00000000.safetensors",
        "a.tmp"};
    struct lab *lab = *state;
    char directory[TEMPORARY_PATH], path[TEMPORARY_PATH];
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
        assert_true(file_make_directories(temporary_path(directory, lab->runs, "full"), NULL));
        put_file(directory, strange[i], "mine");
        assert_refused(lab, "full", strange[i]);
        assert_int_equal(temporary_count(directory), 1);
        assert_int_equal(remove(temporary_path(path, directory, strange[i])), 0);
    }
    assert_refused(lab, "../../../..", "is not a run and not empty: it holds ");
    assert_false(file_exists("/tmp/lock"));
}

static void an_empty_directory_becomes_a_run(void **state)
{
    struct lab *lab = *state;
    struct run run;
    char directory[TEMPORARY_PATH];
    assert_true(file_make_directories(temporary_path(directory, lab->runs, "a"), NULL));
    create(lab, &run, "a");
    run_close(&run);
}

static void a_run_is_found_by_name_and_by_path(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    char path[TEMPORARY_PATH];
    create(lab, &run, "some");
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, "some", &err));
    assert_string_equal(run.name, "some");
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, temporary_path(path, lab->runs, "some/"), &err));
    assert_string_equal(run.name, "some");
    run_close(&run);
    assert_false(run_open(&run, &lab->paths, "soem", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_string_equal(err.message, "there is no run soem; did you mean some?");
    assert_false(run_open(&run, &lab->paths, "/nowhere/at/all", &err));
    assert_string_equal(err.message, "there is no run /nowhere/at/all");
    assert_false(run_open(&run, &lab->paths, "", &err));
    assert_false(run_open(&run, &lab->paths, lab->directory, &err));
    assert_non_null(strstr(err.message, " is not a run: it holds no preset.ini"));
}

static void what_is_no_run_is_told_of(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    char path[TEMPORARY_PATH], library[TEMPORARY_PATH];
    assert_true(file_make_directories(temporary_path(library, lab->directory, "presets"), NULL));
    put_file(library, "petite.ini", "[preset]\ntitle = x\n");
    assert_false(run_open(&run, &lab->paths, "petite", &err));
    assert_string_equal(err.message,
                        "there is no run petite: it is a preset; mneme runs lists the runs");
    assert_false(run_open(&run, &lab->paths, "nowhere", &err));
    assert_string_equal(err.message, "there is no run nowhere; mneme runs lists the runs");
    create(lab, &run, "short");
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, "short", &err));
    uint64_t step;
    assert_false(run_find_checkpoint(&run, NULL, &step, &err));
    assert_non_null(strstr(err.message, "ended before its first checkpoint"));
    assert_int_equal(remove(temporary_path(path, run.directory, "preset.ini")), 0);
    run_close(&run);
    assert_false(run_open_to_write(&run, &lab->paths, "short", &err));
    assert_non_null(strstr(err.message, "/short ended before its first checkpoint"));
}

/* Such a run cannot be begun again in its directory, so nobody is told to. */
static void what_is_gone_from_a_run_is_named(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    const struct training_point point = {.step = 1};
    char path[TEMPORARY_PATH];
    uint64_t step;
    create(lab, &run, "a");
    assert_true(run_record_add_training(&run.record, &point, &err));
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, "a", &err));
    assert_false(run_find_checkpoint(&run, NULL, &step, &err));
    assert_string_equal(err.message, "the checkpoints of run a are gone");
    put_checkpoint(&run, 1);
    assert_int_equal(remove(temporary_path(path, run.directory, "preset.ini")), 0);
    run_close(&run);
    assert_false(run_open(&run, &lab->paths, "a", &err));
    assert_non_null(strstr(err.message, "the preset.ini of run "));
    assert_non_null(strstr(err.message, "/a is gone"));
}

static void a_step_without_a_checkpoint_is_answered_with_those_there_are(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    uint64_t wanted = 7, step;
    create(lab, &run, "a");
    put_checkpoint(&run, 0);
    assert_false(run_find_model(&run, &wanted, &step, &err));
    assert_string_equal(err.message, "run a has no checkpoint of step 7; there is 0");
    for (uint64_t s = 10; s <= 110; s += 10)
        put_checkpoint(&run, s);
    assert_false(run_find_model(&run, &wanted, &step, &err));
    assert_string_equal(err.message, "run a has no checkpoint of step 7; there are 0, 10, 20, 30, "
                                     "40, 50, 60, 70, 80, 90, 100 and 110");
    put_checkpoint(&run, 120);
    assert_false(run_find_model(&run, &wanted, &step, &err));
    assert_string_equal(err.message, "run a has no checkpoint of step 7; there are 0, 10, 20, 30 "
                                     "... 90, 100, 110 and 120");
    wanted = 120;
    assert_true(run_find_model(&run, &wanted, &step, &err));
    assert_int_equal(step, 120);
    run_close(&run);
}

static void the_newest_checkpoint_up_to_a_step_is_found(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    static const uint64_t rows[][2] = {{10, 10}, {19, 10}, {20, 20}, {99, 20}};
    uint64_t before = 9, step;
    create(lab, &run, "up-to");
    put_checkpoint(&run, 10);
    put_checkpoint(&run, 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(run_find_checkpoint(&run, &rows[i][0], &step, &err));
        assert_int_equal(step, rows[i][1]);
    }
    assert_true(run_find_checkpoint(&run, NULL, &step, &err));
    assert_int_equal(step, 20);
    assert_false(run_find_checkpoint(&run, &before, &step, &err));
    assert_string_equal(err.message,
                        "run up-to has no checkpoint up to step 9; its first is of step 10");
    run_close(&run);
}

static void a_run_has_one_writer_and_any_number_of_readers(void **state)
{
    struct lab *lab = *state;
    struct run writer, other;
    struct error err;
    char who[64];
    create(lab, &writer, "a");
    assert_false(run_open_to_write(&other, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    snprintf(who, sizeof who, "run a is being written by process %ld on ", (long)getpid());
    assert_memory_equal(err.message, who, strlen(who));
    assert_true(run_open(&other, &lab->paths, "a", &err));
    run_close(&other);
    assert_false(run_open_to_write(&other, &lab->paths, "a", &err));
    run_close(&writer);
    assert_true(run_open_to_write(&other, &lab->paths, "a", &err));
    run_close(&other);
}

static void another_process_is_kept_out_until_the_writer_is_gone(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    int ready[2], over[2], status;
    char byte;
    create(lab, &run, "a");
    run_close(&run);
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(over), 0);
    pid_t writer = fork();
    assert_true(writer >= 0);
    if (writer == 0) {
        bool ok = run_open_to_write(&run, &lab->paths, "a", NULL);
        close(over[1]); /* nothing comes, but the end where the test fails before it kills this */
        _exit(write(ready[1], ok ? "y" : "n", 1) == 1 && read(over[0], &byte, 1) == 0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    assert_false(run_open_to_write(&run, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    kill(writer, SIGKILL);
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
    run_close(&run);
    for (int end = 0; end < 2; end++) {
        close(ready[end]);
        close(over[end]);
    }
}

static void training_lines_wait_for_an_evaluation_an_event_or_a_second(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    create(lab, &run, "a");
    struct training_point point = {.seconds = 0.1};
    for (point.step = 1; point.step <= 5; point.step++)
        assert_true(run_record_add_training(&run.record, &point, &err));
    assert_int_equal(lines_of(&run), 0);
    const struct evaluation_point evaluation = {.step = 5, .seconds = 0.2};
    assert_true(run_record_add_evaluation(&run.record, &evaluation, &no_facts, &err));
    assert_int_equal(lines_of(&run), 6);
    point.seconds = 0.9;
    assert_true(run_record_add_training(&run.record, &point, &err));
    assert_int_equal(lines_of(&run), 6);
    point.seconds = 1.3;
    assert_true(run_record_add_training(&run.record, &point, &err));
    assert_int_equal(lines_of(&run), 8);
    const struct event stop = {.kind = EVENT_STOP, .step = 7, .seconds = 1.4};
    assert_true(run_record_add_event(&run.record, &stop, &err));
    assert_int_equal(lines_of(&run), 9);
    assert_true(run_record_add_training(&run.record, &point, &err));
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, "a", &err));
    assert_int_equal(lines_of(&run), 10);
    run_close(&run);
}

static void a_checkpoints_path_is_recorded_from_the_run_on(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    create(lab, &run, "a");
    char *path = run_checkpoint_path(&run, 1250, &err);
    const struct event inside = {.kind = EVENT_CHECKPOINT, .path = path};
    const struct event outside = {.kind = EVENT_CHECKPOINT, .path = "/else/where"};
    assert_true(run_record_add_event(&run.record, &inside, &err));
    assert_true(run_record_add_event(&run.record, &outside, &err));
    char *text = record_of(&run);
    assert_non_null(strstr(text, "\"path\": \"checkpoints/step-00001250.safetensors\"}"));
    assert_non_null(strstr(text, "\"path\": \"/else/where\"}"));
    memory_free(text);
    memory_free(path);
    run_close(&run);
}

static void a_torn_last_line_is_cut_when_the_run_goes_on(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    const struct event start = {.kind = EVENT_START};
    create(lab, &run, "a");
    assert_true(run_record_add_event(&run.record, &start, &err));
    assert_int_equal(write(run.record.descriptor, "{\"torn", 6), 6);
    run_close(&run);
    assert_true(run_open(&run, &lab->paths, "a", &err));
    char *text = record_of(&run);
    assert_non_null(strstr(text, "torn"));
    memory_free(text);
    run_close(&run);
    assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
    text = record_of(&run);
    assert_null(strstr(text, "torn"));
    memory_free(text);
    assert_true(run_record_add_event(&run.record, &start, &err));
    assert_int_equal(lines_of(&run), 2);
    run_close(&run);
}

static void files_of_a_killed_writer_are_removed_when_the_run_goes_on(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err;
    create(lab, &run, "a");
    char *checkpoints = file_join(run.directory, "checkpoints", NULL);
    put_file(run.directory, "preset.ini.1-0.tmp", "x");
    put_file(checkpoints, "step-00000001.safetensors.1-0.tmp", "x");
    put_file(checkpoints, "step-00000001.safetensors", "x");
    run_close(&run);
    assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
    assert_int_equal(temporary_count(checkpoints), 1);
    assert_int_equal(temporary_count(run.directory), 5);
    run_close(&run);
    memory_free(checkpoints);
}

static void checkpoints_are_listed_by_step(void **state)
{
    static const char *const files[] = {
        "step-00001000.safetensors",
        "step-00000000.safetensors",
        "step-123456789.safetensors",
        "step-5.safetensors",
        "step-00000007.safetensors.1-0.tmp",
        "other",
        "step-.safetensors",
        "step-0000001x.safetensors",
        "step-99999999999999999999999999999999999.safetensors",
    };
    struct lab *lab = *state;
    struct run run;
    struct error err;
    uint64_t *step;
    size_t count;
    create(lab, &run, "a");
    char *checkpoints = file_join(run.directory, "checkpoints", NULL);
    assert_true(run_checkpoints(&run, &step, &count, &err));
    assert_int_equal(count, 0);
    memory_free(step);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        put_file(checkpoints, files[i], "");
    assert_true(run_checkpoints(&run, &step, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(step[0], 0);
    assert_int_equal(step[1], 1000);
    assert_int_equal(step[2], 123456789);
    memory_free(step);
    memory_free(checkpoints);
    run_close(&run);
}

static void set_age(const struct run *run, time_t seconds, long nanoseconds)
{
    char *path = run_metrics_path(run, NULL);
    const struct timespec modified = {.tv_sec = seconds, .tv_nsec = nanoseconds};
    const struct timespec times[2] = {modified, modified};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    memory_free(path);
}

/* It would be read as one of settings that presets leave out. */
static void an_empty_preset_is_no_run_of_other_settings(void **state)
{
    static const char *const texts[] = {"", " \n\t\r\n", "; a remark\n\n # another", ";",
                                        "[train]\n"};
    struct lab *lab = *state;
    struct run run;
    create(lab, &run, "emptied");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct preset preset;
        struct error err;
        put_file(run.directory, "preset.ini", texts[i]);
        assert_false(run_preset(&run, &lab->paths, &preset, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_non_null(strstr(err.message, "preset.ini is empty: what the run was is lost"));
    }
    run_close(&run);
}

static void a_place_of_runs_that_cannot_be_read_is_told(void **state)
{
    struct lab *lab = *state;
    struct paths paths = lab->paths;
    struct run_summary *runs;
    struct error err;
    size_t count;
    char path[TEMPORARY_PATH];
    temporary_path(path, lab->directory, "no-such");
    paths.runs = path;
    assert_true(run_list(&paths, &runs, &count, &err));
    assert_int_equal(count, 0);
    run_list_free(runs, count);
    put_file(lab->directory, "no-such", "");
    assert_false(run_list(&paths, &runs, &count, &err));
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_non_null(strstr(err.message, "cannot read "));
}

static void runs_are_listed_newest_first(void **state)
{
    struct lab *lab = *state;
    struct run old, busy, broken;
    struct run_summary *runs;
    struct error err;
    size_t count;
    char path[TEMPORARY_PATH];
    assert_true(run_list(&lab->paths, &runs, &count, &err));
    assert_int_equal(count, 0);
    run_list_free(runs, count);

    const struct evaluation_point evaluation = {
        .step = 20, .known = {.loss = 1.5, .accuracy = 0.5}, .phase = PHASE_KNOWLEDGE};
    const struct event stop = {.kind = EVENT_STOP, .step = 25};
    create(lab, &old, "ancient");
    assert_true(run_record_add_evaluation(&old.record, &evaluation, &no_facts, &err));
    assert_true(run_record_add_event(&old.record, &stop, &err));
    set_age(&old, 2000, 1000);
    run_close(&old);
    create(lab, &broken, "broken");
    set_age(&broken, 2000, 1001);
    put_file(broken.directory, "preset.ini", "nonsense");
    run_close(&broken);
    create(lab, &busy, "busy");
    set_age(&busy, 3000, 0);
    assert_true(file_make_directories(temporary_path(path, lab->runs, "no-run"), &err));
    put_file(lab->runs, "a-file", "");

    assert_true(run_list(&lab->paths, &runs, &count, &err));
    assert_int_equal(count, 3);
    assert_string_equal(runs[0].name, "busy");
    assert_true(runs[0].busy);
    assert_false(runs[0].has_recall);
    assert_string_equal(runs[0].preset, "little");
    assert_int_equal(runs[0].steps, 16000);
    assert_string_equal(runs[1].name, "broken");
    assert_string_equal(runs[1].preset, "");
    assert_string_equal(runs[2].name, "ancient");
    assert_int_equal(runs[2].modified.tv_sec, 2000);
    assert_int_equal(runs[2].modified.tv_nsec, 1000);
    assert_false(runs[2].busy);
    assert_true(runs[2].has_recall);
    assert_true(runs[2].loss == 1.5 && runs[2].accuracy == 0.5);
    assert_int_equal(runs[2].phase, PHASE_KNOWLEDGE);
    assert_int_equal(runs[2].step, 25);
    run_list_free(runs, count);
    run_close(&busy);
}

/* What a run's files lead to is nobody's to change: a file, and a directory with a file in it. */
static void assert_no_checkpoints_by_a_link(struct lab *lab)
{
    struct run run;
    struct error err;
    uint64_t *steps;
    size_t count;
    assert_true(run_open(&run, &lab->paths, "a", &err));
    assert_false(run_checkpoints(&run, &steps, &count, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    run_close(&run);
}

static void links_out_of_a_run_lead_nowhere(void **state)
{
    static const char *const files[] = {"lock", "metrics.jsonl", "checkpoints"};
    struct lab *lab = *state;
    struct error err;
    struct run run;
    char outside[TEMPORARY_PATH], path[TEMPORARY_PATH], kept[TEMPORARY_PATH];
    create(lab, &run, "a");
    char *directory = memory_string(run.directory, NULL);
    run_close(&run);
    assert_true(file_make_directories(temporary_path(outside, lab->directory, "outside"), NULL));
    put_file(outside, "precious", "one line\nand a half");
    put_file(outside, "step-00000001.safetensors.1-0.tmp", "x");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        temporary_path(path, directory, files[i]);
        temporary_path(kept, lab->directory, "kept");
        assert_int_equal(rename(path, kept), 0);
        char *target = memory_format(NULL, "%s%s", outside, i < 2 ? "/precious" : "");
        assert_int_equal(symlink(target, path), 0);
        assert_false(run_open_to_write(&run, &lab->paths, "a", &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_non_null(strstr(err.message, " is a link, not a "));
        if (strcmp(files[i], "checkpoints") == 0)
            assert_no_checkpoints_by_a_link(lab);
        assert_int_equal(remove(path), 0);
        assert_int_equal(rename(kept, path), 0);
        memory_free(target);
    }
    char *text = file_read(temporary_path(path, outside, "precious"), NULL, NULL);
    assert_string_equal(text, "one line\nand a half");
    assert_int_equal(temporary_count(outside), 2);
    memory_free(text);
    memory_free(directory);
}

/* Nobody waits for somebody to write into one: with each file in turn everything that reads a run
 * comes back, with a sentence where it needs that file. */
static void a_pipe_in_a_run_is_not_waited_for(void **state)
{
    static const char *const files[] = {"preset.ini", "facts.jsonl", "metrics.jsonl", "lock",
                                        "lock.owner"};
    struct lab *lab = *state;
    struct error err;
    struct run run;
    struct preset preset;
    struct metrics metrics;
    struct fact_files files_read;
    struct run_summary *runs;
    size_t count;
    char path[TEMPORARY_PATH];
    create(lab, &run, "a");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        temporary_path(path, run.directory, files[i]);
        remove(path);
        assert_int_equal(mkfifo(path, 0666), 0);
        assert_true(run_list(&lab->paths, &runs, &count, &err));
        assert_int_equal(count, 1);
        run_list_free(runs, count);
    }
    run_close(&run);
    assert_false(run_open_to_write(&run, &lab->paths, "a", &err));
    assert_true(run_open(&run, &lab->paths, "a", &err));
    assert_false(run_preset(&run, &lab->paths, &preset, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "preset.ini is a pipe, not a file"));
    assert_false(run_facts_read(run.directory, &files_read, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "facts.jsonl is a pipe, not a file"));
    char *record = run_metrics_path(&run, NULL);
    assert_false(metrics_read(&metrics, record, NULL, &err));
    assert_non_null(strstr(err.message, "metrics.jsonl is a pipe, not a file"));
    memory_free(record);
    run_close(&run);
}

static void only_its_own_temporary_files_are_removed(void **state)
{
    static const char *const own[] = {"preset.ini.1-0.tmp", "preset.ini.123456-99.tmp",
                                      "facts.jsonl.7-0.tmp",
                                      "checkpoints/step-00000001.safetensors.1-0.tmp"};
    static const char *const others[] = {"a.tmp",
                                         "preset.ini.tmp",
                                         "preset.ini.1.tmp",
                                         "preset.ini.x-0.tmp",
                                         "preset.ini.-0.tmp",
                                         "my.preset.ini.1-0.tmp",
                                         "checkpoints/notes.tmp",
                                         "checkpoints/step-1.safetensors.1-0.tmp",
                                         "checkpoints/weights.1-0.tmp"};
    struct lab *lab = *state;
    struct error err;
    struct run run;
    char path[TEMPORARY_PATH];
    create(lab, &run, "a");
    char *directory = memory_string(run.directory, NULL);
    run_close(&run);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        put_file(directory, own[i], "x");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_file(directory, others[i], "x");
    assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
    run_close(&run);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        assert_false(file_exists(temporary_path(path, directory, own[i])));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_true(file_exists(temporary_path(path, directory, others[i])));
    memory_free(directory);
}

static void a_run_that_is_a_link_has_the_links_name(void **state)
{
    struct lab *lab = *state;
    struct error err;
    struct run run, other;
    struct run_summary *runs;
    size_t count;
    char path[TEMPORARY_PATH], elsewhere[TEMPORARY_PATH];
    temporary_path(elsewhere, lab->directory, "elsewhere");
    assert_true(run_create(&run, &lab->paths, &lab->preset, &facts_files, elsewhere, &err));
    assert_true(file_make_directories(lab->runs, &err));
    assert_int_equal(symlink(elsewhere, temporary_path(path, lab->runs, "mine")), 0);
    assert_true(run_list(&lab->paths, &runs, &count, &err));
    assert_int_equal(count, 1);
    assert_string_equal(runs[0].name, "mine");
    assert_string_equal(runs[0].directory, path);
    assert_true(runs[0].busy);
    assert_true(run_open(&other, &lab->paths, runs[0].name, &err));
    assert_string_equal(other.name, "mine");
    run_close(&other);
    run_list_free(runs, count);
    /* It is one run, whatever it is called. */
    assert_false(run_open_to_write(&other, &lab->paths, "mine", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    run_close(&run);
    strcat(path, "/.");
    assert_true(run_open_to_write(&other, &lab->paths, path, &err));
    assert_string_equal(other.name, "elsewhere");
    run_close(&other);
}

/* ---- a file system without locks ---- */

static int refuse_locks(int descriptor, int command, struct flock *lock)
{
    (void)descriptor, (void)command, (void)lock;
    errno = ENOLCK;
    return -1;
}

static const struct file_calls without_locks = {.lock = refuse_locks};

static void without_locks_a_file_keeps_others_out(void **state)
{
    struct lab *lab = *state;
    struct error err;
    struct run run, other;
    struct run_summary *runs;
    size_t count;
    char path[TEMPORARY_PATH], who[64];
    file_set_calls(&without_locks);
    create(lab, &run, "a");
    assert_non_null(run.lock.stands_in);
    char *text = file_read(temporary_path(path, run.directory, "lock.owner"), NULL, NULL);
    snprintf(who, sizeof who, "process %ld on ", (long)getpid());
    assert_memory_equal(text, who, strlen(who));
    memory_free(text);
    assert_false(run_open_to_write(&other, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_non_null(strstr(err.message, who));
    assert_non_null(strstr(err.message, "/a/lock.owner"));
    assert_true(run_list(&lab->paths, &runs, &count, &err));
    assert_true(runs[0].busy);
    run_list_free(runs, count);
    /* Who has locks minds it too. */
    file_set_calls(NULL);
    assert_false(run_open_to_write(&other, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    run_close(&run);
    assert_false(file_exists(path));
    assert_true(run_open_to_write(&other, &lab->paths, "a", &err));
    assert_null(other.lock.stands_in);
    run_close(&other);
}

/* Removes a file when it is about to be locked, as one does whose run could not be begun after all.
 */
static char removed_before[TEMPORARY_PATH];

static int lock_removed(int descriptor, int command, struct flock *lock)
{
    unlink(removed_before);
    return fcntl(descriptor, command, lock);
}

/* A lock of a file that is gone would let in whoever makes it anew. */
static void a_lock_whose_file_is_removed_meanwhile_is_none(void **state)
{
    static const struct file_calls calls = {.lock = lock_removed};
    struct lab *lab = *state;
    struct error err;
    struct run run, other;
    create(lab, &run, "a");
    temporary_path(removed_before, run.directory, "lock");
    run_close(&run);
    file_set_calls(&calls);
    assert_false(run_open_to_write(&run, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    file_set_calls(NULL);
    assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
    assert_false(run_open_to_write(&other, &lab->paths, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    run_close(&run);
}

/* As `reproduce -o FILE` asks before it makes directories: it waited for ever. */
static void nobody_holds_a_run_below_what_is_no_directory(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    char file[TEMPORARY_PATH], below[TEMPORARY_PATH];
    put_file(lab->directory, "plain", "text");
    temporary_path(file, lab->directory, "plain");
    assert_true(run_lock_is_free(temporary_path(below, file, "a"), "a", &err));
}

/* A sweep waited for ever where such a link stands for one of its runs. */
static void nobody_holds_a_run_in_a_place_that_cannot_be_entered(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    char loop[TEMPORARY_PATH];
    temporary_path(loop, lab->directory, "loop");
    assert_int_equal(symlink("loop", loop), 0);
    assert_true(run_lock_is_free(loop, "loop", &err));
    assert_int_equal(unlink(loop), 0);
}

/* It was no run, though it may be one. */
static void a_run_that_cannot_be_looked_into_is_told_as_such(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct run run;
    char loop[TEMPORARY_PATH];
    temporary_path(loop, lab->paths.runs, "loop");
    assert_true(file_make_directories(lab->paths.runs, &err));
    assert_int_equal(symlink("loop", loop), 0);
    const char *const name[] = {loop, "loop"};
    for (size_t i = 0; i < 2; i++) {
        assert_false(run_open(&run, &lab->paths, name[i], &err));
        assert_int_equal(err.kind, ERROR_SYSTEM);
        assert_non_null(strstr(err.message, "cannot read "));
        assert_non_null(strstr(err.message, "/loop/preset.ini: Too many levels"));
    }
    assert_int_equal(unlink(loop), 0);
    if (geteuid() == 0)
        return; /* who may look into everything */
    create(lab, &run, "closed");
    char *directory = memory_string(run.directory, NULL);
    run_close(&run);
    assert_int_equal(chmod(directory, 0), 0);
    assert_false(run_open(&run, &lab->paths, "closed", &err));
    assert_non_null(strstr(err.message, "/closed/preset.ini: Permission denied"));
    assert_int_equal(chmod(directory, 0700), 0);
    memory_free(directory);
}

/* One that nobody can read is somebody's. */
static void a_link_in_the_place_of_a_lock_stands_for_one(void **state)
{
    struct lab *lab = *state;
    struct error err = {0};
    struct run run;
    char link[TEMPORARY_PATH];
    create(lab, &run, "a");
    char *directory = memory_string(run.directory, NULL);
    run_close(&run);
    assert_true(run_lock_is_free(directory, "a", &err));
    assert_int_equal(symlink("nothing", temporary_path(link, directory, "lock.owner")), 0);
    assert_false(run_lock_is_free(directory, "a", &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_int_equal(unlink(link), 0);
    memory_free(directory);
}

/* Of this machine and gone: taken over, with locks and without. Anybody else's stays. */
static void a_file_that_was_left_behind_is_taken_over(void **state)
{
    struct lab *lab = *state;
    struct error err;
    struct run run;
    char host[256] = "", gone[512];
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(gethostname(host, sizeof host - 1), 0);
    snprintf(gone, sizeof gone, "process %ld on %s\n", (long)child, host);
    create(lab, &run, "a");
    char *directory = memory_string(run.directory, NULL);
    run_close(&run);
    for (int locks = 0; locks < 2; locks++) {
        static const char *const others[] = {"process 1 on another.example\n", "", "what?\n"};
        file_set_calls(locks ? NULL : &without_locks);
        put_file(directory, "lock.owner", gone);
        assert_true(run_open_to_write(&run, &lab->paths, "a", &err));
        assert_true((run.lock.stands_in == NULL) == (locks == 1));
        run_close(&run);
        assert_int_equal(temporary_count(directory), 5);
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            put_file(directory, "lock.owner", others[i]);
            assert_false(run_open_to_write(&run, &lab->paths, "a", &err));
            assert_int_equal(err.kind, ERROR_BUSY);
            assert_non_null(strstr(err.message, "remove that file"));
        }
    }
    file_set_calls(NULL);
    memory_free(directory);
}

/* ---- a record that somebody else changes ---- */

/* Whether the record takes another line after something was done to it. */
static void assert_lost(struct run *run, const char *what)
{
    struct error err = {ERROR_NONE, ""};
    const struct event pause = {.kind = EVENT_PAUSE, .step = 9, .seconds = 9};
    assert_false(run_record_add_event(&run->record, &pause, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    if (!strstr(err.message, what))
        fail_msg("%s does not say %s", err.message, what);
    assert_false(run_record_sync(&run->record, 9, &err));
}

static void begin_record(struct lab *lab, struct run *run, char path[TEMPORARY_PATH])
{
    struct error err;
    const struct event start = {.kind = EVENT_START};
    create(lab, run, "a");
    assert_true(run_record_add_event(&run->record, &start, &err));
    assert_true(run_record_add_event(&run->record, &start, &err));
    temporary_path(path, run->directory, "metrics.jsonl");
}

static void a_record_that_is_cut_is_not_filled_up(void **state)
{
    struct run run;
    char path[TEMPORARY_PATH];
    begin_record(*state, &run, path);
    off_t half = run.record.whole / 2;
    assert_int_equal(truncate(path, half), 0);
    assert_lost(&run, "was cut");
    size_t size;
    char *text = file_read(path, &size, NULL);
    assert_int_equal(size, half);
    memory_free(text);
    run_close(&run);
}

static void a_record_that_is_gone_is_missed(void **state)
{
    struct run run;
    char path[TEMPORARY_PATH], other[TEMPORARY_PATH];
    begin_record(*state, &run, path);
    assert_int_equal(rename(path, temporary_path(other, run.directory, "moved")), 0);
    assert_lost(&run, "moved or deleted");
    put_file(run.directory, "metrics.jsonl", ""); /* another file under its name */
    assert_lost(&run, "moved or deleted");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(other), 0);
    assert_lost(&run, "moved or deleted");
    run_close(&run);
}

static void lines_of_others_in_the_record_are_not_cut_off(void **state)
{
    struct run run;
    char path[TEMPORARY_PATH];
    begin_record(*state, &run, path);
    FILE *record = fopen(path, "a");
    assert_true(fputs("mine\n", record) >= 0 && fclose(record) == 0);
    assert_lost(&run, "added to");
    char *text = file_read(path, NULL, NULL);
    assert_non_null(strstr(text, "mine\n"));
    memory_free(text);
    run_close(&run);
}

static void a_run_keeps_what_its_facts_were_read_from(void **state)
{
    static char folders[2][8] = {"tables", "pools"}, names[2][16] = {"../my.tsv", "\"a\\b"};
    static char paths[2][8] = {"/a\nb", "/\xC3\xA9\x01"};
    static char texts[2][64] = {"\xEF\xBB\xBFname\tage\r\n\"A \"\"b\"\"\"\t7\x02\r\n",
                                "ok\n\xE9t\xE9\n"};
    struct fact_file file[] = {{folders[0], names[0], paths[0], texts[0]},
                               {folders[1], names[1], paths[1], texts[1]}};
    const struct fact_files files = {.file = file, .count = 2};
    struct lab *lab = *state;
    struct fact_files back;
    struct run run;
    struct error err;
    char directory[TEMPORARY_PATH];
    temporary_path(directory, lab->runs, "a");
    assert_true(run_create(&run, &lab->paths, &lab->preset, &files, directory, &err));
    if (!run_facts_read(run.directory, &back, &err))
        fail_msg("%s", err.message);
    assert_int_equal(back.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(back.file[i].folder, folders[i]);
        assert_string_equal(back.file[i].name, names[i]);
        assert_string_equal(back.file[i].path, paths[i]);
    }
    assert_string_equal(back.file[0].text, texts[0]);
    assert_string_equal(back.file[1].text, "ok\n\xEF\xBF\xBDt\xEF\xBF\xBD\n");
    fact_files_free(&back);
    assert_int_equal(remove(temporary_path(directory, run.directory, "facts.jsonl")), 0);
    assert_true(run_facts_read(run.directory, &back, &err)); /* of earlier versions */
    assert_int_equal(back.count, 0);
    run_close(&run);
}

static void a_damaged_copy_of_facts_is_told_of(void **state)
{
#define WHOLE "{\"folder\": \"pools\", \"name\": \"a\", \"path\": \"/a\", \"text\": \"A\"}\n"
    static const struct {
        const char *text, *message;
    } damaged[] = {
        {"", "facts.jsonl is empty"},
        {"{\"folder\": \"pools\"", "facts.jsonl is empty"}, /* no whole line */
        {WHOLE "{\n", "facts.jsonl:2: "},
        {WHOLE "[]\n", "facts.jsonl:2: no \"folder\" that is a string"},
        {"{\"folder\": \"pools\", \"name\": \"a\", \"path\": \"/a\", \"text\": 1}\n",
         "facts.jsonl:1: no \"text\" that is a string"},
        {"{\"folder\": \"pools\", \"path\": \"/a\", \"text\": \"\"}\n",
         "facts.jsonl:1: no \"name\" that is a string"},
        {"{\"folder\": \"p\", \"name\": \"a\", \"path\": \"\", \"text\": \"\\u0000\"}\n",
         "facts.jsonl:1: "},
    };
    struct lab *lab = *state;
    struct run run;
    struct fact_files files;
    struct error err = {ERROR_NONE, ""};
    char path[TEMPORARY_PATH], other[TEMPORARY_PATH];
    create(lab, &run, "a");
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        put_file(run.directory, "facts.jsonl", damaged[i].text);
        assert_false(run_facts_read(run.directory, &files, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_non_null(strstr(err.message, damaged[i].message));
        assert_int_equal(files.count, 0);
    }
    temporary_path(path, run.directory, "facts.jsonl");
    assert_int_equal(truncate(path, (off_t)4 << 30), 0); /* without its blocks */
    assert_false(run_facts_read(run.directory, &files, &err));
    assert_non_null(strstr(err.message, "facts.jsonl is larger than the facts of any run"));
    assert_int_equal(remove(path), 0);
    put_file(lab->directory, "outside", WHOLE);
    assert_int_equal(symlink(temporary_path(other, lab->directory, "outside"), path), 0);
    assert_false(run_facts_read(run.directory, &files, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    run_close(&run);
#undef WHOLE
}

/* The one who has the run writes it alone, whoever had it before. */
static void a_run_that_was_taken_over_is_written_no_more(void **state)
{
    static const struct heartbeat_pace quick = {.beat = 0.02, .silent = 100, .watched = 1};
    struct run run;
    struct error err;
    char path[TEMPORARY_PATH];
    const struct event pause = {.kind = EVENT_PAUSE, .step = 9, .seconds = 9};
    heartbeat_set_pace(&quick);
    begin_record(*state, &run, path);
    off_t whole = run.record.whole;
    put_file(run.directory, "lock", "process 12 on beta\nbeats another-machine/1\n");
    struct patience patience = patience_with(getpid());
    while (heartbeat_check(run.lock.heartbeat, "a", &err))
        assert_true(patience_lasts(&patience));
    assert_false(run_record_add_event(&run.record, &pause, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    assert_non_null(strstr(err.message, "run a was taken over by process 12 on beta"));
    assert_false(run_record_sync(&run.record, 9, &err));
    assert_int_equal(err.kind, ERROR_BUSY);
    run_close(&run);
    heartbeat_set_pace(NULL);
    char *text = file_read(path, NULL, NULL);
    assert_int_equal(strlen(text), whole);
    memory_free(text);
}

static void nothing(void *context)
{
    (void)context;
}

static bool attempt_create(void *context, struct error *err)
{
    struct lab *lab = context;
    struct run run;
    char directory[TEMPORARY_PATH];
    if (!run_create(&run, &lab->paths, &lab->preset, &facts_files,
                    temporary_path(directory, lab->runs, "a"), err))
        return false;
    run_close(&run);
    return temporary_remove(lab->runs) == 0;
}

static void assert_no_run(void *context, const struct error *err, bool of_memory)
{
    struct lab *lab = context;
    char directory[TEMPORARY_PATH];
    assert_int_equal(err->kind, of_memory ? ERROR_MEMORY : ERROR_SYSTEM);
    assert_false(file_exists(temporary_path(directory, lab->runs, "a")));
}

static void a_run_that_cannot_be_made_leaves_nothing_behind(void **state)
{
    const struct failing failing = {*state, nothing, attempt_create, assert_no_run};
    assert_true(fail_everywhere(&failing) > 10);
}

/* Everything that reads a run, in one go. */
static bool attempt_reading(void *context, struct error *err)
{
    struct lab *lab = context;
    struct run run;
    struct run_summary *runs;
    uint64_t *step;
    size_t count;
    if (!run_open_to_write(&run, &lab->paths, "a", err))
        return false;
    struct fact_files kept;
    bool ok = run_checkpoints(&run, &step, &count, err);
    if (ok) {
        memory_free(step);
        ok = run_facts_read(run.directory, &kept, err);
    }
    if (ok) {
        fact_files_free(&kept);
        ok = run_list(&lab->paths, &runs, &count, err);
    }
    if (ok)
        run_list_free(runs, count);
    run_close(&run);
    return ok;
}

static void assert_nothing_lost(void *context, const struct error *err, bool of_memory)
{
    struct lab *lab = context;
    struct run run;
    assert_int_equal(err->kind, of_memory ? ERROR_MEMORY : ERROR_SYSTEM);
    assert_true(run_open_to_write(&run, &lab->paths, "a", NULL));
    assert_int_equal(lines_of(&run), 1);
    run_close(&run);
}

static void a_run_that_cannot_be_opened_is_left_alone(void **state)
{
    const struct failing failing = {*state, nothing, attempt_reading, assert_nothing_lost};
    const struct event start = {.kind = EVENT_START};
    struct run run;
    struct error err;
    create(*state, &run, "a");
    assert_true(run_record_add_event(&run.record, &start, &err));
    run_close(&run);
    assert_true(fail_everywhere(&failing) > 10);
}

static void lines_that_could_not_be_written_are_written_by_the_next_call(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err = {ERROR_NONE, ""};
    const struct event events[] = {{.kind = EVENT_START, .step = 1},
                                   {.kind = EVENT_PAUSE, .step = 2},
                                   {.kind = EVENT_STOP, .step = 3}};
    create(lab, &run, "a");
    assert_true(run_record_add_event(&run.record, &events[0], &err));
    temporary_fail_call(1);
    bool ok = run_record_add_event(&run.record, &events[1], &err);
    temporary_fail_call(0);
    assert_false(ok);
    assert_int_equal(err.kind, ERROR_SYSTEM);
    assert_int_equal(lines_of(&run), 1);
    char *text = record_of(&run);
    assert_int_equal(text[strlen(text) - 1], '\n');
    memory_free(text);
    assert_true(run_record_add_event(&run.record, &events[2], &err));
    assert_int_equal(lines_of(&run), 3);
    run_close(&run);
}

static void a_line_that_memory_runs_out_in_is_not_recorded_by_half(void **state)
{
    struct lab *lab = *state;
    struct run run;
    struct error err = {ERROR_NONE, ""};
    struct training_point point = {.step = 1, .seconds = 0.5};
    create(lab, &run, "a");
    size_t made = 0;
    for (size_t n = 1; n <= 200; n++) {
        memory_fail_request(1);
        bool ok = run_record_add_training(&run.record, &point, &err);
        memory_fail_request(0);
        made += ok;
        assert_true(ok || err.kind == ERROR_MEMORY);
        if (!ok) {
            assert_true(run_record_add_training(&run.record, &point, &err));
            made++;
        }
    }
    char *path = run_metrics_path(&run, NULL);
    run_close(&run);
    struct metrics metrics;
    assert_true(metrics_read(&metrics, path, NULL, &err));
    assert_int_equal(metrics.trainings, 1);
    metrics_free(&metrics);
    char *text = file_read(path, NULL, NULL);
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, made);
    memory_free(text);
    memory_free(path);
}

int main(void)
{
#define IN_LAB(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        IN_LAB(a_fresh_run_is_named_after_preset_and_time),
        IN_LAB(names_of_the_same_second_get_a_number),
        IN_LAB(a_run_keeps_its_complete_preset),
        IN_LAB(a_directory_with_a_run_is_not_used_again),
        IN_LAB(what_is_left_of_a_run_without_a_checkpoint_makes_room),
        IN_LAB(steps_that_were_made_are_not_thrown_away),
        IN_LAB(a_directory_with_anything_else_in_it_is_left_alone),
        IN_LAB(an_empty_directory_becomes_a_run),
        IN_LAB(a_run_is_found_by_name_and_by_path),
        IN_LAB(what_is_no_run_is_told_of),
        IN_LAB(what_is_gone_from_a_run_is_named),
        IN_LAB(a_step_without_a_checkpoint_is_answered_with_those_there_are),
        IN_LAB(the_newest_checkpoint_up_to_a_step_is_found),
        IN_LAB(a_run_has_one_writer_and_any_number_of_readers),
        IN_LAB(another_process_is_kept_out_until_the_writer_is_gone),
        IN_LAB(training_lines_wait_for_an_evaluation_an_event_or_a_second),
        IN_LAB(a_checkpoints_path_is_recorded_from_the_run_on),
        IN_LAB(a_torn_last_line_is_cut_when_the_run_goes_on),
        IN_LAB(files_of_a_killed_writer_are_removed_when_the_run_goes_on),
        IN_LAB(checkpoints_are_listed_by_step),
        IN_LAB(an_empty_preset_is_no_run_of_other_settings),
        IN_LAB(a_place_of_runs_that_cannot_be_read_is_told),
        IN_LAB(runs_are_listed_newest_first),
        IN_LAB(links_out_of_a_run_lead_nowhere),
        IN_LAB(a_run_keeps_what_its_facts_were_read_from),
        IN_LAB(a_damaged_copy_of_facts_is_told_of),
        IN_LAB(a_pipe_in_a_run_is_not_waited_for),
        IN_LAB(only_its_own_temporary_files_are_removed),
        IN_LAB(a_run_that_is_a_link_has_the_links_name),
        IN_LAB(without_locks_a_file_keeps_others_out),
        IN_LAB(a_lock_whose_file_is_removed_meanwhile_is_none),
        IN_LAB(nobody_holds_a_run_below_what_is_no_directory),
        IN_LAB(nobody_holds_a_run_in_a_place_that_cannot_be_entered),
        IN_LAB(a_run_that_cannot_be_looked_into_is_told_as_such),
        IN_LAB(a_link_in_the_place_of_a_lock_stands_for_one),
        IN_LAB(a_file_that_was_left_behind_is_taken_over),
        IN_LAB(a_record_that_is_cut_is_not_filled_up),
        IN_LAB(a_record_that_is_gone_is_missed),
        IN_LAB(lines_of_others_in_the_record_are_not_cut_off),
        IN_LAB(a_run_that_was_taken_over_is_written_no_more),
        IN_LAB(a_run_that_cannot_be_made_leaves_nothing_behind),
        IN_LAB(a_run_that_cannot_be_opened_is_left_alone),
        IN_LAB(lines_that_could_not_be_written_are_written_by_the_next_call),
        IN_LAB(a_line_that_memory_runs_out_in_is_not_recorded_by_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
