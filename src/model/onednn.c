/* Map of this file: the library; what differs between its versions; what a thread keeps; products;
 * weights; a build without it. */
#include "config.h"

#include "model/onednn.h"

#if defined HAVE_ONEDNN && !defined MNEME_REAL_IS_DOUBLE

#include <math.h>
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

/* ---- the library ---- */

static dnnl_engine_t engine; /* null where it could not be made */

static void make_engine(void)
{
    if (dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success)
        engine = NULL;
}

static dnnl_engine_t the_engine(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_engine);
    return engine;
}

static bool has(dnnl_cpu_isa_t needed)
{
    return (dnnl_get_effective_cpu_isa() & needed) == needed;
}

/* With OpenMP, or no threads at all, what a thread asks for is made by that thread alone. */
static bool stays_on_its_thread(void)
{
    unsigned runtime = dnnl_version()->cpu_runtime;
    return runtime == DNNL_RUNTIME_SEQ || runtime == DNNL_RUNTIME_OMP;
}

const char *onednn_lacks_bf16(void)
{
    if (!stays_on_its_thread())
        return "oneDNN was built with threads of its own, on which bits would depend";
    if (!has(dnnl_cpu_isa_avx512_core_bf16) || !the_engine())
        return "oneDNN finds no products in bf16 in this processor";
    return NULL;
}

bool onednn_uses_avx512(void)
{
    return has(dnnl_cpu_isa_avx512_core) && stays_on_its_thread();
}

bool onednn_multiply_fp32(bool turn_a, bool turn_b, size_t m, size_t n, size_t k, real factor,
                          struct matrix a, struct matrix b, real keep, real *c, size_t c_stride)
{
    return dnnl_sgemm(turn_a ? 'T' : 'N', turn_b ? 'T' : 'N', (dnnl_dim_t)m, (dnnl_dim_t)n,
                      (dnnl_dim_t)k, factor, a.at, (dnnl_dim_t)a.stride, b.at, (dnnl_dim_t)b.stride,
                      keep, c, (dnnl_dim_t)c_stride) == dnnl_success;
}

void onednn_write_name(char name[ONEDNN_NAME])
{
    const dnnl_version_t *version = dnnl_version();
    const char *instructions = has(dnnl_cpu_isa_avx512_core_amx)    ? " (AMX)"
                               : has(dnnl_cpu_isa_avx512_core_bf16) ? " (AVX-512 bf16)"
                               : has(dnnl_cpu_isa_avx512_core)      ? " (AVX-512)"
                                                                    : "";
    snprintf(name, ONEDNN_NAME, "oneDNN %d.%d.%d%s", version->major, version->minor, version->patch,
             instructions);
}

/* ---- what differs between its versions ---- */

/* A description of a matrix is a struct in version 2 and a pointer to one that is to be freed in
 * version 3. */
#if DNNL_VERSION_MAJOR >= 3
#define AS_ARGUMENT(description) (description)
#define FREE_DESCRIPTION(freed)  dnnl_memory_desc_destroy(freed)
#define BY_STRIDES               dnnl_memory_desc_create_with_strides
#define BY_TAG                   dnnl_memory_desc_create_with_tag
#define APPEND_SUM(operations)   dnnl_post_ops_append_sum(operations, 1, 0, dnnl_data_type_undef)
#define BYTES_OF(description)    dnnl_memory_desc_get_size(description)
#else
#define AS_ARGUMENT(description) (&(description))
#define FREE_DESCRIPTION(freed)  ((void)(freed))
#define BY_STRIDES               dnnl_memory_desc_init_by_strides
#define BY_TAG                   dnnl_memory_desc_init_by_tag
#define APPEND_SUM(operations)   dnnl_post_ops_append_sum(operations, 1)
#define BYTES_OF(description)    dnnl_memory_desc_get_size(&(description))
#endif

