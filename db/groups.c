/* Rows of groups, members and requests to join; see groups.h. */
#include "db/groups.h"

#include "base/str.h"
#include "db/rows.h"
#include "db/stmt.h"
#include "db/users.h"

static void group_read(struct stmt *s, struct arena *a, struct group *group_r)
{
    int i = 0;

    group_r->id = col_i64(s, i++);
    group_r->handle = col_str(s, i++, a);
    group_r->name = col_str(s, i++, a);
    group_r->avatar = col_str(s, i++, a);
    group_r->intro = col_str(s, i++, a);
    group_r->creator_id = col_i64(s, i++);
    group_r->conversation_id = col_i64(s, i++);
    group_r->member_count = col_i64(s, i++);
    group_r->member_limit = col_i64(s, i++);
    group_r->no_member_contacts = col_bool(s, i++);
    group_r->no_member_profiles = col_bool(s, i++);
    group_r->no_join_requests = col_bool(s, i++);
    group_r->history_before_join = col_bool(s, i++);
    group_r->longitude = col_f64(s, i++);
    group_r->latitude = col_f64(s, i++);
    group_r->country = col_str(s, i++, a);
    group_r->province = col_str(s, i++, a);
    group_r->city = col_str(s, i++, a);
    group_r->district = col_str(s, i++, a);
    group_r->address = col_str(s, i++, a);
    group_r->created_at_ms = col_i64(s, i++);
    group_r->updated_at_ms = col_i64(s, i++);
    group_r->is_open = col_bool(s, i++);
    group_r->is_private = col_bool(s, i++);
    group_r->owner_id = col_i64(s, i++);
}

enum err group_rows(struct stmt *s, struct arena *a, struct group **list_r, size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct group));

    while (stmt_row(s))
        group_read(s, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

void group_bind(struct stmt *s, const struct group *in, int64_t now_ms)
{
    bind_str(s, in->name);
    bind_str(s, str_or_empty(in->avatar));
    bind_str(s, str_or_empty(in->intro));
    bind_i64(s, in->member_limit);
    bind_i64(s, in->no_member_contacts);
    bind_i64(s, in->no_member_profiles);
    bind_i64(s, in->no_join_requests);
    bind_i64(s, in->history_before_join);
    bind_f64(s, in->longitude);
    bind_f64(s, in->latitude);
    bind_str(s, str_or_empty(in->country));
    bind_str(s, str_or_empty(in->province));
    bind_str(s, str_or_empty(in->city));
    bind_str(s, str_or_empty(in->district));
    bind_str(s, str_or_empty(in->address));
    bind_i64(s, now_ms);
    bind_i64(s, in->is_open);
    bind_i64(s, in->is_private);
}

enum err db_group_insert(struct db_conn *c, const struct group *in, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_GROUP_INSERT);
    enum err e;

    group_bind(s, in, in->created_at_ms);
    bind_str(s, in->handle);
    bind_i64(s, in->creator_id);
    e = stmt_done_unique(s, ERR_GROUP_EXISTS);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

static enum err group_one(struct stmt *s, struct arena *a, struct group *group_r)
{
    bool found = stmt_row(s);
    enum err e;

    if (found)
        group_read(s, a, group_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_GROUP : e;
}

enum err db_group_by_id(struct db_conn *c, struct arena *a, int64_t id, struct group *group_r)
{
    struct stmt *s = stmt(c, Q_GROUP_BY_ID);

    bind_i64(s, id);
    return group_one(s, a, group_r);
}

enum err db_group_if_named(struct db_conn *c, struct arena *a, int64_t id, const char *text,
                           struct group *group_r)
{
    struct stmt *s = stmt(c, Q_GROUP_IF_NAMED);

    bind_i64(s, id);
    bind_str(s, text);
    return group_one(s, a, group_r);
}

enum err db_group_by_handle(struct db_conn *c, struct arena *a, const char *handle,
                            struct group *group_r)
{
    struct stmt *s = stmt(c, Q_GROUP_BY_HANDLE);

    bind_str(s, handle);
    return group_one(s, a, group_r);
}

enum err db_group_heir(struct db_conn *c, int64_t group_id, int64_t user_id, int64_t *heir_r)
{
    struct stmt *s = stmt(c, Q_GROUP_HEIR);

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    *heir_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_group_list_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                               struct group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_LIST_OF_USER);

    bind_i64(s, user_id);
    return group_rows(s, a, list_r, count_r);
}

enum err db_group_page_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                               const char *text, int64_t before_id, int64_t limit,
                               struct group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_PAGE_OF_USER);

    bind_i64(s, user_id);
    bind_str(s, text);
    bind_i64(s, before_id > 0 ? before_id : INT64_MAX);
    bind_i64(s, limit);
    return group_rows(s, a, list_r, count_r);
}

