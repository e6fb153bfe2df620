/* Calls on freeim's socket: ours, in no document; handlers/README.md has the table of frames. */
#include <string.h>

#include "base/num.h"
#include "domain/call.h"
#include "handlers/freeim/frames.h"

static const char *const signals[] = {
    [SIGNAL_OFFER] = "offer", [SIGNAL_ANSWER] = "answer", [SIGNAL_CANDIDATE] = "candidate"
};

static const char *finish(struct arena *a, const char *type, const struct call_event *ev,
                          const char *body)
{
    cJSON *o = freeim_frame(a, "call", type, ev->from_id, ev->to_id, ev->at_ms);

    json_add_i64(o, "callId", ev->call.id);
    return json_print(a, freeim_frame_end(o, body, "normal", false));
}

static const char *ring_body(struct arena *a, const struct call_event *ev)
{
    cJSON *o = cJSON_CreateObject(), *members;

    cJSON_AddBoolToObject(o, "video", ev->call.is_video);
    cJSON_AddBoolToObject(o, "group", ev->call.is_group);
    json_add_i64(o, "groupId", ev->call.group_id);
    json_add_i64(o, "creatorId", ev->call.creator_id);
    cJSON_AddStringToObject(o, "subject", ev->call.subject);
    members = cJSON_AddArrayToObject(o, "members");
    for (size_t i = 0; i < ev->people_count; i++)
        cJSON_AddItemToArray(members, json_new_i64(ev->people[i]));
    cJSON_AddStringToObject(o, "name", ev->name);
    cJSON_AddStringToObject(o, "avatar", ev->avatar);
    json_add_i64(o, "ringUntil", ev->ring_until_ms);
    return json_print(a, o);
}

static const char *enter_body(struct arena *a, const struct call_event *ev)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "name", ev->name);
    cJSON_AddStringToObject(o, "avatar", ev->avatar);
    return json_print(a, o);
}

static const char *ended_body(struct arena *a, const struct call_event *ev)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "state", call_outcome_name(ev->outcome));
    json_add_i64(o, "duration", ev->duration_ms);
    return json_print(a, o);
}

static const char *reject_body(struct arena *a, const struct call_event *ev)
{
    (void)a;
    return ev->state == CALLEE_DECLINED ? "{\"state\":\"declined\"}" : "{\"state\":\"missed\"}";
}

static const char *elsewhere_body(struct arena *a, const struct call_event *ev)
{
    (void)a;
    return ev->state == CALLEE_IN ? "{\"action\":\"enter\"}" : "{\"action\":\"reject\"}";
}

static const char *signal_body(struct arena *a, const struct call_event *ev)
{
    (void)a;
    return ev->payload;
}

static const struct {
    enum event_kind kind;
    const char *type;                                                  /* NULL: by the signal */
    const char *(*body)(struct arena *a, const struct call_event *ev); /* NULL: empty */
} frames[] = {
    { EV_CALL_RING, "ring", ring_body },       { EV_CALL_ENTER, "enter", enter_body },
    { EV_CALL_SIGNAL, NULL, signal_body },     { EV_CALL_LEAVE, "leave", NULL },
    { EV_CALL_REJECT, "reject", reject_body }, { EV_CALL_ELSEWHERE, "elsewhere", elsewhere_body },
    { EV_CALL_ENDED, "ended", ended_body },
};

const char *freeim_call_frame(struct arena *a, const struct event *event)
{
    const struct call_event *ev = &event->call;
    size_t i = 0;

    while (frames[i].kind != event->kind)
        i++;
    return finish(a, frames[i].type != NULL ? frames[i].type : signals[ev->signal], ev,
                  frames[i].body != NULL ? frames[i].body(a, ev) : "");
}

/* ---- from clients ---- */

static enum err receive_ring(struct ctx *cx, int64_t call_id, const cJSON *o)
{
    const cJSON *to = cJSON_GetObjectItemCaseSensitive(o, "toId");
    int64_t to_id = 0;

    if (to != NULL && !cJSON_IsNull(to) && !json_i64(to, 0, ID_MAX, &to_id))
        return ERR_BAD_FIELD;
    return call_ring(cx, call_id, to_id);
}

static enum err receive_enter(struct ctx *cx, int64_t call_id, const cJSON *o)
{
    const char *body = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "body"));
    struct call_view call;
    cJSON *more = NULL;
    bool keeps;
    enum err e = OK;

    if (body != NULL && body[0] != '\0') {
        more = json_parse(body, strlen(body), &e);
        e = cJSON_IsObject(more) ? OK : ERR_BAD_FIELD;
    }
    keeps = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(more, "resume"));
    cJSON_Delete(more);
    return e == OK ? call_enter(cx, call_id, keeps, &call) : e;
}

/* The JSON of a description or candidate goes on as it came: the other client reads it. */
static enum err receive_signal(struct ctx *cx, int64_t call_id, enum call_signal signal,
                               const cJSON *o)
{
    const char *body = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, "body"));
    enum err e = OK;
    cJSON *tree;
    int64_t to_id;
    bool is_good;

    if (body == NULL || !json_i64(cJSON_GetObjectItemCaseSensitive(o, "toId"), 1, ID_MAX, &to_id))
        return ERR_BAD_FIELD;
    if (strlen(body) > CALL_SIGNAL_MAX)
        return ERR_TOO_LARGE;
    tree = json_parse(body, strlen(body), &e);
    is_good = cJSON_IsObject(tree) || (signal == SIGNAL_CANDIDATE && cJSON_IsNull(tree));
    cJSON_Delete(tree);
    return is_good ? call_signal(cx, call_id, to_id, signal, body, "") : ERR_BAD_FIELD;
}

enum err freeim_call_receive(struct ctx *cx, const char *type, const cJSON *o)
{
    int64_t call_id;

    if (!json_i64(cJSON_GetObjectItemCaseSensitive(o, "callId"), 1, ID_MAX, &call_id))
        return ERR_BAD_FIELD;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (strcmp(type, signals[i]) == 0)
            return receive_signal(cx, call_id, (enum call_signal)i, o);
    if (strcmp(type, "ring") == 0)
        return receive_ring(cx, call_id, o);
    if (strcmp(type, "enter") == 0)
        return receive_enter(cx, call_id, o);
    if (strcmp(type, "leave") == 0)
        return call_leave(cx, call_id);
    if (strcmp(type, "reject") == 0)
        return call_reject(cx, call_id);
    return strcmp(type, "cancel") == 0 ? call_cancel(cx, call_id, false) : ERR_BAD_FIELD;
}
