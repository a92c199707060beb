#include "config/preset.h"

#include <stddef.h>

#include "base/memory.h"

/* The texts a preset owns. */
static const size_t texts[] = {
    offsetof(struct preset, name),
    offsetof(struct preset, title),
    offsetof(struct preset, description),
    offsetof(struct preset, facts.file),
    offsetof(struct preset, facts.table),
    offsetof(struct preset, facts.fingerprint),
    offsetof(struct preset, sampling.column),
};
enum { TEXTS = sizeof texts / sizeof *texts };

static char **text_of(struct preset *preset, size_t i)
{
    return (char **)((char *)preset + texts[i]);
}

void preset_free(struct preset *preset)
{
    for (size_t i = 0; i < TEXTS; i++)
        memory_free(*text_of(preset, i));
    for (size_t i = 0; i < preset->facts.limits; i++)
        memory_free(preset->facts.limit[i].pool);
    memory_free(preset->facts.limit);
    *preset = (struct preset){0};
}

static bool copy_limits(struct facts_options *facts, const struct facts_options *other,
                        struct error *err)
{
    facts->limit = other->limits > 0 ? memory_new(other->limits, sizeof *facts->limit, err) : NULL;
    for (size_t i = 0; facts->limit && i < other->limits; i++) {
        facts->limit[i] = other->limit[i];
        facts->limit[i].pool = memory_string(other->limit[i].pool, err);
        if (!facts->limit[i].pool)
            return false;
        facts->limits++;
    }
    return facts->limits == other->limits;
}

bool preset_copy(struct preset *preset, const struct preset *other, struct error *err)
{
    char *text[TEXTS];
    bool copied = true;
    *preset = *other;
    preset->facts.limit = NULL;
    preset->facts.limits = 0;
    for (size_t i = 0; i < TEXTS; i++) {
        text[i] = *text_of(preset, i);
        *text_of(preset, i) = NULL;
    }
    for (size_t i = 0; copied && i < TEXTS; i++)
        copied = !text[i] || (*text_of(preset, i) = memory_string(text[i], err));
    if (copied && copy_limits(&preset->facts, &other->facts, err))
        return true;
    preset_free(preset);
    return false;
}
