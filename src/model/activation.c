#include "model/activation.h"

bf16 *activation_take_rounded(struct arena *arena, const struct model_options *options, size_t rows,
                              size_t columns)
{
    return options->precision == PRECISION_BF16
               ? arena_take(arena, bf16_room(rows, columns), sizeof(bf16))
               : NULL;
}

struct activation activation_take(struct arena *arena, const struct model_options *options,
                                  size_t rows, size_t columns)
{
    real *at = arena_take_reals(arena, rows * columns);
    return (struct activation){at, activation_take_rounded(arena, options, rows, columns)};
}
