/* Runs of the memory without attention: that it learns pairs, is asked and gone on with as any
 * other model, and which facts it takes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "config/preset_key.h"
#include "lab/session_ask.h"
#include "lab/session_open.h"
#include "lab/session_resume.h"
#include "lab/session_train.h"
#include "tests/fixtures/temporary.h"
#include "tests/fixtures/tiny_session.h"

enum { PAIRS = 64, STEPS = 240 };

static const char text[] = "[preset]\ntitle = tiny\n"
                           "[facts]\nfile = pairs\ntemplates = 1\ntrain_templates = 1\n"
                           "[pools]\nlanguages = 8\n"
                           "[population]\nknown = 64\nnew = 64\n"
                           "[model]\nkind = memory\nd_model = 16\nd_hidden = 64\nbias = yes\n"
                           "[train]\nsteps = 240\nbatch = 16\nlr = 0.03\nshards = 1\n"
                           "weight_decay = 0.01\n"
                           "[eval]\nevery = 60\nknown = 64\nnew = 64\n";

/* More assignments may follow. */
static void read_preset(struct preset *preset, const char *const *more)
{
    assert_done(preset_read(preset, &tiny.paths, text, "tiny.ini", err));
    for (; more && *more; more++)
        assert_done(preset_set(preset, *more, err));
}

/* A run in a directory of this name, started. */
static void open_memory(struct session *session, const char *name, const char *const *more)
{
    struct preset preset;
    char *directory = in_runs(name);
    read_preset(&preset, more);
    assert_done(preset_check(&preset, err));
    assert_done(session_open_preset(session, &tiny.paths, &preset, err));
    assert_done(session_keep(session, directory, err));
    assert_done(trainer_start(session->trainer, false, err));
    preset_free(&preset);
    memory_free(directory);
}

static void make_steps(struct session *session, uint64_t steps, uint64_t until)
{
    send_until_step(session, (struct command){.kind = COMMAND_STEP, .steps = steps}, until);
}

static void pairs_are_learned_to_the_last_and_others_are_not(void **state)
{
    (void)state;
    struct session session;
    open_memory(&session, "learned", NULL);
    make_steps(&session, STEPS, STEPS);
    struct history *history = trainer_history(session.trainer);
    history_hold(history);
    const struct evaluation_point *first = &history->evaluation[0];
    const struct evaluation_point *last = &history->evaluation[history->evaluations - 1];
    assert_int_equal(last->step, STEPS);
    assert_true(first->known.accuracy < 0.5);
    assert_true(last->known.accuracy == 1);
    assert_true(last->known.loss < 0.1 * session.baseline);
    /* One in eight by chance, of 64: half of them is nine deviations away. */
    assert_true(last->held_out.accuracy < 0.5);
    assert_true(last->held_out.loss > session.baseline);
    history_release(history);
    assert_true(fabs(session.baseline_pools - log(8)) < 1e-12);
    assert_done(session_close(&session, err));
}

static void a_memory_is_asked_about_a_person_by_name(void **state)
{
    (void)state;
    struct session session;
    open_memory(&session, "asked", NULL);
    make_steps(&session, STEPS, STEPS);
    for (uint64_t individual = 0; individual < PAIRS; individual += 9) {
        struct answer by_number, by_name;
        struct text prompt = {0};
        assert_done(session_ask_attribute(&session, individual, 0, &by_number, err));
        population_name_text(&session.population, individual, &prompt);
        text_add(&prompt, " speaks");
        assert_done(session_ask(&session, prompt.bytes, &by_name, err));
        assert_true(by_name.correct && by_number.correct);
        assert_string_equal(by_name.completion, by_name.truth);
        assert_string_equal(by_number.candidate[0].text, by_name.truth);
        double sum = 0;
        for (size_t i = 0; i < by_name.candidates; i++)
            sum += by_name.candidate[i].probability;
        assert_true(sum > 0.5 && sum < 1 + 1e-5);
        answer_free(&by_number);
        answer_free(&by_name);
        text_free(&prompt);
    }
    assert_done(session_close(&session, err));
}

/* All steps at once against 77, a new session, and the rest. */
static void a_memory_goes_on_bit_for_bit(void **state)
{
    (void)state;
    static const char last[] = "%s/%s/checkpoints/step-00000240.safetensors";
    struct session session;
    open_memory(&session, "once", NULL);
    make_steps(&session, STEPS, STEPS);
    assert_done(session_close(&session, err));
    open_memory(&session, "twice", NULL);
    make_steps(&session, 77, 77);
    assert_done(session_close(&session, err));
    assert_done(session_resume(&session, &tiny.paths, "twice", 0, err));
    assert_done(trainer_start(session.trainer, false, err));
    make_steps(&session, STEPS - 77, STEPS);
    assert_done(session_close(&session, err));
    char *one = memory_format(NULL, last, tiny.directory, "once");
    char *two = memory_format(NULL, last, tiny.directory, "twice");
    assert_same_tensors(one, two);
    memory_free(one);
    memory_free(two);
}

/* What a memory that knows its pairs is right about after STEPS steps on 16 new ones alone, or with
 * the old ones among them. */
struct right {
    double old, new;
};

