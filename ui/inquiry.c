/* Map of this file: findings; who somebody is; names; attributes, their wordings and values. */
#include "ui/inquiry.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/utf8.h"
#include "facts/name_finder.h"
#include "facts/name_reader.h"
#include "facts/question.h"
#include "facts/wordings.h"
#include "facts/words.h"
#include "lab/session_ask.h"
#include "ui/format.h"

enum { DRAWN = 12, INVENTIONS_TRIED = 1000, WORDINGS_IN_SHORT = 3, VALUES_IN_SHORT = 6 };

/* Findings */

void finding_free(struct finding *finding)
{
    for (size_t a = 0; a < finding->answers; a++)
        answer_free(&finding->answer[a]);
    for (size_t l = 0; l < finding->lists; l++) {
        memory_free(finding->list[l].title);
        strings_free(&finding->list[l].item);
    }
    memory_free(finding->answer);
    memory_free(finding->list);
    memory_free(finding->note);
    memory_free(finding->asked);
    memory_free(finding->prompt);
    *finding = (struct finding){0};
}

/* Gives up what was found; returns false. */
static bool give_up(struct finding *finding)
{
    finding_free(finding);
    return false;
}

/* A list without a title and items yet; null where memory ran out. */
static struct listed *add_list(struct finding *finding, uint64_t count, struct error *err)
{
    if (!memory_make_room((void **)&finding->list, finding->lists, &finding->room,
                          sizeof *finding->list, err))
        return NULL;
    finding->list[finding->lists] = (struct listed){.count = count};
    return &finding->list[finding->lists++];
}

bool finding_list_item(struct finding *finding, char *item, struct error *err)
{
    struct listed *list = finding->lists > 0 ? &finding->list[0] : add_list(finding, 0, err);
    if (!list) {
        memory_free(item);
        return false;
    }
    list->count++;
    return strings_take(&list->item, item, err);
}

static char *name_of(const struct population *population, uint64_t individual, struct error *err)
{
    struct text name = {0};
    population_name_text(population, individual, &name);
    return text_take(&name, err);
}

static bool add_name(struct listed *list, const struct session *session, uint64_t individual,
                     struct error *err)
{
    return strings_take(&list->item, name_of(&session->population, individual, err), err);
}

/* Who somebody is */

bool inquiry_individual(struct session *session, uint64_t individual, struct finding *finding,
                        struct error *err)
{
    size_t attributes = session->facts.attributes;
    *finding = (struct finding){0};
    finding->answer = memory_new(attributes, sizeof *finding->answer, err);
    bool answered = finding->answer;
    for (size_t a = 0; answered && a < attributes; a++) {
        answered = session_ask_attribute(session, individual, a, &finding->answer[a], err);
        finding->answers += answered;
    }
    return answered || give_up(finding);
}

/* The names that were found, best first. */
static bool list_found(const struct session *session, const struct found_names *found,
                       struct finding *finding, struct error *err)
{
    struct listed *list = add_list(finding, found->fitting, err);
    bool listed = list;
    for (size_t n = 0; listed && n < found->count; n++)
        listed = add_name(list, session, found->name[n].individual, err);
    return listed;
}

/* "no name has "Vegga"; near: " or "305 names have "Vega": " and the names. */
static bool leave_undecided(const struct session *session, const char *part,
                            const struct found_names *found, struct finding *finding,
                            struct error *err)
{
    char count[FORMAT_SIZE];
    finding->undecided = true;
    format_count(count, found->fitting);
    finding->note = found->is_near
                        ? memory_format(err, "no name has \"%s\"; near it are %s:", part, count)
                        : memory_format(err, "\"%s\" could be any of %s:", part, count);
    return finding->note && list_found(session, found, finding, err);
}

static bool refuse_name(const char *part, struct error *err)
{
    return error_set(err, ERROR_INPUT, "no name has \"%s\", or a word near it; /people lists some",
                     part);
}

