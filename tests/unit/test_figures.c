/* Figures of runs whose records are made up: what they say, and what cannot be drawn. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "figure/figures.h"
#include "tests/fixtures/tiny.h"
#include "tests/float_equal.h"

enum { MOST = 6, PATH = 160 };

struct setup {
    struct tiny tiny;
    struct run_result result[MOST];
    size_t count;
    char path[PATH]; /* of the figure */
};

static const char *in_directory(const struct setup *setup, char path[PATH], const char *name)
{
    snprintf(path, PATH, "%s/%s", setup->tiny.directory, name);
    return path;
}

static void write_text(const struct setup *setup, const char *run, const char *file,
                       const char *text)
{
    char path[PATH];
    struct error err = {0};
    in_directory(setup, path, run);
    assert_true(file_make_directories(path, &err));
    snprintf(path, sizeof path, "%s/%s/%s", setup->tiny.directory, run, file);
    assert_true(file_replace(path, text, strlen(text), &err));
}

static void write_preset(struct setup *setup, const char *run, const char *const *changes)
{
    struct preset preset;
    struct error err = {0};
    if (!tiny_preset(&setup->tiny, &preset, changes, &err))
        fail_msg("%s", err.message);
    char *text = preset_write(&preset, &err);
    write_text(setup, run, "preset.ini", text);
    memory_free(text);
    preset_free(&preset);
}

static void add_evaluation(struct text *record, double step, double loss, double accuracy)
{
    text_format(record,
                "{\"step\": %.0f, \"seconds\": 1.0, \"attr_loss\": %.6f, \"new_attr_loss\": %.6f, "
                "\"attr_acc\": %.4f, \"new_attr_acc\": 0.01, \"max_prob\": 0.5, "
                "\"new_max_prob\": 0.4, \"entropy\": 1.0, \"new_entropy\": 1.5, "
                "\"phase\": \"plateau\", \"attributes\": {\"major\": {\"loss\": 2.0}}}\n",
                step, loss, loss + 1, accuracy);
}

/* Reads a run that was written. */
static const struct run_result *take(struct setup *setup, const char *run)
{
    struct error err = {0};
    struct run_result *result = &setup->result[setup->count++];
    if (!run_result_read(result, &setup->tiny.paths, run, &err))
        fail_msg("%s", err.message);
    return result;
}

