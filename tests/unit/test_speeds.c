/* What steps took, noted and found again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_file.h"
#include "lab/estimate.h"
#include "lab/session_open.h"
#include "lab/speeds.h"
#include "model/precision.h"
#include "tests/fixtures/tiny_session.h"

static struct paths paths_with_state(void)
{
    struct paths paths = tiny.paths;
    paths.state = tiny.directory;
    return paths;
}

static void open_facts(struct session *session, const char *assignment)
{
    const char *const more[] = {assignment, NULL};
    struct preset preset;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(session_open_facts(session, &tiny.paths, &preset, err));
    preset_free(&preset);
}

static double find(const struct paths *paths, const char *assignment)
{
    struct session session;
    open_facts(&session, assignment);
    double seconds = speeds_find(paths, &session);
    session_close(&session, NULL);
    return seconds;
}

/* A session that trains notes it, one of facts alone finds it. */
static void a_speed_is_found_for_the_settings_it_depends_on(void **state)
{
    const struct paths paths = paths_with_state();
    struct session session;
    (void)state;
    assert_true(isnan(find(&paths, "train.lr=1e-3")));
    open_preset(&session, NULL);
    assert_done(speeds_add(&paths, &session, 0.25, err));
    assert_done(session_close(&session, err));
    assert_true(find(&paths, "train.lr=1e-3") == 0.25);
    assert_true(find(&paths, "train.steps=7") == 0.25);
    assert_true(isnan(find(&paths, "train.batch=5")));
    assert_true(isnan(find(&paths, "model.layers=2")));
}

static void the_median_of_the_last_five_counts_and_the_others_stay(void **state)
{
    const struct paths paths = paths_with_state();
    struct session session;
    (void)state;
    open_facts(&session, "train.batch=5");
    static const double took[] = {3, 9, 9, 4, 2, 4, 1}, median[] = {3, 3, 9, 4, 4, 4, 4};
    for (size_t t = 0; t < sizeof took / sizeof *took; t++) {
        assert_done(speeds_add(&paths, &session, took[t], err));
        assert_true(find(&paths, "train.batch=5") == median[t]);
    }
    session_close(&session, NULL);
    assert_true(find(&paths, "train.lr=1e-3") == 0.25);
    char *path = file_join(tiny.directory, "speeds.jsonl", NULL);
    char *text = file_read(path, NULL, NULL);
    size_t lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + 5);
    char *command = memory_format(NULL, "printf 'no JSON\\n{\"torn' >>'%s'", path);
    assert_int_equal(system(command), 0);
    assert_true(find(&paths, "train.batch=5") == 4);
    memory_free(command);
    memory_free(text);
    memory_free(path);
}

/* Elsewhere is another host, another kernel, or another number of threads. */
static void a_speed_of_elsewhere_is_not_that_of_here(void **state)
{
    static const char *const scripts[] = {"s/\"host\": \"/&not-/", "s/\"kernel\": \"/&not-/",
                                          "s/\"threads\": /&1/"};
    const struct paths paths = paths_with_state();
    (void)state;
    for (size_t s = 0; s < sizeof scripts / sizeof *scripts; s++) {
        char *edit =
            memory_format(NULL, "sed -i.was '%s' '%s/speeds.jsonl'", scripts[s], tiny.directory);
        char *undo = memory_format(NULL, "mv '%s/speeds.jsonl.was' '%s/speeds.jsonl'",
                                   tiny.directory, tiny.directory);
        assert_int_equal(system(edit), 0);
        assert_true(isnan(find(&paths, "train.batch=5")));
        assert_int_equal(system(undo), 0);
        assert_true(find(&paths, "train.batch=5") == 4);
        memory_free(edit);
        memory_free(undo);
    }
}

/* Beside what steps took. */
static void the_machines_own_speed_is_remembered(void **state)
{
    struct paths paths = paths_with_state();
    (void)state;
    assert_true(isnan(speeds_find_rate(&paths)));
    assert_done(speeds_add_rate(&paths, 2e9, err));
    assert_done(speeds_add_rate(&paths, 1e9, err)); /* beside other work */
    assert_true(speeds_find_rate(&paths) == 2e9);
    assert_true(find(&paths, "train.batch=5") == 4);
    paths.state = NULL;
    assert_true(isnan(speeds_find_rate(&paths)));
}

