#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "engine/engine.h"
#include "engine/engine_ops.h"
#include "tests/fixtures/temporary.h"
#include "train/checkpoint.h"
#include "train/safetensors.h"

static const struct model_options families[] = {
    {.layers = 2,
     .heads = 3,
     .d_model = 6,
     .d_hidden = 10,
     .d_key = 2,
     .vocab = 7,
     .max_length = 5,
     .norm = NORM_RMS,
     .positions = POSITIONS_RELATIVE,
     .bias = false},
    {.layers = 1,
     .heads = 2,
     .d_model = 5,
     .d_hidden = 3,
     .d_key = 3,
     .vocab = 11,
     .max_length = 4,
     .norm = NORM_LAYER,
     .positions = POSITIONS_LEARNED,
     .bias = true},
};

/* An engine with numbers in it, and what else a checkpoint holds. */
struct life {
    struct engine *engine;
    struct trainer_checkpoint checkpoint;
};

static void begin_as(struct life *life, const struct model_options *shape,
                     const struct engine_options *options)
{
    struct error err;
    life->engine = engine_new(shape, options, &err);
    assert_non_null(life->engine);
    life->checkpoint = (struct trainer_checkpoint){.engine = life->engine};
}

static void begin(struct life *life, const struct model_options *shape)
{
    const struct engine_options options = {
        .use = ENGINE_TRAINS, .shards = 1, .threads = 1, .has_second = true};
    begin_as(life, shape, &options);
}

static void end(struct life *life)
{
    engine_free(life->engine);
}

static float any_float(struct random *random)
{
    float number;
    do {
        uint32_t bits = (uint32_t)random_u64(random);
        memcpy(&number, &bits, sizeof number);
    } while (!isfinite(number));
    return number;
}

/* Every role of the second weights comes up. */
static void fill(struct life *life, uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_TEST, 0, 0);
    for (size_t p = 0; p < life->engine->model.parameters; p++) {
        const struct parameter *parameter = &life->engine->model.parameter[p];
        for (size_t i = 0; i < parameter->rows * parameter->cols; i++) {
            life->engine->model.weight[parameter->offset + i] = any_float(&random);
            life->engine->optimizer.first[parameter->offset + i] = any_float(&random);
            life->engine->optimizer.second[parameter->offset + i] = fabsf(any_float(&random));
        }
    }
    life->checkpoint.role = (enum second_role)(seed % (SECOND_REFERENCE + 1));
    for (size_t p = 0; life->checkpoint.role != SECOND_NONE && p < life->engine->second.parameters;
         p++) {
        const struct parameter *parameter = &life->engine->second.parameter[p];
        for (size_t i = 0; i < parameter->rows * parameter->cols; i++)
            life->engine->second.weight[parameter->offset + i] = any_float(&random);
    }
    life->engine->optimizer.updates = random_u64(&random);
    life->checkpoint.step = random_u64(&random);
    life->checkpoint.tokens = random_u64(&random);
    life->checkpoint.seconds = 1e6 * random_uniform(&random);
    life->checkpoint.lr_scale = random_uniform(&random);
    life->checkpoint.subset = random_below(&random, 2) * random_u64(&random);
    life->checkpoint.subset_since = life->checkpoint.subset > 0 ? random_u64(&random) : 0;
}

static void assert_same(const struct life *a, const struct life *b)
{
    size_t bytes = a->engine->model.size * sizeof(real);
    assert_int_equal(a->engine->model.size, b->engine->model.size);
    assert_memory_equal(a->engine->model.weight, b->engine->model.weight, bytes);
    assert_int_equal(a->checkpoint.role, b->checkpoint.role);
    assert_memory_equal(a->engine->second.weight, b->engine->second.weight, bytes);
    assert_memory_equal(a->engine->optimizer.first, b->engine->optimizer.first, bytes);
    assert_memory_equal(a->engine->optimizer.second, b->engine->optimizer.second, bytes);
    assert_true(a->engine->optimizer.updates == b->engine->optimizer.updates);
    assert_true(a->checkpoint.step == b->checkpoint.step);
    assert_true(a->checkpoint.tokens == b->checkpoint.tokens);
    assert_true(a->checkpoint.subset == b->checkpoint.subset);
    assert_true(a->checkpoint.subset_since == b->checkpoint.subset_since);
    assert_memory_equal(&a->checkpoint.seconds, &b->checkpoint.seconds, sizeof(double));
    assert_memory_equal(&a->checkpoint.lr_scale, &b->checkpoint.lr_scale, sizeof(double));
}

