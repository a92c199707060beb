/* Map of this file: pieces of HTML; the table; one claim; the page; JSON; figures; files. */
#include "config.h"

#include "paper/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "figure/figures.h"

/* Pieces of HTML */

static void add_escaped(struct text *out, const char *string)
{
    for (; *string; string++)
        if (*string == '<')
            text_add(out, "&lt;");
        else if (*string == '>')
            text_add(out, "&gt;");
        else if (*string == '&')
            text_add(out, "&amp;");
        else if (*string == '"')
            text_add(out, "&quot;");
        else
            text_add_bytes(out, string, 1);
}

static void add_element(struct text *out, const char *name, const char *string)
{
    text_format(out, "<%s>", name);
    add_escaped(out, string);
    text_format(out, "</%s>\n", name);
}

/* RFC 4648. */
static void add_base64(struct text *out, const char *bytes, size_t count)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        size_t left = count - i;
        unsigned group = (unsigned)(unsigned char)bytes[i] << 16;
        group |= left > 1 ? (unsigned)(unsigned char)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? (unsigned)(unsigned char)bytes[i + 2] : 0;
        char four[4] = {digit[group >> 18], digit[group >> 12 & 63], digit[group >> 6 & 63],
                        digit[group & 63]};
        if (left < 3)
            four[3] = '=';
        if (left < 2)
            four[2] = '=';
        text_add_bytes(out, four, 4);
    }
}

static const char style[] =
    "body { font: 1rem/1.5 Georgia, 'Times New Roman', serif; color: #1a1a1a; background: #fff;\n"
    "  max-width: 62rem; margin: 3rem auto; padding: 0 1.5rem; }\n"
    "h1 { font-size: 1.9rem; margin-bottom: .3rem; }\n"
    "h2 { font-size: 1.3rem; margin: 3.5rem 0 .4rem; border-top: 1px solid #bbb; padding-top: "
    "1rem; }\n"
    "h1, h2, h3, th, .verdict { font-family: 'Helvetica Neue', Arial, sans-serif; }\n"
    "h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }\n"
    "table { border-collapse: collapse; width: 100%; font-size: .92rem; }\n"
    "th { text-align: left; border-bottom: 2px solid #1a1a1a; padding: .35rem .7rem .35rem 0; }\n"
    "td { vertical-align: top; border-bottom: 1px solid #ddd; padding: .45rem .7rem .45rem 0; }\n"
    "td p { margin: 0 0 .3rem; }\n"
    ".verdict { white-space: nowrap; font-weight: bold; }\n"
    ".seen { color: #00674b; } .not-seen { color: #a33c00; } .failed { color: #777; }\n"
    "pre { background: #f5f5f2; padding: .7rem 1rem; white-space: pre-wrap; font-size: .8rem; }\n"
    "img { max-width: 100%; display: block; margin: 1rem 0; }\n"
    ".aside { color: #555; } a { color: inherit; }\n"
    "@media print { h2 { break-before: page; } body { margin: 0; max-width: none; } }\n";

static const char *verdict_class(enum verdict_state state)
{
    static const char *const names[] = {"seen", "not-seen", "failed"};
    return names[state];
}

static void add_verdict(struct text *out, const struct verdict *verdict, const char *element)
{
    text_format(out, "<%s class=\"verdict %s\">%s", element, verdict_class(verdict->state),
                verdict_state_name(verdict->state));
    if (verdict->state == VERDICT_NOT_SEEN && verdict->holding > 0)
        text_format(out, " (%zu of %zu)", verdict->holding, verdict->checks);
    text_format(out, "</%s>\n", element);
}

/* Words of a check, escaped. */
static void add_words(struct text *out, const struct check *check,
                      const struct check_result *result)
{
    struct text words = {0};
    if (result)
        check_write_result(&words, check, result);
    else
        check_write_text(&words, check);
    out->failed = out->failed || words.failed;
    if (!words.failed)
        add_escaped(out, words.bytes);
    text_free(&words);
}

/* The table */

static void add_row(struct text *out, const struct claim *claim, const struct verdict *verdict)
{
    text_format(out, "<tr><td><a href=\"#%s\">", claim->id);
    add_escaped(out, claim->title);
    text_add(out, "</a></td>\n");
    add_element(out, "td", claim->text);
    text_add(out, "<td>");
    if (verdict->state == VERDICT_FAILED)
        add_element(out, "p", verdict->failure.message);
    for (size_t i = 0; verdict->state != VERDICT_FAILED && i < verdict->checks; i++) {
        text_add(out, "<p>");
        add_words(out, &claim->check[i], &verdict->result[i]);
        text_add(out, "</p>");
    }
    text_add(out, "</td>\n");
    add_element(out, "td", claim->paper);
    add_verdict(out, verdict, "td");
    text_add(out, "</tr>\n");
}

