/* Gradients against central differences, in double precision: of every layer alone and of whole
 * models. Built with MNEME_REAL_IS_DOUBLE, together with a build of src/model like it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/attention.h"
#include "model/gelu.h"
#include "model/linear.h"
#include "model/model.h"
#include "model/norm.h"
#include "model/output.h"
#include "model/recurrence.h"
#include "model/workspace.h"
#include "tests/fixtures/model_reference.h"
#include "tests/float_equal.h"

#ifndef MNEME_REAL_IS_DOUBLE
#error "gradients are checked in double precision"
#endif

/* (f(x+h) - f(x-h)) / 2h is off by h^2/6 f''' and by the rounding of f, 1e-16 f / h: at this h
 * both are about 1e-10 of the gradient, and more where a gradient is small beside its loss. */
#define STEP      1e-5
#define TOLERANCE 1e-6

/* ---- the check ---- */

/* A function of numbers somewhere in its context. */
typedef double loss_function(void *context);

/* The largest difference between gradient[count] and the central differences of a loss by
 * x[count], as a share of the largest difference quotient. */
static double gradient_residual(loss_function *loss, void *context, real *x, const real *gradient,
                                size_t count)
{
    double *expected = calloc(count + 1, sizeof *expected);
    for (size_t i = 0; i < count; i++) {
        real at = x[i];
        x[i] = at + STEP;
        double above = loss(context);
        x[i] = at - STEP;
        double below = loss(context);
        x[i] = at;
        expected[i] = (above - below) / (2 * STEP);
    }
    double worst = residual(gradient, expected, count);
    free(expected);
    return worst;
}

static void assert_gradient(const char *what, loss_function *loss, void *context, real *x,
                            const real *gradient, size_t count)
{
    double worst = gradient_residual(loss, context, x, gradient, count);
    print_message("    %-44s residual %.1e\n", what, worst);
    assert_true(worst < TOLERANCE);
}

/* A layer's loss is a weighted sum of its outputs; the weights are then the outputs' gradient. */
static double weighted(const real *y, const real *weight, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += y[i] * weight[i];
    return sum;
}

/* ---- linear ---- */

enum { ROWS = 11, INPUTS = 7, OUTPUTS = 5 };

struct linear_case {
    real x[ROWS * INPUTS], weight[INPUTS * OUTPUTS], bias[OUTPUTS];
    real y[ROWS * OUTPUTS], dy[ROWS * OUTPUTS];
    struct linear linear;
};

static double linear_loss(void *context)
{
    struct linear_case *c = context;
    linear_forward(&c->linear, ROWS, (struct activation){c->x, NULL}, MATRIX_REPLACE, c->y);
    return weighted(c->y, c->dy, ROWS * OUTPUTS);
}

static void linear_gradients(void **state)
{
    (void)state;
    static struct linear_case c;
    fill_normal(c.x, ROWS * INPUTS, 0, 1, 1);
    fill_normal(c.weight, INPUTS * OUTPUTS, 0, 1, 2);
    fill_normal(c.bias, OUTPUTS, 0, 1, 3);
    fill_normal(c.dy, ROWS * OUTPUTS, 0, 1, 4);
    c.linear = (struct linear){INPUTS, OUTPUTS, c.weight, c.bias, NULL};
    real dx[ROWS * INPUTS], d_weight[INPUTS * OUTPUTS] = {0}, d_bias[OUTPUTS] = {0};
    linear_backward(&c.linear, ROWS, (struct activation){c.x, NULL},
                    (struct activation){c.dy, NULL}, dx,
                    (struct linear_gradient){d_weight, d_bias, MATRIX_ADD});
    assert_gradient("linear: x", linear_loss, &c, c.x, dx, ROWS * INPUTS);
    assert_gradient("linear: weight", linear_loss, &c, c.weight, d_weight, INPUTS * OUTPUTS);
    assert_gradient("linear: bias", linear_loss, &c, c.bias, d_bias, OUTPUTS);
}

/* ---- norm ---- */

enum { WIDEST = 37 };

struct norm_case {
    real x[ROWS * WIDEST], scale[WIDEST], bias[WIDEST];
    real y[ROWS * WIDEST], dy[ROWS * WIDEST];
    struct norm_row row[ROWS];
    struct norm norm;
};

