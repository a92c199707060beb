/* Keys of a preset with their values, to be looked at and changed: what a form shows and does,
 * without a screen. */
#ifndef MNEME_TUI_KEY_FORM_H
#define MNEME_TUI_KEY_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strings.h"
#include "config/preset.h"
#include "config/preset_key.h"
#include "ui/tui/widgets/cells.h"

/* A key, or how many entries of a pool are used. */
struct form_row {
    const struct preset_key *key; /* null for a pool */
    char *pool;
};

struct key_form {
    struct preset was, now;
    struct form_row *row; /* [rows] in the order of preset_keys */
    size_t rows;
    size_t selected;
    size_t wrong;         /* the row that `problem` is told at */
    struct error problem; /* of kind ERROR_NONE where there is none */
};

typedef bool form_accepts(const struct preset_key *key);

/* A form of the keys that are accepted, and of the pools that the preset limits where pools says
 * so. On false the form is empty. */
bool key_form_init(struct key_form *form, const struct preset *preset, form_accepts *accepts,
                   bool pools, struct error *err);
void key_form_free(struct key_form *form);

/* Moves the selection, which stays within the form. */
void key_form_move(struct key_form *form, int rows);

/* Selects what key_form_draw draws in a row of the rectangle; *again tells that it was selected
 * already. False where nothing is. */
bool key_form_select_at(struct key_form *form, struct rect rect, int row, bool *again);

/* Selects the next key whose name, "train.lr", has a text in it; false where none has. */
bool key_form_find(struct key_form *form, const char *text);

/* "train.lr", the value of a row as text, and whether that is another than it was; the first two
 * are freed with memory_free. */
char *key_form_name(const struct form_row *row, struct error *err);
char *key_form_value(const struct preset *preset, const struct form_row *row, struct error *err);
bool key_form_is_changed(const struct key_form *form, size_t row);

/* How many are. */
size_t key_form_changes(const struct key_form *form);

/* Gives the selected row a value, as a preset's file reads it, or the next one of a few; what is
 * wrong with it is the form's problem, and nothing is changed then. key_form_turn is false where
 * the value has to be typed. */
bool key_form_set(struct key_form *form, const char *value);
bool key_form_turn(struct key_form *form, bool back);

/* Gives it the value that it had. */
void key_form_undo(struct key_form *form);

/* Takes a problem of the values together, told at the row that its sentence begins with, else at
 * the selected one; null: there is none. */
void key_form_blame(struct key_form *form, const struct error *problem);

/* Adds what was changed as assignments, "train.lr=0.001". */
bool key_form_assign(const struct key_form *form, struct strings *assignments, struct error *err);

/* Draws it below a title. The last rows tell of the selected key, or of what is wrong there. */
void key_form_draw(const struct key_form *form, const char *title, struct rect rect,
                   struct cells *cells);

#endif
