/* The caller's sessions, whatever dialect they were opened by. */
#include "base/clock.h"
#include "base/json.h"
#include "domain/session.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/site/site.h"

static cJSON *encode_device(struct req *rq, const struct session *session)
{
    const struct services *sv = rq->cx.sv;
    bool online = sv->is_session_online != NULL &&
                  sv->is_session_online(sv->hub, session->user_id, session->id);
    int64_t seen_ms = session->last_seen_at_ms > session->created_at_ms ? session->last_seen_at_ms
                                                                        : session->created_at_ms;
    cJSON *o = cJSON_CreateObject();

    json_add_i64(o, "id", session->id);
    cJSON_AddStringToObject(o, "dialect", session->dialect);
    cJSON_AddStringToObject(o, "platform", session->platform);
    cJSON_AddStringToObject(o, "address", session->address);
    cJSON_AddStringToObject(o, "createdAt", time_rfc3339(rq->cx.arena, session->created_at_ms));
    cJSON_AddStringToObject(o, "lastSeenAt",
                            time_rfc3339(rq->cx.arena, online ? ctx_now(&rq->cx) : seen_ms));
    cJSON_AddBoolToObject(o, "online", online);
    cJSON_AddBoolToObject(o, "current", session->id == rq->cx.session_id);
    return o;
}

/* GET /devices: the newest first. */
static enum err devices_get(struct req *rq, const void *args)
{
    struct session *list;
    size_t count;
    cJSON *items;
    enum err e = session_list(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_device(rq, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct device_end {
    int64_t id;
};
SPEC(device_end, F_I64(device_end, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

/* DELETE /devices/{id}: ends one; its sockets close with 4401. */
static enum err device_delete(struct req *rq, const void *args)
{
    const struct device_end *a = args;
    enum err e = session_end_one(&rq->cx, a->id);

    rq->note = SAID_REMOVED;
    if (e == OK && a->id == rq->cx.session_id)
        rq->session = NULL; /* nothing to renew any more */
    return e;
}

/* DELETE /devices: ends all but this one. */
static enum err devices_delete(struct req *rq, const void *args)
{
    size_t count;
    enum err e = session_end_others(&rq->cx, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    rq->note = SAID_REMOVED;
    rq->data = cJSON_CreateObject();
    json_add_i64(rq->data, "count", (int64_t)count);
    return OK;
}

static const struct route routes[] = {
    { GET, "/devices", ACCESS_USER, devices_get, NULL, NULL },
    { DELETE, "/devices", ACCESS_USER, devices_delete, NULL, NULL },
    { DELETE, "/devices/{id}", ACCESS_USER, device_delete, &device_end_spec, NULL },
};
const struct section site_devices_section = SECTION(routes);
