/* A run's model as a GPT-2 in the files of other programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "lab/export.h"
#include "lab/session_resume.h"
#include "tests/fixtures/tiny_session.h"
#include "train/safetensors.h"

static const char *const gpt2[] = {"model.family=gpt2", NULL};

static void make_run(const char *name, const char *const *more, uint64_t steps)
{
    struct session session;
    open_run(&session, name, more);
    send_until_step(&session, (struct command){.kind = COMMAND_STEP, .steps = steps}, steps);
    assert_done(session_close(&session, err));
}

static void open_model(struct session *session, const char *name)
{
    assert_done(session_open_model(session, &tiny.paths, name, NULL, err));
}

static void export_run(const char *name, const char *directory)
{
    struct session session;
    char *path = in_runs(directory);
    open_model(&session, name);
    assert_done(export_gpt2(&session, path, err));
    assert_done(session_close(&session, err));
    memory_free(path);
}

/* A run of one step that was exported, opened to compare. */
static void open_exported(struct session *session, const char *name, const char *directory)
{
    make_run(name, gpt2, 1);
    export_run(name, directory);
    open_model(session, name);
}

static json_t *read_json(const char *directory, const char *name)
{
    json_error_t wrong;
    char *path = memory_format(NULL, "%s/%s/%s", tiny.directory, directory, name);
    json_t *object = json_load_file(path, JSON_REJECT_DUPLICATES, &wrong);
    if (!object)
        fail_msg("%s: %s", path, wrong.text);
    memory_free(path);
    return object;
}

/* What transformers' GPT2LMHeadModel has in model.safetensors, for one layer and the tiny preset's
 * sizes, and where a checkpoint has the same numbers. */
static const struct {
    const char *name, *ours;
    size_t rows, cols; /* rows 0: of one dimension */
} tensors[] = {
    {"transformer.wpe.weight", "positions", 0, 0}, /* rows and cols depend on the facts */
    {"transformer.wte.weight", "embedding", 0, 0},
    {"transformer.h.0.ln_1.weight", "blocks.0.norm1.scale", 0, 16},
    {"transformer.h.0.ln_1.bias", "blocks.0.norm1.bias", 0, 16},
    {"transformer.h.0.attn.c_attn.weight", "blocks.0.attention.query_key_value.weight", 16, 48},
    {"transformer.h.0.attn.c_attn.bias", "blocks.0.attention.query_key_value.bias", 0, 48},
    {"transformer.h.0.attn.c_proj.weight", "blocks.0.attention.projection.weight", 16, 16},
    {"transformer.h.0.attn.c_proj.bias", "blocks.0.attention.projection.bias", 0, 16},
    {"transformer.h.0.ln_2.weight", "blocks.0.norm2.scale", 0, 16},
    {"transformer.h.0.ln_2.bias", "blocks.0.norm2.bias", 0, 16},
    {"transformer.h.0.mlp.c_fc.weight", "blocks.0.feed_forward.in.weight", 16, 24},
    {"transformer.h.0.mlp.c_fc.bias", "blocks.0.feed_forward.in.bias", 0, 24},
    {"transformer.h.0.mlp.c_proj.weight", "blocks.0.feed_forward.out.weight", 24, 16},
    {"transformer.h.0.mlp.c_proj.bias", "blocks.0.feed_forward.out.bias", 0, 16},
    {"transformer.ln_f.weight", "norm.scale", 0, 16},
    {"transformer.ln_f.bias", "norm.bias", 0, 16},
};

enum { TENSORS_OF_ONE_LAYER = sizeof tensors / sizeof *tensors };

/* The shape as it stands in the file: [cols] and [1, cols] are not the same to other programs. */
static json_t *read_header(const char *path)
{
    size_t size;
    struct error err = {0};
    char *file = file_read(path, &size, &err);
    assert_non_null(file);
    size_t length = 0;
    for (int i = 0; i < 8; i++)
        length |= (size_t)(unsigned char)file[i] << (8 * i);
    json_t *header = json_loadb(file + 8, length, 0, NULL);
    assert_non_null(header);
    memory_free(file);
    return header;
}

