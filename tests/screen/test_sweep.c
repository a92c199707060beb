/* Sweeps with the real program: what is trained, chosen, gone on with and told. */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>
#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

#define RUNS "data/mneme/runs/s/"

struct fixture {
    struct sandbox sandbox;
    struct process process;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    return fixture && sandbox_open(&fixture->sandbox) &&
                   sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET)
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    process_free(&fixture->process);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

/* The sweep "s" of the preset tiny. */
static void write_sweep(struct fixture *fixture, const char *rest)
{
    char *text = memory_format(NULL, "[sweep]\npreset = tiny\n%s", rest);
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/sweeps/s.ini", text));
    memory_free(text);
}

static struct process *run(struct fixture *fixture, const char *until, int signal,
                           const char *const *arguments)
{
    process_free(&fixture->process);
    assert_true(process_run(&fixture->process, &fixture->sandbox, arguments, NULL, until, signal));
    return &fixture->process;
}

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define MNEME(...)     run(*state, NULL, 0, ARGUMENTS(__VA_ARGS__))

static void assert_ended(const struct process *process, int status)
{
    if (process->status != status)
        fail_msg("status %d, not %d; it wrote:\n%s%s", process->status, status,
                 process_out(process), process_err(process));
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static char *record_of(const struct fixture *fixture, const char *name)
{
    char *below = memory_format(NULL, RUNS "%s/metrics.jsonl", name);
    char *path = sandbox_path(&fixture->sandbox, below);
    char *text = file_read(path, NULL, NULL);
    memory_free(below);
    free(path);
    return text;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (; text && (text = strstr(text, part)); text++)
        found++;
    return found;
}

/* How often a run was started, and the steps it has trained, repeated ones included. */
static void assert_trained(const struct fixture *fixture, const char *name, size_t starts,
                           size_t steps)
{
    char *record = record_of(fixture, name);
    assert_non_null(record);
    assert_int_equal(count(record, "\"event\": \"start\""), starts);
    assert_int_equal(count(record, "\"train_loss\""), steps);
    memory_free(record);
}

/* ---- training and choosing ---- */

/* The mean of a cell's number, from the line of --json that has it. */
static double mean_of(const json_t *cell, const char *key)
{
    const json_t *number = json_object_get(cell, key);
    assert_true(json_is_object(number));
    return json_number_value(json_object_get(number, "mean"));
}

static void the_smallest_training_loss_is_chosen_for_each_cell(void **state)
{
    static const double rate[] = {1e-3, 1e-2};
    write_sweep(*state, "seeds = 1..2\nat_once = 2\n[grid]\ntrain.lr = 1e-3 1e-2\n"
                        "population.known = 16 32\ntrain.steps = 20\n[tune]\nkey = train.lr\n");
    struct process *process = MNEME("sweep", "s", "--json");
    assert_ended(process, 0);
    double loss[2][2], last = 0;
    bool chosen[2][2];
    size_t cells = 0;
    for (char *line = strtok(process->out.bytes, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = json_loads(line, 0, NULL);
        assert_non_null(object);
        if (json_object_get(object, "settings")) {
            const json_t *settings = json_object_get(object, "settings");
            loss[cells / 2][cells % 2] = mean_of(object, "train_loss");
            chosen[cells / 2][cells % 2] = json_is_true(json_object_get(object, "chosen"));
            last = strtod(json_string_value(json_object_get(settings, "train.lr")), NULL);
            assert_true(last == rate[cells % 2]);
            cells++;
        }
        json_decref(object);
    }
    assert_int_equal(cells, 4);
    for (size_t c = 0; c < 2; c++) {
        assert_true(chosen[c][0] == (loss[c][0] < loss[c][1]));
        assert_true(chosen[c][1] == (loss[c][1] < loss[c][0]));
    }
    assert_trained(*state, "tiny,population.known=32,train.lr=0.01,train.steps=20,seed=2", 1, 20);

    process = MNEME("sweep", "s", "--chosen");
    assert_ended(process, 0);
    assert_int_equal(count(process_out(process), "\n"), 4);
    assert_int_equal(count(process_out(process), "lr=0.01,"), chosen[0][1] * 2 + chosen[1][1] * 2);
    assert_int_equal(count(process_out(process), "known=16,"), 2);
}

static void what_is_done_is_not_repeated(void **state)
{
    write_sweep(*state, "[grid]\ntrain.lr = 1e-3 1e-2\ntrain.steps = 20\n");
    assert_ended(MNEME("sweep", "s"), 0);
    write_sweep(*state, "seeds = 1 7\n[grid]\ntrain.lr = 1e-3 1e-2 3e-2\ntrain.steps = 20\n");
    struct process *process = MNEME("sweep", "s");
    assert_ended(process, 0);
    assert_has(process_out(process), "done before: 2\n");
    assert_int_equal(count(process_out(process), "running"), 4);
    assert_trained(*state, "tiny,train.lr=0.001,train.steps=20,seed=1", 1, 20);
    assert_trained(*state, "tiny,train.lr=0.03,train.steps=20,seed=7", 1, 20);
}

/* They are no less there for lying in the sweep's own directory. */
/* Listed by a name that every command takes. */
static void runs_of_a_sweep_are_listed_and_found(void **state)
{
    static const char name[] = "s/tiny,train.steps=2,seed=2";
    struct process *process = MNEME("runs");
    assert_has(process_err(process), "no runs yet");
    write_sweep(*state, "seeds = 1..2\n[grid]\ntrain.steps = 2\n");
    assert_ended(MNEME("sweep", "s"), 0);
    process = MNEME("runs");
    assert_ended(process, 0);
    assert_string_equal(process_err(process), "");
    assert_has(process_out(process), "\ns/tiny,train.steps=2,seed=1 ");
    assert_has(process_out(process), name);
    assert_ended(MNEME("eval", name), 0);
    assert_ended(
        MNEME("train", "tiny", "--steps=4", "--set=population.seed=2", "--from", name, "--quiet"),
        0);
    process = MNEME("eval", "s/tiny,train.steps=2,seed=3");
    assert_ended(process, 2);
    assert_has(process_err(process), "did you mean s/tiny,train.steps=2,seed=");
}

static void runs_of_a_reproduction_are_listed_and_found(void **state)
{
    assert_ended(MNEME("train", "tiny", "--steps=2", "--quiet", "--run", "reproduction/fast/a-1"),
                 0);
    assert_ended(
        MNEME("train", "tiny", "--steps=2", "--quiet", "--run", "data/mneme/runs/mine/full/b-1"),
        0);
    struct process *process = MNEME("runs");
    assert_ended(process, 0);
    assert_has(process_out(process), "reproduction/fast/a-1 ");
    assert_has(process_out(process), "mine/full/b-1 ");
    assert_ended(MNEME("eval", "reproduction/fast/a-1"), 0);
    assert_ended(MNEME("eval", "mine/full/b-1"), 0);
}

static void a_list_trains_nothing(void **state)
{
    write_sweep(*state, "[grid]\ntrain.lr = 1e-3 1e-2\n");
    struct process *process = MNEME("sweep", "s", "--list");
    assert_ended(process, 0);
    assert_int_equal(count(process_out(process), "\nwaiting"), 2);
    assert_null(record_of(*state, "tiny,train.lr=0.001,seed=1"));
    process = MNEME("sweep", "s", "--chosen");
    assert_ended(process, 1);
    assert_string_equal(process_out(process), "");
    assert_has(process_err(process), "2 of 2 runs are not done");
}

/* ---- failing ---- */

static void one_that_fails_is_told_and_the_rest_go_on(void **state)
{
    write_sweep(*state, "[grid]\ntrain.lr = 1e-3 1e-2\ntrain.steps = 20\n");
    assert_ended(MNEME("train", "tiny", "--run", RUNS "tiny,train.lr=0.001,train.steps=20,seed=1",
                       "--steps=9", "--quiet"),
                 0);
    struct process *process = MNEME("sweep", "s");
    assert_ended(process, 1);
    assert_has(process_out(process), "other settings: train.steps = 9, not 20");
    assert_has(process_err(process), "1 of 2 runs failed");
    assert_trained(*state, "tiny,train.lr=0.01,train.steps=20,seed=1", 1, 20);
    assert_trained(*state, "tiny,train.lr=0.001,train.steps=20,seed=1", 1, 9);
}

/* The line that says how to draw the sweep, pasted into a shell, draws it, whatever its name. */
/* Where the processor, or the build, has no products in bf16. */
static void what_is_compared_is_not_made_in_another_precision(void **state)
{
    write_sweep(*state, "[grid]\ntrain.precision = fp32 bf16\n");
    struct process *process = run(*state, NULL, 0,
                                  (const char *const[]){"env", "ONEDNN_MAX_CPU_ISA=AVX2",
                                                        sandbox_program(), "sweep", "s", NULL});
    assert_ended(process, 1);
    assert_has(process_out(process), "train.precision = bf16 cannot be had: ");
    assert_has(process_err(process), "1 of 2 runs failed");
    assert_trained(*state, "tiny,train.precision=fp32,seed=1", 1, 60);
    assert_null(record_of(*state, "tiny,train.precision=bf16,seed=1"));
}

static void a_directory_is_named_from_the_root_before_it_is_there(void **state)
{
    write_sweep(*state, "directory = to/be/made\n");
    struct process *process =
        run(*state, NULL, 0,
            (const char *const[]){
                "sh", "-c", "cd config/mneme/sweeps && exec \"$0\" sweep ./s.ini --list --json",
                sandbox_program(), NULL});
    assert_ended(process, 0);
    char *place = sandbox_path(&((struct fixture *)*state)->sandbox, "config/mneme/sweeps");
    char *resolved = file_resolve(place, ".", NULL);
    char *expected = memory_format(NULL, "\"directory\":\"%s/to/be/made/tiny", resolved);
    assert_has(process_out(process), expected);
    memory_free(expected);
    memory_free(resolved);
    free(place);
}

static void a_directory_that_cannot_be_is_told_once(void **state)
{
    write_sweep(*state, "seeds = 1..3\ndirectory = s.ini/runs\n");
    struct process *process = MNEME("sweep", "s");
    assert_ended(process, 1);
    assert_int_equal(strlen(process_out(process)), 0);
    assert_has(process_err(process), "cannot make directory");
    assert_int_equal(count(process_err(process), "\n"), 1);
}

static void what_it_says_how_to_draw_it_can_be_pasted(void **state)
{
    static const char *const names[] = {"s", "x $(touch ran)", "-s"};
    static const char words[] = "draw them with: ";
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *file = memory_format(NULL, "./%s.ini", names[i]);
        char *figure = memory_format(NULL, "%s.svg", names[i]);
        assert_true(sandbox_write(&fixture->sandbox, file,
                                  "[sweep]\npreset = tiny\n[grid]\ntrain.steps = 10 20\n"));
        struct process *process = MNEME("sweep", "--", file + 2);
        assert_ended(process, 0);
        assert_has(process_out(process), words);
        const char *typed = strstr(process_out(process), words) + strlen(words);
        char *script = memory_format(NULL, "%.*s", (int)strcspn(typed, "\n"), typed);
        process = run(fixture, NULL, 0, (const char *const[]){"sh", "-c", script, NULL});
#ifdef HAVE_CAIRO
        char *path = sandbox_path(&fixture->sandbox, figure);
        assert_ended(process, 0);
        assert_true(file_exists(path));
        free(path);
#else
        assert_has(process_err(process), "without cairo");
#endif
        memory_free(script);
        memory_free(figure);
        memory_free(file);
    }
    char *ran = sandbox_path(&fixture->sandbox, "ran");
    assert_false(file_exists(ran));
    free(ran);
}

/* ---- interrupted ---- */

/* Long enough not to be over when its beginning is read. */
#define LONG_RUN "tiny,train.steps=1000,seed=1"

static void an_interrupted_sweep_goes_on_where_it_was(void **state)
{
    write_sweep(*state, "seeds = 1..2\n[grid]\ntrain.steps = 1000\n");
    struct process *process = run(*state, "running", SIGINT, ARGUMENTS("sweep", "s"));
    assert_ended(process, 130);
    assert_has(process_out(process), "/mneme sweep s\n");
    assert_null(record_of(*state, "tiny,train.steps=1000,seed=2"));

    process = MNEME("sweep", "s");
    assert_ended(process, 0);
    char *record = record_of(*state, LONG_RUN);
    assert_int_equal(count(record, "\"train_loss\""), 1000); /* none of them a second time */
    memory_free(record);
    assert_trained(*state, "tiny,train.steps=1000,seed=2", 1, 1000);
}

/* The process that trains the second run is told to end, by who holds that run's lock. */
static const char one_is_ended[] =
    "\"$0\" sweep s & sweep=$!; run='" RUNS "tiny,train.steps=1000,seed=2'\n"
    "until grep -q train_loss \"$run/metrics.jsonl\" 2>/dev/null; do sleep 0.01; done\n"
    "kill -TERM \"$(sed -n 's/^process \\([0-9]*\\) .*/\\1/p' \"$run/lock\")\"; wait $sweep";

static void one_run_that_is_ended_by_itself_is_saved(void **state)
{
    struct fixture *fixture = *state;
    write_sweep(fixture, "seeds = 1..2\nat_once = 2\n[grid]\ntrain.steps = 1000\n");
    struct process *process = run(
        fixture, NULL, 0, (const char *const[]){"sh", "-c", one_is_ended, sandbox_program(), NULL});
    assert_ended(process, 130);
    assert_has(process_out(process), "\ninterrupted  seed=2  step ");
    assert_has(process_out(process), "\ndone         seed=1  loss ");
    assert_has(process_out(process), "saved; resume with: ");
    assert_ended(MNEME("sweep", "s"), 0);
    for (int seed = 1; seed <= 2; seed++) {
        char *name = memory_format(NULL, "tiny,train.steps=1000,seed=%d", seed);
        char *record = record_of(fixture, name);
        assert_int_equal(count(record, "\"train_loss\""), 1000);
        memory_free(record);
        memory_free(name);
    }
}

static void children_of_a_killed_sweep_save_and_end(void **state)
{
    write_sweep(*state, "[grid]\ntrain.steps = 1000\n");
    struct process *process = run(*state, "running", SIGKILL, ARGUMENTS("sweep", "s"));
    assert_ended(process, 128 + SIGKILL);
    process = MNEME("sweep", "s"); /* waits for the child to save, if it still does */
    assert_ended(process, 0);
    char *record = record_of(*state, LONG_RUN);
    assert_int_equal(count(record, "\"train_loss\""), 1000);
    memory_free(record);
}

/* What tells a sweep that its child was refused for another's sake and not for its own. */
static void a_run_that_another_process_writes_is_told_by_a_status_of_its_own(void **state)
{
    struct fixture *fixture = *state;
    assert_ended(MNEME("train", "tiny", "--run", "held", "--steps=9", "--quiet"), 0);
    int lock = sandbox_lock(&fixture->sandbox, "held/lock");
    assert_true(lock >= 0);
    struct process *process = MNEME("train", "--resume", "held", "--steps=20");
    assert_ended(process, 75);
    assert_has(process_err(process), "mneme: run held is being written by ");
    close(lock);
    assert_ended(MNEME("train", "--resume", "held", "--steps=20"), 0);
}

/* ---- workers ---- */

/* Together they begin at the same first run. */
static const char three_workers[] =
    "for worker in 1 2 3; do \"$0\" sweep s --worker >worker$worker & done; wait; cat worker?";

static void workers_share_a_sweep_and_the_last_one_tells(void **state)
{
    write_sweep(*state, "seeds = 1..5\n");
    struct process *process = run(
        *state, NULL, 0, (const char *const[]){"sh", "-c", three_workers, sandbox_program(), NULL});
    assert_ended(process, 0);
    assert_int_equal(count(process_out(process), "train loss"), 1);
    assert_int_equal(count(process_out(process), "draw them with"), 1);
    assert_int_equal(count(process_out(process), "running "), 5); /* by whoever gets it */
    for (int seed = 1; seed <= 5; seed++) {
        char *name = memory_format(NULL, "tiny,seed=%d", seed);
        assert_trained(*state, name, 1, 60);
        memory_free(name);
    }
    process = MNEME("sweep", "s", "--worker"); /* comes too late */
    assert_ended(process, 0);
    assert_has(process_out(process), "another worker has told the results\nsee them with: ");
    assert_null(strstr(process_out(process), "train loss"));
    process = MNEME("sweep", "s");
    assert_has(process_out(process), "train loss");
}

/* A machine has a name, processes that it numbers anew, and a place of its own for what it shares.
 */
#define MACHINE "unshare --user --map-root-user --uts --pid --mount --fork --mount-proc sh -c "
#define BE_A_MACHINE                                                                               \
    "hostname \"machine$1\" && mkdir -p data \"seen$1\" && mount --bind data \"seen$1\""

static const char three_machines[] =
    "for machine in 1 2 3; do " MACHINE "'" BE_A_MACHINE " && XDG_DATA_HOME=$PWD/seen$1 "
    "exec \"$0\" sweep s --worker' \"$0\" $machine >worker$machine & done; wait; cat worker?";

static void workers_on_several_machines_share_a_sweep(void **state)
{
    write_sweep(*state, "seeds = 1..5\n");
    struct process *process =
        run(*state, NULL, 0, (const char *const[]){"sh", "-c", MACHINE "'" BE_A_MACHINE "'", NULL});
    if (process->status != 0)
        skip(); /* not everybody may have one */
    process = run(*state, NULL, 0,
                  (const char *const[]){"sh", "-c", three_machines, sandbox_program(), NULL});
    assert_ended(process, 0);
    for (int machine = 1; machine <= 3; machine++) {
        char *place = memory_format(NULL, "/seen%d/mneme/runs/s", machine);
        assert_has(process_out(process), place);
        memory_free(place);
    }
    assert_int_equal(count(process_out(process), "train loss"), 1);
    for (int seed = 1; seed <= 5; seed++) {
        char *name = memory_format(NULL, "tiny,seed=%d", seed);
        assert_trained(*state, name, 1, 60);
        memory_free(name);
    }
}

static void what_a_killed_worker_had_is_gone_on_with(void **state)
{
    struct fixture *fixture = *state;
    write_sweep(fixture, "[grid]\ntrain.steps = 1000\n");
    struct process *process = run(fixture, "running", SIGKILL, ARGUMENTS("sweep", "s", "--worker"));
    assert_ended(process, 128 + SIGKILL);
    do {
        process = MNEME("sweep", "s", "--worker"); /* its child may save still */
        assert_ended(process, 0);
    } while (strstr(process_out(process), "left to other workers"));
    assert_has(process_out(process), "train loss");
    char *record = record_of(fixture, LONG_RUN);
    assert_int_equal(count(record, "\"train_loss\""), 1000);
    memory_free(record);
}

static void a_list_for_programs_tells_who_has_a_run(void **state)
{
    struct fixture *fixture = *state;
    write_sweep(fixture, "seeds = 1..3\n");
    assert_ended(MNEME("train", "tiny", "--run", RUNS "tiny,seed=1", "--quiet",
                       "--set=train.seed=1", "--set=population.seed=1"),
                 0);
    assert_true(sandbox_write(&fixture->sandbox, RUNS "tiny,seed=2/lock", "process 12 on alpha\n"));
    int lock = sandbox_lock(&fixture->sandbox, RUNS "tiny,seed=2/lock");
    assert_true(lock >= 0);
    struct process *process = MNEME("sweep", "s", "--list", "--json");
    close(lock);
    assert_ended(process, 0);
    assert_has(process_out(process), "is being written by process 12 on alpha\"");
    static const char *const states[] = {"done", "held", "waiting"};
    const char *line = process_out(process);
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        json_t *run = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
        assert_non_null(run);
        assert_string_equal(json_string_value(json_object_get(run, "state")), states[i]);
        assert_int_equal(json_is_real(json_object_get(run, "train_loss")), i == 0);
        assert_int_equal(json_is_real(json_object_get(run, "attr_loss")), i == 0);
        json_decref(run);
        line = strchr(line, '\n') + 1;
    }
}

