/* Map of this file: sections and keys; a value; a section; a whole file; who asks for a value. */
#include "paper/claim_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/ini.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/text_file.h"
#include "base/utf8.h"

/* Sections and keys */

const struct claim_section_kind claim_section_kinds[] = {
    /* name, header, keys, text, is named, repeats */
    {"claim", "claim", "claim", "What is claimed.", false, false},
    {"run", "run NAME", "run",
     "A run, trained once for each seed, in directories named NAME-1, NAME-2 and so on, or "
     "NAME-seed=SEED where the command sets seeds. The file must describe every run that its "
     "checks and figures read, and the runs that those are "
     "started from. Runs of the same name in several claims are the same run: it is trained once, "
     "and the descriptions must be equal.",
     true, true},
    {"runs", "runs", "run",
     "Keys of [run NAME] that all runs of the file share. A value in [run NAME] replaces the one "
     "given here, except for settings, which are added after those given here.",
     false, false},
    {"check", "check", "check",
     "A statement that holds or does not. A claim has at least one check, and is seen if all of "
     "them hold.",
     false, true},
    {"figure", "figure", "figure", "A figure for the report.", false, true},
};

const size_t claim_section_kind_count = sizeof claim_section_kinds / sizeof *claim_section_kinds;

const struct claim_key claim_keys[] = {
    /* section, name, is scaled, is required, text */
    {"claim", "title", false, false, "A few words; the default is the file's name."},
    {"claim", "text", false, true, "The claim, a sentence."},
    {"claim", "paper", false, false, "What the paper reports, and where."},
    {"claim", "presets", false, false, "Presets that show it in the workbench."},
    {"claim", "order", false, false,
     "Position among other claims: a lower number comes first. Default 0."},
    {"claim", "tried_seeds", false, false,
     "Seeds 1 to this number were used to choose the length and size of runs and the checks. They "
     "do not judge: the first seed of every run is the next one. Default 0."},
    {"run", "preset", false, true, "The preset, by name or by path."},
    {"run", "settings", true, false,
     "Changed keys of the preset, such as train.steps=400, separated by spaces. Those for both "
     "scales are set before those for one. Seeds and train.shards cannot be set."},
    {"run", "from", true, false,
     "The run, of the same seed, that it is started from: NAME, or NAME@STEP for its checkpoint of "
     "that step."},
    {"run", "replicates", true, true, "Number of seeds that it is trained with, from 1 to 16."},
    {"run", "order", false, false, "Order of training: a lower number starts earlier. Default 0."},
    {"check", "label", false, true, "What is measured, a few words."},
    {"check", "text", false, true,
     "The statement in words, in which {above} and {below} stand for the bounds."},
    {"check", "value", false, true, "A number, see NUMBERS."},
    {"check", "minus", false, false,
     "A number of the same seed to subtract; the check is about the difference."},
    {"check", "over", false, false,
     "A number of the same seed to divide by; the check is about the ratio."},
    {"check", "above", false, false,
     "Lower bound: the value must be above it. A check has one of the bounds, or both."},
    {"check", "below", false, false, "Upper bound: the value must be below it."},
    {"figure", "title", false, true, "The title of the figure."},
    {"figure", "kind", false, true,
     "The kind of figure: curves, measure, law, trajectory, circuits or calibration, as in mneme "
     "plot."},
    {"figure", "measures", false, false,
     "For the kind measure: keys of the record, see mneme-run(5), separated by spaces."},
    {"figure", "runs", false, true,
     "Names of runs, separated by spaces; all their seeds are drawn."},
};

const size_t claim_key_count = sizeof claim_keys / sizeof *claim_keys;

/* A file being read. */
struct claim_file_reader {
    struct claim_file *file;
    struct claim_value *last; /* the value that an indented line goes on with */
};

static size_t slot_of(size_t key, enum scale scale)
{
    return key * (SCALES + 1) + scale;
}

/* A value */

static bool check_shown(const struct setting *setting, struct error *err)
{
    char shown[UTF8_SHOWN];
    for (const char *at = setting->value; *at; at += utf8_length(at))
        if (!utf8_is_shown_as_it_is(at)) {
            utf8_show(at, shown);
            return error_set(err, ERROR_INPUT, "%s has %s in it, which cannot be shown",
                             setting->key, shown);
        }
    return true;
}

static bool take_value(struct claim_value *value, const struct setting *setting, struct error *err)
{
    if (!check_shown(setting, err))
        return false;
    const char *before = value->text ? value->text : "";
    char *text = memory_format(err, "%s%s%s", before, *before ? " " : "", setting->value);
    if (!text)
        return false;
    memory_free(value->text);
    value->text = text;
    return true;
}

