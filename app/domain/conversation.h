/* A person's conversation list: who with, what was said last, what is unread. */
#ifndef DOMAIN_CONVERSATION_H
#define DOMAIN_CONVERSATION_H

#include "db/types.h"
#include "domain/ctx.h"

#define CONVERSATIONS_MAX 500

/* The actor's conversations, the most recently active first, at most CONVERSATIONS_MAX. Arena. */
enum err conversation_list(struct ctx *cx, struct conversation **list_r, size_t *count_r);

#endif
