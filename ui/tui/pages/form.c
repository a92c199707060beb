/* Map of this file: opening and closing; checks; typing; starting; saving; drawing; keys. */
#include "ui/tui/pages/form.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/library.h"
#include "config/preset_check.h"
#include "config/preset_file.h"
#include "lab/branch.h"
#include "ui/format.h"
#include "ui/tui/changing.h"
#include "ui/tui/listing.h"
#include "ui/tui/opening.h"
#include "ui/tui/pages/yes_or_no.h"
#include "ui/tui/state.h"
#include "ui/tui/targets.h"
#include "ui/tui/widgets/key_form.h"

/* What is on the prompt's line. */
enum typing { TYPING_NOTHING, TYPING_VALUE, TYPING_FOUND, TYPING_NAME };

struct form {
    struct key_form keys;
    char *title;
    /* A branch: */
    bool is_branch, has_step;
    uint64_t step;
    /* or a preset: */
    char *preset;        /* by what name or path it is read */
    struct strings base; /* what the command line sets */
    enum typing typing;
    char *kept;   /* what was on the prompt's line before */
    char *saving; /* the name that a preset is to be saved as, while it is asked whether */
};

static struct form *own_form(const struct workbench *workbench)
{
    return pages_own(&workbench->pages, &form_page);
}

/* Opening and closing */

static void forget_all(struct form *own)
{
    key_form_free(&own->keys);
    strings_free(&own->base);
    memory_free(own->title);
    memory_free(own->preset);
    memory_free(own->kept);
    memory_free(own->saving);
    *own = (struct form){.title = NULL};
}

static void form_forget(void *own)
{
    forget_all(own);
}

static void form_close(struct workbench *workbench)
{
    forget_all(own_form(workbench));
    workbench_close_page(workbench);
}

/* By its file's name a preset is called, and by its facts a run's is known. */
static bool is_any(const struct preset_key *key)
{
    bool called = strcmp(key->section, "preset") == 0 && strcmp(key->name, "name") == 0;
    return !called && strcmp(key->name, "fingerprint") != 0;
}

static bool read_branch(struct workbench *workbench, struct form *own, struct error *err)
{
    const struct session *session = workbench->session;
    char step[FORMAT_SIZE];
    struct preset preset;
    own->is_branch = true;
    if (!changing_find_step(workbench, &own->has_step, &own->step, err) ||
        !branch_preset(&preset, session, own->has_step ? &own->step : NULL, err))
        return false;
    own->title = own->has_step ? memory_format(err, "branch of %s at step %s", session->run.name,
                                               format_count(step, own->step))
                               : memory_format(err, "branch of %s at the step that it has %s",
                                               session->run.name,
                                               session->follower ? "saved last" : "reached");
    bool read = own->title && key_form_init(&own->keys, &preset, branch_can_change, false, err);
    preset_free(&preset);
    return read;
}

/* With what the command line sets, where nothing was opened yet. */
static bool add_options(struct workbench *workbench, struct strings *base, struct error *err)
{
    const struct session_request *first = &workbench->options->first;
    if (workbench->opened_any)
        return true;
    for (size_t i = 0; i < first->assignments; i++)
        if (!strings_add(base, first->assignment[i], err))
            return false;
    return first->steps == 0 ||
           strings_take(
               base, memory_format(err, "train.steps=%llu", (unsigned long long)first->steps), err);
}

static bool read_preset(struct workbench *workbench, struct form *own, struct error *err)
{
    bool is_run;
    struct preset preset;
    const char *name = target_list_selected(&workbench->listed, &is_run);
    if (!name || is_run)
        return error_set(err, ERROR_INPUT,
                         is_run ? "a run has its values; open it, and B makes a branch with others"
                                : "there is no preset");
    if (!add_options(workbench, &own->base, err) || !(own->preset = memory_string(name, err)))
        return false;
    const struct session_request request = {.preset = name,
                                            .assignment = (const char *const *)own->base.text,
                                            .assignments = own->base.count};
    if (!session_request_preset(&request, workbench->paths, &preset, err))
        return false;
    own->title = memory_format(err, "preset %s", preset.name);
    bool read = own->title && key_form_init(&own->keys, &preset, is_any, true, err);
    preset_free(&preset);
    return read;
}

