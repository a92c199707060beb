/* Map of this file: the queue of bytes; readline's hooks; completion; keys; making one; drawing. */
#include "ui/tui/widgets/prompt_line.h"

#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "ui/tui/widgets/keys.h"
#include "ui/tui/widgets/prompt_history.h"

enum {
    MACROS_MOST = 4096,
    QUEUE_ROOM = MACROS_MOST + 64,
    MATCHES_ROOM = 2000,
    CHARACTER_MOST = 4,
    REPEATED_MOST = 1000,
    SOUGHT_MOST = 256,
    LINE_MOST = 4096
};

struct prompt_line {
    struct prompt_events events;
    FILE *nowhere; /* readline's output */
    struct prompt_history *history;
    unsigned char queue[QUEUE_ROOM];
    size_t queue_first, queue_count;
    size_t from_macros;                 /* bytes that were in it since the last key */
    char character[CHARACTER_MOST + 1]; /* one whose bytes have not all come */
    size_t begun;                       /* of them */
    bool is_full;                       /* for the character whose bytes come */
    Keymap
        prefixed; /* what the prefix under way leads to; null where none is, or it is not known */
    size_t prefixes;  /* bytes of it */
    char *accepted;   /* a line that Enter ended, not handed over yet; from malloc */
    char **candidate; /* [candidates] what may continue the line */
    size_t candidates, next_candidate;
    char **match; /* [matches] what is shown of them */
    size_t matches;
    size_t shown_from; /* byte of the line from which matches are shown */
};

/* Readline's callbacks take no context: this is theirs. */
static struct prompt_line *the_line;

/* The queue of bytes */

static void queue_add(struct prompt_line *line, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count && line->queue_count < QUEUE_ROOM; i++) {
        size_t last = (line->queue_first + line->queue_count++) % QUEUE_ROOM;
        line->queue[last] = (unsigned char)bytes[i];
    }
}

static void queue_put_back(struct prompt_line *line, unsigned char byte)
{
    line->queue_first = (line->queue_first + QUEUE_ROOM - 1) % QUEUE_ROOM;
    line->queue[line->queue_first] = byte;
    line->queue_count++;
}

static int queue_take(FILE *unused)
{
    (void)unused;
    if (the_line->queue_count == 0)
        return EOF;
    int byte = the_line->queue[the_line->queue_first];
    the_line->queue_first = (the_line->queue_first + 1) % QUEUE_ROOM;
    the_line->queue_count--;
    return byte;
}

static int queue_waits(void)
{
    return the_line->queue_count > 0;
}

/* Nothing is dropped where the locale cannot tell. */
static bool has_columns(const char *character, size_t length)
{
    wchar_t wide;
    return mbtowc(&wide, character, length) < 0 || wcwidth(wide) >= 0;
}

/* A byte from the terminal. Readline gets whole characters that can be drawn and no others: in vi's
 * mode it goes round for ever on what has no columns. */
static void queue_add_byte(struct prompt_line *line, unsigned char byte)
{
    bool follows = (byte & 0xC0) == 0x80;
    if (byte < 0x80)
        queue_add(line, (const char[]){(char)byte}, 1);
    if (!follows)
        line->begun = 0;
    if (byte < 0x80 || (follows && line->begun == 0))
        return;
    line->character[line->begun++] = (char)byte;
    line->character[line->begun] = '\0';
    bool whole = utf8_length(line->character) == line->begun;
    if (!whole && line->begun < CHARACTER_MOST)
        return;
    if (whole && has_columns(line->character, line->begun))
        queue_add(line, line->character, line->begun);
    line->begun = 0;
}

/* Puts what a macro is to type into the queue, before what waits there. Readline would run all of
 * it in one call, in which the jump that gives up a sequence leads into a function that has ended,
 * and in which nothing of what is done here between keys would be done. A macro may name itself;
 * what they type for one key is bounded. */
static void queue_macro(struct prompt_line *line)
{
    unsigned char waiting[QUEUE_ROOM], typed[MACROS_MOST];
    size_t count = 0, bytes = 0;
    while (line->queue_count > 0) /* behind the end of macros readline reads on here */
        waiting[count++] = (unsigned char)queue_take(NULL);
    while (RL_ISSTATE(RL_STATE_MACROINPUT)) {
        int byte = rl_read_key();
        if (byte >= 0 && line->from_macros++ < MACROS_MOST)
            typed[bytes++] = (unsigned char)byte;
    }
    for (size_t i = 0; i < bytes; i++)
        queue_add_byte(line, typed[i]);
    queue_add(line, (const char *)waiting, count);
}

