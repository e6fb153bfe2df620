/* Nearby; see nearby.h. The R*Tree answers boxes, so boxes grow around the point until the circle
 * inside one holds enough; distances are then computed from the true places. */
#include "domain/nearby.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "db/groups.h"
#include "db/places.h"
#include "db/users.h"

#define EARTH_M 6372797.560856
#define METRES_PER_DEGREE (EARTH_M * M_PI / 180)
#define RADIUS_FIRST_M 50.0 /* small, for crowds: doubling costs little, a full box much */
#define DAY_MS INT64_C(86400000)

static double radians(double degrees)
{
    return degrees * M_PI / 180;
}

/* Haversine. */
static double distance_m(double lon1, double lat1, double lon2, double lat2)
{
    double u = sin((radians(lat2) - radians(lat1)) / 2);
    double v = sin((radians(lon2) - radians(lon1)) / 2);

    return 2 * EARTH_M * asin(sqrt(u * u + cos(radians(lat1)) * cos(radians(lat2)) * v * v));
}

static bool is_place(double longitude, double latitude)
{
    return fabs(longitude) <= 180 && fabs(latitude) <= NEARBY_LATITUDE_MAX;
}

/* The box around a circle. Near the poles and across the date line it takes in all longitudes. */
static struct box box_around(double longitude, double latitude, double radius_m)
{
    double tall = radius_m / METRES_PER_DEGREE;
    double north = latitude + tall, south = latitude - tall;
    double narrowest = cos(radians(fmin(89, fmax(fabs(north), fabs(south)))));
    double wide = tall / narrowest;

    if (longitude - wide < -180 || longitude + wide > 180)
        return (struct box){ -180, 180, south, north };
    return (struct box){ longitude - wide, longitude + wide, south, north };
}

/* Equally far: by id, so that the same question has the same answer. */
static int compare(double x, double y, int64_t id_x, int64_t id_y)
{
    return x != y ? (x > y) - (x < y) : (id_x > id_y) - (id_x < id_y);
}

static int by_distance(const void *a, const void *b)
{
    const struct located *x = a, *y = b;

    return compare(x->distance_m, y->distance_m, x->id, y->id);
}

/* Orders candidates by distance and says how many lie within radius_m. */
static size_t rank(double longitude, double latitude, struct located *list, size_t count,
                   double radius_m)
{
    size_t inside = 0;

    for (size_t i = 0; i < count; i++) {
        list[i].distance_m = distance_m(longitude, latitude, list[i].longitude, list[i].latitude);
        inside += list[i].distance_m <= radius_m;
    }
    if (count > 1)
        qsort(list, count, sizeof *list, by_distance);
    return inside;
}

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

/* Keeps the first NEARBY_MAX of count candidates whom the actor may find. */
static enum err keep_users(struct ctx *cx, double longitude, double latitude,
                           const struct located *found, size_t count, struct near_user *list,
                           size_t *count_r)
{
    int64_t since_ms = ctx_now(cx) - DAY_MS;
    enum err e = OK;

    *count_r = 0;
    for (size_t i = 0; i < count && *count_r < NEARBY_MAX; i++) {
        struct near_user *near = &list[*count_r];
        e = db_user_if_near(ctx_db(cx), cx->arena, found[i].id, cx->actor, since_ms, &near->user);
        if (e == ERR_NO_ACCOUNT)
            continue;
        if (e != OK)
            return e;
        near->distance_m =
            distance_m(longitude, latitude, near->user.longitude, near->user.latitude);
        ++*count_r;
    }
    qsort(list, *count_r, sizeof *list, by_user_distance);
    return OK;
}

enum err nearby_find(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                     size_t *count_r)
{
    struct near_user *list = arena_array(cx->arena, NEARBY_MAX, sizeof *list);
    double radius_m = RADIUS_FIRST_M;
    enum err e = is_place(longitude, latitude) ? OK : ERR_BAD_FIELD;

    *list_r = list;
    *count_r = 0;
    while (e == OK) {
        struct box box = box_around(longitude, latitude, radius_m);
        struct located *found;
        size_t count;
        e = db_user_places(ctx_db(cx), cx->arena, &box, &found, &count);
        if (e == OK)
            count = rank(longitude, latitude, found, count, radius_m);
        if (e == OK && (count >= NEARBY_MAX || radius_m >= NEARBY_RADIUS_M))
            e = keep_users(cx, longitude, latitude, found, count, list, count_r);
        if (*count_r >= NEARBY_MAX || radius_m >= NEARBY_RADIUS_M)
            break;
        radius_m = fmin(radius_m * 2, NEARBY_RADIUS_M);
    }
    return e;
}

enum err nearby_users(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                      size_t *count_r)
{
    enum err e =
        is_place(longitude, latitude) ? note_place(cx, longitude, latitude) : ERR_BAD_FIELD;

    return e == OK ? nearby_find(cx, longitude, latitude, list_r, count_r) : e;
}

enum err nearby_groups(struct ctx *cx, double longitude, double latitude, const char *text,
                       struct near_group **list_r, size_t *count_r)
{
    struct box box = box_around(longitude, latitude, NEARBY_RADIUS_M);
    struct near_group *list = arena_array(cx->arena, NEARBY_MAX, sizeof *list);
    struct located *found = NULL;
    size_t count = 0;
    enum err e = is_place(longitude, latitude) ? OK : ERR_BAD_FIELD;

    *list_r = list;
    *count_r = 0;
    if (e == OK)
        e = db_group_places(ctx_db(cx), cx->arena, &box, &found, &count);
    if (e == OK)
        count = rank(longitude, latitude, found, count, NEARBY_RADIUS_M);
    for (size_t i = 0; e == OK && i < count && *count_r < NEARBY_MAX; i++) {
        struct near_group *near = &list[*count_r];
        e = db_group_by_id(ctx_db(cx), cx->arena, found[i].id, &near->group);
        if (e == ERR_NO_GROUP)
            e = OK; /* dissolved since its place was read */
        else if (e == OK && strcasestr(near->group.name, str_or_empty(text)) != NULL)
            list[(*count_r)++].distance_m =
                distance_m(longitude, latitude, near->group.longitude, near->group.latitude);
    }
    return e;
}
