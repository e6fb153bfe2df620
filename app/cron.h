/* One thread and a table of things to do from time to time. */
#ifndef CRON_H
#define CRON_H

#include "domain/ctx.h"

struct cron;
struct tls;

/* Starts the thread. tls, the certificate, is renewed when it is time; NULL: there is none.
 * on_failure is called once, from the thread, when the store has failed and the
 * process should end. Owned: cron_stop. */
struct cron *cron_start(const struct services *sv, struct tls *tls, void (*on_failure)(void));
/* Ends the thread after the job it is in. */
void cron_stop(struct cron *cron);

#endif