/* A section */

static const struct claim_section_kind *find_kind(const char *header)
{
    size_t length = strcspn(header, " ");
    for (size_t i = 0; i < claim_section_kind_count; i++) {
        const struct claim_section_kind *kind = &claim_section_kinds[i];
        if (strlen(kind->name) == length && strncmp(kind->name, header, length) == 0)
            return kind;
    }
    return NULL;
}

static bool unknown_section(const char *header, struct error *err)
{
    const char *name[sizeof claim_section_kinds / sizeof *claim_section_kinds];
    for (size_t i = 0; i < claim_section_kind_count; i++)
        name[i] = claim_section_kinds[i].name;
    return suggest_refuse("unknown section", header, name, claim_section_kind_count, NULL, err);
}

/* Names are parts of names of files. */
static bool check_name(const struct claim_section_kind *kind, const char *name, struct error *err)
{
    if (!kind->is_named)
        return *name == '\0' || error_set(err, ERROR_INPUT, "[%s] takes no name", kind->name);
    return claim_is_name(name) ||
           error_set(err, ERROR_INPUT, "[%s NAME] needs a name " CLAIM_NAME_RULE, kind->name);
}

static bool check_first(const struct claim_file *file, const struct claim_section_kind *kind,
                        const char *name, struct error *err)
{
    for (size_t i = 0; i < file->sections; i++) {
        const struct claim_section *before = &file->section[i];
        if (before->kind == kind && (!kind->repeats || kind->is_named) &&
            strcmp(before->name, name) == 0)
            return error_set(err, ERROR_INPUT,
                             "[%s%s%s] is given a second time; the first is in "
                             "line %zu",
                             kind->name, *name ? " " : "", name, before->line);
    }
    return true;
}

static bool begin_section(struct claim_file *file, const struct setting *setting, struct error *err)
{
    const struct claim_section_kind *kind = find_kind(setting->section);
    if (!kind)
        return unknown_section(setting->section, err);
    const char *name = setting->section + strlen(kind->name);
    name += strspn(name, " ");
    if (!check_name(kind, name, err) || !check_first(file, kind, name, err))
        return false;
    struct claim_section *grown =
        memory_resize(file->section, file->sections + 1, sizeof *grown, err);
    if (!grown)
        return false;
    file->section = grown;
    struct claim_section *section = &grown[file->sections++];
    *section = (struct claim_section){.kind = kind, .line = setting->section_line};
    section->name = memory_string(name, err);
    section->value = memory_new(claim_key_count * (SCALES + 1), sizeof *section->value, err);
    return section->name && section->value;
}

static bool unknown_key(const struct claim_section_kind *kind, const char *key, struct error *err)
{
    const char *name[sizeof claim_keys / sizeof *claim_keys];
    size_t names = 0;
    for (size_t i = 0; i < claim_key_count; i++)
        if (strcmp(claim_keys[i].section, kind->keys) == 0)
            name[names++] = claim_keys[i].name;
    return suggest_refuse("unknown key", key, name, names, NULL, err);
}

/* Whether a line of a file names the key, and for which scale. */
static bool is_named(const struct claim_key *key, const char *name, enum scale *scale)
{
    size_t length = strlen(key->name);
    *scale = SCALES;
    if (strncmp(key->name, name, length) != 0)
        return false;
    if (name[length] == '\0')
        return true;
    for (*scale = 0; key->is_scaled && name[length] == '.' && *scale < SCALES; ++*scale)
        if (strcmp(name + length + 1, claim_scales[*scale]) == 0)
            return true;
    return false;
}

static struct claim_value *find_value(const struct claim_section *section, const char *name)
{
    enum scale scale;
    for (size_t i = 0; i < claim_key_count; i++)
        if (strcmp(claim_keys[i].section, section->kind->keys) == 0 &&
            is_named(&claim_keys[i], name, &scale))
            return &section->value[slot_of(i, scale)];
    return NULL;
}

static bool begin_value(struct claim_file_reader *reader, const struct setting *setting,
                        struct error *err)
{
    const struct claim_section *section = &reader->file->section[reader->file->sections - 1];
    struct claim_value *value = reader->last = find_value(section, setting->key);
    if (!value)
        return unknown_key(section->kind, setting->key, err);
    if (value->line > 0)
        return error_set(err, ERROR_INPUT, "%s is given a second time; the first is in line %zu",
                         setting->key, value->line);
    if (*setting->value == '\0')
        return error_set(err, ERROR_INPUT, "%s has no value", setting->key);
    value->line = setting->line;
    return take_value(value, setting, err);
}

/* A whole file */

