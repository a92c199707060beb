#include "train/checkpoint.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/multiversion.h"
#include "base/number.h"
#include "base/text.h"
#include "train/safetensors.h"

#define FORMAT          "mneme 1"
#define SNAPSHOT_FORMAT "mneme snapshot 1"

/* What is kept of every parameter, under which front of its name; second weights under their
 * role's. */
static const struct part {
    enum engine_array array;
    const char *front, *what;
} parts[] = {
    {ENGINE_WEIGHTS, "", "weights"},
    {ENGINE_FIRST_MOMENTS, "optimizer.first.", "optimizer's means"},
    {ENGINE_SECOND_MOMENTS, "optimizer.second.", "optimizer's means"},
    {ENGINE_SECOND_WEIGHTS, NULL, "weights"},
};

enum { PARTS = sizeof parts / sizeof *parts };

/* What the second weights are called; null where there are none. */
static const char *const role_names[] = {
    [SECOND_NONE] = NULL,
    [SECOND_START] = "start",
    [SECOND_REFERENCE] = "reference",
};

/* Which parts a checkpoint has. */
struct part_list {
    const struct part *part[PARTS];
    size_t count;
    enum second_role role; /* of the second weights, SECOND_NONE where they are no part */
};

/* A snapshot is there to be asked: what a patched model will set out from is no part of it. */
static struct part_list parts_of(const struct trainer_checkpoint *checkpoint)
{
    bool waits = checkpoint->is_snapshot && checkpoint->role == SECOND_START;
    struct part_list list = {.role = waits ? SECOND_NONE : checkpoint->role};
    for (size_t i = 0; i < PARTS; i++) {
        enum engine_array array = parts[i].array;
        bool is_moment = array == ENGINE_FIRST_MOMENTS || array == ENGINE_SECOND_MOMENTS;
        if (array == ENGINE_SECOND_WEIGHTS ? list.role != SECOND_NONE
                                           : !is_moment || !checkpoint->is_snapshot)
            list.part[list.count++] = &parts[i];
    }
    return list;
}

struct tensor_name {
    char text[sizeof((struct parameter *)NULL)->name + sizeof "optimizer.second."];
};

static void write_name(struct tensor_name *name, const struct part *part, enum second_role role,
                       const struct parameter *parameter)
{
    snprintf(name->text, sizeof name->text, "%s%s%s", part->front ? part->front : role_names[role],
             part->front ? "" : ".", parameter->name);
}

/* ---- writing ---- */

/* Told by the bits: those of the exponent are all set in what is not finite. */
MULTIVERSION
static bool are_finite(const float *value, size_t count)
{
    static const uint32_t exponent = UINT32_C(0x7F800000);
    uint32_t found = 0;
#pragma omp simd reduction(| : found)
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        found |= (bits & exponent) == exponent;
    }
    return found == 0;
}

/* What could not be read again is not written: a training that has diverged ends at the checkpoint
 * before. */
static bool check_finite(const struct trainer_checkpoint *checkpoint, struct error *err)
{
    const struct engine *engine = checkpoint->engine;
    size_t size = engine_model(engine)->size;
    const struct part_list list = parts_of(checkpoint);
    const char *what = NULL;
    if (!isfinite(checkpoint->lr_scale) || !isfinite(checkpoint->seconds))
        what = "learning rate and time";
    for (size_t i = list.count; i-- > 0;)
        if (!are_finite(engine_array(engine, list.part[i]->array), size))
            what = list.part[i]->what;
    return !what || error_set(err, ERROR_DATA,
                              "step %" PRIu64 " is not saved: training has diverged, its %s are "
                              "not finite",
                              checkpoint->step, what);
}

