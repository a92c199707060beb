/* Which measures are on the chart in place of the attribute loss: they stay until others are
 * picked, for every run that is opened. */
#ifndef MNEME_TUI_PICKING_H
#define MNEME_TUI_PICKING_H

#include "record/measure_paths.h"
#include "ui/requests.h"

/* What the run that is open has of what can be measured. */
struct measured_shape picking_shape(const struct workbench *workbench);

/* Puts a measure on the chart, or takes it off; where it is the last there the loss comes back. */
void picking_toggle(struct workbench *workbench, const char *path);

/* Those of a list, "attr_acc,new_entropy", take the place of what is there; on false, where the run
 * that is open has no such measures, nothing has changed. */
bool picking_take(struct workbench *workbench, const char *list, struct error *err);

/* Those of the argument, "attr_acc,new_entropy", take the place of what is there. */
void picking_choose(const struct request_call *call);

/* Shows on the chart what was picked, where that is anything. */
void picking_show(struct workbench *workbench);

#endif
