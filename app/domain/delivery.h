/* How far somebody has a group's history, where a socket of theirs is told of everything once and in
 * order: the next one goes on from there, whatever became of the last. */
#ifndef DOMAIN_DELIVERY_H
#define DOMAIN_DELIVERY_H

#include "domain/ctx.h"

/* The actor has everything of the group up to seq; never moves back. Nothing for who is no member
 * any more. Takes the writer. */
enum err delivery_note(struct ctx *cx, int64_t group_id, int64_t seq);
/* *seq_r: how far; 0 for who has been there by no such socket since they came in. ERR_NO_GROUP,
 * ERR_NOT_MEMBER. */
enum err delivery_find(struct ctx *cx, int64_t group_id, int64_t *seq_r);

#endif
