/* The command line of the real program: what it prints, keeps, refuses and leaves with. */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* cmocka.h wants setjmp.h, stdarg.h, stddef.h and stdint.h before it. */
#include <cmocka.h>
#include <jansson.h>

#include "tests/float_equal.h"
#include "tests/screen/process.h"
#include "tests/screen/terminal.h"
#include "tests/screen/tiny.h"
#include "tests/within.h"

/* One sandbox for all tests of this file; the run "done" in it was trained to its end. */
struct fixture {
    struct sandbox sandbox;
    struct process process;
    struct terminal *terminal;
};

static struct process *run(struct fixture *fixture, const char *input, const char *until,
                           const char *const *arguments)
{
    process_free(&fixture->process);
    assert_true(process_run(&fixture->process, &fixture->sandbox, arguments, input, until, SIGINT));
    return &fixture->process;
}

#define ARGUMENTS(...) ((const char *const[]){sandbox_program(), __VA_ARGS__, NULL})
#define MNEME(...)     run(*state, NULL, NULL, ARGUMENTS(__VA_ARGS__))

static bool contains(const char *text, const char *part)
{
    if (strstr(text, part))
        return true;
    fprintf(stderr, "\"%s\" is not in:\n%s\n", part, text);
    return false;
}

/* Whether the program ended as it does after success, with nothing on stderr. */
static bool succeeded(const struct process *process)
{
    if (process->status == 0 && process_err(process)[0] == '\0')
        return true;
    fprintf(stderr, "status %d, stderr:\n%s\n", process->status, process_err(process));
    return false;
}

/* Whether it failed with this status and one line on stderr, which begins with the program's name
 * and has these words in it. */
static bool refused(const struct process *process, int status, const char *const *words)
{
    const char *said = process_err(process);
    const char *end = strchr(said, '\n');
    bool fine = process->status == status && strncmp(said, "mneme: ", 7) == 0 && end && !end[1];
    for (; *words; words++)
        fine = fine && strstr(said, *words);
    if (!fine)
        fprintf(stderr, "status %d, wanted %d; stderr:\n%s\n", process->status, status, said);
    return fine;
}

/* The program on a terminal 100 columns wide. */
static struct terminal *open_terminal(struct fixture *fixture, int rows,
                                      const char *const *arguments)
{
    fixture->terminal = terminal_start(&fixture->sandbox, arguments, rows, 100);
    assert_non_null(fixture->terminal);
    return fixture->terminal;
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static size_t count_lines(const char *text)
{
    size_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

/* The JSON object in a line of text; the line after it. Null where it is none. */
static json_t *read_object(const char **line)
{
    const char *end = strchr(*line, '\n');
    if (!end)
        return NULL;
    json_error_t error;
    json_t *object = json_loadb(*line, (size_t)(end - *line), 0, &error);
    if (!object)
        fprintf(stderr, "%s in: %.*s\n", error.text, (int)(end - *line), *line);
    *line = end + 1;
    return object;
}

static json_t *read_one_object(const struct process *process)
{
    const char *line = process_out(process);
    json_t *object = read_object(&line);
    assert_non_null(object);
    assert_string_equal(line, "");
    return object;
}

static char *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    struct text text = {0};
    char piece[65536];
    for (size_t count; (count = fread(piece, 1, sizeof piece, file)) > 0;)
        text_add_bytes(&text, piece, count);
    fclose(file);
    *size = text.length;
    return text.bytes;
}

static char *read_whole(const struct fixture *fixture, const char *path, size_t *size)
{
    char *full = sandbox_path(&fixture->sandbox, path);
    char *bytes = read_file(full, size);
    free(full);
    return bytes;
}

/* The full name of a known individual, the first that training sees. */
static const char *known_name(void **state)
{
    static char name[256];
    MNEME("sample", "tiny", "--json", "--number", "1");
    json_t *object = read_one_object(&((struct fixture *)*state)->process);
    snprintf(name, sizeof name, "%s", json_string_value(json_object_get(object, "name")));
    json_decref(object);
    return name;
}

/* ---- training ---- */

static void train_in_a_pipe_prints_plain_lines(void **state)
{
    const struct process *process = MNEME("train", "tiny", "--run", "plain");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "\nstep 0 "));
    assert_true(contains(process_out(process), "\nstep 60 "));
    assert_true(contains(process_out(process), "mneme ask "));
    assert_null(strpbrk(process_out(process), "\r\033"));
}

static void train_on_a_terminal_draws_a_bar(void **state)
{
    struct fixture *fixture = *state;
    int status;
    size_t length;
    open_terminal(fixture, 10, ARGUMENTS("train", "tiny", "--run", "bar"));
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    assert_true(terminal_shows(fixture->terminal, "step 60 of 60"));
    assert_true(contains(terminal_output(fixture->terminal, &length), "60/60"));
    assert_true(contains(terminal_output(fixture->terminal, &length), "█"));
    assert_true(terminal_is_restored(fixture->terminal));
}

static size_t characters(const char *text, const char *end)
{
    size_t count = 0;
    for (; text < end; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void the_bar_keeps_to_its_row(void **state)
{
    enum { NARROW = 44 };
    struct fixture *fixture = *state;
    int status;
    size_t length, rows = 0;
    fixture->terminal = terminal_start(&fixture->sandbox,
                                       ARGUMENTS("train", "tiny", "--run", "narrow"), 10, NARROW);
    assert_non_null(fixture->terminal);
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    for (const char *row = terminal_output(fixture->terminal, &length);
         (row = strstr(row, "\rtiny ")); row++, rows++) {
        const char *end = strstr(row, "\033[K");
        assert_non_null(end);
        assert_true(characters(row + 1, end) < NARROW);
    }
    assert_true(rows > 0);
}

static void the_bar_is_ascii_without_utf8(void **state)
{
    struct fixture *fixture = *state;
    int status;
    size_t length;
    open_terminal(fixture, 10,
                  (const char *const[]){"env", "LANG=C", sandbox_program(), "train", "tiny",
                                        "--run", "ascii", NULL});
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    const char *output = terminal_output(fixture->terminal, &length);
    assert_true(contains(output, "60/60"));
    for (size_t i = 0; i < length; i++)
        assert_within((unsigned char)output[i], 0, 127);
}

static void a_dumb_terminal_gets_plain_lines(void **state)
{
    struct fixture *fixture = *state;
    static const char *const commands[][6] = {{"train", "tiny", "--run", "dumb"},
                                              {"sample", "tiny"},
                                              {"bench", "tiny", "--rounds=1", "--seconds=0"}};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *arguments[10] = {"env", "TERM=dumb", sandbox_program()};
        int status;
        size_t length, words = 3;
        for (size_t w = 0; commands[i][w]; w++)
            arguments[words++] = commands[i][w];
        open_terminal(fixture, 30, arguments);
        assert_true(terminal_ends(fixture->terminal, &status));
        assert_int_equal(status, 0);
        assert_null(strchr(terminal_output(fixture->terminal, &length), '\033'));
        terminal_close(fixture->terminal);
        fixture->terminal = NULL;
    }
}

static void the_bar_says_nothing_of_a_loss_before_there_is_one(void **state)
{
    struct fixture *fixture = *state;
    int status;
    size_t length;
    open_terminal(fixture, 10, ARGUMENTS("train", "tiny", "--run", "first"));
    assert_true(terminal_ends(fixture->terminal, &status));
    const char *output = terminal_output(fixture->terminal, &length);
    assert_non_null(strstr(output, "\rtiny "));
    assert_null(strstr(output, "nan"));
}

static void train_json_prints_the_lines_of_the_record(void **state)
{
    const struct process *process = MNEME("train", "tiny", "--run", "json", "--json");
    assert_true(succeeded(process));
    size_t size, training = 0, evaluations = 0;
    char *record = read_whole(*state, "json/metrics.jsonl", &size);
    assert_non_null(record);
    for (const char *line = process_out(process); *line;) {
        const char *start = line;
        json_t *object = read_object(&line);
        assert_non_null(object);
        training += json_object_get(object, "train_loss") != NULL;
        evaluations += json_object_get(object, "attr_loss") != NULL;
        assert_non_null(memmem(record, size, start, (size_t)(line - start)));
        json_decref(object);
    }
    assert_int_equal(training, 60);
    assert_int_equal(evaluations, 7);
    free(record);
}

static void settings_are_checked_together_with_the_steps(void **state)
{
    const struct process *process =
        MNEME("train", "tiny", "--quiet", "--set", "population.fine_tuning=2", "--set",
              "fine-tuning.after=61", "--steps", "62", "--run", "sixty-two");
    assert_true(succeeded(process));
}

static void a_name_that_is_no_utf8_makes_valid_json(void **state)
{
    assert_true(succeeded(MNEME("train", "tiny", "--quiet", "--run", "caf\xe9")));
    const struct process *process = MNEME("eval", "./caf\xe9", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    assert_string_equal(json_string_value(json_object_get(object, "run")), "caf\uFFFD");
    json_decref(object);
}

static void quiet_prints_nothing(void **state)
{
    const struct process *process = MNEME("train", "tiny", "--run", "quiet", "--quiet");
    assert_true(succeeded(process));
    assert_string_equal(process_out(process), "");
    assert_true(contains(process_out(MNEME("eval", "quiet")), "step 60"));
}

/* Where a run of 100000000 steps was interrupted. */
static uint64_t step_of(const struct process *process)
{
    uint64_t step = 0;
    const char *of = strstr(process_out(process), " of 100000000");
    assert_non_null(of);
    while (of > process_out(process) && of[-1] >= '0' && of[-1] <= '9')
        of--;
    sscanf(of, "%" SCNu64, &step);
    return step;
}

static void an_interrupted_run_is_saved_and_goes_on(void **state)
{
    const struct process *process =
        run(*state, NULL, "\nstep 20 ",
            ARGUMENTS("train", "tiny", "--run", "broken", "--steps", "100000000"));
    assert_int_equal(process->status, 130);
    assert_true(contains(process_out(process), "mneme train --resume "));
    uint64_t step = step_of(process);
    assert_true(step >= 20);
    char steps[32];
    snprintf(steps, sizeof steps, "%" PRIu64, step + 1000);
    process = MNEME("train", "--resume", "broken", "--steps", steps);
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "resuming from step "));
    assert_true(contains(process_out(process), steps));
}

/* Stopped at any moment of its beginning, a run is not there or has a checkpoint to go on from. */
static void one_that_is_interrupted_at_once_is_there_or_not(void **state)
{
    enum { TIMES = 40 };
    static const char script[] =
        "\"$0\" train tiny --run \"$1\" --steps 100000000 --quiet & run=$!\n"
        "sleep \"$2\"; kill -TERM $run; wait $run 2>/dev/null\n"
        "[ ! -d \"$1\" ] || ls \"$1\"/checkpoints/step-*.safetensors";
    for (int i = 0; i < TIMES; i++) {
        char name[32], seconds[32];
        snprintf(name, sizeof name, "at-once-%d", i);
        snprintf(seconds, sizeof seconds, "%.3f", 0.002 * i);
        const char *const arguments[] = {"sh", "-c",    script, sandbox_program(),
                                         name, seconds, NULL};
        assert_true(succeeded(run(*state, NULL, NULL, arguments)));
    }
}

/* Killed at any moment of its beginning it goes on, or makes room for the next. */
static void one_that_is_killed_at_once_is_in_nobodys_way(void **state)
{
    enum { TIMES = 30 };
    static const char script[] =
        "\"$0\" train tiny --run \"$1\" --steps 100000000 --quiet & run=$!\n"
        "sleep \"$2\"; kill -KILL $run; wait $run 2>/dev/null\n"
        "ls \"$1\"/checkpoints/step-*.safetensors >/dev/null 2>&1 ||\n"
        "    \"$0\" train tiny --run \"$1\" --steps 1 --quiet";
    for (int i = 0; i < TIMES; i++) {
        char name[32], seconds[32];
        snprintf(name, sizeof name, "killed-%d", i);
        snprintf(seconds, sizeof seconds, "%.3f", 0.003 * i);
        const char *const arguments[] = {"sh", "-c",    script, sandbox_program(),
                                         name, seconds, NULL};
        assert_true(succeeded(run(*state, NULL, NULL, arguments)));
    }
}

/* Where a checkpoint's tensors begin: behind 8 bytes of length and a header of that length. */
static const char *tensors_of(const char *file, size_t size, json_t **header)
{
    uint64_t length;
    memcpy(&length, file, sizeof length);
    assert_true(length + 8 < size);
    *header = json_loadb(file + 8, length, 0, NULL);
    assert_non_null(*header);
    json_object_del(*header, "__metadata__");
    return file + 8 + length;
}