static void a_preset_takes_its_steps_times_that(void **state)
{
    struct paths paths = paths_with_state();
    const char *const more[] = {"train.batch=5", "train.steps=100", NULL};
    struct preset preset;
    struct preset_needs needs;
    (void)state;
    assert_done(tiny_preset(&tiny, &preset, more, err));
    assert_done(estimate_preset(&paths, &preset, 1e9, &needs, err));
    assert_true(needs.is_measured);
    assert_true(needs.seconds == 400);
    assert_true(needs.parameters > 0 && needs.bytes > 0);
    paths.state = NULL; /* nothing is noted */
    assert_done(estimate_preset(&paths, &preset, 1e9, &needs, err));
    assert_false(needs.is_measured);
    assert_true(isfinite(needs.seconds));
    preset_free(&preset);
}

/* Learning rates do not matter; what its author measured does, also where the preset is a copy. */
static void a_copy_of_a_preset_takes_as_long(void **state)
{
    struct paths paths = tiny.paths;
    struct preset preset;
    double seconds, of_copy, of_twice;
    (void)state;
    paths.state = NULL;
    assert_done(preset_load(&preset, &paths, "quickstart", err));
    assert_true(preset.minutes > 0);
    assert_done(estimate_seconds(&paths, &preset, 1e9, &seconds, err));
    preset.minutes = 0;
    preset.trainer.schedule.lr /= 2;
    assert_done(estimate_seconds(&paths, &preset, 1e9, &of_copy, err));
    assert_true(of_copy == seconds);
    preset.trainer.schedule.steps *= 2;
    assert_done(estimate_seconds(&paths, &preset, 1e9, &of_twice, err));
    assert_true(of_twice == 2 * seconds);
    preset_free(&preset);
}

static double seconds_in(struct preset *preset, enum precision precision)
{
    struct paths paths = tiny.paths;
    double seconds;
    paths.state = NULL;
    preset->model.precision = precision;
    assert_done(estimate_seconds(&paths, preset, 1e9, &seconds, err));
    return seconds;
}

static double needed_in(struct preset *preset, enum precision precision)
{
    struct run_needs needs;
    preset->model.precision = precision;
    assert_done(estimate_needs(&tiny.paths, preset, 1e9, &needs, err));
    return needs.seconds;
}

static bool has_bf16(void)
{
    return precision_in_use(PRECISION_AUTO, NULL) == PRECISION_BF16;
}

/* Of the time in fp32, as it was measured. */
static void assert_share(double share, bool is_of_bf16)
{
    assert_true(is_of_bf16 ? share > 0.5 && share < 0.75 : share == 1);
}

/* Minutes of a preset that leaves the precision to the machine are those of fp32. */
static void what_is_made_in_bf16_takes_less(void **state)
{
    struct preset preset;
    (void)state;
    assert_done(preset_load(&preset, &tiny.paths, "quickstart", err));
    assert_true(preset.model.precision == PRECISION_AUTO && preset.minutes > 0);
    double told = seconds_in(&preset, PRECISION_FP32);
    assert_share(seconds_in(&preset, PRECISION_AUTO) / told, has_bf16());
    assert_share(told / seconds_in(&preset, PRECISION_BF16), !has_bf16());
    double needed = needed_in(&preset, PRECISION_FP32);
    assert_share(needed_in(&preset, PRECISION_AUTO) / needed, has_bf16());
    assert_share(needed_in(&preset, PRECISION_BF16) / needed, has_bf16());
    preset.minutes = 0;
    preset.model.d_hidden *= 2; /* as in no other preset */
    told = seconds_in(&preset, PRECISION_FP32);
    assert_share(seconds_in(&preset, PRECISION_AUTO) / told, has_bf16());
    preset_free(&preset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_speed_is_found_for_the_settings_it_depends_on),
        cmocka_unit_test(the_median_of_the_last_five_counts_and_the_others_stay),
        cmocka_unit_test(a_speed_of_elsewhere_is_not_that_of_here),
        cmocka_unit_test(the_machines_own_speed_is_remembered),
        cmocka_unit_test(a_preset_takes_its_steps_times_that),
        cmocka_unit_test(a_copy_of_a_preset_takes_as_long),
        cmocka_unit_test(what_is_made_in_bf16_takes_less),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
