#include "base/fuzzy.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/utf8.h"

enum { ROOM = 2048, STEP = 1000 };

static bool begins_word(const char *text, const char *at)
{
    return at == text || strchr(" -_/.@(", at[-1]);
}

/* Where the letters end that begin here; null where they are not all there. */
static const char *end_of_letters(const char *text, const char *typed)
{
    for (; *typed; typed++, text++) {
        text = strchr(text, *typed);
        if (!text)
            return NULL;
    }
    return text;
}

/* Bytes between the letters, where there are fewest. */
static int fewest_between(const char *text, const char *typed)
{
    int fewest = FUZZY_NONE, length = (int)strlen(typed);
    for (const char *at = text; (at = strchr(at, *typed)) != NULL; at++) {
        const char *end = end_of_letters(at, typed);
        if (!end)
            break;
        int between = (int)(end - at) - length;
        fewest = fewest < 0 || between < fewest ? between : fewest;
    }
    return fewest;
}

/* The best place of a text that is there as a whole: the beginning, of a word, or any. */
static int fit_whole(const char *text, const char *typed)
{
    int fit = 0;
    for (const char *at = text; (at = strstr(at, typed)) != NULL; at++) {
        int here = at == text ? 4 : begins_word(text, at) ? 3 : 2;
        fit = here > fit ? here : fit;
    }
    return fit;
}

int fuzzy_fit(const char *text, const char *typed)
{
    enum { SHORTER = 500, NEAR = 400 };
    char folded[ROOM], letters[ROOM];
    utf8_fold_bare(text, folded, sizeof folded);
    utf8_fold_bare(typed, letters, sizeof letters);
    int length = (int)strlen(folded), shorter = length < SHORTER ? SHORTER - length : 0;
    if (!*letters)
        return 0;
    if (strcmp(folded, letters) == 0)
        return FUZZY_BEST;
    int whole = fit_whole(folded, letters);
    if (whole > 0)
        return whole * STEP + shorter;
    int between = fewest_between(folded, letters);
    if (between < 0)
        return FUZZY_NONE;
    return STEP + (between < NEAR ? NEAR - between : 0);
}
