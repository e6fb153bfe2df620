/* Calls: ours, in no document; handlers/README.md says what each does. The frames that go with them
 * are in handlers/freeim/call_frames.c. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/call.h"
#include "domain/ice.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

#define LIMIT_DEFAULT 50

static const char *const statuses[] = {
    [CALL_WAITING] = "waiting", [CALL_ACTIVE] = "active", [CALL_ENDED] = "ended"
};
static const char *const member_states[] = {
    [CALLEE_RINGING] = "ringing",   [CALLEE_IN] = "in",         [CALLEE_LEFT] = "left",
    [CALLEE_DECLINED] = "declined", [CALLEE_MISSED] = "missed", [CALLEE_BUSY] = "busy"
};

/* ---- encoding ---- */

static void add_time(struct arena *a, cJSON *o, const char *key, int64_t at_ms)
{
    if (at_ms == 0)
        cJSON_AddNullToObject(o, key);
    else
        cJSON_AddStringToObject(o, key, time_rfc3339(a, at_ms));
}

static cJSON *encode_member(struct arena *a, const struct call_member *member)
{
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", member->user_id);
    cJSON_AddStringToObject(o, "name", member->name);
    cJSON_AddStringToObject(o, "avatar", member->avatar);
    cJSON_AddStringToObject(o, "state", member_states[member->state]);
    add_time(a, o, "joinedAt", member->joined_at_ms);
    add_time(a, o, "leftAt", member->left_at_ms);
    return o;
}

static cJSON *encode_call(struct req *rq, const struct call_view *view)
{
    const struct call *call = &view->call;
    struct arena *a = rq->cx.arena;
    cJSON *o = cJSON_CreateObject(), *members;

    json_add_i64(o, "callId", call->id);
    cJSON_AddBoolToObject(o, "video", call->is_video);
    cJSON_AddBoolToObject(o, "group", call->is_group);
    json_add_i64(o, "groupId", call->group_id);
    json_add_i64(o, "creatorId", call->creator_id);
    cJSON_AddStringToObject(o, "subject", call->subject);
    cJSON_AddStringToObject(o, "status", statuses[call->status]);
    cJSON_AddStringToObject(o, "state", call_outcome_name(call->outcome));
    add_time(a, o, "createdAt", call->created_at_ms);
    add_time(a, o, "answeredAt", call->answered_at_ms);
    add_time(a, o, "endedAt", call->ended_at_ms);
    add_time(a, o, "ringUntil", call->ring_until_ms);
    json_add_i64(o, "duration", call_duration_ms(call, ctx_now(&rq->cx)));
    members = cJSON_AddArrayToObject(o, "members");
    for (size_t i = 0; i < view->count; i++)
        cJSON_AddItemToArray(members, encode_member(a, &view->members[i]));
    return o;
}

static void add_urls(cJSON *server, const char *const *urls, size_t count)
{
    cJSON *list = cJSON_AddArrayToObject(server, "urls");

    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(urls[i]));
}

/* As RTCPeerConnection takes them. */
static void add_ice_servers(struct req *rq, const struct ice *ice)
{
    cJSON *list = cJSON_AddArrayToObject(rq->data, "iceServers"), *server;

    if (ice->stun_count > 0) {
        server = cJSON_CreateObject();
        add_urls(server, ice->stun, ice->stun_count);
        cJSON_AddItemToArray(list, server);
    }
    if (ice->turn_count > 0) {
        server = cJSON_CreateObject();
        add_urls(server, ice->turn, ice->turn_count);
        cJSON_AddStringToObject(server, "username", ice->username);
        cJSON_AddStringToObject(server, "credential", ice->credential);
        cJSON_AddItemToArray(list, server);
    }
}

/* Answers with a call the caller is now in. */
static void answer_in(struct req *rq, const struct call_view *view)
{
    struct ice ice;

    ice_servers(&rq->cx, &ice);
    rq->note = SAID_DONE;
    rq->data = encode_call(rq, view);
    add_ice_servers(rq, &ice);
}

/* ---- routes ---- */

struct call_begin {
    struct i64_list to_ids;
    int64_t group_id, ring_seconds;
    enum flag is_video, is_group;
    const char *subject;
};
SPEC(call_begin, F_I64S(call_begin, to_ids, IN_ANY, "toIds", REQUIRED, 1, CALL_CALLEES_MAX),
     F_I64(call_begin, group_id, IN_ANY, "groupId", OPTIONAL, 0, GROUP_ID_LAST),
     F_I64(call_begin, ring_seconds, IN_ANY, "ringSeconds", OPTIONAL, 0, 86400),
     F_FLAG(call_begin, is_video, IN_ANY, "video", REQUIRED),
     F_FLAG(call_begin, is_group, IN_ANY, "group", OPTIONAL),
     F_STR(call_begin, subject, IN_ANY, "subject", OPTIONAL, 0, CALL_SUBJECT_MAX));

/* POST /api/v1/calls: calls people. */
static enum err call_begin(struct req *rq, const void *args)
{
    const struct call_begin *a = args;
    struct call_draft draft = { .callees = a->to_ids.items,
                                .count = a->to_ids.count,
                                .group_id = a->group_id,
                                .is_group = a->is_group == FLAG_ON,
                                .is_video = a->is_video == FLAG_ON,
                                .subject = a->subject,
                                .ring_ms = a->ring_seconds * 1000 };
    struct call_view view;
    enum err e = call_initiate(&rq->cx, &draft, &view);