/* A run that loses evenly from 8 to a final loss in 100 steps. */
static void add_slope(struct setup *setup, const char *run, double last, const char *const *changes)
{
    struct text record = {0};
    for (int step = 0; step <= 100; step += 10)
        add_evaluation(&record, step, 8 + (last - 8) * step / 100, step / 200.0);
    write_preset(setup, run, changes);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

/* A training that waits at its baseline until `end` steps after the first, and then falls; its
 * evaluations go on to 4 times that, the last of them left out. */
static void add_training(struct text *record, double first, double end, double baseline)
{
    for (int i = 0; i < 100; i++) {
        double step = round(end * i / 25), start = 0.2 * end;
        double loss = step < start ? baseline * (3 - 2 * step / start)
                      : step < end ? baseline
                                   : baseline * pow(step / end, -1.5);
        add_evaluation(record, first + step, loss, step < end ? 0 : 1 - end / step);
    }
}

/* Writes a run's preset; its baseline. */
static double begin_run(struct setup *setup, const char *run, const char *const *changes)
{
    write_preset(setup, run, changes);
    write_text(setup, run, "metrics.jsonl", "");
    double baseline = take(setup, run)->phase.baseline;
    run_result_free(&setup->result[--setup->count]);
    return baseline;
}

/* A run with a plateau that ends at a step. */
static void add_plateau(struct setup *setup, const char *run, double end,
                        const char *const *changes)
{
    struct text record = {0};
    add_training(&record, 0, end, begin_run(setup, run, changes));
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

/* A run whose model, patched from step 2,000 on, has a shorter plateau than its reference. */
static void add_patched(struct setup *setup, const char *run)
{
    static const char *const changes[] = {"train.steps=2000", "patching.reference_step=2000", NULL};
    struct text record = {0};
    double baseline = begin_run(setup, run, changes);
    add_training(&record, 0, 500, baseline);
    add_training(&record, 2000, 250, baseline);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

#define CHANGES(...) ((const char *const[]){__VA_ARGS__, NULL})

static int open_setup(void **state)
{
    struct setup *setup = calloc(1, sizeof *setup);
    *state = setup;
    if (!setup || !tiny_begin(&setup->tiny))
        return -1;
    in_directory(setup, setup->path, "figure.svg");
    return 0;
}

static int close_setup(void **state)
{
    struct setup *setup = *state;
    for (size_t i = 0; i < setup->count; i++)
        run_result_free(&setup->result[i]);
    tiny_end(&setup->tiny);
    free(setup);
    return 0;
}

#define FIGURE(...)                                                                                \
    (&(const struct figure_options){                                                               \
        .width = FIGURE_WIDTH, .height = FIGURE_HEIGHT, .kind = __VA_ARGS__})

/* Whether the figure is refused with a sentence that has the words in it, and no file is left. */
static bool refused(const struct setup *setup, const struct figure_options *figure,
                    const char *const *words)
{
    struct error err = {0};
    bool fine = !figures_draw(setup->result, setup->count, figure, setup->path, &err) &&
                err.kind == ERROR_INPUT && !file_exists(setup->path);
    for (; fine && *words; words++)
        fine = strstr(err.message, *words) != NULL;
    if (!fine)
        fprintf(stderr, "said: %s\n", err.message);
    return fine;
}

#ifdef HAVE_CAIRO

static char *draw(const struct setup *setup, const struct figure_options *figure)
{
    struct error err = {0};
    if (!figures_draw(setup->result, setup->count, figure, setup->path, &err))
        fail_msg("%s", err.message);
    char *svg = file_read(setup->path, NULL, &err);
    assert_non_null(svg);
    return svg;
}

/* Whether the figure has these lines of text, whole. */
static bool says(const struct setup *setup, const struct figure_options *figure,
                 const char *const *lines)
{
    char *svg = draw(setup, figure);
    const char *start = strstr(svg, "<desc>");
    char *end = strstr(svg, "</desc>");
    bool fine = start && end;
    if (fine)
        *end = '\0';
    for (; fine && *lines; lines++) {
        char whole[128];
        snprintf(whole, sizeof whole, "\n%s\n", *lines);
        fine = strstr(start, whole) != NULL;
        if (!fine)
            fprintf(stderr, "\"%s\" is not in %s\n", *lines, start);
    }
    memory_free(svg);
    return fine;
}

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void one_run_shows_its_phases(void **state)
{
    struct setup *setup = *state;
    add_plateau(setup, "one", 500, NULL);
    char baseline[32];
    snprintf(baseline, sizeof baseline, "baseline %.2f", setup->result[0].phase.baseline);
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("known individuals", "new individuals", baseline, "statistics",
                           "plateau", "knowledge", "attribute loss (nats)", "accuracy (%)",
                           "training step", "1,000")));
    char end[64];
    snprintf(end, sizeof end, "plateau ends at %.0f", setup->result[0].phase.plateau_end);
    assert_float_equal(setup->result[0].phase.plateau_end, 500, 25);
    assert_true(says(setup, FIGURE(FIGURE_CURVES), LINES(end)));
    assert_true(says(setup, FIGURE(FIGURE_CURVES, .log_x = true, .title = "T"), LINES("T", "100")));
}

/* A run of two evaluations, with what knowing nobody costs in the record. */
static void add_with_baselines(struct setup *setup, const char *run, double known, double held_out)
{
    struct text record = {0}, line = {0};
    for (int step = 10; step <= 20; step += 10) {
        text_clear(&line);
        add_evaluation(&line, step, 6, 0.1);
        line.bytes[line.length - 2] = '\0'; /* what closes it */
        text_format(&record,
                    "%s, \"baseline\": %.2f, \"new_baseline\": %.2f, \"uniform_baseline\": "
                    "%.2f}\n",
                    line.bytes, known, held_out, known);
    }
    write_preset(setup, run, NULL);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    text_free(&line);
    take(setup, run);
}

static void the_baseline_of_new_individuals_is_drawn_where_it_is_another(void **state)
{
    struct setup *setup = *state;
    add_with_baselines(setup, "apart", 4, 5.25);
    assert_true(says(setup, FIGURE(FIGURE_CURVES), LINES("baseline 4.00", "baseline of new 5.25")));
}

static void a_patched_run_has_phases_of_either_part(void **state)
{
    struct setup *setup = *state;
    add_patched(setup, "patched");
    const struct run_result *result = &setup->result[0];
    assert_true(result->patched);
    assert_float_equal(result->reference_phase.plateau_end, 500, 25);
    assert_float_equal(result->phase.plateau_end, 2250, 13);
    assert_float_equal(run_result_own_plateau_end(result), 250, 13);
    assert_false(run_result_has_plateau_end(result)); /* for a law */
    char end[64];
    snprintf(end, sizeof end, "plateau ends at 2,%03.0f", result->phase.plateau_end - 2000);
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("statistics", "plateau", "knowledge", "attention patched", end)));
}

