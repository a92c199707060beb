#include "facts/sampling/keys.h"

#include <string.h>

const char *sampling_use(enum sampling_kind kind, const char *key)
{
    const struct sampling_key *keys = sampling_kinds[kind]->keys;
    for (size_t i = 0; i < SAMPLING_MAX_KEYS && keys[i].name; i++)
        if (strcmp(keys[i].name, key) == 0)
            return keys[i].use;
    return NULL;
}

static bool uses_for(enum sampling_kind kind, const char *key, const char *use)
{
    const char *own = sampling_use(kind, key);
    return own && strcmp(own, use) == 0;
}

static bool was_said_before(enum sampling_kind kind, const char *key, const char *use)
{
    for (size_t k = 0; k < kind; k++)
        if (uses_for(k, key, use))
            return true;
    return false;
}

/* "warm-up, grow and adaptive: USE" */
static void write_use(const char *key, const char *use, struct text *out)
{
    size_t left = 0;
    for (size_t k = 0; k < SAMPLING_KINDS; k++)
        left += uses_for(k, key, use);
    for (size_t k = 0; k < SAMPLING_KINDS; k++)
        if (uses_for(k, key, use)) {
            left--;
            text_format(out, "%s%s", sampling_names[k],
                        left > 1    ? ", "
                        : left == 1 ? " and "
                                    : ": ");
        }
    text_add(out, use);
}

static void write_uses(const char *key, struct text *out)
{
    const char *before = "For ";
    for (size_t k = 0; k < SAMPLING_KINDS; k++) {
        const char *use = sampling_use(k, key);
        if (!use || was_said_before(k, key, use))
            continue;
        text_add(out, before);
        write_use(key, use, out);
        before = "; for ";
    }
}

static void write_kinds(struct text *out)
{
    const char *before = ". ";
    text_add(out, "How individuals are sampled for a batch: ");
    for (size_t k = 0; k < SAMPLING_KINDS; k++)
        text_format(out, "%s%s",
                    k == 0                   ? ""
                    : k + 1 < SAMPLING_KINDS ? ", "
                                             : ", or ",
                    sampling_kinds[k]->how);
    for (size_t k = 0; k < SAMPLING_KINDS; k++)
        if (sampling_kinds[k]->needs) {
            text_format(out, "%s%s needs %s", before, sampling_names[k], sampling_kinds[k]->needs);
            before = "; ";
        }
    text_add(out, ". Keys below that a kind does not use must keep their default");
}

void sampling_describe(const char *key, struct text *out)
{
    if (strcmp(key, "kind") == 0)
        write_kinds(out);
    else
        write_uses(key, out);
    text_add(out, ".");
}
