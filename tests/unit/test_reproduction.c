/* A tiny table of claims from its runs to the report, with the program that is built. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "paper/report.h"
#include "paper/reproduction.h"
#include "plot/surface.h"
#include "tests/fixtures/tiny.h"
#include "tests/patience.h"

enum { RUNS = 3, CLAIMS = 3 };

#define LAST_LOSS(run)                                                                             \
    {                                                                                              \
        REDUCTION_LAST, run, "attr_loss", 0                                                        \
    }

static const struct claim claims[CLAIMS] = {
    {.id = "sure",
     .hash = 0xfedcba9801234abc,
     .title = "Sure",
     .text = "A loss is below a thousand & <odd>.",
     .paper = "Fig. 0",
     .watch = "quickstart",
     .check = {{"loss",
                "below {below}",
                LAST_LOSS("plain"),
                COMPARISON_NONE,
                {0},
                RELATION_BELOW,
                0,
                1000}},
     .figure = {{"Curves", FIGURE_CURVES, NULL, "plain"}}},
    {.id = "impossible",
     .is_shipped = true,
     .title = "Impossible",
     .text = "A run that goes on ends above a thousand.",
     .paper = "Fig. 0",
     .watch = "quickstart",
     .check = {{"loss",
                "above {above}",
                LAST_LOSS("longer"),
                COMPARISON_NONE,
                {0},
                RELATION_ABOVE,
                1000,
                0}},
     .figure = {{"Curves", FIGURE_CURVES, NULL, "plain longer"}}},
    {.id = "broken",
     .title = "Broken",
     .text = "A run with more heads than there are cannot be made.",
     .paper = "Fig. 0",
     .watch = "quickstart",
     .check = {{"loss",
                "below {below}",
                LAST_LOSS("broken"),
                COMPARISON_NONE,
                {0},
                RELATION_BELOW,
                0,
                1000}},
     .figure = {{"Curves", FIGURE_CURVES, NULL, "broken"}}},
};

struct setup {
    struct tiny tiny;
    char *preset;
    struct claim_run run[RUNS];
    struct claim_table table;
    const struct seed_range *seeds;
    struct reproduction reproduction;
    struct run_queue *queue;
};

static int set_up(void **state)
{
    struct setup *setup = calloc(1, sizeof *setup);
    struct preset preset;
    *state = setup;
    if (!setup || !tiny_begin(&setup->tiny) || !tiny_preset(&setup->tiny, &preset, NULL, NULL))
        return -1;
    setup->preset = memory_format(NULL, "%s/tiny.ini", setup->tiny.directory);
    char *text = preset_write(&preset, NULL);
    bool ok = text && file_replace(setup->preset, text, strlen(text), NULL);
    memory_free(text);
    preset_free(&preset);
    setup->run[0] = (struct claim_run){.name = "plain", .preset = setup->preset, .seeds = {3, 1}};
    setup->run[1] = (struct claim_run){
        .name = "longer", .preset = setup->preset, .source = {"plain", "plain"}, .seeds = {3, 1}};
    setup->run[2] = (struct claim_run){.name = "broken", .preset = setup->preset, .seeds = {1, 1}};
    for (enum scale scale = 0; ok && scale < SCALES; scale++)
        ok = strings_add(&setup->run[1].settings[scale], "train.steps=18", NULL) &&
             strings_add(&setup->run[2].settings[scale], "facts.file=missing", NULL);
    setup->table = (struct claim_table){claims, CLAIMS, setup->run, RUNS};
    return ok ? 0 : -1;
}

static void close_all(struct setup *setup)
{
    run_queue_free(setup->queue);
    setup->queue = NULL;
    reproduction_free(&setup->reproduction);
}

static int tear_down(void **state)
{
    struct setup *setup = *state;
    close_all(setup);
    for (size_t i = 0; i < RUNS; i++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            strings_free(&setup->run[i].settings[scale]);
    tiny_end(&setup->tiny);
    memory_free(setup->preset);
    free(setup);
    return 0;
}

static void open_all(struct setup *setup, const char *only)
{
    const struct reproduction_options options = {.scale = SCALE_FAST,
                                                 .only = only,
                                                 .seeds = setup->seeds,
                                                 .directory = setup->tiny.directory};
    const struct run_queue_options how = {.program = getenv("MNEME"), .at_once = 2, .threads = 2};
    struct reproduction *r = &setup->reproduction;
    struct error err;
    assert_non_null(how.program);
    if (!reproduction_init(r, &setup->table, &options, &setup->tiny.paths, &err))
        fail_msg("%s", err.message);
    setup->queue = run_queue_new(r->job, r->replicates.count, &setup->tiny.paths, &how, &err);
    if (!setup->queue)
        fail_msg("%s", err.message);
}

static void run_all(struct setup *setup)
{
    struct patience patience = patience_with(getpid());
    while (run_queue_turn(setup->queue, 1))
        assert_true(patience_lasts(&patience));
}

static void judge(struct setup *setup)
{
    struct error err;
    if (!reproduction_judge(&setup->reproduction, setup->queue, &err))
        fail_msg("%s", err.message);
}

static char *read_file(const struct setup *setup, const char *name)
{
    char *path = file_join(setup->tiny.directory, name, NULL);
    char *text = file_read(path, NULL, NULL);
    memory_free(path);
    return text;
}

static void assert_holds(const struct setup *setup, const char *file, const char *part)
{
    char *text = read_file(setup, file);
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in %s", part, file);
    memory_free(text);
}

static bool can_draw(void)
{
    return surface_check_path("x.svg", NULL);
}

static void every_claim_gets_its_verdict_and_its_place_in_the_report(void **state)
{
    struct setup *setup = *state;
    struct error err, undrawn;
    open_all(setup, NULL);
    run_all(setup);
    judge(setup);
    const struct reproduction *r = &setup->reproduction;
    assert_int_equal(r->verdict[0].state, VERDICT_SEEN);
    assert_int_equal(r->verdict[1].state, VERDICT_NOT_SEEN);
    assert_int_equal(r->verdict[2].state, VERDICT_FAILED);
    if (!report_write(r, &undrawn, &err))
        fail_msg("%s", err.message);
    assert_holds(setup, "report-fast.html", "<pre>mneme train ");
    assert_holds(setup, "report-fast.html", "below a thousand &amp; &lt;odd&gt;");
    assert_holds(setup, "report-fast.html", "--from ");
    assert_holds(setup, "report-fast.html", "<th>claim</th><th>what it says</th>");
    assert_holds(setup, "report-fast.html", "not seen");
    assert_holds(setup, "verdicts-fast.jsonl", "{\"id\":\"impossible\"");
    assert_holds(setup, "verdicts-fast.jsonl", "\"verdict\":\"failed\"");
    if (can_draw()) {
        assert_holds(setup, "figures/impossible-1-fast.svg", "<svg");
        assert_holds(setup, "report-fast.html", "data:image/svg+xml;base64,");
    }
}

/* As in `phases of a a a`: the places are for runs that there are. */
static void a_run_that_is_named_again_counts_once(void **state)
{
    struct setup *setup = *state;
    struct error err = {0};
    size_t once, again;
    open_all(setup, "sure");
    run_all(setup);
    judge(setup);
    const struct replicates *replicates = &setup->reproduction.replicates;
    memory_free(replicates_gather(replicates, "plain", 1, 9, &once, &err));
    memory_free(replicates_gather(replicates, "plain plain plain plain plain plain plain plain", 1,
                                  9, &again, &err));
    assert_true(once > 0);
    assert_int_equal(again, once);
    close_all(setup);
}

