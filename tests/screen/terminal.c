#include "tests/screen/terminal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/patience.h"

struct terminal {
    VTerm *vterm;
    VTermScreen *screen;
    int master, slave; /* the slave stays open here, so that its settings outlive the program */
    struct termios found;
    pid_t program;
    bool ended;
    int status;
    bool other_screen;
    int mouse;
    struct text output;
    size_t played;  /* bytes of it that are on the screen */
    bool passes_on; /* what is for the terminal around tmux is on its way */
    size_t matched; /* bytes of what begins, or ends, that */
    struct text shown;
};

/* DECTCEM: whether the cursor is shown. */
enum { CURSOR_MODE = 25 };

static int note_property(VTermProp property, VTermValue *value, void *context)
{
    struct terminal *terminal = context;
    if (property == VTERM_PROP_ALTSCREEN)
        terminal->other_screen = value->boolean;
    else if (property == VTERM_PROP_MOUSE)
        terminal->mouse = value->number;
    return 1;
}

static void set_window_size(int descriptor, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    ioctl(descriptor, TIOCSWINSZ, &size);
}

static bool open_pair(struct terminal *terminal, int rows, int cols)
{
    terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal->master < 0 || grantpt(terminal->master) != 0 || unlockpt(terminal->master) != 0)
        return false;
    const char *name = ptsname(terminal->master);
    terminal->slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (terminal->slave < 0)
        return false;
    set_window_size(terminal->master, rows, cols);
    return tcgetattr(terminal->slave, &terminal->found) == 0;
}

static void become_program(const struct terminal *terminal, const struct sandbox *sandbox,
                           const char *const *arguments)
{
    setsid();
    ioctl(terminal->slave, TIOCSCTTY, 0);
    for (int descriptor = 0; descriptor < 3; descriptor++)
        dup2(terminal->slave, descriptor);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    sandbox_execute(sandbox, arguments);
}

/* libvterm writes the second half of a wide character behind a screen of one column. */
static int played_cols(int cols)
{
    enum { LEAST = 2 };
    return cols < LEAST ? LEAST : cols;
}

static void open_screen(struct terminal *terminal, int rows, int cols)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = note_property};
    terminal->vterm = vterm_new(rows, played_cols(cols));
    vterm_set_utf8(terminal->vterm, 1);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);
}

struct terminal *terminal_start(const struct sandbox *sandbox, const char *const *arguments,
                                int rows, int cols)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);
    if (!terminal)
        return NULL;
    terminal->master = terminal->slave = -1;
    open_screen(terminal, rows, cols);
    if (!open_pair(terminal, rows, cols) || (terminal->program = fork()) < 0) {
        fprintf(stderr, "terminal: %s\n", strerror(errno));
        terminal->program = 0;
        terminal_close(terminal);
        return NULL;
    }
    if (terminal->program == 0)
        become_program(terminal, sandbox, arguments);
    return terminal;
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    if (terminal->program > 0 && !terminal->ended) {
        kill(-terminal->program, SIGKILL);
        waitpid(terminal->program, NULL, 0);
    }
    if (terminal->master >= 0)
        close(terminal->master);
    if (terminal->slave >= 0)
        close(terminal->slave);
    vterm_free(terminal->vterm);
    text_free(&terminal->output);
    text_free(&terminal->shown);
    free(terminal);
}

static void write_all(int descriptor, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t written = write(descriptor, bytes, count);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return;
        bytes += written;
        count -= (size_t)written;
    }
}

/* Sends on what libvterm has to say: keys, and answers to what the program asked. */
static void send_input(struct terminal *terminal)
{
    char bytes[256];
    size_t count;
    while ((count = vterm_output_read(terminal->vterm, bytes, sizeof bytes)) > 0)
        write_all(terminal->master, bytes, count);
}

/* Shows this but for what tmux would pass on to the terminal around it, ESC P tmux; ... ESC \, with
 * every ESC in it doubled: libvterm, from 0.3 on, draws that. */