static void assert_shape(const json_t *header, const char *name, size_t rows, size_t cols)
{
    const json_t *shape = json_object_get(json_object_get(header, name), "shape");
    size_t dimensions = json_array_size(shape);
    assert_int_equal(dimensions, rows == 0 ? 1 : 2);
    assert_int_equal(json_integer_value(json_array_get(shape, dimensions - 1)), cols);
    if (rows > 0)
        assert_int_equal(json_integer_value(json_array_get(shape, 0)), rows);
}

static void weights_stand_under_the_names_of_gpt2(void **state)
{
    (void)state;
    struct safetensors exported, checkpoint;
    make_run("weights", gpt2, 3);
    export_run("weights", "weights-out");
    char *path = in_runs("weights-out/model.safetensors");
    char *from = checkpoint_of("weights", 3);
    assert_done(safetensors_open(&exported, path, err));
    assert_done(safetensors_open(&checkpoint, from, err));
    json_t *header = read_header(path);
    assert_int_equal(exported.tensors, TENSORS_OF_ONE_LAYER);
    assert_string_equal(safetensors_metadata(&exported, "format"), "pt");
    for (size_t i = 0; i < TENSORS_OF_ONE_LAYER; i++) {
        const struct safetensors_tensor *theirs = safetensors_find(&exported, tensors[i].name);
        const struct safetensors_tensor *ours = safetensors_find(&checkpoint, tensors[i].ours);
        assert_non_null(theirs);
        assert_non_null(ours);
        if (tensors[i].cols > 0)
            assert_shape(header, tensors[i].name, tensors[i].rows, tensors[i].cols);
        else
            assert_shape(header, tensors[i].name, ours->rows, ours->cols);
        assert_int_equal(theirs->rows * theirs->cols, ours->rows * ours->cols);
        assert_memory_equal(theirs->data, ours->data, ours->rows * ours->cols * sizeof *ours->data);
    }
    json_decref(header);
    safetensors_close(&exported);
    safetensors_close(&checkpoint);
    memory_free(path);
    memory_free(from);
}

static void every_layer_is_there(void **state)
{
    (void)state;
    static const char *const deep[] = {"model.family=gpt2", "model.layers=12", NULL};
    make_run("deep", deep, 1);
    export_run("deep", "deep-out");
    char *path = in_runs("deep-out/model.safetensors");
    struct safetensors exported;
    assert_done(safetensors_open(&exported, path, err));
    assert_int_equal(exported.tensors, 4 + 12 * 12);
    assert_non_null(safetensors_find(&exported, "transformer.h.11.mlp.c_proj.bias"));
    assert_null(safetensors_find(&exported, "transformer.h.12.mlp.c_proj.bias"));
    safetensors_close(&exported);
    memory_free(path);
}

