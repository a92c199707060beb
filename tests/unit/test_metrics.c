#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include <jansson.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "record/line_read.h"
#include "record/line_write.h"
#include "record/metrics.h"
#include "record/metrics_drawn.h"
#include "tests/fixtures/temporary.h"

/* Attributes are all that a record asks a fact set for. */
static char birth_place[] = "birth_place", odd[] = "a \"b\"";
static struct attribute attribute[] = {{.key = birth_place}, {.key = odd}};
static const struct fact_set facts = {.attribute = attribute, .attributes = 2};

static double any_double(struct random *random)
{
    double number;
    do {
        uint64_t bits = random_u64(random);
        memcpy(&number, &bits, sizeof number);
    } while (!isfinite(number));
    return number;
}

static struct training_point any_training(struct random *random, uint64_t step)
{
    return (struct training_point){.step = step,
                                   .tokens = random_u64(random) >> 1,
                                   .seconds = any_double(random),
                                   .lr = any_double(random),
                                   .train_loss = any_double(random),
                                   .grad_norm = any_double(random)};
}

static void any_recall(struct random *random, struct recall *recall)
{
    *recall = (struct recall){
        .loss = any_double(random),
        .accuracy = any_double(random),
        .max_probability = any_double(random),
        .entropy = any_double(random),
        .calibration_error = any_double(random),
    };
    for (size_t m = 0; m < CALIBRATION_BINS; m++)
        if (random_below(random, 2))
            recall->calibration.bin[m] = (struct calibration_bin){
                1 + random_below(random, 1000), random_uniform(random), random_uniform(random)};
    for (size_t a = 0; a < facts.attributes; a++) {
        recall->attribute_loss[a] = any_double(random);
        recall->attribute_accuracy[a] = any_double(random);
    }
}

static void any_snapshot(struct random *random, struct knowledge_snapshot *snapshot)
{
    size_t asked = random_below(random, 20);
    assert_true(
        knowledge_snapshot_init(snapshot, random_u64(random) >> 1, asked, facts.attributes, NULL));
    for (size_t i = 0; i < asked; i++) {
        snapshot->exposures[i] = (uint32_t)random_u64(random);
        for (size_t a = 0; a < facts.attributes; a++)
            knowledge_snapshot_set(snapshot, i, a, random_below(random, 2));
    }
}

static void assert_same_snapshot(const struct knowledge_snapshot *one,
                                 const struct knowledge_snapshot *two)
{
    assert_int_equal(one->known != NULL, two->known != NULL);
    assert_int_equal(one->asked, two->asked);
    if (!one->known)
        return;
    assert_int_equal(one->among, two->among);
    assert_int_equal(one->attributes, two->attributes);
    assert_memory_equal(one->known, two->known, one->attributes * knowledge_bytes(one->asked));
    assert_memory_equal(one->exposures, two->exposures, one->asked * sizeof *one->exposures);
}

static struct evaluation_point any_evaluation(struct random *random, uint64_t step)
{
    struct evaluation_point point = {.step = step, .seconds = any_double(random)};
    any_recall(random, &point.known);
    any_recall(random, &point.held_out);
    point.baseline = (struct baseline){any_double(random), any_double(random), any_double(random)};
    point.bits_per_parameter = any_double(random);
    point.phase = (enum phase)random_below(random, 3);
    point.subset = random_below(random, 3);
    if (point.subset > 0)
        point.of_subset = (struct part_recall){any_double(random), any_double(random)};
    point.tuned = random_below(random, 3);
    if (point.tuned > 0)
        point.of_tuned = (struct part_recall){any_double(random), any_double(random)};
    point.groups = random_below(random, 2) * random_below(random, SAMPLING_MAX_GROUPS + 1);
    for (size_t g = 0; g < point.groups; g++)
        point.of_group[g] = (struct part_recall){any_double(random), any_double(random)};
    point.facts =
        (struct knowledge_summary){any_double(random), any_double(random), any_double(random),
                                   any_double(random), any_double(random)};
    if (random_below(random, 4) > 0)
        any_snapshot(random, &point.snapshot);
    return point;
}

static const char *record(char path[TEMPORARY_PATH], const void *directory, const char *text)
{
    struct error err;
    temporary_path(path, directory, "metrics.jsonl");
    assert_true(file_replace(path, text, strlen(text), &err));
    return path;
}

static void training_lines_have_the_promised_keys(void **state)
{
    struct text out = {0};
    const struct training_point point = {12, 3456, 1.5, 4e-4, 3, 0.1};
    (void)state;
    line_write_training(&out, &point);
    assert_string_equal(out.bytes, "{\"step\": 12, \"tokens\": 3456, \"seconds\": 1.5, "
                                   "\"lr\": 0.0004, \"train_loss\": 3.0, \"grad_norm\": 0.1}\n");
    text_free(&out);
}

