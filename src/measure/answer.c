#include "measure/answer.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "facts/biography.h"
#include "measure/continuation.h"
#include "measure/top_values.h"

/* The least probability of an attribute's values to take one for granted. */
#define VALUE_COMES 0.5

/* All that a question is answered with. */
struct asking {
    const struct population *population;
    const struct vocabulary *vocabulary;
    struct decoder *decoder;
    const struct answer_scale *scale;
    struct question question;
    size_t vocab, max_length; /* of the model */
    size_t lead; /* of the question's tokens, the last ones: not the prompt's but the model's */
    struct guess truth;  /* what the prompt asks for; token null where that is not known (yet) */
    bool *truth_goes_on; /* [vocab] tokens with which longer values go on behind the truth; null
                            where none does */
    size_t ahead;        /* tokens of the truth that were read with the prompt */
    real *next;          /* [1 + ahead][vocab] log probabilities of the token behind the prompt, and
                            behind each of those */
    struct continuation continuation; /* of the prompt */
};

static void asking_init(struct asking *asking, const struct population *population,
                        const struct vocabulary *vocabulary, struct decoder *decoder,
                        const struct answer_scale *scale)
{
    const struct model_options *options = decoder_options(decoder);
    *asking = (struct asking){
        .population = population,
        .vocabulary = vocabulary,
        .decoder = decoder,
        .scale = scale,
        .vocab = options->vocab,
        .max_length = options->max_length,
    };
}

static void asking_free(struct asking *asking)
{
    decoder_rewind(asking->decoder, 0);
    question_free(&asking->question);
    memory_free(asking->truth.token);
    memory_free(asking->truth_goes_on);
    memory_free(asking->next);
}

static char *tokens_text(const struct vocabulary *vocabulary, const int32_t *token, size_t count,
                         struct error *err)
{
    struct text text = {0};
    vocabulary_text(vocabulary, token, count, &text);
    return text_take(&text, err);
}

/* Marks the tokens that values of an attribute begin with. */
static void mark_beginnings(const struct vocabulary *vocabulary, size_t attribute, bool *begins)
{
    size_t pool = vocabulary->facts->attribute[attribute].part[0];
    for (size_t e = 0; e < vocabulary->facts->pool[pool].count; e++)
        begins[vocabulary->entry[pool][e].token[0]] = true;
}

/* The attribute whose values are about to come by the model's own account, or the number of
 * attributes. */
static bool guess_attribute(const struct asking *asking, size_t *attribute, struct error *err)
{
    const struct fact_set *facts = asking->vocabulary->facts;
    bool *begins = memory_new(asking->vocab, sizeof *begins, err);
    if (!begins)
        return false;
    size_t likely = 0;
    *attribute = facts->attributes;
    for (size_t a = 0; a < facts->attributes; a++) {
        memset(begins, 0, asking->vocab * sizeof *begins);
        mark_beginnings(asking->vocabulary, a, begins);
        double probability = 0;
        for (size_t t = 0; t < asking->vocab; t++)
            probability += begins[t] ? exp((double)asking->next[t]) : 0;
        if (probability >= VALUE_COMES) {
            *attribute = a;
            likely++;
        }
    }
    if (likely > 1) /* as with cities of birth and of residence: no telling which is meant */
        *attribute = facts->attributes;
    memory_free(begins);
    return true;
}

static bool find_attribute(struct answer *answer, const struct asking *asking, struct error *err)
{
    size_t attributes = asking->population->facts->attributes;
    answer->attribute = asking->question.attribute;
    if (answer->attribute == attributes && !guess_attribute(asking, &answer->attribute, err))
        return false;
    answer->has_attribute = answer->attribute < attributes;
    return true;
}

static const char *word_shown(const struct vocabulary *vocabulary, size_t token)
{
    return token == TOKEN_END ? "(end)" : vocabulary->word[token];
}

