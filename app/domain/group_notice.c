/* Group notices and nicknames; see group_notice.h. */
#include "domain/group_notice.h"

#include "base/str.h"
#include "domain/message.h"

static enum err find(struct ctx *cx, int64_t group_id, struct group *group_r, enum role *role_r)
{
    int64_t muted_until_ms;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, group_r);

    *role_r = ROLE_NONE;
    return e == OK ? db_member_find(ctx_db(cx), group_id, cx->actor, role_r, &muted_until_ms) : e;
}

enum err group_notice_look(struct ctx *cx, int64_t group_id, struct group_notice *notice_r)
{
    struct group group;
    enum role role;
    enum err e = find(cx, group_id, &group, &role);

    if (e == OK && role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    return e == OK ? db_group_notice_find(ctx_db(cx), cx->arena, group_id, notice_r) : e;
}

enum err group_notice_set(struct ctx *cx, int64_t group_id, const char *body,
                          struct group_notice *notice_r)
{
    struct group group;
    enum role role = ROLE_NONE;
    enum err e = tx_begin(cx);

    *notice_r = (struct group_notice){ body, cx->actor, ctx_now(cx) };
    if (e == OK)
        e = find(cx, group_id, &group, &role);
    if (e == OK && role < ROLE_MANAGER)
        e = ERR_NOT_MANAGER;
    if (e == OK)
        e = db_group_notice_put(cx->conn, group_id, notice_r);
    if (e == OK)
        e = message_notice(cx, &group, NOTICE_ANNOUNCED, 0, 0);
    return tx_end(cx, e);
}

static enum err set_nickname(struct ctx *cx, int64_t group_id, const char *nickname)
{
    struct event ev = { .kind = EV_NICKNAME };
    struct group group;
    enum role role = ROLE_NONE;
    int64_t *to = NULL;
    enum err e = find(cx, group_id, &group, &role);

    if (e == OK)
        e = db_member_set_remark(cx->conn, group_id, cx->actor, nickname);
    if (e == OK)
        e = db_member_ids(cx->conn, cx->arena, group_id, false, &to, &ev.to_count);
    if (e != OK)
        return e;
    ev.to = to;
    ev.nickname = (struct nickname_event){ cx->actor, group_id, nickname, ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

enum err group_set_nickname(struct ctx *cx, int64_t group_id, const char *nickname)
{
    enum err e;

    if (str_has_control(nickname))
        return ERR_BAD_FIELD;
    e = tx_begin(cx);
    if (e == OK)
        e = set_nickname(cx, group_id, nickname);
    return tx_end(cx, e);
}
