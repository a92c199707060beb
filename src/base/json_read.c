#include "base/json_read.h"

#include <errno.h>

/* What jansson says where it has no memory is sometimes nothing, or that the text is no JSON. */
json_t *json_read(const char *bytes, size_t count, struct error *err)
{
    json_error_t wrong;
    errno = 0;
    json_t *value = json_loadb(bytes, count, JSON_REJECT_DUPLICATES, &wrong);
    if (!value && errno == ENOMEM)
        error_set(err, ERROR_MEMORY, "out of memory");
    else if (!value)
        error_set(err, ERROR_DATA, "%s", wrong.text);
    return value;
}
