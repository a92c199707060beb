/* What products of matrices take and give, whatever library makes them. */
#ifndef MNEME_MODEL_MATRIX_OPERAND_H
#define MNEME_MODEL_MATRIX_OPERAND_H

#include <stddef.h>

#include "model/real.h"

/* A row-major matrix somewhere in memory. */
struct matrix {
    const real *at;
    size_t stride; /* between the beginnings of two rows, in numbers */
};

/* What becomes of the numbers that are in the result's place already. */
enum matrix_result { MATRIX_REPLACE, MATRIX_ADD, MATRIX_RESULTS };

#endif
