/* Presses random keys at the workbench, on a pseudo-terminal, and looks whether it lives, answers,
 * and leaves terminal and run as they should be. What it presses is a script, one event a line,
 * which is written to a file where anything goes wrong and can be replayed; tests/torture/corpus
 * holds such scripts, which `make check` replays. Map of this file: scripts; playing them; what has
 * to hold; making them up; shrinking them; the command line.
 *
 *     start WORD...    the program's words; the run is kept in run/
 *     term NAME        TERM, xterm-256color where nothing is said
 *     inputrc LINE     a line of ~/.inputrc
 *     history LINE     a line of the prompt's history
 *     size ROWS COLS   of the terminal, and then of its window
 *     type BYTES       \xNN for what is not printable, \\ for a backslash
 *     paste N BYTES    the same N times, as a terminal pastes it
 *     begin-paste N BYTES, end-paste
 *     signal NAME
 *     rest MS
 *     wait TEXT        until the screen shows it
 *     end NAME         how it ends: "quit", which is by keys, or a signal; "quit" if left out */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "tests/screen/apart.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"
#include "tests/torture/whole.h"
#include "ui/requests.h"

#define PASTE_BEGIN "\033[200~"
#define PASTE_END   "\033[201~"
#define FOUND       "tests/torture/found"

enum { WORDS = 16, EXIT_SAVED = 130 };

/* ---- scripts ---- */

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"WINCH", SIGWINCH}, {"TSTP", SIGTSTP}, {"CONT", SIGCONT}, {"INT", SIGINT}, {"HUP", SIGHUP},
    {"TERM", SIGTERM},   {"STOP", SIGSTOP}, {"USR1", SIGUSR1}, {"PWR", SIGPWR}, {"XCPU", SIGXCPU},
};

static int signal_number(const char *name)
{
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        if (strcmp(signals[i].name, name) == 0)
            return signals[i].number;
    return 0;
}

static void add_escaped(struct text *script, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '\\')
            text_add(script, "\\\\");
        else if (byte >= ' ' && byte < 0x7F)
            text_add_bytes(script, &bytes[i], 1);
        else
            text_format(script, "\\x%02x", byte);
    }
}

/* The bytes of what is escaped. */
static void add_plain(struct text *bytes, const char *escaped)
{
    for (const char *at = escaped; *at; at++) {
        char byte = *at;
        unsigned code;
        if (at[0] == '\\' && at[1] == 'x' && sscanf(at + 2, "%2x", &code) == 1) {
            byte = (char)code;
            at += 3;
        } else if (at[0] == '\\' && at[1])
            at++;
        text_add_bytes(bytes, &byte, 1);
    }
}

/* Whether a line says this; *rest is what follows it. */
static bool says(const char *line, const char *word, const char **rest)
{
    size_t length = strlen(word);
    if (strncmp(line, word, length) != 0 || (line[length] != ' ' && line[length] != '\0'))
        return false;
    *rest = line + length + (line[length] == ' ');
    return true;
}

/* ---- playing them ---- */

struct play {
    struct sandbox *sandbox;
    char *script;
    struct terminal *terminal;
    int rows, cols;
    const char *end;
    struct text wrong;
    struct text program, inputrc, history; /* what it starts with */
};

/* Types as fast as the program reads; what it does not read for seconds is dropped, since then
 * something else will tell. */
static void type(struct play *play, const char *bytes, size_t count)
{
    enum { TRIES = 200 };
    for (unsigned tries = 0; count > 0 && tries < TRIES; tries++) {
        size_t taken = terminal_offer(play->terminal, bytes, count);
        if (taken > 0)
            tries = 0;
        bytes += taken;
        count -= taken;
        terminal_rest(play->terminal, count > 0 ? .01 : .0);
        if (terminal_has_ended(play->terminal))
            return;
    }
}

static void type_string(struct play *play, const char *string)
{
    type(play, string, strlen(string));
}

static void paste(struct play *play, const char *rest, bool whole)
{
    struct text bytes = {0}, all = {0};
    char *behind;
    unsigned long times = strtoul(rest, &behind, 10);
    add_plain(&bytes, behind + (*behind == ' '));
    text_add(&all, PASTE_BEGIN);
    for (unsigned long i = 0; bytes.bytes && i < times; i++)
        text_add_bytes(&all, bytes.bytes, bytes.length);
    if (whole)
        text_add(&all, PASTE_END);
    type(play, all.bytes, all.length);
    text_free(&bytes);
    text_free(&all);
}