/* A matrix whose numbers lie so far apart; false where there is no memory. */
static bool describe(dnnl_memory_desc_t *description, dnnl_data_type_t type, dnnl_dim_t rows,
                     dnnl_dim_t columns, dnnl_dim_t row_stride, dnnl_dim_t column_stride)
{
    const dnnl_dims_t sizes = {rows, columns}, strides = {row_stride, column_stride};
    return BY_STRIDES(description, 2, sizes, type, strides) == dnnl_success;
}

/* The library's own copy of what is asked of a finished description. */
static bool copy_weights_order(dnnl_memory_desc_t *order, const_dnnl_primitive_desc_t of)
{
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_memory_desc_clone(
               order, dnnl_primitive_desc_query_md(of, dnnl_query_weights_md, 0)) == dnnl_success;
#else
    *order = *dnnl_primitive_desc_query_md(of, dnnl_query_weights_md, 0);
    return true;
#endif
}

/* The library's loops for what it has no code for take a thousand times as long. */
static bool is_reference(const_dnnl_primitive_desc_t product)
{
    const char *name = "";
    dnnl_primitive_desc_query(product, dnnl_query_impl_info_str, 0, &name);
    return strncmp(name, "ref", 3) == 0;
}

static bool describe_product(dnnl_primitive_desc_t *product, dnnl_memory_desc_t a,
                             dnnl_memory_desc_t b, dnnl_memory_desc_t c, dnnl_primitive_attr_t how)
{
#if DNNL_VERSION_MAJOR >= 3
    return dnnl_matmul_primitive_desc_create(product, the_engine(), a, b, NULL, c, how) ==
           dnnl_success;
#else
    dnnl_matmul_desc_t operation;
    return dnnl_matmul_desc_init(&operation, &a, &b, NULL, &c) == dnnl_success &&
           dnnl_primitive_desc_create(product, &operation, how, the_engine(), NULL) == dnnl_success;
#endif
}

/* How a product is made that replaces or adds. */
static bool describe_result(dnnl_primitive_attr_t *how, enum matrix_result result)
{
    dnnl_post_ops_t operations = NULL;
    *how = NULL;
    bool made = dnnl_primitive_attr_create(how) == dnnl_success &&
                dnnl_post_ops_create(&operations) == dnnl_success &&
                (result == MATRIX_REPLACE || APPEND_SUM(operations) == dnnl_success) &&
                dnnl_primitive_attr_set_post_ops(*how, operations) == dnnl_success;
    if (operations)
        dnnl_post_ops_destroy(operations);
    if (!made && *how)
        dnnl_primitive_attr_destroy(*how);
    return made;
}

static dnnl_primitive_t make_product(dnnl_memory_desc_t a, dnnl_memory_desc_t b,
                                     dnnl_memory_desc_t c, enum matrix_result result)
{
    dnnl_primitive_attr_t how;
    dnnl_primitive_desc_t description;
    dnnl_primitive_t made = NULL;
    if (!describe_result(&how, result))
        return NULL;
    if (describe_product(&description, a, b, c, how)) {
        if (dnnl_primitive_create(&made, description) != dnnl_success)
            made = NULL;
        dnnl_primitive_desc_destroy(description);
    }
    dnnl_primitive_attr_destroy(how);
    return made;
}

/* ---- what a thread keeps ---- */

/* A product of weights: all that its code depends on. For one k and n the library has one order of
 * its own, and there is that of rows. */
struct product_shape {
    size_t m, k, n, adds, by_rows;
};

struct kept_product {
    struct product_shape shape; /* m is 0 where none is kept */
    dnnl_primitive_t code;
    dnnl_memory_t a, c;
};

/* More than the shapes of a model's tiles (some ten, in up to 31 numbers of rows: multiples of ROWS
 * up to those of weight_tiles.c, and rests). Where a place is taken, one of the next is. */
enum { KEPT = 1024, PROBES = 8, ROWS = BF16_ROWS };