enum err db_member_insert(struct db_conn *c, int64_t group_id, int64_t user_id, enum role role,
                          int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_MEMBER_INSERT);

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    bind_i64(s, role);
    bind_i64(s, now_ms);
    return stmt_done_unique(s, ERR_ALREADY_MEMBER);
}

enum err db_member_find(struct db_conn *c, int64_t group_id, int64_t user_id, enum role *role_r,
                        int64_t *muted_until_ms_r)
{
    struct stmt *s = stmt(c, Q_MEMBER_FIND);
    bool found;

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    found = stmt_row(s);
    *role_r = found ? (enum role)col_i64(s, 0) : ROLE_NONE;
    *muted_until_ms_r = found ? col_i64(s, 1) : 0;
    return stmt_done(s);
}

enum err db_member_mute(struct db_conn *c, int64_t group_id, int64_t user_id,
                        int64_t muted_until_ms)
{
    struct stmt *s = stmt(c, Q_MEMBER_MUTE);
    enum err e;

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    bind_i64(s, muted_until_ms);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NOT_MEMBER : e;
}

static enum err member_rows(struct stmt *s, struct arena *a, struct member **list_r,
                            size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct member));

    while (stmt_row(s)) {
        struct member *member = rows_add(&rows);
        member->role = (enum role)col_i64(s, 0);
        member->remark = col_str(s, 1, a);
        member->muted_until_ms = col_i64(s, 2);
        member->joined_at_ms = col_i64(s, 3);
        member->number = col_i64(s, 4);
        user_read(s, 5, a, &member->user);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_member_list(struct db_conn *c, struct arena *a, int64_t group_id,
                        struct member **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MEMBER_LIST);

    bind_i64(s, group_id);
    return member_rows(s, a, list_r, count_r);
}

enum err db_member_page(struct db_conn *c, struct arena *a, int64_t group_id, int64_t before,
                        int64_t limit, struct member **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MEMBER_PAGE);

    bind_i64(s, group_id);
    bind_i64(s, before > 0 ? before : INT64_MAX);
    bind_i64(s, limit);
    return member_rows(s, a, list_r, count_r);
}

enum err db_member_ids(struct db_conn *c, struct arena *a, int64_t group_id, bool managers_only,
                       int64_t **ids_r, size_t *count_r)
{
    struct stmt *s = stmt(c, managers_only ? Q_MEMBER_MANAGER_IDS : Q_MEMBER_IDS);

    bind_i64(s, group_id);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_group_request_insert(struct db_conn *c, int64_t group_id, int64_t user_id,
                                 const char *reason, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_GROUP_REQUEST_INSERT);

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    bind_str(s, reason);
    bind_i64(s, now_ms);
    return stmt_done_unique(s, ERR_REQUEST_EXISTS);
}

enum err db_group_request_waiting(struct db_conn *c, int64_t group_id, int64_t user_id,
                                  bool *waiting_r)
{
    struct stmt *s = stmt(c, Q_GROUP_REQUEST_WAITING);

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    *waiting_r = stmt_row(s);
    return stmt_done(s);
}

enum err db_group_request_answer(struct db_conn *c, int64_t group_id, int64_t user_id,
                                 enum request_status status, const char *deny_reason,
                                 int64_t now_ms, int64_t replied_by)
{
    struct stmt *s = stmt(c, Q_GROUP_REQUEST_ANSWER);
    enum err e;

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    bind_i64(s, status);
    bind_str(s, deny_reason);
    bind_i64(s, now_ms);
    bind_i64(s, replied_by);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NO_REQUEST : e;
}

enum err db_group_request_list(struct db_conn *c, struct arena *a, int64_t manager_id,
                               struct group_request **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_REQUEST_LIST);
    struct rows rows = rows_new(a, sizeof(struct group_request));

    bind_i64(s, manager_id);
    while (stmt_row(s)) {
        struct group_request *request = rows_add(&rows);
        request->id = col_i64(s, 0);
        request->group.id = col_i64(s, 1);
        request->reason = col_str(s, 2, a);
        request->deny_reason = col_str(s, 3, a);
        request->status = (enum request_status)col_i64(s, 4);
        request->created_at_ms = col_i64(s, 5);
        request->replied_at_ms = col_i64(s, 6);
        user_read(s, 7, a, &request->from);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