/* Stands for Slurm: where it is asked to queue a task again it writes down what was said. */
static void write_scontrol(struct fixture *fixture)
{
    char *path = sandbox_path(&fixture->sandbox, "bin/scontrol");
    assert_true(sandbox_write(&fixture->sandbox, "bin/scontrol",
                              "#!/bin/sh\necho \"scontrol $*\" >>\"$HOME/asked\"\n"));
    assert_int_equal(chmod(path, 0755), 0);
    free(path);
}

static char *read_asked(const struct fixture *fixture)
{
    char *path = sandbox_path(&fixture->sandbox, "asked");
    char *text = file_read(path, NULL, NULL);
    free(path);
    return text;
}

/* As sbatch takes it; a shell runs it as Slurm does, and the signals are Slurm's. */
static void a_script_for_slurm_saves_and_queues_itself_again(void **state)
{
    static const char with_slurm[] =
        "export PATH=\"$HOME/bin:$PATH\" SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 "
        "SLURM_ARRAY_TASK_ID=2; exec sh \"$HOME/script\"";
    static const char *const arguments[] = {"sh", "-c", with_slurm, NULL};
    struct fixture *fixture = *state;
    write_sweep(fixture, "seeds = 1..2\n[grid]\ntrain.steps = 1000\n");
    write_scontrol(fixture);
    struct process *process = MNEME("sweep", "s", "--slurm");
    assert_ended(process, 0);
    assert_has(process_out(process), "#!/bin/sh\n#SBATCH --job-name=mneme-s\n");
    assert_has(process_out(process), "\n#SBATCH --array=1-2\n");
    assert_has(process_out(process), "\n#SBATCH --signal=B:USR1@120\n#SBATCH --requeue\n");
    assert_true(sandbox_write(&fixture->sandbox, "script", process_out(process)));
    assert_ended(run(fixture, "running", SIGTERM, arguments), 128 + SIGTERM);
    assert_null(read_asked(fixture));
    assert_ended(run(fixture, "running", SIGUSR1, arguments), 0);
    char *asked = read_asked(fixture);
    assert_string_equal(asked, "scontrol requeue 7_2\n");
    memory_free(asked);
    process = run(fixture, NULL, 0, arguments);
    assert_ended(process, 0);
    assert_has(process_out(process), "train loss");
    for (int seed = 1; seed <= 2; seed++) {
        char *name = memory_format(NULL, "tiny,train.steps=1000,seed=%d", seed);
        char *record = record_of(fixture, name);
        assert_int_equal(count(record, "\"train_loss\""), 1000); /* none a second time */
        memory_free(record);
        memory_free(name);
    }
    assert_ended(MNEME("sweep", "s", "--slurm"), 2);
    assert_has(process_err(&fixture->process), "every run of sweep s is done");
}