static bool write_tensors(const char *path, const struct trainer_checkpoint *checkpoint,
                          const struct safetensors_string *metadata, size_t strings,
                          struct error *err)
{
    const struct model *model = engine_model(checkpoint->engine);
    const struct part_list list = parts_of(checkpoint);
    size_t tensors = list.count * model->parameters;
    struct tensor_name *name = memory_new(tensors, sizeof *name, err);
    struct safetensors_tensor *tensor = name ? memory_new(tensors, sizeof *tensor, err) : NULL;
    for (size_t i = 0; tensor && i < tensors; i++) {
        const struct part *part = list.part[i / model->parameters];
        const struct parameter *parameter = &model->parameter[i % model->parameters];
        write_name(&name[i], part, list.role, parameter);
        tensor[i] = (struct safetensors_tensor){
            .name = name[i].text,
            .rows = parameter->rows,
            .cols = parameter->cols,
            .data = engine_array(checkpoint->engine, part->array) + parameter->offset,
        };
    }
    bool ok = tensor && safetensors_write(path, tensor, tensors, metadata, strings, err);
    memory_free(tensor);
    memory_free(name);
    return ok;
}

/* Of metadata. */
enum { MOST_STRINGS = 18 };

bool checkpoint_write(const char *path, const struct trainer_checkpoint *checkpoint, size_t shards,
                      size_t threads, const char *preset, struct error *err)
{
    if (!check_finite(checkpoint, err))
        return false;
    char step[NUMBER_TEXT], tokens[NUMBER_TEXT], updates[NUMBER_TEXT];
    char seconds[NUMBER_TEXT], lr_scale[NUMBER_TEXT];
    char shards_text[NUMBER_TEXT], threads_text[NUMBER_TEXT];
    char subset[NUMBER_TEXT], since[NUMBER_TEXT];
    snprintf(step, sizeof step, "%" PRIu64, checkpoint->step);
    snprintf(tokens, sizeof tokens, "%" PRIu64, checkpoint->tokens);
    snprintf(updates, sizeof updates, "%" PRIu64, engine_updates(checkpoint->engine));
    snprintf(shards_text, sizeof shards_text, "%zu", shards);
    snprintf(threads_text, sizeof threads_text, "%zu", threads);
    snprintf(subset, sizeof subset, "%" PRIu64, checkpoint->subset);
    snprintf(since, sizeof since, "%" PRIu64, checkpoint->subset_since);
    number_write(seconds, checkpoint->seconds);
    number_write(lr_scale, checkpoint->lr_scale);
    struct blas_identity own =
        precision_identity(engine_model(checkpoint->engine)->options.precision);
    struct safetensors_string metadata[MOST_STRINGS] = {
        {"format", checkpoint->is_snapshot ? SNAPSHOT_FORMAT : FORMAT},
        {"step", step},
        {"tokens", tokens},
        {"seconds", seconds},
        {"updates", updates},
        {"lr_scale", lr_scale},
        {"shards", shards_text},
        {"threads", threads_text},
        {"blas", blas_config()},
        {"core", own.kernel},
        {"loops", own.loops},
        {"preset", preset},
    };
    size_t strings = 0;
    while (metadata[strings].key)
        strings++;
    if (*own.products != '\0')
        metadata[strings++] = (struct safetensors_string){"products", own.products};
    if (checkpoint->subset > 0) {
        metadata[strings++] = (struct safetensors_string){"subset", subset};
        metadata[strings++] = (struct safetensors_string){"subset_since", since};
    }
    if (parts_of(checkpoint).role != SECOND_NONE)
        metadata[strings++] = (struct safetensors_string){"twin", role_names[checkpoint->role]};
    return write_tensors(path, checkpoint, metadata, strings, err);
}

/* ---- reading ---- */

static bool read_format(const struct safetensors *file, struct trainer_checkpoint *read,
                        struct error *err)
{
    const char *format = safetensors_metadata(file, "format");
    read->is_snapshot = format && strcmp(format, SNAPSHOT_FORMAT) == 0;
    if (read->is_snapshot)
        return true;
    if (!format)
        return error_set(err, ERROR_DATA, "%s is not a checkpoint of Mneme", file->path);
    if (strcmp(format, FORMAT) != 0)
        return error_set(err, ERROR_DATA, "%s has format %s; this version reads " FORMAT,
                         file->path, format);
    return true;
}

static bool bad_metadata(const struct safetensors *file, const char *key, struct error *err)
{
    return error_set(err, ERROR_DATA, "%s: %s is missing or not a valid number", file->path, key);
}

static bool read_count(const struct safetensors *file, const char *key, uint64_t *count,
                       struct error *err)
{
    const char *text = safetensors_metadata(file, key);
    return (text && number_read_count(text, count)) || bad_metadata(file, key, err);
}

