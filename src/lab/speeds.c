/* Map of this file: what a speed depends on; reading; writing. */
#include "lab/speeds.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json_read.h"
#include "base/json_write.h"
#include "base/memory.h"
#include "base/processors.h"
#include "base/text.h"
#include "config/preset_key.h"
#include "model/blas.h"
#include "record/lines.h"

/* What a speed depends on */

enum { HOST_SIZE = 256, SETTINGS_SIZE = 17 };

struct circumstances {
    char host[HOST_SIZE];
    struct blas_identity blas;
    size_t threads;
    char settings[SETTINGS_SIZE]; /* a hash of those that matter, in hexadecimal digits; or NONE */
};

/* What was measured. */
struct quantity {
    const char *key; /* as a line calls it */
    bool is_speed;   /* more of it is faster */
};

static const struct quantity step_quantity = {"step_seconds", false};
static const struct quantity rate_quantity = {"operations_per_second", true};

#define NONE "none"

/* Learning rates, seeds and numbers of steps do not matter. */
static bool matters(const struct preset_key *key)
{
    static const char *const sections[] = {"model", "population", "facts",      "patching",
                                           "eval",  "sampling",   "fine-tuning"};
    static const char *const names[] = {"batch", "precision", "shards", "facts_per_biography"};
    bool found = false;
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++)
        found |= strcmp(key->section, sections[s]) == 0;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++)
        found |= strcmp(key->section, "train") == 0 && strcmp(key->name, names[n]) == 0;
    return found && key->type != KEY_FAMILY && strcmp(key->name, "fingerprint") != 0;
}

/* FNV-1a. */
static uint64_t add_to_hash(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (hash ^ '\n') * UINT64_C(1099511628211);
}

static bool hash_settings(const struct preset *preset, char out[SETTINGS_SIZE], struct error *err)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t k = 0; k < preset_key_count; k++) {
        if (!matters(&preset_keys[k]))
            continue;
        char *value = preset_value(preset, &preset_keys[k], err);
        if (!value)
            return false;
        hash = add_to_hash(add_to_hash(hash, preset_keys[k].name), value);
        memory_free(value);
    }
    snprintf(out, SETTINGS_SIZE, "%016" PRIx64, hash);
    return true;
}

bool speeds_are_same(const struct preset *one, const struct preset *other)
{
    char settings[SETTINGS_SIZE], others[SETTINGS_SIZE];
    return hash_settings(one, settings, NULL) && hash_settings(other, others, NULL) &&
           strcmp(settings, others) == 0;
}

static struct circumstances circumstances_of(size_t threads)
{
    struct circumstances here = {.blas = blas_identity(), .threads = threads, .settings = NONE};
    if (gethostname(here.host, sizeof here.host - 1) < 0)
        here.host[0] = '\0';
    return here;
}

static bool find_circumstances(struct circumstances *found, const struct session *session,
                               struct error *err)
{
    *found = circumstances_of(trainer_threads(&session->preset.trainer));
    return hash_settings(&session->preset, found->settings, err);
}

/* Reading */

static char *file_path(const struct paths *paths, struct error *err)
{
    if (paths->state)
        return file_join(paths->state, "speeds.jsonl", err);
    error_set(err, ERROR_INPUT, "there is no directory to note speeds in");
    return NULL;
}

/* The newest measurements of one thing: their median is told, since one that was made beside other
 * work is slow. */
enum { MEASUREMENTS = 5 };

struct measurements {
    size_t count;
    double value[MEASUREMENTS]; /* from the oldest on */
};

struct speed_search {
    const struct circumstances *wanted;
    const struct quantity *what;
    struct measurements found; /* of the lines that fit */
    struct text *kept; /* the others, and those that fit behind the first `dropped`; or null */
    size_t dropped;
};

static void add_measurement(struct measurements *found, double value)
{
    bool is_full = found->count == MEASUREMENTS;
    if (is_full)
        memmove(found->value, found->value + 1, (MEASUREMENTS - 1) * sizeof *found->value);
    found->count += !is_full;
    found->value[found->count - 1] = value;
}

