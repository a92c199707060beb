/* mneme eval: what a run's model knows, attribute by attribute. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/processors.h"
#include "facts/pool_entropy.h"
#include "lab/session.h"
#include "measure/capacity.h"
#include "record/measure.h"
#include "ui/cli/attribute_rows.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/format.h"

enum { INDIVIDUALS = 'n' };

static const struct cli_option options[] = {
    CLI_STEP_OPTION,
    {INDIVIDUALS, "individuals", "N", "use at most N known and N new individuals"},
    {CLI_JSON, "json", NULL, "print one JSON object"},
};

struct eval_arguments {
    struct cli_model_options model;
    uint64_t individuals; /* 0: as the preset says */
};

struct findings {
    uint64_t of_known, of_held_out; /* asked */
    struct evaluation_point point;  /* recall, baselines and bits_per_parameter */
    double known_baseline[FACTS_MAX_ATTRIBUTES], new_baseline[FACTS_MAX_ATTRIBUTES];
    double bits; /* that the model has learned of all known individuals */
    size_t parameters;
};

/* Recall on `count` individuals spread over first .. first+among-1. */
static bool measure(struct session *session, uint64_t first, uint64_t among, uint64_t count,
                    struct recall *recall, struct error *err)
{
    struct recall_set set;
    if (!recall_set_init_spread(&set, &session->population, &session->vocabulary, first, among,
                                (size_t)count, err))
        return false;
    bool measured = recall_measure(&set, session->engine, NULL, recall, err);
    recall_set_free(&set);
    return measured;
}

