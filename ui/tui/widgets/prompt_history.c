/* Map of this file: lists of changes; earlier lines; the newest line; after a command; searches;
 * the end of a line; the file. */
#include "ui/tui/widgets/prompt_history.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"

enum {
    KEPT_LINES = 1000,
    BEHIND_LINE = 4,       /* zero bytes */
    BEHIND_LONGEST = 2048, /* more than any search holds */
    FILLING = 1,           /* Ctrl-A, which no line holds */
    MOVES_LISTS = 0x0803   /* the readline that does first */
};

/* An earlier line as it was entered. */
struct entered {
    char *text;         /* null where memory was short: it stays as it was changed */
    UNDO_LIST *changes; /* while another line is under edit */
};

struct prompt_history {
    char *path;           /* null: none */
    int added;            /* lines of this session */
    struct entered *line; /* [lines], as in history_list() */
    int lines;
    /* The line that was not entered yet when earlier ones were turned to. */
    char *newest; /* null where memory was short: it is empty then */
    UNDO_LIST *newest_changes;
    bool is_at_earlier; /* line */
    bool is_asked;      /* what is to be sought */
};

/* Lists of changes. For undoing, readline lists the changes of the line under edit, of earlier
 * lines that were changed and left, and of the newest line while an earlier one is under edit. It
 * lets two of them have the same list, or one the end of another's, frees it for one and goes on
 * using it for the other; when, is another matter in every version. Here no line ever has what
 * another one has: after every command the line under edit keeps its list, the lists of earlier
 * lines are taken away from readline, and such a line gets its own back when it is turned to. What
 * readline has lost is not looked for. */

static void free_changes(void *changes)
{
    UNDO_LIST *edited = rl_undo_list;
    rl_undo_list = changes;
    rl_free_undo_list();
    rl_undo_list = edited;
}

/* 8.3 moves the list from the line under edit to the history's line when it looks for another and
 * finds none. Where the former has none in 8.2, what the latter has may be gone. */
static void return_list(HIST_ENTRY *edited)
{
    if (!rl_undo_list && rl_readline_version >= MOVES_LISTS)
        rl_undo_list = (UNDO_LIST *)edited->data;
    edited->data = NULL;
}

/* Earlier lines */

/* Readline reads behind the end of lines: of one that ends in a backslash where it looks for its
 * words, and further where a search has failed. There have to be zero bytes. */
static void give_room(HIST_ENTRY *entry, size_t room)
{
    size_t length = strlen(entry->line);
    char *line = realloc(entry->line, room);
    if (!line)
        return;
    memset(line + length, 0, room - length);
    entry->line = line;
}

static void forget_lines(struct prompt_history *history)
{
    for (int i = 0; i < history->lines; i++) {
        free_changes(history->line[i].changes);
        memory_free(history->line[i].text);
    }
    memory_free(history->line);
    history->line = NULL;
    history->lines = 0;
}

/* Takes what readline has for what was entered. */
static void take_lines(struct prompt_history *history)
{
    HIST_ENTRY **entry = history_list();
    forget_lines(history);
    history->line = memory_new((size_t)history_length, sizeof *history->line, NULL);
    history->lines = history->line ? history_length : 0;
    for (int i = 0; i < history->lines; i++) {
        give_room(entry[i], strlen(entry[i]->line) + BEHIND_LINE);
        history->line[i].text = memory_string(entry[i]->line, NULL);
    }
}

static void put_back(const struct prompt_history *history, int i)
{
    HIST_ENTRY **entry = history_list();
    const char *text = history->line[i].text;
    if (!text || strcmp(entry[i]->line, text) == 0)
        return;
    free_history_entry(replace_history_entry(i, text, NULL));
    give_room(entry[i], strlen(text) + BEHIND_LINE);
}

static void take_changes(struct prompt_history *history, const HIST_ENTRY *edited)
{
    HIST_ENTRY **entry = history_list();
    for (int i = 0; i < history_length; i++) {
        UNDO_LIST *changes = (UNDO_LIST *)entry[i]->data;
        if (entry[i] == edited || !changes)
            continue;
        entry[i]->data = NULL;
        give_room(entry[i], strlen(entry[i]->line) + BEHIND_LINE);
        if (i < history->lines) {
            free_changes(history->line[i].changes);
            history->line[i].changes = changes;
        } else
            free_changes(changes);
    }
}