/* Whether two checkpoints hold the same tensors, bit for bit. */
static void assert_same_tensors(void **state, const char *a, const char *b)
{
    size_t a_size, b_size;
    json_t *a_header, *b_header;
    char *a_file = read_whole(*state, a, &a_size), *b_file = read_whole(*state, b, &b_size);
    assert_non_null(a_file);
    assert_non_null(b_file);
    const char *a_tensors = tensors_of(a_file, a_size, &a_header);
    const char *b_tensors = tensors_of(b_file, b_size, &b_header);
    size_t bytes = a_size - (size_t)(a_tensors - a_file);
    assert_true(json_equal(a_header, b_header));
    assert_int_equal(bytes, b_size - (size_t)(b_tensors - b_file));
    assert_memory_equal(a_tensors, b_tensors, bytes);
    json_decref(a_header);
    json_decref(b_header);
    free(a_file);
    free(b_file);
}

static void a_resumed_run_ends_with_the_same_bits(void **state)
{
    assert_true(succeeded(
        MNEME("train", "tiny", "--set", "train.schedule=constant", "--steps", "40", "--run", "a")));
    assert_true(succeeded(
        MNEME("train", "tiny", "--set", "train.schedule=constant", "--steps", "20", "--run", "b")));
    assert_true(succeeded(MNEME("train", "--resume", "b", "--steps", "40")));
    assert_same_tensors(state, "a/checkpoints/step-00000020.safetensors",
                        "b/checkpoints/step-00000020.safetensors");
    assert_same_tensors(state, "a/checkpoints/step-00000040.safetensors",
                        "b/checkpoints/step-00000040.safetensors");
}

/* More steps are the same steps, however they are asked for. */
static void a_resumed_run_takes_other_values(void **state)
{
    assert_true(succeeded(
        MNEME("train", "tiny", "--set", "train.schedule=constant", "--steps", "20", "--run", "s")));
    assert_true(succeeded(MNEME("train", "--resume", "s", "--set", "train.steps=40")));
    assert_same_tensors(state, "a/checkpoints/step-00000040.safetensors",
                        "s/checkpoints/step-00000040.safetensors");
}

static void a_run_can_begin_at_a_checkpoint_of_another(void **state)
{
    const struct process *process =
        MNEME("train", "tiny", "--from", "done", "--steps", "70", "--run", "fork");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "resuming from step 60"));
    assert_true(contains(process_out(process), "step 70 of 70"));
    static const char first[] = "{\"event\": \"fork\", \"step\": 60, ";
    size_t size;
    char *record = read_whole(*state, "fork/metrics.jsonl", &size);
    assert_non_null(record);
    assert_true(strncmp(record, first, strlen(first)) == 0);
    free(record);
    assert_same_tensors(state, "done/checkpoints/step-00000060.safetensors",
                        "fork/checkpoints/step-00000060.safetensors");
}

/* As timeout(1) does, which sends its signal to the program and then to all of its group; the model
 * is large enough to be still being saved when the second comes. */
static void a_request_to_end_that_comes_twice_is_one(void **state)
{
    const char *const arguments[] = {
        "sh", "-c",
        "\"$0\" train tiny --run hurried --steps 1000000 --set model.d_model=1024 & "
        "while ! [ -e hurried/checkpoints/step-00000000.safetensors ]; do sleep .05; done; "
        "kill -TERM $!; sleep .02; kill -TERM $!; wait $!",
        sandbox_program(), NULL};
    const struct process *process = run(*state, NULL, NULL, arguments);
    assert_int_equal(process->status, 130);
    assert_true(contains(process_out(process), "/mneme train --resume /"));
}

static void so_does_one_that_was_interrupted_anywhere(void **state)
{
    static const char last[] = "checkpoints/step-00002000.safetensors";
    char whole[64], broken[64];
    assert_true(succeeded(MNEME("train", "tiny", "--steps", "2000", "--run", "whole")));
    const struct process *process =
        run(*state, NULL, "\nstep 30 ",
            ARGUMENTS("train", "tiny", "--steps", "2000", "--run", "halves"));
    assert_int_equal(process->status, 130);
    assert_true(succeeded(MNEME("train", "--resume", "halves")));
    snprintf(whole, sizeof whole, "whole/%s", last);
    snprintf(broken, sizeof broken, "halves/%s", last);
    assert_same_tensors(state, whole, broken);
}

static void a_torn_last_line_of_the_record_is_dropped(void **state)
{
    struct fixture *fixture = *state;
    assert_true(succeeded(MNEME("train", "tiny", "--steps", "20", "--run", "torn")));
    char *path = sandbox_path(&fixture->sandbox, "torn/metrics.jsonl");
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("{\"step\": 2", file);
    fclose(file);
    free(path);
    assert_true(succeeded(MNEME("phases", "torn", "--json")));
    assert_true(succeeded(MNEME("train", "--resume", "torn", "--steps", "40")));
    size_t size;
    char *record = read_whole(fixture, "torn/metrics.jsonl", &size);
    assert_null(strstr(record, "{\"step\": 2{"));
    free(record);
}

/* ---- questions ---- */

static void one_answer_says_what_is_believed_and_true(void **state)
{
    char prompt[512];
    snprintf(prompt, sizeof prompt, "%s was born in", known_name(state));
    const struct process *process = MNEME("ask", "done", "--json", prompt);
    assert_true(succeeded(process));
    json_t *answer = read_one_object(process);
    json_t *candidates = json_object_get(answer, "candidates");
    assert_string_equal(json_string_value(json_object_get(answer, "status")), "known");
    assert_string_equal(json_string_value(json_object_get(answer, "attribute")), "birth_place");
    assert_true(json_is_string(json_object_get(answer, "completion")));
    assert_true(json_is_string(json_object_get(answer, "truth")));
    assert_true(json_is_boolean(json_object_get(answer, "correct")));
    assert_true(json_number_value(json_object_get(answer, "entropy")) > 0);
    assert_int_equal(json_array_size(candidates), 5);
    double before = 1, sum = 0;
    for (size_t i = 0; i < 5; i++) {
        double p = json_number_value(json_object_get(json_array_get(candidates, i), "probability"));
        assert_true(p >= 0 && p <= before);
        before = p;
        sum += p;
    }
    assert_true(sum <= 1 + 1e-4);
    json_decref(answer);
}

static void a_prompt_without_quotes_is_the_same_prompt(void **state)
{
    char prompt[512];
    const char *name = known_name(state);
    snprintf(prompt, sizeof prompt, "%s was born in", name);
    MNEME("ask", "done", "--json", prompt);
    char *quoted = strdup(process_out(&((struct fixture *)*state)->process));
    const struct process *process = MNEME("ask", "done", "--json", name, "was", "born", "in");
    assert_string_equal(process_out(process), quoted);
    free(quoted);
}

static void prompts_in_a_pipe_are_answered_line_by_line(void **state)
{
    char input[1024];
    const char *name = known_name(state);
    snprintf(input, sizeof input, "%s was born in\n\n%s studied at\n", name, name);
    const struct process *process = run(*state, input, NULL, ARGUMENTS("ask", "done", "--json"));
    assert_true(succeeded(process));
    const char *line = process_out(process);
    static const char *const attribute[] = {"birth_place", "university"};
    for (size_t i = 0; i < 2; i++) {
        json_t *answer = read_object(&line);
        assert_non_null(answer);
        assert_string_equal(json_string_value(json_object_get(answer, "attribute")), attribute[i]);
        json_decref(answer);
    }
    assert_string_equal(line, "");
}

static void a_prompt_in_a_pipe_is_not_cut_at_a_null_byte(void **state)
{
    char script[1024];
    const char *name = known_name(state);
    snprintf(script, sizeof script,
             "printf '%s\\0 was born in\\n%s was born in\\n' | '%s' ask done", name, name,
             sandbox_program());
    const struct process *process = run(*state, NULL, NULL, WORDS("sh", "-c", script));
    assert_true(refused(process, 2, WORDS("line 1", "null byte")));
    assert_non_null(strstr(process_out(process), "birth place: "));
}

static void a_byte_order_mark_in_a_pipe_is_no_prompt(void **state)
{
    char input[1024];
    snprintf(input, sizeof input, "\xEF\xBB\xBF\r\n\xEF\xBB\xBF%s was born in\r\n",
             known_name(state));
    const struct process *process = run(*state, input, NULL, ARGUMENTS("ask", "done", "--json"));
    assert_true(succeeded(process));
    json_t *answer = read_one_object(process);
    assert_string_equal(json_string_value(json_object_get(answer, "attribute")), "birth_place");
    json_decref(answer);
}

static void prompts_that_cannot_be_read_are_no_success(void **state)
{
    char script[512];
    snprintf(script, sizeof script, "'%s' ask done < .", sandbox_program());
    const struct process *process = run(*state, NULL, NULL, WORDS("sh", "-c", script));
    assert_true(refused(process, 1, WORDS("standard input")));
}

/* The last row that is not empty is readline's prompt: it reads keys now. */
static bool is_at_prompt(const char *screen, void *context)
{
    (void)context;
    size_t length = strlen(screen);
    while (length > 0 && screen[length - 1] == '\n')
        length--;
    return length > 1 && memcmp(screen + length - 2, "\n>", 2) == 0;
}

static void a_conversation_on_a_terminal_has_a_prompt(void **state)
{
    struct fixture *fixture = *state;
    char line[512];
    int status;
    snprintf(line, sizeof line, "%s was born in\n", known_name(state));
    struct terminal *terminal = open_terminal(fixture, 30, ARGUMENTS("ask", "done"));
    assert_true(terminal_meets(terminal, is_at_prompt, NULL, "a prompt"));
    assert_true(terminal_shows(terminal, "Type a prompt, as in \""));
    terminal_type(terminal, line);
    assert_true(terminal_shows(terminal, "birth place: "));
    assert_true(terminal_meets(terminal, is_at_prompt, NULL, "a second prompt"));
    terminal_type(terminal, "Xyzzy was born in\n");
    assert_true(terminal_shows(terminal, "mneme: "));
    assert_true(terminal_meets(terminal, is_at_prompt, NULL, "a third prompt"));
    terminal_type(terminal, "\x04");
    assert_true(terminal_ends(terminal, &status));
    assert_int_equal(status, 0);
    assert_true(terminal_is_restored(terminal));
}

static void a_word_without_a_token_is_named(void **state)
{
    char prompt[512];
    snprintf(prompt, sizeof prompt, "%s was bron in", known_name(state));
    assert_true(refused(MNEME("ask", "done", prompt), 2, WORDS("bron", "born")));
}

static void commands_of_the_workbench_that_need_no_screen_are_answered(void **state)
{
    char command[512], expected[512];
    const char *name = known_name(state);
    snprintf(command, sizeof command, "/who %s", name);
    snprintf(expected, sizeof expected, "%s: known person\n", name);
    const struct process *process = MNEME("ask", "done", command);
    assert_true(succeeded(process));
    assert_int_equal(strncmp(process_out(process), expected, strlen(expected)), 0);
    assert_non_null(strstr(process_out(process), "  birth place "));
    process = MNEME("ask", "done", "--json", "/who", name);
    assert_true(succeeded(process));
    const char *line = process_out(process);
    for (size_t i = 0; i < 6; i++) {
        json_t *answer = read_object(&line);
        assert_string_equal(json_string_value(json_object_get(answer, "name")), name);
        json_decref(answer);
    }
    assert_string_equal(line, "");
    process = MNEME("ask", "done", "/people", name);
    assert_true(succeeded(process));
    snprintf(expected, sizeof expected, "%s\n", name);
    assert_int_equal(strncmp(process_out(process), expected, strlen(expected)), 0);
    process = MNEME("ask", "done", "/wordings", "birth", "place");
    assert_true(succeeded(process));
    assert_non_null(strstr(process_out(process), "... was born in\n"));
    json_t *values = read_one_object(MNEME("ask", "done", "--json", "/values major"));
    assert_int_equal(json_integer_value(json_object_get(values, "count")),
                     (json_int_t)json_array_size(json_object_get(values, "items")));
    assert_true(json_array_size(json_object_get(values, "items")) > 1);
    json_decref(values);
}

