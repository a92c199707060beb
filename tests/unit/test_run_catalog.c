/* What tells runs apart: read from their files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "lab/run_catalog.h"
#include "lab/session_train.h"
#include "record/run.h"
#include "record/run_renames.h"
#include "tests/fixtures/tiny_session.h"

static const struct run_entry *find(const struct run_catalog *catalog, const char *name)
{
    for (size_t r = 0; r < catalog->count; r++)
        if (strcmp(catalog->run[r].name, name) == 0)
            return &catalog->entry[r];
    fail_msg("there is no run %s", name);
    return NULL;
}

/* The preset of that run becomes one of the library, as sed writes it. */
static void make_preset_of(const char *run, const char *name, const char *script)
{
    char *command = memory_format(
        NULL, "mkdir -p '%s/presets' && sed '%s' '%s/%s/preset.ini' >'%s/presets/%s.ini'",
        tiny.directory, script, tiny.directory, run, tiny.directory, name);
    assert_int_equal(system(command), 0);
    memory_free(command);
}

static void runs_are_told_apart_and_branches_know_their_parents(void **state)
{
    static const char *const set[] = {"train.steps=24", "train.clip=0.5", NULL};
    struct session session;
    struct run_catalog catalog;
    (void)state;
    open_run(&session, "plain", (const char *const[]){"train.steps=24", NULL});
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 12}, 12);
    assert_done(session_close(&session, err));
    open_fork(&session, "branch", "plain@6", set);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 2}, 8);
    assert_done(session_close(&session, err));
    make_preset_of("plain", "tiny", "");
    struct paths paths = tiny.paths;
    paths.data = (char *[]){tiny.directory, tiny.data[0], NULL};
    assert_done(run_catalog_read(&catalog, &paths, err));
    assert_int_equal(catalog.count, 2);
    const struct run_entry *plain = find(&catalog, "plain"), *branch = find(&catalog, "branch");
    assert_int_equal(plain->parent, SIZE_MAX);
    assert_ptr_equal(&catalog.entry[branch->parent], plain);
    assert_int_equal(branch->parent_step, 6);
    assert_int_equal(plain->run->step, 12);
    assert_string_equal(plain->differs, "");
    assert_string_equal(branch->differs, "train.clip=0.5");
    assert_true(isnan(plain->plateau_end));
    run_catalog_free(&catalog);
}

static void add_to_record(const char *run, const char *script)
{
    char *command =
        memory_format(NULL, "{ %s; } >>'%s/%s/metrics.jsonl'", script, tiny.directory, run);
    assert_int_equal(system(command), 0);
    memory_free(command);
}

/* What was set behind the step at which the branch began was otherwise there. */
static void a_branch_is_compared_with_its_parent_as_that_was_then(void **state)
{
    struct run_catalog catalog;
    char *edit = memory_format(NULL, "sed -i 's/^steps = 24/steps = 40/' '%s/plain/preset.ini'",
                               tiny.directory);
    (void)state;
    assert_int_equal(system(edit), 0);
    assert_done(run_catalog_read(&catalog, &tiny.paths, err));
    assert_string_equal(find(&catalog, "branch")->differs, "train.steps=24 train.clip=0.5");
    run_catalog_free(&catalog);
    add_to_record("plain", "echo '{\"event\": \"set\", \"step\": 5, \"key\": \"train.batch\", "
                           "\"before\": 3, \"value\": 4}'; "
                           "echo '{\"event\": \"set\", \"step\": 12, \"key\": \"train.steps\", "
                           "\"before\": 24, \"value\": 40}'");
    assert_done(run_catalog_read(&catalog, &tiny.paths, err));
    assert_string_equal(find(&catalog, "branch")->differs, "train.clip=0.5");
    run_catalog_free(&catalog);
    memory_free(edit);
}

