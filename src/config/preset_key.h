/* The keys of presets. One table holds each key's section, name, type, range, default and
 * description: it reads, checks, writes, completes and documents. See mneme-preset(5). */
#ifndef MNEME_CONFIG_PRESET_KEY_H
#define MNEME_CONFIG_PRESET_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "config/preset.h"

enum key_type {
    KEY_TEXT,
    KEY_PATH, /* a shipped file's name, or a path (has a "/", or ends in .ini or as tables do), kept
                 absolute: in a file it starts from that file's directory */
    KEY_COUNT,
    KEY_OPTIONAL, /* a count or nothing, the field a struct optional_count */
    KEY_NUMBER,
    KEY_OPTIONAL_NUMBER, /* a number or nothing, the field a struct optional_number */
    KEY_SWITCH,
    KEY_CHOICE,
    KEY_FAMILY, /* a choice that sets [model] norm, positions and bias; not written itself */
};

/* One key of a preset. */
struct preset_key {
    const char *section, *name;
    enum key_type type;
    size_t offset, size;       /* of the field in struct preset */
    double low, high;          /* range of counts and numbers */
    bool above_low;            /* the range leaves out low itself */
    const char *const *choice; /* KEY_CHOICE, KEY_FAMILY: null-terminated; the field is an enum */
    const char *standard;      /* the value where a preset says nothing, as text */
    const char *unit;          /* "steps", "" */
    const char *text;          /* what it is, in a sentence or more; null in [sampling], of whose
                                  keys the kinds say it */
    bool changes;              /* can be given another value between two steps of a run */
    bool is_rate;              /* a learning rate */
};

/* All keys, in the order they are written. [pools] has one key a pool instead and is not here: how
 * many of its first entries are used, 0 for all. */
extern const struct preset_key preset_keys[];
extern const size_t preset_key_count;

#define PRESET_POOLS "pools" /* the section with one key a pool */

/* Room for a section's or a key's name; longer ones are nobody's. */
enum { PRESET_NAME_ROOM = 64 };

/* Null where there is none. */
const struct preset_key *preset_key_find(const char *section, const char *name);

/* That of an assignment, "train.lr" in "train.lr=1e-3" or "train.lr 1e-3"; null where there is
 * none. */
const struct preset_key *preset_key_assigned(const char *assignment);

/* What a key is, in a sentence or more; freed with memory_free. */
char *preset_key_text(const struct preset_key *key, struct error *err);

bool preset_is_section(const char *section);

/* Set the sentence for a key or section that is not there, with the nearest one that is. A section
 * may be empty. Both return false. */
bool preset_key_unknown(const char *section, const char *name, struct error *err);
bool preset_section_unknown(const char *section, struct error *err);

/* The key's field. */
void *preset_key_field(struct preset *preset, const struct preset_key *key);

/* Reads a value from text without blanks at its ends; relative paths start in directory. On false
 * the preset is as it was. */
bool preset_key_set(struct preset *preset, const struct preset_key *key, const char *value,
                    const char *directory, struct error *err);

/* The same for a pool's number of entries. */
bool preset_pool_set(struct preset *preset, const char *pool, const char *value, struct error *err);

/* Every key at its standard value. Overwrites *preset; on false it is empty. */
bool preset_init(struct preset *preset, struct error *err);

/* "train.lr=1e-3": sets one key; on false nothing has changed. */
bool preset_set(struct preset *preset, const char *assignment, struct error *err);

/* train.steps = steps, in its range; values are not checked together. */
bool preset_set_steps(struct preset *preset, uint64_t steps, struct error *err);

/* One key's value as text, "" where a text is empty or a model is of no family; freed with
 * memory_free. */
char *preset_value(const struct preset *preset, const struct preset_key *key, struct error *err);

/* Refuses a key that says anything but its standard value, or `nothing`, since what another key,
 * kind_of.kind, says has no use for it. */
bool preset_check_unused(const struct preset *preset, const char *section, const char *name,
                         const char *nothing, const char *kind_of, struct error *err);

/* Bytes of a text up to the next blank at which a line may be broken: one blank alone, with nothing
 * behind it that would begin a comment. */
size_t preset_text_piece(const char *text);

/* Bytes of a path up to where a line may be broken: between two characters, neither of them blank
 * nor what begins a comment, after no more bytes than fit a line where there is such a place. */
size_t preset_path_piece(const char *path);

#endif
