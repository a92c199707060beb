/* mneme facts: which facts a run knows, since when, and which it has forgotten. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "lab/fact_record.h"
#include "ui/cli/attribute_rows.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/format.h"

enum { EACH = 'e' };

static const struct cli_option options[] = {
    {EACH, "each", NULL, "print a JSON object for each evaluated individual"},
    {CLI_JSON, "json", NULL, "print one JSON object"},
};

/* Each individual */

/* A step or a count that there may not be. */
static json_t *json_if(bool there, uint64_t number)
{
    return there ? json_integer((json_int_t)number) : json_null();
}

static json_t *json_fact(const struct fact *fact, const char *value)
{
    return json_pack("{s:s, s:b, s:b, s:o, s:o, s:o, s:I}", "value", value, "known", fact->known,
                     "forgotten", fact->ever && !fact->known, "first_known",
                     json_if(fact->ever, fact->first), "exposures_to_learn",
                     json_if(fact->ever, fact->exposures), "lost",
                     json_if(fact->losses > 0, fact->lost), "times_lost", (json_int_t)fact->losses);
}

/* Null where there is no such fact, as of an empty cell. */
static json_t *json_facts(const struct fact_record *learned, size_t asked, uint64_t individual,
                          struct text *value)
{
    const struct fact_set *facts = &learned->facts.facts;
    const struct population *population = &learned->facts.population;
    json_t *object = json_object();
    for (size_t a = 0; a < facts->attributes; a++) {
        const struct fact *fact = &learned->knowledge.fact[asked * facts->attributes + a];
        bool told = population_tells(population, individual, a);
        text_clear(value);
        if (told)
            population_value_text(population, individual, a, value);
        json_object_set_new(object, facts->attribute[a].key,
                            told ? json_fact(fact, value->failed ? "" : value->bytes)
                                 : json_null());
    }
    return object;
}

static bool print_individual(const struct fact_record *learned, size_t asked, struct error *err)
{
    struct text name = {0}, value = {0};
    uint64_t individual = knowledge_individual(&learned->knowledge, asked);
    population_name_text(&learned->facts.population, individual, &name);
    json_t *facts = json_facts(learned, asked, individual, &value);
    json_t *object = json_pack("{s:I, s:s, s:I, s:o}", "individual", (json_int_t)individual, "name",
                               name.failed ? "" : name.bytes, "exposures",
                               (json_int_t)learned->knowledge.exposures[asked], "facts", facts);
    bool failed = name.failed || value.failed;
    text_free(&name);
    text_free(&value);
    return json_print(object, err) && (!failed || error_set(err, ERROR_MEMORY, "out of memory"));
}

static bool print_each(const struct fact_record *learned, struct error *err)
{
    for (size_t i = 0; i < learned->knowledge.asked; i++)
        if (!print_individual(learned, i, err))
            return false;
    return true;
}

/* All of them */

static json_t *json_summary(const struct knowledge_summary *summary)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "known", json_number(summary->known),
                     "ever_known", json_number(summary->ever), "forgotten",
                     json_number(summary->forgotten), "steps_to_learn", json_number(summary->first),
                     "exposures_to_learn", json_number(summary->exposures));
}

static bool print_json(const struct fact_record *learned, const struct knowledge_summary *of,
                       struct error *err)
{
    const struct fact_set *facts = &learned->facts.facts;
    json_t *attributes = json_object();
    for (size_t a = 0; a < facts->attributes; a++)
        json_object_set_new(attributes, facts->attribute[a].key, json_summary(&of[a]));
    return json_print(json_pack("{s:o, s:I, s:I, s:o, s:o}", "run", json_text(learned->name),
                                "step", (json_int_t)learned->knowledge.step, "individuals",
                                (json_int_t)learned->knowledge.asked, "all",
                                json_summary(&of[facts->attributes]), "attributes", attributes),
                      err);
}

static void print_row(const char *name, size_t width, const struct knowledge_summary *summary)
{
    char first[FORMAT_SIZE] = "-", exposures[FORMAT_SIZE] = "-";
    char known[FORMAT_SIZE], ever[FORMAT_SIZE], forgotten[FORMAT_SIZE];
    if (isfinite(summary->first)) {
        format_count(first, (uint64_t)llround(summary->first));
        snprintf(exposures, sizeof exposures, "%g", summary->exposures);
    }
    attribute_rows_label(name, width);
    printf("  %8s  %8s  %9s  %9s  %9s\n", format_percent(known, summary->known),
           format_percent(ever, summary->ever), format_percent(forgotten, summary->forgotten),
           first, exposures);
}

static void print_table(const struct fact_record *learned, const struct knowledge_summary *of)
{
    const struct fact_set *facts = &learned->facts.facts;
    output_print("%s, step %" PRIu64 ": facts of %zu individuals\n\n", learned->name,
                 learned->knowledge.step, learned->knowledge.asked);
    size_t width = attribute_rows_width(facts);
    printf("%*s  %8s  %8s  %9s  %9s  %9s\n", (int)width, "", "known", "ever", "forgotten",
           "at step", "exposures");
    for (size_t a = 0; a < facts->attributes; a++)
        print_row(facts->attribute[a].name, width, &of[a]);
    print_row("all", width, &of[facts->attributes]);
    if (output_is_terminal())
        printf("\nat step, exposures: medians of the step at which a fact was first known, and of "
               "how\noften its individual had been trained on by then.\n");
}

static bool print_all(const struct fact_record *learned, bool json, struct error *err)
{
    struct knowledge_summary of[FACTS_MAX_ATTRIBUTES + 1];
    for (size_t a = 0; a <= learned->knowledge.attributes; a++)
        if (!knowledge_summarize(&learned->knowledge, a, &of[a], err))
            return false;
    if (json)
        return print_json(learned, of, err);
    print_table(learned, of);
    return true;
}

struct facts_arguments {
    bool json, each;
};

static bool take_option(void *arguments, int option, const char *value, struct error *err)
{
    struct facts_arguments *a = arguments;
    (void)value;
    (void)err;
    *(option == EACH ? &a->each : &a->json) = true;
    return true;
}

static int run_facts(const struct cli_command *command, const struct paths *paths, int argc,
                     char **argv)
{
    struct cli_line line = {.command = command, .paths = paths, .argc = argc, .argv = argv};
    struct fact_record learned;
    struct error err;
    struct facts_arguments a = {0};
    if (!cli_options(&line, take_option, &a) || !cli_operands(&line, 1, 1))
        return line.status;
    if (!fact_record_read(&learned, paths, line.operand[0], &err))
        return cli_fail(&err);
    bool printed = a.each ? print_each(&learned, &err) : print_all(&learned, a.json, &err);
    fact_record_free(&learned);
    return printed ? EXIT_DONE : cli_fail(&err);
}

const struct cli_command cli_facts = {
    .name = "facts",
    .operands = "RUN",
    .summary = "Show which facts a run knows, since when, and which it has forgotten.",
    .options = options,
    .option_count = sizeof options / sizeof *options,
    .run = run_facts,
};
