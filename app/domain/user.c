/* Accounts; see user.h. */
#include "domain/user.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "db/users.h"
#include "domain/invite.h"
#include "domain/password.h"
#include "domain/throttle.h"

/* Path segments and identities of some dialect: nobody may go by them in any
 * (facts/room-and-node.md 12.2). */
static const char *const reserved[] = {
    "search", "grant_login", "devices", "customerservices", "blacklists", "page", "setUserStatus",
    "host",   "system",      "admin",   "fileHelper",       "u_10000"
};

/* An account may be tried 5 times at once, then every 10 s, and 30 times before it is every 2
 * minutes. */
static const struct limit_rule login_burst = { "login", 5, 10000 };
static const struct limit_rule login_steady = { "login-steady", 30, 120000 };
/* An address may be a whole office, so it gets far more; a stranger's on the Internet is one
 * person. */
static const struct limit_rule login_private = { "login-address", 200, 500 };
static const struct limit_rule login_public = { "login-address", 30, 2000 };
static const struct limit_rule register_private = { "register", 100, 36000 };
static const struct limit_rule register_public = { "register", 5, 1200000 };

bool user_name_has_han(const char *name)
{
    for (const unsigned char *p = (const unsigned char *)name; *p != '\0'; p++)
        if ((p[0] >= 0xe4 && p[0] <= 0xe9) || (p[0] == 0xe3 && p[1] >= 0x90) ||
            (p[0] == 0xf0 && p[1] >= 0xa0))
            return true; /* U+3400..U+9FFF and from U+20000 on */
    return false;
}

const char *user_public_name(const struct user *user)
{
    bool is_address = str_ieq(user->username, user->email) || str_eq(user->username, user->mobile);

    return is_address ? user->nickname : user->username;
}

int user_age(const struct user *user, int64_t now_ms)
{
    time_t now = (time_t)(now_ms / 1000);
    struct tm day;
    char *end;
    long year, month, date;

    if (user->birth[0] == '\0' || localtime_r(&now, &day) == NULL)
        return 0;
    year = strtol(user->birth, &end, 10);
    month = *end == '-' ? strtol(end + 1, &end, 10) : 1;
    date = *end == '-' ? strtol(end + 1, &end, 10) : 1;
    return (int)(day.tm_year + 1900 - year) -
           (day.tm_mon + 1 < month || (day.tm_mon + 1 == month && day.tm_mday < date));
}

enum err user_check_username(const char *name)
{
    size_t len = strlen(name);

    if (len == 0 || utf8_chars(name) > USERNAME_CHARS_MAX || str_has_control(name) ||
        name[0] == ' ' || name[len - 1] == ' ')
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (str_ieq(name, reserved[i]))
            return ERR_RESERVED_NAME;
    return OK;
}

/* A name that is somebody's e-mail address or number would let its bearer be taken for them. */
static enum err check_free(struct ctx *cx, const char *name)
{
    struct user other;
    enum err e;

    if (name == NULL || name[0] == '\0')
        return OK;
    e = db_user_by_login(ctx_db(cx), cx->arena, name, &other);
    return e == OK ? ERR_ACCOUNT_EXISTS : e == ERR_NO_ACCOUNT ? OK : e;
}

enum err user_insert(struct ctx *cx, const struct new_user *in, const char *hash, int64_t *id_r)
{
    struct user_insert row = { .uid = crypto_random_hex(cx->arena),
                               .username = in->username,
                               .nickname = in->nickname != NULL ? in->nickname : in->username,
                               .email = in->email,
                               .mobile = in->mobile,
                               .password_hash = hash,
                               .now_ms = ctx_now(cx) };
    enum err e = check_free(cx, in->username);

    if (e == OK)
        e = check_free(cx, in->email);
    if (e == OK)
        e = check_free(cx, in->mobile);
    if (e == OK)
        e = db_user_insert(cx->conn, &row, id_r);
    return e;
}

static enum err insert(struct ctx *cx, const struct new_user *in, const char *hash, int64_t *id_r)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = user_insert(cx, in, hash, id_r);
    if (e == OK)
        e = invite_redeem(cx, in->invite, *id_r);
    return tx_end(cx, e);
}

