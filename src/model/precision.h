/* In what numbers the products of layers are made. */
#ifndef MNEME_MODEL_PRECISION_H
#define MNEME_MODEL_PRECISION_H

#include "model/blas.h"

/* One row each: PRECISION_X and its name in presets. AUTO is bf16 where it can be had, and fp32
 * elsewhere; a run is recorded with what it was. */
#define PRECISIONS(ROW)                                                                            \
    ROW(FP32, "fp32")                                                                              \
    ROW(BF16, "bf16")                                                                              \
    ROW(AUTO, "auto")

#define CONSTANT(constant, name) PRECISION_##constant,
enum precision { PRECISIONS(CONSTANT) };
#undef CONSTANT

/* Null-terminated, by enum precision. */
extern const char *const precision_names[];

/* What products are made in where this is asked for, which is never AUTO: in fp32 where bf16 cannot
 * be had, and then *why is the reason, part of a sentence, if it was asked for; null otherwise. why
 * may be null. */
enum precision precision_in_use(enum precision wanted, const char **why);

/* One sentence without a stop: what products in bf16 are made by, or why there are none. */
void precision_explain(char sentence[BLAS_SENTENCE]);

/* What the last bits depend on in this process where this is asked for. */
struct blas_identity precision_identity(enum precision wanted);

/* That of products of which this is the identity. */
enum precision precision_of_identity(const struct blas_identity *identity);

#endif
