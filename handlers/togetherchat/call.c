/* togetherchat: CallController, in the document's order. Who calls is who the token says; the
 * session's id is the socket's meetId (facts 2.4). */
#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "domain/call.h"
#include "handlers/togetherchat/togetherchat.h"

enum { CALL_VOICE = 1, CALL_VIDEO = 2 };
enum { SESSION_TWO = 1, SESSION_GROUP = 2 };
enum { REASON_NORMAL = 1, REASON_NETWORK = 2, REASON_OTHER = 3 };

#define KEY_BYTES 4 /* 8 hex digits; clients do nothing with it */

struct cancel {
    int64_t session_id, reason;
};
SPEC(cancel, F_I64(cancel, session_id, IN_BODY, "sessionId", OPTIONAL, 0, ID_MAX),
     F_I64(cancel, reason, IN_BODY, "cancelReason", OPTIONAL, 0, REASON_OTHER));

/* POST /call/cancel: ends a call of two, or one's own group call, for everybody. */
static enum err cancel(struct req *rq, const void *args)
{
    const struct cancel *a = args;

    if (a->session_id == 0)
        return ERR_NO_CALL;
    return call_cancel(&rq->cx, a->session_id, a->reason == REASON_NETWORK);
}

static cJSON *encode_session(struct arena *a, const struct call *call)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "sessionId", call->id);
    cJSON_AddNumberToObject(o, "callType", call->is_video ? CALL_VIDEO : CALL_VOICE);
    json_add_i64(o, "creatorId", call->creator_id);
    cJSON_AddStringToObject(o, "subject", call->subject);
    cJSON_AddNumberToObject(o, "status", call->status); /* 0 waiting, 1 in progress, 2 ended */
    cJSON_AddStringToObject(o, "createTime", time_rfc3339(a, call->created_at_ms));
    if (call->ended_at_ms != 0)
        cJSON_AddStringToObject(o, "endTime", time_rfc3339(a, call->ended_at_ms));
    return o;
}

/* POST /call/history: the caller's calls, those they began with them, the newest first. */
static enum err history(struct req *rq, const void *args)
{
    struct call_view *list;
    size_t count;
    enum err e = call_history(&rq->cx, 0, CALL_HISTORY_MAX, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->data = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(rq->data, encode_session(rq->cx.arena, &list[i].call));
    return OK;
}

struct initiate {
    int64_t caller_id, call_type, session_type, expires_at_ms, extra;
    struct i64_list receivers;
    const char *subject;
};
SPEC(initiate, F_I64(initiate, caller_id, IN_BODY, "callerId", OPTIONAL, 0, ID_MAX),
     F_I64S(initiate, receivers, IN_BODY, "receiverId", OPTIONAL, 0, CALL_CALLEES_MAX),
     F_I64(initiate, call_type, IN_BODY, "callType", OPTIONAL, CALL_VOICE, CALL_VIDEO),
     F_I64(initiate, session_type, IN_BODY, "sessionType", OPTIONAL, SESSION_TWO, SESSION_GROUP),
     F_STR(initiate, subject, IN_BODY, "subject", OPTIONAL, 0, CALL_SUBJECT_MAX),
     F_I64(initiate, expires_at_ms, IN_BODY, "expireTime", OPTIONAL, 0, ID_MAX),
     F_I64(initiate, extra, IN_BODY, "extra", OPTIONAL, INT32_MIN, INT32_MAX));

/* ERR_MISMATCH: said to come from somebody else, of two and yet for several, or over already. */
static enum err make_draft(struct req *rq, const struct initiate *a, struct call_draft *draft_r)
{
    bool has_group = a->session_type == SESSION_GROUP && a->extra > 0 && a->extra <= GROUP_ID_LAST;
    int64_t left_ms = a->expires_at_ms - ctx_now(&rq->cx);

    *draft_r = (struct call_draft){ .callees = a->receivers.items,
                                    .count = a->receivers.count,
                                    .group_id = has_group ? a->extra : 0, /* ours */
                                    .is_group = a->session_type == SESSION_GROUP,
                                    .is_video = a->call_type == CALL_VIDEO,
                                    .subject = a->subject,
                                    .ring_ms = a->expires_at_ms != 0 ? left_ms : 0 };
    if (a->receivers.count == 0)
        return ERR_NO_CALLEE;
    for (size_t i = 1; a->session_type == SESSION_TWO && i < a->receivers.count; i++)
        if (a->receivers.items[i] != a->receivers.items[0])
            return ERR_MISMATCH;
    if ((a->caller_id != 0 && a->caller_id != rq->cx.actor) ||
        (a->expires_at_ms != 0 && left_ms <= 0))
        return ERR_MISMATCH;
    return OK;
}

/* POST /call/initiate: calls people; they are rung on their sockets. The document shows no data, the
 * real client needs it. */
static enum err initiate(struct req *rq, const void *args)
{
    uint8_t key[KEY_BYTES];
    struct call_draft draft;
    struct call_view view;
    enum err e = make_draft(rq, args, &draft);

    if (e == OK)
        e = call_initiate(&rq->cx, &draft, &view);
    if (e != OK)
        return e;
    crypto_random(key, sizeof key);
    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "sessionId", view.call.id);
    cJSON_AddStringToObject(rq->data, "key", hex_encode(rq->cx.arena, key, sizeof key));
    return OK;
}

static const struct route routes[] = {
    { POST, "/call/cancel", ACCESS_USER, cancel, &cancel_spec, NULL },
    { POST, "/call/history", ACCESS_USER, history, NULL, NULL },
    { POST, "/call/initiate", ACCESS_USER, initiate, &initiate_spec, NULL },
};
const struct section togetherchat_call_section = SECTION(routes);
