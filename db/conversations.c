/* Rows of conversations and participants; see messages.h. */
#include "db/messages.h"
#include "db/rows.h"
#include "db/stmt.h"

/* Reads "id, last_seq"; zeros when there is no row. */
static enum err read_conversation(struct stmt *s, int64_t *id_r, int64_t *last_seq_r)
{
    bool found = stmt_row(s);

    *id_r = found ? col_i64(s, 0) : 0;
    *last_seq_r = found ? col_i64(s, 1) : 0;
    return stmt_done(s);
}

enum err db_conversation_direct(struct db_conn *c, int64_t user, int64_t peer, bool create,
                                int64_t now_ms, int64_t *id_r, int64_t *last_seq_r)
{
    int64_t lo = user < peer ? user : peer, hi = user < peer ? peer : user;
    struct stmt *s = stmt(c, Q_CONVERSATION_DIRECT);
    enum err e;

    bind_i64(s, lo);
    bind_i64(s, hi);
    e = read_conversation(s, id_r, last_seq_r);
    if (e != OK || *id_r != 0 || !create)
        return e;
    s = stmt(c, Q_CONVERSATION_DIRECT_INSERT);
    bind_i64(s, lo);
    bind_i64(s, hi);
    e = stmt_done(s);
    if (e != OK)
        return e;
    *id_r = stmt_insert_id(c);
    e = db_participant_insert(c, lo, *id_r, 0, now_ms);
    return e == OK ? db_participant_insert(c, hi, *id_r, 0, now_ms) : e;
}

enum err db_conversation_of_group(struct db_conn *c, int64_t group_id, int64_t *id_r,
                                  int64_t *last_seq_r)
{
    struct stmt *s = stmt(c, Q_CONVERSATION_OF_GROUP);

    bind_i64(s, group_id);
    return read_conversation(s, id_r, last_seq_r);
}

enum err db_conversation_group_insert(struct db_conn *c, int64_t group_id, int64_t *id_r)
{
    struct stmt *s = stmt(c, Q_CONVERSATION_GROUP_INSERT);
    enum err e;

    bind_i64(s, group_id);
    e = stmt_done(s);
    if (e == OK)
        *id_r = stmt_insert_id(c);
    return e;
}

enum err db_conversation_advance(struct db_conn *c, int64_t conversation_id, int64_t now_ms,
                                 int64_t *seq_r)
{
    struct stmt *s = stmt(c, Q_CONVERSATION_ADVANCE);
    bool found;
    enum err e;

    bind_i64(s, conversation_id);
    bind_i64(s, now_ms);
    found = stmt_row(s);
    if (found)
        *seq_r = col_i64(s, 0);
    e = stmt_done(s);
    return e == OK && !found ? ERR_DB : e;
}

enum err db_participant_insert(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                               int64_t joined_seq, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_INSERT);

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    bind_i64(s, joined_seq);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_participant_find(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                             struct place *place_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_FIND);

    *place_r = (struct place){ 0 };
    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    if (stmt_row(s))
        *place_r = (struct place){ true,          col_i64(s, 0), col_i64(s, 1),
                                   col_i64(s, 2), col_i64(s, 3), col_i64(s, 4) };
    return stmt_done(s);
}

enum err db_participant_read(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                             int64_t seq, int64_t now_ms, bool *moved_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_READ);
    enum err e;

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    bind_i64(s, seq);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    *moved_r = e == OK && stmt_changes(c) > 0;
    return e;
}

enum err db_participant_read_of_others(struct db_conn *c, int64_t conversation_id, int64_t user_id,
                                       int64_t *seq_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_READ_OF_OTHERS);

    bind_i64(s, conversation_id);
    bind_i64(s, user_id);
    *seq_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

/* mute_until_ms, notify, pinned, hidden, marked_unread, cleared_seq from column `first` on. */
static struct conversation_state state_read(struct stmt *s, int first)
{
    return (struct conversation_state){ .mute_until_ms = col_i64(s, first),
                                        .notify = (enum notify)col_i64(s, first + 1),
                                        .is_pinned = col_bool(s, first + 2),
                                        .is_hidden = col_bool(s, first + 3),
                                        .is_marked_unread = col_bool(s, first + 4),
                                        .cleared_seq = col_i64(s, first + 5) };
}

enum err db_participant_delivered(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                                  int64_t seq, bool *moved_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_DELIVERED);
    enum err e;

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    bind_i64(s, seq);
    e = stmt_done(s);
    *moved_r = e == OK && stmt_changes(c) > 0;
    return e;
}

enum err db_participant_state(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                              struct conversation_state *state_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_STATE);
    bool found;
    enum err e;

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    found = stmt_row(s);
    if (found)
        *state_r = state_read(s, 0);
    e = stmt_done(s);
    return e == OK && !found ? ERR_NO_MESSAGE : e;
}

enum err db_participant_set_state(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                                  const struct conversation_state *in, int64_t now_ms)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_SET_STATE);

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    bind_i64(s, in->mute_until_ms);
    bind_i64(s, in->notify);
    bind_i64(s, in->is_pinned);
    bind_i64(s, in->is_hidden);
    bind_i64(s, in->is_marked_unread);
    bind_i64(s, in->cleared_seq);
    bind_i64(s, now_ms);
    return stmt_done(s);
}

enum err db_participant_unmark(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                               bool *changed_r)
{
    struct stmt *s = stmt(c, Q_PARTICIPANT_UNMARK);
    enum err e;

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    e = stmt_done(s);
    *changed_r = e == OK && stmt_changes(c) > 0;
    return e;
}

static void conversation_read(struct stmt *s, struct arena *a, int64_t user_id,
                              struct conversation *conversation)
{
    int64_t lo = col_i64(s, 1), hi = col_i64(s, 2), group_id = col_i64(s, 3);

    conversation->id = col_i64(s, 0);
    conversation->scope = group_id != 0 ? SCOPE_GROUP : SCOPE_DIRECT;
    conversation->target_id = group_id != 0 ? group_id : lo == user_id ? hi : lo;
    conversation->read_seq = col_i64(s, 4);
    conversation->last_seq = col_i64(s, 5);
    conversation->name = col_str(s, 6, a);
    conversation->avatar = col_str(s, 7, a);
    conversation->peer_read_seq = col_i64(s, 8);
    conversation->unread = col_i64(s, 9);
    conversation->peer_delivered_seq = col_i64(s, 10);
    conversation->mentioned = col_i64(s, 11);
    conversation->state = state_read(s, 12);
    conversation->has_last = col_i64(s, 18) != 0;
    if (conversation->has_last)
        message_read(s, 18, a, &conversation->last);
}

enum err db_conversation_list(struct db_conn *c, struct arena *a, int64_t user_id, bool hidden,
                              int64_t limit, struct conversation **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_CONVERSATION_LIST);
    struct rows rows = rows_new(a, sizeof(struct conversation));

    bind_i64(s, user_id);
    bind_i64(s, limit);
    bind_i64(s, hidden);
    while (stmt_row(s))
        conversation_read(s, a, user_id, rows_add(&rows));
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}
