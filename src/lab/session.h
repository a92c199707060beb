/* A session: a preset or a run brought to life, with everything it is made of. It is opened by
 * session_open.h (facts alone), session_train.h (a fresh run), session_fork.h (one that begins at
 * another's checkpoint), session_resume.h (a run that is there) or session_follow.h (one that
 * another process trains), and asked by session_ask.h, about an earlier step by session_past.h,
 * again and again by session_watch.h. */
#ifndef MNEME_LAB_SESSION_H
#define MNEME_LAB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/paths.h"
#include "config/preset.h"
#include "engine/engine.h"
#include "facts/fact_set.h"
#include "facts/population.h"
#include "facts/sampling.h"
#include "facts/vocabulary.h"
#include "record/run.h"
#include "record/run_undo.h"
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
    struct engine *engine;      /* null where facts alone were opened */
    struct run run;             /* directory null where nothing is recorded (yet) */
    struct run_undo undo;       /* of what was set and holds with the next checkpoint */
    const struct paths *paths;  /* of a fresh run: where it will be kept */
    char *preset_text;          /* of `preset`, for the checkpoints */
    char *checkpoint_path;      /* of the newest checkpoint that was written */
    uint64_t checkpoint_step;   /* of the weights that were read; 0 for a fresh run */
    char *remark;               /* a sentence for whoever goes on with a run or forks it; or null */
    struct trainer *trainer;    /* null where only questions are asked */
    struct {
        uint64_t step;
        double seconds;
    } began;                   /* where the trainer was when the session was opened */
    struct follower *follower; /* in place of engine and trainer, where another process trains */
    struct past_model *past;   /* that is asked in place of the live weights; or null */
    struct watches *watches;   /* questions that are watched; null where nothing is trained */
    struct decoder *watch_decoder; /* of the trainer's thread, made when the first of them comes */
    struct decoder *decoder;       /* made when the first question comes, */
    struct sampled_entropy *sampled; /* and this */
};

/* Who is asked by evaluations that ask so many, and who is drawn; `uniform` is recall_baseline. */
struct baselines_subject session_asked(const struct session *session, size_t known, size_t held_out,
                                       double uniform);

/* Baselines of evaluations that ask so many, for who wants to know them beside a trainer; `uniform`
 * is recall_baseline. The session has to outlive them. */
bool session_baselines(const struct session *session, size_t known, size_t held_out, double uniform,
                       struct baselines *baselines, struct error *err);

/* Adds to the remark. */
bool session_add_remark(struct session *session, const char *sentence, struct error *err);
bool session_add_remarks(struct session *session, const struct strings *remarks, struct error *err);

/* Pauses the trainer and waits until what it has done is on the disk. False, with the reason, where
 * that cannot be written: the session is whole, and can be saved later. True at once where the
 * trainer had failed before, or there is none. */
bool session_save(struct session *session, struct error *err);

/* Stops the trainer, which saves; run.directory says then whether there was anything to keep. */
bool session_stop(struct session *session, struct error *err);

/* session_stop where that was not done, closes the run, frees everything. */
bool session_close(struct session *session, struct error *err);

/* Gives everything back after a failure to open; false. */
bool session_give_up(struct session *session);

#endif