static void add_table(struct text *out, const struct reproduction *r)
{
    text_format(out,
                "<table>\n<tr><th>claim</th><th>%s</th><th>measured here</th><th>the paper's "
                "figure</th><th>verdict</th></tr>\n",
                reproduction_is_of_paper(r) ? "what the paper says" : "what it says");
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i])
            add_row(out, &r->table->claim[i], &r->verdict[i]);
    text_add(out, "</table>\n");
}

/* One claim */

static void add_checks(struct text *out, const struct claim *claim, const struct verdict *verdict)
{
    text_add(out, "<table>\n<tr><th>seen if</th><th>measured</th><th>holds</th></tr>\n");
    for (size_t i = 0; i < verdict->checks; i++) {
        bool judged = verdict->state != VERDICT_FAILED;
        text_add(out, "<tr><td>");
        add_words(out, &claim->check[i], NULL);
        text_add(out, "</td><td>");
        if (judged)
            add_words(out, &claim->check[i], &verdict->result[i]);
        text_format(out, "</td><td>%s</td></tr>\n",
                    !judged                    ? ""
                    : verdict->result[i].holds ? "yes"
                                               : "no");
    }
    text_add(out, "</table>\n");
}

/* A figure inside the page, where it was drawn. */
static bool add_figure(struct text *out, const struct reproduction *r, size_t claim, size_t figure,
                       struct error *err)
{
    size_t size;
    struct error none;
    const char *title = r->table->claim[claim].figure[figure].title;
    char *path = reproduction_figure_path(r, claim, figure, err);
    char *svg = path && file_exists(path) ? file_read_own(path, &size, &none) : NULL;
    if (svg) {
        add_element(out, "h3", title);
        text_add(out, "<img alt=\"");
        add_escaped(out, title);
        text_add(out, "\" src=\"data:image/svg+xml;base64,");
        add_base64(out, svg, size);
        text_add(out, "\">\n");
    }
    bool ok = path != NULL;
    memory_free(svg);
    memory_free(path);
    return ok;
}

static bool add_commands(struct text *out, const struct reproduction *r, const struct claim *claim,
                         struct error *err)
{
    bool *needed = memory_new(r->table->runs, sizeof *needed, err);
    if (!needed)
        return false;
    claim_mark_runs(r->table, claim, r->options.scale, needed);
    add_element(out, "h3", "Its runs");
    text_add(out, "<pre>");
    bool ok = true;
    for (size_t i = 0; ok && i < r->replicates.count; i++) {
        const struct replicate *replicate = &r->replicates.replicate[i];
        char *command = needed[replicate->run - r->table->run]
                            ? replicate_command(replicate, r->paths, err)
                            : NULL;
        ok = command || !needed[replicate->run - r->table->run];
        if (command)
            add_escaped(out, command);
        text_add(out, command ? "\n" : "");
        memory_free(command);
    }
    text_add(out, "</pre>\n");
    memory_free(needed);
    return ok;
}

static void add_presets(struct text *out, const struct paths *paths, const struct claim *claim)
{
    size_t length = 0;
    if (claim->watch[0] == '\0')
        return;
    text_add(out, "<p class=\"aside\">To watch it happen:");
    for (const char *name = claim->watch; (name = claim_next_name(name + length, &length));) {
        text_add(out, " <code>");
        add_escaped(out, paths->program);
        text_format(out, " %.*s</code>", (int)length, name);
    }
    text_add(out, "</p>\n");
}

static bool add_claim(struct text *out, const struct reproduction *r, size_t index,
                      struct error *err)
{
    const struct claim *claim = &r->table->claim[index];
    const struct verdict *verdict = &r->verdict[index];
    text_format(out, "<h2 id=\"%s\">", claim->id);
    add_escaped(out, claim->title);
    text_add(out, "</h2>\n");
    add_verdict(out, verdict, "p");
    add_element(out, "p", claim->text);
    if (claim->paper[0]) {
        text_add(out, "<p class=\"aside\">");
        add_escaped(out, claim->paper);
        text_add(out, "</p>\n");
    }
    if (verdict->state == VERDICT_FAILED)
        add_element(out, "p", verdict->failure.message);
    add_checks(out, claim, verdict);
    for (size_t f = 0; f < claim_figures(claim); f++)
        if (verdict->state != VERDICT_FAILED && !add_figure(out, r, index, f, err))
            return false;
    add_presets(out, r->paths, claim);
    return add_commands(out, r, claim, err);
}

