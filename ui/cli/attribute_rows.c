#include "ui/cli/attribute_rows.h"

#include <stdio.h>

#include "ui/cli/output.h"
#include "ui/cli/table.h"

enum { LEAST_WIDTH = 16 };

size_t attribute_rows_width(const struct fact_set *facts)
{
    size_t widest = LEAST_WIDTH;
    for (size_t a = 0; a < facts->attributes; a++) {
        size_t width = table_text_width(facts->attribute[a].name);
        widest = width > widest ? width : widest;
    }
    return widest;
}

void attribute_rows_label(const char *label, size_t width)
{
    size_t taken = table_text_width(label);
    output_print("%s", label);
    printf("%*s", taken < width ? (int)(width - taken) : 0, "");
}