static void set_size(struct play *play, const char *rest)
{
    int rows = 0, cols = 0;
    if (sscanf(rest, "%d %d", &rows, &cols) != 2 || rows < 1 || cols < 1)
        return;
    play->rows = rows;
    play->cols = cols;
    if (play->terminal)
        terminal_resize(play->terminal, rows, cols);
}

/* Events before the program is started. */
static bool prepare(struct play *play, const char *line)
{
    const char *rest;
    if (says(line, "start", &rest))
        text_format(&play->program, "%s", rest);
    else if (says(line, "term", &rest))
        sandbox_set(play->sandbox, "TERM", rest);
    else if (says(line, "inputrc", &rest))
        text_format(&play->inputrc, "%s\n", rest);
    else if (says(line, "history", &rest)) {
        add_plain(&play->history, rest);
        text_add(&play->history, "\n");
    } else if (says(line, "size", &rest) && !play->terminal)
        set_size(play, rest);
    else
        return line[0] == '#' || line[0] == '\0';
    return true;
}

/* Whether the program has given the terminal back, where Ctrl-C is a signal that ends it. */
static bool is_leaving(const struct play *play)
{
    return terminal_has_ended(play->terminal) || terminal_edits_lines(play->terminal);
}

/* Events of the running program. */
static void act(struct play *play, const char *line)
{
    const char *rest;
    struct text bytes = {0};
    bool waits =
        says(line, "rest", &rest) || says(line, "end", &rest) || strcmp(line, "signal CONT") == 0;
    if (!waits && is_leaving(play))
        line = "rest 10";
    if (says(line, "type", &rest)) {
        add_plain(&bytes, rest);
        if (bytes.bytes)
            type(play, bytes.bytes, bytes.length);
    } else if (says(line, "paste", &rest))
        paste(play, rest, true);
    else if (says(line, "begin-paste", &rest))
        paste(play, rest, false);
    else if (says(line, "end-paste", &rest))
        type_string(play, PASTE_END);
    else if (says(line, "size", &rest))
        set_size(play, rest);
    else if (says(line, "signal", &rest))
        terminal_signal(play->terminal, signal_number(rest));
    else if (says(line, "rest", &rest))
        terminal_rest(play->terminal, (double)strtoul(rest, NULL, 10) / 1e3);
    else if (says(line, "wait", &rest)) {
        if (!terminal_shows(play->terminal, rest))
            text_format(&play->wrong, "it never shows \"%s\"\n", rest);
    } else if (says(line, "end", &rest))
        play->end = rest;
    else
        text_format(&play->wrong, "the script has no event \"%s\"\n", line);
    text_free(&bytes);
}

/* Presets under the names of those that are shipped, so that no key opens a large one. */
static bool hide_presets(struct sandbox *sandbox)
{
    const char *source = getenv("srcdir");
    char *directory = file_join(source ? source : ".", "presets", NULL);
    DIR *stream = opendir(directory);
    bool ok = stream && sandbox_write(sandbox, TINY_PATH, TINY_PRESET);
    for (struct dirent *entry; ok && (entry = readdir(stream));) {
        char *path = memory_format(NULL, "config/mneme/presets/%s", entry->d_name);
        if (entry->d_name[0] != '.')
            ok = sandbox_write(sandbox, path, TINY_PRESET);
        memory_free(path);
    }
    if (stream)
        closedir(stream);
    memory_free(directory);
    return ok;
}

static bool open_world(struct sandbox *sandbox)
{
    return sandbox_open(sandbox) && hide_presets(sandbox) &&
           sandbox_set(sandbox, "OMP_NUM_THREADS", "1");
}

static void close_play(struct play *play)
{
    terminal_close(play->terminal);
    text_free(&play->program);
    text_free(&play->inputrc);
    text_free(&play->history);
    text_free(&play->wrong);
}

static bool has_drawn(const char *screen, void *terminal)
{
    return screen[strspn(screen, " \n")] != '\0' || terminal_has_ended(terminal);
}

static bool start(struct play *play)
{
    const char *arguments[WORDS] = {sandbox_program()};
    size_t words = 1;
    char *words_left = play->program.bytes, *state;
    for (char *word = strtok_r(words_left, " ", &state); word && words + 1 < WORDS;
         word = strtok_r(NULL, " ", &state))
        arguments[words++] = word;
    if ((play->inputrc.bytes && !sandbox_write(play->sandbox, ".inputrc", play->inputrc.bytes)) ||
        (play->history.bytes &&
         !sandbox_write(play->sandbox, "state/mneme/history", play->history.bytes)))
        return false;
    play->terminal = terminal_start(play->sandbox, arguments, play->rows, play->cols);
    return play->terminal && terminal_meets(play->terminal, has_drawn, play->terminal, "a screen");
}