/* The page */

/* Whose claims these are, up to who judges them. */
static void add_source(struct text *out, const struct reproduction *r)
{
    if (reproduction_is_of_paper(r))
        text_add(out,
                 "<p>The claims of Zucchet, Bornschein, Chan, Lampinen, Pascanu and De, "
                 "<em>How do language models learn facts? Dynamics, curricula and "
                 "hallucinations</em> (2025, <a href=\"https://arxiv.org/abs/2503.21676\">arXiv "
                 "2503.21676</a>), judged");
    else
        text_add(out, "<p>Claims judged");
}

/* The command that makes this report. */
static void add_command(struct text *out, const struct reproduction *r)
{
    const struct reproduction_options *options = &r->options;
    add_escaped(out, r->paths->program);
    text_format(out, " reproduce%s", options->scale == SCALE_FAST ? " --fast" : "");
    if (options->only) {
        text_add(out, " --only ");
        add_escaped(out, options->only);
    }
    if (options->seeds)
        text_format(out, " --seeds %u..%u", options->seeds->first, options->seeds->last);
    if (options->claims) {
        text_add(out, " ");
        add_escaped(out, options->claims);
    }
}

static void add_seeds(struct text *out, const struct reproduction *r)
{
    struct text words = {0};
    reproduction_say_seeds(r, &words);
    out->failed = out->failed || words.failed;
    if (words.length > 0)
        add_element(out, "p", words.bytes);
    text_free(&words);
}

static void add_head(struct text *out, const struct reproduction *r)
{
    const char *title = reproduction_is_of_paper(r)
                            ? "How language models learn facts, repeated"
                            : "How language models learn facts: claims judged";
    text_format(out,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta name=\"viewport\" content=\"width=device-width\">\n"
                "<title>%s</title>\n<style>\n%s</style>\n"
                "</head>\n<body>\n<h1>%s</h1>\n",
                title, style, title);
    add_source(out, r);
    text_format(out, " by %s at a small size: %zu run%s, <code>", PACKAGE_STRING,
                r->replicates.count, r->replicates.count == 1 ? "" : "s");
    add_command(out, r);
    text_add(out, "</code>.</p>\n");
    text_format(out, "<p><strong>%zu seen, %zu not seen, %zu failed.</strong> ",
                reproduction_count(r, VERDICT_SEEN), reproduction_count(r, VERDICT_NOT_SEEN),
                reproduction_count(r, VERDICT_FAILED));
    add_escaped(out, verdict_rule);
    text_add(out, "</p>\n");
    add_seeds(out, r);
}

static bool add_html(struct text *out, const struct reproduction *r, struct error *err)
{
    add_head(out, r);
    add_table(out, r);
    for (size_t i = 0; i < r->table->claims; i++)
        if (r->chosen[i] && !add_claim(out, r, i, err))
            return false;
    text_add(out, "</body>\n</html>\n");
    return true;
}

/* JSON */

static json_t *json_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

static json_t *sample_json(const struct summary *summary)
{
    return json_pack("{s:o, s:o, s:I}", "mean", json_or_null(summary->mean), "error",
                     json_or_null(summary->error), "seeds", (json_int_t)summary->count);
}

static json_t *words_json(const struct check *check, const struct check_result *result)
{
    struct text words = {0};
    if (result)
        check_write_result(&words, check, result);
    else
        check_write_text(&words, check);
    json_t *string = words.failed ? NULL : json_string(words.bytes);
    text_free(&words);
    return string;
}

static json_t *check_json(const struct check *check, const struct check_result *result)
{
    json_t *object = json_pack(
        "{s:s, s:o, s:o, s:o}", "label", check->label, "criterion", words_json(check, NULL), "low",
        check->relation == RELATION_BELOW ? json_null() : json_real(check->low), "high",
        check->relation == RELATION_ABOVE ? json_null() : json_real(check->high));
    if (object && result)
        json_object_update_new(
            object,
            json_pack("{s:o, s:b, s:o, s:o, s:o, s:o}", "measured", words_json(check, result),
                      "holds", result->holds, "quantity", sample_json(&result->statistic), "other",
                      check->comparison == COMPARISON_NONE ? json_null()
                                                           : sample_json(&result->other),
                      "compared", sample_json(&result->compared), "p", json_or_null(result->p)));
    return object;
}

