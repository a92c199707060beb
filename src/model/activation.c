#include "model/activation.h"

bf16 *activation_take_rounded(struct arena *arena, const struct model_options *options,
                              size_t count)
{
    return options->precision == PRECISION_BF16 ? arena_take(arena, count, sizeof(bf16)) : NULL;
}

struct activation activation_take(struct arena *arena, const struct model_options *options,
                                  size_t count)
{
    real *at = arena_take_reals(arena, count);
    return (struct activation){at, activation_take_rounded(arena, options, count)};
}

struct activation activation_below(struct activation activation, size_t first)
{
    bf16 *rounded = activation.rounded;
    return (struct activation){activation.at + first, rounded ? rounded + first : NULL};
}
