#include "lab/fact_record.h"

#include "base/memory.h"
#include "record/metrics.h"
#include "record/run.h"

/* What the model has learned; one that was patched on its own, without its reference. */
static bool push_record(struct learned *learned, const char *path, struct error *err)
{
    struct metrics metrics;
    if (!metrics_read(&metrics, path, &learned->facts.facts, err))
        return false;
    bool ok = true;
    size_t first = metrics_first_patched(&metrics, &learned->facts.preset.trainer.patching);
    for (size_t i = first < metrics.evaluations ? first : 0; ok && i < metrics.evaluations; i++) {
        const struct evaluation_point *point = &metrics.evaluation[i];
        if (point->snapshot.known)
            ok = knowledge_push(&learned->knowledge, point->step, &point->snapshot, err);
    }
    metrics_free(&metrics);
    return ok && (learned->knowledge.fact || error_set(err, ERROR_INPUT,
                                                       "the record of %s says nothing yet of "
                                                       "single facts",
                                                       learned->name));
}

static bool open_facts(struct learned *learned, const struct run *run, const struct paths *paths,
                       struct error *err)
{
    struct preset preset;
    if (!run_preset(run, paths, &preset, err))
        return false;
    bool opened = session_open_facts(&learned->facts, paths, &preset, err);
    preset_free(&preset);
    return opened;
}

bool learned_read(struct learned *learned, const struct paths *paths, const char *name,
                  struct error *err)
{
    struct run run;
    *learned = (struct learned){0};
    if (!run_open(&run, paths, name, false, err))
        return false;
    learned->name = memory_string(run.name, err);
    char *path = learned->name ? run_metrics_path(&run, err) : NULL;
    bool read = path && open_facts(learned, &run, paths, err) && push_record(learned, path, err);
    memory_free(path);
    run_close(&run);
    if (!read)
        learned_free(learned);
    return read;
}

void learned_free(struct learned *learned)
{
    memory_free(learned->name);
    knowledge_free(&learned->knowledge);
    session_close(&learned->facts, NULL);
    *learned = (struct learned){0};
}
