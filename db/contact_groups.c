/* Single contacts and groups of contacts; see contacts.h. */
#include "db/contacts.h"
#include "db/rows.h"
#include "db/stmt.h"

static struct stmt *of_pair(struct db_conn *c, enum query q, int64_t user_id, int64_t peer_id)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, user_id);
    bind_i64(s, peer_id);
    return s;
}

/* Runs s; without a changed row the answer is missing. */
static enum err must_change(struct db_conn *c, struct stmt *s, enum err missing)
{
    enum err e = stmt_done_unique(s, ERR_CONTACT_GROUP_EXISTS);

    return e == OK && stmt_changes(c) == 0 ? missing : e;
}

enum err db_contact_by_peer(struct db_conn *c, struct arena *a, int64_t user_id, int64_t peer_id,
                            struct contact *contact_r)
{
    struct contact *list;
    size_t count;
    enum err e = contact_rows(of_pair(c, Q_CONTACT_BY_PEER, user_id, peer_id), a, &list, &count);

    if (e == OK && count > 0)
        *contact_r = list[0];
    return e == OK && count == 0 ? ERR_NOT_FRIEND : e;
}

enum err db_contact_holders(struct db_conn *c, struct arena *a, int64_t user_id, int64_t **ids_r,
                            size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_HOLDERS);

    bind_i64(s, user_id);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_contact_delete(struct db_conn *c, int64_t user_id, int64_t peer_id, bool *gone_r)
{
    enum err e = stmt_done(of_pair(c, Q_CONTACT_DELETE, user_id, peer_id));

    *gone_r = e == OK && stmt_changes(c) > 0;
    return e;
}

enum err db_contact_unblock(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t now_ms)
{
    struct stmt *s = of_pair(c, Q_CONTACT_UNBLOCK, user_id, peer_id);
    enum err e;

    bind_i64(s, now_ms);
    e = must_change(c, s, ERR_NOT_BLOCKED);
    return e == OK ? stmt_done(of_pair(c, Q_CONTACT_DELETE_EMPTY, user_id, peer_id)) : e;
}

static enum err set_text(struct db_conn *c, enum query q, int64_t user_id, int64_t peer_id,
                         const char *text, int64_t now_ms)
{
    struct stmt *s = of_pair(c, q, user_id, peer_id);

    bind_str(s, text);
    bind_i64(s, now_ms);
    return must_change(c, s, ERR_NOT_FRIEND);
}

enum err db_contact_set_remark(struct db_conn *c, int64_t user_id, int64_t peer_id,
                               const char *remark, int64_t now_ms)
{
    return set_text(c, Q_CONTACT_SET_REMARK, user_id, peer_id, remark, now_ms);
}

enum err db_contact_set_label(struct db_conn *c, int64_t user_id, int64_t peer_id,
                              const char *label, int64_t now_ms)
{
    return set_text(c, Q_CONTACT_SET_LABEL, user_id, peer_id, label, now_ms);
}

enum err db_contact_group_insert(struct db_conn *c, int64_t user_id, const char *name,
                                 int64_t now_ms, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_GROUP_INSERT);
    enum err e;

    bind_i64(s, user_id);
    bind_str(s, name);
    bind_i64(s, now_ms);
    e = stmt_done_unique(s, ERR_CONTACT_GROUP_EXISTS);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

enum err db_contact_group_rename(struct db_conn *c, int64_t id, int64_t user_id, const char *name)
{
    struct stmt *s = of_pair(c, Q_CONTACT_GROUP_RENAME, id, user_id);

    bind_str(s, name);
    return must_change(c, s, ERR_NO_CONTACT_GROUP);
}

enum err db_contact_group_delete(struct db_conn *c, int64_t id, int64_t user_id)
{
    return must_change(c, of_pair(c, Q_CONTACT_GROUP_DELETE, id, user_id), ERR_NO_CONTACT_GROUP);
}

static enum err group_rows(struct stmt *s, struct arena *a, struct contact_group **list_r,
                           size_t *count_r)
{
    struct rows rows = rows_new(a, sizeof(struct contact_group));

    while (stmt_row(s)) {
        struct contact_group *group = rows_add(&rows);
        group->id = col_i64(s, 0);
        group->name = col_str(s, 1, a);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_contact_group_find(struct db_conn *c, struct arena *a, int64_t id, int64_t user_id,
                               struct contact_group *group_r)
{
    struct contact_group *list;
    struct stmt *s;
    size_t count;
    enum err e = group_rows(of_pair(c, Q_CONTACT_GROUP_FIND, id, user_id), a, &list, &count);

    if (e != OK || count == 0)
        return e == OK ? ERR_NO_CONTACT_GROUP : e;
    *group_r = list[0];
    s = stmt(c, Q_CONTACT_GROUP_MEMBERS);
    bind_i64(s, id);
    return contact_rows(s, a, &group_r->contacts, &group_r->count);
}

enum err db_contact_group_list(struct db_conn *c, struct arena *a, int64_t user_id,
                               struct contact_group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_GROUP_LIST);

    bind_i64(s, user_id);
    return group_rows(s, a, list_r, count_r);
}

enum err db_contact_group_put(struct db_conn *c, int64_t id, int64_t user_id, int64_t peer_id,
                              bool in)
{
    struct stmt *s = of_pair(c, in ? Q_CONTACT_GROUP_ADD : Q_CONTACT_GROUP_REMOVE, id, user_id);

    bind_i64(s, peer_id);
    return stmt_done(s);
}

enum err db_contact_groups_of(struct db_conn *c, struct arena *a, int64_t user_id,
                              struct contact_group_row **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONTACT_GROUPS_OF);
    struct rows rows = rows_new(a, sizeof(struct contact_group_row));

    bind_i64(s, user_id);
    while (stmt_row(s)) {
        struct contact_group_row *row = rows_add(&rows);
        row->contact_id = col_i64(s, 0);
        row->group.id = col_i64(s, 1);
        row->group.name = col_str(s, 2, a);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