struct thread_state {
    dnnl_stream_t stream;
    dnnl_primitive_t transposed[MATRIX_RESULTS]; /* of any size, the first operand turned */
    struct kept_product kept[KEPT];
};

static pthread_key_t state_key;
static bool have_key;

static void forget(struct kept_product *kept)
{
    if (kept->code)
        dnnl_primitive_destroy(kept->code);
    if (kept->a)
        dnnl_memory_destroy(kept->a);
    if (kept->c)
        dnnl_memory_destroy(kept->c);
    *kept = (struct kept_product){.code = NULL};
}

static void free_state(void *of_thread)
{
    struct thread_state *state = of_thread;
    for (size_t i = 0; i < KEPT; i++)
        forget(&state->kept[i]);
    for (enum matrix_result r = 0; r < MATRIX_RESULTS; r++)
        if (state->transposed[r])
            dnnl_primitive_destroy(state->transposed[r]);
    if (state->stream)
        dnnl_stream_destroy(state->stream);
    memory_free(state);
}

static void make_key(void)
{
    have_key = pthread_key_create(&state_key, free_state) == 0;
}

/* The calling thread's, or null where there is no memory for it. */
static struct thread_state *thread_state(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct error ignored;
    pthread_once(&once, make_key);
    struct thread_state *state = have_key ? pthread_getspecific(state_key) : NULL;
    if (state || !have_key || !the_engine())
        return state;
    state = memory_new(1, sizeof *state, &ignored);
    if (!state)
        return NULL;
    bool made =
        dnnl_stream_create(&state->stream, engine, dnnl_stream_default_flags) == dnnl_success &&
        pthread_setspecific(state_key, state) == 0;
    if (!made) {
        free_state(state);
        return NULL;
    }
    return state;
}

/* ---- products ---- */

static atomic_bool failed;

bool onednn_has_failed(void)
{
    return atomic_load(&failed);
}

/* That there was no memory for a product shows in what it comes to. */
static void spoil(size_t m, size_t n, real *c, size_t c_stride)
{
    atomic_store(&failed, true);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++)
            c[i * c_stride + j] = NAN;
}

static bool execute(const struct thread_state *state, dnnl_primitive_t code, dnnl_memory_t a,
                    dnnl_memory_t b, dnnl_memory_t c)
{
    const dnnl_exec_arg_t operands[] = {
        {DNNL_ARG_SRC, a}, {DNNL_ARG_WEIGHTS, b}, {DNNL_ARG_DST, c}};
    return dnnl_primitive_execute(code, state->stream, 3, operands) == dnnl_success;
}

struct onednn_weight {
    size_t k, n;
    bool has_order, by_rows;
    dnnl_memory_desc_t order;
    void *numbers;
    dnnl_memory_t memory;  /* holds them */
    dnnl_memory_t source;  /* what it is filled from */
    dnnl_memory_t scratch; /* what filling needs besides */
    dnnl_primitive_t fill;
};

static size_t place_of(const struct product_shape *shape)
{
    const size_t factor = 0x9e3779b1;
    size_t hash = shape->m;
    hash = hash * factor + shape->k;
    hash = hash * factor + shape->n;
    hash = hash * factor + (shape->adds | shape->by_rows << 1);
    return (hash ^ hash >> 15) % KEPT;
}

static bool same_shape(const struct product_shape *one, const struct product_shape *other)
{
    return one->m == other->m && one->k == other->k && one->n == other->n &&
           one->adds == other->adds && one->by_rows == other->by_rows;
}

