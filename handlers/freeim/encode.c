/* Domain structs as freeim's JSON; see encode.h. Key order follows the document's samples. */
#include "handlers/freeim/encode.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "domain/user.h"

#define REPLY_CHARACTERS 200

static const char *const kinds[] = {
    [KIND_TEXT] = "text",       [KIND_PICTURE] = "pic",  [KIND_VOICE] = "voice",
    [KIND_VIDEO] = "video",     [KIND_LOCATION] = "geo", [KIND_FILE] = "file",
    [KIND_FORWARD] = "forward", [KIND_CALL] = "call"
};
static const char *const notices[] = { [NOTICE_NONE] = "notice",
                                       [NOTICE_LEFT] = "groupExit",
                                       [NOTICE_REMOVED] = "groupKick",
                                       [NOTICE_UPDATED] = "groupUpdate",
                                       [NOTICE_OWNER] = "groupTransfer",
                                       [NOTICE_MANAGER] = "groupManager",
                                       [NOTICE_NO_MANAGER] = "groupManager",
                                       [NOTICE_MUTED] = "groupBanned",
                                       [NOTICE_UNMUTED] = "groupBanned",
                                       [NOTICE_DISSOLVED] = "groupDissolve",
                                       [NOTICE_JOINED] = "groupJoin",
                                       [NOTICE_ANNOUNCED] = "groupNotice" };
static const char *const request_states[] = {
    [REQUEST_WAITING] = "wait", [REQUEST_PASSED] = "pass", [REQUEST_DENIED] = "deny"
};
static const char *const roles[] = {
    [ROLE_NONE] = "", [ROLE_MEMBER] = "general", [ROLE_MANAGER] = "manager", [ROLE_OWNER] = "owner"
};

const struct enum_name freeim_scopes[] = { { "friend", SCOPE_DIRECT },
                                           { "group", SCOPE_GROUP },
                                           { NULL, 0 } };

const char *freeim_kind_name(enum message_kind kind)
{
    return kind == KIND_NOTICE ? "notice" : kinds[kind];
}

const char *freeim_scope_name(enum scope scope)
{
    return scope == SCOPE_GROUP ? "group" : "friend";
}

cJSON *freeim_account(const struct user *user, enum detail detail)
{
    bool hidden = detail == DETAIL_HIDDEN,
         stranger = detail != DETAIL_SELF && detail != DETAIL_FRIEND;
    int age = hidden ? 0 : user_age(user, clock_wall_ms(&clock_system));
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", user->id);
    cJSON_AddStringToObject(o, "username", stranger ? user_public_name(user) : user->username);
    cJSON_AddStringToObject(o, "email", stranger ? "" : user->email);
    cJSON_AddStringToObject(o, "mobile", stranger ? "" : user->mobile);
    cJSON_AddStringToObject(o, "nickname", user->nickname);
    cJSON_AddStringToObject(o, "avatar", user->avatar);
    cJSON_AddStringToObject(o, "gender", hidden ? "" : user->gender);
    cJSON_AddStringToObject(o, "birth", hidden ? "" : user->birth);
    json_add_i64(o, "age", age);
    cJSON_AddStringToObject(o, "intro", hidden ? "" : user->intro);
    if (detail != DETAIL_SELF && detail != DETAIL_NEARBY)
        return o;
    cJSON_AddNumberToObject(o, "longitude", user->longitude);
    cJSON_AddNumberToObject(o, "latitude", user->latitude);
    cJSON_AddStringToObject(o, "country", user->country);
    cJSON_AddStringToObject(o, "province", user->province);
    cJSON_AddStringToObject(o, "city", user->city);
    cJSON_AddStringToObject(o, "district", user->district);
    return o;
}

cJSON *freeim_contact(const struct contact *contact)
{
    cJSON *o = cJSON_CreateObject(), *groups;

    cJSON_AddItemToObject(
        o, "account",
        freeim_account(&contact->peer, contact->is_friend ? DETAIL_FRIEND : DETAIL_STRANGER));
    groups = cJSON_AddArrayToObject(o, "friendGroups");
    for (size_t i = 0; i < contact->group_count; i++) {
        cJSON *group = cJSON_CreateObject();
        json_add_i64(group, "id", contact->groups[i].id);
        cJSON_AddNullToObject(group, "friends");
        cJSON_AddStringToObject(group, "name", contact->groups[i].name);
        cJSON_AddItemToArray(groups, group);
    }
    cJSON_AddStringToObject(o, "remark", contact->remark);
    cJSON_AddStringToObject(o, "label", contact->label);
    return o;
}

