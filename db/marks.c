/* Rows of reactions and mentions; see marks.h. */
#include "db/marks.h"

#include "db/rows.h"
#include "db/stmt.h"

static enum err add_to_message(struct db_conn *c, int64_t message_id, int64_t by)
{
    struct stmt *s = stmt(c, Q_MESSAGE_ADD_REACTIONS);

    bind_i64(s, message_id);
    bind_i64(s, by);
    return stmt_done(s);
}

enum err db_reaction_insert(struct db_conn *c, int64_t message_id, int64_t user_id,
                            const char *emoji, int64_t now_ms, bool *changed_r)
{
    struct stmt *s = stmt(c, Q_REACTION_INSERT);
    enum err e;

    bind_i64(s, message_id);
    bind_i64(s, user_id);
    bind_str(s, emoji);
    bind_i64(s, now_ms);
    e = stmt_done(s);
    *changed_r = e == OK && stmt_changes(c) > 0;
    return *changed_r ? add_to_message(c, message_id, 1) : e;
}

enum err db_reaction_delete(struct db_conn *c, int64_t message_id, int64_t user_id,
                            const char *emoji, bool *changed_r)
{
    struct stmt *s = stmt(c, Q_REACTION_DELETE);
    enum err e;

    bind_i64(s, message_id);
    bind_i64(s, user_id);
    bind_str(s, emoji);
    e = stmt_done(s);
    *changed_r = e == OK && stmt_changes(c) > 0;
    return *changed_r ? add_to_message(c, message_id, -1) : e;
}

enum err db_reaction_count(struct db_conn *c, int64_t message_id, int64_t user_id,
                           const char *emoji, struct reaction_counts *counts_r)
{
    struct stmt *s = stmt(c, Q_REACTION_COUNT);

    *counts_r = (struct reaction_counts){ 0 };
    bind_i64(s, message_id);
    bind_i64(s, user_id);
    bind_str(s, emoji);
    if (stmt_row(s))
        *counts_r = (struct reaction_counts){ col_i64(s, 0), col_i64(s, 1), col_i64(s, 2) };
    return stmt_done(s);
}

enum err db_reaction_list(struct db_conn *c, struct arena *a, const int64_t *message_ids,
                          size_t message_count, int64_t viewer, struct reaction_row **list_r,
                          size_t *count_r)
{
    struct stmt *s = stmt(c, Q_REACTION_LIST);
    struct rows rows = rows_new(a, sizeof(struct reaction_row));

    bind_ids(s, a, message_ids, message_count);
    bind_i64(s, viewer);
    while (stmt_row(s)) {
        struct reaction_row *row = rows_add(&rows);
        row->message_id = col_i64(s, 0);
        row->reaction.emoji = col_str(s, 1, a);
        row->reaction.count = col_i64(s, 2);
        row->reaction.is_mine = col_bool(s, 3);
    }
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_member_filter(struct db_conn *c, struct arena *a, int64_t group_id,
                          const int64_t *wanted, size_t wanted_count, int64_t **ids_r,
                          size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MEMBER_FILTER);

    bind_i64(s, group_id);
    bind_ids(s, a, wanted, wanted_count);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_member_ids_seeing(struct db_conn *c, struct arena *a, int64_t group_id,
                              int64_t conversation_id, int64_t seq, int64_t **ids_r,
                              size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MEMBER_IDS_SEEING);

    bind_i64(s, group_id);
    bind_i64(s, conversation_id);
    bind_i64(s, seq);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_mention_ids_of(struct db_conn *c, struct arena *a, int64_t user_id,
                           int64_t conversation_id, int64_t from_seq, int64_t to_seq, int64_t limit,
                           int64_t **ids_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MENTION_IDS_OF);

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    bind_i64(s, from_seq);
    bind_i64(s, to_seq);
    bind_i64(s, limit);
    return stmt_ids(s, a, ids_r, count_r);
}

enum err db_mention_insert(struct db_conn *c, const struct message *message)
{
    enum err e = OK;

