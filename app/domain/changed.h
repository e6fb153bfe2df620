/* Tells devices that hold something of the actor's to read it again: one event for what needs no more
 * words than that. */
#ifndef DOMAIN_CHANGED_H
#define DOMAIN_CHANGED_H

#include "domain/ctx.h"

/* To the actor's own devices. Inside a transaction. */
void changed_tell(struct ctx *cx, enum changed what);
/* tx_end, which tells them if e is OK. */
enum err changed_end(struct ctx *cx, enum changed what, enum err e);
/* How the actor is shown: to their own devices, and to whose contact they are. Inside a transaction. */
enum err changed_profile(struct ctx *cx);

#endif