cJSON *freeim_contact_group(const struct contact_group *group)
{
    cJSON *o = cJSON_CreateObject(), *list;

    json_add_i64(o, "id", group->id);
    list = cJSON_AddArrayToObject(o, "friends");
    for (size_t i = 0; i < group->count; i++) {
        const struct contact *contact = &group->contacts[i];
        cJSON *item = cJSON_CreateObject();
        json_add_i64(item, "id", contact->id);
        cJSON_AddItemToObject(item, "account", freeim_account(&contact->peer, DETAIL_FRIEND));
        cJSON_AddStringToObject(item, "remark", contact->remark);
        cJSON_AddStringToObject(item, "label", contact->label);
        cJSON_AddItemToArray(list, item);
    }
    cJSON_AddStringToObject(o, "name", group->name);
    return o;
}

/* The keys both kinds of request end with. */
static void add_request_state(cJSON *o, struct arena *a, const char *reason,
                              const char *deny_reason, enum request_status status,
                              int64_t replied_at_ms)
{
    cJSON_AddStringToObject(o, "applyReason", reason);
    cJSON_AddStringToObject(o, "denyReason", deny_reason);
    cJSON_AddStringToObject(o, "status", request_states[status]);
    if (replied_at_ms == 0)
        cJSON_AddNullToObject(o, "replyTime");
    else
        cJSON_AddStringToObject(o, "replyTime", time_rfc3339(a, replied_at_ms));
}

cJSON *freeim_contact_request(struct arena *a, const struct contact_request *request)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, request->created_at_ms));
    cJSON_AddItemToObject(o, "fromAccount", freeim_account(&request->from, DETAIL_STRANGER));
    add_request_state(o, a, request->reason, request->deny_reason, request->status,
                      request->replied_at_ms);
    return o;
}

/* The keys up to the limit, and those after the place in info's middle, stand apart because
 * /chatGroups/info puts its member list between them. */
static cJSON *group_head(const struct group *group)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", group->id);
    cJSON_AddStringToObject(o, "name", group->name);
    cJSON_AddStringToObject(o, "avatar", group->avatar);
    cJSON_AddStringToObject(o, "intro", group->intro);
    json_add_i64(o, "members", group->member_count);
    json_add_i64(o, "members_limit", group->member_limit);
    return o;
}

static void add_group_tail(cJSON *o, const struct group *group)
{
    cJSON_AddNumberToObject(o, "longitude", group->longitude);
    cJSON_AddNumberToObject(o, "latitude", group->latitude);
    cJSON_AddStringToObject(o, "country", group->country);
    cJSON_AddStringToObject(o, "province", group->province);
    cJSON_AddStringToObject(o, "city", group->city);
    cJSON_AddStringToObject(o, "district", group->district);
    cJSON_AddStringToObject(o, "address", group->address);
    cJSON_AddBoolToObject(o, "disableAddMember", group->no_member_contacts);
    cJSON_AddBoolToObject(o, "disableViewMember", group->no_member_profiles);
    cJSON_AddBoolToObject(o, "disbaleAddGroup", group->no_join_requests);
    cJSON_AddBoolToObject(o, "enbaleBeforeMsg", group->history_before_join);
}

cJSON *freeim_group(const struct group *group)
{
    cJSON *o = group_head(group);

    add_group_tail(o, group);
    return o;
}

cJSON *freeim_group_view(const struct group_view *view, int64_t now_ms)
{
    bool hides = view->group.no_member_profiles && view->role < ROLE_MANAGER;
    cJSON *o = group_head(&view->group), *list, *self;

    list = cJSON_AddArrayToObject(o, "membersList");
    for (size_t i = 0; i < view->member_count; i++) {
        const struct member *member = &view->members[i];
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToObject(
            item, "account",
            freeim_account(&member->user, hides ? DETAIL_HIDDEN : DETAIL_STRANGER));
        cJSON_AddStringToObject(item, "role", roles[member->role]);
        cJSON_AddStringToObject(item, "remark", member->remark);
        cJSON_AddBoolToObject(item, "isBanned", member->muted_until_ms > now_ms);
        cJSON_AddItemToArray(list, item);
    }
    self = cJSON_AddObjectToObject(o, "selfInfo");
    cJSON_AddStringToObject(self, "chatGroupMemberRole", roles[view->role]);
    cJSON_AddBoolToObject(self, "isBanned", view->is_muted);
    add_group_tail(o, &view->group);
    return o;
}

cJSON *freeim_group_request(struct arena *a, const struct group_request *request)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, request->created_at_ms));
    cJSON_AddItemToObject(o, "account", freeim_account(&request->from, DETAIL_STRANGER));
    cJSON_AddItemToObject(o, "chatGroup", freeim_group(&request->group));
    add_request_state(o, a, request->reason, request->deny_reason, request->status,
                      request->replied_at_ms);
    return o;
}

