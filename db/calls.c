/* Rows of calls; see calls.h. */
#include "db/calls.h"

#include "db/rows.h"
#include "db/stmt.h"

static void call_read(struct stmt *s, struct arena *a, struct call *call_r)
{
    int i = 0;

    call_r->id = col_i64(s, i++);
    call_r->creator_id = col_i64(s, i++);
    call_r->is_group = col_bool(s, i++);
    call_r->group_id = col_i64(s, i++);
    call_r->is_video = col_bool(s, i++);
    call_r->subject = col_str(s, i++, a);
    call_r->status = (enum call_status)col_i64(s, i++);
    call_r->outcome = (enum call_outcome)col_i64(s, i++);
    call_r->created_at_ms = col_i64(s, i++);
    call_r->ring_until_ms = col_i64(s, i++);
    call_r->answered_at_ms = col_i64(s, i++);
    call_r->ended_at_ms = col_i64(s, i++);
    call_r->seen_at_ms = col_i64(s, i++);
}

/* The id of the call it belongs to is column 0. */
static void member_read(struct stmt *s, struct arena *a, struct call_member *member_r)
{
    int i = 1;

    member_r->user_id = col_i64(s, i++);
    member_r->name = col_str(s, i++, a);
    member_r->avatar = col_str(s, i++, a);
    member_r->state = (enum call_member_state)col_i64(s, i++);
    member_r->invited_by = col_i64(s, i++);
    member_r->joined_at_ms = col_i64(s, i++);
    member_r->left_at_ms = col_i64(s, i++);
    member_r->session_id = col_i64(s, i++);
    member_r->socket_id = col_i64(s, i++);
    member_r->deadline_ms = col_i64(s, i++);
}

enum err db_call_insert(struct db_conn *c, const struct call *in, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_CALL_INSERT);
    enum err e;

    bind_i64(s, in->creator_id);
    bind_i64(s, in->is_group);
    bind_i64(s, in->group_id);
    bind_i64(s, in->is_video);
    bind_str(s, in->subject);
    bind_i64(s, in->status);
    bind_i64(s, in->outcome);
    bind_i64(s, in->created_at_ms);
    bind_i64(s, in->ring_until_ms);
    bind_i64(s, in->answered_at_ms);
    bind_i64(s, in->ended_at_ms);
    bind_i64(s, in->seen_at_ms);
    e = stmt_done(s);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

enum err db_call_update(struct db_conn *c, const struct call *call)
{
    struct stmt *s = stmt(c, Q_CALL_UPDATE);

    bind_i64(s, call->id);
    bind_i64(s, call->is_group);
    bind_i64(s, call->status);
    bind_i64(s, call->outcome);
    bind_i64(s, call->answered_at_ms);
    bind_i64(s, call->ended_at_ms);
    bind_i64(s, call->seen_at_ms);
    return stmt_done(s);
}

enum err db_call_by_id(struct db_conn *c, struct arena *a, int64_t id, struct call *call_r)
{
    struct stmt *s = stmt(c, Q_CALL_BY_ID);
    bool found;
    enum err e;

    bind_i64(s, id);
    found = stmt_row(s);
    if (found)
        call_read(s, a, call_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_CALL : e;
}

enum err db_call_member_put(struct db_conn *c, int64_t call_id, const struct call_member *member)
{
    struct stmt *s = stmt(c, Q_CALL_MEMBER_PUT);

    bind_i64(s, call_id);
    bind_i64(s, member->user_id);
    bind_i64(s, member->state);
    bind_i64(s, member->invited_by);
    bind_i64(s, member->joined_at_ms);
    bind_i64(s, member->left_at_ms);
    bind_i64(s, member->session_id);
    bind_i64(s, member->socket_id);
    bind_i64(s, member->deadline_ms);
    return stmt_done(s);
}

enum err db_call_members(struct db_conn *c, struct arena *a, int64_t call_id,
                         struct call_member **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CALL_MEMBERS);
    struct rows rows = rows_new(a, sizeof(struct call_member));