/* Whether a text is an individual's whole name, also of one that there is not. */
static bool read_whole_name(const struct session *session, const char *text, uint64_t *individual)
{
    size_t bytes;
    return name_read(&session->population, &session->vocabulary, text, individual, &bytes) &&
           text[bytes + strspn(text + bytes, WORD_BLANKS)] == '\0';
}

/* Takes the one that was found, and says whom where that was not typed so. */
static bool take_found(struct session *session, const char *part, uint64_t individual,
                       struct finding *finding, struct error *err)
{
    char *name = name_of(&session->population, individual, err);
    if (!name || !inquiry_individual(session, individual, finding, err)) {
        memory_free(name);
        return false;
    }
    if (utf8_equal_folded(name, part))
        memory_free(name);
    else
        finding->asked = name;
    return true;
}

static bool find_who(const struct inquiry *inquiry, const char *part, struct finding *finding,
                     struct error *err)
{
    struct session *session = inquiry->session;
    struct found_names found;
    uint64_t individual;
    if (read_whole_name(session, part, &individual))
        return inquiry_individual(session, individual, finding, err);
    if (!names_find(&found, &session->population, &session->vocabulary, part, (size_t)inquiry->most,
                    err))
        return false;
    bool done;
    if (found.fitting == 0)
        done = refuse_name(part, err);
    else if (found.fitting == 1 || found.is_exact)
        done = take_found(session, part, found.name[0].individual, finding, err);
    else
        done = leave_undecided(session, part, &found, finding, err);
    found_names_free(&found);
    return done;
}

bool inquiry_who(const struct inquiry *inquiry, struct finding *finding, struct error *err)
{
    *finding = (struct finding){0};
    char *tidy = vocabulary_tidy(&inquiry->session->vocabulary, inquiry->argument, err);
    bool found = tidy && find_who(inquiry, tidy, finding, err);
    memory_free(tidy);
    return found || give_up(finding);
}

/* Names */

/* Individuals that are called by one word. */
struct people_group {
    const char *word;
    enum individual_status status;
};

/* The group of a word, or without one the first that has anybody. */
static const struct people_group *find_group(const struct population *population, const char *word)
{
    static const struct people_group groups[] = {
        {"known", INDIVIDUAL_KNOWN},
        {"new", INDIVIDUAL_NEW},
        {"held-out", INDIVIDUAL_NEW},
        {"fine-tuned", INDIVIDUAL_FINE_TUNING},
    };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (*word ? utf8_equal_folded(word, groups[g].word)
                  : population_count(population, groups[g].status) > 0)
            return &groups[g];
    return NULL;
}

static bool was_drawn(const uint64_t *number, size_t drawn, uint64_t candidate)
{
    for (size_t n = 0; n < drawn; n++)
        if (number[n] == candidate)
            return true;
    return false;
}

/* All of a group where so many are wanted, else some that are drawn. */
static bool list_group(const struct inquiry *inquiry, const struct people_group *group,
                       struct finding *finding, struct error *err)
{
    const struct population *population = &inquiry->session->population;
    struct random random = random_stream(inquiry->seed, RANDOM_SCREEN, 0, 0);
    uint64_t number[DRAWN], count = population_count(population, group->status);
    struct listed *list = add_list(finding, count, err);
    bool all = count <= inquiry->most || count <= DRAWN, listed = list;
    for (uint64_t n = 0; listed && n < (all ? count : DRAWN); n++) {
        uint64_t chosen = n;
        while (!all && was_drawn(number, (size_t)n, chosen = random_below(&random, count)))
            ;
        if (!all)
            number[n] = chosen;
        listed = add_name(list, inquiry->session,
                          population_member(population, group->status, chosen), err);
    }
    return listed;
}

