#include "figure/figure_measure.h"

#include <ctype.h>
#include <string.h>

static const struct measure measures[] = {
    {"attr_loss", MEASURE_KNOWN, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"new_attr_loss", MEASURE_NEW, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"tuned_attr_loss", MEASURE_TUNED, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"attr_acc", MEASURE_KNOWN, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"new_attr_acc", MEASURE_NEW, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"tuned_attr_acc", MEASURE_TUNED, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"subset_attr_loss", MEASURE_SUBSET, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"subset_attr_acc", MEASURE_SUBSET, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"group_attr_loss", "group", "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"group_attr_acc", "group", "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"baseline", "baseline", "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"new_baseline", "baseline of new", "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"uniform_baseline", "uniform baseline", "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"max_prob", MEASURE_KNOWN, "largest probability", AXIS_LINEAR, 1, 1},
    {"new_max_prob", MEASURE_NEW, "largest probability", AXIS_LINEAR, 1, 1},
    {"entropy", MEASURE_KNOWN, "entropy (nats)", AXIS_LINEAR, 1, 0},
    {"new_entropy", MEASURE_NEW, "entropy (nats)", AXIS_LINEAR, 1, 0},
    {"ece", MEASURE_KNOWN, "calibration error", AXIS_LINEAR, 1, 0},
    {"new_ece", MEASURE_NEW, "calibration error", AXIS_LINEAR, 1, 0},
    {"bits_per_parameter", "learned", "learned (bits / parameter)", AXIS_LINEAR, 1, 0},
    {"facts_known", "known", "facts (%)", AXIS_LINEAR, 100, 100},
    {"facts_ever_known", "ever known", "facts (%)", AXIS_LINEAR, 100, 100},
    {"facts_forgotten", "forgotten", "facts (%)", AXIS_LINEAR, 100, 100},
    {"steps_to_learn", "median", "steps until known", AXIS_LINEAR, 1, 0},
    {"exposures_to_learn", "median", "exposures until known", AXIS_LINEAR, 1, 0},
    {"loss", MEASURE_KNOWN, "loss of one attribute (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"new_loss", MEASURE_NEW, "loss of one attribute (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"acc", MEASURE_KNOWN, "accuracy of one attribute (%)", AXIS_LINEAR, 100, 100},
    {"new_acc", MEASURE_NEW, "accuracy of one attribute (%)", AXIS_LINEAR, 100, 100},
    {"name_name_within", "within a name", "share of attention", AXIS_LINEAR, 1, 1},
    {"name_name", "name \u2192 all names", "share of attention", AXIS_LINEAR, 1, 1},
    {"attr_name", "attribute \u2192 name", "share of attention", AXIS_LINEAR, 1, 1},
    {"attr_text", "attribute \u2192 text", "share of attention", AXIS_LINEAR, 1, 1},
    {"sharpness", "sharpness", "sharpness", AXIS_LINEAR, 1, 1},
    {"new_name_name_within", "within a name", "share of attention", AXIS_LINEAR, 1, 1},
    {"new_name_name", "name \u2192 all names", "share of attention", AXIS_LINEAR, 1, 1},
    {"new_attr_name", "attribute \u2192 name", "share of attention", AXIS_LINEAR, 1, 1},
    {"new_attr_text", "attribute \u2192 text", "share of attention", AXIS_LINEAR, 1, 1},
    {"new_sharpness", "sharpness", "sharpness", AXIS_LINEAR, 1, 1},
    {"train_loss", "training loss", "training loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"grad_norm", "gradient", "length of the gradient", AXIS_LOGARITHMIC, 1, 0},
    {"lr", "learning rate", "learning rate", AXIS_LINEAR, 1, 0},
};

/* Bytes of a key without the numbers at its end, "name_name.0.3" being one of a layer and head. */
static size_t without_indices(const char *key)
{
    size_t length = strlen(key), end = length;
    while (end > 0 && (isdigit((unsigned char)key[end - 1]) || key[end - 1] == '.'))
        if (key[--end] == '.')
            length = end;
    return length;
}

struct measure measure_find(const char *key)
{
    size_t length = without_indices(key), begin = length;
    while (begin > 0 && key[begin - 1] != '.')
        begin--;
    bool alone = begin == 0 && key[length] == '\0';
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        struct measure found = measures[i];
        if (strlen(found.key) != length - begin ||
            memcmp(found.key, key + begin, length - begin) != 0)
            continue;
        found.name = alone ? found.name : key;
        return found;
    }
    return (struct measure){key, key, MEASURE_ANY, AXIS_LINEAR, 1, 0};
}

bool measure_split(char *text, const char *key[MEASURES_MOST], size_t *keys, struct error *err)
{
    *keys = 0;
    for (char *rest = text; rest;) {
        char *piece = rest;
        rest = strchr(piece, ',');
        if (rest)
            *rest++ = '\0';
        if (*piece == '\0')
            return error_set(err, ERROR_INPUT, "a measure without a name");
        if (*keys == MEASURES_MOST)
            return error_set(err, ERROR_INPUT, "more than %d measures", MEASURES_MOST);
        key[(*keys)++] = piece;
    }
    return true;
}
