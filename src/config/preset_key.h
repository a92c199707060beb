/* The keys of presets one by one: finding them, and reading a value from text. The table itself and
 * preset_value are promised in lab/preset.h; this is for who goes through them. */
#ifndef MNEME_CONFIG_PRESET_KEY_H
#define MNEME_CONFIG_PRESET_KEY_H

#include <stddef.h>

#include "base/error.h"
#include "config/preset.h"

#define PRESET_POOLS "pools" /* the section with one key a pool */

/* Room for a section's or a key's name; longer ones are nobody's. */
enum { PRESET_NAME_ROOM = 64 };

/* Null where there is none. */
const struct preset_key *preset_key_find(const char *section, const char *name);

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

/* Refuses a key that says anything but its standard value, or `nothing`, since what another key,
 * kind_of.kind, says has no use for it. */
bool preset_check_unused(const struct preset *preset, const char *section, const char *name,
                         const char *nothing, const char *kind_of, struct error *err);

/* Checks the keys of [sampling] against each other and against the others; those that the kind has
 * no use for are at their standard. */
bool preset_check_sampling(const struct preset *preset, struct error *err);

/* Bytes of a text up to the next blank at which a line may be broken: one blank alone, with nothing
 * behind it that would begin a comment. */
size_t preset_text_piece(const char *text);

/* Bytes of a path up to where a line may be broken: between two characters, neither of them blank
 * nor what begins a comment, after no more bytes than fit a line where there is such a place. */
size_t preset_path_piece(const char *path);

#endif
