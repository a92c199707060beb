#include "train/turns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"

enum { RATE_DIGITS = 2 };

/* The turn of this kind and step; null where there is none. */
static struct turn *find_same(struct turns *turns, const struct turn *turn)
{
    for (size_t i = 0; i < turns->count; i++)
        if (turns->turn[i].kind == turn->kind && turns->turn[i].step == turn->step)
            return &turns->turn[i];
    return NULL;
}

bool turns_add(struct turns *turns, const struct turn *turn, struct error *err)
{
    struct turn *same = find_same(turns, turn);
    void *array = turns->turn;
    bool is_saved = turns->has_saved && turns->saved == turn->step;
    if (same) {
        same->to = turn->to;
        same->saved = is_saved ? same->saved : turn->to;
        return true;
    }
    if (!memory_make_room(&array, turns->count, &turns->room, sizeof *turn, err))
        return false;
    turns->turn = array;
    size_t at = turns->count++;
    for (; at > 0 && turns->turn[at - 1].step > turn->step; at--)
        turns->turn[at] = turns->turn[at - 1];
    turns->turn[at] = *turn;
    turns->turn[at].saved = is_saved ? NAN : turn->to;
    return true;
}

void turns_free(struct turns *turns)
{
    memory_free(turns->turn);
    *turns = (struct turns){0};
}

void turns_save(struct turns *turns, uint64_t step)
{
    turns->has_saved = true;
    turns->saved = step;
    for (size_t i = 0; i < turns->count; i++)
        if (turns->turn[i].step == step)
            turns->turn[i].saved = turns->turn[i].to;
}

void turns_forget_rates(struct turns *turns, uint64_t step)
{
    size_t kept = 0;
    for (size_t i = 0; i < turns->count; i++) {
        struct turn turn = turns->turn[i];
        bool at_it = turn.kind == TURN_RATE && turn.step == step;
        if (at_it)
            turn.to = turn.saved;
        if (turn.kind != TURN_RATE || turn.step < step || (at_it && isfinite(turn.saved)))
            turns->turn[kept++] = turn;
    }
    turns->count = kept;
}

bool turns_copy(struct turns *to, const struct turns *from, struct error *err)
{
    if (from->count > to->room) {
        struct turn *larger = memory_resize(to->turn, from->count, sizeof *larger, err);
        if (!larger)
            return false;
        to->turn = larger;
        to->room = from->count;
    }
    if (from->count > 0)
        memcpy(to->turn, from->turn, from->count * sizeof *from->turn);
    to->has_saved = from->has_saved;
    to->saved = from->saved;
    to->count = from->count;
    return true;
}

/* Without the nought in front of a point. */
static const char *write_rate(char text[NUMBER_TEXT], double rate)
{
    number_write_rounded(text, rate, RATE_DIGITS);
    return text + (text[0] == '0' && text[1] == '.');
}

void turn_write(char text[TURN_TEXT], const struct turn *turn)
{
    char step[NUMBER_TEXT], from[NUMBER_TEXT], to[NUMBER_TEXT];
    number_write_grouped(step, turn->step);
    if (turn->kind == TURN_BRANCH)
        snprintf(text, TURN_TEXT, "branch at %s", step);
    else if (isfinite(turn->from))
        snprintf(text, TURN_TEXT, "lr %s \u2192 %s at %s", write_rate(from, turn->from),
                 write_rate(to, turn->to), step);
    else
        snprintf(text, TURN_TEXT, "lr %s at %s", write_rate(to, turn->to), step);
}
