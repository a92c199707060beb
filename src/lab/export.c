/* Map of this file: what can be exported; weights; shape; tokenizer; the folder. */
#include "lab/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "config/preset_key.h"
#include "facts/words.h"
#include "model/norm.h"
#include "train/safetensors.h"

/* What can be exported */

/* What a model's keys say of a GPT-2. */
static const struct {
    const char *key, *value;
} shape[] = {
    {"kind", "transformer"},  {"mixer", "attention"}, {"norm", "layer"},
    {"positions", "learned"}, {"bias", "yes"},
};

static bool check_value(const struct session *session, const char *key, const char *wanted,
                        struct error *err)
{
    char *value = preset_value(&session->preset, preset_key_find("model", key), err);
    bool same = value && strcmp(value, wanted) == 0;
    if (value && !same)
        error_set(err, ERROR_INPUT,
                  "run %s is not a GPT-2: it has model.%s = %s, not %s; one is trained with "
                  "--set model.family=gpt2, as by the preset gpt2",
                  session->run.name, key, value, wanted);
    memory_free(value);
    return same;
}

static bool check_shape(const struct session *session, struct error *err)
{
    const struct model_options *options = &engine_model(session->engine)->options;
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++)
        if (!check_value(session, shape[i].key, shape[i].value, err))
            return false;
    if (options->heads * options->d_key != options->d_model)
        return error_set(
            err, ERROR_INPUT,
            "run %s is not a GPT-2: model.heads x model.d_key = %zu, not model.d_model = %zu",
            session->run.name, options->heads * options->d_key, options->d_model);
    if (engine_model(session->engine)->reference)
        return error_set(err, ERROR_INPUT,
                         "run %s is patched: it uses the attention of another model; an earlier "
                         "checkpoint, --step=T, can be exported",
                         session->run.name);
    return true;
}

/* Weights */

/* Names of parameters, behind "blocks.N." those of a block, and GPT-2's. */
static const struct {
    const char *ours, *theirs;
} names[] = {
    {"embedding", "wte.weight"},
    {"positions", "wpe.weight"},
    {"norm.scale", "ln_f.weight"},
    {"norm.bias", "ln_f.bias"},
    {"norm1.scale", "ln_1.weight"},
    {"norm1.bias", "ln_1.bias"},
    {"attention.query_key_value.weight", "attn.c_attn.weight"},
    {"attention.query_key_value.bias", "attn.c_attn.bias"},
    {"attention.projection.weight", "attn.c_proj.weight"},
    {"attention.projection.bias", "attn.c_proj.bias"},
    {"norm2.scale", "ln_2.weight"},
    {"norm2.bias", "ln_2.bias"},
    {"feed_forward.in.weight", "mlp.c_fc.weight"},
    {"feed_forward.in.bias", "mlp.c_fc.bias"},
    {"feed_forward.out.weight", "mlp.c_proj.weight"},
    {"feed_forward.out.bias", "mlp.c_proj.bias"},
};

static const char *translate(const char *name)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].ours, name) == 0)
            return names[i].theirs;
    return NULL;
}

struct export_name {
    char text[sizeof((struct parameter *)NULL)->name + sizeof "transformer."];
};

static bool write_name(struct export_name *name, const char *parameter, struct error *err)
{
    unsigned long layer;
    int front = 0;
    bool in_block = sscanf(parameter, "blocks.%lu.%n", &layer, &front) == 1 && front > 0;
    const char *theirs = translate(parameter + front);
    if (!theirs)
        return error_set(err, ERROR_INPUT, "GPT-2 has no counterpart of the parameter %s",
                         parameter);
    if (in_block)
        snprintf(name->text, sizeof name->text, "transformer.h.%lu.%s", layer, theirs);
    else
        snprintf(name->text, sizeof name->text, "transformer.%s", theirs);
    return true;
}

/* Matrices stand as they are: a row for each input. */
static bool name_weights(const struct model *model, struct export_name *name,
                         struct safetensors_tensor *tensor, struct error *err)
{
    for (size_t i = 0; i < model->parameters; i++) {
        const struct parameter *parameter = &model->parameter[i];
        if (!write_name(&name[i], parameter->name, err))
            return false;
        tensor[i] = (struct safetensors_tensor){
            .name = name[i].text,
            .rows = parameter->rows,
            .cols = parameter->cols,
            .is_vector = !parameter->decays,
            .data = model->weight + parameter->offset,
        };
    }
    return true;
}

