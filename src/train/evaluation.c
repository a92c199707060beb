#include "train/evaluation.h"

#include "measure/capacity.h"

/* Whom it asks */

static size_t at_most(uint64_t count, size_t most)
{
    return count < most ? (size_t)count : most;
}

/* Of the individuals that recall asks about. */
static bool init_circuits(struct evaluation *e, uint64_t asked, struct error *err)
{
    const struct evaluation_subject *s = &e->subject;
    if (!model_attends(s->model))
        e->options.circuits = 0;
    size_t each = e->options.circuits;
    if (each == 0)
        return true;
    return circuits_init(&e->circuits.known, s->model->layers, s->model->heads, err) &&
           circuits_init(&e->circuits.held_out, s->model->layers, s->model->heads, err) &&
           circuits_set_init(&e->known_circuits, s->population, s->vocabulary, s->model, 0, asked,
                             at_most(e->options.known, each), err) &&
           circuits_set_init(&e->held_out_circuits, s->population, s->vocabulary, s->model,
                             s->population->size.known, e->options.held_out,
                             at_most(e->options.held_out, each), err);
}

/* What is looked at of single facts. */
static bool init_snapshot(struct evaluation *e, uint64_t asked, struct error *err)
{
    for (size_t a = 0; a < e->known.attributes; a++)
        if (!population_entropy(e->subject.population, a, &e->attribute_baseline[a], NULL, err))
            return false;
    return knowledge_snapshot_init(&e->snapshot, asked, e->known.batch.biographies,
                                   e->known.attributes, err);
}

bool evaluation_init(struct evaluation *evaluation, const struct evaluation_options *options,
                     const struct evaluation_subject *subject, struct error *err)
{
    const struct crowd *tuned = &subject->plan->finetune.tuned;
    uint64_t asked = sampling_asked(subject->plan->sampling, options->known);
    *evaluation = (struct evaluation){.options = *options, .subject = *subject};
    const struct baselines_subject baselines = {
        .population = subject->population,
        .sampling = subject->plan->sampling,
        .finetune = &subject->plan->finetune,
        .batch = subject->plan->batch,
        .known = options->known,
        .held_out = options->held_out,
        .uniform = subject->baseline,
    };
    return recall_set_init_spread(&evaluation->known, subject->population, subject->vocabulary, 0,
                                  asked, options->known, err) &&
           recall_set_init(&evaluation->held_out, subject->population, subject->vocabulary,
                           subject->population->size.known, options->held_out, err) &&
           (tuned->count == 0 ||
            recall_set_init_spread(&evaluation->tuned, subject->population, subject->vocabulary,
                                   tuned->first, tuned->count,
                                   at_most(tuned->count, options->known), err)) &&
           baselines_init(&evaluation->baselines, &baselines, err) &&
           init_circuits(evaluation, asked, err) && init_snapshot(evaluation, asked, err);
}

void evaluation_free(struct evaluation *evaluation)
{
    recall_set_free(&evaluation->known);
    recall_set_free(&evaluation->held_out);
    recall_set_free(&evaluation->tuned);
    baselines_free(&evaluation->baselines);
    circuits_set_free(&evaluation->known_circuits);
    circuits_set_free(&evaluation->held_out_circuits);
    circuits_free(&evaluation->circuits.known);
    circuits_free(&evaluation->circuits.held_out);
    knowledge_snapshot_free(&evaluation->snapshot);
}

/* What it measures. A model at one of its steps, until cancelled. */

struct looking {
    struct engine *engine;
    const atomic_bool *cancel;
    uint64_t step;
};

static bool ask(const struct looking *at, struct recall_set *set, struct recall *recall,
                struct error *err)
{
    return recall_measure(set, at->engine, at->cancel, recall, err);
}

static struct part_recall part_of(const struct recall *recall)
{
    return (struct part_recall){recall->loss, recall->accuracy};
}

/* Individuals the sampling has singled out, where they are not all. */
static bool measure_subset(struct evaluation *e, const struct looking *at,
                           struct evaluation_point *point, struct error *err)
{
    const struct evaluation_subject *s = &e->subject;
    uint64_t subset = sampling_subset(s->plan->sampling, at->step > 0 ? at->step - 1 : 0);
    struct recall recall = point->known;
    point->subset = subset;
    if (subset > 0 && subset < s->population->size.known) {
        struct recall_set set;
        if (!recall_set_init_spread(&set, s->population, s->vocabulary, 0, subset,
                                    at_most(subset, e->options.known), err))
            return false;
        bool measured = ask(at, &set, &recall, err);
        recall_set_free(&set);
        if (!measured)
            return false;
    }
    point->of_subset = part_of(&recall);
    return true;
}

/* Those that are fine-tuned on, from the step on at which that begins. */
static bool measure_tuned(struct evaluation *e, const struct looking *at,
                          struct evaluation_point *point, struct error *err)
{
    struct recall recall;
    if (!finetune_covers(&e->subject.plan->finetune, at->step))
        return true;
    if (!ask(at, &e->tuned, &recall, err))
        return false;
    point->tuned = e->subject.plan->finetune.tuned.count;
    point->of_tuned = part_of(&recall);
    return true;
}

static bool measure_circuits(struct evaluation *e, const struct looking *at, struct error *err)
{
    return e->options.circuits == 0 ||
           (circuits_measure(&e->known_circuits, at->engine, at->cancel, &e->circuits.known, err) &&
            circuits_measure(&e->held_out_circuits, at->engine, at->cancel, &e->circuits.held_out,
                             err));
}

/* What the set of known individuals says of each group of the sampling. */
static void score_groups(const struct evaluation *e, struct evaluation_point *point)
{
    const struct sampling *sampling = e->subject.plan->sampling;
    point->groups = sampling_groups(sampling);
    for (size_t g = 0; g < point->groups; g++) {
        struct crowd group = sampling_group(sampling, g);
        struct recall recall;
        recall_score_within(&e->known, group.first, group.count, &recall);
        point->of_group[g] = part_of(&recall);
    }
}

static bool measure_all(struct evaluation *e, const struct looking *at,
                        struct evaluation_point *point, struct error *err)
{
    const struct evaluation_subject *subject = &e->subject;
    if (!ask(at, &e->known, &point->known, err) || !ask(at, &e->held_out, &point->held_out, err) ||
        !measure_tuned(e, at, point, err) || !measure_circuits(e, at, err))
        return false;
    score_groups(e, point);
    baselines_move(&e->baselines, at->step, 0);
    point->baseline = baselines_now(&e->baselines);
    point->bits_per_parameter =
        capacity_bits(population_facts(subject->population), subject->baseline, point->known.loss) /
        (double)model_count_parameters(subject->model);
    return measure_subset(e, at, point, err);
}

bool evaluation_measure(struct evaluation *evaluation, struct engine *engine,
                        const atomic_bool *cancel, uint64_t step, struct evaluation_point *point,
                        bool *measured, struct error *err)
{
    const struct looking at = {engine, cancel, step};
    struct error why;
    *measured = measure_all(evaluation, &at, point, &why);
    return *measured || why.kind == ERROR_CANCELLED || error_set(err, why.kind, "%s", why.message);
}

void evaluation_look_at_facts(struct evaluation *evaluation, const struct exposures *exposures)
{
    knowledge_look(&evaluation->snapshot, &evaluation->known, evaluation->attribute_baseline,
                   exposures);
}
