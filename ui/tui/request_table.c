#include "ui/requests.h"

#include <curses.h>

#include "ui/tui/changing.h"
#include "ui/tui/configuring.h"
#include "ui/tui/drawing.h"
#include "ui/tui/looking.h"
#include "ui/tui/opening.h"
#include "ui/tui/page.h"
#include "ui/tui/pages/form.h"
#include "ui/tui/pages/heads.h"
#include "ui/tui/pages/help.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/palette.h"
#include "ui/tui/pages/picker.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/past.h"
#include "ui/tui/subtracting.h"
#include "ui/tui/tabs.h"
#include "ui/tui/talk.h"
#include "ui/tui/training.h"
#include "ui/tui/watching.h"
#include "ui/tui/widgets/keys.h"

enum {
    ON_TARGETS = PAGE_OF_TARGETS,
    ON_RUN = PAGE_OF_RUN,
    OVER_RUN = PAGE_OVER_RUN,
    ANYWHERE = ON_TARGETS | ON_RUN | OVER_RUN,
    ALWAYS = ANYWHERE | PAGE_WAITING | PAGE_PASSING,
};

static const char training[] = "Training";
static const char asking[] = "Asking";
static const char chart[] = "Chart";
static const char pages[] = "Pages";
static const char program[] = "Program";

