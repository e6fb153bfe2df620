/* Is the server fit for new work? */
#ifndef DOMAIN_READINESS_H
#define DOMAIN_READINESS_H

#include "domain/ctx.h"

/* OK; ERR_BUSY when the process is ending; ERR_DB or ERR_STORAGE_FULL when the store takes no
 * writes. Writes to find out, though not more than once a second: whoever asks more often hears
 * what is known. */
enum err readiness_check(struct ctx *cx);

#endif
