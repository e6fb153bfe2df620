/* Groups; see group.h. */
#include "domain/group.h"

#include "base/str.h"
#include "db/deliveries.h"
#include "db/groups.h"
#include "db/messages.h"
#include "domain/changed.h"
#include "domain/group_internal.h"
#include "domain/message.h"

enum err group_has_room(const struct group *group)
{
    if (group->is_private)
        return ERR_GROUP_CLOSED;
    return group->member_count >= group->member_limit ? ERR_GROUP_FULL : OK;
}

enum err group_admit(struct ctx *cx, const struct group *group, int64_t user_id, enum role role)
{
    int64_t conversation_id = 0, last_seq = 0;
    enum err e = db_member_insert(cx->conn, group->id, user_id, role, ctx_now(cx));

    if (e == OK)
        e = db_conversation_of_group(cx->conn, group->id, &conversation_id, &last_seq);
    if (e == OK) /* who comes back begins anew */
        e = db_delivery_forget(cx->conn, user_id, conversation_id);
    return e == OK
               ? db_participant_insert(cx->conn, user_id, conversation_id, last_seq, ctx_now(cx))
               : e;
}

/* NULL: one of our own making. */
static bool is_handle(const char *handle)
{
    return handle == NULL || (handle[0] != '\0' && utf8_chars(handle) <= GROUP_HANDLE_CHARS_MAX &&
                              !str_has_control(handle));
}

enum err group_create(struct ctx *cx, const struct group *in, struct group *group_r)
{
    return group_create_with(cx, in, NULL, 0, group_r);
}

enum err group_create_with(struct ctx *cx, const struct group *in, const int64_t *ids, size_t count,
                           struct group *group_r)
{
    struct group row = *in;
    enum err e;

    if (in->name[0] == '\0' || str_has_control(in->name) || !is_handle(in->handle) ||
        in->member_limit < 0 || in->member_limit > cx->sv->conf->group_members)
        return ERR_BAD_FIELD;
    if (in->handle == NULL)
        row.handle = crypto_random_hex(cx->arena);
    if (in->member_limit == 0)
        row.member_limit = cx->sv->conf->group_members;
    row.creator_id = cx->actor;
    row.created_at_ms = ctx_now(cx);
    e = tx_begin(cx);
    if (e == OK)
        e = db_group_insert(cx->conn, &row, &row.id);
    if (e == OK)
        e = db_conversation_group_insert(cx->conn, row.id, &row.conversation_id);
    if (e == OK)
        e = group_admit(cx, &row, cx->actor, ROLE_OWNER);
    if (e == OK)
        e = group_index(cx, &row);
    if (e == OK)
        changed_tell(cx, CHANGED_GROUPS);
    if (e == OK)
        e = db_group_by_id(cx->conn, cx->arena, row.id, group_r);
    if (e == OK && count > 0)
        e = group_bring_in(cx, group_r, ids, count);
    if (e == OK && count > 0)
        e = db_group_by_id(cx->conn, cx->arena, row.id, group_r);
    return tx_end(cx, e);
}

enum err group_list(struct ctx *cx, struct group **list_r, size_t *count_r)
{
    return db_group_list_of_user(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);
}

enum err group_look(struct ctx *cx, int64_t group_id, struct group_view *view_r)
{
    int64_t muted_until_ms = 0;
    enum err e;

    *view_r = (struct group_view){ 0 };
    e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &view_r->group);
    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &view_r->role, &muted_until_ms);
    view_r->is_muted = muted_until_ms > ctx_now(cx);
    if (e == OK && view_r->role != ROLE_NONE)
        e = db_member_list(ctx_db(cx), cx->arena, group_id, &view_r->members,
                           &view_r->member_count);
    return e;
}

/* Tells the managers and the person who asks. */
static enum err tell(struct ctx *cx, enum event_kind kind, int64_t group_id, int64_t user_id,
                     enum request_status status, const char *reason)
{
    struct event ev = { .kind = kind };
    int64_t *managers, *to;
    size_t count;
    enum err e = db_member_ids(cx->conn, cx->arena, group_id, true, &managers, &count);

