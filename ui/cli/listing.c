#include "ui/cli/listing.h"

#include "ui/cli/cli.h"

int listing_print(const struct listing *listing, const struct paths *paths, bool json)
{
    struct error err;
    struct strings names;
    int status = EXIT_DONE;
    struct table table = {.columns = listing->columns, .left = listing->columns};
    if (!listing->names(paths, &names, &err))
        return cli_fail(&err);
    for (size_t i = 0; i < names.count; i++)
        if (!listing->row(paths, names.text[i], json, &table, &err))
            status = cli_fail(&err);
    strings_free(&names);
    table_print(&table);
    table_free(&table);
    return status;
}
