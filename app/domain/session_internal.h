/* What session.c and refresh.c share. */
#ifndef DOMAIN_SESSION_INTERNAL_H
#define DOMAIN_SESSION_INTERNAL_H

#include "domain/session.h"

/* Stores a session that ends in life_ms and notes the login. Inside a transaction. */
enum err session_insert(struct ctx *cx, int64_t user_id, const char *platform, int64_t life_ms,
                        int64_t *id_r);
/* Signs claims, whose times are set here, as a token of that purpose. token_r arena. */
enum err session_sign(struct ctx *cx, const char *purpose, int64_t life_ms,
                      struct jwt_claims *claims, const char **token_r);

#endif