/* The line of a script that asks for memory. */
static char *memory_asked(struct fixture *fixture)
{
    struct process *process = run(fixture, NULL, 0, ARGUMENTS("sweep", "s", "--slurm"));
    assert_ended(process, 0);
    const char *line = strstr(process_out(process), "#SBATCH --mem=");
    assert_non_null(line);
    return memory_format(NULL, "%.*s", (int)strcspn(line, "\n"), line);
}

static void a_script_asks_for_what_the_runs_that_are_left_take(void **state)
{
    struct fixture *fixture = *state;
    write_sweep(fixture, "[grid]\nmodel.d_hidden = 32\n");
    char *small = memory_asked(fixture);
    write_sweep(fixture, "[grid]\nmodel.d_hidden = 32 8192\n");
    char *both = memory_asked(fixture);
    assert_string_not_equal(small, both);
    write_sweep(fixture, "[grid]\nmodel.d_hidden = 8192\n");
    assert_ended(MNEME("sweep", "s"), 0);
    write_sweep(fixture, "[grid]\nmodel.d_hidden = 32 8192\n");
    char *left = memory_asked(fixture);
    assert_string_equal(left, small);
    memory_free(small);
    memory_free(both);
    memory_free(left);
}

static void a_script_names_the_shared_directory_from_the_root(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, "here.ini",
                              "[sweep]\npreset = tiny\ndirectory = ./shared\n"));
    static const char *const options[] = {"--slurm", "--parallel"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        assert_ended(MNEME("sweep", "./here.ini", options[i]), 0);
        char *line = memory_format(NULL, "# All machines have to see %s/", fixture->sandbox.home);
        assert_has(process_out(&fixture->process), line);
        assert_has(process_out(&fixture->process), "/shared\n");
        assert_has(process_out(&fixture->process), "XDG_DATA_HOME=");
        memory_free(line);
    }
}