static bool write_weights(const struct model *model, const char *path, struct error *err)
{
    static const struct safetensors_string metadata = {"format", "pt"};
    struct export_name *name = memory_new(model->parameters, sizeof *name, err);
    struct safetensors_tensor *tensor =
        name ? memory_new(model->parameters, sizeof *tensor, err) : NULL;
    bool written = tensor && name_weights(model, name, tensor, err) &&
                   safetensors_write(path, tensor, model->parameters, &metadata, 1, err);
    memory_free(tensor);
    memory_free(name);
    return written;
}

/* Shape */

static json_t *shape_json(const struct model_options *options)
{
    return json_pack("{s:[s], s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:s, s:f, s:b, s:i, s:i, "
                     "s:f, s:f, s:f}",
                     "architectures", "GPT2LMHeadModel", "model_type", "gpt2", "torch_dtype",
                     "float32", "vocab_size", (json_int_t)options->vocab, "n_positions",
                     (json_int_t)options->max_length, "n_embd", (json_int_t)options->d_model,
                     "n_inner", (json_int_t)options->d_hidden, "n_layer",
                     (json_int_t)options->layers, "n_head", (json_int_t)options->heads,
                     "activation_function", "gelu_new", "layer_norm_epsilon", NORM_LAYER_EPSILON,
                     "tie_word_embeddings", 1, "bos_token_id", (int)TOKEN_BEGIN, "eos_token_id",
                     (int)TOKEN_END, "embd_pdrop", 0.0, "attn_pdrop", 0.0, "resid_pdrop", 0.0);
}

/* Tokenizer: the rules of facts/words.h as regular expressions */

#define CLOSING "[" WORD_CLOSING_MARKS "]"
#define OPENING "[" WORD_OPENING_MARKS "]"
#define MARK    "[" WORD_MARKS "]"
#define LEADING "[" WORD_LEADING_MARKS "]"

static json_t *replacement(const char *pattern)
{
    return json_pack("{s:s, s:{s:s}, s:s}", "type", "Replace", "pattern", "Regex", pattern,
                     "content", "");
}

static json_t *split(const char *pattern, const char *behavior)
{
    return json_pack("{s:s, s:{s:s}, s:s, s:b}", "type", "Split", "pattern", "Regex", pattern,
                     "behavior", behavior, "invert", 0);
}

/* At blanks; the marks a piece begins with from the rest, but for a full stop that a word follows;
 * every mark and 's a piece ends with. */
static json_t *pre_tokenizer(void)
{
    return json_pack("{s:s, s:[o, o, o]}", "type", "Sequence", "pretokenizers",
                     split("[" WORD_BLANKS "]+", "Removed"),
                     split("^(?:(?!" LEADING ")" MARK "|" LEADING "(?=" MARK "|" WORD_POSSESSIVE
                           "$|$))+",
                           "Isolated"),
                     split("(?:" MARK "|" WORD_POSSESSIVE ")(?=(?:" MARK "|" WORD_POSSESSIVE ")*$)",
                           "Isolated"));
}

/* Blanks between all words, but for those before what closes and behind what opens. */
static json_t *text_decoder(void)
{
    json_t *joined =
        json_pack("{s:s, s:s, s:b}", "type", "WordPiece", "prefix", "##", "cleanup", 0);
    return json_pack("{s:s, s:[o, {s:s}, o, o]}", "type", "Sequence", "decoders", joined, "type",
                     "Fuse", replacement(" (?=(?:" CLOSING "|" WORD_POSSESSIVE ")(?: |$))"),
                     replacement("(?<=" OPENING ") "));
}

