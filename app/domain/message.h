/* Messages: the one gate every sending path goes through, history without gaps, read positions,
 * recall, typing. */
#ifndef DOMAIN_MESSAGE_H
#define DOMAIN_MESSAGE_H

#include "db/types.h"
#include "domain/ctx.h"

#define MESSAGE_BODY_MAX 65535   /* bytes */
#define MESSAGE_CLIENT_ID_MAX 64 /* characters */
#define MESSAGE_PAGE_MAX 500
#define MENTIONS_MAX 100

struct draft {
    enum scope scope;
    int64_t target_id; /* the peer, or the group */
    enum message_kind kind;
    const char *body; /* UTF-8, 1..MESSAGE_BODY_MAX bytes */
    /* the sender's own id of it, makes a resend harmless; NULL or "": none */
    const char *client_id;
    bool is_private;
    const char *extra;   /* struct message's; NULL or "": none; at most MESSAGE_BODY_MAX bytes */
    int64_t reply_to_id; /* a message of the same conversation; 0: none */
    const int64_t *mentions; /* accounts, in a group; who is no member is left out */
    size_t mention_count;    /* at most MENTIONS_MAX */
    bool mention_all;        /* everybody in the group */
};

/* Stores one message and tells every device of the receivers, and the sender's other devices, after
 * the commit. With a client_id seen before from this sender: returns the message stored then and
 * tells nobody, or ERR_ID_REUSED if it was another message. message_r arena; set only on OK.
 * ERR_BAD_FIELD, ERR_TOO_LARGE, ERR_NO_MESSAGE (reply_to_id); to a person ERR_SELF, ERR_NO_ACCOUNT, ERR_BLOCKED, ERR_NOT_FRIEND;
 * to a group ERR_NO_GROUP, ERR_NOT_MEMBER, ERR_MUTED; ERR_DB, ERR_STORAGE_FULL. Takes the writer.
 * Source: freeim chat/send. */
enum err message_send(struct ctx *cx, const struct draft *draft, struct message *message_r);

/* Which part of a conversation to read. Either a page number, or a seq or message id to start
 * from. */
struct history {
    int64_t target_id; /* the peer, or the group */
    int kind;          /* enum message_kind, 0: all */
    bool newest_first;
    int64_t page, limit; /* page from 1; limit 1..MESSAGE_PAGE_MAX */
    bool by_seq;         /* recalled messages are listed too (blank), so that no seq is missing */
    int64_t after_seq;   /* only above it */
    int64_t before_seq;  /* > 0: only below it */
    int64_t around_seq;  /* > 0: the limit messages around it; page does not count then */
    int64_t after_id, before_id; /* the same by message id; 0: none */
    int64_t since_ms; /* > 0: only from the first one said at this time (ms since 1970) or later */
};
struct history_page {
    struct message *messages; /* is_read is set as the actor sees it */
    size_t count;
    int64_t total; /* unrecalled messages of the kind the actor may see in the whole conversation */
};
/* page_r arena. ERR_NOT_MEMBER, ERR_NO_GROUP, ERR_NO_ACCOUNT, ERR_NO_MESSAGE (an id of elsewhere).
 * A conversation nobody has begun is empty. */
enum err message_history(struct ctx *cx, const struct history *what, struct history_page *page_r);

#define MENTION_PAGE_MAX 100

/* Where the actor is mentioned, by name or with everybody, by others, above after_seq (-1: their read
 * position): the first MENTION_PAGE_MAX, oldest first, complete. Arena. Errors as message_history. */
enum err message_list_mentions(struct ctx *cx, int64_t target_id, int64_t after_seq,
                               struct message **list_r, size_t *count_r);

/* Marks everything up to seq (0: everything) as read by the actor; never moves back. The people
 * whose messages were read and the actor's own devices hear of it. ERR_NOT_MEMBER, ERR_NO_GROUP,
 * ERR_NO_ACCOUNT. Takes the writer. */
enum err message_mark_read(struct ctx *cx, int64_t target_id, int64_t seq);

/* Some device of the actor's has everything up to seq from target_id, a person (in groups nobody
 * keeps it); never moves back, or past the end. The other hears of it. ERR_NO_ACCOUNT. Takes the
 * writer only when it moves. */
enum err message_mark_delivered(struct ctx *cx, int64_t target_id, int64_t seq);

/* Takes a message of the actor's back: its body is blanked for good. message_r: as it is now,
 * arena. ERR_NOT_SENDER (also when there is no such message), ERR_TOO_LATE (recall_seconds). Twice
 * is OK. Takes the writer. */
enum err message_revoke(struct ctx *cx, int64_t id, struct message *message_r);

/* Takes back somebody's message: one's own as message_revoke, and in a group anybody's by its owner
 * and managers, at any time. ERR_NO_MESSAGE, ERR_NOT_MEMBER, ERR_NOT_SENDER, ERR_TOO_LATE. Twice is
 * OK. Takes the writer. Source: togetherchat DELETE chat/message. */
enum err message_delete(struct ctx *cx, int64_t id, struct message *message_r);

/* Changes what a message of the actor's says, where they may still write; NULL leaves body or extra as
 * it is. Whoever sees it hears of it. message_r: as it is now, arena. ERR_NO_MESSAGE (also a recalled
 * one), ERR_NOT_SENDER (also of what the server wrote), ERR_BAD_FIELD, ERR_TOO_LARGE, and those of
 * message_send. Takes the writer. Source: togetherchat PUT chat/message. */
enum err message_edit(struct ctx *cx, int64_t id, const char *body, const char *extra,
                      struct message *message_r);

/* One message the actor may see, recalled or not. peer_r: whom or which group the actor has that
 * conversation with. ERR_NO_MESSAGE. */
enum err message_get(struct ctx *cx, int64_t id, struct message *message_r, int64_t *peer_r);

/* Writes into a group's history what the actor did, and tells every member of now. Inside a
 * transaction, where the members it is for are still (or already) members. */
enum err message_notice(struct ctx *cx, const struct group *group, enum notice notice,
                        int64_t subject_id, int64_t amount);

/* The same of several people at once. */
enum err message_notices(struct ctx *cx, const struct group *group, enum notice notice,
                         const int64_t *subjects, size_t count);

/* Writes draft in sender's name because of what happened, not because they wrote it: no gate, no client_id. What
 * is no news to the sender and to aware[0..aware_count) leaves their read position at the end, if it was
 * there. Inside a transaction; tells everybody as message_send does. */
enum err message_record(struct ctx *cx, int64_t sender_id, const struct draft *draft,
                        const int64_t *aware, size_t aware_count);

/* Tells target's devices that the actor is typing (or has stopped). Stores nothing. Errors as
 * message_send. */
enum err message_typing(struct ctx *cx, enum scope scope, int64_t target_id, bool active);

#endif