static void what_a_command_does_not_find_is_no_success(void **state)
{
    char command[512];
    const char *name = known_name(state), *last = strrchr(name, ' ') + 1;
    snprintf(command, sizeof command, "/who %s", last);
    assert_true(refused(MNEME("ask", "done", "/who xyzzyqq"), 2, WORDS("no name has", "/people")));
    assert_true(refused(MNEME("ask", "done", "/whoo"), 2, WORDS("did you mean /who?")));
    assert_true(refused(MNEME("ask", "done", "/pause"), 2, WORDS("workbench", "/help")));
    assert_true(refused(MNEME("ask", "done", "/values xyz"), 2, WORDS("no attribute", "major")));
    const struct process *process = MNEME("ask", "done", command);
    assert_true(refused(process, 2, WORDS(last, "could be any of")));
    assert_non_null(strstr(process_out(process), name));
    const char input[] = "/help\n/who xyzzyqq\n/values major\n";
    process = run(*state, input, NULL, ARGUMENTS("ask", "done"));
    assert_true(refused(process, 2, WORDS("xyzzyqq")));
    assert_non_null(strstr(process_out(process), "/who NAME"));
    assert_null(strstr(process_out(process), "/pause"));
}

static void score_weighs_every_token(void **state)
{
    char text[512];
    snprintf(text, sizeof text, "%s was born in", known_name(state));
    const struct process *process = MNEME("score", "done", text, "--json");
    assert_true(succeeded(process));
    json_t *score = read_one_object(process);
    json_t *tokens = json_object_get(score, "tokens");
    json_t *log_probabilities = json_object_get(score, "log_probabilities");
    size_t count = json_array_size(tokens);
    double total = 0;
    assert_true(count >= 6);
    assert_int_equal(json_array_size(log_probabilities), count);
    for (size_t i = 0; i < count; i++) {
        double log_probability = json_number_value(json_array_get(log_probabilities, i));
        assert_true(log_probability < 0);
        total += log_probability;
    }
    assert_true(fabs(total - json_number_value(json_object_get(score, "total"))) < 1e-9);
    json_decref(score);
}

#define BONES                                                                                      \
    "Bone,region,count\nfemur,leg,2\n\"frontal bone\",skull,1\nulna,arm,2\nhyoid bone,neck,1\n"

/* A setting that names a table needs no preset, and of nobody new nothing is said. */
static void a_table_is_trained_by_a_setting_alone(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, "My bones.csv", BONES));
    const struct process *p = MNEME("train", "--set", "facts.table=My bones.csv", "--set",
                                    "model.d_model=32", "--steps", "2", "--run", "bones");
    assert_true(succeeded(p));
    assert_true(contains(process_out(p), "My-bones: Too small for a plateau"));
    assert_true(contains(process_out(p), "step 2  loss "));
    assert_null(strstr(process_out(p), "new"));
    assert_null(strstr(process_out(p), "held"));
    p = MNEME("train", "My bones.csv", "--set", "population.new=1", "--set", "model.d_model=32",
              "--steps", "1", "--run", "held");
    assert_true(succeeded(p));
    assert_true(contains(process_out(p), "1 row is held out"));
    assert_true(contains(process_out(p), "held-out loss "));
    assert_true(contains(process_out(MNEME("circuits", "held")), "held"));
    p = MNEME("train", "My bones.csv", "--set", "population.new=1", "--set", "model.d_model=32",
              "--set", "eval.new=0", "--steps", "1", "--run", "unasked");
    assert_true(succeeded(p));
    assert_null(strstr(strchr(process_out(MNEME("circuits", "unasked")), '\n'), "held"));
    assert_true(contains(process_out(MNEME("circuits", "unasked", "-n", "4")), "held"));
    p = MNEME("train", "My bones.csv", "--set", "model.d_model=32", "--set", "train.lr=1e-2",
              "--steps", "3000", "--run", "learned");
    assert_true(succeeded(p));
    assert_true(contains(process_out(MNEME("eval", "learned")), "bits learned in"));
    p = MNEME("train");
    assert_int_equal(p->status, 2);
    assert_true(refused(MNEME("train", "table"), 2, (const char *const[]){"my-table.csv", NULL}));
}

/* By words, as wide as the terminal is. */
static void what_a_table_holds_is_told_in_lines(void **state)
{
    enum { NARROW = 44 };
    struct fixture *fixture = *state;
    int status;
    size_t length;
    assert_true(sandbox_write(&fixture->sandbox, "bones.csv", BONES));
    fixture->terminal = terminal_start(&fixture->sandbox,
                                       ARGUMENTS("train", "bones.csv", "--set", "model.d_model=32",
                                                 "--steps", "1", "--run", "told"),
                                       24, NARROW);
    assert_non_null(fixture->terminal);
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    assert_true(contains(terminal_output(fixture->terminal, &length),
                         "bones: Too small for a plateau: with so few\r\nrows, "));
}

/* What is written trains by the command that is printed. */
static void facts_init_writes_what_trains(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, "My bones.csv", BONES));
    const struct process *p = MNEME("facts-init", "My bones.csv", "own files");
    assert_true(succeeded(p));
    assert_true(contains(process_out(p), " 'own files/My-bones.ini'\n"));
    p = MNEME("train", "own files/My-bones.ini", "--set", "model.d_model=32", "--steps", "1",
              "--run", "own-bones");
    assert_true(succeeded(p));
    p = MNEME("ask", "own-bones", "/who hyoid bone");
    assert_true(succeeded(p));
    assert_true(contains(process_out(p), "hyoid bone: known bone"));
    assert_true(refused(MNEME("facts-init", "My bones.csv", "own files"), 2,
                        (const char *const[]){"My-bones-facts.ini is there already", NULL}));
}

static void score_says_how_long_a_text_may_be(void **state)
{
    char text[512 * 3 + 1] = "";
    for (size_t i = 0; i < 512; i++)
        strcat(text, " in");
    assert_true(refused(MNEME("score", "done", text), 2, WORDS("the text has 512 tokens")));
}

static void circuits_measures_every_layer_and_head(void **state)
{
    (void)state;
    static const char *const key[] = {"name_name_within", "name_name", "attr_name", "attr_text",
                                      "sharpness"};
    json_t *object = read_one_object(MNEME("circuits", "done", "--json"));
    for (int held_out = 0; held_out < 2; held_out++) {
        const json_t *group = json_object_get(object, held_out ? "new" : "known");
        for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
            const json_t *layers = json_object_get(group, key[k]);
            const json_t *heads = json_object_get(json_object_get(group, "heads"), key[k]);
            double mean = json_number_value(json_array_get(layers, 0)), sum = 0;
            assert_int_equal(json_array_size(layers), json_array_size(heads));
            const json_t *first = json_array_get(heads, 0);
            for (size_t h = 0; h < json_array_size(first); h++)
                sum += json_number_value(json_array_get(first, h));
            assert_true(mean > 0 && mean < 1.00001);
            assert_float_equal(mean, sum / (double)json_array_size(first), 1e-12);
        }
    }
    json_decref(object);
    assert_true(contains(process_out(MNEME("circuits", "done", "--heads")), "head 2"));
    assert_false(contains(process_out(MNEME("circuits", "done")), "head"));
    assert_true(contains(process_out(MNEME("circuits", "done", "-t", "0", "-n", "1")), "step 0"));
    assert_true(refused(MNEME("circuits", "done", "-n", "0"), 2, WORDS("individuals")));
}

static double number_in(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);
    if (!json_is_number(number))
        fprintf(stderr, "%s is no number\n", key);
    assert_true(json_is_number(number));
    return json_number_value(number);
}

