/* What each signal does to the program, and what a crash leaves behind.
 *
 * Handlers only note what came, but for those of a crash, which put the terminal back, say how to
 * go on, and let the process die of the signal as if there were none. What was ignored when the
 * program started (by nohup) stays so. Signals belong to the process: there is one set of them. */
#ifndef MNEME_UI_SIGNALS_H
#define MNEME_UI_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* Who takes them. */
enum signals_user {
    SIGNALS_RUN,       /* a command that trains one run */
    SIGNALS_RUN_QUEUE, /* a command whose children train */
    SIGNALS_SCREEN,    /* the workbench */
    SIGNALS_USERS
};

/* What they ask for. */
enum signals_request {
    SIGNALS_NOTHING,   /* what the signal does by itself */
    SIGNALS_PASS,      /* go on as if it had not come */
    SIGNALS_END,       /* save and end */
    SIGNALS_SAVE,      /* save and go on */
    SIGNALS_INTERRUPT, /* what Ctrl-C means there */
    SIGNALS_SUSPEND,   /* stop, as Ctrl-Z does */
    SIGNALS_RESUME,    /* gone on after a stop */
    SIGNALS_RESIZE,    /* the terminal has another size */
    SIGNALS_CRASH,
    SIGNALS_REQUESTS
};

/* From the program's first moment on: what asks to save and go on does not end the program, and is
 * noted for whom signals_catch names. What was held back for the program to begin is let through.
 */
void signals_begin(void);

/* Holds back what asks to save and go on, for the program that this one is about to become, and
 * hands over to that what came before. */
void signals_hold(void);

/* From here on signals do what the table says for this user. Where the program was asked to end,
 * TERM, HUP or QUIT a second or more later, and INT where it asks for the end, ends it at once, and
 * the terminal is put back. */
void signals_catch(enum signals_user user);

/* They do again what they do by themselves, but for what asks to save and go on. */
void signals_release(void);

/* Whether that was asked for since this was called last. */
bool signals_take(enum signals_request request);

/* Whether the end was ever asked for. */
bool signals_ended(void);

/* Whether it may be stopped: whoever started the program may have had it ignore TSTP. */
bool signals_can_stop(void);

/* Stops the program and whoever it was started with, as Ctrl-Z does, until they are continued, if
 * it may be stopped. */
void signals_stop(void);

/* What a crash does to the terminal: these bytes, and these settings on standard input. Null
 * settings: there is nothing to put back. */
void signals_on_crash_restore(const struct termios *settings, const char *text, size_t length);

/* The sentence that is said after "mneme: crashed; ", as "go on with: mneme train --resume x"; null
 * where there is nothing to go on with. It is copied. */
void signals_on_crash_say(const char *sentence);

#endif
