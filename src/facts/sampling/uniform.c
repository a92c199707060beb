/* Everybody alike. */
#include "facts/sampling/crowds.h"

const struct sampling_ops sampling_uniform = {
    .how = "uniformly",
    .alike = true,
    .crowd = sampling_crowd_all,
};
