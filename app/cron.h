/* One thread and a table of things to do from time to time. */
#ifndef CRON_H
#define CRON_H

#include "domain/ctx.h"

struct cron;

/* Starts the thread. on_failure is called once, from the thread, when the store has failed and the
 * process should end. Owned: cron_stop. */
struct cron *cron_start(const struct services *sv, void (*on_failure)(void));
/* Ends the thread after the job it is in. */
void cron_stop(struct cron *cron);

#endif
