/* Changing and finding groups; see groups.h. */
#include "db/groups.h"
#include "db/stmt.h"

enum err db_group_update(struct db_conn *c, const struct group *in, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_GROUP_UPDATE);

    group_bind(s, in, now_ms);
    bind_i64(s, in->id);
    return stmt_done(s);
}

static enum err of_group(struct db_conn *c, enum query q, int64_t id)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, id);
    return stmt_done(s);
}

enum err db_group_dissolve(struct db_conn *c, int64_t id, int64_t now_ms)
{
    static const enum query leftovers[] = { Q_GROUP_DELETE_MEMBERS, Q_GROUP_DELETE_REQUESTS };
    struct stmt *s = stmt(c, Q_GROUP_DISSOLVE);
    enum err e;

    bind_i64(s, id);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    for (size_t i = 0; e == OK && i < sizeof leftovers / sizeof leftovers[0]; i++)
        e = of_group(c, leftovers[i], id);
    return e;
}

enum err db_group_add_gram(struct db_conn *c, const struct group *group, const char *gram)
{
    struct stmt *s = stmt(c, Q_GROUP_ADD_GRAM);

    bind_str(s, gram);
    bind_i64(s, group->id);
    bind_f64(s, group->longitude);
    bind_f64(s, group->latitude);
    return stmt_done(s);
}

enum err db_group_delete_gram(struct db_conn *c, const struct group *group, const char *gram)
{
    struct stmt *s = stmt(c, Q_GROUP_DELETE_GRAM);

    bind_str(s, gram);
    bind_i64(s, group->id);
    return stmt_done(s);
}

enum err db_group_gram_count(struct db_conn *c, const char *gram, int64_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_GRAM_COUNT);

    bind_str(s, gram);
    *count_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_group_search(struct db_conn *c, struct arena *a, const char *gram, const char *text,
                         struct group **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_GROUP_SEARCH);

    bind_str(s, gram);
    bind_str(s, text);
    return group_rows(s, a, list_r, count_r);
}

static struct stmt *of_pair(struct db_conn *c, enum query q, int64_t first, int64_t second)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, first);
    bind_i64(s, second);
    return s;
}

enum err db_group_list_common(struct db_conn *c, struct arena *a, int64_t user_id, int64_t peer_id,
                              struct group **list_r, size_t *count_r)
{
    return group_rows(of_pair(c, Q_GROUP_LIST_COMMON, user_id, peer_id), a, list_r, count_r);
}

enum err db_group_ties(struct db_conn *c, int64_t user_id, int64_t peer_id, int64_t *all_r,
                       int64_t *closed_r)
{
    struct stmt *s = of_pair(c, Q_GROUP_TIES, user_id, peer_id);
    bool found = stmt_row(s);

    *all_r = found ? col_i64(s, 0) : 0;
    *closed_r = found ? col_i64(s, 1) : 0;
    return stmt_done(s);
}

enum err db_member_delete(struct db_conn *c, int64_t group_id, int64_t user_id,
                          int64_t conversation_id, int64_t now_ms)
{
    struct stmt *s = of_pair(c, Q_MEMBER_DELETE, group_id, user_id);
    enum err e = stmt_done(s);

    if (e != OK || stmt_changes(c) == 0)
        return e == OK ? ERR_NO_TARGET : e;
    s = of_pair(c, Q_PARTICIPANT_LEAVE, user_id, conversation_id);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_member_set_role(struct db_conn *c, int64_t group_id, int64_t user_id, enum role role)
{
    struct stmt *s = of_pair(c, Q_MEMBER_SET_ROLE, group_id, user_id);
    enum err e;

    bind_i64(s, role);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NO_TARGET : e;
}

enum err db_member_set_remark(struct db_conn *c, int64_t group_id, int64_t user_id,
                              const char *remark)
{
    struct stmt *s = stmt(c, Q_MEMBER_SET_REMARK);
    enum err e;

    bind_i64(s, group_id);
    bind_i64(s, user_id);
    bind_str(s, remark);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NOT_MEMBER : e;
}

enum err db_group_notice_find(struct db_conn *c, struct arena *a, int64_t group_id,
                              struct group_notice *notice_r)
{
    struct stmt *s = stmt(c, Q_GROUP_NOTICE_FIND);

    *notice_r = (struct group_notice){ .body = "" };
    bind_i64(s, group_id);
    if (stmt_row(s))
        *notice_r = (struct group_notice){ col_str(s, 0, a), col_i64(s, 1), col_i64(s, 2) };
    return stmt_done(s);
}

enum err db_group_notice_put(struct db_conn *c, int64_t group_id, const struct group_notice *in)
{
    struct stmt *s = stmt(c, Q_GROUP_NOTICE_PUT);

    bind_i64(s, group_id);
    bind_str(s, in->body);
    bind_i64(s, in->author_id);
    bind_i64(s, in->updated_at_ms);
    return stmt_done(s);
}
