/* The conversation list, and each person's own view of a conversation. */
#include "domain/conversation.h"

#include "base/json.h"
#include "domain/online.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"
#include "handlers/freeim/own.h"
#include "handlers/site/site.h"

#define PRESENCE_IDS_MAX 200

static const struct limit_rule change_rule = { "conversation", 60, 120 };

static cJSON *encode_conversation(struct req *rq, const struct conversation *c, bool online)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "ope", freeim_scope_name(c->scope));
    json_add_i64(o, "targetId", c->target_id);
    cJSON_AddStringToObject(o, "name", c->name);
    cJSON_AddStringToObject(o, "avatar", c->avatar);
    cJSON_AddBoolToObject(o, "online", online);
    json_add_i64(o, "lastSeq", c->last_seq);
    json_add_i64(o, "readSeq", c->read_seq);
    json_add_i64(o, "peerReadSeq", c->peer_read_seq);
    json_add_i64(o, "peerDeliveredSeq", c->peer_delivered_seq);
    json_add_i64(o, "unread", c->unread);
    json_add_i64(o, "mentioned", c->mentioned);
    own_add_state(o, &c->state);
    cJSON_AddItemToObject(
        o, "last", c->has_last ? freeim_message(rq->cx.arena, &c->last) : cJSON_CreateNull());
    return o;
}

/* Who of the list is here; a group never is. */
static enum err look_online(struct req *rq, const struct conversation *list, size_t count,
                            struct online_view **views_r)
{
    int64_t *ids = arena_array(rq->cx.arena, count, sizeof *ids);

    for (size_t i = 0; i < count; i++)
        ids[i] = list[i].target_id;
    return online_list(&rq->cx, ids, count, views_r);
}

struct conversation_page {
    enum flag hidden;
};
SPEC(conversation_page, F_FLAG(conversation_page, hidden, IN_QUERY, "hidden", OPTIONAL));

/* GET /conversations: the caller's list, pinned ones first, then the most recently active. */
static enum err site_conversations(struct req *rq, const void *args)
{
    const struct conversation_page *a = args;
    struct online_view *views;
    struct conversation *list;
    size_t count;
    cJSON *items;
    enum err e = a->hidden == FLAG_ON ? conversation_list_hidden(&rq->cx, &list, &count)
                                      : conversation_list(&rq->cx, &list, &count);

    if (e == OK)
        e = look_online(rq, list, count, &views);
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, encode_conversation(rq, &list[i], views[i].online));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

/* Where the paths below point: ope must fit the id, which tells it already. */
struct conversation_place {
    int64_t id;
    int ope;
};
SPEC(conversation_place,
     F_ENUM(conversation_place, ope, IN_PATH, "ope", REQUIRED, freeim_scopes),
     F_I64(conversation_place, id, IN_PATH, "id", REQUIRED, 1, ID_MAX));

struct conversation_settings {
    int ope;
    int64_t id;
    const int64_t *mute_until_ms;
    int notify;
    enum flag pinned, hidden, marked_unread;
};
SPEC(conversation_settings,
     F_ENUM(conversation_settings, ope, IN_PATH, "ope", REQUIRED, freeim_scopes),
     F_I64(conversation_settings, id, IN_PATH, "id", REQUIRED, 1, ID_MAX),
     F_I64_GIVEN(conversation_settings, mute_until_ms, IN_ANY, "muteUntil", 0, ID_MAX),
     F_ENUM(conversation_settings, notify, IN_ANY, "notify", OPTIONAL, own_notify_here),
     F_FLAG(conversation_settings, pinned, IN_ANY, "pinned", OPTIONAL),
     F_FLAG(conversation_settings, hidden, IN_ANY, "hidden", OPTIONAL),
     F_FLAG(conversation_settings, marked_unread, IN_ANY, "markedUnread", OPTIONAL));

static void answer_state(struct req *rq, const struct conversation_state *state)
{
    rq->note = SAID_SET;
    rq->data = cJSON_CreateObject();
    own_add_state(rq->data, state);
}

/* PUT /conversations/{ope}/{id}/settings: mute, notifications, pinned, hidden, marked unread. */
static enum err conversation_put(struct req *rq, const void *args)
{
    const struct conversation_settings *a = args;
    struct conversation_change change = { .mute_until_ms =
                                              a->mute_until_ms != NULL ? *a->mute_until_ms : -1,
                                          .notify = a->notify - 1,
                                          .pinned = site_change_of(a->pinned),
                                          .hidden = site_change_of(a->hidden),
                                          .marked_unread = site_change_of(a->marked_unread) };
    struct conversation_state state;
    enum err e = site_check_place(rq, a->ope, a->id);

    if (e == OK)
        e = conversation_set(&rq->cx, a->id, &change, &state);
    if (e == OK)
        answer_state(rq, &state);
    return e;
}

static enum err clear(struct req *rq, const struct conversation_place *a, bool hide)
{
    struct conversation_state state;
    enum err e = site_check_place(rq, a->ope, a->id);

    if (e == OK)
        e = conversation_clear(&rq->cx, a->id, hide, &state);
    if (e == OK)
        answer_state(rq, &state);
    return e;
}

/* POST /conversations/{ope}/{id}/clear: what was said until now is gone, for the caller. */
static enum err conversation_empty(struct req *rq, const void *args)
{
    return clear(rq, args, false);
}

/* DELETE /conversations/{ope}/{id}: and so is the conversation, until something new is said. */
static enum err conversation_delete(struct req *rq, const void *args)
{
    return clear(rq, args, true);
}

struct presence_of {
    struct i64_list ids;
};
SPEC(presence_of, F_I64S(presence_of, ids, IN_QUERY, "ids", REQUIRED, 1, PRESENCE_IDS_MAX));

/* GET /presence: who of them is here, as far as they let the caller know. */
static enum err presence_get(struct req *rq, const void *args)
{
    const struct presence_of *a = args;
    struct online_view *views;
    cJSON *items, *item;
    enum err e = online_list(&rq->cx, a->ids.items, a->ids.count, &views);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < a->ids.count; i++) {
        item = own_presence(rq->cx.arena, views[i].online, views[i].last_seen_at_ms);
        json_add_i64(item, "id", views[i].user_id);
        cJSON_AddItemToArray(items, item);
    }
    rq->data = freeim_list(items, (int64_t)a->ids.count);
    return OK;
}

static const struct route routes[] = {
    { GET, "/conversations", ACCESS_USER, site_conversations, &conversation_page_spec, NULL },
    { PUT, "/conversations/{ope}/{id}/settings", ACCESS_USER, conversation_put,
      &conversation_settings_spec, &change_rule },
    { POST, "/conversations/{ope}/{id}/clear", ACCESS_USER, conversation_empty,
      &conversation_place_spec, &change_rule },
    { DELETE, "/conversations/{ope}/{id}", ACCESS_USER, conversation_delete,
      &conversation_place_spec, &change_rule },
    { GET, "/presence", ACCESS_USER, presence_get, &presence_of_spec, NULL },
};
const struct section site_conversations_section = SECTION(routes);
