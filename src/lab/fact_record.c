#include "lab/fact_record.h"

#include "base/memory.h"
#include "lab/session_open.h"
#include "record/metrics.h"
#include "record/run.h"

/* What the model has learned; one that was patched on its own, without its reference. */
static bool push_record(struct fact_record *record, const char *path, struct error *err)
{
    struct metrics metrics;
    if (!metrics_read(&metrics, path, &record->facts.facts, err))
        return false;
    bool ok = true;
    size_t first = metrics_first_patched(&metrics, &record->facts.preset.trainer.patching);
    for (size_t i = first < metrics.evaluations ? first : 0; ok && i < metrics.evaluations; i++) {
        const struct evaluation_point *point = &metrics.evaluation[i];
        if (point->snapshot.known)
            ok = knowledge_push(&record->knowledge, point->step, &point->snapshot, err);
    }
    metrics_free(&metrics);
    return ok &&
           (record->knowledge.fact ||
            error_set(err, ERROR_INPUT, "the record of %s has no evaluation of single facts yet",
                      record->name));
}

bool fact_record_read(struct fact_record *record, const struct paths *paths, const char *name,
                      struct error *err)
{
    struct run run;
    *record = (struct fact_record){0};
    if (!run_open(&run, paths, name, err))
        return false;
    record->name = memory_string(run.name, err);
    char *path = record->name ? run_metrics_path(&run, err) : NULL;
    bool read = path && session_open_run_facts(&record->facts, paths, &run, err) &&
                push_record(record, path, err);
    memory_free(path);
    run_close(&run);
    if (!read)
        fact_record_free(record);
    return read;
}

void fact_record_free(struct fact_record *record)
{
    memory_free(record->name);
    knowledge_free(&record->knowledge);
    session_close(&record->facts, NULL);
    *record = (struct fact_record){0};
}