/* Which no preset.ini has; the branch's record begins with what the parent's had by then. */
static void a_rate_that_was_set_by_hand_is_told(void **state)
{
    static const struct {
        const char *run, *value;
        int step;
        const char *plain, *branch;
    } cases[] = {
        {"branch", "0.004", 5, "", "train.clip=0.5"},
        {"branch", "0.003", 6, "", "train.clip=0.5 train.lr=0.003@6"},
        {"plain", "0.005", 12, "train.lr=0.005@12", "train.clip=0.5 train.lr=0.003@6"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run_catalog catalog;
        char *line = memory_format(NULL,
                                   "echo '{\"event\": \"set\", \"step\": %d, \"key\": "
                                   "\"train.lr\", \"before\": 0.01, \"value\": %s}'",
                                   cases[i].step, cases[i].value);
        add_to_record(cases[i].run, line);
        struct paths paths = tiny.paths;
        paths.data = (char *[]){tiny.directory, tiny.data[0], NULL};
        assert_done(run_catalog_read(&catalog, &paths, err));
        const char *plain = find(&catalog, "plain")->differs;
        const char *wanted = cases[i].plain;
        size_t ending = strlen(wanted), all = strlen(plain);
        assert_true(ending == 0 ? !strstr(plain, "train.lr")
                                : all >= ending && strcmp(plain + all - ending, wanted) == 0);
        assert_string_equal(find(&catalog, "branch")->differs, cases[i].branch);
        run_catalog_free(&catalog);
        memory_free(line);
    }
}

/* By the table's own preset, which no library has. */
static void a_run_of_a_table_is_compared_with_what_the_table_gives(void **state)
{
    static const char table[] = "river,mouth\nPo,Adriatic\nNile,Mediterranean\n";
    static const char *const set[] = {"train.steps=2", "train.lr=1e-4"};
    char *path = memory_format(NULL, "%s/rivers.csv", tiny.directory),
         *directory = in_runs("rivers");
    struct preset preset;
    struct session session;
    struct run_catalog catalog;
    (void)state;
    assert_done(file_replace(path, table, strlen(table), err));
    assert_done(preset_load_with(&preset, &tiny.paths, path, set, 2, err));
    assert_done(session_open_preset(&session, &tiny.paths, &preset, err));
    assert_done(session_keep(&session, directory, err));
    assert_done(trainer_start(session.trainer, false, err));
    assert_done(session_close(&session, err));
    preset_free(&preset);
    assert_done(run_catalog_read(&catalog, &tiny.paths, err));
    assert_string_equal(find(&catalog, "rivers")->differs, "train.steps=2 train.lr=0.0001");
    run_catalog_free(&catalog);
    make_preset_of("rivers", "rivers", "s/^table =.*//"); /* of other facts */
    struct paths paths = tiny.paths;
    paths.data = (char *[]){tiny.directory, tiny.data[0], NULL};
    assert_true(preset_is_listed(&paths, "rivers"));
    assert_done(run_catalog_read(&catalog, &paths, err));
    assert_string_equal(find(&catalog, "rivers")->differs, "train.steps=2 train.lr=0.0001");
    run_catalog_free(&catalog);
    memory_free(directory);
    memory_free(path);
}

/* Who is known, held out and asked about. */
static void what_the_rows_of_a_table_decide_is_no_difference(void **state)
{
    const char *more[32] = {"population.known=0", "eval.known=500", "eval.new=500"};
    struct session session;
    struct run_catalog catalog;
    (void)state;
    for (size_t i = 0; tiny_countries[i]; i++)
        more[i + 3] = tiny_countries[i];
    open_run(&session, "rows", more);
    assert_done(session_close(&session, err));
    make_preset_of("rows", "tiny",
                   "/^.population/,/^.sampling/s/^known =.*/known = 0/\n"
                   "/^.eval/,/^.checkpoint/s/^\\(known\\|new\\) =.*/\\1 = 500/");
    struct paths paths = tiny.paths;
    paths.data = (char *[]){tiny.directory, tiny.data[0], NULL};
    assert_done(run_catalog_read(&catalog, &paths, err));
    assert_string_equal(find(&catalog, "rows")->differs, "");
    run_catalog_free(&catalog);
}

static void what_the_machine_decides_is_no_difference(void **state)
{
    const char *const more[] = {"train.precision=auto", NULL};
    struct session session;
    struct run_catalog catalog;
    (void)state;
    open_run(&session, "open", more);
    assert_int_not_equal(session.preset.model.precision, PRECISION_AUTO);
    assert_done(session_close(&session, err));
    make_preset_of("open", "tiny", "s/^precision =.*/precision = auto/");
    struct paths paths = tiny.paths;
    paths.data = (char *[]){tiny.directory, tiny.data[0], NULL};
    assert_done(run_catalog_read(&catalog, &paths, err));
    assert_string_equal(find(&catalog, "open")->differs, "");
    run_catalog_free(&catalog);
}

/* Also where another run has the parent's old name by now. */
static void a_branch_knows_its_parent_by_another_name(void **state)
{
    struct session session;
    struct run_catalog catalog;
    struct run run;
    char *was = in_runs("plain"), *renamed = NULL;
    (void)state;
    assert_done(run_rename(was, "renamed", &renamed, err));
    open_run(&session, "plain", (const char *const[]){"train.steps=24", NULL});
    assert_done(session_close(&session, err));
    assert_done(run_catalog_read(&catalog, &tiny.paths, err));
    const struct run_entry *parent = find(&catalog, "renamed"), *branch = find(&catalog, "branch");
    assert_ptr_equal(&catalog.entry[branch->parent], parent);
    run_catalog_free(&catalog);
    memory_free(was);
    was = renamed;
    assert_done(run_rename(was, "again", &renamed, err));
    assert_done(run_open(&run, &tiny.paths, "renamed", err));
    assert_string_equal(run.name, "again");
    run_close(&run);
    memory_free(renamed);
    memory_free(was);
}

static void assert_plateau_end(const char *run, double wanted)
{
    struct run_catalog catalog;
    assert_done(run_catalog_read(&catalog, &tiny.paths, err));
    double end = find(&catalog, run)->plateau_end;
    assert_true(isnan(wanted) ? isnan(end) : end == wanted);
    run_catalog_free(&catalog);
}

/* Behind a step that a run goes back to it tells anew. */
static void the_plateaus_end_is_what_the_record_told_last(void **state)
{
    struct session session;
    (void)state;
    open_run(&session, "told", (const char *const[]){"train.steps=24", NULL});
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = 12}, 12);
    assert_done(session_close(&session, err));
    add_to_record("told",
                  "for end in 5 7; do echo '{\"event\": \"phase\", \"step\": 12, \"phase\": "
                  "\"knowledge\", \"plateau_end\": '$end'.0}'; done");
    assert_plateau_end("told", 7);
    add_to_record("told", "echo '{\"event\": \"start\", \"step\": 12}'");
    assert_plateau_end("told", 7);
    add_to_record("told", "echo '{\"event\": \"start\", \"step\": 6}'");
    assert_plateau_end("told", NAN);
    add_to_record("told", "echo 'no line of a record'; echo '{\"event\": \"phase\", \"step\": 8, "
                          "\"phase\": \"knowledge\", \"plateau_end\": 3}'");
    assert_plateau_end("told", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_told_apart_and_branches_know_their_parents),
        cmocka_unit_test(a_branch_is_compared_with_its_parent_as_that_was_then),
        cmocka_unit_test(a_rate_that_was_set_by_hand_is_told),
        cmocka_unit_test(a_run_of_a_table_is_compared_with_what_the_table_gives),
        cmocka_unit_test(what_the_rows_of_a_table_decide_is_no_difference),
        cmocka_unit_test(what_the_machine_decides_is_no_difference),
        cmocka_unit_test(a_branch_knows_its_parent_by_another_name),
        cmocka_unit_test(the_plateaus_end_is_what_the_record_told_last),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
