/* Where people and groups are: R*Tree rows for "nearby". */
#ifndef DB_PLACES_H
#define DB_PLACES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* Degrees; latitude within 85.05112878 either way. */
enum err db_user_set_place(struct db_conn *c, int64_t user_id, double longitude, double latitude,
                           int64_t now_ms);

/* Around which point, how far, and which of those found: nearest first, to about two metres. */
struct around {
    double longitude, latitude, radius_m;
    const char *name; /* what a group's name must hold, in lower case; "": any */
    int64_t limit, offset;
};
/* Ids of people (groups). */
enum err db_user_places(struct db_conn *c, struct arena *a, const struct around *around,
                        int64_t **ids_r, size_t *count_r);
enum err db_group_places(struct db_conn *c, struct arena *a, const struct around *around,
                         int64_t **ids_r, size_t *count_r);
struct located_group {
    int64_t id;
    double longitude, latitude;
};
/* All located groups whose name holds text, which is in lower case; gram is one piece of it. */
enum err db_group_places_named(struct db_conn *c, struct arena *a, const char *gram,
                               const char *text, struct located_group **list_r, size_t *count_r);
/* At most limit people whose place was noted no later than until_ms, oldest first. */
enum err db_user_places_older(struct db_conn *c, struct arena *a, int64_t until_ms, int64_t limit,
                              int64_t **ids_r, size_t *count_r);
/* They are found nowhere until their place is noted again. */
enum err db_user_forget_place(struct db_conn *c, int64_t user_id);
/* The person, if viewer may find them: located since since_ms, enabled, no block either way, not
 * viewer. ERR_NO_ACCOUNT otherwise. */
enum err db_user_if_near(struct db_conn *c, struct arena *a, int64_t id, int64_t viewer,
                         int64_t since_ms, struct user *user_r);

#endif
