/* Domain structs as togetherchat's JSON; see encode.h. What messages say is in content.c. */
#include "handlers/togetherchat/encode.h"

#include "base/clock.h"
#include "base/json.h"

int64_t togetherchat_room_number(enum scope scope, int64_t target_id, int64_t conversation_id)
{
    return scope == SCOPE_GROUP ? target_id : DIRECT_ROOM_FIRST + conversation_id;
}

static cJSON *room(struct arena *a, int64_t id, const char *name, int64_t creator_id,
                   const char *description, const char *avatar, int64_t created_at_ms,
                   int64_t updated_at_ms, int64_t member_count)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", id);
    cJSON_AddStringToObject(o, "name", name);
    json_add_i64(o, "creatorId", creator_id);
    cJSON_AddStringToObject(o, "description", description);
    cJSON_AddStringToObject(o, "avatar", avatar);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, created_at_ms));
    cJSON_AddStringToObject(o, "updatedAt", time_rfc3339(a, updated_at_ms));
    json_add_i64(o, "memberCount", member_count);
    return o;
}

cJSON *togetherchat_group(struct arena *a, const struct group *group)
{
    return room(a, group->id, group->name, group->creator_id, group->intro, group->avatar,
                group->created_at_ms, group->updated_at_ms, group->member_count);
}

cJSON *togetherchat_direct(struct arena *a, const struct direct *direct)
{
    int64_t changed_at_ms = direct->last_at_ms != 0 ? direct->last_at_ms : direct->created_at_ms;

    return room(a, DIRECT_ROOM_FIRST + direct->conversation_id, direct->name, direct->peer_id, "",
                direct->avatar, direct->created_at_ms, changed_at_ms, 2);
}

static cJSON *member(struct arena *a, int64_t number, int64_t room_id, int64_t user_id,
                     const char *name, int role, int64_t joined_at_ms)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "memberId", number);
    json_add_i64(o, "roomId", room_id);
    json_add_i64(o, "userId", user_id);
    cJSON_AddStringToObject(o, "nickname", name);
    json_add_i64(o, "role", role);
    cJSON_AddStringToObject(o, "joinTime", time_rfc3339(a, joined_at_ms));
    return o;
}

cJSON *togetherchat_member(struct arena *a, int64_t group_id, const struct member *m)
{
    static const int roles[] = { [ROLE_NONE] = TOGETHER_MEMBER,
                                 [ROLE_MEMBER] = TOGETHER_MEMBER,
                                 [ROLE_MANAGER] = TOGETHER_MANAGER,
                                 [ROLE_OWNER] = TOGETHER_OWNER };

    return member(a, m->number, group_id, m->user.id,
                  m->remark[0] != '\0' ? m->remark : m->user.nickname, roles[m->role],
                  m->joined_at_ms);
}

cJSON *togetherchat_direct_member(struct arena *a, const struct direct *direct, int64_t user_id,
                                  const char *name)
{
    return member(a, user_id, DIRECT_ROOM_FIRST + direct->conversation_id, user_id, name,
                  TOGETHER_DIRECT, direct->created_at_ms);
}

static int status_of(const struct message *message)
{
    enum { NORMAL = 0, DELETED = 1, EDITED = 2 };

    if (message->status == MESSAGE_REVOKED)
        return DELETED;
    return message->edited_at_ms != 0 ? EDITED : NORMAL;
}

cJSON *togetherchat_message(struct arena *a, const struct message *m)
{
    cJSON *o = cJSON_CreateObject(), *extra = togetherchat_extra(a, m);

    json_add_i64(o, "messageID", m->id);
    json_add_i64(o, "syncId", m->seq);
    json_add_i64(o, "groupId",
                 togetherchat_room_number(m->scope, m->target_id, m->conversation_id));
    json_add_i64(o, "userId", m->sender_id);
    cJSON_AddStringToObject(o, "content", togetherchat_content(a, m));
    if (m->reply_to_id != 0)
        json_add_i64(o, "replyMessageId", m->reply_to_id);
    cJSON_AddNumberToObject(o, "status", status_of(m));
    cJSON_AddNumberToObject(o, "messageType", togetherchat_type(m));
    if (extra != NULL)
        cJSON_AddItemToObject(o, "extra", extra);
    cJSON_AddStringToObject(o, "createTime", time_rfc3339(a, m->created_at_ms));
    cJSON_AddStringToObject(o, "updateTime", time_rfc3339(a, m->updated_at_ms));
    if (m->client_id[0] != '\0')
        cJSON_AddStringToObject(o, "clientId", m->client_id);
    cJSON_AddBoolToObject(o, "isRead", m->is_read);
    return o;
}

cJSON *togetherchat_page(cJSON *list, int64_t cursor, bool is_last)
{
    cJSON *o = cJSON_CreateObject();

    if (cursor != 0)
        json_add_i64(o, "cursor", cursor);
    cJSON_AddBoolToObject(o, "isLast", is_last);
    cJSON_AddItemToObject(o, "list", list);
    return o;
}
