/* The shipped claims, and what is refused in files of claims. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset.h"
#include "config/preset_file.h"
#include "facts/fact_set_load.h"
#include "paper/claim_set.h"
#include "paper/replicates.h"
#include "paper/verdict.h"
#include "tests/fixtures/tiny.h"

/* The shipped claims, and a place for files. */
struct setup {
    struct tiny tiny;
    struct claim_set set;
};

static int set_up(void **state)
{
    struct setup *setup = calloc(1, sizeof *setup);
    struct error err;
    *state = setup;
    if (!setup || !tiny_begin(&setup->tiny))
        return -1;
    if (claim_set_load(&setup->set, &setup->tiny.paths, NULL, 0, &err))
        return 0;
    fprintf(stderr, "%s\n", err.message);
    return -1;
}

static int tear_down(void **state)
{
    struct setup *setup = *state;
    claim_set_free(&setup->set);
    tiny_end(&setup->tiny);
    free(setup);
    return 0;
}

/* ---- the shipped ones ---- */

static void the_papers_claims_are_whole(void **state)
{
    const struct setup *setup = *state;
    const struct claim_table *table = &setup->set.table;
    assert_true(table->claims > 0);
    for (size_t i = 0; i < table->claims; i++) {
        const struct claim *claim = &table->claim[i];
        assert_true(claim_checks(claim) > 0);
        assert_true(claim_figures(claim) > 0);
        assert_true(claim->paper[0] && claim->watch[0]);
        assert_true(i == 0 || claim->order > table->claim[i - 1].order);
        assert_int_equal(claim->tried_seeds, table->claim[0].tried_seeds);
    }
}

/* As many rows of the Makefile as there are files. */
static void every_claim_is_installed(void **state)
{
    const struct setup *setup = *state;
    const struct claim_table *table = &setup->set.table;
    char *path = memory_format(NULL, "%s/claims/data.mk", setup->tiny.paths.data[0]);
    char *rows = file_read(path, NULL, NULL);
    assert_non_null(rows);
    for (size_t i = 0; i < table->claims; i++) {
        char *row = memory_format(NULL, "\t%%D%%/%s.ini", table->claim[i].id);
        if (!strstr(rows, row))
            fail_msg("claims/data.mk has no row%s", row);
        memory_free(row);
    }
    size_t count = 0;
    for (const char *row = rows; (row = strstr(row, "%D%")); row++)
        count++;
    assert_int_equal(count, table->claims);
    memory_free(rows);
    memory_free(path);
}

static void ids_and_names_of_runs_are_unique(void **state)
{
    const struct setup *setup = *state;
    const struct claim_table *table = &setup->set.table;
    for (size_t i = 0; i < table->claims; i++)
        assert_ptr_equal(claim_find(table, table->claim[i].id), &table->claim[i]);
    for (size_t i = 0; i < table->runs; i++)
        assert_ptr_equal(claim_run_find(table, table->run[i].name, strlen(table->run[i].name)),
                         &table->run[i]);
    assert_null(claim_find(table, "nothing"));
}

static void every_preset_takes_the_settings_that_runs_are_made_with(void **state)
{
    struct setup *setup = *state;
    const struct claim_table *table = &setup->set.table;
    struct error err;
    bool *needed = calloc(table->runs, sizeof *needed);
    memset(needed, true, table->runs);
    for (enum scale scale = 0; scale < SCALES; scale++) {
        struct replicates replicates;
        if (!replicates_init(&replicates, table, scale, NULL, needed, &setup->tiny.paths,
                             setup->tiny.directory, &err))
            fail_msg("%s", err.message);
        for (size_t i = 0; i < replicates.count; i++) {
            struct preset preset;
            if (!replicate_preset(&replicates.replicate[i], &setup->tiny.paths, &preset, &err))
                fail_msg("%s", err.message);
            preset_free(&preset);
        }
        replicates_free(&replicates);
    }
    free(needed);
}

/* A check that nothing could fail, or nothing could pass, is none. */
static void bounds_are_in_the_words(void **state)
{
    const struct setup *setup = *state;
    const struct claim_table *table = &setup->set.table;
    for (size_t i = 0; i < table->claims; i++)
        for (size_t c = 0; c < claim_checks(&table->claim[i]); c++) {
            const struct check *check = &table->claim[i].check[c];
            struct text words = {0};
            check_write_text(&words, check);
            assert_null(strpbrk(words.bytes, "{}"));
            if (check->relation == RELATION_WITHIN)
                assert_true(strstr(check->text, "{above}") && strstr(check->text, "{below}"));
            if (check->relation == RELATION_ABOVE && check->low != 0)
                assert_non_null(strstr(check->text, "{above}"));
            if (check->relation == RELATION_BELOW && check->high != 0)
                assert_non_null(strstr(check->text, "{below}"));
            text_free(&words);
        }
}

/* ---- one of one's own ---- */

#define CLAIM                                                                                      \
    "[claim]\n"                                                                                    \
    "text = It learns.\n"
#define RUN                                                                                        \
    "[run a]\n"                                                                                    \
    "preset = quickstart\n"                                                                        \
    "replicates = 3\n"
#define CHECK                                                                                      \
    "[check]\n"                                                                                    \
    "label = last loss\n"                                                                          \
    "text = below {below}\n"                                                                       \
    "value = last attr_loss of a\n"                                                                \
    "below = 2\n"

static char *write_claim(const struct setup *setup, const char *name, const char *text)
{
    char *path = memory_format(NULL, "%s/%s", setup->tiny.directory, name);
    assert_true(file_replace(path, text, strlen(text), NULL));
    return path;
}

static void load(struct setup *setup, struct claim_set *set, const char *text)
{
    struct error err;
    char *path = write_claim(setup, "own.ini", text);
    const char *const name[] = {path};
    if (!claim_set_load(set, &setup->tiny.paths, name, 1, &err))
        fail_msg("%s", err.message);
    memory_free(path);
}

