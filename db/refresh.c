/* Rows of refresh tokens; see sessions.h. */
#include "db/sessions.h"
#include "db/stmt.h"

enum err db_refresh_insert(struct db_conn *c, const char *hash, int64_t session_id,
                           int64_t expires_at_ms)
{
    struct stmt *s = stmt(c, Q_REFRESH_INSERT);

    bind_str(s, hash);
    bind_i64(s, session_id);
    bind_i64(s, expires_at_ms);
    return stmt_done(s);
}

enum err db_refresh_live(struct db_conn *c, struct arena *a, const char *hash, int64_t now_ms,
                         struct refresh_row *row_r)
{
    struct stmt *s = stmt(c, Q_REFRESH_LIVE);
    bool found;
    enum err e;

    bind_str(s, hash);
    bind_i64(s, now_ms);
    found = stmt_row(s);
    if (found)
        *row_r = (struct refresh_row){ .session = { .id = col_i64(s, 0), .user_id = col_i64(s, 1) },
                                       .username = col_str(s, 2, a),
                                       .salt = col_str(s, 3, a),
                                       .used_at_ms = col_i64(s, 4) };
    e = stmt_done(s);
    return e == OK && !found ? ERR_BAD_REFRESH : e;
}

enum err db_refresh_session(struct db_conn *c, const char *hash, struct session *session_r)
{
    struct stmt *s = stmt(c, Q_REFRESH_SESSION);
    bool found;
    enum err e;

    bind_str(s, hash);
    found = stmt_row(s);
    if (found)
        *session_r = (struct session){ .id = col_i64(s, 0), .user_id = col_i64(s, 1) };
    e = stmt_done(s);
    return e == OK && !found ? ERR_BAD_REFRESH : e;
}

enum err db_refresh_use(struct db_conn *c, const char *hash, const char *salt, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_REFRESH_USE);

    bind_str(s, hash);
    bind_str(s, salt);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_refresh_delete_expired(struct db_conn *c, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_REFRESH_DELETE_EXPIRED);

    bind_i64(s, now_ms);
    return stmt_done(s);
}