/* clang-format off */
const struct request_info request_table[] = {
    {training, {' ', KEY_F(5)}, .command = "toggle", .hint = "run/pause", .on = ON_RUN | OVER_RUN,
     .changes = true, .perform = training_run_or_pause, .help = "start or pause training"},
    {training, {0}, .command = "run", .on = ON_RUN, .changes = true, .perform = training_run,
     .help = "train until paused or finished"},
    {training, {0}, .command = "pause", .on = ON_RUN, .changes = true, .perform = training_pause,
     .help = "pause after the current step"},
    {training, {'s', KEY_F(6)}, .command = "step", .argument = ARGUMENT_COUNT, .hint = "step",
     .on = ON_RUN | OVER_RUN, .changes = true, .perform = training_step,
     .help = "make one step, or N steps, then pause"},
    {training, {'n', KEY_F(7)}, .command = "several", .hint = "steps", .on = ON_RUN, .changes = true, .perform = prompt_type_steps,
     .help = "ask for a number of steps, make them, then pause"},
    {training, {'e'}, .command = "evaluate", .on = ON_RUN | OVER_RUN, .changes = true, .perform = training_evaluate,
     .help = "measure attribute loss and accuracy at this step"},
    {training, {'c', KEY_F(2)}, .command = "save", .hint = "save", .on = ON_RUN | OVER_RUN,
     .changes = true, .perform = training_save, .help = "save a checkpoint of this step"},
    {training, {0}, .command = "set", .argument = ARGUMENT_SETTING, .on = ON_RUN,
     .changes = true, .perform = changing_set,
     .help = "give keys that can change other values from the next step on, as train.lr=1e-3"},
    {training, {0}, .command = "branch", .argument = ARGUMENT_BRANCH, .on = ON_RUN,
     .perform = changing_branch,
     .help = "train a branch, as with another learning rate: a run from this step, or an earlier one; "
             "--both: its parent goes on as well"},
    {training, {'B'}, .command = "edit", .on = ANYWHERE, .perform = form_open,
     .help = "a form of all keys: of a branch of this run, or of a preset before it is started"},
    {training, {0}, .command = "parent", .on = ON_RUN, .perform = changing_parent,
     .help = "back to the run that this one is a branch of; this one is saved"},
    {training, {0}, .command = "beside", .on = ON_RUN, .perform = changing_beside,
     .help = "to the run that goes on beside this one, and this one goes on beside that"},
    {training, {0}, .command = "alone", .on = ON_RUN, .perform = changing_alone,
     .help = "save and end what goes on beside this run"},

    {asking, {KEY_RETURN, 'i', KEY_TAB, KEY_ENTER}, .command = "type", .hint = "type", .on = ON_RUN,
     .perform = prompt_type, .help = "type a prompt; a capital letter starts one directly, B and P with a small one right behind"},
    {asking, {'/', ':'}, .command = "command", .hint = "command", .on = ON_RUN, .perform = prompt_type_command,
     .help = "type a command"},
    {asking, {0}, .command = "who", .argument = ARGUMENT_NAME, .on = ON_RUN,
     .inquire = inquiry_who,
     .help = "all that the model believes about an individual, and the truth"},
    {asking, {0}, .command = "people", .argument = ARGUMENT_GROUP, .on = ON_RUN,
     .inquire = inquiry_people,
     .help = "list individuals: some that are known, new or fine-tuned, or those of a name"},
    {asking, {0}, .command = "invent", .on = ON_RUN, .inquire = inquiry_invent,
     .help = "make up a name that nobody has, and ask about it"},
    {asking, {0}, .command = "wordings", .argument = ARGUMENT_ATTRIBUTE, .on = ON_RUN,
     .inquire = inquiry_wordings, .help = "list the words that ask for an attribute"},
    {asking, {0}, .command = "values", .argument = ARGUMENT_ATTRIBUTE, .on = ON_RUN,
     .inquire = inquiry_values, .help = "list what an attribute can be"},
    {asking, {'w'}, .command = "watch", .argument = ARGUMENT_PROMPT, .on = ON_RUN,
     .perform = watching_watch,
     .help = "ask again at every evaluation: the last answer's prompt, or another; list them"},
    {asking, {0}, .command = "unwatch", .argument = ARGUMENT_WATCHED, .on = ON_RUN,
     .changes = true, .perform = watching_unwatch, .help = "ask a watched question no longer"},
    {asking, {KEY_UP, KEY_CONTROL('p'), 'k'}, .command = "previous", .on = ON_RUN, .perform = prompt_take_earlier,
     .help = "the previous prompt"},
    {asking, {KEY_PPAGE, 'b'}, .command = "older", .on = ON_RUN, .perform = looking_scroll_up,
     .help = "scroll to earlier answers"},
    {asking, {KEY_NPAGE, 'f'}, .command = "newer", .on = ON_RUN, .perform = looking_scroll_down,
     .help = "scroll to later answers"},
    {asking, {';'}, .command = "find", .argument = ARGUMENT_TEXT, .on = ON_RUN,
     .perform = talk_find, .help = "find a text among the answers, the newest first; then earlier"},
    {asking, {','}, .command = "find-later", .on = ON_RUN, .perform = talk_find_later, .help = "find it in a later answer"},
    {asking, {'y'}, .command = "copy", .on = ON_RUN, .perform = talk_copy,
     .help = "copy the answer that was found, or else the last one, to the clipboard"},
    {asking, {'t'}, .command = "room", .on = ON_RUN, .perform = looking_give_room,
     .help = "more room for answers, or for the chart"},

    {chart, {'v', KEY_F(4)}, .command = "chart", .on = ON_RUN, .perform = learn_next_chart,
     .help = "measures that were picked, circuits, watched questions, or the attribute loss again"},
    {chart, {'p'}, .command = "plot", .argument = ARGUMENT_MEASURES, .on = ON_RUN,
     .perform = picker_plot,
     .help = "what is on the chart: any measures, as attr_acc,new_entropy, or a list of all"},
    {chart, {'a'}, .command = "heads", .on = ON_RUN, .page = &heads_page,
     .help = "attention circuits, head by head: as numbers and as curves over evaluations"},
    {chart, {'d'}, .command = "difference", .argument = ARGUMENT_OTHER, .on = ON_RUN,
     .perform = subtracting_difference,
     .help = "the loss less the parent's or another run's; or of two that are marked, in place of curves"},
    {chart, {'l'}, .command = "loss-axis", .on = ON_RUN, .perform = looking_switch_axis,
     .help = "logarithmic or linear loss axis"},
    {chart, {'x'}, .command = "log-steps", .on = ON_RUN, .perform = looking_switch_steps,
     .help = "linear or logarithmic axis of steps"},
    {chart, {'j'}, .command = "smooth", .on = ON_RUN, .perform = looking_smooth,
     .help = "smooth curves, over what they hide, or the curves alone"},
    {chart, {'+', '='}, .command = "zoom-in", .on = ON_RUN, .perform = looking_zoom_in,
     .help = "show half as many steps, around the cursor or the newest; they stay"},
    {chart, {'-'}, .command = "zoom-out", .on = ON_RUN, .perform = looking_zoom_out,
     .help = "show more steps, up to all that are planned"},
    {chart, {'{'}, .command = "back", .on = ON_RUN, .perform = looking_back,
     .help = "show earlier steps"},
    {chart, {'}'}, .command = "ahead", .on = ON_RUN, .perform = looking_ahead,
     .help = "show later steps"},
    {chart, {0}, .command = "range", .argument = ARGUMENT_RANGE, .on = ON_RUN, .perform = looking_range,
     .help = "values that are shown and stay, as 0.5,4; alone: all there are again"},
    {chart, {'*'}, .command = "range-in", .on = ON_RUN, .perform = looking_range_in,
     .help = "show half of the values, around the curve at the cursor or its newest; they stay"},
    {chart, {'_'}, .command = "range-out", .on = ON_RUN, .perform = looking_range_out,
     .help = "show more values, up to all there are"},
    {chart, {'^', KEY_SR}, .command = "range-up", .on = ON_RUN, .perform = looking_range_up,
     .help = "show larger values"},
    {chart, {'.', KEY_SF}, .command = "range-down", .on = ON_RUN, .perform = looking_range_down,
     .help = "show smaller values"},
    {chart, {KEY_LEFT, '<'}, .command = "earlier", .on = ON_RUN, .perform = looking_earlier,
     .help = "read the values at an earlier evaluation"},
    {chart, {KEY_RIGHT, '>'}, .command = "later", .on = ON_RUN, .perform = looking_later,
     .help = "read the values at a later evaluation"},
    {chart, {'['}, .command = "earlier-model", .on = ON_RUN, .perform = past_earlier,
     .help = "to an earlier checkpoint or snapshot"},
    {chart, {']'}, .command = "later-model", .on = ON_RUN, .perform = past_later,
     .help = "to a later checkpoint or snapshot"},
    {chart, {0}, .command = "at", .argument = ARGUMENT_STEP, .on = ON_RUN, .perform = past_at,
     .help = "ask the model of an earlier step, as Enter does where the chart is read"},
    {chart, {KEY_ESCAPE}, .command = "now", .on = ON_RUN, .perform = looking_newest,
     .help = "back to the newest values, to the model as it is now; then to all steps and values"},

    {pages, {'1'}, .command = "learn", .on = ANYWHERE, .perform = tabs_learn,
     .help = "what the run learns: the attribute loss over its steps, or the measures that were picked; "
             "again: the other of the two"},
    {pages, {'2'}, .command = "ask", .on = ANYWHERE, .perform = tabs_ask,
     .help = "questions and answers, with most of the screen"},
    {pages, {'3', 'm'}, .command = "map", .on = ANYWHERE, .perform = tabs_map,
     .help = "map of the facts: which are known, and since when"},
    {pages, {'4'}, .command = "circuits", .on = ANYWHERE, .perform = tabs_circuits,
     .help = "attention circuits: does attention find the name? Again: what each head does"},
    {pages, {'5', 'r', KEY_F(8)}, .command = "runs", .on = ANYWHERE, .perform = tabs_runs,
     .help = "all runs, to open, compare, rename or delete; branches stand under their parent"},
    {pages, {'6'}, .command = "presets", .on = ANYWHERE, .perform = tabs_presets,
     .help = "presets, tables and runs to choose from; this run goes on"},

    {program, {'o', KEY_F(3)}, .command = "load", .argument = ARGUMENT_RUN, .on = ON_RUN,
     .perform = opening_load,
     .help = "open another preset or run, by name or from a list; this run is saved"},
    {program, {'P'}, .command = "figure", .argument = ARGUMENT_FIGURE, .on = ANYWHERE,
     .perform = drawing_figure,
     .help = "write the chart, the answer, the map or the heads as SVG beside the run, or to FILE.svg or .png"},
    {program, {KEY_CONTROL('k'), KEY_F(12)}, .command = "palette", .on = ANYWHERE, .page = &palette_page,
     .help = "find what can be done, presets, runs and people by some of their letters"},
    {program, {'?', 'h', KEY_F(1)}, .command = "help", .hint = "help", .on = ANYWHERE,
     .page = &help_page, .inquire = request_list_inquiries, .help = "show this page; / finds lines of it"},
    {program, {KEY_F(9), KEY_CONTROL('x')}, .command = "mouse", .on = ANYWHERE,
     .perform = configuring_mouse,
     .help = "let the mouse act on the screen, or leave it to the terminal"},
    {program, {0}, .command = "config", .argument = ARGUMENT_CONFIG, .on = ANYWHERE,
     .perform = configuring_config,
     .help = "list settings, as the theme; change one until the program ends, or save what was changed"},
    {program, {KEY_CONTROL('l')}, .command = "redraw", .on = ALWAYS, .perform = looking_draw_anew,
     .help = "redraw the screen"},
    {program, {KEY_CONTROL('z')}, .command = "suspend", .on = ALWAYS, .perform = looking_suspend,
     .help = "suspend to the shell; fg returns"},
    {program, {'q', KEY_F(10)}, .command = "quit", .hint = "quit", .on = ON_RUN | ON_TARGETS,
     .perform = opening_quit, .help = "save and quit"},
};
/* clang-format on */

const size_t request_count = sizeof request_table / sizeof request_table[0];
