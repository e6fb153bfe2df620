/* Domain structs as room's JSON; see encode.h. */
#include "handlers/room/encode.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/str.h"
#include "domain/user.h"

const char *room_user_id(const struct user *user)
{
    bool is_address = str_ieq(user->username, user->email) || str_eq(user->username, user->mobile);

    return is_address ? user->uid : user->username;
}

static cJSON *encode_room(struct arena *a, const struct group *group, const char *owner)
{
    cJSON *o = cJSON_CreateObject();

    cJSON_AddStringToObject(o, "RoomId", group->handle);
    cJSON_AddStringToObject(o, "RoomName", group->name);
    json_add_i64(o, "RoomCap", group->member_limit);
    cJSON_AddBoolToObject(o, "RoomAccess", group->is_open && !group->is_private);
    cJSON_AddStringToObject(o, "RoomOwner", owner);
    cJSON_AddStringToObject(o, "CreatedAt",
                            time_rfc3339(a, group->created_at_ms / 1000 * 1000)); /* in seconds */
    return o;
}

/* What the owner of groups[i] is called; one owner of several is looked up once. */
static enum err owner_of(struct ctx *cx, const struct group *groups, size_t i, const char **names)
{
    struct user user;
    enum err e;

    for (size_t before = 0; before < i; before++) {
        if (groups[before].owner_id == groups[i].owner_id) {
            names[i] = names[before];
            return OK;
        }
    }
    e = user_get(cx, groups[i].owner_id, &user);
    names[i] = e == OK ? room_user_id(&user) : "";
    return e == ERR_NO_ACCOUNT ? OK : e;
}

enum err room_list(struct ctx *cx, const struct group *groups, size_t count, cJSON **list_r)
{
    const char **owners = arena_array(cx->arena, count, sizeof *owners);
    cJSON *list;

    for (size_t i = 0; i < count; i++) {
        enum err e = owner_of(cx, groups, i, owners);
        if (e != OK)
            return e;
    }
    list = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, encode_room(cx->arena, &groups[i], owners[i]));
    *list_r = list;
    return OK;
}

static int compare_joined(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    if (x->joined_at_ms != y->joined_at_ms)
        return x->joined_at_ms < y->joined_at_ms ? -1 : 1;
    return (x->user.id > y->user.id) - (x->user.id < y->user.id);
}

cJSON *room_clients(struct arena *a, const struct member *members, size_t count)
{
    struct member *sorted = arena_memdup(a, members, count * sizeof *members);
    cJSON *list = cJSON_CreateArray();

    qsort(sorted, count, sizeof *sorted, compare_joined);
    for (size_t i = 0; i < count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "UserId", room_user_id(&sorted[i].user));
        cJSON_AddStringToObject(item, "UserName", sorted[i].user.nickname);
        cJSON_AddItemToArray(list, item);
    }
    return list;
}