/* In each of two calls another claim alone. */
static void a_report_on_some_claims_leaves_the_others_alone(void **state)
{
    struct setup *setup = *state;
    struct error err, undrawn;
    for (int call = 0; call < 2; call++) {
        open_all(setup, call == 0 ? "sure" : "impossible");
        run_all(setup);
        judge(setup);
        if (!report_write(&setup->reproduction, &undrawn, &err))
            fail_msg("%s", err.message);
        close_all(setup);
    }
    assert_holds(setup, "report-sure-01234abc-fast.html", "mneme reproduce --fast --only sure<");
    assert_holds(setup, "report-impossible-fast.html", "mneme reproduce --fast --only impossible<");
    assert_holds(setup, "verdicts-sure-01234abc-fast.jsonl", "{\"id\":\"sure\"");
    assert_null(read_file(setup, "report-fast.html"));
}

/* Writes another digit into the first training loss of a run's record. */
static void change_first_loss(const struct setup *setup, const char *run)
{
    char *name = memory_format(NULL, "fast/%s/metrics.jsonl", run);
    char *path = file_join(setup->tiny.directory, name, NULL);
    char *record = read_file(setup, name);
    char *loss = strstr(record, "\"train_loss\": ");
    assert_non_null(loss);
    char *digit = loss + strlen("\"train_loss\": ");
    *digit = *digit == '5' ? '4' : '5';
    assert_true(file_replace(path, record, strlen(record), NULL));
    memory_free(record);
    memory_free(path);
    memory_free(name);
}

