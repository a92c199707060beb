/* config.ini: read, refused, changed and saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <curses.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preferences.h"
#include "tests/fixtures/temporary.h"
#include "ui/tui/request_keys.h"

/* Paths whose config.ini is in a directory. */
struct place {
    char *data[2];
    struct paths paths;
};

static struct paths *place_in(struct place *place, void *directory)
{
    *place = (struct place){.data = {directory, NULL}};
    place->paths = (struct paths){.data = place->data};
    return &place->paths;
}

static struct preferences read_text(const char *text)
{
    struct preferences read;
    struct error err;
    assert_true(preferences_init(&read, &err));
    if (!preferences_read(&read, text, "config.ini", &err))
        fail_msg("%s", err.message);
    return read;
}

static void assert_refused(const char *text, const char *sentence)
{
    struct preferences read;
    struct error err = {0};
    assert_true(preferences_init(&read, &err));
    assert_false(preferences_read(&read, text, "config.ini", &err));
    assert_int_equal(err.kind, ERROR_INPUT);
    if (!strstr(err.message, sentence))
        fail_msg("'%s' should have in it '%s'", err.message, sentence);
    preferences_free(&read);
}

static void without_a_file_everything_is_standard(void **state)
{
    struct place place;
    struct preferences read;
    struct error err;
    assert_true(preferences_load(&read, place_in(&place, *state), &err));
    for (size_t k = 0; k < PREFERENCE_KEYS; k++) {
        char *value = preferences_value(&read, &preference_keys[k], &err);
        assert_string_equal(value, preference_keys[k].standard);
        assert_int_equal(read.origin[k], PREFERENCE_STANDARD);
        memory_free(value);
    }
    preferences_free(&read);
}

static void what_a_file_says_holds(void **state)
{
    (void)state;
    struct preferences read = read_text("# mine\n"
                                        "theme = light ; for the beamer\n"
                                        "ascii=yes\n"
                                        "[chart]\n"
                                        "axis = linear\n"
                                        "steps = planned\n"
                                        "first = circuits\n"
                                        "step_axis = log\n"
                                        "picks = attr_acc, entropy\n"
                                        "smooth = yes\n"
                                        "[keys]\n"
                                        "map = z F11\n");
    assert_int_equal(read.theme, THEME_LIGHT);
    assert_int_equal(read.ascii, true);
    assert_int_equal(read.chart.axis, CHART_AXIS_LINEAR);
    assert_int_equal(read.chart.steps, CHART_STEPS_PLANNED);
    assert_int_equal(read.chart.first, CHART_FIRST_CIRCUITS);
    assert_int_equal(read.chart.step_axis, CHART_STEP_AXIS_LOG);
    assert_string_equal(read.chart.picks, "attr_acc, entropy");
    assert_true(read.chart.smooth);
    assert_int_equal(read.bindings, 1);
    assert_string_equal(read.binding[0].request, "map");
    assert_string_equal(read.binding[0].keys, "z F11");
    assert_int_equal(read.binding[0].line, 12);
    assert_int_equal(read.origin[0], PREFERENCE_OF_FILE);
    assert_int_equal(read.line[0], 2);
    preferences_free(&read);
}

/* Every value of every key is read and written as itself. */
static void every_choice_is_taken(void **state)
{
    (void)state;
    static const char *const switches[] = {"no", "yes", NULL};
    for (size_t k = 0; k < PREFERENCE_KEYS; k++) {
        const struct preference_key *key = &preference_keys[k];
        const char *const *choice = key->type == PREFERENCE_SWITCH ? switches : key->choice;
        for (; choice && *choice; choice++) {
            struct preferences set;
            struct error err;
            char *name = preference_key_name(key, &err);
            char *assignment = memory_format(&err, "%s=%s", name, *choice);
            assert_true(preferences_init(&set, &err));
            assert_true(preferences_set(&set, assignment, &err));
            char *value = preferences_value(&set, key, &err);
            assert_string_equal(value, *choice);
            assert_int_equal(set.origin[k], PREFERENCE_OF_NOW);
            memory_free(value);
            memory_free(assignment);
            memory_free(name);
            preferences_free(&set);
        }
    }
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
    (void)state;
    assert_refused("theem = light\n",
                   "config.ini:1: there is no setting theem; did you mean theme?");
    assert_refused("\ntheme = ligth\n", "config.ini:2: there is no theme \"ligth\"; did you mean");
    assert_refused("ascii = perhaps\n", "config.ini:1: there is no ascii \"perhaps\"");
    assert_refused("[chart]\naxis = sqrt\n", "config.ini:2: there is no chart.axis \"sqrt\"");
    assert_refused("[chrat]\naxis = log\n",
                   "config.ini:1: there is no section chrat; did you mean");
    assert_refused("theme = light\nascii = no\ntheme = light\n",
                   "config.ini:3: theme was set in line 1 already");
    assert_refused("[keys]\nmap = m\nmap = z\n", "config.ini:3: map was set in line 2 already");
    assert_refused("theme = light\n  dark\n", "config.ini:2: a setting takes one line");
    assert_refused("theme\n", "config.ini:1: neither");
    assert_refused("theme = \xFF\n", "config.ini:1: not UTF-8");
    assert_refused("axis = log\n", "config.ini:1: there is no setting \"axis\"");
}

