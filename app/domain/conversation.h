/* A person's conversation list: who with, what was said last, what is unread. */
#ifndef DOMAIN_CONVERSATION_H
#define DOMAIN_CONVERSATION_H

#include "db/types.h"
#include "domain/ctx.h"

#define CONVERSATIONS_MAX 500

/* The actor's conversations, pinned ones first, then the most recently active, at most
 * CONVERSATIONS_MAX. Arena. */
enum err conversation_list(struct ctx *cx, struct conversation **list_r, size_t *count_r);
/* The same of those the actor has hidden, which are in no other list. */
enum err conversation_list_hidden(struct ctx *cx, struct conversation **list_r, size_t *count_r);

/* What to change about a conversation; -1 leaves a member as it is. */
struct conversation_change {
    int64_t mute_until_ms; /* 0: no longer muted */
    int notify;            /* enum notify */
    int pinned, hidden, marked_unread;
};
/* The actor's own view of the conversation with target_id, a person or a group, which need not have
 * begun; their devices hear of a change. ERR_SELF, ERR_NO_ACCOUNT, ERR_NO_GROUP, ERR_NOT_MEMBER.
 * Takes the writer. */
enum err conversation_set(struct ctx *cx, int64_t target_id,
                          const struct conversation_change *change,
                          struct conversation_state *state_r);
/* What was said until now is gone, for the actor alone; with hide, the conversation leaves their
 * list until something new is said. Errors as above. */
enum err conversation_clear(struct ctx *cx, int64_t target_id, bool hide,
                            struct conversation_state *state_r);

#endif
