/* togetherchat: GroupController, in the document's order. Direct conversations are rooms here too (type
 * 4), which nobody manages. */
#include "domain/group.h"

#include <string.h>

#include "base/str.h"
#include "domain/conversation.h"
#include "handlers/togetherchat/encode.h"
#include "handlers/togetherchat/togetherchat.h"

#define NAME_TEXT SAYS("群组名称不能为空", "群组名称不能超过50个字符")
#define INTRO_TEXT SAYS(NULL, "群组简介不能超过200个字符")
enum { TYPE_GROUP = 3, TYPE_DIRECT = 4 };

struct room_create {
    const char *name, *description, *avatar;
    int64_t type;
    struct i64_list member_ids;
};
SPEC(room_create,
     F_STR(room_create, name, IN_BODY, "name", NOT_BLANK, 1, 50, NAME_TEXT),
     F_STR(room_create, description, IN_BODY, "description", OPTIONAL, 0, 200, INTRO_TEXT),
     F_STR(room_create, avatar, IN_BODY, "avatar", OPTIONAL, 0, 1024),
     F_I64(room_create, type, IN_BODY, "type", OPTIONAL, TYPE_GROUP, TYPE_DIRECT),
     F_I64S(room_create, member_ids, IN_BODY, "memberIds", OPTIONAL, 0, TOGETHER_MEMBERS_MAX));

/* Exactly the caller and one other, who may be listed with or without the caller. */
static enum err create_direct(struct req *rq, const struct i64_list *ids)
{
    struct direct direct;
    int64_t other = 0;
    enum err e;

    for (size_t i = 0; i < ids->count; i++) {
        if (ids->items[i] == rq->cx.actor || ids->items[i] == other)
            continue;
        if (other != 0)
            return ERR_SELF;
        other = ids->items[i];
    }
    e = other != 0 ? direct_open(&rq->cx, other, &direct) : ERR_SELF;
    if (e == OK)
        rq->data = togetherchat_direct(rq->cx.arena, &direct);
    return e;
}

/* POST /group: the caller owns it; those listed are in it. */
static enum err create(struct req *rq, const void *args)
{
    const struct room_create *a = args;
    struct group in = { .name = a->name, .intro = a->description, .avatar = a->avatar };
    struct group group;
    enum err e;

    if (a->type == TYPE_DIRECT)
        return create_direct(rq, &a->member_ids);
    e = group_create_with(&rq->cx, &in, a->member_ids.items, a->member_ids.count, &group);
    if (e == OK)
        rq->data = togetherchat_group(rq->cx.arena, &group);
    return e;
}

/* Of a room somebody wants to manage: a group, whatever the caller is in it. A direct room nobody
 * manages; only the two know there is one. */
enum err togetherchat_managed(struct ctx *cx, int64_t room_id, int64_t target,
                              struct group_roles *roles_r)
{
    struct direct direct;
    enum err e;

    if (room_id <= DIRECT_ROOM_FIRST)
        return group_roles(cx, room_id, target, roles_r);
    e = direct_find(cx, room_id - DIRECT_ROOM_FIRST, &direct);
    return e == OK ? ERR_NOT_OWNER : e;
}

struct room_update {
    int64_t id;
    const char *name, *description, *avatar;
};
SPEC(room_update,
     F_I64(room_update, id, IN_BODY, "id", REQUIRED, 1, ID_MAX, SAYS("群组ID不能为空", NULL)),
     F_STR(room_update, name, IN_BODY, "name", OPTIONAL, 0, 50, NAME_TEXT),
     F_STR(room_update, description, IN_BODY, "description", OPTIONAL, 0, 200, INTRO_TEXT),
     F_STR(room_update, avatar, IN_BODY, "avatar", OPTIONAL, 0, 1024));

static bool is_blank(const char *text)
{
    return text[0] != '\0' && text[strspn(text, " \t\r\n\f\v")] == '\0';
}

/* PUT /group: by owner and managers; what is not named stays. */
static enum err update(struct req *rq, const void *args)
{
    const struct room_update *a = args;
    struct group_change change = { .name = a->name,
                                   .intro = a->description,
                                   .avatar = a->avatar,
                                   .no_member_contacts = -1,
                                   .no_member_profiles = -1,
                                   .no_join_requests = -1,
                                   .history_before_join = -1,
                                   .clears = true,
                                   .by_a_manager = true };
    struct group_roles roles;
    enum err e = OK;

