#include "base/dictionary.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"

#define FIRST_SLOTS 64

/* The slot that holds the key, or the free one where it belongs. */
static struct dictionary_slot *place(const struct dictionary *dictionary, const char *key)
{
    size_t mask = dictionary->slots - 1;
    size_t i = (size_t)hash_bytes(key, strlen(key)) & mask;
    while (dictionary->slot[i].key && strcmp(dictionary->slot[i].key, key) != 0)
        i = (i + 1) & mask;
    return &dictionary->slot[i];
}

static bool grow(struct dictionary *dictionary, struct error *err)
{
    struct dictionary larger = {
        .slots = dictionary->slots ? dictionary->slots * 2 : FIRST_SLOTS,
        .count = dictionary->count,
    };
    larger.slot = memory_new(larger.slots, sizeof *larger.slot, err);
    if (!larger.slot)
        return false;
    for (size_t i = 0; i < dictionary->slots; i++)
        if (dictionary->slot[i].key)
            *place(&larger, dictionary->slot[i].key) = dictionary->slot[i];
    memory_free(dictionary->slot);
    *dictionary = larger;
    return true;
}

bool dictionary_put(struct dictionary *dictionary, const char *key, size_t value, struct error *err)
{
    if (2 * (dictionary->count + 1) > dictionary->slots && !grow(dictionary, err))
        return false;
    struct dictionary_slot *slot = place(dictionary, key);
    if (!slot->key) {
        slot->key = memory_string(key, err);
        if (!slot->key)
            return false;
        dictionary->count++;
    }
    slot->value = value;
    return true;
}

const size_t *dictionary_get(const struct dictionary *dictionary, const char *key)
{
    if (dictionary->slots == 0)
        return NULL;
    const struct dictionary_slot *slot = place(dictionary, key);
    return slot->key ? &slot->value : NULL;
}

void dictionary_free(struct dictionary *dictionary)
{
    for (size_t i = 0; i < dictionary->slots; i++)
        memory_free(dictionary->slot[i].key);
    memory_free(dictionary->slot);
    *dictionary = (struct dictionary){0};
}
