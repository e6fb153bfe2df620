/* What a group tells all its members, and what a member is called in it. */
#ifndef DOMAIN_GROUP_NOTICE_H
#define DOMAIN_GROUP_NOTICE_H

#include "db/groups.h"
#include "domain/ctx.h"

#define GROUP_NOTICE_CHARACTERS 2000
#define NICKNAME_CHARACTERS 50

/* Members only. ERR_NO_GROUP, ERR_NOT_MEMBER. */
enum err group_notice_look(struct ctx *cx, int64_t group_id, struct group_notice *notice_r);
/* Owner and managers set it, "" removes it; the history tells that it changed. ERR_NO_GROUP,
 * ERR_NOT_MANAGER. Takes the writer. */
enum err group_notice_set(struct ctx *cx, int64_t group_id, const char *body,
                          struct group_notice *notice_r);
/* What the actor is called in the group, "" for their own name; the members hear of it.
 * ERR_BAD_FIELD (control characters), ERR_NO_GROUP, ERR_NOT_MEMBER. Takes the writer. */
enum err group_set_nickname(struct ctx *cx, int64_t group_id, const char *nickname);

#endif
