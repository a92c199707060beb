/* A preset: everything that decides a run. Its keys are in config/preset_key.h, the files that hold
 * one in config/preset_file.h, what has to fit together in config/preset_check.h. */
#ifndef MNEME_CONFIG_PRESET_H
#define MNEME_CONFIG_PRESET_H

#include "base/error.h"
#include "facts/fact_set.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "model/model.h"
#include "train/trainer_options.h"

struct preset {
    char *name;        /* "quickstart": [preset] name, else the file's name without .ini */
    char *title;       /* [preset] title: one line */
    char *description; /* [preset] description: a sentence or more */
    double minutes;    /* [preset] minutes: what it takes on 2 cores; 0: not said */
    struct facts_options facts;
    struct population_options population;
    struct sampling_options sampling;
    struct model_options model;     /* vocab 0: as many rows as the vocabulary has words;
                                       max_length 0: as long as the longest biography */
    struct trainer_options trainer; /* shards 0: the standard number */
    bool names_rate; /* preset_set gave a learning rate, be it the one that was there */
};

void preset_free(struct preset *preset);

/* A copy that shares nothing with the other, which overwrites *preset; on false it is empty. */
bool preset_copy(struct preset *preset, const struct preset *other, struct error *err);

#endif
