/* Domain structs as room's JSON. Every function returns an owned tree that the caller attaches to
 * its answer. */
#ifndef HANDLERS_ROOM_ENCODE_H
#define HANDLERS_ROOM_ENCODE_H

#include "domain/group.h"
#include "http/dialect.h"

/* What people are called where ids are text: the username, or the uid if the username is an address
 * of theirs, which others must not learn. user_find takes both. */
const char *room_user_id(const struct user *user);

/* [{RoomId, RoomName, RoomCap, RoomAccess, RoomOwner, CreatedAt}...] */
enum err room_list(struct ctx *cx, const struct group *groups, size_t count, cJSON **list_r);
/* [{UserId, UserName}...] in the order they came in. */
cJSON *room_clients(struct arena *a, const struct member *members, size_t count);

#endif
