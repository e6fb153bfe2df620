/* Finding groups and coming in without anybody's leave, where groups are called by their handle. See group.h. */
#include "base/str.h"
#include "db/groups.h"
#include "domain/group.h"
#include "domain/group_internal.h"
#include "domain/message.h"
#include "domain/message_internal.h"

enum err group_by_handle(struct ctx *cx, const char *handle, struct group *group_r)
{
    return db_group_by_handle(ctx_db(cx), cx->arena, handle, group_r);
}

enum err group_find(struct ctx *cx, const char *handle, const char *name, enum role least,
                    int64_t *id_r)
{
    struct group group;
    enum err e;

    *id_r = 0;
    if (str_or_empty(handle)[0] != '\0') {
        e = group_by_handle(cx, handle, &group);
        *id_r = e == OK ? group.id : 0;
        return e;
    }
    if (str_or_empty(name)[0] == '\0')
        return ERR_BAD_FIELD;
    e = db_group_id_of_member(ctx_db(cx), cx->actor, least, name, id_r);
    if (e == OK && *id_r == 0)
        e = db_group_id_by_name(ctx_db(cx), name, id_r);
    return e == OK && *id_r == 0 ? ERR_NO_GROUP : e;
}

/* Inside a transaction. */
static enum err role_of(struct ctx *cx, int64_t group_id, enum role *role_r)
{
    int64_t muted_until_ms;

    return db_member_find(cx->conn, group_id, cx->actor, role_r, &muted_until_ms);
}

/* Who asked to join and now comes in by itself waits for nobody any more. */
static enum err settle_request(struct ctx *cx, const struct group *group)
{
    bool waiting = false;
    enum err e = db_group_request_waiting(cx->conn, group->id, cx->actor, &waiting);

    if (e != OK || !waiting)
        return e;
    return db_group_request_answer(cx->conn, group->id, cx->actor, REQUEST_PASSED, "", ctx_now(cx),
                                   cx->actor);
}

static enum err enter(struct ctx *cx, int64_t group_id, bool needs_open)
{
    struct group group;
    enum role role = ROLE_NONE;
    enum err e = db_group_by_id(cx->conn, cx->arena, group_id, &group);

    if (e == OK && needs_open && (!group.is_open || group.is_private))
        e = ERR_GROUP_CLOSED;
    if (e == OK)
        e = role_of(cx, group_id, &role);
    if (e == OK && role == ROLE_NONE && group.no_join_requests)
        e = ERR_GROUP_CLOSED;
    if (e == OK && role != ROLE_NONE)
        e = ERR_ALREADY_MEMBER;
    if (e == OK)
        e = group_has_room(&group);
    if (e == OK)
        e = settle_request(cx, &group);
    if (e == OK)
        e = group_admit(cx, &group, cx->actor, ROLE_MEMBER);
    return e == OK ? message_notice(cx, &group, NOTICE_JOINED, cx->actor, 0) : e;
}

enum err group_enter(struct ctx *cx, int64_t group_id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = enter(cx, group_id, false);
    return tx_end(cx, e);
}

enum err group_enter_open(struct ctx *cx, int64_t group_id)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = enter(cx, group_id, true);
    return tx_end(cx, e);
}

enum err group_visit(struct ctx *cx, int64_t group_id, bool is_here)
{
    struct event ev = { .kind = EV_VISIT,
                        .visit = {
                            .user_id = cx->actor, .group_id = group_id, .is_here = is_here } };
    struct group group;
    enum role role = ROLE_NONE;
    int64_t muted_until_ms, *to;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &group);

    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        e = db_member_ids(ctx_db(cx), cx->arena, group_id, false, &to, &ev.to_count);
    if (e == OK)
        e = message_name(cx, group_id, cx->actor, 0, &ev);
    ctx_release(cx);
    if (e != OK)
        return e;
    ev.to = to;
    if (cx->sv->deliver != NULL)
        cx->sv->deliver(cx->sv->hub, &ev, 1);
    return OK;
}
