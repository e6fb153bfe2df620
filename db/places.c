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

static struct stmt *near(struct db_conn *c, enum query q, const struct around *around)
{
    struct stmt *s = stmt(c, q);

    bind_f64(s, around->longitude);
    bind_f64(s, around->latitude);
    bind_f64(s, around->radius_m);
    bind_i64(s, around->limit);
    bind_i64(s, around->offset);
    return s;
}

enum err db_user_places(struct db_conn *c, struct arena *a, const struct around *around,
                        int64_t **ids_r, size_t *count_r)
{
    return stmt_ids(near(c, Q_USER_PLACES_NEAR, around), a, ids_r, count_r);
}

enum err db_group_places(struct db_conn *c, struct arena *a, const struct around *around,
                         int64_t **ids_r, size_t *count_r)
{
    struct stmt *s = near(c, Q_GROUP_PLACES_NEAR, around);

    bind_str(s, around->name);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_group_places_named(struct db_conn *c, struct arena *a, const char *gram,
                               const char *text, struct located_group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_PLACES_NAMED);
    struct rows rows = rows_new(a, sizeof(struct located_group));

    bind_str(s, gram);
    bind_str(s, text);
    while (stmt_row(s)) {
        struct located_group *place = rows_add(&rows);
        place->id = col_i64(s, 0);
        place->longitude = col_f64(s, 1);
        place->latitude = col_f64(s, 2);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_user_places_older(struct db_conn *c, struct arena *a, int64_t until_ms, int64_t limit,
                              int64_t **ids_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_USER_PLACES_OLDER);

    bind_i64(s, until_ms);
    bind_i64(s, limit);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_user_forget_place(struct db_conn *c, int64_t user_id)
{
    static const enum query both[] = { Q_USER_PLACE_DELETE, Q_USER_PLACE_FORGET };
    enum err e = OK;

    for (size_t i = 0; e == OK && i < 2; i++) {
        struct stmt *s = stmt(c, both[i]);
        bind_i64(s, user_id);
        e = stmt_done(s);
    }
    return e;
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
