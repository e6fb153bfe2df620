/* Token buckets of the domain: one call for the switch, the limiter and the time to wait. */
#ifndef DOMAIN_THROTTLE_H
#define DOMAIN_THROTTLE_H

#include "domain/ctx.h"

/* Takes one token of (rule, key). ERR_RATE_LIMITED sets cx->retry_after_ms. OK at once when
 * rate_limits is off. */
enum err throttle_take(struct ctx *cx, const struct limit_rule *rule, const char *key);
/* The same for the peer's IP address: a private one may be a whole office behind a router and has
 * its own rule; a stranger's on the Internet is one person. */
enum err throttle_peer(struct ctx *cx, const struct limit_rule *in_private,
                       const struct limit_rule *in_public);

#endif
