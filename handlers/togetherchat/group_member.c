/* togetherchat: GroupMemberController, in the document's order. */
#include "domain/conversation.h"
#include "domain/group.h"
#include "domain/user.h"
#include "handlers/togetherchat/encode.h"
#include "handlers/togetherchat/togetherchat.h"

#define GROUP_TEXT SAYS("群组ID不能为空", NULL)
#define USER_TEXT SAYS("用户ID不能为空", NULL)
#define IN_ANY (IN_BODY | IN_QUERY) /* not every client can send a DELETE a body */

struct member_add {
    int64_t group_id;
    struct i64_list user_ids;
};
SPEC(member_add,
     F_I64(member_add, group_id, IN_BODY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64S(member_add, user_ids, IN_BODY, "userIds", REQUIRED, 0, TOGETHER_MEMBERS_MAX,
            SAYS("用户ID列表不能为空", NULL)));

/* POST /groupMember: by owner and managers. */
static enum err add(struct req *rq, const void *args)
{
    const struct member_add *a = args;
    struct group_roles roles;
    enum err e = togetherchat_managed(&rq->cx, a->group_id, 0, &roles);

    return e == OK ? group_add(&rq->cx, a->group_id, a->user_ids.items, a->user_ids.count) : e;
}

/* The errors of one member's change, in the document's order: no group, no such member, not in it. */
static enum err check(struct req *rq, int64_t group_id, int64_t user_id)
{
    struct group_roles roles;
    enum err e = togetherchat_managed(&rq->cx, group_id, user_id, &roles);

    if (e == OK && roles.target == ROLE_NONE)
        e = ERR_NO_TARGET;
    return e == OK && roles.actor == ROLE_NONE ? ERR_NOT_MEMBER : e;
}

struct member_update {
    int64_t group_id, user_id, role;
};
SPEC(member_update,
     F_I64(member_update, group_id, IN_BODY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64(member_update, user_id, IN_BODY, "userId", REQUIRED, 1, ID_MAX, USER_TEXT),
     F_I64(member_update, role, IN_BODY, "role", REQUIRED, TOGETHER_MANAGER, TOGETHER_MEMBER,
           SAYS("角色类型不能为空", "角色类型有误")));

/* PUT /groupMember: the owner makes somebody else a manager, or an ordinary member again. */
static enum err set_role(struct req *rq, const void *args)
{
    const struct member_update *a = args;
    enum err e = check(rq, a->group_id, a->user_id);

    if (e == OK && a->user_id == rq->cx.actor)
        e = ERR_PROTECTED;
    return e == OK
               ? group_set_manager(&rq->cx, a->group_id, a->user_id, a->role == TOGETHER_MANAGER)
               : e;
}

struct member_remove {
    int64_t group_id, user_id;
};
SPEC(member_remove,
     F_I64(member_remove, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT),
     F_I64(member_remove, user_id, IN_ANY, "userId", REQUIRED, 1, ID_MAX, USER_TEXT));

/* DELETE /groupMember: somebody below oneself, or oneself. */
static enum err remove_member(struct req *rq, const void *args)
{
    const struct member_remove *a = args;
    enum err e = check(rq, a->group_id, a->user_id);

    if (e != OK)
        return e;
    return a->user_id == rq->cx.actor ? group_leave(&rq->cx, a->group_id)
                                      : group_expel(&rq->cx, a->group_id, a->user_id);
}

struct member_page {
    double cursor;
    int64_t page_size, group_id;
};
SPEC(member_page, PAGE_FIELDS(member_page),
     F_I64(member_page, group_id, IN_QUERY, "groupId", REQUIRED, 1, ID_MAX, GROUP_TEXT));

/* The two people of a direct room; the number of each is their account's. */
static enum err add_two(struct req *rq, int64_t room_id, int64_t before, cJSON *list)
{
    struct direct direct;
    struct user me;
    enum err e = direct_find(&rq->cx, room_id - DIRECT_ROOM_FIRST, &direct);
    bool is_first = false;

    if (e == OK)
        e = user_get(&rq->cx, rq->cx.actor, &me);
    if (e != OK)
        return e;
    is_first = me.id > direct.peer_id;
    for (int i = 0; i < 2; i++) {
        bool mine = (i == 0) == is_first;
        int64_t id = mine ? me.id : direct.peer_id;
        if (before == 0 || id < before)
            cJSON_AddItemToArray(list,
                                 togetherchat_direct_member(rq->cx.arena, &direct, id,
                                                            mine ? me.nickname : direct.name));
    }
    return OK;
}

static enum err add_members(struct req *rq, int64_t group_id, const struct page_window *w,
                            cJSON *list)
{
    struct member *members;
    size_t count;
    enum err e = group_member_page(&rq->cx, group_id, w->before, w->size + 1, &members, &count);

    for (size_t i = 0; e == OK && i < count; i++)
        cJSON_AddItemToArray(list, togetherchat_member(rq->cx.arena, group_id, &members[i]));
    return e;
}

/* GET /groupMember/page: who came last first. */
static enum err page(struct req *rq, const void *args)
{
    const struct member_page *a = args;
    struct page_window w = togetherchat_window(rq, a->cursor, a->page_size);
    cJSON *list = cJSON_CreateArray();
    enum err e = a->group_id > DIRECT_ROOM_FIRST ? add_two(rq, a->group_id, w.before, list)
                                                 : add_members(rq, a->group_id, &w, list);

    if (e == OK)
        rq->data = togetherchat_cut(list, w.size, "memberId");
    else
        cJSON_Delete(list);
    return e;
}

static const struct route routes[] = {
    { POST, "/groupMember", ACCESS_USER, add, &member_add_spec, NULL },
    { PUT, "/groupMember", ACCESS_USER, set_role, &member_update_spec, NULL },
    { DELETE, "/groupMember", ACCESS_USER, remove_member, &member_remove_spec, NULL },
    { GET, "/groupMember/page", ACCESS_USER, page, &member_page_spec, NULL },
};
const struct section togetherchat_group_member_section = SECTION(routes);
