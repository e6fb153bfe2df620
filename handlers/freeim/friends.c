/* freeim: 好友, in the document's order. */
#include "domain/contact.h"
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

/* Searching is how a directory is scraped: exact matches only, and not by the hundred. */
static const struct limit_rule search_rule = { "search", 40, 15000 };

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

static const struct route routes[] = {
    { GET, "/friends/search", ACCESS_USER, friends_search, &friends_search_spec, &search_rule },
    { POST, "/friends/add", ACCESS_USER, friends_add, &friends_add_spec, NULL },
    { POST, "/friends/add/reply", ACCESS_USER, friends_add_reply, &friends_add_reply_spec, NULL },
    { GET, "/friends/add/applies", ACCESS_USER, friends_add_applies, NULL, NULL },
    { GET, "/friends", ACCESS_USER, friends_list, &friends_spec, NULL },
};
const struct section freeim_friends_section = SECTION(routes);