/* ---- what has to hold ---- */

struct output_growth {
    const struct terminal *terminal;
    size_t before;
};

static bool has_written(const char *screen, void *context)
{
    const struct output_growth *growth = context;
    size_t length;
    (void)screen;
    terminal_output(growth->terminal, &length);
    return length > growth->before || terminal_has_ended(growth->terminal);
}

/* A window of another size is drawn anew, whatever is going on. */
static bool answers(struct play *play)
{
    terminal_signal(play->terminal, SIGCONT);
    terminal_rest(play->terminal, .02);
    struct output_growth growth = {.terminal = play->terminal};
    terminal_output(play->terminal, &growth.before);
    play->rows = play->rows == 24 ? 25 : 24;
    play->cols = play->cols == 80 ? 81 : 80;
    terminal_resize(play->terminal, play->rows, play->cols);
    return terminal_meets(play->terminal, has_written, &growth, "an answer to a new size");
}

/* Leaves whatever is open, and quits. */
static void press_quit(struct play *play)
{
    enum { TRIES = 100 };
    type_string(play, PASTE_END); /* of one that was begun */
    for (unsigned tries = 0; tries < TRIES && !terminal_has_ended(play->terminal); tries++) {
        static const char *const keys[] = {"\003", "\033", "\003", "q", "y"};
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
            if (!is_leaving(play))
                type_string(play, keys[k]);
            terminal_rest(play->terminal, .08);
        }
    }
}

/* What the program or a sanitizer says of a crash, from the beginning of its line on. */
static void check_reports(struct play *play, const char *output, size_t length)
{
    static const char *const reports[] = {
        "LeakSanitizer", "AddressSanitizer", "runtime error:", "crashed;",
        "free():",       "malloc():",        "corrupted"};
    enum { MOST = 3000 };
    const char *end = output + length;
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        const char *report = memmem(output, length, reports[i], strlen(reports[i]));
        while (report && report > output && report[-1] != '\n')
            report--;
        if (report)
            text_format(&play->wrong, "it wrote: %.*s\n",
                        (int)(end - report < MOST ? end - report : MOST), report);
        if (report)
            return;
    }
}

static void check_output(struct play *play)
{
    size_t length;
    const char *output = terminal_output(play->terminal, &length);
    check_reports(play, output, length);
    const char *on = NULL, *off = NULL;
    for (const char *at = output;
         (at = memmem(at, (size_t)(output + length - at), "\033[?2004", 7)); at += 7)
        *(at[7] == 'h' ? &on : &off) = at;
    if (on && (!off || off < on))
        text_format(&play->wrong, "pastes are still marked\n");
}

static void check_run(struct play *play, const char *run)
{
    struct whole_checkpoints found = whole_check_checkpoints(run, &play->wrong);
    if (found.count > 0)
        whole_check_record(run, found.newest, false, &play->wrong);
    whole_check_no_temporaries(run, &play->wrong);
}

static void check_runs(struct play *play)
{
    char *runs = sandbox_path(play->sandbox, "data/mneme/runs");
    char *own = sandbox_path(play->sandbox, "run");
    check_run(play, own);
    DIR *stream = opendir(runs);
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        char *run = file_join(runs, entry->d_name, NULL);
        if (entry->d_name[0] != '.')
            check_run(play, run);
        memory_free(run);
    }
    if (stream)
        closedir(stream);
    free(runs);
    free(own);
}

/* What the program wrote last: what it said when it had given the terminal back, its errors
 * included, since they go to the same terminal. */
static void tell_last_words(struct play *play)
{
    static const char gives_back[] = "\033[?1049l";
    enum { MOST = 800 };
    size_t length;
    const char *output = terminal_output(play->terminal, &length), *last = output;
    for (const char *at = output;
         (at = memmem(at, (size_t)(output + length - at), gives_back, strlen(gives_back)));)
        last = at += strlen(gives_back);
    if (length - (size_t)(last - output) > MOST)
        last = output + length - MOST;
    text_add(&play->wrong, "  the last that it wrote: ");
    add_escaped(&play->wrong, last, (size_t)(output + length - last));
    text_add(&play->wrong, "\n");
}