/* The likeliest words, and the entropy of the next token. */
static bool find_words(struct answer *answer, const struct asking *asking, struct error *err)
{
    size_t best[ANSWER_CANDIDATES], found = 0;
    answer->entropy = 0;
    for (size_t t = 0; t < asking->vocab; t++) {
        double log_probability = (double)asking->next[t];
        double probability = exp(log_probability);
        answer->entropy -= probability > 0 ? probability * log_probability : 0;
        if (!continuation_shows(asking->vocabulary, t))
            continue;
        size_t place = found;
        while (place > 0 && asking->next[best[place - 1]] < asking->next[t])
            place--;
        if (place == ANSWER_CANDIDATES)
            continue;
        found += found < ANSWER_CANDIDATES;
        memmove(best + place + 1, best + place, (found - 1 - place) * sizeof *best);
        best[place] = t;
    }
    for (size_t i = 0; i < found; i++) {
        answer->candidate[i].probability = exp((double)asking->next[best[i]]);
        answer->candidate[i].text = memory_string(word_shown(asking->vocabulary, best[i]), err);
        if (!answer->candidate[i].text)
            return false;
        answer->candidates++;
    }
    answer->nobody = (struct answer_ignorance){NAN, NAN};
    answer->exact = true;
    return true;
}

static bool exists(const struct question *question)
{
    return question->has_individual && question->status != INDIVIDUAL_INVENTED;
}

/* Whether there is a true value to compare with. */
static bool has_truth(const struct asking *asking, size_t attribute)
{
    return exists(&asking->question) &&
           population_tells(asking->population, asking->question.individual, attribute);
}

/* The tokens of the individual's true value. */
static bool find_truth(struct asking *asking, size_t attribute, struct error *err)
{
    const struct attribute *asked = &asking->population->facts->attribute[attribute];
    struct guess *truth = &asking->truth;
    uint32_t part[FACTS_MAX_PARTS];
    population_value(asking->population, asking->question.individual, attribute, part);
    for (size_t p = 0; p < asked->parts; p++)
        truth->tokens += asking->vocabulary->entry[asked->part[p]][part[p]].count;
    truth->token = memory_new(truth->tokens, sizeof *truth->token, err);
    if (!truth->token)
        return false;
    size_t filled = 0;
    for (size_t p = 0; p < asked->parts; p++) {
        const struct tokens *entry = &asking->vocabulary->entry[asked->part[p]][part[p]];
        memcpy(truth->token + filled, entry->token, entry->count * sizeof *truth->token);
        filled += entry->count;
    }
    asking->truth_goes_on = memory_new(asking->vocab, sizeof *asking->truth_goes_on, err);
    if (!asking->truth_goes_on)
        return false;
    if (!top_values_go_on(asking->vocabulary, attribute, part[asked->parts - 1],
                          asking->truth_goes_on)) {
        memory_free(asking->truth_goes_on);
        asking->truth_goes_on = NULL;
    }
    return true;
}

/* Tokens of the truth that have to be read to weigh it. */
static size_t truth_reads(const struct asking *asking)
{
    return asking->truth.tokens - !asking->truth_goes_on;
}

/* Reads the prompt and, where the question says what is asked for, the truth in the same go: for a
 * large model that is cheaper than another read. */
static bool read_prompt(struct asking *asking, struct error *err)
{
    const struct question *question = &asking->question;
    bool asks = question->attribute < asking->population->facts->attributes;
    if (asks && has_truth(asking, question->attribute) && !asking->truth.token &&
        !find_truth(asking, question->attribute, err))
        return false;
    size_t ahead = asking->truth.token ? truth_reads(asking) : 0;
    asking->ahead = ahead <= asking->max_length - question->tokens ? ahead : 0;
    size_t count = question->tokens + asking->ahead;
    int32_t *token = memory_new(count, sizeof *token, err);
    asking->next = memory_new(1 + asking->ahead, asking->vocab * sizeof *asking->next, err);
    bool read = token && asking->next;
    if (read) {
        memcpy(token, question->token, question->tokens * sizeof *token);
        if (asking->ahead > 0)
            memcpy(token + question->tokens, asking->truth.token, asking->ahead * sizeof *token);
        read = decoder_read(asking->decoder, token, count, 1 + asking->ahead, asking->next, err);
        decoder_rewind(asking->decoder, question->tokens);
    }
    if (read)
        continuation_begin(&asking->continuation, asking->vocabulary, asking->decoder,
                           asking->next);
    memory_free(token);
    return read;
}

