/* Rows of contacts and contact requests. */
#ifndef DB_CONTACTS_H
#define DB_CONTACTS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* What user_id thinks of peer_id; both false when there is no row. */
enum err db_contact_find(struct db_conn *c, int64_t user_id, int64_t peer_id, bool *is_friend_r,
                         bool *is_blocked_r);
/* One direction. */
enum err db_contact_befriend(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms);
enum err db_contact_block(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms);
/* Friends, or with blocked the blocked ones. */
enum err db_contact_list(struct db_conn *c, struct arena *a, int64_t user_id, bool blocked,
                         struct contact **list_r, size_t *count_r);

/* ERR_REQUEST_EXISTS while one from from_id to to_id waits. */
enum err db_contact_request_insert(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   const char *reason, int64_t now_ms);
enum err db_contact_request_waiting(struct db_conn *c, int64_t from_id, int64_t to_id,
                                    bool *waiting_r);
/* ERR_NO_REQUEST when none waits. */
enum err db_contact_request_answer(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   enum request_status status, const char *deny_reason,
                                   int64_t now_ms);
/* Waiting ones addressed to to_id, newest first, at most 500. */
enum err db_contact_request_list(struct db_conn *c, struct arena *a, int64_t to_id,
                                 struct contact_request **list_r, size_t *count_r);

#endif
