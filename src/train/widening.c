#include "train/widening.h"

#include <inttypes.h>

#include "measure/recall.h"

/* A detector for the subset as it is now, against the baseline of its own values. */
static bool begin_detector(struct widening *widening, struct error *err)
{
    const struct sampling *sampling = widening->sampling;
    phase_detector_free(widening->detector);
    widening->detector = NULL;
    if (!sampling_adapts(sampling->options.kind) || sampling->subset >= sampling->size.known)
        return true;
    struct population subset = *widening->population;
    subset.size.known = sampling->subset;
    if (!recall_baseline(&subset, &widening->baseline, NULL, err))
        return false;
    widening->detector = phase_detector_new(widening->baseline, err);
    return widening->detector != NULL;
}

bool widening_init(struct widening *widening, struct sampling *sampling,
                   const struct population *population, uint64_t every, struct error *err)
{
    *widening = (struct widening){.sampling = sampling, .population = population, .every = every};
    return begin_detector(widening, err);
}

void widening_free(struct widening *widening)
{
    phase_detector_free(widening->detector);
    *widening = (struct widening){0};
}

bool widening_go_on(struct widening *widening, uint64_t subset, uint64_t since, struct error *err)
{
    struct sampling *sampling = widening->sampling;
    if (!sampling_adapts(sampling->options.kind))
        return true;
    if (subset < sampling->options.subset || subset > sampling->size.known)
        return error_set(err, ERROR_DATA,
                         "the checkpoint trained on %" PRIu64 " individuals; its preset has "
                         "between %" PRIu64 " and %" PRIu64,
                         subset, sampling->options.subset, sampling->size.known);
    sampling->subset = subset;
    widening->since = since;
    return begin_detector(widening, err);
}

/* Whether the subset is past its plateau, as far as this evaluation shows. */
static bool is_learned(struct phase_detector *detector, const struct phase_point *point,
                       bool *learned, struct error *err)
{
    struct phase_report report;
    bool changed;
    if (!phase_detector_push(detector, point, &changed, err))
        return false;
    phase_detector_report(detector, &report);
    *learned = report.phase == PHASE_KNOWLEDGE;
    return true;
}

bool widening_push(struct widening *widening, uint64_t step, double loss, bool *widened,
                   struct error *err)
{
    bool learned = false;
    *widened = false;
    if (!widening->detector || step <= widening->since || step % widening->every != 0)
        return true;
    struct phase_point point = {(double)(step - widening->since), loss, widening->baseline};
    if (!is_learned(widening->detector, &point, &learned, err))
        return false;
    if (!learned)
        return true;
    sampling_widen(widening->sampling);
    widening->since = step;
    *widened = true;
    return begin_detector(widening, err);
}
