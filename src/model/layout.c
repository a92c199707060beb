#include "model/layout.h"

#include <stdio.h>

#include "model/mixer.h"
#include "model/model_ops.h"

static struct tensor_list list_of(const struct model_options *options, enum tensor_group group)
{
    const struct model_ops *ops = model_ops_of(options);
    if (group == TENSORS_MIXER && ops->has_blocks)
        return mixer_of(options)->tensors;
    return ops->tensors[group];
}

static bool in_block(enum tensor_group group)
{
    return group != TENSORS_FRONT && group != TENSORS_BACK;
}

static size_t size_of(const struct model_options *options, enum dimension dimension)
{
    const size_t sizes[] = {
        [DIM_ONE] = 1,
        [DIM_MODEL] = options->d_model,
        [DIM_KEY] = options->d_key,
        [DIM_HEADS] = options->heads * options->d_key,
        [DIM_HIDDEN] = options->d_hidden,
        [DIM_VOCAB] = options->vocab,
        [DIM_LENGTH] = options->max_length,
        [DIM_VALUES] = options->values,
    };
    return sizes[dimension];
}

static size_t rows_of(const struct model_options *options, const struct tensor *tensor)
{
    return tensor->rows * size_of(options, tensor->rows_of);
}

static size_t cols_of(const struct model_options *options, const struct tensor *tensor)
{
    return tensor->cols * size_of(options, tensor->cols_of);
}

static bool holds(const struct model_options *options, const struct tensor *tensor)
{
    unsigned has = (options->bias ? IF_BIAS : 0u) |
                   (options->norm == NORM_LAYER ? IF_LAYER_NORM : 0u) |
                   (options->positions == POSITIONS_LEARNED ? IF_LEARNED : 0u) |
                   (options->positions == POSITIONS_RELATIVE ? IF_RELATIVE : 0u);
    return (tensor->condition & ~has) == 0;
}

/* Numbers a parameter takes in the arrays. */
static size_t room(const struct model_options *options, const struct tensor *tensor)
{
    size_t numbers = rows_of(options, tensor) * cols_of(options, tensor);
    return (numbers + LAYOUT_ALIGNMENT - 1) / LAYOUT_ALIGNMENT * LAYOUT_ALIGNMENT;
}

/* Those of a group, of the first block's where it is in every block. */
static void place_group(const struct model_options *options, enum tensor_group group,
                        struct model_layout *layout)
{
    struct tensor_list list = list_of(options, group);
    size_t before = layout->size;
    for (size_t i = 0; i < list.count; i++) {
        layout->present[group][i] = holds(options, &list.tensor[i]);
        layout->offset[group][i] = layout->size;
        if (layout->present[group][i])
            layout->size += room(options, &list.tensor[i]);
    }
    if (in_block(group))
        layout->block_stride += layout->size - before;
}

struct model_layout layout_of(const struct model_options *options)
{
    struct model_layout layout = {.size = 0};
    for (enum tensor_group g = 0; g < TENSOR_GROUPS; g++) {
        if (g == TENSORS_BACK)
            layout.size += (options->layers - 1) * layout.block_stride;
        place_group(options, g, &layout);
    }
    return layout;
}

static size_t offset_of(const struct model_layout *layout, enum tensor_group group, size_t tensor,
                        size_t layer)
{
    return layout->offset[group][tensor] + (in_block(group) ? layer * layout->block_stride : 0);
}

const real *layout_weight(const struct model_layout *layout, const real *weight,
                          enum tensor_group group, size_t tensor, size_t layer)
{
    return layout->present[group][tensor] ? weight + offset_of(layout, group, tensor, layer) : NULL;
}

real *layout_gradient(const struct model_layout *layout, real *gradient, enum tensor_group group,
                      size_t tensor, size_t layer)
{
    return layout->present[group][tensor] ? gradient + offset_of(layout, group, tensor, layer)
                                          : NULL;
}

size_t layout_block_begin(const struct model_layout *layout, size_t layer)
{
    return offset_of(layout, TENSORS_BLOCK_FRONT, 0, layer);
}

/* The first group behind a block's last one is the next block's first. */
static void go_to_next_group(const struct model_options *options, struct layout_place *place)
{
    place->index = 0;
    if (place->group == TENSORS_BLOCK_BACK && place->layer + 1 < options->layers) {
        place->group = TENSORS_BLOCK_FRONT;
        place->layer++;
        return;
    }
    place->group++;
    if (!in_block(place->group))
        place->layer = 0;
}

/* The place itself, or the first behind it with a tensor that the shape has. */
static struct layout_place find(const struct model_options *options, struct layout_place place)
{
    for (; place.group < TENSOR_GROUPS; go_to_next_group(options, &place)) {
        struct tensor_list list = list_of(options, place.group);
        for (; place.index < list.count; place.index++) {
            place.tensor = &list.tensor[place.index];
            if (holds(options, place.tensor))
                return place;
        }
    }
    return (struct layout_place){.tensor = NULL};
}

bool layout_is_in_block(struct layout_place place)
{
    return in_block(place.group);
}

struct layout_place layout_first(const struct model_options *options)
{
    return find(options, (struct layout_place){.index = 0});
}

struct layout_place layout_next(const struct model_options *options, struct layout_place place)
{
    place.index++;
    return find(options, place);
}

struct parameter layout_parameter(const struct model_options *options,
                                  const struct model_layout *layout, struct layout_place place)
{
    const struct tensor *tensor = place.tensor;
    struct parameter parameter = {
        .rows = rows_of(options, tensor),
        .cols = cols_of(options, tensor),
        .offset = offset_of(layout, place.group, place.index, place.layer),
        .makes_products = tensor_makes_products(tensor),
        .decays = tensor->use != TENSOR_VECTOR,
        .pattern_cols = tensor->pattern_cols * size_of(options, tensor->cols_of),
        .part = tensor->part,
    };
    if (in_block(place.group))
        snprintf(parameter.name, sizeof parameter.name, "blocks.%zu.%s", place.layer, tensor->name);
    else
        snprintf(parameter.name, sizeof parameter.name, "%s", tensor->name);
    return parameter;
}

size_t layout_most_outputs(const struct model_options *options)
{
    size_t most = 0;
    for (struct layout_place p = layout_first(options); p.tensor; p = layout_next(options, p)) {
        size_t outputs = p.tensor->use == TENSOR_MATRIX ? cols_of(options, p.tensor) : 0;
        most = outputs > most ? outputs : most;
    }
    return most;
}

double layout_count(const struct model_options *options)
{
    double count = 0;
    for (enum tensor_group g = 0; g < TENSOR_GROUPS; g++) {
        struct tensor_list list = list_of(options, g);
        double times = in_block(g) ? (double)options->layers : 1;
        for (size_t i = 0; i < list.count; i++)
            if (holds(options, &list.tensor[i]))
                count += times * (double)rows_of(options, &list.tensor[i]) *
                         (double)cols_of(options, &list.tensor[i]);
    }
    return count;
}
