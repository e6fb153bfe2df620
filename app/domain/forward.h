/* Messages passed on: which ones a person may take along, and sending them again. */
#ifndef DOMAIN_FORWARD_H
#define DOMAIN_FORWARD_H

#include "domain/message.h"

#define FORWARD_MESSAGES_MAX 100
#define FORWARD_TARGETS_MAX 10
#define FORWARD_ALL_MAX 200 /* messages times targets */

/* A message to pass on, and what its sender is called. */
struct forwarded {
    struct message message;
    const char *sender_name;
};
/* Those of ids, by id, each of which the actor must see: ERR_NO_MESSAGE for one they do not, or that is
 * recalled or a notice. list_r arena. */
enum err forward_collect(struct ctx *cx, const int64_t *ids, size_t count,
                         struct forwarded **list_r, size_t *count_r);

/* Sends one of them as the actor's own to target; an upload goes by reference. ERR_BAD_FIELD for a call;
 * else as message_send. */
enum err forward_one(struct ctx *cx, const struct message *message, enum scope scope,
                     int64_t target_id, const char *client_id, struct message *message_r);

#endif
