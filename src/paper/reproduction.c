/* Map of this file: who is chosen; what it takes; verdicts. */
#include "paper/reproduction.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"
#include "lab/estimate.h"

/* Operations a second that one core reaches in runs of this size, those to evaluate not counted;
 * measured over the fast runs. */
static const double core_rate = 58e9;

/* Who is chosen */

static bool unknown_claim(const struct claim_table *table, const char *id, struct error *err)
{
    const char **ids = memory_new(table->claims, sizeof *ids, err);
    if (!ids)
        return false;
    for (size_t i = 0; i < table->claims; i++)
        ids[i] = table->claim[i].id;
    suggest_refuse("there is no claim", id, ids, table->claims, "--list names them", err);
    memory_free(ids);
    return false;
}

static bool choose_one(struct reproduction *r, const char *id, struct error *err)
{
    const struct claim *found = claim_find(r->table, id);
    if (!found)
        return unknown_claim(r->table, id, err);
    return r->chosen[found - r->table->claim] = true;
}

static bool choose_named(struct reproduction *r, const char *only, struct error *err)
{
    char *ids = memory_string(only, err);
    bool ok = ids != NULL;
    for (char *id = ids, *comma; ok && id; id = comma ? comma + 1 : NULL) {
        comma = strchr(id, ',');
        if (comma)
            *comma = '\0';
        ok = choose_one(r, id, err);
    }
    memory_free(ids);
    return ok;
}

static bool choose(struct reproduction *r, struct error *err)
{
    r->chosen = memory_new(r->table->claims, sizeof *r->chosen, err);
    if (!r->chosen || r->options.only)
        return r->chosen && choose_named(r, r->options.only, err);
    memset(r->chosen, true, r->table->claims);
    return true;
}

/* What was tried with a claim's seeds would be judged by itself. */
static bool check_seeds(const struct reproduction *r, struct error *err)
{
    const struct seed_range *seeds = r->options.seeds;
    for (size_t i = 0; seeds && i < r->table->claims; i++) {
        const struct claim *claim = &r->table->claim[i];
        if (r->chosen[i] && seeds->first <= claim->tried_seeds)
            return error_set(err, ERROR_INPUT,
                             "seed %u cannot judge %s: seeds 1 to %u were used to tune it "
                             "(tried_seeds in %s)",
                             seeds->first, claim->id, claim->tried_seeds, claim->file);
    }
    return true;
}

/* "grow"; of an own claim "mine-1f2e3d4c", since others may be called so. */
static void add_claim(struct text *out, const struct claim *claim)
{
    text_add(out, claim->id);
    if (!claim->is_shipped)
        text_format(out, "-%08" PRIx32, (uint32_t)claim->hash);
}

/* "-fast-seeds=41..46"; "" at the other scale, with the claims' own seeds. */
static void add_scale_and_seeds(const struct reproduction *r, struct text *out)
{
    const struct seed_range *seeds = r->options.seeds;
    if (r->options.scale == SCALE_FAST)
        text_format(out, "-%s", claim_scales[SCALE_FAST]);
    if (seeds)
        text_format(out, "-seeds=%u..%u", seeds->first, seeds->last);
}

/* "report.html", or "report-grow-replay.html" where these alone are chosen. */
static char *name_file(const struct reproduction *r, const char *name, const char *ending,
                       struct error *err)
{
    struct text out = {0};
    text_add(&out, name);
    bool some = r->options.only || r->options.claims;
    for (size_t i = 0; some && i < r->table->claims; i++)
        if (r->chosen[i]) {
            text_add(&out, "-");
            add_claim(&out, &r->table->claim[i]);
        }
    add_scale_and_seeds(r, &out);
    text_add(&out, ending);
    return text_take(&out, err);
}

static bool name_files(struct reproduction *r, struct error *err)
{
    r->report = name_file(r, "report", ".html", err);
    r->verdicts = r->report ? name_file(r, "verdicts", ".jsonl", err) : NULL;
    if (!r->verdicts)
        return false;
    return strlen(r->verdicts) <= NAME_MAX ||
           error_set(err, ERROR_INPUT,
                     "the names of these claims make a report's name too long for a file; judge "
                     "fewer at once");
}

/* What it takes */

/* The share of a preset's steps that a run of it makes itself. */
static double own_share(const struct replicate *replicate, const struct preset *preset)
{
    const struct optional_count *reference = &preset->trainer.patching.reference_step;
    double steps = (double)trainer_steps(&preset->trainer);
    double first = (double)(reference->given ? reference->count : preset->trainer.finetune.after);
    double before = replicate->from ? first : 0;
    return (steps - before) / steps;
}

/* 0 where the preset cannot be read, which is for its run to say. */
static double replicate_seconds(const struct reproduction *r, const struct replicate *replicate)
{
    struct preset preset;
    struct error ignored;
    double operations = 0;
    if (!replicate_preset(replicate, r->paths, &preset, &ignored))
        return 0;
    if (!estimate_operations(r->paths, &preset, &operations, &ignored))
        operations = 0;
    double seconds = operations * own_share(replicate, &preset) / core_rate;
    preset_free(&preset);
    return seconds;
}