static void eval_measures_every_attribute(void **state)
{
    const struct process *process = MNEME("eval", "done", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    json_t *known = json_object_get(object, "known");
    double mean = 0;
    const char *key;
    json_t *value;
    json_object_foreach (json_object_get(known, "attributes"), key, value)
        mean += json_number_value(json_object_get(value, "loss")) / 6;
    assert_true(fabs(mean - json_number_value(json_object_get(known, "loss"))) < 1e-3);
    assert_int_equal(json_integer_value(json_object_get(object, "step")), 60);
    json_decref(object);
    assert_true(contains(process_out(MNEME("eval", "done")), "birth place"));
}

static void eval_says_how_sure_and_how_full_the_model_is(void **state)
{
    const struct process *process = MNEME("eval", "done", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    json_t *known = json_object_get(object, "known"), *bin;
    size_t index;
    double error = 0, predictions = 0;
    json_array_foreach (json_object_get(known, "calibration"), index, bin) {
        predictions += number_in(bin, "predictions");
        error += number_in(bin, "predictions") *
                 fabs(number_in(bin, "confidence") - number_in(bin, "accuracy"));
        assert_true(number_in(bin, "confidence") > number_in(bin, "from"));
        assert_true(number_in(bin, "confidence") <= number_in(bin, "to"));
    }
    assert_true(predictions >= 16 * 6); /* a token of each value at least */
    assert_true(fabs(error / predictions - number_in(known, "ece")) < 1e-9);
    /* 32 individuals with 6 attributes */
    double bits =
        32 * 6 * (number_in(object, "uniform_baseline") - number_in(known, "loss")) / log(2);
    assert_true(fabs(bits - number_in(object, "bits")) < 1e-6);
    assert_true(fabs(bits / number_in(object, "parameters") -
                     number_in(object, "bits_per_parameter")) < 1e-9);
    json_decref(object);
    const char *table = process_out(MNEME("eval", "done"));
    assert_true(contains(table, "ECE"));
    assert_true(bits < 0 && contains(table, "nothing learned in"));
}

/* The shares in the table are those of the individuals counted one by one. */
static void facts_are_told_for_all_and_for_each(void **state)
{
    const struct process *process = MNEME("facts", "done", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    double known = number_in(json_object_get(object, "all"), "known");
    assert_int_equal(json_integer_value(json_object_get(object, "individuals")), 16);
    assert_int_equal(json_integer_value(json_object_get(object, "step")), 60);
    assert_int_equal(json_object_size(json_object_get(object, "attributes")), 6);
    json_decref(object);
    process = MNEME("facts", "done", "--each");
    assert_true(succeeded(process));
    size_t individuals = 0, knowns = 0;
    for (const char *line = process_out(process); *line; line = strchr(line, '\n') + 1) {
        const char *key;
        json_t *fact;
        object = json_loadb(line, strcspn(line, "\n"), 0, NULL);
        json_object_foreach (json_object_get(object, "facts"), key, fact)
            knowns += json_is_true(json_object_get(fact, "known"));
        assert_true(number_in(object, "exposures") >= 0);
        assert_true(json_string_length(json_object_get(object, "name")) > 0);
        json_decref(object);
        individuals++;
    }
    assert_int_equal(individuals, 16);
    assert_true(fabs((double)knowns / (16 * 6) - known) < 1e-9);
    const char *table = process_out(MNEME("facts", "done"));
    assert_true(contains(table, "birth place"));
    assert_true(contains(table, "facts of 16 individuals"));
    assert_true(refused(MNEME("facts", "no-such-run"), 2, WORDS("no-such-run")));
}

static void an_earlier_checkpoint_answers_too(void **state)
{
    assert_true(succeeded(MNEME("eval", "done", "--json", "--step", "0")));
    assert_true(refused(MNEME("eval", "done", "--step", "7"), 2, WORDS("step 7")));
}

static void bench_counts_six_operations_a_parameter_and_token(void **state)
{
    const struct process *process =
        MNEME("bench", "tiny", "--json", "--rounds", "1", "--seconds", "0");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    /* d_model 16 to 3 * 16, 16 to 16, 16 to 32 and back, and the embedding's rows of 16. */
    double vocab = (number_in(object, "parameters") - 16 * (48 + 16 + 64) - 16 * 16 - 5 * 16) / 16;
    double matrices = 16 * (48 + 16 + 64 + vocab);
    double operations = 6 * matrices * number_in(object, "tokens_per_s");
    assert_true(fabs(operations / 1e9 / number_in(object, "gflops") - 1) < 1e-9);
    assert_true(fabs(number_in(object, "gflops") / number_in(object, "product_gflops") /
                         number_in(object, "ratio") -
                     1) < 1e-9);
    assert_true(fabs(number_in(object, "tokens_per_step") / number_in(object, "seconds_per_step") /
                         number_in(object, "tokens_per_s") -
                     1) < 1e-9);
    assert_true(number_in(object, "product_own_shapes_gflops") > 0);
    assert_true(number_in(object, "eval_tokens_per_s") > 0);
    json_decref(object);
}

static void bench_tells_where_a_step_goes(void **state)
{
    json_t *object = read_one_object(MNEME("bench", "tiny", "--json", "-n", "1", "-t", "0"));
    const char *part;
    json_t *share;
    double sum = 0;
    json_object_foreach (json_object_get(object, "shares"), part, share) {
        assert_true(json_number_value(share) > 0 || strcmp(part, "waiting") == 0);
        sum += json_number_value(share);
    }
    assert_true(fabs(sum - 1) < 1e-9);
    json_decref(object);
    assert_true(
        contains(process_out(MNEME("bench", "tiny", "-n", "1", "-t", "0")), "feed-forward"));
    assert_true(refused(MNEME("bench", "tiny", "--rounds", "0"), 2, WORDS("--rounds", "1 to")));
}

/* With what oneDNN is kept to, there are none; without oneDNN, too. */
static void bench_says_why_products_are_not_in_bf16(void **state)
{
    static const struct {
        const char *setting;
        bool has_reason;
    } cases[] = {{"train.precision=bf16", true},
                 {"train.precision=auto", false},
                 {"train.precision=fp32", false}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const char *const arguments[] = {"env",
                                         "ONEDNN_MAX_CPU_ISA=AVX512_CORE",
                                         sandbox_program(),
                                         "bench",
                                         "tiny",
                                         "--json",
                                         "-n1",
                                         "-t0",
                                         "--set",
                                         cases[c].setting,
                                         NULL};
        json_t *object = read_one_object(run(*state, NULL, NULL, arguments));
        const json_t *reason = json_object_get(object, "why_not_bf16");
        assert_non_null(reason);
        assert_int_equal(json_is_null(reason), !cases[c].has_reason);
        assert_true(json_is_null(reason) || contains(json_string_value(reason), "oneDNN"));
        json_decref(object);
    }
}

/* ---- data and lists ---- */

static void sample_prints_biographies(void **state)
{
    const struct process *process = MNEME("sample", "tiny", "--number", "3");
    assert_true(succeeded(process));
    assert_int_equal(count_lines(process_out(process)), 3);
    assert_null(strchr(process_out(process), '\033'));
}

static void sampled_tokens_and_spans_fit_the_text(void **state)
{
    const struct process *process = MNEME("sample", "tiny", "--json", "--number", "4");
    assert_true(succeeded(process));
    size_t count = 0;
    for (const char *line = process_out(process); *line; count++) {
        json_t *object = read_object(&line);
        assert_non_null(object);
        const char *text = json_string_value(json_object_get(object, "text"));
        const char *name = json_string_value(json_object_get(object, "name"));
        assert_true(contains(text, name));
        const char *key;
        json_t *value;
        size_t attributes = 0;
        json_object_foreach (json_object_get(object, "attributes"), key, value) {
            assert_true(contains(text, json_string_value(value)));
            attributes++;
        }
        assert_int_equal(attributes, 6);
        assert_true(json_array_size(json_object_get(object, "tokens")) > 36);
        assert_int_equal(json_array_size(json_object_get(object, "spans")), 12);
        json_decref(object);
    }
    assert_int_equal(count, 4);
}

static void the_batch_of_a_step_is_always_the_same(void **state)
{
    const struct process *process = MNEME("sample", "tiny", "--json", "--step", "17");
    assert_true(succeeded(process));
    assert_int_equal(count_lines(process_out(process)), 8);
    char *first = strdup(process_out(process));
    assert_string_equal(process_out(MNEME("sample", "tiny", "--json", "--step", "17")), first);
    assert_string_not_equal(process_out(MNEME("sample", "tiny", "--json", "--step", "18")), first);
    free(first);
}

/* Individuals of the lines that a sample with --json printed: the least and the most. */
static void find_individuals(const struct process *process, json_int_t *least, json_int_t *most)
{
    *least = INT64_MAX;
    *most = -1;
    assert_true(succeeded(process));
    for (const char *line = process_out(process); *line; line = strchr(line, '\n') + 1) {
        json_t *object = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);
        json_int_t individual = json_integer_value(json_object_get(object, "individual"));
        *least = individual < *least ? individual : *least;
        *most = individual > *most ? individual : *most;
        json_decref(object);
    }
}

static void a_batch_is_that_of_the_trainers_step(void **state)
{
    (void)state;
    json_int_t least, most;
#define TUNED "--json", "--set", "population.fine_tuning=8", "--set", "fine-tuning.after=40"
    find_individuals(MNEME("sample", "tiny", "--step", "39", TUNED), &least, &most);
    assert_true(most < 32);
    find_individuals(MNEME("sample", "tiny", "--step", "40", TUNED), &least, &most);
    assert_true(least >= 48 && most < 56);
#define PATCHED "--json", "--set", "patching.reference_step=30", "--set", "patching.start_step=10"
    char *first = strdup(process_out(MNEME("sample", "tiny", "--step", "12", PATCHED)));
    assert_string_equal(process_out(MNEME("sample", "tiny", "--step", "32", PATCHED)), first);
    assert_string_not_equal(process_out(MNEME("sample", "tiny", "--json", "--step", "32")), first);
    free(first);
    assert_true(refused(MNEME("sample", "tiny", "--step", "60"), 2,
                        WORDS("no step 60", "60 steps", "0 to 59")));
}

static void a_runs_batches_are_asked_for_by_its_name(void **state)
{
    (void)state;
    char *of_preset = strdup(process_out(MNEME("sample", "tiny", "--json", "--step", "9")));
    const struct process *process = MNEME("sample", "done", "--json", "--step", "9");
    assert_true(succeeded(process));
    assert_string_equal(process_out(process), of_preset);
    assert_true(refused(MNEME("sample", "done", "--set", "train.batch=2"), 2, WORDS("--set")));
    free(of_preset);
}

static void an_adaptive_preset_says_what_cannot_be_known(void **state)
{
    (void)state;
#define ADAPTIVE "--set", "sampling.kind=adaptive", "--set", "sampling.subset=8"
    const struct process *process = MNEME("sample", "tiny", "--step", "9", ADAPTIVE);
    assert_true(succeeded(process));
    assert_string_equal(process_err(process), "");
    process = MNEME("sample", "tiny", "--step", "10", ADAPTIVE);
    assert_int_equal(process->status, 0);
    assert_non_null(strstr(process_err(process), "is only known in a run"));
    assert_int_equal(count_lines(process_out(process)), 8);
}

static void phases_say_where_the_plateau_is(void **state)
{
    static const char *const number[] = {"plateau_start", "plateau_end", "plateau_end_low",
                                         "plateau_end_high"};
    const struct process *process = MNEME("phases", "done", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    assert_true(json_is_real(json_object_get(object, "baseline")));
    assert_true(json_is_string(json_object_get(object, "phase")));
    for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
        const json_t *value = json_object_get(object, number[i]);
        assert_true(json_is_null(value) || json_is_number(value));
    }
    json_decref(object);
    assert_true(contains(process_out(MNEME("phases", "done", "done")), "baseline"));
}

/* What the record says of a run that lies at the baseline up to a step and then falls. */
static char *plateau_record(double baseline, double end)
{
    struct text record = {0};
    for (int i = 0; i <= 100; i++) {
        double step = end * i / 25, start = 0.2 * end;
        double loss = step < start ? baseline * (3 - 2 * step / start)
                      : step < end ? baseline
                                   : baseline * pow(step / end, -1.5);
        text_format(
            &record,
            "{\"step\": %d, \"seconds\": 1.0, \"attr_loss\": %.6f, \"new_attr_loss\": %.6f, "
            "\"attr_acc\": %.6f, \"new_attr_acc\": 0.0, \"max_prob\": 0.5, "
            "\"new_max_prob\": 0.5, \"entropy\": 1.0, \"new_entropy\": 1.0, "
            "\"phase\": \"plateau\", \"attributes\": {}}\n",
            (int)step, loss, fmax(loss, baseline), step < end ? 0 : 1 - end / step);
    }
    return record.bytes;
}

static double json_number_at(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* The losses of a run's record made those of one that waits from step 20 to step 50. */
static void draw_plateau(void **state, const char *path, double baseline)
{
    struct fixture *fixture = *state;
    struct text record = {0};
    size_t size;
    char *old = read_whole(fixture, path, &size);
    for (char *line = strtok(old, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = json_loads(line, 0, NULL);
        double step = json_number_at(object, "step");
        double y = step < 20 ? 0.4 - 0.02 * step : step < 50 ? 0 : -6 * log(step / 50);
        if (json_object_get(object, "attr_loss"))
            json_object_set_new(object, "attr_loss", json_real(baseline * exp(y)));
        char *new = json_dumps(object, 0);
        text_format(&record, "%s\n", new);
        free(new);
        json_decref(object);
    }
    assert_true(sandbox_write(&fixture->sandbox, path, record.bytes));
    text_free(&record);
    free(old);
}

/* Where the last evaluations have not settled the end yet, too. */
static void train_ends_with_what_phases_say(void **state)
{
    char line[128];
    assert_true(succeeded(MNEME("train", "tiny", "--quiet", "--run", "summed", "--steps", "56",
                                "--set", "eval.every=1")));
    json_t *object = read_one_object(MNEME("phases", "summed", "--json"));
    draw_plateau(state, "summed/metrics.jsonl", json_number_at(object, "baseline"));
    json_decref(object);
    object = read_one_object(MNEME("phases", "summed", "--json"));
    assert_float_equal(json_number_at(object, "plateau_end"), 50, 1);
    snprintf(line, sizeof line, "plateau from step %.0f to step %.0f (95 %%: %.0f to %.0f)",
             json_number_at(object, "plateau_start"), json_number_at(object, "plateau_end"),
             json_number_at(object, "plateau_end_low"), json_number_at(object, "plateau_end_high"));
    json_decref(object);
    const struct process *process = MNEME("train", "--resume", "summed");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), line));
    snprintf(line, sizeof line, "of 56");
    assert_true(contains(process_out(process), line));
}

static void a_patched_runs_summary_says_its_remark_once(void **state)
{
    const struct process *process =
        MNEME("train", "tiny", "--run", "patched-sum", "--set", "patching.reference_step=30",
              "--set", "patching.start_step=10");
    assert_true(succeeded(process));
    assert_false(contains(process_out(process), "phases:"));
    assert_true(contains(process_out(process), "reference: too few evaluations to say\n"));
    assert_true(contains(process_out(process), "patched: still falling to the baseline\n"));
    process = MNEME("phases", "patched-sum");
    assert_true(contains(process_out(process), "(still falling to the baseline)"));
    assert_true(contains(process_out(process), "(too few evaluations to say)"));
}

/* Takes away what a record says of steps behind `last`. */
static void cut_record(void **state, const char *path, int last)
{
    struct fixture *fixture = *state;
    size_t size;
    char *record = read_whole(fixture, path, &size);
    char *line = record;
    while (*line && atoi(line + strlen("{\"step\": ")) <= last)
        line = strchr(line, '\n') + 1;
    *line = '\0';
    assert_true(sandbox_write(&fixture->sandbox, path, record));
    free(record);
}

/* The last line of a text that ends with one. */
static const char *last_line(const char *text)
{
    const char *last = text;
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        last = line;
    return last;
}

/* A run of the tiny preset with so many known individuals whose plateau ends at a step. */
static void make_plateau_run(void **state, const char *name, unsigned known, unsigned seed,
                             double end)
{
    struct fixture *fixture = *state;
    char path[64], preset[sizeof TINY_PRESET + 64];
    static const char tiny[] = TINY_PRESET;
    const char *rest = strstr(tiny, "known = 32\n");
    assert_non_null(rest);
    snprintf(preset, sizeof preset, "%.*sknown = %u\nseed = %u\n%s", (int)(rest - tiny), tiny,
             known, seed, strchr(rest, '\n') + 1);
    snprintf(path, sizeof path, "%s/preset.ini", name);
    assert_true(sandbox_write(&fixture->sandbox, path, preset));
    snprintf(path, sizeof path, "%s/metrics.jsonl", name);
    assert_true(sandbox_write(&fixture->sandbox, path, ""));
    json_t *object = read_one_object(MNEME("phases", name, "--json"));
    char *record = plateau_record(json_number_at(object, "baseline"), end);
    assert_true(sandbox_write(&fixture->sandbox, path, record));
    json_decref(object);
    free(record);
}

static void phases_fit_a_law_over_runs(void **state)
{
    static const unsigned known[] = {40, 80, 160, 320};
    static const char *const name[] = {"law-40", "law-80", "law-160", "law-320"};
    for (size_t i = 0; i < 4; i++)
        make_plateau_run(state, name[i], known[i], 1, 20 * pow(known[i], 0.75));
    const struct process *process =
        MNEME("phases", "--fit", "--json", name[0], name[1], name[2], name[3]);
    assert_true(succeeded(process));
    const char *line = process_out(process);
    for (size_t i = 0; i < 4; i++) {
        json_t *object = read_object(&line);
        assert_int_equal(json_integer_value(json_object_get(object, "known")), known[i]);
        json_decref(object);
    }
    json_t *law = read_object(&line);
    assert_float_equal(json_number_at(law, "b"), 0.75, 0.05);
    assert_float_equal(json_number_at(law, "a"), 20, 4);
    assert_true(json_number_at(law, "r_squared") > 0.99);
    assert_true(json_number_at(law, "b_error") < 0.05);
    assert_int_equal(json_integer_value(json_object_get(law, "runs")), 4);
    json_decref(law);
    process = MNEME("phases", "--fit", name[0], name[1], name[2]);
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "over 3 runs"));
    process = MNEME("phases", "--fit", name[0], name[1]);
    assert_true(refused(process, 2, WORDS("3 different N", "there are 2")));
    assert_true(contains(process_out(process), "plateau end"));
}

