#include "config/table_sizes.h"

#include <stddef.h>

enum {
    PLATEAU_ROWS = 40, /* fewer are learned by heart before their names are looked up */
    LEAST_STEPS = 600,
    MOST_STEPS = 6000,
    EVALUATIONS = 50,
    MOST_EVALUATED = 128,
};

uint64_t table_sizes_facts(const struct fact_set *facts)
{
    uint64_t told = 0;
    for (size_t row = 0; row < fact_set_rows(facts); row++)
        for (size_t a = 0; a < facts->attributes; a++)
            told += fact_set_cell(facts, row, a) != FACTS_NO_VALUE &&
                    facts->pool[facts->attribute[a].part[0]].count > 1;
    return told;
}

void table_sizes_choose(struct preset *preset, const struct fact_set *facts)
{
    struct trainer_options *trainer = &preset->trainer;
    uint64_t steps = LEAST_STEPS + table_sizes_facts(facts) / 2;
    steps = steps < MOST_STEPS ? steps : MOST_STEPS;
    trainer->schedule.steps = steps;
    trainer->evaluate_every = steps / EVALUATIONS;
    trainer->evaluate_known = trainer->evaluate_new = MOST_EVALUATED;
}

bool table_sizes_are_small(const struct preset *preset, const struct fact_set *facts)
{
    (void)preset;
    return fact_set_rows(facts) < PLATEAU_ROWS;
}
