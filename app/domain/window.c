/* Who may see what of a conversation; see message_internal.h. */
#include "db/groups.h"
#include "db/marks.h"
#include "db/messages.h"
#include "db/users.h"
#include "domain/message_internal.h"

static int64_t max(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static enum err group_window(struct ctx *cx, int64_t group_id, struct window *w)
{
    struct place place;
    int64_t muted_until_ms;
    enum err e = db_group_by_id(ctx_db(cx), cx->arena, group_id, &w->group);

    if (e == OK)
        e = db_member_find(ctx_db(cx), group_id, cx->actor, &w->role, &muted_until_ms);
    if (e == OK && w->role == ROLE_NONE)
        e = ERR_NOT_MEMBER;
    if (e == OK)
        e = db_conversation_of_group(ctx_db(cx), group_id, &w->conversation_id, &w->last_seq);
    if (e == OK)
        e = db_participant_find(ctx_db(cx), cx->actor, w->conversation_id, &place);
    if (e != OK)
        return e;
    w->scope = SCOPE_GROUP;
    w->first_seq = max(w->group.history_before_join ? 0 : place.joined_seq, place.cleared_seq) + 1;
    w->read_seq = place.read_seq;
    w->delivered_seq = place.delivered_seq;
    return OK;
}

static enum err direct_window(struct ctx *cx, int64_t peer, struct window *w)
{
    struct user user;
    struct place place = { 0 };
    enum err e = db_user_by_id(ctx_db(cx), cx->arena, peer, &user);

    if (e == OK)
        e = db_conversation_direct(ctx_db(cx), cx->actor, peer, false, 0, &w->conversation_id,
                                   &w->last_seq);
    if (e == OK && w->conversation_id != 0)
        e = db_participant_find(ctx_db(cx), cx->actor, w->conversation_id, &place);
    w->scope = SCOPE_DIRECT;
    w->first_seq = place.cleared_seq + 1;
    w->read_seq = place.read_seq;
    w->delivered_seq = place.delivered_seq;
    return e;
}

enum err window_of(struct ctx *cx, int64_t target_id, struct window *w)
{
    *w = (struct window){ 0 };
    return target_id <= GROUP_ID_LAST ? group_window(cx, target_id, w)
                                      : direct_window(cx, target_id, w);
}

enum err message_find(struct ctx *cx, int64_t id, struct message *message_r, struct window *w,
                      int64_t *peer_r)
{
    enum err e = db_message_by_id(ctx_db(cx), cx->arena, id, message_r);

    if (e != OK)
        return e;
    *peer_r = message_r->target_id;
    if (message_r->scope == SCOPE_DIRECT && message_r->sender_id != cx->actor) {
        if (message_r->target_id != cx->actor)
            return ERR_NO_MESSAGE;
        *peer_r = message_r->sender_id;
    }
    e = window_of(cx, *peer_r, w);
    if (e == ERR_NOT_MEMBER || e == ERR_NO_GROUP || (e == OK && message_r->seq < w->first_seq))
        e = ERR_NO_MESSAGE;
    return e;
}

enum err message_audience(struct ctx *cx, const struct message *message, struct event *ev)
{
    int64_t *to;
    enum err e = OK;

    if (message->scope == SCOPE_GROUP) {
        e = db_member_ids_seeing(ctx_db(cx), cx->arena, message->target_id,
                                 message->conversation_id, message->seq, &to, &ev->to_count);
    } else {
        to = arena_array(cx->arena, 2, sizeof *to);
        to[0] = message->target_id;
        to[1] = message->sender_id;
        ev->to_count = 2;
    }
    if (e == OK)
        ev->to = to;
    return e;
}