/* Given by its name, by paths and by a link: as if it had been given once. */
static void a_run_given_again_counts_once(void **state)
{
    struct fixture *fixture = *state;
    static const unsigned known[] = {48, 96, 192, 384};
    static const char *const name[] = {"twice-48", "twice-96", "twice-192", "twice-384"};
    static const double off[] = {1, 1.1, 0.95, 1.02};
    for (size_t i = 0; i < 4; i++)
        make_plateau_run(state, name[i], known[i], 1, 20 * pow(known[i], 0.75) * off[i]);
    char *path = sandbox_path(&fixture->sandbox, "link-48");
    assert_int_equal(symlink("twice-48", path), 0);
    free(path);
    path = sandbox_path(&fixture->sandbox, "twice-48");
#define LAW_OF "phases", "--fit", "--json", name[0], name[1], name[2], name[3]
    char *once = strdup(last_line(process_out(MNEME(LAW_OF))));
    const struct process *process = MNEME(LAW_OF, "./twice-48", "link-48", path, name[0]);
    assert_int_equal(process->status, 0);
    assert_string_equal(last_line(process_out(process)), once);
    assert_true(contains(process_err(process),
                         "./twice-48 is the same run as twice-48 before it and counts once"));
    assert_true(contains(process_err(process), "link-48 is the same run as twice-48"));
    assert_int_equal(count_lines(process_err(process)), 4);
    free(once);
#ifdef HAVE_CAIRO
    static const char *const kinds[] = {"curves", "law"};
    for (size_t k = 0; k < 2; k++) {
        assert_true(succeeded(MNEME("plot", "--kind", kinds[k], "-o", "once.svg", name[0], name[1],
                                    name[2], name[3])));
        process = MNEME("plot", "--kind", kinds[k], "-o", "again.svg", name[0], name[1], path,
                        name[2], name[3], "link-48");
        assert_int_equal(process->status, 0);
        assert_int_equal(count_lines(process_err(process)), 2);
        size_t size;
        char *first = read_whole(fixture, "once.svg", &size);
        char *second = read_whole(fixture, "again.svg", &size);
        assert_string_equal(first, second);
        free(first);
        free(second);
    }
#endif
    free(path);
}

static void runs_without_an_end_are_named_with_the_reason(void **state)
{
    static const unsigned known[] = {50, 100, 200};
    static const char *const name[] = {"ends-50", "ends-100", "ends-200"};
    for (size_t i = 0; i < 3; i++)
        make_plateau_run(state, name[i], known[i], 1, 20 * pow(known[i], 0.75));
    make_plateau_run(state, "waits", 400, 1, 2000);
    cut_record(state, "waits/metrics.jsonl", 1500);
    const struct process *process =
        MNEME("phases", "--fit", name[0], name[1], name[2], "waits", "done");
    assert_int_equal(process->status, 0);
    assert_true(contains(process_out(process), "over 3 runs"));
    assert_true(contains(process_out(process), "scatter"));
    assert_true(contains(
        process_err(process),
        "waits has no plateau end and is excluded: its plateau has not ended by step 1440"));
    assert_true(contains(process_err(process), "done has no plateau end and is excluded: "));
    assert_true(contains(process_err(process), "too early on average"));
#ifdef HAVE_CAIRO
    process = MNEME("plot", "waits", "-o", "none.svg", "-k", "law");
    assert_int_equal(process->status, 2);
    assert_true(contains(process_err(process), "waits has no plateau end and is excluded: "));
    assert_true(contains(process_err(process), "3 different N"));
#endif
}

static void plot_writes_a_figure(void **state)
{
    static const char *const endings[][2] = {{"figure.svg", "<?xml"}, {"figure.png", "\x89PNG"}};
#ifdef HAVE_CAIRO
    for (size_t i = 0; i < 2; i++) {
        const struct process *process = MNEME("plot", "done", "--output", endings[i][0]);
        assert_true(succeeded(process));
        assert_true(contains(process_out(process), endings[i][0]));
        size_t size;
        char *bytes = read_whole(*state, endings[i][0], &size);
        assert_non_null(bytes);
        assert_memory_equal(bytes, endings[i][1], strlen(endings[i][1]));
        free(bytes);
    }
#else
    assert_true(refused(MNEME("plot", "done", "-o", endings[0][0]), 2, WORDS("without cairo")));
#endif
}

static void what_cannot_be_plotted_is_said(void **state)
{
#ifdef HAVE_CAIRO
    struct fixture *fixture = *state;
    static const struct {
        const char *arguments[10];
        const char *words[4];
    } cases[] = {
        {{"plot", "done", "-o", "a.pdf"}, {"a.pdf", ".svg", ".png"}},
        {{"plot", "done"}, {"--output"}},
        {{"plot", "no-such-run", "-o", "a.svg"}, {"no-such-run"}},
        {{"plot", "done", "nothing-yet", "-o", "a.svg"}, {"nothing-yet", "attr_loss"}},
        {{"plot", "done", "-o", "a.svg", "-k", "pie"}, {"pie", "heatmap", "or calibration"}},
        {{"plot", "done", "-o", "a.svg", "-k", "heatmap", "-x", "train.lr"}, {"--y"}},
        {{"plot", "done", "-o", "a.svg", "-k", "heatmap", "-x", "train.rl"}, {"train.lr"}},
        {{"plot", "done", "-o", "a.svg", "-x", "train.lr"}, {"heatmap"}},
        {{"plot", "done", "-o", "a.svg", "-k", "measure"}, {"--measure"}},
        {{"plot", "done", "-o", "a.svg", "-m", "no_such"}, {"no_such"}},
        {{"plot", "done", "-o", "a.svg", "-W", "10"}, {"--width", "40"}},
        {{"plot", "done", "-o", "a.svg", "-k", "law", "-l"}, {"--log-x"}},
    };
    assert_true(sandbox_write(&fixture->sandbox, "nothing-yet/preset.ini", TINY_PRESET));
    assert_true(sandbox_write(&fixture->sandbox, "nothing-yet/metrics.jsonl", ""));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *arguments[12] = {sandbox_program()};
        for (size_t k = 0; cases[i].arguments[k]; k++)
            arguments[k + 1] = cases[i].arguments[k];
        assert_true(refused(run(*state, NULL, NULL, arguments), 2, cases[i].words));
    }
    const struct process *process = MNEME("plot", "done", "-o", "no/such/place.svg");
    assert_true(refused(process, 1, WORDS("no/such/place.svg")));
    size_t size;
    assert_null(read_whole(*state, "a.svg", &size));
#else
    (void)state;
#endif
}

static void presets_are_listed_with_their_titles(void **state)
{
    const struct process *process = MNEME("presets");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "\ntiny"));
    assert_true(contains(process_out(process), "Thirty-two people"));
    assert_true(contains(process_out(process), "quickstart"));
}

static void the_paper_preset_has_the_papers_size(void **state)
{
    const struct process *process =
        MNEME("presets", "--show", "paper", "--set", "model.vocab=32000");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "43.7M parameters"));
}

static void a_preset_that_is_named_is_shown(void **state)
{
    (void)state;
    char *shown = strdup(process_out(MNEME("presets", "--show", "tiny")));
    const struct process *process = MNEME("presets", "tiny");
    assert_true(succeeded(process));
    assert_string_equal(process_out(process), shown);
    assert_true(contains(shown, " MiB of memory\n"));
    free(shown);
    assert_true(refused(MNEME("presets", "tinny"), 2, WORDS("tinny", "did you mean tiny?")));
    assert_true(refused(MNEME("presets", "tiny", "--show", "paper"), 2, WORDS("--show", "one")));
}

/* Under a power law the two are apart, and every place says which one it shows. */
static void a_preset_and_a_training_name_the_baseline_they_show(void **state)
{
#define SKEWED "--set", "sampling.kind=power-law", "--set", "sampling.alpha=1"
    assert_true(
        succeeded(MNEME("train", "tiny", SKEWED, "--steps", "20", "--run", "skewed", "--quiet")));
    json_t *phases = read_one_object(MNEME("phases", "skewed", "--json"));
    json_t *preset = read_one_object(MNEME("presets", "tiny", SKEWED, "--json"));
    double uniform = number_in(phases, "uniform_baseline");
    char expected[64];
    assert_true(number_in(phases, "baseline") > 1.01 * uniform);
    assert_float_equal(number_in(preset, "uniform_baseline"), uniform, 1e-12);
    assert_null(json_object_get(preset, "baseline"));
    json_decref(phases);
    json_decref(preset);
    snprintf(expected, sizeof expected, ", uniform baseline %.3f nats", uniform);
    assert_true(contains(process_out(MNEME("presets", "tiny", SKEWED)), expected));
    assert_true(
        contains(process_out(MNEME("train", "tiny", SKEWED, "--steps", "2", "--run", "skewed-2")),
                 expected));
#undef SKEWED
}

/* Of the values of all who were asked about, counted one by one; *name is that of the last. */
static double entropy_of_facts(const struct process *process, const char *attribute, char *name)
{
    enum { ASKED = 32 };
    char value[ASKED][64];
    int asked = 0;
    double sum = 0;
    for (const char *line = process_out(process); *line; line = strchr(line, '\n') + 1, asked++) {
        json_t *object = json_loadb(line, strcspn(line, "\n"), 0, NULL);
        const json_t *fact = json_object_get(json_object_get(object, "facts"), attribute);
        assert_true(asked < ASKED);
        snprintf(value[asked], sizeof *value, "%s",
                 json_string_value(json_object_get(fact, "value")));
        snprintf(name, 64, "%s", json_string_value(json_object_get(object, "name")));
        json_decref(object);
    }
    assert_int_equal(asked, ASKED);
    for (int i = 0; i < ASKED; i++) {
        int alike = 0;
        for (int j = 0; j < ASKED; j++)
            alike += strcmp(value[i], value[j]) == 0;
        sum -= log((double)alike / ASKED) / ASKED;
    }
    return sum;
}

static void an_answer_stands_beside_the_uniform_baseline(void **state)
{
    char name[64], prompt[128], expected[128];
    assert_true(succeeded(MNEME("train", "tiny", "--set", "sampling.kind=power-law", "--set",
                                "sampling.alpha=1", "--set", "eval.known=32", "--steps", "2",
                                "--run", "asked-skewed", "--quiet")));
    double entropy =
        entropy_of_facts(MNEME("facts", "asked-skewed", "--each"), "birth_place", name);
    snprintf(prompt, sizeof prompt, "%s was born in", name);
    json_t *answer = read_one_object(MNEME("ask", "asked-skewed", "--json", prompt));
    assert_float_equal(number_in(answer, "uniform_baseline"), entropy, 1e-12);
    assert_null(json_object_get(answer, "baseline"));
    double sampled = number_in(answer, "sampled_entropy");
    json_decref(answer);
    assert_true(fabs(sampled / entropy - 1) > 0.01);
    snprintf(expected, sizeof expected,
             " nats; entropy of the sampled values %.2f; uniform baseline %.2f\n", sampled,
             entropy);
    assert_true(contains(process_out(MNEME("ask", "asked-skewed", prompt)), expected));
}

/* What became of the new people is what such a run is about. */
static void a_fine_tuning_ends_with_those_it_was_about(void **state)
{
    (void)state;
    double loss, known;
    char expected[128];
    const struct process *process =
        MNEME("train", "tiny", "--set", "population.fine_tuning=8", "--set", "fine-tuning.after=40",
              "--run", "tuned-to-the-end");
    assert_true(succeeded(process));
    const char *last = NULL;
    for (const char *at = process_out(process); (at = strstr(at, "fine-tuned: loss ")); at++)
        last = at;
    assert_non_null(last);
    assert_int_equal(sscanf(last, "fine-tuned: loss %lf, %lf", &loss, &known), 2);
    snprintf(expected, sizeof expected, "\nfine-tuned individuals: loss %.3f, accuracy %.1f %%\n",
             loss, known);
    assert_true(contains(process_out(process), expected));
}