/* What a notice tells beyond its type and ids, as JSON text of integers. */
static const char *notice_body(struct arena *a, const struct message *m)
{
    return arena_printf(a, "{\"accountId\":%" PRId64 ",\"isManager\":%d,\"minute\":%" PRId64 "}",
                        m->subject_id, m->notice == NOTICE_MANAGER, m->amount);
}

const char *freeim_excerpt(struct arena *a, const char *text, size_t characters)
{
    const char *p = text;

    while (*p != '\0' && characters > 0) {
        for (p++; ((unsigned char)*p & 0xC0) == 0x80;)
            p++;
        characters--;
    }
    return arena_strndup(a, text, (size_t)(p - text));
}

/* What a message answers, so that a client need not ask for it. */
static cJSON *encode_reply(struct arena *a, const struct message *reply)
{
    bool is_notice = reply->kind == KIND_NOTICE;
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", reply->id);
    json_add_i64(o, "seq", reply->seq);
    json_add_i64(o, "fromId", reply->sender_id);
    cJSON_AddStringToObject(o, "type", is_notice ? notices[reply->notice] : kinds[reply->kind]);
    cJSON_AddStringToObject(o, "body", freeim_excerpt(a, reply->body, REPLY_CHARACTERS));
    cJSON_AddStringToObject(o, "status",
                            reply->status == MESSAGE_REVOKED ? "revocation" : "normal");
    return o;
}

cJSON *freeim_reactions(const struct message *message)
{
    cJSON *list = cJSON_CreateArray();

    for (size_t i = 0; i < message->reaction_count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "emoji", message->reactions[i].emoji);
        json_add_i64(item, "count", message->reactions[i].count);
        cJSON_AddBoolToObject(item, "mine", message->reactions[i].is_mine);
        cJSON_AddItemToArray(list, item);
    }
    return list;
}

/* Ours (handlers/README.md, Messages): each key only where there is something to say. */
static void add_marks(cJSON *o, struct arena *a, const struct message *message)
{
    cJSON *list;

    if (message->reply_to_id != 0)
        json_add_i64(o, "replyToId", message->reply_to_id);
    if (message->reply != NULL)
        cJSON_AddItemToObject(o, "reply", encode_reply(a, message->reply));
    if (message->mention_mode == MENTION_ALL)
        cJSON_AddBoolToObject(o, "mentionAll", true);
    if (message->mention_count > 0) {
        list = cJSON_AddArrayToObject(o, "mentions");
        for (size_t i = 0; i < message->mention_count; i++)
            cJSON_AddItemToArray(list, json_new_i64(message->mentions[i]));
    }
    if (message->reaction_count > 0)
        cJSON_AddItemToObject(o, "reactions", freeim_reactions(message));
}

cJSON *freeim_message(struct arena *a, const struct message *message)
{
    bool is_notice = message->kind == KIND_NOTICE;
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", message->id);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, message->created_at_ms));
    cJSON_AddStringToObject(o, "updatedAt", time_rfc3339(a, message->updated_at_ms));
    json_add_i64(o, "fromId", message->sender_id);
    json_add_i64(o, "toId", message->target_id);
    cJSON_AddStringToObject(o, "ope", is_notice ? "system" : freeim_scope_name(message->scope));
    cJSON_AddStringToObject(o, "type", is_notice ? notices[message->notice] : kinds[message->kind]);
    cJSON_AddStringToObject(o, "body", is_notice ? notice_body(a, message) : message->body);
    cJSON_AddBoolToObject(o, "isPrivate", message->is_private);
    cJSON_AddStringToObject(o, "status",
                            message->status == MESSAGE_REVOKED ? "revocation" : "normal");
    cJSON_AddBoolToObject(o, "isRead", message->is_read);
    cJSON_AddBoolToObject(o, "read", message->is_read);
    json_add_i64(o, "seq", message->seq);
    if (message->client_id[0] != '\0')
        cJSON_AddStringToObject(o, "clientMsgId", message->client_id);
    if (message->extra[0] != '\0')
        cJSON_AddStringToObject(o, "extra", message->extra);
    add_marks(o, a, message);
    if (message->edited_at_ms != 0)
        cJSON_AddStringToObject(o, "editedAt", time_rfc3339(a, message->edited_at_ms));
    return o;
}

void freeim_add_distance(struct arena *a, cJSON *o, double distance_m)
{
    cJSON_AddStringToObject(o, "distance", arena_printf(a, "%.0fm", distance_m));
}

cJSON *freeim_list(cJSON *items, int64_t total)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddItemToObject(o, "items", items);
    json_add_i64(o, "total", total);
    return o;
}
