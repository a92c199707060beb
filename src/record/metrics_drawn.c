#include "record/metrics_drawn.h"

#include "record/line_read.h"
#include "record/lines.h"

struct drawn_reader {
    struct metrics_drawn *drawn;
    size_t before_room, after_room;
    bool forked;
};

static void forget_from(struct series *series, double step)
{
    while (series->count > 0 && series->x[series->count - 1] >= step)
        series->count--;
}

static bool take_drawn(void *context, const char *bytes, size_t length, struct error *err)
{
    struct drawn_reader *reader = context;
    struct metrics_drawn *drawn = reader->drawn;
    struct record_line line;
    if (!line_read(&line, bytes, length, NULL, NULL, err))
        return false;
    double step = (double)line.step;
    if (line.forks && !reader->forked)
        drawn->began = line.step;
    reader->forked |= line.forks;
    if (line.kind == LINE_EVALUATION && line.evaluation.subset > 0) {
        forget_from(&drawn->before, step);
        forget_from(&drawn->after, step);
        return series_add(&drawn->before, &reader->before_room, step,
                          (double)line.evaluation.subset, err);
    }
    if (line.starts) {
        forget_from(&drawn->before, step + 1);
        forget_from(&drawn->after, step + 1);
    }
    return line.widened_to == 0 ||
           series_add(&drawn->after, &reader->after_room, step, (double)line.widened_to, err);
}

bool metrics_read_drawn(struct metrics_drawn *drawn, const char *path, struct error *err)
{
    struct record_lines lines;
    *drawn = (struct metrics_drawn){0};
    struct drawn_reader reader = {.drawn = drawn};
    bool ok = lines_read(&lines, path, err) && lines_each(&lines, take_drawn, &reader, NULL, err);
    lines_free(&lines);
    if (!ok)
        metrics_drawn_free(drawn);
    return ok;
}

void metrics_drawn_free(struct metrics_drawn *drawn)
{
    series_free(&drawn->before);
    series_free(&drawn->after);
    *drawn = (struct metrics_drawn){0};
}

uint64_t metrics_drawn_at(const struct metrics_drawn *drawn, uint64_t step, uint64_t *evaluated)
{
    const struct series *before = &drawn->before, *after = &drawn->after;
    size_t at = 0;
    *evaluated = drawn->began;
    if (before->count == 0)
        return 0;
    while (at + 1 < before->count && before->x[at] <= (double)step)
        at++;
    *evaluated = (uint64_t)before->x[at];
    bool widened = after->count > 0 && after->x[after->count - 1] == before->x[at];
    return (uint64_t)(before->x[at] <= (double)step && widened ? after->y[after->count - 1]
                                                               : before->y[at]);
}
