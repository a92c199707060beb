/* What most tests at a terminal begin with: the tests' own preset (tests/screen/tiny.h) in a
 * sandbox, and one terminal at a time. For cmocka: what cannot be had fails the test. */
#ifndef MNEME_TESTS_SCREEN_SCENE_H
#define MNEME_TESTS_SCREEN_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/screen/sandbox.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"

/* Where a run has its place whose name alone names it. */
#define SCENE_RUNS "data/mneme/runs/"

/* The program under test with these arguments, the last of which may be null as well. */
#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})

struct scene {
    struct sandbox sandbox;
    struct terminal *terminal; /* null where none is open */
};

/* The sizes that every page is to work at, from the smallest. */
enum { SCENE_SIZES = 4 };
extern const struct scene_size {
    int rows, cols;
} scene_sizes[SCENE_SIZES];

bool scene_open(struct scene *scene);
void scene_close(struct scene *scene);

/* The same as cmocka has set-ups, with *state the scene. */
int scene_set_up(void **state);
int scene_tear_down(void **state);
#define SCENE_TEST(test) cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)

/* Starts the program on a terminal of this size, in place of the one before. */
struct terminal *scene_start(struct scene *scene, int rows, int cols, const char *const *arguments);

/* The same in a shell with job control. */
struct terminal *scene_start_in_shell(struct scene *scene, int rows, int cols,
                                      const char *const *arguments);

/* Waits until the program there has stopped, and takes it to the foreground again; false where it
 * has not, or has not left the terminal as it was. */
bool scene_comes_back(struct scene *scene);

/* Runs a command to its end; false, with what it said on stderr, where its status is not 0. */
bool scene_run(struct scene *scene, const char *const *arguments);

/* Makes the terminal known to programs here whose TERM that is, an xterm whose colours are
 * 0xRRGGBB: few systems have its description installed. False where the system cannot. */
#define SCENE_TRUE_COLOURS "mneme-direct"
bool scene_describe_true_colours(struct scene *scene);

/* q, and the end of the program, well and with the terminal as it was. */
void scene_quit(struct scene *scene);

/* Types a line and Enter. */
void scene_type_line(struct terminal *terminal, const char *line);

#endif