static void show(struct terminal *terminal, const char *bytes, size_t count)
{
    static const char begin[] = "\033Ptmux;", end[] = "\033\\";
    struct text shown = {0};
    for (size_t i = 0; i < count; i++) {
        const char *mark = terminal->passes_on ? end : begin;
        if (!terminal->passes_on && bytes[i] != mark[terminal->matched]) {
            text_add_bytes(&shown, begin, terminal->matched);
            terminal->matched = 0;
        }
        if (bytes[i] != mark[terminal->matched]) {
            text_add_bytes(&shown, bytes + i, !terminal->passes_on);
            terminal->matched = 0;
        } else if (mark[++terminal->matched] == '\0') {
            terminal->passes_on = !terminal->passes_on;
            terminal->matched = 0;
        }
    }
    if (shown.length > 0)
        vterm_input_write(terminal->vterm, shown.bytes, shown.length);
    text_free(&shown);
}

static void play_output(struct terminal *terminal, size_t end)
{
    show(terminal, terminal->output.bytes + terminal->played, end - terminal->played);
    terminal->played = end;
    send_input(terminal);
}

/* Takes in what comes within this time, without showing it; false where nothing did. */
static bool take_output(struct terminal *terminal, int milliseconds)
{
    struct pollfd ready = {.fd = terminal->master, .events = POLLIN};
    if (poll(&ready, 1, milliseconds) <= 0)
        return false;
    char bytes[65536];
    ssize_t count = read(terminal->master, bytes, sizeof bytes);
    if (count <= 0)
        return false;
    text_add_bytes(&terminal->output, bytes, (size_t)count);
    return true;
}

/* The same, and shows all that there is. */
static bool read_output(struct terminal *terminal, int milliseconds)
{
    bool came = take_output(terminal, milliseconds);
    if (terminal->played < terminal->output.length)
        play_output(terminal, terminal->output.length);
    return came;
}

/* Reads all that the program wrote. What is written to a terminal arrives a little later, in order;
 * so a mark that no screen shows is written behind it and waited for. */
static void read_rest(struct terminal *terminal)
{
    static const char mark[] = "\033]777;end of output\007";
    const size_t length = sizeof mark - 1;
    struct text *output = &terminal->output;
    write_all(terminal->slave, mark, length);
    struct patience patience = patience_with(getpid());
    while (output->length < length ||
           memcmp(output->bytes + output->length - length, mark, length) != 0)
        if (!read_output(terminal, 100) && !patience_lasts(&patience))
            return;
    output->length -= length;
    output->bytes[output->length] = '\0';
    terminal->played = output->length;
}

static void note_end(struct terminal *terminal)
{
    int status;
    if (terminal->ended || waitpid(terminal->program, &status, WNOHANG) != terminal->program)
        return;
    terminal->ended = true;
    terminal->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    read_rest(terminal);
}

void terminal_type(struct terminal *terminal, const char *bytes)
{
    write_all(terminal->master, bytes, strlen(bytes));
}

size_t terminal_offer(struct terminal *terminal, const char *bytes, size_t count)
{
    struct pollfd ready = {.fd = terminal->master, .events = POLLOUT};
    size_t taken = 0;
    while (taken < count && poll(&ready, 1, 0) > 0 && ready.revents & POLLOUT) {
        ssize_t written = write(terminal->master, bytes + taken, 1);
        if (written <= 0)
            break;
        taken++;
    }
    return taken;
}

void terminal_key(struct terminal *terminal, VTermKey key)
{
    vterm_keyboard_key(terminal->vterm, key, VTERM_MOD_NONE);
    send_input(terminal);
}

/* A terminal gives up its scrolling region then, and keeps its cursor on the screen. libvterm keeps
 * the region, and moves the cursor up with the rows that it scrolls away, out of the screen where
 * they were below it; in both cases it writes where it should not from then on. The saved cursor,
 * which may lie outside as well, is saved anew. */
static void mend_size(struct terminal *terminal)
{
    VTermPos cursor;
    char sequence[64];
    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &cursor);
    int length = snprintf(sequence, sizeof sequence, "\033[r\033[%d;%dH\0337",
                          cursor.row < 0 ? 1 : cursor.row + 1, cursor.col + 1);
    vterm_input_write(terminal->vterm, sequence, (size_t)length);
}

void terminal_resize(struct terminal *terminal, int rows, int cols)
{
    vterm_set_size(terminal->vterm, rows, played_cols(cols));
    mend_size(terminal);
    set_window_size(terminal->master, rows, cols);
}

void terminal_signal(struct terminal *terminal, int signal)
{
    kill(terminal->program, signal);
}