static bool save(const struct life *life, const char *path, struct error *err)
{
    return checkpoint_write(path, &life->checkpoint, 3, 2, "[train]\nlr = 1\n", err);
}

static bool restore(struct life *life, const char *path, struct error *err)
{
    return checkpoint_read(path, life->engine, &life->checkpoint, err);
}

static void what_is_saved_reads_back_to_the_same_bits(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct life life, back;
            begin(&life, &families[f]);
            begin(&back, &families[f]);
            fill(&life, seed);
            if (!save(&life, path, &err) || !restore(&back, path, &err))
                fail_msg("%s", err.message);
            assert_same(&life, &back);
            assert_ptr_equal(back.checkpoint.engine, back.engine);
            struct blas_identity own = blas_identity();
            assert_string_equal(back.checkpoint.blas.library, own.library);
            assert_string_equal(back.checkpoint.blas.kernel, own.kernel);
            assert_string_equal(back.checkpoint.blas.loops, own.loops);
            end(&life);
            end(&back);
        }
}

/* Of the reference's weights, which its attention needs, beside its own. */
static void a_snapshot_has_the_weights_alone(void **state)
{
    const struct engine_options holds = {
        .use = ENGINE_HOLDS, .shards = 1, .threads = 1, .has_second = true};
    char path[TEMPORARY_PATH];
    struct error err;
    temporary_path(path, *state, "file");
    for (uint64_t seed = 0; seed < 12; seed++) {
        const struct model_options *shape = &families[seed % 2];
        struct safetensors file;
        struct life life, back;
        begin(&life, shape);
        begin_as(&back, shape, &holds);
        fill(&life, seed);
        life.checkpoint.is_snapshot = true;
        assert_true(save(&life, path, &err));
        assert_true(safetensors_open(&file, path, &err));
        bool has_second = life.checkpoint.role == SECOND_REFERENCE;
        assert_int_equal(file.tensors, (1 + has_second) * life.engine->model.parameters);
        safetensors_close(&file);
        assert_true(restore(&back, path, &err));
        size_t bytes = life.engine->model.size * sizeof(real);
        assert_memory_equal(back.engine->model.weight, life.engine->model.weight, bytes);
        if (has_second)
            assert_memory_equal(back.engine->second.weight, life.engine->second.weight, bytes);
        assert_int_equal(back.checkpoint.role, has_second ? SECOND_REFERENCE : SECOND_NONE);
        assert_true(back.checkpoint.step == life.checkpoint.step);
        assert_true(back.checkpoint.subset == life.checkpoint.subset);
        assert_true(back.checkpoint.is_snapshot);
        end(&life);
        end(&back);
    }
}