static void a_shown_preset_is_a_preset(void **state)
{
    struct fixture *fixture = *state;
    const struct process *process = MNEME("presets", "--show", "tiny", "--set", "train.lr=1e-3");
    const char *text = strstr(process_out(process), "\n[preset]");
    assert_non_null(text);
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/presets/copy.ini", text + 1));
    process = MNEME("presets", "--show", "copy");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "\nlr = 0.001\n"));
}

static void runs_lists_what_was_run(void **state)
{
    assert_true(succeeded(MNEME("train", "tiny", "--quiet")));
    const struct process *process = MNEME("runs", "--json");
    assert_true(succeeded(process));
    json_t *object = read_one_object(process);
    assert_string_equal(json_string_value(json_object_get(object, "preset")), "tiny");
    assert_int_equal(json_integer_value(json_object_get(object, "step")), 60);
    assert_true(json_is_false(json_object_get(object, "running")));
    char name[256];
    snprintf(name, sizeof name, "%s", json_string_value(json_object_get(object, "name")));
    json_decref(object);
    assert_true(contains(process_out(MNEME("runs")), name));
    assert_true(succeeded(MNEME("phases", name)));
}

/* That others may lie anywhere. */
static void runs_says_what_it_does_not_list(void **state)
{
    struct fixture *fixture = *state;
    size_t length;
    int status;
    fixture->terminal = terminal_start(&fixture->sandbox, ARGUMENTS("runs"), 24, 200);
    assert_non_null(fixture->terminal);
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    const char *out = terminal_output(fixture->terminal, &length);
    assert_true(contains(out, "(--run DIR)"));
}

/* Everything but the heading is a row, for the programs that it is handed to. */
static void a_list_in_a_pipe_is_the_list_alone(void **state)
{
    (void)state;
    const struct process *process = MNEME("runs");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "/60 "));
    assert_false(contains(process_out(process), "Listed are"));
    process = MNEME("facts", "done");
    assert_true(succeeded(process));
    assert_false(contains(process_out(process), "medians"));
    const char *last = process_out(process);
    for (const char *line = last; (line = strchr(line, '\n')) != NULL && line[1] != '\0';)
        last = ++line;
    assert_memory_equal(last, "all ", strlen("all "));
}

/* --from takes RUN@STEP; the others have an option. */
static void a_run_at_a_step_is_told_the_option_for_it(void **state)
{
    (void)state;
    static const char *const commands[] = {"ask", "eval", "circuits", "phases", "facts", "score"};
    for (size_t c = 0; c < sizeof commands / sizeof *commands; c++) {
        const char *text = strcmp(commands[c], "score") == 0 ? "a" : NULL;
        const struct process *process = MNEME(commands[c], "done@20", text);
        assert_true(refused(process, 2, WORDS("there is no run done@20", "done --step 20")));
    }
    assert_true(refused(MNEME("ask", "nobody@20"), 2, WORDS("there is no run nobody@20")));
}

static void a_list_is_broken_at_blanks_on_a_narrow_terminal(void **state)
{
    enum { COLS = 60 };
    struct fixture *fixture = *state;
    size_t length;
    int status;
    fixture->terminal = terminal_start(&fixture->sandbox, ARGUMENTS("presets"), 24, COLS);
    assert_non_null(fixture->terminal);
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 0);
    const char *line = terminal_output(fixture->terminal, &length);
    assert_non_null(strstr(line, "\r\n     ")); /* the rest of a title, in its column */
    for (const char *end; (end = strchr(line, '\r')); line = end + 2)
        if (characters(line, end) > COLS)
            fail_msg("%.*s", (int)(end - line), line);
}

static void a_run_of_the_family_gpt2_is_exported(void **state)
{
    static const char *const file[] = {"config.json", "model.safetensors", "tokenizer.json",
                                       "tokenizer_config.json"};
    assert_true(succeeded(MNEME("train", "tiny", "--run", "other", "--steps", "5", "--quiet",
                                "--set", "model.family=gpt2")));
    const struct process *process = MNEME("export", "other");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "other-gpt2: GPT-2 with "));
    assert_true(contains(process_out(process), ", of step 5\n"));
    assert_true(succeeded(MNEME("export", "other", "-t", "0", "-o", "in/another")));
    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        char name[64];
        for (int out = 0; out < 2; out++) {
            snprintf(name, sizeof name, "%s/%s", out == 0 ? "other-gpt2" : "in/another", file[i]);
            char *path = sandbox_path(&((struct fixture *)*state)->sandbox, name);
            assert_int_equal(access(path, R_OK), 0);
            free(path);
        }
    }
}

static const char *const command_names[] = {"train",    "ask",     "score", "eval",   "facts",
                                            "circuits", "phases",  "plot",  "export", "sample",
                                            "runs",     "presets", "bench", "sweep",  "reproduce"};

/* Longer ones are broken at blanks, so that no terminal breaks words. */
static void help_keeps_within_80_columns(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++) {
        const char *line = process_out(MNEME(command_names[i], "--help"));
        line = strchr(line, '\n'); /* the usage has the program's path in it */
        assert_non_null(line);
        for (line++; *line; line += strcspn(line, "\n") + 1)
            if (strcspn(line, "\n") > 80)
                fail_msg("%s --help: %.*s", command_names[i], (int)strcspn(line, "\n"), line);
    }
}

static void help_and_version_are_there(void **state)
{
    const struct process *process = MNEME("--version");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "mneme "));
    process = MNEME("--help");
    assert_true(succeeded(process));
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++)
        assert_true(contains(process_out(process), command_names[i]));
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++) {
        process = MNEME(command_names[i], "--help");
        assert_true(succeeded(process));
        assert_true(contains(process_out(process), "Usage: "));
    }
}

/* ---- what is said to be typed ---- */

/* Puts a link to the program there. */
static void link_program(struct fixture *fixture, const char *path)
{
    assert_true(sandbox_write(&fixture->sandbox, path, ""));
    char *full = sandbox_path(&fixture->sandbox, path);
    assert_int_equal(unlink(full), 0);
    assert_int_equal(symlink(sandbox_program(), full), 0);
    free(full);
}

static struct process *run_script(struct fixture *fixture, const char *input, const char *script)
{
    return run(fixture, input, NULL, (const char *const[]){"sh", "-c", script, NULL});
}

/* What a line says is to be typed, which follows these words in it; freed with free(). */
static char *typed_after(const char *output, const char *words)
{
    const char *line = strstr(output, words);
    assert_non_null(line);
    line += strlen(words);
    return strndup(line, strcspn(line, "\n"));
}

/* The text with the word in the place of every %; freed with free(). */
static char *put_word(const char *text, const char *word)
{
    struct text out = {0};
    for (; *text; text++)
        if (*text == '%')
            text_add(&out, word);
        else
            text_add_bytes(&out, text, 1);
    return text_take(&out, NULL);
}

static void messages_call_the_program_as_it_was_typed(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *said;
    } cases[] = {
        {"runs", 0, "start one with: % quickstart\n"},
        {"--help", 0, "Usage: % [OPTION]... [PRESET|TABLE|RUN]\n"},
        {"--help", 0, "\n  % train "},
        {"ask --help", 0, "Usage: % ask [OPTION]... RUN"},
        {"train --nonsense", 2, "mneme: unrecognized option"},
        {"train --nonsense", 2, "Try: % train --help\n"},
        {"train", 2, "mneme: usage: % train [OPTION]... PRESET|TABLE\n"},
        {"trian", 2, "The nearest command is: % train\n"},
        {"train zzzzzzzz", 2, "; % presets lists them, and a table "},
        {"sweep zzzzzzzz", 2, "; % sweep lists them\n"},
        {"tiny", 2, "; % train and % ask do without\n"},
        {"train tiny --steps 1 --run one", 0, "ask it with: % ask /"},
    };
    static const struct {
        const char *before, *typed, *called;
    } ways[] = {
        {"", "tools/mneme", "tools/mneme"},
        {"", "./tools/mneme", "./tools/mneme"},
        {"cd tools && ", "\"../my tools/mneme\"", "'../my tools/mneme'"},
        {"PATH=\"$PWD/tools:$PATH\"; ", "mneme", "mneme"},
    };
    link_program(*state, "tools/mneme");
    link_program(*state, "my tools/mneme");
    for (size_t w = 0; w < sizeof ways / sizeof *ways; w++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char script[256];
            snprintf(script, sizeof script,
                     "rm -rf one tools/one; export XDG_DATA_HOME=/nowhere; %s%s %s 2>&1",
                     ways[w].before, ways[w].typed, cases[i].arguments);
            char *said = put_word(cases[i].said, ways[w].called);
            const struct process *process = run_script(*state, NULL, script);
            assert_true(contains(process_out(process), said));
            assert_int_equal(process->status, cases[i].status);
            free(said);
        }
}

/* Runs in directories that a shell would part, change or act on. */
static void what_is_said_to_be_typed_can_be_pasted(void **state)
{
    static const char *const names[] = {"my runs/b", "x$(touch ran)", "it's; touch ran", "-n", "*"};
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char script[1024];
        const struct process *process =
            run(fixture, NULL, "\nstep 0 ",
                ARGUMENTS("train", "tiny", "--steps", "100000000", "--run", names[i]));
        assert_int_equal(process->status, 130);
        char *typed = typed_after(process_out(process), "saved; resume with: ");
        snprintf(script, sizeof script, "%s --steps %" PRIu64, typed, step_of(process) + 10);
        free(typed);
        process = run_script(fixture, NULL, script);
        assert_true(succeeded(process));
        typed = typed_after(process_out(process), "ask it with: ");
        process = run_script(fixture, "", typed);
        assert_true(succeeded(process));
        free(typed);
    }
    char *ran = sandbox_path(&fixture->sandbox, "ran");
    assert_int_not_equal(access(ran, F_OK), 0);
    free(ran);
}

static void reproduce_lists_claims_without_running_them(void **state)
{
    const struct process *process = MNEME("reproduce", "--fast", "--list", "--output", "nowhere");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "power-law: "));
    assert_true(contains(process_out(process), "seen if"));
    assert_true(refused(MNEME("reproduce", "--only", "power-lw"), 2, WORDS("power-law?")));
    assert_true(refused(MNEME("reproduce", "--jobs", "0"), 2, WORDS("--jobs")));
    size_t size;
    assert_null(read_whole(*state, "nowhere", &size));
}

static void reproduce_lists_as_json(void **state)
{
    const struct process *process =
        MNEME("reproduce", "--list", "--json", "--only", "power-law,grow");
    assert_true(succeeded(process));
    const char *line = process_out(process);
    json_t *first = read_object(&line), *second = read_object(&line);
    size_t runs = 0;
    for (; *line; runs++) {
        json_t *run = read_object(&line);
        assert_string_equal(json_string_value(json_object_get(run, "state")), "waiting");
        assert_true(json_is_string(json_object_get(run, "run")));
        json_decref(run);
    }
    assert_int_equal(runs, 3 * 6); /* uniform, power-law and grow, six seeds each */
    assert_string_equal(json_string_value(json_object_get(first, "id")), "power-law");
    assert_string_equal(json_string_value(json_object_get(second, "id")), "grow");
    assert_true(json_is_null(json_object_get(first, "verdict")));
    assert_true(json_array_size(json_object_get(first, "checks")) > 0);
    json_decref(first);
    json_decref(second);
}

#define OWN_CLAIM                                                                                  \
    "[claim]\n"                                                                                    \
    "text = Training helps.\n"                                                                     \
    "tried_seeds = 2\n"                                                                            \
    "[run plain]\n"                                                                                \
    "preset = tiny\n"                                                                              \
    "replicates = 3\n"                                                                             \
    "[check]\n"                                                                                    \
    "label = gain\n"                                                                               \
    "text = the loss falls by {above} at least\n"                                                  \
    "value = first attr_loss of plain\n"                                                           \
    "minus = last attr_loss of plain\n"                                                            \
    "above = 0.1\n"

