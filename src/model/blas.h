/* The library of matrix products, OpenBLAS, and which of its kernels it runs on.
 *
 * It chooses among its kernels when it is loaded, by the processor's model number: of a processor
 * newer than itself it may take the oldest there are, without a word, three to five times slower.
 * The variable OPENBLAS_CORETYPE, set before, decides instead. */
#ifndef MNEME_MODEL_BLAS_H
#define MNEME_MODEL_BLAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/instruction_set.h"

/* What names a kernel before the library is loaded, and what this program sets beside it: the
 * kernel that the library had taken by itself. */
#define BLAS_KERNEL_VARIABLE  "OPENBLAS_CORETYPE"
#define BLAS_DEFAULT_VARIABLE "MNEME_BLAS_DEFAULT"

/* Address space that the library takes for each thread of OpenMP when it is loaded, and once more
 * for each that multiplies at the same time, on every kernel of x86-64 (BUFFER_SIZE in its
 * sources). Where it gets none it asks again for ever. */
#define BLAS_BUFFER ((size_t)128 << 20)

/* Who decided on the kernel. */
enum blas_reason {
    BLAS_BY_LIBRARY,
    BLAS_BY_USER,    /* with OPENBLAS_CORETYPE */
    BLAS_BY_PROGRAM, /* the library had taken a lesser one */
    BLAS_IN_VAIN,    /* it had, and takes it all the same */
    BLAS_BY_BUILD,   /* the library has no other */
};

enum { BLAS_NAME = 32, BLAS_PRODUCTS = 64, BLAS_SENTENCE = 256 };

struct blas {
    char library[BLAS_NAME];        /* "OpenBLAS 0.3.21" */
    const char *kernel;             /* "Haswell", as the library names it */
    enum instruction_set needs;     /* of the kernel; INSTRUCTIONS_UNKNOWN for one not known here */
    enum instruction_set processor; /* what there is */
    enum blas_reason reason;
    const char *instead_of; /* BLAS_BY_PROGRAM, BLAS_IN_VAIN: what the library took by itself */
    const char *asked;      /* BLAS_BY_USER: the variable's value */
    const char *better;     /* a faster kernel for this processor that the library was not asked
                               for; null where there is none */
};

/* What this process computes with. The strings are the library's and the environment's. */
struct blas blas_in_use(void);

/* Whether the library is the build that uses OpenMP, the one that several threads may call at once:
 * the loader may have found another one than configure did. */
bool blas_uses_openmp(void);

/* The same of a library that says this of itself (openblas_get_config, openblas_get_corename), on a
 * processor that has `processor`, with the two variables' values, each null where it is not set. */
struct blas blas_describe(const char *config, const char *kernel, enum instruction_set processor,
                          const char *asked, const char *by_default);

/* The kernel that the process should be started anew with, null where it runs on the right one,
 * where the user has chosen, or where nothing can be chosen. */
const char *blas_wanted_kernel(const struct blas *blas);

/* One sentence without a stop: library, kernel, its instruction set, and why. */
void blas_explain(const struct blas *blas, char sentence[BLAS_SENTENCE]);

/* "library", "user", "program" or "build", for other programs. */
const char *blas_reason_name(enum blas_reason reason);

/* The i-th kernel that any processor with its instructions can run, from the oldest on; null behind
 * the last. *needs is its instruction set. For tests and tools. */
const char *blas_kernel(size_t i, enum instruction_set *needs);

/* What the library says of how it was built. */
const char *blas_config(void);

/* Name and version, the first two words of it. */
void blas_write_library(const char *config, char library[BLAS_NAME]);

/* What the last bits of products depend on besides their operands. */
struct blas_identity {
    char library[BLAS_NAME]; /* "OpenBLAS 0.3.21"; empty where it is not known, as are the others */
    char kernel[BLAS_NAME];
    char loops[BLAS_NAME];        /* instruction_set_of_loops */
    char products[BLAS_PRODUCTS]; /* what layers multiply, and what library does: "bf16, oneDNN
                                     2.6.3 (AMX)"; empty for fp32 by the library above alone */
};

/* Without products: precision_identity (model/precision.h) says all. */
struct blas_identity blas_identity(void);

/* What of one is known to be otherwise in the other: "kernel Haswell, code for x86-64-v3". False
 * and "" where nothing is. */
bool blas_difference(const struct blas_identity *identity, const struct blas_identity *other,
                     char text[BLAS_SENTENCE]);

#endif
