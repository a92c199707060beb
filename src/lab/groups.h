/* Runs that are equal but for their seeds, and the settings by which groups of them differ. */
#ifndef MNEME_LAB_GROUPS_H
#define MNEME_LAB_GROUPS_H

#include <stddef.h>

#include "base/error.h"
#include "config/preset_key.h"
#include "lab/run_result.h"
#include "measure/summary.h"

struct group {
    const struct run_result **run; /* [runs] in the order they were given */
    size_t runs;
    char *name;     /* the settings that differ between groups, those of [eval] and where they began
                       only where no others tell them apart: "N = 512, lr = 0.001"; "" for the only
                       group */
    bool own_steps; /* curves are over a model's own steps, so that several can be compared: see
                       run_result_own_measure */
};

struct groups {
    struct group *group; /* [count] by their differing settings, ascending */
    size_t count;
    bool ordered;                    /* they differ in one number alone */
    const struct run_result *result; /* [runs] as they were given */
    size_t runs;
};

/* Sorts runs into groups. The results must outlive them. What a preset is called and says of
 * itself, its seeds, and what the machine decided (threads, shards, checkpoints) are no settings. A
 * learning rate that was set by hand, and a step that a run began at, are: they are in no preset,
 * and runs that differ in them are not the same. */
bool groups_init(struct groups *groups, const struct run_result *result, size_t count,
                 struct error *err);
void groups_free(struct groups *groups);

/* One number over those runs of a group that have it, which is finite then. */
struct summary group_summary(const struct group *group,
                             double (*number)(const struct run_result *result));

/* Whether every run has got beyond the step that fine-tuning begins after. */
bool groups_are_finetuned(const struct groups *groups);

/* Whether the record of every run has numbers of new individuals. */
bool groups_ask_new(const struct groups *groups);

/* All that a preset sets but what groups_init takes for no setting, as one text: the same for runs
 * that are alike but for their seeds, as far as presets say. Freed with memory_free. */
char *groups_settings(const struct preset *preset, struct error *err);

/* What a key is called in a figure: "N" for population.known, the name alone where it is one of
 * [train] or no other section has it, otherwise "section.name". Freed with memory_free. */
char *groups_key_name(const char *section, const char *name, struct error *err);

/* A preset's value of a key as a figure shows it, counts in groups of three digits. */
char *groups_key_value(const struct preset *preset, const struct preset_key *key,
                       struct error *err);

/* Negative, 0 or positive, as strcmp: numbers by size, before texts. */
int groups_compare_values(const char *a, const char *b);

#endif