static void evaluation_lines_have_the_promised_keys(void **state)
{
    unsigned char known[] = {0x03, 0x02, 0x08, 0x00}, told[] = {0xff, 0x03, 0xfe, 0x01};
    uint32_t exposures[] = {7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct text out = {0};
    const struct evaluation_point point = {
        .step = 20,
        .seconds = 2,
        .known = {.loss = 1,
                  .accuracy = 2,
                  .max_probability = 3,
                  .entropy = 4,
                  .attribute_loss = {5, 6},
                  .attribute_accuracy = {7, 8},
                  .calibration_error = 0.5,
                  .calibration = {{[0] = {9, 0.25, 0}, [14] = {1, 0.75, 1}}}},
        .held_out = {.loss = -1,
                     .accuracy = -2,
                     .max_probability = -3,
                     .entropy = -4,
                     .attribute_loss = {-5, -6},
                     .attribute_accuracy = {-7, -8},
                     .calibration_error = NAN},
        .baseline = {4.5, 4.75, 4.25},
        .bits_per_parameter = -0.5,
        .facts = {0.5, 0.75, 0.25, 40, NAN},
        .phase = PHASE_PLATEAU,
        /* The first attribute of individuals 0, 1 and 9 is known, the second of 3; that of 0 and 9
         * is not told. */
        .snapshot = {160, 10, 2, known, told, exposures},
    };
    (void)state;
    line_write_evaluation(&out, &point, &facts);
    assert_string_equal(
        out.bytes,
        "{\"step\": 20, \"seconds\": 2.0, \"attr_loss\": 1.0, \"new_attr_loss\": -1.0, "
        "\"attr_acc\": 2.0, \"new_attr_acc\": -2.0, \"max_prob\": 3.0, \"new_max_prob\": -3.0, "
        "\"entropy\": 4.0, \"new_entropy\": -4.0, \"ece\": 0.5, \"new_ece\": null, "
        "\"baseline\": 4.5, \"new_baseline\": 4.75, \"uniform_baseline\": 4.25, "
        "\"bits_per_parameter\": -0.5, \"phase\": \"plateau\", \"facts_known\": 0.5, "
        "\"facts_ever_known\": 0.75, \"facts_forgotten\": 0.25, \"steps_to_learn\": 40.0, "
        "\"exposures_to_learn\": null, \"asked_among\": 160, "
        "\"exposures\": [7, 8, 9, 10, 11, 12, 13, 14, 15, 16], "
        "\"calibration\": [[0, 9, 0.25, 0.0], [14, 1, 0.75, 1.0]], \"new_calibration\": [], "
        "\"attributes\": {"
        "\"birth_place\": {\"loss\": 5.0, \"new_loss\": -5.0, \"acc\": 7.0, \"new_acc\": -7.0, "
        "\"known\": \"0302\"}, "
        "\"a \\\"b\\\"\": {\"loss\": 6.0, \"new_loss\": -6.0, \"acc\": 8.0, \"new_acc\": "
        "-8.0, \"known\": \"0800\", \"told\": \"fe01\"}}}\n");
    text_free(&out);
}

static void what_is_sampled_adds_its_keys_to_evaluation_lines(void **state)
{
    struct text out = {0};
    struct evaluation_point point = {
        .step = 20, .subset = 512, .of_subset = {1.5, 0.25}, .phase = PHASE_PLATEAU};
    (void)state;
    line_write_evaluation(&out, &point, &facts);
    assert_non_null(strstr(out.bytes, "\"phase\": \"plateau\", \"subset\": 512, "
                                      "\"subset_attr_loss\": 1.5, \"subset_attr_acc\": 0.25, "
                                      "\"facts_known\""));
    assert_null(strstr(out.bytes, "group"));
    text_clear(&out);
    point.subset = 0;
    point.groups = 2;
    point.of_group[0] = (struct part_recall){4, 0.5};
    point.of_group[1] = (struct part_recall){NAN, 1};
    line_write_evaluation(&out, &point, &facts);
    assert_non_null(strstr(out.bytes, "\"phase\": \"plateau\", \"group_attr_loss\": [4.0, null], "
                                      "\"group_attr_acc\": [0.5, 1.0], \"facts_known\""));
    assert_null(strstr(out.bytes, "subset"));
    text_free(&out);
}

enum { LAYERS = 2, HEADS = 2, CIRCUIT_NUMBERS = CIRCUITS * LAYERS * HEADS };

static void circuits_lines_have_the_promised_keys(void **state)
{
    (void)state;
    struct text out = {0};
    double known[CIRCUIT_NUMBERS], held_out[CIRCUIT_NUMBERS];
    for (size_t i = 0; i < CIRCUIT_NUMBERS; i++) {
        known[i] = (double)i;
        held_out[i] = -(double)i;
    }
    held_out[CIRCUIT_NUMBERS - 1] = NAN;
    const struct circuits_point point = {.step = 20,
                                         .seconds = 2,
                                         .known = {LAYERS, HEADS, known},
                                         .held_out = {LAYERS, HEADS, held_out}};
    line_write_circuits(&out, &point);
    assert_string_equal(out.bytes,
                        "{\"step\": 20, \"seconds\": 2.0, \"name_name_within\": [0.5, 2.5], "
                        "\"new_name_name_within\": [-0.5, -2.5], \"name_name\": [4.5, 6.5], "
                        "\"new_name_name\": [-4.5, -6.5], \"attr_name\": [8.5, 10.5], "
                        "\"new_attr_name\": [-8.5, -10.5], \"attr_text\": [12.5, 14.5], "
                        "\"new_attr_text\": [-12.5, -14.5], \"sharpness\": [16.5, 18.5], "
                        "\"new_sharpness\": [-16.5, null], \"heads\": {"
                        "\"name_name_within\": [[0.0, 1.0], [2.0, 3.0]], "
                        "\"new_name_name_within\": [[-0.0, -1.0], [-2.0, -3.0]], "
                        "\"name_name\": [[4.0, 5.0], [6.0, 7.0]], "
                        "\"new_name_name\": [[-4.0, -5.0], [-6.0, -7.0]], "
                        "\"attr_name\": [[8.0, 9.0], [10.0, 11.0]], "
                        "\"new_attr_name\": [[-8.0, -9.0], [-10.0, -11.0]], "
                        "\"attr_text\": [[12.0, 13.0], [14.0, 15.0]], "
                        "\"new_attr_text\": [[-12.0, -13.0], [-14.0, -15.0]], "
                        "\"sharpness\": [[16.0, 17.0], [18.0, 19.0]], "
                        "\"new_sharpness\": [[-16.0, -17.0], [-18.0, null]]}}\n");
    text_free(&out);
}

static void event_lines_have_the_promised_keys(void **state)
{
    const struct phase_report report = {.baseline = 4.5,
                                        .phase = PHASE_KNOWLEDGE,
                                        .remark = PHASE_REMARK_NO_PLATEAU,
                                        .plateau_start = NAN,
                                        .plateau_end = 300};
    const struct event events[] = {
        {.kind = EVENT_START, .step = 1, .seconds = 0.5},
        {.kind = EVENT_SET, .step = 2, .key = "train.lr", .before = 2e-3, .value = 1e-3},
        {.kind = EVENT_CHECKPOINT, .step = 3, .path = "checkpoints/\xFF\001.safetensors"},
        {.kind = EVENT_PHASE, .step = 4, .phase = &report},
        {.kind = EVENT_WIDEN, .step = 5, .from = 512, .to = 2048},
    };
    struct text out = {0}, expected = {0};
    (void)state;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        line_write_event(&out, &events[i]);
    text_format(&expected,
                "{\"event\": \"start\", \"step\": 1, \"seconds\": 0.5}\n"
                "{\"event\": \"set\", \"step\": 2, \"seconds\": 0.0, \"key\": \"train.lr\", "
                "\"before\": 0.002, \"value\": 0.001}\n"
                "{\"event\": \"checkpoint\", \"step\": 3, \"seconds\": 0.0, "
                "\"path\": \"checkpoints/\xEF\xBF\xBD\\u0001.safetensors\"}\n"
                "{\"event\": \"phase\", \"step\": 4, \"seconds\": 0.0, \"phase\": \"knowledge\", "
                "\"baseline\": 4.5, \"plateau_start\": null, \"plateau_end\": 300.0, "
                "\"remark\": \"%s\"}\n"
                "{\"event\": \"widen\", \"step\": 5, \"seconds\": 0.0, \"from\": 512, "
                "\"to\": 2048}\n",
                phase_remark_text(PHASE_REMARK_NO_PLATEAU));
    assert_string_equal(out.bytes, expected.bytes);
    text_free(&expected);
    text_free(&out);
}

static void every_kind_of_event_is_valid_json(void **state)
{
    const struct phase_report report = {0};
    const struct finetune finetune = {.options = {.lr = 3e-5}};
    char prompt[] = "p", value[] = "v", *values[] = {value};
    struct question_point answer = {.values = 1};
    const struct question_track asked = {
        .prompt = prompt, .value = {.text = values, .count = 1}, .point = &answer, .points = 1};
    (void)state;
    for (enum event_kind kind = EVENT_FORK; kind <= EVENT_STOP; kind++) {
        struct text out = {0};
        const struct event event = {.kind = kind,
                                    .run = "r",
                                    .directory = "d",
                                    .key = "k",
                                    .value = NAN,
                                    .path = "p",
                                    .phase = &report,
                                    .prompt = "p",
                                    .asked = &asked,
                                    .finetune = &finetune};
        line_write_event(&out, &event);
        json_t *object = json_loads(out.bytes, JSON_REJECT_DUPLICATES, NULL);
        assert_true(json_is_object(object));
        assert_true(json_string_length(json_object_get(object, "event")) > 0);
        json_decref(object);
        text_free(&out);
    }
}

static void a_record_reads_back_to_the_same_bits(void **state)
{
    struct random random = random_stream(1, RANDOM_TEST, 0, 0);
    struct training_point training[200];
    struct evaluation_point evaluation[100];
    struct text out = {0};
    struct metrics metrics;
    struct error err;
    char path[TEMPORARY_PATH];
    for (size_t i = 0; i < 200; i++) {
        training[i] = any_training(&random, i + 1);
        line_write_training(&out, &training[i]);
        if (i % 2 == 0) {
            evaluation[i / 2] = any_evaluation(&random, i + 1);
            line_write_evaluation(&out, &evaluation[i / 2], &facts);
        }
    }
    record(path, *state, out.bytes);
    if (!metrics_read(&metrics, path, &facts, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.trainings, 200);
    assert_int_equal(metrics.evaluations, 100);
    assert_int_equal(metrics.whole_bytes, out.length);
    assert_memory_equal(metrics.training, training, sizeof training);
    for (size_t i = 0; i < 100; i++) {
        assert_memory_equal(&metrics.evaluation[i].known, &evaluation[i].known,
                            sizeof evaluation[i].known);
        assert_memory_equal(&metrics.evaluation[i].held_out, &evaluation[i].held_out,
                            sizeof evaluation[i].held_out);
        assert_int_equal(metrics.evaluation[i].tuned, evaluation[i].tuned);
        assert_memory_equal(&metrics.evaluation[i].of_tuned, &evaluation[i].of_tuned,
                            sizeof evaluation[i].of_tuned);
        assert_memory_equal(&metrics.evaluation[i].baseline, &evaluation[i].baseline,
                            sizeof(struct baseline));
        assert_memory_equal(&metrics.evaluation[i].bits_per_parameter,
                            &evaluation[i].bits_per_parameter, sizeof(double));
        assert_memory_equal(&metrics.evaluation[i].facts, &evaluation[i].facts,
                            sizeof evaluation[i].facts);
        assert_same_snapshot(&metrics.evaluation[i].snapshot, &evaluation[i].snapshot);
        knowledge_snapshot_free(&evaluation[i].snapshot);
        assert_int_equal(metrics.evaluation[i].phase, evaluation[i].phase);
        assert_int_equal(metrics.evaluation[i].step, evaluation[i].step);
        assert_int_equal(metrics.evaluation[i].subset, evaluation[i].subset);
        assert_memory_equal(&metrics.evaluation[i].of_subset, &evaluation[i].of_subset,
                            sizeof evaluation[i].of_subset);
        assert_int_equal(metrics.evaluation[i].groups, evaluation[i].groups);
        assert_memory_equal(metrics.evaluation[i].of_group, evaluation[i].of_group,
                            sizeof evaluation[i].of_group);
    }
    metrics_free(&metrics);
    text_free(&out);
}

/* A record of circuits with any numbers, of steps in order. */
static void add_circuits(struct text *out, struct random *random, const uint64_t *step,
                         size_t count, double (*numbers)[2][CIRCUIT_NUMBERS])
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < CIRCUIT_NUMBERS; k++) {
            numbers[i][0][k] = any_double(random) / 4; /* the mean of heads stays finite */
            numbers[i][1][k] = any_double(random) / 4;
        }
        const struct circuits_point point = {.step = step[i],
                                             .known = {LAYERS, HEADS, numbers[i][0]},
                                             .held_out = {LAYERS, HEADS, numbers[i][1]}};
        line_write_circuits(out, &point);
    }
}

