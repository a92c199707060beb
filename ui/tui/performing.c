#include "ui/tui/performing.h"

#include <stdio.h>

#include "ui/tui/ask.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/refusing.h"
#include "ui/tui/request_keys.h"
#include "ui/tui/state.h"

void performing_type(struct workbench *workbench, const struct request_info *info)
{
    char line[64];
    snprintf(line, sizeof line, "/%s ", info->command);
    workbench_go_to(workbench, &learn_page);
    prompt_open(workbench, line);
}

/* Why nothing comes of a request on the page on top. Where keys are all the page's own, or a run is
 * opened meanwhile, none is expected. */
static void say_where(struct workbench *workbench, const struct request_info *info)
{
    char word[REQUEST_WORD];
    const unsigned answering = PAGE_OF_TARGETS | PAGE_OF_RUN | PAGE_OVER_RUN;
    if (!(pages_top(&workbench->pages)->place & answering))
        return;
    if (workbench->session)
        workbench_say(workbench, false, "/%s works on the run's own page; %s leads there",
                      info->command, request_word(&workbench->keys, "learn", word));
    else
        workbench_say(workbench, false,
                      "/%s is for a run that is open; Enter opens what is selected", info->command);
}

/* A key's question is told by the command that asks the same. */
static void inquire(struct workbench *workbench, const struct request_info *info,
                    const char *argument, const char *line)
{
    char command[64];
    snprintf(command, sizeof command, "/%s", info->command);
    ask_inquiry(workbench, info->inquire, argument, line ? line : command);
}

void performing_do(struct workbench *workbench, const struct request_info *info,
                   const char *argument, const char *line)
{
    const struct request_call call = {workbench, argument, line};
    if (!(info->on & pages_top(&workbench->pages)->place))
        say_where(workbench, info);
    else if (info->changes && workbench->view.is_followed)
        refusing_change(&call);
    else if (!line && request_needs_argument(info))
        performing_type(workbench, info);
    else if (info->page)
        workbench_open_page(workbench, info->page);
    else if (info->inquire)
        inquire(workbench, info, argument, line);
    else
        info->perform(&call);
}
