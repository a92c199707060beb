/* Map of this file: what is copied; who is shown; how it is laid out; moving; the summary; the
 * words; bands; an individual; the map. */
#include "ui/tui/widgets/fact_map.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "ui/format.h"

/* What is copied */

/* Into *copy, if it is news; else that stays empty. */
static bool copy_news(const struct fact_map *map, const struct knowledge *seen,
                      struct knowledge *copy, struct error *err)
{
    bool is_news = seen->fact && !(map->knowledge.fact && seen->step == map->knowledge.step);
    *copy = (struct knowledge){0};
    return !is_news || knowledge_copy(copy, seen, err);
}

static bool take_over(struct fact_map *map, struct knowledge copy, struct error *err)
{
    if (!copy.fact)
        return true;
    knowledge_free(&map->knowledge);
    map->knowledge = copy;
    if (fact_map_sort(map, map->list.order, err) &&
        knowledge_summarize(&copy, copy.attributes, &map->summary, err))
        return true;
    fact_map_forget(map);
    return false;
}

bool fact_map_take(struct fact_map *map, const struct knowledge *seen, struct error *err)
{
    struct knowledge copy;
    return copy_news(map, seen, &copy, err) && take_over(map, copy, err);
}

/* The trainer waits for no sorting. */
bool fact_map_update(struct fact_map *map, struct history *history, struct error *err)
{
    struct knowledge copy;
    history_hold(history);
    bool copied = copy_news(map, &history->knowledge, &copy, err);
    history_release(history);
    return copied && take_over(map, copy, err);
}

void fact_map_forget(struct fact_map *map)
{
    knowledge_free(&map->knowledge);
    map_list_forget(&map->list);
}

void fact_map_free(struct fact_map *map)
{
    knowledge_free(&map->knowledge);
    map_list_free(&map->list);
    *map = (struct fact_map){0};
}

/* Who is shown */

static bool make_weights(const struct fact_map *map, double **weight, struct error *err)
{
    size_t asked = map->knowledge.asked;
    *weight = NULL;
    if (!map->weight)
        return true;
    *weight = memory_new(asked, sizeof **weight, err);
    for (size_t i = 0; *weight && i < asked; i++)
        (*weight)[i] = map->weight(map->context, knowledge_individual(&map->knowledge, i));
    return *weight;
}

bool fact_map_sort(struct fact_map *map, enum knowledge_order order, struct error *err)
{
    double *weight = NULL;
    if (order == KNOWLEDGE_BY_DRAWS && !make_weights(map, &weight, err))
        return false;
    bool sorted = map_list_sort(&map->list, &map->knowledge, order, weight, err);
    memory_free(weight);
    fact_map_go_on(map);
    return sorted;
}

void fact_map_choose(struct fact_map *map, enum knowledge_filter filter)
{
    map_list_choose(&map->list, filter);
    fact_map_go_on(map);
}

bool fact_map_search(struct fact_map *map, const struct population *population,
                     const struct vocabulary *vocabulary, const char *typed, struct error *err)
{
    bool begun = map_list_search(&map->list, population, vocabulary, typed, err);
    fact_map_go_on(map);
    return begun;
}

bool fact_map_go_on(struct fact_map *map)
{
    return map_list_go_on(&map->list, &map->knowledge, FACT_MAP_WORK);
}

bool fact_map_selected(const struct fact_map *map, uint64_t *individual)
{
    const struct map_list *list = &map->list;
    if (list->count == 0)
        return false;
    size_t at = list->at < list->count ? list->at : list->count - 1;
    *individual = knowledge_individual(&map->knowledge, list->shown[at]);
    return true;
}

/* How it is laid out */

enum { LABEL_COLS = 14, MARGIN = 1, SUMMARY_ROWS = 1, HEAD_ROWS = 1, WIDE_COLS = 100 };
enum { LEAST_COLS = MARGIN + LABEL_COLS + 1 + MARGIN };

/* Fewer rows have none for the words, unless those say something else than usual. */
enum { WORDS_LEAST = 7 };

/* Fewer individuals stand in a character each, also where they do not fit on the screen. */
enum { SHARING_LEAST = 1000 };

struct map_plan {
    int words_rows;      /* 1 where it is said in words what is shown */
    int sharing;         /* individuals of a character */
    size_t across;       /* individuals of a band */
    size_t bands;        /* on the screen, at least 1 */
    int attributes;      /* rows of a band, under its head */
    int map_rows;        /* of all bands */
    int individual_rows; /* below; 0 where there is no room */
};

