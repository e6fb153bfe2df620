/* Refresh tokens; see session.h. A session is the family of its tokens: one is good at a time, and
 * each is made from the one before it and a random salt that is kept with the used one. So whoever
 * shows a token that has just been used gets its successor a second time, though only hashes are
 * stored: neither the rows alone nor the token alone make it. */
#include <string.h>

#include "base/str.h"
#include "db/sessions.h"
#include "domain/session_internal.h"

#define TOKEN_CHARS 64 /* 32 bytes in hex */
#define CHAIN_MAX 100  /* used tokens followed within the grace; more is nobody's two tabs */

static const char *hash_of(struct arena *a, const char *token)
{
    uint8_t hash[32];

    crypto_sha256(token, strlen(token), hash);
    return hex_encode(a, hash, sizeof hash);
}

static const char *successor(struct arena *a, const char *token, const char *salt)
{
    uint8_t bytes[32];

    crypto_hmac_sha256(token, strlen(token), salt, strlen(salt), bytes);
    return hex_encode(a, bytes, sizeof bytes);
}

static enum err sign(struct ctx *cx, int64_t user_id, const char *username, int64_t session_id,
                     const char **token_r)
{
    struct jwt_claims claims = { .user_id = user_id,
                                 .user_name = username,
                                 .session_id = session_id };

    return session_sign(cx, TOKEN_BRIEF, TOKEN_BRIEF_SECONDS * 1000, &claims, token_r);
}

/* Makes token the session's present one. Inside a transaction. */
static enum err put(struct ctx *cx, const char *token, int64_t session_id)
{
    int64_t expires_at_ms = ctx_now(cx) + REFRESH_SECONDS * INT64_C(1000);
    enum err e = db_refresh_insert(cx->conn, hash_of(cx->arena, token), session_id, expires_at_ms);

    return e == OK ? db_session_extend(cx->conn, session_id, expires_at_ms, ctx_now(cx)) : e;
}

enum err session_open_brief(struct ctx *cx, const struct user *user, struct token_pair *pair_r)
{
    uint8_t bytes[32];
    int64_t id = 0;
    enum err e;

    crypto_random(bytes, sizeof bytes);
    pair_r->refresh = hex_encode(cx->arena, bytes, sizeof bytes);
    e = tx_begin(cx);
    if (e == OK)
        e = session_insert(cx, user->id, "", REFRESH_SECONDS * INT64_C(1000), &id);
    if (e == OK)
        e = put(cx, pair_r->refresh, id);
    e = tx_end(cx, e);
    return e == OK ? sign(cx, user->id, user->username, id, &pair_r->access) : e;
}

/* Uses the present token up. */
static enum err rotate(struct ctx *cx, const char *token, const struct refresh_row *row,
                       const char **next_r)
{
    const char *salt = crypto_random_hex(cx->arena);
    enum err e = db_refresh_use(cx->conn, hash_of(cx->arena, token), salt, ctx_now(cx));

    *next_r = successor(cx->arena, token, salt);
    return e == OK ? put(cx, *next_r, row->session.id) : e;
}

/* The session's present token, reached from one used a moment ago. */
static enum err follow(struct ctx *cx, const char *token, struct refresh_row *row,
                       const char **next_r)
{
    enum err e = OK;

    for (int i = 0; e == OK && row->used_at_ms != 0; i++) {
        token = successor(cx->arena, token, row->salt);
        e = i < CHAIN_MAX
                ? db_refresh_live(cx->conn, cx->arena, hash_of(cx->arena, token), ctx_now(cx), row)
                : ERR_BAD_REFRESH;
    }
    *next_r = token;
    return e;
}

/* Inside a transaction. *stolen_r: the session was deleted; the error to answer is the caller's. */
static enum err renew(struct ctx *cx, const char *token, struct refresh_row *row,
                      const char **next_r, bool *stolen_r)
{
    enum err e = db_refresh_live(cx->conn, cx->arena, hash_of(cx->arena, token), ctx_now(cx), row);

    if (e != OK)
        return e;
    if (row->used_at_ms == 0)
        return rotate(cx, token, row, next_r);
    if (ctx_now(cx) <= row->used_at_ms + REFRESH_GRACE_MS)
        return follow(cx, token, row, next_r);
    *stolen_r = true;
    return db_session_delete(cx->conn, row->session.id);
}

static void close_sockets(struct ctx *cx, const struct session *session)
{
    if (cx->sv->end_session != NULL)
        cx->sv->end_session(cx->sv->hub, session->user_id, session->id);
}

enum err session_refresh(struct ctx *cx, const char *refresh, struct token_pair *pair_r)
{
    struct refresh_row row;
    bool stolen = false;
    enum err e;

    if (strlen(refresh) != TOKEN_CHARS)
        return ERR_BAD_REFRESH;
    e = tx_begin(cx);
    if (e == OK)
        e = renew(cx, refresh, &row, &pair_r->refresh, &stolen);
    e = tx_end(cx, e);
    if (e == OK && stolen) {
        close_sockets(cx, &row.session);
        e = ERR_BAD_REFRESH;
    }
    return e == OK ? sign(cx, row.session.user_id, row.username, row.session.id, &pair_r->access)
                   : e;
}

enum err session_end_of_refresh(struct ctx *cx, const char *refresh)
{
    struct session session = { 0 };
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_refresh_session(cx->conn, hash_of(cx->arena, refresh), &session);
    if (e == OK)
        e = db_session_delete(cx->conn, session.id);
    e = tx_end(cx, e);
    if (e == OK)
        close_sockets(cx, &session);
    return e == ERR_BAD_REFRESH ? OK : e;
}

enum err session_expire_refresh(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_refresh_delete_expired(cx->conn, ctx_now(cx));
    return tx_end(cx, e);
}