static bool list_people(const struct inquiry *inquiry, const char *part, struct finding *finding,
                        struct error *err)
{
    const struct session *session = inquiry->session;
    const struct people_group *group = find_group(&session->population, part);
    struct found_names found;
    if (group)
        return population_count(&session->population, group->status) > 0
                   ? list_group(inquiry, group, finding, err)
                   : error_set(err, ERROR_INPUT, "there are no %s individuals", group->word);
    if (!names_find(&found, &session->population, &session->vocabulary, part, (size_t)inquiry->most,
                    err))
        return false;
    bool listed =
        found.fitting > 0 ? list_found(session, &found, finding, err) : refuse_name(part, err);
    if (listed && found.is_near) {
        finding->note = memory_format(err, "no name has \"%s\"; near it:", part);
        listed = finding->note;
    }
    found_names_free(&found);
    return listed;
}

bool inquiry_people(const struct inquiry *inquiry, struct finding *finding, struct error *err)
{
    *finding = (struct finding){0};
    char *tidy = vocabulary_tidy(&inquiry->session->vocabulary, inquiry->argument, err);
    bool listed = tidy && list_people(inquiry, tidy, finding, err);
    memory_free(tidy);
    return listed || give_up(finding);
}

/* Draws names until one belongs to nobody. */
static bool draw_nobody(const struct inquiry *inquiry, uint64_t *individual)
{
    const struct population *population = &inquiry->session->population;
    const struct fact_set *facts = population->facts;
    struct random random = random_stream(inquiry->seed, RANDOM_SCREEN, 0, 0);
    for (int try = 0; try < INVENTIONS_TRIED; try++) {
        uint32_t part[FACTS_MAX_PARTS];
        for (size_t p = 0; p < facts->name_parts; p++)
            part[p] = (uint32_t)random_below(&random, facts->pool[facts->name_part[p]].count);
        *individual = population_find(population, part);
        if (population_status(population, *individual) == INDIVIDUAL_INVENTED)
            return true;
    }
    return false;
}

bool inquiry_invent(const struct inquiry *inquiry, struct finding *finding, struct error *err)
{
    uint64_t individual;
    *finding = (struct finding){0};
    if (!draw_nobody(inquiry, &individual))
        return error_set(err, ERROR_INPUT, "%s",
                         inquiry->session->facts.table
                             ? "the names are those of the table: none can be invented"
                             : "every name belongs to somebody in this population");
    struct listed *list = add_list(finding, 1, err);
    if (!list || !add_name(list, inquiry->session, individual, err))
        return give_up(finding);
    const char *name = list->item.text[0];
    finding->note =
        memory_format(err, "nobody has the name %s: ask the model about it (Tab shows how)", name);
    finding->prompt = memory_format(err, "%s ", name);
    return (finding->note && finding->prompt) || give_up(finding);
}

/* Attributes, their wordings and values */

static bool refuse_attribute(const struct fact_set *facts, const char *name, struct error *err)
{
    const char *names[FACTS_MAX_ATTRIBUTES];
    struct text all = {0};
    for (size_t a = 0; a < facts->attributes; a++) {
        names[a] = facts->attribute[a].name;
        text_format(&all, "%s%s", a ? ", " : "there are ", names[a]);
    }
    suggest_refuse("there is no attribute", name, names, facts->attributes,
                   all.failed ? NULL : all.bytes, err);
    text_free(&all);
    return false;
}

static bool begins_folded(const char *text, const char *start)
{
    struct folded at = {.next = text}, typed = {.next = start};
    uint32_t code;
    while ((code = utf8_next_folded(&typed)) != 0)
        if (utf8_next_folded(&at) != code)
            return false;
    return true;
}

/* "birth" could be birth date, birth place. */
static bool leave_open(const struct fact_set *facts, const char *start, struct error *err)
{
    struct text all = {0};
    for (size_t a = 0; a < facts->attributes; a++)
        if (begins_folded(facts->attribute[a].name, start))
            text_format(&all, "%s%s", all.length > 0 ? ", " : "", facts->attribute[a].name);
    error_set(err, ERROR_INPUT, "\"%s\" could be %s", start, all.failed ? "several" : all.bytes);
    text_free(&all);
    return false;
}

