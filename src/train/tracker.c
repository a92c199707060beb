/* Map of this file: the beginning and checkpoints; phases; facts; widening; what is restored. */
#include "train/tracker.h"

/* The beginning and checkpoints */

bool tracker_init(struct tracker *tracker, const struct plan *plan, struct sampling *sampling,
                  const struct population *population, double baseline, struct history *history,
                  struct status_board *board, struct error *err)
{
    const struct population_options *size = &population->size;
    *tracker = (struct tracker){.plan = plan, .history = history, .board = board};
    return (tracker->detector = phase_detector_new(baseline, err)) != NULL &&
           widening_init(&tracker->widening, sampling, population, plan->evaluate_every, err) &&
           exposures_init(&tracker->exposures, size->seed, size->known, err);
}

void tracker_free(struct tracker *tracker)
{
    phase_detector_free(tracker->detector);
    widening_free(&tracker->widening);
    exposures_free(&tracker->exposures);
}

bool tracker_go_on(struct tracker *tracker, const struct trainer_checkpoint *from, bool forks,
                   struct error *err)
{
    struct widening *widening = &tracker->widening;
    bool begins = forks && from->subset == 0;
    return widening_go_on(widening, begins ? widening->sampling->options.subset : from->subset,
                          begins ? from->step : from->subset_since, err);
}

void tracker_save(const struct tracker *tracker, struct trainer_checkpoint *checkpoint)
{
    checkpoint->subset = tracker->widening.sampling->subset;
    checkpoint->subset_since = tracker->widening.since;
}

/* Phases */

/* The detector's report in steps of the run. */
static void report_phase(const struct tracker *tracker, bool patched, struct phase_report *report)
{
    phase_detector_report(tracker->detector, report);
    if (patched)
        patching_shift_report(&tracker->plan->patching, report);
}

bool tracker_move(struct tracker *tracker, uint64_t step, struct error *err)
{
    const struct trainer_status *status = &tracker->board->status;
    struct phase_report report;
    if (status->patched || plan_at(tracker->plan, step).role != SECOND_REFERENCE)
        return true;
    struct phase_detector *detector = phase_detector_new(status->phase.baseline, err);
    if (!detector)
        return false;
    phase_detector_free(tracker->detector);
    tracker->detector = detector;
    exposures_reset(&tracker->exposures);
    history_forget_facts(tracker->history);
    report_phase(tracker, true, &report);
    status_board_set_patched(tracker->board, tracker->plan->patching.reference_step.count, &report);
    return true;
}

static bool push_phase(struct tracker *tracker, const struct evaluation_point *point, bool *changed,
                       struct error *err)
{
    struct phase_report report;
    const struct step_plan at = plan_at(tracker->plan, point->step);
    struct phase_point pushed = {(double)at.own_step, point->known.loss, point->baseline.known};
    *changed = false;
    if (at.fine_tuned)
        return true;
    if (!tracker_move(tracker, point->step, err) ||
        !phase_detector_push(tracker->detector, &pushed, changed, err))
        return false;
    report_phase(tracker, tracker->board->status.patched, &report);
    status_board_set_phase(tracker->board, &report);
    return true;
}

/* Facts */

/* What there is to say of each fact, before a sampling is widened. */
static bool look_at_facts(struct tracker *tracker, struct evaluation *evaluation,
                          struct evaluation_point *point, struct error *err)
{
    struct history *history = tracker->history;
    const struct knowledge *knowledge = &history->knowledge;
    plan_count_exposures(tracker->plan, plan_at(tracker->plan, point->step).own_step,
                         &tracker->exposures);
    evaluation_look_at_facts(evaluation, &tracker->exposures);
    point->snapshot = evaluation->snapshot;
    return history_add_snapshot(history, point->step, &point->snapshot, err) &&
           knowledge_summarize(knowledge, knowledge->attributes, &point->facts, err);
}

static bool keep_circuits(struct tracker *tracker, struct evaluation *evaluation,
                          const struct evaluation_point *point, struct error *err)
{
    struct circuits_point *circuits = &evaluation->circuits;
    circuits->step = point->step;
    circuits->seconds = point->seconds;
    return evaluation->options.circuits == 0 ||
           history_add_circuits(tracker->history, circuits, err);
}

bool tracker_take(struct tracker *tracker, struct evaluation *evaluation,
                  struct evaluation_point *point, bool *changed, struct error *err)
{
    /* The detector, which takes a step once, behind what can be done again. */
    if (!tracker_move(tracker, point->step, err) ||
        !look_at_facts(tracker, evaluation, point, err) ||
        !push_phase(tracker, point, changed, err))
        return false;
    point->phase = tracker->board->status.phase.phase;
    if (!history_add_evaluation(tracker->history, point, err) ||
        !keep_circuits(tracker, evaluation, point, err))
        return false;
    tracker->evaluated = point->step + 1;
    status_board_wake(tracker->board);
    return true;
}

/* Widening */

bool tracker_widen(struct tracker *tracker, const struct evaluation_point *point,
                   struct widened *widened, struct error *err)
{
    const struct sampling *sampling = tracker->widening.sampling;
    uint64_t from = sampling->subset;
    bool does = false;
    *widened = (struct widened){0};
    if (plan_at(tracker->plan, point->step).fine_tuned)
        return true;
    if (!widening_push(&tracker->widening, point->step, point->of_subset.loss, &does, err))
        return false;
    if (does)
        *widened = (struct widened){from, sampling->subset};
    return true;
}

/* What is restored */

bool tracker_restore(struct tracker *tracker, struct baselines *baselines,
                     const struct evaluation_point *recorded, struct error *err)
{
    bool changed;
    struct widened widened;
    struct evaluation_point point = *recorded;
    uint64_t own_step = plan_at(tracker->plan, point.step).own_step;
    tracker->evaluated = point.step + 1;
    baselines_restore(baselines, own_step, &point);
    if (!push_phase(tracker, &point, &changed, err) ||
        !tracker_widen(tracker, &point, &widened, err))
        return false;
    status_board_set_drawn(tracker->board,
                           plan_at(tracker->plan, tracker->board->status.step).drawn);
    if (point.snapshot.known) {
        knowledge_restore_exposures(&point.snapshot, own_step, &tracker->exposures);
        if (!history_add_snapshot(tracker->history, point.step, &point.snapshot, err))
            return false;
    }
    return history_add_evaluation(tracker->history, &point, err);
}

void tracker_restore_exposures(struct tracker *tracker, const struct plan *earlier, uint64_t step)
{
    plan_count_exposures(earlier, plan_at(tracker->plan, step).own_step, &tracker->exposures);
}
