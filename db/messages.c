/* Rows of messages; see messages.h. Conversations and participants are in conversations.c. */
#include "db/messages.h"

#include "db/rows.h"
#include "db/stmt.h"

void message_read(struct stmt *s, int first, struct arena *a, struct message *message_r)
{
    int64_t user_lo, user_hi, group_id;
    int i = first;

    *message_r = (struct message){ 0 };
    message_r->id = col_i64(s, i++);
    message_r->seq = col_i64(s, i++);
    message_r->conversation_id = col_i64(s, i++);
    message_r->sender_id = col_i64(s, i++);
    message_r->client_id = col_str(s, i++, a);
    message_r->kind = (enum message_kind)col_i64(s, i++);
    message_r->body = col_str(s, i++, a);
    message_r->is_private = col_bool(s, i++);
    message_r->status = (enum message_status)col_i64(s, i++);
    message_r->created_at_ms = col_i64(s, i++);
    message_r->updated_at_ms = col_i64(s, i++);
    user_lo = col_i64(s, i++);
    user_hi = col_i64(s, i++);
    group_id = col_i64(s, i++);
    message_r->scope = group_id != 0 ? SCOPE_GROUP : SCOPE_DIRECT;
    message_r->notice = (enum notice)col_i64(s, i++);
    message_r->subject_id = col_i64(s, i++);
    message_r->amount = col_i64(s, i++);
    message_r->extra = col_str(s, i++, a);
    message_r->reply_to_id = col_i64(s, i++);
    message_r->edited_at_ms = col_i64(s, i++);
    message_r->reaction_total = col_i64(s, i++);
    message_r->mention_mode = (int)col_i64(s, i++);
    message_r->target_id = group_id != 0                     ? group_id
                           : message_r->sender_id == user_lo ? user_hi
                                                             : user_lo;
}

static enum err message_one(struct stmt *s, struct arena *a, struct message *message_r)
{
    bool found = stmt_row(s);
    enum err e;

    if (found)
        message_read(s, 0, a, message_r);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_MESSAGE : e;
}

enum err db_message_insert(struct db_conn *c, const struct message *in, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_INSERT);
    enum err e;

    bind_i64(s, in->conversation_id);
    bind_i64(s, in->seq);
    bind_i64(s, in->sender_id);
    bind_str_or_null(s, in->client_id);
    bind_i64(s, in->kind);
    bind_str(s, in->body);
    bind_i64(s, in->is_private);
    bind_i64(s, in->created_at_ms);
    bind_i64(s, in->notice);
    bind_i64(s, in->subject_id);
    bind_i64(s, in->amount);
    bind_str(s, in->extra);
    bind_i64(s, in->reply_to_id);
    bind_i64(s, in->mention_mode);
    e = stmt_done(s);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

enum err db_message_by_id(struct db_conn *c, struct arena *a, int64_t id, struct message *message_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_BY_ID);

    bind_i64(s, id);
    return message_one(s, a, message_r);
}

enum err db_message_by_client_id(struct db_conn *c, struct arena *a, int64_t sender_id,
                                 const char *client_id, struct message *message_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_BY_CLIENT_ID);

    bind_i64(s, sender_id);
    bind_str(s, client_id);
    return message_one(s, a, message_r);
}

enum err db_message_revoke(struct db_conn *c, int64_t id, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_MESSAGE_REVOKE);
    enum err e;

    bind_i64(s, id);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    return e == OK && stmt_changes(c) == 0 ? ERR_NO_MESSAGE : e;
}

enum err db_message_list(struct db_conn *c, struct arena *a, const int64_t *ids, size_t count,
                         struct message **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_LIST);
    struct rows rows = rows_new(a, sizeof(struct message));

    bind_ids(s, a, ids, count);
    while (stmt_row(s))
        message_read(s, 0, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_message_edit(struct db_conn *c, int64_t id, const char *body, const char *extra,
                         int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_MESSAGE_EDIT);

    bind_i64(s, id);
    bind_str(s, body);
    bind_str(s, extra);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_message_time(struct db_conn *c, int64_t conversation_id, int64_t seq, int64_t *at_ms_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_TIME);
    bool found;
    enum err e;

    bind_i64(s, conversation_id);
    bind_i64(s, seq);
    found = stmt_row(s);
    if (found)
        *at_ms_r = col_i64(s, 0);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_MESSAGE : e;
}

enum err db_message_page(struct db_conn *c, struct arena *a, const struct message_range *range,
                         struct message **list_r, size_t *count_r)
{
    enum query all = range->newest_first ? Q_MESSAGE_PAGE_DOWN : Q_MESSAGE_PAGE_UP;
    enum query one_kind = range->newest_first ? Q_MESSAGE_KIND_DOWN : Q_MESSAGE_KIND_UP;
    struct stmt *s = stmt(c, range->kind != 0 ? one_kind : all);
    struct rows rows = rows_new(a, sizeof(struct message));

    bind_i64(s, range->conversation_id);
    bind_i64(s, range->from_seq);
    bind_i64(s, range->to_seq);
    bind_i64(s, range->kind != 0 ? range->kind : range->with_revoked);
    bind_i64(s, range->limit);
    while (stmt_row(s))
        message_read(s, 0, a, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_message_count(struct db_conn *c, const struct message_range *range, int64_t *count_r)
{
    struct stmt *s = stmt(c, range->kind != 0 ? Q_MESSAGE_COUNT_KIND : Q_MESSAGE_COUNT_REVOKED);
    int64_t all = range->to_seq >= range->from_seq ? range->to_seq - range->from_seq + 1 : 0;

    bind_i64(s, range->conversation_id);
    bind_i64(s, range->from_seq);
    bind_i64(s, range->to_seq);
    if (range->kind != 0)
        bind_i64(s, range->kind);
    if (stmt_row(s))
        *count_r = range->kind != 0 ? col_i64(s, 0) : all - col_i64(s, 0);
    return stmt_done(s);
}

enum err db_message_senders(struct db_conn *c, struct arena *a, int64_t conversation_id,
                            int64_t from_seq, int64_t to_seq, int64_t **ids_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MESSAGE_SENDERS);

    bind_i64(s, conversation_id);
    bind_i64(s, from_seq);
    bind_i64(s, to_seq);
    return stmt_ids(s, a, ids_r, count_r);
}
