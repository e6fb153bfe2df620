/* Rows of calls and of the people in them. */
#ifndef DB_CALLS_H
#define DB_CALLS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* Stores in, but for its id. */
enum err db_call_insert(struct db_conn *c, const struct call *in, int64_t *id_r);
/* Writes what changes in a call's life: is_group, status, outcome and the times. */
enum err db_call_update(struct db_conn *c, const struct call *call);
/* ERR_NO_CALL. */
enum err db_call_by_id(struct db_conn *c, struct arena *a, int64_t id, struct call *call_r);

/* Inserts or overwrites one person's row. */
enum err db_call_member_put(struct db_conn *c, int64_t call_id, const struct call_member *member);
/* Ordered by account. */
enum err db_call_members(struct db_conn *c, struct arena *a, int64_t call_id,
                         struct call_member **list_r, size_t *count_r);

/* A call somebody is in or called to right now. */
struct call_now {
    int64_t call_id;
    enum call_member_state state; /* CALLEE_RINGING or CALLEE_IN */
};
enum err db_call_now(struct db_conn *c, struct arena *a, int64_t user_id, struct call_now **list_r,
                     size_t *count_r);

/* A call with its people. */
struct call_view {
    struct call call;
    struct call_member *members; /* by account */
    size_t count;
};
/* The calls user_id was part of with an id below before_id, newest first, at most limit. */
enum err db_call_history(struct db_conn *c, struct arena *a, int64_t user_id, int64_t before_id,
                         int64_t limit, struct call_view **list_r, size_t *count_r);

/* The ids of all calls that have not ended. */
enum err db_call_living(struct db_conn *c, struct arena *a, int64_t **ids_r, size_t *count_r);
/* The ids of calls with a deadline up to now_ms. */
enum err db_call_due(struct db_conn *c, struct arena *a, int64_t now_ms, int64_t **ids_r,
                     size_t *count_r);
/* Was any living call last seen before then? */
enum err db_call_unseen(struct db_conn *c, int64_t before_ms, bool *any_r);
/* Notes that all living calls go on. */
enum err db_call_seen(struct db_conn *c, int64_t now_ms);

/* What one person of a call needs to know to say something to another. */
struct call_pair {
    struct call_member from;         /* state, session_id, socket_id and deadline_ms are set */
    enum call_member_state to_state; /* CALLEE_LEFT when it is nobody of this call */
    int64_t to_session_id;
};
/* ERR_NO_CALL: no such call, or from_id is not part of it. */
enum err db_call_pair(struct db_conn *c, int64_t call_id, int64_t from_id, int64_t to_id,
                      struct call_pair *pair_r);

#endif
