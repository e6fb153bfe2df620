/* Sessions and their tokens; see session.h. */
#include "domain/session.h"

#include "db/sessions.h"
#include "db/users.h"
#include "domain/seen.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

static int64_t token_life_ms(const struct ctx *cx)
{
    return cx->sv->conf->token_days * DAY_MS;
}

static enum err sign(struct ctx *cx, int64_t user_id, int64_t session_id, const char **token_r)
{
    int64_t now_ms = ctx_now(cx);
    struct jwt_claims claims = { .user_id = user_id,
                                 .session_id = session_id,
                                 .issued_at_s = now_ms / 1000,
                                 .expires_at_s = (now_ms + token_life_ms(cx)) / 1000,
                                 .issuer = TOKEN_ISSUER,
                                 .purpose = TOKEN_ACCESS };

    *token_r = crypto_jwt_sign(cx->arena, cx->sv->jwt_key, &claims);
    return *token_r != NULL ? OK : ERR_INTERNAL;
}

enum err session_open(struct ctx *cx, int64_t user_id, const char *platform, const char **token_r)
{
    int64_t now_ms = ctx_now(cx), id = 0;
    struct session row = { .user_id = user_id,
                           .dialect = cx->dialect,
                           .platform = platform,
                           .created_at_ms = now_ms,
                           .expires_at_ms = now_ms + token_life_ms(cx) + HOUR_MS };
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_session_insert(cx->conn, &row, cx->address, &id);
    if (e == OK)
        e = db_user_logged_in(cx->conn, user_id, now_ms, cx->address);
    e = tx_end(cx, e);
    return e == OK ? sign(cx, user_id, id, token_r) : e;
}

enum err token_verify(struct ctx *cx, const char *text, const char *purpose,
                      struct session *session_r)
{
    struct jwt_claims claims;
    int64_t now_ms = ctx_now(cx);
    enum err e = crypto_jwt_read(cx->arena, cx->sv->jwt_key, text, TOKEN_ISSUER, purpose,
                                 now_ms / 1000, &claims);

    if (e != OK)
        return e;
    e = db_session_live(ctx_db(cx), cx->arena, claims.session_id, claims.user_id, now_ms,
                        session_r);
    if (e == OK)
        seen_note(cx, session_r->user_id);
    return e;
}

enum err session_renew(struct ctx *cx, const struct session *session, const char **token_r)
{
    int64_t now_ms = ctx_now(cx);

    if (session->expires_at_ms < now_ms + token_life_ms(cx)) {
        enum err e = tx_begin(cx);
        if (e == OK)
            e = db_session_extend(cx->conn, session->id, now_ms + token_life_ms(cx) + HOUR_MS);
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
