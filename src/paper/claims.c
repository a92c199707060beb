/* Map of this file: names; what claims read. */
#include "paper/claims.h"

#include <string.h>

const char *const claim_scales[SCALES] = {[SCALE_FAST] = "fast", [SCALE_FULL] = "full"};

/* Names */

bool claim_is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_.";
    return *name != '\0' && !strchr("-.", *name) && name[strspn(name, allowed)] == '\0';
}

const struct claim *claim_find(const struct claim_table *table, const char *id)
{
    for (size_t i = 0; i < table->claims; i++)
        if (strcmp(table->claim[i].id, id) == 0)
            return &table->claim[i];
    return NULL;
}

const struct claim_run *claim_run_find(const struct claim_table *table, const char *name,
                                       size_t length)
{
    for (size_t i = 0; i < table->runs; i++)
        if (strlen(table->run[i].name) == length && strncmp(table->run[i].name, name, length) == 0)
            return &table->run[i];
    return NULL;
}

size_t claim_checks(const struct claim *claim)
{
    size_t count = 0;
    while (count < CLAIM_CHECKS && claim->check[count].label)
        count++;
    return count;
}

size_t claim_figures(const struct claim *claim)
{
    size_t count = 0;
    while (count < CLAIM_FIGURES && claim->figure[count].title)
        count++;
    return count;
}

const char *claim_next_name(const char *names, size_t *length)
{
    names += strspn(names, " ");
    *length = strcspn(names, " ");
    return *length > 0 ? names : NULL;
}

/* What claims read */

static void mark_run(const struct claim_table *table, const char *name, size_t length,
                     enum scale scale, bool *needed);

/* The run that a run begins at. */
static void mark_source(const struct claim_table *table, const struct claim_run *run,
                        enum scale scale, bool *needed)
{
    const char *source = run->source[scale];
    if (source)
        mark_run(table, source, strcspn(source, "@"), scale, needed);
}

static void mark_run(const struct claim_table *table, const char *name, size_t length,
                     enum scale scale, bool *needed)
{
    const struct claim_run *run = claim_run_find(table, name, length);
    if (!run || needed[run - table->run])
        return;
    needed[run - table->run] = true;
    mark_source(table, run, scale, needed);
}

static void mark_runs(const struct claim_table *table, const char *names, enum scale scale,
                      bool *needed)
{
    size_t length = 0;
    for (const char *name = names; name && (name = claim_next_name(name + length, &length));)
        mark_run(table, name, length, scale, needed);
}

void claim_mark_runs(const struct claim_table *table, const struct claim *claim, enum scale scale,
                     bool *needed)
{
    for (size_t i = 0; i < claim_checks(claim); i++) {
        mark_runs(table, claim->check[i].statistic.run, scale, needed);
        mark_runs(table, claim->check[i].other.run, scale, needed);
    }
    for (size_t i = 0; i < claim_figures(claim); i++)
        mark_runs(table, claim->figure[i].runs, scale, needed);
}
