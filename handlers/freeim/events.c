/* freeim's socket: domain events as frames, and the frames clients send. Every frame is a Message
 * object with its documented keys; old clients ignore types they do not know (facts 6). */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "domain/message.h"
#include "handlers/calls.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/frames.h"
#include "handlers/freeim/freeim.h"
#include "handlers/freeim/own.h"

cJSON *freeim_frame(struct arena *a, const char *ope, const char *type, int64_t from_id,
                    int64_t to_id, int64_t at_ms)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", 0);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(a, at_ms));
    cJSON_AddStringToObject(o, "updatedAt", time_rfc3339(a, at_ms));
    json_add_i64(o, "fromId", from_id);
    json_add_i64(o, "toId", to_id);
    cJSON_AddStringToObject(o, "ope", ope);
    cJSON_AddStringToObject(o, "type", type);
    return o;
}

cJSON *freeim_frame_end(cJSON *o, const char *body, const char *status, bool is_read)
{
    cJSON_AddStringToObject(o, "body", body);
    cJSON_AddBoolToObject(o, "isPrivate", false);
    cJSON_AddStringToObject(o, "status", status);
    cJSON_AddBoolToObject(o, "isRead", is_read);
    cJSON_AddBoolToObject(o, "read", is_read);
    return o;
}

static cJSON *encode_read(struct arena *a, const char *type, const struct read_event *read)
{
    cJSON *o = freeim_frame(a, freeim_scope_name(read->scope), type, read->reader_id,
                            read->target_id, read->at_ms);

    freeim_frame_end(o, "", "normal", strcmp(type, "read") == 0);
    json_add_i64(o, "seq", read->read_seq);
    return o;
}

static cJSON *encode_typing(struct arena *a, const struct typing_event *typing)
{
    cJSON *o = freeim_frame(a, freeim_scope_name(typing->scope), "input", typing->from_id,
                            typing->target_id, typing->at_ms);

    return freeim_frame_end(o, "", typing->active ? "normal" : "finish", false);
}

/* Requests and their answers; what the ids alone cannot say stands in body as JSON text. */
static cJSON *encode_request(struct arena *a, const char *type, const struct request_event *request)
{
    static const char *const states[] = {
        [REQUEST_WAITING] = "wait", [REQUEST_PASSED] = "pass", [REQUEST_DENIED] = "deny"
    };
    int64_t to_id = request->group_id != 0 ? request->group_id : request->to_id;
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "status", states[request->status]);
    cJSON_AddStringToObject(body, "reason", request->reason);
    if (request->group_id != 0)
        json_add_i64(body, "groupId", request->group_id);
    return freeim_frame_end(
        freeim_frame(a, "system", type, request->from_id, to_id, request->at_ms),
        json_print(a, body), "normal", false);
}

/* What the server does with the socket next; ours. */
static cJSON *encode_move(struct arena *a, const struct move_event *move)
{
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "host", move->host);
    return freeim_frame_end(freeim_frame(a, "system", "move", 0, 0, move->at_ms),
                            json_print(a, body), "normal", false);
}

static cJSON *encode_ended(struct arena *a, const struct ended_event *ended)
{
    static const char *const reasons[] = {
        [END_DISABLED] = "disabled", [END_SIGNED_OUT] = "signedOut"
    };
    cJSON *body = cJSON_CreateObject();

    cJSON_AddStringToObject(body, "reason", reasons[ended->reason]);
    return freeim_frame_end(freeim_frame(a, "system", "logout", 0, 0, ended->at_ms),
                            json_print(a, body), "normal", false);
}

static const char *encode(struct arena *a, const struct event *ev)
{
    switch (ev->kind) {
    case EV_MESSAGE:
    case EV_MESSAGE_REVOKED:
    case EV_MESSAGE_EDITED: return json_print(a, freeim_message(a, &ev->message));
    case EV_READ: return json_print(a, encode_read(a, "read", &ev->read));
    case EV_TYPING: return json_print(a, encode_typing(a, &ev->typing));
    case EV_CONTACT_REQUEST: return json_print(a, encode_request(a, "addFriend", &ev->request));
    case EV_CONTACT_REPLY: return json_print(a, encode_request(a, "addFriendReply", &ev->request));
    case EV_GROUP_REQUEST: return json_print(a, encode_request(a, "joinGroup", &ev->request));
    case EV_GROUP_REPLY: return json_print(a, encode_request(a, "joinGroupReply", &ev->request));
    case EV_CALL_RING:
    case EV_CALL_ENTER:
    case EV_CALL_SIGNAL:
    case EV_CALL_LEAVE:
    case EV_CALL_REJECT:
    case EV_CALL_ELSEWHERE:
    case EV_CALL_ENDED: return freeim_call_frame(a, ev);
    case EV_DELIVERED: return json_print(a, encode_read(a, "delivered", &ev->read));
    case EV_MOVE: return json_print(a, encode_move(a, &ev->move));
    case EV_ENDED: return json_print(a, encode_ended(a, &ev->ended));
    case EV_VISIT: break; /* of sockets other than ours */
    case EV_REACTION:
    case EV_PIN:
    case EV_NICKNAME:
    case EV_CONVERSATION:
    case EV_SETTINGS:
    case EV_DRAFT:
    case EV_PRESENCE:
    case EV_CHANGED: return own_frame(a, ev);
    case EV_DIRECT_OPENED: break; /* a conversation here begins with what is said */
    }
    return NULL;
}

