/* See places.h. */
#include "db/places.h"

#include "db/groups.h"
#include "db/rows.h"
#include "db/stmt.h"
#include "db/users.h"

static enum err set_place(struct db_conn *c, enum query q, int64_t id, double longitude,
                          double latitude)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, id);
    bind_f64(s, longitude);
    bind_f64(s, latitude);
    return stmt_done(s);
}

enum err db_user_set_place(struct db_conn *c, int64_t user_id, double longitude, double latitude,
                           int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_USER_PLACE_NOTE);
    enum err e;

    bind_i64(s, user_id);
    bind_f64(s, longitude);
    bind_f64(s, latitude);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    return e == OK ? set_place(c, Q_USER_PLACE_SET, user_id, longitude, latitude) : e;
}

enum err db_group_set_place(struct db_conn *c, int64_t group_id, double longitude, double latitude)
{
    return set_place(c, Q_GROUP_PLACE_SET, group_id, longitude, latitude);
}

static enum err read_located(struct stmt *s, struct arena *a, struct located **list_r,
                             size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct located));

    while (stmt_row(s)) {
        struct located *found = rows_add(&rows);
        found->id = col_i64(s, 0);
        found->longitude = col_f64(s, 1);
        found->latitude = col_f64(s, 2);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

static enum err in_box(struct db_conn *c, enum query q, struct arena *a, const struct box *box,
                       struct located **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, q);

    bind_f64(s, box->west);
    bind_f64(s, box->east);
    bind_f64(s, box->south);
    bind_f64(s, box->north);
    return read_located(s, a, list_r, count_r);
}

enum err db_user_places(struct db_conn *c, struct arena *a, const struct box *box,
                        struct located **list_r, size_t *count_r)
{
    return in_box(c, Q_USER_PLACES_IN, a, box, list_r, count_r);
}

enum err db_group_places(struct db_conn *c, struct arena *a, const struct box *box,
                         struct located **list_r, size_t *count_r)
{
    return in_box(c, Q_GROUP_PLACES_IN, a, box, list_r, count_r);
}

enum err db_user_if_near(struct db_conn *c, struct arena *a, int64_t id, int64_t viewer,
                         int64_t since_ms, struct user *user_r)
{
    struct stmt *s = stmt(c, Q_USER_IF_NEAR);
    bool found;
    enum err e;

    bind_i64(s, id);
    bind_i64(s, viewer);
    bind_i64(s, since_ms);
    found = stmt_row(s);
    if (found)
        user_read(s, 0, a, user_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_ACCOUNT : e;
}
