/* Nearby; see nearby.h. The index yields who is near, nearest first; those who may be found are kept,
 * and their distances are then computed from their true places. */
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

#define AT_ONCE 128 /* so many are asked of the index at first; then twice as many each time */
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

/* One search: from where, in which index, and who is kept. */
struct search {
    struct around around;
    enum err (*places)(struct db_conn *c, struct arena *a, const struct around *around,
                       int64_t **ids_r, size_t *count_r);
    /* Reads the candidate into the list at kept, unless it may not be found. */
    enum err (*keep)(struct ctx *cx, struct search *s, int64_t id, bool *kept_r);
    int64_t *ids; /* of those kept */
    size_t kept, kept_max;
    int64_t since_ms;
    struct near_user *users;
    struct near_group *groups;
};

static double distance_m(const struct search *s, double longitude, double latitude)
{
    return geo_distance_m(s->around.longitude, s->around.latitude, longitude, latitude);
}

/* A place noted between two looks at the index moves all behind it: they may come up again. */
static bool is_kept(const struct search *s, int64_t id)
{
    for (size_t i = 0; i < s->kept; i++)
        if (s->ids[i] == id)
            return true;
    return false;
}

/* Keeps of the candidates, in their order, as many as there is room for. */
static enum err keep_all(struct ctx *cx, struct search *s, const int64_t *ids, size_t count)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < count && s->kept < s->kept_max; i++) {
        bool kept = false;
        if (s->around.offset > 0 && is_kept(s, ids[i]))
            continue;
        e = s->keep(cx, s, ids[i], &kept);
        s->ids[s->kept] = ids[i];
        s->kept += kept;
    }
    return e;
}

static enum err search_outward(struct ctx *cx, struct search *s)
{
    bool goes_on = true;
    enum err e = OK;

    for (s->around.limit = AT_ONCE; e == OK && goes_on; s->around.limit *= 2) {
        int64_t *ids = NULL;
        size_t count = 0;
        e = s->places(ctx_db(cx), cx->arena, &s->around, &ids, &count);
        if (e == OK)
            e = keep_all(cx, s, ids, count);
        s->around.offset += (int64_t)count;
        goes_on = s->kept < s->kept_max && (int64_t)count == s->around.limit;
    }
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

static enum err keep_user(struct ctx *cx, struct search *s, int64_t id, bool *kept_r)
{
    struct near_user *near = &s->users[s->kept];
    enum err e = db_user_if_near(ctx_db(cx), cx->arena, id, cx->actor, s->since_ms, &near->user);

    if (e == ERR_NO_ACCOUNT)
        return OK;
    near->distance_m = distance_m(s, near->user.longitude, near->user.latitude);
    *kept_r = e == OK;
    return e;
}

enum err nearby_find(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                     size_t *count_r)
{
    struct search s = { .around = { longitude, latitude, NEARBY_RADIUS_M, "", 0, 0 },
                        .places = db_user_places,
                        .keep = keep_user,
                        .kept_max = NEARBY_MAX,
                        .since_ms = ctx_now(cx) - DAY_MS,
                        .ids = arena_array(cx->arena, NEARBY_MAX, sizeof *s.ids),
                        .users = arena_array(cx->arena, NEARBY_MAX, sizeof *s.users) };
    enum err e = is_place(longitude, latitude) ? search_outward(cx, &s) : ERR_BAD_FIELD;

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

static enum err keep_group(struct ctx *cx, struct search *s, int64_t id, bool *kept_r)
{
    struct near_group *near = &s->groups[s->kept];
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, id, &near->group);

    if (e == ERR_NO_GROUP)
        return OK; /* dissolved since its place was read */
    if (e != OK)
        return e;
    near->distance_m = distance_m(s, near->group.longitude, near->group.latitude);
    *kept_r = near->distance_m <= s->around.radius_m;
    return OK;
}

struct candidate {
    int64_t id;
    double distance_m;
};

static int by_candidate_distance(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    return compare(x->distance_m, y->distance_m, x->id, y->id);
}

/* Where few groups have such a name: looks at all of these, wherever they are, then reads the
 * nearest. */
static enum err search_named(struct ctx *cx, struct search *s, const struct group_text *text)
{
    struct candidate *near;
    struct located_group *places;
    int64_t *ids;
    size_t count;
    enum err e =
        db_group_places_named(ctx_db(cx), cx->arena, text->piece, text->folded, &places, &count);

    if (e != OK)
        return e;
    near = arena_array(cx->arena, count, sizeof *near);
    for (size_t i = 0; i < count; i++)
        near[i] = (struct candidate){ places[i].id,
                                      distance_m(s, places[i].longitude, places[i].latitude) };
    qsort(near, count, sizeof *near, by_candidate_distance);
    ids = arena_array(cx->arena, count, sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = near[i].id;
    while (count > 0 && near[count - 1].distance_m > s->around.radius_m)
        count--;
    return keep_all(cx, s, ids, count);
}

enum err nearby_groups(struct ctx *cx, double longitude, double latitude, const char *text,
                       struct near_group **list_r, size_t *count_r)
{
    struct search s = { .around = { longitude, latitude, NEARBY_RADIUS_M, "", 0, 0 },
                        .places = db_group_places,
                        .keep = keep_group,
                        .kept_max = NEARBY_MAX,
                        .ids = arena_array(cx->arena, NEARBY_MAX, sizeof *s.ids),
                        .groups = arena_array(cx->arena, NEARBY_MAX, sizeof *s.groups) };
    struct group_text name = { 0 };
    enum err e = is_place(longitude, latitude) ? group_text(cx, text, &name) : ERR_BAD_FIELD;

    s.around.name = name.folded;
    if (e == OK && name.count < GROUP_PIECE_COMMON)
        e = search_named(cx, &s, &name);
    else if (e == OK)
        e = search_outward(cx, &s);
    qsort(s.groups, s.kept, sizeof *s.groups, by_group_distance);
    *list_r = s.groups;
    *count_r = s.kept;
    return e;
}