static void add_character(struct text *out, uint32_t code)
{
    char bytes[4];
    size_t count = 0;
    if (code < 0x80) {
        bytes[count++] = (char)code;
    } else if (code < 0x800) {
        bytes[count++] = (char)(0xC0 | code >> 6);
    } else if (code < 0x10000) {
        bytes[count++] = (char)(0xE0 | code >> 12);
        bytes[count++] = (char)(0x80 | (code >> 6 & 0x3F));
    } else {
        bytes[count++] = (char)(0xF0 | code >> 18);
        bytes[count++] = (char)(0x80 | (code >> 12 & 0x3F));
        bytes[count++] = (char)(0x80 | (code >> 6 & 0x3F));
    }
    if (code >= 0x80)
        bytes[count++] = (char)(0x80 | (code & 0x3F));
    text_add_bytes(out, bytes, count);
}

static void add_row(const struct terminal *terminal, int row, int cols, struct text *out)
{
    size_t end = out->length;
    for (int col = 0; col < cols; col++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = col}, &cell);
        if (cell.chars[0] == (uint32_t)-1)
            continue;
        if (cell.chars[0] == 0 || cell.chars[0] == ' ') {
            text_add(out, " ");
            continue;
        }
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            add_character(out, cell.chars[i]);
        end = out->length;
    }
    out->length = end;
    text_add(out, "\n");
}

const char *terminal_screen(struct terminal *terminal)
{
    int rows, cols;
    vterm_get_size(terminal->vterm, &rows, &cols);
    text_clear(&terminal->shown);
    for (int row = 0; row < rows; row++)
        add_row(terminal, row, cols, &terminal->shown);
    return terminal->shown.bytes;
}

uint64_t terminal_number_before(struct terminal *terminal, const char *text)
{
    const char *screen = terminal_screen(terminal), *end = strstr(screen, text), *digit = end;
    uint64_t number = 0;
    if (!end)
        return UINT64_MAX;
    while (digit > screen && (digit[-1] == ',' || (digit[-1] >= '0' && digit[-1] <= '9')))
        digit--;
    for (; digit < end; digit++)
        if (*digit != ',')
            number = 10 * number + (uint64_t)(*digit - '0');
    return number;
}

VTermScreenCell terminal_cell(const struct terminal *terminal, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell;
}

static int number_of(const VTermColor *colour, bool is_own)
{
    if (is_own)
        return -1;
    if (VTERM_COLOR_IS_INDEXED(colour))
        return colour->indexed.idx;
    return colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

int terminal_foreground(const VTermScreenCell *cell)
{
    return number_of(&cell->fg, VTERM_COLOR_IS_DEFAULT_FG(&cell->fg));
}

int terminal_background(const VTermScreenCell *cell)
{
    return number_of(&cell->bg, VTERM_COLOR_IS_DEFAULT_BG(&cell->bg));
}

static bool stands_at(const struct terminal *terminal, int row, int col, const char *text)
{
    for (; *text; text++, col++)
        if (terminal_cell(terminal, row, col).chars[0] != (uint32_t)*text &&
            !(*text == ' ' && terminal_cell(terminal, row, col).chars[0] == 0))
            return false;
    return true;
}

bool terminal_find(struct terminal *terminal, const char *text, VTermScreenCell *cell)
{
    int rows, cols, length = (int)strlen(text);
    vterm_get_size(terminal->vterm, &rows, &cols);
    for (int row = 0; row < rows; row++)
        for (int col = 0; col + length <= cols; col++)
            if (stands_at(terminal, row, col, text)) {
                *cell = terminal_cell(terminal, row, col);
                return true;
            }
    return false;
}

bool terminal_has_mouse(const struct terminal *terminal)
{
    return terminal->mouse != 0;
}

struct wanted_reports {
    const struct terminal *terminal;
    bool reports;
};

static bool reports_so(const char *screen, void *context)
{
    const struct wanted_reports *wanted = context;
    (void)screen;
    return terminal_has_mouse(wanted->terminal) == wanted->reports;
}

bool terminal_reports_mouse(struct terminal *terminal, bool reports)
{
    struct wanted_reports wanted = {terminal, reports};
    return terminal_meets(terminal, reports_so, &wanted,
                          reports ? "reports of the mouse" : "no reports of the mouse");
}

bool terminal_has_colour(struct terminal *terminal)
{
    int rows, cols;
    vterm_get_size(terminal->vterm, &rows, &cols);
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(terminal->screen, (VTermPos){.row = row, .col = col}, &cell);
            if (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg))
                return true;
        }
    return false;
}