static void a_claim_of_few_lines_is_complete(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    load(setup, &set, CLAIM RUN CHECK);
    const struct claim *claim = &set.table.claim[0];
    assert_string_equal(claim->id, "own");
    assert_string_equal(claim->title, "own");
    assert_string_equal(claim->text, "It learns.");
    assert_int_equal(claim_checks(claim), 1);
    assert_int_equal(claim->check[0].statistic.reduction, REDUCTION_LAST);
    assert_string_equal(claim->check[0].statistic.measure, "attr_loss");
    assert_string_equal(claim->check[0].statistic.run, "a");
    assert_int_equal(claim->check[0].comparison, COMPARISON_NONE);
    assert_int_equal(claim->check[0].relation, RELATION_BELOW);
    assert_true(claim->check[0].high == 2);
    assert_int_equal(set.table.run[0].seeds[SCALE_FAST], 3);
    assert_int_equal(set.table.run[0].seeds[SCALE_FULL], 3);
    assert_int_equal(set.table.run[0].tried_seeds, 0);
    claim_set_free(&set);
}

static void a_run_can_have_all_its_keys_in_runs(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    load(setup, &set,
         CLAIM "[run b]\n"
               "[runs]\npreset = quickstart\nreplicates = 2\nsettings = train.steps=40\n"
               "[run c]\nsettings = train.lr=1e-4\n" CHECK "minus = last attr_loss of b\n"
               "[figure]\ntitle = x\nkind = curves\nruns = c\n"
               "[run a] ; as they are\n");
    assert_int_equal(set.table.runs, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(set.table.run[i].preset, "quickstart");
        assert_int_equal(set.table.run[i].seeds[SCALE_FULL], 2);
        assert_string_equal(set.table.run[i].settings[SCALE_FAST].text[0], "train.steps=40");
    }
    assert_string_equal(set.table.run[2].name, "a");
    assert_int_equal(set.table.run[2].settings[SCALE_FAST].count, 1);
    assert_int_equal(set.table.run[1].settings[SCALE_FAST].count, 2);
    claim_set_free(&set);
}