/* 0 for both where they are not there: a checkpoint of a sampling that is not adaptive. */
static bool read_subset(const struct safetensors *file, struct trainer_checkpoint *read,
                        struct error *err)
{
    read->subset = read->subset_since = 0;
    if (!safetensors_metadata(file, "subset"))
        return true;
    return read_count(file, "subset", &read->subset, err) &&
           read_count(file, "subset_since", &read->subset_since, err);
}

static bool read_role(const struct safetensors *file, struct trainer_checkpoint *read,
                      struct error *err)
{
    const char *name = safetensors_metadata(file, "twin");
    read->role = SECOND_NONE;
    for (enum second_role role = SECOND_START; name && role <= SECOND_REFERENCE; role++)
        if (strcmp(name, role_names[role]) == 0)
            read->role = role;
    return !name || read->role != SECOND_NONE ||
           error_set(err, ERROR_DATA, "%s: twin is neither start nor reference", file->path);
}

/* Strings of a checkpoint are shown: what is no printable ASCII tells nothing. */
static void read_word(const struct safetensors *file, const char *key, char *word, size_t size)
{
    const char *text = safetensors_metadata(file, key);
    snprintf(word, size, "%s", text && text_is_printable(text) ? text : "");
}

/* Left empty where a checkpoint does not say. */
static void read_identity(const struct safetensors *file, struct blas_identity *identity)
{
    char config[BLAS_NAME]; /* cut behind name and version */
    read_word(file, "blas", config, sizeof config);
    read_word(file, "core", identity->kernel, sizeof identity->kernel);
    read_word(file, "loops", identity->loops, sizeof identity->loops);
    read_word(file, "products", identity->products, sizeof identity->products);
    blas_write_library(config, identity->library);
}

/* A number of at least 0. */
static bool read_number(const struct safetensors *file, const char *key, double *number,
                        struct error *err)
{
    const char *text = safetensors_metadata(file, key);
    return (text && number_read(text, number) && *number >= 0) || bad_metadata(file, key, err);
}

static bool check_values(const struct safetensors *file, const struct safetensors_tensor *tensor,
                         const struct part *part, struct error *err)
{
    size_t count = tensor->rows * tensor->cols;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(tensor->data[i]))
            return error_set(err, ERROR_DATA, "%s: tensor %s holds a value that is not finite",
                             file->path, tensor->name);
        if (part->array == ENGINE_SECOND_MOMENTS && tensor->data[i] < 0)
            return error_set(err, ERROR_DATA, "%s: tensor %s holds a mean of squares below 0",
                             file->path, tensor->name);
    }
    return true;
}

/* The tensor that holds a part of a parameter, if everything about it is right. */
static const struct safetensors_tensor *find_tensor(const struct safetensors *file,
                                                    const struct part *part, enum second_role role,
                                                    const struct parameter *parameter,
                                                    struct error *err)
{
    struct tensor_name name;
    write_name(&name, part, role, parameter);
    const struct safetensors_tensor *tensor = safetensors_find(file, name.text);
    if (!tensor) {
        error_set(err, ERROR_DATA, "%s: tensor %s is missing", file->path, name.text);
        return NULL;
    }
    if (tensor->rows != parameter->rows || tensor->cols != parameter->cols) {
        error_set(err, ERROR_DATA, "%s: tensor %s is %zu x %zu; the preset's is %zu x %zu",
                  file->path, name.text, tensor->rows, tensor->cols, parameter->rows,
                  parameter->cols);
        return NULL;
    }
    return check_values(file, tensor, part, err) ? tensor : NULL;
}

static bool is_known(const struct model *model, const struct part_list *list, const char *name)
{
    for (size_t i = 0; i < list->count * model->parameters; i++) {
        struct tensor_name known;
        write_name(&known, list->part[i / model->parameters], list->role,
                   &model->parameter[i % model->parameters]);
        if (strcmp(known.text, name) == 0)
            return true;
    }
    return false;
}