static double norm_loss(void *context)
{
    struct norm_case *c = context;
    norm_forward(&c->norm, ROWS, c->x, c->y, c->row);
    return weighted(c->y, c->dy, ROWS * c->norm.width);
}

static void check_norm(enum norm_kind kind, bool with_bias, size_t width)
{
    static struct norm_case c;
    fill_normal(c.x, ROWS * width, 0.5, 1.5, 1);
    fill_normal(c.scale, width, 1, 0.5, 2);
    fill_normal(c.bias, width, 0, 1, 3);
    fill_normal(c.dy, ROWS * width, 0, 1, 4);
    c.norm = (struct norm){kind, width, c.scale, with_bias ? c.bias : NULL};
    real dx[ROWS * WIDEST] = {0}, d_scale[WIDEST] = {0}, d_bias[WIDEST] = {0};
    norm_forward(&c.norm, ROWS, c.x, c.y, c.row);
    norm_backward(&c.norm, ROWS, c.x, c.row, c.dy, dx,
                  (struct norm_gradient){d_scale, with_bias ? d_bias : NULL});
    const char *name = kind == NORM_RMS ? "RMS norm" : "layer norm";
    assert_gradient(name, norm_loss, &c, c.x, dx, ROWS * width);
    assert_gradient(name, norm_loss, &c, c.scale, d_scale, width);
    if (with_bias)
        assert_gradient(name, norm_loss, &c, c.bias, d_bias, width);
}

static void norm_gradients(void **state)
{
    (void)state;
    const size_t width[] = {3, 16, WIDEST};
    for (size_t i = 0; i < sizeof width / sizeof *width; i++) {
        check_norm(NORM_RMS, false, width[i]);
        check_norm(NORM_LAYER, false, width[i]);
        check_norm(NORM_LAYER, true, width[i]);
    }
}

/* ---- GELU ---- */

enum { POINTS = 241 };

static void gelu_gradients(void **state)
{
    (void)state;
    real x[POINTS], derivative[POINTS], y[POINTS], above[POINTS], below[POINTS], moved[POINTS];
    double expected[POINTS];
    for (size_t i = 0; i < POINTS; i++)
        x[i] = derivative[i] = -6 + 0.05 * (real)i;
    for (size_t i = 0; i < POINTS; i++)
        moved[i] = x[i] + STEP;
    gelu_forward(POINTS, moved, above);
    for (size_t i = 0; i < POINTS; i++)
        moved[i] = x[i] - STEP;
    gelu_forward(POINTS, moved, below);
    for (size_t i = 0; i < POINTS; i++)
        expected[i] = (above[i] - below[i]) / (2 * STEP);
    gelu_forward_with_derivative(POINTS, derivative, y);
    assert_residual("gelu", derivative, expected, POINTS, TOLERANCE);
}

/* ---- attention ---- */

enum { HEADS = 3, D_KEY = 5, WIDTH = HEADS * D_KEY, LONGEST = 70, DISTANCES = LONGEST + 3 };
enum { WIDE_KEY = 17, WIDE_WIDTH = HEADS * WIDE_KEY }; /* more than is computed at once */

struct attention_case {
    size_t d_key;
    real rows[LONGEST * 3 * WIDE_WIDTH]; /* [length][query, key, value][heads][d_key] */
    real relative[DISTANCES * WIDE_WIDTH], content_bias[WIDE_WIDTH], position_bias[WIDE_WIDTH];
    real out[LONGEST * WIDE_WIDTH], d_out[LONGEST * WIDE_WIDTH];
    real probability[HEADS * LONGEST * LONGEST];
    real *scratch;
    size_t position[LONGEST];
    struct attention attention;
    struct attention_rows at;
};

static double attention_loss(void *context)
{
    struct attention_case *c = context;
    attention_forward(&c->attention, &c->at, c->scratch, c->probability, c->out);
    return weighted(c->out, c->d_out, c->at.queries * HEADS * c->d_key);
}

