/* freeim: 群组, what is done with a group that stands: changing, managing, finding. */
#include "base/str.h"
#include "domain/group.h"
#include "domain/nearby.h"
#include "domain/user.h"
#include "handlers/freeim/encode.h"
#include "handlers/freeim/group_form.h"

#define MUTE_MINUTES_MAX 5256000 /* ten years */

SPEC_AS(change, group_form, F_I64(group_form, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
        GROUP_FORM_FIELDS);

/* -1: not sent, so unchanged. */
static int change_of(enum flag flag)
{
    return flag == FLAG_ABSENT ? -1 : flag == FLAG_ON;
}

/* PUT /chatGroups */
static enum err change(struct req *rq, const void *args)
{
    const struct group_form *a = args;
    struct group_change to = { .name = a->name,
                               .avatar = a->avatar,
                               .intro = a->intro,
                               .no_member_contacts = change_of(a->no_member_contacts),
                               .no_member_profiles = change_of(a->no_member_profiles),
                               .no_join_requests = change_of(a->no_join_requests),
                               .history_before_join = change_of(a->history_before_join),
                               .longitude = a->longitude,
                               .latitude = a->latitude,
                               .country = a->country,
                               .province = a->province,
                               .city = a->city,
                               .district = a->district,
                               .address = a->address };

    rq->note = SAID_CHANGED;
    return group_update(&rq->cx, a->group_id, &to);
}

struct group_id {
    int64_t group_id;
};
SPEC(group_id, F_I64(group_id, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX));

/* POST /chatGroups/dissolve */
static enum err dissolve(struct req *rq, const void *args)
{
    const struct group_id *a = args;

    rq->note = SAID_HANDLED;
    return group_dissolve(&rq->cx, a->group_id);
}

/* POST /chatGroups/exit */
static enum err leave(struct req *rq, const void *args)
{
    const struct group_id *a = args;

    rq->note = SAID_LEFT;
    return group_leave(&rq->cx, a->group_id);
}

struct target {
    int64_t group_id, to_id;
};
SPEC(target, F_I64(target, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_I64(target, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX));

/* POST /chatGroups/transfer */
static enum err transfer(struct req *rq, const void *args)
{
    const struct target *a = args;

    rq->note = SAID_TRANSFERRED;
    return group_transfer(&rq->cx, a->group_id, a->to_id);
}

/* POST /chatGroups/kick */
static enum err kick(struct req *rq, const void *args)
{
    const struct target *a = args;

    rq->note = SAID_HANDLED;
    return group_remove(&rq->cx, a->group_id, a->to_id);
}

struct manager {
    int64_t group_id, to_id;
    enum flag on;
};
SPEC(manager, F_I64(manager, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_I64(manager, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_FLAG(manager, on, IN_ANY, "isManager", OPTIONAL));

/* POST /chatGroups/manager: without isManager somebody stops being one. */
static enum err manager(struct req *rq, const void *args)
{
    const struct manager *a = args;

    rq->note = SAID_SET;
    return group_set_manager(&rq->cx, a->group_id, a->to_id, a->on == FLAG_ON);
}

struct banned {
    int64_t group_id, to_id, minute;
};
SPEC(banned, F_I64(banned, group_id, IN_ANY, "groupId", REQUIRED, 1, ID_MAX),
     F_I64(banned, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX),
     F_I64(banned, minute, IN_ANY, "minute", REQUIRED, 0, MUTE_MINUTES_MAX));

/* POST /chatGroups/banned: minute 0 lets them speak again. */
static enum err banned(struct req *rq, const void *args)
{
    const struct banned *a = args;

    rq->note = SAID_HANDLED;
    return group_mute(&rq->cx, a->group_id, a->to_id, a->minute);
}

/* Answers a list of groups. */
static enum err answer_groups(struct req *rq, enum err e, const struct group *list, size_t count)
{
    cJSON *items;

    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(items, freeim_group(&list[i]));
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

struct search {
    const char *name;
};
SPEC(search, F_STR(search, name, IN_ANY, "name", REQUIRED, 1, 50));

/* POST /chatGroups/search: part of a name. */
static enum err search(struct req *rq, const void *args)
{
    const struct search *a = args;
    struct group *list = NULL;
    size_t count;
    enum err e = group_search(&rq->cx, a->name, &list, &count);

    return answer_groups(rq, e, list, count);
}

struct common {
    int64_t to_id;
};
SPEC(common, F_I64(common, to_id, IN_ANY, "toId", REQUIRED, 1, ID_MAX));

/* GET /chatGroups/common */
static enum err common(struct req *rq, const void *args)
{
    const struct common *a = args;
    struct group *list = NULL;
    size_t count;
    enum err e = group_list_common(&rq->cx, a->to_id, &list, &count);

    return answer_groups(rq, e, list, count);
}

struct near {
    double longitude, latitude;
    const char *name;
};
SPEC(near, F_F64(near, longitude, IN_ANY, "longitude", OPTIONAL, -180, 180),
     F_F64(near, latitude, IN_ANY, "latitude", OPTIONAL, -NEARBY_LATITUDE_MAX,
           NEARBY_LATITUDE_MAX),
     F_STR(near, name, IN_ANY, "name", OPTIONAL, 0, 50));

/* GET /chatGroups/near: without a place, around where the caller was last. */
static enum err near(struct req *rq, const void *args)
{
    const struct near *a = args;
    double longitude = a->longitude, latitude = a->latitude;
    struct near_group *list = NULL;
    struct user me;
    size_t count = 0;
    cJSON *items;
    enum err e = user_get(&rq->cx, rq->cx.actor, &me);

    if (e == OK && longitude == 0 && latitude == 0) {
        longitude = me.longitude;
        latitude = me.latitude;
    }
    if (e == OK && (longitude != 0 || latitude != 0)) /* else nobody knows where: near to nothing */
        e = nearby_groups(&rq->cx, longitude, latitude, a->name, &list, &count);
    if (e != OK)
        return e;
    items = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *item = freeim_group(&list[i].group);
        freeim_add_distance(rq->cx.arena, item, list[i].distance_m);
        cJSON_AddItemToArray(items, item);
    }
    rq->data = freeim_list(items, (int64_t)count);
    return OK;
}

static const struct route routes[] = {
    { PUT, "/chatGroups", ACCESS_USER, change, &change_spec, NULL },
    { POST, "/chatGroups/dissolve", ACCESS_USER, dissolve, &group_id_spec, NULL },
    { POST, "/chatGroups/exit", ACCESS_USER, leave, &group_id_spec, NULL },
    { POST, "/chatGroups/transfer", ACCESS_USER, transfer, &target_spec, NULL },
    { POST, "/chatGroups/kick", ACCESS_USER, kick, &target_spec, NULL },
    { POST, "/chatGroups/manager", ACCESS_USER, manager, &manager_spec, NULL },
    { POST, "/chatGroups/banned", ACCESS_USER, banned, &banned_spec, NULL },
    { POST, "/chatGroups/search", ACCESS_USER, search, &search_spec, NULL },
    { GET, "/chatGroups/common", ACCESS_USER, common, &common_spec, NULL },
    { GET, "/chatGroups/near", ACCESS_USER, near, &near_spec, NULL },
};
const struct section freeim_group_manage_section = SECTION(routes);