/* What it starts is a shell's, so that names of directories have to get through two of them. */
static void a_line_for_parallel_starts_as_many_workers_as_there_are_runs(void **state)
{
    static const char in_place[] = "cd \"$HOME/a b\" && PATH=$HOME/bin:$PATH && eval \"$1\"";
    struct fixture *fixture = *state;
    write_sweep(fixture, "seeds = 1..3\n");
    assert_true(sandbox_write(&fixture->sandbox, "a b/c", ""));
    /* Stands for GNU parallel: its last argument for every line, as on another machine. */
    assert_true(sandbox_write(&fixture->sandbox, "bin/parallel",
                              "#!/bin/sh\nfor last; do :; done\n"
                              "unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME\n"
                              "while read -r line; do sh -c \"$last\"; done\n"));
    char *path = sandbox_path(&fixture->sandbox, "bin/parallel");
    assert_int_equal(chmod(path, 0755), 0);
    free(path);
    struct process *process = run(fixture, NULL, 0,
                                  (const char *const[]){"sh", "-c",
                                                        "cd \"$HOME/a b\" && exec \"$0\" sweep s "
                                                        "--parallel",
                                                        sandbox_program(), NULL});
    assert_ended(process, 0);
    char *line = memory_string(process_out(process), NULL);
    process = run(fixture, NULL, 0, (const char *const[]){"sh", "-c", in_place, "sh", line, NULL});
    assert_ended(process, 0);
    assert_int_equal(count(process_out(process), "s: 3 runs, 1 at once"), 3);
    assert_int_equal(count(process_out(process), "train loss"), 1);
    memory_free(line);
}