static void check_attention(struct attention_case *c, bool relative, size_t length)
{
    static real d_rows[LONGEST * 3 * WIDE_WIDTH], d_relative[DISTANCES * WIDE_WIDTH];
    real d_content[WIDE_WIDTH] = {0}, d_position[WIDE_WIDTH] = {0};
    size_t width = HEADS * c->d_key, scratch = attention_scratch(c->d_key, length);
    c->scratch = malloc(scratch * sizeof *c->scratch);
    assert_non_null(c->scratch);
    c->attention = (struct attention){.heads = HEADS, .d_key = c->d_key};
    if (relative)
        c->attention = (struct attention){HEADS,       c->d_key, c->content_bias, c->position_bias,
                                          c->relative, DISTANCES};
    c->at = (struct attention_rows){
        .queries = length,
        .keys = length,
        .position = c->position,
        .query = c->rows,
        .key = c->rows + width,
        .value = c->rows + 2 * width,
        .query_stride = 3 * width,
        .key_stride = 3 * width,
    };
    struct attention_gradient gradient = {d_rows, d_rows + width, d_rows + 2 * width,
                                          NULL,   NULL,           NULL};
    if (relative) {
        gradient.content_bias = d_content;
        gradient.position_bias = d_position;
        gradient.relative = d_relative;
    }
    memset(d_relative, 0, sizeof d_relative);
    fill_normal(d_rows, LONGEST * 3 * WIDE_WIDTH, 9, 1, 6);
    for (size_t i = 0; i < scratch; i++)
        c->scratch[i] = NAN;
    attention_loss(c);
    attention_backward(&c->attention, &c->at, c->scratch, c->probability, c->d_out, &gradient);
    assert_gradient(relative ? "relative attention: query, key, value"
                             : "attention: query, key, value",
                    attention_loss, c, c->rows, d_rows, length * 3 * width);
    if (!relative) {
        free(c->scratch);
        return;
    }
    assert_gradient("relative attention: content bias", attention_loss, c, c->content_bias,
                    d_content, width);
    assert_gradient("relative attention: position bias", attention_loss, c, c->position_bias,
                    d_position, width);
    assert_gradient("relative attention: distances", attention_loss, c, c->relative, d_relative,
                    DISTANCES * width);
    free(c->scratch);
}

static void attention_gradients(void **state)
{
    (void)state;
    struct attention_case *c = calloc(1, sizeof *c);
    assert_non_null(c);
    fill_normal(c->rows, LONGEST * 3 * WIDE_WIDTH, 0, 1, 1);
    fill_normal(c->relative, DISTANCES * WIDE_WIDTH, 0, 1, 2);
    fill_normal(c->content_bias, WIDE_WIDTH, 0, 1, 3);
    fill_normal(c->position_bias, WIDE_WIDTH, 0, 1, 4);
    fill_normal(c->d_out, LONGEST * WIDE_WIDTH, 0, 1, 5);
    for (size_t i = 0; i < LONGEST; i++)
        c->position[i] = i;
    const struct {
        size_t d_key, length;
    } cases[] = {{D_KEY, 1},  {D_KEY, 2},       {D_KEY, 7},    {D_KEY, 13},   {D_KEY, 48},
                 {D_KEY, 49}, {D_KEY, LONGEST}, {WIDE_KEY, 7}, {WIDE_KEY, 20}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        c->d_key = cases[i].d_key;
        check_attention(c, false, cases[i].length);
        check_attention(c, true, cases[i].length);
    }
    free(c);
}

/* ---- recurrence ---- */

enum { TOKENS = 41, SEQUENCES = 4, WINDOW = RECURRENCE_WINDOW };

struct recurrence_case {
    real branches[TOKENS * 2 * WIDTH]; /* as given; the way forward overwrites a copy */
    real convolution[WINDOW * WIDTH], convolution_bias[WIDTH];
    real recurrence_gate[WIDTH * D_KEY], recurrence_gate_bias[WIDTH];
    real input_gate[WIDTH * D_KEY], input_gate_bias[WIDTH];
    real decay[WIDTH];
    real buffer[9][TOKENS * 2 * WIDTH];
    real d_out[TOKENS * WIDTH];
    struct recurrence recurrence;
    struct recurrence_rows rows;
};

static struct recurrence_buffers recurrence_buffers_of(struct recurrence_case *c)
{
    return (struct recurrence_buffers){c->buffer[0], c->buffer[1], c->buffer[2], c->buffer[3],
                                       c->buffer[4], c->buffer[5], c->buffer[6]};
}

