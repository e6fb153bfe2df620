/* Who is here and who was, as far as they let the actor know. */
#ifndef DOMAIN_ONLINE_H
#define DOMAIN_ONLINE_H

#include "db/types.h"
#include "domain/ctx.h"

#define ONLINE_IDS_MAX 500

struct online_view {
    int64_t user_id;
    bool is_shown;           /* the actor may know */
    bool online;             /* has an open socket, or had one until ONLINE_PATIENCE_MS ago */
    int64_t last_seen_at_ms; /* 0: unknown, or hidden */
};
/* What the actor may see of each of ids, in their order; of whom does not exist, or hides it, they see
 * somebody who is not here. list_r arena, count long. */
enum err online_list(struct ctx *cx, const int64_t *ids, size_t count, struct online_view **list_r);

/* A socket of the actor's has opened, or closed: tells those whose friend they are and who may know,
 * at the first and after the last one. Who comes back within ONLINE_PATIENCE_MS has never gone.
 * Any thread; stores nothing. */
void online_came(struct ctx *cx);
void online_went(struct ctx *cx);
#define ONLINE_PATIENCE_MS 8000
/* Cron: tells of those whose time has passed. */
enum err online_announce(struct ctx *cx);

/* Who is known to be here. Owned: online_free. */
struct online *online_new(void);
void online_free(struct online *online);

#endif
