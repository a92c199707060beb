/* The sum of the shards' gradients, and its norm.
 *
 * Shards meet in pairs, the pairs in pairs, and so on: a tree that depends on how many there are
 * alone. Where the shards are divided between ranks, runs of about as many, each rank merges what
 * lies within its own; the rest of the tree is merged wherever those nodes are brought together. So
 * every number of ranks gives the same bits.
 *
 * A node is named after its first shard, whose gradient it replaces: node n is the sum of the
 * shards n .. n + k - 1, the more the further up it is. */
#ifndef MNEME_ENGINE_GRADIENT_SUM_H
#define MNEME_ENGINE_GRADIENT_SUM_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/optimizer.h"
#include "model/real.h"

struct gradient_tree {
    size_t shards;
    size_t ranks; /* 1 .. shards */
};

/* Rank r has the shards from here to before that of rank r + 1. */
size_t gradient_first_shard(const struct gradient_tree *tree, size_t rank);
size_t gradient_rank_of(const struct gradient_tree *tree, size_t shard);

/* Whether node n is one of those that ranks are left with, which meet between them. */
bool gradient_is_left(const struct gradient_tree *tree, size_t node);

/* Gradients are worked on in groups of numbers, always the same ones of an array of `size`. */
enum { GRADIENT_GROUPS = 64 };
struct number_range gradient_groups(size_t size, size_t first, size_t end);

/* Merges, of the groups first .. end - 1, the nodes within rank `rank`: node[n][size] for its
 * shards n. */
void gradient_merge_within(const struct gradient_tree *tree, size_t rank, real *const *node,
                           size_t size, size_t first, size_t end, size_t threads);

/* Merges the nodes that ranks are left with, in these groups alone: node[n] of each begins at the
 * first number of group `first`. node[0] is the sum of the shards then, and square[g] that of its
 * squares in group g. */
void gradient_merge_between(const struct gradient_tree *tree, real *const *node, size_t size,
                            size_t first, size_t end, double square[GRADIENT_GROUPS],
                            size_t threads);

/* The Euclidean norm from the squares of all groups. */
double gradient_norm(const double square[GRADIENT_GROUPS]);

/* All of it where all shards are here: gradient[0][size] becomes the sum of gradient[count][size],
 * whose norm is returned. Neither depends on the number of threads. */
double gradient_sum(real *const *gradient, size_t count, size_t size, size_t threads);

#endif
