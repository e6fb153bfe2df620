/* freeim: 群组, in the document's order. */
#include "base/str.h"
#include "domain/group.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/group_form.h"

static const struct enum_name answers[] = { { "pass", 1 }, { "deny", 2 }, { NULL, 0 } };

SPEC_AS(create_group, group_form, GROUP_FORM_FIELDS);

/* POST /chatGroups: the answer carries the new group, since a client has no other way to its id. */
static enum err create_group(struct req *rq, const void *args)
{
    const struct group_form *a = args;
    struct group in = { .name = a->name,
                        .intro = a->intro,
                        .avatar = a->avatar,
                        .no_member_contacts = a->no_member_contacts == FLAG_ON,
                        .no_member_profiles = a->no_member_profiles == FLAG_ON,
                        .no_join_requests = a->no_join_requests == FLAG_ON,
                        .history_before_join = a->history_before_join == FLAG_ON,
                        .longitude = a->longitude,
                        .latitude = a->latitude,
                        .country = a->country,
                        .province = a->province,
                        .city = a->city,
                        .district = a->district,
                        .address = a->address };
    struct group group;
    enum err e = group_create(&rq->cx, &in, &group);

    if (e != OK)
        return e;
    rq->note = SAID_CREATED;
    rq->data = freeim_group(&group);
    return OK;
}

/* GET /chatGroups: the groups the caller is in. */
static enum err my_groups(struct req *rq, const void *args)
{
    struct group *list;
    size_t count;
    cJSON *items;
    enum err e = group_list(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_group(&list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct join_group {
    int64_t group_id;
    const char *reason;
};
SPEC(join_group,
     F_I64(join_group, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_STR(join_group, reason, IN_ANY, "reason", OPTIONAL, 0, 100));

/* POST /chatGroups/join: asks to be let in. */
static enum err join_group(struct req *rq, const void *args)
{
    const struct join_group *a = args;

    rq->note = SAID_APPLIED;
    return group_apply(&rq->cx, a->group_id, str_or_empty(a->reason));
}

/* GET /chatGroups/join: requests the caller may answer, oldest first. */
static enum err join_requests(struct req *rq, const void *args)
{
    struct group_request *list;
    size_t count;
    cJSON *items;
    enum err e = group_requests(&rq->cx, &list, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_group_request(rq->cx.arena, &list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct join_reply {
    int64_t group_id, account_id;
    int status;
    const char *reason;
};
SPEC(join_reply,
     F_I64(join_reply, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_I64(join_reply, account_id, IN_ANY, "accountId", REQUIRED, 1, ID_MAX),
     F_ENUM(join_reply, status, IN_ANY, "status", REQUIRED, answers),
     F_STR(join_reply, reason, IN_ANY, "reason", OPTIONAL, 0, 100));

/* POST /chatGroups/join/reply */
static enum err join_reply(struct req *rq, const void *args)
{
    const struct join_reply *a = args;

    rq->note = SAID_HANDLED;
    return group_answer(&rq->cx, a->group_id, a->account_id, a->status == 1,
                        str_or_empty(a->reason));
}

struct group_info {
    int64_t group_id;
};
SPEC(group_info, F_I64(group_info, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX));

/* GET /chatGroups/info: the group with its members; a stranger sees no members. */
static enum err group_info(struct req *rq, const void *args)
{
    const struct group_info *a = args;
    struct group_view view;
    enum err e = group_look(&rq->cx, a->group_id, &view);

    if (e == OK)
        rq->data = freeim_group_view(&view, ctx_now(&rq->cx));
    return e;
}

static const struct route routes[] = {
    { POST, "/chatGroups", ACCESS_USER, create_group, &create_group_spec, NULL },
    { GET, "/chatGroups", ACCESS_USER, my_groups, NULL, NULL },
    { POST, "/chatGroups/join", ACCESS_USER, join_group, &join_group_spec, NULL },
    { GET, "/chatGroups/join", ACCESS_USER, join_requests, NULL, NULL },
    { POST, "/chatGroups/join/reply", ACCESS_USER, join_reply, &join_reply_spec, NULL },
    { GET, "/chatGroups/info", ACCESS_USER, group_info, &group_info_spec, NULL },
};
const struct section freeim_groups_section = SECTION(routes);