    bind_i64(s, call_id);
    while (stmt_row(s))
        member_read(s, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_call_now(struct db_conn *c, struct arena *a, int64_t user_id, struct call_now **list_r,
                     size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CALL_NOW);
    struct rows rows = rows_new(a, sizeof(struct call_now));

    bind_i64(s, user_id);
    while (stmt_row(s)) {
        struct call_now *now = rows_add(&rows);
        now->call_id = col_i64(s, 0);
        now->state = (enum call_member_state)col_i64(s, 1);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

/* Gives each view its part of members, which are in the views' order; ids[i] is whose call
 * members[i] is of. */
static void share_out(struct call_view *views, size_t view_count, struct call_member *members,
                      const int64_t *ids, size_t count)
{
    size_t at = 0;

    for (size_t i = 0; i < view_count; i++) {
        views[i].members = members + at;
        while (at < count && ids[at] == views[i].call.id)
            at++;
        views[i].count = (size_t)(members + at - views[i].members);
    }
}

enum err db_call_history(struct db_conn *c, struct arena *a, int64_t user_id, int64_t before_id,
                         int64_t limit, struct call_view **list_r, size_t *count_r)
{
    struct rows views = rows_new(a, sizeof(struct call_view));
    struct rows members = rows_new(a, sizeof(struct call_member)),
                ids = rows_new(a, sizeof(int64_t));
    struct stmt *s = stmt(c, Q_CALL_HISTORY);
    enum err e;

    bind_i64(s, user_id);
    bind_i64(s, before_id);
    bind_i64(s, limit);
    while (stmt_row(s))
        call_read(s, a, &((struct call_view *)rows_add(&views))->call);
    e = stmt_done(s);
    if (e != OK)
        return e;
    s = stmt(c, Q_CALL_HISTORY_MEMBERS);
    bind_i64(s, user_id);
    bind_i64(s, before_id);
    bind_i64(s, limit);
    while (stmt_row(s)) {
        *(int64_t *)rows_add(&ids) = col_i64(s, 0);
        member_read(s, a, rows_add(&members));
    }
    share_out(views.items, views.count, members.items, ids.items, ids.count);
    *list_r = views.items;
    *count_r = views.count;
    return stmt_done(s);
}

enum err db_call_living(struct db_conn *c, struct arena *a, int64_t **ids_r, size_t *count_r)
{
    return stmt_ids(stmt(c, Q_CALL_LIVING), a, ids_r, count_r);
}

enum err db_call_due(struct db_conn *c, struct arena *a, int64_t now_ms, int64_t **ids_r,
                     size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CALL_DUE);

    bind_i64(s, now_ms);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_call_unseen(struct db_conn *c, int64_t before_ms, bool *any_r)
{
    struct stmt *s = stmt(c, Q_CALL_UNSEEN);

    bind_i64(s, before_ms);
    *any_r = stmt_row(s) && col_i64(s, 0) > 0;
    return stmt_done(s);
}

enum err db_call_seen(struct db_conn *c, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_CALL_SEEN);

    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_call_pair(struct db_conn *c, int64_t call_id, int64_t from_id, int64_t to_id,
                      struct call_pair *pair_r)
{
    struct stmt *s = stmt(c, Q_CALL_PAIR);
    bool found;
    enum err e;

    bind_i64(s, call_id);
    bind_i64(s, from_id);
    bind_i64(s, to_id);
    found = stmt_row(s);
    if (found)
        *pair_r = (struct call_pair){
            .from = { .user_id = from_id,
                      .state = (enum call_member_state)col_i64(s, 0),
                      .session_id = col_i64(s, 1),
                      .socket_id = col_i64(s, 2),
                      .deadline_ms = col_i64(s, 3) },
            .to_state = (enum call_member_state)col_i64(s, 4),
            .to_session_id = col_i64(s, 5),
        };
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_CALL : e;
}
