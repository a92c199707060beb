/* Map of this file: what there is to choose; doing it; the page; keys. */
#include "ui/tui/pages/palette.h"

#include "base/memory.h"
#include "base/text.h"
#include "facts/name_finder.h"
#include "ui/tui/ask.h"
#include "ui/tui/listing.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/performing.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/widgets/choices.h"

enum kind { KIND_REQUEST, KIND_PRESET, KIND_RUN, KIND_PERSON };

static const char *const kind_names[] = {
    [KIND_REQUEST] = "do",
    [KIND_PRESET] = "preset",
    [KIND_RUN] = "run",
    [KIND_PERSON] = "ask",
};

struct palette {
    struct choices choices;
    unsigned place;  /* enum page_place of the page below */
    size_t readings; /* of presets and runs, when they were listed */
    bool finds;      /* people are still to be looked for */
};

static struct palette *own_palette(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &palette_page);
}

/* What there is to choose */

static bool add_request(struct palette *palette, const struct workbench *workbench, size_t r,
                        struct error *err)
{
    struct text keys = {0};
    const struct request_info *info = &request_table[r];
    request_key_names(&workbench->keys, info, &keys);
    bool added = !(info->on & palette->place) ||
                 choices_add(&palette->choices, KIND_REQUEST, r, info->command,
                             keys.bytes ? keys.bytes : "", info->help, -1, err);
    text_free(&keys);
    return added;
}

static bool add_targets(struct palette *palette, const struct target_list *list, struct error *err)
{
    bool added = true;
    for (size_t p = 0; added && p < list->presets; p++) {
        const struct listed_preset *preset = &list->preset[p];
        const char *note = preset->complaint ? preset->complaint : preset->title;
        added = choices_add(&palette->choices, KIND_PRESET, p, preset->name, "", note, -1, err);
    }
    for (size_t r = 0; added && r < list->runs; r++)
        added = choices_add(&palette->choices, KIND_RUN, r, list->run[r].name, "",
                            list->run[r].preset, -1, err);
    return added;
}

/* Behind commands that begin so, and before whatever only has the letters. */
static bool add_people(struct palette *palette, const struct session *session, struct error *err)
{
    enum { MOST = 20, PEOPLE_FIT = 3500 };
    struct found_names found;
    bool added = true;
    if (!names_find(&found, &session->population, &session->vocabulary, palette->choices.typed,
                    MOST, err))
        return false;
    for (size_t n = 0; added && n < found.count; n++) {
        struct text name = {0};
        population_name_text(&session->population, found.name[n].individual, &name);
        int fit = (found.is_near ? 1 : PEOPLE_FIT) - (found.is_near ? 0 : (int)n);
        added =
            !name.failed && choices_add(&palette->choices, KIND_PERSON, found.name[n].individual,
                                        name.bytes, "", "all that the model believes", fit, err);
        text_free(&name);
    }
    found_names_free(&found);
    return added;
}

/* People come when no key waits. */
static void list_anew(struct workbench *workbench)
{
    struct error err;
    struct palette *palette = own_palette(workbench);
    bool listed = true;
    choices_clear(&palette->choices);
    for (size_t r = 0; listed && r < request_count; r++)
        listed = add_request(palette, workbench, r, &err);
    listed = listed && add_targets(palette, &workbench->listed, &err);
    choices_sort(&palette->choices);
    palette->readings = workbench->listed.readings;
    palette->finds = workbench->session && palette->choices.typed[0];
    if (!listed)
        workbench_say(workbench, true, "%s", err.message);
}

static bool palette_go_on(struct workbench *workbench)
{
    struct error err;
    struct palette *palette = own_palette(workbench);
    size_t selected = palette->choices.selected;
    bool was_read = palette->readings != workbench->listed.readings;
    if (was_read)
        list_anew(workbench);
    bool finds = palette->finds && workbench->session;
    palette->finds = false;
    if (!was_read && !finds)
        return false;
    if (finds && !add_people(palette, workbench->session, &err))
        workbench_say(workbench, true, "%s", err.message);
    choices_sort(&palette->choices);
    choices_move(&palette->choices, (int)selected);
    return true;
}