/* readline empties its line when accept_line returns; only then may what was accepted put a new
 * text on it. */
static void hand_over(struct prompt_line *line)
{
    char *accepted = line->accepted;
    line->accepted = NULL;
    if (accepted)
        line->events.accept(line->events.context, accepted);
    free(accepted);
}

/* Ends a search with what it has found where the next byte begins a sequence of several: readline
 * would put both bytes back, and give up the sequence with a jump into a function that has ended.
 * Esc alone means the end of a search and no more. */
static void end_search_at_prefix(struct prompt_line *line)
{
    unsigned char byte = line->queue[line->queue_first];
    if (!RL_ISSTATE(RL_STATE_ISEARCH) || rl_get_keymap()[byte].type != ISKMAP)
        return;
    rl_callback_sigcleanup();
    prompt_history_settle(line->history);
    if (byte == KEY_ESCAPE && line->queue_count == 1)
        queue_take(NULL);
}

/* Takes out a byte that no key goes on with, and what came before it. Readline would put all of it
 * back and read it as keys of their own, among which may be a count; the jump with which it gives
 * up what comes next leads into a function that has ended. */
static bool gives_up_prefix(struct prompt_line *line)
{
    unsigned char byte = line->queue[line->queue_first];
    if (!RL_ISSTATE(RL_STATE_MULTIKEY))
        line->prefixed = NULL;
    Keymap map = line->prefixed ? line->prefixed : rl_get_keymap();
    const KEYMAP_ENTRY *bound = &map[byte];
    bool shadows = line->prefixes == 1 && map[ANYOTHERKEY].function; /* it is a key by itself */
    bool nothing = line->prefixed && bound->type == ISFUNC && !bound->function && !shadows;
    bool leads = bound->type == ISKMAP && !RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) &&
                 (line->prefixed || !RL_ISSTATE(RL_STATE_MULTIKEY));
    line->prefixes = line->prefixed && leads ? line->prefixes + 1 : leads;
    line->prefixed = leads ? (Keymap)bound->function : NULL;
    if (!nothing)
        return false;
    while (RL_ISSTATE(RL_STATE_MULTIKEY | RL_STATE_NUMERICARG))
        rl_callback_sigcleanup();
    rl_discard_argument();
    prompt_history_settle(line->history);
    queue_take(NULL);
    return true;
}

/* In vi's mode readline writes parts of characters, and goes round for ever on them; Ctrl-V and a
 * zero byte end the line for everybody but readline. */
static void drop_broken_characters(void)
{
    for (size_t at = 0; at < (size_t)rl_end;) {
        size_t length = utf8_length(rl_line_buffer + at);
        at += length;
        if (length > 0)
            continue;
        rl_delete_text((int)at, (int)at + 1);
        rl_point -= rl_point > (int)at;
    }
}

/* Whether the next byte does anything but to be written. A search takes what can be written
 * whatever it does elsewhere, as vi's letters do when it begins among its commands. */
static bool is_command(const struct prompt_line *line)
{
    unsigned char byte = line->queue[line->queue_first];
    const KEYMAP_ENTRY *bound = &rl_get_keymap()[byte];
    if (RL_ISSTATE(RL_STATE_MULTIKEY))
        return true;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH))
        return byte < ' ' || byte == RUBOUT;
    return bound->type != ISFUNC || bound->function != rl_insert;
}

/* Characters of what is sought; readline shows them between ` and '. */
static size_t sought(void)
{
    const char *first = strchr(rl_display_prompt, '`'), *last = strrchr(rl_display_prompt, '\'');
    size_t count = 0;
    for (; first && last && first + 1 < last; first++)
        count += (first[1] & 0xC0) != 0x80;
    return count;
}

/* Begins a search that has just begun once more, when lines have the room for it: which keys begin
 * one is known when they have done so. */
