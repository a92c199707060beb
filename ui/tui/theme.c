/* Map of this file: the roles of the themes; attributes alone; the nearest colour; a shade; a
 * look. */
#include "ui/tui/theme.h"

#include <limits.h>

/* The roles of the themes */

enum {
    OWN = -1
}; /* the terminal's own colour; of a palette's eight, where it stands for 0xRRGGBB */

struct role {
    short basic; /* of the palette's eight colours; OWN */
    int rgb;     /* where there are more; OWN: the same as of eight */
    attr_t attributes;
};

struct theme {
    short ground_basic;
    int ground;
    int fade; /* what shades fade into; OWN: the terminal dims them */
    struct role role[STYLES];
};

/* What the user has chosen for the terminal, but for the many curves of overlaid runs, which eight
 * colours are too few for: those are neither too dark for black nor too light for white. */
static const struct theme terminal_theme = {
    OWN,
    OWN,
    OWN,
    {
        [STYLE_PLAIN] = {OWN, OWN, A_NORMAL},
        [STYLE_FAINT] = {OWN, OWN, A_DIM},
        [STYLE_STRONG] = {OWN, OWN, A_BOLD},
        [STYLE_KNOWN] = {OWN, OWN, A_BOLD},
        [STYLE_NEW] = {COLOR_MAGENTA, OWN, A_NORMAL},
        [STYLE_TUNED] = {COLOR_BLUE, OWN, A_BOLD},
        [STYLE_BASELINE] = {OWN, OWN, A_DIM},
        [STYLE_PARENT] = {OWN, OWN, A_DIM},
        [STYLE_STATISTICS] = {COLOR_CYAN, OWN, A_NORMAL},
        [STYLE_PLATEAU] = {COLOR_YELLOW, OWN, A_NORMAL},
        [STYLE_KNOWLEDGE] = {COLOR_GREEN, OWN, A_NORMAL},
        [STYLE_WITHIN_NAME] = {COLOR_CYAN, OWN, A_BOLD},
        [STYLE_TO_NAME] = {COLOR_YELLOW, OWN, A_BOLD},
        [STYLE_TO_TEXT] = {COLOR_MAGENTA, OWN, A_BOLD},
        [STYLE_TO_NAMES] = {COLOR_BLUE, OWN, A_BOLD},
        [STYLE_SHARPNESS] = {OWN, OWN, A_NORMAL},
        [STYLE_RUNNING] = {COLOR_GREEN, OWN, A_BOLD},
        [STYLE_PAUSED] = {COLOR_YELLOW, OWN, A_BOLD},
        [STYLE_RIGHT] = {COLOR_GREEN, OWN, A_NORMAL},
        [STYLE_WRONG] = {COLOR_RED, OWN, A_NORMAL},
        [STYLE_ERROR] = {COLOR_RED, OWN, A_BOLD},
        [STYLE_KEY] = {OWN, OWN, A_BOLD},
        [STYLE_SELECTED] = {OWN, OWN, A_REVERSE},
        [STYLE_SERIES] = {COLOR_BLUE, 0x3F87D9, A_NORMAL},
        [STYLE_SERIES + 1] = {COLOR_RED, 0xE0554F, A_NORMAL},
        [STYLE_SERIES + 2] = {COLOR_CYAN, 0x2A9D8F, A_BOLD},
        [STYLE_SERIES + 3] = {COLOR_YELLOW, 0xB8860B, A_BOLD},
        [STYLE_SERIES + 4] = {COLOR_MAGENTA, 0xA46BD6, A_BOLD},
        [STYLE_SERIES + 5] = {COLOR_GREEN, 0x6B9A2F, A_BOLD},
        [STYLE_SERIES + 6] = {COLOR_RED, 0xD65A9C, A_BOLD},
        [STYLE_SERIES + 7] = {COLOR_WHITE, 0x878787, A_NORMAL},
    },
};

