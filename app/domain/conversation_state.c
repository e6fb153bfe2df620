/* A person's own view of a conversation; see conversation.h. */
#include "db/messages.h"
#include "domain/conversation.h"
#include "domain/message_internal.h"

/* The actor's place in the conversation with target_id, which is made if nobody has spoken yet. */
static enum err place_of(struct ctx *cx, int64_t target_id, struct window *w)
{
    enum err e = target_id == cx->actor ? ERR_SELF : window_of(cx, target_id, w);

    if (e != OK || w->conversation_id != 0)
        return e;
    return db_conversation_direct(cx->conn, cx->actor, target_id, true, ctx_now(cx),
                                  &w->conversation_id, &w->last_seq);
}

void conversation_tell(struct ctx *cx, enum scope scope, int64_t target_id,
                       const struct conversation_state *state)
{
    struct event ev = { .kind = EV_CONVERSATION, .to_count = 1 };

    ev.to = arena_memdup(cx->arena, &cx->actor, sizeof cx->actor);
    ev.conversation = (struct conversation_event){ .user_id = cx->actor,
                                                   .scope = scope,
                                                   .target_id = target_id,
                                                   .state = *state,
                                                   .at_ms = ctx_now(cx) };
    event_queue(cx, &ev);
}

static void apply(const struct conversation_change *change, struct conversation_state *state)
{
    if (change->mute_until_ms >= 0)
        state->mute_until_ms = change->mute_until_ms;
    if (change->notify >= 0)
        state->notify = (enum notify)change->notify;
    if (change->pinned >= 0)
        state->is_pinned = change->pinned > 0;
    if (change->hidden >= 0)
        state->is_hidden = change->hidden > 0;
    if (change->marked_unread >= 0)
        state->is_marked_unread = change->marked_unread > 0;
}

static bool is_same(const struct conversation_state *a, const struct conversation_state *b)
{
    return a->mute_until_ms == b->mute_until_ms && a->notify == b->notify &&
           a->is_pinned == b->is_pinned && a->is_hidden == b->is_hidden &&
           a->is_marked_unread == b->is_marked_unread && a->cleared_seq == b->cleared_seq;
}

static enum err set(struct ctx *cx, int64_t target_id, const struct conversation_change *change,
                    bool clear, struct conversation_state *state_r)
{
    struct conversation_state before = { 0 };
    struct window w = { 0 };
    enum err e = place_of(cx, target_id, &w);

    if (e == OK)
        e = db_participant_state(cx->conn, cx->actor, w.conversation_id, &before);
    if (e != OK)
        return e;
    *state_r = before;
    apply(change, state_r);
    if (clear)
        state_r->cleared_seq = w.last_seq;
    if (is_same(&before, state_r))
        return OK;
    conversation_tell(cx, w.scope, target_id, state_r);
    return db_participant_set_state(cx->conn, cx->actor, w.conversation_id, state_r, ctx_now(cx));
}

enum err conversation_set(struct ctx *cx, int64_t target_id,
                          const struct conversation_change *change,
                          struct conversation_state *state_r)
{
    enum err e = tx_begin(cx);

    if (e == OK)
        e = set(cx, target_id, change, false, state_r);
    return tx_end(cx, e);
}

enum err conversation_clear(struct ctx *cx, int64_t target_id, bool hide,
                            struct conversation_state *state_r)
{
    struct conversation_change change = {
        .mute_until_ms = -1, .notify = -1, .pinned = -1, .hidden = hide ? 1 : -1, .marked_unread = 0
    };
    enum err e = tx_begin(cx);

    if (e == OK)
        e = set(cx, target_id, &change, true, state_r);
    return tx_end(cx, e);
}
