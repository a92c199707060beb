/* A checkpoint: weights and optimizer moments as named tensors, everything else as strings; and a
 * snapshot, which is one without moments: it can be asked, but nothing goes on from it. */
#ifndef MNEME_TRAIN_CHECKPOINT_H
#define MNEME_TRAIN_CHECKPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/engine.h"
#include "model/blas.h"

/* Everything a checkpoint holds, seen by who writes it. */
struct trainer_checkpoint {
    uint64_t step, tokens;
    double seconds;
    double lr_scale;           /* what COMMAND_SET_LR made of the schedule; 1 at first */
    uint64_t subset;           /* individuals an adaptive sampling has reached; 0 for other kinds */
    uint64_t subset_since;     /* step of its last widening */
    enum second_role role;     /* of the second weights, see train/patching.h */
    bool is_snapshot;          /* of which there are those of a reference alone */
    struct blas_identity blas; /* what computed it, when it was read from a file */
    const struct engine *engine; /* collected */
};

/* Writes weights under their names, moments under "optimizer.first." and "optimizer.second." plus
 * the name, and as metadata: format "mneme 1", step, tokens, seconds, updates, lr_scale, shards,
 * threads, the BLAS library's version and kernel ("blas", "core"), the level of this program's own
 * loops ("loops"), where oneDNN makes products what of and by which version ("products"), and where
 * the sampling is adaptive subset and subset_since. Second weights stand under "start." or
 * "reference." plus the name, and the metadata "twin" says "start" or "reference". A snapshot has
 * no moments, and the format "mneme snapshot 1". Numbers are written so that they read back to the
 * same bits. preset is the complete preset text, kept as metadata "preset". ERROR_DATA, and nothing
 * is written, where a number is not finite: checkpoint_read would refuse it. */
bool checkpoint_write(const char *path, const struct trainer_checkpoint *checkpoint, size_t shards,
                      size_t threads, const char *preset, struct error *err);

/* Fills the engine, whose model has the shape the preset says: its weights, the moments where it
 * trains, and second weights where it and the file have such; *from gets the numbers and their role
 * (its engine is left alone). A snapshot fills an engine that does not train. ERROR_DATA where a
 * tensor is missing, of another shape or left over, or a value is not a finite number;
 * nothing has changed then. */
bool checkpoint_read(const char *path, struct engine *engine, struct trainer_checkpoint *from,
                     struct error *err);

/* Fills the engine's second weights with a checkpoint's or a snapshot's weights, for a patched
 * model to set out from. Errors as above. */
bool checkpoint_read_start(const char *path, struct engine *engine, struct error *err);

#endif