static void finish(struct play *play)
{
    int status = 0;
    bool by_keys = strcmp(play->end, "quit") == 0;
    bool lives = terminal_has_ended(play->terminal) || answers(play);
    if (!lives)
        text_format(&play->wrong, "it does not answer\n");
    else if (by_keys)
        press_quit(play);
    else
        terminal_signal(play->terminal, signal_number(play->end));
    if (lives && !terminal_ends(play->terminal, &status))
        text_format(&play->wrong, "it does not end\n");
    else if (lives && status != 0 && (by_keys || status != EXIT_SAVED))
        text_format(&play->wrong, "its exit status is %d\n", status);
    if (lives && status < 128 && !terminal_is_restored(play->terminal))
        text_format(&play->wrong, "the terminal was left in another state\n");
    check_output(play);
    check_runs(play);
}

/* Plays the lines of the script, which it cuts up; says what is wrong. */
static bool play_lines(void *context, struct text *wrong)
{
    struct play *play = context;
    char *state;
    for (char *line = strtok_r(play->script, "\n", &state); line;
         line = strtok_r(NULL, "\n", &state)) {
        if (prepare(play, line))
            continue;
        if (!play->terminal && !start(play)) {
            text_format(&play->wrong, "the program does not start\n");
            break;
        }
        act(play, line);
    }
    if (!play->terminal && play->wrong.length == 0 && !start(play))
        text_format(&play->wrong, "the program does not start\n");
    if (play->terminal)
        finish(play);
    if (play->terminal && play->wrong.length > 0)
        tell_last_words(play);
    if (play->wrong.bytes)
        text_add(wrong, play->wrong.bytes);
    close_play(play);
    return true;
}

enum verdict {
    RIGHT,
    WRONG,
    CUT_SHORT, /* the test itself crashed, or the library that plays its terminal */
    VERDICTS,
};

/* Plays a script; what is wrong then is in *wrong. The world it is played in is made and removed
 * here, since the process that plays it may crash; its program ends with its terminal then. */
static enum verdict play_script(const char *script, struct text *wrong)
{
    struct sandbox sandbox;
    char *copy = memory_string(script, NULL);
    struct apart apart = {.done = true};
    if (open_world(&sandbox) && copy) {
        struct play play = {
            .sandbox = &sandbox, .script = copy, .rows = 30, .cols = 100, .end = "quit"};
        apart = apart_do(play_lines, &play, wrong);
    }
    sandbox_close(&sandbox);
    memory_free(copy);
    if (apart.signal)
        text_format(wrong, "the test itself, or its own terminal, crashed: %s\n",
                    strsignal(apart.signal));
    else if (!apart.done)
        text_format(wrong, "the test itself, or its own terminal, ended early\n");
    else if (!apart.worked)
        text_format(wrong, "it could not be played\n");
    return !apart.done ? CUT_SHORT : wrong->length > 0 ? WRONG : RIGHT;
}

/* ---- making them up ---- */

/* What people type, and what they should not. */
static const char *const lines[] = {
    "Sakura Sarah Santoro was born in",
    "Hassan Sofia Costa was born in Shanghai.",
    "Nobody at all",
    "A",
    "P",
    "Zo\xc3\xab \xc3\x86gir was born in Bogot\xc3\xa1",
    "\xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb e\xcc\x81\xcc\x82",
    "/nothing",
    "/",
    "//",
    "/ run",
    ":run",
    "%s%n%s%n",
    "\t",
};

/* Keys by what terminals send; some of what comes first is readline's, whose second key follows. */
static const char *const sequences[] = {
    "\033[A",      "\033[B",      "\033[C",    "\033[D",     "\033OA",       "\033OB",
    "\033OC",      "\033OD",      "\033[H",    "\033[F",     "\033OH",       "\033OF",
    "\033[5~",     "\033[6~",     "\033[2~",   "\033[3~",    "\033OP",       "\033OQ",
    "\033OR",      "\033OS",      "\033[15~",  "\033[17~",   "\033[18~",     "\033[19~",
    "\033[20~",    "\033[21~",    "\033[23~",  "\033[24~",   "\033[1;5C",    "\033[1;5D",
    "\033[1;2A",   "\033[1;2B",   "\033[Z",    "\033[I",     "\033[O",       "\033[M !!",
    "\033[<",      "\033[<64;1;", "\033[200~", "\033[201~",  "\033",         "\033\033",
    "\033[",       "\033O",       "\033[999~", "\033[?1;2c", "\033]0;x\007", "\033P+q\033\\",
    "\030",        "\030\030",    "\030a",     "\030\025",   "\030(",        "\030)",
    "\030e",       "\030\022",    "\030\003",  "\022",       "\022\030a",    "\022a\022",
    "\023",        "\023\030a",   "\026",      "\026\026",   "\026\033",     "\026\003",
    "\037",        "\037\037",    "\035a",     "\033.",      "\033_",        "\033y",
    "\033b",       "\033f",       "\033d",     "\033u",      "\033l",        "\033c",
    "\033t",       "\033\\",      "\033#",     "\033*",      "\033?",        "\033=",
    "\033<",       "\033>",       "\033p",     "\033n",      "\0335",        "\033-",
    "\0339\0339x", "\033\016",    "\033\020",  "\033\b",     "\033\177",     "\033\r",
    "\033\022",    "\033&",       "\033 ",     "\016",       "\020",         "\013",
    "\025",        "\027",        "\031",      "\024",       "\001",         "\005",
    "\002",        "\006",        "\004",      "\b",         "\177",         "\t",
    "\t\t",        "\r",          "\n",        "\007",       "\017",         "\f",
    "\003",        "\032",        "\034",      "\036",       "\0334\t",
};