/* Whether the continuation begins with a whole value from the part on. */
static bool continues_with_value(const struct asking *asking, size_t attribute, size_t part,
                                 size_t from)
{
    const struct vocabulary *vocabulary = asking->vocabulary;
    const struct attribute *asked = &vocabulary->facts->attribute[attribute];
    const struct continuation *continuation = &asking->continuation;
    if (part == asked->parts)
        return true;
    size_t pool = asked->part[part];
    for (size_t e = 0; e < vocabulary->facts->pool[pool].count; e++) {
        const struct tokens *entry = &vocabulary->entry[pool][e];
        if (entry->count <= continuation->tokens - from &&
            memcmp(entry->token, continuation->token + from, entry->count * sizeof *entry->token) ==
                0 &&
            continues_with_value(asking, attribute, part + 1, from + entry->count))
            return true;
    }
    return false;
}

static size_t longest_value(const struct vocabulary *vocabulary, size_t attribute)
{
    const struct attribute *asked = &vocabulary->facts->attribute[attribute];
    size_t tokens = 0;
    for (size_t p = 0; p < asked->parts; p++) {
        size_t pool = asked->part[p], longest = 0;
        for (size_t e = 0; e < vocabulary->facts->pool[pool].count; e++)
            if (vocabulary->entry[pool][e].count > longest)
                longest = vocabulary->entry[pool][e].count;
        tokens += longest;
    }
    return tokens;
}

/* The continuation's first tokens that lead to a longer wording; 0 where they do not, or leave no
 * room for a value, or are one of what is asked for. */
static bool find_lead(struct asking *asking, size_t *lead, size_t *attribute, struct error *err)
{
    const struct question *question = &asking->question;
    size_t attributes = asking->population->facts->attributes;
    real *next = memory_new(asking->vocab, sizeof *next, err);
    bool read = next && continuation_finish(&asking->continuation, asking->decoder, next, err);
    decoder_rewind(asking->decoder, question->tokens);
    memory_free(next);
    if (!read)
        return false;
    *lead = question_lead(question, asking->vocabulary, asking->continuation.token,
                          asking->continuation.tokens, attribute);
    if (*lead == 0)
        return true;
    bool is_value =
        question->attribute < attributes && continues_with_value(asking, question->attribute, 0, 0);
    if (is_value || question->tokens + *lead + longest_value(asking->vocabulary, *attribute) >
                        asking->max_length + 1) /* a value's last token is not read */
        *lead = 0;
    return true;
}

static bool add_lead(struct asking *asking, size_t lead, size_t attribute, struct error *err)
{
    struct question *question = &asking->question;
    int32_t *token =
        memory_resize(question->token, question->tokens + lead, sizeof *question->token, err);
    if (!token)
        return false;
    memcpy(token + question->tokens, asking->continuation.token, lead * sizeof *token);
    question->token = token;
    question->tokens += lead;
    question->attribute = attribute;
    asking->lead = lead;
    memory_free(asking->next);
    asking->next = NULL;
    decoder_rewind(asking->decoder, 0);
    return read_prompt(asking, err);
}

/* A model that goes on with words of a longer wording is asked in that one. */
static bool follow_wording(struct asking *asking, struct error *err)
{
    const struct continuation *continuation = &asking->continuation;
    size_t lead = 0, attribute;
    if (continuation->tokens == 0 ||
        !question_may_lead(&asking->question, asking->vocabulary, continuation->token[0]))
        return true;
    if (!find_lead(asking, &lead, &attribute, err))
        return false;
    return lead == 0 || add_lead(asking, lead, attribute, err);
}

/* The probability that none of the tokens comes next with which longer values go on. */
static double share_left(const struct asking *asking, const real *next)
{
    double left = 1;
    for (size_t t = 0; t < asking->vocab; t++)
        left -= asking->truth_goes_on[t] ? exp((double)next[t]) : 0;
    return fmax(left, 0);
}

/* The product of the probabilities of the truth's tokens, each behind those before it, and of that
 * of its end where longer values go on. */
static bool weigh_truth(struct asking *asking, struct error *err)
{
    struct guess *truth = &asking->truth;
    size_t more = truth_reads(asking), vocab = asking->vocab;
    real *later = NULL;
    if (asking->ahead < more) {
        later = memory_new(more, vocab * sizeof *later, err);
        bool read = later && decoder_read(asking->decoder, truth->token, more, more, later, err);
        decoder_rewind(asking->decoder, asking->question.tokens);
        if (!read) {
            memory_free(later);
            return false;
        }
    }
    const real *behind = later ? later : asking->next + vocab;
    double sum = (double)asking->next[truth->token[0]];
    for (size_t i = 0; i + 1 < truth->tokens; i++)
        sum += (double)behind[i * vocab + (size_t)truth->token[i + 1]];
    truth->probability = exp(sum);
    if (asking->truth_goes_on)
        truth->probability *= share_left(asking, behind + (truth->tokens - 1) * vocab);
    memory_free(later);
    return true;
}

