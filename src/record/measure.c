#include "record/measure.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "train/history.h"

/* ---- axes ---- */

const struct measure_axis measure_any_axis = {"value", AXIS_LINEAR, 1, 0};

static const struct measure_axis loss_axis = {"attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0};
static const struct measure_axis accuracy_axis = {"accuracy (%)", AXIS_LINEAR, 100, 100};
static const struct measure_axis probability_axis = {"largest probability", AXIS_LINEAR, 1, 1};
static const struct measure_axis entropy_axis = {"entropy (nats)", AXIS_LINEAR, 1, 0};
static const struct measure_axis calibration_axis = {"calibration error", AXIS_LINEAR, 1, 0};
static const struct measure_axis capacity_axis = {"learned (bits / parameter)", AXIS_LINEAR, 1, 0};
static const struct measure_axis facts_axis = {"facts (%)", AXIS_LINEAR, 100, 100};
static const struct measure_axis steps_axis = {"steps until known", AXIS_LINEAR, 1, 0};
static const struct measure_axis exposures_axis = {"exposures until known", AXIS_LINEAR, 1, 0};
static const struct measure_axis one_loss_axis = {"loss of one attribute (nats)", AXIS_LOGARITHMIC,
                                                  1, 0};
static const struct measure_axis one_accuracy_axis = {"accuracy of one attribute (%)", AXIS_LINEAR,
                                                      100, 100};
static const struct measure_axis attention_axis = {"share of attention", AXIS_LINEAR, 1, 1};
static const struct measure_axis sharpness_axis = {"sharpness", AXIS_LINEAR, 1, 1};
static const struct measure_axis training_loss_axis = {"training loss (nats)", AXIS_LOGARITHMIC, 1,
                                                       0};
static const struct measure_axis gradient_axis = {"length of the gradient", AXIS_LOGARITHMIC, 1, 0};
static const struct measure_axis rate_axis = {"learning rate", AXIS_LINEAR, 1, 0};

/* ---- the table ---- */

/* A row for a number of a struct training_point, */
#define OF_STEP(key_, set_, member, ...)                                                           \
    {                                                                                              \
        .key = key_, .set = set_, .offset = offsetof(struct training_point, member), __VA_ARGS__   \
    }

/* one for a number of a struct evaluation_point, */
#define OF_ALL(key_, set_, member, ...)                                                            \
    {                                                                                              \
        .key = key_, .set = set_, .offset = offsetof(struct evaluation_point, member), __VA_ARGS__ \
    }

/* two for a number of known and of new individuals, in a struct recall, */
#define OF_BOTH(key_, set_, member, ...)                                                           \
    OF_ALL(key_, set_, known.member, .name = MEASURE_KNOWN, __VA_ARGS__),                          \
        OF_ALL("new_" key_, set_, held_out.member, .name = MEASURE_NEW, .is_of_new = true,         \
               __VA_ARGS__)

/* and two for a circuit. */
#define OF_ATTENTION(key_, set_, circuit_, ...)                                                    \
    {.key = key_, .set = set_, .circuit = circuit_, __VA_ARGS__},                                  \
    {                                                                                              \
        .key = "new_" key_, .set = set_, .circuit = circuit_, .is_of_new = true, __VA_ARGS__       \
    }

/* In the order of a line. */
const struct measure measures[] = {
    OF_STEP("tokens", MEASURE_PROGRESS, tokens, .axis = &measure_any_axis, .is_whole = true),
    OF_STEP("lr", MEASURE_TRAINING, lr, .axis = &rate_axis, .name = "learning rate"),
    OF_STEP("train_loss", MEASURE_TRAINING, train_loss, .axis = &training_loss_axis,
            .name = "training loss", .short_label = "training loss"),
    OF_STEP("grad_norm", MEASURE_TRAINING, grad_norm, .axis = &gradient_axis, .name = "gradient",
            .short_label = "|g|"),

    OF_BOTH("attr_loss", MEASURE_RECALL, loss, .axis = &loss_axis, .eval_key = "loss"),
    OF_BOTH("attr_acc", MEASURE_RECALL, accuracy, .axis = &accuracy_axis, .short_label = "accuracy",
            .eval_key = "accuracy"),
    OF_BOTH("max_prob", MEASURE_RECALL, max_probability, .axis = &probability_axis,
            .label = "max probability", .short_label = "max prob.", .eval_key = "max_prob"),
    OF_BOTH("entropy", MEASURE_RECALL, entropy, .axis = &entropy_axis, .label = "entropy",
            .short_label = "entropy", .eval_key = "entropy"),
    OF_BOTH("ece", MEASURE_RECALL, calibration_error, .is_late = true, .axis = &calibration_axis,
            .label = "ECE", .short_label = "ECE", .eval_key = "ece"),

    OF_ALL("baseline", MEASURE_BASELINE, baseline.known, .is_late = true, .axis = &loss_axis,
           .name = "baseline"),
    OF_ALL("new_baseline", MEASURE_BASELINE, baseline.held_out, .is_late = true, .axis = &loss_axis,
           .name = "baseline of new", .is_of_new = true),
    OF_ALL("uniform_baseline", MEASURE_BASELINE, baseline.uniform, .is_late = true,
           .axis = &loss_axis, .name = "uniform baseline"),
    OF_ALL("bits_per_parameter", MEASURE_CAPACITY, bits_per_parameter, .is_late = true,
           .axis = &capacity_axis, .name = "learned", .short_label = "bits/p"),

    OF_ALL("subset_attr_loss", MEASURE_SUBSET, of_subset.loss, .axis = &loss_axis,
           .name = MEASURE_SINGLED_OUT),
    OF_ALL("subset_attr_acc", MEASURE_SUBSET, of_subset.accuracy, .axis = &accuracy_axis,
           .name = MEASURE_SINGLED_OUT),
    OF_ALL("tuned_attr_loss", MEASURE_TUNED, of_tuned.loss, .axis = &loss_axis,
           .name = MEASURE_FINE_TUNED),
    OF_ALL("tuned_attr_acc", MEASURE_TUNED, of_tuned.accuracy, .axis = &accuracy_axis,
           .name = MEASURE_FINE_TUNED),
    OF_ALL("group_attr_loss", MEASURE_GROUP, of_group[0].loss, .axis = &loss_axis, .name = "group"),
    OF_ALL("group_attr_acc", MEASURE_GROUP, of_group[0].accuracy, .axis = &accuracy_axis,
           .name = "group"),

    OF_ALL("facts_known", MEASURE_FACTS, facts.known, .is_late = true, .axis = &facts_axis,
           .name = "known"),
    OF_ALL("facts_ever_known", MEASURE_FACTS, facts.ever, .is_late = true, .axis = &facts_axis,
           .name = "ever known"),
    OF_ALL("facts_forgotten", MEASURE_FACTS, facts.forgotten, .is_late = true, .axis = &facts_axis,
           .name = "forgotten"),
    OF_ALL("steps_to_learn", MEASURE_FACTS, facts.first, .is_late = true, .axis = &steps_axis,
           .name = "median"),
    OF_ALL("exposures_to_learn", MEASURE_FACTS, facts.exposures, .is_late = true,
           .axis = &exposures_axis, .name = "median"),

    OF_BOTH("loss", MEASURE_ATTRIBUTE, attribute_loss[0], .axis = &one_loss_axis,
            .eval_key = "loss"),
    OF_BOTH("acc", MEASURE_ATTRIBUTE, attribute_accuracy[0], .axis = &one_accuracy_axis,
            .eval_key = "accuracy"),

    OF_ATTENTION("name_name_within", MEASURE_CIRCUIT, CIRCUIT_WITHIN_NAME, .is_late = true,
                 .axis = &attention_axis, .name = "within a name", .label = "within\na name",
                 .chart_label = "within a name", .short_label = "in a name"),
    OF_ATTENTION("name_name", MEASURE_CIRCUIT, CIRCUIT_NAME_TO_NAMES, .axis = &attention_axis,
                 .name = "name \u2192 all names", .label = "name to\nall names",
                 .chart_label = "name\u2192all names", .short_label = "name\u2192all"),
    OF_ATTENTION("attr_name", MEASURE_CIRCUIT, CIRCUIT_ATTRIBUTE_TO_NAME, .axis = &attention_axis,
                 .name = "attribute \u2192 name", .label = "attribute\nto name",
                 .chart_label = "attribute\u2192name", .short_label = "attr\u2192name"),
    OF_ATTENTION("attr_text", MEASURE_CIRCUIT, CIRCUIT_ATTRIBUTE_TO_TEXT, .axis = &attention_axis,
                 .name = "attribute \u2192 text", .label = "attribute\nto text",
                 .chart_label = "attribute\u2192text", .short_label = "attr\u2192text"),
    OF_ATTENTION("sharpness", MEASURE_CIRCUIT, CIRCUIT_SHARPNESS, .axis = &sharpness_axis,
                 .name = "sharpness", .label = "sharpness\nof rows", .chart_label = "sharpness",
                 .short_label = "sharpness"),
};

const size_t measure_count = sizeof measures / sizeof *measures;

/* ---- rows ---- */

/* Bytes of a path without the numbers at its end, "name_name.0.3" being of a layer and head. */
static size_t without_indices(const char *path)
{
    size_t length = strlen(path), end = length;
    while (end > 0 && (isdigit((unsigned char)path[end - 1]) || path[end - 1] == '.'))
        if (path[--end] == '.')
            length = end;
    return length;
}

#define HEADS      "heads."
#define ATTRIBUTES "attributes."

/* Whether a line has an object of that name with the measure in it: "heads.", or
 * "attributes.major."; of no bytes, the line itself. */
static bool is_front(const struct measure *measure, const char *front, size_t length)
{
    size_t before = strlen(ATTRIBUTES);
    if (measure->set == MEASURE_CIRCUIT && length == strlen(HEADS))
        return strncmp(front, HEADS, length) == 0;
    if (measure->set == MEASURE_ATTRIBUTE && length > before + 1)
        return strncmp(front, ATTRIBUTES, before) == 0 &&
               memchr(front + before, '.', length - before) == front + length - 1;
    return length == 0;
}

const struct measure *measure_find(const char *path)
{
    size_t end = without_indices(path), begin = end;
    while (begin > 0 && path[begin - 1] != '.')
        begin--;
    for (size_t i = 0; i < measure_count; i++)
        if (strlen(measures[i].key) == end - begin &&
            memcmp(measures[i].key, path + begin, end - begin) == 0)
            return is_front(&measures[i], path, begin) ? &measures[i] : NULL;
    return NULL;
}

/* Whether a path ends in so many numbers, ".0.3". */
static bool has_indices(const char *end, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t digits = *end == '.' ? strspn(end + 1, "0123456789") : 0;
        if (digits == 0)
            return false;
        end += 1 + digits;
    }
    return *end == '\0';
}

