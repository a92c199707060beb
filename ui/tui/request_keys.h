/* The keys of requests, and the manual page that is made from their table. */
#ifndef MNEME_TUI_REQUEST_KEYS_H
#define MNEME_TUI_REQUEST_KEYS_H

#include <stdbool.h>

#include "ui/requests.h"

/* The request of a key, or null. */
const struct request_info *request_of_key(int key);

/* Whether a key that is no request's begins a prompt: a capital, a digit, a sign or a byte of
 * anything beyond ASCII. A small letter does not: it is taken for a key that there is not. */
bool request_key_writes(int key);

/* "space", "F5", "PgUp": written into out, which has room for KEY_NAME_SIZE bytes. */
enum { KEY_NAME_SIZE = 16 };
const char *request_key_name(int key, char out[KEY_NAME_SIZE]);

/* All keys of a request: "space, F5". */
struct text;
void request_key_names(const struct request_info *info, struct text *out);

/* The table as a section body of a manual page, in man(7) macros: for tests and tools. */
void request_write_manual(struct text *out);

#endif
