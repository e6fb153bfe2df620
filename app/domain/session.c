/* Sessions and their tokens; see session.h. */
#include "domain/session_internal.h"

#include "base/str.h"
#include "db/sessions.h"
#include "db/users.h"
#include "domain/seen.h"

#define HOUR_MS INT64_C(3600000)
#define SEEN_EVERY_MS (HOUR_MS / 6)
#define DAY_MS (24 * HOUR_MS)

static int64_t token_life_ms(const struct ctx *cx)
{
    return cx->sv->conf->token_days * DAY_MS;
}

/* The ids' names are those of the documents the tokens are for. */
static struct jwt_kind kind_of(const char *purpose)
{
    return (struct jwt_kind){ TOKEN_ISSUER, purpose,
                              str_eq(purpose, TOKEN_BRIEF) ? "userId" : "id" };
}

enum err session_sign(struct ctx *cx, const char *purpose, int64_t life_ms,
                      struct jwt_claims *claims, const char **token_r)
{
    struct jwt_kind kind = kind_of(purpose);
    int64_t now_ms = ctx_now(cx);

    claims->issued_at_s = now_ms / 1000;
    claims->expires_at_s = (now_ms + life_ms) / 1000;
    *token_r = crypto_jwt_sign(cx->arena, cx->sv->jwt_key, &kind, claims);
    return *token_r != NULL ? OK : ERR_INTERNAL;
}

static enum err sign(struct ctx *cx, int64_t user_id, int64_t session_id, const char **token_r)
{
    struct jwt_claims claims = { .user_id = user_id, .session_id = session_id };

    return session_sign(cx, TOKEN_ACCESS, token_life_ms(cx), &claims, token_r);
}

enum err session_insert(struct ctx *cx, int64_t user_id, const char *platform, int64_t life_ms,
                        int64_t *id_r)
{
    int64_t now_ms = ctx_now(cx);
    struct session row = { .user_id = user_id,
                           .dialect = cx->dialect,
                           .platform = platform,
                           .created_at_ms = now_ms,
                           .expires_at_ms = now_ms + life_ms };
    enum err e = db_session_insert(cx->conn, &row, cx->address, id_r);

    return e == OK ? db_user_logged_in(cx->conn, user_id, now_ms, cx->address) : e;
}

enum err session_open(struct ctx *cx, int64_t user_id, const char *platform, const char **token_r)
{
    int64_t id = 0;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = session_insert(cx, user_id, platform, token_life_ms(cx) + HOUR_MS, &id);
    e = tx_end(cx, e);
    return e == OK ? sign(cx, user_id, id, token_r) : e;
}

enum err session_open_short(struct ctx *cx, int64_t user_id, const char **token_r)
{
    struct jwt_claims claims = { .user_id = user_id };
    enum err e = tx_begin(cx);

    if (e == OK)
        e = session_insert(cx, user_id, "", TOKEN_SHORT_SECONDS * 1000, &claims.session_id);
    e = tx_end(cx, e);
    return e == OK ? session_sign(cx, TOKEN_SHORT, TOKEN_SHORT_SECONDS * 1000, &claims, token_r)
                   : e;
}

enum err token_verify(struct ctx *cx, const char *text, const char *purpose,
                      struct session *session_r)
{
    struct jwt_kind kind = kind_of(purpose);
    struct jwt_claims claims;
    int64_t now_ms = ctx_now(cx);
    enum err e = crypto_jwt_read(cx->sv->jwt_key, text, &kind, now_ms / 1000, &claims);

    if (e != OK)
        return e;
    e = db_session_live(ctx_db(cx), cx->arena, claims.session_id, claims.user_id, now_ms,
                        session_r);
    if (e == OK)
        seen_note(cx, session_r->user_id);
    return e;
}