/* Beside others it is drawn as what it is compared with: from its own step 0 on. */
static void patched_models_are_compared_over_their_own_steps(void **state)
{
    struct setup *setup = *state;
    struct error err = {0};
    struct series series;
    add_patched(setup, "patched");
    add_plateau(setup, "ordinary", 500, CHANGES("train.steps=2000"));
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("reference_step = 2,000", "reference_step = none", "1,500")));
    assert_false(says(setup, FIGURE(FIGURE_CURVES), LINES("2,500")));
    assert_true(run_result_own_measure(&setup->result[0], "attr_loss", &series, &err));
    assert_int_equal(series.count, 100);
    assert_true(series.x[0] == 0 && series.x[99] == 990);
    series_free(&series);
    assert_true(run_result_own_measure(&setup->result[1], "attr_loss", &series, &err));
    assert_true(series.count == 100 && series.x[99] == 1980);
    series_free(&series);
}

static void runs_that_differ_by_seeds_are_one_curve(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, CHANGES("train.seed=1"));
    add_slope(setup, "b", 4, CHANGES("train.seed=2"));
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("known individuals", "(mean \u00b1 standard deviation of 2 runs)")));
    add_slope(setup, "c", 4, CHANGES("train.lr=0.004"));
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("lr = 0.004, 1 run", "lr = 0.01, 2 runs",
                           "(mean \u00b1 standard deviation of runs)")));
}

static void other_runs_are_named_by_what_differs(void **state)
{
    struct setup *setup = *state;
    add_plateau(setup, "b", 500, CHANGES("population.known=32"));
    add_plateau(setup, "a", 300, CHANGES("population.known=16"));
    assert_true(says(setup, FIGURE(FIGURE_CURVES), LINES("N = 16\nN = 32", "plateau end")));
}

static void a_law_has_its_equation(void **state)
{
    struct setup *setup = *state;
    static const unsigned known[] = {16, 32, 64, 128};
    for (size_t i = 0; i < 4; i++) {
        char change[64], name[16];
        snprintf(change, sizeof change, "population.known=%u", known[i]);
        snprintf(name, sizeof name, "n%u", known[i]);
        add_plateau(setup, name, 30 * pow(known[i], 0.8), CHANGES(change));
    }
    struct scaling_law law;
    struct error err = {0};
    assert_true(run_result_fit_law(setup->result, setup->count, &law, &err));
    assert_float_equal(law.b, 0.8, 0.05);
    char equation[96];
    snprintf(equation, sizeof equation, "plateau end = %.3g N^%.2f,  R\u00b2 = %.3f", law.a, law.b,
             law.r_squared);
    assert_true(
        says(setup, FIGURE(FIGURE_LAW), LINES(equation, "known individuals N", "fitted law")));
}

static const struct preset_key *key(const char *section, const char *name)
{
    return preset_key_find(section, name);
}

