#include "ui/tui/performing.h"

#include "ui/tui/ask.h"
#include "ui/tui/refusing.h"
#include "ui/tui/state.h"

void performing_do(struct workbench *workbench, const struct request_info *info,
                   const char *argument, const char *line)
{
    const struct request_call call = {workbench, argument, line};
    if (!(info->on & pages_top(&workbench->pages)->place))
        return;
    if (info->changes && workbench->view.is_followed)
        refusing_change(&call);
    else if (info->page)
        workbench_open_page(workbench, info->page);
    else if (info->inquire)
        ask_inquiry(workbench, info->inquire, argument, line);
    else
        info->perform(&call);
}
