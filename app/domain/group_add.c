/* Bringing people into a group unasked, and looking at its people page by page; see group.h. */
#include "db/groups.h"
#include "domain/contact.h"
#include "domain/group.h"
#include "domain/group_internal.h"
#include "domain/message.h"

/* Who asked to join and is brought in waits for nobody any more. */
static enum err settle_request(struct ctx *cx, int64_t group_id, int64_t user_id)
{
    bool waiting = false;
    enum err e = db_group_request_waiting(cx->conn, group_id, user_id, &waiting);

    if (e != OK || !waiting)
        return e;
    return db_group_request_answer(cx->conn, group_id, user_id, REQUEST_PASSED, "", ctx_now(cx),
                                   cx->actor);
}

/* *added_r: was no member yet. group is counted up. */
static enum err bring_one(struct ctx *cx, struct group *group, int64_t user_id, bool *added_r)
{
    enum role role;
    int64_t muted_until_ms;
    enum err e = db_member_find(cx->conn, group->id, user_id, &role, &muted_until_ms);

    *added_r = e == OK && role == ROLE_NONE;
    if (!*added_r)
        return e;
    e = contact_may_write(cx, user_id);
    if (e == OK)
        e = group_has_room(group);
    if (e == OK)
        e = settle_request(cx, group->id, user_id);
    if (e == OK)
        e = group_admit(cx, group, user_id, ROLE_MEMBER);
    group->member_count++;
    return e;
}

enum err group_bring_in(struct ctx *cx, const struct group *group, const int64_t *ids, size_t count)
{
    struct group now = *group;
    int64_t *added = arena_array(cx->arena, count, sizeof *added);
    size_t n = 0;
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count; i++) {
        bool is_new;
        e = bring_one(cx, &now, ids[i], &is_new);
        if (e == OK && is_new)
            added[n++] = ids[i];
    }
    return e == OK ? message_notices(cx, group, NOTICE_JOINED, added, n) : e;
}

enum err group_add(struct ctx *cx, int64_t group_id, const int64_t *ids, size_t count)
{
    struct group group;
    enum role role;
    int64_t muted_until_ms;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_group_by_id(cx->conn, cx->arena, group_id, &group);
    if (e == OK)
        e = db_member_find(cx->conn, group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role < ROLE_MANAGER)
        e = ERR_NOT_MANAGER;
    if (e == OK)
        e = group_bring_in(cx, &group, ids, count);
    return tx_end(cx, e);
}

enum err group_roles(struct ctx *cx, int64_t group_id, int64_t target, struct group_roles *roles_r)
{
    int64_t muted_until_ms;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &roles_r->group);

    roles_r->actor = roles_r->target = ROLE_NONE;
    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &roles_r->actor, &muted_until_ms);
    if (e == OK && target != 0)
        e = db_member_find(ctx_db(cx), group_id, target, &roles_r->target, &muted_until_ms);
    return e;
}

enum err group_page(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                    struct group **list_r, size_t *count_r)
{
    return db_group_page_of_user(ctx_db(cx), cx->arena, cx->actor, text, before_id, limit, list_r,
                                 count_r);
}

enum err group_member_page(struct ctx *cx, int64_t group_id, int64_t before, int64_t limit,
                           struct member **list_r, size_t *count_r)
{
    struct group_roles roles;
    enum err e = group_roles(cx, group_id, 0, &roles);

    *count_r = 0;
    if (e == OK && roles.actor == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        e = db_member_page(ctx_db(cx), cx->arena, group_id, before, limit, list_r, count_r);
    return e;
}