/* Finds tensor[list->count * parameters]; every tensor of the file is one of them. */
static bool find_tensors(const struct safetensors *file, const struct model *model,
                         const struct part_list *list, const struct safetensors_tensor **tensor,
                         struct error *err)
{
    size_t wanted = list->count * model->parameters;
    for (size_t i = 0; i < wanted; i++) {
        tensor[i] = find_tensor(file, list->part[i / model->parameters], list->role,
                                &model->parameter[i % model->parameters], err);
        if (!tensor[i])
            return false;
    }
    for (size_t i = 0; file->tensors > wanted && i < file->tensors; i++)
        if (!is_known(model, list, file->tensor[i].name))
            return error_set(err, ERROR_DATA, "%s: tensor %s is not one of the preset's",
                             file->path, file->tensor[i].name);
    return true;
}

/* Those of one part, tensor[parameters], become the engine's array. */
static void set_array(struct engine *engine, enum engine_array array,
                      const struct safetensors_tensor *const *tensor)
{
    for (size_t i = 0; i < engine_model(engine)->parameters; i++)
        engine_set_parameter(engine, array, i, tensor[i]->data);
}

/* Nothing is changed before everything was found to be right. */
static bool check_file(const struct safetensors *file, const struct safetensors_tensor **tensor,
                       const struct model *model, struct trainer_checkpoint *read,
                       uint64_t *updates, struct error *err)
{
    if (!read_format(file, read, err) || !read_role(file, read, err))
        return false;
    const struct part_list list = parts_of(read);
    return read_count(file, "step", &read->step, err) &&
           read_count(file, "tokens", &read->tokens, err) &&
           read_count(file, "updates", updates, err) &&
           read_number(file, "seconds", &read->seconds, err) &&
           read_number(file, "lr_scale", &read->lr_scale, err) && read_subset(file, read, err) &&
           find_tensors(file, model, &list, tensor, err);
}

/* A file and its tensors[parts_of(read).count * parameters] in the order of parts. */
struct checkpoint_file {
    struct safetensors file;
    const struct safetensors_tensor **tensor;
    struct trainer_checkpoint read;
    uint64_t updates;
};

static void close_file(struct checkpoint_file *opened)
{
    memory_free(opened->tensor);
    safetensors_close(&opened->file);
}

static bool open_file(struct checkpoint_file *opened, const char *path, const struct model *model,
                      struct error *err)
{
    if (!safetensors_open(&opened->file, path, err))
        return false;
    opened->tensor = memory_new(PARTS * model->parameters, sizeof *opened->tensor, err);
    if (opened->tensor &&
        check_file(&opened->file, opened->tensor, model, &opened->read, &opened->updates, err))
        return true;
    close_file(opened);
    return false;
}

/* Who trains needs moments. */
static bool check_use(const struct engine *engine, const struct checkpoint_file *opened,
                      struct error *err)
{
    return !opened->read.is_snapshot || !engine_array(engine, ENGINE_FIRST_MOMENTS) ||
           error_set(err, ERROR_DATA,
                     "%s is a snapshot, which has no optimizer moments: training cannot go on "
                     "from it",
                     opened->file.path);
}

bool checkpoint_read(const char *path, struct engine *engine, struct trainer_checkpoint *from,
                     struct error *err)
{
    const struct model *model = engine_model(engine);
    struct checkpoint_file opened = {.read = *from};
    if (!open_file(&opened, path, model, err))
        return false;
    const struct part_list list = parts_of(&opened.read);
    opened.read.role = list.role;
    bool settled = check_use(engine, &opened, err);
    for (size_t p = 0; settled && p < list.count; p++)
        set_array(engine, list.part[p]->array, opened.tensor + p * model->parameters);
    read_identity(&opened.file, &opened.read.blas);
    settled = settled && engine_settle(engine, opened.updates, list.role, err);
    if (settled)
        *from = opened.read;
    close_file(&opened);
    return settled;
}

bool checkpoint_read_start(const char *path, struct engine *engine, struct error *err)
{
    struct checkpoint_file opened = {.updates = 0};
    if (!open_file(&opened, path, engine_model(engine), err))
        return false;
    set_array(engine, ENGINE_SECOND_WEIGHTS, opened.tensor);
    bool settled = engine_settle(engine, engine_updates(engine), SECOND_START, err);
    close_file(&opened);
    return settled;
}