static void palette_opened(struct workbench *workbench)
{
    struct palette *palette = own_palette(workbench);
    const struct pages *pages = &workbench->pages;
    palette->place = pages->page[pages->count > 1 ? pages->count - 2 : 0]->place;
    palette->choices.typed[0] = '\0';
    listing_read(workbench);
    list_anew(workbench);
}

/* Doing it */

/* What takes an argument is put on the prompt's line, to be completed there. */
static void do_request(struct workbench *workbench, size_t r)
{
    const struct request_info *info = &request_table[r];
    if (info->argument != ARGUMENT_NONE && workbench->session)
        performing_type(workbench, info);
    else
        performing_do(workbench, info, "", NULL);
}

static void open_target(struct workbench *workbench, const char *name, bool is_run)
{
    struct error err;
    if (targets_set(workbench, name, is_run, !workbench->opened_any, &err))
        opening_leave_for_target(workbench);
    else
        workbench_say(workbench, true, "%s", err.message);
}

static void ask_person(struct workbench *workbench, const char *name, uint64_t individual)
{
    char *line = memory_format(NULL, "/who %s", name);
    if (line && workbench->session) {
        workbench_go_to(workbench, &learn_page);
        ask_individual(workbench, line, individual);
    }
    memory_free(line);
}

/* The page is left before, so that it is done on the one below. */
static void choose(struct workbench *workbench)
{
    const struct choice *selected = choices_selected(&own_palette(workbench)->choices);
    if (!selected)
        return;
    struct choice choice = *selected;
    char *name = memory_string(selected->name, NULL);
    workbench_close_page(workbench);
    if (choice.kind == KIND_REQUEST)
        do_request(workbench, (size_t)choice.number);
    else if (name && choice.kind == KIND_PERSON)
        ask_person(workbench, name, choice.number);
    else if (name)
        open_target(workbench, name, choice.kind == KIND_RUN);
    memory_free(name);
}

/* The page */

static bool palette_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    struct cells *cells = frame->cells;
    int col = choices_draw(&own_palette(workbench)->choices, kind_names, page_rect(cells), cells);
    (void)err;
    cells_put(cells, 0, col, L' ', STYLE_SELECTED); /* where one types */
    return true;
}

static void palette_hints(const struct workbench *workbench, struct hint_line *line)
{
    static const struct hint hints[] = {
        {"letters", "find"}, {"Up Down", "choose"}, {"Enter", "do it"}, {"Esc", "back"}, {0}};
    (void)workbench;
    hint_line_add_all(line, hints);
}

/* Keys */

static void take(struct workbench *workbench, int key)
{
    if (choices_take(&own_palette(workbench)->choices, key) == TYPED_CHANGED)
        list_anew(workbench);
}

static bool palette_key(struct workbench *workbench, int key)
{
    struct choices *choices = &own_palette(workbench)->choices;
    int rows = key_writes(key) ? 0 : key_rows(key); /* letters are typed */
    const struct request_info *info = request_of_key(&workbench->keys, key);
    bool closes = info && info->page == &palette_page && !key_writes(key);
    if (rows != 0)
        choices_move(choices, rows);
    else if (key_is_enter(key))
        choose(workbench);
    else if (key == KEY_ESCAPE || key == KEY_CONTROL('c') || closes)
        workbench_close_page(workbench);
    else
        take(workbench, key);
    return true;
}

static bool palette_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    (void)col;
    return choices_select_at(&own_palette(workbench)->choices, page_rect(&workbench->cells), row,
                             again);
}

static void palette_paste(struct workbench *workbench, int key)
{
    if (key == ' ' || key_writes(key))
        take(workbench, key);
}

static void palette_forget(void *own)
{
    choices_free(&((struct palette *)own)->choices);
}

const struct page_ops palette_page = {
    .place = PAGE_PASSING,
    .fills = true,
    .size = sizeof(struct palette),
    .opened = palette_opened,
    .go_on = palette_go_on,
    .draw = palette_draw,
    .hints = palette_hints,
    .key_pressed = palette_key,
    .select_at = palette_select_at,
    .key_pasted = palette_paste,
    .forget = palette_forget,
};
