/* Map of this file: colours; crashes; start and stop; drawing; the clipboard; keys. */
#include "ui/tui/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/text.h"
#include "ui/signals.h"
#include "ui/terminal.h"

enum { ESCAPE = 27, ESCAPE_WAIT_MS = 25 };

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/* Buttons, then moves while one is held, and numbers of any size. */
#define MOUSE_ON     "\033[?1000h\033[?1002h\033[?1006h"
#define MOUSE_OFF    "\033[?1006l\033[?1002l\033[?1000l"
#define MOUSE_REPORT "\033[<"

/* Colours */

enum { PALETTE = 8, XTERM_COLOURS = 256 };

static bool wants_colours(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return has_colors() && !(no_colour && *no_colour);
}

/* What the terminal's description says, once colours are begun. */
static enum colour_depth colour_depth(void)
{
    enum { ALL_COLOURS = 1 << 24 };
    static char direct[] = "RGB"; /* which older declarations of tigetflag take as it is */
    if (COLORS < PALETTE)
        return COLOURS_NONE;
    if (COLORS >= ALL_COLOURS && tigetflag(direct) > 0)
        return COLOURS_TRUE;
    return COLORS >= XTERM_COLOURS ? COLOURS_256 : COLOURS_8;
}

/* A pair of colours a style, from 1 on; the first is curses' own. */
static short pair_of(enum style style)
{
    return (short)(style + 1);
}

void screen_dress(struct screen *screen, enum theme_kind theme)
{
    for (enum style style = 0; style < STYLE_LOOKS; style++) {
        struct look *look = &screen->look[style];
        *look = theme_look(theme, style, screen->depth);
        if (screen->depth != COLOURS_NONE)
            init_extended_pair(pair_of(style), look->colour, look->ground);
    }
    screen_forget();
}

/* Once they are begun, curses draws with some even where none is asked for. */
static void start_colours(struct screen *screen, enum theme_kind theme)
{
    if (wants_colours()) {
        start_color();
        use_default_colors();
        screen->depth = colour_depth();
    }
    screen_dress(screen, theme);
}

/* What puts the terminal back after a crash */

struct rescue {
    char text[256];
    size_t length;
};

/* text is null where the terminal lacks the capability. */
static void add_rescue(struct rescue *rescue, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    if (length == 0 || rescue->length + length > sizeof rescue->text)
        return;
    memcpy(rescue->text + rescue->length, text, length);
    rescue->length += length;
}

static void make_ready_for_crashes(const struct termios *settings)
{
    struct rescue rescue = {.length = 0};
    add_rescue(&rescue, MOUSE_OFF);
    add_rescue(&rescue, PASTE_OFF);
    add_rescue(&rescue, exit_attribute_mode);
    add_rescue(&rescue, keypad_local);
    add_rescue(&rescue, cursor_normal);
    add_rescue(&rescue, exit_ca_mode);
    signals_on_crash_restore(settings, rescue.text, rescue.length);
}

/* Start and stop */

bool screen_choose_encoding(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return true;
    setlocale(LC_CTYPE, "C.UTF-8");
    return false;
}

static void write_now(const char *text)
{
    fputs(text, stdout);
    fflush(stdout);
}

static void start_keys(struct screen *screen)
{
    raw();
    noecho();
    nonl();
    set_escdelay(ESCAPE_WAIT_MS);
    keypad(screen->keys, TRUE);
    nodelay(screen->keys, TRUE);
    define_key("\033[200~", SCREEN_PASTE_BEGIN);
    define_key("\033[201~", SCREEN_PASTE_END);
    define_key("\033[1;5D", SCREEN_WORD_LEFT);
    define_key("\033[1;5C", SCREEN_WORD_RIGHT);
    write_now(PASTE_ON);
}

/* While the mouse is the terminal's, what looks like a report was typed or pasted. */
void screen_point(struct screen *screen, bool points)
{
    screen->points = points;
    screen->report = (struct mouse_report){0};
    define_key(points ? MOUSE_REPORT : NULL, SCREEN_MOUSE);
    write_now(points ? MOUSE_ON : MOUSE_OFF);
}

/* A size in the environment is that of another window, or of this one long ago, where the terminal
 * knows its own. */
static void forget_environment_size(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return;
    unsetenv("LINES");
    unsetenv("COLUMNS");
}

bool screen_start(struct screen *screen, const struct screen_wish *wish, const char *program,
                  struct error *err)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(err, ERROR_INPUT,
                         "the workbench needs a terminal; %s train and %s ask do without", program,
                         program);
    const char *kind = getenv("TERM");
    if (!kind || !*kind || strcmp(kind, "dumb") == 0)
        return error_set(
            err, ERROR_INPUT,
            "the workbench cannot draw on a terminal of type '%s'; %s train and %s ask do without",
            kind ? kind : "", program, program);
    *screen = (struct screen){.utf8 = wish->utf8, .ascii = wish->ascii};
    struct termios settings;
    tcgetattr(STDIN_FILENO, &settings);
    forget_environment_size();
    screen->terminal = newterm(NULL, stdout, stdin);
    if (!screen->terminal)
        return error_set(err, ERROR_INPUT, "the terminal type '%s' is unknown", kind);
    screen->keys = newpad(1, 1);
    make_ready_for_crashes(&settings);
    start_colours(screen, wish->theme);
    start_keys(screen);
    if (wish->points)
        screen_point(screen, true);
    signals_catch(SIGNALS_SCREEN);
    return true;
}