/* Cells: N = 16: (2 + 4) / 2 and 5; N = 32: 1 and nothing. */
static void a_cell_of_a_heat_map_is_a_mean_over_seeds(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, CHANGES("population.known=16", "train.seed=1"));
    add_slope(setup, "b", 4, CHANGES("population.known=16", "train.seed=2"));
    add_slope(setup, "c", 5, CHANGES("population.known=16", "train.lr=0.002"));
    add_slope(setup, "d", 1, CHANGES("population.known=32"));
    assert_true(says(
        setup, FIGURE(FIGURE_HEATMAP, .x = key("population", "known"), .y = key("train", "lr")),
        LINES("5.00\n\u2013\n3.00\n1.00", "16\n32\n0.002\n0.01", "N\nlr")));
    assert_true(says(setup,
                     FIGURE(FIGURE_HEATMAP, .x = key("population", "known"),
                            .y = key("train", "lr"), .value = FIGURE_FINAL_ACCURACY),
                     LINES("50.0", "final accuracy (%)")));
}

static void different_runs_do_not_share_a_cell(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, CHANGES("train.batch=4"));
    add_slope(setup, "b", 4, CHANGES("train.batch=5"));
    assert_true(refused(
        setup, FIGURE(FIGURE_HEATMAP, .x = key("population", "known"), .y = key("train", "lr")),
        LINES("a (batch = 4)", "b (batch = 5)")));
}

static void a_heat_map_without_a_number_is_refused(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 7, NULL);
    assert_true(isnan(setup->result[0].phase.plateau_end));
    assert_true(refused(setup,
                        FIGURE(FIGURE_HEATMAP, .x = key("population", "known"),
                               .y = key("train", "lr"), .value = FIGURE_PLATEAU_END),
                        LINES("plateau end")));
}

static void any_measures_can_be_drawn(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, NULL);
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "max_prob,new_max_prob"),
                     LINES("largest probability", "known individuals", "new individuals")));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "attributes.major.loss"),
                     LINES("attributes.major.loss (nats)")));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "entropy,max_prob"),
                     LINES("entropy (nats)", "largest probability")));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "seconds"), LINES("seconds")));
    add_slope(setup, "b", 2, CHANGES("train.batch=4"));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "max_prob,new_max_prob"),
                     LINES("batch = 4\nbatch = 6\nknown individuals\nnew individuals")));
}

/* More curves, over several panels, than memory is made for at once. */
static void many_measures_of_many_runs_fit(void **state)
{
    struct setup *setup = *state;
    for (size_t i = 0; i < MOST; i++) {
        char name[8], change[32];
        snprintf(name, sizeof name, "r%zu", i);
        snprintf(change, sizeof change, "train.lr=0.00%zu", i + 1);
        add_slope(setup, name, 2, CHANGES(change));
    }
    assert_true(
        says(setup,
             FIGURE(FIGURE_MEASURE,
                    .measures = "attr_loss,new_attr_loss,attr_acc,new_attr_acc,max_prob,"
                                "new_max_prob,entropy,new_entropy,seconds,attributes.major.loss"),
             LINES("lr = 0.001", "lr = 0.006", "known individuals", "seconds")));
}

/* A run of two layers whose circuits are told apart by their numbers; the first version did not
 * record attention within names. */
/* The first version lacks the first two. */
static const char *const circuit_keys[] = {
    "name_name_within", "new_name_name_within", "name_name", "new_name_name",
    "attr_name",        "new_attr_name",        "attr_text", "new_attr_text",
    "sharpness",        "new_sharpness"};
enum { CIRCUIT_KEYS = sizeof circuit_keys / sizeof *circuit_keys };

/* A line of two layers with two heads each. */
static void add_circuit_line(struct text *record, int step, size_t from, bool new_too)
{
    struct text heads = {0};
    text_format(record, "{\"step\": %d, \"seconds\": 1.0", step);
    for (size_t k = from; k < CIRCUIT_KEYS; k++) {
        char first[16] = "null", last[16] = "null";
        if (new_too || strncmp(circuit_keys[k], "new_", 4) != 0) {
            snprintf(first, sizeof first, "%.4f", 0.1 * (double)k);
            snprintf(last, sizeof last, "%.4f", 0.1 * (double)k + 0.001 * step);
        }
        text_format(record, ", \"%s\": [%s, %s]", circuit_keys[k], first, last);
        text_format(&heads, "%s\"%s\": [[%s, %s], [%s, %s]]", heads.length == 0 ? "" : ", ",
                    circuit_keys[k], first, first, last, last);
    }
    text_format(record, ", \"heads\": {%s}}\n", heads.bytes);
    text_free(&heads);
}

