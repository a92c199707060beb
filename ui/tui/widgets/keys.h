/* Keys beyond those of curses, and what kind a key is. */
#ifndef MNEME_TUI_KEYS_H
#define MNEME_TUI_KEYS_H

#include <stdbool.h>

enum {
    SCREEN_NO_KEY = -1,
    SCREEN_META = 1 << 16, /* added to a key that was pressed with Alt */
    SCREEN_PASTE_BEGIN = 1001,
    SCREEN_PASTE_END,
    SCREEN_WORD_LEFT, /* Ctrl-Left */
    SCREEN_WORD_RIGHT,
    SCREEN_MOUSE, /* what it did is told beside the key */
};

enum { KEY_TAB = '\t', KEY_RETURN = '\r', KEY_ESCAPE = 27, KEY_DELETE = 127 };

#define KEY_CONTROL(letter) ((letter)&0x1F)

/* Enter, of the keypad as well. */
bool key_is_enter(int key);

/* Rows that a key moves the selection of a list down; 0 for one that does not move it. */
int key_rows(int key);

/* Whether it stands for something that can be read: neither a blank nor a key that does something.
 */
bool key_writes(int key);

#endif
