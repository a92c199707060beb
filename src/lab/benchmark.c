/* Map of this file: what is trained; products; one round; medians; the whole. */
#include "lab/benchmark.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/engine.h"
#include "lab/session.h"
#include "lab/session_open.h"
#include "measure/recall.h"
#include "model/layout.h"
#include "model/matrix_speed.h"
#include "model/model_ops.h"
#include "model/output.h"

/* What is trained */

struct bench {
    struct session session; /* facts, population and vocabulary */
    struct engine *engine;
    struct batch batch;
    struct recall_set known;
    uint64_t step;
};

static bool bench_open(struct bench *bench, const struct paths *paths, const struct preset *preset,
                       struct error *err)
{
    *bench = (struct bench){.step = 0};
    if (!session_open_facts(&bench->session, paths, preset, err))
        return false;
    const struct trainer_options *options = &bench->session.preset.trainer;
    const struct model_options *shape = &bench->session.preset.model;
    if (!model_ops_of(shape)->can_be_measured)
        return error_set(err, ERROR_INPUT,
                         "preset %s is of model.kind = %s; only transformers can be measured",
                         preset->name, model_kind_names[shape->kind]);
    struct engine_options engine = trainer_engine(options);
    engine.has_second = false;
    if (!session_check_memory(&bench->session, true, err))
        return false;
    bench->engine = engine_new(shape, &engine, err);
    return bench->engine && engine_randomize(bench->engine, options->seed, err) &&
           batch_init(&bench->batch, &bench->session.vocabulary, options->batch, err) &&
           recall_set_init(&bench->known, &bench->session.population, &bench->session.vocabulary, 0,
                           options->evaluate_known, err);
}

static void bench_close(struct bench *bench)
{
    struct error ignored;
    recall_set_free(&bench->known);
    batch_free(&bench->batch);
    engine_free(bench->engine);
    session_close(&bench->session, &ignored);
}

static const struct model_options *shape_of(const struct bench *bench)
{
    return &engine_model(bench->engine)->options;
}

/* Products */

static const double product_seconds = 0.15; /* a square one is measured for */
static const double own_product_seconds = 0.03;

static enum precision precision_of(const struct model_options *options)
{
    return precision_in_use(options->precision, NULL);
}

static bool measure_product(const struct bench *bench, const struct matrix_shape *shape,
                            double seconds, double *rate, struct error *err)
{
    return matrix_speed(shape, precision_of(shape_of(bench)), engine_thread_count(bench->engine),
                        seconds, rate, err);
}

/* The largest of the rates of square products. */
static bool measure_squares(const struct bench *bench, double *rate, struct error *err)
{
    static const size_t sides[] = {512, 1024, 2048};
    *rate = 0;
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        struct matrix_shape square = {MATRIX_MULTIPLY, sides[i], sides[i], sides[i]};
        double speed;
        if (!measure_product(bench, &square, product_seconds, &speed, err))
            return false;
        *rate = speed > *rate ? speed : *rate;
    }
    return true;
}

/* A product as often as one micro-batch needs it. */
struct own_product {
    struct matrix_shape shape;
    double times;
};

/* Adds a layer's products of the way forward and the two of the way back. */
static size_t add_layer(struct own_product *product, size_t rows, size_t inputs, size_t outputs,
                        double times)
{
    product[0] = (struct own_product){{MATRIX_MULTIPLY, rows, outputs, inputs}, times};
    product[1] = (struct own_product){{MATRIX_MULTIPLY_TRANSPOSED, rows, inputs, outputs}, times};
    product[2] = (struct own_product){{MATRIX_TRANSPOSED_MULTIPLY, inputs, outputs, rows}, times};
    return 3;
}

/* The output's weights are stored transposed against those of other layers. Going back, rows are
 * multiplied block by block in fp32 alone (model/output.c). */
static size_t add_output(struct own_product *product, enum precision precision, size_t rows,
                         size_t width, size_t vocab)
{
    size_t block = output_block(vocab) < rows ? output_block(vocab) : rows;
    size_t back = precision == PRECISION_BF16 ? rows : block;
    double times = (double)rows / (double)block, times_back = (double)rows / (double)back;
    product[0] = (struct own_product){{MATRIX_MULTIPLY_TRANSPOSED, block, vocab, width}, times};
    product[1] = (struct own_product){{MATRIX_MULTIPLY, back, width, vocab}, times_back};
    product[2] = (struct own_product){{MATRIX_TRANSPOSED_MULTIPLY, vocab, width, back}, times_back};
    return 3;
}

