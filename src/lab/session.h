/* A session: a preset or a run brought to life, with everything it is made of. */
#ifndef MNEME_LAB_SESSION_H
#define MNEME_LAB_SESSION_H

#include <stddef.h>

#include "base/error.h"
#include "config/paths.h"
#include "config/preset.h"
#include "facts/fact_set.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "measure/answer.h"
#include "model/model.h"
#include "record/run.h"
#include "train/baselines.h"
#include "train/plan.h"
#include "train/trainer.h"

struct session {
    struct preset preset; /* complete: sizes that depend on facts and machine filled in */
    struct fact_set facts;
    struct population population;
    struct sampling sampling;
    struct plan plan; /* of the preset and the sampling */
    struct vocabulary vocabulary;
    double baseline, baseline_pools;
    double *attribute_baseline; /* [facts.attributes] */
    struct model model;
    struct model second_weights; /* with patching: see train/patching.h; else empty */
    struct run run;              /* directory null where nothing is recorded (yet) */
    const struct paths *paths;   /* of a fresh run: where it will be kept */
    char *preset_text;           /* of `preset`, for the checkpoints */
    char *checkpoint_path;       /* of the newest checkpoint that was written */
    uint64_t checkpoint_step;    /* of the weights that were read; 0 for a fresh run */
    char *remark;            /* a sentence for whoever goes on with a run or forks it; or null */
    struct trainer *trainer; /* null where only questions are asked */
    struct decoder *decoder; /* made when the first question comes */
};

/* Facts, population, sampling and vocabulary of a preset; no model. Sizes are filled in. */
bool session_open_facts(struct session *session, const struct paths *paths,
                        const struct preset *preset, struct error *err);

/* Whether there is memory to train the model, or only to ask it; ERROR_MEMORY with both numbers. */
bool session_check_memory(const struct session *session, bool train, struct error *err);

/* A fresh run of a preset with its trainer, paused and not started. Nothing is on the disk before
 * its first checkpoint, which makes a fresh directory for it, on the trainer's thread; `paths` has
 * to last until then. ERROR_MEMORY with both numbers where it needs more memory than there is,
 * before anything large is asked for. */
bool session_open_preset(struct session *session, const struct paths *paths,
                         const struct preset *preset, struct error *err);

/* As session_open_preset, but the run begins at a checkpoint of another: "RUN" at the newest,
 * "RUN@STEP" at that of a step. Its record starts with that event and what the other one recorded
 * until then; it goes on without the other. ERROR_INPUT also where the preset differs from the
 * other's in what fork_check holds to. */
bool session_open_fork(struct session *session, const struct paths *paths,
                       const struct preset *preset, const char *from, struct error *err);

/* Makes a fresh run's directory, as run_create does, and asks for the checkpoint of its first step;
 * before the trainer is started. */
bool session_keep(struct session *session, const char *directory, struct error *err);

/* Goes on with a run from its newest checkpoint that can be read; where that is not the newest, the
 * remark says what is wrong with that one. steps above 0 replaces the preset's number. */
bool session_resume(struct session *session, const struct paths *paths, const char *run,
                    uint64_t steps, struct error *err);

/* Whether session_resume will find all it reads, as far as that can be told before: run, preset,
 * facts, and a checkpoint that can be read. Takes the time and the memory of reading it; where
 * there is no memory for that beside what is open, it is not told. */
bool session_can_resume(const struct paths *paths, const char *run, struct error *err);

/* A run's model for questions alone: newest checkpoint, or that of a step. */
bool session_open_model(struct session *session, const struct paths *paths, const char *run,
                        const uint64_t *step, struct error *err);

/* Baselines of evaluations that ask so many, for who wants to know them beside a trainer; `uniform`
 * is recall_baseline. The session has to outlive them. */
bool session_baselines(const struct session *session, size_t known, size_t held_out, double uniform,
                       struct baselines *baselines, struct error *err);

/* Answers from the live weights; never waits for a step, only for an update. */
bool session_ask(struct session *session, const char *prompt, struct answer *answer,
                 struct error *err);
bool session_ask_attribute(struct session *session, uint64_t individual, size_t attribute,
                           struct answer *answer, struct error *err);

/* A prompt that can be asked, another one for every number: a known individual and words that ask
 * for one of its attributes. Freed with memory_free. */
char *session_example(const struct session *session, uint64_t number, struct error *err);

/* Stops the trainer, which saves; run.directory says then whether there was anything to keep. */
bool session_stop(struct session *session, struct error *err);

/* session_stop where that was not done, closes the run, frees everything. */
bool session_close(struct session *session, struct error *err);

#endif
