/* See setup.h. */
#include "domain/setup.h"

#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "db/site.h"
#include "domain/password.h"
#include "domain/throttle.h"
#include "domain/user.h"

#define TOKEN_BYTES 20
#define SITE_NAME "site_name"
#define SITE_NAME_DEFAULT "chatd" /* conf.def */

static const struct limit_rule setup_private = { "setup", 30, 2000 };
static const struct limit_rule setup_public = { "setup", 5, 30000 };

static const char *hash_of(struct arena *a, const char *token)
{
    uint8_t hash[32];

    crypto_sha256(token, strlen(token), hash);
    return hex_encode(a, hash, sizeof hash);
}

enum err setup_is_needed(struct ctx *cx, bool *needed_r)
{
    bool has = false;
    enum err e = db_site_has_admin(ctx_db(cx), &has);

    *needed_r = e == OK && !has;
    return e;
}

enum err setup_issue(struct ctx *cx, const char **token_r)
{
    int64_t now_ms = ctx_now(cx);
    uint8_t random[TOKEN_BYTES];
    const char *token;
    enum err e = tx_begin(cx);

    crypto_random(random, sizeof random);
    token = hex_encode(cx->arena, random, sizeof random);
    if (e == OK)
        e = db_setup_token_delete_expired(cx->conn, now_ms);
    if (e == OK)
        e = db_setup_token_insert(cx->conn, hash_of(cx->arena, token), now_ms,
                                  now_ms + SETUP_LIFE_MS);
    e = tx_end(cx, e);
    if (e == OK)
        *token_r = token;
    return e;
}

/* Proves an account there is, or prepares a new one: hash_r is its password's then, and NULL
 * otherwise. Before the transaction, because hashing is slow. */
static enum err prepare(struct ctx *cx, const struct setup *in, const char **hash_r,
                        struct user *user_r)
{
    enum err e = db_user_by_username(ctx_db(cx), cx->arena, in->username, user_r);

    *hash_r = NULL;
    if (e == OK)
        return user_login(cx, in->username, in->password, user_r);
    if (e == ERR_NO_ACCOUNT)
        e = user_check_username(in->username);
    ctx_release(cx);
    return e == OK ? password_hash(cx, in->password, hash_r) : e;
}

/* Inside the transaction that uses the link up. */
static enum err promote(struct ctx *cx, const struct setup *in, const char *hash, int64_t *id)
{
    struct new_user new_user = { .username = in->username };
    enum err e = OK;

    if (hash != NULL)
        e = user_insert(cx, &new_user, hash, id);
    if (e == OK)
        e = db_user_set_admin(cx->conn, *id, true, ctx_now(cx));
    if (e == OK && str_or_empty(in->site_name)[0] != '\0')
        e = db_site_set(cx->conn, SITE_NAME, in->site_name);
    return e == OK ? db_setup_token_delete_all(cx->conn) : e;
}

static enum err redeem(struct ctx *cx, const struct setup *in, struct user *user_r)
{
    const char *token = hash_of(cx->arena, in->token), *hash;
    enum err e = db_setup_token_find(ctx_db(cx), token, ctx_now(cx));

    if (e == OK)
        e = prepare(cx, in, &hash, user_r);
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK) /* somebody may have used it meanwhile */
        e = db_setup_token_find(cx->conn, token, ctx_now(cx));
    if (e == OK)
        e = promote(cx, in, hash, &user_r->id);
    e = tx_end(cx, e);
    return e == OK ? db_user_by_id(ctx_db(cx), cx->arena, user_r->id, user_r) : e;
}

enum err setup_redeem(struct ctx *cx, const struct setup *in, struct user *user_r)
{
    enum err e = throttle_peer(cx, &setup_private, &setup_public);

    if (e == OK && str_has_control(str_or_empty(in->site_name)))
        e = ERR_BAD_FIELD;
    if (e == OK)
        e = redeem(cx, in, user_r);
    if (e == OK)
        log_info("admin", "user=%lld is an administrator by a set-up link", (long long)user_r->id);
    return e;
}

enum err site_name(struct ctx *cx, const char **name_r)
{
    enum err e = OK;

    *name_r = cx->sv->conf->site_name;
    if (!str_eq(*name_r, SITE_NAME_DEFAULT))
        return OK;
    e = db_site_setting(ctx_db(cx), cx->arena, SITE_NAME, name_r);
    if ((*name_r)[0] == '\0')
        *name_r = SITE_NAME_DEFAULT;
    return e;
}
