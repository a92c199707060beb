/* Shipped files that earlier versions had under another name. */
#ifndef MNEME_CONFIG_RENAMED_H
#define MNEME_CONFIG_RENAMED_H

/* What the facts file is called now that was once shipped as `name`; null where it has kept its
 * name. Another file may have the old one since: a run's fingerprint tells which it began with. */
const char *renamed_facts(const char *name);

#endif