static void a_wrong_file_leaves_the_standard(void **state)
{
    struct place place;
    struct preferences read;
    struct error err;
    char path[TEMPORARY_PATH];
    temporary_put(path, *state, "config.ini", "theme = light\nascii = perhaps\n");
    assert_false(preferences_load(&read, place_in(&place, *state), &err));
    assert_non_null(strstr(err.message, path));
    assert_non_null(strstr(err.message, ":2: "));
    assert_int_equal(read.theme, THEME_TERMINAL);
    assert_int_equal(read.origin[0], PREFERENCE_STANDARD);
    preferences_free(&read);
}

static void what_is_no_file_is_refused_and_not_waited_for(void **state)
{
    struct place place;
    struct preferences read;
    struct error err;
    char path[TEMPORARY_PATH];
    temporary_path(path, *state, "config.ini");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(preferences_load(&read, place_in(&place, *state), &err));
    assert_non_null(strstr(err.message, "is not a file"));
    assert_false(preferences_save(&read, &place.paths, &err));
    preferences_free(&read);
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_false(preferences_load(&read, &place.paths, &err));
    assert_non_null(strstr(err.message, "is not a file"));
    preferences_free(&read);
    rmdir(path);
    assert_int_equal(symlink("nowhere", path), 0);
    assert_false(preferences_load(&read, &place.paths, &err));
    preferences_free(&read);
}

static void assert_edited(const char *text, const char *assignment, const char *expected)
{
    struct error err;
    struct preferences read = read_text(text);
    assert_true(preferences_set(&read, assignment, &err));
    char *edited = preferences_edit(&read, text, &err);
    assert_non_null(edited);
    assert_string_equal(edited, expected);
    memory_free(edited);
    preferences_free(&read);
}

static void an_edit_keeps_everything_else(void **state)
{
    (void)state;
    assert_edited("", "theme=light", "theme = light\n");
    assert_edited("", "chart.axis=linear", "[chart]\naxis = linear\n");
    assert_edited("# a\ntheme = terminal ; b\n\n[chart]\n; c\naxis = log\n", "theme=light",
                  "# a\ntheme = light ; b\n\n[chart]\n; c\naxis = log\n");
    assert_edited("# a\n[chart]\naxis = log\n; c\n[keys]\nmap = z\n", "chart.steps=planned",
                  "# a\n[chart]\naxis = log\nsteps = planned\n; c\n[keys]\nmap = z\n");
    assert_edited("; a\n[chart]\naxis = log", "theme=light",
                  "theme = light\n; a\n[chart]\naxis = log");
    assert_edited("[chart]\naxis = log", "keys.map=z F11",
                  "[chart]\naxis = log\n\n[keys]\nmap = z F11\n");
    assert_edited("[chart]\n\n# end\n", "chart.axis=linear", "[chart]\naxis = linear\n\n# end\n");
    assert_edited("theme = terminal\r\nascii = no\r\n", "theme=light",
                  "theme = light\r\nascii = no\r\n");
    assert_edited("theme=terminal\n[keys]\nmap = m", "keys.map=", "theme=terminal\n[keys]\nmap =");
}

static void what_was_not_set_now_is_not_written(void **state)
{
    (void)state;
    struct error err;
    struct preferences read = read_text("theme = light\n");
    char *edited = preferences_edit(&read, "# another's\n", &err);
    assert_string_equal(edited, "# another's\n");
    memory_free(edited);
    preferences_free(&read);
}

static void saving_makes_the_directory_and_keeps_links(void **state)
{
    struct place place;
    struct preferences read;
    struct error err;
    char inner[TEMPORARY_PATH], path[TEMPORARY_PATH], target[TEMPORARY_PATH];
    temporary_path(inner, *state, "config/mneme");
    place_in(&place, inner);
    assert_true(preferences_load(&read, &place.paths, &err));
    assert_true(preferences_set(&read, "theme=light", &err));
    assert_true(preferences_save(&read, &place.paths, &err));
    assert_int_equal(read.origin[0], PREFERENCE_OF_FILE);
    assert_int_equal(read.line[0], 1);
    temporary_path(path, inner, "config.ini");
    temporary_put(target, *state, "dotfile", "ascii = yes\n");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(target, path), 0);
    assert_true(preferences_set(&read, "theme=high-contrast", &err));
    assert_true(preferences_save(&read, &place.paths, &err));
    assert_true(read.ascii); /* of the file as it is now */
    struct stat about;
    assert_int_equal(lstat(path, &about), 0);
    assert_true(S_ISLNK(about.st_mode));
    char *text = file_read(target, NULL, &err);
    assert_string_equal(text, "ascii = yes\ntheme = high-contrast\n");
    memory_free(text);
    preferences_free(&read);
}