static bool is_of_earlier_line(const struct prompt_history *history, const UNDO_LIST *changes)
{
    for (int i = 0; changes && i < history->lines; i++)
        if (history->line[i].changes == changes)
            return true;
    return false;
}

/* An earlier line that is under edit, and may just have been turned to. */
static void give_changes(struct prompt_history *history, const HIST_ENTRY *edited)
{
    int i = where_history();
    if (i >= history->lines)
        return;
    struct entered *line = &history->line[i];
    if (!rl_undo_list && strcmp(rl_line_buffer, edited->line) == 0)
        rl_undo_list = line->changes;
    else
        free_changes(line->changes);
    line->changes = NULL;
    if (!rl_undo_list && line->text && strcmp(rl_line_buffer, line->text) == 0)
        put_back(history, i); /* all of its changes are undone */
}

/* The newest line */

static void fill_edited(size_t room)
{
    size_t length = strlen(rl_line_buffer);
    if (length >= room)
        return;
    memset(rl_line_buffer + length, FILLING, room - length);
    rl_line_buffer[room] = '\0';
}

void prompt_history_unfill(char *text)
{
    char *kept = text;
    for (; *text; text++)
        if (*text != FILLING)
            *kept++ = *text;
    *kept = '\0';
}

static void note_newest(struct prompt_history *history)
{
    if (history->newest && strcmp(history->newest, rl_line_buffer) == 0)
        return;
    memory_free(history->newest);
    history->newest = memory_string(rl_line_buffer, NULL);
}

/* While an earlier line is under edit, readline keeps the newest one. 8.2 also forgets it, keeps
 * another in its place, with a list that an earlier line has as well, or takes it for the line
 * under edit when a search fails. So it is kept here; readline keeps `text` for it, behind which
 * `room` bytes are filled. */
static void stand_in_for_newest(struct prompt_history *history, const char *text, size_t room)
{
    char *edited = memory_string(rl_line_buffer, NULL);
    UNDO_LIST *changes = rl_undo_list, none;
    int point = rl_point, mark = rl_mark;
    if (!edited)
        return;
    rl_undo_list = &none;
    rl_maybe_unsave_line();
    bool kept = rl_undo_list != &none, own = kept && rl_undo_list != changes;
    if (kept && !history->is_at_earlier) {
        prompt_history_unfill(rl_line_buffer);
        note_newest(history);
    }
    if (own && rl_undo_list && !is_of_earlier_line(history, rl_undo_list)) {
        free_changes(history->newest_changes);
        history->newest_changes = rl_undo_list;
    }
    rl_undo_list = NULL;
    rl_replace_line(text ? text : edited, 0);
    fill_edited(room);
    rl_maybe_save_line();
    rl_replace_line(edited, 0);
    rl_undo_list = changes;
    rl_point = point;
    rl_mark = mark;
    memory_free(edited);
}

static void forget_newest(struct prompt_history *history)
{
    free_changes(history->newest_changes);
    memory_free(history->newest);
    history->newest_changes = NULL;
    history->newest = NULL;
    history->is_at_earlier = false;
}

/* What readline kept in its place is on the line. */
static void return_to_newest(struct prompt_history *history)
{
    const char *newest = history->newest ? history->newest : "";
    if (rl_undo_list) { /* and was edited at once */
        free_changes(history->newest_changes);
    } else {
        if (strcmp(rl_line_buffer, newest) != 0) {
            rl_replace_line(newest, 0);
            rl_point = rl_end;
        }
        rl_undo_list = history->newest_changes;
    }
    history->newest_changes = NULL;
}

/* After a command */

static void unfill_edited(void)
{
    int kept = 0, point = rl_point, mark = rl_mark;
    for (int i = 0; i < rl_end; i++)
        if (rl_line_buffer[i] == FILLING) {
            point -= i < rl_point;
            mark -= i < rl_mark;
        } else
            rl_line_buffer[kept++] = rl_line_buffer[i];
    rl_line_buffer[kept] = '\0';
    rl_end = kept;
    rl_point = point < kept ? point : kept;
    rl_mark = mark;
}