static void add_circuits(struct setup *setup, const char *run, bool first_version,
                         const char *const *changes)
{
    struct text record = {0};
    for (int step = 0; step <= 100; step += 10) {
        add_evaluation(&record, step, 8 - 0.05 * step, step / 200.0);
        add_circuit_line(&record, step, first_version ? 2 : 0, true);
    }
    write_preset(setup, run, changes);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

static void circuits_are_those_of_the_first_and_the_last_layer(void **state)
{
    struct setup *setup = *state;
    add_circuits(setup, "a", false, CHANGES("model.layers=2"));
    assert_true(says(setup, FIGURE(FIGURE_CIRCUITS),
                     LINES("attention, known individuals", "attention, new individuals",
                           "within a name, first layer", "attribute \u2192 name, last layer",
                           "attribute \u2192 text, last layer", "training step")));
    add_circuits(setup, "b", false, CHANGES("model.layers=2", "train.batch=4"));
    assert_true(says(setup, FIGURE(FIGURE_CIRCUITS),
                     LINES("batch = 4, within a name, first layer",
                           "batch = 6, attribute \u2192 text, last layer")));
}

/* A run that asks nobody new: null stands in its record for all that would be of them. */
static void add_without_new(struct setup *setup, const char *run)
{
    struct text record = {0};
    for (int step = 0; step <= 100; step += 10) {
        text_format(&record,
                    "{\"step\": %d, \"seconds\": 1.0, \"attr_loss\": %.4f, \"new_attr_loss\": "
                    "null, \"attr_acc\": 0.5, \"new_attr_acc\": null, \"max_prob\": 0.5, "
                    "\"new_max_prob\": null, \"entropy\": 1.0, \"new_entropy\": null, "
                    "\"phase\": \"plateau\", \"attributes\": {}}\n",
                    step, 8 - 0.05 * step);
        add_circuit_line(&record, step, 0, false);
    }
    write_preset(setup, run, CHANGES("eval.new=0", "population.new=0", "model.layers=2"));
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

static void a_run_that_asks_nobody_new_is_drawn_without_them(void **state)
{
    struct setup *setup = *state;
    add_without_new(setup, "alone");
    assert_true(says(setup, FIGURE(FIGURE_CURVES), LINES("attribute loss (nats)", "accuracy (%)")));
    assert_false(says(setup, FIGURE(FIGURE_CURVES), LINES("new individuals")));
    assert_true(says(setup, FIGURE(FIGURE_CIRCUITS),
                     LINES("attention, known individuals", "within a name, first layer")));
    assert_false(says(setup, FIGURE(FIGURE_CIRCUITS), LINES("attention, new individuals")));
    assert_int_equal(remove(setup->path), 0);
    assert_true(refused(setup, FIGURE(FIGURE_TRAJECTORY),
                        LINES("alone", "new_attr_loss", "asks no new individuals")));
}

/* A slope that began in another run at step 20, and whose rate was set at step 50. */
static void add_turned(struct setup *setup, const char *run, const char *const *changes)
{
    struct text record = {0};
    text_add(&record, "{\"event\": \"fork\", \"step\": 20, \"seconds\": 1.0, \"run\": \"z\"}\n");
    for (int step = 0; step <= 100; step += 10) {
        add_evaluation(&record, step, 8 - 0.05 * step, step / 200.0);
        if (step == 50)
            text_add(&record, "{\"event\": \"set\", \"step\": 50, \"seconds\": 1.0, "
                              "\"key\": \"train.lr\", \"before\": 0.002, \"value\": 0.001}\n");
    }
    write_preset(setup, run, changes);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

static void a_figure_says_where_a_run_was_turned(void **state)
{
    struct setup *setup = *state;
    add_turned(setup, "a", NULL);
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("branch at 20", "lr .002 \u2192 .001 at 50", "training step")));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "entropy"),
                     LINES("branch at 20", "lr .002 \u2192 .001 at 50")));
    add_slope(setup, "b", 3, NULL);
    assert_true(
        says(setup, FIGURE(FIGURE_CURVES),
             LINES("lr .002 \u2192 .001 at 50", "lr as scheduled", "branch", "lr set by hand")));
}

