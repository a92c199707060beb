/* Map of this file: what is copied; how it is laid out; moving; the summary; bands; an individual;
 * the map. */
#include "ui/tui/widgets/fact_map.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "ui/format.h"

/* What is copied */

bool fact_map_take(struct fact_map *map, const struct knowledge *seen, struct error *err)
{
    struct knowledge copy = {0};
    if (!seen->fact || (map->knowledge.fact && seen->step == map->knowledge.step))
        return true;
    if (!knowledge_copy(&copy, seen, err))
        return false;
    knowledge_free(&map->knowledge);
    map->knowledge = copy;
    if (map->selected >= copy.asked)
        map->selected = 0;
    return knowledge_summarize(&copy, copy.attributes, &map->summary, err);
}

bool fact_map_update(struct fact_map *map, struct history *history, struct error *err)
{
    history_hold(history);
    bool taken = fact_map_take(map, &history->knowledge, err);
    history_release(history);
    return taken;
}

void fact_map_free(struct fact_map *map)
{
    knowledge_free(&map->knowledge);
    *map = (struct fact_map){0};
}

/* How it is laid out */

enum { LABEL_COLS = 14, MARGIN = 1, SUMMARY_ROWS = 1, HEAD_ROWS = 1, WIDE_COLS = 100 };
enum { LEAST_COLS = MARGIN + LABEL_COLS + 1 + MARGIN };

struct map_plan {
    size_t across;       /* individuals of a band */
    size_t bands;        /* on the screen, at least 1 */
    int attributes;      /* rows of a band, under its head */
    int map_rows;        /* of all bands */
    int individual_rows; /* below; 0 where there is no room */
};

static struct map_plan make_plan(size_t attributes, struct rect rect)
{
    int columns = rect.cols - LABEL_COLS - 2 * MARGIN, rows = rect.rows - SUMMARY_ROWS;
    int band = HEAD_ROWS + (int)attributes, individual = 1 + (int)attributes;
    struct map_plan plan = {.across = columns > 1 ? (size_t)columns : 1};
    if (rows >= band + individual)
        plan.individual_rows = individual;
    rows -= plan.individual_rows;
    plan.attributes = band <= rows ? (int)attributes : rows > HEAD_ROWS ? rows - HEAD_ROWS : 0;
    plan.bands = rows > band ? (size_t)(rows / band) : 1;
    plan.map_rows = (int)plan.bands * (HEAD_ROWS + plan.attributes);
    return plan;
}

/* Moving */

void fact_map_move(struct fact_map *map, enum fact_map_move move, int count, struct rect rect)
{
    struct map_plan plan = make_plan(map->knowledge.attributes, rect);
    size_t asked = map->knowledge.asked;
    const size_t steps[] = {
        [FACT_MAP_INDIVIDUAL] = 1,
        [FACT_MAP_BAND] = plan.across,
        [FACT_MAP_PAGE] = plan.across * plan.bands,
        [FACT_MAP_ALL] = asked,
    };
    size_t by = steps[move] * (size_t)(count < 0 ? -count : count);
    if (asked == 0)
        return;
    if (count < 0)
        map->selected = by > map->selected ? 0 : map->selected - by;
    else
        map->selected = by >= asked - map->selected ? asked - 1 : map->selected + by;
}

/* The summary */

/* A fact is in one of these states; what stands for it is also the summary's legend. */
enum state { STATE_UNTOLD, STATE_NEVER, STATE_FORGOTTEN, STATE_KNOWN };

static const struct {
    wchar_t glyph;
    enum style style;
} signs[] = {
    [STATE_UNTOLD] = {L' ', STYLE_PLAIN},
    [STATE_NEVER] = {L'·', STYLE_FAINT},
    [STATE_FORGOTTEN] = {L'✗', STYLE_WRONG},
    [STATE_KNOWN] = {L'■', STYLE_RIGHT},
};

static enum state state_of(const struct fact *fact)
{
    return !fact->told   ? STATE_UNTOLD
           : fact->known ? STATE_KNOWN
           : fact->ever  ? STATE_FORGOTTEN
                         : STATE_NEVER;
}

static int draw_share(struct cells *cells, struct rect rect, int col, enum state state,
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
    col = draw_share(cells, rect, col, STATE_KNOWN, "known", all->known);
    col = draw_share(cells, rect, col, STATE_FORGOTTEN, "forgotten", all->forgotten);
    col = draw_share(cells, rect, col, STATE_NEVER, "never", 1 - all->ever);
    if (!tells_all(&map->knowledge))
        col += 2 + cells_text(cells, rect.row, col, end - col, STYLE_FAINT, "blank: not told");
    col = draw_medians(map, rect, col, cells);
    if (rect.cols >= WIDE_COLS)
        draw_count(map, rect, col + 2, cells);
}

/* Bands */

static const struct fact *fact_of(const struct fact_map *map, size_t asked, size_t attribute)
{
    return &map->knowledge.fact[asked * map->knowledge.attributes + attribute];
}