/* The attribute of this name, or the one whose name begins so. */
static bool find_attribute(const struct fact_set *facts, const char *name, size_t *attribute,
                           struct error *err)
{
    size_t begun = 0;
    *attribute = facts->attributes;
    for (size_t a = 0; a < facts->attributes; a++) {
        const struct attribute *candidate = &facts->attribute[a];
        if (utf8_equal_folded(candidate->name, name) || strcmp(candidate->key, name) == 0) {
            *attribute = a;
            return true;
        }
        if (begins_folded(candidate->name, name)) {
            *attribute = a;
            begun++;
        }
    }
    if (begun > 1)
        return leave_open(facts, name, err);
    return begun == 1 || refuse_attribute(facts, name, err);
}

/* What lists one attribute, with at most so many items a list. */
typedef bool list_attribute(const struct session *session, size_t attribute, uint64_t most,
                            struct finding *finding, struct error *err);

/* One attribute, or all in short under their names. */
static bool list_attributes(const struct inquiry *inquiry, list_attribute *list, uint64_t in_short,
                            struct finding *finding, struct error *err)
{
    const struct session *session = inquiry->session;
    const struct fact_set *facts = &session->facts;
    size_t attribute;
    *finding = (struct finding){0};
    if (*inquiry->argument)
        return (find_attribute(facts, inquiry->argument, &attribute, err) &&
                list(session, attribute, inquiry->most, finding, err)) ||
               give_up(finding);
    uint64_t most = inquiry->most < UINT64_MAX ? in_short : inquiry->most;
    for (size_t a = 0; a < facts->attributes; a++) {
        size_t first = finding->lists;
        if (!list(session, a, most, finding, err))
            return give_up(finding);
        if (finding->list[first].title)
            continue;
        finding->list[first].title = memory_string(facts->attribute[a].name, err);
        if (!finding->list[first].title)
            return give_up(finding);
    }
    return true;
}

static bool list_wordings(const struct session *session, size_t attribute, uint64_t most,
                          struct finding *finding, struct error *err)
{
    const struct fact_set *facts = &session->facts;
    struct listed *list = add_list(finding, facts->templates, err);
    bool listed = list;
    for (size_t t = 0; listed && t < facts->templates && t < most; t++) {
        struct text wording = {0};
        wording_write(&facts->attribute[attribute].template[t], WORDING_BLANK, &wording);
        listed = strings_take(&list->item, text_take(&wording, err), err);
    }
    return listed;
}

bool inquiry_wordings(const struct inquiry *inquiry, struct finding *finding, struct error *err)
{
    return list_attributes(inquiry, list_wordings, WORDINGS_IN_SHORT, finding, err);
}

/* The pools of an attribute of several parts have a list each: "birth date, days". */
static bool list_values(const struct session *session, size_t attribute, uint64_t most,
                        struct finding *finding, struct error *err)
{
    const struct attribute *asked = &session->facts.attribute[attribute];
    bool listed = true;
    for (size_t p = 0; listed && p < asked->parts; p++) {
        const struct pool *pool = &session->facts.pool[asked->part[p]];
        struct listed *list = add_list(finding, pool->count, err);
        listed = list;
        if (listed && asked->parts > 1) {
            list->title = memory_format(err, "%s, %s", asked->name, pool->name);
            listed = list->title;
        }
        for (size_t e = 0; listed && e < pool->count && e < most; e++)
            listed = strings_add(&list->item, pool->entry[e], err);
    }
    return listed;
}

bool inquiry_values(const struct inquiry *inquiry, struct finding *finding, struct error *err)
{
    return list_attributes(inquiry, list_values, VALUES_IN_SHORT, finding, err);
}
