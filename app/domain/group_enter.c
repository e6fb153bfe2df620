/* Coming and going without anybody's leave, where groups are called by their handle. See group.h. */
#include "db/groups.h"
#include "domain/group.h"
#include "domain/group_internal.h"
#include "domain/message.h"

enum err group_by_handle(struct ctx *cx, const char *handle, struct group *group_r)
{
    return db_group_by_handle(ctx_db(cx), cx->arena, handle, group_r);
}

/* Inside a transaction. */
static enum err role_of(struct ctx *cx, int64_t group_id, enum role *role_r)
{
    int64_t muted_until_ms;

    return db_member_find(cx->conn, group_id, cx->actor, role_r, &muted_until_ms);
}

static enum err enter(struct ctx *cx, int64_t group_id)
{
    struct group group;
    enum role role = ROLE_NONE;
    enum err e = db_group_by_id(cx->conn, cx->arena, group_id, &group);

    if (e == OK)
        e = role_of(cx, group_id, &role);
    if (e == OK && role == ROLE_NONE && group.no_join_requests)
        e = ERR_GROUP_CLOSED;
    if (e == OK && role != ROLE_NONE)
        e = ERR_ALREADY_MEMBER;
    if (e == OK)
        e = group_has_room(&group);
    if (e == OK)
        e = group_admit(cx, &group, cx->actor, ROLE_MEMBER);
    return e == OK ? message_notice(cx, &group, NOTICE_JOINED, cx->actor, 0) : e;
}

enum err group_enter(struct ctx *cx, int64_t group_id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = enter(cx, group_id);
    return tx_end(cx, e);
}

/* The owner's part of going: somebody else owns the group, or it ends. */
static enum err hand_over(struct ctx *cx, const struct group *group, bool *dissolved_r)
{
    int64_t heir = 0;
    enum err e = db_group_heir(cx->conn, group->id, cx->actor, &heir);

    *dissolved_r = e == OK && heir == 0;
    if (e == OK && heir == 0) {
        e = message_notice(cx, group, NOTICE_DISSOLVED, 0, 0);
        return e == OK ? db_group_dissolve(cx->conn, group->id, ctx_now(cx)) : e;
    }
    if (e == OK) /* in this order: a group never has two owners */
        e = db_member_set_role(cx->conn, group->id, cx->actor, ROLE_MEMBER);
    if (e == OK)
        e = db_member_set_role(cx->conn, group->id, heir, ROLE_OWNER);
    if (e == OK)
        e = db_member_mute(cx->conn, group->id, heir, 0);
    return e == OK ? message_notice(cx, group, NOTICE_OWNER, heir, 0) : e;
}

static enum err quit(struct ctx *cx, int64_t group_id)
{
    struct group group;
    enum role role = ROLE_NONE;
    bool dissolved = false;
    enum err e = db_group_by_id(cx->conn, cx->arena, group_id, &group);

    if (e == OK)
        e = role_of(cx, group_id, &role);
    if (e == ERR_NO_GROUP || (e == OK && role == ROLE_NONE))
        return ERR_NOT_MEMBER;
    if (e == OK && role == ROLE_OWNER)
        e = hand_over(cx, &group, &dissolved);
    return e == OK && !dissolved ? group_part(cx, &group, cx->actor, NOTICE_LEFT) : e;
}

enum err group_quit(struct ctx *cx, int64_t group_id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = quit(cx, group_id);
    return tx_end(cx, e);
}