static void circuits_of_the_first_version_are_attention_to_all_names(void **state)
{
    struct setup *setup = *state;
    add_circuits(setup, "a", true, CHANGES("model.layers=2"));
    assert_true(
        says(setup, FIGURE(FIGURE_CIRCUITS),
             LINES("name \u2192 all names, first layer", "attribute \u2192 name, last layer")));
    add_circuits(setup, "b", false, CHANGES("model.layers=2", "train.batch=4"));
    assert_true(says(setup, FIGURE(FIGURE_CIRCUITS),
                     LINES("batch = 4, name \u2192 all names, first layer",
                           "batch = 6, name \u2192 all names, first layer")));
}

static void circuits_of_a_layer_and_a_head_are_measures(void **state)
{
    struct setup *setup = *state;
    add_circuits(setup, "a", false, CHANGES("model.layers=2"));
    assert_true(
        refused(setup, FIGURE(FIGURE_MEASURE, .measures = "attr_name.2"), LINES("attr_name.2")));
    assert_true(says(setup, FIGURE(FIGURE_MEASURE, .measures = "attr_name.1,heads.attr_text.0.1"),
                     LINES("share of attention", "attr_name.1", "heads.attr_text.0.1")));
}

static void a_run_without_circuits_has_no_figure_of_them(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, NULL);
    assert_true(refused(setup, FIGURE(FIGURE_CIRCUITS), LINES("a", "name_name.0")));
}

static void a_run_without_attention_has_no_figure_of_circuits(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, CHANGES("model.mixer=rg-lru"));
    assert_true(refused(setup, FIGURE(FIGURE_CIRCUITS), LINES("run a has no attention")));
}

static void a_trajectory_has_a_first_and_a_last_point(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, NULL);
    assert_true(says(setup, FIGURE(FIGURE_TRAJECTORY),
                     LINES("first evaluation", "last evaluation",
                           "attribute loss, known individuals (nats)",
                           "attribute loss, new individuals (nats)")));
}

/* Every line of a record from a step on, also with what is known of those fine-tuned on. */
static void add_tuned(struct text *record, double step)
{
    while (record->length > 0 && strchr("}\n", record->bytes[record->length - 1]))
        record->length--;
    text_format(record, "}}, \"tuned\": 5, \"tuned_attr_loss\": %.3f, \"tuned_attr_acc\": 0.25}\n",
                9 - step / 20);
}

