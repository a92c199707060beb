#include "paper/claim_reading.h"

#include "base/memory.h"

const char *claim_reading_keep(struct claim_reading *reading, char *text, struct error *err)
{
    return strings_take(&reading->texts, text, err) ? text : NULL;
}

void claim_reading_free(struct claim_reading *reading)
{
    for (size_t i = 0; i < reading->runs; i++)
        for (enum scale scale = 0; scale < SCALES; scale++)
            strings_free(&reading->run[i].settings[scale]);
    strings_free(&reading->texts);
    memory_free(reading->run);
    claim_file_free(&reading->file);
    *reading = (struct claim_reading){0};
}
