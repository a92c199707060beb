#include "lab/estimate.h"

#include <math.h>

#include "base/memory.h"
#include "base/processors.h"
#include "base/strings.h"
#include "config/preset_file.h"
#include "facts/batch.h"
#include "lab/session.h"
#include "lab/session_open.h"
#include "lab/speeds.h"
#include "model/matrix_speed.h"

enum { PROBED_BIOGRAPHIES = 64 };

/* A product of the size that quickstart's layers make of a micro-batch. */
static const struct matrix_shape probe = {MATRIX_MULTIPLY, 512, 512, 128};

/* The rate that estimate_machine_rate gives on the two cores presets' minutes are measured on. */
static const double reference_rate = 200e9;

/* The part of the rate that is left when everything but products is counted as well. */
static const double reached_share = 0.5;

/* What steps take in bf16, of their time in fp32: .53 to .69 was measured, of quickstart and paper,
 * with AMX and without (tests/bench/NOTES). */
static const double bf16_share = 0.6;

static const double probe_seconds = 0.1;

double estimate_machine_rate(void)
{
    double rate;
    struct error ignored;
    return matrix_speed(&probe, PRECISION_FP32, processors_threads(), probe_seconds, &rate,
                        &ignored)
               ? rate
               : 0;
}

static double time_share(enum precision precision)
{
    return precision == PRECISION_BF16 ? bf16_share : 1;
}

/* The precision that a preset's steps have here. */
static enum precision precision_here(const struct preset *preset)
{
    return precision_in_use(preset->model.precision, NULL);
}

/* The one that its author's minutes were measured in: who leaves it open says those of fp32. */
static enum precision precision_of_minutes(const struct preset *preset)
{
    return preset->model.precision == PRECISION_BF16 ? PRECISION_BF16 : PRECISION_FP32;
}

/* Tokens of a biography that the model is trained to predict, on the average. */
static bool targets_per_biography(const struct session *session, double *targets, struct error *err)
{
    struct batch batch;
    if (!batch_init(&batch, &session->vocabulary, PROBED_BIOGRAPHIES, err))
        return false;
    batch_fill_training(&batch, &session->population, &session->vocabulary, &session->sampling, 0);
    struct sequences sequences = batch_sequences(&batch);
    *targets = (double)model_targets(&session->preset.model, &sequences) / PROBED_BIOGRAPHIES;
    batch_free(&batch);
    return true;
}

/* Of a session of facts. */
static bool count_operations(const struct session *session, double *operations, struct error *err)
{
    const struct preset *preset = &session->preset;
    double targets;
    if (!targets_per_biography(session, &targets, err))
        return false;
    *operations = 6 * (double)model_count_matrix_parameters(&preset->model) * targets *
                  (double)preset->trainer.batch * (double)trainer_steps(&preset->trainer);
    return true;
}

bool estimate_operations(const struct paths *paths, const struct preset *preset, double *operations,
                         struct error *err)
{
    struct session session = {0};
    struct error ignored;
    if (!session_open_facts(&session, paths, preset, err))
        return false;
    bool counted = count_operations(&session, operations, err);
    session_close(&session, &ignored);
    return counted;
}

static double seconds_of(const struct preset *preset, double operations, double rate)
{
    return operations / (rate * reached_share) * time_share(precision_here(preset));
}

/* The minutes that another preset says whose steps take as long, for as many steps; 0 where there
 * is none. */
static double minutes_of_same(const struct paths *paths, const struct preset *preset)
{
    struct strings names = {0};
    double minutes = 0;
    if (!preset_list(paths, &names, NULL))
        return 0;
    for (size_t n = 0; minutes <= 0 && n < names.count; n++) {
        struct preset other;
        if (!preset_load(&other, paths, names.text[n], NULL))
            continue;
        if (other.minutes > 0 && speeds_are_same(preset, &other))
            minutes = other.minutes * (double)trainer_steps(&preset->trainer) /
                      (double)trainer_steps(&other.trainer);
        preset_free(&other);
    }
    strings_free(&names);
    return minutes;
}

bool estimate_seconds(const struct paths *paths, const struct preset *preset, double rate,
                      double *seconds, struct error *err)
{
    if (!(rate > 0))
        return error_set(err, ERROR_MEMORY, "this machine's speed is not known");
    double minutes = preset->minutes > 0 ? preset->minutes : minutes_of_same(paths, preset);
    if (minutes > 0) {
        *seconds = 60 * minutes * reference_rate / rate * time_share(precision_here(preset)) /
                   time_share(precision_of_minutes(preset));
        return true;
    }
    double operations;
    if (!estimate_operations(paths, preset, &operations, err))
        return false;
    *seconds = seconds_of(preset, operations, rate);
    return true;
}

/* The libraries, the facts and the record, and what a thread touches of its buffers; measured. */
static const size_t own_bytes = (size_t)160 << 20, bytes_of_thread = (size_t)32 << 20;

size_t estimate_bytes(const struct session *session)
{
    const struct trainer_options *trainer = &session->preset.trainer;
    return memory_sum(trainer_bytes(trainer, &session->preset.model),
                      own_bytes + trainer_threads(trainer) * bytes_of_thread);
}

bool estimate_needs(const struct paths *paths, const struct preset *preset, double rate,
                    struct run_needs *needs, struct error *err)
{
    struct session session = {0};
    struct error ignored;
    double operations;
    if (!(rate > 0))
        return error_set(err, ERROR_MEMORY, "this machine's speed is not known");
    if (!session_open_facts(&session, paths, preset, err))
        return false;
    const struct trainer_options *trainer = &session.preset.trainer;
    bool counted = count_operations(&session, &operations, err);
    if (counted) {
        needs->seconds = seconds_of(preset, operations, rate);
        needs->threads = trainer_threads(trainer);
        needs->bytes = estimate_bytes(&session);
    }
    session_close(&session, &ignored);
    return counted;
}

bool estimate_preset(const struct paths *paths, const struct preset *preset, double rate,
                     struct preset_needs *needs, struct error *err)
{
    struct session session = {0};
    *needs = (struct preset_needs){.seconds = NAN};
    if (!session_open_facts(&session, paths, preset, err))
        return false;
    double step = speeds_find(paths, &session);
    needs->is_measured = isfinite(step);
    needs->parameters = model_count_parameters(&session.preset.model);
    needs->bytes = estimate_bytes(&session);
    needs->seconds = step * (double)trainer_steps(&session.preset.trainer);
    session_close(&session, NULL);
    return needs->is_measured || estimate_seconds(paths, preset, rate, &needs->seconds, err);
}
