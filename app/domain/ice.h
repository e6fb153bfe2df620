/* How the clients of a call find each other: STUN servers, and a TURN server with credentials made
 * for one person and a while (coturn's use-auth-secret; product.md 3.13). */
#ifndef DOMAIN_ICE_H
#define DOMAIN_ICE_H

#include "domain/ctx.h"

struct ice {
    const char *const *stun; /* URLs; none: within a LAN none is needed */
    size_t stun_count;
    const char *const *turn; /* URLs, all with the credentials below */
    size_t turn_count;
    const char *username; /* EXPIRY:ACCOUNT, EXPIRY in seconds since 1970; "" without turn */
    const char *credential;
    int64_t ttl_seconds;
};

/* The servers for the actor, with fresh credentials. Arena. */
void ice_servers(struct ctx *cx, struct ice *ice_r);

/* The configuration of a coturn that accepts those credentials, as text; NULL when conf names no TURN
 * server. Arena. */
const char *ice_coturn_conf(struct arena *a, const struct conf *conf);

#endif