bool token_is_orphan(struct ctx *cx, const char *text, const char *purpose)
{
    struct jwt_kind kind = kind_of(purpose);
    struct jwt_claims claims;
    struct user user;

    return crypto_jwt_read(cx->sv->jwt_key, text, &kind, ctx_now(cx) / 1000, &claims) == OK &&
           db_user_by_id(ctx_db(cx), cx->arena, claims.user_id, &user) == ERR_NO_ACCOUNT;
}

enum err session_renew(struct ctx *cx, const struct session *session, const char **token_r)
{
    int64_t now_ms = ctx_now(cx);

    if (session->expires_at_ms < now_ms + token_life_ms(cx) ||
        session->last_seen_at_ms < now_ms - SEEN_EVERY_MS) {
        enum err e = tx_begin(cx);
        if (e == OK)
            e = db_session_extend(cx->conn, session->id, now_ms + token_life_ms(cx) + HOUR_MS,
                                  now_ms);
        e = tx_end(cx, e);
        if (e != OK)
            return e;
    }
    return sign(cx, session->user_id, session->id, token_r);
}

bool session_is_live(struct ctx *cx)
{
    struct session session;

    return db_session_live(ctx_db(cx), cx->arena, cx->session_id, cx->actor, ctx_now(cx),
                           &session) == OK;
}

enum err session_hold(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_extend(cx->conn, cx->session_id, ctx_now(cx) + token_life_ms(cx),
                              ctx_now(cx));
    return tx_end(cx, e);
}

enum err session_hang_up(struct ctx *cx)
{
    struct session *list = NULL;
    size_t count = 0;
    enum err e = db_session_ids(ctx_db(cx), cx->arena, cx->actor, cx->dialect, &list, &count);

    ctx_release(cx);
    for (size_t i = 0; e == OK && cx->sv->end_session != NULL && i < count; i++)
        cx->sv->end_session(cx->sv->hub, cx->actor, list[i].id);
    return e;
}

enum err session_expire(struct ctx *cx)
{
    struct session *gone = NULL;
    size_t count = 0;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_delete_expired(cx->conn, cx->arena, ctx_now(cx), &gone, &count);
    e = tx_end(cx, e);
    for (size_t i = 0; e == OK && cx->sv->end_session != NULL && i < count; i++)
        cx->sv->end_session(cx->sv->hub, gone[i].user_id, gone[i].id);
    return e;
}

enum err session_end(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_delete(cx->conn, cx->session_id);
    e = tx_end(cx, e);
    if (e == OK && cx->sv->end_session != NULL)
        cx->sv->end_session(cx->sv->hub, cx->actor, cx->session_id);
    return e;
}

enum err session_end_all(struct ctx *cx, int64_t user_id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_delete_of_user(cx->conn, user_id);
    e = tx_end(cx, e);
    if (e == OK && cx->sv->end_session != NULL)
        cx->sv->end_session(cx->sv->hub, user_id, 0);
    return e;
}

enum err session_list(struct ctx *cx, struct session **list_r, size_t *count_r)
{
    return db_session_list(ctx_db(cx), cx->arena, cx->actor, ctx_now(cx), list_r, count_r);
}

enum err session_end_one(struct ctx *cx, int64_t id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_delete_own(cx->conn, id, cx->actor);
    e = tx_end(cx, e);
    if (e == OK && cx->sv->end_session != NULL)
        cx->sv->end_session(cx->sv->hub, cx->actor, id);
    return e;
}

enum err session_end_others(struct ctx *cx, size_t *count_r)
{
    struct session *gone = NULL;
    enum err e = tx_begin(cx);

    *count_r = 0;
    if (e == OK)
        e = db_session_delete_others(cx->conn, cx->arena, cx->actor, cx->session_id, &gone,
                                     count_r);
    e = tx_end(cx, e);
    for (size_t i = 0; e == OK && cx->sv->end_session != NULL && i < *count_r; i++)
        cx->sv->end_session(cx->sv->hub, cx->actor, gone[i].id);
    return e;
}