uint64_t terminal_look(const struct terminal *terminal)
{
    const uint64_t factor = 1099511628211u; /* of the FNV hash */
    uint64_t look = 0;
    int rows, cols;
    vterm_get_size(terminal->vterm, &rows, &cols);
    for (int row = 0; row < rows; row++)
        for (int col = 0; col < cols; col++) {
            VTermScreenCell cell = terminal_cell(terminal, row, col);
            const unsigned parts[] = {cell.attrs.bold,   cell.attrs.reverse, cell.attrs.underline,
                                      cell.fg.type,      cell.fg.rgb.red,    cell.fg.rgb.green,
                                      cell.fg.rgb.blue,  cell.bg.type,       cell.bg.rgb.red,
                                      cell.bg.rgb.green, cell.bg.rgb.blue};
            for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
                look = (look ^ parts[p]) * factor;
        }
    return look;
}

/* Whether a name of a run goes on there, which is cut in its middle so that its end can be read:
 * "tiny-2026…0-081039". */
static bool is_end_of_name(const struct terminal *terminal, int row, int col)
{
    enum { LEAST = 4 };
    int length = 0;
    uint32_t sign;
    while ((sign = terminal_cell(terminal, row, col + length).chars[0]) == '-' ||
           (sign >= '0' && sign <= '9'))
        length++;
    return length >= LEAST && (sign == 0 || sign == ' ');
}

static const char *cell_fault(const struct terminal *terminal, int row, int col, bool ascii)
{
    enum { HALF = -1, UNKNOWN = 0xFFFD, ELLIPSIS = 0x2026 };
    VTermScreenCell cell = terminal_cell(terminal, row, col);
    bool is_half = cell.chars[0] == (uint32_t)HALF, is_wide = cell.width == 2;
    if (is_half && (col == 0 || terminal_cell(terminal, row, col - 1).width != 2))
        return "half a wide character stands alone";
    if (is_wide && terminal_cell(terminal, row, col + 1).chars[0] != (uint32_t)HALF)
        return "a wide character has no second half";
    if (!is_half && ascii && cell.chars[0] >= 0x7F)
        return "there is more than ASCII";
    if (cell.chars[0] == UNKNOWN)
        return "there is a character that is none";
    uint32_t next = terminal_cell(terminal, row, col + 1).chars[0];
    if (cell.chars[0] == ELLIPSIS && next < 0x80 && isalnum((int)next) &&
        !is_end_of_name(terminal, row, col + 1))
        return "a text that was cut runs into another";
    return NULL;
}

const char *terminal_fault(struct terminal *terminal, bool ascii)
{
    int rows, cols;
    VTermPos cursor;
    const char *fault = NULL;
    vterm_get_size(terminal->vterm, &rows, &cols);
    vterm_state_get_cursorpos(vterm_obtain_state(terminal->vterm), &cursor);
    for (int row = 0; row < rows && !fault; row++)
        for (int col = 0; col < cols && !fault; col++)
            fault = cell_fault(terminal, row, col, ascii);
    if (cursor.row < 0 || cursor.row >= rows || cursor.col < 0 || cursor.col >= cols)
        return "the cursor is outside";
    return fault ? fault : *terminal_screen(terminal) == '\n' ? "the first row is empty" : NULL;
}

const char *terminal_output(const struct terminal *terminal, size_t *length)
{
    *length = terminal->output.length;
    return terminal->output.bytes ? terminal->output.bytes : "";
}

static void print_screen(struct terminal *terminal, const char *what)
{
    int rows, cols;
    vterm_get_size(terminal->vterm, &rows, &cols);
    fprintf(stderr, "terminal: waited in vain: %s\nThe screen (%d x %d", what, cols, rows);
    if (terminal->ended)
        fprintf(stderr, ", the program ended with %d", terminal->status);
    fprintf(stderr, "):\n%s----\n", terminal_screen(terminal));
}

bool terminal_meets(struct terminal *terminal, terminal_condition condition, void *context,
                    const char *what)
{
    struct patience patience = patience_with(terminal->program);
    for (;;) {
        note_end(terminal);
        bool over = terminal->ended || !patience_lasts(&patience);
        if (condition(terminal_screen(terminal), context))
            return true;
        if (over) {
            print_screen(terminal, what);
            return false;
        }
        read_output(terminal, 50);
    }
}

static bool has_text(const char *screen, void *text)
{
    return strstr(screen, text) != NULL;
}

