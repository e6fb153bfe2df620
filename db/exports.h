/* What an account's export walks through, beside the rows other features read. */
#ifndef DB_EXPORTS_H
#define DB_EXPORTS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* A conversation of somebody's. */
struct export_place {
    int64_t conversation_id; /* 0: there is none */
    int64_t target_id;       /* the peer, or the group */
    const char *name;        /* remark, else nickname; the group's name */
};
/* The first one above conversation_id that user_id is in. place_r arena. */
enum err db_export_place_after(struct db_conn *c, struct arena *a, int64_t user_id,
                               int64_t conversation_id, struct export_place *place_r);

struct nickname {
    int64_t user_id;
    const char *text;
};
/* Of those of ids that exist, each once for every time it is listed, in any order. Arena. */
enum err db_user_nicknames(struct db_conn *c, struct arena *a, const int64_t *ids, size_t count,
                           struct nickname **list_r, size_t *count_r);

#endif