/* GNU parallel would put something else in its place, however it is quoted. */
static void a_brace_in_a_name_is_not_for_parallel(void **state)
{
    struct fixture *fixture = *state;
    write_sweep(fixture, "seeds = 1..3\n");
    assert_true(sandbox_write(&fixture->sandbox, "a{}b/c", ""));
    const char *const in_braces[] = {
        "sh", "-c", "cd \"$HOME/a{}b\" && exec \"$0\" sweep s --parallel", sandbox_program(), NULL};
    assert_ended(run(fixture, NULL, 0, in_braces), 2);
    assert_string_equal(process_out(&fixture->process), "");
    assert_has(process_err(&fixture->process), "GNU parallel replaces braces in a command");
}

static void workers_need_a_sweep_and_nothing_that_trains_not(void **state)
{
    assert_ended(MNEME("sweep", "--worker"), 2);
    assert_has(process_err(&((struct fixture *)*state)->process),
               "--worker needs the name of a sweep");
    assert_ended(MNEME("sweep", "lr", "--worker", "--list"), 2);
    assert_has(process_err(&((struct fixture *)*state)->process),
               "--worker trains; it cannot be combined with --list");
    assert_ended(MNEME("reproduce", "--worker", "--list"), 2);
    assert_has(process_err(&((struct fixture *)*state)->process),
               "--worker trains; it cannot be combined with --list");
    assert_ended(MNEME("sweep", "lr", "--slurm", "--worker"), 2);
    assert_has(process_err(&((struct fixture *)*state)->process),
               "--slurm prints a script; it can be combined with --jobs alone");
    assert_ended(MNEME("sweep", "lr", "--slurm", "--parallel"), 2);
    assert_has(process_err(&((struct fixture *)*state)->process),
               "--slurm and --parallel cannot be combined");
}

