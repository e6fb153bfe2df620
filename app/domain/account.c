/* See account.h. */
#include "domain/account.h"

#include "db/sessions.h"
#include "db/users.h"

enum err account_find(struct ctx *cx, const char *username, struct account *account_r)
{
    return db_account_by_username(ctx_db(cx), cx->arena, username, account_r);
}

static bool is_in(const struct range *range, int64_t value)
{
    return value >= range->from && value <= range->to;
}

static bool fits(const struct account *account, const struct account_filter *filter)
{
    return is_in(&filter->enabled, account->user.enabled) &&
           is_in(&filter->password_errors, account->password_errors) &&
           is_in(&filter->registered_ms, account->user.created_at_ms) &&
           is_in(&filter->login_ms, account->user.last_login_at_ms) &&
           is_in(&filter->error_ms, account->password_error_at_ms);
}

enum err account_page(struct ctx *cx, const struct account_filter *filter, const char *username,
                      struct account **list_r, size_t *count_r, int64_t *total_r)
{
    enum err e;

    if (username == NULL)
        return db_account_page(ctx_db(cx), cx->arena, filter, list_r, count_r, total_r);
    *list_r = ARENA_NEW(cx->arena, struct account);
    e = account_find(cx, username, *list_r);
    *total_r = e == OK && fits(*list_r, filter);
    *count_r = *total_r == 1 && filter->offset == 0 && filter->limit > 0 ? 1 : 0;
    return e == ERR_NO_ACCOUNT ? OK : e;
}

/* Inside a transaction: no session outlives it, and the sockets are told. */
static enum err end_sessions(struct ctx *cx, int64_t user_id, enum end_reason reason)
{
    struct event ev = { .kind = EV_ENDED, .to_count = 1 };
    enum err e = db_session_delete_of_user(cx->conn, user_id);

    if (e != OK)
        return e;
    ev.to = arena_memdup(cx->arena, &user_id, sizeof user_id);
    ev.ended = (struct ended_event){ .reason = reason, .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

static void close_sockets(struct ctx *cx, int64_t user_id)
{
    if (cx->sv->end_session != NULL)
        cx->sv->end_session(cx->sv->hub, user_id, 0);
}

enum err account_set_enabled(struct ctx *cx, int64_t user_id, bool enabled)
{
    struct user user;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_user_by_id(cx->conn, cx->arena, user_id, &user);
    if (e == OK)
        e = db_user_set_enabled(cx->conn, user_id, enabled, ctx_now(cx));
    if (e == OK && !enabled)
        e = end_sessions(cx, user_id, END_DISABLED);
    e = tx_end(cx, e);
    if (e == OK && !enabled)
        close_sockets(cx, user_id);
    return e;
}

enum err account_sign_out(struct ctx *cx, int64_t user_id)
{
    struct user user;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_user_by_id(cx->conn, cx->arena, user_id, &user);
    if (e == OK)
        e = end_sessions(cx, user_id, END_SIGNED_OUT);
    e = tx_end(cx, e);
    if (e == OK)
        close_sockets(cx, user_id);
    return e;
}
