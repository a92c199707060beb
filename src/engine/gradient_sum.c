#include "engine/gradient_sum.h"

#include <math.h>

#include "base/multiversion.h"
#include "base/subnormals.h"

/* Numbers that are summed in one visit: 16 KiB an array stay in the first cache. */
#define CHUNK ((size_t)4096)

/* Who has which shards */

size_t gradient_first_shard(const struct gradient_tree *tree, size_t rank)
{
    return tree->shards * rank / tree->ranks;
}

size_t gradient_rank_of(const struct gradient_tree *tree, size_t shard)
{
    size_t rank = shard * tree->ranks / tree->shards;
    while (gradient_first_shard(tree, rank + 1) <= shard)
        rank++;
    return rank;
}

/* Whether the node that nodes n and n + apart become has shards of one rank alone. */
static bool is_within(const struct gradient_tree *tree, size_t n, size_t apart)
{
    size_t end = n + 2 * apart < tree->shards ? n + 2 * apart : tree->shards;
    return gradient_rank_of(tree, n) == gradient_rank_of(tree, end - 1);
}

bool gradient_is_left(const struct gradient_tree *tree, size_t node)
{
    size_t apart = node & -node; /* from the node that takes it */
    return node == 0 || !is_within(tree, node - apart, apart);
}

/* Sums */

/* sum[n] += term[n] */
MULTIVERSION
static void add(real *restrict sum, const real *restrict term, size_t n)
{
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        sum[i] += term[i];
}

MULTIVERSION
static double sum_of_squares(const real *value, size_t n)
{
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < n; i++)
        sum += (double)value[i] * (double)value[i];
    return sum;
}

/* What a visit merges. */
struct merge {
    const struct gradient_tree *tree;
    real *const *node;
    size_t size, origin;  /* of an array, and which of its numbers node[n][0] is */
    bool within, between; /* ranks */
    size_t rank;          /* whose nodes, within */
    double *square;       /* [GRADIENT_GROUPS] null: is not wanted */
};

static void merge_numbers(const struct merge *merge, size_t first, size_t n)
{
    const struct gradient_tree *tree = merge->tree;
    for (size_t apart = 1; apart < tree->shards; apart *= 2)
        for (size_t node = 0; node + apart < tree->shards; node += 2 * apart) {
            bool within = is_within(tree, node, apart);
            if (within ? merge->within && gradient_rank_of(tree, node) == merge->rank
                       : merge->between)
                add(merge->node[node] + (first - merge->origin),
                    merge->node[node + apart] + (first - merge->origin), n);
        }
}

struct number_range gradient_groups(size_t size, size_t first, size_t end)
{
    size_t chunks = (size + CHUNK - 1) / CHUNK;
    size_t begin = chunks * first / GRADIENT_GROUPS * CHUNK;
    size_t behind = chunks * end / GRADIENT_GROUPS * CHUNK;
    return (struct number_range){begin < size ? begin : size, behind < size ? behind : size};
}

/* A group is summed by one thread, in order. */
static void merge_groups(const struct merge *merge, size_t first, size_t end, size_t threads)
{
#pragma omp parallel for schedule(static) num_threads((int)threads)
    for (size_t group = first; group < end; group++) {
        struct number_range range = gradient_groups(merge->size, group, group + 1);
        double square = 0;
        subnormals_flush();
        for (size_t at = range.begin; at < range.end; at += CHUNK) {
            size_t n = range.end - at < CHUNK ? range.end - at : CHUNK;
            merge_numbers(merge, at, n);
            if (merge->square)
                square += sum_of_squares(merge->node[0] + (at - merge->origin), n);
        }
        if (merge->square)
            merge->square[group] = square;
    }
}

void gradient_merge_within(const struct gradient_tree *tree, size_t rank, real *const *node,
                           size_t size, size_t first, size_t end, size_t threads)
{
    const struct merge merge = {
        .tree = tree, .node = node, .size = size, .within = true, .rank = rank};
    merge_groups(&merge, first, end, threads);
}

void gradient_merge_between(const struct gradient_tree *tree, real *const *node, size_t size,
                            size_t first, size_t end, double square[GRADIENT_GROUPS],
                            size_t threads)
{
    const struct merge merge = {.tree = tree,
                                .node = node,
                                .size = size,
                                .origin = gradient_groups(size, first, end).begin,
                                .between = true,
                                .square = square};
    merge_groups(&merge, first, end, threads);
}

double gradient_norm(const double square[GRADIENT_GROUPS])
{
    double sum = 0;
    for (size_t group = 0; group < GRADIENT_GROUPS; group++)
        sum += square[group];
    return sqrt(sum);
}

double gradient_sum(real *const *gradient, size_t count, size_t size, size_t threads)
{
    const struct gradient_tree tree = {count, 1};
    double square[GRADIENT_GROUPS];
    const struct merge merge = {
        .tree = &tree, .node = gradient, .size = size, .within = true, .square = square};
    merge_groups(&merge, 0, GRADIENT_GROUPS, threads);
    return gradient_norm(square);
}