/* Bytes that are no UTF-8, or strange. */
static const char *const strange[] = {"\xff",
                                      "\xc3",
                                      "\xc3\x28",
                                      "\xe2\x82",
                                      "\xf0\x9f\x98",
                                      "\x80",
                                      "\xed\xa0\x80",
                                      "\xc0\xaf",
                                      "\xe2\x80\xae",
                                      "\xef\xbb\xbf",
                                      "\xcc\x81",
                                      "\xe2\x80\x8d",
                                      "\xf0\x9f\x91\xa9",
                                      "\xc2\x9b",
                                      "\xc2\xa0",
                                      "\xe1\x84\x80",
                                      "\xf4\x8f\xbf\xbf"};

static const char *const keys_that_act[] = {
    " ", " ", "s", "n", "e", "c",  "i", "/", "/", "/", ":", "A", "k", "b", "f",
    "t", "m", "v", "l", "+", "=",  "-", "<", ">", "?", "h", "o", "q", "y", "N",
    "1", "5", "0", "g", "G", "\r", "j", "w", "u", ".", "*", "_", "^", "[", "]",
    "{", "}", "x", "d", "B", "r",  "p", "P", "a", "2", "3", "4", "6"};

#define CHOOSE(table) (table)[random_below(random, sizeof(table) / sizeof *(table))]

/* What commands are given, right and wrong, whichever it is. */
static const char *const given[] = {
    "",
    "",
    "",
    "",
    " 3",
    " 0",
    " -1",
    " 99999999999999999999",
    " Sakura",
    " zz",
    " \xff\xfe",
    " train.lr 1e-3",
    " train.lr=nan",
    " train.clip=0.5",
    " train.steps=10 train.lr=1e300",
    " @3 train.lr=1e-3",
    " @999999999 train.lr=1e-3",
    " @",
    " --both",
    " --both train.lr=1e-3",
    " @3 --both train.batch=2",
    " \t\t\r",
    " 0.5,4",
    " -1,1e300",
    " 1e-300,1e-299",
    " 4,nan",
    " tiny",
    " quickstart",
    " run",
    " /",
    " ../../nothing",
    " known",
    " fine-tuned",
    " birth date",
    " attr_acc",
    " attr_loss,new_entropy",
    " nothing",
    " theme=light",
    " theme=colour-blind",
    " mouse=yes",
    " bell=yes",
    " chart.step_axis=log",
    " chart.smooth=yes",
    " chart.picks=attr_acc,nothing",
    " save",
    " drawn.svg",
    " drawn.png",
    " Sakura Sarah Santoro was born in",
};

static void add_typing(struct text *script, const char *bytes)
{
    text_add(script, "type ");
    add_escaped(script, bytes, strlen(bytes));
    text_add(script, "\n");
}

/* Of the table of requests: its command or one of its keys. */
static void add_request(struct text *script, struct random *random)
{
    const struct request_info *info = &request_table[random_below(random, request_count)];
    char line[256];
    snprintf(line, sizeof line, "/%s%s\r", info->command, CHOOSE(given));
    char key[2] = {(char)(info->key[0] < 0x80 ? info->key[0] : 0), '\0'};
    add_typing(script, key[0] && random_below(random, 2) == 0 ? key : line);
}

static void add_mouse(struct text *script, struct random *random)
{
    static const unsigned buttons[] = {0,  0,  0,  1,  2, 32, 32, 34, 35,
                                       64, 64, 65, 65, 4, 8,  16, 128};
    char report[64];
    snprintf(report, sizeof report, "\033[<%u;%u;%u%c", CHOOSE(buttons),
             (unsigned)random_below(random, 220), (unsigned)random_below(random, 70),
             random_below(random, 3) > 0 ? 'M' : 'm');
    add_typing(script, report);
}

