/* The manual pages say of keys and requests what the program's own tables say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/preferences.h"
#include "config/preset.h"
#include "config/preset_key.h"
#include "paper/claim_file.h"
#include "paper/statistic.h"
#include "record/measure.h"
#include "ui/requests.h"
#include "ui/tui/request_keys.h"

static char *read_page(const char *name)
{
    const char *source = getenv("srcdir");
    struct error err = {0};
    char *path = memory_format(&err, "%s/man/%s", source ? source : ".", name);
    char *page = path ? file_read(path, NULL, &err) : NULL;
    memory_free(path);
    if (!page)
        fprintf(stderr, "%s\n", err.message);
    return page;
}

/* Whether the page has the text in it, word for word. */
static bool has_passage(const char *name, const char *passage)
{
    char *page = read_page(name);
    bool found = page && strstr(page, passage);
    memory_free(page);
    if (!found)
        fprintf(stderr, "man/%s should have in it:\n%s\n", name, passage);
    return found;
}

/* Whether a line in bold has the word. */
static bool has_in_bold(const char *page, const char *word)
{
    size_t length = strlen(word);
    for (const char *line = page; (line = strstr(line, "\n.B")) != NULL; line++) {
        const char *end = line + 1 + strcspn(line + 1, "\n");
        for (const char *at = line; (at = strstr(at, word)) != NULL && at < end; at++)
            if (strchr(" \",", at[-1]) && strchr(" \",\n", at[length]))
                return true;
    }
    return false;
}

static void write_range(struct text *out, const struct preset_key *key)
{
    const char *unit = key->unit[0] ? " " : "";
    switch (key->type) {
    case KEY_TEXT:
    case KEY_PATH:
        if (key->standard[0])
            text_format(out, "Default %s.\n", key->standard);
        return;
    case KEY_COUNT:
    case KEY_NUMBER:
    case KEY_OPTIONAL:
    case KEY_OPTIONAL_NUMBER:
        text_format(out, "%s %.16g %s %.16g%s%s; ", key->above_low ? "Above" : "From", key->low,
                    key->above_low ? "up to" : "to", key->high, unit, key->unit);
        text_format(out, key->standard[0] ? "default %s.\n" : "empty by default.\n", key->standard);
        return;
    case KEY_SWITCH:
        text_format(out, "Either yes or no; default %s.\n", key->standard);
        return;
    case KEY_CHOICE:
    case KEY_FAMILY:
        text_add(out, "One of ");
        for (size_t i = 0; key->choice[i]; i++)
            text_format(out, "%s%s", i ? ", " : "", key->choice[i]);
        text_format(out, "; default %s.\n", key->standard);
        return;
    }
}

static void every_key_of_a_preset_is_described(void **state)
{
    (void)state;
    const char *section = "";
    struct text passage = {0};
    for (size_t i = 0; i < preset_key_count; i++) {
        const struct preset_key *key = &preset_keys[i];
        if (strcmp(section, key->section) != 0)
            text_format(&passage, ".SS [%s]\n", key->section);
        section = key->section;
        char *text = preset_key_text(key, NULL);
        assert_non_null(text);
        text_format(&passage, ".TP\n.B %s\n%s\n", key->name, text);
        memory_free(text);
        write_range(&passage, key);
    }
    assert_true(has_passage("mneme-preset.5", passage.bytes));
    text_free(&passage);
}

static void write_choice(struct text *out, const struct preference_key *key)
{
    if (key->type == PREFERENCE_SWITCH)
        text_add(out, "Either yes or no; ");
    for (size_t i = 0; key->type == PREFERENCE_CHOICE && key->choice[i]; i++)
        text_format(out, "%s%s", i ? ", " : "One of ", key->choice[i]);
    if (key->type == PREFERENCE_CHOICE)
        text_add(out, "; ");
    text_format(out, *key->standard ? "default %s.\n" : "Empty by default.\n", key->standard);
}

static void every_setting_is_described(void **state)
{
    (void)state;
    const char *section = "";
    struct text passage = {0};
    text_add(&passage, ".SS Before the first section\n");
    for (size_t k = 0; k < PREFERENCE_KEYS; k++) {
        const struct preference_key *key = &preference_keys[k];
        if (strcmp(section, key->section) != 0)
            text_format(&passage, ".SS [%s]\n", key->section);
        section = key->section;
        text_format(&passage, ".TP\n.B %s\n%s\n", key->name, key->text);
        write_choice(&passage, key);
    }
    text_format(&passage, ".SS [%s]\n", PREFERENCES_BINDINGS);
    assert_true(has_passage("mneme-config.5", passage.bytes));
    text_free(&passage);
}

