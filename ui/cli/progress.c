#include "ui/cli/progress.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

size_t progress_columns(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

size_t progress_rows(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

bool progress_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void progress_bar(size_t width, double share)
{
    bool utf8 = progress_utf8();
    size_t full = (size_t)((double)width * share);
    for (size_t i = 0; i < width; i++)
        fputs(i < full ? (utf8 ? "█" : "#") : (utf8 ? "░" : "."), stdout);
}