static json_int_t count_in(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static void the_shape_is_in_the_words_of_gpt2(void **state)
{
    (void)state;
    struct session session;
    open_exported(&session, "shape", "shape-out");
    json_t *config = read_json("shape-out", "config.json");
    assert_string_equal(json_string_value(json_object_get(config, "model_type")), "gpt2");
    assert_string_equal(json_string_value(json_object_get(config, "activation_function")),
                        "gelu_new");
    assert_true(json_real_value(json_object_get(config, "layer_norm_epsilon")) == 1e-5);
    assert_int_equal(count_in(config, "n_layer"), 1);
    assert_int_equal(count_in(config, "n_head"), 2);
    assert_int_equal(count_in(config, "n_embd"), 16);
    assert_int_equal(count_in(config, "n_inner"), 24);
    assert_int_equal(count_in(config, "n_positions"),
                     engine_model(session.engine)->options.max_length);
    assert_int_equal(count_in(config, "vocab_size"), engine_model(session.engine)->options.vocab);
    assert_int_equal(count_in(config, "bos_token_id"), TOKEN_BEGIN);
    assert_int_equal(count_in(config, "eos_token_id"), TOKEN_END);
    json_decref(config);
    assert_done(session_close(&session, err));
}

static void assert_words(const json_t *tokenizer, const struct vocabulary *vocabulary)
{
    const json_t *words = json_object_get(json_object_get(tokenizer, "model"), "vocab");
    assert_int_equal(json_object_size(words), vocabulary->words);
    for (size_t i = 0; i < vocabulary->words; i++)
        assert_int_equal(count_in(words, vocabulary->word[i]), i);
}

static void the_tokenizer_knows_every_word_by_its_token(void **state)
{
    (void)state;
    struct session session;
    open_exported(&session, "words", "words-out");
    json_t *tokenizer = read_json("words-out", "tokenizer.json");
    const json_t *model = json_object_get(tokenizer, "model");
    assert_words(tokenizer, &session.vocabulary);
    assert_string_equal(json_string_value(json_object_get(model, "unk_token")),
                        session.vocabulary.word[TOKEN_UNKNOWN]);
    const json_t *reserved = json_object_get(tokenizer, "added_tokens");
    assert_int_equal(json_array_size(reserved), TOKENS_RESERVED);
    for (size_t i = 0; i < TOKENS_RESERVED; i++)
        assert_int_equal(count_in(json_array_get(reserved, i), "id"), i);
    json_decref(tokenizer);
    assert_done(session_close(&session, err));
}

/* Its names and values have several words, hyphens and accents, and some of its cells are empty. */
static void a_run_of_a_table_is_exported_with_the_words_of_its_rows(void **state)
{
    (void)state;
    static const char *const words[] = {"Guinea-Bissau", "Türkiye", "Côte", "Kyiv", "capital"};
    const char *more[32] = {gpt2[0]};
    struct session session;
    struct safetensors exported;
    for (size_t i = 0; tiny_countries[i]; i++)
        more[i + 1] = tiny_countries[i];
    make_run("lands", more, 1);
    export_run("lands", "lands-out");
    open_model(&session, "lands");
    json_t *tokenizer = read_json("lands-out", "tokenizer.json");
    const json_t *vocab = json_object_get(json_object_get(tokenizer, "model"), "vocab");
    assert_words(tokenizer, &session.vocabulary);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_non_null(json_object_get(vocab, words[i]));
    char *path = in_runs("lands-out/model.safetensors");
    assert_done(safetensors_open(&exported, path, err));
    const struct safetensors_tensor *embedding =
        safetensors_find(&exported, "transformer.wte.weight");
    assert_non_null(embedding);
    assert_int_equal(embedding->rows, json_object_size(vocab));
    safetensors_close(&exported);
    memory_free(path);
    json_decref(tokenizer);
    assert_done(session_close(&session, err));
}

static const char *text_in(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The texts of the patterns are for the reader of facts/words.h; here, that they are in place. */
static void the_tokenizer_splits_begins_and_joins(void **state)
{
    (void)state;
    static const char *const behavior[] = {"Removed", "Isolated", "Isolated"};
    make_run("split", gpt2, 1);
    export_run("split", "split-out");
    json_t *tokenizer = read_json("split-out", "tokenizer.json");
    const json_t *step =
        json_object_get(json_object_get(tokenizer, "pre_tokenizer"), "pretokenizers");
    assert_int_equal(json_array_size(step), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *split = json_array_get(step, i);
        assert_string_equal(text_in(split, "type"), "Split");
        assert_string_equal(text_in(split, "behavior"), behavior[i]);
        const char *pattern = text_in(json_object_get(split, "pattern"), "Regex");
        for (const char *mark = i == 0 ? " \t\n\v\f\r" : ".,;:!?()"; *mark; mark++)
            assert_non_null(strchr(pattern, *mark));
        assert_true((strstr(pattern, "'s") != NULL) == (i > 0));
    }
    const json_t *processor = json_object_get(tokenizer, "post_processor");
    const json_t *single = json_object_get(processor, "single");
    assert_int_equal(json_array_size(single), 2);
    const char *begin = text_in(json_object_get(json_array_get(single, 0), "SpecialToken"), "id");
    const json_t *special = json_object_get(json_object_get(processor, "special_tokens"), begin);
    assert_int_equal(json_integer_value(json_array_get(json_object_get(special, "ids"), 0)),
                     TOKEN_BEGIN);
    const json_t *decoder = json_object_get(tokenizer, "decoder");
    assert_int_equal(json_array_size(json_object_get(decoder, "decoders")), 4);
    json_decref(tokenizer);
}

static void reserved_tokens_have_their_parts(void **state)
{
    (void)state;
    struct session session;
    open_exported(&session, "parts", "parts-out");
    json_t *config = read_json("parts-out", "tokenizer_config.json");
    assert_string_equal(text_in(config, "unk_token"), session.vocabulary.word[TOKEN_UNKNOWN]);
    assert_string_equal(text_in(config, "bos_token"), session.vocabulary.word[TOKEN_BEGIN]);
    assert_string_equal(text_in(config, "eos_token"), session.vocabulary.word[TOKEN_END]);
    assert_int_equal(count_in(config, "model_max_length"),
                     engine_model(session.engine)->options.max_length);
    /* No token types: the model would add their embeddings. */
    const json_t *inputs = json_object_get(config, "model_input_names");
    assert_int_equal(json_array_size(inputs), 2);
    assert_string_equal(json_string_value(json_array_get(inputs, 0)), "input_ids");
    assert_string_equal(json_string_value(json_array_get(inputs, 1)), "attention_mask");
    json_decref(config);
    assert_done(session_close(&session, err));
}

static void assert_refused(const char *name, const char *sentence)
{
    struct session session;
    struct error refusal = {0};
    char *path = in_runs("refused-out");
    open_model(&session, name);
    assert_false(export_gpt2(&session, path, &refusal));
    assert_int_equal(refusal.kind, ERROR_INPUT);
    assert_non_null(strstr(refusal.message, sentence));
    assert_false(file_exists(path));
    assert_done(session_close(&session, err));
    memory_free(path);
}

static void what_is_no_gpt2_is_refused_with_what_differs(void **state)
{
    (void)state;
    static const char *const relative[] = {"model.family=gpt2", "model.positions=relative", NULL};
    static const char *const plain[] = {"model.family=gpt2", "model.bias=no", NULL};
    static const char *const recurrent[] = {"model.family=gpt2", "model.mixer=rg-lru", NULL};
    static const char *const narrow[] = {"model.family=gpt2", "model.d_key=4", NULL};
    make_run("hoffmann", NULL, 1);
    make_run("relative", relative, 1);
    make_run("plain", plain, 1);
    make_run("recurrent", recurrent, 1);
    make_run("narrow", narrow, 1);
    assert_refused("hoffmann", "it has model.norm = rms, not layer");
    assert_refused("relative", "it has model.positions = relative, not learned");
    assert_refused("plain", "it has model.bias = no, not yes");
    assert_refused("recurrent", "it has model.mixer = rg-lru, not attention");
    assert_refused("narrow", "model.heads x model.d_key = 8, not model.d_model = 16");
}

/* Its own weights do not say what it attends to. */
static void a_patched_model_is_refused_and_its_reference_is_not(void **state)
{
    (void)state;
    static const char *const patched[] = {"model.family=gpt2", "patching.reference_step=6", NULL};
    struct session session;
    uint64_t before = 0;
    char *path = in_runs("reference-out");
    make_run("patched", patched, 9);
    assert_refused("patched", "is patched");
    assert_done(session_open_model(&session, &tiny.paths, "patched", &before, err));
    assert_done(export_gpt2(&session, path, err));
    assert_done(session_close(&session, err));
    memory_free(path);
}

static void a_directory_that_cannot_be_made_is_named(void **state)
{
    (void)state;
    struct session session;
    struct error refusal = {0};
    make_run("blocked", gpt2, 1);
    char *path = in_runs("blocked/preset.ini/out");
    open_model(&session, "blocked");
    assert_false(export_gpt2(&session, path, &refusal));
    assert_int_equal(refusal.kind, ERROR_SYSTEM);
    assert_non_null(strstr(refusal.message, "blocked/preset.ini"));
    assert_done(session_close(&session, err));
    memory_free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_stand_under_the_names_of_gpt2),
        cmocka_unit_test(every_layer_is_there),
        cmocka_unit_test(the_shape_is_in_the_words_of_gpt2),
        cmocka_unit_test(the_tokenizer_knows_every_word_by_its_token),
        cmocka_unit_test(a_run_of_a_table_is_exported_with_the_words_of_its_rows),
        cmocka_unit_test(the_tokenizer_splits_begins_and_joins),
        cmocka_unit_test(reserved_tokens_have_their_parts),
        cmocka_unit_test(what_is_no_gpt2_is_refused_with_what_differs),
        cmocka_unit_test(a_patched_model_is_refused_and_its_reference_is_not),
        cmocka_unit_test(a_directory_that_cannot_be_made_is_named),
    };
    return cmocka_run_group_tests(tests, begin_tiny, end_tiny);
}
