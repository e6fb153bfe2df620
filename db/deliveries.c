/* See deliveries.h. */
#include "db/deliveries.h"

#include "db/stmt.h"

static struct stmt *of_place(struct db_conn *c, enum query q, int64_t user_id,
                             int64_t conversation_id)
{
    struct stmt *s = stmt(c, q);

    bind_i64(s, user_id);
    bind_i64(s, conversation_id);
    return s;
}

enum err db_delivery_find(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                          bool *found_r, int64_t *seq_r)
{
    struct stmt *s = of_place(c, Q_DELIVERY_FIND, user_id, conversation_id);

    *found_r = stmt_row(s);
    *seq_r = *found_r ? col_i64(s, 0) : 0;
    return stmt_done(s);
}

enum err db_delivery_note(struct db_conn *c, int64_t user_id, int64_t conversation_id, int64_t seq)
{
    struct stmt *s = of_place(c, Q_DELIVERY_NOTE, user_id, conversation_id);

    bind_i64(s, seq);
    return stmt_done(s);
}

enum err db_delivery_forget(struct db_conn *c, int64_t user_id, int64_t conversation_id)
{
    return stmt_done(of_place(c, Q_DELIVERY_FORGET, user_id, conversation_id));
}
