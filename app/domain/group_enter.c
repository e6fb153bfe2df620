/* Groups by their handle: which one is meant, and going in unasked. See group.h. */
#include "base/str.h"
#include "db/groups.h"
#include "domain/group.h"
#include "domain/group_internal.h"
#include "domain/message.h"

enum err group_find(struct ctx *cx, const char *handle, const char *name, enum role least,
                    int64_t *id_r)
{
    bool has_handle = str_or_empty(handle)[0] != '\0';
    enum err e;

    *id_r = 0;
    if (!has_handle && str_or_empty(name)[0] == '\0')
        return ERR_BAD_FIELD;
    if (has_handle) {
        e = db_group_id_by_handle(ctx_db(cx), handle, id_r);
    } else {
        e = db_group_id_of_member(ctx_db(cx), cx->actor, least, name, id_r);
        if (e == OK && *id_r == 0)
            e = db_group_id_by_name(ctx_db(cx), name, id_r);
    }
    return e == OK && *id_r == 0 ? ERR_NO_GROUP : e;
}

static enum err may_enter(struct ctx *cx, const struct group *group)
{
    enum role role;
    int64_t muted_until_ms;
    enum err e;

    if (!group->is_open || group->is_private)
        return ERR_GROUP_CLOSED;
    e = db_member_find(cx->conn, group->id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role != ROLE_NONE)
        return ERR_ALREADY_MEMBER;
    return e == OK ? group_has_room(group) : e;
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

enum err group_enter(struct ctx *cx, int64_t group_id)
{
    struct group group;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_group_by_id(cx->conn, cx->arena, group_id, &group);
    if (e == OK)
        e = may_enter(cx, &group);
    if (e == OK)
        e = settle_request(cx, &group);
    if (e == OK)
        e = group_admit(cx, &group, cx->actor, ROLE_MEMBER);
    if (e == OK)
        e = message_notice(cx, &group, NOTICE_JOINED, cx->actor, 0);
    return tx_end(cx, e);
}
