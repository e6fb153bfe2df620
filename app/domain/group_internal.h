/* What the files about groups share. */
#ifndef DOMAIN_GROUP_INTERNAL_H
#define DOMAIN_GROUP_INTERNAL_H

#include "db/types.h"
#include "domain/ctx.h"

/* May one more come in? Whatever the way, every new member passes here. ERR_GROUP_CLOSED,
 * ERR_GROUP_FULL. group: as it stands now. */
enum err group_has_room(const struct group *group);
/* Brings people in unasked: whoever the actor may write to and is no member yet, each announced by a
 * notice. ERR_NO_ACCOUNT, ERR_BLOCKED, ERR_NOT_FRIEND, and those of group_has_room: then nobody comes
 * in. Inside a transaction. */
enum err group_bring_in(struct ctx *cx, const struct group *group, const int64_t *ids,
                        size_t count);

#endif
