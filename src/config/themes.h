/* The themes that there are: what each looks like is in ui/tui/theme.c. */
#ifndef MNEME_CONFIG_THEMES_H
#define MNEME_CONFIG_THEMES_H

/* ROW(constant, name, what it is for), in the order that help and manual have. */
#define THEMES(ROW)                                                                                \
    ROW(TERMINAL, "terminal", "the terminal's own palette on its own background")                  \
    ROW(LIGHT, "light", "dark colours, for a light background")                                    \
    ROW(HIGH_CONTRAST, "high-contrast", "bright colours on black")                                 \
    ROW(COLOUR_BLIND, "colour-blind", "colours that differ for whoever sees no red or no green")

#define CONSTANT(constant, name, text) THEME_##constant,
enum theme_kind { THEMES(CONSTANT) THEME_KINDS };
#undef CONSTANT

#endif
