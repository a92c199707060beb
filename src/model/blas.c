#include "model/blas.h"

#include <cblas.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

/* Kernels for x86-64, by the names the library gives them. A library built for a few processors
 * calls its oldest by the first of these. Versions up to 0.3.21 do not take Cooperlake as a name,
 * nor later ones SapphireRapids; a name they do not know has them choose by instructions instead of
 * by model, and so rightly. */
static const struct kernel {
    const char *name;
    enum instruction_set needs;
    bool any_maker; /* every processor with these instructions can run it */
    bool preferred; /* the one to take where a processor has no better instructions */
} kernels[] = {
    {"Katmai", INSTRUCTIONS_SSE3, false, false},
    {"Coppermine", INSTRUCTIONS_SSE3, false, false},
    {"Northwood", INSTRUCTIONS_SSE3, false, false},
    {"Banias", INSTRUCTIONS_SSE3, false, false},
    {"Athlon", INSTRUCTIONS_SSE3, false, false},
    {"Prescott", INSTRUCTIONS_SSE3, true, false},
    {"Core2", INSTRUCTIONS_SSE3, false, false},
    {"Penryn", INSTRUCTIONS_SSE3, false, false},
    {"Dunnington", INSTRUCTIONS_SSE3, false, false},
    {"Atom", INSTRUCTIONS_SSE3, false, false},
    {"Nano", INSTRUCTIONS_SSE3, false, false},
    {"Opteron", INSTRUCTIONS_SSE3, false, false},
    {"Opteron_SSE3", INSTRUCTIONS_SSE3, false, false},
    {"Barcelona", INSTRUCTIONS_SSE3, false, false},
    {"Bobcat", INSTRUCTIONS_SSE3, false, false},
    {"Nehalem", INSTRUCTIONS_SSE4_2, true, false},
    {"Sandybridge", INSTRUCTIONS_AVX, true, true},
    {"Bulldozer", INSTRUCTIONS_AVX, false, false},
    {"Piledriver", INSTRUCTIONS_AVX, false, false},
    {"Steamroller", INSTRUCTIONS_AVX, false, false},
    {"Excavator", INSTRUCTIONS_AVX2, false, false},
    {"Haswell", INSTRUCTIONS_AVX2, true, true},
    {"Zen", INSTRUCTIONS_AVX2, true, false},
    {"SkylakeX", INSTRUCTIONS_AVX512, true, true},
    {"Cooperlake", INSTRUCTIONS_AVX512_BF16, true, true},
    {"SapphireRapids", INSTRUCTIONS_AMX, true, false},
};

enum { KERNELS = sizeof kernels / sizeof *kernels };

static const struct kernel *find_kernel(const char *name)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (utf8_equal_folded(kernels[i].name, name))
            return &kernels[i];
    return NULL;
}

/* The best of the preferred kernels that is faster than `than` and needs at most these
 * instructions; null where there is none. */
static const char *best_kernel(enum instruction_set most, enum instruction_set than)
{
    const char *best = NULL;
    for (size_t i = 0; i < KERNELS; i++)
        if (kernels[i].preferred && kernels[i].needs <= most &&
            instruction_set_is_faster(kernels[i].needs, than))
            best = kernels[i].name;
    return best;
}

/* The next to ask a library for that has taken its oldest one instead of what it was asked for. */
static const char *next_kernel(const char *asked, enum instruction_set than)
{
    const struct kernel *tried = find_kernel(asked);
    return tried ? best_kernel(tried->needs - 1, than) : NULL;
}

const char *blas_kernel(size_t i, enum instruction_set *needs)
{
    for (size_t k = 0; k < KERNELS; k++)
        if (kernels[k].any_maker && i-- == 0) {
            *needs = kernels[k].needs;
            return kernels[k].name;
        }
    return NULL;
}

/* A variable's value as it can be shown. */
static const char *shown(const char *value)
{
    return text_is_printable(value) ? value : "(not printable)";
}

static bool is_set(const char *variable)
{
    return variable && *variable != '\0';
}

void blas_write_library(const char *config, char library[BLAS_NAME])
{
    size_t length = strcspn(config, " ");
    length += config[length] == ' ' ? 1 + strcspn(config + length + 1, " ") : 0;
    snprintf(library, BLAS_NAME, "%.*s", (int)length, config);
}

static enum blas_reason find_reason(const char *config, const char *kernel, const char *asked,
                                    const char *by_default)
{
    if (!strstr(config, "DYNAMIC_ARCH"))
        return BLAS_BY_BUILD;
    if (!is_set(asked))
        return BLAS_BY_LIBRARY;
    if (!is_set(by_default))
        return BLAS_BY_USER;
    return utf8_equal_folded(kernel, by_default) ? BLAS_IN_VAIN : BLAS_BY_PROGRAM;
}