bool screen_has_terminal(void)
{
    return terminal_is_ours(STDIN_FILENO);
}

void screen_stop(struct screen *screen)
{
    if (!screen->terminal)
        return;
    delwin(screen->keys);
    if (screen_has_terminal()) {
        curs_set(1);
        endwin();
        if (screen->points)
            write_now(MOUSE_OFF);
        write_now(PASTE_OFF);
    }
    signals_on_crash_restore(NULL, NULL, 0);
    signals_release(); /* not earlier: its default action would leave the screen as it was */
    delscreen(screen->terminal);
    *screen = (struct screen){0};
}

void screen_suspend(const struct screen *screen)
{
    if (!signals_can_stop())
        return;
    curs_set(1);
    endwin();
    if (screen->points)
        write_now(MOUSE_OFF);
    write_now(PASTE_OFF);
    signals_stop();
}

/* Whoever had the terminal meanwhile has left it in modes of theirs. */
void screen_resume(const struct screen *screen)
{
    if (!isendwin())
        endwin();
    write_now(PASTE_ON);
    if (screen->points)
        write_now(MOUSE_ON);
    keypad(screen->keys, TRUE);
    screen_fit(); /* nobody has told of a size that changed meanwhile */
}

/* Drawing */

void screen_size(int *rows, int *cols)
{
    getmaxyx(stdscr, *rows, *cols);
}

void screen_fit(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    screen_forget();
}

static void show_cell(const struct screen *screen, int row, int col, const struct cell *cell)
{
    wchar_t glyph[3] = {cell->glyph, cell->mark, 0};
    cchar_t character;
    short pair = screen->depth == COLOURS_NONE ? 0 : pair_of(cell->style);
    setcchar(&character, glyph, screen->look[cell->style].attributes, pair, NULL);
    mvadd_wch(row, col, &character);
}

void screen_show(const struct screen *screen, const struct cells *cells, int row, int col)
{
    for (int r = 0; r < cells->rows; r++)
        for (int c = 0; c < cells->cols; c++) {
            const struct cell *cell = &cells->cell[r * cells->cols + c];
            if (cell->glyph)
                show_cell(screen, r, c, cell);
        }
    curs_set(row >= 0);
    if (row >= 0)
        move(row, col);
    wnoutrefresh(stdscr);
    doupdate();
}

void screen_forget(void)
{
    clearok(curscr, TRUE);
}

void screen_ring(void)
{
    beep();
}

/* The clipboard */

static void write_clipboard(const char *before, const char *letters, const char *behind)
{
    printf("%s52;c;%s%s", before, letters, behind);
    fflush(stdout);
}

/* Of tmux, which keeps what it is asked for itself or hands it on, as it is set up, both are asked.
 */
bool screen_copy(const char *text)
{
    struct text letters = {0};
    base64_add(&letters, text, strlen(text));
    bool made = !letters.failed && letters.bytes;
    const char *tmux = getenv("TMUX");
    if (made)
        write_clipboard("\033]", letters.bytes, "\a");
    if (made && tmux && *tmux)
        write_clipboard("\033Ptmux;\033\033]", letters.bytes, "\a\033\\");
    text_free(&letters);
    return made;
}

/* Keys */

/* Goes on with a report, which may come in pieces. */
static int read_report(struct screen *screen, struct mouse_event *event)
{
    while (screen->report.is_open) {
        int byte = wgetch(screen->keys);
        if (byte == ERR)
            return SCREEN_NO_KEY;
        if (mouse_report_take(&screen->report, byte, event))
            return SCREEN_MOUSE;
    }
    return SCREEN_NO_KEY;
}

static int read_key(const struct screen *screen)
{
    int key = wgetch(screen->keys);
    if (key != ESCAPE)
        return key == ERR ? SCREEN_NO_KEY : key;
    int next = wgetch(screen->keys);
    if (next == ERR)
        return ESCAPE;
    if (next == ESCAPE || next >= KEY_MIN) {
        ungetch(next);
        return ESCAPE;
    }
    return next | SCREEN_META;
}

int screen_key(struct screen *screen, struct mouse_event *event)
{
    if (screen->report.is_open)
        return read_report(screen, event);
    int key = read_key(screen);
    if (key != SCREEN_MOUSE)
        return key;
    mouse_report_begin(&screen->report);
    return read_report(screen, event);
}
