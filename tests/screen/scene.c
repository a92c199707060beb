#include "tests/screen/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>

#include "tests/screen/process.h"

#define SHELL_PROMPT "shell>"

const struct scene_size scene_sizes[SCENE_SIZES] = {{10, 40}, {24, 80}, {36, 120}, {60, 200}};

bool scene_open(struct scene *scene)
{
    return sandbox_open(&scene->sandbox) && sandbox_write(&scene->sandbox, TINY_PATH, TINY_PRESET);
}

void scene_close(struct scene *scene)
{
    terminal_close(scene->terminal);
    scene->terminal = NULL;
    sandbox_close(&scene->sandbox);
}

int scene_set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    *state = scene;
    return scene && scene_open(scene) ? 0 : -1;
}

int scene_tear_down(void **state)
{
    scene_close(*state);
    free(*state);
    return 0;
}

struct terminal *scene_start(struct scene *scene, int rows, int cols, const char *const *arguments)
{
    terminal_close(scene->terminal);
    scene->terminal = terminal_start(&scene->sandbox, arguments, rows, cols);
    assert_non_null(scene->terminal);
    return scene->terminal;
}

/* One that does not edit lines by itself leaves the terminal's modes alone. */
struct terminal *scene_start_in_shell(struct scene *scene, int rows, int cols,
                                      const char *const *arguments)
{
    struct text line = {0};
    assert_true(sandbox_set(&scene->sandbox, "PS1", SHELL_PROMPT));
    struct terminal *terminal =
        scene_start(scene, rows, cols, (const char *const[]){"sh", "-i", "+o", "emacs", NULL});
    assert_true(terminal_shows(terminal, SHELL_PROMPT));
    for (size_t a = 0; arguments[a]; a++)
        text_format(&line, "%s%s", a > 0 ? " " : "", arguments[a]);
    scene_type_line(terminal, line.bytes);
    text_free(&line);
    return terminal;
}

/* The shell's screen is cleared, so that what it says next time is new. */
bool scene_comes_back(struct scene *scene)
{
    bool is_restored =
        terminal_shows(scene->terminal, "Stopped") && terminal_is_restored(scene->terminal);
    scene_type_line(scene->terminal, "printf '\\033[H\\033[2J'; fg");
    return is_restored;
}

bool scene_run(struct scene *scene, const char *const *arguments)
{
    struct process process;
    bool done =
        process_run(&process, &scene->sandbox, arguments, NULL, NULL, 0) && process.status == 0;
    if (!done)
        fprintf(stderr, "%s\n", process_err(&process));
    process_free(&process);
    return done;
}

bool scene_describe_true_colours(struct scene *scene)
{
    static const char description[] = SCENE_TRUE_COLOURS
        "|xterm with direct colours,\n"
        " RGB, colors#0x1000000, pairs#0x10000,\n"
        " setab=\\E[%?%p1%{8}%<%t4%p1%d%e48\\:2\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:"
        "%p1%{255}%&%d%;m,\n"
        " setaf=\\E[%?%p1%{8}%<%t3%p1%d%e38\\:2\\:%p1%{65536}%/%d\\:%p1%{256}%/%{255}%&%d\\:"
        "%p1%{255}%&%d%;m,\n"
        " use=xterm-256color,\n";
    char *home = scene->sandbox.home, line[1024];
    assert_true(sandbox_write(&scene->sandbox, "direct.ti", description));
    snprintf(line, sizeof line, "tic -x -o %s/terminfo %s/direct.ti 2>/dev/null", home, home);
    if (system(line) != 0)
        return false;
    snprintf(line, sizeof line, "%s/terminfo", home);
    return sandbox_set(&scene->sandbox, "TERMINFO", line);
}

void scene_quit(struct scene *scene)
{
    int status;
    terminal_type(scene->terminal, "q");
    assert_true(terminal_ends(scene->terminal, &status));
    assert_int_equal(status, 0);
    assert_true(terminal_is_restored(scene->terminal));
}

void scene_type_line(struct terminal *terminal, const char *line)
{
    terminal_type(terminal, line);
    terminal_key(terminal, VTERM_KEY_ENTER);
}