static bool keep(struct kept_product *kept, const struct product_shape *shape,
                 dnnl_memory_desc_t order)
{
    dnnl_memory_desc_t a, c;
    if (!describe(&a, dnnl_bf16, (dnnl_dim_t)shape->m, (dnnl_dim_t)shape->k, (dnnl_dim_t)shape->k,
                  1))
        return false;
    if (!describe(&c, dnnl_f32, (dnnl_dim_t)shape->m, (dnnl_dim_t)shape->n, (dnnl_dim_t)shape->n,
                  1)) {
        FREE_DESCRIPTION(a);
        return false;
    }
    kept->code = make_product(a, order, c, shape->adds ? MATRIX_ADD : MATRIX_REPLACE);
    bool made =
        kept->code &&
        dnnl_memory_create(&kept->a, AS_ARGUMENT(a), engine, DNNL_MEMORY_NONE) == dnnl_success &&
        dnnl_memory_create(&kept->c, AS_ARGUMENT(c), engine, DNNL_MEMORY_NONE) == dnnl_success;
    FREE_DESCRIPTION(a);
    FREE_DESCRIPTION(c);
    kept->shape = *shape;
    if (!made)
        forget(kept);
    return made;
}

/* Where the shape is kept, or will be; where all places it may have are taken, its own. */
static struct kept_product *place_for(struct thread_state *state, const struct product_shape *shape)
{
    size_t own = place_of(shape);
    for (size_t probe = 0; probe < PROBES; probe++) {
        struct kept_product *kept = &state->kept[(own + probe) % KEPT];
        if (!kept->code || same_shape(&kept->shape, shape))
            return kept;
    }
    return &state->kept[own];
}

/* The library's code for the shape; null where there is no memory for it. */
static struct kept_product *find(struct thread_state *state, const struct product_shape *shape,
                                 dnnl_memory_desc_t order)
{
    struct kept_product *kept = place_for(state, shape);
    if (same_shape(&kept->shape, shape))
        return kept;
    forget(kept);
    return keep(kept, shape, order) ? kept : NULL;
}

static void multiply(const struct product_shape *shape, const bf16 *a,
                     const struct onednn_weight *weight, real *c)
{
    struct thread_state *state = thread_state();
    struct kept_product *kept = state ? find(state, shape, weight->order) : NULL;
    union {
        const bf16 *read;
        void *handle;
    } operand = {.read = a};
    if (!kept || dnnl_memory_set_data_handle(kept->a, operand.handle) != dnnl_success ||
        dnnl_memory_set_data_handle(kept->c, c) != dnnl_success ||
        !execute(state, kept->code, kept->a, weight->memory, kept->c))
        spoil(shape->m, shape->n, c, shape->n);
}

void onednn_multiply(size_t m, const bf16 *a, const struct onednn_weight *weight,
                     enum matrix_result result, real *c)
{
    size_t rest = m % ROWS, whole = m - rest;
    struct product_shape shape = {whole, weight->k, weight->n, result == MATRIX_ADD,
                                  weight->by_rows};
    if (whole > 0)
        multiply(&shape, a, weight, c);
    shape.m = rest;
    if (rest > 0)
        multiply(&shape, a + whole * weight->k, weight, c + whole * weight->n);
}

static bool uses_amx(void)
{
    return has(dnnl_cpu_isa_avx512_core_amx);
}

size_t onednn_rows(size_t m)
{
    bool leaves_one = m % BF16_ROWS == 1;
    return uses_amx() ? (m + BF16_ROWS - 1) / BF16_ROWS * BF16_ROWS : m + leaves_one;
}

/* The library leaves AMX alone for results of up to 32 rows and 256 numbers. */
size_t onednn_most_rows(size_t n)
{
    return uses_amx() && n <= BF16_ROWS ? BF16_ROWS : SIZE_MAX;
}

/* Code for all sizes: k, the rows of a pass, is nearly always another. */
static dnnl_primitive_t make_transposed(enum matrix_result result)
{
    const dnnl_dim_t any = DNNL_RUNTIME_DIM_VAL;
    dnnl_memory_desc_t a, b, c;
    if (!describe(&a, dnnl_bf16, any, any, 1, any))
        return NULL;
    dnnl_primitive_t made = NULL;
    if (describe(&b, dnnl_bf16, any, any, any, 1)) {
        if (describe(&c, dnnl_f32, any, any, any, 1)) {
            made = make_product(a, b, c, result);
            FREE_DESCRIPTION(c);
        }
        FREE_DESCRIPTION(b);
    }
    FREE_DESCRIPTION(a);
    return made;
}