/* The products with a tensor that there is `times` of. */
static size_t add_tensor(struct own_product *product, const struct model_options *o,
                         enum tensor_use use, const struct parameter *parameter, double times)
{
    size_t rows = model_micro_batch_tokens(o);
    switch (use) {
    case TENSOR_MATRIX:
        return add_layer(product, rows, parameter->rows, parameter->cols, times);
    case TENSOR_HEADS:
        return add_layer(product, rows, parameter->rows / o->heads, parameter->cols,
                         times * (double)o->heads);
    case TENSOR_OUTPUT:
        return add_output(product, precision_of(o), rows, parameter->cols, parameter->rows);
    case TENSOR_VECTOR:
    case TENSOR_TABLE:
    case TENSOR_CHANNELS:
        break;
    }
    return 0;
}

enum { MOST_OWN_PRODUCTS = 3 * TENSOR_GROUPS * TENSORS_MOST };

/* How many they are. All blocks have the same. */
static size_t list_own_products(const struct model_options *o,
                                struct own_product product[MOST_OWN_PRODUCTS])
{
    struct model_layout layout = layout_of(o);
    size_t count = 0;
    for (struct layout_place p = layout_first(o); p.tensor; p = layout_next(o, p)) {
        struct parameter parameter = layout_parameter(o, &layout, p);
        double times = layout_is_in_block(p) ? (double)o->layers : 1;
        if (p.layer == 0)
            count += add_tensor(product + count, o, p.tensor->use, &parameter, times);
    }
    return count;
}

static bool measure_own_products(const struct bench *bench, double *rate, struct error *err)
{
    struct own_product product[MOST_OWN_PRODUCTS];
    double operations = 0, seconds = 0, speed;
    size_t products = list_own_products(shape_of(bench), product);
    for (size_t i = 0; i < products; i++) {
        const struct matrix_shape *shape = &product[i].shape;
        if (!measure_product(bench, shape, own_product_seconds, &speed, err))
            return false;
        double own = 2 * (double)shape->m * (double)shape->n * (double)shape->k * product[i].times;
        operations += own;
        seconds += own / speed;
    }
    *rate = operations / seconds;
    return true;
}

/* One round */

struct round {
    double product_rate, own_product_rate;
    double tokens, seconds; /* trained on, and how long */
    size_t steps;
    double evaluation_rate;
    double part_seconds[STEP_PARTS]; /* in all steps; means over threads where they work apart */
};

static bool train_step(struct bench *bench, struct round *round, struct error *err)
{
    const struct session *session = &bench->session;
    double lr = schedule_lr(&session->preset.trainer.schedule, bench->step), loss, norm;
    double began = clock_seconds();
    batch_fill_training(&bench->batch, &session->population, &session->vocabulary,
                        &session->sampling, bench->step);
    double written = clock_seconds();
    struct sequences sequences = batch_sequences(&bench->batch);
    if (!engine_compute(bench->engine, &sequences, 0, NULL, &loss, &norm, err) ||
        !engine_update(bench->engine, norm, lr, err))
        return false;
    double ended = clock_seconds();
    round->part_seconds[STEP_BATCH] += written - began;
    round->seconds += ended - began;
    round->tokens += (double)sequences.start[sequences.count];
    round->steps++;
    bench->step++;
    /* A loss that is not a number would make the rest faster or slower than training is. */
    return isfinite(loss) || error_set(err, ERROR_DATA, "the loss is not a number");
}

static bool train(struct bench *bench, double seconds, struct round *round, struct error *err)
{
    double before[STEP_PARTS], after[STEP_PARTS];
    engine_seconds(bench->engine, before);
    do
        if (!train_step(bench, round, err))
            return false;
    while (round->seconds < seconds);
    engine_seconds(bench->engine, after);
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        round->part_seconds[p] += after[p] - before[p];
    return true;
}

/* As often as fits into the time, and once at least. */
static bool evaluate(struct bench *bench, double seconds, struct round *round, struct error *err)
{
    struct recall recall;
    double began = clock_seconds(), elapsed, tokens = 0;
    if (bench->known.values == 0)
        return true;
    do {
        if (!recall_measure(&bench->known, bench->engine, NULL, &recall, err))
            return false;
        tokens += (double)bench->known.batch.start[bench->known.batch.biographies];
        elapsed = clock_seconds() - began;
    } while (elapsed < seconds);
    round->evaluation_rate = tokens / elapsed;
    return true;
}

enum { PIECES_IN_ROUND = 3 };

static void tell(const struct benchmark_options *options, size_t piece, const char *name)
{
    if (options->progress)
        options->progress(options->context, piece, 1 + options->rounds * PIECES_IN_ROUND, name);
}