static double recurrence_loss(void *context)
{
    struct recurrence_case *c = context;
    struct recurrence_buffers buffers = recurrence_buffers_of(c);
    memcpy(buffers.branches, c->branches, sizeof c->branches);
    recurrence_forward(&c->recurrence, &c->rows, &buffers, true, c->buffer[7]);
    return weighted(c->buffer[7], c->d_out, TOKENS * WIDTH);
}

/* What the gradients of a case are written to. */
struct recurrence_found {
    real branches[TOKENS * 2 * WIDTH], scratch[4][TOKENS * WIDTH];
    real convolution[WINDOW * WIDTH], convolution_bias[WIDTH];
    real recurrence_gate[WIDTH * D_KEY], recurrence_gate_bias[WIDTH];
    real input_gate[WIDTH * D_KEY], input_gate_bias[WIDTH];
    real decay[WIDTH];
};

static void find_recurrence_gradients(struct recurrence_case *c, struct recurrence_found *found)
{
    struct recurrence_buffers buffers = recurrence_buffers_of(c);
    struct recurrence_derivatives derivatives = {found->branches, found->scratch[0],
                                                 found->scratch[1], found->scratch[2],
                                                 found->scratch[3]};
    struct recurrence_gradient gradient = {found->convolution,
                                           found->convolution_bias,
                                           found->recurrence_gate,
                                           found->recurrence_gate_bias,
                                           found->input_gate,
                                           found->input_gate_bias,
                                           found->decay};
    real d_out[TOKENS * WIDTH];
    memset(found, 0, sizeof *found);
    fill_normal(found->branches, TOKENS * 2 * WIDTH, 9, 1, 1);
    memcpy(d_out, c->d_out, sizeof d_out);
    recurrence_loss(c);
    recurrence_backward(&c->recurrence, &c->rows, &buffers, d_out, &derivatives, &gradient);
}

static void check_recurrence(struct recurrence_case *c)
{
    static struct recurrence_found found;
    find_recurrence_gradients(c, &found);
    const struct {
        const char *name;
        real *x;
        const real *gradient;
        size_t count;
    } part[] = {
        {"recurrence: branches", c->branches, found.branches, TOKENS * 2 * WIDTH},
        {"recurrence: convolution", c->convolution, found.convolution, WINDOW * WIDTH},
        {"recurrence: convolution's bias", c->convolution_bias, found.convolution_bias, WIDTH},
        {"recurrence: recurrence gate", c->recurrence_gate, found.recurrence_gate, WIDTH * D_KEY},
        {"recurrence: its bias", c->recurrence_gate_bias, found.recurrence_gate_bias, WIDTH},
        {"recurrence: input gate", c->input_gate, found.input_gate, WIDTH * D_KEY},
        {"recurrence: its bias", c->input_gate_bias, found.input_gate_bias, WIDTH},
        {"recurrence: decay", c->decay, found.decay, WIDTH},
    };
    for (size_t i = 0; i < sizeof part / sizeof *part; i++)
        assert_gradient(part[i].name, recurrence_loss, c, part[i].x, part[i].gradient,
                        part[i].count);
}

static struct recurrence_case *recurrence_case_new(void)
{
    static const size_t start[SEQUENCES + 1] = {3, 4, 4, 27, 3 + TOKENS};
    struct recurrence_case *c = calloc(1, sizeof *c);
    assert_non_null(c);
    fill_normal(c->branches, TOKENS * 2 * WIDTH, 0, 1, 1);
    fill_normal(c->convolution, WINDOW * WIDTH, 0, 0.5, 2);
    fill_normal(c->convolution_bias, WIDTH, 0, 0.5, 3);
    fill_normal(c->recurrence_gate, WIDTH * D_KEY, 0, 1, 4);
    fill_normal(c->recurrence_gate_bias, WIDTH, 0, 1, 5);
    fill_normal(c->input_gate, WIDTH * D_KEY, 0, 1, 6);
    fill_normal(c->input_gate_bias, WIDTH, 0, 1, 7);
    fill_normal(c->d_out, TOKENS * WIDTH, 0, 1, 8);
    c->recurrence = (struct recurrence){
        .heads = HEADS,
        .d_key = D_KEY,
        .convolution = c->convolution,
        .convolution_bias = c->convolution_bias,
        .recurrence_gate = {c->recurrence_gate, c->recurrence_gate_bias},
        .input_gate = {c->input_gate, c->input_gate_bias},
        .decay = c->decay,
    };
    c->rows = (struct recurrence_rows){.sequences = SEQUENCES, .start = start};
    return c;
}

