#include "facts/wordings.h"

#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"

enum { TYPED_WORDS = 64 }; /* further ones are not looked at */

static const double near_share = 0.5;   /* of what a word counts for that is only near */
static const double least_share = 0.75; /* of the best likeness */

void wording_write(const struct template *template, const char *name, struct text *out)
{
    text_add(out, template->before_name);
    text_add(out, name);
    size_t length = strlen(template->before_value);
    while (length > 0 && template->before_value[length - 1] == ' ')
        length--;
    text_add_bytes(out, template->before_value, length);
}

/* A word of wordings, but no mark. */
struct wording_word {
    int32_t token;
    double rare; /* one over the attributes with it in a wording */
    bool about;  /* the attribute that is looked at */
};

/* Words that were typed, and how like each is to those of wordings. */
struct typed_words {
    const struct vocabulary *vocabulary;
    struct sought_word word[TYPED_WORDS];
    double weight[TYPED_WORDS]; /* one over the attributes that it could be about; else 0 */
    size_t words;
    uint32_t *slot;               /* [vocabulary.words] of `wording`, from 1; 0: it is in none */
    struct wording_word *wording; /* [wordings] */
    size_t wordings, room;
    double *like; /* [words][wordings] 1, near_share or 0 */
};

static bool take_words(struct typed_words *typed, const struct tokens *tokens, struct error *err)
{
    for (size_t i = 0; i < tokens->count; i++) {
        int32_t token = tokens->token[i];
        const char *word = typed->vocabulary->word[token];
        if (typed->slot[token] > 0 || (strchr(WORD_MARKS, *word) && !word[1]))
            continue;
        if (!memory_make_room((void **)&typed->wording, typed->wordings, &typed->room,
                              sizeof *typed->wording, err))
            return false;
        typed->wording[typed->wordings++] = (struct wording_word){.token = token};
        typed->slot[token] = (uint32_t)typed->wordings;
    }
    return true;
}

static bool take_wordings(struct typed_words *typed, struct error *err)
{
    const struct vocabulary *vocabulary = typed->vocabulary;
    for (size_t a = 0; a < vocabulary->facts->attributes; a++)
        for (size_t t = 0; t < vocabulary->facts->templates; t++) {
            const struct template_tokens *template = &vocabulary->template[a][t];
            if (!take_words(typed, &template->before_name, err) ||
                !take_words(typed, &template->before_value, err))
                return false;
        }
    return true;
}

static void mark_words(struct typed_words *typed, const struct tokens *tokens)
{
    for (size_t i = 0; i < tokens->count; i++)
        if (typed->slot[tokens->token[i]] > 0)
            typed->wording[typed->slot[tokens->token[i]] - 1].about = true;
}

/* Marks the words of an attribute's wordings, and no others. */
static void mark_attribute(struct typed_words *typed, size_t attribute)
{
    const struct vocabulary *vocabulary = typed->vocabulary;
    for (size_t i = 0; i < typed->wordings; i++)
        typed->wording[i].about = false;
    for (size_t t = 0; t < vocabulary->facts->templates; t++) {
        mark_words(typed, &vocabulary->template[attribute][t].before_name);
        mark_words(typed, &vocabulary->template[attribute][t].before_value);
    }
}

static double compare_words(const struct vocabulary *vocabulary, size_t token,
                            const struct sought_word *word)
{
    if (bare_words_fit(&vocabulary->bare, token, word) == WORD_IS)
        return 1;
    return bare_words_distance(&vocabulary->bare, token, word) != SIZE_MAX ? near_share : 0;
}

/* How like a typed word is to the likest of an attribute's name. */
static double compare_with_name(const struct fact_set *facts, size_t attribute,
                                const struct sought_word *word)
{
    const char *cursor = facts->attribute[attribute].name;
    struct word part;
    double best = 0;
    while (word_next(&cursor, &part)) {
        struct sought_word name;
        sought_word_read(&name, part.bytes, part.count);
        size_t distance = suggest_distance(word->bare, name.bare);
        double like = distance == 0 ? 1 : distance <= word->limit ? near_share : 0;
        best = like > best ? like : best;
    }
    return best;
}

static void find_likenesses(struct typed_words *typed)
{
    for (size_t w = 0; w < typed->words; w++)
        for (size_t i = 0; i < typed->wordings; i++)
            typed->like[w * typed->wordings + i] =
                compare_words(typed->vocabulary, (size_t)typed->wording[i].token, &typed->word[w]);
}

/* Whether a typed word could be about the attribute whose words are marked. */
static bool could_be_about(const struct typed_words *typed, size_t attribute, size_t word)
{
    const double *like = typed->like + word * typed->wordings;
    for (size_t i = 0; i < typed->wordings; i++)
        if (typed->wording[i].about && like[i] > 0)
            return true;
    return compare_with_name(typed->vocabulary->facts, attribute, &typed->word[word]) > 0;
}

