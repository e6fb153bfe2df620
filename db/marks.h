/* Rows of what people hang on messages: reactions, mentions, pins; and who has read one. */
#ifndef DB_MARKS_H
#define DB_MARKS_H

#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "db/types.h"

/* *changed_r: it was not there yet, or was there. The message's own count follows. */
enum err db_reaction_insert(struct db_conn *c, int64_t message_id, int64_t user_id,
                            const char *emoji, int64_t now_ms, bool *changed_r);
enum err db_reaction_delete(struct db_conn *c, int64_t message_id, int64_t user_id,
                            const char *emoji, bool *changed_r);

struct reaction_counts {
    int64_t same;      /* people with this emoji */
    int64_t by_user;   /* different ones of this person */
    int64_t different; /* different ones in all */
};
enum err db_reaction_count(struct db_conn *c, int64_t message_id, int64_t user_id,
                           const char *emoji, struct reaction_counts *counts_r);

/* A reaction and which message it belongs to. */
struct reaction_row {
    int64_t message_id;
    struct reaction reaction;
};
/* Of all these messages, ordered by message, then as they came. */
enum err db_reaction_list(struct db_conn *c, struct arena *a, const int64_t *message_ids,
                          size_t message_count, int64_t viewer, struct reaction_row **list_r,
                          size_t *count_r);

/* Those of wanted who are members, each once, by id. */
enum err db_member_filter(struct db_conn *c, struct arena *a, int64_t group_id,
                          const int64_t *wanted, size_t wanted_count, int64_t **ids_r,
                          size_t *count_r);
/* The members who may see what stands at seq of the group's conversation. */
enum err db_member_ids_seeing(struct db_conn *c, struct arena *a, int64_t group_id,
                              int64_t conversation_id, int64_t seq, int64_t **ids_r,
                              size_t *count_r);
/* Notes message's mentions (its mentions and mention_count). */
enum err db_mention_insert(struct db_conn *c, const struct message *message);
struct mention_row {
    int64_t message_id, user_id;
};
/* Of all these messages, ordered by message. */
enum err db_mention_list(struct db_conn *c, struct arena *a, const int64_t *message_ids,
                         size_t message_count, struct mention_row **list_r, size_t *count_r);

/* The first limit messages of a conversation, from_seq..to_seq, in which others mention user or
 * everybody. */
enum err db_mention_ids_of(struct db_conn *c, struct arena *a, int64_t user_id,
                           int64_t conversation_id, int64_t from_seq, int64_t to_seq, int64_t limit,
                           int64_t **ids_r, size_t *count_r);

struct pin {
    int64_t message_id, by_id, at_ms;
};
/* *changed_r: it was not pinned yet, or was. */
enum err db_pin_insert(struct db_conn *c, int64_t conversation_id, const struct pin *in,
                       bool *changed_r);
enum err db_pin_delete(struct db_conn *c, int64_t conversation_id, int64_t message_id,
                       bool *changed_r);
enum err db_pin_count(struct db_conn *c, int64_t conversation_id, int64_t *count_r);
/* The latest first. */
enum err db_pin_list(struct db_conn *c, struct arena *a, int64_t conversation_id,
                     struct pin **list_r, size_t *count_r);

/* Somebody who could have read a message. */
struct reader {
    int64_t id;
    const char *name, *avatar;
    bool has_read;
    int64_t read_at_ms; /* when they last read on in that conversation */
    bool is_hidden;     /* does not tell */
};
/* Those in the conversation when seq was said, but for viewer; group_id 0: of two people. Whoever
 * read last comes first. */
enum err db_reader_list(struct db_conn *c, struct arena *a, int64_t conversation_id, int64_t viewer,
                        int64_t seq, int64_t group_id, struct reader **list_r, size_t *count_r);

/* Removes what hangs on a message that is taken back. */
enum err db_marks_delete(struct db_conn *c, int64_t message_id);

#endif
