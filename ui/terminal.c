#include "ui/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *kind(void)
{
    const char *term = getenv("TERM");
    return term ? term : "";
}

bool terminal_obeys(FILE *stream)
{
    return isatty(fileno(stream)) && *kind() != '\0' && strcmp(kind(), "dumb") != 0;
}

bool terminal_is_ours(int descriptor)
{
    pid_t foreground = tcgetpgrp(descriptor);
    return foreground < 0 || foreground == getpgrp();
}

bool terminal_has_font(void)
{
    /* Of Linux, of the BSDs, of Solaris. */
    static const char *const consoles[] = {"linux", "cons25", "vt220", "wsvt25", "pccon", "sun"};
    static const char within[] = "screen."; /* of GNU screen, which names what it is shown on */
    const char *term = kind();
    if (strncmp(term, within, sizeof within - 1) == 0)
        term += sizeof within - 1;
    for (size_t i = 0; i < sizeof consoles / sizeof *consoles; i++) {
        size_t length = strlen(consoles[i]);
        if (strncmp(term, consoles[i], length) == 0 &&
            !(term[length] >= 'a' && term[length] <= 'z'))
            return false;
    }
    return true;
}