/* A button held from one cell to another, and mostly let go. */
static void add_drag(struct text *script, struct random *random)
{
    enum { LEFT = 0, MOVES = 32 };
    unsigned col = (unsigned)random_below(random, 130), row = (unsigned)random_below(random, 40);
    char report[64];
    for (unsigned moves = 0, most = (unsigned)random_below(random, 4); moves <= most; moves++) {
        snprintf(report, sizeof report, "\033[<%u;%u;%uM", moves > 0 ? LEFT + MOVES : LEFT, col,
                 row);
        add_typing(script, report);
        col += (unsigned)random_below(random, 20);
        row += (unsigned)random_below(random, 6);
    }
    snprintf(report, sizeof report, "\033[<%u;%u;%um", LEFT, col, row);
    if (random_below(random, 4) > 0)
        add_typing(script, report);
}

static void add_any_byte(struct text *script, struct random *random)
{
    char byte = (char)(1 + random_below(random, 255));
    text_add(script, "type ");
    add_escaped(script, &byte, 1);
    text_add(script, "\n");
}

static void add_size(struct text *script, struct random *random)
{
    static const unsigned small[] = {1, 2, 3, 4, 5, 6, 10, 19, 20, 21, 24, 40};
    bool is_small = random_below(random, 2) == 0;
    unsigned rows = is_small ? CHOOSE(small) : 1 + (unsigned)random_below(random, 100);
    unsigned cols = is_small ? CHOOSE(small) : 1 + (unsigned)random_below(random, 300);
    text_format(script, "size %u %u\n", rows, cols);
}

static void add_paste(struct text *script, struct random *random)
{
    static const char *const what[] = {"/quit\\x0d",   "q",       "A\\x0a",     "\\xff",
                                       "Sakura ",      "\\x1b[A", "\\xcc\\x81", "x",
                                       "/step 5\\x0d", "\\x18a",  "\\x03",      "\\x00"};
    static const unsigned times[] = {1, 1, 2, 3, 10, 100, 1000, 20000};
    bool whole = random_below(random, 4) > 0;
    text_format(script, "%s %u %s\n", whole ? "paste" : "begin-paste", CHOOSE(times), CHOOSE(what));
    if (!whole && random_below(random, 3) > 0)
        text_add(script, "end-paste\n");
}

static void add_signal(struct text *script, struct random *random)
{
    static const char *const names[] = {"WINCH", "WINCH", "TSTP", "CONT", "INT"};
    if (random_below(random, 6) > 0)
        text_format(script, "signal %s\nrest 20\nsignal CONT\n", CHOOSE(names));
    else
        text_add(script, "signal STOP\nrest 30\nsignal CONT\n");
}

static void add_event(struct text *script, struct random *random)
{
    static const char *const enders[] = {"\r", "\n", "", "\003", "\033", "\t", "\t\r", "\0330"};
    unsigned kind = (unsigned)random_below(random, 100);
    if (kind < 26)
        add_typing(script, CHOOSE(sequences));
    else if (kind < 46)
        add_typing(script, CHOOSE(keys_that_act));
    else if (kind < 64)
        add_request(script, random);
    else if (kind < 66)
        add_mouse(script, random);
    else if (kind < 69)
        add_drag(script, random);
    else if (kind < 78) {
        add_typing(script, CHOOSE(lines));
        add_typing(script, CHOOSE(enders));
    } else if (kind < 83)
        add_any_byte(script, random);
    else if (kind < 87)
        add_typing(script, CHOOSE(strange));
    else if (kind < 92)
        add_size(script, random);
    else if (kind < 95)
        add_paste(script, random);
    else if (kind < 97)
        add_signal(script, random);
    else
        text_format(script, "rest %u\n", (unsigned)random_below(random, 200));
}