static dnnl_memory_t make_memory(dnnl_data_type_t type, size_t rows, size_t columns,
                                 size_t row_stride, size_t column_stride, const void *numbers)
{
    dnnl_memory_desc_t description;
    dnnl_memory_t memory = NULL;
    union {
        const void *read;
        void *handle;
    } at = {.read = numbers};
    if (!describe(&description, type, (dnnl_dim_t)rows, (dnnl_dim_t)columns, (dnnl_dim_t)row_stride,
                  (dnnl_dim_t)column_stride))
        return NULL;
    if (dnnl_memory_create(&memory, AS_ARGUMENT(description), engine, at.handle) != dnnl_success)
        memory = NULL;
    FREE_DESCRIPTION(description);
    return memory;
}

void onednn_transposed_multiply(size_t m, size_t n, size_t k, const bf16 *a, const bf16 *b,
                                enum matrix_result result, real *c, size_t c_stride)
{
    struct thread_state *state = thread_state();
    for (size_t i = 0; k == 0 && result == MATRIX_REPLACE && i < m; i++)
        memset(c + i * c_stride, 0, n * sizeof *c);
    if (k == 0)
        return;
    if (state && !state->transposed[result])
        state->transposed[result] = make_transposed(result);
    dnnl_memory_t from_a = make_memory(dnnl_bf16, m, k, 1, m, a);
    dnnl_memory_t from_b = make_memory(dnnl_bf16, k, n, n, 1, b);
    dnnl_memory_t to_c = make_memory(dnnl_f32, m, n, c_stride, 1, c);
    if (!state || !state->transposed[result] || !from_a || !from_b || !to_c ||
        !execute(state, state->transposed[result], from_a, from_b, to_c))
        spoil(m, n, c, c_stride);
    if (from_a)
        dnnl_memory_destroy(from_a);
    if (from_b)
        dnnl_memory_destroy(from_b);
    if (to_c)
        dnnl_memory_destroy(to_c);
}

/* ---- weights ---- */

/* Whether products of m rows can be made with weights that lie so, which `any` may be. */
static bool can_multiply(const struct onednn_weight *weight, size_t m, dnnl_memory_desc_t order,
                         enum matrix_result result, dnnl_memory_desc_t *taken)
{
    dnnl_memory_desc_t a, c;
    dnnl_primitive_attr_t how;
    dnnl_primitive_desc_t product;
    dnnl_dim_t rows = (dnnl_dim_t)m, k = (dnnl_dim_t)weight->k, n = (dnnl_dim_t)weight->n;
    bool can = false;
    if (!describe_result(&how, result))
        return false;
    if (describe(&a, dnnl_bf16, rows, k, k, 1)) {
        if (describe(&c, dnnl_f32, rows, n, n, 1)) {
            can = describe_product(&product, a, order, c, how);
            FREE_DESCRIPTION(c);
        }
        FREE_DESCRIPTION(a);
    }
    if (can) {
        can = !is_reference(product) && (!taken || copy_weights_order(taken, product));
        dnnl_primitive_desc_destroy(product);
    }
    dnnl_primitive_attr_destroy(how);
    return can;
}

/* Whether every number of rows that products are cut into can be multiplied with weights that lie
 * so. */
static bool serves_all(const struct onednn_weight *weight, dnnl_memory_desc_t order)
{
    static const size_t rows[] = {1, ROWS - 1, ROWS, 16 * ROWS, 32 * ROWS};
    bool serves = true;
    for (size_t i = 0; serves && i < sizeof rows / sizeof *rows; i++)
        serves = can_multiply(weight, rows[i], order, MATRIX_REPLACE, NULL) &&
                 can_multiply(weight, rows[i], order, MATRIX_ADD, NULL);
    return serves;
}

