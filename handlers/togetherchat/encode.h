/* Domain structs as togetherchat's JSON. Every function that returns a tree returns an owned one. */
#ifndef HANDLERS_TOGETHERCHAT_ENCODE_H
#define HANDLERS_TOGETHERCHAT_ENCODE_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "db/types.h"

/* Roles of the document; ours are other numbers. */
enum { TOGETHER_OWNER = 1, TOGETHER_MANAGER = 2, TOGETHER_MEMBER = 3, TOGETHER_DIRECT = 5 };

/* The number of a conversation as a room: the group's own, or DIRECT_ROOM_FIRST + conversation_id. */
int64_t togetherchat_room_number(enum scope scope, int64_t target_id, int64_t conversation_id);

/* RoomResponse. */
cJSON *togetherchat_group(struct arena *a, const struct group *group);
/* The same of two people: it is called as the other one, who also stands for its creator, so that
 * neither takes it for theirs to manage. */
cJSON *togetherchat_direct(struct arena *a, const struct direct *direct);
/* RoomMember. */
cJSON *togetherchat_member(struct arena *a, int64_t group_id, const struct member *member);
cJSON *togetherchat_direct_member(struct arena *a, const struct direct *direct, int64_t user_id,
                                  const char *name);
/* ChatMessageResponse, with our clientId and isRead. */
cJSON *togetherchat_message(struct arena *a, const struct message *message);
/* {cursor, isLast, list} around an array the result adopts; cursor 0: nothing to go on from. */
cJSON *togetherchat_page(cJSON *list, int64_t cursor, bool is_last);

/* ---- what a message says (facts 4.5) ---- */

/* The document's messageType of a message. */
int togetherchat_type(const struct message *message);
/* Its content: for what was uploaded the caption or the file's name, for a notice a sentence. */
const char *togetherchat_content(struct arena *a, const struct message *message);
/* Its extra, or NULL: it has none. */
cJSON *togetherchat_extra(struct arena *a, const struct message *message);

/* What a client says, ready for the domain. Arena. */
struct said {
    enum message_kind kind;
    const char *body, *extra;
};
/* From messageType, content and body (NULL: none given). false: *fault_r says which field is wrong. */
bool togetherchat_read_content(struct arena *a, int64_t type, const char *content,
                               const cJSON *body, struct said *said_r, const char **fault_r);
/* What the message's body and extra become when its content is changed; NULL: that part stays. */
void togetherchat_recontent(struct arena *a, const struct message *message, const char *content,
                            struct said *said_r);

#endif