static void send_tree(struct ctx *cx, struct channel *ch, cJSON *tree)
{
    const char *text = json_print(cx->arena, tree);

    if (text != NULL)
        channel_send(ch, text, strlen(text));
}

/* Says what was wrong with frame o (NULL: no JSON), as a system notice. */
static void refuse(struct ctx *cx, struct channel *ch, enum err e, const cJSON *o)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "type"));
    cJSON *body = cJSON_CreateObject();
    int64_t call_id;

    cJSON_AddStringToObject(body, "error", freeim_error_name(cx->arena, e));
    if (json_i64(cJSON_GetObjectItemCaseSensitive(o, "callId"), 1, ID_MAX, &call_id)) {
        cJSON_AddStringToObject(body, "type", str_or_empty(type));
        json_add_i64(body, "callId", call_id);
    }
    send_tree(
        cx, ch,
        freeim_frame_end(freeim_frame(cx->arena, "system", "error", 0, cx->actor, ctx_now(cx)),
                         json_print(cx->arena, body), "normal", false));
}

static enum err receive_input(struct ctx *cx, const cJSON *o)
{
    const char *ope = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "ope"));
    const char *status = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "status"));
    enum scope scope = ope != NULL && strcmp(ope, "group") == 0 ? SCOPE_GROUP : SCOPE_DIRECT;
    int64_t to_id;

    if (!json_i64(cJSON_GetObjectItemCaseSensitive(o, "toId"), 1, ID_MAX, &to_id))
        return ERR_BAD_FIELD;
    return message_typing(cx, scope, to_id, status == NULL || strcmp(status, "finish") != 0);
}

/* Ours: this device has everything of toId's up to seq. */
static enum err receive_delivered(struct ctx *cx, const cJSON *o)
{
    int64_t to_id, seq;

    if (!json_i64(cJSON_GetObjectItemCaseSensitive(o, "toId"), USER_ID_FIRST, ID_MAX, &to_id) ||
        !json_i64(cJSON_GetObjectItemCaseSensitive(o, "seq"), 1, ID_MAX, &seq))
        return ERR_BAD_FIELD;
    return message_mark_delivered(cx, to_id, seq);
}

static void send_ping(struct ctx *cx, struct channel *ch)
{
    cJSON *o = freeim_frame(cx->arena, "", "ping", cx->actor, 0, ctx_now(cx));

    send_tree(cx, ch, freeim_frame_end(o, "", "", false));
}

/* A first frame tells a client that it is registered: from here on it misses nothing, so now is the
 * time to ask for what it has missed. News may overtake the ping and say as much. */
static void opened(struct ctx *cx, struct channel *ch)
{
    send_ping(cx, ch);
    calls_greet(cx, ch, freeim_call_frame);
}

static void receive(struct ctx *cx, struct channel *ch, const char *text, size_t len)
{
    enum err e = OK;
    cJSON *o = json_parse(text, len, &e);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "type"));
    const char *ope = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "ope"));

    if (o != NULL && type == NULL)
        e = ERR_BAD_FIELD;
    else if (type != NULL && str_eq(ope, "call"))
        e = freeim_call_receive(cx, type, o);
    else if (type != NULL && strcmp(type, "input") == 0)
        e = receive_input(cx, o);
    else if (type != NULL && strcmp(type, "delivered") == 0)
        e = receive_delivered(cx, o);
    else if (type != NULL && strcmp(type, "ping") == 0)
        send_ping(cx, ch);
    if (e != OK)
        refuse(cx, ch, e, o);
    cJSON_Delete(o);
}

const struct socket_dialect freeim_socket = {
    .name = "freeim",
    .encode = encode,
    .receive = receive,
    .opened = opened,
    .closed = calls_closed,
};
