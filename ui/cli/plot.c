/* mneme plot: a figure of runs. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "config/preset_key.h"
#include "figure/figure_ops.h"
#include "figure/figures.h"
#include "plot/surface.h"
#include "ui/cli/cli.h"
#include "ui/cli/output.h"
#include "ui/cli/result_notes.h"

enum {
    OUTPUT = 'o',
    KIND = 'k',
    MEASURE = 'm',
    X = 'x',
    Y = 'y',
    VALUE = 'v',
    WIDTH = 'W',
    HEIGHT = 'H',
    LOG_X = 'l',
    TITLE = 'T'
};

static const struct cli_option options[] = {
    {OUTPUT, "output", "FILE", "write to FILE, which ends in .svg or .png"},
    {KIND, "kind", "KIND",
     "curves, measure, law, heatmap, trajectory, circuits or calibration (default curves)"},
    {MEASURE, "measure", "KEY,...", "draw these numbers of the record over steps"},
    {X, "x", "KEY", "preset key on the horizontal axis of a heat map"},
    {Y, "y", "KEY", "preset key on the vertical axis of a heat map"},
    {VALUE, "value", "VALUE",
     "heat map of final_attr_loss, attr_acc or plateau_end (default final_attr_loss)"},
    {WIDTH, "width", "MM", "width in millimetres (default 140)"},
    {HEIGHT, "height", "MM", "height in millimetres (default 95)"},
    {LOG_X, "log-x", NULL, "use a logarithmic axis for steps"},
    {TITLE, "title", "TEXT", "write TEXT above the figure"},
};

struct request {
    struct figure_options figure;
    const char *path;
    bool has_kind, has_value;
};

/* The place of a word among some; false with a sentence naming them. */
static bool choose(const char *option, const char *word, const char *const *words, int *chosen,
                   struct error *err)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) {
            *chosen = i;
            return true;
        }
    struct text all = {0};
    text_add_choice(&all, words);
    error_set(err, ERROR_INPUT, "--%s must be %s, not \"%s\"", option, all.failed ? "" : all.bytes,
              word);
    text_free(&all);
    return false;
}

/* "population.known". */
static bool find_key(const char *text, const struct preset_key **key, struct error *err)
{
    char section[PRESET_NAME_ROOM] = "";
    const char *dot = strchr(text, '.');
    if (dot)
        snprintf(section, sizeof section, "%.*s", (int)(dot - text), text);
    *key = preset_key_find(section, dot ? dot + 1 : text);
    return *key || preset_key_unknown(section, dot ? dot + 1 : text, err);
}

static bool take_size(const char *option, const char *value, double *size, struct error *err)
{
    uint64_t millimetres;
    if (!cli_number(option, value, FIGURE_LEAST, FIGURE_MOST, &millimetres, err))
        return false;
    *size = (double)millimetres;
    return true;
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct request *request = arguments;
    struct figure_options *figure = &request->figure;
    int chosen = 0;
    switch (option) {
    case OUTPUT:
        request->path = value;
        return surface_check_path(value, err);
    case KIND:
        request->has_kind = choose("kind", value, figure_kinds, &chosen, err);
        figure->kind = (enum figure_kind)chosen;
        return request->has_kind;
    case MEASURE:
        figure->measures = value;
        return true;
    case X:
        return find_key(value, &figure->x, err);
    case Y:
        return find_key(value, &figure->y, err);
    case VALUE:
        request->has_value = choose("value", value, figure_values, &chosen, err);
        figure->value = (enum figure_value)chosen;
        return request->has_value;
    case WIDTH:
        return take_size("width", value, &figure->width, err);
    case HEIGHT:
        return take_size("height", value, &figure->height, err);
    case LOG_X:
        return figure->log_x = true;
    default:
        figure->title = value;
        return true;
    }
}

/* What the kind of figure needs, and what it does not take. */
static bool check_kind(const struct request *request, struct error *err)
{
    const struct figure_options *figure = &request->figure;
    const struct figure_ops *ops = figure_ops[figure->kind];
    const char *kind = figure_kinds[figure->kind];
    if (ops->takes_measures && !figure->measures)
        return error_set(err, ERROR_INPUT, "--kind=%s needs --measure=KEY", kind);
    if (!ops->takes_measures && figure->measures)
        return error_set(err, ERROR_INPUT, "--measure is for --kind=measure");
    if (ops->takes_keys && !(figure->x && figure->y))
        return error_set(err, ERROR_INPUT, "--kind=%s needs --x=KEY and --y=KEY", kind);
    if (!ops->takes_keys && (figure->x || figure->y || request->has_value))
        return error_set(err, ERROR_INPUT, "--x, --y and --value are for --kind=heatmap");
    if (!ops->is_over_steps && figure->log_x)
        return error_set(err, ERROR_INPUT, "--log-x is for figures over steps");
    return true;
}

/* --measure alone says the kind. */
static bool check_request(struct request *request, struct error *err)
{
    struct figure_options *figure = &request->figure;
    if (figure->measures && !request->has_kind)
        figure->kind = FIGURE_MEASURE;
    if (!request->path)
        return error_set(err, ERROR_INPUT, "--output is missing: the file to write, .svg or .png");
    return check_kind(request, err);
}

static bool leaves_out(const struct figure_options *figure)
{
    const struct figure_ops *ops = figure_ops[figure->kind];
    return ops->leaves_out && ops->leaves_out(figure);
}

/* Reads run after run, each once. */
static bool read_runs(const struct paths *paths, char **run, size_t count,
                      struct run_result *result, size_t *results, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        struct run_result *read = &result[*results];
        if (!run_result_read(read, paths, run[i], err))
            return false;
        if (note_same_run(result, *results, read, run[i]))
            run_result_free(read);
        else
            ++*results;
    }
    return true;
}

static bool draw(const struct paths *paths, char **run, size_t count, const struct request *request,
                 struct error *err)
{
    struct run_result *result = memory_new(count, sizeof *result, err);
    size_t results = 0;
    bool ok = result && read_runs(paths, run, count, result, &results, err);
    if (ok && leaves_out(&request->figure))
        note_without_end(result, results);
    ok = ok && figures_draw(result, results, &request->figure, request->path, err);
    for (size_t i = 0; i < results; i++)
        run_result_free(&result[i]);
    memory_free(result);
    return ok;
}

static int plot(const struct cli_command *command, const struct paths *paths, int argc, char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct request request = {.figure = {.width = FIGURE_WIDTH, .height = FIGURE_HEIGHT}};
    struct error err;
    if (!cli_options(&line, take_option, &request) || !cli_operands(&line, 1, argc))
        return line.status;
    if (!check_request(&request, &err) ||
        !draw(paths, line.operand, (size_t)line.operands, &request, &err))
        return cli_fail(&err);
    output_print("the figure is %s\n", request.path);
    return EXIT_DONE;
}

const struct cli_command cli_plot = {
    .name = "plot",
    .operands = "RUN...",
    .summary = "Draw a figure of runs as SVG or PNG.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = plot,
};