static void weigh_runs(struct reproduction *r)
{
    for (size_t i = 0; i < r->replicates.count; i++)
        r->job[i].work = replicate_seconds(r, &r->replicates.replicate[i]);
}

double reproduction_seconds(const struct reproduction *r)
{
    double seconds = 0;
    for (size_t i = 0; i < r->replicates.count; i++)
        seconds += r->job[i].work;
    return seconds;
}

/* Its runs */

static bool list_replicates(struct reproduction *r, struct error *err)
{
    bool *needed = memory_new(r->table->runs, sizeof *needed, err);
    if (!needed)
        return false;
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i])
            claim_mark_runs(r->table, &r->table->claim[i], r->options.scale, needed);
    bool ok = replicates_init(&r->replicates, r->table, r->options.scale, r->options.seeds, needed,
                              r->paths, r->options.directory, err);
    memory_free(needed);
    r->job = ok ? memory_new(r->replicates.count, sizeof *r->job, err) : NULL;
    if (!r->job)
        return false;
    replicates_list_runs(&r->replicates, r->job);
    weigh_runs(r);
    return true;
}

bool reproduction_init(struct reproduction *r, const struct claim_table *table,
                       const struct reproduction_options *options, const struct paths *paths,
                       struct error *err)
{
    *r = (struct reproduction){.table = table, .paths = paths, .options = *options};
    bool ok =
        choose(r, err) && check_seeds(r, err) && name_files(r, err) && list_replicates(r, err);
    r->verdict = ok ? memory_new(table->claims, sizeof *r->verdict, err) : NULL;
    if (!r->verdict)
        reproduction_free(r);
    return r->verdict != NULL;
}

void reproduction_free(struct reproduction *r)
{
    replicates_free(&r->replicates);
    memory_free(r->chosen);
    memory_free(r->report);
    memory_free(r->verdicts);
    memory_free(r->job);
    memory_free(r->verdict);
    *r = (struct reproduction){0};
}

/* Verdicts */

/* Whether a run of the claim failed; sets why. */
static bool has_failed(const struct reproduction *r, const struct run_queue *queue,
                       const bool *needed, struct error *why)
{
    for (size_t i = 0; i < r->replicates.count; i++) {
        const struct queued_status *status = run_queue_status(queue, i);
        const struct replicate *replicate = &r->replicates.replicate[i];
        if (!needed[replicate->run - r->table->run] || status->state == QUEUED_DONE)
            continue;
        return !error_set(why, ERROR_DATA, "run %s %s: %s", replicate_name(replicate),
                          queued_state_name(status->state),
                          status->state == QUEUED_FAILED ? status->failure.message : "not done");
    }
    return false;
}

static bool judge_one(struct reproduction *r, size_t index, const struct run_queue *queue,
                      bool *needed, struct error *err)
{
    const struct claim *claim = &r->table->claim[index];
    struct verdict *verdict = &r->verdict[index];
    struct error why;
    memset(needed, false, r->table->runs);
    claim_mark_runs(r->table, claim, r->options.scale, needed);
    if (!has_failed(r, queue, needed, &why))
        return verdict_judge(verdict, claim, &r->replicates, err);
    *verdict =
        (struct verdict){.state = VERDICT_FAILED, .checks = claim_checks(claim), .failure = why};
    return true;
}

static bool read_replicates(struct reproduction *r, const struct run_queue *queue,
                            struct error *err)
{
    for (size_t i = 0; i < r->replicates.count; i++)
        if (run_queue_status(queue, i)->state == QUEUED_DONE &&
            !(replicate_read(&r->replicates.replicate[i], r->paths, err) &&
              replicates_check_source(&r->replicates, i, err)) &&
            err->kind == ERROR_MEMORY)
            return false;
    return true;
}

bool reproduction_judge(struct reproduction *r, const struct run_queue *queue, struct error *err)
{
    bool *needed = memory_new(r->table->runs, sizeof *needed, err);
    bool ok = needed && read_replicates(r, queue, err);
    for (size_t i = 0; ok && i < r->table->claims; i++)
        ok = !r->chosen[i] || judge_one(r, i, queue, needed, err);
    memory_free(needed);
    return ok;
}

bool reproduction_is_of_paper(const struct reproduction *r)
{
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i] && !r->table->claim[i].is_shipped)
            return false;
    return true;
}

void reproduction_say_seeds(const struct reproduction *r, struct text *out)
{
    const struct seed_range *seeds = r->options.seeds;
    if (seeds)
        text_format(out, "Judged on seeds %u to %u, not on those that the claims name.",
                    seeds->first, seeds->last);
}

size_t reproduction_count(const struct reproduction *r, enum verdict_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < r->table->claims; i++)
        count += r->chosen[i] && r->verdict[i].state == state;
    return count;
}

/* Figures */

char *reproduction_figure_path(const struct reproduction *r, size_t claim, size_t figure,
                               struct error *err)
{
    struct text out = {0};
    text_format(&out, "%s/figures/", r->options.directory);
    add_claim(&out, &r->table->claim[claim]);
    text_format(&out, "-%zu", figure + 1);
    add_scale_and_seeds(r, &out);
    text_add(&out, ".svg");
    return text_take(&out, err);
}
