#include "ui/cli/batch_script.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/shell.h"
#include "config/paths.h"
#include "ui/format.h"

/* Slurm takes arrays of up to 1,000 tasks unless its MaxArraySize says otherwise; more runs are
 * shared out between them. */
enum { TASKS_MOST = 1000 };

/* Other processors may be half as fast, and evaluations are not in the estimate. */
static const double time_allowed = 2;

/* Few machines let a job run for longer than a day, and a task that is queued again goes on. */
enum { LEAST_MINUTES = 10, MOST_MINUTES = 24 * 60, SAVING_SECONDS = 120 };

static size_t count_tasks(const struct batch_script *batch)
{
    return batch->runs < TASKS_MOST ? batch->runs : TASKS_MOST;
}

static uint64_t minutes_of_task(const struct batch_script *batch)
{
    size_t tasks = count_tasks(batch), runs = (batch->runs + tasks - 1) / tasks;
    double minutes = ceil(time_allowed * batch->seconds * (double)runs / 60) + SAVING_SECONDS / 60;
    return (uint64_t)fmin(fmax(minutes, LEAST_MINUTES), MOST_MINUTES);
}

static void add_place(struct text *out, const struct batch_script *batch)
{
    text_add(out, "cd ");
    shell_add_operand(out, batch->place);
}

/* "XDG_DATA_HOME=/data": the same places of the user's, whatever the variables are there. */
static void add_variables(struct text *out, const char *before, const char *behind)
{
    for (size_t v = 0; v < PATHS_BASES; v++)
        if (paths_base(v)) {
            text_format(out, "%s%s=", before, paths_base_variable[v]);
            shell_add_word(out, paths_base(v));
            text_add(out, behind);
        }
}

static size_t mebibytes(const struct batch_script *batch)
{
    return (batch->bytes >> 20) + 1;
}

/* As options and names of files can have it. */
static void add_name(struct text *out, const char *name)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    for (; *name; name++)
        text_add_bytes(out, strchr(plain, *name) ? name : "_", 1);
}

/* As the rest of a comment, which a line's end would end. */
static void add_remark(struct text *out, const char *words)
{
    for (; *words; words++)
        text_add_bytes(out, (unsigned char)*words < ' ' || *words == 127 ? "?" : words, 1);
}

static void add_estimate(struct text *out, const struct batch_script *batch)
{
    char time[FORMAT_SIZE];
    text_format(out, "# %zu run%s, the longest about %s on %zu core%s of this machine.\n",
                batch->runs, batch->runs == 1 ? "" : "s", format_about(time, batch->seconds),
                batch->threads, batch->threads == 1 ? "" : "s");
    text_add(out, "# All machines have to see ");
    if (batch->directory[0] != '/') { /* the sweep's file was named by a relative path */
        add_remark(out, batch->place);
        text_add(out, "/");
    }
    add_remark(out, batch->directory + (strncmp(batch->directory, "./", 2) == 0 ? 2 : 0));
    text_add(out, "\n");
}

static void add_options(struct text *out, const struct batch_script *batch)
{
    uint64_t minutes = minutes_of_task(batch);
    text_add(out, "#SBATCH --job-name=mneme-");
    add_name(out, batch->name);
    text_format(out, "\n#SBATCH --array=1-%zu\n", count_tasks(batch));
    text_format(out, "#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=%zu\n", batch->threads);
    text_format(out, "#SBATCH --mem=%zuM\n", mebibytes(batch));
    text_format(out, "#SBATCH --time=%02u:%02u:00\n", (unsigned)(minutes / 60),
                (unsigned)(minutes % 60));
    text_format(out, "#SBATCH --signal=B:USR1@%d\n#SBATCH --requeue\n", (int)SAVING_SECONDS);
    text_add(out, "#SBATCH --open-mode=append\n#SBATCH --output=mneme-");
    add_name(out, batch->name);
    text_add(out, "-%a.log\n");
}

/* SLURM_JOB_ID would name the whole array in one of its tasks. */
bool batch_script_slurm(struct text *out, const struct batch_script *batch, struct error *err)
{
    (void)err;
    static const char signals[] =
        "# Two minutes before the time is over, USR1 reaches this shell, and it alone (B:): the\n"
        "# worker saves and ends, and the task is queued again to go on from there. TERM comes\n"
        "# where it is cancelled: this shell waits until the worker has saved.\n"
        "worker=\n"
        "stop() { [ -z \"$worker\" ] || { kill -TERM \"$worker\"; wait \"$worker\"; }; }\n"
        "task=\"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"\n"
        "trap 'stop; scontrol requeue \"$task\"; exit 0' USR1\n"
        "trap 'stop; exit' TERM\n";
    text_add(out, "#!/bin/sh\n");
    add_options(out, batch);
    text_add(out, "\n# Each task trains runs that no other has, one after the other.\n");
    add_estimate(out, batch);
    text_format(out, "\n%s\nexport OMP_NUM_THREADS=\"${SLURM_CPUS_PER_TASK:-%zu}\"\n", signals,
                batch->threads);
    add_variables(out, "export ", "\n");
    add_place(out, batch);
    text_format(out, " || exit\n%s &\nworker=$!\nwait \"$worker\"\n", batch->command);
    return true;
}

/* The command line of a worker, in which nothing is replaced; freed with memory_free. */
static char *worker_line(const struct batch_script *batch, struct error *err)
{
    struct text worker = {0};
    add_place(&worker, batch);
    text_add(&worker, " && ");
    add_variables(&worker, "", " ");
    text_format(&worker, "OMP_NUM_THREADS=%zu exec %s", batch->threads, batch->command);
    char *line = text_take(&worker, err);
    if (!line || !strchr(line, '{'))
        return line;
    error_set(err, ERROR_INPUT,
              "GNU parallel replaces braces in a command, so no name in it may have one: %s", line);
    memory_free(line);
    return NULL;
}

bool batch_script_parallel(struct text *out, const struct batch_script *batch, struct error *err)
{
    char *worker = worker_line(batch, err);
    if (!worker)
        return false;
    add_estimate(out, batch);
    text_add(out, "# For other machines as well, add: --sshlogin HOST,...\n");
    text_format(out,
                "seq %zu | parallel -N0 --jobs %zu --memfree %zuM --termseq TERM,%d000,KILL,25 ",
                batch->runs, batch->abreast, mebibytes(batch), (int)SAVING_SECONDS);
    shell_add_word(out, worker);
    text_add(out, "\n");
    memory_free(worker);
    return true;
}