    if (e != OK)
        return e;
    to = arena_array(cx->arena, count + 1, sizeof *to);
    for (size_t i = 0; i < count; i++)
        to[i] = managers[i];
    to[count] = user_id;
    ev.to = to;
    ev.to_count = count + 1;
    ev.request = (struct request_event){ .from_id = user_id,
                                         .group_id = group_id,
                                         .status = status,
                                         .reason = reason,
                                         .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

static enum err may_apply(struct ctx *cx, int64_t group_id)
{
    struct group group;
    enum role role;
    int64_t muted_until_ms;
    bool waiting = false;
    enum err e = db_group_by_id(cx->conn, cx->arena, group_id, &group);

    if (e == OK && group.no_join_requests)
        e = ERR_GROUP_CLOSED;
    if (e == OK)
        e = group_has_room(&group);
    if (e == OK)
        e = db_member_find(cx->conn, group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role != ROLE_NONE)
        e = ERR_ALREADY_MEMBER;
    if (e == OK)
        e = db_group_request_waiting(cx->conn, group_id, cx->actor, &waiting);
    return e == OK && waiting ? ERR_REQUEST_EXISTS : e;
}

enum err group_apply(struct ctx *cx, int64_t group_id, const char *reason)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = may_apply(cx, group_id);
    if (e == OK)
        e = db_group_request_insert(cx->conn, group_id, cx->actor, reason, ctx_now(cx));
    if (e == OK)
        e = tell(cx, EV_GROUP_REQUEST, group_id, cx->actor, REQUEST_WAITING, reason);
    return tx_end(cx, e);
}

static enum err answer(struct ctx *cx, int64_t group_id, int64_t user_id,
                       enum request_status status, const char *reason)
{
    struct group group;
    enum role role = ROLE_NONE;
    int64_t muted_until_ms;
    bool waiting = false;
    enum err e = db_group_request_waiting(cx->conn, group_id, user_id, &waiting);

    if (e == OK)
        e = db_member_find(cx->conn, group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role < ROLE_MANAGER)
        e = ERR_NOT_MANAGER;
    if (e == OK && !waiting)
        e = ERR_NO_REQUEST;
    if (e == OK)
        e = db_group_by_id(cx->conn, cx->arena, group_id, &group);
    if (e == OK)
        e = db_group_request_answer(cx->conn, group_id, user_id, status, reason, ctx_now(cx),
                                    cx->actor);
    if (e != OK || status != REQUEST_PASSED)
        return e;
    e = group_has_room(&group);
    if (e == OK)
        e = group_admit(cx, &group, user_id, ROLE_MEMBER);
    return e == OK ? message_notice(cx, &group, NOTICE_JOINED, user_id, 0) : e;
}

enum err group_answer(struct ctx *cx, int64_t group_id, int64_t user_id, bool pass,
                      const char *reason)
{
    enum request_status status = pass ? REQUEST_PASSED : REQUEST_DENIED;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = answer(cx, group_id, user_id, status, reason);
    if (e == OK)
        e = tell(cx, EV_GROUP_REPLY, group_id, user_id, status, reason);
    return tx_end(cx, e);
}

enum err group_requests(struct ctx *cx, struct group_request **list_r, size_t *count_r)
{
    struct group_request *list;
    enum err e = db_group_request_list(ctx_db(cx), cx->arena, cx->actor, list_r, count_r);

    list = *list_r;
    for (size_t i = 0; e == OK && i < *count_r; i++) {
        int64_t group_id = list[i].group.id;
        size_t same = 0;
        while (list[same].group.id != group_id)
            same++;
        if (same < i)
            list[i].group = list[same].group;
        else
            e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &list[i].group);
    }
    return e;
}

enum err group_may_write(struct ctx *cx, int64_t group_id, struct group *group_r)
{
    enum role role = ROLE_NONE;
    int64_t muted_until_ms = 0;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, group_r);

    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &role, &muted_until_ms);
    if (e == OK && role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK && role != ROLE_OWNER && muted_until_ms > ctx_now(cx))
        e = ERR_MUTED;
    return e;
}