static const struct theme light_theme = {
    OWN,
    OWN,
    0xFFFFFF,
    {
        [STYLE_PLAIN] = {OWN, OWN, A_NORMAL},
        [STYLE_FAINT] = {OWN, 0x5F5F5F, A_NORMAL},
        [STYLE_STRONG] = {OWN, OWN, A_BOLD},
        [STYLE_KNOWN] = {OWN, OWN, A_BOLD},
        [STYLE_NEW] = {COLOR_MAGENTA, 0x9A2E9A, A_NORMAL},
        [STYLE_TUNED] = {COLOR_BLUE, 0x1F4FBF, A_BOLD},
        [STYLE_BASELINE] = {OWN, 0x5F5F5F, A_NORMAL},
        [STYLE_PARENT] = {OWN, 0x6B6B6B, A_NORMAL},
        [STYLE_STATISTICS] = {COLOR_BLUE, 0x006A75, A_NORMAL},
        [STYLE_PLATEAU] = {COLOR_RED, 0x8F5400, A_NORMAL},
        [STYLE_KNOWLEDGE] = {COLOR_GREEN, 0x1A7A2E, A_NORMAL},
        [STYLE_WITHIN_NAME] = {COLOR_CYAN, 0x00707A, A_BOLD},
        [STYLE_TO_NAME] = {COLOR_RED, 0x8F5400, A_NORMAL},
        [STYLE_TO_TEXT] = {COLOR_MAGENTA, 0x8F1F5F, A_BOLD},
        [STYLE_TO_NAMES] = {COLOR_BLUE, 0x1F4FBF, A_BOLD},
        [STYLE_SHARPNESS] = {OWN, OWN, A_NORMAL},
        [STYLE_RUNNING] = {COLOR_GREEN, 0x1A7A2E, A_BOLD},
        [STYLE_PAUSED] = {COLOR_RED, 0x8F5400, A_BOLD},
        [STYLE_RIGHT] = {COLOR_GREEN, 0x1A7A2E, A_NORMAL},
        [STYLE_WRONG] = {COLOR_RED, 0xC01818, A_NORMAL},
        [STYLE_ERROR] = {COLOR_RED, 0xC01818, A_BOLD},
        [STYLE_KEY] = {OWN, OWN, A_BOLD},
        [STYLE_SELECTED] = {OWN, OWN, A_REVERSE},
        [STYLE_SERIES] = {COLOR_BLUE, 0x0060C0, A_NORMAL},
        [STYLE_SERIES + 1] = {COLOR_RED, 0xB02020, A_BOLD},
        [STYLE_SERIES + 2] = {COLOR_CYAN, 0x00707A, A_NORMAL},
        [STYLE_SERIES + 3] = {COLOR_BLACK, 0x8A4B00, A_NORMAL},
        [STYLE_SERIES + 4] = {COLOR_MAGENTA, 0x6A2FB0, A_BOLD},
        [STYLE_SERIES + 5] = {COLOR_GREEN, 0x3F6B00, A_BOLD},
        [STYLE_SERIES + 6] = {COLOR_RED, 0xB0006A, A_NORMAL},
        [STYLE_SERIES + 7] = {COLOR_CYAN, 0x303030, A_BOLD},
    },
};

static const struct theme high_contrast_theme = {
    COLOR_BLACK,
    0x000000,
    0x000000,
    {
        [STYLE_PLAIN] = {COLOR_WHITE, 0xFFFFFF, A_NORMAL},
        [STYLE_FAINT] = {COLOR_WHITE, 0xD0D0D0, A_NORMAL},
        [STYLE_STRONG] = {COLOR_WHITE, 0xFFFFFF, A_BOLD},
        [STYLE_KNOWN] = {COLOR_WHITE, 0xFFFFFF, A_BOLD},
        [STYLE_NEW] = {COLOR_MAGENTA, 0xFF87FF, A_BOLD},
        [STYLE_TUNED] = {COLOR_CYAN, 0x87AFFF, A_NORMAL},
        [STYLE_BASELINE] = {COLOR_WHITE, 0xD0D0D0, A_NORMAL},
        [STYLE_PARENT] = {COLOR_WHITE, 0xBCBCBC, A_NORMAL},
        [STYLE_STATISTICS] = {COLOR_CYAN, 0x5FD7FF, A_BOLD},
        [STYLE_PLATEAU] = {COLOR_YELLOW, 0xFFD700, A_BOLD},
        [STYLE_KNOWLEDGE] = {COLOR_GREEN, 0x5FFF5F, A_BOLD},
        [STYLE_WITHIN_NAME] = {COLOR_CYAN, 0x5FD7FF, A_BOLD},
        [STYLE_TO_NAME] = {COLOR_YELLOW, 0xFFD700, A_BOLD},
        [STYLE_TO_TEXT] = {COLOR_MAGENTA, 0xFF87D7, A_BOLD},
        [STYLE_TO_NAMES] = {COLOR_GREEN, 0x5FFF5F, A_BOLD},
        [STYLE_SHARPNESS] = {COLOR_WHITE, 0xFFFFFF, A_NORMAL},
        [STYLE_RUNNING] = {COLOR_GREEN, 0x5FFF5F, A_BOLD},
        [STYLE_PAUSED] = {COLOR_YELLOW, 0xFFD700, A_BOLD},
        [STYLE_RIGHT] = {COLOR_GREEN, 0x5FFF5F, A_BOLD},
        [STYLE_WRONG] = {COLOR_YELLOW, 0xFFAF87, A_BOLD},
        [STYLE_ERROR] = {COLOR_YELLOW, 0xFFAF87, A_BOLD},
        [STYLE_KEY] = {COLOR_WHITE, 0xFFFFFF, A_BOLD},
        [STYLE_SELECTED] = {COLOR_WHITE, 0xFFFFFF, A_REVERSE},
        [STYLE_SERIES] = {COLOR_CYAN, 0x87D7FF, A_NORMAL},
        [STYLE_SERIES + 1] = {COLOR_YELLOW, 0xFFAF5F, A_NORMAL},
        [STYLE_SERIES + 2] = {COLOR_GREEN, 0xAFFF5F, A_NORMAL},
        [STYLE_SERIES + 3] = {COLOR_MAGENTA, 0xFFAFD7, A_NORMAL},
        [STYLE_SERIES + 4] = {COLOR_YELLOW, 0xFFFF87, A_BOLD},
        [STYLE_SERIES + 5] = {COLOR_CYAN, 0xAFAFFF, A_BOLD},
        [STYLE_SERIES + 6] = {COLOR_GREEN, 0x5FFFD7, A_BOLD},
        [STYLE_SERIES + 7] = {COLOR_WHITE, 0xD787FF, A_NORMAL},
    },
};