/* States that are lost at once, kept as in the beginning, and kept but for a millionth. */
static void recurrence_gradients(void **state)
{
    (void)state;
    struct recurrence_case *c = recurrence_case_new();
    const double kept[] = {1e-3, 0.9, 0.999, 1 - 1e-6};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        fill_normal(c->decay, WIDTH, recurrence_decay(kept[i]), 0.3, 9);
        check_recurrence(c);
    }
    free(c);
}

/* Where a gate is shut to the last digit, a_t is 1: nothing comes in, and no derivative is
 * infinite. */
static void a_shut_gate_has_finite_gradients(void **state)
{
    (void)state;
    static struct recurrence_found found;
    struct recurrence_case *c = recurrence_case_new();
    fill_normal(c->decay, WIDTH, recurrence_decay(0.999), 0.3, 9);
    for (size_t j = 0; j < WIDTH; j++)
        c->recurrence_gate_bias[j] = -1000;
    find_recurrence_gradients(c, &found);
    for (size_t j = 0; j < TOKENS * 2 * WIDTH; j++)
        assert_true(isfinite(found.branches[j]));
    for (size_t j = 0; j < WIDTH; j++)
        assert_true(isfinite(found.decay[j]) && isfinite(found.recurrence_gate_bias[j]));
    free(c);
}

/* ---- output ---- */

enum { VOCAB = 17 };

struct output_case {
    real y[ROWS * INPUTS], embedding[VOCAB * INPUTS], bias[VOCAB];
    int32_t target[ROWS];
    struct output output;
    real dy[ROWS * INPUTS], d_embedding[VOCAB * INPUTS], d_bias[VOCAB];
};

static double output_loss(void *context)
{
    struct output_case *c = context;
    real dy[ROWS * INPUTS], d_embedding[VOCAB * INPUTS] = {0};
    return output_backward(&c->output, ROWS, (struct activation){c->y, NULL}, c->target, 1, dy,
                           MATRIX_ADD, d_embedding, NULL);
}

static void output_gradients(void **state)
{
    (void)state;
    static struct output_case c;
    fill_normal(c.y, ROWS * INPUTS, 0, 1, 1);
    fill_normal(c.embedding, VOCAB * INPUTS, 0, 1, 2);
    fill_tokens(c.target, ROWS, VOCAB, 3);
    real *logit = calloc(output_block(VOCAB) * VOCAB, sizeof *logit);
    fill_normal(c.bias, VOCAB, 0, 1, 4);
    c.output = (struct output){INPUTS, VOCAB, c.embedding, c.bias, NULL, {logit, NULL, NULL}};
    output_backward(&c.output, ROWS, (struct activation){c.y, NULL}, c.target, 1, c.dy, MATRIX_ADD,
                    c.d_embedding, c.d_bias);
    assert_gradient("output: y", output_loss, &c, c.y, c.dy, ROWS * INPUTS);
    assert_gradient("output: embedding", output_loss, &c, c.embedding, c.d_embedding,
                    VOCAB * INPUTS);
    assert_gradient("output: bias", output_loss, &c, c.bias, c.d_bias, VOCAB);
    free(logit);
}

/* ---- whole models ---- */

enum { MOST_SEQUENCES = 5 };

/* The values of a memory, tokens 2 to 6: about a third of the targets, by chance. */
enum { FIRST_VALUE = 2, VALUES = 5 };

