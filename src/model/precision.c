#include "model/precision.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "model/matrix.h"
#include "model/onednn.h"

#define NAME(constant, name) name,
const char *const precision_names[] = {PRECISIONS(NAME) NULL};
#undef NAME

enum precision precision_in_use(enum precision wanted, const char **why)
{
    const char *lacks = wanted != PRECISION_FP32 ? onednn_lacks_bf16() : NULL;
    if (why)
        *why = wanted == PRECISION_BF16 ? lacks : NULL;
    return wanted == PRECISION_FP32 || lacks ? PRECISION_FP32 : PRECISION_BF16;
}

void precision_explain(char sentence[BLAS_SENTENCE])
{
    char library[ONEDNN_NAME];
    onednn_write_name(library);
    const char *lacks = onednn_lacks_bf16();
    if (!lacks)
        snprintf(sentence, BLAS_SENTENCE, "%s makes products in bf16", library);
    else
        snprintf(sentence, BLAS_SENTENCE, "%s%s%s", library, *library ? ": " : "", lacks);
}

struct blas_identity precision_identity(enum precision wanted)
{
    struct blas_identity own = blas_identity();
    enum precision used = precision_in_use(wanted, NULL);
    char library[ONEDNN_NAME];
    onednn_write_name(library);
    if (used != PRECISION_FP32 || matrix_uses_onednn())
        snprintf(own.products, sizeof own.products, "%s, %s", precision_names[used], library);
    return own;
}

enum precision precision_of_identity(const struct blas_identity *identity)
{
    const char *name = precision_names[PRECISION_BF16];
    return strncmp(identity->products, name, strlen(name)) == 0 ? PRECISION_BF16 : PRECISION_FP32;
}