/* The order that the library likes best, or, where it is not the same for all numbers of rows, row
 * after row. */
static bool choose_order(struct onednn_weight *weight)
{
    const dnnl_dims_t sizes = {(dnnl_dim_t)weight->k, (dnnl_dim_t)weight->n};
    dnnl_memory_desc_t any;
    if (BY_TAG(&any, 2, sizes, dnnl_bf16, dnnl_format_tag_any) != dnnl_success)
        return false;
    weight->has_order = can_multiply(weight, 32 * ROWS, any, MATRIX_REPLACE, &weight->order);
    FREE_DESCRIPTION(any);
    if (weight->has_order && serves_all(weight, weight->order))
        return true;
    if (weight->has_order)
        FREE_DESCRIPTION(weight->order);
    weight->by_rows = true;
    weight->has_order = describe(&weight->order, dnnl_bf16, sizes[0], sizes[1], sizes[1], 1);
    return weight->has_order && serves_all(weight, weight->order);
}

/* Any thread may fill a weight: what the library keeps for the one that made the code would not
 * do. */
static bool describe_fill(dnnl_primitive_desc_t *fill, dnnl_memory_desc_t from,
                          dnnl_memory_desc_t to)
{
    dnnl_primitive_attr_t how;
    if (dnnl_primitive_attr_create(&how) != dnnl_success)
        return false;
    bool described =
        dnnl_primitive_attr_set_scratchpad_mode(how, dnnl_scratchpad_mode_user) == dnnl_success &&
        dnnl_reorder_primitive_desc_create(fill, AS_ARGUMENT(from), engine, AS_ARGUMENT(to), engine,
                                           how) == dnnl_success;
    dnnl_primitive_attr_destroy(how);
    return described;
}

static bool make_fill(struct onednn_weight *weight, size_t row_stride, size_t column_stride)
{
    dnnl_memory_desc_t from;
    dnnl_primitive_desc_t fill;
    bool made = false;
    if (!describe(&from, dnnl_f32, (dnnl_dim_t)weight->k, (dnnl_dim_t)weight->n,
                  (dnnl_dim_t)row_stride, (dnnl_dim_t)column_stride))
        return false;
    if (describe_fill(&fill, from, weight->order)) {
        made = dnnl_primitive_create(&weight->fill, fill) == dnnl_success &&
               dnnl_memory_create(&weight->source, AS_ARGUMENT(from), engine, DNNL_MEMORY_NONE) ==
                   dnnl_success &&
               dnnl_memory_create(&weight->scratch,
                                  dnnl_primitive_desc_query_md(fill, dnnl_query_scratchpad_md, 0),
                                  engine, DNNL_MEMORY_ALLOCATE) == dnnl_success;
        dnnl_primitive_desc_destroy(fill);
    }
    FREE_DESCRIPTION(from);
    return made;
}

static bool make_weight(struct onednn_weight *weight, size_t row_stride, size_t column_stride,
                        struct error *err)
{
    if (!the_engine() || !choose_order(weight))
        return error_set(err, ERROR_INPUT, "oneDNN has no products of %zu x %zu numbers in bf16",
                         weight->k, weight->n);
    weight->numbers = memory_new_aligned(BYTES_OF(weight->order), 1, err);
    if (!weight->numbers)
        return false;
    return (dnnl_memory_create(&weight->memory, AS_ARGUMENT(weight->order), engine,
                               weight->numbers) == dnnl_success &&
            make_fill(weight, row_stride, column_stride)) ||
           error_set(err, ERROR_MEMORY, "there is no memory for weights in bf16");
}