/* Shapes, and the lengths of the sequences that are packed side by side, up to the first 0. */
static const struct {
    const char *name;
    enum norm_kind norm;
    enum positions_kind positions;
    bool bias;
    enum model_kind kind;
    enum mixer_kind mixer;
    size_t layers, heads, d_key, d_model, d_hidden, vocab, max_length;
    size_t length[MOST_SEQUENCES + 1];
} models[] = {
    {"hoffmann",
     NORM_RMS,
     POSITIONS_RELATIVE,
     false,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     2,
     3,
     5,
     21,
     17,
     23,
     13,
     {1, 7, 13, 4}},
    {"gpt2",
     NORM_LAYER,
     POSITIONS_LEARNED,
     true,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     2,
     3,
     5,
     21,
     17,
     23,
     13,
     {1, 7, 13, 4}},
    {"one head",
     NORM_RMS,
     POSITIONS_RELATIVE,
     false,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     1,
     1,
     3,
     7,
     9,
     5,
     20,
     {3, 1, 1, 12, 2}},
    {"one head",
     NORM_LAYER,
     POSITIONS_LEARNED,
     true,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     1,
     1,
     3,
     7,
     9,
     5,
     20,
     {3, 1, 1, 12, 2}},
    {"mixed",
     NORM_LAYER,
     POSITIONS_RELATIVE,
     true,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     3,
     2,
     5,
     14,
     19,
     11,
     9,
     {9, 2, 6}},
    {"mixed",
     NORM_RMS,
     POSITIONS_LEARNED,
     true,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     3,
     2,
     5,
     14,
     19,
     11,
     9,
     {9, 2, 6}},
    {"no biases",
     NORM_LAYER,
     POSITIONS_LEARNED,
     false,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     2,
     2,
     4,
     14,
     19,
     11,
     8,
     {8, 1}},
    {"long",
     NORM_RMS,
     POSITIONS_RELATIVE,
     false,
     MODEL_TRANSFORMER,
     MIXER_ATTENTION,
     1,
     2,
     3,
     9,
     8,
     7,
     40,
     {40, 35}},
    {"memory",
     NORM_RMS,
     POSITIONS_RELATIVE,
     true,
     MODEL_ASSOCIATIVE,
     MIXER_ATTENTION,
     1,
     1,
     1,
     6,
     17,
     14,
     13,
     {1, 7, 13, 4}},
    {"memory",
     NORM_RMS,
     POSITIONS_RELATIVE,
     false,
     MODEL_ASSOCIATIVE,
     MIXER_ATTENTION,
     1,
     1,
     1,
     6,
     17,
     14,
     13,
     {13, 12}},
    {"recurrent",
     NORM_RMS,
     POSITIONS_RELATIVE,
     false,
     MODEL_TRANSFORMER,
     MIXER_RG_LRU,
     2,
     3,
     5,
     21,
     17,
     23,
     13,
     {1, 7, 13, 4}},
    {"recurrent",
     NORM_LAYER,
     POSITIONS_LEARNED,
     true,
     MODEL_TRANSFORMER,
     MIXER_RG_LRU,
     2,
     3,
     5,
     21,
     17,
     23,
     13,
     {1, 7, 13, 4}},
};

static struct model_options options_of(size_t index)
{
    return (struct model_options){
        .kind = models[index].kind,
        .first_value = FIRST_VALUE,
        .values = VALUES,
        .mixer = models[index].mixer,
        .layers = models[index].layers,
        .heads = models[index].heads,
        .d_model = models[index].d_model,
        .d_hidden = models[index].d_hidden,
        .d_key = models[index].d_key,
        .vocab = models[index].vocab,
        .max_length = models[index].max_length,
        .norm = models[index].norm,
        .positions = models[index].positions,
        .bias = models[index].bias,
    };
}

/* The first sequence begins in the middle of the tokens, as in a batch's later shards. */
enum { FIRST = 3, MOST_TOKENS = 100 };

struct model_case {
    struct model model;
    struct workspace *workspace;
    int32_t token[MOST_TOKENS], target[MOST_TOKENS];
    size_t start[MOST_SEQUENCES + 1];
    struct sequences sequences;
    size_t position[MOST_TOKENS], positions; /* of the targets that count */
    real *gradient;                          /* [model.size] */
};

static const real scale = 0.25;

static void find_positions(struct model_case *c)
{
    c->positions = 0;
    for (size_t i = FIRST; i < c->start[c->sequences.count]; i++)
        if (c->model.options.kind != MODEL_ASSOCIATIVE ||
            (c->target[i] >= FIRST_VALUE && c->target[i] < FIRST_VALUE + VALUES))
            c->position[c->positions++] = i;
}

