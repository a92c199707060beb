/* mneme sample: biographies of a preset or a run, as training sees them. */
#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/batch.h"
#include "lab/lessons.h"
#include "lab/session.h"
#include "lab/target.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/terminal.h"

enum { COUNT = 'n', STEP = 't' };

static const struct cli_option options[] = {
    {COUNT, "number", "N", "print N biographies (default 5)"},
    {STEP, "step", "T", "print the exact batch of training step T, counted from 0"},
    {CLI_SET, "set", "KEY=VALUE", "change a key of the preset, as in train.batch=8"},
    {CLI_JSON, "json", NULL, "print a JSON object for each: name, text, attributes, tokens, spans"},
};

struct sample_arguments {
    uint64_t number, step;
    bool has_step, json;
    struct strings settings;
};

/* One biography of a batch: where it begins, with its last target put behind its inputs. */
struct sample {
    uint64_t individual;
    int32_t *token; /* [tokens] TOKEN_BEGIN to TOKEN_END */
    size_t tokens;
    const struct span *span; /* [spans] */
    size_t spans;
};

static bool take_sample(const struct batch *batch, size_t i, struct sample *sample,
                        struct error *err)
{
    size_t inputs = batch->start[i + 1] - batch->start[i];
    sample->individual = batch->individual[i];
    sample->tokens = inputs + 1;
    sample->span = batch->span + batch->span_start[i];
    sample->spans = batch->span_start[i + 1] - batch->span_start[i];
    sample->token = memory_new(sample->tokens, sizeof *sample->token, err);
    if (!sample->token)
        return false;
    for (size_t k = 0; k < inputs; k++)
        sample->token[k] = batch->token[batch->start[i] + k];
    sample->token[inputs] = batch->target[batch->start[i + 1] - 1];
    return true;
}

/* The biography as text; mark[spans] receives where each span lies in it. */
struct sample_mark {
    size_t first, end; /* bytes */
};

static void write_text(const struct vocabulary *vocabulary, const struct sample *sample,
                       struct text *text, struct sample_mark *mark)
{
    size_t at = 0;
    for (size_t s = 0; s < sample->spans; s++) {
        const struct span *span = &sample->span[s];
        vocabulary_text(vocabulary, sample->token + at, span->first - at, text);
        size_t before = text->length;
        vocabulary_text(vocabulary, sample->token + span->first, span->count, text);
        /* The blank before a span belongs outside of it. */
        bool blank = text->length > before && text->bytes[before] == ' ';
        mark[s] = (struct sample_mark){before + blank, text->length};
        at = span->first + span->count;
    }
    vocabulary_text(vocabulary, sample->token + at, sample->tokens - at, text);
}

/* On a terminal values are bold and names underlined. */
static void print_text(const struct sample *sample, const struct text *text,
                       const struct sample_mark *mark, bool marked)
{
    size_t at = 0;
    for (size_t s = 0; marked && s < sample->spans; s++) {
        output_print("%.*s", (int)(mark[s].first - at), text->bytes + at);
        fputs(sample->span[s].kind == SPAN_VALUE ? "\033[1m" : "\033[4m", stdout);
        output_print("%.*s", (int)(mark[s].end - mark[s].first), text->bytes + mark[s].first);
        fputs("\033[0m", stdout);
        at = mark[s].end;
    }
    output_print("%s\n", text->bytes + at);
}

static json_t *json_spans(const struct sample *sample, const struct fact_set *facts)
{
    json_t *spans = json_array();
    for (size_t s = 0; s < sample->spans; s++) {
        const struct span *span = &sample->span[s];
        json_array_append_new(spans,
                              json_pack("{s:s, s:s, s:I, s:I}", "kind",
                                        span->kind == SPAN_NAME ? "name" : "value", "attribute",
                                        facts->attribute[span->attribute].key, "first",
                                        (json_int_t)span->first, "count", (json_int_t)span->count));
    }
    return spans;
}

static json_t *json_sample(const struct session *session, const struct sample *sample,
                           const struct text *text)
{
    const struct fact_set *facts = &session->facts;
    struct text name = {0}, value = {0};
    json_t *attributes = json_object(), *tokens = json_array();
    population_name_text(&session->population, sample->individual, &name);
    for (size_t a = 0; a < facts->attributes; a++) {
        bool told = population_tells(&session->population, sample->individual, a);
        text_clear(&value);
        if (told)
            population_value_text(&session->population, sample->individual, a, &value);
        json_object_set_new(attributes, facts->attribute[a].key,
                            told ? json_string(value.bytes) : json_null());
    }
    for (size_t t = 0; t < sample->tokens; t++)
        json_array_append_new(tokens, json_integer(sample->token[t]));
    json_t *object =
        json_pack("{s:I, s:s, s:s, s:o, s:o, s:o}", "individual", (json_int_t)sample->individual,
                  "name", name.bytes, "text", text->bytes, "attributes", attributes, "tokens",
                  tokens, "spans", json_spans(sample, facts));
    text_free(&name);
    text_free(&value);
    return object;
}

