#include "ui/tui/marks.h"

bool marks_have(const struct marks *marks, const char *directory)
{
    return strings_has(&marks->run, directory);
}

bool marks_toggle(struct marks *marks, const char *directory, struct error *err)
{
    if (marks_have(marks, directory)) {
        marks_drop(marks, directory);
        return true;
    }
    bool added = strings_add(&marks->run, directory, err);
    marks->changes += added;
    return added;
}

void marks_drop(struct marks *marks, const char *directory)
{
    size_t before = marks->run.count;
    strings_remove(&marks->run, directory);
    marks->changes += marks->run.count != before;
}

bool marks_move(struct marks *marks, const char *from, const char *to, struct error *err)
{
    bool had = marks_have(marks, from), moved = strings_replace(&marks->run, from, to, err);
    marks->changes += had && moved;
    return moved;
}

void marks_clear(struct marks *marks)
{
    marks->changes += marks->run.count > 0;
    strings_free(&marks->run);
}

void marks_free(struct marks *marks)
{
    strings_free(&marks->run);
    *marks = (struct marks){.changes = 0};
}
