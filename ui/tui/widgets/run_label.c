/* Map of this file: names; settings; labels. */
#include "ui/tui/widgets/run_label.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "lab/overlay.h"

/* Names */

static bool are_digits(const char *text, size_t count)
{
    size_t i = 0;
    while (i < count && isdigit((unsigned char)text[i]))
        i++;
    return i == count;
}

/* Of "PRESET-20260131-120000", with "-2" behind it where two were made at once, the bytes of
 * PRESET; 0 of another name. */
static size_t stem_of(const char *name)
{
    enum { DAY = 8, TIME = 6, BOTH = DAY + TIME + 2 };
    for (size_t i = 1; name[i]; i++) {
        const char *rest = name + i;
        if (strlen(rest) < BOTH || *rest != '-' || !are_digits(rest + 1, DAY) ||
            rest[1 + DAY] != '-' || !are_digits(rest + 2 + DAY, TIME))
            continue;
        const char *behind = rest + BOTH;
        if (!*behind || (*behind == '-' && are_digits(behind + 1, strlen(behind + 1))))
            return i;
    }
    return 0;
}

static const char *name_of(const struct view *view, size_t run)
{
    return file_name(view->overlay->run[run].directory);
}

/* Settings: lines as groups_settings has them */

enum { MOST_LINES = 256 };

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

static bool is_same_line(const char *a, const char *b)
{
    size_t bytes = strcspn(a, "\n");
    return bytes == strcspn(b, "\n") && memcmp(a, b, bytes) == 0;
}

/* Most lines stand where they do in the other text. */
static bool has_line(const char *text, const char **there, const char *line)
{
    const char *at = *there;
    if (*at && is_same_line(at, line)) {
        *there = next_line(at);
        return true;
    }
    for (at = text; *at && !is_same_line(at, line);)
        at = next_line(at);
    *there = next_line(*at ? at : *there);
    return *at;
}

/* A key that has no value here says nothing. */
static bool has_value(const char *line)
{
    size_t bytes = strcspn(line, "\n");
    return bytes > 0 && line[bytes - 1] != '=';
}

/* Those that are not in another text, and whether there are any. */
static bool find_others(const char *settings, const char *others, bool differs[MOST_LINES])
{
    const char *there = others;
    bool any = false;
    for (size_t l = 0; *settings && l < MOST_LINES; l++, settings = next_line(settings)) {
        differs[l] = !has_line(others, &there, settings) && has_value(settings);
        any |= differs[l];
    }
    return any;
}

/* Leaves those that are in both, where any are. */
static void prefer(bool differs[MOST_LINES], const bool preferred[MOST_LINES])
{
    bool any = false;
    for (size_t l = 0; l < MOST_LINES; l++)
        any |= differs[l] && preferred[l];
    for (size_t l = 0; any && l < MOST_LINES; l++)
        differs[l] &= preferred[l];
}

/* Labels */

static void add_setting(struct run_label *label, const char *line)
{
    size_t used = strlen(label->text);
    snprintf(label->text + used, sizeof label->text - used, "%s%.*s", used > 0 ? ", " : "",
             (int)strcspn(line, "\n"), line);
}

/* "train.lr=0.001, train.steps=100": for how long it is trained comes last. */
static void write_settings(struct run_label *label, const char *settings,
                           const bool differs[MOST_LINES])
{
    static const char length[] = "train.steps=";
    const char *steps = NULL;
    for (size_t l = 0; *settings && l < MOST_LINES; l++, settings = next_line(settings))
        if (differs[l] && strncmp(settings, length, sizeof length - 1) == 0)
            steps = settings;
        else if (differs[l])
            add_setting(label, settings);
    if (steps)
        add_setting(label, steps);
}

struct labelled {
    const char *name, *settings;
    size_t stem;
    bool is_own[MOST_LINES]; /* it has another value than its preset */
    bool differs[MOST_LINES];
};

static struct labelled labelled_of(const struct view *view, size_t run)
{
    const char *name = name_of(view, run), *origin = view->overlay->run[run].origin;
    struct labelled labelled = {
        .name = name, .settings = view->overlay->run[run].settings, .stem = stem_of(name)};
    if (labelled.settings && origin)
        find_others(labelled.settings, origin, labelled.is_own);
    return labelled;
}

/* By its own settings, where these do: what the other one has set is no name for it. */
static void tell_from_settings(struct labelled *run, const char *others)
{
    bool differs[MOST_LINES] = {false};
    if (!others || strcmp(run->settings, others) == 0 ||
        !find_others(run->settings, others, differs))
        return;
    prefer(differs, run->is_own);
    for (size_t l = 0; l < MOST_LINES; l++)
        run->differs[l] |= differs[l];
}

static void tell_from_open(struct labelled *run, const struct view *view)
{
    if (view->preset && run->settings && run->stem > 0 && strlen(view->preset) == run->stem &&
        strncmp(view->preset, run->name, run->stem) == 0)
        tell_from_settings(run, view->settings);
}

static void tell_from(struct labelled *run, const struct view *view, size_t other)
{
    const char *name = name_of(view, other);
    if (run->settings && run->stem > 0 && stem_of(name) == run->stem &&
        strncmp(name, run->name, run->stem) == 0)
        tell_from_settings(run, view->overlay->run[other].settings);
}

static struct run_label make_label(const struct labelled *run)
{
    struct run_label label = {.text = ""};
    if (run->settings)
        write_settings(&label, run->settings, run->differs);
    label.is_name = !*label.text;
    if (label.is_name)
        snprintf(label.text, sizeof label.text, "%s", run->name);
    return label;
}

struct run_label run_label_of(const struct view *view, size_t run)
{
    struct labelled labelled = labelled_of(view, run);
    tell_from_open(&labelled, view);
    for (size_t r = 0; r < view->overlay->runs; r++)
        tell_from(&labelled, view, r);
    return make_label(&labelled);
}

struct run_label run_label_beside(const struct view *view, size_t run,
                                  const struct view_side *other)
{
    struct labelled labelled = labelled_of(view, run);
    if (other->is_open)
        tell_from_open(&labelled, view);
    else
        tell_from(&labelled, view, other->run);
    return make_label(&labelled);
}

int run_label_draw(const struct run_label *label, struct cells *cells, int row, int col, int width,
                   enum style style)
{
    return label->is_name ? cells_text_ends(cells, row, col, width, style, label->text)
                          : cells_text(cells, row, col, width, style, label->text);
}
