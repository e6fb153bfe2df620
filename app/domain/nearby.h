/* Who and which groups are near a point. People are found for a day after they let themselves be
 * located; asking who is near is letting oneself be found. */
#ifndef DOMAIN_NEARBY_H
#define DOMAIN_NEARBY_H

#include "db/types.h"
#include "domain/ctx.h"

#define NEARBY_RADIUS_M 1000000.0
#define NEARBY_MAX 100
#define NEARBY_LATITUDE_MAX 85.05112878

struct near_user {
    struct user user;
    double distance_m;
};
struct near_group {
    struct group group;
    double distance_m;
};

/* Notes the actor's place, then finds the nearest people within NEARBY_RADIUS_M, at most
 * NEARBY_MAX, nearest first: enabled, neither blocked by the actor nor blocking them. ERR_BAD_FIELD
 * for a place that is none. Takes the writer. Source: freeim friends/near. */
enum err nearby_users(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                      size_t *count_r);
/* The same without noting where the actor is: only reads. */
enum err nearby_find(struct ctx *cx, double longitude, double latitude, struct near_user **list_r,
                     size_t *count_r);
/* Forgets places that are a day old. For cron: a bounded number at a time. Takes the writer. */
enum err nearby_expire(struct ctx *cx);
/* The nearest groups whose name holds text (NULL or "": any), within the same distance and as many. */
enum err nearby_groups(struct ctx *cx, double longitude, double latitude, const char *text,
                       struct near_group **list_r, size_t *count_r);

#endif