static bool print_sample(const struct session *session, const struct sample *sample, bool json,
                         struct error *err)
{
    struct text text = {0};
    struct sample_mark *mark = memory_new(sample->spans, sizeof *mark, err);
    if (!mark)
        return false;
    write_text(&session->vocabulary, sample, &text, mark);
    bool printed = !text.failed && text.bytes;
    if (!printed)
        error_set(err, ERROR_MEMORY, "out of memory writing a biography");
    else if (json)
        printed = json_print(json_sample(session, sample, &text), err);
    else
        print_text(sample, &text, mark, terminal_obeys(stdout));
    memory_free(mark);
    text_free(&text);
    return printed;
}

/* Prints the first `number` biographies of the batch, and counts them down. */
static bool print_batch(const struct session *session, const struct batch *batch, uint64_t *number,
                        bool json, struct error *err)
{
    bool printed = true;
    for (size_t i = 0; printed && i<batch->biographies && * number> 0; i++, --*number) {
        struct sample sample;
        if (!take_sample(batch, i, &sample, err))
            return false;
        printed = print_sample(session, &sample, json, err);
        memory_free(sample.token);
    }
    return printed;
}

static void say_unsure(const struct lessons *lessons, uint64_t step)
{
    fflush(stdout);
    if (lessons->run)
        fprintf(stderr,
                "mneme: run %s has not reached step %" PRIu64
                "; this is its batch if the adaptive sampling does not widen before\n",
                lessons->run, step);
    else
        fprintf(stderr,
                "mneme: whom an adaptive sampling samples once it has widened is only known in a "
                "run; this is the batch of step %" PRIu64 " if it has not widened before\n",
                step);
}

/* Prints `number` biographies of the batches from `step` on. */
static bool print_samples(struct lessons *lessons, uint64_t number, uint64_t step, bool json,
                          struct error *err)
{
    const struct session *session = &lessons->facts;
    struct batch batch;
    bool printed =
        batch_init_with_spans(&batch, &session->vocabulary, session->preset.trainer.batch, err);
    bool sure = true, said = false;
    for (; printed && number > 0; step++) {
        printed = lessons_fill(lessons, step, &batch, &sure, err) &&
                  print_batch(session, &batch, &number, json, err);
        if (printed && !sure && !said)
            say_unsure(lessons, step);
        said |= !sure;
    }
    batch_free(&batch);
    return printed;
}

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct sample_arguments *a = arguments;
    switch (option) {
    case COUNT:
        return cli_number("number", value, 1, UINT32_MAX, &a->number, err);
    case STEP:
        a->has_step = true;
        return cli_number("step", value, 0, UINT64_MAX - UINT32_MAX, &a->step, err);
    case CLI_SET:
        return strings_add(&a->settings, value, err);
    default:
        a->json = true;
        return true;
    }
}

static bool print(const struct sample_arguments *a, struct lessons *lessons, struct error *err)
{
    const uint64_t standard_number = 5;
    uint64_t number = a->number;
    if (number == 0)
        number = a->has_step ? lessons->facts.preset.trainer.batch : standard_number;
    return print_samples(lessons, number, a->step, a->json, err);
}

static bool open_preset(struct lessons *lessons, const struct sample_arguments *a,
                        const struct paths *paths, const char *name, struct error *err)
{
    struct preset preset;
    if (!cli_load_preset(&preset, paths, name, &a->settings, err))
        return false;
    bool opened = lessons_of_preset(lessons, paths, &preset, err);
    preset_free(&preset);
    return opened;
}

static bool open_run(struct lessons *lessons, const struct sample_arguments *a,
                     const struct paths *paths, const char *name, struct error *err)
{
    if (a->settings.count == 0)
        return lessons_of_run(lessons, paths, name, err);
    return error_set(err, ERROR_INPUT,
                     "--set changes a preset; %s is a run, whose settings are fixed", name);
}

static bool sample_named(const struct sample_arguments *a, const struct paths *paths,
                         const char *name, struct error *err)
{
    struct lessons lessons;
    bool opened = target_is_run(paths, name) ? open_run(&lessons, a, paths, name, err)
                                             : open_preset(&lessons, a, paths, name, err);
    if (!opened)
        return false;
    bool printed = print(a, &lessons, err);
    lessons_free(&lessons);
    return printed;
}

static int sample(const struct cli_command *command, const struct paths *paths, int argc,
                  char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct sample_arguments a = {0};
    struct error err;
    int status = EXIT_DONE;
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, 1))
        status = line.status;
    else if (!sample_named(&a, paths, line.operand[0], &err))
        status = cli_fail(&err);
    strings_free(&a.settings);
    return status;
}

const struct cli_command cli_sample = {
    .name = "sample",
    .operands = "PRESET|RUN",
    .summary = "Print biographies as the model reads them in training.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = sample,
};
