#include "record/run_list.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "record/metrics.h"
#include "record/run.h"
#include "record/run_files.h"
#include "record/run_names.h"

static bool out_of_memory(const struct error *trouble, struct error *err)
{
    if (trouble->kind != ERROR_MEMORY)
        return false;
    error_set(err, trouble->kind, "%s", trouble->message);
    return true;
}

static bool summarize_preset(struct run_summary *summary, const struct run *run,
                             const struct paths *paths, struct error *err)
{
    struct preset preset;
    struct error trouble = {ERROR_NONE, ""};
    bool readable = run_preset(run, paths, &preset, &trouble);
    if (out_of_memory(&trouble, err))
        return false;
    summary->preset = memory_string(readable ? preset.name : "", err);
    if (readable) {
        summary->steps = trainer_steps(&preset.trainer);
        summary->tuned_after = preset.trainer.finetune.after;
        preset_free(&preset);
    }
    return summary->preset != NULL;
}

const char *run_summary_phase(const struct run_summary *summary)
{
    if (!summary->has_recall)
        return "";
    bool tuned = summary->tuned_after > 0 && summary->step > summary->tuned_after;
    return tuned ? "fine-tuning" : phase_name(summary->phase);
}

static bool summarize_record(struct run_summary *summary, const struct run *run, struct error *err)
{
    struct metrics_end end;
    struct stat about;
    struct error trouble = {ERROR_NONE, ""};
    char *path = run_metrics_path(run, err);
    if (!path)
        return false;
    if (lstat(path, &about) == 0 || lstat(run->directory, &about) == 0)
        summary->modified = about.st_mtim;
    if (metrics_read_end(&end, path, &trouble)) {
        summary->step = end.step;
        summary->has_recall = end.has_evaluation;
        summary->loss = end.evaluation.known.loss;
        summary->accuracy = end.evaluation.known.accuracy;
        summary->phase = end.evaluation.phase;
    }
    memory_free(path);
    return !out_of_memory(&trouble, err);
}

static bool summarize(struct run_summary *summary, const struct paths *paths, const char *name,
                      struct error *err)
{
    struct run run;
    *summary = (struct run_summary){0};
    if (!run_open(&run, paths, name, err))
        return false;
    summary->busy = !run_lock_is_free(run.directory, run.name, NULL);
    summary->name = memory_string(name, err);
    summary->directory = summary->name ? memory_string(run.directory, err) : NULL;
    bool ok = summary->directory && summarize_preset(summary, &run, paths, err) &&
              summarize_record(summary, &run, err);
    run_close(&run);
    return ok;
}

static int compare_ages(const void *a, const void *b)
{
    const struct run_summary *left = a, *right = b;
    if (left->modified.tv_sec != right->modified.tv_sec)
        return left->modified.tv_sec < right->modified.tv_sec ? 1 : -1;
    if (left->modified.tv_nsec != right->modified.tv_nsec)
        return left->modified.tv_nsec < right->modified.tv_nsec ? 1 : -1;
    return strcmp(left->name, right->name);
}

bool run_list(const struct paths *paths, struct run_summary **runs, size_t *count,
              struct error *err)
{
    struct strings names;
    if (!run_names_list(paths, &names, err))
        return false;
    struct run_summary *list = memory_new(names.count, sizeof *list, err);
    bool ok = list != NULL;
    for (size_t i = 0; ok && i < names.count; i++)
        ok = summarize(&list[i], paths, names.text[i], err);
    if (ok) {
        qsort(list, names.count, sizeof *list, compare_ages);
        *runs = list;
        *count = names.count;
    } else if (list)
        run_list_free(list, names.count);
    strings_free(&names);
    return ok;
}

void run_list_free(struct run_summary *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        memory_free(runs[i].name);
        memory_free(runs[i].directory);
        memory_free(runs[i].preset);
    }
    memory_free(runs);
}