static void assert_settings(const struct strings *settings, const char *const *expected,
                            size_t count)
{
    assert_int_equal(settings->count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(settings->text[i], expected[i]);
}

/* Everything a file can say, of which each part is looked at. */
static void everything_is_read_where_it_stands(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    load(setup, &set,
         "; why\n"
         "[claim]\n"
         "title = Mine\n"
         "text = It learns\n"
         "    in two lines. ; and a comment\n"
         "presets = quickstart uniform\n"
         "tried_seeds = 4\n"
         "[runs]\n"
         "preset = quickstart\n"
         "replicates.fast = 3\n"
         "replicates.full = 5\n"
         "settings = checkpoint.every=100\n"
         "settings.fast = train.steps=400\n"
         "[run second]\n"
         "from = first@100\n"
         "replicates = 2\n"
         "[run first]\n"
         "settings = train.lr=1e-3\n"
         "settings.fast = model.layers=1\n"
         "    train.batch=10\n"
         "[check]\n"
         "label = one\n"
         "text = {above} to {below}\n"
         "value = after 50 attr_acc of second\n"
         "over = least attr_name.0 of first\n"
         "above = 0.5\n"
         "below = 1e1\n"
         "[check]\n"
         "label = two\n"
         "text = more\n"
         "value = phases of first second\n"
         "above = -1\n"
         "[figure]\n"
         "title = F\n"
         "kind = measure\n"
         "measures = attr_loss new_attr_loss\n"
         "runs = first second\n");
    const struct claim *claim = &set.table.claim[0];
    assert_string_equal(claim->title, "Mine");
    assert_string_equal(claim->text, "It learns in two lines.");
    assert_string_equal(claim->watch, "quickstart uniform");
    assert_int_equal(set.table.runs, 2);
    const struct claim_run *first = &set.table.run[0], *second = &set.table.run[1];
    assert_string_equal(first->name, "first"); /* which the other one begins at */
    static const char *const fast[] = {"checkpoint.every=100", "train.steps=400", "train.lr=1e-3",
                                       "model.layers=1", "train.batch=10"},
                             *const full[] = {"checkpoint.every=100", "train.lr=1e-3"};
    assert_settings(&first->settings[SCALE_FAST], fast, 5);
    assert_settings(&first->settings[SCALE_FULL], full, 2);
    assert_string_equal(second->source[SCALE_FULL], "first@100");
    assert_null(first->source[SCALE_FULL]);
    assert_int_equal(first->seeds[SCALE_FAST], 3);
    assert_int_equal(first->seeds[SCALE_FULL], 5);
    assert_int_equal(second->seeds[SCALE_FULL], 2);
    assert_int_equal(second->tried_seeds, 4);
    const struct check *one = &claim->check[0], *two = &claim->check[1];
    assert_int_equal(claim_checks(claim), 2);
    assert_int_equal(one->statistic.reduction, REDUCTION_AT);
    assert_true(one->statistic.at == 50);
    assert_int_equal(one->comparison, COMPARISON_RATIO);
    assert_int_equal(one->other.reduction, REDUCTION_LEAST);
    assert_string_equal(one->other.measure, "attr_name.0");
    assert_int_equal(one->relation, RELATION_WITHIN);
    assert_true(one->low == 0.5 && one->high == 10);
    assert_string_equal(two->statistic.run, "first second");
    assert_null(two->statistic.measure);
    assert_int_equal(two->relation, RELATION_ABOVE);
    assert_int_equal(claim->figure[0].kind, FIGURE_MEASURE);
    assert_string_equal(claim->figure[0].measures, "attr_loss,new_attr_loss");
    claim_set_free(&set);
}

static void the_manuals_example_is_a_claim(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    char *path = memory_format(NULL, "%s/man/mneme-claims.5", setup->tiny.paths.data[0]);
    char *page = file_read(path, NULL, NULL);
    char *example = page ? strstr(page, "[claim]\ntext") : NULL;
    assert_non_null(example);
    *strstr(example, ".RE\n") = '\0';
    load(setup, &set, example);
    assert_int_equal(set.table.runs, 2);
    claim_set_free(&set);
    memory_free(page);
    memory_free(path);
}

/* ---- what is refused ---- */

static void assert_refused(const struct setup *setup, const char *const *name, size_t names,
                           const char *said)
{
    struct claim_set set;
    struct error err = {0};
    if (claim_set_load(&set, &setup->tiny.paths, name, names, &err))
        fail_msg("taken, instead of: %s", said);
    if (err.kind != ERROR_INPUT || !strstr(err.message, said))
        fail_msg("%s\n  instead of: %s", err.message, said);
}

static void assert_text_refused(const struct setup *setup, const char *text, const char *said)
{
    char *path = write_claim(setup, "own.ini", text);
    const char *const name[] = {path};
    assert_refused(setup, name, 1, said);
    memory_free(path);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    struct setup *setup = *state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {RUN CHECK, "own.ini:1: there is no [claim] in it"},
        {CLAIM CLAIM RUN CHECK,
         "own.ini:3: [claim] is given a second time; the first is in line 1"},
        {CLAIM RUN RUN CHECK, "own.ini:6: [run a] is given a second time; the first is in line 3"},
        {"[claim]\ntitle = x\n" RUN CHECK, "own.ini:1: [claim] has no text"},
        {CLAIM "txt = y\n" RUN CHECK, "own.ini:3: unknown key txt; did you mean text?"},
        {CLAIM "text = y\n" RUN CHECK,
         "own.ini:3: text is given a second time; the first is in line 2"},
        {CLAIM "title =\n" RUN CHECK, "own.ini:3: title has no value"},
        {CLAIM "title = a\033[31mb\n" RUN CHECK, "own.ini:3: title has \\x1b in it"},
        {CLAIM "tried_seeds = few\n" RUN CHECK,
         "own.ini:3: tried_seeds = few is not a whole number from 0 to"},
        {CLAIM "presets = quikstart\n" RUN CHECK,
         "own.ini:3: there is no preset quikstart; did you mean quickstart?"},
        {CLAIM RUN "[chek]\na = b\n" CHECK, "own.ini:6: unknown section chek; did you mean check?"},
        {CLAIM "[run ../a]\npreset = quickstart\n" CHECK,
         "own.ini:3: [run NAME] needs a name of letters"},
        {CLAIM "[run]\npreset = quickstart\n" CHECK, "own.ini:3: [run NAME] needs a name of"},
        {CLAIM "[run .]\npreset = quickstart\n" CHECK, "that does not start with \"-\" or \".\""},
        {CLAIM RUN "[check x]\nlabel = y\n", "own.ini:6: [check] takes no name"},
        {CLAIM "[run a]\npreset = quikstart\nreplicates = 1\n" CHECK,
         "own.ini:4: there is no preset quikstart; did you mean quickstart?"},
        {CLAIM "[run a]\nreplicates = 1\n" CHECK, "own.ini:3: [run a] has no preset"},
        {CLAIM "[run a]\npreset = quickstart\n" CHECK, "own.ini:3: [run a] has no replicates"},
        {CLAIM "[run a]\npreset = quickstart\nreplicates.fast = 1\n" CHECK,
         "own.ini:3: [run a] has no replicates.full"},
        {CLAIM "[run a]\npreset = quickstart\nreplicates.full = 1\n" CHECK,
         "own.ini:3: [run a] has no replicates.fast"},
        {CLAIM "[run a]\n\n" CHECK, "own.ini:3: [run a] has no preset"},
        {CLAIM RUN "[check]\n", "own.ini:6: [check] has no label"},
        {CLAIM RUN "[nonsense]\n" CHECK, "own.ini:6: unknown section nonsense"},
        {CLAIM RUN "[run a]\n" CHECK,
         "own.ini:6: [run a] is given a second time; the first is in line 3"},
        {CLAIM RUN "[run b\n" CHECK, "own.ini:6: neither \"key = value\" nor \"[section]\""},
        {CLAIM "[run a]\npreset = quickstart\nreplicates = 0\n" CHECK,
         "own.ini:5: replicates = 0 is not a whole number from 1 to 16"},
        {CLAIM RUN "settings = train.stps=3\n" CHECK, "own.ini:6: unknown key"},
        {CLAIM RUN "settings = train.steps\n" CHECK, "own.ini:6: "},
        {CLAIM RUN "settings = train.steps=many\n" CHECK, "own.ini:6: "},
        {CLAIM RUN "settings = train.seed=3\n" CHECK,
         "own.ini:6: train.seed=3: tried_seeds and replicates set the seeds"},
        {CLAIM RUN "settings = train.shards=3\n" CHECK, "own.ini:6: train.shards=3: "},
        {CLAIM RUN "settings.full = facts.templates=2 facts.train_templates=2\n" CHECK,
         "own.ini:3: [run a], full: "},
        {CLAIM RUN "from = b\n" CHECK, "own.ini:6: there is no [run b]"},
        {CLAIM RUN "from = b\n[run b]\npreset = quickstart\nreplicates = 2\n" CHECK,
         "own.ini:6: [run a] has 3 replicates (fast), but [run b], which it is started from, has "
         "only 2"},
        {CLAIM RUN "from = b\n[run b]\npreset = quickstart\nreplicates.fast = 3\n"
                   "replicates.full = 1\n" CHECK,
         "own.ini:6: [run a] has 3 replicates (full), but [run b], "},
        {CLAIM RUN "from = b@17\n[run b]\npreset = quickstart\nreplicates = 3\n"
                   "settings = checkpoint.every=10 train.steps=95\n" CHECK,
         "own.ini:6: [run b] has no checkpoint of step 17 (fast): its checkpoint.every is 10, and "
         "its last step is 95"},
        {CLAIM RUN "from = b@100\n[run b]\npreset = quickstart\nreplicates = 3\n"
                   "settings.full = checkpoint.every=10 train.steps=95\n"
                   "settings.fast = checkpoint.every=10\n" CHECK,
         "own.ini:6: [run b] has no checkpoint of step 100 (full)"},
        {CLAIM RUN "from = b@90\n[run b]\npreset = quickstart\nreplicates = 3\n"
                   "settings = checkpoint.every=10\nfrom = c@100\n"
                   "[run c]\npreset = quickstart\nreplicates = 3\n"
                   "settings = checkpoint.every=10\n" CHECK,
         "own.ini:6: [run b] has no checkpoint of step 90 (fast)"},
        {CLAIM RUN "from = a\n" CHECK, "own.ini:6: [run a] is started from itself"},
        {CLAIM RUN "from = b@last\n[run b]\npreset = quickstart\nreplicates = 3\n" CHECK,
         "own.ini:6: from = b@last is neither NAME nor NAME@STEP"},
        {CLAIM RUN "from = b\n[run b]\npreset = quickstart\nreplicates = 3\nfrom = a@10\n" CHECK,
         "own.ini:6: [run a] is started from itself, by way of b"},
        {CLAIM RUN
         "from.fast = b\n[run b]\npreset = quickstart\nreplicates = 3\nfrom.full = a\n" CHECK,
         "is started from itself, by way of "},
        {CLAIM RUN "from = b\n[run b]\npreset = quickstart\nreplicates = 3\nfrom = c\n"
                   "[run c]\npreset = quickstart\nreplicates = 3\nfrom = b@4\n" CHECK,
         "is started from itself, by way of "},
        {CLAIM RUN "[run b]\npreset = quickstart\nreplicates = 3\n" CHECK,
         "own.ini:6: no check, figure or other run uses [run b]"},
        {CLAIM RUN, "own.ini:1: the claim has no [check]"},
        {CLAIM RUN "[check]\nlabel = x\ntext = y\nvalue = last attr_loss of a\n",
         "own.ini:6: [check] has no bound: above, below or both"},
        {CLAIM RUN CHECK "above = 2\n", "own.ini:10: no number is above 2 and below 2"},
        {CLAIM RUN CHECK "above = lots\n", "own.ini:11: above = lots is not a number"},
        {CLAIM RUN CHECK "minus = last attr_loss of a\nover = last attr_loss of a\n",
         "own.ini:12: a check has minus or over, not both"},
        {CLAIM RUN CHECK "minus = lst attr_loss of a\n",
         "own.ini:11: unknown number \"lst\"; did you mean last?"},
        {CLAIM RUN CHECK "minus = last of a\n", "own.ini:11: expected \"last MEASURE of RUN\""},
        {CLAIM RUN CHECK "minus = last attr_loss of\n", "own.ini:11: expected"},
        {CLAIM RUN CHECK "minus = last attr_loss of a a\n", "own.ini:11: expected"},
        {CLAIM RUN CHECK "minus = after attr_loss of a\n",
         "own.ini:11: expected \"after STEPS MEASURE of RUN\""},
        {CLAIM RUN CHECK "minus = after -1 attr_loss of a\n", "own.ini:11: expected"},
        {CLAIM RUN CHECK "minus = baseline attr_loss of a\n",
         "own.ini:11: expected \"baseline of RUN\""},
        {CLAIM RUN CHECK "minus = last atr_loss of a\n",
         "own.ini:11: there is no measure atr_loss; did you mean attr_loss?"},
        {CLAIM RUN CHECK "minus = last foo.loss of a\n", "own.ini:11: there is no measure"},
        {CLAIM RUN CHECK "minus = last heads.attr_loss of a\n", "own.ini:11: there is no measure"},
        {CLAIM RUN CHECK "minus = last attributes..loss of a\n", "own.ini:11: there is no measure"},
        {CLAIM RUN CHECK "minus = last loss of a\n",
         "own.ini:11: loss is not one number of the record: expected attributes.NAME.loss"},
        {CLAIM RUN CHECK "minus = last attr_name of a\n",
         "own.ini:11: attr_name is not one number of the record: expected attr_name.LAYER or "
         "heads.attr_name.LAYER.HEAD"},
        {CLAIM RUN CHECK "minus = last attr_loss.1 of a\n",
         "own.ini:11: attr_loss.1 is not one number of the record: expected attr_loss"},
        {CLAIM RUN CHECK "minus = last attributes.mayor.loss of a\n",
         "own.ini:11: the facts of [run a] have no attribute mayor; did you mean major?"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = measure\nruns = a\n"
                         "measures = attributes.major.acc attributes.nosuch.loss\n",
         "own.ini:15: the facts of [run a] have no attribute nosuch"},
        {CLAIM RUN CHECK "minus = last attr_loss of b\n", "own.ini:11: there is no [run b]"},
        {CLAIM RUN
         "[check]\nlabel = x\ntext = {under} it\nvalue = last attr_loss of a\nbelow = 1\n",
         "own.ini:8: only {above} and {below} can stand in braces"},
        {CLAIM RUN "[check]\nlabel = x\ntext = {above\nvalue = last attr_loss of a\nbelow = 1\n",
         "own.ini:8: only {above} and {below} can stand in braces"},
        {CLAIM RUN "[check]\nlabel = x\ntext = {above}\nvalue = last attr_loss of a\nbelow = 1\n",
         "own.ini:8: {above} stands for a bound that the check does not have"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = heatmap\nruns = a\n",
         "own.ini:13: kind = heatmap is not a kind of figure that a claim can have"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = curves\nruns = c\n",
         "own.ini:14: there is no [run c]"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = measure\nruns = a\n",
         "own.ini:11: [figure] of kind = measure has no measures"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = curves\nruns = a\nmeasures = attr_loss\n",
         "own.ini:15: [figure] of kind = curves takes no measures"},
        {CLAIM RUN CHECK "[figure]\ntitle = x\nkind = measure\nruns = a\nmeasures = nothing\n",
         "own.ini:15: there is no measure"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_text_refused(setup, cases[i].text, cases[i].said);
}

/* Of runs of quickstart: 1,840 steps, 2 layers with 4 heads, sampled uniformly. */
#define ASKS(number) "[check]\nlabel = x\ntext = y\nabove = 0\nvalue = " number "\n"

#define RUN_B "[run b]\npreset = quickstart\nreplicates = 3\n"
#define RUN_C "[run c]\npreset = quickstart\nreplicates = 3\n"

static void what_no_run_will_record_is_refused(void **state)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {RUN ASKS("last attr_name.2 of a"),
         "own.ini:10: [run a] does not record attr_name.2 (fast): its model has layers 0 to 1"},
        {RUN ASKS("last heads.attr_name.1.4 of a"),
         "own.ini:10: [run a] does not record heads.attr_name.1.4 (fast): its model has heads 0 to "
         "3"},
        {RUN ASKS("last attr_name.99999999999999999999 of a"), "its model has layers 0 to 1"},
        {RUN "settings.full = eval.circuits=0\n" ASKS("last attr_name.1 of a"),
         "own.ini:11: [run a] does not record attr_name.1 (full): eval.circuits is 0"},
        {RUN "settings = model.mixer=rg-lru\n" ASKS("last attr_name.1 of a"),
         "own.ini:11: [run a] does not record attr_name.1 (fast): its model has no attention"},
        {RUN "settings = eval.new=0\n" ASKS("last new_attr_loss of a"),
         "own.ini:11: [run a] does not record new_attr_loss (fast): eval.new is 0"},
        {RUN "settings.full = eval.new=0\n" ASKS("last new_baseline of a"),
         "own.ini:11: [run a] does not record new_baseline (full): eval.new is 0"},
        {"[run a]\npreset = capitals\nreplicates = 3\n" ASKS("last new_attr_name.0 of a"),
         "does not record new_attr_name.0 (fast): population.new is 0"},
        {RUN ASKS("last tuned_attr_loss of a"),
         "own.ini:10: [run a] does not record tuned_attr_loss (fast): it has no fine-tuning"},
        {RUN ASKS("last attr_loss of a") "minus = last tuned_attr_acc of a\n",
         "own.ini:11: [run a] does not record tuned_attr_acc (fast): it has no fine-tuning"},
        {RUN ASKS("last attr_loss of a") "over = last subset_attr_loss of a\n",
         "own.ini:11: [run a] does not record subset_attr_loss (fast): sampling.kind = uniform has "
         "no subset"},
        {RUN ASKS("last group_attr_loss.0 of a"),
         "own.ini:10: [run a] does not record group_attr_loss.0 (fast): sampling.kind = uniform "
         "has no groups"},
        {RUN "settings = sampling.kind=sequential sampling.groups=4\n" ASKS(
             "last group_attr_loss.4 of a"),
         "own.ini:11: [run a] does not record group_attr_loss.4 (fast): it has groups 0 to 3"},
        {RUN ASKS("after 1841 attr_loss of a"),
         "own.ini:10: [run a] ends 1840 steps after the first attr_loss (fast); there is none "
         "after 1841 steps"},
        {RUN ASKS("after 1840 train_loss of a"),
         "own.ini:10: [run a] ends 1839 steps after the first train_loss (fast)"},
        {RUN "settings.full = fine-tuning.after=1600 fine-tuning.lr=1e-4 "
             "population.fine_tuning=8\n" ASKS("after 241 attr_loss of a"),
         "own.ini:11: [run a] ends 240 steps after the first attr_loss (full)"},
        {RUN "settings = patching.reference_step=1600 patching.start_step=600\n" ASKS(
             "after 1241 attr_loss of a"),
         "own.ini:11: [run a] ends 1240 steps after the first attr_loss (fast)"},
        {RUN ASKS("law-exponent of a"),
         "own.ini:10: a law needs runs with at least 3 different population.known; these have 1 "
         "(fast)"},
        {RUN RUN_B "settings = population.known=640\n" RUN_C ASKS("law-exponent of a b c a"),
         "own.ini:17: a law needs runs with at least 3 different population.known; these have 2 "
         "(fast)"},
        {RUN CHECK "[figure]\ntitle = x\nkind = law\nruns = a\n",
         "own.ini:13: a law needs runs with at least 3 different population.known; these have 1"},
        {RUN "settings = population.known=640 patching.reference_step=100\n" RUN_B RUN_C
             "settings = population.known=256\n" CHECK
             "[figure]\ntitle = x\nkind = law\nruns = a b c\n",
         "own.ini:21: a law needs runs with at least 3 different population.known; these have 2"},
        {RUN RUN_B "settings = model.mixer=rg-lru\n" CHECK
                   "[figure]\ntitle = x\nkind = circuits\nruns = a b\n",
         "own.ini:17: [run b] does not record attr_name.0 (fast): its model has no attention"},
        {RUN "settings = eval.new=0\n" CHECK "[figure]\ntitle = x\nkind = trajectory\nruns = a\n",
         "[run a] does not record new_attr_loss (fast): eval.new is 0"},
        {RUN CHECK "[figure]\ntitle = x\nkind = measure\nruns = a\n"
                   "measures = attr_loss tuned_attr_loss\n",
         "own.ini:15: [run a] does not record tuned_attr_loss (fast): it has no fine-tuning"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = memory_format(NULL, "%s%s", CLAIM, cases[i].text);
        assert_text_refused(*state, text, cases[i].said);
        memory_free(text);
    }
}

static void the_last_number_that_records_hold_can_be_read(void **state)
{
    static const char *const cases[] = {
        RUN ASKS("last attr_name.1 of a") "over = last heads.new_attr_name.1.3 of a\n",
        RUN "settings = sampling.kind=sequential sampling.groups=4\n" ASKS(
            "last group_attr_acc.3 of a"),
        RUN "settings = sampling.kind=warm-up sampling.subset=8 sampling.steps=10\n" ASKS(
            "last subset_attr_acc of a"),
        RUN ASKS("after 1840 attr_loss of a") "minus = after 1839 train_loss of a\n",
        RUN "settings = fine-tuning.after=1600 fine-tuning.lr=1e-4 "
            "population.fine_tuning=8\n" ASKS(
                "after 240 tuned_attr_loss of a") "minus = after 240 train_loss of a\n",
        RUN "settings = patching.reference_step=1600 patching.start_step=600\n" ASKS(
            "after 1240 attr_loss of a") "minus = after 1239 train_loss of a\n",
        RUN RUN_B "settings = population.known=640\n" RUN_C
                  "settings = population.known=256\n" ASKS(
                      "law-exponent of a b c") "[figure]\n"
                                               "title = x\nkind = law\nruns = c b a\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim_set set;
        char *text = memory_format(NULL, "%s%s", CLAIM, cases[i]);
        load(*state, &set, text);
        claim_set_free(&set);
        memory_free(text);
    }
}

static void a_claim_that_is_not_there_is_refused_with_the_nearest(void **state)
{
    const char *const name[] = {"power-lw"}, *const odd[] = {"/tmp/none/at-all.ini"};
    assert_refused(*state, name, 1, "there is no claim power-lw; did you mean power-law?");
    assert_refused(*state, odd, 1, "there is no file /tmp/none/at-all.ini");
}

static void a_claim_that_is_given_twice_is_refused(void **state)
{
    const char *const name[] = {"grow", "grow"};
    assert_refused(*state, name, 2, "the claim grow is given twice");
}

/* ---- shipped ones and one's own ---- */

/* Whether a user's file was taken where the run's preset is asked for. */
static bool is_own(const struct claim_run *run, const struct paths *paths)
{
    struct preset preset;
    struct error err;
    if (!preset_load(&preset, paths, run->preset, &err))
        fail_msg("%s", err.message);
    bool own = strcmp(preset.title, "Mine") == 0;
    preset_free(&preset);
    return own;
}

/* The first word of the cities that a run of the claim "grow" draws from, and its facts' title. */
static void assert_facts(const struct claim_run *run, const struct paths *paths, const char *title,
                         const char *city)
{
    struct preset preset;
    struct fact_set facts;
    struct error err;
    const struct strings *settings = &run->settings[SCALE_FULL];
    if (!preset_load_with(&preset, paths, run->preset, (const char *const *)settings->text,
                          settings->count, &err) ||
        !fact_set_load(&facts, &preset.facts, (const char *const *)paths->data, &err))
        fail_msg("%s", err.message);
    assert_string_equal(facts.title, title);
    for (size_t p = 0; p < facts.pools; p++)
        if (strcmp(facts.pool[p].name, "cities") == 0)
            assert_string_equal(facts.pool[p].entry[0], city);
    fact_set_free(&facts);
    preset_free(&preset);
}

/* A copy of a shipped file at a place of the user's own, with one text replaced by another. */
static void shadow(struct setup *setup, const char *name, const char *old, const char *new)
{
    char *path = file_join(setup->tiny.paths.data[0], name, NULL);
    char *text = file_read(path, NULL, NULL), *found = text ? strstr(text, old) : NULL;
    assert_non_null(found);
    char *changed =
        memory_format(NULL, "%.*s%s%s", (int)(found - text), text, new, found + strlen(old));
    char *below = memory_format(NULL, "own/%s", name);
    char *place = file_join(setup->tiny.directory, below, NULL);
    char *directory = file_directory(place, NULL);
    assert_true(file_make_directories(directory, NULL));
    memory_free(write_claim(setup, below, changed));
    memory_free(directory);
    memory_free(place);
    memory_free(below);
    memory_free(changed);
    memory_free(text);
    memory_free(path);
}

static void facts_of_ones_own_do_not_stand_for_a_shipped_claims(void **state)
{
    static const struct {
        const char *file, *old, *new, *title, *city;
    } own[] = {
        {"facts/biography.ini", "Biographies of people", "Mine", "Mine", "Tokyo"},
        {"pools/cities.txt", "Tokyo", "Springfield", "Biographies of people", "Springfield"},
        {"pools/cities.txt", "Tokyo", "Lagos", NULL, NULL}, /* twice: it cannot be read */
        {"templates/biography/birth-date.txt", "was born", "was in fact born",
         "Biographies of people", "Tokyo"},
    };
    struct setup *setup = *state;
    struct paths paths = setup->tiny.paths;
    char *place = file_join(setup->tiny.directory, "own", NULL);
    char *data[] = {place, paths.data[0], NULL};
    char *path =
        write_claim(setup, "mine.ini", CLAIM "[run a]\npreset = power-law\nreplicates = 1\n" CHECK);
    paths.data = data;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        struct claim_set set;
        struct error err;
        const char *const name[] = {"power-law", path};
        shadow(setup, own[i].file, own[i].old, own[i].new);
        if (!claim_set_load(&set, &paths, name, 2, &err))
            fail_msg("%s", err.message);
        const struct claim_run *run = claim_run_find(&set.table, "power-law", strlen("power-law"));
        assert_facts(run, &paths, "Biographies of people", "Tokyo");
        size_t last = run->settings[SCALE_FULL].count - 1;
        assert_memory_equal(run->settings[SCALE_FULL].text[last], "facts.file=/",
                            strlen("facts.file=/"));
        if (own[i].title)
            assert_facts(claim_run_find(&set.table, "a", 1), &paths, own[i].title, own[i].city);
        claim_set_free(&set);
        char *file = file_join(place, own[i].file, NULL);
        assert_int_equal(remove(file), 0);
        memory_free(file);
    }
    memory_free(path);
    memory_free(place);
}