/* The colours of Okabe and Ito, "Color Universal Design" (2008), with a blue that is seen on black
 * as well; a palette's blue, yellow and cyan where there are no others. */
static const struct theme colour_blind_theme = {
    OWN,
    OWN,
    OWN,
    {
        [STYLE_PLAIN] = {OWN, OWN, A_NORMAL},
        [STYLE_FAINT] = {OWN, OWN, A_DIM},
        [STYLE_STRONG] = {OWN, OWN, A_BOLD},
        [STYLE_KNOWN] = {OWN, OWN, A_BOLD},
        [STYLE_NEW] = {COLOR_MAGENTA, 0xCC79A7, A_NORMAL},
        [STYLE_TUNED] = {COLOR_BLUE, 0x0072B2, A_BOLD},
        [STYLE_BASELINE] = {OWN, OWN, A_DIM},
        [STYLE_PARENT] = {OWN, OWN, A_DIM},
        [STYLE_STATISTICS] = {COLOR_CYAN, 0x56B4E9, A_NORMAL},
        [STYLE_PLATEAU] = {COLOR_YELLOW, 0xE69F00, A_NORMAL},
        [STYLE_KNOWLEDGE] = {COLOR_BLUE, 0x0087D7, A_NORMAL},
        [STYLE_WITHIN_NAME] = {COLOR_CYAN, 0x56B4E9, A_BOLD},
        [STYLE_TO_NAME] = {COLOR_YELLOW, 0xE69F00, A_BOLD},
        [STYLE_TO_TEXT] = {COLOR_MAGENTA, 0xCC79A7, A_BOLD},
        [STYLE_TO_NAMES] = {COLOR_BLUE, 0x0072B2, A_BOLD},
        [STYLE_SHARPNESS] = {OWN, OWN, A_NORMAL},
        [STYLE_RUNNING] = {COLOR_CYAN, 0x56B4E9, A_BOLD},
        [STYLE_PAUSED] = {COLOR_YELLOW, 0xE69F00, A_BOLD},
        [STYLE_RIGHT] = {COLOR_CYAN, 0x56B4E9, A_NORMAL},
        [STYLE_WRONG] = {COLOR_YELLOW, 0xD55E00, A_NORMAL},
        [STYLE_ERROR] = {COLOR_YELLOW, 0xD55E00, A_BOLD},
        [STYLE_KEY] = {OWN, OWN, A_BOLD},
        [STYLE_SELECTED] = {OWN, OWN, A_REVERSE},
        [STYLE_SERIES] = {COLOR_BLUE, 0x0087D7, A_NORMAL},
        [STYLE_SERIES + 1] = {COLOR_YELLOW, 0xE69F00, A_NORMAL},
        [STYLE_SERIES + 2] = {COLOR_CYAN, 0x56B4E9, A_BOLD},
        [STYLE_SERIES + 3] = {COLOR_RED, 0xD55E00, A_NORMAL},
        [STYLE_SERIES + 4] = {COLOR_GREEN, 0x009E73, A_BOLD},
        [STYLE_SERIES + 5] = {COLOR_MAGENTA, 0xCC79A7, A_BOLD},
        [STYLE_SERIES + 6] = {COLOR_YELLOW, 0xF0E442, A_BOLD},
        [STYLE_SERIES + 7] = {COLOR_WHITE, 0x585858, A_NORMAL},
    },
};