void form_open(const struct request_call *call)
{
    struct workbench *workbench = call->workbench;
    struct error err;
    struct form read = {.title = NULL};
    bool is_branch = page_is_of_run(pages_top(&workbench->pages));
    if (!(is_branch ? read_branch : read_preset)(workbench, &read, &err)) {
        if (call->line)
            workbench_reply(workbench, call->line, ENTRY_ERROR, err.message);
        else
            workbench_say(workbench, true, "%s", err.message);
        forget_all(&read);
        return;
    }
    workbench_open_page(workbench, &form_page);
    struct form *own = own_form(workbench);
    if (!own) { /* no memory: that was said */
        forget_all(&read);
        return;
    }
    forget_all(own);
    *own = read;
}

/* Checks */

static bool read_changed_branch(struct workbench *workbench, const struct form *own,
                                struct branch *branch, struct error *err)
{
    struct strings assignments = {0};
    bool read = key_form_assign(&own->keys, &assignments, err) &&
                branch_read(branch, workbench->session, own->has_step ? &own->step : NULL,
                            (const char *const *)assignments.text, assignments.count, err);
    strings_free(&assignments);
    return read;
}

/* The same that reading a file checks, and for a branch what it has to share with its parent. */
static bool check(struct workbench *workbench, struct form *own)
{
    struct error err;
    struct branch branch;
    bool fits = own->is_branch ? read_changed_branch(workbench, own, &branch, &err)
                               : preset_check(&own->keys.now, &err);
    if (fits && own->is_branch)
        branch_free(&branch);
    key_form_blame(&own->keys, fits ? NULL : &err);
    return fits;
}

/* What a value is on its own was said by whoever has set it. */
static void check_changed(struct workbench *workbench, struct form *own)
{
    if (own->keys.problem.kind == ERROR_NONE)
        check(workbench, own);
}

/* Typing */

static void begin_typing(struct workbench *workbench, enum typing typing, const char *text)
{
    struct form *own = own_form(workbench);
    memory_free(own->kept);
    own->kept = memory_string(prompt_line_text(workbench->line), NULL);
    own->typing = typing;
    prompt_line_set(workbench->line, text);
}

static void end_typing(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    prompt_line_set(workbench->line, own->kept ? own->kept : "");
    own->typing = TYPING_NOTHING;
}

static void type_value(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    struct key_form *keys = &own->keys;
    char *value = key_form_value(&keys->now, &keys->row[keys->selected], NULL);
    begin_typing(workbench, TYPING_VALUE, value ? value : "");
    memory_free(value);
}

/* A value that is wrong stays on the line, to be corrected. */
static void take_value(struct workbench *workbench, const char *text)
{
    struct form *own = own_form(workbench);
    if (!key_form_set(&own->keys, text)) {
        prompt_line_set(workbench->line, text);
        return;
    }
    check(workbench, own);
    end_typing(workbench);
}

static void find(struct workbench *workbench, const char *text)
{
    bool found = key_form_find(&own_form(workbench)->keys, text);
    end_typing(workbench);
    if (!found)
        workbench_say(workbench, true, "no key has %s in its name", text);
}

/* Starting */

static bool start_branch(struct workbench *workbench, const struct form *own, bool both,
                         struct error *err)
{
    struct branch branch;
    if (!read_changed_branch(workbench, own, &branch, err))
        return false;
    if (changing_open_branch(workbench, &branch, both, err))
        return true;
    branch_free(&branch);
    return false;
}

static bool add_assignments(const struct form *own, struct strings *all, struct text *changes,
                            struct error *err)
{
    struct strings changed = {0};
    bool added = key_form_assign(&own->keys, &changed, err);
    for (size_t i = 0; added && i < own->base.count; i++)
        added = strings_add(all, own->base.text[i], err);
    for (size_t i = 0; added && i < changed.count; i++) {
        added = strings_add(all, changed.text[i], err);
        text_format(changes, "%s%s", i > 0 ? ", " : "", changed.text[i]);
    }
    text_add(changes, "");
    strings_free(&changed);
    return added && (!changes->failed || error_set(err, ERROR_MEMORY, "out of memory"));
}