static void a_file_that_cannot_be_read_is_not_written_over(void **state)
{
    static const char torn[] = "theme = light\nwhat is this\n";
    struct place place;
    struct preferences read;
    struct error err;
    char path[TEMPORARY_PATH];
    temporary_put(path, *state, "config.ini", torn);
    assert_false(preferences_load(&read, place_in(&place, *state), &err));
    assert_true(preferences_set(&read, "theme=light", &err));
    assert_false(preferences_save(&read, &place.paths, &err));
    assert_non_null(strstr(err.message, ":2: "));
    char *text = file_read(path, NULL, &err);
    assert_string_equal(text, torn);
    memory_free(text);
    preferences_free(&read);
}

/* Failing calls and requests for memory */

struct save {
    struct place place;
    struct preferences read;
    char path[TEMPORARY_PATH];
};

static const char before_save[] = "# mine\ntheme = terminal\n";

static void prepare_save(void *context)
{
    struct save *save = context;
    struct error err;
    temporary_put(save->path, save->place.data[0], "config.ini", before_save);
    preferences_free(&save->read);
    assert_true(preferences_load(&save->read, &save->place.paths, &err));
    assert_true(preferences_set(&save->read, "theme=light", &err));
}

static bool attempt_save(void *context, struct error *err)
{
    struct save *save = context;
    return preferences_save(&save->read, &save->place.paths, err);
}

static void check_save(void *context, const struct error *err, bool of_memory)
{
    struct save *save = context;
    struct error ignored;
    (void)err;
    (void)of_memory;
    char *text = file_read(save->path, NULL, &ignored);
    assert_non_null(text);
    if (strcmp(text, before_save) != 0)
        assert_string_equal(text, "# mine\ntheme = light\n"); /* whole either way */
    memory_free(text);
    assert_int_equal(save->read.theme, THEME_LIGHT);
    assert_int_equal(save->read.origin[0], PREFERENCE_OF_NOW);
}

static void a_save_that_fails_loses_nothing(void **state)
{
    struct save save = {0};
    place_in(&save.place, *state);
    const struct failing failing = {&save, prepare_save, attempt_save, check_save};
    assert_true(fail_everywhere(&failing) > 5);
    preferences_free(&save.read);
}

static void a_wrong_assignment_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[] = {"theme",     "theme=",         "theem=light", "keys.=m",
                                        "chart=log", "keys.map=a ; b", "ascii=1",     ""};
    struct preferences set;
    struct error err;
    assert_true(preferences_init(&set, &err));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(preferences_set(&set, wrong[i], &err));
        assert_int_equal(err.kind, ERROR_INPUT);
    }
    for (size_t k = 0; k < PREFERENCE_KEYS; k++)
        assert_int_equal(set.origin[k], PREFERENCE_STANDARD);
    assert_int_equal(set.bindings, 0);
    preferences_free(&set);
}

/* Keys of requests */

static bool make_keys(struct request_keys *keys, const char *const *assignment, size_t *wrong,
                      struct error *err)
{
    struct preferences set;
    assert_true(preferences_init(&set, err));
    for (; *assignment; assignment++)
        assert_true(preferences_set(&set, *assignment, err));
    bool made = request_keys_make(keys, set.binding, set.bindings, wrong, err);
    preferences_free(&set);
    return made;
}

static struct request_keys bind(const char *assignment)
{
    const char *const one[] = {assignment, NULL};
    struct request_keys keys;
    struct error err;
    size_t wrong;
    if (!make_keys(&keys, one, &wrong, &err))
        fail_msg("%s", err.message);
    return keys;
}

static void a_bound_key_takes_the_place_of_the_others(void **state)
{
    (void)state;
    struct request_keys keys = bind("keys.map=z F11 Ctrl-T");
    assert_string_equal(request_of_key(&keys, 'z')->command, "map");
    assert_string_equal(request_of_key(&keys, KEY_F(11))->command, "map");
    assert_string_equal(request_of_key(&keys, 't' & 0x1F)->command, "map");
    assert_null(request_of_key(&keys, 'm'));
    assert_string_equal(request_of_key(&keys, 'q')->command, "quit");
    assert_int_equal(request_first_key(&keys, request_of_key(&keys, 'z')), 'z');
    request_keys_free(&keys);
    assert_string_equal(request_of_key(&keys, 'm')->command, "map");
}

