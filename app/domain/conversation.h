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

/* The actor's conversation with peer, begun if there is none: both hear of that. ERR_SELF,
 * ERR_NO_ACCOUNT, ERR_BLOCKED, ERR_NOT_FRIEND. Takes the writer. Source: togetherchat group, type 4. */
enum err direct_open(struct ctx *cx, int64_t peer, struct direct *direct_r);
/* ERR_NO_GROUP: there is none of that id, or the actor is not one of the two. */
enum err direct_find(struct ctx *cx, int64_t conversation_id, struct direct *direct_r);
/* The actor's, the newest first: at most limit with ids below before_id (0: all) whose name holds
 * text (ASCII letters in either case; "": all), spoken in or not. */
enum err direct_page(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                     struct direct **list_r, size_t *count_r);

#endif
