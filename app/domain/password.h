/* Hashing passwords without letting it be the way to bring the server down: each hash takes 0.1 to
 * 0.4 s and tens of megabytes, so at most two run at once and sixteen wait. Never call this inside
 * a transaction. */
#ifndef DOMAIN_PASSWORD_H
#define DOMAIN_PASSWORD_H

#include <stdbool.h>

#include "domain/ctx.h"

/* Owned: hasher_free. */
struct hasher *hasher_new(void);
void hasher_free(struct hasher *h);

/* Hashes with the configured cost. *hash_r arena. ERR_BUSY when too many wait. Any thread. */
enum err password_hash(struct ctx *cx, const char *password, const char **hash_r);
/* *match_r: is password what stored was made from? *stale_r: made with another cost than
 * configured, hash again. An empty stored (no account, or no password set) never matches and takes
 * as long as a real one. ERR_BUSY. Any thread. */
enum err password_verify(struct ctx *cx, const char *password, const char *stored, bool *match_r,
                         bool *stale_r);

#endif
