/* Rows of how far a conversation was brought to somebody by their socket for it. */
#ifndef DB_DELIVERIES_H
#define DB_DELIVERIES_H

#include "base/err.h"
#include "db/db.h"

/* *found_r false: no row, and *seq_r 0. */
enum err db_delivery_find(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                          bool *found_r, int64_t *seq_r);
/* Moves it up to seq, never down. */
enum err db_delivery_note(struct db_conn *c, int64_t user_id, int64_t conversation_id, int64_t seq);
enum err db_delivery_forget(struct db_conn *c, int64_t user_id, int64_t conversation_id);

#endif