enum err user_register(struct ctx *cx, const struct new_user *in, struct user *user_r)
{
    const char *hash = "";
    int64_t id = 0;
    enum err e;

    e = invite_may_register(cx, in->invite);
    if (e == OK)
        e = user_check_username(in->username);
    if (e == OK)
        e = check_free(cx, in->username); /* before the costly hash; again inside the transaction */
    if (e == OK)
        e = throttle_peer(cx, &register_private, &register_public);
    if (e == OK && in->password != NULL)
        e = password_hash(cx, in->password, &hash);
    if (e == OK)
        e = insert(cx, in, hash, &id);
    return e == OK ? db_user_by_id(ctx_db(cx), cx->arena, id, user_r) : e;
}

/* The account's new hash after the configured cost changed; the login stands whether or not it
 * could be stored. */
static void rehash(struct ctx *cx, int64_t id, const char *password)
{
    const char *hash;
    enum err e = password_hash(cx, password, &hash);

    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = db_user_set_password(cx->conn, id, hash, ctx_now(cx));
    e = tx_end(cx, e);
    if (e != OK)
        log_warn("login", "user %lld: the new password hash was not stored: %s", (long long)id,
                 err_name(e));
}

/* Is password that of user (NULL: nobody, which takes as long)? account names the throttle's
 * buckets. */
static enum err prove(struct ctx *cx, const struct user *user, const char *account,
                      const char *password, bool *match_r, bool *stale_r)
{
    enum err e;

    if (user != NULL)
        account = arena_printf(cx->arena, "%lld", (long long)user->id);
    e = throttle_take(cx, &login_burst, account);
    if (e == OK)
        e = throttle_take(cx, &login_steady, account);
    if (e == OK)
        e = password_verify(cx, password, user != NULL ? user->password_hash : "", match_r,
                            stale_r);
    if (e == OK && *match_r)
        limiter_clear(cx->sv->limiter, &login_burst, account);
    return e;
}

/* Names are not proven: somebody may have taken another's address for a username before its owner
 * came. Then the password says which of the two is meant. */
static enum err prove_owner(struct ctx *cx, const char *address, const char *password,
                            struct user *user_r, bool *match_r, bool *stale_r)
{
    struct user owner;
    enum err e = db_user_by_email(ctx_db(cx), cx->arena, address, &owner);

    if (e == ERR_NO_ACCOUNT)
        e = db_user_by_mobile(ctx_db(cx), cx->arena, address, &owner);
    if (e == ERR_NO_ACCOUNT || (e == OK && owner.id == user_r->id))
        return OK;
    if (e == OK)
        e = prove(cx, &owner, NULL, password, match_r, stale_r);
    if (e == OK && *match_r)
        *user_r = owner;
    return e;
}

/* Counts for the operator; a login sets it back (db_user_logged_in). */
static enum err note_wrong(struct ctx *cx, int64_t id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_user_password_error(cx->conn, id, ctx_now(cx));
    e = tx_end(cx, e);
    return e == OK ? ERR_BAD_CREDENTIALS : e;
}

enum err user_login(struct ctx *cx, const char *login, const char *password, struct user *user_r)
{
    bool match = false, stale = false, known;
    enum err e;

    e = throttle_peer(cx, &login_private, &login_public);
    if (e == OK)
        e = db_user_by_login(ctx_db(cx), cx->arena, login, user_r);
    known = e == OK;
    if (e == OK || e == ERR_NO_ACCOUNT)
        e = prove(cx, known ? user_r : NULL, login, password, &match, &stale);
    if (e == OK && known && !match)
        e = prove_owner(cx, login, password, user_r, &match, &stale);
    if (e != OK)
        return e;
    if (!known)
        return ERR_NO_ACCOUNT;
    if (!match)
        return note_wrong(cx, user_r->id);
    if (!user_r->enabled)
        return ERR_ACCOUNT_DISABLED;
    if (stale)
        rehash(cx, user_r->id, password);
    return OK;
}

enum err user_get(struct ctx *cx, int64_t id, struct user *user_r)
{
    return db_user_by_id(ctx_db(cx), cx->arena, id, user_r);
}

enum err user_search(struct ctx *cx, const char *text, struct user **users_r, size_t *count_r)
{
    return db_user_search(ctx_db(cx), cx->arena, text, cx->actor, users_r, count_r);
}