/* Runs that are there already keep their names for what they read. */
static void shipped_claims_name_facts_by_name_where_that_means_the_same(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    struct error err;
    struct paths paths = setup->tiny.paths;
    char *place = file_join(setup->tiny.directory, "own", NULL);
    char *data[] = {place, paths.data[0], NULL};
    shadow(setup, "pools/cities.txt", "Tokyo", "Tokyo");
    paths.data = data;
    assert_true(claim_set_load(&set, &paths, NULL, 0, &err));
    for (size_t r = 0; r < set.table.runs; r++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            for (size_t i = 0; i < set.table.run[r].settings[scale].count; i++)
                assert_null(strstr(set.table.run[r].settings[scale].text[i], "facts.file=/"));
    claim_set_free(&set);
    memory_free(place);
}

static void a_preset_of_ones_own_does_not_stand_for_a_shipped_claims(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    struct error err;
    struct paths paths = setup->tiny.paths;
    char *own = file_join(setup->tiny.directory, "own", NULL);
    char *data[] = {own, paths.data[0], NULL};
    char *presets = file_join(own, "presets", NULL);
    assert_true(file_make_directories(presets, NULL));
    memory_free(write_claim(setup, "own/presets/power-law.ini",
                            "include = power-law.ini\n[preset]\ntitle = Mine\n"));
    paths.data = data;
    char *path = write_claim(setup, "mine.ini",
                             CLAIM "[run a]\npreset = power-law\n"
                                   "replicates = 1\n" CHECK);
    const char *const name[] = {"power-law", path};
    if (!claim_set_load(&set, &paths, name, 2, &err))
        fail_msg("%s", err.message);
    const struct claim_run *shipped = claim_run_find(&set.table, "power-law", strlen("power-law"));
    const struct claim_run *uniform = claim_run_find(&set.table, "uniform", strlen("uniform"));
    assert_false(is_own(shipped, &paths));
    assert_true(is_own(claim_run_find(&set.table, "a", 1), &paths));
    assert_string_equal(uniform->preset, "uniform"); /* which means the shipped one anyway */
    assert_true(claim_find(&set.table, "power-law")->is_shipped);
    assert_false(claim_find(&set.table, "mine")->is_shipped);
    claim_set_free(&set);
    assert_true(claim_set_load(&set, &paths, NULL, 0, &err));
    assert_false(is_own(claim_run_find(&set.table, "power-law", strlen("power-law")), &paths));
    claim_set_free(&set);
    memory_free(path);
    memory_free(presets);
    memory_free(own);
}

/* ---- runs of several files ---- */

static void a_run_that_two_files_describe_equally_is_made_once(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    struct error err;
    char *one = write_claim(setup, "one.ini", CLAIM RUN "settings = train.steps=40\n" CHECK);
    char *other =
        write_claim(setup, "other.ini", CLAIM "[runs]\nsettings = train.steps=40\n" RUN CHECK);
    const char *const name[] = {one, other};
    if (!claim_set_load(&set, &setup->tiny.paths, name, 2, &err))
        fail_msg("%s", err.message);
    assert_int_equal(set.table.claims, 2);
    assert_int_equal(set.table.runs, 1);
    claim_set_free(&set);
    memory_free(one);
    memory_free(other);
}

static void a_run_that_two_files_describe_differently_is_refused(void **state)
{
    struct setup *setup = *state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {CLAIM RUN "settings.full = train.steps=40\n" CHECK, "other.ini:3: [run a] has other "
                                                             "settings than in "},
        {CLAIM "tried_seeds = 2\n" RUN CHECK, "other.ini:4: [run a] has other tried_seeds than in"},
        {CLAIM "[run a]\npreset = uniform\nreplicates = 3\n" CHECK,
         "other.ini:3: [run a] has another preset than in "},
        {CLAIM "[run a]\npreset = quickstart\nreplicates = 4\n" CHECK,
         "other.ini:3: [run a] has other replicates than in "},
    };
    char *one = write_claim(setup, "one.ini", CLAIM RUN CHECK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *other = write_claim(setup, "other.ini", cases[i].text);
        const char *const name[] = {one, other};
        assert_refused(setup, name, 2, cases[i].said);
        memory_free(other);
    }
    memory_free(one);
}

