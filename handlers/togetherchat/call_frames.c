/* Calls on togetherchat's socket (facts 4.3, 4.4). What frames say of their sender is not believed;
 * descriptions and candidates go on as they came. */
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "domain/call.h"
#include "handlers/togetherchat/togetherchat.h"

#define KEY_BYTES 8 /* 16 hex digits, one key for each signal */
#define KEY_CHARS_MAX 64

/* ---- to clients ---- */

/* What every signal has. */
static cJSON *base(struct arena *a, int type, const struct call_event *ev)
{
    uint8_t random[KEY_BYTES];
    const char *key = ev->key;
    cJSON *o = cJSON_CreateObject();

    if (key == NULL || key[0] == '\0') {
        crypto_random(random, sizeof random);
        key = hex_encode(a, random, sizeof random);
    }
    cJSON_AddNumberToObject(o, "type", type);
    if (ev->from_id != 0)
        json_add_i64(o, "sourceId", ev->from_id);
    if (ev->to_id != 0)
        json_add_i64(o, "targetId", ev->to_id);
    json_add_i64(o, "meetId", ev->call.id);
    cJSON_AddStringToObject(o, "key", key);
    return o;
}

static void add_person(cJSON *o, const struct call_event *ev)
{
    json_add_i64(o, "userId", ev->from_id);
    cJSON_AddStringToObject(o, "userName", ev->name);
    cJSON_AddStringToObject(o, "userAvatar", ev->avatar);
}

static const char *encode_join(struct arena *a, const struct call_event *ev)
{
    cJSON *o = base(a, FRAME_JOIN, ev);

    add_person(o, ev);
    cJSON_AddNumberToObject(o, "callType", ev->call.is_video ? 2 : 1);
    cJSON_AddNumberToObject(o, "sessionType", ev->call.is_group ? 2 : 1);
    cJSON_AddStringToObject(o, "subject", ev->call.subject);
    json_add_i64(o, "expireTime", ev->ring_until_ms);
    return togetherchat_frame(a, FRAME_JOIN, o);
}

static const char *encode_enter(struct arena *a, const struct call_event *ev)
{
    cJSON *o = base(a, FRAME_ENTER, ev);

    add_person(o, ev);
    return togetherchat_frame(a, FRAME_ENTER, o);
}

static const char *encode_signal(struct arena *a, const struct call_event *ev)
{
    static const int types[] = { [SIGNAL_OFFER] = FRAME_OFFER,
                                 [SIGNAL_ANSWER] = FRAME_ANSWER,
                                 [SIGNAL_CANDIDATE] = FRAME_CANDIDATE };
    cJSON *o = base(a, types[ev->signal], ev);

    cJSON_AddRawToObject(o, ev->signal == SIGNAL_CANDIDATE ? "candidate" : "description",
                         ev->payload);
    return togetherchat_frame(a, types[ev->signal], o);
}

static const char *encode_elsewhere(struct arena *a, const struct call_event *ev)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "meetId", ev->call.id);
    cJSON_AddStringToObject(o, "action", ev->state == CALLEE_IN ? "enter" : "reject");
    return togetherchat_frame(a, FRAME_ELSEWHERE, o);
}

/* A client leaves the meeting on CANCEL, however it ended. */
static const char *encode_ended(struct arena *a, const struct call_event *ev)
{
    cJSON *o = base(a, FRAME_CANCEL, ev);

    cJSON_AddStringToObject(o, "state", call_outcome_name(ev->outcome));
    json_add_i64(o, "duration", ev->duration_ms);
    return togetherchat_frame(a, FRAME_CANCEL, o);
}

static const char *encode_leave(struct arena *a, const struct call_event *ev)
{
    return togetherchat_frame(a, FRAME_LEAVE, base(a, FRAME_LEAVE, ev));
}

static const char *encode_reject(struct arena *a, const struct call_event *ev)
{
    cJSON *o = base(a, FRAME_REJECT, ev);

    cJSON_AddStringToObject(o, "state", ev->state == CALLEE_DECLINED ? "declined" : "missed");
    return togetherchat_frame(a, FRAME_REJECT, o);
}

static const struct {
    enum event_kind kind;
    const char *(*encode)(struct arena *a, const struct call_event *ev);
} encoders[] = {
    { EV_CALL_RING, encode_join },     { EV_CALL_ENTER, encode_enter },
    { EV_CALL_SIGNAL, encode_signal }, { EV_CALL_LEAVE, encode_leave },
    { EV_CALL_REJECT, encode_reject }, { EV_CALL_ELSEWHERE, encode_elsewhere },
    { EV_CALL_ENDED, encode_ended },
};

const char *togetherchat_call_event(struct arena *a, const struct event *ev)
{
    size_t i = 0;

    while (encoders[i].kind != ev->kind)
        i++;
    return encoders[i].encode(a, &ev->call);
}

/* ---- from clients ---- */

/* The account a frame is for, 0 for none; false: neither. */
static bool read_target(const cJSON *data, int64_t *to_r)
{
    const cJSON *to = cJSON_GetObjectItemCaseSensitive(data, "targetId");

    *to_r = 0;
    return to == NULL || cJSON_IsNull(to) || json_i64(to, 0, ID_MAX, to_r);
}

static enum err pass_on(struct ctx *cx, int64_t call_id, int type, const cJSON *data)
{
    static const enum call_signal signals[] = { [FRAME_OFFER] = SIGNAL_OFFER,
                                                [FRAME_ANSWER] = SIGNAL_ANSWER,
                                                [FRAME_CANDIDATE] = SIGNAL_CANDIDATE };
    const char *name = type == FRAME_CANDIDATE ? "candidate" : "description";
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(data, name);
    const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "key"));
    const char *payload;
    int64_t to;

    if (!read_target(data, &to) || to == 0 ||
        !(cJSON_IsObject(item) || (type == FRAME_CANDIDATE && cJSON_IsNull(item))))
        return ERR_BAD_FIELD;
    if (key != NULL && utf8_chars(key) > KEY_CHARS_MAX)
        return ERR_BAD_FIELD;
    payload = json_print(cx->arena, cJSON_Duplicate(item, true));
    return payload != NULL ? call_signal(cx, call_id, to, signals[type], payload, key)
                           : ERR_INTERNAL;
}

/* Who hangs up may do so in several ways at once (facts 4.3): what is over is over. */
static enum err unless_over(enum err e)
{
    return e == ERR_CALL_ENDED || e == ERR_CALL_LEFT ? OK : e;
}

enum err togetherchat_call_frame(struct ctx *cx, struct channel *ch, int type, const cJSON *data)
{
    struct call_view view;
    int64_t call_id, to;

    (void)ch;
    if (!json_i64(cJSON_GetObjectItemCaseSensitive(data, "meetId"), 1, ID_MAX, &call_id))
        return ERR_BAD_FIELD;
    switch (type) {
    case FRAME_ENTER: return call_enter(cx, call_id, false, &view);
    case FRAME_OFFER:
    case FRAME_ANSWER:
    case FRAME_CANDIDATE: return pass_on(cx, call_id, type, data);
    case FRAME_LEAVE: return unless_over(call_leave(cx, call_id));
    case FRAME_JOIN: return read_target(data, &to) ? call_ring(cx, call_id, to) : ERR_BAD_FIELD;
    case FRAME_REJECT: return call_reject(cx, call_id);
    default: return unless_over(call_cancel(cx, call_id, false)); /* END, CANCEL */
    }
}
