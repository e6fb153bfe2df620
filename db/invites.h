/* Rows of invitations. A writing function needs the writer. */
#ifndef DB_INVITES_H
#define DB_INVITES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

struct invite {
    int64_t id;
    int64_t inviter_id;
    int64_t group_id; /* 0: to the site */
    const char *greeting;
    int64_t uses, used; /* how often it serves, and has served */
    int64_t created_at_ms, expires_at_ms;
};

/* Uses in's inviter, group, greeting, uses and times. */
enum err db_invite_insert(struct db_conn *c, const char *token_hash, const struct invite *in,
                          int64_t *id_r);
/* ERR_TOO_LATE when there is none. */
enum err db_invite_find(struct db_conn *c, struct arena *a, const char *token_hash,
                        struct invite *invite_r);
enum err db_invite_by_id(struct db_conn *c, struct arena *a, int64_t id, struct invite *invite_r);
/* Counts one use. ERR_TOO_LATE when none is left. */
enum err db_invite_use(struct db_conn *c, int64_t id);
/* The newest first, at most 200. */
enum err db_invite_list_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                                struct invite **list_r, size_t *count_r);
enum err db_invite_list_of_group(struct db_conn *c, struct arena *a, int64_t group_id,
                                 struct invite **list_r, size_t *count_r);
enum err db_invite_delete(struct db_conn *c, int64_t id);
enum err db_invite_delete_expired(struct db_conn *c, int64_t now_ms);

#endif