static uint64_t fewer(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Baselines of those who were asked, under what the checkpoint's training drew. */
static bool find_baselines(const struct session *session, struct findings *findings,
                           struct error *err)
{
    struct baselines baselines;
    if (!session_baselines(session, findings->of_known, findings->of_held_out, session->baseline,
                           &baselines, err))
        return false;
    baselines_move(&baselines, plan_at(&session->plan, session->checkpoint_step).own_step, 0);
    findings->point.baseline = baselines_now(&baselines);
    for (size_t a = 0; a < session->facts.attributes; a++) {
        findings->known_baseline[a] =
            frequencies_cost(&baselines.known, &baselines.drawn, baselines.draws, a);
        findings->new_baseline[a] =
            frequencies_cost(&baselines.held_out, &baselines.drawn, baselines.draws, a);
    }
    baselines_free(&baselines);
    return true;
}

static bool measure_all(struct session *session, uint64_t individuals, struct findings *findings,
                        struct error *err)
{
    const struct population_options *size = &session->population.size;
    const struct trainer_options *trainer = &session->preset.trainer;
    findings->of_known = fewer(individuals ? individuals : trainer->evaluate_known, size->known);
    findings->of_held_out =
        fewer(individuals ? individuals : trainer->evaluate_new, size->held_out);
    bool measured = engine_make_ready(session->engine, processors_threads(), err) &&
                    measure(session, 0, sampling_asked(&session->sampling, findings->of_known),
                            findings->of_known, &findings->point.known, err) &&
                    measure(session, size->known, findings->of_held_out, findings->of_held_out,
                            &findings->point.held_out, err) &&
                    find_baselines(session, findings, err);
    findings->bits = capacity_bits(population_facts(&session->population), session->baseline,
                                   findings->point.known.loss);
    findings->parameters = model_count_parameters(&session->preset.model);
    findings->point.bits_per_parameter = findings->bits / (double)findings->parameters;
    return measured;
}

/* Where a bin begins; where it ends is where the next one does. */
static double bin_from(size_t bin)
{
    return (double)bin / CALIBRATION_BINS;
}

static json_t *json_calibration(const struct calibration *calibration)
{
    json_t *bins = json_array();
    for (size_t m = 0; m < CALIBRATION_BINS; m++) {
        const struct calibration_bin *bin = &calibration->bin[m];
        if (bin->predictions > 0)
            json_array_append_new(bins, json_pack("{s:o, s:o, s:I, s:o, s:o}", "from",
                                                  json_number(bin_from(m)), "to",
                                                  json_number(bin_from(m + 1)), "predictions",
                                                  (json_int_t)bin->predictions, "confidence",
                                                  json_number(bin->confidence), "accuracy",
                                                  json_number(bin->accuracy)));
    }
    return bins;
}

static void add_measure(json_t *object, const struct measure *measure,
                        const struct evaluation_point *point, size_t index)
{
    json_object_set_new(object, measure->eval_key ? measure->eval_key : measure->key,
                        json_number(measure_number(measure, point, index)));
}

/* Of known and of new individuals, in the order of a line. */
static void add_all_measures(json_t *object, enum measure_set set,
                             const struct evaluation_point *point)
{
    for (const struct measure *m = NULL; (m = measure_next(set, m)) != NULL;)
        add_measure(object, m, point, 0);
}

/* Adds those measures of a set that are of known or of new individuals; index as in
 * measure_offset. */
static void add_measures(json_t *object, enum measure_set set, const struct evaluation_point *point,
                         bool of_new, size_t index)
{
    for (const struct measure *m = NULL; (m = measure_next(set, m)) != NULL;)
        if (m->is_of_new == of_new)
            add_measure(object, m, point, index);
}

static json_t *json_recall(const struct evaluation_point *point, bool of_new,
                           const struct fact_set *facts)
{
    json_t *object = json_object(), *attributes = json_object();
    const struct recall *recall = of_new ? &point->held_out : &point->known;
    add_measures(object, MEASURE_RECALL, point, of_new, 0);
    for (size_t a = 0; a < facts->attributes; a++) {
        json_t *attribute = json_object();
        add_measures(attribute, MEASURE_ATTRIBUTE, point, of_new, a);
        json_object_set_new(attributes, facts->attribute[a].key, attribute);
    }
    json_object_set_new(object, "calibration", json_calibration(&recall->calibration));
    json_object_set_new(object, "attributes", attributes);
    return object;
}

static bool print_json(const struct session *session, const struct findings *findings,
                       struct error *err)
{
    const struct evaluation_point *point = &findings->point;
    json_t *object = json_pack("{s:o, s:I}", "run", json_text(session->run.name), "step",
                               (json_int_t)session->checkpoint_step);
    add_all_measures(object, MEASURE_BASELINE, point);
    json_object_set_new(object, "bits", json_number(findings->bits));
    json_object_set_new(object, "parameters", json_integer((json_int_t)findings->parameters));
    add_all_measures(object, MEASURE_CAPACITY, point);
    json_object_set_new(object, "known", json_recall(point, false, &session->facts));
    json_object_set_new(object, "new", json_recall(point, true, &session->facts));
    return json_print(object, err);
}

/* Of known or of new individuals. */
struct eval_column {
    double baseline, loss, accuracy;
};

/* "-" where nobody was asked. */
static void print_number(double number)
{
    char text[FORMAT_SIZE] = "-";
    if (isfinite(number))
        snprintf(text, sizeof text, "%.3f", number);
    printf("  %8s", text);
}

static void print_column(struct eval_column column)
{
    char accuracy[FORMAT_SIZE];
    print_number(column.baseline);
    print_number(column.loss);
    printf("  %8s", format_percent(accuracy, column.accuracy));
}

/* held_out: null where all are known. */
static void print_row(const char *name, size_t width, struct eval_column known,
                      const struct eval_column *held_out)
{
    attribute_rows_label(name, width);
    print_column(known);
    if (held_out)
        print_column(*held_out);
    printf("\n");
}

/* Measures that have no column, known individuals beside new ones. */
static void print_confidence(const struct evaluation_point *point, size_t width, bool both)
{
    for (const struct measure *m = NULL; (m = measure_next(MEASURE_RECALL, m)) != NULL;) {
        if (m->label && m->is_of_new && !both)
            printf("\n");
        if (!m->label || (m->is_of_new && !both))
            continue;
        if (m->is_of_new)
            printf("  %8s", "");
        else
            attribute_rows_label(m->label, width);
        printf("  %8s", "");
        print_number(measure_number(m, point, 0));
        printf("%s", m->is_of_new ? "\n" : "");
    }
}

/* "0.000 to 0.067" */
enum { BIN_COLS = 14 };

/* A bin of one curve, blank where it has no predictions. */
static void print_bin(const struct calibration_bin *bin)
{
    if (bin->predictions > 0)
        printf("  %8" PRIu64 "  %8.3f  %6.1f %%", bin->predictions, bin->confidence,
               100 * bin->accuracy);
    else
        printf("  %28s", "");
}

/* The other columns are named of_new; null where all are known. */
static void print_calibration(const struct calibration *known, const struct calibration *held_out,
                              const char *of_new, size_t width)
{
    printf("\n%-*s  %8s  %8s  %8s", (int)width, "confidence", "known", "mean", "right");
    if (of_new)
        printf("  %8s  %8s  %8s", of_new, "mean", "right");
    printf("\n");
    for (size_t m = 0; m < CALIBRATION_BINS; m++) {
        if (known->bin[m].predictions == 0 && held_out->bin[m].predictions == 0)
            continue;
        printf("%.3f to %.3f%*s", bin_from(m), bin_from(m + 1), (int)width - BIN_COLS, "");
        print_bin(&known->bin[m]);
        if (of_new)
            print_bin(&held_out->bin[m]);
        printf("\n");
    }
}

/* Of attributes whose value depends on another's, what a model that knows the pairs would lose. */
static void print_dependence(const struct fact_set *facts)
{
    for (size_t a = 0; a < facts->attributes; a++) {
        const struct attribute *attribute = &facts->attribute[a];
        double entropy, given;
        if (attribute->pairs && pool_entropy(facts, a, &entropy, &given, NULL))
            output_print("%s depends on %s: of %.3f nats, %.3f are left where that is known\n",
                         attribute->name, facts->attribute[attribute->pairs->from].name, entropy,
                         given);
    }
}

/* With a loss above the baseline a model knows less than one that knows nobody. */
static void print_capacity(const struct findings *findings)
{
    double bits = round(findings->bits);
    if (bits > 0)
        printf("\n%.0f bits learned in %zu parameters: %.3f per parameter\n", bits,
               findings->parameters, findings->point.bits_per_parameter);
    else
        printf("\nnothing learned in %zu parameters: the loss is not below the baseline\n",
               findings->parameters);
}

static void print_table(const struct session *session, const struct findings *findings)
{
    const struct fact_set *facts = &session->facts;
    const struct evaluation_point *point = &findings->point;
    const struct recall *known = &point->known, *held_out = &point->held_out;
    output_print("%s, step %" PRIu64 " (losses in nats)\n\n", session->run.name,
                 session->checkpoint_step);
    size_t width = attribute_rows_width(facts);
    bool both = findings->of_held_out > 0;
    const char *of_new = both ? individual_status_shown(INDIVIDUAL_NEW, facts) : NULL;
    printf("%*s  %8s  %8s  %8s", (int)width, "", "baseline", "known", "accuracy");
    if (both)
        printf("  %8s  %8s  %8s", "baseline", of_new, "accuracy");
    printf("\n");
    for (size_t a = 0; a <= facts->attributes; a++) {
        bool all = a == facts->attributes;
        const struct eval_column of_known =
            all ? (struct eval_column){point->baseline.known, known->loss, known->accuracy}
                : (struct eval_column){findings->known_baseline[a], known->attribute_loss[a],
                                       known->attribute_accuracy[a]};
        const struct eval_column of_others =
            all ? (struct eval_column){point->baseline.held_out, held_out->loss, held_out->accuracy}
                : (struct eval_column){findings->new_baseline[a], held_out->attribute_loss[a],
                                       held_out->attribute_accuracy[a]};
        print_row(all ? "all" : facts->attribute[a].name, width, of_known,
                  both ? &of_others : NULL);
    }
    print_dependence(facts);
    printf("\n");
    print_confidence(point, width, both);
    print_calibration(&known->calibration, &held_out->calibration, of_new, width);
    print_capacity(findings);
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct eval_arguments *a = arguments;
    return option == INDIVIDUALS
               ? cli_number("individuals", value, 1, POPULATION_MAX, &a->individuals, err)
               : cli_take_model_option(&a->model, option, value, err);
}

static int eval(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct eval_arguments a = {0};
    struct error err;
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, 1))
        return line.status;
    struct session session;
    struct findings findings;
    if (!cli_open_model(&session, paths, line.operand[0], &a.model, &err))
        return cli_fail(&err);
    bool measured = measure_all(&session, a.individuals, &findings, &err);
    if (measured && a.model.json)
        measured = print_json(&session, &findings, &err);
    else if (measured)
        print_table(&session, &findings);
    int status = measured ? EXIT_DONE : cli_fail(&err);
    session_close(&session, &err);
    return status;
}

const struct cli_command cli_eval = {
    .name = "eval",
    .operands = "RUN",
    .summary = "Measure what a run's model knows, attribute by attribute.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = eval,
    .uses_ranks = true,
};