/* Which individuals of those asked about, over a sign above the selected one. */
static void draw_head(const struct fact_map *map, size_t first, size_t end, struct rect rect,
                      struct cells *cells)
{
    char from[FORMAT_SIZE], to[FORMAT_SIZE];
    bool selected = map->selected >= first && map->selected < end;
    cells_format(cells, rect.row, rect.col + MARGIN, LABEL_COLS - 1, STYLE_FAINT, "%s–%s",
                 format_count(from, first + 1), format_count(to, end));
    if (selected)
        cells_put(cells, rect.row, rect.col + MARGIN + LABEL_COLS + (int)(map->selected - first),
                  L'↓', STYLE_STRONG);
}

static void draw_band(const struct fact_map *map, const struct population *population, size_t first,
                      size_t end, struct rect rect, struct cells *cells)
{
    int all = (int)map->knowledge.attributes, shown = rect.rows - HEAD_ROWS;
    draw_head(map, first, end, rect, cells);
    if (shown > 1 && shown < all) {
        shown--;
        cells_format(cells, rect.row + HEAD_ROWS + shown, rect.col + MARGIN, rect.cols - MARGIN,
                     STYLE_FAINT, "%d more attributes need a higher screen", all - shown);
    }
    for (int a = 0; a < shown; a++) {
        int row = rect.row + HEAD_ROWS + a, col = rect.col + MARGIN;
        cells_text(cells, row, col, LABEL_COLS - 1, STYLE_FAINT,
                   population->facts->attribute[a].name);
        for (size_t i = first; i < end; i++) {
            enum state state = state_of(fact_of(map, i, (size_t)a));
            cells_put(cells, row, col + LABEL_COLS + (int)(i - first), signs[state].glyph,
                      i == map->selected ? STYLE_SELECTED : signs[state].style);
        }
    }
}

/* The page of bands that has the selected individual. */
static void draw_bands(const struct fact_map *map, const struct population *population,
                       const struct map_plan *plan, struct rect rect, struct cells *cells)
{
    size_t page = plan->across * plan->bands, asked = map->knowledge.asked;
    size_t first = map->selected / page * page;
    int rows = HEAD_ROWS + plan->attributes;
    for (size_t b = 0; b < plan->bands && first < asked && rect.rows > 0; b++) {
        size_t end = asked - first < plan->across ? asked : first + plan->across;
        struct rect band = {rect.row + (int)b * rows, rect.col, rows, rect.cols};
        draw_band(map, population, first, end, band, cells);
        first = end;
    }
}

/* An individual */

static void say_fact(const struct fact *fact, struct text *out)
{
    char step[FORMAT_SIZE], lost[FORMAT_SIZE];
    format_count(step, fact->first);
    format_count(lost, fact->lost);
    if (!fact->told)
        text_add(out, "not in the table");
    else if (!fact->ever)
        text_add(out, "never known");
    else if (!fact->known)
        text_format(out, "lost at %s; since %s, %u exposures", lost, step,
                    (unsigned)fact->exposures);
    else
        text_format(out, "known since %s, after %u exposures", step, (unsigned)fact->exposures);
    if (fact->known && fact->losses > 0)
        text_format(out, ", last lost at %s", lost);
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
    enum state state = state_of(fact);
    int col = rect.col + MARGIN, end = rect.col + rect.cols, value_cols = value_columns(rect.cols);
    struct text text = {0};
    say_fact(fact, &text);
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
    uint64_t individual = knowledge_individual(&map->knowledge, map->selected);
    struct text name = {0}, value = {0};
    char count[FORMAT_SIZE];
    population_name_text(population, individual, &name);
    int col = rect.col + MARGIN, end = rect.col + rect.cols;
    int name_cols = name_columns(population->facts, rect.cols);
    col += cells_text(cells, rect.row, col, end - col, STYLE_STRONG, name.failed ? "" : name.bytes);
    cells_format(cells, rect.row, col + 2, end - col - 2, STYLE_FAINT, "%s exposures",
                 format_count(count, map->knowledge.exposures[map->selected]));
    for (size_t a = 0; a < map->knowledge.attributes; a++) {
        struct rect row = {rect.row + 1 + (int)a, rect.col, 1, rect.cols};
        bool told = population_tells(population, individual, a);
        text_clear(&value);
        if (told)
            population_value_text(population, individual, a, &value);
        draw_fact(fact_of(map, map->selected, a), population->facts->attribute[a].name, name_cols,
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
    struct map_plan plan = make_plan(map->knowledge.attributes, rect);
    struct rect bands = {rect.row + SUMMARY_ROWS, rect.col, rect.rows - SUMMARY_ROWS, rect.cols};
    draw_summary(map, rect, cells);
    draw_bands(map, population, &plan, bands, cells);
    if (plan.individual_rows > 0)
        draw_individual(map, population,
                        (struct rect){rect.row + rect.rows - plan.individual_rows, rect.col,
                                      plan.individual_rows, rect.cols},
                        cells);
}
