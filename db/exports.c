/* See exports.h. */
#include "db/exports.h"

#include "db/rows.h"
#include "db/stmt.h"

enum err db_export_place_after(struct db_conn *c, struct arena *a, int64_t user_id,
                               int64_t conversation_id, struct export_place *place_r)
{
    struct stmt *s = stmt(c, Q_EXPORT_PLACE_AFTER);

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    *place_r = (struct export_place){ .name = "" };
    if (stmt_row(s)) {
        place_r->conversation_id = col_i64(s, 0);
        place_r->target_id = col_i64(s, 1);
        place_r->name = col_str(s, 2, a);
    }
    return stmt_done(s);
}

enum err db_user_nicknames(struct db_conn *c, struct arena *a, const int64_t *ids, size_t count,
                           struct nickname **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_USER_NICKNAMES);
    struct rows rows = rows_new(a, sizeof(struct nickname));

    bind_ids(s, a, ids, count);
    while (stmt_row(s))
        *(struct nickname *)rows_add(&rows) = (struct nickname){ col_i64(s, 0), col_str(s, 1, a) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
