/* See invite.h. */
#include "domain/invite.h"

#include <string.h>

#include "base/str.h"
#include "db/groups.h"
#include "db/users.h"
#include "domain/contact.h"
#include "domain/group.h"
#include "domain/message.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define DAYS_DEFAULT 7
#define USES_SITE 1
#define USES_GROUP 100
#define GREETING "👋"

static const char *hash_of(struct arena *a, const char *token)
{
    uint8_t hash[32];

    crypto_sha256(token, strlen(token), hash);
    return hex_encode(a, hash, sizeof hash);
}

/* ---- who may ---- */

/* May the account bring in new people? */
static bool may_invite(const struct ctx *cx, const struct user *user)
{
    return user->enabled && (user->is_admin || cx->sv->conf->invites == INVITES_EVERYONE);
}

static enum err check_manager(struct ctx *cx, int64_t group_id, int64_t user_id)
{
    enum role role = ROLE_NONE;
    int64_t muted_until_ms;
    enum err e = db_member_find(ctx_db(cx), group_id, user_id, &role, &muted_until_ms);

    return e == OK && role < ROLE_MANAGER ? ERR_NOT_MANAGER : e;
}

static enum err check_maker(struct ctx *cx, int64_t group_id)
{
    struct group group;
    struct user user;
    enum err e;

    if (group_id != 0) {
        e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &group);
        return e == OK ? check_manager(cx, group_id, cx->actor) : e;
    }
    e = db_user_by_id(ctx_db(cx), cx->arena, cx->actor, &user);
    return e == OK && !may_invite(cx, &user) ? ERR_FORBIDDEN : e;
}

/* ---- making and taking back ---- */

enum err invite_make(struct ctx *cx, const struct invite_wish *wish, struct invite *invite_r,
                     const char **token_r)
{
    const char *greeting = str_or_empty(wish->greeting);
    int64_t days = wish->days != 0 ? wish->days : DAYS_DEFAULT;
    int64_t uses = wish->uses != 0 ? wish->uses : wish->group_id != 0 ? USES_GROUP : USES_SITE;
    enum err e = tx_begin(cx);

    *token_r = crypto_random_hex(cx->arena);
    *invite_r = (struct invite){ .inviter_id = cx->actor,
                                 .group_id = wish->group_id,
                                 .greeting = greeting[0] != '\0' ? greeting : GREETING,
                                 .uses = uses,
                                 .created_at_ms = ctx_now(cx),
                                 .expires_at_ms = ctx_now(cx) + days * DAY_MS };
    if (e == OK)
        e = check_maker(cx, wish->group_id);
    if (e == OK)
        e = db_invite_insert(cx->conn, hash_of(cx->arena, *token_r), invite_r, &invite_r->id);
    return tx_end(cx, e);
}

enum err invite_list(struct ctx *cx, struct invite **list_r, size_t *count_r)
{
    return db_invite_list_of_user(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);
}

enum err invite_list_of_group(struct ctx *cx, int64_t group_id, struct invite **list_r,
                              size_t *count_r)
{
    enum err e = check_manager(cx, group_id, cx->actor);

    return e == OK ? db_invite_list_of_group(ctx_db(cx), cx->arena, group_id, list_r, count_r) : e;
}

enum err invite_revoke(struct ctx *cx, int64_t id)
{
    struct invite invite;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_invite_by_id(cx->conn, cx->arena, id, &invite);
    if (e == OK && invite.inviter_id != cx->actor &&
        (invite.group_id == 0 || check_manager(cx, invite.group_id, cx->actor) != OK))
        e = ERR_FORBIDDEN;
    if (e == OK)
        e = db_invite_delete(cx->conn, id);
    return tx_end(cx, e);
}

enum err invite_expire(struct ctx *cx)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_invite_delete_expired(cx->conn, ctx_now(cx));
    return tx_end(cx, e);
}

/* ---- using ---- */

/* The invitation while it is good. Runs on ctx_db(cx). */
static enum err look(struct ctx *cx, const char *token, struct invite_view *v)
{
    enum err e = db_invite_find(ctx_db(cx), cx->arena, hash_of(cx->arena, token), &v->invite);