static void circuits_read_back_to_the_same_bits(void **state)
{
    enum { COUNT = 80 };
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    static double numbers[COUNT][2][CIRCUIT_NUMBERS];
    uint64_t step[COUNT];
    struct text out = {0};
    struct metrics metrics;
    struct error err;
    char path[TEMPORARY_PATH];
    for (size_t i = 0; i < COUNT; i++)
        step[i] = 10 * i;
    add_circuits(&out, &random, step, COUNT, numbers);
    if (!metrics_read(&metrics, record(path, *state, out.bytes), NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.circuits.points, COUNT);
    assert_int_equal(metrics.circuits.layers, LAYERS);
    assert_int_equal(metrics.circuits.heads, HEADS);
    assert_memory_equal(metrics.circuits.step, step, sizeof step);
    assert_memory_equal(metrics.circuits.mean, numbers, sizeof numbers);
    metrics_free(&metrics);
    text_free(&out);
}

/* A line of the first version, which recorded attention to the names of all sentences alone. */
static void old_circuits_read_without_attention_within_names(void **state)
{
    static const char line[] =
        "{\"step\": 10, \"seconds\": 1.0, \"name_name\": [0.25], \"new_name_name\": [0.5], "
        "\"attr_name\": [0.1], \"new_attr_name\": [0.2], \"attr_text\": [0.3], "
        "\"new_attr_text\": [0.4], \"sharpness\": [0.9], \"new_sharpness\": [0.8], "
        "\"heads\": {\"name_name\": [[0.25]], \"new_name_name\": [[0.5]], "
        "\"attr_name\": [[0.1]], \"new_attr_name\": [[0.2]], \"attr_text\": [[0.3]], "
        "\"new_attr_text\": [[0.4]], \"sharpness\": [[0.9]], \"new_sharpness\": [[0.8]]}}\n";
    struct metrics metrics;
    struct error err;
    char path[TEMPORARY_PATH];
    if (!metrics_read(&metrics, record(path, *state, line), NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.circuits.points, 1);
    struct circuits_point point = circuit_track_point(&metrics.circuits, 0);
    assert_true(isnan(circuits_of_layer(&point.known, CIRCUIT_WITHIN_NAME, 0)));
    assert_true(isnan(circuits_of_layer(&point.held_out, CIRCUIT_WITHIN_NAME, 0)));
    assert_true(circuits_of_layer(&point.known, CIRCUIT_NAME_TO_NAMES, 0) == 0.25);
    assert_true(circuits_of_layer(&point.held_out, CIRCUIT_SHARPNESS, 0) == 0.8);
    metrics_free(&metrics);
}

/* A branch of a branch, whose rate was set twice; what the first version wrote does not say what
 * the rate was. */
static void a_record_tells_where_a_run_was_turned(void **state)
{
    static const char lines[] =
        "{\"event\": \"fork\", \"step\": 30, \"seconds\": 3.0, \"run\": \"b\"}\n"
        "{\"event\": \"fork\", \"step\": 10, \"seconds\": 1.0, \"run\": \"a\"}\n"
        "{\"event\": \"start\", \"step\": 0, \"seconds\": 0.0}\n"
        "{\"step\": 20, \"tokens\": 1, \"seconds\": 2.0, \"lr\": 0.25, \"train_loss\": 1.0, "
        "\"grad_norm\": 1.0}\n"
        "{\"event\": \"set\", \"step\": 20, \"seconds\": 2.0, \"key\": \"train.lr\", "
        "\"value\": 0.125}\n"
        "{\"event\": \"start\", \"step\": 30, \"seconds\": 3.0}\n"
        "{\"event\": \"set\", \"step\": 40, \"seconds\": 4.0, \"key\": \"train.lr\", "
        "\"before\": 0.5, \"value\": 0.75}\n";
    static const char lost[] = "{\"event\": \"start\", \"step\": 35, \"seconds\": 3.0}\n";
    static const struct turn expected[] = {{TURN_BRANCH, 10, NAN, NAN, NAN},
                                           {TURN_RATE, 20, 0.25, 0.125, NAN},
                                           {TURN_BRANCH, 30, NAN, NAN, NAN},
                                           {TURN_RATE, 40, 0.5, 0.75, NAN}};
    struct metrics metrics;
    struct text all = {0};
    struct error err;
    char path[TEMPORARY_PATH];
    text_add(&all, lines);
    for (size_t count = 4; count >= 3; count--) {
        if (!metrics_read(&metrics, record(path, *state, all.bytes), NULL, &err))
            fail_msg("%s", err.message);
        assert_int_equal(metrics.turns.count, count);
        for (size_t i = 0; i < count; i++) {
            const struct turn *turn = &metrics.turns.turn[i];
            assert_int_equal(turn->kind, expected[i].kind);
            assert_int_equal(turn->step, expected[i].step);
            assert_true(turn->kind == TURN_BRANCH ||
                        (turn->from == expected[i].from && turn->to == expected[i].to));
        }
        metrics_free(&metrics);
        text_add(&all, lost);
    }
    text_free(&all);
}

/* Set when step 20 had been saved, and again before it was saved anew: what is left of both where
 * the run, or a fork of it, goes on from there. */
static void a_rate_that_was_set_behind_the_checkpoint_does_not_go_on(void **state)
{
    static const char early[] = "{\"event\": \"checkpoint\", \"step\": 20, \"seconds\": 2.0, "
                                "\"path\": \"c\"}\n";
    static const char set[] = "{\"event\": \"set\", \"step\": 20, \"seconds\": 2.0, \"key\": "
                              "\"train.lr\", \"before\": 0.5, \"value\": 0.25}\n";
    static const char again[] = "{\"event\": \"start\", \"step\": 20, \"seconds\": 2.0}\n";
    static const struct {
        const char *line[4];
        size_t turns;
    } cases[] = {
        {{early, set, again}, 0},
        {{set, early, again}, 1},
        {{early, set, early, again}, 1},
        {{set, again}, 1},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct text all = {0}, copy = {0};
        struct metrics metrics;
        struct error err;
        char path[TEMPORARY_PATH];
        for (size_t l = 0; l < 4 && cases[c].line[l]; l++)
            text_add(&all, cases[c].line[l]);
        assert_true(metrics_read(&metrics, record(path, *state, all.bytes), NULL, &err));
        assert_int_equal(metrics.turns.count, cases[c].turns);
        metrics_free(&metrics);
        assert_true(metrics_copy(&copy, path, 20, &err));
        assert_int_equal(strstr(copy.bytes, "train.lr") != NULL, cases[c].turns);
        text_free(&all);
        text_free(&copy);
    }
}

static void circuits_of_a_run_that_went_back_are_forgotten(void **state)
{
    static const uint64_t step[] = {0, 10, 20, 30}, again[] = {20};
    struct random random = random_stream(4, RANDOM_TEST, 0, 0);
    double numbers[4][2][CIRCUIT_NUMBERS], anew[1][2][CIRCUIT_NUMBERS];
    struct text out = {0};
    struct metrics metrics;
    struct metrics_end end;
    struct series series;
    struct error err;
    char path[TEMPORARY_PATH];
    add_circuits(&out, &random, step, 4, numbers);
    text_add(&out, "{\"event\": \"start\", \"step\": 15, \"seconds\": 1.0}\n");
    assert_true(metrics_read(&metrics, record(path, *state, out.bytes), NULL, &err));
    assert_int_equal(metrics.circuits.points, 2);
    metrics_free(&metrics);
    add_circuits(&out, &random, again, 1, anew);
    assert_true(metrics_read(&metrics, record(path, *state, out.bytes), NULL, &err));
    assert_int_equal(metrics.circuits.points, 3);
    assert_memory_equal(metrics.circuits.mean + 2 * 2 * CIRCUIT_NUMBERS, anew, sizeof anew);
    metrics_free(&metrics);
    assert_true(metrics_read_end(&end, path, &err));
    assert_int_equal(end.step, 20);
    assert_false(end.has_evaluation);
    assert_true(metrics_read_measure(&series, path, "heads.new_attr_name.1.0", &err));
    assert_int_equal(series.count, 3);
    assert_true(series.y[2] == anew[0][1][CIRCUIT_ATTRIBUTE_TO_NAME * LAYERS * HEADS + HEADS]);
    series_free(&series);
    text_free(&out);
}

static void numbers_that_are_not_finite_become_null_and_read_back_as_nan(void **state)
{
    struct text out = {0};
    struct metrics metrics;
    struct error err;
    char path[TEMPORARY_PATH];
    const struct training_point point = {.step = 1, .train_loss = NAN, .grad_norm = INFINITY};
    line_write_training(&out, &point);
    assert_non_null(strstr(out.bytes, "\"train_loss\": null, \"grad_norm\": null"));
    assert_true(metrics_read(&metrics, record(path, *state, out.bytes), &facts, &err));
    assert_true(isnan(metrics.training[0].train_loss));
    assert_true(isnan(metrics.training[0].grad_norm));
    metrics_free(&metrics);
    text_free(&out);
}

/* A model whose loss is no longer a number can be asked all the same. */
static void an_evaluation_of_nothing_but_nan_reads_back(void **state)
{
    static const char null_bin[] = "\"calibration\": [[14, 8, null, 0.0]]";
    struct text out = {0};
    struct metrics metrics;
    struct error err;
    char path[TEMPORARY_PATH];
    struct evaluation_point point = {.step = 4, .seconds = 1};
    const struct recall nothing = {
        .loss = NAN, .accuracy = 0, .max_probability = NAN, .entropy = NAN};
    point.known = point.held_out = nothing;
    calibration_add(&point.known.calibration, NAN, false);
    assert_int_equal(point.known.calibration.bin[CALIBRATION_BINS - 1].predictions, 0);
    line_write_evaluation(&out, &point, &facts);
    if (!metrics_read(&metrics, record(path, *state, out.bytes), &facts, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.evaluations, 1);
    assert_true(isnan(metrics.evaluation[0].known.loss));
    metrics_free(&metrics);
    /* As earlier versions wrote them. */
    char *bins = strstr(out.bytes, "\"calibration\": []");
    assert_non_null(bins);
    struct text older = {0};
    text_format(&older, "%.*s%s%s", (int)(bins - out.bytes), out.bytes, null_bin,
                bins + strlen("\"calibration\": []"));
    if (!metrics_read(&metrics, record(path, *state, older.bytes), &facts, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.evaluation[0].known.calibration.bin[14].predictions, 0);
    metrics_free(&metrics);
    text_free(&out);
    text_free(&older);
}

#define TRAINING                                                                                   \
    "{\"step\":1,\"tokens\":1,\"seconds\":1,\"lr\":1,\"train_loss\":1,\"grad_norm\":1}\n"
#define EVALUATION                                                                                 \
    "\"seconds\":1,\"attr_loss\":1,\"new_attr_loss\":1,\"attr_acc\":1,\"new_attr_acc\":1,"         \
    "\"max_prob\":1,\"new_max_prob\":1,\"entropy\":1,\"new_entropy\":1"
#define WITH_KNOWN(exposures, first, second)                                                       \
    "{\"step\": 1, " EVALUATION                                                                    \
    ", \"phase\": \"plateau\", \"asked_among\": 9, \"exposures\": " exposures                      \
    ", \"attributes\": {\"birth_place\": {\"loss\": 1, \"new_loss\": 1, \"acc\": 1, \"new_acc\": " \
    "1, "                                                                                          \
    "\"known\": " first                                                                            \
    "}, \"a \\\"b\\\"\": {\"loss\": 1, \"new_loss\": 1, \"acc\": 1, \"new_acc\": 1, "              \
    "\"known\": " second "}}}\n"
#define FIRST_EVALUATION "{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\"}\n"

static void what_the_first_records_lack_reads_as_nan(void **state)
{
    char path[TEMPORARY_PATH];
    struct metrics metrics;
    struct error err;
    record(path, *state, FIRST_EVALUATION);
    if (!metrics_read(&metrics, path, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(metrics.evaluations, 1);
    assert_true(isnan(metrics.evaluation[0].known.calibration_error));
    assert_true(isnan(metrics.evaluation[0].held_out.calibration_error));
    assert_true(isnan(metrics.evaluation[0].bits_per_parameter));
    assert_true(isnan(metrics.evaluation[0].baseline.known));
    assert_true(isnan(metrics.evaluation[0].baseline.uniform));
    assert_true(isnan(metrics.evaluation[0].facts.known));
    assert_null(metrics.evaluation[0].snapshot.known);
    metrics_free(&metrics);
}

static void a_torn_last_line_is_dropped(void **state)
{
    struct random random = random_stream(2, RANDOM_TEST, 0, 0);
    struct text out = {0};
    char path[TEMPORARY_PATH];
    const struct training_point first = any_training(&random, 1), second = any_training(&random, 2);
    line_write_training(&out, &first);
    size_t whole = out.length;
    line_write_training(&out, &second);
    for (size_t size = 0; size <= out.length; size++) {
        struct metrics metrics;
        struct error err;
        temporary_path(path, *state, "metrics.jsonl");
        assert_true(file_replace(path, out.bytes, size, &err));
        assert_true(metrics_read(&metrics, path, &facts, &err));
        size_t lines = size == out.length ? 2 : size >= whole;
        assert_int_equal(metrics.trainings, lines);
        assert_int_equal(metrics.whole_bytes, lines == 2 ? out.length : lines * whole);
        metrics_free(&metrics);
    }
    text_free(&out);
}

static void any_other_bad_line_is_told_with_its_number(void **state)
{
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"{\"step\": 2\n", "}' expected"},
        {"nonsense\n", "'[' or '{' expected"},
        {"\n", "'[' or '{' expected"},
        {"[]\n", "step is missing or not a whole number"},
        {"{}\n", "step is missing or not a whole number"},
        {"{\"step\": -1, \"event\": \"stop\"}\n", "step is missing or not a whole number"},
        {"{\"step\": 1.5, \"event\": \"stop\"}\n", "step is missing or not a whole number"},
        {"{\"step\": 1}\n", "not a line of training, evaluation, circuits or an event"},
        {"{\"step\": 1, \"step\": 2}\n", "duplicate object key"},
        {"{\"step\": 1, \"train_loss\": 1}\n", "tokens is missing or not a whole number"},
        {"{\"step\": 1, \"tokens\": 1, \"train_loss\": \"1\", \"seconds\": 1, \"lr\": 1}\n",
         "train_loss is missing or not a number"},
        {"{\"step\": 1, " EVALUATION "}\n", "phase is missing or unknown"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"gas\"}\n", "phase is missing or unknown"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\"}\n",
         "attribute birth_place is missing"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", "
         "\"attributes\": {\"birth_place\": {\"loss\": 1}}}\n",
         "attribute birth_place: new_loss is missing or not a number"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"subset\": 0.5}\n",
         "subset is missing or not a whole number"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"subset\": 5}\n",
         "subset_attr_loss is missing or not a number"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"group_attr_loss\": [1, 2]}\n",
         "group_attr_acc is not a list of a number for each group"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"group_attr_loss\": [1, 2], "
         "\"group_attr_acc\": [1]}\n",
         "group_attr_acc is not a list of a number for each group"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"group_attr_loss\": [\"1\"]}\n",
         "group_attr_loss is not a list of a number for each group"},
        {"{\"step\": 1, \"seconds\": 1, \"heads\": {\"name_name\": [[]]}}\n",
         "heads.name_name is missing or empty"},
        {"{\"step\": 1, \"seconds\": 1, \"heads\": {\"name_name\": [[1, 2], [3]]}}\n",
         "heads.name_name is not a list of 2 layers with 2 numbers each"},
        {"{\"step\": 1, \"seconds\": 1, \"heads\": {\"name_name\": [[1, 2]]}}\n",
         "heads.new_name_name is not a list of 1 layers with 2 numbers each"},
        {"{\"step\": 1, \"heads\": {\"name_name\": [[1, 2]]}}\n", "seconds is missing"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"calibration\": 1}\n",
         "calibration is not a list of bins"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", "
         "\"new_calibration\": [[15, 1, 0.5, 0.5]]}\n",
         "new_calibration is not a list of bins"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"calibration\": [[1, 1, 0.5]]}\n",
         "calibration is not a list of bins"},
        {"{\"step\": 1, " EVALUATION ", \"phase\": \"plateau\", \"ece\": \"x\"}\n",
         "ece is missing or not a number"},
        {WITH_KNOWN("3", "\"01\"", "\"01\""), "exposures is not a list of counts"},
        {WITH_KNOWN("[1, -1]", "\"01\"", "\"01\""), "exposures is not a list of counts"},
        {WITH_KNOWN("[1, 4294967296]", "\"01\"", "\"01\""), "exposures is not a list of counts"},
        {WITH_KNOWN("[1, 2]", "\"01\"", "1"), "attribute a \"b\": known is not a bit"},
        {WITH_KNOWN("[1, 2]", "\"0102\"", "\"01\""), "attribute birth_place: known is not a bit"},
        {WITH_KNOWN("[1, 2]", "\"0G\"", "\"01\""), "attribute birth_place: known is not a bit"},
        {WITH_KNOWN("[1, 2]", "\"04\"", "\"01\""), "attribute birth_place: known is not a bit"},
        {"\xFF\n", "unable to decode byte 0xff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TEMPORARY_PATH], text[2048], where[TEMPORARY_PATH + 8];
        struct metrics metrics;
        struct error err;
        snprintf(text, sizeof text, TRAINING "%s" TRAINING, cases[i].line);
        record(path, *state, text);
        snprintf(where, sizeof where, "%s:2: ", path);
        assert_false(metrics_read(&metrics, path, &facts, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_memory_equal(err.message, where, strlen(where));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
        assert_null(metrics.training);
    }
}

static enum event_kind event_of(char kind)
{
    switch (kind) {
    case 's':
        return EVENT_START;
    case 'f':
        return EVENT_FORK;
    case 'w':
        return EVENT_WIDEN;
    default:
        return EVENT_PAUSE;
    }
}

/* Lines of a step and kind: t training, e evaluation, s start, p pause, f fork, w widening; behind
 * a colon how many individuals an adaptive sampling draws from. */
static void add_lines(struct text *out, const char *lines)
{
    int step, length;
    char kind;
    for (; sscanf(lines, " %c%d%n", &kind, &step, &length) == 2; lines += length) {
        int drawn = 0, more = 0;
        if (sscanf(lines + length, ":%d%n", &drawn, &more) == 1)
            length += more;
        const struct training_point training = {.step = (uint64_t)step,
                                                .seconds = (double)out->length};
        const struct evaluation_point evaluation = {
            .step = (uint64_t)step, .seconds = (double)out->length, .subset = (uint64_t)drawn};
        const struct event event = {
            .kind = event_of(kind), .step = (uint64_t)step, .run = "other", .to = (uint64_t)drawn};
        if (kind == 't')
            line_write_training(out, &training);
        else if (kind == 'e')
            line_write_evaluation(out, &evaluation, &facts);
        else
            line_write_event(out, &event);
    }
}

static void what_a_run_went_back_behind_is_forgotten(void **state)
{
    static const struct {
        const char *lines, *training, *evaluation;
    } cases[] = {
        {"s0 e0 t1 t2 e2 t3 t4 e4", "1 2 3 4", "0 2 4"},
        {"s0 e0 t1 t2 e2 t3 t4 e4 s2 t3", "1 2 3", "0 2"},
        {"s0 e0 t1 t2 e2 t3 t4 e4 s2", "1 2", "0 2"},
        {"s0 e0 t1 t2 e2 s2 e2 t3 t4 e4", "1 2 3 4", "0 2 4"},
        {"s0 e0 t1 t2 e2 s0 e0 p0", "", "0"},
        {"t1 t2 t3 t2 t3 t4", "1 2 3 4", ""},
        {"e0 e2 e4 e2", "", "0 2"},
        {"s0 e0 t1 p1 p1 t2", "1 2", "0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TEMPORARY_PATH];
        struct text out = {0}, training = {0}, evaluation = {0};
        struct metrics metrics;
        struct error err;
        add_lines(&out, cases[i].lines);
        assert_true(metrics_read(&metrics, record(path, *state, out.bytes), &facts, &err));
        text_add(&training, "");
        text_add(&evaluation, "");
        for (size_t p = 0; p < metrics.trainings; p++)
            text_format(&training, "%s%d", p ? " " : "", (int)metrics.training[p].step);
        for (size_t p = 0; p < metrics.evaluations; p++)
            text_format(&evaluation, "%s%d", p ? " " : "", (int)metrics.evaluation[p].step);
        assert_string_equal(training.bytes, cases[i].training);
        assert_string_equal(evaluation.bytes, cases[i].evaluation);
        metrics_free(&metrics);
        text_free(&training);
        text_free(&evaluation);
        text_free(&out);
    }
}

/* "STEP:DRAWN@EVALUATED" for each batch of steps 0 .. 9. */
static void write_drawn(const struct metrics_drawn *drawn, struct text *out)
{
    for (int step = 0; step < 10; step++) {
        uint64_t evaluated, subset = metrics_drawn_at(drawn, (uint64_t)step, &evaluated);
        text_format(out, "%d@%d ", (int)subset, (int)evaluated);
    }
}

/* What an evaluation finds was drawn until then; what it lets in is drawn from then on. */
static void who_was_drawn_is_told_by_the_evaluations_around_a_step(void **state)
{
    static const struct {
        const char *lines, *drawn;
        uint64_t began;
    } cases[] = {
        {"s0 e0 t1 e4", "0@0 0@0 0@0 0@0 0@0 0@0 0@0 0@0 0@0 0@0 ", 0},
        {"s0 e0:8 t1", "8@0 8@0 8@0 8@0 8@0 8@0 8@0 8@0 8@0 8@0 ", 0},
        {"s0 e0:8 e4:8 w4:16 e8:16", "8@4 8@4 8@4 8@4 16@8 16@8 16@8 16@8 16@8 16@8 ", 0},
        {"s0 e0:8 e4:8 w4:16", "8@4 8@4 8@4 8@4 16@4 16@4 16@4 16@4 16@4 16@4 ", 0},
        /* Gone back behind a widening, and then later. */
        {"s0 e0:8 e4:8 w4:16 s2 e4:8 w4:12 e8:12", "8@4 8@4 8@4 8@4 12@8 12@8 12@8 12@8 12@8 12@8 ",
         0},
        {"s0 e0:8 e4:8 w4:16 s2 e4:8", "8@4 8@4 8@4 8@4 8@4 8@4 8@4 8@4 8@4 8@4 ", 0},
        {"s0 e0:8 e4:8 w4:16 e8:16 w8:32 s4 t5", "8@4 8@4 8@4 8@4 16@4 16@4 16@4 16@4 16@4 16@4 ",
         0},
        /* Of a run that let all in where this one began, and was a branch itself. */
        {"f4 f2 e2 w4:99 s4 e4:8 e8:8 w8:16", "8@4 8@4 8@4 8@4 8@8 8@8 8@8 8@8 16@8 16@8 ", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TEMPORARY_PATH];
        struct text out = {0}, told = {0};
        struct metrics_drawn drawn;
        struct error err;
        add_lines(&out, cases[i].lines);
        assert_true(metrics_read_drawn(&drawn, record(path, *state, out.bytes), &err));
        write_drawn(&drawn, &told);
        assert_string_equal(told.bytes, cases[i].drawn);
        assert_int_equal(drawn.began, cases[i].began);
        metrics_drawn_free(&drawn);
        text_free(&told);
        text_free(&out);
    }
}

static void the_later_of_two_lines_of_a_step_counts(void **state)
{
    char path[TEMPORARY_PATH];
    struct text out = {0};
    struct metrics metrics;
    struct error err;
    add_lines(&out, "t1 e1 t1 e1");
    assert_true(metrics_read(&metrics, record(path, *state, out.bytes), &facts, &err));
    assert_true(metrics.training[0].seconds > 0);
    assert_true(metrics.evaluation[0].seconds > metrics.training[0].seconds);
    metrics_free(&metrics);
    text_free(&out);
}

static void the_end_of_a_record_is_found_alone(void **state)
{
    static const struct {
        const char *lines;
        uint64_t step;
        bool has_evaluation;
        uint64_t evaluation;
    } cases[] = {
        {"", 0, false, 0},           {"s0", 0, false, 0},
        {"s0 e0 t1 t2", 2, true, 0}, {"s0 e0 t1 t2 e2 p2", 2, true, 2},
        {"t1 t2", 2, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[TEMPORARY_PATH];
        struct text out = {0};
        struct metrics_end end;
        struct error err;
        text_add(&out, "");
        add_lines(&out, cases[i].lines);
        text_add(&out, "{\"torn");
        assert_true(metrics_read_end(&end, record(path, *state, out.bytes), &err));
        assert_int_equal(end.step, cases[i].step);
        assert_int_equal(end.has_evaluation, cases[i].has_evaluation);
        assert_int_equal(end.evaluation.step, cases[i].evaluation);
        text_free(&out);
    }
    char path[TEMPORARY_PATH];
    struct metrics_end end;
    struct error err;
    assert_true(metrics_read_end(&end, record(path, *state, "x\n"), &err)); /* passed over */
    assert_false(end.has_evaluation);
    assert_int_equal(end.step, 0);
}

/* The last evaluation lies farther back than what is read of a record at first, and then. */
static void the_end_of_a_long_record_is_found(void **state)
{
    static const size_t lines[] = {400, 2000, 40000};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        for (int evaluated = 0; evaluated < 2; evaluated++) {
            char path[TEMPORARY_PATH];
            struct text out = {0};
            struct metrics_end end;
            struct error err;
            add_lines(&out, evaluated ? "s0 e0 t1 e3" : "s0 t1");
            for (size_t l = 0; l < lines[i]; l++)
                add_lines(&out, "t7");
            assert_true(metrics_read_end(&end, record(path, *state, out.bytes), &err));
            assert_int_equal(end.step, 7);
            assert_true(end.has_training);
            assert_int_equal(end.training.step, 7);
            assert_int_equal(end.has_evaluation, evaluated);
            assert_int_equal(end.evaluation.step, evaluated ? 3 : 0);
            text_free(&out);
        }
}

static void running_out_of_memory_leaves_nothing_behind(void **state)
{
    static const uint64_t step[] = {0, 10};
    struct random random = random_stream(5, RANDOM_TEST, 0, 0);
    double numbers[2][2][CIRCUIT_NUMBERS];
    char path[TEMPORARY_PATH];
    struct text out = {0};
    bool ok = false;
    for (int i = 0; i < 70; i++)
        add_lines(&out, "t1 e1");
    add_circuits(&out, &random, step, 2, numbers);
    record(path, *state, out.bytes);
    for (size_t n = 1; !ok; n++) {
        struct metrics metrics;
        struct error err = {ERROR_NONE, ""};
        memory_fail_request(n);
        ok = metrics_read(&metrics, path, &facts, &err);
        memory_fail_request(0);
        assert_true(ok || err.kind == ERROR_MEMORY);
        assert_true(n < 100);
        if (ok)
            metrics_free(&metrics);
    }
    text_free(&out);
}

/* The request for memory of jansson's that fails, from 1 on; 0 once it has. */
static size_t failing_request;

static void *ask_failing(size_t size)
{
    bool fails = failing_request == 1;
    failing_request -= failing_request > 0;
    if (fails)
        errno = ENOMEM;
    return fails ? NULL : malloc(size);
}

static void memory_that_lacks_is_no_damage(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": [1, 2, {\"b\": \"c\"}], \"d\": null}";
    json_t *value = NULL;
    json_set_alloc_funcs(ask_failing, free);
    for (size_t n = 1; !value; n++) {
        struct error err = {ERROR_NONE, ""};
        failing_request = n;
        value = json_read(text, sizeof text - 1, &err);
        assert_true(value || err.kind == ERROR_MEMORY);
        assert_true(n < 100);
    }
    failing_request = 0;
    json_decref(value);
    json_set_alloc_funcs(malloc, free);
}

static const char measured_twice[] =
    "{\"event\": \"start\", \"step\": 0, \"seconds\": 0.0}\n"
    "{\"step\": 0, \"seconds\": 0.0, \"attr_loss\": 9.0, \"heads\": [0.5, {\"x\": 1}]}\n"
    "{\"step\": 1, \"grad_norm\": 2.0}\n"
    "{\"step\": 10, \"attr_loss\": 8, \"heads\": [0.25, {\"x\": 2}]}\n"
    "{\"step\": 20, \"attr_loss\": 7.0}\n"
    "{\"event\": \"start\", \"step\": 10, \"seconds\": 0.0}\n"
    "{\"step\": 20, \"attr_loss\": null}\n"
    "{\"step\": 30, \"attr_loss\": 5.0, \"heads\": [\"none\"]}\n"
    "{\"step\": 30, \"attr_loss\": 4.0, \"heads\": [0.125]}\n"
    "{\"step\": 40, \"attr_loss\": 3.0";

/* Whether the record has exactly these points under a key. */
static bool measures(const char *path, const char *key, const double (*point)[2], size_t count)
{
    struct series series;
    struct error err = {0};
    if (!metrics_read_measure(&series, path, key, &err))
        fail_msg("%s", err.message);
    bool same = series.count == count;
    for (size_t i = 0; same && i < count; i++)
        same = series.x[i] == point[i][0] && series.y[i] == point[i][1];
    series_free(&series);
    return same;
}

static void any_measure_can_be_read_over_steps(void **state)
{
    char path[TEMPORARY_PATH];
    record(path, *state, measured_twice);
    assert_true(measures(path, "attr_loss", (const double[][2]){{0, 9}, {10, 8}, {30, 4}}, 3));
    assert_true(measures(path, "grad_norm", (const double[][2]){{1, 2}}, 1));
    assert_true(measures(path, "heads.0", (const double[][2]){{0, .5}, {10, .25}, {30, .125}}, 3));
    assert_true(measures(path, "heads.1.x", (const double[][2]){{0, 1}, {10, 2}}, 2));
    assert_true(measures(path, "heads", NULL, 0));
    assert_true(measures(path, "nothing.1", NULL, 0));
}

static void a_measure_of_a_spoilt_record_is_refused_with_its_line(void **state)
{
    char path[TEMPORARY_PATH];
    struct series series;
    struct error err = {0};
    record(path, *state, "{\"step\": 1, \"lr\": 1.0}\n{\"lr\": 1.0}\n");
    assert_false(metrics_read_measure(&series, path, "lr", &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "metrics.jsonl:2: step is missing"));
}

int main(void)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_lines_have_the_promised_keys),
        cmocka_unit_test(evaluation_lines_have_the_promised_keys),
        cmocka_unit_test(what_is_sampled_adds_its_keys_to_evaluation_lines),
        cmocka_unit_test(circuits_lines_have_the_promised_keys),
        cmocka_unit_test(event_lines_have_the_promised_keys),
        cmocka_unit_test(every_kind_of_event_is_valid_json),
        IN_DIRECTORY(a_record_reads_back_to_the_same_bits),
        IN_DIRECTORY(circuits_read_back_to_the_same_bits),
        IN_DIRECTORY(old_circuits_read_without_attention_within_names),
        IN_DIRECTORY(a_record_tells_where_a_run_was_turned),
        IN_DIRECTORY(a_rate_that_was_set_behind_the_checkpoint_does_not_go_on),
        IN_DIRECTORY(circuits_of_a_run_that_went_back_are_forgotten),
        IN_DIRECTORY(numbers_that_are_not_finite_become_null_and_read_back_as_nan),
        IN_DIRECTORY(an_evaluation_of_nothing_but_nan_reads_back),
        IN_DIRECTORY(what_the_first_records_lack_reads_as_nan),
        IN_DIRECTORY(a_torn_last_line_is_dropped),
        IN_DIRECTORY(any_other_bad_line_is_told_with_its_number),
        IN_DIRECTORY(what_a_run_went_back_behind_is_forgotten),
        IN_DIRECTORY(who_was_drawn_is_told_by_the_evaluations_around_a_step),
        IN_DIRECTORY(the_later_of_two_lines_of_a_step_counts),
        IN_DIRECTORY(the_end_of_a_record_is_found_alone),
        IN_DIRECTORY(the_end_of_a_long_record_is_found),
        IN_DIRECTORY(any_measure_can_be_read_over_steps),
        IN_DIRECTORY(a_measure_of_a_spoilt_record_is_refused_with_its_line),
        IN_DIRECTORY(running_out_of_memory_leaves_nothing_behind),
        IN_DIRECTORY(memory_that_lacks_is_no_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