static void begin_search(struct prompt_line *line)
{
    bool back = strstr(rl_display_prompt, "reverse"), typed = sought() > 0;
    bool full = line->queue_count == QUEUE_ROOM;
    if (typed || full)
        return;
    queue_put_back(line, KEY_CONTROL('g'));
    rl_callback_read_char();
    prompt_history_settle(line->history);
    if (RL_ISSTATE(RL_STATE_ISEARCH))
        return;
    prompt_history_expect_search(line->history);
    (back ? rl_reverse_search_history : rl_forward_search_history)(1, 0);
    prompt_history_settle(line->history);
}

/* With a count before it, Enter ends a line only when readline reads on. That would be the key
 * behind, which may begin a search among lines that are put back as they were. */
static void end_line(struct prompt_line *line)
{
    size_t waiting = line->queue_count;
    line->queue_count = 0;
    rl_callback_read_char();
    line->queue_count = waiting;
}

static void read_byte(struct prompt_line *line)
{
    bool sought_before = RL_ISSTATE(RL_STATE_ISEARCH);
    rl_callback_read_char();
    if (rl_done)
        end_line(line);
    prompt_history_settle(line->history);
    if (RL_ISSTATE(RL_STATE_ISEARCH) && !sought_before)
        begin_search(line);
    if (!RL_ISSTATE(RL_STATE_ISEARCH)) /* which shows earlier lines */
        drop_broken_characters();
    if (rl_numeric_arg > REPEATED_MOST) /* a million of what takes long is for ever */
        rl_numeric_arg = REPEATED_MOST;
}

/* Whether the next byte is to be written where there is no more room. No prompt is as long:
 * readline draws and searches anew for every character of what is sought, and looks for patterns in
 * a time that grows with the square of a line. What follows the first byte of a character goes its
 * way. */
static bool has_no_room(struct prompt_line *line)
{
    unsigned char byte = line->queue[line->queue_first];
    bool seeks = RL_ISSTATE(RL_STATE_ISEARCH), begins = (byte & 0xC0) != 0x80;
    if (is_command(line))
        return false;
    if (begins)
        line->is_full = seeks ? sought() >= SOUGHT_MOST : rl_end >= LINE_MOST;
    return line->is_full;
}

static void drain(struct prompt_line *line)
{
    while (line->queue_count > 0) {
        end_search_at_prefix(line);
        if (line->queue_count > 0 && has_no_room(line))
            queue_take(NULL);
        else if (line->queue_count > 0 && !gives_up_prefix(line))
            read_byte(line);
        hand_over(line);
    }
}

/* Readline's hooks */

/* Readline draws after each command, before it goes on with a macro, and within some commands. */
static void settle(void)
{
    if (RL_ISSTATE(RL_STATE_DISPATCHING))
        return;
    prompt_history_settle(the_line->history);
    if (RL_ISSTATE(RL_STATE_MACROINPUT))
        queue_macro(the_line);
}

static void forget_matches(struct prompt_line *line)
{
    for (size_t m = 0; m < line->matches; m++)
        memory_free(line->match[m]);
    memory_free(line->match);
    line->match = NULL;
    line->matches = 0;
}

static void accept_line(char *text)
{
    if (text)
        prompt_history_unfill(text);
    prompt_history_add(the_line->history, text ? text : "");
    if (!text) /* end of file on an empty line */
        return;
    free(the_line->accepted);
    the_line->accepted = text;
}

/* Completion: the whole line is one word to readline, so that candidates can be whole lines. */

static char *no_word_breaks(void)
{
    static char none[] = "";
    return none;
}

static char *next_candidate(const char *text, int state)
{
    (void)text;
    if (state == 0)
        the_line->next_candidate = 0;
    if (the_line->next_candidate == the_line->candidates)
        return NULL;
    return strdup(the_line->candidate[the_line->next_candidate++]);
}

/* The byte from which candidates are shown: the last word, or part of a path, that begins in what
 * they share with each other and with the text. */
static size_t shared_words(const struct prompt_line *line, const char *text)
{
    size_t shared = strlen(text), from = 0;
    for (size_t c = 0; c < line->candidates; c++) {
        size_t same = 0;
        while (same < shared && line->candidate[c][same] == line->candidate[0][same])
            same++;
        shared = same;
    }
    for (size_t i = 0; line->candidates > 0 && i < shared; i++)
        if (line->candidate[0][i] == ' ' || (i > 0 && line->candidate[0][i] == '/'))
            from = i + 1;
    return from;
}

