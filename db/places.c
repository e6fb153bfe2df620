/* See places.h. */
#include "db/places.h"

#include "db/rows.h"
#include "db/stmt.h"
#include "db/users.h"

enum err db_user_set_place(struct db_conn *c, int64_t user_id, double longitude, double latitude,
                           int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_USER_PLACE_NOTE);

    bind_i64(s, user_id);
    bind_f64(s, longitude);
    bind_f64(s, latitude);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

static struct stmt *within(struct db_conn *c, enum query q, const struct cells *cells)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, cells->first);
    bind_i64(s, cells->last);
    bind_i64(s, cells->limit);
    return s;
}

static enum err read_located(struct stmt *s, struct arena *a, struct located **list_r,
                             size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct located));

    while (stmt_row(s))
        *(struct located *)rows_add(&rows) = (struct located){ col_i64(s, 0), col_i64(s, 1) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_user_places(struct db_conn *c, struct arena *a, const struct cells *cells,
                        struct located **list_r, size_t *count_r)
{
    return read_located(within(c, Q_USER_PLACES, cells), a, list_r, count_r);
}

enum err db_group_places(struct db_conn *c, struct arena *a, const char *gram,
                         const struct cells *cells, struct located **list_r, size_t *count_r)
{
    struct stmt *s = within(c, Q_GROUP_PLACES, cells);

    bind_str(s, gram);
    return read_located(s, a, list_r, count_r);
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
    struct stmt *s = stmt(c, Q_USER_PLACE_FORGET);

    bind_i64(s, user_id);
    return stmt_done(s);
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