static bool is_narrowed(const struct fact_map *map)
{
    const struct map_list *list = &map->list;
    return list->order != KNOWLEDGE_BY_NUMBER || list->filter != KNOWLEDGE_ALL || list->typed[0] ||
           map->is_typing;
}

static int choose_sharing(const struct fact_map *map, size_t each)
{
    int sharing = map->sharing > 0 ? map->sharing : 1;
    if (map->sharing == 0 && map->list.count >= SHARING_LEAST)
        while (sharing < FACT_MAP_SHARING && map->list.count > each * (size_t)sharing)
            sharing *= 2;
    return sharing;
}

static struct map_plan make_plan(const struct fact_map *map, struct rect rect)
{
    size_t attributes = map->knowledge.attributes;
    int words = is_narrowed(map) || rect.rows >= WORDS_LEAST;
    int columns = rect.cols - LABEL_COLS - 2 * MARGIN, rows = rect.rows - SUMMARY_ROWS - words;
    int band = HEAD_ROWS + (int)attributes, individual = 1 + (int)attributes;
    struct map_plan plan = {.words_rows = words, .across = columns > 1 ? (size_t)columns : 1};
    if (rows >= band + individual)
        plan.individual_rows = individual;
    rows -= plan.individual_rows;
    plan.attributes = band <= rows ? (int)attributes : rows > HEAD_ROWS ? rows - HEAD_ROWS : 0;
    plan.bands = rows > band ? (size_t)(rows / band) : 1;
    plan.map_rows = (int)plan.bands * (HEAD_ROWS + plan.attributes);
    plan.sharing = choose_sharing(map, plan.across * plan.bands);
    plan.across *= (size_t)plan.sharing;
    return plan;
}

int fact_map_sharing(const struct fact_map *map, struct rect rect)
{
    return make_plan(map, rect).sharing;
}

void fact_map_share(struct fact_map *map, int more, struct rect rect)
{
    int sharing = fact_map_sharing(map, rect);
    map->sharing = more < 0                     ? (sharing > 1 ? sharing / 2 : 1)
                   : sharing < FACT_MAP_SHARING ? 2 * sharing
                                                : sharing;
}

/* Moving */

void fact_map_move(struct fact_map *map, enum fact_map_move move, int count, struct rect rect)
{
    struct map_plan plan = make_plan(map, rect);
    size_t shown = map->list.count, at = map_list_place(&map->list);
    const size_t steps[] = {
        [FACT_MAP_INDIVIDUAL] = 1,
        [FACT_MAP_BAND] = plan.across,
        [FACT_MAP_PAGE] = plan.across * plan.bands,
        [FACT_MAP_ALL] = shown,
    };
    size_t by = steps[move] * (size_t)(count < 0 ? -count : count);
    bool is_last = at / plan.across == (shown - 1) / plan.across;
    if (shown == 0 || (move == FACT_MAP_BAND && (count < 0 ? at < plan.across : is_last)))
        return;
    if (count < 0)
        map_list_select(&map->list, by > at ? 0 : at - by);
    else
        map_list_select(&map->list, at + by);
}

/* The summary */

/* What stands for a state is also the summary's legend. */
static const struct {
    wchar_t glyph;
    enum style style;
} signs[] = {
    [FACT_UNTOLD] = {L' ', STYLE_PLAIN},
    [FACT_NEVER] = {L'·', STYLE_FAINT},
    [FACT_FORGOTTEN] = {L'✗', STYLE_WRONG},
    [FACT_KNOWN] = {L'■', STYLE_RIGHT},
};

static enum fact_state state_of(const struct fact *fact)
{
    return !fact->told   ? FACT_UNTOLD
           : fact->known ? FACT_KNOWN
           : fact->ever  ? FACT_FORGOTTEN
                         : FACT_NEVER;
}

static int draw_share(struct cells *cells, struct rect rect, int col, enum fact_state state,
                      const char *name, double share)
{
    char percent[FORMAT_SIZE];
    int end = rect.col + rect.cols;
    if (end - col > 2)
        cells_put(cells, rect.row, col, signs[state].glyph, signs[state].style);
    return col + 4 +
           cells_format(cells, rect.row, col + 2, end - col - 2, STYLE_PLAIN, "%s %s", name,
                        format_percent(percent, share));
}

