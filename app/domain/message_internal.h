/* What the files about messages share: how much of a conversation somebody may see, and what hangs
 * on a message. */
#ifndef DOMAIN_MESSAGE_INTERNAL_H
#define DOMAIN_MESSAGE_INTERNAL_H

#include "db/types.h"
#include "domain/ctx.h"

struct draft; /* message.h */

/* What the actor may see of one conversation. */
struct window {
    int64_t conversation_id; /* 0: nobody has spoken yet */
    int64_t first_seq, last_seq;
    int64_t read_seq, delivered_seq; /* the actor's */
    enum scope scope;
    struct group group; /* with SCOPE_GROUP */
    enum role role;     /* the actor's, with SCOPE_GROUP */
};

/* Of the conversation with target_id, a person or a group. ERR_NOT_MEMBER, ERR_NO_GROUP,
 * ERR_NO_ACCOUNT. Runs on ctx_db(cx). */
enum err window_of(struct ctx *cx, int64_t target_id, struct window *w);

/* The message if the actor may see it, recalled or not, and the window it is in; peer_r: whom or
 * which group the actor has that conversation with. ERR_NO_MESSAGE. Runs on ctx_db(cx). */
enum err message_find(struct ctx *cx, int64_t id, struct message *message_r, struct window *w,
                      int64_t *peer_r);

/* Fills reactions (as the actor sees them), reply and mentions of all these messages, with at most
 * one query each. Arena. */
enum err message_complete(struct ctx *cx, struct message *messages, size_t count);

/* Whom message, about to be stored, mentions: fills mention_mode and mentions. ERR_BAD_FIELD outside
 * of groups, ERR_NOT_MANAGER where only owner and managers may mention everybody. */
enum err message_mention(struct ctx *cx, const struct draft *draft, struct message *message);

/* May the actor write to peer, a person or a group, now? Errors as message_send. Runs on ctx_db(cx). */
enum err message_may_write(struct ctx *cx, enum scope scope, int64_t peer);

/* Has anybody else read this message of the actor's? Rows do not hold it. */
enum err message_fill_is_read(struct ctx *cx, struct message *message);

/* Tells the actor's own devices what they have set about a conversation. Inside a transaction. */
void conversation_tell(struct ctx *cx, enum scope scope, int64_t target_id,
                       const struct conversation_state *state);

/* The people an event about the message is for: both sides, or the members who may see it. */
enum err message_audience(struct ctx *cx, const struct message *message, struct event *ev);

#endif