    if (is_blank(str_or_empty(a->name))) {
        rq->fault = "name群组名称不能为空";
        return ERR_BAD_FIELD;
    }
    e = togetherchat_managed(&rq->cx, a->id, 0, &roles);
    if (e == OK)
        e = group_update(&rq->cx, a->id, &change);
    if (e == OK)
        e = group_roles(&rq->cx, a->id, 0, &roles);
    if (e == OK)
        rq->data = togetherchat_group(rq->cx.arena, &roles.group);
    return e;
}

struct room_id {
    int64_t id;
};
SPEC(room_id, F_I64(room_id, id, IN_PATH, "groupId", REQUIRED, 1, ID_MAX));

/* GET /group/{groupId} */
static enum err look(struct req *rq, const void *args)
{
    const struct room_id *a = args;
    struct group_roles roles;
    struct direct direct;
    enum err e;

    if (a->id > DIRECT_ROOM_FIRST) {
        e = direct_find(&rq->cx, a->id - DIRECT_ROOM_FIRST, &direct);
        if (e == OK)
            rq->data = togetherchat_direct(rq->cx.arena, &direct);
        return e;
    }
    e = group_roles(&rq->cx, a->id, 0, &roles);
    if (e == OK && roles.actor == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        rq->data = togetherchat_group(rq->cx.arena, &roles.group);
    return e;
}

/* DELETE /group/{groupId}: by its owner, for everybody. */
static enum err dissolve(struct req *rq, const void *args)
{
    const struct room_id *a = args;
    struct group_roles roles;
    enum err e = togetherchat_managed(&rq->cx, a->id, 0, &roles);

    return e == OK ? group_dissolve(&rq->cx, a->id) : e;
}

struct room_page {
    double cursor;
    int64_t page_size;
    const char *keyword;
};
SPEC(room_page, PAGE_FIELDS(room_page),
     F_STR(room_page, keyword, IN_QUERY, "keyword", OPTIONAL, 0, 200));

/* Adds at most want rooms below `before` (0: all), by falling number: the direct ones, then the groups.
 */
static enum err add_rooms(struct req *rq, const char *text, int64_t before, int64_t want,
                          cJSON *list)
{
    int64_t below = before > DIRECT_ROOM_FIRST ? before - DIRECT_ROOM_FIRST : before;
    struct direct *directs = NULL;
    struct group *groups = NULL;
    size_t count = 0, group_count = 0;
    enum err e = OK;

    if (before == 0 || before > DIRECT_ROOM_FIRST)
        e = direct_page(&rq->cx, text, below, want, &directs, &count);
    if (e == OK && (int64_t)count < want)
        e = group_page(&rq->cx, text, before > DIRECT_ROOM_FIRST ? 0 : before,
                       want - (int64_t)count, &groups, &group_count);
    for (size_t i = 0; e == OK && i < count; i++)
        cJSON_AddItemToArray(list, togetherchat_direct(rq->cx.arena, &directs[i]));
    for (size_t i = 0; e == OK && i < group_count; i++)
        cJSON_AddItemToArray(list, togetherchat_group(rq->cx.arena, &groups[i]));
    return e;
}

/* GET /group/page: the caller's rooms. */
static enum err page(struct req *rq, const void *args)
{
    const struct room_page *a = args;
    struct page_window w = togetherchat_window(rq, a->cursor, a->page_size);
    cJSON *list = cJSON_CreateArray();
    enum err e = add_rooms(rq, str_or_empty(a->keyword), w.before, w.size + 1, list);

    if (e == OK)
        rq->data = togetherchat_cut(list, w.size, "id");
    else
        cJSON_Delete(list);
    return e;
}

static const struct route routes[] = {
    { POST, "/group", ACCESS_USER, create, &room_create_spec, NULL },
    { PUT, "/group", ACCESS_USER, update, &room_update_spec, NULL },
    { GET, "/group/{groupId}", ACCESS_USER, look, &room_id_spec, NULL },
    { DELETE, "/group/{groupId}", ACCESS_USER, dissolve, &room_id_spec, NULL },
    { GET, "/group/page", ACCESS_USER, page, &room_page_spec, NULL },
};
const struct section togetherchat_group_section = SECTION(routes);
