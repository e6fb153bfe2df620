/* Conversations of two people as one of them sees them; see messages.h. */
#include "db/messages.h"
#include "db/rows.h"
#include "db/stmt.h"

static enum err direct_rows(struct stmt *s, struct arena *a, struct direct **list_r,
                            size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct direct));

    while (stmt_row(s)) {
        struct direct *direct = rows_add(&rows);
        direct->conversation_id = col_i64(s, 0);
        direct->peer_id = col_i64(s, 1);
        direct->name = col_str(s, 2, a);
        direct->avatar = col_str(s, 3, a);
        direct->created_at_ms = col_i64(s, 4);
        direct->last_at_ms = col_i64(s, 5);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

/* Those of user_id from first to last, the newest first. */
static enum err direct_range(struct db_conn *c, struct arena *a, int64_t user_id, const char *text,
                             int64_t first, int64_t last, int64_t limit, struct direct **list_r,
                             size_t *count_r)
{
    struct stmt *s = stmt(c, Q_DIRECT_RANGE);

    bind_i64(s, user_id);
    bind_i64(s, first);
    bind_i64(s, last);
    bind_str(s, text);
    bind_i64(s, limit);
    return direct_rows(s, a, list_r, count_r);
}

enum err db_direct_find(struct db_conn *c, struct arena *a, int64_t user_id,
                        int64_t conversation_id, struct direct *direct_r)
{
    struct direct *list;
    size_t count = 0;
    enum err e =
        direct_range(c, a, user_id, "", conversation_id, conversation_id, 1, &list, &count);

    if (e == OK && count == 0)
        e = ERR_NO_GROUP;
    if (e == OK)
        *direct_r = list[0];
    return e;
}

enum err db_direct_page(struct db_conn *c, struct arena *a, int64_t user_id, const char *text,
                        int64_t before_id, int64_t limit, struct direct **list_r, size_t *count_r)
{
    return direct_range(c, a, user_id, text, 1, before_id > 0 ? before_id - 1 : INT64_MAX, limit,
                        list_r, count_r);
}
