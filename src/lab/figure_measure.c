#include "lab/figure_measure.h"

#include <string.h>

static const struct measure measures[] = {
    {"attr_loss", MEASURE_KNOWN, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"new_attr_loss", MEASURE_NEW, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"tuned_attr_loss", MEASURE_TUNED, "attribute loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"attr_acc", MEASURE_KNOWN, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"new_attr_acc", MEASURE_NEW, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"tuned_attr_acc", MEASURE_TUNED, "accuracy (%)", AXIS_LINEAR, 100, 100},
    {"max_prob", MEASURE_KNOWN, "largest probability", AXIS_LINEAR, 1, 1},
    {"new_max_prob", MEASURE_NEW, "largest probability", AXIS_LINEAR, 1, 1},
    {"entropy", MEASURE_KNOWN, "entropy (nats)", AXIS_LINEAR, 1, 0},
    {"new_entropy", MEASURE_NEW, "entropy (nats)", AXIS_LINEAR, 1, 0},
    {"loss", MEASURE_KNOWN, "loss of one attribute (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"new_loss", MEASURE_NEW, "loss of one attribute (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"acc", MEASURE_KNOWN, "accuracy of one attribute (%)", AXIS_LINEAR, 100, 100},
    {"new_acc", MEASURE_NEW, "accuracy of one attribute (%)", AXIS_LINEAR, 100, 100},
    {"train_loss", "training loss", "training loss (nats)", AXIS_LOGARITHMIC, 1, 0},
    {"grad_norm", "gradient", "length of the gradient", AXIS_LOGARITHMIC, 1, 0},
    {"lr", "learning rate", "learning rate", AXIS_LINEAR, 1, 0},
};

struct measure measure_find(const char *key)
{
    const char *dot = strrchr(key, '.');
    const char *last = dot ? dot + 1 : key;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        if (strcmp(measures[i].key, last) == 0) {
            struct measure found = measures[i];
            if (dot)
                found.name = key;
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