static bool take_setting(void *user, const struct setting *setting, struct error *err)
{
    struct claim_file_reader *reader = user;
    if (*setting->section == '\0')
        return error_set(err, ERROR_INPUT, "%s comes before the first [section]", setting->key);
    if (setting->continued)
        return take_value(reader->last, setting, err);
    return setting->key ? begin_value(reader, setting, err)
                        : begin_section(reader->file, setting, err);
}

static bool is_given(const struct claim_section *section, size_t key, enum scale scale)
{
    return section->value[slot_of(key, scale)].text || section->value[slot_of(key, SCALES)].text;
}

/* A run has what [runs] has. */
static bool has_key(const struct claim_file *file, const struct claim_section *section, size_t key,
                    enum scale scale)
{
    const struct claim_section *common = claim_file_next(file, "runs", NULL);
    bool shares = common && strcmp(section->kind->name, "run") == 0;
    return is_given(section, key, scale) || (shares && is_given(common, key, scale));
}

/* "[run a] has no replicates.full", or no replicates at all. */
static bool require_key(const struct claim_file *file, const struct claim_section *section,
                        size_t key, struct error *err)
{
    bool fast = has_key(file, section, key, SCALE_FAST);
    bool full = has_key(file, section, key, SCALE_FULL);
    const char *one = claim_scales[fast ? SCALE_FULL : SCALE_FAST];
    return (fast && full) || claim_file_refuse(file, section->line, err, "[%s%s%s] has no %s%s%s",
                                               section->kind->name, *section->name ? " " : "",
                                               section->name, claim_keys[key].name,
                                               fast || full ? "." : "", fast || full ? one : "");
}

static bool check_required(const struct claim_file *file, const struct claim_section *section,
                           struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < claim_key_count; i++)
        if (claim_keys[i].is_required && strcmp(claim_keys[i].section, section->kind->name) == 0)
            ok = require_key(file, section, i, err);
    return ok;
}

static bool check_sections(const struct claim_file *file, struct error *err)
{
    bool ok = claim_file_next(file, "claim", NULL) ||
              error_set(err, ERROR_INPUT, "%s:1: there is no [claim] in it", file->path);
    for (size_t i = 0; ok && i < file->sections; i++)
        ok = check_required(file, &file->section[i], err);
    return ok;
}

bool claim_file_read(struct claim_file *file, const char *path, struct error *err)
{
    *file = (struct claim_file){.path = memory_string(path, err)};
    struct claim_file_reader reader = {.file = file};
    char *text = file->path ? text_file_read(path, NULL, err) : NULL;
    file->directory = text ? file_directory(path, err) : NULL;
    file->hash = text ? hash_bytes(text, strlen(text)) : 0;
    bool ok = file->directory && ini_read_sections(text, path, take_setting, &reader, err) &&
              check_sections(file, err);
    memory_free(text);
    if (!ok)
        claim_file_free(file);
    return ok;
}

void claim_file_free(struct claim_file *file)
{
    for (size_t i = 0; i < file->sections; i++) {
        struct claim_section *section = &file->section[i];
        for (size_t v = 0; section->value && v < claim_key_count * (SCALES + 1); v++)
            memory_free(section->value[v].text);
        memory_free(section->value);
        memory_free(section->name);
    }
    memory_free(file->section);
    memory_free(file->directory);
    memory_free(file->path);
    *file = (struct claim_file){0};
}

/* Who asks for a value */

const struct claim_section *claim_file_next(const struct claim_file *file, const char *kind,
                                            const struct claim_section *after)
{
    for (size_t i = after ? (size_t)(after - file->section) + 1 : 0; i < file->sections; i++)
        if (strcmp(file->section[i].kind->name, kind) == 0)
            return &file->section[i];
    return NULL;
}

const struct claim_section *claim_file_run(const struct claim_file *file, const char *name,
                                           size_t length)
{
    const struct claim_section *run = NULL;
    while ((run = claim_file_next(file, "run", run)))
        if (strlen(run->name) == length && strncmp(run->name, name, length) == 0)
            return run;
    return NULL;
}

const struct claim_value *claim_section_value(const struct claim_section *section, const char *key)
{
    return find_value(section, key);
}

const struct claim_value *claim_section_scaled(const struct claim_section *section, const char *key,
                                               enum scale scale)
{
    return find_value(section, key) + scale - SCALES;
}

bool claim_file_refuse(const struct claim_file *file, size_t line, struct error *err,
                       const char *format, ...)
{
    char sentence[sizeof err->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return error_set(err, ERROR_INPUT, "%s:%zu: %s", file->path, line, sentence);
}

bool claim_file_blame(const struct claim_file *file, size_t line, struct error *err)
{
    return error_prefix(err, "%s:%zu", file->path, line);
}