void prompt_history_settle(struct prompt_history *history)
{
    HIST_ENTRY *edited = current_history();
    bool was_asked = history->is_asked;
    history->is_asked = RL_ISSTATE(RL_STATE_NSEARCH);
    unfill_edited();
    if (edited)
        return_list(edited);
    /* A search has pointers to the lines, and has other things in their place meanwhile. */
    if (RL_ISSTATE(RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_VIMOTION))
        return;
    if (was_asked && !edited)
        rl_maybe_unsave_line(); /* readline 8.2 does not where nothing was answered */
    if (history->lines != history_length)
        take_lines(history);
    take_changes(history, edited);
    if (is_of_earlier_line(history, rl_undo_list)) /* which was left for another, or for none */
        rl_undo_list = NULL;
    if (edited) {
        give_changes(history, edited);
        stand_in_for_newest(history, NULL, 0);
    } else {
        if (history->is_at_earlier)
            return_to_newest(history);
        note_newest(history);
    }
    history->is_at_earlier = edited != NULL;
}

/* Searches */

static size_t longer(size_t length, const char *text)
{
    return text && strlen(text) > length ? strlen(text) : length;
}

void prompt_history_expect_search(struct prompt_history *history)
{
    HIST_ENTRY **entry = history_list();
    rl_maybe_replace_line(); /* or the search would do it, with a line that has no room */
    size_t room = longer(longer(0, rl_line_buffer), history->newest);
    for (int i = 0; i < history_length; i++)
        room = longer(room, entry[i]->line);
    room += BEHIND_LONGEST;
    for (int i = 0; i < history_length; i++)
        give_room(entry[i], room + BEHIND_LINE);
    rl_extend_line_buffer((int)room);
    if (current_history())
        stand_in_for_newest(history, history->newest ? history->newest : "", room);
    else
        fill_edited(room);
}

/* The end of a line */

static void put_all_back(struct prompt_history *history)
{
    forget_newest(history);
    take_changes(history, NULL);
    for (int i = 0; i < history->lines && i < history_length; i++) {
        free_changes(history->line[i].changes);
        history->line[i].changes = NULL;
        put_back(history, i);
    }
}

void prompt_history_leave(struct prompt_history *history)
{
    rl_free_undo_list();
    put_all_back(history);
    using_history();
    rl_maybe_unsave_line();
    rl_replace_line("", 1);
}

/* The file */

static void make_directory_of(const char *path)
{
    char *directory = memory_string(path, NULL);
    char *slash = directory ? strrchr(directory, '/') : NULL;
    if (slash && slash > directory) {
        *slash = '\0';
        file_make_directories(directory, NULL);
    }
    memory_free(directory);
}

/* A link would be followed and what it leads to be cut; a pipe would be waited for. */
static bool is_own_file(const char *path)
{
    int descriptor = file_open(path, O_RDONLY, FILE_OWN, NULL);
    if (descriptor >= 0)
        close(descriptor);
    return descriptor >= 0;
}

/* Lines of other sessions that were saved meanwhile stay. A history that cannot be written is lost
 * without a word: nothing that matters depends on it. */
static void save_history(struct prompt_history *history)
{
    if (!history->path || history->added == 0)
        return;
    make_directory_of(history->path);
    if (file_exists(history->path) && !is_own_file(history->path))
        return;
    if (append_history(history->added, history->path) != 0)
        write_history(history->path);
    history_truncate_file(history->path, KEPT_LINES);
}

struct prompt_history *prompt_history_new(const char *path, struct error *err)
{
    struct prompt_history *history = memory_new(1, sizeof *history, err);
    if (!history)
        return NULL;
    history->path = path ? memory_string(path, err) : NULL;
    if (path && !history->path) {
        memory_free(history);
        return NULL;
    }
    using_history();
    if (history->path && is_own_file(history->path))
        read_history(history->path);
    stifle_history(KEPT_LINES);
    return history;
}

void prompt_history_add(struct prompt_history *history, const char *text)
{
    put_all_back(history);
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (*text && (!last || strcmp(last->line, text) != 0)) {
        add_history(text);
        history->added++;
    }
    take_lines(history);
}

void prompt_history_free(struct prompt_history *history)
{
    if (!history)
        return;
    save_history(history);
    forget_newest(history);
    forget_lines(history);
    clear_history();
    memory_free(history->path);
    memory_free(history);
}