/* Counts the attributes that each word could be about. */
static void weigh_words(struct typed_words *typed)
{
    for (size_t a = 0; a < typed->vocabulary->facts->attributes; a++) {
        mark_attribute(typed, a);
        for (size_t i = 0; i < typed->wordings; i++)
            typed->wording[i].rare += typed->wording[i].about;
        for (size_t w = 0; w < typed->words; w++)
            typed->weight[w] += could_be_about(typed, a, w);
    }
    for (size_t w = 0; w < typed->words; w++)
        typed->weight[w] = typed->weight[w] > 0 ? 1 / typed->weight[w] : 0;
    for (size_t i = 0; i < typed->wordings; i++)
        typed->wording[i].rare = 1 / typed->wording[i].rare;
}

static double best_in(const struct typed_words *typed, const struct tokens *tokens, size_t word,
                      double best)
{
    const double *like = typed->like + word * typed->wordings;
    for (size_t i = 0; i < tokens->count; i++) {
        uint32_t slot = typed->slot[tokens->token[i]];
        best = slot > 0 && like[slot - 1] > best ? like[slot - 1] : best;
    }
    return best;
}

static double weight_of(const struct typed_words *typed, const struct tokens *tokens)
{
    double sum = 0;
    for (size_t i = 0; i < tokens->count; i++) {
        uint32_t slot = typed->slot[tokens->token[i]];
        sum += slot > 0 ? typed->wording[slot - 1].rare : 0;
    }
    return sum;
}

static double compare_wording(const struct typed_words *typed, size_t attribute, size_t template)
{
    const struct template_tokens *tokens = &typed->vocabulary->template[attribute][template];
    double shared = 0,
           all = weight_of(typed, &tokens->before_name) + weight_of(typed, &tokens->before_value);
    if (all == 0) /* "[X]: [Y]": there is nothing to type */
        return 0;
    for (size_t w = 0; w < typed->words; w++) {
        double best =
            near_share * compare_with_name(typed->vocabulary->facts, attribute, &typed->word[w]);
        best = best_in(typed, &tokens->before_name, w, best);
        best = best_in(typed, &tokens->before_value, w, best);
        shared += best * typed->weight[w];
        all += typed->weight[w];
    }
    return 2 * shared / all;
}

/* Puts a wording among the likest, the first of equals before others. */
static size_t put_near(struct near_wording *near, size_t count, struct near_wording wording)
{
    size_t place = count;
    while (place > 0 && near[place - 1].likeness < wording.likeness)
        place--;
    if (place == WORDINGS_NEAR)
        return count;
    count += count < WORDINGS_NEAR;
    memmove(near + place + 1, near + place, (count - 1 - place) * sizeof *near);
    near[place] = wording;
    return count;
}

static size_t find_near(const struct typed_words *typed, struct near_wording *near)
{
    const struct fact_set *facts = typed->vocabulary->facts;
    size_t count = 0;
    for (size_t a = 0; a < facts->attributes; a++) {
        struct near_wording best = {.attribute = a};
        for (size_t t = 0; t < facts->templates; t++) {
            double likeness = compare_wording(typed, a, t);
            if (likeness > best.likeness) {
                best.template = t;
                best.likeness = likeness;
            }
        }
        if (best.likeness > 0)
            count = put_near(near, count, best);
    }
    while (count > 0 && near[count - 1].likeness < least_share * near[0].likeness)
        count--;
    return count;
}

static void read_words(struct typed_words *typed, const char *text)
{
    struct word word;
    while (typed->words < TYPED_WORDS && word_next(&text, &word)) {
        if (word_is_mark(&word))
            continue;
        sought_word_read(&typed->word[typed->words++], word.bytes, word.count);
    }
}

bool wordings_near(const struct vocabulary *vocabulary, const char *text,
                   struct near_wording near[WORDINGS_NEAR], size_t *count, struct error *err)
{
    struct typed_words *typed = memory_new(1, sizeof *typed, err);
    if (!typed)
        return false;
    typed->vocabulary = vocabulary;
    read_words(typed, text);
    bool made =
        (typed->slot = memory_new(vocabulary->words, sizeof *typed->slot, err)) &&
        take_wordings(typed, err) &&
        (typed->like = memory_new(typed->words * typed->wordings, sizeof *typed->like, err));
    if (made) {
        find_likenesses(typed);
        weigh_words(typed);
        *count = find_near(typed, near);
    }
    memory_free(typed->like);
    memory_free(typed->slot);
    memory_free(typed->wording);
    memory_free(typed);
    return made;
}

/* "... was born in" is told by its words alone. */
void wordings_write_near(const struct fact_set *facts, const struct near_wording *near,
                         size_t count, struct text *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct template *template =
            &facts->attribute[near[i].attribute].template[near[i].template];
        bool leads = *template->before_name || *template->before_value != ' ';
        text_add(out, i ? ", " : "");
        struct text wording = {0};
        wording_write(template, leads ? WORDING_BLANK : "", &wording);
        text_add(out, wording.failed ? "" : wording.bytes + (leads ? 0 : 1));
        out->failed |= wording.failed;
        text_free(&wording);
    }
}
