/* What is said in a room, as a room's people read it: text, whatever it is elsewhere. */
#ifndef HANDLERS_ROOM_WORDS_H
#define HANDLERS_ROOM_WORDS_H

#include "base/arena.h"
#include "db/types.h"

/* The text of one frame, with the newline it ends in. Arena. */
const char *room_frame(struct arena *a, const char *from, const char *room, const char *content);

/* One message and the names of those it is about. */
struct said {
    const struct message *message;
    const char *actor, *subject, *room;
};
/* Its frame; NULL: room tells nothing of it (what was recalled). Arena. */
const char *room_message_frame(struct arena *a, const struct said *said);

#endif
