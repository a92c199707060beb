/* Types at the prompt line. `make fuzz` builds it with libFuzzer, which makes the keys up; `make
 * check` without, as a program that types what lies in tests/fuzz/keys.
 *
 * A file is a session that begins with an empty history. Its first byte chooses emacs (even) or vi
 * (odd); every other byte is a key, but for 255, after which the next byte chooses among what is
 * not a byte on a terminal: see moves[]. */
#include <curses.h>
#include <dirent.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "ui/tui/screen.h"
#include "ui/tui/widgets/prompt_line.h"

enum { MOVE = 0xFF, ROWS = 1, COLUMNS = 40, LONGEST = 1000 };

static void die(const char *what)
{
    fprintf(stderr, "fuzz_prompt_line: %s\n", what);
    abort();
}

/* What the workbench does with a line, and what Tab may continue it with. */

static void accept(void *context, const char *line)
{
    struct prompt_line **prompt = context;
    if (strncmp(line, "/load", 5) == 0) /* answers of commands may begin the next line */
        prompt_line_set(*prompt, "/load qu");
}

static size_t complete(void *context, const char *line, char **candidate, size_t room,
                       bool *goes_on)
{
    (void)goes_on;
    static const char *const continued[] = {"", "a", " born in", "\xC3\xA9"};
    size_t count = 0;
    (void)context;
    *goes_on = strlen(line) % 2 == 0;
    for (size_t c = 0; c < sizeof continued / sizeof *continued && count < room; c++)
        candidate[count++] = memory_format(NULL, "%s%s", line, continued[c]);
    return count;
}

/* What is not a byte. */

static void press(struct prompt_line *line, int key)
{
    prompt_line_key(line, key);
}

static void paste(struct prompt_line *line, int key)
{
    prompt_line_paste(line, key);
}

static void set(struct prompt_line *line, int length)
{
    static const char text[] = "Sakura \xC3\xA9 Santoro was born in";
    prompt_line_set(line, text + sizeof text - 1 - length);
}

static void close_matches(struct prompt_line *line, int unused)
{
    (void)unused;
    prompt_line_close_matches(line);
}

static const struct {
    void (*make)(struct prompt_line *line, int value);
    int value;
} moves[] = {
    {press, KEY_UP},
    {press, KEY_DOWN},
    {press, KEY_LEFT},
    {press, KEY_RIGHT},
    {press, KEY_HOME},
    {press, KEY_END},
    {press, KEY_DC},
    {press, KEY_BACKSPACE},
    {press, KEY_ENTER},
    {press, KEY_PPAGE},
    {press, SCREEN_WORD_LEFT},
    {press, SCREEN_WORD_RIGHT},
    {press, MOVE},
    {press, SCREEN_META | 'b'},
    {press, SCREEN_META | 'd'},
    {press, SCREEN_META | 'u'},
    {press, SCREEN_META | '.'},
    {press, SCREEN_META | 'p'},
    {press, SCREEN_META | 'n'},
    {press, SCREEN_META | 'r'},
    {press, SCREEN_META | '<'},
    {press, SCREEN_META | '>'},
    {press, SCREEN_META | '3'},
    {press, SCREEN_META | '-'},
    {paste, 'P'},
    {paste, '\r'},
    {paste, '\t'},
    {paste, 0xC3},
    {paste, 0xA9},
    {paste, 0x12},
    {paste, SCREEN_META | 'x'},
    {set, 0},
    {set, 1},
    {set, 27},
    {close_matches, 0},
};