static bool same_value(const struct guess *a, const struct guess *b)
{
    return a->tokens == b->tokens && memcmp(a->token, b->token, a->tokens * sizeof *a->token) == 0;
}

/* What is true, and whether the model's likeliest value is just that. */
static bool compare_truth(struct answer *answer, struct asking *asking,
                          const struct top_values *top_values, struct error *err)
{
    const struct question *question = &asking->question;
    answer->has_truth = has_truth(asking, answer->attribute);
    answer->is_untold = exists(question) && !answer->has_truth;
    if (!answer->has_truth)
        return true;
    struct text text = {0};
    population_value_text(asking->population, question->individual, answer->attribute, &text);
    answer->truth = text_take(&text, err);
    if (!answer->truth || (!asking->truth.token && !find_truth(asking, answer->attribute, err)) ||
        !weigh_truth(asking, err))
        return false;
    answer->truth_probability = asking->truth.probability;
    answer->correct = top_values->guesses > 0 && same_value(&top_values->guess[0], &asking->truth);
    return true;
}

/* The likeliest word, where no value begins with it. */
static bool find_other(struct answer *answer, const struct asking *asking, struct error *err)
{
    const struct continuation *continuation = &asking->continuation;
    size_t likeliest = continuation->tokens > 0 ? (size_t)continuation->token[0] : TOKEN_END;
    bool *begins = memory_new(asking->vocab, sizeof *begins, err);
    if (!begins)
        return false;
    mark_beginnings(asking->vocabulary, answer->attribute, begins);
    bool is_value = begins[likeliest];
    memory_free(begins);
    if (is_value)
        return true;
    answer->other = memory_string(word_shown(asking->vocabulary, likeliest), err);
    answer->other_probability = exp((double)asking->next[likeliest]);
    return answer->other;
}

/* The likeliest values, and the truth beside them. */
static bool find_values(struct answer *answer, struct asking *asking, struct error *err)
{
    struct top_values top_values;
    if (!find_other(answer, asking, err) ||
        !top_values_find(&top_values, asking->vocabulary, answer->attribute, asking->decoder,
                         asking->next, &asking->continuation, err))
        return false;
    answer->exact = top_values.exact;
    answer->entropy = top_values.entropy;
    answer->nobody =
        (struct answer_ignorance){.uniform = asking->scale->uniform[answer->attribute],
                                  .sampled = asking->scale->sampled[answer->attribute]};
    bool found = true;
    for (size_t i = 0; found && i < top_values.guesses; i++) {
        struct candidate *candidate = &answer->candidate[i];
        candidate->probability = top_values.guess[i].probability;
        candidate->text = tokens_text(asking->vocabulary, top_values.guess[i].token,
                                      top_values.guess[i].tokens, err);
        found = candidate->text != NULL;
        answer->candidates += found;
    }
    found = found && compare_truth(answer, asking, &top_values, err);
    top_values_free(&top_values);
    return found;
}

/* Goes on with the likeliest tokens, behind the likeliest value, so that what is shown is what is
 * judged; uses up asking->next. */
static bool complete(struct answer *answer, struct asking *asking, struct error *err)
{
    const struct question *question = &asking->question;
    struct continuation *continuation = &asking->continuation;
    if (!continuation_finish(continuation, asking->decoder, asking->next, err))
        return false;
    struct text lead = {0}, text = {0};
    vocabulary_text(asking->vocabulary, question->token + question->tokens - asking->lead,
                    asking->lead, &lead);
    vocabulary_text(asking->vocabulary, question->token + question->tokens - asking->lead,
                    asking->lead, &text);
    vocabulary_text(asking->vocabulary, continuation->token, continuation->tokens, &text);
    answer->lead = text_take(&lead, err);
    answer->completion = text_take(&text, err);
    return answer->lead && answer->completion;
}

static bool name_individual(struct answer *answer, const struct asking *asking, struct error *err)
{
    const struct question *question = &asking->question;
    answer->has_individual = question->has_individual;
    if (!question->has_individual)
        return true;
    struct text name = {0};
    answer->individual = question->individual;
    answer->status = question->status;
    population_name_text(asking->population, question->individual, &name);
    answer->name = text_take(&name, err);
    return answer->name != NULL;
}

