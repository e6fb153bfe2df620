/* What the files about groups share. */
#ifndef DOMAIN_GROUP_INTERNAL_H
#define DOMAIN_GROUP_INTERNAL_H

#include "db/types.h"
#include "domain/ctx.h"

/* May one more come in? Whatever the way, every new member passes here. ERR_GROUP_CLOSED,
 * ERR_GROUP_FULL. group: as it stands now. */
enum err group_has_room(const struct group *group);
/* Adds user_id as a member who sees what is said from now on. The caller has asked group_has_room,
 * or makes the group. Inside a transaction. */
enum err group_admit(struct ctx *cx, const struct group *group, int64_t user_id, enum role role);

#endif
