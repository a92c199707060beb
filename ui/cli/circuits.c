/* mneme circuits: what a run's model uses attention for, layer by layer. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/processors.h"
#include "lab/session.h"
#include "record/measure.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"

enum { INDIVIDUALS = 'n', HEADS = 'H', STANDARD_INDIVIDUALS = 512 };

static const struct cli_option options[] = {
    CLI_STEP_OPTION,
    {INDIVIDUALS, "individuals", "N", "use at most N known and N new individuals (default 512)"},
    {HEADS, "heads", NULL, "print a row for every head"},
    {CLI_JSON, "json", NULL, "print one JSON object"},
};

struct circuits_arguments {
    struct cli_model_options model;
    uint64_t individuals; /* 0: STANDARD_INDIVIDUALS, but no new ones where the preset asks none */
    bool heads;
};

enum { LABEL_COLS = 9, VALUE_COLS = 7, PAIR_COLS = 2 * VALUE_COLS };

/* Circuits on `count` individuals spread over first .. first+among-1. */
static bool measure(struct session *session, uint64_t first, uint64_t among, uint64_t count,
                    struct circuits *circuits, struct error *err)
{
    const struct model_options *shape = &engine_model(session->engine)->options;
    struct circuits_set set;
    if (!circuits_set_init(&set, &session->population, &session->vocabulary, shape, first, among,
                           (size_t)count, err))
        return false;
    bool measured = circuits_init(circuits, shape->layers, shape->heads, err) &&
                    circuits_measure(&set, session->engine, NULL, circuits, err);
    circuits_set_free(&set);
    return measured;
}

