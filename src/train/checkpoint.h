/* A checkpoint: weights and optimizer moments as named tensors, everything else as strings. */
#ifndef MNEME_TRAIN_CHECKPOINT_H
#define MNEME_TRAIN_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/blas.h"
#include "model/model.h"
#include "train/optimizer.h"
#include "train/patching.h"

/* Everything a checkpoint holds, seen by who writes it. */
struct trainer_checkpoint {
    uint64_t step, tokens;
    double seconds;
    double lr_scale;           /* what COMMAND_SET_LR made of the schedule; 1 at first */
    uint64_t subset;           /* individuals an adaptive sampling has reached; 0 for other kinds */
    uint64_t subset_since;     /* step of its last widening */
    enum second_role role;     /* of the second weights, see train/patching.h */
    struct blas_identity blas; /* what computed it, when it was read from a file */
    const struct model *model;
    const struct model *second_weights; /* null with SECOND_NONE */
    const struct optimizer *optimizer;
};

/* Writes weights under their names, moments under "optimizer.first." and "optimizer.second." plus
 * the name, and as metadata: format "mneme 1", step, tokens, seconds, updates, lr_scale, shards,
 * threads, the BLAS library's version and kernel ("blas", "core"), the level of this program's own
 * loops ("loops"), and where the sampling is adaptive subset and subset_since. Second weights stand
 * under "start." or "reference." plus the name, and the metadata "twin" says "start" or
 * "reference". Numbers are written so that they read back to the same bits. preset is the complete
 * preset text, kept as metadata "preset". ERROR_DATA, and nothing is written, where a number is not
 * finite: checkpoint_read would refuse it. */
bool checkpoint_write(const char *path, const struct trainer_checkpoint *checkpoint, size_t shards,
                      size_t threads, const char *preset, struct error *err);

/* Fills model->weight, which has the shape the preset says, and, where they are not null, the
 * optimizer's moments and the second weights, if the file has such; *from gets the numbers and
 * their role (its pointers are left alone). ERROR_DATA where a tensor is missing, of another shape
 * or left over, or a value is not a finite number; on false nothing has changed. */
bool checkpoint_read(const char *path, struct model *model, struct optimizer *optimizer,
                     struct model *second_weights, struct trainer_checkpoint *from,
                     struct error *err);

#endif