    for (size_t i = 0; e == OK && i < message->mention_count; i++) {
        struct stmt *s = stmt(c, Q_MENTION_INSERT);
        bind_i64(s, message->mentions[i]);
        bind_i64(s, message->conversation_id);
        bind_i64(s, message->seq);
        bind_i64(s, message->id);
        e = stmt_done(s);
    }
    return e;
}

enum err db_mention_list(struct db_conn *c, struct arena *a, const int64_t *message_ids,
                         size_t message_count, struct mention_row **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_MENTION_LIST);
    struct rows rows = rows_new(a, sizeof(struct mention_row));

    bind_ids(s, a, message_ids, message_count);
    while (stmt_row(s))
        *(struct mention_row *)rows_add(&rows) =
            (struct mention_row){ col_i64(s, 0), col_i64(s, 1) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_pin_insert(struct db_conn *c, int64_t conversation_id, const struct pin *in,
                       bool *changed_r)
{
    struct stmt *s = stmt(c, Q_PIN_INSERT);
    enum err e;

    bind_i64(s, conversation_id);
    bind_i64(s, in->message_id);
    bind_i64(s, in->by_id);
    bind_i64(s, in->at_ms);
    e = stmt_done(s);
    *changed_r = e == OK && stmt_changes(c) > 0;
    return e;
}

enum err db_pin_delete(struct db_conn *c, int64_t conversation_id, int64_t message_id,
                       bool *changed_r)
{
    struct stmt *s = stmt(c, Q_PIN_DELETE);
    enum err e;

    bind_i64(s, conversation_id);
    bind_i64(s, message_id);
    e = stmt_done(s);
    *changed_r = e == OK && stmt_changes(c) > 0;
    return e;
}

enum err db_pin_count(struct db_conn *c, int64_t conversation_id, int64_t *count_r)
{
    struct stmt *s = stmt(c, Q_PIN_COUNT);

    bind_i64(s, conversation_id);
    *count_r = stmt_row(s) ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_pin_list(struct db_conn *c, struct arena *a, int64_t conversation_id,
                     struct pin **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_PIN_LIST);
    struct rows rows = rows_new(a, sizeof(struct pin));

    bind_i64(s, conversation_id);
    while (stmt_row(s))
        *(struct pin *)rows_add(&rows) =
            (struct pin){ col_i64(s, 0), col_i64(s, 1), col_i64(s, 2) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

enum err db_reader_list(struct db_conn *c, struct arena *a, int64_t conversation_id, int64_t viewer,
                        int64_t seq, int64_t group_id, struct reader **list_r, size_t *count_r)
{
    struct stmt *s = stmt(c, Q_READER_LIST);
    struct rows rows = rows_new(a, sizeof(struct reader));

    bind_i64(s, conversation_id);
    bind_i64(s, viewer);
    bind_i64(s, seq);
    bind_i64(s, group_id);
    while (stmt_row(s))
        *(struct reader *)rows_add(&rows) = (struct reader){ .id = col_i64(s, 0),
                                                             .name = col_str(s, 1, a),
                                                             .avatar = col_str(s, 2, a),
                                                             .has_read = col_bool(s, 3),
                                                             .read_at_ms = col_i64(s, 4),
                                                             .is_hidden = !col_bool(s, 5) };
    *list_r = rows.items;
    *count_r = rows.count;
    return stmt_done(s);
}

static enum err run_i64(struct db_conn *c, enum query q, int64_t value)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, value);
    return stmt_done(s);
}

enum err db_marks_delete(struct db_conn *c, int64_t message_id)
{
    enum err e = run_i64(c, Q_REACTION_DELETE_OF_MESSAGE, message_id);

    if (e == OK)
        e = run_i64(c, Q_PIN_DELETE_OF_MESSAGE, message_id);
    return e == OK ? run_i64(c, Q_MENTION_DELETE_OF_MESSAGE, message_id) : e;
}
