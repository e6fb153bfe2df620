/* What people change about their accounts, and the accounts that codes open; see user.h. */
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "base/str.h"
#include "db/places.h"
#include "db/sessions.h"
#include "domain/address.h"
#include "domain/changed.h"
#include "domain/invite.h"
#include "domain/password.h"
#include "domain/user.h"

#define NICKNAME_CHARS_MAX 50
#define BIRTH_YEAR_MIN 1850

static void hang_up(struct ctx *cx, int64_t user_id, const struct session *gone, size_t count)
{
    for (size_t i = 0; cx->sv->end_session != NULL && i < count; i++)
        cx->sv->end_session(cx->sv->hub, user_id, gone[i].id);
}

/* ---- accounts by address ---- */

static enum err find(struct ctx *cx, enum medium medium, const char *address, struct user *user_r)
{
    return medium == BY_MAIL ? db_user_by_email(ctx_db(cx), cx->arena, address, user_r)
                             : db_user_by_mobile(ctx_db(cx), cx->arena, address, user_r);
}

/* The address itself, or something random if it is too long or somebody took it for a name: that
 * must not keep its owner out. */
static enum err pick_username(struct ctx *cx, const char *address, const char **name_r)
{
    struct user other;
    enum err e = db_user_by_login(ctx_db(cx), cx->arena, address, &other);

    *name_r = address;
    if (e == OK || utf8_chars(address) > USERNAME_CHARS_MAX)
        *name_r = arena_printf(cx->arena, "user-%.12s", crypto_random_hex(cx->arena));
    return e == ERR_NO_ACCOUNT ? OK : e;
}

/* Others see the nickname, and the address is not theirs to see. */
static const char *pick_nickname(struct ctx *cx, enum medium medium, const char *address)
{
    return arena_printf(cx->arena, "%.*s", NICKNAME_CHARS_MAX,
                        address_mask(cx->arena, medium, address));
}

/* Inside the transaction: somebody may have come by the same address a moment ago. */
static enum err find_or_insert(struct ctx *cx, enum medium medium, const char *address,
                               const char *invite, struct user *user_r)
{
    struct user_insert row = { .uid = crypto_random_hex(cx->arena),
                               .nickname = pick_nickname(cx, medium, address),
                               .email = medium == BY_MAIL ? address : NULL,
                               .mobile = medium == BY_SMS ? address : NULL,
                               .password_hash = "",
                               .now_ms = ctx_now(cx),
                               .email_proven = medium == BY_MAIL };
    int64_t id = 0;
    enum err e = find(cx, medium, address, user_r);

    if (e != ERR_NO_ACCOUNT)
        return e;
    e = pick_username(cx, address, &row.username);
    if (e == OK)
        e = db_user_insert(cx->conn, &row, &id);
    if (e == OK)
        e = invite_redeem(cx, invite, id);
    return e == OK ? db_user_by_id(cx->conn, cx->arena, id, user_r) : e;
}

/* Nobody knows whose the account of an address is that nobody has proven: who made it may have named
 * somebody else's. Who proves it first owns it alone, and whoever was in is out. */
static enum err claim(struct ctx *cx, const struct user *user)
{
    struct session *gone = NULL;
    size_t count = 0;
    bool proven = false;
    enum err e = db_user_email_proven(ctx_db(cx), user->id, &proven);

    if (e != OK || proven)
        return e;
    e = tx_begin(cx);
    if (e == OK)
        e = db_user_prove_email(cx->conn, user->id, ctx_now(cx));
    if (e == OK)
        e = db_session_delete_others(cx->conn, cx->arena, user->id, 0, &gone, &count);
    e = tx_end(cx, e);
    if (e == OK)
        hang_up(cx, user->id, gone, count);
    return e;
}

enum err user_enter(struct ctx *cx, enum medium medium, const char *address, const char *invite,
                    struct user *user_r)
{
    enum err may;
    enum err e = address_normalise(cx->arena, medium, address, &address);

    if (e == OK)
        e = find(cx, medium, address, user_r);
    if (e == ERR_NO_ACCOUNT && (may = invite_may_register(cx, invite)) != OK)
        return may;
    if (e == ERR_NO_ACCOUNT) {
        e = tx_begin(cx);
        if (e == OK)
            e = find_or_insert(cx, medium, address, invite, user_r);
        e = tx_end(cx, e);
    }
    if (e == OK && !user_r->enabled)
        e = ERR_ACCOUNT_DISABLED;
    if (e == OK && medium == BY_MAIL)
        e = claim(cx, user_r);
    return e;
}

/* ---- passwords ---- */

/* In one step: no session opened with the old password outlives it. keep: a session id or 0. proves:
 * whoever asks has proven the account's e-mail address. */
static enum err change_password(struct ctx *cx, int64_t user_id, int64_t keep, bool proves,
                                const char *password)
{
    struct session *gone = NULL;
    size_t count = 0;
    const char *hash;
    enum err e;

    ctx_release(cx);
    e = password_hash(cx, password, &hash);
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK && proves)
        e = db_user_prove_email(cx->conn, user_id, ctx_now(cx));
    if (e == OK)
        e = db_user_set_password(cx->conn, user_id, hash, ctx_now(cx));
    if (e == OK)
        e = db_session_delete_others(cx->conn, cx->arena, user_id, keep, &gone, &count);
    e = tx_end(cx, e);
    if (e == OK)
        hang_up(cx, user_id, gone, count);
    return e;
}