/* A claim was changed since: its runs are those of another. */
static void what_began_elsewhere_than_the_claim_says_is_not_judged(void **state)
{
    struct setup *setup = *state;
    static const char *const sources[] = {NULL, "plain@6"}; /* it began at the last step, 12 */
    open_all(setup, "impossible");
    run_all(setup);
    close_all(setup);
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        for (enum scale scale = 0; scale < SCALES; scale++)
            setup->run[1].source[scale] = sources[i];
        open_all(setup, "impossible");
        judge(setup);
        const struct verdict *verdict = &setup->reproduction.verdict[1];
        assert_int_equal(verdict->state, VERDICT_FAILED);
        assert_non_null(strstr(verdict->failure.message, "at another step"));
        assert_non_null(strstr(verdict->failure.message, "to repeat it"));
        close_all(setup);
    }
}

static void what_began_at_weights_that_are_no_more_is_not_judged(void **state)
{
    struct setup *setup = *state;
    open_all(setup, "sure,impossible");
    run_all(setup);
    close_all(setup);
    change_first_loss(setup, "plain-2");
    open_all(setup, "sure,impossible");
    assert_int_equal(run_queue_count(setup->queue, QUEUED_DONE), 6);
    judge(setup);
    const struct reproduction *r = &setup->reproduction;
    assert_int_equal(r->verdict[0].state, VERDICT_SEEN);
    assert_int_equal(r->verdict[1].state, VERDICT_FAILED);
    assert_non_null(strstr(r->verdict[1].failure.message, "longer-2 to repeat it"));
}

/* The replicate with this place has no other run than the one it was left with. */
static void runs_that_are_done_are_not_repeated(void **state)
{
    struct setup *setup = *state;
    open_all(setup, "sure");
    assert_int_equal(setup->reproduction.replicates.count, 3);
    run_all(setup);
    char *before = read_file(setup, "fast/plain-2/metrics.jsonl");
    close_all(setup);
    open_all(setup, "sure");
    assert_int_equal(run_queue_count(setup->queue, QUEUED_DONE), 3);
    run_all(setup);
    char *after = read_file(setup, "fast/plain-2/metrics.jsonl");
    assert_string_equal(before, after);
    memory_free(before);
    memory_free(after);
}

static void what_was_interrupted_fails_until_it_is_gone_on_with(void **state)
{
    struct setup *setup = *state;
    open_all(setup, "impossible,sure");
    assert_true(run_queue_turn(setup->queue, 0));
    run_queue_stop(setup->queue);
    run_all(setup);
    assert_true(run_queue_count(setup->queue, QUEUED_INTERRUPTED) > 0);
    judge(setup);
    assert_int_equal(setup->reproduction.verdict[1].state, VERDICT_FAILED);
    close_all(setup);
    open_all(setup, "impossible,sure");
    run_all(setup);
    judge(setup);
    assert_int_equal(setup->reproduction.verdict[1].state, VERDICT_NOT_SEEN);
    assert_int_equal(reproduction_count(&setup->reproduction, VERDICT_SEEN), 1);
}

static void a_claim_that_is_not_there_is_refused(void **state)
{
    struct setup *setup = *state;
    const struct reproduction_options options = {
        .scale = SCALE_FAST, .only = "sure,imposible", .directory = setup->tiny.directory};
    struct reproduction r;
    struct error err;
    assert_false(reproduction_init(&r, &setup->table, &options, &setup->tiny.paths, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "there is no claim imposible; did you mean impossible?"));
}

