/* Nearby; see nearby.h. Walking outward yields who is near, nearest first; those who may be found are
 * kept, and their distances are then computed from their true places. */
#include "domain/nearby.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/geo.h"
#include "base/str.h"
#include "db/groups.h"
#include "db/places.h"
#include "db/users.h"
#include "domain/group.h"
#include "domain/outward.h"

#define RADIUS_WALKED_M (NEARBY_RADIUS_M + 1) /* cells have a width */
#define DAY_MS INT64_C(86400000)
#define EXPIRED_AT_ONCE 1000

static bool is_place(double longitude, double latitude)
{
    return fabs(longitude) <= 180 && fabs(latitude) <= NEARBY_LATITUDE_MAX;
}

/* Equally far: by id, so that the same question has the same answer. */
static int compare(double x, double y, int64_t id_x, int64_t id_y)
{
    return x != y ? (x > y) - (x < y) : (id_x > id_y) - (id_x < id_y);
}

/* One search: who is kept of those on the way, and the list of them, of which one of users and groups
 * is there. */
struct search {
    struct ctx *cx;
    struct outward outward;
    /* Reads id into the list at kept, unless it may not be found. */
    enum err (*keep)(struct search *s, int64_t id);
    size_t kept;
    struct near_user *users;
    int64_t since_ms;
    struct near_group *groups;
    struct group_text name;
};

static double distance_m(const struct search *s, double longitude, double latitude)
{
    return geo_distance_m(s->outward.longitude, s->outward.latitude, longitude, latitude);
}

static enum err walk(struct search *s)
{
    int64_t id = 0;
    enum err e;

    outward_begin(&s->outward, s->cx->arena);
    do {
        e = outward_next(&s->outward, &id);
        if (e == OK && id != 0)
            e = s->keep(s, id);
    } while (e == OK && id != 0 && s->kept < NEARBY_MAX);
    return e;
}

/* ---- people ---- */

static enum err note_place(struct ctx *cx, double longitude, double latitude)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_user_set_place(cx->conn, cx->actor, longitude, latitude, ctx_now(cx));
    return tx_end(cx, e);
}

static int by_user_distance(const void *a, const void *b)
{
    const struct near_user *x = a, *y = b;

    return compare(x->distance_m, y->distance_m, x->user.id, y->user.id);
}

static enum err users_in(void *arg, const struct cells *cells, struct located **list_r,
                         size_t *count_r)
{
    struct search *s = arg;

    return db_user_places(ctx_db(s->cx), s->cx->arena, cells, list_r, count_r);
}

static enum err keep_user(struct search *s, int64_t id)
{
    struct near_user *near = &s->users[s->kept];
    enum err e =
        db_user_if_near(ctx_db(s->cx), s->cx->arena, id, s->cx->actor, s->since_ms, &near->user);

    if (e != OK)
        return e == ERR_NO_ACCOUNT ? OK : e;
    near->distance_m = distance_m(s, near->user.longitude, near->user.latitude);
    s->kept += near->distance_m <= NEARBY_RADIUS_M;
    return OK;
}

enum err nearby_find(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                     size_t *count_r)
{
    struct search s = { .cx = cx,
                        .outward = { longitude, latitude, RADIUS_WALKED_M, users_in, &s },
                        .keep = keep_user,
                        .since_ms = ctx_now(cx) - DAY_MS,
                        .users = arena_array(cx->arena, NEARBY_MAX, sizeof *s.users) };
    enum err e = is_place(longitude, latitude) ? walk(&s) : ERR_BAD_FIELD;

    qsort(s.users, s.kept, sizeof *s.users, by_user_distance);
    *list_r = s.users;
    *count_r = s.kept;
    return e;
}

enum err nearby_users(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                      size_t *count_r)
{
    enum err e =
        is_place(longitude, latitude) ? note_place(cx, longitude, latitude) : ERR_BAD_FIELD;

    return e == OK ? nearby_find(cx, longitude, latitude, list_r, count_r) : e;
}

enum err nearby_expire(struct ctx *cx)
{
    int64_t *ids;
    size_t count;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = db_user_places_older(cx->conn, cx->arena, ctx_now(cx) - DAY_MS, EXPIRED_AT_ONCE, &ids,
                                 &count);
    for (size_t i = 0; e == OK && i < count; i++)
        e = db_user_forget_place(cx->conn, ids[i]);
    return tx_end(cx, e);
}

/* ---- groups ---- */

static int by_group_distance(const void *a, const void *b)
{
    const struct near_group *x = a, *y = b;

    return compare(x->distance_m, y->distance_m, x->group.id, y->group.id);
}

static enum err groups_in(void *arg, const struct cells *cells, struct located **list_r,
                          size_t *count_r)
{
    struct search *s = arg;

    return db_group_places(ctx_db(s->cx), s->cx->arena, s->name.piece, cells, list_r, count_r);
}

static enum err keep_group(struct search *s, int64_t id)
{
    struct near_group *near = &s->groups[s->kept];
    enum err e = db_group_if_named(ctx_db(s->cx), s->cx->arena, id, s->name.folded, &near->group);

    if (e != OK)
        return e == ERR_NO_GROUP ? OK : e;
    near->distance_m = distance_m(s, near->group.longitude, near->group.latitude);
    s->kept += near->distance_m <= NEARBY_RADIUS_M;
    return OK;
}

enum err nearby_groups(struct ctx *cx, double longitude, double latitude, const char *text,
                       struct near_group **list_r, size_t *count_r)
{
    struct search s = { .cx = cx,
                        .outward = { longitude, latitude, RADIUS_WALKED_M, groups_in, &s },
                        .keep = keep_group,
                        .groups = arena_array(cx->arena, NEARBY_MAX, sizeof *s.groups) };
    enum err e = is_place(longitude, latitude) ? group_text(cx, text, &s.name) : ERR_BAD_FIELD;

    if (e == OK)
        e = walk(&s);
    qsort(s.groups, s.kept, sizeof *s.groups, by_group_distance);
    *list_r = s.groups;
    *count_r = s.kept;
    return e;
}