bool measure_is_one_number(const struct measure *measure, const char *path)
{
    size_t end = without_indices(path);
    bool has_front = end > strlen(measure->key);
    size_t indices = measure->set == MEASURE_CIRCUIT ? (has_front ? 2 : 1)
                     : measure->set == MEASURE_GROUP ? 1
                                                     : 0;
    return has_front >= (measure->set == MEASURE_ATTRIBUTE) && has_indices(path + end, indices);
}

size_t measure_indices(const char *path, uint64_t index[MEASURE_INDICES])
{
    const char *end = path + without_indices(path);
    size_t count = 0;
    for (; count < MEASURE_INDICES && *end == '.'; count++) {
        index[count] = strtoumax(end + 1, NULL, 10);
        end += 1 + strspn(end + 1, "0123456789");
    }
    return count;
}

const char *measure_attribute(const char *path, size_t *length)
{
    if (strncmp(path, ATTRIBUTES, strlen(ATTRIBUTES)) != 0)
        return NULL;
    path += strlen(ATTRIBUTES);
    *length = strcspn(path, ".");
    return path;
}

const struct measure *measure_next(enum measure_set set, const struct measure *after)
{
    for (size_t i = after ? (size_t)(after - measures) + 1 : 0; i < measure_count; i++)
        if (measures[i].set == set)
            return &measures[i];
    return NULL;
}

const struct measure *measure_of_circuit(enum circuit circuit, bool of_new)
{
    const struct measure *measure = NULL;
    while ((measure = measure_next(MEASURE_CIRCUIT, measure)) != NULL)
        if (measure->circuit == circuit && measure->is_of_new == of_new)
            break;
    return measure;
}

const struct measure *measure_of_new(const struct measure *known)
{
    bool has = known + 1 < measures + measure_count && known[1].is_of_new;
    return has ? known + 1 : NULL;
}

bool measure_is_of_training(const struct measure *measure)
{
    return measure->set == MEASURE_PROGRESS || measure->set == MEASURE_TRAINING;
}

/* ---- numbers ---- */

size_t measure_offset(const struct measure *measure, size_t index)
{
    static const size_t stride[MEASURE_SETS] = {
        [MEASURE_GROUP] = sizeof(struct part_recall),
        [MEASURE_ATTRIBUTE] = sizeof(double),
    };
    return measure->offset + index * stride[measure->set];
}

double measure_number(const struct measure *measure, const void *point, size_t index)
{
    const void *number = (const char *)point + measure_offset(measure, index);
    return measure->is_whole ? (double)*(const uint64_t *)number : *(const double *)number;
}
