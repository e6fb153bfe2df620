/* Messages pinned to the top of their conversation, and who has read one. */
#ifndef DOMAIN_PIN_H
#define DOMAIN_PIN_H

#include "db/marks.h"
#include "domain/ctx.h"

#define PINS_MAX 50 /* in one conversation */

/* Pins a message for everybody in its conversation, or lets it go: either of two people who may write
 * to each other, owner and managers of a group. Whoever sees the message hears of it. Doing it again
 * changes nothing. ERR_NO_MESSAGE (also a recalled one or a notice), ERR_NOT_MANAGER, ERR_TOO_MANY,
 * and those of message_send. Takes the writer. */
enum err pin_set(struct ctx *cx, int64_t message_id, bool on);
/* Those of the conversation with target_id that the actor may see, the latest first; pins[i] is about
 * messages[i], which is complete. ERR_NO_ACCOUNT, ERR_NO_GROUP, ERR_NOT_MEMBER. */
enum err pin_list(struct ctx *cx, int64_t target_id, struct pin **pins_r,
                  struct message **messages_r, size_t *count_r);

/* Who could have read a message of the actor's. Those who hide it are only counted, and all are if the
 * actor does. ERR_NO_MESSAGE, ERR_NOT_SENDER. */
struct readers {
    struct reader *list; /* whoever read last first */
    size_t count;
    int64_t hidden;
};
enum err message_readers(struct ctx *cx, int64_t id, struct readers *readers_r);

#endif