static void a_fine_tuned_run_shows_whom_it_was_tuned_on(void **state)
{
    struct setup *setup = *state;
    struct text record = {0};
    write_preset(setup, "tuned",
                 CHANGES("train.steps=100", "fine-tuning.after=60", "population.fine_tuning=5"));
    for (int step = 0; step <= 100; step += 10) {
        add_evaluation(&record, step, step < 60 ? 8 - step / 10.0 : 9, 0.5);
        if (step >= 60)
            add_tuned(&record, step);
    }
    write_text(setup, "tuned", "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, "tuned");
    assert_true(says(setup, FIGURE(FIGURE_CURVES),
                     LINES("known individuals", "new individuals", "fine-tuned individuals",
                           "fine-tuning", "attribute loss (nats)", "accuracy (%)")));
    assert_true(says(setup, FIGURE(FIGURE_TRAJECTORY),
                     LINES("attribute loss, known individuals (nats)",
                           "attribute loss, fine-tuned individuals (nats)")));
    /* Beside a run that is not, new individuals are what both have. */
    add_slope(setup, "plain", 2, NULL);
    assert_true(
        says(setup, FIGURE(FIGURE_TRAJECTORY), LINES("attribute loss, new individuals (nats)")));
}

/* The fall of the loss before fine-tuning is not undone by what comes behind. */
static void phases_are_those_before_fine_tuning(void **state)
{
    struct setup *setup = *state;
    struct text record = {0};
    add_plateau(setup, "plain", 500, NULL);
    write_preset(setup, "tuned",
                 CHANGES("train.steps=3000", "fine-tuning.after=2000", "population.fine_tuning=5"));
    char path[PATH];
    char *plain = file_read(in_directory(setup, path, "plain/metrics.jsonl"), NULL, NULL);
    text_add(&record, plain);
    for (int step = 2020; step <= 3000; step += 20)
        add_evaluation(&record, step, 12, 0);
    write_text(setup, "tuned", "metrics.jsonl", record.bytes);
    memory_free(plain);
    text_free(&record);
    const struct phase_report *phase = &take(setup, "tuned")->phase;
    assert_true(phase->plateau_end == setup->result[0].phase.plateau_end);
    assert_int_equal(phase->remark, setup->result[0].phase.remark);
}

static void put_calibration(struct setup *setup, const char *run, const char *bins,
                            const char *const *changes)
{
    struct text record = {0};
    text_format(&record,
                "{\"step\": 10, \"seconds\": 1.0, \"attr_loss\": 1, \"new_attr_loss\": 1, "
                "\"attr_acc\": 1, \"new_attr_acc\": 1, \"max_prob\": 1, \"new_max_prob\": 1, "
                "\"entropy\": 1, \"new_entropy\": 1, \"phase\": \"plateau\", %s}\n",
                bins);
    write_preset(setup, run, changes);
    write_text(setup, run, "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, run);
}

/* 3 predictions too unsure by 0.2 and 1 by 0.6: 0.3. With 4 that are perfect: 0.15. */
static void a_calibration_curve_has_its_error(void **state)
{
    struct setup *setup = *state;
    put_calibration(setup, "a",
                    "\"calibration\": [[5, 1, 0.4, 1], [11, 3, 0.8, 1]], "
                    "\"new_calibration\": [[14, 2, 1, 0]]",
                    CHANGES("train.seed=1"));
    assert_true(says(setup, FIGURE(FIGURE_CALIBRATION),
                     LINES("known individuals, ECE 0.300", "new individuals, ECE 1.000",
                           "perfect calibration", "accuracy of value tokens")));
    put_calibration(setup, "b", "\"calibration\": [[7, 4, 0.5, 0.5]]", CHANGES("train.seed=2"));
    assert_true(says(setup, FIGURE(FIGURE_CALIBRATION), LINES("known individuals, ECE 0.150")));
    put_calibration(setup, "c", "\"calibration\": [[7, 4, 0.5, 0.25]]", CHANGES("train.lr=0.004"));
    assert_true(
        says(setup, FIGURE(FIGURE_CALIBRATION), LINES("lr = 0.004, known individuals, ECE 0.250")));
    add_slope(setup, "d", 2, NULL);
    struct error err = {0};
    assert_false(
        figures_draw(setup->result, setup->count, FIGURE(FIGURE_CALIBRATION), setup->path, &err));
    assert_non_null(strstr(err.message, "d has no calibration"));
}

static void what_a_record_does_not_have_is_named(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, NULL);
    write_preset(setup, "empty", NULL);
    write_text(setup, "empty", "metrics.jsonl", "");
    assert_true(
        refused(setup, FIGURE(FIGURE_MEASURE, .measures = "no_such"), LINES("a", "no_such")));
    assert_true(refused(setup, FIGURE(FIGURE_MEASURE, .measures = "lr,,lr"), LINES("name")));
    assert_true(refused(setup, FIGURE(FIGURE_MEASURE, .measures = "a,a,a,a,a,a,a,a,a,a,a,a,a"),
                        LINES("12")));
    assert_true(refused(setup, FIGURE(FIGURE_LAW), LINES("3 different N", "there are 0")));
    take(setup, "empty");
    assert_true(refused(setup, FIGURE(FIGURE_CURVES), LINES("empty", "attr_loss")));
}

static void seeds_without_a_common_step_are_refused(void **state)
{
    struct setup *setup = *state;
    struct text record = {0};
    add_slope(setup, "a", 2, NULL);
    write_preset(setup, "late", CHANGES("train.seed=2"));
    add_evaluation(&record, 1000, 2, 0.5);
    write_text(setup, "late", "metrics.jsonl", record.bytes);
    text_free(&record);
    take(setup, "late");
    assert_true(refused(setup, FIGURE(FIGURE_CURVES), LINES("a and late", "no step in common")));
}

static void the_same_runs_give_the_same_bytes(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, CHANGES("train.seed=1"));
    add_slope(setup, "b", 4, CHANGES("train.seed=2"));
    char *first = draw(setup, FIGURE(FIGURE_CURVES)), *second = draw(setup, FIGURE(FIGURE_CURVES));
    assert_string_equal(first, second);
    memory_free(first);
    memory_free(second);
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    struct setup *setup = *state;
    add_plateau(setup, "a", 300, CHANGES("train.seed=1"));
    add_slope(setup, "b", 4, CHANGES("train.seed=2"));
    const struct figure_options *const figures[] = {
        FIGURE(FIGURE_CURVES),
        FIGURE(FIGURE_MEASURE, .measures = "entropy,seconds"),
        FIGURE(FIGURE_TRAJECTORY),
        FIGURE(FIGURE_HEATMAP, .x = key("train", "lr"), .y = key("train", "seed")),
    };
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) {
        bool done = false;
        remove(setup->path);
        for (size_t n = 1; !done; n++) {
            struct error err = {0};
            memory_fail_request(n);
            done = figures_draw(setup->result, setup->count, figures[f], setup->path, &err);
            memory_fail_request(0);
            if (!done) {
                assert_int_equal(err.kind, ERROR_MEMORY);
                assert_false(file_exists(setup->path));
            }
        }
    }
}

