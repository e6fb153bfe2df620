/* Conversations of two people as things one can open, look at and list; see conversation.h. */
#include "db/messages.h"
#include "domain/contact.h"
#include "domain/conversation.h"

static enum err tell(struct ctx *cx, int64_t conversation_id, int64_t peer)
{
    struct event ev = { .kind = EV_DIRECT_OPENED, .to_count = 2 };
    int64_t *to = arena_array(cx->arena, 2, sizeof *to);

    to[0] = peer;
    to[1] = cx->actor;
    ev.to = to;
    ev.direct = (struct direct_event){ .conversation_id = conversation_id,
                                       .from_id = cx->actor,
                                       .to_id = peer,
                                       .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
    return OK;
}

static enum err begin(struct ctx *cx, int64_t peer, int64_t *id_r)
{
    int64_t last_seq;
    enum err e = db_conversation_direct(cx->conn, cx->actor, peer, false, 0, id_r, &last_seq);

    if (e != OK || *id_r != 0)
        return e;
    e = db_conversation_direct(cx->conn, cx->actor, peer, true, ctx_now(cx), id_r, &last_seq);
    return e == OK ? tell(cx, *id_r, peer) : e;
}

enum err direct_open(struct ctx *cx, int64_t peer, struct direct *direct_r)
{
    int64_t id = 0;
    enum err e = tx_begin(cx);

    if (e == OK)
        e = contact_may_write(cx, peer);
    if (e == OK)
        e = begin(cx, peer, &id);
    if (e == OK)
        e = db_direct_find(cx->conn, cx->arena, cx->actor, id, direct_r);
    return tx_end(cx, e);
}

enum err direct_find(struct ctx *cx, int64_t conversation_id, struct direct *direct_r)
{
    return db_direct_find(ctx_db(cx), cx->arena, cx->actor, conversation_id, direct_r);
}

enum err direct_page(struct ctx *cx, const char *text, int64_t before_id, int64_t limit,
                     struct direct **list_r, size_t *count_r)
{
    return db_direct_page(ctx_db(cx), cx->arena, cx->actor, text, before_id, limit, list_r,
                          count_r);
}