static bool start_preset(struct workbench *workbench, const struct form *own, struct error *err)
{
    struct strings all = {0};
    struct text changes = {0};
    bool set = add_assignments(own, &all, &changes, err) &&
               targets_set_edited(workbench, own->preset, &all,
                                  changes.length > 0 ? changes.bytes : "", err);
    strings_free(&all);
    text_free(&changes);
    if (set)
        opening_leave_for_target(workbench);
    return set;
}

/* both: the parent of a branch goes on as well. */
static void start(struct workbench *workbench, bool both)
{
    struct error err;
    struct form *own = own_form(workbench);
    if (!check(workbench, own)) {
        own->keys.selected = own->keys.wrong;
        return;
    }
    if (!(own->is_branch ? start_branch(workbench, own, both, &err)
                         : start_preset(workbench, own, &err)))
        workbench_say(workbench, true, "%s", err.message);
}

/* Saving */

static char *own_path(const struct workbench *workbench, const char *name, struct error *err)
{
    return memory_format(err, "%s/presets/%s" LIBRARY_EXTENSION, workbench->paths->data[0], name);
}

static bool take_text(char **text, const char *from, struct error *err)
{
    char *copy = memory_string(from, err);
    if (!copy)
        return false;
    memory_free(*text);
    *text = copy;
    return true;
}

/* What another preset says of itself is not true of this one, unless it was written here. */
static bool name_preset(struct preset *preset, const struct preset *was, const char *name,
                        struct error *err)
{
    char *title = memory_format(err, "%s with other settings", was->name);
    bool named =
        title &&
        (strcmp(preset->title, was->title) != 0 || take_text(&preset->title, title, err)) &&
        (strcmp(preset->description, was->description) != 0 ||
         take_text(&preset->description, "", err)) &&
        take_text(&preset->name, name, err);
    if (preset->minutes == was->minutes)
        preset->minutes = 0;
    memory_free(title);
    return named;
}

static bool write_file(const char *path, const struct preset *preset, struct error *err)
{
    char *directory = file_directory(path, err);
    char *text = directory ? preset_write(preset, err) : NULL;
    bool written = text && file_make_directories(directory, err) &&
                   file_replace(path, text, strlen(text), err);
    memory_free(text);
    memory_free(directory);
    return written;
}

/* Of the preset as it was saved. */
static bool begin_anew(struct key_form *keys, const struct preset *preset, struct error *err)
{
    struct key_form fresh;
    if (!key_form_init(&fresh, preset, is_any, true, err))
        return false;
    fresh.selected = keys->selected;
    key_form_free(keys);
    *keys = fresh;
    return true;
}

static bool write_preset(struct workbench *workbench, struct form *own, const char *name,
                         struct error *err)
{
    struct preset preset;
    if (!preset_copy(&preset, &own->keys.now, err))
        return false;
    char *path = own_path(workbench, name, err);
    bool written = path && name_preset(&preset, &own->keys.was, name, err) &&
                   write_file(path, &preset, err) && begin_anew(&own->keys, &preset, err);
    if (written)
        workbench_say(workbench, false, "saved as preset %s: %s", name, path);
    preset_free(&preset);
    memory_free(path);
    return written;
}

/* From now on the form is of the preset that was saved. */
static void save(struct workbench *workbench, const char *name)
{
    struct error err;
    struct form *own = own_form(workbench);
    if (!write_preset(workbench, own, name, &err) || !take_text(&own->preset, name, &err)) {
        workbench_say(workbench, true, "%s", err.message);
        return;
    }
    char *title = memory_format(NULL, "preset %s", name);
    if (title) {
        memory_free(own->title);
        own->title = title;
    }
    strings_free(&own->base);
    listing_read(workbench);
}