static struct right fine_tune(const char *name, const char *replay)
{
    const char *const finetune[] = {"population.fine_tuning=16",
                                    "train.steps=480",
                                    "fine-tuning.after=240",
                                    "fine-tuning.lr=0.01",
                                    replay,
                                    NULL};
    struct session session;
    open_memory(&session, name, finetune);
    make_steps(&session, 2 * STEPS, 2 * STEPS);
    struct history *history = trainer_history(session.trainer);
    history_hold(history);
    const struct evaluation_point *before = &history->evaluation[STEPS / 60];
    const struct evaluation_point *last = &history->evaluation[history->evaluations - 1];
    assert_int_equal(before->step, STEPS);
    assert_true(before->known.accuracy == 1 && before->of_tuned.accuracy < 0.6);
    struct right right = {last->known.accuracy, last->of_tuned.accuracy};
    history_release(history);
    assert_done(session_close(&session, err));
    return right;
}

static void new_pairs_push_out_old_ones_unless_they_are_replayed(void **state)
{
    (void)state;
    struct right alone = fine_tune("alone", "fine-tuning.replay=0");
    struct right replayed = fine_tune("replayed", "fine-tuning.replay=0.25");
    print_message("    old pairs known: %.3f without replay, %.3f with\n", alone.old, replayed.old);
    assert_true(alone.new == 1 && replayed.new == 1);
    assert_true(alone.old < 0.8);
    assert_true(replayed.old > 0.95);
}

static void make_folders(void)
{
    static const char *const folders[] = {"facts", "pools", "templates"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *path = memory_format(NULL, "%s/%s", tiny.directory, folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        memory_free(path);
    }
}

static void write_file(const char *name, const char *content)
{
    char *path = memory_format(NULL, "%s/%s", tiny.directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
    memory_free(path);
}

/* Several attributes, wordings or parts of a value, values of several words or of words in names.
 */
static void facts_that_are_no_pairs_are_refused(void **state)
{
    (void)state;
    static const char others[] =
        "needs facts of one attribute with one template, and values of one part",
                      words[] =
                          "needs values of one word that occurs in no name and before no value";
    static const struct {
        const char *value, *templates, *more, *says;
    } wrong[] = {
        {"words", "one", "[attribute other]\nvalue = words\ntemplates = one.txt\n", others},
        {"words", "two", "", others},
        {"words words", "one", "", others},
        {"phrases", "one", "", words},
        {"names", "one", "", words},
        {"mixed", "one", "", words},
        {"words", "red", "", words},
        {"words", "one", "", NULL},
    };
    make_folders();
    write_file("pools/names.txt", "Ada\nBen\nCyd\nDan\nEve\nFay\n");
    write_file("pools/words.txt", "red\nblue\n");
    write_file("pools/phrases.txt", "light red\nlight blue\n");
    write_file("pools/mixed.txt", "red\nBen\nblue\n");
    write_file("templates/one.txt", "[X] likes [Y].\n");
    write_file("templates/two.txt", "[X] likes [Y].\n[X] loves [Y].\n");
    write_file("templates/red.txt", "[X] likes red or [Y].\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct preset preset;
        struct session session;
        struct error refusal = {0};
        char *facts = memory_format(NULL,
                                    "[facts]\ntitle = T\nname = names names names\n"
                                    "individual = person\n[attribute colour]\nvalue = %s\n"
                                    "templates = %s.txt\n%s",
                                    wrong[i].value, wrong[i].templates, wrong[i].more);
        write_file("facts/own.ini", facts);
        char *assignment = memory_format(NULL, "facts.file=%s/facts/own.ini", tiny.directory);
        read_preset(&preset, NULL);
        assert_done(preset_set(&preset, "pools.languages=0", err));
        assert_done(preset_set(&preset, "facts.templates=0", err));
        assert_done(preset_set(&preset, assignment, err));
        bool opened = session_open_facts(&session, &tiny.paths, &preset, &refusal);
        assert_int_equal(opened, wrong[i].says == NULL);
        if (opened)
            assert_done(session_close(&session, err));
        else if (!strstr(refusal.message, wrong[i].says))
            fail_msg("\"%s\" does not say \"%s\"", refusal.message, wrong[i].says);
        preset_free(&preset);
        memory_free(assignment);
        memory_free(facts);
    }
}

static void keys_of_transformers_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *assignment, *says;
    } wrong[] = {
        {"model.layers=2", "model.layers = 2 is not used with model.kind = memory"},
        {"model.heads=1", "model.heads = 1 is not used"},
        {"model.d_key=8", "model.d_key = 8 is not used"},
        {"model.norm=layer", "model.norm = layer is not used"},
        {"model.positions=learned", "model.positions = learned is not used"},
        {"fine-tuning.freeze_embedding=yes",
         "fine-tuning.freeze_embedding = yes is not used with model.kind = memory; set it to no"},
        {"fine-tuning.freeze_attention=yes", "freeze_attention = yes is not used"},
        {"fine-tuning.freeze_feed_forward=yes", "freeze_feed_forward = yes is not used"},
        {"model.family=gpt2", "is not used with model.kind = memory; "},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct preset preset;
        struct error refusal = {0};
        read_preset(&preset, NULL);
        assert_done(preset_check(&preset, err));
        assert_done(preset_set(&preset, wrong[i].assignment, err));
        assert_false(preset_check(&preset, &refusal));
        if (!strstr(refusal.message, wrong[i].says))
            fail_msg("\"%s\" does not say \"%s\"", refusal.message, wrong[i].says);
        preset_free(&preset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pairs_are_learned_to_the_last_and_others_are_not),
        cmocka_unit_test(a_memory_is_asked_about_a_person_by_name),
        cmocka_unit_test(a_memory_goes_on_bit_for_bit),
        cmocka_unit_test(new_pairs_push_out_old_ones_unless_they_are_replayed),
        cmocka_unit_test(facts_that_are_no_pairs_are_refused),
        cmocka_unit_test(keys_of_transformers_are_refused),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