/* By a forward pass alone, which is less work. */
static double model_loss(void *context)
{
    struct model_case *c = context;
    static struct prediction prediction[MOST_TOKENS];
    double loss = 0;
    model_predict(&c->model, c->workspace, &c->sequences, c->position, c->positions, prediction);
    for (size_t k = 0; k < c->positions; k++)
        loss += prediction[k].loss;
    return scale * loss;
}

/* Whether a number of a parameter goes into attention patterns and nothing else. */
static bool is_of_patterns(const struct parameter *parameter, size_t i)
{
    if (strstr(parameter->name, "query_key_value"))
        return i % parameter->cols < parameter->cols / 3 * 2;
    return strstr(parameter->name, "attention.relative") ||
           strstr(parameter->name, "content_bias") || strstr(parameter->name, "position_bias");
}

/* With another model's patterns these have no gradient at all, not even a small one. */
static void assert_patterns_have_no_gradient(const struct model_case *c)
{
    size_t of_patterns = 0, others = 0;
    for (size_t p = 0; p < c->model.parameters; p++) {
        const struct parameter *parameter = &c->model.parameter[p];
        for (size_t i = 0; i < parameter->rows * parameter->cols; i++) {
            bool none = c->gradient[parameter->offset + i] == 0;
            of_patterns += is_of_patterns(parameter, i);
            others += !none;
            assert_true(none || !is_of_patterns(parameter, i));
        }
    }
    assert_true(of_patterns > 0 && others > 0);
}

static void check_model(size_t index, bool patched)
{
    struct model reference;
    static struct model_case c;
    const struct model_options options = options_of(index);
    size_t count = 0;
    c.start[0] = FIRST;
    for (; models[index].length[count] > 0; count++)
        c.start[count + 1] = c.start[count] + models[index].length[count];
    c.sequences = (struct sequences){c.token, c.target, c.start, count};
    fill_tokens(c.token, MOST_TOKENS, options.vocab, 1);
    fill_tokens(c.target, MOST_TOKENS, options.vocab, 2);
    assert_true(model_init(&c.model, &options, NULL));
    randomize_strongly(&c.model, 3);
    assert_true(model_init(&reference, &options, NULL));
    randomize_strongly(&reference, 400);
    c.model.reference = patched ? &reference : NULL;
    c.workspace = workspace_new(&options, c.start[count] - FIRST, NULL);
    c.gradient = memory_new_aligned(c.model.size, sizeof(real), NULL);
    assert_true(c.workspace && c.gradient);
    find_positions(&c);

    double loss =
        model_backward(&c.model, c.workspace, &c.sequences, scale, MATRIX_ADD, c.gradient, NULL);
    assert_float_equal(model_loss(&c), scale * loss, TOLERANCE * TOLERANCE * loss);
    if (patched)
        assert_patterns_have_no_gradient(&c);
    double worst = 0;
    const char *where = "";
    for (size_t p = 0; p < c.model.parameters; p++) {
        const struct parameter *parameter = &c.model.parameter[p];
        double of_parameter =
            gradient_residual(model_loss, &c, c.model.weight + parameter->offset,
                              c.gradient + parameter->offset, parameter->rows * parameter->cols);
        if (!(of_parameter <= worst)) {
            worst = of_parameter;
            where = parameter->name;
        }
    }
    print_message("    model %zu, %-35s residual %.1e (%s)\n", index,
                  patched ? "patched" : models[index].name, worst, where);
    assert_true(worst < TOLERANCE);
    memory_free(c.gradient);
    workspace_free(c.workspace);
    model_free(&reference);
    model_free(&c.model);
}

static void whole_models(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        check_model(i, false);
}

static void models_with_the_patterns_of_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        const struct model_options options = options_of(i);
        if (model_attends(&options))
            check_model(i, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_gradients),
        cmocka_unit_test(norm_gradients),
        cmocka_unit_test(gelu_gradients),
        cmocka_unit_test(attention_gradients),
        cmocka_unit_test(recurrence_gradients),
        cmocka_unit_test(a_shut_gate_has_finite_gradients),
        cmocka_unit_test(output_gradients),
        cmocka_unit_test(whole_models),
        cmocka_unit_test(models_with_the_patterns_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
