/* Reactions: one emoji under a message, said by many. */
#ifndef DOMAIN_REACTION_H
#define DOMAIN_REACTION_H

#include "db/types.h"
#include "domain/ctx.h"

#define REACTIONS_PER_PERSON 5 /* different ones under one message */
#define REACTIONS_DIFFERENT 30 /* of all people under one message */
#define REACTION_BYTES_MAX 64

/* Puts the actor's emoji under a message they may see, or takes it back; whoever sees the message
 * hears of it. Doing it again changes nothing and tells nobody. Adding wants the right to write
 * there. message_r: as it is now, reactions filled; arena.
 * ERR_BAD_FIELD (not one emoji), ERR_NO_MESSAGE (also a recalled one or a notice), ERR_TOO_MANY,
 * and those of message_send. Takes the writer. */
enum err reaction_set(struct ctx *cx, int64_t message_id, const char *emoji, bool on,
                      struct message *message_r);

#endif
