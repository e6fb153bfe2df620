/* See codes.h. */
#include "db/codes.h"

#include "db/stmt.h"

static struct stmt *stmt_of_address(struct db_conn *c, enum query q, int64_t medium,
                                    const char *address)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, medium);
    bind_str(s, address);
    return s;
}

enum err db_code_put(struct db_conn *c, const struct code *code)
{
    struct stmt *s = stmt_of_address(c, Q_CODE_PUT, code->medium, code->address);

    bind_str(s, code->purpose);
    bind_str(s, code->hash);
    bind_i64(s, code->tries_left);
    bind_i64(s, code->expires_at_ms);
    return stmt_done(s);
}

enum err db_code_find(struct db_conn *c, struct arena *a, int64_t medium, const char *address,
                      struct code *code_r)
{
    struct stmt *s = stmt_of_address(c, Q_CODE_FIND, medium, address);
    bool found = stmt_row(s);
    enum err e;

    if (found)
        *code_r = (struct code){ .medium = medium,
                                 .address = address,
                                 .purpose = col_str(s, 0, a),
                                 .hash = col_str(s, 1, a),
                                 .tries_left = col_i64(s, 2),
                                 .expires_at_ms = col_i64(s, 3) };
    e = stmt_done(s);
    return e == OK && !found ? ERR_CAPTCHA_EXPIRED : e;
}

enum err db_code_miss(struct db_conn *c, int64_t medium, const char *address)
{
    return stmt_done(stmt_of_address(c, Q_CODE_MISS, medium, address));
}

enum err db_code_delete(struct db_conn *c, int64_t medium, const char *address)
{
    return stmt_done(stmt_of_address(c, Q_CODE_DELETE, medium, address));
}

static enum err delete_until(struct db_conn *c, enum query q, int64_t time_ms)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, time_ms);
    return stmt_done(s);
}

enum err db_code_delete_old(struct db_conn *c, int64_t now_ms, int64_t since_ms)
{
    enum err e = delete_until(c, Q_CODE_DELETE_EXPIRED, now_ms);

    return e == OK ? delete_until(c, Q_CODE_SENDS_DELETE, since_ms) : e;
}

enum err db_code_send_note(struct db_conn *c, int64_t medium, const char *address, int64_t now_ms)
{
    struct stmt *s = stmt_of_address(c, Q_CODE_SEND_NOTE, medium, address);

    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_code_sends(struct db_conn *c, int64_t medium, const char *address, int64_t since_ms,
                       int64_t *count_r, int64_t *first_ms_r, int64_t *last_ms_r)
{
    struct stmt *s = stmt_of_address(c, Q_CODE_SENDS_SINCE, medium, address);
    bool found;

    bind_i64(s, since_ms);
    found = stmt_row(s);
    *count_r = found ? col_i64(s, 0) : 0;
    *first_ms_r = found ? col_i64(s, 1) : 0;
    *last_ms_r = found ? col_i64(s, 2) : 0;
    return stmt_done(s);
}

enum err db_reset_tries_find(struct db_conn *c, int64_t user_id, struct reset_tries *tries_r)
{
    struct stmt *s = stmt(c, Q_RESET_TRIES_FIND);

    *tries_r = (struct reset_tries){ 0 };
    bind_i64(s, user_id);
    if (stmt_row(s))
        *tries_r = (struct reset_tries){ col_i64(s, 0), col_i64(s, 1), col_i64(s, 2) };
    return stmt_done(s);
}

enum err db_reset_tries_put(struct db_conn *c, int64_t user_id, const struct reset_tries *tries)
{
    struct stmt *s = stmt(c, Q_RESET_TRIES_PUT);

    bind_i64(s, user_id);
    bind_i64(s, tries->tries);
    bind_i64(s, tries->since_ms);
    bind_i64(s, tries->banned_until_ms);
    return stmt_done(s);
}