/* The names of a report and a figure of the first claim. */
static void assert_names(struct setup *setup, const struct reproduction_options *options,
                         const struct claim *claim, const char *report, const char *figure)
{
    const struct claim_table table = {claim, 1, setup->run, RUNS};
    struct reproduction r;
    struct error err;
    if (!reproduction_init(&r, &table, options, &setup->tiny.paths, &err))
        fail_msg("%s", err.message);
    char *path = reproduction_figure_path(&r, 0, 0, &err);
    assert_string_equal(r.report, report);
    assert_string_equal(strrchr(path, '/') + 1, figure);
    memory_free(path);
    reproduction_free(&r);
}

static void what_is_reported_is_in_the_names_of_files(void **state)
{
    static const struct seed_range seeds = {41, 43};
    struct reproduction_options options = {.directory = "/none", .scale = SCALE_FULL};
    struct claim mine = claims[0], other = claims[0], shipped = claims[0];
    other.hash = 0x11111111ffffffff;
    shipped.is_shipped = true;
    assert_names(*state, &options, &shipped, "report.html", "sure-1.svg");
    options.claims = "some";
    assert_names(*state, &options, &shipped, "report-sure.html", "sure-1.svg");
    assert_names(*state, &options, &mine, "report-sure-01234abc.html", "sure-01234abc-1.svg");
    assert_names(*state, &options, &other, "report-sure-ffffffff.html", "sure-ffffffff-1.svg");
    options.seeds = &seeds;
    assert_names(*state, &options, &shipped, "report-sure-seeds=41..43.html",
                 "sure-1-seeds=41..43.svg");
    options.scale = SCALE_FAST;
    assert_names(*state, &options, &shipped, "report-sure-fast-seeds=41..43.html",
                 "sure-1-fast-seeds=41..43.svg");
}

static void claims_whose_report_could_not_be_named_are_refused(void **state)
{
    struct setup *setup = *state;
    char id[NAME_MAX];
    struct claim claim = claims[0];
    struct error err = {0};
    memset(id, 'a', sizeof id - 1);
    id[sizeof id - 1] = '\0';
    claim.id = id;
    setup->table.claim = &claim;
    setup->table.claims = 1;
    const struct reproduction_options options = {
        .directory = setup->tiny.directory, .only = id, .scale = SCALE_FAST};
    assert_false(
        reproduction_init(&setup->reproduction, &setup->table, &options, &setup->tiny.paths, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "too long for a file"));
}

/* A run that begins at another is not made without it. */
static void sources_are_run_too(void **state)
{
    struct setup *setup = *state;
    open_all(setup, "impossible");
    const struct replicates *replicates = &setup->reproduction.replicates;
    assert_int_equal(replicates->count, 6);
    assert_string_equal(replicates->replicate[3].run->name, "longer");
    assert_int_equal(replicates->replicate[3].afters, 1);
    assert_int_equal(replicates->replicate[3].after[0], 0);
    assert_string_equal(replicates->replicate[3].from, replicates->replicate[0].directory);
}

static void assert_set(const struct replicate *replicate, const char *setting)
{
    for (size_t i = 0; i < replicate->settings.count; i++)
        if (strcmp(replicate->settings.text[i], setting) == 0)
            return;
    fail_msg("%s is not set", setting);
}

/* What was tried while sizes were chosen is not judged by. */
static void seeds_that_were_tried_judge_nothing(void **state)
{
    struct setup *setup = *state;
    for (size_t i = 0; i < RUNS; i++)
        setup->run[i].tried_seeds = 4;
    open_all(setup, "sure");
    const struct replicates *replicates = &setup->reproduction.replicates;
    assert_int_equal(replicates->count, 3);
    assert_set(&replicates->replicate[0], "population.seed=5");
    assert_set(&replicates->replicate[0], "train.seed=5");
    assert_set(&replicates->replicate[2], "train.seed=7");
}

