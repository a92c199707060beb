#include "ui/tui/widgets/prompt_history.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "base/file.h"
#include "base/memory.h"

enum { KEPT_LINES = 1000 };

struct prompt_history {
    char *path; /* null: none */
    int added;  /* lines of this session */
};

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

/* With the changes of lines that were edited and left, which clear_history would lose. */
static void forget_history(void)
{
    rl_free_undo_list();
    while (history_length > 0) {
        rl_undo_list = (UNDO_LIST *)free_history_entry(remove_history(0));
        rl_free_undo_list();
    }
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
    HIST_ENTRY *last = history_length > 0 ? history_get(history_base + history_length - 1) : NULL;
    if (!*text || (last && strcmp(last->line, text) == 0))
        return;
    add_history(text);
    history->added++;
}

void prompt_history_free(struct prompt_history *history)
{
    if (!history)
        return;
    save_history(history);
    forget_history();
    memory_free(history->path);
    memory_free(history);
}