/* verdict is null where nothing was judged. */
static json_t *claim_json(const struct claim *claim, const struct verdict *verdict)
{
    bool failed = verdict && verdict->state == VERDICT_FAILED, judged = verdict && !failed;
    json_t *checks = json_array();
    for (size_t i = 0; i < claim_checks(claim); i++)
        json_array_append_new(checks,
                              check_json(&claim->check[i], judged ? &verdict->result[i] : NULL));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "id", claim->id, "title", claim->title, "claim",
        claim->text, "paper", claim->paper, "presets", claim->watch, "verdict",
        verdict ? json_string(verdict_state_name(verdict->state)) : json_null(), "failure",
        failed ? json_string(verdict->failure.message) : json_null(), "checks", checks);
}

/* Those that were given, [41, 42]. */
static json_t *seeds_json(const struct seed_range *seeds)
{
    json_t *list = json_array();
    for (unsigned seed = seeds->first; seed <= seeds->last; seed++)
        json_array_append_new(list, json_integer(seed));
    return list;
}

bool report_add_json(struct text *out, const struct reproduction *r, bool judged, struct error *err)
{
    for (size_t i = 0; i < r->table->claims; i++) {
        if (!r->chosen[i])
            continue;
        json_t *object = claim_json(&r->table->claim[i], judged ? &r->verdict[i] : NULL);
        if (object && r->options.seeds)
            json_object_set_new(object, "seeds", seeds_json(r->options.seeds));
        char *line = object ? json_dumps(object, JSON_COMPACT) : NULL;
        json_decref(object);
        if (!line)
            return error_set(err, ERROR_MEMORY, "out of memory writing JSON");
        text_format(out, "%s\n", line);
        free(line);
    }
    return !out->failed || error_set(err, ERROR_MEMORY, "out of memory writing JSON");
}

/* Figures */

static bool draw_figure(const struct reproduction *r, size_t claim, size_t figure,
                        struct error *err)
{
    const struct claim_figure *what = &r->table->claim[claim].figure[figure];
    struct figure_options options = {.kind = what->kind,
                                     .measures = what->measures,
                                     .width = FIGURE_WIDTH,
                                     .height = FIGURE_HEIGHT};
    size_t count;
    char *path = reproduction_figure_path(r, claim, figure, err);
    struct run_result *result =
        path ? replicates_gather(&r->replicates, what->runs, 1, VERDICT_SEEDS, &count, err) : NULL;
    bool ok = result && figures_draw(result, count, &options, path, err);
    if (path && !ok)
        remove(path); /* one of an earlier report would not be of these runs */
    memory_free(result);
    memory_free(path);
    return ok;
}

/* Whether all of its runs are there to be drawn. */
static bool is_judged(const struct reproduction *r, size_t claim)
{
    return r->chosen[claim] && r->verdict[claim].state != VERDICT_FAILED;
}

/* A figure that cannot be drawn is left out: what it needs may be missing from the runs, and that
 * is for the verdict to say. */
static bool draw_figures(const struct reproduction *r, struct error *undrawn, struct error *err)
{
    char *directory = file_join(r->options.directory, "figures", err);
    bool ok = directory && file_make_directories(directory, err);
    memory_free(directory);
    *undrawn = (struct error){0};
    for (size_t e = 0; ok && e < r->table->claims; e++)
        for (size_t f = 0; is_judged(r, e) && f < claim_figures(&r->table->claim[e]); f++)
            if (!draw_figure(r, e, f, undrawn) && undrawn->kind == ERROR_MEMORY)
                ok = error_set(err, ERROR_MEMORY, "%s", undrawn->message);
    return ok;
}

/* Files */

static bool write_text(const struct reproduction *r, const char *name, struct text *text,
                       struct error *err)
{
    size_t length = text->length;
    char *path = file_join(r->options.directory, name, err);
    char *bytes = text_take(text, err);
    bool ok = path && bytes && file_replace(path, bytes, length, err);
    memory_free(bytes);
    memory_free(path);
    return ok;
}

bool report_write(const struct reproduction *r, struct error *undrawn, struct error *err)
{
    struct text html = {0}, json = {0};
    if (!draw_figures(r, undrawn, err))
        return false;
    bool ok = add_html(&html, r, err) && write_text(r, r->report, &html, err) &&
              report_add_json(&json, r, true, err) && write_text(r, r->verdicts, &json, err);
    text_free(&html);
    text_free(&json);
    return ok;
}