/* In a place of their own, with a report of their own that says so. */
static void other_seeds_may_judge(void **state)
{
    struct setup *setup = *state;
    struct error err, undrawn;
    static const struct seed_range seeds = {41, 43};
    setup->seeds = &seeds;
    open_all(setup, "sure");
    const struct replicates *replicates = &setup->reproduction.replicates;
    assert_int_equal(replicates->count, 3);
    assert_set(&replicates->replicate[0], "population.seed=41");
    assert_set(&replicates->replicate[2], "train.seed=43");
    assert_string_equal(replicate_name(&replicates->replicate[2]), "plain-seed=43");
    run_all(setup);
    judge(setup);
    assert_int_equal(setup->reproduction.verdict[0].state, VERDICT_SEEN);
    if (!report_write(&setup->reproduction, &undrawn, &err))
        fail_msg("%s", err.message);
    assert_holds(setup, "report-sure-01234abc-fast-seeds=41..43.html",
                 "Judged on seeds 41 to 43, not ");
    assert_holds(setup, "report-sure-01234abc-fast-seeds=41..43.html",
                 "--only sure --seeds 41..43<");
    assert_holds(setup, "verdicts-sure-01234abc-fast-seeds=41..43.jsonl", "\"seeds\":[41,42,43]");
}

/* A run that goes on with another one of the same seed. */
static void other_seeds_are_the_sources_too(void **state)
{
    struct setup *setup = *state;
    static const struct seed_range seeds = {7, 8};
    setup->seeds = &seeds;
    open_all(setup, "impossible");
    const struct replicates *replicates = &setup->reproduction.replicates;
    assert_int_equal(replicates->count, 4);
    assert_string_equal(replicates->replicate[3].from, replicates->replicate[1].directory);
    assert_set(&replicates->replicate[3], "train.seed=8");
}

static void seeds_that_a_claim_was_tried_with_are_refused(void **state)
{
    struct setup *setup = *state;
    struct claim tried[CLAIMS];
    struct reproduction r;
    struct error err;
    static const struct seed_range seeds = {4, 8};
    const struct reproduction_options options = {
        .scale = SCALE_FAST, .only = "sure", .seeds = &seeds, .directory = setup->tiny.directory};
    memcpy(tried, claims, sizeof tried);
    tried[0].tried_seeds = 4;
    tried[0].file = "sure.ini";
    setup->table.claim = tried;
    assert_false(reproduction_init(&r, &setup->table, &options, &setup->tiny.paths, &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    assert_non_null(strstr(err.message, "seed 4 cannot judge sure: seeds 1 to 4 were used"));
    tried[0].tried_seeds = 3;
    assert_true(reproduction_init(&r, &setup->table, &options, &setup->tiny.paths, &err));
    reproduction_free(&r);
}

/* Whoever says what the paper found. */
static void only_shipped_claims_are_the_papers(void **state)
{
    struct setup *setup = *state;
    struct claim some[CLAIMS];
    memcpy(some, claims, sizeof some);
    some[0].is_shipped = true;
    some[1].is_shipped = false;
    setup->table.claim = some;
    open_all(setup, "sure");
    assert_true(reproduction_is_of_paper(&setup->reproduction));
    close_all(setup);
    open_all(setup, "sure,impossible");
    assert_false(reproduction_is_of_paper(&setup->reproduction));
    close_all(setup);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_claim_gets_its_verdict_and_its_place_in_the_report),
        TEST(a_run_that_is_named_again_counts_once),
        TEST(a_report_on_some_claims_leaves_the_others_alone),
        TEST(what_began_at_weights_that_are_no_more_is_not_judged),
        TEST(runs_that_are_done_are_not_repeated),
        TEST(what_was_interrupted_fails_until_it_is_gone_on_with),
        TEST(a_claim_that_is_not_there_is_refused),
        TEST(what_began_elsewhere_than_the_claim_says_is_not_judged),
        TEST(what_is_reported_is_in_the_names_of_files),
        TEST(claims_whose_report_could_not_be_named_are_refused),
        TEST(sources_are_run_too),
        TEST(seeds_that_were_tried_judge_nothing),
        TEST(other_seeds_may_judge),
        TEST(other_seeds_are_the_sources_too),
        TEST(seeds_that_a_claim_was_tried_with_are_refused),
        TEST(only_shipped_claims_are_the_papers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
