#include "ui/tui/estimate.h"

#include <cblas.h>
#include <time.h>

#include "base/memory.h"
#include "facts/batch.h"
#include "lab/session.h"
#include "model/shards.h"

/* A product of the size that quickstart's layers make of a micro-batch. */
enum { ROWS = 512, INNER = 128, COLS = 512, PROBED_BIOGRAPHIES = 64 };

/* The rate that estimate_machine_rate gives on the two cores presets' minutes are measured on. */
static const double reference_rate = 200e9;

/* The part of the rate that is left when everything but products is counted as well. */
static const double reached_share = 0.5;

static const double probe_seconds = 0.1;

static double clock_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Multiplies until the time is over; returns the products made. */
static unsigned long multiply(float *a, float *b, float *c, double until)
{
    unsigned long products = 0;
    do {
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, ROWS, COLS, INNER, 1, a, INNER, b,
                    COLS, 0, c, COLS);
        products++;
    } while (clock_seconds() < until);
    return products;
}

double estimate_machine_rate(void)
{
    const size_t left = (size_t)ROWS * INNER, right = (size_t)INNER * COLS;
    const size_t all = left + right + (size_t)ROWS * COLS;
    size_t threads = shards_machine_threads();
    float *numbers = memory_new_aligned(threads * all, sizeof *numbers, NULL);
    if (!numbers)
        return 0;
    unsigned long products = 0;
    double start = clock_seconds();
#pragma omp parallel for num_threads((int)threads) schedule(static) reduction(+ : products)
    for (size_t t = 0; t < threads; t++) {
        float *own = numbers + t * all;
        multiply(own, own + left, own + left + right, 0); /* pages and caches are warm then */
        products += multiply(own, own + left, own + left + right, start + probe_seconds);
    }
    double seconds = clock_seconds() - start;
    memory_free(numbers);
    return 2.0 * ROWS * INNER * COLS * (double)products / seconds;
}

/* Tokens of a biography, on the average. */
static bool tokens_per_biography(const struct session *session, double *tokens, struct error *err)
{
    struct batch batch;
    if (!batch_init(&batch, &session->vocabulary, PROBED_BIOGRAPHIES, err))
        return false;
    batch_fill_training(&batch, &session->population, &session->vocabulary, 0);
    *tokens = (double)batch.start[PROBED_BIOGRAPHIES] / PROBED_BIOGRAPHIES;
    batch_free(&batch);
    return true;
}

bool estimate_seconds(const struct paths *paths, const struct preset *preset, double rate,
                      double *seconds, struct error *err)
{
    if (!(rate > 0))
        return error_set(err, ERROR_MEMORY, "this machine's speed is not known");
    if (preset->minutes > 0) {
        *seconds = 60 * preset->minutes * reference_rate / rate;
        return true;
    }
    struct session session = {0};
    double tokens;
    if (!session_open_facts(&session, paths, preset, err))
        return false;
    bool counted = tokens_per_biography(&session, &tokens, err);
    if (counted)
        *seconds = 6 * (double)model_count_matrix_parameters(&session.preset.model) * tokens *
                   (double)preset->trainer.batch * (double)preset->trainer.schedule.steps /
                   (rate * reached_share);
    struct error ignored;
    session_close(&session, &ignored);
    return counted;
}