/* Draws a text where all of it fits; returns the column behind it. */
static int draw_whole(struct cells *cells, struct rect rect, int col, enum style style,
                      const struct text *text)
{
    int room = rect.col + rect.cols - col;
    bool fits = !text->failed && text_columns(text->bytes) <= room;
    return fits ? col + cells_text(cells, rect.row, col, room, style, text->bytes) : col;
}

/* What it took to know the facts that were ever known. */
static int draw_medians(const struct fact_map *map, struct rect rect, int col, struct cells *cells)
{
    const struct knowledge_summary *all = &map->summary;
    char step[FORMAT_SIZE], took[FORMAT_SIZE];
    struct text text = {0};
    if (!isfinite(all->first))
        return col;
    snprintf(took, sizeof took, "%g", all->exposures);
    text_format(&text,
                rect.cols >= WIDE_COLS ? "medians until known: %s exposures, step %s"
                                       : "in %s exposures (median)",
                took, format_count(step, (uint64_t)llround(all->first)));
    col = draw_whole(cells, rect, col, STYLE_PLAIN, &text);
    text_free(&text);
    return col;
}

static void draw_count(const struct fact_map *map, struct rect rect, int col, struct cells *cells)
{
    char count[FORMAT_SIZE];
    struct text text = {0};
    text_format(&text, "of %s individuals", format_count(count, map->knowledge.asked));
    draw_whole(cells, rect, col, STYLE_FAINT, &text);
    text_free(&text);
}

static bool tells_all(const struct knowledge *knowledge)
{
    size_t facts = knowledge->asked * knowledge->attributes, f = 0;
    while (f < facts && knowledge->fact[f].told)
        f++;
    return f == facts;
}

static void draw_summary(const struct fact_map *map, struct rect rect, struct cells *cells)
{
    const struct knowledge_summary *all = &map->summary;
    int col = rect.col + MARGIN, end = rect.col + rect.cols;
    col = draw_share(cells, rect, col, FACT_KNOWN, "known", all->known);
    col = draw_share(cells, rect, col, FACT_FORGOTTEN, "forgotten", all->forgotten);
    col = draw_share(cells, rect, col, FACT_NEVER, "never", 1 - all->ever);
    if (!tells_all(&map->knowledge))
        col += 2 + cells_text(cells, rect.row, col, end - col, STYLE_FAINT, "blank: not told");
    col = draw_medians(map, rect, col, cells);
    if (rect.cols >= WIDE_COLS)
        draw_count(map, rect, col + 2, cells);
}

/* The words */

static const char *const orders[] = {
    [KNOWLEDGE_BY_NUMBER] = "by number",
    [KNOWLEDGE_BY_DRAWS] = "most often drawn first",
    [KNOWLEDGE_BY_LEARNED] = "first learned first",
};

static void say_filter(const struct fact_map *map, struct text *out)
{
    static const char *const filters[] = {
        [KNOWLEDGE_ALL] = "",
        [KNOWLEDGE_KNOWN] = " with all facts known",
        [KNOWLEDGE_FORGOTTEN] = " with a fact forgotten",
        [KNOWLEDGE_CONFUSED] = " most confused",
    };
    const struct map_list *list = &map->list;
    char count[FORMAT_SIZE], asked[FORMAT_SIZE];
    format_count(asked, list->asked);
    if (list->filter == KNOWLEDGE_ALL && list->typed[0] == '\0')
        text_format(out, "all %s", asked);
    else
        text_format(out, "%s of %s%s", format_count(count, list->count), asked,
                    filters[list->filter]);
    if (list->filter == KNOWLEDGE_CONFUSED)
        text_format(out, " (%s facts lost or more)", format_count(count, list->losses));
}

void fact_map_say(const struct fact_map *map, struct text *out)
{
    const struct map_list *list = &map->list;
    if (list->typed[0] && !map->is_typing)
        text_format(out, "%s \u201c%s\u201d \u00b7 ", list->is_near ? "nearly" : "named",
                    list->typed);
    say_filter(map, out);
    text_format(out, " \u00b7 %s", orders[list->order]);
}

/* What is typed; returns the column behind it. */
static int draw_typed(const struct fact_map *map, struct rect rect, int col, struct cells *cells)
{
    return col + cells_format(cells, rect.row, col, rect.col + rect.cols - col, STYLE_STRONG,
                              "%s: %s_  ", map->list.is_near ? "near" : "name", map->list.typed);
}