static void a_snapshot_is_no_place_to_train_on_from(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct life life, other;
    begin(&life, &families[0]);
    begin(&other, &families[0]);
    fill(&life, 0);
    fill(&other, 3);
    life.checkpoint.is_snapshot = true;
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    real before = other.engine->model.weight[0];
    assert_false(restore(&other, path, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    assert_non_null(strstr(err.message, "is a snapshot, which has no optimizer moments"));
    assert_true(memcmp(&before, &other.engine->model.weight[0], sizeof before) == 0);
    end(&life);
    end(&other);
}

static void everything_else_is_kept_as_strings(void **state)
{
    static const char *const keys[] = {"format",  "step",     "tokens", "seconds",
                                       "updates", "lr_scale", "shards", "threads",
                                       "blas",    "core",     "loops",  "preset"};
    char path[TEMPORARY_PATH];
    struct safetensors file;
    struct error err;
    struct life life;
    begin(&life, &families[0]);
    fill(&life, 1);
    life.checkpoint.step = 1250;
    life.checkpoint.seconds = 0.1;
    life.checkpoint.subset = 0;
    life.checkpoint.role = SECOND_NONE;
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    assert_true(safetensors_open(&file, path, &err));
    struct blas_identity own = precision_identity(PRECISION_FP32);
    bool names_products = *own.products != '\0';
    assert_int_equal(file.strings, sizeof keys / sizeof *keys + names_products);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_non_null(safetensors_metadata(&file, keys[i]));
    assert_string_equal(safetensors_metadata(&file, "format"), "mneme 1");
    assert_string_equal(safetensors_metadata(&file, "step"), "1250");
    assert_string_equal(safetensors_metadata(&file, "seconds"), "0.1");
    assert_string_equal(safetensors_metadata(&file, "shards"), "3");
    assert_string_equal(safetensors_metadata(&file, "threads"), "2");
    assert_string_equal(safetensors_metadata(&file, "preset"), "[train]\nlr = 1\n");
    if (names_products)
        assert_string_equal(safetensors_metadata(&file, "products"), own.products);
    assert_string_equal(safetensors_metadata(&file, "core"), own.kernel);
    assert_string_equal(safetensors_metadata(&file, "loops"), own.loops);
    assert_true(strncmp(safetensors_metadata(&file, "blas"), own.library, strlen(own.library)) ==
                0);
    assert_int_equal(file.tensors, 3 * life.engine->model.parameters);
    assert_non_null(safetensors_find(&file, "embedding"));
    assert_non_null(safetensors_find(&file, "optimizer.first.embedding"));
    assert_non_null(safetensors_find(&file, "optimizer.second.embedding"));
    safetensors_close(&file);
    end(&life);
}

static void a_twin_is_named_after_its_role(void **state)
{
    static const struct {
        enum second_role role;
        const char *name, *tensor;
    } roles[] = {{SECOND_START, "start", "start.embedding"},
                 {SECOND_REFERENCE, "reference", "reference.embedding"}};
    char path[TEMPORARY_PATH];
    struct safetensors file;
    struct error err;
    struct life life;
    begin(&life, &families[0]);
    fill(&life, 1);
    for (size_t i = 0; i < 2; i++) {
        life.checkpoint.role = roles[i].role;
        assert_true(save(&life, temporary_path(path, *state, "file"), &err));
        assert_true(safetensors_open(&file, path, &err));
        assert_string_equal(safetensors_metadata(&file, "twin"), roles[i].name);
        assert_int_equal(file.tensors, 4 * life.engine->model.parameters);
        assert_memory_equal(safetensors_find(&file, roles[i].tensor)->data,
                            life.engine->second.weight +
                                model_parameter(&life.engine->second, "embedding")->offset,
                            7 * 6 * sizeof(float));
        safetensors_close(&file);
    }
    end(&life);
}

static void an_adaptive_sampling_adds_what_it_has_reached(void **state)
{
    char path[TEMPORARY_PATH];
    struct safetensors file;
    struct error err;
    struct life life;
    begin(&life, &families[0]);
    fill(&life, 1);
    life.checkpoint.subset = 512;
    life.checkpoint.subset_since = 340;
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    assert_true(safetensors_open(&file, path, &err));
    assert_string_equal(safetensors_metadata(&file, "subset"), "512");
    assert_string_equal(safetensors_metadata(&file, "subset_since"), "340");
    safetensors_close(&file);
    end(&life);
}

/* One number of each array in turn is no finite one; the checkpoint before stays. */
static void what_is_not_finite_is_not_saved(void **state)
{
    static const float wrong[] = {NAN, INFINITY, -INFINITY};
    char path[TEMPORARY_PATH];
    struct life life;
    struct error err;
    temporary_path(path, *state, "c.safetensors");
    begin(&life, &families[0]);
    fill(&life, SECOND_START);
    assert_true(save(&life, path, &err));
    float *const array[] = {life.engine->model.weight, life.engine->optimizer.first,
                            life.engine->optimizer.second, life.engine->second.weight};
    for (size_t a = 0; a < sizeof array / sizeof *array; a++)
        for (size_t i = 0; i < life.engine->model.size; i += life.engine->model.size - 1)
            for (size_t w = 0; w < sizeof wrong / sizeof *wrong; w++) {
                float before = array[a][i];
                array[a][i] = wrong[w];
                assert_false(save(&life, path, &err));
                assert_int_equal(err.kind, ERROR_DATA);
                assert_non_null(strstr(err.message, "is not saved: training has diverged"));
                array[a][i] = before;
                assert_true(restore(&life, path, &err));
            }
    life.checkpoint.lr_scale = INFINITY;
    assert_false(save(&life, path, &err));
    life.checkpoint.lr_scale = 1;
    assert_true(save(&life, path, &err));
    assert_int_equal(temporary_count(*state), 1);
    end(&life);
}

static void weights_can_be_read_without_an_optimizer(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct life life, back;
    const struct engine_options holds = {.use = ENGINE_HOLDS};
    begin(&life, &families[1]);
    begin_as(&back, &families[1], &holds);
    fill(&life, 1);
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    assert_true(restore(&back, path, &err));
    assert_memory_equal(life.engine->model.weight, back.engine->model.weight,
                        life.engine->model.size * sizeof(real));
    assert_true(life.checkpoint.step == back.checkpoint.step);
    end(&life);
    end(&back);
}

/* Saves, lets `change` alter what safetensors finds in the file, writes that and reads it. */
struct change {
    struct safetensors_tensor *tensor;
    size_t tensors;
    struct safetensors_string *metadata;
    size_t strings;
};

static float spoiled[1024];

static void spoil(struct change *change, size_t tensor, float value)
{
    struct safetensors_tensor *changed = &change->tensor[tensor];
    memcpy(spoiled, changed->data, changed->rows * changed->cols * sizeof(float));
    spoiled[changed->rows * changed->cols - 1] = value;
    changed->data = spoiled;
}

static size_t index_of(const struct change *change, const char *name)
{
    size_t i = 0;
    while (i < change->tensors && strcmp(change->tensor[i].name, name) != 0)
        i++;
    return i;
}

static void lose_a_tensor(struct change *change)
{
    change->tensors--;
}

static void gain_a_tensor(struct change *change)
{
    change->tensor[change->tensors] = change->tensor[0];
    change->tensor[change->tensors++].name = "more";
}

static void rename_a_tensor(struct change *change)
{
    change->tensor[index_of(change, "optimizer.first.embedding")].name =
        "optimizer.third.embedding";
}

static void transpose_a_tensor(struct change *change)
{
    struct safetensors_tensor *tensor = &change->tensor[index_of(change, "embedding")];
    size_t rows = tensor->rows;
    tensor->rows = tensor->cols;
    tensor->cols = rows;
}

static void put_nan(struct change *change)
{
    spoil(change, index_of(change, "embedding"), NAN);
}

static void put_infinity(struct change *change)
{
    spoil(change, index_of(change, "optimizer.first.embedding"), INFINITY);
}

static void put_a_negative_square(struct change *change)
{
    spoil(change, index_of(change, "optimizer.second.embedding"), -1);
}

static void change_string(struct change *change, const char *key, const char *value)
{
    for (size_t i = 0; i < change->strings; i++)
        if (strcmp(change->metadata[i].key, key) == 0)
            change->metadata[i].value = value;
}

static void forget_the_format(struct change *change)
{
    change->strings = 0;
}

static void raise_the_format(struct change *change)
{
    change_string(change, "format", "mneme 2");
}

static void spoil_the_step(struct change *change)
{
    change_string(change, "step", "-1");
}

static void spoil_the_seconds(struct change *change)
{
    change_string(change, "seconds", "nan");
}

static void spoil_the_scale(struct change *change)
{
    change_string(change, "lr_scale", "-0.5");
}

static void spoil_the_subset(struct change *change)
{
    change->metadata[change->strings++] = (struct safetensors_string){"subset", "all"};
}

static void an_altered_checkpoint_is_refused_and_changes_nothing(void **state)
{
    static const struct {
        void (*change)(struct change *change);
        const char *message;
    } cases[] = {
        {lose_a_tensor, " is missing"},
        {gain_a_tensor, "tensor more is not one of the preset's"},
        {rename_a_tensor, "tensor optimizer.first.embedding is missing"},
        {transpose_a_tensor, "tensor embedding is 6 x 7; the preset's is 7 x 6"},
        {put_nan, "tensor embedding holds a value that is not finite"},
        {put_infinity, "tensor optimizer.first.embedding holds a value that is not finite"},
        {put_a_negative_square,
         "tensor optimizer.second.embedding holds a mean of squares below 0"},
        {forget_the_format, " is not a checkpoint of Mneme"},
        {raise_the_format, " has format mneme 2; this version reads mneme 1"},
        {spoil_the_step, ": step is missing or not a valid number"},
        {spoil_the_seconds, ": seconds is missing or not a valid number"},
        {spoil_the_subset, ": subset is missing or not a valid number"},
        {spoil_the_scale, ": lr_scale is missing or not a valid number"},
    };
    char path[TEMPORARY_PATH], altered[TEMPORARY_PATH];
    struct error err;
    struct life life, back, before;
    begin(&life, &families[0]);
    begin(&back, &families[0]);
    begin(&before, &families[0]);
    fill(&life, 1);
    fill(&back, 2);
    fill(&before, 2);
    life.checkpoint.subset = 0;
    temporary_path(altered, *state, "altered");
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct safetensors file;
        assert_true(safetensors_open(&file, path, &err));
        struct safetensors_tensor tensor[256];
        struct safetensors_string metadata[32];
        memcpy(tensor, file.tensor, file.tensors * sizeof *tensor);
        memcpy(metadata, file.metadata, file.strings * sizeof *metadata);
        struct change change = {tensor, file.tensors, metadata, file.strings};
        cases[i].change(&change);
        assert_true(
            safetensors_write(altered, tensor, change.tensors, metadata, change.strings, &err));
        safetensors_close(&file);
        assert_false(restore(&back, altered, &err));
        assert_int_equal(err.kind, ERROR_DATA);
        assert_memory_equal(err.message, altered, strlen(altered));
        if (!strstr(err.message, cases[i].message))
            fail_msg("%s", err.message);
        assert_same(&back, &before);
    }
    end(&life);
    end(&back);
    end(&before);
}

static void a_checkpoint_of_another_shape_is_refused(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct life life, other;
    begin(&life, &families[0]);
    begin(&other, &families[1]);
    fill(&life, 1);
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    assert_false(restore(&other, path, &err));
    assert_int_equal(err.kind, ERROR_DATA);
    end(&life);
    end(&other);
}

static void a_checkpoint_cut_anywhere_is_refused(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct life life;
    size_t size;
    begin(&life, &families[0]);
    fill(&life, 1);
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    memory_free(file_read(path, &size, &err));
    while (size > 0) {
        size -= size > 5000 ? 7 : 1;
        assert_int_equal(truncate(path, (off_t)size), 0);
        assert_false(restore(&life, path, &err));
        assert_int_equal(err.kind, ERROR_DATA);
    }
    end(&life);
}

static void any_changed_byte_of_a_header_loads_as_well_or_is_refused(void **state)
{
    char path[TEMPORARY_PATH];
    struct error err;
    struct life life;
    struct random random = random_stream(3, RANDOM_TEST, 0, 0);
    size_t size;
    begin(&life, &families[0]);
    fill(&life, 1);
    assert_true(save(&life, temporary_path(path, *state, "file"), &err));
    char *bytes = file_read(path, &size, &err);
    size_t header = 8 + (unsigned char)bytes[0] + 256 * (size_t)(unsigned char)bytes[1];
    int descriptor = open(path, O_RDWR);
    for (size_t i = 0; i < header; i++) {
        char changed = (char)(bytes[i] ^ (1 + random_below(&random, 255)));
        assert_int_equal(pwrite(descriptor, &changed, 1, (off_t)i), 1);
        if (!restore(&life, path, &err))
            assert_int_equal(err.kind, ERROR_DATA);
        assert_int_equal(pwrite(descriptor, &bytes[i], 1, (off_t)i), 1);
    }
    close(descriptor);
    memory_free(bytes);
    end(&life);
}

/* The checkpoint that is there, the one that comes, and a place to read into. */
struct scene {
    const char *directory;
    struct life first, second, read;
};

static const char *scene_path(const struct scene *scene, char path[TEMPORARY_PATH])
{
    return temporary_path(path, scene->directory, "file");
}

static void save_first(void *context)
{
    struct scene *scene = context;
    char path[TEMPORARY_PATH];
    assert_true(save(&scene->first, scene_path(scene, path), NULL));
}

static bool save_second(void *context, struct error *err)
{
    struct scene *scene = context;
    char path[TEMPORARY_PATH];
    return save(&scene->second, scene_path(scene, path), err);
}

static bool read_first(void *context, struct error *err)
{
    struct scene *scene = context;
    char path[TEMPORARY_PATH];
    return restore(&scene->read, scene_path(scene, path), err);
}

static void assert_a_whole_checkpoint(void *context, const struct error *err, bool of_memory)
{
    struct scene *scene = context;
    char path[TEMPORARY_PATH];
    assert_int_equal(err->kind, of_memory ? ERROR_MEMORY : ERROR_SYSTEM);
    assert_int_equal(temporary_count(scene->directory), 1);
    assert_true(restore(&scene->read, scene_path(scene, path), NULL));
    assert_same(&scene->read, scene->read.checkpoint.step == scene->first.checkpoint.step
                                  ? &scene->first
                                  : &scene->second);
}

static void whatever_fails_there_is_a_whole_checkpoint(void **state)
{
    struct scene scene = {.directory = *state};
    begin(&scene.first, &families[0]);
    begin(&scene.second, &families[0]);
    begin(&scene.read, &families[0]);
    fill(&scene.first, 1);
    fill(&scene.second, 2);
    const struct failing saving = {&scene, save_first, save_second, assert_a_whole_checkpoint};
    const struct failing reading = {&scene, save_first, read_first, assert_a_whole_checkpoint};
    assert_true(fail_everywhere(&saving) > 3 * scene.first.engine->model.parameters);
    assert_true(fail_everywhere(&reading) > 3);
    end(&scene.first);
    end(&scene.second);
    end(&scene.read);
}

int main(void)
{
#define IN_DIRECTORY(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, temporary_set_up, temporary_tear_down)
    const struct CMUnitTest tests[] = {
        IN_DIRECTORY(what_is_saved_reads_back_to_the_same_bits),
        IN_DIRECTORY(a_snapshot_has_the_weights_alone),
        IN_DIRECTORY(a_snapshot_is_no_place_to_train_on_from),
        IN_DIRECTORY(everything_else_is_kept_as_strings),
        IN_DIRECTORY(a_twin_is_named_after_its_role),
        IN_DIRECTORY(an_adaptive_sampling_adds_what_it_has_reached),
        IN_DIRECTORY(what_is_not_finite_is_not_saved),
        IN_DIRECTORY(weights_can_be_read_without_an_optimizer),
        IN_DIRECTORY(an_altered_checkpoint_is_refused_and_changes_nothing),
        IN_DIRECTORY(a_checkpoint_of_another_shape_is_refused),
        IN_DIRECTORY(a_checkpoint_cut_anywhere_is_refused),
        IN_DIRECTORY(any_changed_byte_of_a_header_loads_as_well_or_is_refused),
        IN_DIRECTORY(whatever_fails_there_is_a_whole_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