/* TOKEN_BEGIN goes in front. */
static json_t *post_processor(const char *begin)
{
    json_t *first = json_pack("{s:{s:s, s:i}}", "SpecialToken", "id", begin, "type_id", 0);
    json_t *second = json_pack("{s:{s:s, s:i}}", "Sequence", "id", "A", "type_id", 0);
    json_t *third = json_pack("{s:{s:s, s:i}}", "Sequence", "id", "B", "type_id", 0);
    return json_pack("{s:s, s:[O, O], s:[o, o, o], s:{s:{s:s, s:[i], s:[s]}}}", "type",
                     "TemplateProcessing", "single", first, second, "pair", first, second, third,
                     "special_tokens", begin, "id", begin, "ids", (int)TOKEN_BEGIN, "tokens",
                     begin);
}

static json_t *reserved_tokens(const struct vocabulary *vocabulary)
{
    json_t *tokens = json_array();
    for (int i = 0; i < TOKENS_RESERVED; i++) {
        json_t *token = json_pack("{s:i, s:s, s:b, s:b, s:b, s:b, s:b}", "id", i, "content",
                                  vocabulary->word[i], "single_word", 0, "lstrip", 0, "rstrip", 0,
                                  "normalized", 0, "special", 1);
        if (json_array_append_new(tokens, token) < 0) {
            json_decref(tokens);
            return NULL;
        }
    }
    return tokens;
}

static json_t *all_words(const struct vocabulary *vocabulary)
{
    json_t *words = json_object();
    for (size_t i = 0; i < vocabulary->words; i++)
        if (json_object_set_new(words, vocabulary->word[i], json_integer((json_int_t)i)) < 0) {
            json_decref(words);
            return NULL;
        }
    return words;
}

static json_t *tokenizer_json(const struct vocabulary *vocabulary)
{
    return json_pack("{s:s, s:n, s:n, s:o, s:n, s:o, s:o, s:o, s:{s:s, s:o, s:s}}", "version",
                     "1.0", "truncation", "padding", "added_tokens", reserved_tokens(vocabulary),
                     "normalizer", "pre_tokenizer", pre_tokenizer(), "post_processor",
                     post_processor(vocabulary->word[TOKEN_BEGIN]), "decoder", text_decoder(),
                     "model", "type", "WordLevel", "vocab", all_words(vocabulary), "unk_token",
                     vocabulary->word[TOKEN_UNKNOWN]);
}

static json_t *tokenizer_config_json(const struct session *session)
{
    char **word = session->vocabulary.word;
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:[s, s], s:b}", "tokenizer_class",
                     "PreTrainedTokenizerFast", "unk_token", word[TOKEN_UNKNOWN], "bos_token",
                     word[TOKEN_BEGIN], "eos_token", word[TOKEN_END], "model_max_length",
                     (json_int_t)engine_model(session->engine)->options.max_length,
                     "model_input_names", "input_ids", "attention_mask",
                     "clean_up_tokenization_spaces", 0);
}

/* The folder */

/* Takes the object over. */
static bool write_json(const char *path, json_t *object, struct error *err)
{
    char *text = object ? json_dumps(object, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) : NULL;
    json_decref(object);
    if (!text)
        return error_set(err, ERROR_MEMORY, "cannot make %s: out of memory, or a word is not UTF-8",
                         path);
    bool written = file_replace(path, text, strlen(text), err);
    free(text);
    return written;
}

static bool write_json_in(const char *directory, const char *name, json_t *object,
                          struct error *err)
{
    char *path = file_join(directory, name, err);
    if (!path) {
        json_decref(object);
        return false;
    }
    bool written = write_json(path, object, err);
    memory_free(path);
    return written;
}

static bool write_weights_in(const char *directory, const char *name, const struct model *model,
                             struct error *err)
{
    char *path = file_join(directory, name, err);
    bool written = path && write_weights(model, path, err);
    memory_free(path);
    return written;
}

bool export_gpt2(const struct session *session, const char *directory, struct error *err)
{
    return check_shape(session, err) && file_make_directories(directory, err) &&
           write_json_in(directory, "config.json",
                         shape_json(&engine_model(session->engine)->options), err) &&
           write_json_in(directory, "tokenizer.json", tokenizer_json(&session->vocabulary), err) &&
           write_json_in(directory, "tokenizer_config.json", tokenizer_config_json(session), err) &&
           write_weights_in(directory, "model.safetensors", engine_model(session->engine), err);
}
