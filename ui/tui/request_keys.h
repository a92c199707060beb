/* The keys of requests, which a person can give other ones (config.ini, [keys]), and the manual
 * page that is made from the table of requests. */
#ifndef MNEME_TUI_REQUEST_KEYS_H
#define MNEME_TUI_REQUEST_KEYS_H

#include <stdbool.h>

#include "config/preferences.h"
#include "ui/requests.h"

/* {0} has the keys of the table. */
struct request_keys {
    int (*key)[REQUEST_KEYS]; /* [request_count] as in the table; null: those are taken */
};

/* The keys of the table, but for requests that are bound to others, by the names of their commands.
 * ERROR_INPUT where there is no such request or key, or one key is two requests'; *wrong is the
 * binding that the sentence is about. On false *keys is {0}. */
bool request_keys_make(struct request_keys *keys, const struct binding *binding, size_t bindings,
                       size_t *wrong, struct error *err);
void request_keys_free(struct request_keys *keys);

/* The request of a key, or null. */
const struct request_info *request_of_key(const struct request_keys *keys, int key);

/* Whether a key that is no request's begins a prompt: a capital, a digit, a sign or a byte of
 * anything beyond ASCII. A small letter does not: it is taken for a key that there is not. */
bool request_key_writes(const struct request_keys *keys, int key);

/* A request's first key, 0 where it has none; keys may be null for those of the table, as in the
 * functions above. */
int request_first_key(const struct request_keys *keys, const struct request_info *info);

/* "space", "F5", "PgUp": written into out, which has room for KEY_NAME_SIZE bytes. */
enum { KEY_NAME_SIZE = 16 };
const char *request_key_name(int key, char out[KEY_NAME_SIZE]);

/* The first key of the request of a command, "/quit" where it has none. */
enum { REQUEST_WORD = 64 };
const char *request_word(const struct request_keys *keys, const char *command,
                         char out[REQUEST_WORD]);

/* Its first key that writes nothing, for pages where what does is typed; null where it has none. */
const char *request_unwritten_key(const struct request_keys *keys, const char *command,
                                  char out[KEY_NAME_SIZE]);

/* All keys of a request: "space, F5". */
struct text;
void request_key_names(const struct request_keys *keys, const struct request_info *info,
                       struct text *out);

/* The table as a section body of a manual page, in man(7) macros: for tests and tools. */
void request_write_manual(struct text *out);

#endif
