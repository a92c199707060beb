#include "ui/cli/bench_ranks.h"

#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/paths.h"
#include "engine/launch.h"
#include "engine/ranks.h"
#include "ui/cli/cli.h"
#include "ui/cli/json.h"
#include "ui/cli/output.h"
#include "ui/format.h"
#include "ui/signals.h"

/* What a measuring child printed. mpirun's complaints are between lines of hyphens, and notes of
 * its libraries may come first. */
struct said {
    struct text result;    /* its JSON */
    struct text own;       /* the first line of what went wrong that is this program's, */
    struct text complaint; /* and the first of anybody's */
};

static void take_line(void *context, const char *line, size_t length, bool of_err)
{
    struct said *said = context;
    const char *message = error_message_in(line);
    (void)length;
    if (!of_err)
        text_add(&said->result, line);
    else if (message && said->own.length == 0)
        text_add(&said->own, message);
    else if (said->complaint.length == 0 && line[strspn(line, "-")])
        text_add(&said->complaint, line);
}

static bool add_words(struct strings *line, const struct bench_ranks *bench, bool ranks,
                      struct error *err)
{
    char count[32], rate[64], threads[64];
    char *program = paths_own_program(err);
    snprintf(count, sizeof count, "%" PRIu64, bench->ranks);
    snprintf(rate, sizeof rate, "--seconds=%" PRIu64, bench->seconds);
    snprintf(threads, sizeof threads, "--set=train.threads=%" PRIu64, ranks ? 1 : bench->ranks);
    bool ok = program != NULL;
    if (ranks)
        ok = ok && strings_add(line, "mpirun", err) &&
             (geteuid() != 0 || strings_add(line, "--allow-run-as-root", err)) &&
             strings_add(line, "--oversubscribe", err) && strings_add(line, "-n", err) &&
             strings_add(line, count, err);
    ok = ok && strings_add(line, program, err) && strings_add(line, "bench", err) &&
         strings_add(line, bench->preset, err) && strings_add(line, "--json", err) &&
         strings_add(line, "--rounds=1", err) && strings_add(line, rate, err) &&
         strings_add(line, threads, err);
    for (size_t i = 0; ok && i < bench->settings->count; i++)
        ok = strings_add(line, "--set", err) && strings_add(line, bench->settings->text[i], err);
    memory_free(program);
    return ok;
}

/* Tokens a second of the JSON object. */
static bool read_rate(const struct said *said, double *rate, struct error *err)
{
    json_t *object = said->result.bytes ? json_loads(said->result.bytes, 0, NULL) : NULL;
    json_t *tokens = object ? json_object_get(object, "tokens_per_s") : NULL;
    bool read = json_is_number(tokens);
    if (read)
        *rate = json_number_value(tokens);
    json_decref(object);
    return read || error_set(err, ERROR_DATA, "a measurement has printed no speed");
}

/* Until it has ended, or was ended with this program. */
static void listen_to(struct child *child, struct said *said)
{
    enum { LOOK_UP = 200 }; /* milliseconds */
    struct pollfd watch[CHILD_STREAMS];
    bool ends = false;
    do {
        poll(watch, child_watch(child, watch), LOOK_UP);
        if (!ends && signals_ended())
            child_signal(child, SIGTERM);
        ends = signals_ended();
    } while (child_read(child, take_line, said));
}

/* What the program said itself is said again, as what it was. */
static bool complain(const char *name, int status, const struct said *said, struct error *err)
{
    if (said->own.length > 0)
        return error_set(err, status == EXIT_USAGE ? ERROR_INPUT : ERROR_SYSTEM, "%s",
                         said->own.bytes);
    return error_set(err, ERROR_SYSTEM, "%s ended without a result: %s", name,
                     said->complaint.length > 0 ? said->complaint.bytes : "it said nothing");
}

static bool run_child(const char *const *argument, bool ranks, struct said *said, struct error *err)
{
    struct child child;
    int status;
    if (!child_start(&child, argument, ranks ? "MNEME_RANKS=on" : "MNEME_RANKS=off", err))
        return false;
    listen_to(&child, said);
    child_end(&child, &status);
    if (signals_ended())
        return error_set(err, ERROR_CANCELLED, "interrupted");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    return complain(argument[0], WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE, said, err);
}

static bool measure(const struct bench_ranks *bench, bool ranks, double *rate, struct error *err)
{
    struct strings line = {0};
    struct said said = {0};
    bool measured = add_words(&line, bench, ranks, err) &&
                    run_child((const char *const *)line.text, ranks, &said, err) &&
                    read_rate(&said, rate, err);
    strings_free(&line);
    text_free(&said.result);
    text_free(&said.own);
    text_free(&said.complaint);
    return measured;
}

static bool print(const struct bench_ranks *bench, double threads, double ranks, struct error *err)
{
    char of_threads[FORMAT_SIZE], of_ranks[FORMAT_SIZE];
    if (bench->json)
        return json_print(json_pack("{s:s, s:I, s:o, s:o, s:o}", "preset", bench->preset, "ranks",
                                    (json_int_t)bench->ranks, "tokens_per_s_threads",
                                    json_number(threads), "tokens_per_s_ranks", json_number(ranks),
                                    "ratio", json_number(ranks / threads)),
                          err);
    struct text process = {0}, several = {0};
    const char *plural = bench->ranks == 1 ? "" : "s";
    text_format(&process, "one process of %" PRIu64 " thread%s", bench->ranks, plural);
    text_format(&several, "%" PRIu64 " rank%s of one thread", bench->ranks, plural);
    bool ok = !process.failed && !several.failed;
    if (ok)
        output_print("%s: %-25s %6s tokens/s\n%s: %-25s %6s tokens/s  ratio %.2f\n", bench->preset,
                     process.bytes, format_short(of_threads, threads), bench->preset, several.bytes,
                     format_short(of_ranks, ranks), ranks / threads);
    text_free(&process);
    text_free(&several);
    return ok || error_set(err, ERROR_MEMORY, "too little memory to print the result");
}

bool bench_ranks_print(const struct bench_ranks *bench, struct error *err)
{
    size_t rounds = (size_t)bench->rounds;
    if (!ranks_library())
        return error_set(err, ERROR_INPUT,
                         "this program was built without MPI: there are no ranks to measure");
    if (launch_is_of_ranks())
        return error_set(err, ERROR_INPUT,
                         "bench --ranks starts mpirun itself; start it without mpirun");
    double *threads = memory_new(rounds, sizeof *threads, err);
    double *ranks = threads ? memory_new(rounds, sizeof *ranks, err) : NULL;
    bool ok = ranks != NULL;
    signals_catch(SIGNALS_RUN); /* a child does not hear of them */
    for (size_t r = 0; ok && r < rounds; r++)
        ok = measure(bench, false, &threads[r], err) && measure(bench, true, &ranks[r], err);
    ok = ok && print(bench, gsl_stats_median(threads, 1, rounds),
                     gsl_stats_median(ranks, 1, rounds), err);
    memory_free(threads);
    memory_free(ranks);
    return ok;
}