/* ---- a terminal, and what is wrong ---- */

static void a_terminal_shows_bars_and_then_the_table(void **state)
{
    struct fixture *fixture = *state;
    int status;
    write_sweep(fixture, "seeds = 1..2\n[grid]\ntrain.steps = 100000000\n");
    struct terminal *terminal =
        terminal_start(&fixture->sandbox, ARGUMENTS("sweep", "s", "--jobs=2"), 24, 80);
    assert_non_null(terminal);
    assert_true(terminal_shows(terminal, "0 of 2 done, 2 running"));
    assert_true(terminal_shows(terminal, "seed=2"));
    terminal_type(terminal, "\003");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 130);
    terminal_close(terminal);

    write_sweep(fixture, "seeds = 1..2\n[grid]\ntrain.steps = 200\n");
    terminal = terminal_start(&fixture->sandbox, ARGUMENTS("sweep", "s", "--jobs=2"), 24, 80);
    assert_non_null(terminal);
    assert_true(terminal_shows(terminal, "train loss"));
    assert_true(terminal_shows(terminal, "draw them with"));
    terminal_close(terminal);
}

static void rows_tell_runs_apart_on_a_narrow_terminal(void **state)
{
    struct fixture *fixture = *state;
    int status;
    write_sweep(fixture, "seeds = 1..2\n[grid]\ntrain.steps = 100000000\n");
    struct terminal *terminal =
        terminal_start(&fixture->sandbox, ARGUMENTS("sweep", "s", "--jobs=2"), 24, 44);
    assert_non_null(terminal);
    assert_true(terminal_shows(terminal, "0 of 2 done, 2 running"));
    assert_true(terminal_shows(terminal, "seed=1"));
    assert_true(terminal_shows(terminal, "seed=2"));
    terminal_type(terminal, "\003");
    assert_true(terminal_ends(terminal, &status));
    terminal_close(terminal);
}