struct blas blas_describe(const char *config, const char *kernel, enum instruction_set processor,
                          const char *asked, const char *by_default)
{
    const struct kernel *known = find_kernel(kernel);
    struct blas blas = {
        .kernel = kernel,
        .needs = known ? known->needs : INSTRUCTIONS_UNKNOWN,
        .processor = processor,
        .reason = find_reason(config, kernel, asked, by_default),
        .asked = asked,
        .instead_of = by_default,
    };
    blas_write_library(config, blas.library);
    if (known && blas.reason == BLAS_IN_VAIN)
        blas.better = next_kernel(asked, known->needs);
    else if (known)
        blas.better = best_kernel(processor, known->needs);
    return blas;
}

const char *blas_wanted_kernel(const struct blas *blas)
{
    bool untried = blas->reason == BLAS_BY_LIBRARY && !is_set(blas->instead_of);
    return untried || blas->reason == BLAS_IN_VAIN ? blas->better : NULL;
}

/* What follows the kernel's name. */
static void write_reason(const struct blas *blas, char *reason, size_t size)
{
    switch (blas->reason) {
    case BLAS_BY_LIBRARY:
        snprintf(reason, size, "chosen by the library");
        break;
    case BLAS_BY_USER:
        if (utf8_equal_folded(blas->asked, blas->kernel))
            snprintf(reason, size, "set by " BLAS_KERNEL_VARIABLE);
        else
            snprintf(reason, size,
                     "chosen by the library, which has no " BLAS_KERNEL_VARIABLE "=%.20s",
                     shown(blas->asked));
        break;
    case BLAS_BY_PROGRAM:
        snprintf(reason, size, "chosen by Mneme; the library would use %.20s",
                 shown(blas->instead_of));
        break;
    case BLAS_IN_VAIN:
        snprintf(reason, size, "chosen by the library, which rejects %.20s", shown(blas->asked));
        break;
    case BLAS_BY_BUILD:
        snprintf(reason, size, "the only one in this library");
        break;
    }
}

void blas_explain(const struct blas *blas, char sentence[BLAS_SENTENCE])
{
    char reason[BLAS_SENTENCE / 2], better[BLAS_SENTENCE / 2] = "";
    write_reason(blas, reason, sizeof reason);
    if (blas->better && blas->reason != BLAS_IN_VAIN)
        snprintf(better, sizeof better, "; this processor has %s, with which %s is faster",
                 instruction_set_name(blas->processor), blas->better);
    snprintf(sentence, BLAS_SENTENCE, "%s, kernel %.20s%s%s%s, %s%s", blas->library, blas->kernel,
             blas->needs ? " (" : "", blas->needs ? instruction_set_name(blas->needs) : "",
             blas->needs ? ")" : "", reason, better);
}

const char *blas_reason_name(enum blas_reason reason)
{
    static const char *const names[] = {
        [BLAS_BY_LIBRARY] = "library", [BLAS_BY_USER] = "user",   [BLAS_BY_PROGRAM] = "program",
        [BLAS_IN_VAIN] = "library",    [BLAS_BY_BUILD] = "build",
    };
    return names[reason];
}

/* ---- the library, and what bits depend on ---- */

/* The library writes it anew at every call, at one place for all threads. */
static char config[256];

static void read_config(void)
{
    snprintf(config, sizeof config, "%s", openblas_get_config());
}

const char *blas_config(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_config);
    return config;
}

struct blas blas_in_use(void)
{
    return blas_describe(blas_config(), openblas_get_corename(), instruction_set_of_processor(),
                         getenv(BLAS_KERNEL_VARIABLE), getenv(BLAS_DEFAULT_VARIABLE));
}

bool blas_uses_openmp(void)
{
    return openblas_get_parallel() == OPENBLAS_OPENMP;
}

struct blas_identity blas_identity(void)
{
    struct blas_identity own = {.library = ""};
    blas_write_library(blas_config(), own.library);
    snprintf(own.kernel, sizeof own.kernel, "%s", openblas_get_corename());
    snprintf(own.loops, sizeof own.loops, "%s", instruction_set_of_loops());
    return own;
}

/* Adds what is known of both and is not the same, as it is in `of`. */
static void add_difference(char text[BLAS_SENTENCE], const char *what, const char *of,
                           const char *other)
{
    size_t length = strlen(text);
    if (*of != '\0' && *other != '\0' && !utf8_equal_folded(of, other))
        snprintf(text + length, BLAS_SENTENCE - length, "%s%s%s", length > 0 ? ", " : "", what, of);
}

/* Those of one that is known at all. */
static const char *products_of(const struct blas_identity *identity)
{
    const char *products = *identity->products == '\0' ? "fp32" : identity->products;
    return *identity->kernel == '\0' ? "" : products;
}

bool blas_difference(const struct blas_identity *identity, const struct blas_identity *other,
                     char text[BLAS_SENTENCE])
{
    text[0] = '\0';
    add_difference(text, "", identity->library, other->library);
    add_difference(text, "kernel ", identity->kernel, other->kernel);
    add_difference(text, "code for ", identity->loops, other->loops);
    add_difference(text, "products in ", products_of(identity), products_of(other));
    return text[0] != '\0';
}