/* Which page of bands has the selected individual, where there are several. */
static void say_page(const struct fact_map *map, const struct map_plan *plan, struct text *out)
{
    size_t page = plan->across * plan->bands, count = map->list.count;
    if (count > page)
        text_format(out, " \u00b7 page %zu of %zu", map_list_place(&map->list) / page + 1,
                    (count - 1) / page + 1);
}

/* named "zhu" · 3 of 128 with a fact forgotten · first learned first · page 2 of 3. */
static void draw_words(const struct fact_map *map, const struct map_plan *plan, struct rect rect,
                       struct cells *cells)
{
    static const char *const shares[] = {[2] = "two", [4] = "four"};
    struct text text = {0};
    int col = rect.col + MARGIN, end = rect.col + rect.cols;
    if (map->is_typing)
        col = draw_typed(map, rect, col, cells);
    fact_map_say(map, &text);
    if (plan->sharing > 1)
        text_format(&text, " \u00b7 %s facts a character", shares[plan->sharing]);
    say_page(map, plan, &text);
    if (!map_list_is_whole(&map->list))
        text_add(&text, " \u00b7 looking\u2026");
    cells_text(cells, rect.row, col, end - col, STYLE_PLAIN, text.failed ? "" : text.bytes);
    text_free(&text);
}

/* Bands */

static const struct fact *fact_of(const struct fact_map *map, size_t at, size_t attribute)
{
    return &map->knowledge.fact[map->list.shown[at] * map->knowledge.attributes + attribute];
}

enum fact_state fact_map_state(const struct fact_map *map, size_t at, size_t attribute)
{
    return state_of(fact_of(map, at, attribute));
}

/* Which individuals of those shown, over a sign above the selected one. */
static void draw_head(const struct fact_map *map, const struct map_plan *plan, size_t first,
                      size_t end, struct rect rect, struct cells *cells)
{
    char from[FORMAT_SIZE], to[FORMAT_SIZE];
    size_t at = map_list_place(&map->list);
    cells_format(cells, rect.row, rect.col + MARGIN, LABEL_COLS - 1, STYLE_FAINT, "%s–%s",
                 format_count(from, first + 1), format_count(to, end));
    if (at >= first && at < end)
        cells_put(cells, rect.row,
                  rect.col + MARGIN + LABEL_COLS + (int)(at - first) / plan->sharing, L'↓',
                  STYLE_STRONG);
}

/* What stands for the facts of several individuals: which are known, a quarter or a half each from
 * left to right and down. */
static wchar_t shared_glyph(unsigned known, int sharing, bool ascii)
{
    static const wchar_t halves[] = L" ▌▐█", quarters[] = L" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█";
    static const char ascii_halves[] = " []#", ascii_counts[] = " 123#";
    int count = 0;
    for (int bit = 0; bit < sharing; bit++)
        count += known >> bit & 1;
    if (ascii)
        return (wchar_t)(sharing == 2 ? ascii_halves[known] : ascii_counts[count]);
    return sharing == 2 ? halves[known] : quarters[known];
}

/* The facts of individuals at first .. end-1 in one character; where none is known, the sign of
 * what they are. */
static void draw_shared(const struct fact_map *map, size_t first, size_t end, size_t attribute,
                        int sharing, int row, int col, struct cells *cells)
{
    size_t count[] = {[FACT_KNOWN] = 0};
    unsigned known = 0;
    for (size_t at = first; at < end; at++) {
        enum fact_state state = fact_map_state(map, at, attribute);
        count[state]++;
        known |= (unsigned)(state == FACT_KNOWN) << (at - first);
    }
    enum fact_state alone = count[FACT_FORGOTTEN] > 0 ? FACT_FORGOTTEN
                            : count[FACT_NEVER] > 0   ? FACT_NEVER
                                                      : FACT_UNTOLD;
    if (known == 0)
        cells_put(cells, row, col, signs[alone].glyph, signs[alone].style);
    else
        cells_put(cells, row, col, shared_glyph(known, sharing, cells->ascii),
                  signs[count[FACT_FORGOTTEN] > 0 ? FACT_FORGOTTEN : FACT_KNOWN].style);
}