static bool measure_round(struct bench *bench, const struct benchmark_options *options,
                          size_t piece, struct round *round, struct error *err)
{
    tell(options, piece, "multiplying matrices");
    if (!measure_squares(bench, &round->product_rate, err) ||
        !measure_own_products(bench, &round->own_product_rate, err))
        return false;
    tell(options, piece + 1, "training");
    if (!train(bench, options->seconds, round, err))
        return false;
    tell(options, piece + 2, "evaluating");
    return evaluate(bench, options->seconds / 2, round, err);
}

/* Medians */

enum figure {
    SECONDS_PER_STEP,
    TOKENS_RATE,
    OPERATIONS_RATE,
    PRODUCT_RATE,
    OWN_PRODUCT_RATE,
    RATIO,
    EVALUATION_RATE,
    FIGURES,
};

/* figure[f * stride] */
static void list_figures(const struct bench *bench, const struct round *round, double *figure,
                         size_t stride)
{
    double tokens_rate = round->tokens / round->seconds;
    double operations_rate =
        6 * (double)model_count_matrix_parameters(shape_of(bench)) * tokens_rate;
    const double figures[FIGURES] = {
        [SECONDS_PER_STEP] = round->seconds / (double)round->steps,
        [TOKENS_RATE] = tokens_rate,
        [OPERATIONS_RATE] = operations_rate,
        [PRODUCT_RATE] = round->product_rate,
        [OWN_PRODUCT_RATE] = round->own_product_rate,
        [RATIO] = operations_rate / round->product_rate,
        [EVALUATION_RATE] = round->evaluation_rate,
    };
    for (enum figure f = 0; f < FIGURES; f++)
        figure[f * stride] = figures[f];
}

static size_t peak_memory(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0;
}

/* figure[FIGURES][rounds] is sorted on the way. */
static void summarize(struct benchmark *benchmark, const struct bench *bench, double *figure,
                      size_t rounds, const struct round *sum)
{
    double median[FIGURES];
    for (enum figure f = 0; f < FIGURES; f++)
        median[f] = gsl_stats_median(figure + f * rounds, 1, rounds);
    *benchmark = (struct benchmark){
        .threads = engine_thread_count(bench->engine),
        .shards = engine_shard_count(bench->engine),
        .parameters = model_count_parameters(shape_of(bench)),
        .precision = precision_of(shape_of(bench)),
        .matrix_parameters = model_count_matrix_parameters(shape_of(bench)),
        .tokens_per_step = sum->tokens / (double)sum->steps,
        .seconds_per_step = median[SECONDS_PER_STEP],
        .tokens_rate = median[TOKENS_RATE],
        .operations_rate = median[OPERATIONS_RATE],
        .product_rate = median[PRODUCT_RATE],
        .own_product_rate = median[OWN_PRODUCT_RATE],
        .ratio = median[RATIO],
        .evaluation_rate = median[EVALUATION_RATE],
        .peak_memory = peak_memory(),
    };
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        benchmark->part_share[p] = sum->part_seconds[p] / sum->seconds;
    benchmark->blas = blas_in_use();
    benchmark->identity = precision_identity(shape_of(bench)->precision);
    precision_in_use(shape_of(bench)->precision, &benchmark->remark);
    benchmark->blas_config = blas_config();
}

/* The whole */

/* Adds to the sum what shares and means are made of. */
static void add_round(struct round *sum, const struct round *round)
{
    sum->tokens += round->tokens;
    sum->seconds += round->seconds;
    sum->steps += round->steps;
    for (enum step_part p = 0; p < STEP_PARTS; p++)
        sum->part_seconds[p] += round->part_seconds[p];
}

/* figure[FIGURES][rounds] is scratch. */
static bool measure(struct benchmark *benchmark, struct bench *bench,
                    const struct benchmark_options *options, double *figure, struct error *err)
{
    struct round warm_up = {0}, sum = {0};
    tell(options, 0, "warming up");
    if (!train_step(bench, &warm_up, err))
        return false;
    for (size_t r = 0; r < options->rounds; r++) {
        struct round round = {0};
        if (!measure_round(bench, options, 1 + r * PIECES_IN_ROUND, &round, err))
            return false;
        list_figures(bench, &round, figure + r, options->rounds);
        add_round(&sum, &round);
    }
    summarize(benchmark, bench, figure, options->rounds, &sum);
    return true;
}

bool benchmark_run(struct benchmark *benchmark, const struct paths *paths,
                   const struct preset *preset, const struct benchmark_options *options,
                   struct error *err)
{
    struct bench bench;
    double *figure = memory_new(options->rounds, FIGURES * sizeof *figure, err);
    bool measured = figure && bench_open(&bench, paths, preset, err) &&
                    measure(benchmark, &bench, options, figure, err);
    if (figure)
        bench_close(&bench);
    memory_free(figure);
    return measured;
}