/* Answers asking->question. On false the answer holds what was found so far. */
static bool find_answer(struct answer *answer, struct asking *asking, struct error *err)
{
    const struct question *question = &asking->question;
    decoder_rewind(asking->decoder, 0);
    answer->prompt = tokens_text(asking->vocabulary, question->token, question->tokens, err);
    if (!answer->prompt || !name_individual(answer, asking, err) || !read_prompt(asking, err) ||
        !follow_wording(asking, err) || !find_attribute(answer, asking, err))
        return false;
    bool found =
        answer->has_attribute ? find_values(answer, asking, err) : find_words(answer, asking, err);
    if (!found && err && err->kind == ERROR_INPUT)
        error_prefix(err, "the prompt leaves no room for a value");
    if (!answer->has_attribute || !question->has_individual) {
        answer->hint = question->hint;
        asking->question.hint = NULL;
    }
    return found && complete(answer, asking, err);
}

/* Answers a question that could be asked, and frees it. */
static bool answer_asked(struct answer *answer, struct asking *asking, bool asked,
                         struct error *err)
{
    *answer = (struct answer){0};
    bool answered = asked && find_answer(answer, asking, err);
    asking_free(asking);
    if (!answered)
        answer_free(answer);
    return answered;
}

bool answer_prompt(struct answer *answer, const struct population *population,
                   const struct vocabulary *vocabulary, struct decoder *decoder,
                   const struct answer_scale *scale, const char *prompt, struct error *err)
{
    struct asking asking;
    asking_init(&asking, population, vocabulary, decoder, scale);
    bool asked =
        question_read(&asking.question, population, vocabulary, prompt, asking.max_length, err);
    return answer_asked(answer, &asking, asked, err);
}

static void add_tokens(struct question *question, const struct tokens *tokens)
{
    memcpy(question->token + question->tokens, tokens->token,
           tokens->count * sizeof *question->token);
    question->tokens += tokens->count;
}

/* The sentence in which evaluations ask for it, by itself. */
static bool ask_attribute(struct question *question, const struct population *population,
                          const struct vocabulary *vocabulary, uint64_t individual,
                          size_t attribute, size_t max_tokens, struct error *err)
{
    const struct fact_set *facts = population->facts;
    size_t asked = biography_asked_template(population, individual, attribute);
    const struct template_tokens *wording = &vocabulary->template[attribute][asked];
    uint32_t part[FACTS_MAX_PARTS];
    population_name(population, individual, part);
    size_t count = 1 + wording->before_name.count + wording->before_value.count;
    for (size_t i = 0; i < facts->name_parts; i++)
        count += vocabulary->entry[facts->name_part[i]][part[i]].count;
    if (count > max_tokens)
        return error_set(err, ERROR_INPUT,
                         "the question has %zu tokens, more than the model's maximum of %zu", count,
                         max_tokens);
    *question = (struct question){
        .token = memory_new(count, sizeof *question->token, err),
        .tokens = 1,
        .has_individual = true,
        .individual = individual,
        .status = population_status(population, individual),
        .attribute = attribute,
    };
    if (!question->token)
        return false;
    question->token[0] = TOKEN_BEGIN;
    add_tokens(question, &wording->before_name);
    for (size_t i = 0; i < facts->name_parts; i++)
        add_tokens(question, &vocabulary->entry[facts->name_part[i]][part[i]]);
    add_tokens(question, &wording->before_value);
    return true;
}

bool answer_attribute(struct answer *answer, const struct population *population,
                      const struct vocabulary *vocabulary, struct decoder *decoder,
                      const struct answer_scale *scale, uint64_t individual, size_t attribute,
                      struct error *err)
{
    struct asking asking;
    asking_init(&asking, population, vocabulary, decoder, scale);
    bool asked = ask_attribute(&asking.question, population, vocabulary, individual, attribute,
                               asking.max_length, err);
    return answer_asked(answer, &asking, asked, err);
}

void answer_free(struct answer *answer)
{
    memory_free(answer->prompt);
    memory_free(answer->completion);
    memory_free(answer->lead);
    memory_free(answer->other);
    memory_free(answer->hint);
    for (size_t i = 0; i < ANSWER_CANDIDATES; i++)
        memory_free(answer->candidate[i].text);
    memory_free(answer->name);
    memory_free(answer->truth);
    *answer = (struct answer){0};
}
