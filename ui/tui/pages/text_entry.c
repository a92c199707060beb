#include "ui/tui/pages/text_entry.h"

#include <stdio.h>

#include "base/memory.h"
#include "ui/tui/state.h"

struct text_entry {
    char label[64];
    bool (*take)(struct workbench *workbench, const char *line);
    char *kept; /* what was on the prompt's line before; null: nothing */
};

static struct text_entry *own_entry(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &text_entry_page);
}

void text_entry_ask(struct workbench *workbench, const char *label, const char *text,
                    bool (*take)(struct workbench *workbench, const char *line))
{
    workbench_open_page(workbench, &text_entry_page);
    struct text_entry *own = own_entry(workbench);
    if (!own) /* no memory: that was said */
        return;
    memory_free(own->kept);
    own->kept = memory_string(prompt_line_text(workbench->line), NULL);
    own->take = take;
    snprintf(own->label, sizeof own->label, "%s › ", label);
    prompt_line_set(workbench->line, text);
}

static void text_entry_close(struct workbench *workbench)
{
    const struct text_entry *own = own_entry(workbench);
    prompt_line_set(workbench->line, own->kept ? own->kept : "");
    workbench_close_page(workbench);
}

static void text_entry_line_taken(struct workbench *workbench, const char *line)
{
    if (!*line || own_entry(workbench)->take(workbench, line))
        text_entry_close(workbench);
    else
        prompt_line_set(workbench->line, line);
}

void text_entry_draw(const struct workbench *workbench, struct page_frame *frame)
{
    struct rect line = frame->layout.prompt;
    if (!pages_have(&workbench->pages, &text_entry_page))
        return;
    cells_fill(frame->cells, line, L' ', STYLE_PLAIN);
    int cols = cells_text(frame->cells, line.row, line.col, line.cols, STYLE_STRONG,
                          own_entry(workbench)->label);
    line.col += cols;
    line.cols -= cols;
    prompt_line_draw(workbench->line, frame->cells, line, STYLE_PLAIN, &frame->cursor);
}

static void text_entry_hints(const struct workbench *workbench, struct hint_line *line)
{
    (void)workbench;
    hint_line_add(line, "Enter", "do it");
    hint_line_add(line, "Esc", "leave it");
}

static bool text_entry_key(struct workbench *workbench, int key)
{
    if (key == KEY_CONTROL('c') ||
        (key == KEY_ESCAPE && !prompt_line_wants_escape(workbench->line)))
        text_entry_close(workbench);
    else
        prompt_line_key(workbench->line, key);
    return true;
}

static void text_entry_paste(struct workbench *workbench, int key)
{
    prompt_line_paste(workbench->line, key);
}

static void text_entry_forget(void *own)
{
    memory_free(((struct text_entry *)own)->kept);
}

const struct page_ops text_entry_page = {
    .place = PAGE_OF_TARGETS,
    .size = sizeof(struct text_entry),
    .hints = text_entry_hints,
    .key_pressed = text_entry_key,
    .key_pasted = text_entry_paste,
    .line_taken = text_entry_line_taken,
    .forget = text_entry_forget,
};
