/* freeim: 好友, its groups of friends (分组), in the document's order. */
#include "domain/contact.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/freeim.h"

#define MEMBERS_MAX 2000

struct create {
    const char *name;
    struct i64_list members;
};
SPEC(create, F_STR(create, name, IN_ANY, "name", REQUIRED, 1, 50),
     F_I64S(create, members, IN_ANY, "members", OPTIONAL, 0, MEMBERS_MAX));

/* POST /friends/groups */
static enum err create(struct req *rq, const void *args)
{
    const struct create *a = args;

    rq->note = SAID_ADDED;
    return contact_group_create(&rq->cx, a->name, a->members.items, a->members.count);
}

struct group_id {
    int64_t group_id;
};
SPEC(group_id, F_I64(group_id, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX));

/* DELETE /friends/groups */
static enum err drop(struct req *rq, const void *args)
{
    const struct group_id *a = args;

    rq->note = SAID_DELETED;
    return contact_group_remove(&rq->cx, a->group_id);
}

/* GET /friends/groups */
static enum err list(struct req *rq, const void *args)
{
    struct contact_group *groups;
    size_t count;
    cJSON *items;
    enum err e = contact_group_list(&rq->cx, &groups, &count);

    (void)args; /* takes no fields */
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_contact_group(&groups[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct members {
    int64_t group_id;
    struct i64_list members;
};
SPEC(members, F_I64(members, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_I64S(members, members, IN_ANY, "members", OPTIONAL, 0, MEMBERS_MAX));

/* POST /friends/groups/members */
static enum err members_add(struct req *rq, const void *args)
{
    const struct members *a = args;

    rq->note = SAID_ADDED;
    return contact_group_put(&rq->cx, a->group_id, a->members.items, a->members.count, true);
}

/* DELETE /friends/groups/members */
static enum err members_remove(struct req *rq, const void *args)
{
    const struct members *a = args;

    rq->note = SAID_DELETED;
    return contact_group_put(&rq->cx, a->group_id, a->members.items, a->members.count, false);
}

static enum err answer_group(struct req *rq, int64_t id)
{
    struct contact_group group;
    enum err e = contact_group_look(&rq->cx, id, &group);

    if (e == OK)
        rq->data = freeim_contact_group(&group);
    return e;
}

/* GET /friends/group */
static enum err look(struct req *rq, const void *args)
{
    const struct group_id *a = args;

    return answer_group(rq, a->group_id);
}

struct rename {
    int64_t group_id;
    const char *name;
};
SPEC(rename, F_I64(rename, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_STR(rename, name, IN_ANY, "name", REQUIRED, 1, 50));

/* PUT /friends/groups/name: answers the group, as the document shows. */
static enum err set_name(struct req *rq, const void *args)
{
    const struct rename *a = args;
    enum err e = contact_group_rename(&rq->cx, a->group_id, a->name);

    return e == OK ? answer_group(rq, a->group_id) : e;
}

static const struct route routes[] = {
    { POST, "/friends/groups", ACCESS_USER, create, &create_spec, NULL },
    { DELETE, "/friends/groups", ACCESS_USER, drop, &group_id_spec, NULL },
    { GET, "/friends/groups", ACCESS_USER, list, NULL, NULL },
    { POST, "/friends/groups/members", ACCESS_USER, members_add, &members_spec, NULL },
    { DELETE, "/friends/groups/members", ACCESS_USER, members_remove, &members_spec, NULL },
    { GET, "/friends/group", ACCESS_USER, look, &group_id_spec, NULL },
    { PUT, "/friends/groups/name", ACCESS_USER, set_name, &rename_spec, NULL },
};
const struct section freeim_friend_groups_section = SECTION(routes);
