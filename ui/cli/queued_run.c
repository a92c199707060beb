#include "ui/cli/queued_run.h"

#include "base/file.h"
#include "lab/conclusion.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"

static json_t *json_failure(const struct queued_status *status, enum queued_state state)
{
    return status->state == state ? json_text(status->failure.message) : json_null();
}

bool queued_run_print_json(const struct queued_run *job, const struct queued_status *status,
                           struct error *err)
{
    const struct queued_status *s = status;
    json_t *object = json_pack(
        "{s:o, s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "run",
        json_text(file_name(job->directory)), "directory", json_text(job->directory), "state",
        queued_state_name(s->state), "step", (json_int_t)s->step, "steps", (json_int_t)s->steps,
        "train_loss", json_number(s->train_loss), "attr_loss", json_number(s->attr_loss),
        "attr_acc", json_number(s->attr_accuracy), "seconds", json_number(s->seconds), "error",
        json_failure(s, QUEUED_FAILED), "holder", json_failure(s, QUEUED_HELD));
    return json_print(object, err);
}

bool queued_runs_conclude(const char *directory, const struct queued_run *job, size_t count,
                          const struct run_queue *queue, struct error *why)
{
    struct error apart;
    bool mine;
    size_t left = run_queue_left(queue) + run_queue_retaken(queue);
    error_set(why, ERROR_BUSY,
              "%zu of %zu runs %s left to other workers, the last of which tells the results", left,
              count, left == 1 ? "is" : "are");
    if (left > 0)
        return false;
    error_set(why, ERROR_BUSY, "another worker has told the results");
    if (conclusion_take(directory, job, count, queue, &mine, &apart))
        return mine;
    output_flush();
    output_print_to(stderr, CLI_NOTE "other workers may tell the results, too: %s\n",
                    apart.message);
    return true;
}

void queued_runs_have_told(const char *directory, const struct queued_run *job, size_t count,
                           const struct run_queue *queue, bool printed)
{
    if (!output_flush() || !printed)
        conclusion_give_back(directory, job, count, queue);
}