/* Whether the only candidate is a directory, behind which a path goes on. */
static bool leads_on(const struct prompt_line *line)
{
    const char *only = line->candidates == 1 ? line->candidate[0] : "";
    return *only && only[strlen(only) - 1] == '/';
}

/* Readline puts the first of the matches in the place of the text; the others are shown. */
static void keep_typed(char **matches, const char *text)
{
    char *typed = strdup(text);
    if (!typed)
        return;
    free(matches[0]);
    matches[0] = typed;
}

static char **complete(const char *text, int start, int end)
{
    (void)start;
    (void)end;
    struct prompt_line *line = the_line;
    bool goes_on = true;
    rl_attempted_completion_over = 1;
    line->candidates =
        line->events.complete(line->events.context, text, line->candidate, MATCHES_ROOM, &goes_on);
    line->shown_from = shared_words(line, text);
    rl_completion_append_character = leads_on(line) ? '\0' : ' ';
    char **matches = rl_completion_matches(text, next_candidate);
    if (matches && !goes_on && line->candidates > 1)
        keep_typed(matches, text);
    for (size_t c = 0; c < line->candidates; c++)
        memory_free(line->candidate[c]);
    line->candidates = 0;
    return matches;
}

static void show_matches(char **matches, int count, int longest)
{
    (void)longest;
    struct prompt_line *line = the_line;
    forget_matches(line);
    line->match = memory_new((size_t)count, sizeof *line->match, NULL);
    for (int m = 0; line->match && m < count; m++) {
        const char *text = matches[m + 1];
        size_t from = line->shown_from < strlen(text) ? line->shown_from : 0;
        char *copy = memory_string(text + from, NULL);
        if (copy)
            line->match[line->matches++] = copy;
    }
}

static void install_hooks(struct prompt_line *line)
{
    rl_readline_name = "mneme";
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0; /* LINES and COLUMNS would keep curses from seeing a resize */
    rl_prep_term_function = NULL;
    rl_deprep_term_function = NULL;
    rl_redisplay_function = settle;
    rl_getc_function = queue_take;
    rl_input_available_hook = queue_waits;
    rl_outstream = line->nowhere;
    rl_instream = line->nowhere;
    rl_attempted_completion_function = complete;
    rl_completion_word_break_hook = no_word_breaks;
    rl_completion_display_matches_hook = show_matches;
    rl_sort_completion_matches = 0;
    rl_variable_bind("show-all-if-ambiguous", "on");
    rl_variable_bind("bell-style", "none");
}

/* readline sets LC_CTYPE from the environment, where the screen may have chosen better. */
static bool start_readline(struct error *err)
{
    char *chosen = memory_string(setlocale(LC_CTYPE, NULL), err);
    if (!chosen)
        return false;
    rl_callback_handler_install("", accept_line);
    setlocale(LC_CTYPE, chosen);
    memory_free(chosen);
    rl_variable_bind("input-meta", "on");
    rl_variable_bind("convert-meta", "off");
    return true;
}

/* Keys */

static const struct {
    int key;
    const char *bytes;
} sequences[] = {
    {KEY_LEFT, "\033[D"},
    {KEY_RIGHT, "\033[C"},
    {KEY_UP, "\033[A"},
    {KEY_DOWN, "\033[B"},
    {KEY_HOME, "\001"},
    {KEY_END, "\005"},
    {KEY_DC, "\033[3~"},
    {KEY_BACKSPACE, "\177"},
    {KEY_ENTER, "\r"},
    {SCREEN_WORD_LEFT, "\033[1;5D"},
    {SCREEN_WORD_RIGHT, "\033[1;5C"},
};

static void add_key(struct prompt_line *line, int key)
{
    line->from_macros = 0;
    for (size_t s = 0; s < sizeof sequences / sizeof sequences[0]; s++)
        if (sequences[s].key == key)
            queue_add(line, sequences[s].bytes, strlen(sequences[s].bytes));
    if (key & SCREEN_META)
        queue_add(line, "\033", 1);
    key &= ~SCREEN_META;
    if (key >= 0 && key < KEY_MIN)
        queue_add_byte(line, (unsigned char)key);
}