static const struct theme *const themes[THEME_KINDS] = {
    [THEME_TERMINAL] = &terminal_theme,
    [THEME_LIGHT] = &light_theme,
    [THEME_HIGH_CONTRAST] = &high_contrast_theme,
    [THEME_COLOUR_BLIND] = &colour_blind_theme,
};

/* Attributes alone. What is not here has none; the shapes of curves differ as well. */

static const attr_t bare[STYLES] = {
    [STYLE_FAINT] = A_DIM,       [STYLE_STRONG] = A_BOLD,      [STYLE_KNOWN] = A_BOLD,
    [STYLE_TUNED] = A_BOLD,      [STYLE_BASELINE] = A_DIM,     [STYLE_PARENT] = A_DIM,
    [STYLE_KNOWLEDGE] = A_BOLD,  [STYLE_RUNNING] = A_BOLD,     [STYLE_PAUSED] = A_BOLD,
    [STYLE_RIGHT] = A_BOLD,      [STYLE_WRONG] = A_UNDERLINE,  [STYLE_ERROR] = A_BOLD,
    [STYLE_KEY] = A_BOLD,        [STYLE_SELECTED] = A_REVERSE, [STYLE_SERIES + 1] = A_BOLD,
    [STYLE_SERIES + 3] = A_BOLD, [STYLE_SERIES + 5] = A_BOLD,  [STYLE_SERIES + 7] = A_BOLD,
};

/* The nearest colour */

enum { CHANNELS = 3 };

static void split(int rgb, int channel[CHANNELS])
{
    for (int c = 0; c < CHANNELS; c++)
        channel[c] = rgb >> 8 * (CHANNELS - 1 - c) & 0xFF;
}

static long distance(const int a[CHANNELS], const int b[CHANNELS])
{
    long sum = 0;
    for (int c = 0; c < CHANNELS; c++)
        sum += (long)(a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

/* What xterm shows for a number from 16 on. */
static void split_number(int number, int channel[CHANNELS])
{
    enum { PALETTE = 16, EDGE = 6, CUBE = EDGE * EDGE * EDGE };
    static const int level[EDGE] = {0, 95, 135, 175, 215, 255};
    int at = number - PALETTE;
    channel[0] = at < CUBE ? level[at / (EDGE * EDGE)] : 8 + 10 * (at - CUBE);
    channel[1] = at < CUBE ? level[at / EDGE % EDGE] : channel[0];
    channel[2] = at < CUBE ? level[at % EDGE] : channel[0];
}

int theme_nearest(int rgb)
{
    enum { FIRST = 16, LAST = 255 };
    int wanted[CHANNELS], found[CHANNELS], nearest = FIRST;
    long least = LONG_MAX;
    split(rgb, wanted);
    for (int number = FIRST; number <= LAST; number++) {
        split_number(number, found);
        long far = distance(wanted, found);
        if (far < least) {
            least = far;
            nearest = number;
        }
    }
    return nearest;
}

/* A shade: half-way to what it fades into, where that is known */

static int fade(int rgb, int into)
{
    int from[CHANNELS], to[CHANNELS], mixed = 0;
    split(rgb, from);
    split(into, to);
    for (int c = 0; c < CHANNELS; c++)
        mixed = mixed << 8 | (from[c] + to[c]) / 2;
    return mixed;
}

static struct role shade_of(const struct theme *theme, const struct role *role,
                            enum colour_depth depth)
{
    bool fades = theme->fade != OWN && role->rgb != OWN && depth > COLOURS_8;
    return (struct role){
        .basic = role->basic,
        .rgb = fades ? fade(role->rgb, theme->fade) : role->rgb,
        .attributes = (role->attributes & ~A_BOLD) | (fades ? A_NORMAL : A_DIM),
    };
}

/* A look */

static int colour_number(short basic, int rgb, enum colour_depth depth)
{
    if (depth == COLOURS_8 || rgb == OWN)
        return basic;
    return depth == COLOURS_256 ? theme_nearest(rgb) : rgb;
}

struct look theme_look(enum theme_kind theme, enum style style, enum colour_depth depth)
{
    bool is_shade = style_is_shade(style);
    enum style base = is_shade ? style - STYLES : style;
    struct role role = themes[theme]->role[base];
    if (depth == COLOURS_NONE)
        return (struct look){OWN, OWN, is_shade ? (bare[base] & ~A_BOLD) | A_DIM : bare[base]};
    if (is_shade)
        role = shade_of(themes[theme], &role, depth);
    return (struct look){
        .colour = colour_number(role.basic, role.rgb, depth),
        .ground = colour_number(themes[theme]->ground_basic, themes[theme]->ground, depth),
        .attributes = role.attributes,
    };
}