static bool lacks_text(const char *screen, void *text)
{
    return strstr(screen, text) == NULL;
}

bool terminal_shows(struct terminal *terminal, const char *text)
{
    return terminal_meets(terminal, has_text, (void *)(uintptr_t)text, text);
}

bool terminal_hides(struct terminal *terminal, const char *text)
{
    return terminal_meets(terminal, lacks_text, (void *)(uintptr_t)text, text);
}

/* Waits for the program to clear the screen behind a byte of its output, and shows what it wrote
 * before that. */
static bool plays_until_cleared(struct terminal *terminal, size_t from)
{
    static const char clear[] = "\033[H\033[2J";
    const size_t length = sizeof clear - 1;
    struct text *output = &terminal->output;
    struct patience patience = patience_with(terminal->program);
    for (;;) {
        const char *at = from + length <= output->length
                             ? memmem(output->bytes + from, output->length - from, clear, length)
                             : NULL;
        if (at) {
            play_output(terminal, (size_t)(at - output->bytes));
            return true;
        }
        from = output->length > from + length ? output->length - length : from;
        note_end(terminal);
        if (terminal->ended || !patience_lasts(&patience)) {
            print_screen(terminal, "the screen to be drawn anew");
            return false;
        }
        take_output(terminal, 50);
    }
}

/* The second time it is cleared, what was drawn since the first is whole. */
bool terminal_settles(struct terminal *terminal, VTermKey redraws)
{
    size_t from = terminal->output.length;
    for (int times = 0; times < 2; times++) {
        terminal_key(terminal, redraws);
        if (!plays_until_cleared(terminal, from))
            return false;
        from = terminal->played + 1;
    }
    return true;
}

void terminal_rest(struct terminal *terminal, double seconds)
{
    double deadline = clock_seconds() + seconds;
    for (double left = seconds; left > 0; left = deadline - clock_seconds())
        if (!read_output(terminal, (int)(left * 1e3) + 1))
            note_end(terminal);
}

bool terminal_edits_lines(const struct terminal *terminal)
{
    struct termios now;
    return tcgetattr(terminal->slave, &now) == 0 && now.c_lflag & ICANON;
}

bool terminal_has_ended(const struct terminal *terminal)
{
    return terminal->ended;
}

bool terminal_ends(struct terminal *terminal, int *status)
{
    struct patience patience = patience_with(terminal->program);
    while (note_end(terminal), !terminal->ended) {
        if (!patience_lasts(&patience)) {
            print_screen(terminal, "the end of the program");
            return false;
        }
        read_output(terminal, 20);
    }
    *status = terminal->status;
    return true;
}

/* Whether the program left the cursor shown, by the last of its requests. libvterm's own state does
 * not tell: it restores the cursor's visibility with its position, which terminals do not. */
static bool cursor_is_shown(const struct terminal *terminal)
{
    static const char private_mode[] = "\033[?";
    const char *at = terminal->output.bytes, *end = at + terminal->output.length;
    bool shown = true;
    while (at && (at = memmem(at, (size_t)(end - at), private_mode, strlen(private_mode)))) {
        long mode;
        do {
            char *behind;
            at += at[0] == '\033' ? strlen(private_mode) : 1;
            mode = strtol(at, &behind, 10);
            at = behind;
            if (mode == CURSOR_MODE)
                shown = at[strspn(at, ";0123456789")] == 'h';
        } while (*at == ';');
    }
    return shown;
}

bool terminal_is_restored(const struct terminal *terminal)
{
    struct termios left;
    if (tcgetattr(terminal->slave, &left) != 0)
        return false;
    const struct {
        bool wrong;
        const char *what;
    } fault[] = {
        {terminal->other_screen, "the other screen is still shown"},
        {!cursor_is_shown(terminal), "the cursor is hidden"},
        {terminal->mouse != 0, "the mouse is still reported"},
        {left.c_lflag != terminal->found.c_lflag, "lines are not edited and echoed as before"},
        {left.c_iflag != terminal->found.c_iflag, "input is treated differently"},
        {left.c_oflag != terminal->found.c_oflag, "output is treated differently"},
    };
    bool restored = true;
    for (size_t i = 0; i < sizeof fault / sizeof *fault; i++)
        if (fault[i].wrong) {
            fprintf(stderr, "terminal: %s\n", fault[i].what);
            restored = false;
        }
    return restored;
}
