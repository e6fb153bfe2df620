/* Rows of conversations, participants and messages. */
#ifndef DB_MESSAGES_H
#define DB_MESSAGES_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

struct stmt;

/* Reads a message from column `first` on; the columns are those of the view message_rows. */
void message_read(struct stmt *s, int first, struct arena *a, struct message *message_r);

/* The conversation of two accounts, made when missing and create is set. *id_r 0 when there is
 * none. */
enum err db_conversation_direct(struct db_conn *c, int64_t user, int64_t peer, bool create,
                                int64_t now_ms, int64_t *id_r, int64_t *last_seq_r);
/* *id_r 0 when there is none. */
enum err db_conversation_of_group(struct db_conn *c, int64_t group_id, int64_t *id_r,
                                  int64_t *last_seq_r);
enum err db_conversation_group_insert(struct db_conn *c, int64_t group_id, int64_t *id_r);
/* The next seq, taken. */
enum err db_conversation_advance(struct db_conn *c, int64_t conversation_id, int64_t now_ms,
                                 int64_t *seq_r);

/* A person's place in a conversation. */
struct place {
    bool found;
    int64_t joined_seq; /* last seq before they came */
    int64_t left_seq;   /* last seq they may see; 0: still in */
    int64_t read_seq;
    int64_t cleared_seq; /* up to here they have deleted it for themselves */
    int64_t delivered_seq;
};
enum err db_participant_insert(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                               int64_t joined_seq, int64_t now_ms);
enum err db_participant_find(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                             struct place *place_r);
/* Moves the read position up to seq; *moved_r is false when it stood there or further. */
enum err db_participant_read(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                             int64_t seq, int64_t now_ms, bool *moved_r);
/* Moves the delivered position up to seq. */
enum err db_participant_delivered(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                                  int64_t seq, bool *moved_r);
/* ERR_NO_MESSAGE when the person has no place there. */
enum err db_participant_state(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                              struct conversation_state *state_r);
/* Writes in; what is pinned already stays where it is, what is hidden is so up to now. */
enum err db_participant_set_state(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                                  const struct conversation_state *in, int64_t now_ms);
/* Takes back "marked unread". *changed_r: it was. */
enum err db_participant_unmark(struct db_conn *c, int64_t user_id, int64_t conversation_id,
                               bool *changed_r);
/* The furthest read position among the others who let theirs be seen; 0 when there is none, or
 * user_id does not let theirs be seen. */
enum err db_participant_read_of_others(struct db_conn *c, int64_t conversation_id, int64_t user_id,
                                       int64_t *seq_r);

/* Stores in, but for id, is_read, status, updated_at_ms and what hangs on it (db/marks.h). */
enum err db_message_insert(struct db_conn *c, const struct message *in, int64_t *id_r);
/* ERR_NO_MESSAGE when there is none. is_read is for the caller to fill. */
enum err db_message_by_id(struct db_conn *c, struct arena *a, int64_t id,
                          struct message *message_r);
enum err db_message_by_client_id(struct db_conn *c, struct arena *a, int64_t sender_id,
                                 const char *client_id, struct message *message_r);
/* Those of ids that exist, by id. */
enum err db_message_list(struct db_conn *c, struct arena *a, const int64_t *ids, size_t count,
                         struct message **list_r, size_t *count_r);
/* Blanks the body; ERR_NO_MESSAGE when it is revoked already. */
enum err db_message_revoke(struct db_conn *c, int64_t id, int64_t now_ms);

/* Which messages of a conversation: seq from..to inclusive. */
struct message_range {
    int64_t conversation_id;
    int64_t from_seq, to_seq;
    int kind; /* enum message_kind, 0: all */
    bool with_revoked;
    bool newest_first;
    int64_t limit;
};
/* When the message at seq was said; ERR_NO_MESSAGE when none stands there. */
enum err db_message_time(struct db_conn *c, int64_t conversation_id, int64_t seq, int64_t *at_ms_r);
enum err db_message_page(struct db_conn *c, struct arena *a, const struct message_range *range,
                         struct message **list_r, size_t *count_r);
/* How many unrevoked messages of the range's kind lie in from..to. Costs only as much as there are
 * revoked ones: seq has no gaps, and neither has the numbering of each kind. */
enum err db_message_count(struct db_conn *c, const struct message_range *range, int64_t *count_r);

/* The distinct senders of the messages from_seq..to_seq who see others' read positions. */
enum err db_message_senders(struct db_conn *c, struct arena *a, int64_t conversation_id,
                            int64_t from_seq, int64_t to_seq, int64_t **ids_r, size_t *count_r);

/* Pinned ones first; the hidden ones, or the others. last.is_read is for the caller to fill. */
enum err db_conversation_list(struct db_conn *c, struct arena *a, int64_t user_id, bool hidden,
                              int64_t limit, struct conversation **list_r, size_t *count_r);

/* What user_id has of conversations with one other person. ERR_NO_GROUP when that one is none. */
enum err db_direct_find(struct db_conn *c, struct arena *a, int64_t user_id,
                        int64_t conversation_id, struct direct *direct_r);
/* Newest first, ids below before_id (0: all), names that hold text. */
enum err db_direct_page(struct db_conn *c, struct arena *a, int64_t user_id, const char *text,
                        int64_t before_id, int64_t limit, struct direct **list_r, size_t *count_r);

/* Changes what an unrevoked message says. */
enum err db_message_edit(struct db_conn *c, int64_t id, const char *body, const char *extra,
                         int64_t now_ms);

#endif