enum err user_set_password(struct ctx *cx, const char *password)
{
    return change_password(cx, cx->actor, cx->session_id, false, password);
}

enum err user_replace_password(struct ctx *cx, int64_t user_id, const char *password)
{
    return change_password(cx, user_id, 0, false, password);
}

enum err user_reset_password(struct ctx *cx, enum medium medium, const char *address,
                             const char *password)
{
    struct user user;
    enum err e = address_normalise(cx->arena, medium, address, &address);

    if (e == OK)
        e = find(cx, medium, address, &user);
    if (e == OK && !user.enabled)
        e = ERR_ACCOUNT_DISABLED;
    return e == OK ? change_password(cx, user.id, 0, medium == BY_MAIL, password) : e;
}

/* ---- profiles ---- */

static bool read_number(const char *text, size_t len, int64_t min, int64_t max, int *value_r)
{
    char digits[8];
    int64_t value;

    if (len >= sizeof digits || strspn(text, "0123456789") < len)
        return false;
    memcpy(digits, text, len);
    digits[len] = '\0';
    if (!num_i64(digits, min, max, &value))
        return false;
    *value_r = (int)value;
    return true;
}

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* YYYY-MM-DD, a day that was, not after today where the server stands. */
static bool is_birth(const char *text, int64_t now_ms)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    time_t now = (time_t)(now_ms / 1000);
    int year, month, day;
    struct tm today;

    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' ||
        !read_number(text, 4, BIRTH_YEAR_MIN, 9999, &year) ||
        !read_number(text + 5, 2, 1, 12, &month) || !read_number(text + 8, 2, 1, 31, &day) ||
        localtime_r(&now, &today) == NULL)
        return false;
    if (day > days[month - 1] + (month == 2 && is_leap_year(year)))
        return false;
    return (year * 100 + month) * 100 + day <=
           ((today.tm_year + 1900) * 100 + today.tm_mon + 1) * 100 + today.tm_mday;
}

/* Does it hold anything that others see of the account? */
static bool is_shown(const struct profile *in)
{
    const char *const shown[] = { in->nickname, in->avatar, in->intro, in->gender };

    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (str_or_empty(shown[i])[0] != '\0')
            return true;
    return false;
}

/* Texts of one line. */
static bool are_lines(const struct profile *in)
{
    const char *const lines[] = { in->nickname, in->avatar,   in->gender, in->birth,
                                  in->country,  in->province, in->city,   in->district };

    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (str_has_control(str_or_empty(lines[i])))
            return false;
    return true;
}

/* Enters the place into the index once it is whole; one coordinate may be known from before. */
static enum err note_place(struct ctx *cx, const struct profile *in)
{
    struct user user;
    enum err e;

    if (in->longitude == 0 && in->latitude == 0)
        return OK;
    e = db_user_by_id(cx->conn, cx->arena, cx->actor, &user);
    if (e != OK || user.longitude == 0 || user.latitude == 0)
        return e;
    return db_user_set_place(cx->conn, cx->actor, user.longitude, user.latitude, ctx_now(cx));
}

enum err user_update(struct ctx *cx, const struct profile *in)
{
    enum err e;

    if (!are_lines(in) || (str_or_empty(in->birth)[0] != '\0' && !is_birth(in->birth, ctx_now(cx))))
        return ERR_BAD_FIELD;
    e = user_check_nickname(str_or_empty(in->nickname));
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = db_user_update(cx->conn, cx->actor, in, ctx_now(cx));
    if (e == OK)
        e = note_place(cx, in);
    if (e == OK && is_shown(in))
        e = changed_profile(cx);
    return tx_end(cx, e);
}

/* ---- names ---- */

static enum err set_email(struct ctx *cx, const char *email)
{
    struct user other;
    enum err e = db_user_by_login(cx->conn, cx->arena, email, &other);

    if (e == OK && other.id == cx->actor && str_ieq(other.email, email))
        return OK;
    if (e == OK && other.id != cx->actor)
        return ERR_ACCOUNT_EXISTS;
    return e == OK || e == ERR_NO_ACCOUNT
               ? db_user_set_email(cx->conn, cx->actor, email, ctx_now(cx))
               : e;
}

enum err user_set_names(struct ctx *cx, const char *nickname, const char *email)
{
    struct profile profile = { .nickname = nickname };
    bool has_email = str_or_empty(email)[0] != '\0';
    enum err e = user_check_nickname(str_or_empty(nickname));

    if (e == OK && has_email)
        e = address_normalise(cx->arena, BY_MAIL, email, &email);
    if (e == OK)
        e = tx_begin(cx);
    if (e == OK)
        e = db_user_update(cx->conn, cx->actor, &profile, ctx_now(cx));
    if (e == OK && has_email)
        e = set_email(cx, email);
    if (e == OK)
        e = changed_profile(cx);
    return tx_end(cx, e);
}