static void reproduce_judges_a_claim_of_ones_own(void **state)
{
    struct fixture *fixture = *state;
    assert_true(sandbox_write(&fixture->sandbox, "own.ini", OWN_CLAIM));
    assert_true(sandbox_write(&fixture->sandbox, "config/mneme/claims/mine.ini", OWN_CLAIM));
    assert_true(sandbox_write(&fixture->sandbox, "wrong.ini", OWN_CLAIM "blow = 1\n"));
    const struct process *process = MNEME("reproduce", "own.ini", "--output", "judged");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "1 seen, 0 not seen, 0 failed"));
    process = MNEME("reproduce", "mine", "--json", "--output", "judged", "--seeds", "7..8");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "\"id\":\"mine\""));
    assert_true(contains(process_out(process), "\"seeds\":[7,8]"));
    assert_true(refused(MNEME("reproduce", "mine", "--seeds", "2..4"), 2,
                        WORDS("seed 2 cannot judge mine")));
    assert_true(refused(MNEME("reproduce", "wrong.ini"), 2, WORDS("wrong.ini:13: ", "below?")));
    assert_true(refused(MNEME("reproduce", "power-lw"), 2, WORDS("power-law?")));
    assert_true(refused(MNEME("reproduce", "--seeds", "1..99"), 2, WORDS("--seeds")));
}

/* ---- the manual ---- */

static char *read_page(const char *name)
{
    const char *source = getenv("srcdir");
    char *path = NULL;
    size_t size;
    assert_true(asprintf(&path, "%s/man/%s", source ? source : ".", name) > 0);
    char *page = read_file(path, &size);
    free(path);
    assert_non_null(page);
    return page;
}

/* Whether a section of the page has each option of a help text. */
static bool describes_options(const char *section, const char *help)
{
    const char *end = strstr(section + 1, "\n.S");
    size_t length = end ? (size_t)(end - section) : strlen(section);
    for (const char *option = help; (option = strstr(option, " --")); option++) {
        char wanted[64] = "\\-\\-";
        size_t length_wanted = strlen(wanted);
        for (const char *c = option + 3;
             ((*c >= 'a' && *c <= 'z') || *c == '-') && length_wanted + 3 < sizeof wanted; c++) {
            if (*c == '-')
                wanted[length_wanted++] = '\\';
            wanted[length_wanted++] = *c;
        }
        wanted[length_wanted] = '\0';
        bool everywhere = strcmp(wanted, "\\-\\-help") == 0;
        if (!everywhere && !memmem(section, length, wanted, strlen(wanted))) {
            fprintf(stderr, "%s is not in:\n%.*s\n", wanted, (int)length, section);
            return false;
        }
    }
    return true;
}

static void the_manual_tells_every_option(void **state)
{
    char *page = read_page("mneme.1");
    char heading[64];
    for (size_t i = 0; i < sizeof command_names / sizeof *command_names; i++) {
        snprintf(heading, sizeof heading, "\n.SS mneme %s ", command_names[i]);
        const char *section = strstr(page, heading);
        assert_non_null(section);
        const char *options = strstr(process_out(MNEME(command_names[i], "--help")), "\n\n");
        assert_non_null(options);
        assert_true(describes_options(section, options));
    }
    const char *section = strstr(page, "\n.SH OPTIONS OF THE WORKBENCH");
    const char *help = process_out(MNEME("--help"));
    assert_non_null(section);
    assert_true(describes_options(section, strstr(help, "\n\n")));
    free(page);
}

/* Whether the page has the word in bold. */
static bool describes(const char *page, const char *word)
{
    size_t length = strlen(word);
    for (const char *line = page; (line = strstr(line, "\n.B")); line++) {
        size_t end = strcspn(line + 1, "\n") + 1;
        for (const char *at = line; (at = memmem(at, (size_t)(line + end - at), word, length));
             at++)
            if (strchr(" \",", at[-1]) && strchr(" \",\n", at[length]))
                return true;
    }
    fprintf(stderr, "%s is not described\n", word);
    return false;
}

static void the_manual_tells_every_key_of_the_record(void **state)
{
    size_t size;
    char *page = read_page("mneme-run.5");
    char *record = read_whole(*state, "done/metrics.jsonl", &size);
    for (const char *line = record; *line;) {
        json_t *object = read_object(&line);
        const char *key;
        json_t *value;
        assert_non_null(object);
        json_object_foreach (object, key, value)
            assert_true(describes(page, key));
        json_decref(object);
    }
    free(record);
    free(page);
}

/* ---- what is refused ---- */

static void wrong_command_lines_are_refused(void **state)
{
    static const struct {
        const char *arguments[7];
        const char *words[4];
    } cases[] = {
        {{"train", "quickstrat"}, {"quickstrat", "quickstart"}},
        {{"train", "tiny", "--set", "train.bacth=4"}, {"train.bacth", "train.batch"}},
        {{"train", "tiny", "--set", "train.lr=7"}, {"train.lr", "7"}},
        {{"train", "tiny", "--set", "train.lr=fast"}, {"train.lr", "fast"}},
        {{"train", "tiny", "--set", "train.steps"}, {"train.steps"}},
        {{"train", "tiny", "--steps", "0"}, {"--steps", "0"}},
        {{"train", "tiny", "--steps", "-1"}, {"--steps", "-1"}},
        {{"train", "tiny", "--run", "done"}, {"done"}},
        {{"train", "tiny", "--run", ""}, {"directory", "empty"}},
        {{"train", "no-such.ini"}, {"no-such.ini"}},
        {{"train", "./done"}, {"done is a directory"}},
        {{"train", "tiny", "--resume", "done"}, {"--resume", "no preset"}},
        {{"train", "--resume", "done", "--set", "train.lr=1e-3"}, {"all steps are done"}},
        {{"train", "--resume", "done", "--set", "model.layers=3"}, {"model.layers", "fixed"}},
        {{"train", "--resume", "done", "--from", "done"}, {"--resume", "--from"}},
        {{"train", "--resume", "done", "--steps", "4000000000"}, {"train.steps", "4000000000"}},
        {{"train", "tiny", "--from", "done@61", "--steps", "70"}, {"done", "step 61"}},
        {{"train", "tiny", "--from", "done"}, {"train.steps = 60", "step 60"}},
        {{"ask", "no-such-run", "who"}, {"no-such-run"}},
        {{"phases", "no-such-run"}, {"no-such-run"}},
        {{"presets", "--show", "paper", "--set", "model.vocab=3"}, {"model.vocab", "3"}},
        {{"presets", "--show", "paper", "--keys"}, {"--keys", "--show"}},
        {{"sweep", "no-such.ini"}, {"no-such.ini"}},
        {{"sweep", "--list"}, {"--list", "name"}},
        {{"sweep", "lr", "--chosen", "--json"}, {"--chosen", "--json"}},
        {{"sample", "tiny", "--number", "many"}, {"--number", "many"}},
        {{"export", "done"}, {"done", "model.norm = rms", "preset gpt2"}},
        {{"export", "done", "--output", ""}, {"--output", "directory"}},
        {{"export", "done", "--step", "7"}, {"done", "step 7"}},
        {{"export", "no-such-run"}, {"no-such-run"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *arguments[9] = {sandbox_program()};
        for (size_t k = 0; cases[i].arguments[k]; k++)
            arguments[k + 1] = cases[i].arguments[k];
        assert_true(refused(run(*state, NULL, NULL, arguments), 2, cases[i].words));
    }
}

static void what_is_mistyped_gets_a_hint(void **state)
{
    const struct process *process = MNEME("train", "tiny", "--nonsense");
    assert_int_equal(process->status, 2);
    assert_true(contains(process_err(process), "mneme: "));
    assert_true(contains(process_err(process), "mneme train --help"));
    process = MNEME("trian");
    assert_int_equal(process->status, 2);
    assert_true(contains(process_err(process), "mneme train"));
    process = MNEME("train");
    assert_int_equal(process->status, 2);
    assert_true(contains(process_err(process), "mneme train --help"));
}

static void a_wrong_preset_is_refused_with_file_and_line(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        const char *text;
        const char *words[4];
    } cases[] = {
        {"[train]\nsteps = 5\nbacth = 3\n", {"wrong.ini:3", "bacth", "train.batch"}},
        {"[train]\n\nlr = 7\n", {"wrong.ini:3", "lr", "7"}},
        {"[trian]\nsteps = 5\n", {"wrong.ini:2", "trian", "train"}},
        {"[train]\nsteps = 5\nsteps = 6\n", {"wrong.ini:3", "steps"}},
        {"[train]\nnothing at all\n", {"wrong.ini:2"}},
        {"[preset]\ntitle = caf\xe9\n", {"wrong.ini:2", "UTF-8"}},
        {"[facts]\ntemplates = 4\ntrain_templates = 4\n", {"wrong.ini", "train_templates"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(sandbox_write(&fixture->sandbox, "wrong.ini", cases[i].text));
        assert_true(refused(MNEME("train", "./wrong.ini"), 2, cases[i].words));
    }
}

/* Facts of one's own, of which one file at a time is made wrong. */
static void wrong_facts_are_refused_with_file_and_line(void **state)
{
    struct fixture *fixture = *state;
    static const char *const path[] = {"own/facts/own.ini", "own/pools/things.txt",
                                       "own/pools/colours.txt", "own/templates/colour.txt"};
    static const char *const right[] = {
        ("[facts]\ntitle = Own\nname = things things\nindividual = thing\n"
         "[attribute colour]\nvalue = colours\ntemplates = colour.txt\n"),
        "ball\ncup\nhat\nkey\n",
        "red\ngreen\nblue\n",
        "[X] is [Y].\nThe colour of [X] is [Y].\n[X] was painted [Y].\n",
    };
    static const struct {
        size_t file;
        const char *text;
        const char *words[4];
    } cases[] = {
        {2, "red\ncaf\xe9\nblue\n", {"colours.txt:2", "UTF-8"}},
        {2, "red\ngreen\nred\n", {"colours.txt:3", "red"}},
        {2, NULL, {"colours"}},
        {3, "[X] is [Y].\nIt is [Y].\n[X] was [Y].\n", {"colour.txt:2", "[X]"}},
        {3, "[X] is [Y].\n[Y] is what [X] is.\n[X] was [Y].\n", {"colour.txt:2", "[Y]", "[X]"}},
        {3, "[X] is [Y].\n[X] is nice.\n[X] was [Y].\n", {"colour.txt:2", "[Y]"}},
        {0, "[facts]\ntitle = Own\nnaem = things\n", {"own.ini:3", "naem"}},
    };
    char *facts = sandbox_path(&fixture->sandbox, "own/facts/own.ini");
    char set[512];
    snprintf(set, sizeof set, "facts.file=%s", facts);
    free(facts);
#define OWN                                                                                        \
    "--set", set, "--set", "population.known=6", "--set", "population.new=4", "--set",             \
        "facts.train_templates=2"
    for (size_t f = 0; f < 4; f++)
        assert_true(sandbox_write(&fixture->sandbox, path[f], right[f]));
    assert_true(sandbox_write(&fixture->sandbox, "own.ini", "[eval]\nknown = 2\nnew = 2\n"));
    assert_true(succeeded(MNEME("sample", "./own.ini", OWN)));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *full = sandbox_path(&fixture->sandbox, path[cases[i].file]);
        unlink(full);
        free(full);
        if (cases[i].text)
            assert_true(sandbox_write(&fixture->sandbox, path[cases[i].file], cases[i].text));
        assert_true(refused(MNEME("sample", "./own.ini", OWN), 2, cases[i].words));
        assert_true(sandbox_write(&fixture->sandbox, path[cases[i].file], right[cases[i].file]));
    }
}

static void what_does_not_fit_in_memory_is_refused_with_both_numbers(void **state)
{
    assert_true(refused(MNEME("train", "tiny", "--run", "huge", "--set", "model.d_model=65536",
                              "--set", "model.layers=1000"),
                        1, WORDS("needs", "GiB", "free")));
    char *path = sandbox_path(&((struct fixture *)*state)->sandbox, "huge/preset.ini");
    assert_int_not_equal(access(path, F_OK), 0);
    free(path);
}

/* A command under a limit on address space, started by a script: refused with these words, or done.
 * What has no room for the shared libraries ends with the loader's words, before the program
 * begins. Under the sanitizers there is none that a program could live with. */
static bool is_refused_or_done(void **state, const char *script)
{
    static const int limits[] = {120000, 200000, 260000, 300000,  330000, 400000,
                                 500000, 600000, 650000, 680000,  700000, 720000,
                                 740000, 780000, 900000, 1500000, 3000000};
    bool begun = false, refused_before = true;
#ifdef __SANITIZE_ADDRESS__
    skip();
#endif
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        char limit[32];
        snprintf(limit, sizeof limit, "%d", limits[i]);
        const char *const arguments[] = {"sh", "-c", script, sandbox_program(), limit, NULL};
        const struct process *process = run(*state, NULL, NULL, arguments);
        bool done = process->status == 0;
        begun =
            begun || process->status != 127 || !strstr(process_err(process), "shared libraries");
        if (!begun)
            continue;
        assert_true(done || refused(process, 1, WORDS("ulimit -v", " MiB")));
        assert_true(refused_before || done); /* more is never too little */
        refused_before = !done;
    }
    return !refused_before;
}

static void a_limit_on_address_space_is_refused_or_enough(void **state)
{
    assert_true(is_refused_or_done(state, "export OMP_NUM_THREADS=2; ulimit -v $1 || exit 1\n"
                                          "rm -rf tight; exec \"$0\" train tiny --run tight"
                                          " --steps 4 --quiet"));
}

/* On one processor of those there are, as mpirun places its processes; of many, with buffers for
 * each, no limit may be enough. */
static void so_it_is_on_one_processor(void **state)
{
    is_refused_or_done(state,
                       "unset OMP_NUM_THREADS; ulimit -v $1 || exit 1; rm -rf tight\n"
                       "one=$(taskset -cp $$ | sed 's/.*[ ,-]//')\n"
                       "exec taskset -c $one \"$0\" train tiny --run tight --steps 4 --quiet");
}

static void stacks_that_are_too_small_are_refused(void **state)
{
    static const struct {
        const char *setting, *word;
    } small[] = {{"ulimit -s 512", "ulimit -s"},
                 {"export OMP_STACKSIZE=128", "OMP_STACKSIZE=128 "},
                 {"export OMP_STACKSIZE=' 256 K '", "OMP_STACKSIZE"},
                 {"export OMP_STACKSIZE=1000000b", "OMP_STACKSIZE"},
                 {"export GOMP_STACKSIZE=300k", "GOMP_STACKSIZE=300k"}},
      enough[] = {{"ulimit -s 1024", NULL},
                  {"export OMP_STACKSIZE=1024", NULL},
                  {"export OMP_STACKSIZE=1M", NULL},
                  {"export OMP_STACKSIZE=1G GOMP_STACKSIZE=1k", NULL},
                  {"export OMP_STACKSIZE=9999999999999999999G", NULL},
                  {"export OMP_STACKSIZE=much", NULL}};
    char script[128];
    const char *const arguments[] = {"sh", "-c", script, sandbox_program(), NULL};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++) {
        snprintf(script, sizeof script, "%s; exec \"$0\" --version", small[i].setting);
        assert_true(
            refused(run(*state, NULL, NULL, arguments), 1, WORDS(small[i].word, "1024 KiB")));
    }
    for (size_t i = 0; i < sizeof enough / sizeof *enough; i++) {
        snprintf(script, sizeof script, "%s; exec \"$0\" --version", enough[i].setting);
        assert_int_equal(run(*state, NULL, NULL, arguments)->status, 0);
    }
}