static void runs_stand_behind_those_they_begin_at_whatever_their_order(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    load(setup, &set,
         CLAIM "[runs]\npreset = quickstart\nreplicates = 1\n"
               "[run c]\norder = 1\nfrom = b\n"
               "[run d]\norder = 2\n"
               "[run b]\norder = 4\nfrom = a\n"
               "[run a]\norder = 3\n" CHECK "minus = stays of c\n"
               "[figure]\ntitle = x\nkind = curves\nruns = d\n");
    const char *const names[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(set.table.run[i].name, names[i]);
    claim_set_free(&set);
}

/* One table of claims, however they were named. */
static void claims_stand_in_one_order_whatever_theirs_on_the_line(void **state)
{
    struct setup *setup = *state;
    char *b = write_claim(setup, "b.ini", CLAIM RUN CHECK);
    char *a = write_claim(setup, "a.ini", CLAIM RUN CHECK);
    char *z = write_claim(setup, "z.ini", CLAIM "order = 0\n" RUN CHECK);
    char *last = write_claim(setup, "o.ini", CLAIM "order = 3\n" RUN CHECK);
    const char *const lines[][4] = {{b, last, z, a}, {z, a, b, last}, {last, b, a, z}};
    for (size_t i = 0; i < 3; i++) {
        struct claim_set set;
        struct error err;
        assert_true(claim_set_load(&set, &setup->tiny.paths, lines[i], 4, &err));
        static const char *const ids[] = {"a", "b", "z", "o"};
        for (size_t c = 0; c < 4; c++)
            assert_string_equal(set.table.claim[c].id, ids[c]);
        assert_true(set.table.claim[0].hash == set.table.claim[1].hash);
        assert_true(set.table.claim[0].hash != set.table.claim[2].hash);
        claim_set_free(&set);
    }
    memory_free(a);
    memory_free(b);
    memory_free(z);
    memory_free(last);
}

/* A path in a setting, and the preset's, start at the file. */
static void paths_start_at_the_file(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    struct preset preset;
    struct error err;
    assert_true(tiny_preset(&setup->tiny, &preset, NULL, &err));
    char *text = preset_write(&preset, &err);
    memory_free(write_claim(setup, "p.ini", text));
    memory_free(text);
    preset_free(&preset);
    load(setup, &set, CLAIM "[run a]\npreset = p.ini\nreplicates = 1\n" CHECK);
    assert_int_equal(set.table.run[0].preset[0], '/');
    assert_non_null(strstr(set.table.run[0].preset, "/p.ini"));
    claim_set_free(&set);
}

/* Every so many steps, the last one, and the one it begins at. */
static void a_run_may_begin_at_every_checkpoint(void **state)
{
    struct setup *setup = *state;
    static const char *const from[] = {"c", "c@10", "c@45", "b@95", "b@45", "b@90"};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        struct claim_set set;
        char *text = memory_format(NULL,
                                   "%s[runs]\npreset = quickstart\nreplicates = 3\n"
                                   "settings = checkpoint.every=10\n[run a]\nfrom = %s\n"
                                   "[run b]\nfrom = c\nsettings = train.steps=95\n"
                                   "[run c]\nsettings = train.steps=45\n%sminus = stays of b\n",
                                   CLAIM, from[i], CHECK);
        load(setup, &set, text);
        claim_set_free(&set);
        memory_free(text);
    }
}

