/* The conversation list; see conversation.h. */
#include "domain/conversation.h"

#include "db/messages.h"

static enum err complete(struct ctx *cx, const struct conversation_row *row, struct conversation *c)
{
    int64_t first_seq = row->history_before_join ? 1 : row->joined_seq + 1;
    enum err e;

    *c = row->conversation;
    e = db_participant_read_of_others(ctx_db(cx), c->id, cx->actor, &c->peer_read_seq);
    if (e == OK)
        e = db_conversation_unread(ctx_db(cx), c->id, c->read_seq, c->last_seq, &c->unread);
    if (e != OK || c->last_seq < first_seq)
        return e;
    e = db_message_last(ctx_db(cx), cx->arena, c->id, c->last_seq, &c->last);
    c->last.is_read =
        (c->last.sender_id == cx->actor ? c->peer_read_seq : c->read_seq) >= c->last_seq;
    c->has_last = e == OK;
    return e;
}

enum err conversation_list(struct ctx *cx, struct conversation **list_r, size_t *count_r)
{
    struct conversation_row *rows;
    struct conversation *list;
    enum err e =
        db_conversation_list(ctx_db(cx), cx->arena, cx->actor, CONVERSATIONS_MAX, &rows, count_r);

    if (e != OK)
        return e;
    list = arena_array(cx->arena, *count_r, sizeof *list);
    for (size_t i = 0; e == OK && i < *count_r; i++)
        e = complete(cx, &rows[i], &list[i]);
    *list_r = list;
    return e;
}
