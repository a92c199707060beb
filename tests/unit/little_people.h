/* People of the little facts and an untrained model of them, as a fixture. */
#ifndef MNEME_TESTS_UNIT_LITTLE_PEOPLE_H
#define MNEME_TESTS_UNIT_LITTLE_PEOPLE_H

#include "facts/biography.h"
#include "facts/population.h"
#include "tests/unit/little_facts.h"
#include "tests/unit/model_reference.h"

static struct little_directory directory;
static struct fact_set facts;
static struct vocabulary vocabulary;
static struct population population;
static struct model model;

static inline void little_people_make(uint64_t known, uint64_t held_out, size_t layers)
{
    little_make(&directory);
    little_fill(&directory);
    struct facts_options options = little_options();
    struct population_options people = {.seed = 4, .known = known, .held_out = held_out};
    struct error err = {0};
    little_load(&facts, &directory, &options);
    assert_true(vocabulary_build(&vocabulary, &facts, &err));
    assert_true(population_init(&population, &facts, &people, &err));
    struct model_options shape = {
        .layers = layers,
        .heads = 2,
        .d_model = 12,
        .d_hidden = 20,
        .d_key = 4,
        .vocab = vocabulary.words + 3,
        .max_length = biography_max_tokens(&vocabulary),
        .norm = NORM_RMS,
        .positions = POSITIONS_RELATIVE,
    };
    assert_true(model_init(&model, &shape, &err));
    randomize_strongly(&model, 5);
}

static inline void little_people_remove(void)
{
    model_free(&model);
    vocabulary_free(&vocabulary);
    fact_set_free(&facts);
    little_remove(&directory);
}

#endif