static void save_over(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    char *name = own->saving;
    own->saving = NULL;
    if (name)
        save(workbench, name);
    memory_free(name);
}

static bool is_name(const char *text)
{
    static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_.";
    return *text && *text != '.' && *text != '-' && text[strspn(text, characters)] == '\0' &&
           !library_is_path(text);
}

static void save_as(struct workbench *workbench, const char *name)
{
    struct form *own = own_form(workbench);
    if (!is_name(name)) {
        prompt_line_set(workbench->line, name);
        workbench_say(workbench, true,
                      "a preset's name has letters, digits, - and _, and no blanks");
        return;
    }
    end_typing(workbench);
    char *path = own_path(workbench, name, NULL);
    bool is_there = !path || file_exists(path) || preset_is_listed(workbench->paths, name);
    memory_free(path);
    if (!is_there) {
        save(workbench, name);
        return;
    }
    memory_free(own->saving);
    own->saving = memory_string(name, NULL);
    yes_or_no_ask(workbench, save_over, "There is a preset %s. Put this one in its place?", name);
}

static void begin_saving(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    if (own->is_branch)
        workbench_say(workbench, false, "a branch is kept by its run");
    else if (check(workbench, own))
        begin_typing(workbench, TYPING_NAME, "");
    else
        own->keys.selected = own->keys.wrong;
}

/* Drawing */

static void draw_line(struct workbench *workbench, const struct form *own, struct page_frame *frame)
{
    struct cells *cells = frame->cells;
    struct rect line = frame->layout.prompt;
    const struct key_form *keys = &own->keys;
    char *name = own->typing == TYPING_VALUE
                     ? key_form_name(&keys->row[keys->selected], NULL)
                     : memory_string(own->typing == TYPING_NAME ? "save as" : "find", NULL);
    int cols = cells_format(cells, line.row, line.col, line.cols / 2, STYLE_STRONG, "%s",
                            name ? name : "");
    cols += cells_text(cells, line.row, line.col + cols, line.cols, STYLE_STRONG, " › ");
    line.col += cols;
    line.cols -= cols;
    prompt_line_draw(workbench->line, cells, line, STYLE_PLAIN, &frame->cursor);
    memory_free(name);
}

static bool form_draw(struct workbench *workbench, struct page_frame *frame, struct error *err)
{
    const struct form *own = own_form(workbench);
    (void)err;
    key_form_draw(&own->keys, own->title, page_rect(frame->cells), frame->cells);
    if (own->typing != TYPING_NOTHING)
        draw_line(workbench, own, frame);
    return true;
}

static void form_hints(const struct workbench *workbench, struct hint_line *line)
{
    const struct form *own = own_form(workbench);
    static const struct hint typing[] = {
        {"Enter", "take it"}, {"Ctrl-U", "clear it"}, {"Esc", "leave it as it was"}, {0}};
    static const struct hint finding[] = {{"Enter", "next key that has it"}, {"Esc", "back"}, {0}};
    static const struct hint of_branch[] = {{"Enter", "change"},
                                            {"s", "start the branch"},
                                            {"b", "beside its parent"},
                                            {"Esc", "back"},
                                            {"u", "undo"},
                                            {"/", "find a key"},
                                            {0}};
    static const struct hint of_preset[] = {
        {"Enter", "change"}, {"s", "start"},      {"w", "save as"}, {"Esc", "back"},
        {"u", "undo"},       {"/", "find a key"}, {"?", "help"},    {0}};
    hint_line_add_all(line, own->typing == TYPING_FOUND     ? finding
                            : own->typing != TYPING_NOTHING ? typing
                            : own->is_branch                ? of_branch
                                                            : of_preset);
}

/* Keys */

static void take_typed(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    struct text text = {0};
    text_add_trimmed(&text, prompt_line_text(workbench->line));
    enum typing typing = own->typing;
    if (text.failed)
        workbench_say(workbench, true, "out of memory");
    else if (typing == TYPING_VALUE)
        take_value(workbench, text.bytes);
    else if (typing == TYPING_NAME)
        save_as(workbench, text.bytes);
    else
        find(workbench, text.bytes);
    text_free(&text);
}