static void make_script(struct text *script, uint64_t seed, uint64_t round)
{
    enum { FEWEST = 40, MORE = 360 };
    static const char *const starts[] = {
        "start tiny --run run --set train.steps=100000000\n",
        "start tiny --run run --set train.steps=100000000\n",
        "start tiny --run run --set train.steps=100000000 --go\n",
        "start tiny --run run --go\n",
        "start tiny --run run --ascii\n",
        "start tiny --run run --go\ntype /config mouse=yes\\x0d\n",
        "start tiny\n",
        "start\n",
    };
    static const char *const terms[] = {
        "", "", "", "", "term linux\n", "term screen\n", "term vt100\n", "term xterm\n"};
    static const char *const inputs[] = {"",
                                         "",
                                         "",
                                         "inputrc set editing-mode vi\n",
                                         "inputrc set completion-ignore-case on\n",
                                         "inputrc set mark-modified-lines on\n"};
    static const char *const pasts[] = {"", "history P\n", "history /step 3\nhistory A\n"};
    static const char *const ends[] = {"", "", "", "", "end TERM\n", "end HUP\n"};
    struct random stream = random_stream(seed, RANDOM_KEYS, round, 0), *random = &stream;
    text_add(script, CHOOSE(starts));
    text_add(script, CHOOSE(terms));
    text_add(script, CHOOSE(inputs));
    text_add(script, CHOOSE(pasts));
    for (uint64_t left = FEWEST + random_below(random, MORE); left > 0; left--) {
        add_event(script, random);
        if (random_below(random, 3) == 0)
            text_format(script, "rest %u\n", (unsigned)random_below(random, 30));
    }
    text_add(script, CHOOSE(ends));
}

/* ---- shrinking them ---- */

static size_t split(char *script, char **line, size_t most)
{
    size_t count = 0;
    char *state;
    for (char *at = strtok_r(script, "\n", &state); at && count < most;
         at = strtok_r(NULL, "\n", &state))
        line[count++] = at;
    return count;
}

/* Whether it still goes wrong without these lines. */
static bool fails_without(char *const *line, size_t count, size_t from, size_t gone)
{
    struct text script = {0}, wrong = {0};
    for (size_t i = 0; i < count; i++)
        if (i < from || i >= from + gone)
            text_format(&script, "%s\n", line[i]);
    bool fails = play_script(script.bytes ? script.bytes : "", &wrong) != RIGHT;
    text_free(&script);
    text_free(&wrong);
    return fails;
}

/* Takes away what is not needed for a failure: halves, then smaller and smaller pieces. */
static void shrink(char *script)
{
    enum { MOST_LINES = 10000 };
    static char *line[MOST_LINES];
    size_t count = split(script, line, MOST_LINES);
    for (size_t piece = count / 2; piece > 0; piece /= 2)
        for (size_t from = 1; from < count;) {
            size_t gone = from + piece < count ? piece : count - from;
            if (!fails_without(line, count, from, gone)) {
                from += gone;
                continue;
            }
            memmove(line + from, line + from + gone, (count - from - gone) * sizeof *line);
            count -= gone;
            fprintf(stderr, "keys: %zu lines left\n", count);
        }
    for (size_t i = 0; i < count; i++)
        printf("%s\n", line[i]);
}

/* ---- the command line ---- */

static void keep(const char *script, uint64_t seed, uint64_t round)
{
    struct error err;
    char *path = memory_format(NULL, FOUND "/keys-%" PRIu64 "-%" PRIu64 ".replay", seed, round);
    if (file_make_directories(FOUND, &err) && file_replace(path, script, strlen(script), &err))
        printf("  replay it with --replay=%s, make it smaller with --shrink=%s\n", path, path);
    else
        printf("  %s\n", err.message);
    memory_free(path);
}

static void say_last(const char *script)
{
    enum { LAST = 12 };
    size_t lines_left = LAST;
    const char *at = script + strlen(script);
    while (at > script && lines_left > 0)
        lines_left -= *--at == '\n';
    printf("  the last of its events:%s\n", at);
}

static const char *const verdict_words[VERDICTS] = {
    [RIGHT] = "right", [WRONG] = "WRONG", [CUT_SHORT] = "CUT SHORT"};

static enum verdict play_round(uint64_t seed, uint64_t round)
{
    struct text script = {0}, wrong = {0};
    make_script(&script, seed, round);
    enum verdict verdict = play_script(script.bytes, &wrong);
    if (verdict != RIGHT) {
        printf("round %" PRIu64 " of seed %" PRIu64 " is %s: %s", round, seed,
               verdict_words[verdict], wrong.bytes ? wrong.bytes : "\n");
        say_last(script.bytes);
        keep(script.bytes, seed, round);
    }
    text_free(&script);
    text_free(&wrong);
    return verdict;
}

static enum verdict replay(const char *path)
{
    struct error err;
    struct text wrong = {0};
    enum verdict verdict = WRONG;
    char *script = file_read(path, NULL, &err);
    if (script)
        verdict = play_script(script, &wrong);
    else
        text_format(&wrong, "%s\n", err.message);
    if (verdict != RIGHT)
        printf("%s is %s: %s", path, verdict_words[verdict], wrong.bytes ? wrong.bytes : "\n");
    memory_free(script);
    text_free(&wrong);
    return verdict;
}

