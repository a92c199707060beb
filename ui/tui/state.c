#include "ui/tui/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/shell.h"

/* Pages */

void workbench_open_page(struct workbench *workbench, const struct page_ops *page)
{
    struct error err;
    workbench->changed = true;
    if (!pages_push(&workbench->pages, page, &err))
        workbench_say(workbench, true, "%s", err.message);
    else if (page->opened)
        page->opened(workbench);
}

void workbench_close_page(struct workbench *workbench)
{
    pages_pop(&workbench->pages);
    workbench->changed = true;
}

void workbench_go_to_foot(struct workbench *workbench)
{
    pages_pop_all(&workbench->pages);
    workbench_open_page(workbench, pages_foot(&workbench->pages));
}

void workbench_go_to(struct workbench *workbench, const struct page_ops *page)
{
    pages_pop_all(&workbench->pages);
    workbench_open_page(workbench, page);
}

/* Tasks */

void *workbench_new_task(struct workbench *workbench, size_t size)
{
    struct error err;
    void *task = memory_new(1, size, &err);
    if (!task)
        workbench_say(workbench, true, "%s", err.message);
    return task;
}

/* Telling */

/* The trainer's thread makes it with the first checkpoint, and tells so with that. */
static const struct run *find_run(const struct workbench *workbench)
{
    const struct view *view = &workbench->view;
    bool is_there = view->is_followed || view->status.has_saved;
    return is_there && workbench->session ? &workbench->session->run : NULL;
}

const char *workbench_run_name(const struct workbench *workbench)
{
    const struct run *run = find_run(workbench);
    return run && run->name ? run->name : workbench->view.preset;
}

const char *workbench_run_directory(const struct workbench *workbench)
{
    const struct run *run = find_run(workbench);
    return run ? run->directory : NULL;
}

void workbench_add_farewell(struct workbench *workbench, const char *directory)
{
    struct text *kept = &workbench->kept, line = {0};
    text_format(&line, "saved; open it again with: %s ", workbench->paths->program);
    shell_add_word(&line, directory);
    text_add(&line, "\n");
    if (!line.failed && !(kept->length > 0 && strstr(kept->bytes, line.bytes)))
        text_add(kept, line.bytes);
    text_free(&line);
}

void workbench_say(struct workbench *workbench, bool is_error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(workbench->message.text, sizeof workbench->message.text, format, arguments);
    va_end(arguments);
    workbench->message.is_error = is_error;
    workbench->changed = true;
}

void workbench_reply(struct workbench *workbench, const char *line, enum entry_kind kind,
                     const char *text)
{
    unsigned long entry;
    struct error err;
    if (transcript_add(&workbench->transcript, line, clock_seconds(), &entry, &err))
        transcript_note(&workbench->transcript, entry, kind, text);
    else
        workbench_say(workbench, true, "%s", err.message);
}
