/* Matrix products of numbers in bf16 with sums in fp32, by oneDNN, always on the calling thread.
 *
 * The library writes the code for a product of a certain shape when it is first asked for it. That
 * is kept, for every thread apart, and bounded in number: rows, of which passes have ever other
 * numbers, are cut into a multiple of ROWS and a rest. What a product comes to depends on its
 * operands and on the processor's instructions alone.
 *
 * A product for which there is no memory leaves what is no number (NaN). */
#ifndef MNEME_MODEL_ONEDNN_H
#define MNEME_MODEL_ONEDNN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/bf16.h"
#include "model/matrix_operand.h"
#include "model/real.h"

/* Why there are no products in bf16, "this build has no oneDNN, which bf16 needs"; null where there
 * are. Where the processor does not multiply bf16 the library would only imitate that, slower than
 * products in fp32; with threads of its own (TBB, SYCL) bits would depend on their number.
 * ONEDNN_MAX_CPU_ISA counts. */
const char *onednn_lacks_bf16(void);

/* Name, version, and the instructions it uses: "oneDNN 2.6.3 (AVX-512 bf16)"; "" without. */
enum { ONEDNN_NAME = 48 };
void onednn_write_name(char name[ONEDNN_NAME]);

/* Whether it uses AVX-512 in products in fp32: with less it is no faster than OpenBLAS. */
bool onednn_uses_avx512(void);

/* c = factor * a b + keep * c in fp32, as BLAS has it: row-major, either operand turned where it is
 * told so, with the distance between rows as they lie behind each. False, and c as it was, where
 * there is no memory, or no library. */
bool onednn_multiply_fp32(bool turn_a, bool turn_b, size_t m, size_t n, size_t k, real factor,
                          struct matrix a, struct matrix b, real keep, real *c, size_t c_stride);

/* Whether any product in bf16 of this process was left so. */
bool onednn_has_failed(void);

/* A matrix [k][n] in bf16, in the order in which the library's products read it fastest. */
struct onednn_weight;

/* For numbers that lie row_stride apart from row to row and column_stride from column to column.
 * ERROR_MEMORY, or ERROR_INPUT where there are no such products. */
struct onednn_weight *onednn_weight_new(size_t k, size_t n, size_t row_stride, size_t column_stride,
                                        struct error *err);
void onednn_weight_free(struct onednn_weight *weight);

/* Rounds from[k][n] into it. */
void onednn_weight_fill(struct onednn_weight *weight, const real *from);

/* c[m][n] = or += a[m][k] weight[k][n]. With weights of up to ONEDNN_WEIGHT numbers a row's bits do
 * not depend on the others where m is one of onednn_rows, and at most onednn_most_rows: with more
 * that the second cache does not hold, the library adds up in an order that depends on m. */
enum { ONEDNN_WEIGHT = 1 << 18 };

void onednn_multiply(size_t m, const bf16 *a, const struct onednn_weight *weight,
                     enum matrix_result result, real *c);

/* Rows to multiply where there are m: with AMX few of them would be multiplied by other
 * instructions, which add up in another order, and one alone by code of its own, which does so with
 * more than 1,024 weights (3.12 without AMX). */
size_t onednn_rows(size_t m);

/* Rows to multiply at once with weights of n columns. */
size_t onednn_most_rows(size_t n);

/* c[m][n] = or += a[k][m]^T b[k][n], with c_stride numbers from row to row of c. */
void onednn_transposed_multiply(size_t m, size_t n, size_t k, const bf16 *a, const bf16 *b,
                                enum matrix_result result, real *c, size_t c_stride);

#endif
