/* The conversation list; see conversation.h. */
#include "domain/conversation.h"

#include "db/messages.h"

static enum err list_of(struct ctx *cx, bool hidden, struct conversation **list_r, size_t *count_r)
{
    enum err e = db_conversation_list(ctx_db(cx), cx->arena, cx->actor, hidden, CONVERSATIONS_MAX,
                                      list_r, count_r);

    for (size_t i = 0; e == OK && i < *count_r; i++) {
        struct conversation *c = &(*list_r)[i];
        int64_t read_seq = c->last.sender_id == cx->actor ? c->peer_read_seq : c->read_seq;
        c->last.is_read = c->has_last && read_seq >= c->last_seq;
    }
    return e;
}

enum err conversation_list(struct ctx *cx, struct conversation **list_r, size_t *count_r)
{
    return list_of(cx, false, list_r, count_r);
}

enum err conversation_list_hidden(struct ctx *cx, struct conversation **list_r, size_t *count_r)
{
    return list_of(cx, true, list_r, count_r);
}