static void what_is_wrong_in_a_file_is_told_with_its_line(void **state)
{
    static const struct {
        const char *rest, *said;
    } wrong[] = {
        {"sedes = 1\n", "s.ini:3: unknown key sedes; did you mean seeds?"},
        {"[grid]\ntrain.rl = 1\n", "s.ini:4: unknown key train.rl; did you mean train.lr?"},
        {"[gird]\ntrain.lr = 1\n", "s.ini:4: unknown section gird; did you mean grid?"},
        {"[base]\ntrain.lr = 1\n", "unknown section \"base\"; a sweep has sweep, grid and tune"},
        {"[grid]\ntrain.lr = 1 2\n", "s.ini:4: train.lr = 2 is out of range"},
        {"[grid]\ntrain.lr = 0.1 1e-1\n", "s.ini:4: 0.1 is given twice"},
        {"[grid]\ntrain.seed = 1\n", "s.ini:4: train.seed is set by seeds in [sweep]"},
        {"seeds = 3..1\n", "s.ini:3: seeds = 3..1 is neither"},
        {"at_once = 0\n", "s.ini:3: at_once = 0 is not a whole number from 1"},
        {"preset = tiny\n", "s.ini:3: preset is given a second time; the first is in line 2"},
        {"[grid]\ntrain.lr = 1e-3\n[tune]\nkey = train.batch\n",
         "s.ini:6: key = train.batch is not a key"},
        {"[grid]\neval.known = 8 64\n", "eval.known = 64 is above population.known = 32"},
        {"seeds = 1..9999\n[grid]\ntrain.lr = 1e-3 1e-2\n", "needs 19998 runs"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_sweep(*state, wrong[i].rest);
        struct process *process = MNEME("sweep", "s");
        assert_ended(process, 2);
        assert_has(process_err(process), wrong[i].said);
    }
    struct process *process = MNEME("sweep", "ss");
    assert_ended(process, 2);
    assert_has(process_err(process), "there is no sweep ss; did you mean s?");
}

static void a_table_is_looked_for_beside_the_file(void **state)
{
    const struct sandbox *sandbox = &((struct fixture *)*state)->sandbox;
    assert_true(sandbox_write(sandbox, "own/s.ini", "[sweep]\npreset = rivers.csv\n"));
    assert_true(sandbox_write(sandbox, "own/rivers.csv",
                              "river,sea,length\nNile,Mediterranean,long\nElbe,North,short\n"
                              "Oder,Baltic,short\nRhine,North,long\n"));
    struct process *process = MNEME("sweep", "own/s.ini", "--list");
    assert_ended(process, 0);
    assert_has(process_out(process), "1 run");
}

static void every_sweep_that_ships_can_be_read(void **state)
{
    struct process *process = MNEME("sweep");
    assert_ended(process, 0);
    assert_string_equal(process_err(process), "");
    assert_has(process_out(process), "paper-scaling-law  175 runs"); /* 7 N, 5 rates, 5 seeds */
}

#define SWEEP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SWEEP_TEST(the_smallest_training_loss_is_chosen_for_each_cell),
        SWEEP_TEST(what_is_done_is_not_repeated),
        SWEEP_TEST(runs_of_a_sweep_are_listed_and_found),
        SWEEP_TEST(runs_of_a_reproduction_are_listed_and_found),
        SWEEP_TEST(a_list_trains_nothing),
        SWEEP_TEST(one_that_fails_is_told_and_the_rest_go_on),
        SWEEP_TEST(what_is_compared_is_not_made_in_another_precision),
        SWEEP_TEST(a_directory_is_named_from_the_root_before_it_is_there),
        SWEEP_TEST(a_directory_that_cannot_be_is_told_once),
        SWEEP_TEST(what_it_says_how_to_draw_it_can_be_pasted),
        SWEEP_TEST(an_interrupted_sweep_goes_on_where_it_was),
        SWEEP_TEST(one_run_that_is_ended_by_itself_is_saved),
        SWEEP_TEST(children_of_a_killed_sweep_save_and_end),
        SWEEP_TEST(a_run_that_another_process_writes_is_told_by_a_status_of_its_own),
        SWEEP_TEST(workers_share_a_sweep_and_the_last_one_tells),
        SWEEP_TEST(workers_on_several_machines_share_a_sweep),
        SWEEP_TEST(what_a_killed_worker_had_is_gone_on_with),
        SWEEP_TEST(a_list_for_programs_tells_who_has_a_run),
        SWEEP_TEST(a_script_for_slurm_saves_and_queues_itself_again),
        SWEEP_TEST(a_script_asks_for_what_the_runs_that_are_left_take),
        SWEEP_TEST(a_script_names_the_shared_directory_from_the_root),
        SWEEP_TEST(a_line_for_parallel_starts_as_many_workers_as_there_are_runs),
        SWEEP_TEST(a_brace_in_a_name_is_not_for_parallel),
        SWEEP_TEST(workers_need_a_sweep_and_nothing_that_trains_not),
        SWEEP_TEST(a_terminal_shows_bars_and_then_the_table),
        SWEEP_TEST(rows_tell_runs_apart_on_a_narrow_terminal),
        SWEEP_TEST(what_is_wrong_in_a_file_is_told_with_its_line),
        SWEEP_TEST(a_table_is_looked_for_beside_the_file),
        SWEEP_TEST(every_sweep_that_ships_can_be_read),
    };
    return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}
