/* See invites.h. */
#include "db/invites.h"

#include "db/rows.h"
#include "db/stmt.h"

static void invite_read(struct stmt *s, struct arena *a, struct invite *invite_r)
{
    *invite_r = (struct invite){ .id = col_i64(s, 0),
                                 .inviter_id = col_i64(s, 1),
                                 .group_id = col_i64(s, 2),
                                 .greeting = col_str(s, 3, a),
                                 .uses = col_i64(s, 4),
                                 .used = col_i64(s, 5),
                                 .created_at_ms = col_i64(s, 6),
                                 .expires_at_ms = col_i64(s, 7) };
}

enum err db_invite_insert(struct db_conn *c, const char *token_hash, const struct invite *in,
                          int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_INVITE_INSERT);
    enum err e;

    bind_str(s, token_hash);
    bind_i64(s, in->inviter_id);
    bind_i64(s, in->group_id);
    bind_str(s, in->greeting);
    bind_i64(s, in->uses);
    bind_i64(s, in->created_at_ms);
    bind_i64(s, in->expires_at_ms);
    e = stmt_done(s);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

static enum err invite_one(struct stmt *s, struct arena *a, struct invite *invite_r)
{
    bool found = stmt_row(s);
    enum err e;

    if (found)
        invite_read(s, a, invite_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_TOO_LATE : e;
}

enum err db_invite_find(struct db_conn *c, struct arena *a, const char *token_hash,
                        struct invite *invite_r)
{
    struct stmt *s = stmt(c, Q_INVITE_FIND);

    bind_str(s, token_hash);
    return invite_one(s, a, invite_r);
}

static struct stmt *stmt_of(struct db_conn *c, enum query q, int64_t value)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, value);
    return s;
}

enum err db_invite_by_id(struct db_conn *c, struct arena *a, int64_t id, struct invite *invite_r)
{
    return invite_one(stmt_of(c, Q_INVITE_BY_ID, id), a, invite_r);
}

enum err db_invite_use(struct db_conn *c, int64_t id)
{
    enum err e = stmt_done(stmt_of(c, Q_INVITE_USE, id));

    return e == OK && stmt_changes(c) == 0 ? ERR_TOO_LATE : e;
}

static enum err list(struct stmt *s, struct arena *a, struct invite **list_r, size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct invite));

    while (stmt_row(s))
        invite_read(s, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_invite_list_of_user(struct db_conn *c, struct arena *a, int64_t user_id,
                                struct invite **list_r, size_t *count_r)
{
    return list(stmt_of(c, Q_INVITE_LIST_OF_USER, user_id), a, list_r, count_r);
}

enum err db_invite_list_of_group(struct db_conn *c, struct arena *a, int64_t group_id,
                                 struct invite **list_r, size_t *count_r)
{
    return list(stmt_of(c, Q_INVITE_LIST_OF_GROUP, group_id), a, list_r, count_r);
}

enum err db_invite_delete(struct db_conn *c, int64_t id)
{
    return stmt_done(stmt_of(c, Q_INVITE_DELETE, id));
}

enum err db_invite_delete_expired(struct db_conn *c, int64_t now_ms)
{
    return stmt_done(stmt_of(c, Q_INVITE_DELETE_EXPIRED, now_ms));
}
