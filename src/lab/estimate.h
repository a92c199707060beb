/* How long a preset takes on this machine. */
#ifndef MNEME_LAB_ESTIMATE_H
#define MNEME_LAB_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/paths.h"
#include "config/preset.h"
#include "lab/session.h"

/* Floating-point operations a second of small matrix products in fp32, on all threads at once, as
 * training does them; measured for a tenth of a second. 0 where there is no memory for it. */
double estimate_machine_rate(void);

/* Operations of a preset's steps: 6 for every parameter of a matrix and token that is to be
 * predicted (Kaplan et al. 2020). */
bool estimate_operations(const struct paths *paths, const struct preset *preset, double *operations,
                         struct error *err);

/* Seconds a preset takes at that rate: what its author measured, or the author of another whose
 * steps take as long, scaled to this machine, or else its operations at the part of the rate that
 * training reaches. Less in bf16, where a run of the preset would be made in that here. */
bool estimate_seconds(const struct paths *paths, const struct preset *preset, double rate,
                      double *seconds, struct error *err);

/* Memory that the program takes while it trains a session, of facts alone at least. */
size_t estimate_bytes(const struct session *session);

/* What a run takes of a machine. */
struct run_needs {
    double seconds; /* on all threads of this machine */
    size_t bytes;   /* of memory */
    size_t threads; /* that it can use, given a machine with enough of them */
};

/* What a preset takes at that rate, by its operations alone: its author's minutes are those of
 * other settings; less in bf16, as above. ERROR_MEMORY where the rate is not known. */
bool estimate_needs(const struct paths *paths, const struct preset *preset, double rate,
                    struct run_needs *needs, struct error *err);

/* What there is to know of a preset before it is started. */
struct preset_needs {
    double seconds;    /* that all its steps take; NAN where that is not known */
    bool is_measured;  /* by a run on this machine (lab/speeds.h), else estimated, */
    bool is_earlier;   /* by a rate that the machine had in an earlier session */
    size_t parameters; /* of the model; 0 where they are not known, as is the memory: */
    size_t bytes;
};

/* rate is estimate_machine_rate, for what was never measured. */
bool estimate_preset(const struct paths *paths, const struct preset *preset, double rate,
                     struct preset_needs *needs, struct error *err);

#endif
