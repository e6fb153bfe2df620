/* Where people and groups are: R*Tree rows for "nearby", and the people found in a box. */
#ifndef DB_PLACES_H
#define DB_PLACES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* Degrees; latitude within 85.05112878 either way. */
enum err db_user_set_place(struct db_conn *c, int64_t user_id, double longitude, double latitude,
                           int64_t now_ms);

/* A box in degrees. */
struct box {
    double west, east, south, north;
};
/* One candidate: its id and place, right to about two metres. */
struct located {
    int64_t id;
    double longitude, latitude;
    double distance_m; /* for the domain to fill */
};
/* All people (groups) in box. */
enum err db_user_places(struct db_conn *c, struct arena *a, const struct box *box,
                        struct located **list_r, size_t *count_r);
enum err db_group_places(struct db_conn *c, struct arena *a, const struct box *box,
                         struct located **list_r, size_t *count_r);
/* The person, if viewer may find them: located since since_ms, enabled, no block either way, not
 * viewer. ERR_NO_ACCOUNT otherwise. */
enum err db_user_if_near(struct db_conn *c, struct arena *a, int64_t id, int64_t viewer,
                         int64_t since_ms, struct user *user_r);

#endif
