/* togetherchat's socket: which frame goes where. A frame comes wrapped, {"type": 3, "data": {...}}
 * or with data as JSON text, or flat, {"type": 10, "meetId": 7}; ours are always wrapped (facts
 * 4.2). */
#include <string.h>

#include "base/json.h"
#include "handlers/togetherchat/togetherchat.h"

const char *togetherchat_frame(struct arena *a, int type, cJSON *data)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddNumberToObject(o, "type", type);
    cJSON_AddItemToObject(o, "data", data);
    return json_print(a, o);
}

void togetherchat_send(struct ctx *cx, struct channel *ch, int type, cJSON *data)
{
    const char *text = togetherchat_frame(cx->arena, type, data);

    if (text != NULL)
        channel_send(ch, text, strlen(text));
}

/* Says what was wrong with a frame of that type. */
static void refuse(struct ctx *cx, struct channel *ch, int type, enum err e)
{
    struct togetherchat_error said = togetherchat_error(e);
    cJSON *data = cJSON_CreateObject();

    cJSON_AddNumberToObject(data, "type", type);
    cJSON_AddNumberToObject(data, "errCode", said.code);
    cJSON_AddStringToObject(data, "errMsg", said.text);
    togetherchat_send(cx, ch, FRAME_ERROR, data);
}

static enum err receive_login(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    (void)cx, (void)ch, (void)type, (void)data; /* the handshake has told who it is */
    return OK;
}

static enum err receive_heartbeat(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    (void)data; /* "ping" */
    togetherchat_send(cx, ch, type, cJSON_CreateString("pong"));
    return OK;
}

/* Who answers which types; a range has one row. The signals of calls (4 to 12) stand in call.c:
 * their row is { 4, 12, togetherchat_call_frame }. */
static const struct {
    int first, last;
    togetherchat_frame_fn *receive;
} frames[] = {
    { FRAME_LOGIN, FRAME_LOGIN, receive_login },
    { FRAME_HEARTBEAT, FRAME_HEARTBEAT, receive_heartbeat },
};

static enum err dispatch_frame(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    for (size_t i = 0; i < sizeof frames / sizeof frames[0]; i++)
        if (type >= frames[i].first && type <= frames[i].last)
            return frames[i].receive(cx, ch, type, cJSON_IsObject(data) ? data : NULL);
    return ERR_NO_ROUTE;
}

/* A frame whose data is a text: the object it holds, or nothing (a heartbeat's "ping"). */
static enum err dispatch_text(struct ctx *cx, struct channel *ch, int type, const char *text)
{
    enum err e;
    cJSON *data = json_parse(text, strlen(text), &e);

    e = dispatch_frame(cx, ch, type, data);
    cJSON_Delete(data);
    return e;
}

static void receive(struct ctx *cx, struct channel *ch, const char *text, size_t len)
{
    enum err e = OK;
    cJSON *o = json_parse(text, len, &e);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(o, "data");
    int64_t type = 0;

    if (o != NULL && !json_i64(cJSON_GetObjectItemCaseSensitive(o, "type"), 0, INT16_MAX, &type))
        e = ERR_BAD_FIELD;
    else if (cJSON_IsString(data))
        e = dispatch_text(cx, ch, (int)type, data->valuestring);
    else if (o != NULL)
        e = dispatch_frame(cx, ch, (int)type, data != NULL ? data : o);
    cJSON_Delete(o);
    if (e != OK)
        refuse(cx, ch, (int)type, e);
}

/* A first frame tells a client that it is registered: from here on it misses nothing, so now is the
 * time to ask for what it has missed. */
static void opened(struct ctx *cx, struct channel *ch)
{
    togetherchat_send(cx, ch, FRAME_HEARTBEAT, cJSON_CreateString("pong"));
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

static const char *encode(struct arena *a, const struct event *ev)
{
    switch (ev->kind) {
    case EV_MOVE: return encode_move(a, &ev->move);
    case EV_ENDED: return encode_ended(a, &ev->ended);
    case EV_MESSAGE:
    case EV_MESSAGE_REVOKED:
    case EV_READ:
    case EV_TYPING:
    case EV_CONTACT_REQUEST: /* this dialect has no contacts and no requests to join */
    case EV_CONTACT_REPLY:
    case EV_GROUP_REQUEST:
    case EV_GROUP_REPLY:
    case EV_CALL_RING:
    case EV_CALL_ENTER:
    case EV_CALL_SIGNAL:
    case EV_CALL_LEAVE:
    case EV_CALL_REJECT:
    case EV_CALL_ELSEWHERE:
    case EV_CALL_ENDED:
    case EV_DELIVERED: /* nor any of what the web client has beside freeim */
    case EV_REACTION:
    case EV_PIN:
    case EV_NICKNAME:
    case EV_CONVERSATION:
    case EV_SETTINGS:
    case EV_DRAFT:
    case EV_PRESENCE: break;
    }
    return NULL;
}

const struct socket_dialect togetherchat_socket = {
    .name = "togetherchat",
    .encode = encode,
    .receive = receive,
    .opened = opened,
};

/* At the root of a listener of its own, as the real client wants it, and at a path on a shared one. */
static const struct route routes[] = {
    { WS, "/", ACCESS_USER, NULL, NULL, NULL },
    { WS, "/ws", ACCESS_USER, NULL, NULL, NULL },
};
const struct section togetherchat_socket_section = SECTION(routes);