struct onednn_weight *onednn_weight_new(size_t k, size_t n, size_t row_stride, size_t column_stride,
                                        struct error *err)
{
    struct onednn_weight *weight = memory_new(1, sizeof *weight, err);
    if (!weight)
        return NULL;
    weight->k = k;
    weight->n = n;
    /* As where they are used: the library's choices may depend on the threads it could start. */
    int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    bool made = make_weight(weight, row_stride, column_stride, err);
    omp_set_num_threads(threads);
    if (made)
        return weight;
    onednn_weight_free(weight);
    return NULL;
}

void onednn_weight_free(struct onednn_weight *weight)
{
    if (!weight)
        return;
    if (weight->fill)
        dnnl_primitive_destroy(weight->fill);
    if (weight->source)
        dnnl_memory_destroy(weight->source);
    if (weight->memory)
        dnnl_memory_destroy(weight->memory);
    if (weight->scratch)
        dnnl_memory_destroy(weight->scratch);
    if (weight->has_order)
        FREE_DESCRIPTION(weight->order);
    memory_free(weight->numbers);
    memory_free(weight);
}

void onednn_weight_fill(struct onednn_weight *weight, const real *from)
{
    const struct thread_state *state = thread_state();
    union {
        const real *read;
        void *handle;
    } at = {.read = from};
    const dnnl_exec_arg_t operands[] = {{DNNL_ARG_FROM, weight->source},
                                        {DNNL_ARG_TO, weight->memory},
                                        {DNNL_ARG_SCRATCHPAD, weight->scratch}};
    if (!state || dnnl_memory_set_data_handle(weight->source, at.handle) != dnnl_success ||
        dnnl_primitive_execute(weight->fill, state->stream, 3, operands) != dnnl_success) {
        memset(weight->numbers, 0xff, BYTES_OF(weight->order)); /* no numbers */
        atomic_store(&failed, true);
    }
}

#else

/* ---- a build without it ---- */

const char *onednn_lacks_bf16(void)
{
    return "this build has no oneDNN, which bf16 needs";
}

bool onednn_uses_avx512(void)
{
    return false;
}

bool onednn_multiply_fp32(bool turn_a, bool turn_b, size_t m, size_t n, size_t k, real factor,
                          struct matrix a, struct matrix b, real keep, real *c, size_t c_stride)
{
    (void)turn_a, (void)turn_b, (void)m, (void)n, (void)k, (void)factor, (void)a, (void)b;
    (void)keep, (void)c, (void)c_stride;
    return false;
}

void onednn_write_name(char name[ONEDNN_NAME])
{
    name[0] = '\0';
}

bool onednn_has_failed(void)
{
    return false;
}

struct onednn_weight *onednn_weight_new(size_t k, size_t n, size_t row_stride, size_t column_stride,
                                        struct error *err)
{
    (void)k, (void)n, (void)row_stride, (void)column_stride;
    error_set(err, ERROR_INPUT, "this build has no oneDNN, which products in bf16 need");
    return NULL;
}

/* Nobody has a weight. */

void onednn_weight_free(struct onednn_weight *weight)
{
    (void)weight;
}

void onednn_weight_fill(struct onednn_weight *weight, const real *from)
{
    (void)weight, (void)from;
}

void onednn_multiply(size_t m, const bf16 *a, const struct onednn_weight *weight,
                     enum matrix_result result, real *c)
{
    (void)m, (void)a, (void)weight, (void)result, (void)c;
}

size_t onednn_rows(size_t m)
{
    return m;
}

size_t onednn_most_rows(size_t n)
{
    (void)n;
    return BF16_ROWS;
}

void onednn_transposed_multiply(size_t m, size_t n, size_t k, const bf16 *a, const bf16 *b,
                                enum matrix_result result, real *c, size_t c_stride)
{
    (void)m, (void)n, (void)k, (void)a, (void)b, (void)result, (void)c, (void)c_stride;
}

#endif
