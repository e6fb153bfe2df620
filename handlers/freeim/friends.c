/* freeim: 好友, in the document's order. */
#include "domain/contact.h"
#include "domain/nearby.h"
#include "domain/search.h"
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

static const struct enum_name answers[] = { { "pass", 1 }, { "deny", 2 }, { NULL, 0 } };

struct friends_search {
    const char *account;
};
SPEC(friends_search, F_STR(friends_search, account, IN_ANY, "account", REQUIRED, 1, 100));

/* GET /friends/search: accounts that go by exactly this name. */
static enum err friends_search(struct req *rq, const void *args)
{
    const struct friends_search *a = args;
    struct user *users;
    size_t count;
    cJSON *items;
    enum err e = user_search(&rq->cx, a->account, &users, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_account(&users[i], DETAIL_STRANGER));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct friends_add {
    int64_t to_id;
    const char *reason;
};
SPEC(friends_add,
     F_I64(friends_add, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_STR(friends_add, reason, IN_ANY, "reason", OPTIONAL, 0, 100));

/* POST /friends/add: asks somebody to become a friend. */
static enum err friends_add(struct req *rq, const void *args)
{
    const struct friends_add *a = args;

    rq->note = SAID_DONE;
    return contact_apply(&rq->cx, a->to_id, a->reason != NULL ? a->reason : "");
}

struct friends_add_reply {
    int64_t to_id;
    int status;
    const char *reason;
};
SPEC(friends_add_reply,
     F_I64(friends_add_reply, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_ENUM(friends_add_reply, status, IN_ANY, "status", REQUIRED, answers),
     F_STR(friends_add_reply, reason, IN_ANY, "reason", OPTIONAL, 0, 100));

/* POST /friends/add/reply: toId is who asked. */
static enum err friends_add_reply(struct req *rq, const void *args)
{
    const struct friends_add_reply *a = args;

    rq->note = SAID_DONE;
    return contact_answer(&rq->cx, a->to_id, a->status == 1, a->reason != NULL ? a->reason : "");
}

/* GET /friends/add/applies: requests that wait for the caller, newest first. */
static enum err friends_add_applies(struct req *rq, const void *args)
{
    struct contact_request *list;
    size_t count;
    cJSON *items;
    enum err e = contact_requests(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_contact_request(rq->cx.arena, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct friends {
    enum flag blacklist;
};
SPEC(friends, F_FLAG(friends, blacklist, IN_ANY, "blacklist", OPTIONAL));

/* GET /friends: friends, or with blacklist=1 whom the caller blocks. */
static enum err friends_list(struct req *rq, const void *args)
{
    const struct friends *a = args;
    struct contact *list;
    size_t count;
    cJSON *items;
    enum err e = contact_list(&rq->cx, a->blacklist == FLAG_ON, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_contact(&list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct friend_id {
    int64_t to_id;
};
SPEC(friend_id, F_I64(friend_id, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX));

/* DELETE /friends: one-way; the other side keeps the caller. */
static enum err friends_delete(struct req *rq, const void *args)
{
    const struct friend_id *a = args;

    rq->note = SAID_DELETED;
    return contact_remove(&rq->cx, a->to_id);
}

/* POST /friends/blaklist, as the document spells it. */
static enum err blacklist_add(struct req *rq, const void *args)
{
    const struct friend_id *a = args;

    rq->note = SAID_ADDED;
    return contact_block(&rq->cx, a->to_id, true);
}

/* DELETE /friends/blaklist: a friend who was blocked is a friend again. */
static enum err blacklist_remove(struct req *rq, const void *args)
{
    const struct friend_id *a = args;

    rq->note = SAID_REMOVED;
    return contact_block(&rq->cx, a->to_id, false);
}

/* Of a text that may be empty but not forgotten: a slip in its name must not clear it. */
static enum err missing(struct req *rq, const char *fault)
{
    rq->fault = fault;
    return ERR_BAD_FIELD;
}

struct friends_remark {
    int64_t to_id;
    const char *remark;
};
SPEC(friends_remark, F_I64(friends_remark, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_STR(friends_remark, remark, IN_ANY, "remark", OPTIONAL, 0, 100));

/* PUT /friends/remark: what the caller calls a friend; empty clears it. */
static enum err friends_remark(struct req *rq, const void *args)
{
    const struct friends_remark *a = args;

    if (a->remark == NULL)
        return missing(rq, "remark: required");
    rq->note = SAID_SET;
    return contact_set_remark(&rq->cx, a->to_id, a->remark);
}

struct friends_label {
    int64_t to_id;
    const char *label;
};
SPEC(friends_label, F_I64(friends_label, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_STR(friends_label, label, IN_ANY, "label", OPTIONAL, 0, 1000));

/* PUT /friends/label: free text, its format is the client's. */
static enum err friends_label(struct req *rq, const void *args)
{
    const struct friends_label *a = args;

    if (a->label == NULL)
        return missing(rq, "label: required");
    rq->note = SAID_SET;
    return contact_set_label(&rq->cx, a->to_id, a->label);
}

/* GET /friends/info: {items,total} as documented, the friend's keys beside them (facts 8). */
static enum err friends_info(struct req *rq, const void *args)
{
    const struct friend_id *a = args;
    struct contact contact;
    cJSON *items, *flat;
    enum err e = contact_look(&rq->cx, a->to_id, &contact);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    cJSON_AddItemToArray(items, freeim_contact(&contact));
    rq->data = freeim_list(items, 1);
    flat = freeim_contact(&contact);
    while (flat->child != NULL) {
        cJSON *key = cJSON_DetachItemViaPointer(flat, flat->child);
        cJSON_AddItemToObject(rq->data, key->string, key);
    }
    cJSON_Delete(flat);
    return OK;
}

/* GET /friends/verify: what the other side thinks of the caller. */
static enum err friends_verify(struct req *rq, const void *args)
{
    const struct friend_id *a = args;
    bool is_friend, is_blocked;
    enum err e = contact_verify(&rq->cx, a->to_id, &is_friend, &is_blocked);

    if (e != OK)
        return e;
    rq->data = cJSON_CreateObject();
    cJSON_AddBoolToObject(rq->data, "isFriend", is_friend);
    cJSON_AddBoolToObject(rq->data, "isBlacklist", is_blocked);
    return OK;
}

struct friends_near {
    double longitude, latitude;
};
SPEC(friends_near, F_F64(friends_near, longitude, IN_ANY, "longitude", REQUIRED, -180, 180),
     F_F64(friends_near, latitude, IN_ANY, "latitude", REQUIRED, -NEARBY_LATITUDE_MAX,
           NEARBY_LATITUDE_MAX));

/* GET /friends/near: asking shows the caller to others for a day. */
static enum err friends_near(struct req *rq, const void *args)
{
    const struct friends_near *a = args;
    struct near_user *list;
    size_t count;
    cJSON *items;
    enum err e = nearby_users(&rq->cx, a->longitude, a->latitude, &list, &count);

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *item = freeim_account(&list[i].user, DETAIL_NEARBY);
        freeim_add_distance(rq->cx.arena, item, list[i].distance_m);
        cJSON_AddItemToArray(items, item);
    }
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

static const struct route routes[] = {
    { GET, "/friends/search", ACCESS_USER, friends_search, &friends_search_spec,
      &search_strangers_rule },
    { POST, "/friends/add", ACCESS_USER, friends_add, &friends_add_spec, NULL },
    { POST, "/friends/add/reply", ACCESS_USER, friends_add_reply, &friends_add_reply_spec, NULL },
    { GET, "/friends/add/applies", ACCESS_USER, friends_add_applies, NULL, NULL },
    { GET, "/friends", ACCESS_USER, friends_list, &friends_spec, NULL },
    { DELETE, "/friends", ACCESS_USER, friends_delete, &friend_id_spec, NULL },
    { POST, "/friends/blaklist", ACCESS_USER, blacklist_add, &friend_id_spec, NULL },
    { DELETE, "/friends/blaklist", ACCESS_USER, blacklist_remove, &friend_id_spec, NULL },
    { PUT, "/friends/remark", ACCESS_USER, friends_remark, &friends_remark_spec, NULL },
    { PUT, "/friends/label", ACCESS_USER, friends_label, &friends_label_spec, NULL },
    { GET, "/friends/info", ACCESS_USER, friends_info, &friend_id_spec, NULL },
    { GET, "/friends/verify", ACCESS_USER, friends_verify, &friend_id_spec, NULL },
    { GET, "/friends/near", ACCESS_USER, friends_near, &friends_near_spec, NULL },
};
const struct section freeim_friends_section = SECTION(routes);
