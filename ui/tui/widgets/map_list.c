#include "ui/tui/widgets/map_list.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

void map_list_free(struct map_list *list)
{
    memory_free(list->sorted);
    memory_free(list->shown);
    name_match_free(&list->match);
    *list = (struct map_list){0};
}

static void begin(struct map_list *list)
{
    list->next = list->count = list->at = 0;
    list->is_placed = list->is_near = false;
}

bool map_list_sort(struct map_list *list, const struct knowledge *knowledge,
                   enum knowledge_order order, const double *weight, struct error *err)
{
    uint64_t losses;
    uint32_t *sorted = memory_new(knowledge->asked, sizeof *sorted, err);
    uint32_t *shown = sorted ? memory_new(knowledge->asked, sizeof *shown, err) : NULL;
    if (!shown || !knowledge_sort(knowledge, order, weight, sorted, err) ||
        !knowledge_losses_of_most(knowledge, &losses, err)) {
        memory_free(sorted);
        memory_free(shown);
        return false;
    }
    memory_free(list->sorted);
    memory_free(list->shown);
    list->sorted = sorted;
    list->shown = shown;
    list->asked = knowledge->asked;
    list->losses = losses;
    list->order = order;
    if (list->selected >= list->asked)
        list->selected = 0;
    begin(list);
    return true;
}

void map_list_forget(struct map_list *list)
{
    memory_free(list->sorted);
    memory_free(list->shown);
    list->sorted = list->shown = NULL;
    list->asked = 0;
    begin(list);
}

void map_list_choose(struct map_list *list, enum knowledge_filter filter)
{
    list->filter = filter;
    begin(list);
}

bool map_list_search(struct map_list *list, const struct population *population,
                     const struct vocabulary *vocabulary, const char *typed, struct error *err)
{
    struct name_match match;
    if (!name_match_begin(&match, population, vocabulary, typed, err))
        return false;
    name_match_free(&list->match);
    list->match = match;
    if (typed != list->typed)
        snprintf(list->typed, sizeof list->typed, "%s", typed);
    begin(list);
    return true;
}

static bool is_wanted(struct map_list *list, const struct knowledge *knowledge, size_t asked)
{
    return knowledge_passes(knowledge, asked, list->filter, list->losses) &&
           (list->typed[0] == '\0' ||
            name_match_fits(&list->match, knowledge_individual(knowledge, asked), list->is_near));
}

static void take_next(struct map_list *list, const struct knowledge *knowledge)
{
    uint32_t asked = list->sorted[list->next++];
    if (!list->is_placed) {
        list->at = list->count;
        list->is_placed = asked == list->selected;
    }
    if (is_wanted(list, knowledge, asked))
        list->shown[list->count++] = asked;
    bool ended = list->next == list->asked;
    if (ended && list->count == 0 && list->typed[0] && !list->is_near) {
        begin(list);
        list->is_near = true;
    } else if (ended && list->at >= list->count && list->count > 0)
        list->at = list->count - 1;
}

bool map_list_go_on(struct map_list *list, const struct knowledge *knowledge, uint64_t work)
{
    uint64_t looked = 0, begun = list->match.work;
    while (!map_list_is_whole(list) && looked + (list->match.work - begun) < work) {
        take_next(list, knowledge);
        looked++;
    }
    return !map_list_is_whole(list);
}

bool map_list_is_whole(const struct map_list *list)
{
    return list->next == list->asked;
}

size_t map_list_place(const struct map_list *list)
{
    return list->at < list->count ? list->at : list->count > 0 ? list->count - 1 : 0;
}

void map_list_select(struct map_list *list, size_t at)
{
    if (list->count == 0)
        return;
    list->at = at < list->count ? at : list->count - 1;
    list->selected = list->shown[list->at];
    list->is_placed = true;
}