static bool replay_corpus(uint64_t tally[VERDICTS])
{
    const char *source = getenv("srcdir");
    char *directory = file_join(source ? source : ".", "tests/torture/corpus", NULL);
    DIR *stream = opendir(directory);
    if (!stream)
        printf("%s: %s\n", directory, strerror(errno));
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = file_join(directory, entry->d_name, NULL);
        tally[replay(path)]++;
        memory_free(path);
    }
    bool ok = stream != NULL;
    if (stream)
        closedir(stream);
    memory_free(directory);
    return ok;
}

static int say_usage(void)
{
    fputs("Usage: keys [--seed=S] [--first=K] [--rounds=N] [--seconds=T]\n"
          "       keys --corpus | --replay=FILE | --shrink=FILE | --show=K [--seed=S]\n"
          "Presses random keys at the workbench, N rounds or as many as begin within T seconds.\n"
          "Round K of a seed always is the same script, which --show prints.\n",
          stderr);
    return 2;
}

struct wishes {
    uint64_t seed, first, rounds, seconds, shown;
    const char *replay, *shrink;
    bool corpus, show;
};

static bool take_word(struct wishes *wishes, const char *word)
{
    struct {
        const char *name;
        uint64_t *number;
        const char **text;
        bool *flag;
    } const option[] = {
        {"--seed=", &wishes->seed, NULL, NULL},
        {"--first=", &wishes->first, NULL, NULL},
        {"--rounds=", &wishes->rounds, NULL, NULL},
        {"--seconds=", &wishes->seconds, NULL, NULL},
        {"--show=", &wishes->shown, NULL, &wishes->show},
        {"--replay=", NULL, &wishes->replay, NULL},
        {"--shrink=", NULL, &wishes->shrink, NULL},
        {"--corpus", NULL, NULL, &wishes->corpus},
    };
    for (size_t i = 0; i < sizeof option / sizeof *option; i++) {
        size_t length = strlen(option[i].name);
        if (strncmp(word, option[i].name, length) != 0)
            continue;
        if (option[i].number)
            *option[i].number = strtoull(word + length, NULL, 10);
        if (option[i].text)
            *option[i].text = word + length;
        if (option[i].flag)
            *option[i].flag = true;
        return true;
    }
    return false;
}

static int show(const struct wishes *wishes)
{
    struct text script = {0};
    make_script(&script, wishes->seed, wishes->shown);
    fputs(script.bytes, stdout);
    text_free(&script);
    return 0;
}

static int shrink_file(const char *path)
{
    struct error err;
    char *script = file_read(path, NULL, &err);
    if (!script) {
        fprintf(stderr, "keys: %s\n", err.message);
        return 1;
    }
    shrink(script);
    memory_free(script);
    return 0;
}

static void say_tally(const struct wishes *wishes, const uint64_t tally[VERDICTS])
{
    printf("keys: %" PRIu64 " trials, %" PRIu64 " failures",
           tally[RIGHT] + tally[WRONG] + tally[CUT_SHORT], tally[WRONG]);
    if (tally[CUT_SHORT] > 0)
        printf(", %" PRIu64 " cut short by a crash of the test", tally[CUT_SHORT]);
    if (wishes->rounds || wishes->seconds)
        printf(", seed %" PRIu64, wishes->seed);
    printf("\n");
}

int main(int argc, char **argv)
{
    struct wishes wishes = {.seed = 1};
    for (int i = 1; i < argc; i++)
        if (!take_word(&wishes, argv[i]))
            return say_usage();
    if (wishes.shrink)
        return shrink_file(wishes.shrink);
    if (wishes.show)
        return show(&wishes);
    setvbuf(stdout, NULL, _IOLBF, 0);
    uint64_t tally[VERDICTS] = {0}, round = wishes.first;
    bool ok = true;
    if (wishes.replay)
        tally[replay(wishes.replay)]++;
    else if (wishes.corpus || argc == 1)
        ok = replay_corpus(tally);
    double end = clock_seconds() + (double)wishes.seconds;
    while (round < wishes.first + wishes.rounds || (wishes.seconds && clock_seconds() < end))
        tally[play_round(wishes.seed, round++)]++;
    say_tally(&wishes, tally);
    return ok && tally[WRONG] == 0 && tally[CUT_SHORT] == 0 ? 0 : 1;
}