    if (e == OK)
        answer_in(rq, &view);
    return e;
}

struct call_ref {
    int64_t call_id;
    enum flag keeps;
};
SPEC(call_ref, F_I64(call_ref, call_id, IN_PATH, "callId", REQUIRED, 1, ID_MAX),
     F_FLAG(call_ref, keeps, IN_ANY, "resume", OPTIONAL));

/* POST /api/v1/calls/{callId}/enter: takes the call on this device. */
static enum err enter(struct req *rq, const void *args)
{
    const struct call_ref *a = args;
    struct call_view view;
    enum err e = call_enter(&rq->cx, a->call_id, a->keeps == FLAG_ON, &view);

    if (e == OK)
        answer_in(rq, &view);
    return e;
}

static enum err reject(struct req *rq, const void *args)
{
    rq->note = SAID_DONE;
    return call_reject(&rq->cx, ((const struct call_ref *)args)->call_id);
}

static enum err leave(struct req *rq, const void *args)
{
    rq->note = SAID_DONE;
    return call_leave(&rq->cx, ((const struct call_ref *)args)->call_id);
}

/* POST /api/v1/calls/{callId}/cancel: ends it for all. */
static enum err cancel(struct req *rq, const void *args)
{
    rq->note = SAID_DONE;
    return call_cancel(&rq->cx, ((const struct call_ref *)args)->call_id, false);
}

struct call_more {
    int64_t call_id;
    struct i64_list to_ids;
};
SPEC(call_more, F_I64(call_more, call_id, IN_PATH, "callId", REQUIRED, 1, ID_MAX),
     F_I64S(call_more, to_ids, IN_ANY, "toIds", REQUIRED, 1, CALL_CALLEES_MAX));

/* POST /api/v1/calls/{callId}/invite: rings more people. */
static enum err invite(struct req *rq, const void *args)
{
    const struct call_more *a = args;
    struct call_view view;
    enum err e = call_invite(&rq->cx, a->call_id, a->to_ids.items, a->to_ids.count, &view);

    rq->note = SAID_DONE;
    if (e == OK)
        rq->data = encode_call(rq, &view);
    return e;
}

struct call_list {
    int64_t before_id, limit;
    enum flag live;
};
SPEC(call_list, F_I64(call_list, before_id, IN_ANY, "beforeId", OPTIONAL, 0, ID_MAX),
     F_I64(call_list, limit, IN_ANY, "limit", OPTIONAL, 1, CALL_HISTORY_MAX),
     F_FLAG(call_list, live, IN_ANY, "live", OPTIONAL));

/* GET /api/v1/calls: the caller's calls, newest first, or those of now. */
static enum err list(struct req *rq, const void *args)
{
    const struct call_list *a = args;
    struct call_view *views;
    size_t count;
    cJSON *items;
    enum err e = a->live == FLAG_ON
                     ? call_current(&rq->cx, &views, &count)
                     : call_history(&rq->cx, a->before_id, a->limit > 0 ? a->limit : LIMIT_DEFAULT,
                                    &views, &count);

    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    items = cJSON_AddArrayToObject(rq->data, "items");
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_call(rq, &views[i]));
    return OK;
}

/* GET /api/v1/calls/{callId}: one call of the caller's. */
static enum err look(struct req *rq, const void *args)
{
    struct call_view view;
    enum err e = call_look(&rq->cx, ((const struct call_ref *)args)->call_id, &view);

    if (e == OK)
        rq->data = encode_call(rq, &view);
    return e;
}

/* GET /api/v1/ice: STUN and TURN servers, with credentials for now. */
static enum err ice(struct req *rq, const void *args)
{
    struct ice servers;

    (void)args; /* takes no fields */
    ice_servers(&rq->cx, &servers);
    rq->data = cJSON_CreateObject();
    add_ice_servers(rq, &servers);
    json_add_i64(rq->data, "ttl", servers.ttl_seconds);
    return OK;
}

static const struct route routes[] = {
    { POST, "/calls", ACCESS_USER, call_begin, &call_begin_spec, NULL },
    { POST, "/calls/{callId}/enter", ACCESS_USER, enter, &call_ref_spec, NULL },
    { POST, "/calls/{callId}/reject", ACCESS_USER, reject, &call_ref_spec, NULL },
    { POST, "/calls/{callId}/leave", ACCESS_USER, leave, &call_ref_spec, NULL },
    { POST, "/calls/{callId}/cancel", ACCESS_USER, cancel, &call_ref_spec, NULL },
    { POST, "/calls/{callId}/invite", ACCESS_USER, invite, &call_more_spec, NULL },
    { GET, "/calls", ACCESS_USER, list, &call_list_spec, NULL },
    { GET, "/calls/{callId}", ACCESS_USER, look, &call_ref_spec, NULL },
    { GET, "/ice", ACCESS_USER, ice, NULL, NULL },
};
const struct section site_calls_section = SECTION(routes);