static int compare_values(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Of two in the middle the faster; NAN of none. */
static double median_of(struct measurements found, bool is_speed)
{
    if (found.count == 0)
        return NAN;
    qsort(found.value, found.count, sizeof *found.value, compare_values);
    return found.value[(is_speed ? found.count : found.count - 1) / 2];
}

static bool has_text(const json_t *line, const char *key, const char *wanted)
{
    const char *found = json_string_value(json_object_get(line, key));
    return found && strcmp(found, wanted) == 0;
}

static bool fits(const json_t *line, const struct circumstances *wanted)
{
    return has_text(line, "host", wanted->host) && has_text(line, "kernel", wanted->blas.kernel) &&
           has_text(line, "loops", wanted->blas.loops) &&
           has_text(line, "settings", wanted->settings) &&
           json_integer_value(json_object_get(line, "threads")) == (json_int_t)wanted->threads;
}

/* Lines that cannot be read are passed over, and not kept. */
static bool take_line(void *context, const char *bytes, size_t length, struct error *err)
{
    struct speed_search *search = context;
    json_t *line = json_read(bytes, length, NULL);
    bool found = line && fits(line, search->wanted);
    double value = json_number_value(json_object_get(line, search->what->key));
    bool is_dropped = found && search->dropped > 0;
    (void)err;
    if (found && value > 0)
        add_measurement(&search->found, value);
    search->dropped -= is_dropped;
    if (line && !is_dropped && search->kept) {
        text_add_bytes(search->kept, bytes, length);
        text_add(search->kept, "\n");
    }
    json_decref(line);
    return true;
}

static void look_through(const char *path, struct speed_search *search)
{
    struct record_lines lines;
    if (file_exists(path) && lines_read(&lines, path, NULL)) {
        lines_each(&lines, take_line, search, NULL, NULL);
        lines_free(&lines);
    }
}

static double find(const struct paths *paths, const struct circumstances *wanted,
                   const struct quantity *what)
{
    struct speed_search search = {.wanted = wanted, .what = what};
    char *path = file_path(paths, NULL);
    if (path)
        look_through(path, &search);
    memory_free(path);
    return median_of(search.found, what->is_speed);
}

double speeds_find(const struct paths *paths, const struct session *session)
{
    struct circumstances wanted;
    return find_circumstances(&wanted, session, NULL) ? find(paths, &wanted, &step_quantity) : NAN;
}

double speeds_find_rate(const struct paths *paths)
{
    const struct circumstances wanted = circumstances_of(processors_threads());
    return find(paths, &wanted, &rate_quantity);
}

/* Writing */

/* The newest lines are the last; of very many the first go. */
static const char *drop_first(const struct text *lines)
{
    enum { MOST_BYTES = 200000 };
    const char *at = lines->bytes ? lines->bytes : "";
    if (lines->length > MOST_BYTES)
        at = strchr(lines->bytes + lines->length - MOST_BYTES, '\n') + 1;
    return at;
}

static void add_line(struct text *out, const struct circumstances *here, const char *preset,
                     const char *what, double value)
{
    const struct {
        const char *key, *value;
    } words[] = {{"preset", preset},
                 {"host", here->host},
                 {"kernel", here->blas.kernel},
                 {"loops", here->blas.loops},
                 {"settings", here->settings}};
    text_add(out, "{");
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        text_format(out, "\"%s\": ", words[w].key);
        json_write_string(out, words[w].value);
        text_add(out, ", ");
    }
    text_format(out, "\"threads\": %zu, \"%s\": %.9g}\n", here->threads, what, value);
}

/* Reads what there is but the oldest that are to make room for one more of the same. */
static void read_kept(const char *path, const struct circumstances *here,
                      const struct quantity *what, struct text *kept)
{
    struct speed_search same = {.wanted = here, .what = what};
    look_through(path, &same);
    struct speed_search rest = {.wanted = here, .what = what, .kept = kept};
    rest.dropped = same.found.count == MEASUREMENTS;
    look_through(path, &rest);
}

static bool add(const struct paths *paths, const struct circumstances *here, const char *preset,
                const struct quantity *what, double value, struct error *err)
{
    struct text lines = {0};
    char *path = file_path(paths, err);
    bool added = path && file_make_directories(paths->state, err);
    if (added) {
        read_kept(path, here, what, &lines);
        add_line(&lines, here, preset, what->key, value);
        const char *kept = lines.failed ? NULL : drop_first(&lines);
        added = kept ? file_replace(path, kept, strlen(kept), err)
                     : error_set(err, ERROR_MEMORY, "out of memory");
    }
    text_free(&lines);
    memory_free(path);
    return added;
}

bool speeds_add(const struct paths *paths, const struct session *session, double step_seconds,
                struct error *err)
{
    struct circumstances here;
    return find_circumstances(&here, session, err) &&
           add(paths, &here, session->preset.name, &step_quantity, step_seconds, err);
}

bool speeds_add_rate(const struct paths *paths, double rate, struct error *err)
{
    const struct circumstances here = circumstances_of(processors_threads());
    return add(paths, &here, "", &rate_quantity, rate, err);
}

void speeds_note(const struct paths *paths, struct session *session)
{
    const double least_steps = 20, least_seconds = 2;
    struct trainer_status status;
    if (!session->trainer)
        return;
    trainer_status(session->trainer, &status);
    double steps = (double)status.step - (double)session->began.step;
    double seconds = status.seconds - session->began.seconds;
    if (steps >= least_steps && seconds >= least_seconds)
        speeds_add(paths, session, seconds / steps, NULL);
}