static void draw_row(const struct fact_map *map, const struct map_plan *plan, size_t first,
                     size_t end, size_t attribute, int row, int col, struct cells *cells)
{
    size_t each = (size_t)plan->sharing, selected = map_list_place(&map->list);
    for (size_t i = first; i < end; i += each, col++) {
        size_t last = end - i < each ? end : i + each;
        enum fact_state state = fact_map_state(map, i, attribute);
        if (each > 1)
            draw_shared(map, i, last, attribute, plan->sharing, row, col, cells);
        else
            cells_put(cells, row, col, signs[state].glyph, signs[state].style);
        if (selected >= i && selected < last)
            cells_restyle(cells, (struct rect){row, col, 1, 1}, STYLE_SELECTED);
    }
}

static void draw_band(const struct fact_map *map, const struct population *population,
                      const struct map_plan *plan, size_t first, size_t end, struct rect rect,
                      struct cells *cells)
{
    int all = (int)map->knowledge.attributes, shown = rect.rows - HEAD_ROWS;
    draw_head(map, plan, first, end, rect, cells);
    if (shown > 1 && shown < all) {
        shown--;
        cells_format(cells, rect.row + HEAD_ROWS + shown, rect.col + MARGIN, rect.cols - MARGIN,
                     STYLE_FAINT, "%d more attributes need a higher screen", all - shown);
    }
    for (int a = 0; a < shown; a++) {
        int row = rect.row + HEAD_ROWS + a, col = rect.col + MARGIN;
        cells_text(cells, row, col, LABEL_COLS - 1, STYLE_FAINT,
                   population->facts->attribute[a].name);
        draw_row(map, plan, first, end, (size_t)a, row, col + LABEL_COLS, cells);
    }
}

/* The page of bands that has the selected individual. */
static void draw_bands(const struct fact_map *map, const struct population *population,
                       const struct map_plan *plan, struct rect rect, struct cells *cells)
{
    size_t page = plan->across * plan->bands, count = map->list.count;
    size_t first = map_list_place(&map->list) / page * page;
    int rows = HEAD_ROWS + plan->attributes;
    for (size_t b = 0; b < plan->bands && first < count && rect.rows > 0; b++) {
        size_t end = count - first < plan->across ? count : first + plan->across;
        struct rect band = {rect.row + (int)b * rows, rect.col, rows, rect.cols};
        draw_band(map, population, plan, first, end, band, cells);
        first = end;
    }
}

/* An individual */

/* What its first knowing took is left out where there is no room for it. */
static void say_fact(const struct fact *fact, int columns, struct text *out)
{
    char took[64];
    char step[FORMAT_SIZE], lost[FORMAT_SIZE];
    format_count(step, fact->first);
    format_count(lost, fact->lost);
    if (!fact->told)
        text_add(out, "not in the table");
    else if (!fact->ever)
        text_add(out, "never known");
    else if (fact->losses == 0)
        text_format(out, "known since %s", step);
    else
        text_format(out, "%slost at %s, first known at %s", fact->known ? "last " : "", lost, step);
    if (!fact->told || !fact->ever)
        return;
    snprintf(took, sizeof took, ", after %u exposures", (unsigned)fact->exposures);
    if (!out->failed && text_columns(out->bytes) + text_columns(took) <= columns)
        text_add(out, took);
}

static int value_columns(int cols)
{
    const int usual = cols >= WIDE_COLS ? 28 : 23, share = 3;
    return cols / share < usual ? cols / share : usual;
}

/* Columns for the names of attributes below the bands, which are shorter there: as many as the
 * longest takes, where there is room. */
static int name_columns(const struct fact_set *facts, int cols)
{
    const int most = cols >= WIDE_COLS ? cols / 4 : LABEL_COLS;
    int widest = LABEL_COLS;
    for (size_t a = 0; a < facts->attributes; a++) {
        int columns = text_columns(facts->attribute[a].name) + 1;
        widest = columns > widest ? columns : widest;
    }
    return widest < most ? widest : most;
}

static void draw_fact(const struct fact *fact, const char *name, int name_cols, const char *value,
                      struct rect rect, struct cells *cells)
{
    enum fact_state state = state_of(fact);
    int col = rect.col + MARGIN, end = rect.col + rect.cols, value_cols = value_columns(rect.cols);
    struct text text = {0};
    say_fact(fact, end - col - name_cols - value_cols - 2, &text);
    cells_text(cells, rect.row, col, name_cols - 1, STYLE_FAINT, name);
    col += name_cols;
    int room = end - col < value_cols - 1 ? end - col : value_cols - 1;
    cells_text(cells, rect.row, col, room, STYLE_PLAIN, value);
    col += value_cols;
    if (col + 2 < end) {
        cells_put(cells, rect.row, col, signs[state].glyph, signs[state].style);
        cells_text(cells, rect.row, col + 2, end - col - 2, STYLE_PLAIN,
                   text.failed ? "" : text.bytes);
    }
    text_free(&text);
}

