#include "ui/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/text.h"

/* Why output was lost, as far as that was seen: stdio keeps no reason of what it wrote itself. */
static int reason;

void output_keep_streams(void)
{
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0 && errno == EBADF)
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY); /* gets its number */
}

__attribute__((format(printf, 2, 0))) static void print(FILE *to, const char *format,
                                                        va_list arguments)
{
    struct text made = {0}, shown = {0};
    text_format_list(&made, format, arguments);
    if (made.bytes)
        text_add_shown(&shown, made.bytes, "\n");
    if (shown.bytes)
        fwrite(shown.bytes, 1, shown.length, to);
    text_free(&made);
    text_free(&shown);
}

void output_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(stdout, format, arguments);
    va_end(arguments);
}

void output_print_to(FILE *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print(to, format, arguments);
    va_end(arguments);
}

bool output_is_terminal(void)
{
    return isatty(STDOUT_FILENO);
}

bool output_takes(FILE *to)
{
    struct pollfd room = {.fd = fileno(to), .events = POLLOUT};
    return poll(&room, 1, 0) != 0;
}

bool output_flush(void)
{
    if (fflush(stdout) != 0 && reason == 0)
        reason = errno;
    return !ferror(stdout);
}

static bool lost(struct error *err)
{
    return reason ? error_system(err, reason, "standard output could not be written")
                  : error_set(err, ERROR_SYSTEM, "standard output could not be written");
}

bool output_close(struct error *err)
{
    bool written = output_flush();
    if (written && close(STDOUT_FILENO) != 0 && errno != EINTR) {
        reason = errno;
        written = false;
    }
    return written || lost(err);
}
