/* Capacity: how much of what is true of the population a model's parameters hold.
 *
 * A model that knows how frequent values are and nobody's own needs the baseline's nats for each
 * value; what it needs less than that, it has learned. Over all facts, the attributes that are told
 * of the known individuals,
 *
 *   bits = facts * (baseline - attribute loss) / ln 2
 *
 * baseline and loss being means over attributes, measured on some individuals and held to be those
 * of all. Allen-Zhu & Li 2024 ("Physics of Language Models: Part 3.3, Knowledge Capacity Scaling
 * Laws") find about 2 bits a parameter at most after long training. Their bits also count names,
 * which a model has to produce there; here a name is given, and only values count. Negative where
 * the loss is above the baseline: the model then knows less than nothing of anybody. */
#ifndef MNEME_MEASURE_CAPACITY_H
#define MNEME_MEASURE_CAPACITY_H

#include <stddef.h>
#include <stdint.h>

/* The bits of that formula; baseline and loss in nats. */
double capacity_bits(uint64_t facts, double baseline, double loss);

#endif
