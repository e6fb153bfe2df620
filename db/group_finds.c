/* Finding groups by their handle and name; see groups.h. */
#include "db/groups.h"
#include "db/stmt.h"

/* The statements below answer one id or nothing. */
static enum err read_id(struct stmt *s, int64_t *id_r)
{
    *id_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_group_id_by_name(struct db_conn *c, const char *name, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_GROUP_ID_BY_NAME);

    bind_str(s, name);
    return read_id(s, id_r);
}

enum err db_group_id_of_member(struct db_conn *c, int64_t user_id, enum role least,
                               const char *name, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_GROUP_ID_OF_MEMBER);

    bind_i64(s, user_id);
    bind_i64(s, least);
    bind_str(s, name);
    return read_id(s, id_r);
}

enum err db_group_newest(struct db_conn *c, struct arena *a, const char *gram, const char *text,
                         int64_t limit, struct group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_SEARCH_NEWEST);

    bind_str(s, gram);
    bind_str(s, text);
    bind_i64(s, limit);
    return group_rows(s, a, list_r, count_r);
}

enum err db_group_names(struct db_conn *c, struct arena *a, int64_t group_id, int64_t actor_id,
                        int64_t subject_id, const char *names_r[3])
{
    struct stmt *s = stmt(c, Q_GROUP_NAMES);
    bool found;

    bind_i64(s, group_id);
    bind_i64(s, actor_id);
    bind_i64(s, subject_id);
    found = stmt_row(s);
    for (int i = 0; i < 3; i++)
        names_r[i] = found ? col_str(s, i, a) : "";
    return stmt_done(s);
}
