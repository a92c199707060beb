#include "ui/tui/performing.h"

#include <stdio.h>

#include "ui/tui/ask.h"
#include "ui/tui/pages/learn.h"
#include "ui/tui/pages/prompt.h"
#include "ui/tui/refusing.h"
#include "ui/tui/state.h"

void performing_type(struct workbench *workbench, const struct request_info *info)
{
    char line[64];
    snprintf(line, sizeof line, "/%s ", info->command);
    workbench_go_to(workbench, &learn_page);
    prompt_open(workbench, line);
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
        return;
    if (info->changes && workbench->view.is_followed)
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
