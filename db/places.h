/* Where people and groups are, for "nearby". */
#ifndef DB_PLACES_H
#define DB_PLACES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* Degrees; latitude within 85.05112878 either way. */
enum err db_user_set_place(struct db_conn *c, int64_t user_id, double longitude, double latitude,
                           int64_t now_ms);

/* Some cells in a row (base/geo.h), and how many places in them to read; limit -1: all. */
struct cells {
    int64_t first, last, limit;
};
struct located {
    int64_t id, cell;
};
/* People; groups with gram, one piece, in their name. In the order of their cells. */
enum err db_user_places(struct db_conn *c, struct arena *a, const struct cells *cells,
                        struct located **list_r, size_t *count_r);
enum err db_group_places(struct db_conn *c, struct arena *a, const char *gram,
                         const struct cells *cells, struct located **list_r, size_t *count_r);
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
