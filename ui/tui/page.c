#include "ui/tui/page.h"

#include "base/memory.h"

struct rect page_rect(const struct cells *cells)
{
    return (struct rect){0, 0, cells->rows - 2, cells->cols};
}

/* The stack */

static bool make_memory(struct pages *pages, const struct page_ops *page, struct error *err)
{
    if (page->size == 0 || pages_own(pages, page))
        return true;
    if (pages->memories == PAGES_MOST)
        return error_set(err, ERROR_MEMORY, "too many kinds of pages were opened");
    void *own = memory_new(1, page->size, err);
    if (own)
        pages->memory[pages->memories++] = (struct page_memory){page, own};
    return own != NULL;
}

bool pages_push(struct pages *pages, const struct page_ops *page, struct error *err)
{
    if (pages->count > 0 && pages_top(pages) == page)
        return true;
    if (pages->count == PAGES_MOST)
        return error_set(err, ERROR_MEMORY, "too many pages are open");
    if (!make_memory(pages, page, err))
        return false;
    pages->page[pages->count++] = page;
    return true;
}

void pages_pop(struct pages *pages)
{
    if (pages->count > 1)
        pages->count--;
}

void pages_pop_all(struct pages *pages)
{
    while (pages->count > 1)
        pages_pop(pages);
}

const struct page_ops *pages_top(const struct pages *pages)
{
    return pages->page[pages->count - 1];
}

const struct page_ops *pages_foot(const struct pages *pages)
{
    return pages->page[0];
}

const struct page_ops *pages_drawn(const struct pages *pages)
{
    size_t at = pages->count - 1;
    while (at > 0 && !pages->page[at]->draw)
        at--;
    return pages->page[at];
}

const struct page_ops *pages_subject(const struct pages *pages)
{
    size_t at = pages->count - 1;
    while (at > 0 && pages->page[at]->place == PAGE_PASSING)
        at--;
    return pages->page[at];
}

bool pages_have(const struct pages *pages, const struct page_ops *page)
{
    for (size_t p = 0; p < pages->count; p++)
        if (pages->page[p] == page)
            return true;
    return false;
}

/* Memory */

void *pages_own(const struct pages *pages, const struct page_ops *page)
{
    for (size_t m = 0; m < pages->memories; m++)
        if (pages->memory[m].ops == page)
            return pages->memory[m].own;
    return NULL;
}

bool page_is_of_run(const struct page_ops *page)
{
    return page->place == PAGE_OF_RUN || page->place == PAGE_OVER_RUN;
}

static void free_memory(struct page_memory *memory)
{
    if (memory->ops->forget)
        memory->ops->forget(memory->own);
    memory_free(memory->own);
}

void pages_forget_run(struct pages *pages)
{
    size_t kept = 0;
    for (size_t m = 0; m < pages->memories; m++)
        if (page_is_of_run(pages->memory[m].ops))
            free_memory(&pages->memory[m]);
        else
            pages->memory[kept++] = pages->memory[m];
    pages->memories = kept;
}

void pages_free(struct pages *pages)
{
    for (size_t m = 0; m < pages->memories; m++)
        free_memory(&pages->memory[m]);
    *pages = (struct pages){0};
}