/* What somebody may have bound, behind Ctrl-X. */
static void bind_keys(void)
{
    static const char *const keymaps[] = {"vi-command", "vi-insert", "emacs"};
    static const char *const bound[] = {
        "\"\\C-xp\": history-search-backward",
        "\"\\C-xn\": history-search-forward",
        "\"\\C-xs\": history-substring-search-backward",
        "\"\\C-xo\": operate-and-get-next",
        "\"\\C-xy\": yank-nth-arg",
        "\"\\C-xm\": \"\\C-pa\\C-pb\\C-nc\\C-k\\C-p\"",
        "\"\\C-xr\": \"\\C-ra\\C-r\"",
        "\"\\C-xz\": \"q\\r\\C-xz\"",
    };
    for (size_t k = 0; k < sizeof keymaps / sizeof *keymaps; k++) {
        rl_variable_bind("keymap", keymaps[k]);
        for (size_t b = 0; b < sizeof bound / sizeof *bound; b++) {
            char *line = memory_string(bound[b], NULL); /* readline writes into it */
            rl_parse_and_bind(line);
            memory_free(line);
        }
    }
}

/* What holds after every key. */
static void check(const struct prompt_line *line, struct cells *cells)
{
    size_t length = strlen(prompt_line_text(line)), matches;
    int cursor = -1;
    if (rl_end < 0 || (size_t)rl_end != length)
        die("the line is not as long as its text");
    if (!RL_ISSTATE(RL_STATE_ISEARCH) && !utf8_is_valid(rl_line_buffer, length))
        die("the line has a part of a character");
    if (rl_point < 0 || rl_point > rl_end)
        die("the cursor is not on the line");
    prompt_line_draw(line, cells, (struct rect){0, 0, ROWS, COLUMNS}, STYLE_PLAIN, &cursor);
    if (cursor < 0 || cursor >= COLUMNS)
        die("the cursor is drawn outside");
    char *const *match = prompt_line_matches(line, &matches);
    for (size_t m = 0; m < matches; m++)
        if (!match[m])
            die("a match is missing");
}

/* Types the bytes in a session of their own. */
static void feed(const uint8_t *bytes, size_t size)
{
    struct error err;
    struct prompt_line *line = NULL;
    struct cells cells = {0};
    struct prompt_events events = {&line, accept, complete};
    enum { MOVES = sizeof moves / sizeof *moves };
    line = prompt_line_new(NULL, &events, &err);
    if (!line || !cells_resize(&cells, ROWS, COLUMNS, &err))
        die(err.message);
    bind_keys();
    rl_variable_bind("editing-mode", size > 0 && bytes[0] % 2 == 1 ? "vi" : "emacs");
    for (size_t i = 1; i < size; i++) {
        if (bytes[i] != MOVE)
            prompt_line_key(line, bytes[i]);
        else if (++i < size)
            moves[bytes[i] % MOVES].make(line, moves[bytes[i] % MOVES].value);
        check(line, &cells);
        if (rl_end > LONGEST) /* some of readline takes the square of it */
            prompt_line_set(line, "");
    }
    cells_free(&cells);
    prompt_line_free(line);
}

/* Key bindings are readline's own, and characters are UTF-8. */
static void prepare(void)
{
    setenv("INPUTRC", "/dev/null", 1);
    setenv("TERM", "dumb", 1);
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        die("there is no locale C.UTF-8");
}

#ifdef MNEME_LIBFUZZER

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    prepare();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    feed(bytes, size);
    return 0;
}

#else

static void replay(const char *directory, const char *name)
{
    struct error err;
    size_t size = 0;
    char *path = file_join(directory, name, &err);
    char *bytes = path ? file_read(path, &size, &err) : NULL;
    if (!bytes)
        die(err.message);
    printf("%s\n", name); /* the last one is the one that died */
    fflush(stdout);
    feed((const uint8_t *)bytes, size);
    memory_free(bytes);
    memory_free(path);
}

int main(void)
{
    const char *source = getenv("srcdir");
    char *keys = file_join(source ? source : ".", "tests/fuzz/keys", NULL);
    DIR *stream = keys ? opendir(keys) : NULL;
    unsigned files = 0;
    prepare();
    for (struct dirent *entry; stream && (entry = readdir(stream));)
        if (entry->d_name[0] != '.') {
            files++;
            replay(keys, entry->d_name);
        }
    if (stream)
        closedir(stream);
    memory_free(keys);
    printf("%u files\n", files);
    return files == 0;
}

#endif