static void write_claim_keys(struct text *out, const char *section)
{
    for (size_t i = 0; i < claim_key_count; i++) {
        const struct claim_key *key = &claim_keys[i];
        if (strcmp(key->section, section) != 0)
            continue;
        text_format(out, key->is_scaled ? ".TP\n.BR %s [ .fast | .full ]\n" : ".TP\n.B %s\n",
                    key->name);
        text_format(out, "%s\n", key->text);
    }
}

static void every_key_of_a_claim_is_described(void **state)
{
    (void)state;
    struct text passage = {0};
    for (size_t i = 0; i < claim_section_kind_count; i++) {
        const struct claim_section_kind *kind = &claim_section_kinds[i];
        text_format(&passage, ".SS [%s]\n%s\n", kind->header, kind->text);
        write_claim_keys(&passage, kind->name);
    }
    assert_true(has_passage("mneme-claims.5", passage.bytes));
    text_free(&passage);
}

static void every_number_of_a_check_is_described(void **state)
{
    (void)state;
    struct text passage = {0};
    for (enum reduction i = REDUCTION_NONE + 1; i < REDUCTIONS; i++) {
        const struct reduction_kind *kind = &reductions[i];
        text_format(&passage, ".TP\n.BI %s \" %s%s\" \"of \" \"%s\"\n%s\n", kind->name,
                    kind->has_steps ? "STEPS " : "", kind->has_measure ? "MEASURE " : "",
                    kind->has_runs ? "RUN ..." : "RUN", kind->text);
    }
    assert_true(has_passage("mneme-claims.5", passage.bytes));
    text_free(&passage);
}

static void every_request_of_the_workbench_is_described(void **state)
{
    (void)state;
    struct text passage = {0};
    request_write_manual(&passage);
    assert_true(has_passage("mneme.1", passage.bytes));
    text_free(&passage);
}

/* The part of mneme-run(5) that tells of a set's lines, up to the next heading. */
static char *read_lines_of(enum measure_set set)
{
    const char *kind = set == MEASURE_CIRCUIT                               ? "Circuit"
                       : set == MEASURE_PROGRESS || set == MEASURE_TRAINING ? "Training"
                                                                            : "Evaluation";
    char heading[64];
    snprintf(heading, sizeof heading, "\n.SS %s lines\n", kind);
    char *page = read_page("mneme-run.5");
    char *part = page ? strstr(page, heading) : NULL;
    assert_non_null(part);
    char *end = strstr(part + strlen(heading), "\n.S");
    assert_non_null(end);
    part = memory_format(NULL, "%.*s", (int)(end - part), part);
    memory_free(page);
    assert_non_null(part);
    return part;
}

static void every_measure_of_a_record_is_described(void **state)
{
    (void)state;
    for (size_t i = 0; i < measure_count; i++) {
        char *part = read_lines_of(measures[i].set);
        if (!has_in_bold(part, measures[i].key))
            fail_msg("man/mneme-run.5 should tell of %s", measures[i].key);
        memory_free(part);
    }
}

/* Keys of lines that are no measure. */
static bool is_other_key(const char *key)
{
    static const char *const others[] = {
        "step",      "seconds",     "phase",      "subset",          "tuned", "asked_among",
        "exposures", "calibration", "attributes", "new_calibration", "heads"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i], key) == 0)
            return true;
    return false;
}

static void the_manual_describes_measures_alone(void **state)
{
    (void)state;
    static const enum measure_set of_each_kind[] = {MEASURE_TRAINING, MEASURE_RECALL,
                                                    MEASURE_CIRCUIT};
    for (size_t i = 0; i < sizeof of_each_kind / sizeof *of_each_kind; i++) {
        char *part = read_lines_of(of_each_kind[i]), *rest = NULL;
        for (char *entry = part; (entry = strstr(entry, "\n.TP\n.B")) != NULL;) {
            entry += strlen("\n.TP\n.B");
            char *line = memory_format(NULL, "%.*s", (int)strcspn(entry, "\n"), entry);
            for (char *key = strtok_r(line, " \",", &rest); key;
                 key = strtok_r(NULL, " \",", &rest))
                if (strcmp(key, "R") != 0 && !is_other_key(key) && !measure_find(key))
                    fail_msg("man/mneme-run.5 tells of %s, which no record has", key);
            memory_free(line);
        }
        memory_free(part);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_of_a_preset_is_described),
        cmocka_unit_test(every_setting_is_described),
        cmocka_unit_test(every_key_of_a_claim_is_described),
        cmocka_unit_test(every_number_of_a_check_is_described),
        cmocka_unit_test(every_request_of_the_workbench_is_described),
        cmocka_unit_test(every_measure_of_a_record_is_described),
        cmocka_unit_test(the_manual_describes_measures_alone),
    };
    return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
