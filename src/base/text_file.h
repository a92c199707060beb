/* Files that people write, read whole. */
#ifndef MNEME_BASE_TEXT_FILE_H
#define MNEME_BASE_TEXT_FILE_H

#include <stddef.h>

#include "base/error.h"

/* file_read for what is to be text: a null byte, at which a string would end without a word, is
 * refused with ERROR_INPUT and its line, and so are UTF-16, more than 1 GiB, a directory and a file
 * that is not there. size may be null. */
char *text_file_read(const char *path, size_t *size, struct error *err);

#endif
