/* Running the server: what administrators do to accounts and groups, and what they may see. Each
 * function of the first part checks that the actor is an administrator whose account is enabled,
 * whatever the gate did: ERR_FORBIDDEN. */
#ifndef DOMAIN_ADMIN_H
#define DOMAIN_ADMIN_H

#include "db/accounts.h"
#include "domain/ctx.h"

/* OK if the actor may run the server, else ERR_FORBIDDEN. */
enum err admin_check(struct ctx *cx);

#endif
