/* Domain events as togetherchat's frames (facts 4.4; ours from 100 on: handlers/README.md). */
#include "base/clock.h"
#include "base/json.h"
#include "handlers/togetherchat/encode.h"
#include "handlers/togetherchat/togetherchat.h"

enum { CHANGE_JOINED = 1, CHANGE_REMOVED = 2, CHANGE_ROLE = 3 };

static const char *encode_message(struct arena *a, const struct message *message)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddItemToObject(data, "message", togetherchat_message(a, message));
    return togetherchat_frame(a, FRAME_CHAT, data);
}

static cJSON *member_change(struct arena *a, int64_t room_id, int64_t user_id, int change,
                            int64_t at_ms)
{
    cJSON *data = cJSON_CreateObject(), *ids;

    json_add_i64(data, "roomId", room_id);
    ids = cJSON_AddArrayToObject(data, "userIds");
    cJSON_AddItemToArray(ids, json_new_i64(user_id));
    cJSON_AddNumberToObject(data, "changeType", change);
    cJSON_AddStringToObject(data, "lastOptTime", time_rfc3339(a, at_ms));
    return data;
}

/* 0: it is no change of members. */
static int change_of(enum notice notice)
{
    if (notice == NOTICE_JOINED)
        return CHANGE_JOINED;
    if (notice == NOTICE_LEFT || notice == NOTICE_REMOVED)
        return CHANGE_REMOVED;
    return notice == NOTICE_OWNER || notice == NOTICE_MANAGER || notice == NOTICE_NO_MANAGER
               ? CHANGE_ROLE
               : 0;
}

/* What happens to a group stands in its history too: the frame carries that message, so that who
 * counts syncIds misses none. */
static const char *encode_notice(struct arena *a, const struct message *m)
{
    int change = change_of(m->notice);
    cJSON *data;

    if (change != 0) {
        data = member_change(a, m->target_id, m->subject_id, change, m->created_at_ms);
    } else if (m->notice == NOTICE_DISSOLVED) {
        data = cJSON_CreateObject();
        json_add_i64(data, "roomId", m->target_id);
    } else {
        return encode_message(a, m);
    }
    cJSON_AddItemToObject(data, "message", togetherchat_message(a, m));
    return togetherchat_frame(a, change != 0 ? FRAME_MEMBERS : FRAME_DISSOLVED, data);
}

static const char *encode_direct(struct arena *a, const struct direct_event *direct)
{
    return togetherchat_frame(a, FRAME_MEMBERS,
                              member_change(a, DIRECT_ROOM_FIRST + direct->conversation_id,
                                            direct->to_id, CHANGE_JOINED, direct->at_ms));
}

static const char *encode_read(struct arena *a, const struct read_event *read)
{
    cJSON *data = cJSON_CreateObject();

    json_add_i64(data, "groupId",
                 togetherchat_room_number(read->scope, read->target_id, read->conversation_id));
    json_add_i64(data, "userId", read->reader_id);
    json_add_i64(data, "syncId", read->read_seq);
    cJSON_AddStringToObject(data, "readTime", time_rfc3339(a, read->at_ms));
    return togetherchat_frame(a, FRAME_READ, data);
}

static const char *encode_typing(struct arena *a, const struct typing_event *typing)
{
    cJSON *data;

    if (typing->conversation_id == 0)
        return NULL; /* there is no room yet to show it in */
    data = cJSON_CreateObject();
    json_add_i64(
        data, "groupId",
        togetherchat_room_number(typing->scope, typing->target_id, typing->conversation_id));
    json_add_i64(data, "userId", typing->from_id);
    cJSON_AddBoolToObject(data, "active", typing->active);
    return togetherchat_frame(a, FRAME_TYPING, data);
}

static const char *encode_move(struct arena *a, const struct move_event *move)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "host", move->host);
    return togetherchat_frame(a, FRAME_MOVE, data);
}

static const char *encode_ended(struct arena *a, const struct ended_event *ended)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "reason",
                            ended->reason == END_DISABLED ? "disabled" : "signedOut");
    return togetherchat_frame(a, FRAME_ENDED, data);
}

const char *togetherchat_encode(struct arena *a, const struct event *ev)
{
    switch (ev->kind) {
    case EV_CALL_RING:
    case EV_CALL_ENTER:
    case EV_CALL_SIGNAL:
    case EV_CALL_LEAVE:
    case EV_CALL_REJECT:
    case EV_CALL_ELSEWHERE:
    case EV_CALL_ENDED: return togetherchat_call_event(a, ev);
    case EV_MOVE: return encode_move(a, &ev->move);
    case EV_ENDED: return encode_ended(a, &ev->ended);
    case EV_VISIT: break; /* of sockets other than ours */
    case EV_MESSAGE:
        return ev->message.kind == KIND_NOTICE ? encode_notice(a, &ev->message)
                                               : encode_message(a, &ev->message);
    case EV_MESSAGE_REVOKED:
    case EV_MESSAGE_EDITED: return encode_message(a, &ev->message);
    case EV_DIRECT_OPENED: return encode_direct(a, &ev->direct);
    case EV_READ: return encode_read(a, &ev->read);
    case EV_TYPING: return encode_typing(a, &ev->typing);
    case EV_CONTACT_REQUEST: /* this dialect has no contacts and no requests to join */
    case EV_CONTACT_REPLY:
    case EV_GROUP_REQUEST:
    case EV_GROUP_REPLY:
    case EV_DELIVERED: /* nor any of what the web client has beside freeim */
    case EV_REACTION:
    case EV_PIN:
    case EV_NICKNAME:
    case EV_CONVERSATION:
    case EV_SETTINGS:
    case EV_DRAFT:
    case EV_PRESENCE:
    case EV_CHANGED: break;
    }
    return NULL;
}