static void draw_individual(const struct fact_map *map, const struct population *population,
                            struct rect rect, struct cells *cells)
{
    uint64_t individual = 0;
    if (!fact_map_selected(map, &individual))
        return;
    size_t at = map_list_place(&map->list);
    struct text name = {0}, value = {0};
    char count[FORMAT_SIZE];
    population_name_text(population, individual, &name);
    int col = rect.col + MARGIN, end = rect.col + rect.cols;
    int name_cols = name_columns(population->facts, rect.cols);
    col += cells_text(cells, rect.row, col, end - col, STYLE_STRONG, name.failed ? "" : name.bytes);
    cells_format(cells, rect.row, col + 2, end - col - 2, STYLE_FAINT, "%s exposures",
                 format_count(count, map->knowledge.exposures[map->list.shown[at]]));
    for (size_t a = 0; a < map->knowledge.attributes; a++) {
        struct rect row = {rect.row + 1 + (int)a, rect.col, 1, rect.cols};
        bool told = population_tells(population, individual, a);
        text_clear(&value);
        if (told)
            population_value_text(population, individual, a, &value);
        draw_fact(fact_of(map, at, a), population->facts->attribute[a].name, name_cols,
                  told && !value.failed ? value.bytes : "", row, cells);
    }
    text_free(&name);
    text_free(&value);
}

/* The map */

void fact_map_draw(const struct fact_map *map, const struct population *population,
                   struct rect rect, struct cells *cells)
{
    if (rect.rows <= 0 || rect.cols < LEAST_COLS)
        return;
    if (map->knowledge.asked == 0) {
        cells_text(cells, rect.row, rect.col + MARGIN, rect.cols - MARGIN, STYLE_FAINT,
                   "no evaluation of known individuals yet");
        return;
    }
    struct map_plan plan = make_plan(map, rect);
    int above = SUMMARY_ROWS + plan.words_rows;
    struct rect bands = {rect.row + above, rect.col, rect.rows - above, rect.cols};
    draw_summary(map, rect, cells);
    if (plan.words_rows > 0 && rect.rows > SUMMARY_ROWS)
        draw_words(map, &plan, (struct rect){rect.row + SUMMARY_ROWS, rect.col, 1, rect.cols},
                   cells);
    draw_bands(map, population, &plan, bands, cells);
    if (map->list.count == 0 && map_list_is_whole(&map->list))
        cells_text(cells, bands.row, bands.col + MARGIN, bands.cols - MARGIN, STYLE_FAINT,
                   bands.rows <= 0      ? ""
                   : map->list.typed[0] ? "nobody of those asked about; /people NAME finds others"
                                        : "nobody of those asked about");
    if (plan.individual_rows > 0)
        draw_individual(map, population,
                        (struct rect){rect.row + rect.rows - plan.individual_rows, rect.col,
                                      plan.individual_rows, rect.cols},
                        cells);
}

bool fact_map_select_at(struct fact_map *map, struct rect rect, int row, int col, bool *again)
{
    if (rect.rows <= 0 || rect.cols < LEAST_COLS || map->list.count == 0)
        return false;
    const struct map_plan plan = make_plan(map, rect);
    const int below = row - rect.row - SUMMARY_ROWS - plan.words_rows;
    const int behind = col - rect.col - MARGIN - LABEL_COLS,
              band_rows = HEAD_ROWS + plan.attributes;
    const size_t page = plan.across * plan.bands, selected = map_list_place(&map->list);
    if (below < 0 || below >= plan.map_rows || behind < 0)
        return false;
    const size_t in_band = (size_t)behind * (size_t)plan.sharing;
    const size_t each = (size_t)plan.sharing;
    const size_t at = selected / page * page + (size_t)(below / band_rows) * plan.across + in_band;
    if (in_band >= plan.across || at >= map->list.count)
        return false;
    *again = selected >= at && selected < at + each;
    if (!*again)
        map_list_select(&map->list, at);
    return true;
}