    if (e == OK && (v->invite.used >= v->invite.uses || v->invite.expires_at_ms <= ctx_now(cx)))
        e = ERR_TOO_LATE;
    if (e == OK)
        e = db_user_by_id(ctx_db(cx), cx->arena, v->invite.inviter_id, &v->inviter);
    if (e != OK)
        return e;
    v->makes_an_account =
        may_invite(cx, &v->inviter) && cx->sv->conf->registration != REGISTRATION_CLOSED;
    if (v->invite.group_id == 0)
        return may_invite(cx, &v->inviter) ? OK : ERR_TOO_LATE;
    e = db_group_by_id(ctx_db(cx), cx->arena, v->invite.group_id, &v->group);
    if (e == OK)
        e = check_manager(cx, v->invite.group_id, v->invite.inviter_id);
    return e == ERR_NO_GROUP || e == ERR_NOT_MANAGER || (e == OK && !v->inviter.enabled)
               ? ERR_TOO_LATE
               : e;
}

enum err invite_look(struct ctx *cx, const char *token, struct invite_view *view_r)
{
    return look(cx, token, view_r);
}

static enum err join_group(struct ctx *cx, const struct group *group, int64_t user_id)
{
    enum role role = ROLE_NONE;
    int64_t muted_until_ms, actor = cx->actor;
    enum err e = db_member_find(cx->conn, group->id, user_id, &role, &muted_until_ms);

    if (e == OK && role != ROLE_NONE)
        e = ERR_ALREADY_MEMBER;
    if (e == OK && group->member_count >= group->member_limit)
        e = ERR_GROUP_FULL;
    cx->actor = user_id; /* who joins says so */
    if (e == OK)
        e = group_admit(cx, group, user_id, ROLE_MEMBER);
    if (e == OK)
        e = message_notice(cx, group, NOTICE_JOINED, user_id, 0);
    cx->actor = actor;
    return e;
}

static enum err greet(struct ctx *cx, const struct invite *invite, int64_t user_id)
{
    struct draft draft = {
        .scope = SCOPE_DIRECT, .target_id = user_id, .kind = KIND_TEXT, .body = invite->greeting
    };

    return message_record(cx, invite->inviter_id, &draft, NULL, 0);
}

/* Inside a transaction. */
static enum err follow(struct ctx *cx, const struct invite_view *v, int64_t user_id)
{
    enum err e = db_invite_use(cx->conn, v->invite.id);

    if (e == OK && v->invite.group_id != 0)
        return join_group(cx, &v->group, user_id);
    if (e == OK)
        e = contact_introduce(cx, user_id, v->invite.inviter_id);
    return e == OK ? greet(cx, &v->invite, user_id) : e;
}

enum err invite_accept(struct ctx *cx, const char *token)
{
    struct invite_view v = { 0 };
    enum err e = tx_begin(cx);

    if (e == OK)
        e = look(cx, token, &v);
    if (e == OK && v.invite.group_id == 0 && v.invite.inviter_id == cx->actor)
        e = ERR_SELF;
    if (e == OK)
        e = follow(cx, &v, cx->actor);
    return tx_end(cx, e);
}

enum err invite_may_register(struct ctx *cx, const char *token)
{
    bool has_token = str_or_empty(token)[0] != '\0';
    struct invite_view v = { 0 };
    enum err e;

    if (cx->sv->conf->registration == REGISTRATION_CLOSED)
        return ERR_REGISTRATION_CLOSED;
    if (!has_token)
        return cx->sv->conf->registration == REGISTRATION_INVITE ? ERR_REGISTRATION_CLOSED : OK;
    e = look(cx, token, &v);
    if (e == OK && !v.makes_an_account && cx->sv->conf->registration == REGISTRATION_INVITE)
        e = ERR_REGISTRATION_CLOSED; /* into a group, but of a maker who may not bring in anybody */
    return e;
}

enum err invite_redeem(struct ctx *cx, const char *token, int64_t user_id)
{
    struct invite_view v = { 0 };
    enum err e;

    if (str_or_empty(token)[0] == '\0')
        return OK;
    e = look(cx, token, &v);
    return e == OK ? follow(cx, &v, user_id) : e;
}
