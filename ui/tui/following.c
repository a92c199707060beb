#include "ui/tui/following.h"

#include <math.h>
#include <stdio.h>

#include "lab/session_past.h"
#include "ui/format.h"
#include "ui/tui/past.h"
#include "ui/tui/state.h"

const char *following_writer(const struct workbench *workbench)
{
    const char *holder = workbench->view.followed.holder;
    return *holder ? holder : "another process";
}

const char *following_deed(const struct workbench *workbench)
{
    bool made = workbench->view.status.state == TRAINER_FINISHED;
    return made ? "has this run open" : "trains this run";
}

bool following_sees_writer(const struct workbench *workbench)
{
    return workbench->view.followed.state == FOLLOWER_SEES_WRITER ||
           workbench->view.followed.state == FOLLOWER_HEARS_NONE;
}

bool following_is_shut(const struct workbench *workbench)
{
    return workbench->view.followed.is_read_only && !following_sees_writer(workbench);
}

void following_greet(struct workbench *workbench)
{
    char sentence[FOLLOWING_SENTENCE];
    uint64_t step;
    bool answers = session_is_at(workbench->session, &step);
    if (following_sentence(workbench, sentence))
        return;
    if (following_is_shut(workbench))
        workbench_say(workbench, false, FOLLOWING_SHUT);
    else
        workbench_say(workbench, false, "%s %s; %s", following_writer(workbench),
                      following_deed(workbench),
                      answers ? "its newest model answers" : "it has saved nothing yet");
}

void following_update(struct workbench *workbench)
{
    const struct trainer_status *status = &workbench->view.status;
    enum follower_state before = workbench->view.followed.state;
    bool was_shut = following_is_shut(workbench);
    follower_tell(workbench->session->follower, &workbench->view.followed);
    bool is_shut = following_is_shut(workbench);
    if (workbench->view.followed.state != before || is_shut != was_shut)
        workbench->message.text[0] = '\0'; /* for following_sentence */
    if (is_shut && !was_shut)
        workbench_say(workbench, false, FOLLOWING_SHUT);
    if (!status->has_saved || workbench->view.is_at || workbench->goings > 0 ||
        (workbench->newest.is_asked && workbench->newest.saved_step == status->saved_step))
        return;
    past_go_to_newest(workbench);
}

bool following_sentence(const struct workbench *workbench, char text[FOLLOWING_SENTENCE])
{
    const struct follower_report *report = &workbench->view.followed;
    bool made = workbench->view.status.state == TRAINER_FINISHED;
    char since[FORMAT_SIZE];
    if (!workbench->view.is_followed)
        return false;
    if (report->trouble.kind != ERROR_NONE)
        snprintf(text, FOLLOWING_SENTENCE, "%s", report->trouble.message);
    else if (report->state == FOLLOWER_HEARS_NONE)
        snprintf(text, FOLLOWING_SENTENCE, "%s has recorded nothing for %s",
                 following_writer(workbench), format_duration(since, floor(report->quiet)));
    else if (following_sees_writer(workbench) || report->is_read_only)
        return false;
    else if (report->state == FOLLOWER_ORPHANED)
        snprintf(text, FOLLOWING_SENTENCE, "space opens this run to go on: %s is gone",
                 following_writer(workbench));
    else
        snprintf(text, FOLLOWING_SENTENCE, "space opens this run%s",
                 made ? ": all its steps are made" : " to go on: nobody trains it");
    return true;
}