static void a_request_may_have_no_key(void **state)
{
    (void)state;
    char word[REQUEST_WORD];
    struct request_keys keys = bind("keys.quit=");
    assert_null(request_of_key(&keys, 'q'));
    assert_string_equal(request_word(&keys, "quit", word), "/quit");
    assert_string_equal(request_word(NULL, "quit", word), "q");
    request_keys_free(&keys);
}

/* What request_key_name says is understood. */
static void every_key_of_the_table_can_be_bound_by_its_name(void **state)
{
    (void)state;
    for (size_t r = 0; r < request_count; r++)
        for (int k = 0; k < REQUEST_KEYS && request_table[r].key[k]; k++) {
            char name[KEY_NAME_SIZE];
            int key = request_table[r].key[k];
            if (!request_table[r].command || key == KEY_ENTER)
                continue;
            request_key_name(key, name);
            char *assignment = memory_format(NULL, "keys.%s=%s", request_table[r].command,
                                             key == ';' ? "semicolon" : name);
            struct request_keys keys = bind(assignment);
            memory_free(assignment);
            assert_ptr_equal(request_of_key(&keys, key), &request_table[r]);
            request_keys_free(&keys);
        }
}

static void two_requests_can_swap_their_keys(void **state)
{
    (void)state;
    static const char *const swapped[] = {"keys.map=q", "keys.quit=m", NULL};
    struct request_keys keys;
    struct error err;
    size_t wrong;
    assert_true(make_keys(&keys, swapped, &wrong, &err));
    assert_string_equal(request_of_key(&keys, 'q')->command, "map");
    assert_string_equal(request_of_key(&keys, 'm')->command, "quit");
    request_keys_free(&keys);
}

static void wrong_bindings_are_refused(void **state)
{
    static const struct {
        const char *assignment[3];
        size_t wrong;
        const char *sentence;
    } cases[] = {
        {{"keys.mapp=m"}, 0, "there is no request mapp; did you mean map?"},
        {{"keys.map=q"}, 0, "map cannot have the key q: that is a key of quit"},
        {{"keys.map=z", "keys.find=z"}, 0, "map cannot have the key z"},
        {{"keys.map=mm"}, 0, "there is no key \"mm\""},
        {{"keys.map=F13"}, 0, "there is no key \"F13\""},
        {{"keys.map=F0"}, 0, "there is no key \"F0\""},
        {{"keys.map=Ctrl-"}, 0, "there is no key \"Ctrl-\""},
        {{"keys.map=\xC3\xA4"}, 0, "there is no key"},
        {{"keys.find=u", "keys.map=z F2"}, 1, "F2"},
        {{"keys.map=A C D E F"}, 0, "at most 4 keys"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct request_keys keys;
        struct error err = {0};
        size_t wrong;
        assert_false(make_keys(&keys, cases[i].assignment, &wrong, &err));
        assert_null(keys.key);
        assert_int_equal(err.kind, ERROR_INPUT);
        assert_int_equal(wrong, cases[i].wrong);
        if (!strstr(err.message, cases[i].sentence))
            fail_msg("'%s' should have in it '%s'", err.message, cases[i].sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_file_everything_is_standard, temporary_set_up,
                                        temporary_tear_down),
        cmocka_unit_test(what_a_file_says_holds),
        cmocka_unit_test(every_choice_is_taken),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line),
        cmocka_unit_test_setup_teardown(a_wrong_file_leaves_the_standard, temporary_set_up,
                                        temporary_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_file_is_refused_and_not_waited_for,
                                        temporary_set_up, temporary_tear_down),
        cmocka_unit_test(an_edit_keeps_everything_else),
        cmocka_unit_test(what_was_not_set_now_is_not_written),
        cmocka_unit_test_setup_teardown(saving_makes_the_directory_and_keeps_links,
                                        temporary_set_up, temporary_tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_not_written_over,
                                        temporary_set_up, temporary_tear_down),
        cmocka_unit_test_setup_teardown(a_save_that_fails_loses_nothing, temporary_set_up,
                                        temporary_tear_down),
        cmocka_unit_test(a_wrong_assignment_changes_nothing),
        cmocka_unit_test(a_bound_key_takes_the_place_of_the_others),
        cmocka_unit_test(a_request_may_have_no_key),
        cmocka_unit_test(every_key_of_the_table_can_be_bound_by_its_name),
        cmocka_unit_test(two_requests_can_swap_their_keys),
        cmocka_unit_test(wrong_bindings_are_refused),
    };
    return cmocka_run_group_tests_name("preferences", tests, NULL, NULL);
}
