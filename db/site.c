/* See site.h. */
#include "db/site.h"

#include "db/groups.h"
#include "db/rows.h"
#include "db/stmt.h"

enum err db_site_setting(struct db_conn *c, struct arena *a, const char *name, const char **value_r)
{
    struct stmt *s = stmt(c, Q_SITE_SETTING_GET);

    bind_str(s, name);
    *value_r = stmt_row(s) ? col_str(s, 0, a) : "";
    return stmt_done(s);
}

enum err db_site_set(struct db_conn *c, const char *name, const char *value)
{
    struct stmt *s = stmt(c, Q_SITE_SETTING_SET);

    bind_str(s, name);
    bind_str(s, value);
    return stmt_done(s);
}

enum err db_setup_token_insert(struct db_conn *c, const char *hash, int64_t now_ms,
                               int64_t expires_at_ms)
{
    struct stmt *s = stmt(c, Q_SETUP_TOKEN_INSERT);

    bind_str(s, hash);
    bind_i64(s, now_ms);
    bind_i64(s, expires_at_ms);
    return stmt_done(s);
}

enum err db_setup_token_find(struct db_conn *c, const char *hash, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_SETUP_TOKEN_FIND);
    bool found;
    enum err e;

    bind_str(s, hash);
    bind_i64(s, now_ms);
    found = stmt_row(s);
    e = stmt_done(s);
    return e == OK && !found ? ERR_BAD_SETUP : e;
}

enum err db_setup_token_delete_expired(struct db_conn *c, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_SETUP_TOKEN_DELETE_EXPIRED);

    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_setup_token_delete_all(struct db_conn *c)
{
    return stmt_done(stmt(c, Q_SETUP_TOKEN_DELETE_ALL));
}

enum err db_site_has_admin(struct db_conn *c, bool *has_r)
{
    struct stmt *s = stmt(c, Q_SITE_HAS_ADMIN);

    *has_r = stmt_row(s) && col_bool(s, 0);
    return stmt_done(s);
}

enum err db_site_totals(struct db_conn *c, struct site_totals *totals_r)
{
    struct stmt *s = stmt(c, Q_SITE_TOTALS);

    *totals_r = (struct site_totals){ 0 };
    if (stmt_row(s))
        *totals_r = (struct site_totals){ .accounts = col_i64(s, 0),
                                          .groups = col_i64(s, 1),
                                          .messages = col_i64(s, 2),
                                          .files = col_i64(s, 3),
                                          .file_bytes = col_i64(s, 4) };
    return stmt_done(s);
}

enum err db_site_file_owners(struct db_conn *c, struct arena *a, struct file_owner **list_r,
                             size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SITE_FILE_OWNERS);
    struct rows rows = rows_new(a, sizeof(struct file_owner));

    while (stmt_row(s)) {
        struct file_owner *owner = rows_add(&rows);
        owner->user_id = col_i64(s, 0);
        owner->username = col_str(s, 1, a);
        owner->size_bytes = col_i64(s, 2);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_site_group_list(struct db_conn *c, struct arena *a, int64_t before_id, int64_t limit,
                            struct group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_SITE_GROUP_LIST);

    bind_i64(s, before_id);
    bind_i64(s, limit);
    return group_rows(s, a, list_r, count_r);
}

enum err db_site_group_facts(struct db_conn *c, struct arena *a, int64_t group_id,
                             struct group_facts *facts_r)
{
    struct stmt *s = stmt(c, Q_SITE_GROUP_FACTS);

    *facts_r = (struct group_facts){ .owner_name = "" };
    bind_i64(s, group_id);
    if (stmt_row(s))
        *facts_r = (struct group_facts){ .last_at_ms = col_i64(s, 0),
                                         .messages = col_i64(s, 1),
                                         .owner_id = col_i64(s, 2),
                                         .owner_name = col_str(s, 3, a) };
    return stmt_done(s);
}