static void a_run_in_use_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    open_terminal(fixture, 10, ARGUMENTS("train", "tiny", "--run", "busy", "--steps", "100000000"));
    assert_true(terminal_shows(fixture->terminal, "/100000000"));
    assert_true(refused(MNEME("train", "--resume", "busy"), 75, WORDS("busy")));
    int status;
    terminal_type(fixture->terminal, "\x03");
    assert_true(terminal_ends(fixture->terminal, &status));
    assert_int_equal(status, 130);
    assert_true(terminal_shows(fixture->terminal, "mneme train --resume"));
}

static void a_damaged_checkpoint_is_refused_and_one_before_gone_on_from(void **state)
{
    struct fixture *fixture = *state;
    static const char last[] = "hurt/checkpoints/step-00000020.safetensors";
    assert_true(succeeded(MNEME("train", "tiny", "--steps", "20", "--run", "hurt")));
    size_t size;
    char *whole = read_whole(fixture, last, &size);
    char *path = sandbox_path(&fixture->sandbox, last);
    assert_non_null(whole);
    /* Truncated; the header's length altered; a weight that is not a number; another shape. */
    for (size_t damage = 0; damage < 4; damage++) {
        char *copy = malloc(size);
        memcpy(copy, whole, size);
        size_t kept = size;
        if (damage == 0)
            kept = size / 2;
        else if (damage == 1)
            copy[6] = 1;
        else if (damage == 2)
            memset(copy + size - 4, 0xFF, 4);
        else
            memcpy(memmem(copy, size, "\"F32\"", 5), "\"F16\"", 5);
        FILE *file = fopen(path, "wb");
        assert_int_equal(fwrite(copy, 1, kept, file), kept);
        fclose(file);
        free(copy);
        assert_true(refused(MNEME("ask", "hurt", "who"), 1, WORDS("step-00000020.safetensors")));
    }
    const struct process *process = MNEME("train", "--resume", "hurt", "--steps", "40");
    assert_true(succeeded(process));
    assert_true(contains(process_out(process), "step-00000020.safetensors: "));
    assert_true(
        contains(process_out(process), "; resuming from step 0; from the checkpoint of step 0, "));
    assert_true(succeeded(MNEME("eval", "hurt")));
    free(path);
    free(whole);
}

static void without_a_fitting_terminal_the_workbench_says_so(void **state)
{
    assert_true(refused(MNEME("tiny"), 2, WORDS("terminal", "mneme train")));
}

static int open_fixture(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    *state = fixture;
    if (!fixture || !sandbox_open(&fixture->sandbox) ||
        !sandbox_write(&fixture->sandbox, TINY_PATH, TINY_PRESET) ||
        !process_run(&fixture->process, &fixture->sandbox,
                     ARGUMENTS("train", "tiny", "--run", "done"), NULL, NULL, 0))
        return -1;
    return succeeded(&fixture->process) ? 0 : -1;
}

static int close_terminal(void **state)
{
    struct fixture *fixture = *state;
    terminal_close(fixture->terminal);
    fixture->terminal = NULL;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *fixture = *state;
    process_free(&fixture->process);
    sandbox_close(&fixture->sandbox);
    free(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(train_in_a_pipe_prints_plain_lines),
        cmocka_unit_test_teardown(train_on_a_terminal_draws_a_bar, close_terminal),
        cmocka_unit_test_teardown(the_bar_is_ascii_without_utf8, close_terminal),
        cmocka_unit_test_teardown(a_dumb_terminal_gets_plain_lines, close_terminal),
        cmocka_unit_test_teardown(the_bar_says_nothing_of_a_loss_before_there_is_one,
                                  close_terminal),
        cmocka_unit_test_teardown(the_bar_keeps_to_its_row, close_terminal),
        cmocka_unit_test(train_json_prints_the_lines_of_the_record),
        cmocka_unit_test(settings_are_checked_together_with_the_steps),
        cmocka_unit_test(a_name_that_is_no_utf8_makes_valid_json),
        cmocka_unit_test(quiet_prints_nothing),
        cmocka_unit_test(an_interrupted_run_is_saved_and_goes_on),
        cmocka_unit_test(a_resumed_run_ends_with_the_same_bits),
        cmocka_unit_test(a_resumed_run_takes_other_values),
        cmocka_unit_test(a_run_can_begin_at_a_checkpoint_of_another),
        cmocka_unit_test(a_request_to_end_that_comes_twice_is_one),
        cmocka_unit_test(one_that_is_interrupted_at_once_is_there_or_not),
        cmocka_unit_test(one_that_is_killed_at_once_is_in_nobodys_way),
        cmocka_unit_test(so_does_one_that_was_interrupted_anywhere),
        cmocka_unit_test(a_torn_last_line_of_the_record_is_dropped),
        cmocka_unit_test(one_answer_says_what_is_believed_and_true),
        cmocka_unit_test(a_prompt_without_quotes_is_the_same_prompt),
        cmocka_unit_test(prompts_in_a_pipe_are_answered_line_by_line),
        cmocka_unit_test(a_prompt_in_a_pipe_is_not_cut_at_a_null_byte),
        cmocka_unit_test(a_byte_order_mark_in_a_pipe_is_no_prompt),
        cmocka_unit_test(prompts_that_cannot_be_read_are_no_success),
        cmocka_unit_test_teardown(a_conversation_on_a_terminal_has_a_prompt, close_terminal),
        cmocka_unit_test(a_word_without_a_token_is_named),
        cmocka_unit_test(commands_of_the_workbench_that_need_no_screen_are_answered),
        cmocka_unit_test(what_a_command_does_not_find_is_no_success),
        cmocka_unit_test(score_weighs_every_token),
        cmocka_unit_test(a_table_is_trained_by_a_setting_alone),
        cmocka_unit_test_teardown(what_a_table_holds_is_told_in_lines, close_terminal),
        cmocka_unit_test(facts_init_writes_what_trains),
        cmocka_unit_test(score_says_how_long_a_text_may_be),
        cmocka_unit_test(circuits_measures_every_layer_and_head),
        cmocka_unit_test(eval_measures_every_attribute),
        cmocka_unit_test(eval_says_how_sure_and_how_full_the_model_is),
        cmocka_unit_test(facts_are_told_for_all_and_for_each),
        cmocka_unit_test(an_earlier_checkpoint_answers_too),
        cmocka_unit_test(bench_counts_six_operations_a_parameter_and_token),
        cmocka_unit_test(bench_tells_where_a_step_goes),
        cmocka_unit_test(bench_says_why_products_are_not_in_bf16),
        cmocka_unit_test(sample_prints_biographies),
        cmocka_unit_test(sampled_tokens_and_spans_fit_the_text),
        cmocka_unit_test(the_batch_of_a_step_is_always_the_same),
        cmocka_unit_test(a_batch_is_that_of_the_trainers_step),
        cmocka_unit_test(a_runs_batches_are_asked_for_by_its_name),
        cmocka_unit_test(an_adaptive_preset_says_what_cannot_be_known),
        cmocka_unit_test(phases_say_where_the_plateau_is),
        cmocka_unit_test(train_ends_with_what_phases_say),
        cmocka_unit_test(a_patched_runs_summary_says_its_remark_once),
        cmocka_unit_test(phases_fit_a_law_over_runs),
        cmocka_unit_test(a_run_given_again_counts_once),
        cmocka_unit_test(runs_without_an_end_are_named_with_the_reason),
        cmocka_unit_test(plot_writes_a_figure),
        cmocka_unit_test(what_cannot_be_plotted_is_said),
        cmocka_unit_test(presets_are_listed_with_their_titles),
        cmocka_unit_test(a_preset_that_is_named_is_shown),
        cmocka_unit_test(a_preset_and_a_training_name_the_baseline_they_show),
        cmocka_unit_test(an_answer_stands_beside_the_uniform_baseline),
        cmocka_unit_test(a_fine_tuning_ends_with_those_it_was_about),
        cmocka_unit_test(the_paper_preset_has_the_papers_size),
        cmocka_unit_test(a_shown_preset_is_a_preset),
        cmocka_unit_test(runs_lists_what_was_run),
        cmocka_unit_test(runs_says_what_it_does_not_list),
        cmocka_unit_test(a_list_in_a_pipe_is_the_list_alone),
        cmocka_unit_test(a_run_at_a_step_is_told_the_option_for_it),
        cmocka_unit_test(help_keeps_within_80_columns),
        cmocka_unit_test(a_list_is_broken_at_blanks_on_a_narrow_terminal),
        cmocka_unit_test(a_run_of_the_family_gpt2_is_exported),
        cmocka_unit_test(help_and_version_are_there),
        cmocka_unit_test(messages_call_the_program_as_it_was_typed),
        cmocka_unit_test(what_is_said_to_be_typed_can_be_pasted),
        cmocka_unit_test(reproduce_lists_claims_without_running_them),
        cmocka_unit_test(reproduce_lists_as_json),
        cmocka_unit_test(reproduce_judges_a_claim_of_ones_own),
        cmocka_unit_test(the_manual_tells_every_option),
        cmocka_unit_test(the_manual_tells_every_key_of_the_record),
        cmocka_unit_test(wrong_command_lines_are_refused),
        cmocka_unit_test(what_is_mistyped_gets_a_hint),
        cmocka_unit_test(a_wrong_preset_is_refused_with_file_and_line),
        cmocka_unit_test(wrong_facts_are_refused_with_file_and_line),
        cmocka_unit_test(what_does_not_fit_in_memory_is_refused_with_both_numbers),
        cmocka_unit_test(a_limit_on_address_space_is_refused_or_enough),
        cmocka_unit_test(so_it_is_on_one_processor),
        cmocka_unit_test(stacks_that_are_too_small_are_refused),
        cmocka_unit_test_teardown(a_run_in_use_is_left_alone, close_terminal),
        cmocka_unit_test(a_damaged_checkpoint_is_refused_and_one_before_gone_on_from),
        cmocka_unit_test(without_a_fitting_terminal_the_workbench_says_so),
    };
    return cmocka_run_group_tests_name("commands", tests, open_fixture, close_fixture);
}
