/* Map of this file: the table; the terminal; noting; crashes; the public functions. */
#include "ui/signals.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* The table */

/* Schedulers send USR1, USR2, TERM or XCPU before they kill; PWR says that the power fails. Timers
 * and asynchronous input are nothing the program asks for. */
static const struct {
    int number;
    enum signals_request asks[SIGNALS_USERS]; /* run, jobs, screen */
    bool insists;                             /* a second one ends the program at once */
} table[] = {
    {SIGINT, {SIGNALS_END, SIGNALS_END, SIGNALS_INTERRUPT}, true},
    {SIGTERM, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, true},
    {SIGHUP, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, true},
    {SIGQUIT, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, true},
    {SIGXCPU, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
#ifdef SIGPWR
    {SIGPWR, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
#endif
#ifdef SIGSTKFLT
    {SIGSTKFLT, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
#endif
    {SIGALRM, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
    {SIGVTALRM, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
    {SIGPROF, {SIGNALS_END, SIGNALS_END, SIGNALS_END}, false},
    {SIGUSR1, {SIGNALS_SAVE, SIGNALS_SAVE, SIGNALS_SAVE}, false},
    {SIGUSR2, {SIGNALS_SAVE, SIGNALS_SAVE, SIGNALS_SAVE}, false},
    {SIGIO, {SIGNALS_PASS, SIGNALS_PASS, SIGNALS_PASS}, false},
    {SIGPIPE, {SIGNALS_PASS, SIGNALS_PASS, SIGNALS_PASS}, false}, /* shows as an error of write */
    {SIGTSTP, {SIGNALS_NOTHING, SIGNALS_SUSPEND, SIGNALS_SUSPEND}, false},
    {SIGCONT, {SIGNALS_RESUME, SIGNALS_RESUME, SIGNALS_RESUME}, false},
    {SIGWINCH, {SIGNALS_NOTHING, SIGNALS_NOTHING, SIGNALS_RESIZE}, false},
    {SIGSEGV, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGBUS, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGABRT, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGFPE, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGILL, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGTRAP, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
    {SIGSYS, {SIGNALS_CRASH, SIGNALS_CRASH, SIGNALS_CRASH}, false},
};

enum { ROWS = sizeof table / sizeof *table };

/* The terminal: everything is made ready before, and in handlers only async-signal-safe functions
 * are called. */

static struct {
    struct termios settings;
    char text[256];
    size_t length;
    volatile sig_atomic_t restores;
    char sentence[2][1024]; /* one is said while the other is written */
    volatile sig_atomic_t said;
} crash;

static void write_all(int to, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(to, text, length);
        if (written <= 0)
            return;
        text += written;
        length -= (size_t)written;
    }
}

/* Whether there was one to put back. */
static bool put_terminal_back(void)
{
    bool restores = crash.restores && tcgetpgrp(STDIN_FILENO) == getpgrp();
    crash.restores = 0;
    if (restores) {
        write_all(STDOUT_FILENO, crash.text, crash.length);
        tcsetattr(STDIN_FILENO, TCSANOW, &crash.settings);
    }
    return restores;
}

/* Noting */

/* Seconds in which another signal is taken for the same request: timeout(1) and a terminal that
 * goes away send one to the process and one to its group. */
enum { SAME_REQUEST = 1 };

static enum signals_user user;                        /* set before handlers are installed */
static volatile sig_atomic_t asked[SIGNALS_REQUESTS]; /* since it was taken */
static volatile sig_atomic_t ended;
static struct timespec first; /* when the end was asked for; of the handler alone */

static double seconds_since_first(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - first.tv_sec) + 1e-9 * (double)(now.tv_nsec - first.tv_nsec);
}

static void note_end(int number, bool insists)
{
    if (!ended) {
        clock_gettime(CLOCK_MONOTONIC, &first);
        ended = 1;
    } else if (insists && seconds_since_first() > SAME_REQUEST) {
        put_terminal_back();
        signal(number, SIG_DFL);
        raise(number); /* which ends the program when this has returned */
    }
}

static void note(int number)
{
    for (size_t row = 0; row < ROWS; row++)
        if (table[row].number == number) {
            enum signals_request request = table[row].asks[user];
            asked[request] = 1;
            if (request == SIGNALS_END)
                note_end(number, table[row].insists);
        }
}

/* Crashes */

static void add(char *text, size_t room, const char *part)
{
    size_t length = strlen(text), more = strlen(part);
    if (length + more < room)
        memcpy(text + length, part, more + 1);
}

static void say_crash(bool restored)
{
    const char *sentence = crash.sentence[crash.said];
    char text[sizeof crash.sentence[0] + 128] = "";
    if (!restored && isatty(STDERR_FILENO))
        add(text, sizeof text, "\n"); /* behind a progress bar */
    add(text, sizeof text, "mneme: crashed");
    if (restored)
        add(text, sizeof text, "; the terminal was restored");
    if (*sentence) {
        add(text, sizeof text, "; ");
        add(text, sizeof text, sentence);
    }
    add(text, sizeof text, "\n");
    write_all(STDERR_FILENO, text, strlen(text));
}

static void put_back_and_die(int number)
{
    say_crash(put_terminal_back());
    raise(number); /* SA_RESETHAND made its default action death */
}

/* The public functions */

static sigset_t ignored; /* when the program started */
static bool has_begun;
static bool is_held; /* HUP, while libraries are loaded */

/* Whether HUP was held back before. */
static bool set_hangups(int how)
{
    sigset_t hangup, before;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    return pthread_sigmask(how, &hangup, &before) == 0 && sigismember(&before, SIGHUP) == 1;
}

static void note_ignored(void)
{
    sigemptyset(&ignored);
    for (size_t row = 0; row < ROWS; row++) {
        struct sigaction action;
        if (sigaction(table[row].number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            sigaddset(&ignored, table[row].number);
    }
}

static bool is_ignored(int number)
{
    return sigismember(&ignored, number) == 1;
}

/* Libraries take signals when they are loaded: UCX, which Open MPI may bring, has HUP show what it
 * does, so that the program neither ends by it nor ignores it under nohup. What comes meanwhile is
 * let through behind that. */
static void take_back_from_libraries(void)
{
    for (size_t row = 0; row < ROWS; row++)
        if (table[row].insists)
            signal(table[row].number, is_ignored(table[row].number) ? SIG_IGN : SIG_DFL);
    if (is_held)
        set_hangups(SIG_UNBLOCK);
    is_held = false;
}

/* What waits in a call for anything, and for a terminal or a pipe to take what is written above
 * all, goes on waiting, unless the end is asked for. */
static int flags_of(enum signals_request request)
{
    if (request == SIGNALS_CRASH)
        return (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
    return request == SIGNALS_END ? 0 : SA_RESTART;
}

static void handle(size_t row)
{
    enum signals_request request = table[row].asks[user];
    struct sigaction action = {.sa_handler = note, .sa_flags = flags_of(request)};
    sigemptyset(&action.sa_mask);
    if (request == SIGNALS_NOTHING || is_ignored(table[row].number))
        return;
    if (request == SIGNALS_PASS)
        action.sa_handler = SIG_IGN;
    if (request == SIGNALS_END) /* the moment of the first is written by one at a time */
        for (size_t other = 0; other < ROWS; other++)
            if (table[other].asks[user] == SIGNALS_END)
                sigaddset(&action.sa_mask, table[other].number);
    if (request == SIGNALS_CRASH)
        action.sa_handler = put_back_and_die;
    sigaction(table[row].number, &action, NULL);
}

/* A stack that has overflowed has no room for a handler. */
static void use_stack(void)
{
    enum { STACK = 64 * 1024 };
    static char room[STACK];
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    sigaltstack(&stack, NULL);
}

/* What asks to save is the same for all users. */
static void set_of_saves(sigset_t *set)
{
    sigemptyset(set);
    for (size_t row = 0; row < ROWS; row++)
        if (table[row].asks[user] == SIGNALS_SAVE)
            sigaddset(set, table[row].number);
}

void signals_begin(void)
{
    sigset_t saves;
    set_of_saves(&saves);
    if (has_begun)
        take_back_from_libraries();
    else
        note_ignored();
    has_begun = true;
    for (size_t row = 0; row < ROWS; row++)
        if (table[row].asks[user] == SIGNALS_SAVE)
            handle(row);
    pthread_sigmask(SIG_UNBLOCK, &saves, NULL);
}

#ifdef __linux__
static void begin(int argc, char **argv, char **environment)
{
    (void)argc, (void)argv, (void)environment;
    signals_begin();
    is_held = !set_hangups(SIG_BLOCK);
}

/* What stands here is called before anything of the libraries, most of which comes before main. */
__attribute__((section(".preinit_array"),
               used)) static void (*const before_libraries)(int argc, char **argv,
                                                            char **environment) = begin;
#endif

void signals_hold(void)
{
    sigset_t saves;
    set_of_saves(&saves);
    pthread_sigmask(SIG_BLOCK, &saves, NULL);
    if (signals_take(SIGNALS_SAVE))
        raise(SIGUSR1);
}

void signals_catch(enum signals_user whose)
{
    user = whose;
    use_stack();
    for (size_t row = 0; row < ROWS; row++)
        handle(row);
}

void signals_release(void)
{
    for (size_t row = 0; row < ROWS; row++) {
        enum signals_request request = table[row].asks[user];
        bool ours =
            request != SIGNALS_NOTHING && request != SIGNALS_PASS && request != SIGNALS_SAVE;
        if (ours && !is_ignored(table[row].number))
            signal(table[row].number, SIG_DFL);
    }
}

bool signals_take(enum signals_request request)
{
    bool came = asked[request];
    asked[request] = 0;
    return came;
}

bool signals_ended(void)
{
    return ended != 0;
}

bool signals_can_stop(void)
{
    return !is_ignored(SIGTSTP);
}

void signals_stop(void)
{
    struct sigaction usual = {.sa_handler = SIG_DFL}, ours;
    sigemptyset(&usual.sa_mask);
    if (!signals_can_stop())
        return;
    sigaction(SIGTSTP, &usual, &ours);
    kill(0, SIGTSTP); /* the whole group: a script may have started us */
    sigaction(SIGTSTP, &ours, NULL);
}

void signals_on_crash_restore(const struct termios *settings, const char *text, size_t length)
{
    crash.restores = 0;
    if (!settings)
        return;
    crash.settings = *settings;
    crash.length = length < sizeof crash.text ? length : sizeof crash.text;
    memcpy(crash.text, text, crash.length);
    crash.restores = 1;
}

void signals_on_crash_say(const char *sentence)
{
    int other = !crash.said;
    crash.sentence[other][0] = '\0';
    if (sentence)
        add(crash.sentence[other], sizeof crash.sentence[other], sentence);
    crash.said = other;
}