#else

static void without_cairo_a_figure_is_refused(void **state)
{
    struct setup *setup = *state;
    add_slope(setup, "a", 2, NULL);
    add_plateau(setup, "b", 300, NULL);
    assert_true(refused(setup, FIGURE(FIGURE_CURVES),
                        (const char *const[]){"figure.svg", "without cairo", NULL}));
    (void)CHANGES("");
}

#endif

int main(void)
{
#define WITH_SETUP(test) cmocka_unit_test_setup_teardown(test, open_setup, close_setup)
    const struct CMUnitTest tests[] = {
#ifdef HAVE_CAIRO
        WITH_SETUP(one_run_shows_its_phases),
        WITH_SETUP(the_baseline_of_new_individuals_is_drawn_where_it_is_another),
        WITH_SETUP(a_patched_run_has_phases_of_either_part),
        WITH_SETUP(patched_models_are_compared_over_their_own_steps),
        WITH_SETUP(runs_that_differ_by_seeds_are_one_curve),
        WITH_SETUP(other_runs_are_named_by_what_differs),
        WITH_SETUP(a_law_has_its_equation),
        WITH_SETUP(a_cell_of_a_heat_map_is_a_mean_over_seeds),
        WITH_SETUP(different_runs_do_not_share_a_cell),
        WITH_SETUP(a_heat_map_without_a_number_is_refused),
        WITH_SETUP(any_measures_can_be_drawn),
        WITH_SETUP(many_measures_of_many_runs_fit),
        WITH_SETUP(a_run_that_asks_nobody_new_is_drawn_without_them),
        WITH_SETUP(circuits_are_those_of_the_first_and_the_last_layer),
        WITH_SETUP(a_figure_says_where_a_run_was_turned),
        WITH_SETUP(circuits_of_the_first_version_are_attention_to_all_names),
        WITH_SETUP(circuits_of_a_layer_and_a_head_are_measures),
        WITH_SETUP(a_run_without_circuits_has_no_figure_of_them),
        WITH_SETUP(a_run_without_attention_has_no_figure_of_circuits),
        WITH_SETUP(a_trajectory_has_a_first_and_a_last_point),
        WITH_SETUP(a_fine_tuned_run_shows_whom_it_was_tuned_on),
        WITH_SETUP(phases_are_those_before_fine_tuning),
        WITH_SETUP(a_calibration_curve_has_its_error),
        WITH_SETUP(what_a_record_does_not_have_is_named),
        WITH_SETUP(seeds_without_a_common_step_are_refused),
        WITH_SETUP(the_same_runs_give_the_same_bytes),
        WITH_SETUP(running_out_of_memory_leaves_nothing_behind),
#else
        WITH_SETUP(without_cairo_a_figure_is_refused),
#endif
    };
    return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
