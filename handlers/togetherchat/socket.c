/* togetherchat's socket: which frame goes where. A frame comes wrapped, {"type": 3, "data": {...}}
 * or with data as JSON text, or flat, {"type": 10, "meetId": 7}; ours are always wrapped (facts
 * 4.2). */
#include <string.h>

#include "base/json.h"
#include "handlers/calls.h"
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

void togetherchat_refuse(struct ctx *cx, struct channel *ch, int type, enum err e, const char *text,
                         const char *client_id)
{
    struct togetherchat_error said = togetherchat_error(e);
    cJSON *data = cJSON_CreateObject();

    cJSON_AddNumberToObject(data, "type", type);
    cJSON_AddNumberToObject(data, "errCode", said.code);
    cJSON_AddStringToObject(data, "errMsg", text != NULL ? text : said.text);
    if (client_id != NULL && client_id[0] != '\0')
        cJSON_AddStringToObject(data, "clientId", client_id);
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

/* Who answers which types; a range has one row. */
static const struct {
    int first, last;
    togetherchat_frame_fn *receive;
} frames[] = {
    { FRAME_LOGIN, FRAME_LOGIN, receive_login },
    { FRAME_HEARTBEAT, FRAME_HEARTBEAT, receive_heartbeat },
    { FRAME_CHAT, FRAME_CHAT, togetherchat_chat_frame },
    { FRAME_TYPING, FRAME_TYPING, togetherchat_typing_frame },
    { FRAME_READ, FRAME_READ, togetherchat_read_frame },
    { FRAME_ENTER, FRAME_CANCEL, togetherchat_call_frame },
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
        togetherchat_refuse(cx, ch, (int)type, e, NULL, NULL);
}

/* A first frame tells a client that it is registered: from here on it misses nothing, so now is the
 * time to ask for what it has missed. */
static void opened(struct ctx *cx, struct channel *ch)
{
    togetherchat_send(cx, ch, FRAME_HEARTBEAT, cJSON_CreateString("pong"));
    calls_greet(cx, ch, togetherchat_call_event);
}

const struct socket_dialect togetherchat_socket = {
    .name = "togetherchat",
    .encode = togetherchat_encode,
    .receive = receive,
    .opened = opened,
    .closed = calls_closed,
};

/* At the root of a listener of its own, as the real client wants it, and at a path on a shared one. */
static const struct route routes[] = {
    { WS, "/", ACCESS_USER, NULL, NULL, NULL },
    { WS, "/ws", ACCESS_USER, NULL, NULL, NULL },
};
const struct section togetherchat_socket_section = SECTION(routes);