static uint64_t fewer(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most_asked(const struct circuits_arguments *a)
{
    return a->individuals > 0 ? a->individuals : STANDARD_INDIVIDUALS;
}

static uint64_t count_new(const struct session *session, const struct circuits_arguments *a)
{
    bool asked = a->individuals > 0 || session->preset.trainer.evaluate_new > 0;
    return asked ? fewer(most_asked(a), session->population.size.held_out) : 0;
}

static bool measure_both(struct session *session, const struct circuits_arguments *a,
                         struct circuits_point *point, struct error *err)
{
    const struct population_options *size = &session->population.size;
    uint64_t known = fewer(most_asked(a), size->known), held_out = count_new(session, a);
    if (!model_attends(&engine_model(session->engine)->options))
        return error_set(err, ERROR_INPUT, "the model of run %s has no attention",
                         session->run.name);
    return engine_make_ready(session->engine, processors_threads(), err) &&
           measure(session, 0, sampling_asked(&session->sampling, known), known, &point->known,
                   err) &&
           measure(session, size->known, held_out, held_out, &point->held_out, err);
}

static json_t *json_layers(const struct circuits *circuits, enum circuit circuit)
{
    json_t *list = json_array();
    for (size_t l = 0; l < circuits->layers; l++)
        json_array_append_new(list, json_number(circuits_of_layer(circuits, circuit, l)));
    return list;
}

static json_t *json_heads(const struct circuits *circuits, enum circuit circuit)
{
    json_t *layers = json_array();
    for (size_t l = 0; l < circuits->layers; l++) {
        json_t *heads = json_array();
        for (size_t h = 0; h < circuits->heads; h++)
            json_array_append_new(heads, json_number(circuits_of_head(circuits, circuit, l, h)));
        json_array_append_new(layers, heads);
    }
    return layers;
}

/* With the keys of the record. */
static json_t *json_circuits(const struct circuits *circuits)
{
    json_t *object = json_object(), *heads = json_object();
    for (enum circuit c = 0; c < CIRCUITS; c++) {
        const char *key = measure_of_circuit(c, false)->key;
        json_object_set_new(object, key, json_layers(circuits, c));
        json_object_set_new(heads, key, json_heads(circuits, c));
    }
    json_object_set_new(object, "heads", heads);
    return object;
}

static bool print_json(const struct session *session, const struct circuits_point *point,
                       struct error *err)
{
    json_t *object =
        json_pack("{s:o, s:I, s:o, s:o}", "run", json_text(session->run.name), "step",
                  (json_int_t)session->checkpoint_step, "known", json_circuits(&point->known),
                  "new", json_circuits(&point->held_out));
    return json_print(object, err);
}

static void print_value(double value, int columns)
{
    if (isfinite(value))
        printf("%*.3f", columns, value);
    else
        printf("%*s", columns, "-");
}

static void print_layer(const struct circuits_point *point, size_t layer, bool both)
{
    printf("layer %-*zu", LABEL_COLS - 6, layer + 1);
    for (enum circuit c = 0; c < CIRCUITS; c++) {
        print_value(circuits_of_layer(&point->known, c, layer), both ? VALUE_COLS : PAIR_COLS);
        if (both)
            print_value(circuits_of_layer(&point->held_out, c, layer), VALUE_COLS);
    }
    printf("\n");
}

static void print_head(const struct circuits_point *point, size_t layer, size_t head, bool both)
{
    printf("  head %-*zu", LABEL_COLS - 7, head + 1);
    for (enum circuit c = 0; c < CIRCUITS; c++) {
        print_value(circuits_of_head(&point->known, c, layer, head), both ? VALUE_COLS : PAIR_COLS);
        if (both)
            print_value(circuits_of_head(&point->held_out, c, layer, head), VALUE_COLS);
    }
    printf("\n");
}

/* The first or the second line of them. */
static void print_headings(bool second)
{
    for (enum circuit c = 0; c < CIRCUITS; c++) {
        const char *label = measure_of_circuit(c, false)->label;
        int first = (int)strcspn(label, "\n");
        printf("%*.*s", PAIR_COLS, second ? PAIR_COLS : first, second ? label + first + 1 : label);
    }
}

static void print_table(const struct session *session, const struct circuits_point *point,
                        const struct circuits_arguments *a)
{
    output_print("%s, step %" PRIu64 " (shares of attention)\n\n%*s", session->run.name,
                 session->checkpoint_step, LABEL_COLS, "");
    print_headings(false);
    printf("\n%*s", LABEL_COLS, "");
    print_headings(true);
    printf("\n%*s", LABEL_COLS, "");
    /* Where nobody new is asked, a pair of columns is one as wide. */
    bool both = count_new(session, a) > 0;
    const char *of_new = session->facts.table ? "held" : "new";
    for (enum circuit c = 0; c < CIRCUITS; c++)
        printf("%*s%*s", both ? VALUE_COLS : 0, both ? "known" : "", both ? VALUE_COLS : PAIR_COLS,
               both ? of_new : "known");
    printf("\n");
    for (size_t l = 0; l < point->known.layers; l++) {
        print_layer(point, l, both);
        for (size_t h = 0; a->heads && h < point->known.heads; h++)
            print_head(point, l, h, both);
    }
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct circuits_arguments *a = arguments;
    if (option == HEADS)
        return a->heads = true;
    if (option == INDIVIDUALS)
        return cli_number("individuals", value, 1, POPULATION_MAX, &a->individuals, err);
    return cli_take_model_option(&a->model, option, value, err);
}

static int circuits(const struct cli_command *command, const struct paths *paths, int argc,
                    char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct circuits_arguments a = {0};
    struct error err;
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, 1))
        return line.status;
    struct session session;
    struct circuits_point point = {0};
    if (!cli_open_model(&session, paths, line.operand[0], &a.model, &err))
        return cli_fail(&err);
    bool measured = measure_both(&session, &a, &point, &err);
    if (measured && a.model.json)
        measured = print_json(&session, &point, &err);
    else if (measured)
        print_table(&session, &point, &a);
    int status = measured ? EXIT_DONE : cli_fail(&err);
    circuits_free(&point.known);
    circuits_free(&point.held_out);
    session_close(&session, &err);
    return status;
}

const struct cli_command cli_circuits = {
    .name = "circuits",
    .operands = "RUN",
    .summary = "Measure what a run's model uses attention for, layer by layer.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = circuits,
    .uses_ranks = true,
};
