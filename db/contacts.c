/* Rows of contacts and contact requests; see contacts.h. */
#include "db/contacts.h"

#include "db/rows.h"
#include "db/stmt.h"
#include "db/users.h"

enum err db_contact_find(struct db_conn *c, int64_t user_id, int64_t peer_id, bool *is_friend_r,
                         bool *is_blocked_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_FIND);
    bool found;

    bind_i64(s, user_id);
    bind_i64(s, peer_id);
    found = stmt_row(s);
    *is_friend_r = found && col_bool(s, 0);
    *is_blocked_r = found && col_bool(s, 1);
    return stmt_done(s);
}

static enum err upsert(struct db_conn *c, enum query q, int64_t user_id, int64_t peer_id,
                       int64_t now_ms)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, user_id);
    bind_i64(s, peer_id);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_contact_befriend(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms)
{
    return upsert(c, Q_CONTACT_BEFRIEND, user_id, peer_id, now_ms);
}

enum err db_contact_block(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms)
{
    return upsert(c, Q_CONTACT_BLOCK, user_id, peer_id, now_ms);
}

/* Reads id, is_friend, is_blocked, remark, label and the person. */
static void contact_read(struct stmt *s, struct arena *a, struct contact *contact)
{
    contact->id = col_i64(s, 0);
    contact->is_friend = col_bool(s, 1);
    contact->is_blocked = col_bool(s, 2);
    contact->remark = col_str(s, 3, a);
    contact->label = col_str(s, 4, a);
    user_read(s, 5, a, &contact->peer);
}

enum err contact_rows(struct stmt *s, struct arena *a, struct contact **list_r, size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct contact));

    while (stmt_row(s))
        contact_read(s, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_contact_list(struct db_conn *c, struct arena *a, int64_t user_id, bool blocked,
                         struct contact **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_LIST);

    bind_i64(s, user_id);
    bind_i64(s, blocked);
    return contact_rows(s, a, list_r, count_r);
}

enum err db_contact_request_insert(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   const char *reason, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_CONTACT_REQUEST_INSERT);

    bind_i64(s, from_id);
    bind_i64(s, to_id);
    bind_str(s, reason);
    bind_i64(s, now_ms);
    return stmt_done_unique(s, ERR_REQUEST_EXISTS);
}

enum err db_contact_request_waiting(struct db_conn *c, int64_t from_id, int64_t to_id,
                                    bool *waiting_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_REQUEST_WAITING);

    bind_i64(s, from_id);
    bind_i64(s, to_id);
    *waiting_r = stmt_row(s);
    return stmt_done(s);
}

enum err db_contact_request_answer(struct db_conn *c, int64_t from_id, int64_t to_id,
                                   enum request_status status, const char *deny_reason,
                                   int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_CONTACT_REQUEST_ANSWER);
    enum err e;

    bind_i64(s, from_id);
    bind_i64(s, to_id);
    bind_i64(s, status);
    bind_str(s, deny_reason);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NO_REQUEST : e;
}

enum err db_contact_request_list(struct db_conn *c, struct arena *a, int64_t to_id,
                                 struct contact_request **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_REQUEST_LIST);
    struct rows rows = rows_new(a, sizeof(struct contact_request));

    bind_i64(s, to_id);
    while (stmt_row(s)) {
        struct contact_request *request = rows_add(&rows);
        request->id = col_i64(s, 0);
        request->to_id = col_i64(s, 1);
        request->reason = col_str(s, 2, a);
        request->deny_reason = col_str(s, 3, a);
        request->status = (enum request_status)col_i64(s, 4);
        request->created_at_ms = col_i64(s, 5);
        request->replied_at_ms = col_i64(s, 6);
        user_read(s, 7, a, &request->from);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