void prompt_line_key(struct prompt_line *line, int key)
{
    forget_matches(line);
    add_key(line, key);
    drain(line);
}

void prompt_line_close_matches(struct prompt_line *line)
{
    forget_matches(line);
}

void prompt_line_paste(struct prompt_line *line, int key)
{
    bool blank = key == KEY_RETURN || key == '\n' || key == KEY_TAB;
    if (!blank && (key < ' ' || key == 127 || key >= KEY_MIN))
        return;
    forget_matches(line);
    bool vi_commands = rl_editing_mode == 0 && rl_get_keymap() == vi_movement_keymap;
    if (vi_commands && line->begun == 0 && !prompt_line_searches(line))
        queue_add(line, "i", 1);
    add_key(line, blank ? ' ' : key);
    drain(line);
}

bool prompt_line_searches(const struct prompt_line *line)
{
    (void)line;
    return RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH);
}

bool prompt_line_wants_escape(const struct prompt_line *line)
{
    bool vi_insert = rl_editing_mode == 0 && rl_get_keymap() == vi_insertion_keymap;
    return vi_insert || prompt_line_searches(line);
}

const char *prompt_line_text(const struct prompt_line *line)
{
    (void)line;
    return rl_line_buffer;
}

/* Back to the newest line, whatever readline was about. */
static void leave_earlier_lines(struct prompt_line *line)
{
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_NUMERICARG)) {
        queue_add(line, (const char[]){KEY_CONTROL('g')}, 1);
        drain(line);
    }
    rl_callback_sigcleanup();
    prompt_history_settle(line->history);
    prompt_history_leave(line->history);
}

void prompt_line_set(struct prompt_line *line, const char *text)
{
    forget_matches(line);
    leave_earlier_lines(line);
    rl_replace_line(text, 1);
    rl_point = rl_end;
    prompt_history_settle(line->history);
}

char *const *prompt_line_matches(const struct prompt_line *line, size_t *count)
{
    *count = line->matches;
    return line->match;
}

/* Making one */

struct prompt_line *prompt_line_new(const char *history, const struct prompt_events *events,
                                    struct error *err)
{
    struct prompt_line *line = memory_new(1, sizeof *line, err);
    if (!line)
        return NULL;
    the_line = line;
    line->events = *events;
    line->candidate = memory_new(MATCHES_ROOM, sizeof *line->candidate, err);
    line->history = prompt_history_new(history, err);
    line->nowhere = fopen("/dev/null", "r+");
    if (!line->nowhere)
        error_set(err, ERROR_SYSTEM, "cannot open /dev/null");
    if (line->candidate && line->nowhere && line->history) {
        install_hooks(line);
        if (start_readline(err))
            return line;
    }
    prompt_line_free(line);
    return NULL;
}

void prompt_line_free(struct prompt_line *line)
{
    if (!line)
        return;
    if (RL_ISSTATE(RL_STATE_CALLBACK))
        leave_earlier_lines(line);
    rl_callback_handler_remove();
    prompt_history_free(line->history);
    forget_matches(line);
    if (line->nowhere)
        fclose(line->nowhere);
    memory_free(line->candidate);
    memory_free(line);
    rl_outstream = rl_instream = NULL;
    the_line = NULL;
}

/* Drawing */

void prompt_line_draw(const struct prompt_line *line, struct cells *cells, struct rect rect,
                      enum style style, int *cursor)
{
    (void)line;
    const char *text = rl_line_buffer;
    int col = rect.col;
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH) && rl_display_prompt)
        col += cells_text(cells, rect.row, col, rect.cols / 2, STYLE_FAINT, rl_display_prompt);
    int width = rect.col + rect.cols - col - 1; /* the cursor may stand behind the text */
    int before = text_columns_of(text, (size_t)rl_point);
    size_t hidden = 0;
    while (before > width) { /* a long line moves to the left */
        size_t length = utf8_length(text + hidden);
        length = length ? length : 1;
        before -= text_columns_of(text + hidden, length);
        hidden += length;
    }
    cells_text(cells, rect.row, col, rect.col + rect.cols - col, style, text + hidden);
    *cursor = col + before;
}
