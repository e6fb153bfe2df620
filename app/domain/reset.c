/* See reset.h. */
#include "domain/reset.h"

#include "db/codes.h"
#include "db/users.h"
#include "domain/address.h"
#include "domain/code.h"
#include "domain/throttle.h"
#include "domain/user.h"

static const struct limit_rule all_tries = { "reset-all", 100, 3000 };

static enum err find(struct ctx *cx, const char *email, struct user *user_r)
{
    enum err e = address_normalise(cx->arena, BY_MAIL, email, &email);

    if (e == ERR_BAD_FIELD)
        return ERR_NO_ACCOUNT; /* what is no address is nobody's */
    return e == OK ? db_user_by_email(ctx_db(cx), cx->arena, email, user_r) : e;
}

enum err reset_begin(struct ctx *cx, const char *email, const char **code_r)
{
    struct user user;
    enum err e = find(cx, email, &user);

    return e == OK ? code_send_brief(cx, BY_MAIL, email, CODE_RESET, code_r) : e;
}

/* Counts one more; the verdict on it. */
static enum err judge(struct reset_tries *t, int64_t now_ms)
{
    if (t->banned_until_ms > now_ms)
        return ERR_BANNED;
    if (t->tries == 0 || now_ms >= t->since_ms + RESET_WINDOW_MS)
        *t = (struct reset_tries){ .since_ms = now_ms };
    t->tries++;
    if (t->tries <= RESET_TRIES)
        return OK;
    *t = (struct reset_tries){ .banned_until_ms = now_ms + RESET_BAN_MS };
    return ERR_TOO_MANY_TRIES;
}

/* That a try is refused must be stored too. */
static enum err admit(struct ctx *cx, int64_t user_id)
{
    struct reset_tries tries;
    enum err verdict = OK, e;

    if (!cx->sv->conf->rate_limits)
        return OK;
    e = tx_begin(cx);
    if (e == OK)
        e = db_reset_tries_find(cx->conn, user_id, &tries);
    if (e == OK) {
        verdict = judge(&tries, ctx_now(cx));
        e = verdict == ERR_BANNED ? OK : db_reset_tries_put(cx->conn, user_id, &tries);
    }
    e = tx_end(cx, e);
    return e == OK ? verdict : e;
}

enum err reset_finish(struct ctx *cx, const char *email, const char *code, const char *password)
{
    struct user user;
    enum err e = throttle_take(cx, &all_tries, "");

    if (e == OK)
        e = find(cx, email, &user);
    if (e == OK)
        e = admit(cx, user.id);
    if (e == OK)
        e = code_check(cx, BY_MAIL, email, CODE_RESET, code);
    return e == OK ? user_reset_password(cx, BY_MAIL, email, password) : e;
}
