#include "lab/session_request.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/strings.h"
#include "config/preset_file.h"
#include "config/table_preset.h"
#include "lab/session_fork.h"
#include "lab/session_train.h"

bool session_request_preset(const struct session_request *request, const struct paths *paths,
                            struct preset *preset, struct error *err)
{
    struct strings all = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < request->assignments; i++)
        ok = strings_add(&all, request->assignment[i], err);
    if (ok && request->steps > 0)
        ok = strings_take(&all, memory_format(err, "train.steps=%" PRIu64, request->steps), err);
    ok = ok && preset_load_with(preset, paths, request->preset, (const char *const *)all.text,
                                all.count, err);
    strings_free(&all);
    if (!ok || table_preset_check(preset, paths, err))
        return ok;
    preset_free(preset);
    return false;
}

static bool open_preset(const struct session_request *request, const struct paths *paths,
                        struct session *session, struct error *err)
{
    struct preset preset;
    if (!session_request_preset(request, paths, &preset, err))
        return false;
    bool opened = request->from ? session_open_fork(session, paths, &preset, request->from,
                                                    request->watch, err)
                                : session_open_preset(session, paths, &preset, err);
    preset_free(&preset);
    return opened;
}

bool session_request_open(const struct session_request *request, const struct paths *paths,
                          struct session *session, struct error *err)
{
    if (!open_preset(request, paths, session, err))
        return false;
    if (request->was_read)
        request->was_read();
    bool keeps = request->keep || request->directory;
    return !keeps || session_keep(session, request->directory, err) || session_give_up(session);
}
