#include "ui/cli/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "ui/cli/output.h"

json_t *json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

json_t *json_text(const char *text)
{
    struct text well_formed = {0};
    if (!text)
        return json_null();
    for (size_t length; *text; text += length ? length : 1) {
        length = utf8_length(text);
        text_add_bytes(&well_formed, length ? text : "\uFFFD", length ? length : strlen("\uFFFD"));
    }
    json_t *string =
        well_formed.failed ? NULL : json_string(well_formed.bytes ? well_formed.bytes : "");
    text_free(&well_formed);
    return string;
}

/* JSON has names for all characters; jansson uses them for ASCII's control characters alone. */
static void print_line(const char *line)
{
    for (size_t length; *line != '\0'; line += length) {
        length = utf8_length(line);
        if (utf8_is_shown_as_it_is(line))
            fwrite(line, 1, length, stdout);
        else
            printf("\\u%04" PRIX32, utf8_code(line, length)); /* none is beyond U+FFFF */
    }
    puts("");
}

bool json_print(json_t *object, struct error *err)
{
    char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (!line)
        return error_set(err, ERROR_MEMORY, "out of memory printing JSON");
    print_line(line);
    free(line);
    output_flush();
    return true;
}

json_t *json_answer(const struct answer *answer, const struct fact_set *facts)
{
    json_t *candidates = json_array();
    for (size_t i = 0; i < answer->candidates; i++)
        json_array_append_new(candidates, json_pack("{s:s, s:o}", "text", answer->candidate[i].text,
                                                    "probability",
                                                    json_number(answer->candidate[i].probability)));
    const char *attribute = answer->has_attribute ? facts->attribute[answer->attribute].key : NULL;
    const char *status = answer->has_individual ? individual_status_name(answer->status) : NULL;
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
        "prompt", answer->prompt, "completion", answer->completion, "lead", answer->lead,
        "candidates", candidates, "exact", answer->exact, "attribute", json_text(attribute), "name",
        json_text(answer->name), "status", json_text(status), "truth",
        json_text(answer->has_truth ? answer->truth : NULL), "truth_probability",
        answer->has_truth ? json_number(answer->truth_probability) : json_null(), "correct",
        answer->has_truth ? json_boolean(answer->correct) : json_null(), "entropy",
        json_number(answer->entropy), "uniform_baseline", json_number(answer->nobody.uniform),
        "sampled_entropy", json_number(answer->nobody.sampled), "other", json_text(answer->other),
        "other_probability", answer->other ? json_number(answer->other_probability) : json_null(),
        "hint", json_text(answer->hint));
}

json_t *json_listed(const struct listed *list)
{
    json_t *items = json_array();
    for (size_t i = 0; i < list->item.count; i++)
        json_array_append_new(items, json_text(list->item.text[i]));
    return json_pack("{s:o, s:I, s:o}", "title", json_text(list->title), "count",
                     (json_int_t)list->count, "items", items);
}
