#include "lab/session_open.h"

#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/processors.h"
#include "config/preset_check.h"
#include "config/preset_complete.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "config/preset_sampling.h"
#include "config/renamed.h"
#include "engine/ranks.h"
#include "facts/fact_set_load.h"
#include "measure/recall.h"
#include "record/run_facts.h"
#include "record/run_files.h"

bool session_take_preset(struct session *session, const struct preset *preset, struct error *err)
{
    *session = (struct session){0};
    return preset_copy(&session->preset, preset, err) &&
           (preset_check(preset, err) || error_prefix(err, "%s", preset->name));
}

bool session_make_plan(struct session *session, struct error *err)
{
    const struct preset *preset = &session->preset;
    struct sampling_size size = preset_sampling_size(preset);
    size.population = &session->population;
    plan_free(&session->plan);
    sampling_free(&session->sampling);
    return sampling_init(&session->sampling, &preset->sampling, &size, err) &&
           plan_init(&session->plan, &preset->trainer, &preset->population, &session->sampling,
                     err);
}

/* Facts that were read have to be those that a run began with. */
static bool take_facts(struct session *session, struct error *err)
{
    if (preset_take_facts(&session->preset, &session->facts, err))
        return true;
    fact_set_free(&session->facts);
    return false;
}

static bool read_facts(struct session *session, const struct facts_options *options,
                       const struct paths *paths, struct error *err)
{
    const char *const *data = (const char *const *)paths->data;
    return fact_set_load(&session->facts, options, data, err) && take_facts(session, err);
}

/* The facts of a run that began when their file had another name. */
static bool read_renamed_facts(struct session *session, const struct paths *paths,
                               struct error *err)
{
    struct facts_options options = session->preset.facts;
    const char *now = renamed_facts(options.file);
    if (!now || !options.fingerprint || !*options.fingerprint)
        return false;
    options.file = memory_string(now, err);
    bool read = options.file && read_facts(session, &options, paths, err);
    memory_free(options.file);
    return read;
}

/* Whether a run's table is no longer where it was. */
static bool has_lost_table(const struct facts_options *facts)
{
    return facts->fingerprint && *facts->fingerprint && facts->table && *facts->table == '/' &&
           !file_exists(facts->table);
}

static bool find_facts(struct session *session, const struct paths *paths, struct error *err)
{
    const struct facts_options *facts = &session->preset.facts;
    struct error why, other;
    return read_facts(session, facts, paths, &why) || read_renamed_facts(session, paths, &other) ||
           error_set(err, why.kind, "%s%s", why.message,
                     has_lost_table(facts)
                         ? "; the run was trained on this table: put it back, or write the path "
                           "that it has now as facts.table in the run's preset.ini"
                         : "");
}

/* Reads the copy that a run has of its facts; *has where there is one. */
static bool read_kept_facts(struct session *session, const struct run *run, bool *has,
                            struct error *err)
{
    struct fact_files files;
    if (!run_facts_read(run->directory, &files, err))
        return false;
    *has = files.count > 0;
    return !*has || ((fact_set_load_kept(&session->facts, &session->preset.facts, &files, err) &&
                      take_facts(session, err)) ||
                     error_prefix(err, "%s/" RUN_FACTS, run->directory));
}

static bool find_run_facts(struct session *session, const struct paths *paths,
                           const struct run *run, struct error *err)
{
    bool has = false;
    struct error why = {ERROR_NONE, ""};
    if (run && !read_kept_facts(session, run, &has, &why))
        return error_set(err, why.kind, "%s%s", why.message,
                         why.kind == ERROR_DATA || why.kind == ERROR_INPUT
                             ? "; without this file the facts are read from where they were"
                             : "");
    return has || find_facts(session, paths, err);
}

bool session_load_facts(struct session *session, const struct paths *paths, const struct run *run,
                        struct error *err)
{
    struct preset *preset = &session->preset;
    return find_run_facts(session, paths, run, err) &&
           population_init(&session->population, &session->facts, &preset->population, err) &&
           session_make_plan(session, err) &&
           vocabulary_build(&session->vocabulary, &session->facts, err) &&
           preset_complete(preset, &session->vocabulary, err);
}

bool session_open_facts(struct session *session, const struct paths *paths,
                        const struct preset *preset, struct error *err)
{
    return (session_take_preset(session, preset, err) &&
            session_load_facts(session, paths, NULL, err)) ||
           session_give_up(session);
}

bool session_open_run_facts(struct session *session, const struct paths *paths,
                            const struct run *run, struct error *err)
{
    *session = (struct session){0};
    return (run_preset(run, paths, &session->preset, err) &&
            session_load_facts(session, paths, run, err)) ||
           session_give_up(session);
}

bool session_find_baselines(struct session *session, struct error *err)
{
    size_t attributes = session->facts.attributes;
    session->attribute_baseline = memory_new(attributes, sizeof *session->attribute_baseline, err);
    if (!session->attribute_baseline)
        return false;
    for (size_t a = 0; a < attributes; a++)
        if (!population_entropy(&session->population, a, &session->attribute_baseline[a], NULL,
                                err))
            return false;
    return recall_baseline(&session->population, &session->baseline, &session->baseline_pools, err);
}

/* Without a trainer the weights alone are held; who predicts makes the engine ready. */
static struct engine_options engine_of(const struct session *session, bool train)
{
    struct engine_options options = trainer_engine(&session->preset.trainer);
    if (!train)
        options.use = ENGINE_HOLDS;
    return options;
}

static bool check_address_space(const struct session *session, size_t needed, size_t threads,
                                bool train, struct error *err)
{
    char wanted[NUMBER_TEXT], free[NUMBER_TEXT];
    size_t left = memory_address_space(), more = engine_address_space(threads);
    if (left == SIZE_MAX || (needed <= left && more <= left - needed))
        return true;
    number_write_bytes(wanted, (double)(needed + more));
    number_write_bytes(free, (double)left);
    return error_set(err, ERROR_MEMORY,
                     "preset %s on %zu thread%s needs %s of address space and the limit "
                     "(ulimit -v) leaves %s; a higher one%s is needed",
                     session->preset.name, threads, threads > 1 ? "s" : "", wanted, free,
                     threads == 1 ? ""
                     : train      ? ", or fewer train.threads,"
                                  : ", or OMP_NUM_THREADS=1,");
}

bool session_check_memory(const struct session *session, bool train, struct error *err)
{
    char wanted[NUMBER_TEXT], free[NUMBER_TEXT];
    const struct model_options *model = &session->preset.model;
    struct engine_options engine = engine_of(session, train);
    size_t here = ranks_here(), needed = memory_product(here, engine_bytes(model, &engine));
    size_t threads = train ? trainer_threads(&session->preset.trainer) : processors_threads();
    size_t available = memory_available();
    if (needed <= available)
        return check_address_space(session, needed / here, threads, train, err);
    number_write_bytes(wanted, (double)needed);
    number_write_bytes(free, (double)available);
    return error_set(err, ERROR_MEMORY,
                     "preset %s needs %s of memory and %s are free; a smaller model%s needs less",
                     session->preset.name, wanted, free, train ? ", or fewer train.shards," : "");
}

bool session_make_engine(struct session *session, bool train, struct error *err)
{
    struct engine_options options = engine_of(session, train);
    if (!session_find_baselines(session, err) || !session_check_memory(session, train, err))
        return false;
    session->engine = engine_new(&session->preset.model, &options, err);
    return session->engine != NULL;
}
