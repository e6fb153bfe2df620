/* Rows of users; see users.h. */
#include "db/users.h"

#include "base/num.h"
#include "db/rows.h"
#include "db/stmt.h"

void user_read(struct stmt *s, int first, struct arena *a, struct user *user_r)
{
    int i = first;

    user_r->id = col_i64(s, i++);
    user_r->uid = col_str(s, i++, a);
    user_r->username = col_str(s, i++, a);
    user_r->nickname = col_str(s, i++, a);
    user_r->email = col_str(s, i++, a);
    user_r->mobile = col_str(s, i++, a);
    user_r->password_hash = col_str(s, i++, a);
    user_r->avatar = col_str(s, i++, a);
    user_r->gender = col_str(s, i++, a);
    user_r->birth = col_str(s, i++, a);
    user_r->intro = col_str(s, i++, a);
    user_r->longitude = col_f64(s, i++);
    user_r->latitude = col_f64(s, i++);
    user_r->country = col_str(s, i++, a);
    user_r->province = col_str(s, i++, a);
    user_r->city = col_str(s, i++, a);
    user_r->district = col_str(s, i++, a);
    user_r->enabled = col_bool(s, i++);
    user_r->created_at_ms = col_i64(s, i++);
    user_r->last_login_at_ms = col_i64(s, i++);
    user_r->is_admin = col_bool(s, i++);
    user_r->last_seen_at_ms = col_i64(s, i++);
}

static enum err user_one(struct stmt *s, struct arena *a, struct user *user_r)
{
    bool found = stmt_row(s);
    enum err e;

    if (found)
        user_read(s, 0, a, user_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_ACCOUNT : e;
}

enum err db_user_by_id(struct db_conn *c, struct arena *a, int64_t id, struct user *user_r)
{
    struct stmt *s = stmt(c, Q_USER_BY_ID);

    bind_i64(s, id);
    return user_one(s, a, user_r);
}

static enum err user_by_text(struct db_conn *c, enum query q, struct arena *a, const char *text,
                             struct user *user_r)
{
    struct stmt *s = stmt(c, q);

    bind_str(s, text);
    return user_one(s, a, user_r);
}

enum err db_user_by_email(struct db_conn *c, struct arena *a, const char *email,
                          struct user *user_r)
{
    return user_by_text(c, Q_USER_BY_EMAIL, a, email, user_r);
}

enum err db_user_by_mobile(struct db_conn *c, struct arena *a, const char *mobile,
                           struct user *user_r)
{
    return user_by_text(c, Q_USER_BY_MOBILE, a, mobile, user_r);
}

enum err db_user_by_username(struct db_conn *c, struct arena *a, const char *username,
                             struct user *user_r)
{
    return user_by_text(c, Q_USER_BY_USERNAME, a, username, user_r);
}

enum err db_user_by_login(struct db_conn *c, struct arena *a, const char *login,
                          struct user *user_r)
{
    return user_by_text(c, Q_USER_BY_LOGIN, a, login, user_r);
}

enum err db_user_by_name(struct db_conn *c, struct arena *a, const char *name, struct user *user_r)
{
    return user_by_text(c, Q_USER_BY_NAME, a, name, user_r);
}

enum err db_user_search(struct db_conn *c, struct arena *a, const char *text, int64_t searcher,
                        struct user **users_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_USER_SEARCH);
    struct rows rows = rows_new(a, sizeof(struct user));
    int64_t id = 0;

    num_i64(text, 1, ID_MAX, &id);
    bind_str(s, text);
    bind_i64(s, id);
    bind_i64(s, searcher);
    while (stmt_row(s))
        user_read(s, 0, a, rows_add(&rows));
    *users_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_user_insert(struct db_conn *c, const struct user_insert *in, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_USER_INSERT);
    enum err e;

    bind_str(s, in->uid);
    bind_str(s, in->username);
    bind_str(s, in->nickname);
    bind_str_or_null(s, in->email);
    bind_str_or_null(s, in->mobile);
    bind_str(s, in->password_hash);
    bind_i64(s, in->now_ms);
    bind_i64(s, in->email_proven);
    e = stmt_done_unique(s, ERR_ACCOUNT_EXISTS);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

enum err db_user_logged_in(struct db_conn *c, int64_t id, int64_t now_ms, const char *address)
{
    struct stmt *s = stmt(c, Q_USER_LOGGED_IN);

    bind_i64(s, id);
    bind_i64(s, now_ms);
    bind_str(s, address);
    return stmt_done(s);
}

enum err db_user_set_password(struct db_conn *c, int64_t id, const char *hash, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_USER_SET_PASSWORD);

    bind_i64(s, id);
    bind_str(s, hash);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_user_update(struct db_conn *c, int64_t id, const struct profile *in, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_USER_UPDATE);

    bind_i64(s, id);
    bind_str(s, in->nickname);
    bind_str(s, in->avatar);
    bind_str(s, in->gender);
    bind_str(s, in->birth);
    bind_str(s, in->intro);
    bind_str(s, in->country);
    bind_str(s, in->province);
    bind_str(s, in->city);
    bind_str(s, in->district);
    bind_f64(s, in->longitude);
    bind_f64(s, in->latitude);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_user_set_email(struct db_conn *c, int64_t id, const char *email, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_USER_SET_EMAIL);

    bind_i64(s, id);
    bind_str(s, email);
    bind_i64(s, now_ms);
    return stmt_done_unique(s, ERR_ACCOUNT_EXISTS);
}

enum err db_user_email_proven(struct db_conn *c, int64_t id, bool *proven_r)
{
    struct stmt *s = stmt(c, Q_USER_EMAIL_PROVEN);

    bind_i64(s, id);
    *proven_r = stmt_row(s) && col_bool(s, 0);
    return stmt_done(s);
}

static enum err run_i64s(struct db_conn *c, enum query q, int64_t id, int64_t value)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, id);
    bind_i64(s, value);
    return stmt_done(s);
}

enum err db_user_prove_email(struct db_conn *c, int64_t id, int64_t now_ms)
{
    return run_i64s(c, Q_USER_PROVE_EMAIL, id, now_ms);
}

enum err db_user_seen(struct db_conn *c, int64_t id, int64_t seen_at_ms)
{
    return run_i64s(c, Q_USER_SEEN, id, seen_at_ms);
}

enum err db_user_password_error(struct db_conn *c, int64_t id, int64_t now_ms)
{
    return run_i64s(c, Q_USER_PASSWORD_ERROR, id, now_ms);
}

static enum err set_flag(struct db_conn *c, enum query q, int64_t id, bool on, int64_t now_ms)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, id);
    bind_i64(s, on);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_user_set_enabled(struct db_conn *c, int64_t id, bool enabled, int64_t now_ms)
{
    return set_flag(c, Q_USER_SET_ENABLED, id, enabled, now_ms);
}

enum err db_user_set_admin(struct db_conn *c, int64_t id, bool is_admin, int64_t now_ms)
{
    return set_flag(c, Q_USER_SET_ADMIN, id, is_admin, now_ms);
}