/* One that was sent in another way than with Enter: readline has emptied its line. */
static void form_line_taken(struct workbench *workbench, const char *line)
{
    prompt_line_set(workbench->line, line);
    if (own_form(workbench)->typing != TYPING_NOTHING)
        take_typed(workbench);
}

/* Enter does not go to readline, which would keep the value among earlier prompts. */
static bool typing_key(struct workbench *workbench, int key)
{
    struct prompt_line *line = workbench->line;
    bool escapes = key == KEY_ESCAPE && !prompt_line_wants_escape(line);
    if (key_is_enter(key) && !prompt_line_searches(line))
        take_typed(workbench);
    else if (escapes || key == KEY_CONTROL('c')) {
        key_form_blame(&own_form(workbench)->keys, NULL);
        end_typing(workbench);
        check(workbench, own_form(workbench));
    } else if (key != KEY_TAB && key != KEY_UP && key != KEY_DOWN)
        prompt_line_key(line, key);
    return true;
}

static void change(struct workbench *workbench, bool back)
{
    struct form *own = own_form(workbench);
    if (key_form_turn(&own->keys, back))
        check_changed(workbench, own);
}

static bool move_selection(struct workbench *workbench, int key)
{
    int rows = key_rows(key);
    if (rows != 0)
        key_form_move(&own_form(workbench)->keys, rows);
    return rows != 0;
}

static void edit(struct workbench *workbench)
{
    struct form *own = own_form(workbench);
    if (key_form_turn(&own->keys, false))
        check_changed(workbench, own);
    else
        type_value(workbench);
}

static void undo(struct workbench *workbench)
{
    key_form_undo(&own_form(workbench)->keys);
    check_changed(workbench, own_form(workbench));
}

static bool form_key(struct workbench *workbench, int key)
{
    const struct form *own = own_form(workbench);
    if (own->typing != TYPING_NOTHING)
        return typing_key(workbench, key);
    if (move_selection(workbench, key))
        return true;
    if (key_is_enter(key))
        edit(workbench);
    else if (key == KEY_LEFT || key == KEY_RIGHT || key == ' ')
        change(workbench, key == KEY_LEFT);
    else if (key == 's' || (key == 'b' && own->is_branch))
        start(workbench, key == 'b');
    else if (key == 'w')
        begin_saving(workbench);
    else if (key == 'u')
        undo(workbench);
    else if (key == '/')
        begin_typing(workbench, TYPING_FOUND, "");
    else if (key == KEY_ESCAPE || key == KEY_CONTROL('c'))
        form_close(workbench);
    else
        return key == 'B'; /* which would open it anew */
    return true;
}

static void form_paste(struct workbench *workbench, int key)
{
    if (own_form(workbench)->typing != TYPING_NOTHING)
        prompt_line_paste(workbench->line, key);
}

/* For the help. */
static const struct hint form_keys[] = {
    {"Up, Down", "another key"},
    {"Enter", "type its value"},
    {"Left, Right", "the next value, of a few"},
    {"u", "the value that it had"},
    {"/", "find a key"},
    {"s", "start"},
    {"b", "start a branch, and let its parent go on beside it"},
    {"w", "save as a preset"},
    {"Esc", "back"},
    {0},
};

static bool form_select_at(struct workbench *workbench, int row, int col, bool *again)
{
    struct form *own = own_form(workbench);
    (void)col;
    return own->typing == TYPING_NOTHING &&
           key_form_select_at(&own->keys, page_rect(&workbench->cells), row, again);
}

const struct page_ops form_page = {
    .place = PAGE_OF_TARGETS,
    .fills = true,
    .size = sizeof(struct form),
    .draw = form_draw,
    .hints = form_hints,
    .keys = form_keys,
    .key_pressed = form_key,
    .select_at = form_select_at,
    .key_pasted = form_paste,
    .line_taken = form_line_taken,
    .forget = form_forget,
};