/* As it is one setting however its directory is called. */
static void a_blank_in_a_path_divides_no_setting(void **state)
{
    struct setup *setup = *state;
    struct claim_set set;
    struct error err;
    char *facts = memory_format(NULL, "%s/facts/biography.ini", setup->tiny.paths.data[0]);
    char *text = file_read(facts, NULL, NULL);
    assert_non_null(text);
    char *directory = file_join(setup->tiny.directory, "my claims", NULL);
    assert_true(file_make_directories(directory, NULL));
    memory_free(write_claim(setup, "my claims/f.ini", text));
    char *path = write_claim(setup, "my claims/own.ini",
                             CLAIM RUN "settings = facts.file=./f.ini train.steps=40\n" CHECK);
    const char *const name[] = {path};
    if (!claim_set_load(&set, &setup->tiny.paths, name, 1, &err))
        fail_msg("%s", err.message);
    const struct strings *settings = &set.table.run[0].settings[SCALE_FAST];
    assert_int_equal(settings->count, 2);
    assert_non_null(strstr(settings->text[0], "/my claims/f.ini"));
    claim_set_free(&set);
    memory_free(path);
    memory_free(directory);
    memory_free(text);
    memory_free(facts);
}

/* Every request for memory that can fail does once. */
static void memory_that_runs_out_leaves_nothing(void **state)
{
    struct setup *setup = *state;
    char *path = write_claim(setup, "own.ini",
                             CLAIM RUN "from = b@500\n[run b]\npreset = quickstart\n"
                                       "replicates = 3\n"
                                       "settings = train.batch=10\n" CHECK
                                       "minus = last attributes.major.loss of a\n");
    const char *const name[] = {path};
    bool loaded = false;
    for (size_t n = 1; !loaded; n++) {
        struct claim_set set;
        struct error err = {0};
        memory_fail_request(n);
        loaded = claim_set_load(&set, &setup->tiny.paths, name, 1, &err);
        memory_fail_request(0);
        if (loaded)
            claim_set_free(&set);
        else
            assert_int_equal(err.kind, ERROR_MEMORY);
    }
    memory_free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_papers_claims_are_whole),
        TEST(every_claim_is_installed),
        TEST(ids_and_names_of_runs_are_unique),
        TEST(every_preset_takes_the_settings_that_runs_are_made_with),
        TEST(bounds_are_in_the_words),
        TEST(a_claim_of_few_lines_is_complete),
        TEST(a_run_can_have_all_its_keys_in_runs),
        TEST(everything_is_read_where_it_stands),
        TEST(the_manuals_example_is_a_claim),
        TEST(what_is_wrong_is_said_with_its_line),
        TEST(what_no_run_will_record_is_refused),
        TEST(the_last_number_that_records_hold_can_be_read),
        TEST(a_claim_that_is_not_there_is_refused_with_the_nearest),
        TEST(a_claim_that_is_given_twice_is_refused),
        TEST(facts_of_ones_own_do_not_stand_for_a_shipped_claims),
        TEST(shipped_claims_name_facts_by_name_where_that_means_the_same),
        TEST(a_preset_of_ones_own_does_not_stand_for_a_shipped_claims),
        TEST(a_run_that_two_files_describe_equally_is_made_once),
        TEST(a_run_that_two_files_describe_differently_is_refused),
        TEST(runs_stand_behind_those_they_begin_at_whatever_their_order),
        TEST(claims_stand_in_one_order_whatever_theirs_on_the_line),
        TEST(paths_start_at_the_file),
        TEST(a_run_may_begin_at_every_checkpoint),
        TEST(a_blank_in_a_path_divides_no_setting),
        TEST(memory_that_runs_out_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
