/* Rows of sessions and captchas; see sessions.h. */
#include "db/sessions.h"

#include "db/rows.h"
#include "db/stmt.h"

enum err db_session_insert(struct db_conn *c, const struct session *in, const char *address,
                           int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_SESSION_INSERT);
    enum err e;

    bind_i64(s, in->user_id);
    bind_str(s, in->dialect);
    bind_str(s, in->platform);
    bind_str(s, address);
    bind_i64(s, in->created_at_ms);
    bind_i64(s, in->expires_at_ms);
    e = stmt_done(s);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

static struct session session_read(struct stmt *s, struct arena *a)
{
    return (struct session){ .id = col_i64(s, 0),
                             .user_id = col_i64(s, 1),
                             .dialect = col_str(s, 2, a),
                             .platform = col_str(s, 3, a),
                             .created_at_ms = col_i64(s, 4),
                             .expires_at_ms = col_i64(s, 5),
                             .last_seen_at_ms = col_i64(s, 6),
                             .address = "" };
}

enum err db_session_live(struct db_conn *c, struct arena *a, int64_t id, int64_t user_id,
                         int64_t now_ms, struct session *session_r)
{
    struct stmt *s = stmt(c, Q_SESSION_LIVE);
    bool found;
    enum err e;

    bind_i64(s, id);
    bind_i64(s, user_id);
    bind_i64(s, now_ms);
    found = stmt_row(s);
    if (found)
        *session_r = session_read(s, a);
    e = stmt_done(s);
    return e == OK && !found ? ERR_UNAUTHENTICATED : e;
}

enum err db_session_extend(struct db_conn *c, int64_t id, int64_t expires_at_ms, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_SESSION_EXTEND);

    bind_i64(s, id);
    bind_i64(s, expires_at_ms);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_session_list(struct db_conn *c, struct arena *a, int64_t user_id, int64_t now_ms,
                         struct session **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SESSION_LIST);
    struct rows rows = rows_new(a, sizeof(struct session));

    bind_i64(s, user_id);
    bind_i64(s, now_ms);
    while (stmt_row(s)) {
        struct session *session = rows_add(&rows);
        *session = session_read(s, a);
        session->address = col_str(s, 7, a);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_session_delete_own(struct db_conn *c, int64_t id, int64_t user_id)
{
    struct stmt *s = stmt(c, Q_SESSION_DELETE_OWN);
    enum err e;

    bind_i64(s, id);
    bind_i64(s, user_id);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NO_DEVICE : e;
}

/* The statements below have one parameter and no answer. */
static enum err run_i64(struct db_conn *c, enum query q, int64_t value)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, value);
    return stmt_done(s);
}

enum err db_session_delete(struct db_conn *c, int64_t id)
{
    return run_i64(c, Q_SESSION_DELETE, id);
}

enum err db_session_delete_of_user(struct db_conn *c, int64_t user_id)
{
    return run_i64(c, Q_SESSION_DELETE_OF_USER, user_id);
}

static enum err read_ids(struct stmt *s, struct arena *a, struct session **gone_r, size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct session));

    while (stmt_row(s)) {
        struct session *session = rows_add(&rows);
        session->id = col_i64(s, 0);
        session->user_id = col_i64(s, 1);
    }
    *gone_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_session_delete_others(struct db_conn *c, struct arena *a, int64_t user_id,
                                  int64_t keep_id, struct session **gone_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SESSION_DELETE_OTHERS);

    bind_i64(s, user_id);
    bind_i64(s, keep_id);
    return read_ids(s, a, gone_r, count_r);
}

enum err db_session_ids(struct db_conn *c, struct arena *a, int64_t user_id, const char *dialect,
                        struct session **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SESSION_IDS);

    bind_i64(s, user_id);
    bind_str(s, dialect);
    return read_ids(s, a, list_r, count_r);
}

enum err db_session_delete_expired(struct db_conn *c, struct arena *a, int64_t now_ms,
                                   struct session **gone_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SESSION_DELETE_EXPIRED);

    bind_i64(s, now_ms);
    return read_ids(s, a, gone_r, count_r);
}

enum err db_captcha_delete_expired(struct db_conn *c, int64_t now_ms)
{
    return run_i64(c, Q_CAPTCHA_DELETE_EXPIRED, now_ms);
}

enum err db_captcha_insert(struct db_conn *c, const char *key, const char *purpose,
                           const char *answer, int64_t expires_at_ms)
{
    struct stmt *s = stmt(c, Q_CAPTCHA_INSERT);

    bind_str(s, key);
    bind_str(s, purpose);
    bind_str(s, answer);
    bind_i64(s, expires_at_ms);
    return stmt_done(s);
}

enum err db_captcha_take(struct db_conn *c, struct arena *a, const char *key,
                         const char **purpose_r, const char **answer_r, int64_t *expires_at_ms_r)
{
    struct stmt *s = stmt(c, Q_CAPTCHA_TAKE);
    bool found;
    enum err e;

    bind_str(s, key);
    found = stmt_row(s);
    if (found) {
        *purpose_r = col_str(s, 0, a);
        *answer_r = col_str(s, 1, a);
        *expires_at_ms_r = col_i64(s, 2);
    }
    e = stmt_done(s);
    return e == OK && !found ? ERR_CAPTCHA_EXPIRED : e;
}
