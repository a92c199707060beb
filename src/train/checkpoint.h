/* A checkpoint: weights and optimizer moments as named tensors, everything else as strings. */
#ifndef MNEME_TRAIN_CHECKPOINT_H
#define MNEME_TRAIN_CHECKPOINT_H

#include "base/error.h"
#include "train/safetensors.h"
#include "train/trainer_setup.h"

/* Writes weights under their names, moments under "optimizer.first." and "optimizer.second." plus
 * the name, and as metadata: format "mneme 1", step, tokens, seconds, updates, lr_scale, shards,
 * threads, the BLAS library's version and kernel ("blas", "core"), the level of this program's own
 * loops ("loops"), and where the sampling is adaptive subset and subset_since. Weights of a twin
 * stand under "start." or "reference." plus the name, and the metadata "twin" says "start" or
 * "reference". Numbers are written so that they read back to the same bits. preset is the complete
 * preset text, kept as metadata "preset". ERROR_DATA, and nothing is written, where a number is not
 * finite: checkpoint_read would refuse it. */
bool checkpoint_write(const char *path, const struct trainer_checkpoint *checkpoint, size_t shards,
                      size_t threads, const char *preset, struct error *err);

/* Fills model->weight, which has the shape the preset says, and, where they are not null, the
 * optimizer's moments and the weights of a twin, if the file has one; *from gets the numbers and
 * the twin's role (its pointers are left alone). ERROR_DATA where a tensor is
 * missing, of another shape or left over, or a value is not a finite number; on false nothing has
 * changed. */
bool checkpoint_read(const char *path, struct model *model, struct optimizer *optimizer,
                     struct model *second_weights, struct trainer_checkpoint *from,
                     struct error *err);

#endif
